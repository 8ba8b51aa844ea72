"""Every function of a formula in mpmath's numbers, for whoever wants to count for himself."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import mpmath

from gdcore.court.balls import OutsideDomain
from gdcore.formula.engines import compiled, functions
from gdcore.formula.operation import Operation

_own = threading.local()
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
            value = function(*arguments)
        except ZeroDivisionError as error:
            raise OutsideDomain from error
        if isinstance(value, mpmath.mpc) or not mpmath.isfinite(value):
            raise OutsideDomain
        return value

    return call


def _power(a: Any, b: Any) -> Any:
    if a != 0 and abs(b * mpmath.log(abs(a))) > LARGEST_EXPONENT:
        raise OverflowError
    return a**b


class _Guarded:
    """mpmath as the words of the records find it: its exponentials refuse what takes too long."""

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(mpmath, name)
        return _guarded(attribute) if name in _EXPONENTIALS else attribute


_EXPONENTIALS = ("exp", "expm1", "sinh", "cosh", "tanh", "erf", "erfc")
# What has no words in mpmath is computed by its meaning.
EXACT: dict[str, Callable[..., Any]] = {
    name: _real(function) for name, function in functions("mpmath", {"mp": _Guarded()}).items()
} | {"constant": mpmath.mpf, "pow": _real(_power), "div": _real(lambda a, b: a / b)}


def in_mpmath(record: Operation, x: Any, bits: int) -> Any:
    """The record's words on one of mpmath's raw numbers, in numbers of their own precision."""
    if not hasattr(_own, "numbers"):
        _own.numbers = mpmath.MPContext()  # not mpmath.mp, whose precision other threads use
    numbers = _own.numbers
    numbers.prec = bits
    value = _real(compiled(record, "mpmath", {"mp": numbers}))(numbers.make_mpf(x))
    return numbers.convert(value)._mpf_
