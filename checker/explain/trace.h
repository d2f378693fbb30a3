/* SPDX-License-Identifier: MIT */
/*
 * trace.h - the execution that was recorded last, as a struct mpck_trace.
 */
#ifndef MPCK_TRACE_H
#define MPCK_TRACE_H

#include "explain/explanation.h"
#include "machine/machine.h"

/*
 * After an execution with machine option `record`: fills *trace, which the
 * caller releases with mpck_trace_fini().  How it ended is in trace->outcome.
 */
void mpck_trace_make(struct mpck_trace *trace, enum mpck_end end);

#endif
