/* SPDX-License-Identifier: MIT */
/*
 * array_unlocked.c - array.c without the lock.
 *
 * Lesson:  000_af0a2609ecd3d1cb.txt, "Shared Array", the lock left out.
 * Teaches: `a[i] += 10` is a read and a write, also on a shared Array.
 *
 * What goes wrong: item i, which should become i + 5, can as well keep only
 * the last write: i + 10 or i - 5.  Each item for itself, so n items have 3^n
 * final values (59,049 for ten): too many to list, easy to recognise.
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
		must(mpp_array_set(job->sh_array, i, item + job->amount));
	}
	return 0;
}

static int decrease_item_val(void *arg)
{
	const struct job *job = arg;
	int length = (int)mpp_array_length(job->sh_array);

	for (int i = 0; i < length; i++) {
		int64_t item;

		must(mpp_array_get(job->sh_array, i, &item));
		must(mpp_array_set(job->sh_array, i, item - job->amount));
	}
	return 0;
}

static int run(void)
{
	struct job up = { .amount = 10 };
	struct job down = { .amount = 5 };
	struct mpp_process *p[2];
	int32_t items[MAX_ITEMS];
	size_t n = (size_t)mpck_param("n");

	must(mpp_array_new(&up.sh_array, 'i', n));
	down.sh_array = up.sh_array;
	for (size_t i = 0; i < n; i++)
		items[i] = (int32_t)i;
	must(mpp_array_write(up.sh_array, 0, n, items));

	p[0] = process(increase_item_val, &up, sizeof(up));
	p[1] = process(decrease_item_val, &down, sizeof(down));
	start_all(p, 2);
	join_all(p, 2);

	must(mpp_array_read(up.sh_array, 0, n, items));
	mpp_observe("array", items, n, 'i');
	mpp_array_free(up.sh_array);
	return 0;
}

static bool some_interleaving_gives(const char *outcome)
{
	int64_t items[MAX_ITEMS];
	int64_t n = array_items(outcome, items, MAX_ITEMS);

	for (int64_t i = 0; i < n; i++)
		if (items[i] != i + 5 && items[i] != i + 10 &&
		    items[i] != i - 5)
			return false;
	return n > 0;
}

static void expect(struct mpck_expect *e)
{
	int64_t n = mpck_param("n");
	int64_t items[MAX_ITEMS];
	char text[ARRAY_TEXT];

	for (int64_t i = 0; i < n; i++)
		items[i] = i + 5;
	array_text(text, items, n);
	mpck_right_text(e, text);
	mpck_possible_if(e, some_interleaving_gives);
	mpck_must_find(e, MPCK_UNEXPECTED_VALUE);
	mpck_must_find(e, MPCK_NOT_SERIALISABLE);
	mpck_must_find(e, MPCK_LOST_UPDATE);
}

MPCK_SCENARIO(
	.name = "array-unlocked",
	.summary = "two processes add 10 to and take 5 from each item, no lock",
	.source = "000_af0a2609ecd3d1cb.txt",
	.params = {
		{ "n", 10, 1, MAX_ITEMS, "items of the array" },
	},
	.main = run,
	.expect = expect,
);
