"""What a fit is asked for beyond its method: passes, batches, loss, penalties, split, stopping."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from gdcore.models.losses import LOSSES, PENALTIES, DataLoss
from gdcore.rules.interval import Interval, choose
from gdcore.rules.method import Knobs, turned
from gdcore.rules.optimizers import NOT_NEGATIVE

Scaling = Literal["none", "standardise"]
SCALINGS = ("none", "standardise")
COUNT, SEED = Interval(0, whole=True), Interval(0, 2**32 - 1, whole=True)
SHARE = Interval(0, 1, high_open=True)


@dataclass(frozen=True, kw_only=True)
class Setup:
    """The settings of a fit, checked; `gdcore.models.fitting.fit_linear` says what each means.

    loss: a name in LOSSES, loss_knobs: its knobs. penalties: the strength of each in PENALTIES.
    Knobs and strengths that are not given stand at their defaults.
    Raises Problem for a name that is none and for a number that cannot be.
    """

    epochs: int = 40
    batch_size: int | None = None
    scaling: str = "none"
    shuffle: bool = True
    seed: int = 0
    loss: str = "mse"
    loss_knobs: Mapping[str, float] = Knobs()
    penalties: Mapping[str, float] = Knobs()
    test: float = 0.0
    patience: int = 0
    tolerance: float = 0.0

    def __post_init__(self) -> None:
        choose(dict.fromkeys(SCALINGS), self.scaling, "scaling")
        record = choose(LOSSES, self.loss, "loss")
        strengths = [penalty.strength for penalty in PENALTIES.values()]
        size = COUNT.check("batch_size", 0 if self.batch_size is None else self.batch_size)
        validated = {
            "epochs": int(COUNT.check("epochs", self.epochs)),
            "batch_size": None if self.batch_size is None else int(size),
            "seed": int(SEED.check("seed", self.seed)),
            "loss_knobs": turned(record.knobs, self.loss_knobs, self.loss),
            "penalties": turned(strengths, self.penalties, self.loss),
            "test": SHARE.check("test", self.test),
            "patience": int(COUNT.check("patience", self.patience)),
            "tolerance": NOT_NEGATIVE.check("tolerance", self.tolerance),
        }
        for name, value in validated.items():
            object.__setattr__(self, name, value)  # as a frozen record is filled in

    @property
    def record(self) -> DataLoss:
        """The loss by its name."""
        return LOSSES[self.loss]

    @property
    def quadratic(self) -> bool:
        """Whether loss and penalties make a quadratic: then a matrix describes it everywhere."""
        active = [PENALTIES[name] for name, strength in self.penalties.items() if strength]
        return self.record.quadratic and all(penalty.quadratic for penalty in active)

    def whole(self, samples: int) -> bool:
        """Whether every step sees all of so many samples."""
        return self.batch_size is None or self.batch_size >= samples
