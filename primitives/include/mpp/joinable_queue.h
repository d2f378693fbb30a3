/* SPDX-License-Identifier: MIT */
/*
 * joinable_queue.h - a queue that knows when all its tasks are done.
 *
 * Shape:   a Queue (queue.h), and a count of unfinished tasks: put adds one,
 *          the consumer's task_done takes one away, join waits until there is
 *          none.
 * Order:   as queue.h.
 * End:     as queue.h: closed, or every registered producer has ended.
 * Death:   a consumer, registered by its first get, owns what it got until it
 *          says task_done.  When it ends before, by return, exit or kill, those
 *          tasks are lost: join returns MPP_ELOST, until somebody forgives
 *          them, i.e. counts them as done (perhaps after putting them again).
 *          A consumer is a thread; it says task_done itself.
 * Source:  multiprocessing.JoinableQueue.  Unlike it join waits in a loop, has
 *          a time limit, and does not wait for the dead.
 *
 * All calls on one queue may overlap except free.
 * Visible operations: put, get, task_done, join, length, close, lost and
 * forgive are one each; a consumer's first get has one more before.
 */
#ifndef MPP_JOINABLE_QUEUE_H
#define MPP_JOINABLE_QUEUE_H

#include <mpp/base.h>

struct mpp_joinable_queue;

/* MPP_EINVAL: capacity or msg_size is 0.  MPP_ENOMEM. */
MPP_API int mpp_joinable_queue_new(struct mpp_joinable_queue **out,
				   size_t capacity, size_t msg_size);
MPP_API void mpp_joinable_queue_free(struct mpp_joinable_queue *queue);
/* 0; MPP_ETIMEDOUT; MPP_EAGAIN when full and timeout_ns is 0; MPP_ECLOSED. */
MPP_API int mpp_joinable_queue_put(struct mpp_joinable_queue *queue,
				   const void *message, int64_t timeout_ns);
/*
 * 0; MPP_ETIMEDOUT; MPP_EAGAIN when empty and timeout_ns is 0; MPP_EPIPE;
 * MPP_ENOMEM: 64 other consumers live.
 */
MPP_API int mpp_joinable_queue_get(struct mpp_joinable_queue *queue,
				   void *message, int64_t timeout_ns);
/* MPP_ESTATE: the caller has got nothing that is not done yet. */
MPP_API int mpp_joinable_queue_task_done(struct mpp_joinable_queue *queue);
/*
 * 0: every task put so far is done (or forgiven).  MPP_ELOST: one never will
 * be.  MPP_ETIMEDOUT; MPP_EAGAIN when some are not and timeout_ns is 0.
 */
MPP_API int mpp_joinable_queue_join(struct mpp_joinable_queue *queue,
				    int64_t timeout_ns);
/* How many tasks are lost now. */
MPP_API int64_t mpp_joinable_queue_lost(struct mpp_joinable_queue *queue);
/* The same, and counts them as done. */
MPP_API int64_t mpp_joinable_queue_forgive(struct mpp_joinable_queue *queue);
/* Messages in the queue now: put and not got. */
MPP_API size_t mpp_joinable_queue_length(struct mpp_joinable_queue *queue);
/* No more puts; get drains what is there and then returns MPP_EPIPE. */
MPP_API int mpp_joinable_queue_close(struct mpp_joinable_queue *queue);
/* The calling process is a producer until it says done or ends. */
MPP_API int mpp_joinable_queue_producer(struct mpp_joinable_queue *queue);
/* MPP_ESTATE: it is none. */
MPP_API int mpp_joinable_queue_producer_done(struct mpp_joinable_queue *queue);

#endif
