"""What a report says of the settings of a fit, in the order of their records."""

from __future__ import annotations

from collections.abc import Mapping

from gdcore.models.setup import Setup
from gdcore.rules.method import Method
from gdcore.ui.setting import Setting
from gdcore.ui.settings.fits import fitting
from gdcore.ui.settings.knobs import RULES, knob_key
from gdcore.ui.settings.method import method as method_rows


def reported() -> list[Setting]:
    """The arguments of `fit_linear` that a report names, without the knobs of rules."""
    rows = (*fitting(), *method_rows())
    return [one for one in rows if one.report and one.default is not None]


def lines(method: Method, setup: Setup) -> list[tuple[str, str]]:
    """Name and value of each; what is switched off stays out, a rule's knobs stand below it."""
    chosen = {**vars(method), **vars(setup), **setup.penalties}
    turned: dict[str, Mapping[str, float]] = {
        "optimizer": method.knobs,
        "schedule": method.schedule_knobs,
        "loss": setup.loss_knobs,
    }
    rows = {one.key: one for one in (*fitting(), *method_rows(fitting()))}
    said = []
    for one in reported():
        if chosen[one.argument] or one.default:
            said.append(one.reported(chosen[one.argument]))
        if one.key in RULES:
            said += [
                rows[knob_key(one.key, name, rows)].reported(value)
                for name, value in turned[one.key].items()
            ]
    return said
