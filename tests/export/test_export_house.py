"""Program text stands in templates: none is glued in Python, none is mended."""

import ast
from pathlib import Path

import pytest

import gdcore.export
from gdcore.export.environment import environment

ROOM = Path(gdcore.export.__file__).parent
MODULES = sorted(ROOM.glob("**/*.py"))
# What a piece of a program or of a page would hold.
MARKS = (
    "import ",
    "def ",
    "print(",
    "return ",
    " = ",
    "lambda ",
    "for ",
    "<html",
    "<p",
    "</",
    "{\n",
)


def docstrings(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            if node.body and isinstance(node.body[0], ast.Expr):
                yield node.body[0].value


@pytest.mark.parametrize("file", MODULES, ids=lambda file: file.name)
def test_no_module_holds_program_text(file):
    tree = ast.parse(file.read_text(encoding="utf-8"))
    told = {id(node) for node in docstrings(tree)}
    held = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told
        if any(mark in node.value for mark in MARKS) and node.value not in ("</script", "</")
    ]
    assert held == []


@pytest.mark.parametrize("file", MODULES, ids=lambda file: file.name)
def test_no_module_mends_text_with_regular_expressions(file):
    tree = ast.parse(file.read_text(encoding="utf-8"))
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    } | {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert "re" not in imported


def test_there_is_no_template_of_another_kind():
    names = environment().list_templates()
    assert {name for name in names if not name.endswith((".py.j2", ".html.j2"))} == set()
    assert environment().autoescape("report.html.j2") is True


def test_programs_are_not_escaped_as_html():
    for name in environment().list_templates():
        assert environment().autoescape(name) is name.endswith(".html.j2")
