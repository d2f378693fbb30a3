/* SPDX-License-Identifier: MIT */
/* chosen.c - which steps of a trace matter; see chosen.h. */
#include "reporters/chosen.h"

#include <string.h>

#include "basics.h"

const char *mpck_operation_name(enum mpp_op_kind kind)
{
	static const char *const names[MPP_OP_KINDS] = {
		[MPP_OP_READ] = "read", [MPP_OP_WRITE] = "write",
		[MPP_OP_RMW] = "update", [MPP_OP_ACQUIRE] = "acquire",
		[MPP_OP_RELEASE] = "release", [MPP_OP_ENQUEUE] = "enqueue",
		[MPP_OP_AWAIT] = "await", [MPP_OP_NOTIFY] = "notify",
		[MPP_OP_SEND] = "send", [MPP_OP_RECEIVE] = "receive",
		[MPP_OP_TAKE] = "take", [MPP_OP_GIVE] = "give",
		[MPP_OP_START] = "start", [MPP_OP_JOIN] = "join",
		[MPP_OP_EXIT] = "exit", [MPP_OP_SIGNAL] = "signal",
		[MPP_OP_POLL] = "poll", [MPP_OP_SLEEP] = "sleep",
		[MPP_OP_CLOCK] = "clock", [MPP_OP_IDENTITY] = "identity",
		[MPP_OP_RANDOM] = "random", [MPP_OP_CHOOSE] = "choose",
		[MPP_OP_FUTEX_WAIT] = "futex-wait",
		[MPP_OP_FUTEX_WAKE] = "futex-wake",
	};

	return kind < MPP_OP_KINDS ? names[kind] : NULL;
}

const char *mpck_step_name(enum mpck_step_kind kind)
{
	static const char *const names[] = {
		[MPCK_STEP_OP] = "operation",
		[MPCK_STEP_WAIT] = "wait",
		[MPCK_STEP_START] = "start",
		[MPCK_STEP_END] = "end",
		[MPCK_STEP_OUTPUT] = "output",
		[MPCK_STEP_OBSERVE] = "observation",
	};

	return names[kind];
}

const struct mpck_frame *mpck_step_place(const struct mpck_step *step)
{
	for (size_t i = 0; i < step->nframes; i++) {
		if (step->frames[i].path && step->frames[i].line)
			return &step->frames[i];
	}
	return NULL;
}

/* Nobody said what decides: where it stands still, where somebody fails, what
 * was written last. */

static bool is_of(const struct mpck_step *s, uint32_t task)
{
	return (task == MPCK_NO_TASK || s->task == task) &&
	       (s->kind == MPCK_STEP_OP || s->kind == MPCK_STEP_WAIT) &&
	       mpck_step_place(s);
}

/* The last step before `end` with a place, of a task or of any. */
static size_t last_of(const struct mpck_trace *t, size_t end, uint32_t task,
		      size_t *step)
{
	for (size_t i = end; i-- > 0;) {
		if (is_of(&t->steps[i], task)) {
			*step = i;
			return 1;
		}
	}
	return 0;
}

/* Who waits for a child's end only shares the fate of others, if there are
 * others. */
static bool waits_at(const struct mpck_step *s, bool joins)
{
	return s->kind == MPCK_STEP_WAIT && mpck_step_place(s) &&
	       (s->op == MPP_OP_JOIN) == joins;
}

/* What each task did last, if that is a wait; from the end. */
static size_t last_waits(const struct mpck_trace *t, bool joins,
			 size_t steps[MPCK_CAUSE_STEPS])
{
	mpck_taskset seen = 0;
	size_t n = 0;

	for (size_t i = t->nsteps; i-- > 0 && n < MPCK_CAUSE_STEPS;) {
		const struct mpck_step *s = &t->steps[i];

		if (!mpck_set_has(seen, s->task) && waits_at(s, joins))
			steps[n++] = i;
		seen |= mpck_set_of(s->task);
	}
	return n;
}

static size_t waits(const struct mpck_trace *t, size_t steps[MPCK_CAUSE_STEPS])
{
	size_t n = last_waits(t, false, steps);

	if (n == 0)
		n = last_waits(t, true, steps);
	for (size_t i = 0; i < n / 2; i++) {
		size_t other = steps[i];

		steps[i] = steps[n - 1 - i];
		steps[n - 1 - i] = other;
	}
	return n;
}

static size_t failure(const struct mpck_trace *t, size_t *step)
{
	for (size_t i = 0; i < t->nsteps; i++) {
		if (t->steps[i].kind == MPCK_STEP_END && t->steps[i].result)
			return last_of(t, i, t->steps[i].task, step);
	}
	return 0;
}

static size_t last_write(const struct mpck_trace *t, size_t *step)
{
	for (size_t i = t->nsteps; i-- > 0;) {
		if (t->steps[i].before && is_of(&t->steps[i], MPCK_NO_TASK)) {
			*step = i;
			return 1;
		}
	}
	return 0;
}

size_t mpck_deciding(const struct mpck_found *f,
		     size_t steps[MPCK_CAUSE_STEPS])
{
	const struct mpck_trace *t;
	size_t n = 0;

	if (!f->why)
		return 0;
	t = &f->why->trace;
	if (f->why->cause.nsteps) {
		memcpy(steps, f->why->cause.steps,
		       f->why->cause.nsteps * sizeof(*steps));
		return f->why->cause.nsteps;
	}
	if (f->kind == MPCK_DEADLOCK)
		n = waits(t, steps);
	else if (f->kind == MPCK_CRASH || f->kind == MPCK_CHILD_FAILURE)
		n = failure(t, steps);
	else if (f->kind == MPCK_UNEXPECTED_VALUE ||
		 f->kind == MPCK_NOT_SERIALISABLE ||
		 f->kind == MPCK_LOST_UPDATE)
		n = last_write(t, steps);
	return n ? n : last_of(t, t->nsteps, MPCK_NO_TASK, steps);
}

size_t *mpck_shown_steps(const struct mpck_trace *trace, size_t most,
			 size_t *count)
{
	size_t n = trace->nsteps, behind = n > most ? n - most / 2 : 0;
	size_t *shown = mpck_checked(malloc((n + 1) * sizeof(*shown)));

	*count = 0;
	for (size_t i = 0; i < n; i++) {
		if (n <= most || i < most - most / 2 || i >= behind ||
		    trace->steps[i].decisive)
			shown[(*count)++] = i;
	}
	return shown;
}
