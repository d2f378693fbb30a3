#!/bin/sh
# SPDX-License-Identifier: MIT
# The README's first table: what is said of one race, as threads and as
# processes.  A tool that cannot run here is left out.
set -u
mpcheck=$1
cd "$SOURCE_DIR" || exit 1

table=$(CC=${CC:-gcc} scripts/race-table "$mpcheck") || {
	echo "scripts/race-table failed:"; echo "$table"
	exit 1
}
echo "$table"
failures=0
wrong()
{
	echo "FAILED: $*"
	failures=$((failures + 1))
}

# cell ROW COLUMN: without the spaces around it.
cell()
{
	echo "$table" | grep "^$1" | cut -d '|' -f "$2" |
		sed 's/^ *//; s/ *$//'
}

for tool in ThreadSanitizer Helgrind DRD; do
	threads=$(cell $tool 2)
	processes=$(cell $tool 3)
	case $threads in
	'not run') ;;
	'' | *[!0-9]* | 0) wrong "$tool: '$threads' races of threads" ;;
	esac
	case $processes in
	'not run' | 0) ;;
	*) wrong "$tool: '$processes' races of processes" ;;
	esac
done
# The table is about mpcheck's own row, and that one always runs.
[ "$(cell 'mpcheck, data' 3)" = 2 ] || wrong 'mpcheck saw no race'
[ "$(cell 'mpcheck, wrong' 3)" = '2 3 (4 is right)' ] ||
	wrong 'mpcheck saw no wrong value'
[ "$failures" = 0 ]
