"""The table of settings: every value that a person can set, on any page, stands here once.

Links, controls, the calls, the report and the exported code follow from these records.
"""

from gdcore.ui.settings.data import (
    GENERATED,
    MISSING,
    MOST_FEATURES,
    MOST_SAMPLES,
    OWN,
    SOURCES,
    reading,
    sampling,
)
from gdcore.ui.settings.fits import ACCURACIES, fitting
from gdcore.ui.settings.knobs import RULES, knob_key, knobs, narrowed, of_rule
from gdcore.ui.settings.method import available, method
from gdcore.ui.settings.pages import (
    KINDS,
    LONGEST,
    MOST_RUNS,
    PICTURES,
    RESIDUALS,
    autodiff,
    landscapes,
    multiple_regression,
    picturing,
    simple_regression,
    single_variable,
)
from gdcore.ui.settings.report import lines, reported

__all__ = [
    "ACCURACIES",
    "GENERATED",
    "KINDS",
    "LONGEST",
    "MISSING",
    "MOST_FEATURES",
    "MOST_RUNS",
    "MOST_SAMPLES",
    "OWN",
    "PICTURES",
    "RESIDUALS",
    "RULES",
    "SOURCES",
    "autodiff",
    "available",
    "fitting",
    "knob_key",
    "knobs",
    "landscapes",
    "lines",
    "method",
    "multiple_regression",
    "narrowed",
    "of_rule",
    "picturing",
    "reading",
    "reported",
    "sampling",
    "simple_regression",
    "single_variable",
]
