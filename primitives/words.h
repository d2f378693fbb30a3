/* SPDX-License-Identifier: MIT */
/*
 * words.h - the only place that touches words in shared memory to synchronise.
 *
 * Idea:    every lock, queue and life record is made of 32- and 64-bit words
 *          and of these few operations on them.  Built with MPP_STEPS each one
 *          passes MPP_STEP first, so that a scheduler can stop between any two
 *          of them (step grain); else MPP_STEP is nothing.
 * Order:   loads acquire, stores release, the rest is sequentially consistent;
 *          so are the load and the store whose names end in _seq.
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
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <mpp/hooks.h>

#ifndef MPP_STEP
#define MPP_STEP(kind, word) ((void)0)
#endif

#define MPP_ALONE() (MPP_HOOKED() && mpp_hooks_installed->self)

static inline uint32_t mpp_load(const uint32_t *word)
{
	MPP_STEP(MPP_OP_READ, word);
	return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static inline void mpp_store(uint32_t *word, uint32_t x)
{
	MPP_STEP(MPP_OP_WRITE, word);
	__atomic_store_n(word, x, __ATOMIC_RELEASE);
}

/* *expected: what the word must be; on false, what it was. */
static inline bool mpp_cas(uint32_t *word, uint32_t *expected, uint32_t x)
{
	MPP_STEP(MPP_OP_RMW, word);
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
static inline uint32_t mpp_exchange(uint32_t *word, uint32_t x)
{
	MPP_STEP(MPP_OP_RMW, word);
	if (MPP_ALONE()) {
		uint32_t was = *word;

		*word = x;
		return was;
	}
	return __atomic_exchange_n(word, x, __ATOMIC_SEQ_CST);
}

static inline uint32_t mpp_add(uint32_t *word, uint32_t x)
{
	MPP_STEP(MPP_OP_RMW, word);
	return __atomic_fetch_add(word, x, __ATOMIC_SEQ_CST);
}

static inline uint32_t mpp_and(uint32_t *word, uint32_t x)
{
	MPP_STEP(MPP_OP_RMW, word);
	return __atomic_fetch_and(word, x, __ATOMIC_SEQ_CST);
}

static inline uint64_t mpp_load64(const uint64_t *word)
{
	MPP_STEP(MPP_OP_READ, word);
	return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static inline void mpp_store64(uint64_t *word, uint64_t x)
{
	MPP_STEP(MPP_OP_WRITE, word);
	__atomic_store_n(word, x, __ATOMIC_RELEASE);
}

static inline bool mpp_cas64(uint64_t *word, uint64_t *expected, uint64_t x)
{
	MPP_STEP(MPP_OP_RMW, word);
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

static inline uint64_t mpp_exchange64(uint64_t *word, uint64_t x)
{
	MPP_STEP(MPP_OP_RMW, word);
	if (MPP_ALONE()) {
		uint64_t was = *word;

		*word = x;
		return was;
	}
	return __atomic_exchange_n(word, x, __ATOMIC_SEQ_CST);
}

static inline uint64_t mpp_add64(uint64_t *word, uint64_t x)
{
	MPP_STEP(MPP_OP_RMW, word);
	if (MPP_ALONE()) {
		uint64_t was = *word;

		*word = was + x;
		return was;
	}
	return __atomic_fetch_add(word, x, __ATOMIC_SEQ_CST);
}

static inline uint64_t mpp_load64_seq(const uint64_t *word)
{
	MPP_STEP(MPP_OP_READ, word);
	return __atomic_load_n(word, __ATOMIC_SEQ_CST);
}

static inline void mpp_store64_seq(uint64_t *word, uint64_t x)
{
	MPP_STEP(MPP_OP_WRITE, word);
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

/* When a limit given now passes; saturates at MPP_FOREVER. */
static inline int64_t mpp_deadline(int64_t timeout_ns)
{
	int64_t deadline;

	if (timeout_ns == MPP_FOREVER)
		return MPP_FOREVER;
	if (timeout_ns < 0)
		timeout_ns = 0;
	if (__builtin_add_overflow(mpp_native_now(), timeout_ns, &deadline))
		return MPP_FOREVER;
	return deadline;
}

/*
 * Sleeps while the word is `expected`.  0: look again (woken, changed, or for
 * no reason at all); MPP_ETIMEDOUT.  errno is kept.
 */
static inline int mpp_futex_wait(const uint32_t *word, uint32_t expected,
				 int64_t deadline_ns)
{
	struct timespec t = { .tv_sec = deadline_ns / 1000000000,
			      .tv_nsec = deadline_ns % 1000000000 };
	int saved = errno;
	int err = 0;

	MPP_STEP(MPP_OP_FUTEX_WAIT, word);
	if (syscall(SYS_futex, word, FUTEX_WAIT_BITSET, expected,
		    deadline_ns == MPP_FOREVER ? NULL : &t, NULL,
		    FUTEX_BITSET_MATCH_ANY) < 0 &&
	    errno == ETIMEDOUT)
		err = MPP_ETIMEDOUT;
	errno = saved;
	return err;
}

/* Wakes at most `count` of those that sleep on the word. */
static inline void mpp_futex_wake(const uint32_t *word, int count)
{
	int saved = errno;

	MPP_STEP(MPP_OP_FUTEX_WAKE, word);
	syscall(SYS_futex, word, FUTEX_WAKE, count, NULL, NULL, 0);
	errno = saved;
}

#define MPP_WAKE_ALL INT_MAX

#endif
