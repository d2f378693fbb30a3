/* SPDX-License-Identifier: MIT */
/*
 * test_generated.c - dfs against a naive enumeration, on generated programs.
 *
 * The enumeration below knows what an operation means and tries every order by
 * recursion; it shares nothing with the machine but the encoding of programs.
 * Both must agree in how many interleavings give which outcome.
 */
#include <mpp/base.h>

#include "explored.h"
#include "machine/tools.h"
#include "modules/generated.h"

struct world {
	int next[MAX_GENERATED];	/* operation */
	int64_t seen[MAX_GENERATED];
	bool ended[MAX_GENERATED];
	int64_t raw, value;
	int owner;			/* of the lock: task + 1; 0: nobody */
	bool died, not_recoverable;
};

struct leaf {
	struct world end;
	bool deadlock;
	uint64_t count;
};

static struct leaf leaves[1 << 16];
static size_t nleaves;
static int64_t program;

static int acquire(struct world *w, int task)
{
	if (w->not_recoverable)
		return MPP_ENOTRECOVERABLE;
	if (w->owner)
		return w->owner == task + 1 ? MPP_EDEADLK : MPP_EAGAIN;
	w->owner = task + 1;
	return w->died ? MPP_EOWNERDEAD : 0;
}

static int release(struct world *w, int task)
{
	if (w->owner != task + 1)
		return MPP_EPERM;
	w->owner = 0;
	w->not_recoverable = w->died;
	return 0;
}

static void perform(struct world *w, int task, unsigned op)
{
	int64_t *seen = &w->seen[task];

	switch (op) {
	case READ_RAW:
		*seen = remember(*seen, w->raw);
		break;
	case WRITE_RAW:
		w->raw = written(*seen);
		break;
	case READ_VALUE:
		*seen = remember(*seen, w->value);
		break;
	case WRITE_VALUE:
		w->value = written(*seen);
		break;
	case ADD_VALUE:
		w->value++;
		break;
	case ACQUIRE:	/* enabled only if it does not wait */
	case TRY:
		*seen = remember(*seen, acquire(w, task));
		break;
	default:
		*seen = remember(*seen, release(w, task));
		break;
	}
}

/* The task's next operation; NOTHING: only its end is left. */
static unsigned next_operation(const struct world *w, int task)
{
	return w->next[task] < MAX_OPS
		       ? operation(program, task, w->next[task]) : NOTHING;
}

/* What needs no choice: empty slots, and ends that nobody can notice. */
static void settle(struct world *w)
{
	for (int t = 0; t < MAX_GENERATED; t++) {
		while (w->next[t] < MAX_OPS &&
		       operation(program, t, w->next[t]) == NOTHING)
			w->next[t]++;
		if (w->next[t] == MAX_OPS && w->owner != t + 1)
			w->ended[t] = true;
	}
}

static bool enabled(const struct world *w, int task)
{
	return !w->ended[task] &&
	       (next_operation(w, task) != ACQUIRE || w->not_recoverable ||
		!w->owner || w->owner == task + 1);
}

static void step(struct world *w, int task)
{
	unsigned op = next_operation(w, task);

	if (op == NOTHING) {	/* ends with the lock */
		w->owner = 0;
		w->died = true;
		w->ended[task] = true;
		return;
	}
	perform(w, task, op);
	w->next[task]++;
}

static void count_leaf(const struct world *w, bool deadlock)
{
	size_t at = deadlock ? 0
			     : (size_t)(w->seen[0] * 7 + w->seen[1] * 11 +
					w->seen[2] * 13 + w->raw * 17 +
					w->value) % (1 << 16);

	for (;; at = (at + 1) % (1 << 16)) {
		struct leaf *l = &leaves[at];

		if (!l->count) {
			*l = (struct leaf){ *w, deadlock, 1 };
			nleaves++;
			ck_assert_uint_lt(nleaves, 1 << 15);
			return;
		}
		if (l->deadlock == deadlock &&
		    (deadlock || (l->end.raw == w->raw &&
				  l->end.value == w->value &&
				  !memcmp(l->end.seen, w->seen,
					  sizeof(w->seen))))) {
			l->count++;
			return;
		}
	}
}

static uint64_t enumerate(struct world w)
{
	uint64_t count = 0;
	bool all_ended = true;

	settle(&w);
	for (int t = 0; t < MAX_GENERATED; t++) {
		struct world after = w;

		all_ended = all_ended && w.ended[t];
		if (!enabled(&w, t))
			continue;
		step(&after, t);
		count += enumerate(after);
	}
	if (count)
		return count;
	count_leaf(&w, !all_ended);
	return 1;
}

/* How many interleavings the enumeration has for this outcome. */
static uint64_t expected(const char *text)
{
	for (size_t i = 0; i < 1 << 16; i++) {
		const struct leaf *l = &leaves[i];
		char own[200];

		if (!l->count)
			continue;
		if (l->deadlock)
			snprintf(own, sizeof(own), "(deadlock)");
		else
			snprintf(own, sizeof(own), "a=%" PRId64 " b=%" PRId64
				 " c=%" PRId64 " raw=%" PRId64 " value=%"
				 PRId64, l->end.seen[0], l->end.seen[1],
				 l->end.seen[2], l->end.raw, l->end.value);
		if (!strcmp(own, text))
			return l->count;
	}
	return 0;
}

static uint64_t random_state = 20261121;

static unsigned random_below(unsigned n)
{
	random_state = random_state * 6364136223846793005 +
		       1442695040888963407;
	return (unsigned)((random_state >> 33) % n);
}

/* At most nine operations; half of the programs are mostly about the lock. */
static int64_t generate(void)
{
	static const unsigned locking[] = { ACQUIRE, ACQUIRE, TRY, RELEASE,
					    WRITE_RAW, ADD_VALUE };
	bool about_lock = random_below(2);
	int64_t p = 0;
	int left = 9;

	for (int t = 0; t < MAX_GENERATED; t++) {
		unsigned n = random_below(MAX_OPS + 1);

		for (int i = 0; i < (int)n && left; i++, left--) {
			int64_t op = about_lock ? locking[random_below(6)]
						: 1 + random_below(OPERATIONS - 1);

			p |= op << 4 * (t * MAX_OPS + i);
		}
	}
	return p;
}

static void agree(const char *module)
{
	struct world start = { .seen = { 1, 2, 3 } };
	uint64_t count, total = 0;
	struct explored e;
	char set[40];

	program = generate();
	memset(leaves, 0, sizeof(leaves));
	nleaves = 0;
	count = enumerate(start);
	snprintf(set, sizeof(set), "n=%" PRId64, program);
	EXPLORE(&e, module, .set = { set });
	ck_assert_msg(e.err == 0, "%s: %s", set, e.sentence);
	ck_assert_msg(e.result.executions == count, "%s: %" PRIu64
		      " executions, not %" PRIu64, set, e.result.executions,
		      count);
	ck_assert_msg(e.result.noutcomes == nleaves,
		      "%s: %zu outcomes, not %zu", set, e.result.noutcomes, nleaves);
	for (size_t i = 0; i < e.result.noutcomes; i++) {
		const struct mpck_outcome *o = &e.result.outcomes[i];

		ck_assert_msg(o->executions == expected(o->text),
			      "%s: %s %" PRIu64 " times, not %" PRIu64, set,
			      o->text, o->executions, expected(o->text));
		total += o->executions;
	}
	ck_assert_uint_eq(total, count);
	done(&e);
}

START_TEST(dfs_agrees_with_a_naive_enumeration_of_processes)
{
	for (int i = 0; i < (MPCK_ASAN ? 300 : 2000); i++)
		agree("generated-processes");
}
END_TEST

START_TEST(dfs_agrees_with_a_naive_enumeration_of_threads)
{
	random_state = 1121;
	for (int i = 0; i < 500; i++)
		agree("generated-threads");
}
END_TEST

UNIT_MAIN(
	UNIT(dfs_agrees_with_a_naive_enumeration_of_processes)
	UNIT(dfs_agrees_with_a_naive_enumeration_of_threads)
)
