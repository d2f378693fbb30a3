/* SPDX-License-Identifier: MIT */
/* triple.c - see triple.h. */
#include "explain/triple.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "basics.h"
#include "detectors/access.h"
#include "machine/world.h"

static bool reads(const struct mpck_access *a)
{
	return a->op.kind == MPP_OP_READ || a->op.kind == MPP_OP_RMW;
}

/* An update that failed wrote nothing; of what is no cell nobody knows. */
static bool writes(const struct mpck_access *a)
{
	return a->op.kind == MPP_OP_WRITE ||
	       (a->op.kind == MPP_OP_RMW &&
		(a->before != a->after || !a->op.typecode));
}

static bool changes(const struct mpck_access *a)
{
	return writes(a) && (a->before != a->after || !a->op.typecode);
}

static bool is_access(const struct mpck_record *r)
{
	return r->kind == MPCK_EVENT_OP && r->result >= 0 && r->op.object &&
	       mpck_reads_or_writes(&r->op);
}

/* What comes before and after this may belong to two pieces of work also when
 * nobody is disturbed: others go on here, one after the other, too. */
static bool divides(const struct mpck_record *r)
{
	return r->kind == MPCK_EVENT_START ||
	       (r->kind == MPCK_EVENT_WAIT && r->op.kind != MPP_OP_ACQUIRE &&
		!mpck_reads_or_writes(&r->op));
}

/* All accesses, in order. */
static struct mpck_access *accesses(size_t *count)
{
	size_t n, turn = 0, own[MPCK_MAX_TASKS] = { 0 };
	size_t part[MPCK_MAX_TASKS] = { 0 };
	const struct mpck_record *r = mpck_machine_records(&n);
	struct mpck_access *a = mpck_checked(malloc((n + 1) * sizeof(*a)));

	*count = 0;
	for (size_t i = 0; i < n; i++) {
		if (is_access(&r[i]))
			a[(*count)++] = (struct mpck_access){
				r[i].task, turn, own[r[i].task],
				part[r[i].task], r[i].step, r[i].op,
				r[i].before, r[i].after };
		part[r[i].task] += divides(&r[i]);
		if (r[i].kind == MPCK_EVENT_OP) {
			own[r[i].task]++;
			turn++;
		}
	}
	return a;
}

/* On the same bytes; an operation without a size is on its whole object. */
static bool meet(const struct mpck_access *a, const struct mpck_access *b)
{
	const char *x = a->op.object, *y = b->op.object;

	if (!a->op.size || !b->op.size)
		return mpck_world_segment(x) == mpck_world_segment(y);
	return x < y + b->op.size && y < x + a->op.size;
}

static bool classify(struct mpck_triple *t)
{
	if (changes(&t->between)) {
		if (reads(&t->last))
			t->kind = writes(&t->first) ? MPCK_TRIPLE_OVERWRITTEN
						    : MPCK_TRIPLE_READS;
		else if (reads(&t->first))
			t->kind = MPCK_TRIPLE_LOST;
		else
			return false;	/* three writes: the last one stays */
		return true;
	}
	t->kind = MPCK_TRIPLE_HALF;
	return writes(&t->first) && writes(&t->last) && reads(&t->between);
}

/* Of those between two accesses, the last that wrote, or else read. */
static const struct mpck_access *between(const struct mpck_access *first,
					 const struct mpck_access *last)
{
	const struct mpck_access *read = NULL;

	for (const struct mpck_access *a = last - 1; a > first; a--) {
		if (a->task == last->task || !meet(a, last))
			continue;
		if (changes(a))
			return a;
		if (!read)
			read = a;
	}
	return read;
}

/* The access of the same task to the same place just before, in the same piece
 * of work; NULL: none. */
static const struct mpck_access *before(const struct mpck_access *all,
					const struct mpck_access *last)
{
	for (const struct mpck_access *a = last; a > all;) {
		a--;
		if (a->task == last->task && meet(a, last))
			return a->part == last->part ? a : NULL;
	}
	return NULL;
}

static int lost_first(const void *x, const void *y)
{
	const struct mpck_triple *a = x, *b = y;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return a->last.turn < b->last.turn ? -1 : 1;
}

struct mpck_triple *mpck_triples_now(size_t most, size_t *count)
{
	size_t n;
	struct mpck_access *all = accesses(&n);
	struct mpck_triple *found =
		mpck_checked(malloc((most + 1) * sizeof(*found)));

	*count = 0;
	for (const struct mpck_access *last = all; last < all + n; last++) {
		const struct mpck_access *first = before(all, last);
		const struct mpck_access *middle =
			first ? between(first, last) : NULL;

		if (!middle || *count == most)
			continue;
		found[*count] = (struct mpck_triple){
			.first = *first, .between = *middle, .last = *last };
		*count += classify(&found[*count]);
	}
	free(all);
	qsort(found, *count, sizeof(*found), lost_first);
	return found;
}

const void *mpck_triple_object(const struct mpck_triple *t)
{
	return mpck_world_segment(t->last.op.object);
}

uint64_t mpck_triple_key(const struct mpck_triple *t)
{
	uintptr_t about[] = { t->kind, (uintptr_t)mpck_triple_object(t),
			      (uintptr_t)t->first.op.pc,
			      (uintptr_t)t->between.op.pc,
			      (uintptr_t)t->last.op.pc };

	return XXH3_64bits(about, sizeof(about));
}

bool mpck_triple_is_like(const struct mpck_triple *a,
			 const struct mpck_triple *b)
{
	return mpck_triple_key(a) == mpck_triple_key(b);
}
