/* SPDX-License-Identifier: MIT */
/*
 * disturbed.h - lost-update and atomicity-violation: which access of another
 * task made a final value wrong.
 *
 * A triple (explain/triple.h) is found in an execution that ends wrong, and is
 * believed only after two executions that differ in nothing but that: with the
 * other task's access between the two it ends wrong, without it ends right.
 */
#ifndef MPCK_EXPLORE_DISTURBED_H
#define MPCK_EXPLORE_DISTURBED_H

#include "explore/serial.h"

/* One finding an object at most; lost updates first. */
void mpck_find_disturbed(const struct mpck_aftermath *a);

#endif
