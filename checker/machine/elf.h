/* SPDX-License-Identifier: MIT */
/* elf.h - what is read of a loaded module's ELF tables. */
#ifndef MPCK_ELF_H
#define MPCK_ELF_H

#include "machine/module.h"

/* Where the module keeps what it writes, and its code. */
struct mpck_layout {
	void *data;		/* without what the loader made read-only */
	size_t data_size;
	void *tls;		/* the calling thread's; NULL: none */
	size_t tls_size;
	const void *code;
	size_t code_size;
};

bool mpck_layout_of(void *handle, struct mpck_layout *layout,
		    char sentence[MPCK_SENTENCE]);

/* Calls visit for each place in the module that holds the address of an
 * undefined symbol; the place may be written during the call. */
bool mpck_imports(void *handle,
		  void (*visit)(const char *symbol, void **place, void *context),
		  void *context, char sentence[MPCK_SENTENCE]);

#endif
