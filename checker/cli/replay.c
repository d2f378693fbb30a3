/* SPDX-License-Identifier: MIT */
/* replay.c - `mpcheck replay`: one recorded schedule again, event by event. */
#include "cli/command.h"
#include "cli/session.h"

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct mpck_session *s = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = s;
		return 0;
	case ARGP_KEY_ARG:
		if (s->options.token)
			mpck_refuse(state, "one token at a time: '%s' is one "
				    "too many", argument);
		if (s->target)
			s->options.token = argument;
		else
			s->target = argument;
		return 0;
	case ARGP_KEY_END:
		if (!s->target)
			mpck_refuse(state, "no scenario was given; a report's "
				    "replay line has it all");
		if (!s->options.token)
			mpck_refuse(state, "no token was given after '%s'; a "
				    "report prints one a finding", s->target);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{ &mpck_session_argp, 0, NULL, 0 },
	{ NULL, 0, NULL, 0 },
};
static const struct argp argp = {
	.parser = parse,
	.args_doc = "NAME|FILE TOKEN",
	.doc = "Runs one recorded schedule again and prints what happens, one "
	       "line an event; verdict and exit code as in the run that "
	       "printed the token.\vParameters have to be those of that run: "
	       "copy its replay line.",
	.children = children,
};

static int run(int argc, char **argv)
{
	struct mpck_session session = {
		.form = MPCK_FORM_REPLAY,
		.options = {
			.strategy = "replay",
			.interleavings = 1,
			.record = true,
		},
	};

	argp_parse(&argp, argc, argv, 0, NULL, &session);
	return mpck_session_run(&session);
}

const struct mpck_command mpck_command_replay = {
	.name = "replay",
	.summary = "run one recorded schedule again, event by event",
	.run = run,
};
