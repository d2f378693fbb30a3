/* SPDX-License-Identifier: MIT */
/*
 * rwlock.c - an owned lock for the writer and a row of seats for the readers.
 *
 * Idea:    a reader takes a seat (seat.h) and then looks whether the writer's
 *          lock is free: if so it is in, else it leaves the seat and waits.  A
 *          writer takes the lock and then waits until nobody living has a seat.
 *          Each first stores and then looks, so one sees the other.  A reader
 *          touches only a seat of its own and reads the lock's line: readers do
 *          not disturb each other.
 * Death:   the kernel marks seats and lock.  A dead reader's seat is no longer
 *          taken: nothing to repair.  The writer stores `inside` when the
 *          readers are gone, and clears it before it drops the lock; so a lock
 *          marked dead was only waited with (inside 0: taken over in silence)
 *          or written under (1: MPP_EOWNERDEAD).  Until MPP_EOWNERDEAD has been
 *          answered by consistent, `inside` stays 1 and the mark in the word.
 *          Marks ring no bell, so sleepers look again every SLICE.
 * Source:  store-then-look is Dekker's; readers on lines of their own are known
 *          as big-reader locks; the dead: futex_lock.h, seat.h.
 */
#include <mpp/rwlock.h>

#include "bell.h"
#include "seat.h"

enum {
	USUAL = 64, /* readers */
	SLICE = 50 * 1000000, /* ns; see Death */
	TRY_SLICE = 10 * 1000000, /* ns a try waits while a reader turns back */
};

/* A line that no other traffic disturbs: processors fetch lines in pairs. */
#define APART __attribute__((aligned(MPP_LINE)))
struct gap {
	char unused[MPP_LINE];
};

struct share {
	struct mpp_seat seat APART;
};

struct mpp_rwlock {
	struct mpp_core writer;
	uint32_t inside; /* 1: the writer's lock protects a write */
	uint32_t n; /* shares; never changes */
	struct gap gap APART;
	struct mpp_bell opened APART; /* the writer's lock was dropped */
	struct mpp_bell left; /* a seat was left */
	struct share shares[];
};

static size_t size_of(uint32_t n)
{
	return sizeof(struct mpp_rwlock) + n * sizeof(struct share);
}

int mpp_rwlock_new(struct mpp_rwlock **out, int64_t readers)
{
	struct mpp_rwlock *user, *l;
	uint32_t n = readers ? (uint32_t)readers : USUAL;
	int err;

	if (!out || readers < 0 || readers > MPP_MAX_READERS)
		return MPP_EINVAL;
	err = mpp_robust_fits();
	if (err < 0)
		return err;
	user = mpp_shared_alloc(size_of(n), "rwlock");
	if (!user)
		return MPP_ENOMEM;
	l = mpp_inside(user);
	l->n = n;
	mpp_core_init(&l->writer, 0);
	mpp_tell_words(&l->inside, sizeof(l->inside));
	mpp_tell_words(&l->opened, sizeof(l->opened));
	mpp_tell_words(&l->left, sizeof(l->left));
	for (uint32_t i = 0; i < n; i++)
		mpp_seat_init(&l->shares[i].seat);
	*out = user;
	return 0;
}

void mpp_rwlock_free(struct mpp_rwlock *lock)
{
	struct mpp_rwlock *l;

	if (!lock)
		return;
	l = mpp_inside(lock);
	for (uint32_t i = 0; i < l->n; i++)
		mpp_seat_fini(&l->shares[i].seat);
	mpp_core_fini(&l->writer);
	mpp_shared_free(lock, size_of(l->n));
}

/* Orders a compare-exchange before a later load of another word. */
static inline void stored_before_looking(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
#else
	mpp_fence();
#endif
}

/* Where a thread begins to look.  Under a scheduler twins do the same. */
static inline uint32_t home(const struct mpp_rwlock *l, struct mpp_self me)
{
	return mpp_scheduled() ? 0 : me.id % l->n;
}

static inline uint32_t after(const struct mpp_rwlock *l, uint32_t i)
{
	return i + 1 < l->n ? i + 1 : 0;
}

/* NULL: all are taken.  A dead one's is as good as any. */
static inline struct mpp_seat *sit_down(struct mpp_rwlock *l,
					struct mpp_self me)
{
	uint32_t i = home(l, me);

	for (uint32_t left = l->n; left > 0; left--, i = after(l, i)) {
		struct mpp_seat *seat = &l->shares[i].seat;
		int err;

		if (mpp_seat_is_taken(seat))
			continue;
		err = mpp_seat_take(seat, me);
		if (err == 0 || err == MPP_EOWNERDEAD)
			return seat;
	}
	return NULL;
}

static inline struct mpp_seat *my_seat(struct mpp_rwlock *l, struct mpp_self me)
{
	uint32_t i = home(l, me);

	for (uint32_t left = l->n; left > 0; left--, i = after(l, i))
		if (mpp_seat_is_mine(&l->shares[i].seat, me))
			return &l->shares[i].seat;
	return NULL;
}

/* How many seats who has; of the living. */
struct seated {
	uint32_t all, mine;
};

static struct seated seated(const struct mpp_rwlock *l, uint32_t id)
{
	struct seated s = { 0, 0 };

	for (uint32_t i = 0; i < l->n; i++) {
		uint32_t owner = mpp_core_owner(&l->shares[i].seat.core);

		s.all += owner != 0;
		s.mine += owner == id;
	}
	return s;
}

static bool nobody_reads(const struct mpp_rwlock *l)
{
	for (uint32_t i = 0; i < l->n; i++)
		if (mpp_seat_is_taken(&l->shares[i].seat))
			return false;
	return true;
}

static inline void stand_up(struct mpp_rwlock *l, struct mpp_seat *seat,
			    struct mpp_self me)
{
	mpp_seat_leave(seat, me);
	if (!MPP_MUTANT(RWLOCK_LEAVES_SILENTLY))
		mpp_bell_ring(&l->left);
}

/* Drops the writer's lock; `mark`: FUTEX_OWNER_DIED, if it was dead. */
static void drop(struct mpp_rwlock *l, struct mpp_self me, uint32_t mark)
{
	mpp_core_drop(&l->writer, me, me.id, mark);
	if (!MPP_MUTANT(RWLOCK_OPENS_SILENTLY))
		mpp_bell_ring(&l->opened);
}

static inline bool is_marked(struct mpp_rwlock *l)
{
	return mpp_load(&l->writer.word) & FUTEX_OWNER_DIED;
}

/* Gives up: the lock is as it was found. */
static void back_out(struct mpp_rwlock *l, struct mpp_self me)
{
	drop(l, me, is_marked(l) ? FUTEX_OWNER_DIED : 0);
}

static bool is_open(const struct mpp_rwlock *l)
{
	uint32_t owner = mpp_core_owner(&l->writer);

	return owner == 0 || owner == MPP_NOT_RECOVERABLE;
}

static bool has_room(const struct mpp_rwlock *l)
{
	for (uint32_t i = 0; i < l->n; i++)
		if (!mpp_seat_is_taken(&l->shares[i].seat))
			return true;
	return false;
}

/* Spins, then sleeps; 0: look again. */
static int wait_for(const struct mpp_rwlock *l, struct mpp_bell *bell,
		    bool (*can)(const struct mpp_rwlock *l),
		    int64_t deadline_ns)
{
	unsigned round = 0;
	uint32_t heard;

	while (mpp_bell_spin(&round))
		if (can(l))
			return 0;
	heard = mpp_bell_listen(bell);
	if (can(l))
		return 0;
	return mpp_bell_wait(bell, heard, SLICE, deadline_ns);
}

static int64_t left_until(int64_t deadline_ns)
{
	int64_t now;

	if (deadline_ns == MPP_FOREVER)
		return MPP_FOREVER;
	now = mpp_clock();
	return deadline_ns > now ? deadline_ns - now : 1;
}

/*
 * Takes the writer's lock.  MPP_EDEADLK: the caller reads or writes already,
 * perhaps behind a writer that waits for it.
 */
static int take_writer(struct mpp_rwlock *l, struct mpp_self me,
		       int64_t deadline_ns, bool try)
{
	int err;

	if (mpp_core_owner(&l->writer) == 0) {
		err = mpp_core_acquire(&l->writer, me, 0);
		if (err != MPP_EAGAIN)
			return err;
	} else if (mpp_core_owner(&l->writer) == me.id) {
		return MPP_EDEADLK;
	}
	if (seated(l, me.id).mine)
		return MPP_EDEADLK;
	if (try)
		return mpp_core_owner(&l->writer) == MPP_NOT_RECOVERABLE ?
			       MPP_ENOTRECOVERABLE :
			       MPP_EAGAIN;
	return mpp_core_acquire(&l->writer, me, left_until(deadline_ns));
}

/*
 * With the writer's lock and without readers.  `inside` tells whether a dead
 * one's mark means anything.
 */
static int go_inside(struct mpp_rwlock *l, struct mpp_self me)
{
	int err = 0;

	if (MPP_UNLIKELY(is_marked(l))) {
		if (mpp_load(&l->inside))
			err = MPP_EOWNERDEAD;
		else
			(void)mpp_core_consistent(&l->writer, me);
	}
	mpp_store(&l->inside, 1);
	mpp_tell_after(&l->left);
	return err;
}

static int await_readers(struct mpp_rwlock *l, int64_t deadline_ns)
{
	while (!nobody_reads(l)) {
		int err = wait_for(l, &l->left, nobody_reads, deadline_ns);

		if (err < 0)
			return err;
	}
	return 0;
}

/* Natively.  timeout_ns <= 0: a try. */
static int write_natively(struct mpp_rwlock *l, int64_t timeout_ns)
{
	struct mpp_self me = mpp_self();
	bool try = timeout_ns <= 0;
	int64_t deadline = MPP_FOREVER;
	int err;

	if (!try && timeout_ns != MPP_FOREVER)
		deadline = mpp_deadline(timeout_ns);
	if (try && !nobody_reads(l))
		return seated(l, me.id).mine ? MPP_EDEADLK : MPP_EAGAIN;
	err = take_writer(l, me, deadline, try);
	if (err < 0 && err != MPP_EOWNERDEAD)
		return err;
	stored_before_looking();
	if (MPP_LIKELY(nobody_reads(l)))
		return go_inside(l, me);
	if (seated(l, me.id).mine)
		err = MPP_EDEADLK;
	else /* a try: for a reader that is about to turn back */
		err = await_readers(l, try ? mpp_deadline(TRY_SLICE)
					   : deadline);
	if (err == 0)
		return go_inside(l, me);
	back_out(l, me);
	return try && err == MPP_ETIMEDOUT ? MPP_EAGAIN : err;
}

/*
 * The writer's lock is marked dead.  If that writer was inside, its place is
 * taken over; else the mark goes, and a seat is taken under the lock.
 */
static int read_after_death(struct mpp_rwlock *l, struct mpp_self me,
			    int64_t limit_ns)
{
	int err = mpp_core_acquire(&l->writer, me, 0);

	if (err == MPP_ENOTRECOVERABLE)
		return err;
	if (err < 0 && err != MPP_EOWNERDEAD)
		return MPP_EAGAIN; /* somebody was faster */
	stored_before_looking();
	if (err == MPP_EOWNERDEAD && mpp_load(&l->inside)) {
		/* They turn back. */
		err = await_readers(l, mpp_deadline(limit_ns));
		if (err == 0)
			return go_inside(l, me);
		back_out(l, me);
		return err;
	}
	if (err == MPP_EOWNERDEAD)
		(void)mpp_core_consistent(&l->writer, me);
	err = sit_down(l, me) ? 0 : MPP_EAGAIN;
	drop(l, me, 0);
	return err;
}

/*
 * One attempt.  MPP_EAGAIN: a writer is there, or no seat.  Who has a share
 * need not ask the writer: it cannot be inside.
 */
static inline int read_once(struct mpp_rwlock *l, int64_t limit_ns)
{
	struct mpp_self me = mpp_self();
	struct mpp_seat *seat = NULL;
	uint32_t word = mpp_load(&l->writer.word);
	uint32_t owner;

	if (MPP_LIKELY(!(word & ~FUTEX_WAITERS))) {
		seat = sit_down(l, me);
		stored_before_looking();
		if (!MPP_MUTANT(RWLOCK_READER_LOOKS_FIRST))
			word = mpp_load(&l->writer.word);
		if (MPP_LIKELY(seat && !(word & ~FUTEX_WAITERS)))
			goto in;
		if (seat)
			stand_up(l, seat, me);
	}
	owner = word & FUTEX_TID_MASK;
	if (owner == MPP_NOT_RECOVERABLE)
		return MPP_ENOTRECOVERABLE;
	if (owner == me.id)
		return MPP_EDEADLK;
	if (my_seat(l, me)) {
		if (!sit_down(l, me))
			return seated(l, me.id).mine == l->n ? MPP_EDEADLK
							     : MPP_EAGAIN;
		goto in;
	}
	if (owner != 0 || !(word & FUTEX_OWNER_DIED))
		return MPP_EAGAIN;
	return read_after_death(l, me, limit_ns);
in:
	mpp_tell_after(&l->opened);
	return 0;
}

static int read_waiting(struct mpp_rwlock *l, int64_t timeout_ns)
{
	int64_t deadline = mpp_deadline(timeout_ns);
	int err;

	do {
		if (!is_open(l) && !my_seat(l, mpp_self()))
			err = wait_for(l, &l->opened, is_open, deadline);
		else
			err = wait_for(l, &l->left, has_room, deadline);
		if (err < 0)
			return err;
		err = read_once(l, left_until(deadline));
	} while (err == MPP_EAGAIN);
	return err;
}

static inline int read_natively(struct mpp_rwlock *l, int64_t timeout_ns)
{
	bool try = timeout_ns <= 0;
	int err = read_once(l, try ? TRY_SLICE : timeout_ns);

	if (MPP_LIKELY(err != MPP_EAGAIN && err != MPP_ETIMEDOUT))
		return err;
	if (try)
		return MPP_EAGAIN;
	return err == MPP_ETIMEDOUT ? err : read_waiting(l, timeout_ns);
}

static int release(struct mpp_rwlock *l)
{
	struct mpp_self me = mpp_self();
	struct mpp_seat *seat;

	if (mpp_core_owner(&l->writer) == me.id) {
		mpp_tell_before(&l->opened);
		if (MPP_UNLIKELY(is_marked(l))) {
			drop(l, me, MPP_NOT_RECOVERABLE);
		} else {
			mpp_store(&l->inside, 0);
			drop(l, me, 0);
		}
		if (!MPP_STEPPED)
			mpp_tell_unhold(&l->writer);
		return 0;
	}
	seat = my_seat(l, me);
	if (MPP_UNLIKELY(!seat))
		return MPP_EPERM;
	mpp_tell_before(&l->left);
	stand_up(l, seat, me);
	return 0;
}

/*
 * Announced.  A writer that finds readers keeps its lock from one operation to
 * the next, as it does natively: that it keeps new readers out can be part of
 * a deadlock.
 */
static bool may_write(const struct mpp_op *op, uint32_t self)
{
	const struct mpp_rwlock *l = op->object;
	uint32_t owner = mpp_core_owner(&l->writer);

	if (owner == self || owner == MPP_NOT_RECOVERABLE ||
	    seated(l, self).mine)
		return true; /* is refused */
	return owner == 0 && (op->timeout_ns != 0 || nobody_reads(l));
}

static bool may_go_inside(const struct mpp_op *op, uint32_t self)
{
	(void)self;
	return nobody_reads(op->object);
}

static bool may_read(const struct mpp_op *op, uint32_t self)
{
	const struct mpp_rwlock *l = op->object;
	uint32_t owner = mpp_core_owner(&l->writer);
	struct seated s = seated(l, self);

	if (owner == self || owner == MPP_NOT_RECOVERABLE || s.mine == l->n)
		return true; /* is refused */
	return (owner == 0 || s.mine) && s.all < l->n;
}

/* With a result: tells of it. */
static int done(const struct mpp_op *op, int err)
{
	if (err == MPP_EDEADLK)
		mpp_fault(MPP_FAULT_MISUSE, op,
			  "acquire of a reader-writer lock that the caller already holds");
	if (err == MPP_EPERM)
		mpp_fault(MPP_FAULT_MISUSE, op,
			  "release of a reader-writer lock that the caller does not hold");
	mpp_after(op, err, 0);
	return err;
}

static MPP_ANNOUNCED int read_announced(struct mpp_rwlock *l,
					int64_t timeout_ns, const void *pc)
{
	struct mpp_op op = mpp_whole_when(l, MPP_OP_TAKE, may_read, timeout_ns,
					  pc);
	int err;

	op.flags = MPP_SHARED;
	err = mpp_before(&op);
	if (err < 0)
		return err;
	err = read_natively(l, mpp_scheduled() ? 0 : timeout_ns);
	if (err == MPP_EAGAIN && mpp_scheduled())
		mpp_bug("a scheduled acquire_read would have to wait");
	if (err == MPP_EOWNERDEAD)
		mpp_tell_hold(&l->writer);
	return done(&op, err);
}

/* The second and third operation of an acquire_write. */
static int wait_announced(struct mpp_rwlock *l, int64_t timeout_ns,
			  const void *pc)
{
	struct mpp_op op = mpp_whole_when(l, MPP_OP_AWAIT, may_go_inside,
					  timeout_ns, pc);
	int err = mpp_before(&op);

	if (err >= 0)
		return done(&op, go_inside(l, mpp_self()));
	op = mpp_whole(l, MPP_OP_GIVE, pc);
	(void)mpp_before(&op);
	back_out(l, mpp_self());
	mpp_tell_unhold(&l->writer);
	(void)done(&op, 0);
	return err;
}

static MPP_ANNOUNCED int write_announced(struct mpp_rwlock *l,
					 int64_t timeout_ns, const void *pc)
{
	struct mpp_op op = mpp_whole_when(l, MPP_OP_TAKE, may_write, timeout_ns,
					  pc);
	int err = mpp_before(&op);

	if (err < 0)
		return err;
	if (!mpp_scheduled())
		return done(&op, write_natively(l, timeout_ns));
	err = take_writer(l, mpp_self(), MPP_FOREVER, true);
	if (err == MPP_EAGAIN)
		mpp_bug("a scheduled acquire_write would have to wait");
	if (err < 0 && err != MPP_EOWNERDEAD)
		return done(&op, err);
	if (seated(l, mpp_self().id).mine) {
		back_out(l, mpp_self());
		return done(&op, MPP_EDEADLK);
	}
	mpp_tell_hold(&l->writer);
	if (nobody_reads(l))
		return done(&op, go_inside(l, mpp_self()));
	(void)done(&op, 0);
	return wait_announced(l, timeout_ns, pc);
}

static MPP_ANNOUNCED int release_announced(struct mpp_rwlock *l,
					   const void *pc)
{
	struct mpp_op op = mpp_whole(l, MPP_OP_GIVE, pc);
	int err = mpp_before(&op);

	return err < 0 ? err : done(&op, release(l));
}

int mpp_rwlock_acquire_read(struct mpp_rwlock *lock, int64_t timeout_ns)
{
	struct mpp_rwlock *l = mpp_inside(lock);

	if (MPP_ANNOUNCES())
		return read_announced(l, timeout_ns, MPP_CALLER());
	return read_natively(l, timeout_ns);
}

int mpp_rwlock_acquire_write(struct mpp_rwlock *lock, int64_t timeout_ns)
{
	struct mpp_rwlock *l = mpp_inside(lock);

	if (MPP_ANNOUNCES())
		return write_announced(l, timeout_ns, MPP_CALLER());
	return write_natively(l, timeout_ns);
}

int mpp_rwlock_release(struct mpp_rwlock *lock)
{
	struct mpp_rwlock *l = mpp_inside(lock);

	if (MPP_ANNOUNCES())
		return release_announced(l, MPP_CALLER());
	return release(l);
}

int mpp_rwlock_consistent(struct mpp_rwlock *lock)
{
	struct mpp_rwlock *l = mpp_inside(lock);

	return mpp_core_consistent(&l->writer, mpp_self());
}
