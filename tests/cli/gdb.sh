#!/bin/sh
# SPDX-License-Identifier: MIT
# mpcheck replay --gdb: stopped in the right task, with its own frame.
. "$(dirname "$0")/common.sh"

run scenario lock-order
token=$(sed -n 's/^  token   //p' "$out" | head -n 1)
[ -n "$token" ] || wrong 'no token'

refuses '--at needs --gdb' replay lock-order "$token" --at 1
refuses '--at takes a whole number' replay lock-order "$token" --gdb --at x
refuses 'there is no step 99: this execution has 2' \
	replay lock-order "$token" --gdb --at 99
refuses token replay lock-order garbage --gdb
refuses 'report of kind json has no meaning with --gdb' \
	replay lock-order "$token" --gdb --json x
command='mpcheck replay --gdb without gdb'
code=0
PATH=$scratch "$mpcheck" replay lock-order "$token" --gdb >"$out" 2>"$err" ||
	code=$?
exits 2; silent
complains 'gdb is not installed'

[ "$failures" -eq 0 ] || finish
command -v gdb >/dev/null || exit 77

# LeakSanitizer cannot work under a debugger.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
export ASAN_OPTIONS
# debugs COMMANDS ARGUMENT...: gdb gets the commands, one a line.
debugs() {
	commands=$1
	shift
	command="mpcheck replay $* --gdb"
	code=0
	printf '%b' "$commands" | "$mpcheck" replay "$@" --gdb \
		>"$out" 2>"$err" || code=$?
}

# A step of one's choice: its task, its function and line, its variables.
debugs 'p job->first == 0\nbt\nquit\n' lock-order "$token" --at 2
grep -qi 'ptrace.*not permitted' "$out" "$err" && exit 77
says 'in add_one \(arg=.*lock_order\.c:25$|lock_order\.c:25$'
says '^25.*mpp_lock_acquire\(job->first'
says '\$1 = 0$'
says '^#[0-9]+ .*mpck_gdb_here \(task=.*"Process-[12]", +step=2\)|"Process-[12]", *$'
says '^#[0-9]+ .*in add_one '

# What decides, or who waits for ever, one after the other; then the end.
debugs 'continue\ncontinue\ncontinue\ncontinue\ncontinue\nquit\n' lock-order "$token"
stops=$(grep -c '^2[56].*mpp_lock_acquire' "$out")
[ "$stops" -ge 2 ] || wrong "$stops stops"
says '^failed, as the lesson says: deadlock$'

# A lost update, with parameters.
run scenario balance-unlocked --set n=1
token=$(sed -n 's/^  token   //p' "$out" | head -n 1)
debugs 'info locals\nquit\n' balance-unlocked "$token" --set n=1 --at 3
says 'balance_unlocked\.c:[0-9]+$'
says '^local_copy = '

# A crash stops as well, once: in the line that crashes.
module crashes '#include <mpck/scenario.h>
#include <mpp/value.h>
static int *volatile nowhere;
static int run(void)
{
	struct mpp_value *v;
	mpp_value_new(&v, 105, 0);
	mpp_value_set(v, 1);
	*nowhere = 1;
	return 0;
}
MPCK_SCENARIO(.name = "crashes", .main = run);'
run scenario "$scratch/crashes.so"
token=$(sed -n 's/^  token   //p' "$out" | head -n 1)
debugs 'continue\nbt\ncontinue\nquit\n' "$scratch/crashes.so" "$token" --at 1
says '^9[^0-9].*\*nowhere = 1;$'
says '^#[0-9]+ .*in run \(\) at .*crashes\.c:9$'
says '^failed: crash was found'
finish
