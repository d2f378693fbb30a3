/* SPDX-License-Identifier: MIT */
/*
 * test_pool.c - the pool, native: results and their order, errors, deaths.
 */
#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <mpp/hooks.h>
#include <mpp/pool.h>
#include <mpp/queue.h>

#include "unit.h"

static int square(const void *item, void *result)
{
	int64_t x;

	memcpy(&x, item, sizeof(x));
	x *= x;
	memcpy(result, &x, sizeof(x));
	return 0;
}

static struct mpp_pool *pool_of(unsigned workers)
{
	struct mpp_pool *p = NULL;

	ck_assert_int_eq(mpp_pool_new(&p, workers, NULL, NULL), 0);
	return p;
}

/* map over 1 .. count; results[i] is that of i + 1. */
static int map(struct mpp_pool *p, mpp_pool_fn *fn, size_t count,
	       int64_t *results, size_t chunk)
{
	int64_t items[1000];

	ck_assert_uint_le(count, 1000);
	for (size_t i = 0; i < count; i++)
		items[i] = (int64_t)i + 1;
	return mpp_pool_map(p, fn, items, sizeof(*items), count, results,
			    sizeof(*results), chunk);
}

static void squares_work(struct mpp_pool *p)
{
	int64_t results[100] = { 0 };

	ck_assert_int_eq(map(p, square, 100, results, 1), 0);
	for (int64_t i = 0; i < 100; i++)
		ck_assert_int_eq(results[i], (i + 1) * (i + 1));
}

static void no_children_left(void)
{
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
}

static unsigned open_files(void)
{
	DIR *d = opendir("/proc/self/fd");
	unsigned n = 0;

	ck_assert_ptr_nonnull(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

START_TEST(squares_one_to_five)
{
	struct mpp_pool *p = pool_of(3);
	int64_t results[5];
	static const int64_t expected[] = { 1, 4, 9, 16, 25 };

	ck_assert_uint_eq(mpp_pool_workers(p), 3);
	ck_assert_int_eq(map(p, square, 5, results, 0), 0);
	ck_assert_mem_eq(results, expected, sizeof(expected));
	mpp_pool_free(p);
}
END_TEST

START_TEST(results_stand_where_their_items_stood)
{
	struct mpp_pool *p = pool_of(2);
	static int64_t results[1000];
	static const size_t chunks[] = { 1, 2, 3, 7, 333, 999, 1000, 5000, 0 };

	for (size_t c = 0; c < sizeof(chunks) / sizeof(*chunks); c++) {
		memset(results, 0xff, sizeof(results));
		ck_assert_int_eq(map(p, square, 1000, results, chunks[c]), 0);
		for (int64_t i = 0; i < 1000; i++)
			ck_assert_int_eq(results[i], (i + 1) * (i + 1));
	}
	mpp_pool_free(p);
}
END_TEST

START_TEST(many_small_maps_on_one_pool)
{
	struct mpp_pool *p = pool_of(2);

	for (int i = 0; i < 500; i++) {
		int64_t results[3] = { 0 };

		ck_assert_int_eq(map(p, square, 3, results, 1), 0);
		ck_assert_int_eq(results[2], 9);
	}
	mpp_pool_free(p);
}
END_TEST

START_TEST(no_items_need_no_worker)
{
	struct mpp_pool *p = pool_of(1);

	ck_assert_int_eq(mpp_pool_map(p, square, NULL, 8, 0, NULL, 8, 0), 0);
	mpp_pool_free(p);
}
END_TEST

START_TEST(bad_arguments_are_refused)
{
	struct mpp_pool *p = pool_of(1);
	int64_t x = 1;

	ck_assert_int_eq(mpp_pool_map(p, NULL, &x, 8, 1, &x, 8, 0), MPP_EINVAL);
	ck_assert_int_eq(mpp_pool_map(p, square, NULL, 8, 1, &x, 8, 0),
			 MPP_EINVAL);
	ck_assert_int_eq(mpp_pool_map(p, square, &x, 8, 1, NULL, 8, 0),
			 MPP_EINVAL);
	ck_assert_int_eq(mpp_pool_map(p, square, &x, 8, 1, &x, 8, (size_t)-1),
			 MPP_EINVAL);
	ck_assert_int_eq(mpp_pool_map(p, square, &x, 8, SIZE_MAX / 4, &x, 8, 0),
			 MPP_ENOMEM);
	ck_assert_int_eq(mpp_pool_new(&p, 1u << 30, NULL, NULL), MPP_EINVAL);
	mpp_pool_free(p);
	mpp_pool_free(NULL);
}
END_TEST

START_TEST(apply_is_one_task)
{
	struct mpp_pool *p = pool_of(2);
	int64_t x = 12, result = 0;

	ck_assert_int_eq(mpp_pool_apply(p, square, &x, 8, &result, 8), 0);
	ck_assert_int_eq(result, 144);
	mpp_pool_free(p);
}
END_TEST

static int sees_zeros(const void *item, void *result)
{
	static const char zeros[3];
	int dirty = memcmp(result, zeros, 3) != 0;

	(void)item;
	memset(result, 'x', 3);
	return dirty;
}

START_TEST(results_are_zero_before_a_task)
{
	struct mpp_pool *p = pool_of(2);
	char results[50][3];

	for (int i = 0; i < 5; i++)
		ck_assert_int_eq(
			mpp_pool_map(p, sees_zeros, NULL, 0, 50, results, 3, 1),
			0);
	mpp_pool_free(p);
}
END_TEST

static int refuses_20_and_30(const void *item, void *result)
{
	int64_t x;

	memcpy(&x, item, sizeof(x));
	if (x == 20 || x == 30)
		return (int)x;
	return square(item, result);
}

START_TEST(the_first_failure_is_the_result)
{
	struct mpp_pool *p = pool_of(2);
	int64_t results[50];

	for (size_t chunk = 0; chunk < 30; chunk += 3) {
		memset(results, 0xff, sizeof(results));
		ck_assert_int_eq(map(p, refuses_20_and_30, 50, results, chunk),
				 20);
		ck_assert_int_eq(results[0], -1); /* untouched */
	}
	squares_work(p);
	mpp_pool_free(p);
}
END_TEST

/* Which items were run: a task puts its number here before anything else. */
static struct mpp_queue *ran;

static int dies_on_7(const void *item, void *result)
{
	int64_t x;

	memcpy(&x, item, sizeof(x));
	if (mpp_queue_put(ran, &x, 0))
		return 99;
	if (x == 7)
		raise(SIGKILL);
	return square(item, result);
}

static int dies_always(const void *item, void *result)
{
	(void)item;
	(void)result;
	raise(SIGKILL);
	return 0;
}

static int exits(const void *item, void *result)
{
	(void)item;
	(void)result;
	_exit(3);
}

START_TEST(a_worker_that_dies_in_a_task_is_told)
{
	struct mpp_pool *p;
	int64_t results[20];

	ck_assert_int_eq(mpp_queue_new(&ran, 20, 8), 0);
	p = pool_of(2);
	ck_assert_int_eq(map(p, dies_on_7, 20, results, 1), MPP_EWORKERDIED);
	ck_assert_uint_eq(mpp_queue_length(ran), 20); /* all others ran */
	squares_work(p);
	mpp_pool_free(p);
	mpp_queue_free(ran);
	no_children_left();
}
END_TEST

START_TEST(the_only_worker_is_replaced)
{
	struct mpp_pool *p;
	int64_t results[20];

	ck_assert_int_eq(mpp_queue_new(&ran, 20, 8), 0);
	p = pool_of(1);
	ck_assert_int_eq(map(p, dies_on_7, 20, results, 1), MPP_EWORKERDIED);
	ck_assert_uint_eq(mpp_queue_length(ran), 20);
	squares_work(p);
	mpp_pool_free(p);
	mpp_queue_free(ran);
}
END_TEST

START_TEST(tasks_that_always_kill_end_too)
{
	struct mpp_pool *p = pool_of(2);
	int64_t results[10];

	ck_assert_int_eq(map(p, dies_always, 10, results, 1), MPP_EWORKERDIED);
	ck_assert_int_eq(map(p, exits, 10, results, 1), MPP_EWORKERDIED);
	squares_work(p);
	mpp_pool_free(p);
	no_children_left();
}
END_TEST

static int tells_pid(const void *item, void *result)
{
	pid_t pid = getpid();

	(void)item;
	memcpy(result, &pid, sizeof(pid));
	return 0;
}

START_TEST(a_worker_killed_while_idle_is_replaced)
{
	struct mpp_pool *p = pool_of(1);
	pid_t pid = 0, other = 0;

	ck_assert_int_eq(
		mpp_pool_apply(p, tells_pid, NULL, 0, &pid, sizeof(pid)), 0);
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(
		mpp_pool_apply(p, tells_pid, NULL, 0, &other, sizeof(other)),
		0);
	ck_assert_int_ne(pid, other);
	mpp_pool_free(p);
	no_children_left();
}
END_TEST

static int fails(void *argument)
{
	return *(int *)argument;
}

static int dies(void *argument)
{
	(void)argument;
	raise(SIGKILL);
	return 0;
}

START_TEST(a_failing_initializer_is_told)
{
	struct mpp_pool *p = NULL;
	int one = 1;
	int64_t results[5];

	ck_assert_int_eq(mpp_pool_new(&p, 2, fails, &one), 0);
	ck_assert_int_eq(map(p, square, 5, results, 0), MPP_EINIT);
	ck_assert_int_eq(map(p, square, 5, results, 0), MPP_EINIT);
	ck_assert_int_eq(mpp_pool_close(p), 0);
	ck_assert_int_eq(mpp_pool_join(p), 0);
	mpp_pool_free(p);
	no_children_left();
}
END_TEST

START_TEST(an_initializer_that_dies_is_told)
{
	struct mpp_pool *p = NULL;
	int64_t results[5];

	ck_assert_int_eq(mpp_pool_new(&p, 2, dies, NULL), 0);
	ck_assert_int_eq(map(p, square, 5, results, 0), MPP_EINIT);
	mpp_pool_free(p);
	no_children_left();
}
END_TEST

static int64_t set_up;

static int sets_up(void *argument)
{
	set_up = *(int64_t *)argument;
	return 0;
}

static int adds_set_up(const void *item, void *result)
{
	int64_t x;

	memcpy(&x, item, sizeof(x));
	x += set_up;
	memcpy(result, &x, sizeof(x));
	return 0;
}

START_TEST(every_worker_is_initialized_first)
{
	struct mpp_pool *p = NULL;
	int64_t hundred = 100;
	int64_t results[50];

	ck_assert_int_eq(mpp_pool_new(&p, 3, sets_up, &hundred), 0);
	ck_assert_int_eq(map(p, adds_set_up, 50, results, 1), 0);
	for (int64_t i = 0; i < 50; i++)
		ck_assert_int_eq(results[i], i + 101);
	ck_assert_int_eq(set_up, 0); /* the workers' memory is their own */
	mpp_pool_free(p);
}
END_TEST

START_TEST(a_closed_pool_takes_no_more)
{
	struct mpp_pool *p = pool_of(2);
	int64_t results[5];

	ck_assert_int_eq(mpp_pool_join(p), MPP_ESTATE);
	squares_work(p);
	ck_assert_int_eq(mpp_pool_close(p), 0);
	ck_assert_int_eq(mpp_pool_close(p), 0);
	ck_assert_int_eq(map(p, square, 5, results, 0), MPP_ECLOSED);
	ck_assert_int_eq(mpp_pool_join(p), 0);
	ck_assert_int_eq(mpp_pool_join(p), 0);
	no_children_left();
	ck_assert_int_eq(mpp_pool_terminate(p), 0);
	mpp_pool_free(p);
}
END_TEST

/* Says that it runs, then never ends. */
static int blocks(const void *item, void *result)
{
	int64_t x = 1;

	(void)item;
	(void)result;
	mpp_queue_put(ran, &x, MPP_FOREVER);
	for (;;)
		pause();
	return 0;
}

static void *map_blocks(void *pool)
{
	int64_t results[4];

	return (void *)(intptr_t)map(pool, blocks, 4, results, 1);
}

/* Until somebody puts something. */
static struct mpp_queue *doorway;

static int wait_at_the_door(const void *item, void *result)
{
	int64_t x = 0;

	(void)item;
	(void)result;
	return mpp_queue_get(doorway, &x, MPP_FOREVER);
}

START_TEST(a_join_with_a_limit_gives_up_and_can_go_on)
{
	struct mpp_pool *p;
	struct mpp_result *r;
	int64_t x = 1;

	ck_assert_int_eq(mpp_queue_new(&doorway, 1, sizeof(x)), 0);
	p = pool_of(1);
	ck_assert_int_eq(mpp_pool_join_timed(p, 0), MPP_ESTATE);
	ck_assert_int_eq(mpp_pool_apply_async(p, &r, wait_at_the_door, &x,
					      sizeof(x), 0), 0);
	ck_assert_int_eq(mpp_pool_close(p), 0);
	ck_assert_int_eq(mpp_pool_join_timed(p, 0), MPP_EAGAIN);
	ck_assert_int_eq(mpp_pool_join_timed(p, MPP_SECONDS(0.02)),
			 MPP_ETIMEDOUT);
	ck_assert_int_eq(mpp_queue_put(doorway, &x, MPP_FOREVER), 0);
	ck_assert_int_eq(mpp_pool_join_timed(p, MPP_SECONDS(60)), 0);
	ck_assert_int_eq(mpp_result_get(r, NULL, 0), 0);
	mpp_result_free(r);
	mpp_pool_free(p);
	mpp_queue_free(doorway);
	no_children_left();
}
END_TEST

START_TEST(terminate_ends_busy_workers)
{
	struct mpp_pool *p;
	pthread_t thread;
	void *result;
	int64_t x;

	ck_assert_int_eq(mpp_queue_new(&ran, 4, 8), 0);
	p = pool_of(2);
	ck_assert_int_eq(pthread_create(&thread, NULL, map_blocks, p), 0);
	ck_assert_int_eq(mpp_queue_get(ran, &x, MPP_FOREVER), 0);
	ck_assert_int_eq(mpp_queue_get(ran, &x, MPP_FOREVER), 0);
	ck_assert_int_eq(mpp_pool_terminate(p), 0);
	ck_assert_int_eq(mpp_pool_join(p), 0);
	ck_assert_int_eq(pthread_join(thread, &result), 0);
	ck_assert_int_eq((int)(intptr_t)result, MPP_ECLOSED);
	mpp_pool_free(p);
	mpp_queue_free(ran);
	no_children_left();
}
END_TEST

static int hangs(void *argument)
{
	(void)argument;
	for (;;)
		pause();
	return 0;
}

START_TEST(free_ends_workers_that_hang_in_the_initializer)
{
	struct mpp_pool *p = NULL;

	ck_assert_int_eq(mpp_pool_new(&p, 2, hangs, NULL), 0);
	mpp_pool_free(p);
	no_children_left();
}
END_TEST

START_TEST(pools_leave_no_process_and_no_file)
{
	unsigned files = open_files();

	for (int i = 0; i < 50; i++) {
		struct mpp_pool *p = pool_of(2);

		if (i % 2)
			squares_work(p);
		mpp_pool_free(p);
		no_children_left();
	}
	ck_assert_uint_eq(open_files(), files);
}
END_TEST

/* More than fits in what stays allocated, twice. */
START_TEST(large_jobs_fit)
{
	enum { COUNT = 300, SIZE = 20000 };
	struct mpp_pool *p = pool_of(2);
	char *results = calloc(COUNT, SIZE);

	ck_assert_ptr_nonnull(results);
	for (int round = 0; round < 2; round++)
		ck_assert_int_eq(mpp_pool_map(p, sees_zeros, results, SIZE,
					      COUNT, results, SIZE, 0),
				 0);
	ck_assert_int_eq(results[SIZE * (COUNT - 1)], 'x');
	free(results);
	mpp_pool_free(p);
}
END_TEST

START_TEST(runs_with_workers_as_threads)
{
	struct mpp_pool *p;

	mpp_processes_as_threads = true;
	p = pool_of(2);
	squares_work(p);
	ck_assert_int_eq(mpp_pool_close(p), 0);
	ck_assert_int_eq(mpp_pool_join(p), 0);
	mpp_pool_free(p);
	p = pool_of(2);
	squares_work(p);
	mpp_pool_free(p);
}
END_TEST

/* A hook that only counts: the library waits natively. */
static unsigned kinds[MPP_OP_KINDS];

static int count_before(const struct mpp_op *op)
{
	kinds[op->kind]++;
	return 0;
}

static const struct mpp_hooks counting = {
	.abi = sizeof(struct mpp_hooks),
	.before = count_before,
};

START_TEST(the_maker_announces_its_operations)
{
	struct mpp_pool *p;

	mpp_hooks_installed = &counting;
	p = pool_of(2);
	squares_work(p);
	ck_assert_uint_eq(kinds[MPP_OP_SEND], 1);
	ck_assert_uint_ge(kinds[MPP_OP_AWAIT], 1);
	ck_assert_uint_eq(kinds[MPP_OP_WRITE], 0);
	mpp_pool_close(p);
	ck_assert_uint_eq(kinds[MPP_OP_WRITE], 1);
	mpp_pool_join(p);
	mpp_pool_free(p);
}
END_TEST

START_TEST(there_is_a_processor)
{
	struct mpp_pool *p = pool_of(0);

	ck_assert_uint_ge(mpp_cpu_count(), 1);
	ck_assert_uint_eq(mpp_pool_workers(p), mpp_cpu_count());
	mpp_pool_free(p);
}
END_TEST

UNIT_MAIN(
	UNIT(a_join_with_a_limit_gives_up_and_can_go_on)
	UNIT(squares_one_to_five) UNIT(results_stand_where_their_items_stood) UNIT(
		many_small_maps_on_one_pool) UNIT(no_items_need_no_worker)
		UNIT(bad_arguments_are_refused) UNIT(apply_is_one_task) UNIT(
			results_are_zero_before_a_task) UNIT(the_first_failure_is_the_result)
			UNIT(a_worker_that_dies_in_a_task_is_told) UNIT(
				the_only_worker_is_replaced) UNIT(tasks_that_always_kill_end_too)
				UNIT(a_worker_killed_while_idle_is_replaced) UNIT(
					a_failing_initializer_is_told) UNIT(an_initializer_that_dies_is_told)
					UNIT(every_worker_is_initialized_first) UNIT(
						a_closed_pool_takes_no_more) UNIT(terminate_ends_busy_workers)
						UNIT(free_ends_workers_that_hang_in_the_initializer) UNIT(
							pools_leave_no_process_and_no_file)
							UNIT(large_jobs_fit) UNIT(
								runs_with_workers_as_threads)
								UNIT(the_maker_announces_its_operations)
									UNIT(there_is_a_processor))
