#!/bin/sh
# SPDX-License-Identifier: MIT
# Every relative link of the *.md files leads to a file, and to a heading of it
# where it says "#heading"; text in code blocks is no link.  The manual pages
# are formatted without a complaint.
. "$(dirname "$0")/common.sh"
cd "$SOURCE_DIR" || exit 1

# prose FILE: without code blocks and `code`.
prose()
{
	awk '/^ *```/ { code = !code; next } !code' "$1" | sed 's/`[^`]*`//g'
}

# links FILE: what stands in ](...) and ]: ..., one a line.
links()
{
	prose "$1" | tr '\n' ' ' | grep -oE '\]\([^)]+\)' |
		sed 's/^](//; s/)$//; s/ .*//'
	prose "$1" | sed -n 's/^\[[^]]*\]: *\([^ ]*\).*/\1/p'
}

# anchors FILE: its headings as links name them.
anchors()
{
	awk '/^```/ { code = !code; next } !code && /^#+ /' "$1" |
		sed 's/^#* //' | tr '[:upper:]' '[:lower:]' |
		sed 's/[^a-z0-9 _-]//g; s/ /-/g'
}

code=0
: >"$out"; : >"$err"
find . \( -name build -o -name .git \) -prune -o -name '*.md' -print |
	sort >"$scratch/pages"
[ -s "$scratch/pages" ] || exit 1
while read -r page; do
	command="the links of $page"
	links "$page" >"$scratch/links"
	while read -r link; do
		case $link in
		*://* | mailto:*) continue ;;
		'#'*) file=$page ;;
		*) file=$(dirname "$page")/${link%%#*} ;;
		esac
		if ! [ -e "$file" ]; then
			wrong "there is no $link"
			continue
		fi
		case $link in
		*'#'*) anchors "$file" | grep -qxF -- "${link#*#}" ||
			wrong "$file has no heading for $link" ;;
		esac
	done <"$scratch/links"
done <"$scratch/pages"

if command -v groff >/dev/null; then
	for page in docs/man/*.[1-8]; do
		command="groff $page"
		groff -mdoc -ww -Tutf8 "$page" >"$out" 2>"$err" ||
			wrong 'it failed'
		content
	done
fi
finish
