"""What hands type becomes tokens: one plain spelling for each sign, each with its place."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import NoReturn

from gdcore.formula.tree import LONGEST_NAME
from gdcore.words.texts import FormulaError

_SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-", strict=True))
_SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))
# The roots that have a sign of their own, by the small number that may stand before a √.
_ROOTS = {"2": "√", "3": "∛", "4": "∜"}
# What hands and Chinese keyboards really type; full-width forms are folded by NFKC.
_SAME = {
    "×": "*",
    "·": "*",
    "⋅": "*",
    "∙": "*",
    "‧": "*",
    "•": "*",
    "∗": "*",
    "✕": "*",
    "÷": "/",
    "∕": "/",
    "⁄": "/",
    "−": "-",
    "–": "-",
    "—": "-",
    "‐": "-",
    "－": "-",
    "[": "(",
    "]": ")",
    "{": "(",
    "}": ")",
    "【": "(",
    "】": ")",
    "〔": "(",
    "〕": ")",
    "、": ",",
    "，": ",",
    "∣": "|",
    "｜": "|",
    "ˆ": "^",
    "．": ".",
    "。": ".",
}
_NUMBER = re.compile(r"([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
# A Greek letter is a name by itself, so that 2πx is a product.
_NAME = re.compile(r"π|[Α-ΠΡΤ-Ωα-ω](_?[0-9]+)?|[A-Za-z_][A-Za-z0-9_]*")
_SIGN = re.compile(r"\*\*|[-+*/^(),|=√∛∜]")
# Look-alikes that mean the plain character; a raised ⁿ or a circled ① means something else.
_LOOK_ALIKES = ("<wide>", "<small>", "<font>", "<compat>")
_SPACES = " \t\u3000\u00a0"
_QUOTES = "\"'`‘’“”′″"
# After a digit, marks between digits: 1_000, 1'000.
_THOUSANDS = re.compile(r"(_+[0-9]+)+|(['`‘’][0-9]{3})+(?![0-9])")
# Signs that mean something, only not here, and the text that says so.
_REFUSED = {
    "formula.comparison": "<>≤≥≠≈≡≦≧",
    "formula.factorial": "!",
    "formula.percent": "%‰",
    "formula.degree": "°",
    "formula.infinity": "∞",
    "formula.written_out": "∑Σ∏∫∂∇∆",
    "formula.command": "\\",
    "formula.operator": "&~@:;?",
    "formula.line_break": "\r\n",
}
_REASONS = {character: key for key, signs in _REFUSED.items() for character in signs}


@dataclass(frozen=True)
class Token:
    """kind: number, name, end or the operator itself; position: where it stands as typed."""

    kind: str
    text: str
    position: int


def shown(text: str) -> str:
    """At most twenty printable characters of what was typed, safe inside a sentence."""
    printable = "".join(c for c in text if c.isprintable())
    return printable[:20] + ("…" if len(printable) > 20 else "")


def as_typed(text: str, token: Token) -> str:
    """What stands where the token was read: a raised sign is read as more than was typed."""
    character = text[token.position : token.position + 1]
    return shown(character if character in _SUPERSCRIPTS else token.text)


def _fold(text: str) -> tuple[str, list[int]]:
    """The text in plain characters, and for each of them its place in what was typed."""
    plain, places = [], []
    raised = False
    at = 0
    while at < len(text):
        place, character = at, text[at]
        if not raised and (index := _index_of_root(text, at)):
            piece = _root(text, at, index)
            at += len(index)
        elif character in _SUPERSCRIPTS:
            piece = _SUPERSCRIPTS[character] if raised else "**(" + _SUPERSCRIPTS[character]
            raised = True
        else:
            below = not text[place - 1 : place].isdecimal()  # x₁, log₂; 2₁ means nothing
            piece = (below and _SUBSCRIPTS.get(character)) or _plain(character)
            if raised:
                piece, raised = ")" + piece, False
        plain.append(piece)
        places.extend([place] * len(piece))
        at += 1
    if raised:
        plain.append(")")
        places.append(len(text) - 1)
    return "".join(plain), places


def _index_of_root(text: str, at: int) -> str:
    """The raised characters from `at` on, if they stand right before a √."""
    end = at
    while text[end : end + 1] in _SUPERSCRIPTS:
        end += 1
    return text[at:end] if text[end : end + 1] == "√" else ""


def _root(text: str, at: int, index: str) -> str:
    """The sign of the root whose small number stands at `at`; in x³√y it could be x's exponent."""
    before = text[:at].rstrip(_SPACES)
    last = before[-1:]
    bar = last in ("|", "∣", "｜") and sum(map(before.count, "|∣｜")) % 2 == 0
    if bar or last.isalnum() or _plain(last) == ")":
        raise FormulaError("formula.root_index", at, index=index)
    number = "".join(_SUPERSCRIPTS[character] for character in index)
    if number not in _ROOTS:
        raise FormulaError("formula.other_root", at)
    return _ROOTS[number]


def _plain(character: str) -> str:
    """The plain character that a full-width or otherwise dressed-up one stands for."""
    tag, _, rest = (
        unicodedata.decomposition(character).partition(" ") if character else ("", "", "")
    )
    if character not in _SAME and (not rest or tag in _LOOK_ALIKES):
        folded = unicodedata.normalize("NFKC", character)
        character = folded if len(folded) == 1 else character
    return _SAME.get(character, character)


def read_tokens(text: str) -> list[Token]:
    """The tokens of a formula, the last one of the kind `end`. Raises FormulaError."""
    plain, places = _fold(text)
    tokens: list[Token] = []
    at = 0
    while at < len(plain):
        here = places[at]
        if plain[at] in _SPACES:
            at += 1
            continue
        if match := _NUMBER.match(plain, at):
            if separated := _THOUSANDS.match(plain, match.end()):
                refuse_thousands(match[0], separated[0], here)
            tokens.append(Token("number", match[0], here))
        elif match := _NAME.match(plain, at):
            if len(match[0]) > LONGEST_NAME:
                raise FormulaError("formula.long_name", here, name=shown(match[0]))
            tokens.append(Token("name", match[0], here))
        elif match := _SIGN.match(plain, at):
            kind = {"^": "**", "∛": "√", "∜": "√"}.get(match[0], match[0])
            tokens.append(Token(kind, match[0], here))
        else:
            _refuse(plain, at, here)
        at = match.end()
    tokens.append(Token("end", "", max(len(text) - 1, 0)))
    return tokens


def refuse_thousands(first: str, rest: str, position: int) -> NoReturn:
    """1_000, 1'000, 1,000 and 1 000: one number, only not as it is written here."""
    digits = first + re.sub("[^0-9]", "", rest)
    raise FormulaError("formula.thousands", position, number=shown(first + rest), plain=digits)


def _refuse(plain: str, at: int, here: int) -> NoReturn:
    """Says why a character cannot stand in a formula, and where one can, what to write instead."""
    character = plain[at]
    if character == ".":
        raise FormulaError("formula.dot", here)
    if character in _QUOTES:
        prime = character in "'’′″" and plain[at - 1 : at].isalnum() | (plain[at - 1 : at] == ")")
        raise FormulaError("formula.prime" if prime else "formula.quote", here)
    if unicodedata.decomposition(character).startswith("<fraction>"):
        written = unicodedata.normalize("NFKC", character).replace("⁄", "/")
        raise FormulaError("formula.fraction", here, character=character, written=written)
    name = shown(character) or f"U+{ord(character):04X}"
    key = _REASONS.get(character, "formula.character")
    if plain.startswith("!=", at):
        key = "formula.comparison"
    raise FormulaError(key, here, character=name)
