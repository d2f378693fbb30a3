/* SPDX-License-Identifier: MIT */
/* session_options.c - the options that `scenario` and `replay` share. */
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/detect_option.h"
#include "cli/session.h"

enum {
	KEY_SET = 0x100, KEY_MAX_STEPS, KEY_AUDIT, KEY_COLOR, KEY_DETECT,
	KEY_NO_DETECT, KEY_NO_EXPLAIN, KEY_EXPLAIN_SECONDS, KEY_SUPPRESSIONS,
	KEY_REPORT,
	KEY_KIND,	/* + enum mpck_reporter_id */
};

static const struct argp_option options[] = {
	{ "set", KEY_SET, "NAME=N", 0,
	  "Set a parameter of the scenario ('mpcheck list' shows them)", 10 },
	{ "max-steps", KEY_MAX_STEPS, "N", 0,
	  "An execution with more visible operations counts as one that does "
	  "not end (default 100000)", 11 },
	{ "audit", KEY_AUDIT, NULL, 0,
	  "Run every execution twice and name the first difference", 11 },
	{ "suppressions", KEY_SUPPRESSIONS, "FILE", 0,
	  "Leave out the findings that FILE names", 11 },
	{ "detect", KEY_DETECT, "NAME,...", 0,
	  "Only these detectors look on, or all, or none", 11 },
	{ "no-detect", KEY_NO_DETECT, "NAME,...", 0,
	  "These detectors do not", 11 },
	{ "no-explain", KEY_NO_EXPLAIN, NULL, 0,
	  "Do not look for why a finding happens, nor for a shorter schedule",
	  11 },
	{ "explain-seconds", KEY_EXPLAIN_SECONDS, "S", 0,
	  "Look for that for S seconds at most, all findings together "
	  "(default 5)", 11 },
	{ "report", KEY_REPORT, "KIND=FILE", 0, "(from the table)", 12 },
	{ "quiet", 'q', NULL, 0,
	  "Print unexpected findings and the verdict only, no progress", 12 },
	{ "color", KEY_COLOR, "WHEN", 0,
	  "Colours: auto (default), always or never; NO_COLOR works too", 12 },
#define REPORTER(id) { #id, KEY_KIND + MPCK_REPORTER_##id, "FILE", 0, \
		       "(its summary)", 12 },
#include "reporters/reporters.def"
#undef REPORTER
	{ .name = NULL },
};

/* "text, json, junit", malloc'd. */
static char *kinds(void)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	for (int i = 0; i < MPCK_REPORTERS; i++)
		fprintf(out, "%s%s", i ? ", " : "", mpck_reporters[i]->name);
	fclose(out);
	return text;
}

static char *describe_report(const char *text)
{
	char *known = kinds(), *described = NULL;

	if (asprintf(&described, "Also write a report of this kind to FILE, "
		     "as often as wanted; KIND is one of %s; FILE '-' is "
		     "stdout, and what stands there now goes to stderr",
		     known ? known : "those below") < 0)
		described = NULL;
	free(known);
	return described ? described : (char *)text;
}

/* What --help says of an option, where a table knows more. */
static char *describe(int key, const char *text, void *input)
{
	int id = key - KEY_KIND;
	char *described;

	(void)input;
	if (key == KEY_REPORT)
		return describe_report(text);
	if (id < 0 || id >= MPCK_REPORTERS)
		return (char *)text;
	if (asprintf(&described, "Short for --report %s=FILE: %s",
		     mpck_reporters[id]->name,
		     mpck_reporters[id]->summary) < 0)
		return (char *)text;
	return described;
}

static enum mpck_color_choice parse_color(const struct argp_state *state,
					  const char *text)
{
	static const char *const names[] = {
		[MPCK_COLOR_AUTO] = "auto",
		[MPCK_COLOR_ALWAYS] = "always",
		[MPCK_COLOR_NEVER] = "never",
	};

	for (int i = 0; i <= MPCK_COLOR_NEVER; i++) {
		if (strcmp(text, names[i]) == 0)
			return (enum mpck_color_choice)i;
	}
	mpck_refuse(state, "--color takes auto, always or never, not '%s'",
		    text);
}

static void add_file(const struct argp_state *state,
		     struct mpck_session *s, int kind, const char *file)
{
	for (size_t i = 0; i < s->nfiles; i++) {
		if (strcmp(s->files[i].file, file) == 0)
			mpck_refuse(state, "two reports, %s and %s, both "
				    "write '%s'",
				    mpck_reporters[s->files[i].kind]->name,
				    mpck_reporters[kind]->name, file);
	}
	if (s->nfiles == MPCK_FILES)
		mpck_refuse(state, "more than %d report files", MPCK_FILES);
	s->files[s->nfiles++] = (struct mpck_report_file){
		(enum mpck_reporter_id)kind, file };
}

/* KIND=FILE */
static void add_report(const struct argp_state *state, struct mpck_session *s,
		       const char *text)
{
	size_t length = strcspn(text, "=");

	if (!text[length] || !text[length + 1])
		mpck_refuse(state, "--report takes KIND=FILE, such as "
			    "json=result.json, not '%s'", text);
	for (int i = 0; i < MPCK_REPORTERS; i++) {
		const char *name = mpck_reporters[i]->name;

		if (strlen(name) == length && !strncmp(name, text, length)) {
			add_file(state, s, i, text + length + 1);
			return;
		}
	}
	mpck_refuse(state, "there is no kind of report '%.*s'; there are %s",
		    (int)length, text, kinds());
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct mpck_session *s = state->input;

	switch (key) {
	case KEY_SET:
		if (s->nsets == MPCK_SETS)
			mpck_refuse(state, "more than %d --set options",
				    MPCK_SETS);
		s->sets[s->nsets++] = argument;
		return 0;
	case KEY_MAX_STEPS:
		s->options.max_steps = mpck_parse_count(state, "--max-steps",
							argument, 1,
							UINT64_MAX / 2);
		return 0;
	case KEY_AUDIT:
		s->options.audit = true;
		return 0;
	case KEY_DETECT:
		s->detect |= mpck_parse_detectors(state, "--detect", argument);
		s->detect_given = true;
		s->machine_option = "--detect";
		return 0;
	case KEY_NO_DETECT:
		s->no_detect |= mpck_parse_detectors(state, "--no-detect",
						     argument);
		s->machine_option = "--no-detect";
		return 0;
	case KEY_NO_EXPLAIN:
		s->no_explain = true;
		s->machine_option = "--no-explain";
		return 0;
	case KEY_EXPLAIN_SECONDS:
		s->options.explain_seconds =
			mpck_parse_seconds(state, "--explain-seconds",
					   argument);
		s->machine_option = "--explain-seconds";
		return 0;
	case KEY_SUPPRESSIONS:
		s->options.suppressions = argument;
		return 0;
	case KEY_REPORT:
		add_report(state, s, argument);
		return 0;
	case 'q':
		s->quiet = true;
		return 0;
	case KEY_COLOR:
		s->color = parse_color(state, argument);
		return 0;
	case ARGP_KEY_SUCCESS:
		if (s->no_explain && s->options.explain_seconds > 0)
			mpck_refuse(state, "--no-explain and "
				    "--explain-seconds exclude each other; "
				    "give one of them");
		return 0;
	case ARGP_KEY_ARG:
	case ARGP_KEY_END:
		return ARGP_ERR_UNKNOWN;
	default:
		if (key < KEY_KIND || key >= KEY_KIND + MPCK_REPORTERS)
			return ARGP_ERR_UNKNOWN;
		add_file(state, s, key - KEY_KIND, argument);
		return 0;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.help_filter = describe,
};
const struct argp_child mpck_session_children[] = {
	{ &argp, 0, NULL, 0 },
	{ NULL, 0, NULL, 0 },
};

void mpck_session_word(const struct argp_state *state, struct mpck_session *s,
		       const char *word)
{
	if (s->options.token)
		mpck_refuse(state, "one token at a time: '%s' is one too many",
			    word);
	if (s->target)
		s->options.token = word;
	else
		s->target = word;
}
