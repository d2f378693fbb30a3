/* SPDX-License-Identifier: MIT */
/*
 * unit.h - one executable per file, one Check case per test.
 *
 * A test file has START_TEST(name_as_a_sentence) { ... } END_TEST, and ends
 * with UNIT_MAIN(UNIT(one_name) UNIT(another_name)).  The case is named as the
 * test, so that CK_RUN_CASE=one_name runs just that one; CTest does so.
 */
#ifndef MPCK_TESTS_UNIT_H
#define MPCK_TESTS_UNIT_H

#include <check.h>
#include <signal.h>
#include <stdlib.h>

/* Seconds for one test when nobody says; enough on valgrind as well. */
#define UNIT_TIMEOUT 60

/* Check's handler would pass a signal on to everybody; a child of a test, which
 * inherits it, shall just die of it. */
static inline void unit_usual_signals(void)
{
	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_DFL);
}

static inline void unit_add(Suite *suite, const char *name, const TTest *test)
{
	TCase *one = tcase_create(name);

	if (!getenv("CK_DEFAULT_TIMEOUT"))
		tcase_set_timeout(one, UNIT_TIMEOUT);
	tcase_add_checked_fixture(one, unit_usual_signals, NULL);
	tcase_add_test(one, test);
	suite_add_tcase(suite, one);
}

#define UNIT(name) unit_add(suite, #name, name);

#define UNIT_MAIN(tests) \
	int main(void) \
	{ \
		Suite *suite = suite_create(__FILE__); \
		SRunner *runner; \
		int failed; \
\
		tests runner = srunner_create(suite); \
		srunner_run_all(runner, CK_ENV); \
		/* A name that is not listed runs nothing: that is a failure. */ \
		failed = srunner_ntests_failed(runner) || \
			 srunner_ntests_run(runner) == 0; \
		srunner_free(runner); \
		return failed ? EXIT_FAILURE : EXIT_SUCCESS; \
	}

#endif
