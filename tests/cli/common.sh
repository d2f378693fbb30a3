# SPDX-License-Identifier: MIT
# Sourced by the tests here: a scratch folder, and ways to say what must hold.
# The test is called with the path of mpcheck.
set -u
mpcheck=$1
here=$(cd "$(dirname "$0")" && pwd)
: "${SOURCE_DIR:=$(cd "$here/../.." && pwd)}"
: "${MPCHECK_SCENARIOS:=$(dirname "$mpcheck")/scenarios}"
: "${CC:=cc}"
export MPCHECK_SCENARIOS
LC_ALL=C; export LC_ALL
unset NO_COLOR

scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
failures=0
out=$scratch/out
err=$scratch/err
code=0

# run ARGUMENT...: runs mpcheck; its stdout is $out, stderr $err, code $code.
run() {
	command="mpcheck $*"
	code=0
	"$mpcheck" "$@" >"$out" 2>"$err" </dev/null || code=$?
}

wrong() {
	failures=$((failures + 1))
	echo "FAILED: $command: $*"
	echo "--- code $code, stdout:"; head -n 40 "$out"
	echo "--- stderr:"; head -n 20 "$err"
}

# exits CODE: the last run ended with it.
exits() { [ "$code" -eq "$1" ] || wrong "code $code, not $1"; }

# says PATTERN, complains PATTERN: grep -E finds it in stdout, stderr.
says() { grep -Eq -- "$1" "$out" || wrong "stdout lacks: $1"; }
# tells PATTERN: as says, but across line ends.
tells() { tr '\n' ' ' <"$out" | grep -Eq -- "$1" || wrong "stdout lacks: $1"; }
# offers PATTERN: as says, of a command, which may be folded.
offers() {
	sed -e ':a' -e '/\\$/{' -e N -e 's/ *\\\n */ /' -e ba -e '}' "$out" |
		grep -Eq -- "$1" || wrong "stdout does not offer: $1"
}
complains() { grep -Eq -- "$1" "$err" || wrong "stderr lacks: $1"; }
silent() { [ ! -s "$out" ] || wrong "stdout is not empty"; }
content() { [ ! -s "$err" ] || wrong "stderr is not empty"; }

# narrow FILE: no line is wider than 80 columns.
narrow() {
	# without continuation bytes, a byte is a column
	tr -d '\200-\277' <"$1" | awk 'length($0) > 80 { print; bad = 1 }
		END { exit bad }' || wrong "wider than 80 columns"
}

# refuses PATTERN ARGUMENT...: one sentence, nothing on stdout, code 2.
refuses() {
	pattern=$1
	shift
	run "$@"
	exits 2
	silent
	complains "$pattern"
	[ "$(wc -l <"$err")" -eq 1 ] || wrong "not one line on stderr"
}

# module NAME SOURCE: builds SOURCE as the module $scratch/NAME.so.
module() {
	printf '%s\n' "$2" >"$scratch/$1.c"
	"$CC" -std=gnu11 -shared -fPIC -O2 -g -fno-optimize-sibling-calls \
		-fno-omit-frame-pointer -I"$SOURCE_DIR/primitives/include" \
		-I"$SOURCE_DIR/checker/include" -Wl,-z,now \
		-o "$scratch/$1.so" "$scratch/$1.c" || exit 1
}

finish() {
	[ "$failures" -eq 0 ] || exit 1
	exit 0
}

# Two processes add 1 to a Value without its lock; 2 is wanted, 1 is a bug.
# With NO_EXPECTATION they add in one call, and main looks before they have
# ended: 0, 1 and 2 are what some order of the three gives.
lost_update='
#include <mpck/scenario.h>
#include <mpp/process.h>
#include <mpp/value.h>
static int add(void *arg)
{
	struct mpp_value *v = *(struct mpp_value **)arg;
#ifdef NO_EXPECTATION
	mpp_value_add(v, mpck_param("by"));
#else
	mpp_value_set(v, mpp_value_get(v) + mpck_param("by"));
#endif
	return 0;
}
static int run(void)
{
	struct mpp_process *p[2];
	struct mpp_value *v;
	mpp_value_new(&v, (char)105, 0);
	for (int i = 0; i < 2; i++) {
		mpp_process_new(&p[i], add, &v, sizeof(v));
		mpp_process_start(p[i]);
	}
#ifdef NO_EXPECTATION
	mpp_observe_int("counter", mpp_value_get(v));
#endif
	for (int i = 0; i < 2; i++)
		mpp_process_join(p[i], MPP_FOREVER);
#ifndef NO_EXPECTATION
	mpp_observe_int("counter", mpp_value_get(v));
#endif
	return 0;
}
#ifndef NO_EXPECTATION
static void expect(struct mpck_expect *e)
{
	mpck_right(e, "counter", 2 * mpck_param("by"));
}
#endif
MPCK_SCENARIO(.name = "lost-update", .summary = "two add without a lock",
	.params = { { "by", 1, 1, 100, "added by each" } },
#ifndef NO_EXPECTATION
	.expect = expect,
#endif
	.main = run);
'
