/* SPDX-License-Identifier: MIT */
/*
 * bubble.c - a schedule with fewer changes between tasks and the same effect.
 *
 * Two adjacent operations of different tasks that do not depend on each other
 * may change places.  So a task's next block of operations moves up to its
 * previous one past blocks it does not depend on, or that one moves down.
 * Nothing is executed: what was recorded says what depends on what, except
 * that tasks exist and may go on; the caller executes the result.
 */
#include "explain/shrink.h"

#include <string.h>

#include "basics.h"

struct block {
	uint32_t task;
	uint32_t first, count;	/* in moves[] */
};

struct bubbler {
	const struct mpck_move **moves;	/* in the order made so far */
	const struct mpck_move **scratch;
	struct block *blocks;
	size_t nmoves, nblocks;
};

static void find_blocks(struct bubbler *b)
{
	b->nblocks = 0;
	for (size_t i = 0; i < b->nmoves; i++) {
		if (i && b->moves[i]->task == b->moves[i - 1]->task)
			b->blocks[b->nblocks - 1].count++;
		else
			b->blocks[b->nblocks++] = (struct block){
				b->moves[i]->task, (uint32_t)i, 1 };
	}
}

/* Does any operation of one run depend on any of the other? */
static bool depend(const struct bubbler *b, size_t first, size_t count,
		   size_t other, size_t others)
{
	for (size_t i = first; i < first + count; i++) {
		for (size_t k = other; k < other + others; k++) {
			if (mpck_moves_conflict(&b->moves[i]->op,
						&b->moves[k]->op))
				return true;
		}
	}
	return false;
}

/* moves[at, at + count) and the rest up to end change places. */
static void rotate(struct bubbler *b, size_t at, size_t count, size_t end)
{
	size_t rest = end - at - count;

	memcpy(b->scratch, b->moves + at, count * sizeof(*b->moves));
	memmove(b->moves + at, b->moves + at + count, rest * sizeof(*b->moves));
	memcpy(b->moves + at + rest, b->scratch, count * sizeof(*b->moves));
}

/* The block and the task's next one become one; false: they cannot. */
static bool join_next(struct bubbler *b, size_t block)
{
	const struct block *x = &b->blocks[block], *y = x + 1;
	size_t end = x->first + x->count, between;

	while (y < b->blocks + b->nblocks && y->task != x->task)
		y++;
	if (y == b->blocks + b->nblocks)
		return false;
	between = y->first - end;
	if (!depend(b, y->first, y->count, end, between))
		rotate(b, end, between, y->first + y->count);
	else if (!depend(b, x->first, x->count, end, between))
		rotate(b, x->first, x->count, y->first);
	else
		return false;
	find_blocks(b);
	return true;
}

void mpck_bubble(const struct mpck_course *c, uint16_t *tasks)
{
	struct bubbler b = { .nmoves = c->nmoves };
	size_t at = 0;

	b.moves = mpck_checked(calloc(c->nmoves + 1, sizeof(*b.moves)));
	b.scratch = mpck_checked(calloc(c->nmoves + 1, sizeof(*b.scratch)));
	b.blocks = mpck_checked(calloc(c->nmoves + 1, sizeof(*b.blocks)));
	for (size_t i = 0; i < c->nmoves; i++)
		b.moves[i] = &c->moves[i];
	find_blocks(&b);
	/* Each joining leaves one block less. */
	while (at < b.nblocks) {
		if (join_next(&b, at))
			at = at > 1 ? at - 2 : 0;
		else
			at++;
	}
	for (size_t i = 0; i < c->nmoves; i++)
		tasks[i] = (uint16_t)b.moves[i]->task;
	free(b.moves);
	free(b.scratch);
	free(b.blocks);
}
