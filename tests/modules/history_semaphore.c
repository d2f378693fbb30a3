/* SPDX-License-Identifier: MIT */
/* history_semaphore.c - calls of Semaphore and BoundedSemaphore. */
#include <mpp/bounded_semaphore.h>
#include <mpp/semaphore.h>

#include "history.h"

UNUSED static struct mpp_semaphore *semaphore;
UNUSED static struct mpp_bounded_semaphore *bounded;
UNUSED static int64_t permits = 1;

UNUSED static void make_objects(void)
{
	must(mpp_semaphore_new(&semaphore, 1));
	must(mpp_bounded_semaphore_new(&bounded, permits));
}

#define TAKE(number) \
	CALL(number, ACQUIRE, 0, mpp_semaphore_acquire(semaphore, MPP_FOREVER))
#define GIVE(number, n) \
	CALL(number, RELEASE, n, mpp_semaphore_release(semaphore, n))

TASK(turn_0)
{
	TAKE(0);
	GIVE(1, 1);
	return 0;
}

TASK(turn_1)
{
	TAKE(2);
	GIVE(3, 1);
	return 0;
}

TASK(turn_2)
{
	TAKE(4);
	GIVE(5, 1);
	return 0;
}

PROGRAM(of_three)
{
	RUN_HISTORY(turn_0, turn_1, turn_2);
	return 0;
}

/* Who gives two has to tell both who sleep. */
TASK(takes_two)
{
	TAKE(0);
	TAKE(1);
	return 0;
}

TASK(takes_one)
{
	TAKE(2);
	return 0;
}

TASK(gives_two)
{
	GIVE(3, 2);
	return 0;
}

PROGRAM(two_at_once)
{
	RUN_HISTORY(takes_two, takes_one, gives_two);
	return 0;
}

TASK(tries_and_looks)
{
	CALL(2, TRY_ACQUIRE, 0, mpp_semaphore_acquire(semaphore, 0));
	CALL(3, READ, 0, mpp_semaphore_get_value(semaphore));
	return 0;
}

TASK(takes_with_a_limit)
{
	CALL(4, ACQUIRE_FOR, 0, mpp_semaphore_acquire(semaphore, 1000));
	return 0;
}

/* One more than it needs, so that a try does not leave it waiting. */
TASK(gives_first)
{
	GIVE(0, 1);
	GIVE(1, 1);
	return 0;
}

PROGRAM(looks)
{
	RUN_HISTORY(gives_first, tries_and_looks, takes_with_a_limit);
	return 0;
}

/*
 * BoundedSemaphore: the argument is who.
 */
#define TAKE_PERMIT(number, who) \
	CALL(number, ACQUIRE, who, \
	     mpp_bounded_semaphore_acquire(bounded, MPP_FOREVER))
#define GIVE_PERMIT(number, who) \
	CALL(number, RELEASE, who, mpp_bounded_semaphore_release(bounded))

TASK(bounded_0)
{
	TAKE_PERMIT(0, 0);
	GIVE_PERMIT(1, 0);
	return 0;
}

TASK(bounded_1)
{
	TAKE_PERMIT(2, 1);
	GIVE_PERMIT(3, 1);
	return 0;
}

TASK(bounded_2)
{
	TAKE_PERMIT(4, 2);
	GIVE_PERMIT(5, 2);
	return 0;
}

PROGRAM(bounded_of_three)
{
	RUN_HISTORY(bounded_0, bounded_1, bounded_2);
	return 0;
}

PROGRAM(bounded_two)
{
	permits = 2;
	RUN_HISTORY(bounded_0, bounded_1, bounded_2);
	return 0;
}

TASK(bounded_tries)
{
	struct call c = begin_call(2, TRY_ACQUIRE, 1);
	int64_t err = mpp_bounded_semaphore_acquire(bounded, 0);

	end_call(c, err);
	if (err == 0)
		GIVE_PERMIT(3, 1);
	CALL(6, READ, 1, mpp_bounded_semaphore_get_value(bounded));
	return 0;
}

TASK(bounded_with_a_limit)
{
	struct call c = begin_call(4, ACQUIRE_FOR, 2);
	int64_t err = mpp_bounded_semaphore_acquire(bounded, 1000);

	end_call(c, err);
	if (err == 0)
		GIVE_PERMIT(5, 2);
	return 0;
}

PROGRAM(bounded_looks)
{
	RUN_HISTORY(bounded_0, bounded_tries);
	return 0;
}

PROGRAM(bounded_limit)
{
	RUN_HISTORY(bounded_0, bounded_1, bounded_with_a_limit);
	return 0;
}

/* Two permits are two looks. */
TASK(bounded_only_tries)
{
	struct call c = begin_call(2, TRY_ACQUIRE, 1);
	int64_t err = mpp_bounded_semaphore_acquire(bounded, 0);

	end_call(c, err);
	if (err == 0)
		GIVE_PERMIT(3, 1);
	return 0;
}

PROGRAM(bounded_two_looks)
{
	permits = 2;
	RUN_HISTORY(bounded_0, bounded_only_tries, bounded_2);
	return 0;
}

/* What one does not hold one cannot give. */
TASK(bounded_gives_anothers)
{
	GIVE_PERMIT(2, 1);
	TAKE_PERMIT(3, 1);
	GIVE_PERMIT(4, 1);
	GIVE_PERMIT(5, 1);
	return 0;
}

PROGRAM(bounded_misuse)
{
	RUN_HISTORY(bounded_0, bounded_gives_anothers);
	return 0;
}

MODULE_END;
