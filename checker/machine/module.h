/* SPDX-License-Identifier: MIT */
/*
 * module.h - a scenario's shared object: opening it, its parameters.
 *
 * Errors: calls that can fail because of what the user gave return a negative
 *         enum mpck_error and write one sentence (what, where, what to do).
 */
#ifndef MPCK_MODULE_H
#define MPCK_MODULE_H

#include <mpck/scenario.h>

enum mpck_error {
	MPCK_EUSAGE = -1,	/* the user's input: exit code 2 */
	MPCK_EINTERNAL = -2,	/* mpcheck's own fault: exit code 3 */
};

enum { MPCK_SENTENCE = 512 };	/* bytes of a sentence buffer */

struct mpck_module;

/*
 * Opens a scenario module.  name_or_path: a name of the scenario folder
 * ("balance") or a path (contains '/').  An unknown name suggests the nearest.
 * The module stays owned by the caller until mpck_module_close().
 */
int mpck_module_open(struct mpck_module **out, const char *name_or_path,
		     char sentence[MPCK_SENTENCE]);
void mpck_module_close(struct mpck_module *module);

const struct mpck_scenario *mpck_module_scenario(const struct mpck_module *m);
const char *mpck_module_path(const struct mpck_module *m);

/* What dlopen() gave: the machine patches the module's imports through it. */
void *mpck_module_handle(const struct mpck_module *m);

/* One --set: "k=v".  MPCK_EUSAGE: no such parameter, no number, range. */
int mpck_module_set(struct mpck_module *m, const char *assignment,
		    char sentence[MPCK_SENTENCE]);
/* Values in the order of scenario.params. */
const int64_t *mpck_module_values(const struct mpck_module *m);
/* Short hash of name and parameters: a token carries it. */
uint32_t mpck_module_fingerprint(const struct mpck_module *m);

/* Makes mpck_param() answer for this module, in this process. */
void mpck_module_select(const struct mpck_module *m);

/* The folder of the shipped scenarios (MPCHECK_SCENARIOS overrides it). */
const char *mpck_scenario_folder(void);

#endif
