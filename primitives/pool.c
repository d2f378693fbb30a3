/* SPDX-License-Identifier: MIT */
/*
 * pool.c - workers that take chunks of a job from shared memory.
 *
 * Idea:    a job is published by one store: `remaining`, the chunks nobody has
 *          taken, which workers count down.  A number > 0 taken from it names
 *          a chunk of the job that is on; so a late worker needs no lock and
 *          cannot mistake one job for the next.
 * Reports: each worker counts the chunks it finished on a line of its own; the
 *          job is over when their sum is the number of chunks.
 * Death:   a worker says `busy` before it takes and until it has reported.
 *          When no chunk remains and nobody alive is busy, the chunks that no
 *          one reported were lost with their workers.  The dead are replaced at
 *          once, so the other chunks run.  Nothing tells the maker of a death,
 *          so it looks every SLICE while it waits.
 * Memory:  workers cannot see what is mapped after their start.  So each pool
 *          reserves the addresses of as much shared memory as the machine has;
 *          maker and workers open as much of it as a job says it needs, and
 *          only what is touched is ever allocated; large jobs give it back.
 *          Under a scheduler all see all, and each job allocates.
 * Source:  multiprocessing.Pool.  Unlike it no pipe, no lock that can die with
 *          a worker, no helper threads; a failing initializer is an error.
 */
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>

#include <mpp/pool.h>
#include <mpp/process.h>

#include "bell.h"
#include "futex_lock.h"
#include "task.h"

enum {
	SLICE = 10 * 1000000, /* ns; see Death */
	MAX_WORKERS = 4096,
	SMALL = 1 << 20, /* bytes of a job that stay allocated */
};

enum { OPEN, CLOSED, TERMINATED }; /* mpp_pool.state */
enum { STARTING, READY, FAILED }; /* worker.health */

/* The gaps keep apart what different processes write: processors fetch cache
 * lines in pairs. */
#define APART __attribute__((aligned(MPP_LINE)))

struct worker {
	uint32_t health APART;
	uint32_t busy; /* 1: may hold a chunk */
	uint64_t reported; /* chunks of this job */
	uint64_t failed_item; /* the first of mine that failed, or NONE */
	int error; /* its result */
	struct mpp_process *process; /* the maker's handle; NULL: none */
	char gap[MPP_LINE] APART;
};

#define NONE UINT64_MAX

struct job {
	mpp_pool_fn *fn;
	const char *items;
	char *results;
	size_t item_size, result_size;
	uint64_t count; /* items */
	uint64_t chunk; /* items of a chunk; the last may be shorter */
	uint64_t chunks;
	size_t size; /* bytes of pool memory */
};

struct mpp_pool {
	unsigned workers;
	uint32_t state;
	int (*initializer)(void *);
	void *argument;
	const void *made_at; /* pc: stands for the workers' lines */
	char *memory; /* of jobs */
	size_t memory_size;
	size_t opened; /* by the maker */
	struct job job; /* changes only while no chunk is out */
	struct mpp_core hands; /* natively: who may start and end workers */
	char gap1[MPP_LINE] APART;
	uint64_t remaining APART; /* chunks; signed, may pass 0 */
	char gap2[MPP_LINE] APART;
	struct mpp_bell work APART;
	char gap3[MPP_LINE] APART;
	struct mpp_bell reports APART;
	char gap4[MPP_LINE] APART;
	struct worker worker[];
};

/* What a worker is started with. */
struct start {
	struct mpp_pool *pool; /* inside address */
	struct worker *worker;
	size_t opened; /* of the pool's memory, when it was forked */
};

static size_t pool_size(unsigned workers)
{
	return sizeof(struct mpp_pool) + workers * sizeof(struct worker);
}

static int64_t remaining(const struct mpp_pool *p)
{
	return (int64_t)mpp_load64(&p->remaining);
}

static struct mpp_op operation(struct mpp_pool *p, uint8_t kind, const void *pc)
{
	return (struct mpp_op){
		.pc = pc,
		.object = p,
		.timeout_ns = MPP_FOREVER,
		.kind = kind,
		.order = __ATOMIC_SEQ_CST,
	};
}

/*
 * The worker.
 */
static bool has_work(const struct mpp_pool *p)
{
	return remaining(p) > 0 || mpp_load(&p->state) != OPEN;
}

static bool work_ready(const struct mpp_op *op, uint32_t self)
{
	(void)self;
	return has_work(op->object);
}

/*
 * A chunk's number, or -1.  Who sees that it was taken sees `busy` too: the
 * store is before the addition, and the additions are a release sequence.
 */
static int64_t take(struct mpp_pool *p, struct worker *w)
{
	int64_t left;

	if (remaining(p) <= 0)
		return -1;
	mpp_store(&w->busy, 1);
	left = (int64_t)mpp_add64(&p->remaining, (uint64_t)-1);
	if (left <= 0) {
		mpp_store(&w->busy, 0);
		return -1;
	}
	mpp_tell_after(&p->work);
	return (int64_t)p->job.chunks - left;
}

static void run(const struct job *job, struct worker *w, uint64_t chunk)
{
	uint64_t item = chunk * job->chunk;
	uint64_t left = job->count - item;
	uint64_t end = item + (left < job->chunk ? left : job->chunk);

	for (; item < end; item++) {
		int err = job->fn(job->items + item * job->item_size,
				  job->results + item * job->result_size);

		if (err && item < w->failed_item) {
			w->failed_item = item;
			w->error = err;
		}
	}
}

static void wait_for_work(struct mpp_pool *p)
{
	unsigned round = 0;
	uint32_t heard;

	if (mpp_call_scheduled())
		mpp_bug("a scheduled worker would have to wait");
	mpp_fence(); /* the report, then the look at who waits for it */
	mpp_bell_ring(&p->reports);
	while (mpp_bell_spin(&round))
		if (has_work(p))
			return;
	heard = mpp_bell_listen(&p->work);
	if (!has_work(p))
		(void)mpp_futex_wait(&p->work.word, heard, MPP_FOREVER);
}

/* Waits for a chunk; -1: the pool is closed. */
static int64_t next_chunk(struct mpp_pool *p, struct worker *w)
{
	struct mpp_op op;
	int64_t chunk;

	if (MPP_ANNOUNCES()) {
		op = operation(p, MPP_OP_RECEIVE, p->made_at);
		op.ready = work_ready;
		(void)mpp_before(&op);
	}
	while ((chunk = take(p, w)) < 0 && mpp_load(&p->state) == OPEN)
		wait_for_work(p);
	if (MPP_ANNOUNCES())
		mpp_after(&op, chunk < 0 ? MPP_ECLOSED : 0,
			  chunk < 0 ? 0 : (uint64_t)chunk);
	return chunk;
}

static void report(struct mpp_pool *p, struct worker *w, uint64_t chunk)
{
	struct mpp_op op;

	if (MPP_ANNOUNCES()) {
		op = operation(p, MPP_OP_SEND, p->made_at);
		(void)mpp_before(&op);
	}
	mpp_tell_before(&p->reports);
	mpp_store64(&w->reported, w->reported + 1);
	mpp_store(&w->busy, 0);
	if (MPP_ANNOUNCES())
		mpp_after(&op, 0, chunk);
}

/* Runs the initializer; its failure is seen by everybody. */
static int initialize(struct mpp_pool *p, struct worker *w)
{
	struct mpp_op op;
	int err;

	if (!p->initializer) {
		mpp_store(&w->health, READY);
		return 0;
	}
	err = p->initializer(p->argument);
	if (MPP_ANNOUNCES()) {
		op = operation(p, MPP_OP_SEND, p->made_at);
		(void)mpp_before(&op);
	}
	(void)mpp_exchange(&w->health, err ? FAILED : READY);
	mpp_bell_ring(&p->reports);
	if (MPP_ANNOUNCES())
		mpp_after(&op, 0, err != 0);
	return err;
}

/* Makes the first `size` bytes accessible in this process. */
static int open_memory(const struct mpp_pool *p, size_t *opened, size_t size)
{
	size_t more = *opened ? *opened : SMALL / 4;

	if (MPP_LIKELY(size <= *opened) || mpp_scheduled())
		return 0;
	while (more < size && more < p->memory_size)
		more *= 2;
	if (more > p->memory_size)
		more = p->memory_size;
	if (size > more || mprotect(p->memory, more, PROT_READ | PROT_WRITE))
		return MPP_ENOMEM;
	*opened = more;
	return 0;
}

static int worker_main(void *argument)
{
	struct start *start = argument;
	struct mpp_pool *p = start->pool;
	struct worker *w = start->worker;
	size_t opened = start->opened;
	int64_t chunk;

	if (initialize(p, w))
		return 1;
	while ((chunk = next_chunk(p, w)) >= 0) {
		if (open_memory(p, &opened, p->job.size) < 0)
			return 1; /* the chunk is lost, and will be told */
		run(&p->job, w, (uint64_t)chunk);
		report(p, w, (uint64_t)chunk);
	}
	return 0;
}

/*
 * The maker.
 */
static int start_worker(struct mpp_pool *p, struct worker *w)
{
	struct start start = { p, w, p->opened };
	int err;

	mpp_store(&w->health, STARTING);
	mpp_store(&w->busy, 0);
	w->process = NULL;
	err = mpp_process_new(&w->process, worker_main, &start, sizeof(start));
	if (err < 0)
		return err;
	(void)mpp_process_set_daemon(w->process, true);
	err = mpp_process_start(w->process);
	if (err < 0) {
		mpp_process_free(w->process);
		w->process = NULL;
	}
	return err;
}

/* Under a scheduler it is told by the record, else by asking the system. */
static bool has_ended(const struct worker *w)
{
	if (!w->process)
		return false;
	if (mpp_scheduled())
		return mpp_task_has_ended(mpp_inside(w->process));
	return !mpp_process_is_alive(w->process);
}

static bool any_failed(const struct mpp_pool *p)
{
	for (unsigned i = 0; i < p->workers; i++)
		if (mpp_load(&p->worker[i].health) == FAILED)
			return true;
	return false;
}

static bool all_started(const struct mpp_pool *p)
{
	for (unsigned i = 0; i < p->workers; i++)
		if (mpp_load(&p->worker[i].health) == STARTING)
			return false;
	return true;
}

static uint64_t reported(const struct mpp_pool *p)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < p->workers; i++)
		sum += mpp_load64(&p->worker[i].reported);
	return sum;
}

/* Every chunk is reported, or lost; in this order, see take(). */
static bool job_is_over(const struct mpp_pool *p)
{
	if (reported(p) == p->job.chunks)
		return true;
	if (remaining(p) > 0)
		return false;
	for (unsigned i = 0; i < p->workers; i++)
		if (mpp_load(&p->worker[i].busy))
			return false;
	return true;
}

typedef bool condition(const struct mpp_pool *p);

/* arg[0]: 1 for the job, 0 for the start. */
static bool await_ready(const struct mpp_op *op, uint32_t self)
{
	const struct mpp_pool *p = op->object;

	(void)self;
	if (op->arg[0] ? job_is_over(p) : all_started(p))
		return true;
	for (unsigned i = 0; i < p->workers; i++)
		if (has_ended(&p->worker[i]))
			return true;
	return any_failed(p);
}

static void sleep_until(struct mpp_pool *p, condition *over)
{
	unsigned round = 0;
	uint32_t heard;

	while (mpp_bell_spin(&round))
		if (over(p))
			return;
	heard = mpp_bell_listen(&p->reports);
	if (!over(p) && !any_failed(p) && mpp_load(&p->state) == OPEN)
		(void)mpp_bell_wait(&p->reports, heard, SLICE, MPP_FOREVER);
}

static void hands_take(struct mpp_pool *p)
{
	if (!mpp_call_scheduled())
		(void)mpp_core_acquire(&p->hands, mpp_self(), MPP_FOREVER);
}

static void hands_drop(struct mpp_pool *p)
{
	if (!mpp_call_scheduled())
		(void)mpp_core_release(&p->hands, mpp_self());
}

/* Nobody is left and nobody can be started: what remains is lost. */
static void give_up_if_alone(struct mpp_pool *p)
{
	for (unsigned i = 0; i < p->workers; i++)
		if (p->worker[i].process)
			return;
	mpp_store64(&p->remaining, 0);
}

/* Who dies before it is ready would do so again: that is no replacement. */
static void replace_dead(struct mpp_pool *p)
{
	hands_take(p);
	for (unsigned i = 0; i < p->workers; i++) {
		struct worker *w = &p->worker[i];

		if (mpp_load(&p->state) != OPEN || !has_ended(w))
			continue;
		if (mpp_load(&w->health) != READY) {
			mpp_store(&w->health, FAILED);
			continue;
		}
		mpp_process_free(w->process);
		(void)start_worker(p, w);
	}
	give_up_if_alone(p);
	hands_drop(p);
}

/* 0; MPP_EINIT; MPP_ECLOSED when another thread terminated the pool. */
static int wait_until(struct mpp_pool *p, condition *over, const void *pc)
{
	struct mpp_op op;

	for (;;) {
		if (MPP_ANNOUNCES()) {
			op = operation(p, MPP_OP_AWAIT, pc);
			op.arg[0] = over == job_is_over;
			op.ready = await_ready;
			(void)mpp_before(&op);
		}
		if (!mpp_call_scheduled())
			sleep_until(p, over);
		if (MPP_ANNOUNCES())
			mpp_after(&op, 0, 0);
		if (any_failed(p))
			return MPP_EINIT;
		if (mpp_load(&p->state) != OPEN)
			return MPP_ECLOSED;
		if (over(p))
			return 0;
		replace_dead(p);
	}
}

/*
 * Memory of jobs.
 */
static size_t round_up(size_t n)
{
	return (n + MPP_LINE - 1) & ~(size_t)(MPP_LINE - 1);
}

/* As much as there is memory; less where the limits are tighter.  Closed, so
 * that neither a core dump nor a tool takes it for memory in use. */
static int reserve(struct mpp_pool *p)
{
	size_t size =
		(size_t)sysconf(_SC_PHYS_PAGES) * (size_t)sysconf(_SC_PAGESIZE);
	void *memory;

	if (mpp_scheduled())
		return 0; /* see provide() */
	do {
		memory =
			mmap(NULL, size, PROT_NONE,
			     MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		if (memory != MAP_FAILED) {
			p->memory = memory;
			p->memory_size = size;
			return 0;
		}
		size /= 2;
	} while (size >= SMALL);
	return MPP_ENOMEM;
}

static int provide(struct mpp_pool *p, size_t size)
{
	void *user;

	if (!mpp_scheduled())
		return open_memory(p, &p->opened, size);
	user = mpp_shared_alloc(size ? size : 1, "pool job");
	if (!user)
		return MPP_ENOMEM;
	p->memory = mpp_inside(user);
	p->memory_size = size ? size : 1;
	return 0;
}

/* After a job: nobody uses its memory. */
static void give_back(struct mpp_pool *p, size_t size)
{
	if (mpp_scheduled()) {
		mpp_shared_free(mpp_outside(p->memory), p->memory_size);
		p->memory = NULL;
	} else if (size > SMALL) {
		(void)madvise(p->memory, size, MADV_REMOVE);
	}
}

/* Only a whole job is written, and by one store the workers have it. */
static void publish(struct mpp_pool *p, const void *pc)
{
	struct mpp_op op;

	if (MPP_ANNOUNCES()) {
		op = operation(p, MPP_OP_SEND, pc);
		(void)mpp_before(&op);
	}
	for (unsigned i = 0; i < p->workers; i++) {
		p->worker[i].failed_item = NONE;
		p->worker[i].error = 0;
		mpp_store64(&p->worker[i].reported, 0);
	}
	mpp_tell_before(&p->work);
	mpp_store64(&p->remaining, p->job.chunks);
	mpp_fence();
	mpp_bell_ring(&p->work);
	if (MPP_ANNOUNCES())
		mpp_after(&op, 0, p->job.chunks);
}

/* The job's result; its first failure is the one of the lowest item. */
static int outcome(const struct mpp_pool *p)
{
	uint64_t first = NONE;
	int err = 0;

	if (reported(p) != p->job.chunks)
		return MPP_EWORKERDIED;
	for (unsigned i = 0; i < p->workers; i++) {
		if (p->worker[i].failed_item < first) {
			first = p->worker[i].failed_item;
			err = p->worker[i].error;
		}
	}
	return err;
}

static int map(struct mpp_pool *p, struct job job, const void *items,
	       void *results, const void *pc)
{
	size_t in, out, size;
	int err;

	if (__builtin_mul_overflow(job.count, job.item_size, &in) ||
	    __builtin_mul_overflow(job.count, job.result_size, &out) ||
	    in > SIZE_MAX / 4 || out > SIZE_MAX / 4)
		return MPP_ENOMEM;
	size = round_up(in) + out;
	err = provide(p, size);
	if (err < 0)
		return err;
	job.size = size;
	job.items = memcpy(p->memory, in ? items : "", in);
	job.results = memset(p->memory + round_up(in), 0, out);
	p->job = job;
	publish(p, pc);
	err = wait_until(p, job_is_over, pc);
	if (err < 0) {
		/* Some chunk may still run: its memory stays. */
		mpp_store64(&p->remaining, 0);
		return err;
	}
	mpp_tell_after(&p->reports);
	err = outcome(p);
	if (err == 0 && out)
		memcpy(results, job.results, out);
	give_back(p, size);
	return err;
}

/* What every call checks first. */
static int usable(struct mpp_pool *p, const void *pc)
{
	if (mpp_load(&p->state) != OPEN)
		return MPP_ECLOSED;
	if (any_failed(p))
		return MPP_EINIT;
	if (p->initializer && !all_started(p))
		return wait_until(p, all_started, pc);
	return 0;
}

int mpp_pool_map(struct mpp_pool *pool, mpp_pool_fn *fn, const void *items,
		 size_t item_size, size_t count, void *results,
		 size_t result_size, size_t chunk)
{
	struct mpp_pool *p = mpp_inside(pool);
	struct job job;
	int err;

	if (!fn || (count && item_size && !items) ||
	    (count && result_size && !results) || chunk > PTRDIFF_MAX)
		return MPP_EINVAL;
	err = usable(p, MPP_CALLER());
	if (err < 0 || count == 0)
		return err;
	if (chunk == 0)
		chunk = (count - 1) / (4 * (size_t)p->workers) + 1;
	job = (struct job){
		.fn = fn,
		.item_size = item_size,
		.result_size = result_size,
		.count = count,
		.chunk = chunk < count ? chunk : count,
	};
	job.chunks = (count - 1) / job.chunk + 1;
	return map(p, job, items, results, MPP_CALLER());
}

int mpp_pool_apply(struct mpp_pool *pool, mpp_pool_fn *fn, const void *item,
		   size_t item_size, void *result, size_t result_size)
{
	struct mpp_pool *p = mpp_inside(pool);
	struct job job = {
		.fn = fn,
		.item_size = item_size,
		.result_size = result_size,
		.count = 1,
		.chunk = 1,
		.chunks = 1,
	};
	int err;

	if (!fn || (item_size && !item) || (result_size && !result))
		return MPP_EINVAL;
	err = usable(p, MPP_CALLER());
	return err < 0 ? err : map(p, job, item, result, MPP_CALLER());
}

static void set_state(struct mpp_pool *p, uint32_t state, const void *pc)
{
	struct mpp_op op;

	if (MPP_ANNOUNCES()) {
		op = operation(p, MPP_OP_WRITE, pc);
		(void)mpp_before(&op);
	}
	if (mpp_load(&p->state) < state)
		(void)mpp_exchange(&p->state, state);
	if (state == TERMINATED)
		mpp_store64(&p->remaining, 0);
	mpp_fence();
	mpp_bell_ring(&p->work);
	mpp_bell_ring(&p->reports);
	if (MPP_ANNOUNCES())
		mpp_after(&op, 0, state);
}

int mpp_pool_close(struct mpp_pool *pool)
{
	set_state(mpp_inside(pool), CLOSED, MPP_CALLER());
	return 0;
}

/* By SIGKILL, which no task can refuse.  Workers that run as threads cannot be
 * killed: they end after their chunk. */
static void end_workers(struct mpp_pool *p)
{
	hands_take(p);
	for (unsigned i = 0; i < p->workers; i++)
		if (p->worker[i].process)
			(void)mpp_process_kill(p->worker[i].process);
	hands_drop(p);
}

int mpp_pool_terminate(struct mpp_pool *pool)
{
	struct mpp_pool *p = mpp_inside(pool);

	set_state(p, TERMINATED, MPP_CALLER());
	end_workers(p);
	return 0;
}

static void join(struct mpp_pool *p)
{
	for (unsigned i = 0; i < p->workers; i++) {
		struct worker *w = &p->worker[i];

		if (!w->process)
			continue;
		(void)mpp_process_join(w->process, MPP_FOREVER);
		mpp_process_free(w->process);
		w->process = NULL;
	}
}

int mpp_pool_join(struct mpp_pool *pool)
{
	struct mpp_pool *p = mpp_inside(pool);

	if (mpp_load(&p->state) == OPEN)
		return MPP_ESTATE;
	join(p);
	return 0;
}

static bool has_workers(const struct mpp_pool *p)
{
	for (unsigned i = 0; i < p->workers; i++)
		if (p->worker[i].process)
			return true;
	return false;
}

void mpp_pool_free(struct mpp_pool *pool)
{
	struct mpp_pool *p;

	if (!pool)
		return;
	p = mpp_inside(pool);
	if (has_workers(p)) {
		set_state(p, TERMINATED, MPP_CALLER());
		end_workers(p);
		join(p);
	}
	mpp_core_fini(&p->hands);
	if (!mpp_scheduled())
		munmap(p->memory, p->memory_size);
	else if (p->memory) /* of a job that did not end */
		mpp_shared_free(mpp_outside(p->memory), p->memory_size);
	mpp_shared_free(pool, pool_size(p->workers));
}

static void tell_words(struct mpp_pool *p)
{
	mpp_tell_words(&p->state, sizeof(p->state));
	mpp_tell_words(&p->remaining, sizeof(p->remaining));
	mpp_tell_words(&p->work, sizeof(p->work));
	mpp_tell_words(&p->reports, sizeof(p->reports));
	for (unsigned i = 0; i < p->workers; i++)
		mpp_tell_words(&p->worker[i], offsetof(struct worker, gap));
}

int mpp_pool_new(struct mpp_pool **out, unsigned workers,
		 int (*initializer)(void *), void *argument)
{
	struct mpp_pool *user, *p;
	int err;

	if (workers == 0)
		workers = mpp_cpu_count();
	if (!out || workers > MAX_WORKERS)
		return MPP_EINVAL;
	user = mpp_shared_alloc(pool_size(workers), "pool");
	if (!user)
		return MPP_ENOMEM;
	p = mpp_inside(user);
	p->workers = workers;
	p->initializer = initializer;
	p->argument = argument;
	p->made_at = MPP_CALLER();
	mpp_core_init(&p->hands, 0);
	tell_words(p);
	err = reserve(p);
	if (err < 0) {
		mpp_shared_free(user, pool_size(workers));
		return err;
	}
	for (unsigned i = 0; i < workers && err == 0; i++)
		err = start_worker(p, &p->worker[i]);
	if (err < 0) {
		mpp_pool_free(user);
		return err;
	}
	*out = user;
	return 0;
}

unsigned mpp_pool_workers(struct mpp_pool *pool)
{
	return ((struct mpp_pool *)mpp_inside(pool))->workers;
}
