/* SPDX-License-Identifier: MIT */
/*
 * history.h - programs whose outcome is the history of their calls.
 *
 * Each task makes a few calls; of each call its number, what it was, its result
 * and which calls had returned before it began are observed as c<number>.  A
 * test then asks whether a plain sequential model explains every history that
 * occurs (linear.h): so whole calls are compared with what happens between any
 * two words of their implementation.
 */
#ifndef MPCK_TESTS_HISTORY_H
#define MPCK_TESTS_HISTORY_H

#include <mpp/atomic.h>

#include "history_calls.h"
#include "module.h"

/* One bit for each call that has returned. */
UNUSED static struct mpp_atomic *returned;

struct call {
	int number, what;
	int64_t argument, before;
};

UNUSED static struct call begin_call(int number, int what, int64_t argument)
{
	return (struct call){ number, what, argument,
			      mpp_atomic_load(returned) };
}

UNUSED static void end_call(struct call c, int64_t result)
{
	static const char *const names[] = { "c0", "c1", "c2", "c3", "c4",
					     "c5", "c6", "c7", "c8", "c9" };
	int64_t values[] = { c.what, c.argument, result, c.before };

	mpp_atomic_fetch_add(returned, (int64_t)1 << c.number);
	mpp_observe(names[c.number], values, 4, 'q');
}

/* CALL(number, WHAT, argument, expression of the result) */
#define CALL(number, what, argument, ...) \
	do { \
		struct call call_ = begin_call(number, what, argument); \
\
		end_call(call_, (__VA_ARGS__)); \
	} while (0)

/* Runs each function once, as a process of its own. */
#define RUN_HISTORY(...) \
	do { \
		int (*const fns_[])(void *) = { __VA_ARGS__ }; \
		enum { N_ = sizeof(fns_) / sizeof(*fns_) }; \
		struct mpp_process *p_[N_]; \
\
		must(mpp_atomic_new(&returned, 0)); \
		make_objects(); \
		for (int i_ = 0; i_ < N_; i_++) \
			p_[i_] = process(fns_[i_], NULL, 0); \
		start_all(p_, N_); \
		join_all(p_, N_); \
	} while (0)

#define TASK(id) UNUSED static int id(void *arg UNUSED)

#endif
