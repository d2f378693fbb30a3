/* SPDX-License-Identifier: MIT */
/*
 * test_html.c - the HTML report of an explanation made by hand: what it holds,
 * and that no text of a program becomes markup.
 *
 * With HTML_FIXTURE=FILE the first test leaves its page there: tests/browser
 * drives it.
 */
#include <jansson.h>
#include <unistd.h>

#include "explored.h"
#include "html_trace.h"
#include "reporters/html/data.h"
#include "reporters/html/markup.h"
#include "reporters/html/source.h"

struct page {
	struct mpck_module *module;
	struct mpck_options options;
	struct mpck_result result;
	char path[64];		/* of hand_source */
	enum mpck_finding_kind kind;
	char *text;
	size_t size;
};

static void write_source(struct page *p)
{
	FILE *out;
	int fd;

	strcpy(p->path, "/tmp/mpck-html-XXXXXX");
	fd = mkstemp(p->path);
	ck_assert(fd >= 0 && (out = fdopen(fd, "w")));
	fputs(hand_source, out);
	fclose(out);
}

static struct mpck_found finding(const struct page *p, bool explained,
				 size_t spins)
{
	return (struct mpck_found){
		.kind = p->kind,
		.message = strdup("Process-1 overwrote <b>50</b>\nsecond " EVIL),
		.token = strdup("m1-a'b"),
		.expected = true,
		.why = explained ? hand_explanation(p->path, spins) : NULL };
}

/* A page with `plain` findings, then `explained` ones. */
static void make_page(struct page *p, size_t plain, size_t explained,
		      size_t spins)
{
	const struct mpck_report report = {
		.program = "mpcheck", .target = "balance-unlocked",
		.module = p->module = open_module("/balance-unlocked"),
		.form = MPCK_FORM_MACHINE, .options = &p->options,
		.result = &p->result };
	const struct mpck_style plain_style = { .width = 80 };
	size_t n = plain + explained;
	FILE *out = open_memstream(&p->text, &p->size);

	write_source(p);
	/* Several deadlocks are several bugs. */
	p->kind = p->kind ? p->kind
		  : n > 2 ? MPCK_DEADLOCK : MPCK_LOST_UPDATE;
	p->options.strategy = "auto";
	p->result.verdict = MPCK_FAILED;
	p->result.as_expected = true;
	p->result.reason = strdup("a reason with " EVIL);
	p->result.findings = calloc(n + 1, sizeof(*p->result.findings));
	for (; p->result.nfindings < n; p->result.nfindings++)
		p->result.findings[p->result.nfindings] =
			finding(p, p->result.nfindings >= plain, spins);
	mpck_reporters[MPCK_REPORTER_html]->write(out, &report, &plain_style,
						  false);
	fclose(out);
}

static void forget_page(struct page *p)
{
	unlink(p->path);
	free(p->text);
	mpck_result_fini(&p->result);
	mpck_module_close(p->module);
}

static size_t times(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)); text += strlen(what))
		n++;
	return n;
}

#define HAS(p, what) \
	ck_assert_msg(strstr((p)->text, what) != NULL, "not there: %s", what)
#define HAS_NOT(p, what) \
	ck_assert_msg(strstr((p)->text, what) == NULL, "is there: %s", what)

/* The JSON of the first timeline. */
static json_t *data_of(const char *text)
{
	static const char begin[] = "class=\"data\">";
	char *from = strstr(text, begin), *end;
	json_error_t error;
	json_t *data;

	ck_assert(from);
	from += strlen(begin);
	end = strstr(from, "</script>");
	ck_assert(end);
	data = json_loadb(from, (size_t)(end - from), 0, &error);
	ck_assert_msg(data != NULL, "%s", error.text);
	return data;
}

START_TEST(an_explanation_is_whole)
{
	struct page p = { 0 };
	const char *keep = getenv("HTML_FIXTURE");
	FILE *out;

	make_page(&p, 0, 1, 0);
	HAS(&p, "lost-update");
	HAS(&p, "fails exactly when Process-2 writes value#1 (balance.c:20)");
	HAS(&p, "verified");
	HAS(&p, "<strong>balance=150</strong>");
	HAS(&p, "mpcheck replay balance-unlocked m1-abc");
	HAS(&p, "found with 29 and 7");
	ck_assert_uint_eq(times(p.text, "<g class=\"row "), HAND_STEPS);
	ck_assert_uint_eq(times(p.text, "<rect class=\"box\""), 3 + 1);
	ck_assert_uint_eq(times(p.text, "class=\"switch preempts\""), 1 + 1);
	HAS(&p, "<title>Process-1 holds lock#1</title>");
	HAS(&p, "<title>Process-1 waits</title>");
	ck_assert_uint_eq(times(p.text, "class=\"line used decisive\""), 3);
	if (keep) {
		out = fopen(keep, "w");
		ck_assert(out);
		fwrite(p.text, 1, p.size, out);
		fclose(out);
	}
	forget_page(&p);
}
END_TEST

START_TEST(no_text_becomes_markup)
{
	struct page p = { 0 };

	make_page(&p, 1, 1, 0);
	HAS_NOT(&p, "<script>window");
	HAS_NOT(&p, "<!--");
	HAS_NOT(&p, "<b>50");
	HAS(&p, "&lt;script&gt;window.pwned = 1&lt;/script&gt;");
	HAS(&p, "&lt;b&gt;50&lt;/b&gt;");
	HAS(&p, "a &lt; b &amp;&amp; &quot;c&quot;");
	/* the data of one timeline, and the page's own */
	ck_assert_uint_eq(times(p.text, "<script"), 2);
	ck_assert_uint_eq(times(p.text, "</script"), 2);
	HAS(&p, "\\u003c/script>");
	forget_page(&p);
}
END_TEST

START_TEST(bytes_that_are_no_text_are_replaced)
{
	static const struct { const char *from, *to; } texts[] = {
		{ "plain \u00e4 \u20ac \U0001f512", "plain \u00e4 \u20ac \U0001f512" },
		{ "a\xff" "b", "a\ufffd" "b" },
		{ "\xc0\xaf", "\ufffd\ufffd" },		/* "/" in two bytes */
		{ "\xed\xa0\x80", "\ufffd\ufffd\ufffd" },	/* a surrogate */
		{ "\xe2\x82", "\ufffd\ufffd" },		/* cut off */
		{ "\x1b[31m\x01\x7f", "\ufffd[31m\ufffd\ufffd" },
		{ "a\tb\nc", "a\tb\nc" },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		char *clean = mpck_clean_text(texts[i].from);

		ck_assert_str_eq(clean, texts[i].to);
		free(clean);
	}
	char *none = mpck_clean_text(NULL);

	ck_assert_str_eq(none, "");
	free(none);
}
END_TEST

START_TEST(long_texts_are_cut_between_characters)
{
	static const struct { const char *from; size_t n; const char *to; }
	texts[] = {
		{ "abcdef", 6, "abcdef" }, { "abcdef", 5, "abcd\u2026" },
		{ "\u00e4\u00f6\u00fc", 3, "\u00e4\u00f6\u00fc" },
		{ "\u00e4\u00f6\u00fc", 2, "\u00e4\u2026" },
		{ "ab", 1, "\u2026" }, { "", 1, "" },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		char *cut = mpck_cut_text(texts[i].from, texts[i].n);

		ck_assert_str_eq(cut, texts[i].to);
		free(cut);
	}
}
END_TEST

START_TEST(the_data_say_what_each_step_leaves)
{
	struct page p = { 0 };
	json_t *data, *rows, *row;
	const char *value, *before;
	int variable;

	make_page(&p, 0, 1, 0);
	data = data_of(p.text);
	rows = json_object_get(data, "rows");
	ck_assert_uint_eq(json_array_size(rows), HAND_STEPS);
	row = json_array_get(rows, 7);		/* Process-2 writes 50 */
	ck_assert_int_eq(json_unpack(row, "{s:s, s:s, s:[[i, s]]}", "before",
				     &before, "value", &value, "sets",
				     &variable, &value), 0);
	ck_assert_str_eq(before, "100");
	ck_assert_str_eq(value, "50");
	ck_assert_int_eq(variable, 0);
	ck_assert_int_eq((int)json_integer_value(
		json_object_get(row, "decisive")), 2);
	row = json_array_get(rows, 12);
	ck_assert_str_eq(json_string_value(json_object_get(row, "text")), EVIL);
	json_decref(data);
	forget_page(&p);
}
END_TEST

START_TEST(a_long_trace_is_folded)
{
	struct page p = { 0 };
	json_t *data, *rows, *row, *fold = NULL;
	size_t i, steps = 0;

	make_page(&p, 0, 1, 5000);
	data = data_of(p.text);
	rows = json_object_get(data, "rows");
	ck_assert_uint_le(json_array_size(rows), 400);
	json_array_foreach(rows, i, row) {
		fold = json_object_get(row, "fold");
		steps += fold ? (size_t)json_integer_value(fold) : 1;
	}
	ck_assert_uint_eq(steps, HAND_STEPS + 5000);
	ck_assert_uint_eq(times(p.text, "<rect class=\"box\""), 3 + 1);
	HAS(&p, " steps are not shown");
	HAS(&p, " steps are not drawn, so that the page stays small");
	ck_assert_uint_lt(p.size, 1 << 20);
	json_decref(data);
	forget_page(&p);
}
END_TEST

/* What happened in folded steps is not lost to those behind them. */
START_TEST(folded_steps_leave_their_values)
{
	struct mpck_explanation *why = hand_explanation("/nowhere", 0);
	const char *value, *free_again;
	int count, cell, lock;
	struct mpck_source *source;
	struct mpck_view v;
	unsigned folded = 0;
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);
	json_t *data, *row;

	why->cause.nsteps = 0;
	mpck_view_make(&v, &why->trace, NULL, 4);
	source = mpck_source_read(&v, "f1", 0);
	mpck_data_write(out, &v, source);
	fclose(out);
	data = data_of(text);
	row = json_array_get(json_object_get(data, "rows"), 2);
	ck_assert_int_eq(json_unpack(row, "{s:i, s:[[i, s], [i, s]]}", "fold",
				     &count, "sets", &lock, &free_again, &cell,
				     &value), 0);
	ck_assert_int_eq(count, HAND_STEPS - 4);
	ck_assert_int_eq(lock, 1);
	ck_assert_str_eq(free_again, "free");
	ck_assert_int_eq(cell, 0);
	ck_assert_str_eq(value, "200");
	json_decref(data);
	free(text);
	mpck_source_free(source);
	for (size_t i = 0; i < v.nrows; i++)
		folded += v.rows[i].count > 1;
	ck_assert_uint_eq(folded, 1);
	ck_assert_uint_eq(v.rows[2].step, 2);
	ck_assert_uint_eq(v.rows[2].count, HAND_STEPS - 4);
	ck_assert_uint_eq(v.folded, HAND_STEPS - 4);
	ck_assert_uint_eq(v.row_of[11], 2);
	ck_assert_uint_eq(v.row_of[HAND_STEPS - 1], 4);
	mpck_view_fini(&v);
	mpck_explanation_free(why);
}
END_TEST

START_TEST(of_a_long_trace_preemptions_are_drawn)
{
	struct mpck_explanation *why = hand_explanation("/nowhere", 3000);
	struct mpck_view v;

	why->trace.steps[1500].preempts = true;
	mpck_view_make(&v, &why->trace, &why->cause, 100);
	ck_assert_uint_le(v.nrows, 100);
	for (size_t i = 1495; i <= 1505; i++)
		ck_assert_uint_eq(v.rows[v.row_of[i]].count, 1);
	ck_assert_uint_gt(v.rows[v.row_of[1000]].count, 1);
	for (size_t i = 0; i < 3; i++)
		ck_assert_uint_eq(v.rows[v.row_of[why->cause.steps[i]]].count,
				  1);
	mpck_view_fini(&v);
	mpck_explanation_free(why);
}
END_TEST

static const struct mpck_view_span *span_of(const struct mpck_view *v,
					    uint32_t task, uint32_t variable)
{
	for (size_t i = 0; i < v->nspans; i++) {
		if (v->spans[i].task == task &&
		    v->spans[i].variable == variable)
			return &v->spans[i];
	}
	return NULL;
}

START_TEST(spans_begin_and_end_with_their_steps)
{
	struct mpck_explanation *why = hand_explanation("/nowhere", 0);
	const struct mpck_view_span *s;
	struct mpck_view v;

	mpck_view_make(&v, &why->trace, &why->cause, 400);
	ck_assert_uint_eq(v.nspans, 4);
	s = span_of(&v, 0, MPCK_NO_VARIABLE);
	ck_assert(s && s->from == 2 && s->to == 14);
	s = span_of(&v, 1, MPCK_NO_VARIABLE);
	ck_assert(s && s->from == 6 && s->to == 8);
	s = span_of(&v, 2, 1);
	ck_assert(s && s->from == 5 && s->to == 8);
	s = span_of(&v, 1, 1);
	ck_assert(s && s->from == 10 && s->to == 13);
	mpck_view_fini(&v);
	mpck_explanation_free(why);
}
END_TEST

/* Of many lanes not all are seen at once: those of the cause have to be. */
START_TEST(tasks_that_decide_stand_side_by_side)
{
	struct mpck_explanation *why = hand_explanation("/nowhere", 0);
	struct mpck_view v;

	why->cause.nsteps = 1;
	why->cause.steps[0] = 7;	/* Process-2 writes */
	mpck_view_make(&v, &why->trace, &why->cause, 400);
	ck_assert_uint_eq(v.nlanes, 3);
	ck_assert_uint_eq(v.lanes[0], 0);
	ck_assert_uint_eq(v.lanes[1], 2);
	ck_assert_uint_eq(v.lanes[2], 1);
	ck_assert_uint_eq(v.lane_of[2], 1);
	mpck_view_fini(&v);
	mpck_explanation_free(why);
}
END_TEST

/* Cut after Process-1 began to wait: it and main wait for ever. */
START_TEST(who_waits_for_whom_at_the_end_is_known)
{
	struct mpck_explanation *why = hand_explanation("/nowhere", 0);
	struct mpck_view v;
	size_t all = why->trace.nsteps;

	why->trace.nsteps = 7;
	why->trace.steps[2].other = 1;
	mpck_view_make(&v, &why->trace, NULL, 400);
	ck_assert_uint_eq(v.nends, 2);
	ck_assert_uint_eq(v.ends[0].task, 0);
	ck_assert_uint_eq(v.ends[0].whom, 1);
	ck_assert_uint_eq(v.ends[0].variable, MPCK_NO_VARIABLE);
	ck_assert_uint_eq(v.ends[1].task, 1);
	ck_assert_uint_eq(v.ends[1].whom, 2);
	ck_assert_uint_eq(v.ends[1].variable, 1);
	mpck_view_fini(&v);
	why->trace.nsteps = all;
	mpck_view_make(&v, &why->trace, NULL, 400);
	ck_assert_uint_eq(v.nends, 0);
	mpck_view_fini(&v);
	mpck_explanation_free(why);
}
END_TEST

/* Never given back: to the end of the drawing. */
START_TEST(a_lock_that_is_kept_is_held_to_the_end)
{
	struct mpck_explanation *why = hand_explanation("/nowhere", 0);
	const struct mpck_view_span *s;
	struct mpck_view v;

	why->trace.steps[13].result = MPP_EPERM;
	mpck_view_make(&v, &why->trace, &why->cause, 400);
	s = span_of(&v, 1, 1);
	ck_assert(s && s->from == 10 && s->to == v.nrows);
	mpck_view_fini(&v);
	mpck_explanation_free(why);
}
END_TEST

START_TEST(functions_are_shown_whole_and_others_are_not)
{
	struct page p = { 0 };

	make_page(&p, 0, 1, 0);
	HAS(&p, "<code>static int increase(void *arg)</code>");
	HAS(&p, "<code>static int decrease(void *arg)</code>");
	HAS_NOT(&p, "static int untouched");
	HAS(&p, "id=\"f1.L0.20\"");
	HAS(&p, "href=\"#f1.L0.20\"");
	HAS_NOT(&p, "id=\"f1.L0.13\"");
	forget_page(&p);
}
END_TEST

START_TEST(a_source_that_cannot_be_read_is_named)
{
	struct mpck_explanation *why = hand_explanation("/nowhere/x.c", 0);
	struct mpck_source *s;
	struct mpck_view v;
	char element[64], *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	mpck_view_make(&v, &why->trace, &why->cause, 400);
	s = mpck_source_read(&v, "f1", 0);
	ck_assert(!mpck_source_line(s, "/nowhere/x.c", 4, element));
	mpck_source_write(out, s);
	fclose(out);
	ck_assert(strstr(text, "could not be read") != NULL);
	ck_assert(strstr(text, "/nowhere/x.c (No such file") != NULL);
	free(text);
	mpck_source_free(s);
	mpck_view_fini(&v);
	mpck_explanation_free(why);
}
END_TEST

START_TEST(a_source_newer_than_the_module_is_marked)
{
	struct page p = { 0 };

	make_page(&p, 0, 1, 0);		/* it was written just now */
	HAS(&p, "newer than the module");
	forget_page(&p);
}
END_TEST

START_TEST(of_many_findings_the_explained_come_first)
{
	struct page p = { 0 };

	make_page(&p, 44, 20, 0);
	HAS(&p, ">64 findings<");
	ck_assert_uint_eq(times(p.text, "<details class=\"finding\""), 64);
	ck_assert_uint_eq(times(p.text, " open>"), 1);
	ck_assert_uint_eq(times(p.text, "data-trace=\"f"), 8);
	HAS(&p, "data-trace=\"f1\"");
	HAS(&p, "data-trace=\"f8\"");
	ck_assert_uint_eq(times(p.text, "8 timelines are drawn at most"), 12);
	forget_page(&p);
}
END_TEST

/* They are listed under its headline, and drawn once. */
START_TEST(findings_of_one_bug_share_a_block)
{
	struct page p = { .kind = MPCK_LOST_UPDATE };

	make_page(&p, 1, 2, 0);
	HAS(&p, ">3 findings, grouped as 1<");
	HAS(&p, "Also found with it");
	ck_assert_uint_eq(times(p.text, "<details class=\"finding\""), 1);
	ck_assert_uint_eq(times(p.text, "data-trace=\"f"), 1);
	ck_assert_uint_eq(times(p.text, "<span class=\"kind note\">lost-update<"),
			  3);
	/* in one schedule, by one command */
	ck_assert_uint_eq(times(p.text, ">Replay this<"), 1);
	forget_page(&p);
}
END_TEST

/* 20 long ones: the first are drawn in full, the page stays small. */
START_TEST(the_rows_of_a_page_are_limited)
{
	struct page p = { 0 };

	make_page(&p, 0, 20, 2000);
	ck_assert_uint_eq(times(p.text, "data-trace=\"f"), 8);
	ck_assert_uint_le(times(p.text, "<g class=\"row "), 400 * 3 + 60 * 5);
	ck_assert_uint_gt(times(p.text, "<g class=\"row "), 1000);
	ck_assert_uint_lt(p.size, 3 << 20);
	forget_page(&p);
}
END_TEST

UNIT_MAIN(
	UNIT(an_explanation_is_whole)
	UNIT(no_text_becomes_markup)
	UNIT(bytes_that_are_no_text_are_replaced)
	UNIT(long_texts_are_cut_between_characters)
	UNIT(the_data_say_what_each_step_leaves)
	UNIT(a_long_trace_is_folded)
	UNIT(folded_steps_leave_their_values)
	UNIT(of_a_long_trace_preemptions_are_drawn)
	UNIT(spans_begin_and_end_with_their_steps)
	UNIT(tasks_that_decide_stand_side_by_side)
	UNIT(who_waits_for_whom_at_the_end_is_known)
	UNIT(a_lock_that_is_kept_is_held_to_the_end)
	UNIT(functions_are_shown_whole_and_others_are_not)
	UNIT(a_source_that_cannot_be_read_is_named)
	UNIT(a_source_newer_than_the_module_is_marked)
	UNIT(of_many_findings_the_explained_come_first)
	UNIT(findings_of_one_bug_share_a_block)
	UNIT(the_rows_of_a_page_are_limited)
)
