/* SPDX-License-Identifier: MIT */
/*
 * supplied.h - the C library functions that the machine supplies to modules:
 * same types, same meaning, but memory, time, randomness and output are the
 * simulated process's own.
 *
 * Departures: printf and friends return the length of their format, not of
 * what it expands to (nothing is formatted unless somebody looks).
 */
#ifndef MPCK_SUPPLIED_H
#define MPCK_SUPPLIED_H

#include <stdarg.h>
#include <stdio.h>
#include <sys/time.h>
#include <time.h>

void *mpck_malloc(size_t size);
void *mpck_calloc(size_t n, size_t size);
void *mpck_realloc(void *p, size_t size);
void *mpck_reallocarray(void *p, size_t n, size_t size);
void mpck_free(void *p);
void *mpck_aligned_alloc(size_t alignment, size_t size);
char *mpck_strdup(const char *s);
char *mpck_strndup(const char *s, size_t n);
char *mpck_strtok(char *s, const char *delimiters);

int mpck_printf(const char *format, ...);
int mpck_printf_chk(int flag, const char *format, ...);
int mpck_fprintf(FILE *f, const char *format, ...);
int mpck_fprintf_chk(FILE *f, int flag, const char *format, ...);
int mpck_vprintf(const char *format, va_list ap);
int mpck_vprintf_chk(int flag, const char *format, va_list ap);
int mpck_vfprintf(FILE *f, const char *format, va_list ap);
int mpck_vfprintf_chk(FILE *f, int flag, const char *format, va_list ap);
int mpck_puts(const char *s);
int mpck_putchar(int c);
int mpck_fputs(const char *s, FILE *f);
int mpck_fputc(int c, FILE *f);
size_t mpck_fwrite(const void *p, size_t size, size_t n, FILE *f);
int mpck_fflush(FILE *f);
void mpck_perror(const char *s);

void mpck_qsort(void *base, size_t count, size_t size,
		int (*by)(const void *a, const void *b));
void mpck_qsort_r(void *base, size_t count, size_t size,
		  int (*by)(const void *a, const void *b, void *context),
		  void *context);

int mpck_rand(void);
long mpck_random(void);
void mpck_srand(unsigned seed);

time_t mpck_time(time_t *t);
clock_t mpck_clock(void);
int mpck_gettimeofday(struct timeval *tv, void *tz);
int mpck_clock_gettime(clockid_t clock, struct timespec *ts);
unsigned mpck_sleep(unsigned seconds);
int mpck_usleep(unsigned us);
int mpck_nanosleep(const struct timespec *request, struct timespec *rest);
int mpck_sched_yield(void);
int mpck_getpid(void);
int mpck_getppid(void);

int mpck_fork(void) __attribute__((noreturn));
int mpck_pthread_create(void *thread, const void *attr, void *(*fn)(void *),
			void *arg) __attribute__((noreturn));
void mpck_exit(int status) __attribute__((noreturn));
void mpck_abort(void) __attribute__((noreturn));
void mpck_assert_fail(const char *assertion, const char *file, unsigned line,
		      const char *function) __attribute__((noreturn));
void mpck_stack_chk_fail(void) __attribute__((noreturn));

#endif
