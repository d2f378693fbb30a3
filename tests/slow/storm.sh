#!/bin/sh
# SPDX-License-Identifier: MIT
# Ten minutes of test_storm.c.
set -eu

CK_RUN_CASE=whoever_is_killed_the_others_go_on CK_DEFAULT_TIMEOUT=900 \
STORM_SECONDS=${STORM_SECONDS:-600} "$BUILD_DIR/tests/test_storm"
