/* SPDX-License-Identifier: MIT */
/*
 * elf.c - a loaded module's writable data, thread-local block and imports.
 *
 * Source: the System V ABI (program headers, dynamic section) and dlinfo(3).
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE	/* dlinfo, dl_iterate_phdr */
#endif
#include "machine/elf.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#if defined(__x86_64__)
enum { R_SLOT = R_X86_64_JUMP_SLOT, R_DATA = R_X86_64_GLOB_DAT,
       R_ADDRESS = R_X86_64_64 };
#elif defined(__aarch64__)
enum { R_SLOT = R_AARCH64_JUMP_SLOT, R_DATA = R_AARCH64_GLOB_DAT,
       R_ADDRESS = R_AARCH64_ABS64 };
#else
#error "name this architecture's relocations here"
#endif

struct found {
	const struct link_map *map;
	uintptr_t low, high;		/* writable */
	uintptr_t relro_low, relro_high;
	uintptr_t code_low, code_high;
	size_t tls_size;
	bool seen;
};

static int look(struct dl_phdr_info *info, size_t size, void *context)
{
	struct found *f = context;

	(void)size;
	if (info->dlpi_addr != f->map->l_addr ||
	    strcmp(info->dlpi_name, f->map->l_name))
		return 0;
	f->seen = true;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *h = &info->dlpi_phdr[i];
		uintptr_t low = info->dlpi_addr + h->p_vaddr;
		uintptr_t high = low + h->p_memsz;

		if (h->p_type == PT_LOAD && h->p_flags & PF_W) {
			f->low = low;
			f->high = high;
		} else if (h->p_type == PT_LOAD && h->p_flags & PF_X) {
			f->code_low = low;
			f->code_high = high;
		} else if (h->p_type == PT_GNU_RELRO) {
			f->relro_low = low & ~(uintptr_t)4095;
			f->relro_high = high & ~(uintptr_t)4095;
		} else if (h->p_type == PT_TLS) {
			f->tls_size = h->p_memsz;
		}
	}
	return 1;
}

static bool find(void *handle, struct found *f, char sentence[MPCK_SENTENCE])
{
	struct link_map *map;

	if (dlinfo(handle, RTLD_DI_LINKMAP, &map)) {
		snprintf(sentence, MPCK_SENTENCE, "cannot examine the module: %s",
			 dlerror());
		return false;
	}
	*f = (struct found){ .map = map };
	dl_iterate_phdr(look, f);
	if (!f->seen)
		snprintf(sentence, MPCK_SENTENCE,
			 "cannot find the module's program headers");
	return f->seen;
}

/* The calling thread's copy of the module's thread-local block. */
static void *tls_block(void *handle)
{
	extern void *__tls_get_addr(size_t *);
	size_t index[2] = { 0, 0 };

	if (dlinfo(handle, RTLD_DI_TLS_MODID, &index[0]))
		return NULL;
	return __tls_get_addr(index);	/* makes it if need be */
}

bool mpck_layout_of(void *handle, struct mpck_layout *layout,
		    char sentence[MPCK_SENTENCE])
{
	struct found f;

	if (!find(handle, &f, sentence))
		return false;
	/* What the loader made read-only is the same in all processes. */
	if (f.relro_low <= f.low && f.relro_high > f.low)
		f.low = f.relro_high < f.high ? f.relro_high : f.high;
	*layout = (struct mpck_layout){
		.data = (void *)f.low, .data_size = f.high - f.low,
		.code = (void *)f.code_low,
		.code_size = f.code_high - f.code_low };
	if (f.tls_size) {
		layout->tls_size = f.tls_size;
		layout->tls = tls_block(handle);
		if (!layout->tls) {
			snprintf(sentence, MPCK_SENTENCE,
				 "cannot find the module's thread-local data");
			return false;
		}
	}
	return true;
}

struct tables {
	const ElfW(Sym) *symbols;
	const char *strings;
	const ElfW(Rela) *rela[2];
	size_t size[2];
};

static void read_tables(const struct link_map *map, struct tables *t)
{
	for (const ElfW(Dyn) *d = map->l_ld; d->d_tag != DT_NULL; d++) {
		switch (d->d_tag) {
		case DT_SYMTAB:
			t->symbols = (const void *)d->d_un.d_ptr;
			break;
		case DT_STRTAB:
			t->strings = (const void *)d->d_un.d_ptr;
			break;
		case DT_RELA:
			t->rela[0] = (const void *)d->d_un.d_ptr;
			break;
		case DT_RELASZ:
			t->size[0] = d->d_un.d_val;
			break;
		case DT_JMPREL:
			t->rela[1] = (const void *)d->d_un.d_ptr;
			break;
		case DT_PLTRELSZ:
			t->size[1] = d->d_un.d_val;
			break;
		default:
			break;
		}
	}
}

bool mpck_imports(void *handle,
		  void (*visit)(const char *symbol, void **place, void *context),
		  void *context, char sentence[MPCK_SENTENCE])
{
	struct tables t = { 0 };
	struct found f;
	size_t relro;

	if (!find(handle, &f, sentence))
		return false;
	read_tables(f.map, &t);
	relro = f.relro_high - f.relro_low;
	if (relro && mprotect((void *)f.relro_low, relro,
			      PROT_READ | PROT_WRITE)) {
		snprintf(sentence, MPCK_SENTENCE,
			 "cannot make the module's imports writable: %m");
		return false;
	}
	for (int i = 0; i < 2; i++) {
		for (size_t n = 0; n < t.size[i] / sizeof(ElfW(Rela)); n++) {
			const ElfW(Rela) *r = &t.rela[i][n];
			const ElfW(Sym) *s = &t.symbols[ELF64_R_SYM(r->r_info)];
			unsigned type = ELF64_R_TYPE(r->r_info);

			if (s->st_shndx == SHN_UNDEF && s->st_name &&
			    (type == R_SLOT || type == R_DATA ||
			     type == R_ADDRESS))
				visit(t.strings + s->st_name,
				      (void **)(f.map->l_addr + r->r_offset),
				      context);
		}
	}
	if (relro)
		mprotect((void *)f.relro_low, relro, PROT_READ);
	return true;
}
