/* SPDX-License-Identifier: MIT */
#include <mpck/scenario.h>
#include <mpp/process.h>
#include <mpp/value.h>

static int add(void *arg)
{
	struct mpp_value *v = *(struct mpp_value **)arg;

	mpp_value_set(v, mpp_value_get(v) + mpck_param("by"));
	return 0;
}

static int run(void)
{
	int64_t n = mpck_param("n");
	struct mpp_process *p[3];
	struct mpp_value *v;

	mpp_value_new(&v, 'i', 0);
	for (int i = 0; i < n; i++) {
		mpp_process_new(&p[i], add, &v, sizeof(v));
		mpp_process_start(p[i]);
	}
	for (int i = 0; i < n; i++)
		mpp_process_join(p[i], MPP_FOREVER);
	mpp_observe_int("sum", mpp_value_get(v));
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right(e, "sum", mpck_param("n") * mpck_param("by"));
}

/* Right for one process only. */
MPCK_SCENARIO(.name = "racy", .summary = "n add without a lock",
	      .params = { { "n", 1, 1, 3, "processes" },
			  { "by", 1, 1, 9, "added by each" } },
	      .needs = MPCK_NEEDS_PROCESSES, .main = run, .expect = expect);
