/* SPDX-License-Identifier: MIT */
/*
 * atomic.c - one 64-bit word on a cache line of its own.
 *
 * Idea:    every call is one access of words.h; announced, all of them pass
 *          one function of one frame, as in cell.c.
 * Note:    helgrind and DRD take the word's accesses for a race, so they are
 *          told not to watch it.  They are told instead that a change comes
 *          before every read that follows, whatever value that read gives.
 */
#include <mpp/atomic.h>

#include "internal.h"

struct mpp_atomic {
	uint64_t word;
};

enum action { LOAD, STORE, EXCHANGE, COMPARE_EXCHANGE, FETCH_ADD };

/* What the word was; for a store, what it is. */
static inline uint64_t perform(uint64_t *word, enum action action, uint64_t x,
			       uint64_t expected)
{
	switch (action) {
	case STORE:
		mpp_store64_seq(word, x);
		return x;
	case EXCHANGE:
		return mpp_exchange64(word, x);
	case COMPARE_EXCHANGE:
		mpp_cas64(word, &expected, x);
		return expected;
	case FETCH_ADD:
		return mpp_add64(word, x);
	default:
		return mpp_load64_seq(word);
	}
}

static inline uint64_t perform_and_tell(uint64_t *word, enum action action,
					uint64_t x, uint64_t expected)
{
	uint64_t was;

	if (action != LOAD)
		mpp_tell_before(word);
	was = perform(word, action, x, expected);
	if (action != STORE)
		mpp_tell_after(word);
	return was;
}

/* What the word is after the access that found `was`. */
static uint64_t result_of(enum action action, uint64_t was, uint64_t x,
			  uint64_t expected)
{
	switch (action) {
	case STORE:
	case EXCHANGE:
		return x;
	case COMPARE_EXCHANGE:
		return was == expected ? x : was;
	case FETCH_ADD:
		return was + x;
	default:
		return was;
	}
}

static MPP_ANNOUNCED uint64_t announced(uint64_t *word, const void *pc,
					enum action action, uint64_t x,
					uint64_t expected)
{
	struct mpp_op op = {
		.pc = pc,
		.object = word,
		.timeout_ns = MPP_FOREVER,
		.size = sizeof(*word),
		.kind = action == LOAD	  ? MPP_OP_READ
			: action == STORE ? MPP_OP_WRITE
					  : MPP_OP_RMW,
		.order = __ATOMIC_SEQ_CST,
		.typecode = 'q',
	};
	uint64_t was;

	if (mpp_before(&op) < 0) /* not done: nothing is its complement */
		return action == COMPARE_EXCHANGE ? ~expected : 0;
	was = perform_and_tell(word, action, x, expected);
	mpp_after(&op, 0, result_of(action, was, x, expected));
	return was;
}

/* In the public functions themselves, whose caller is the user's line. */
#define ACCESS(atomic, action, x, expected) \
	(MPP_ANNOUNCES() ? announced(word_of(atomic), MPP_CALLER(), action, \
				  (uint64_t)(x), (uint64_t)(expected)) \
		      : perform_and_tell(word_of(atomic), action, \
					 (uint64_t)(x), (uint64_t)(expected)))

static inline uint64_t *word_of(struct mpp_atomic *atomic)
{
	return &((struct mpp_atomic *)mpp_inside(atomic))->word;
}

int mpp_atomic_new(struct mpp_atomic **out, int64_t initial)
{
	struct mpp_atomic *user;
	uint64_t *word;

	if (!out)
		return MPP_EINVAL;
	user = mpp_shared_alloc(sizeof(*user), "atomic");
	if (!user)
		return MPP_ENOMEM;
	word = word_of(user);
	*word = (uint64_t)initial;
	mpp_tell_words(word, sizeof(*word));
	*out = user;
	return 0;
}

void mpp_atomic_free(struct mpp_atomic *atomic)
{
	mpp_shared_free(atomic, sizeof(*atomic));
}

int64_t mpp_atomic_load(struct mpp_atomic *atomic)
{
	return (int64_t)ACCESS(atomic, LOAD, 0, 0);
}

void mpp_atomic_store(struct mpp_atomic *atomic, int64_t x)
{
	(void)ACCESS(atomic, STORE, x, 0);
}

int64_t mpp_atomic_exchange(struct mpp_atomic *atomic, int64_t x)
{
	return (int64_t)ACCESS(atomic, EXCHANGE, x, 0);
}

bool mpp_atomic_compare_exchange(struct mpp_atomic *atomic, int64_t *expected,
				 int64_t desired)
{
	int64_t was =
		(int64_t)ACCESS(atomic, COMPARE_EXCHANGE, desired, *expected);

	if (was == *expected)
		return true;
	*expected = was;
	return false;
}

int64_t mpp_atomic_fetch_add(struct mpp_atomic *atomic, int64_t x)
{
	return (int64_t)ACCESS(atomic, FETCH_ADD, x, 0);
}
