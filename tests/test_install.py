"""`pip install .` gives a library that works outside the checkout, with what it declares alone.

The wheel goes into an empty environment that sees its declared dependencies, those of their own
and nothing else: no Streamlit, no Altair, no framework, and not this checkout.
"""

import ast
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import gdcore as gd
from gdcore.backends import BACKENDS
from gdcore.court import METHODS
from gdcore.export.scripts import descend_script, differentiate_script, fit_script
from gdcore.export.ways import method_script
from gdcore.formula import derivative
from gdcore.words.texts import LANGUAGES, table

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]


def closure(requirements):
    """The installed distributions that the requirements name, and those that these need."""
    reached = {}
    waiting = [Requirement(text) for text in requirements]
    while waiting:
        one = waiting.pop()
        name = canonicalize_name(one.name)
        if name in reached or (one.marker and not one.marker.evaluate({"extra": ""})):
            continue
        reached[name] = importlib.metadata.distribution(one.name)
        waiting += map(Requirement, reached[name].requires or ())
    return reached


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Built from a copy, so that nothing is written into the checkout."""
    copy, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    shutil.copytree(ROOT / "gdcore", copy / "gdcore", ignore=shutil.ignore_patterns("__pycache__"))
    pip = [sys.executable, "-m", "pip", "wheel", str(copy), "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--quiet", "--wheel-dir", str(built)], check=True, cwd=built)
    (file,) = built.glob("*.whl")
    return file


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory):
    """The interpreter of an environment with the wheel and its declared dependencies."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, symlinks=os.name != "nt")
    (interpreter,) = [*home.glob("bin/python"), *home.glob("Scripts/python.exe")]
    (packages,) = [*home.glob("lib/python*/site-packages"), *home.glob("Lib/site-packages")]
    for distribution in closure(PROJECT["dependencies"]).values():
        tops = {file.parts[0] for file in distribution.files or ()} - {"..", "__pycache__"}
        for top in tops:
            if not (packages / top).exists():
                (packages / top).symlink_to(distribution.locate_file(top))
    pip = [sys.executable, "-m", "pip", "--python", str(interpreter), "install", str(wheel)]
    subprocess.run([*pip, "--no-deps", "--no-index", "--quiet"], check=True, cwd=home)
    return interpreter


def output(command, folder):
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def away(python, code, folder):
    """What a program prints in that environment, in a folder that knows nothing of this one."""
    return output([str(python), "-I", "-c", code], folder)


def here(code):
    """What a program prints in this environment and this checkout."""
    return output([sys.executable, "-c", code], ROOT)


def test_the_wheel_holds_every_file_of_the_library(wheel):
    files = (file for file in ROOT.glob("gdcore/**/*") if file.is_file())
    here = {file.relative_to(ROOT).as_posix() for file in files if "__pycache__" not in file.parts}
    inside = zipfile.ZipFile(wheel).namelist()
    assert {name for name in inside if name.startswith("gdcore/")} == here
    assert {name.split("/")[0] for name in inside if not name.startswith("gradient")} == {"gdcore"}


def test_the_installed_library_needs_neither_the_checkout_nor_the_app(python, tmp_path):
    code = """
import importlib.util, gdcore
print(gdcore.__file__)
print([name for name in ("streamlit", "altair", "torch", "tensorflow", "jax")
       if importlib.util.find_spec(name)])
"""
    file, others = away(python, code, tmp_path).splitlines()
    assert Path(file).is_relative_to(python.parent.parent)
    assert others == "[]"


def test_the_installed_texts_are_those_of_the_checkout(python, tmp_path):
    code = """
import json
from gdcore.words.texts import LANGUAGES, table
print(json.dumps({language: table(language) for language in LANGUAGES}))
"""
    assert json.loads(away(python, code, tmp_path)) == {name: table(name) for name in LANGUAGES}


def test_exported_scripts_run_in_another_folder_and_print_the_same(python, tmp_path):
    descent = {"formula": "w**2", "start": {"w": -5.0}, "steps": 20, "optimizer": "adam"}
    sample = {"n_samples": 50, "n_features": 2, "seed": 4}
    formula, at = gd.parse("x * sin(x)**2 + max(x, y)"), {"x": 3.0, "y": 0.5}
    partials = tuple(derivative(formula, name) for name in formula.names)
    scripts = [
        descend_script(descent),
        fit_script(sample, {"epochs": 30, "loss": "huber", "ridge": 0.1}),
        differentiate_script(formula, at, "numpy", "float64", partials),
        *(method_script(formula, at, method, "float64") for method in METHODS),
    ]
    for script in scripts:
        assert away(python, script, tmp_path) == here(script)


FACE = """
import json
import gdcore as gd

run = gd.descend("w**2", start={"w": -5.0}, learning_rate=1.1, steps=60)
data = gd.datasets.make_regression(n_samples=40, noise=5, seed=1)
fit = gd.fit_linear(data.X, data.y, epochs=60, learning_rate=0.1)
judge = gd.court.reference("x * sin(x)**2", {"x": 3.0})
table = gd.intake.read_file("a;b\\n1,5;2\\n2,5;4\\n3,5;7\\n".encode(), "small.csv").frame
try:
    gd.parse("2 +")
except gd.FormulaError as error:
    refused = error.say("zh-TW")
print(json.dumps([
    run.stop.kind, str(gd.verdict(run)), str(gd.verdict(fit)), fit.coef_.tolist(),
    float(judge.value), {name: float(slope) for name, slope in judge.gradient.items()},
    table.to_dict("list"), refused, gd.second_derivatives("x**3", {"x": 2.0}).tolist(),
]))
"""


def test_the_whole_face_answers_as_in_the_checkout(python, tmp_path):
    there = away(python, FACE, tmp_path)
    assert there == here(FACE)
    assert len(json.loads(there)) == 9


def test_a_framework_that_is_not_installed_is_a_sentence(python, tmp_path):
    code = """
import gdcore as gd
for backend in ("tensorflow", "torch", "jax"):
    try:
        gd.descend("w**2", {"w": 1.0}, backend=backend)
    except gd.Problem as problem:
        print(problem.sentence.key)
"""
    assert away(python, code, tmp_path).split() == ["settings.not_installed"] * 3


def test_importing_the_library_brings_numpy_alone():
    code = """
import sys
before = {name.split(".")[0] for name in sys.modules}
import gdcore
print(*({name.split(".")[0] for name in sys.modules} - before))
"""
    brought = set(here(code).split())
    assert brought & importlib.metadata.packages_distributions().keys() - {"gdcore"} == {"numpy"}


def imported(files):
    """The packages of others that the files import, wherever in a file, by distribution."""
    distributions = importlib.metadata.packages_distributions()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                top = name.split(".")[0]
                if top not in sys.stdlib_module_names and top != "gdcore":
                    yield canonicalize_name(distributions.get(top, [top])[0])


def declared(*requirements):
    return {canonicalize_name(Requirement(text).name) for text in requirements}


def test_every_package_that_is_imported_is_declared():
    everything = declared(*PROJECT["dependencies"], *(one for e in EXTRAS.values() for one in e))
    assert set(imported(ROOT.glob("gdcore/**/*.py"))) - {"tensorflow-cpu"} <= everything
    app = declared(*PROJECT["dependencies"], *EXTRAS["app"])
    pages = [*ROOT.glob("gdcore/ui/**/*.py"), *ROOT.glob("pages/*.py"), ROOT / "app.py"]
    assert set(imported(pages)) <= app
    charts = declared(*PROJECT["dependencies"], *EXTRAS["charts"])
    assert set(imported(ROOT.glob("gdcore/charts/**/*.py"))) <= charts


def test_every_framework_has_an_extra_that_installs_it():
    packages = [backend.package for backend in BACKENDS.values() if backend.worker]
    assert len(packages) > 2
    for package in packages:
        assert package in declared(*EXTRAS[package])


def test_the_change_log_begins_with_the_version_that_is_built():
    log = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^## \[([0-9.]+)\]", log, re.MULTILINE)[0] == PROJECT["version"]
