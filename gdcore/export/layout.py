"""Pieces of Python source: what a visitor typed becomes a literal, and no line grows too long."""

from __future__ import annotations

import io
import keyword
import math
import tokenize
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

WIDTH = 100


class Code(str):
    """Source that this package wrote itself; any other text is data to a code template."""


def identifier(name: str) -> Code:
    """The name as code. ValueError if it is more, or less, than one name."""
    if not name.isidentifier() or keyword.iskeyword(name):
        raise ValueError(name)
    return Code(name)


def literal(value: Any, indent: int = 0, before: int = 0) -> Code:
    """A value as the literal that gives it back. TypeError for what has none.

    indent: columns at which the statement begins. before: characters between there and the value.
    """
    if isinstance(value, np.generic):
        value = value.item()
    elif isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, str):
        return _text(value, indent, before)
    if isinstance(value, Mapping):
        pairs = []
        for key, one in value.items():
            name = literal(key, indent + 4)
            pairs.append(f"{name}: {literal(one, indent + 4, len(name) + 2)}")
        return listed(pairs, indent, before, "{}")
    if isinstance(value, list | tuple):
        parts = [literal(one, indent + 4) for one in value]
        if isinstance(value, list):
            return listed(parts, indent, before)
        return listed(parts, indent, before, "()") if len(parts) != 1 else Code(f"({parts[0]},)")
    if value is None or isinstance(value, bool | int):
        return Code(repr(value))
    if isinstance(value, float):
        return Code(repr(float(value)) if math.isfinite(value) else f'float("{value}")')
    raise TypeError(type(value).__name__)


def listed(
    parts: Iterable[str], indent: int = 0, before: int = 0, around: Sequence[str] = "[]"
) -> Code:
    """Pieces of code in brackets: in one line where they fit, else one a line."""
    parts = list(parts)
    line = around[0] + ", ".join(parts) + around[1]
    if "\n" not in line and indent + before + len(line) < WIDTH:
        return Code(line)
    margin = " " * (indent + 4)
    inside = "".join(f"{margin}{part},\n" for part in parts)
    return Code(f"{around[0]}\n{inside}{' ' * indent}{around[1]}")


def folded(source: str, indent: int = 0, before: int = 0) -> Code:
    """An expression: in one line where it fits, else in parentheses and broken before operators."""
    if indent + before + len(source) < WIDTH:
        return Code(source)
    return _parenthesised(_lines(source, WIDTH - indent - 5), indent)


def _text(value: str, indent: int, before: int) -> Code:
    whole = repr(str(value))
    if indent + before + len(whole) < WIDTH:
        return Code(whole)
    room, chunks = WIDTH - indent - 5, [""]
    for letter in str(value):
        if len(repr(chunks[-1] + letter)) > room:
            chunks.append("")
        chunks[-1] += letter
    return _parenthesised([repr(chunk) for chunk in chunks], indent)


def _parenthesised(lines: Sequence[str], indent: int) -> Code:
    margin = " " * (indent + 4)
    inside = "".join(f"{margin}{line}\n" for line in lines)
    return Code(f"(\n{inside}{' ' * indent})")


def _lines(source: str, room: int) -> list[str]:
    """The source in lines of at most `room` characters, each broken where it holds together least,
    in its second half if that can be."""
    places = list(_places(source))
    columns = [at for at, _ in places]
    lines, begin = [], 0
    while len(source) - begin > room:
        near = places[bisect_right(columns, begin) : bisect_right(columns, begin + room)]
        late = [place for place in near if place[0] - begin > room // 2] or near
        if not late:
            break
        end = min(late, key=lambda place: (place[1], -place[0]))[0]
        lines.append(source[begin:end].strip())
        begin = end
    return [*lines, source[begin:].strip()]


def _places(source: str) -> Iterator[tuple[int, int]]:
    """Where a line may end, before a sign, behind a comma or bracket; and how much holds it."""
    depth = 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        depth += (token.string == "(") - (token.string == ")")
        if token.string in ("+", "-", "*", "/"):
            yield token.start[1], 2 * depth + (token.string in "*/")
        elif token.string in (",", "("):
            yield token.end[1], 2 * depth
