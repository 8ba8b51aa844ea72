"""The gradient court: every way there is to a derivative, and a reference of fifty digits.

Frameworks and calculus answer through `gdcore.differentiate`. Here stand the ways that need no
framework: dual numbers (Clifford 1873; forward mode, Wengert 1964), the complex step (Squire &
Trapp 1998), and finite differences; and the judge, who knows fifty digits.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import mpmath  # comes with SymPy
import numpy as np

from gdcore.backends.numpy_ import operations
from gdcore.descent import Derivative
from gdcore.formula import FUNCTIONS, Formula, Variable, evaluate

DIGITS = 50
# Beyond this an argument of exp would make numbers of millions of digits.
LARGEST_EXPONENT = 1e5


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
        return Dual(self.value * o.value, self.slope * o.value + self.value * o.slope)

    def __truediv__(self, o: Dual) -> Dual:
        whole = self.value / o.value
        return Dual(whole, (self.slope - whole * o.slope) / o.value)

    def __neg__(self) -> Dual:
        return Dual(-self.value, -self.slope)

    def __pow__(self, o: Dual) -> Dual:
        value = self.value**o.value
        slope = self.value * 0
        if self.slope != 0 and o.value != 0:
            slope = slope + o.value * self.value ** (o.value - 1) * self.slope
        if o.slope != 0:
            slope = slope + value * np.log(self.value) * o.slope
        return Dual(value, slope)


def _dual_operations(dtype: str) -> dict[str, Callable[..., Any]]:
    """Every function over dual numbers, from its value and its slopes in the registry."""
    plain, number = operations(dtype), np.dtype(dtype).type

    def lift(name: str) -> Callable[..., Dual]:
        def function(*arguments: Dual) -> Dual:
            names = [f"u{i}" for i in range(len(arguments))]
            at = {name: a.value for name, a in zip(names, arguments, strict=True)}
            slopes = FUNCTIONS[name].slopes(*map(Variable, names))
            parts = [
                evaluate(slope, plain, at) * a.slope
                for slope, a in zip(slopes, arguments, strict=True)
            ]
            return Dual(number(plain[name](*at.values())), reduce(operator.add, parts))

        return function

    return {name: lift(name) for name in FUNCTIONS} | {
        "constant": lambda value: Dual(number(value), number(0))
    }


def dual(formula: Formula, at: Mapping[str, float], dtype: str = "float64") -> Derivative:
    """Forward mode: one walk per variable over numbers that carry their slope along."""
    ops, number = _dual_operations(dtype), np.dtype(dtype).type
    gradient, value = {}, np.nan
    with np.errstate(all="ignore"):
        for name in at:
            seeds = {n: Dual(number(v), number(n == name)) for n, v in at.items()}
            found = evaluate(formula, ops, seeds)
            value, gradient[name] = float(found.value), float(found.slope)
    return _sound(value, gradient)


def _sound(value: float, gradient: dict[str, float]) -> Derivative:
    """Where there is no value there is no slope either, whatever the arithmetic says."""
    return Derivative(value, gradient if np.isfinite(value) else dict.fromkeys(gradient, np.nan))


def _by_sign(z: Any, positive: Any, negative: Any) -> Any:
    return np.where(z.real >= 0, positive, negative)[()]


# What is no analytic function is continued from its real line, piece by piece.
_COMPLEX: dict[str, Callable[..., Any]] = {
    "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan, "ln": np.log,
    "abs": lambda z: _by_sign(z, z, -z),
    "sign": lambda z: np.sign(z.real) + 0 * z,
    "step": lambda z: np.heaviside(z.real, 0) + 0 * z,
    "cbrt": lambda z: _by_sign(z, z ** (1 / 3), -((-z) ** (1 / 3))),
    "relu": lambda z: _by_sign(z, z, 0 * z),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "softplus": lambda z: _by_sign(z, z + np.log1p(np.exp(-z)), np.log1p(np.exp(z))),
    "max": lambda *z: reduce(lambda a, b: a if a.real >= b.real else b, z),
    "min": lambda *z: reduce(lambda a, b: a if a.real <= b.real else b, z),
}  # fmt: skip


def complex_step(
    formula: Formula, at: Mapping[str, float], dtype: str = "float64", h: float = 1e-20
) -> Derivative:
    """Im f(x + ih) / h: no difference is taken, so no digits cancel, however small h is."""
    number = {"float32": np.complex64, "float64": np.complex128}[dtype]
    ops = {name: _COMPLEX.get(name) or getattr(np, name) for name in FUNCTIONS}
    ops["constant"] = number
    gradient = {}
    with np.errstate(all="ignore"):
        for name in at:
            point = {n: number(complex(v, h if n == name else 0)) for n, v in at.items()}
            found = number(evaluate(formula, ops, point))
            gradient[name] = float(found.imag / np.dtype(dtype).type(h))
        value = float(_value(formula, at, dtype))
    return _sound(value, gradient)


def _value(formula: Formula, at: Mapping[str, float], dtype: str) -> Any:
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
        value = _value(formula, at, dtype)
        for name, x in at.items():
            # What the numbers are really apart, after x + h has been rounded.
            high, low = number(number(x) + number(h)), number(number(x) - number(back * h))
            rise = _value(formula, {**at, name: high}, dtype) - _value(
                formula, {**at, name: low}, dtype
            )
            run = high - low
            gradient[name] = float(rise / run) if run else np.nan
    return Derivative(float(value), gradient)


# Ways to a derivative that need no framework, by name.
METHODS: dict[str, Callable[..., Derivative]] = {
    "dual": dual,
    "complex_step": complex_step,
    "central": central,
    "forward": forward,
}


class OutsideDomain(ArithmeticError):
    """The formula has no real value there."""


def _guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, refusing what would take millions of digits or leave the real line."""

    def call(*arguments: Any) -> Any:
        if any(abs(argument) > LARGEST_EXPONENT for argument in arguments):
            raise OverflowError
        return function(*arguments)

    return call


def _real(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any) -> Any:
        try:
            found = function(*arguments)
        except ZeroDivisionError as error:
            raise OutsideDomain from error
        if isinstance(found, mpmath.mpc) or not mpmath.isfinite(found):
            raise OutsideDomain
        return found

    return call


def _power(a: Any, b: Any) -> Any:
    if a != 0 and abs(b * mpmath.log(abs(a))) > LARGEST_EXPONENT:
        raise OverflowError
    return a**b


_EXACT: dict[str, Callable[..., Any]] = {
    "exp": _guarded(mpmath.exp), "sinh": _guarded(mpmath.sinh), "cosh": _guarded(mpmath.cosh),
    "tanh": _guarded(mpmath.tanh), "ln": mpmath.log, "log": mpmath.log,
    "log2": lambda x: mpmath.log(x, 2), "abs": abs, "max": max, "min": min,
    "sigmoid": _guarded(lambda x: 1 / (1 + mpmath.exp(-x))),
    "softplus": _guarded(lambda x: mpmath.log(1 + mpmath.exp(x))),
    "relu": lambda x: max(x, mpmath.mpf(0)), "step": lambda x: mpmath.mpf(x > 0),
    "cbrt": lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)),
}  # fmt: skip
EXACT: dict[str, Callable[..., Any]] = {
    name: _real(_EXACT.get(name) or getattr(mpmath, name)) for name in FUNCTIONS
} | {"constant": mpmath.mpf, "pow": _real(_power), "div": _real(lambda a, b: a / b)}


@dataclass(frozen=True)
class Reference:
    """What fifty digits say of a formula at a point.

    kind: `smooth`; `kink` where the slope from the left is another than from the right; `edge`
    where there is no slope on one side; `outside` where there is no value; `overflow` where the
    numbers are too large to be told. value, gradient: fifty digits, None where there are none.
    slopes: for a kink, the variable and its slopes from the left and from the right.
    """

    kind: str
    value: Any = None
    gradient: Mapping[str, Any] | None = None
    slopes: tuple[str, float, float] | None = None


def _grows(along: Callable[[Any], Any], x: Any, slope: Any) -> bool:
    """Whether a large slope to the left grows when looked at more closely: then it has no end."""
    with mpmath.workdps(2 * DIGITS):
        try:
            return bool(abs(mpmath.diff(along, x, direction=-1)) > 2 * slope)
        except ArithmeticError:
            return True


def reference(formula: Formula, at: Mapping[str, float]) -> Reference:
    """The value and gradient to fifty digits, from both sides, by mpmath."""
    with mpmath.workdps(DIGITS):
        exact = {name: mpmath.mpf(float(value)) for name, value in at.items()}
        try:
            value = evaluate(formula, EXACT, exact)
        except OutsideDomain:
            return Reference("outside")
        except (OverflowError, ArithmeticError, ValueError):
            return Reference("overflow")
        if abs(value) > np.finfo(np.float64).max:
            return Reference("overflow", value)
        gradient: dict[str, Any] = {}
        for name in at:

            def along(x: Any, name: str = name) -> Any:
                return evaluate(formula, EXACT, exact | {name: x})

            try:
                left, right = (mpmath.diff(along, exact[name], direction=d) for d in (-1, 1))
                middle = mpmath.diff(along, exact[name])
            except OutsideDomain:
                return Reference("edge", value)
            except (OverflowError, ArithmeticError, ValueError):
                return Reference("overflow", value)
            scale = 1 + abs(left) + abs(right)
            if scale > 1e6 * (1 + abs(value)) and _grows(along, exact[name], abs(left)):
                return Reference("edge", value)
            if abs(left - right) > 1e-9 * scale:
                return Reference("kink", value, None, (name, float(left), float(right)))
            gradient[name] = middle
    return Reference("smooth", value, gradient)


def curvature(formula: Formula, at: Mapping[str, float]) -> np.ndarray | None:
    """The (n, n) second derivatives, from fifty digits; None where there are none."""
    with mpmath.workdps(DIGITS):
        exact = [mpmath.mpf(float(value)) for value in at.values()]

        def value(*x: Any) -> Any:
            return evaluate(formula, EXACT, dict(zip(at, x, strict=True)))

        orders = np.eye(len(exact), dtype=int)
        try:
            found = [[mpmath.diff(value, exact, tuple(map(int, a + b))) for a in orders]
                     for b in orders]  # fmt: skip
            matrix = np.array([[float(entry) for entry in row] for row in found])
        except (ArithmeticError, ValueError):
            return None
    return matrix if np.isfinite(matrix).all() else None


def ulps(found: float, exact: Any, dtype: str) -> float:
    """How far a number lies from the exact one, in units of its precision's last place."""
    if not np.isfinite(found):
        return float("inf")
    with mpmath.workdps(DIGITS):
        with np.errstate(all="ignore"):
            unit = float(np.spacing(np.abs(np.dtype(dtype).type(float(exact)))))
        return float(abs(mpmath.mpf(found) - exact) / unit)


def domain_edge(formula: Formula, at: Mapping[str, float], name: str) -> float | None:
    """The nearest place along `name` where the formula begins to have a value, None if unknown."""
    with np.errstate(all="ignore"):
        away = np.concatenate([-np.geomspace(1e-6, 1e3, 400), np.geomspace(1e-6, 1e3, 400)])
        places = at[name] + away
        values = {n: np.broadcast_to(np.float64(v), places.shape) for n, v in at.items()}
        found = evaluate(formula, operations("float64"), values | {name: places})
        good = np.isfinite(np.broadcast_to(found, places.shape))
    if not good.any():
        return None
    candidates = places[good]
    inside, outside = float(candidates[np.argmin(np.abs(candidates - at[name]))]), at[name]
    for _ in range(60):
        middle = (inside + outside) / 2
        with np.errstate(all="ignore"):
            fine = np.isfinite(_value(formula, {**at, name: middle}, "float64"))
        inside, outside = (middle, outside) if fine else (inside, middle)
    return inside


def errors_by_step(
    formula: Formula, at: Mapping[str, float], name: str, exact: Any, points: int = 31
) -> dict[str, Any]:
    """The relative error of each difference against h, from 1e-1 to 1e-16, in both precisions.

    Returns columns method, dtype, h, error. Where a method is exact to the last digit the error
    is the unit roundoff, so that a logarithmic axis can show it.
    """
    columns: dict[str, list[Any]] = {"method": [], "dtype": [], "h": [], "error": []}
    size = float(abs(exact)) or 1.0
    for dtype in ("float32", "float64"):
        floor = float(np.finfo(dtype).eps) / 4
        for method in ("forward", "central", "complex_step"):
            for h in np.geomspace(1e-1, 1e-16, points):
                found = METHODS[method](formula, at, dtype, h).gradient[name]
                error = abs(found - float(exact)) / size if np.isfinite(found) else np.nan
                row = (method, dtype, float(h), max(error, floor))
                for column, entry in zip(columns, row, strict=True):
                    columns[column].append(entry)
    return columns
