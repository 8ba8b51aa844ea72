"""How a made-up record becomes known here and to the frameworks, and how a page is read."""

import contextlib
import io
import re
from pathlib import Path

import made_up
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from gdcore import workers
from gdcore.backends import BACKENDS
from gdcore.export.dialects import DIALECTS
from gdcore.models.losses import LOSSES
from gdcore.rules.optimizers import OPTIMIZERS
from gdcore.rules.schedules import SCHEDULES
from gdcore.words.texts import LANGUAGES, table

ROOT = Path(__file__).parent.parent.parent


WORKERS = [one.package for one in BACKENDS.values() if one.worker and one.installed]


@pytest.fixture
def add_texts(monkeypatch):
    """Adds texts by key in every language, as entries in the content files would be."""

    def add(texts):
        for language in LANGUAGES:
            for key, text in texts.items():
                monkeypatch.setitem(table(language), key, f"{text} {language}")

    return add


@pytest.fixture(scope="session")
def _workers():
    yield
    for package in WORKERS:
        workers.stop(package)


@pytest.fixture(scope="module")
def _records(_workers):
    """The made-up rule, schedule and loss, in this process and in those of the frameworks."""
    before = [(registry, dict(registry)) for registry in (OPTIMIZERS, SCHEDULES, LOSSES)]
    made_up.add()
    for package in WORKERS:
        workers.call(package, made_up.add)
    yield
    for registry, records in before:
        registry.clear()
        registry.update(records)


@pytest.fixture
def added(_records, add_texts):
    add_texts(made_up.TEXTS)


class Page:
    """A page as AppTest runs it, in English."""

    def __init__(self, name, **query):
        self.name = name
        self.app = AppTest.from_file(str(ROOT / "pages" / f"{name}.py"), default_timeout=90)
        for key, value in ({"lang": "en"} | query).items():
            self.app.query_params[key] = value
        self.app.run()
        assert not self.app.exception

    def options(self, key, kind="selectbox"):
        """What a menu offers, in words."""
        return self.app.get(kind)[self._place(key, kind)].options

    def label(self, key, kind="slider"):
        return self.app.get(kind)[self._place(key, kind)].label

    def _place(self, key, kind):
        return [one.key for one in self.app.get(kind)].index(f"{self.name}.{key}")

    def program(self):
        """The exported program that the page shows."""
        (code,) = [one.value for one in self.app.code if one.value.startswith("import gdcore")]
        return code

    def plain_programs(self):
        """The programs that run without gdcore, by the titles of their tabs."""
        return {
            tab.label: code.value
            for tab in self.app.tabs
            for code in tab.code
            if not code.value.startswith("import gdcore")
        }

    def compared(self):
        """What the page says of each framework beside NumPy: its title and the gap in words."""
        (line,) = [c.value for c in self.app.caption if c.value.startswith("Largest difference")]
        parts = line.split(": ", 1)[1].split(" · ")
        return {
            title: part.removeprefix(f"{title} ")
            for part in parts
            for title in (backend.title for backend in BACKENDS.values())
            if part.startswith(f"{title} ")
        }


@pytest.fixture(scope="session")
def open_page():
    return Page


@pytest.fixture(scope="session")
def execute():
    """Runs an exported program in this process, which knows the record; gives its variables."""

    def run(program):
        names = {}
        with contextlib.redirect_stdout(io.StringIO()):
            exec(program, names)
        return names

    return run


@pytest.fixture(scope="session")
def last_weights(execute):
    """Runs a program that needs no gdcore; gives the weights that it ends with, in a row."""

    def run(program):
        return np.ravel(np.asarray(execute(program)["w"], np.float64))

    return run


@pytest.fixture(scope="session")
def titles_here():
    """What the installed frameworks are called that have programs of their own."""
    return {BACKENDS[name].title for name in DIALECTS if BACKENDS[name].installed}


@pytest.fixture(scope="session")
def rounding_only():
    """Whether every installed framework was compared, and found apart by rounding at most."""

    tiny = re.compile(r"0 \(.*\)|[\d.]+×10⁻(⁹|[¹²³⁴⁵⁶⁷⁸⁹]+[⁰¹²³⁴⁵⁶⁷⁸⁹])")

    def check(compared):
        titles = {one.title for one in BACKENDS.values() if one.installed} - {"NumPy"}
        assert set(compared) == titles
        for gap in compared.values():
            assert tiny.fullmatch(gap), gap

    return check
