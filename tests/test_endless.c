/* SPDX-License-Identifier: MIT */
/*
 * test_endless.c - "prove" on programs that may go on for ever, which dfs cannot
 * judge: against all their states, enumerated naively (judging/naive.h).
 *
 * Compared are the outcomes, the deadlocks, whether there is a cycle, whether a
 * fair execution can stay in one, weakly or strongly, and how many interleavings
 * there are where there is none.  JUDGE_PROGRAMS and JUDGE_SEED as in test_judge.c.
 */
#include "judging/comparing.h"
#include "judging/naive.h"
#include "machine/tools.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Writing programs. */

static void set_operation(struct program *p, unsigned function, unsigned index,
			  struct operation o)
{
	int64_t word = (int64_t)(o.kind | o.object << 4 | o.value << 6 |
				 o.target << 8);
	unsigned at = 12 * (index % 4);
	int64_t *to = &p->param[2 * function + index / 4];

	*to = (*to & ~((int64_t)0xfff << at)) | word << at;
}

static const char *const kind_words[KINDS] = {
	"end", "set", "read", "write", "if", "unless", "look", "acquire", "try",
	"timed", "release", "put", "try_put", "get", "try_get",
};

static bool jumps(enum kind kind)
{
	return (kind >= IF && kind <= LOOK) || kind == TRY || kind == TIMED ||
	       kind == TRY_PUT || kind == TRY_GET;
}

static void print_function(FILE *out, const struct program *p, unsigned f)
{
	fprintf(out, "%c:", 'a' + (int)f);
	for (unsigned i = 0; i < SCRIPT; i++) {
		struct operation o = operation(p, f, i);

		fprintf(out, " %u:%s", i, kind_words[o.kind % KINDS]);
		if (o.kind)
			fprintf(out, " %u", o.object);
		if (o.kind == SET || o.kind == IF || o.kind == UNLESS)
			fprintf(out, "=%u", o.value);
		if (jumps(o.kind))
			fprintf(out, " ->%u", o.target);
	}
	fputc('\n', out);
}

static void print_program(FILE *out, const struct program *p)
{
	for (int i = 0; i < PARAMS; i++)
		fprintf(out, " --set %c=%" PRId64, PARAM_LETTERS[i],
			p->param[i]);
	fprintf(out, "\nmain: starts");
	for (unsigned kid = 0; kid < setup(p, KIDS_BITS, 2); kid++)
		fprintf(out, " %c", 'a' + (int)kid_function(p, kid));
	fprintf(out, "%s", setup(p, THREADS_BIT, 1) ? " as threads" : "");
	if (setup(p, POLLS_BITS, 2))
		fprintf(out, ", asks for %u", setup(p, POLLS_BITS, 2) - 1);
	fprintf(out, "; unowned locks %u\n", setup(p, UNOWNED_BITS, LOCKS));
	for (unsigned f = 0; f < FUNCTIONS; f++)
		print_function(out, p, f);
}

/* Judging. */

static void print_cells(FILE *out, const char *name, const uint8_t *cells)
{
	fprintf(out, "%s=[%d,%d,%d]", name, cells[0], cells[1], cells[2]);
}

static bool has_outcome(const struct mpck_result *r, const char *text)
{
	for (size_t i = 0; i < r->noutcomes; i++) {
		if (!strcmp(r->outcomes[i].text, text))
			return true;
	}
	return false;
}

static char *compare_ends(const struct naive *n, const struct mpck_result *r)
{
	unsigned found = 0;

	for (unsigned i = 0; i < n->noutcomes; i++) {
		char text[100];
		FILE *out = fmemopen(text, sizeof(text), "w");

		ck_assert_ptr_nonnull(out);
		print_cells(out, "cells", n->outcomes[i].cells);
		print_cells(out, " ends", n->outcomes[i].ends);
		fclose(out);
		if (!has_outcome(r, text))
			return sentence("%s is not found", text);
	}
	for (size_t i = 0; i < r->noutcomes; i++)
		found += r->outcomes[i].final;
	if (found != n->noutcomes)
		return sentence("%u outcomes, not %u", found, n->noutcomes);
	return NULL;
}

static enum mpck_cycle cycle_of(const struct naive *n)
{
	return n->livelock ? MPCK_CYCLE_LIVE
	       : n->starvation ? MPCK_CYCLE_STARVING
	       : n->cycle ? MPCK_CYCLE_WAITING : MPCK_CYCLE_NONE;
}

static char *compare_cycles(const struct naive *n, const struct mpck_result *r)
{
	static const char *const names[] = { "no", "a waiting",
					     "a starving", "a live" };
	size_t livelocks = findings_of(r, MPCK_LIVELOCK);
	size_t starvation = findings_of(r, MPCK_STARVATION);
	size_t deadlocks = findings_of(r, MPCK_DEADLOCK);

	if (r->space.cycle != cycle_of(n))
		return sentence("%s cycle, not %s", names[r->space.cycle],
				names[cycle_of(n)]);
	if (livelocks != n->livelock)
		return sentence("%zu livelocks", livelocks);
	if (starvation != n->starvation)
		return sentence("starvation %zu times", starvation);
	if (!deadlocks == n->deadlock)
		return sentence("%zu deadlocks", deadlocks);
	if (livelocks + starvation + deadlocks != r->nfindings)
		return sentence("another finding: %s", r->findings[0].message);
	return NULL;
}

static char *compare_paths(const struct naive *n, const struct mpck_result *r)
{
	if (n->cycle ? !r->interleavings || strcmp(r->interleavings,
						   "unbounded") != 0
		     : !is_number(r->interleavings, n->paths))
		return sentence("%s interleavings, not %" PRIu64,
				r->interleavings ? r->interleavings : "no",
				n->cycle ? 0 : n->paths);
	return NULL;
}

static char *compare(const struct naive *n, const struct run *found,
		     const struct way *way)
{
	char *text;

	if (found->err)
		return sentence("error: %s", found->sentence);
	if (found->result.space.searched && !found->result.space.finished)
		return sentence("the space was not finished");
	text = compare_ends(n, &found->result);
	if (!text && found->result.space.searched)
		text = compare_cycles(n, &found->result);
	if (!text && way->count && found->result.space.searched)
		text = compare_paths(n, &found->result);
	return text;
}

static struct {
	unsigned programs, too_big, deadlocks, waiting, starving, live, twins;
	uint64_t states;
} seen;

static void set_params(struct mpck_module *module, const struct program *p)
{
	char text[MPCK_SENTENCE], assignment[40];

	for (int i = 0; i < PARAMS; i++) {
		snprintf(assignment, sizeof(assignment), "%c=%" PRId64,
			 PARAM_LETTERS[i], p->param[i]);
		ck_assert_msg(!mpck_module_set(module, assignment, text), "%s",
			      text);
	}
}

static char *judge_way(struct mpck_module *module, const struct naive *n,
		       const struct way *way)
{
	const struct mpck_options options = options_of(way);
	struct run found = run_module(module, &options);
	char *difference = compare(n, &found, way);

	seen.twins += found.result.space.twins > 0 && way == ways;
	if (difference) {
		printf("naive: %u states, %u outcomes\n", n->nstates,
		       n->noutcomes);
		print_run(stdout, way->name, &found);
	}
	mpck_result_fini(&found.result);
	return difference;
}

static char *judge_program(struct mpck_module *module, const struct program *p)
{
	struct naive *n = naive_new(p);
	char *difference = NULL;

	if (n->too_big) {
		seen.too_big++;
		free(n);
		return NULL;
	}
	seen.programs++;
	seen.states += n->nstates;
	seen.deadlocks += n->deadlock;
	seen.live += n->livelock;
	seen.starving += n->starvation;
	seen.waiting += n->cycle && !n->livelock && !n->starvation;
	set_params(module, p);
	for (size_t i = 0; i < COUNT(ways) && !difference; i++) {
		if (seen.programs % ways[i].sample == 0)
			difference = judge_way(module, n, &ways[i]);
	}
	free(n);
	if (difference) {
		print_program(stdout, p);
		fflush(stdout);
	}
	return difference;
}

/* Programs written by hand. */

struct placed {
	unsigned function, index;
	struct operation operation;
};

struct loop {
	const char *about;
	int64_t setup;
	struct placed placed[20];
};

#define KIDS_ARE_3(n, a, b, c, ...) \
	(n | (a) << FUNCTION_BITS | (b) << (FUNCTION_BITS + 2) | \
	 (c) << (FUNCTION_BITS + 4))
#define KIDS_ARE(...) KIDS_ARE_3(__VA_ARGS__, 0, 0, 0)
#define ASKED(kid) ((kid) + 1) << POLLS_BITS
#define UNOWNED(lock) 1 << (UNOWNED_BITS + (lock))
#define THREADS 1 << THREADS_BIT
#define IN(function, index, ...) { function, index, { __VA_ARGS__ } }

static const struct loop loops[] = {
#define LOOPS(about, setup, ...) { about, setup, { __VA_ARGS__ } },
#include "judging/endless.def"
#undef LOOPS
};

static struct program written(const struct loop *l)
{
	struct program p = { { 0 } };

	p.param[2 * FUNCTIONS] = l->setup;
	for (size_t i = 0; i < COUNT(l->placed); i++) {
		const struct placed *o = &l->placed[i];

		if (o->operation.kind)
			set_operation(&p, o->function, o->index, o->operation);
	}
	return p;
}

START_TEST(loops_written_by_hand)
{
	struct mpck_module *module = open_module("endless-program");
	/* A sanitizer is too slow for all. */
	uint64_t most = from_environment("JUDGE_PROGRAMS", MPCK_ASAN
					 ? COUNT(loops) / 2 : COUNT(loops));

	for (size_t i = 0; i < COUNT(loops) && i < most; i++) {
		struct program p = written(&loops[i]);
		char *difference = judge_program(module, &p);

		ck_assert_msg(!difference, "%s: %s", loops[i].about,
			      difference);
	}
	mpck_module_close(module);
}
END_TEST

/* Thrown programs. */

static uint64_t dice;

/* SplitMix64 */
static unsigned below(unsigned n)
{
	uint64_t z = ++dice * UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (unsigned)((z ^ z >> 31) >> 32) % n;
}

static enum kind throw_kind(unsigned topic)
{
	static const enum kind cells[] = { SET, SET, WRITE, READ, IF, UNLESS,
					   LOOK };
	static const enum kind locks[] = { ACQUIRE, TRY, TIMED, RELEASE,
					   RELEASE };
	static const enum kind queues[] = { PUT, TRY_PUT, GET, TRY_GET,
					    TRY_GET };

	if (topic == 0 || below(3) == 0)
		return cells[below(COUNT(cells))];
	return topic == 1 ? locks[below(COUNT(locks))]
			  : queues[below(COUNT(queues))];
}

/* Jumps lead to any operation, or out. */
static void throw_function(struct program *p, unsigned function, unsigned n)
{
	unsigned topic = below(3), objects = 1 + below(2);

	for (unsigned i = 0; i < n; i++) {
		enum kind kind = throw_kind(topic);

		set_operation(p, function, i, (struct operation){
				kind, below(objects), below(2),
				jumps(kind) ? below(n + 1) : 0 });
	}
}

static struct program thrown(uint64_t seed, uint64_t index)
{
	struct program p = { { 0 } };
	unsigned kids, s;

	dice = (seed << 40) + index * 1000;
	s = kids = below(4) ? 2 : 3;
	for (unsigned kid = 0; kid < kids; kid++)
		s |= below(2 + below(2)) << (FUNCTION_BITS + 2 * kid);
	if (below(5) == 0)
		s |= (1 + below(kids)) << POLLS_BITS;
	s |= below(1u << LOCKS) << UNOWNED_BITS;
	s |= (unsigned)(below(12) == 0) << THREADS_BIT;
	p.param[2 * FUNCTIONS] = s;
	for (unsigned f = 0; f < FUNCTIONS; f++)
		throw_function(&p, f, 1 + below(kids == 2 ? 6 : 3));
	return p;
}

/* One function looks for a word again and again while it has a lock, the other
 * one says it when it gets the lock; then something is changed. */
static struct program thrown_to_starve(uint64_t seed, uint64_t index)
{
	struct program p = thrown(seed, index);
	unsigned lock = below(LOCKS), kids = setup(&p, KIDS_BITS, 2);
	unsigned says = below(3);
	const struct operation loop[] = {
		{ ACQUIRE, lock, 0, 0 }, { IF, 0, 1, 4 },
		{ RELEASE, lock, 0, 0 }, { LOOK, 1, 0, 0 },
		{ RELEASE, lock, 0, 0 },
	}, says_it[] = {
		{ says == 1 ? TIMED : ACQUIRE, lock, 0, 0 },
		{ SET, 0, 1, 0 }, { RELEASE, lock, 0, 0 },
	};

	p.param[2 * FUNCTIONS] = kids | 1 << (FUNCTION_BITS + 2) |
				 below(2) << (FUNCTION_BITS + 4) |
				 below(1u << LOCKS) << UNOWNED_BITS;
	for (unsigned i = 0; i < SCRIPT / 4; i++)
		p.param[i] = p.param[2 + i] = 0;
	for (unsigned i = 0; i < COUNT(loop); i++)
		set_operation(&p, 0, i, loop[i]);
	for (unsigned i = 0; i < COUNT(says_it); i++)
		set_operation(&p, 1, i, says_it[i]);
	if (below(2)) {
		enum kind kind = throw_kind(below(3));

		set_operation(&p, below(2), below(5), (struct operation){
				kind, below(2), below(2),
				jumps(kind) ? below(6) : 0 });
	}
	return p;
}

/* usual: how many, where the environment does not say.  How many were judged. */
static uint64_t judge_thrown(struct program (*throw)(uint64_t seed, uint64_t i),
			     uint64_t usual)
{
	struct mpck_module *module = open_module("endless-program");
	uint64_t programs = from_environment("JUDGE_PROGRAMS", usual);
	uint64_t seed = from_environment("JUDGE_SEED", 1);

	for (uint64_t i = 0; seen.programs < programs; i++) {
		struct program p = throw(seed, i);
		char *difference = judge_program(module, &p);

		ck_assert_msg(!difference, "seed %" PRIu64 ", program %" PRIu64
			      ": %s", seed, i, difference);
	}
	if (getenv("JUDGE_STATISTICS"))
		printf("%u programs (%u more were too big), %" PRIu64
		       " states; deadlocks in %u, waiting cycles in %u, starving "
		       "ones in %u, live ones in %u; twins merged in %u\n",
		       seen.programs, seen.too_big, seen.states, seen.deadlocks,
		       seen.waiting, seen.starving, seen.live, seen.twins);
	mpck_module_close(module);
	return programs;
}

START_TEST(loops_that_may_starve_somebody)
{
	uint64_t programs = judge_thrown(thrown_to_starve,
					 MPCK_ASAN ? 20 : 100);

	ck_assert_uint_ge(seen.starving * 10, programs);
}
END_TEST

START_TEST(loops_thrown)
{
	judge_thrown(thrown, MPCK_ASAN ? 30 : 300);
}
END_TEST

UNIT_MAIN(
	UNIT(loops_written_by_hand)
	UNIT(loops_thrown)
	UNIT(loops_that_may_starve_somebody)
)
