"""Exported programs for tests: one maker for each template, and a way to run what it made."""

import contextlib
import io
from dataclasses import dataclass
from typing import Any

import gdcore as gd
from gdcore.backends import BACKENDS, DTYPES
from gdcore.export.environment import environment
from gdcore.export.scripts import (
    Columns,
    descend_script,
    differentiate_script,
    fit_script,
)
from gdcore.export.ways import method_script
from gdcore.formula import FUNCTIONS, derivative
from tests.strategies import TYPED, call_of


def _case(name: str) -> tuple[str, dict[str, float]]:
    """A formula with a function of x², with as many arguments as it takes, and a place for it."""
    several = f" - {name}(x, 2)" if FUNCTIONS[name].arity[1] > 2 else ""
    at = {"x": FUNCTIONS[name].typical[0] ** 0.5, "h": 0.3}  # a script has an h of its own
    return call_of(name, "(x*x)") + several + " + pi*h + sin(2)", at


FORMULAS = dict(map(_case, TYPED))
SAMPLE = {"n_samples": 50, "n_features": 2, "seed": 4}
DESCENTS: list[dict[str, Any]] = [
    {"formula": "w**2", "start": {"w": -5.0}, "learning_rate": 0.1, "steps": 20},
    {
        "formula": "(a - 1)**2 + 3*(b + 2)**2",
        "start": {"a": 4.0, "b": 4.0},
        "learning_rate": 0.05,
        "optimizer": "adam",
        "schedule": "cosine",
        "dtype": "float64",
    },
    {"formula": "w**2", "start": {"w": 1.0}, "learning_rate": 1.5, "optimizer": "momentum"},
    {"formula": " + ".join(f"(x - {i})**2" for i in range(30)), "start": {"x": 0.0}, "steps": 5},
]
FITS: list[dict[str, Any]] = [
    {"epochs": 30},
    {"epochs": 20, "learning_rate": 0.05, "optimizer": "nesterov", "scaling": "standardise"},
    {"epochs": 10, "batch_size": 8, "seed": 3, "schedule": "exponential", "dtype": "float32"},
]
TABLE = Columns("y", ("x",), "mean", "anscombe1")


@dataclass(frozen=True)
class Program:
    """A program with what it came from."""

    template: str
    code: str
    source: Any


def differentiate(text: str, at: dict[str, float], backend: str, dtype: str = "float64") -> str:
    formula = gd.parse(text)
    partials = tuple(derivative(formula, name) for name in formula.names)
    return differentiate_script(formula, at, backend, dtype, partials)


def _differentiate(framework: str) -> list[tuple[str, Any]]:
    return [
        (differentiate(text, at, framework, dtype), (text, at, dtype))
        for text, at in FORMULAS.items()
        for dtype in DTYPES
    ]


def _method(name: str) -> list[tuple[str, Any]]:
    return [
        (method_script(gd.parse(text), at, name, dtype), (text, at, dtype))
        for text, at in FORMULAS.items()
        for dtype in DTYPES
    ]


def _descend(_: str) -> list[tuple[str, Any]]:
    calls = [call | {"backend": name} for call in DESCENTS for name in installed()]
    return [(descend_script(call), call) for call in calls]


def _fit(_: str) -> list[tuple[str, Any]]:
    return [(fit_script(data, call), (data, call)) for data in (SAMPLE, TABLE) for call in FITS]


KINDS = {"differentiate": _differentiate, "method": _method, "descend": _descend, "fit": _fit}
# What other templates include or extend.
SHARED = "partials"


def installed() -> list[str]:
    return [name for name, backend in BACKENDS.items() if backend.installed]


def templates() -> list[str]:
    """The programs' templates in the folder: kind/framework.py.j2.

    Those of descents and fits that run without gdcore have tests of their own: `test_native`.
    """
    names = [name for name in environment().list_templates() if name.endswith(".py.j2")]
    return [name for name in names if name.split("/")[0] != SHARED and not _is_native(name)]


def _is_native(name: str) -> bool:
    kind, _, framework = name.removesuffix(".py.j2").partition("/")
    return kind in ("descend", "fit") and framework != "gdcore"


def programs(template: str) -> list[Program]:
    """Programs out of one template; a template of a kind that nobody tests is a KeyError."""
    kind, framework = template.removesuffix(".py.j2").split("/")
    return [Program(template, code, source) for code, source in KINDS[kind](framework)]


def runnable(template: str) -> bool:
    """Whether what the template's programs import is there."""
    kind, framework = template.removesuffix(".py.j2").split("/")
    return kind != "differentiate" or framework in installed()


def run(code: str) -> tuple[str, dict[str, Any]]:
    """What the program prints, and the names that it leaves behind."""
    names: dict[str, Any] = {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(code, "<exported>", "exec"), names)
    return printed.getvalue(), names
