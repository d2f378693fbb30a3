/* SPDX-License-Identifier: MIT */
/*
 * pool.c - workers that take chunks of a job from shared memory.
 *
 * Idea:    a job is published by one store: `remaining`, the chunks nobody has
 *          taken, which workers count down.  A number > 0 taken from it names
 *          a chunk of the job that is on; so a late worker needs no lock and
 *          cannot mistake one job for the next.
 * Reports: each worker counts the chunks it finished on a line of its own; the
 *          job is over when their sum is the number of chunks.
 * Death:   a worker says `busy` before it takes and until it finds nothing
 *          left.  When no chunk remains and no living worker is busy, the
 *          chunks that no one reported were lost with their workers.  The dead
 *          are replaced at once, so the other chunks run.  Nothing tells the
 *          maker of a death, so it looks every SLICE while it waits.
 * Memory:  workers cannot see what is mapped after their start.  So each pool
 *          reserves the address space of as much shared memory as the machine
 *          has; only what a job touches is ever allocated, and large jobs give
 *          it back.  Under a scheduler all see all, and a job allocates.
 * Source:  multiprocessing.Pool.  Unlike it no pipe, no lock that can die with
 *          a worker, no helper threads; a failing initializer is an error.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <string.h>
#include <sys/mman.h>

#include <mpp/pool.h>

#include "bell.h"
#include "futex_lock.h"
#include "task.h"

#include <mpp/process.h>

enum {
	SLICE = 10 * 1000000,	 /* ns; see Death */
	MAX_WORKERS = 4096,
	SMALL = 1 << 20,	 /* bytes of a job that stay allocated */
};

enum state { OPEN, CLOSED, TERMINATED };
enum health { STARTING, READY, FAILED };

struct worker {
	uint32_t health;	/* enum health */
	uint32_t busy;		/* 1: may hold a chunk */
	uint64_t reported;	/* chunks of this job */
	uint64_t failed_item;	/* the first of mine that failed; none: ~0 */
	int32_t error;		/* its result */
	struct mpp_process *process;	/* the maker's; NULL: none */
	char gap[MPP_LINE];	/* processors fetch lines in pairs */
} __attribute__((aligned(MPP_LINE)));

struct job {
	mpp_pool_fn *fn;
	const char *items;
	char *results;
	size_t item_size, result_size;
	uint64_t count, chunk, chunks;
};

struct mpp_pool {
	unsigned workers;
	size_t total;		/* bytes of this */
	int (*initializer)(void *);
	void *argument;
	char *arena;		/* NULL: a job allocates */
	size_t arena_size;
	uint32_t state;		/* enum state */
	struct job job;		/* written while no chunk is out */
	char gap[MPP_LINE];

	int64_t remaining __attribute__((aligned(MPP_LINE)));
	char gap2[MPP_LINE];
	struct mpp_bell work __attribute__((aligned(MPP_LINE)));
	char gap3[MPP_LINE];
	struct mpp_bell reports __attribute__((aligned(MPP_LINE)));
	struct mpp_core hands;	/* natively: who starts and ends workers */
	struct worker worker[];
};

/* What a worker is started with. */
struct start {
	struct mpp_pool *pool;	/* inside address */
	unsigned index;
};

/*
 * The worker's side.
 */
static int64_t remaining(const struct mpp_pool *p)
{
	return (int64_t)mpp_load64((const uint64_t *)&p->remaining);
}

static bool has_work(const struct mpp_pool *p)
{
	return remaining(p) > 0 || mpp_load(&p->state) != OPEN;
}

/* A chunk's number, or -1.  Sets busy when there is one. */
static int64_t take(struct mpp_pool *p, struct worker *w)
{
	int64_t left = 0;

	if (remaining(p) > 0) {
		if (!mpp_load(&w->busy))
			(void)mpp_exchange(&w->busy, 1);
		left = (int64_t)mpp_add64((uint64_t *)&p->remaining,
					  (uint64_t)-1);
	}
	if (left > 0)
		return (int64_t)p->job.chunks - left;
	if (mpp_load(&w->busy)) {
		(void)mpp_exchange(&w->busy, 0);
		mpp_bell_ring(&p->reports);
	}
	return -1;
}

static void run(struct mpp_pool *p, struct worker *w, uint64_t chunk)
{
	const struct job *job = &p->job;
	uint64_t item = chunk * job->chunk;
	uint64_t end = job->count - item > job->chunk ? item + job->chunk
						      : job->count;

	for (; item < end; item++) {
		int err = job->fn(job->items + item * job->item_size,
				  job->results + item * job->result_size);

		if (err && item < w->failed_item) {
			w->failed_item = item;
			w->error = err;
		}
	}
}

static bool work_ready(const struct mpp_op *op, uint32_t self)
{
	(void)self;
	return has_work(op->object);
}

static struct mpp_op operation(struct mpp_pool *p, uint8_t kind, const void *pc)
{
	return (struct mpp_op){
		.pc = pc,
		.object = p,
		.timeout_ns = MPP_FOREVER,
		.kind = kind,
		.order = __ATOMIC_SEQ_CST,
	};
}

static void wait_for_work(struct mpp_pool *p)
{
	unsigned round = 0;
	uint32_t heard;

	while (mpp_bell_spin(&round))
		if (has_work(p))
			return;
	heard = mpp_bell_listen(&p->work);
	if (!has_work(p))
		(void)mpp_bell_wait(&p->work, heard, MPP_FOREVER, MPP_FOREVER);
}

/* Waits for a chunk; -1: the pool is closed. */
static int64_t next_chunk(struct mpp_pool *p, struct worker *w)
{
	struct mpp_op op;
	int64_t chunk;

	if (MPP_HOOKED()) {
		op = operation(p, MPP_OP_RECEIVE, MPP_CALLER());
		op.ready = work_ready;
		(void)mpp_before(&op);
	}
	while ((chunk = take(p, w)) < 0 && mpp_load(&p->state) == OPEN) {
		if (mpp_scheduled())
			mpp_bug("a scheduled worker would have to wait");
		wait_for_work(p);
	}
	if (MPP_HOOKED())
		mpp_after(&op, chunk < 0 ? MPP_ECLOSED : 0, (uint64_t)chunk);
	return chunk;
}

static void report(struct mpp_pool *p, struct worker *w, uint64_t chunk)
{
	struct mpp_op op;

	if (MPP_HOOKED()) {
		op = operation(p, MPP_OP_SEND, MPP_CALLER());
		(void)mpp_before(&op);
	}
	mpp_tell_before(&p->reports);
	mpp_store64(&w->reported, w->reported + 1);
	/* Under a scheduler a worker is idle the moment nothing is left. */
	if (mpp_scheduled() && remaining(p) <= 0)
		mpp_store(&w->busy, 0);
	if (MPP_HOOKED())
		mpp_after(&op, 0, chunk);
}
