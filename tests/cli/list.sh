#!/bin/sh
# SPDX-License-Identifier: MIT
# mpcheck list: every row of scenarios.def, with its parameters.
. "$(dirname "$0")/common.sh"

run list
exits 0; content; narrow "$out"
for name in $(sed -n 's/^SCENARIO([a-z0-9_]*, "\(.*\)")/\1/p' \
		"$SOURCE_DIR/scenarios/scenarios.def"); do
	says "^$name "
done
says '^  n=5 '

run list --json
exits 0; content
if command -v python3 >/dev/null; then
	python3 - "$out" <<'END' || wrong 'the JSON is not as documented'
import json, sys
data = json.load(open(sys.argv[1]))
assert data["schema"] == 1
names = [s["name"] for s in data["scenarios"]]
assert names == sorted(names) and "balance" in names
[s] = [s for s in data["scenarios"] if s["name"] == "balance"]
assert s["params"][0]["name"] == "n" and s["params"][0]["default"] == 5
assert s["summary"] and s["file"].endswith("/balance.so")
END
fi

# Those named, in that order.
module ours "$lost_update"
run list --json "$scratch/ours.so" balance
exits 0; content
if command -v python3 >/dev/null; then
	python3 - "$out" "$scratch/ours.so" <<'END' || wrong 'not the two named'
import json, sys
[mine, balance] = json.load(open(sys.argv[1]))["scenarios"]
assert mine["name"] == "lost-update" and mine["file"] == sys.argv[2]
assert balance["name"] == "balance"
END
fi
run list balance bank
exits 0; content
says '^balance '
[ "$(grep -c '^[a-z]' "$out")" -eq 2 ] || wrong 'more than the two named'

# A folder of our own; what is no module is left out, and said.
mkdir "$scratch/folder"
module mine "$lost_update"
mv "$scratch/mine.so" "$scratch/folder"
echo nothing >"$scratch/folder/broken.so"
MPCHECK_SCENARIOS=$scratch/folder
run list
exits 0
says '^mine  *two add without a lock$'
says '^  by=1  *added by each \(1 to 100\)$'
complains "broken.so' is not a scenario module"
MPCHECK_SCENARIOS=$scratch/nowhere
refuses 'scenario folder' list
refuses 'scenario folder' scenario balance
finish
