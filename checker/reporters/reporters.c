/* SPDX-License-Identifier: MIT */
/* reporters.c - the tables of reporters and of the kinds of finding. */
#include "reporters/reporters.h"

#define REPORTER(id) extern const struct mpck_reporter_ops mpck_reporter_##id;
#include "reporters/reporters.def"
#undef REPORTER

const struct mpck_reporter_ops *const mpck_reporters[MPCK_REPORTERS] = {
#define REPORTER(id) &mpck_reporter_##id,
#include "reporters/reporters.def"
#undef REPORTER
};

const char *mpck_finding_name(enum mpck_finding_kind kind)
{
	static const char *const names[] = {
#define FINDING(id, name, text) name,
#include <mpck/findings.def>
#undef FINDING
	};

	return names[kind];
}

const char *mpck_finding_meaning(enum mpck_finding_kind kind)
{
	static const char *const meanings[] = {
#define FINDING(id, name, text) text,
#include <mpck/findings.def>
#undef FINDING
	};

	return meanings[kind];
}
