"""gdcore: every step of gradient descent, computed by the real frameworks.

    import gdcore as gd

    run = gd.descend("w**2", start={"w": -5.0}, learning_rate=0.1, steps=150)
    run.to_frame()

`gd.court` and `gd.intake` are imported when first asked for. Nothing here imports Streamlit, and
no framework is imported before it is asked for.
"""

import importlib
from typing import Any

from gdcore import datasets
from gdcore.descent import Derivative, descend, descend_many, differentiate, second_derivatives
from gdcore.fit_verdicts import verdict
from gdcore.formula import Formula, parse
from gdcore.regression import Fit, fit_linear
from gdcore.texts import DataError, FormulaError, Problem
from gdcore.trajectory import StopReason, Trajectory
from gdcore.verdicts import Verdict

# Rooms with heavy libraries of their own.
_LATE = ("court", "intake", "export", "charts")


def __getattr__(name: str) -> Any:
    if name in _LATE:
        return importlib.import_module(f"gdcore.{name}")
    raise AttributeError(f"module 'gdcore' has no attribute {name!r}")


__all__ = [
    "DataError",
    "Derivative",
    "Fit",
    "Formula",
    "FormulaError",
    "Problem",
    "StopReason",
    "Trajectory",
    "Verdict",
    "datasets",
    "descend",
    "descend_many",
    "differentiate",
    "fit_linear",
    "parse",
    "second_derivatives",
    "verdict",
]
