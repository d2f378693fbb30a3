#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh MPCHECK FORM SCENARIO [OPTION...]
#
# FORM native, threads: every final value of 100 such runs is one that the
# unreduced search found in the machine, and one the expectation knows.
# FORM dfs:N: the search finishes after N executions (-: any), as expected.
here=$(cd "$(dirname "$0")" && pwd)
command -v python3 >/dev/null || { echo 'skipped: no python3'; exit 77; }
exec python3 "$here/conforms.py" "$@"
