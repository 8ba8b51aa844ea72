"""What is fitted, as settings: random data, data that come along, or one's own table."""

from __future__ import annotations

from gdcore.data import datasets
from gdcore.data.datasets import BUILT_IN
from gdcore.ui.setting import Box, Setting, Slider, choice, columns, number, text, whole, worded

GENERATED, OWN = "generated", "own"
SOURCES = (GENERATED, *BUILT_IN, OWN)
MISSING = ("drop", "mean")
MOST_SAMPLES, MOST_FEATURES = datasets.MOST_SAMPLES, datasets.MOST_FEATURES

# Of the random data and of the fit's batches and held-out samples.
SEED = whole("seed", 0, 0, 1_000_000, "ui.seed", control=Box(), argument="seed")


def sampling(features: int = 1) -> list[Setting]:
    """What `make_regression` is asked, in the order of its exported call.

    features: how many there usually are.
    """
    count, share = Slider(low=1, high=20, step=1), Slider(low=0.0, high=0.5, step=0.01)
    some = Slider(low=10, high=500, step=10)
    spread, shift = Slider(low=0.0, high=100.0, step=1.0), Slider(low=-100.0, high=100.0, step=1.0)
    few = {"control": Box(), "optional": True}
    return [
        whole("samples", 100, 5, MOST_SAMPLES, "ui.samples", control=some, argument="n_samples"),
        whole(
            "features",
            features,
            1,
            MOST_FEATURES,
            "ui.features",
            control=count,
            argument="n_features",
        ),
        number("noise", 15, 0, 1_000, "ui.noise", control=spread, argument="noise"),
        number("bias", 50, -1_000, 1_000, "ui.bias", control=shift, argument="bias"),
        SEED,
        number(
            "outliers",
            0,
            0,
            0.5,
            "ui.outliers",
            control=share,
            help="ui.outliers_help",
            argument="outliers",
            optional=True,
        ),
        whole(
            "informative",
            0,
            0,
            MOST_FEATURES,
            "ui.informative",
            help="ui.informative_help",
            argument="informative",
            **few,
        ),
        whole(
            "rank",
            0,
            0,
            MOST_FEATURES,
            "ui.rank",
            help="ui.rank_help",
            argument="effective_rank",
            **few,
        ),
    ]


def reading(single: bool) -> list[Setting]:
    """Which data, the target's column, the features' columns, and what of gaps.

    single: one feature only.
    """
    label, most = ("own.feature", 1) if single else ("own.features", MOST_FEATURES)
    return [
        choice(
            "data",
            GENERATED,
            SOURCES,
            "ui.data_source",
            say=worded("sources"),
            help="ui.data_source_help",
        ),
        menu_of_columns("target", "own.target"),
        columns("columns", most, label),
        choice("missing", "drop", MISSING, "own.missing", say=worded("missing")),
    ]


def menu_of_columns(key: str, label: str) -> Setting:
    """One column's name; which there are, the table says."""
    return text(key, "", label, 200).narrowed(control=None)
