/* SPDX-License-Identifier: MIT */
/*
 * scene.h - one moment of an execution: where everybody is, what shared memory
 * holds, the source line and the calls that lead to it.
 */
#ifndef MPCK_SCENE_H
#define MPCK_SCENE_H

#include "explain/explanation.h"
#include "reporters/style.h"

struct mpck_scene {
	const struct mpck_trace *trace;
	size_t at;		/* step that has happened last */
	int lines;		/* there are at most; 0: as many as it takes */
};

void mpck_scene_print(FILE *out, const struct mpck_style *style,
		      const struct mpck_scene *scene);

#endif
