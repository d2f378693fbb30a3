/* SPDX-License-Identifier: MIT */
/*
 * pool_parts.h - the inside of a pool, for the files that it is made of.
 *
 *	pool.c         making and ending a pool; map and apply
 *	pool_worker.c  what a worker does
 *	pool_staff.c   the maker looks after workers: the dead, the lost chunks
 *	pool_job.c     jobs and their results
 *	pool_wait.c    the maker waits for them
 *	pool_imap.c    a window of jobs over an input that may be endless
 *	pool_memory.c  the memory of jobs
 *
 * A job is a row of the pool's table, and to the maker its result.  Its
 * `remaining`, the chunks nobody has taken, is written by publish and counted
 * down by workers; everything else of a row is the maker's, and stands still
 * from publish until the job is over.
 *
 * What workers write the maker looks at only in an operation that it has
 * announced; what it has once seen there is `known`.
 */
#ifndef MPP_POOL_PARTS_H
#define MPP_POOL_PARTS_H

#include <mpp/pool.h>
#include <mpp/process.h>

#include "bell.h"
#include "futex_lock.h"
#include "task.h"

enum {
	MPP_JOBS = 64, /* outstanding; a bit each in a word */
	MPP_JOBS_SCHEDULED = 16, /* each is part of every state */
	MPP_POOL_SLICE = 10 * 1000000, /* ns; nothing tells of a death */
};

enum { MPP_POOL_OPEN, MPP_POOL_CLOSED, MPP_POOL_TERMINATED }; /* .state */

/* worker.health; ended: it has reported and will touch nothing any more. */
enum { MPP_WORKER_STARTING, MPP_WORKER_READY, MPP_WORKER_FAILED,
       MPP_WORKER_ENDED };

/* The gaps keep apart what different processes write: processors fetch cache
 * lines in pairs. */
#define APART __attribute__((aligned(MPP_LINE)))

struct worker {
	uint32_t health APART;
	uint32_t busy; /* 1 + the job it may hold a chunk of; 0: none */
	uint32_t early; /* how many ended before they were ready, in a row */
	struct mpp_process *process; /* the maker's handle; NULL: none */
	char gap1[MPP_LINE] APART;
	uint64_t reported[MPP_JOBS] APART; /* chunks of each job */
	char gap2[MPP_LINE] APART;
};

/* What workers need; they look only while they hold a chunk. */
struct job {
	mpp_pool_fn *fn;
	const char *items;
	char *results;
	uint64_t *done; /* of each chunk: 0, or MPP_DONE | error << 32 */
	int *errors; /* of each item; NULL: nobody asks */
	size_t item_size, result_size;
	uint64_t count; /* items */
	uint64_t chunk; /* items of a chunk; the last may be shorter */
	uint64_t chunks;
	uint64_t tickets; /* of this round: all chunks, or those on the list */
	const uint64_t *list; /* chunks that are tried again; NULL: all */
	size_t end; /* bytes of pool memory that must be open */
};

#define MPP_DONE UINT64_C(1)

/* A row of the table, and what a user knows as the job's result. */
struct mpp_result {
	uint64_t remaining APART; /* chunks; signed, may pass 0 */
	uint64_t order; /* the lower, the earlier */
	struct mpp_pool *pool; /* inside address; never changes */
	char gap[MPP_LINE] APART;
	struct job job APART;
	char *memory APART; /* inside address; NULL: none */
	size_t size; /* of the memory */
	uint64_t *list; /* room for the numbers of lost chunks, or NULL */
	/* From here to `known` threads of the maker look without the hands. */
	uint64_t expected; /* chunks to be reported in this round */
	uint64_t counted; /* under a scheduler: those that are */
	uint64_t lost; /* with their workers; > 0: the job is over */
	uint32_t published;
	uint32_t known; /* the maker has seen it over: it needs not look again */
	mpp_pool_done_fn *on_done;
	void *context;
	uint32_t rounds; /* tries again so far */
	int status; /* exit code of the last worker that died in it */
	bool died; /* one did */
	bool noticed; /* it is known, and the user was told */
	bool abandoned; /* nobody has the handle any more */
	bool inner; /* not the user's */
};

struct mpp_pool {
	struct mpp_pool_options options;
	unsigned jobs; /* rows used */
	uint32_t state;
	uint32_t ended; /* a worker has said that it ends */
	const void *made_at; /* pc: stands for the workers' lines */
	int maker; /* process id; 0: workers need not look */
	char *memory; /* of jobs */
	size_t memory_size;
	size_t opened; /* by the maker */
	int64_t look_at; /* when to look for the dead again */
	uint64_t taken; /* rows in use, a bit each */
	uint64_t next_order;
	struct mpp_core hands; /* natively: of all the above and of the rows */
	char gap1[MPP_LINE] APART;
	uint64_t open APART; /* rows that may have chunks, a bit each */
	char gap2[MPP_LINE] APART;
	struct mpp_bell work APART;
	char gap3[MPP_LINE] APART;
	struct mpp_bell reports APART;
	char gap4[MPP_LINE] APART;
	struct mpp_result row[MPP_JOBS];
	struct worker worker[];
};

/* What a worker is started with. */
struct mpp_pool_start {
	struct mpp_pool *pool; /* inside address */
	struct worker *worker;
	size_t opened; /* of the pool's memory, when it was forked */
};

static inline int64_t mpp_remaining(const struct mpp_result *r)
{
	return (int64_t)mpp_load64(&r->remaining);
}

static inline unsigned mpp_row_number(const struct mpp_pool *p,
				      const struct mpp_result *r)
{
	return (unsigned)(r - p->row);
}

static inline uint64_t mpp_row_bit(const struct mpp_pool *p,
				   const struct mpp_result *r)
{
	return UINT64_C(1) << mpp_row_number(p, r);
}

/* pool_worker.c */
MPP_HIDDEN int mpp_pool_worker(void *start);
MPP_HIDDEN bool mpp_pool_has_chunks(const struct mpp_pool *p);

/* pool_memory.c */
MPP_HIDDEN int mpp_pool_reserve(struct mpp_pool *p);
MPP_HIDDEN void mpp_pool_unreserve(struct mpp_pool *p);
/* Makes the first `size` bytes accessible in this process. */
MPP_HIDDEN int mpp_pool_open_memory(const struct mpp_pool *p, size_t *opened,
				    size_t size);
/* For the row: .memory and .size, not cleared.  With the hands. */
MPP_HIDDEN int mpp_pool_provide(struct mpp_pool *p, struct mpp_result *r,
				size_t size);
MPP_HIDDEN void mpp_pool_give_back(struct mpp_pool *p, struct mpp_result *r);

/* pool_staff.c */
MPP_HIDDEN void mpp_hands_take(struct mpp_pool *p);
MPP_HIDDEN void mpp_hands_drop(struct mpp_pool *p);
MPP_HIDDEN int mpp_start_worker(struct mpp_pool *p, struct worker *w);
/* Scheduled only: it has ended, and not as the workers of a closed pool do. */
MPP_HIDDEN bool mpp_worker_is_missed(const struct worker *w);
MPP_HIDDEN bool mpp_any_failed(const struct mpp_pool *p);
MPP_HIDDEN bool mpp_all_started(const struct mpp_pool *p);
/* All reported, or none of the rest will ever be. */
MPP_HIDDEN bool mpp_job_is_over(const struct mpp_result *r);
/* Not over, and it will not be before the maker settles what was lost. */
MPP_HIDDEN bool mpp_job_is_stuck(const struct mpp_result *r);
/* Replaces the dead and settles what they had, if it is time to. */
MPP_HIDDEN void mpp_pool_tend(struct mpp_pool *p, const void *pc);

/* pool_job.c */
/* Whose it is: the user's, a call's that waits, an iterator's, which wants the
 * errors of all items. */
enum { MPP_JOB_USERS, MPP_JOB_CALLS, MPP_JOB_ITERATORS };
/* A job to come; `job` has fn, sizes, count and chunk.  Memory is zero where
 * results and errors will be.  MPP_EAGAIN: the table is full. */
MPP_HIDDEN int mpp_job_new(struct mpp_pool *p, struct mpp_result **out,
			   const struct job *job, int whose, const void *pc);
/* By one store the workers have it.  MPP_EINIT; MPP_ECLOSED, but not when the
 * job is published again. */
MPP_HIDDEN int mpp_job_publish(struct mpp_result *r, const void *pc);
/* The end of any: one that still runs is retired later. */
MPP_HIDDEN void mpp_job_drop(struct mpp_result *r, const void *pc);
MPP_HIDDEN int mpp_job_outcome(const struct mpp_result *r);
/* map and apply: a job's whole life; `job` has fn, sizes and count. */
MPP_HIDDEN int mpp_pool_run(struct mpp_pool *p, struct job *job,
			    const void *items, void *results, size_t chunk,
			    const void *pc);

/* pool_wait.c */
/* What a wait is for. */
enum { MPP_FOR_START, MPP_FOR_ANY, MPP_FOR_ALL };
struct mpp_want {
	uint64_t kind;
	uint64_t rows; /* bits */
};
/* 0; MPP_EINIT; MPP_ECLOSED when the pool was terminated; MPP_ETIMEDOUT;
 * MPP_EAGAIN. */
MPP_HIDDEN int mpp_pool_wait(struct mpp_pool *p, struct mpp_want want,
			     int64_t timeout_ns, const void *pc);
/* Those of the rows that are over are known to be from here on. */
MPP_HIDDEN void mpp_pool_learn(struct mpp_pool *p, uint64_t rows);

#endif
