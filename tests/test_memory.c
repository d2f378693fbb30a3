/* SPDX-License-Identifier: MIT */
/*
 * test_memory.c - each simulated process has memory of its own, each task what
 * a task has: the rules of DESIGN.md §5, by all interleavings of a program
 * that breaks when one of them is missing.
 */
#include "explored.h"

START_TEST(globals_belong_to_a_process)
{
	proves("memory-globals", "a=12 b=23 main=1");
}
END_TEST

START_TEST(the_heap_belongs_to_a_process)
{
	proves("memory-heap", "a=12 b=23 main=1");
}
END_TEST

START_TEST(a_child_has_its_parents_stack_as_it_was_at_start)
{
	proves("memory-stack", "a=6 b=52 main=500");
}
END_TEST

START_TEST(errno_belongs_to_a_task)
{
	proves("memory-error_number", "a=1 b=2 main=7");
	proves("memory-error_number_of_threads", "a=1 b=2 main=7");
}
END_TEST

START_TEST(a_process_inherits_errno_and_a_thread_does_not)
{
	proves("memory-error_number_at_start", "a=7 b=0");
}
END_TEST

START_TEST(thread_local_data_can_reach_the_parents_stack)
{
	proves("memory-stack_by_tls", "a=42");
}
END_TEST

START_TEST(a_process_of_a_thread_has_the_other_threads_stacks)
{
	proves("memory-stack_of_a_sibling", "a=43");
}
END_TEST

START_TEST(names_count_by_creator)
{
	proves("memory-names", "a=1 b=1");
}
END_TEST

START_TEST(thread_local_data_belongs_to_a_task)
{
	proves("memory-thread_local_data", "a=561 b=572 main=50");
	proves("memory-thread_local_data_of_threads", "a=341 b=352 main=50");
}
END_TEST

START_TEST(the_rounding_mode_belongs_to_a_task)
{
	proves("memory-rounding", "a=6 b=5 main=5");
	proves("memory-rounding_of_threads", "a=6 b=5 main=5");
}
END_TEST

START_TEST(the_rounding_mode_is_inherited)
{
	proves("memory-rounding_at_start", "a=6 main=6");
	proves("memory-rounding_at_start_of_threads", "a=6 main=6");
}
END_TEST

START_TEST(a_child_draws_the_numbers_its_parent_would_draw)
{
	struct explored e;
	int a, b, parent, same;

	EXPLORE(&e, "memory-random_numbers", .strategy = "random",
		.executions = 300);
	ck_assert_uint_eq(e.result.noutcomes, 1);
	ck_assert_int_eq(sscanf(outcomes(&e), "a=%d b=%d c=%d main=%d", &a, &b,
				&same, &parent), 4);
	ck_assert_int_eq(a, parent);
	ck_assert_int_eq(b, parent);
	ck_assert_int_eq(same, 1);
	done(&e);
}
END_TEST

START_TEST(strtok_keeps_its_place_by_process)
{
	proves("memory-tokens", "a=23 b=23 main=2");
}
END_TEST

START_TEST(threads_share_globals_and_heap)
{
	proves("memory-threads_share", "main=43");
}
END_TEST

START_TEST(threads_have_stacks_of_their_own)
{
	proves("memory-threads_own_stacks", "a=200 b=400 c=600");
}
END_TEST

START_TEST(threads_of_a_child_share_with_the_child_alone)
{
	proves("memory-threads_of_a_child", "a=32 main=10");
}
END_TEST

START_TEST(a_thread_reaches_the_stack_of_another)
{
	struct explored e;

	EXPLORE(&e, "memory-pointer_to_a_thread", .strategy = "random",
		.executions = 50);
	ck_assert_str_eq(outcomes(&e), "a=9");
	ck_assert_int_eq(e.result.verdict, MPCK_SAMPLED);
	done(&e);
}
END_TEST

START_TEST(dead_bytes_of_a_stack_read_as_zero)
{
	proves("stacks-dead_bytes", "a=0 b=0");
	proves("stacks-dead_bytes_of_threads", "a=0 b=0");
}
END_TEST

START_TEST(the_dead_bytes_of_an_ended_process_read_as_zero)
{
	proves("stacks-bytes_of_the_ended", "a=0 b=0");
}
END_TEST

START_TEST(deep_stacks_live_through_operations)
{
	proves("stacks-deep", "a=65536 b=131072");
	proves("stacks-deep_threads", "a=65536 b=131072");
}
END_TEST

START_TEST(a_stack_overflow_is_a_crash_with_its_line)
{
	struct explored e;

	EXPLORE(&e, "stacks-overflow");
	ck_assert_str_eq(outcomes(&e), "code=-11");
	only_finding(&e, MPCK_CRASH, "stack overflow");
	only_finding(&e, MPCK_CRASH, "stacks.c:");
	only_finding(&e, MPCK_CRASH, "in recurse");
	done(&e);
}
END_TEST

START_TEST(the_same_requests_get_the_same_addresses)
{
	struct explored e;
	int b, parent;

	EXPLORE(&e, "heap-canonical");
	ck_assert_uint_eq(e.result.noutcomes, 1);
	ck_assert_int_eq(sscanf(outcomes(&e), "a=0 b=%d main=%d", &b, &parent),
			 2);
	ck_assert_int_eq(b, parent);
	done(&e);
}
END_TEST

START_TEST(malloc_gives_the_lowest_free_place)
{
	proves("heap-lowest", "first=1 fourth=1 second=1 third=1");
}
END_TEST

START_TEST(freed_memory_is_cleared)
{
	proves("heap-cleared", "sum=0");
}
END_TEST

START_TEST(realloc_keeps_what_fits)
{
	proves("heap-moved", "aligned=1 overflow=1 same=1 too_much=1");
}
END_TEST

static void crashes_at(const char *name, const char *mark, const char *text)
{
	struct explored e;

	EXPLORE(&e, name);
	ck_assert_str_eq(outcomes(&e), "code=-6");
	only_finding(&e, MPCK_CRASH, text);
	only_finding(&e, MPCK_CRASH, line_of("heap.c", mark));
	done(&e);
}

START_TEST(free_of_what_malloc_did_not_give_is_a_crash)
{
	crashes_at("heap-bad_free", "free_static", "free()");
}
END_TEST

START_TEST(a_second_free_is_a_crash)
{
	crashes_at("heap-double_free", "free_twice", "free()");
}
END_TEST

START_TEST(realloc_of_an_inner_address_is_a_crash)
{
	crashes_at("heap-bad_realloc", "realloc_inner", "realloc()");
}
END_TEST

START_TEST(each_process_sees_its_own_big_arrays)
{
	proves("big-zeroed", "a=1 b=1 main=1");
	proves("big-initialised", "a=7 b=7 main=7");
}
END_TEST

START_TEST(each_process_sees_its_own_big_heap)
{
	proves("big-heap", "a=1 b=1 main=1");
}
END_TEST

START_TEST(threads_share_big_memory)
{
	struct explored e;

	EXPLORE(&e, "big-threads");
	/* 26 and 7 pages of the two, 1 + 2 written in each stride */
	ck_assert_str_eq(outcomes(&e), "main=99");
	ck_assert_int_eq(e.result.verdict, MPCK_PROVED);
	done(&e);
}
END_TEST

START_TEST(an_exploration_leaves_the_module_as_it_found_it)
{
	struct explored e;

	EXPLORE(&e, "big-initialised");
	EXPLORE_AGAIN(&e);
	ck_assert_str_eq(outcomes(&e), "a=7 b=7 main=7");
	done(&e);
	EXPLORE(&e, "memory-thread_local_data");
	EXPLORE_AGAIN(&e);
	ck_assert_str_eq(outcomes(&e), "a=561 b=572 main=50");
	done(&e);
}
END_TEST

UNIT_MAIN(
	UNIT(globals_belong_to_a_process)
	UNIT(the_heap_belongs_to_a_process)
	UNIT(a_child_has_its_parents_stack_as_it_was_at_start)
	UNIT(errno_belongs_to_a_task)
	UNIT(a_process_inherits_errno_and_a_thread_does_not)
	UNIT(thread_local_data_can_reach_the_parents_stack)
	UNIT(a_process_of_a_thread_has_the_other_threads_stacks)
	UNIT(names_count_by_creator)
	UNIT(thread_local_data_belongs_to_a_task)
	UNIT(the_rounding_mode_belongs_to_a_task)
	UNIT(the_rounding_mode_is_inherited)
	UNIT(a_child_draws_the_numbers_its_parent_would_draw)
	UNIT(strtok_keeps_its_place_by_process)
	UNIT(threads_share_globals_and_heap)
	UNIT(threads_have_stacks_of_their_own)
	UNIT(threads_of_a_child_share_with_the_child_alone)
	UNIT(a_thread_reaches_the_stack_of_another)
	UNIT(dead_bytes_of_a_stack_read_as_zero)
	UNIT(the_dead_bytes_of_an_ended_process_read_as_zero)
	UNIT(deep_stacks_live_through_operations)
	UNIT(a_stack_overflow_is_a_crash_with_its_line)
	UNIT(the_same_requests_get_the_same_addresses)
	UNIT(malloc_gives_the_lowest_free_place)
	UNIT(freed_memory_is_cleared)
	UNIT(realloc_keeps_what_fits)
	UNIT(free_of_what_malloc_did_not_give_is_a_crash)
	UNIT(a_second_free_is_a_crash)
	UNIT(realloc_of_an_inner_address_is_a_crash)
	UNIT(each_process_sees_its_own_big_arrays)
	UNIT(each_process_sees_its_own_big_heap)
	UNIT(threads_share_big_memory)
	UNIT(an_exploration_leaves_the_module_as_it_found_it)
)
