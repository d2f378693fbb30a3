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

struct mpck_detector_ops {
	const char *name;		/* as typed after --no-detect */
	const char *summary;		/* --help: "..." */
	unsigned kinds;			/* MPCK_BIT() of what it reports */
	void *(*new)(void);		/* never NULL */
	void (*free)(void *state);
	void (*begin)(void *state);	/* an execution, from its start */
	/* Called for each happening (machine.h). */
	void (*happened)(void *state, const struct mpck_happening *h);
	/* The execution is over; may be NULL.  What machine.h says of the
	 * execution that ended last holds. */
	void (*end)(void *state, enum mpck_end end);
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

#endif
