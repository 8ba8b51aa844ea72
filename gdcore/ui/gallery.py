"""Ready demonstrations: each a link that opens a page in a telling state."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Demonstration:
    """`name` is its text key, `page` where it opens, `query` the state it opens in."""

    name: str
    page: str
    query: dict[str, str] = field(default_factory=dict)


GALLERY: dict[str, tuple[Demonstration, ...]] = {
    "article": (
        Demonstration("square", "autodiff", {"formula": "x*x", "at": "3"}),
        Demonstration("sine", "autodiff", {"formula": "x * sin(x)**2", "at": "3"}),
        Demonstration(
            "descent", "single_variable", {"formula": "w**2", "lr": "0.1", "step": "0", "play": "1"}
        ),
        Demonstration("line", "simple_regression", {"epochs": "40", "step": "0", "play": "1"}),
        Demonstration("many", "multiple_regression", {"features": "2", "step": "0", "play": "1"}),
    ),
    "rate": (
        Demonstration("too_large", "single_variable", {"lr": "1.05", "step": "0", "play": "1"}),
        Demonstration("too_small", "single_variable", {"lr": "0.005", "step": "0", "play": "1"}),
        Demonstration("zigzag", "single_variable", {"lr": "0.95", "step": "0", "play": "1"}),
        Demonstration(
            "rates",
            "single_variable",
            {"compare": "lr", "with": "0.01, 0.1, 0.5, 0.95", "step": "0", "play": "1"},
        ),
    ),
    "ground": (
        Demonstration(
            "local",
            "single_variable",
            {
                "formula": "w**2 / 10 + sin(2 * w)",
                "start": "4.5",
                "lr": "0.05",
                "step": "0",
                "play": "1",
            },
        ),
        Demonstration(
            "plateau",
            "single_variable",
            {
                "formula": "0.05*w**4 - 0.2*w**3 + 0.002*w**2 - 0.012*w",
                "start": "-2",
                "lr": "0.02",
                "steps": "300",
                "compare": "optimizer",
                "with": "sgd, momentum",
                "step": "0",
                "play": "1",
            },
        ),
        Demonstration(
            "cliff",
            "single_variable",
            {
                "formula": "0.05*w**2 + 3*sigmoid(12*(w - 2))",
                "start": "4",
                "lr": "0.6",
                "step": "0",
                "play": "1",
            },
        ),
        Demonstration(
            "race",
            "landscapes",
            {
                "formula": "(1 - x)**2 + 100*(y - x**2)**2",
                "x": "-1.2",
                "y": "1",
                "lr": "0.0015",
                "steps": "500",
                "step": "0",
                "play": "1",
            },
        ),
        Demonstration(
            "kink",
            "single_variable",
            {"formula": "abs(w)", "start": "-5", "lr": "0.3", "step": "0", "play": "1"},
        ),
    ),
    "regression": (
        Demonstration(
            "noise", "simple_regression", {"batch": "10", "epochs": "20", "step": "0", "play": "1"}
        ),
        Demonstration(
            "diverging",
            "simple_regression",
            {"lr": "1.05", "epochs": "60", "step": "0", "play": "1"},
        ),
        Demonstration(
            "badly_scaled",
            "multiple_regression",
            {"features": "12", "samples": "15", "epochs": "300", "step": "0", "play": "1"},
        ),
    ),
    "lab": (
        Demonstration(
            "robust",
            "simple_regression",
            {
                "outliers": "0.1",
                "loss": "huber",
                "delta": "20",
                "epochs": "200",
                "lr": "0.05",
                "step": "0",
                "play": "1",
            },
        ),
        Demonstration(
            "bridge",
            "multiple_regression",
            {
                "data": "longley",
                "scaling": "standardise",
                "optimizer": "momentum",
                "momentum": "0.96446",
                "lr": "0.4267",
                "epochs": "1600",
                "bridge": "1",
                "lab": "1",
                "step": "0",
                "play": "1",
            },
        ),
        Demonstration(
            "plane", "multiple_regression", {"picture": "plane", "step": "0", "play": "1"}
        ),
    ),
}
