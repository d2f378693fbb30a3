#!/bin/sh
# SPDX-License-Identifier: MIT
# threads.sh MPCHECK TOOL clean|race SCENARIO [OPTION...]
#
# TOOL (helgrind or drd) watches the scenario run as threads.  race: it names
# a data race at a line of the scenario's own source; clean: it says nothing.
set -eu
mpcheck=$1 tool=$2 answer=$3
shift 3
command -v valgrind >/dev/null || { echo 'skipped: no valgrind'; exit 77; }

log=$(mktemp)
trap 'rm -f "$log"' EXIT
fail()
{
	echo "$tool on $source: $1"
	cat "$log"
	exit 1
}

source=$(printf '%s' "$1" | tr - _).c
case $tool in
helgrind) race='Possible data race' ;;
drd) race='Conflicting (load|store)' ;;
esac
code=0
valgrind --tool="$tool" --error-exitcode=9 --log-file="$log" \
	"$mpcheck" scenario "$@" --threads --runs 2 --color=never || code=$?
case $answer in
clean)
	[ $code = 0 ] || fail "code $code, but nothing is wrong"
	grep -q 'ERROR SUMMARY: 0 errors' "$log" || fail 'did it run?'
	;;
race)
	[ $code = 9 ] || fail "code $code, but there is a race"
	grep -Eq "$race" "$log" || fail 'errors, but no race'
	grep -q "($source:[0-9]*)" "$log" || fail 'not in the source'
	;;
esac
