/* SPDX-License-Identifier: MIT */
/*
 * session.h - what `scenario` and `replay` share: options, one run of a
 * scenario, its reports, the exit code.
 */
#ifndef MPCK_SESSION_H
#define MPCK_SESSION_H

#include <argp.h>

#include "reporters/reporters.h"

enum {
	MPCK_SETS = 64,			/* --set options at most */
	MPCK_DEFAULT_EXECUTIONS = 1000,	/* of a sample */
};

struct mpck_session {
	enum mpck_form form;
	const char *target;		/* NAME or FILE, as typed */
	struct mpck_options options;
	const char *sets[MPCK_SETS];	/* "k=v", in order */
	size_t nsets;
	double timeout;			/* native forms: seconds a run */
	bool verbose;			/* native forms */
	bool quiet;
	bool whole;			/* `explain` */
	/* Instead of the text report; may be NULL.  The result may be changed.
	 * 0, or an enum mpck_error and its sentence. */
	int (*show)(const struct mpck_session *session,
		    struct mpck_result *result, const struct mpck_style *style,
		    char sentence[MPCK_SENTENCE]);
	const char *at;			/* --at, for gdb; NULL: not given */
	enum mpck_color_choice color;
	const char *files[MPCK_REPORTERS];	/* --<reporter> FILE */
};

/*
 * The common options, as a child for struct argp; its input is a struct
 * mpck_session.  They include one --<name> FILE a row of reporters.def.
 */
extern const struct argp mpck_session_argp;

/* Opens the scenario, runs, reports; an enum mpck_exit. */
int mpck_session_run(struct mpck_session *session);

#endif
