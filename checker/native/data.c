/* SPDX-License-Identifier: MIT */
/*
 * data.c - the writable part of a module, kept and put back.
 *
 * Thread-local variables need no care: each run has threads of its own.
 */
#include "native/data.h"

#include <stdlib.h>

#include "machine/bytes.h"
#include "machine/elf.h"

bool mpck_data_keep(struct mpck_data *data, const struct mpck_module *module)
{
	char sentence[MPCK_SENTENCE];
	struct mpck_layout layout;

	*data = (struct mpck_data){ NULL, 0, NULL };
	if (!mpck_layout_of(mpck_module_handle(module), &layout, sentence))
		return false;
	data->at = layout.data;
	data->size = layout.data_size;
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
