/* SPDX-License-Identifier: MIT */
/*
 * judging.h - a search of the state space against all interleavings.
 *
 * dfs runs a program without any reduction.  "prove" must then give the same
 * outcomes, findings and verdict, whichever of its reductions are on, and when
 * it counts, the same counts; and what it reports must replay.  The first
 * difference becomes a report with all that is needed to see it again.
 */
#ifndef MPCK_TESTS_JUDGING_H
#define MPCK_TESTS_JUDGING_H

#include "judging/comparing.h"
#include "detectors/detector.h"
#include "judging/families.h"
#include "prove/mutants.h"

enum { MOST_INTERLEAVINGS = 20000, MOST_REPLAYS = 4 };

struct statistics {
	uint64_t programs;	/* judged */
	uint64_t too_big;	/* not judged: dfs did not end in time */
	uint64_t interleavings, outcomes, states, transitions;
	uint64_t with_findings, with_deadlocks, with_several_outcomes;
	uint64_t with_races;
	uint64_t twins, silent, restarts;	/* programs that had some */
	uint64_t operations[OPERATIONS];	/* in judged programs */
};

struct judge {
	struct mpck_module *module;
	uint64_t most;		/* interleavings of a program worth judging */
	int mutant;		/* enum mpck_mutant; 0: none */
	bool thorough;		/* every way, not of a sample only */
	struct statistics seen;
};

static inline struct judge judge_open(const char *module)
{
	return (struct judge){ .module = open_module(module),
			       .most = MOST_INTERLEAVINGS };
}

static inline void judge_close(struct judge *j)
{
	mpck_module_close(j->module);
}

/* The others look at executions, of which a search has only some. */
static inline struct run run_with(const struct judge *j,
				  struct mpck_options options)
{
	options.detect = true;
	options.undetected = ~MPCK_BIT(MPCK_DETECTOR_data_race);
	return run_module(j->module, &options);
}

/* Only the search makes the mistake: the machine that it is compared with has
 * to be right. */
static inline void make_mistake(int mutant)
{
#ifdef MPCK_WITH_MUTANTS
	mpck_mutant = (enum mpck_mutant)mutant;
#else
	ck_assert_int_eq(mutant, 0);
#endif
}

static inline struct run search(const struct judge *j, const struct way *way)
{
	struct mpck_options options = options_of(way);
	struct run r;

	make_mistake(j->mutant);
	r = run_with(j, options);
	make_mistake(0);
	return r;
}

/* Whether the search did as it was told. */
static inline char *check_space(const struct mpck_result *found,
				const struct way *way)
{
	const struct mpck_space_figures *s = &found->space;

	if (!found->complete)
		return sentence("the search did not end");
	if (!s->searched)	/* one interleaving needs no search */
		return NULL;
	if (!s->finished || s->out_of_memory)
		return sentence("the space was not finished");
	if (s->cycle != MPCK_CYCLE_NONE)
		return sentence("a cycle is said to exist");
	if (way->no_symmetry && s->twins)
		return sentence("twins were left out nevertheless");
	if (way->no_silent && (s->silent || s->silent_objects))
		return sentence("objects were silent nevertheless");
	return NULL;
}

static inline bool has_race(const struct mpck_result *r, uint64_t key)
{
	for (size_t i = 0; i < r->nfindings; i++) {
		if (r->findings[i].kind == MPCK_DATA_RACE &&
		    r->findings[i].key == key)
			return true;
	}
	return false;
}

/*
 * Some state has two conflicting accesses about to be made if and only if some
 * execution has two that nothing orders; and the former are among the latter,
 * which also know what lies behind a first race.
 */
static inline char *compare_races(const struct mpck_result *all,
				  const struct mpck_result *found)
{
	size_t n = findings_of(all, MPCK_DATA_RACE);

	if (found->space.searched && (n > 0) != (found->space.races > 0))
		return sentence("%" PRIu64 " data races in states, %zu in "
				"executions", found->space.races, n);
	if (found->space.races != findings_of(found, MPCK_DATA_RACE))
		return sentence("%" PRIu64 " data races in states, but %zu "
				"reported", found->space.races,
				findings_of(found, MPCK_DATA_RACE));
	for (size_t i = 0; i < found->nfindings; i++) {
		const struct mpck_found *f = &found->findings[i];

		if (f->kind == MPCK_DATA_RACE && !has_race(all, f->key))
			return sentence("no execution has the data race: %s",
					f->message);
	}
	return NULL;
}

static inline char *compare(const struct run *all, const struct run *found,
			    const struct way *way)
{
	char *text;

	if (found->err)
		return sentence("error: %s", found->sentence);
	text = check_space(&found->result, way);
	if (!text)
		text = compare_outcomes(&all->result, &found->result);
	if (!text)
		text = compare_findings(&all->result, &found->result);
	if (!text)
		text = compare_races(&all->result, &found->result);
	if (!text)
		text = compare_verdicts(&all->result, &found->result);
	if (!text && way->count)
		text = compare_counts(&all->result, &found->result);
	return text;
}

/* What was found must be there again when its token is replayed. */

static inline struct run replay(const struct judge *j, const char *token)
{
	return run_with(j, (struct mpck_options){ .strategy = "replay",
						  .interleavings = 1,
						  .token = token });
}

static inline char *replay_outcome(const struct judge *j,
				   const struct mpck_outcome *o)
{
	struct run r = replay(j, o->token);
	char *text = NULL;

	if (r.err)
		text = sentence("%s, token %s: %s", o->text, o->token,
				r.sentence);
	else if (strcmp(r.result.outcomes[0].text, o->text) != 0)
		text = sentence("%s, token %s, replays as %s", o->text,
				o->token, r.result.outcomes[0].text);
	mpck_result_fini(&r.result);
	return text;
}

static inline char *replay_finding(const struct judge *j,
				   const struct mpck_found *f)
{
	struct run r = replay(j, f->token);
	char *text = NULL;

	if (r.err)
		text = sentence("%s, token %s: %s", f->message, f->token,
				r.sentence);
	else if (!findings_of(&r.result, f->kind))
		text = sentence("%s, token %s, is not found again", f->message,
				f->token);
	mpck_result_fini(&r.result);
	return text;
}

static inline char *replay_all(const struct judge *j,
			       const struct mpck_result *found)
{
	char *text = NULL;

	for (size_t i = 0; i < found->noutcomes && i < MOST_REPLAYS && !text;
	     i++)
		text = replay_outcome(j, &found->outcomes[i]);
	for (size_t i = 0; i < found->nfindings && i < MOST_REPLAYS && !text;
	     i++)
		text = replay_finding(j, &found->findings[i]);
	return text;
}

/* Reports. */

static inline char *report(const struct judge *j, char *difference,
			   const struct run *all, const struct run *found,
			   const struct way *way)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(out);
	fprintf(out, "%s: %s\n", way->name, difference);
	print_run(out, "dfs", all);
	print_run(out, JUDGED_STRATEGY, found);
	fprintf(out, "mpcheck scenario %s --strategy " JUDGED_STRATEGY " %s",
		mpck_module_path(j->module), way->options);
	fclose(out);
	free(difference);
	return text;
}

/* Judging. */

static inline void count_search(struct statistics *s,
				const struct mpck_result *found)
{
	s->states += found->space.states;
	s->transitions += found->space.transitions;
	s->twins += found->space.twins > 0;
	s->silent += found->space.silent > 0;
	s->restarts += found->space.restarts > 0;
}

static inline void count_program(struct statistics *s,
				 const struct mpck_result *all)
{
	s->programs++;
	s->interleavings += all->executions;
	s->outcomes += all->noutcomes;
	s->with_several_outcomes += all->noutcomes > 1;
	s->with_findings += all->nfindings > 0;
	s->with_deadlocks += findings_of(all, MPCK_DEADLOCK) > 0;
	s->with_races += findings_of(all, MPCK_DATA_RACE) > 0;
}

static inline char *judge_way(struct judge *j, const struct run *all,
			      const struct way *way)
{
	struct run found = search(j, way);
	char *difference = compare(all, &found, way);

	if (!difference && way == ways) {
		difference = replay_all(j, &found.result);
		count_search(&j->seen, &found.result);
	}
	if (difference)
		difference = report(j, difference, all, &found, way);
	mpck_result_fini(&found.result);
	return difference;
}

/* The module as its parameters are now: a report, or NULL. */
static inline char *judge_module(struct judge *j)
{
	struct run all = run_with(j, (struct mpck_options){
					     .strategy = "dfs",
					     .interleavings = j->most });
	char *difference = NULL;

	ck_assert_msg(!all.err, "%s", all.sentence);
	if (all.result.complete) {
		count_program(&j->seen, &all.result);
		for (size_t i = 0; i < COUNT(ways) && !difference; i++) {
			if (j->thorough ||
			    j->seen.programs % ways[i].sample == 0)
				difference = judge_way(j, &all, &ways[i]);
		}
	} else {
		j->seen.too_big++;
	}
	mpck_result_fini(&all.result);
	return difference;
}

/* Generated programs. */

static inline void set_params(struct judge *j, const struct program *p)
{
	char text[MPCK_SENTENCE], assignment[40];

	for (int i = 0; i < PARAMS; i++) {
		snprintf(assignment, sizeof(assignment), "%c=%" PRId64,
			 PARAM_LETTERS[i], p->param[i]);
		ck_assert_msg(!mpck_module_set(j->module, assignment, text),
			      "%s", text);
	}
}

static inline void count_operations(struct statistics *s,
				    const struct program *p)
{
	for (int f = -1; f < FUNCTIONS; f++) {
		for (int i = 0; i < length_of(p, f); i++)
			s->operations[kind_of(operation(p, f, i))]++;
	}
}

/* The report gets the parameters and the program as people read it. */
static inline char *add_program(char *difference, const struct program *p)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(out);
	fputs(difference, out);
	print_params(out, p);
	fputc('\n', out);
	print_program(out, p);
	fclose(out);
	free(difference);
	return text;
}

static inline char *judge_program(struct judge *j, const struct program *p)
{
	uint64_t judged = j->seen.programs;
	char *difference;

	if (interleavings_at_most(p) > 20.0 * (double)j->most) {
		j->seen.too_big++;
		return NULL;
	}
	set_params(j, p);
	difference = judge_module(j);
	if (j->seen.programs > judged)
		count_operations(&j->seen, p);
	return difference ? add_program(difference, p) : NULL;
}

/*
 * Making a program smaller: whatever can go while the difference stays.
 */

static inline bool still_differs(struct judge *j, struct program p,
				 const char *form)
{
	char *difference;
	bool same;

	make_sane(&p);
	last_form = NULL;
	difference = judge_program(j, &p);
	same = difference && last_form == form;
	free(difference);
	return same;
}

/* One change for the simpler; false: there is no such change. */
static inline bool simplify(struct program *p, int step)
{
	const int operations = MAIN_SCRIPT + FUNCTIONS * SCRIPT;
	int at = step - operations, f = at % FUNCTIONS, kid = at % KIDS;
	int lock = at - 2 * FUNCTIONS - 3 * KIDS;

	if (step < MAIN_SCRIPT)
		leave_out(p, -1, step);
	else if (at < 0)
		leave_out(p, (step - MAIN_SCRIPT) / SCRIPT,
			  (step - MAIN_SCRIPT) % SCRIPT);
	else if (at < FUNCTIONS)
		set_use(p, f, IGNORED);
	else if (at < 2 * FUNCTIONS)
		set_ending(p, f, DIES);
	else if (at < 2 * FUNCTIONS + KIDS)
		set_thread(p, kid, false);
	else if (at < 2 * FUNCTIONS + 2 * KIDS)
		set_daemon(p, kid, false);
	else if (at < 2 * FUNCTIONS + 3 * KIDS)
		set_kid(p, kid, kid_function(p, kid), 0);
	else if (lock < LOCKS)
		set_unowned(p, (unsigned)lock, false);
	else if (lock == LOCKS)
		set_roomy(p, false);
	else if (lock == LOCKS + 1)
		set_memory(p, ALL);
	else
		return false;
	make_sane(p);
	return true;
}

static inline struct program shrink(struct judge *j, struct program p,
				    const char *form)
{
	bool again = true;

	while (again) {
		struct program smaller = p;

		again = false;
		for (int step = 0; simplify(&smaller, step); step++) {
			if (memcmp(&smaller, &p, sizeof(p)) != 0 &&
			    still_differs(j, smaller, form)) {
				p = smaller;
				again = true;
			}
			smaller = p;
		}
	}
	return p;
}

/* The difference that a program shows, shown by one as small as can be. */
static inline char *judge_and_shrink(struct judge *j, const struct program *p)
{
	char *difference = judge_program(j, p), *smallest;
	const char *form = last_form;
	struct program small;

	if (!difference)
		return NULL;
	j->thorough = true;
	small = shrink(j, *p, form);
	smallest = judge_program(j, &small);
	j->thorough = false;
	if (!smallest)
		return difference;
	free(difference);
	return smallest;
}

static inline uint64_t default_programs(enum family family)
{
	static const uint64_t programs[] = {
#define FAMILY(id, programs, thrown) programs,
#include "judging/families.def"
#undef FAMILY
	};

	return programs[family];
}

static inline void print_statistics(const struct statistics *s)
{
	printf("%" PRIu64 " programs (%" PRIu64 " more were too big), %" PRIu64
	       " interleavings, %" PRIu64 " outcomes; several outcomes: %"
	       PRIu64 ", findings: %" PRIu64 ", deadlocks: %" PRIu64
	       ", data races: %" PRIu64 "\n"
	       "%" PRIu64 " states, %" PRIu64 " transitions; twins merged in %"
	       PRIu64 ", silent steps in %" PRIu64 ", restarts in %" PRIu64
	       "\n", s->programs, s->too_big, s->interleavings, s->outcomes,
	       s->with_several_outcomes, s->with_findings, s->with_deadlocks,
	       s->with_races,
	       s->states, s->transitions, s->twins, s->silent, s->restarts);
	for (unsigned i = 0; i < OPERATIONS; i++) {
		if (s->operations[i])
			printf("%s %" PRIu64 "  ", operation_rows[i].word,
			       s->operations[i]);
	}
	printf("\n");
}

#endif
