/* SPDX-License-Identifier: MIT */
/*
 * test_once.c - Once: who runs the function, who waits, what failures and
 * deaths do, announcements.
 *
 * The once is compiled here once more, so that a test sees when somebody waits.
 */
#include <signal.h>
#include <sys/mman.h>

#include "once.c"

#include "hook_help.h"
#include "lock_help.h"
#include "unit.h"

#define MS ((int64_t)1000000)

/* What all processes of a test see. */
static struct shared {
	uint32_t runs;		/* of the function */
	uint32_t agains;	/* of which were told "again" */
	uint32_t inside;	/* somebody is in it */
	uint32_t go_on;		/* and may leave it */
	uint32_t thing;		/* what it makes */
} *shared;

static struct mpp_once *once;

static void make_once(void)
{
	once = NULL;
	ck_assert_int_eq(mpp_once_new(&once), 0);
	shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(shared, MAP_FAILED);
}

static void free_once(void)
{
	mpp_once_free(once);
	munmap(shared, 4096);
}

static void until(const uint32_t *word)
{
	while (!__atomic_load_n(word, __ATOMIC_ACQUIRE))
		sched_yield();
}

static int makes(void *context, bool again)
{
	ck_assert_ptr_eq(context, shared);
	__atomic_fetch_add(&shared->runs, 1, __ATOMIC_SEQ_CST);
	__atomic_fetch_add(&shared->agains, again, __ATOMIC_SEQ_CST);
	shared->thing = 42;
	return 0;
}

static int makes_slowly(void *context, bool again)
{
	__atomic_store_n(&shared->inside, 1, __ATOMIC_SEQ_CST);
	until(&shared->go_on);
	return makes(context, again);
}

static int fails(void *context, bool again)
{
	makes(context, again);
	return 7;
}

static int exits(void *context, bool again)
{
	(void)context, (void)again;
	_exit(3);
}

static int run_of(mpp_once_function *function)
{
	return mpp_once_run(once, function, shared, MPP_FOREVER);
}

static int runs_it(void *function)
{
	return run_of(*(mpp_once_function **)function) || shared->thing != 42;
}

static pid_t runner(mpp_once_function *function)
{
	return forked(runs_it, &function);
}

static void until_somebody_waits_for_the_run(void)
{
	until_somebody_waits(&once->lock.word);
}

START_TEST(the_function_runs_once)
{
	make_once();
	ck_assert_int_eq(mpp_once_new(NULL), MPP_EINVAL);
	ck_assert(!mpp_once_is_done(once));
	ck_assert_int_eq(run_of(makes), 0);
	ck_assert(mpp_once_is_done(once));
	ck_assert_int_eq(run_of(makes), 0);
	ck_assert_int_eq(mpp_once_run(once, makes, shared, 0), 0);
	ck_assert_int_eq(reaped(runner(makes)), 0);
	ck_assert_uint_eq(shared->runs, 1);
	ck_assert_uint_eq(shared->agains, 0);
	free_once();
	mpp_once_free(NULL);
}
END_TEST

START_TEST(the_others_wait_for_the_first)
{
	pid_t pid[4];

	make_once();
	pid[0] = runner(makes_slowly);
	until(&shared->inside);
	for (int i = 1; i < 4; i++)
		pid[i] = runner(makes);
	until_somebody_waits_for_the_run();
	ck_assert_uint_eq(shared->runs, 0);
	ck_assert(!mpp_once_is_done(once));
	__atomic_store_n(&shared->go_on, 1, __ATOMIC_SEQ_CST);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(reaped(pid[i]), 0);
	ck_assert_uint_eq(shared->runs, 1);
	free_once();
}
END_TEST

START_TEST(waiting_has_a_limit)
{
	pid_t pid;

	make_once();
	pid = runner(makes_slowly);
	until(&shared->inside);
	ck_assert_int_eq(mpp_once_run(once, makes, shared, 0), MPP_EAGAIN);
	ck_assert_int_eq(mpp_once_run(once, makes, shared, -1), MPP_EAGAIN);
	ck_assert_int_eq(mpp_once_run(once, makes, shared, 2 * MS),
			 MPP_ETIMEDOUT);
	__atomic_store_n(&shared->go_on, 1, __ATOMIC_SEQ_CST);
	ck_assert_int_eq(reaped(pid), 0);
	ck_assert_int_eq(mpp_once_run(once, makes, shared, 0), 0);
	ck_assert_uint_eq(shared->runs, 1);
	free_once();
}
END_TEST

START_TEST(after_a_failure_the_next_one_tries_again)
{
	make_once();
	ck_assert_int_eq(run_of(fails), 7);
	ck_assert(!mpp_once_is_done(once));
	ck_assert_uint_eq(shared->agains, 0);
	ck_assert_int_eq(run_of(fails), 7);
	ck_assert_uint_eq(shared->agains, 1);
	ck_assert_int_eq(run_of(makes), 0);
	ck_assert_uint_eq(shared->agains, 2);
	ck_assert_int_eq(run_of(fails), 0);
	ck_assert_uint_eq(shared->runs, 3);
	free_once();
}
END_TEST

START_TEST(when_the_runner_is_killed_one_that_waits_runs)
{
	pid_t first, others[2];

	make_once();
	first = runner(makes_slowly);
	until(&shared->inside);
	for (int i = 0; i < 2; i++)
		others[i] = runner(makes);
	until_somebody_waits_for_the_run();
	kill(first, SIGKILL);
	ck_assert_int_eq(reaped(first), -SIGKILL);
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(reaped(others[i]), 0);
	ck_assert_uint_eq(shared->runs, 1);
	ck_assert_uint_eq(shared->agains, 1);
	ck_assert(mpp_once_is_done(once));
	free_once();
}
END_TEST

START_TEST(when_the_runner_exits_the_next_caller_runs)
{
	make_once();
	ck_assert_int_eq(reaped(runner(exits)), 3);
	ck_assert_int_eq(reaped(runner(exits)), 3);
	ck_assert_int_eq(run_of(makes), 0);
	ck_assert_uint_eq(shared->agains, 1);
	ck_assert_int_eq(reaped(runner(exits)), 0);
	free_once();
}
END_TEST

static int calls_itself(void *context, bool again)
{
	ck_assert_int_eq(run_of(makes), MPP_EDEADLK);
	return makes(context, again);
}

START_TEST(a_call_from_inside_is_refused)
{
	make_once();
	ck_assert_int_eq(run_of(calls_itself), 0);
	ck_assert_uint_eq(shared->runs, 1);
	free_once();
}
END_TEST

enum { ONCES = 500 };
static struct mpp_once *many[ONCES];

static int runs_all(void *argument)
{
	(void)argument;
	for (int i = 0; i < ONCES; i++)
		if (mpp_once_run(many[i], makes, shared, MPP_FOREVER) < 0)
			return 1;
	return 0;
}

START_TEST(four_processes_run_each_of_many_once)
{
	pid_t pid[4];

	make_once();
	for (int i = 0; i < ONCES; i++)
		ck_assert_int_eq(mpp_once_new(&many[i]), 0);
	for (int i = 0; i < 4; i++)
		pid[i] = forked(runs_all, NULL);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(reaped(pid[i]), 0);
	ck_assert_uint_eq(shared->runs, ONCES);
	ck_assert_uint_eq(shared->agains, 0);
}
END_TEST

static uint8_t kinds[10];

static int note_kind(const struct mpp_op *op)
{
	hooked_before(op);
	ck_assert_int_le(hooked.before, 10);
	kinds[hooked.before - 1] = op->kind;
	ck_assert_ptr_nonnull(op->pc);
	if (op->kind == MPP_OP_ACQUIRE) {
		ck_assert_int_eq(op->flags, MPP_OWNED);
		ck_assert_ptr_nonnull(op->death);
		ck_assert_ptr_nonnull(op->ready);
	}
	return 0;
}

START_TEST(a_run_is_announced)
{
	static const uint8_t first[] = { MPP_OP_READ, MPP_OP_ACQUIRE,
					 MPP_OP_RMW, MPP_OP_WRITE,
					 MPP_OP_RELEASE, MPP_OP_READ };

	make_once();
	hooks_install_door();
	ck_assert_int_eq(mpp_once_new(&once), 0);
	hook_table.before = note_kind;
	ck_assert_int_eq(run_of(makes), 0);
	ck_assert_int_eq(hooked.before, 5);
	ck_assert_int_eq(run_of(makes), 0);
	ck_assert_int_eq(hooked.before, 6);
	ck_assert_int_eq(hooked.after, 6);
	ck_assert_mem_eq(kinds, first, sizeof(first));
	hooks_remove();
}
END_TEST

UNIT_MAIN(
	UNIT(the_function_runs_once)
	UNIT(the_others_wait_for_the_first)
	UNIT(waiting_has_a_limit)
	UNIT(after_a_failure_the_next_one_tries_again)
	UNIT(when_the_runner_is_killed_one_that_waits_runs)
	UNIT(when_the_runner_exits_the_next_caller_runs)
	UNIT(a_call_from_inside_is_refused)
	UNIT(four_processes_run_each_of_many_once)
	UNIT(a_run_is_announced))
