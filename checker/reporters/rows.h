/* SPDX-License-Identifier: MIT */
/*
 * rows.h - which lines a timeline has: the steps of a trace, folded.
 *
 * What leads up to the first operation and what follows the last one becomes a
 * line each; so do tasks that run from start to end alone, and equal rounds of
 * a loop.  When that is still too much, what decides and its surroundings stay.
 */
#ifndef MPCK_ROWS_H
#define MPCK_ROWS_H

#include "explain/explanation.h"

enum mpck_row_kind {
	MPCK_ROW_STEP,		/* steps[first], in its task's lane */
	MPCK_ROW_ROUNDS,	/* `rounds` equal ones in all, of one task */
	MPCK_ROW_NOTE,		/* `text`, across the lanes */
	MPCK_ROW_END,		/* `text`: how the execution ends */
};

struct mpck_row {
	enum mpck_row_kind kind;
	size_t first, last;	/* the steps that it stands for */
	uint32_t task;		/* STEP, ROUNDS */
	size_t rounds;
	char *text;		/* NOTE, END: owned */
	bool dim;		/* before or behind what matters */
	bool begins_round;	/* NOTE: what follows repeats for ever */
};

struct mpck_rows {
	struct mpck_row *row;
	size_t count;
};

enum mpck_folding {
	MPCK_FOLD_MUCH,		/* what is said above */
	MPCK_FOLD_LOOPS,	/* nothing but equal rounds */
	MPCK_FOLD_NOTHING,
};

/*
 * The rows of a trace; released with mpck_rows_fini().  most: rows at most, if
 * what decides leaves room; 0: no limit.
 */
void mpck_rows_make(struct mpck_rows *rows, const struct mpck_trace *trace,
		    enum mpck_folding folding, size_t most);
void mpck_rows_fini(struct mpck_rows *rows);

/* Before rows_fold.c folds: each step that is worth a line. */
void mpck_rows_fold(struct mpck_rows *rows, const struct mpck_trace *trace,
		    enum mpck_folding folding, size_t most);
/* Rows a to b become one NOTE with this text, which is the row's from then
 * on.  Those behind b move: the caller goes on behind a. */
void mpck_rows_join(struct mpck_rows *rows, size_t a, size_t b, char *text);

enum mpck_wording {
	MPCK_WORDS_SHORT,	/* "write 200" */
	MPCK_WORDS_NAMES,	/* "write value#1 200" */
	MPCK_WORDS_ALL,		/* "write value#1 200 (was 50)", if it decides */
};
/* What a step says in its lane; malloc'd. */
char *mpck_step_words(const struct mpck_trace *trace, size_t step,
		      enum mpck_wording wording);
/* "steps 5 to 8 repeat for ever", of a trace that has a round; malloc'd. */
char *mpck_round_words(const struct mpck_trace *trace);
/* Is the step in the trace's round? */
bool mpck_is_in_round(const struct mpck_trace *trace, size_t step);
/* "A", "A and B", "A ... C (3 tasks)"; malloc'd. */
char *mpck_tasks_words(const struct mpck_trace *trace, mpck_taskset tasks);

#endif
