/* SPDX-License-Identifier: MIT */
/*
 * hooks.h - the one door by which a scheduler takes control of libmpp.
 *
 * Every primitive announces each visible operation before its effect and
 * reports its result after it.  before() returns when the scheduler has chosen
 * the calling task and the operation is ready; then the primitive's own fast
 * path runs, with no switch in between.  With no hooks installed (production)
 * an announcement costs one predictable branch.
 *
 * Overlap: mpp_hooks_installed is set before the first process is started and
 *          never changed while a primitive is in use.
 */
#ifndef MPP_HOOKS_H
#define MPP_HOOKS_H

#include <mpp/base.h>

enum mpp_op_kind {
	MPP_OP_NONE,
	MPP_OP_READ, MPP_OP_WRITE, MPP_OP_RMW,	/* one cell, <= 8 aligned bytes,
						 * or, guarded, a whole object */
	MPP_OP_ACQUIRE, MPP_OP_RELEASE,		/* locks */
	MPP_OP_ENQUEUE, MPP_OP_AWAIT, MPP_OP_NOTIFY, /* wait = enqueue, await */
	MPP_OP_SEND, MPP_OP_RECEIVE,		/* queues */
	MPP_OP_TAKE, MPP_OP_GIVE,		/* permits of a semaphore */
	MPP_OP_START, MPP_OP_JOIN, MPP_OP_EXIT,	/* life of a task */
	MPP_OP_SIGNAL, MPP_OP_POLL,
	MPP_OP_SLEEP, MPP_OP_CLOCK, MPP_OP_IDENTITY, MPP_OP_RANDOM,
	MPP_OP_CHOOSE,				/* `choices` alternatives */
	MPP_OP_FUTEX_WAIT, MPP_OP_FUTEX_WAKE,	/* step grain only */
	MPP_OP_KINDS
};

#define MPP_PLAIN 0xff	/* mpp_op.order of a plain, non-atomic access */

/* mpp_op.flags */
enum {
	MPP_OWNED = 1,		/* ACQUIRE: dies with its holder; death = futex word */
	MPP_RECURSIVE = 2,	/* ACQUIRE, RELEASE: one of several levels */
};

struct mpp_op {
	const void *pc;		/* the caller's return address: says file:line */
	void *object;		/* address libmpp works on; NULL: none */
	void *guard;		/* the object's own lock, free or mine; NULL: none */
	/*
	 * May this be performed now without waiting?  Reads shared memory and
	 * this record only, never the caller's stack: it is called while other
	 * processes are loaded.  NULL: always.  Its answer may change only by
	 * an operation on the guard, without one on the object, or by a
	 * task's exit.
	 */
	bool (*ready)(const struct mpp_op *op, uint32_t self);
	uint64_t arg[2];	/* what ready() needs; JOIN, POLL, SIGNAL: arg[0] is
				 * the child's id (SIGNAL: arg[1] the signal);
				 * access to an array: 1 + the item's index */
	uint32_t *death;	/* ACQUIRE with MPP_OWNED: futex word to mark with
				 * FUTEX_OWNER_DIED when its holder dies */
	int64_t timeout_ns;	/* 0: try; MPP_FOREVER */
	uint32_t size;		/* bytes accessed; 0: the whole object */
	uint16_t choices;	/* MPP_OP_CHOOSE: how many */
	uint8_t kind;		/* enum mpp_op_kind */
	uint8_t order;		/* memory_order, or MPP_PLAIN */
	uint8_t typecode;	/* of the cell, for people; 0: unknown */
	uint8_t flags;
};

/* What a primitive reports beside its result. */
enum mpp_fault_kind {
	MPP_FAULT_OVERFLOW,	/* a typed store wrapped */
	MPP_FAULT_RANGE,	/* index outside the array */
	MPP_FAULT_MISUSE,	/* release not held, by a non-owner, ... */
};

/*
 * A child's life, in shared memory, written by whoever ends it (the parent
 * that reaps it; under a scheduler the scheduler, in the kernel's place).
 */
struct mpp_life {
	uint32_t ended;		/* 0: running or not started; 1: ended */
	int32_t status;		/* exit code 0..255, or -N for death by signal N */
};

struct mpp_hooks {
	uint32_t abi;		/* sizeof(struct mpp_hooks) when built */
	/*
	 * Before the effect; op is copied.  >= 0: perform the effect now (the
	 * number is the choice taken); MPP_ETIMEDOUT, MPP_EAGAIN: do not, return
	 * it.  A scheduler returns >= 0 only when ready(); a counting, killing
	 * or tracing hook may return 0 at any time, then the caller waits
	 * natively.  JOIN of a task that ended, START and an untimed JOIN need
	 * no ready().
	 */
	int (*before)(const struct mpp_op *op);
	/* After the effect, same task, no switch in between: its result, an
	 * error too; value: what was read or written, widened, or 0. */
	void (*after)(const struct mpp_op *op, int result, uint64_t value);

	/* Everything below may be NULL: then the primitive does it natively. */

	/* Owner id to store in shared words, 1..2^29.  Asked anew after each
	 * before(): a scheduler may let equal tasks change places there. */
	uint32_t (*self)(void);
	/* Runs fn(copy of arg) as a new process (or task of this process). */
	int (*start)(uint32_t *child, int (*fn)(void *), const void *arg,
		     size_t size, bool shares_memory, struct mpp_life *life,
		     const char *name);
	void (*exit)(int status) __attribute__((noreturn));
	int (*signal)(uint32_t child, int signo);	/* sends; it dies later */
	int64_t (*now_ns)(void);
	uint64_t (*random)(void);
	void *(*share)(size_t size, const char *name);	/* zeroed; 64-aligned;
						 * NULL: no memory */
	void (*unshare)(void *user, size_t size);	/* what share() gave */
	void (*observe)(const char *name, const void *values, size_t count,
			char typecode);
	void (*fault)(int fault_kind, const struct mpp_op *op, const char *text);
	/* libmpp's address of shared memory = the program's + door bytes. */
	ptrdiff_t door;
	/* The child, just started, ends when the calling process has. */
	void (*daemon)(uint32_t child);
	/* 1, 2, ...: the next number for a name, counted by each process for
	 * the processes and for the threads it makes. */
	uint32_t (*number)(bool thread);
	/* The name of the calling process or thread; lasts until its end. */
	const char *(*name)(void);
	/*
	 * Inside an operation: the calling task now holds the owned futex lock
	 * at `core`, or no more, besides what ACQUIRE and RELEASE tell.  *death
	 * is marked when it dies, as for ACQUIRE.
	 */
	void (*hold)(void *core, uint32_t *death);
	void (*unhold)(void *core);
	/* Of a memory order.  It is no operation and changes nothing, but
	 * what the atomic accesses around it order depends on it. */
	void (*fence)(int order);
};

MPP_API const struct mpp_hooks *mpp_hooks_installed;	/* NULL in production */

/* Where mpp_observe() goes when no hooks are installed; NULL: to stdout. */
MPP_API void (*mpp_observe_sink)(const char *name, const void *values,
				 size_t count, char typecode);

/*
 * Set before the first start: processes run as threads of the calling process
 * (for helgrind and DRD, which see one address space only).  Exit codes work;
 * private memory, kill and terminate do not (MPP_ENOTSUP).
 */
MPP_API bool mpp_processes_as_threads;

#define MPP_HOOKED() (__builtin_expect(mpp_hooks_installed != NULL, 0))

#endif
