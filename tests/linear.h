/* SPDX-License-Identifier: MIT */
/*
 * linear.h - is a history explained by a plain sequential model?
 *
 * A history is linearizable if its calls can be put in one order in which each
 * has the result that the model gives, and no call comes before one that had
 * returned when it began.  With ten calls at most, all orders are tried.
 * Source:  Herlihy and Wing (1990); the search is Wing and Gong's (1993).
 */
#ifndef MPCK_TESTS_LINEAR_H
#define MPCK_TESTS_LINEAR_H

#include "explored.h"
#include "modules/history_calls.h"

enum { MOST_CALLS = 10, MODEL_BYTES = 256 };

struct history_call {
	int64_t what, argument, result, before;
};

struct history {
	struct history_call call[MOST_CALLS];
	bool made[MOST_CALLS];
};

/* May the call happen now, with its result?  Then it does. */
typedef bool model_step(void *state, const struct history_call *call);

static inline bool explains_rest(const struct history *h, unsigned left,
				 const unsigned char *state, model_step *step)
{
	if (left == 0)
		return true;
	for (int i = 0; i < MOST_CALLS; i++) {
		unsigned char next[MODEL_BYTES];

		if (!(left >> i & 1) || ((uint64_t)h->call[i].before & left))
			continue;
		memcpy(next, state, sizeof(next));
		if (step(next, &h->call[i]) &&
		    explains_rest(h, left & ~(1u << i), next, step))
			return true;
	}
	return false;
}

/* The model begins as zeros. */
static inline bool is_linearizable(const struct history *h, model_step *step)
{
	_Alignas(16) unsigned char state[MODEL_BYTES] = { 0 };
	unsigned all = 0;

	for (int i = 0; i < MOST_CALLS; i++)
		all |= (unsigned)h->made[i] << i;
	return explains_rest(h, all, state, step);
}

/* "c0=[0,0,0,0], x=2" */
static inline void read_history(struct history *h, const char *text)
{
	const char *p = text;
	unsigned n = 0;

	memset(h, 0, sizeof(*h));
	for (; (p = strchr(p, 'c')); p++) {
		struct history_call c;
		int i;

		if (sscanf(p, "c%d=[%" SCNd64 ",%" SCNd64 ",%" SCNd64
			      ",%" SCNd64 "]", &i, &c.what, &c.argument,
			   &c.result, &c.before) != 5)
			continue;
		h->call[i] = c;
		h->made[i] = true;
		n++;
	}
	ck_assert_msg(n > 0, "no call in: %s", text);
}

#endif
