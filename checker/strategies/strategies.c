/* SPDX-License-Identifier: MIT */
/* strategies.c - the table of strategies, from strategies.def. */
#include "strategies/strategy.h"

#include <string.h>

#define STRATEGY(id, name) extern const struct mpck_strategy_ops \
	mpck_strategy_##id;
#include "strategies/strategies.def"
#undef STRATEGY

const struct mpck_strategy_ops *const mpck_strategies[] = {
#define STRATEGY(id, name) &mpck_strategy_##id,
#include "strategies/strategies.def"
#undef STRATEGY
};

const size_t mpck_nstrategies =
	sizeof(mpck_strategies) / sizeof(mpck_strategies[0]);

const struct mpck_strategy_ops *mpck_strategy_find(const char *name)
{
	for (size_t i = 0; i < mpck_nstrategies; i++) {
		if (!strcmp(mpck_strategies[i]->name, name))
			return mpck_strategies[i];
	}
	return NULL;
}
