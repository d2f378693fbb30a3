/* SPDX-License-Identifier: MIT */
#include <mpp/value.h>

int main(void)
{
	struct mpp_value *v;

	if (mpp_value_new(&v, 'i', 350) < 0)
		return 1;
	return mpp_value_get(v) != 350;
}
