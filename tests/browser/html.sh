#!/bin/sh
# SPDX-License-Identifier: MIT
# The HTML report in a browser: steps, memory, colours, a phone.
set -eu
for program in chromium chromedriver python3; do
	command -v $program >/dev/null || {
		echo "skipped: $program is not installed"
		exit 77
	}
done
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

env CK_RUN_CASE=an_explanation_is_whole HTML_FIXTURE="$scratch/page.html" \
	"$BUILD_DIR/tests/test_html" >"$scratch/log" || {
	cat "$scratch/log"
	exit 1
}
"$1" scenario balance-unlocked --set n=2 --html "$scratch/real.html" \
	>"$scratch/log" || {
	cat "$scratch/log"
	exit 1
}
PYTHONDONTWRITEBYTECODE=1 python3 "$SOURCE_DIR/tests/browser/html.py" \
	"$scratch/page.html" "$scratch/real.html"
