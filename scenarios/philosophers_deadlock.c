/* SPDX-License-Identifier: MIT */
/*
 * philosophers_deadlock.c - philosophers.c, left fork first for everybody.
 *
 * Family:  dining philosophers (Dijkstra, 1965).
 * Teaches: when each has its left fork, each waits for the right one, which is
 *          somebody's left one: all wait for ever.  It needs all n of them at
 *          once: 6 of the 234 interleavings of three, 24 of the 1,167,000 of
 *          four.  The rarer it is, the longer no test finds it.
 */
#include <mpck/scenario.h>
#include <mpp/array.h>
#include <mpp/lock.h>
#include "common/processes.h"

enum { MAX_PHILOSOPHERS = 30 };

struct place {
	struct mpp_raw_array *meals;	/* eaten, by each */
	struct mpp_lock *left, *right;
	int64_t number;
	int64_t rounds;
};

static int philosopher(void *arg)
{
	const struct place *place = arg;

	for (int64_t i = 1; i <= place->rounds; i++) {
		must(mpp_lock_acquire(place->left, MPP_FOREVER));
		must(mpp_lock_acquire(place->right, MPP_FOREVER));
		must(mpp_raw_array_set(place->meals, place->number, i));
		must(mpp_lock_release(place->right));
		must(mpp_lock_release(place->left));
	}
	return 0;
}

static int run(void)
{
	struct mpp_process *p[MAX_PHILOSOPHERS];
	struct mpp_lock *fork[MAX_PHILOSOPHERS];
	struct place place = { .rounds = mpck_param("rounds") };
	int64_t n = mpck_param("n");
	int64_t meals = 0;

	must(mpp_raw_array_new(&place.meals, 'i', (size_t)n));
	for (int64_t i = 0; i < n; i++)
		must(mpp_lock_new(&fork[i], 0));
	for (int64_t i = 0; i < n; i++) {
		place.number = i;
		place.left = fork[i];
		place.right = fork[(i + 1) % n];
		p[i] = process(philosopher, &place, sizeof(place));
	}
	start_all(p, n);
	join_all(p, n);

	for (int64_t i = 0; i < n; i++) {
		int64_t eaten;

		must(mpp_raw_array_get(place.meals, i, &eaten));
		meals += eaten;
	}
	mpp_observe_int("meals", meals);
	for (int64_t i = 0; i < n; i++)
		mpp_lock_free(fork[i]);
	mpp_raw_array_free(place.meals);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right(e, "meals", mpck_param("n") * mpck_param("rounds"));
	mpck_possible_text(e, "(deadlock)");
	mpck_must_find(e, MPCK_DEADLOCK);
	mpck_must_find(e, MPCK_LOCK_ORDER);
}

MPCK_SCENARIO(
	.name = "philosophers-deadlock",
	.summary = "n philosophers, everybody takes the left fork first",
	.needs = MPCK_NATIVE_HANGS,	/* sometimes */
	.params = {
		{ "n", 3, 2, MAX_PHILOSOPHERS, "philosophers, and forks" },
		{ "rounds", 1, 1, 100, "meals of each" },
	},
	.main = run,
	.expect = expect,
);
