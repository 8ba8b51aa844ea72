"""How far the ways to a derivative are from the judge."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from mpmath import libmp

from gdcore.backends.numpy_ import operations
from gdcore.court.duals import dual
from gdcore.court.judge import Reference, left_out
from gdcore.court.numeric import central, complex_step, forward, plain_value, tiny_step
from gdcore.descent.formulas import Derivative
from gdcore.formula import Formula, evaluate

# Ways to a derivative that need no framework, by name.
METHODS: dict[str, Callable[..., Derivative]] = {
    "dual": dual,
    "complex_step": complex_step,
    "central": central,
    "forward": forward,
}


def ulps(computed: float, exact: Any, dtype: str, allowed: float = 0.0) -> float:
    """How far a number lies from the exact one, in units of its precision's last place."""
    if not np.isfinite(computed):
        return float("inf")
    with np.errstate(all="ignore"):
        near = np.abs(np.dtype(dtype).type(float(exact)))
        unit = float(np.spacing(np.minimum(near, np.finfo(dtype).max)))
    gap = libmp.mpf_abs(libmp.mpf_sub(libmp.from_float(float(computed)), exact._mpf_, 300, "n"))
    gap = libmp.mpf_sub(gap, libmp.from_float(allowed), 300, "n")
    if gap[0]:
        return 0.0
    return float(libmp.to_float(libmp.mpf_div(gap, libmp.from_float(unit), 53, "n")))


def left_out_by(
    method: str,
    dtype: str,
    formula: Formula,
    at: Mapping[str, float],
    answer: Derivative,
    judge: Reference,
) -> dict[str, float]:
    """What a method leaves out by design, by variable: the complex step its terms in h², h⁴, …

    Only looked at where the answer is off at all.
    """
    if method != "complex_step" or not judge.gradient:
        return {}
    return {
        name: left_out(formula, at, name, tiny_step(at[name], dtype))
        for name, exact in judge.gradient.items()
        if ulps(answer.gradient[name], exact, dtype) > 4
    }


def domain_edge(formula: Formula, at: Mapping[str, float], name: str) -> float | None:
    """The nearest place along `name` where the formula begins to have a value, None if unknown."""
    with np.errstate(all="ignore"):
        away = np.concatenate([-np.geomspace(1e-6, 1e3, 400), np.geomspace(1e-6, 1e3, 400)])
        places = at[name] + away
        values = {n: np.broadcast_to(np.float64(v), places.shape) for n, v in at.items()}
        outputs = evaluate(formula, operations("float64"), values | {name: places})
        good = np.isfinite(np.broadcast_to(outputs, places.shape))
    if not good.any():
        return None
    candidates = places[good]
    inside, outside = float(candidates[np.argmin(np.abs(candidates - at[name]))]), at[name]
    for _ in range(60):
        middle = (inside + outside) / 2
        with np.errstate(all="ignore"):
            fine = np.isfinite(plain_value(formula, {**at, name: middle}, "float64"))
        inside, outside = (middle, outside) if fine else (inside, middle)
    return inside


def errors_by_step(
    formula: Formula, at: Mapping[str, float], name: str, exact: Any, points: int = 31
) -> dict[str, Any]:
    """The relative error of each difference against h, from 1e-1 to 1e-16, in both precisions.

    Returns columns method, dtype, h, error. Where a method is exact to the last digit the error
    is the unit roundoff, so that a logarithmic axis can show it.
    """
    columns: dict[str, list[Any]] = {"method": [], "dtype": [], "h": [], "error": []}
    size = float(abs(exact)) or 1.0
    for dtype in ("float32", "float64"):
        floor = float(np.finfo(dtype).eps) / 4
        for method in ("forward", "central", "complex_step"):
            for h in np.geomspace(1e-1, 1e-16, points):
                slope = METHODS[method](formula, at, dtype, h).gradient[name]
                error = abs(slope - float(exact)) / size if np.isfinite(slope) else np.nan
                row = (method, dtype, float(h), max(error, floor))
                for column, entry in zip(columns, row, strict=True):
                    columns[column].append(entry)
    return columns
