/* SPDX-License-Identifier: MIT */
/*
 * task.h - the record behind Process and Thread, and what both do alike.
 *
 * The record is shared memory: whoever has the handle may ask.  A struct
 * mpp_process and a struct mpp_thread are this and nothing else.
 * `life` is written by whoever sees the end: the parent that reaps the child,
 * the ending thread itself, or the scheduler.
 */
#ifndef MPP_TASK_H
#define MPP_TASK_H

#include <pthread.h>

#include "internal.h"

enum { MPP_NAME_SIZE = 32 }; /* bytes, with the NUL */

struct mpp_task {
	struct mpp_life life;
	uint32_t child; /* process id, or the scheduler's; 0: not started */
	uint32_t parent; /* process id of the one that started it */
	uint32_t refs; /* threaded: the handle, and the running thread */
	bool started;
	bool named; /* by the user */
	bool daemon;
	bool threaded; /* runs as a pthread */
	bool joined; /* pthread_join has been called */
	char name[MPP_NAME_SIZE];
	pthread_t thread;
	int (*fn)(void *);
	size_t size; /* of arg */
	_Alignas(max_align_t) char arg[];
};

/*
 * What the child works on: private memory, copied before it starts, so that
 * the handle may be freed at once.
 */
struct mpp_body {
	struct mpp_task *task; /* threads only */
	int (*fn)(void *);
	int result;
	bool is_process; /* a process that runs as a thread */
	char name[MPP_NAME_SIZE];
	_Alignas(max_align_t) char arg[];
};

/* Who runs (program.c): a forked child; a thread, until NULL. */
MPP_HIDDEN void mpp_process_is(const char *name);
MPP_HIDDEN void mpp_thread_is(struct mpp_body *body);

/* *out: the user's address.  `what` is for people. */
MPP_HIDDEN int mpp_task_new(struct mpp_task **out, int (*fn)(void *),
			    const void *arg, size_t size, const char *what);
/* Drops the handle; the record goes with its last user. */
MPP_HIDDEN void mpp_task_free(struct mpp_task *user);
MPP_HIDDEN int mpp_task_set_name(struct mpp_task *task, const char *name);
/* The next of this process, by its own count or the scheduler's. */
MPP_HIDDEN uint32_t mpp_next_number(uint32_t *made, bool thread);
/* "<prefix><number>", unless the user set one. */
MPP_HIDDEN void mpp_task_number(struct mpp_task *task, const char *prefix,
				uint32_t number);
MPP_HIDDEN struct mpp_body *mpp_body_new(const struct mpp_task *task);

MPP_HIDDEN void mpp_task_ended(struct mpp_task *task, int status);
static inline bool mpp_task_has_ended(const struct mpp_task *task)
{
	return mpp_load(&task->life.ended) != 0;
}

/* Native: as a pthread. */
MPP_HIDDEN int mpp_task_start_thread(struct mpp_task *task, bool is_process);
MPP_HIDDEN int mpp_task_join_thread(struct mpp_task *task, int64_t timeout_ns);

/* By the scheduler's start(); names it. */
MPP_HIDDEN int mpp_task_start_scheduled(struct mpp_task *task,
					bool shares_memory);

/*
 * The announced forms of join and of a question; `native` does the effect
 * when nobody scheduled it.  `pc` is the user's line.
 */
typedef int mpp_join_fn(struct mpp_task *task, int64_t timeout_ns);
typedef bool mpp_ended_fn(struct mpp_task *task);

MPP_HIDDEN int mpp_task_join(struct mpp_task *task, int64_t timeout_ns,
			     mpp_join_fn *native, const void *pc);
MPP_HIDDEN bool mpp_task_poll(struct mpp_task *task, mpp_ended_fn *native,
			      const void *pc);
/* Hooked only: somebody learns a number or a name that tells twins apart. */
MPP_HIDDEN void mpp_task_identity(struct mpp_task *task, const void *pc);

#endif
