/* SPDX-License-Identifier: MIT */
/*
 * test_segment.c - segments: names, descriptors, what is refused, what stays
 * after a death, and what a scheduler is told.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <mpp/segment.h>

#include "hook_help.h"
#include "lock_help.h"
#include "skip.h"
#include "unit.h"

static struct mpp_segment *s;
static int fds[2];
static char name[60]; /* of this test's process */

static void named(void)
{
	snprintf(name, sizeof(name), "mpp-test-%d", (int)getpid());
}

static struct stat file_of(const char *its_name)
{
	char path[400];
	struct stat found = { .st_size = -1 };

	snprintf(path, sizeof(path), "/dev/shm/%s", its_name);
	(void)lstat(path, &found);
	return found;
}

static bool exists(const char *its_name)
{
	return file_of(its_name).st_size >= 0;
}

static void tell(void)
{
	ck_assert_int_eq(write(fds[1], "x", 1), 1);
}

static void hear(void)
{
	char c;

	ck_assert_int_eq(read(fds[0], &c, 1), 1);
}

START_TEST(a_segment_has_the_size_asked_and_is_zeroed)
{
	char zeros[10] = { 0 };

	named();
	ck_assert_int_eq(mpp_segment_create(&s, name, 10), 0);
	ck_assert_uint_eq(mpp_segment_size(s), 10);
	ck_assert_int_eq(file_of(name).st_size, 10);
	ck_assert_mem_eq(mpp_segment_address(s), zeros, 10);
	mpp_segment_free(s);
	ck_assert_int_eq(mpp_segment_unlink(name), 0);
	ck_assert_int_eq(mpp_segment_new(&s, 10), 0);
	ck_assert_uint_eq(mpp_segment_size(s), 10);
	ck_assert_mem_eq(mpp_segment_address(s), zeros, 10);
	mpp_segment_free(s);
}
END_TEST

START_TEST(a_segment_is_its_users_own)
{
	named();
	umask(0777);
	ck_assert_int_eq(mpp_segment_create(&s, name, 10), 0);
	ck_assert_uint_eq(file_of(name).st_mode, S_IFREG | 0600);
	ck_assert_int_eq(mpp_segment_unlink(name), 0);
}
END_TEST

static int open_and_add(void *arg)
{
	(void)arg;
	hear();
	if (mpp_segment_open(&s, name) < 0 || mpp_segment_size(s) != 8)
		return 1;
	*(int64_t *)mpp_segment_address(s) += 2;
	mpp_segment_free(s);
	return 0;
}

START_TEST(a_process_that_knows_the_name_finds_the_bytes)
{
	int64_t x = 40;
	pid_t child;

	named();
	ck_assert_int_eq(pipe(fds), 0);
	child = forked(open_and_add, NULL);
	ck_assert_int_eq(mpp_segment_create(&s, name, 8), 0);
	ck_assert_int_eq(mpp_segment_write(s, 0, &x, 8), 0);
	tell();
	ck_assert_int_eq(reaped(child), 0);
	ck_assert_int_eq(mpp_segment_read(s, 0, &x, 8), 0);
	ck_assert_int_eq(x, 42);
	mpp_segment_free(s);
	ck_assert_int_eq(mpp_segment_unlink(name), 0);
}
END_TEST

START_TEST(a_taken_name_is_refused)
{
	struct mpp_segment *other = NULL;

	named();
	ck_assert_int_eq(mpp_segment_create(&s, name, 10), 0);
	ck_assert_int_eq(mpp_segment_create(&other, name, 20), MPP_EEXIST);
	ck_assert_int_eq(errno, EEXIST);
	ck_assert_ptr_null(other);
	ck_assert_int_eq(file_of(name).st_size, 10);
	ck_assert_int_eq(mpp_segment_unlink(name), 0);
}
END_TEST

static int create_at_once(void *arg)
{
	int err;

	(void)arg;
	hear();
	err = mpp_segment_create(&s, name, 100000);
	if (err == 0)
		return 1;
	/* Who lost finds all of what the winner made. */
	if (err != MPP_EEXIST || mpp_segment_open(&s, name) < 0)
		return 100;
	return mpp_segment_size(s) == 100000 ? 0 : 100;
}

START_TEST(of_many_creators_one_wins)
{
	enum { MANY = 8, ROUNDS = 50 };

	named();
	for (int round = 0; round < ROUNDS; round++) {
		pid_t child[MANY];
		int won = 0;

		ck_assert_int_eq(pipe(fds), 0);
		for (int i = 0; i < MANY; i++)
			child[i] = forked(create_at_once, NULL);
		ck_assert_int_eq(write(fds[1], "xxxxxxxx", MANY), MANY);
		for (int i = 0; i < MANY; i++)
			won += reaped(child[i]);
		ck_assert_int_eq(won, 1);
		ck_assert_int_eq(mpp_segment_unlink(name), 0);
		close(fds[0]);
		close(fds[1]);
	}
}
END_TEST

START_TEST(a_missing_name_is_told)
{
	named();
	ck_assert_int_eq(mpp_segment_open(&s, name), MPP_ENOENT);
	ck_assert_int_eq(mpp_segment_unlink(name), MPP_ENOENT);
}
END_TEST

START_TEST(what_is_no_name_is_refused)
{
	char longest[MPP_SEGMENT_NAME + 2];
	const char *none[] = {
		NULL, "", ".", "..", "/x", "a/b", "x/", longest
	};

	memset(longest, 'm', sizeof(longest));
	longest[MPP_SEGMENT_NAME + 1] = '\0';
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		ck_assert_int_eq(mpp_segment_create(&s, none[i], 1),
				 MPP_EINVAL);
		ck_assert_int_eq(mpp_segment_open(&s, none[i]), MPP_EINVAL);
		ck_assert_int_eq(mpp_segment_unlink(none[i]), MPP_EINVAL);
	}
	longest[MPP_SEGMENT_NAME] = '\0';
	ck_assert_int_eq(mpp_segment_create(&s, longest, 1), 0);
	ck_assert_int_eq(mpp_segment_unlink(longest), 0);
}
END_TEST

START_TEST(no_bytes_are_refused)
{
	named();
	ck_assert_int_eq(mpp_segment_create(&s, name, 0), MPP_EINVAL);
	ck_assert_int_eq(mpp_segment_new(&s, 0), MPP_EINVAL);
	ck_assert_int_eq(mpp_segment_new(NULL, 1), MPP_EINVAL);
	ck_assert(!exists(name));
}
END_TEST

START_TEST(more_than_there_is_room_for_is_refused_at_once)
{
	struct statvfs fs;

	named();
	ck_assert_int_eq(statvfs("/dev/shm", &fs), 0);
	ck_assert_int_eq(mpp_segment_create(&s, name, SIZE_MAX), MPP_ENOSPC);
	ck_assert_int_eq(mpp_segment_new(&s, SIZE_MAX), MPP_ENOSPC);
	if (fs.f_blocks) {
		ck_assert_int_eq(
			mpp_segment_create(&s, name,
					   (fs.f_blocks + 1) * fs.f_bsize),
			MPP_ENOSPC);
		ck_assert_int_eq(errno, ENOSPC);
	}
	ck_assert(!exists(name));
}
END_TEST

/* 77: not allowed to mount. */
static int fill_small_file_system(void *arg)
{
	struct mpp_segment *other;

	(void)arg;
	if (unshare(CLONE_NEWNS) < 0 ||
	    mount("none", "/", "none", MS_REC | MS_PRIVATE, "") < 0 ||
	    mount("tmpfs", "/dev/shm", "tmpfs", 0, "size=64k") < 0)
		return 77;
	if (mpp_segment_create(&s, "a", 40000) < 0)
		return 1;
	if (mpp_segment_create(&other, "b", 40000) != MPP_ENOSPC || exists("b"))
		return 2;
	/* What was reserved can be used. */
	memset(mpp_segment_address(s), 7, 40000);
	mpp_segment_free(s);
	if (mpp_segment_unlink("a") < 0)
		return 3;
	return mpp_segment_create(&s, "b", 40000) < 0 ? 4 : 0;
}

START_TEST(a_full_file_system_is_an_error_and_no_signal)
{
	int code = reaped(forked(fill_small_file_system, NULL));

	if (!unit_skips(code, "may not mount"))
		ck_assert_int_eq(code, 0);
}
END_TEST

START_TEST(an_unlinked_segment_stays_with_who_has_it)
{
	struct mpp_segment *other;
	int64_t x = 5;

	named();
	ck_assert_int_eq(mpp_segment_create(&s, name, 8), 0);
	ck_assert_int_eq(mpp_segment_open(&other, name), 0);
	ck_assert_int_eq(mpp_segment_unlink(name), 0);
	ck_assert_int_eq(mpp_segment_unlink(name), MPP_ENOENT);
	ck_assert_int_eq(mpp_segment_write(s, 0, &x, 8), 0);
	mpp_segment_free(s);
	ck_assert_int_eq(*(int64_t *)mpp_segment_address(other), 5);
	ck_assert_int_eq(mpp_segment_create(&s, name, 8), 0);
	ck_assert_int_eq(*(int64_t *)mpp_segment_address(s), 0);
	ck_assert_int_eq(mpp_segment_unlink(name), 0);
	mpp_segment_free(other);
}
END_TEST

static int create_and_die(void *arg)
{
	(void)arg;
	if (mpp_segment_create(&s, name, 8) < 0)
		return 1;
	*(int64_t *)mpp_segment_address(s) = 6;
	return raise(SIGKILL);
}

START_TEST(a_name_outlives_its_dead_maker)
{
	named();
	ck_assert_int_eq(reaped(forked(create_and_die, NULL)), -SIGKILL);
	ck_assert_int_eq(mpp_segment_open(&s, name), 0);
	ck_assert_int_eq(*(int64_t *)mpp_segment_address(s), 6);
	ck_assert_int_eq(mpp_segment_unlink(name), 0);
}
END_TEST

START_TEST(what_is_no_segment_is_not_opened)
{
	char path[100];
	int fd;

	named();
	snprintf(path, sizeof(path), "/dev/shm/%s", name);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	ck_assert_int_eq(mpp_segment_open(&s, name), MPP_EINVAL);
	rmdir(path);
	ck_assert_int_eq(symlink("/dev/null", path), 0);
	ck_assert_int_eq(mpp_segment_open(&s, name), MPP_EINVAL);
	unlink(path);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_assert_int_eq(mpp_segment_open(&s, name), MPP_EINVAL);
	unlink(path);
	/* Another program's, before it has a size. */
	fd = open(path, O_CREAT | O_EXCL | O_RDWR, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(mpp_segment_open(&s, name), MPP_EAGAIN);
	ck_assert_int_eq(ftruncate(fd, 3), 0);
	ck_assert_int_eq(mpp_segment_open(&s, name), 0);
	ck_assert_uint_eq(mpp_segment_size(s), 3);
	ck_assert_int_eq(mpp_segment_unlink(name), 0);
}
END_TEST

static int open_as_nobody(void *arg)
{
	(void)arg;
	if (geteuid() != 0 || setuid(65534) < 0)
		return 77;
	return mpp_segment_open(&s, name) == MPP_EACCES &&
			       mpp_segment_unlink(name) == MPP_EACCES
		       ? 0
		       : 1;
}

START_TEST(another_users_segment_is_closed)
{
	int code;

	named();
	ck_assert_int_eq(mpp_segment_create(&s, name, 8), 0);
	code = reaped(forked(open_as_nobody, NULL));
	ck_assert_int_eq(mpp_segment_unlink(name), 0);
	if (!unit_skips(code, "may not become another user"))
		ck_assert_int_eq(code, 0);
}
END_TEST

START_TEST(nobody_can_cut_an_unnamed_segment)
{
	int fd;

	ck_assert_int_eq(mpp_segment_new(&s, 5000), 0);
	fd = mpp_segment_descriptor(s);
	ck_assert_int_eq(ftruncate(fd, 0), -1);
	ck_assert_int_eq(ftruncate(fd, 10000), -1);
	ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
}
END_TEST

union control {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(sizeof(int))];
};

static struct msghdr message_with(union control *control)
{
	static char byte;
	static struct iovec one = { &byte, 1 };

	memset(control, 0, sizeof(*control));
	return (struct msghdr){ .msg_iov = &one,
				.msg_iovlen = 1,
				.msg_control = control->bytes,
				.msg_controllen = sizeof(control->bytes) };
}

static int receive_and_add(void *arg)
{
	union control control;
	struct msghdr message = message_with(&control);
	int fd;

	(void)arg;
	if (recvmsg(fds[0], &message, 0) != 1)
		return 1;
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
	if (mpp_segment_open_descriptor(&s, fd) < 0)
		return 2;
	close(fd);
	*(int64_t *)mpp_segment_address(s) += 2;
	return 0;
}

START_TEST(a_descriptor_can_be_passed)
{
	union control control;
	struct msghdr message = message_with(&control);
	struct cmsghdr *part = CMSG_FIRSTHDR(&message);
	pid_t child;
	int fd;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	child = forked(receive_and_add, NULL);
	ck_assert_int_eq(mpp_segment_new(&s, 8), 0);
	*(int64_t *)mpp_segment_address(s) = 40;
	fd = mpp_segment_descriptor(s);
	part->cmsg_level = SOL_SOCKET;
	part->cmsg_type = SCM_RIGHTS;
	part->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(part), &fd, sizeof(fd));
	ck_assert_int_eq(sendmsg(fds[1], &message, 0), 1);
	ck_assert_int_eq(reaped(child), 0);
	ck_assert_int_eq(*(int64_t *)mpp_segment_address(s), 42);
}
END_TEST

START_TEST(what_is_no_descriptor_of_a_segment_is_refused)
{
	int fd = open("/dev/null", O_RDWR);

	ck_assert_int_eq(mpp_segment_open_descriptor(&s, fd), MPP_EINVAL);
	close(fd);
	ck_assert_int_eq(mpp_segment_open_descriptor(&s, fd), MPP_EINVAL);
	ck_assert_int_eq(mpp_segment_open_descriptor(&s, -1), MPP_EINVAL);
	fd = open("/proc/self/exe", O_RDONLY);
	ck_assert_int_eq(mpp_segment_open_descriptor(&s, fd), MPP_EINVAL);
}
END_TEST

START_TEST(a_closed_segment_has_no_bytes)
{
	char c = 'x';

	ck_assert_int_eq(mpp_segment_new(&s, 5), 0);
	mpp_segment_close(s);
	ck_assert_ptr_null(mpp_segment_address(s));
	ck_assert_uint_eq(mpp_segment_size(s), 5);
	ck_assert_int_eq(mpp_segment_read(s, 0, &c, 1), MPP_ECLOSED);
	ck_assert_int_eq(mpp_segment_write(s, 0, &c, 1), MPP_ECLOSED);
	ck_assert_int_eq(mpp_segment_descriptor(s), MPP_ECLOSED);
	mpp_segment_close(s);
	mpp_segment_free(s);
	mpp_segment_free(NULL);
	mpp_segment_close(NULL);
}
END_TEST

static int write_and_close(void *arg)
{
	(void)arg;
	*(char *)mpp_segment_address(s) = 'c';
	mpp_segment_free(s);
	return 0;
}

START_TEST(what_a_child_closes_stays_open)
{
	ck_assert_int_eq(mpp_segment_new(&s, 5), 0);
	ck_assert_int_eq(reaped(forked(write_and_close, NULL)), 0);
	ck_assert_int_eq(*(char *)mpp_segment_address(s), 'c');
}
END_TEST

START_TEST(read_and_write_stay_inside)
{
	char text[6] = "hello", back[6] = "";

	ck_assert_int_eq(mpp_segment_new(&s, 8), 0);
	ck_assert_int_eq(mpp_segment_write(s, 3, text, 5), 0);
	ck_assert_int_eq(mpp_segment_read(s, 3, back, 5), 0);
	ck_assert_str_eq(back, "hello");
	ck_assert_int_eq(mpp_segment_write(s, 4, "HELLO", 5), MPP_ERANGE);
	ck_assert_int_eq(mpp_segment_write(s, SIZE_MAX, "x", 1), MPP_ERANGE);
	ck_assert_int_eq(mpp_segment_read(s, 8, back, 1), MPP_ERANGE);
	ck_assert_int_eq(mpp_segment_read(s, 8, NULL, 0), 0);
	ck_assert_int_eq(mpp_segment_read(s, 0, NULL, 1), MPP_EINVAL);
	ck_assert_int_eq(memcmp(mpp_segment_address(s), "\0\0\0hello", 8), 0);
}
END_TEST

START_TEST(a_copy_is_announced_in_aligned_pieces)
{
	char bytes[14] = "abcdefghijklm", back[14] = "";

	hooks_install();
	ck_assert_int_eq(mpp_segment_new(&s, 100), 0);
	ck_assert_int_eq(mpp_segment_write(s, 3, bytes, 13), 0);
	ck_assert_int_eq(hooked.kinds[MPP_OP_WRITE], 3); /* 1, 4, 8 */
	ck_assert_uint_eq(hooked.last.size, 8);
	ck_assert_int_eq(hooked.last.order, MPP_PLAIN);
	ck_assert_int_eq(hooked.after, 3);
	ck_assert_int_eq(mpp_segment_read(s, 4, back, 3), 0);
	ck_assert_int_eq(hooked.kinds[MPP_OP_READ], 2); /* 2, 1 */
	ck_assert_str_eq(back, "bcd");
	ck_assert_int_eq(mpp_segment_read(s, 99, back, 2), MPP_ERANGE);
	ck_assert_int_eq(hooked.faults[MPP_FAULT_RANGE], 1);
	hooked.refuse = MPP_EAGAIN;
	ck_assert_int_eq(mpp_segment_read(s, 4, back, 3), MPP_EAGAIN);
	hooks_remove();
}
END_TEST

START_TEST(a_scheduler_has_unnamed_segments_behind_its_door)
{
	int64_t x = 7;

	hooks_install_door();
	ck_assert_int_eq(mpp_segment_new(&s, 10), 0);
	ck_assert_int_eq(mpp_segment_write(s, 2, &x, 8), 0);
	x = 0;
	ck_assert_int_eq(mpp_segment_read(s, 2, &x, 8), 0);
	ck_assert_int_eq(x, 7);
	ck_assert_ptr_eq((char *)mpp_segment_address(s) + DOOR + 8,
			 hooked.last.object);
	ck_assert_uint_eq(mpp_segment_size(s), 10);
	ck_assert_int_eq(mpp_segment_create(&s, "x", 1), MPP_ENOTSUP);
	ck_assert_int_eq(mpp_segment_open(&s, "x"), MPP_ENOTSUP);
	ck_assert_int_eq(mpp_segment_unlink("x"), MPP_ENOTSUP);
	ck_assert_int_eq(mpp_segment_descriptor(s), MPP_ENOTSUP);
	ck_assert_int_eq(mpp_segment_open_descriptor(&s, 0), MPP_ENOTSUP);
	ck_assert_int_eq(mpp_segment_new(&s, SIZE_MAX), MPP_ENOMEM);
	mpp_segment_free(s);
	hooks_remove();
}
END_TEST

#define main unit_main
/* clang-format off */
UNIT_MAIN(UNIT(a_segment_has_the_size_asked_and_is_zeroed)
	  UNIT(a_segment_is_its_users_own)
	  UNIT(a_process_that_knows_the_name_finds_the_bytes)
	  UNIT(a_taken_name_is_refused)
	  UNIT(of_many_creators_one_wins)
	  UNIT(a_missing_name_is_told)
	  UNIT(what_is_no_name_is_refused)
	  UNIT(no_bytes_are_refused)
	  UNIT(more_than_there_is_room_for_is_refused_at_once)
	  UNIT(a_full_file_system_is_an_error_and_no_signal)
	  UNIT(an_unlinked_segment_stays_with_who_has_it)
	  UNIT(a_name_outlives_its_dead_maker)
	  UNIT(what_is_no_segment_is_not_opened)
	  UNIT(another_users_segment_is_closed)
	  UNIT(nobody_can_cut_an_unnamed_segment)
	  UNIT(a_descriptor_can_be_passed)
	  UNIT(what_is_no_descriptor_of_a_segment_is_refused)
	  UNIT(a_closed_segment_has_no_bytes)
	  UNIT(what_a_child_closes_stays_open)
	  UNIT(read_and_write_stay_inside)
	  UNIT(a_copy_is_announced_in_aligned_pieces)
	  UNIT(a_scheduler_has_unnamed_segments_behind_its_door))
/* clang-format on */
#undef main
SKIPPING_MAIN
