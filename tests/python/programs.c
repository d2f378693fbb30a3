/* SPDX-License-Identifier: MIT */
/*
 * programs.c - runs the small programs in C, all or those that are named, and
 * prints "name: result" for each.
 */
#include <poll.h>
#include <stdarg.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "program.h"

enum { SECONDS = 30 }; /* for one program */

#define TOPIC(id, heading) extern const struct program python_##id[];
#include "topics.def"
#undef TOPIC

static const struct program *const topics[] = {
#define TOPIC(id, heading) python_##id,
#include "topics.def"
#undef TOPIC
};

static char result[1024];

void say(const char *format, ...)
{
	size_t at = strlen(result);
	va_list arguments;

	if (at > 0 && at + 1 < sizeof(result))
		result[at++] = ' ';
	va_start(arguments, format);
	vsnprintf(result + at, sizeof(result) - at, format, arguments);
	va_end(arguments);
}

void say_refused(int err)
{
	say("%s", err < 0 ? "refused" : "accepted");
}

static const char *error_name(int err)
{
	switch (err) {
#define MPP_ERROR(name, number, text) \
	case number: \
		return "MPP_" #name;
#include <mpp/errors.def>
#undef MPP_ERROR
	default:
		return err == 0 ? "done" : "no error of libmpp";
	}
}

void say_error(int err)
{
	say("%s", error_name(err));
}

void say_taken(int err)
{
	say("%s", err == 0		 ? "taken"
		  : err == MPP_EAGAIN	 ? "would wait"
		  : err == MPP_ETIMEDOUT ? "timed out"
					 : error_name(err));
}

static void end_now(const char *what)
{
	printf("stopped: %s\n", what);
	fflush(NULL);
	_exit(1);
}

void must(int err)
{
	if (err < 0)
		end_now(error_name(err));
}

void gate_new(struct gate *gate)
{
	if (pipe(gate->fd) < 0)
		end_now("no pipe");
}

void gate_pass(struct gate *gate)
{
	if (write(gate->fd[1], "", 1) != 1)
		end_now("a gate does not open");
}

void gate_wait(struct gate *gate)
{
	char c;

	if (read(gate->fd[0], &c, 1) != 1)
		end_now("a gate is lost");
}

bool gate_is_lost(struct gate *gate)
{
	struct pollfd p = { .fd = gate->fd[0], .events = POLLIN };
	char c;

	close(gate->fd[1]);
	return poll(&p, 1, A_WHILE / 1000000) == 1 &&
	       read(gate->fd[0], &c, 1) == 0;
}

struct mpp_process *start_child(int (*fn)(void *))
{
	struct mpp_process *child;

	must(mpp_process_new(&child, fn, NULL, 0));
	must(mpp_process_start(child));
	return child;
}

int join_child(struct mpp_process *child)
{
	int code;

	must(mpp_process_join(child, MPP_FOREVER));
	if (mpp_process_exitcode(child, &code) != 1)
		end_now("joined, but no exit code");
	return code;
}

int run_child(int (*fn)(void *))
{
	return join_child(start_child(fn));
}

int kill_child(struct mpp_process *child)
{
	must(mpp_process_kill(child));
	return join_child(child);
}

/* In its own process; that one's end is told by its exit code. */
static void run_alone(const struct program *program)
{
	struct rlimit no_core = { 0, 0 };

	setsid();
	setrlimit(RLIMIT_CORE, &no_core);
	alarm(SECONDS);
	printf("%s: ", program->name);
	fflush(stdout);
	program->run();
	printf("%s\n", result);
	fflush(NULL);
	_exit(0);
}

static int run(const struct program *program)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		run_alone(program);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 1;
	kill(-pid, SIGKILL);
	if (WIFSIGNALED(status))
		printf("ended by signal %d\n", WTERMSIG(status));
	fflush(stdout);
	return status ? 1 : 0;
}

static int is_wanted(const char *name, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], name) == 0)
			return 1;
	return argc < 2;
}

int main(int argc, char **argv)
{
	int code = 0;

	for (size_t i = 0; i < sizeof(topics) / sizeof(*topics); i++)
		for (const struct program *p = topics[i]; p->name; p++)
			if (is_wanted(p->name, argc, argv))
				code |= run(p);
	return code;
}
