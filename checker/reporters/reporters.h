/* SPDX-License-Identifier: MIT */
/*
 * reporters.h - the interface of every output format, and their table.
 */
#ifndef MPCK_REPORTERS_H
#define MPCK_REPORTERS_H

#include "explore/explore.h"
#include "reporters/style.h"

enum mpck_form {
	MPCK_FORM_MACHINE,	/* simulated processes, explored */
	MPCK_FORM_REPLAY,	/* one recorded schedule in the machine */
	MPCK_FORM_NATIVE,	/* real processes */
	MPCK_FORM_THREADS,	/* threads of mpcheck itself */
};

/* One run of a scenario; everything is borrowed from the command. */
struct mpck_report {
	const char *program;	/* how mpcheck was called, for replay lines */
	const char *target;	/* the scenario as typed: name or path */
	const struct mpck_module *module;
	enum mpck_form form;
	const struct mpck_options *options;	/* native forms: .strategy is
						 * their name, .interleavings
						 * the runs */
	const struct mpck_result *result;
	const char *skipped;	/* why nothing ran, and result says nothing;
				 * NULL: it ran */
	bool brief;		/* --quiet: findings and verdict only */
	bool whole;		/* mpcheck explain: everything of each finding */
};

struct mpck_reporter_ops {
	const char *name;	/* the id of its row, and its option */
	const char *summary;	/* --help */
	/* May be NULL: says what is about to run, before a long run. */
	void (*begin)(FILE *out, const struct mpck_report *report,
		      const struct mpck_style *style);
	/* The result is there.  began: begin() was called.  The caller checks
	 * ferror(out). */
	void (*write)(FILE *out, const struct mpck_report *report,
		      const struct mpck_style *style, bool began);
};

enum mpck_reporter_id {
#define REPORTER(id) MPCK_REPORTER_##id,
#include "reporters/reporters.def"
#undef REPORTER
	MPCK_REPORTERS
};
extern const struct mpck_reporter_ops *const mpck_reporters[MPCK_REPORTERS];

/* "deadlock", "as deadlock is explained"; from findings.def. */
const char *mpck_finding_name(enum mpck_finding_kind kind);
const char *mpck_finding_meaning(enum mpck_finding_kind kind);

#endif
