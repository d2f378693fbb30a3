/* SPDX-License-Identifier: MIT */
/*
 * fork.c - one run of a scenario as real processes.
 *
 * A runner process, leader of its own process group, calls main(); every
 * observation, of whichever process, arrives as a line of a pipe, and so does a
 * failed mpck_check(), marked by its first byte.  When the
 * runner ends, or its time is over, the whole group is killed and reaped: we
 * are the subreaper, so orphans come to us.  If we are killed ourselves, the
 * kernel closes our end of a second pipe, the lifeline, and its signal for
 * that, sent to the group, is SIGKILL.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <mpp/hooks.h>

#include "explore/observation.h"
#include "machine/check.h"
#include "native/run.h"

enum {
	SLICE_MS = 50,		/* how soon *stop is noticed */
	BLIND_SLICE_MS = 5,	/* and the runner's end, without a pidfd */
};

#define CHECK_MARK '\1'		/* no name of an observation begins so */

static int report_fd = -1;	/* in the runner and its children */

/* In one write, atomic, up to PIPE_BUF. */
static void send(const char *text, size_t size)
{
	size_t done = 0;

	while (done < size) {
		ssize_t n = write(report_fd, text + done, size - done);

		if (n < 0 && errno != EINTR)
			break;
		done += n > 0 ? (size_t)n : 0;
	}
}

static void send_check(const char *text)
{
	char line[512];
	int n = snprintf(line, sizeof(line), "%c%s\n", CHECK_MARK, text);

	send(line, n < (int)sizeof(line) ? (size_t)n : sizeof(line) - 1);
}

static void send_observation(const char *name, const void *values,
			     size_t count, char typecode)
{
	char *text = NULL;
	size_t size;
	FILE *memory = open_memstream(&text, &size);

	if (!memory)
		return;
	mpck_observation_print(memory, name, values, count, typecode);
	fputc('\n', memory);
	if (fclose(memory) != 0)
		size = 0;
	send(text, size);
	free(text);
}

static void redirect(bool verbose)
{
	int null = open("/dev/null", O_RDWR);

	if (null < 0)
		_exit(127);
	dup2(null, STDIN_FILENO);
	/* what the program prints must not mix with the report */
	dup2(verbose ? STDERR_FILENO : null, STDOUT_FILENO);
	if (!verbose)
		dup2(null, STDERR_FILENO);
	close(null);
}

/* The group dies when the other end of the lifeline closes. */
static void hold_on(int lifeline)
{
	struct pollfd closed = { lifeline, POLLIN, 0 };

	fcntl(lifeline, F_SETOWN, -getpid());
	fcntl(lifeline, F_SETSIG, SIGKILL);
	fcntl(lifeline, F_SETFL, O_ASYNC);
	if (poll(&closed, 1, 0) != 0)	/* it already has */
		_exit(127);
}

__attribute__((noreturn))
static void runner(const struct mpck_module *module, int fd, int lifeline,
		   bool verbose)
{
	int status;

	setpgid(0, 0);
	hold_on(lifeline);
	signal(SIGINT, SIG_DFL);
	redirect(verbose);
	report_fd = fd;
	mpp_observe_sink = send_observation;
	mpck_check_sink = send_check;
	status = mpck_module_scenario(module)->main();
	fflush(NULL);
	_exit(status & 255);
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Bytes read so far; whole lines go to the collection. */
struct lines {
	char *text;
	size_t used, room;
};

static void take_line(struct mpck_run *run, const char *line, size_t length)
{
	if (*line != CHECK_MARK)
		mpck_collect_add(&run->seen, line, length);
	else if (!run->check)
		run->check = strndup(line + 1, length - 1);
}

static void take_lines(struct lines *l, struct mpck_run *run)
{
	char *start = l->text, *newline;

	while ((newline = memchr(start, '\n',
				 l->used - (size_t)(start - l->text)))) {
		take_line(run, start, (size_t)(newline - start));
		start = newline + 1;
	}
	l->used -= (size_t)(start - l->text);
	memmove(l->text, start, l->used);
}

/* Reads what is there; false: the other ends are closed, or no memory. */
static bool read_some(int fd, struct lines *l, struct mpck_run *run)
{
	while (true) {
		ssize_t n;

		if (l->used == l->room) {
			size_t room = l->room ? 2 * l->room : 4096;
			char *text = realloc(l->text, room);

			if (!text)
				return false;
			l->text = text;
			l->room = room;
		}
		n = read(fd, l->text + l->used, l->room - l->used);
		if (n <= 0)
			return n < 0 && (errno == EAGAIN || errno == EINTR);
		l->used += (size_t)n;
		take_lines(l, run);
	}
}

/* Without reaping it. */
static bool has_ended(pid_t pid)
{
	siginfo_t info = { .si_pid = 0 };

	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT | WNOHANG) ||
	       info.si_pid != 0;
}

/* Reads observations until the runner has ended; what ended the wait.
 * runner_fd: -1 where there are no pidfds (valgrind 3.19). */
static enum mpck_run_end watch(pid_t pid, int runner_fd, int pipe_fd,
			       const struct mpck_native_options *options,
			       struct mpck_run *run)
{
	int64_t deadline = now_ms() + (int64_t)(options->timeout * 1000);
	struct pollfd fds[2] = { { runner_fd, POLLIN, 0 },
				 { pipe_fd, POLLIN, 0 } };
	struct lines lines = { NULL, 0, 0 };
	enum mpck_run_end end = MPCK_RUN_RETURNED;

	while (true) {
		poll(fds, 2, runner_fd < 0 ? BLIND_SLICE_MS : SLICE_MS);
		/* asked before reading: the last lines are then in the pipe */
		bool ended = runner_fd < 0 ? has_ended(pid)
					   : fds[0].revents != 0;

		if (!read_some(pipe_fd, &lines, run))
			fds[1].fd = -1;
		if (ended)
			break;
		if (options->stop && *options->stop) {
			end = MPCK_RUN_STOPPED;
			break;
		}
		if (now_ms() >= deadline) {
			end = MPCK_RUN_HANGS;
			break;
		}
		fds[0].revents = 0;
	}
	free(lines.text);
	return end;
}

/* Ends and reaps the whole group; what became of the runner. */
static void reap(pid_t pid, struct mpck_run *run)
{
	int status = 0;

	if (run->end == MPCK_RUN_RETURNED) {
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
		run->status = WIFEXITED(status) ? WEXITSTATUS(status)
						: WTERMSIG(status);
		if (!WIFEXITED(status))
			run->end = MPCK_RUN_CRASHED;
	}
	kill(-pid, SIGKILL);
	while (waitpid(-pid, NULL, 0) > 0 || errno == EINTR)
		;
}

static int cannot(const char *what, char sentence[MPCK_SENTENCE])
{
	snprintf(sentence, MPCK_SENTENCE, "cannot run real processes: %s: %s",
		 what, strerror(errno));
	return MPCK_EINTERNAL;
}

int mpck_run_forked(const struct mpck_module *module,
		    const struct mpck_native_options *options,
		    struct mpck_run *run, char sentence[MPCK_SENTENCE])
{
	int fds[2], lifeline[2], runner_fd, err = 0;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) != 0)
		return cannot("pipe", sentence);
	if (pipe2(lifeline, O_CLOEXEC) != 0) {
		err = cannot("pipe", sentence);
		close(fds[0]);
		close(fds[1]);
		return err;
	}
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	fflush(NULL);	/* or the child prints it again */
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		close(lifeline[1]);
		runner(module, fds[1], lifeline[0], options->verbose);
	}
	close(fds[1]);
	close(lifeline[0]);
	if (pid < 0) {
		err = cannot("fork", sentence);
		goto done;
	}
	setpgid(pid, pid);	/* here too: whoever comes first */
	runner_fd = pidfd_open(pid, 0);
	if (runner_fd < 0 && errno != ENOSYS) {
		err = cannot("pidfd_open", sentence);
		run->end = MPCK_RUN_STOPPED;
	} else {
		run->end = watch(pid, runner_fd, fds[0], options, run);
	}
	reap(pid, run);
	if (runner_fd >= 0)
		close(runner_fd);
done:
	close(fds[0]);
	close(lifeline[1]);
	return err;
}
