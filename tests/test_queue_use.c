/* SPDX-License-Identifier: MIT */
/*
 * test_queue_use.c - items that were left behind, lost, duplicated or came out
 * of order are findings; items that are left on purpose are not.
 */
#include <stdlib.h>

#include "basics.h"
#include "detectors/detector.h"
#include "explored.h"

/* Of this program, by every strategy that sees all. */
static void is_silent(const char *name)
{
	struct explored e;

	EXPLORE(&e, name, .detect = true);
	ck_assert_msg(e.err == 0, "%s", e.sentence);
	ck_assert_ptr_null(found(&e, MPCK_QUEUE));
	done(&e);
	EXPLORE(&e, name, .strategy = "prove", .detect = true);
	ck_assert_msg(e.err == 0, "%s", e.sentence);
	ck_assert_ptr_null(found(&e, MPCK_QUEUE));
	done(&e);
}

static void finds(const char *name, const char *text)
{
	struct explored e, again;
	const struct mpck_found *f;

	EXPLORE(&e, name, .detect = true);
	only_finding(&e, MPCK_QUEUE, text);
	f = found(&e, MPCK_QUEUE);
	EXPLORE(&again, name, .strategy = "replay", .executions = 1,
		.token = f->token, .detect = true);
	only_finding(&again, MPCK_QUEUE, f->message);
	done(&again);
	done(&e);
	EXPLORE(&e, name, .strategy = "prove", .detect = true);
	only_finding(&e, MPCK_QUEUE, text);
	done(&e);
}

START_TEST(items_that_nobody_took_are_left_behind)
{
	finds("queues-left", "left behind: 2 of 5 items of queue#1 were never "
	      "received, the first of them sent by Process-1");
	finds("queues-left", line_of("queues.c", "put"));
}
END_TEST

START_TEST(giving_the_queue_back_does_not_hide_them)
{
	finds("queues-left_freed", "2 of 5 items");
}
END_TEST

START_TEST(messages_in_a_pipe_count_as_well)
{
	finds("queues-pipe_left", "1 of 2 items of pipe#1 was never received");
}
END_TEST

START_TEST(what_was_put_before_the_first_choice_counts)
{
	finds("queues-restored", "1 of 5 items");
}
END_TEST

START_TEST(a_queue_that_is_drained_is_right)
{
	is_silent("queues-drained");
	is_silent("queues-simple_drained");
}
END_TEST

START_TEST(a_stop_sign_may_stay)
{
	is_silent("queues-stop_sign");
}
END_TEST

START_TEST(who_takes_may_close_the_queue_on_the_rest)
{
	is_silent("queues-enough");
}
END_TEST

START_TEST(items_of_a_killed_process_are_nobodys_mistake)
{
	is_silent("queues-killed");
}
END_TEST

START_TEST(a_task_that_is_never_done_is_lost)
{
	finds("queues-unfinished", "lost: Process-1 ended with 1 item of "
	      "joinable queue#1 that it received and never said to be done");
	finds("queues-unfinished", line_of("queues.c", "take"));
}
END_TEST

START_TEST(tasks_count_only_where_somebody_asks)
{
	is_silent("queues-uncounted");
	is_silent("queues-finished");
}
END_TEST

/*
 * libmpp neither duplicates nor reorders: what the detector says of such a queue
 * is asked with happenings made up here.
 */
static const struct mpck_detector_ops *queue_detector(void)
{
	return mpck_detectors[MPCK_DETECTOR_queue];
}

static void fake_op(void *state, enum mpp_op_kind kind, void *object,
		    uint64_t value)
{
	struct mpp_op op = { .kind = (uint8_t)kind, .object = object };

	queue_detector()->happened(state, &(struct mpck_happening){
		.kind = MPCK_HAPPENED_OP, .op = &op, .value = value });
}

/* The text of the only fault when 1, 2, 3 went in and these came out. */
static const char *fault_of(uint64_t first, uint64_t second, size_t *count)
{
	static char place[64];
	void *state = mpck_checked(calloc(1, queue_detector()->state_size));
	const struct mpck_fault *faults;
	size_t before;

	(void)mpck_machine_faults(&before);
	queue_detector()->begin(state);
	queue_detector()->happened(state, &(struct mpck_happening){
		.kind = MPCK_HAPPENED_SHARE, .inside = place, .size = 64,
		.name = "queue" });
	for (uint64_t i = 1; i <= 3; i++)
		fake_op(state, MPP_OP_SEND, place, i);
	fake_op(state, MPP_OP_RECEIVE, place, first);
	fake_op(state, MPP_OP_RECEIVE, place, second);
	queue_detector()->fini(state);
	free(state);
	faults = mpck_machine_faults(count);
	*count -= before;
	return *count ? faults[before].text : "";
}

START_TEST(what_comes_out_is_the_oldest)
{
	size_t n;

	(void)fault_of(1, 2, &n);
	ck_assert_uint_eq(n, 0);
	ck_assert_ptr_nonnull(strstr(fault_of(1, 1, &n), "duplicated"));
	ck_assert_uint_eq(n, 1);
	ck_assert_ptr_nonnull(strstr(fault_of(9, 1, &n), "duplicated"));
	ck_assert_uint_eq(n, 1);
	ck_assert_ptr_nonnull(strstr(fault_of(2, 1, &n), "out of order"));
	ck_assert_uint_eq(n, 1);
}
END_TEST

UNIT_MAIN(
	UNIT(items_that_nobody_took_are_left_behind)
	UNIT(giving_the_queue_back_does_not_hide_them)
	UNIT(messages_in_a_pipe_count_as_well)
	UNIT(what_was_put_before_the_first_choice_counts)
	UNIT(a_queue_that_is_drained_is_right)
	UNIT(a_stop_sign_may_stay)
	UNIT(who_takes_may_close_the_queue_on_the_rest)
	UNIT(items_of_a_killed_process_are_nobodys_mistake)
	UNIT(a_task_that_is_never_done_is_lost)
	UNIT(tasks_count_only_where_somebody_asks)
	UNIT(what_comes_out_is_the_oldest)
)
