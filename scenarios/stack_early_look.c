/* SPDX-License-Identifier: MIT */
/*
 * stack_early_look.c - stack.c with the look at the size before the lock.
 *
 * Family:  stack, of the concurrency-testing benchmarks (SCTBench).
 * Teaches: two see the last free place, and the second pushes beyond the end.
 *          The final size is right all the same: only the index out of range,
 *          and the process that ends because of it, tell that something is
 *          wrong.  So look at findings, not only at values.
 *
 * With room for all n processes nothing goes wrong.
 */
#include <mpck/scenario.h>
#include <mpp/array.h>
#include <mpp/lock.h>
#include "common/processes.h"

enum { MAX_PROCESSES = 60 };

struct stack {
	struct mpp_raw_array *items;
	struct mpp_raw_value *size;	/* items in use */
	struct mpp_lock *lock;		/* of both */
	int64_t room;
	int64_t rounds;
};

/* false: there is no room. */
static bool push(const struct stack *stack, int64_t item)
{
	if (mpp_raw_value_get(stack->size) >= stack->room)
		return false;

	must(mpp_lock_acquire(stack->lock, MPP_FOREVER));
	int64_t size = mpp_raw_value_get(stack->size);
	int err = mpp_raw_array_set(stack->items, size, item);
	if (err == 0)
		must(mpp_raw_value_set(stack->size, size + 1));
	must(mpp_lock_release(stack->lock));
	must(err);
	return true;
}

static int64_t pop(const struct stack *stack)
{
	int64_t item;

	must(mpp_lock_acquire(stack->lock, MPP_FOREVER));
	int64_t size = mpp_raw_value_get(stack->size) - 1;
	must(mpp_raw_array_get(stack->items, size, &item));
	must(mpp_raw_value_set(stack->size, size));
	must(mpp_lock_release(stack->lock));
	return item;
}

static int worker(void *arg)
{
	const struct stack *stack = arg;

	for (int64_t i = 0; i < stack->rounds; i++)
		if (push(stack, i))
			pop(stack);
	return 0;
}

static int run(void)
{
	struct mpp_process *p[MAX_PROCESSES];
	struct stack stack = {
		.room = mpck_param("room"),
		.rounds = mpck_param("rounds"),
	};
	int64_t n = mpck_param("n");

	must(mpp_raw_array_new(&stack.items, 'i', (size_t)stack.room));
	must(mpp_raw_value_new(&stack.size, 'i', 0));
	must(mpp_lock_new(&stack.lock, 0));
	for (int64_t i = 0; i < n; i++)
		p[i] = process(worker, &stack, sizeof(stack));
	start_all(p, n);
	join_all(p, n);

	mpp_observe_int("size", mpp_raw_value_get(stack.size));
	mpp_lock_free(stack.lock);
	mpp_raw_value_free(stack.size);
	mpp_raw_array_free(stack.items);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right(e, "size", 0);
	mpck_must_find(e, MPCK_DATA_RACE);
	if (mpck_param("room") >= mpck_param("n"))
		return;
	mpck_must_find(e, MPCK_RANGE);
	mpck_must_find(e, MPCK_CHILD_FAILURE);
}

MPCK_SCENARIO(
	.name = "stack-early-look",
	.summary = "processes look for room, then lock and push, then pop",
	.params = {
		{ "n", 3, 2, MAX_PROCESSES, "processes" },
		{ "room", 2, 1, MAX_PROCESSES, "items that the stack holds" },
		{ "rounds", 1, 1, 100, "pushes of each process" },
	},
	.main = run,
	.expect = expect,
);
