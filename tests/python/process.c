/* SPDX-License-Identifier: MIT */
/* process.c - the programs of process.def. */
#include <fcntl.h>
#include <sys/wait.h>

#include <mpp/value.h>

#include "program.h"

static struct gate started, go;
static struct mpp_raw_value *raw;
static struct mpp_process *child;

/* A child may be told when to end; parent and child may share a number. */
static void prepare(void)
{
	gate_new(&started);
	gate_new(&go);
	must(mpp_raw_value_new(&raw, 'i', 0));
}

static void make(int (*fn)(void *))
{
	prepare();
	must(mpp_process_new(&child, fn, NULL, 0));
}

static int nothing(void *unused)
{
	(void)unused;
	return 0;
}

static int wait_to_go(void *unused)
{
	(void)unused;
	gate_pass(&started);
	gate_wait(&go);
	return 0;
}

static void exit_code_of_one_that_returns(void)
{
	say("%d", run_child(nothing));
}

static int three(void *unused)
{
	(void)unused;
	return 3;
}

static void exit_code_of_one_that_returns_3(void)
{
	say("%d", run_child(three));
}

static int exit_7(void *unused)
{
	(void)unused;
	mpp_exit(7);
}

static void exit_code_of_exit_7(void)
{
	say("%d", run_child(exit_7));
}

static int exit_263(void *unused)
{
	(void)unused;
	mpp_exit(263);
}

static void exit_code_of_exit_263(void)
{
	say("%d", run_child(exit_263));
}

static int exit_minus_1(void *unused)
{
	(void)unused;
	mpp_exit(-1);
}

static void exit_code_of_exit_minus_1(void)
{
	say("%d", run_child(exit_minus_1));
}

static int underscore_exit(void *unused)
{
	(void)unused;
	_exit(9);
}

static void exit_code_of_underscore_exit(void)
{
	say("%d", run_child(underscore_exit));
}

static void exit_code_of_a_killed_one(void)
{
	prepare();
	child = start_child(wait_to_go);
	say("%d", kill_child(child));
}

static void exit_code_of_a_terminated_one(void)
{
	prepare();
	child = start_child(wait_to_go);
	must(mpp_process_terminate(child));
	say("%d", join_child(child));
}

static int aborts(void *unused)
{
	(void)unused;
	abort();
}

static void exit_code_of_one_that_aborts(void)
{
	say("%d", run_child(aborts));
}

static int crashes(void *unused)
{
	(void)unused;
	raise(SIGSEGV);
	return 0;
}

static void exit_code_of_one_that_crashes(void)
{
	say("%d", run_child(crashes));
}

static void say_exit_code(void)
{
	int code;

	if (mpp_process_exitcode(child, &code) == 1)
		say("%d", code);
	else
		say("none");
}

static void exit_code_before_the_start(void)
{
	make(nothing);
	say_exit_code();
}

static void exit_code_while_it_runs(void)
{
	prepare();
	child = start_child(wait_to_go);
	gate_wait(&started);
	say_exit_code();
}

static void pid_before_the_start(void)
{
	make(nothing);
	say("%s", mpp_process_pid(child) == 0 ? "none" : "some");
}

static int store_pid(void *unused)
{
	(void)unused;
	mpp_raw_value_set(raw, getpid());
	return 0;
}

static void pid_is_the_childs_own(void)
{
	make(store_pid);
	must(mpp_process_start(child));
	join_child(child);
	say("%s", mpp_raw_value_get(raw) == mpp_process_pid(child) ? "equal"
								   : "unequal");
}

static void start_twice(void)
{
	make(nothing);
	must(mpp_process_start(child));
	say_refused(mpp_process_start(child));
}

static void join_before_the_start(void)
{
	make(nothing);
	say_refused(mpp_process_join(child, MPP_FOREVER));
}

static int join_sibling(void *unused)
{
	(void)unused;
	return mpp_process_join(child, A_WHILE) < 0;
}

static void join_by_another_process(void)
{
	prepare();
	child = start_child(wait_to_go);
	say_refused(-run_child(join_sibling));
}

static void join_twice(void)
{
	prepare();
	child = start_child(nothing);
	say_refused(mpp_process_join(child, MPP_FOREVER));
	say_refused(mpp_process_join(child, MPP_FOREVER));
}

static void say_alive(void)
{
	say("%s", mpp_process_is_alive(child) ? "alive" : "ended");
}

static void join_with_a_limit_leaves_it_alive(void)
{
	prepare();
	child = start_child(wait_to_go);
	(void)mpp_process_join(child, MPP_SECONDS(0.05));
	say_alive();
}

static void join_with_a_negative_limit(void)
{
	prepare();
	child = start_child(wait_to_go);
	(void)mpp_process_join(child, -1);
	say_alive();
}

static void join_says_that_time_is_up(void)
{
	prepare();
	child = start_child(wait_to_go);
	say_error(mpp_process_join(child, MPP_SECONDS(0.05)));
}

static void is_alive_before_during_after(void)
{
	make(wait_to_go);
	say("%s", mpp_process_is_alive(child) ? "yes" : "no");
	must(mpp_process_start(child));
	say("%s", mpp_process_is_alive(child) ? "yes" : "no");
	gate_pass(&go);
	join_child(child);
	say("%s", mpp_process_is_alive(child) ? "yes" : "no");
}

static void terminate_before_the_start(void)
{
	make(nothing);
	say_refused(mpp_process_terminate(child));
}

static void terminate_after_the_end(void)
{
	prepare();
	child = start_child(nothing);
	join_child(child);
	must(mpp_process_terminate(child));
	say_exit_code();
}

static void names_are_numbered(void)
{
	make(nothing);
	say("%s", mpp_process_name(child));
	make(nothing);
	say("%s", mpp_process_name(child));
}

static void given_name(void)
{
	make(nothing);
	must(mpp_process_set_name(child, "worker"));
	say("%s", mpp_process_name(child));
}

static void name_of_the_main_process(void)
{
	say("%s", mpp_current_name());
}

static int compare_name(void *unused)
{
	(void)unused;
	return strcmp(mpp_current_name(), "Process-1") != 0;
}

static void name_that_a_child_has(void)
{
	say("%s", run_child(compare_name) ? "unequal" : "equal");
}

static int print_childs_name(void *unused)
{
	(void)unused;
	make(nothing);
	printf("%s", mpp_process_name(child));
	return 0;
}

static void name_of_a_childs_child(void)
{
	run_child(print_childs_name);
}

static void daemon_after_the_start(void)
{
	prepare();
	child = start_child(wait_to_go);
	say_refused(mpp_process_set_daemon(child, true));
}

/* Only its own child has the other end of `started` then. */
static void start_one(bool daemon)
{
	must(mpp_process_new(&child, wait_to_go, NULL, 0));
	must(mpp_process_set_daemon(child, daemon));
	must(mpp_process_start(child));
}

static int start_daemon(void *unused)
{
	(void)unused;
	start_one(true);
	gate_wait(&started);
	return 0;
}

static void daemon_ends_with_its_parent(void)
{
	prepare();
	run_child(start_daemon);
	say("%s", gate_is_lost(&started) ? "ended" : "goes on");
}

static int start_daemon_and_die(void *unused)
{
	(void)unused;
	start_one(true);
	gate_wait(&started);
	raise(SIGKILL);
	return 0;
}

static void daemon_of_a_killed_parent(void)
{
	prepare();
	run_child(start_daemon_and_die);
	say("%s", gate_is_lost(&started) ? "ended" : "goes on");
}

static int start_child_in_daemon(void *unused)
{
	struct mpp_process *mine;

	(void)unused;
	must(mpp_process_new(&mine, nothing, NULL, 0));
	return mpp_process_start(mine) < 0;
}

static void daemon_starts_a_child(void)
{
	must(mpp_process_new(&child, start_child_in_daemon, NULL, 0));
	must(mpp_process_set_daemon(child, true));
	must(mpp_process_start(child));
	say_refused(-join_child(child));
}

static int start_and_end(void *unused)
{
	(void)unused;
	start_one(false);
	return 0;
}

static void parent_ends_before_its_child(void)
{
	struct mpp_process *middle;

	prepare();
	middle = start_child(start_and_end);
	say("%s", mpp_process_join(middle, MPP_SECONDS(10)) == 0
			  ? "ends"
			  : "waits for it");
}

static void handle_freed_while_it_runs(void)
{
	prepare();
	child = start_child(wait_to_go);
	gate_wait(&started);
	mpp_process_free(child);
	gate_pass(&go);
	say("%s", gate_is_lost(&started) ? "ended by itself" : "goes on");
}

static int global = 1;

static int tell_global(void *unused)
{
	(void)unused;
	return global;
}

static void child_sees_a_global_changed_before_the_start(void)
{
	make(tell_global);
	global = 2;
	must(mpp_process_start(child));
	say("%d", join_child(child));
}

static int tell_argument(void *argument)
{
	return *(int *)argument;
}

static void argument_changed_before_the_start(void)
{
	int x = 1;

	must(mpp_process_new(&child, tell_argument, &x, sizeof(x)));
	x = 2;
	must(mpp_process_start(child));
	say("%d", join_child(child));
}

static int print_child(void *unused)
{
	(void)unused;
	printf(" child"); /* stays in the buffer */
	return 0;
}

static void what_is_printed_arrives_once(void)
{
	printf("before"); /* stays in the buffer */
	run_child(print_child);
}

static int say_hello(void *unused)
{
	(void)unused;
	return write(go.fd[1], "hello", 5) != 5;
}

static void child_inherits_open_files(void)
{
	char text[6] = "";

	prepare();
	run_child(say_hello);
	if (read(go.fd[0], text, 5) > 0)
		say("%s", text);
}

const struct program python_process[] = {
#define SAME(id, result) { #id, id },
#define DIFFERS(id, python, libmpp, reason) { #id, id },
#include "process.def"
	{ 0 },
};
