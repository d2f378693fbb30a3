/* SPDX-License-Identifier: MIT */
/*
 * test_simple_queue.c - messages of any size through a ring of bytes.
 */
#include <sched.h>
#include <stdlib.h>

#include "members.c"
#include "ring.c"
#include "simple_queue.c"

#include "children.h"
#include "hook_help.h"
#include "unit.h"

#define MS ((int64_t)1000000)

static struct mpp_simple_queue *queue_of(size_t capacity)
{
	struct mpp_simple_queue *q = NULL;

	ck_assert_int_eq(mpp_simple_queue_new(&q, capacity), 0);
	return q;
}

static int put_text(struct mpp_simple_queue *q, const char *text,
		    int64_t timeout_ns)
{
	return mpp_simple_queue_put(q, text, strlen(text), timeout_ns);
}

/* The text got, or the error's sentence. */
static const char *get_text(struct mpp_simple_queue *q, int64_t timeout_ns)
{
	static char text[1000];
	size_t size = 999;
	int err = mpp_simple_queue_get(q, text, sizeof(text) - 1, &size,
				       timeout_ns);

	if (err < 0)
		return mpp_strerror(err);
	text[size] = '\0';
	return text;
}

#define GETS(q, expected) ck_assert_str_eq(get_text(q, 0), expected)
#define FAILS(q, err) ck_assert_str_eq(get_text(q, 0), mpp_strerror(err))

START_TEST(refuses_nothing_to_hold)
{
	struct mpp_simple_queue *q = NULL;

	ck_assert_int_eq(mpp_simple_queue_new(&q, 0), MPP_EINVAL);
	ck_assert_int_eq(mpp_simple_queue_new(NULL, 64), MPP_EINVAL);
	ck_assert_int_eq(mpp_simple_queue_new(&q, SIZE_MAX / 2), MPP_ENOMEM);
	ck_assert_ptr_null(q);
	mpp_simple_queue_free(NULL);
}
END_TEST

START_TEST(gives_back_in_order_and_size)
{
	struct mpp_simple_queue *q = queue_of(200);

	ck_assert(mpp_simple_queue_empty(q));
	ck_assert_int_eq(put_text(q, "one", 0), 0);
	ck_assert(!mpp_simple_queue_empty(q));
	ck_assert_int_eq(put_text(q, "", 0), 0);
	ck_assert_int_eq(mpp_simple_queue_put(q, NULL, 0, 0), 0);
	ck_assert_int_eq(put_text(q, "seventeen letters", 0), 0);
	GETS(q, "one");
	GETS(q, "");
	GETS(q, "");
	GETS(q, "seventeen letters");
	ck_assert(mpp_simple_queue_empty(q));
	FAILS(q, MPP_EAGAIN);
	ck_assert_str_eq(get_text(q, MS), mpp_strerror(MPP_ETIMEDOUT));
	mpp_simple_queue_free(q);
}
END_TEST

/* Each size up to the largest, at each place of the ring. */
START_TEST(carries_any_size_at_any_place)
{
	unsigned char in[128], out[129];
	struct mpp_simple_queue *q = queue_of(104);
	size_t got;

	for (unsigned round = 0; round < 20; round++) {
		for (size_t n = 0; n <= 96; n++) {
			for (size_t b = 0; b < n; b++)
				in[b] = (unsigned char)(round * 7 + n + b);
			memset(out, 0xee, sizeof(out));
			ck_assert_int_eq(mpp_simple_queue_put(q, in, n, 0), 0);
			ck_assert_int_eq(mpp_simple_queue_get(q, out, n, &got,
							      0),
					 0);
			ck_assert_uint_eq(got, n);
			if (n)
				ck_assert_mem_eq(in, out, n);
			ck_assert_int_eq(out[n], 0xee);
		}
	}
	ck_assert_int_eq(mpp_simple_queue_put(q, in, 97, MPP_FOREVER),
			 MPP_EMSGSIZE);
	mpp_simple_queue_free(q);
}
END_TEST

START_TEST(is_bounded_by_bytes)
{
	struct mpp_simple_queue *q = queue_of(64);

	for (int i = 0; i < 8; i++) /* 8 bytes each, for nothing */
		ck_assert_int_eq(put_text(q, "", 0), 0);
	ck_assert_int_eq(put_text(q, "", 0), MPP_EAGAIN);
	ck_assert_int_eq(put_text(q, "", MS), MPP_ETIMEDOUT);
	GETS(q, "");
	ck_assert_int_eq(put_text(q, "x", 0), MPP_EAGAIN);
	GETS(q, "");
	ck_assert_int_eq(put_text(q, "x", 0), 0);
	mpp_simple_queue_free(q);
}
END_TEST

START_TEST(what_does_not_fit_the_buffer_stays)
{
	struct mpp_simple_queue *q = queue_of(64);
	char small[4];
	size_t size = 99;

	ck_assert_int_eq(mpp_simple_queue_get(q, small, 4, &size, 0),
			 MPP_EAGAIN);
	ck_assert_uint_eq(size, 99);
	ck_assert_int_eq(put_text(q, "five!", 0), 0);
	for (int i = 0; i < 2; i++) {
		size = 0;
		ck_assert_int_eq(mpp_simple_queue_get(q, small, 4, &size, 0),
				 MPP_EMSGSIZE);
		ck_assert_uint_eq(size, 5);
	}
	ck_assert_int_eq(mpp_simple_queue_get(q, small, 4, NULL, 0),
			 MPP_EMSGSIZE);
	GETS(q, "five!");
	mpp_simple_queue_free(q);
}
END_TEST

enum { MANY = 1000 };

/* The i-th message: i, and then up to 40 bytes that follow from it. */
static size_t make(unsigned char *m, unsigned i)
{
	size_t n = sizeof(i) + i * 7 % 41;

	memcpy(m, &i, sizeof(i));
	for (size_t b = sizeof(i); b < n; b++)
		m[b] = (unsigned char)(i + b);
	return n;
}

static int puts_many(void *q)
{
	unsigned char m[64];

	if (mpp_simple_queue_producer(q))
		return 1;
	for (unsigned i = 0; i < MANY; i++)
		if (mpp_simple_queue_put(q, m, make(m, i), MPP_FOREVER))
			return 1;
	return 0;
}

START_TEST(two_producers_lose_and_mix_nothing)
{
	struct mpp_simple_queue *q = queue_of(400);
	unsigned char m[64], expected[64];
	unsigned count = 0, seen[MANY] = { 0 };
	size_t size;
	pid_t p[2];
	int err;

	for (int i = 0; i < 2; i++)
		p[i] = child_start(puts_many, q);
	for (; count < 2 * MANY; count++) {
		unsigned i;

		err = mpp_simple_queue_get(q, m, sizeof(m), &size,
					   MPP_FOREVER);
		if (err == MPP_EPIPE) { /* one ended, one yet to begin */
			count--;
			continue;
		}
		ck_assert_int_eq(err, 0);
		memcpy(&i, m, sizeof(i));
		ck_assert_uint_lt(i, MANY);
		ck_assert_uint_eq(size, make(expected, i));
		ck_assert_mem_eq(m, expected, size);
		ck_assert_uint_le(++seen[i], 2);
	}
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(child_end(p[i]), 0);
	ck_assert_str_eq(get_text(q, MPP_FOREVER), mpp_strerror(MPP_EPIPE));
	mpp_simple_queue_free(q);
}
END_TEST

START_TEST(close_drains_and_then_ends)
{
	struct mpp_simple_queue *q = queue_of(64);

	ck_assert_int_eq(put_text(q, "last", 0), 0);
	ck_assert_int_eq(mpp_simple_queue_close(q), 0);
	ck_assert_int_eq(put_text(q, "too late", MPP_FOREVER), MPP_ECLOSED);
	GETS(q, "last");
	ck_assert_str_eq(get_text(q, MPP_FOREVER), mpp_strerror(MPP_EPIPE));
	mpp_simple_queue_free(q);
}
END_TEST

static int registers_and_stays(void *q)
{
	if (mpp_simple_queue_producer(q) || put_text(q, "hello", 0))
		return 1;
	for (;;)
		pause();
}

START_TEST(the_last_producer_ends_the_queue)
{
	struct mpp_simple_queue *q = queue_of(64);
	pid_t pid;

	ck_assert_int_eq(mpp_simple_queue_producer_done(q), MPP_ESTATE);
	ck_assert_int_eq(mpp_simple_queue_producer(q), 0);
	FAILS(q, MPP_EAGAIN);
	ck_assert_int_eq(mpp_simple_queue_producer_done(q), 0);
	FAILS(q, MPP_EPIPE);
	pid = child_start(registers_and_stays, q);
	while (mpp_simple_queue_empty(q))
		sched_yield();
	GETS(q, "hello");
	FAILS(q, MPP_EAGAIN);
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_str_eq(get_text(q, MPP_FOREVER), mpp_strerror(MPP_EPIPE));
	ck_assert_int_eq(child_end(pid), -1);
	mpp_simple_queue_free(q);
}
END_TEST

START_TEST(each_call_is_announced_as_one)
{
	struct mpp_simple_queue *q;
	char buffer[8];
	size_t size;

	hooks_install_door();
	q = queue_of(64);
	ck_assert_int_eq(put_text(q, "hi", 0), 0);
	ck_assert_int_eq(hooked.last.kind, MPP_OP_SEND);
	ck_assert_ptr_eq(hooked.last.object, mpp_inside(q));
	ck_assert_uint_eq(hooked.value, 'h' + ('i' << 8));
	ck_assert(hooked.last.ready(&hooked.last, 1));
	ck_assert(!mpp_simple_queue_empty(q));
	ck_assert_int_eq(hooked.last.kind, MPP_OP_READ);
	ck_assert_int_eq(mpp_simple_queue_get(q, buffer, 1, &size, 0),
			 MPP_EMSGSIZE);
	ck_assert_int_eq(hooked.last.kind, MPP_OP_RECEIVE);
	ck_assert_int_eq(hooked.result, MPP_EMSGSIZE);
	ck_assert(hooked.last.ready(&hooked.last, 1));
	ck_assert_int_eq(mpp_simple_queue_get(q, buffer, 8, &size, 0), 0);
	ck_assert(!hooked.last.ready(&hooked.last, 1));
	hooked.refuse = MPP_ETIMEDOUT;
	ck_assert_int_eq(mpp_simple_queue_get(q, buffer, 8, &size, MS),
			 MPP_ETIMEDOUT);
	ck_assert_int_eq(hooked.last.timeout_ns, MS);
	hooked.refuse = 0;
	ck_assert_int_eq(mpp_simple_queue_close(q), 0);
	ck_assert_int_eq(hooked.last.kind, MPP_OP_WRITE);
	ck_assert_int_eq(hooked.before, 6);
	ck_assert_int_eq(hooked.after, 5);
	mpp_simple_queue_free(q);
	hooks_remove();
}
END_TEST

UNIT_MAIN(UNIT(refuses_nothing_to_hold) UNIT(gives_back_in_order_and_size)
	  UNIT(carries_any_size_at_any_place) UNIT(is_bounded_by_bytes)
	  UNIT(what_does_not_fit_the_buffer_stays)
	  UNIT(two_producers_lose_and_mix_nothing)
	  UNIT(close_drains_and_then_ends)
	  UNIT(the_last_producer_ends_the_queue)
	  UNIT(each_call_is_announced_as_one))
