/* SPDX-License-Identifier: MIT */
/*
 * figures.c - how much was run or searched, and how fast.
 *
 * Lines that depend on the clock start with "took"; only how far an unfinished
 * search came stands in others.
 */
#include "reporters/figures.h"

#include <inttypes.h>
#include <string.h>

#include "reporters/amounts.h"
#include "reporters/phrases.h"

/* Of executions; `seconds` is what they took. */
static void print_speed(FILE *out, const struct mpck_report *report,
			double seconds)
{
	const struct mpck_result *r = report->result;

	if (seconds > 0 && r->executions > 1)
		fprintf(out, ": %s %s/s", MPCK_COUNT((uint64_t)
			((double)r->executions / seconds)),
			mpck_noun(report, 2));
	if (seconds > 0 && r->steps)
		fprintf(out, ", %.0f ns a step",
			seconds * 1e9 / (double)r->steps);
}

/* Of a search; short ones and small ones have no rates that mean anything. */
static void print_search_speed(FILE *out, const struct mpck_space_figures *s)
{
	if (s->seconds >= 0.01 && s->transitions > 1)
		fprintf(out, ": %s transitions/s",
			MPCK_ROUGH((double)s->transitions / s->seconds));
	if (s->states >= 10000)
		fprintf(out, ", %s bytes a state",
			MPCK_COUNT(s->bytes / s->states));
}

/* What happened behind the proof. */
static const char *rest_of(const struct mpck_result *r)
{
	if (r->interleavings)
		return "count";
	if (r->noutcomes < 2 && !r->nfindings)
		return "try to count";
	return "try to count and find short schedules";
}

static void print_took(FILE *out, const struct mpck_report *report,
		       const struct mpck_style *style)
{
	const struct mpck_result *r = report->result;
	double search = r->space.seconds, rest = r->seconds - search;

	mpck_paint(out, style, MPCK_DIM);
	if (!r->space.searched) {
		fprintf(out, "took %.3f s", r->seconds);
		print_speed(out, report, r->seconds);
	} else if (r->executions) {
		fprintf(out, "took %.3f s to search", search);
		print_search_speed(out, &r->space);
		fprintf(out, "\ntook %.3f s to sample", rest);
		print_speed(out, report, rest);
	} else if (rest < 0.01 || !r->space.finished) {
		fprintf(out, "took %.3f s", r->seconds);
		print_search_speed(out, &r->space);
	} else {
		fprintf(out, "took %.3f s to search", search);
		print_search_speed(out, &r->space);
		fprintf(out, "\ntook %.3f s to %s", rest, rest_of(r));
	}
	mpck_paint(out, style, MPCK_PLAIN);
	fputc('\n', out);
}

/* "1 state", "2 states" */
static void print_number(FILE *out, uint64_t n, const char *noun)
{
	fprintf(out, "%s %s%s", MPCK_COUNT(n), noun, n == 1 ? "" : "s");
}

/* "1,000 executions, 41,000 steps (the longest 41), 1 final value" */
static void print_counts(FILE *out, const struct mpck_report *report)
{
	const struct mpck_result *r = report->result;

	fprintf(out, "%s %s", MPCK_COUNT(r->executions),
		mpck_noun(report, r->executions));
	if (r->space.searched)
		fprintf(out, " from seed %" PRIu64, report->options->seed);
	if (r->steps)
		fprintf(out, ", %s steps (the longest %s)",
			MPCK_COUNT(r->steps), MPCK_COUNT(r->longest));
	fputs(", ", out);
	print_number(out, r->noutcomes, r->noutcomes == 1
		     ? "final value" : "different final value");
}

/* "2,520 interleavings, 410,411 states, 2,345,678 transitions, ..." */
static void print_space(FILE *out, const struct mpck_report *report)
{
	const struct mpck_result *r = report->result;
	const struct mpck_space_figures *s = &r->space;

	if (r->interleavings && mpck_is_search(r))
		fprintf(out, "%s interleaving%s, ",
			MPCK_DECIMAL(r->interleavings),
			strcmp(r->interleavings, "1") == 0 ? "" : "s");
	print_number(out, s->states, "state");
	fputs(", ", out);
	print_number(out, s->transitions, "transition");
	if (mpck_is_search(r)) {
		fputs(", ", out);
		print_number(out, r->noutcomes, "final value");
	}
	if (s->finished)
		return;
	fputs(" so far", out);
	if (s->done >= 0.01)
		fprintf(out, ", about %d %% of the search",
			s->done < 0.99 ? (int)(s->done * 100) : 99);
}

static void print_twins(FILE *out, const struct mpck_report *report)
{
	fputs("twins: ", out);
	print_number(out, report->result->space.twins, "transition");
	fputs(" left out because a twin's is the same", out);
}

static void print_silent(FILE *out, const struct mpck_report *report)
{
	const struct mpck_space_figures *s = &report->result->space;
	uint64_t all = s->silent_objects + s->visible_objects;

	fprintf(out, "silent: %s of ", MPCK_COUNT(s->silent_objects));
	print_number(out, all, "object");
	fprintf(out, " need%s no scheduling point, ",
		s->silent_objects == 1 ? "s" : "");
	print_number(out, s->silent, "operation");
}

static void print_cycle(FILE *out, const struct mpck_report *report)
{
	const struct mpck_space_figures *s = &report->result->space;

	if (!s->finished)
		fputs("processes can go round in a circle; whether that ends "
		      "was not found out", out);
	else if (s->cycle == MPCK_CYCLE_WAITING)
		fputs("processes wait busily: this ends if every process that "
		      "can go on does so in the end", out);
	else if (s->cycle == MPCK_CYCLE_STARVING)
		fputs("processes can go on for ever while one waits that could "
		      "go on again and again: starvation", out);
	else
		fputs("processes can go on for ever, also when every one that "
		      "can go on does so in the end: a livelock", out);
}

/* What the search did, a line each. */
static void print_search(FILE *out, const struct mpck_report *report,
			 const struct mpck_style *style)
{
	const struct mpck_space_figures *s = &report->result->space;

	mpck_wrap_printed(out, style, print_space, report, 2);
	mpck_paint(out, style, MPCK_DIM);
	if (s->twins)
		mpck_wrap_printed(out, style, print_twins, report, 2);
	if (s->silent)
		mpck_wrap_printed(out, style, print_silent, report, 2);
	mpck_paint(out, style, MPCK_PLAIN);
	if (s->cycle == MPCK_CYCLE_NONE)
		return;
	mpck_paint(out, style, MPCK_NOTE);
	mpck_wrap_printed(out, style, print_cycle, report, 2);
	mpck_paint(out, style, MPCK_PLAIN);
}

static void print_native_note(FILE *out, const struct mpck_report *report,
			      const struct mpck_style *style)
{
	mpck_print_note(out, style, 0, report->form == MPCK_FORM_NATIVE ?
			"These are real processes under the kernel's own "
			"scheduler: what people see today.  Rare interleavings "
			"are missing." :
			"These are real threads under the kernel's own "
			"scheduler: what people see today.  Rare interleavings "
			"are missing.");
}

void mpck_print_figures(FILE *out, const struct mpck_report *report,
			const struct mpck_style *style)
{
	const struct mpck_result *r = report->result;

	if (report->form == MPCK_FORM_REPLAY) {
		fprintf(out, "1 execution, %s steps\n", MPCK_COUNT(r->steps));
		return;
	}
	if (r->space.searched)
		print_search(out, report, style);
	if (!mpck_is_search(r))
		mpck_wrap_printed(out, style, print_counts, report, 2);
	print_took(out, report, style);
	if (mpck_is_native(report))
		print_native_note(out, report, style);
}
