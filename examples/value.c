/* SPDX-License-Identifier: MIT */
/*
 * value.c - four processes add to one total and keep the largest number seen;
 * the parent takes what has come in so far, and leaves nothing.
 */
#include <mpp/process.h>
#include <mpp/value.h>
#include <stdio.h>

enum { PROCESSES = 4, NUMBERS = 1000 };

struct shared {
	struct mpp_value *total, *largest;
	int me; /* of the process that gets this copy */
};

/* Stores x unless it is less than what is there.  A compare_exchange that fails
 * says in `seen` what somebody else has stored meanwhile. */
static int keep_largest(struct mpp_value *largest, int64_t x)
{
	int64_t seen = mpp_value_get(largest);
	int done = 0;

	while (done == 0 && x > seen)
		done = mpp_value_compare_exchange(largest, &seen, x);
	return done < 0 ? done : 0;
}

static int work(void *arg)
{
	const struct shared *s = arg;

	for (int i = 1; i <= NUMBERS; i++) {
		if (mpp_value_add(s->total, 1) < 0 ||
		    keep_largest(s->largest, s->me * NUMBERS + i) < 0)
			return 1;
	}
	return 0;
}

int main(void)
{
	struct mpp_process *p[PROCESSES];
	struct shared s;
	int64_t early = 0, late = 0;

	if (mpp_value_new(&s.total, 'i', 0) ||
	    mpp_value_new(&s.largest, 'i', 0))
		return 1;
	for (s.me = 0; s.me < PROCESSES; s.me++) {
		if (mpp_process_new(&p[s.me], work, &s, sizeof(s)) ||
		    mpp_process_start(p[s.me]))
			return 1;
	}
	mpp_value_exchange(s.total, 0, &early);
	for (int i = 0; i < PROCESSES; i++) {
		mpp_process_join(p[i], MPP_FOREVER);
		mpp_process_free(p[i]);
	}
	mpp_value_exchange(s.total, 0, &late);
	printf("numbers: %d, largest: %d\n", (int)(early + late),
	       (int)mpp_value_get(s.largest));
	mpp_value_free(s.total);
	mpp_value_free(s.largest);
	return early + late != PROCESSES * NUMBERS;
}
