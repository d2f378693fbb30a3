/* SPDX-License-Identifier: MIT */
/*
 * data.c - the writable part of a module, found in its program headers.
 *
 * What RELRO protects is left out.  Thread-local variables need no care: each
 * run has threads of its own.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE	/* dl_iterate_phdr */
#endif
#include <link.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "machine/bytes.h"
#include "native/data.h"

struct search {
	uintptr_t inside;	/* some address of the module */
	uintptr_t low, high;
};

static int look(struct dl_phdr_info *info, size_t size, void *context)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t low = 0, high = 0, relro = 0;
	struct search *s = context;
	bool here = false;

	(void)size;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *h = &info->dlpi_phdr[i];
		uintptr_t start = info->dlpi_addr + h->p_vaddr;
		uintptr_t end = start + h->p_memsz;

		if (h->p_type == PT_GNU_RELRO)
			relro = end & ~(page - 1);
		if (h->p_type != PT_LOAD)
			continue;
		here |= start <= s->inside && s->inside < end;
		if (h->p_flags & PF_W) {
			low = start;
			high = end;
		}
	}
	if (!here)
		return 0;
	s->low = relro > low ? relro : low;
	s->high = high;
	return 1;
}

bool mpck_data_keep(struct mpck_data *data, const struct mpck_module *module)
{
	struct search s = { (uintptr_t)mpck_module_scenario(module), 0, 0 };

	dl_iterate_phdr(look, &s);
	*data = (struct mpck_data){ .at = (void *)s.low };
	data->size = s.high > s.low ? s.high - s.low : 0;
	if (!data->size)
		return true;
	data->copy = malloc(data->size);
	if (data->copy)
		mpck_copy(data->copy, data->at, data->size);
	return data->copy != NULL;
}

void mpck_data_restore(const struct mpck_data *data)
{
	if (data->copy)
		mpck_copy(data->at, data->copy, data->size);
}

void mpck_data_free(struct mpck_data *data)
{
	free(data->copy);
	*data = (struct mpck_data){ NULL, 0, NULL };
}
