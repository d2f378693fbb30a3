/* SPDX-License-Identifier: MIT */
/*
 * words.h - the only place that touches words in shared memory to synchronise.
 *
 * Idea:    every lock, queue and life record is made of 32- and 64-bit words
 *          and of these few operations on them.  Built with MPP_STEPS each one
 *          announces itself first, so that a scheduler can stop, or a test
 *          kill, between any two of them (step grain, steps.h); else MPP_STEP
 *          is nothing.  Data and links that a death may leave half written
 *          are touched through mpp_copy(), mpp_copy_out() and mpp_link().
 * Order:   loads acquire, stores release, the rest is sequentially consistent;
 *          so are the load and the store whose names end in _seq.  Names that
 *          end in _order take an order, one of __ATOMIC_*.
 * Alone:   under a scheduler (hooks that have a self) one thread runs all tasks
 *          and switches only at announcements: a plain access is atomic there,
 *          and the locked instruction would be half of a call's cost.
 * Futexes: shared between processes (never FUTEX_PRIVATE_FLAG); deadlines are
 *          absolute nanoseconds of CLOCK_MONOTONIC, MPP_FOREVER has no end.
 * Source:  futex(2).
 */
#ifndef MPP_WORDS_H
#define MPP_WORDS_H

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <mpp/hooks.h>

#ifdef MPP_STEPS
#include "steps.h"
#else
#define MPP_STEPPED false
#define MPP_STEP(kind, word) ((void)0)
#define MPP_MUTANT(id) false
#endif

#define MPP_ALONE() (MPP_HOOKED() && mpp_hooks_installed->self)

static inline uint32_t mpp_now_load(const uint32_t *word)
{
	return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static inline void mpp_now_store(uint32_t *word, uint32_t x)
{
	__atomic_store_n(word, x, __ATOMIC_RELEASE);
}

/* *expected: what the word must be; on false, what it was. */
static inline bool mpp_now_cas(uint32_t *word, uint32_t *expected, uint32_t x)
{
	if (MPP_ALONE()) {
		uint32_t was = *word;

		if (was == *expected) {
			*word = x;
			return true;
		}
		*expected = was;
		return false;
	}
	return __atomic_compare_exchange_n(word, expected, x, false,
					   __ATOMIC_SEQ_CST, __ATOMIC_ACQUIRE);
}

/* These return what the word was. */
static inline uint32_t mpp_now_exchange(uint32_t *word, uint32_t x)
{
	if (MPP_ALONE()) {
		uint32_t was = *word;

		*word = x;
		return was;
	}
	return __atomic_exchange_n(word, x, __ATOMIC_SEQ_CST);
}

static inline uint32_t mpp_now_add(uint32_t *word, uint32_t x)
{
	return __atomic_fetch_add(word, x, __ATOMIC_SEQ_CST);
}

static inline uint32_t mpp_now_and(uint32_t *word, uint32_t x)
{
	return __atomic_fetch_and(word, x, __ATOMIC_SEQ_CST);
}

static inline uint64_t mpp_now_load64(const uint64_t *word)
{
	return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static inline void mpp_now_store64(uint64_t *word, uint64_t x)
{
	__atomic_store_n(word, x, __ATOMIC_RELEASE);
}

static inline bool mpp_now_cas64(uint64_t *word, uint64_t *expected, uint64_t x)
{
	if (MPP_ALONE()) {
		uint64_t was = *word;

		if (was == *expected) {
			*word = x;
			return true;
		}
		*expected = was;
		return false;
	}
	return __atomic_compare_exchange_n(word, expected, x, false,
					   __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

static inline uint64_t mpp_now_exchange64(uint64_t *word, uint64_t x)
{
	if (MPP_ALONE()) {
		uint64_t was = *word;

		*word = x;
		return was;
	}
	return __atomic_exchange_n(word, x, __ATOMIC_SEQ_CST);
}

static inline uint64_t mpp_now_add64(uint64_t *word, uint64_t x)
{
	if (MPP_ALONE()) {
		uint64_t was = *word;

		*word = was + x;
		return was;
	}
	return __atomic_fetch_add(word, x, __ATOMIC_SEQ_CST);
}

static inline uint64_t mpp_now_load64_seq(const uint64_t *word)
{
	return __atomic_load_n(word, __ATOMIC_SEQ_CST);
}

static inline void mpp_now_store64_seq(uint64_t *word, uint64_t x)
{
	if (MPP_ALONE()) {
		*word = x;
		return;
	}
	__atomic_store_n(word, x, __ATOMIC_SEQ_CST);
}

/* Orders an earlier store before a later load of another word. */
static inline void mpp_fence(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/*
 * In an order of the caller's.  Spelled out, as compilers take an order that
 * they do not know for the strongest; so is what an access cannot have.
 */
static inline uint64_t mpp_now_load64_order(const uint64_t *word, int order)
{
	switch (order) {
	case __ATOMIC_RELAXED:
		return __atomic_load_n(word, __ATOMIC_RELAXED);
	case __ATOMIC_ACQUIRE:
		return __atomic_load_n(word, __ATOMIC_ACQUIRE);
	default:
		return __atomic_load_n(word, __ATOMIC_SEQ_CST);
	}
}

static inline void mpp_now_store64_order(uint64_t *word, uint64_t x, int order)
{
	switch (MPP_ALONE() ? __ATOMIC_RELAXED : order) {
	case __ATOMIC_RELAXED:
		__atomic_store_n(word, x, __ATOMIC_RELAXED);
		break;
	case __ATOMIC_RELEASE:
		__atomic_store_n(word, x, __ATOMIC_RELEASE);
		break;
	default:
		__atomic_store_n(word, x, __ATOMIC_SEQ_CST);
		break;
	}
}

/* mpp_now_<name>64_order(): the word becomes `result`; what it was. */
#define MPP_NOW_RMW64(name, builtin, result) \
	static inline uint64_t mpp_now_##name##64_order( \
		uint64_t *word, uint64_t x, int order) \
	{ \
		if (MPP_ALONE()) { \
			uint64_t was = *word; \
\
			*word = result; \
			return was; \
		} \
		switch (order) { \
		case __ATOMIC_RELAXED: \
			return builtin(word, x, __ATOMIC_RELAXED); \
		case __ATOMIC_ACQUIRE: \
			return builtin(word, x, __ATOMIC_ACQUIRE); \
		case __ATOMIC_RELEASE: \
			return builtin(word, x, __ATOMIC_RELEASE); \
		case __ATOMIC_ACQ_REL: \
			return builtin(word, x, __ATOMIC_ACQ_REL); \
		default: \
			return builtin(word, x, __ATOMIC_SEQ_CST); \
		} \
	}

MPP_NOW_RMW64(exchange, __atomic_exchange_n, x)
MPP_NOW_RMW64(add, __atomic_fetch_add, was + x)
MPP_NOW_RMW64(and, __atomic_fetch_and, was & x)
MPP_NOW_RMW64(or, __atomic_fetch_or, was | x)
MPP_NOW_RMW64(xor, __atomic_fetch_xor, was ^ x)
#undef MPP_NOW_RMW64

/* One that fails is a load, in what the order has of one. */
#define MPP_NOW_CAS64(success, failure) \
	__atomic_compare_exchange_n(word, expected, x, false, success, failure)

static inline bool mpp_now_cas64_order(uint64_t *word, uint64_t *expected,
				       uint64_t x, int order)
{
	if (MPP_ALONE())
		return mpp_now_cas64(word, expected, x);
	switch (order) {
	case __ATOMIC_RELAXED:
		return MPP_NOW_CAS64(__ATOMIC_RELAXED, __ATOMIC_RELAXED);
	case __ATOMIC_ACQUIRE:
		return MPP_NOW_CAS64(__ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE);
	case __ATOMIC_RELEASE:
		return MPP_NOW_CAS64(__ATOMIC_RELEASE, __ATOMIC_RELAXED);
	case __ATOMIC_ACQ_REL:
		return MPP_NOW_CAS64(__ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
	default:
		return MPP_NOW_CAS64(__ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
	}
}
#undef MPP_NOW_CAS64

static inline void mpp_fence_order(int order)
{
	switch (order) {
	case __ATOMIC_RELAXED:
		break;
	case __ATOMIC_ACQUIRE:
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		break;
	case __ATOMIC_RELEASE:
		__atomic_thread_fence(__ATOMIC_RELEASE);
		break;
	case __ATOMIC_ACQ_REL:
		__atomic_thread_fence(__ATOMIC_ACQ_REL);
		break;
	default:
		mpp_fence();
		break;
	}
}

/* Tells the core that this is a spin loop. */
static inline void mpp_pause(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

/* The native clock, whatever hooks say. */
static inline int64_t mpp_native_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/*
 * The clock of deadlines.  Under a scheduler time stands still: it lets a limit
 * pass whenever it likes, and a deadline by the real clock would make a state of
 * its caller that nobody is ever in again.
 */
static inline int64_t mpp_clock(void)
{
#ifdef MPP_STEPS
	if (mpp_stepping())
		return 0;
#else
	if (MPP_ALONE())
		return 0;
#endif
	return mpp_native_now();
}

/* When a limit given now passes; saturates at MPP_FOREVER. */
static inline int64_t mpp_deadline(int64_t timeout_ns)
{
	int64_t deadline;

	if (timeout_ns == MPP_FOREVER)
		return MPP_FOREVER;
	if (timeout_ns < 0)
		timeout_ns = 0;
	if (__builtin_add_overflow(mpp_clock(), timeout_ns, &deadline))
		return MPP_FOREVER;
	return deadline;
}

/*
 * Sleeps while the word is `expected`.  0: look again (woken, changed, or for
 * no reason at all); MPP_ETIMEDOUT.  errno is kept.
 */
static inline int mpp_now_futex_wait(const uint32_t *word, uint32_t expected,
				 int64_t deadline_ns)
{
	struct timespec t = { .tv_sec = deadline_ns / 1000000000,
			      .tv_nsec = deadline_ns % 1000000000 };
	int saved = errno;
	int err = 0;

	if (syscall(SYS_futex, word, FUTEX_WAIT_BITSET, expected,
		    deadline_ns == MPP_FOREVER ? NULL : &t, NULL,
		    FUTEX_BITSET_MATCH_ANY) < 0 &&
	    errno == ETIMEDOUT)
		err = MPP_ETIMEDOUT;
	errno = saved;
	return err;
}

/* Wakes at most `count` of those that sleep on the word. */
static inline void mpp_now_futex_wake(const uint32_t *word, int count)
{
	int saved = errno;

	syscall(SYS_futex, word, FUTEX_WAKE, count, NULL, NULL, 0);
	errno = saved;
}

#define MPP_WAKE_ALL INT_MAX

/*
 * The operations by their names: a step, then the access.  Macros, so that a
 * step knows its line.
 */
#define mpp_load(word) \
	(MPP_STEP(MPP_OP_READ, word), mpp_now_load(word))
#define mpp_store(word, x) \
	(MPP_STEP(MPP_OP_WRITE, word), mpp_now_store(word, x))
#define mpp_cas(word, expected, x) \
	(MPP_STEP(MPP_OP_RMW, word), mpp_now_cas(word, expected, x))
#define mpp_exchange(word, x) \
	(MPP_STEP(MPP_OP_RMW, word), mpp_now_exchange(word, x))
#define mpp_add(word, x) \
	(MPP_STEP(MPP_OP_RMW, word), mpp_now_add(word, x))
#define mpp_and(word, x) \
	(MPP_STEP(MPP_OP_RMW, word), mpp_now_and(word, x))
#define mpp_load64(word) \
	(MPP_STEP(MPP_OP_READ, word), mpp_now_load64(word))
#define mpp_store64(word, x) \
	(MPP_STEP(MPP_OP_WRITE, word), mpp_now_store64(word, x))
#define mpp_cas64(word, expected, x) \
	(MPP_STEP(MPP_OP_RMW, word), mpp_now_cas64(word, expected, x))
#define mpp_exchange64(word, x) \
	(MPP_STEP(MPP_OP_RMW, word), mpp_now_exchange64(word, x))
#define mpp_add64(word, x) \
	(MPP_STEP(MPP_OP_RMW, word), mpp_now_add64(word, x))
#define mpp_load64_seq(word) \
	(MPP_STEP(MPP_OP_READ, word), mpp_now_load64_seq(word))
#define mpp_store64_seq(word, x) \
	(MPP_STEP(MPP_OP_WRITE, word), mpp_now_store64_seq(word, x))
#define mpp_load64_order(word, order) \
	(MPP_STEP(MPP_OP_READ, word), mpp_now_load64_order(word, order))
#define mpp_store64_order(word, x, order) \
	(MPP_STEP(MPP_OP_WRITE, word), mpp_now_store64_order(word, x, order))
#define mpp_cas64_order(word, expected, x, order) \
	(MPP_STEP(MPP_OP_RMW, word), \
	 mpp_now_cas64_order(word, expected, x, order))
#define mpp_exchange64_order(word, x, order) \
	(MPP_STEP(MPP_OP_RMW, word), mpp_now_exchange64_order(word, x, order))
#define mpp_add64_order(word, x, order) \
	(MPP_STEP(MPP_OP_RMW, word), mpp_now_add64_order(word, x, order))
#define mpp_and64_order(word, x, order) \
	(MPP_STEP(MPP_OP_RMW, word), mpp_now_and64_order(word, x, order))
#define mpp_or64_order(word, x, order) \
	(MPP_STEP(MPP_OP_RMW, word), mpp_now_or64_order(word, x, order))
#define mpp_xor64_order(word, x, order) \
	(MPP_STEP(MPP_OP_RMW, word), mpp_now_xor64_order(word, x, order))
/* A pointer that the kernel follows when its process dies. */
#define mpp_link(where, to) \
	(MPP_STEP(MPP_OP_WRITE, where), (void)(*(where) = (to)))
#ifdef MPP_STEPS
#define mpp_copy(to, from, size) \
	(MPP_STEP(MPP_OP_WRITE, (char *)(to)), \
	 memcpy((to), (from), (size) / 2), \
	 MPP_STEP(MPP_OP_WRITE, (char *)(to)), \
	 (void)memcpy((char *)(to) + (size) / 2, \
		      (const char *)(from) + (size) / 2, \
		      (size) - (size) / 2))
#define mpp_copy_out(to, from, size) \
	(MPP_STEP(MPP_OP_READ, (const char *)(from)), \
	 (void)memcpy((to), (from), (size)))
#define mpp_futex_wait(word, expected, deadline_ns) \
	(mpp_stepping() ? mpp_step_wait(word, expected, deadline_ns) \
			: (MPP_STEP(MPP_OP_FUTEX_WAIT, word), \
			   mpp_now_futex_wait(word, expected, deadline_ns)))
#define mpp_futex_wake(word, count) \
	(mpp_stepping() ? mpp_step_wake(word, count) \
			: (MPP_STEP(MPP_OP_FUTEX_WAKE, word), \
			   mpp_now_futex_wake(word, count)))
#else
/* Bytes of a message, into shared memory and out of it: not one access, so a
 * death may leave half of them. */
#define mpp_copy(to, from, size) ((void)memcpy((to), (from), (size)))
#define mpp_copy_out(to, from, size) ((void)memcpy((to), (from), (size)))
#define mpp_futex_wait(word, expected, deadline_ns) \
	mpp_now_futex_wait(word, expected, deadline_ns)
#define mpp_futex_wake(word, count) mpp_now_futex_wake(word, count)
#endif

#endif
