/* SPDX-License-Identifier: MIT */
/*
 * dfs.c - every interleaving of visible operations, one execution each.
 *
 * The path of options taken is kept with the number there were; the next
 * execution repeats it up to the last point with an untried option.  No
 * reduction at all: the oracle by which reductions are judged.
 */
#include "strategies/strategy.h"

#include <stdlib.h>

struct step {
	uint32_t count, chosen;
};

struct dfs {
	struct step *path;
	size_t length;		/* points decided so far */
	size_t room;
	size_t at;		/* next point of the running execution */
	bool exhausted;
};

static bool dfs_begin(void *state, uint64_t index)
{
	struct dfs *d = state;

	(void)index;
	d->at = 0;
	return !d->exhausted;
}

static uint32_t dfs_extend(struct dfs *d, uint32_t count)
{
	if (d->length == d->room) {
		d->room = d->room * 2 + 256;
		d->path = realloc(d->path, d->room * sizeof(*d->path));
		if (!d->path)
			abort();
	}
	d->path[d->length++] = (struct step){ count, 0 };
	d->at = d->length;
	return 0;
}

static uint32_t dfs_pick(void *state, const struct mpck_point *p)
{
	struct dfs *d = state;
	const struct step *s;

	if (d->at == d->length)
		return dfs_extend(d, p->count);
	s = &d->path[d->at++];
	/* Other options than last time: the program is not deterministic. */
	return s->count == p->count ? s->chosen : UINT32_MAX;
}

static void dfs_end(void *state)
{
	struct dfs *d = state;

	while (d->length) {
		struct step *s = &d->path[d->length - 1];

		if (++s->chosen < s->count)
			return;
		d->length--;
	}
	d->exhausted = true;
}

static void dfs_fini(void *state)
{
	struct dfs *d = state;

	free(d->path);
}

const struct mpck_strategy_ops mpck_strategy_dfs = {
	.name = "dfs",
	.summary = "every interleaving, without any reduction",
	.state_size = sizeof(struct dfs),
	.exhaustive = true,
	.begin = dfs_begin,
	.pick = dfs_pick,
	.end = dfs_end,
	.fini = dfs_fini,
};
