/* SPDX-License-Identifier: MIT */
/*
 * test_cpu.c - how many CPUs a process may use, told by files of the test.
 */
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <mpp/cpu.h>

#include "cpu.h"
#include "unit.h"

static char root[40];

/* root/path with this text, and the directories it needs. */
static void file(const char *path, const char *text)
{
	char whole[6000];
	FILE *f;

	snprintf(whole, sizeof(whole), "%s%s", root, path);
	for (char *p = whole + strlen(root) + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		(void)mkdir(whole, 0700);
		*p = '/';
	}
	f = fopen(whole, "w");
	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

static void remove_root(void)
{
	char command[100];

	snprintf(command, sizeof(command), "rm -r %s", root);
	ck_assert_int_eq(system(command), 0);
}

static void make_root(void)
{
	strcpy(root, "/tmp/mpp-cpu-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(root));
}

/* What `cpus` become. */
static unsigned within(unsigned cpus)
{
	return mpp_cpus_within_quota(root, cpus);
}

START_TEST(without_control_groups_the_affinity_counts)
{
	make_root();
	ck_assert_uint_eq(within(7), 7);
	file("/proc/self/cgroup", "");
	ck_assert_uint_eq(within(7), 7);
	file("/proc/self/cgroup", "nonsense\n::\n0::/none\n\n1:cpu\n");
	ck_assert_uint_eq(within(7), 7);
	remove_root();
}
END_TEST

START_TEST(the_quota_of_the_own_group_counts)
{
	make_root();
	file("/proc/self/cgroup", "0::/a/b\n");
	file("/sys/fs/cgroup/a/b/cpu.max", "200000 100000\n");
	ck_assert_uint_eq(within(7), 2);
	ck_assert_uint_eq(within(1), 1);
	file("/sys/fs/cgroup/a/b/cpu.max", "max 100000\n");
	ck_assert_uint_eq(within(7), 7);
	file("/sys/fs/cgroup/a/b/cpu.max", "what?\n");
	ck_assert_uint_eq(within(7), 7);
	remove_root();
}
END_TEST

START_TEST(a_part_of_a_cpu_counts_as_one)
{
	make_root();
	file("/proc/self/cgroup", "0::/a\n");
	file("/sys/fs/cgroup/a/cpu.max", "150000 100000\n");
	ck_assert_uint_eq(within(7), 2);
	file("/sys/fs/cgroup/a/cpu.max", "100001 100000\n");
	ck_assert_uint_eq(within(7), 2);
	file("/sys/fs/cgroup/a/cpu.max", "1000 100000\n");
	ck_assert_uint_eq(within(7), 1);
	file("/sys/fs/cgroup/a/cpu.max", "0 100000\n");
	ck_assert_uint_eq(within(7), 7);
	remove_root();
}
END_TEST

START_TEST(the_least_quota_above_counts)
{
	make_root();
	file("/proc/self/cgroup", "0::/a/b/c\n");
	file("/sys/fs/cgroup/a/cpu.max", "300000 100000\n");
	file("/sys/fs/cgroup/a/b/cpu.max", "600000 100000\n");
	file("/sys/fs/cgroup/a/b/c/cpu.max", "max 100000\n");
	ck_assert_uint_eq(within(7), 3);
	file("/sys/fs/cgroup/cpu.max", "100000 50000\n");
	ck_assert_uint_eq(within(7), 2);
	remove_root();
}
END_TEST

START_TEST(in_a_container_the_top_group_counts)
{
	make_root();
	file("/proc/self/cgroup", "0::/docker/0123\n");
	file("/sys/fs/cgroup/cpu.max", "200000 100000\n");
	ck_assert_uint_eq(within(7), 2);
	file("/proc/self/cgroup", "0::/\n");
	ck_assert_uint_eq(within(7), 2);
	file("/proc/self/cgroup", "0::/../other\n");
	ck_assert_uint_eq(within(7), 2);
	remove_root();
}
END_TEST

START_TEST(version_one_has_two_files)
{
	make_root();
	file("/proc/self/cgroup",
	     "5:cpuset:/x\n4:cpu,cpuacct:/a/b\n1:name=systemd:/a\n");
	file("/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us", "250000\n");
	ck_assert_uint_eq(within(7), 7); /* no period: not told */
	file("/sys/fs/cgroup/cpu/a/cpu.cfs_period_us", "100000\n");
	ck_assert_uint_eq(within(7), 3);
	file("/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us", "-1\n");
	ck_assert_uint_eq(within(7), 7);
	file("/sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_quota_us", "100000\n");
	file("/sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_period_us", "100000\n");
	ck_assert_uint_eq(within(7), 1);
	remove_root();
}
END_TEST

START_TEST(the_cpuset_controller_has_no_quota)
{
	make_root();
	file("/proc/self/cgroup", "5:cpuset,cpuacct:/a\n");
	file("/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us", "100000\n");
	file("/sys/fs/cgroup/cpu/a/cpu.cfs_period_us", "100000\n");
	ck_assert_uint_eq(within(7), 7);
	remove_root();
}
END_TEST

START_TEST(both_versions_count)
{
	make_root();
	file("/proc/self/cgroup", "4:cpu:/a\n0::/a\n");
	file("/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us", "500000\n");
	file("/sys/fs/cgroup/cpu/a/cpu.cfs_period_us", "100000\n");
	ck_assert_uint_eq(within(7), 5);
	file("/sys/fs/cgroup/unified/a/cpu.max", "400000 100000\n");
	ck_assert_uint_eq(within(7), 4);
	remove_root();
}
END_TEST

START_TEST(a_name_that_is_too_long_leaves_the_top)
{
	char line[5000] = "0::/";

	memset(line + 4, 'x', sizeof(line) - 5);
	make_root();
	file("/proc/self/cgroup", line);
	file("/sys/fs/cgroup/cpu.max", "200000 100000\n");
	ck_assert_uint_eq(within(7), 2);
	remove_root();
}
END_TEST

START_TEST(the_affinity_counts)
{
	cpu_set_t one;

	ck_assert_uint_ge(mpp_cpu_count(), 1);
	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	ck_assert_int_eq(sched_setaffinity(0, sizeof(one), &one), 0);
	ck_assert_uint_eq(mpp_cpu_count(), 1);
}
END_TEST

/* clang-format off */
UNIT_MAIN(UNIT(without_control_groups_the_affinity_counts)
	  UNIT(the_quota_of_the_own_group_counts)
	  UNIT(a_part_of_a_cpu_counts_as_one)
	  UNIT(the_least_quota_above_counts)
	  UNIT(in_a_container_the_top_group_counts)
	  UNIT(version_one_has_two_files)
	  UNIT(the_cpuset_controller_has_no_quota)
	  UNIT(both_versions_count)
	  UNIT(a_name_that_is_too_long_leaves_the_top)
	  UNIT(the_affinity_counts))
