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

#include <mpp/array.h>
#include <mpp/atomic.h>
#include <mpp/barrier.h>
#include <mpp/bounded_semaphore.h>
#include <mpp/condition.h>
#include <mpp/event.h>
#include <mpp/joinable_queue.h>
#include <mpp/lock.h>
#include <mpp/once.h>
#include <mpp/pipe.h>
#include <mpp/pool.h>
#include <mpp/queue.h>
#include <mpp/rlock.h>
#include <mpp/rwlock.h>
#include <mpp/semaphore.h>
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
 * Event: a gate that is open whenever nobody is behind the lock.  Who died
 * there has left it shut; the next one opens it.
 */
static struct mpp_event *s_gate;
static struct mpp_lock *s_gate_lock;

static void make_event_station(void)
{
	ck_assert_int_eq(mpp_event_new(&s_gate), 0);
	ck_assert_int_eq(mpp_event_set(s_gate), 0);
	ck_assert_int_eq(mpp_lock_new(&s_gate_lock, 0), 0);
}

static const char *visit_event_station(uint64_t random, bool *told)
{
	int err = mpp_lock_acquire(s_gate_lock, IN_TIME);

	if (err == MPP_EOWNERDEAD) {
		*told = true;
		mpp_event_set(s_gate);
		err = mpp_lock_consistent(s_gate_lock);
	}
	if (err)
		return mpp_strerror(err);
	if (!mpp_event_is_set(s_gate) || mpp_event_wait(s_gate, 0))
		return "shut, and nobody told";
	mpp_event_clear(s_gate);
	linger(random);
	if (mpp_event_wait(s_gate, 0) != MPP_EAGAIN)
		return "opened by nobody";
	mpp_event_set(s_gate);
	if (mpp_lock_release(s_gate_lock))
		return "release failed";
	/* shut by somebody, perhaps, but not for ever */
	return mpp_event_wait(s_gate, IN_TIME) ? "nobody opens" : NULL;
}

static void free_event_station(void)
{
	mpp_event_free(s_gate);
	mpp_lock_free(s_gate_lock);
}

/*
 * Once: a function that fails nearly always, so that each of a row is run many
 * times before it is done; then the next one's turn comes.
 */
enum { ONCES = 4000, FAILURES = 1 << 17 }; /* enough for ten minutes */

static struct mpp_once *s_once[ONCES];
static struct mpp_raw_value *s_turn, *s_running;
static struct mpp_raw_array *s_made;

static void make_once_station(void)
{
	for (int i = 0; i < ONCES; i++)
		ck_assert_int_eq(mpp_once_new(&s_once[i]), 0);
	ck_assert_int_eq(mpp_raw_array_new(&s_made, 'q', ONCES), 0);
	ck_assert_int_eq(mpp_raw_value_new(&s_turn, 'q', 0), 0);
	ck_assert_int_eq(mpp_raw_value_new(&s_running, 'q', 0), 0);
}

struct making {
	int64_t turn;
	uint64_t random;
	bool told;
	const char *wrong;
};

static int make_at_last(void *context, bool again)
{
	struct making *m = context;
	int64_t made = 0;

	mpp_raw_array_get(s_made, m->turn, &made);
	m->told = mpp_raw_value_get(s_running) != 0;
	if (m->told && !again)
		m->wrong = "two run it, or nobody told";
	if (made && !again)
		m->wrong = "made, and nobody told";
	mpp_raw_value_set(s_running, 1);
	linger(m->random);
	if (m->random / 64 % FAILURES == 0)
		mpp_raw_array_set(s_made, m->turn, 1);
	mpp_raw_value_set(s_running, 0);
	return m->random / 64 % FAILURES ? 1 : 0;
}

static const char *visit_once_station(uint64_t random, bool *told)
{
	struct making m = { .turn = mpp_raw_value_get(s_turn),
			    .random = random };
	int64_t made = 0;
	int err;

	if (m.turn == ONCES)
		m.turn--;
	err = mpp_once_run(s_once[m.turn], make_at_last, &m, IN_TIME);
	*told = m.told;
	if (m.wrong || err == 1)
		return m.wrong;
	if (err)
		return mpp_strerror(err);
	mpp_raw_array_get(s_made, m.turn, &made);
	mpp_raw_value_set(s_turn, m.turn + 1);
	return made ? NULL : "done, but not made";
}

static void free_once_station(void)
{
	printf("%" PRId64 " onces done\n", mpp_raw_value_get(s_turn));
	for (int i = 0; i < ONCES; i++)
		mpp_once_free(s_once[i]);
	mpp_raw_array_free(s_made);
	mpp_raw_value_free(s_turn);
	mpp_raw_value_free(s_running);
}

/*
 * Condition: who comes back from a wait, notified or not, has the lock alone.
 * A seat that a dead waiter kept would be missed: there are 64 of them.
 */
static struct mpp_condition *s_condition;
static struct mpp_raw_value *s_holder;	/* inside the lock */

static void make_condition_station(void)
{
	ck_assert_int_eq(mpp_condition_new(&s_condition), 0);
	ck_assert_int_eq(mpp_raw_value_new(&s_holder, 'q', 0), 0);
}

/* After the lock was taken, by an acquire or a wait. */
static const char *has_condition(int err, bool *told)
{
	if (err == MPP_EOWNERDEAD) {
		*told = true;
		mpp_raw_value_set(s_holder, 0);
		err = mpp_condition_consistent(s_condition);
	}
	if (err && err != MPP_ETIMEDOUT)
		return mpp_strerror(err);
	if (mpp_raw_value_get(s_holder) != 0)
		return "two have the lock, or nobody told";
	mpp_raw_value_set(s_holder, (int64_t)getpid());
	return NULL;
}

/* Before it is given back: nobody else was there meanwhile. */
static const char *gives_condition(void)
{
	if (mpp_raw_value_get(s_holder) != (int64_t)getpid())
		return "two had the lock";
	mpp_raw_value_set(s_holder, 0);
	return NULL;
}

static const char *visit_condition_station(uint64_t random, bool *told)
{
	int err = mpp_condition_acquire(s_condition, IN_TIME);
	const char *wrong = err == MPP_ETIMEDOUT ? "acquire timed out"
						 : has_condition(err, told);

	linger(random);
	if (!wrong)
		wrong = gives_condition();
	if (wrong)
		return wrong;
	if (random % 4 == 0) {
		err = mpp_condition_notify_all(s_condition);
	} else if (random % 4 == 1) {
		err = mpp_condition_notify(s_condition, 1);
	} else {
		err = mpp_condition_wait(s_condition, MPP_SECONDS(0.002));
		wrong = has_condition(err, told);
		if (wrong || (wrong = gives_condition()))
			return wrong;
		err = 0;
	}
	return err || mpp_condition_release(s_condition) ? "release failed"
							 : NULL;
}

static void free_condition_station(void)
{
	mpp_condition_free(s_condition);
	mpp_raw_value_free(s_holder);
}

/*
 * Pool: belongs to its visitor, so each makes one, and now and then again; its
 * workers go when the visitor is killed.  One item kills its worker as often as
 * is still to come; it is tried three times.
 */
enum { POOL_ITEMS = 4, POOL_TRIES = 3 };

static struct mpp_raw_value *s_deaths;

static void make_pool_station(void)
{
}

static int pool_task(const void *item, void *result)
{
	int64_t x = *(const int64_t *)item;
	int64_t deaths = x == 0 ? mpp_raw_value_get(s_deaths) : 0;

	if (deaths) {
		mpp_raw_value_set(s_deaths, deaths - 1);
		raise(SIGKILL);
	}
	*(int64_t *)result = x * 3 + 1;
	return 0;
}

static const char *use_pool(struct mpp_pool *p, int64_t deaths, bool *told)
{
	int64_t items[POOL_ITEMS] = { 0, 1, 2, 3 }, results[POOL_ITEMS];
	struct mpp_result *r;
	int err = mpp_pool_map_async(p, &r, pool_task, items, 8, POOL_ITEMS, 8,
				     1);
	int code;

	if (err)
		return mpp_strerror(err);
	err = mpp_result_get(r, results, IN_TIME);
	*told = mpp_result_exitcode(r, &code) == 1;
	mpp_result_free(r);
	if (*told != (deaths > 0))
		return "a death that was none, or that was not told";
	if (deaths == POOL_TRIES)
		return err == MPP_EWORKERDIED ? NULL : "done by the dead";
	if (err)
		return mpp_strerror(err);
	for (int i = 0; i < POOL_ITEMS; i++)
		if (results[i] != 3 * i + 1)
			return "a wrong result";
	return NULL;
}

static const char *visit_pool_station(uint64_t random, bool *told)
{
	static pid_t visited_by; /* forked visitors are others */
	struct mpp_pool_options options = { .workers = 2,
					    .retries = POOL_TRIES - 1 };
	int64_t deaths = random % 8 > 4 ? (int64_t)(random % 8) - 4 : 0;
	struct mpp_pool *p;
	const char *wrong;

	if (visited_by == getpid() && random / 8 % 256)
		return NULL; /* it takes as long as thousands of others */
	visited_by = getpid();
	if (mpp_raw_value_new(&s_deaths, 'q', deaths))
		return "no value";
	if (mpp_pool_new_with(&p, &options))
		return "no pool";
	wrong = use_pool(p, deaths, told);
	mpp_pool_free(p);
	mpp_raw_value_free(s_deaths);
	return wrong;
}

static void free_pool_station(void)
{
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
	STATION(event),
	STATION(once),
	STATION(condition),
	STATION(pool),
	STATION(barrier),
	STATION(semaphore),
	STATION(bounded),
	STATION(rwlock),
	STATION(joinable_queue),
	STATION(simple_queue),
	STATION(pipe),
};

enum { STATIONS = sizeof(stations) / sizeof(*stations) };

#endif
