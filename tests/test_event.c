/* SPDX-License-Identifier: MIT */
/*
 * test_event.c - Event: what waits, what a death does, signals, announcements.
 *
 * The event is compiled here once more, so that a test sees when somebody
 * sleeps.
 */
#include <signal.h>
#include <sys/time.h>

#include "event.c"

#include "hook_help.h"
#include "lock_help.h"
#include "unit.h"

#define MS ((int64_t)1000000)

static struct mpp_event *event;

static void make_event(void)
{
	event = NULL;
	ck_assert_int_eq(mpp_event_new(&event), 0);
}

static void until_somebody_sleeps(void)
{
	while (!(__atomic_load_n(&event->bell.word, __ATOMIC_ACQUIRE) &
		 SLEEPERS))
		sched_yield();
}

static int waits(void *argument)
{
	(void)argument;
	return -mpp_event_wait(event, MPP_FOREVER);
}

static int sets_it(void *argument)
{
	(void)argument;
	return -mpp_event_set(event);
}

START_TEST(a_new_event_is_clear)
{
	ck_assert_int_eq(mpp_event_new(NULL), MPP_EINVAL);
	make_event();
	ck_assert(!mpp_event_is_set(event));
	ck_assert_int_eq(mpp_event_wait(event, 0), MPP_EAGAIN);
	ck_assert_int_eq(mpp_event_wait(event, -5), MPP_EAGAIN);
	mpp_event_free(event);
	mpp_event_free(NULL);
}
END_TEST

START_TEST(a_limit_that_passes_is_told)
{
	int64_t start = mpp_native_now();

	make_event();
	ck_assert_int_eq(mpp_event_wait(event, 2 * MS), MPP_ETIMEDOUT);
	ck_assert_int_ge(mpp_native_now() - start, 2 * MS);
	/* longer than a slice */
	start = mpp_native_now();
	ck_assert_int_eq(mpp_event_wait(event, 70 * MS), MPP_ETIMEDOUT);
	ck_assert_int_ge(mpp_native_now() - start, 70 * MS);
	mpp_event_free(event);
}
END_TEST

START_TEST(what_one_process_sets_another_sees)
{
	make_event();
	ck_assert_int_eq(reaped(forked(sets_it, NULL)), 0);
	ck_assert(mpp_event_is_set(event));
	ck_assert_int_eq(mpp_event_wait(event, 0), 0);
	ck_assert_int_eq(mpp_event_wait(event, MPP_FOREVER), 0);
	ck_assert(mpp_event_is_set(event));
	ck_assert_int_eq(mpp_event_set(event), 0);
	ck_assert(mpp_event_is_set(event));
	ck_assert_int_eq(mpp_event_clear(event), 0);
	ck_assert(!mpp_event_is_set(event));
	ck_assert_int_eq(mpp_event_clear(event), 0);
	ck_assert_int_eq(mpp_event_wait(event, 0), MPP_EAGAIN);
	mpp_event_free(event);
}
END_TEST

START_TEST(a_set_lets_all_go)
{
	pid_t pid[5];

	make_event();
	for (int i = 0; i < 5; i++)
		pid[i] = forked(waits, NULL);
	until_somebody_sleeps();
	mpp_event_set(event);
	for (int i = 0; i < 5; i++)
		ck_assert_int_eq(reaped(pid[i]), 0);
	mpp_event_free(event);
}
END_TEST

/* The flag is clear again before the waiter can look. */
START_TEST(a_set_and_clear_is_not_missed_by_who_waits)
{
	make_event();
	for (int i = 0; i < 300; i++) {
		pid_t pid = forked(waits, NULL);

		until_somebody_sleeps();
		if (i % 2)
			until_asleep(pid);
		mpp_event_set(event);
		mpp_event_clear(event);
		ck_assert_int_eq(reaped(pid), 0);
	}
	mpp_event_free(event);
}
END_TEST

enum { TURNS = 4000 };
static struct mpp_event *ping, *pong;

static int plays(void *argument)
{
	struct mpp_event *mine = argument, *other = mine == ping ? pong : ping;

	for (int i = 0; i < TURNS; i++) {
		if (mpp_event_wait(mine, MPP_FOREVER) < 0)
			return 1;
		mpp_event_clear(mine);
		mpp_event_set(other);
	}
	return 0;
}

START_TEST(two_events_play_ping_pong)
{
	pid_t a, b;

	make_event();
	ping = event;
	make_event();
	pong = event;
	mpp_event_set(ping);
	a = forked(plays, ping);
	b = forked(plays, pong);
	ck_assert_int_eq(reaped(a), 0);
	ck_assert_int_eq(reaped(b), 0);
	ck_assert(mpp_event_is_set(ping));
	ck_assert(!mpp_event_is_set(pong));
}
END_TEST

START_TEST(a_killed_waiter_leaves_nothing)
{
	make_event();
	for (int i = 0; i < 100; i++) {
		pid_t pid = forked(waits, NULL);

		until_somebody_sleeps();
		kill(pid, SIGKILL);
		ck_assert_int_eq(reaped(pid), -SIGKILL);
		ck_assert_int_eq(mpp_event_set(event), 0);
		ck_assert_int_eq(mpp_event_clear(event), 0);
		ck_assert_uint_eq(event->bell.word & FLAGS, 0);
	}
	mpp_event_free(event);
}
END_TEST

/* A setter that died between its store and the wake: the waiter's slice ends. */
START_TEST(a_wake_that_never_comes_is_made_up_for)
{
	pid_t pid;

	make_event();
	pid = forked(waits, NULL);
	until_somebody_sleeps();
	until_asleep(pid);
	__atomic_store_n(&event->bell.word, ONE_SET | IS_SET, __ATOMIC_SEQ_CST);
	ck_assert_int_eq(reaped(pid), 0);
	mpp_event_free(event);
}
END_TEST

static void set_in_handler(int signo)
{
	(void)signo;
	mpp_event_set(event);
}

START_TEST(a_handler_may_set_what_its_process_waits_for)
{
	pid_t pid, parent = getpid();

	make_event();
	signal(SIGUSR1, set_in_handler);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		until_somebody_sleeps();
		kill(parent, SIGUSR1);
		_exit(0);
	}
	ck_assert_int_eq(mpp_event_wait(event, MPP_FOREVER), 0);
	ck_assert_int_eq(reaped(pid), 0);
	mpp_event_free(event);
}
END_TEST

static volatile sig_atomic_t alarms;

static void set_at_alarm(int signo)
{
	(void)signo;
	errno = EDOM;
	mpp_event_set(event);
	alarms += errno == EDOM;
}

/* The signal comes inside set and clear most of the time. */
START_TEST(a_handler_may_set_in_the_middle_of_a_set)
{
	struct itimerval often = { { 0, 200 }, { 0, 200 } };
	struct itimerval never = { { 0, 0 }, { 0, 0 } };

	make_event();
	signal(SIGALRM, set_at_alarm);
	setitimer(ITIMER_REAL, &often, NULL);
	while (alarms < 500) {
		mpp_event_set(event);
		ck_assert_int_eq(mpp_event_wait(event, 0), 0);
		mpp_event_clear(event);
	}
	setitimer(ITIMER_REAL, &never, NULL);
	mpp_event_free(event);
}
END_TEST

START_TEST(calls_are_announced)
{
	hooks_install_door();
	make_event();
	mpp_event_set(event);
	ck_assert_int_eq(hooked.last.kind, MPP_OP_NOTIFY);
	ck_assert_ptr_eq(hooked.last.object, mpp_inside(event));
	ck_assert_ptr_nonnull(hooked.last.pc);
	ck_assert(mpp_event_is_set(event));
	ck_assert_int_eq(hooked.last.kind, MPP_OP_READ);
	ck_assert_uint_eq(hooked.value, 1);
	/* set: one operation; the look of a try is another */
	ck_assert_int_eq(mpp_event_wait(event, MPP_FOREVER), 0);
	ck_assert_int_eq(hooked.last.kind, MPP_OP_ENQUEUE);
	ck_assert_int_eq(mpp_event_wait(event, 0), 0);
	ck_assert_int_eq(hooked.last.kind, MPP_OP_READ);
	mpp_event_clear(event);
	ck_assert_int_eq(hooked.last.kind, MPP_OP_WRITE);
	ck_assert_int_eq(hooked.before, 5);
	ck_assert_int_eq(hooked.after, 5);
	hooks_remove();
}
END_TEST

/* What a scheduler does: nothing of a wait happens before it is let go. */
static int let_go(const struct mpp_op *op)
{
	hooked_before(op);
	if (op->kind != MPP_OP_AWAIT)
		return 0;
	ck_assert_ptr_nonnull(op->ready);
	ck_assert(!op->ready(op, 1));
	hook_table.before = hooked_before;
	mpp_event_set(mpp_outside(op->object));
	ck_assert(op->ready(op, 1));
	mpp_event_clear(mpp_outside(op->object));
	ck_assert(op->ready(op, 1));
	return 0;
}

START_TEST(a_scheduled_wait_is_let_go_by_a_set_that_is_over)
{
	hooks_install_door();
	make_event();
	hook_table.before = let_go;
	ck_assert_int_eq(mpp_event_wait(event, MPP_FOREVER), 0);
	ck_assert_int_eq(hooked.kinds[MPP_OP_ENQUEUE], 1);
	ck_assert_int_eq(hooked.kinds[MPP_OP_AWAIT], 1);
	/* equal states are equal bytes */
	ck_assert_uint_eq(((struct mpp_event *)mpp_inside(event))->bell.word,
			  0);
	hooks_remove();
}
END_TEST

static int time_runs_out(const struct mpp_op *op)
{
	hooked_before(op);
	return op->kind == MPP_OP_AWAIT ? MPP_ETIMEDOUT : 0;
}

START_TEST(a_scheduled_wait_can_run_out_of_time)
{
	hooks_install_door();
	make_event();
	hook_table.before = time_runs_out;
	ck_assert_int_eq(mpp_event_wait(event, MS), MPP_ETIMEDOUT);
	ck_assert_int_eq(hooked.kinds[MPP_OP_WRITE], 1);
	ck_assert_uint_eq(((struct mpp_event *)mpp_inside(event))->waits, 0);
	hook_table.before = hooked_before;
	hooked.refuse = MPP_EAGAIN;
	ck_assert_int_eq(mpp_event_wait(event, 0), MPP_EAGAIN);
	hooks_remove();
}
END_TEST

START_TEST(hooks_that_only_count_let_it_wait_natively)
{
	pid_t pid;

	make_event();
	hooks_install();
	pid = forked(waits, NULL);
	until_somebody_sleeps();
	mpp_event_set(event);
	ck_assert_int_eq(reaped(pid), 0);
	hooks_remove();
	mpp_event_free(event);
}
END_TEST

UNIT_MAIN(
	UNIT(a_new_event_is_clear)
	UNIT(a_limit_that_passes_is_told)
	UNIT(what_one_process_sets_another_sees)
	UNIT(a_set_lets_all_go)
	UNIT(a_set_and_clear_is_not_missed_by_who_waits)
	UNIT(two_events_play_ping_pong)
	UNIT(a_killed_waiter_leaves_nothing)
	UNIT(a_wake_that_never_comes_is_made_up_for)
	UNIT(a_handler_may_set_what_its_process_waits_for)
	UNIT(a_handler_may_set_in_the_middle_of_a_set)
	UNIT(calls_are_announced)
	UNIT(a_scheduled_wait_is_let_go_by_a_set_that_is_over)
	UNIT(a_scheduled_wait_can_run_out_of_time)
	UNIT(hooks_that_only_count_let_it_wait_natively))
