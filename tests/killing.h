/* SPDX-License-Identifier: MIT */
/*
 * killing.h - a process killed at every step that its call has.
 *
 * Idea:    libmpp is linked as mpp_steps, where each touch of a word in shared
 *          memory announces itself.  A forked child kills itself with SIGKILL
 *          just before its k-th announcement, for k = 1, 2, ... until the call
 *          comes through; each time the others must go on as documented.
 * All:     every_store_was_cut() compares the kills with the list of sites that
 *          the compiler made (steps.h): a store that no kill came before is a
 *          failure, so that "at every point" is not a manner of speaking.
 * Left:    nothing: children and descriptors are counted.  (Names in /dev/shm
 *          are made by named segments only, see test_limits.c.)
 */
#ifndef MPCK_TESTS_KILLING_H
#define MPCK_TESTS_KILLING_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <mpp/base.h>

#include "steps.h"
#include "unit.h"

/* Longer than any repair takes; who needs it hangs. */
#define IN_TIME MPP_SECONDS(20)

struct killing {
	void *(*make)(void);		/* the objects, before the call */
	int (*victim)(void *object);	/* 0 when it comes through */
	/* What the test itself does meanwhile, as the victim's peer. */
	void (*peer)(void *object, pid_t victim);
	/* The others afterwards; `killed`: in the middle of the call. */
	void (*after)(void *object, bool killed);
	void (*free)(void *object);
};

static unsigned char *cuts;	/* by site: shared by the victims */
static unsigned steps_left;	/* of a victim; 0: no limit */
/* A kill before a read is one behind the store before it.  For calls that look
 * at so much that these are too many. */
static bool not_at_reads;

static inline size_t nsites(void)
{
	return (size_t)(__stop_mpp_sites - __start_mpp_sites);
}

static inline int count_down(const struct mpp_op *op)
{
	const struct mpp_site *site = (const void *)(uintptr_t)op->arg[1];

	if (not_at_reads && op->kind == MPP_OP_READ)
		return 0;
	if (steps_left == 0 || --steps_left > 0)
		return 0;
	if (site >= __start_mpp_sites && site < __stop_mpp_sites)
		cuts[site - __start_mpp_sites] = 1;
	kill(getpid(), SIGKILL);
	return 0;
}

static inline pid_t start_victim(const struct killing *k, void *object,
				 unsigned step)
{
	static const struct mpp_hooks counting = { .abi = sizeof(counting),
						   .before = count_down };
	pid_t pid;

	if (!cuts)
		cuts = mmap(NULL, nsites(), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(cuts, MAP_FAILED);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		steps_left = step;
		mpp_hooks_installed = &counting;
		_exit(k->victim(object));
	}
	return pid;
}

/* True: killed; false: came through. */
static inline bool reap_victim(pid_t pid, unsigned step)
{
	int status;

	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		return true;
	ck_assert_msg(status == 0, "the victim of step %u failed: status %#x",
		      step, (unsigned)status);
	return false;
}

static inline unsigned entries(const char *folder)
{
	DIR *d = opendir(folder);
	unsigned n = 0;

	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n;
}

/* For nothing_is_left(). */
static inline unsigned descriptors(void)
{
	return entries("/proc/self/fd");
}

static inline void nothing_is_left(unsigned descriptors_before)
{
	ck_assert_uint_eq(descriptors(), descriptors_before);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
}

/* Returns the number of points. */
static inline unsigned cut_everywhere(const struct killing *k)
{
	unsigned before;
	bool killed = true;
	unsigned step = 0;

	before = descriptors();
	while (killed) {
		void *object = k->make();
		pid_t victim = start_victim(k, object, ++step);

		if (k->peer)
			k->peer(object, victim);
		killed = reap_victim(victim, step);
		k->after(object, killed);
		k->free(object);
	}
	nothing_is_left(before);
	/* One would mean that steps are not compiled in. */
	ck_assert_uint_gt(step, not_at_reads ? 1 : 2);
	printf("%u points\n", step - 1);
	return step - 1;
}

static inline const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static inline bool is_store(const struct mpp_site *s)
{
	return s->kind == MPP_OP_WRITE || s->kind == MPP_OP_RMW ||
	       s->kind == MPP_OP_FUTEX_WAKE;
}

/* The same line stands in the list once for each file that includes it. */
static inline bool was_cut(const struct mpp_site *site)
{
	for (const struct mpp_site *s = __start_mpp_sites;
	     s < __stop_mpp_sites; s++) {
		if (cuts[s - __start_mpp_sites] && s->line == site->line &&
		    s->kind == site->kind && !strcmp(s->file, site->file))
			return true;
	}
	return false;
}

/* Of the files and functions named, up to NULL. */
static inline void every_store_was_cut(const char *const *files)
{
	unsigned missed = 0, found = 0;

	for (const struct mpp_site *s = __start_mpp_sites;
	     s < __stop_mpp_sites; s++) {
		bool wanted = false;

		for (const char *const *f = files; *f; f++)
			wanted |= !strcmp(base_name(s->file), *f) ||
				  !strcmp(s->function, *f);
		if (!wanted || !is_store(s))
			continue;
		found++;
		if (was_cut(s))
			continue;
		missed++;
		fprintf(stderr, "%s:%u: no kill before this store of %s()\n",
			base_name(s->file), s->line, s->function);
	}
	printf("%u stores in the list\n", found);
	ck_assert_uint_gt(found, 0);
	ck_assert_msg(missed == 0, "%u stores were not cut", missed);
}

#define EVERY_STORE_WAS_CUT(...) \
	every_store_was_cut((const char *const[]){ __VA_ARGS__, NULL })

static inline bool has_died(pid_t pid)
{
	siginfo_t info = { 0 };

	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) ==
		       0 &&
	       info.si_pid == pid;
}

/* "S": sleeping in a system call that may be interrupted: a futex, here. */
static inline bool sleeps(pid_t pid)
{
	char path[40], text[400] = "";
	const char *p;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (read(fd, text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	close(fd);
	p = strrchr(text, ')');
	return p && p[1] && p[2] == 'S';
}

/* Until it sleeps or has died. */
static inline void wait_until_asleep(pid_t pid)
{
	while (!sleeps(pid) && !has_died(pid))
		sched_yield();
}

/* A peer in a process of its own, not killed; reap with reap_peer(). */
#define PEER(pid, ...) \
	do { \
		(pid) = fork(); \
		ck_assert_int_ge((pid), 0); \
		if ((pid) == 0) { \
			_exit((__VA_ARGS__) == 0 ? 0 : 1); \
		} \
	} while (0)

static inline void reap_peer(pid_t pid)
{
	int status;

	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(status == 0, "a peer failed: status %#x",
		      (unsigned)status);
}

#endif
