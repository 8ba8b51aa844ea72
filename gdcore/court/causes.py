"""Why a way to the derivative misses it: the cause is named by evidence, not by guess.

The judge knows what was met on the way (`Notes`); the processor's own flags say whether the same
formula and its derivatives overflow, underflow or divide by zero in the precision that was used.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from gdcore.backends.numpy_ import operations
from gdcore.court.judge import Reference
from gdcore.descent.formulas import Derivative
from gdcore.formula import Formula, derivative, evaluate

CAUSES = (
    "range",
    "tie",
    "hidden_kink",
    "overflow",
    "zero_infinity",
    "saturation",
    "cancellation",
    "underflow",
    "rounding",
)
# Bits that a sum must lose before it is called the cause.
FEW_BITS = 3


def flags(formula: Formula, at: Mapping[str, float], dtype: str) -> set[str]:
    """What the processor reports of the formula and its derivatives: `overflow`, `underflow`,
    `divide by zero`, `invalid value`."""
    met: set[str] = set()
    number, ops = np.dtype(dtype).type, operations(dtype)
    with np.errstate(all="call", call=lambda kind, _: met.add(kind)):
        point = {name: number(value) for name, value in at.items()}
        for part in (formula, *(derivative(formula, name) for name in at)):
            number(evaluate(part, ops, point))
    return met


def cause(
    formula: Formula, at: Mapping[str, float], answer: Derivative, judge: Reference, dtype: str
) -> str:
    """One of CAUSES for an answer that differs from the judge's; `rounding` for no other."""
    if _out_of_range(at, judge, dtype):
        return "range"
    met, notes = flags(formula, at, dtype), judge.notes
    if not np.isfinite([answer.value, *answer.gradient.values()]).all():
        if "overflow" in met:
            return "overflow"
        if notes.singular:
            return "zero_infinity"
        if notes.lost > FEW_BITS:
            return "cancellation"
        if "underflow" in met:
            return "underflow"
        return "zero_infinity" if "divide by zero" in met else "rounding"
    eps = float(np.finfo(dtype).eps)
    if notes.ties and apart(answer, judge, dtype) > 1000:
        return "tie" if notes.ties & {"max", "min"} else "hidden_kink"
    if "overflow" in met:
        return "overflow"
    if notes.saturated < math.log2(eps) / 2:
        return "saturation"
    if notes.lost > FEW_BITS:
        return "cancellation"
    return "underflow" if "underflow" in met else "rounding"


def _out_of_range(at: Mapping[str, float], judge: Reference, dtype: str) -> bool:
    """Whether the point, or what is to be found there, does not fit into the format itself."""
    number = np.dtype(dtype).type
    with np.errstate(all="ignore"):
        rounded = [number(float(x)) for x in (judge.value, *(judge.gradient or {}).values())]
        lost = [x for x in at.values() if x and not number(x)]
        return bool(lost) or not np.isfinite([*rounded, *map(number, at.values())]).all()


def apart(
    answer: Derivative, judge: Reference, dtype: str, allowed: Mapping[str, float] | None = None
) -> float:
    """How far the gradient is off, in units of rounding of the numbers involved.

    allowed: what a method leaves out by design, by variable.
    """
    assert judge.gradient is not None
    worst, eps = 0.0, float(np.finfo(dtype).eps)
    for name, exact in judge.gradient.items():
        gap = abs(answer.gradient[name] - float(exact)) - (allowed or {}).get(name, 0.0)
        size = max(abs(float(exact)), abs(float(judge.value)), float(np.finfo(dtype).tiny))
        worst = max(worst, gap / size / eps) if np.isfinite(gap) else np.inf
    return worst
