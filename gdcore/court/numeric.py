"""Derivatives from values alone: the complex step (Squire & Trapp 1998) and finite differences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from gdcore.backends.numpy_ import operations
from gdcore.court.duals import sound
from gdcore.descent.formulas import Derivative
from gdcore.formula import Formula, evaluate
from gdcore.formula.engines import NUMPY, functions


def shared(z: tuple[Any, ...], choose: Callable[..., Any]) -> Any:
    """The largest or smallest; the mean of those that tie."""
    best = choose(one.real for one in z)
    tied = [one for one in z if one.real == best]
    if not tied:
        return best * z[0]  # NaN ties with nothing
    return best + 1j * (sum(one.imag for one in tied) / len(tied))


def complex_power(z: Any, w: Any) -> Any:
    """z^w; whole powers by multiplication, since a complex logarithm loses the last digits."""
    if z == 0 and w.real > 0:
        return 0 * z
    if w.imag != 0 or w.real != np.rint(w.real) or not np.isfinite(w.real):
        return z**w
    power, factor, n = z**0, z, abs(int(w.real))
    while n:
        if n % 2:
            power = power * factor
        factor, n = factor * factor, n // 2
    return 1 / power if w.real < 0 else power


# What the words of the records may name. What is no analytic function is continued there from its
# real line, piece by piece.
_MODULES = {**NUMPY, "shared": shared, "complex_power": complex_power}


def tiny_step(x: float, dtype: str) -> float:
    """A step so small beside x that its square is lost."""
    return max(1e-20 * abs(x), float(np.finfo(dtype).tiny)) if x else 1e-20


def complex_step(
    formula: Formula, at: Mapping[str, float], dtype: str = "float64", h: float | None = None
) -> Derivative:
    """Im f(x + ih) / h: no difference is taken, so no digits cancel, however small h is.

    h: 1e-20 of the variable where none is given.
    """
    number = {"float32": np.complex64, "float64": np.complex128}[dtype]
    ops = functions("complex", _MODULES) | {"constant": number}
    gradient = {}
    with np.errstate(all="ignore"):
        for name in at:
            step = tiny_step(at[name], dtype) if h is None else h
            point = {n: number(complex(v, step if n == name else 0)) for n, v in at.items()}
            output = number(evaluate(formula, ops, point))
            gradient[name] = float(output.imag / np.dtype(dtype).type(step))
        value = float(plain_value(formula, at, dtype))
    return sound(value, gradient)


def plain_value(formula: Formula, at: Mapping[str, float], dtype: str) -> Any:
    number = np.dtype(dtype).type
    return evaluate(formula, operations(dtype), {n: number(v) for n, v in at.items()})


def best_h(dtype: str, order: int) -> float:
    """The step at which rounding and curvature weigh the same: √ε forward, ∛ε central."""
    return float(np.finfo(dtype).eps ** (1 / (order + 1)))


def forward(
    formula: Formula, at: Mapping[str, float], dtype: str = "float64", h: float | None = None
) -> Derivative:
    """(f(x + h) − f(x)) / h; its error is of order h, and of order ε / h."""
    return _difference(formula, at, dtype, best_h(dtype, 1) if h is None else h, 0)


def central(
    formula: Formula, at: Mapping[str, float], dtype: str = "float64", h: float | None = None
) -> Derivative:
    """(f(x + h) − f(x − h)) / 2h; its error is of order h², and of order ε / h."""
    return _difference(formula, at, dtype, best_h(dtype, 2) if h is None else h, 1)


def _difference(
    formula: Formula, at: Mapping[str, float], dtype: str, h: float, back: int
) -> Derivative:
    number = np.dtype(dtype).type
    gradient = {}
    with np.errstate(all="ignore"):
        value = plain_value(formula, at, dtype)
        for name, x in at.items():
            # What the numbers are really apart, after x + h has been rounded.
            high, low = number(number(x) + number(h)), number(number(x) - number(back * h))
            rise = plain_value(formula, {**at, name: high}, dtype) - plain_value(
                formula, {**at, name: low}, dtype
            )
            run = high - low
            gradient[name] = float(rise / run) if run else np.nan
    return Derivative(float(value), gradient)
