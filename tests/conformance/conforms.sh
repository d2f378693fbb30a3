#!/bin/sh
# SPDX-License-Identifier: MIT
# conforms.sh MPCHECK MODULE: every final value of real processes, and of
# threads, is one that the unreduced search found in the machine.
set -eu
mpcheck=$1
module=$2

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# outcomes FILE OPTION...: the final values of one run, one a line, into FILE.
outcomes()
{
	file=$work/$1
	shift
	code=0
	"$mpcheck" scenario "$module" --json "$file.json" "$@" \
		>"$file.text" 2>&1 </dev/null || code=$?
	[ $code -le 1 ] || return $code
	sed -n 's/^ *"value": //p' "$file.json" | sort -u >"$file"
	[ -s "$file" ]
}

outcomes machine --strategy dfs --interleavings 0 || {
	echo "the search failed:"
	cat "$work/machine.text"
	exit 1
}
grep -q '"complete": true' "$work/machine.json" || {
	echo "the search did not finish: make the program smaller"
	exit 1
}

for form in native threads; do
	outcomes $form --$form --runs 300 || {
		# The thread form refuses programs that need processes.
		[ $form = threads ] && [ $code = 77 ] && continue
		echo "--$form failed:"
		cat "$work/$form.text"
		exit 1
	}
	if grep -Fxvf "$work/machine" "$work/$form" >"$work/extra"; then
		echo "--$form ends with values the machine never saw:"
		cat "$work/extra"
		echo "the machine's:"
		cat "$work/machine"
		exit 1
	fi
done
