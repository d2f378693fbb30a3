/* SPDX-License-Identifier: MIT */
/*
 * test_pool_async.c - the pool, native: jobs that nobody waits for at once,
 * their results, callbacks, and maps over long inputs.
 */
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <mpp/hooks.h>
#include <mpp/pool.h>
#include <mpp/queue.h>

#include "unit.h"

enum { JOBS = 64 }; /* that may be outstanding */

static int square(const void *item, void *result)
{
	int64_t x;

	memcpy(&x, item, sizeof(x));
	x *= x;
	memcpy(result, &x, sizeof(x));
	return 0;
}

static int refuses_odd(const void *item, void *result)
{
	int64_t x;

	memcpy(&x, item, sizeof(x));
	return x % 2 ? (int)x : square(item, result);
}

/* A task that waits here until somebody puts a message. */
static struct mpp_queue *gate;
static struct mpp_queue *ran;

static int waits_at_the_gate(const void *item, void *result)
{
	int64_t x;

	if (mpp_queue_get(gate, &x, MPP_FOREVER))
		return 99;
	return square(item, result);
}

/* 3 waits; all say that they have run. */
static int waits_on_3(const void *item, void *result)
{
	int64_t x;

	memcpy(&x, item, sizeof(x));
	if (x == 3 && mpp_queue_get(gate, &x, MPP_FOREVER))
		return 99;
	memcpy(&x, item, sizeof(x));
	return mpp_queue_put(ran, &x, MPP_FOREVER) ? 98 : square(item, result);
}

static void open_gate(int times)
{
	int64_t x = 0;

	while (times--)
		ck_assert_int_eq(mpp_queue_put(gate, &x, MPP_FOREVER), 0);
}

static struct mpp_pool *pool_of(unsigned workers)
{
	struct mpp_pool *p = NULL;

	ck_assert_int_eq(mpp_queue_new(&gate, 100, 8), 0);
	ck_assert_int_eq(mpp_queue_new(&ran, 1000, 8), 0);
	ck_assert_int_eq(mpp_pool_new(&p, workers, NULL, NULL), 0);
	return p;
}

static void done_with(struct mpp_pool *p)
{
	mpp_pool_free(p);
	mpp_queue_free(gate);
	mpp_queue_free(ran);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
}

static struct mpp_result *apply(struct mpp_pool *p, mpp_pool_fn *fn, int64_t x)
{
	struct mpp_result *r = NULL;

	ck_assert_int_eq(mpp_pool_apply_async(p, &r, fn, &x, 8, 8), 0);
	return r;
}

static int64_t got(struct mpp_result *r)
{
	int64_t x = -1;

	ck_assert_int_eq(mpp_result_get(r, &x, MPP_FOREVER), 0);
	return x;
}

START_TEST(a_result_can_be_got_again)
{
	struct mpp_pool *p = pool_of(2);
	struct mpp_result *r = apply(p, square, 12);
	int code = 7;

	ck_assert_int_eq(got(r), 144);
	ck_assert_int_eq(got(r), 144);
	ck_assert(mpp_result_is_ready(r));
	ck_assert_int_eq(mpp_result_wait(r, 0), 0);
	ck_assert_int_eq(mpp_result_exitcode(r, &code), 0);
	ck_assert_int_eq(code, 7);
	mpp_result_free(r);
	mpp_result_free(NULL);
	done_with(p);
}
END_TEST

START_TEST(a_result_that_is_not_there_yet)
{
	struct mpp_pool *p = pool_of(1);
	struct mpp_result *r = apply(p, waits_at_the_gate, 12);
	int64_t x = -1;

	ck_assert(!mpp_result_is_ready(r));
	ck_assert_int_eq(mpp_result_get(r, &x, 0), MPP_EAGAIN);
	ck_assert_int_eq(mpp_result_get(r, &x, 30 * 1000000), MPP_ETIMEDOUT);
	ck_assert_int_eq(mpp_result_wait(r, 1000000), MPP_ETIMEDOUT);
	ck_assert_int_eq(mpp_pool_poll(p, 0), MPP_EAGAIN);
	ck_assert_int_eq(mpp_pool_poll(p, 1000), MPP_ETIMEDOUT);
	ck_assert_int_eq(x, -1);
	open_gate(1);
	ck_assert_int_eq(got(r), 144);
	mpp_result_free(r);
	done_with(p);
}
END_TEST

START_TEST(jobs_overlap)
{
	struct mpp_pool *p = pool_of(2);
	struct mpp_result *slow = apply(p, waits_at_the_gate, 2), *map;
	int64_t items[100], results[100];

	for (int64_t i = 0; i < 100; i++)
		items[i] = i;
	ck_assert_int_eq(
		mpp_pool_map_async(p, &map, square, items, 8, 100, 8, 1), 0);
	ck_assert_int_eq(mpp_result_get(map, results, MPP_FOREVER), 0);
	for (int64_t i = 0; i < 100; i++)
		ck_assert_int_eq(results[i], i * i);
	/* A map besides, by the worker that is left. */
	ck_assert_int_eq(mpp_pool_map(p, square, items, 8, 100, results, 8, 0),
			 0);
	ck_assert(!mpp_result_is_ready(slow));
	open_gate(1);
	ck_assert_int_eq(got(slow), 4);
	mpp_result_free(slow);
	mpp_result_free(map);
	done_with(p);
}
END_TEST

START_TEST(earlier_jobs_are_begun_first)
{
	struct mpp_pool *p = pool_of(1);
	struct mpp_result *r[20];

	r[0] = apply(p, waits_on_3, 3);
	for (int i = 1; i < 20; i++)
		r[i] = apply(p, waits_on_3, 100 + i);
	open_gate(1);
	ck_assert_int_eq(got(r[19]), 119 * 119);
	for (int i = 0; i < 20; i++) {
		int64_t x;

		ck_assert_int_eq(mpp_queue_get(ran, &x, 0), 0);
		ck_assert_int_eq(x, i ? 100 + i : 3);
		mpp_result_free(r[i]);
	}
	done_with(p);
}
END_TEST

START_TEST(a_full_table_is_told)
{
	struct mpp_pool *p = pool_of(2);
	struct mpp_result *r[JOBS], *more;
	int64_t x = 5;

	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < JOBS; i++)
			r[i] = apply(p, square, i);
		ck_assert_int_eq(
			mpp_pool_apply_async(p, &more, square, &x, 8, 8),
			MPP_EAGAIN);
		ck_assert_int_eq(mpp_pool_apply(p, square, &x, 8, &x, 8),
				 MPP_EAGAIN);
		for (int i = 0; i < JOBS; i++)
			ck_assert_int_eq(got(r[i]), i * i);
		for (int i = 0; i < JOBS; i++)
			mpp_result_free(r[i]);
	}
	done_with(p);
}
END_TEST

START_TEST(results_that_nobody_wants_free_themselves)
{
	struct mpp_pool *p = pool_of(2);
	int64_t x;

	for (int i = 0; i < 500; i++) {
		struct mpp_result *r;
		int64_t n = i;
		int err;

		while ((err = mpp_pool_apply_async(p, &r, waits_on_3, &n, 8,
						   8)) == MPP_EAGAIN)
			ck_assert_int_ge(mpp_pool_poll(p, MPP_FOREVER), 1);
		ck_assert_int_eq(err, 0);
		mpp_result_free(r);
		if (i == 3)
			open_gate(1);
	}
	ck_assert_int_eq(mpp_pool_close(p), 0);
	ck_assert_int_eq(mpp_pool_join(p), 0);
	ck_assert_uint_eq(mpp_queue_length(ran), 500);
	ck_assert_int_eq(mpp_queue_get(ran, &x, 0), 0);
	done_with(p);
}
END_TEST

/* Of all sizes, freed in another order than they were made: each keeps what is
 * its own. */
START_TEST(jobs_do_not_share_memory)
{
	enum { SIZES = 12 };
	struct mpp_pool *p = pool_of(2);
	struct mpp_result *r[SIZES] = { NULL };
	size_t count[SIZES];

	for (unsigned round = 0; round < 200; round++) {
		unsigned i = round * 7 % SIZES;
		size_t n = ((round * 2654435761u) >> 16) %
			   (round % 3 ? 3000 : 200000);
		int64_t *x;

		if (r[i]) {
			x = malloc((count[i] + 1) * sizeof(*x));
			ck_assert_ptr_nonnull(x);
			ck_assert_int_eq(mpp_result_get(r[i], x, MPP_FOREVER),
					 0);
			for (size_t k = 0; k < count[i]; k++)
				ck_assert_int_eq(
					x[k], (int64_t)((k + i) * (k + i)));
			mpp_result_free(r[i]);
			free(x);
		}
		x = malloc((n + 1) * sizeof(*x));
		ck_assert_ptr_nonnull(x);
		for (size_t k = 0; k < n; k++)
			x[k] = (int64_t)(k + i);
		count[i] = n;
		ck_assert_int_eq(mpp_pool_map_async(p, &r[i], square, x, 8, n,
						    8, round % 5 ? 0 : 1000),
				 0);
		free(x);
	}
	done_with(p);
}
END_TEST

START_TEST(the_first_failure_is_the_result_of_a_job)
{
	struct mpp_pool *p = pool_of(2);
	int64_t items[] = { 2, 4, 5, 6, 7 }, results[5] = { -1 };
	struct mpp_result *r;

	ck_assert_int_eq(
		mpp_pool_map_async(p, &r, refuses_odd, items, 8, 5, 8, 1), 0);
	ck_assert_int_eq(mpp_result_wait(r, MPP_FOREVER), 0);
	ck_assert_int_eq(mpp_result_get(r, results, MPP_FOREVER), 5);
	ck_assert_int_eq(mpp_result_get(r, results, 0), 5);
	ck_assert_int_eq(results[0], -1);
	done_with(p); /* its results end with a pool */
}
END_TEST

START_TEST(no_items_are_ready_at_once)
{
	struct mpp_pool *p = pool_of(1);
	struct mpp_result *r;

	ck_assert_int_eq(mpp_pool_map_async(p, &r, square, NULL, 8, 0, 8, 0),
			 0);
	ck_assert(mpp_result_is_ready(r));
	ck_assert_int_eq(mpp_result_get(r, NULL, 0), 0);
	mpp_result_free(r);
	done_with(p);
}
END_TEST

START_TEST(bad_arguments_are_refused_by_all)
{
	struct mpp_pool *p = pool_of(1);
	struct mpp_result *r;
	struct mpp_iterator *it;
	int64_t x = 1;

	ck_assert_int_eq(mpp_pool_apply_async(p, NULL, square, &x, 8, 8),
			 MPP_EINVAL);
	ck_assert_int_eq(mpp_pool_apply_async(p, &r, NULL, &x, 8, 8),
			 MPP_EINVAL);
	ck_assert_int_eq(mpp_pool_apply_async(p, &r, square, NULL, 8, 8),
			 MPP_EINVAL);
	ck_assert_int_eq(
		mpp_pool_map_async(p, &r, square, &x, 8, 1, 8, (size_t)-1),
		MPP_EINVAL);
	ck_assert_int_eq(
		mpp_pool_map_async(p, &r, square, &x, 8, SIZE_MAX / 4, 8, 0),
		MPP_ENOMEM);
	r = apply(p, square, 1);
	ck_assert_int_eq(mpp_result_get(r, NULL, 0), MPP_EINVAL);
	ck_assert_int_eq(mpp_pool_imap(p, &it, NULL, &x, 8, 1, 8, 0),
			 MPP_EINVAL);
	ck_assert_int_eq(mpp_pool_imap(p, &it, square, NULL, 8, 1, 8, 0),
			 MPP_EINVAL);
	ck_assert_int_eq(mpp_pool_imap(p, &it, square, &x, 8, 1, 8, (size_t)-1),
			 MPP_EINVAL);
	ck_assert_int_eq(mpp_pool_imap_from(p, &it, square, NULL, NULL, 8, 8, 1,
					    true),
			 MPP_EINVAL);
	ck_assert_int_eq(mpp_pool_new_with(&p, NULL), MPP_EINVAL);
	mpp_iterator_free(NULL);
	done_with(p);
}
END_TEST

START_TEST(a_closed_pool_finishes_its_jobs)
{
	struct mpp_pool *p = pool_of(2);
	struct mpp_result *r[10], *more;
	int64_t x = 1;

	for (int i = 0; i < 10; i++)
		r[i] = apply(p, i ? square : waits_at_the_gate, i);
	ck_assert_int_eq(mpp_pool_close(p), 0);
	ck_assert_int_eq(mpp_pool_apply_async(p, &more, square, &x, 8, 8),
			 MPP_ECLOSED);
	open_gate(1);
	ck_assert_int_eq(got(r[9]), 81);
	ck_assert_int_eq(mpp_pool_join(p), 0);
	for (int i = 0; i < 10; i++)
		ck_assert_int_eq(got(r[i]), i * i);
	done_with(p);
}
END_TEST

START_TEST(terminate_keeps_what_was_done)
{
	struct mpp_pool *p = pool_of(2);
	struct mpp_result *done = apply(p, square, 3);
	struct mpp_result *stuck = apply(p, waits_at_the_gate, 4);
	int64_t x;

	ck_assert_int_eq(got(done), 9);
	ck_assert_int_eq(mpp_pool_terminate(p), 0);
	ck_assert_int_eq(mpp_result_get(stuck, &x, MPP_FOREVER), MPP_ECLOSED);
	ck_assert_int_eq(got(done), 9);
	ck_assert_int_eq(mpp_pool_join(p), 0);
	done_with(p);
}
END_TEST

/*
 * Callbacks.
 */
struct called {
	int times;
	int64_t sum;
	pthread_t by;
	struct mpp_pool *pool;
};

static void adds_and_frees(struct mpp_result *r, void *context)
{
	struct called *c = context;
	int64_t x;

	ck_assert_int_eq(mpp_result_get(r, &x, 0), 0);
	c->times++;
	c->sum += x;
	c->by = pthread_self();
	mpp_result_free(r);
}

START_TEST(callbacks_run_in_the_thread_that_polls)
{
	struct mpp_pool *p = pool_of(2);
	struct called c = { 0 };
	int n = 0;

	for (int i = 1; i <= 10; i++)
		mpp_result_on_done(apply(p, square, i), adds_and_frees, &c);
	ck_assert_int_eq(c.times, 0); /* no thread of its own */
	while (n < 10) {
		int seen = mpp_pool_poll(p, MPP_FOREVER);

		ck_assert_int_gt(seen, 0);
		n += seen;
	}
	ck_assert_int_eq(n, 10);
	ck_assert_int_eq(c.times, 10);
	ck_assert_int_eq(c.sum, 385);
	ck_assert(pthread_equal(c.by, pthread_self()));
	ck_assert_int_eq(mpp_pool_poll(p, MPP_FOREVER), 0);
	done_with(p);
}
END_TEST

START_TEST(a_get_calls_back_too)
{
	struct mpp_pool *p = pool_of(1);
	struct called c = { 0 };
	struct mpp_result *first = apply(p, square, 5);
	struct mpp_result *second = apply(p, square, 6), *third;

	mpp_result_on_done(first, adds_and_frees, &c);
	ck_assert_int_eq(got(second), 36); /* one worker: the first is over */
	ck_assert_int_eq(c.times, 0);
	ck_assert_int_eq(mpp_result_wait(first, 0), 0);
	ck_assert_int_eq(c.times, 1);
	ck_assert_int_eq(c.sum, 25);
	/* Asked for when it is long over; freed by its own get. */
	mpp_result_on_done(second, adds_and_frees, &c);
	ck_assert_int_eq(c.times, 1);
	ck_assert_int_eq(got(second), 36);
	ck_assert_int_eq(c.times, 2);
	/* One that was freed is not told. */
	third = apply(p, square, 7);
	mpp_result_on_done(third, adds_and_frees, &c);
	mpp_result_free(third);
	ck_assert_int_le(mpp_pool_poll(p, MPP_FOREVER), 1);
	ck_assert_int_eq(c.times, 2);
	done_with(p);
}
END_TEST

static void terminates(struct mpp_result *r, void *context)
{
	struct called *c = context;

	(void)r;
	c->times++;
	ck_assert_int_eq(mpp_pool_terminate(c->pool), 0);
	ck_assert_int_eq(mpp_pool_join(c->pool), 0);
}

/* Python: "calling pool.terminate() from an error_callback deadlocks". */
START_TEST(a_callback_may_terminate)
{
	struct mpp_pool *p = pool_of(2);
	struct called c = { .pool = p };
	struct mpp_result *odd = apply(p, refuses_odd, 3);
	struct mpp_result *stuck = apply(p, waits_at_the_gate, 4);
	int64_t x;

	mpp_result_on_done(odd, terminates, &c);
	ck_assert_int_eq(mpp_result_get(odd, &x, MPP_FOREVER), 3);
	ck_assert_int_eq(c.times, 1);
	ck_assert_int_eq(mpp_result_get(stuck, &x, MPP_FOREVER), MPP_ECLOSED);
	done_with(p);
}
END_TEST

static void *uses_the_pool(void *pool)
{
	for (int64_t i = 0; i < 300; i++) {
		struct mpp_result *r;
		int64_t x = i;

		if (mpp_pool_apply_async(pool, &r, square, &x, 8, 8) ||
		    mpp_result_get(r, &x, MPP_FOREVER) || x != i * i)
			return pool;
		mpp_result_free(r);
		x = i;
		if (mpp_pool_apply(pool, square, &x, 8, &x, 8) || x != i * i)
			return pool;
	}
	return NULL;
}

START_TEST(threads_of_the_maker_share_a_pool)
{
	enum { THREADS = 4 };
	struct mpp_pool *p = pool_of(2);
	pthread_t thread[THREADS];
	void *wrong;

	for (int i = 0; i < THREADS; i++)
		ck_assert_int_eq(
			pthread_create(&thread[i], NULL, uses_the_pool, p), 0);
	for (int i = 0; i < THREADS; i++) {
		ck_assert_int_eq(pthread_join(thread[i], &wrong), 0);
		ck_assert_ptr_null(wrong);
	}
	done_with(p);
}
END_TEST

/*
 * Long inputs.
 */
START_TEST(imap_keeps_the_order)
{
	struct mpp_pool *p = pool_of(2);
	static const size_t chunks[] = { 0, 1, 2, 7, 300, 301, 1000 };
	int64_t items[300], x;

	for (int64_t i = 0; i < 300; i++)
		items[i] = i;
	for (size_t c = 0; c < sizeof(chunks) / sizeof(*chunks); c++) {
		struct mpp_iterator *it;

		ck_assert_int_eq(mpp_pool_imap(p, &it, square, items, 8, 300, 8,
					       chunks[c]),
				 0);
		for (int64_t i = 0; i < 300; i++) {
			ck_assert_int_eq(
				mpp_iterator_next(it, &x, MPP_FOREVER), 0);
			ck_assert_int_eq(x, i * i);
		}
		ck_assert_int_eq(mpp_iterator_next(it, &x, MPP_FOREVER),
				 MPP_EPIPE);
		ck_assert_int_eq(mpp_iterator_next(it, &x, 0), MPP_EPIPE);
		mpp_iterator_free(it);
	}
	done_with(p);
}
END_TEST

START_TEST(imap_waits_for_the_first)
{
	struct mpp_pool *p = pool_of(2);
	int64_t items[] = { 3, 1, 2 }, x = 0;
	struct mpp_iterator *it;

	ck_assert_int_eq(mpp_pool_imap(p, &it, waits_on_3, items, 8, 3, 8, 1),
			 0);
	/* The others have run, yet it is not their turn. */
	ck_assert_int_eq(mpp_queue_get(ran, &x, MPP_FOREVER), 0);
	ck_assert_int_eq(mpp_queue_get(ran, &x, MPP_FOREVER), 0);
	ck_assert_int_eq(mpp_iterator_next(it, &x, 0), MPP_EAGAIN);
	ck_assert_int_eq(mpp_iterator_next(it, &x, 1000000), MPP_ETIMEDOUT);
	open_gate(1);
	ck_assert_int_eq(mpp_iterator_next(it, &x, MPP_FOREVER), 0);
	ck_assert_int_eq(x, 9);
	ck_assert_int_eq(mpp_iterator_next(it, &x, MPP_FOREVER), 0);
	ck_assert_int_eq(x, 1);
	ck_assert_int_eq(mpp_iterator_next(it, &x, MPP_FOREVER), 0);
	ck_assert_int_eq(x, 4);
	ck_assert_int_eq(mpp_iterator_next(it, &x, MPP_FOREVER), MPP_EPIPE);
	mpp_iterator_free(it);
	done_with(p);
}
END_TEST

START_TEST(imap_unordered_takes_what_is_done)
{
	struct mpp_pool *p = pool_of(2);
	int64_t items[] = { 3, 1, 2, 4 }, x = 0, sum = 0;
	struct mpp_iterator *it;

	ck_assert_int_eq(mpp_pool_imap_unordered(p, &it, waits_on_3, items, 8,
						 4, 8, 1),
			 0);
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(mpp_iterator_next(it, &x, MPP_FOREVER), 0);
		ck_assert_int_ne(x, 9);
		sum += x;
	}
	ck_assert_int_eq(sum, 1 + 4 + 16);
	ck_assert_int_eq(mpp_iterator_next(it, &x, 1000000), MPP_ETIMEDOUT);
	open_gate(1);
	ck_assert_int_eq(mpp_iterator_next(it, &x, MPP_FOREVER), 0);
	ck_assert_int_eq(x, 9);
	ck_assert_int_eq(mpp_iterator_next(it, &x, MPP_FOREVER), MPP_EPIPE);
	mpp_iterator_free(it);
	done_with(p);
}
END_TEST

/* 1, 2, 3, ... without end, or to `last` and then an error. */
struct numbers {
	int64_t read, last;
	int error;
};

static int next_number(void *context, void *item)
{
	struct numbers *n = context;

	if (n->last && n->read == n->last)
		return n->error;
	n->read++;
	memcpy(item, &n->read, sizeof(n->read));
	return 1;
}

START_TEST(an_endless_input_is_read_as_far_as_needed)
{
	enum { WINDOW = 2 * 2 + 2 };
	struct mpp_pool *p = pool_of(2);

	for (size_t chunk = 1; chunk < 4; chunk++) {
		struct numbers n = { 0 };
		struct mpp_iterator *it;
		int64_t x;

		ck_assert_int_eq(mpp_pool_imap_from(p, &it, square,
						    next_number, &n, 8, 8,
						    chunk, true),
				 0);
		for (int64_t i = 1; i <= 200; i++) {
			ck_assert_int_le(n.read,
					 i + (int64_t)((WINDOW + 1) * chunk));
			ck_assert_int_eq(
				mpp_iterator_next(it, &x, MPP_FOREVER), 0);
			ck_assert_int_eq(x, i * i);
		}
		mpp_iterator_free(it);
	}
	done_with(p);
}
END_TEST

START_TEST(an_inputs_error_comes_after_its_items)
{
	struct mpp_pool *p = pool_of(2);

	for (size_t chunk = 1; chunk < 5; chunk++) {
		struct numbers n = { .last = 10, .error = MPP_ERANGE };
		struct mpp_iterator *it;
		int64_t x;

		ck_assert_int_eq(mpp_pool_imap_from(p, &it, square,
						    next_number, &n, 8, 8,
						    chunk, true),
				 0);
		for (int64_t i = 1; i <= 10; i++) {
			ck_assert_int_eq(
				mpp_iterator_next(it, &x, MPP_FOREVER), 0);
			ck_assert_int_eq(x, i * i);
		}
		ck_assert_int_eq(mpp_iterator_next(it, &x, MPP_FOREVER),
				 MPP_ERANGE);
		ck_assert_int_eq(mpp_iterator_next(it, &x, MPP_FOREVER),
				 MPP_EPIPE);
		mpp_iterator_free(it);
	}
	done_with(p);
}
END_TEST

START_TEST(imap_tells_a_failure_at_its_place_and_goes_on)
{
	struct mpp_pool *p = pool_of(2);
	int64_t items[50], x;

	for (int64_t i = 0; i < 50; i++)
		items[i] = i;
	for (size_t chunk = 1; chunk < 60; chunk += 7) {
		struct mpp_iterator *it;

		ck_assert_int_eq(mpp_pool_imap(p, &it, refuses_odd, items, 8,
					       50, 8, chunk),
				 0);
		for (int i = 0; i < 50; i++) {
			x = -1;
			ck_assert_int_eq(
				mpp_iterator_next(it, &x, MPP_FOREVER),
				i % 2 ? i : 0);
			ck_assert_int_eq(x, i % 2 ? -1 : i * i);
		}
		ck_assert_int_eq(mpp_iterator_next(it, &x, MPP_FOREVER),
				 MPP_EPIPE);
		mpp_iterator_free(it);
	}
	done_with(p);
}
END_TEST

/* Left in the middle, several at once: the jobs end and go. */
START_TEST(iterators_may_be_left)
{
	struct mpp_pool *p = pool_of(2);

	for (int i = 0; i < 100; i++) {
		struct numbers n = { 0 }, m = { 0 };
		struct mpp_iterator *one, *two;
		int64_t x;

		ck_assert_int_eq(mpp_pool_imap_from(p, &one, square,
						    next_number, &n, 8, 8, 1,
						    true),
				 0);
		ck_assert_int_eq(mpp_pool_imap_from(p, &two, square,
						    next_number, &m, 8, 8, 2,
						    false),
				 0);
		ck_assert_int_eq(mpp_iterator_next(one, &x, MPP_FOREVER), 0);
		ck_assert_int_eq(mpp_iterator_next(two, &x, MPP_FOREVER), 0);
		mpp_iterator_free(two);
		mpp_iterator_free(one);
	}
	done_with(p);
}
END_TEST

START_TEST(results_come_with_workers_as_threads)
{
	struct mpp_pool *p;
	struct mpp_iterator *it;
	struct numbers n = { .last = 20 };
	int64_t x;

	mpp_processes_as_threads = true;
	p = pool_of(2);
	ck_assert_int_eq(got(apply(p, square, 11)), 121);
	ck_assert_int_eq(mpp_pool_imap_from(p, &it, square, next_number, &n, 8,
					    8, 3, true),
			 0);
	for (int64_t i = 1; i <= 20; i++) {
		ck_assert_int_eq(mpp_iterator_next(it, &x, MPP_FOREVER), 0);
		ck_assert_int_eq(x, i * i);
	}
	mpp_iterator_free(it);
	done_with(p);
}
END_TEST

static unsigned kinds[MPP_OP_KINDS];

static int count_before(const struct mpp_op *op)
{
	kinds[op->kind]++;
	return 0;
}

static const struct mpp_hooks counting = {
	.abi = sizeof(struct mpp_hooks),
	.before = count_before,
};

START_TEST(a_result_announces_what_it_does)
{
	struct mpp_pool *p = pool_of(2);
	struct mpp_result *r;
	unsigned asked = 0;

	mpp_hooks_installed = &counting;
	r = apply(p, square, 3);
	ck_assert_uint_eq(kinds[MPP_OP_SEND], 1);
	ck_assert_uint_eq(kinds[MPP_OP_AWAIT], 0);
	while (!mpp_result_is_ready(r))
		asked++;
	ck_assert_uint_eq(kinds[MPP_OP_READ], asked + 1);
	/* Nothing can change any more. */
	ck_assert_int_eq(got(r), 9);
	ck_assert_uint_eq(kinds[MPP_OP_AWAIT], 0);
	mpp_result_free(r);
	r = apply(p, square, 4);
	ck_assert_int_eq(got(r), 16);
	ck_assert_uint_ge(kinds[MPP_OP_AWAIT], 1);
	ck_assert_uint_eq(kinds[MPP_OP_SEND], 2);
	ck_assert_uint_eq(kinds[MPP_OP_READ], asked + 1);
	mpp_result_free(r);
	mpp_hooks_installed = NULL;
	done_with(p);
}
END_TEST

UNIT_MAIN(
	UNIT(a_result_can_be_got_again) UNIT(a_result_that_is_not_there_yet)
	UNIT(jobs_overlap) UNIT(earlier_jobs_are_begun_first)
	UNIT(a_full_table_is_told)
	UNIT(results_that_nobody_wants_free_themselves)
	UNIT(jobs_do_not_share_memory)
	UNIT(the_first_failure_is_the_result_of_a_job)
	UNIT(no_items_are_ready_at_once) UNIT(bad_arguments_are_refused_by_all)
	UNIT(a_closed_pool_finishes_its_jobs)
	UNIT(terminate_keeps_what_was_done)
	UNIT(callbacks_run_in_the_thread_that_polls)
	UNIT(a_get_calls_back_too) UNIT(a_callback_may_terminate)
	UNIT(threads_of_the_maker_share_a_pool)
	UNIT(imap_keeps_the_order) UNIT(imap_waits_for_the_first)
	UNIT(imap_unordered_takes_what_is_done)
	UNIT(an_endless_input_is_read_as_far_as_needed)
	UNIT(an_inputs_error_comes_after_its_items)
	UNIT(imap_tells_a_failure_at_its_place_and_goes_on)
	UNIT(iterators_may_be_left)
	UNIT(results_come_with_workers_as_threads)
	UNIT(a_result_announces_what_it_does))
