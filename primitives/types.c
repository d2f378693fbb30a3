/* SPDX-License-Identifier: MIT */
/*
 * types.c - one table of typecodes, and conversions without undefined
 * behaviour: wrap in unsigned arithmetic, clamp before a conversion that
 * could not be represented.
 *
 * Source:  the array module and ctypes, as multiprocessing.sharedctypes uses
 *          them.  Unlike there, u and c take integers (a code point, a byte).
 */
#include <float.h>
#include <math.h>
#include <string.h>
#include <wchar.h>

#include <mpp/value.h>

#include "types.h"

#define INTEGER(type) \
	{ \
		sizeof(type), (type)-1 < (type)1, false \
	}
#define FLOATING(type) \
	{ \
		sizeof(type), true, true \
	}

const struct mpp_type mpp_types[128] = {
	['b'] = INTEGER(signed char),
	['B'] = INTEGER(unsigned char),
	['h'] = INTEGER(short),
	['H'] = INTEGER(unsigned short),
	['i'] = INTEGER(int),
	['I'] = INTEGER(unsigned int),
	['l'] = INTEGER(long),
	['L'] = INTEGER(unsigned long),
	['q'] = INTEGER(long long),
	['Q'] = INTEGER(unsigned long long),
	['c'] = INTEGER(unsigned char), /* one byte, 0..255 */
	['u'] = { sizeof(wchar_t), false, false }, /* one code point */
	['f'] = FLOATING(float),
	['d'] = FLOATING(double),
};

size_t mpp_typesize(char typecode)
{
	return mpp_type(typecode)->size;
}

static uint64_t bits_of(double x)
{
	uint64_t bits;

	memcpy(&bits, &x, sizeof(bits));
	return bits;
}

static double double_of(uint64_t bits)
{
	double x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

static double load_floating(const void *at, size_t size)
{
	uint64_t bits;
	uint32_t half;
	float f;

	if (size == sizeof(double)) {
		bits = __atomic_load_n((const uint64_t *)at, __ATOMIC_RELAXED);
		return double_of(bits);
	}
	half = __atomic_load_n((const uint32_t *)at, __ATOMIC_RELAXED);
	memcpy(&f, &half, sizeof(f));
	return f;
}

static void store_floating(void *at, size_t size, double x)
{
	uint32_t half;
	float f;

	if (size == sizeof(double)) {
		__atomic_store_n((uint64_t *)at, bits_of(x), __ATOMIC_RELAXED);
		return;
	}
	f = (float)x; /* in range: mpp_bits_of_double() saw to that */
	memcpy(&half, &f, sizeof(half));
	__atomic_store_n((uint32_t *)at, half, __ATOMIC_RELAXED);
}

/* The low bytes of x, extended again as the type says. */
static uint64_t extend(uint64_t x, const struct mpp_type *type)
{
	unsigned bits = type->size * 8u;
	uint64_t top = UINT64_C(1) << (bits - 1);

	if (bits < 64)
		x &= (top << 1) - 1;
	return type->is_signed ? (x ^ top) - top : x;
}

uint64_t mpp_bits_load(const void *at, const struct mpp_type *type)
{
	uint64_t x;

	if (type->is_floating)
		return bits_of(load_floating(at, type->size));
	switch (type->size) {
	case 1:
		x = __atomic_load_n((const uint8_t *)at, __ATOMIC_RELAXED);
		break;
	case 2:
		x = __atomic_load_n((const uint16_t *)at, __ATOMIC_RELAXED);
		break;
	case 4:
		x = __atomic_load_n((const uint32_t *)at, __ATOMIC_RELAXED);
		break;
	default:
		x = __atomic_load_n((const uint64_t *)at, __ATOMIC_RELAXED);
		break;
	}
	return extend(x, type);
}

void mpp_bits_store(void *at, const struct mpp_type *type, uint64_t bits)
{
	if (type->is_floating) {
		store_floating(at, type->size, double_of(bits));
		return;
	}
	switch (type->size) {
	case 1:
		__atomic_store_n((uint8_t *)at, (uint8_t)bits,
				 __ATOMIC_RELAXED);
		break;
	case 2:
		__atomic_store_n((uint16_t *)at, (uint16_t)bits,
				 __ATOMIC_RELAXED);
		break;
	case 4:
		__atomic_store_n((uint32_t *)at, (uint32_t)bits,
				 __ATOMIC_RELAXED);
		break;
	default:
		__atomic_store_n((uint64_t *)at, bits, __ATOMIC_RELAXED);
		break;
	}
}

static int64_t clamped(double x)
{
	if (isnan(x))
		return 0;
	if (x >= 0x1p63)
		return INT64_MAX;
	if (x < -0x1p63)
		return INT64_MIN;
	return (int64_t)x;
}

int64_t mpp_bits_int(uint64_t bits, const struct mpp_type *type)
{
	/* Defined by gcc and clang: the same 64 bits. */
	return type->is_floating ? clamped(double_of(bits)) : (int64_t)bits;
}

double mpp_bits_double(uint64_t bits, const struct mpp_type *type)
{
	if (type->is_floating)
		return double_of(bits);
	return type->is_signed ? (double)(int64_t)bits : (double)bits;
}

mpp_wide mpp_bits_wide(uint64_t bits, const struct mpp_type *type)
{
	return type->is_signed ? (mpp_wide)(int64_t)bits : (mpp_wide)bits;
}

uint64_t mpp_bits_of_wide(mpp_wide x, const struct mpp_type *type)
{
	return extend((uint64_t)x, type);
}

uint64_t mpp_bits_of_double(double x, const struct mpp_type *type)
{
	/* Half a unit beyond the largest float still rounds down to it. */
	const double limit = 0x1.ffffffp127;

	if (type->size == sizeof(double) || isnan(x))
		return bits_of(x);
	if (fabs(x) >= limit)
		return bits_of(copysign(HUGE_VAL, x));
	if (fabs(x) > (double)FLT_MAX)
		return bits_of(copysign((double)FLT_MAX, x));
	return bits_of((double)(float)x);
}
