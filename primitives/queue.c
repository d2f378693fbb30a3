/* SPDX-License-Identifier: MIT */
/*
 * queue.c - bounded FIFO of fixed-size messages in one shared mapping.
 *
 * Idea:    slots.h is the ring, members.h are the producers; nothing else is
 *          in a Queue.
 * Death:   nothing has to be recovered by anybody (side.h): a consumer killed
 *          inside get has taken its message or has not, and no lock stays held.
 *          A message it took is lost with it; see joinable_queue.h.
 * Source:  multiprocessing.Queue.
 */
#include <mpp/queue.h>

#include "slots.h"

struct mpp_queue {
	struct mpp_slots slots;
};

int mpp_queue_new(struct mpp_queue **out, size_t capacity, size_t msg_size)
{
	void *user;
	int err;

	if (!out)
		return MPP_EINVAL;
	err = mpp_slots_new(&user, sizeof(**out), capacity, msg_size, "queue");
	if (err == 0)
		*out = user;
	return err;
}

void mpp_queue_free(struct mpp_queue *queue)
{
	if (queue)
		mpp_slots_free(queue);
}

static void tidy(struct mpp_slots *s)
{
	if (mpp_slots_forget(s)) {
		mpp_store64(&s->head.n, 0);
		mpp_store64(&s->tail.n, 0);
	}
}

int mpp_queue_put(struct mpp_queue *queue, const void *message,
		  int64_t timeout_ns)
{
	struct mpp_queue *q = mpp_inside(queue);

	if (MPP_ANNOUNCES())
		return mpp_slots_put_announced(&q->slots, message, timeout_ns,
					       tidy, MPP_CALLER());
	return mpp_slots_put(&q->slots, message, timeout_ns);
}

int mpp_queue_get(struct mpp_queue *queue, void *message, int64_t timeout_ns)
{
	struct mpp_queue *q = mpp_inside(queue);

	if (MPP_ANNOUNCES())
		return mpp_slots_get_announced(&q->slots, message, timeout_ns,
					       NULL, tidy, MPP_CALLER());
	return mpp_slots_get(&q->slots, message, timeout_ns, NULL);
}

size_t mpp_queue_length(struct mpp_queue *queue)
{
	struct mpp_queue *q = mpp_inside(queue);

	return mpp_slots_length(&q->slots, MPP_CALLER());
}

int mpp_queue_close(struct mpp_queue *queue)
{
	struct mpp_queue *q = mpp_inside(queue);

	return mpp_slots_close(&q->slots, MPP_CALLER());
}

int mpp_queue_producer(struct mpp_queue *queue)
{
	struct mpp_queue *q = mpp_inside(queue);

	return mpp_members_enter(&q->slots.producers, q, MPP_CALLER());
}

int mpp_queue_producer_done(struct mpp_queue *queue)
{
	struct mpp_queue *q = mpp_inside(queue);

	return mpp_members_leave(&q->slots.producers, q,
				 &q->slots.readable.bell, MPP_CALLER());
}
