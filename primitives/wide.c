/* SPDX-License-Identifier: MIT */
/*
 * wide.c - 128-bit integers as decimal text.
 */
#include <mpp/wide.h>

char *mpp_wide_text(mpp_wide x, char text[MPP_WIDE_TEXT])
{
	unsigned __int128 rest = (unsigned __int128)x;
	char digits[MPP_WIDE_TEXT];
	size_t n = 0;
	char *p = text;

	if (x < 0)
		rest = -rest; /* unsigned: the least one has no positive twin */
	do {
		digits[n++] = (char)('0' + (int)(rest % 10));
		rest /= 10;
	} while (rest);
	if (x < 0)
		*p++ = '-';
	while (n)
		*p++ = digits[--n];
	*p = '\0';
	return text;
}
