/* SPDX-License-Identifier: MIT */
/*
 * pool.h - worker processes that apply functions to many items.
 *
 * Idea:    the parent publishes a job (function, items, results in shared
 *          memory) and workers take chunks of it by one atomic addition; a
 *          table says who works on what, so a dead worker is noticed.
 * Order:   results stand where their items stood.
 * Errors:  the first task that returns non-zero gives map its result, after
 *          all others have run; a worker that dies during a task gives
 *          MPP_EWORKERDIED and is replaced.  Never a hang.
 * Source:  multiprocessing.Pool.
 *
 * One process (the maker) calls; map and apply do not overlap on one pool.
 * Visible operations: a worker taking a chunk and reporting it are one each;
 * the parent's wait is one.
 */
#ifndef MPP_POOL_H
#define MPP_POOL_H

#include <mpp/base.h>
#include <mpp/cpu.h>	/* mpp_cpu_count() */

struct mpp_pool;

/* Reads item, writes result (zeroed before); non-zero is an error. */
typedef int mpp_pool_fn(const void *item, void *result);

/*
 * Starts `workers` processes (0: as many as the caller may use CPUs); each
 * runs initializer(argument) first when given.
 * MPP_EINVAL, MPP_ENOMEM, MPP_ESYSTEM; MPP_EINIT is told by the next call.
 */
MPP_API int mpp_pool_new(struct mpp_pool **out, unsigned workers,
			 int (*initializer)(void *), void *argument);
/*
 * results[i] = fn(items[i]) for i < count, in chunks of `chunk` items
 * (0: ceil(count / (4 * workers)), Python's default).
 * 0; fn's first non-zero result; MPP_EINVAL; MPP_EWORKERDIED; MPP_EINIT;
 * MPP_ECLOSED; MPP_ENOMEM.
 */
MPP_API int mpp_pool_map(struct mpp_pool *pool, mpp_pool_fn *fn,
			 const void *items, size_t item_size, size_t count,
			 void *results, size_t result_size, size_t chunk);
/* One task. */
MPP_API int mpp_pool_apply(struct mpp_pool *pool, mpp_pool_fn *fn,
			   const void *item, size_t item_size, void *result,
			   size_t result_size);
/* No more tasks; workers end when idle. */
MPP_API int mpp_pool_close(struct mpp_pool *pool);
/* Ends the workers now. */
MPP_API int mpp_pool_terminate(struct mpp_pool *pool);
/* Waits for the workers' end.  MPP_ESTATE: neither closed nor terminated. */
MPP_API int mpp_pool_join(struct mpp_pool *pool);
/* Terminates and joins if need be. */
MPP_API void mpp_pool_free(struct mpp_pool *pool);
MPP_API unsigned mpp_pool_workers(struct mpp_pool *pool);

#endif
