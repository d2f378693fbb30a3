/* SPDX-License-Identifier: MIT */
/*
 * pool.c - workers that take chunks of jobs from shared memory: making and
 * ending a pool, and the two calls that wait, map and apply.
 *
 * Idea:    a table of jobs in shared memory.  The maker fills a row and
 *          publishes it by one store; workers take its chunks by one atomic
 *          addition each, say which row they are busy in, and mark each chunk
 *          that is done.  pool_parts.h names the files.
 * Death:   no lock is on a task's path, and each store leaves a state that the
 *          maker can go on from: what is taken, not done and held by nobody
 *          alive was lost, and only that.  pool_worker.c, pool_staff.c.
 * Source:  multiprocessing.Pool.  Unlike it no pipe, no lock that can die with
 *          a worker, no helper threads; a failing initializer is an error.
 */
#define _GNU_SOURCE

#include "pool_parts.h"

enum { MAX_WORKERS = 4096 };

static size_t pool_size(unsigned workers)
{
	return sizeof(struct mpp_pool) + workers * sizeof(struct worker);
}

int mpp_pool_map(struct mpp_pool *pool, mpp_pool_fn *fn, const void *items,
		 size_t item_size, size_t count, void *results,
		 size_t result_size, size_t chunk)
{
	struct job job = {
		.fn = fn,
		.item_size = item_size,
		.result_size = result_size,
		.count = count,
	};

	return mpp_pool_run(mpp_inside(pool), &job, items, results, chunk,
			    MPP_CALLER());
}

int mpp_pool_apply(struct mpp_pool *pool, mpp_pool_fn *fn, const void *item,
		   size_t item_size, void *result, size_t result_size)
{
	struct job job = {
		.fn = fn,
		.item_size = item_size,
		.result_size = result_size,
		.count = 1,
	};

	return mpp_pool_run(mpp_inside(pool), &job, item, result, 1,
			    MPP_CALLER());
}

static void set_state(struct mpp_pool *p, uint32_t state, const void *pc)
{
	struct mpp_op op;

	if (MPP_ANNOUNCES()) {
		op = mpp_whole(p, MPP_OP_WRITE, pc);
		(void)mpp_before(&op);
	}
	if (mpp_load(&p->state) < state)
		(void)mpp_exchange(&p->state, state);
	if (state == MPP_POOL_TERMINATED)
		for (unsigned i = 0; i < p->jobs; i++)
			mpp_store64(&p->row[i].remaining, 0);
	mpp_fence();
	mpp_bell_ring(&p->work);
	mpp_bell_ring(&p->reports);
	if (MPP_ANNOUNCES())
		mpp_after(&op, 0, state);
}

int mpp_pool_close(struct mpp_pool *pool)
{
	set_state(mpp_inside(pool), MPP_POOL_CLOSED, MPP_CALLER());
	return 0;
}

/* By SIGKILL, which no task can refuse.  Workers that run as threads cannot be
 * killed: they end after their chunk. */
static void end_workers(struct mpp_pool *p)
{
	mpp_hands_take(p);
	for (unsigned i = 0; i < p->options.workers; i++)
		if (p->worker[i].process)
			(void)mpp_process_kill(p->worker[i].process);
	mpp_hands_drop(p);
}

int mpp_pool_terminate(struct mpp_pool *pool)
{
	struct mpp_pool *p = mpp_inside(pool);

	set_state(p, MPP_POOL_TERMINATED, MPP_CALLER());
	end_workers(p);
	return 0;
}

static uint64_t published(struct mpp_pool *p)
{
	uint64_t rows = 0;

	mpp_hands_take(p);
	for (unsigned i = 0; i < p->jobs; i++)
		if (mpp_load(&p->row[i].published))
			rows |= UINT64_C(1) << i;
	mpp_hands_drop(p);
	return rows;
}

/* While jobs are under way the dead are still replaced, and what they had is
 * tried again; a pool that failed or was terminated has no such wish. */
static int finish_jobs(struct mpp_pool *p, int64_t timeout_ns, const void *pc)
{
	struct mpp_want want = { MPP_FOR_ALL, published(p) };
	int err = want.rows ? mpp_pool_wait(p, want, timeout_ns, pc) : 0;

	return err == MPP_ETIMEDOUT || err == MPP_EAGAIN ? err : 0;
}

static int64_t time_left(int64_t deadline_ns)
{
	int64_t now = mpp_clock();

	if (deadline_ns == MPP_FOREVER)
		return MPP_FOREVER;
	return deadline_ns > now ? deadline_ns - now : 0;
}

/* With the hands: another thread that waits for a job must not bury them. */
static int join(struct mpp_pool *p, int64_t deadline_ns)
{
	int err = 0;

	mpp_hands_take(p);
	for (unsigned i = 0; i < p->options.workers && !err; i++) {
		struct worker *w = &p->worker[i];

		if (!w->process)
			continue;
		err = mpp_process_join(w->process, time_left(deadline_ns));
		if (err == MPP_ETIMEDOUT || err == MPP_EAGAIN)
			break;
		err = 0;
		mpp_process_free(w->process);
		w->process = NULL;
	}
	mpp_hands_drop(p);
	return err;
}

static int finish(struct mpp_pool *p, int64_t timeout_ns, const void *pc)
{
	int64_t deadline = mpp_deadline(timeout_ns);
	int err = 0;

	if (mpp_load(&p->state) == MPP_POOL_OPEN)
		return MPP_ESTATE;
	if (mpp_load(&p->state) == MPP_POOL_CLOSED)
		err = finish_jobs(p, timeout_ns, pc);
	if (!err)
		err = join(p, deadline);
	return err == MPP_EAGAIN && timeout_ns > 0 ? MPP_ETIMEDOUT : err;
}

int mpp_pool_join(struct mpp_pool *pool)
{
	return finish(mpp_inside(pool), MPP_FOREVER, MPP_CALLER());
}

int mpp_pool_join_timed(struct mpp_pool *pool, int64_t timeout_ns)
{
	return finish(mpp_inside(pool), timeout_ns, MPP_CALLER());
}

static bool has_workers(const struct mpp_pool *p)
{
	for (unsigned i = 0; i < p->options.workers; i++)
		if (p->worker[i].process)
			return true;
	return false;
}

void mpp_pool_free(struct mpp_pool *pool)
{
	struct mpp_pool *p;

	if (!pool)
		return;
	p = mpp_inside(pool);
	if (has_workers(p)) {
		set_state(p, MPP_POOL_TERMINATED, MPP_CALLER());
		end_workers(p);
		(void)join(p, MPP_FOREVER);
	}
	for (unsigned i = 0; i < p->jobs; i++)
		mpp_pool_give_back(p, &p->row[i]);
	mpp_core_fini(&p->hands);
	mpp_pool_unreserve(p);
	mpp_shared_free(pool, pool_size(p->options.workers));
}

static void tell_row(struct mpp_result *r)
{
	mpp_tell_words(r, offsetof(struct mpp_result, gap));
	mpp_tell_words(&r->expected, offsetof(struct mpp_result, on_done) -
					     offsetof(struct mpp_result,
						      expected));
}

static void tell_words(struct mpp_pool *p)
{
	mpp_tell_words(&p->state, sizeof(p->state));
	mpp_tell_words(&p->ended, sizeof(p->ended));
	mpp_tell_words(&p->open, sizeof(p->open));
	mpp_tell_words(&p->work, sizeof(p->work));
	mpp_tell_words(&p->reports, sizeof(p->reports));
	for (unsigned i = 0; i < p->jobs; i++)
		tell_row(&p->row[i]);
	for (unsigned i = 0; i < p->options.workers; i++)
		mpp_tell_words(&p->worker[i], offsetof(struct worker, gap2));
}

static void lay_out(struct mpp_pool *p, const struct mpp_pool_options *options,
		    const void *pc)
{
	p->options = *options;
	p->made_at = pc;
	p->jobs = mpp_scheduled() ? MPP_JOBS_SCHEDULED : MPP_JOBS;
	if (!mpp_scheduled() && !mpp_processes_as_threads)
		p->maker = getpid();
	for (unsigned i = 0; i < p->jobs; i++)
		p->row[i].pool = p;
	mpp_core_init(&p->hands, 0);
	tell_words(p);
}

static int new_with(struct mpp_pool **out, struct mpp_pool_options options,
		    const void *pc)
{
	struct mpp_pool *user, *p;
	int err;

	if (options.workers == 0)
		options.workers = mpp_cpu_count();
	if (!out || options.workers > MAX_WORKERS)
		return MPP_EINVAL;
	user = mpp_shared_alloc(pool_size(options.workers), "pool");
	if (!user)
		return MPP_ENOMEM;
	p = mpp_inside(user);
	lay_out(p, &options, pc);
	err = mpp_pool_reserve(p);
	for (unsigned i = 0; i < options.workers && err == 0; i++)
		err = mpp_start_worker(p, &p->worker[i]);
	if (err < 0) {
		mpp_pool_free(user);
		return err;
	}
	*out = user;
	return 0;
}

int mpp_pool_new(struct mpp_pool **out, unsigned workers,
		 int (*initializer)(void *), void *argument)
{
	struct mpp_pool_options options = {
		.workers = workers,
		.initializer = initializer,
		.argument = argument,
	};

	return new_with(out, options, MPP_CALLER());
}

int mpp_pool_new_with(struct mpp_pool **out,
		      const struct mpp_pool_options *options)
{
	if (!options)
		return MPP_EINVAL;
	return new_with(out, *options, MPP_CALLER());
}

unsigned mpp_pool_workers(struct mpp_pool *pool)
{
	return ((struct mpp_pool *)mpp_inside(pool))->options.workers;
}
