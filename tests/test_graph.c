/* SPDX-License-Identifier: MIT */
/*
 * test_graph.c - paths, distances and cycles of graphs made by hand, or thrown.
 *
 * Their labels name parts that the test makes as well: of cycles, only whose
 * they are is asked.
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "machine/world.h"
#include "prove/fair.h"
#include "prove/graph.h"
#include "prove/round.h"
#include "unit.h"

struct arc {
	uint32_t from, to;	/* states; arcs in the order of from */
	uint16_t twins;
	uint32_t process;	/* who goes along it */
};

enum { MOST_ENDINGS = 8, PROCESSES = 4 };

struct counted {
	char *texts[MOST_ENDINGS], *all;
	double shares[MOST_ENDINGS];
	bool cyclic;
};

/* Of all arcs of one state, in turn. */
static struct mpck_graph graph_of(const struct arc *arcs, size_t narcs,
				  uint32_t nstates)
{
	struct mpck_graph g = { 0 };
	size_t at = 0;

	for (uint32_t s = 0; s < nstates; s++)
		mpck_graph_state(&g, s);
	for (uint32_t s = 0; s < nstates; s++) {
		mpck_graph_begin(&g, s);
		for (; at < narcs && arcs[at].from == s; at++)
			mpck_graph_edge(&g, s, (struct mpck_edge){
				.to = arcs[at].to,
				.twins = arcs[at].twins,
				.label = { .part = arcs[at].process } });
	}
	ck_assert_uint_eq(at, narcs);
	ck_assert_uint_eq(g.nstates, nstates);
	ck_assert_uint_eq(g.nedges, narcs);
	return g;
}

/* An arc; of some twins; of a process. */
#define ONE(from, to) { from, to, 1, 0 }
#define TWINS(from, to, twins) { from, to, twins, 0 }
#define BY(process, from, to) { from, to, 1, process }

#define GRAPH(nstates, ...) \
	graph_of((const struct arc[]){ __VA_ARGS__ }, \
		 sizeof((const struct arc[]){ __VA_ARGS__ }) / \
		 sizeof(struct arc), nstates)

static void ends(struct mpck_graph *g, uint32_t state, uint32_t ending)
{
	g->ending[state] = ending + 1;
}

static struct counted count(const struct mpck_graph *g, size_t nendings)
{
	struct counted c = { .all = NULL };

	c.cyclic = mpck_graph_count(g, nendings, c.texts, c.shares, &c.all);
	return c;
}

static void counted_fini(struct counted *c)
{
	for (size_t i = 0; i < MOST_ENDINGS; i++)
		free(c->texts[i]);
	free(c->all);
}

/* A graph whose last state is its only ending: how many paths there are. */
static void has_paths(struct mpck_graph *g, const char *expected)
{
	struct counted c;

	ends(g, g->nstates - 1, 0);
	c = count(g, 1);
	ck_assert(!c.cyclic);
	ck_assert_str_eq(c.texts[0], expected);
	ck_assert_str_eq(c.all, expected);
	ck_assert_double_eq(c.shares[0], 1);
	counted_fini(&c);
	mpck_graph_fini(g);
}

START_TEST(a_state_alone_is_one_path)
{
	struct mpck_graph g = { 0 };

	mpck_graph_state(&g, 0);
	mpck_graph_begin(&g, 0);
	has_paths(&g, "1");
}
END_TEST

START_TEST(a_diamond_is_two_paths)
{
	struct mpck_graph g =
		GRAPH(4, ONE(0, 1), ONE(0, 2), ONE(1, 3), ONE(2, 3));

	has_paths(&g, "2");
}
END_TEST

/* Numbers of states are in the order of their discovery, not of the paths. */
START_TEST(an_edge_may_lead_to_a_lower_number)
{
	struct mpck_graph g = GRAPH(5, ONE(0, 1), ONE(0, 2), ONE(0, 3),
				    ONE(1, 4), ONE(2, 1), ONE(3, 2), ONE(3, 1));

	has_paths(&g, "4");
}
END_TEST

START_TEST(twins_multiply)
{
	struct mpck_graph g = GRAPH(4, TWINS(0, 1, 3), TWINS(0, 2, 1),
				    TWINS(1, 3, 2), TWINS(2, 3, 5));

	has_paths(&g, "11");
}
END_TEST

START_TEST(parallel_edges_add)
{
	struct mpck_graph g =
		GRAPH(2, TWINS(0, 1, 2), TWINS(0, 1, 3), ONE(0, 1));

	has_paths(&g, "6");
}
END_TEST

static struct arc one(uint32_t from, uint32_t to)
{
	return (struct arc)ONE(from, to);
}

/* n diamonds in a row: 2 to the n paths. */
static struct mpck_graph diamonds(uint32_t n)
{
	struct arc *arcs = calloc(4 * (size_t)n + 1, sizeof(*arcs));
	struct mpck_graph g;

	ck_assert_ptr_nonnull(arcs);
	for (uint32_t i = 0; i < n; i++) {
		arcs[4 * i] = one(3 * i, 3 * i + 1);
		arcs[4 * i + 1] = one(3 * i, 3 * i + 2);
		arcs[4 * i + 2] = one(3 * i + 1, 3 * i + 3);
		arcs[4 * i + 3] = one(3 * i + 2, 3 * i + 3);
	}
	g = graph_of(arcs, 4 * (size_t)n, 3 * n + 1);
	free(arcs);
	return g;
}

START_TEST(counts_have_no_greatest_number)
{
	struct mpck_graph g = diamonds(63);

	has_paths(&g, "9223372036854775808");
	g = diamonds(64);
	has_paths(&g, "18446744073709551616");
	g = diamonds(65);
	has_paths(&g, "36893488147419103232");
	g = diamonds(128);
	has_paths(&g, "340282366920938463463374607431768211456");
	g = diamonds(300);
	has_paths(&g, "20370359763344860862684456884093781610514683936659362"
		      "50636140449354381299763336706183397376");
}
END_TEST

/* A row of k steps with 65535 twins each: no number of paths is too big, and no
 * number of twins either. */
START_TEST(the_most_twins_multiply)
{
	struct mpck_graph g = GRAPH(4, TWINS(0, 1, 65535), TWINS(1, 2, 65535),
				    TWINS(2, 3, 65535));

	has_paths(&g, "281462092005375");
}
END_TEST

START_TEST(each_ending_has_its_share)
{
	/* four paths: two to ending 0 by two states, one each to the others */
	struct mpck_graph g = GRAPH(6, ONE(0, 1), ONE(0, 2), ONE(1, 3),
				    ONE(1, 4), ONE(2, 4), ONE(2, 5));
	struct counted c;

	ends(&g, 3, 1);
	ends(&g, 4, 0);
	ends(&g, 5, 2);
	c = count(&g, 4);
	ck_assert(!c.cyclic);
	ck_assert_str_eq(c.texts[0], "2");
	ck_assert_str_eq(c.texts[1], "1");
	ck_assert_str_eq(c.texts[2], "1");
	ck_assert_str_eq(c.texts[3], "0");	/* no state has it */
	ck_assert_str_eq(c.all, "4");
	ck_assert_double_eq(c.shares[0], 0.5);
	ck_assert_double_eq(c.shares[1], 0.25);
	ck_assert_double_eq(c.shares[2], 0.25);
	ck_assert_double_eq(c.shares[3], 0);
	counted_fini(&c);
	mpck_graph_fini(&g);
}
END_TEST

/* Two states with the same ending. */
START_TEST(states_of_one_ending_are_added)
{
	struct mpck_graph g = GRAPH(3, TWINS(0, 1, 2), TWINS(0, 2, 5));
	struct counted c;

	ends(&g, 1, 0);
	ends(&g, 2, 0);
	c = count(&g, 1);
	ck_assert_str_eq(c.texts[0], "7");
	ck_assert_str_eq(c.all, "7");
	counted_fini(&c);
	mpck_graph_fini(&g);
}
END_TEST

/* Far beyond what a double holds: 2^2000 paths, of which 3 in 4 end at 0. */
START_TEST(shares_of_huge_counts_add_up)
{
	struct mpck_graph g = diamonds(2000);
	struct counted c;
	uint32_t last = g.nstates - 1;

	for (uint32_t i = 1; i <= 2; i++)
		mpck_graph_state(&g, last + i);
	mpck_graph_begin(&g, last);
	mpck_graph_edge(&g, last, (struct mpck_edge){ last + 1, 3, 0, { 0 } });
	mpck_graph_edge(&g, last, (struct mpck_edge){ last + 2, 1, 0, { 0 } });
	ends(&g, last + 1, 0);
	ends(&g, last + 2, 1);
	c = count(&g, 2);
	ck_assert_uint_eq(strlen(c.all), 603);	/* 2^2002 = 4.6e602 */
	ck_assert_double_eq_tol(c.shares[0], 0.75, 1e-12);
	ck_assert_double_eq_tol(c.shares[0] + c.shares[1], 1, 1e-12);
	counted_fini(&c);
	mpck_graph_fini(&g);
}
END_TEST

/*
 * Cycles.
 */

/* 0 -> 1 -> 0 is left for 2, or not entered, for 3. */
START_TEST(only_what_is_behind_a_cycle_is_unbounded)
{
	struct mpck_graph g = GRAPH(5, ONE(0, 1), ONE(0, 3), ONE(0, 4),
				    ONE(1, 2), ONE(2, 1), ONE(2, 4));
	struct counted c;

	ends(&g, 3, 0);
	ends(&g, 4, 1);
	c = count(&g, 2);
	ck_assert(c.cyclic);
	ck_assert_str_eq(c.texts[0], "1");
	ck_assert_str_eq(c.texts[1], "unbounded");
	ck_assert_str_eq(c.all, "unbounded");
	ck_assert_double_eq(c.shares[0], 0);
	ck_assert_double_eq(c.shares[1], 0);
	counted_fini(&c);
	mpck_graph_fini(&g);
}
END_TEST

START_TEST(a_cycle_that_nobody_leaves_bounds_no_ending)
{
	struct mpck_graph g =
		GRAPH(4, ONE(0, 1), TWINS(0, 2, 2), ONE(1, 1), TWINS(2, 3, 3));
	struct counted c;

	ends(&g, 3, 0);
	c = count(&g, 1);
	ck_assert(c.cyclic);
	ck_assert_str_eq(c.texts[0], "6");
	ck_assert_str_eq(c.all, "unbounded");
	counted_fini(&c);
	mpck_graph_fini(&g);
}
END_TEST

START_TEST(the_first_state_may_be_in_a_cycle)
{
	struct mpck_graph g = GRAPH(3, ONE(0, 1), ONE(1, 0), ONE(1, 2));
	struct counted c;

	ends(&g, 2, 0);
	c = count(&g, 1);
	ck_assert(c.cyclic);
	ck_assert_str_eq(c.texts[0], "unbounded");
	counted_fini(&c);
	mpck_graph_fini(&g);
}
END_TEST

/* Parts 0 ... are the processes of these numbers. */
static void make_parts(void)
{
	static struct mpck_part_view views[PROCESSES];
	static void *parts[PROCESSES];

	for (int i = 0; i < PROCESSES; i++) {
		views[i].process = i;
		parts[i] = &views[i];
	}
	mpck_world_parts = parts;
}

static struct mpck_cycle_found cycles_of(struct mpck_graph *g)
{
	struct mpck_cycle_found f;
	struct mpck_distances d;

	make_parts();
	mpck_graph_distances(g, &d);
	mpck_graph_cycles(g, &d, &f);
	mpck_distances_fini(&d);
	mpck_graph_fini(g);
	mpck_cycle_fini(&f);	/* what is asked is not in there */
	return f;
}

START_TEST(a_diamond_has_no_cycle)
{
	struct mpck_graph g = diamonds(10);

	ck_assert_int_eq(cycles_of(&g).kind, MPCK_CYCLE_NONE);
}
END_TEST

/* Process 0 waits for what process 1 could do at any time. */
START_TEST(waiting_for_somebody_who_can_go_on_is_no_livelock)
{
	struct mpck_graph g =
		GRAPH(4, BY(0, 0, 1), BY(1, 0, 2), BY(0, 1, 0), BY(1, 1, 3));

	ck_assert_int_eq(cycles_of(&g).kind, MPCK_CYCLE_WAITING);
}
END_TEST

START_TEST(one_who_goes_round_alone_is_a_livelock)
{
	struct mpck_graph g = GRAPH(3, BY(1, 0, 1), BY(2, 1, 2), BY(2, 2, 1));
	struct mpck_cycle_found f = cycles_of(&g);

	ck_assert_int_eq(f.kind, MPCK_CYCLE_LIVE);
	ck_assert_uint_eq(f.live.nearest, 1);
	ck_assert_uint_eq(mpck_set_count(f.live.taken), 1);
	ck_assert_uint_eq(f.process[mpck_set_first(f.live.taken)], 2);
}
END_TEST

/* Process 1 could leave, but only in one of the two states: it is enabled again
 * and again, and never for long. */
START_TEST(who_cannot_always_go_on_may_starve)
{
	struct mpck_graph g = GRAPH(3, BY(0, 0, 1), BY(1, 0, 2), BY(0, 1, 0));
	struct mpck_cycle_found f = cycles_of(&g);

	ck_assert_int_eq(f.kind, MPCK_CYCLE_STARVING);
	ck_assert_uint_eq(f.starving.nearest, 0);
	ck_assert_uint_eq(f.process[mpck_set_first(f.starving.taken)], 0);
	ck_assert_uint_eq(mpck_set_count(f.starving.passed), 1);
	ck_assert_uint_eq(f.process[mpck_set_first(f.starving.passed)], 1);
}
END_TEST

/* Two who always give way to each other, until one does it twice. */
START_TEST(both_going_round_is_fair)
{
	struct mpck_graph g =
		GRAPH(5, BY(0, 0, 1), BY(1, 0, 2), BY(1, 1, 3), BY(0, 1, 4),
		      BY(0, 2, 3), BY(1, 2, 4), BY(0, 3, 0), BY(1, 3, 0));
	struct mpck_cycle_found f = cycles_of(&g);

	ck_assert_int_eq(f.kind, MPCK_CYCLE_LIVE);
	ck_assert_uint_eq(mpck_set_count(f.live.taken), 2);
}
END_TEST

START_TEST(a_state_that_leads_to_itself_is_a_cycle)
{
	struct mpck_graph g = GRAPH(2, BY(0, 0, 1), BY(0, 1, 1));

	ck_assert_int_eq(cycles_of(&g).kind, MPCK_CYCLE_LIVE);
	g = GRAPH(2, BY(0, 0, 0), BY(1, 0, 1));
	ck_assert_int_eq(cycles_of(&g).kind, MPCK_CYCLE_WAITING);
}
END_TEST

/* A busy-wait first, a livelock behind it, and the other way round. */
START_TEST(one_livelock_among_other_cycles_is_found)
{
	struct mpck_graph g = GRAPH(2, BY(0, 0, 0), BY(1, 0, 1), BY(0, 1, 1));
	struct mpck_cycle_found f = cycles_of(&g);

	ck_assert_int_eq(f.kind, MPCK_CYCLE_LIVE);
	ck_assert_uint_eq(f.live.nearest, 1);
	g = GRAPH(3, BY(0, 0, 1), BY(0, 0, 2), BY(0, 1, 1), BY(0, 2, 2),
		  BY(1, 2, 1));
	f = cycles_of(&g);
	ck_assert_int_eq(f.kind, MPCK_CYCLE_LIVE);
	ck_assert_uint_eq(f.live.nearest, 1);
}
END_TEST

/* Two small rounds with a state in common: who stays in one of them is not
 * fair, who takes turns is. */
START_TEST(a_component_is_walked_as_a_whole)
{
	struct mpck_graph g = GRAPH(3, BY(0, 0, 1), BY(1, 0, 2), BY(0, 1, 0),
				    BY(1, 1, 2), BY(1, 2, 0), BY(0, 2, 1));
	struct mpck_cycle_found f = cycles_of(&g);

	ck_assert_int_eq(f.kind, MPCK_CYCLE_LIVE);
	ck_assert_uint_eq(mpck_set_count(f.live.taken), 2);
}
END_TEST

/* Going through all of it, 2 is passed over at state 2; going round 0 and 1 it
 * never could. */
START_TEST(a_smaller_part_of_a_component_may_be_fairer)
{
	struct mpck_graph g = GRAPH(4, BY(0, 0, 1), BY(1, 0, 2), BY(1, 1, 0),
				    BY(1, 2, 0), BY(2, 2, 3));
	struct mpck_cycle_found f = cycles_of(&g);

	ck_assert_int_eq(f.kind, MPCK_CYCLE_LIVE);
	ck_assert_uint_eq(mpck_set_count(f.live.taken), 2);
	ck_assert_ptr_null(f.starving.states);
}
END_TEST

/*
 * Small graphs against the definition: an execution that goes on for ever comes
 * by some set of states again and again, and by no other.  Each set is tried.
 */
enum { SMALL = 6, GRAPHS = 5000, WALKED = 1500 };

struct small {
	struct arc arcs[SMALL * PROCESSES];
	size_t narcs;
	uint32_t nstates;
};

/* SplitMix64 */
static unsigned below(uint64_t *dice, unsigned n)
{
	uint64_t z = *dice += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (unsigned)((z ^ z >> 31) >> 32) % n;
}

/* A task has at most one move in a state. */
static struct small thrown(uint64_t seed)
{
	struct small s = { .nstates = 2 };
	uint64_t dice = seed;

	uint32_t tasks = 2 + below(&dice, PROCESSES - 1);

	s.nstates += below(&dice, SMALL - 1);
	for (uint32_t from = 0; from < s.nstates; from++) {
		for (uint32_t task = 0; task < tasks; task++) {
			if (below(&dice, 2))
				s.arcs[s.narcs++] = (struct arc)BY(
					task, from, below(&dice, s.nstates));
		}
	}
	return s;
}

static unsigned reach(const struct small *s, unsigned set, unsigned from)
{
	unsigned seen = from, before;

	do {
		before = seen;
		for (size_t i = 0; i < s->narcs; i++) {
			if (seen >> s->arcs[i].from & 1)
				seen |= 1u << s->arcs[i].to & set;
		}
	} while (seen != before);
	return seen;
}

/* From each of them to each, without leaving them. */
static bool can_be_walked(const struct small *s, unsigned set)
{
	for (uint32_t i = 0; i < s->nstates; i++) {
		if (set >> i & 1 && reach(s, set, 1u << i) != set)
			return false;
	}
	return true;
}

struct turns {
	unsigned taken, some, always;
};

static struct turns turns_in(const struct small *s, unsigned set)
{
	struct turns t = { .always = ~0u };

	for (uint32_t i = 0; i < s->nstates; i++) {
		unsigned enabled = 0;

		for (size_t k = 0; k < s->narcs; k++) {
			if (s->arcs[k].from != i)
				continue;
			enabled |= 1u << s->arcs[k].process;
			if (set >> i & 1 && set >> s->arcs[k].to & 1)
				t.taken |= 1u << s->arcs[k].process;
		}
		if (!(set >> i & 1))
			continue;
		t.some |= enabled;
		t.always &= enabled;
	}
	return t;
}

static enum mpck_cycle kind_in(const struct small *s, unsigned set)
{
	struct turns t = turns_in(s, set);

	if (!t.taken || !can_be_walked(s, set))
		return MPCK_CYCLE_NONE;
	return t.always & ~t.taken ? MPCK_CYCLE_WAITING
	       : t.some & ~t.taken ? MPCK_CYCLE_STARVING : MPCK_CYCLE_LIVE;
}

static enum mpck_cycle by_definition(const struct small *s)
{
	enum mpck_cycle worst = MPCK_CYCLE_NONE;
	unsigned all = reach(s, ~0u, 1);

	for (unsigned set = 1; set < 1u << s->nstates; set++) {
		enum mpck_cycle kind = set & ~all ? MPCK_CYCLE_NONE
						  : kind_in(s, set);

		if (kind > worst)
			worst = kind;
	}
	return worst;
}

/* The search numbers no state that cannot be reached. */
static struct small reachable(uint64_t *seed)
{
	struct small s;

	do {
		s = thrown(++*seed << 20);
	} while (reach(&s, ~0u, 1) != (1u << s.nstates) - 1);
	return s;
}

START_TEST(small_graphs_are_judged_by_the_definition)
{
	unsigned seen[MPCK_CYCLE_LIVE + 1] = { 0 };
	uint64_t seed = 0;

	for (int i = 0; i < GRAPHS; i++) {
		struct small s = reachable(&seed);
		struct mpck_graph g = graph_of(s.arcs, s.narcs, s.nstates);
		enum mpck_cycle kind = cycles_of(&g).kind;

		ck_assert_msg(kind == by_definition(&s), "graph %" PRIu64
			      ": %d, not %d", seed, (int)kind,
			      (int)by_definition(&s));
		seen[kind]++;
	}
	for (int kind = 0; kind <= MPCK_CYCLE_LIVE; kind++)
		ck_assert_uint_gt(seen[kind], GRAPHS / 100);
}
END_TEST

/* Follows the round's labels; fairness is judged from what it came by. */
static enum mpck_cycle walked(const struct mpck_graph *g,
			      const struct mpck_fair_part *part,
			      const struct mpck_walk *walk)
{
	uint32_t at = part->nearest;
	unsigned taken = 0, some = 0, always = ~0u;

	for (size_t i = 0; i < walk->count; i++) {
		uint32_t to = UINT32_MAX;
		unsigned enabled = 0;

		for (uint32_t k = 0; k < g->count[at]; k++) {
			const struct mpck_edge *e = &g->edges[g->first[at] + k];

			enabled |= 1u << e->label.part;
			if (e->label.part == walk->labels[i].part)
				to = e->to;
		}
		ck_assert_uint_ne(to, UINT32_MAX);
		taken |= 1u << walk->labels[i].part;
		some |= enabled;
		always &= enabled;
		at = to;
	}
	ck_assert_uint_eq(at, part->nearest);
	ck_assert_uint_gt(walk->count, 0);
	/* Everybody who is said to starve does. */
	ck_assert_uint_eq((unsigned)__builtin_popcount(some & ~taken),
			  mpck_set_count(part->passed));
	return always & ~taken ? MPCK_CYCLE_WAITING
	       : some & ~taken ? MPCK_CYCLE_STARVING : MPCK_CYCLE_LIVE;
}

static bool is_walked(const struct mpck_graph *g,
		      const struct mpck_cycle_found *f,
		      const struct mpck_fair_part *part, enum mpck_cycle kind)
{
	struct mpck_walk walk;

	if (!part->states)
		return false;
	walk = mpck_round_walk(g, f, part);
	ck_assert_int_eq(walked(g, part, &walk), kind);
	free(walk.labels);
	return true;
}

START_TEST(rounds_of_small_graphs_are_fair)
{
	uint64_t seed = 0;
	int live = 0, starving = 0;

	make_parts();
	for (int i = 0; live < WALKED || starving < WALKED; i++) {
		struct small s = reachable(&seed);
		struct mpck_graph g = graph_of(s.arcs, s.narcs, s.nstates);
		struct mpck_cycle_found f;
		struct mpck_distances d;

		mpck_graph_distances(&g, &d);
		mpck_graph_cycles(&g, &d, &f);
		live += is_walked(&g, &f, &f.live, MPCK_CYCLE_LIVE);
		starving += is_walked(&g, &f, &f.starving,
				      MPCK_CYCLE_STARVING);
		mpck_cycle_fini(&f);
		mpck_distances_fini(&d);
		mpck_graph_fini(&g);
	}
}
END_TEST

/* 0 and 1 have had their turns before state 2, where 3 could go on. */
START_TEST(a_round_comes_by_all_who_starve)
{
	struct mpck_graph g = GRAPH(5, BY(1, 0, 0), BY(0, 0, 1), BY(0, 1, 0),
				    BY(1, 1, 2), BY(2, 1, 4), BY(1, 2, 0),
				    BY(3, 2, 4));
	struct mpck_cycle_found f;
	struct mpck_distances d;

	make_parts();
	mpck_graph_distances(&g, &d);
	mpck_graph_cycles(&g, &d, &f);
	ck_assert_uint_eq(mpck_set_count(f.starving.passed), 2);
	ck_assert(is_walked(&g, &f, &f.starving, MPCK_CYCLE_STARVING));
	mpck_cycle_fini(&f);
	mpck_distances_fini(&d);
	mpck_graph_fini(&g);
}
END_TEST

/* A path so long that recursion would not do, with a cycle at its end. */
START_TEST(long_paths_need_no_deep_stack)
{
	enum { LONG = 300000 };
	struct arc *arcs = calloc(LONG, sizeof(*arcs));
	struct mpck_graph g;

	ck_assert_ptr_nonnull(arcs);
	for (uint32_t i = 0; i < LONG; i++)
		arcs[i] = one(i, i + 1);
	arcs[LONG - 1].to = LONG - 2;
	g = graph_of(arcs, LONG, LONG);
	free(arcs);
	ck_assert_int_eq(cycles_of(&g).kind, MPCK_CYCLE_LIVE);
}
END_TEST

/*
 * Distances.
 */

/* Follows the edges back; returns how many. */
static uint32_t walk_back(const struct mpck_graph *g,
			  const struct mpck_distances *d, uint32_t state)
{
	uint32_t steps = 0;

	for (; state; steps++) {
		uint32_t before = d->from[state];

		ck_assert_uint_lt(d->edge[state], g->count[before]);
		ck_assert_uint_eq(g->edges[g->first[before] +
					   d->edge[state]].to, state);
		ck_assert_uint_eq(d->distance[before] + 1, d->distance[state]);
		state = before;
	}
	return steps;
}

START_TEST(distances_are_shortest)
{
	/* 0 1 2 3 4 in a row, and short ways from 0 to 3 and back to 1 */
	struct mpck_graph g = GRAPH(6, ONE(0, 1), ONE(0, 3), ONE(1, 2),
				    ONE(2, 3), ONE(3, 4), ONE(4, 1), ONE(4, 4));
	struct mpck_distances d;

	mpck_graph_distances(&g, &d);
	ck_assert_uint_eq(d.distance[0], 0);
	ck_assert_uint_eq(d.distance[1], 1);
	ck_assert_uint_eq(d.distance[2], 2);
	ck_assert_uint_eq(d.distance[3], 1);
	ck_assert_uint_eq(d.distance[4], 2);
	ck_assert_uint_eq(d.distance[5], UINT32_MAX);	/* not reached */
	for (uint32_t s = 0; s < 5; s++)
		ck_assert_uint_eq(walk_back(&g, &d, s), d.distance[s]);
	mpck_distances_fini(&d);
	mpck_graph_fini(&g);
}
END_TEST

START_TEST(distances_of_a_row_of_diamonds)
{
	struct mpck_graph g = diamonds(1000);
	struct mpck_distances d;

	mpck_graph_distances(&g, &d);
	ck_assert_uint_eq(d.distance[3000], 2000);
	ck_assert_uint_eq(walk_back(&g, &d, 3000), 2000);
	mpck_distances_fini(&d);
	mpck_graph_fini(&g);
}
END_TEST

START_TEST(a_graph_knows_its_size)
{
	struct mpck_graph g = { 0 };
	size_t before;

	ck_assert_uint_eq(mpck_graph_footprint(&g), 0);
	g = diamonds(10);
	before = mpck_graph_footprint(&g);
	ck_assert_uint_ge(before, 40 * sizeof(struct mpck_edge) + 31 * 16);
	mpck_graph_fini(&g);
	ck_assert_uint_eq(mpck_graph_footprint(&g), 0);
	g = diamonds(10000);
	ck_assert_uint_ge(mpck_graph_footprint(&g),
			  40000 * sizeof(struct mpck_edge) + 30001 * 16);
	mpck_graph_fini(&g);
}
END_TEST

UNIT_MAIN(
	UNIT(a_state_alone_is_one_path)
	UNIT(a_diamond_is_two_paths)
	UNIT(an_edge_may_lead_to_a_lower_number)
	UNIT(twins_multiply)
	UNIT(parallel_edges_add)
	UNIT(counts_have_no_greatest_number)
	UNIT(the_most_twins_multiply)
	UNIT(each_ending_has_its_share)
	UNIT(states_of_one_ending_are_added)
	UNIT(shares_of_huge_counts_add_up)
	UNIT(only_what_is_behind_a_cycle_is_unbounded)
	UNIT(a_cycle_that_nobody_leaves_bounds_no_ending)
	UNIT(the_first_state_may_be_in_a_cycle)
	UNIT(a_diamond_has_no_cycle)
	UNIT(waiting_for_somebody_who_can_go_on_is_no_livelock)
	UNIT(one_who_goes_round_alone_is_a_livelock)
	UNIT(who_cannot_always_go_on_may_starve)
	UNIT(a_smaller_part_of_a_component_may_be_fairer)
	UNIT(small_graphs_are_judged_by_the_definition)
	UNIT(rounds_of_small_graphs_are_fair)
	UNIT(a_round_comes_by_all_who_starve)
	UNIT(both_going_round_is_fair)
	UNIT(a_state_that_leads_to_itself_is_a_cycle)
	UNIT(one_livelock_among_other_cycles_is_found)
	UNIT(a_component_is_walked_as_a_whole)
	UNIT(long_paths_need_no_deep_stack)
	UNIT(distances_are_shortest)
	UNIT(distances_of_a_row_of_diamonds)
	UNIT(a_graph_knows_its_size)
)
