# SPDX-License-Identifier: MIT
# Sourced by the tests here: memcheck mpcheck ARGUMENT... must find no error
# and no block that is definitely lost, in any process, and end with CODE.
set -u
mpcheck=$1
command -v valgrind >/dev/null || { echo 'skipped: no valgrind'; exit 77; }
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
failures=0

# memcheck CODE ARGUMENT...
memcheck()
{
	wanted=$1
	shift
	rm -f "$scratch"/log.*
	code=0
	valgrind --quiet --error-exitcode=9 --leak-check=full \
		--suppressions="$SOURCE_DIR/tests/valgrind/libunwind.supp" \
		--show-leak-kinds=definite --errors-for-leak-kinds=definite \
		--log-file="$scratch/log.%p" \
		"$mpcheck" "$@" >"$scratch/out" 2>&1 </dev/null || code=$?
	# of every process; valgrind's own remarks begin with two dashes
	errors=$(cat "$scratch"/log.* | grep '^==' | head -n 40)
	[ "$code" = "$wanted" ] && [ -z "$errors" ] && return
	failures=$((failures + 1))
	echo "FAILED: mpcheck $*: code $code"
	echo "$errors"
	tail -n 20 "$scratch/out"
}

finish()
{
	[ "$failures" = 0 ] || exit 1
	exit 0
}
