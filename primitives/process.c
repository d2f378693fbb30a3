/* SPDX-License-Identifier: MIT */
/*
 * process.c - Process: the record of task.h, run by fork(2).
 *
 * Idea:    the parent reaps and writes the end into the shared record; a timed
 *          join waits on a pidfd, so no signal handler is involved.
 * Leaks:   a private list knows the children that run.  A child whose handle
 *          was freed is reaped at the next new, start or free; daemons get
 *          SIGTERM at exit, after the user's atexit handlers, and (started by
 *          the main thread) from the kernel when the parent dies without one.
 * Source:  multiprocessing.Process, fork start method; pidfd_open(2);
 *          PR_SET_PDEATHSIG, which follows the *thread* that forked: therefore
 *          the main thread only.
 */
#define _GNU_SOURCE /* ppoll */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <mpp/process.h>

#include "task.h"

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434 /* the same on every architecture */
#endif

/* One running child of this process. */
struct child {
	struct child *next;
	pid_t pid;
	bool daemon;
	struct mpp_task *task; /* NULL: nobody has the handle any more */
};

static struct child *children; /* the oldest first */
static pthread_mutex_t children_lock = PTHREAD_MUTEX_INITIALIZER;
static uint32_t processes_made; /* numbers the names; not used when hooked */

static void before_fork(void)
{
	pthread_mutex_lock(&children_lock);
}

static void after_fork(void)
{
	pthread_mutex_unlock(&children_lock);
}

/* The parent's children are not the child's. */
static void in_child(void)
{
	while (children) {
		struct child *c = children;

		children = c->next;
		free(c);
	}
	processes_made = 0;
	pthread_mutex_unlock(&children_lock);
}

__attribute__((constructor)) static void prepare(void)
{
	pthread_atfork(before_fork, after_fork, in_child);
}

__attribute__((destructor)) static void at_exit(void)
{
	mpp_end_daemons();
}

void mpp_end_daemons(void)
{
	pthread_mutex_lock(&children_lock);
	for (struct child *c = children; c; c = c->next) {
		if (c->daemon)
			kill(c->pid, SIGTERM);
	}
	pthread_mutex_unlock(&children_lock);
}

static void add_child(struct child *c)
{
	struct child **link = &children;

	pthread_mutex_lock(&children_lock);
	while (*link)
		link = &(*link)->next;
	*link = c;
	pthread_mutex_unlock(&children_lock);
}

/* With the lock held. */
static void remove_child(pid_t pid)
{
	struct child *c;

	for (struct child **link = &children; (c = *link); link = &c->next) {
		if (c->pid == pid) {
			*link = c->next;
			free(c);
			return;
		}
	}
}

static void forget_child(pid_t pid)
{
	pthread_mutex_lock(&children_lock);
	for (struct child *c = children; c; c = c->next) {
		if (c->pid == pid)
			c->task = NULL;
	}
	pthread_mutex_unlock(&children_lock);
}

/* No zombie stays for want of a handle. */
static void reap_forgotten(void)
{
	struct child *c;

	pthread_mutex_lock(&children_lock);
	for (struct child **link = &children; (c = *link);) {
		if (!c->task && waitpid(c->pid, NULL, WNOHANG) != 0) {
			*link = c->next;
			free(c);
		} else {
			link = &c->next;
		}
	}
	pthread_mutex_unlock(&children_lock);
}

static bool is_parent(const struct mpp_task *task)
{
	return task->parent && task->parent == (uint32_t)getpid();
}

/*
 * True: the caller's own child has ended.  With the lock held: one thread has
 * its code, and the others then find it in the record.
 */
static bool collect(struct mpp_task *task)
{
	int status = 0;
	pid_t got;

	if (mpp_task_has_ended(task))
		return true;
	got = waitpid((pid_t)task->child, &status, WNOHANG);
	if (got == 0)
		return false;
	if (got < 0) /* somebody else reaped it: the code is lost */
		mpp_task_ended(task, 255);
	else if (WIFSIGNALED(status))
		mpp_task_ended(task, -WTERMSIG(status));
	else
		mpp_task_ended(task, WEXITSTATUS(status));
	return true;
}

static bool reap(struct mpp_task *task)
{
	bool ended;

	if (mpp_task_has_ended(task))
		return true;
	pthread_mutex_lock(&children_lock);
	ended = collect(task);
	if (ended)
		remove_child((pid_t)task->child);
	pthread_mutex_unlock(&children_lock);
	return ended;
}

/* Without the lock, so it leaves the child to be reaped. */
static void wait_for_end(const struct mpp_task *task)
{
	siginfo_t info;

	while (!mpp_task_has_ended(task) &&
	       waitid(P_PID, (id_t)task->child, &info, WEXITED | WNOWAIT) < 0 &&
	       errno == EINTR)
		;
}

/* For those who are not the parent: no process, or a zombie. */
static bool is_gone(pid_t pid)
{
	char path[40], text[512];
	const char *p = NULL;
	ssize_t n;
	int fd;

	if (kill(pid, 0) < 0 && errno == ESRCH)
		return true;
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	/* The state follows the name, which may itself have parentheses. */
	for (ssize_t i = 0; i < n; i++) {
		if (text[i] == ')')
			p = &text[i];
	}
	return p && p + 2 < text + n && (p[2] == 'Z' || p[2] == 'X');
}

/* Its end is known: reaped now or before, or written by the parent. */
static bool has_ended(struct mpp_task *task)
{
	if (mpp_task_has_ended(task))
		return true;
	return !task->threaded && is_parent(task) && reap(task);
}

int mpp_process_new(struct mpp_process **out, int (*fn)(void *),
		    const void *arg, size_t size)
{
	struct mpp_task *user;
	int err = out ? mpp_task_new(&user, fn, arg, size, "process")
		      : MPP_EINVAL;

	if (err < 0)
		return err;
	if (!mpp_scheduled())
		reap_forgotten();
	mpp_task_number(mpp_inside(user), "Process-",
			mpp_next_number(&processes_made, false));
	*out = (struct mpp_process *)user;
	return 0;
}

void mpp_process_free(struct mpp_process *process)
{
	struct mpp_task *task;

	if (!process)
		return;
	task = mpp_inside(process);
	/* parent: 0 when a scheduler started it */
	if (task->started && !task->threaded && is_parent(task) && !reap(task))
		forget_child((pid_t)task->child);
	mpp_task_free((struct mpp_task *)process);
	if (!mpp_scheduled())
		reap_forgotten();
}

int mpp_process_set_name(struct mpp_process *process, const char *name)
{
	return mpp_task_set_name(mpp_inside(process), name);
}

int mpp_process_set_daemon(struct mpp_process *process, bool daemon)
{
	struct mpp_task *task = mpp_inside(process);

	if (task->started)
		return MPP_ESTATE;
	task->daemon = daemon;
	return 0;
}

/* Dies with the parent; it may have died before we said so. */
static void die_with(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent) {
		raise(SIGTERM);
		_exit(128 + SIGTERM);
	}
}

static int start_forked(struct mpp_task *task)
{
	struct mpp_body *body = mpp_body_new(task);
	struct child *c = calloc(1, sizeof(*c));
	bool bind = task->daemon && getpid() == syscall(SYS_gettid);
	pid_t parent = getpid(), pid;
	int saved; /* errno; in the child what fn returns */

	if (!body || !c) {
		free(body);
		free(c);
		return MPP_ENOMEM;
	}
	fflush(NULL); /* else both would write what is buffered */
	pid = fork();
	if (pid == 0) {
		if (bind)
			die_with(parent);
		free(c);
		mpp_process_is(body->name);
		saved = body->fn(body->arg);
		free(body);
		mpp_exit(saved);
	}
	saved = errno;
	free(body);
	if (pid < 0) {
		free(c);
		errno = saved;
		return MPP_ESYSTEM;
	}
	c->pid = pid;
	c->daemon = task->daemon;
	c->task = task;
	task->child = (uint32_t)pid;
	task->parent = (uint32_t)parent;
	task->started = true;
	add_child(c);
	return 0;
}

int mpp_process_start(struct mpp_process *process)
{
	struct mpp_task *task = mpp_inside(process);

	if (task->started)
		return MPP_ESTATE;
	if (MPP_HOOKED() && mpp_hooks_installed->start)
		return mpp_task_start_scheduled(task, false);
	if (mpp_processes_as_threads)
		return mpp_task_start_thread(task, true);
	reap_forgotten();
	return start_forked(task);
}

int mpp_active_children(struct mpp_process **out, size_t room)
{
	struct child **link = &children, *c;
	size_t n = 0;

	if (room && !out)
		return MPP_EINVAL;
	if ((MPP_HOOKED() && mpp_hooks_installed->start) ||
	    mpp_processes_as_threads)
		return MPP_ENOTSUP;
	reap_forgotten();
	pthread_mutex_lock(&children_lock);
	while ((c = *link)) {
		if (c->task && collect(c->task)) {
			*link = c->next;
			free(c);
			continue;
		}
		if (c->task && n++ < room)
			out[n - 1] = mpp_outside(c->task);
		link = &c->next;
	}
	pthread_mutex_unlock(&children_lock);
	return (int)n;
}

static void sleep_a_little(void)
{
	struct timespec t = { .tv_nsec = 500 * 1000 };

	nanosleep(&t, NULL);
}

/* Waits until the descriptor is readable or the time is over. */
static void poll_until(int fd, int64_t deadline)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	for (;;) {
		int64_t left = deadline - mpp_native_now();
		struct timespec t = { .tv_sec = left / 1000000000,
				      .tv_nsec = left % 1000000000 };

		if (left <= 0 || ppoll(&p, 1, &t, NULL) >= 0 || errno != EINTR)
			return;
	}
}

/* -1: a kernel without it; valgrind 3.19 has not heard of it either. */
static int open_pidfd(uint32_t pid)
{
	return mpp_valgrind() ? -1 : (int)syscall(SYS_pidfd_open, pid, 0);
}

static bool reap_before(struct mpp_task *task, int64_t deadline)
{
	int fd = open_pidfd(task->child);

	if (fd >= 0) {
		poll_until(fd, deadline);
		close(fd);
		return reap(task);
	}
	while (!reap(task)) {
		if (mpp_native_now() >= deadline)
			return false;
		sleep_a_little();
	}
	return true;
}

static int join(struct mpp_task *task, int64_t timeout_ns)
{
	int64_t deadline;

	if (task->threaded)
		return mpp_task_join_thread(task, timeout_ns);
	if (!is_parent(task))
		return MPP_ECHILD;
	if (timeout_ns <= 0)
		return reap(task) ? 0 : MPP_EAGAIN;
	deadline = mpp_deadline(timeout_ns);
	if (deadline == MPP_FOREVER) {
		wait_for_end(task);
		return reap(task) ? 0 : MPP_ESYSTEM;
	}
	return reap_before(task, deadline) ? 0 : MPP_ETIMEDOUT;
}

int mpp_process_join(struct mpp_process *process, int64_t timeout_ns)
{
	return mpp_task_join(mpp_inside(process), timeout_ns, join,
			     MPP_CALLER());
}

int mpp_process_exitcode(struct mpp_process *process, int *code)
{
	struct mpp_task *task = mpp_inside(process);

	if (!mpp_task_poll(task, has_ended, MPP_CALLER()))
		return 0;
	*code = task->life.status;
	return 1;
}

bool mpp_process_is_alive(struct mpp_process *process)
{
	struct mpp_task *task = mpp_inside(process);

	if (!task->started || mpp_task_poll(task, has_ended, MPP_CALLER()))
		return false;
	/* parent: 0 when a scheduler started it */
	return task->threaded || !task->parent || is_parent(task) ||
	       !is_gone((pid_t)task->child);
}

static int send_signal(struct mpp_task *task, int signo)
{
	if (task->threaded)
		return MPP_ENOTSUP;
	if (MPP_HOOKED() && mpp_hooks_installed->signal)
		return mpp_hooks_installed->signal(task->child, signo);
	/* Not reaped yet, so the number still means our child. */
	if (has_ended(task))
		return 0;
	return kill((pid_t)task->child, signo) == 0 || errno == ESRCH
		       ? 0
		       : MPP_ESYSTEM;
}

static MPP_ANNOUNCED int signal_announced(struct mpp_task *task, int signo,
				     const void *pc)
{
	struct mpp_op op = {
		.pc = pc,
		.object = &task->life,
		.arg = { task->child, (uint64_t)signo },
		.timeout_ns = MPP_FOREVER,
		.kind = MPP_OP_SIGNAL,
		.order = __ATOMIC_SEQ_CST,
	};
	int err = mpp_before(&op);

	if (err < 0)
		return err;
	err = send_signal(task, signo);
	mpp_after(&op, err, (uint64_t)signo);
	return err;
}

static int end_by(struct mpp_task *task, int signo, const void *pc)
{
	if (!task->started)
		return MPP_ESTATE;
	if (MPP_HOOKED())
		return signal_announced(task, signo, pc);
	return send_signal(task, signo);
}

int mpp_process_terminate(struct mpp_process *process)
{
	return end_by(mpp_inside(process), SIGTERM, MPP_CALLER());
}

int mpp_process_kill(struct mpp_process *process)
{
	return end_by(mpp_inside(process), SIGKILL, MPP_CALLER());
}

int mpp_process_pid(struct mpp_process *process)
{
	struct mpp_task *task = mpp_inside(process);

	if (MPP_HOOKED())
		mpp_task_identity(task, MPP_CALLER());
	return (int)task->child;
}

/* libmpp's own address: under the checker, too, one that can be read. */
const char *mpp_process_name(struct mpp_process *process)
{
	struct mpp_task *task = mpp_inside(process);

	/* A name that the user gave tells nothing new. */
	if (MPP_HOOKED() && !task->named)
		mpp_task_identity(task, MPP_CALLER());
	return task->name;
}
