/* SPDX-License-Identifier: MIT */
/* taskset.c - the table behind mpck_set_nth(). */
#include "machine/taskset.h"

uint8_t mpck_select_in_byte[8 * 256];

void mpck_select_init(void)
{
	for (unsigned byte = 0; byte < 256; byte++) {
		unsigned rank = 0;

		for (unsigned bit = 0; bit < 8; bit++) {
			if (byte >> bit & 1)
				mpck_select_in_byte[rank++ << 8 | byte] =
					(uint8_t)bit;
		}
	}
}
