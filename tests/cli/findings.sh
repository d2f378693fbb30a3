#!/bin/sh
# SPDX-License-Identifier: MIT
# The table of docs/detectors/README.md is what scripts/findings-table prints,
# but for which of the kinds that may be reported are: some are looked for only
# as long as a second lasts.
. "$(dirname "$0")/common.sh"
command -v python3 >/dev/null || exit 77

# told FILE: a line a row, what may be reported as words in order.
told() {
	sed -n '/^| scenario/,$p' "$1" | while IFS='|' read -r _ name must may more
	do
		echo "$name: $must:" $(echo "$may $more" | tr -s ', ' '\n\n' |
			sort)
	done
}

command=scripts/findings-table
"$SOURCE_DIR/$command" "$mpcheck" >"$out" 2>"$err" || wrong 'it failed'
told "$SOURCE_DIR/docs/detectors/README.md" >"$scratch/page"
told "$out" >"$scratch/now"
diff "$scratch/page" "$scratch/now" >"$err" || wrong 'the page says otherwise'
grep -q 'balance-unlocked : .*lost-update' "$scratch/now" || wrong 'no table'
finish
