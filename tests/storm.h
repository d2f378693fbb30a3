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

#include <mpp/atomic.h>
#include <mpp/bounded_semaphore.h>
#include <mpp/lock.h>
#include <mpp/queue.h>
#include <mpp/rlock.h>
#include <mpp/rwlock.h>
#include <mpp/semaphore.h>
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
 * Semaphore: one that a dead process had is lost, so there may be fewer than
 * were brought, but never more.
 */
static struct mpp_semaphore *s_semaphore;
static struct mpp_atomic *s_brought, *s_taken;

static void make_semaphore_station(void)
{
	ck_assert_int_eq(mpp_semaphore_new(&s_semaphore, 0), 0);
	ck_assert_int_eq(mpp_atomic_new(&s_brought, 0), 0);
	ck_assert_int_eq(mpp_atomic_new(&s_taken, 0), 0);
}

/* Counted before it is given and after it is taken. */
static const char *visit_semaphore_station(uint64_t random, bool *told)
{
	int64_t limit = random & 2 ? MPP_SECONDS(0.002) : 0;
	int64_t taken;
	int err;

	(void)told;
	if (random & 1) {
		mpp_atomic_fetch_add(s_brought, 1);
		if (mpp_semaphore_release(s_semaphore, 1))
			return "release failed";
	}
	err = mpp_semaphore_acquire(s_semaphore, limit);
	if (err == 0)
		mpp_atomic_fetch_add(s_taken, 1);
	else if (err != (limit ? MPP_ETIMEDOUT : MPP_EAGAIN))
		return mpp_strerror(err);
	taken = mpp_atomic_load(s_taken); /* first: else one counts twice */
	taken += mpp_semaphore_get_value(s_semaphore);
	linger(random >> 2);
	return taken > mpp_atomic_load(s_brought) ? "more than were given"
						  : NULL;
}

static void free_semaphore_station(void)
{
	mpp_semaphore_free(s_semaphore);
	mpp_atomic_free(s_brought);
	mpp_atomic_free(s_taken);
}

/*
 * BoundedSemaphore: of two permits none is ever lost, and who has both is alone.
 */
static struct mpp_bounded_semaphore *s_bounded;
static struct mpp_raw_value *s_alone;

static void make_bounded_station(void)
{
	ck_assert_int_eq(mpp_bounded_semaphore_new(&s_bounded, 2), 0);
	ck_assert_int_eq(mpp_raw_value_new(&s_alone, 'q', 0), 0);
}

static int take_permit(int64_t limit, bool *told)
{
	int err = mpp_bounded_semaphore_acquire(s_bounded, limit);

	*told |= err == MPP_EOWNERDEAD;
	return err == MPP_EOWNERDEAD ? 0 : err;
}

/* What a dead one left there does not matter: it writes no more. */
static const char *be_alone(uint64_t random)
{
	mpp_raw_value_set(s_alone, (int64_t)random);
	linger(random);
	return mpp_raw_value_get(s_alone) != (int64_t)random ? "two are alone"
							     : NULL;
}

static const char *visit_bounded_station(uint64_t random, bool *told)
{
	const char *wrong = NULL;
	int err = take_permit(IN_TIME, told);

	if (err)
		return mpp_strerror(err);
	err = take_permit(0, told);
	if (err == 0) {
		wrong = be_alone(random);
		if (mpp_bounded_semaphore_release(s_bounded))
			wrong = "release failed";
	} else if (err != MPP_EAGAIN) {
		wrong = mpp_strerror(err);
	}
	return mpp_bounded_semaphore_release(s_bounded) ? "release failed"
							: wrong;
}

static void free_bounded_station(void)
{
	ck_assert_int_eq(mpp_bounded_semaphore_get_value(s_bounded), 2);
	mpp_bounded_semaphore_free(s_bounded);
	mpp_raw_value_free(s_alone);
}

/*
 * RWLock: two cells that are equal for each reader.
 */
static struct mpp_rwlock *s_rwlock;
static struct mpp_raw_value *s_first, *s_second;

static void make_rwlock_station(void)
{
	ck_assert_int_eq(mpp_rwlock_new(&s_rwlock, 4), 0);
	ck_assert_int_eq(mpp_raw_value_new(&s_first, 'q', 0), 0);
	ck_assert_int_eq(mpp_raw_value_new(&s_second, 'q', 0), 0);
}

/* Alone, also who came to read and was told. */
static const char *write_both(uint64_t random)
{
	int64_t x = mpp_raw_value_get(s_first);

	if (mpp_raw_value_get(s_second) != x)
		return "half written, and nobody told";
	mpp_raw_value_set(s_first, x + 1);
	linger(random);
	mpp_raw_value_set(s_second, x + 1);
	return NULL;
}

static const char *read_both(uint64_t random)
{
	int64_t x = mpp_raw_value_get(s_first);

	linger(random);
	return mpp_raw_value_get(s_second) != x ? "written while read" : NULL;
}

static const char *visit_rwlock_station(uint64_t random, bool *told)
{
	bool writes = (random & 3) == 0;
	const char *wrong;
	int err = writes ? mpp_rwlock_acquire_write(s_rwlock, IN_TIME)
			 : mpp_rwlock_acquire_read(s_rwlock, IN_TIME);

	if (err == MPP_EOWNERDEAD) {
		*told = writes = true;
		mpp_raw_value_set(s_second, mpp_raw_value_get(s_first));
		err = mpp_rwlock_consistent(s_rwlock);
	}
	if (err)
		return mpp_strerror(err);
	wrong = writes ? write_both(random >> 2) : read_both(random >> 2);
	return mpp_rwlock_release(s_rwlock) ? "release failed" : wrong;
}

static void free_rwlock_station(void)
{
	mpp_rwlock_free(s_rwlock);
	mpp_raw_value_free(s_first);
	mpp_raw_value_free(s_second);
}

#define STATION(id) \
	{ #id, make_##id##_station, visit_##id##_station, free_##id##_station }

static const struct station stations[] = {
	STATION(lock),
	STATION(rlock),
	STATION(value),
	STATION(queue),
	STATION(semaphore),
	STATION(bounded),
	STATION(rwlock),
};

enum { STATIONS = sizeof(stations) / sizeof(*stations) };

#endif
