#!/bin/sh
# SPDX-License-Identifier: MIT
# After native runs, also of programs that hang: no process, no zombie, no
# file in /dev/shm, no System V segment, no file in the working folder.
set -u
mpcheck=$(realpath "$1")
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/empty"
cd "$scratch/empty" || exit 1
failures=0

wrong()
{
	echo "FAILED: $*"
	failures=$((failures + 1))
}

# Processes that carry our mark in their environment, whoever their parent is;
# a zombie has no environment left, but its parent is 1 or this shell.
MPCK_MARK=mark-$$-$(date +%s%N)
marked()
{
	for p in /proc/[0-9]*; do
		if tr '\0' '\n' 2>/dev/null <"$p/environ" |
		   grep -qx "MPCK_MARK=$MPCK_MARK"; then
			echo "${p#/proc/} $(tr '\0' ' ' <"$p/cmdline")"
		fi
	done 2>/dev/null
}
zombies()
{
	for p in /proc/[0-9]*/stat; do
		sed -n 's/^\([0-9]*\) (mpcheck) Z \([0-9]*\) .*/\1 \2/p' "$p"
	done 2>/dev/null | grep -E " (1|$$)\$"
}
shared() { ls -A /dev/shm; tail -n +2 /proc/sysvipc/shm; }

shared >"$scratch/shared"
zombies >"$scratch/zombies"
look()
{
	left=$(marked)
	[ -z "$left" ] || wrong "$1: processes left: $left"
	# After its death only init can reap them; some containers' does not.
	[ "$1" != SIGKILL ] || return
	left=$(zombies | grep -vxFf "$scratch/zombies")
	[ -z "$left" ] || wrong "$1: zombies left (pid, parent): $left"
}

# native CODE SCENARIO OPTION...
native()
{
	code=0
	wanted=$1
	shift
	MPCK_MARK=$MPCK_MARK "$mpcheck" scenario "$@" >"$scratch/out" 2>&1 ||
		code=$?
	[ $code = "$wanted" ] || {
		wrong "$*: code $code, not $wanted"
		cat "$scratch/out"
	}
	look "$*"
}

for name in balance raw-counter queue-fifo pool-map global-not-shared \
		release-not-held lock-order; do
	native 0 $name --native --runs 50
done
native 0 missing-release --native --runs 3 --timeout 0.3
native 0 lock-never-released --native --runs 3 --timeout 0.3
native 0 balance --threads --runs 50
native 0 pool-map --threads --runs 50
native 124 balance --native --runs 100000 --seconds 0.5

# Interrupted, and killed, while processes hang: the kernel takes them along.
for signal in INT KILL; do
	MPCK_MARK=$MPCK_MARK setsid "$mpcheck" scenario missing-release \
		--native --runs 5 --timeout 30 >"$scratch/out" 2>&1 &
	pid=$!
	n=0
	while [ "$(marked | wc -l)" -lt 8 ] && [ $n -lt 100 ]; do
		n=$((n + 1))
		sleep 0.1
	done
	[ $n -lt 100 ] || wrong "SIG$signal: the processes did not start"
	kill -$signal $pid
	wait $pid 2>"$scratch/wait"	# the shell remarks "Killed"
	n=0
	while [ -n "$(marked)" ] && [ $n -lt 30 ]; do
		n=$((n + 1))
		sleep 0.1
	done
	look "SIG$signal"
done

shared >"$scratch/after"
new=$(grep -vxFf "$scratch/shared" "$scratch/after")
[ -z "$new" ] || wrong "shared memory left: $new"
[ -z "$(ls -A)" ] || wrong "files left: $(ls -A)"
[ "$failures" = 0 ]
