/* SPDX-License-Identifier: MIT */
/*
 * simple_queue.c - FIFO of messages of any size.
 *
 * Idea:    a ring of bytes (ring.h) in which each message is one piece.
 * Death:   see ring.h: nothing has to be repaired.
 * Source:  multiprocessing.SimpleQueue.
 */
#include <mpp/simple_queue.h>

#include "ring.h"

struct mpp_simple_queue {
	struct mpp_ring ring;
};

int mpp_simple_queue_new(struct mpp_simple_queue **out, size_t capacity)
{
	void *user;
	int err;

	if (!out)
		return MPP_EINVAL;
	err = mpp_ring_new(&user, sizeof(**out), capacity, "simple queue");
	if (err == 0)
		*out = user;
	return err;
}

void mpp_simple_queue_free(struct mpp_simple_queue *queue)
{
	if (queue)
		mpp_ring_free(queue);
}

int mpp_simple_queue_put(struct mpp_simple_queue *queue, const void *message,
			 size_t size, int64_t timeout_ns)
{
	struct mpp_simple_queue *q = mpp_inside(queue);

	if (!mpp_ring_fits(&q->ring, size))
		return MPP_EMSGSIZE;
	return mpp_ring_send(&q->ring, message, size, timeout_ns,
			     MPP_CALLER());
}

int mpp_simple_queue_get(struct mpp_simple_queue *queue, void *buffer,
			 size_t room, size_t *size, int64_t timeout_ns)
{
	struct mpp_simple_queue *q = mpp_inside(queue);

	return mpp_ring_receive(&q->ring, buffer, room, size, timeout_ns,
				MPP_CALLER());
}

bool mpp_simple_queue_empty(struct mpp_simple_queue *queue)
{
	struct mpp_simple_queue *q = mpp_inside(queue);

	return mpp_ring_empty(&q->ring, MPP_CALLER());
}

int mpp_simple_queue_close(struct mpp_simple_queue *queue)
{
	struct mpp_simple_queue *q = mpp_inside(queue);

	return mpp_ring_close(&q->ring, MPP_CALLER());
}

int mpp_simple_queue_producer(struct mpp_simple_queue *queue)
{
	struct mpp_simple_queue *q = mpp_inside(queue);

	return mpp_members_enter(&q->ring.senders, q, MPP_CALLER());
}

int mpp_simple_queue_producer_done(struct mpp_simple_queue *queue)
{
	struct mpp_simple_queue *q = mpp_inside(queue);

	return mpp_members_leave(&q->ring.senders, q,
				 &q->ring.readable.bell, MPP_CALLER());
}
