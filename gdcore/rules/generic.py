"""What an update rule may use next to plain arithmetic: `sign`, `max` and `min` of any tensors.

Plain arithmetic is the same on every framework's tensors; these three have another name in each.
A backend says which they are when it is loaded (`learn`), so that no framework is imported here
and a rule is still written once. Python's numbers and NumPy's arrays are known from the start.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

_Words = tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]
_registry: dict[type, _Words] = {}
_cache: dict[type, _Words] = {}
_NUMPY: _Words = (np.sign, np.maximum, np.minimum)


def learn(
    kind: type, *, sign: Callable[..., Any], max: Callable[..., Any], min: Callable[..., Any]
) -> None:
    """The three functions for a kind of tensor. max and min may get a number as second argument."""
    _registry[kind] = (sign, max, min)
    _cache.clear()


def _words(value: Any) -> _Words | None:
    """The functions of the value's kind, None for numbers and arrays."""
    kind = type(value)
    if kind not in _cache:
        matches = (words for other, words in _registry.items() if isinstance(value, other))
        _cache[kind] = next(matches, _NUMPY)
    words = _cache[kind]
    return None if words is _NUMPY else words


def sign(x: Any) -> Any:
    """-1, 0 or 1, element by element."""
    return (_words(x) or _NUMPY)[0](x)


def max(a: Any, b: Any) -> Any:
    """The larger of the two, element by element; one of them may be a plain number."""
    return _extreme(1, a, b)


def min(a: Any, b: Any) -> Any:
    """The smaller of the two, element by element; one of them may be a plain number."""
    return _extreme(2, a, b)


def _extreme(which: int, a: Any, b: Any) -> Any:
    if words := _words(a):
        return words[which](a, b)
    if words := _words(b):
        return words[which](b, a)
    return _NUMPY[which](a, b)
