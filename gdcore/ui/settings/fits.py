"""What a fit is asked, as settings: rate, epochs, batches, loss, penalties, split, stopping."""

from __future__ import annotations

from collections.abc import Collection
from operator import not_

from gdcore.models.losses import LOSSES, PENALTIES
from gdcore.models.setup import SCALINGS
from gdcore.ui.setting import Box, Setting, Slider, named, number, switch, whole, worded
from gdcore.ui.settings.data import MOST_SAMPLES, SEED, reading, sampling
from gdcore.ui.settings.knobs import knobs
from gdcore.ui.settings.method import method

# What share of the slowest error may be left when the forecast counts steps.
ACCURACIES = ("0.1", "0.01", "0.001", "0.000001")


def fitting(beside: Collection[Setting] = ()) -> list[Setting]:
    """What `fit_linear` is asked, without the method, in the order of its exported call.

    The article's numbers are the defaults. beside: the page's other settings; a loss's knob that
    is called like one of them has its kind before its name.
    """
    rate = Slider(low=0.0, high=1.5, step=0.005, format="%.4g", exact=True)
    share = Slider(low=0.0, high=0.9, step=0.05)
    before = [
        number(
            "lr",
            0.1,
            0,
            100,
            "ui.learning_rate",
            control=rate,
            argument="learning_rate",
            report="ui.learning_rate",
        ),
        whole(
            "epochs",
            40,
            1,
            10_000,
            "ui.epochs",
            control=Slider(low=1, high=300, step=1),
            argument="epochs",
            report="ui.epochs",
        ),
        whole(
            "batch",
            0,
            0,
            MOST_SAMPLES,
            "ui.batch",
            control=Box(),
            help="ui.batch_help",
            argument="batch_size",
            become=lambda size: size or None,
            report="report.batch",
        ),
        named("scaling", "none", SCALINGS, worded("names")),
        SEED,
        named("loss", "mse", tuple(LOSSES), worded("losses"), "ui.loss_help"),
    ]
    after = [
        *(_strength(key) for key in PENALTIES),
        number(
            "test",
            0,
            0,
            0.9,
            "ui.test",
            control=share,
            help="ui.test_help",
            argument="test",
            report="ui.test",
        ),
        whole(
            "patience",
            0,
            0,
            10_000,
            "ui.patience",
            control=Box(),
            help="ui.patience_help",
            argument="patience",
            report="report.patience",
        ),
        switch("ordered", "ui.ordered", help="ui.ordered_help", argument="shuffle", become=not_),
    ]
    # A loss that comes later changes no link that there is: its knobs give way to all others.
    others = (*before, *after, *beside, *reading(single=True), *sampling(), *method())
    return [*before, *knobs("loss", {one.key for one in others}), *after]


def _strength(key: str) -> Setting:
    label = f"ui.{key}"
    return number(
        key,
        0,
        0,
        1e6,
        label,
        control=Box(format="%.4g", step=0.1),
        help=f"{label}_help",
        argument=key,
        report=label,
    )
