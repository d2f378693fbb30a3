/* SPDX-License-Identifier: MIT */
/*
 * process.h - a child process that runs one function.
 *
 * The child gets a copy of everything the parent has in private memory, as
 * with fork(2); what it changes there is its own.  Only shared objects (and
 * what their handles name) are common.
 *
 * Exit code: the function's result & 255; -N for death by signal N.
 * Names:     "Process-1", "Process-2", ... in the order of new, unless set.
 * Source:    multiprocessing.Process (fork start method).  start flushes
 *            stdio first; the child ends with _exit after flushing its own.
 *
 * One thread of the parent uses a handle at a time; is_alive, pid and exitcode
 * may be asked by any process that has it.
 * Visible operations: is_alive, exitcode and a timed join are one each.
 */
#ifndef MPP_PROCESS_H
#define MPP_PROCESS_H

#include <mpp/base.h>

struct mpp_process;

/*
 * Prepares a process that will run fn(copy of the size bytes at arg); arg may
 * be NULL with size 0.  MPP_ENOMEM: no shared memory.  MPP_EINVAL: no fn.
 */
MPP_API int mpp_process_new(struct mpp_process **out, int (*fn)(void *),
			    const void *arg, size_t size);
/* Forgets the handle; a child that still runs goes on, unjoined. */
MPP_API void mpp_process_free(struct mpp_process *process);
/* Copies at most 31 bytes of name.  MPP_ESTATE: already started. */
MPP_API int mpp_process_set_name(struct mpp_process *process, const char *name);
/*
 * Terminated when its parent exits, or dies (then only if the parent's main
 * thread started it).  MPP_ESTATE: already started.
 */
MPP_API int mpp_process_set_daemon(struct mpp_process *process, bool daemon);
/*
 * MPP_ESTATE: started before.  MPP_ENOMEM.  MPP_ESYSTEM: the system has no
 * process left, and errno is fork's: EAGAIN (the user's limit, or the machine's
 * or a control group's) or ENOMEM.  After an error nothing was started, and
 * start may be called again.
 */
MPP_API int mpp_process_start(struct mpp_process *process);
/*
 * Waits for the end.  0; MPP_ETIMEDOUT; MPP_EAGAIN (timeout_ns 0);
 * MPP_ESTATE: not started; MPP_ECHILD: not the caller's child.
 */
MPP_API int mpp_process_join(struct mpp_process *process, int64_t timeout_ns);
/*
 * 1: ended and *code is set; 0: not started or still running, or, asked by
 * another process than the parent, not yet told by the parent.  A child that
 * somebody else's wait(2) reaped has 255.
 */
MPP_API int mpp_process_exitcode(struct mpp_process *process, int *code);
MPP_API bool mpp_process_is_alive(struct mpp_process *process);
/* SIGTERM; SIGKILL.  No effect after the end.  MPP_ESTATE: not started. */
MPP_API int mpp_process_terminate(struct mpp_process *process);
MPP_API int mpp_process_kill(struct mpp_process *process);
/* The operating system's id; 0 before start. */
MPP_API int mpp_process_pid(struct mpp_process *process);
/* Borrowed until free. */
MPP_API const char *mpp_process_name(struct mpp_process *process);
/*
 * How many children of the calling process run, of those whose handles were not
 * freed, in the order of their starts; puts the first `room` handles in out
 * (NULL with room 0: just count).  Whoever has ended is not counted, and is
 * reaped: join then returns at once.  May overlap with all but free; workers of
 * a pool are children, too.  Source: multiprocessing.active_children.
 * MPP_EINVAL: no out.  MPP_ENOTSUP: under the checker, or where processes run
 * as threads.
 */
MPP_API int mpp_active_children(struct mpp_process **out, size_t room);

/* The name of the process that asks: "MainProcess" when not started by us. */
MPP_API const char *mpp_current_name(void);
/* Ends the calling process at once with code & 255. */
MPP_API void mpp_exit(int code) __attribute__((noreturn));
/* Sleeps; orders nothing (any process may be arbitrarily slow). */
MPP_API void mpp_sleep(int64_t ns);
/* Nanoseconds of a clock that never goes back. */
MPP_API int64_t mpp_now_ns(void);

/*
 * Names a final value of the program: `count` items of `typecode` at `values`
 * (private memory).  The checker collects them as the outcome; a program that
 * runs alone prints "name=value" on stdout.
 */
MPP_API void mpp_observe(const char *name, const void *values, size_t count,
			 char typecode);

/* The same for one integer, and for one double. */
MPP_API void mpp_observe_int(const char *name, int64_t value);
MPP_API void mpp_observe_double(const char *name, double value);

#endif
