/* SPDX-License-Identifier: MIT */
/*
 * test_token.c - schedules as text, there and back; what is no token is told.
 */
#include "explored.h"
#include "explore/token.h"

static struct mpck_module *module;

static void open_any(void)
{
	module = open_module("choices-digits");
}

static char *written(struct mpck_learned learned, const uint16_t *choices,
		     size_t count)
{
	static uint16_t none;	/* a schedule without a choice is one */
	const struct mpck_trail trail = {
		.choices = count ? (uint16_t *)choices : &none,
		.count = count };

	return mpck_token_of(learned, &trail, module);
}

static void goes_round(const uint16_t *choices, size_t count,
		       struct mpck_learned learned)
{
	char *text = written(learned, choices, count);
	char sentence[MPCK_SENTENCE];
	struct mpck_token t;

	ck_assert_msg(mpck_token_read(&t, text, module, sentence) == 0,
		      "%.60s: %s", text, sentence);
	ck_assert_uint_eq(t.count, count);
	if (count)
		ck_assert_mem_eq(t.choices, choices, count * sizeof(*choices));
	ck_assert_int_eq(t.learned.clock, learned.clock);
	ck_assert_int_eq(t.learned.exits, learned.exits);
	for (const char *p = text; *p; p++)
		ck_assert_msg(strchr("-_", *p) || (*p >= '0' && *p <= '9') ||
			      (*p >= 'A' && *p <= 'Z') ||
			      (*p >= 'a' && *p <= 'z'), "%s", text);
	free(t.choices);
	free(text);
}

START_TEST(schedules_come_back_as_they_went)
{
	static const uint16_t some[][6] = {
		{ 0, 0, 0, 0, 0, 0 }, { 0, 1, 2, 3, 4, 5 },
		{ 51, 52, 51, 52, 53, 0 }, { 65535, 65535, 65535, 0, 65535, 1 },
		{ 25, 26, 26, 25, 25, 26 }, { 63, 63, 63, 63, 63, 63 },
	};
	struct mpck_learned none = { 0 };

	open_any();
	for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
		for (size_t n = 0; n <= 6; n++)
			goes_round(some[i], n, none);
	}
	mpck_module_close(module);
}
END_TEST

/* What leads in, and what repeats. */
START_TEST(a_token_has_its_round)
{
	static uint16_t choices[] = { 1, 2, 1, 2, 2 };
	static const struct mpck_round rounds[] = {
		{ 0, 0 }, { 0, 1 }, { 3, 2 }, { 123456, 7890 },
	};
	char sentence[MPCK_SENTENCE];

	open_any();
	for (size_t i = 0; i < sizeof(rounds) / sizeof(rounds[0]); i++) {
		struct mpck_trail trail = { choices, 5, rounds[i] };
		char *text = mpck_token_of((struct mpck_learned){ i & 1, true },
					   &trail, module);
		struct mpck_token t;

		ck_assert_msg(!mpck_token_read(&t, text, module, sentence),
			      "%s: %s", text, sentence);
		ck_assert_uint_eq(t.round.before, rounds[i].before);
		ck_assert_uint_eq(t.round.count, rounds[i].count);
		ck_assert_uint_eq(t.count, 5);
		ck_assert_int_eq(t.learned.clock, i & 1);
		ck_assert(t.learned.exits);
		free(t.choices);
		free(text);
	}
	mpck_module_close(module);
}
END_TEST

START_TEST(a_token_tells_what_was_learnt)
{
	uint16_t choice = 1;

	open_any();
	for (int i = 0; i < 4; i++)
		goes_round(&choice, 1, (struct mpck_learned){
			.clock = i & 1, .exits = i & 2 });
	mpck_module_close(module);
}
END_TEST

START_TEST(long_runs_are_short_text)
{
	static uint16_t run[1000000];
	char *text;

	open_any();
	goes_round(run, 1000000, (struct mpck_learned){ 0 });
	text = written((struct mpck_learned){ 0 }, run, 1000000);
	ck_assert_uint_lt(strlen(text), 30);
	free(text);
	mpck_module_close(module);
}
END_TEST

START_TEST(random_schedules_come_back)
{
	static uint16_t choices[300];
	uint64_t state = 17;

	open_any();
	for (int i = 0; i < 300; i++) {
		size_t count = (size_t)i;

		for (size_t k = 0; k < count; k++) {
			state = state * 6364136223846793005 + 1;
			choices[k] = (uint16_t)((state >> 60) < 9
					? (uint64_t)i % 3
					: (state >> 40) % (i % 2 ? 60 : 65536));
		}
		goes_round(choices, count, (struct mpck_learned){ 0 });
	}
	mpck_module_close(module);
}
END_TEST

static void is_refused(const char *text, const char *why)
{
	char sentence[MPCK_SENTENCE] = "";
	struct mpck_token t;

	ck_assert_msg(mpck_token_read(&t, text, module, sentence) ==
			      MPCK_EUSAGE,
		      "'%.80s' was accepted", text ? text : "NULL");
	ck_assert_msg(strstr(sentence, why) != NULL, "'%.80s': %s",
		      text ? text : "NULL", sentence);
	ck_assert_ptr_null(t.choices);
}

START_TEST(text_that_is_no_token_is_told)
{
	static const char *const texts[] = {
		"", "-", "---", "m1", "m1-", "m1--", "m2-000000-a-aa",
		"x1-000000-a-aa", "m1z-000000-a-aa", "M1-000000-a-aa",
		"m1 -000000-a-aa", "hello world", "m1-000000-a", "\xff\xfe",
	};

	open_any();
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		is_refused(texts[i], "broken token");
	is_refused(NULL, "broken token");
	mpck_module_close(module);
}
END_TEST

/* Every character of a token matters; two in a thousand changes may collide in
 * two check letters, none of these does. */
START_TEST(a_mistyped_token_is_told)
{
	uint16_t choices[] = { 0, 1, 2, 1, 60, 3, 3, 3, 3 };
	char sentence[MPCK_SENTENCE], *text;
	struct mpck_token t;

	open_any();
	text = written((struct mpck_learned){ 0 }, choices, 9);
	for (size_t i = 0; i < strlen(text); i++) {
		char right = text[i];

		text[i] = right == 'q' ? 'p' : 'q';
		ck_assert_int_eq(mpck_token_read(&t, text, module, sentence),
				 MPCK_EUSAGE);
		text[i] = right;
	}
	for (size_t n = strlen(text); n--;) {
		text[n] = '\0';
		ck_assert_int_eq(mpck_token_read(&t, text, module, sentence),
				 MPCK_EUSAGE);
	}
	free(text);
	mpck_module_close(module);
}
END_TEST

/* As token.c says it: FNV-1a of what stands before the last '-'. */
static void add_check(char *text)
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	size_t length = strlen(text);
	uint32_t sum = 2166136261u;

	for (size_t i = 0; i < length; i++)
		sum = (sum ^ (unsigned char)text[i]) * 16777619u;
	sum %= 36 * 36;
	sprintf(text + length, "-%c%c", digits[sum / 36], digits[sum % 36]);
}

START_TEST(choices_that_cannot_be_read_are_told)
{
	static const char *const choices[] = {
		"3", "a3", "0a", "00", "a!", "a b", "_5", "_", "__", "_x_",
		"_ 1_", "_+1_", "_65536_", "_70000_", "_99999999999999999999_",
		"a_7",
		"999999999999a", "18446744073709551615a",
		"99999999999999999999999a", "a18446744073709551615b",
		"aa18446744073709551614b", "100000001a", "99999999aaab2c",
	};

	open_any();
	for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
		char text[200];

		snprintf(text, sizeof(text), "m1-%06x-%s",
			 mpck_module_fingerprint(module) & 0xffffff,
			 choices[i]);
		add_check(text);
		is_refused(text, "choices cannot be read");
	}
	mpck_module_close(module);
}
END_TEST

START_TEST(a_token_of_other_parameters_is_told)
{
	char sentence[MPCK_SENTENCE], *text;
	uint16_t choice = 1;

	open_any();
	text = written((struct mpck_learned){ 0 }, &choice, 1);
	ck_assert_int_eq(mpck_module_set(module, "n=5", sentence), 0);
	is_refused(text, "parameters");
	free(text);
	mpck_module_close(module);
}
END_TEST

START_TEST(a_token_of_another_scenario_is_told)
{
	char *text;
	uint16_t choice = 1;

	open_any();
	text = written((struct mpck_learned){ 0 }, &choice, 1);
	mpck_module_close(module);
	module = open_module("choices-names");
	is_refused(text, "another scenario");
	free(text);
	mpck_module_close(module);
}
END_TEST

static void does_not_fit(const uint16_t *choices, size_t count)
{
	struct explored e;
	char *text;

	EXPLORE(&e, "choices-digits", .set = { "n=1" });
	text = mpck_token_of((struct mpck_learned){ 0 },
			     &(struct mpck_trail){
				     .choices = (uint16_t *)choices,
				     .count = count },
			     e.module);
	EXPLORE_AGAIN(&e, .strategy = "replay", .executions = 1,
		      .token = text);
	ck_assert_int_eq(e.err, MPCK_EUSAGE);
	ck_assert_ptr_nonnull(strstr(e.sentence, "does not fit"));
	free(text);
	done(&e);
}

/* Tasks 1, 2, 3 have two operations each. */
START_TEST(a_token_that_names_a_task_that_cannot_run_is_told)
{
	static const uint16_t nobody[] = { 1, 9 }, huge[] = { 65535 },
			      ended[] = { 1, 1, 1 };

	does_not_fit(nobody, 2);
	does_not_fit(huge, 1);
	does_not_fit(ended, 3);
}
END_TEST

START_TEST(replay_without_a_token_is_told)
{
	struct explored e;

	EXPLORE(&e, "choices-digits", .strategy = "replay", .executions = 1);
	ck_assert_int_eq(e.err, MPCK_EUSAGE);
	done(&e);
}
END_TEST

UNIT_MAIN(
	UNIT(schedules_come_back_as_they_went)
	UNIT(a_token_has_its_round)
	UNIT(a_token_tells_what_was_learnt)
	UNIT(long_runs_are_short_text)
	UNIT(random_schedules_come_back)
	UNIT(text_that_is_no_token_is_told)
	UNIT(a_mistyped_token_is_told)
	UNIT(choices_that_cannot_be_read_are_told)
	UNIT(a_token_of_other_parameters_is_told)
	UNIT(a_token_of_another_scenario_is_told)
	UNIT(a_token_that_names_a_task_that_cannot_run_is_told)
	UNIT(replay_without_a_token_is_told)
)
