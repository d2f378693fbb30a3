#!/bin/sh
# SPDX-License-Identifier: MIT
# mpcheck_discover_tests() of the installed package: the scenarios of a consumer
# as tests of its own.
. "$(dirname "$0")/common.sh"
command -v ninja >/dev/null || { echo 'skipped: there is no ninja'; exit 77; }
unset MPCHECK_SCENARIOS
log=$scratch/log

# step COMMAND...: it has to succeed.
step() {
	"$@" >"$log" 2>&1 || { echo "FAILED: $*"; cat "$log"; exit 1; }
}

step cmake --install "$BUILD_DIR" --prefix "$scratch/a b"
step cmake -G Ninja -S "$SOURCE_DIR/tests/consumer" -B "$scratch/build" \
	-DCMAKE_PREFIX_PATH="$scratch/a b" -DCMAKE_C_COMPILER="$CC"
cd "$scratch/build" || exit 1

# listed NAME...: these tests, in this order.
listed() {
	command="ctest -N, $*"
	ctest -N >"$out" 2>"$err"
	sed -n 's/^ *Test *#[0-9]*: //p' "$out" >"$scratch/names"
	printf '%s\n' "$@" | cmp -s - "$scratch/names" || wrong 'other tests'
}

# What was not built is not forgotten; kept schedules come first.
listed kept.balance mine-not-built racy-not-built racy-not-built
step cmake --build . --target mine racy
listed kept.balance quick.mine racy.n=1 racy.n=2.by=3 racy \
	'with threads: racy'

code=0
ctest >"$out" 2>"$err" || code=$?
command=ctest
exits 8
says 'kept.balance \.+ +Passed'
says 'quick.mine \.+ +Passed'
says 'racy.n=1 \.+ +Passed'
says 'racy.n=2.by=3 \.+\*\*\*Failed'
says ' racy \.+ +Passed'
says 'with threads: racy \.+\*\*\*Skipped'
ctest -R n=2 --output-on-failure >"$out" 2>"$err"
says 'sum=3 where sum=6 is wanted'
ctest -N -L '^sure$' >"$out" 2>"$err"
says 'Total Tests: 1$'
ctest --show-only=json-v1 -L '^kept$' >"$out" 2>"$err"
tr -d ' \n' <"$out" >"$scratch/plain"
grep -q '"name":"COST"' "$scratch/plain" || wrong 'no COST'
ctest --show-only=json-v1 >"$out" 2>"$err"
tr -d ' \n' <"$out" >"$scratch/plain"
grep -q '"name":"TIMEOUT","value":30' "$scratch/plain" || wrong 'no TIMEOUT'

# A module that mpcheck refuses: the build says why, and no old test is left.
printf 'int nothing;\n' >"$scratch/nothing.c"
mkdir "$scratch/other" && cd "$scratch/other" || exit 1
cat >CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.25)
project(other LANGUAGES C)
find_package(mpcheck CONFIG REQUIRED)
enable_testing()
mpcheck_add_scenario(nothing ../nothing.c)
mpcheck_discover_tests(nothing)
END
step cmake -G Ninja -S . -B . -DCMAKE_PREFIX_PATH="$scratch/a b" \
	-DCMAKE_C_COMPILER="$CC"
command='cmake --build other'
cmake --build . >"$out" 2>&1 && wrong 'it was built'
tells 'it defines +no +MPCK_SCENARIO'
listed nothing-not-built
finish
