/* SPDX-License-Identifier: MIT */
/*
 * cpu.c - the CPUs of the affinity mask, and the quotas of control groups.
 *
 * Idea:    /proc/self/cgroup names the process's group in each hierarchy; the
 *          group and all above it may have a quota, and the least counts.
 *          Version 2 has one hierarchy and says "quota period" in cpu.max,
 *          version 1 has one of the cpu controller and says them in two files.
 *          Times are microseconds; no quota is "max", or -1.
 * Places:  where systemd and container runtimes mount them.  In a container
 *          the named group may not be visible: then its directory is missing,
 *          and the top one, which is the container's own, tells.
 * Source:  kernel documentation, cgroup-v2 and scheduler/sched-bwc.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>

#include <mpp/cpu.h>

#include "cpu.h"

enum { PATH_BYTES = 4096, TEXT_BYTES = 8192 };

/* The file's text; false: none, or too long to be read whole. */
static bool read_text(const char *path, char text[TEXT_BYTES])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t length = 0;
	ssize_t n = -1;

	if (fd < 0)
		return false;
	do {
		n = read(fd, text + length, TEXT_BYTES - 1 - length);
		length += n > 0 ? (size_t)n : 0;
	} while (n > 0 || (n < 0 && errno == EINTR));
	close(fd);
	text[length] = '\0';
	return n == 0 && length < TEXT_BYTES - 1;
}

/* Appends to a path that ends at *end; false: too long. */
static bool append(char path[PATH_BYTES], size_t *end, const char *more)
{
	size_t length = strlen(more);

	if (length >= PATH_BYTES - *end)
		return false;
	memcpy(path + *end, more, length + 1);
	*end += length;
	return true;
}

/* A file of the group whose directory is the first `end` bytes of path. */
static bool read_file(char path[PATH_BYTES], size_t end, const char *file,
		      char text[TEXT_BYTES])
{
	size_t at = end;
	bool found = append(path, &at, "/") && append(path, &at, file) &&
		     read_text(path, text);

	path[end] = '\0';
	return found;
}

/* The lesser of `cpus` and quota / period, rounded up. */
static unsigned within(unsigned cpus, long long quota, long long period)
{
	long long whole;

	if (quota <= 0 || period <= 0)
		return cpus;
	whole = quota / period + (quota % period != 0);
	return whole < cpus ? (unsigned)whole : cpus;
}

static unsigned within_v2(char path[PATH_BYTES], size_t end, unsigned cpus)
{
	char text[TEXT_BYTES], *after;
	long long quota;

	if (!read_file(path, end, "cpu.max", text))
		return cpus;
	quota = strtoll(text, &after, 10);
	/* "max": not a number */
	return after == text ? cpus : within(cpus, quota, atoll(after));
}

static unsigned within_v1(char path[PATH_BYTES], size_t end, unsigned cpus)
{
	char quota[TEXT_BYTES], period[TEXT_BYTES];

	if (!read_file(path, end, "cpu.cfs_quota_us", quota) ||
	    !read_file(path, end, "cpu.cfs_period_us", period))
		return cpus;
	return within(cpus, atoll(quota), atoll(period));
}

typedef unsigned quota_fn(char path[PATH_BYTES], size_t end, unsigned cpus);

/* The group and all above, to the place where the hierarchy is mounted. */
static unsigned climb(const char *root, const char *mount, const char *group,
		      quota_fn *quota, unsigned cpus)
{
	char path[PATH_BYTES];
	size_t top = 0, end;

	if (!append(path, &top, root) || !append(path, &top, mount))
		return cpus;
	end = top;
	if (!append(path, &end, group))
		end = top;
	for (;;) {
		path[end] = '\0';
		cpus = quota(path, end, cpus);
		if (end == top)
			return cpus;
		do
			end--;
		while (end > top && path[end] != '/');
	}
}

/* `name` is one of the words of a list with commas. */
static bool has_word(const char *list, const char *name)
{
	size_t length = strlen(name);

	for (;; list++) {
		if (strncmp(list, name, length) == 0 &&
		    (list[length] == ',' || list[length] == '\0'))
			return true;
		list = strchr(list, ',');
		if (!list)
			return false;
	}
}

/* A line "number:controllers:group"; version 2 has no controllers. */
static unsigned within_line(const char *root, char *line, unsigned cpus)
{
	char *controllers = strchr(line, ':');
	char *group = controllers ? strchr(controllers + 1, ':') : NULL;

	if (!group)
		return cpus;
	*group++ = '\0';
	controllers++;
	if (*controllers == '\0') {
		cpus = climb(root, "/sys/fs/cgroup", group, within_v2, cpus);
		return climb(root, "/sys/fs/cgroup/unified", group, within_v2,
			     cpus);
	}
	if (!has_word(controllers, "cpu"))
		return cpus;
	cpus = climb(root, "/sys/fs/cgroup/cpu", group, within_v1, cpus);
	return climb(root, "/sys/fs/cgroup/cpu,cpuacct", group, within_v1,
		     cpus);
}

unsigned mpp_cpus_within_quota(const char *root, unsigned cpus)
{
	char path[PATH_BYTES], text[TEXT_BYTES];
	char *next = text, *line;
	size_t end = 0;

	if (!append(path, &end, root) ||
	    !append(path, &end, "/proc/self/cgroup") || !read_text(path, text))
		return cpus;
	while ((line = strsep(&next, "\n")))
		cpus = within_line(root, line, cpus);
	return cpus > 0 ? cpus : 1;
}

static unsigned affinity(void)
{
	cpu_set_t *set;
	int n = 1024, count = 0;

	/* The kernel refuses a set smaller than its own. */
	for (; n <= 1 << 20 && count == 0; n *= 2) {
		set = CPU_ALLOC((size_t)n);
		if (!set)
			break;
		if (sched_getaffinity(0, CPU_ALLOC_SIZE((size_t)n), set) == 0)
			count = CPU_COUNT_S(CPU_ALLOC_SIZE((size_t)n), set);
		CPU_FREE(set);
	}
	return count > 0 ? (unsigned)count : 1;
}

static unsigned look(void)
{
	return mpp_cpus_within_quota("", affinity());
}

/* Under a scheduler all executions get one answer, and what looking leaves on
 * a stack is in none of them: the scheduler asks before any task does. */
unsigned mpp_cpu_count(void)
{
	static unsigned first;

	if (!mpp_scheduled())
		return look();
	if (!first)
		first = look();
	return first;
}
