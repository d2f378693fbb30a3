/* SPDX-License-Identifier: MIT */
/*
 * barrier.c - parties that wait for each other, and know when one is dead.
 *
 * Idea:    one word, the state, is the number of the cycle and whether the
 *          barrier is broken.  A party that waits holds a place (seat.h), and
 *          in it stands the cycle it waits in.  How many have arrived is
 *          nowhere: it is the number of places with the current cycle.  To
 *          pass, to break and to reset are all the same: one store gives the
 *          state the next number.  A party goes on when the state has another
 *          number than its place; whether its cycle was broken stands in its
 *          place, so that it knows however many cycles later it looks.
 * Places:  as many as parties.  An arrival that finds none (all have come and
 *          the action runs, or somebody is slow to leave the cycle before)
 *          waits for one, and has not arrived.
 * Guard:   arriving, passing, breaking and resetting exclude each other by an
 *          owned lock, held for a few stores.  It is not held during the
 *          action: nobody can arrive then, and who breaks the barrier ends
 *          the cycle, which the last party finds when it comes back.
 *
 * Killed after any store (or before it), the barrier is what the others can go
 * on from, because:
 * - Who is killed holding the guard may have been about to arrive or to let
 *   others go: that is a death in the barrier.  Waiters see the mark, or the
 *   next one to get the guard is told, and the barrier is broken.  Whatever
 *   was half done belonged to the cycle that ends by that.
 * - A party has arrived by the store of its cycle into its place, which it took
 *   before.  Killed earlier, its place is free: it has an old number or 0.
 *   Killed later and before the cycle's end, its place is marked and has the
 *   current number: a death in the barrier, and whoever looks breaks it.
 * - `broken` in a place of the current cycle means nothing yet.  An arrival
 *   makes it 0; who breaks or resets makes it 1 in all of them before the
 *   state's store.  Killed in between it held the guard, so the cycle does not
 *   pass after that, and it is made 1 in all of them again.
 * - With the state's store everything has happened.  What may be missing are
 *   the bells: those who sleep look again after a SLICE.
 * - A cycle's places keep its number, which is never current again.  So whoever
 *   dies between the end of its cycle and leaving, leaves a free place.
 * - A registered party holds a place of a second row, with 1 in it while it
 *   counts.  Marked with a 1 it is a death in the barrier, until a reset makes
 *   the 1 a 0.  The 1 comes after the place and goes before it.
 *
 * Stopped between any two words (and not killed), without the guard:
 * - Waiting: listen to the bell, look at the state, look for the dead, sleep.
 *   Who changes the state rings afterwards, so the look or the ring finds it.
 *   A look may see a mark and a number from different times, but to break is
 *   decided under the guard, for a cycle that has not ended: and as long as it
 *   has not, its dead stay where they are.
 * - Between the cycle's end and leaving: the place has an old number and is
 *   taken, so it neither counts nor is given away, and nobody touches it.
 * - Between the state's store and the bell: others arrive, pass, break and
 *   reset as they like; a late ring wakes somebody for nothing.
 * - Between giving a place back and the bell: who waits for a place has
 *   listened before it looked, so it finds the place or hears the bell.
 * - Counting (n_waiting, is_broken) starts again when the state has changed.
 * Stopped with the guard, it holds all others up for as long, whatever their
 * limits.
 *
 * Source:  sense-reversing barriers (Hensgen, Finkel, Manber 1988), with a
 *          number in place of the sense; CPython's threading.Barrier for what
 *          breaks it.
 */
#include <mpp/barrier.h>

#include "bell.h"
#include "seat.h"

enum {
	SLICE = 50 * 1000000, /* ns; see Death in bell.h */
	BROKEN = 1, /* in the state, below the number of the cycle */
	FIRST = 1, /* cycle; 0 stands for none */
};

#define APART __attribute__((aligned(MPP_LINE)))

struct place {
	struct mpp_seat seat;
	uint64_t cycle; /* its holder waits in, its last one did; 0: none.
			 * Of those registered, 1: its holder counts */
	uint32_t broken; /* 1: that cycle was, once it has ended */
} APART;

struct mpp_barrier {
	/* Never written again. */
	int (*action)(void *context);
	void *context;
	int64_t timeout_ns;
	size_t total; /* bytes of the whole */
	int parties;

	struct mpp_core guard APART;
	uint64_t state APART; /* 2 * cycle + BROKEN */
	struct mpp_bell over APART; /* the state changed */
	struct mpp_bell room APART; /* a place became free */
	struct place places[]; /* `parties` to wait in, and as many of those
				* registered */
};

/* FOR_PLACES(b, p) { ... } with those to wait in; the second row. */
#define FOR_PLACES(b, p) \
	for ((p) = (b)->places; (p) < (b)->places + (b)->parties; (p)++)
#define FOR_REGISTERED(b, p) \
	for ((p) = (b)->places + (b)->parties; \
	     (p) < (b)->places + 2 * (size_t)(b)->parties; (p)++)

static uint64_t cycle_of(uint64_t state)
{
	return state >> 1;
}

static void lay_out(struct mpp_barrier *b)
{
	mpp_core_init(&b->guard, 0);
	for (int i = 0; i < 2 * b->parties; i++) {
		struct place *p = &b->places[i];

		mpp_seat_init(&p->seat);
		mpp_tell_words(&p->cycle, sizeof(p->cycle));
		mpp_tell_words(&p->broken, sizeof(p->broken));
	}
	mpp_tell_words(&b->state, sizeof(b->state));
	mpp_tell_words(&b->over, sizeof(b->over));
	mpp_tell_words(&b->room, sizeof(b->room));
	b->state = FIRST * 2;
}

int mpp_barrier_new(struct mpp_barrier **out, int parties,
		    int (*action)(void *context), void *context,
		    int64_t timeout_ns)
{
	struct mpp_barrier *user, *b;
	size_t total;
	int err;

	if (!out || parties < 1)
		return MPP_EINVAL;
	if (parties > INT_MAX / 2)
		return MPP_ENOMEM;
	err = mpp_robust_fits();
	if (err < 0)
		return err;
	total = sizeof(*b) + 2 * (size_t)parties * sizeof(struct place);
	user = mpp_shared_alloc(total, "barrier");
	if (!user)
		return MPP_ENOMEM;
	b = mpp_inside(user);
	b->action = action;
	b->context = context;
	b->timeout_ns = timeout_ns;
	b->total = total;
	b->parties = parties;
	lay_out(b);
	*out = user;
	return 0;
}

void mpp_barrier_free(struct mpp_barrier *barrier)
{
	struct mpp_barrier *b;

	if (!barrier)
		return;
	b = mpp_inside(barrier);
	/* What the caller holds must leave its robust list. */
	for (int i = 0; i < 2 * b->parties; i++)
		mpp_seat_fini(&b->places[i].seat);
	mpp_core_fini(&b->guard);
	mpp_shared_free(barrier, b->total);
}

/*
 * Somebody died in the barrier, in this cycle or registered, and nobody has
 * broken it yet.  First the mark, then the number beside it, which then stands
 * still while the cycle lasts.
 */
static bool has_dead(const struct mpp_barrier *b, uint64_t cycle)
{
	const struct place *p;
	uint32_t guard = mpp_load(&b->guard.word);

	if ((guard & FUTEX_OWNER_DIED) && !(guard & FUTEX_TID_MASK))
		return true;
	FOR_PLACES(b, p) {
		if (mpp_seat_is_dead(&p->seat) &&
		    mpp_load64(&p->cycle) == cycle)
			return true;
	}
	FOR_REGISTERED(b, p) {
		if (mpp_seat_is_dead(&p->seat) && mpp_load64(&p->cycle))
			return true;
	}
	return false;
}

/* With the guard: ends the cycle. */
static void go_on(struct mpp_barrier *b, uint32_t next_state)
{
	uint64_t cycle = cycle_of(mpp_load64(&b->state));

	mpp_tell_before(&b->state);
	mpp_store64(&b->state, (cycle + 1) * 2 + next_state);
}

/* With the guard: ends it so that nobody in it passes. */
static void disperse(struct mpp_barrier *b, uint32_t next_state)
{
	uint64_t cycle = cycle_of(mpp_load64(&b->state));
	struct place *p;

	if (MPP_MUTANT(BARRIER_STATE_FIRST))
		mpp_now_store64(&b->state, (cycle + 1) * 2 + next_state);
	FOR_PLACES(b, p) {
		if (mpp_load64(&p->cycle) == cycle)
			mpp_store(&p->broken, 1);
	}
	if (!MPP_MUTANT(BARRIER_STATE_FIRST))
		go_on(b, next_state);
}

static void break_it(struct mpp_barrier *b)
{
	if (!(mpp_load64(&b->state) & BROKEN))
		disperse(b, BROKEN);
}

/*
 * Takes the guard; *was is for leave_guard().  Without a limit: whose limit
 * passed here could not break the barrier, and would leave the others waiting
 * because somebody lost the processor for a moment.
 */
static int enter_guard(struct mpp_barrier *b, struct mpp_self me, uint64_t *was)
{
	int err = mpp_core_acquire(&b->guard, me, MPP_FOREVER);

	*was = mpp_load64(&b->state);
	if (err == MPP_EOWNERDEAD) {
		break_it(b);
		err = mpp_core_consistent(&b->guard, me);
	}
	return err;
}

static void leave_guard(struct mpp_barrier *b, struct mpp_self me, uint64_t was)
{
	bool changed = mpp_load64(&b->state) != was;

	(void)mpp_core_release(&b->guard, me);
	if (changed) {
		if (!MPP_MUTANT(BARRIER_NO_RING))
			mpp_bell_ring(&b->over);
		mpp_bell_ring(&b->room);
	}
}

/* What an arrival would find. */
struct view {
	int arrived;
	bool in_place; /* the caller itself is inside */
	struct place *free;
};

static struct view look_at(struct mpp_barrier *b, struct mpp_self me,
			   uint64_t cycle)
{
	struct view v = { 0, false, NULL };
	struct place *p;

	FOR_PLACES(b, p) {
		if (mpp_seat_is_mine(&p->seat, me))
			v.in_place = true;
		if (mpp_load64(&p->cycle) == cycle)
			v.arrived++;
		else if (!v.free && (!mpp_seat_is_taken(&p->seat) ||
				     MPP_MUTANT(BARRIER_SHARES_PLACE)))
			v.free = p;
	}
	return v;
}

/* The last of a cycle without an action needs no place. */
static bool is_last(const struct mpp_barrier *b, const struct view *v)
{
	return v->arrived == b->parties - 1 && !b->action;
}

/* With the guard, as mpp_barrier_wait(); MPP_EAGAIN: no place.  *place is NULL
 * when the cycle is over by this. */
static int arrive(struct mpp_barrier *b, struct mpp_self me,
		  struct place **place)
{
	uint64_t state = mpp_load64(&b->state);
	struct view v;

	*place = NULL;
	if (!(state & BROKEN) && !MPP_MUTANT(BARRIER_COUNTS_DEAD) &&
	    has_dead(b, cycle_of(state)))
		break_it(b);
	v = look_at(b, me, cycle_of(state));
	if (v.in_place)
		return MPP_ESTATE;
	if (mpp_load64(&b->state) & BROKEN)
		return MPP_EBROKEN;
	if (is_last(b, &v)) {
		go_on(b, 0);
		mpp_tell_after(&b->state);
		return v.arrived;
	}
	if (!v.free)
		return MPP_EAGAIN;
	(void)mpp_seat_take(&v.free->seat, me);
	mpp_store(&v.free->broken, 0);
	mpp_store64(&v.free->cycle, cycle_of(state));
	*place = v.free;
	return v.arrived;
}

static int arrive_once(struct mpp_barrier *b, struct place **place)
{
	struct mpp_self me = mpp_self();
	uint64_t was;
	int err = enter_guard(b, me, &was);

	if (err < 0)
		return err;
	err = arrive(b, me, place);
	leave_guard(b, me, was);
	return err;
}

static int arrive_waiting(struct mpp_barrier *b, int64_t timeout_ns,
			  int64_t deadline_ns, struct place **place)
{
	int err = arrive_once(b, place);

	while (err == MPP_EAGAIN && timeout_ns > 0) {
		uint32_t heard = mpp_bell_listen(&b->room);

		err = arrive_once(b, place);
		if (err == MPP_EAGAIN &&
		    mpp_bell_wait(&b->room, heard, SLICE, deadline_ns) < 0)
			return MPP_ETIMEDOUT;
	}
	return err == MPP_EAGAIN ? MPP_ETIMEDOUT : err;
}

static bool is_over(const struct mpp_barrier *b, const struct place *place)
{
	return cycle_of(mpp_load64(&b->state)) != mpp_load64(&place->cycle);
}

/* Once it is over. */
static int outcome(struct mpp_barrier *b, const struct place *place)
{
	mpp_tell_after(&b->state);
	return mpp_load(&place->broken) ? MPP_EBROKEN : 0;
}

/* Breaks the barrier for `reason`, unless the caller's cycle is over. */
static int give_up(struct mpp_barrier *b, const struct place *place, int reason)
{
	struct mpp_self me = mpp_self();
	uint64_t was;
	int err = enter_guard(b, me, &was);

	if (err < 0)
		return err;
	if (is_over(b, place) && !MPP_MUTANT(BARRIER_GIVES_UP_BLINDLY)) {
		err = outcome(b, place);
	} else {
		break_it(b);
		err = reason;
	}
	leave_guard(b, me, was);
	return err;
}

/* No spin: it would take the processor from those who are still to come (two
 * processors, 2 parties: 2 us a cycle, with a spin of 3 us 3 to 5, of 40 us 20
 * to 90; 4 parties: 7, 17, 50 us). */
static int await(struct mpp_barrier *b, const struct place *place,
		 int64_t timeout_ns, int64_t deadline_ns)
{
	if (timeout_ns <= 0)
		return give_up(b, place, MPP_ETIMEDOUT);
	for (;;) {
		bool over = MPP_MUTANT(BARRIER_LOOKS_FIRST) && is_over(b, place);
		uint32_t heard = mpp_bell_listen(&b->over);

		if (!MPP_MUTANT(BARRIER_LOOKS_FIRST))
			over = is_over(b, place);
		if (over)
			return outcome(b, place);
		if (has_dead(b, mpp_load64(&place->cycle)))
			return give_up(b, place, MPP_EBROKEN);
		if (mpp_bell_wait(&b->over, heard, SLICE, deadline_ns) < 0)
			return give_up(b, place, MPP_ETIMEDOUT);
	}
}

/* By the last party, after its action. */
static int finish(struct mpp_barrier *b, const struct place *place, bool failed)
{
	struct mpp_self me = mpp_self();
	uint64_t was;
	int err = enter_guard(b, me, &was);

	if (err < 0)
		return err;
	if (is_over(b, place) && !MPP_MUTANT(BARRIER_FORGETS_ABORT)) {
		/* broken meanwhile */
		err = outcome(b, place);
	} else if (failed || has_dead(b, mpp_load64(&place->cycle))) {
		break_it(b);
		err = failed ? MPP_EACTION : MPP_EBROKEN;
	} else {
		go_on(b, 0);
		mpp_tell_after(&b->state);
	}
	leave_guard(b, me, was);
	return err;
}

static void leave_place(struct mpp_barrier *b, struct place *place)
{
	mpp_seat_leave(&place->seat, mpp_self());
	if (!MPP_MUTANT(BARRIER_NO_ROOM))
		mpp_bell_ring(&b->room);
}

static bool acts(const struct mpp_barrier *b, int index)
{
	return index == b->parties - 1;
}

static int wait_here(struct mpp_barrier *b, int64_t timeout_ns)
{
	int64_t deadline = mpp_deadline(timeout_ns);
	struct place *place;
	int index = arrive_waiting(b, timeout_ns, deadline, &place);
	int err;

	if (index < 0 || !place)
		return index;
	err = acts(b, index) ? finish(b, place, b->action(b->context) != 0)
			     : await(b, place, timeout_ns, deadline);
	leave_place(b, place);
	return err < 0 ? err : index;
}

/*
 * Announced.  Under a scheduler states are compared byte by byte, so cycles
 * have no numbers there: the current one is the first, all others are 0.
 */
static void forget(struct mpp_barrier *b)
{
	uint64_t state = mpp_load64(&b->state);
	struct place *p;

	if (!mpp_call_scheduled())
		return;
	FOR_PLACES(b, p) {
		bool now = mpp_load64(&p->cycle) == cycle_of(state);

		mpp_store64(&p->cycle, now ? FIRST : 0);
		if (!now && !mpp_seat_is_taken(&p->seat)) {
			mpp_store(&p->broken, 0);
			mpp_store(&p->seat.core.word, 0);
		}
	}
	FOR_REGISTERED(b, p) {
		if (!mpp_load64(&p->cycle) && mpp_seat_is_dead(&p->seat))
			mpp_store(&p->seat.core.word, 0);
	}
	mpp_store64(&b->state, FIRST * 2 + (state & BROKEN));
}

static bool arrive_ready(const struct mpp_op *op, uint32_t self)
{
	struct mpp_barrier *b = op->object;
	uint64_t state = mpp_load64(&b->state);
	struct view v = look_at(b, (struct mpp_self){ self, NULL },
				cycle_of(state));

	return v.in_place || state & BROKEN || v.free || is_last(b, &v) ||
	       has_dead(b, cycle_of(state));
}

static bool await_ready(const struct mpp_op *op, uint32_t self)
{
	const struct mpp_barrier *b = op->object;
	const struct place *p = &b->places[op->arg[0]];

	(void)self;
	return is_over(b, p) || has_dead(b, mpp_load64(&p->cycle));
}

static int await_announced(struct mpp_barrier *b, struct place *place,
			   int64_t timeout_ns, const void *pc)
{
	struct mpp_op op = mpp_whole_when(b, MPP_OP_AWAIT, await_ready,
					  timeout_ns, pc);
	int go, err;

	op.arg[0] = (uint64_t)(place - b->places);
	go = mpp_before(&op);
	if (go < 0)
		err = give_up(b, place, MPP_ETIMEDOUT);
	else if (!mpp_call_scheduled())
		err = await(b, place, timeout_ns, mpp_deadline(timeout_ns));
	else
		err = give_up(b, place, MPP_EBROKEN);
	leave_place(b, place);
	forget(b);
	if (go >= 0)
		mpp_after(&op, err, 0);
	return err;
}

static int act_announced(struct mpp_barrier *b, struct place *place,
			 const void *pc)
{
	bool failed = b->action(b->context) != 0;
	struct mpp_op op = mpp_whole(b, MPP_OP_NOTIFY, pc);
	int err;

	(void)mpp_before(&op);
	err = finish(b, place, failed);
	leave_place(b, place);
	forget(b);
	mpp_after(&op, err, 0);
	return err;
}

static MPP_ANNOUNCED int wait_announced(struct mpp_barrier *b,
					int64_t timeout_ns, const void *pc)
{
	struct mpp_op op = mpp_whole_when(b, MPP_OP_ENQUEUE, arrive_ready,
					  timeout_ns, pc);
	struct place *place;
	int index, err;

	if (mpp_before(&op) < 0)
		return MPP_ETIMEDOUT;
	index = mpp_call_scheduled()
			? arrive_once(b, &place)
			: arrive_waiting(b, timeout_ns,
					 mpp_deadline(timeout_ns), &place);
	if (index == MPP_EAGAIN)
		mpp_bug("a scheduled arrival would have to wait");
	forget(b);
	mpp_after(&op, index, 0);
	if (index < 0 || !place)
		return index;
	err = acts(b, index) ? act_announced(b, place, pc)
			     : await_announced(b, place, timeout_ns, pc);
	return err < 0 ? err : index;
}

int mpp_barrier_wait(struct mpp_barrier *barrier, int64_t timeout_ns)
{
	struct mpp_barrier *b = mpp_inside(barrier);

	if (timeout_ns == MPP_BARRIER_DEFAULT)
		timeout_ns = b->timeout_ns;
	if (MPP_ANNOUNCES())
		return wait_announced(b, timeout_ns, MPP_CALLER());
	return wait_here(b, timeout_ns);
}

static int abort_now(struct mpp_barrier *b, struct mpp_self me)
{
	(void)me;
	break_it(b);
	return 0;
}

static int reset_now(struct mpp_barrier *b, struct mpp_self me)
{
	struct place *p;

	(void)me;
	FOR_REGISTERED(b, p) {
		if (mpp_seat_is_dead(&p->seat))
			mpp_store64(&p->cycle, 0);
	}
	disperse(b, 0);
	return 0;
}

/* One that is dead and still counts is not free: that would hide its death. */
static int register_now(struct mpp_barrier *b, struct mpp_self me)
{
	struct place *p, *free = NULL;

	FOR_REGISTERED(b, p) {
		if (mpp_seat_is_mine(&p->seat, me))
			return 0;
		if (!free && !mpp_seat_is_taken(&p->seat) &&
		    !mpp_load64(&p->cycle))
			free = p;
	}
	if (!free)
		return MPP_ENOMEM;
	(void)mpp_seat_take(&free->seat, me);
	mpp_store64(&free->cycle, 1);
	return 0;
}

static int unregister_now(struct mpp_barrier *b, struct mpp_self me)
{
	struct place *p;

	FOR_REGISTERED(b, p) {
		if (!mpp_seat_is_mine(&p->seat, me))
			continue;
		mpp_store64(&p->cycle, 0);
		mpp_seat_leave(&p->seat, me);
		return 0;
	}
	return MPP_ESTATE;
}

static int under_guard(struct mpp_barrier *b,
		       int (*change)(struct mpp_barrier *b, struct mpp_self me))
{
	struct mpp_self me = mpp_self();
	uint64_t was;
	int err = enter_guard(b, me, &was);

	if (err < 0)
		return err;
	err = change(b, me);
	leave_guard(b, me, was);
	return err;
}

/* A change of the whole, announced as one write. */
static int change(struct mpp_barrier *b,
		  int (*what)(struct mpp_barrier *b, struct mpp_self me),
		  const void *pc)
{
	struct mpp_op op;
	int err;

	if (!MPP_ANNOUNCES())
		return under_guard(b, what);
	op = mpp_whole(b, MPP_OP_WRITE, pc);
	err = mpp_before(&op);
	if (err < 0)
		return err;
	err = under_guard(b, what);
	forget(b);
	mpp_after(&op, err, 0);
	return err;
}

int mpp_barrier_abort(struct mpp_barrier *barrier)
{
	return change(mpp_inside(barrier), abort_now, MPP_CALLER());
}

int mpp_barrier_reset(struct mpp_barrier *barrier)
{
	return change(mpp_inside(barrier), reset_now, MPP_CALLER());
}

int mpp_barrier_register(struct mpp_barrier *barrier)
{
	return change(mpp_inside(barrier), register_now, MPP_CALLER());
}

int mpp_barrier_leave(struct mpp_barrier *barrier)
{
	return change(mpp_inside(barrier), unregister_now, MPP_CALLER());
}

int mpp_barrier_parties(struct mpp_barrier *barrier)
{
	const struct mpp_barrier *b = mpp_inside(barrier);

	return b->parties;
}

static int count_waiting(const struct mpp_barrier *b, uint64_t state)
{
	const struct place *p;
	int n = 0;

	FOR_PLACES(b, p) {
		if (mpp_load64(&p->cycle) == cycle_of(state) &&
		    !mpp_seat_is_dead(&p->seat))
			n++;
	}
	return n;
}

static int is_broken(const struct mpp_barrier *b, uint64_t state)
{
	return state & BROKEN || has_dead(b, cycle_of(state));
}

/* A look at the whole, until the state stood still; announced as one read. */
static int look(struct mpp_barrier *b,
		int (*at)(const struct mpp_barrier *b, uint64_t state),
		const void *pc)
{
	struct mpp_op op;
	uint64_t state;
	int found;

	if (MPP_ANNOUNCES()) {
		op = mpp_whole(b, MPP_OP_READ, pc);
		(void)mpp_before(&op);
	}
	do {
		state = mpp_load64(&b->state);
		found = at(b, state);
	} while (mpp_load64(&b->state) != state);
	if (MPP_ANNOUNCES())
		mpp_after(&op, 0, (uint64_t)found);
	return found;
}

int mpp_barrier_n_waiting(struct mpp_barrier *barrier)
{
	return look(mpp_inside(barrier), count_waiting, MPP_CALLER());
}

bool mpp_barrier_is_broken(struct mpp_barrier *barrier)
{
	return look(mpp_inside(barrier), is_broken, MPP_CALLER());
}
