/* SPDX-License-Identifier: MIT */
/* slots.c - see slots.h: making, waiting, announcing, ending. */
#include "slots.h"

static uint64_t round_up(uint64_t n)
{
	uint64_t power = 1;

	while (power < n)
		power *= 2;
	return power;
}

static void lay_out(struct mpp_slots *s)
{
	mpp_core_init(&s->putters.lock, 0);
	mpp_core_init(&s->getters.lock, 0);
	mpp_members_init(&s->producers);
	mpp_tell_words(&s->closed, sizeof(s->closed));
	mpp_tell_words(&s->readable, sizeof(s->readable));
	mpp_tell_words(&s->writable, sizeof(s->writable));
	mpp_tell_words(&s->tail, sizeof(s->tail));
	mpp_tell_words(&s->head, sizeof(s->head));
}

int mpp_slots_new(void **out, size_t size, size_t capacity, size_t msg_size,
		  const char *name)
{
	struct mpp_slots *s;
	size_t stride, total;
	void *user;
	int err;

	if (capacity == 0 || msg_size == 0)
		return MPP_EINVAL;
	if (capacity > SIZE_MAX / 4 || msg_size > SIZE_MAX / 4)
		return MPP_ENOMEM;
	err = mpp_robust_fits();
	if (err < 0)
		return err;
	stride = (msg_size + 7) & ~(size_t)7;
	if (__builtin_mul_overflow(stride, round_up(capacity), &total) ||
	    __builtin_add_overflow(total, size, &total))
		return MPP_ENOMEM;
	user = mpp_shared_alloc(total, name);
	if (!user)
		return MPP_ENOMEM;
	s = mpp_inside(user);
	s->capacity = capacity;
	s->mask = round_up(capacity) - 1;
	s->msg_size = msg_size;
	s->stride = stride;
	s->first = size;
	s->total = total;
	lay_out(s);
	*out = user;
	return 0;
}

void mpp_slots_free(void *user)
{
	struct mpp_slots *s = mpp_inside(user);

	/* What the caller holds must leave its robust list. */
	mpp_members_fini(&s->producers);
	mpp_core_fini(&s->putters.lock);
	mpp_core_fini(&s->getters.lock);
	mpp_shared_free(user, s->total);
}

static size_t length(const struct mpp_slots *s)
{
	uint64_t head, tail;

	do { /* until head stood still while tail was read */
		head = mpp_load64(&s->head.n);
		tail = mpp_load64(&s->tail.n);
	} while (head != mpp_load64(&s->head.n));
	return tail - head;
}

static bool can_put(const void *slots)
{
	const struct mpp_slots *s = slots;

	return length(s) < s->capacity || mpp_load(&s->closed);
}

static bool can_get(const void *slots)
{
	const struct mpp_slots *s = slots;

	return length(s) > 0 || mpp_slots_ended(s);
}

int mpp_slots_put_waiting(struct mpp_slots *s, const void *message,
			  int64_t timeout_ns)
{
	int64_t deadline = mpp_deadline(timeout_ns);
	int err;

	do {
		err = mpp_wait_until(&s->writable.bell, can_put, s, deadline);
		if (err < 0)
			return err;
		err = mpp_slots_put_once(s, message, mpp_time_left(deadline));
	} while (err == MPP_EAGAIN);
	return err;
}

int mpp_slots_get_waiting(struct mpp_slots *s, void *message,
			  int64_t timeout_ns, uint64_t *count)
{
	int64_t deadline = mpp_deadline(timeout_ns);
	int err;

	do {
		err = mpp_wait_until(&s->readable.bell, can_get, s, deadline);
		if (err < 0)
			return err;
		err = mpp_slots_get_once(s, message, mpp_time_left(deadline),
					 count);
	} while (err == MPP_EAGAIN);
	return err;
}

/*
 * Announced.  Under a scheduler states are compared byte by byte, so what the
 * future cannot depend on is cleared: remembered indexes, a message that was
 * got, how many there have been once the ring is empty (tidy).
 */
bool mpp_slots_forget(struct mpp_slots *s)
{
	s->putters.seen = 0;
	s->getters.seen = 0;
	return mpp_load64(&s->head.n) == mpp_load64(&s->tail.n);
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
static uint64_t digest(const struct mpp_slots *s, const void *message)
{
	uint64_t value = 0;

	memcpy(&value, message, s->msg_size < 8 ? s->msg_size : 8);
	return value;
}

int mpp_slots_put_announced(struct mpp_slots *s, const void *message,
			    int64_t timeout_ns, mpp_slots_tidy *tidy,
			    const void *pc)
{
	struct mpp_op op = mpp_whole_when(s, MPP_OP_SEND, put_ready, timeout_ns,
					  pc);
	int err = mpp_before(&op);

	if (err < 0)
		return err;
	if (!mpp_scheduled()) {
		err = mpp_slots_put(s, message, timeout_ns);
	} else {
		err = mpp_slots_put_once(s, message, 0);
		if (err == MPP_EAGAIN)
			mpp_bug("a scheduled put would have to wait");
		tidy(s);
	}
	mpp_after(&op, err, err < 0 ? 0 : digest(s, message));
	return err;
}

int mpp_slots_get_announced(struct mpp_slots *s, void *message,
			    int64_t timeout_ns, uint64_t *count,
			    mpp_slots_tidy *tidy, const void *pc)
{
	struct mpp_op op = mpp_whole_when(s, MPP_OP_RECEIVE, get_ready, timeout_ns,
					  pc);
	int err = mpp_before(&op);

	if (err < 0)
		return err;
	if (!mpp_scheduled()) {
		err = mpp_slots_get(s, message, timeout_ns, count);
	} else {
		uint64_t head = mpp_load64(&s->head.n);

		err = mpp_slots_get_once(s, message, 0, count);
		if (err == MPP_EAGAIN)
			mpp_bug("a scheduled get would have to wait");
		if (err == 0)
			memset(mpp_slot(s, head), 0, s->stride);
		tidy(s);
	}
	mpp_after(&op, err, err < 0 ? 0 : digest(s, message));
	return err;
}

size_t mpp_slots_length(struct mpp_slots *s, const void *pc)
{
	struct mpp_op op;
	size_t n;

	if (!MPP_ANNOUNCES())
		return length(s);
	op = mpp_whole(s, MPP_OP_READ, pc);
	(void)mpp_before(&op);
	n = length(s);
	mpp_after(&op, 0, n);
	return n;
}

/* Under the putters' lock, so that no put ends after the close. */
static int close_now(struct mpp_slots *s)
{
	struct mpp_self me = mpp_self();
	int err = mpp_side_enter(&s->putters, me, MPP_FOREVER);

	if (err < 0)
		return err;
	mpp_store(&s->closed, 1);
	mpp_side_leave(&s->putters, me);
	mpp_bell_ring(&s->readable.bell);
	mpp_bell_ring(&s->writable.bell);
	return 0;
}

int mpp_slots_close(struct mpp_slots *s, const void *pc)
{
	struct mpp_op op;
	int err;

	if (!MPP_ANNOUNCES())
		return close_now(s);
	op = mpp_whole(s, MPP_OP_WRITE, pc);
	err = mpp_before(&op);
	if (err < 0)
		return err;
	err = close_now(s);
	mpp_after(&op, err, 0);
	return err;
}
