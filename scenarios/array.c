/* SPDX-License-Identifier: MIT */
/*
 * array.c - one process adds 10 to every item, another subtracts 5.
 *
 * Lesson:  000_af0a2609ecd3d1cb.txt, "Shared Array".
 * Teaches: the lock is taken per item, so the two may pass each other in the
 *          array and still never touch one item together: [5..14].
 */
#include <mpck/scenario.h>
#include <mpp/array.h>
#include <mpp/lock.h>
#include "common/processes.h"
#include "common/text.h"

enum { MAX_ITEMS = 64 };

struct job {
	struct mpp_array *sh_array;
	struct mpp_lock *lock;
	int64_t amount;
};

/* Do not copy the items and change the copies: see array_iteration.c. */
static int increase_item_val(void *arg)
{
	const struct job *job = arg;
	int length = (int)mpp_array_length(job->sh_array);

	for (int i = 0; i < length; i++) {
		int64_t item;

		must(mpp_lock_acquire(job->lock, MPP_FOREVER));
		mpp_sleep(MPP_SECONDS(0.001));
		must(mpp_array_get(job->sh_array, i, &item));
		must(mpp_array_set(job->sh_array, i, item + job->amount));
		must(mpp_lock_release(job->lock));
	}
	return 0;
}

static int decrease_item_val(void *arg)
{
	const struct job *job = arg;
	int length = (int)mpp_array_length(job->sh_array);

	for (int i = 0; i < length; i++) {
		int64_t item;

		must(mpp_lock_acquire(job->lock, MPP_FOREVER));
		mpp_sleep(MPP_SECONDS(0.001));
		must(mpp_array_get(job->sh_array, i, &item));
		must(mpp_array_set(job->sh_array, i, item - job->amount));
		must(mpp_lock_release(job->lock));
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
	must(mpp_lock_new(&up.lock, 0));
	down.sh_array = up.sh_array;
	down.lock = up.lock;
	for (size_t i = 0; i < n; i++)
		items[i] = (int32_t)i;
	must(mpp_array_write(up.sh_array, 0, n, items));

	p[0] = process(increase_item_val, &up, sizeof(up));
	p[1] = process(decrease_item_val, &down, sizeof(down));
	start_all(p, 2);
	join_all(p, 2);

	must(mpp_array_read(up.sh_array, 0, n, items));
	mpp_observe("array", items, n, 'i');
	mpp_lock_free(up.lock);
	mpp_array_free(up.sh_array);
	return 0;
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
}

MPCK_SCENARIO(
	.name = "array",
	.summary = "two processes add 10 to and take 5 from each item, under a lock",
	.source = "000_af0a2609ecd3d1cb.txt",
	.params = {
		{ "n", 10, 1, MAX_ITEMS, "items of the array" },
	},
	.main = run,
	.expect = expect,
);
