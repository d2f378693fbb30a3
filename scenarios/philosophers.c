/* SPDX-License-Identifier: MIT */
/*
 * philosophers.c - n philosophers, n forks, and each needs two to eat.
 *
 * Family:  dining philosophers (Dijkstra, 1965).
 * Teaches: the forks are numbered and everybody takes the lower one first.
 *          Somebody who waits for fork f holds lower ones only, so no circle
 *          of waiting can close.
 */
#include <mpck/scenario.h>
#include <mpp/array.h>
#include <mpp/lock.h>
#include "common/processes.h"

enum { MAX_PHILOSOPHERS = 30 };

struct place {
	struct mpp_raw_array *meals;	/* eaten, by each */
	struct mpp_lock *first, *second;
	int64_t number;
	int64_t rounds;
};

static int philosopher(void *arg)
{
	const struct place *place = arg;

	for (int64_t i = 1; i <= place->rounds; i++) {
		must(mpp_lock_acquire(place->first, MPP_FOREVER));
		must(mpp_lock_acquire(place->second, MPP_FOREVER));
		must(mpp_raw_array_set(place->meals, place->number, i));
		must(mpp_lock_release(place->second));
		must(mpp_lock_release(place->first));
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
		bool last = i == n - 1;

		place.number = i;
		place.first = last ? fork[0] : fork[i];
		place.second = last ? fork[i] : fork[i + 1];
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
}

MPCK_SCENARIO(
	.name = "philosophers",
	.summary = "n philosophers, everybody takes the lower fork first",
	.params = {
		{ "n", 3, 2, MAX_PHILOSOPHERS, "philosophers, and forks" },
		{ "rounds", 1, 1, 100, "meals of each" },
	},
	.main = run,
	.expect = expect,
);
