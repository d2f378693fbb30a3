/* SPDX-License-Identifier: MIT */
/*
 * pool_worker.c - a worker of a pool: takes chunks, runs them, reports.
 *
 * Idea:    one addition to a job's `remaining` takes a chunk.  A number > 0
 *          names a chunk of the job that is in the row now; so a late worker
 *          needs no lock and cannot mistake one job for the next.
 * Death:   `busy` is stored before a chunk is taken and cleared after it was
 *          reported, and a chunk's `done` is stored before it is counted.  So
 *          a worker that is killed between any two stores leaves at most one
 *          chunk that is not done, and a busy row; see pool_staff.c.
 * End:     of itself after max_tasks_per_worker, when the pool is closed and
 *          nothing is left, and when the maker has died.
 */
#include "pool_parts.h"

enum { ORPHAN_SLICE = 500 * 1000000 }; /* ns between looks at the maker */

struct place {
	struct mpp_result *row;
	uint64_t ticket; /* what it took: names a chunk */
};

bool mpp_pool_has_chunks(const struct mpp_pool *p)
{
	uint64_t open = mpp_load64(&p->open);

	for (; open; open &= open - 1)
		if (mpp_remaining(&p->row[__builtin_ctzll(open)]) > 0)
			return true;
	return false;
}

static bool has_work(const struct mpp_pool *p)
{
	return mpp_pool_has_chunks(p) || mpp_load(&p->state) != MPP_POOL_OPEN;
}

static bool work_ready(const struct mpp_op *op, uint32_t self)
{
	(void)self;
	return has_work(op->object);
}

/* The earliest job that has chunks, or NULL.  The order is a courtesy: a row
 * may go to another job meanwhile. */
static struct mpp_result *choose(struct mpp_pool *p)
{
	uint64_t open = mpp_load64(&p->open);
	struct mpp_result *best = NULL;
	uint64_t first = UINT64_MAX;

	for (; open; open &= open - 1) {
		struct mpp_result *r = &p->row[__builtin_ctzll(open)];

		if (mpp_remaining(r) > 0 && mpp_load64(&r->order) < first) {
			best = r;
			first = mpp_load64(&r->order);
		}
	}
	return best;
}

/* A job has no chunks left: if it is over, somebody may wait for that. */
static void ring_reports(struct mpp_pool *p)
{
	mpp_fence(); /* the report, then the look at who waits for it */
	mpp_bell_ring(&p->reports);
}

/*
 * A chunk of the row.  Who sees that it was taken sees `busy` too: the store
 * is before the addition, and the additions are a release sequence.
 */
static bool take_from(struct mpp_result *r, struct worker *w,
		      struct place *place)
{
	struct mpp_pool *p = r->pool;
	int64_t left;

	if (mpp_remaining(r) <= 0)
		return false;
	mpp_store(&w->busy, MPP_MUTANT(POOL_NOT_BUSY)
				    ? 0
				    : 1 + mpp_row_number(p, r));
	left = (int64_t)mpp_add64(&r->remaining, (uint64_t)-1);
	if (left <= 0) {
		mpp_store(&w->busy, 0);
		ring_reports(p);
		return false;
	}
	mpp_tell_after(r);
	place->row = r;
	place->ticket = r->job.tickets - (uint64_t)left;
	return true;
}

/* Where it took one before, if there are more. */
static bool take(struct mpp_pool *p, struct worker *w, struct place *place)
{
	struct mpp_result *r = place->row;

	if (r && take_from(r, w, place))
		return true;
	while ((r = choose(p)))
		if (take_from(r, w, place))
			return true;
	return false;
}

/* Natively only: the maker's process is gone, though the kernel said nothing
 * (it tells those whom the main thread started). */
static bool is_orphan(const struct mpp_pool *p)
{
	return p->maker && getppid() != p->maker;
}

/* False: nobody will ever give any. */
static bool wait_for_work(struct mpp_pool *p)
{
	unsigned round = 0;
	uint32_t heard;

	if (mpp_call_scheduled())
		mpp_bug("a scheduled worker would have to wait");
	while (mpp_bell_spin(&round))
		if (has_work(p))
			return true;
	heard = mpp_bell_listen(&p->work);
	if (!has_work(p))
		(void)mpp_bell_wait(&p->work, heard, ORPHAN_SLICE, MPP_FOREVER);
	return !is_orphan(p);
}

/* Waits for a chunk; false: the pool is closed. */
static bool next_chunk(struct mpp_pool *p, struct worker *w,
		       struct place *place)
{
	struct mpp_op op;
	bool got;

	if (mpp_call_scheduled()) /* where it was is no part of the state */
		place->row = NULL;
	if (MPP_ANNOUNCES()) {
		op = mpp_whole(p, MPP_OP_RECEIVE, p->made_at);
		op.ready = work_ready;
		(void)mpp_before(&op);
	}
	while (!(got = take(p, w, place)) &&
	       mpp_load(&p->state) == MPP_POOL_OPEN && wait_for_work(p))
		;
	if (MPP_ANNOUNCES())
		mpp_after(&op, got ? 0 : MPP_ECLOSED, got ? place->ticket : 0);
	return got;
}

static uint64_t items_of(const struct job *job, uint64_t chunk)
{
	uint64_t left = job->count - chunk * job->chunk;

	return left < job->chunk ? left : job->chunk;
}

/* The first failure of the chunk, or 0. */
static int run(const struct job *job, uint64_t chunk)
{
	uint64_t item = chunk * job->chunk;
	uint64_t end = item + items_of(job, chunk);
	int first = 0;

	for (; item < end; item++) {
		int err = job->fn(job->items + item * job->item_size,
				  job->results + item * job->result_size);

		if (err && !first)
			first = err;
		if (err && job->errors)
			job->errors[item] = err;
	}
	return first;
}

/* Under a scheduler it makes no difference who reported. */
static void count(struct mpp_result *r, struct worker *w)
{
	uint64_t *n = mpp_call_scheduled()
			      ? &r->counted
			      : &w->reported[mpp_row_number(r->pool, r)];

	mpp_store64(n, *n + 1);
}

static void report(struct mpp_result *r, struct worker *w, uint64_t chunk,
		   int err, bool last)
{
	struct mpp_pool *p = r->pool;
	struct mpp_op op;

	if (MPP_ANNOUNCES()) {
		op = mpp_whole(p, MPP_OP_SEND, p->made_at);
		(void)mpp_before(&op);
	}
	mpp_store64(&r->job.done[chunk],
		    MPP_DONE | (uint64_t)(uint32_t)err << 32);
	mpp_tell_before(&p->reports);
	count(r, w); /* from here on the row may be another job's */
	mpp_store(&w->busy, 0);
	if (last) {
		mpp_store(&w->health, MPP_WORKER_ENDED);
		mpp_store(&p->ended, 1);
	}
	if ((last || mpp_remaining(r) <= 0) &&
	    !MPP_MUTANT(POOL_REPORTS_QUIETLY))
		ring_reports(p);
	if (MPP_ANNOUNCES())
		mpp_after(&op, 0, chunk);
}

/* Runs the initializer; its failure is seen by everybody. */
static int initialize(struct mpp_pool *p, struct worker *w)
{
	struct mpp_op op;
	int err;

	if (!p->options.initializer) {
		mpp_store(&w->health, MPP_WORKER_READY);
		return 0;
	}
	err = p->options.initializer(p->options.argument);
	if (MPP_ANNOUNCES()) {
		op = mpp_whole(p, MPP_OP_SEND, p->made_at);
		(void)mpp_before(&op);
	}
	(void)mpp_exchange(&w->health,
			   err ? MPP_WORKER_FAILED : MPP_WORKER_READY);
	mpp_bell_ring(&p->reports);
	if (MPP_ANNOUNCES())
		mpp_after(&op, 0, err != 0);
	return err;
}

int mpp_pool_worker(void *argument)
{
	struct mpp_pool_start *start = argument;
	struct mpp_pool *p = start->pool;
	struct worker *w = start->worker;
	uint64_t limit = p->options.max_tasks_per_worker, tasks = 0;
	struct place place = { NULL, 0 };

	if (initialize(p, w))
		return 1;
	while (next_chunk(p, w, &place)) {
		const struct job *job = &place.row->job;
		uint64_t chunk = place.ticket;
		int err;

		/* If not, the chunk is lost, and will be told. */
		if (mpp_pool_open_memory(p, &start->opened, job->end) < 0)
			return 1;
		if (job->list)
			chunk = job->list[chunk];
		if (limit)
			tasks += items_of(job, chunk);
		err = run(job, chunk);
		report(place.row, w, chunk, err, limit && tasks >= limit);
		if (limit && tasks >= limit)
			return 0;
	}
	return 0;
}
