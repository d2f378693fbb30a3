/* SPDX-License-Identifier: MIT */
/*
 * test_linear_pool.c - every interleaving of small pools, at step grain: the
 * results are right and nobody is left asleep.  With one worker: two are too
 * many states for a test.
 */
#include "linear_programs.h"

static const struct explored_program programs[] = {
	{ "pool", "history_pool-pool_maps_one", NULL, "array=1" },
	{ "pool", "history_pool-pool_maps_two", NULL, "array=[1,4]" },
	{ "pool", "history_pool-pool_of_few_tasks", NULL, "array=[1,4]" },
	{ "pool", "history_pool-pool_ends_busy", NULL, "array=1" },
};

START_TEST(pools_are_right_and_forget_nobody)
{
	are_right(programs, COUNT(programs), "pool");
}
END_TEST

START_TEST(every_seeded_mistake_is_found)
{
#define MPP_MUTATION(id, unit, text) \
	is_found(programs, COUNT(programs), MPP_MUTANT_##id, #unit, text);
#include "mutants.def"
#undef MPP_MUTATION
}
END_TEST

UNIT_MAIN(
	UNIT(pools_are_right_and_forget_nobody)
	UNIT(every_seeded_mistake_is_found)
)
