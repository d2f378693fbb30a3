/* SPDX-License-Identifier: MIT */
/* interrupt.h - Ctrl-C: once asks for what is known, twice ends at once. */
#ifndef MPCK_INTERRUPT_H
#define MPCK_INTERRUPT_H

#include <signal.h>

extern volatile sig_atomic_t mpck_interrupted;

void mpck_catch_interrupts(void);

#endif
