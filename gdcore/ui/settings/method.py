"""How a descent goes, as settings: optimizer, schedule, framework, precision, and their knobs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from gdcore.backends import BACKENDS, DTYPES, installed
from gdcore.rules.optimizers import OPTIMIZERS
from gdcore.rules.schedules import SCHEDULES
from gdcore.ui.setting import Setting, named, titled, worded
from gdcore.ui.settings.knobs import knobs


def available() -> list[str]:
    """The backends that are installed here."""
    return [backend.name for backend in installed()]


def _modes() -> tuple[str, ...]:
    """Those of every backend."""
    return tuple(dict.fromkeys(mode for backend in BACKENDS.values() for mode in backend.modes))


def method(beside: Collection[Setting] = ()) -> list[Setting]:
    """Optimizer, schedule, backend, precision, mode and all hyperparameters.

    beside: the page's other settings; a knob that is called like one of them, or like one of
    another kind, has its kind before its name.
    """
    rows = [
        named("optimizer", "sgd", tuple(OPTIMIZERS), titled(OPTIMIZERS), help="ui.optimizer_help"),
        named("schedule", "constant", tuple(SCHEDULES), worded("schedules"), "ui.schedule_help"),
        named("backend", "numpy", available(), titled(BACKENDS), "ui.backend_help"),
        named("dtype", "float64", DTYPES, worded("names")),
        replace(named("mode", "graph", _modes(), worded("modes"), "ui.mode_help"), report=""),
    ]
    for kind in ("optimizer", "schedule"):
        rows += knobs(kind, {one.key for one in (*beside, *rows)})
    return rows
