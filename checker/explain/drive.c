/* SPDX-License-Identifier: MIT */
/*
 * drive.c - executing plans (course.h).
 *
 * A task that does nothing but look for many operations waits for somebody
 * else, whatever its code looks like: it gives way, or an execution in which
 * tasks stay would never end.
 */
#include <string.h>

#include "basics.h"
#include "explain/course.h"

enum {
	IDLE = 24,	/* operations without effect, then it gives way */
	MOST_EXECUTIONS = 2000,	/* to shrink */
	MOST_FLIPS = 1000,	/* to find what decides */
	MOST_OPERATIONS = 400000,	/* some tenths of a second */
	NEVER = UINT32_MAX,
};

struct drive {
	struct mpck_driver *driver;
	struct mpck_plan *plan;
	struct mpck_course *course;
	size_t at;		/* in the trail; of the deviations */
	bool preempts;		/* the operation that was chosen */
	uint32_t idle;		/* operations without effect of the task that
				 * ran last, until now */
};

static void add_move(struct drive *x, const struct mpck_move *m)
{
	struct mpck_course *c = x->course;

	if (c->nmoves == c->room) {
		c->room = c->room * 2 + 64;
		c->moves = mpck_checked(realloc(c->moves, c->room *
						sizeof(*c->moves)));
	}
	c->moves[c->nmoves++] = *m;
	c->own[m->task] = m->own + 1;
	c->preemptions += m->preempts;
}

static void add_fork(struct drive *x, const struct mpck_point *p,
		     uint32_t chosen)
{
	struct mpck_course *c = x->course;
	bool last = !p->alternatives && p->last < MPCK_MAX_TASKS &&
		    mpck_set_has(p->enabled, p->last);

	if (c->nforks == c->fork_room) {
		c->fork_room = c->fork_room * 2 + 64;
		c->forks = mpck_checked(realloc(c->forks, c->fork_room *
						sizeof(*c->forks)));
	}
	c->forks[c->nforks++] = (struct mpck_fork){
		.move = (uint32_t)(p->step - p->alternatives),
		.alternatives = p->alternatives, .count = (uint16_t)p->count,
		.chosen = (uint16_t)chosen,
		.last = last ? (uint16_t)p->last : UINT16_MAX,
		.enabled = p->enabled,
		.next = last ? mpck_pending(p, p->last)->object : NULL };
}

/* What can make no difference to others, however often it is done. */
static bool has_effect(const struct mpp_op *op, int result)
{
	switch (op->kind) {
	case MPP_OP_READ:
	case MPP_OP_POLL:
	case MPP_OP_SLEEP:
	case MPP_OP_CLOCK:
	case MPP_OP_ACQUIRE:
	case MPP_OP_RELEASE:
		return false;
	default:
		return result >= 0;
	}
}

static bool is_awaited(const struct mpck_move *m, const struct mpck_move *now)
{
	return m->task == now->task && now->own >= m->own &&
	       m->op.kind == now->op.kind && m->op.object == now->op.object &&
	       m->op.pc == now->op.pc;
}

static void observe(void *context, uint32_t task, const struct mpp_op *op,
		    int result)
{
	struct drive *x = context;
	struct mpck_course *c = x->course;
	struct mpck_hold *hold = &x->plan->hold;
	bool same = c->nmoves && c->moves[c->nmoves - 1].task == task;
	struct mpck_move m = { .op = *op, .task = task, .own = c->own[task],
			       .result = result, .preempts = x->preempts };

	x->idle = has_effect(op, result) ? 0 : same ? x->idle + 1 : 1;
	x->preempts = false;
	if (hold->until && !x->plan->reached && c->nmoves >= x->plan->follow) {
		x->plan->reached = is_awaited(hold->until, &m);
		x->plan->broken |= task == hold->task;
		if (x->plan->reached && hold->after == MPCK_AT_ONCE)
			x->plan->go_on = hold->task + 1;
	}
	add_move(x, &m);
}

/* Where the order has the task's next operation. */
static uint32_t place(const struct drive *x, uint32_t task)
{
	const struct mpck_order *o = x->plan->order;
	uint32_t at = o->first[task] + x->course->own[task];

	return at < o->first[task + 1] ? o->places[at] : NEVER;
}

static uint32_t earliest(const struct drive *x, mpck_taskset tasks)
{
	uint32_t best = mpck_set_first(tasks);

	for (mpck_taskset s = tasks; s; s &= s - 1) {
		uint32_t task = mpck_set_first(s);

		if (place(x, task) < place(x, best))
			best = task;
	}
	return best;
}

/* The task behind `last` in turn. */
static uint32_t in_turn(mpck_taskset tasks, uint32_t last)
{
	mpck_taskset above = tasks & ~(mpck_set_of(last) * 2 - 1);

	return mpck_set_first(above ? above : tasks);
}

static bool gives_way(const struct drive *x)
{
	return x->idle >= IDLE;
}

/* The task that ran last, while it can; then as the order says. */
static uint32_t stay(const struct drive *x, const struct mpck_point *p,
		     mpck_taskset tasks)
{
	mpck_taskset others;

	if (p->last >= MPCK_MAX_TASKS)
		return earliest(x, tasks);
	others = tasks & ~mpck_set_of(p->last);
	if (mpck_set_has(tasks, p->last) && (!gives_way(x) || !others))
		return p->last;
	if (gives_way(x) && place(x, earliest(x, others)) == NEVER)
		return in_turn(others, p->last);
	return earliest(x, others);
}

/* While somebody is held: to what is awaited, on the shortest way. */
static uint32_t towards(const struct drive *x, const struct mpck_point *p,
			mpck_taskset tasks)
{
	uint32_t wanted = x->plan->hold.until->task;

	if (!tasks)
		return MPCK_PICK_REFUSED;
	if (mpck_set_has(tasks, wanted) && !gives_way(x))
		return wanted;
	return stay(x, p, tasks);
}

static uint32_t after_hold(const struct drive *x, const struct mpck_point *p)
{
	const struct mpck_hold *hold = &x->plan->hold;
	mpck_taskset others = p->enabled & ~mpck_set_of(hold->task);

	switch (hold->after) {
	case MPCK_FAIRLY:
		return p->last < MPCK_MAX_TASKS ? in_turn(p->enabled, p->last)
						: stay(x, p, p->enabled);
	case MPCK_LATE:
		return stay(x, p, others ? others : p->enabled);
	default:
		return stay(x, p, p->enabled);
	}
}

static uint32_t by_order(struct drive *x, const struct mpck_point *p)
{
	struct mpck_plan *plan = x->plan;
	uint32_t next = earliest(x, p->enabled);

	if (place(x, next) < plan->follow)
		return next;
	if (plan->go_on) {
		uint32_t once = plan->go_on - 1;

		plan->go_on = 0;
		if (mpck_set_has(p->enabled, once))
			return once;
	}
	if (!plan->hold.until)
		return stay(x, p, p->enabled);
	if (plan->reached)
		return after_hold(x, p);
	return towards(x, p, p->enabled & ~mpck_set_of(plan->hold.task));
}

/* MPCK_PICK_REFUSED: as the plan goes on by itself. */
static uint32_t deviate(struct drive *x)
{
	const struct mpck_plan *plan = x->plan;

	if (plan->trail)
		return x->at < plan->ntrail ? plan->trail[x->at++]
					    : MPCK_PICK_REFUSED;
	if (x->at < plan->ndeviations &&
	    plan->deviations[x->at].fork == x->course->nforks)
		return plan->deviations[x->at++].chosen;
	return MPCK_PICK_REFUSED;
}

static uint32_t choose_alternative(struct drive *x, const struct mpck_point *p)
{
	const struct mpck_order *o = x->plan->order;
	uint32_t wanted = deviate(x);

	for (size_t i = 0; wanted >= p->count && o && i < o->nalternatives;
	     i++) {
		if (o->alternatives[i].task == p->task &&
		    o->alternatives[i].own == x->course->own[p->task])
			wanted = o->alternatives[i].taken;
	}
	return wanted < p->count ? wanted : 0;
}

static uint32_t choose_task(struct drive *x, const struct mpck_point *p)
{
	uint32_t wanted = deviate(x);

	if (wanted < MPCK_MAX_TASKS && mpck_set_has(p->enabled, wanted))
		return wanted;
	if (!x->plan->order)
		return mpck_set_first(p->enabled);
	return by_order(x, p);
}

/* What is common to all executions is not told again once it is kept. */
static void begin_with_prefix(struct drive *x, uint64_t step)
{
	struct mpck_driver *d = x->driver;
	struct mpck_course *c = x->course;

	if (!c->nmoves && step) {
		for (size_t i = 0; i < d->nprefix; i++) {
			/* Nobody is held there. */
			x->plan->broken |= x->plan->hold.until &&
					   i >= x->plan->follow &&
					   d->prefix[i].task ==
						   x->plan->hold.task;
			add_move(x, &d->prefix[i]);
		}
	} else if (!d->prefix) {
		d->nprefix = c->nmoves;
		d->prefix = mpck_checked(malloc((c->nmoves + 1) *
						sizeof(*c->moves)));
		if (c->nmoves)
			memcpy(d->prefix, c->moves,
			       c->nmoves * sizeof(*c->moves));
	}
}

static uint32_t pick(void *context, const struct mpck_point *p)
{
	struct drive *x = context;
	uint32_t chosen;

	if (!x->course->nforks)
		begin_with_prefix(x, p->step - p->alternatives);
	chosen = p->alternatives ? choose_alternative(x, p)
				 : choose_task(x, p);
	if (chosen == MPCK_PICK_REFUSED)
		return chosen;
	add_fork(x, p, chosen);
	if (p->alternatives)
		return chosen;
	x->preempts = p->last < MPCK_MAX_TASKS && chosen != p->last &&
		      mpck_set_has(p->enabled, p->last);
	return mpck_set_count(p->enabled & (mpck_set_of(chosen) - 1));
}

/*
 * Drivers.
 */
void mpck_driver_open(struct mpck_driver *d, const struct mpck_target *target)
{
	*d = (struct mpck_driver){ .target = target,
				   .most_executions = MOST_EXECUTIONS,
				   .most_operations = MOST_OPERATIONS };
	mpck_machine_record(false);
	mpck_machine_teach(target->learned);
	mpck_machine_exact(true);
}

void mpck_driver_limit(struct mpck_driver *d, uint64_t operations)
{
	uint64_t limit = mpck_machine_limit(operations);

	if (!d->limit)
		d->limit = limit;
	if (operations > d->limit)
		mpck_machine_limit(d->limit);
}

void mpck_driver_close(struct mpck_driver *d)
{
	if (d->limit)
		mpck_machine_limit(d->limit);
	free(d->prefix);
	d->prefix = NULL;
}

void mpck_driver_more(struct mpck_driver *d)
{
	d->most_executions = d->executions + MOST_FLIPS;
	d->most_operations = d->operations + MOST_OPERATIONS / 2;
}

bool mpck_driver_spent(const struct mpck_driver *d)
{
	return d->executions >= d->most_executions ||
	       d->operations >= d->most_operations ||
	       (d->target->deadline > 0 &&
		mpck_seconds() > d->target->deadline);
}

/* Exits or times that somebody asks for are visible in other executions than
 * those that the target's schedules speak of. */
static bool learnt_nothing(const struct mpck_driver *d)
{
	struct mpck_learned now = mpck_machine_learned();

	if (now.clock == d->target->learned.clock &&
	    now.exits == d->target->learned.exits)
		return true;
	mpck_machine_teach(d->target->learned);
	return false;
}

void mpck_drive(struct mpck_driver *d, struct mpck_plan *plan,
		struct mpck_course *c)
{
	struct drive x = { .driver = d, .plan = plan, .course = c };

	c->nmoves = c->nforks = 0;
	c->preemptions = 0;
	memset(c->own, 0, sizeof(c->own));
	plan->reached = plan->broken = false;
	mpck_machine_picker(pick, &x, observe);
	c->end = mpck_machine_execute();
	c->known = learnt_nothing(d);
	d->executions++;
	d->operations += c->nmoves;
}

bool mpck_drive_shows(const struct mpck_driver *d, const struct mpck_course *c)
{
	return c->known && mpck_shows(d->target, c->end);
}
