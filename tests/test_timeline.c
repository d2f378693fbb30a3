/* SPDX-License-Identifier: MIT */
/* test_timeline.c - timelines of traces that are made by hand, as text. */
#include <stdio.h>
#include <string.h>

#include "reporters/timeline.h"
#include "traces.h"

enum { WIDTH = 80 };

/*
 * Texts.
 */
static char *drawn(struct mpck_trace *t, struct mpck_timeline timeline,
		   int width, bool unicode)
{
	struct mpck_style style = { .unicode = unicode, .width = width };
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	ck_assert(out != NULL);
	timeline.trace = t;
	timeline.here = MPCK_NO_STEP;
	mpck_timeline_print(out, &style, &timeline);
	fclose(out);
	return text;
}

/* Not in Check's message, which has to be short. */
static void is_same(const char *text, const char *expected)
{
	if (strcmp(text, expected) == 0)
		return;
	fprintf(stderr, "drawn:\n%s\nexpected:\n%s\n", text, expected);
	ck_abort_msg("drawn otherwise, see stderr");
}

/* Draws and compares; the trace is released. */
static void is_drawn(struct mpck_trace *t, int width, bool unicode,
		     const char *expected)
{
	char *text = drawn(t, (struct mpck_timeline){ 0 }, width, unicode);

	is_same(text, expected);
	free(text);
	free_trace(t);
}

START_TEST(a_lost_update_is_a_picture)
{
	is_drawn(lost_update(3), WIDTH, true,
		"      Process-1                    Process-2\n"
		"      main starts Process-1 and Process-2\n"
		"   1  │ read value#1 100           │                            ◀ balance.c:30\n"
		"»  2  │                            │ read value#1 100             balance.c:41\n"
		"   3  │                            │ write value#1 50           ◀ balance.c:44\n"
		"   4  │ write value#1 200 (was 50)                              ◀ balance.c:33\n"
		"      main: read value#1 200\n"
		"      ends with balance=200\n"
		"  ◀ decides   » takes over\n");
}
END_TEST

START_TEST(without_unicode_it_is_the_same_in_ascii)
{
	is_drawn(lost_update(3), WIDTH, false,
		"      Process-1                    Process-2\n"
		"      main starts Process-1 and Process-2\n"
		"   1  | read value#1 100           |                            < balance.c:30\n"
		">  2  |                            | read value#1 100             balance.c:41\n"
		"   3  |                            | write value#1 50           < balance.c:44\n"
		"   4  | write value#1 200 (was 50)                              < balance.c:33\n"
		"      main: read value#1 200\n"
		"      ends with balance=200\n"
		"  < decides   > takes over\n");
}
END_TEST

START_TEST(who_runs_alone_has_no_lane)
{
	is_drawn(lost_update(11), WIDTH, true,
		"      Process-1                    Process-2\n"
		"      main starts Process-1 ... Process-10 (10 tasks)\n"
		"      Process-3 ... Process-10 (8 tasks), one by one\n"
		"  17  │ read value#1 100           │                            ◀ balance.c:30\n"
		"» 18  │                            │ read value#1 100             balance.c:41\n"
		"  19  │                            │ write value#1 50           ◀ balance.c:44\n"
		"  20  │ write value#1 200 (was 50)                              ◀ balance.c:33\n"
		"      main: read value#1 200\n"
		"      ends with balance=200\n"
		"  ◀ decides   » takes over\n");
}
END_TEST

START_TEST(in_forty_columns_names_give_way)
{
	is_drawn(lost_update(3), 40, true,
		"      Process-1   Process-2\n"
		"      main starts Process-1 and Process…\n"
		"   1  │ read 100  │           ◀ :30\n"
		"»  2  │           │ read 100    :41\n"
		"   3  │           │ write 50  ◀ :44\n"
		"   4  │ write 200             ◀ :33\n"
		"      main: read value#1 200\n"
		"      ends with balance=200\n"
		"  ◀ decides   » takes over   on value#1\n"
		"  in balance.c\n");
}
END_TEST

/* Two locks in opposite order. */
static struct mpck_trace *deadlock(void)
{
	struct mpck_trace *t = new_trace(3);

	start_all(t);
	waits(t, 0, MPP_OP_JOIN, NULL, 50);
	decides(op(t, 1, MPP_OP_ACQUIRE, "lock#1", NULL, 25));
	takes_over(op(t, 2, MPP_OP_ACQUIRE, "lock#2", NULL, 25));
	waits(t, 2, MPP_OP_ACQUIRE, "lock#1", 26);
	decides(waits(t, 1, MPP_OP_ACQUIRE, "lock#2", 26));
	t->outcome = strdup("(deadlock)");
	return t;
}

START_TEST(a_deadlock_shows_who_holds_and_waits)
{
	is_drawn(deadlock(), WIDTH, true,
		"      Process-1          Process-2\n"
		"      main starts Process-1 and Process-2\n"
		"   1  ▌ acquire lock#1   │                  ◀ balance.c:25\n"
		"»  2  ▌                  ▌ acquire lock#2     balance.c:25\n"
		"      ▌                  ▌ waits for lock#1   balance.c:26\n"
		"      ▌ waits for lock#2 ▌┊                 ◀ balance.c:26\n"
		"      (deadlock): main, Process-1 and Process-2 wait for ever\n"
		"  ◀ decides   » takes over   ▌ holds a lock   ┊ waits\n");
}
END_TEST

START_TEST(a_deadlock_in_ascii)
{
	is_drawn(deadlock(), WIDTH, false,
		"      Process-1          Process-2\n"
		"      main starts Process-1 and Process-2\n"
		"   1  # acquire lock#1   |                  < balance.c:25\n"
		">  2  #                  # acquire lock#2     balance.c:25\n"
		"      #                  # waits for lock#1   balance.c:26\n"
		"      # waits for lock#2 #:                 < balance.c:26\n"
		"      (deadlock): main, Process-1 and Process-2 wait for ever\n"
		"  < decides   > takes over   # holds a lock   : waits\n");
}
END_TEST

/* Each of `tasks` takes the lock, the next one waits for it. */
static struct mpck_trace *queue_at_a_lock(uint32_t tasks)
{
	struct mpck_trace *t = new_trace(tasks);

	start_all(t);
	waits(t, 0, MPP_OP_JOIN, NULL, 50);
	for (uint32_t i = 1; i < tasks; i++) {
		op(t, i, MPP_OP_ACQUIRE, "lock#1", NULL, 10);
		if (i + 1 < tasks)
			waits(t, i + 1, MPP_OP_ACQUIRE, "lock#1", 10);
		op(t, i, MPP_OP_READ, "value#1", "7", 11);
		op(t, i, MPP_OP_WRITE, "value#1", "8", 12);
		op(t, i, MPP_OP_RELEASE, "lock#1", NULL, 13);
		ends(t, i);
	}
	t->outcome = strdup("n=8");
	return t;
}

START_TEST(six_lanes_fit_into_eighty_columns)
{
	is_drawn(queue_at_a_lock(7), WIDTH, true,
		"      Process-1 Process-2 Process-3 Process-4 Process-5 Process-6\n"
		"      main starts Process-1 ... Process-6 (6 tasks)\n"
		"   1  ▌ acquire │         │         │         │         │           :10\n"
		"      ▌         ┊ waits   │         │         │         │           :10\n"
		"   2  ▌ read 7  ┊         │         │         │         │           :11\n"
		"   3  ▌ write 8 ┊         │         │         │         │           :12\n"
		"   4  │ release ┊         │         │         │         │           :13\n"
		"   5            ▌ acquire │         │         │         │           :10\n"
		"                ▌         ┊ waits   │         │         │           :10\n"
		"   6            ▌ read 7  ┊         │         │         │           :11\n"
		"   7            ▌ write 8 ┊         │         │         │           :12\n"
		"   8            │ release ┊         │         │         │           :13\n"
		"   9                      ▌ acquire │         │         │           :10\n"
		"                          ▌         ┊ waits   │         │           :10\n"
		"  10                      ▌ read 7  ┊         │         │           :11\n"
		"  11                      ▌ write 8 ┊         │         │           :12\n"
		"  12                      │ release ┊         │         │           :13\n"
		"  13                                ▌ acquire │         │           :10\n"
		"                                    ▌         ┊ waits   │           :10\n"
		"  14                                ▌ read 7  ┊         │           :11\n"
		"  15                                ▌ write 8 ┊         │           :12\n"
		"  16                                │ release ┊         │           :13\n"
		"  17                                          ▌ acquire │           :10\n"
		"                                              ▌         ┊ waits     :10\n"
		"  18                                          ▌ read 7  ┊           :11\n"
		"  19                                          ▌ write 8 ┊           :12\n"
		"  20                                          │ release ┊           :13\n"
		"  21                                                    ▌ acquire   :10\n"
		"  22                                                    ▌ read 7    :11\n"
		"  23                                                    ▌ write 8   :12\n"
		"  24                                                    │ release   :13\n"
		"      ends with n=8\n"
		"  ▌ holds a lock   ┊ waits   on lock#1, value#1   in balance.c\n");
}
END_TEST

/* Twelve tasks read, then write, in the same order. */
static struct mpck_trace *all_at_once(uint32_t tasks)
{
	struct mpck_trace *t = new_trace(tasks);

	start_all(t);
	for (uint32_t i = 1; i < tasks; i++)
		takes_over(op(t, i, MPP_OP_READ, "value#1", "0", 11));
	for (uint32_t i = 1; i < tasks; i++) {
		op(t, i, MPP_OP_WRITE, "value#1", "1", 12);
		ends(t, i);
	}
	t->outcome = strdup("n=1");
	return t;
}

START_TEST(twelve_lanes_are_narrow)
{
	is_drawn(all_at_once(13), WIDTH, true,
		"      1  2  3  4  5  6  7  8  9  10 11 12                         balance.c\n"
		"      main starts Process-1 ... Process-12 (12 tasks)\n"
		"»  1  ●  │  │  │  │  │  │  │  │  │  │  │   Process-1  read value#1 0    :11\n"
		"»  2  │  ●  │  │  │  │  │  │  │  │  │  │   Process-2  read value#1 0    :11\n"
		"»  3  │  │  ●  │  │  │  │  │  │  │  │  │   Process-3  read value#1 0    :11\n"
		"»  4  │  │  │  ●  │  │  │  │  │  │  │  │   Process-4  read value#1 0    :11\n"
		"»  5  │  │  │  │  ●  │  │  │  │  │  │  │   Process-5  read value#1 0    :11\n"
		"»  6  │  │  │  │  │  ●  │  │  │  │  │  │   Process-6  read value#1 0    :11\n"
		"»  7  │  │  │  │  │  │  ●  │  │  │  │  │   Process-7  read value#1 0    :11\n"
		"»  8  │  │  │  │  │  │  │  ●  │  │  │  │   Process-8  read value#1 0    :11\n"
		"»  9  │  │  │  │  │  │  │  │  ●  │  │  │   Process-9  read value#1 0    :11\n"
		"» 10  │  │  │  │  │  │  │  │  │  ●  │  │   Process-10 read value#1 0    :11\n"
		"» 11  │  │  │  │  │  │  │  │  │  │  ●  │   Process-11 read value#1 0    :11\n"
		"» 12  │  │  │  │  │  │  │  │  │  │  │  ●   Process-12 read value#1 0    :11\n"
		"  13  ●  │  │  │  │  │  │  │  │  │  │  │   Process-1  write value#1 1   :12\n"
		"  14     ●  │  │  │  │  │  │  │  │  │  │   Process-2  write value#1 1   :12\n"
		"  15        ●  │  │  │  │  │  │  │  │  │   Process-3  write value#1 1   :12\n"
		"  16           ●  │  │  │  │  │  │  │  │   Process-4  write value#1 1   :12\n"
		"  17              ●  │  │  │  │  │  │  │   Process-5  write value#1 1   :12\n"
		"  18                 ●  │  │  │  │  │  │   Process-6  write value#1 1   :12\n"
		"  19                    ●  │  │  │  │  │   Process-7  write value#1 1   :12\n"
		"  20                       ●  │  │  │  │   Process-8  write value#1 1   :12\n"
		"  21                          ●  │  │  │   Process-9  write value#1 1   :12\n"
		"  22                             ●  │  │   Process-10 write value#1 1   :12\n"
		"  23                                ●  │   Process-11 write value#1 1   :12\n"
		"  24                                   ●   Process-12 write value#1 1   :12\n"
		"      ends with n=1\n"
		"  » takes over\n");
}
END_TEST

START_TEST(in_forty_columns_lanes_are_one_column_wide)
{
	is_drawn(all_at_once(9), 40, true,
		"      12345678               balance.c\n"
		"      main starts Process-1 ... Process…\n"
		"»  1  ●│││││││ Process-1 read 0    :11\n"
		"»  2  │●││││││ Process-2 read 0    :11\n"
		"»  3  ││●│││││ Process-3 read 0    :11\n"
		"»  4  │││●││││ Process-4 read 0    :11\n"
		"»  5  ││││●│││ Process-5 read 0    :11\n"
		"»  6  │││││●││ Process-6 read 0    :11\n"
		"»  7  ││││││●│ Process-7 read 0    :11\n"
		"»  8  │││││││● Process-8 read 0    :11\n"
		"   9  ●│││││││ Process-1 write 1   :12\n"
		"  10   ●││││││ Process-2 write 1   :12\n"
		"  11    ●│││││ Process-3 write 1   :12\n"
		"  12     ●││││ Process-4 write 1   :12\n"
		"  13      ●│││ Process-5 write 1   :12\n"
		"  14       ●││ Process-6 write 1   :12\n"
		"  15        ●│ Process-7 write 1   :12\n"
		"  16         ● Process-8 write 1   :12\n"
		"      ends with n=1\n"
		"  » takes over   on value#1\n");
}
END_TEST

/* Column of the operation in the line of this step. */
static long column_of(const char *text, const char *number)
{
	const char *line = strstr(text, number);
	const char *point = line ? strstr(line, "o") : NULL;

	ck_assert_ptr_nonnull(point);
	return point - line;
}

START_TEST(more_tasks_than_columns_share_a_lane)
{
	struct mpck_trace *t = all_at_once(20);
	char *text = drawn(t, (struct mpck_timeline){ 0 }, 40, false);

	ck_assert_int_eq(column_of(text, ">  2  "),
			 column_of(text, ">  1  ") + 1);
	ck_assert_int_eq(column_of(text, "> 19  "),
			 column_of(text, "> 18  "));
	free(text);
	free_trace(t);
}
END_TEST

START_TEST(equal_rounds_are_folded)
{
	struct mpck_trace *t = new_trace(3);

	start_all(t);
	op(t, 2, MPP_OP_READ, "value#1", "0", 11);
	for (unsigned i = 0; i < 5; i++) {
		op(t, 1, MPP_OP_READ, "value#1", "0", 11);
		op(t, 1, MPP_OP_WRITE, "value#1", "1", 12);
	}
	ends(t, 1);
	op(t, 2, MPP_OP_WRITE, "value#1", "1", 12);
	ends(t, 2);
	t->outcome = strdup("n=1");
	is_drawn(t, WIDTH, true,
		"      Process-1         Process-2\n"
		"      main starts Process-1 and Process-2\n"
		"   1  │                 │ read value#1 0    balance.c:11\n"
		"   2  │ read value#1 0  │                   balance.c:11\n"
		"   3  │ write value#1 1 │                   balance.c:12\n"
		"      │ … ×5            │\n"
		"  12                    │ write value#1 1   balance.c:12\n"
		"      ends with n=1\n");
}
END_TEST

START_TEST(a_decisive_round_is_not_folded)
{
	struct mpck_trace *t = new_trace(3);
	char *text;

	start_all(t);
	op(t, 2, MPP_OP_READ, "value#1", "0", 11);
	for (unsigned i = 0; i < 5; i++) {
		op(t, 1, MPP_OP_READ, "value#1", "0", 11);
		if (i == 2)
			decides(&t->steps[t->nsteps - 1]);
		op(t, 1, MPP_OP_WRITE, "value#1", "1", 12);
	}
	op(t, 2, MPP_OP_WRITE, "value#1", "1", 12);
	t->outcome = strdup("n=1");
	text = drawn(t, (struct mpck_timeline){ 0 }, WIDTH, true);
	ck_assert_ptr_nonnull(strstr(text, "  6  "));
	ck_assert_ptr_nonnull(strstr(text, "\u25c0"));
	free(text);
	free_trace(t);
}
END_TEST

/* What decides stays, whatever the limit. */
START_TEST(far_from_what_decides_lines_are_left_out)
{
	struct mpck_trace *t = all_at_once(13);
	static const char expected[] =
		"      Process-1         Process-2         Process-12\n"
		"      main starts Process-1 ... Process-12 (12 tasks)\n"
		"»  1  │ read value#1 0  │                 │                 ◀ balance.c:11\n"
		"»  2  │                 │ read value#1 0  │                   balance.c:11\n"
		"      9 operations of Process-3 ... Process-11 (9 tasks)\n"
		"» 12  │                 │                 │ read value#1 0    balance.c:11\n"
		"  13  │ write value#1 1 │                 │                 ◀ balance.c:12\n"
		"      11 operations of Process-2 ... Process-12 (11 tasks)\n"
		"      ends with n=1\n"
		"  ◀ decides   » takes over\n";
	char *text;

	decides(&t->steps[12]);
	decides(&t->steps[24]);
	text = drawn(t, (struct mpck_timeline){ .most = 8 }, WIDTH, true);
	is_same(text, expected);
	free(text);
	free_trace(t);
}
END_TEST

START_TEST(an_empty_trace_says_how_it_ends)
{
	struct mpck_trace *t = new_trace(1);

	t->outcome = strdup("n=1");
	is_drawn(t, WIDTH, true, "      ends with n=1\n");
}
END_TEST

/*
 * Any trace: no line too wide, none ends in a space, what decides is there.
 */
static uint64_t seed = 1;

static uint32_t below(uint32_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % n;
}

static void random_op(struct mpck_trace *t, uint32_t task)
{
	static const char *const cells[] = {
		"value#1", "array#12[1234]", "raw value#3", "v",
	};
	static const char *const values[] = {
		"0", "-9223372036854775808", "1e-300", "350",
	};
	bool lock = below(3) == 0;

	op(t, task, lock ? MPP_OP_ACQUIRE + below(2) : MPP_OP_READ + below(2),
	   lock ? below(2) ? "lock#1" : "lock#2" : cells[below(4)],
	   lock ? NULL : values[below(4)], 1 + below(20000));
}

static struct mpck_trace *random_trace(void)
{
	struct mpck_trace *t = new_trace(2 + below(below(4) ? 12 : 60));

	start_all(t);
	for (uint32_t n = below(60); n; n--) {
		uint32_t task = below((uint32_t)t->nlanes);
		struct mpck_step *s;

		if (below(6) == 0)
			waits(t, task, MPP_OP_ACQUIRE, "lock#1", below(99));
		else if (below(30) == 0)
			add(t, MPCK_STEP_OUTPUT, task, "some \t text\n");
		else
			random_op(t, task);
		s = &t->steps[t->nsteps - 1];
		s->preempts = s->kind == MPCK_STEP_OP && !below(4);
		s->decisive = s->kind == MPCK_STEP_OP && !below(20);
	}
	t->outcome = strdup(below(2) ? "(deadlock)"
			    : "a=1234567890 b=1234567890 c=1234567890 "
			      "d=1234567890 e=1234567890 f=1234567890");
	return t;
}

static size_t count(const char *text, const char *mark)
{
	size_t n = 0;

	for (; (text = strstr(text, mark)); text += strlen(mark))
		n++;
	return n;
}

static void is_well_formed(const char *text, int width, bool unicode)
{
	while (*text) {
		size_t length = strcspn(text, "\n");
		char line[1000];

		ck_assert_uint_lt(length, sizeof(line));
		snprintf(line, sizeof(line), "%.*s", (int)length, text);
		ck_assert_msg(mpck_columns(line) <= width, "%d columns: %s",
			      width, line);
		ck_assert_msg(!length || line[length - 1] != ' ',
			      "ends in a space: %s", line);
		for (size_t i = 0; i < length; i++)
			ck_assert_msg(unicode || (line[i] >= ' ' &&
						  line[i] < 127),
				      "not ASCII: %s", line);
		text += length + 1;
	}
}

START_TEST(no_trace_is_too_wide)
{
	for (int i = 0; i < 3000; i++) {
		struct mpck_trace *t = random_trace();
		struct mpck_timeline timeline = {
			.folding = below(3), .most = below(2) ? 20 : 0,
			.indent = 4 * (int)below(2) };
		bool unicode = below(2);
		int width = 40 + (int)below(41);
		char *text = drawn(t, timeline, width, unicode);
		size_t decisive = 0;

		is_well_formed(text, width, unicode);
		for (size_t j = 0; j < t->nsteps; j++)
			decisive += t->steps[j].decisive;
		if (unicode)	/* one more in the legend */
			ck_assert_uint_eq(count(text, "\u25c0"),
					  decisive + (decisive > 0));
		free(text);
		free_trace(t);
	}
}
END_TEST

UNIT_MAIN(
	UNIT(a_lost_update_is_a_picture)
	UNIT(without_unicode_it_is_the_same_in_ascii)
	UNIT(who_runs_alone_has_no_lane)
	UNIT(in_forty_columns_names_give_way)
	UNIT(a_deadlock_shows_who_holds_and_waits)
	UNIT(a_deadlock_in_ascii)
	UNIT(six_lanes_fit_into_eighty_columns)
	UNIT(twelve_lanes_are_narrow)
	UNIT(in_forty_columns_lanes_are_one_column_wide)
	UNIT(more_tasks_than_columns_share_a_lane)
	UNIT(equal_rounds_are_folded)
	UNIT(a_decisive_round_is_not_folded)
	UNIT(far_from_what_decides_lines_are_left_out)
	UNIT(an_empty_trace_says_how_it_ends)
	UNIT(no_trace_is_too_wide)
)
