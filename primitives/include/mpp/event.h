/* SPDX-License-Identifier: MIT */
/*
 * event.h - a flag that processes wait for.
 *
 * Idea:    one word: the flag, and a number that every set of a clear flag
 *          raises.  A wait remembers the number it began with, so a set is
 *          never missed: also when the flag is clear again before the waiter
 *          looks.
 * Death:   nothing is written down about who waits, so a dead waiter leaves
 *          nothing and nobody waits for it.  A setter killed before it has
 *          woken the waiters delays them by 50 ms at most.
 * Signals: mpp_event_set() is async-signal-safe; so are is_set and clear.
 * Source:  multiprocessing.Event.  Unlike there, set() followed at once by
 *          clear() lets everybody go who was waiting.
 *
 * All calls on one event may overlap except free.
 * Visible operations: is_set is one read, set one notify, clear one write; a
 * wait is one enqueue and, if the flag is clear then, one await (and one write
 * when its time runs out).
 */
#ifndef MPP_EVENT_H
#define MPP_EVENT_H

#include <mpp/base.h>

struct mpp_event;

/* Made clear.  MPP_EINVAL: out is NULL.  MPP_ENOMEM. */
MPP_API int mpp_event_new(struct mpp_event **out);
MPP_API void mpp_event_free(struct mpp_event *event);
MPP_API bool mpp_event_is_set(struct mpp_event *event);
/* Lets all go that wait; 0.  What was written before is seen by them. */
MPP_API int mpp_event_set(struct mpp_event *event);
MPP_API int mpp_event_clear(struct mpp_event *event);	/* 0 */
/*
 * 0: the flag is set, or was since the call began.  MPP_ETIMEDOUT; MPP_EAGAIN
 * when it is clear and timeout_ns is 0.
 */
MPP_API int mpp_event_wait(struct mpp_event *event, int64_t timeout_ns);

#endif
