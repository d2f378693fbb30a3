/* SPDX-License-Identifier: MIT */
/*
 * task.c - what Process and Thread do alike: the record, names, the pthread
 * form, and the announcements of join and poll.
 */
#include <stdlib.h>
#include <string.h>

#include "task.h"

static size_t record_size(const struct mpp_task *task)
{
	return sizeof(*task) + task->size;
}

int mpp_task_new(struct mpp_task **out, int (*fn)(void *), const void *arg,
		 size_t size, const char *what)
{
	struct mpp_task *user, *task;

	if (!out || !fn || (size && !arg))
		return MPP_EINVAL;
	if (size > PTRDIFF_MAX - sizeof(*user))
		return MPP_ENOMEM;
	user = mpp_shared_alloc(sizeof(*user) + size, what);
	if (!user)
		return MPP_ENOMEM;
	task = mpp_inside(user);
	task->fn = fn;
	task->size = size;
	if (size)
		memcpy(task->arg, arg, size);
	mpp_tell_words(&task->life, sizeof(task->life));
	mpp_tell_words(&task->refs, sizeof(task->refs));
	*out = user;
	return 0;
}

/* A forked child has a handle of its own, which must not count in the parent:
 * so only threads are counted. */
static void drop(struct mpp_task *task)
{
	if (!task->threaded || mpp_add(&task->refs, -1u) == 1)
		mpp_shared_free(mpp_outside(task), record_size(task));
}

void mpp_task_free(struct mpp_task *user)
{
	struct mpp_task *task = mpp_inside(user);

	/* The scheduler still writes the end into the record. */
	if (MPP_HOOKED() && mpp_hooks_installed->start && task->started &&
	    !mpp_task_has_ended(task)) {
		if (mpp_hooks_installed->forget)
			mpp_hooks_installed->forget(task->child);
		return;
	}
	if (task->threaded && task->parent != (uint32_t)getpid())
		return; /* the parent's thread does not exist here */
	if (task->threaded && !task->joined)
		pthread_detach(task->thread);
	drop(task);
}

int mpp_task_set_name(struct mpp_task *task, const char *name)
{
	if (!name)
		return MPP_EINVAL;
	if (task->started)
		return MPP_ESTATE;
	strncpy(task->name, name, sizeof(task->name) - 1);
	task->named = true;
	return 0;
}

/* No printf here: it would need much of a simulated process's stack. */
uint32_t mpp_next_number(uint32_t *made, bool thread)
{
	if (MPP_HOOKED() && mpp_hooks_installed->number)
		return mpp_hooks_installed->number(thread);
	return mpp_add(made, 1) + 1;
}

void mpp_task_number(struct mpp_task *task, const char *prefix, uint32_t number)
{
	char digits[12];
	char *p = digits + sizeof(digits);

	if (task->named)
		return;
	*--p = '\0';
	do {
		*--p = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	stpcpy(stpcpy(task->name, prefix), p);
}

struct mpp_body *mpp_body_new(const struct mpp_task *task)
{
	struct mpp_body *body = calloc(1, sizeof(*body) + task->size);

	if (!body)
		return NULL;
	body->fn = task->fn;
	memcpy(body->name, task->name, sizeof(body->name));
	memcpy(body->arg, task->arg, task->size);
	return body;
}

/* Pairs with mpp_task_has_ended(): who sees `ended` sees the status. */
void mpp_task_ended(struct mpp_task *task, int status)
{
	task->life.status = status;
	mpp_store(&task->life.ended, 1);
}

/* The last thing a thread does, however it ends. */
static void thread_ends(void *p)
{
	struct mpp_body *body = p;
	struct mpp_task *task = body->task;

	mpp_thread_is(NULL);
	mpp_tell_before(&task->life);
	mpp_task_ended(task,
		       body->is_process ? body->result & 255 : body->result);
	mpp_futex_wake(&task->life.ended, MPP_WAKE_ALL);
	drop(task);
	free(body);
}

static void *thread_main(void *p)
{
	struct mpp_body *body = p;

	mpp_thread_is(body);
	pthread_cleanup_push(thread_ends, body);
	body->result = body->fn(body->arg);
	pthread_cleanup_pop(1);
	return NULL;
}

int mpp_task_start_thread(struct mpp_task *task, bool is_process)
{
	static uint32_t last_id; /* of those that run as threads */
	struct mpp_body *body = mpp_body_new(task);
	int err;

	if (!body)
		return MPP_ENOMEM;
	body->task = task;
	body->is_process = is_process;
	task->refs = 2;
	task->child = mpp_add(&last_id, 1) + 1;
	task->parent = (uint32_t)getpid();
	task->threaded = true; /* the thread may end before create returns */
	err = pthread_create(&task->thread, NULL, thread_main, body);
	if (err) {
		task->threaded = false;
		task->child = 0;
		free(body);
		errno = err;
		return MPP_ESYSTEM;
	}
	task->started = true;
	return 0;
}

int mpp_task_join_thread(struct mpp_task *task, int64_t timeout_ns)
{
	int64_t deadline = -1;

	if (task->parent != (uint32_t)getpid())
		return MPP_ECHILD;
	while (!mpp_task_has_ended(task)) {
		if (timeout_ns <= 0)
			return MPP_EAGAIN;
		if (deadline < 0)
			deadline = mpp_deadline(timeout_ns);
		if (mpp_futex_wait(&task->life.ended, 0, deadline) < 0 &&
		    !mpp_task_has_ended(task))
			return MPP_ETIMEDOUT;
	}
	mpp_tell_after(&task->life);
	if (!task->joined)
		pthread_join(task->thread, NULL);
	task->joined = true;
	return 0;
}

int mpp_task_start_scheduled(struct mpp_task *task, bool shares_memory)
{
	uint32_t child;
	int err = mpp_hooks_installed->start(
		&child, task->fn, task->size ? task->arg : NULL, task->size,
		shares_memory, &task->life, task->name);

	if (err < 0)
		return err;
	task->child = child;
	task->started = true;
	if (task->daemon && mpp_hooks_installed->daemon)
		mpp_hooks_installed->daemon(child);
	return 0;
}

static bool life_has_ended(const struct mpp_op *op, uint32_t self)
{
	(void)self;
	return mpp_load(&((const struct mpp_life *)op->object)->ended) != 0;
}

static MPP_ANNOUNCED int join_announced(struct mpp_task *task, int64_t timeout_ns,
				   mpp_join_fn *native, const void *pc)
{
	struct mpp_op op = {
		.pc = pc,
		.object = &task->life,
		.ready = life_has_ended,
		.arg = { task->child },
		.timeout_ns = mpp_limit(timeout_ns),
		.kind = MPP_OP_JOIN,
		.order = __ATOMIC_SEQ_CST,
	};
	int err = mpp_before(&op);

	if (err < 0)
		return err;
	err = 0;
	if (!mpp_hooks_installed->start)
		err = native(task, timeout_ns);
	else if (!mpp_task_has_ended(task))
		mpp_bug("a scheduled join would have to wait");
	mpp_after(&op, err, err < 0 ? 0 : (uint64_t)(int64_t)task->life.status);
	return err;
}

int mpp_task_join(struct mpp_task *task, int64_t timeout_ns,
		  mpp_join_fn *native, const void *pc)
{
	if (!task->started)
		return MPP_ESTATE;
	if (MPP_HOOKED())
		return join_announced(task, timeout_ns, native, pc);
	return native(task, timeout_ns);
}

static MPP_ANNOUNCED bool poll_announced(struct mpp_task *task, mpp_ended_fn *native,
				    const void *pc)
{
	struct mpp_op op = {
		.pc = pc,
		.object = &task->life,
		.arg = { task->child },
		.timeout_ns = MPP_FOREVER,
		.size = sizeof(task->life),
		.kind = MPP_OP_POLL,
		.order = __ATOMIC_SEQ_CST,
	};
	bool ended;

	if (mpp_before(&op) < 0)
		return false;
	ended = mpp_hooks_installed->start ? mpp_task_has_ended(task)
					   : native(task);
	mpp_after(&op, 0, ended);
	return ended;
}

bool mpp_task_poll(struct mpp_task *task, mpp_ended_fn *native, const void *pc)
{
	bool ended;

	if (!task->started)
		return false;
	if (MPP_HOOKED())
		return poll_announced(task, native, pc);
	ended = native(task);
	if (ended)
		mpp_tell_after(&task->life);
	return ended;
}

void mpp_task_identity(struct mpp_task *task, const void *pc)
{
	struct mpp_op op = {
		.pc = pc,
		.object = &task->life,
		.arg = { task->child },
		.timeout_ns = MPP_FOREVER,
		.kind = MPP_OP_IDENTITY,
	};

	if (task->started && mpp_before(&op) >= 0)
		mpp_after(&op, 0, task->child);
}
