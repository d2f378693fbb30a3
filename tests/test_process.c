/* SPDX-License-Identifier: MIT */
/*
 * test_process.c - Process: exit codes, join, signals, daemons, leaks, and
 * what a scheduler is told.
 */
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <mpp/array.h>
#include <mpp/lock.h>
#include <mpp/process.h>
#include <mpp/thread.h>
#include <mpp/value.h>

#include "hook_help.h"
#include "lock_help.h"
#include "unit.h"

static struct mpp_process *p;
static struct mpp_value *shared;
static int pipe_fds[2]; /* the child writes, the parent reads, or both wait */
static int a_global = 1;

static struct mpp_process *new_process(int (*fn)(void *), const void *arg,
				       size_t size)
{
	struct mpp_process *process = NULL;

	ck_assert_int_eq(mpp_process_new(&process, fn, arg, size), 0);
	return process;
}

static struct mpp_process *started(int (*fn)(void *), const void *arg,
				   size_t size)
{
	struct mpp_process *process = new_process(fn, arg, size);

	ck_assert_int_eq(mpp_process_start(process), 0);
	return process;
}

static int code_of(struct mpp_process *process)
{
	int code = 12345;

	ck_assert_int_eq(mpp_process_join(process, MPP_FOREVER), 0);
	ck_assert_int_eq(mpp_process_exitcode(process, &code), 1);
	return code;
}

static int return_int(void *arg)
{
	return *(int *)arg;
}

static int exit_with(void *arg)
{
	mpp_exit(*(int *)arg);
}

static int raise_signal(void *arg)
{
	return raise(*(int *)arg);
}

static int nothing(void *arg)
{
	(void)arg;
	return 0;
}

static int wait_for_ever(void *arg)
{
	(void)arg;
	return pause();
}

/* Until the other end of the pipe is closed or written. */
static int read_pipe(void *arg)
{
	char c;

	(void)arg;
	close(pipe_fds[1]);
	return (int)read(pipe_fds[0], &c, 1);
}

START_TEST(the_exit_code_is_the_result)
{
	int n = 7;

	p = started(return_int, &n, sizeof(n));
	ck_assert_int_eq(code_of(p), 7);
	mpp_process_free(p);
}
END_TEST

START_TEST(the_exit_code_has_eight_bits)
{
	int n = 263;

	p = started(return_int, &n, sizeof(n));
	ck_assert_int_eq(code_of(p), 7);
	n = -1;
	p = started(return_int, &n, sizeof(n));
	ck_assert_int_eq(code_of(p), 255);
}
END_TEST

START_TEST(mpp_exit_ends_a_process_at_once)
{
	int n = 259;

	p = started(exit_with, &n, sizeof(n));
	ck_assert_int_eq(code_of(p), 3);
}
END_TEST

START_TEST(death_by_a_signal_is_negative)
{
	const int signals[] = { SIGKILL, SIGTERM, SIGHUP };

	for (int i = 0; i < 3; i++) {
		p = started(raise_signal, &signals[i], sizeof(int));
		ck_assert_int_eq(code_of(p), -signals[i]);
		mpp_process_free(p);
	}
}
END_TEST

START_TEST(a_process_without_function_is_refused)
{
	ck_assert_int_eq(mpp_process_new(&p, NULL, NULL, 0), MPP_EINVAL);
}
END_TEST

static int change_global(void *arg)
{
	(void)arg;
	a_global = 99;
	return a_global;
}

START_TEST(private_memory_is_the_childs_own)
{
	p = started(change_global, NULL, 0);
	ck_assert_int_eq(code_of(p), 99);
	ck_assert_int_eq(a_global, 1);
}
END_TEST

static int sum_and_spoil(void *arg)
{
	int *items = arg;
	int sum = items[0] + items[1] + items[2];

	items[0] = 0;
	return sum;
}

START_TEST(arguments_are_copied)
{
	int items[3] = { 1, 2, 3 };
	struct mpp_process *q;

	p = new_process(sum_and_spoil, items, sizeof(items));
	q = new_process(sum_and_spoil, items, sizeof(items));
	memset(items, 0, sizeof(items));
	mpp_process_start(p);
	ck_assert_int_eq(code_of(p), 6);
	mpp_process_start(q);
	ck_assert_int_eq(code_of(q), 6);
	ck_assert_int_eq(items[0], 0);
}
END_TEST

static int set_shared(void *arg)
{
	return mpp_value_set(shared, *(int *)arg);
}

START_TEST(shared_objects_are_common)
{
	int n = 350;

	mpp_value_new(&shared, 'i', 100);
	p = started(set_shared, &n, sizeof(n));
	ck_assert_int_eq(code_of(p), 0);
	ck_assert_int_eq(mpp_value_get(shared), 350);
}
END_TEST

START_TEST(before_start_there_is_nothing_to_ask)
{
	int code = 5;

	p = new_process(nothing, NULL, 0);
	ck_assert(!mpp_process_is_alive(p));
	ck_assert_int_eq(mpp_process_exitcode(p, &code), 0);
	ck_assert_int_eq(mpp_process_pid(p), 0);
	ck_assert_int_eq(mpp_process_join(p, 0), MPP_ESTATE);
	ck_assert_int_eq(mpp_process_terminate(p), MPP_ESTATE);
	ck_assert_int_eq(mpp_process_kill(p), MPP_ESTATE);
	ck_assert_int_eq(code, 5);
}
END_TEST

START_TEST(a_second_start_is_refused)
{
	p = started(nothing, NULL, 0);
	ck_assert_int_eq(mpp_process_start(p), MPP_ESTATE);
	ck_assert_int_eq(code_of(p), 0);
	ck_assert_int_eq(mpp_process_start(p), MPP_ESTATE);
}
END_TEST

START_TEST(after_start_settings_are_refused)
{
	p = started(nothing, NULL, 0);
	ck_assert_int_eq(mpp_process_set_name(p, "late"), MPP_ESTATE);
	ck_assert_int_eq(mpp_process_set_daemon(p, true), MPP_ESTATE);
	ck_assert_int_eq(code_of(p), 0);
}
END_TEST

START_TEST(join_may_be_repeated)
{
	p = started(nothing, NULL, 0);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(mpp_process_join(p, MPP_FOREVER), 0);
}
END_TEST

START_TEST(join_has_a_limit)
{
	ck_assert_int_eq(pipe(pipe_fds), 0);
	p = started(read_pipe, NULL, 0);
	ck_assert_int_eq(mpp_process_join(p, 0), MPP_EAGAIN);
	ck_assert_int_eq(mpp_process_join(p, -1), MPP_EAGAIN);
	ck_assert_int_eq(mpp_process_join(p, 1000000), MPP_ETIMEDOUT);
	ck_assert(mpp_process_is_alive(p));
	close(pipe_fds[1]);
	ck_assert_int_eq(mpp_process_join(p, MPP_SECONDS(50)), 0);
	ck_assert(!mpp_process_is_alive(p));
}
END_TEST

static int join_it(void *arg)
{
	(void)arg;
	return -mpp_process_join(p, MPP_FOREVER);
}

START_TEST(only_the_parent_may_join)
{
	ck_assert_int_eq(pipe(pipe_fds), 0);
	p = started(read_pipe, NULL, 0);
	ck_assert_int_eq(reaped(forked(join_it, NULL)), -MPP_ECHILD);
	close(pipe_fds[1]);
	ck_assert_int_eq(code_of(p), 0);
}
END_TEST

static int alive(void *arg)
{
	(void)arg;
	return mpp_process_is_alive(p);
}

static int told_code(void *arg)
{
	int code = 0;

	(void)arg;
	return mpp_process_exitcode(p, &code) ? code : 100;
}

START_TEST(any_process_may_ask)
{
	int n = 42;

	ck_assert_int_eq(pipe(pipe_fds), 0);
	p = started(read_pipe, NULL, 0);
	ck_assert_int_eq(reaped(forked(alive, NULL)), 1);
	close(pipe_fds[1]);
	ck_assert_int_eq(code_of(p), 0);
	ck_assert_int_eq(reaped(forked(alive, NULL)), 0);
	p = started(return_int, &n, sizeof(n));
	ck_assert_int_eq(code_of(p), 42);
	ck_assert_int_eq(reaped(forked(told_code, NULL)), 42);
}
END_TEST

/* Ends without being reaped: no /proc entry in another state is left. */
static void until_zombie(pid_t pid)
{
	siginfo_t info;

	ck_assert_int_eq(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
}

START_TEST(a_zombie_is_not_alive)
{
	p = started(nothing, NULL, 0);
	until_zombie(mpp_process_pid(p));
	ck_assert_int_eq(reaped(forked(alive, NULL)), 0);
	ck_assert(!mpp_process_is_alive(p));
}
END_TEST

START_TEST(terminate_sends_sigterm)
{
	p = started(wait_for_ever, NULL, 0);
	ck_assert_int_eq(mpp_process_terminate(p), 0);
	ck_assert_int_eq(code_of(p), -SIGTERM);
	ck_assert_int_eq(mpp_process_terminate(p), 0); /* no effect */
}
END_TEST

START_TEST(kill_sends_sigkill)
{
	p = started(wait_for_ever, NULL, 0);
	ck_assert_int_eq(mpp_process_kill(p), 0);
	ck_assert_int_eq(code_of(p), -SIGKILL);
	ck_assert_int_eq(mpp_process_kill(p), 0);
}
END_TEST

START_TEST(names_count_from_one)
{
	struct mpp_process *q = new_process(nothing, NULL, 0);

	p = new_process(nothing, NULL, 0);
	ck_assert_str_eq(mpp_process_name(q), "Process-1");
	ck_assert_str_eq(mpp_process_name(p), "Process-2");
}
END_TEST

static int name_is(void *arg)
{
	return strcmp(mpp_current_name(), arg) == 0;
}

START_TEST(a_process_knows_its_name)
{
	ck_assert_str_eq(mpp_current_name(), "MainProcess");
	p = started(name_is, "Process-1", sizeof("Process-1"));
	ck_assert_int_eq(code_of(p), 1);
	p = new_process(name_is, "saver", sizeof("saver"));
	ck_assert_int_eq(mpp_process_set_name(p, "saver"), 0);
	ck_assert_int_eq(mpp_process_start(p), 0);
	ck_assert_int_eq(code_of(p), 1);
	ck_assert_str_eq(mpp_process_name(p), "saver");
	ck_assert_str_eq(mpp_current_name(), "MainProcess");
}
END_TEST

START_TEST(a_long_name_is_cut)
{
	p = new_process(nothing, NULL, 0);
	mpp_process_set_name(p, "0123456789012345678901234567890123456789");
	ck_assert_str_eq(mpp_process_name(p),
			 "0123456789012345678901234567890");
}
END_TEST

static int print_and_return(void *arg)
{
	(void)arg;
	printf("child;");
	return 0;
}

START_TEST(output_appears_once)
{
	char text[100] = "";
	FILE *file = tmpfile();
	int saved = dup(1);

	fflush(stdout);
	dup2(fileno(file), 1);
	printf("parent;"); /* still in the buffer at start */
	p = started(print_and_return, NULL, 0);
	ck_assert_int_eq(code_of(p), 0);
	fflush(stdout);
	dup2(saved, 1);
	rewind(file);
	ck_assert_ptr_nonnull(fgets(text, sizeof(text), file));
	ck_assert_str_eq(text, "parent;child;");
}
END_TEST

/* The parent of a daemon: tells the daemon's pid, then ends. */
static int start_daemon(void *arg)
{
	struct mpp_process *daemon = NULL;
	int pid;

	close(pipe_fds[0]);
	mpp_process_new(&daemon, wait_for_ever, NULL, 0);
	mpp_process_set_daemon(daemon, *(int *)arg);
	mpp_process_start(daemon);
	pid = mpp_process_pid(daemon);
	if (write(pipe_fds[1], &pid, sizeof(pid)) != sizeof(pid))
		return 1;
	return *(int *)arg == 2 ? raise(SIGKILL) : 0;
}

/* The pipe's end: every process that had the writing end has ended. */
static void check_daemon_ends(int kind)
{
	int pid;
	char c;

	ck_assert_int_eq(pipe(pipe_fds), 0);
	p = started(start_daemon, &kind, sizeof(kind));
	close(pipe_fds[1]);
	ck_assert_int_eq(read(pipe_fds[0], &pid, sizeof(pid)), sizeof(pid));
	ck_assert_int_eq(code_of(p), kind == 2 ? -SIGKILL : 0);
	ck_assert_int_eq(read(pipe_fds[0], &c, 1), 0);
}

START_TEST(a_daemon_ends_with_its_parent)
{
	check_daemon_ends(1);
}
END_TEST

START_TEST(a_daemon_ends_when_its_parent_is_killed)
{
	check_daemon_ends(2);
}
END_TEST

START_TEST(other_children_survive_their_parent)
{
	struct pollfd end = { .events = POLLIN };
	int kind = 0, pid;
	char c;

	ck_assert_int_eq(pipe(pipe_fds), 0);
	p = started(start_daemon, &kind, sizeof(kind));
	close(pipe_fds[1]);
	ck_assert_int_eq(read(pipe_fds[0], &pid, sizeof(pid)), sizeof(pid));
	ck_assert_int_eq(code_of(p), 0);
	end.fd = pipe_fds[0];
	ck_assert_int_eq(poll(&end, 1, 0), 0); /* somebody still has it */
	kill(pid, SIGKILL);
	ck_assert_int_eq(read(pipe_fds[0], &c, 1), 0);
}
END_TEST

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

static int count_maps(void)
{
	FILE *file = fopen("/proc/self/maps", "r");
	int n = 0, c;

	ck_assert_ptr_nonnull(file);
	while ((c = getc(file)) != EOF)
		n += c == '\n';
	fclose(file);
	return n;
}

static int die_holding(void *arg)
{
	struct mpp_lock *l = *(struct mpp_lock **)arg;

	mpp_lock_acquire(l, MPP_FOREVER);
	return raise(SIGKILL);
}

/* One round of everything that could leak. */
static void use_everything(void)
{
	struct mpp_array *large;
	struct mpp_lock *l;

	mpp_lock_new(&l, 0);
	mpp_value_new(&shared, 'i', 0);
	mpp_array_new(&large, 'd', 100000);
	p = started(die_holding, &l, sizeof(l));
	ck_assert_int_eq(mpp_process_join(p, MPP_SECONDS(50)), 0);
	mpp_process_free(p);
	p = started(nothing, NULL, 0);
	ck_assert_int_eq(mpp_process_join(p, MPP_FOREVER), 0);
	mpp_process_free(p);
	mpp_array_free(large);
	mpp_value_free(shared);
	mpp_lock_free(l);
}

START_TEST(nothing_leaks)
{
	int fds, maps;

	for (int i = 0; i < 10; i++)
		use_everything();
	fds = count_entries("/proc/self/fd");
	maps = count_maps();
	for (int i = 0; i < 50; i++)
		use_everything();
	ck_assert_int_eq(count_entries("/proc/self/fd"), fds);
	ck_assert_int_le(count_maps(), maps);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
}
END_TEST

static void make_and_free_many(void)
{
	enum { N = 20000 };
	static struct mpp_raw_value *v[N];

	for (int i = 0; i < N; i++)
		ck_assert_int_eq(mpp_raw_value_new(&v[i], 'i', i), 0);
	for (int i = 0; i < N; i++)
		ck_assert_int_eq(mpp_raw_value_get(v[i]), i);
	for (int i = 0; i < N; i++)
		mpp_raw_value_free(v[i]);
}

START_TEST(many_small_objects_come_and_go)
{
	int maps;

	make_and_free_many();
	maps = count_maps();
	make_and_free_many();
	make_and_free_many();
	/* Two rounds of five arenas each would be ten more. */
	ck_assert_int_le(count_maps(), maps + 4);
}
END_TEST

static int make_objects(void *arg)
{
	(void)arg;
	for (int i = 0; i < 300; i++) {
		struct mpp_raw_value *v;

		if (mpp_raw_value_new(&v, 'i', -1) < 0)
			return 1;
	}
	return 0;
}

START_TEST(what_a_child_makes_is_apart_from_the_parents)
{
	struct mpp_raw_value *a, *b;

	mpp_raw_value_new(&a, 'i', 5);
	p = started(make_objects, NULL, 0);
	ck_assert_int_eq(code_of(p), 0);
	mpp_raw_value_new(&b, 'i', 6);
	ck_assert_int_eq(mpp_raw_value_get(a), 5);
	ck_assert_int_eq(mpp_raw_value_get(b), 6);
}
END_TEST

static int free_inherited(void *arg)
{
	(void)arg;
	mpp_value_free(shared);
	mpp_value_new(&shared, 'i', -1);
	return 0;
}

START_TEST(a_child_that_frees_harms_nobody)
{
	mpp_value_new(&shared, 'i', 5);
	p = started(free_inherited, NULL, 0);
	ck_assert_int_eq(code_of(p), 0);
	ck_assert_int_eq(mpp_value_get(shared), 5);
}
END_TEST

START_TEST(a_freed_handle_leaves_no_zombie)
{
	int pid;

	p = started(nothing, NULL, 0);
	pid = mpp_process_pid(p);
	mpp_process_free(p); /* it may still run */
	if (kill(pid, 0) == 0)
		waitid(P_PID, (id_t)pid, &(siginfo_t){ 0 }, WEXITED | WNOWAIT);
	mpp_process_free(new_process(nothing, NULL, 0));
	ck_assert_int_eq(kill(pid, 0), -1);
	ck_assert_int_eq(errno, ESRCH);
}
END_TEST

static int slow_sum(void *arg)
{
	char c;

	if (read(pipe_fds[0], &c, 1) != 1)
		return 255;
	return sum_and_spoil(arg);
}

START_TEST(a_child_has_its_arguments_after_free_of_the_handle)
{
	int items[3] = { 1, 2, 3 }, status, pid;

	ck_assert_int_eq(pipe(pipe_fds), 0);
	p = started(slow_sum, items, sizeof(items));
	pid = mpp_process_pid(p);
	mpp_process_free(p);
	p = new_process(nothing, NULL, 0); /* takes the record's place */
	ck_assert_int_eq(write(pipe_fds[1], "x", 1), 1);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(WEXITSTATUS(status), 6);
}
END_TEST

static int start_without_right(void *arg)
{
	struct rlimit none = { 0, 0 };

	(void)arg;
	if (geteuid() == 0 && setuid(65534) < 0) /* root has no limit */
		return 77;
	if (mpp_process_new(&p, nothing, NULL, 0) < 0)
		return 1;
	setrlimit(RLIMIT_NPROC, &none);
	if (mpp_process_start(p) != MPP_ESYSTEM || errno != EAGAIN)
		return 2;
	return mpp_process_is_alive(p) ? 3 : 0;
}

START_TEST(a_refused_fork_is_told)
{
	int code = reaped(forked(start_without_right, NULL));

	ck_assert(code == 0 || code == 77);
}
END_TEST

START_TEST(a_child_of_somebody_elses_wait_has_lost_its_code)
{
	p = started(nothing, NULL, 0);
	ck_assert_int_gt(waitpid(-1, NULL, 0), 0);
	ck_assert_int_eq(code_of(p), 255);
}
END_TEST

START_TEST(active_children_are_those_that_run)
{
	struct mpp_process *q = new_process(nothing, NULL, 0), *r, *found[3];
	int code = 0;

	ck_assert_int_eq(mpp_active_children(NULL, 0), 0);
	p = started(wait_for_ever, NULL, 0);
	ck_assert_int_eq(mpp_process_start(q), 0);
	r = started(wait_for_ever, NULL, 0);
	until_zombie(mpp_process_pid(q));
	ck_assert_int_eq(mpp_active_children(found, 3), 2);
	ck_assert_ptr_eq(found[0], p);
	ck_assert_ptr_eq(found[1], r);
	/* It has reaped q. */
	ck_assert_int_eq(kill(mpp_process_pid(q), 0), -1);
	ck_assert_int_eq(mpp_process_exitcode(q, &code), 1);
	ck_assert_int_eq(code, 0);
	ck_assert_int_eq(mpp_process_join(q, 0), 0);
	found[1] = NULL;
	ck_assert_int_eq(mpp_active_children(found, 1), 2);
	ck_assert_ptr_null(found[1]);
	ck_assert_int_eq(mpp_active_children(NULL, 1), MPP_EINVAL);
	mpp_process_kill(r);
	ck_assert_int_eq(code_of(r), -SIGKILL);
	ck_assert_int_eq(mpp_active_children(found, 3), 1);
	mpp_process_kill(p);
	mpp_process_free(p); /* forgotten, whether it still runs or not */
	ck_assert_int_eq(mpp_active_children(found, 3), 0);
}
END_TEST

static int count_children(void *arg)
{
	(void)arg;
	return mpp_active_children(NULL, 0);
}

START_TEST(a_child_has_no_active_children)
{
	struct mpp_process *q = started(wait_for_ever, NULL, 0);

	p = started(count_children, NULL, 0);
	ck_assert_int_eq(code_of(p), 0);
	mpp_process_kill(q);
	ck_assert_int_eq(code_of(q), -SIGKILL);
}
END_TEST

static int ask_for_children(void *arg)
{
	uint32_t *stop = *(uint32_t **)arg;

	while (!__atomic_load_n(stop, __ATOMIC_ACQUIRE))
		if (mpp_active_children(NULL, 0) < 0)
			return 1;
	return 0;
}

START_TEST(who_asks_for_children_takes_no_code_from_a_join)
{
	uint32_t stop = 0, *at = &stop;
	struct mpp_thread *t;
	int n = 7;

	ck_assert_int_eq(mpp_thread_new(&t, ask_for_children, &at, sizeof(at)), 0);
	ck_assert_int_eq(mpp_thread_start(t), 0);
	for (int i = 0; i < 300; i++) {
		p = started(return_int, &n, sizeof(n));
		if (i % 2)
			ck_assert_int_eq(
				mpp_process_join(p, MPP_SECONDS(50)), 0);
		ck_assert_int_eq(code_of(p), 7);
		mpp_process_free(p);
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELEASE);
	ck_assert_int_eq(mpp_thread_join(t, MPP_FOREVER), 0);
	ck_assert_int_eq(mpp_thread_result(t, &n), 1);
	ck_assert_int_eq(n, 0);
}
END_TEST

START_TEST(processes_can_run_as_threads)
{
	int n = 263;

	mpp_processes_as_threads = true;
	mpp_value_new(&shared, 'i', 0);
	p = started(return_int, &n, sizeof(n));
	ck_assert_int_eq(code_of(p), 7);
	ck_assert_int_eq(mpp_process_kill(p), MPP_ENOTSUP);
	ck_assert_int_eq(mpp_active_children(NULL, 0), MPP_ENOTSUP);
	mpp_process_free(p);
	p = started(exit_with, &n, sizeof(n));
	ck_assert_int_eq(code_of(p), 7);
	mpp_process_free(p);
	p = started(change_global, NULL, 0);
	ck_assert_int_eq(code_of(p), 99);
	ck_assert_int_eq(a_global, 99);
	mpp_process_free(p);
	p = started(name_is, "Process-4", sizeof("Process-4"));
	ck_assert_int_eq(code_of(p), 1);
	mpp_process_free(p);
}
END_TEST

START_TEST(a_process_as_thread_that_is_forgotten_goes_on)
{
	int n = 5;

	mpp_processes_as_threads = true;
	mpp_value_new(&shared, 'i', 0);
	p = started(set_shared, &n, sizeof(n));
	mpp_process_free(p);
	while (mpp_value_get(shared) != 5)
		sched_yield();
}
END_TEST

START_TEST(the_clock_does_not_go_back)
{
	int64_t t = mpp_now_ns();

	mpp_sleep(1000);
	ck_assert_int_ge(mpp_now_ns(), t + 1000);
}
END_TEST

static char seen[200];

static void see(const char *name, const void *values, size_t count, char code)
{
	snprintf(seen, sizeof(seen), "%s %c %zu %lld", name, code, count,
		 *(const long long *)values);
}

START_TEST(an_observation_goes_to_the_sink)
{
	mpp_observe_sink = see;
	mpp_observe_int("balance", 350);
	ck_assert_str_eq(seen, "balance q 1 350");
}
END_TEST

START_TEST(an_observation_alone_is_printed)
{
	const int array[3] = { 5, -6, 7 };
	const float f = 0.1f;
	char text[200] = "";
	FILE *file = tmpfile();
	int saved = dup(1);

	fflush(stdout);
	dup2(fileno(file), 1);
	mpp_observe_int("balance", 350);
	mpp_observe_double("x", 0.1);
	mpp_observe("f", &f, 1, 'f');
	mpp_observe("array", array, 3, 'i');
	fflush(stdout);
	dup2(saved, 1);
	rewind(file);
	ck_assert_uint_gt(fread(text, 1, sizeof(text) - 1, file), 0);
	ck_assert_str_eq(text, "balance=350\nx=0.1\nf=0.1\narray=[5,-6,7]\n");
}
END_TEST

/* A scheduler that runs the child at once, inside start(). */
static char started_name[40];

static int run_at_once(uint32_t *child, int (*fn)(void *), const void *arg,
		       size_t size, bool shares_memory, struct mpp_life *life,
		       const char *name)
{
	char copy[64];

	ck_assert(!shares_memory);
	snprintf(started_name, sizeof(started_name), "%s",
		 name ? name : "(none)");
	if (size)
		memcpy(copy, arg, size);
	*child = 17;
	life->status = fn(copy);
	life->ended = 1;
	return 0;
}

static int last_signal;

static int take_signal(uint32_t child, int signo)
{
	ck_assert_uint_eq(child, 17);
	last_signal = signo;
	return 0;
}

static void install_runner(void)
{
	hooks_install_door();
	hook_table.start = run_at_once;
	hook_table.signal = take_signal;
}

START_TEST(a_scheduler_starts_and_ends_a_process)
{
	int n = 5, code = 0;

	install_runner();
	p = started(return_int, &n, sizeof(n));
	ck_assert_int_eq(hooked.before, 0); /* start is not announced */
	ck_assert_int_eq(mpp_active_children(NULL, 0), MPP_ENOTSUP);
	ck_assert_str_eq(started_name, "Process-1");
	ck_assert_int_eq(mpp_process_join(p, MPP_FOREVER), 0);
	ck_assert_int_eq(hooked.last.kind, MPP_OP_JOIN);
	ck_assert_uint_eq(hooked.last.arg[0], 17);
	ck_assert_ptr_eq((char *)hooked.last.object, (char *)p + DOOR);
	ck_assert(hooked.last.ready(&hooked.last, 1));
	ck_assert_int_eq(mpp_process_exitcode(p, &code), 1);
	ck_assert_int_eq(hooked.last.kind, MPP_OP_POLL);
	ck_assert_int_eq(code, 5);
	ck_assert_int_eq(mpp_process_pid(p), 17);
	ck_assert_int_eq(hooked.last.kind, MPP_OP_IDENTITY);
	ck_assert_str_eq(mpp_process_name(p), "Process-1");
	mpp_process_free(p);
	hooks_remove();
}
END_TEST

START_TEST(a_scheduler_is_given_the_name_the_user_set)
{
	install_runner();
	p = new_process(nothing, NULL, 0);
	mpp_process_set_name(p, "saver");
	mpp_process_start(p);
	ck_assert_str_eq(started_name, "saver");
	ck_assert_str_eq(mpp_process_name(p), "saver");
	hooks_remove();
}
END_TEST

START_TEST(a_scheduler_delivers_signals)
{
	install_runner();
	p = started(nothing, NULL, 0);
	ck_assert_int_eq(mpp_process_terminate(p), 0);
	ck_assert_int_eq(last_signal, SIGTERM);
	ck_assert_int_eq(hooked.last.kind, MPP_OP_SIGNAL);
	ck_assert_uint_eq(hooked.last.arg[1], SIGTERM);
	hooks_remove();
}
END_TEST

static int64_t noon(void)
{
	return 43200;
}

START_TEST(a_scheduler_has_the_clock)
{
	install_runner();
	hook_table.now_ns = noon;
	ck_assert_int_eq(mpp_now_ns(), 43200);
	ck_assert_int_eq(hooked.last.kind, MPP_OP_CLOCK);
	mpp_sleep(MPP_SECONDS(3600)); /* returns at once */
	ck_assert_int_eq(hooked.last.kind, MPP_OP_SLEEP);
	ck_assert_int_eq(hooked.last.timeout_ns, MPP_SECONDS(3600));
	hooks_remove();
}
END_TEST

START_TEST(a_counting_hook_leaves_processes_native)
{
	int n = 9;

	hooks_install();
	p = started(return_int, &n, sizeof(n));
	ck_assert_int_eq(code_of(p), 9);
	hooks_remove();
	ck_assert_int_eq(hooked.kinds[MPP_OP_JOIN], 1);
	ck_assert_int_eq(hooked.kinds[MPP_OP_POLL], 1);
}
END_TEST

/* clang-format off */
UNIT_MAIN(UNIT(the_exit_code_is_the_result)
	  UNIT(the_exit_code_has_eight_bits)
	  UNIT(mpp_exit_ends_a_process_at_once)
	  UNIT(death_by_a_signal_is_negative)
	  UNIT(a_process_without_function_is_refused)
	  UNIT(private_memory_is_the_childs_own)
	  UNIT(arguments_are_copied)
	  UNIT(shared_objects_are_common)
	  UNIT(before_start_there_is_nothing_to_ask)
	  UNIT(a_second_start_is_refused)
	  UNIT(after_start_settings_are_refused)
	  UNIT(join_may_be_repeated)
	  UNIT(join_has_a_limit)
	  UNIT(only_the_parent_may_join)
	  UNIT(any_process_may_ask)
	  UNIT(a_zombie_is_not_alive)
	  UNIT(terminate_sends_sigterm)
	  UNIT(kill_sends_sigkill)
	  UNIT(names_count_from_one)
	  UNIT(a_process_knows_its_name)
	  UNIT(a_long_name_is_cut)
	  UNIT(output_appears_once)
	  UNIT(a_daemon_ends_with_its_parent)
	  UNIT(a_daemon_ends_when_its_parent_is_killed)
	  UNIT(other_children_survive_their_parent)
	  UNIT(nothing_leaks)
	  UNIT(many_small_objects_come_and_go)
	  UNIT(what_a_child_makes_is_apart_from_the_parents)
	  UNIT(a_child_that_frees_harms_nobody)
	  UNIT(a_freed_handle_leaves_no_zombie)
	  UNIT(a_child_has_its_arguments_after_free_of_the_handle)
	  UNIT(a_refused_fork_is_told)
	  UNIT(a_child_of_somebody_elses_wait_has_lost_its_code)
	  UNIT(active_children_are_those_that_run)
	  UNIT(a_child_has_no_active_children)
	  UNIT(who_asks_for_children_takes_no_code_from_a_join)
	  UNIT(processes_can_run_as_threads)
	  UNIT(a_process_as_thread_that_is_forgotten_goes_on)
	  UNIT(the_clock_does_not_go_back)
	  UNIT(an_observation_goes_to_the_sink)
	  UNIT(an_observation_alone_is_printed)
	  UNIT(a_scheduler_starts_and_ends_a_process)
	  UNIT(a_scheduler_is_given_the_name_the_user_set)
	  UNIT(a_scheduler_delivers_signals)
	  UNIT(a_scheduler_has_the_clock)
	  UNIT(a_counting_hook_leaves_processes_native))
