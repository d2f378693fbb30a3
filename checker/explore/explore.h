/* SPDX-License-Identifier: MIT */
/*
 * explore.h - runs a scenario many times under a strategy and says what it saw.
 *
 * mpck_explore() is the only entry of the checker for a command or a test.
 * One exploration runs at a time in a process (the simulated processes live at
 * fixed addresses).
 */
#ifndef MPCK_EXPLORE_H
#define MPCK_EXPLORE_H

#include <signal.h>
#include "machine/module.h"

enum mpck_verdict {
	MPCK_PROVED,	/* every interleaving was seen, and is right */
	MPCK_BOUNDED,	/* every interleaving within a stated bound */
	MPCK_SAMPLED,	/* nothing wrong in the executions that were run */
	MPCK_FAILED,	/* a finding, or a final value that is not right */
	MPCK_UNKNOWN,	/* nothing can be claimed (interrupted early, ...) */
};
const char *mpck_verdict_name(enum mpck_verdict verdict);

struct mpck_result;
struct mpck_explanation;	/* explain/explanation.h */
struct mpck_trace;
struct mpck_stop;

struct mpck_options {
	const char *strategy;	/* a name of strategies.def */
	uint64_t interleavings;	/* N >= 1: executions at most (0: strategy's
				 * own end, as dfs has) */
	uint64_t seed;
	const char *token;	/* replay only */
	uint64_t max_steps;	/* visible operations of one execution before
				 * non-termination; 0: default (100,000) */
	double seconds;		/* 0: no limit on time */
	bool audit;		/* run each execution twice and compare */
	bool record;		/* keep the events of the last execution, and
				 * its trace */
	/* prove and auto: */
	bool count;		/* how many interleavings give which outcome,
				 * whatever it costs; else where it is cheap */
	bool no_symmetry;	/* do not merge what equal processes did */
	bool no_silent;		/* every shared access is a scheduling point */
	uint64_t memory;	/* bytes at most; 0: half of what is free */
	/* What is wrong is explained: shrunk, step by step, what decides. */
	bool explain;
	double explain_seconds;	/* 0: default (5), of all findings together */
	bool detect;		/* detectors look on */
	unsigned undetected;	/* MPCK_BIT(detector id) of those that do not */
	const char *suppressions;	/* file of rules (suppress.h), or NULL */
	bool unconfirmed;	/* what detectors suspect, too: result.notes */
	bool proof_only;	/* neither count nor audits nor shorter schedules:
				 * for tests of the search itself */
	double prove_seconds;	/* auto: of its proof; 0: default (2) */
	const struct mpck_stop *stops;	/* for a debugger: machine.h */
	size_t nstops;
	/* Called about ten times a second when set; figures so far. */
	void (*progress)(const struct mpck_result *so_far, void *context);
	void *progress_context;
	const volatile sig_atomic_t *stop;	/* non-zero: end soon */
};

struct mpck_outcome {
	char *text;		/* "balance=350", "(deadlock)", "(crash)" ... */
	uint64_t executions;
	bool right;		/* the author wants it */
	bool possible;		/* the expectation knows it */
	bool final;		/* false: the execution had no end of its own */
	char *token;		/* of the first execution that gave it; when the
				 * space was searched, of one with the fewest
				 * operations, or "" (of more than 256) */
	char *interleavings;	/* decimal or "unbounded"; NULL: not counted */
	double share;		/* of all interleavings, when counted */
};

struct mpck_found {
	enum mpck_finding_kind kind;
	uint64_t key;		/* with the kind: which finding it is */
	char *message;		/* one paragraph for people; several lines */
	char *token;		/* replays the first execution that showed it */
	char *outcome;		/* how that one ends, of a finding that is about
				 * final values; else NULL */
	uint64_t executions;	/* how many showed it */
	bool expected;		/* the expectation allows it */
	struct mpck_explanation *why;	/* options.explain; NULL: not explained */
};

/* Findings that somebody wants no more: not among the findings. */
struct mpck_suppressed {
	enum mpck_finding_kind kind;
	char *by;		/* "races.txt:3", "balance.c:20" */
	uint64_t findings;
};

/* One thing that happened, for people; see mpck_result.events. */
struct mpck_event {
	uint64_t step;		/* number of the visible operation, from 1; 0:
				 * not one (output, start, end) */
	uint32_t task;
	char *text;		/* "acquire lock#1", "write balance 200", ... */
	char *where;		/* "balance.c:21 in increase", or NULL */
};

/* Can tasks go on for ever? */
enum mpck_cycle {
	MPCK_CYCLE_NONE,
	MPCK_CYCLE_WAITING,	/* only while others that could go on do not:
				 * a busy-wait */
	MPCK_CYCLE_STARVING,	/* even if every task that can go on all the
				 * time does, but only while one that can again
				 * and again does not: starvation */
	MPCK_CYCLE_LIVE,	/* even if every task that can go on does: a
				 * livelock */
};

/* What a search of the state space did (strategies prove and auto). */
struct mpck_space_figures {
	bool searched;		/* there was one; else all below is 0 */
	bool finished;		/* every state was seen */
	bool out_of_memory;	/* options.memory was reached first */
	uint64_t states;	/* distinct ones, twins merged */
	uint64_t transitions;
	uint64_t depth;		/* of the present path, in transitions */
	uint64_t deepest;	/* of the longest */
	uint64_t bytes;		/* in use for all this */
	uint64_t audited;	/* states reached again from the start */
	uint64_t restarts;	/* what was learnt made it begin again */
	uint64_t twins;		/* transitions left out: a twin's is the same */
	uint64_t silent;	/* operations without a scheduling point */
	uint64_t silent_objects, visible_objects;
	double done;		/* estimated share, 0..1: the path's place in
				 * the search tree, each branch of a state
				 * taken for equally big */
	double seconds;
	enum mpck_cycle cycle;
	uint64_t races;		/* data races: states with two conflicting
				 * accesses about to be made, by key */
	bool weak_orders;	/* atomics that order less than they could: what
				 * races by that was looked for only in the
				 * executions that were run */
};

struct mpck_result {
	enum mpck_verdict verdict;
	bool as_expected;
	char *reason;		/* one sentence behind verdict/as_expected */
	bool only_races;	/* FAILED, but it would be PROVED if accesses
				 * that race were sequentially consistent */
	bool complete;		/* the strategy has nothing left to run */
	bool interrupted;	/* *stop was set */
	bool out_of_time;	/* options.seconds passed first */
	struct mpck_space_figures space;
	char *interleavings;	/* all of them, decimal or "unbounded"; NULL:
				 * not counted */
	uint64_t executions;	/* 0: the space was searched instead */
	uint64_t steps;		/* visible operations, all executions */
	uint64_t longest;	/* visible operations of the longest */
	double seconds;
	const char **assumptions;	/* what "proved" rests on */
	size_t nassumptions;
	struct mpck_outcome *outcomes;	/* most frequent first */
	size_t noutcomes;
	struct mpck_found *findings;	/* unexpected ones first */
	size_t nfindings;
	struct mpck_suppressed *suppressed;
	size_t nsuppressed;
	char **unmatched;	/* rules and markers that suppressed nothing,
				 * for people */
	size_t nunmatched;
	char **notes;		/* options.unconfirmed: suspicions, no findings */
	size_t nnotes;
	unsigned unsought;	/* MPCK_BIT() of kinds that were not looked for,
				 * or not to the end: that none was found says
				 * nothing */
	struct mpck_event *events;	/* options.record: the last execution */
	size_t nevents;
	struct mpck_trace *trace;	/* likewise; NULL: not recorded */
	char *named;		/* likewise: its token by names (named.h) */
	char *note;		/* what the strategy says of the run; or NULL */
	const char **task_names;	/* by task id, for events */
	size_t ntasks;
	size_t nexpected;	/* how many right outcomes the author named */
	char **expected_text;	/* up to the first 8 of them */
};

/*
 * Explores; fills *result, which the caller releases with mpck_result_fini().
 * 0, or an enum mpck_error with a sentence (unknown strategy, broken token,
 * determinism lost, ...).  Findings are results, not errors.
 */
int mpck_explore(struct mpck_module *module, const struct mpck_options *options,
		 struct mpck_result *result, char sentence[MPCK_SENTENCE]);
void mpck_result_fini(struct mpck_result *result);

#endif
