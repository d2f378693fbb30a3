/* SPDX-License-Identifier: MIT */
/*
 * once.c - an owned lock and two words.
 *
 * Death:   the function runs under the lock, so the kernel gives it to the
 *          next one when the runner ends.  `tried` is stored before the
 *          function is called and `done` after it returned: who dies between
 *          any two stores leaves a once that was not tried, was tried, or is
 *          done, and there is nothing to repair.
 * Order:   `done` is stored with release and loaded with acquire, so who finds
 *          it without the lock sees what the function wrote.
 */
#include <mpp/once.h>

#include "rlock.h"

struct mpp_once {
	uint32_t done;
	uint32_t tried; /* somebody has called a function */
	struct mpp_core lock __attribute__((aligned(MPP_LINE)));
};

int mpp_once_new(struct mpp_once **out)
{
	struct mpp_once *user, *o;
	int err;

	if (!out)
		return MPP_EINVAL;
	err = mpp_robust_fits();
	if (err < 0)
		return err;
	user = mpp_shared_alloc(sizeof(*user), "once");
	if (!user)
		return MPP_ENOMEM;
	o = mpp_inside(user);
	mpp_tell_words(&o->done, sizeof(o->done));
	mpp_core_init(&o->lock, 0);
	*out = user;
	return 0;
}

void mpp_once_free(struct mpp_once *once)
{
	if (!once)
		return;
	mpp_core_fini(&((struct mpp_once *)mpp_inside(once))->lock);
	mpp_shared_free(once, sizeof(*once));
}

static inline bool look(struct mpp_once *o)
{
	bool done = mpp_load(&o->done);

	if (done)
		mpp_tell_after(&o->done);
	return done;
}

static bool is_done(struct mpp_once *o, const void *pc)
{
	struct mpp_op op;
	bool done;

	if (!MPP_ANNOUNCES())
		return look(o);
	op = mpp_whole(o, MPP_OP_READ, pc);
	(void)mpp_before(&op);
	done = look(o);
	mpp_after(&op, 0, done);
	return done;
}

enum { FIRST, AGAIN, DONE };

/* Under the lock. */
static int begin(struct mpp_once *o, const void *pc)
{
	struct mpp_op op;
	int was;

	if (MPP_ANNOUNCES()) {
		op = mpp_whole(o, MPP_OP_RMW, pc);
		(void)mpp_before(&op);
	}
	was = look(o) && !MPP_MUTANT(ONCE_LOOKS_ONCE) ? DONE
	      : mpp_load(&o->tried)		       ? AGAIN
						       : FIRST;
	if (was == FIRST && !MPP_MUTANT(ONCE_FORGETS_TRY))
		mpp_store(&o->tried, 1);
	if (MPP_ANNOUNCES())
		mpp_after(&op, 0, was == DONE);
	return was;
}

static void finish(struct mpp_once *o, const void *pc)
{
	struct mpp_op op;

	if (MPP_ANNOUNCES()) {
		op = mpp_whole(o, MPP_OP_WRITE, pc);
		(void)mpp_before(&op);
	}
	mpp_tell_before(&o->done);
	mpp_store(&o->done, 1);
	if (MPP_ANNOUNCES())
		mpp_after(&op, 0, 1);
}

/* Under the lock. */
static int run_locked(struct mpp_once *o, mpp_once_function *function,
		      void *context, const void *pc)
{
	int was = begin(o, pc);
	int result;

	if (was == DONE)
		return 0;
	if (MPP_MUTANT(ONCE_DONE_EARLY))
		mpp_now_store(&o->done, 1);
	result = function(context, was == AGAIN);
	if (result == 0)
		finish(o, pc);
	return result;
}

static MPP_ANNOUNCED int run(struct mpp_once *o, mpp_once_function *function,
			     void *context, int64_t timeout_ns, const void *pc)
{
	int err = mpp_lock_take(&o->lock, timeout_ns, pc);

	if (err == MPP_EOWNERDEAD)
		err = mpp_core_consistent(&o->lock, mpp_self());
	if (err < 0)
		return err;
	err = run_locked(o, function, context, pc);
	(void)mpp_lock_drop(&o->lock, pc);
	return err;
}

int mpp_once_run(struct mpp_once *once, mpp_once_function *function,
		 void *context, int64_t timeout_ns)
{
	struct mpp_once *o = mpp_inside(once);

	if (MPP_LIKELY(is_done(o, MPP_CALLER())))
		return 0;
	return run(o, function, context, timeout_ns, MPP_CALLER());
}

bool mpp_once_is_done(struct mpp_once *once)
{
	return is_done(mpp_inside(once), MPP_CALLER());
}
