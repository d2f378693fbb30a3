/* SPDX-License-Identifier: MIT */
/* data.h - a module's global variables between runs in one process. */
#ifndef MPCK_NATIVE_DATA_H
#define MPCK_NATIVE_DATA_H

#include <stdbool.h>
#include <stddef.h>

#include "machine/module.h"

struct mpck_data {
	void *at;
	size_t size;
	void *copy;
};

/* Keeps what the variables are now; false: they cannot be
 * found, or no memory. */
bool mpck_data_keep(struct mpck_data *data, const struct mpck_module *module);
/* They become what they were. */
void mpck_data_restore(const struct mpck_data *data);
void mpck_data_free(struct mpck_data *data);

#endif
