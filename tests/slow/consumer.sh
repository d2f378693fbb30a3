#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs into a folder, moves it, and builds a consumer with the CMake
# package, one with pkg-config, and a scenario for the installed command.
set -eu

work=$(mktemp -d)
unset MPCHECK MPCHECK_SCENARIOS
consumer=$SOURCE_DIR/tests/consumer
exec 3>&1 >"$work/log" 2>&1
step='the first step'
finish()
{
	code=$?
	[ $code = 0 ] || { echo "failed at $step:"; cat "$work/log"; } >&3
	rm -rf "$work"
}
trap finish EXIT

step='cmake --install'
cmake --install "$BUILD_DIR" --prefix "$work/first"
mv "$work/first" "$work/installed"
prefix=$work/installed

step='the CMake package'
cmake -G Ninja -S "$consumer" -B "$work/build" \
	-DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_C_COMPILER="$CC"
cmake --build "$work/build"
"$work/build/with_static"
"$work/build/with_shared"

step='pkg-config'
pc=$(find "$prefix" -name mpp.pc)
export PKG_CONFIG_PATH="${pc%/mpp.pc}"
# shellcheck disable=SC2046	# words of flags
"$CC" "$consumer/main.c" -o "$work/main" $(pkg-config --cflags --libs mpp)
LD_LIBRARY_PATH=$(pkg-config --variable=libdir mpp) "$work/main"

step='the installed command, with its own scenario'
"$prefix/bin/mpcheck" scenario balance --interleavings 10
step='the installed command, with a scenario of the consumer'
"$prefix/bin/mpcheck" scenario "$work/build/mine.so"

step='the tests of the consumer, one of which has to fail'
ctest --test-dir "$work/build" --exclude-regex 'n=2'
! ctest --test-dir "$work/build" --tests-regex 'n=2'
