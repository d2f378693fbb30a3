/* SPDX-License-Identifier: MIT */
/*
 * native.h - a scenario as people run it: real processes, or real threads,
 * under the kernel's scheduler.  Proves nothing; shows what is seen today.
 */
#ifndef MPCK_NATIVE_H
#define MPCK_NATIVE_H

#include "explore/explore.h"

struct mpck_native_options {
	uint64_t runs;		/* >= 1 */
	double timeout;		/* seconds one run may take */
	double seconds;		/* for all of them; 0: no limit */
	bool threads;		/* threads of this process, no fork */
	bool verbose;		/* do not discard what the program prints */
	/* As in struct mpck_options. */
	void (*progress)(const struct mpck_result *so_far, void *context);
	void *progress_context;
	const volatile sig_atomic_t *stop;
};

/* Why the scenario cannot run in this form, or NULL. */
const char *mpck_native_refusal(const struct mpck_module *module, bool threads);

/*
 * Runs and fills *result (mpck_result_fini() releases it).  0, or an enum
 * mpck_error with a sentence.
 *
 * With threads, a run that does not end leaves its threads behind: *result is
 * filled, *abandoned set, and the module must stay open until exit.
 */
int mpck_native_run(struct mpck_module *module,
		    const struct mpck_native_options *options,
		    struct mpck_result *result, bool *abandoned,
		    char sentence[MPCK_SENTENCE]);

#endif
