/* SPDX-License-Identifier: MIT */
/*
 * twostage_gap.c - twostage.c with a gap between the two stages.
 *
 * Family:  twostage, of the concurrency-testing benchmarks (SCTBench); the
 *          bug pattern "two-stage access" (Farchi, Nir, Ur: Concurrent bug
 *          patterns and how to test them, 2003).
 * Teaches: each value is under its lock all the time, so there is no data
 *          race.  But between the stages nobody holds anything, and there a
 *          reader finds a base whose double is not yet there, or a double of
 *          what the base became since.
 *
 * What goes wrong: any base from 0 to n with any double, 0, 2, ... 2n.  The
 * double is behind when a writer waits between its stages, and ahead when
 * writers do both while the reader waits between its own.
 */
#include <mpck/scenario.h>
#include <mpp/lock.h>
#include <mpp/value.h>
#include "common/processes.h"

enum { MAX_WRITERS = 60 };

struct stages {
	struct mpp_raw_value *base;	/* under first */
	struct mpp_raw_value *twice;	/* 2 * base, under second */
	struct mpp_lock *first, *second;
};

static int writer(void *arg)
{
	const struct stages *s = arg;

	must(mpp_lock_acquire(s->first, MPP_FOREVER));
	int64_t base = mpp_raw_value_get(s->base) + 1;
	must(mpp_raw_value_set(s->base, base));
	must(mpp_lock_release(s->first));

	must(mpp_lock_acquire(s->second, MPP_FOREVER));
	must(mpp_raw_value_set(s->twice, 2 * base));
	must(mpp_lock_release(s->second));
	return 0;
}

static int reader(void *arg)
{
	const struct stages *s = arg;

	must(mpp_lock_acquire(s->first, MPP_FOREVER));
	int64_t base = mpp_raw_value_get(s->base);
	must(mpp_lock_release(s->first));

	must(mpp_lock_acquire(s->second, MPP_FOREVER));
	int64_t twice = mpp_raw_value_get(s->twice);
	must(mpp_lock_release(s->second));
	mpp_observe_int("base", base);
	mpp_observe_int("twice", twice);
	return 0;
}

static int run(void)
{
	struct mpp_process *p[MAX_WRITERS + 1];
	int64_t n = mpck_param("n");
	struct stages s;

	must(mpp_raw_value_new(&s.base, 'i', 0));
	must(mpp_raw_value_new(&s.twice, 'i', 0));
	must(mpp_lock_new(&s.first, 0));
	must(mpp_lock_new(&s.second, 0));
	for (int64_t i = 0; i < n; i++)
		p[i] = process(writer, &s, sizeof(s));
	p[n] = process(reader, &s, sizeof(s));
	start_all(p, n + 1);
	join_all(p, n + 1);

	mpp_lock_free(s.second);
	mpp_lock_free(s.first);
	mpp_raw_value_free(s.twice);
	mpp_raw_value_free(s.base);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	int64_t n = mpck_param("n");
	char text[64];

	for (int64_t base = 0; base <= n; base++) {
		for (int64_t i = 0; i <= n; i++) {
			snprintf(text, sizeof(text), "base=%d twice=%d",
				 (int)base, (int)(2 * i));
			if (i == base)
				mpck_right_text(e, text);
			else
				mpck_possible_text(e, text);
		}
	}
	mpck_must_find(e, MPCK_UNEXPECTED_VALUE);
	mpck_must_find(e, MPCK_NOT_SERIALISABLE);
}

MPCK_SCENARIO(
	.name = "twostage-gap",
	.summary = "a value and one derived from it, no lock held in between",
	.params = {
		{ "n", 2, 1, MAX_WRITERS, "writers" },
	},
	.main = run,
	.expect = expect,
);
