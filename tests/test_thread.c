/* SPDX-License-Identifier: MIT */
/*
 * test_thread.c - Thread: results, join, shared private memory.
 */
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include <mpp/lock.h>
#include <mpp/process.h>
#include <mpp/thread.h>

#include "hook_help.h"
#include "lock_help.h"
#include "unit.h"

static struct mpp_thread *t;
static struct mpp_lock *lock;
static int pipe_fds[2];
static int a_global;

static struct mpp_thread *started(int (*fn)(void *), const void *arg,
				  size_t size)
{
	struct mpp_thread *thread = NULL;

	ck_assert_int_eq(mpp_thread_new(&thread, fn, arg, size), 0);
	ck_assert_int_eq(mpp_thread_start(thread), 0);
	return thread;
}

static int return_int(void *arg)
{
	return *(int *)arg;
}

static int set_global(void *arg)
{
	__atomic_store_n(&a_global, *(int *)arg, __ATOMIC_RELEASE);
	return 0;
}

static int read_pipe(void *arg)
{
	char c;

	(void)arg;
	return (int)read(pipe_fds[0], &c, 1);
}

static int name_is(void *arg)
{
	return strcmp(mpp_current_name(), arg) == 0;
}

static int count_under_lock(void *arg)
{
	(void)arg;
	for (int i = 0; i < 10000; i++) {
		mpp_lock_acquire(lock, MPP_FOREVER);
		a_global++;
		mpp_lock_release(lock);
	}
	return 0;
}

START_TEST(the_result_is_whole)
{
	int n = -70000, result = 0;

	t = started(return_int, &n, sizeof(n));
	ck_assert_int_eq(mpp_thread_join(t, MPP_FOREVER), 0);
	ck_assert_int_eq(mpp_thread_result(t, &result), 1);
	ck_assert_int_eq(result, -70000);
	mpp_thread_free(t);
}
END_TEST

START_TEST(threads_share_private_memory)
{
	int n = 42;

	t = started(set_global, &n, sizeof(n));
	ck_assert_int_eq(mpp_thread_join(t, MPP_FOREVER), 0);
	ck_assert_int_eq(a_global, 42);
	mpp_thread_free(t);
}
END_TEST

START_TEST(join_has_a_limit)
{
	int result;

	ck_assert_int_eq(pipe(pipe_fds), 0);
	t = started(read_pipe, NULL, 0);
	ck_assert_int_eq(mpp_thread_join(t, 0), MPP_EAGAIN);
	ck_assert_int_eq(mpp_thread_join(t, 1000000), MPP_ETIMEDOUT);
	ck_assert(mpp_thread_is_alive(t));
	ck_assert_int_eq(mpp_thread_result(t, &result), 0);
	ck_assert_int_eq(write(pipe_fds[1], "x", 1), 1);
	ck_assert_int_eq(mpp_thread_join(t, MPP_SECONDS(50)), 0);
	ck_assert_int_eq(mpp_thread_join(t, MPP_FOREVER), 0); /* again */
	ck_assert(!mpp_thread_is_alive(t));
	mpp_thread_free(t);
}
END_TEST

START_TEST(join_before_start_is_refused)
{
	ck_assert_int_eq(mpp_thread_new(&t, read_pipe, NULL, 0), 0);
	ck_assert_int_eq(mpp_thread_join(t, MPP_FOREVER), MPP_ESTATE);
	ck_assert(!mpp_thread_is_alive(t));
	mpp_thread_free(t);
}
END_TEST

START_TEST(a_second_start_is_refused)
{
	int n = 0;

	t = started(return_int, &n, sizeof(n));
	ck_assert_int_eq(mpp_thread_start(t), MPP_ESTATE);
	mpp_thread_join(t, MPP_FOREVER);
}
END_TEST

START_TEST(a_forgotten_thread_goes_on)
{
	int n = 7;

	t = started(set_global, &n, sizeof(n));
	mpp_thread_free(t);
	while (__atomic_load_n(&a_global, __ATOMIC_ACQUIRE) != 7)
		sched_yield();
}
END_TEST

START_TEST(threads_have_names)
{
	int result = 0;

	t = started(name_is, "Thread-1", sizeof("Thread-1"));
	ck_assert_str_eq(mpp_thread_name(t), "Thread-1");
	mpp_thread_join(t, MPP_FOREVER);
	ck_assert_int_eq(mpp_thread_result(t, &result), 1);
	ck_assert_int_eq(result, 1);
	mpp_thread_free(t);
	ck_assert_int_eq(mpp_thread_new(&t, name_is, "x", 2), 0);
	ck_assert_int_eq(mpp_thread_set_name(t, "x"), 0);
	ck_assert_str_eq(mpp_thread_name(t), "x");
	mpp_thread_free(t);
}
END_TEST

START_TEST(a_lock_excludes_threads_too)
{
	struct mpp_thread *other;

	mpp_lock_new(&lock, 0);
	t = started(count_under_lock, NULL, 0);
	other = started(count_under_lock, NULL, 0);
	mpp_thread_join(t, MPP_FOREVER);
	mpp_thread_join(other, MPP_FOREVER);
	ck_assert_int_eq(a_global, 20000);
	mpp_thread_free(t);
	mpp_thread_free(other);
	mpp_lock_free(lock);
}
END_TEST

static bool shared_memory;

static int refuse_start(uint32_t *child, int (*fn)(void *), const void *arg,
			size_t size, bool shares_memory, struct mpp_life *life,
			const char *name)
{
	(void)child, (void)fn, (void)arg, (void)size, (void)life, (void)name;
	shared_memory = shares_memory;
	return MPP_ENOMEM;
}

START_TEST(a_scheduler_is_told_that_memory_is_shared)
{
	hooks_install_door();
	hook_table.start = refuse_start;
	ck_assert_int_eq(mpp_thread_new(&t, read_pipe, NULL, 0), 0);
	ck_assert_int_eq(mpp_thread_start(t), MPP_ENOMEM);
	ck_assert(shared_memory);
	mpp_thread_free(t);
	hooks_remove();
}
END_TEST

/* clang-format off */
UNIT_MAIN(UNIT(the_result_is_whole)
	  UNIT(threads_share_private_memory)
	  UNIT(join_has_a_limit)
	  UNIT(join_before_start_is_refused)
	  UNIT(a_second_start_is_refused)
	  UNIT(a_forgotten_thread_goes_on)
	  UNIT(threads_have_names)
	  UNIT(a_lock_excludes_threads_too)
	  UNIT(a_scheduler_is_told_that_memory_is_shared))
