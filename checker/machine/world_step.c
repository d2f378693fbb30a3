/* SPDX-License-Identifier: MIT */
/*
 * world_step.c - the program runs for one step, and what it did is logged; see
 * world.h.
 */
#include <stdlib.h>

#include "basics.h"
#include "machine/world_parts.h"

enum mpck_end mpck_world_run(struct mpck_resume (*first)(uint32_t),
			     uint32_t task)
{
	struct mpck_resume r;

	mpck_run.stepping = true;
	mpck_run.ended = false;
	mpck_run.nfaults = 0;
	mpck_run.silent_steps = 0;
	mpck_run.robbed = 0;
	mpck_run.whole = false;
	mpck_window_exact(true, false);
	mpp_hooks_installed = &mpck_stepping_hooks;
	mpck_switch_clean = true;
	r = first(task);
	if (!mpck_run.ended)
		mpck_switch_run(mpck_tell_resume(r));
	mpp_hooks_installed = &mpck_hooks;
	mpck_switch_clean = false;
	mpck_run.stepping = false;
	mpck_core.silent = 0;
	return mpck_run.end;
}

static struct mpck_resume go_on(uint32_t unused)
{
	(void)unused;
	return mpck_next();
}

enum mpck_end mpck_world_begin(void)
{
	enum mpck_end end;

	mpck_machine_begin();
	mpck_world_unload();
	mpck_run.stepping = true;
	mpck_run.touched = ~(mpck_taskset)0;
	end = mpck_world_run(go_on, 0);
	if (end == MPCK_END_PAUSED)
		mpck_find_groups();
	return end;
}

enum mpck_end mpck_world_step(uint32_t process, uint32_t local,
			      uint32_t alternative)
{
	enum mpck_end end;

	mpck_world.loaded.shared = mpck_world.loaded.rest = 0;
	mpck_world.loaded.part[process] = 0;
	mpck_run.touched = mpck_set_of(process);
	mpck_run.beyond = false;
	mpck_run.alternative = alternative;
	end = mpck_world_run(mpck_grant, mpck_task_at(process, local));
	if (end == MPCK_END_PAUSED)
		mpck_find_groups();
	else if (end != MPCK_END_NORMAL)
		mpck_world_unload();
	return end;
}

/*
 * The log.
 */
void mpck_world_log(bool on)
{
	mpck_run.log = on;
	mpck_world.nlog = 0;
}

const struct mpck_grant *mpck_world_logged(size_t *count)
{
	*count = mpck_world.nlog;
	return mpck_world.log;
}

void mpck_world_granted(uint32_t task)
{
	if (mpck_run.supposing)
		return;
	if (mpck_world.nlog == mpck_world.log_room) {
		mpck_world.log_room = mpck_world.log_room * 2 + 256;
		mpck_world.log = mpck_checked(
			realloc(mpck_world.log, mpck_world.log_room *
						sizeof(*mpck_world.log)));
	}
	mpck_world.log[mpck_world.nlog++] = (struct mpck_grant){
		(uint16_t)task, (uint16_t)mpck_run.alternative };
}
