/* SPDX-License-Identifier: MIT */
/*
 * test_deadlock.c - what a deadlock's message says, word by word.
 *
 * In the expected texts <mark> stands for the line that the module marks so;
 * the function behind a line, which an optimiser may change, is left out.
 */
#include "explored.h"

static const char file[] = "deadlocks.c";

/* Without " in run" behind each line. */
static char *without_functions(const char *message)
{
	char *text = strdup(message), *to = text;

	for (const char *from = text; *from;) {
		if (strncmp(from, " in ", 4) == 0 &&
		    from > text && from[-1] >= '0' && from[-1] <= '9')
			from += 4 + strcspn(from + 4, " ,;)\n");
		else
			*to++ = *from++;
	}
	*to = '\0';
	return text;
}

static char *with_lines(const char *expected)
{
	char *text = NULL, mark[50];
	size_t size;
	FILE *out = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(out);
	while (*expected) {
		size_t n = strcspn(expected, "<");

		fwrite(expected, 1, n, out);
		expected += n;
		if (!*expected)
			break;
		n = strcspn(expected, ">");
		snprintf(mark, sizeof(mark), "%.*s", (int)n - 1, expected + 1);
		fputs(line_of(file, mark), out);
		expected += n + 1;
	}
	fclose(out);
	return text;
}

/* The join in join_all(), for which main waits. */
#define JOIN "processes.h:34"

static void says(const char *name, const char *n, const char *expected)
{
	struct explored e;
	const struct mpck_found *f;
	char *message, *wanted = with_lines(expected);

	EXPLORE(&e, name, .set = { n });
	f = found(&e, MPCK_DEADLOCK);
	ck_assert_ptr_nonnull(f);
	message = without_functions(f->message);
	ck_assert_str_eq(message, wanted);
	ck_assert_uint_le(strcspn(f->message, "\n"), 100 + 2 * 10);
	free(message);
	free(wanted);
	done(&e);
}

START_TEST(a_task_that_waits_for_itself)
{
	says("deadlocks-itself", "n=1",
	     "self-deadlock: Process-1 waits for lock#1, which it holds itself\n"
	     "  taken at <taken>, waited for at <again>\n"
	     "  1 more waits behind it: main for the end of Process-1 ("
	     JOIN ")");
}
END_TEST

START_TEST(those_behind_take_one_line)
{
	says("deadlocks-itself", "n=9",
	     "self-deadlock: Process-1 waits for lock#1, which it holds itself\n"
	     "  taken at <taken>, waited for at <again>\n"
	     "  9 more wait behind it: main for the end of Process-1 (" JOIN
	     "); Process-2 ... Process-9 (8 tasks) for lock#1 (<taken>)");
}
END_TEST

START_TEST(a_holder_that_has_exited)
{
	says("deadlocks-exited", NULL,
	     "holder has exited: lock#1 is held by Process-1, which ended "
	     "without releasing it\n"
	     "  taken at <once>\n"
	     "  Process-2 waits for lock#1 at <once>\n"
	     "  1 more waits behind it: main for the end of Process-2 ("
	     JOIN ")");
}
END_TEST

START_TEST(the_line_that_took_a_lock_is_that_of_the_last_time)
{
	says("deadlocks-retaken", NULL,
	     "holder has exited: lock#1 is held by Process-1, which ended "
	     "without releasing it\n"
	     "  taken at <retaken>\n"
	     "  main waits for lock#1 at <main waits>");
}
END_TEST

START_TEST(a_circle_of_two)
{
	says("deadlocks-ring", "n=2",
	     "Process-1 \u2192 lock#2 \u2192 Process-2 \u2192 lock#1 \u2192 "
	     "Process-1\n"
	     "  Process-1 took lock#1 at <own>, waits for lock#2 at <next>\n"
	     "  Process-2 took lock#2 at <own>, waits for lock#1 at <next>\n"
	     "  1 more waits behind it: main for the end of Process-1 ("
	     JOIN ")");
}
END_TEST

START_TEST(a_long_circle_fits_into_its_first_line)
{
	struct explored e;
	const char *message;
	size_t lines = 0, length;

	EXPLORE(&e, "deadlocks-ring", .strategy = "round-robin",
		.executions = 1, .set = { "n=12" });
	message = found(&e, MPCK_DEADLOCK)->message;
	length = strcspn(message, "\n");
	ck_assert_ptr_nonnull(strstr(message, " \u2192 ... \u2192 Process-1\n"));
	ck_assert_uint_le(length, 100 + 2 * 10);	/* arrows: 3 bytes */
	for (const char *p = message; (p = strstr(p, " took ")); p++)
		lines++;
	ck_assert_uint_eq(lines, 12);
	done(&e);
}
END_TEST

START_TEST(a_circle_through_a_join)
{
	says("deadlocks-join_holding", NULL,
	     "main \u2192 join \u2192 Process-1 \u2192 lock#1 \u2192 main\n"
	     "  main took lock#1 at <main holds>, waits for the end of "
	     "Process-1 at <main joins>\n"
	     "  Process-1 waits for lock#1 at <once>");
}
END_TEST

START_TEST(a_lock_with_a_name_of_its_own_is_still_a_lock)
{
	says("deadlocks-named", NULL,
	     "main \u2192 join \u2192 Process-1 \u2192 shelf \u2192 main\n"
	     "  main took shelf at <read>, waits for the end of Process-1 at "
	     JOIN "\n"
	     "  Process-1 waits to write shelf at <write>");
}
END_TEST

START_TEST(producers_that_are_gone)
{
	says("deadlocks-producer_gone", NULL,
	     "waiting for producers that are gone: queue#1 is empty, and all "
	     "who sent to it have ended\n"
	     "  Process-3 waits for a message in queue#1 at <get>\n"
	     "  1 more waits behind it: main for the end of Process-3 ("
	     JOIN ")");
}
END_TEST

START_TEST(a_producer_that_does_not_exist)
{
	says("deadlocks-never_sent", NULL,
	     "waiting for a producer that does not exist: nobody ever sent to "
	     "queue#1\n"
	     "  main waits for a message in queue#1 at <get>");
}
END_TEST

START_TEST(producers_that_wait_as_well)
{
	says("deadlocks-producer_waits", NULL,
	     "waiting for producers that wait as well: queue#1 is empty\n"
	     "  Process-2 waits for a message in queue#1 at <get>\n"
	     "  main waits for the end of Process-2 at " JOIN);
}
END_TEST

START_TEST(consumers_that_are_gone)
{
	says("deadlocks-consumer_gone", NULL,
	     "waiting for consumers that are gone: queue#1 is full, and all "
	     "who received from it have ended\n"
	     "  main waits for room in queue#1 at <put>");
}
END_TEST

START_TEST(what_nobody_is_left_to_say)
{
	says("deadlocks-never_set", NULL,
	     "Process-1 ... Process-3 (3 tasks) wait for event#1, and nobody "
	     "is left who could set it\n"
	     "  at <event>\n"
	     "  1 more waits behind it: main for the end of Process-1 ("
	     JOIN ")");
	says("deadlocks-never_notified", NULL,
	     "main waits for condition#1, and nobody is left who could notify "
	     "it\n"
	     "  at <condition>");
	says("deadlocks-never_reached", NULL,
	     "main waits for barrier#1, and nobody is left who could come to "
	     "it\n"
	     "  at <barrier>");
	says("deadlocks-never_given", NULL,
	     "main waits for a permit of semaphore#1, and nobody is left who "
	     "could give one\n"
	     "  at <permit>");
}
END_TEST

START_TEST(two_causes_are_both_told)
{
	says("deadlocks-two_heads", NULL,
	     "self-deadlock: Process-2 waits for lock#1, which it holds itself\n"
	     "  taken at <taken>, waited for at <again>\n"
	     "  also waiting for a producer that does not exist: nobody ever "
	     "sent to queue#1\n"
	     "  Process-1 waits for a message in queue#1 at <get>\n"
	     "  1 more waits behind them: main for the end of Process-1 ("
	     JOIN ")");
}
END_TEST

UNIT_MAIN(
	UNIT(a_task_that_waits_for_itself)
	UNIT(those_behind_take_one_line)
	UNIT(a_holder_that_has_exited)
	UNIT(the_line_that_took_a_lock_is_that_of_the_last_time)
	UNIT(a_circle_of_two)
	UNIT(a_long_circle_fits_into_its_first_line)
	UNIT(a_circle_through_a_join)
	UNIT(a_lock_with_a_name_of_its_own_is_still_a_lock)
	UNIT(producers_that_are_gone)
	UNIT(a_producer_that_does_not_exist)
	UNIT(producers_that_wait_as_well)
	UNIT(consumers_that_are_gone)
	UNIT(what_nobody_is_left_to_say)
	UNIT(two_causes_are_both_told)
)
