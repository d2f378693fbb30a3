/* SPDX-License-Identifier: MIT */
/*
 * test_lock_order.c - circular orders of locks: found where nothing deadlocked,
 * reported only when driven into the deadlock.
 */
#include "explored.h"

#include "detectors/detector.h"

/* One execution, which ends well: what is found is found by driving. */
#define ONE .strategy = "random", .executions = 1, .seed = 3, .detect = true
/* Other detectors have their own tests. */
#define ONLY .undetected = ~(1u << MPCK_DETECTOR_lock_order)

static void confirms(const char *name, const char *n, const char *text)
{
	struct explored e, again;
	const struct mpck_found *f;

	EXPLORE(&e, name, ONE, ONLY, .set = { n });
	ck_assert_str_eq(outcomes(&e), "x=1");
	ck_assert_uint_eq(e.result.executions, 1);
	ck_assert_uint_eq(e.result.nfindings, 2);
	ck_assert_ptr_nonnull(found(&e, MPCK_DEADLOCK));
	f = found(&e, MPCK_LOCK_ORDER);
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(f->executions, 0);	/* of those that count */
	ck_assert_msg(strstr(f->message, text) != NULL, "'%s' is not in '%s'",
		      text, f->message);
	EXPLORE(&again, name, .strategy = "replay", .executions = 1,
		.token = f->token, .detect = true, ONLY, .set = { n });
	ck_assert_str_eq(outcomes(&again), "(deadlock)");
	ck_assert_str_eq(found(&again, MPCK_LOCK_ORDER)->message, f->message);
	done(&again);
	done(&e);
}

START_TEST(an_inversion_is_driven_into_its_deadlock)
{
	confirms("locks-inversion", NULL, "2 locks are taken in circular order"
		 ", and this schedule deadlocks by it\n"
		 "  Process-1 takes lock#1 at ");
	confirms("locks-inversion", NULL, line_of("locks.c", "first a"));
	confirms("locks-inversion", NULL, line_of("locks.c", "then b"));
	confirms("locks-inversion", NULL, line_of("locks.c", "first b"));
	confirms("locks-inversion", NULL, line_of("locks.c", "then a"));
}
END_TEST

/* A random execution meets it with probability 2^-200. */
START_TEST(what_random_executions_never_meet_is_met)
{
	confirms("locks-rare", "n=200", "Process-2 takes lock#2 at");
}
END_TEST

START_TEST(a_ring_of_three_locks_is_driven_into_its_deadlock)
{
	confirms("locks-three", "n=20", "3 locks are taken in circular order");
}
END_TEST

START_TEST(a_writer_and_a_reader_close_a_circle)
{
	confirms("locks-writer", NULL, "takes rwlock#1 at");
}
END_TEST

START_TEST(semaphores_of_one_permit_are_locks)
{
	confirms("locks-semaphores", NULL, "takes semaphore#1 at");
}
END_TEST

START_TEST(an_access_to_a_value_takes_its_lock)
{
	confirms("locks-guarded", NULL, "then the lock of value#1 at");
}
END_TEST

/* Neither found nor even suspected, in one execution and in all. */
static void is_silent(const char *name)
{
	static const char *const strategies[] = { "random", "dfs", "prove" };
	struct explored e;

	for (size_t i = 0; i < 3; i++) {
		EXPLORE(&e, name, .strategy = strategies[i], .detect = true,
			ONLY,
			.seed = 1, .executions = i ? 0 : 1,
			.unconfirmed = true);
		ck_assert_str_eq(outcomes(&e), "x=1");
		ck_assert_uint_eq(e.result.nfindings, 0);
		ck_assert_uint_eq(e.result.nnotes, 0);
		done(&e);
	}
}

START_TEST(one_order_is_no_circle)
{
	is_silent("locks-one_order");
}
END_TEST

START_TEST(a_gate_lock_makes_both_orders_right)
{
	is_silent("locks-gated");
}
END_TEST

START_TEST(one_task_alone_does_not_wait_for_itself)
{
	is_silent("locks-alone");
}
END_TEST

START_TEST(tasks_that_start_and_join_order_do_not_meet)
{
	is_silent("locks-joined");
	is_silent("locks-before_start");
}
END_TEST

START_TEST(who_only_tries_does_not_wait)
{
	is_silent("locks-tried");
}
END_TEST

START_TEST(readers_do_not_keep_readers_out)
{
	is_silent("locks-readers");
}
END_TEST

/* Ordered by a semaphore, which the graph does not know. */
START_TEST(what_is_not_confirmed_is_a_note_for_who_asks)
{
	struct explored e;

	EXPLORE(&e, "locks-told", ONE, ONLY, .set = { "n=3" });
	ck_assert_uint_eq(e.result.nfindings, 0);
	ck_assert_uint_eq(e.result.nnotes, 0);
	done(&e);
	EXPLORE(&e, "locks-told", ONE, ONLY, .set = { "n=3" }, .unconfirmed = true);
	ck_assert_uint_eq(e.result.nfindings, 0);
	ck_assert_int_eq(e.result.verdict, MPCK_SAMPLED);
	ck_assert_uint_eq(e.result.nnotes, 1);
	ck_assert_ptr_nonnull(strstr(e.result.notes[0], "none of 20 directed"));
	ck_assert_ptr_nonnull(strstr(e.result.notes[0],
				     line_of("locks.c", "then a")));
	done(&e);
}
END_TEST

START_TEST(a_proof_refutes_what_is_not_confirmed)
{
	struct explored e;

	EXPLORE(&e, "locks-told", .strategy = "prove", .detect = true, ONLY,
		.unconfirmed = true);
	ck_assert_int_eq(e.result.verdict, MPCK_PROVED);
	ck_assert_uint_eq(e.result.nnotes, 1);
	ck_assert_ptr_nonnull(strstr(e.result.notes[0],
				     "no interleaving deadlocks by it"));
	done(&e);
}
END_TEST

START_TEST(a_proof_finds_the_order_behind_its_deadlock)
{
	struct explored e;

	EXPLORE(&e, "/lock-order", .strategy = "prove", .detect = true, ONLY);
	ck_assert_uint_eq(e.result.nfindings, 2);
	ck_assert_ptr_nonnull(found(&e, MPCK_LOCK_ORDER));
	ck_assert_uint_eq(e.result.executions, 0);
	ck_assert(e.result.as_expected);
	done(&e);
}
END_TEST

/* All of a deadlock's executions are one finding. */
START_TEST(philosophers_are_one_circle)
{
	struct explored e;

	EXPLORE(&e, "/philosophers-deadlock", .detect = true, ONLY);
	ck_assert_uint_eq(e.result.nfindings, 2);
	ck_assert_uint_eq(found(&e, MPCK_LOCK_ORDER)->executions, 6);
	done(&e);
}
END_TEST

START_TEST(a_detector_that_is_off_drives_nothing)
{
	struct explored e;

	EXPLORE(&e, "locks-inversion", ONE,
		.undetected = 1u << MPCK_DETECTOR_lock_order);
	ck_assert_uint_eq(e.result.nfindings, 0);
	done(&e);
	/* What is looked for by nobody is not missed either. */
	EXPLORE(&e, "/lock-order");
	ck_assert_ptr_null(found(&e, MPCK_LOCK_ORDER));
	ck_assert(e.result.as_expected);
	done(&e);
}
END_TEST

UNIT_MAIN(
	UNIT(an_inversion_is_driven_into_its_deadlock)
	UNIT(what_random_executions_never_meet_is_met)
	UNIT(a_ring_of_three_locks_is_driven_into_its_deadlock)
	UNIT(a_writer_and_a_reader_close_a_circle)
	UNIT(semaphores_of_one_permit_are_locks)
	UNIT(an_access_to_a_value_takes_its_lock)
	UNIT(one_order_is_no_circle)
	UNIT(a_gate_lock_makes_both_orders_right)
	UNIT(one_task_alone_does_not_wait_for_itself)
	UNIT(tasks_that_start_and_join_order_do_not_meet)
	UNIT(who_only_tries_does_not_wait)
	UNIT(readers_do_not_keep_readers_out)
	UNIT(what_is_not_confirmed_is_a_note_for_who_asks)
	UNIT(a_proof_refutes_what_is_not_confirmed)
	UNIT(a_proof_finds_the_order_behind_its_deadlock)
	UNIT(philosophers_are_one_circle)
	UNIT(a_detector_that_is_off_drives_nothing)
)
