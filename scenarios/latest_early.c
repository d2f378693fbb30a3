/* SPDX-License-Identifier: MIT */
/*
 * latest_early.c - latest.c, but the number of readings comes first.
 *
 * Family:  publication: data, and a word that says how much of it there is.
 * Teaches: a reading that is announced before it is there.  Each access has its
 *          lock or is atomic, so there is no data race; and every final value
 *          is one that latest.c has as well, since the zero that is read too
 *          early looks like a temperature.  Only that it is read before it was
 *          written is wrong.
 */
#include <mpck/scenario.h>
#include <mpp/array.h>
#include <mpp/atomic.h>
#include "common/processes.h"

enum { MAX_READINGS = 20 };

struct table {
	struct mpp_array *readings;
	struct mpp_atomic *count;	/* how many there are */
};

static const int64_t temperatures[] = { 3, 0, -2, 1 };

static int64_t temperature(int64_t i)
{
	return temperatures[i % 4];
}

static int thermometer(void *arg)
{
	const struct table *table = arg;
	int64_t n = mpck_param("n");

	for (int64_t i = 0; i < n; i++) {
		mpp_atomic_store(table->count, i + 1);
		must(mpp_array_set(table->readings, i, temperature(i)));
	}
	return 0;
}

static int asks(void *arg)
{
	const struct table *table = arg;
	int64_t count = mpp_atomic_load(table->count);
	int64_t latest;

	if (count == 0)
		return 0;
	must(mpp_array_get(table->readings, count - 1, &latest));
	mpp_observe_int("latest", latest);
	return 0;
}

static int run(void)
{
	int64_t n = mpck_param("n");
	struct mpp_process *p[2];
	struct table table;

	must(mpp_array_new(&table.readings, 'i', (size_t)n));
	mpck_name(table.readings, "readings");
	mpck_undefined(table.readings);
	must(mpp_atomic_new(&table.count, 0));
	mpck_name(table.count, "count");
	p[0] = process(thermometer, &table, sizeof(table));
	p[1] = process(asks, &table, sizeof(table));
	start_all(p, 2);
	join_all(p, 2);

	mpp_atomic_free(table.count);
	mpp_array_free(table.readings);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	int64_t n = mpck_param("n");

	mpck_right_text(e, "(nothing observed)");	/* there was none yet */
	for (int64_t i = 0; i < n; i++)
		mpck_right(e, "latest", temperature(i));
	mpck_right(e, "latest", 0);	/* it was 0, or none at all */
	mpck_must_find(e, MPCK_UNINITIALISED);
}

MPCK_SCENARIO(
	.name = "latest-early",
	.summary = "the number of readings, then the reading",
	.params = {
		{ "n", 3, 1, MAX_READINGS, "readings" },
	},
	.main = run,
	.expect = expect,
);
