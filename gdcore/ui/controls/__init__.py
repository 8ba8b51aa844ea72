"""The controls of a page: each setting's as its record says, and those that are made of several."""

from gdcore.ui.controls.fits import (
    data_panel,
    fitting,
    fitting_panel,
    forecast_panel,
    loss_panel,
    sampling,
)
from gdcore.ui.controls.formulas import examples, landscape, landscape_panel
from gdcore.ui.controls.knobs import framework_panel, method, method_panel, optimizer_menu
from gdcore.ui.controls.more import group, more
from gdcore.ui.controls.points import point, point_panel
from gdcore.ui.controls.widgets import show

__all__ = [
    "data_panel",
    "examples",
    "fitting",
    "fitting_panel",
    "forecast_panel",
    "framework_panel",
    "group",
    "landscape",
    "landscape_panel",
    "loss_panel",
    "method",
    "method_panel",
    "more",
    "optimizer_menu",
    "point",
    "point_panel",
    "sampling",
    "show",
]
