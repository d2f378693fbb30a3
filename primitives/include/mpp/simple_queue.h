/* SPDX-License-Identifier: MIT */
/*
 * simple_queue.h - FIFO queue of messages of any size, bounded by bytes.
 *
 * Shape:   a ring of `capacity` bytes in one shared mapping (rounded up to 64
 *          at least, and to 8).  A message takes its size, rounded up to 8, and
 *          8 bytes more; there is no other limit on their number.
 * Order:   FIFO per producer, and over all by the order of the puts.  A large
 *          message that waits for room does not stop smaller ones.
 * End:     as queue.h: closed, or every registered producer has ended.
 * Death:   a message is there wholly or not at all, and no lock stays held.
 * Source:  multiprocessing.SimpleQueue.  Unlike it put and get have a time
 *          limit, and empty is exact.
 *
 * All calls on one queue may overlap except free.
 * Visible operations: put, get, empty and close are one each.
 */
#ifndef MPP_SIMPLE_QUEUE_H
#define MPP_SIMPLE_QUEUE_H

#include <mpp/base.h>

struct mpp_simple_queue;

/* MPP_EINVAL: capacity is 0.  MPP_ENOMEM. */
MPP_API int mpp_simple_queue_new(struct mpp_simple_queue **out,
				 size_t capacity);
MPP_API void mpp_simple_queue_free(struct mpp_simple_queue *queue);
/*
 * 0; MPP_ETIMEDOUT; MPP_EAGAIN when there is no room and timeout_ns is 0;
 * MPP_ECLOSED; MPP_EMSGSIZE: not even an empty queue has room for it.
 */
MPP_API int mpp_simple_queue_put(struct mpp_simple_queue *queue,
				 const void *message, size_t size,
				 int64_t timeout_ns);
/*
 * 0, and *size (unless NULL) is the message's; MPP_ETIMEDOUT; MPP_EAGAIN when
 * empty and timeout_ns is 0; MPP_EPIPE.  MPP_EMSGSIZE: it has more than `room`
 * bytes, *size is how many, and it stays in the queue.
 */
MPP_API int mpp_simple_queue_get(struct mpp_simple_queue *queue, void *buffer,
				 size_t room, size_t *size,
				 int64_t timeout_ns);
MPP_API bool mpp_simple_queue_empty(struct mpp_simple_queue *queue);
/* No more puts; get drains what is there and then returns MPP_EPIPE. */
MPP_API int mpp_simple_queue_close(struct mpp_simple_queue *queue);
/* The calling process is a producer until it says done or ends. */
MPP_API int mpp_simple_queue_producer(struct mpp_simple_queue *queue);
/* MPP_ESTATE: it is none. */
MPP_API int mpp_simple_queue_producer_done(struct mpp_simple_queue *queue);

#endif
