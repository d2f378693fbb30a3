/* SPDX-License-Identifier: MIT */
/*
 * queue.c - bounded FIFO of fixed-size messages in one shared mapping.
 *
 * Idea:    a ring with two ever-growing indexes.  Each side has its own owned
 *          lock, so producers exclude each other and so do consumers, but the
 *          sides meet only in the indexes: a producer copies its message and
 *          then stores `tail`, a consumer copies and then stores `head`.  Each
 *          side remembers the other's index and looks again only when the
 *          queue seems full (empty).  No system call while neither.
 * Death:   a put or get happens when its index is stored, by one store.  Who
 *          is killed before has done nothing (a message is neither half there
 *          nor lost), and the next of its side gets the lock from the kernel:
 *          there is nothing to repair.
 * End:     a registered producer holds an owned lock, its seat, for life; so
 *          the kernel (or a scheduler) marks the seat when it dies.  It wakes
 *          no consumer, therefore those that wait look again every SLICE.
 * Source:  Lamport's single-producer ring; robust locks: lock.c.  The indexes
 *          are taken modulo a power of two >= capacity, so that an index has
 *          one value for ever and no slot number has to be kept with it.
 */
#include <string.h>

#include <mpp/queue.h>

#include "bell.h"
#include "futex_lock.h"

enum {
	SEATS = 64, /* producers registered at one time */
	SLICE = 50 * 1000000, /* ns; see Death in bell.h, and End above */
	TRY_SLICE = 10 * 1000000, /* ns a try waits while another copies */
};

/* A producer's registration. */
struct seat {
	struct mpp_core lock;
	uint32_t counts; /* 1: get waits for its holder */
};

/* A line that no other traffic disturbs: processors fetch lines in pairs. */
#define APART __attribute__((aligned(MPP_LINE)))
struct gap {
	char unused[MPP_LINE];
};

/* What one side owns and the other never touches. */
struct side {
	struct mpp_core lock APART;
	uint64_t seen; /* the other side's index, some time ago */
	struct gap gap APART;
};

struct index {
	uint64_t n APART;
	struct gap gap APART;
};

struct bell_apart {
	struct mpp_bell bell APART;
	struct gap gap APART;
};

struct mpp_queue {
	/* Written rarely. */
	uint64_t capacity;
	uint64_t mask; /* slots - 1 */
	size_t msg_size;
	size_t stride; /* bytes of a slot */
	size_t total; /* bytes of the whole */
	uint32_t closed;
	uint32_t registered; /* somebody was a producer */
	struct gap gap APART;

	struct side producers;
	struct index tail; /* messages put */
	struct side consumers;
	struct index head; /* messages got; tail - capacity <= head <= tail */
	struct bell_apart readable;
	struct bell_apart writable;
	struct seat seats[SEATS];
	char slots[] APART;
};

static void *slot(struct mpp_queue *q, uint64_t index)
{
	return q->slots + (index & q->mask) * q->stride;
}

static uint64_t round_up(uint64_t n)
{
	uint64_t power = 1;

	while (power < n)
		power *= 2;
	return power;
}

static void lay_out(struct mpp_queue *q)
{
	mpp_core_init(&q->producers.lock, 0);
	mpp_core_init(&q->consumers.lock, 0);
	for (unsigned i = 0; i < SEATS; i++)
		mpp_core_init(&q->seats[i].lock, 0);
	mpp_tell_words(&q->closed, sizeof(q->closed));
	mpp_tell_words(&q->registered, sizeof(q->registered));
	mpp_tell_words(&q->readable, sizeof(q->readable));
	mpp_tell_words(&q->writable, sizeof(q->writable));
	mpp_tell_words(&q->tail, sizeof(q->tail));
	mpp_tell_words(&q->head, sizeof(q->head));
	for (unsigned i = 0; i < SEATS; i++)
		mpp_tell_words(&q->seats[i].counts, sizeof(uint32_t));
}

int mpp_queue_new(struct mpp_queue **out, size_t capacity, size_t msg_size)
{
	struct mpp_queue *user, *q;
	size_t stride, total;
	int err;

	if (!out || capacity == 0 || msg_size == 0)
		return MPP_EINVAL;
	if (capacity > SIZE_MAX / 4 || msg_size > SIZE_MAX / 4)
		return MPP_ENOMEM;
	err = mpp_robust_fits();
	if (err < 0)
		return err;
	stride = (msg_size + 7) & ~(size_t)7;
	if (__builtin_mul_overflow(stride, round_up(capacity), &total) ||
	    __builtin_add_overflow(total, sizeof(*q), &total))
		return MPP_ENOMEM;
	user = mpp_shared_alloc(total, "queue");
	if (!user)
		return MPP_ENOMEM;
	q = mpp_inside(user);
	q->capacity = capacity;
	q->mask = round_up(capacity) - 1;
	q->msg_size = msg_size;
	q->stride = stride;
	q->total = total;
	lay_out(q);
	*out = user;
	return 0;
}

void mpp_queue_free(struct mpp_queue *queue)
{
	struct mpp_queue *q;

	if (!queue)
		return;
	q = mpp_inside(queue);
	/* What the caller holds must leave its robust list. */
	for (unsigned i = 0; i < SEATS; i++)
		mpp_core_fini(&q->seats[i].lock);
	mpp_core_fini(&q->producers.lock);
	mpp_core_fini(&q->consumers.lock);
	mpp_shared_free(queue, q->total);
}

/*
 * The side's lock is held for one copy only, so a try does wait for it, but
 * not for ever (its holder may be stopped).
 */
static MPP_ANNOUNCED int enter_slow(struct side *side, struct mpp_self me, int err,
			       int64_t limit_ns)
{
	if (err == MPP_EAGAIN)
		err = mpp_core_acquire(&side->lock, me,
				       limit_ns > 0 ? limit_ns
						    : mpp_slice(TRY_SLICE));
	if (err == MPP_EOWNERDEAD) /* nothing to repair: see Death */
		return mpp_core_consistent(&side->lock, me);
	return err == MPP_ETIMEDOUT && limit_ns <= 0 ? MPP_EAGAIN : err;
}

static inline int enter(struct side *side, struct mpp_self me, int64_t limit_ns)
{
	int err = mpp_core_acquire(&side->lock, me, 0);

	return MPP_LIKELY(err == 0) ? 0 : enter_slow(side, me, err, limit_ns);
}

static inline void leave(struct side *side, struct mpp_self me)
{
	(void)mpp_core_release(&side->lock, me);
}

/* With the side's lock held. */
static inline bool has_room(struct mpp_queue *q, uint64_t tail)
{
	uint64_t *seen = &q->producers.seen;

	if (MPP_UNLIKELY(tail - *seen >= q->capacity))
		*seen = mpp_load64(&q->head.n);
	return tail - *seen < q->capacity;
}

static inline bool has_message(struct mpp_queue *q, uint64_t head)
{
	uint64_t *seen = &q->consumers.seen;

	if (MPP_UNLIKELY(*seen <= head))
		*seen = mpp_load64(&q->tail.n);
	return *seen > head;
}

/* Everybody who ever registered is done or dead. */
static bool producers_gone(const struct mpp_queue *q)
{
	if (!mpp_load(&q->registered))
		return false;
	for (unsigned i = 0; i < SEATS; i++)
		if (mpp_load(&q->seats[i].counts) &&
		    mpp_core_owner(&q->seats[i].lock))
			return false;
	return true;
}

/* No message will come. */
static bool ended(const struct mpp_queue *q)
{
	return mpp_load(&q->closed) || producers_gone(q);
}

static size_t length(const struct mpp_queue *q)
{
	uint64_t head, tail;

	do { /* until head stood still while tail was read */
		head = mpp_load64(&q->head.n);
		tail = mpp_load64(&q->tail.n);
	} while (head != mpp_load64(&q->head.n));
	return tail - head;
}

static bool can_put(const struct mpp_queue *q)
{
	return length(q) < q->capacity || mpp_load(&q->closed);
}

static bool can_get(const struct mpp_queue *q)
{
	return length(q) > 0 || ended(q);
}

/* MPP_EAGAIN: full. */
static int put_once(struct mpp_queue *q, const void *message, int64_t limit_ns)
{
	struct mpp_self me = mpp_self();
	uint64_t tail;
	int err = enter(&q->producers, me, limit_ns);

	if (MPP_UNLIKELY(err < 0))
		return err;
	tail = mpp_load64(&q->tail.n);
	if (MPP_UNLIKELY(mpp_load(&q->closed))) {
		err = MPP_ECLOSED;
	} else if (!has_room(q, tail)) {
		err = MPP_EAGAIN;
	} else {
		mpp_tell_after(&q->head);
		if (MPP_MUTANT(QUEUE_TAIL_EARLY))
			mpp_now_store64(&q->tail.n, tail + 1);
		mpp_copy(slot(q, tail), message, q->msg_size);
		mpp_tell_before(&q->tail);
		mpp_store64(&q->tail.n, tail + 1);
	}
	leave(&q->producers, me);
	if (MPP_LIKELY(err == 0))
		mpp_bell_ring(&q->readable.bell);
	return err;
}

/* What a get finds, with the side's lock held. */
static inline int look(struct mpp_queue *q, uint64_t head)
{
	if (MPP_LIKELY(has_message(q, head)))
		return 0;
	if (!ended(q))
		return MPP_EAGAIN;
	if (MPP_MUTANT(QUEUE_END_FIRST))
		return MPP_EPIPE;
	/* Asked in this order, the last message is not missed. */
	return has_message(q, head) ? 0 : MPP_EPIPE;
}

/* MPP_EAGAIN: empty. */
static int get_once(struct mpp_queue *q, void *message, int64_t limit_ns)
{
	struct mpp_self me = mpp_self();
	uint64_t head;
	int err = enter(&q->consumers, me, limit_ns);

	if (MPP_UNLIKELY(err < 0))
		return err;
	head = mpp_load64(&q->head.n);
	err = look(q, head);
	if (MPP_LIKELY(err == 0)) {
		mpp_tell_after(&q->tail);
		mpp_copy_out(message, slot(q, head), q->msg_size);
		mpp_tell_before(&q->head);
		mpp_store64(&q->head.n, head + 1);
	}
	leave(&q->consumers, me);
	if (MPP_LIKELY(err == 0) && !MPP_MUTANT(QUEUE_NO_RING))
		mpp_bell_ring(&q->writable.bell);
	return err;
}

static int64_t left(int64_t deadline_ns)
{
	int64_t now;

	if (deadline_ns == MPP_FOREVER)
		return MPP_FOREVER;
	now = mpp_clock();
	return deadline_ns > now ? deadline_ns - now : 1;
}

/* Spins, then sleeps; 0: look again. */
static int wait_for(const struct mpp_queue *q, struct mpp_bell *bell,
		    bool (*can)(const struct mpp_queue *q), int64_t deadline_ns)
{
	unsigned round = 0;
	uint32_t heard;

	while (mpp_bell_spin(&round))
		if (can(q))
			return 0;
	if (MPP_MUTANT(BELL_LOOKS_FIRST) && can(q))
		return 0;
	heard = mpp_bell_listen(bell);
	if (!MPP_MUTANT(BELL_LOOKS_FIRST) && can(q))
		return 0;
	return mpp_bell_wait(bell, heard, SLICE, deadline_ns);
}

static MPP_ANNOUNCED int put_waiting(struct mpp_queue *q, const void *message,
				int64_t timeout_ns)
{
	int64_t deadline = mpp_deadline(timeout_ns);
	int err;

	do {
		err = wait_for(q, &q->writable.bell, can_put, deadline);
		if (err < 0)
			return err;
		err = put_once(q, message, left(deadline));
	} while (err == MPP_EAGAIN);
	return err;
}

static MPP_ANNOUNCED int get_waiting(struct mpp_queue *q, void *message,
				int64_t timeout_ns)
{
	int64_t deadline = mpp_deadline(timeout_ns);
	int err;

	do {
		err = wait_for(q, &q->readable.bell, can_get, deadline);
		if (err < 0)
			return err;
		err = get_once(q, message, left(deadline));
	} while (err == MPP_EAGAIN);
	return err;
}

static inline int put(struct mpp_queue *q, const void *message,
		      int64_t timeout_ns)
{
	int err = put_once(q, message, timeout_ns);

	if (MPP_LIKELY(err != MPP_EAGAIN) || timeout_ns <= 0)
		return err;
	return put_waiting(q, message, timeout_ns);
}

static inline int get(struct mpp_queue *q, void *message, int64_t timeout_ns)
{
	int err = get_once(q, message, timeout_ns);

	if (MPP_LIKELY(err != MPP_EAGAIN) || timeout_ns <= 0)
		return err;
	return get_waiting(q, message, timeout_ns);
}

/*
 * Announced.  Under a scheduler states are compared byte by byte, so what the
 * future cannot depend on is cleared: remembered indexes, a message that was
 * got, how many there have been once the queue is empty.
 */
static void forget(struct mpp_queue *q)
{
	q->producers.seen = 0;
	q->consumers.seen = 0;
	if (mpp_load64(&q->head.n) == mpp_load64(&q->tail.n)) {
		mpp_store64(&q->head.n, 0);
		mpp_store64(&q->tail.n, 0);
	}
}

static bool put_ready(const struct mpp_op *op, uint32_t self)
{
	(void)self;
	return can_put(op->object);
}

static bool get_ready(const struct mpp_op *op, uint32_t self)
{
	(void)self;
	return can_get(op->object);
}

/* The message's first bytes, for people. */
static uint64_t digest(const struct mpp_queue *q, const void *message)
{
	uint64_t value = 0;

	memcpy(&value, message, q->msg_size < 8 ? q->msg_size : 8);
	return value;
}

static MPP_ANNOUNCED int put_announced(struct mpp_queue *q, const void *message,
				  int64_t timeout_ns, const void *pc)
{
	struct mpp_op op = {
		.pc = pc,
		.object = q,
		.ready = put_ready,
		.timeout_ns = mpp_limit(timeout_ns),
		.kind = MPP_OP_SEND,
		.order = __ATOMIC_SEQ_CST,
	};
	int err = mpp_before(&op);

	if (err < 0)
		return err;
	if (!mpp_scheduled()) {
		err = put(q, message, timeout_ns);
	} else {
		err = put_once(q, message, 0);
		if (err == MPP_EAGAIN)
			mpp_bug("a scheduled put would have to wait");
		forget(q);
	}
	mpp_after(&op, err, err < 0 ? 0 : digest(q, message));
	return err;
}

static MPP_ANNOUNCED int get_announced(struct mpp_queue *q, void *message,
				  int64_t timeout_ns, const void *pc)
{
	struct mpp_op op = {
		.pc = pc,
		.object = q,
		.ready = get_ready,
		.timeout_ns = mpp_limit(timeout_ns),
		.kind = MPP_OP_RECEIVE,
		.order = __ATOMIC_SEQ_CST,
	};
	int err = mpp_before(&op);

	if (err < 0)
		return err;
	if (!mpp_scheduled()) {
		err = get(q, message, timeout_ns);
	} else {
		uint64_t head = mpp_load64(&q->head.n);

		err = get_once(q, message, 0);
		if (err == MPP_EAGAIN)
			mpp_bug("a scheduled get would have to wait");
		if (err == 0)
			memset(slot(q, head), 0, q->stride);
		forget(q);
	}
	mpp_after(&op, err, err < 0 ? 0 : digest(q, message));
	return err;
}

int mpp_queue_put(struct mpp_queue *queue, const void *message,
		  int64_t timeout_ns)
{
	if (MPP_ANNOUNCES())
		return put_announced(mpp_inside(queue), message, timeout_ns,
				     MPP_CALLER());
	return put(mpp_direct(queue), message, timeout_ns);
}

int mpp_queue_get(struct mpp_queue *queue, void *message, int64_t timeout_ns)
{
	if (MPP_ANNOUNCES())
		return get_announced(mpp_inside(queue), message, timeout_ns,
				     MPP_CALLER());
	return get(mpp_direct(queue), message, timeout_ns);
}

/* An operation on the whole queue that never waits. */
static struct mpp_op whole(struct mpp_queue *q, uint8_t kind, const void *pc)
{
	return (struct mpp_op){
		.pc = pc,
		.object = q,
		.timeout_ns = MPP_FOREVER,
		.kind = kind,
		.order = __ATOMIC_SEQ_CST,
	};
}

size_t mpp_queue_length(struct mpp_queue *queue)
{
	struct mpp_queue *q = mpp_inside(queue);
	struct mpp_op op;
	size_t n;

	if (!MPP_ANNOUNCES())
		return length(q);
	op = whole(q, MPP_OP_READ, MPP_CALLER());
	(void)mpp_before(&op);
	n = length(q);
	mpp_after(&op, 0, n);
	return n;
}

/* Under the producers' lock, so that no put ends after the close. */
static int close_now(struct mpp_queue *q)
{
	struct mpp_self me = mpp_self();
	int err = enter(&q->producers, me, MPP_FOREVER);

	if (err < 0)
		return err;
	mpp_store(&q->closed, 1);
	leave(&q->producers, me);
	mpp_bell_ring(&q->readable.bell);
	mpp_bell_ring(&q->writable.bell);
	return 0;
}

int mpp_queue_close(struct mpp_queue *queue)
{
	struct mpp_queue *q = mpp_inside(queue);
	struct mpp_op op;
	int err;

	if (!MPP_ANNOUNCES())
		return close_now(q);
	op = whole(q, MPP_OP_WRITE, MPP_CALLER());
	err = mpp_before(&op);
	if (err < 0)
		return err;
	err = close_now(q);
	mpp_after(&op, err, 0);
	return err;
}

/*
 * Registering is two operations: on the seat, which is an owned lock like any
 * other, and on the queue, since only an operation on the queue may change
 * what a get that waits there will find.
 */
static int seat_operation(struct seat *seat, uint8_t kind, const void *pc)
{
	struct mpp_self me;
	struct mpp_op op = {
		.pc = pc,
		.object = &seat->lock,
		.ready = kind == MPP_OP_ACQUIRE ? mpp_core_ready : NULL,
		.death = kind == MPP_OP_ACQUIRE ? &seat->lock.word : NULL,
		.timeout_ns = kind == MPP_OP_ACQUIRE ? 0 : MPP_FOREVER,
		.kind = kind,
		.order = __ATOMIC_SEQ_CST,
		.flags = MPP_OWNED,
	};
	int err = MPP_ANNOUNCES() ? mpp_before(&op) : 0;

	if (err < 0)
		return err;
	me = mpp_self();
	if (kind == MPP_OP_RELEASE) {
		err = mpp_core_release(&seat->lock, me);
	} else {
		err = mpp_core_acquire(&seat->lock, me, 0);
		if (err == MPP_EOWNERDEAD) {
			/* The next one counts when it says so: a get that
			 * found all gone still does. */
			mpp_store(&seat->counts, 0);
			err = mpp_core_consistent(&seat->lock, me);
		}
	}
	if (MPP_ANNOUNCES())
		mpp_after(&op, err, 0);
	return err;
}

static void seat_counts(struct mpp_queue *q, struct seat *seat, uint32_t counts,
			const void *pc)
{
	struct mpp_op op;

	if (MPP_ANNOUNCES()) {
		op = whole(q, MPP_OP_WRITE, pc);
		(void)mpp_before(&op);
	}
	(void)mpp_exchange(&seat->counts, counts);
	mpp_store(&q->registered, 1); /* after it: see producers_gone() */
	if (!counts)
		mpp_bell_ring(&q->readable.bell);
	if (MPP_ANNOUNCES())
		mpp_after(&op, 0, counts);
}

/* The caller's seat, or NULL. */
static struct seat *my_seat(struct mpp_queue *q)
{
	uint32_t id = mpp_self().id;

	for (unsigned i = 0; i < SEATS; i++)
		if (mpp_core_owner(&q->seats[i].lock) == id)
			return &q->seats[i];
	return NULL;
}

int mpp_queue_producer(struct mpp_queue *queue)
{
	struct mpp_queue *q = mpp_inside(queue);
	/* Natively, each looks for a seat elsewhere; under a scheduler twins
	 * do the same. */
	uint32_t first = mpp_scheduled() ? 0 : mpp_self().id;

	if (my_seat(q))
		return 0;
	for (unsigned i = 0; i < SEATS; i++) {
		struct seat *seat = &q->seats[(first + i) % SEATS];
		int err = seat_operation(seat, MPP_OP_ACQUIRE, MPP_CALLER());

		if (err == MPP_EAGAIN)
			continue; /* taken */
		if (err == 0)
			seat_counts(q, seat, 1, MPP_CALLER());
		return err;
	}
	return MPP_ENOMEM;
}

int mpp_queue_producer_done(struct mpp_queue *queue)
{
	struct mpp_queue *q = mpp_inside(queue);
	struct seat *seat = my_seat(q);

	if (!seat)
		return MPP_ESTATE;
	seat_counts(q, seat, 0, MPP_CALLER());
	return seat_operation(seat, MPP_OP_RELEASE, MPP_CALLER());
}
