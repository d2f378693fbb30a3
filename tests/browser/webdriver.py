# SPDX-License-Identifier: MIT
"""webdriver.py - a browser without a screen, driven by the WebDriver protocol.

Only what the tests need, by Python's own library: ChromeDriver answers JSON
over HTTP on this machine.
"""
import base64
import json
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
         "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars"]
KEYS = {"Left": "\ue012", "Up": "\ue013", "Right": "\ue014",
        "Down": "\ue015", "Home": "\ue011", "End": "\ue010",
        "Escape": "\ue00c", "Tab": "\ue004"}


class Browser:
    def __init__(self, width, height, phone=False):
        self.folder = tempfile.mkdtemp(prefix="mpck-browser-")
        self.driver = subprocess.Popen(
            ["chromedriver", "--port=0"], stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)
        self.base = None
        for line in self.driver.stdout:
            port = re.search(r"started successfully on port (\d+)", line)
            if port:
                self.base = "http://127.0.0.1:%s/session" % port.group(1)
                break
        options = {"args": FLAGS + ["--user-data-dir=" + self.folder,
                                    "--window-size=%d,%d" % (width, height)]}
        if phone:
            options["mobileEmulation"] = {"deviceMetrics": {
                "width": width, "height": height, "pixelRatio": 2}}
        made = self.ask("POST", "", {"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL"}}}})
        self.base += "/" + made["sessionId"]

    def ask(self, method, path, body=None):
        request = urllib.request.Request(
            self.base + path, method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            sys.exit("the browser refused %s: %s" % (
                path, error.read().decode()[:500]))

    def open(self, url):
        self.ask("POST", "/url", {"url": url})

    def run(self, script, *arguments):
        """What the page's JavaScript returns."""
        return self.ask("POST", "/execute/sync",
                        {"script": script, "args": list(arguments)})

    def command(self, name, **params):
        """One command of Chromium's own protocol."""
        return self.ask("POST", "/goog/cdp/execute",
                        {"cmd": name, "params": params})

    def press(self, *keys):
        for key in keys:
            value = KEYS.get(key, key)
            self.ask("POST", "/actions", {"actions": [
                {"type": "key", "id": "keys", "actions": [
                    {"type": "keyDown", "value": value},
                    {"type": "keyUp", "value": value}]}]})

    def element(self, selector):
        found = self.ask("POST", "/element",
                         {"using": "css selector", "value": selector})
        return found[ELEMENT]

    def click(self, selector):
        self.ask("POST", "/element/%s/click" % self.element(selector), {})

    def hover(self, selector):
        origin = {ELEMENT: self.element(selector)}
        self.ask("POST", "/actions", {"actions": [
            {"type": "pointer", "id": "mouse", "actions": [
                {"type": "pointerMove", "duration": 0, "x": 0, "y": 0,
                 "origin": origin}]}]})

    def text(self, selector):
        return self.run("var e = document.querySelector(arguments[0]);"
                        "return e ? e.innerText : null", selector)

    def messages(self):
        """What the console got since the last call."""
        return ["%(level)s %(message)s" % entry for entry in
                self.ask("POST", "/se/log", {"type": "browser"})]

    def screenshot(self, path, whole=True):
        shot = self.command("Page.captureScreenshot",
                            captureBeyondViewport=whole)
        with open(path, "wb") as out:
            out.write(base64.b64decode(shot["data"]))

    def close(self):
        try:
            self.ask("DELETE", "")
        finally:
            self.driver.terminate()
            self.driver.wait()
            shutil.rmtree(self.folder, ignore_errors=True)
