/* SPDX-License-Identifier: MIT */
/*
 * pool_wait.c - the maker waits for workers.
 *
 * Idea:    it spins a little, then sleeps on the bell that a worker rings when
 *          a job has no chunks left, in slices: after each it looks after its
 *          workers.  So a death costs a slice and never hangs anybody.
 */
#include "pool_parts.h"

static bool is_met(const struct mpp_pool *p, struct mpp_want want)
{
	uint64_t rows = want.rows;

	if (want.kind == MPP_FOR_START)
		return mpp_all_started(p);
	for (; rows; rows &= rows - 1) {
		bool over = mpp_job_is_over(&p->row[__builtin_ctzll(rows)]);

		if (over != (want.kind == MPP_FOR_ALL))
			return over;
	}
	return want.kind == MPP_FOR_ALL;
}

/* There is something to see or to do, besides what is waited for. */
static bool is_news(const struct mpp_pool *p, struct mpp_want want)
{
	uint64_t rows = want.rows;

	if (mpp_load(&p->ended) || mpp_any_failed(p) ||
	    mpp_load(&p->state) == MPP_POOL_TERMINATED)
		return true;
	for (; rows; rows &= rows - 1)
		if (mpp_job_is_stuck(&p->row[__builtin_ctzll(rows)]))
			return true;
	return false;
}

static bool await_ready(const struct mpp_op *op, uint32_t self)
{
	const struct mpp_pool *p = op->object;
	struct mpp_want want = { op->arg[0], op->arg[1] };

	(void)self;
	if (is_met(p, want) || is_news(p, want))
		return true;
	for (unsigned i = 0; i < p->options.workers; i++)
		if (mpp_worker_is_missed(&p->worker[i]))
			return true;
	return false;
}

/* Until it is met or there is news or a slice is over; MPP_ETIMEDOUT. */
static int sleep_until(struct mpp_pool *p, struct mpp_want want,
		       int64_t deadline)
{
	int64_t end = mpp_deadline(mpp_slice(MPP_POOL_SLICE));
	unsigned round = 0;
	uint32_t heard;

	while (mpp_bell_spin(&round))
		if (is_met(p, want))
			return 0;
	heard = mpp_bell_listen(&p->reports);
	if (is_met(p, want) || is_news(p, want))
		return 0;
	if (deadline <= end)
		return mpp_futex_wait(&p->reports.word, heard, deadline);
	(void)mpp_futex_wait(&p->reports.word, heard, end);
	return 0;
}

static int look_once(struct mpp_pool *p, struct mpp_want want,
		     int64_t timeout_ns, int64_t deadline, const void *pc)
{
	struct mpp_op op;
	int err = timeout_ns <= 0 ? MPP_EAGAIN : 0;

	if (MPP_ANNOUNCES()) {
		int go;

		op = mpp_whole_when(p, MPP_OP_AWAIT, await_ready, timeout_ns,
				    pc);
		op.arg[0] = want.kind;
		op.arg[1] = want.rows;
		go = mpp_before(&op);
		if (go < 0)
			return go;
	}
	if (mpp_call_scheduled())
		err = 0;
	else if (err == 0 && !is_met(p, want))
		err = sleep_until(p, want, deadline);
	if (MPP_ANNOUNCES())
		mpp_after(&op, 0, 0);
	return err;
}

/* With the hands: else a row might go to another job in between. */
void mpp_pool_learn(struct mpp_pool *p, uint64_t rows)
{
	mpp_tell_after(&p->reports);
	mpp_hands_take(p);
	for (; rows; rows &= rows - 1) {
		struct mpp_result *r = &p->row[__builtin_ctzll(rows)];

		if (!mpp_load(&r->known) && mpp_job_is_over(r))
			mpp_store(&r->known, 1);
	}
	mpp_hands_drop(p);
}

/* What there was to see; > 0: nothing. */
static int judge(struct mpp_pool *p, struct mpp_want want)
{
	if (is_met(p, want)) {
		mpp_pool_learn(p, want.rows);
		return 0;
	}
	if (mpp_any_failed(p))
		return MPP_EINIT;
	return mpp_load(&p->state) == MPP_POOL_TERMINATED ? MPP_ECLOSED : 1;
}

int mpp_pool_wait(struct mpp_pool *p, struct mpp_want want, int64_t timeout_ns,
		  const void *pc)
{
	int64_t deadline = mpp_deadline(timeout_ns);
	int err, seen;

	do {
		err = look_once(p, want, timeout_ns, deadline, pc);
		if (err == 0 || !mpp_call_scheduled()) {
			seen = judge(p, want);
			if (seen > 0) {
				mpp_pool_tend(p, pc);
				seen = judge(p, want);
			}
			if (seen <= 0)
				return seen;
		}
	} while (err == 0);
	return err;
}
