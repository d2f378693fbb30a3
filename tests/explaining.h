/* SPDX-License-Identifier: MIT */
/*
 * explaining.h - explanations of chosen outcomes, and the least preemptions that
 * an outcome needs, found by executing every interleaving.
 *
 * The least is found in the plainest way: each interleaving is executed, its
 * preemptions are counted where the choices are made, and the smallest number
 * of each outcome is kept.  Nothing of the checker's explaining is used.
 */
#ifndef MPCK_TESTS_EXPLAINING_H
#define MPCK_TESTS_EXPLAINING_H

#include "explain/explain.h"
#include "explore/judge.h"
#include "explore/token.h"
#include "explore/where.h"
#include "explored.h"

static inline uint32_t first_option(void *context, const struct mpck_point *p)
{
	(void)context, (void)p;
	return 0;
}

/* The module's machine is open between these two. */
static inline void machine_open(struct mpck_module *module)
{
	char sentence[MPCK_SENTENCE] = "";
	const struct mpck_machine_options o = { .pick = first_option,
						.max_steps = 100000 };

	ck_assert_msg(!mpck_machine_open(module, &o, sentence), "%s", sentence);
}

static inline void machine_close(void)
{
	mpck_machine_close();
	mpck_where_close();
}

/* A token's trail; the caller frees the choices. */
static inline struct mpck_trail trail_of(struct mpck_module *module,
					 const char *token,
					 struct mpck_learned *learned)
{
	struct mpck_token t;
	char sentence[MPCK_SENTENCE] = "";

	ck_assert_msg(!mpck_token_read(&t, token, module, sentence), "%s",
		      sentence);
	*learned = t.learned;
	return (struct mpck_trail){ t.choices, t.count, t.round };
}

/* How the execution ended: "x=1", or which deadlock it was. */
static inline char *end_now(enum mpck_end end)
{
	char *text = NULL;

	if (end != MPCK_END_DEADLOCK)
		return mpck_outcome_now(end);
	ck_assert_int_ge(asprintf(&text, "(deadlock %" PRIx64 ")",
				  mpck_deadlock_key()), 0);
	return text;
}

/* What an end is as a target. */
static inline struct mpck_target target_of(struct mpck_module *module,
					   char *end,
					   struct mpck_learned learned)
{
	struct mpck_target t = { .kind = MPCK_UNEXPECTED_VALUE,
				 .outcome = end, .module = module,
				 .learned = learned };

	if (sscanf(end, "(deadlock %" SCNx64 ")", &t.key) == 1) {
		t.kind = MPCK_DEADLOCK;
		t.outcome = NULL;
	}
	return t;
}

/* The trail, followed; how it ends.  Preemptions are counted here. */
struct following {
	const struct mpck_trail *trail;
	size_t at;
	unsigned preemptions;
};

static inline void count_preemption(unsigned *count, const struct mpck_point *p,
				    uint32_t option)
{
	*count += !p->alternatives && p->last < MPCK_MAX_TASKS &&
		  mpck_set_has(p->enabled, p->last) &&
		  mpck_set_nth(p->enabled, option) != p->last;
}

static inline uint32_t follow_trail(void *context, const struct mpck_point *p)
{
	struct following *f = context;
	uint32_t option;

	if (f->at >= f->trail->count)
		return MPCK_PICK_REFUSED;
	option = f->trail->choices[f->at++];
	if (!p->alternatives) {
		if (!mpck_set_has(p->enabled, option))
			return MPCK_PICK_REFUSED;
		option = mpck_set_count(p->enabled &
					(mpck_set_of(option) - 1));
	}
	count_preemption(&f->preemptions, p, option);
	return option;
}

static inline char *end_of(const struct mpck_trail *trail,
			   unsigned *preemptions)
{
	struct following f = { .trail = trail };
	enum mpck_end end;

	mpck_machine_picker(follow_trail, &f, NULL);
	mpck_machine_record(false);
	mpck_machine_exact(true);
	end = mpck_machine_execute();
	*preemptions = f.preemptions;
	return end_now(end);
}

/*
 * Every interleaving.
 */
enum { MOST_DEPTH = 400, MOST_ENDS = 300 };

struct least {
	char *end;
	unsigned preemptions;
	uint64_t executions;
	struct mpck_trail trail;	/* of any that ends so */
};

struct every {
	uint32_t taken[MOST_DEPTH], options[MOST_DEPTH];
	size_t depth, length;	/* choices made; of the present path */
	unsigned preemptions;
	struct least ends[MOST_ENDS];
	size_t nends;
	uint64_t executions;
	uint64_t random;	/* which trail is kept */
};

static inline uint32_t next_option(void *context, const struct mpck_point *p)
{
	struct every *e = context;
	size_t at = e->depth++;

	if (at >= MOST_DEPTH)
		return MPCK_PICK_REFUSED;
	if (at == e->length) {
		e->taken[at] = 0;
		e->options[at] = p->count;
		e->length++;
	}
	count_preemption(&e->preemptions, p, e->taken[at]);
	return e->taken[at];
}

/* The next path; false: that was the last. */
static inline bool next_path(struct every *e)
{
	while (e->length && e->taken[e->length - 1] + 1 ==
				    e->options[e->length - 1])
		e->length--;
	if (!e->length)
		return false;
	e->taken[e->length - 1]++;
	return true;
}

static inline uint64_t thrown(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return *state >> 33;
}

static inline struct least *least_of(struct every *e, const char *end)
{
	for (size_t i = 0; i < e->nends; i++) {
		if (!strcmp(e->ends[i].end, end))
			return &e->ends[i];
	}
	return NULL;
}

static inline bool keep_least(struct every *e, enum mpck_end end)
{
	char *text = end_now(end);
	struct least *l = least_of(e, text);

	if (!l) {
		if (e->nends == MOST_ENDS) {
			free(text);
			return false;
		}
		l = &e->ends[e->nends++];
		*l = (struct least){ .end = strdup(text),
				     .preemptions = UINT32_MAX };
	}
	free(text);
	if (e->preemptions < l->preemptions)
		l->preemptions = e->preemptions;
	/* Any of them with the same chance. */
	if (thrown(&e->random) % ++l->executions == 0) {
		free(l->trail.choices);
		l->trail = mpck_trail_now();
	}
	return true;
}

static inline void every_fini(struct every *e)
{
	for (size_t i = 0; i < e->nends; i++) {
		free(e->ends[i].end);
		free(e->ends[i].trail.choices);
	}
	e->nends = 0;
}

/* false: there are more than `most`, or something was learnt. */
static inline bool execute_every(struct every *e, uint64_t most,
				 struct mpck_learned learned, uint64_t seed)
{
	*e = (struct every){ .random = seed };
	mpck_machine_teach(learned);
	mpck_machine_record(false);
	mpck_machine_exact(true);
	do {
		enum mpck_end end;

		mpck_machine_picker(next_option, e, NULL);
		e->depth = 0;
		e->preemptions = 0;
		end = mpck_machine_execute();
		if (e->depth > MOST_DEPTH || ++e->executions > most ||
		    mpck_machine_learned().exits != learned.exits ||
		    mpck_machine_learned().clock != learned.clock ||
		    !keep_least(e, end))
			return false;
	} while (next_path(e));
	return true;
}

#endif
