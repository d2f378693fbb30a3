/* SPDX-License-Identifier: MIT */
/* stepper.h - `mpcheck replay --step`: walking through one execution. */
#ifndef MPCK_STEPPER_H
#define MPCK_STEPPER_H

#include "cli/session.h"

/* As mpck_session.show. */
int mpck_stepper(const struct mpck_session *session, struct mpck_result *result,
		 const struct mpck_style *style, char sentence[MPCK_SENTENCE]);

#endif
