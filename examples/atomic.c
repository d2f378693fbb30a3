/* SPDX-License-Identifier: MIT */
/*
 * atomic.c - a result is published without a lock: written, then announced by
 * a store that releases; whoever sees the announcement sees the result.
 */
#include <mpp/atomic.h>
#include <mpp/process.h>
#include <mpp/value.h>
#include <sched.h>
#include <stdio.h>

enum { READERS = 3, ANSWER = 42 };

struct shared {
	struct mpp_raw_value *result;
	struct mpp_atomic *ready; /* 1: the result is there */
	struct mpp_atomic *readers; /* a bit each */
	int me;
};

static int reader(void *arg)
{
	const struct shared *s = arg;

	while (!mpp_atomic_load_explicit(s->ready, MPP_ORDER_ACQUIRE))
		sched_yield();
	if (mpp_raw_value_get(s->result) != ANSWER)
		return 1;
	mpp_atomic_fetch_or(s->readers, INT64_C(1) << s->me);
	return 0;
}

int main(void)
{
	struct mpp_process *p[READERS];
	struct shared s;
	int seen;

	if (mpp_raw_value_new(&s.result, 'i', 0) ||
	    mpp_atomic_new(&s.ready, 0) || mpp_atomic_new(&s.readers, 0))
		return 1;
	for (s.me = 0; s.me < READERS; s.me++) {
		if (mpp_process_new(&p[s.me], reader, &s, sizeof(s)) ||
		    mpp_process_start(p[s.me]))
			return 1;
	}
	mpp_raw_value_set(s.result, ANSWER);
	mpp_atomic_store_explicit(s.ready, 1, MPP_ORDER_RELEASE);
	for (int i = 0; i < READERS; i++) {
		mpp_process_join(p[i], MPP_FOREVER);
		mpp_process_free(p[i]);
	}
	seen = (int)mpp_atomic_load(s.readers);
	printf("readers that saw %d: 0x%x\n", ANSWER, (unsigned)seen);
	mpp_atomic_free(s.readers);
	mpp_atomic_free(s.ready);
	mpp_raw_value_free(s.result);
	return seen != (1 << READERS) - 1;
}
