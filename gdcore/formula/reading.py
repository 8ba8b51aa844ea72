"""Typed text becomes a checked tree: a small parser that executes nothing."""

from __future__ import annotations

import difflib
import itertools
import keyword
import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NoReturn

from gdcore.formula.functions import ALIASES, CONSTANTS, FUNCTIONS
from gdcore.formula.tree import (
    LARGEST_NUMBER,
    LONGEST_NAME,
    MOST_CHARACTERS,
    MOST_DEPTH,
    MOST_NODES,
    Call,
    Formula,
    Node,
    Number,
    Variable,
    constant_value,
    neg,
)
from gdcore.formula.writing import to_source
from gdcore.texts import FormulaError

_SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-", strict=True))
_SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))
# What hands and Chinese keyboards really type; full-width forms are folded by NFKC.
_SAME = {"×": "*", "·": "*", "⋅": "*", "∙": "*", "‧": "*", "•": "*", "∗": "*", "✕": "*",
         "÷": "/", "∕": "/", "⁄": "/", "−": "-", "–": "-", "—": "-", "‐": "-", "－": "-",
         "[": "(", "]": ")", "{": "(", "}": ")", "【": "(", "】": ")", "〔": "(", "〕": ")",
         "、": ",", "，": ",", "∣": "|", "｜": "|", "ˆ": "^", "．": ".", "。": "."}  # fmt: skip
_NUMBER = re.compile(r"(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
# A Greek letter is a name by itself, so that 2πx is a product.
_NAME = re.compile(r"π|[Α-ΡΣ-Ωα-ω](_?\d+)?|[A-Za-z_][A-Za-z0-9_]*")
_SIGN = re.compile(r"\*\*|[-+*/^(),|=√]")
# Look-alikes that mean the plain character; a raised ⁿ or a circled ① means something else.
_LOOK_ALIKES = ("<wide>", "<small>", "<font>", "<compat>")
_TYPED = sorted([n for n, f in FUNCTIONS.items() if not f.internal] + [*ALIASES], key=len)[::-1]
_GLUED = re.compile(rf"({'|'.join(_TYPED)})\d*[A-Za-z]?", re.IGNORECASE)  # sinx, sin2x
_INDEXED = re.compile(r"[A-Za-ei-zΑ-Ωα-ω](_?\d+)?")  # x(x+1) is a product, f(x) is not


@dataclass(frozen=True)
class Token:
    """kind: number, name, end or the operator itself; position: where it stands as typed."""

    kind: str
    text: str
    position: int


def _shown(text: str) -> str:
    """At most twenty printable characters of what was typed, safe inside a sentence."""
    printable = "".join(c for c in text if c.isprintable())
    return printable[:20] + ("…" if len(printable) > 20 else "")


def _fold(text: str) -> tuple[str, list[int]]:
    """The text in plain characters, and for each of them its place in what was typed."""
    plain, places = [], []
    raised = False
    for place, character in enumerate(text):
        if character in _SUPERSCRIPTS:
            piece = _SUPERSCRIPTS[character] if raised else "**(" + _SUPERSCRIPTS[character]
            raised = True
        else:
            index = not text[place - 1 : place].isdecimal()  # x₁, log₂; 2₁ means nothing
            piece = (index and _SUBSCRIPTS.get(character)) or _plain(character)
            if raised:
                piece, raised = ")" + piece, False
        plain.append(piece)
        places.extend([place] * len(piece))
    if raised:
        plain.append(")")
        places.append(len(text) - 1)
    return "".join(plain), places


def _plain(character: str) -> str:
    """The plain character that a full-width or otherwise dressed-up one stands for."""
    tag, _, rest = unicodedata.decomposition(character).partition(" ")
    if character not in _SAME and (not rest or tag in _LOOK_ALIKES):
        folded = unicodedata.normalize("NFKC", character)
        character = folded if len(folded) == 1 else character
    return _SAME.get(character, character)


def _tokens(text: str) -> list[Token]:
    plain, places = _fold(text)
    tokens: list[Token] = []
    at = 0
    while at < len(plain):
        here = places[at]
        if plain[at] in " \t\u3000\u00a0":
            at += 1
            continue
        if match := _NUMBER.match(plain, at):
            tokens.append(Token("number", match[0], here))
        elif match := _NAME.match(plain, at):
            if len(match[0]) > LONGEST_NAME:
                raise FormulaError("formula.long_name", here, name=_shown(match[0]))
            tokens.append(Token("name", match[0], here))
        elif match := _SIGN.match(plain, at):
            kind = "**" if match[0] == "^" else match[0]
            tokens.append(Token(kind, match[0], here))
        elif plain[at] == ".":
            raise FormulaError("formula.dot", here)
        elif plain[at] in "\"'`‘’“”":
            raise FormulaError("formula.quote", here)
        elif plain[at] in "<>!&~%@:;?" or plain[at] in "\r\n":
            key = "formula.line_break" if plain[at] in "\r\n" else "formula.operator"
            raise FormulaError(key, here, character=_shown(plain[at]))
        else:
            character = _shown(plain[at]) or f"U+{ord(plain[at]):04X}"
            raise FormulaError("formula.character", here, character=character)
        at = match.end()
    tokens.append(Token("end", "", max(len(text) - 1, 0)))
    return tokens


def _without_left_side(tokens: list[Token]) -> list[Token]:
    """Drops a leading `y =` or `f(x) =`."""
    equals = [i for i, token in enumerate(tokens) if token.kind == "="]
    if not equals:
        return tokens
    kinds = [token.kind for token in tokens[: equals[0]]]
    if tokens[0].text.lower() in FUNCTIONS:  # sin(x) = x is an equation
        kinds = []
    if kinds == ["name"] or (kinds[:2] == ["name", "("] and kinds[-1] == ")" and len(kinds) <= 9):
        if len(equals) == 1:
            return tokens[equals[0] + 1 :]
    raise FormulaError("formula.equals", tokens[equals[-1]].position)


class _Parser:
    """Precedence climbing over the tokens of one formula."""

    def __init__(self, text: str, names: Sequence[str] | None):
        self.tokens = _without_left_side(_tokens(text))
        self.allowed = None if names is None else tuple(names)
        self.at = self.nodes = self.depth = self.bars = 0
        self.found: list[str] = []

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
            raise FormulaError("formula.empty", None)
        tree = self.sum()
        token = self.token
        if token.kind == ")":
            raise FormulaError("formula.extra_bracket", token.position)
        if token.kind == ",":
            raise FormulaError("formula.comma", token.position)
        if token.kind != "end":
            self.unexpected(token)
        return tree

    def unexpected(self, token: Token) -> NoReturn:
        if token.kind == "end":
            raise FormulaError("formula.unfinished", token.position)
        raise FormulaError("formula.unexpected", token.position, text=_shown(token.text))

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
                raise FormulaError("formula.root", token.position)
            return self.node(Call("sqrt", (inner,)))
        if token.kind == "name":
            return self.name(token)
        self.at -= 1
        self.unexpected(token)

    def close(self, opening: Token) -> None:
        if self.token.kind == "end":
            raise FormulaError("formula.open_bracket", opening.position)
        if self.token.kind != ")":
            if self.token.kind == ",":
                raise FormulaError("formula.comma", self.token.position)
            self.unexpected(self.token)
        self.take()

    def name(self, token: Token) -> Node:
        name = token.text
        if self.allowed is not None and name in self.allowed:
            return self.variable(name)
        function = ALIASES.get(name.lower(), name.lower())
        if function in FUNCTIONS and not FUNCTIONS[function].internal:
            return self.function(token, function)
        if name.lower() == "pi" or name in CONSTANTS:
            return self.node(CONSTANTS.get(name, CONSTANTS["pi"]))
        if name.startswith("_") or keyword.iskeyword(name):
            raise FormulaError("formula.word", token.position, name=_shown(name))
        if self.token.kind != "(" and (glued := _GLUED.fullmatch(name)):
            raise FormulaError("formula.call", token.position, name=glued[1].lower())
        if self.token.kind == "(" and name not in self.found and not _INDEXED.fullmatch(name):
            near = difflib.get_close_matches(name.lower(), [*FUNCTIONS, *ALIASES], 3, 0.5)
            known = near or [n for n, f in FUNCTIONS.items() if not f.internal]
            values = {"name": _shown(name), "known": ", ".join(known)}
            raise FormulaError("formula.unknown_function", token.position, **values)
        if self.allowed is not None:
            values = {"name": _shown(name), "known": ", ".join(self.allowed) or "-"}
            if len(name) > 1 and all(letter in self.allowed for letter in name):
                values["product"] = " * ".join(name)
                raise FormulaError("formula.glued", token.position, **values)
            raise FormulaError("formula.unknown_name", token.position, **values)
        return self.variable(name)

    def variable(self, name: str) -> Node:
        if name not in self.found:
            self.found.append(name)
        return self.node(Variable(name))

    def function(self, token: Token, function: str) -> Node:
        exponent: Node | None = None
        if self.token.kind == "**":  # sin²(x), sin^2(x)
            self.take()
            if self.token.kind != "-":
                exponent = self.primary()
            if exponent is None or (isinstance(exponent, Number) and exponent.value < 0):
                raise FormulaError("formula.inverse", token.position, name=function)
        if self.token.kind != "(":
            raise FormulaError("formula.call", token.position, name=function)
        opening = self.take()
        bars, self.bars = self.bars, 0
        arguments = [self.sum()] if self.token.kind != ")" else []
        while self.token.kind == ",":
            self.take()
            arguments.append(self.sum())
        self.bars = bars
        self.close(opening)
        least, most = FUNCTIONS[function].arity
        if not least <= len(arguments) <= most:
            key = "formula.one_argument" if most == 1 else "formula.more_arguments"
            raise FormulaError(key, token.position, name=function, least=least)
        node = self.node(Call(function, tuple(arguments)))
        if exponent is None:
            return node
        if self.token.kind == "**":
            raise FormulaError("formula.powers", self.token.position)
        return self.node(Call("pow", (node, exponent)))


def parse(text: str, names: Sequence[str] | None = None) -> Formula:
    """Reads a formula, or raises FormulaError with a sentence and a position in the typed text.

    names: the variables that may occur; None takes every unknown name for a variable.
    """
    if len(text) > MOST_CHARACTERS:
        raise FormulaError("formula.too_long", MOST_CHARACTERS, most=MOST_CHARACTERS)
    if not text.strip():
        raise FormulaError("formula.empty", None)
    parser = _Parser(text, names)
    tree = parser.whole()
    return Formula(text, to_source(tree), tuple(parser.found), tree)
