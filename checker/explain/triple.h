/* SPDX-License-Identifier: MIT */
/*
 * triple.h - two accesses of one task to one object, and another task's between
 * them, as no order of the two tasks one after the other has it.
 *
 * Of the eight ways to read and write three times, four are like that (Lu,
 * Tucek, Qin, Zhou: "AVIO", ASPLOS 2006).  Whether a triple does harm it does
 * not say: flags that tasks synchronise by are full of them.
 */
#ifndef MPCK_TRIPLE_H
#define MPCK_TRIPLE_H

#include "machine/machine.h"

enum mpck_triple_kind {
	MPCK_TRIPLE_LOST,	/* read, other's write, write: a lost update */
	MPCK_TRIPLE_READS,	/* read, other's write, read: do not agree */
	MPCK_TRIPLE_OVERWRITTEN,	/* write, other's write, read */
	MPCK_TRIPLE_HALF,	/* write, other's read, write: half done */
};

struct mpck_access {
	uint32_t task;
	size_t turn;		/* index among all operations of the execution */
	size_t own;		/* index among its task's */
	size_t part;		/* of its task's work: a start, or a wait for
				 * anything but a lock, begins another */
	uint64_t step;		/* as mpck_record.step */
	struct mpp_op op;
	uint64_t before, after;	/* the cell's bytes */
};

struct mpck_triple {
	enum mpck_triple_kind kind;
	struct mpck_access first, between, last;
};

/*
 * Those of the execution that was recorded last, at most `most`, lost updates
 * first, then in the order they came about; malloc'd.  Of several writes in
 * between, the last one is meant.  A write that leaves a cell as it was is none.
 */
struct mpck_triple *mpck_triples_now(size_t most, size_t *count);

/* Where the object begins that it is about. */
const void *mpck_triple_object(const struct mpck_triple *t);
/* The same kind, at the same three places in the code, on the same object? */
bool mpck_triple_is_like(const struct mpck_triple *a,
			 const struct mpck_triple *b);
/* What of it is the same in every execution, as a number. */
uint64_t mpck_triple_key(const struct mpck_triple *t);

#endif
