/* SPDX-License-Identifier: MIT */
/*
 * test_barrier.c - the barrier, native: cycles, what breaks it, deaths,
 * announcements.  Every place of a death: test_kill_barrier.c.
 */
#include <pthread.h>
#include <sys/mman.h>

#include <mpp/barrier.h>

#include "hook_help.h"
#include "lock_help.h"
#include "unit.h"

#define MS ((int64_t)1000000)

/* What the test and its children share. */
static struct notes {
	int arrived, acted, passed;
	int taken[1000]; /* how often an index was given in a cycle */
	pid_t actor, last;
	int go;
} *notes;

static struct mpp_barrier *barrier;
static int pipe_fd[2];

static int get(int *n)
{
	return __atomic_load_n(n, __ATOMIC_SEQ_CST);
}

static int add(int *n)
{
	return __atomic_add_fetch(n, 1, __ATOMIC_SEQ_CST);
}

static void make(int parties, int (*action)(void *))
{
	notes = mmap(NULL, sizeof(*notes), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(notes, MAP_FAILED);
	ck_assert_int_eq(mpp_barrier_new(&barrier, parties, action, notes,
					 MPP_FOREVER),
			 0);
}

static int waits(int64_t timeout_ns)
{
	return mpp_barrier_wait(barrier, timeout_ns);
}

/* In a child: exits with the index, or 100 and the error's number. */
static int waits_for_ever(void *unused)
{
	int index = waits(MPP_FOREVER);

	(void)unused;
	return index < 0 ? 100 - index : index;
}

#define ERROR_CODE(error) (100 - (error))

static pid_t waiter(void)
{
	return forked(waits_for_ever, NULL);
}

static void until_waiting(int n)
{
	while (mpp_barrier_n_waiting(barrier) != n)
		sched_yield();
}

static void is_whole_and_empty(void)
{
	ck_assert(!mpp_barrier_is_broken(barrier));
	ck_assert_int_eq(mpp_barrier_n_waiting(barrier), 0);
}

/* Two parties pass, whatever has been. */
static void two_can_pass(void)
{
	pid_t other = waiter();
	int mine = waits(MPP_FOREVER);

	ck_assert(mine == 0 || mine == 1);
	ck_assert_int_eq(reaped(other), 1 - mine);
}

START_TEST(refuses_less_than_one_party)
{
	struct mpp_barrier *b = NULL;

	ck_assert_int_eq(mpp_barrier_new(&b, 0, NULL, NULL, 0), MPP_EINVAL);
	ck_assert_int_eq(mpp_barrier_new(&b, -1, NULL, NULL, 0), MPP_EINVAL);
	ck_assert_int_eq(mpp_barrier_new(NULL, 1, NULL, NULL, 0), MPP_EINVAL);
	ck_assert_int_eq(mpp_barrier_new(&b, INT32_MAX, NULL, NULL, 0),
			 MPP_ENOMEM);
	ck_assert_ptr_null(b);
	mpp_barrier_free(NULL);
}
END_TEST

START_TEST(one_party_passes_at_once)
{
	make(1, NULL);
	ck_assert_int_eq(mpp_barrier_parties(barrier), 1);
	for (int i = 0; i < 100; i++)
		ck_assert_int_eq(waits(i % 2 ? MPP_FOREVER : 0), 0);
	is_whole_and_empty();
	mpp_barrier_free(barrier);
}
END_TEST

enum { PARTIES = 4, CYCLES = 100 };

static int goes_through_cycles(void *unused)
{
	(void)unused;
	for (int i = 0; i < CYCLES; i++) {
		int index;

		add(&notes->arrived);
		index = waits(MPP_FOREVER);
		if (index < 0 || get(&notes->arrived) < (i + 1) * PARTIES)
			return 1;
		add(&notes->taken[i * PARTIES + index]);
	}
	return 0;
}

START_TEST(nobody_passes_before_all_and_every_index_is_given_once)
{
	pid_t pids[PARTIES];

	make(PARTIES, NULL);
	for (int i = 0; i < PARTIES; i++)
		pids[i] = forked(goes_through_cycles, NULL);
	for (int i = 0; i < PARTIES; i++)
		ck_assert_int_eq(reaped(pids[i]), 0);
	for (int i = 0; i < PARTIES * CYCLES; i++)
		ck_assert_int_eq(notes->taken[i], 1);
	is_whole_and_empty();
	mpp_barrier_free(barrier);
}
END_TEST

static int notes_the_actor(void *context)
{
	struct notes *n = context;

	n->actor = getpid();
	add(&n->acted);
	return 0;
}

static int checks_the_action(void *unused)
{
	(void)unused;
	for (int i = 0; i < CYCLES; i += 2) {
		int index = waits(MPP_FOREVER);

		/* The next action cannot run before all have come again. */
		if (index < 0 || get(&notes->acted) != i + 1)
			return 1;
		if ((index == PARTIES - 1) != (notes->actor == getpid()))
			return 2;
		if (waits(MPP_FOREVER) < 0) /* nobody looks any more */
			return 3;
	}
	return 0;
}

START_TEST(the_last_runs_the_action_before_anybody_is_let_go)
{
	pid_t pids[PARTIES];

	make(PARTIES, notes_the_actor);
	for (int i = 0; i < PARTIES; i++)
		pids[i] = forked(checks_the_action, NULL);
	for (int i = 0; i < PARTIES; i++)
		ck_assert_int_eq(reaped(pids[i]), 0);
	ck_assert_int_eq(notes->acted, CYCLES);
	mpp_barrier_free(barrier);
}
END_TEST

static int fails(void *context)
{
	(void)context;
	return 1;
}

START_TEST(an_action_that_fails_breaks_the_barrier)
{
	pid_t other;

	make(2, fails);
	other = waiter();
	until_waiting(1);
	ck_assert_int_eq(waits(MPP_FOREVER), MPP_EACTION);
	ck_assert_int_eq(reaped(other), ERROR_CODE(MPP_EBROKEN));
	ck_assert(mpp_barrier_is_broken(barrier));
	ck_assert_int_eq(waits(MPP_FOREVER), MPP_EBROKEN);
	mpp_barrier_free(barrier);
}
END_TEST

START_TEST(a_limit_that_passes_breaks_it_for_all)
{
	pid_t other;

	make(3, NULL);
	other = waiter();
	until_waiting(1);
	ck_assert_int_eq(waits(MS), MPP_ETIMEDOUT);
	ck_assert_int_eq(reaped(other), ERROR_CODE(MPP_EBROKEN));
	ck_assert(mpp_barrier_is_broken(barrier));
	ck_assert_int_eq(mpp_barrier_n_waiting(barrier), 0);
	ck_assert_int_eq(waits(MPP_FOREVER), MPP_EBROKEN);
	ck_assert_int_eq(waits(0), MPP_EBROKEN);
	mpp_barrier_free(barrier);
}
END_TEST

START_TEST(a_limit_of_nothing_is_enough_for_the_last)
{
	pid_t other;

	make(2, NULL);
	other = waiter();
	until_waiting(1);
	ck_assert_int_eq(waits(0), 1);
	ck_assert_int_eq(reaped(other), 0);
	ck_assert_int_eq(waits(-1), MPP_ETIMEDOUT);
	ck_assert(mpp_barrier_is_broken(barrier));
	mpp_barrier_free(barrier);
}
END_TEST

START_TEST(the_limit_of_the_barrier_is_the_default)
{
	struct mpp_barrier *b;

	ck_assert_int_eq(mpp_barrier_new(&b, 2, NULL, NULL, MS), 0);
	ck_assert_int_eq(mpp_barrier_wait(b, MPP_BARRIER_DEFAULT),
			 MPP_ETIMEDOUT);
	mpp_barrier_free(b);
}
END_TEST

START_TEST(abort_breaks_it_until_a_reset)
{
	pid_t others[2];

	make(3, NULL);
	for (int i = 0; i < 2; i++)
		others[i] = waiter();
	until_waiting(2);
	ck_assert_int_eq(mpp_barrier_abort(barrier), 0);
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(reaped(others[i]), ERROR_CODE(MPP_EBROKEN));
	ck_assert_int_eq(mpp_barrier_abort(barrier), 0);
	ck_assert(mpp_barrier_is_broken(barrier));
	ck_assert_int_eq(waits(MPP_FOREVER), MPP_EBROKEN);
	ck_assert_int_eq(mpp_barrier_reset(barrier), 0);
	is_whole_and_empty();
	mpp_barrier_free(barrier);
}
END_TEST

START_TEST(reset_sends_the_waiting_away_and_leaves_it_whole)
{
	make(2, NULL);
	for (int i = 0; i < 20; i++) {
		pid_t other = waiter();

		until_waiting(1);
		ck_assert_int_eq(mpp_barrier_reset(barrier), 0);
		is_whole_and_empty();
		/* At once, though the other may not have left yet. */
		two_can_pass();
		ck_assert_int_eq(reaped(other), ERROR_CODE(MPP_EBROKEN));
	}
	mpp_barrier_free(barrier);
}
END_TEST

static int waits_on_a_pipe(void *context)
{
	char c;

	(void)context;
	add(&notes->acted);
	while (read(pipe_fd[0], &c, 1) < 0)
		;
	return 0;
}

/* The last of two is inside the action. */
static void two_of_which_one_acts(pid_t *first, pid_t *last)
{
	make(2, waits_on_a_pipe);
	ck_assert_int_eq(pipe(pipe_fd), 0);
	*first = waiter();
	until_waiting(1);
	*last = waiter();
	while (!get(&notes->acted))
		sched_yield();
	ck_assert_int_eq(mpp_barrier_n_waiting(barrier), 2);
}

static void end_the_action(void)
{
	ck_assert_int_eq(write(pipe_fd[1], "", 1), 1);
}

START_TEST(one_more_waits_for_the_next_cycle_and_breaks_nothing)
{
	pid_t first, last, next;

	two_of_which_one_acts(&first, &last);
	ck_assert_int_eq(waits(0), MPP_ETIMEDOUT);
	ck_assert_int_eq(waits(MS), MPP_ETIMEDOUT);
	ck_assert(!mpp_barrier_is_broken(barrier));
	next = waiter(); /* during the action, or after it */
	end_the_action();
	ck_assert_int_eq(reaped(first), 0);
	ck_assert_int_eq(reaped(last), 1);
	until_waiting(1);
	end_the_action();
	ck_assert_int_eq(waits(MPP_FOREVER), 1);
	ck_assert_int_eq(reaped(next), 0);
	mpp_barrier_free(barrier);
}
END_TEST

START_TEST(an_abort_during_the_action_ends_it_for_all)
{
	pid_t first, last;

	two_of_which_one_acts(&first, &last);
	ck_assert_int_eq(mpp_barrier_abort(barrier), 0);
	ck_assert_int_eq(reaped(first), ERROR_CODE(MPP_EBROKEN));
	end_the_action();
	ck_assert_int_eq(reaped(last), ERROR_CODE(MPP_EBROKEN));
	mpp_barrier_free(barrier);
}
END_TEST

START_TEST(a_reset_during_the_action_begins_a_new_cycle)
{
	pid_t first, last, next;

	two_of_which_one_acts(&first, &last);
	ck_assert_int_eq(mpp_barrier_reset(barrier), 0);
	ck_assert_int_eq(reaped(first), ERROR_CODE(MPP_EBROKEN));
	next = waiter();
	until_waiting(1);
	end_the_action();
	ck_assert_int_eq(reaped(last), ERROR_CODE(MPP_EBROKEN));
	ck_assert(!mpp_barrier_is_broken(barrier));
	end_the_action();
	ck_assert_int_eq(waits(MPP_FOREVER), 1);
	ck_assert_int_eq(reaped(next), 0);
	mpp_barrier_free(barrier);
}
END_TEST

static int waits_again(void *context)
{
	(void)context;
	notes->go = waits(MPP_FOREVER);
	return 0;
}

START_TEST(an_action_cannot_wait_at_its_barrier)
{
	make(1, waits_again);
	ck_assert_int_eq(waits(MPP_FOREVER), 0);
	ck_assert_int_eq(notes->go, MPP_ESTATE);
	is_whole_and_empty();
	mpp_barrier_free(barrier);
}
END_TEST

/* Python counts the dead one as arrived. */
START_TEST(a_waiting_party_that_is_killed_breaks_it)
{
	pid_t other, dead;

	make(3, NULL);
	other = waiter();
	dead = waiter();
	until_waiting(2);
	kill(dead, SIGKILL);
	ck_assert_int_eq(reaped(dead), -SIGKILL);
	ck_assert_int_eq(reaped(other), ERROR_CODE(MPP_EBROKEN));
	ck_assert(mpp_barrier_is_broken(barrier));
	ck_assert_int_eq(waits(MPP_FOREVER), MPP_EBROKEN);
	ck_assert_int_eq(mpp_barrier_reset(barrier), 0);
	is_whole_and_empty();
	mpp_barrier_free(barrier);
}
END_TEST

START_TEST(who_comes_after_a_death_does_not_pass)
{
	pid_t dead;

	make(2, NULL);
	dead = waiter();
	until_waiting(1);
	kill(dead, SIGKILL);
	ck_assert_int_eq(reaped(dead), -SIGKILL);
	/* Nobody has been there to break it, and yet: */
	ck_assert(mpp_barrier_is_broken(barrier));
	ck_assert_int_eq(mpp_barrier_n_waiting(barrier), 0);
	ck_assert_int_eq(waits(MPP_FOREVER), MPP_EBROKEN);
	ck_assert_int_eq(mpp_barrier_reset(barrier), 0);
	two_can_pass();
	mpp_barrier_free(barrier);
}
END_TEST

START_TEST(a_party_killed_in_the_action_breaks_it)
{
	pid_t first, last;

	two_of_which_one_acts(&first, &last);
	kill(last, SIGKILL);
	ck_assert_int_eq(reaped(last), -SIGKILL);
	ck_assert_int_eq(reaped(first), ERROR_CODE(MPP_EBROKEN));
	ck_assert_int_eq(waits(MPP_FOREVER), MPP_EBROKEN);
	mpp_barrier_free(barrier);
}
END_TEST

START_TEST(a_party_killed_during_anothers_action_breaks_it)
{
	pid_t first, last;

	two_of_which_one_acts(&first, &last);
	kill(first, SIGKILL);
	ck_assert_int_eq(reaped(first), -SIGKILL);
	end_the_action();
	ck_assert_int_eq(reaped(last), ERROR_CODE(MPP_EBROKEN));
	mpp_barrier_free(barrier);
}
END_TEST

static int registers_and_goes(void *unused)
{
	(void)unused;
	return mpp_barrier_register(barrier);
}

static int registers_and_waits(void *unused)
{
	(void)unused;
	if (mpp_barrier_register(barrier))
		return 1;
	add(&notes->go);
	for (;;)
		pause();
}

static int comes_and_leaves(void *unused)
{
	(void)unused;
	return mpp_barrier_register(barrier) || mpp_barrier_leave(barrier);
}

START_TEST(a_registered_party_that_exits_breaks_it)
{
	pid_t other;

	make(2, NULL);
	other = waiter();
	until_waiting(1);
	ck_assert_int_eq(reaped(forked(registers_and_goes, NULL)), 0);
	ck_assert_int_eq(reaped(other), ERROR_CODE(MPP_EBROKEN));
	/* A reset forgets the dead one. */
	ck_assert_int_eq(mpp_barrier_reset(barrier), 0);
	is_whole_and_empty();
	two_can_pass();
	mpp_barrier_free(barrier);
}
END_TEST

START_TEST(a_registered_party_that_is_killed_breaks_it)
{
	pid_t dead;

	make(2, NULL);
	dead = forked(registers_and_waits, NULL);
	while (!get(&notes->go))
		sched_yield();
	ck_assert(!mpp_barrier_is_broken(barrier));
	kill(dead, SIGKILL);
	ck_assert_int_eq(reaped(dead), -SIGKILL);
	ck_assert(mpp_barrier_is_broken(barrier));
	ck_assert_int_eq(waits(MPP_FOREVER), MPP_EBROKEN);
	mpp_barrier_free(barrier);
}
END_TEST

START_TEST(a_dead_registration_is_not_hidden_by_the_next_one)
{
	make(2, NULL);
	ck_assert_int_eq(reaped(forked(registers_and_goes, NULL)), 0);
	ck_assert_int_eq(mpp_barrier_register(barrier), 0);
	ck_assert(mpp_barrier_is_broken(barrier));
	ck_assert_int_eq(waits(MPP_FOREVER), MPP_EBROKEN);
	ck_assert_int_eq(mpp_barrier_reset(barrier), 0);
	ck_assert(!mpp_barrier_is_broken(barrier));
	ck_assert_int_eq(mpp_barrier_leave(barrier), 0);
	mpp_barrier_free(barrier);
}
END_TEST

START_TEST(a_party_that_left_may_end)
{
	make(2, NULL);
	for (int i = 0; i < 10; i++)
		ck_assert_int_eq(reaped(forked(comes_and_leaves, NULL)), 0);
	is_whole_and_empty();
	two_can_pass();
	mpp_barrier_free(barrier);
}
END_TEST

/* What the documentation says of those that did not register. */
START_TEST(an_unknown_party_that_is_gone_needs_a_limit)
{
	make(2, NULL);
	is_whole_and_empty();
	ck_assert_int_eq(waits(MS), MPP_ETIMEDOUT);
	mpp_barrier_free(barrier);
}
END_TEST

START_TEST(there_are_as_many_registrations_as_parties)
{
	make(1, NULL);
	ck_assert_int_eq(mpp_barrier_leave(barrier), MPP_ESTATE);
	ck_assert_int_eq(mpp_barrier_register(barrier), 0);
	ck_assert_int_eq(mpp_barrier_register(barrier), 0);
	ck_assert_int_eq(reaped(forked(registers_and_goes, NULL)),
			 MPP_ENOMEM & 255);
	ck_assert_int_eq(waits(MPP_FOREVER), 0);
	ck_assert_int_eq(mpp_barrier_leave(barrier), 0);
	ck_assert_int_eq(mpp_barrier_leave(barrier), MPP_ESTATE);
	is_whole_and_empty();
	mpp_barrier_free(barrier);
}
END_TEST

START_TEST(free_takes_the_callers_registration_along)
{
	make(3, NULL);
	ck_assert_int_eq(mpp_barrier_register(barrier), 0);
	mpp_barrier_free(barrier);
	/* Its memory is given away, and the robust list must not have it. */
	make(3, NULL);
	ck_assert_int_eq(mpp_barrier_register(barrier), 0);
	ck_assert_int_eq(mpp_barrier_leave(barrier), 0);
	mpp_barrier_free(barrier);
}
END_TEST

static void *thread_waits(void *unused)
{
	(void)unused;
	return (void *)(intptr_t)waits(MPP_FOREVER);
}

static void *thread_registers(void *unused)
{
	(void)unused;
	return (void *)(intptr_t)mpp_barrier_register(barrier);
}

START_TEST(threads_are_parties_too)
{
	pthread_t other, gone;
	void *index;

	make(2, NULL);
	pthread_create(&other, NULL, thread_waits, NULL);
	until_waiting(1);
	ck_assert_int_eq(waits(MPP_FOREVER), 1);
	pthread_join(other, &index);
	ck_assert_int_eq((int)(intptr_t)index, 0);

	pthread_create(&other, NULL, thread_waits, NULL);
	until_waiting(1);
	pthread_create(&gone, NULL, thread_registers, NULL);
	pthread_join(gone, NULL);
	pthread_join(other, &index);
	ck_assert_int_eq((int)(intptr_t)index, MPP_EBROKEN);
	mpp_barrier_free(barrier);
}
END_TEST

static int counts(void *context)
{
	add(&((struct notes *)context)->acted);
	return 0;
}

static int passes_until_broken(void *unused)
{
	(void)unused;
	for (;;) {
		int index = waits(MPP_FOREVER);

		if (index < 0)
			return index != MPP_EBROKEN;
		add(&notes->taken[index]);
	}
}

START_TEST(more_callers_than_parties_take_turns)
{
	pid_t pids[5];

	make(2, counts);
	for (int i = 0; i < 5; i++)
		pids[i] = forked(passes_until_broken, NULL);
	while (get(&notes->acted) < 500)
		sched_yield();
	ck_assert_int_eq(mpp_barrier_abort(barrier), 0);
	for (int i = 0; i < 5; i++)
		ck_assert_int_eq(reaped(pids[i]), 0);
	/* The abort may have found the last cycle's action running. */
	ck_assert_int_eq(notes->taken[0], notes->taken[1]);
	ck_assert(notes->acted - notes->taken[0] == 0 ||
		  notes->acted - notes->taken[0] == 1);
	mpp_barrier_free(barrier);
}
END_TEST

/* Killed wherever they happen to be. */
START_TEST(killed_parties_do_not_wedge_the_others)
{
	make(3, counts);
	for (int round = 0; round < 100; round++) {
		int before = get(&notes->acted), second;
		pid_t pids[3];

		for (int i = 0; i < 3; i++)
			pids[i] = forked(passes_until_broken, NULL);
		while (get(&notes->acted) < before + 5)
			sched_yield();
		kill(pids[0], SIGKILL);
		ck_assert_int_eq(reaped(pids[0]), -SIGKILL);
		/* A death between two waits is not known; else the second
		 * may have been told already. */
		kill(pids[1], SIGKILL);
		second = reaped(pids[1]);
		ck_assert(second == -SIGKILL || second == 0);
		ck_assert_int_eq(mpp_barrier_abort(barrier), 0);
		ck_assert_int_eq(reaped(pids[2]), 0);
		ck_assert_int_eq(mpp_barrier_reset(barrier), 0);
		is_whole_and_empty();
	}
	mpp_barrier_free(barrier);
}
END_TEST

static int registered_passes(void *unused)
{
	(void)unused;
	if (mpp_barrier_register(barrier))
		return 1;
	return passes_until_broken(NULL);
}

/* And nobody has to abort when they are registered. */
START_TEST(a_registered_party_killed_anywhere_ends_the_others_wait)
{
	make(3, counts);
	for (int round = 0; round < 50; round++) {
		int before = get(&notes->acted);
		pid_t pids[3];

		for (int i = 0; i < 3; i++)
			pids[i] = forked(registered_passes, NULL);
		while (get(&notes->acted) < before + 5)
			sched_yield();
		kill(pids[0], SIGKILL);
		ck_assert_int_eq(reaped(pids[0]), -SIGKILL);
		for (int i = 1; i < 3; i++)
			ck_assert_int_eq(reaped(pids[i]), 0);
		ck_assert_int_eq(mpp_barrier_reset(barrier), 0);
		is_whole_and_empty();
	}
	mpp_barrier_free(barrier);
}
END_TEST

START_TEST(every_call_is_announced)
{
	hooks_install();
	make(1, NULL);
	ck_assert_int_eq(waits(5), 0); /* the last needs no second one */
	ck_assert_int_eq(hooked.kinds[MPP_OP_ENQUEUE], 1);
	ck_assert_int_eq(hooked.last.timeout_ns, 5);
	ck_assert_ptr_nonnull(hooked.last.pc);
	ck_assert_ptr_eq(hooked.last.object, barrier);
	ck_assert_int_eq(mpp_barrier_register(barrier), 0);
	ck_assert_int_eq(mpp_barrier_leave(barrier), 0);
	ck_assert_int_eq(mpp_barrier_leave(barrier), MPP_ESTATE);
	ck_assert_int_eq(hooked.result, MPP_ESTATE);
	ck_assert_int_eq(mpp_barrier_abort(barrier), 0);
	ck_assert_int_eq(waits(5), MPP_EBROKEN);
	ck_assert_int_eq(hooked.result, MPP_EBROKEN);
	ck_assert_int_eq(mpp_barrier_reset(barrier), 0);
	ck_assert_int_eq(hooked.kinds[MPP_OP_WRITE], 5);
	ck_assert_int_eq(mpp_barrier_n_waiting(barrier), 0);
	ck_assert(!mpp_barrier_is_broken(barrier));
	ck_assert_int_eq(mpp_barrier_parties(barrier), 1);
	ck_assert_int_eq(hooked.kinds[MPP_OP_READ], 2);
	ck_assert_int_eq(hooked.before, 9);
	ck_assert_int_eq(hooked.after, 9);
	hooks_remove();
	mpp_barrier_free(barrier);
}
END_TEST

static int announces(void *context)
{
	(void)context;
	hooked.kinds[MPP_OP_NONE] = hooked.before;
	return 0;
}

START_TEST(the_action_runs_between_two_operations)
{
	hooks_install();
	make(1, announces);
	ck_assert_int_eq(waits(MPP_FOREVER), 0);
	ck_assert_int_eq(hooked.kinds[MPP_OP_NONE], 1);
	ck_assert_int_eq(hooked.kinds[MPP_OP_ENQUEUE], 1);
	ck_assert_int_eq(hooked.kinds[MPP_OP_NOTIFY], 1);
	ck_assert_int_eq(hooked.before, 2);
	ck_assert_int_eq(hooked.after, 2);
	hooks_remove();
	mpp_barrier_free(barrier);
}
END_TEST

/* Arrives, and is told at the second operation that the limit has passed. */
static int refuses_to_await(const struct mpp_op *op)
{
	hooked_before(op);
	if (op->kind != MPP_OP_AWAIT)
		return 0;
	ck_assert(!op->ready(op, 1));
	ck_assert_int_eq(op->timeout_ns, 7);
	return MPP_ETIMEDOUT;
}

START_TEST(a_scheduler_lets_a_limit_pass)
{
	hooks_install_scheduler();
	hook_table.before = refuses_to_await;
	make(2, NULL);
	ck_assert_int_eq(waits(7), MPP_ETIMEDOUT);
	ck_assert_int_eq(hooked.before, 2);
	ck_assert_int_eq(hooked.after, 1);
	ck_assert(mpp_barrier_is_broken(barrier));
	hooks_remove();
	ck_assert_int_eq(waits(MPP_FOREVER), MPP_EBROKEN);
	mpp_barrier_free(barrier);
}
END_TEST

/* The scheduler in the kernel's place: it marks what the dead task held. */
static uint32_t *held[4];
static unsigned nheld;

static void note_hold(void *core, uint32_t *death)
{
	(void)core;
	ck_assert_uint_lt(nheld, 4);
	held[nheld++] = death;
}

static void note_unhold(void *core)
{
	(void)core;
	nheld--;
}

/* Another party dies between the two operations. */
static int another_dies(const struct mpp_op *op)
{
	hooked_before(op);
	if (op->kind != MPP_OP_AWAIT)
		return 0;
	ck_assert(!op->ready(op, 1));
	*held[0] = FUTEX_OWNER_DIED;
	ck_assert(op->ready(op, 1));
	return 0;
}

START_TEST(a_scheduler_can_mark_a_party_dead)
{
	hooks_install_scheduler();
	hook_table.before = another_dies;
	hook_table.hold = note_hold;
	hook_table.unhold = note_unhold;
	make(3, NULL);
	hooked.self = 2;
	ck_assert_int_eq(mpp_barrier_register(barrier), 0);
	ck_assert_uint_eq(nheld, 1);
	hooked.self = 1;
	ck_assert_int_eq(waits(MPP_FOREVER), MPP_EBROKEN);
	ck_assert_uint_eq(nheld, 1);
	ck_assert(mpp_barrier_is_broken(barrier));
	hooks_remove();
	mpp_barrier_free(barrier);
}
END_TEST

UNIT_MAIN(
	UNIT(refuses_less_than_one_party) UNIT(one_party_passes_at_once)
	UNIT(nobody_passes_before_all_and_every_index_is_given_once)
	UNIT(the_last_runs_the_action_before_anybody_is_let_go)
	UNIT(an_action_that_fails_breaks_the_barrier)
	UNIT(a_limit_that_passes_breaks_it_for_all)
	UNIT(a_limit_of_nothing_is_enough_for_the_last)
	UNIT(the_limit_of_the_barrier_is_the_default)
	UNIT(abort_breaks_it_until_a_reset)
	UNIT(reset_sends_the_waiting_away_and_leaves_it_whole)
	UNIT(one_more_waits_for_the_next_cycle_and_breaks_nothing)
	UNIT(an_abort_during_the_action_ends_it_for_all)
	UNIT(a_reset_during_the_action_begins_a_new_cycle)
	UNIT(an_action_cannot_wait_at_its_barrier)
	UNIT(a_waiting_party_that_is_killed_breaks_it)
	UNIT(who_comes_after_a_death_does_not_pass)
	UNIT(a_party_killed_in_the_action_breaks_it)
	UNIT(a_party_killed_during_anothers_action_breaks_it)
	UNIT(a_registered_party_that_exits_breaks_it)
	UNIT(a_registered_party_that_is_killed_breaks_it)
	UNIT(a_dead_registration_is_not_hidden_by_the_next_one)
	UNIT(a_party_that_left_may_end)
	UNIT(an_unknown_party_that_is_gone_needs_a_limit)
	UNIT(there_are_as_many_registrations_as_parties)
	UNIT(free_takes_the_callers_registration_along)
	UNIT(threads_are_parties_too)
	UNIT(more_callers_than_parties_take_turns)
	UNIT(killed_parties_do_not_wedge_the_others)
	UNIT(a_registered_party_killed_anywhere_ends_the_others_wait)
	UNIT(every_call_is_announced)
	UNIT(the_action_runs_between_two_operations)
	UNIT(a_scheduler_lets_a_limit_pass)
	UNIT(a_scheduler_can_mark_a_party_dead))
