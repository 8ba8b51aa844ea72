"""gdcore: every step of gradient descent, computed by the real frameworks.

    import gdcore as gd

    run = gd.descend("w**2", start={"w": -5.0}, learning_rate=0.1, steps=150)
    run.to_frame()

Nothing here imports Streamlit, and no framework is imported before it is asked for.
"""

from gdcore import court, datasets
from gdcore.descent import Derivative, descend, descend_many, differentiate, second_derivatives
from gdcore.formula import Formula, parse
from gdcore.regression import Fit, fit_linear
from gdcore.texts import DataError, FormulaError, Problem
from gdcore.trajectory import StopReason, Trajectory

__all__ = [
    "DataError",
    "Derivative",
    "Fit",
    "Formula",
    "FormulaError",
    "Problem",
    "StopReason",
    "Trajectory",
    "court",
    "datasets",
    "descend",
    "descend_many",
    "differentiate",
    "fit_linear",
    "parse",
    "second_derivatives",
]
