/* SPDX-License-Identifier: MIT */
/*
 * pool_imap.c - a map over an input that is read only as far as needed.
 *
 * Idea:    a window of jobs of one chunk each.  The caller's own thread fills
 *          it, when the iterator is made and in each next: the input is never
 *          read further ahead than the window, and may be endless.
 * Order:   the window's jobs stand in the order of their items; next waits for
 *          the first of them, or, unordered, for any.
 * Source:  multiprocessing.Pool.imap; unlike it lazy, and a failure is the
 *          result of one item, whatever the chunk.
 */
#include <string.h>

#include "pool_parts.h"

enum { WINDOW = MPP_JOBS / 2 };

struct mpp_iterator {
	struct mpp_pool *pool; /* inside address */
	struct job job; /* fn, sizes; chunk items in each */
	mpp_pool_next_fn *next;
	void *context;
	const char *items; /* of an array; next to be read */
	uint64_t left; /* items of the array */
	unsigned window; /* jobs */
	unsigned length; /* of the flight */
	bool ordered;
	bool ended; /* the input */
	int error; /* the input's, not told yet */
	int refused; /* the pool's: what was read is not run */
	struct mpp_result *now; /* being handed out; NULL: none */
	uint64_t item; /* the next of those */
	struct mpp_result *flight[WINDOW]; /* inside addresses */
};

/* 1: it is at `item`; 0: there are no more; < 0. */
static int read_item(struct mpp_iterator *it, char *item)
{
	if (it->next)
		return it->next(it->context, item);
	if (it->left == 0)
		return 0;
	memcpy(item, it->items, it->job.item_size);
	it->items += it->job.item_size;
	it->left--;
	return 1;
}

/* Reads a chunk's items into the job; how many there are. */
static uint64_t fill(struct mpp_iterator *it, struct mpp_result *r)
{
	char *items = (char *)r->job.items;
	uint64_t n = 0;

	while (n < it->job.chunk && !it->ended) {
		int got = read_item(it, items + n * it->job.item_size);

		if (got > 0) {
			n++;
			continue;
		}
		it->ended = true;
		it->error = got;
	}
	return n;
}

static int add_job(struct mpp_iterator *it, const void *pc)
{
	struct mpp_pool *p = it->pool;
	struct mpp_result *r;
	int err = mpp_job_new(p, &r, &it->job, MPP_JOB_ITERATORS, pc);

	if (err < 0)
		return err;
	r->job.count = fill(it, r);
	if (r->job.count && !it->refused)
		it->refused = mpp_job_publish(r, pc);
	if (!mpp_load(&r->published)) {
		mpp_job_drop(r, pc);
		it->ended = true;
	} else {
		it->flight[it->length++] = r;
	}
	return 0;
}

/* An error only when nothing is under way: else the next call tries again. */
static int feed(struct mpp_iterator *it, const void *pc)
{
	int err = 0;

	while (!it->ended && it->length < it->window && !err)
		err = add_job(it, pc);
	return it->length || it->now ? 0 : err;
}

static int new_iterator(struct mpp_iterator **out, struct mpp_pool *p,
			struct mpp_iterator start, size_t chunk,
			const void *pc)
{
	struct mpp_iterator *user, *it;
	unsigned window = 2 * p->options.workers + 2;
	int err;

	if (!out || !start.job.fn || chunk > PTRDIFF_MAX ||
	    (!start.next && start.left && start.job.item_size && !start.items))
		return MPP_EINVAL;
	user = mpp_shared_alloc(sizeof(*user), "pool iterator");
	if (!user)
		return MPP_ENOMEM;
	it = mpp_inside(user);
	*it = start;
	it->pool = p;
	it->job.chunk = it->job.count = chunk ? chunk : 1;
	it->job.chunks = 1;
	it->window = window < p->jobs / 2 ? window : p->jobs / 2;
	err = feed(it, pc);
	if (err < 0) {
		mpp_shared_free(user, sizeof(*user));
		return err;
	}
	*out = user;
	return 0;
}

static struct mpp_iterator over_array(mpp_pool_fn *fn, const void *items,
				      size_t item_size, size_t count,
				      size_t result_size)
{
	return (struct mpp_iterator){
		.job = { .fn = fn,
			 .item_size = item_size,
			 .result_size = result_size },
		.items = items,
		.left = count,
	};
}

int mpp_pool_imap(struct mpp_pool *pool, struct mpp_iterator **out,
		  mpp_pool_fn *fn, const void *items, size_t item_size,
		  size_t count, size_t result_size, size_t chunk)
{
	struct mpp_iterator start =
		over_array(fn, items, item_size, count, result_size);

	start.ordered = true;
	return new_iterator(out, mpp_inside(pool), start, chunk, MPP_CALLER());
}

int mpp_pool_imap_unordered(struct mpp_pool *pool, struct mpp_iterator **out,
			    mpp_pool_fn *fn, const void *items,
			    size_t item_size, size_t count, size_t result_size,
			    size_t chunk)
{
	return new_iterator(
		out, mpp_inside(pool),
		over_array(fn, items, item_size, count, result_size), chunk,
		MPP_CALLER());
}

int mpp_pool_imap_from(struct mpp_pool *pool, struct mpp_iterator **out,
		       mpp_pool_fn *fn, mpp_pool_next_fn *next, void *context,
		       size_t item_size, size_t result_size, size_t chunk,
		       bool ordered)
{
	struct mpp_iterator start =
		over_array(fn, NULL, item_size, 0, result_size);

	if (!next)
		return MPP_EINVAL;
	start.next = next;
	start.context = context;
	start.ordered = ordered;
	return new_iterator(out, mpp_inside(pool), start, chunk, MPP_CALLER());
}

static uint64_t rows_to_wait_for(const struct mpp_iterator *it)
{
	uint64_t rows = 0;
	unsigned n = it->ordered ? 1 : it->length;

	for (unsigned i = 0; i < n; i++)
		rows |= mpp_row_bit(it->pool, it->flight[i]);
	return rows;
}

/* The earliest in flight that is known to be over; there is one. */
static void land(struct mpp_iterator *it)
{
	unsigned i = 0;

	while (!mpp_load(&it->flight[i]->known))
		i++;
	it->now = it->flight[i];
	it->item = 0;
	it->length--;
	memmove(&it->flight[i], &it->flight[i + 1],
		(it->length - i) * sizeof(*it->flight));
	it->flight[it->length] = NULL;
}

static int hand_out(struct mpp_iterator *it, void *out, const void *pc)
{
	const struct job *job = &it->now->job;
	int err = it->now->lost ? MPP_EWORKERDIED : job->errors[it->item];

	if (err == 0 && job->result_size)
		memcpy(out, job->results + it->item * job->result_size,
		       job->result_size);
	if (++it->item == job->count) {
		mpp_job_drop(it->now, pc);
		it->now = NULL;
		it->item = 0;
	}
	return err;
}

/* No more items: the input's error once, then the end; or why the pool does no
 * more. */
static int at_end(struct mpp_iterator *it)
{
	int err = it->error;

	if (it->refused)
		return it->refused;
	it->error = 0;
	return err ? err : MPP_EPIPE;
}

int mpp_iterator_next(struct mpp_iterator *iterator, void *out,
		      int64_t timeout_ns)
{
	struct mpp_iterator *it = mpp_inside(iterator);
	struct mpp_want want = { .kind = MPP_FOR_ANY };
	const void *pc = MPP_CALLER();
	int err = feed(it, pc);

	if (err < 0)
		return err;
	if (!it->now && !it->length)
		return at_end(it);
	if (!out && it->job.result_size)
		return MPP_EINVAL;
	if (!it->now) {
		want.rows = rows_to_wait_for(it);
		err = mpp_pool_wait(it->pool, want, timeout_ns, pc);
		if (err < 0)
			return err;
		land(it);
	}
	err = hand_out(it, out, pc);
	(void)feed(it, pc); /* workers go on while the caller looks at it */
	return err;
}

void mpp_iterator_free(struct mpp_iterator *iterator)
{
	const void *pc = MPP_CALLER();
	struct mpp_iterator *it;

	if (!iterator)
		return;
	it = mpp_inside(iterator);
	if (it->now)
		mpp_job_drop(it->now, pc);
	for (unsigned i = 0; i < it->length; i++)
		mpp_job_drop(it->flight[i], pc);
	mpp_shared_free(iterator, sizeof(*it));
}
