/* SPDX-License-Identifier: MIT */
/*
 * ring.h - the ring of bytes inside SimpleQueue and Pipe: messages of any size
 * in one direction.
 *
 * Idea:    two sides (side.h).  A message is one piece or, when it is larger
 *          than the ring, several; a piece is a header word and its bytes,
 *          rounded up to 8.  The header says how many bytes, whether the piece
 *          begins a message and whether more follow; then the second word is
 *          the size of the whole message.  Who sends (receives) a message in
 *          pieces keeps its side's lock from the first to the last.
 * Death:   a piece is there when `tail` is stored, by one store, and gone when
 *          `head` is.  So a message of one piece is there wholly or not at all.
 *          In the middle of a larger one: a receiver that has its beginning
 *          sees that it was cut when the next piece begins another message, or
 *          when there is none and nobody living holds the senders' lock.  What
 *          a dead receiver left of a message does not begin one either; the
 *          next receiver passes over it.  Nothing has to be repaired.
 * End:     no sender is left (members.h), or closed.  Likewise nobody sends to
 *          receivers that are gone.
 * Object:  this is the first member of the object that has it, and the bytes
 *          lie behind that object.
 */
#ifndef MPP_RING_H
#define MPP_RING_H

#include <mpp/base.h>

#include "members.h"
#include "side.h"

struct mpp_ring {
	/* Written rarely. */
	uint64_t capacity; /* bytes, headers and all */
	uint64_t mask; /* of an index: its place */
	size_t first; /* bytes from here to the ring's first byte */
	size_t total; /* bytes of the whole object */
	uint32_t closed;
	struct mpp_gap gap MPP_APART;

	struct mpp_side putters;
	struct mpp_index tail; /* bytes put */
	struct mpp_side getters;
	struct mpp_index head; /* bytes got */
	struct mpp_bell_apart readable;
	struct mpp_bell_apart writable;
	struct mpp_members senders;
	struct mpp_members receivers;
} MPP_APART;

/* An object of `size` bytes with a ring behind it; see mpp_simple_queue_new().
 */
MPP_HIDDEN int mpp_ring_new(void **out, size_t size, size_t capacity,
			    const char *name);
MPP_HIDDEN void mpp_ring_free(void *user);
/* It can be there as one piece. */
MPP_HIDDEN bool mpp_ring_fits(const struct mpp_ring *r, size_t size);

/* Announced, each piece as an operation.  0; MPP_EAGAIN, MPP_ETIMEDOUT: nothing
 * has happened; MPP_EPIPE, MPP_ECLOSED; MPP_ECUT; receive: MPP_EMSGSIZE. */
MPP_HIDDEN int mpp_ring_send(struct mpp_ring *r, const void *bytes, size_t size,
			     int64_t timeout_ns, const void *pc);
MPP_HIDDEN int mpp_ring_receive(struct mpp_ring *r, void *buffer, size_t room,
				size_t *size, int64_t timeout_ns,
				const void *pc);
/* 0: a receive would find a message or an end. */
MPP_HIDDEN int mpp_ring_poll(struct mpp_ring *r, int64_t timeout_ns,
			     const void *pc);
MPP_HIDDEN bool mpp_ring_empty(struct mpp_ring *r, const void *pc);
MPP_HIDDEN int mpp_ring_close(struct mpp_ring *r, const void *pc);

#endif
