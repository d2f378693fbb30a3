#!/bin/sh
# SPDX-License-Identifier: MIT
# `mpcheck corpus`: kept schedules of a program that is edited afterwards.
. "$(dirname "$0")/common.sh"

# program NAME LINE...: two processes that do what the lines say with `cell`.
program() {
	name=$1
	shift
	module "$name" '
#include <mpck/scenario.h>
#include <mpp/atomic.h>
#include <mpp/lock.h>
#include <mpp/process.h>
#include <mpp/value.h>
static struct mpp_raw_value *cell;
static struct mpp_atomic *number;
static struct mpp_lock *lock;
static int work(void *arg)
{
	(void)arg;
	'"$*"'
	return 0;
}
static int run(void)
{
	struct mpp_process *p[2];
	mpp_raw_value_new(&cell, 105, 0);
	mpp_atomic_new(&number, 0);
	mpp_lock_new(&lock, 0);
	for (int i = 0; i < 2; i++) {
		mpp_process_new(&p[i], work, 0, 0);
		mpp_process_start(p[i]);
	}
	for (int i = 0; i < 2; i++)
		mpp_process_join(p[i], MPP_FOREVER);
	mpp_observe_int("x", mpp_raw_value_get(cell) + mpp_atomic_load(number));
	for (int i = 0; i < 2; i++)
		mpp_process_free(p[i]);
	mpp_lock_free(lock);
	mpp_atomic_free(number);
	mpp_raw_value_free(cell);
	return 0;
}
static void expect(struct mpck_expect *e) { mpck_right(e, "x", 2); }
MPCK_SCENARIO(.name = "mine", .summary = "for a test",
	.params = { { "n", 1, 1, 9, "nothing" } }, .main = run,
	.expect = expect);'
}

token_of() {
	run scenario "$scratch/$1.so" --detect none
	sed -n 's/^  token   //p' "$out" | head -n 1
}

cd "$scratch" || exit 1
program mine 'mpp_raw_value_set(cell, mpp_raw_value_get(cell) + 1);'
token=$(token_of mine)
[ -n "$token" ] || wrong 'no token'

# Keeping: one readable file.
run corpus add ./mine.so "$token"
exits 0
says '^kept corpus/mine-.*\.schedule$'
kept=$(ls corpus)
out=corpus/$kept
says '^mpcheck schedule 1$'
says '^scenario \./mine\.so$'
says '^follow n1-Process-.*:write:raw_value#1:1,Process-'
says '^# +[0-9]+ +Process-1 +write raw value#1: 1 +\(mine\.c:'
out=$scratch/out

run corpus list
exits 0
says 'mine\.so: .*x=1'

# Still failing, and nobody expects it.
run corpus run
exits 1
says '^still failing +corpus/mine-'
says '^1 schedule: 1 still failing, 0 fixed, 0 no longer applicable$'

# More code around it: the names still come.
program mine 'int64_t x; mpp_atomic_load(number); x = mpp_raw_value_get(cell);
	mpp_atomic_load(number); mpp_raw_value_set(cell, x + 1);'
run corpus run
exits 1
says '^still failing'

# A lock: the schedule can be followed, and ends right.
program mine 'mpp_lock_acquire(lock, MPP_FOREVER);
	mpp_raw_value_set(cell, mpp_raw_value_get(cell) + 1);
	mpp_lock_release(lock);'
run corpus run
exits 0
says '^fixed +corpus/mine-'
says '0 still failing, 1 fixed'

# The write is gone.
program mine 'mpp_atomic_fetch_add(number, 1);'
run corpus run
exits 0
says '^no longer applicable'
says 'this one did not come: Process-.:write:raw_value#1:1'

# So is the whole module: told, and no failure.
mv mine.so other.so
run corpus run
exits 0
says '^no longer applicable'
mv other.so mine.so

# One file by its name, and another folder.
mkdir elsewhere
cp "corpus/$kept" elsewhere/a.schedule
run corpus run elsewhere/a.schedule
says '^1 schedule:'
run corpus run --folder elsewhere
says 'elsewhere/a\.schedule'

# A shipped wrong scenario: expected, so no failure; parameters are kept.
run scenario raw-counter --set p=2 --set k=1 --detect none
token=$(sed -n 's/^  token   //p' "$out" | head -n 1)
run corpus add raw-counter "$token" --set p=2 --set k=1 --folder shipped
exits 0
run corpus run --folder shipped
exits 0
says '^still failing'
says 'expected'

# Those that this tree keeps, of scenarios that are wrong on purpose.
run corpus run --folder "$SOURCE_DIR/tests/corpus"
exits 0
kept=$(find "$SOURCE_DIR/tests/corpus" -name '*.schedule' | wc -l)
[ "$kept" -ge 10 ] || wrong "only $kept schedules"
says "^$kept schedules: $kept still failing, 0 fixed, 0 no longer applicable"

# Bad input.
refuses 'takes a scenario and a token' corpus add balance
refuses 'nothing is wrong in this execution' \
	corpus add balance n1-Process-1,Process-2
[ -z "$(find . -name 'balance-*.schedule')" ] || wrong 'something was kept'
refuses 'cannot read the folder' corpus run --folder nowhere
refuses 'say what: add, run or list' corpus
refuses "'keep' is not known" corpus keep
refuses 'it is for|--set is for' corpus run --set n=1
refuses 'broken token' corpus add balance n1-main:write
printf 'hello\n' >elsewhere/bad.schedule
run corpus run elsewhere/bad.schedule
exits 2
complains 'bad\.schedule:1: this is no schedule'
printf 'mpcheck schedule 1\nscenario x\nscenario y\n' >elsewhere/bad.schedule
run corpus run elsewhere/bad.schedule
exits 2
complains 'bad\.schedule:3: an unknown word, or one too many'
printf 'mpcheck schedule 1\nscenario x\n' >elsewhere/bad.schedule
run corpus list elsewhere/bad.schedule
exits 2
complains 'ends without a line'
finish
