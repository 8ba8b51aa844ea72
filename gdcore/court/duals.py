"""Dual numbers: forward mode (Clifford 1873; Wengert 1964).

What an operation does to a dual number is not written here: its value and its slopes stand in its
record. They are put into one line of Python for each operation, which runs here and is printed
into the script that a visitor takes away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gdcore.descent.descend import Derivative
from gdcore.formula import Call, Formula, Variable, derivative, evaluate, to_source
from gdcore.formula.engines import NUMPY, definitions, scipy_if_needed, spelling
from gdcore.formula.functions import FUNCTIONS, operation
from gdcore.formula.operation import Operation

# The method by which Python calls an operator.
OPERATORS = {
    "add": "__add__",
    "sub": "__sub__",
    "mul": "__mul__",
    "div": "__truediv__",
    "neg": "__neg__",
    "pow": "__pow__",
}


@dataclass(frozen=True)
class Dual:
    """A number and how fast it changes: a + b·ε with ε² = 0. Both parts in one precision."""

    value: Any
    slope: Any


def moved(slope: Any, factor: Callable[[], Any]) -> Any:
    """slope · factor, where what does not move stays still, however steep the factor: a strong
    zero, as in Griewank & Walther 2008."""
    return slope if slope == 0 else slope * factor()


def lifted(name: str, count: int) -> tuple[str, str]:
    """An operation on dual numbers as source: its arguments, and the expression of its result."""
    names = tuple(f"u{i}" for i in range(count)) if count > 1 else ("u",)
    here = {u: f"{u}.value" for u in names}
    call = Call(name, tuple(map(Variable, names)))
    words = spelling("numpy") | here
    slopes = " + ".join(
        f"moved({u}.slope, lambda: {to_source(slope, words)})"
        for u, slope in zip(names, _partials(call, names), strict=True)
    )
    return ", ".join(names), f"Dual({to_source(call, words)}, {slopes})"


def _partials(call: Call, names: tuple[str, ...]) -> list[Any]:
    whole = Formula("", "", names, call)
    return [derivative(whole, name).tree for name in names]


def _lift(name: str) -> Callable[..., Dual]:
    """The operation on dual numbers, from its source."""
    record = operation(name)
    made: dict[int, Callable[..., Dual]] = {}

    def work(*arguments: Dual) -> Dual:
        count = len(arguments)
        if count not in made:
            made[count] = _compiled(record, count)
        return made[count](*arguments)

    return work


def _compiled(record: Operation, count: int) -> Callable[..., Dual]:
    names, result = lifted(record.name, count)
    space: dict[str, Any] = {"Dual": Dual, "moved": moved, **scipy_if_needed(result), **NUMPY}
    exec("\n".join(definitions("numpy", [result])), space)
    return eval(f"lambda {names}: {result}", space)  # type: ignore[no-any-return]


for _name, _method in OPERATORS.items():
    setattr(Dual, _method, _lift(_name))


_lifts: dict[str, tuple[Operation, Callable[..., Dual]]] = {}


def _operations(dtype: str) -> dict[str, Callable[..., Any]]:
    """Every function over dual numbers."""
    for name, record in FUNCTIONS.items():
        if name not in _lifts or _lifts[name][0] is not record:
            _lifts[name] = (record, _lift(name))
    number = np.dtype(dtype).type
    return {name: work for name, (_, work) in _lifts.items()} | {
        "constant": lambda value: Dual(number(value), number(0))
    }


def dual(formula: Formula, at: Mapping[str, float], dtype: str = "float64") -> Derivative:
    """Forward mode: one walk per variable over numbers that carry their slope along."""
    ops, number = _operations(dtype), np.dtype(dtype).type
    gradient, value = {}, np.nan
    with np.errstate(all="ignore"):
        for name in at:
            seeds = {n: Dual(number(v), number(n == name)) for n, v in at.items()}
            found = evaluate(formula, ops, seeds)
            value, gradient[name] = float(found.value), float(found.slope)
    return sound(value, gradient)


def sound(value: float, gradient: dict[str, float]) -> Derivative:
    """Where there is no value there is no slope either, whatever the arithmetic says."""
    return Derivative(value, gradient if np.isfinite(value) else dict.fromkeys(gradient, np.nan))
