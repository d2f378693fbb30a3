/* SPDX-License-Identifier: MIT */
/* describe.c - events and findings as sentences; see describe.h. */
#include "explore/describe.h"

#include <stdlib.h>
#include <string.h>

#include "basics.h"
#include "detectors/access.h"
#include "explore/where.h"

struct verb {
	const char *with_object, *alone;
};

static const struct verb verbs[MPP_OP_KINDS] = {
	[MPP_OP_READ] = { "read", "read" },
	[MPP_OP_WRITE] = { "write", "write" },
	[MPP_OP_RMW] = { "update", "update" },
	[MPP_OP_ACQUIRE] = { "acquire", "acquire" },
	[MPP_OP_RELEASE] = { "release", "release" },
	[MPP_OP_ENQUEUE] = { "enqueue at", "enqueue" },
	[MPP_OP_AWAIT] = { "wait for", "wait" },
	[MPP_OP_NOTIFY] = { "notify", "notify" },
	[MPP_OP_SEND] = { "send to", "send" },
	[MPP_OP_RECEIVE] = { "receive from", "receive" },
	[MPP_OP_TAKE] = { "take from", "take" },
	[MPP_OP_GIVE] = { "give to", "give" },
	[MPP_OP_JOIN] = { "join", "join" },
	[MPP_OP_EXIT] = { "exit", "exit" },
	[MPP_OP_SIGNAL] = { "signal", "signal" },
	[MPP_OP_POLL] = { "ask about", "poll" },
	[MPP_OP_SLEEP] = { "sleep", "sleep" },
	[MPP_OP_CLOCK] = { "read the clock", "clock" },
	[MPP_OP_CHOOSE] = { "choose", "choose" },
};

static struct verb verb_of(const struct mpp_op *op)
{
	if (mpck_undefines(op))
		return (struct verb){ "undefine", "undefine" };
	return op->kind < MPP_OP_KINDS && verbs[op->kind].with_object
		       ? verbs[op->kind]
		       : (struct verb){ "operation", "operation" };
}

const char *mpck_describe_verb(const struct mpp_op *op)
{
	return verb_of(op).with_object;
}

static FILE *open_text(char **text)
{
	static size_t size;
	FILE *out = open_memstream(text, &size);

	if (!out)
		abort();
	return out;
}

static void print_value(FILE *out, const struct mpp_op *op, uint64_t value)
{
	double d;

	if (op->typecode == 'd' || op->typecode == 'f') {
		memcpy(&d, &value, sizeof(d));
		fprintf(out, ": %g", d);
	} else {
		fprintf(out, ": %lld", (long long)value);
	}
}

/* "segment#1+72" becomes "segment#1[8]": its bytes come behind the handle, which
 * is a line (primitives/segment.c).  false: it is none, or not of its bytes. */
static bool name_byte_of_segment(char name[80])
{
	enum { BYTES_AT = 64 };
	char *plus = strchr(name, '+');
	unsigned long at = plus ? strtoul(plus + 1, NULL, 10) : 0;

	if (strncmp(name, "segment#", 8) != 0 || at < BYTES_AT)
		return false;
	snprintf(plus, 80 - (size_t)(plus - name), "[%lu]", at - BYTES_AT);
	return true;
}

/* A cell is the object for people, wherever it lies in it; a segment is many, by
 * their places in it. */
static void as_people_call_it(const struct mpp_op *op, char name[80])
{
	size_t end = strcspn(name, "+");

	if (!mpck_reads_or_writes(op))
		return;
	if (name_byte_of_segment(name))
		return;
	name[end] = '\0';
	if (op->arg[0])
		snprintf(name + end, 80 - end, "[%llu]",
			 (unsigned long long)op->arg[0] - 1);
}

void mpck_describe_object(const struct mpp_op *op, char name[80])
{
	name[0] = '\0';
	if (!op->object)
		return;
	mpck_machine_object_name(op->object, name);
	as_people_call_it(op, name);
}

void mpck_describe_recorded(const struct mpck_record *r, char name[80])
{
	snprintf(name, 80, "%s", r->object);
	as_people_call_it(&r->op, name);
}

static int64_t widened(char typecode, uint64_t bytes)
{
	switch (typecode) {
	case 'b':
		return (int8_t)bytes;
	case 'c': case 'B':
		return (uint8_t)bytes;
	case 'h':
		return (int16_t)bytes;
	case 'H':
		return (uint16_t)bytes;
	case 'i': case 'u':
		return (int32_t)bytes;
	case 'I':
		return (uint32_t)bytes;
	default:
		return (int64_t)bytes;
	}
}

char *mpck_describe_cell(char typecode, uint64_t bytes)
{
	double d;
	float f;

	if (typecode == 'd' || typecode == 'f') {
		memcpy(&d, &bytes, sizeof(d));
		memcpy(&f, &bytes, sizeof(f));
		return mpck_text("%g", typecode == 'd' ? d : (double)f);
	}
	if (typecode == 'L' || typecode == 'Q')
		return mpck_text("%llu", (unsigned long long)bytes);
	return mpck_text("%lld", (long long)widened(typecode, bytes));
}

static bool changed_nothing(const struct mpck_record *r)
{
	return r->kind == MPCK_EVENT_OP && r->op.kind == MPP_OP_RMW &&
	       r->op.typecode && r->op.size <= sizeof(r->before) &&
	       r->result >= 0 && r->before == r->after;
}

const char *mpck_describe_deed(const struct mpck_record *r)
{
	return changed_nothing(r) ? "keep" : verb_of(&r->op).alone;
}

static void print_object(FILE *out, const struct mpck_record *r)
{
	const struct mpp_op *op = &r->op;
	char object[80];

	switch (op->kind) {
	case MPP_OP_JOIN:
	case MPP_OP_POLL:
	case MPP_OP_SIGNAL:
		if (op->arg[0] < mpck_machine_tasks())
			fprintf(out, " %s",
				mpck_machine_task((uint32_t)op->arg[0]).name);
		return;
	case MPP_OP_SLEEP:
	case MPP_OP_CLOCK:
	case MPP_OP_CHOOSE:
	case MPP_OP_EXIT:
		return;
	default:
		break;
	}
	if (!op->object)
		return;
	mpck_describe_recorded(r, object);
	fprintf(out, " %s", object);
}

static void print_result(FILE *out, const struct mpck_record *r)
{
	if (r->result < 0)
		fprintf(out, ": %s", mpp_strerror(r->result));
	else if (mpck_reads_or_writes(&r->op) && r->op.typecode)
		print_value(out, &r->op, r->value);
	else if (r->op.kind == MPP_OP_CHOOSE)
		fprintf(out, " %d of %u", r->result, r->op.choices);
	else if (r->op.kind == MPP_OP_SLEEP)
		fprintf(out, " %g s", (double)r->op.timeout_ns / 1e9);
}

static void print_wait(FILE *out, const struct mpck_record *r)
{
	char object[80];

	mpck_describe_recorded(r, object);
	if (r->op.kind == MPP_OP_JOIN)
		fputs("waits for the end of", out);
	else
		fputs(r->op.kind == MPP_OP_RECEIVE ? "waits for a message in"
		      : r->op.kind == MPP_OP_TAKE &&
			strncmp(object, "rwlock", 6) != 0
			      ? "waits for a permit of"
		      : r->op.kind == MPP_OP_SEND ? "waits for room in"
						  : "waits for", out);
	if (r->op.kind == MPP_OP_JOIN)
		print_object(out, r);
	else
		fprintf(out, " %s", object);
	if (r->holder != UINT32_MAX && r->holder != r->task)
		fprintf(out, ", held by %s", mpck_machine_task(r->holder).name);
	else if (r->holder == r->task && r->op.kind == MPP_OP_ACQUIRE)
		fputs(", which it holds itself", out);
}

char *mpck_describe_record(const struct mpck_record *r)
{
	char *text = NULL;
	FILE *out = open_text(&text);

	switch (r->kind) {
	case MPCK_EVENT_OUTPUT:
		fprintf(out, "prints: %.*s", (int)strcspn(r->text, "\n"),
			r->text);
		break;
	case MPCK_EVENT_OBSERVE:
		fprintf(out, "final %s", r->text);
		break;
	case MPCK_EVENT_START:
		fprintf(out, "starts %s",
			mpck_machine_task((uint32_t)r->result).name);
		break;
	case MPCK_EVENT_END:
		if (r->result < 0)
			fprintf(out, "dies of signal %d", -r->result);
		else
			fprintf(out, "ends with exit code %d", r->result);
		break;
	case MPCK_EVENT_WAIT:
		print_wait(out, r);
		break;
	default:
		fputs(changed_nothing(r) ? "keep" : mpck_describe_verb(&r->op),
		      out);
		print_object(out, r);
		print_result(out, r);
		break;
	}
	fclose(out);
	return text;
}

void mpck_describe_events(struct mpck_result *result)
{
	size_t n;
	const struct mpck_record *r = mpck_machine_records(&n);

	result->events = calloc(n ? n : 1, sizeof(*result->events));
	result->ntasks = mpck_machine_tasks();
	result->task_names = calloc(result->ntasks ? result->ntasks : 1,
				    sizeof(*result->task_names));
	if (!result->events || !result->task_names)
		abort();
	for (size_t i = 0; i < result->ntasks; i++)
		result->task_names[i] =
			strdup(mpck_machine_task((uint32_t)i).name);
	for (size_t i = 0; i < n; i++) {
		if (r[i].kind == MPCK_EVENT_WAIT)
			continue;
		result->events[result->nevents++] = (struct mpck_event){
			.step = r[i].step, .task = r[i].task,
			.text = mpck_describe_record(&r[i]),
			.where = r[i].kind == MPCK_EVENT_OP
					 ? mpck_where(r[i].op.pc, true) : NULL };
	}
}

/* Libmpp reports a return address, a signal the address itself. */
bool mpck_is_return(enum mpck_finding_kind kind)
{
	return kind != MPCK_CRASH && kind != MPCK_OUTSIDE_DOOR &&
	       kind != MPCK_NON_TERMINATION;
}

/* What the text does not say itself: a failed check names its line. */
static char *where_of(const struct mpck_fault *fault)
{
	char *where = mpck_where(fault->pc, mpck_is_return(fault->kind));
	char *in = where ? strstr(where, " in ") : NULL;

	if (!in)
		return where;
	*in = '\0';
	if (strstr(fault->text, where))
		memmove(where, in + 1, strlen(in + 1) + 1);
	else
		*in = ' ';
	return where;
}

/* " (counter.c:21 in add; Process-1: counter.c:20 in add)" */
static void print_places(FILE *out, const struct mpck_fault *fault)
{
	char *where = where_of(fault);
	char *other = fault->other_pc ? mpck_where(fault->other_pc, true)
				      : NULL;

	if (where)
		fprintf(out, " (%s", where);
	if (where && other)
		fprintf(out, "; %s: %s", mpck_machine_task(fault->other).name,
			other);
	if (where)
		fputc(')', out);
	free(where);
	free(other);
}

char *mpck_describe_fault(const struct mpck_fault *fault)
{
	char *text = NULL;
	FILE *out = open_text(&text);

	fputs(fault->text, out);
	print_places(out, fault);
	fclose(out);
	return text;
}
