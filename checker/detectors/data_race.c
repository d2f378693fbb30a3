/* SPDX-License-Identifier: MIT */
/*
 * data_race.c - two accesses to one place, one of them a write, that nothing
 * orders.
 *
 * Idea:    of each place the last accesses are kept, each with its task's count
 *          (order.h).  An access races with an earlier one of another task that
 *          its own task does not know of.
 * Source:  Flanagan, Freund, "FastTrack: efficient and precise dynamic race
 *          detection", PLDI 2009: of the writes the last one is enough, of the
 *          reads the last of each task that are not ordered among themselves.
 *          Unlike it, a race changes nothing: what lies behind it is looked at
 *          as if the two were not ordered, so that more may be said than the
 *          first race of each kind.
 */
#include "detectors/detector.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "detectors/access.h"
#include "detectors/order.h"
#include "detectors/shadow.h"
#include "explore/describe.h"
#include "explore/where.h"
#include "machine/segment.h"

enum { REPORTS = 64 };	/* of an execution, as MPCK_FAULTS */

struct race {
	struct mpck_shadow *shadow;
	struct mpck_ordering *order;
	uint64_t reported[REPORTS];	/* keys */
	size_t nreported;
	const struct mpck_happening *now;	/* the access at hand */
};

static void init(void *state)
{
	struct race *r = state;

	r->shadow = mpck_shadow_new();
	r->order = mpck_ordering_new(r->shadow);
}

static void fini(void *state)
{
	struct race *r = state;

	mpck_ordering_free(r->order);
	mpck_shadow_free(r->shadow);
}

static void begin(void *state)
{
	struct race *r = state;

	mpck_shadow_begin(r->shadow);
	mpck_ordering_begin(r->order);
	r->nreported = 0;
}

uint64_t mpck_race_side(const void *pc, uint8_t kind)
{
	return mpck_site(pc, true) * 31 + kind;
}

uint64_t mpck_race_key(const void *object, uint64_t a, uint64_t b)
{
	uint64_t about[3] = { (uintptr_t)mpck_segment_start(object),
			      a < b ? a : b, a < b ? b : a };
	uint64_t key = XXH3_64bits(about, sizeof(about));

	return key ? key : 1;
}

static bool is_new(struct race *r, uint64_t key)
{
	for (size_t i = 0; i < r->nreported; i++) {
		if (r->reported[i] == key)
			return false;
	}
	if (r->nreported == REPORTS)
		return false;
	r->reported[r->nreported++] = key;
	return true;
}

static void report(struct race *r, const struct mpck_past *past)
{
	static const char *const does[] = { [MPP_OP_READ] = "reads",
					    [MPP_OP_WRITE] = "writes",
					    [MPP_OP_RMW] = "updates" };
	static const char *const did[] = { [MPP_OP_READ] = "read",
					   [MPP_OP_WRITE] = "written",
					   [MPP_OP_RMW] = "updated" };
	const struct mpck_happening *h = r->now;
	struct mpck_fault f = {
		.kind = MPCK_DATA_RACE, .task = h->task, .pc = h->op->pc,
		.key = mpck_race_key(h->op->object,
				     mpck_race_side(h->op->pc, h->op->kind),
				     mpck_race_side(past->pc, past->kind)),
		.other = past->task, .other_pc = past->pc,
		.object = h->op->object, .step = h->step,
		.other_step = past->step };
	char name[80];

	if (!is_new(r, f.key))
		return;
	if (!mpck_machine_is_recorded()) {
		mpck_report(&f);
		return;
	}
	mpck_describe_object(h->op, name);
	mpck_report_text(f, "%s %s %s, which %s has %s: nothing orders the two",
			 mpck_machine_task(h->task).name, does[h->op->kind],
			 name, mpck_machine_task(past->task).name,
			 did[past->kind]);
}

static bool is_ordered(const struct race *r, const struct mpck_past *past)
{
	return mpck_ordering_knows(r->order, r->now->task, past->task,
				past->clock);
}

static void compare(struct race *r, const struct mpck_past *past)
{
	if (!is_ordered(r, past) &&
	    !(past->atomic && mpck_is_atomic(r->now->op)))
		report(r, past);
}

static void remember(const struct race *r, struct mpck_past *past)
{
	const struct mpck_happening *h = r->now;

	past->pc = h->op->pc;
	past->step = h->step;
	past->task = h->task;
	past->clock = mpck_ordering_count(r->order, h->task);
	past->kind = h->op->kind;
	past->atomic = mpck_is_atomic(h->op);
}

static void write_cell(struct race *r, struct mpck_cell *cell)
{
	while (cell->reads) {
		uint32_t read = cell->reads;
		const struct mpck_past *past = mpck_shadow_read(r->shadow,
								read);

		compare(r, past);
		cell->reads = past->next;
		mpck_shadow_drop_read(r->shadow, read);
	}
	remember(r, &cell->write);
}

/* May the earlier read be forgotten for this one?  Whoever races with it races
 * with this one as well. */
static bool is_covered(const struct race *r, const struct mpck_past *read)
{
	return (read->atomic || !mpck_is_atomic(r->now->op)) &&
	       is_ordered(r, read);
}

static void read_cell(struct race *r, struct mpck_cell *cell)
{
	uint32_t *at = &cell->reads, mine;

	while (*at) {
		uint32_t read = *at;
		struct mpck_past *past = mpck_shadow_read(r->shadow, read);

		if (!is_covered(r, past)) {
			at = &past->next;
			continue;
		}
		*at = past->next;
		mpck_shadow_drop_read(r->shadow, read);
	}
	mine = mpck_shadow_add_read(r->shadow);
	remember(r, mpck_shadow_read(r->shadow, mine));
	mpck_shadow_read(r->shadow, mine)->next = cell->reads;
	cell->reads = mine;
}

static void access_cell(void *context, struct mpck_cell *cell)
{
	struct race *r = context;

	if (cell->write.clock)
		compare(r, &cell->write);
	if (mpck_is_write(r->now->op))
		write_cell(r, cell);
	else
		read_cell(r, cell);
}

static void access_memory(struct race *r, const struct mpck_happening *h)
{
	mpck_ordering_before_access(r->order, h);
	if (mpck_has_failed(h))
		return;
	r->now = h;
	mpck_shadow_each(r->shadow, h->op->object, h->op->size, access_cell,
			 r);
	mpck_ordering_after_access(r->order, h);
}

static void happened(void *state, const struct mpck_happening *h)
{
	struct race *r = state;

	if (mpck_step_grain())
		return;		/* libmpp's own words are no program's data */
	if (h->kind == MPCK_HAPPENED_OP && mpck_is_access(h->op)) {
		access_memory(r, h);
		return;
	}
	mpck_ordering_happened(r->order, h);
	if (h->kind == MPCK_HAPPENED_UNSHARE)
		mpck_shadow_forget(r->shadow, h->inside, h->size);
}

const struct mpck_detector_ops mpck_detector_data_race = {
	.name = "data-race",
	.summary = "accesses that nothing orders, one of them a write",
	.kinds = MPCK_BIT(MPCK_DATA_RACE),
	.state_size = sizeof(struct race),
	.init = init,
	.fini = fini,
	.begin = begin,
	.happened = happened,
};
