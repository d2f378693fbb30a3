/* SPDX-License-Identifier: MIT */
/*
 * array_iteration.c - changing copies of the items changes nothing.
 *
 * Lesson:  000_af0a2609ecd3d1cb.txt, "Shared Array": "Cannot be accessed this
 *          way: for i in sh_array: i += amount".
 * Teaches: reading an item gives a copy.  Only a store changes the array, so
 *          it ends as it began.
 */
#include <mpck/scenario.h>
#include <mpp/array.h>
#include "common/processes.h"
#include "common/text.h"

enum { MAX_ITEMS = 64 };

struct job {
	struct mpp_array *sh_array;
	int64_t amount;
};

static int increase_item_val(void *arg)
{
	const struct job *job = arg;
	int length = (int)mpp_array_length(job->sh_array);

	for (int i = 0; i < length; i++) {
		int64_t item;

		must(mpp_array_get(job->sh_array, i, &item));
		item += job->amount;	/* ... of my copy */
	}
	return 0;
}

static int run(void)
{
	struct job job = { .amount = 10 };
	struct mpp_process *p[1];
	int32_t items[MAX_ITEMS];
	size_t n = (size_t)mpck_param("n");

	must(mpp_array_new(&job.sh_array, 'i', n));
	for (size_t i = 0; i < n; i++)
		items[i] = (int32_t)i;
	must(mpp_array_write(job.sh_array, 0, n, items));

	p[0] = process(increase_item_val, &job, sizeof(job));
	start_all(p, 1);
	join_all(p, 1);

	must(mpp_array_read(job.sh_array, 0, n, items));
	mpp_observe("array", items, n, 'i');
	mpp_array_free(job.sh_array);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	int64_t n = mpck_param("n");
	int64_t items[MAX_ITEMS];
	char text[ARRAY_TEXT];

	for (int64_t i = 0; i < n; i++)
		items[i] = i;
	array_text(text, items, n);
	mpck_right_text(e, text);
}

MPCK_SCENARIO(
	.name = "array-iteration",
	.summary = "a process adds 10 to copies of the items: nothing changes",
	.source = "000_af0a2609ecd3d1cb.txt",
	.params = {
		{ "n", 10, 1, MAX_ITEMS, "items of the array" },
	},
	.main = run,
	.expect = expect,
);
