/* SPDX-License-Identifier: MIT */
/*
 * tally.h - was each thing given out exactly once?
 *
 * Things are numbered from 0.  Each taker counts in memory of its own what it
 * got and hands the counts in once, at its end.  The first process then
 * observes how many things nobody got ("lost") and how many were got more than
 * once ("twice").
 */
#ifndef SCENARIOS_COMMON_TALLY_H
#define SCENARIOS_COMMON_TALLY_H

#include <mpp/array.h>
#include "check.h"

enum { MAX_THINGS = 64 };

struct tally {
	struct mpp_array *counts;	/* a row of `things` for each taker */
	int64_t takers, things;
};

static inline struct tally tally(int64_t takers, int64_t things)
{
	struct tally t = { .takers = takers, .things = things };

	must(mpp_array_new(&t.counts, 'i', (size_t)(takers * things)));
	return t;
}

static inline void tally_hand_in(const struct tally *t, int64_t taker,
				 const int32_t *counts)
{
	must(mpp_array_write(t->counts, (size_t)(taker * t->things),
			     (size_t)t->things, counts));
}

static inline void tally_observe(const struct tally *t)
{
	int32_t row[MAX_THINGS], sum[MAX_THINGS] = { 0 };
	int64_t lost = 0, twice = 0;

	for (int64_t taker = 0; taker < t->takers; taker++) {
		must(mpp_array_read(t->counts, (size_t)(taker * t->things),
				    (size_t)t->things, row));
		for (int64_t i = 0; i < t->things; i++)
			sum[i] += row[i];
	}
	for (int64_t i = 0; i < t->things; i++) {
		lost += sum[i] == 0;
		twice += sum[i] > 1;
	}
	mpp_observe_int("lost", lost);
	mpp_observe_int("twice", twice);
	mpp_array_free(t->counts);
}

#endif
