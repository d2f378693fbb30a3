/* SPDX-License-Identifier: MIT */
/*
 * joinable_queue.c - a queue that knows when all its tasks are done.
 *
 * Idea:    no common counter is kept; all follows from words that only grow
 *          and have one writer at a time:
 *
 *            tail      tasks put                         (slots.h)
 *            head      tasks got                         (slots.h)
 *            got[c]    those that the holder of seat c got
 *            done[c]   those of them that it said to be done
 *            pardoned  lost ones that count as done
 *
 *          unfinished = tail - sum of done - pardoned.  join reads the done
 *          words first: done <= got <= put at any time and none shrinks, so
 *          when the early sum equals the late tail, both were equal between.
 * Death:   lost = head - pardoned - the sum, over the seats, of got, or of done
 *          where the holder is dead.  So a consumer that is killed between
 *          the stores of head and of its got has lost its task, too.  A living
 *          one between them holds the getters' lock, under which the formula
 *          is evaluated.  Each of task_done and forgive is one store.
 *          Who takes a dead one's seat lowers its got to its done, under that
 *          lock: no sum changes by that.
 * Source:  multiprocessing.JoinableQueue, whose count survives nobody's death.
 */
#include <mpp/joinable_queue.h>

#include "slots.h"

struct consumer {
	struct mpp_seat seat MPP_APART;
	uint64_t got;
	uint64_t done;
};

struct mpp_joinable_queue {
	struct mpp_slots slots;
	uint64_t pardoned MPP_APART;
	struct mpp_bell_apart finished;
	struct consumer consumers[MPP_MEMBERS];
};

int mpp_joinable_queue_new(struct mpp_joinable_queue **out, size_t capacity,
			   size_t msg_size)
{
	struct mpp_joinable_queue *q;
	void *user;
	int err;

	if (!out)
		return MPP_EINVAL;
	err = mpp_slots_new(&user, sizeof(*q), capacity, msg_size,
			    "joinable queue");
	if (err < 0)
		return err;
	q = mpp_inside(user);
	mpp_tell_words(&q->pardoned, sizeof(q->pardoned));
	mpp_tell_words(&q->finished, sizeof(q->finished));
	for (unsigned i = 0; i < MPP_MEMBERS; i++) {
		mpp_seat_init(&q->consumers[i].seat);
		mpp_tell_words(&q->consumers[i].got, 2 * sizeof(uint64_t));
	}
	*out = user;
	return 0;
}

void mpp_joinable_queue_free(struct mpp_joinable_queue *queue)
{
	struct mpp_joinable_queue *q;

	if (!queue)
		return;
	q = mpp_inside(queue);
	for (unsigned i = 0; i < MPP_MEMBERS; i++)
		mpp_seat_fini(&q->consumers[i].seat);
	mpp_slots_free(queue);
}

static uint64_t unfinished(const struct mpp_joinable_queue *q)
{
	uint64_t finished = mpp_load64(&q->pardoned);
	uint64_t put = 0;

	if (MPP_MUTANT(JOIN_PUT_FIRST))
		put = mpp_load64(&q->slots.tail.n);
	for (unsigned i = 0; i < MPP_MEMBERS; i++)
		finished += mpp_load64(&q->consumers[i].done);
	if (!MPP_MUTANT(JOIN_PUT_FIRST))
		put = mpp_load64(&q->slots.tail.n);
	return put - finished;
}

/* Exact under the getters' lock; without it, 0 may be something else for a
 * moment, and something else 0. */
static uint64_t count_lost(const struct mpp_joinable_queue *q)
{
	uint64_t owned = mpp_load64(&q->pardoned);

	for (unsigned i = 0; i < MPP_MEMBERS; i++) {
		const struct consumer *c = &q->consumers[i];

		owned += mpp_load64(mpp_seat_is_dead(&c->seat) ? &c->done
							       : &c->got);
	}
	return mpp_load64(&q->slots.head.n) - owned;
}

/*
 * Under a scheduler: what was done long ago is the same as what never was, once
 * the ring is empty and its indexes may change.
 */
static void tidy(struct mpp_slots *slots)
{
	struct mpp_joinable_queue *q = (struct mpp_joinable_queue *)slots;
	uint64_t head = mpp_load64(&slots->head.n) - mpp_load64(&q->pardoned);

	if (!mpp_slots_forget(slots))
		return;
	for (unsigned i = 0; i < MPP_MEMBERS; i++) {
		struct consumer *c = &q->consumers[i];
		uint64_t done = mpp_load64(&c->done);

		mpp_store64(&c->got, mpp_load64(&c->got) - done);
		mpp_store64(&c->done, 0);
		head -= done;
	}
	mpp_store64(&q->pardoned, 0);
	mpp_store64(&slots->head.n, head);
	mpp_store64(&slots->tail.n, head);
}

int mpp_joinable_queue_put(struct mpp_joinable_queue *queue,
			   const void *message, int64_t timeout_ns)
{
	struct mpp_joinable_queue *q = mpp_inside(queue);

	if (MPP_ANNOUNCES())
		return mpp_slots_put_announced(&q->slots, message, timeout_ns,
					       tidy, MPP_CALLER());
	return mpp_slots_put(&q->slots, message, timeout_ns);
}

/* What its dead holder had not done is nobody's from now on. */
static void disown(struct mpp_seat *seat, void *queue)
{
	struct mpp_joinable_queue *q = queue;
	struct consumer *c = (struct consumer *)seat;
	struct mpp_self me = mpp_self();

	if (mpp_side_enter(&q->slots.getters, me, MPP_FOREVER) < 0)
		mpp_bug("the lock of the consumers cannot be recovered");
	mpp_store64(&c->got, mpp_load64(&c->done));
	mpp_side_leave(&q->slots.getters, me);
}

/* The caller's seat, or NULL. */
static struct consumer *my_consumer(struct mpp_joinable_queue *q)
{
	struct mpp_self me = mpp_self();
	unsigned first = mpp_first_seat();

	for (unsigned i = 0; i < MPP_MEMBERS; i++) {
		struct consumer *c = &q->consumers[(first + i) % MPP_MEMBERS];

		if (mpp_seat_is_mine(&c->seat, me))
			return c;
	}
	return NULL;
}

static MPP_ANNOUNCED int take_seat(struct mpp_joinable_queue *q,
				   struct consumer **out, const void *pc)
{
	unsigned first = mpp_first_seat();

	for (unsigned i = 0; i < MPP_MEMBERS; i++) {
		struct consumer *c = &q->consumers[(first + i) % MPP_MEMBERS];
		int err = mpp_seat_operation(&c->seat, MPP_OP_ACQUIRE, disown,
					     q, pc);

		if (err == MPP_EAGAIN)
			continue; /* taken */
		if (err == 0)
			*out = c;
		return err;
	}
	return MPP_ENOMEM;
}

int mpp_joinable_queue_get(struct mpp_joinable_queue *queue, void *message,
			   int64_t timeout_ns)
{
	struct mpp_joinable_queue *q = mpp_inside(queue);
	struct consumer *c = my_consumer(q);

	if (MPP_UNLIKELY(!c)) {
		int err = take_seat(q, &c, MPP_CALLER());

		if (err < 0)
			return err;
	}
	if (MPP_ANNOUNCES())
		return mpp_slots_get_announced(&q->slots, message, timeout_ns,
					       &c->got, tidy, MPP_CALLER());
	return mpp_slots_get(&q->slots, message, timeout_ns, &c->got);
}

static int done_now(struct mpp_joinable_queue *q)
{
	struct consumer *c = my_consumer(q);

	if (!c || mpp_load64(&c->got) == mpp_load64(&c->done))
		return MPP_ESTATE;
	(void)mpp_add64(&c->done, 1);
	if (!MPP_MUTANT(JOIN_DONE_NO_RING))
		mpp_bell_ring(&q->finished.bell);
	return 0;
}

int mpp_joinable_queue_task_done(struct mpp_joinable_queue *queue)
{
	struct mpp_joinable_queue *q = mpp_inside(queue);
	struct mpp_op op;
	int err;

	if (!MPP_ANNOUNCES())
		return done_now(q);
	op = mpp_whole(q, MPP_OP_WRITE, MPP_CALLER());
	op.flags = MPP_DONE;
	err = mpp_before(&op);
	if (err < 0)
		return err;
	err = done_now(q);
	if (err == MPP_ESTATE)
		mpp_fault(MPP_FAULT_MISUSE, &op,
			  "task_done by one who has got no task to do");
	if (mpp_scheduled())
		tidy(&q->slots);
	mpp_after(&op, err, 0);
	return err;
}

/* MPP_EAGAIN: some are not done, but may be. */
static int look(struct mpp_joinable_queue *q, int64_t limit_ns)
{
	struct mpp_self me;
	uint64_t lost;
	int err;

	if (unfinished(q) == 0)
		return 0;
	if (count_lost(q) == 0)
		return MPP_EAGAIN;
	if (MPP_MUTANT(JOIN_LOST_UNLOCKED))
		return MPP_ELOST;
	me = mpp_self();
	err = mpp_side_enter(&q->slots.getters, me, limit_ns);
	if (err < 0)
		return err;
	lost = count_lost(q);
	mpp_side_leave(&q->slots.getters, me);
	return lost ? MPP_ELOST : MPP_EAGAIN;
}

static bool can_join(const void *queue)
{
	const struct mpp_joinable_queue *q = queue;

	return unfinished(q) == 0 || count_lost(q) != 0;
}

static int join(struct mpp_joinable_queue *q, int64_t timeout_ns)
{
	int err = look(q, timeout_ns);
	int64_t deadline;

	if (err != MPP_EAGAIN || timeout_ns <= 0)
		return err;
	deadline = mpp_deadline(timeout_ns);
	do {
		err = mpp_wait_until(&q->finished.bell, can_join, q, deadline);
		if (err < 0)
			return err;
		err = look(q, mpp_time_left(deadline));
	} while (err == MPP_EAGAIN);
	return err;
}

static bool join_ready(const struct mpp_op *op, uint32_t self)
{
	(void)self;
	return can_join(op->object);
}

int mpp_joinable_queue_join(struct mpp_joinable_queue *queue,
			    int64_t timeout_ns)
{
	struct mpp_joinable_queue *q = mpp_inside(queue);
	struct mpp_op op;
	int err;

	if (!MPP_ANNOUNCES())
		return join(q, timeout_ns);
	op = mpp_whole_when(q, MPP_OP_AWAIT, join_ready, timeout_ns,
			    MPP_CALLER());
	err = mpp_before(&op);
	if (err < 0)
		return err;
	err = join(q, mpp_scheduled() ? 0 : timeout_ns);
	if (mpp_scheduled() && err == MPP_EAGAIN)
		mpp_bug("a scheduled join would have to wait");
	mpp_after(&op, err, 0);
	return err;
}

/* Forgiving is one store: it makes the formula 0. */
static int64_t lost_now(struct mpp_joinable_queue *q, bool forgive)
{
	struct mpp_self me = mpp_self();
	uint64_t lost;
	int err = mpp_side_enter(&q->slots.getters, me, MPP_FOREVER);

	if (err < 0)
		return err;
	lost = count_lost(q);
	if (forgive && lost)
		mpp_store64(&q->pardoned, mpp_load64(&q->pardoned) + lost);
	mpp_side_leave(&q->slots.getters, me);
	if (forgive)
		mpp_bell_ring(&q->finished.bell);
	return (int64_t)lost;
}

static MPP_ANNOUNCED int64_t lost_announced(struct mpp_joinable_queue *q,
					    bool forgive, const void *pc)
{
	struct mpp_op op = mpp_whole(q, forgive ? MPP_OP_WRITE : MPP_OP_READ,
				     pc);
	int64_t lost = mpp_before(&op);

	if (lost < 0)
		return lost;
	lost = lost_now(q, forgive);
	if (forgive && mpp_scheduled())
		tidy(&q->slots);
	mpp_after(&op, 0, (uint64_t)lost);
	return lost;
}

int64_t mpp_joinable_queue_lost(struct mpp_joinable_queue *queue)
{
	struct mpp_joinable_queue *q = mpp_inside(queue);

	if (MPP_ANNOUNCES())
		return lost_announced(q, false, MPP_CALLER());
	return lost_now(q, false);
}

int64_t mpp_joinable_queue_forgive(struct mpp_joinable_queue *queue)
{
	struct mpp_joinable_queue *q = mpp_inside(queue);

	if (MPP_ANNOUNCES())
		return lost_announced(q, true, MPP_CALLER());
	return lost_now(q, true);
}

size_t mpp_joinable_queue_length(struct mpp_joinable_queue *queue)
{
	struct mpp_joinable_queue *q = mpp_inside(queue);

	return mpp_slots_length(&q->slots, MPP_CALLER());
}

int mpp_joinable_queue_close(struct mpp_joinable_queue *queue)
{
	struct mpp_joinable_queue *q = mpp_inside(queue);

	return mpp_slots_close(&q->slots, MPP_CALLER());
}

int mpp_joinable_queue_producer(struct mpp_joinable_queue *queue)
{
	struct mpp_joinable_queue *q = mpp_inside(queue);

	return mpp_members_enter(&q->slots.producers, q, MPP_CALLER());
}

int mpp_joinable_queue_producer_done(struct mpp_joinable_queue *queue)
{
	struct mpp_joinable_queue *q = mpp_inside(queue);

	return mpp_members_leave(&q->slots.producers, q,
				 &q->slots.readable.bell, MPP_CALLER());
}
