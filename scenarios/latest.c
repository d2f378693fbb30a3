/* SPDX-License-Identifier: MIT */
/*
 * latest.c - a thermometer fills a table, somebody asks for the latest reading.
 *
 * Family:  publication: data, and a word that says how much of it there is.
 * Teaches: first the reading, then the number of readings; whoever sees the
 *          number has the reading.  A fresh table is full of zeros, and 0 is a
 *          temperature: mpck_undefined() says that these zeros are none, so
 *          that to read one is found.  (latest_early.c does.)
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
		must(mpp_array_set(table->readings, i, temperature(i)));
		mpp_atomic_store(table->count, i + 1);
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
}

MPCK_SCENARIO(
	.name = "latest",
	.summary = "the reading, then the number of readings",
	.params = {
		{ "n", 3, 1, MAX_READINGS, "readings" },
	},
	.main = run,
	.expect = expect,
);
