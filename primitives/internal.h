/* SPDX-License-Identifier: MIT */
/*
 * internal.h - what the primitives share: addresses, memory, announcing.
 *
 * A primitive reads like this:
 *
 *	int mpp_thing_do(struct mpp_thing *handle)
 *	{
 *		struct mpp_thing *t = mpp_inside(handle);
 *		struct mpp_op op;
 *
 *		if (MPP_ANNOUNCES()) {
 *			op = (struct mpp_op){ .pc = MPP_CALLER(), ... };
 *			int go = mpp_before(&op);
 *			if (go < 0)
 *				return go;
 *		}
 *		result = ... the shipping fast path ...
 *		if (MPP_ANNOUNCES())
 *			mpp_after(&op, result, value);
 *		return result;
 *	}
 *
 * so that nothing is built and one branch is paid when no hooks are installed.
 * Where the fast path counts nanoseconds the announced form is a function of
 * its own, marked MPP_ANNOUNCED.
 */
#ifndef MPP_INTERNAL_H
#define MPP_INTERNAL_H

#include <mpp/base.h>
#include <mpp/hooks.h>

#include "annotate.h"
#include "words.h"

#define MPP_HIDDEN __attribute__((visibility("hidden")))
/* Not `cold`: gcc would clear the record with a slow string instruction. */
#define MPP_ANNOUNCED __attribute__((noinline))
#define MPP_LIKELY(x) __builtin_expect(!!(x), 1)
#define MPP_UNLIKELY(x) __builtin_expect(!!(x), 0)

/* The user's line; only meaningful in the public function itself. */
#define MPP_CALLER() __builtin_return_address(0)

#define MPP_LINE 64 /* bytes of a cache line; every object has its own */

/*
 * Addresses.  The program's address of shared memory is PROT_NONE under the
 * checker; libmpp works through a second mapping, `door` bytes away.
 */
static inline void *mpp_inside(const void *user)
{
	const char *p = user;

	return (void *)(MPP_HOOKED() ? p + mpp_hooks_installed->door : p);
}

/* The same where calls did not announce themselves: nothing to add, but at
 * step grain. */
static inline void *mpp_direct(const void *user)
{
	return MPP_STEPPED ? mpp_inside(user) : (void *)user;
}

static inline void *mpp_outside(const void *inside)
{
	const char *p = inside;

	return (void *)(MPP_HOOKED() ? p - mpp_hooks_installed->door : p);
}

/*
 * Shared memory: zeroed, on cache lines of its own, seen by every process that
 * is started later.  Returns the program's address (pass it through
 * mpp_inside() before use); NULL: no memory.  `name` is for people.
 */
MPP_HIDDEN void *mpp_shared_alloc(size_t size, const char *name);
/* `user` is what mpp_shared_alloc() returned for this size, or NULL. */
MPP_HIDDEN void mpp_shared_free(void *user, size_t size);

/* A scheduler or a tool is there, and calls announce themselves.  At step
 * grain (words.h) their words do that instead. */
#define MPP_ANNOUNCES() (!MPP_STEPPED && MPP_HOOKED())

/* True when a scheduler decides. */
static inline bool mpp_scheduled(void)
{
	return MPP_HOOKED() && mpp_hooks_installed->self;
}

/* True when it decides about whole calls: none may wait inside. */
static inline bool mpp_call_scheduled(void)
{
	return !MPP_STEPPED && mpp_scheduled();
}

/* A limit as before() and the fast paths want it: never negative. */
static inline int64_t mpp_limit(int64_t timeout_ns)
{
	return timeout_ns < 0 ? 0 : timeout_ns;
}

/* An operation on the whole object that never waits. */
static inline struct mpp_op mpp_whole(void *object, uint8_t kind,
				      const void *pc)
{
	return (struct mpp_op){
		.pc = pc,
		.object = object,
		.timeout_ns = MPP_FOREVER,
		.kind = kind,
		.order = __ATOMIC_SEQ_CST,
	};
}

/* One that is performed once it is ready, or given up at the limit. */
static inline struct mpp_op
mpp_whole_when(void *object, uint8_t kind,
	       bool (*ready)(const struct mpp_op *op, uint32_t self),
	       int64_t timeout_ns, const void *pc)
{
	struct mpp_op op = mpp_whole(object, kind, pc);

	op.ready = ready;
	op.timeout_ns = mpp_limit(timeout_ns);
	return op;
}

/* The three calls below are made under MPP_HOOKED() only. */
static inline int mpp_before(const struct mpp_op *op)
{
	return mpp_hooks_installed->before ? mpp_hooks_installed->before(op)
					   : 0;
}

static inline void mpp_after(const struct mpp_op *op, int result,
			     uint64_t value)
{
	if (mpp_hooks_installed->after)
		mpp_hooks_installed->after(op, result, value);
}

static inline void mpp_fault(int fault_kind, const struct mpp_op *op,
			     const char *text)
{
	if (mpp_hooks_installed->fault)
		mpp_hooks_installed->fault(fault_kind, op, text);
}

/* libmpp itself is wrong: says why on stderr and aborts. */
MPP_HIDDEN void mpp_bug(const char *sentence) __attribute__((noreturn, cold));

/* What helgrind and DRD should know: mpp_tell_*() of annotate.h. */

/* SIGTERM to the daemon children of this process (process.c). */
MPP_HIDDEN void mpp_end_daemons(void);

#endif
