/* SPDX-License-Identifier: MIT */
/*
 * replay.c - `mpcheck replay`: one recorded schedule again: event by event, step
 * by step, or under gdb.
 */
#include <string.h>

#include "cli/command.h"
#include "cli/gdb.h"
#include "cli/session.h"
#include "cli/stepper.h"

enum { KEY_STEP = 0x200, KEY_GDB, KEY_AT, KEY_STOP_AT };

struct typed {
	struct mpck_session session;
	bool step, gdb;
	struct mpck_stop stops[MPCK_STOPS];
};

static const struct argp_option options[] = {
	{ "step", KEY_STEP, NULL, 0,
	  "Walk through it, forward and back: lanes, shared memory, source "
	  "lines; ? shows the keys.  Without a terminal commands are read "
	  "line by line", 1 },
	{ "gdb", KEY_GDB, NULL, 0,
	  "Start gdb, which runs it and stops before each operation that "
	  "decides, in the task that performs it", 1 },
	{ "at", KEY_AT, "STEP", 0,
	  "With --gdb: stop before this step of the report instead", 1 },
	{ "stop-at", KEY_STOP_AT, "STOPS", OPTION_HIDDEN, NULL, 1 },
	{ .name = NULL },
};

static void check(const struct argp_state *state, const struct typed *t)
{
	const struct mpck_session *s = &t->session;

	if (!s->target)
		mpck_refuse(state, "no scenario was given; a report's "
			    "replay line has it all");
	if (!s->options.token)
		mpck_refuse(state, "no token was given after '%s'; a "
			    "report prints one a finding", s->target);
	if (t->step && t->gdb)
		mpck_refuse(state, "--step and --gdb exclude each other; give "
			    "one of them");
	if (s->at && !t->gdb)
		mpck_refuse(state, "--at needs --gdb");
	for (size_t i = 0; i < s->nfiles && (t->step || t->gdb); i++) {
		if (t->gdb || strcmp(s->files[i].file, "-") == 0)
			mpck_refuse(state, "a report of kind %s has no meaning "
				    "with %s; leave it out",
				    mpck_reporters[s->files[i].kind]->name,
				    t->gdb ? "--gdb" : "--step when it writes "
						       "to '-'");
	}
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct typed *t = state->input;
	struct mpck_session *s = &t->session;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = s;
		return 0;
	case KEY_STEP:
		t->step = true;
		s->show = mpck_stepper;
		return 0;
	case KEY_GDB:
		t->gdb = true;
		s->show = mpck_gdb;
		return 0;
	case KEY_AT:
		mpck_parse_count(state, "--at", argument, 1, UINT64_MAX);
		s->at = argument;
		return 0;
	case KEY_STOP_AT:
		s->options.stops = t->stops;
		s->options.nstops = mpck_gdb_stops(argument, t->stops);
		return 0;
	case ARGP_KEY_ARG:
		mpck_session_word(state, s, argument);
		return 0;
	case ARGP_KEY_END:
		check(state, t);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "NAME|FILE TOKEN",
	.doc = "Runs one recorded schedule again and prints what happens, one "
	       "line an event; verdict and exit code as in the run that "
	       "printed the token.\vParameters have to be those of that run: "
	       "copy its replay line.",
	.children = mpck_session_children,
};

static int run(int argc, char **argv)
{
	struct typed typed = {
		.session = {
			.form = MPCK_FORM_REPLAY,
			.options = {
				.strategy = "replay",
				.interleavings = 1,
				.record = true,
			},
		},
	};

	argp_parse(&argp, argc, argv, 0, NULL, &typed);
	return mpck_session_run(&typed.session);
}

const struct mpck_command mpck_command_replay = {
	.name = "replay",
	.summary = "run one recorded schedule again, event by event",
	.run = run,
};
