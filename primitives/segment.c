/* SPDX-License-Identifier: MIT */
/*
 * segment.c - shared bytes as files in memory: with a name in /dev/shm, without
 * one by memfd_create(2).
 *
 * Idea:    a named segment is made as a file without a name (O_TMPFILE), given
 *          its pages, mapped, and only then linked to its name, which fails if
 *          the name is taken.  So there is nothing to clean up after a death
 *          in the middle, and nobody can open what is not complete.
 * Pages:   reserved a PIECE at a time: a signal makes the kernel give up, and
 *          undo, the piece that it is at; in one piece a process with a timer
 *          might never get through.
 * Size:    an unnamed segment is sealed, so no holder of its descriptor can cut
 *          off what another has mapped.  The file system of names has no seals.
 * Handle:  private memory, so that each process closes its own; there are no
 *          shared words of ours.  Under a scheduler, which has no mappings per
 *          process, handle and bytes are one shared object that stays until
 *          the execution is over.
 * Source:  shm_overview(7); open(2), O_TMPFILE; memfd_create(2).
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <mpp/segment.h>
#include <mpp/wide.h>

#include "internal.h"

/* Where shm_open(3) has its names. */
#define DIRECTORY "/dev/shm"

enum { PIECE = 4 << 20 }; /* bytes */

struct mpp_segment {
	char *address; /* the program's; NULL: closed */
	size_t size;
	int fd;
};

/* Under a scheduler the bytes follow, on a line of their own. */
enum { BYTES_AT = MPP_LINE };
_Static_assert(sizeof(struct mpp_segment) <= BYTES_AT, "the handle is a line");

struct path {
	char text[sizeof(DIRECTORY) + 1 + MPP_SEGMENT_NAME];
};

static bool is_simulated(void)
{
	return MPP_HOOKED() && mpp_hooks_installed->share;
}

static int error_of(int err)
{
	switch (err) {
	case EEXIST:
		return MPP_EEXIST;
	case ENOENT:
		return MPP_ENOENT;
	case EACCES:
	case EPERM:
		return MPP_EACCES;
	case ENOSPC:
	case EDQUOT:
	case EFBIG: /* no file system has that much */
		return MPP_ENOSPC;
	case ENOMEM:
		return MPP_ENOMEM;
	case EMFILE:
	case ENFILE:
		return MPP_EMFILE;
	}
	return MPP_ESYSTEM;
}

static int path_of(struct path *path, const char *name)
{
	size_t length = name ? strnlen(name, MPP_SEGMENT_NAME + 1) : 0;

	if (length == 0 || length > MPP_SEGMENT_NAME || strchr(name, '/') ||
	    strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return MPP_EINVAL;
	stpcpy(stpcpy(path->text, DIRECTORY "/"), name);
	return 0;
}

static void take_apart(struct mpp_segment *s)
{
	int saved = errno;

	if (s->address)
		munmap(s->address, s->size);
	if (s->fd >= 0)
		close(s->fd);
	s->address = NULL;
	s->fd = -1;
	errno = saved;
}

void mpp_segment_close(struct mpp_segment *segment)
{
	if (segment && !is_simulated())
		take_apart(segment);
}

void mpp_segment_free(struct mpp_segment *segment)
{
	int saved = errno;

	if (!segment || is_simulated())
		return;
	take_apart(segment);
	free(segment);
	errno = saved;
}

/* A handle with nothing in it. */
static struct mpp_segment *empty(void)
{
	struct mpp_segment *s = calloc(1, sizeof(*s));

	if (s)
		s->fd = -1;
	return s;
}

/* Spares the machine from filling all it has before it is refused. */
static bool has_room(int fd, size_t size)
{
	struct statvfs fs;

	if (fstatvfs(fd, &fs) < 0 || fs.f_blocks == 0) /* 0: no limit */
		return true;
	return size / fs.f_bsize <= fs.f_bavail;
}

/* 0 or an errno. */
static int reserve(int fd, size_t size)
{
	if (size > PTRDIFF_MAX || !has_room(fd, size))
		return ENOSPC;
	if (ftruncate(fd, (off_t)size) < 0)
		return errno;
	for (size_t at = 0; at < size;) {
		size_t n = size - at < PIECE ? size - at : PIECE;
		int err = posix_fallocate(fd, (off_t)at, (off_t)n);

		if (err && err != EINTR)
			return err;
		if (!err)
			at += n;
	}
	return 0;
}

static int map(struct mpp_segment *s, size_t size)
{
	void *p =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, s->fd, 0);

	if (p == MAP_FAILED)
		return error_of(errno);
	s->address = p;
	s->size = size;
	return 0;
}

/* For a descriptor just opened, or the error of that. */
static int fill(struct mpp_segment *s, size_t size)
{
	int err;

	if (s->fd < 0)
		return error_of(errno);
	err = reserve(s->fd, size);
	if (err) {
		errno = err;
		return error_of(err);
	}
	return map(s, size);
}

/*
 * The file's name: by the descriptor where the kernel allows that, else by
 * the descriptor's own name.
 */
static int give_name(int fd, const struct path *path)
{
	char own[40];

	/* Whatever the umask is. */
	if (fchmod(fd, S_IRUSR | S_IWUSR) < 0)
		return error_of(errno);
	if (linkat(fd, "", AT_FDCWD, path->text, AT_EMPTY_PATH) == 0)
		return 0;
	if (errno == EEXIST)
		return MPP_EEXIST;
	snprintf(own, sizeof(own), "/proc/self/fd/%d", fd);
	if (linkat(AT_FDCWD, own, AT_FDCWD, path->text, AT_SYMLINK_FOLLOW) == 0)
		return 0;
	/* Not "no such name": no /proc. */
	return errno == ENOENT ? MPP_ESYSTEM : error_of(errno);
}

static bool is_taken(const struct path *path)
{
	struct stat found;

	return lstat(path->text, &found) == 0;
}

static int finish(struct mpp_segment **out, struct mpp_segment *s, int err)
{
	if (err < 0)
		mpp_segment_free(s);
	else
		*out = s;
	return err;
}

int mpp_segment_create(struct mpp_segment **out, const char *name, size_t size)
{
	struct mpp_segment *s;
	struct path path;
	int err = path_of(&path, name);

	if (err < 0 || !out || size == 0)
		return MPP_EINVAL;
	if (is_simulated())
		return MPP_ENOTSUP;
	/* The link decides; this spares the pages. */
	if (is_taken(&path)) {
		errno = EEXIST;
		return MPP_EEXIST;
	}
	s = empty();
	if (!s)
		return MPP_ENOMEM;
	s->fd = open(DIRECTORY, O_TMPFILE | O_RDWR | O_CLOEXEC,
		     S_IRUSR | S_IWUSR);
	if (s->fd < 0 && errno == ENOENT) /* not the name */
		return finish(out, s, MPP_ESYSTEM);
	err = fill(s, size);
	if (err == 0)
		err = give_name(s->fd, &path);
	return finish(out, s, err);
}

static int new_simulated(struct mpp_segment **out, size_t size)
{
	struct mpp_segment *user, *s;
	size_t total;

	if (__builtin_add_overflow(size, BYTES_AT, &total))
		return MPP_ENOMEM;
	user = mpp_shared_alloc(total, "segment");
	if (!user)
		return MPP_ENOMEM;
	s = mpp_inside(user);
	s->address = (char *)user + BYTES_AT;
	s->size = size;
	s->fd = -1;
	*out = user;
	return 0;
}

int mpp_segment_new(struct mpp_segment **out, size_t size)
{
	struct mpp_segment *s;
	int err;

	if (!out || size == 0)
		return MPP_EINVAL;
	if (is_simulated())
		return new_simulated(out, size);
	s = empty();
	if (!s)
		return MPP_ENOMEM;
	s->fd = memfd_create("mpp segment", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	err = fill(s, size);
	if (err == 0 && fcntl(s->fd, F_ADD_SEALS,
			      F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0)
		err = error_of(errno);
	return finish(out, s, err);
}

/* What somebody else made: a file that has bytes. */
static int map_whole(struct mpp_segment *s)
{
	struct stat found;

	if (s->fd < 0 || fstat(s->fd, &found) < 0)
		return error_of(errno);
	if (!S_ISREG(found.st_mode))
		return MPP_EINVAL;
	if (found.st_size == 0)
		return MPP_EAGAIN;
	return map(s, (size_t)found.st_size);
}

int mpp_segment_open(struct mpp_segment **out, const char *name)
{
	struct mpp_segment *s;
	struct path path;
	int err = path_of(&path, name);

	if (err < 0 || !out)
		return MPP_EINVAL;
	if (is_simulated())
		return MPP_ENOTSUP;
	s = empty();
	if (!s)
		return MPP_ENOMEM;
	s->fd = open(path.text, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	/* A link, a directory, a socket: not a segment. */
	if (s->fd < 0 && (errno == ELOOP || errno == EISDIR || errno == ENXIO))
		return finish(out, s, MPP_EINVAL);
	return finish(out, s, map_whole(s));
}

int mpp_segment_open_descriptor(struct mpp_segment **out, int fd)
{
	struct mpp_segment *s;
	int err;

	if (!out || fd < 0)
		return MPP_EINVAL;
	if (is_simulated())
		return MPP_ENOTSUP;
	s = empty();
	if (!s)
		return MPP_ENOMEM;
	s->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (s->fd < 0 && errno == EBADF)
		return finish(out, s, MPP_EINVAL);
	err = map_whole(s);
	if (err == MPP_EACCES) /* opened to read only */
		err = MPP_EINVAL;
	return finish(out, s, err);
}

int mpp_segment_unlink(const char *name)
{
	struct path path;
	int err = path_of(&path, name);

	if (err < 0)
		return err;
	if (is_simulated())
		return MPP_ENOTSUP;
	return unlink(path.text) < 0 ? error_of(errno) : 0;
}

void *mpp_segment_address(struct mpp_segment *segment)
{
	return ((struct mpp_segment *)mpp_inside(segment))->address;
}

size_t mpp_segment_size(struct mpp_segment *segment)
{
	return ((struct mpp_segment *)mpp_inside(segment))->size;
}

int mpp_segment_descriptor(struct mpp_segment *segment)
{
	if (is_simulated())
		return MPP_ENOTSUP;
	return segment->fd < 0 ? MPP_ECLOSED : segment->fd;
}

/* A copy between a segment and private memory; one of out and in is NULL. */
struct transfer {
	char *at; /* inside */
	char *out;
	const char *in;
	size_t size;
	const void *pc;
};

static struct mpp_op access_op(const struct transfer *t, size_t done,
			       size_t size)
{
	return (struct mpp_op){
		.pc = t->pc,
		.object = t->at + done,
		.timeout_ns = MPP_FOREVER,
		.size = (uint32_t)size,
		.kind = t->out ? MPP_OP_READ : MPP_OP_WRITE,
		.order = MPP_PLAIN,
	};
}

static void move(const struct transfer *t, size_t done, size_t size)
{
	if (t->out) {
		MPP_STEP(MPP_OP_READ, t->at + done);
		memcpy(t->out + done, t->at + done, size);
	} else {
		mpp_copy(t->at + done, t->in + done, size);
	}
}

/* The largest aligned piece that comes next. */
static size_t next_piece(const struct transfer *t, size_t done)
{
	size_t size = 8;

	while (size > t->size - done || (uintptr_t)(t->at + done) % size)
		size /= 2;
	return size;
}

static MPP_ANNOUNCED int move_announced(const struct transfer *t)
{
	for (size_t done = 0, n; done < t->size; done += n) {
		struct mpp_op op;
		uint64_t value = 0;
		int err;

		n = next_piece(t, done);
		op = access_op(t, done, n);
		err = mpp_before(&op);
		if (err < 0)
			return err;
		move(t, done, n);
		memcpy(&value, t->at + done, n);
		mpp_after(&op, 0, value);
	}
	return 0;
}

static char *append_number(char *p, mpp_wide x)
{
	char digits[MPP_WIDE_TEXT];

	return stpcpy(p, mpp_wide_text(x, digits));
}

/* "bytes 8..15 of a segment of 8 bytes" */
static MPP_ANNOUNCED int out_of_range(const struct transfer *t, size_t offset,
				      size_t total)
{
	struct mpp_op op = access_op(t, 0, 0);
	char text[4 * MPP_WIDE_TEXT];
	char *p = append_number(stpcpy(text, "bytes "), (mpp_wide)offset);

	if (t->size > 1)
		p = append_number(stpcpy(p, ".."), (mpp_wide)offset +
				  (mpp_wide)t->size - 1);
	p = append_number(stpcpy(p, " of a segment of "), (mpp_wide)total);
	stpcpy(p, total == 1 ? " byte" : " bytes");
	if (MPP_ANNOUNCES())
		mpp_fault(MPP_FAULT_RANGE, &op, text);
	return MPP_ERANGE;
}

static int transfer(struct mpp_segment *s, size_t offset, struct transfer t)
{
	if (!s->address)
		return MPP_ECLOSED;
	if (t.size && !t.out && !t.in)
		return MPP_EINVAL;
	t.at = mpp_inside(s->address);
	if (offset > s->size || t.size > s->size - offset)
		return out_of_range(&t, offset, s->size);
	if (t.size == 0)
		return 0;
	t.at += offset;
	if (MPP_ANNOUNCES())
		return move_announced(&t);
	move(&t, 0, t.size);
	return 0;
}

int mpp_segment_read(struct mpp_segment *segment, size_t offset, void *buffer,
		     size_t size)
{
	return transfer(mpp_inside(segment), offset,
			(struct transfer){ .out = buffer,
					   .size = size,
					   .pc = MPP_CALLER() });
}

int mpp_segment_write(struct mpp_segment *segment, size_t offset,
		      const void *buffer, size_t size)
{
	return transfer(mpp_inside(segment), offset,
			(struct transfer){ .in = buffer,
					   .size = size,
					   .pc = MPP_CALLER() });
}
