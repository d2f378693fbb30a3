/* SPDX-License-Identifier: MIT */
/*
 * clean.c - valid UTF-8, and valid XML characters.
 *
 * What a program prints may be anything.  Both JSON and XML are refused as a
 * whole for one wrong byte, so each is replaced by a sign that shows it.
 */
#include "reporters/clean.h"

#include <stdint.h>
#include <string.h>

#include "basics.h"

static const char replacement[] = "\xef\xbf\xbd";	/* U+FFFD */

/* How many bytes the character that `first` begins has; 0: none begins so. */
static size_t length_of(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first <= 0xdf)
		return 2;
	if (first >= 0xe0 && first <= 0xef)
		return 3;
	if (first >= 0xf0 && first <= 0xf4)
		return 4;
	return 0;
}

/* Decodes one character; its length, or 0: this is no UTF-8. */
static size_t decode(const unsigned char *at, uint32_t *character)
{
	static const unsigned char masks[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t length = length_of(*at);

	*character = *at & masks[length];
	for (size_t i = 1; i < length; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		*character = *character << 6 | (at[i] & 0x3f);
	}
	if (*character < least[length] || *character > 0x10ffff ||
	    (*character >= 0xd800 && *character <= 0xdfff))
		return 0;
	return length;
}

static bool xml_allows(uint32_t c)
{
	return c == '\t' || c == '\n' || c == '\r' ||
	       (c >= 0x20 && c != 0xfffe && c != 0xffff);
}

char *mpck_clean(const char *text, bool xml)
{
	const unsigned char *at = (const unsigned char *)(text ? text : "");
	size_t wide = sizeof(replacement) - 1;
	char *clean = mpck_checked(malloc(strlen((const char *)at) * wide + 1));
	char *to = clean;
	uint32_t character;

	while (*at) {
		size_t length = decode(at, &character);

		if (length && (!xml || xml_allows(character))) {
			memcpy(to, at, length);
			to += length;
		} else {
			memcpy(to, replacement, wide);
			to += wide;
		}
		at += length ? length : 1;
	}
	*to = '\0';
	return clean;
}
