/* SPDX-License-Identifier: MIT */
/*
 * replay.c - the execution that a token names.
 *
 * A token by names (explore/named.h) is followed as far as it goes.  One of
 * choices is strict: a choice that is not an option where the token makes it is refused,
 * and the execution ends there.  After the token's last choice the lowest
 * task goes on.
 */
#include "strategies/strategy.h"

#include <stdio.h>
#include <stdlib.h>

#include "basics.h"
#include "explore/named.h"
#include "explore/token.h"

struct replay {
	struct mpck_token token;
	struct mpck_named *named;	/* NULL: the token has choices */
	size_t at;
};

static int replay_init(void *state, const struct mpck_options *options,
		       struct mpck_module *module, char sentence[MPCK_SENTENCE])
{
	struct replay *r = state;

	if (options->token && mpck_is_named(options->token))
		return mpck_named_read(&r->named, options->token, sentence);
	return mpck_token_read(&r->token, options->token, module, sentence);
}

static bool replay_begin(void *state, uint64_t index)
{
	struct replay *r = state;

	r->at = 0;
	if (r->named)
		mpck_named_begin(r->named);
	return index == 0;
}

static uint32_t replay_pick(void *state, const struct mpck_point *p)
{
	struct replay *r = state;
	uint32_t wanted;

	if (r->named)
		return mpck_named_pick(r->named, p);
	if (r->at == r->token.count)
		return 0;
	wanted = r->token.choices[r->at++];
	if (p->alternatives)
		return wanted < p->count ? wanted : UINT32_MAX;
	if (wanted >= MPCK_MAX_TASKS || !mpck_set_has(p->enabled, wanted))
		return UINT32_MAX;
	return mpck_set_count(p->enabled & (mpck_set_of(wanted) - 1));
}

static void replay_observe(void *state, uint32_t task, const struct mpp_op *op,
			   int result)
{
	struct replay *r = state;

	if (r->named)
		mpck_named_observe(r->named, task, op, result);
}

static uint64_t replay_turned(void *state)
{
	struct replay *r = state;

	return r->named ? mpck_named_turned(r->named) : 0;
}

static char *replay_note(void *state)
{
	struct replay *r = state;
	struct mpck_followed f;

	if (!r->named)
		return NULL;
	f = mpck_named_followed(r->named);
	if (f.missed)
		return mpck_text("followed %zu of the token's %zu points; this "
				 "one did not come: %s", f.matched, f.points,
				 f.missed);
	return mpck_text("followed all %zu points of the token", f.points);
}

static void replay_fini(void *state)
{
	struct replay *r = state;

	mpck_named_free(r->named);
	free(r->token.choices);
}

const struct mpck_strategy_ops mpck_strategy_replay = {
	.name = "replay",
	.summary = "the execution a token names (see mpcheck replay)",
	.state_size = sizeof(struct replay),
	.init = replay_init,
	.begin = replay_begin,
	.pick = replay_pick,
	.observe = replay_observe,
	.turned = replay_turned,
	.note = replay_note,
	.fini = replay_fini,
};
