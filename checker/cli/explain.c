/* SPDX-License-Identifier: MIT */
/*
 * explain.c - `mpcheck explain`: everything there is to say of what is wrong.
 *
 * Without a token the scenario is explored as `scenario` does it by default,
 * and each finding is told in full; with one, what that schedule shows.
 */
#include "cli/command.h"
#include "cli/session.h"

static const double seconds_to_explain = 60;	/* in all; scenario: 5 */

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct mpck_session *s = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = s;
		return 0;
	case ARGP_KEY_ARG:
		mpck_session_word(state, s, argument);
		return 0;
	case ARGP_KEY_END:
		if (!s->target)
			mpck_refuse(state, "no scenario was given; 'mpcheck "
				    "list' shows them");
		if (s->options.audit && !s->options.token)
			mpck_refuse(state, "--audit needs a token here, or "
				    "'mpcheck scenario'");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.parser = parse,
	.args_doc = "NAME|FILE [TOKEN]",
	.doc = "Says why it goes wrong: for each finding the shortest schedule "
	       "as a timeline, the operations that decide with their stacks, "
	       "and what happens when their order is flipped.\vWithout TOKEN "
	       "the scenario is explored first, as 'mpcheck scenario' does it; "
	       "with TOKEN that schedule is explained.  'mpcheck replay NAME "
	       "TOKEN --step' walks through it.",
	.children = mpck_session_children,
};

static void apply_defaults(struct mpck_session *s)
{
	struct mpck_options *o = &s->options;

	o->explain_seconds = seconds_to_explain;
	if (o->token) {
		s->form = MPCK_FORM_REPLAY;
		o->strategy = "replay";
		o->interleavings = 1;
		o->record = true;
		return;
	}
	s->form = MPCK_FORM_MACHINE;
	o->strategy = "auto";
	o->interleavings = MPCK_DEFAULT_EXECUTIONS;
	o->seed = 1;
}

static int run(int argc, char **argv)
{
	struct mpck_session session = { .whole = true };

	argp_parse(&argp, argc, argv, 0, NULL, &session);
	apply_defaults(&session);
	return mpck_session_run(&session);
}

const struct mpck_command mpck_command_explain = {
	.name = "explain",
	.summary = "say why it goes wrong: timeline, cause, stacks",
	.run = run,
};
