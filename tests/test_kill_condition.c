/* SPDX-License-Identifier: MIT */
/*
 * test_kill_condition.c - users of a condition killed at every step: in a wait,
 * in a notify, from the moment of a notification to the return from the wait,
 * and while they pass on what a dead waiter had.
 *
 * Each time another one that waits must get what is due to it, and the
 * condition must work on.  The condition is compiled here once more, in the
 * place of the library's, so that its two words can be looked at.
 */
#include "killing.h"

#include "condition.c"

static struct mpp_condition *c;

/* Seen by a victim that noted(): what became of its notification. */
enum { NOTHING, HAS_IT, HAD_IT };

static struct shared {
	uint32_t seen;
	uint32_t true_now;	/* for predicates */
} *shared;

static void *make_condition(void)
{
	c = NULL;
	ck_assert_int_eq(mpp_condition_new(&c), 0);
	shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(shared, MAP_FAILED);
	return c;
}

static void free_condition(void *unused)
{
	(void)unused;
	mpp_condition_free(c);
	munmap(shared, 4096);
}

static int acquire(void)
{
	int err = mpp_condition_acquire(c, IN_TIME);

	return err == MPP_EOWNERDEAD ? mpp_condition_consistent(c) : err;
}

static int wait_for_notify(int64_t timeout_ns)
{
	int err = acquire();

	if (err)
		return err;
	err = mpp_condition_wait(c, timeout_ns);
	if (err == MPP_EOWNERDEAD)
		err = mpp_condition_consistent(c);
	return mpp_condition_release(c) ? MPP_EPERM : err;
}

static int waits(void *unused)
{
	(void)unused;
	return wait_for_notify(IN_TIME);
}

static int waits_in_vain(void *unused)
{
	(void)unused;
	return wait_for_notify(0) == MPP_EAGAIN ? 0 : 1;
}

static int notifies(int64_t count)
{
	int err = acquire();

	return err || mpp_condition_notify(c, count) ||
	       mpp_condition_release(c);
}

static int notifies_two(void *unused)
{
	(void)unused;
	return notifies(2);
}

static int notifies_all(void *unused)
{
	int err = acquire();

	(void)unused;
	return err || mpp_condition_notify_all(c) || mpp_condition_release(c);
}

static uint64_t used_now(void)
{
	return __atomic_load_n(&c->used, __ATOMIC_ACQUIRE);
}

static uint64_t notified_now(void)
{
	return __atomic_load_n(&c->notified, __ATOMIC_ACQUIRE);
}

/* With the lock held. */
static int not_notified(void)
{
	return __builtin_popcountll(used_now() & ~notified_now());
}

/* Not for the lock, which nobody keeps: it sleeps until it is notified. */
static pid_t waiter(void)
{
	pid_t pid;

	PEER(pid, waits(NULL));
	wait_until_asleep(pid);
	return pid;
}

static void still_works(void)
{
	pid_t pid[2];

	ck_assert_int_eq(acquire(), 0);
	ck_assert_int_eq(mpp_condition_notify(c, 1), 0); /* buries the dead */
	ck_assert_uint_eq(used_now(), 0);
	ck_assert_int_eq(mpp_condition_release(c), 0);
	for (int i = 0; i < 2; i++)
		pid[i] = waiter();
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(notifies(1), 0);
		reap_peer(pid[i]);
	}
	ck_assert_uint_eq(used_now(), 0);
	ck_assert_uint_eq(notified_now(), 0);
}

/*
 * A waiter that nobody notifies, beside one that waits before it.
 */
static pid_t sleeper[3];

static void *make_one_waiter(void)
{
	make_condition();
	sleeper[0] = waiter();
	return c;
}

/* The dead one takes nothing of what is for the living. */
static void one_is_left(void *unused, bool killed)
{
	(void)unused;
	(void)killed;
	ck_assert_int_eq(notifies(1), 0);
	reap_peer(sleeper[0]);
	still_works();
}

/* Its seat is the first that the victim tries. */
static void *make_dead_waiter(void)
{
	pid_t pid;

	make_condition();
	pid = waiter();
	sleeper[0] = waiter();
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return c;
}

/*
 * A notify with three that wait: all that it is for, or none.
 */
static void *make_three_waiters(void)
{
	make_condition();
	for (int i = 0; i < 3; i++)
		sleeper[i] = waiter();
	return c;
}

static unsigned without, whole;

static void has_happened_or_not(int count, bool killed)
{
	bool happened;

	/* When it has, some may have left already. */
	ck_assert_int_eq(acquire(), 0);
	happened = not_notified() == 3 - count;
	ck_assert(happened || (notified_now() == 0 && not_notified() == 3));
	ck_assert(happened || killed);
	ck_assert_int_eq(mpp_condition_release(c), 0);
	without += !happened;
	whole += happened && killed;
	if (!happened)
		ck_assert_int_eq(notifies(count), 0);
	for (int i = 0; i < count; i++)
		reap_peer(sleeper[i]);	/* who waited longest */
	ck_assert(count == 3 || !has_died(sleeper[2]));
	if (count < 3) {
		ck_assert_int_eq(notifies(1), 0);
		reap_peer(sleeper[2]);
	}
	still_works();
}

static void all_or_none(void *unused, bool killed)
{
	(void)unused;
	has_happened_or_not(3, killed);
}

static void two_or_none(void *unused, bool killed)
{
	(void)unused;
	has_happened_or_not(2, killed);
}

/*
 * A waiter that is notified.  It waits longer than the other, so the
 * notification is for it: it receives that, or the other one gets it.
 */
static unsigned received, passed_on;

static int note(const struct mpp_op *op)
{
	if (notified_now())
		shared->seen = HAS_IT;
	else if (shared->seen == HAS_IT)
		shared->seen = HAD_IT;
	return count_down(op);
}

static const struct mpp_hooks noting = { .abi = sizeof(noting),
					 .before = note };

static int waits_and_notes(void *unused)
{
	mpp_hooks_installed = &noting;
	return waits(unused);
}

static void notified_before_another(void *unused, pid_t victim)
{
	(void)unused;
	wait_until_asleep(victim);
	sleeper[0] = waiter();
	ck_assert_int_eq(notifies(1), 0);
}

static void somebody_had_it(void *unused, bool killed)
{
	(void)unused;
	received += killed && shared->seen == HAD_IT;
	passed_on += shared->seen == HAS_IT;
	ck_assert(killed || shared->seen == HAD_IT);
	if (shared->seen == HAD_IT) {
		ck_assert(!has_died(sleeper[0]));
		ck_assert_int_eq(notifies(1), 0);
	}
	reap_peer(sleeper[0]);
	still_works();
}

/* The same with a predicate, and nobody beside. */
static bool is_true_now(void *unused)
{
	(void)unused;
	return shared->true_now;
}

static int waits_until_true(void *unused)
{
	int err = acquire();

	(void)unused;
	return err ||
	       mpp_condition_wait_for(c, is_true_now, NULL, IN_TIME) ||
	       !shared->true_now || mpp_condition_release(c);
}

static void makes_it_true(void *unused, pid_t victim)
{
	(void)unused;
	wait_until_asleep(victim);
	ck_assert_int_eq(notifies(1), 0);	/* not yet: it waits on */
	ck_assert_int_eq(acquire(), 0);
	shared->true_now = 1;
	ck_assert_int_eq(mpp_condition_notify_all(c), 0);
	ck_assert_int_eq(mpp_condition_release(c), 0);
}

static void works_on(void *unused, bool killed)
{
	(void)unused;
	(void)killed;
	still_works();
}

/*
 * Who passes on what a dead waiter had: it had a notification, and two heirs
 * wait.  They are stopped, so that it is the victim who does it.
 */
static int die_if_notified(const struct mpp_op *op)
{
	(void)op;
	if (notified_now())
		kill(getpid(), SIGKILL);
	return 0;
}

static const struct mpp_hooks dying = { .abi = sizeof(dying),
					.before = die_if_notified };

static int dies_notified(void)
{
	mpp_hooks_installed = &dying;
	return waits(NULL);
}

static void *make_inheritance(void)
{
	pid_t dead;
	int status;

	make_condition();
	PEER(dead, dies_notified());
	wait_until_asleep(dead);
	for (int i = 0; i < 2; i++) {
		sleeper[i] = waiter();
		kill(sleeper[i], SIGSTOP);
		ck_assert_int_eq(waitpid(sleeper[i], &status, WUNTRACED),
				 sleeper[i]);
		ck_assert(WIFSTOPPED(status));
	}
	ck_assert_int_eq(notifies(1), 0);
	ck_assert_int_eq(waitpid(dead, &status, 0), dead);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	return c;
}

/* Neither lost nor doubled. */
static void one_heir_has_it(void *unused, bool killed)
{
	uint64_t before;

	(void)unused;
	ck_assert_int_eq(acquire(), 0);
	before = notified_now();
	bury(c);
	ck_assert_int_eq(not_notified(), 1);
	ck_assert_int_eq(__builtin_popcountll(notified_now()), 1);
	ck_assert(killed || before == notified_now());
	ck_assert_int_eq(mpp_condition_release(c), 0);
	for (int i = 0; i < 2; i++)
		kill(sleeper[i], SIGCONT);
	reap_peer(sleeper[0]);
	ck_assert(!has_died(sleeper[1]));
	ck_assert_int_eq(notifies(1), 0);
	reap_peer(sleeper[1]);
	still_works();
}

/*
 * The victim is an heir itself, and another one waits after it.  What the dead
 * one had is seen in a slice's end at the latest.
 */
static pid_t first;

static void *make_dying_waiter(void)
{
	make_condition();
	PEER(first, dies_notified());
	wait_until_asleep(first);
	return c;
}

static void inherits_before_another(void *unused, pid_t victim)
{
	int status;

	(void)unused;
	wait_until_asleep(victim);
	sleeper[0] = waiter();
	ck_assert_int_eq(notifies(1), 0);
	ck_assert_int_eq(waitpid(first, &status, 0), first);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

START_TEST(a_waiter_is_skipped_or_has_been_notified_wherever_it_dies)
{
	static const struct killing vain = {
		make_one_waiter, waits_in_vain, NULL, one_is_left,
		free_condition
	};
	static const struct killing dead_seat = {
		make_dead_waiter, waits_in_vain, NULL, one_is_left,
		free_condition
	};
	static const struct killing all = {
		make_three_waiters, notifies_all, NULL, all_or_none,
		free_condition
	};
	static const struct killing two = {
		make_three_waiters, notifies_two, NULL, two_or_none,
		free_condition
	};
	static const struct killing notified = {
		make_condition, waits_and_notes, notified_before_another,
		somebody_had_it, free_condition
	};
	static const struct killing predicate = {
		make_condition, waits_until_true, makes_it_true, works_on,
		free_condition
	};
	static const struct killing inheritance = {
		make_inheritance, waits_in_vain, NULL, one_heir_has_it,
		free_condition
	};

	cut_everywhere(&vain);
	cut_everywhere(&dead_seat);
	cut_everywhere(&all);
	cut_everywhere(&two);
	ck_assert_uint_ge(without, 20);
	ck_assert_uint_ge(whole, 10);
	cut_everywhere(&notified);
	ck_assert_uint_ge(passed_on, 5);
	ck_assert_uint_ge(received, 4);
	cut_everywhere(&predicate);
	cut_everywhere(&inheritance);
	EVERY_STORE_WAS_CUT("condition.c");
}
END_TEST

START_TEST(an_heir_receives_it_or_the_next_one_does)
{
	static const struct killing heir = {
		make_dying_waiter, waits_and_notes, inherits_before_another,
		somebody_had_it, free_condition
	};

	cut_everywhere(&heir);
	ck_assert_uint_ge(passed_on, 5);
	ck_assert_uint_ge(received, 4);
}
END_TEST

/* Under a scheduler: who died is marked by it, and another's wait may go on. */
START_TEST(a_scheduled_wait_may_go_on_with_what_a_dead_one_had)
{
	struct mpp_op op = { .arg = { 1, 0 } };

	make_condition();
	op.object = c;
	c->used = 3;
	c->waiters[0].seat.core.word = 1;
	c->waiters[1].seat.core.word = 2;
	ck_assert(!await_ready(&op, 2));
	c->notified = 1;
	ck_assert(!await_ready(&op, 2));
	c->waiters[0].seat.core.word = FUTEX_OWNER_DIED;
	ck_assert(await_ready(&op, 2));
	c->notified = 2;
	ck_assert(await_ready(&op, 2));
	c->waiters[0].seat.core.word = c->waiters[1].seat.core.word = 0;
	free_condition(c);
}
END_TEST

UNIT_MAIN(
	UNIT(a_waiter_is_skipped_or_has_been_notified_wherever_it_dies)
	UNIT(an_heir_receives_it_or_the_next_one_does)
	UNIT(a_scheduled_wait_may_go_on_with_what_a_dead_one_had)
)
