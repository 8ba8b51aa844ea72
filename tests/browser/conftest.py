"""A real Chromium against the real app, started once."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent.parent
BROWSERS = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome")


@contextmanager
def _served(folder):
    """The address of the app in a folder; the server is ended by its own handle."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        "app.py",
        f"--server.port={port}",
        "--server.address=127.0.0.1",
    ]
    server = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    for _ in range(200):
        try:
            urllib.request.urlopen(f"{url}/_stcore/health", timeout=1)
            break
        except OSError:
            time.sleep(0.1)
    yield url
    server.terminate()
    server.wait(10)


@pytest.fixture(scope="session")
def served():
    """A context in which the app of any folder has an address."""
    return _served


@pytest.fixture(scope="session")
def address():
    """The address of the app of this checkout."""
    with _served(ROOT) as url:
        yield url


@pytest.fixture(scope="session")
def chromium():
    path = next((found for name in BROWSERS if name and (found := shutil.which(name))), None)
    assert path, "no Chromium found: set CHROMIUM to its path"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


class Visit:
    """One visitor's window; every foreign request is refused, every complaint is kept."""

    def __init__(self, browser, address, **options):
        self.address = address
        self.complaints, self.foreign, self.sent = [], [], []
        self.context = browser.new_context(**{"viewport": {"width": 1366, "height": 768}} | options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(30_000)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._heard)
        self.page.on("websocket", lambda ws: ws.on("framesent", lambda _: self.sent.append(1)))
        self.page.route("**/*", self._guard)

    def _guard(self, route):
        if route.request.url.startswith((self.address, "data:", "blob:")):
            route.continue_()
        else:
            self.foreign.append(route.request.url)
            route.abort()

    def _heard(self, message):
        # Streamlit looks for its own endpoints below a page's path first and then at the root.
        own = "_stcore" in (message.location or {}).get("url", "")
        if message.type in ("error", "warning") and not own:
            self.complaints.append(message.text)

    def open(self, path, until="gdReady"):
        """Goes there and waits until all stands, or until the bar does: `gdPlayer`."""
        self.page.goto(self.address + path)
        self.wait(until)
        return self.page

    def wait(self, what="gdReady"):
        """Waits for a value of the window; the frameworks' first start takes long."""
        self.page.wait_for_function("name => window[name]", arg=what, timeout=120_000)

    @contextmanager
    def answered(self):
        """Around something that asks the server: afterwards it has answered and all stands."""
        before = self.page.evaluate("() => window.gdReady.run")
        yield
        self.page.wait_for_function("run => window.gdReady?.run > run", arg=before)

    def painted(self):
        """Waits until what has just been changed is on the screen."""
        self.page.evaluate(
            "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )

    def state(self):
        return self.page.evaluate("() => window.gdPlayer")

    def drawn(self):
        """How many path points the first chart shows."""
        return self.page.evaluate(
            """() => [...document.querySelector('.stVegaLiteChart').querySelectorAll('path')]
                 .filter(e => e.__data__?.datum?.step !== undefined
                              && e.__data__.mark?.marktype === 'symbol').length"""
        )


@pytest.fixture
def visit(chromium, address):
    """Opens windows; at the end none of them may have complained or called a foreign host."""
    windows = []

    def new(**options):
        windows.append(Visit(chromium, address, **options))
        return windows[-1]

    yield new
    for window in windows:
        window.context.close()
        assert window.complaints == []
        assert window.foreign == []
