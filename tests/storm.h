/* SPDX-License-Identifier: MIT */
/*
 * storm.h - the stations of test_storm.c.
 *
 * A visit returns NULL or what is wrong, and says whether a call told of a
 * death.  It may be cut anywhere, so an invariant holds after the repair that
 * the call asked for.  One row in stations[] adds a station.
 */
#ifndef MPCK_TESTS_STORM_H
#define MPCK_TESTS_STORM_H

#include <mpp/barrier.h>
#include <mpp/lock.h>
#include <mpp/queue.h>
#include <mpp/rlock.h>
#include <mpp/value.h>

/* Now and then a visitor is slow inside, and may be killed there. */
static void linger(uint64_t random)
{
	if (random % 64 == 0)
		sched_yield();
}

struct station {
	const char *name;
	void (*make)(void);
	const char *(*visit)(uint64_t random, bool *told);
	void (*free)(void);
};

/*
 * Lock: two cells that are equal whenever it is free.
 */
static struct mpp_lock *s_lock;
static struct mpp_raw_value *s_left, *s_right;

static void make_lock_station(void)
{
	ck_assert_int_eq(mpp_lock_new(&s_lock, 0), 0);
	ck_assert_int_eq(mpp_raw_value_new(&s_left, 'q', 0), 0);
	ck_assert_int_eq(mpp_raw_value_new(&s_right, 'q', 0), 0);
}

static const char *visit_lock_station(uint64_t random, bool *told)
{
	int err = mpp_lock_acquire(s_lock, IN_TIME);
	int64_t x;

	if (err == MPP_EOWNERDEAD) {
		*told = true;
		mpp_raw_value_set(s_right, mpp_raw_value_get(s_left));
		err = mpp_lock_consistent(s_lock);
	}
	if (err)
		return mpp_strerror(err);
	x = mpp_raw_value_get(s_left);
	if (mpp_raw_value_get(s_right) != x)
		return "half done, and nobody told";
	mpp_raw_value_set(s_left, x + 1);
	linger(random);
	mpp_raw_value_set(s_right, x + 1);
	return mpp_lock_release(s_lock) ? "release failed" : NULL;
}

static void free_lock_station(void)
{
	mpp_lock_free(s_lock);
	mpp_raw_value_free(s_left);
	mpp_raw_value_free(s_right);
}

/*
 * RLock: the same, a level deeper.
 */
static struct mpp_rlock *s_rlock;
static struct mpp_raw_value *s_inside;

static void make_rlock_station(void)
{
	ck_assert_int_eq(mpp_rlock_new(&s_rlock), 0);
	ck_assert_int_eq(mpp_raw_value_new(&s_inside, 'q', 0), 0);
}

static const char *visit_rlock_station(uint64_t random, bool *told)
{
	int err = mpp_rlock_acquire(s_rlock, IN_TIME);

	if (err == MPP_EOWNERDEAD) {
		*told = true;
		mpp_raw_value_set(s_inside, 0);
		err = mpp_rlock_consistent(s_rlock);
	}
	if (err || mpp_rlock_acquire(s_rlock, IN_TIME))
		return "acquire failed";
	if (mpp_raw_value_get(s_inside) != 0)
		return "two inside, or nobody told";
	mpp_raw_value_set(s_inside, 1);
	linger(random);
	mpp_raw_value_set(s_inside, 0);
	return mpp_rlock_release(s_rlock) || mpp_rlock_release(s_rlock)
		       ? "release failed" : NULL;
}

static void free_rlock_station(void)
{
	mpp_rlock_free(s_rlock);
	mpp_raw_value_free(s_inside);
}

/*
 * Value: what was added is there.
 */
static struct mpp_value *s_value;
static struct mpp_value *s_begun, *s_ended;

static void make_value_station(void)
{
	ck_assert_int_eq(mpp_value_new(&s_value, 'q', 0), 0);
	ck_assert_int_eq(mpp_value_new(&s_begun, 'q', 0), 0);
	ck_assert_int_eq(mpp_value_new(&s_ended, 'q', 0), 0);
}

static const char *visit_value_station(uint64_t random, bool *told)
{
	int64_t ended, value;

	(void)random;
	(void)told;
	mpp_value_add(s_begun, 1);
	mpp_value_add(s_value, 1);
	mpp_value_add(s_ended, 1);
	ended = mpp_value_get(s_ended);
	value = mpp_value_get(s_value);
	if (value < ended)
		return "an addition was lost";
	return value > mpp_value_get(s_begun) ? "one was made twice" : NULL;
}

static void free_value_station(void)
{
	mpp_value_free(s_value);
	mpp_value_free(s_begun);
	mpp_value_free(s_ended);
}

/*
 * Queue: messages arrive whole.  Who puts first may find it full, so a visit
 * does both with a short limit, which may be reached.
 */
struct message {
	uint64_t number, sum, rest[14];
};

static struct mpp_queue *s_queue;

static void make_queue_station(void)
{
	ck_assert_int_eq(mpp_queue_new(&s_queue, 4, sizeof(struct message)),
			 0);
}

static uint64_t sum_of(const struct message *m)
{
	uint64_t sum = m->number;

	for (int i = 0; i < 14; i++)
		sum = sum * 31 + m->rest[i];
	return sum;
}

static const char *visit_queue_station(uint64_t random, bool *told)
{
	struct message m = { .number = random };
	int err;

	(void)told;
	for (int i = 0; i < 14; i++)
		m.rest[i] = random * (uint64_t)(i + 3);
	m.sum = sum_of(&m);
	err = mpp_queue_put(s_queue, &m, MPP_SECONDS(0.002));
	if (err && err != MPP_ETIMEDOUT)
		return mpp_strerror(err);
	err = mpp_queue_get(s_queue, &m, MPP_SECONDS(0.002));
	if (err && err != MPP_ETIMEDOUT)
		return mpp_strerror(err);
	return err == 0 && m.sum != sum_of(&m) ? "a torn message" : NULL;
}

static void free_queue_station(void)
{
	mpp_queue_free(s_queue);
}

/*
 * Barrier: of two, with an action.  Limits are short, since nobody else need
 * be there, so it is broken by them as well as by deaths; who is told mends it.
 */
static struct mpp_barrier *s_barrier;
static struct mpp_value *s_acted;	/* cycles */
static struct mpp_value *s_passed;	/* parties */

static int act_in_storm(void *context)
{
	(void)context;
	return mpp_value_add(s_acted, 1);
}

static void make_barrier_station(void)
{
	ck_assert_int_eq(mpp_value_new(&s_acted, 'q', 0), 0);
	ck_assert_int_eq(mpp_value_new(&s_passed, 'q', 0), 0);
	ck_assert_int_eq(mpp_barrier_new(&s_barrier, 2, act_in_storm, NULL,
					 MPP_FOREVER),
			 0);
}

/* Nobody passes a cycle that did not act, and two at most pass each. */
static const char *visit_barrier_station(uint64_t random, bool *told)
{
	int got = mpp_barrier_wait(s_barrier, MPP_SECONDS(0.002));
	int64_t passed;

	if (got == MPP_EBROKEN || got == MPP_ETIMEDOUT) {
		*told = got == MPP_EBROKEN;
		linger(random);
		return mpp_barrier_reset(s_barrier) ? "reset failed" : NULL;
	}
	if (got != 0 && got != 1)
		return mpp_strerror(got);
	mpp_value_add(s_passed, 1);
	passed = mpp_value_get(s_passed);
	return passed > 2 * mpp_value_get(s_acted) ? "passed without an action"
						   : NULL;
}

static void free_barrier_station(void)
{
	printf("%" PRId64 " parties passed\n", mpp_value_get(s_passed));
	mpp_barrier_free(s_barrier);
	mpp_value_free(s_acted);
	mpp_value_free(s_passed);
}

#define STATION(id) \
	{ #id, make_##id##_station, visit_##id##_station, free_##id##_station }

static const struct station stations[] = {
	STATION(lock),
	STATION(rlock),
	STATION(value),
	STATION(queue),
	STATION(barrier),
};

enum { STATIONS = sizeof(stations) / sizeof(*stations) };

#endif
