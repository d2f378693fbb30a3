/* SPDX-License-Identifier: MIT */
/* ring.c - see ring.h. */
#include "ring.h"

enum {
	WORD = 8, /* bytes of a header; pieces are multiples of it */
	LEAST = 64, /* bytes of the smallest ring: half of it holds a piece */
	BEGINS = 1, /* flags of a header: a message begins here */
	CONTINUED = 2, /* and it has more pieces */
	FLAG_BITS = 2,
};

/* A call's result so far: another piece. */
#define MORE 1

static uint64_t rounded(uint64_t n)
{
	return (n + WORD - 1) & ~(uint64_t)(WORD - 1);
}

static uint64_t power_of_two(uint64_t n)
{
	uint64_t power = LEAST;

	while (power < n)
		power *= 2;
	return power;
}

static void lay_out(struct mpp_ring *r)
{
	mpp_core_init(&r->putters.lock, 0);
	mpp_core_init(&r->getters.lock, 0);
	mpp_members_init(&r->senders);
	mpp_members_init(&r->receivers);
	mpp_tell_words(&r->closed, sizeof(r->closed));
	mpp_tell_words(&r->readable, sizeof(r->readable));
	mpp_tell_words(&r->writable, sizeof(r->writable));
	mpp_tell_words(&r->tail, sizeof(r->tail));
	mpp_tell_words(&r->head, sizeof(r->head));
}

int mpp_ring_new(void **out, size_t size, size_t capacity, const char *name)
{
	struct mpp_ring *r;
	size_t total;
	void *user;
	int err;

	if (capacity == 0)
		return MPP_EINVAL;
	if (capacity > SIZE_MAX / 4)
		return MPP_ENOMEM;
	err = mpp_robust_fits();
	if (err < 0)
		return err;
	if (capacity < LEAST)
		capacity = LEAST;
	total = size + power_of_two(capacity);
	user = mpp_shared_alloc(total, name);
	if (!user)
		return MPP_ENOMEM;
	r = mpp_inside(user);
	r->capacity = rounded(capacity);
	r->mask = power_of_two(capacity) - 1;
	r->first = size;
	r->total = total;
	lay_out(r);
	*out = user;
	return 0;
}

void mpp_ring_free(void *user)
{
	struct mpp_ring *r = mpp_inside(user);

	mpp_members_fini(&r->senders);
	mpp_members_fini(&r->receivers);
	mpp_core_fini(&r->putters.lock);
	mpp_core_fini(&r->getters.lock);
	mpp_shared_free(user, r->total);
}

bool mpp_ring_fits(const struct mpp_ring *r, size_t size)
{
	return size <= r->capacity - WORD;
}

/* The ring's bytes. */

static char *place(struct mpp_ring *r, uint64_t index)
{
	return (char *)r + r->first + (index & r->mask);
}

static uint64_t *word(struct mpp_ring *r, uint64_t index)
{
	return (uint64_t *)(void *)place(r, index);
}

/* How many of n bytes lie before the ring's end. */
static size_t before_end(const struct mpp_ring *r, uint64_t index, size_t n)
{
	uint64_t straight = r->mask + 1 - (index & r->mask);

	return n < straight ? n : straight;
}

static void copy_in(struct mpp_ring *r, uint64_t index, const char *from,
		    size_t n)
{
	size_t straight = before_end(r, index, n);

	if (straight)
		mpp_copy(place(r, index), from, straight);
	if (n > straight)
		mpp_copy(place(r, 0), from + straight, n - straight);
}

static void copy_out(struct mpp_ring *r, uint64_t index, char *to, size_t n)
{
	size_t straight = before_end(r, index, n);

	if (straight)
		mpp_copy_out(to, place(r, index), straight);
	if (n > straight)
		mpp_copy_out(to + straight, place(r, 0), n - straight);
}

static void clear(struct mpp_ring *r, uint64_t index, size_t n)
{
	size_t straight = before_end(r, index, n);

	memset(place(r, index), 0, straight);
	memset(place(r, 0), 0, n - straight);
}

static uint64_t used(const struct mpp_ring *r)
{
	uint64_t head, tail;

	do { /* until head stood still while tail was read */
		head = mpp_load64(&r->head.n);
		tail = mpp_load64(&r->tail.n);
	} while (head != mpp_load64(&r->head.n));
	return tail - head;
}

/* No message will begin. */
static bool ended(const struct mpp_ring *r)
{
	return mpp_load(&r->closed) || mpp_members_gone(&r->senders);
}

/* Nobody will receive. */
static bool broken(const struct mpp_ring *r)
{
	return mpp_load(&r->closed) || mpp_members_gone(&r->receivers);
}

/* A side's lock that is kept from piece to piece: a scheduler has to know, to
 * mark it when its holder dies. */
static void keep(struct mpp_side *side)
{
	if (!MPP_STEPPED)
		mpp_tell_hold(&side->lock);
}

static void leave(struct mpp_side *side, bool kept)
{
	mpp_side_leave(side, mpp_self());
	if (kept && !MPP_STEPPED)
		mpp_tell_unhold(&side->lock);
}

/* Nobody else has it. */
static bool is_free(const struct mpp_side *side, uint32_t self)
{
	uint32_t owner = mpp_core_owner(&side->lock);

	return owner == 0 || owner == self;
}

/* Sending. */

struct sending {
	const struct mpp_ring *r;
	const char *bytes;
	uint64_t size;
	uint64_t sent;
	bool begun; /* the senders' lock is ours, a piece was put */
};

/* Bytes of room for the next piece: all of a message that fits at all. */
static uint64_t room_for(const struct mpp_ring *r, uint64_t left, bool begun)
{
	if (mpp_ring_fits(r, left) &&
	    (!begun || WORD + rounded(left) < r->capacity / 2))
		return WORD + rounded(left);
	return r->capacity / 2;
}

static uint64_t room_wanted(const struct sending *s)
{
	return room_for(s->r, s->size - s->sent, s->begun);
}

static bool can_send(const void *sending)
{
	const struct sending *s = sending;

	return s->r->capacity - used(s->r) >= room_wanted(s) || broken(s->r);
}

/* As much as there is room for; true: that was the end of the message. */
static bool put_piece(struct mpp_ring *r, struct sending *s, uint64_t tail,
		      uint64_t room)
{
	uint64_t left = s->size - s->sent;
	uint64_t n = left;
	uint64_t flags = s->begun ? 0 : BEGINS;
	uint64_t at = tail + WORD;

	mpp_tell_after(&r->head);
	if (left > room - WORD) {
		flags |= CONTINUED;
		if (!s->begun) {
			mpp_store64(word(r, at), s->size);
			at += WORD;
		}
		n = (room - (at - tail)) & ~(uint64_t)(WORD - 1);
	}
	if (MPP_MUTANT(RING_TAIL_EARLY))
		mpp_now_store64(&r->tail.n, at + rounded(n));
	mpp_store64(word(r, tail), n << FLAG_BITS | flags);
	copy_in(r, at, s->bytes + s->sent, n);
	mpp_tell_before(&r->tail);
	mpp_store64(&r->tail.n, at + rounded(n));
	s->sent += n;
	return !(flags & CONTINUED);
}

/* With the lock: 0, MORE, or why not. */
static int put_some(struct mpp_ring *r, struct sending *s)
{
	uint64_t tail = mpp_load64(&r->tail.n);
	uint64_t *seen = &r->putters.seen;
	uint64_t wanted = room_wanted(s);

	if (mpp_load(&r->closed))
		return MPP_ECLOSED;
	if (mpp_members_gone(&r->receivers))
		return MPP_EPIPE;
	if (s->begun || r->capacity - (tail - *seen) < wanted)
		*seen = mpp_load64(&r->head.n);
	if (r->capacity - (tail - *seen) < wanted)
		return MPP_EAGAIN;
	return put_piece(r, s, tail, r->capacity - (tail - *seen)) ? 0 : MORE;
}

/* One piece.  In the middle the lock is kept, also when there is no room. */
static int send_step(struct mpp_ring *r, struct sending *s, int64_t limit_ns)
{
	bool kept = s->begun && !MPP_MUTANT(RING_LETS_GO);
	int err = kept ? 0 : mpp_side_enter(&r->putters, mpp_self(), limit_ns);

	if (err < 0)
		return err;
	err = put_some(r, s);
	if (MPP_MUTANT(RING_LETS_GO) && err == MORE) {
		s->begun = true;
		leave(&r->putters, kept);
	} else if (err == MORE && !kept) {
		s->begun = true;
		keep(&r->putters);
	} else if (err != MORE && !(err == MPP_EAGAIN && kept)) {
		leave(&r->putters, kept);
	}
	if (err >= 0)
		mpp_bell_ring(&r->readable.bell);
	return err;
}

/* The limit has passed.  In the middle: the receiver shall know. */
static int stop_sending(struct mpp_ring *r, struct sending *s, int err)
{
	if (!s->begun)
		return err;
	leave(&r->putters, true);
	mpp_bell_ring(&r->readable.bell);
	return MPP_ECUT;
}

static int send(struct mpp_ring *r, struct sending *s, int64_t timeout_ns)
{
	int64_t deadline = -1; /* not known before the first wait */
	int err;

	for (;;) {
		err = send_step(r, s, deadline < 0 ? timeout_ns
						   : mpp_time_left(deadline));
		if (err == MORE)
			continue;
		if (err != MPP_EAGAIN)
			return err;
		if (timeout_ns <= 0)
			break;
		if (deadline < 0)
			deadline = mpp_deadline(timeout_ns);
		err = mpp_wait_until(&r->writable.bell, can_send, s, deadline);
		if (err < 0)
			break;
	}
	return stop_sending(r, s, err);
}

/* Receiving. */

struct receiving {
	const struct mpp_ring *r;
	char *buffer;
	uint64_t room;
	uint64_t got;
	uint64_t size; /* of the message, once it is known */
	bool begun; /* the receivers' lock is ours, a piece was got */
	bool look; /* only whether there is something */
};

/* The message in pieces that has begun will not go on. */
static bool is_cut(const struct mpp_ring *r)
{
	return mpp_core_owner(&r->putters.lock) == 0;
}

static bool can_receive(const void *receiving)
{
	const struct receiving *v = receiving;

	return used(v->r) > 0 || (v->begun ? is_cut(v->r) : ended(v->r));
}

/* With the lock, the ring empty. */
static int look_for_end(struct mpp_ring *r, const struct receiving *v,
			uint64_t head)
{
	if (!(v->begun ? is_cut(r) : ended(r)))
		return MPP_EAGAIN;
	if (MPP_MUTANT(RING_END_FIRST))
		return v->begun ? MPP_ECUT : MPP_EPIPE;
	/* Asked in this order, the last piece is not missed. */
	if (mpp_load64(&r->tail.n) != head)
		return MORE;
	return v->begun ? MPP_ECUT : MPP_EPIPE;
}

static void pass(struct mpp_ring *r, uint64_t head, uint64_t next)
{
	mpp_tell_before(&r->head);
	mpp_store64(&r->head.n, next);
	if (mpp_call_scheduled()) /* equal states shall be equal bytes */
		clear(r, head, next - head);
}

/* With the lock and a piece at head. */
static int get_piece(struct mpp_ring *r, struct receiving *v, uint64_t head)
{
	uint64_t header, n, at = head + WORD;
	bool begins;

	mpp_tell_after(&r->tail);
	header = mpp_load64(word(r, head));
	n = header >> FLAG_BITS;
	begins = header & BEGINS;
	if (begins && v->begun)
		return MPP_ECUT; /* it stays: another message */
	if (begins && header & CONTINUED)
		v->size = mpp_load64(word(r, at)), at += WORD;
	else if (begins)
		v->size = n;
	if (!begins && !v->begun) { /* left by a receiver that is gone */
		pass(r, head, at + rounded(n));
		return MORE;
	}
	if (v->look)
		return 0;
	if (begins && v->size > v->room)
		return MPP_EMSGSIZE;
	if (MPP_MUTANT(RING_HEAD_EARLY))
		mpp_now_store64(&r->head.n, at + rounded(n));
	copy_out(r, at, v->buffer + v->got, n);
	pass(r, head, at + rounded(n));
	v->got += n;
	if (begins && header & CONTINUED) {
		v->begun = true;
		keep(&r->getters);
	}
	return header & CONTINUED ? MORE : 0;
}

static int get_some(struct mpp_ring *r, struct receiving *v)
{
	uint64_t head = mpp_load64(&r->head.n);
	uint64_t *seen = &r->getters.seen;

	if (*seen <= head)
		*seen = mpp_load64(&r->tail.n);
	if (*seen <= head)
		return look_for_end(r, v, head);
	return get_piece(r, v, head);
}

/* One piece.  In the middle the lock is kept, also when there is none. */
static int receive_step(struct mpp_ring *r, struct receiving *v,
			int64_t limit_ns)
{
	bool kept = v->begun;
	int err = kept ? 0 : mpp_side_enter(&r->getters, mpp_self(), limit_ns);

	if (err < 0)
		return err;
	err = get_some(r, v);
	if (!v->begun || (err != MORE && err != MPP_EAGAIN))
		leave(&r->getters, kept);
	if (err >= 0 && !v->look && !MPP_MUTANT(RING_NO_RING))
		mpp_bell_ring(&r->writable.bell);
	return err;
}

static int stop_receiving(struct mpp_ring *r, struct receiving *v, int err)
{
	if (!v->begun)
		return err;
	leave(&r->getters, true);
	return MPP_ECUT;
}

static int receive(struct mpp_ring *r, struct receiving *v, int64_t timeout_ns)
{
	int64_t deadline = -1; /* not known before the first wait */
	int err;

	for (;;) {
		err = receive_step(r, v, deadline < 0
						 ? timeout_ns
						 : mpp_time_left(deadline));
		if (err == MORE)
			continue;
		if (err != MPP_EAGAIN)
			return err;
		if (timeout_ns <= 0)
			break;
		if (deadline < 0)
			deadline = mpp_deadline(timeout_ns);
		err = mpp_wait_until(&r->readable.bell, can_receive, v,
				     deadline);
		if (err < 0)
			break;
	}
	return stop_receiving(r, v, err);
}

/* Announced. */

static void forget(struct mpp_ring *r)
{
	r->putters.seen = 0;
	r->getters.seen = 0;
	if (mpp_load64(&r->head.n) == mpp_load64(&r->tail.n)) {
		mpp_store64(&r->head.n, 0);
		mpp_store64(&r->tail.n, 0);
	}
}

static bool send_ready(const struct mpp_op *op, uint32_t self)
{
	const struct mpp_ring *r = op->object;

	return is_free(&r->putters, self) &&
	       (r->capacity - used(r) >= op->arg[0] || broken(r));
}

static bool receive_ready(const struct mpp_op *op, uint32_t self)
{
	const struct mpp_ring *r = op->object;

	return is_free(&r->getters, self) &&
	       (used(r) > 0 || (op->arg[0] ? is_cut(r) : ended(r)));
}

/* A lock that was kept is left: others may go on by that. */
static int stop_announced(struct mpp_ring *r, struct sending *s,
			  struct receiving *v, int err, const void *pc)
{
	struct mpp_op op = mpp_whole(r, MPP_OP_WRITE, pc);

	if (!(s ? s->begun : v->begun))
		return err;
	(void)mpp_before(&op);
	err = s ? stop_sending(r, s, err) : stop_receiving(r, v, err);
	mpp_after(&op, err, 0);
	return err;
}

/* The first bytes of what was moved, for people. */
static uint64_t digest(const char *bytes, uint64_t n)
{
	uint64_t value = 0;

	if (n)
		memcpy(&value, bytes, n < 8 ? n : 8);
	return value;
}

static MPP_ANNOUNCED int send_announced(struct mpp_ring *r, struct sending *s,
					int64_t timeout_ns, const void *pc)
{
	int err;

	do {
		struct mpp_op op = mpp_whole_when(r, MPP_OP_SEND, send_ready,
						  timeout_ns, pc);
		uint64_t sent = s->sent;

		op.arg[0] = room_wanted(s);
		err = mpp_before(&op);
		if (err < 0)
			return stop_announced(r, s, NULL, err, pc);
		err = mpp_scheduled() ? send_step(r, s, 0)
				      : send(r, s, timeout_ns);
		if (mpp_scheduled() && err == MPP_EAGAIN)
			mpp_bug("a scheduled send would have to wait");
		if (mpp_scheduled())
			forget(r);
		mpp_after(&op, err < 0 ? err : 0,
			  digest(s->bytes + sent, s->sent - sent));
	} while (err == MORE);
	return err;
}

static MPP_ANNOUNCED int receive_announced(struct mpp_ring *r,
					   struct receiving *v,
					   int64_t timeout_ns, const void *pc)
{
	int err;

	do {
		struct mpp_op op = mpp_whole_when(
			r, v->look ? MPP_OP_AWAIT : MPP_OP_RECEIVE,
			receive_ready, timeout_ns, pc);
		uint64_t got = v->got;

		op.arg[0] = v->begun;
		err = mpp_before(&op);
		if (err < 0)
			return stop_announced(r, NULL, v, err, pc);
		err = mpp_scheduled() ? receive_step(r, v, 0)
				      : receive(r, v, timeout_ns);
		if (mpp_scheduled() && err == MPP_EAGAIN)
			mpp_bug("a scheduled receive would have to wait");
		if (mpp_scheduled())
			forget(r);
		mpp_after(&op, err < 0 ? err : 0,
			  digest(v->buffer + got, v->got - got));
	} while (err == MORE);
	return err;
}

int mpp_ring_send(struct mpp_ring *r, const void *bytes, size_t size,
		  int64_t timeout_ns, const void *pc)
{
	struct sending s = { .r = r, .bytes = bytes ? bytes : "", .size = size };

	if (size > SIZE_MAX / 8)
		return MPP_EMSGSIZE;
	if (MPP_ANNOUNCES())
		return send_announced(r, &s, timeout_ns, pc);
	return send(r, &s, timeout_ns);
}

int mpp_ring_receive(struct mpp_ring *r, void *buffer, size_t room,
		     size_t *size, int64_t timeout_ns, const void *pc)
{
	char none; /* NULL is a place for nothing, but NULL + 0 is not defined */
	struct receiving v = { .r = r, .buffer = buffer ? buffer : &none,
			       .room = buffer ? room : 0 };
	int err = MPP_ANNOUNCES() ? receive_announced(r, &v, timeout_ns, pc)
				  : receive(r, &v, timeout_ns);

	if (size && (err == 0 || err == MPP_EMSGSIZE))
		*size = v.size;
	return err;
}

int mpp_ring_poll(struct mpp_ring *r, int64_t timeout_ns, const void *pc)
{
	char none;
	struct receiving v = { .r = r, .buffer = &none, .look = true };
	int err = MPP_ANNOUNCES() ? receive_announced(r, &v, timeout_ns, pc)
				  : receive(r, &v, timeout_ns);

	return err == MPP_EPIPE ? 0 : err;
}

bool mpp_ring_empty(struct mpp_ring *r, const void *pc)
{
	struct mpp_op op;
	bool empty;

	if (!MPP_ANNOUNCES())
		return used(r) == 0;
	op = mpp_whole(r, MPP_OP_READ, pc);
	(void)mpp_before(&op);
	empty = used(r) == 0;
	mpp_after(&op, 0, empty);
	return empty;
}

/* Under the senders' lock, so that no message ends after the close. */
static int close_now(struct mpp_ring *r)
{
	struct mpp_self me = mpp_self();
	int err = mpp_side_enter(&r->putters, me, MPP_FOREVER);

	if (err < 0)
		return err;
	mpp_store(&r->closed, 1);
	mpp_side_leave(&r->putters, me);
	mpp_bell_ring(&r->readable.bell);
	mpp_bell_ring(&r->writable.bell);
	return 0;
}

int mpp_ring_close(struct mpp_ring *r, const void *pc)
{
	struct mpp_op op;
	int err;

	if (!MPP_ANNOUNCES())
		return close_now(r);
	op = mpp_whole(r, MPP_OP_WRITE, pc);
	err = mpp_before(&op);
	if (err < 0)
		return err;
	err = close_now(r);
	mpp_after(&op, err, 0);
	return err;
}
