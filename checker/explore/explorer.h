/* SPDX-License-Identifier: MIT */
/*
 * explorer.h - one exploration, in the hands of those who carry it out; for the
 * files of this folder only.
 *
 *   explore.c            opens the machine, calls the others one after the other
 *   loop.c               execution after execution, or a search
 *   report.c             findings and events as texts, each replayed once
 *   explain_findings.c   their schedules shrunk, and why
 */
#ifndef MPCK_EXPLORER_H
#define MPCK_EXPLORER_H

#include "explore/expect.h"
#include "explore/explore.h"
#include "explore/places.h"
#include "explore/suppress.h"
#include "explore/tally.h"

struct explorer {
	const struct mpck_options *options;
	struct mpck_module *module;
	const struct mpck_strategy_ops *strategy;
	void *state;
	struct mpck_expect *expect;
	struct mpck_suppressions *suppressions;
	struct mpck_tally tally;
	struct mpck_learned learned;
	struct mpck_round round;	/* the token's */
	struct mpck_result *result;
	char *sentence;
	double started, shown;
};

/* Visible operations that one execution may have. */
static inline uint64_t mpck_explorer_max_steps(const struct explorer *x)
{
	return x->options->max_steps ? x->options->max_steps : 100000;
}

/* Returns `code`; the sentence is said. */
int mpck_explorer_error(struct explorer *x, int code, const char *text);

/* The strategy, from its beginning. */
int mpck_explorer_start(struct explorer *x);
/* As long as the strategy has something to do and the options let it. */
int mpck_explorer_run(struct explorer *x);

int mpck_explorer_report(struct explorer *x);	/* findings */
void mpck_explorer_report_events(struct explorer *x);
/* A finding's message, malloc'd, from a replay of its trail; NULL: it does not
 * show.  *places: of the fault; the caller's. */
char *mpck_explorer_describe(struct explorer *x,
			     const struct mpck_seen_finding *f,
			     struct mpck_places *places);

/* Each finding's schedule becomes the shrunk one. */
void mpck_explorer_explain(struct explorer *x);

#endif
