"""Dual numbers: forward mode (Clifford 1873; Wengert 1964).

What arithmetic does to them stands here; what a function does follows from its record.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

from gdcore.backends.numpy_ import operations
from gdcore.descent.formulas import Derivative
from gdcore.formula import FUNCTIONS, Call, Formula, Node, Variable, derivative, evaluate
from gdcore.formula.operation import Operation


@dataclass(frozen=True)
class Dual:
    """A number and how fast it changes: a + b·ε with ε² = 0. Both parts in one precision."""

    value: Any
    slope: Any

    def __add__(self, o: Dual) -> Dual:
        return Dual(self.value + o.value, self.slope + o.slope)

    def __sub__(self, o: Dual) -> Dual:
        return Dual(self.value - o.value, self.slope - o.slope)

    def __mul__(self, o: Dual) -> Dual:
        return Dual(self.value * o.value, moved(self.slope, o.value) + moved(o.slope, self.value))

    def __truediv__(self, o: Dual) -> Dual:
        whole = self.value / o.value
        return Dual(whole, moved(self.slope - moved(o.slope, whole), 1 / o.value))

    def __neg__(self) -> Dual:
        return Dual(-self.value, -self.slope)

    def __pow__(self, o: Dual) -> Dual:
        value = self.value**o.value
        slope = self.slope * 0
        if self.slope != 0 and o.value != 0:  # u^0 is 1 for every u
            slope = slope + o.value * self.value ** (o.value - 1) * self.slope
        if o.slope != 0 and not (self.value == 0 and o.value >= 0):  # 0^v is 0 for every v > 0
            slope = slope + value * np.log(self.value) * o.slope
        return Dual(value, slope)


def moved(slope: Any, factor: Any) -> Any:
    """slope · factor, where what does not move stays still, however steep the factor: a strong
    zero, as in Griewank & Walther 2008."""
    return slope if slope == 0 else slope * factor


_kept: dict[tuple[str, tuple[str, ...]], tuple[Operation, list[Node]]] = {}


def slopes(name: str, arguments: tuple[str, ...]) -> list[Node]:
    """The partial derivatives of a function with respect to each of its arguments, by name."""
    record = FUNCTIONS[name]
    entry = _kept.get((name, arguments))
    if entry is None or entry[0] is not record:
        whole = Formula("", "", arguments, Call(name, tuple(map(Variable, arguments))))
        entry = (record, [derivative(whole, argument).tree for argument in arguments])
        _kept[name, arguments] = entry
    return entry[1]


def _operations(dtype: str) -> dict[str, Callable[..., Any]]:
    """Every function over dual numbers, from its value and its slopes."""
    plain, number = operations(dtype), np.dtype(dtype).type

    def lift(name: str) -> Callable[..., Dual]:
        def function(*arguments: Dual) -> Dual:
            names = tuple(f"u{i}" for i in range(len(arguments)))
            at = {name: a.value for name, a in zip(names, arguments, strict=True)}
            parts = [
                moved(a.slope, evaluate(slope, plain, at))
                for slope, a in zip(slopes(name, names), arguments, strict=True)
            ]
            return Dual(number(plain[name](*at.values())), reduce(operator.add, parts))

        return function

    return {name: lift(name) for name in FUNCTIONS} | {
        "constant": lambda value: Dual(number(value), number(0))
    }


def dual(formula: Formula, at: Mapping[str, float], dtype: str = "float64") -> Derivative:
    """Forward mode: one walk per variable over numbers that carry their slope along."""
    ops, number = _operations(dtype), np.dtype(dtype).type
    gradient, value = {}, np.nan
    with np.errstate(all="ignore"):
        for name in at:
            seeds = {n: Dual(number(v), number(n == name)) for n, v in at.items()}
            output = evaluate(formula, ops, seeds)
            value, gradient[name] = float(output.value), float(output.slope)
    return sound(value, gradient)


def sound(value: float, gradient: dict[str, float]) -> Derivative:
    """Where there is no value there is no slope either, whatever the arithmetic says."""
    return Derivative(value, gradient if np.isfinite(value) else dict.fromkeys(gradient, np.nan))
