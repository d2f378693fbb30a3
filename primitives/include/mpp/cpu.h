/* SPDX-License-Identifier: MIT */
/*
 * cpu.h - how many CPUs a process may use.
 */
#ifndef MPP_CPU_H
#define MPP_CPU_H

#include <mpp/base.h>

/*
 * CPUs worth of time the calling thread may use, at least 1: the CPUs it may
 * run on (its affinity), or less when a control group of its process or one
 * above has a CPU quota, rounded up: 1.5 CPUs are 2.
 * Source: os.process_cpu_count(); unlike it, with the quotas.
 */
MPP_API unsigned mpp_cpu_count(void);

#endif
