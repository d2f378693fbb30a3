/* SPDX-License-Identifier: MIT */
/*
 * test_pool_death.c - workers of a pool that die, or end by themselves, and
 * makers that die.
 *
 * At every step: test_kill_pool.c.
 */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pool_parts.h"
#include "unit.h"

/* What tests and workers have in common. */
static struct {
	atomic_int deaths; /* still to come */
	atomic_int died;
	atomic_int ran;
	pid_t pid[20];
} *common;

static void die(void)
{
	atomic_fetch_add(&common->died, 1);
	raise(SIGKILL);
}

static int square(const void *item, void *result)
{
	int64_t x;

	memcpy(&x, item, sizeof(x));
	x *= x;
	memcpy(result, &x, sizeof(x));
	return 0;
}

/* Dies on 7 as long as deaths are to come; what it leaves in the result is not
 * to be seen. */
static int dies_on_7(const void *item, void *result)
{
	int64_t x;

	memcpy(&x, item, sizeof(x));
	atomic_fetch_add(&common->ran, 1);
	if (x == 7 && atomic_fetch_sub(&common->deaths, 1) > 0) {
		memset(result, 0xff, sizeof(x));
		die();
	}
	memcpy(&x, result, sizeof(x));
	return x ? 98 : square(item, result);
}

static int dies_always(const void *item, void *result)
{
	(void)item;
	(void)result;
	die();
	return 0;
}

static int exits(const void *item, void *result)
{
	(void)item;
	(void)result;
	_exit(3);
}

static int tells_pid(const void *item, void *result)
{
	pid_t pid = getpid();

	(void)item;
	memcpy(result, &pid, sizeof(pid));
	return 0;
}

static struct mpp_pool *pool_with(struct mpp_pool_options options)
{
	struct mpp_pool *p = NULL;

	common = mmap(NULL, sizeof(*common), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(common, MAP_FAILED);
	ck_assert_int_eq(mpp_pool_new_with(&p, &options), 0);
	return p;
}

#define POOL(...) pool_with((struct mpp_pool_options){ __VA_ARGS__ })

/* map over 1 .. count, 20 at most. */
static int map(struct mpp_pool *p, mpp_pool_fn *fn, size_t count,
	       int64_t *results, size_t chunk)
{
	int64_t items[20];

	for (size_t i = 0; i < count; i++)
		items[i] = (int64_t)i + 1;
	return mpp_pool_map(p, fn, items, sizeof(*items), count, results,
			    sizeof(*results), chunk);
}

static void are_squares(const int64_t *results, int64_t count)
{
	for (int64_t i = 0; i < count; i++)
		ck_assert_int_eq(results[i], (i + 1) * (i + 1));
}

static void squares_work(struct mpp_pool *p)
{
	int64_t results[20] = { 0 };

	ck_assert_int_eq(map(p, square, 20, results, 1), 0);
	are_squares(results, 20);
}

static void done_with(struct mpp_pool *p)
{
	mpp_pool_free(p);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
}

START_TEST(a_lost_task_is_tried_again)
{
	static const size_t chunks[] = { 1, 2, 7, 20 };

	for (unsigned i = 0; i < 8; i++) {
		struct mpp_pool *p = POOL(.workers = 1 + i % 2, .retries = 2);
		int64_t results[20] = { 0 };

		common->deaths = 2;
		ck_assert_int_eq(map(p, dies_on_7, 20, results, chunks[i / 2]),
				 0);
		are_squares(results, 20);
		ck_assert_int_eq(common->died, 2);
		/* Chunks that were done are not done twice. */
		if (chunks[i / 2] == 1)
			ck_assert_int_eq(common->ran, 22);
		squares_work(p);
		done_with(p);
	}
}
END_TEST

START_TEST(a_task_that_always_kills_is_tried_as_often_as_asked)
{
	struct mpp_pool *p = POOL(.workers = 2, .retries = 3);
	int64_t x = 1, result = -1;

	ck_assert_int_eq(mpp_pool_apply(p, dies_always, &x, 8, &result, 8),
			 MPP_EWORKERDIED);
	ck_assert_int_eq(result, -1);
	ck_assert_int_eq(common->died, 4);
	squares_work(p);
	done_with(p);
}
END_TEST

START_TEST(a_result_has_the_exit_code_of_who_died)
{
	struct mpp_pool *p = POOL(.workers = 2);
	struct mpp_result *killed, *exited, *fine;
	int64_t x = 7;
	int code = 0;

	common->deaths = 1;
	ck_assert_int_eq(
		mpp_pool_apply_async(p, &killed, dies_on_7, &x, 8, 8), 0);
	ck_assert_int_eq(mpp_pool_apply_async(p, &exited, exits, &x, 8, 8), 0);
	ck_assert_int_eq(mpp_pool_apply_async(p, &fine, square, &x, 8, 8), 0);
	ck_assert_int_eq(mpp_result_get(killed, &x, MPP_FOREVER),
			 MPP_EWORKERDIED);
	ck_assert_int_eq(mpp_result_exitcode(killed, &code), 1);
	ck_assert_int_eq(code, -SIGKILL);
	ck_assert_int_eq(mpp_result_get(exited, &x, MPP_FOREVER),
			 MPP_EWORKERDIED);
	ck_assert_int_eq(mpp_result_exitcode(exited, &code), 1);
	ck_assert_int_eq(code, 3);
	ck_assert_int_eq(mpp_result_get(fine, &x, MPP_FOREVER), 0);
	ck_assert_int_eq(x, 49);
	ck_assert_int_eq(mpp_result_exitcode(fine, &code), 0);
	done_with(p);
}
END_TEST

START_TEST(an_iterator_tells_a_death_at_its_place_and_goes_on)
{
	for (int retries = 0; retries < 2; retries++) {
		struct mpp_pool *p = POOL(.workers = 2, .retries = retries);
		int64_t items[20], x;
		struct mpp_iterator *it;

		for (int64_t i = 0; i < 20; i++)
			items[i] = i;
		common->deaths = 1;
		ck_assert_int_eq(mpp_pool_imap(p, &it, dies_on_7, items, 8, 20,
					       8, 1),
				 0);
		for (int64_t i = 0; i < 20; i++) {
			int err = mpp_iterator_next(it, &x, MPP_FOREVER);

			if (i == 7 && !retries) {
				ck_assert_int_eq(err, MPP_EWORKERDIED);
				continue;
			}
			ck_assert_int_eq(err, 0);
			ck_assert_int_eq(x, i * i);
		}
		ck_assert_int_eq(common->died, 1);
		mpp_iterator_free(it);
		done_with(p);
	}
}
END_TEST

/* Whoever polls, and never waits, is told too. */
START_TEST(is_ready_looks_after_the_dead)
{
	struct mpp_pool *p = POOL(.workers = 1, .retries = 1);
	struct mpp_result *r;
	int64_t x = 7;

	common->deaths = 1;
	ck_assert_int_eq(mpp_pool_apply_async(p, &r, dies_on_7, &x, 8, 8), 0);
	while (!mpp_result_is_ready(r))
		sched_yield();
	ck_assert_int_eq(mpp_result_get(r, &x, 0), 0);
	ck_assert_int_eq(x, 49);
	ck_assert_int_eq(common->died, 1);
	done_with(p);
}
END_TEST

START_TEST(all_workers_killed_while_idle_are_replaced)
{
	struct mpp_pool *p = POOL(.workers = 3);
	struct mpp_result *r;
	pid_t pid;

	squares_work(p);
	for (int round = 0; round < 5; round++) {
		for (unsigned i = 0; i < 3; i++)
			ck_assert_int_eq(
				mpp_process_kill(p->worker[i].process), 0);
		squares_work(p);
		/* And once with the job before the deaths. */
		ck_assert_int_eq(mpp_pool_apply_async(p, &r, tells_pid, NULL, 0,
						      sizeof(pid)),
				 0);
		(void)mpp_process_kill(p->worker[round % 3].process);
		(void)mpp_result_get(r, &pid, MPP_FOREVER);
		mpp_result_free(r);
		squares_work(p);
	}
	done_with(p);
}
END_TEST

START_TEST(a_closed_pool_still_replaces_the_dead)
{
	struct mpp_pool *p = POOL(.workers = 1, .retries = 3);
	struct mpp_result *r, *after;
	int64_t x = 7;

	common->deaths = 3;
	ck_assert_int_eq(mpp_pool_apply_async(p, &r, dies_on_7, &x, 8, 8), 0);
	ck_assert_int_eq(mpp_pool_apply_async(p, &after, square, &x, 8, 8), 0);
	ck_assert_int_eq(mpp_pool_close(p), 0);
	ck_assert_int_eq(mpp_pool_join(p), 0);
	ck_assert(mpp_result_is_ready(r));
	ck_assert_int_eq(mpp_result_get(r, &x, 0), 0);
	ck_assert_int_eq(x, 49);
	x = 0;
	ck_assert_int_eq(mpp_result_get(after, &x, 0), 0);
	ck_assert_int_eq(x, 49);
	ck_assert_int_eq(common->died, 3);
	done_with(p);
}
END_TEST

static atomic_int finished; /* threads */

static void *maps_in_vain(void *pool)
{
	void *wrong = NULL;

	for (int i = 0; i < 30 && !wrong; i++) {
		int64_t items[10], results[10];
		struct mpp_result *r;

		for (int64_t k = 0; k < 10; k++)
			items[k] = k;
		if (mpp_pool_map_async(pool, &r, dies_on_7, items, 8, 10, 8,
				       1) ||
		    mpp_result_get(r, results, MPP_FOREVER)) {
			wrong = pool;
			break;
		}
		mpp_result_free(r);
		for (int64_t k = 0; k < 10; k++)
			if (results[k] != k * k)
				wrong = pool;
	}
	atomic_fetch_add(&finished, 1);
	return wrong;
}

/* Each of them may find the dead, and try the others' tasks again. */
START_TEST(threads_that_get_and_one_that_polls_bear_deaths)
{
	enum { DEATHS = 12, THREADS = 2 };
	struct mpp_pool *p = POOL(.workers = 2, .retries = DEATHS);
	pthread_t thread[THREADS];
	void *wrong;

	common->deaths = DEATHS;
	for (int i = 0; i < THREADS; i++)
		ck_assert_int_eq(
			pthread_create(&thread[i], NULL, maps_in_vain, p), 0);
	while (finished < THREADS) {
		int n = mpp_pool_poll(p, 1000000);

		ck_assert(n >= 0 || n == MPP_ETIMEDOUT);
	}
	for (int i = 0; i < THREADS; i++) {
		ck_assert_int_eq(pthread_join(thread[i], &wrong), 0);
		ck_assert_ptr_null(wrong);
	}
	ck_assert_int_eq(common->died, DEATHS);
	done_with(p);
}
END_TEST

/*
 * Workers that end by themselves.
 */
static unsigned different(const pid_t *pid, unsigned n)
{
	unsigned found = 0;

	for (unsigned i = 0; i < n; i++) {
		unsigned k = 0;

		while (k < i && pid[k] != pid[i])
			k++;
		found += k == i;
	}
	return found;
}

START_TEST(a_worker_ends_after_so_many_tasks)
{
	static const struct {
		uint64_t limit;
		size_t chunk;
		unsigned pids; /* for 12 items and one worker */
	} cases[] = { { 0, 1, 1 }, { 1, 1, 12 }, { 3, 1, 4 },
		      { 3, 3, 4 }, { 4, 3, 2 },  { 100, 1, 1 } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct mpp_pool *p =
			POOL(.workers = 1,
			     .max_tasks_per_worker = cases[i].limit);
		pid_t pid[12];

		ck_assert_int_eq(mpp_pool_map(p, tells_pid, NULL, 0, 12, pid,
					      sizeof(*pid), cases[i].chunk),
				 0);
		ck_assert_uint_eq(different(pid, 12), cases[i].pids);
		done_with(p);
	}
}
END_TEST

START_TEST(jobs_outlive_workers_of_few_tasks)
{
	struct mpp_pool *p = POOL(.workers = 2, .max_tasks_per_worker = 1);
	struct mpp_result *r[30];

	for (int64_t i = 0; i < 30; i++)
		ck_assert_int_eq(
			mpp_pool_apply_async(p, &r[i], square, &i, 8, 8), 0);
	ck_assert_int_eq(mpp_pool_close(p), 0);
	ck_assert_int_eq(mpp_pool_join(p), 0);
	for (int64_t i = 0; i < 30; i++) {
		int64_t x = -1;

		ck_assert_int_eq(mpp_result_get(r[i], &x, 0), 0);
		ck_assert_int_eq(x, i * i);
	}
	done_with(p);
}
END_TEST

/* While the system starts no process, what is left is lost; later the pool is
 * as good as before. */
START_TEST(a_pool_that_cannot_start_workers_gives_up)
{
	struct rlimit before, none;
	struct mpp_pool *p;
	int64_t results[4];

	if (geteuid() == 0)
		ck_assert_int_eq(setuid(65534), 0); /* root has no limit */
	p = POOL(.workers = 2, .retries = 5);
	ck_assert_int_eq(getrlimit(RLIMIT_NPROC, &before), 0);
	none = before;
	none.rlim_cur = 0;
	squares_work(p);
	ck_assert_int_eq(setrlimit(RLIMIT_NPROC, &none), 0);
	ck_assert_int_eq(map(p, dies_always, 4, results, 1), MPP_EWORKERDIED);
	ck_assert_int_eq(common->died, 2);
	ck_assert_int_eq(setrlimit(RLIMIT_NPROC, &before), 0);
	squares_work(p);
	done_with(p);
}
END_TEST

/*
 * Makers that die: their workers become ours, and we see them end.
 */
static int pauses(const void *item, void *result)
{
	(void)item;
	(void)result;
	common->pid[atomic_fetch_add(&common->ran, 1)] = getpid();
	for (;;)
		pause();
	return 0;
}

static void *idle_maker(void *unused)
{
	struct mpp_pool *p = NULL;

	(void)unused;
	if (mpp_pool_new(&p, 2, NULL, NULL) ||
	    mpp_pool_apply(p, tells_pid, NULL, 0, &common->pid[0],
			   sizeof(pid_t)))
		_exit(1);
	raise(SIGKILL);
	return NULL;
}

static void *threaded_maker(void *unused)
{
	pthread_t thread;

	(void)unused;
	pthread_create(&thread, NULL, idle_maker, NULL);
	pthread_join(thread, NULL);
	return NULL;
}

static void *busy_maker(void *unused)
{
	struct mpp_pool *p = NULL;
	struct mpp_result *r;

	(void)unused;
	if (mpp_pool_new(&p, 2, NULL, NULL) ||
	    mpp_pool_map_async(p, &r, pauses, NULL, 0, 20, 0, 1))
		_exit(1);
	while (common->ran < 2)
		sched_yield();
	raise(SIGKILL);
	return NULL;
}

static void leaves_nobody(void *(*maker)(void *))
{
	unsigned orphans = 0;
	int status;
	pid_t pid;

	mpp_pool_free(POOL(.workers = 1)); /* makes what is common */
	ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		maker(NULL);
		_exit(1);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	while (waitpid(-1, &status, 0) > 0) /* until there are no more */
		orphans++;
	ck_assert_uint_eq(orphans, 2);
}

START_TEST(idle_workers_end_with_their_maker)
{
	leaves_nobody(idle_maker);
}
END_TEST

START_TEST(busy_workers_end_with_their_maker)
{
	leaves_nobody(busy_maker);
}
END_TEST

START_TEST(idle_workers_started_by_a_thread_end_with_their_maker)
{
	leaves_nobody(threaded_maker);
}
END_TEST

UNIT_MAIN(
	UNIT(a_lost_task_is_tried_again)
	UNIT(a_task_that_always_kills_is_tried_as_often_as_asked)
	UNIT(a_result_has_the_exit_code_of_who_died)
	UNIT(an_iterator_tells_a_death_at_its_place_and_goes_on)
	UNIT(is_ready_looks_after_the_dead)
	UNIT(all_workers_killed_while_idle_are_replaced)
	UNIT(a_closed_pool_still_replaces_the_dead)
	UNIT(threads_that_get_and_one_that_polls_bear_deaths)
	UNIT(a_worker_ends_after_so_many_tasks)
	UNIT(jobs_outlive_workers_of_few_tasks)
	UNIT(a_pool_that_cannot_start_workers_gives_up)
	UNIT(idle_workers_end_with_their_maker)
	UNIT(busy_workers_end_with_their_maker)
	UNIT(idle_workers_started_by_a_thread_end_with_their_maker))
