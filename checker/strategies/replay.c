/* SPDX-License-Identifier: MIT */
/*
 * replay.c - the execution that a token names.
 *
 * Strict: a choice that is not an option where the token makes it is refused,
 * and the execution ends there.  After the token's last choice the lowest
 * task goes on.
 */
#include "strategies/strategy.h"

#include <stdlib.h>

#include "explore/token.h"

struct replay {
	struct mpck_token token;
	size_t at;
};

static int replay_init(void *state, const struct mpck_options *options,
		       struct mpck_module *module, char sentence[MPCK_SENTENCE])
{
	struct replay *r = state;

	return mpck_token_read(&r->token, options->token, module, sentence);
}

static bool replay_begin(void *state, uint64_t index)
{
	struct replay *r = state;

	r->at = 0;
	return index == 0;
}

static uint32_t replay_pick(void *state, const struct mpck_point *p)
{
	struct replay *r = state;
	uint32_t wanted;

	if (r->at == r->token.count)
		return 0;
	wanted = r->token.choices[r->at++];
	if (p->alternatives)
		return wanted < p->count ? wanted : UINT32_MAX;
	if (wanted >= MPCK_MAX_TASKS || !mpck_set_has(p->enabled, wanted))
		return UINT32_MAX;
	return mpck_set_count(p->enabled & (mpck_set_of(wanted) - 1));
}

static void replay_fini(void *state)
{
	struct replay *r = state;

	free(r->token.choices);
}

const struct mpck_strategy_ops mpck_strategy_replay = {
	.name = "replay",
	.summary = "the execution a token names (see mpcheck replay)",
	.state_size = sizeof(struct replay),
	.init = replay_init,
	.begin = replay_begin,
	.pick = replay_pick,
	.fini = replay_fini,
};
