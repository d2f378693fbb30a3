#!/bin/sh
# SPDX-License-Identifier: MIT
# --suppressions, and markers in a source.
. "$(dirname "$0")/common.sh"
rules=$scratch/rules.txt

# Without: a lesson whose author expects it, and a module that expects nothing.
module checked '
#include <mpck/scenario.h>
#include <mpp/process.h>
#include <mpp/value.h>
static int look(void *arg)
{
	mpck_check(mpp_value_get(*(struct mpp_value **)arg) == 0);
	return 0;
}
static int run(void)
{
	struct mpp_process *p;
	struct mpp_value *v;
	mpp_value_new(&v, (char)105, 0);
	mpp_process_new(&p, look, &v, sizeof(v));
	mpp_process_start(p);
	mpp_value_set(v, 1);
	mpp_process_join(p, MPP_FOREVER);
	mpp_observe_int("x", 1);
	return 0;
}
MPCK_SCENARIO(.name = "checked", .summary = "a check that may fail",
	.main = run);
'
run scenario "$scratch/checked.so"
exits 1
says '^assertion'
tells "check .mpp_value_get.*failed at +checked.c:7 .in look."

# The rule leaves it out.
cat >"$rules" <<END
# looked at: harmless
assertion: look

crash: elsewhere	# nothing
END
run scenario "$scratch/checked.so" --suppressions "$rules"
exits 0
says '^1 assertion finding suppressed \(by .*rules.txt:2\)$'
says '^note: .*rules.txt:4 suppresses nothing: crash: elsewhere$'
says '^proved: '
says '^  - the suppressed findings do no harm$'
narrow "$out"

run scenario "$scratch/checked.so" --suppressions "$rules" --quiet \
	--json "$scratch/report.json"
exits 0
python3 - "$scratch/report.json" <<'END' || wrong "JSON"
import json, sys
r = json.load(open(sys.argv[1]))
kinds = [s["kind"] for s in r["suppressed"]]
assert "assertion" in kinds and r["findings"] == [], r
assert [s["findings"] for s in r["suppressed"]][0] == 1, r
assert len(r["unmatched_suppressions"]) == 1, r
assert "rules.txt:4" in r["unmatched_suppressions"][0], r
END

# The schedule can still be replayed, with the rule and without.
token=$(run scenario "$scratch/checked.so"
	sed -n 's/^  token  *//p' "$out" | head -n 1)
run replay "$scratch/checked.so" "$token" --suppressions "$rules"
exits 0
says 'finding suppressed'

# A marker in the source does the same.
sed 's/== 0);/== 0);	\/* mpck: allow assertion *\//' \
	"$scratch/checked.c" >"$scratch/marked.text"
module marked "$(cat "$scratch/marked.text")"
run scenario "$scratch/marked.so"
says '^1 assertion finding suppressed \(by marked.c:7\)$'

# Without them: what must be found, still counts as found.
echo 'deadlock: *' >"$rules"
run scenario lock-order --suppressions "$rules"
exits 0
says '^1 deadlock finding suppressed'

# Broken files, and forms that have no places.
echo 'deadlok: *' >"$rules"
refuses "rules.txt:1: 'deadlok' is no kind of finding" \
	scenario balance --suppressions "$rules"
echo 'deadlock' >"$rules"
refuses "rules.txt:1: .* is not of the form" \
	scenario balance --suppressions "$rules"
refuses "cannot read the suppressions '/nowhere/rules'" \
	scenario balance --suppressions /nowhere/rules
refuses "no meaning with --native" \
	scenario balance --native --suppressions "$rules"
finish
