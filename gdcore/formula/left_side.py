"""What stands before an equals sign: `y = …` and `f(x, y) = …` are read, equations are refused."""

from __future__ import annotations

import keyword
from collections.abc import Sequence

from gdcore.formula.naming import (
    is_constant,
    is_function,
    product_of,
    refuse_glued,
    refuse_variable,
)
from gdcore.formula.tokens import Token, shown
from gdcore.words.texts import FormulaError


def read_left_side(
    tokens: list[Token], allowed: Sequence[str] | None
) -> tuple[list[Token], tuple[str, ...] | None]:
    """The tokens of the right-hand side, and the variables that a left side f(x, y) names.

    A single name may stand on the left, alone or with distinct names in brackets, none of which
    means anything already. Everything else is an equation, which has no value to compute.
    allowed: the variables that may occur; None where every name may be one.
    """
    equals = [i for i, token in enumerate(tokens) if token.kind == "="]
    if not equals:
        return tokens, None
    left, sign, right = tokens[: equals[0]], tokens[equals[0]], tokens[equals[0] + 1 :]
    kinds = [token.kind for token in left]
    if len(equals) > 1 or kinds[:1] != ["name"]:
        raise FormulaError("formula.equals", sign.position)
    name, inside = left[0], left[2:-1]
    whole = [token.kind for token in inside] == ["name", ","] * (len(inside) // 2) + ["name"]
    call = len(left) > 1 and kinds[1] == "(" and kinds[-1] == ")" and whole
    if len(left) > 1 and (is_function(name.text) or not call):  # sin(x) = x is an equation
        raise FormulaError("formula.equals", sign.position)
    arguments = tuple(token.text for token in inside if token.kind == "name")
    for token in (name, *inside):
        _refuse_taken(token)
        if token in inside and token.kind == "name" and token.text not in (allowed or arguments):
            refuse_variable(token, allowed or ())
    if len({name.text, *arguments}) <= len(arguments):
        raise FormulaError("formula.equals", sign.position)
    used = {token.text for token in right if token.kind == "name"}
    if product_of(name.text, allowed or used, allowed is None):  # xy = 1
        raise FormulaError("formula.equals", sign.position)
    for token in inside if allowed is None else ():
        refuse_glued(token, (), free=True)
    if name.text in used or name.text in (allowed or ()):
        raise FormulaError("formula.both_sides", name.position, name=shown(name.text))
    if len(left) == 1:
        return right, None
    # x(y) = 0 sets a product to zero; y(x) = x^2 uses its x and is a function of it.
    if is_product(name.text) and not used & set(arguments):
        raise FormulaError("formula.equals", sign.position)
    return right, arguments


def is_product(name: str) -> bool:
    """Whether a bracket after the name is multiplied: x(x+1) is a product, f(x) is not."""
    letter, index = name[:1], name[1:].lstrip("_")
    return letter not in "fgh_" and (not index or (index.isdecimal() and "__" not in name))


def _refuse_taken(token: Token) -> None:
    """Names that mean something already cannot be given another meaning."""
    name = token.text
    if is_function(name) or is_constant(name) or keyword.iskeyword(name) or name.startswith("_"):
        raise FormulaError("formula.taken", token.position, name=shown(name))
