/* SPDX-License-Identifier: MIT */
/*
 * thread.c - Thread: the record of task.h, run as a pthread.
 */
#include <mpp/thread.h>

#include "task.h"

static uint32_t threads_made; /* numbers the names; not used when hooked */

int mpp_thread_new(struct mpp_thread **out, int (*fn)(void *), const void *arg,
		   size_t size)
{
	struct mpp_task *user;
	int err =
		out ? mpp_task_new(&user, fn, arg, size, "thread") : MPP_EINVAL;

	if (err < 0)
		return err;
	mpp_task_number(mpp_inside(user), "Thread-",
			mpp_next_number(&threads_made, true));
	*out = (struct mpp_thread *)user;
	return 0;
}

void mpp_thread_free(struct mpp_thread *thread)
{
	if (thread)
		mpp_task_free((struct mpp_task *)thread);
}

int mpp_thread_set_name(struct mpp_thread *thread, const char *name)
{
	return mpp_task_set_name(mpp_inside(thread), name);
}

int mpp_thread_start(struct mpp_thread *thread)
{
	struct mpp_task *task = mpp_inside(thread);

	if (task->started)
		return MPP_ESTATE;
	if (MPP_HOOKED() && mpp_hooks_installed->start)
		return mpp_task_start_scheduled(task, true);
	return mpp_task_start_thread(task, false);
}

int mpp_thread_join(struct mpp_thread *thread, int64_t timeout_ns)
{
	return mpp_task_join(mpp_inside(thread), timeout_ns,
			     mpp_task_join_thread, MPP_CALLER());
}

static bool has_ended(struct mpp_task *task)
{
	return mpp_task_has_ended(task);
}

int mpp_thread_result(struct mpp_thread *thread, int *result)
{
	struct mpp_task *task = mpp_inside(thread);

	if (!mpp_task_poll(task, has_ended, MPP_CALLER()))
		return 0;
	*result = task->life.status;
	return 1;
}

bool mpp_thread_is_alive(struct mpp_thread *thread)
{
	struct mpp_task *task = mpp_inside(thread);

	return task->started && !mpp_task_poll(task, has_ended, MPP_CALLER());
}

const char *mpp_thread_name(struct mpp_thread *thread)
{
	struct mpp_task *task = mpp_inside(thread);

	if (MPP_HOOKED() && !task->named)
		mpp_task_identity(task, MPP_CALLER());
	return task->name;
}
