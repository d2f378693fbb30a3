#!/bin/sh
# SPDX-License-Identifier: MIT
# The table of docs/detectors/README.md is what scripts/findings-table prints.
. "$(dirname "$0")/common.sh"
command -v python3 >/dev/null || exit 77

command=scripts/findings-table
"$SOURCE_DIR/$command" "$mpcheck" >"$out" 2>"$err" || wrong 'it failed'
sed -n '/^| scenario/,$p' "$SOURCE_DIR/docs/detectors/README.md" \
	>"$scratch/page"
diff "$scratch/page" "$out" >"$err" || wrong 'the page says something else'
grep -q '^| balance-unlocked | .*lost-update' "$out" || wrong 'no table'
finish
