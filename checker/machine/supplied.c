/* SPDX-License-Identifier: MIT */
/* supplied.c - C library functions for simulated processes; see supplied.h. */
#include "machine/supplied.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "machine/core.h"
#include "machine/heap.h"

void *mpck_malloc(size_t size)
{
	void *p = mpck_heap_alloc(size);

	if (!p)
		errno = ENOMEM;
	return p;
}

void *mpck_calloc(size_t n, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n, size, &total)) {
		errno = ENOMEM;
		return NULL;
	}
	return mpck_malloc(total);	/* free memory is zero already */
}

/* Ends the calling task's process as a signal would. */
static void die(int signo, const char *text, const void *pc)
	__attribute__((noreturn));

static uint64_t do_die(uint64_t text, uint64_t pc, uint64_t c, uint64_t d,
		       uint64_t e)
{
	(void)c, (void)d, (void)e;
	/* A crash's place is an instruction, not where one returns to. */
	mpck_fault_add(MPCK_CRASH, mpck_core.current, (const char *)pc - 1,
		       "%s: %s", mpck_task_infos[mpck_core.current].name,
		       (const char *)text);
	mpck_run.whole = true;
	return 0;
}

static void die(int signo, const char *text, const void *pc)
{
	mpck_on_scheduler(do_die, (uintptr_t)text, (uintptr_t)pc, 0, 0, 0);
	mpck_hook_exit(-signo);
}

void mpck_free(void *p)
{
	if (p && !mpck_heap_free(p))
		die(SIGABRT, "free() of an address that malloc did not give",
		    __builtin_return_address(0));
}

void *mpck_realloc(void *p, size_t size)
{
	size_t old;
	void *to;

	if (!p)
		return mpck_malloc(size);
	old = mpck_heap_size(p);
	if (!old)
		die(SIGABRT, "realloc() of an address that malloc did not give",
		    __builtin_return_address(0));
	to = mpck_malloc(size);
	if (!to)
		return NULL;
	memcpy(to, p, old < size ? old : size);
	mpck_free(p);
	return to;
}

void *mpck_reallocarray(void *p, size_t n, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n, size, &total)) {
		errno = ENOMEM;
		return NULL;
	}
	return mpck_realloc(p, total);
}

/* The heap aligns to 16; more is not offered. */
void *mpck_aligned_alloc(size_t alignment, size_t size)
{
	if (alignment <= 16)
		return mpck_malloc(size);
	errno = ENOMEM;
	return NULL;
}

char *mpck_strndup(const char *s, size_t n)
{
	const char *end = memchr(s, '\0', n);
	size_t length = end ? (size_t)(end - s) : n;
	char *copy = mpck_malloc(length + 1);

	return copy ? memcpy(copy, s, length) : NULL;
}

char *mpck_strdup(const char *s)
{
	return mpck_strndup(s, strlen(s));
}

char *mpck_strtok(char *s, const char *delimiters)
{
	MPCK_BLOCK->used = 1;
	return strtok_r(s, delimiters, &MPCK_BLOCK->strtok_next);
}

/* Output becomes an event; nothing is formatted unless events are kept. */

static uint64_t do_output(uint64_t format, uint64_t ap, uint64_t c, uint64_t d,
			  uint64_t e)
{
	char *text = NULL;

	(void)c, (void)d, (void)e;
	if (vasprintf(&text, (const char *)format, *(va_list *)ap) >= 0)
		mpck_record_text(MPCK_EVENT_OUTPUT, mpck_core.current, text);
	return 0;
}

static int output(const char *format, va_list ap)
{
	va_list copy;

	if (mpck_run.options.record) {
		va_copy(copy, ap);
		mpck_on_scheduler(do_output, (uintptr_t)format,
				  (uintptr_t)&copy, 0, 0, 0);
		va_end(copy);
	}
	return (int)strlen(format);
}

static uint64_t do_text(uint64_t text, uint64_t size, uint64_t newline,
			uint64_t d, uint64_t e)
{
	char *copy = malloc(size + 2);

	(void)d, (void)e;
	if (!copy)
		return 0;
	memcpy(copy, (const void *)text, size);
	memcpy(copy + size, "\n", newline);
	copy[size + newline] = '\0';
	mpck_record_text(MPCK_EVENT_OUTPUT, mpck_core.current, copy);
	return 0;
}

static int output_text(const char *text, size_t size, bool newline)
{
	if (mpck_run.options.record)
		mpck_on_scheduler(do_text, (uintptr_t)text, size, newline, 0,
				  0);
	return (int)size + newline;
}

#define OUTPUT(format) \
	va_list ap; \
	int n; \
	va_start(ap, format); \
	n = output(format, ap); \
	va_end(ap); \
	return n

int mpck_printf(const char *format, ...)
{
	OUTPUT(format);
}

int mpck_printf_chk(int flag, const char *format, ...)
{
	(void)flag;
	OUTPUT(format);
}

int mpck_fprintf(FILE *f, const char *format, ...)
{
	(void)f;
	OUTPUT(format);
}

int mpck_fprintf_chk(FILE *f, int flag, const char *format, ...)
{
	(void)f, (void)flag;
	OUTPUT(format);
}

int mpck_vprintf(const char *format, va_list ap)
{
	return output(format, ap);
}

int mpck_vprintf_chk(int flag, const char *format, va_list ap)
{
	(void)flag;
	return output(format, ap);
}

int mpck_vfprintf(FILE *f, const char *format, va_list ap)
{
	(void)f;
	return output(format, ap);
}

int mpck_vfprintf_chk(FILE *f, int flag, const char *format, va_list ap)
{
	(void)f, (void)flag;
	return output(format, ap);
}

int mpck_puts(const char *s)
{
	return output_text(s, strlen(s), true);
}

int mpck_putchar(int c)
{
	char text = (char)c;

	output_text(&text, 1, false);
	return (unsigned char)c;
}

int mpck_fputs(const char *s, FILE *f)
{
	(void)f;
	return output_text(s, strlen(s), false);
}

int mpck_fputc(int c, FILE *f)
{
	(void)f;
	return mpck_putchar(c);
}

size_t mpck_fwrite(const void *p, size_t size, size_t n, FILE *f)
{
	(void)f;
	output_text(p, size * n, false);
	return n;
}

int mpck_fflush(FILE *f)
{
	(void)f;
	return 0;
}

void mpck_perror(const char *s)
{
	mpck_printf("%s: %s\n", s, strerror(errno));
}

/* rand() starts from 1, as the standard says, until srand(). */

void mpck_srand(unsigned seed)
{
	MPCK_BLOCK->used = MPCK_BLOCK->rand_seeded = 1;
	MPCK_BLOCK->rand_state = seed;
}

int mpck_rand(void)
{
	if (!MPCK_BLOCK->rand_seeded)
		mpck_srand(1);
	return (int)(mpck_hooks.random() >> 33);
}

long mpck_random(void)
{
	return mpck_rand();
}

/* Time is the machine's clock. */

static int64_t read_clock(const void *pc)
{
	struct mpp_op op = { .kind = MPP_OP_CLOCK, .pc = pc,
			     .timeout_ns = MPP_FOREVER };

	mpck_before(&op);
	mpck_hooks.after(&op, 0, (uint64_t)mpck_core.clock_ns);
	return mpck_core.clock_ns;
}

time_t mpck_time(time_t *t)
{
	time_t now = (time_t)(read_clock(__builtin_return_address(0)) /
			      1000000000);

	if (t)
		*t = now;
	return now;
}

clock_t mpck_clock(void)
{
	return (clock_t)(read_clock(__builtin_return_address(0)) / 1000);
}

int mpck_gettimeofday(struct timeval *tv, void *tz)
{
	int64_t now = read_clock(__builtin_return_address(0));

	(void)tz;
	tv->tv_sec = now / 1000000000;
	tv->tv_usec = now % 1000000000 / 1000;
	return 0;
}

int mpck_clock_gettime(clockid_t clock, struct timespec *ts)
{
	int64_t now = read_clock(__builtin_return_address(0));

	(void)clock;
	ts->tv_sec = now / 1000000000;
	ts->tv_nsec = now % 1000000000;
	return 0;
}

static void pause_for(int64_t ns, const void *pc)
{
	struct mpp_op op = { .kind = MPP_OP_SLEEP, .pc = pc, .timeout_ns = ns };

	mpck_before(&op);
}

unsigned mpck_sleep(unsigned seconds)
{
	pause_for(seconds * INT64_C(1000000000), __builtin_return_address(0));
	return 0;
}

int mpck_usleep(unsigned us)
{
	pause_for(us * INT64_C(1000), __builtin_return_address(0));
	return 0;
}

int mpck_nanosleep(const struct timespec *request, struct timespec *rest)
{
	(void)rest;
	pause_for(request->tv_sec * INT64_C(1000000000) + request->tv_nsec,
		  __builtin_return_address(0));
	return 0;
}

int mpck_sched_yield(void)
{
	return 0;	/* orders nothing */
}

/* Ids: the main process is 1000, its children follow in order of start. */

static uint32_t main_of(uint32_t task)
{
	return mpck_core.processes[mpck_core.tasks[task].process].main;
}

static uint64_t do_name(uint64_t task, uint64_t b, uint64_t c, uint64_t d,
			uint64_t e)
{
	(void)b, (void)c, (void)d, (void)e;
	mpck_world_named((uint32_t)task);
	return 0;
}

int mpck_getpid(void)
{
	mpck_on_scheduler(do_name, main_of(mpck_core.current), 0, 0, 0, 0);
	return 1000 + (int)main_of(mpck_core.current);
}

int mpck_getppid(void)
{
	uint32_t main = main_of(mpck_core.current);

	return main ? 1000 + (int)main_of(mpck_task_infos[main].parent) : 1;
}

/* A real fork would copy mpcheck, a real thread escape the scheduler. */

int mpck_fork(void)
{
	die(SIGABRT, "fork() is not simulated; start processes with libmpp",
	    __builtin_return_address(0));
}

int mpck_pthread_create(void *thread, const void *attr, void *(*fn)(void *),
			void *arg)
{
	(void)thread, (void)attr, (void)fn, (void)arg;
	die(SIGABRT, "pthread_create() is not simulated; start threads with "
	    "libmpp", __builtin_return_address(0));
}

void mpck_exit(int status)
{
	mpck_exit_called();
	mpck_hook_exit(status & 255);
}

void mpck_abort(void)
{
	die(SIGABRT, "abort()", __builtin_return_address(0));
}

void mpck_assert_fail(const char *assertion, const char *file, unsigned line,
		      const char *function)
{
	char text[160];

	snprintf(text, sizeof(text), "assertion `%s' failed at %s:%u in %s",
		 assertion, file, line, function ? function : "?");
	die(SIGABRT, text, __builtin_return_address(0));
}

void mpck_stack_chk_fail(void)
{
	die(SIGABRT, "stack smashing", __builtin_return_address(0));
}
