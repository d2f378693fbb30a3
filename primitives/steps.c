/* SPDX-License-Identifier: MIT */
/* steps.c - see steps.h; part of the library for step grain only. */
#include "steps.h"

#include "internal.h"

int mpp_mutant;
struct mpp_sleeper *mpp_futexes;
const size_t mpp_futexes_size = MPP_SLEEPERS * sizeof(struct mpp_sleeper);

static struct mpp_op operation(const void *word, size_t size, uint32_t kind,
			       const void *pc)
{
	return (struct mpp_op){
		.pc = pc,
		.object = (void *)word,
		.timeout_ns = MPP_FOREVER,
		.size = (uint32_t)size,
		.kind = (uint8_t)kind,
		.order = __ATOMIC_SEQ_CST,
		.typecode = size == 8 ? 'Q' : size == 4 ? 'I' : 'B',
	};
}

void mpp_step(const struct mpp_site *site, const void *word, size_t size)
{
	struct mpp_op op;

	if (!MPP_HOOKED())
		return;
	op = operation(word, size, site->kind, __builtin_return_address(0));
	op.arg[1] = (uintptr_t)site;
	(void)mpp_before(&op);
	mpp_after(&op, 0, 0);
}

static struct mpp_sleeper *lie_down(const uint32_t *word)
{
	struct mpp_sleeper *free = NULL;
	uint32_t last = 0;

	for (unsigned i = 0; i < MPP_SLEEPERS; i++) {
		struct mpp_sleeper *s = &mpp_futexes[i];

		if (s->word == word && s->place > last)
			last = s->place;
		if (!s->word && !free)
			free = s;
	}
	if (!free)
		mpp_bug("more sleepers than step grain has room for");
	*free = (struct mpp_sleeper){ .word = word, .place = last + 1 };
	return free;
}

static bool is_woken(const struct mpp_op *op, uint32_t self)
{
	(void)self;
	return mpp_futexes[op->arg[0]].place == 0;
}

/* Its successors move up, so that equal rows of sleepers are equal bytes. */
static void stand_up(struct mpp_sleeper *sleeper)
{
	const uint32_t *word = sleeper->word;
	uint32_t place = sleeper->place;

	for (unsigned i = 0; i < MPP_SLEEPERS; i++) {
		struct mpp_sleeper *s = &mpp_futexes[i];

		if (s->word == word && place && s->place > place)
			s->place--;
	}
	sleeper->place = 0;
}

/* The look and the falling asleep are one operation, as in the kernel. */
int mpp_step_wait(const uint32_t *word, uint32_t expected, int64_t deadline_ns)
{
	const void *pc = __builtin_return_address(0);
	struct mpp_op op = operation(word, sizeof(*word), MPP_OP_ENQUEUE, pc);
	struct mpp_sleeper *sleeper;
	int err;

	(void)mpp_before(&op);
	if (*word != expected) {
		mpp_after(&op, MPP_EAGAIN, *word);
		return 0;
	}
	sleeper = lie_down(word);
	mpp_after(&op, 0, expected);
	op = operation(word, sizeof(*word), MPP_OP_AWAIT, pc);
	op.ready = is_woken;
	op.arg[0] = (uint64_t)(sleeper - mpp_futexes);
	op.timeout_ns = deadline_ns; /* from 0: see mpp_clock() */
	err = mpp_before(&op);
	stand_up(sleeper);
	sleeper->word = NULL;
	mpp_after(&op, err < 0 ? err : 0, 0);
	return err < 0 ? MPP_ETIMEDOUT : 0;
}

static bool wake_one(const uint32_t *word)
{
	for (unsigned i = 0; i < MPP_SLEEPERS; i++) {
		struct mpp_sleeper *s = &mpp_futexes[i];

		if (s->word == word && s->place == 1) {
			stand_up(s);
			return true;
		}
	}
	return false;
}

void mpp_step_died(const uint32_t *word)
{
	(void)wake_one(word);
}

void mpp_step_wake(const uint32_t *word, int count)
{
	struct mpp_op op = operation(word, sizeof(*word), MPP_OP_NOTIFY,
				     __builtin_return_address(0));
	uint64_t woken = 0;

	(void)mpp_before(&op);
	while (count-- > 0 && wake_one(word))
		woken++;
	mpp_after(&op, 0, woken);
}
