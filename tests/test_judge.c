/* SPDX-License-Identifier: MIT */
/*
 * test_judge.c - "prove" against dfs, on generated programs and on scenarios.
 *
 * JUDGE_INTERLEAVINGS=n leaves out scenarios with more.
 * JUDGE_PROGRAMS=n judges n programs of each family instead of the default
 * numbers, JUDGE_SEED=s other ones; JUDGE_STATISTICS=1 prints what was judged.
 */
#include "judging.h"
#include "machine/tools.h"

/* A program takes forty times as long there. */
static uint64_t usual_programs(enum family family)
{
	return default_programs(family) / (MPCK_ASAN ? 10 : 1);
}

static void judge_family(enum family family)
{
	uint64_t programs = from_environment("JUDGE_PROGRAMS",
					     usual_programs(family));
	uint64_t seed = from_environment("JUDGE_SEED", 1);
	struct judge j = judge_open("judged-program");

	for (uint64_t i = 0; j.seen.programs < programs; i++) {
		struct program p = throw_program(seed, family, i);
		char *difference = judge_and_shrink(&j, &p);

		ck_assert_msg(!difference, "seed %" PRIu64 ", program %" PRIu64
			      "\n%s", seed, i, difference);
	}
	if (getenv("JUDGE_STATISTICS"))
		print_statistics(&j.seen);
	judge_close(&j);
}

START_TEST(programs_about_cells)
{
	judge_family(FAMILY_CELLS);
}
END_TEST

START_TEST(programs_about_locks)
{
	judge_family(FAMILY_LOCKS);
}
END_TEST

START_TEST(programs_about_queues)
{
	judge_family(FAMILY_QUEUES);
}
END_TEST

START_TEST(programs_about_lives)
{
	judge_family(FAMILY_LIVES);
}
END_TEST

START_TEST(programs_about_identity)
{
	judge_family(FAMILY_IDENTITY);
}
END_TEST

START_TEST(programs_about_the_rest)
{
	judge_family(FAMILY_THE_REST);
}
END_TEST

START_TEST(shapes_of_order)
{
	judge_family(FAMILY_ORDER);
}
END_TEST

START_TEST(shapes_of_twins)
{
	judge_family(FAMILY_TWINS);
}
END_TEST

START_TEST(shapes_of_who_is_told_apart)
{
	judge_family(FAMILY_APART);
}
END_TEST

START_TEST(shapes_of_lives)
{
	judge_family(FAMILY_LIFE);
}
END_TEST

START_TEST(programs_about_what_is_undefined)
{
	judge_family(FAMILY_UNDEFINED);
}
END_TEST

START_TEST(shapes_of_what_is_undefined)
{
	judge_family(FAMILY_EMPTY);
}
END_TEST

/* Scenarios and modules: names, and parameters as "k=v k=v". */

static void judge_with(const char *module, const char *params, uint64_t most)
{
	struct judge j = judge_open(module);
	char *copy = strdup(params), *difference;
	char text[MPCK_SENTENCE];

	j.most = most;
	for (char *at = strtok(copy, "\"- "); at; at = strtok(NULL, "\"- "))
		ck_assert_msg(!mpck_module_set(j.module, at, text), "%s: %s",
			      module, text);
	difference = judge_module(&j);
	ck_assert_msg(!difference, "%s %s\n%s", module, params, difference);
	free(copy);
	judge_close(&j);
}

static const struct {
	const char *name, *params;
} small_scenarios[] = {
#define LIGHTER(name, params)
#define THREADS(name, params, answer)
#define SMALL(name, params, count, forms) { "/" name, #params },
#include "scenarios/scenarios.def"
#undef SMALL
#undef THREADS
#undef LIGHTER
};

START_TEST(every_scenario_that_is_small)
{
	for (size_t i = 0; i < COUNT(small_scenarios); i++)
		judge_with(small_scenarios[i].name, small_scenarios[i].params,
			   from_environment("JUDGE_INTERLEAVINGS",
					    MPCK_ASAN ? 1 << 12 : 1 << 20));
}
END_TEST

/* Those that use what nobody controls, or do not end, have no answer. */
static const char *const without_answer[] = {
	"control-uncontrolled", "control-uncontrolled_pointer",
	"choices-uncontrolled_value", "choices-uncontrolled_choices",
	"choices-names", "memory-pointer_to_a_thread", "faults-endless",
	"faults-endless_operations", "faults-crowd", "faults-many_locks",
	"proofs-private_for_ever", "proofs-asked_again", "leaks-polled",
	"serial-busy_turns",
	/* What races by weak orders or time alone is in no state. */
	"race_atomics-published_relaxed", "race_atomics-fenced_once",
	"races-waited_long",
};

static bool has_answer(const char *module)
{
	/* Made to be large, or to poll and spin: their own tests ask of them. */
	static const char *const large[] = { "locks-", "leaks-", "serial-",
					     "rounds-" };

	for (size_t i = 0; i < COUNT(large); i++) {
		if (!strncmp(module, large[i], strlen(large[i])))
			return false;
	}
	for (size_t i = 0; i < COUNT(without_answer); i++) {
		if (!strcmp(module, without_answer[i]))
			return false;
	}
	return true;
}

START_TEST(every_module_of_other_tests)
{
	static const char *const modules[] = {
#define MODULE(file, program) #file "-" #program,
#include "modules/modules.def"
#undef MODULE
	};

	for (size_t i = 0; i < COUNT(modules); i++) {
		if (has_answer(modules[i]))
			judge_with(modules[i], "", MPCK_ASAN
					? 1000 : MOST_INTERLEAVINGS);
	}
}
END_TEST

UNIT_MAIN(
	UNIT(programs_about_cells)
	UNIT(programs_about_locks)
	UNIT(programs_about_queues)
	UNIT(programs_about_lives)
	UNIT(programs_about_identity)
	UNIT(programs_about_the_rest)
	UNIT(shapes_of_order)
	UNIT(shapes_of_twins)
	UNIT(shapes_of_who_is_told_apart)
	UNIT(shapes_of_lives)
	UNIT(programs_about_what_is_undefined)
	UNIT(shapes_of_what_is_undefined)
	UNIT(every_scenario_that_is_small)
	UNIT(every_module_of_other_tests)
)
