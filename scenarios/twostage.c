/* SPDX-License-Identifier: MIT */
/*
 * twostage.c - a value under one lock, what is derived from it under another.
 *
 * Family:  twostage, of the concurrency-testing benchmarks (SCTBench); the
 *          bug pattern "two-stage access" (Farchi, Nir, Ur: Concurrent bug
 *          patterns and how to test them, 2003).
 * Teaches: hand over hand: the second lock is taken before the first is given
 *          back.  Nobody can overtake between the stages, so who goes through
 *          both finds twice=2*base, and still two can be at work at once, one
 *          at each stage.
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
	must(mpp_lock_acquire(s->second, MPP_FOREVER));
	must(mpp_lock_release(s->first));

	must(mpp_raw_value_set(s->twice, 2 * base));
	must(mpp_lock_release(s->second));
	return 0;
}

static int reader(void *arg)
{
	const struct stages *s = arg;

	must(mpp_lock_acquire(s->first, MPP_FOREVER));
	int64_t base = mpp_raw_value_get(s->base);
	must(mpp_lock_acquire(s->second, MPP_FOREVER));
	must(mpp_lock_release(s->first));

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
	char text[64];

	for (int64_t i = 0; i <= mpck_param("n"); i++) {
		snprintf(text, sizeof(text), "base=%d twice=%d", (int)i,
			 (int)(2 * i));
		mpck_right_text(e, text);
	}
}

MPCK_SCENARIO(
	.name = "twostage",
	.summary = "a value and one derived from it, two locks hand over hand",
	.params = {
		{ "n", 2, 1, MAX_WRITERS, "writers" },
	},
	.main = run,
	.expect = expect,
);
