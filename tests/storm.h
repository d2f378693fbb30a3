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

#include <mpp/joinable_queue.h>
#include <mpp/lock.h>
#include <mpp/pipe.h>
#include <mpp/queue.h>
#include <mpp/rlock.h>
#include <mpp/simple_queue.h>
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
 * JoinableQueue: every task is in the queue, done or lost, so that a join sees
 * the end of them in time.
 */
static struct mpp_joinable_queue *s_tasks;

static void make_joinable_queue_station(void)
{
	ck_assert_int_eq(mpp_joinable_queue_new(&s_tasks, 4, 8), 0);
}

static const char *visit_joinable_queue_station(uint64_t random, bool *told)
{
	uint64_t task = random;
	int64_t lost;
	int err = mpp_joinable_queue_put(s_tasks, &task, MPP_SECONDS(0.002));

	if (err && err != MPP_ETIMEDOUT)
		return mpp_strerror(err);
	while ((err = mpp_joinable_queue_get(s_tasks, &task, 0)) == 0) {
		linger(random);
		if (mpp_joinable_queue_task_done(s_tasks))
			return "my task was not mine";
	}
	if (err != MPP_EAGAIN)
		return mpp_strerror(err);
	if (mpp_joinable_queue_task_done(s_tasks) != MPP_ESTATE)
		return "a task too many";
	err = mpp_joinable_queue_join(s_tasks, MPP_SECONDS(0.002));
	if (err == MPP_ELOST) {
		*told = true;
		lost = mpp_joinable_queue_forgive(s_tasks);
		return lost < 0 ? "forgiving failed" : NULL;
	}
	return err && err != MPP_ETIMEDOUT ? mpp_strerror(err) : NULL;
}

/* Nobody is in the middle of a task any more. */
static void free_joinable_queue_station(void)
{
	int64_t task;

	while (mpp_joinable_queue_get(s_tasks, &task, 0) == 0)
		ck_assert_int_eq(mpp_joinable_queue_task_done(s_tasks), 0);
	ck_assert_int_ge(mpp_joinable_queue_forgive(s_tasks), 0);
	ck_assert_int_eq(mpp_joinable_queue_join(s_tasks, IN_TIME), 0);
	mpp_joinable_queue_free(s_tasks);
}

/*
 * SimpleQueue: messages of all sizes, each of one byte again and again.
 */
static struct mpp_simple_queue *s_bytes;

static void make_simple_queue_station(void)
{
	ck_assert_int_eq(mpp_simple_queue_new(&s_bytes, 256), 0);
}

static bool is_even(const unsigned char *m, size_t size)
{
	for (size_t i = 1; i < size; i++)
		if (m[i] != m[0])
			return false;
	return true;
}

static const char *visit_simple_queue_station(uint64_t random, bool *told)
{
	unsigned char m[120];
	size_t size = 1 + random % sizeof(m);
	int err;

	(void)told;
	memset(m, (int)size, size);
	err = mpp_simple_queue_put(s_bytes, m, size, MPP_SECONDS(0.002));
	if (err && err != MPP_ETIMEDOUT)
		return mpp_strerror(err);
	err = mpp_simple_queue_get(s_bytes, m, sizeof(m), &size,
				   MPP_SECONDS(0.002));
	if (err)
		return err == MPP_ETIMEDOUT ? NULL : mpp_strerror(err);
	return !is_even(m, size) || m[0] != size ? "a torn message" : NULL;
}

static void free_simple_queue_station(void)
{
	mpp_simple_queue_free(s_bytes);
}

/*
 * Pipe: some are larger than the ring.  A message comes whole, or its receiver
 * is told; the test itself keeps both ends in use.
 */
static struct mpp_connection *s_ends[2];

static void make_pipe_station(void)
{
	ck_assert_int_eq(mpp_pipe_new(s_ends, false, 256), 0);
	ck_assert_int_eq(mpp_connection_use(s_ends[0]), 0);
	ck_assert_int_eq(mpp_connection_use(s_ends[1]), 0);
}

static const char *visit_pipe_station(uint64_t random, bool *told)
{
	unsigned char m[600];
	size_t size = 1 + random / 2 % sizeof(m);
	int err;

	if (random % 2) {
		memset(m, (int)(size % 251), size);
		err = mpp_connection_send_bytes(s_ends[1], m, size,
						MPP_SECONDS(0.002));
		return err && err != MPP_ETIMEDOUT && err != MPP_ECUT
			       ? mpp_strerror(err) : NULL;
	}
	err = mpp_connection_recv_bytes(s_ends[0], m, sizeof(m), &size,
					MPP_SECONDS(0.002));
	*told = err == MPP_ECUT;
	if (err)
		return err == MPP_ETIMEDOUT || err == MPP_ECUT
			       ? NULL : mpp_strerror(err);
	return !is_even(m, size) || m[0] != size % 251 ? "a torn message"
						       : NULL;
}

static void free_pipe_station(void)
{
	mpp_pipe_free(s_ends);
}

#define STATION(id) \
	{ #id, make_##id##_station, visit_##id##_station, free_##id##_station }

static const struct station stations[] = {
	STATION(lock),
	STATION(rlock),
	STATION(value),
	STATION(queue),
	STATION(joinable_queue),
	STATION(simple_queue),
	STATION(pipe),
};

enum { STATIONS = sizeof(stations) / sizeof(*stations) };

#endif
