/* SPDX-License-Identifier: MIT */
/*
 * test_kill_pool.c - a pool's workers, and its maker, killed at every step.
 *
 * Worker:  the job ends with the right results or MPP_EWORKERDIED, the next one
 *          works, and the pool can be closed and joined.
 * Maker:   its workers end by themselves; orphans are the test's to reap.
 * Steps:   how often somebody looks while it waits is different each time.  So
 *          steps are not numbered: one is the n-th passing of a place in the
 * Steps:   how often somebody looks while waiting is different each time.  So
 *          others find the steps there are; each is aimed at until it was hit.
 */
#include <stdatomic.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "killing.h"
#include "pool_parts.h"

enum {
	PASSES = 2, /* of a worker's store; of all else, the first */
	TRIES = 3, /* a step that others' timing decides may be missed */
	AT_LEAST = 6, /* points: what a worker does that is always late */
	PLACES = 4096,
};

/* Of one run, shared by all its processes; `seen` of all runs. */
static struct {
	atomic_uint started; /* workers */
	atomic_int deaths; /* still to come */
	const char *_Atomic where; /* the function in which one was killed */
	atomic_bool there; /* the victim is about to take a chunk */
	unsigned char seen[PLACES]; /* how often passed */
} *common;

/* What the maker's workers will be; each has a copy, from its fork. */
static struct {
	bool made; /* by a maker: not a maker itself */
	bool aimed_at; /* the first is the one to kill */
	const char *function; /* as many as `deaths` are killed there */
	bool late; /* the first takes a chunk when there are none left */
} staff;

static bool is_maker, is_first, is_victim;
static unsigned char passed[PLACES];
static size_t aim_place;
static unsigned aim_pass; /* 0: nobody is killed */

static void die_here(const struct mpp_site *site)
{
	if (site)
		common->where = site->function;
	kill(getpid(), SIGKILL);
}

/* A maker's look changes nothing that a worker could see. */
static unsigned passes(const struct mpp_op *op, const struct mpp_site *site)
{
	if (is_maker)
		return op->kind == MPP_OP_READ ? 0 : 1;
	return site && is_store(site) ? PASSES : 1;
}

/* True: this is the step that is aimed at. */
static bool is_hit(const struct mpp_op *op, const struct mpp_site *site)
{
	size_t place = site ? (size_t)(site - __start_mpp_sites)
			    : nsites() + op->kind;

	if (passed[place] >= passes(op, site))
		return false;
	passed[place]++;
	if (common->seen[place] < passed[place])
		common->seen[place] = passed[place];
	return place == aim_place && passed[place] == aim_pass;
}

/* One has seen a chunk; before it takes that, the others have taken all. */
static void be_late(const struct mpp_op *op, const struct mpp_site *site)
{
	if (strcmp(site->function, "take_from"))
		return;
	if (is_first && site->kind == MPP_OP_RMW && !common->there) {
		common->there = true;
		while ((int64_t)mpp_now_load64(op->object) > 0)
			sched_yield();
	}
	while (!is_first && site->kind == MPP_OP_WRITE && !common->there &&
	       !common->where)
		sched_yield();
}

static int step_of_pool(const struct mpp_op *op)
{
	const struct mpp_site *site = (const void *)(uintptr_t)op->arg[1];

	if (site < __start_mpp_sites || site >= __stop_mpp_sites)
		site = NULL; /* a join, say */
	if (site && staff.made && staff.late)
		be_late(op, site);
	if (site && staff.made && staff.function &&
	    !strcmp(site->function, staff.function) && is_store(site) &&
	    atomic_fetch_sub(&common->deaths, 1) > 0)
		die_here(site);
	if (is_victim && is_hit(op, site)) {
		if (site)
			cuts[site - __start_mpp_sites] = 1;
		die_here(site);
	}
	return 0;
}

static const struct mpp_hooks hooks = { .abi = sizeof(hooks),
					.before = step_of_pool };

/* In each process that is forked; only a maker's are workers. */
static void is_forked(void)
{
	if (!is_maker)
		return;
	is_maker = false;
	staff.made = true;
	is_first = atomic_fetch_add(&common->started, 1) == 0;
	is_victim = is_first && staff.aimed_at;
	memset(passed, 0, sizeof(passed));
	mpp_hooks_installed = &hooks;
}

static void prepare(void)
{
	common = mmap(NULL, sizeof(*common), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	cuts = mmap(NULL, nsites(), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(common, MAP_FAILED);
	ck_assert_ptr_ne(cuts, MAP_FAILED);
	ck_assert_uint_lt(nsites() + 256, PLACES);
	ck_assert_int_eq(pthread_atfork(NULL, NULL, is_forked), 0);
	ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
}

static void begin_run(void)
{
	common->started = 0;
	common->deaths = 0;
	common->where = NULL;
	common->there = false;
}

/* Points. */
static unsigned aim_everywhere(bool (*run)(const void *story),
			       const void *story)
{
	static unsigned char tries[PLACES][PASSES + 1];
	unsigned points = 0;
	bool more = true;

	memset(tries, 0, sizeof(tries));
	memset(common->seen, 0, sizeof(common->seen));
	aim_pass = 0;
	ck_assert(!run(story));
	while (more) {
		more = false;
		for (size_t i = 0; i < PLACES * PASSES; i++) {
			aim_place = i / PASSES;
			aim_pass = i % PASSES + 1;
			if (aim_pass > common->seen[aim_place] ||
			    tries[aim_place][aim_pass] == TRIES)
				continue;
			more = true;
			tries[aim_place][aim_pass]++;
			if (run(story)) {
				tries[aim_place][aim_pass] = TRIES;
				points++;
			}
		}
	}
	return points;
}

/*
 * Tasks and jobs.  A job returns how many of its items were lost, or an error,
 * or WRONG.
 */
enum { ITEMS = 3, WRONG = 99 };

static const int64_t numbers[ITEMS] = { 1, 2, 3 };

static int square(const void *item, void *result)
{
	int64_t x;

	memcpy(&x, item, sizeof(x));
	x *= x;
	memcpy(result, &x, sizeof(x));
	return 0;
}

static int maps_n(struct mpp_pool *p, mpp_pool_fn *fn, size_t n)
{
	int64_t results[ITEMS] = { 0 };
	int err = mpp_pool_map(p, fn, numbers, 8, n, results, 8, 1);

	for (size_t i = 0; i < n && err == 0; i++)
		if (results[i] != numbers[i] * numbers[i])
			return WRONG;
	return err == MPP_EWORKERDIED ? 1 : err;
}

static int maps(struct mpp_pool *p)
{
	return maps_n(p, square, ITEMS);
}

static int maps_one(struct mpp_pool *p)
{
	return maps_n(p, square, 1);
}

static int got(int err, int64_t x, int64_t expected)
{
	if (err == MPP_EWORKERDIED)
		return 1;
	return err || x == expected ? err : WRONG;
}

static int applies(struct mpp_pool *p)
{
	struct mpp_result *r[2];
	int lost = 0;

	for (int i = 0; i < 2; i++)
		if (mpp_pool_apply_async(p, &r[i], square, &numbers[i], 8, 8))
			return WRONG;
	for (int i = 0; i < 2; i++) {
		int64_t x = 0;
		int err = mpp_result_get(r[i], &x, IN_TIME);

		lost += got(err, x, numbers[i] * numbers[i]);
		mpp_result_free(r[i]);
	}
	return lost;
}

static int imaps(struct mpp_pool *p)
{
	struct mpp_iterator *it;
	int lost = 0;

	if (mpp_pool_imap(p, &it, square, numbers, 8, ITEMS, 8, 1))
		return WRONG;
	for (int i = 0; i < ITEMS; i++) {
		int64_t x = 0;
		int err = mpp_iterator_next(it, &x, IN_TIME);

		lost += got(err, x, numbers[i] * numbers[i]);
	}
	if (mpp_iterator_next(it, NULL, 0) != MPP_EPIPE)
		lost = WRONG;
	mpp_iterator_free(it);
	return lost;
}

static int succeeds(void *unused)
{
	(void)unused;
	return 0;
}

/*
 * Workers.
 */
struct workers {
	struct mpp_pool_options options;
	int (*job)(struct mpp_pool *p);
	bool late;
};

/* An initializer that did not come through is the next call's error. */
static bool may_fail(const struct workers *w)
{
	return w->options.initializer && common->where &&
	       !strcmp(common->where, "initialize");
}

static void bears_a_death(const struct workers *w, struct mpp_pool *p)
{
	int lost = w->job(p);

	if (lost == MPP_EINIT) {
		ck_assert(may_fail(w));
		return;
	}
	ck_assert_int_ge(lost, 0);
	lost += w->job(p);
	ck_assert_int_ge(lost, 0);
	ck_assert_int_le(lost, w->options.retries || !common->where ? 0 : 1);
}

/* True: somebody was killed. */
static bool cut_worker(const void *story)
{
	const struct workers *w = story;
	struct mpp_pool *p = NULL;

	begin_run();
	staff.aimed_at = true;
	staff.late = w->late;
	is_maker = true;
	ck_assert_int_eq(mpp_pool_new_with(&p, &w->options), 0);
	bears_a_death(w, p);
	ck_assert_int_eq(mpp_pool_close(p), 0);
	ck_assert_int_eq(mpp_pool_join(p), 0);
	mpp_pool_free(p);
	is_maker = false;
	return common->where;
}

static void cut_workers(const struct workers *w)
{
	unsigned before = descriptors();
	unsigned points = aim_everywhere(cut_worker, w);

	nothing_is_left(before);
	ck_assert_uint_ge(points, AT_LEAST);
	printf("worker: %u points\n", points);
	fflush(stdout); /* children would write it again */
}

static void cut_all_workers(void)
{
	static const struct workers all[] = {
		{ { .workers = 1 }, maps, false },
		{ { .workers = 1, .retries = 1 }, maps, false },
		{ { .workers = 2 }, maps, false },
		{ { .workers = 2, .initializer = succeeds }, maps, false },
		{ { .workers = 1 }, applies, false },
		{ { .workers = 2, .retries = 1 }, applies, false },
		{ { .workers = 1 }, imaps, false },
		{ { .workers = 1, .retries = 1 }, imaps, false },
		{ { .workers = 1, .retries = 1, .max_tasks_per_worker = 1 },
		  maps, false },
		{ { .workers = 1, .max_tasks_per_worker = 2 }, applies, false },
		{ { .workers = 2 }, maps_one, true },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		cut_workers(&all[i]);
}

/*
 * Makers: each makes a pool, uses and frees it; 0 when it comes through.
 */
struct maker {
	int (*life)(void);
	const char *function; /* of workers that are killed */
	int deaths;
};

static struct mpp_pool *pool_of(struct mpp_pool_options options)
{
	struct mpp_pool *p;

	return mpp_pool_new_with(&p, &options) ? NULL : p;
}

#define POOL(...) pool_of((struct mpp_pool_options){ __VA_ARGS__ })

/* False: the pool could not be made, or `failed`. */
static int ends(struct mpp_pool *p, bool failed)
{
	mpp_pool_free(p);
	return failed;
}

/* The worker sleeps, so it has to be woken. */
static int wakes_and_maps(void)
{
	struct mpp_pool *p = POOL(.workers = 1);

	wait_until_asleep(mpp_process_pid(p->worker[0].process));
	return ends(p, maps(p));
}

static int closes_and_joins(void)
{
	struct mpp_pool *p = POOL(.workers = 2, .initializer = succeeds);

	return maps(p) || mpp_pool_close(p) || mpp_pool_join(p) ||
	       ends(p, false);
}

static int polls(void)
{
	struct mpp_pool *p = POOL(.workers = 2, .max_tasks_per_worker = 1);
	struct mpp_result *r;
	int64_t x;

	return mpp_pool_apply_async(p, &r, square, &numbers[1], 8, 8) ||
	       mpp_pool_poll(p, IN_TIME) != 1 || mpp_result_get(r, &x, 0) ||
	       x != 4 || (mpp_result_free(r), ends(p, applies(p)));
}

static int iterates(void)
{
	struct mpp_pool *p = POOL(.workers = 1);

	return ends(p, imaps(p));
}

static int dies_on_2(const void *item, void *result)
{
	if (*(const int64_t *)item == 2 &&
	    atomic_fetch_sub(&common->deaths, 1) > 0)
		raise(SIGKILL);
	return square(item, result);
}

static int tries_again(void)
{
	struct mpp_pool *p = POOL(.workers = 1, .retries = 1);

	return ends(p, maps_n(p, dies_on_2, 2) || maps(p));
}

static int loses(void)
{
	struct mpp_pool *p = POOL(.workers = 1);

	return ends(p, maps_n(p, dies_on_2, 2) != 1 || maps(p));
}

/* What was done, but not counted, is found. */
static int recounts(void)
{
	struct mpp_pool *p = POOL(.workers = 1);

	return ends(p, maps(p) || maps(p));
}

/* The only worker never starts. */
static int has_no_luck(void)
{
	struct mpp_pool *p = POOL(.workers = 1);

	return ends(p, maps(p) != MPP_EINIT);
}

static int pauses(const void *item, void *result)
{
	(void)item;
	(void)result;
	common->there = true;
	for (;;)
		pause();
	return 0;
}

static int terminates(void)
{
	struct mpp_pool *p = POOL(.workers = 1);
	struct mpp_result *r;
	int64_t results[ITEMS];

	if (mpp_pool_map_async(p, &r, pauses, numbers, 8, ITEMS, 8, 1))
		return 1;
	while (!common->there)
		sched_yield();
	return mpp_pool_terminate(p) || mpp_pool_join(p) ||
	       mpp_result_get(r, results, 0) != MPP_ECLOSED ||
	       (mpp_result_free(r), ends(p, false));
}

static int forgets(void)
{
	struct mpp_pool *p = POOL(.workers = 1);
	struct mpp_result *r;

	if (mpp_pool_apply_async(p, &r, square, &numbers[1], 8, 8))
		return 1;
	mpp_result_free(r);
	return ends(p, maps(p) || maps(p));
}

/* No more processes: what is left is lost, and can be told. */
static int starts_nobody(void)
{
	struct rlimit none = { 0 };
	struct mpp_pool *p;

	if (geteuid() == 0 && setuid(65534)) /* root has no limit */
		return 1;
	p = POOL(.workers = 1, .retries = 1);
	if (maps(p) || getrlimit(RLIMIT_NPROC, &none))
		return 1;
	none.rlim_cur = 0;
	if (setrlimit(RLIMIT_NPROC, &none))
		return 1;
	return ends(p, maps_n(p, dies_on_2, ITEMS) != 1);
}

static const struct maker *maker;
static bool in_thread;

static void *lives_in_thread(void *result)
{
	*(int *)result = maker->life();
	return NULL;
}

/* The kernel tells a thread's children nothing when the process ends. */
static int life_in_thread(void)
{
	pthread_t thread;
	int result = 1;

	if (pthread_create(&thread, NULL, lives_in_thread, &result) == 0)
		pthread_join(thread, NULL);
	return result;
}

static int lives(void *unused)
{
	(void)unused;
	is_maker = is_victim = true;
	staff.aimed_at = false;
	staff.late = false;
	staff.function = maker->function;
	mpp_hooks_installed = &hooks;
	return in_thread ? life_in_thread() : maker->life();
}

/* All that it had end by themselves. */
static void workers_end(bool killed)
{
	int64_t deadline = mpp_now_ns() + IN_TIME;
	pid_t pid;

	while ((pid = waitpid(-1, NULL, WNOHANG)) >= 0) {
		ck_assert(killed);
		ck_assert_int_lt(mpp_now_ns(), deadline);
		if (pid == 0)
			sched_yield();
	}
	ck_assert_int_eq(errno, ECHILD);
}

static const struct killing k = { .victim = lives };

static bool cut_maker(const void *story)
{
	pid_t victim;
	bool killed;

	maker = story;
	begin_run();
	common->deaths = maker->deaths;
	victim = start_victim(&k, common, 0);
	killed = reap_victim(victim, (unsigned)aim_place);
	workers_end(killed);
	return killed;
}

static void cut_makers(const struct maker *m)
{
	unsigned before = descriptors();
	unsigned points = aim_everywhere(cut_maker, m);

	nothing_is_left(before);
	ck_assert_uint_ge(points, AT_LEAST);
	printf("maker: %u points\n", points);
	fflush(stdout);
}

/* Orphans look every half second: so all are made at once. */
static void cut_makers_in_threads(const struct maker *m)
{
	unsigned before = descriptors();
	pid_t victim[PLACES];
	unsigned n = 0, points = 0;

	in_thread = true;
	aim_pass = 0;
	memset(common->seen, 0, sizeof(common->seen));
	ck_assert(!cut_maker(m));
	aim_pass = 1;
	for (aim_place = 0; aim_place < PLACES; aim_place++) {
		if (common->seen[aim_place])
			victim[n++] = start_victim(&k, common, 0);
	}
	for (unsigned i = 0; i < n; i++)
		points += reap_victim(victim[i], i);
	workers_end(true);
	in_thread = false;
	nothing_is_left(before);
	ck_assert_uint_ge(points, AT_LEAST);
	printf("maker in a thread: %u points\n", points);
	fflush(stdout);
}

static void cut_all_makers(void)
{
	static const struct maker all[] = {
		{ wakes_and_maps, NULL, 0 },
		{ closes_and_joins, NULL, 0 },
		{ polls, NULL, 0 },
		{ iterates, NULL, 0 },
		{ tries_again, NULL, 1 },
		{ loses, NULL, 1 },
		{ recounts, "count", 1 },
		{ has_no_luck, "initialize", 16 },
		{ terminates, NULL, 0 },
		{ forgets, NULL, 0 },
		{ starts_nobody, NULL, 1 },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		cut_makers(&all[i]);
	cut_makers_in_threads(&all[1]);
	cut_makers_in_threads(&all[2]);
}

START_TEST(a_pool_bears_the_death_of_anybody_at_any_step)
{
	prepare();
	cut_all_workers();
	cut_all_makers();
	EVERY_STORE_WAS_CUT("pool.c", "pool_worker.c", "pool_staff.c",
			    "pool_job.c", "pool_wait.c", "pool_imap.c",
			    "pool_memory.c", "bell.h");
}
END_TEST

UNIT_MAIN(
	UNIT(a_pool_bears_the_death_of_anybody_at_any_step)
)
