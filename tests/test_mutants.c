/* SPDX-License-Identifier: MIT */
/*
 * test_mutants.c - the judge notices mistakes: each of mutants.def, when the
 * search makes it, is shown by one of the programs that test_judge.c judges.
 *
 * It is shown when the result is not that of dfs, and nothing else tells so.
 * When all programs that notice do so by one of the search's own checks, that
 * will do.
 */
#include <sys/wait.h>
#include <unistd.h>

#include "judging.h"

static const char *const family_names[] = {
#define FAMILY(id, programs, thrown) #id,
#include "judging/families.def"
#undef FAMILY
};

enum fate { UNNOTICED, NOTICED = 20, SHOWN };

/* How many more programs of each family may show what was only noticed. */
enum { PATIENCE = 64 };

/* The search itself said that something is wrong. */
static bool is_own_check(const char *form)
{
	return !strncmp(form, "error: ", 7);
}

/* Is it the mistake that differs? */
static bool is_right_otherwise(struct judge j, const struct program *p)
{
	char *difference;

	j.mutant = 0;
	difference = judge_program(&j, p);
	free(difference);
	return !difference;
}

/* Says so if it knows more than before. */
static enum fate judge_one(struct judge *j, enum family family, uint64_t index,
			   enum fate before)
{
	struct program p = throw_program(1, family, index);
	char *difference = judge_program(j, &p);
	enum fate fate;

	if (!difference)
		return UNNOTICED;
	fate = is_own_check(last_form) ? NOTICED : SHOWN;
	if (!is_right_otherwise(*j, &p))
		return UNNOTICED;
	if (fate > before)
		printf("%s by program %" PRIu64 " of family %s:\n%s\n",
		       fate == SHOWN ? "shown" : "noticed", index,
		       family_names[family], difference);
	fflush(stdout);
	return fate;
}

/* In a process of its own, since a search that is wrong may crash. */
static enum fate try_one(struct judge *j, enum family family, uint64_t index,
			 enum fate before)
{
	int status = 0;
	pid_t child = fork();

	ck_assert_int_ge(child, 0);
	if (!child)
		_exit((int)judge_one(j, family, index, before));
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	if (WIFSIGNALED(status)) {
		if (before == UNNOTICED)
			printf("noticed by a crash in program %" PRIu64
			       " of family %s\n", index, family_names[family]);
		return NOTICED;
	}
	ck_assert_int_eq(WIFEXITED(status), 1);
	return (enum fate)WEXITSTATUS(status);
}

/* The first program of each family, the second of each, and so on. */
static enum fate hunt(struct judge *j)
{
	enum fate fate = UNNOTICED;
	uint64_t most = UINT64_MAX;
	bool more = true;

	for (uint64_t i = 0; more && i < most; i++) {
		more = false;
		for (int f = 0; f < FAMILIES && fate != SHOWN; f++) {
			enum fate now;

			if (i >= default_programs(f))
				continue;
			more = true;
			now = try_one(j, f, i, fate);
			fate = now > fate ? now : fate;
		}
		if (fate == NOTICED && most == UINT64_MAX)
			most = i + PATIENCE;
	}
	return fate;
}

static void is_noticed(int mutant, const char *what)
{
	struct judge j = judge_open("judged-program");
	enum fate fate;

	j.mutant = mutant;
	printf("%s:\n", what);
	fflush(stdout);
	fate = hunt(&j);
	ck_assert_msg(fate == NOTICED || fate == SHOWN,
		      "nobody notices: %s", what);
	judge_close(&j);
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
