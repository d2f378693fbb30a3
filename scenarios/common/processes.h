/* SPDX-License-Identifier: MIT */
/*
 * processes.h - the three loops of every lesson:
 *
 *	processes.append(Process(target=f, args=...))    p[i] = process(f, ...)
 *	for p in processes: p.start()                    start_all(p, n)
 *	for p in processes: p.join()                     join_all(p, n)
 */
#ifndef SCENARIOS_COMMON_PROCESSES_H
#define SCENARIOS_COMMON_PROCESSES_H

#include <mpp/process.h>
#include "check.h"

/* The child will get its own copy of the size bytes at arg. */
static inline struct mpp_process *process(int (*target)(void *),
					  const void *arg, size_t size)
{
	struct mpp_process *p = NULL;

	must(mpp_process_new(&p, target, arg, size));
	return p;
}

static inline void start_all(struct mpp_process **p, int64_t count)
{
	for (int64_t i = 0; i < count; i++)
		must(mpp_process_start(p[i]));
}

static inline void join_all(struct mpp_process **p, int64_t count)
{
	for (int64_t i = 0; i < count; i++) {
		must(mpp_process_join(p[i], MPP_FOREVER));
		mpp_process_free(p[i]);
	}
}

#endif
