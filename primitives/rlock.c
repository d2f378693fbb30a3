/* SPDX-License-Identifier: MIT */
/*
 * rlock.c - RLock: the owned futex lock and a level.
 *
 * Idea:    the level is written by the holder only, so it needs no atomic
 *          operation; a dead holder's level is overwritten with 1.
 */
#include <mpp/rlock.h>

#include "rlock.h"

static int rlock_take(struct mpp_core *core, struct mpp_self me,
		      int64_t timeout_ns)
{
	int err;

	if (mpp_core_owner(core) == me.id ||
	    (MPP_MUTANT(RLOCK_TAKES_FREE) && mpp_load(&core->level) == 0 &&
	     !mpp_core_owner(core))) {
		if (core->level >= INT32_MAX)
			return MPP_EOVERFLOW;
		mpp_store(&core->level, core->level + 1);
		return 0;
	}
	err = mpp_core_acquire(core, me, timeout_ns);
	if (err == 0 || err == MPP_EOWNERDEAD)
		mpp_store(&core->level, 1);
	return err;
}

static int rlock_drop(struct mpp_core *core, struct mpp_self me)
{
	if (mpp_core_owner(core) != me.id)
		return MPP_EPERM;
	if (core->level > 1) {
		mpp_store(&core->level, core->level - 1);
		return 0;
	}
	mpp_store(&core->level, 0);
	return mpp_core_release(core, me);
}

int mpp_rlock_new(struct mpp_rlock **out)
{
	struct mpp_rlock *user;
	int err;

	if (!out)
		return MPP_EINVAL;
	err = mpp_robust_fits();
	if (err < 0)
		return err;
	user = mpp_shared_alloc(sizeof(*user), "rlock");
	if (!user)
		return MPP_ENOMEM;
	mpp_core_init(&((struct mpp_rlock *)mpp_inside(user))->core, 0);
	*out = user;
	return 0;
}

void mpp_rlock_free(struct mpp_rlock *lock)
{
	if (!lock)
		return;
	mpp_core_fini(&((struct mpp_rlock *)mpp_inside(lock))->core);
	mpp_shared_free(lock, sizeof(*lock));
}

static MPP_ANNOUNCED int acquire_announced(struct mpp_core *core, int64_t timeout_ns,
				      const void *pc)
{
	struct mpp_op op = {
		.pc = pc,
		.object = core,
		.ready = mpp_core_ready,
		.death = &core->word,
		.timeout_ns = mpp_limit(timeout_ns),
		.kind = MPP_OP_ACQUIRE,
		.order = __ATOMIC_SEQ_CST,
		.flags = MPP_OWNED | MPP_RECURSIVE,
	};
	int err = mpp_before(&op);

	if (err < 0)
		return err;
	err = rlock_take(core, mpp_self(), timeout_ns);
	mpp_after(&op, err, core->level);
	return err;
}

static MPP_ANNOUNCED int release_announced(struct mpp_core *core, const void *pc)
{
	struct mpp_op op = {
		.pc = pc,
		.object = core,
		.kind = MPP_OP_RELEASE,
		.order = __ATOMIC_SEQ_CST,
		.flags = MPP_OWNED | MPP_RECURSIVE,
	};
	int err = mpp_before(&op);

	if (err < 0)
		return err;
	err = rlock_drop(core, mpp_self());
	if (err == MPP_EPERM)
		mpp_fault(MPP_FAULT_MISUSE, &op,
			  mpp_core_owner(core)
				  ? "release of a lock that another one holds"
				  : "release of a lock that is not held");
	mpp_after(&op, err, err == 0 ? core->level : 0);
	return err;
}

int mpp_rlock_take(struct mpp_core *core, int64_t timeout_ns, const void *pc)
{
	if (MPP_ANNOUNCES())
		return acquire_announced(core, timeout_ns, pc);
	return rlock_take(core, mpp_self(), timeout_ns);
}

int mpp_rlock_drop(struct mpp_core *core, const void *pc)
{
	if (MPP_ANNOUNCES())
		return release_announced(core, pc);
	return rlock_drop(core, mpp_self());
}

int mpp_rlock_acquire(struct mpp_rlock *lock, int64_t timeout_ns)
{
	struct mpp_rlock *l = mpp_inside(lock);

	if (MPP_ANNOUNCES())
		return acquire_announced(&l->core, timeout_ns, MPP_CALLER());
	return rlock_take(&l->core, mpp_self(), timeout_ns);
}

int mpp_rlock_release(struct mpp_rlock *lock)
{
	struct mpp_rlock *l = mpp_inside(lock);

	if (MPP_ANNOUNCES())
		return release_announced(&l->core, MPP_CALLER());
	return rlock_drop(&l->core, mpp_self());
}

int mpp_rlock_consistent(struct mpp_rlock *lock)
{
	struct mpp_rlock *l = mpp_inside(lock);

	return mpp_core_consistent(&l->core, mpp_self());
}
