/* SPDX-License-Identifier: MIT */
/*
 * interrupt.c - Ctrl-C: once asks for what is known, twice ends at once.
 *
 * The handler may meet a simulated process: it runs on the alternate stack,
 * when there is one, and touches one word of ours.
 */
#include "cli/interrupt.h"

#include <stddef.h>

volatile sig_atomic_t mpck_interrupted;

static void note(int signo)
{
	(void)signo;
	mpck_interrupted = 1;
}

void mpck_catch_interrupts(void)
{
	struct sigaction action = {
		.sa_handler = note,
		.sa_flags = SA_RESETHAND | SA_RESTART | SA_ONSTACK,
	};

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
}
