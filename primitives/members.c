/* SPDX-License-Identifier: MIT */
/* members.c - see members.h. */
#include "members.h"

#include "side.h"

void mpp_members_init(struct mpp_members *m)
{
	mpp_tell_words(&m->entries, sizeof(m->entries));
	for (unsigned i = 0; i < MPP_MEMBERS; i++) {
		mpp_seat_init(&m->at[i].seat);
		mpp_tell_words(&m->at[i].counts, sizeof(uint32_t));
	}
}

void mpp_members_fini(struct mpp_members *m)
{
	/* What the caller holds must leave its robust list. */
	for (unsigned i = 0; i < MPP_MEMBERS; i++)
		mpp_seat_fini(&m->at[i].seat);
}

static bool nobody_counts(const struct mpp_members *m)
{
	for (unsigned i = 0; i < MPP_MEMBERS; i++)
		if (mpp_load(&m->at[i].counts) &&
		    mpp_seat_is_taken(&m->at[i].seat))
			return false;
	return true;
}

/*
 * The look at the seats takes its time: one member may leave behind it after
 * another has entered before it.  Then the entries have changed.
 */
bool mpp_members_gone(const struct mpp_members *m)
{
	uint64_t entries = mpp_load64(&m->entries);
	uint64_t before;

	do {
		before = entries;
		if (before == 0 || !nobody_counts(m))
			return false;
		entries = mpp_load64(&m->entries);
	} while (entries != before);
	return true;
}

/*
 * Under a scheduler the seats' operations are the scheduler's to see, so a seat
 * is taken and left as any lock is, by ACQUIRE and RELEASE, not by
 * mpp_seat_take().
 */
int mpp_seat_operation(struct mpp_seat *seat, uint8_t kind,
		       void (*inherit)(struct mpp_seat *seat, void *context),
		       void *context, const void *pc)
{
	bool takes = kind == MPP_OP_ACQUIRE;
	struct mpp_self me;
	struct mpp_op op = {
		.pc = pc,
		.object = &seat->core,
		.ready = takes ? mpp_core_ready : NULL,
		.death = takes ? &seat->core.word : NULL,
		.timeout_ns = takes ? 0 : MPP_FOREVER,
		.kind = kind,
		.order = __ATOMIC_SEQ_CST,
		.flags = MPP_OWNED,
	};
	int err = MPP_ANNOUNCES() ? mpp_before(&op) : 0;

	if (err < 0)
		return err;
	me = mpp_self();
	err = takes ? mpp_core_acquire(&seat->core, me, 0)
		    : mpp_core_release(&seat->core, me);
	if (err == MPP_EOWNERDEAD) {
		if (inherit)
			inherit(seat, context);
		err = mpp_core_consistent(&seat->core, me);
	}
	if (MPP_ANNOUNCES())
		mpp_after(&op, err, 0);
	return err;
}

/* The next one counts when it says so: a get that found all gone still does. */
static void no_longer_counts(struct mpp_seat *seat, void *unused)
{
	(void)unused;
	mpp_store(&((struct mpp_member *)seat)->counts, 0);
}

/* For a scheduler that chooses calls, nobody enters during a look. */
static void count_entry(struct mpp_members *m)
{
	if (mpp_call_scheduled())
		mpp_now_store64(&m->entries, 1);
	else
		(void)mpp_add64(&m->entries, 1);
}

static void now_counts(struct mpp_members *m, struct mpp_member *member,
		       uint32_t counts, void *object, struct mpp_bell *bell,
		       const void *pc)
{
	struct mpp_op op;

	if (MPP_ANNOUNCES()) {
		op = mpp_whole(object, MPP_OP_WRITE, pc);
		(void)mpp_before(&op);
	}
	(void)mpp_exchange(&member->counts, counts);
	if (counts)
		count_entry(m); /* after it: see mpp_members_gone() */
	else if (!MPP_MUTANT(MEMBERS_NO_RING))
		mpp_bell_ring(bell);
	if (MPP_ANNOUNCES())
		mpp_after(&op, 0, counts);
}

/* The caller's, or NULL. */
static struct mpp_member *mine(const struct mpp_members *m)
{
	struct mpp_self me = mpp_self();
	unsigned first = mpp_first_seat();

	for (unsigned i = 0; i < MPP_MEMBERS; i++) {
		const struct mpp_member *member =
			&m->at[(first + i) % MPP_MEMBERS];

		if (mpp_seat_is_mine(&member->seat, me))
			return (struct mpp_member *)member;
	}
	return NULL;
}

bool mpp_members_has_me(const struct mpp_members *m)
{
	return mine(m) != NULL;
}

int mpp_members_enter(struct mpp_members *m, void *object, const void *pc)
{
	unsigned first = mpp_first_seat();

	if (mine(m))
		return 0;
	for (unsigned i = 0; i < MPP_MEMBERS; i++) {
		struct mpp_member *member = &m->at[(first + i) % MPP_MEMBERS];
		int err = mpp_seat_operation(&member->seat, MPP_OP_ACQUIRE,
					     no_longer_counts, NULL, pc);

		if (err == MPP_EAGAIN)
			continue; /* taken */
		if (err == 0)
			now_counts(m, member, 1, object, NULL, pc);
		return err;
	}
	return MPP_ENOMEM;
}

int mpp_members_leave(struct mpp_members *m, void *object,
		      struct mpp_bell *bell, const void *pc)
{
	struct mpp_member *member = mine(m);

	if (!member)
		return MPP_ESTATE;
	now_counts(m, member, 0, object, bell, pc);
	return mpp_seat_operation(&member->seat, MPP_OP_RELEASE, NULL, NULL,
				  pc);
}
