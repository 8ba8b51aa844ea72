"""The shape of the house: short pages, no loops or charts in them, frameworks in one file each."""

import ast
import re
from pathlib import Path

import pytest

from gdcore.backends import BACKENDS

ROOT = Path(__file__).parent.parent
PAGES = sorted(ROOT.glob("pages/*.py"))
FRAMEWORKS = {backend.package for backend in BACKENDS.values() if backend.worker}


def imports(file, top_level_only=False):
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in tree.body if top_level_only else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("file", [*PAGES, ROOT / "app.py"], ids=lambda file: file.name)
def test_a_page_is_short_and_holds_no_chart_code_and_no_training_loop(file):
    text = file.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 150
    assert not {"altair", "numpy", *FRAMEWORKS} & set(imports(file))
    assert not [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.While)]


@pytest.mark.parametrize("file", [*PAGES, ROOT / "app.py"], ids=lambda file: file.name)
def test_a_page_says_nothing_in_words_of_its_own(file):
    tree = ast.parse(file.read_text(encoding="utf-8"))
    docstring = ast.get_docstring(tree)
    words = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value != docstring
        and len(node.value.split()) > 2
        and not any(sign in node.value for sign in "*+=")
    ]
    assert words == []


def test_frameworks_are_imported_in_their_own_backend_file_only():
    for file in ROOT.glob("gdcore/**/*.py"):
        found = FRAMEWORKS & set(imports(file))
        own = file.parent.name == "backends" and file.stem.rstrip("_") in FRAMEWORKS
        assert found == ({file.stem.rstrip("_")} if own else set()), file


def test_every_module_says_why_it_exists():
    for file in [*ROOT.glob("gdcore/**/*.py"), *PAGES]:
        assert ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))), file


def test_no_test_waits_for_seconds_where_something_can_be_waited_for():
    """The page says when it is ready (`Visit.wait`), and so does a process that has ended."""
    fixed = re.compile(r"\b(wait_for_timeout|sleep)\(")
    polled = {"conftest.py": 1}  # until a server that is starting answers
    for file in ROOT.glob("tests/**/*.py"):
        found = fixed.findall(file.read_text(encoding="utf-8"))
        assert len(found) <= polled.get(file.name, 0), file
