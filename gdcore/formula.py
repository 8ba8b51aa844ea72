r"""Typed text becomes a checked tree; nothing that was typed is ever executed.

A formula is read by a small parser of its own, because `eval`, SymPy's `sympify` and `lambdify`
all run what they are given. The tree is then walked over any framework's own operations, so that
NumPy, TensorFlow and PyTorch compute the very same thing, `x*x` staying the product it was typed
as. Derivatives follow the rules of calculus, one rule per function in `FUNCTIONS`.

At kinks the conventions are: d|x|/dx = 0 at 0, relu'(0) = 0, and a tie in max or min gives half
to each side.
"""

from __future__ import annotations

import difflib
import itertools
import keyword
import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NoReturn

from gdcore.texts import FormulaError

MOST_CHARACTERS, MOST_NODES, MOST_DEPTH, LONGEST_NAME = 500, 300, 50, 20
LARGEST_NUMBER, LARGEST_EXACT = 1e300, 1e60


@dataclass(frozen=True)
class Number:
    """A constant; `symbol` is set where a name was typed (pi, e)."""

    value: float
    symbol: str = ""


@dataclass(frozen=True)
class Variable:
    name: str


@dataclass(frozen=True)
class Call:
    """A function or operator (add, sub, mul, div, pow, neg) applied to its arguments."""

    function: str
    arguments: tuple[Node, ...]


Node = Number | Variable | Call


@dataclass(frozen=True)
class Formula:
    """A checked formula: as typed, as plain Python-like source, its variables and its tree."""

    text: str
    source: str
    names: tuple[str, ...]
    tree: Node


ZERO, ONE, TWO = Number(0.0), Number(1.0), Number(2.0)


# Building nodes: the small simplifications that keep derivatives readable.


def _is(node: Node, value: float) -> bool:
    return isinstance(node, Number) and node.value == value


def _number(a: Node, b: Node, result: Callable[[float, float], float]) -> Number | None:
    """Both are plain numbers: their result, unless it is no ordinary number."""
    if not (isinstance(a, Number) and isinstance(b, Number)) or a.symbol or b.symbol:
        return None
    try:
        value = float(result(a.value, b.value))
    except (ArithmeticError, ValueError, TypeError):
        return None
    return Number(value) if math.isfinite(value) else None


def add(a: Node, b: Node) -> Node:
    if _is(a, 0) or _is(b, 0):
        return b if _is(a, 0) else a
    return _number(a, b, lambda x, y: x + y) or Call("add", (a, b))


def sub(a: Node, b: Node) -> Node:
    if _is(b, 0):
        return a
    return neg(b) if _is(a, 0) else _number(a, b, lambda x, y: x - y) or Call("sub", (a, b))


def mul(a: Node, b: Node) -> Node:
    if _is(a, 0) or _is(b, 0):
        return ZERO
    if _is(a, 1) or _is(b, 1):
        return b if _is(a, 1) else a
    if isinstance(b, Number) and not isinstance(a, Number):
        a, b = b, a
    return _number(a, b, lambda x, y: x * y) or Call("mul", (a, b))


def div(a: Node, b: Node) -> Node:
    if _is(a, 0) and not _is(b, 0):
        return ZERO
    return a if _is(b, 1) else Call("div", (a, b))


def power(a: Node, b: Node) -> Node:
    if _is(b, 0):
        return ONE
    return a if _is(b, 1) else Call("pow", (a, b))


def neg(a: Node) -> Node:
    if isinstance(a, Number) and not a.symbol:
        return Number(-a.value) if a.value else ZERO  # a minus zero would be shown as -0
    return a.arguments[0] if isinstance(a, Call) and a.function == "neg" else Call("neg", (a,))


def call(name: str, *arguments: Node) -> Node:
    return Call(name, arguments)


# One record per function: how many arguments, each argument's partial derivative, its LaTeX.


@dataclass(frozen=True)
class Function:
    """`slopes(arguments)` gives the partial derivative with respect to each argument.

    latex: with {0} for the argument(s). internal: needed by derivatives, not to be typed.
    """

    name: str
    slopes: Callable[..., Sequence[Node]]
    latex: str = ""
    arity: tuple[int, int] = (1, 1)
    internal: bool = False


def _simple(name: str, slope: Callable[[Node], Node], latex: str = "", **more: Any) -> Function:
    return Function(name, lambda x: (slope(x),), latex or rf"\{name}\left({{0}}\right)", **more)


def _extreme(sign: float) -> Callable[..., Sequence[Node]]:
    """Slopes of max (+1) or min (-1): 1 for the chosen argument, half at a tie of two."""

    def slopes(*arguments: Node) -> Sequence[Node]:
        found: list[Node] = []
        for i, a in enumerate(arguments):
            slope: Node = ONE
            for j, b in enumerate(arguments):
                if i != j:
                    gap = sub(a, b) if sign > 0 else sub(b, a)
                    slope = mul(slope, div(add(ONE, call("sign", gap)), TWO))
            found.append(slope)
        return found

    return slopes


def _named(name: str) -> str:
    return r"\operatorname{{" + name + r"}}\left({0}\right)"


def _one_minus_square(x: Node) -> Node:
    return sub(ONE, power(x, TWO))


FUNCTIONS: dict[str, Function] = {
    function.name: function
    for function in (
        _simple("sin", lambda x: call("cos", x)),
        _simple("cos", lambda x: neg(call("sin", x))),
        _simple("tan", lambda x: div(ONE, power(call("cos", x), TWO))),
        _simple("asin", lambda x: div(ONE, call("sqrt", _one_minus_square(x))),
                r"\arcsin\left({0}\right)"),
        _simple("acos", lambda x: neg(div(ONE, call("sqrt", _one_minus_square(x)))),
                r"\arccos\left({0}\right)"),
        _simple("atan", lambda x: div(ONE, add(ONE, power(x, TWO))), r"\arctan\left({0}\right)"),
        _simple("sinh", lambda x: call("cosh", x)),
        _simple("cosh", lambda x: call("sinh", x)),
        _simple("tanh", lambda x: _one_minus_square(call("tanh", x))),
        _simple("exp", lambda x: call("exp", x), "e^{{{0}}}"),
        _simple("log", lambda x: div(ONE, x), r"\ln\left({0}\right)"),
        _simple("ln", lambda x: div(ONE, x)),
        _simple("log2", lambda x: div(ONE, mul(Number(math.log(2)), x)), r"\log_2\left({0}\right)"),
        _simple("log10", lambda x: div(ONE, mul(Number(math.log(10)), x)),
                r"\log_{{10}}\left({0}\right)"),
        _simple("sqrt", lambda x: div(ONE, mul(TWO, call("sqrt", x))), r"\sqrt{{{0}}}"),
        _simple("cbrt", lambda x: div(ONE, mul(Number(3.0), power(call("cbrt", x), TWO))),
                r"\sqrt[3]{{{0}}}"),
        _simple("abs", lambda x: call("sign", x), r"\left|{0}\right|"),
        _simple("sign", lambda x: ZERO, _named("sign")),
        _simple("sigmoid", lambda x: mul(call("sigmoid", x), sub(ONE, call("sigmoid", x))),
                r"\sigma\left({0}\right)"),
        _simple("relu", lambda x: call("step", x), _named("relu")),
        _simple("softplus", lambda x: call("sigmoid", x), _named("softplus")),
        _simple("step", lambda x: ZERO, r"\mathbb{{1}}_{{{0}>0}}", internal=True),
        Function("max", _extreme(1), r"\max\left({0}\right)", (2, 8)),
        Function("min", _extreme(-1), r"\min\left({0}\right)", (2, 8)),
    )
}  # fmt: skip
ALIASES = {"arcsin": "asin", "arccos": "acos", "arctan": "atan", "tg": "tan", "lg": "log10",
           "maximum": "max", "minimum": "min", "absolute": "abs"}  # fmt: skip
CONSTANTS = {"pi": Number(math.pi, "pi"), "π": Number(math.pi, "pi"), "e": Number(math.e, "e")}


# Reading.

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
        if before.kind == "number" and power and _constant(last) is not None:
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
        value = _constant(node)
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


def _constant(node: Node) -> float | None:
    """The value of arithmetic without variables or functions, inf where it overflows."""
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Variable) or node.function not in _ARITHMETIC:
        return None
    values = [_constant(argument) for argument in node.arguments]
    if any(value is None for value in values):
        return None
    try:
        result = _ARITHMETIC[node.function](*values)
        return result if isinstance(result, float) else None
    except OverflowError:
        return math.inf
    except ArithmeticError:
        return None  # 1/0 is a result, not a reason to refuse


_ARITHMETIC: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b, "pow": lambda a, b: a**b, "neg": lambda a: -a,
}  # fmt: skip


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


# Walking.


def evaluate(
    formula: Formula | Node, operations: Mapping[str, Callable[..., Any]], values: Mapping[str, Any]
) -> Any:
    """The formula over a framework's operations; `values` holds its tensors by name.

    Operators are Python's own unless `operations` has an "add", a "pow" and so on. Numbers pass
    through operations["constant"] where there is one.
    """
    constant = operations.get("constant", float)
    known: dict[int, Any] = {}  # derivatives share subtrees: each is computed once

    def walk(node: Node) -> Any:
        if isinstance(node, Variable):
            return values[node.name]
        if isinstance(node, Number):
            return constant(node.value)
        key = id(node)
        if key not in known:
            arguments = [walk(argument) for argument in node.arguments]
            operator = operations.get(node.function) or _ARITHMETIC[node.function]
            known[key] = operator(*arguments)
        return known[key]

    return walk(formula.tree if isinstance(formula, Formula) else formula)


def derivative(formula: Formula, name: str) -> Formula:
    """The partial derivative with respect to `name`, by the rules of calculus."""
    known: dict[int, Node] = {}

    def d(node: Node) -> Node:
        if isinstance(node, Number):
            return ZERO
        if isinstance(node, Variable):
            return ONE if node.name == name else ZERO
        if id(node) not in known:
            known[id(node)] = rule(node)
        return known[id(node)]

    def rule(node: Call) -> Node:
        a, b = node.arguments[0], node.arguments[-1]
        match node.function:
            case "add":
                return add(d(a), d(b))
            case "sub":
                return sub(d(a), d(b))
            case "neg":
                return neg(d(a))
            case "mul":
                return add(mul(d(a), b), mul(a, d(b)))
            case "div":
                first = div(d(a), b)
                return first if _is(d(b), 0) else sub(first, div(mul(a, d(b)), power(b, TWO)))
            case "pow":
                return _power_rule(a, b, d(a), d(b))
        slopes = FUNCTIONS[node.function].slopes(*node.arguments)
        total: Node = ZERO
        for slope, argument in zip(slopes, node.arguments, strict=True):
            total = add(total, mul(slope, d(argument)))
        return total

    tree = d(formula.tree)
    return Formula(formula.text, to_source(tree), variables(tree), tree)


def _power_rule(a: Node, b: Node, da: Node, db: Node) -> Node:
    total: Node = ZERO
    if not _is(da, 0):  # b·a^(b-1)·a', without a logarithm, so that it holds for negative a
        total = mul(mul(b, power(a, sub(b, ONE))), da)
    if not _is(db, 0):
        total = add(total, mul(mul(power(a, b), call("log", a)), db))
    return total


def variables(tree: Node) -> tuple[str, ...]:
    """The names that occur in a tree, in the order in which a walk meets them."""
    found: dict[str, None] = {}
    seen: set[int] = set()

    def walk(node: Node) -> None:
        if isinstance(node, Variable):
            found[node.name] = None
        elif isinstance(node, Call) and id(node) not in seen:
            seen.add(id(node))
            for argument in node.arguments:
                walk(argument)

    walk(tree)
    return tuple(found)


# Writing.

_BINDS = {"add": 1, "sub": 1, "mul": 2, "div": 2, "neg": 3, "pow": 4}
LONGEST_SOURCE = 20_000


def _binding(node: Node) -> int:
    if isinstance(node, Call):
        return _BINDS.get(node.function, 9)
    return 3 if isinstance(node, Number) and node.value < 0 else 9


def to_source(node: Node, functions: Mapping[str, str] | None = None) -> str:
    """The tree as Python arithmetic: 2*x**2, sin(x); "…" past any length worth reading.

    functions: other names for functions, constants and variables, as in {"sin": "tf.sin"}.
    """
    called = functions or {}
    signs = {"add": " + ", "sub": " - ", "mul": "*", "div": "/", "pow": "**"}
    room = LONGEST_SOURCE

    def put(child: Node, least: int) -> str:
        text = write(child)
        return f"({text})" if _binding(child) < least else text

    def write(node: Node) -> str:
        nonlocal room
        room -= 1
        if room < 0:
            return "…"
        if isinstance(node, Number):
            return called.get(node.symbol, node.symbol) or _shortest(node.value)
        if isinstance(node, Variable):
            return called.get(node.name, node.name)
        name, binds = node.function, _BINDS.get(node.function, 0)
        if name == "neg":
            return "-" + put(node.arguments[0], 3)
        if name in signs:
            a, b = node.arguments
            left, right = (binds + 1, 3) if name == "pow" else (binds, binds + 1)
            return put(a, left) + signs[name] + put(b, right)
        inside = ", ".join(write(argument) for argument in node.arguments)
        return f"{called.get(name, name)}({inside})"

    return write(node)


def _shortest(value: float) -> str:
    text = repr(value)
    return text[:-2] if text.endswith(".0") else text


def latex(formula: Formula | Node) -> str:
    """The formula in LaTeX, in the order in which it was typed."""

    def put(child: Node, least: int, after_sign: bool = False) -> str:
        text = write(child)
        loose = _binding(child) < least or (after_sign and text.startswith("-"))
        return rf"\left({text}\right)" if loose else text

    def write(node: Node) -> str:
        if isinstance(node, Number):
            return {"pi": r"\pi", "e": "e"}.get(node.symbol) or _latex_number(node.value)
        if isinstance(node, Variable):
            return _latex_name(node.name)
        name, arguments = node.function, node.arguments
        if name == "neg":
            return "-" + put(arguments[0], 2, True)
        if name in ("add", "sub"):
            sign = "+" if name == "add" else "-"
            return f"{put(arguments[0], 1)} {sign} {put(arguments[1], 1 + (name == 'sub'), True)}"
        if name == "mul":
            return rf"{put(arguments[0], 2)} \cdot {put(arguments[1], 2, True)}"
        if name == "div":
            return rf"\frac{{{write(arguments[0])}}}{{{write(arguments[1])}}}"
        if name == "pow":
            base = put(arguments[0], 9)
            if "^" in base and not base.startswith(r"\left("):
                base = rf"\left({base}\right)"  # no second exponent on e^x or 10^-3
            return f"{base}^{{{write(arguments[1])}}}"
        return FUNCTIONS[name].latex.format(", ".join(write(argument) for argument in arguments))

    return write(formula.tree if isinstance(formula, Formula) else formula)


def _latex_number(value: float) -> str:
    mantissa, _, exponent = f"{value:.12g}".partition("e")
    return mantissa + (rf"\cdot 10^{{{int(exponent)}}}" if exponent else "")


def _latex_name(name: str) -> str:
    letters = name.rstrip("0123456789_")
    index = name[len(letters) :].strip("_")
    greek = "alpha beta gamma delta theta lambda mu sigma omega phi rho tau eta".split()
    head = rf"\{letters}" if letters in greek else letters.replace("_", r"\_")
    head = head if len(letters) == 1 or letters in greek else rf"\mathrm{{{head}}}"
    return f"{head}_{{{index}}}" if index else head


def count_nodes(node: Node) -> int:
    """How many nodes a walk over the tree meets."""
    return 1 + (sum(map(count_nodes, node.arguments)) if isinstance(node, Call) else 0)


_LOGARITHMS = {math.log(2): r"\ln\left(2\right)", math.log(10): r"\ln\left(10\right)"}


def _size(node: Node) -> float:
    """No whole number that exact arithmetic can make of this tree is much larger."""
    if not isinstance(node, Call):
        return max(2.0, abs(node.value)) if isinstance(node, Number) and not node.symbol else 1.0
    sizes = [_size(argument) for argument in node.arguments]
    return sizes[0] ** sizes[1] * sizes[1] if node.function == "pow" else math.prod(sizes)


def derivative_latex(formula: Formula, name: str) -> str:
    """The partial derivative in LaTeX; like terms are gathered by SymPy where it is small."""
    found = derivative(formula, name)
    try:
        small = len(found.source) <= 600 and count_nodes(formula.tree) <= 60
        if small and _size(formula.tree) <= LARGEST_EXACT:
            return _gathered(found.tree)
    except OverflowError:
        pass
    return latex(found) if len(found.source) <= 2000 else r"\cdots"


def _gathered(tree: Node) -> str:
    """LaTeX with like terms gathered. To SymPy every function of something is just a symbol."""
    import sympy  # late: half a second to import, and only words depend on it

    shown: dict[Any, str] = {}
    ranks = {name: rank for rank, name in enumerate(FUNCTIONS, start=10)}

    def symbol(node: Node, text: str) -> Any:
        # SymPy sorts by name; a reader expects π x e^x sin(x) cos(x).
        if isinstance(node, Call):
            rank = ranks.get(node.function, 10)
        else:
            rank = 1 if isinstance(node, Variable) else 2 if text == "e" else 0
        found = sympy.Symbol(f"{rank:02} {to_source(node)}")
        shown[found] = text
        return found

    def write(expression: Any) -> str:
        floats = expression.atoms(sympy.Float)
        whole = {x: sympy.Integer(int(x)) for x in floats if float(x) == int(x)}
        return str(sympy.latex(expression.xreplace(whole), symbol_names=shown))

    def convert(node: Node) -> Any:
        if isinstance(node, Number):
            if node.symbol or node.value in _LOGARITHMS:
                return symbol(node, _LOGARITHMS.get(node.value) or latex(node))
            exact = node.value == int(node.value)
            return sympy.Integer(int(node.value)) if exact else sympy.Float(repr(node.value), 12)
        if isinstance(node, Variable):
            return symbol(node, latex(node))
        arguments = [convert(argument) for argument in node.arguments]
        if node.function == "exp":
            return symbol(CONSTANTS["e"], "e") ** arguments[0]
        if node.function in ("div", "pow", "sqrt") and not _exact(node.function, arguments):
            return symbol(node, latex(node))  # 1/0, 2^0.5: left as they stand
        if node.function == "sqrt":
            return arguments[0] ** sympy.Rational(1, 2)
        if node.function in _ARITHMETIC:
            return _ARITHMETIC[node.function](*arguments)
        return symbol(node, FUNCTIONS[node.function].latex.format(", ".join(map(write, arguments))))

    gathered = convert(tree)
    if gathered.has(sympy.zoo, sympy.oo, sympy.nan, sympy.I):
        raise OverflowError  # an undefined number, such as 1/(0*x)
    return write(gathered)


def _exact(function: str, arguments: Sequence[Any]) -> bool:
    """Whether SymPy may work it out: with variables always, on plain numbers where it is exact."""
    if not all(argument.is_Number for argument in arguments):
        return True
    last = arguments[-1]
    if function == "div":
        return bool(last != 0)
    return function == "pow" and bool(last.is_Integer and last > 0)
