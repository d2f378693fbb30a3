/* SPDX-License-Identifier: MIT */
/*
 * went_on.c - who goes on and on, where, when an execution met the limit of
 * steps: "Process-1 goes on at spin.c:30 and spin.c:31 in wait".
 *
 * Its last operations say it.  A loop has few lines; of more than some, the rest
 * is only counted.
 */
#include "explore/describe.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "basics.h"
#include "explore/where.h"

enum {
	LOOKED_AT = 1000,	/* the last operations */
	LINES = 3,		/* of each task */
	TASKS = 3,
};

/* The operations that are looked at. */
struct loop {
	const struct mpck_record *last;
	size_t n;
};

static struct loop loop_now(void)
{
	size_t n, from, found = 0;
	const struct mpck_record *r = mpck_machine_records(&n);

	for (from = n; from && found < LOOKED_AT; from--)
		found += r[from - 1].kind == MPCK_EVENT_OP;
	return (struct loop){ r + from, n - from };
}

static mpck_taskset tasks_of(const struct loop *l)
{
	mpck_taskset tasks = 0;

	for (size_t i = 0; i < l->n; i++) {
		if (l->last[i].kind == MPCK_EVENT_OP)
			tasks |= mpck_set_of(l->last[i].task);
	}
	return tasks;
}

/* The lines of a task's operations, each once, in the order they came; how many
 * there are. */
static size_t lines_of(const struct loop *l, uint32_t task,
		       const void *lines[LINES])
{
	uint64_t sites[LOOKED_AT];
	size_t found = 0;

	for (size_t i = 0; i < l->n && found < LOOKED_AT; i++) {
		const struct mpck_record *r = &l->last[i];
		uint64_t site;
		size_t k = 0;

		if (r->kind != MPCK_EVENT_OP || r->task != task)
			continue;
		site = mpck_site(r->op.pc, true);
		while (k < found && sites[k] != site)
			k++;
		if (k < found)
			continue;
		if (found < LINES)
			lines[found] = r->op.pc;
		sites[found++] = site;
	}
	return found;
}

/* " at a.c:30, a.c:31 in f and 4 more lines": a function is said once. */
static void print_lines(FILE *out, const struct loop *l, uint32_t task)
{
	const void *lines[LINES];
	size_t n = lines_of(l, task, lines), shown = n < LINES ? n : LINES;
	char *next = n ? mpck_where(lines[0], true) : NULL;

	for (size_t i = 0; i < shown; i++) {
		char *where = next, *in, *in_next;

		next = i + 1 < shown ? mpck_where(lines[i + 1], true) : NULL;
		in = where ? strstr(where, " in ") : NULL;
		in_next = next ? strstr(next, " in ") : NULL;
		if (in && in_next && !strcmp(in, in_next))
			*in = '\0';
		fprintf(out, "%s%s", !i ? " at " : i + 1 == n ? " and " : ", ",
			where ? where : "an unknown place");
		free(where);
	}
	if (n > shown)
		fprintf(out, " and %zu more line%s", n - shown,
			n - shown == 1 ? "" : "s");
}

static void print_tasks(FILE *out, const struct loop *l)
{
	mpck_taskset tasks = tasks_of(l);
	uint32_t n = mpck_set_count(tasks), shown = n < TASKS ? n : TASKS;

	for (uint32_t i = 0; i < shown; i++) {
		uint32_t task = mpck_set_nth(tasks, i);

		fprintf(out, "%s%s%s", i ? "; " : ": ",
			mpck_machine_task(task).name, i ? "" : " goes on");
		print_lines(out, l, task);
	}
	if (n > shown)
		fprintf(out, "; and %u more task%s", n - shown,
			n - shown == 1 ? "" : "s");
}

char *mpck_describe_steps(uint64_t max_steps)
{
	char *text = NULL;
	size_t size;
	FILE *out = mpck_checked(open_memstream(&text, &size));
	struct loop l = loop_now();

	fprintf(out, "no end after %" PRIu64 " visible operations", max_steps);
	if (l.n)
		print_tasks(out, &l);
	fclose(out);
	return text;
}
