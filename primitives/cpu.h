/* SPDX-License-Identifier: MIT */
/*
 * cpu.h - mpp_cpu_count() with its files elsewhere, for tests.
 */
#ifndef MPP_CPU_INTERNAL_H
#define MPP_CPU_INTERNAL_H

#include "internal.h"

/*
 * `cpus`, or less by the quotas told by the files <root>/proc/self/cgroup and
 * <root>/sys/fs/cgroup/...; root "" is the machine itself.
 */
MPP_HIDDEN unsigned mpp_cpus_within_quota(const char *root, unsigned cpus);

#endif
