/* SPDX-License-Identifier: MIT */
/*
 * test_mutants.c - the judge notices mistakes: each of mutants.def, made by the
 * search, is shown by one of the programs that test_judge.c judges.
 *
 * "Shown" is a result that differs from dfs, said as if it were right.  If all
 * that a mistake does is trip one of the search's own checks, that will do.
 */
#include "judging.h"

/* Program i of each family in turn, as many as are judged by default. */
static bool next_program(enum family *family, uint64_t *i)
{
	for (uint64_t left = FAMILIES; left; left--) {
		if (++*family == FAMILIES) {
			*family = 0;
			++*i;
			left = *i > 10000 ? 1 : left;
		}
		if (*i < default_programs(*family))
			return true;
	}
	return false;
}

static const char *family_name(enum family family)
{
	static const char *const names[] = {
#define FAMILY(id, programs, thrown) #id,
#include "judging/families.def"
#undef FAMILY
	};

	return names[family];
}
