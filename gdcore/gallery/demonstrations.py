"""Ready demonstrations, in the order in which one learns: each a link that opens a page.

What a demonstration is called, asks and answers stands in `gallery.toml` under its name; what its
texts claim is computed by `gdcore.gallery.promises`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

# Opened at the first step, playing.
PLAYING = {"step": "0", "play": "1"}


@dataclass(frozen=True, kw_only=True)
class Demonstration:
    """`name` is its text key, `page` where it opens, `query` the state it opens in."""

    name: str
    page: str
    query: dict[str, str] = field(default_factory=dict)


GALLERY: dict[str, tuple[Demonstration, ...]] = {
    "article": (
        Demonstration(name="square", page="autodiff", query={"formula": "x*x", "at": "3"}),
        Demonstration(name="sine", page="autodiff", query={"formula": "x * sin(x)**2", "at": "3"}),
        Demonstration(
            name="descent",
            page="single_variable",
            query={"formula": "w**2", "start": "-5", "lr": "0.1"} | PLAYING,
        ),
        # The article prints no seed; this one gives its numbers to three digits.
        Demonstration(
            name="line", page="simple_regression", query={"epochs": "40", "seed": "18198"} | PLAYING
        ),
        Demonstration(name="many", page="multiple_regression", query={"features": "2"} | PLAYING),
    ),
    "rate": (
        Demonstration(name="too_small", page="single_variable", query={"lr": "0.005"} | PLAYING),
        Demonstration(name="zigzag", page="single_variable", query={"lr": "0.95"} | PLAYING),
        Demonstration(name="too_large", page="single_variable", query={"lr": "1.05"} | PLAYING),
        Demonstration(
            name="rates",
            page="single_variable",
            query={"compare": "lr", "with": "0.01, 0.1, 0.5, 0.95"} | PLAYING,
        ),
    ),
    "ground": (
        Demonstration(
            name="kink",
            page="single_variable",
            query={"formula": "abs(w)", "start": "-5", "lr": "0.3"} | PLAYING,
        ),
        Demonstration(
            name="local",
            page="single_variable",
            query={"formula": "w**2 / 10 + sin(2 * w)", "start": "4.5", "lr": "0.05"} | PLAYING,
        ),
        Demonstration(
            name="plateau",
            page="single_variable",
            query={
                "formula": "0.05*w**4 - 0.2*w**3 + 0.002*w**2 - 0.012*w",
                "start": "-2",
                "lr": "0.02",
                "steps": "300",
                "compare": "optimizer",
                "with": "sgd, momentum",
            }
            | PLAYING,
        ),
        Demonstration(
            name="cliff",
            page="single_variable",
            query={"formula": "0.05*w**2 + 3*sigmoid(12*(w - 2))", "start": "4", "lr": "0.6"}
            | PLAYING,
        ),
        Demonstration(
            name="race",
            page="landscapes",
            query={
                "formula": "(1 - x)**2 + 100*(y - x**2)**2",
                "x": "-1.2",
                "y": "1",
                "lr": "0.001",  # what torch.optim gives each of these where none is set
                "steps": "1500",
                "optimizers": "sgd,momentum,nesterov",
            }
            | PLAYING,
        ),
    ),
    "regression": (
        Demonstration(
            name="diverging",
            page="simple_regression",
            query={"lr": "1.05", "epochs": "60"} | PLAYING,
        ),
        Demonstration(
            name="noise", page="simple_regression", query={"batch": "10", "epochs": "20"} | PLAYING
        ),
        Demonstration(
            name="badly_scaled",
            page="multiple_regression",
            query={"features": "12", "samples": "15", "epochs": "300"} | PLAYING,
        ),
    ),
    "lab": (
        Demonstration(
            name="plane", page="multiple_regression", query={"picture": "plane"} | PLAYING
        ),
        Demonstration(
            name="robust",
            page="simple_regression",
            query={"outliers": "0.1", "loss": "huber", "delta": "20", "epochs": "200", "lr": "0.05"}
            | PLAYING,
        ),
        Demonstration(
            name="bridge",
            page="multiple_regression",
            query={
                "data": "longley",
                "scaling": "standardise",
                "optimizer": "momentum",
                "momentum": "0.96446",
                "lr": "0.4267",
                "epochs": "1600",
                "bridge": "1",
                "lab": "1",
            }
            | PLAYING,
        ),
    ),
}


def ordered() -> tuple[Demonstration, ...]:
    """All demonstrations in the order in which they are shown."""
    return tuple(one for group in GALLERY.values() for one in group)


def named(name: str) -> Demonstration:
    """The demonstration of this name. KeyError if there is none."""
    return {one.name: one for one in ordered()}[name]


def group_of(name: str) -> str:
    """The group that a demonstration stands in. KeyError if it stands in none."""
    return {one.name: group for group, many in GALLERY.items() for one in many}[name]


def after(name: str) -> Demonstration | None:
    """The next scene of the same group, None after its last. KeyError if there is no such name."""
    return _beside(name, 1)


def before(name: str) -> Demonstration | None:
    """The scene before it in the same group, None before its first. KeyError as in `after`."""
    return _beside(name, -1)


def _beside(name: str, way: int) -> Demonstration | None:
    scenes = GALLERY[group_of(name)]
    place = [one.name for one in scenes].index(name) + way
    return scenes[place] if 0 <= place < len(scenes) else None
