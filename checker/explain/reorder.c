/* SPDX-License-Identifier: MIT */
/* reorder.c - see reorder.h. */
#include "explain/reorder.h"

#include "basics.h"

enum { PATIENCE = 100 };	/* choices in a row, behind the last turn */

struct runner {
	const struct mpck_turn *turns;
	size_t count;
	size_t next[MPCK_MAX_TASKS];	/* of each task; count: none left */
	unsigned stayed;		/* choices since another task went on */
};

static void advance(struct runner *r, uint32_t task, size_t from)
{
	while (from < r->count && r->turns[from].task != task)
		from++;
	r->next[task] = from;
}

/* Behind the last turn nobody is preempted; but who goes on and on may wait,
 * busily, for others. */
static uint32_t stay(struct runner *r, const struct mpck_point *p)
{
	mpck_taskset above = p->last < MPCK_MAX_TASKS
				     ? p->enabled & ~(mpck_set_of(p->last) * 2
						      - 1) : 0;

	if (p->last < MPCK_MAX_TASKS && mpck_set_has(p->enabled, p->last) &&
	    r->stayed++ < PATIENCE)
		return p->last;
	r->stayed = 0;
	return mpck_set_first(above ? above : p->enabled);
}

static uint32_t pick(void *context, const struct mpck_point *p)
{
	struct runner *r = context;
	size_t first = r->count;
	uint32_t task = 0;

	if (p->alternatives) {
		size_t at = r->next[p->task];
		uint32_t a = at < r->count ? r->turns[at].alternative : 0;

		return a < p->count ? a : 0;
	}
	for (mpck_taskset s = p->enabled; s; s &= s - 1) {
		uint32_t t = mpck_set_first(s);

		if (r->next[t] < first) {
			first = r->next[t];
			task = t;
		}
	}
	if (first == r->count)
		task = stay(r, p);
	return mpck_set_count(p->enabled & (mpck_set_of(task) - 1));
}

static void performed(void *context, uint32_t task, const struct mpp_op *op,
		      int result)
{
	struct runner *r = context;

	(void)op, (void)result;
	if (r->next[task] < r->count)
		advance(r, task, r->next[task] + 1);
}

enum mpck_end mpck_reorder(const struct mpck_turn *turns, size_t count)
{
	struct runner r = { .turns = turns, .count = count };

	for (uint32_t t = 0; t < MPCK_MAX_TASKS; t++)
		advance(&r, t, 0);
	mpck_machine_picker(pick, &r, performed);
	mpck_machine_record(true);
	mpck_machine_exact(true);
	return mpck_machine_execute();
}

struct mpck_turn *mpck_turns_now(size_t *count)
{
	size_t n;
	const struct mpck_record *records = mpck_machine_records(&n);
	struct mpck_turn *turns = mpck_checked(malloc((n + 1) *
						      sizeof(*turns)));

	*count = 0;
	for (size_t i = 0; i < n; i++) {
		const struct mpck_record *r = &records[i];
		bool chose = r->op.kind == MPP_OP_CHOOSE && r->result > 0;

		if (r->kind == MPCK_EVENT_OP)
			turns[(*count)++] = (struct mpck_turn){
				(uint16_t)r->task,
				chose ? (uint16_t)r->result : 0, r->op.kind };
	}
	return turns;
}
