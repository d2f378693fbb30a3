/* SPDX-License-Identifier: MIT */
/*
 * queue.h - bounded FIFO queue of fixed-size messages, shared by processes.
 *
 * Shape:   `capacity` slots of `msg_size` bytes in one shared mapping; many
 *          producers, many consumers.
 * Order:   FIFO per producer, and over all by the order of the puts.
 * End:     a process that registered as producer counts until it calls
 *          mpp_queue_producer_done() or ends; when at least one registered,
 *          none is left and the queue is empty, get returns MPP_EPIPE.
 * Death:   there is nothing to recover: a put or get that was cut off by a kill
 *          has happened wholly or not at all, and no lock stays held.
 * Source:  multiprocessing.Queue.  Unlike it there is no feeder thread: put
 *          has copied the message on return, so mpp_queue_length() after a put
 *          is exact and a process's exit loses nothing.
 *
 * All calls on one queue may overlap except free.
 * Visible operations: put and get are one each, length is one read.
 */
#ifndef MPP_QUEUE_H
#define MPP_QUEUE_H

#include <mpp/base.h>

struct mpp_queue;

/* MPP_EINVAL: capacity or msg_size is 0.  MPP_ENOMEM. */
MPP_API int mpp_queue_new(struct mpp_queue **out, size_t capacity,
			  size_t msg_size);
MPP_API void mpp_queue_free(struct mpp_queue *queue);
/*
 * 0; MPP_ETIMEDOUT; MPP_EAGAIN when full and timeout_ns is 0; MPP_ECLOSED.
 * With timeout_ns 0, put and get say MPP_EAGAIN as well while another process
 * is stopped in the middle of the same call for longer than 10 ms.
 */
MPP_API int mpp_queue_put(struct mpp_queue *queue, const void *message,
			  int64_t timeout_ns);
/* 0; MPP_ETIMEDOUT; MPP_EAGAIN when empty and timeout_ns is 0; MPP_EPIPE. */
MPP_API int mpp_queue_get(struct mpp_queue *queue, void *message,
			  int64_t timeout_ns);
/* Messages in the queue now. */
MPP_API size_t mpp_queue_length(struct mpp_queue *queue);
/* No more puts; get drains what is there and then returns MPP_EPIPE. */
MPP_API int mpp_queue_close(struct mpp_queue *queue);
/* The calling process is a producer until it says done or ends. */
MPP_API int mpp_queue_producer(struct mpp_queue *queue);
MPP_API int mpp_queue_producer_done(struct mpp_queue *queue); /* MPP_ESTATE */

#endif
