/* SPDX-License-Identifier: MIT */
/*
 * token_ring_unordered.c - token_ring.c without the gates.
 *
 * Family:  token_ring, of the concurrency-testing benchmarks (SCTBench).
 * Teaches: each cell has a single writer, so no update is lost; but nobody
 *          waits for the token, and who comes too early passes an old one on.
 *
 * What goes wrong: the last cell can end with any number of laps.  For v:
 * v laps go well, then the last process does the rest of its own before the
 * others go on, and copies v each time.
 */
#include <mpck/scenario.h>
#include <mpp/array.h>
#include "common/processes.h"

enum { MAX_STATIONS = 60 };

struct station {
	struct mpp_raw_array *x;
	int64_t number, before;
	int64_t laps;
};

static int pass_on(void *arg)
{
	const struct station *me = arg;

	for (int64_t i = 0; i < me->laps; i++) {
		int64_t token;

		must(mpp_raw_array_get(me->x, me->before, &token));
		if (me->number == 0)
			token++;	/* a new lap */
		must(mpp_raw_array_set(me->x, me->number, token));
	}
	return 0;
}

static int run(void)
{
	struct station me = { .laps = mpck_param("laps") };
	struct mpp_process *p[MAX_STATIONS];
	int64_t k = mpck_param("k");
	int64_t token;

	must(mpp_raw_array_new(&me.x, 'i', (size_t)k));
	for (int64_t i = 0; i < k; i++) {
		me.number = i;
		me.before = (i + k - 1) % k;
		p[i] = process(pass_on, &me, sizeof(me));
	}
	start_all(p, k);
	join_all(p, k);

	must(mpp_raw_array_get(me.x, k - 1, &token));
	mpp_observe_int("token", token);
	mpp_raw_array_free(me.x);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	int64_t laps = mpck_param("laps");

	mpck_right(e, "token", laps);
	mpck_possible(e, "token", 0, laps, 1);
	mpck_must_find(e, MPCK_UNEXPECTED_VALUE);
	mpck_must_find(e, MPCK_DATA_RACE);
	mpck_may_find(e, MPCK_NOT_SERIALISABLE);
}

MPCK_SCENARIO(
	.name = "token-ring-unordered",
	.summary = "k processes pass a token round, nobody waits for it",
	.params = {
		{ "k", 3, 2, MAX_STATIONS, "processes" },
		{ "laps", 2, 1, 100, "times that the token goes round" },
	},
	.main = run,
	.expect = expect,
);
