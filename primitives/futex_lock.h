/* SPDX-License-Identifier: MIT */
/*
 * futex_lock.h - the lock inside Lock, RLock, Value, Array and Queue.  It
 * announces nothing: that is done by whoever has one.
 *
 * Idea:    one futex word: the holder's thread id (0: free), FUTEX_WAITERS
 *          when somebody sleeps on it, FUTEX_OWNER_DIED from the holder's
 *          death until mpp_core_consistent().  While held, the lock is on the
 *          thread's robust list, so the kernel sets FUTEX_OWNER_DIED and wakes
 *          a waiter when the holder ends in any way.
 * Layout:  the list belongs to the C library.  Its head says how far before a
 *          list entry the futex word lies, and glibc links both ways with
 *          `prev` just before `next`; our structure matches both, and
 *          mpp_robust_fits() checks it at run time.
 * Order:   list_op_pending covers the moments between the word and the list.
 *          It also covers waiting: when a waiter dies after it was woken the
 *          kernel wakes the next one.
 * Under a scheduler the identity is the scheduler's and no list is kept: the
 * scheduler plays the kernel and marks the word itself.
 * Source:  kernel documentation robust-futex-ABI; Franke, Russell, Kirkwood,
 *          "Fuss, Futexes and Furwocks".  Unlike glibc, the mark of death
 *          stays in the word, so that the whole state is one word.
 */
#ifndef MPP_FUTEX_LOCK_H
#define MPP_FUTEX_LOCK_H

#include "internal.h"

/* Owners that no thread has. */
#define MPP_NOT_RECOVERABLE FUTEX_TID_MASK
#define MPP_ANYBODY (FUTEX_TID_MASK - 1) /* holds an unowned lock */

struct mpp_core {
	uint32_t word;
	uint32_t level; /* RLock: how often the holder holds it */
	uint32_t unowned; /* 1: MPP_LOCK_UNOWNED */
	uint32_t is_seat; /* 1: nobody waits for it, so it has no place in the
			   * order of locks that helgrind keeps (seat.h) */
	uint32_t unused[2];
	void *prev; /* addresses in the holder's process */
	void *next; /* the list entry; the word lies 32 bytes before */
};

/* Who asks: an id for the word, and the list to keep (NULL: none). */
struct mpp_self {
	uint32_t id;
	struct robust_list_head *robust;
};

extern __thread struct mpp_self mpp_self_here
	__attribute__((visibility("hidden"), tls_model("initial-exec")));
MPP_HIDDEN void mpp_self_find(void);

static inline struct mpp_self mpp_self(void)
{
	if (mpp_scheduled())
		return (struct mpp_self){ mpp_hooks_installed->self(), NULL };
	if (MPP_UNLIKELY(!mpp_self_here.id))
		mpp_self_find();
	return mpp_self_here;
}

/* 0, or MPP_ENOTSUP where the C library lays its robust list out otherwise. */
MPP_HIDDEN int mpp_robust_fits(void);

/* For memory that is zero; flags as in mpp_lock_new(). */
MPP_HIDDEN void mpp_core_init(struct mpp_core *core, unsigned flags);
/* Takes it off the list if the caller still holds it. */
MPP_HIDDEN void mpp_core_fini(struct mpp_core *core);
/* The slow path of mpp_core_acquire(). */
MPP_HIDDEN int mpp_core_wait(struct mpp_core *core, struct mpp_self me,
			     int64_t timeout_ns);
MPP_HIDDEN int mpp_core_consistent(struct mpp_core *core, struct mpp_self me);
/* op->object is a core: acquiring it would not wait. */
MPP_HIDDEN bool mpp_core_ready(const struct mpp_op *op, uint32_t self);
/* op->guard is a core: one access under it would not wait. */
MPP_HIDDEN bool mpp_guard_ready(const struct mpp_op *op, uint32_t self);

/* A scheduler marks the word of who holds it and dies, as the kernel would. */
static inline void mpp_tell_hold(struct mpp_core *core)
{
	if (mpp_scheduled() && mpp_hooks_installed->hold)
		mpp_hooks_installed->hold(core, &core->word);
}

static inline void mpp_tell_unhold(struct mpp_core *core)
{
	if (mpp_scheduled() && mpp_hooks_installed->unhold)
		mpp_hooks_installed->unhold(core);
}

static inline uint32_t mpp_core_owner(const struct mpp_core *core)
{
	return mpp_load(&core->word) & FUTEX_TID_MASK;
}

static inline uint32_t mpp_core_id(const struct mpp_core *core,
				   struct mpp_self me)
{
	return core->unowned ? MPP_ANYBODY : me.id;
}

/* The kernel looks at the list only when this very thread ends, so the order
 * within the thread is enough: a fence for the compiler. */
#define MPP_KEEP_ORDER() __atomic_signal_fence(__ATOMIC_SEQ_CST)

/* From here to the second call the kernel looks at this lock as well. */
static inline void mpp_pending(struct mpp_self me, struct mpp_core *core)
{
	MPP_KEEP_ORDER();
	if (MPP_LIKELY(me.robust != NULL))
		mpp_link(&me.robust->list_op_pending,
			 (struct robust_list *)(void *)&core->next);
	MPP_KEEP_ORDER();
}

static inline void mpp_not_pending(struct mpp_self me)
{
	MPP_KEEP_ORDER();
	if (MPP_LIKELY(me.robust != NULL))
		mpp_link(&me.robust->list_op_pending, NULL);
	MPP_KEEP_ORDER();
}

/* The other end of a link: an entry's `prev` lies just before its `next`.
 * The low bit of a link marks a priority-inheriting mutex of the C library. */
static inline void **mpp_link_next(void *link)
{
	return (void **)((uintptr_t)link & ~(uintptr_t)1);
}

static inline void **mpp_link_prev(void *link)
{
	return mpp_link_next(link) - 1;
}

static inline void mpp_robust_push(struct mpp_self me, struct mpp_core *core)
{
	void *first;

	if (MPP_UNLIKELY(!me.robust))
		return;
	first = me.robust->list.next;
	mpp_link(&core->next, first);
	mpp_link(&core->prev, &me.robust->list);
	mpp_link(mpp_link_prev(first), &core->next);
	MPP_KEEP_ORDER();
	mpp_link(&me.robust->list.next,
		 (struct robust_list *)(void *)&core->next);
}

static inline void mpp_robust_remove(struct mpp_self me, struct mpp_core *core)
{
	if (MPP_UNLIKELY(!me.robust))
		return;
	mpp_link(mpp_link_prev(core->next), core->prev);
	mpp_link(mpp_link_next(core->prev), core->next);
}

/* The word is ours: completes an acquire. */
static inline void mpp_core_got(struct mpp_core *core, struct mpp_self me,
				uint32_t id)
{
	if (id != MPP_ANYBODY) {
		mpp_robust_push(me, core);
		if (MPP_STEPPED)
			mpp_tell_hold(core);
	}
	mpp_not_pending(me);
	if (id == MPP_ANYBODY)
		mpp_tell_after(core);
	else if (mpp_valgrind() && !core->is_seat)
		mpp_tell_acquired(core);
}

/*
 * 0: held.  MPP_EOWNERDEAD: held, FUTEX_OWNER_DIED stays in the word.
 * MPP_EDEADLK (owned and mine), MPP_ENOTRECOVERABLE, MPP_EAGAIN,
 * MPP_ETIMEDOUT.
 */
static inline int mpp_core_acquire(struct mpp_core *core, struct mpp_self me,
				   int64_t timeout_ns)
{
	uint32_t id = mpp_core_id(core, me);
	uint32_t word = 0;

	mpp_pending(me, core);
	if (MPP_UNLIKELY(!mpp_cas(&core->word, &word, id)))
		return mpp_core_wait(core, me, timeout_ns);
	mpp_core_got(core, me, id);
	return 0;
}

/*
 * Releases what `id` holds; `word` is what the next one finds.  False: somebody
 * else has released it meanwhile (an unowned lock may see two at once).
 */
static inline __attribute__((always_inline)) bool
mpp_core_drop(struct mpp_core *core, struct mpp_self me, uint32_t id,
	      uint32_t word)
{
	uint32_t old;

	if (id == MPP_ANYBODY)
		mpp_tell_before(core);
	else if (mpp_valgrind() && !core->is_seat)
		mpp_tell_released(core);
	mpp_pending(me, core);
	if (id != MPP_ANYBODY)
		mpp_robust_remove(me, core);
	MPP_KEEP_ORDER();
	old = mpp_exchange(&core->word, word);
	if (MPP_STEPPED && id != MPP_ANYBODY)
		mpp_tell_unhold(core);
	if (MPP_UNLIKELY(old & FUTEX_WAITERS) && !MPP_MUTANT(LOCK_NO_WAKE))
		mpp_futex_wake(&core->word,
			       word == MPP_NOT_RECOVERABLE ? MPP_WAKE_ALL : 1);
	mpp_not_pending(me);
	return (old & FUTEX_TID_MASK) != 0;
}

/*
 * MPP_EPERM: not held, or owned by somebody else.  A death that nobody made
 * consistent makes the lock not recoverable.
 */
static inline int mpp_core_release(struct mpp_core *core, struct mpp_self me)
{
	uint32_t id = mpp_core_id(core, me);
	uint32_t word = mpp_load(&core->word);
	uint32_t next = 0;

	if (MPP_UNLIKELY((word & FUTEX_TID_MASK) != id))
		return MPP_EPERM;
	if (MPP_UNLIKELY(word & FUTEX_OWNER_DIED))
		next = MPP_NOT_RECOVERABLE;
	return MPP_LIKELY(mpp_core_drop(core, me, id, next)) ? 0 : MPP_EPERM;
}

enum { MPP_GUARD_MINE, MPP_GUARD_TAKEN };

/*
 * For one access under an object's own lock.  A level the caller has already
 * is enough.  A dead holder does not matter to a single access, which is never
 * half done; the mark of death stays, so the next *explicit* acquire is told.
 * MPP_GUARD_*, for mpp_guard_leave(), or MPP_ENOTRECOVERABLE.
 */
static inline int mpp_guard_enter(struct mpp_core *guard, struct mpp_self me)
{
	int err;

	if (mpp_core_owner(guard) == me.id || MPP_MUTANT(GUARD_NOT_TAKEN))
		return MPP_GUARD_MINE;
	/* Chosen by a scheduler, which found it free: nobody can run before it
	 * would be left again, and to take it would leave no trace. */
	if (!MPP_STEPPED && MPP_ALONE() && mpp_load(&guard->word) == 0)
		return MPP_GUARD_MINE;
	err = mpp_core_acquire(guard, me, MPP_FOREVER);
	return err == 0 || err == MPP_EOWNERDEAD ? MPP_GUARD_TAKEN : err;
}

static inline void mpp_guard_leave(struct mpp_core *guard, struct mpp_self me,
				   int how)
{
	if (how == MPP_GUARD_TAKEN)
		mpp_core_drop(guard, me, me.id,
			      mpp_load(&guard->word) & FUTEX_OWNER_DIED);
}

#endif
