"""What a fit and its random data are asked, and the controls behind that."""

from __future__ import annotations

from typing import Any

from gdcore.models.losses import PENALTIES
from gdcore.ui import settings
from gdcore.ui.controls.knobs import knob_panel, method, optimizer_menu, rule_menu, values
from gdcore.ui.controls.widgets import show
from gdcore.ui.setting import arguments
from gdcore.ui.state import State


def fitting(state: State) -> dict[str, Any]:
    """Learning rate, epochs, batch size, scaling, loss and method, as arguments of `fit_linear`."""
    call, rest = arguments(settings.fitting(), state.values()), {}
    for name, value in values(state, "loss").items():
        one = state.fields[settings.knob_key("loss", name, state.fields)]
        if one.argument:
            call[one.argument] = value
        else:
            rest[name] = value
    return call | ({"loss_knobs": rest} if rest else {}) | method(state)


def fitting_panel(state: State) -> None:
    """The first controls behind `fitting`."""
    show(state, "lr", "epochs")
    optimizer_menu(state)
    rule_menu(state, "loss")


def loss_panel(state: State) -> None:
    """What belongs to the chosen loss, and what is added to it."""
    knob_panel(state, "loss")
    show(state, *PENALTIES)


def data_panel(state: State) -> None:
    """How the samples are scaled, visited and divided, and when nothing more is tried."""
    show(state, "batch")
    if state["batch"]:
        show(state, "ordered")
    show(state, "scaling", "test", "patience")


def forecast_panel(state: State) -> None:
    """How exact is exact enough for the forecast of steps."""
    show(state, "accuracy")


def sampling(state: State, features: int | None = None) -> dict[str, Any]:
    """The article's random data, as arguments of `make_regression`."""
    sample = arguments(settings.sampling(), state.values())
    count = features or state["features"]
    for key in ("informative", "effective_rank"):
        if key in sample:
            sample[key] = min(sample[key], count)
        if count == 1:
            sample.pop(key, None)
    return sample | {"n_features": count}
