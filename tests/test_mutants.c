/* SPDX-License-Identifier: MIT */
/*
 * test_mutants.c - the judge notices mistakes: each of mutants.def, when the
 * search makes it, is shown by one of the programs that test_judge.c judges.
 *
 * It is shown when the result is not that of dfs, and nothing else tells so.
 * When all programs that notice do so by one of the search's own checks, that
 * will do.
 */
#include "judging.h"

static const char *const family_names[] = {
#define FAMILY(id, programs, thrown) #id,
#include "judging/families.def"
#undef FAMILY
};

/* The search itself said that something is wrong. */
static bool is_own_check(const char *form)
{
	return !strncmp(form, "error: ", 7);
}

static void print_killer(const char *difference, enum family family,
			 uint64_t index)
{
	printf("%s by program %" PRIu64 " of family %s\n%s",
	       is_own_check(last_form) ? "Noticed" : "Shown", index,
	       family_names[family], difference);
}

struct hunt {
	struct judge j;
	bool noticed, shown;
};

static void hunt_with(struct hunt *h, enum family family, uint64_t index)
{
	struct program p = throw_program(1, family, index);
	char *difference = judge_program(&h->j, &p);

	if (!difference)
		return;
	h->shown = !is_own_check(last_form);
	if (h->shown || !h->noticed)
		print_killer(difference, family, index);
	h->noticed = true;
	free(difference);
}

/* The first program of each family, the second of each, and so on. */
static void hunt(struct hunt *h)
{
	bool more = true;

	for (uint64_t i = 0; more && !h->shown; i++) {
		more = false;
		for (int f = 0; f < FAMILIES && !h->shown; f++) {
			if (i >= default_programs(f))
				continue;
			more = true;
			hunt_with(h, f, i);
		}
	}
}

static void is_noticed(int mutant, const char *what)
{
	struct hunt h = { .j = judge_open("judged-program") };

	h.j.mutant = mutant;
	hunt(&h);
	ck_assert_msg(h.noticed, "nobody noticed: %s", what);
	judge_close(&h.j);
}

#define MUTANT(id, what) \
	START_TEST(id) \
	{ \
		is_noticed(MPCK_MUTANT_##id, what); \
	} \
	END_TEST
#include "prove/mutants.def"
#undef MUTANT

static void add_all(Suite *suite)
{
#define MUTANT(id, what) unit_add(suite, #id, id);
#include "prove/mutants.def"
#undef MUTANT
}

UNIT_MAIN(add_all(suite);)
