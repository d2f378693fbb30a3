/* SPDX-License-Identifier: MIT */
/*
 * barrier.h - n parties wait until all of them have come, again and again.
 *
 * Shape:   `parties` arrivals make a cycle.  The last to arrive runs the
 *          action, if there is one, in its own process before anybody is let
 *          go; then all pass and the next cycle begins.
 * Broken:  a barrier is whole or broken.  What breaks it: a party that dies
 *          while it waits or runs the action, a time limit that passes, an
 *          action that fails, mpp_barrier_abort().  Everybody who waits gets
 *          MPP_EBROKEN, and so does everybody who comes, until
 *          mpp_barrier_reset().
 * Death:   of a party that waits: the others know within 50 ms.  Of one that
 *          has not come: nobody knows, and they wait on - unless it registered.
 *          A registered party that ends in any way without leaving, also by
 *          returning from its function, breaks the barrier.  Without that, use
 *          a time limit.
 * Source:  multiprocessing.Barrier.  Unlike it a dead party is not counted as
 *          arrived (Python's others pass without it, or hang), no parties at
 *          all are refused, and a limit counts during the action as well.
 *
 * All calls on one barrier may overlap except free.
 * Visible operations: wait is one to arrive and one to go on; the last to
 * arrive needs no second one, or with an action one after it.  Every other call
 * is one, mpp_barrier_parties() none.
 */
#ifndef MPP_BARRIER_H
#define MPP_BARRIER_H

#include <mpp/base.h>

struct mpp_barrier;

/* As the limit of a wait: what mpp_barrier_new() was given. */
#define MPP_BARRIER_DEFAULT INT64_MIN

/*
 * The action (may be NULL) returns 0, or anything else to break the barrier.
 * It is called with `context` in whichever process comes last, so this must
 * mean the same in all of them: a handle, or memory that was there before they
 * were started.  It may use any primitive, but not wait at this barrier.
 * MPP_EINVAL: less than one party.  MPP_ENOMEM; MPP_ENOTSUP (mpp/lock.h).
 */
MPP_API int mpp_barrier_new(struct mpp_barrier **out, int parties,
			    int (*action)(void *context), void *context,
			    int64_t timeout_ns);
/* Nobody waits, and only the caller may still be registered. */
MPP_API void mpp_barrier_free(struct mpp_barrier *barrier);
/*
 * How many came before in this cycle: 0 to parties - 1, each number once; the
 * last runs the action.  MPP_EBROKEN; MPP_EACTION: the action that the caller
 * ran failed; MPP_ESTATE: from inside the action.
 * MPP_ETIMEDOUT: the limit passed, and the barrier is broken.  A limit of 0
 * has passed at once, unless the caller is the last.  More callers than parties
 * first wait for a place; there a limit breaks nothing.
 */
MPP_API int mpp_barrier_wait(struct mpp_barrier *barrier, int64_t timeout_ns);
/* Breaks it. */
MPP_API int mpp_barrier_abort(struct mpp_barrier *barrier);
/* Those who wait get MPP_EBROKEN; then it is empty and whole, and registered
 * parties that have died are forgotten. */
MPP_API int mpp_barrier_reset(struct mpp_barrier *barrier);
/*
 * The calling process or thread is a party until it leaves; its end before
 * that breaks the barrier.  To register twice is to register once.
 * MPP_ENOMEM: as many as there are parties are registered.
 */
MPP_API int mpp_barrier_register(struct mpp_barrier *barrier);
MPP_API int mpp_barrier_leave(struct mpp_barrier *barrier); /* MPP_ESTATE */
MPP_API int mpp_barrier_parties(struct mpp_barrier *barrier);
/* How many have arrived in this cycle and live. */
MPP_API int mpp_barrier_n_waiting(struct mpp_barrier *barrier);
/* A wait now would get MPP_EBROKEN. */
MPP_API bool mpp_barrier_is_broken(struct mpp_barrier *barrier);

#endif
