/* SPDX-License-Identifier: MIT */
/*
 * named_write.c - the token of a recorded execution; see named.h.
 *
 * Its operations fall into runs of one task.  A run that ends though its task
 * could go on is named by the operation that the task was about to perform; one
 * that ends because it could not, by the task alone.
 */
#include "explore/named_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "basics.h"

/* What the task was about to do behind record i, which it may wait for in vain,
 * or be killed before. */
static void about_to(const struct mpck_record *r, size_t n, size_t i,
		     uint32_t task, char what[MPCK_NAME])
{
	for (i++; i < n; i++) {
		if ((r[i].kind == MPCK_EVENT_OP ||
		     r[i].kind == MPCK_EVENT_WAIT) && r[i].task == task) {
			mpck_name_recorded(&r[i], what);
			return;
		}
	}
	mpck_name_operation(mpck_machine_task(task).op, what);
}

/* The next record that is an operation; n: none. */
static size_t next_op(const struct mpck_record *r, size_t n, size_t i)
{
	while (i < n && r[i].kind != MPCK_EVENT_OP)
		i++;
	return i;
}

/* How often the task did this, up to record `last`. */
static uint64_t times(const struct mpck_record *r, size_t last, uint32_t task,
		      const char *what)
{
	uint64_t count = 0;
	char other[MPCK_NAME];

	for (size_t i = 0; i <= last; i++) {
		if (r[i].kind != MPCK_EVENT_OP || r[i].task != task)
			continue;
		mpck_name_recorded(&r[i], other);
		count += !strcmp(other, what);
	}
	return count;
}

/* The run that ends with record i.  preempted: its task could have gone on. */
static void write_point(FILE *out, bool *first, const struct mpck_record *r,
			size_t n, size_t i, bool preempted)
{
	uint32_t task = r[i].task;
	char name[MPCK_NAME], what[MPCK_NAME];

	mpck_name_task(task, name);
	fprintf(out, "%s%s", *first ? "" : ",", name);
	*first = false;
	if (!preempted)
		return;
	about_to(r, n, i, task, what);
	fprintf(out, ":%s:%" PRIu64, what, times(r, i, task, what) + 1);
}

static void write_alternative(FILE *out, bool *first,
			      const struct mpck_record *r)
{
	char name[MPCK_NAME];

	mpck_name_task(r->task, name);
	fprintf(out, "%s%s=%d", *first ? "" : ",", name, r->result);
	*first = false;
}

/* The task of the last operation waits for what it is about to do. */
static bool waits(const struct mpck_record *r, size_t n, size_t last)
{
	for (size_t i = last + 1; i < n; i++) {
		if (r[i].kind == MPCK_EVENT_WAIT && r[i].task == r[last].task)
			return true;
	}
	return false;
}

char *mpck_named_write(struct mpck_learned learned, bool round)
{
	size_t n, size;
	const struct mpck_record *r = mpck_machine_records(&n);
	char *text = NULL;
	FILE *out = mpck_checked(open_memstream(&text, &size));
	bool first = true;

	fprintf(out, "n1%s%s%s-", learned.clock ? "c" : "",
		learned.exits ? "x" : "", round ? "r" : "");
	for (size_t i = next_op(r, n, 0), next; i < n; i = next) {
		next = next_op(r, n, i + 1);
		if (r[i].op.kind == MPP_OP_CHOOSE && r[i].result >= 0)
			write_alternative(out, &first, &r[i]);
		if (next < n && r[next].task == r[i].task)
			continue;
		write_point(out, &first, r, n, i,
			    next < n ? r[next].preempts
				     : round && !waits(r, n, i));
	}
	fclose(out);
	return text;
}
