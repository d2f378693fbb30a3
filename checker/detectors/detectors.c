/* SPDX-License-Identifier: MIT */
/*
 * detectors.c - the table of detectors, and the one who tells them.
 *
 * The machine restores what happened before the first choice instead of
 * executing it again.  That part is kept here and told again from memory, with
 * reports switched off: the machine keeps the faults of that part itself.
 */
#include "detectors/detector.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basics.h"

#define DETECTOR(id) extern const struct mpck_detector_ops mpck_detector_##id;
#include "detectors/detectors.def"
#undef DETECTOR

/* NULL behind the last: the table may be empty. */
const struct mpck_detector_ops *const mpck_detectors[] = {
#define DETECTOR(id) &mpck_detector_##id,
#include "detectors/detectors.def"
#undef DETECTOR
	NULL
};

/* A happening with what it points to. */
struct kept {
	struct mpck_happening happening;
	struct mpp_op op;
};

static struct {
	const struct mpck_detector_ops *ops[MPCK_DETECTORS + 1];
	void *states[MPCK_DETECTORS + 1];
	size_t count;
	/* Bits: who hears of operations of each kind.  Of the rest all do. */
	unsigned hear[MPP_OP_KINDS];
	struct kept *prefix;	/* of the execution under way; then of all */
	size_t nprefix, room;
	bool keeping;		/* the prefix is still being told */
	bool again;		/* ... once more */
} host;

static void begin_all(void)
{
	for (size_t i = 0; i < host.count; i++)
		host.ops[i]->begin(host.states[i]);
}

static unsigned who_hears(const struct mpck_happening *h)
{
	return h->kind == MPCK_HAPPENED_OP ? host.hear[h->op->kind]
					   : (1u << host.count) - 1;
}

static void tell(unsigned whom, const struct mpck_happening *h)
{
	for (; whom; whom &= whom - 1) {
		int i = __builtin_ctz(whom);

		host.ops[i]->happened(host.states[i], h);
	}
}

static void begin(void *context)
{
	(void)context;
	host.nprefix = 0;
	host.keeping = true;
	begin_all();
}

static void keep(void *context)
{
	(void)context;
	host.keeping = false;
	for (size_t i = 0; i < host.nprefix; i++) {
		if (host.prefix[i].happening.op)
			host.prefix[i].happening.op = &host.prefix[i].op;
	}
}

static void restore(void *context)
{
	(void)context;
	begin_all();
	host.again = true;
	for (size_t i = 0; i < host.nprefix; i++)
		tell(who_hears(&host.prefix[i].happening),
		     &host.prefix[i].happening);
	host.again = false;
}

static void add_to_prefix(const struct mpck_happening *h)
{
	struct kept *k;

	if (host.nprefix == host.room) {
		host.room = host.room * 2 + 64;
		host.prefix = mpck_checked(realloc(host.prefix, host.room *
						   sizeof(*host.prefix)));
	}
	k = &host.prefix[host.nprefix++];
	k->happening = *h;
	if (h->op)
		k->op = *h->op;
}

static void happened(void *context, const struct mpck_happening *h)
{
	unsigned whom = who_hears(h);

	(void)context;
	if (host.keeping && whom)
		add_to_prefix(h);
	tell(whom, h);
}

static void end(void *context, enum mpck_end how)
{
	(void)context;
	host.keeping = false;
	for (size_t i = 0; i < host.count; i++) {
		if (host.ops[i]->end)
			host.ops[i]->end(host.states[i], how);
	}
}

static const struct mpck_listener listener = {
	.begin = begin,
	.keep = keep,
	.restore = restore,
	.happened = happened,
	.end = end,
};

void mpck_report(const struct mpck_fault *fault)
{
	if (!host.again)
		mpck_machine_report(fault);
}

void mpck_report_text(struct mpck_fault fault, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(fault.text, sizeof(fault.text), format, arguments);
	va_end(arguments);
	mpck_report(&fault);
}

unsigned mpck_detectors_missed(unsigned off)
{
	unsigned missed = 0, seen = 0;

	for (unsigned i = 0; mpck_detectors[i]; i++) {
		if (off >> i & 1)
			missed |= mpck_detectors[i]->kinds;
		else
			seen |= mpck_detectors[i]->kinds;
	}
	return missed & ~seen;
}

static void add(const struct mpck_detector_ops *ops)
{
	void *state = mpck_checked(calloc(1, ops->state_size));

	if (ops->init)
		ops->init(state);
	for (unsigned kind = 0; kind < MPP_OP_KINDS; kind++) {
		if (!ops->operations || ops->operations >> kind & 1)
			host.hear[kind] |= 1u << host.count;
	}
	host.ops[host.count] = ops;
	host.states[host.count++] = state;
}

void mpck_detectors_open(unsigned off)
{
	for (unsigned i = 0; mpck_detectors[i]; i++) {
		if (off >> i & 1 || !mpck_detectors[i]->happened)
			continue;
		add(mpck_detectors[i]);
	}
	mpck_machine_listen(host.count ? &listener : NULL, NULL);
}

static bool looks_on(const struct mpck_detector_ops *ops)
{
	for (size_t i = 0; i < host.count; i++) {
		if (host.ops[i] == ops)
			return true;
	}
	return false;
}

unsigned mpck_detectors_missing(void)
{
	unsigned kinds = 0;

	for (size_t i = 0; mpck_detectors[i]; i++)
		kinds |= looks_on(mpck_detectors[i]) ? 0
						     : mpck_detectors[i]->kinds;
	return kinds;
}

bool mpck_detectors_want_samples(void)
{
	for (size_t i = 0; i < host.count; i++) {
		if (host.ops[i]->samples)
			return true;
	}
	return false;
}

void mpck_detectors_conclude(struct mpck_conclusion *c)
{
	for (size_t i = 0; i < host.count; i++) {
		if (host.ops[i]->conclude)
			host.ops[i]->conclude(host.states[i], c);
	}
}

void mpck_detectors_close(void)
{
	mpck_machine_listen(NULL, NULL);
	for (size_t i = 0; i < host.count; i++) {
		if (host.ops[i]->fini)
			host.ops[i]->fini(host.states[i]);
		free(host.states[i]);
	}
	free(host.prefix);
	memset(&host, 0, sizeof(host));
}
