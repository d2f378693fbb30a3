/* SPDX-License-Identifier: MIT */
/*
 * indexer_unlocked.c - indexer.c without the locks.
 *
 * Family:  indexer (Flanagan, Godefroid: Dynamic partial-order reduction for
 *          model checking software, 2005); there by compare-and-swap.
 * Teaches: two find the same cell free and both write it: one key is gone, and
 *          nobody was told.
 *
 * What goes wrong: any number of keys from k to nk is left.  Not fewer: a
 * process never puts a key into a cell that it filled before.  k when all go
 * in step; each that comes later than the others saves one of its keys.
 */
#include <mpck/scenario.h>
#include <mpp/array.h>
#include "common/processes.h"

enum { MAX_PROCESSES = 20, MAX_KEYS = 20, MAX_BUCKETS = 8 };

struct table {
	struct mpp_raw_array *cells;	/* of all buckets; 0: free */
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
	int64_t at = hash(t, key) * t->depth;
	int64_t there;

	must(mpp_raw_array_get(t->cells, at, &there));
	while (there != 0)
		must(mpp_raw_array_get(t->cells, ++at, &there));
	must(mpp_raw_array_set(t->cells, at, key));
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
	for (int64_t i = 0; i < t.n; i++) {
		t.number = i;
		p[i] = process(indexer, &t, sizeof(t));
	}
	start_all(p, t.n);
	join_all(p, t.n);

	mpp_observe_int("keys", count_keys(&t));
	mpp_raw_array_free(t.cells);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	int64_t n = mpck_param("n");
	int64_t k = mpck_param("k");

	mpck_right(e, "keys", n * k);
	mpck_possible(e, "keys", k, n * k, 1);
	mpck_must_find(e, MPCK_UNEXPECTED_VALUE);
	mpck_must_find(e, MPCK_DATA_RACE);
	mpck_must_find(e, MPCK_NOT_SERIALISABLE);
	mpck_must_find(e, MPCK_LOST_UPDATE);
}

MPCK_SCENARIO(
	.name = "indexer-unlocked",
	.summary = "n processes insert k keys each, without a lock",
	.params = {
		{ "n", 2, 2, MAX_PROCESSES, "processes" },
		{ "k", 2, 1, MAX_KEYS, "keys of each process" },
		{ "buckets", 2, 1, MAX_BUCKETS, "buckets" },
	},
	.main = run,
	.expect = expect,
);
