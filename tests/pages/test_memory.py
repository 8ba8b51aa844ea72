"""Memory: the libraries are put out of the collector's sight once, and reruns leave nothing."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks import reruns
from benchmarks.pages import server

ROOT = Path(__file__).parent.parent.parent
# In a process of its own: what is frozen here would stay frozen for all other tests.
PROGRAM = """
import gc, json
from streamlit import config
from streamlit.testing.v1 import AppTest

before = gc.get_freeze_count()
AppTest.from_file("app.py", default_timeout=60).run()
frozen = gc.get_freeze_count()
AppTest.from_file("app.py", default_timeout=60).run()
again = gc.get_freeze_count()
page = AppTest.from_file("pages/single_variable.py", default_timeout=60).run()
begun = gc.get_stats()[2]["collections"]
for i in range(80):
    page.slider[1].set_value(0.005 * (i % 40 + 1)).run()
oldest = gc.get_stats()[2]["collections"] - begun
print(json.dumps([before, frozen, again, oldest, config.get_option("runner.postScriptGC")]))
"""


def test_the_imports_are_frozen_once_and_python_collects_the_rest(monkeypatch):
    monkeypatch.setenv("GDLAB_FRAMEWORK_CHECK", "button")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    before, frozen, again, oldest, setting = json.loads(done.stdout.splitlines()[-1])
    assert before == 0 < 50_000 < again <= frozen  # what is dropped since is freed
    assert setting is False
    assert 1 <= oldest < 80  # not after every run


def test_memory_stays_flat_over_many_reruns(monkeypatch):
    monkeypatch.setenv("GDLAB_FRAMEWORK_CHECK", "button")
    monkeypatch.setattr(reruns, "EVERY", 10)
    monkeypatch.setattr(reruns, "WARM_UP", 50)
    # In a thread of its own: a browser test may have left an event loop in this one.
    with server("app.py") as (url, process), ThreadPoolExecutor(1) as pool:
        course = pool.submit(
            reruns.drive, url, process.pid, "single_variable", "Learning rate η", 150
        ).result()
    assert len(course.megabytes) == 15
    assert course.growth < 10
