/* SPDX-License-Identifier: MIT */
/*
 * scenario.h - what a module tells mpcheck: the program, its parameters and
 * what its author expects of it.
 *
 * A module is a shared object that defines one scenario with MPCK_SCENARIO.
 * main() is run as the first process; it starts others with libmpp and names
 * the final values with mpp_observe_*().  mpcheck runs it many times.
 *
 * Expectation: `right` gives the final values the author wants; when the
 * scenario is broken on purpose, `possible` gives every final value some
 * interleaving can produce, and `must` the findings that have to appear.
 */
#ifndef MPCK_SCENARIO_H
#define MPCK_SCENARIO_H

#include <mpp/base.h>

/* Kinds of finding, in the order of findings.def. */
enum mpck_finding_kind {
#define FINDING(id, name, text) MPCK_##id,
#include <mpck/findings.def>
#undef FINDING
	MPCK_FINDING_KINDS
};
#define MPCK_BIT(kind) (1u << (kind))

enum { MPCK_MAX_PARAMS = 8 };

struct mpck_param {
	const char *name;	/* as typed after --set */
	int64_t value;		/* the default */
	int64_t min, max;	/* allowed range, inclusive */
	const char *meaning;	/* for --help of the scenario and `list` */
};

/* What kind of run the program needs; see struct mpck_scenario.needs. */
enum {
	MPCK_NEEDS_PROCESSES = 1,	/* private memory or process exit: no
					 * thread form */
	MPCK_NATIVE_HANGS = 2,		/* never ends natively, by design */
};

struct mpck_expect;	/* opaque: collects what the functions below say */

struct mpck_scenario {
	uint32_t abi;			/* MPCK_SCENARIO_ABI */
	const char *name;		/* "balance" */
	const char *summary;		/* one line */
	const char *source;		/* the lesson it comes from, or NULL */
	struct mpck_param params[MPCK_MAX_PARAMS];	/* name NULL ends */
	unsigned needs;			/* MPCK_NEEDS_* */
	int (*main)(void);		/* the program; returns an exit code */
	/* States the expectation with mpck_right_*() and so on; may be NULL:
	 * then everything seen is reported and nothing is expected. */
	void (*expect)(struct mpck_expect *e);
};

#define MPCK_SCENARIO_ABI 1u
#define MPCK_SCENARIO_SYMBOL "mpck_scenario_v1"

/* Defines the module's scenario: MPCK_SCENARIO(.name = "balance", ...); */
#define MPCK_SCENARIO(...) \
	MPP_API const struct mpck_scenario mpck_scenario_v1; \
	const struct mpck_scenario mpck_scenario_v1 = { \
		.abi = MPCK_SCENARIO_ABI, __VA_ARGS__ }

/*
 * The value of a parameter, in main and in expect.  The name must be one of
 * .params (anything else ends the program with a sentence).
 */
MPP_API int64_t mpck_param(const char *name);

/*
 * Reports call the shared object `name` ("balance") and no longer by its kind
 * and number ("value#1"): up to 18 letters, copied.  In main and in any task;
 * without a scheduler it does nothing.
 */
MPP_API void mpck_name(const void *object, const char *name);

/*
 * From here on a Value, RawValue, Array, RawArray, Atomic or Segment holds
 * nothing, until it is written, each item (each byte of a segment) by itself:
 * whoever reads one before that has the finding `uninitialised-read`.  libmpp's
 * memory is zeros; this says that they mean nothing.  Call it where the object is
 * made, or again where a buffer is used anew; in main and in any task.
 *
 * Visible operations: one, a write of the object as its own functions write it,
 * which changes no byte: it is ordered, and races, as they do.  Without a
 * scheduler it does nothing.
 */
MPP_API void mpck_undefined(const void *object);
/* The same of `count` items from `first` on (bytes of a segment). */
MPP_API void mpck_undefined_items(const void *object, size_t first,
				  size_t count);

/*
 * In the program, in any process or thread: this has to hold.  If it does not,
 * that is the finding `assertion`, with the condition, the line and the task,
 * and the calling process ends as after abort() (natively with exit code 134;
 * as a thread, its thread ends).  mpck_check_text() adds what printf() would
 * print: mpck_check_text(sum == 5, "sum is %d", sum).  Unlike assert() it is not
 * switched off by NDEBUG.
 */
#define mpck_check(condition) \
	(__builtin_expect(!(condition), 0) \
	 ? mpck_check_failed(__FILE__, __LINE__, #condition, "%s", "") \
	 : (void)0)
#define mpck_check_text(condition, ...) \
	(__builtin_expect(!(condition), 0) \
	 ? mpck_check_failed(__FILE__, __LINE__, #condition, __VA_ARGS__) \
	 : (void)0)
MPP_API void mpck_check_failed(const char *file, int line,
			       const char *condition, const char *format, ...)
	__attribute__((format(printf, 4, 5), noreturn, cold));

/* In expect only.  A text is a whole outcome, as reports print it. */

/* The author wants this final value / any value lo..hi by step. */
MPP_API void mpck_right(struct mpck_expect *e, const char *name, int64_t value);
MPP_API void mpck_right_text(struct mpck_expect *e, const char *outcome);
/* Some interleaving ends with this value; any of lo, lo + step, ... hi. */
MPP_API void mpck_possible(struct mpck_expect *e, const char *name, int64_t lo,
			   int64_t hi, int64_t step);
MPP_API void mpck_possible_text(struct mpck_expect *e, const char *outcome);
/* For sets too large to list: does this outcome text belong to it? */
MPP_API void mpck_possible_if(struct mpck_expect *e,
			      bool (*belongs)(const char *outcome));
/* This finding has to appear / may appear; any other must not.  Who allows
 * unexpected-value allows what says more of it: lost-update, atomicity-violation
 * and not-serialisable. */
MPP_API void mpck_must_find(struct mpck_expect *e, enum mpck_finding_kind kind);
MPP_API void mpck_may_find(struct mpck_expect *e, enum mpck_finding_kind kind);

#endif
