"""What README and CONTRIBUTING tell to type, and where they send a reader, is there and works."""

import re
import tomllib
from pathlib import Path

import pytest

from gdcore.backends import BACKENDS

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.zh-TW.md")
CONTRIBUTING = "CONTRIBUTING.md"
TEXTS = {name: (ROOT / name).read_text(encoding="utf-8") for name in (*READMES, CONTRIBUTING)}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def blocks(name, language):
    return re.findall(rf"```{language}\n(.*?)```", TEXTS[name], re.DOTALL)


def without_comments(code):
    return re.sub(r" *#.*", "", code)


@pytest.mark.parametrize("name", READMES)
def test_the_program_in_the_readme_runs(name):
    (program,) = blocks(name, "python")
    names = {}
    exec(program, names)
    assert names["run"].steps == 150
    assert names["fit"].trajectory.method.backend == "torch"
    derivative = "gd.differentiate('x * sin(x)**2', {'x': 3.0}, 'tensorflow').gradient['x']"
    assert f"{eval(derivative, names):.3f}" == "-0.818"


def test_both_readmes_tell_the_same_commands():
    commands = [[without_comments(code) for code in blocks(name, "sh")] for name in READMES]
    assert commands[0] == commands[1] and len(commands[0]) == 2


@pytest.mark.parametrize("name", TEXTS)
def test_every_command_of_make_that_is_named_is_there(name):
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", TEXTS[name], re.M))
    assert named and named <= set(targets)


@pytest.mark.parametrize("name", READMES)
def test_every_extra_that_is_named_is_there_and_every_framework_has_one(name):
    extras = set(PROJECT["project"]["optional-dependencies"])
    assert set(re.findall(r"\.\[([a-z]+)\]", TEXTS[name])) <= extras
    assert {one.package for one in BACKENDS.values() if one.worker} <= extras


@pytest.mark.parametrize("name", TEXTS)
def test_every_file_that_is_linked_is_there(name):
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", TEXTS[name]):
        assert (ROOT / target).exists(), target


def test_every_place_that_contributing_names_is_there():
    homes = (ROOT, ROOT / "gdcore", ROOT / "gdcore" / "words", ROOT / "tests")
    for place in re.findall(r"`([\w./-]+\.(?:py|toml|md)|\w+(?:/\w+)*/)`", TEXTS[CONTRIBUTING]):
        content = ROOT / "gdcore" / "words" / "content" / "en"
        places = [*(home / place for home in homes), content / place]
        assert any(one.exists() for one in places), place


def test_contributing_names_every_room_of_the_house():
    contract = next(
        one for one in PROJECT["tool"]["importlinter"]["contracts"] if one.get("exhaustive")
    )
    rooms = {room for layer in contract["layers"] for room in layer.split(" | ")}
    first_column = re.findall(r"^\| (`[^|]+`) \|", TEXTS[CONTRIBUTING], re.MULTILINE)
    named = re.findall(r"`([a-z]+)(?:/|\.py)`", " ".join(first_column))
    assert sorted(named) == sorted(rooms)


def test_contributing_is_one_page():
    assert len(TEXTS[CONTRIBUTING].split()) < 900
