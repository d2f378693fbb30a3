/* SPDX-License-Identifier: MIT */
/*
 * thread.h - a thread, in the shape of process.h.  It shares its process's
 * memory: what it changes, the others see.
 *
 * Names:   "Thread-1", "Thread-2", ... unless set.
 * Source:  threading.Thread.
 *
 * One thread uses a handle at a time.  Visible operations: is_alive and a
 * timed join are one each.
 */
#ifndef MPP_THREAD_H
#define MPP_THREAD_H

#include <mpp/base.h>

struct mpp_thread;

/* Prepares a thread that will run fn(copy of the size bytes at arg). */
MPP_API int mpp_thread_new(struct mpp_thread **out, int (*fn)(void *),
			   const void *arg, size_t size);
/* Forgets the handle; a thread that still runs goes on, unjoined. */
MPP_API void mpp_thread_free(struct mpp_thread *thread);
MPP_API int mpp_thread_set_name(struct mpp_thread *thread, const char *name);
/*
 * MPP_ESTATE: started before.  MPP_ENOMEM.  MPP_ESYSTEM: the system has no
 * thread left, and errno is EAGAIN; nothing was started, and start may be called
 * again.
 */
MPP_API int mpp_thread_start(struct mpp_thread *thread);
MPP_API int mpp_thread_join(struct mpp_thread *thread, int64_t timeout_ns);
/* 1: ended and *result is what fn returned; 0: not yet. */
MPP_API int mpp_thread_result(struct mpp_thread *thread, int *result);
MPP_API bool mpp_thread_is_alive(struct mpp_thread *thread);
MPP_API const char *mpp_thread_name(struct mpp_thread *thread);

#endif
