/* SPDX-License-Identifier: MIT */
/*
 * indexer.c - processes insert keys into one hash table, a lock a bucket.
 *
 * Family:  indexer (Flanagan, Godefroid: Dynamic partial-order reduction for
 *          model checking software, 2005); there by compare-and-swap.
 * Teaches: looking for a free place and taking it are one piece of work.  It
 *          needs the lock of that bucket only, so processes at different
 *          buckets do not wait for each other.
 *
 * The hash is bad on purpose: the j-th keys of all processes share a bucket.
 */
#include <mpck/scenario.h>
#include <mpp/array.h>
#include <mpp/lock.h>
#include "common/processes.h"

enum { MAX_PROCESSES = 20, MAX_KEYS = 20, MAX_BUCKETS = 8 };

struct table {
	struct mpp_raw_array *cells;	/* of all buckets; 0: free */
	struct mpp_lock *lock[MAX_BUCKETS];
	int64_t depth;			/* cells of a bucket */
	int64_t n, k, buckets;		/* the parameters */
	int64_t number;			/* of the process, from 0 */
};

static int64_t hash(const struct table *t, int64_t key)
{
	return key / t->n % t->buckets;
}

/* Puts the key into the first free cell of its bucket. */
static void insert(const struct table *t, int64_t key)
{
	int64_t bucket = hash(t, key);
	int64_t at = bucket * t->depth;
	int64_t there;

	must(mpp_lock_acquire(t->lock[bucket], MPP_FOREVER));
	must(mpp_raw_array_get(t->cells, at, &there));
	while (there != 0)
		must(mpp_raw_array_get(t->cells, ++at, &there));
	must(mpp_raw_array_set(t->cells, at, key));
	must(mpp_lock_release(t->lock[bucket]));
}

static int indexer(void *arg)
{
	const struct table *t = arg;

	for (int64_t j = 1; j <= t->k; j++)
		insert(t, j * t->n + t->number);
	return 0;
}

static int64_t count_keys(const struct table *t)
{
	int64_t count = 0;
	int64_t key;

	for (int64_t i = 0; i < t->buckets * t->depth; i++) {
		must(mpp_raw_array_get(t->cells, i, &key));
		count += key != 0;
	}
	return count;
}

static int run(void)
{
	struct table t = {
		.n = mpck_param("n"),
		.k = mpck_param("k"),
		.buckets = mpck_param("buckets"),
	};
	struct mpp_process *p[MAX_PROCESSES];

	t.depth = t.n * t.k;	/* room for all */
	must(mpp_raw_array_new(&t.cells, 'i', (size_t)(t.buckets * t.depth)));
	for (int64_t i = 0; i < t.buckets; i++)
		must(mpp_lock_new(&t.lock[i], 0));
	for (int64_t i = 0; i < t.n; i++) {
		t.number = i;
		p[i] = process(indexer, &t, sizeof(t));
	}
	start_all(p, t.n);
	join_all(p, t.n);

	mpp_observe_int("keys", count_keys(&t));
	for (int64_t i = 0; i < t.buckets; i++)
		mpp_lock_free(t.lock[i]);
	mpp_raw_array_free(t.cells);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right(e, "keys", mpck_param("n") * mpck_param("k"));
}

MPCK_SCENARIO(
	.name = "indexer",
	.summary = "n processes insert k keys each, a lock for each bucket",
	.params = {
		{ "n", 2, 2, MAX_PROCESSES, "processes" },
		{ "k", 2, 1, MAX_KEYS, "keys of each process" },
		{ "buckets", 2, 1, MAX_BUCKETS, "buckets" },
	},
	.main = run,
	.expect = expect,
);
