"""Typed text becomes a checked tree: a small parser that executes nothing."""

from __future__ import annotations

import itertools
import keyword
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn

from gdcore.formula.arithmetic import constant_value
from gdcore.formula.functions import ALIASES, CONSTANTS, FUNCTIONS
from gdcore.formula.left_side import is_product, read_left_side
from gdcore.formula.naming import (
    glued_function,
    is_constant,
    refuse_function,
    refuse_glued,
    refuse_inverse,
    refuse_variable,
)
from gdcore.formula.tokens import Token, as_typed, read_tokens, refuse_thousands, shown
from gdcore.formula.tree import (
    LARGEST_NUMBER,
    MOST_CHARACTERS,
    MOST_DEPTH,
    MOST_NODES,
    Call,
    Formula,
    Node,
    Number,
    Variable,
    neg,
)
from gdcore.formula.writing import to_source
from gdcore.words.texts import FormulaError


class _Parser:
    """Precedence climbing over the tokens of one formula."""

    def __init__(self, text: str, names: Sequence[str] | None):
        given = None if names is None else tuple(names)
        self.tokens, self.signature = read_left_side(read_tokens(text), given)
        self.allowed = given if self.signature is None else self.signature
        self.text = text
        self.at = self.nodes = self.depth = self.bars = 0
        self.variables: dict[str, Token] = {}

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.token
        self.at += 1
        return token

    def node(self, node: Node) -> Node:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise FormulaError("formula.too_many", self.token.position, most=MOST_NODES)
        return node

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """One level of nesting, refused before Python's own stack could run out."""
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise FormulaError("formula.too_deep", self.token.position, most=MOST_DEPTH)
        yield
        self.depth -= 1

    def whole(self) -> Node:
        if self.token.kind == "end":
            self.unexpected(self.token)
        tree = self.sum()
        token = self.token
        if token.kind == ")":
            raise FormulaError("formula.extra_bracket", token.position)
        if token.kind == ",":
            self.refuse_comma()
        if token.kind != "end":
            self.unexpected(token)
        for name in self.variables.values() if self.allowed is None else ():
            before = self.tokens[self.tokens.index(name) - 1].kind
            refuse_glued(name, self.variables, True, before)
        return tree

    def refuse_comma(self) -> NoReturn:
        """A comma between thousands, or one that separates nothing."""
        self.refuse_separated(self.at - 1, ",")
        raise FormulaError("formula.comma", self.token.position)

    def refuse_separated(self, at: int, sign: str, zero: str = "") -> None:
        """Numbers from token `at` on that were meant as one: 1,000 or 1 000."""
        step = 2 if sign == "," else 1
        groups = [self.tokens[at].text]
        for last in range(at + step, len(self.tokens), step):
            text = self.tokens[last].text
            comma = step == 1 or self.tokens[last - 1].kind == ","
            if not (comma and text.isdecimal() and len(text) == 3 and text.startswith(zero)):
                break
            groups.append(text)
        if groups[0].isdecimal() and len(groups) > 1:
            rest = sign + sign.join(groups[1:])
            refuse_thousands(groups[0], rest, self.tokens[at].position)

    def unexpected(self, token: Token) -> NoReturn:
        if token.kind == "end":
            raise FormulaError("formula.unfinished", token.position)
        raise FormulaError("formula.unexpected", token.position, text=as_typed(self.text, token))

    def sum(self) -> Node:
        with self.deeper():
            left = self.product()
            while self.token.kind in ("+", "-"):
                name = "add" if self.take().kind == "+" else "sub"
                left = self.node(Call(name, (left, self.product())))
        return left

    def starts_factor(self) -> bool:
        """Whether the next token begins a factor with no sign before it, as in 2x or (x+1)(x-1)."""
        kind = self.token.kind
        return kind in ("name", "(", "√") or (kind == "|" and not self.bars)

    def product(self) -> Node:
        left = last = self.signed()
        divided = False
        while True:
            kind = self.token.kind
            if kind in ("*", "/"):
                self.take()
                divided = kind == "/"
                last = self.signed()
                left = self.node(Call("div" if divided else "mul", (left, last)))
            elif self.starts_factor():
                self.refuse_unclear_product(last, divided)
                last = self.powered()
                left = self.node(Call("mul", (left, last)))
            elif kind == "number":
                self.refuse_separated(self.at - 1, " ")
                raise FormulaError("formula.two_numbers", self.token.position)
            else:
                return left

    def refuse_unclear_product(self, last: Node, divided: bool) -> None:
        """Where a sign is left out and hands mean different things: 1/2x, e^2x, |2|x|+1|."""
        before, here = self.tokens[self.at - 1], self.token
        if divided:
            raise FormulaError("formula.ambiguous", here.position)
        power = isinstance(last, Call) and last.function in ("pow", "neg")
        if before.kind == "number" and power and constant_value(last) is not None:
            raise FormulaError("formula.exponent", here.position)
        if before.kind == "|" and here.kind != "|":
            ahead = self.tokens[self.at - 1 :]
            for left, right in itertools.pairwise(ahead):
                if right.kind == "|":
                    if left.kind in ("name", "number", ")"):
                        raise FormulaError("formula.bars", here.position)
                    break

    def signed(self) -> Node:
        if self.token.kind not in ("+", "-"):
            return self.powered()
        with self.deeper():
            sign = self.take().kind
            inner = self.signed()
        if sign == "+":
            return inner
        number = isinstance(inner, Number) and not inner.symbol
        return neg(inner) if number else self.node(Call("neg", (inner,)))

    def powered(self) -> Node:
        return self.raised(self.primary())

    def raised(self, base: Node) -> Node:
        if self.token.kind != "**":
            return base
        place = self.take().position
        # A raised digit is all of its exponent: in x²^3 nobody knows what comes first.
        digits = self.token.kind == "(" and self.token.position == place
        with self.deeper():
            exponent = self.primary() if digits else self.signed()
        if self.token.kind == "**":
            raise FormulaError("formula.powers", self.token.position)
        node = self.node(Call("pow", (base, exponent)))
        value = constant_value(node)
        if value is not None and not abs(value) <= LARGEST_NUMBER:
            raise FormulaError("formula.too_large", place)
        return node

    def primary(self) -> Node:
        token = self.take()
        if token.kind == "number":
            value = float(token.text)
            if not value <= LARGEST_NUMBER:
                raise FormulaError("formula.too_large", token.position)
            return self.node(Number(value))
        if token.kind == "(":
            bars, self.bars = self.bars, 0
            inner = self.sum()
            self.bars = bars
            self.close(token)
            return inner
        if token.kind == "|":
            self.bars += 1
            inner = self.sum()
            if self.token.kind != "|":
                raise FormulaError("formula.bars", token.position)
            self.take()
            self.bars -= 1
            return self.node(Call("abs", (inner,)))
        if token.kind == "√":
            bracket = self.token.kind in ("(", "√")
            with self.deeper():
                inner = self.primary()
            if not bracket and (self.token.kind == "**" or self.starts_factor()):
                raise FormulaError("formula.root", token.position, root=token.text)
            root = self.node(Call("cbrt" if token.text == "∛" else "sqrt", (inner,)))
            return self.node(Call("sqrt", (root,))) if token.text == "∜" else root
        if token.kind == "name":
            return self.name(token)
        self.at -= 1
        self.unexpected(token)

    def close(self, opening: Token) -> None:
        if self.token.kind == "end":
            raise FormulaError("formula.open_bracket", opening.position)
        if self.token.kind != ")":
            if self.token.kind == ",":
                self.refuse_comma()
            self.unexpected(self.token)
        self.take()

    def name(self, token: Token) -> Node:
        name = token.text
        if self.allowed is not None and name in self.allowed:
            return self.variable(token)
        function = ALIASES.get(name.lower(), name.lower())
        if function in FUNCTIONS and not FUNCTIONS[function].internal:
            return self.function(token, function)
        if is_constant(name):
            return self.node(CONSTANTS.get(name, CONSTANTS["pi"]))
        if name.startswith("_"):
            raise FormulaError("formula.underscore", token.position)
        if keyword.iskeyword(name):
            raise FormulaError("formula.word", token.position, name=shown(name))
        if self.token.kind != "(" and (glued := glued_function(name)):
            raise FormulaError("formula.call", token.position, name=glued)
        if self.allowed is not None:
            refuse_glued(token, self.allowed, False, self.tokens[self.at - 2].kind)
        if self.token.kind == "(" and name not in self.variables and not is_product(name):
            refuse_function(token, self.allowed or self.variables, self.allowed is None)
        if self.allowed is not None:
            refuse_variable(token, self.allowed)
        return self.variable(token)

    def variable(self, token: Token) -> Node:
        self.variables.setdefault(token.text, token)
        return self.node(Variable(token.text))

    def function(self, token: Token, function: str) -> Node:
        exponent: Node | None = None
        if self.token.kind == "**":  # sin²(x), sin^2(x)
            self.take()
            if self.token.kind != "-":
                exponent = self.primary()
            if exponent is None or (isinstance(exponent, Number) and exponent.value < 0):
                refuse_inverse(function, token.position)
        if self.token.kind != "(":
            raise FormulaError("formula.call", token.position, name=function)
        opening = self.take()
        bars, self.bars = self.bars, 0
        arguments = [self.sum()] if self.token.kind != ")" else []
        while self.token.kind == ",":
            self.refuse_separated(self.at - 1, ",", zero="0")
            self.take()
            arguments.append(self.sum())
        self.bars = bars
        self.close(opening)
        least, most = FUNCTIONS[function].arity
        if not least <= len(arguments) <= most:
            example = f"{function}({', '.join('xyzuvwab'[:least])})"
            values = {"name": function, "least": least, "most": most, "example": example}
            exact = "formula.one_argument" if most == 1 else "formula.exact_arguments"
            key = exact if least == most else "formula.more_arguments"
            raise FormulaError(key, token.position, **values)
        node = self.node(Call(function, tuple(arguments)))
        if exponent is None:
            return node
        if self.token.kind == "**":
            raise FormulaError("formula.powers", self.token.position)
        return self.node(Call("pow", (node, exponent)))


def parse(text: str, names: Sequence[str] | None = None) -> Formula:
    """Reads a formula, or raises FormulaError with a sentence and a position in the typed text.

    names: the variables that may occur; None takes every unknown name for a variable, except
    where it reads like a product of variables (xy). Variables come in the order of a left side
    f(x, y), else in the order in which they occur.
    """
    if len(text) > MOST_CHARACTERS:
        raise FormulaError("formula.too_long", MOST_CHARACTERS, most=MOST_CHARACTERS)
    if not text.strip():
        raise FormulaError("formula.empty", None)
    parser = _Parser(text, names)
    tree = parser.whole()
    return Formula(text, to_source(tree), parser.signature or tuple(parser.variables), tree)
