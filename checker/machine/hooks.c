/* SPDX-License-Identifier: MIT */
/*
 * hooks.c - the table through which libmpp calls the machine.
 *
 * Hooks that do more than store a word run on the scheduler's stack, so that
 * they leave nothing on the task's.
 */
#include "machine/core.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explore/observation.h"

static void after(const struct mpp_op *op, int result, uint64_t value)
{
	mpck_run.op_result = result;
	mpck_run.op_value = value;
	if (op->kind == MPP_OP_ACQUIRE) {
		if (result == 0 || result == MPP_EOWNERDEAD)
			mpck_hold(mpck_core.current, op);
	} else if (op->kind == MPP_OP_RELEASE && result == 0) {
		mpck_unhold(mpck_core.current, op);
	}
}

static uint64_t do_after(uint64_t op, uint64_t result, uint64_t value,
			 uint64_t d, uint64_t e)
{
	(void)d, (void)e;
	after((const struct mpp_op *)op, (int)result, value);
	return 0;
}

/* Stepping: nothing of ours is left on the task's stack. */
static void after_elsewhere(const struct mpp_op *op, int result, uint64_t value)
{
	mpck_on_scheduler(do_after, (uintptr_t)op, (uint64_t)result, value, 0,
			  0);
}

static uint32_t self(void)
{
	return mpck_core.current + 1;
}

/* Stepping: see mpck_world_show_ids(). */
static uint32_t self_stepping(void)
{
	return mpck_step_grain() ? self() : MPCK_SELF;
}

static uint64_t do_hold(uint64_t core, uint64_t death, uint64_t c, uint64_t d,
			uint64_t e)
{
	struct mpp_op op = { .object = (void *)core,
			     .death = (uint32_t *)death, .flags = MPP_OWNED };

	(void)c, (void)d, (void)e;
	if (death)
		mpck_hold(mpck_core.current, &op);
	else
		mpck_unhold(mpck_core.current, &op);
	return 0;
}

static void hold(void *core, uint32_t *death)
{
	mpck_on_scheduler(do_hold, (uintptr_t)core, (uintptr_t)death, 0, 0, 0);
}

static void unhold(void *core)
{
	mpck_on_scheduler(do_hold, (uintptr_t)core, 0, 0, 0, 0);
}

static int64_t now_ns(void)
{
	return mpck_core.clock_ns;
}

/* Calls with more arguments than registers pass a pointer to them. */
struct start_call {
	uint32_t *child;
	int (*fn)(void *);
	const void *arg;
	size_t size;
	bool shares_memory;
	struct mpp_life *life;
	const char *name;
};

static uint64_t do_start(uint64_t call, uint64_t b, uint64_t c, uint64_t d,
			 uint64_t e)
{
	const struct start_call *s = (const struct start_call *)call;

	(void)b, (void)c, (void)d, (void)e;
	return (uint64_t)mpck_life_start(s->child, s->fn, s->arg, s->size,
					 s->shares_memory, s->life, s->name);
}

static int start(uint32_t *child, int (*fn)(void *), const void *arg,
		 size_t size, bool shares_memory, struct mpp_life *life,
		 const char *name)
{
	struct start_call call = { child, fn, arg, size, shares_memory, life,
				   name };

	return (int)mpck_on_scheduler(do_start, (uintptr_t)&call, 0, 0, 0, 0);
}

static uint64_t do_signal(uint64_t child, uint64_t signo, uint64_t c,
			  uint64_t d, uint64_t e)
{
	(void)c, (void)d, (void)e;
	return (uint64_t)mpck_life_signal((uint32_t)child, (int)signo);
}

/* The end of a process by one of its own tasks. */
static void end_process(int status) __attribute__((noreturn));

static void end_process(int status)
{
	mpck_run.whole = true;
	mpck_hook_exit(status);
}

static int signal_child(uint32_t child, int signo)
{
	if (child < mpck_core.ntasks &&
	    mpck_core.tasks[child].process ==
		    mpck_core.tasks[mpck_core.current].process)
		end_process(-signo);
	return (int)mpck_on_scheduler(do_signal, child, (uint64_t)signo, 0, 0,
				      0);
}

static uint64_t do_share(uint64_t size, uint64_t name, uint64_t c, uint64_t d,
			 uint64_t e)
{
	void *user;

	(void)c, (void)d, (void)e;
	mpck_world_shared(true, NULL, size);
	user = mpck_segment_new(size, (const char *)name);
	if (user && mpck_is_watched())
		mpck_happened(&(struct mpck_happening){
			.kind = MPCK_HAPPENED_SHARE, .task = mpck_core.current,
			.inside = (char *)user + MPCK_DOOR, .size = size });
	return (uintptr_t)user;
}

static void *share(size_t size, const char *name)
{
	return (void *)mpck_on_scheduler(do_share, size, (uintptr_t)name, 0, 0,
					 0);
}

static uint64_t do_unshare(uint64_t user, uint64_t size, uint64_t c, uint64_t d,
			   uint64_t e)
{
	void *inside = (char *)user + MPCK_DOOR;

	(void)c, (void)d, (void)e;
	mpck_world_shared(false, inside, size);
	if (mpck_run.options.record || mpck_is_watched())
		mpck_settle();	/* while it is still there */
	if (mpck_is_watched())
		mpck_happened(&(struct mpck_happening){
			.kind = MPCK_HAPPENED_UNSHARE,
			.task = mpck_core.current, .inside = inside,
			.size = size });
	mpck_hold_forget(inside, size);
	mpck_segment_free((void *)user, size);
	return 0;
}

static void unshare(void *user, size_t size)
{
	mpck_on_scheduler(do_unshare, (uintptr_t)user, size, 0, 0, 0);
}

static uint64_t do_fence(uint64_t order, uint64_t b, uint64_t c, uint64_t d,
			 uint64_t e)
{
	(void)b, (void)c, (void)d, (void)e;
	mpck_settle();
	mpck_happened(&(struct mpck_happening){ .kind = MPCK_HAPPENED_FENCE,
						.task = mpck_core.current,
						.value = order });
	return 0;
}

/* Memory is sequentially consistent here: only who looks on wants to know. */
static void fence(int order)
{
	if (mpck_is_watched())
		mpck_on_scheduler(do_fence, (uint64_t)order, 0, 0, 0, 0);
}

static uint64_t do_daemon(uint64_t child, uint64_t b, uint64_t c, uint64_t d,
			  uint64_t e)
{
	(void)b, (void)c, (void)d, (void)e;
	mpck_life_daemon((uint32_t)child);
	return 0;
}

static void daemon_child(uint32_t child)
{
	mpck_on_scheduler(do_daemon, child, 0, 0, 0, 0);
}

static void record_observation(const char *name, const void *values,
			       size_t count, char typecode)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return;
	mpck_observation_print(out, name, values, count, typecode);
	fclose(out);
	mpck_record_text(MPCK_EVENT_OBSERVE, mpck_core.current, text);
}

static uint64_t do_observe(uint64_t name, uint64_t values, uint64_t count,
			   uint64_t typecode, uint64_t e)
{
	(void)e;
	mpck_world_observed((const char *)name);
	mpck_observe((const char *)name, (const void *)values, count,
		     (char)typecode);
	if (mpck_run.options.record)
		record_observation((const char *)name, (const void *)values,
				   count, (char)typecode);
	return 0;
}

static void observe(const char *name, const void *values, size_t count,
		    char typecode)
{
	mpck_on_scheduler(do_observe, (uintptr_t)name, (uintptr_t)values, count,
			  (uint64_t)typecode, 0);
}

static uint64_t do_fault(uint64_t kind, uint64_t op, uint64_t text, uint64_t d,
			 uint64_t e)
{
	static const enum mpck_finding_kind kinds[] = {
		[MPP_FAULT_OVERFLOW] = MPCK_OVERFLOW,
		[MPP_FAULT_RANGE] = MPCK_RANGE,
		[MPP_FAULT_MISUSE] = MPCK_MISUSE,
	};
	const struct mpp_op *o = (const struct mpp_op *)op;

	(void)d, (void)e;
	mpck_fault_add(kinds[kind], mpck_core.current, o ? o->pc : NULL, "%s",
		       (const char *)text);
	return 0;
}

static void fault(int kind, const struct mpp_op *op, const char *text)
{
	mpck_on_scheduler(do_fault, (uint64_t)kind, (uintptr_t)op,
			  (uintptr_t)text, 0, 0);
}

static uint64_t random_number(void)
{
	uint64_t z = MPCK_BLOCK->rand_state += 0x9e3779b97f4a7c15;

	MPCK_BLOCK->used = 1;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static uint32_t number(bool thread)
{
	uint32_t p = mpck_core.tasks[mpck_core.current].process;

	mpck_run.effect = true;
	return ++mpck_core.processes[p].made[thread];
}

static const char *name(void)
{
	return mpck_task_infos[mpck_core.current].name;
}

#define HOOKS(before_it, after_it, self_it) { \
	.abi = sizeof(struct mpp_hooks), \
	.before = before_it, \
	.after = after_it, \
	.self = self_it, \
	.start = start, \
	.exit = end_process, \
	.signal = signal_child, \
	.now_ns = now_ns, \
	.random = random_number, \
	.share = share, \
	.unshare = unshare, \
	.observe = observe, \
	.fault = fault, \
	.door = MPCK_DOOR, \
	.daemon = daemon_child, \
	.number = number, \
	.name = name, \
	.hold = hold, \
	.unhold = unhold, \
	.fence = fence, \
}

const struct mpp_hooks mpck_hooks = HOOKS(mpck_before, after, self);
const struct mpp_hooks mpck_stepping_hooks = HOOKS(mpck_hook_before,
						   after_elsewhere,
						   self_stepping);
