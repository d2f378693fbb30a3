/* SPDX-License-Identifier: MIT */
/*
 * test_shrink.c - shrunk schedules show the same, and need as few preemptions
 * as any.
 *
 * What is known by theory or by exhaustive search is asked for exactly.  On
 * generated programs every interleaving is executed for the least number of
 * preemptions of each of their ends.  JUDGE_PROGRAMS=n asks n programs of each
 * family, JUDGE_STATISTICS=1 prints the numbers.
 */
#include "explaining.h"
#include "judging.h"
#include "machine/tools.h"

enum { MOST_EXECUTED = 3000 };	/* interleavings of a generated program */

/* A wild schedule of each final value, from a random sample. */
static struct explored sampled(const char *name, const char *one,
			       const char *two, uint64_t executions)
{
	struct explored e;

	EXPLORE(&e, name, .strategy = "random", .executions = executions,
		.seed = 7, .set = { one, two });
	ck_assert_msg(!e.err, "%s", e.sentence);
	return e;
}

/* Preemptions of the outcome's schedule after shrinking. */
static unsigned shrunk(struct explored *e, const struct mpck_outcome *o)
{
	struct mpck_learned learned;
	struct mpck_trail trail = trail_of(e->module, o->token, &learned);
	struct mpck_target t = target_of(e->module, o->text, learned);
	struct mpck_explanation *why = mpck_explain(&t, &trail);
	unsigned preemptions, counted;
	char *end;

	ck_assert_msg(why != NULL, "%s is not shown by its schedule", o->text);
	preemptions = why->trace.preemptions;
	ck_assert_uint_le(preemptions, why->preemptions_found);
	end = end_of(&trail, &counted);
	ck_assert_str_eq(end, o->text);
	ck_assert_uint_eq(preemptions, counted);
	free(end);
	free(trail.choices);
	mpck_explanation_free(why);
	return preemptions;
}

/* "2:4 3:1 ...": each final value that was seen, and what it needs. */
static void needs(const char *name, const char *one, const char *two,
		  uint64_t executions, const char *expected)
{
	struct explored e = sampled(name, one, two, executions);
	char text[1000] = "";
	size_t at = 0;

	machine_open(e.module);
	qsort(e.result.outcomes, e.result.noutcomes,
	      sizeof(*e.result.outcomes), by_text);
	for (size_t i = 0; i < e.result.noutcomes; i++) {
		const struct mpck_outcome *o = &e.result.outcomes[i];
		const char *value = strchr(o->text, '=');

		if (!o->right)
			at += (size_t)snprintf(text + at, sizeof(text) - at,
					       "%s%s:%u", at ? " " : "",
					       value ? value + 1 : o->text,
					       shrunk(&e, o));
	}
	machine_close();
	ck_assert_str_eq(text, expected);
	done(&e);
}

START_TEST(two_increments_need_one)
{
	needs("/raw-counter", "p=2", "k=1", 100, "1:1");
}
END_TEST

START_TEST(two_counters_of_three)
{
	needs("/raw-counter", "p=2", "k=3", 20000, "2:4 3:1 4:2 5:2");
}
END_TEST

START_TEST(two_counters_of_five)
{
	needs("/raw-counter", "p=2", "k=5", 50000,
	      "2:4 3:4 4:4 5:1 6:2 7:2 8:2 9:2");
}
END_TEST

START_TEST(three_counters_of_three)
{
	needs("/raw-counter", "p=3", "k=3", 50000,
	      "2:4 3:1 4:2 5:2 6:1 7:2 8:2");
}
END_TEST

START_TEST(every_wrong_balance_needs_one)
{
	needs("/balance-unlocked", "n=2", NULL, 5000,
	      "0:1 100:1 150:1 250:1 300:1 50:1");
}
END_TEST

START_TEST(extremes_of_a_bank_need_one)
{
	needs("/bank-unlocked", "k=5", NULL, 20000,
	      "195:1 196:2 197:2 198:2 199:2 201:2 202:2 203:2 204:2 205:1");
}
END_TEST

/*
 * Generated programs.
 */
struct account {
	uint64_t programs, ends, least, wild, shrunk, needed;
};

/* The schedule is one of those that end so, with equal chances. */
static void shrink_end(struct mpck_module *module, const struct least *l,
		       struct mpck_learned learned, struct account *a)
{
	size_t bytes = l->trail.count * sizeof(*l->trail.choices);
	struct mpck_trail trail = { .choices = malloc(bytes + 1),
				    .count = l->trail.count };
	struct mpck_target t = target_of(module, l->end, learned);
	struct mpck_explanation *why;
	unsigned counted;
	char *end;

	ck_assert_ptr_nonnull(trail.choices);
	memcpy(trail.choices, l->trail.choices, bytes);
	why = mpck_explain(&t, &trail);
	ck_assert_ptr_nonnull(why);
	end = end_of(&trail, &counted);
	ck_assert_str_eq(end, l->end);
	ck_assert_uint_eq(counted, why->trace.preemptions);
	ck_assert_uint_ge(counted, l->preemptions);
	ck_assert_uint_le(counted, why->preemptions_found);
	a->ends++;
	a->least += counted == l->preemptions;
	a->wild += why->preemptions_found;
	a->shrunk += counted;
	a->needed += l->preemptions;
	free(end);
	free(trail.choices);
	mpck_explanation_free(why);
}

static void shrink_program(struct judge *j, const struct program *p,
			   uint64_t seed, struct account *a)
{
	static struct every all;
	struct mpck_learned learned;

	set_params(j, p);
	machine_open(j->module);
	/* What it learns, it learns in its first execution, or it is left. */
	mpck_machine_picker(first_option, NULL, NULL);
	mpck_machine_execute();
	learned = mpck_machine_learned();
	if (execute_every(&all, MOST_EXECUTED, learned, seed)) {
		a->programs++;
		for (size_t i = 0; i < all.nends; i++) {
			if (all.ends[i].end[0] != '(' ||
			    !strncmp(all.ends[i].end, "(deadlock", 9))
				shrink_end(j->module, &all.ends[i], learned,
					   a);
		}
	}
	every_fini(&all);
	machine_close();
}

/* None of them needs fewer than were found; all needed some at first. */
static void shrink_family(enum family family)
{
	uint64_t programs = from_environment("JUDGE_PROGRAMS",
					     MPCK_ASAN ? 10 : 200);
	struct judge j = judge_open("judged-program");
	struct account a = { 0 };

	for (uint64_t i = 0; a.programs < programs; i++) {
		struct program p = throw_program(1, family, i);

		if (interleavings_at_most(&p) <= 20.0 * MOST_EXECUTED)
			shrink_program(&j, &p, i, &a);
	}
	if (getenv("JUDGE_STATISTICS"))
		printf("%" PRIu64 " of %" PRIu64 " ends; %" PRIu64 " preempt"
		       "ions became %" PRIu64 ", %" PRIu64 " are needed\n",
		       a.least, a.ends, a.wild, a.shrunk, a.needed);
	ck_assert_uint_gt(a.wild, 2 * a.needed);
	ck_assert_uint_gt(a.needed, programs / 5);
	ck_assert_uint_eq(a.least, a.ends);
	judge_close(&j);
}

START_TEST(programs_about_cells)
{
	shrink_family(FAMILY_CELLS);
}
END_TEST

START_TEST(programs_about_locks)
{
	shrink_family(FAMILY_LOCKS);
}
END_TEST

START_TEST(programs_about_queues)
{
	shrink_family(FAMILY_QUEUES);
}
END_TEST

START_TEST(programs_about_lives)
{
	shrink_family(FAMILY_LIVES);
}
END_TEST

START_TEST(programs_about_the_rest)
{
	shrink_family(FAMILY_THE_REST);
}
END_TEST

START_TEST(a_deadlock_needs_one)
{
	struct explored e;

	EXPLORE(&e, "/lock-order", .strategy = "random", .executions = 100,
		.explain = true);
	only_finding(&e, MPCK_DEADLOCK, "wait");
	ck_assert_uint_eq(e.result.findings[0].why->trace.preemptions, 1);
	done(&e);
}
END_TEST

UNIT_MAIN(
	UNIT(two_increments_need_one)
	UNIT(two_counters_of_three)
	UNIT(two_counters_of_five)
	UNIT(three_counters_of_three)
	UNIT(every_wrong_balance_needs_one)
	UNIT(extremes_of_a_bank_need_one)
	UNIT(a_deadlock_needs_one)
	UNIT(programs_about_cells)
	UNIT(programs_about_locks)
	UNIT(programs_about_queues)
	UNIT(programs_about_lives)
	UNIT(programs_about_the_rest)
)
