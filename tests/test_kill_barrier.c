/* SPDX-License-Identifier: MIT */
/*
 * test_kill_barrier.c - parties of the barrier killed at every step.
 *
 * Whoever waits passes or is told; it is never left alone with a death that
 * the barrier can know of.  A reset makes the barrier like a new one.
 */
#include <mpp/barrier.h>

#include "killing.h"

static int waits(struct mpp_barrier *b)
{
	return mpp_barrier_wait(b, IN_TIME);
}

/* In a child: an error -N becomes N, an index 100 more. */
static int code(int result)
{
	return result < 0 ? -result : 100 + result;
}

#define PASSED(index) (100 + (index))
#define TOLD (-MPP_EBROKEN)

/* Waits, in a process of its own. */
static pid_t start_waiting(struct mpp_barrier *b)
{
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0)
		_exit(code(waits(b)));
	return pid;
}

/* The code of what it got. */
static int reaped(pid_t pid)
{
	int status;

	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(WIFEXITED(status), "a peer crashed: status %#x",
		      (unsigned)status);
	return WEXITSTATUS(status);
}

static void until_waiting(struct mpp_barrier *b, int n)
{
	while (mpp_barrier_n_waiting(b) != n)
		sched_yield();
}

/* Two cycles by all parties, the test among them. */
static void passes_twice(struct mpp_barrier *b)
{
	int parties = mpp_barrier_parties(b);
	pid_t other[2];

	for (int cycle = 0; cycle < 2; cycle++) {
		for (int i = 0; i < parties - 1; i++) {
			other[i] = start_waiting(b);
			until_waiting(b, i + 1);
		}
		ck_assert_int_eq(waits(b), parties - 1);
		for (int i = 0; i < parties - 1; i++)
			ck_assert_int_eq(reaped(other[i]), PASSED(i));
	}
	ck_assert(!mpp_barrier_is_broken(b));
	ck_assert_int_eq(mpp_barrier_n_waiting(b), 0);
}

static void works_again(struct mpp_barrier *b)
{
	ck_assert_int_eq(mpp_barrier_reset(b), 0);
	ck_assert(!mpp_barrier_is_broken(b));
	ck_assert_int_eq(mpp_barrier_n_waiting(b), 0);
	passes_twice(b);
}

static unsigned passed, broken;	/* how often */

/* Nobody died in it, or everybody hears of it; then it works again. */
static void whole_or_broken(void *object, bool killed)
{
	struct mpp_barrier *b = object;

	ck_assert_int_eq(mpp_barrier_n_waiting(b), 0);
	if (mpp_barrier_is_broken(b)) {
		ck_assert(killed);
		ck_assert_int_eq(waits(b), MPP_EBROKEN);
	} else {
		passes_twice(b);
	}
	works_again(b);
}

static void told(void *object, bool killed)
{
	struct mpp_barrier *b = object;

	ck_assert_int_eq(mpp_barrier_n_waiting(b), 0);
	if (mpp_barrier_is_broken(b)) {
		ck_assert_int_eq(waits(b), MPP_EBROKEN);
		broken++;
	} else {
		ck_assert(killed);
	}
	works_again(b);
}

static struct mpp_barrier *barrier_of(int parties, int (*action)(void *))
{
	struct mpp_barrier *b = NULL;

	ck_assert_int_eq(mpp_barrier_new(&b, parties, action, NULL,
					 MPP_FOREVER),
			 0);
	return b;
}

static void free_barrier(void *b)
{
	mpp_barrier_free(b);
}

static void *make_two(void)
{
	return barrier_of(2, NULL);
}

/* Peers asleep in it before the victim begins. */
static pid_t sleeper[2];

static void *with_sleepers(struct mpp_barrier *b, int n)
{
	for (int i = 0; i < n; i++) {
		sleeper[i] = start_waiting(b);
		until_waiting(b, i + 1);
		wait_until_asleep(sleeper[i]);
	}
	return b;
}

static void *make_one_of_two(void)
{
	return with_sleepers(make_two(), 1);
}

/*
 * Alone, with a limit that passes: it arrives, gives up and leaves.
 */
static int gives_up(void *b)
{
	return mpp_barrier_wait(b, 0) != MPP_ETIMEDOUT;
}

/*
 * The last one, which lets the others go.
 */
static int comes_second(void *b)
{
	return waits(b) != 1;
}

static int comes_third(void *b)
{
	return waits(b) != 2;
}

static int well(void *context)
{
	(void)context;
	return 0;
}

static int badly(void *context)
{
	(void)context;
	return 1;
}

static void *make_one_of_two_acting(void)
{
	return with_sleepers(barrier_of(2, well), 1);
}

static void *make_two_of_three(void)
{
	return with_sleepers(barrier_of(3, NULL), 2);
}

/* All sleepers have the same news. */
static void sleepers_go(void *object, bool killed)
{
	struct mpp_barrier *b = object;
	int n = mpp_barrier_parties(b) - 1;
	int first;

	if (mpp_barrier_n_waiting(b) == n && !mpp_barrier_is_broken(b)) {
		/* Before it came: another last one will do. */
		ck_assert(killed);
		ck_assert_int_eq(waits(b), n);
		for (int i = 0; i < n; i++)
			ck_assert_int_eq(reaped(sleeper[i]), PASSED(i));
		works_again(b);
		return;
	}
	first = reaped(sleeper[0]);
	if (first == PASSED(0)) {
		passed++;
	} else {
		ck_assert(killed);
		ck_assert_int_eq(first, TOLD);
		broken++;
	}
	for (int i = 1; i < n; i++)
		ck_assert_int_eq(reaped(sleeper[i]),
				 first == TOLD ? TOLD : PASSED(i));
	works_again(b);
}

/* Its action fails. */
static void *make_one_of_two_failing(void)
{
	return with_sleepers(barrier_of(2, badly), 1);
}

static int fails(void *b)
{
	return waits(b) != MPP_EACTION;
}

static void sleeper_is_told(void *object, bool killed)
{
	struct mpp_barrier *b = object;

	if (mpp_barrier_n_waiting(b) == 1 && !mpp_barrier_is_broken(b)) {
		ck_assert(killed);
		ck_assert_int_eq(mpp_barrier_abort(b), 0);
	}
	ck_assert_int_eq(reaped(sleeper[0]), TOLD);
	ck_assert(mpp_barrier_is_broken(b));
	ck_assert_int_eq(mpp_barrier_n_waiting(b), 0);
	ck_assert_int_eq(waits(b), MPP_EBROKEN);
	ck_assert_int_eq(mpp_barrier_reset(b), 0);
	ck_assert(!mpp_barrier_is_broken(b));
}

/*
 * The victim sleeps when the others come.
 */
static int comes_first(void *b)
{
	return waits(b) != 0;
}

/* The second and last, unless the victim died before it was there. */
static void comes_when_it_sleeps(void *object, pid_t victim)
{
	struct mpp_barrier *b = object;
	int mine;

	wait_until_asleep(victim);
	if (mpp_barrier_n_waiting(b) == 0 && !mpp_barrier_is_broken(b))
		return;
	mine = waits(b);
	if (mine != 1)
		ck_assert_int_eq(mine, MPP_EBROKEN);
}

static void *make_one_of_three(void)
{
	return with_sleepers(barrier_of(3, NULL), 1);
}

/* One sleeps already, the victim comes, then the test. */
static void comes_as_third(void *object, pid_t victim)
{
	struct mpp_barrier *b = object;
	pid_t other = 0;
	int mine;

	wait_until_asleep(victim);
	if (mpp_barrier_n_waiting(b) == 1 && !mpp_barrier_is_broken(b)) {
		/* Before it came: somebody else does in its place. */
		other = start_waiting(b);
		until_waiting(b, 2);
	}
	mine = waits(b);
	if (mine != 2)
		ck_assert_int_eq(mine, MPP_EBROKEN);
	ck_assert_int_eq(reaped(sleeper[0]), mine == 2 ? PASSED(0) : TOLD);
	if (other)
		ck_assert_int_eq(reaped(other), PASSED(1));
}

/* It sleeps, and somebody breaks or resets the barrier. */
static int is_told(void *b)
{
	return waits(b) != MPP_EBROKEN;
}

static void aborts_when_it_sleeps(void *b, pid_t victim)
{
	wait_until_asleep(victim);
	ck_assert_int_eq(mpp_barrier_abort(b), 0);
}

static void is_broken(void *object, bool killed)
{
	struct mpp_barrier *b = object;

	(void)killed;
	ck_assert(mpp_barrier_is_broken(b));
	ck_assert_int_eq(mpp_barrier_n_waiting(b), 0);
	ck_assert_int_eq(waits(b), MPP_EBROKEN);
	works_again(b);
}

static void resets_when_it_sleeps(void *b, pid_t victim)
{
	wait_until_asleep(victim);
	ck_assert_int_eq(mpp_barrier_reset(b), 0);
}

/*
 * Registered: the other may wait for ever, and passes or is told however the
 * two meet.
 */
static int registers_then(void *b, int (*call)(void *))
{
	unsigned step = steps_left;

	steps_left = 0;
	if (mpp_barrier_register(b))
		return 1;
	steps_left = step;
	return call(b);
}

static int waits_and_leaves(void *b)
{
	return waits(b) < 0 || mpp_barrier_leave(b);
}

static int comes_registered(void *b)
{
	return registers_then(b, waits_and_leaves);
}

/* It is registered when it waits, or has died on the way. */
static void comes_at_once(void *object, pid_t victim)
{
	struct mpp_barrier *b = object;
	int mine;

	(void)victim;
	while (mpp_barrier_n_waiting(b) == 0 && !mpp_barrier_is_broken(b))
		sched_yield();
	mine = waits(b);
	if (mine != 1)
		ck_assert_int_eq(mine, MPP_EBROKEN);
}

static int comes_and_leaves(void *b)
{
	return mpp_barrier_register(b) || mpp_barrier_leave(b);
}

static int aborts(void *b)
{
	return mpp_barrier_abort(b);
}

static int resets(void *b)
{
	return mpp_barrier_reset(b);
}

/* Beside a call that was not meant for it the sleeper waits on, unless there
 * was a death. */
static void sleeper_waits_on_or_is_told(void *object, bool killed)
{
	struct mpp_barrier *b = object;

	if (mpp_barrier_n_waiting(b) == 1 && !mpp_barrier_is_broken(b)) {
		ck_assert_int_eq(waits(b), 1);
		ck_assert_int_eq(reaped(sleeper[0]), PASSED(0));
	} else {
		ck_assert(killed);
		ck_assert_int_eq(reaped(sleeper[0]), TOLD);
	}
	works_again(b);
}

static void sleeper_is_sent_away(void *object, bool killed)
{
	struct mpp_barrier *b = object;

	if (mpp_barrier_n_waiting(b) == 1 && !mpp_barrier_is_broken(b)) {
		ck_assert(killed);
		ck_assert_int_eq(waits(b), 1);
		ck_assert_int_eq(reaped(sleeper[0]), PASSED(0));
	} else {
		ck_assert_int_eq(reaped(sleeper[0]), TOLD);
	}
	works_again(b);
}

/*
 * After an earlier death.
 */
static void kill_sleeper(int i)
{
	int status;

	ck_assert_int_eq(kill(sleeper[i], SIGKILL), 0);
	ck_assert_int_eq(waitpid(sleeper[i], &status, 0), sleeper[i]);
	ck_assert(WIFSIGNALED(status));
}

static void *make_dead_of_two(void)
{
	void *b = make_one_of_two();

	kill_sleeper(0);
	return b;
}

/* One waits and one is dead; whoever finds out first breaks it. */
static void *make_waiting_and_dead(void)
{
	void *b = make_two_of_three();

	kill_sleeper(1);
	return b;
}

static int ends_registered(void *b)
{
	return mpp_barrier_register(b);
}

static void *make_dead_registered(void)
{
	void *b = make_two();
	pid_t pid;

	PEER(pid, ends_registered(b));
	reap_peer(pid);
	ck_assert(mpp_barrier_is_broken(b));
	return b;
}

/* A death in an arrival, when for the first time it is one in the barrier: it
 * held the guard. */
static void *make_dead_with_guard(void)
{
	static const struct killing k = { make_two, gives_up, NULL, NULL,
					  free_barrier };
	static unsigned step = 1;

	for (;; step++) {
		struct mpp_barrier *b = make_two();
		bool killed = reap_victim(start_victim(&k, b, step), step);

		ck_assert(killed);
		if (mpp_barrier_is_broken(b))
			return b;
		mpp_barrier_free(b);
	}
}

static void both_are_told(void *b, bool killed)
{
	ck_assert_int_eq(reaped(sleeper[0]), TOLD);
	is_broken(b, killed);
}

/* The reset is one store: after it everything is forgotten. */
static void broken_or_reset(void *object, bool killed)
{
	struct mpp_barrier *b = object;

	if (mpp_barrier_is_broken(b)) {
		ck_assert(killed);
		ck_assert_int_eq(waits(b), MPP_EBROKEN);
		works_again(b);
	} else {
		passes_twice(b);
	}
}

/*
 * More callers than places: one party, and its action lasts.
 */
static struct scene {
	int inside, go;
} *scene;

static int lasts(void *context)
{
	(void)context;
	__atomic_store_n(&scene->inside, 1, __ATOMIC_SEQ_CST);
	while (!__atomic_load_n(&scene->go, __ATOMIC_SEQ_CST))
		sched_yield();
	return 0;
}

static void *make_lasting(void)
{
	struct mpp_barrier *b = barrier_of(1, lasts);

	if (!scene)
		scene = mmap(NULL, sizeof(*scene), PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(scene, MAP_FAILED);
	__atomic_store_n(&scene->inside, 0, __ATOMIC_SEQ_CST);
	__atomic_store_n(&scene->go, 0, __ATOMIC_SEQ_CST);
	return b;
}

static void *make_occupied(void)
{
	void *b = make_lasting();

	sleeper[0] = start_waiting(b);
	while (!__atomic_load_n(&scene->inside, __ATOMIC_SEQ_CST))
		sched_yield();
	return b;
}

static void goes_on(void)
{
	__atomic_store_n(&scene->go, 1, __ATOMIC_SEQ_CST);
}

static void makes_room(void *b, pid_t victim)
{
	(void)b;
	wait_until_asleep(victim);
	goes_on();
}

/* The one inside passes unless the victim died in its cycle. */
static void both_have_passed(void *b, bool killed)
{
	int first = reaped(sleeper[0]);

	if (first != PASSED(0)) {
		ck_assert(killed);
		ck_assert_int_eq(first, TOLD);
	}
	whole_or_broken(b, killed);
}

static pid_t second;

/* The victim acts, and somebody sleeps who wants its place. */
static void another_wants_in(void *b, pid_t victim)
{
	while (!__atomic_load_n(&scene->inside, __ATOMIC_SEQ_CST) &&
	       !has_died(victim))
		sched_yield();
	second = 0;
	if (!has_died(victim)) {
		second = start_waiting(b);
		wait_until_asleep(second);
	}
	goes_on();
}

static void other_comes_in(void *b, bool killed)
{
	if (second) {
		int its = reaped(second);

		if (its != PASSED(0)) {
			ck_assert(killed);
			ck_assert_int_eq(its, TOLD);
		}
	}
	whole_or_broken(b, killed);
}

/* The number of points. */
#define CUT(...) \
	cut_everywhere(&(const struct killing){ __VA_ARGS__, free_barrier })

START_TEST(wherever_a_party_dies_the_others_pass_or_are_told)
{
	unsigned points;

	broken = 0;
	points = CUT(make_two, gives_up, NULL, told);
	/* All but the steps before it has the guard. */
	ck_assert_uint_ge(broken, points - 2);
	CUT(make_two, comes_first, comes_when_it_sleeps, whole_or_broken);
	CUT(make_one_of_three, comes_second, comes_as_third, whole_or_broken);
	CUT(make_one_of_three, gives_up, NULL, sleeper_is_told);
	CUT(make_two, comes_registered, comes_at_once, whole_or_broken);
}
END_TEST

/* Some of the deaths come after the others have passed, some before. */
#define CUT_THE_LAST(...) \
	do { \
		passed = broken = 0; \
		CUT(__VA_ARGS__, NULL, sleepers_go); \
		ck_assert_uint_ge(passed, 2); \
		ck_assert_uint_ge(broken, 4); \
	} while (0)

START_TEST(wherever_the_last_party_dies_the_others_have_the_same_news)
{
	CUT_THE_LAST(make_one_of_two, comes_second);
	CUT_THE_LAST(make_one_of_two_acting, comes_second);
	CUT_THE_LAST(make_two_of_three, comes_third);
	CUT(make_one_of_two_failing, fails, NULL, sleeper_is_told);
}
END_TEST

START_TEST(breaking_mending_and_repairing_may_be_cut_everywhere)
{
	/* Beside one that waits. */
	CUT(make_one_of_two, aborts, NULL, sleeper_is_sent_away);
	CUT(make_one_of_two, resets, NULL, sleeper_is_sent_away);
	CUT(make_one_of_two, comes_and_leaves, NULL,
	    sleeper_waits_on_or_is_told);

	/* The victim waits meanwhile. */
	CUT(make_two, is_told, aborts_when_it_sleeps, is_broken);
	CUT(make_two, is_told, resets_when_it_sleeps, whole_or_broken);

	/* It finds somebody dead. */
	CUT(make_dead_of_two, is_told, NULL, is_broken);
	CUT(make_dead_with_guard, is_told, NULL, is_broken);
	CUT(make_dead_with_guard, resets, NULL, broken_or_reset);
	CUT(make_waiting_and_dead, is_told, NULL, both_are_told);
	CUT(make_dead_registered, is_told, NULL, is_broken);
	CUT(make_dead_registered, resets, NULL, broken_or_reset);

	/* There is no place, or it makes room. */
	CUT(make_occupied, comes_first, makes_room, both_have_passed);
	CUT(make_lasting, comes_first, another_wants_in, other_comes_in);

	EVERY_STORE_WAS_CUT("barrier.c", "bell.h");
}
END_TEST

UNIT_MAIN(
	UNIT(wherever_a_party_dies_the_others_pass_or_are_told)
	UNIT(wherever_the_last_party_dies_the_others_have_the_same_news)
	UNIT(breaking_mending_and_repairing_may_be_cut_everywhere)
)
