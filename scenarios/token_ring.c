/* SPDX-License-Identifier: MIT */
/*
 * token_ring.c - k processes in a ring pass a token on: x[i] = x[i-1].
 *
 * Family:  token_ring, of the concurrency-testing benchmarks (SCTBench).
 * Teaches: a gate for each process, opened by the one before it, puts their
 *          steps into the only order that there is: one interleaving.
 */
#include <mpck/scenario.h>
#include <mpp/array.h>
#include "common/gate.h"
#include "common/processes.h"

enum { MAX_STATIONS = 60 };

struct station {
	struct mpp_raw_array *x;
	struct mpp_queue *gate, *next_gate;
	int64_t number, before;
	int64_t laps;
};

static int pass_on(void *arg)
{
	const struct station *me = arg;

	for (int64_t i = 0; i < me->laps; i++) {
		int64_t token;

		gate_pass(me->gate);
		must(mpp_raw_array_get(me->x, me->before, &token));
		if (me->number == 0)
			token++;	/* a new lap */
		must(mpp_raw_array_set(me->x, me->number, token));
		gate_open(me->next_gate);
	}
	return 0;
}

static int run(void)
{
	struct station me = { .laps = mpck_param("laps") };
	struct mpp_process *p[MAX_STATIONS];
	struct mpp_queue *gate[MAX_STATIONS];
	int64_t k = mpck_param("k");
	int64_t token;

	must(mpp_raw_array_new(&me.x, 'i', (size_t)k));
	for (int64_t i = 0; i < k; i++) {
		gate[i] = gate_new();
		if (i == 0)
			gate_open(gate[i]);
	}
	for (int64_t i = 0; i < k; i++) {
		me.number = i;
		me.before = (i + k - 1) % k;
		me.gate = gate[i];
		me.next_gate = gate[(i + 1) % k];
		p[i] = process(pass_on, &me, sizeof(me));
	}
	start_all(p, k);
	join_all(p, k);

	must(mpp_raw_array_get(me.x, k - 1, &token));
	mpp_observe_int("token", token);
	for (int64_t i = 0; i < k; i++)
		mpp_queue_free(gate[i]);
	mpp_raw_array_free(me.x);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right(e, "token", mpck_param("laps"));
}

MPCK_SCENARIO(
	.name = "token-ring",
	.summary = "k processes pass a token round, each when its gate opens",
	.params = {
		{ "k", 3, 2, MAX_STATIONS, "processes" },
		{ "laps", 2, 1, 100, "times that the token goes round" },
	},
	.main = run,
	.expect = expect,
);
