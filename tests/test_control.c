/* SPDX-License-Identifier: MIT */
/*
 * test_control.c - the borders of the machine: shared memory is reached by
 * libmpp alone, and what a module calls is supplied, pure or reported.
 */
#include "explored.h"

static void touches_directly(const char *name, const char *mark)
{
	struct explored e;

	EXPLORE(&e, name);
	ck_assert_str_eq(outcomes(&e), "(stopped)");
	only_finding(&e, MPCK_OUTSIDE_DOOR, "Process-1 touched raw value#1");
	only_finding(&e, MPCK_OUTSIDE_DOOR, line_of("control.c", mark));
	ck_assert_str_eq(e.result.findings[0].token,
			 e.result.outcomes[0].token);
	done(&e);
}

START_TEST(a_direct_read_of_shared_memory_is_found)
{
	touches_directly("control-direct_read", "read_directly");
}
END_TEST

START_TEST(a_direct_write_of_shared_memory_is_found)
{
	touches_directly("control-direct_write", "write_directly");
}
END_TEST

START_TEST(a_direct_copy_of_shared_memory_is_found)
{
	struct explored e;

	EXPLORE(&e, "control-direct_copy");
	only_finding(&e, MPCK_OUTSIDE_DOOR, "main touched raw value#1");
	done(&e);
}
END_TEST

START_TEST(an_uncontrolled_call_ends_all_claims_of_proof)
{
	struct explored e;

	EXPLORE(&e, "control-uncontrolled", .set = { "n=1" });
	ck_assert_str_eq(outcomes(&e), "x=1");
	ck_assert_int_eq(e.result.verdict, MPCK_BOUNDED);
	ck_assert_ptr_nonnull(e.result.reason);
	ck_assert_ptr_nonnull(strstr(e.result.reason, "getenv()"));
	ck_assert_uint_eq(e.result.nassumptions, 0);
	done(&e);
}
END_TEST

START_TEST(an_uncontrolled_function_that_is_not_called_does_not_matter)
{
	struct explored e;

	EXPLORE(&e, "control-uncontrolled", .set = { "n=0" });
#ifdef MPCK_SWITCH_UCONTEXT
	/* Without thunks the import alone counts. */
	ck_assert_int_eq(e.result.verdict, MPCK_BOUNDED);
#else
	ck_assert_int_eq(e.result.verdict, MPCK_PROVED);
#endif
	done(&e);
}
END_TEST

START_TEST(an_uncontrolled_call_by_address_is_noticed)
{
	struct explored e;

	EXPLORE(&e, "control-uncontrolled_pointer");
	ck_assert_str_eq(outcomes(&e), "x=1");
	ck_assert_int_eq(e.result.verdict, MPCK_BOUNDED);
	done(&e);
}
END_TEST

START_TEST(a_second_exploration_still_controls_what_it_diverted)
{
	struct explored e;

	EXPLORE(&e, "control-uncontrolled", .set = { "n=1" });
	EXPLORE_AGAIN(&e);
	ck_assert_str_eq(outcomes(&e), "x=1");
	ck_assert_int_eq(e.result.verdict, MPCK_BOUNDED);
	done(&e);
}
END_TEST

START_TEST(pure_functions_do_not_matter)
{
	proves("control-pure", "x=3123");
}
END_TEST

/* The state is in the middle of a sort, of more than fits the stack of glibc's. */
START_TEST(a_sort_may_be_interrupted)
{
	struct explored e;

	EXPLORE(&e, "control-sorts", .strategy = "prove");
	ck_assert_msg(e.err == 0, "%s", e.sentence);
	ck_assert_str_eq(outcomes(&e), "x=1");
	ck_assert_int_eq(e.result.verdict, MPCK_PROVED);
	ck_assert_uint_gt(e.result.space.states, 600);
	done(&e);
}
END_TEST

/* The texts of the events that print, in order, joined by '|'. */
static void printed(const struct mpck_result *r, char *text, size_t size)
{
	size_t at = 0;

	text[0] = '\0';
	for (size_t i = 0; i < r->nevents && at < size; i++) {
		const struct mpck_event *event = &r->events[i];

		if (!strncmp(event->text, "prints: ", 8))
			at += (size_t)snprintf(text + at, size - at, "%s%s",
					       at ? "|" : "", event->text + 8);
		else if (!strncmp(event->text, "write", 5))
			at += (size_t)snprintf(text + at, size - at, "|w%c",
					       event->text[strlen(event->text)
							   - 1]);
	}
}

/* Round-robin: both children run to their write, then each to its end. */
START_TEST(output_becomes_events_in_order)
{
	struct explored e;
	char text[1000];

	EXPLORE(&e, "control-prints", .strategy = "round-robin",
		.record = true);
	ck_assert_int_eq(e.err, 0);
	printed(&e.result, text, sizeof(text));
	ck_assert_str_eq(text, "1 before|2 before|w1|after|last x|y|"
			       "w2|after|last x|y|end  1.50");
	done(&e);
}
END_TEST

START_TEST(nothing_is_printed_while_exploring)
{
	fflush(stdout);
	ck_assert_ptr_nonnull(freopen("/dev/full", "w", stdout));
	proves("control-prints", "(nothing observed)");
	ck_assert_int_eq(fflush(stdout), 0);
}
END_TEST

UNIT_MAIN(
	UNIT(a_direct_read_of_shared_memory_is_found)
	UNIT(a_direct_write_of_shared_memory_is_found)
	UNIT(a_direct_copy_of_shared_memory_is_found)
	UNIT(an_uncontrolled_call_ends_all_claims_of_proof)
	UNIT(an_uncontrolled_function_that_is_not_called_does_not_matter)
	UNIT(an_uncontrolled_call_by_address_is_noticed)
	UNIT(a_second_exploration_still_controls_what_it_diverted)
	UNIT(pure_functions_do_not_matter)
	UNIT(a_sort_may_be_interrupted)
	UNIT(output_becomes_events_in_order)
	UNIT(nothing_is_printed_while_exploring)
)
