/* SPDX-License-Identifier: MIT */
/* rerun.c - see rerun.h. */
#include "explain/rerun.h"

static uint32_t index_of(const struct mpck_point *p, uint32_t task)
{
	return mpck_set_count(p->enabled & (mpck_set_of(task) - 1));
}

/* The next task in turn behind the one that ran last. */
static uint32_t in_turn(const struct mpck_point *p)
{
	mpck_taskset above = p->last < MPCK_MAX_TASKS
				     ? p->enabled & ~(mpck_set_of(p->last) * 2
						      - 1) : 0;

	return index_of(p, mpck_set_first(above ? above : p->enabled));
}

static uint32_t rest(enum mpck_rest how, const struct mpck_point *p)
{
	if (how == MPCK_REST_REFUSE)
		return MPCK_PICK_REFUSED;
	if (p->alternatives || how == MPCK_REST_LOWEST)
		return 0;
	if (how == MPCK_REST_FAIR)
		return in_turn(p);
	return p->last < MPCK_MAX_TASKS && mpck_set_has(p->enabled, p->last)
		       ? index_of(p, p->last) : 0;
}

/* The option that the trail's next choice names; UINT32_MAX: none. */
static uint32_t wanted(const struct mpck_point *p, uint32_t choice)
{
	if (p->alternatives)
		return choice < p->count ? choice : UINT32_MAX;
	if (choice >= MPCK_MAX_TASKS || !mpck_set_has(p->enabled, choice))
		return UINT32_MAX;
	return index_of(p, choice);
}

struct runner {
	struct mpck_rerun *rerun;
	size_t at;
};

static uint32_t choose(struct runner *x, const struct mpck_point *p)
{
	struct mpck_rerun *r = x->rerun;
	uint32_t option;

	if (x->at >= r->count)
		return rest(r->rest, p);
	option = wanted(p, r->choices[x->at++]);
	if (option == UINT32_MAX)
		return rest(r->misfit, p);
	r->used++;
	return option;
}

static uint32_t pick(void *context, const struct mpck_point *p)
{
	struct runner *x = context;
	uint32_t option = choose(x, p);

	if (!p->alternatives && option < p->count &&
	    p->last < MPCK_MAX_TASKS && mpck_set_has(p->enabled, p->last) &&
	    mpck_set_nth(p->enabled, option) != p->last)
		x->rerun->preemptions++;
	return option;
}

void mpck_rerun(struct mpck_rerun *r)
{
	struct runner x = { .rerun = r };

	r->used = 0;
	r->preemptions = 0;
	mpck_machine_picker(pick, &x, NULL);
	mpck_machine_record(r->record);
	mpck_machine_exact(true);
	r->end = mpck_machine_execute();
}
