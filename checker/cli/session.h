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
	MPCK_FILES = 16,		/* report files at most */
	MPCK_DEFAULT_EXECUTIONS = 1000,	/* of a sample */
};

/* One report beside the one on the terminal. */
struct mpck_report_file {
	enum mpck_reporter_id kind;
	const char *file;	/* "-": stdout */
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
	struct mpck_report_file files[MPCK_FILES];	/* in order */
	size_t nfiles;
	unsigned detect, no_detect;	/* MPCK_BIT(detector id): named */
	bool detect_given;		/* else all look on */
	bool no_explain;
	const char *machine_option;	/* the last typed that only the machine
					 * has */
};

/*
 * The common options, as children for struct argp; the input is a struct
 * mpck_session.  They include one --<name> FILE a row of reporters.def, which
 * is short for --report <name>=FILE.
 */
extern const struct argp_child mpck_session_children[];
/* Of a command that takes these words: NAME|FILE, then TOKEN. */
void mpck_session_word(const struct argp_state *state, struct mpck_session *s,
		       const char *word);

/* Opens the scenario, runs, reports; an enum mpck_exit. */
int mpck_session_run(struct mpck_session *session);

#endif
