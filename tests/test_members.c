/* SPDX-License-Identifier: MIT */
/*
 * test_members.c - the look for members, disturbed at each of its steps.
 *
 * Idea:    each touch of a shared word announces itself (steps.h).  At the n-th
 *          step of a look, for each n,
 *          one process becomes a member and then another one leaves: at every
 *          moment there is a member, so no look may say that all are gone.
 */
#include <stdbool.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include "members.h"
#include "unit.h"

static unsigned steps_left; /* 0: no limit */
static void disturb(void);

/* The disturbance's own words are none of them. */
static int step(const struct mpp_op *op)
{
	(void)op;
	if (steps_left && --steps_left == 0)
		disturb();
	return 0;
}

struct object {
	struct mpp_members members;
	struct mpp_bell bell;
};

/* A process that enters and leaves as it is told, and says when it has. */
struct puppet {
	pid_t pid;
	int to[2], back[2];
};

static struct puppet enters, leaves;
static struct object *object;

static void say(int fd, char c)
{
	ck_assert_int_eq(write(fd, &c, 1), 1);
}

static char hear(int fd)
{
	char c = 0;

	return read(fd, &c, 1) == 1 ? c : 0;
}

static int obey(struct puppet *p)
{
	for (char c; (c = hear(p->to[0])) != 0;) {
		int err = c == 'e' ? mpp_members_enter(&object->members, object,
						       NULL)
				   : mpp_members_leave(&object->members, object,
						       &object->bell, NULL);

		say(p->back[1], err == 0 ? 'y' : 'n');
	}
	return 0;
}

static void tell(struct puppet *p, char what)
{
	say(p->to[1], what);
	ck_assert_int_eq(hear(p->back[0]), 'y');
}

static struct puppet puppet(void)
{
	struct puppet p;

	ck_assert_int_eq(pipe(p.to), 0);
	ck_assert_int_eq(pipe(p.back), 0);
	p.pid = fork();
	if (p.pid == 0) {
		close(p.to[1]);
		_exit(obey(&p));
	}
	close(p.to[0]);
	close(p.back[1]);
	return p;
}

static void end(struct puppet *p)
{
	kill(p->pid, SIGKILL);
	waitpid(p->pid, NULL, 0);
}

static void disturb(void)
{
	tell(&enters, 'e');
	tell(&leaves, 'l');
}

static void setup(void)
{
	object = mpp_shared_alloc(sizeof(*object), "members");
	ck_assert_ptr_nonnull(object);
	mpp_members_init(&object->members);
}

/* Each is once the one with the lower seat. */
START_TEST(a_handing_over_is_seen_at_every_step_of_a_look)
{
	struct puppet a, b;
	static const struct mpp_hooks counting = { .abi = sizeof(counting),
						   .before = step };
	unsigned disturbed = 0;

	setup();
	a = puppet();
	b = puppet();
	enters = a;
	leaves = b;
	tell(&leaves, 'e');
	mpp_hooks_installed = &counting;
	for (unsigned n = 1; n <= 2 * (2 * MPP_MEMBERS + 2); n++) {
		struct puppet was = enters;

		steps_left = n / 2 + 1;
		ck_assert(!mpp_members_gone(&object->members));
		if (steps_left == 0) {
			enters = leaves;
			leaves = was;
			disturbed++;
		}
		steps_left = 0;
	}
	mpp_hooks_installed = NULL;
	ck_assert_uint_ge(disturbed, 4);
	tell(&leaves, 'l');
	ck_assert(mpp_members_gone(&object->members));
	end(&a);
	end(&b);
}
END_TEST

START_TEST(nobody_is_gone_before_somebody_came)
{
	setup();
	ck_assert(!mpp_members_gone(&object->members));
	ck_assert_int_eq(mpp_members_enter(&object->members, object, NULL), 0);
	ck_assert(!mpp_members_gone(&object->members));
	ck_assert(mpp_members_has_me(&object->members));
	ck_assert_int_eq(mpp_members_leave(&object->members, object,
					   &object->bell, NULL),
			 0);
	ck_assert(mpp_members_gone(&object->members));
	ck_assert(!mpp_members_has_me(&object->members));
}
END_TEST

UNIT_MAIN(UNIT(a_handing_over_is_seen_at_every_step_of_a_look)
		  UNIT(nobody_is_gone_before_somebody_came))
