"""gdcore: every step of gradient descent, computed by the real frameworks.

    import gdcore as gd

    run = gd.descend("w**2", start={"w": -5.0}, learning_rate=0.1, steps=150)
    run.to_frame()

`gd.court` and `gd.intake` are imported when first asked for. Nothing here imports Streamlit, and
no framework is imported before it is asked for.
"""

import importlib
from typing import Any

from gdcore.data import datasets
from gdcore.descent.formulas import (
    Derivative,
    descend,
    descend_many,
    differentiate,
    second_derivatives,
)
from gdcore.descent.trajectory import StopReason, Trajectory
from gdcore.descent.verdicts import Verdict
from gdcore.formula import Formula, parse
from gdcore.models.fit import Fit
from gdcore.models.fitting import fit_linear
from gdcore.models.verdicts import verdict
from gdcore.rules.method import Method
from gdcore.words.texts import DataError, FormulaError, Problem

# Rooms with heavy libraries of their own.
_LATE = {"court": "gdcore.court", "intake": "gdcore.data.intake"}


def __getattr__(name: str) -> Any:
    if name in _LATE:
        return importlib.import_module(_LATE[name])
    raise AttributeError(f"module 'gdcore' has no attribute {name!r}")


__all__ = [
    "DataError",
    "Derivative",
    "Fit",
    "Formula",
    "FormulaError",
    "Method",
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
