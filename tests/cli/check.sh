#!/bin/sh
# SPDX-License-Identifier: MIT
# mpck_check(): the same finding in the machine, natively and as threads.
. "$(dirname "$0")/common.sh"

# checking NAME CONDITION IN_CHILD IN_MAIN
checking() {
	module "$1" "
#include <mpck/scenario.h>
#include <mpp/process.h>
static int child(void *arg)
{
	(void)arg;
	mpck_check_text($2, \"%d is wrong\", 4);
	return 0;
}
static int run(void)
{
	struct mpp_process *p;
	mpp_process_new(&p, child, 0, 0);
	mpp_process_start(p);
	mpp_process_join(p, MPP_FOREVER);
	mpp_process_free(p);
	mpp_observe_int(\"x\", 1);
	mpck_check($3);
	return 0;
}
static void expect(struct mpck_expect *e)
{
	mpck_right(e, \"x\", 1);
	if (mpck_param(\"allow\"))
		mpck_may_find(e, MPCK_ASSERTION);
}
MPCK_SCENARIO(.name = \"$1\", .main = run, .expect = expect,
	.params = { { \"allow\", 0, 0, 1, \"it may fail\" } });"
}

checking good '1 + 1 == 2' '2 > 1'
checking child_fails '1 + 1 == 3' '2 > 1'
checking main_fails '1 + 1 == 2' '2 > 3'

for form in "--strategy dfs" "--native --runs 3" "--threads --runs 3"; do
	# shellcheck disable=SC2086
	set -- $form
	run scenario "$scratch/good.so" "$@"
	exits 0

	run scenario "$scratch/child_fails.so" "$@"
	exits 1
	says '^assertion, '
	tells "check .1 \+ 1 == 3' failed at child_fails.c: ?7: 4 is wrong"
	! grep -q '^child-failure\|^crash' "$out" || wrong "told twice"

	run scenario "$scratch/child_fails.so" "$@" --set allow=1
	exits 0
	says '^assertion, .*, expected$'

	run scenario "$scratch/main_fails.so" "$@" --set allow=1
	exits 0
	tells "check .2 > 3' failed at main_fails.c: ?18"
done
run scenario "$scratch/child_fails.so" --native --runs 3
tells "in 3 of 3 runs, check"
finish
