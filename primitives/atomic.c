/* SPDX-License-Identifier: MIT */
/*
 * atomic.c - one 64-bit word on a cache line of its own.
 *
 * Idea:    every call is one access of words.h; announced, all of them pass
 *          one function of one frame, as in cell.c.
 * Note:    helgrind and DRD take the word's accesses for a race, so they are
 *          told not to watch it.  They are told instead that a change that
 *          releases comes before every access that follows and acquires,
 *          whatever value that one finds; fences likewise, whatever word the
 *          accesses around them are of.
 */
#include <mpp/atomic.h>

#include "internal.h"

_Static_assert(MPP_ORDER_RELAXED == __ATOMIC_RELAXED &&
		       MPP_ORDER_ACQUIRE == __ATOMIC_ACQUIRE &&
		       MPP_ORDER_RELEASE == __ATOMIC_RELEASE &&
		       MPP_ORDER_ACQ_REL == __ATOMIC_ACQ_REL &&
		       MPP_ORDER_SEQ_CST == __ATOMIC_SEQ_CST,
	       "enum mpp_order has the compiler's numbers");

struct mpp_atomic {
	uint64_t word;
};

enum action {
	LOAD,
	STORE,
	EXCHANGE,
	COMPARE_EXCHANGE,
	FETCH_ADD,
	FETCH_AND,
	FETCH_OR,
	FETCH_XOR,
};

/* With all arguments known this is one instruction. */
#define ONE_ACCESS static inline __attribute__((always_inline))

/* What the access can have of it; all it can have, if that makes no sense. */
ONE_ACCESS int order_of(enum action action, int order)
{
	switch (order) {
	case MPP_ORDER_RELAXED:
		return order;
	case MPP_ORDER_ACQUIRE:
		return action == STORE ? MPP_ORDER_SEQ_CST : order;
	case MPP_ORDER_RELEASE:
		return action == LOAD ? MPP_ORDER_SEQ_CST : order;
	case MPP_ORDER_ACQ_REL:
		return action == LOAD || action == STORE ? MPP_ORDER_SEQ_CST
							 : order;
	default:
		return MPP_ORDER_SEQ_CST;
	}
}

ONE_ACCESS bool acquires(int order)
{
	return order != MPP_ORDER_RELAXED && order != MPP_ORDER_RELEASE;
}

ONE_ACCESS bool releases(int order)
{
	return order != MPP_ORDER_RELAXED && order != MPP_ORDER_ACQUIRE;
}

/* What the word was; for a store, what it is. */
ONE_ACCESS uint64_t perform(uint64_t *word, enum action action, uint64_t x,
			    uint64_t expected, int order)
{
	switch (action) {
	case STORE:
		mpp_store64_order(word, x, order);
		return x;
	case EXCHANGE:
		return mpp_exchange64_order(word, x, order);
	case COMPARE_EXCHANGE:
		mpp_cas64_order(word, &expected, x, order);
		return expected;
	case FETCH_ADD:
		return mpp_add64_order(word, x, order);
	case FETCH_AND:
		return mpp_and64_order(word, x, order);
	case FETCH_OR:
		return mpp_or64_order(word, x, order);
	case FETCH_XOR:
		return mpp_xor64_order(word, x, order);
	default:
		return mpp_load64_order(word, order);
	}
}

ONE_ACCESS uint64_t perform_and_tell(uint64_t *word, enum action action,
				     uint64_t x, uint64_t expected, int order)
{
	uint64_t was;

	if (action != LOAD && releases(order))
		mpp_tell_before(word);
	was = perform(word, action, x, expected, order);
	if (action != STORE && acquires(order))
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
	case FETCH_AND:
		return was & x;
	case FETCH_OR:
		return was | x;
	case FETCH_XOR:
		return was ^ x;
	default:
		return was;
	}
}

static MPP_ANNOUNCED uint64_t announced(uint64_t *word, const void *pc,
					enum action action, uint64_t x,
					uint64_t expected, int order)
{
	struct mpp_op op = {
		.pc = pc,
		.object = word,
		.timeout_ns = MPP_FOREVER,
		.size = sizeof(*word),
		.kind = action == LOAD	  ? MPP_OP_READ
			: action == STORE ? MPP_OP_WRITE
					  : MPP_OP_RMW,
		.order = (uint8_t)order,
		.typecode = 'q',
	};
	uint64_t was;

	if (mpp_before(&op) < 0) /* not done: nothing is its complement */
		return action == COMPARE_EXCHANGE ? ~expected : 0;
	was = perform_and_tell(word, action, x, expected, order);
	mpp_after(&op, 0, result_of(action, was, x, expected));
	return was;
}

static inline uint64_t *word_of(struct mpp_atomic *atomic)
{
	return &((struct mpp_atomic *)mpp_inside(atomic))->word;
}

/* In the public functions themselves, whose caller is the user's line. */
#define ACCESS(atomic, action, x, expected, order) \
	access_as(word_of(atomic), MPP_CALLER(), action, (uint64_t)(x), \
		  (uint64_t)(expected), order_of(action, order))

ONE_ACCESS uint64_t access_as(uint64_t *word, const void *pc,
			      enum action action, uint64_t x,
			      uint64_t expected, int order)
{
	if (MPP_ANNOUNCES())
		return announced(word, pc, action, x, expected, order);
	return perform_and_tell(word, action, x, expected, order);
}

/* The answer of a compare_exchange that found `was`. */
static inline bool compared(int64_t *expected, int64_t was)
{
	if (was == *expected)
		return true;
	*expected = was;
	return false;
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

int64_t mpp_atomic_load_explicit(struct mpp_atomic *atomic, int order)
{
	return (int64_t)ACCESS(atomic, LOAD, 0, 0, order);
}

int64_t mpp_atomic_load(struct mpp_atomic *atomic)
{
	return (int64_t)ACCESS(atomic, LOAD, 0, 0, MPP_ORDER_SEQ_CST);
}

void mpp_atomic_store_explicit(struct mpp_atomic *atomic, int64_t x, int order)
{
	(void)ACCESS(atomic, STORE, x, 0, order);
}

void mpp_atomic_store(struct mpp_atomic *atomic, int64_t x)
{
	(void)ACCESS(atomic, STORE, x, 0, MPP_ORDER_SEQ_CST);
}

/* Both forms of a change by x. */
#define CHANGE(name, action, x_) \
	int64_t mpp_atomic_##name##_explicit(struct mpp_atomic *atomic, \
					     int64_t x, int order) \
	{ \
		return (int64_t)ACCESS(atomic, action, x_, 0, order); \
	} \
\
	int64_t mpp_atomic_##name(struct mpp_atomic *atomic, int64_t x) \
	{ \
		return (int64_t)ACCESS(atomic, action, x_, 0, \
				       MPP_ORDER_SEQ_CST); \
	}

CHANGE(exchange, EXCHANGE, x)
CHANGE(fetch_add, FETCH_ADD, x)
CHANGE(fetch_sub, FETCH_ADD, -(uint64_t)x)
CHANGE(fetch_and, FETCH_AND, x)
CHANGE(fetch_or, FETCH_OR, x)
CHANGE(fetch_xor, FETCH_XOR, x)

bool mpp_atomic_compare_exchange_explicit(struct mpp_atomic *atomic,
					  int64_t *expected, int64_t desired,
					  int order)
{
	int64_t was = (int64_t)ACCESS(atomic, COMPARE_EXCHANGE, desired,
				      *expected, order);

	return compared(expected, was);
}

bool mpp_atomic_compare_exchange(struct mpp_atomic *atomic, int64_t *expected,
				 int64_t desired)
{
	int64_t was = (int64_t)ACCESS(atomic, COMPARE_EXCHANGE, desired,
				      *expected, MPP_ORDER_SEQ_CST);

	return compared(expected, was);
}

/* What helgrind and DRD take for the place where all fences meet. */
static char fences;

void mpp_atomic_fence(int order)
{
	if (releases(order))
		mpp_tell_before(&fences);
	if (MPP_ANNOUNCES() && mpp_hooks_installed->fence)
		mpp_hooks_installed->fence(order);
	mpp_fence_order(order);
	if (acquires(order))
		mpp_tell_after(&fences);
}
