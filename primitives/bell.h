/* SPDX-License-Identifier: MIT */
/*
 * bell.h - waiting for a condition on other words, without a system call for
 * those who change them while nobody sleeps.
 *
 * Idea:    one futex word; odd: somebody may sleep.  A waiter makes it odd,
 *          looks at its condition and sleeps while the word is what it made.
 *          Who changes the condition makes an odd word the next even number
 *          and wakes all: an even word costs it a fence and a load.
 * Death:   a ringer killed between change and wake leaves sleepers; waiters
 *          therefore sleep in slices and look again.  A waiter that dies costs
 *          one needless wake.
 * Source:  event counts (Reed and Kanodia 1979), as a futex.
 */
#ifndef MPP_BELL_H
#define MPP_BELL_H

#include "internal.h"

struct mpp_bell {
	uint32_t word;
};

/* Then look at the condition, and mpp_bell_wait() with the result. */
static inline uint32_t mpp_bell_listen(struct mpp_bell *bell)
{
	uint32_t word = mpp_load(&bell->word);

	while (!(word & 1) && !mpp_cas(&bell->word, &word, word | 1))
		;
	mpp_fence(); /* pairs with the one in mpp_bell_ring */
	return word | 1;
}

/* How long to sleep before looking again in case somebody died.  Under a
 * scheduler nobody does, and a slice would hide a wake that was forgotten. */
static inline int64_t mpp_slice(int64_t slice_ns)
{
	return mpp_scheduled() ? MPP_FOREVER : slice_ns;
}

/* Until the next ring, a slice's end or no reason; MPP_ETIMEDOUT: deadline. */
static inline int mpp_bell_wait(struct mpp_bell *bell, uint32_t heard,
				int64_t slice_ns, int64_t deadline_ns)
{
	int64_t end = mpp_deadline(mpp_slice(slice_ns));

	if (deadline_ns <= end)
		return mpp_futex_wait(&bell->word, heard, deadline_ns);
	(void)mpp_futex_wait(&bell->word, heard, end);
	return 0;
}

/*
 * After the change and, behind it, a read-modify-write (a lock's release, say).
 * The change must be seen before this looks; where such an operation is a full
 * barrier no fence is needed (it was 5 of 24 ns of a put).
 */
static inline void mpp_bell_ring(struct mpp_bell *bell)
{
	uint32_t word;

#if defined(__x86_64__) || defined(__i386__)
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
#else
	mpp_fence(); /* pairs with the one in mpp_bell_listen */
#endif
	word = mpp_load(&bell->word);
	while (word & 1) {
		if (mpp_cas(&bell->word, &word, word + 1)) {
			mpp_futex_wake(&bell->word, MPP_WAKE_ALL);
			return;
		}
	}
}

/*
 * One round of a spin.  *round starts at 0; false: long enough, sleep.  A round
 * is not short, so that work gathers: two processes that hand every item over
 * the moment it is there pay several cache misses for each (a queue of 1024
 * 8-byte messages: 180 ns an item with rounds of 1 pause, 90 ns with 64).
 */
static inline bool mpp_bell_spin(unsigned *round)
{
	enum { ROUNDS = 16, PAUSES = 64 };

	if (*round >= ROUNDS || mpp_scheduled())
		return false;
	for (unsigned i = 0; i < PAUSES; i++)
		mpp_pause();
	(*round)++;
	return true;
}

#endif
