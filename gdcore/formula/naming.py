"""Names that are not known as they stand: what was probably meant, out of what exists."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator
from typing import NoReturn

from gdcore.formula.functions import ALIASES, CONSTANTS, FUNCTIONS
from gdcore.formula.operation import Operation
from gdcore.formula.tokens import Token, shown
from gdcore.words.texts import FormulaError


class _Typed(Collection[str]):
    """Every name by which a function can be typed, the longest first."""

    def __init__(self) -> None:
        self._kept: tuple[tuple[Operation, ...], tuple[str, ...]] = ((), ())

    def _now(self) -> tuple[str, ...]:
        records = tuple(FUNCTIONS.values())
        if self._kept[0] != records:
            names = [record.name for record in records if not record.internal]
            self._kept = (records, tuple(sorted([*names, *ALIASES], key=len)[::-1]))
        return self._kept[1]

    def __iter__(self) -> Iterator[str]:
        return iter(self._now())

    def __len__(self) -> int:
        return len(self._now())

    def __contains__(self, name: object) -> bool:
        return name in self._now()


TYPED: Collection[str] = _Typed()
# The letters that mean a variable to everybody, whether or not they stand in the formula.
_USUAL = ("x", "y", "z")
_GREEK = ("mu", "nu", "xi", "pi")  # two letters, one name


def glued_function(name: str) -> str | None:
    """The function whose brackets were left out, as in sinx or sin2x."""
    lower = name.lower()
    for function in TYPED if len(name) > 1 else ():
        if lower.startswith(function) and re.fullmatch(r"\d*[a-z]?", lower[len(function) :]):
            return function
    return None


def is_function(name: str) -> bool:
    return name.lower() in TYPED


def is_constant(name: str) -> bool:
    return name in CONSTANTS or name.lower() == "pi"


def pieces(name: str, names: Collection[str]) -> list[str] | None:
    """The name cut into two or more known names, the longest first; None where it cannot be."""
    if not names:
        return None
    cuts: dict[int, list[str]] = {0: []}
    for end in range(1, len(name) + 1):
        for begin in range(end):
            if begin in cuts and name[begin:end] in names:
                cuts[end] = [*cuts[begin], name[begin:end]]
                break
    cut = cuts.get(len(name), [])
    return cut if len(cut) > 1 else None


def product_of(name: str, variables: Collection[str], free: bool) -> list[str] | None:
    """The variables and constants whose product the name looks like, see `refuse_glued`."""
    parts = pieces(name, _letters(variables, free) - {name})
    if parts is None and free and len(name) == 2 and name.isalpha() and name not in _GREEK:
        return list(name)
    return parts


def refuse_glued(token: Token, variables: Collection[str], free: bool, before: str = "") -> None:
    """Asks about xy, xe or 2pix, where the pieces are variables or constants of the formula.

    free: whether every name may be a variable. Then two letters side by side are asked about as
    well, and so is what x, y and z make up: to most readers ab and xyz are products.
    before: the kind of the token before it; after a power or a fraction a product needs brackets.
    """
    name = token.text
    if parts := product_of(name, variables, free):
        product = " * ".join(parts)
        product = f"({product})" if before in ("**", "/", "√") else product
        raise FormulaError("formula.glued", token.position, name=shown(name), product=product)
    for function in TYPED if free else ():
        rest = name.lower().removeprefix(function).lstrip("0123456789")
        if name.lower().startswith(function) and pieces(rest, _letters(variables, free)):
            raise FormulaError("formula.call", token.position, name=function)


def _letters(variables: Collection[str], free: bool) -> set[str]:
    """The names of which a product may be made up."""
    return {*variables, "e", "pi", *(_USUAL if free else ())}


def refuse_function(token: Token, variables: Collection[str], free: bool) -> NoReturn:
    """No function has this name: the near ones, a product with one, or all that there are."""
    name, letters = token.text.lower(), _letters(variables, free)
    if parts := pieces(token.text, letters):  # xy(2)
        values = {"name": shown(token.text), "product": " * ".join(parts)}
        raise FormulaError("formula.glued", token.position, **values)
    for function in TYPED:
        if name.endswith(function) and (before := token.text[: -len(function)]):
            parts = [before] if before in letters else pieces(before, letters)
            if parts:
                product = " * ".join([*parts, f"{function}(…)"])
                values = {"name": shown(token.text), "product": product}
                raise FormulaError("formula.glued", token.position, **values)
    # One letter, as in f(x), is near to nothing.
    near = difflib.get_close_matches(name, TYPED, 3, 0.5) if len(name) > 1 else []
    key = "formula.near_function" if near else "formula.unknown_function"
    names = ", ".join(near or sorted(n for n, f in FUNCTIONS.items() if not f.internal))
    raise FormulaError(key, token.position, name=shown(token.text), known=names)


def refuse_variable(token: Token, allowed: Collection[str]) -> NoReturn:
    """The name is none of the allowed variables."""
    if not allowed:
        raise FormulaError("formula.no_names", token.position, name=shown(token.text))
    names = ", ".join(allowed)
    raise FormulaError("formula.unknown_name", token.position, name=shown(token.text), known=names)


def refuse_inverse(function: str, position: int) -> NoReturn:
    """sin⁻¹(x) may be a fraction or the inverse function, which exists for some."""
    if inverse := FUNCTIONS[function].inverse:
        raise FormulaError("formula.inverse", position, name=function, inverse=inverse)
    raise FormulaError("formula.negative_power", position, name=function)
