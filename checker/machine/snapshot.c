/* SPDX-License-Identifier: MIT */
/*
 * snapshot.c - keeping and restoring the state before the first choice.
 *
 * The images are kept as copies that no execution writes: a process's first
 * exchange saves into its own image.  So restoring copies only the tasks' hot
 * parts and the shared memory in use.
 */
#include "machine/snapshot.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "machine/core.h"
#include "machine/image.h"
#include "machine/tools.h"
#include "machine/waiting.h"

static struct {
	bool valid;
	uint64_t checksum;
	size_t nfaults;
	struct mpck_fault faults[MPCK_FAULTS];
	struct mpck_core core;
	struct mpck_image *images[MPCK_MAX_TASKS];
	void *contexts;		/* mpck_switch_state(), if there is any */
} kept;

/* Copies what is in use; the arrays' rest is dead. */
static void copy_core(struct mpck_core *to, const struct mpck_core *from)
{
	memcpy(to, from, offsetof(struct mpck_core, held));
	memcpy(to->held, from->held, from->nheld * sizeof(from->held[0]));
	memcpy(to->processes, from->processes,
	       from->nprocesses * sizeof(from->processes[0]));
	memcpy(to->tasks, from->tasks, from->ntasks * sizeof(from->tasks[0]));
}

static void keep_contexts(void)
{
	size_t size;
	const void *state = mpck_switch_state(mpck_core.ntasks, &size);

	free(kept.contexts);
	kept.contexts = NULL;
	if (!size)
		return;
	kept.contexts = malloc(size);
	if (!kept.contexts)
		abort();
	memcpy(kept.contexts, state, size);
}

static void put_contexts_back(void)
{
	size_t size;
	void *state = mpck_switch_state(kept.core.ntasks, &size);

	if (size)
		memcpy(state, kept.contexts, size);
}

static uint64_t checksum(void)
{
	const struct mpck_core *c = &kept.core;
	uint64_t sum;

	/* Padding may never have been written; what counts is that it stays. */
	mpck_tell_memory(c, sizeof(*c));
	sum = XXH3_64bits(c, offsetof(struct mpck_core, held));
	sum ^= XXH3_64bits_withSeed(c->tasks,
				    c->ntasks * sizeof(c->tasks[0]), 1);
	sum ^= XXH3_64bits_withSeed(c->processes,
				    c->nprocesses * sizeof(c->processes[0]), 2);
	for (uint32_t p = 0; p < c->nprocesses; p++) {
		size_t size;
		const void *bytes = mpck_image_bytes(kept.images[p], &size);

		mpck_tell_memory(bytes, size);
		sum = sum * 31 + XXH3_64bits(bytes, size);
	}
	return sum * 31 + mpck_segments_checksum();
}

void mpck_snapshot_take(void)
{
	if (kept.valid)
		return;
	mpck_save_loaded();
	for (uint32_t p = 0; p < mpck_core.nprocesses; p++) {
		struct mpck_process *process = &mpck_core.processes[p];

		kept.images[p] = process->tasks ?
			mpck_image_copy(process->image) : NULL;
		process->image = kept.images[p];
	}
	copy_core(&kept.core, &mpck_core);
	kept.nfaults = mpck_run.nfaults;
	memcpy(kept.faults, mpck_run.faults,
	       kept.nfaults * sizeof(kept.faults[0]));
	mpck_segments_snapshot();
	mpck_observe_snapshot();
	keep_contexts();
	kept.checksum = checksum();
	kept.valid = true;
}

bool mpck_snapshot_restore(void)
{
	if (!kept.valid)
		return false;
	copy_core(&mpck_core, &kept.core);
	mpck_run.nfaults = kept.nfaults;
	memcpy(mpck_run.faults, kept.faults,
	       kept.nfaults * sizeof(kept.faults[0]));
	mpck_segments_restore();
	mpck_observe_restore();
	put_contexts_back();
	mpck_run.loaded = MPCK_NOBODY;
	for (mpck_taskset s = mpck_core.pending; s; s &= s - 1)
		mpck_wait_line(mpck_set_first(s));
	return true;
}

void mpck_snapshot_forget(void)
{
	if (!kept.valid)
		return;
	for (uint32_t p = 0; p < kept.core.nprocesses; p++)
		mpck_image_free(kept.images[p]);
	kept.valid = false;
}

bool mpck_snapshot_intact(void)
{
	return !kept.valid || kept.checksum == checksum();
}
