/* SPDX-License-Identifier: MIT */
/*
 * slots.h - the ring of fixed-size messages inside Queue and JoinableQueue,
 * and their fast paths; the rest is in slots.c.
 *
 * Idea:    two sides (side.h).  Each remembers the other's index and looks
 *          again only when the ring seems full (empty).  No system call while
 *          neither.  The indexes are taken modulo a power of two >= capacity,
 *          so that an index has one value for ever and no slot number has to
 *          be kept with it.
 * End:     closed, or the registered producers are gone (members.h).
 * Object:  this is the first member of the object that has it, and the slots
 *          lie behind that object: addresses of both are the same.
 */
#ifndef MPP_SLOTS_H
#define MPP_SLOTS_H

#include <mpp/base.h>

#include "members.h"
#include "side.h"

struct mpp_slots {
	/* Written rarely. */
	uint64_t capacity;
	uint64_t mask; /* slots - 1 */
	size_t msg_size;
	size_t stride; /* bytes of a slot */
	size_t first; /* bytes from here to the first slot */
	size_t total; /* bytes of the whole */
	uint32_t closed;
	struct mpp_gap gap MPP_APART;

	struct mpp_side putters;
	struct mpp_index tail; /* messages put */
	struct mpp_side getters;
	struct mpp_index head; /* messages got; tail - capacity <= head <= tail */
	struct mpp_bell_apart readable;
	struct mpp_bell_apart writable;
	struct mpp_members producers;
} MPP_APART;

/* Under a scheduler: makes bytes alike that mean the same for the future. */
typedef void mpp_slots_tidy(struct mpp_slots *slots);

/* An object of `size` bytes with slots behind it; see mpp_queue_new(). */
MPP_HIDDEN int mpp_slots_new(void **out, size_t size, size_t capacity,
			     size_t msg_size, const char *name);
MPP_HIDDEN void mpp_slots_free(void *user);
/* The slow paths: when a limit allows to wait. */
MPP_HIDDEN int mpp_slots_put_waiting(struct mpp_slots *s, const void *message,
				     int64_t timeout_ns);
MPP_HIDDEN int mpp_slots_get_waiting(struct mpp_slots *s, void *message,
				     int64_t timeout_ns, uint64_t *count);
/* The same calls announced. */
MPP_HIDDEN int mpp_slots_put_announced(struct mpp_slots *s, const void *message,
				       int64_t timeout_ns,
				       mpp_slots_tidy *tidy, const void *pc);
MPP_HIDDEN int mpp_slots_get_announced(struct mpp_slots *s, void *message,
				       int64_t timeout_ns, uint64_t *count,
				       mpp_slots_tidy *tidy, const void *pc);
MPP_HIDDEN size_t mpp_slots_length(struct mpp_slots *s, const void *pc);
MPP_HIDDEN int mpp_slots_close(struct mpp_slots *s, const void *pc);
/* Clears remembered indexes; true: no message is there. */
MPP_HIDDEN bool mpp_slots_forget(struct mpp_slots *s);

static inline void *mpp_slot(struct mpp_slots *s, uint64_t index)
{
	return (char *)s + s->first + (index & s->mask) * s->stride;
}

/* With the side's lock held. */
static inline bool mpp_slots_has_room(struct mpp_slots *s, uint64_t tail)
{
	uint64_t *seen = &s->putters.seen;

	if (MPP_UNLIKELY(tail - *seen >= s->capacity))
		*seen = mpp_load64(&s->head.n);
	return tail - *seen < s->capacity;
}

static inline bool mpp_slots_has_message(struct mpp_slots *s, uint64_t head)
{
	uint64_t *seen = &s->getters.seen;

	if (MPP_UNLIKELY(*seen <= head))
		*seen = mpp_load64(&s->tail.n);
	return *seen > head;
}

/* No message will come. */
static inline bool mpp_slots_ended(const struct mpp_slots *s)
{
	return mpp_load(&s->closed) || mpp_members_gone(&s->producers);
}

/* MPP_EAGAIN: full. */
static inline int mpp_slots_put_once(struct mpp_slots *s, const void *message,
				     int64_t limit_ns)
{
	struct mpp_self me = mpp_self();
	uint64_t tail;
	int err = mpp_side_enter(&s->putters, me, limit_ns);

	if (MPP_UNLIKELY(err < 0))
		return err;
	tail = mpp_load64(&s->tail.n);
	if (MPP_UNLIKELY(mpp_load(&s->closed))) {
		err = MPP_ECLOSED;
	} else if (!mpp_slots_has_room(s, tail)) {
		err = MPP_EAGAIN;
	} else {
		mpp_tell_after(&s->head);
		if (MPP_MUTANT(QUEUE_TAIL_EARLY))
			mpp_now_store64(&s->tail.n, tail + 1);
		mpp_copy(mpp_slot(s, tail), message, s->msg_size);
		mpp_tell_before(&s->tail);
		mpp_store64(&s->tail.n, tail + 1);
	}
	mpp_side_leave(&s->putters, me);
	if (MPP_LIKELY(err == 0))
		mpp_bell_ring(&s->readable.bell);
	return err;
}

/* What a get finds, with the side's lock held. */
static inline int mpp_slots_look(struct mpp_slots *s, uint64_t head)
{
	if (MPP_LIKELY(mpp_slots_has_message(s, head)))
		return 0;
	if (!mpp_slots_ended(s))
		return MPP_EAGAIN;
	if (MPP_MUTANT(QUEUE_END_FIRST))
		return MPP_EPIPE;
	/* Asked in this order, the last message is not missed. */
	return mpp_slots_has_message(s, head) ? 0 : MPP_EPIPE;
}

/* MPP_EAGAIN: empty.  *count, unless NULL, is one more when a message was got:
 * right behind the index, and under the lock still. */
static inline int mpp_slots_get_once(struct mpp_slots *s, void *message,
				     int64_t limit_ns, uint64_t *count)
{
	struct mpp_self me = mpp_self();
	uint64_t head;
	int err = mpp_side_enter(&s->getters, me, limit_ns);

	if (MPP_UNLIKELY(err < 0))
		return err;
	head = mpp_load64(&s->head.n);
	err = mpp_slots_look(s, head);
	if (MPP_LIKELY(err == 0)) {
		mpp_tell_after(&s->tail);
		mpp_copy_out(message, mpp_slot(s, head), s->msg_size);
		mpp_tell_before(&s->head);
		mpp_store64(&s->head.n, head + 1);
		if (count)
			mpp_store64(count, mpp_load64(count) + 1);
	}
	mpp_side_leave(&s->getters, me);
	if (MPP_LIKELY(err == 0) && !MPP_MUTANT(QUEUE_NO_RING))
		mpp_bell_ring(&s->writable.bell);
	return err;
}

static inline int mpp_slots_put(struct mpp_slots *s, const void *message,
				int64_t timeout_ns)
{
	int err = mpp_slots_put_once(s, message, timeout_ns);

	if (MPP_LIKELY(err != MPP_EAGAIN) || timeout_ns <= 0)
		return err;
	return mpp_slots_put_waiting(s, message, timeout_ns);
}

static inline int mpp_slots_get(struct mpp_slots *s, void *message,
				int64_t timeout_ns, uint64_t *count)
{
	int err = mpp_slots_get_once(s, message, timeout_ns, count);

	if (MPP_LIKELY(err != MPP_EAGAIN) || timeout_ns <= 0)
		return err;
	return mpp_slots_get_waiting(s, message, timeout_ns, count);
}

#endif
