/* SPDX-License-Identifier: MIT */
/*
 * pool_staff.c - the maker looks after its workers.
 *
 * Idea:    nothing tells the maker of a death, so it looks every SLICE while
 *          it waits, and at once when a worker says that it ends.  No thread
 *          does this behind the user's back: between calls nobody looks.
 * Lost:    once no chunk of a job is left to take and nobody alive is busy in
 *          it, the chunks that are not done were lost with their workers:
 *          those are published again, or the job is over with them.  A dead
 *          worker's row is not busy any more once it is buried, so this is
 *          asked after all the dead were looked for.
 */
#include <string.h>

#include "pool_parts.h"

/* Deaths of one worker in a row before it was ever ready: those are not its own
 * doing (see is_hopeless), but when nobody can start there has to be an end. */
enum { EARLY = 15 };

void mpp_hands_take(struct mpp_pool *p)
{
	struct mpp_self me = mpp_self();

	if (mpp_call_scheduled())
		return;
	if (mpp_core_acquire(&p->hands, me, MPP_FOREVER) == MPP_EOWNERDEAD)
		(void)mpp_core_consistent(&p->hands, me);
}

void mpp_hands_drop(struct mpp_pool *p)
{
	if (!mpp_call_scheduled())
		(void)mpp_core_release(&p->hands, mpp_self());
}

bool mpp_any_failed(const struct mpp_pool *p)
{
	for (unsigned i = 0; i < p->options.workers; i++)
		if (mpp_load(&p->worker[i].health) == MPP_WORKER_FAILED)
			return true;
	return false;
}

bool mpp_all_started(const struct mpp_pool *p)
{
	for (unsigned i = 0; i < p->options.workers; i++)
		if (mpp_load(&p->worker[i].health) == MPP_WORKER_STARTING)
			return false;
	return true;
}

static uint64_t reported(const struct mpp_result *r)
{
	const struct mpp_pool *p = r->pool;
	unsigned row = mpp_row_number(p, r);
	uint64_t sum = mpp_load64(&r->counted);

	if (mpp_call_scheduled())
		return sum;
	for (unsigned i = 0; i < p->options.workers; i++)
		sum += mpp_load64(&p->worker[i].reported[row]);
	return sum;
}

/* `expected` first: it is changed after the counts were set back. */
bool mpp_job_is_over(const struct mpp_result *r)
{
	uint64_t expected = mpp_load64(&r->expected);

	if (!mpp_load(&r->published))
		return false;
	return mpp_load64(&r->lost) || reported(r) == expected;
}

/* Asked in this order: who has taken a chunk is busy, and who is not busy any
 * more has reported it. */
bool mpp_job_is_stuck(const struct mpp_result *r)
{
	const struct mpp_pool *p = r->pool;

	if (!mpp_load(&r->published) || mpp_remaining(r) > 0)
		return false;
	for (unsigned i = 0; i < p->options.workers; i++)
		if (mpp_load(&p->worker[i].busy) == 1 + mpp_row_number(p, r))
			return false;
	return !mpp_job_is_over(r);
}

/* Under a scheduler it is told by the record, else by asking the system. */
static bool has_ended(const struct worker *w)
{
	if (!w->process)
		return false;
	if (mpp_scheduled())
		return mpp_task_has_ended(mpp_inside(w->process));
	return !mpp_process_is_alive(w->process);
}

static int exit_code(const struct worker *w)
{
	int code = 255;

	if (mpp_scheduled())
		return ((struct mpp_task *)mpp_inside(w->process))->life.status;
	(void)mpp_process_exitcode(w->process, &code);
	return code;
}

bool mpp_worker_is_missed(const struct worker *w)
{
	return has_ended(w) &&
	       (exit_code(w) || mpp_load(&w->busy) ||
		mpp_load(&w->health) != MPP_WORKER_READY);
}

int mpp_start_worker(struct mpp_pool *p, struct worker *w)
{
	struct mpp_pool_start start = { p, w, p->opened };
	int err;

	mpp_store(&w->health, MPP_WORKER_STARTING);
	mpp_store(&w->busy, 0);
	err = mpp_process_new(&w->process, mpp_pool_worker, &start,
			      sizeof(start));
	if (err < 0)
		return err;
	(void)mpp_process_set_daemon(w->process, true);
	err = mpp_process_start(w->process);
	if (err < 0) {
		mpp_process_free(w->process);
		w->process = NULL;
	}
	return err;
}

/* Who dies before it is ready would do so again.  Without an initializer it
 * runs nothing of the user's until then, and somebody else killed it. */
static bool is_hopeless(const struct mpp_pool *p, struct worker *w)
{
	switch (mpp_load(&w->health)) {
	case MPP_WORKER_FAILED:
		return true;
	case MPP_WORKER_STARTING:
		return p->options.initializer || ++w->early > EARLY;
	default:
		w->early = 0;
		return false;
	}
}

/* It said that it ends, and has little left to do. */
static void see_off(struct worker *w)
{
	if (mpp_load(&w->health) == MPP_WORKER_ENDED && !mpp_call_scheduled())
		(void)mpp_process_join(w->process, mpp_slice(MPP_POOL_SLICE));
}

static void bury(struct mpp_pool *p, struct worker *w)
{
	uint32_t busy;

	if (!w->process)
		return;
	see_off(w);
	if (!has_ended(w))
		return;
	if (is_hopeless(p, w)) {
		mpp_store(&w->health, MPP_WORKER_FAILED);
		return; /* the handle stays, for join */
	}
	busy = mpp_load(&w->busy);
	if (busy) {
		p->row[busy - 1].died = true;
		p->row[busy - 1].status = exit_code(w);
		mpp_store(&w->busy, 0);
	}
	mpp_process_free(w->process);
	w->process = NULL;
}

static void clear_results(const struct job *job, uint64_t chunk)
{
	uint64_t first = chunk * job->chunk;
	uint64_t left = job->count - first;
	uint64_t n = left < job->chunk ? left : job->chunk;

	memset(job->results + first * job->result_size, 0,
	       n * job->result_size);
	if (job->errors)
		memset(job->errors + first, 0, n * sizeof(*job->errors));
}

static uint64_t count_lost(const struct job *job)
{
	uint64_t lost = 0;

	for (uint64_t i = 0; i < job->chunks; i++)
		lost += mpp_load64(&job->done[i]) == 0;
	return lost;
}

static void try_again(struct mpp_result *r, uint64_t lost, const void *pc)
{
	struct job *job = &r->job;
	uint64_t n = 0;

	for (uint64_t i = 0; i < job->chunks; i++) {
		if (mpp_load64(&job->done[i]))
			continue;
		clear_results(job, i);
		r->list[n++] = i;
	}
	r->rounds++;
	job->list = r->list;
	job->tickets = lost;
	(void)mpp_job_publish(r, pc);
}

/* Nobody holds a chunk of it, and nobody will report one any more. */
static void settle(struct mpp_result *r, bool hope, const void *pc)
{
	uint64_t lost = count_lost(&r->job);

	if (lost && hope && !r->abandoned &&
	    r->rounds < r->pool->options.retries)
		try_again(r, lost, pc);
	else if (lost)
		mpp_store64(&r->lost, lost);
	else /* its last one was done, but not counted */
		mpp_store64(&r->expected, reported(r));
}

static void settle_all(struct mpp_pool *p, bool hope, const void *pc)
{
	uint64_t rows = p->taken;

	mpp_tell_after(&p->reports);
	for (; rows; rows &= rows - 1) {
		struct mpp_result *r = &p->row[__builtin_ctzll(rows)];

		if (!hope && mpp_load(&r->published) && !mpp_job_is_over(r))
			mpp_store64(&r->remaining, 0);
		if (mpp_job_is_stuck(r))
			settle(r, hope, pc);
	}
}

static bool anybody(const struct mpp_pool *p)
{
	for (unsigned i = 0; i < p->options.workers; i++)
		if (p->worker[i].process)
			return true;
	return false;
}

/* A closed pool's workers end by themselves; it needs others only when they
 * have left something. */
static void hire(struct mpp_pool *p)
{
	for (unsigned i = 0; i < p->options.workers; i++) {
		struct worker *w = &p->worker[i];

		if (w->process)
			continue;
		if (mpp_load(&p->state) == MPP_POOL_OPEN ||
		    mpp_pool_has_chunks(p))
			(void)mpp_start_worker(p, w);
	}
}

static bool is_time(struct mpp_pool *p)
{
	uint64_t rows = p->taken;

	if (mpp_scheduled() || mpp_load(&p->ended))
		return true;
	for (; rows; rows &= rows - 1)
		if (mpp_job_is_stuck(&p->row[__builtin_ctzll(rows)]))
			return true;
	return mpp_clock() >= p->look_at;
}

void mpp_pool_tend(struct mpp_pool *p, const void *pc)
{
	mpp_hands_take(p);
	if (mpp_load(&p->state) != MPP_POOL_TERMINATED && is_time(p)) {
		mpp_store(&p->ended, 0);
		for (unsigned i = 0; i < p->options.workers; i++)
			bury(p, &p->worker[i]);
		settle_all(p, true, pc);
		hire(p);
		if (!anybody(p)) /* and nobody can be started */
			settle_all(p, false, pc);
		p->look_at = mpp_scheduled() ? 0 : mpp_clock() + MPP_POOL_SLICE;
	}
	mpp_hands_drop(p);
}
