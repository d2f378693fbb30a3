/* SPDX-License-Identifier: MIT */
/*
 * detector.h - the interface of every detector, and their host.
 *
 * A detector is told what happens in an execution, in order, and reports what
 * is wrong with it.  It sees operations after their effect, whole executions
 * only (not the single steps of a search), and never the program's memory.  A
 * report is a struct mpck_fault (machine.h), so it is counted, replayed, shrunk
 * and explained like any other.
 *
 * Detectors keep their state in one object; begin() makes it as new.  The host
 * tells what happened before the first choice again for each execution, so no
 * detector has to know of snapshots.  In an execution nothing may be allocated
 * that was not there before, except while tables grow to their size.
 */
#ifndef MPCK_DETECTOR_H
#define MPCK_DETECTOR_H

#include "machine/machine.h"

/*
 * What a detector may do when the exploration is over: look for what its
 * executions only suggested.
 */
struct mpck_conclusion {
	bool finished;	/* every interleaving was seen: nothing else can be */
	/*
	 * Runs one more execution, of these picks; all detectors are told, and
	 * what they report counts.  false: enough was run.
	 */
	bool (*run)(struct mpck_conclusion *c,
		    uint32_t (*pick)(void *, const struct mpck_point *),
		    void *context, enum mpck_end *end);
	/* For people who want to know (--unconfirmed): no finding.  The text is
	 * copied. */
	void (*note)(struct mpck_conclusion *c, const char *text);
	/* "x.c:21 in f", malloc'd: a return address in the program. */
	char *(*place)(const void *pc);
};

struct mpck_detector_ops {
	const char *name;		/* as typed after --no-detect */
	const char *summary;		/* --help: "..." */
	unsigned kinds;			/* MPCK_BIT() of what it reports */
	size_t state_size;		/* the host allocates it, zeroed */
	void (*init)(void *state);	/* may be NULL */
	void (*fini)(void *state);	/* what it points to; may be NULL */
	void (*begin)(void *state);	/* an execution, from its start */
	/* Called for each happening (machine.h).  NULL: this one looks at
	 * finished explorations only, and has no state. */
	void (*happened)(void *state, const struct mpck_happening *h);
	/* Of MPCK_HAPPENED_OP it is called for these kinds of operation only:
	 * MPCK_BIT(MPP_OP_...).  0: for all; MPP_OP_NONE: for none. */
	unsigned operations;
	/* The execution is over; may be NULL.  What machine.h says of the
	 * execution that ended last holds. */
	void (*end)(void *state, enum mpck_end end);
	/* No execution will follow but those that are run here; may be NULL. */
	void (*conclude)(void *state, struct mpck_conclusion *c);
	/* A search of states has too few executions for it: it is shown some
	 * random ones afterwards. */
	bool samples;
};

enum mpck_detector_id {
#define DETECTOR(id) MPCK_DETECTOR_##id,
#include "detectors/detectors.def"
#undef DETECTOR
	MPCK_DETECTORS
};
extern const struct mpck_detector_ops *const mpck_detectors[];

/*
 * Says that this is wrong.  Counted once an execution for each kind and key;
 * key 0 is the place fault->pc.  The fault is copied.
 */
void mpck_report(const struct mpck_fault *fault);
/* The same with a text; fault->text is ignored. */
__attribute__((format(printf, 2, 3)))
void mpck_report_text(struct mpck_fault fault, const char *format, ...);

/* The kinds that only detectors report which are off. */
unsigned mpck_detectors_missed(unsigned off);

/* The host.  off: MPCK_BIT(detector id) of those that are not wanted. */
void mpck_detectors_open(unsigned off);	/* the machine is open */
void mpck_detectors_close(void);
/* Kinds that a detector reports which does not look on. */
unsigned mpck_detectors_missing(void);
/* Does one of those that look on want samples? */
bool mpck_detectors_want_samples(void);
void mpck_detectors_conclude(struct mpck_conclusion *c);

#endif
