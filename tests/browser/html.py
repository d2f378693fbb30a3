# SPDX-License-Identifier: MIT
"""html.py PAGE REAL: drives the HTML report in a browser.

PAGE is the explanation of tests/html_trace.h, REAL a page of the command.
With SHOTS=FOLDER in the environment it leaves pictures there.
"""
import os
import sys

from webdriver import Browser

failures = 0


def check(what, have, want):
    global failures
    if have != want:
        failures += 1
        print("wrong: %s\n  have %r\n  want %r" % (what, have, want))


def shot(browser, name):
    if os.environ.get("SHOTS"):
        browser.screenshot(os.path.join(os.environ["SHOTS"], name + ".png"))


def memory(b):
    """What the table says each object holds now; "*" behind what changed."""
    return b.run("""
        return Array.from(document.querySelectorAll('.memory tbody tr'))
            .map(r => r.cells[0].innerText + '=' +
                 r.querySelector('.now').innerText +
                 (r.classList.contains('changed') ? '*' : ''))""")


def here(b):
    """Text of the step in words, y of the band, line of source."""
    return b.run("""
        var word = document.querySelector('.steps tr.here');
        var line = document.querySelector('.line.here .number');
        return [word && Number(word.dataset.row) + 1,
                Number(document.querySelector('rect.now').getAttribute('y')),
                line && Number(line.innerText)]""")


def aligned(b, where):
    """The head scrolls with the lanes, so its names stand over them."""
    check("names over their lanes in " + where, b.run("""
        var names = document.querySelectorAll('.head text');
        var lines = document.querySelectorAll('.body .life');
        return Array.from(names).map((n, i) => Math.round(
            lines[i].getBoundingClientRect().left -
            n.getBoundingClientRect().left)).filter(d => d < 8 || d > 12)"""),
          [])


def quiet(b, where):
    check("console of " + where, b.messages(), [])
    check("scripts of texts in " + where, b.run("return window.pwned"), None)


def stepping(b):
    check("first decisive step at first", here(b), [4, 3 * 26, 4])
    b.press("Home")
    b.run("document.querySelector('.timeline').focus()")
    b.press("Home")
    check("before the first step", memory(b), ["value#1=100", "lock#1=free"])
    check("nothing is marked", here(b), [None, -99, None])
    check("its words", b.text(".what"), "Before the first step.")

    b.press(*["Right"] * 6)
    check("after 6 steps", memory(b),
          ["value#1=100", "lock#1=held by Process-2*"])
    check("marked at 6", here(b), [6, 5 * 26, 19])
    check("position", b.text(".at"), "step 6 of 18, visible operation 3")
    b.press("Right", "Right")
    check("after 8 steps", memory(b),
          ["value#1=50*", "lock#1=held by Process-2"])
    check("words at 8", b.text(".what").split("\n"),
          ["Process-2: write value#1: 50 (was 100) 2", "decisive",
           "waiting: main, Process-1"])
    check("stack at 8", b.text(".stack li"), "decrease balance.c:20")
    b.press("Left")
    check("back at 7", memory(b),
          ["value#1=100", "lock#1=held by Process-2"])
    b.press("End")
    check("at the end", memory(b), ["value#1=200", "lock#1=free"])
    check("no further", b.run("return document.querySelector("
                              "'[data-go=forward]').disabled"), True)


def decisive(b):
    b.press("Home", "d")
    check("first decisive", here(b), [4, 3 * 26, 4])
    b.press("d")
    check("second decisive", here(b), [8, 7 * 26, 20])
    b.press("d", "d")
    check("around the end", here(b)[0], 4)
    b.press("D")
    check("backwards", here(b), [12, 11 * 26, 6])
    check("changed by it", memory(b), ["value#1=200*",
                                       "lock#1=held by Process-1"])


def settle(b):
    """Boxes scroll a frame later, and that hides the tip."""
    b.run("return new Promise(done => requestAnimationFrame("
          "() => requestAnimationFrame(() => done(0))))")


def pointing(b):
    settle(b)
    b.hover('.row[data-row="4"] use')
    check("tip", b.text("#tip").split("\n"),
          ["Process-2: read value#1: 100", "decrease balance.c:18"])
    b.press("Escape")
    check("tip is gone", b.run("return document.getElementById('tip')"
                               ".hidden"), True)
    b.click('.row[data-row="5"] use')
    check("click at a mark", here(b), [6, 5 * 26, 19])
    b.run("document.querySelector('.words').open = true")
    b.click('.steps tr[data-row="10"] td a')
    check("click at a step in words", here(b), [11, 10 * 26, 5])
    check("the tip tells evil texts as they are", b.run("""
        document.querySelector('.row[data-row="12"]').dispatchEvent(
            new MouseEvent('mouseenter'));
        return document.getElementById('tip').innerText"""),
          "Process-1: </script><script>window.pwned = 1</script>&\"'<!--")
    slider = b.run("""
        var s = document.querySelector('input[type=range]');
        s.value = 2; s.dispatchEvent(new Event('input'));
        return s.getAttribute('aria-valuetext')""")
    check("slider", [slider, here(b)[0]], ["step 2 of 18", 2])
    b.click(".controls [data-go=forward]")
    check("button", here(b)[0], 3)


def colours(b):
    script = "return getComputedStyle(document.body).backgroundColor"
    light = b.run(script)
    shot(b, "light")
    b.click("#theme")
    dark = b.run(script)
    shot(b, "dark")
    check("the button says what it leads to", b.text("#theme"), "Light")
    check("dark is darker", sum(eval(dark[3:])) < sum(eval(light[3:])), True)
    b.click("#theme")
    check("light again", b.run(script), light)
    b.command("Emulation.setEmulatedMedia", features=[
        {"name": "prefers-color-scheme", "value": "dark"}])
    b.run("delete document.documentElement.dataset.theme")
    check("dark because the system is", b.run(script), dark)


CONTRAST = """
function parse(c) { return c.match(/[\\d.]+/g).map(Number); }
function light(c) {
    var l = c.slice(0, 3).map(v => (v /= 255) <= .03928 ? v / 12.92
        : Math.pow((v + .055) / 1.055, 2.4));
    return .2126 * l[0] + .7152 * l[1] + .0722 * l[2];
}
function behind(e) {
    for (; e; e = e.parentElement) {
        var c = parse(getComputedStyle(e).backgroundColor);
        if (c.length < 4 || c[3] === 1) return c;
    }
    return [255, 255, 255];
}
var worst = {};
document.querySelectorAll('body *').forEach(function (e) {
    if (!e.checkVisibility() || e.closest('svg, script, .spoken, :disabled'))
        return;
    if (!Array.from(e.childNodes).some(n => n.nodeType === 3 &&
                                            n.data.trim()))
        return;
    var a = light(parse(getComputedStyle(e).color)), b = light(behind(e));
    var ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5)
        worst[e.tagName + '.' + e.className] = ratio.toFixed(2);
});
return worst
"""


def desk(page):
    b = Browser(1280, 900)
    b.open(page)
    aligned(b, "the fixture")
    stepping(b)
    decisive(b)
    pointing(b)
    quiet(b, "the fixture")
    check("contrast, light", b.run(CONTRAST), {})
    b.run("document.documentElement.dataset.theme = 'dark'")
    check("contrast, dark", b.run(CONTRAST), {})
    b.run("document.documentElement.dataset.theme = 'light'")
    colours(b)
    quiet(b, "the colours")
    b.open("about:blank")
    b.open(page + "#f1.s8")
    check("an address leads to a step", here(b), [8, 7 * 26, 20])
    quiet(b, "the address")
    b.close()


def paper(page):
    """Also what was dark is printed light, memory and words are there."""
    b = Browser(794, 1100)
    b.open(page)
    b.run("document.documentElement.dataset.theme = 'dark'")
    b.command("Emulation.setEmulatedMedia", media="print")
    b.run("window.dispatchEvent(new Event('beforeprint'))")
    check("white paper", b.run("""
        return [getComputedStyle(document.body).backgroundColor,
                getComputedStyle(document.body).color]"""),
          ["rgb(255, 255, 255)", "rgb(27, 31, 36)"])
    check("memory on paper", memory(b), ["value#1=100", "lock#1=free"])
    check("buttons on paper", b.run("""
        return Array.from(document.querySelectorAll('button, input'))
            .filter(e => e.checkVisibility()).length"""), 0)
    check("words on paper", b.run(
        "return document.querySelector('.steps').checkVisibility()"), True)
    check("nothing cut off", b.run(
        "return document.documentElement.scrollWidth <= innerWidth"), True)
    shot(b, "paper")
    b.close()


def without_scripts(page):
    """Everything is there to read, and no dead control is shown."""
    b = Browser(1280, 900)
    b.command("Emulation.setScriptExecutionDisabled", value=True)
    b.open(page)
    b.command("Emulation.setScriptExecutionDisabled", value=False)
    check("controls without scripts", b.run("""
        return Array.from(document.querySelectorAll('button, input'))
            .filter(e => e.checkVisibility()).length"""), 0)
    check("memory without scripts", b.run("""
        return Array.from(document.querySelectorAll('.memory tr')).map(
            r => r.innerText.trim().split(/\\s*\\t\\s*/).join(' '))"""),
          ["object at first at the end", "value#1 100 200",
           "lock#1 free free"])
    check("marks without scripts", b.run(
        "return document.querySelectorAll('g.row use').length"), 18)
    shot(b, "without-scripts")
    b.close()


def phone(page, name):
    b = Browser(390, 844, phone=True)
    b.open(page)
    check("no scrolling across: " + name, b.run("""
        return [document.documentElement.scrollWidth, innerWidth]"""),
          [390, 390])
    small = b.run("""
        return Array.from(document.querySelectorAll('.controls button'))
            .map(e => Math.round(e.getBoundingClientRect().height))
            .filter(h => h < 32)""")
    check("buttons for fingers: " + name, small, [])
    shot(b, "phone-" + name)
    quiet(b, "the phone")
    b.close()


def real(page):
    """A page of the command: each step's memory is there to be walked."""
    b = Browser(1280, 900)
    b.open(page)
    b.run("document.querySelector('.timeline').focus()")
    b.press("Home")
    check("at first", memory(b), ["balance=100"])
    b.press(*["Right"] * 40)
    check("at the end", [memory(b)[0].rstrip("*"), b.text(".at").split(",")[0]
                         .split(" ")[1:2] != ["0"]], [
        "balance=" + b.run("return document.querySelector('.facts strong')"
                           ".innerText.split('=')[1]"), True])
    aligned(b, "the command's page")
    check("bars", b.run("return document.querySelectorAll("
                        "'.outcomes tbody tr').length"), 7)
    check("source", "mpp_value_get(job->balance)" in b.text(".source"), True)
    quiet(b, "the command's page")
    shot(b, "real")
    b.close()


def main():
    page, real_page = ("file://" + os.path.abspath(a) for a in sys.argv[1:3])
    desk(page)
    paper(page)
    without_scripts(page)
    phone(page, "fixture")
    real(real_page)
    phone(real_page, "real")
    sys.exit(1 if failures else 0)


main()
