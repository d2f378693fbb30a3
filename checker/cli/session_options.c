/* SPDX-License-Identifier: MIT */
/* session_options.c - the options that `scenario` and `replay` share. */
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/session.h"

enum {
	KEY_SET = 0x100, KEY_MAX_STEPS, KEY_AUDIT, KEY_COLOR,
	KEY_SUPPRESSIONS,
	KEY_REPORT,	/* + enum mpck_reporter_id */
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
	{ "quiet", 'q', NULL, 0,
	  "Print unexpected findings and the verdict only, no progress", 12 },
	{ "color", KEY_COLOR, "WHEN", 0,
	  "Colours: auto (default), always or never; NO_COLOR works too", 12 },
#define REPORTER(id) { #id, KEY_REPORT + MPCK_REPORTER_##id, "FILE", 0, \
		       "(its summary)", 12 },
#include "reporters/reporters.def"
#undef REPORTER
	{ .name = NULL },
};

/* What --help says of an option; those of reporters tell their summary. */
static char *describe(int key, const char *text, void *input)
{
	int id = key - KEY_REPORT;
	char *described;

	(void)input;
	if (id < 0 || id >= MPCK_REPORTERS)
		return (char *)text;
	if (asprintf(&described, "Also write %s to FILE; with '-' to stdout, "
		     "and what stands there now to stderr",
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

static void parse_file(const struct argp_state *state,
		       struct mpck_session *s, int id, const char *file)
{
	for (int i = 0; i < MPCK_REPORTERS; i++) {
		if (i != id && s->files[i] && strcmp(s->files[i], file) == 0)
			mpck_refuse(state, "--%s and --%s both write '%s'",
				    mpck_reporters[i]->name,
				    mpck_reporters[id]->name, file);
	}
	s->files[id] = file;
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
	case KEY_SUPPRESSIONS:
		s->options.suppressions = argument;
		return 0;
	case 'q':
		s->quiet = true;
		return 0;
	case KEY_COLOR:
		s->color = parse_color(state, argument);
		return 0;
	case ARGP_KEY_ARG:
	case ARGP_KEY_END:
		return ARGP_ERR_UNKNOWN;
	default:
		if (key < KEY_REPORT || key >= KEY_REPORT + MPCK_REPORTERS)
			return ARGP_ERR_UNKNOWN;
		parse_file(state, s, key - KEY_REPORT, argument);
		return 0;
	}
}

const struct argp mpck_session_argp = {
	.options = options,
	.parser = parse,
	.help_filter = describe,
};
