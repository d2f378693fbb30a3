/* SPDX-License-Identifier: MIT */
/* test_kill_semaphore.c - users of Semaphore and BoundedSemaphore killed at
 * every step. */
#include <mpp/bounded_semaphore.h>
#include <mpp/semaphore.h>

#include "killing.h"

/*
 * Semaphore: whole or not at all, and the others go on.
 */
static void *make_value(int64_t value)
{
	struct mpp_semaphore *s = NULL;

	ck_assert_int_eq(mpp_semaphore_new(&s, value), 0);
	return s;
}

static void *make_0(void)
{
	return make_value(0);
}

static void *make_2(void)
{
	return make_value(2);
}

static void free_semaphore(void *s)
{
	mpp_semaphore_free(s);
}

static int takes(void *s)
{
	return mpp_semaphore_acquire(s, IN_TIME);
}

static int gives(void *s)
{
	return mpp_semaphore_release(s, 1);
}

static int gives_3(void *s)
{
	return mpp_semaphore_release(s, 3);
}

/* Everybody else can use it, and gets as many as there are. */
static void has_value(void *s, int32_t value)
{
	ck_assert_int_eq(mpp_semaphore_get_value(s), value);
	for (int32_t i = 0; i < value; i++)
		ck_assert_int_eq(mpp_semaphore_acquire(s, 0), 0);
	ck_assert_int_eq(mpp_semaphore_acquire(s, 0), MPP_EAGAIN);
	ck_assert_int_eq(gives(s), 0);
	ck_assert_int_eq(takes(s), 0);
	ck_assert_int_eq(mpp_semaphore_get_value(s), 0);
}

static unsigned happened; /* calls that were killed, and had an effect */

/* One of two values; the second is what a whole call leaves. */
static void has_one_of(void *s, bool killed, int32_t before, int32_t whole)
{
	int32_t value = mpp_semaphore_get_value(s);

	ck_assert(value == whole || (killed && value == before));
	happened += killed && value == whole;
	has_value(s, value);
}

static void one_is_taken(void *s, bool killed)
{
	has_one_of(s, killed, 2, 1);
}

static void one_is_given(void *s, bool killed)
{
	has_one_of(s, killed, 0, 1);
}

/* Two peers sleep before the victim gives three: one is left. */
static pid_t sleeper[2];

static void *make_two_sleepers(void)
{
	void *s = make_0();

	for (int i = 0; i < 2; i++) {
		PEER(sleeper[i], takes(s));
		wait_until_asleep(sleeper[i]);
	}
	return s;
}

/* Also when it was killed between the value and the wake: no second give. */
static void both_get_one(void *s, bool killed)
{
	if (mpp_semaphore_get_value(s) == 0) {
		ck_assert(killed);
		ck_assert_int_eq(gives_3(s), 0);
	}
	reap_peer(sleeper[0]);
	reap_peer(sleeper[1]);
	has_value(s, 1);
}

/* The victim sleeps until it is given one. */
static void gives_when_it_sleeps(void *s, pid_t victim)
{
	wait_until_asleep(victim);
	ck_assert_int_eq(gives(s), 0);
}

static void it_is_taken_or_there(void *s, bool killed)
{
	has_one_of(s, killed, 1, 0);
}

/* Of two that sleep one dies: its wake is not the other's. */
static void *make_sleeper(void)
{
	void *s = make_0();

	PEER(sleeper[0], takes(s));
	wait_until_asleep(sleeper[0]);
	return s;
}

static void gives_both_when_it_sleeps(void *s, pid_t victim)
{
	wait_until_asleep(victim);
	ck_assert_int_eq(mpp_semaphore_release(s, 2), 0);
}

static void the_other_has_one(void *s, bool killed)
{
	reap_peer(sleeper[0]);
	has_one_of(s, killed, 1, 0);
}

static int gives_up(void *s)
{
	if (mpp_semaphore_acquire(s, 0) != MPP_EAGAIN)
		return 1;
	return mpp_semaphore_acquire(s, 1000) != MPP_ETIMEDOUT;
}

static void nothing_happened(void *s, bool killed)
{
	(void)killed;
	has_value(s, 0);
}

static int looks_and_is_refused(void *s)
{
	return mpp_semaphore_get_value(s) != 2 ||
	       mpp_semaphore_release(s, INT32_MAX - 1) != MPP_EOVERFLOW;
}

static void two_are_there(void *s, bool killed)
{
	(void)killed;
	has_value(s, 2);
}

START_TEST(a_semaphore_is_taken_or_given_whole_or_not_at_all)
{
	static const struct killing cases[] = {
		{ make_2, takes, NULL, one_is_taken, free_semaphore },
		{ make_0, gives, NULL, one_is_given, free_semaphore },
		{ make_two_sleepers, gives_3, NULL, both_get_one,
		  free_semaphore },
		{ make_0, takes, gives_when_it_sleeps, it_is_taken_or_there,
		  free_semaphore },
		{ make_sleeper, takes, gives_both_when_it_sleeps,
		  the_other_has_one, free_semaphore },
		{ make_0, gives_up, NULL, nothing_happened, free_semaphore },
		{ make_2, looks_and_is_refused, NULL, two_are_there,
		  free_semaphore },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		cut_everywhere(&cases[i]);
	ck_assert_uint_gt(happened, 0);
	EVERY_STORE_WAS_CUT("semaphore.c", "bell.h");
}
END_TEST

/*
 * BoundedSemaphore: permits come back, and each death is told once.
 */
static void *make_permits(int64_t n)
{
	struct mpp_bounded_semaphore *s = NULL;

	ck_assert_int_eq(mpp_bounded_semaphore_new(&s, n), 0);
	return s;
}

static void *make_1(void)
{
	return make_permits(1);
}

static void *make_3(void)
{
	return make_permits(3);
}

static void free_bounded(void *s)
{
	mpp_bounded_semaphore_free(s);
}

static int takes_permit(void *s)
{
	int err = mpp_bounded_semaphore_acquire(s, IN_TIME);

	return err == MPP_EOWNERDEAD ? 0 : err;
}

static int takes_and_gives(void *s)
{
	return takes_permit(s) || mpp_bounded_semaphore_release(s);
}

static int takes_and_gives_two(void *s)
{
	return takes_permit(s) || takes_and_gives(s) ||
	       mpp_bounded_semaphore_release(s);
}

/* How many of n permits say that their holder died; takes and gives all. */
static int told(void *s, int n)
{
	int dead = 0;

	ck_assert_int_eq(mpp_bounded_semaphore_get_value(s), n);
	for (int i = 0; i < n; i++) {
		int err = mpp_bounded_semaphore_acquire(s, 0);

		ck_assert(err == 0 || err == MPP_EOWNERDEAD);
		dead += err == MPP_EOWNERDEAD;
	}
	ck_assert_int_eq(mpp_bounded_semaphore_acquire(s, 0), MPP_EAGAIN);
	for (int i = 0; i < n; i++)
		ck_assert_int_eq(mpp_bounded_semaphore_release(s), 0);
	ck_assert_int_eq(mpp_bounded_semaphore_release(s), MPP_EPERM);
	return dead;
}

static unsigned deaths_told;

static void all_are_there(void *s, int n, int most)
{
	int dead = told(s, n);

	ck_assert_int_le(dead, most);
	deaths_told += (unsigned)dead;
	ck_assert_int_eq(told(s, n), 0);
}

static void three_are_there(void *s, bool killed)
{
	all_are_there(s, 3, killed);
}

static void three_with_two_deaths(void *s, bool killed)
{
	all_are_there(s, 3, killed ? 2 : 0);
}

static void one_is_there(void *s, bool killed)
{
	all_are_there(s, 1, killed);
}

/* Its holder has ended. */
static void *make_orphan(void)
{
	void *s = make_1();
	pid_t pid;

	PEER(pid, takes_permit(s));
	reap_peer(pid);
	return s;
}

static int is_told_and_gives(void *s)
{
	return mpp_bounded_semaphore_acquire(s, 0) != MPP_EOWNERDEAD ||
	       mpp_bounded_semaphore_release(s);
}

/* The test holds the only one until the victim sleeps, behind another. */
static void *make_held_and_wanted(void)
{
	void *s = make_1();

	ck_assert_int_eq(mpp_bounded_semaphore_acquire(s, 0), 0);
	PEER(sleeper[0], takes_and_gives(s));
	wait_until_asleep(sleeper[0]);
	return s;
}

static void releases_when_it_sleeps(void *s, pid_t victim)
{
	wait_until_asleep(victim);
	ck_assert_int_eq(mpp_bounded_semaphore_release(s), 0);
}

static void sleeper_had_it(void *s, bool killed)
{
	reap_peer(sleeper[0]);
	/* A death may have been told to the sleeper. */
	all_are_there(s, 1, killed);
}

/* The victim holds the only one while somebody sleeps for it. */
static int *inside;

static void *make_watched(void)
{
	inside = mmap(NULL, sizeof(*inside), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(inside, MAP_FAILED);
	return make_1();
}

static int holds_for_a_while(void *s)
{
	if (takes_permit(s))
		return 1;
	__atomic_store_n(inside, 1, __ATOMIC_RELEASE);
	while (__atomic_load_n(inside, __ATOMIC_ACQUIRE) != 2)
		sched_yield();
	return mpp_bounded_semaphore_release(s);
}

static void somebody_sleeps(void *s, pid_t victim)
{
	while (!has_died(victim) && !__atomic_load_n(inside, __ATOMIC_ACQUIRE))
		sched_yield();
	PEER(sleeper[0], takes_and_gives(s));
	wait_until_asleep(sleeper[0]);
	__atomic_store_n(inside, 2, __ATOMIC_RELEASE);
}

static void watcher_had_it(void *s, bool killed)
{
	sleeper_had_it(s, killed);
	munmap(inside, sizeof(*inside));
}

static int gets_none(void *s)
{
	return mpp_bounded_semaphore_acquire(s, 0) != MPP_EAGAIN ||
	       mpp_bounded_semaphore_acquire(s, 1000) != MPP_ETIMEDOUT ||
	       mpp_bounded_semaphore_release(s) != MPP_EPERM ||
	       mpp_bounded_semaphore_get_value(s) != 0;
}

static void *make_held(void)
{
	void *s = make_1();

	ck_assert_int_eq(mpp_bounded_semaphore_acquire(s, 0), 0);
	return s;
}

static void it_is_still_held(void *s, bool killed)
{
	(void)killed;
	ck_assert_int_eq(mpp_bounded_semaphore_get_value(s), 0);
	ck_assert_int_eq(mpp_bounded_semaphore_release(s), 0);
	all_are_there(s, 1, 0);
}

static int frees_while_holding(void *s)
{
	int err = takes_permit(s);

	if (err == 0)
		mpp_bounded_semaphore_free(s); /* the test's mapping stays */
	return err;
}

/*
 * The source stores nothing by itself: it is made of seats and a bell.  Nobody
 * waits for a seat, so of futex_lock.h all but the wake is meant.
 */
START_TEST(no_permit_is_lost_and_a_death_is_told_once)
{
	static const struct killing cases[] = {
		{ make_3, takes_and_gives, NULL, three_are_there,
		  free_bounded },
		{ make_3, takes_and_gives_two, NULL, three_with_two_deaths,
		  free_bounded },
		{ make_orphan, is_told_and_gives, NULL, one_is_there,
		  free_bounded },
		{ make_held_and_wanted, takes_and_gives,
		  releases_when_it_sleeps, sleeper_had_it, free_bounded },
		{ make_watched, holds_for_a_while, somebody_sleeps,
		  watcher_had_it, free_bounded },
		{ make_held, gets_none, NULL, it_is_still_held, free_bounded },
		{ make_3, frees_while_holding, NULL, three_are_there,
		  free_bounded },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		cut_everywhere(&cases[i]);
	ck_assert_uint_gt(deaths_told, 4);
	EVERY_STORE_WAS_CUT("bell.h", "mpp_pending", "mpp_not_pending",
			    "mpp_robust_push", "mpp_robust_remove",
			    "mpp_core_acquire", "try_word",
			    "mpp_core_consistent");
}
END_TEST

UNIT_MAIN(
	UNIT(a_semaphore_is_taken_or_given_whole_or_not_at_all)
	UNIT(no_permit_is_lost_and_a_death_is_told_once)
)
