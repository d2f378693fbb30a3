/* SPDX-License-Identifier: MIT */
/*
 * pool.h - worker processes that apply functions to many items.
 *
 * Idea:    the parent publishes a job (function, items, results in shared
 *          memory) and workers take chunks of it by one atomic addition; a
 *          table says who works on what, so a dead worker is noticed.
 * Order:   results stand where their items stood.  Of several jobs the earlier
 *          is begun first.
 * Errors:  a task says by its result, non-zero, that it failed; positive
 *          numbers cannot be mistaken for MPP_E*.  The failure of the lowest
 *          item is the job's, after all other items have run.
 * Death:   a worker that dies during a task gives MPP_EWORKERDIED, or the task
 *          is tried again (`retries`); it is replaced.  Never a hang.
 * Source:  multiprocessing.Pool.  Unlike it there is no hidden thread: workers
 *          are looked after, and callbacks called, by the maker's threads
 *          inside the calls below.
 *
 * One process (the maker) calls, from any of its threads; all calls on one
 * pool may overlap except free, calls on one result or iterator may not.
 * Visible operations: publishing a job, a worker's taking a chunk and its
 * reporting it are one each; so is each wait of the maker.
 */
#ifndef MPP_POOL_H
#define MPP_POOL_H

#include <mpp/base.h>
#include <mpp/cpu.h>	/* mpp_cpu_count() */

struct mpp_pool;
struct mpp_result;
struct mpp_iterator;

/* Reads item, writes result (zeroed before); non-zero is an error. */
typedef int mpp_pool_fn(const void *item, void *result);

struct mpp_pool_options {
	unsigned workers;	/* 0: as many as the caller may use CPUs */
	int (*initializer)(void *);	/* each worker's first; NULL: none */
	void *argument;
	/* A worker ends and is replaced after the chunk in which it has run
	 * so many items; 0: never. */
	uint64_t max_tasks_per_worker;
	/* How often the items of a chunk whose worker died are run again. */
	unsigned retries;
};

/*
 * Starts `workers` processes (0: as many as the caller may use CPUs); each
 * runs initializer(argument) first when given.
 * MPP_EINVAL, MPP_ENOMEM, MPP_ESYSTEM; MPP_EINIT is told by the next call.
 */
MPP_API int mpp_pool_new(struct mpp_pool **out, unsigned workers,
			 int (*initializer)(void *), void *argument);
MPP_API int mpp_pool_new_with(struct mpp_pool **out,
			      const struct mpp_pool_options *options);
/*
 * results[i] = fn(items[i]) for i < count, in chunks of `chunk` items
 * (0: ceil(count / (4 * workers)), Python's default).
 * 0; fn's first non-zero result; MPP_EINVAL; MPP_EWORKERDIED; MPP_EINIT;
 * MPP_ECLOSED; MPP_ENOMEM; MPP_EAGAIN: 64 jobs have not been freed.
 */
MPP_API int mpp_pool_map(struct mpp_pool *pool, mpp_pool_fn *fn,
			 const void *items, size_t item_size, size_t count,
			 void *results, size_t result_size, size_t chunk);
/* One task. */
MPP_API int mpp_pool_apply(struct mpp_pool *pool, mpp_pool_fn *fn,
			   const void *item, size_t item_size, void *result,
			   size_t result_size);
/* No more jobs; workers end when those there are have been done. */
MPP_API int mpp_pool_close(struct mpp_pool *pool);
/* Ends the workers now.  What is not done gives MPP_ECLOSED. */
MPP_API int mpp_pool_terminate(struct mpp_pool *pool);
/* Waits for the jobs and the workers' end.  MPP_ESTATE: neither closed nor
 * terminated. */
MPP_API int mpp_pool_join(struct mpp_pool *pool);
/* The same with a limit: MPP_ETIMEDOUT, MPP_EAGAIN (timeout_ns 0); may be called
 * again. */
MPP_API int mpp_pool_join_timed(struct mpp_pool *pool, int64_t timeout_ns);
/* Terminates and joins if need be.  Results end with it, iterators must have
 * been freed. */
MPP_API void mpp_pool_free(struct mpp_pool *pool);
MPP_API unsigned mpp_pool_workers(struct mpp_pool *pool);

/*
 * The same without waiting: the items are copied, *out is the job's result
 * until mpp_result_free().  64 may be outstanding; then MPP_EAGAIN: free some,
 * or mpp_pool_poll().
 */
MPP_API int mpp_pool_map_async(struct mpp_pool *pool, struct mpp_result **out,
			       mpp_pool_fn *fn, const void *items,
			       size_t item_size, size_t count,
			       size_t result_size, size_t chunk);
MPP_API int mpp_pool_apply_async(struct mpp_pool *pool, struct mpp_result **out,
				 mpp_pool_fn *fn, const void *item,
				 size_t item_size, size_t result_size);
/*
 * Waits for the job and copies all its results to `out`; as often as wanted.
 * What mpp_pool_map() returns; MPP_ETIMEDOUT; MPP_EAGAIN (timeout_ns 0).
 */
MPP_API int mpp_result_get(struct mpp_result *result, void *out,
			   int64_t timeout_ns);
/* The same, only waiting: 0 when the job is over, however it went. */
MPP_API int mpp_result_wait(struct mpp_result *result, int64_t timeout_ns);
MPP_API bool mpp_result_is_ready(struct mpp_result *result);
/*
 * 1: a worker died while it had work of this job, and *code is the exit code
 * of the last one that did (-N for signal N).  0: none did, as far as known.
 */
MPP_API int mpp_result_exitcode(struct mpp_result *result, int *code);
/*
 * Calls fn(result, context) once when the job is over: in the next get or wait
 * of this result, or poll, that sees it, by the thread that calls that.  fn may
 * call all of this header but mpp_pool_free().  NULL: no more.
 */
typedef void mpp_pool_done_fn(struct mpp_result *result, void *context);
MPP_API void mpp_result_on_done(struct mpp_result *result,
				mpp_pool_done_fn *fn, void *context);
/* Forgets the result; a job that is not over goes on, and is not told. */
MPP_API void mpp_result_free(struct mpp_result *result);
/*
 * Waits until a job of the calls above is over that no get, wait or poll has
 * seen, and calls what mpp_result_on_done() asked for.
 * How many it saw; 0 at once when none is outstanding; MPP_ETIMEDOUT;
 * MPP_EAGAIN; MPP_EINIT; MPP_ECLOSED.
 */
MPP_API int mpp_pool_poll(struct mpp_pool *pool, int64_t timeout_ns);

/*
 * Map over an input that is read only as far as needed: at most
 * 2 * workers + 2 chunks (32 at most) are under way.  `items` is not copied:
 * it must last until it was read.  chunk 0: 1.
 * Results come in the order of the items, or, unordered, as they are done.
 */
MPP_API int mpp_pool_imap(struct mpp_pool *pool, struct mpp_iterator **out,
			  mpp_pool_fn *fn, const void *items, size_t item_size,
			  size_t count, size_t result_size, size_t chunk);
MPP_API int mpp_pool_imap_unordered(struct mpp_pool *pool,
				    struct mpp_iterator **out, mpp_pool_fn *fn,
				    const void *items, size_t item_size,
				    size_t count, size_t result_size,
				    size_t chunk);
/*
 * 1: wrote the next item; 0: there are no more; negative: an error, which
 * mpp_iterator_next() returns after the items before it.  Called by the thread
 * that makes the iterator or calls next.
 */
typedef int mpp_pool_next_fn(void *context, void *item);
MPP_API int mpp_pool_imap_from(struct mpp_pool *pool, struct mpp_iterator **out,
			       mpp_pool_fn *fn, mpp_pool_next_fn *next,
			       void *context, size_t item_size,
			       size_t result_size, size_t chunk, bool ordered);
/*
 * 0: *out is the next result.  fn's non-zero result or MPP_EWORKERDIED: those
 * are this item's, and the next call goes on.  MPP_EPIPE: that was all.
 * MPP_ETIMEDOUT, MPP_EAGAIN: not yet.  MPP_EINIT; MPP_ECLOSED: the pool was
 * closed before all items were read.
 */
MPP_API int mpp_iterator_next(struct mpp_iterator *iterator, void *out,
			      int64_t timeout_ns);
/* What is under way is done, and dropped. */
MPP_API void mpp_iterator_free(struct mpp_iterator *iterator);

#endif
