/* SPDX-License-Identifier: MIT */
/*
 * pool_job.c - jobs of a pool: rows of its table, and their results.
 *
 * Idea:    a row is taken by the maker, filled, and published by one store to
 *          `remaining`.  Its memory goes and the row is free again when the
 *          maker has no use for the result and the job is over; nobody touches
 *          either then, see pool_worker.c.
 * Done:    what on_done asked for is called by the thread that gets the result,
 *          waits for it or polls, and sees the job over; none of ours.
 */
#include <string.h>

#include "pool_parts.h"

/* Lines of their own for what different workers write. */
static size_t round_up(size_t n)
{
	return (n + MPP_LINE - 1) & ~(size_t)(MPP_LINE - 1);
}

/* Where things lie in a job's memory; up to `zeros` all is cleared. */
struct layout {
	size_t done, errors, results, zeros, items, list, size;
};

static int lay_out(struct layout *l, const struct mpp_pool *p,
		   const struct job *job, bool errors)
{
	size_t in, out;

	if (__builtin_mul_overflow(job->count, job->item_size, &in) ||
	    __builtin_mul_overflow(job->count, job->result_size, &out) ||
	    in > SIZE_MAX / 8 || out > SIZE_MAX / 8 ||
	    job->count > SIZE_MAX / 128)
		return MPP_ENOMEM;
	l->done = 0;
	l->errors = round_up(job->chunks * sizeof(*job->done));
	l->results = l->errors +
		     round_up(errors ? job->count * sizeof(int) : 0);
	l->zeros = l->results + out;
	l->items = round_up(l->zeros);
	l->list = round_up(l->items + in);
	l->size = l->list + MPP_LINE; /* never 0 */
	if (p->options.retries)
		l->size += job->chunks * sizeof(*job->list);
	return 0;
}

/* Under a scheduler: those that are left have numbers as if it had not been. */
static void close_ranks(struct mpp_pool *p, const struct mpp_result *gone)
{
	for (unsigned i = 0; i < p->jobs; i++)
		if (p->row[i].memory && p->row[i].order > gone->order)
			p->row[i].order--;
	p->next_order--;
}

/* The end of a job that is over, or was never published.  With the hands; a
 * late worker may still look at the first line. */
static void retire(struct mpp_result *r)
{
	struct mpp_pool *p = r->pool;
	uint64_t bit = mpp_row_bit(p, r);

	if (mpp_load(&r->published))
		(void)mpp_add64(&p->open, -bit);
	mpp_store(&r->published, 0);
	mpp_store(&r->known, 0);
	mpp_pool_give_back(p, r);
	if (mpp_scheduled())
		close_ranks(p, r);
	memset(&r->job, 0, sizeof(*r) - offsetof(struct mpp_result, job));
	if (mpp_scheduled()) { /* for states only: no steps */
		mpp_now_store64(&r->remaining, 0);
		mpp_now_store64(&r->order, 0);
	}
	p->taken &= ~bit;
}

/* The maker looks whether jobs are over. */
static void announce_look(struct mpp_pool *p, const void *pc)
{
	struct mpp_op op;

	if (MPP_ANNOUNCES()) {
		op = mpp_whole(p, MPP_OP_READ, pc);
		(void)mpp_before(&op);
		mpp_after(&op, 0, 0);
	}
}

static uint64_t abandoned(const struct mpp_pool *p)
{
	uint64_t rows = p->taken, found = 0;

	for (; rows; rows &= rows - 1)
		if (p->row[__builtin_ctzll(rows)].abandoned)
			found |= rows & -rows;
	return found;
}

/* What nobody wants any more is retired when it is over. */
static void reap(struct mpp_pool *p, const void *pc)
{
	uint64_t rows = abandoned(p);

	if (rows)
		announce_look(p, pc);
	for (; rows; rows &= rows - 1) {
		struct mpp_result *r = &p->row[__builtin_ctzll(rows)];

		if (mpp_job_is_over(r))
			retire(r);
	}
}

static struct mpp_result *free_row(struct mpp_pool *p)
{
	uint64_t all = p->jobs < 64 ? (UINT64_C(1) << p->jobs) - 1 : UINT64_MAX;
	uint64_t left = all & ~p->taken;

	return left ? &p->row[__builtin_ctzll(left)] : NULL;
}

static int take_row(struct mpp_pool *p, struct mpp_result **out, size_t size,
		    bool inner, const void *pc)
{
	struct mpp_result *r;
	int err = MPP_EAGAIN;

	mpp_hands_take(p);
	reap(p, pc);
	r = free_row(p);
	if (r)
		err = mpp_pool_provide(p, r, size);
	if (!err) {
		p->taken |= mpp_row_bit(p, r);
		r->inner = inner;
		mpp_store64(&r->order, p->next_order++);
		*out = r;
	}
	mpp_hands_drop(p);
	return err;
}

int mpp_job_new(struct mpp_pool *p, struct mpp_result **out,
		const struct job *job, int whose, const void *pc)
{
	bool errors = whose == MPP_JOB_ITERATORS;
	struct layout l;
	struct mpp_result *r = NULL;
	int err = lay_out(&l, p, job, errors);

	if (!err)
		err = take_row(p, &r, l.size, whose != MPP_JOB_USERS, pc);
	if (err < 0)
		return err;
	memset(r->memory, 0, l.zeros);
	r->job = *job;
	r->job.done = (uint64_t *)(void *)(r->memory + l.done);
	r->job.errors = errors ? (int *)(void *)(r->memory + l.errors) : NULL;
	r->job.results = r->memory + l.results;
	r->job.items = r->memory + l.items;
	r->job.tickets = job->chunks;
	r->job.end = mpp_scheduled() ? 0
				     : (size_t)(r->memory - p->memory) + l.size;
	r->list = p->options.retries
			  ? (uint64_t *)(void *)(r->memory + l.list)
			  : NULL;
	*out = r;
	return 0;
}

static int usable(const struct mpp_pool *p)
{
	if (mpp_load(&p->state) != MPP_POOL_OPEN)
		return MPP_ECLOSED;
	return mpp_any_failed(p) ? MPP_EINIT : 0;
}

static void publish(struct mpp_result *r)
{
	struct mpp_pool *p = r->pool;
	unsigned row = mpp_row_number(p, r);

	if (!mpp_call_scheduled()) /* there it is only counted */
		for (unsigned i = 0; i < p->options.workers; i++)
			mpp_store64(&p->worker[i].reported[row], 0);
	mpp_store64(&r->counted, 0);
	mpp_store64(&r->expected, r->job.tickets);
	mpp_tell_before(r);
	mpp_store64(&r->remaining, r->job.tickets);
	if (!mpp_load(&r->published))
		(void)mpp_add64(&p->open, mpp_row_bit(p, r));
	mpp_store(&r->published, 1);
	mpp_fence();
	if (!MPP_MUTANT(POOL_NO_RING))
		mpp_bell_ring(&p->work);
}

int mpp_job_publish(struct mpp_result *r, const void *pc)
{
	struct mpp_pool *p = r->pool;
	struct mpp_op op;
	int err;

	if (MPP_ANNOUNCES()) {
		op = mpp_whole(p, MPP_OP_SEND, pc);
		(void)mpp_before(&op);
	}
	err = mpp_load(&r->published) ? 0 : usable(p);
	if (!err)
		publish(r);
	if (MPP_ANNOUNCES())
		mpp_after(&op, err, err ? 0 : r->expected);
	return err;
}

void mpp_job_drop(struct mpp_result *r, const void *pc)
{
	struct mpp_pool *p = r->pool;

	if (mpp_load(&r->published) && !mpp_load(&r->known))
		announce_look(p, pc);
	mpp_hands_take(p);
	r->on_done = NULL;
	if (!mpp_load(&r->published) || mpp_load(&r->known) ||
	    mpp_job_is_over(r))
		retire(r);
	else
		r->abandoned = true;
	mpp_hands_drop(p);
}

/* The first failure is the one of the lowest item. */
int mpp_job_outcome(const struct mpp_result *r)
{
	const struct job *job = &r->job;

	if (r->lost)
		return MPP_EWORKERDIED;
	for (uint64_t i = 0; i < job->chunks; i++)
		if (job->done[i] != MPP_DONE)
			return (int)(uint32_t)(job->done[i] >> 32);
	return 0;
}

/*
 * Results.
 */
static uint64_t unseen(const struct mpp_pool *p)
{
	uint64_t rows = p->taken, found = 0;

	for (; rows; rows &= rows - 1) {
		const struct mpp_result *r = &p->row[__builtin_ctzll(rows)];

		if (mpp_load(&r->published) && !r->noticed && !r->inner)
			found |= rows & -rows;
	}
	return found;
}

/* One of the rows that is known to be over, and that the user has not been
 * told of; `call` and `context` are what it asked for. */
static struct mpp_result *notice(struct mpp_pool *p, uint64_t rows,
				 mpp_pool_done_fn **call, void **context)
{
	struct mpp_result *found = NULL;

	mpp_hands_take(p);
	for (rows &= unseen(p); rows && !found; rows &= rows - 1)
		if (mpp_load(&p->row[__builtin_ctzll(rows)].known))
			found = &p->row[__builtin_ctzll(rows)];
	if (found) {
		found->noticed = true;
		*call = found->on_done;
		*context = found->context;
		found->on_done = NULL;
		if (found->abandoned)
			retire(found);
	}
	mpp_hands_drop(p);
	return found;
}

/* Calls what was asked for, without holding anything: a callback may do
 * whatever the maker may, terminate too. */
static int notice_all(struct mpp_pool *p, uint64_t rows)
{
	struct mpp_result *r;
	mpp_pool_done_fn *call = NULL;
	void *context = NULL;
	int n = 0;

	while ((r = notice(p, rows, &call, &context))) {
		n++;
		if (call)
			call(mpp_outside(r), context);
	}
	return n;
}

/* Unless told, in quarters of each worker's share, as Python does. */
static int cut(const struct mpp_pool *p, struct job *job, size_t chunk)
{
	size_t quarters = 4 * (size_t)p->options.workers;

	if (chunk > PTRDIFF_MAX)
		return MPP_EINVAL;
	if (job->count == 0)
		return 0;
	if (chunk == 0)
		chunk = (job->count - 1) / quarters + 1;
	job->chunk = chunk < job->count ? chunk : job->count;
	job->chunks = (job->count - 1) / job->chunk + 1;
	return 0;
}

static int submit(struct mpp_pool *p, struct mpp_result **out, struct job *job,
		  const void *items, size_t chunk, int whose, const void *pc)
{
	struct mpp_result *r;
	int err = cut(p, job, chunk);

	if (!err)
		err = mpp_job_new(p, &r, job, whose, pc);
	if (err < 0)
		return err;
	if (job->count && job->item_size)
		memcpy((char *)r->job.items, items,
		       job->count * job->item_size);
	err = mpp_job_publish(r, pc);
	if (err < 0)
		mpp_job_drop(r, pc);
	else
		*out = r;
	return err;
}

static bool is_sane(const struct job *job, const void *items)
{
	return job->fn && (!job->count || !job->item_size || items);
}

static int collect(const struct mpp_result *r, void *out)
{
	int err = mpp_job_outcome(r);
	size_t size = r->job.count * r->job.result_size;

	if (err == 0 && size)
		memcpy(out, r->job.results, size);
	return err;
}

/* map and apply: the job's whole life. */
int mpp_pool_run(struct mpp_pool *p, struct job *job, const void *items,
		 void *results, size_t chunk, const void *pc)
{
	struct mpp_want start = { .kind = MPP_FOR_START };
	struct mpp_want want = { .kind = MPP_FOR_ALL };
	struct mpp_result *r;
	int err = 0;

	if (!is_sane(job, items) || chunk > PTRDIFF_MAX ||
	    (job->count && job->result_size && !results))
		return MPP_EINVAL;
	if (p->options.initializer)
		err = mpp_pool_wait(p, start, MPP_FOREVER, pc);
	if (!err)
		err = submit(p, &r, job, items, chunk, MPP_JOB_CALLS, pc);
	if (err < 0)
		return err;
	want.rows = mpp_row_bit(p, r);
	err = mpp_pool_wait(p, want, MPP_FOREVER, pc);
	if (err < 0) /* what nobody has begun is not worth it any more */
		mpp_store64(&r->remaining, 0);
	else
		err = collect(r, results);
	mpp_job_drop(r, pc);
	return err;
}

static int submit_async(struct mpp_pool *p, struct mpp_result **out,
			struct job *job, const void *items, size_t chunk,
			const void *pc)
{
	struct mpp_result *r;
	int err;

	if (!out || !is_sane(job, items))
		return MPP_EINVAL;
	err = submit(p, &r, job, items, chunk, MPP_JOB_USERS, pc);
	if (err == 0)
		*out = mpp_outside(r);
	return err;
}

int mpp_pool_map_async(struct mpp_pool *pool, struct mpp_result **out,
		       mpp_pool_fn *fn, const void *items, size_t item_size,
		       size_t count, size_t result_size, size_t chunk)
{
	struct job job = {
		.fn = fn,
		.item_size = item_size,
		.result_size = result_size,
		.count = count,
	};

	return submit_async(mpp_inside(pool), out, &job, items, chunk,
			    MPP_CALLER());
}

int mpp_pool_apply_async(struct mpp_pool *pool, struct mpp_result **out,
			 mpp_pool_fn *fn, const void *item, size_t item_size,
			 size_t result_size)
{
	struct job job = {
		.fn = fn,
		.item_size = item_size,
		.result_size = result_size,
		.count = 1,
	};

	return submit_async(mpp_inside(pool), out, &job, item, 1,
			    MPP_CALLER());
}

static int wait_for(struct mpp_result *r, int64_t timeout_ns, const void *pc)
{
	struct mpp_want want = { MPP_FOR_ALL, mpp_row_bit(r->pool, r) };

	if (mpp_load(&r->known))
		return 0;
	return mpp_pool_wait(r->pool, want, timeout_ns, pc);
}

int mpp_result_wait(struct mpp_result *result, int64_t timeout_ns)
{
	struct mpp_result *r = mpp_inside(result);
	struct mpp_pool *p = r->pool;
	int err = wait_for(r, timeout_ns, MPP_CALLER());

	(void)notice_all(p, mpp_row_bit(p, r));
	return err;
}

/* Copied before anything is called: a callback may free the result. */
int mpp_result_get(struct mpp_result *result, void *out, int64_t timeout_ns)
{
	struct mpp_result *r = mpp_inside(result);
	struct mpp_pool *p = r->pool;
	int err;

	if (!out && r->job.count && r->job.result_size)
		return MPP_EINVAL;
	err = wait_for(r, timeout_ns, MPP_CALLER());
	if (err == 0)
		err = collect(r, out);
	(void)notice_all(p, mpp_row_bit(p, r));
	return err;
}

bool mpp_result_is_ready(struct mpp_result *result)
{
	struct mpp_result *r = mpp_inside(result);
	struct mpp_pool *p = r->pool;

	if (mpp_load(&r->known))
		return true;
	announce_look(p, MPP_CALLER());
	if (!mpp_job_is_over(r))
		mpp_pool_tend(p, MPP_CALLER());
	mpp_pool_learn(p, mpp_row_bit(p, r));
	return mpp_load(&r->known);
}

int mpp_result_exitcode(struct mpp_result *result, int *code)
{
	struct mpp_result *r = mpp_inside(result);

	if (!r->died)
		return 0;
	*code = r->status;
	return 1;
}

void mpp_result_on_done(struct mpp_result *result, mpp_pool_done_fn *fn,
			void *context)
{
	struct mpp_result *r = mpp_inside(result);

	mpp_hands_take(r->pool);
	r->on_done = fn;
	r->context = context;
	if (fn)
		r->noticed = false;
	mpp_hands_drop(r->pool);
}

void mpp_result_free(struct mpp_result *result)
{
	if (result)
		mpp_job_drop(mpp_inside(result), MPP_CALLER());
}

int mpp_pool_poll(struct mpp_pool *pool, int64_t timeout_ns)
{
	struct mpp_pool *p = mpp_inside(pool);
	struct mpp_want want = { .kind = MPP_FOR_ANY };
	int n = notice_all(p, UINT64_MAX); /* what is known already */

	while (n == 0) { /* again when another thread was told, or freed it */
		mpp_hands_take(p);
		want.rows = unseen(p);
		mpp_hands_drop(p);
		if (!want.rows)
			return 0;
		n = mpp_pool_wait(p, want, timeout_ns, MPP_CALLER());
		if (n == 0)
			n = notice_all(p, UINT64_MAX);
	}
	return n;
}
