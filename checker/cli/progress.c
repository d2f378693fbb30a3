/* SPDX-License-Identifier: MIT */
/*
 * progress.c - one line on stderr: while states are searched, how many and how
 * far; while executions run, how many and for how long.
 */
#include "cli/progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "basics.h"
#include "reporters/style.h"

enum { LINE = 79 };	/* one column less, or terminals wrap */

void mpck_progress_begin(struct mpck_progress *p, bool quiet)
{
	p->wanted = !quiet && isatty(STDERR_FILENO);
	p->start = mpck_seconds();
}

/* Seconds left, or a negative number when nobody knows; `running` of all the
 * seconds `spent` went to executions. */
static double time_left(const struct mpck_progress *p, uint64_t done,
			double running, double spent)
{
	double left = -1;

	if (p->total && done)
		left = running * (double)(p->total - done) / (double)done;
	if (p->seconds > 0 && (left < 0 || p->seconds - spent < left))
		left = p->seconds > spent ? p->seconds - spent : 0;
	return left;
}

static void print_left(FILE *out, double left)
{
	unsigned long s = (unsigned long)(left + 0.5);

	if (left < 0)
		return;
	if (s >= 3600)
		fprintf(out, ", %lu h %02lu min left", s / 3600, s / 60 % 60);
	else if (s >= 60)
		fprintf(out, ", %lu min %02lu s left", s / 60, s % 60);
	else
		fprintf(out, ", %lu s left", s);
}

static void print_executions(FILE *out, const struct mpck_progress *p,
			     const struct mpck_result *so_far)
{
	uint64_t done = so_far->executions;
	double spent = mpck_seconds() - p->start;
	double running = spent - so_far->space.seconds;

	fputs(MPCK_COUNT(done), out);
	if (p->total)
		fprintf(out, " of %s", MPCK_COUNT(p->total));
	fprintf(out, " %s", p->noun);
	if (running > 0)
		fprintf(out, ", %s/s",
			MPCK_COUNT((uint64_t)((double)done / running)));
	print_left(out, time_left(p, done, running, spent));
}

/* "1,234,567 states, 2.1 million/s, depth 84, 120 MiB, about 37 % done" */
static void print_states(FILE *out, const struct mpck_progress *p,
			 const struct mpck_space_figures *s)
{
	double spent = mpck_seconds() - p->start;
	int percent = (int)(s->done * 100);

	fprintf(out, "%s states", MPCK_COUNT(s->states));
	if (spent > 0)
		fprintf(out, ", %s/s", MPCK_ROUGH((double)s->states / spent));
	fprintf(out, ", depth %s, %s", MPCK_COUNT(s->depth),
		MPCK_SIZE(s->bytes));
	if (percent > 0)
		fprintf(out, ", about %d %% done", percent < 99 ? percent : 99);
}

void mpck_progress_show(const struct mpck_result *so_far, void *context)
{
	struct mpck_progress *p = context;
	const struct mpck_space_figures *s = &so_far->space;
	char line[256];
	FILE *out;

	if (!p->wanted)
		return;
	out = fmemopen(line, sizeof(line), "w");
	if (!out)
		return;
	if (s->searched && !s->finished && !so_far->executions)
		print_states(out, p, s);
	else
		print_executions(out, p, so_far);
	fclose(out);
	fprintf(stderr, "\r%-*.*s", LINE, LINE, line);
	fflush(stderr);
	p->shown = true;
}

void mpck_progress_end(struct mpck_progress *p)
{
	if (p->shown)
		fprintf(stderr, "\r%*s\r", LINE, "");
	fflush(stderr);
	p->shown = false;
}
