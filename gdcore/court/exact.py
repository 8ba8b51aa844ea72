"""Every function of a formula in mpmath's numbers, for whoever wants to count for himself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath

from gdcore.court.balls import OutsideDomain
from gdcore.formula import FUNCTIONS

# Beyond this an argument of exp would make numbers of millions of digits.
LARGEST_EXPONENT = 1e5


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
    "exp": _guarded(mpmath.exp),
    "sinh": _guarded(mpmath.sinh),
    "cosh": _guarded(mpmath.cosh),
    "tanh": _guarded(mpmath.tanh),
    "ln": mpmath.log,
    "log": mpmath.log,
    "log2": lambda x: mpmath.log(x, 2),
    "abs": abs,
    "max": max,
    "min": min,
    "sigmoid": _guarded(lambda x: 1 / (1 + mpmath.exp(-x))),
    "softplus": _guarded(lambda x: mpmath.log(1 + mpmath.exp(x))),
    "relu": lambda x: max(x, mpmath.mpf(0)),
    "step": lambda x: mpmath.mpf(x > 0),
    "cbrt": lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)),
}
EXACT: dict[str, Callable[..., Any]] = {
    name: _real(_EXACT.get(name) or getattr(mpmath, name)) for name in FUNCTIONS
} | {"constant": mpmath.mpf, "pow": _real(_power), "div": _real(lambda a, b: a / b)}
