#!/bin/sh
# SPDX-License-Identifier: MIT
# --html: one well-formed page that needs nothing else, in full or not at all.
. "$(dirname "$0")/common.sh"
command -v python3 >/dev/null || {
	echo "skipped: python3 is not installed"
	exit 77
}
page=$scratch/page.html

cat >"$scratch/page.py" <<'END'
"""page.py PAGE CONDITION: tags are nested, names unique, links lead somewhere,
nothing comes from elsewhere; then the condition, of p.text, p.count(tag), ..."""
import html.parser
import json
import re
import sys

EMPTY = {"meta", "link", "input", "br", "img"}


class Page(html.parser.HTMLParser):
    def __init__(self, source):
        super().__init__()
        self.source, self.text, self.script = source, "", []
        self.open, self.tags, self.ids, self.links = [], [], [], []
        self.feed(source)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        for name, value in attributes:
            assert not name.startswith("on"), (tag, name)
            if name == "id":
                self.ids.append(value)
            if name in ("href", "src"):
                assert value[0] == "#" or value == "data:,", value
                self.links.append(value[1:])
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in EMPTY:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, (tag, self.getpos())

    def handle_data(self, data):
        if self.open and self.open[-1] == "script":
            self.script.append(data)
        elif self.open and self.open[-1] != "style":
            self.text += data

    def count(self, tag):
        return self.tags.count(tag)

    def data(self):
        return [json.loads(s) for s in self.script if s.startswith("{")]


source = open(sys.argv[1], encoding="utf-8").read()
p = Page(source)
assert source.startswith("<!DOCTYPE html>")
assert len(p.ids) == len(set(p.ids)), "an id stands twice"
assert not set(p.links) - set(p.ids) - {"ata:,"}, set(p.links) - set(p.ids)
assert not re.search(r"url\(\s*['\"]?(?!#)|@import", source)
assert not re.search(r"https?://", source)
sys.exit(0 if eval(sys.argv[2]) else "not true: " + sys.argv[2])
END
# shows CONDITION: the page follows the rules and the condition.
shows() {
	python3 "$scratch/page.py" "$page" "$1" || wrong "page: $1"
}

run scenario balance-unlocked --set n=2 --html "$page"
exits 0; content
shows '"1,920 of all 2,520 interleavings did not end with" in p.text'
shows 'p.text.count("balance=") >= 7 and "27.9%" in p.text'
shows '"balance" in p.text and "mpp_value_get(job->balance)" in p.text'
# The lost update, and what comes of it, are one bug.
shows '"3 findings, grouped as 1" in p.text'
shows 'len(p.data()) == 1 and p.data()[0]["lanes"][0] == "main"'
shows 'p.data()[0]["variables"] == [["balance", "100"]]'
shows '"mpcheck replay balance-unlocked m1-" in p.text'
# Nothing depends on the clock but the seconds.
timeless() { sed 's/<dt>seconds[^/]*<\/dt><dd>[0-9.]*//' "$page" | cksum; }
first=$(timeless)
run scenario balance-unlocked --set n=2 --html "$page"
[ "$(timeless)" = "$first" ] || wrong 'two runs, two pages'

run scenario balance --html "$page"
exits 0
shows '"proved: balance=350 in all 3,628,800 interleavings" in p.text'
shows '"memory is sequentially consistent" in p.text and not p.data()'

run scenario philosophers-deadlock --html "$page"
exits 0
shows '"waits for lock#1" in p.text and "holds lock#2" in p.text'
shows '"also at the end" in p.text'
shows '"Process-1 waits for lock#2, held by Process-2" in p.text'

token=$(sed -n 's/^  token   //p' "$out" | head -n 1)
run replay philosophers-deadlock "$token" --html "$page"
exits 0
shows '"The execution" in p.text and len(p.data()) == 1'

run scenario balance --native --runs 3 --html "$page"
exits 0
shows '"real processes" in p.text and not p.data()'

# More outcomes than a table of the page shows at once, and a long trace.
run scenario bank-unlocked --set k=200 --strategy random -n 300 --html "$page"
exits 0
shows '"more final values" in p.text and len(source) < 2000000'
shows '"steps are not shown" in p.text'

# A program that writes markup.
evil='
#include <mpck/scenario.h>
#include <mpp/process.h>
#include <mpp/value.h>
#include <stdio.h>
static int add(void *arg)
{
	struct mpp_value *v = *(struct mpp_value **)arg;
	puts("</script><script>window.pwned = 1</script><!-- & \x80");
	mpp_value_set(v, mpp_value_get(v) + 1);
	return 0;
}
static int run(void)
{
	struct mpp_process *p[2];
	struct mpp_value *v;
	mpp_value_new(&v, 105, 0);
	for (int i = 0; i < 2; i++) {
		mpp_process_new(&p[i], add, &v, sizeof(v));
		mpp_process_start(p[i]);
	}
	for (int i = 0; i < 2; i++)
		mpp_process_join(p[i], MPP_FOREVER);
	mpp_observe_int("<b title=\"\047>name</b>", mpp_value_get(v));
	return 0;
}
static void expect(struct mpck_expect *e)
{
	mpck_right(e, "x", 1);
}
MPCK_SCENARIO(.name = "evil", .summary = "<i>&amp;</i>", .main = run,
	      .expect = expect);
'
module evil "$evil"
run scenario "$scratch/evil.so" --html "$page"
exits 1
shows '"<b title=\"\x27>name</b>=1" in p.text and p.count("b") == 0'
shows '"</script><script>window.pwned = 1</script><!-- & \ufffd" in p.text'
# Each bug has its data, and the page its own script; a text none.
shows 'p.count("script") == len(p.data()) + 1 == 3 and p.count("i") == 0'
shows '"<i>&amp;</i>" in p.text and "puts(" in p.text'

# "-" is stdout; an error leaves what was there.
run scenario balance --html -
exits 0
cp "$out" "$page"
shows 'p.count("html") == 1'
complains '^proved: '
before=$(cksum <"$page")
run replay balance garbage --html "$page"
exits 2
[ "$(cksum <"$page")" = "$before" ] || wrong 'the old page changed'
finish
