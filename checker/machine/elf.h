/* SPDX-License-Identifier: MIT */
/* elf.h - what the machine reads of a loaded module's ELF tables. */
#ifndef MPCK_ELF_H
#define MPCK_ELF_H

#include "machine/core.h"

/* Calls visit for each place in the module that holds the address of an
 * undefined symbol; the place may be written during the call. */
bool mpck_imports(void *handle,
		  void (*visit)(const char *symbol, void **place, void *context),
		  void *context, char sentence[MPCK_SENTENCE]);

#endif
