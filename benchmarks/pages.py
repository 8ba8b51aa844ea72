"""First chart and slider-to-chart in a real browser, beside the smallest Streamlit app there is."""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parent.parent
CHART = "() => document.querySelector('svg.marks, canvas.marks')"
# The drawn line or points of the first chart: what must change when the slider does.
PICTURE = (
    "() => document.querySelector('.stVegaLiteChart svg.marks')?.innerHTML.length + '/' +"
    " [...document.querySelectorAll('.stVegaLiteChart path')].map(e => e.getAttribute('d')"
    " + e.getAttribute('transform')).join().slice(0, 200000)"
)


@contextmanager
def server(script: str) -> Any:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        # As our own configuration has it, for the smallest app too: the floor is the true one.
        [
            sys.executable,
            "-m",
            "streamlit",
            "run",
            script,
            f"--server.port={port}",
            "--runner.postScriptGC=false",
        ],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    try:
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.terminate()
        process.wait(10)


def first_chart(page: Page, url: str) -> float:
    begin = time.perf_counter()
    page.goto(url)
    page.wait_for_function(CHART)
    return time.perf_counter() - begin


# When the page last changed, apart from the hidden twin of a table's cells, which comes later.
LAST_CHANGE = """() => window.changes ??= new MutationObserver(records => {
    const element = record => record.target.parentElement?.closest('canvas') ?? record.target;
    if (records.some(record => element(record).tagName !== 'CANVAS'))
        window.lastChange = performance.now();
}).observe(document, {childList: true, subtree: true, characterData: true, attributes: true})
    ?? true"""


# A page of ours says when all of it stands; the minimal app has no more than its first chart.
STANDS = "() => !window.gdReadyWatch || window.gdReady"
# Whether nothing has been drawn or written for as long as it takes to notice.
RESTS = "quiet => performance.now() - (window.lastChange ?? 0) > quiet"
QUIET = 300  # milliseconds


def rest(page: Page) -> None:
    """Waits until the page stands and nothing on it changes any more."""
    page.wait_for_function(STANDS, timeout=120_000)
    page.wait_for_function(RESTS, arg=QUIET, timeout=120_000)


def slider_to_chart(page: Page, label: str, repeat: int = 15) -> float:
    """Median seconds from a key press on the slider to a changed picture."""
    slider = page.get_by_role("slider", name=label)
    slider.focus()
    page.evaluate(LAST_CHANGE)
    times = []
    for _ in range(repeat):
        rest(page)
        before = page.evaluate(PICTURE)
        begin = time.perf_counter()
        page.keyboard.press("ArrowRight")
        page.wait_for_function(f"before => ({PICTURE})() !== before", arg=before, polling=5)
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def point_to_answers(page: Page, url: str, repeat: int = 15) -> float:
    """Median seconds from a new point on /autodiff until everything on the page answers it."""
    page.goto(url)
    box = page.locator("input[type=number]").first
    box.wait_for()
    page.evaluate(LAST_CHANGE)
    page.wait_for_function("() => window.gdReady", timeout=120_000)
    times = []
    for i in range(repeat):
        box.fill(f"{2 + i / 10:.1f}")
        rest(page)
        run = page.evaluate("() => window.gdReady.run")
        begin = page.evaluate("() => performance.now()")
        box.press("Enter")
        page.wait_for_function("run => window.gdReady?.run > run", arg=run)
        rest(page)
        times.append((page.evaluate("() => window.lastChange") - begin) / 1e3)
    return statistics.median(times)


def frames_per_second(page: Page, url: str) -> float:
    page.goto(url)
    page.wait_for_function("() => window.gdReady && window.gdPlayer?.playing", timeout=120_000)
    # Measured over one second, four seconds after it began to play: the start is not the rule.
    begin = page.evaluate("() => performance.now()")
    page.wait_for_function("begin => performance.now() - begin > 4000", arg=begin)
    return float(page.evaluate("() => window.gdPlayer.fps"))


def memory(process: subprocess.Popen[bytes]) -> dict[str, float]:
    """Resident megabytes of the server and of each of its workers."""
    server = psutil.Process(process.pid)
    megabytes_by_process = {"server": server.memory_info().rss / 1e6}
    for child in server.children(recursive=True):
        megabytes = child.memory_info().rss / 1e6
        if megabytes > 60:
            megabytes_by_process[f"worker {len(megabytes_by_process)}"] = megabytes
    return megabytes_by_process


def measure() -> dict[str, Any]:
    names = (os.environ.get("CHROMIUM"), "chromium", "google-chrome")
    path = next(executable for name in names if name and (executable := shutil.which(name)))
    result: dict[str, Any] = {}
    frames: dict[str, dict[int, float]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for name, script, where, label in (
            ("minimal", "benchmarks/minimal_app.py", "/second", "rate"),
            ("minimal, opened at its front page", "benchmarks/minimal_app.py", "/", "rate"),
            ("one variable", "app.py", "/single_variable", "Learning rate"),
            ("simple regression", "app.py", "/simple_regression", "Learning rate"),
        ):
            with server(script) as (url, process):
                page = browser.new_page(viewport={"width": 1366, "height": 768})
                cold = first_chart(page, url + where)
                warm = statistics.median(first_chart(page, url + where) for _ in range(5))
                slide = slider_to_chart(page, label)
                result[name] = {"cold": cold, "warm": warm, "slider": slide}
                result[name]["memory"] = memory(process)
                page.close()
        with server("app.py") as (url, _):
            page = browser.new_page(viewport={"width": 1366, "height": 768})
            answers = point_to_answers(page, f"{url}/autodiff?lang=en")
            page.close()
        for name, script, where, steps in (
            ("one panel", "benchmarks/one_panel.py", "/", "steps"),
            ("one variable, five panels", "app.py", "/single_variable", "steps"),
            ("simple regression, four panels", "app.py", "/simple_regression", "epochs"),
        ):
            with server(script) as (url, _):
                page = browser.new_page(viewport={"width": 1366, "height": 768})
                page.goto(url + where)
                rest(page)  # the frameworks have started and answered by then
                row = {}
                for count in (150, 1000, 10_000):
                    link = f"{url}{where}?{steps}={count}&step=0&play=1&speed=16&loop=1&lr=0.002"
                    row[count] = frames_per_second(page, link)
                frames[name] = row
                page.close()
        browser.close()
    return {"pages": result, "answers": answers, "frames": frames}
