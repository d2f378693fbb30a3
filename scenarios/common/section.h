/* SPDX-License-Identifier: MIT */
/*
 * section.h - what the lessons on mutual exclusion have in the middle: a
 * critical section in which a process adds 1 to a counter by a read and a
 * write, and what the counter can end at after n processes did so k times.
 */
#ifndef SCENARIOS_COMMON_SECTION_H
#define SCENARIOS_COMMON_SECTION_H

#include <mpck/scenario.h>
#include <mpp/value.h>
#include "check.h"

static inline void add_one(struct mpp_raw_value *counter)
{
	must(mpp_raw_value_set(counter, mpp_raw_value_get(counter) + 1));
}

static inline void expect_exclusion(struct mpck_expect *e, int64_t n, int64_t k)
{
	mpck_right(e, "counter", n * k);
}

/*
 * Sometimes several are inside together, and additions are lost; k of them are
 * always left.  (By a search of all states for n = 2, k <= 4 and n = 3, k <= 2:
 * it gave each of these values and no other, for each of the wrong lessons.)
 */
static inline void expect_overlaps(struct mpck_expect *e, int64_t n, int64_t k)
{
	mpck_right(e, "counter", n * k);
	mpck_possible(e, "counter", k, n * k, 1);
	mpck_must_find(e, MPCK_UNEXPECTED_VALUE);
	mpck_must_find(e, MPCK_DATA_RACE);
	mpck_must_find(e, MPCK_NOT_SERIALISABLE);
	mpck_may_find(e, MPCK_LOST_UPDATE);
}

#endif
