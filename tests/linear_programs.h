/* SPDX-License-Identifier: MIT */
/*
 * linear_programs.h - programs at step grain, proved and compared with models.
 *
 * A test file has its own table `programs`, asks are_right(unit), and has
 * is_found() say that each mistake of mutants.def in its units is found:
 *
 *	#define MPP_MUTATION(id, unit, text) \
 *		is_found(programs, COUNT(programs), MPP_MUTANT_##id, #unit, text);
 */
#ifndef MPCK_TESTS_LINEAR_PROGRAMS_H
#define MPCK_TESTS_LINEAR_PROGRAMS_H

#include "linear.h"
#include "steps.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

struct explored_program {
	const char *unit;	/* of mutants.def */
	const char *module;
	model_step *step;	/* NULL: the outcome is `right` */
	const char *right;	/* beside a step: why whole calls differ */
};

/* NULL, or what is wrong with the program. */
static inline const char *wrong(const struct explored_program *p, struct explored *e)
{
	EXPLORE(e, p->module, .strategy = "prove", .proof_only = true,
		.no_symmetry = true, .no_silent = true);
	ck_assert_msg(e->err == 0, "%s: %s", p->module, e->sentence);
	if (e->result.nfindings)
		return e->result.findings[0].message;
	for (size_t i = 0; i < e->result.noutcomes; i++) {
		const char *text = e->result.outcomes[i].text;
		struct history h;

		if (!p->step) {
			if (strcmp(text, p->right) != 0)
				return text;
			continue;
		}
		read_history(&h, text);
		if (!is_linearizable(&h, p->step))
			return text;
	}
	return NULL;
}

/* What is one step, is said as it is explored: no call, but each word. */
static inline void assumes_words_only(const struct explored *e)
{
	bool words = false;

	for (size_t i = 0; i < e->result.nassumptions; i++) {
		words |= strstr(e->result.assumptions[i], "to a shared word is "
							  "one step") != NULL;
		ck_assert_ptr_null(strstr(e->result.assumptions[i],
					  "each call"));
	}
	ck_assert(words);
}

static inline void are_right(const struct explored_program *programs,
			     size_t count, const char *unit)
{
	for (size_t i = 0; i < count; i++) {
		struct explored e;
		const char *text;

		if (strcmp(programs[i].unit, unit) != 0)
			continue;
		text = wrong(&programs[i], &e);
		ck_assert_msg(!text, "%s: %s", programs[i].module, text);
		ck_assert_int_eq(e.result.verdict, MPCK_PROVED);
		assumes_words_only(&e);
		printf("%s: %zu histories, %" PRIu64 " states\n",
		       programs[i].module, e.result.noutcomes,
		       e.result.space.states);
		if (programs[i].step && !programs[i].right)
			same_as_whole_calls(&e, programs[i].module);
		done(&e);
	}
}

/* By at least one program of its unit; nothing to say of others' units. */
static inline void is_found(const struct explored_program *programs,
			    size_t count, int mutant, const char *unit,
			    const char *text)
{
	bool found = false, mine = false;

	for (size_t i = 0; i < count; i++)
		mine |= !strcmp(programs[i].unit, unit);
	if (!mine)
		return;

	mpp_mutant = mutant;
	for (size_t i = 0; i < count; i++) {
		struct explored e;
		const char *said;

		if (strcmp(programs[i].unit, unit) != 0 || found)
			continue;
		said = wrong(&programs[i], &e);
		if (said) {
			printf("%s: %s\n  %s\n", text, programs[i].module,
			       said);
			found = true;
		}
		done(&e);
	}
	mpp_mutant = MPP_MUTANT_NONE;
	ck_assert_msg(found, "not found: %s", text);
}

#endif
