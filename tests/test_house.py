"""The shape of the house: pages that are wiring only, frameworks in one file each."""

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


# What wiring is made of: names, constants and calls. Whatever decides, repeats, computes or words
# something (a loop, a condition, a sum, a formatted text, a function of its own) is none of it.
WIRING = (
    ast.Module,
    ast.Import,
    ast.ImportFrom,
    ast.alias,
    ast.Assign,
    ast.Expr,
    ast.Call,
    ast.keyword,
    ast.Starred,
    ast.Attribute,
    ast.Name,
    ast.Constant,
    ast.List,
    ast.Tuple,
    ast.expr_context,
)


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.name)
def test_a_page_is_wiring_only(file):
    tree = ast.parse(file.read_text(encoding="utf-8"))
    assert [type(node).__name__ for node in ast.walk(tree) if not isinstance(node, WIRING)] == []


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.name)
def test_a_page_calls_what_gdcore_s_ui_has_and_what_it_made_of_that(file):
    tree = ast.parse(file.read_text(encoding="utf-8"))
    known = set()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            assert node.module == "gdcore.ui" or node.module.startswith("gdcore.ui.")
            known |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Assign):
            known |= {target.id for target in node.targets}
        else:
            assert isinstance(node, ast.Expr), ast.unparse(node)
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        begin = call.func
        while isinstance(begin, ast.Attribute):
            begin = begin.value
        assert isinstance(begin, ast.Name) and begin.id in known, ast.unparse(call)


def test_the_router_draws_nothing_and_trains_nothing():
    found = set(imports(ROOT / "app.py"))
    assert found == {"streamlit", "gdcore"}


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
