/* SPDX-License-Identifier: MIT */
/*
 * flip.h - the same schedule with two operations the other way round.
 *
 * Everything before the first of the two is as it was, as far as that goes:
 * who holds a lock that the other one needs is held up before it takes it.
 * Everything behind the second is simple.
 */
#ifndef MPCK_FLIP_H
#define MPCK_FLIP_H

#include "explain/course.h"

/* A schedule that shows the target, and what its tasks wait for at the end. */
struct mpck_base {
	struct mpck_driver *driver;
	struct mpck_course course;
	struct mpck_order order;
	struct mpck_move *all;	/* the moves, then what was never done */
	size_t nall;
	size_t until;		/* moves that matter: the finding is there */
	unsigned flips;		/* executed */
	struct mpck_course flipped;	/* the last of them */
};
void mpck_base_open(struct mpck_base *b, struct mpck_driver *d,
		    const struct mpck_course *course);
void mpck_base_close(struct mpck_base *b);

enum mpck_flipped {
	MPCK_FLIP_IMPOSSIBLE,	/* no schedule near by has them so */
	MPCK_FLIP_FAILS,
	MPCK_FLIP_PASSES,
};

/*
 * The move `then` happens before the move `first`, which it follows in the base
 * (both as indices of all[]).  What machine.h says of the execution holds.
 */
enum mpck_flipped mpck_flip(struct mpck_base *b, size_t first, size_t then,
			    enum mpck_after after);
/*
 * As the base up to its first `count` moves, then plain, beginning with the
 * task if it can go on.  Does it pass?
 */
bool mpck_keep_passes(struct mpck_base *b, size_t count, uint32_t task);
/*
 * Nothing is as in the base but that the move `first` happens before any of the
 * task of `then` from there on.  Does that pass?
 */
bool mpck_loose_passes(struct mpck_base *b, size_t first, size_t then);

#endif
