/* SPDX-License-Identifier: MIT */
/*
 * random.c - a uniform choice among the options at every point.
 *
 * Each execution has a generator of its own, seeded by (seed, index): so any
 * execution can be repeated without those before it.  An interleaving's
 * probability is the product of 1/options along it, so interleavings are not
 * equally likely.
 *
 * Source: the generator is splitmix64 (Steele, Lea, Flood, OOPSLA 2014).  An
 * option's probability is off by less than 2^-58 for up to 64 options.
 */
#include "strategies/strategy.h"

__extension__ typedef unsigned __int128 wide;

struct random {
	uint64_t seed;
	uint64_t state;
};

static uint64_t next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static int random_init(void *state, const struct mpck_options *options,
		       struct mpck_module *module, char sentence[MPCK_SENTENCE])
{
	struct random *r = state;

	(void)module, (void)sentence;
	r->seed = options->seed;
	return 0;
}

static bool random_begin(void *state, uint64_t index)
{
	struct random *r = state;

	r->state = r->seed;
	r->state = next(&r->state) + index * 0xd1342543de82ef95;
	return true;
}

static uint32_t random_pick(void *state, const struct mpck_point *p)
{
	struct random *r = state;

	return (uint32_t)(((wide)next(&r->state) * p->count) >>
			  64);
}

const struct mpck_strategy_ops mpck_strategy_random = {
	.name = "random",
	.summary = "a uniform choice at every point, from --seed",
	.state_size = sizeof(struct random),
	.init = random_init,
	.begin = random_begin,
	.pick = random_pick,
};
