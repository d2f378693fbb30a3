/* SPDX-License-Identifier: MIT */
/*
 * test_limits.c - what is refused for want of memory, descriptors, processes
 * or room is told as the documented error, and leaves nothing behind.
 *
 * Idea:    the table `things` has everything that asks the system for
 *          something.  Each is made again and again, with the first of its
 *          calls (limits.def) refused, then the second, and so on, until it is
 *          made without a refusal; once with one refusal and once with all
 *          calls refused from there on, as when something has run out.  After
 *          that the same under real limits.
 * Nothing: descriptors, shared mappings, blocks of libmpp's, what is taken in
 *          its arena, threads, children and names are as before.  libmpp keeps
 *          one empty arena (shared.c), so things are made cold, without one,
 *          and warm: then there must not be one mapping or block more.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <mpp/array.h>
#include <mpp/atomic.h>
#include <mpp/barrier.h>
#include <mpp/bounded_semaphore.h>
#include <mpp/condition.h>
#include <mpp/event.h>
#include <mpp/joinable_queue.h>
#include <mpp/lock.h>
#include <mpp/once.h>
#include <mpp/pipe.h>
#include <mpp/pool.h>
#include <mpp/process.h>
#include <mpp/queue.h>
#include <mpp/rlock.h>
#include <mpp/rwlock.h>
#include <mpp/segment.h>
#include <mpp/semaphore.h>
#include <mpp/simple_queue.h>
#include <mpp/thread.h>
#include <mpp/value.h>

#include "lock_help.h"
#include "skip.h"
#include "unit.h"

/*
 * Things that are made.  A row is make() and undo(): make leaves the object in
 * *thing, or nothing at all and an error.
 */
static char name[60]; /* free: of a segment that make() creates */
static char taken[60]; /* of one that is there */
static struct mpp_segment *there; /* that one */
static int descriptor; /* its */

static int nothing(void *argument)
{
	(void)argument;
	return 0;
}

/* make_<what>(): one call. */
#define MAKE(what, call) \
	static int make_##what(void **thing) \
	{ \
		return call; \
	}
/* undo_<type>(): its free. */
#define UNDO(type) \
	static void undo_##type(void *thing) \
	{ \
		mpp_##type##_free(thing); \
	}

#define OUT(type) ((struct mpp_##type **)(void *)thing)

MAKE(value, mpp_value_new(OUT(value), 'i', 5))
UNDO(value)
MAKE(raw_value, mpp_raw_value_new(OUT(raw_value), 'd', 5))
UNDO(raw_value)
MAKE(array, mpp_array_new(OUT(array), 'i', 10))
MAKE(large_array, mpp_array_new(OUT(array), 'q', 100000))
UNDO(array)
MAKE(raw_array, mpp_raw_array_new(OUT(raw_array), 'i', 10))
UNDO(raw_array)
MAKE(atomic, mpp_atomic_new(OUT(atomic), 5))
UNDO(atomic)
MAKE(lock, mpp_lock_new(OUT(lock), 0))
MAKE(unowned_lock, mpp_lock_new(OUT(lock), MPP_LOCK_UNOWNED))
UNDO(lock)
MAKE(rlock, mpp_rlock_new(OUT(rlock)))
UNDO(rlock)
MAKE(queue, mpp_queue_new(OUT(queue), 4, 8))
MAKE(large_queue, mpp_queue_new(OUT(queue), 1000, 1000))
UNDO(queue)
MAKE(event, mpp_event_new(OUT(event)))
UNDO(event)
MAKE(once, mpp_once_new(OUT(once)))
UNDO(once)
MAKE(condition, mpp_condition_new(OUT(condition)))
UNDO(condition)
MAKE(barrier, mpp_barrier_new(OUT(barrier), 3, NULL, NULL, MPP_FOREVER))
MAKE(large_barrier,
     mpp_barrier_new(OUT(barrier), 10000, NULL, NULL, MPP_FOREVER))
UNDO(barrier)
MAKE(semaphore, mpp_semaphore_new(OUT(semaphore), 2))
UNDO(semaphore)
MAKE(bounded_semaphore,
     mpp_bounded_semaphore_new(OUT(bounded_semaphore), 2))
MAKE(large_bounded_semaphore,
     mpp_bounded_semaphore_new(OUT(bounded_semaphore), MPP_MAX_PERMITS))
UNDO(bounded_semaphore)
MAKE(rwlock, mpp_rwlock_new(OUT(rwlock), 2))
MAKE(large_rwlock, mpp_rwlock_new(OUT(rwlock), MPP_MAX_READERS))
UNDO(rwlock)
MAKE(joinable_queue, mpp_joinable_queue_new(OUT(joinable_queue), 4, 8))
MAKE(large_joinable_queue,
     mpp_joinable_queue_new(OUT(joinable_queue), 1000, 1000))
UNDO(joinable_queue)
MAKE(simple_queue, mpp_simple_queue_new(OUT(simple_queue), 100))
MAKE(large_simple_queue, mpp_simple_queue_new(OUT(simple_queue), 1000000))
UNDO(simple_queue)
MAKE(pool, mpp_pool_new(OUT(pool), 3, NULL, NULL))
UNDO(pool)
MAKE(segment, mpp_segment_new(OUT(segment), 10))
MAKE(segment_opened, mpp_segment_open(OUT(segment), taken))
MAKE(segment_received, mpp_segment_open_descriptor(OUT(segment), descriptor))
UNDO(segment)
MAKE(segment_named, mpp_segment_create(OUT(segment), name, 10))

static void undo_segment_named(void *thing)
{
	mpp_segment_free(thing);
	(void)mpp_segment_unlink(name);
}

/*
 * These have two parts, and no place to keep the second: the condition's lock,
 * the pipe's other end.  One thing is made at a time.
 */
static void *other_part;
/* What is done with a thing went wrong.  Not asserted there: check frees what
 * it allocated elsewhere, and frees are counted. */
static bool wrong;

static int make_condition_on_lock(void **thing)
{
	struct mpp_lock *lock;
	int err = mpp_lock_new(&lock, 0);

	if (err < 0)
		return err;
	err = mpp_condition_on_lock(OUT(condition), lock);
	if (err < 0)
		mpp_lock_free(lock);
	else
		other_part = lock;
	return err;
}

static void undo_condition_on_lock(void *thing)
{
	mpp_condition_free(thing);
	mpp_lock_free(other_part);
}

static int make_condition_on_rlock(void **thing)
{
	struct mpp_rlock *lock;
	int err = mpp_rlock_new(&lock);

	if (err < 0)
		return err;
	err = mpp_condition_on_rlock(OUT(condition), lock);
	if (err < 0)
		mpp_rlock_free(lock);
	else
		other_part = lock;
	return err;
}

static void undo_condition_on_rlock(void *thing)
{
	mpp_condition_free(thing);
	mpp_rlock_free(other_part);
}

static int make_pipe_of(void **thing, size_t capacity)
{
	char none;
	struct mpp_connection *const untouched = (void *)&none;
	struct mpp_connection *ends[2] = { untouched, untouched };
	int err = mpp_pipe_new(ends, true, capacity);

	if (err < 0) {
		wrong |= ends[0] != untouched || ends[1] != untouched;
		return err;
	}
	*thing = ends[0];
	other_part = ends[1];
	return 0;
}

static void undo_pipe(void *thing)
{
	struct mpp_connection *ends[2] = { thing, other_part };

	mpp_pipe_free(ends);
}

static int make_pipe(void **thing)
{
	return make_pipe_of(thing, 100);
}

static int make_large_pipe(void **thing)
{
	return make_pipe_of(thing, 1000000);
}

static int make_pool_with(void **thing)
{
	static const struct mpp_pool_options options = {
		.workers = 2,
		.initializer = nothing,
		.max_tasks_per_worker = 1,
		.retries = 1,
	};

	return mpp_pool_new_with(OUT(pool), &options);
}

static int twice(const void *item, void *result)
{
	*(int64_t *)result = *(const int64_t *)item * 2;
	return 0;
}

/* The large job needs more memory than its pool has opened. */
enum { FEW = 3, MANY = 1000000 };
static int64_t items[MANY] = { 1, 2, 3 }, results[MANY];

/* What make_<job>() returns: a pool that can do nothing goes. */
static int with_pool(struct mpp_pool *pool, int err)
{
	int code = errno;

	if (err < 0)
		mpp_pool_free(pool);
	other_part = pool;
	errno = code;
	return err;
}

static int make_job_of(void **thing, size_t count)
{
	struct mpp_pool *pool;
	int err = mpp_pool_new(&pool, 2, NULL, NULL);

	if (err < 0)
		return err;
	err = mpp_pool_map_async(pool, OUT(result), twice, items,
				 sizeof(*items), count, sizeof(*results), 0);
	return with_pool(pool, err);
}

MAKE(job, make_job_of(thing, FEW))
MAKE(large_job, make_job_of(thing, MANY))

static void undo_job(void *thing)
{
	results[2] = 0;
	wrong |= mpp_result_get(thing, results, MPP_FOREVER) != 0 ||
		 results[2] != 6;
	mpp_result_free(thing);
	mpp_pool_free(other_part);
}

/* With work under way. */
static int make_iterator(void **thing)
{
	struct mpp_pool *pool;
	int err = mpp_pool_new(&pool, 2, NULL, NULL);

	if (err < 0)
		return err;
	err = mpp_pool_imap(pool, OUT(iterator), twice, items, sizeof(*items),
			    FEW, sizeof(*results), 1);
	return with_pool(pool, err);
}

static void undo_iterator(void *thing)
{
	int64_t result = 0;

	wrong |= mpp_iterator_next(thing, &result, MPP_FOREVER) != 0 ||
		 result != 2;
	mpp_iterator_free(thing);
	mpp_pool_free(other_part);
}

/* These are made and started. */
static int make_process(void **thing)
{
	struct mpp_process *p;
	int err = mpp_process_new(&p, nothing, "hello", 6);

	if (err < 0)
		return err;
	err = mpp_process_start(p);
	if (err < 0)
		mpp_process_free(p);
	else
		*thing = p;
	return err;
}

static void undo_process(void *thing)
{
	(void)mpp_process_join(thing, MPP_FOREVER);
	mpp_process_free(thing);
}

static int make_thread(void **thing)
{
	struct mpp_thread *t;
	int err = mpp_thread_new(&t, nothing, "hello", 6);

	if (err < 0)
		return err;
	err = mpp_thread_start(t);
	if (err < 0)
		mpp_thread_free(t);
	else
		*thing = t;
	return err;
}

static void undo_thread(void *thing)
{
	(void)mpp_thread_join(thing, MPP_FOREVER);
	mpp_thread_free(thing);
}

struct thing {
	const char *what;
	int (*make)(void **thing);
	void (*undo)(void *thing);
	int calls; /* of limits.def, at least */
};

#define THING(what, type, calls) \
	{ \
		#what, make_##what, undo_##type, calls \
	}

/* clang-format off */
static const struct thing things[] = {
	THING(value, value, 2),
	THING(raw_value, raw_value, 2),
	THING(array, array, 2),
	THING(large_array, array, 1),
	THING(raw_array, raw_array, 2),
	THING(atomic, atomic, 2),
	THING(lock, lock, 2),
	THING(unowned_lock, lock, 2),
	THING(rlock, rlock, 2),
	THING(queue, queue, 2),
	THING(large_queue, queue, 1),
	THING(event, event, 2),
	THING(once, once, 2),
	THING(condition, condition, 2),
	THING(condition_on_lock, condition_on_lock, 2),
	THING(condition_on_rlock, condition_on_rlock, 2),
	THING(barrier, barrier, 2),
	THING(large_barrier, barrier, 1),
	THING(semaphore, semaphore, 2),
	THING(bounded_semaphore, bounded_semaphore, 2),
	THING(large_bounded_semaphore, bounded_semaphore, 1),
	THING(rwlock, rwlock, 2),
	THING(large_rwlock, rwlock, 1),
	THING(joinable_queue, joinable_queue, 2),
	THING(large_joinable_queue, joinable_queue, 1),
	THING(simple_queue, simple_queue, 2),
	THING(large_simple_queue, simple_queue, 1),
	THING(pipe, pipe, 2),
	THING(large_pipe, pipe, 2),
	THING(pool, pool, 10),
	THING(pool_with, pool, 10),
	THING(job, job, 10),
	THING(large_job, job, 11),
	THING(iterator, iterator, 10),
	THING(segment, segment, 6),
	THING(segment_opened, segment, 4),
	THING(segment_received, segment, 4),
	THING(segment_named, segment_named, 7),
	THING(process, process, 5),
	THING(thread, thread, 4),
};
/* clang-format on */

enum { THINGS = sizeof(things) / sizeof(things[0]) };

/*
 * Refusals.
 */
struct call {
	const char *function;
	int code; /* errno */
	int error; /* of libmpp */
};

enum {
#define CALL(function, code, error) CALL_##function,
#include "limits.def"
#undef CALL
	CALLS
};

static const struct call calls[CALLS] = {
#define CALL(function, code, error) { #function, code, error },
#include "limits.def"
#undef CALL
};

static struct {
	int countdown; /* the call that makes it 0 is refused; 0: none */
	int only; /* refuse this one only; CALLS: any */
	int code; /* errno; 0: the call's own */
	bool lasting; /* all calls after that one, too */
	bool deadly; /* instead of refusing, kill */
	const struct call *refused; /* the first */
} plan;

/* Allocated by libmpp and not freed; only what it does counts, not what the
 * test framework does. */
static int blocks;
static bool counting;

static void disarm(void)
{
	plan.countdown = 0;
	plan.lasting = false;
}

static void arm(int n, bool lasting)
{
	plan.refused = NULL;
	plan.only = CALLS;
	plan.code = 0;
	plan.countdown = n;
	plan.lasting = lasting;
}

/* Whether this call is refused; then errno says why. */
static bool refuse(int call)
{
	bool first = (plan.only == CALLS || plan.only == call) &&
		     plan.countdown > 0 && --plan.countdown == 0;

	if (!first && !(plan.refused && plan.lasting))
		return false;
	if (plan.deadly)
		raise(SIGKILL);
	if (!plan.refused)
		plan.refused = &calls[call];
	errno = plan.code ? plan.code : calls[call].code;
	return true;
}

#define WRAP(function, type, failure, parameters, arguments) \
	type __real_##function parameters; \
	type __wrap_##function parameters; \
	type __wrap_##function parameters \
	{ \
		if (refuse(CALL_##function)) \
			return failure; \
		return __real_##function arguments; \
	}

/* clang-format off */
WRAP(mmap, void *, MAP_FAILED,
     (void *at, size_t size, int protection, int flags, int fd, off_t offset),
     (at, size, protection, flags, fd, offset))
WRAP(mprotect, int, -1, (void *at, size_t size, int protection),
     (at, size, protection))
WRAP(pthread_create, int, errno,
     (pthread_t *thread, const pthread_attr_t *attributes,
      void *(*fn)(void *), void *argument),
     (thread, attributes, fn, argument))
WRAP(open, int, -1, (const char *path, int flags, mode_t mode),
     (path, flags, mode))
WRAP(memfd_create, int, -1, (const char *its_name, unsigned flags),
     (its_name, flags))
WRAP(fcntl, int, -1, (int fd, int command, long argument),
     (fd, command, argument))
WRAP(fstat, int, -1, (int fd, struct stat *found), (fd, found))
WRAP(fchmod, int, -1, (int fd, mode_t mode), (fd, mode))
WRAP(ftruncate, int, -1, (int fd, off_t size), (fd, size))
WRAP(posix_fallocate, int, errno, (int fd, off_t at, off_t size),
     (fd, at, size))
WRAP(linkat, int, -1,
     (int from_fd, const char *from, int to_fd, const char *to, int flags),
     (from_fd, from, to_fd, to, flags))
/* clang-format on */

pid_t __real_fork(void);
pid_t __wrap_fork(void);

pid_t __wrap_fork(void)
{
	pid_t pid;

	if (refuse(CALL_fork))
		return -1;
	pid = __real_fork();
	if (pid == 0)
		disarm();
	return pid;
}

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void __real_free(void *p);
void __wrap_free(void *p);

void *__wrap_calloc(size_t n, size_t size)
{
	void *p = refuse(CALL_calloc) ? NULL : __real_calloc(n, size);

	if (p && counting)
		__atomic_fetch_add(&blocks, 1, __ATOMIC_RELAXED);
	return p;
}

void __wrap_free(void *p)
{
	if (p && counting)
		__atomic_fetch_sub(&blocks, 1, __ATOMIC_RELAXED);
	__real_free(p);
}

/*
 * What there is.
 */
struct sight {
	int fds, maps, blocks;
	void *room; /* the first in the arena: it is taken first fit */
};

static int count_entries(const char *path)
{
	DIR *dir = opendir(path);
	int n = 0;

	ck_assert_ptr_nonnull(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static int count_shared_maps(void)
{
	FILE *file = fopen("/proc/self/maps", "r");
	char line[1000], mode[5];
	int n = 0;

	ck_assert_ptr_nonnull(file);
	while (fgets(line, sizeof(line), file))
		n += sscanf(line, "%*s %4s", mode) == 1 && mode[3] == 's';
	fclose(file);
	return n;
}

static struct sight look(void)
{
	struct sight sight = {
		.blocks = __atomic_load_n(&blocks, __ATOMIC_RELAXED),
	};

	/* "." and ".." and one; a thread that was joined may still go. */
	while (count_entries("/proc/self/task") > 3)
		sched_yield();
	sight.fds = count_entries("/proc/self/fd");
	sight.maps = count_shared_maps();
	return sight;
}

/* And in the arena, which there is from now on if there is memory for it. */
static struct sight look_warm(void)
{
	struct mpp_raw_value *probe = NULL;
	struct sight sight;

	counting = true;
	(void)mpp_raw_value_new(&probe, 'i', 0);
	mpp_raw_value_free(probe);
	counting = false;
	sight = look();
	sight.room = probe;
	return sight;
}

static void check_nothing_left(struct sight before, bool warm)
{
	struct sight now = warm ? look_warm() : look();
	struct mpp_segment *s;

	ck_assert_int_eq(now.fds, before.fds);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
	ck_assert_int_eq(mpp_segment_open(&s, name), MPP_ENOENT);
	if (warm) {
		ck_assert_int_eq(now.maps, before.maps);
		ck_assert_int_eq(now.blocks, before.blocks);
		ck_assert_ptr_eq(now.room, before.room);
	} else { /* one arena, if any */
		ck_assert_int_le(now.maps, before.maps + 1);
		ck_assert_int_le(now.blocks, before.blocks + 1);
	}
}

/* One attempt in a process of its own.  77: nothing was refused. */
struct attempt {
	const struct thing *thing;
	int n; /* the call */
	bool lasting;
	bool warm;
};

static void check_refusal(int err, int code)
{
	const struct call *call = plan.refused;

	ck_assert_msg(err == call->error, "%s: %s instead of %s",
		      call->function, mpp_strerror(err),
		      mpp_strerror(call->error));
	if (err == MPP_ESYSTEM)
		ck_assert_msg(code == call->code, "%s: errno is %s",
			      call->function, strerror(code));
}

static int make(const struct thing *t, void **thing)
{
	int err;

	counting = true;
	err = t->make(thing);
	counting = false;
	if (wrong) {
		disarm();
		ck_abort_msg("%s: a refusal wrote to its result", t->what);
	}
	return err;
}

static void undo(const struct thing *t, void *thing)
{
	counting = true;
	t->undo(thing);
	counting = false;
	ck_assert_msg(!wrong, "%s does not work", t->what);
}

static int attempt(void *argument)
{
	const struct attempt *a = argument;
	struct sight before = a->warm ? look_warm() : look();
	char none, *thing = &none;
	int err, code;

	arm(a->n, a->lasting);
	err = make(a->thing, (void **)&thing);
	code = errno;
	disarm();
	if (!plan.refused)
		ck_assert_int_eq(err, 0);
	else if (err < 0 || a->lasting) /* once, there may be a way */
		check_refusal(err, code);
	if (err == 0)
		undo(a->thing, thing);
	else /* untouched on failure */
		ck_assert_ptr_eq(thing, &none);
	check_nothing_left(before, a->warm);
	return plan.refused ? 0 : 77;
}

static void prepare(void)
{
	snprintf(name, sizeof(name), "mpp-limits-%d", (int)getpid());
	snprintf(taken, sizeof(taken), "mpp-limits-%d-taken", (int)getpid());
	ck_assert_int_eq(mpp_segment_create(&there, taken, 10), 0);
	descriptor = mpp_segment_descriptor(there);
}

static void finish(void)
{
	ck_assert_int_eq(mpp_segment_unlink(taken), 0);
	mpp_segment_free(there);
}

static int refuse_each_call_of(struct attempt a)
{
	int code;

	do {
		a.n++;
		code = reaped(forked(attempt, &a));
		ck_assert_msg(code == 0 || code == 77, "%s, call %d: code %d",
			      a.thing->what, a.n, code);
	} while (code == 0);
	return a.n - 1;
}

static void refuse_each_call(bool lasting)
{
	prepare();
	for (int i = 0; i < THINGS; i++) {
		struct attempt cold = { &things[i], 0, lasting, false };
		struct attempt warm = { &things[i], 0, lasting, true };
		int calls_made = refuse_each_call_of(cold);

		ck_assert_msg(calls_made >= things[i].calls,
			      "%s: %d calls only", things[i].what, calls_made);
		ck_assert_int_le(refuse_each_call_of(warm), calls_made);
	}
	finish();
}

START_TEST(a_refused_call_is_told_and_leaves_nothing)
{
	refuse_each_call(false);
}
END_TEST

START_TEST(what_has_run_out_is_told_and_leaves_nothing)
{
	refuse_each_call(true);
}
END_TEST

START_TEST(a_signal_does_not_end_a_reservation)
{
	struct mpp_segment *s;
	size_t size = 9 << 20; /* three pieces */
	struct stat found;

	for (int n = 1; n <= 3; n++) {
		arm(n, false);
		plan.only = CALL_posix_fallocate;
		plan.code = EINTR;
		ck_assert_int_eq(mpp_segment_new(&s, size), 0);
		disarm();
		ck_assert_ptr_nonnull(plan.refused);
		ck_assert_int_eq(fstat(mpp_segment_descriptor(s), &found), 0);
		ck_assert_int_ge(found.st_blocks * 512, (int)size);
		mpp_segment_free(s);
	}
}
END_TEST

/* What the system may say to open, and what libmpp makes of it. */
START_TEST(the_systems_reasons_have_errors_of_their_own)
{
	static const struct {
		int code, error;
	} reasons[] = {
		{ EMFILE, MPP_EMFILE }, { ENFILE, MPP_EMFILE },
		{ ENOMEM, MPP_ENOMEM }, { ENOSPC, MPP_ENOSPC },
		{ EDQUOT, MPP_ENOSPC }, { EACCES, MPP_EACCES },
		{ EROFS, MPP_ESYSTEM }, { ENOENT, MPP_ESYSTEM },
	};
	struct mpp_segment *s;

	prepare();
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		arm(1, false);
		plan.only = CALL_open;
		plan.code = reasons[i].code;
		ck_assert_int_eq(mpp_segment_create(&s, name, 10),
				 reasons[i].error);
		ck_assert_int_eq(errno, reasons[i].code);
		disarm();
	}
	/* Somebody else was quicker. */
	arm(1, false);
	plan.only = CALL_linkat;
	plan.code = EEXIST;
	ck_assert_int_eq(mpp_segment_create(&s, name, 10), MPP_EEXIST);
	finish();
}
END_TEST

static int create_and_die(void *argument)
{
	struct mpp_segment *s;

	plan.deadly = true;
	arm(*(int *)argument, false);
	return mpp_segment_create(&s, name, 5000) < 0 ? 1 : 0;
}

START_TEST(who_dies_in_create_leaves_no_half_segment)
{
	int n = 0, code, left = 0;

	prepare();
	do {
		struct mpp_segment *s;

		n++;
		code = reaped(forked(create_and_die, &n));
		ck_assert(code == 0 || code == -SIGKILL);
		if (mpp_segment_unlink(name) == 0)
			left++;
		ck_assert_int_eq(mpp_segment_open(&s, name), MPP_ENOENT);
	} while (code != 0);
	ck_assert_int_gt(n, 6);
	ck_assert_int_eq(left, 1); /* of the one that lived */
	finish();
}
END_TEST

START_TEST(a_start_that_was_refused_can_be_repeated)
{
	struct mpp_process *p;
	struct mpp_thread *t;
	int code;

	ck_assert_int_eq(mpp_process_new(&p, nothing, NULL, 0), 0);
	ck_assert_int_eq(mpp_thread_new(&t, nothing, NULL, 0), 0);
	for (int i = 0; i < 3; i++) {
		arm(1, false);
		plan.only = i ? CALL_fork : CALL_calloc;
		ck_assert_int_eq(mpp_process_start(p),
				 i ? MPP_ESYSTEM : MPP_ENOMEM);
		ck_assert(!mpp_process_is_alive(p));
		ck_assert_int_eq(mpp_process_pid(p), 0);
		ck_assert_int_eq(mpp_process_join(p, 0), MPP_ESTATE);
		arm(1, false);
		plan.only = i ? CALL_pthread_create : CALL_calloc;
		ck_assert_int_eq(mpp_thread_start(t),
				 i ? MPP_ESYSTEM : MPP_ENOMEM);
		ck_assert(!mpp_thread_is_alive(t));
		ck_assert_int_eq(mpp_thread_join(t, 0), MPP_ESTATE);
	}
	disarm();
	ck_assert_int_eq(mpp_process_start(p), 0);
	ck_assert_int_eq(mpp_thread_start(t), 0);
	ck_assert_int_eq(mpp_process_join(p, MPP_FOREVER), 0);
	ck_assert_int_eq(mpp_process_exitcode(p, &code), 1);
	ck_assert_int_eq(code, 0);
	ck_assert_int_eq(mpp_thread_join(t, MPP_FOREVER), 0);
}
END_TEST

/*
 * Real limits.  A thing is made, or refused with one of the errors, three
 * times, and leaves nothing.
 */
static bool is_want(int err, int code)
{
	return err == MPP_ENOMEM || err == MPP_EMFILE || err == MPP_ENOSPC ||
	       (err == MPP_ESYSTEM && (code == EAGAIN || code == ENOMEM));
}

static void make_in_need(const struct thing *t)
{
	for (int round = 0; round < 3; round++) {
		struct sight before = look_warm();
		void *thing = NULL;
		int err = make(t, &thing);

		ck_assert_msg(err == 0 || is_want(err, errno), "%s: %s, %s",
			      t->what, mpp_strerror(err), strerror(errno));
		if (err == 0)
			undo(t, thing);
		if (round > 0) /* now there is what libmpp keeps */
			check_nothing_left(before, true);
	}
}

static struct rlimit usual;

/* So many more can be opened. */
static void limit_descriptors(int left)
{
	struct rlimit limit;
	int fd = dup(0);

	ck_assert_int_ge(fd, 0);
	close(fd);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &usual), 0);
	limit = usual;
	limit.rlim_cur = (rlim_t)(fd + left);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

/* Tools need some at the end. */
static void free_descriptors(void)
{
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &usual), 0);
}

static int error_of(int (*its_make)(void **thing))
{
	void *thing;

	return its_make(&thing);
}

START_TEST(without_descriptors_segments_are_refused)
{
	prepare();
	limit_descriptors(0);
	ck_assert_int_eq(error_of(make_segment), MPP_EMFILE);
	ck_assert_int_eq(errno, EMFILE);
	ck_assert_int_eq(error_of(make_segment_named), MPP_EMFILE);
	ck_assert_int_eq(error_of(make_segment_opened), MPP_EMFILE);
	ck_assert_int_eq(error_of(make_segment_received), MPP_EMFILE);
	free_descriptors();
	finish();
}
END_TEST

static int sleep_until_killed(void *argument)
{
	(void)argument;
	return pause();
}

START_TEST(nothing_else_needs_descriptors)
{
	struct mpp_process *p;

	prepare();
	limit_descriptors(0);
	for (int i = 0; i < THINGS; i++) {
		void *thing;

		if (strncmp(things[i].what, "segment", 7) == 0)
			continue;
		ck_assert_msg(things[i].make(&thing) == 0, "%s",
			      things[i].what);
		things[i].undo(thing);
	}
	ck_assert_int_eq(mpp_process_new(&p, sleep_until_killed, NULL, 0), 0);
	ck_assert_int_eq(mpp_process_start(p), 0);
	ck_assert_int_eq(mpp_process_join(p, 1000000), MPP_ETIMEDOUT);
	mpp_process_kill(p);
	ck_assert_int_eq(mpp_process_join(p, MPP_SECONDS(50)), 0);
	free_descriptors();
	finish();
}
END_TEST

START_TEST(with_one_descriptor_nothing_is_left)
{
	prepare();
	limit_descriptors(1);
	for (int i = 0; i < THINGS; i++)
		make_in_need(&things[i]);
	free_descriptors();
	finish();
}
END_TEST

/* ASan needs more addresses than anybody has. */
#if defined(__SANITIZE_ADDRESS__)
#define HAS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ASAN 1
#endif
#endif
#ifndef HAS_ASAN
#define HAS_ASAN 0
#endif

static bool cannot_limit_addresses(void)
{
	if (HAS_ASAN)
		unit_skip("AddressSanitizer needs all addresses");
	return HAS_ASAN;
}

/* `more` bytes of addresses than there are in use. */
static void limit_addresses(size_t more)
{
	struct rlimit limit;
	FILE *file = fopen("/proc/self/statm", "r");
	unsigned long pages;

	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(fscanf(file, "%lu", &pages), 1);
	fclose(file);
	limit.rlim_cur = limit.rlim_max =
		pages * (size_t)sysconf(_SC_PAGESIZE) + more;
	ck_assert_int_eq(setrlimit(RLIMIT_AS, &limit), 0);
}

static int make_all_in_need(void *argument)
{
	limit_addresses(*(size_t *)argument);
	for (int i = 0; i < THINGS; i++)
		make_in_need(&things[i]);
	return 0;
}

START_TEST(without_addresses_nothing_is_left)
{
	if (cannot_limit_addresses())
		return;
	prepare();
	for (size_t more = 0; more < 4 << 20; more += 100000)
		ck_assert_int_eq(reaped(forked(make_all_in_need, &more)), 0);
	finish();
}
END_TEST

START_TEST(without_addresses_it_is_no_memory)
{
	if (cannot_limit_addresses())
		return;
	prepare();
	limit_addresses(50000);
	ck_assert_int_eq(error_of(make_value), MPP_ENOMEM);
	ck_assert_int_eq(error_of(make_large_array), MPP_ENOMEM);
	ck_assert_int_eq(error_of(make_queue), MPP_ENOMEM);
	ck_assert_int_eq(error_of(make_pool), MPP_ENOMEM);
	ck_assert_int_eq(error_of(make_process), MPP_ENOMEM);
	finish();
}
END_TEST

/* 77: root whose limits cannot be given up. */
static int start_without_right(void *argument)
{
	struct rlimit none = { 0, 0 };

	(void)argument;
	if (geteuid() == 0 && setresuid(65534, 65534, 65534) < 0)
		return 77;
	ck_assert_int_eq(setrlimit(RLIMIT_NPROC, &none), 0);
	snprintf(name, sizeof(name), "mpp-limits-%d", (int)getpid());
	ck_assert_int_eq(error_of(make_process), MPP_ESYSTEM);
	ck_assert_int_eq(errno, EAGAIN);
	ck_assert_int_eq(error_of(make_thread), MPP_ESYSTEM);
	ck_assert_int_eq(errno, EAGAIN);
	ck_assert_int_eq(error_of(make_pool), MPP_ESYSTEM);
	ck_assert_int_eq(errno, EAGAIN);
	for (int i = 0; i < THINGS; i++)
		if (things[i].make != make_segment_opened)
			make_in_need(&things[i]);
	return 0;
}

START_TEST(without_processes_nothing_is_left)
{
	int code;

	prepare();
	code = reaped(forked(start_without_right, NULL));
	if (!unit_skips(code, "root, and may not become another user"))
		ck_assert_int_eq(code, 0);
	finish();
}
END_TEST

#define main unit_main
/* clang-format off */
UNIT_MAIN(UNIT(a_refused_call_is_told_and_leaves_nothing)
	  UNIT(what_has_run_out_is_told_and_leaves_nothing)
	  UNIT(a_signal_does_not_end_a_reservation)
	  UNIT(the_systems_reasons_have_errors_of_their_own)
	  UNIT(who_dies_in_create_leaves_no_half_segment)
	  UNIT(a_start_that_was_refused_can_be_repeated)
	  UNIT(without_descriptors_segments_are_refused)
	  UNIT(nothing_else_needs_descriptors)
	  UNIT(with_one_descriptor_nothing_is_left)
	  UNIT(without_addresses_nothing_is_left)
	  UNIT(without_addresses_it_is_no_memory)
	  UNIT(without_processes_nothing_is_left))
/* clang-format on */
#undef main
SKIPPING_MAIN
