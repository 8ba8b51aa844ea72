"""How the court decides on a derivative: what is found at the point, and who misses it by how much.

What is decided is a key, a tone and numbers; the words are the page's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from gdcore.backends import BACKENDS, DTYPES, installed
from gdcore.court.causes import apart, cause
from gdcore.court.judge import Reference
from gdcore.court.measures import METHODS, domain_edge, left_out_by, ulps
from gdcore.descent.formulas import Derivative
from gdcore.formula import Formula
from gdcore.words.figures import plain
from gdcore.words.texts import Problem

# A way's answer: its method and precision, such as ("torch", "float32").
Way = tuple[str, str]
Answers = Mapping[Way, Derivative | Problem]

# Differences are meant to show how far they are off; they do not disagree.
DIFFERENCES = ("central", "forward")
# A derivative of a few operations, each right to half a unit in the last place, and those of the
# chain rule on top, is off by up to this many units where nothing has gone wrong.
FEW_ULPS = 4
# The value has its own rounding: two libraries' functions may each be off by several units
# (glibc's manual, "Errors in Math Functions"), and these add up.
FEW_VALUE_ULPS = 16
# Beyond this many units of rounding of the numbers involved three digits are lost, and the
# difference is no mere matter of the last places.
LITTLE = 1000
Tone = Literal["success", "info", "warning"]


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """What the court says.

    key: the text's key. values: its numbers and names by placeholder, unworded: floats, and for
    `told` the answer of each way. more: further rulings on the same point, said behind it.
    """

    tone: Tone
    key: str
    values: Mapping[str, Any] = field(default_factory=dict)
    more: tuple[Ruling, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Row:
    """One way in one precision beside the judge.

    answer: what it says, a Problem where it has none, None while it is awaited. off: how far its
    gradient is off at most, in units in the last place; rest: the same as a number, where the
    slope is exactly 0, which has no last place. Both None where there is nothing to measure by.
    """

    method: str
    dtype: str
    answer: Derivative | Problem | None = None
    off: float | None = None
    rest: float | None = None


def table(
    answers: Answers, formula: Formula, at: Mapping[str, float], judge: Reference
) -> list[Row]:
    """Every way that there is here in every precision, the most exact precision first."""
    here = [backend.name for backend in installed()]
    return [
        _row((method, dtype), answers, formula, at, judge)
        for dtype in reversed(DTYPES)
        for method in (*here, *METHODS)
    ]


def _row(
    way: Way, answers: Answers, formula: Formula, at: Mapping[str, float], judge: Reference
) -> Row:
    answer = answers.get(way)
    if not isinstance(answer, Derivative) or not judge.gradient:
        return Row(method=way[0], dtype=way[1], answer=answer)
    # A table shows the whole difference, also what a method leaves out by design.
    return Row(
        method=way[0],
        dtype=way[1],
        answer=answer,
        off=farthest(answer, judge, way[1], {}),
        rest=rest_of_zero(answer, judge, {}),
    )


def farthest(
    answer: Derivative, judge: Reference, dtype: str, allowed: Mapping[str, float]
) -> float:
    """How far a gradient is off at most, in units in the last place."""
    assert judge.gradient is not None
    return max(
        ulps(answer.gradient[name], exact, dtype, allowed.get(name, 0.0))
        for name, exact in judge.gradient.items()
    )


def rest_of_zero(answer: Derivative, judge: Reference, allowed: Mapping[str, float]) -> float:
    """What is left at most where the slope is exactly 0, which has no last place to count in."""
    assert judge.gradient is not None
    gaps = [
        abs(answer.gradient[name]) - allowed.get(name, 0.0)
        for name, exact in judge.gradient.items()
        if not exact
    ]
    return max([0.0, *gaps])


def value_gap(answers: Answers, judge: Reference) -> float:
    """How far the values are off at most, where that is more than a few units of rounding."""
    return max(
        [0.0]
        + [
            abs(answer.value - float(judge.value))
            for (_, dtype), answer in answers.items()
            if isinstance(answer, Derivative)
            and ulps(answer.value, judge.value, dtype) > FEW_VALUE_ULPS
        ]
    )


def ruling(answers: Answers, formula: Formula, at: Mapping[str, float], judge: Reference) -> Ruling:
    """How the court decides once everybody has answered."""
    if judge.kind == "kink" and judge.slopes:
        return _kink(answers, judge)
    if judge.kind == "jump" and judge.slopes:
        name, left, right = judge.slopes
        sides = {"name": name, "left": left, "right": right, "value": float(judge.value)}
        return Ruling(tone="warning", key="court.jump", values=sides)
    if judge.kind != "smooth" or not judge.gradient:
        return _no_slope(formula, at, judge)
    if any(isinstance(answer, Problem) for answer in answers.values()):
        return Ruling(tone="warning", key="ui.incomplete")
    return _compared(answers, formula, at, judge)


def _kink(answers: Answers, judge: Reference) -> Ruling:
    assert judge.slopes is not None
    name, left, right = judge.slopes
    told = [
        (method, answer.gradient[name])
        for method in (*BACKENDS, *METHODS)
        if isinstance(answer := answers.get((method, "float64")), Derivative)
    ]
    here: dict[str, Any] = {"name": name, "left": left, "right": right, "told": told}
    if plain(left) == plain(right):  # as they are shown
        return Ruling(tone="warning", key="court.fine_kink", values=here | {"gap": judge.gap})
    tied = judge.notes.ties and judge.notes.ties <= {"max", "min"}
    return Ruling(tone="warning", key="court.tied_kink" if tied else "ui.kink", values=here)


def _no_slope(formula: Formula, at: Mapping[str, float], judge: Reference) -> Ruling:
    edges = {
        name: domain_edge(formula, at, name)
        for name in (formula.names if judge.kind == "outside" else ())
    }
    more = tuple(
        Ruling(tone="warning", key="ui.domain_edge", values={"name": name, "value": edge})
        for name, edge in edges.items()
        if edge is not None
    )
    group = "court." if judge.kind in ("edge", "unknown") else "ui.court_"
    return Ruling(tone="warning", key=f"{group}{judge.kind}", more=more)


def _compared(
    answers: Answers, formula: Formula, at: Mapping[str, float], judge: Reference
) -> Ruling:
    """On a smooth point: whether all ways agree, and if not, why the worst of them does not."""
    rated = {way: one for way, one in answers.items() if way[0] not in DIFFERENCES}
    worst, off, last, rest = 0.0, 0.0, None, 0.0
    for way, answer in rated.items():
        assert isinstance(answer, Derivative)
        allowed = left_out_by(*way, formula, at, answer, judge)
        worst = max(worst, apart(answer, judge, way[1], allowed))
        mine = farthest(answer, judge, way[1], allowed)
        if mine > off:
            off, last, rest = mine, way, rest_of_zero(answer, judge, allowed)
    if off <= FEW_ULPS or last is None:
        if gap := value_gap(answers, judge):
            return Ruling(tone="info", key="court.value_off", values={"gap": gap})
        if off == 0:
            return Ruling(tone="success", key="ui.agree_exact")
        return Ruling(tone="success", key="ui.agree_all", values={"last": off})
    answer, dtype = rated[last], last[1]
    assert isinstance(answer, Derivative)
    why = cause(formula, at, answer, judge, dtype)
    if rest and why in ("rounding", "cancellation") and worst <= LITTLE:
        return Ruling(tone="info", key=f"court.zero_{why}", values={"gap": rest})
    if why == "cancellation" and worst <= LITTLE:
        return Ruling(tone="info", key="court.cancellation_little", values={"last": off})
    met = judge.notes.singular if why == "zero_infinity" else judge.notes.ties
    values = {"last": off, "dtype": dtype, "functions": tuple(sorted(met))}
    tone: Tone = "info" if why in ("rounding", "saturation") else "warning"
    return Ruling(tone=tone, key=f"court.{why}", values=values)
