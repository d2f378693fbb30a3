/* SPDX-License-Identifier: MIT */
/* race_atomics.c - races and none: atomics and their memory orders. */
#include <mpp/atomic.h>
#include "races.h"

/* Atomics: the flag says that the cell is written. */
UNUSED static struct mpp_atomic *flag;

UNUSED static int publish(int order)
{
	set();
	mpp_atomic_store_explicit(flag, 1, order);
	return 0;
}

UNUSED static int look(int order)
{
	if (mpp_atomic_load_explicit(flag, order))
		mpp_observe_int("seen", mpp_raw_value_get(cell));
	return 0;
}

UNUSED static void begin_publication(void)
{
	cell = new_cell(0);
	must(mpp_atomic_new(&flag, 0));
}

TASK(publish_seq)
{
	NO_ARGUMENT;
	return publish(MPP_ORDER_SEQ_CST);
}

TASK(look_seq)
{
	NO_ARGUMENT;
	return look(MPP_ORDER_SEQ_CST);
}

PROGRAM(published_seq)
{
	begin_publication();
	both(publish_seq, look_seq);
	return 0;
}

TASK(publish_release)
{
	NO_ARGUMENT;
	return publish(MPP_ORDER_RELEASE);
}

TASK(look_acquire)
{
	NO_ARGUMENT;
	return look(MPP_ORDER_ACQUIRE);
}

PROGRAM(published_release)
{
	begin_publication();
	both(publish_release, look_acquire);
	return 0;
}

TASK(publish_relaxed)
{
	NO_ARGUMENT;
	must(mpp_raw_value_set(cell, 1)); /* LINE: published_relaxed 1 */
	mpp_atomic_store_explicit(flag, 1, MPP_ORDER_RELAXED);
	return 0;
}

TASK(look_relaxed)
{
	int64_t seen = -1;

	NO_ARGUMENT;
	if (mpp_atomic_load_explicit(flag, MPP_ORDER_ACQUIRE))
		seen = mpp_raw_value_get(cell); /* LINE: published_relaxed 2 */
	mpp_observe_int("seen", seen);
	return 0;
}

PROGRAM(published_relaxed)
{
	begin_publication();
	both(publish_relaxed, look_relaxed);
	return 0;
}

/* An exchange passes on what it found: one of any order continues a release. */
TASK(add_relaxed)
{
	NO_ARGUMENT;
	(void)mpp_atomic_fetch_add_explicit(flag, 2, MPP_ORDER_RELAXED);
	return 0;
}

TASK(look_for_release)
{
	NO_ARGUMENT;
	if (mpp_atomic_load_explicit(flag, MPP_ORDER_ACQUIRE) & 1)
		(void)mpp_raw_value_get(cell);
	return 0;
}

PROGRAM(passed_on)
{
	struct mpp_process *p[3];

	begin_publication();
	p[0] = start(publish_release);
	p[1] = start(add_relaxed);
	p[2] = start(look_for_release);
	join_all(p, 3);
	return 0;
}

/* Fences order what is relaxed around them. */
TASK(publish_behind_fence)
{
	NO_ARGUMENT;
	must(mpp_raw_value_set(cell, 1)); /* LINE: fenced_once 1 */
	mpp_atomic_fence(MPP_ORDER_RELEASE);
	mpp_atomic_store_explicit(flag, 1, MPP_ORDER_RELAXED);
	return 0;
}

TASK(look_before_fence)
{
	int64_t seen = -1;

	NO_ARGUMENT;
	if (mpp_atomic_load_explicit(flag, MPP_ORDER_RELAXED)) {
		mpp_atomic_fence(MPP_ORDER_ACQUIRE);
		seen = mpp_raw_value_get(cell);
	}
	mpp_observe_int("seen", seen);
	return 0;
}

PROGRAM(fenced)
{
	begin_publication();
	both(publish_behind_fence, look_before_fence);
	return 0;
}

TASK(look_without_fence)
{
	int64_t seen = -1;

	NO_ARGUMENT;
	if (mpp_atomic_load_explicit(flag, MPP_ORDER_RELAXED))
		seen = mpp_raw_value_get(cell); /* LINE: fenced_once 2 */
	mpp_observe_int("seen", seen);
	return 0;
}

PROGRAM(fenced_once)
{
	begin_publication();
	both(publish_behind_fence, look_without_fence);
	return 0;
}

/* The flag is plain: it races, and what it says is not ordered either. */
TASK(publish_plain)
{
	NO_ARGUMENT;
	must(mpp_raw_value_set(cell, 1)); /* LINE: plain data 1 */
	must(mpp_raw_value_set(other_cell, 1)); /* LINE: plain flag 1 */
	return 0;
}

TASK(look_plain)
{
	NO_ARGUMENT;
	if (mpp_raw_value_get(other_cell)) /* LINE: plain flag 2 */
		(void)mpp_raw_value_get(cell); /* LINE: plain data 2 */
	return 0;
}

PROGRAM(published_plain)
{
	cell = new_cell(0);
	other_cell = new_cell(0);
	both(publish_plain, look_plain);
	return 0;
}

MODULE_END;
