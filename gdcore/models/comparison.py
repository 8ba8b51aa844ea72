"""Fits beside what they should be, as rows of numbers: whoever shows them finds the words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gdcore.data.datasets import Data, agreeing_digits
from gdcore.models.fit import Fit


@dataclass(frozen=True, kw_only=True)
class Weight:
    """One weight of a fit in the data's own units, beside the reference's.

    digits: how many leading digits agree with the certified value, or where there is none with
    the reference's. certified, truth: None where nobody knows them.
    """

    name: str
    descent: float
    reference: float
    digits: float
    certified: float | None = None
    truth: float | None = None

    @property
    def difference(self) -> float:
        return self.descent - self.reference


@dataclass(frozen=True, kw_only=True)
class Quality:
    """`r2` or `rmse` of both fits; NaN where it has no meaning, as R² of a constant target."""

    name: str
    descent: float
    reference: float

    @property
    def difference(self) -> float:
        return self.descent - self.reference


@dataclass(frozen=True, kw_only=True)
class Bridged:
    """One weight as each scaling's run ended, in the data's own units, and the reference's.

    ways, digits: by scaling, the weight and how many of its digits agree with the certified value,
    or where there is none with the reference's.
    """

    name: str
    ways: Mapping[str, float]
    digits: Mapping[str, float]
    reference: float
    certified: float | None = None


def weights(fit: Fit, data: Data, names: Sequence[str]) -> list[Weight]:
    """Every weight of a fit, the intercept last. names: what they are called.

    The reference is scikit-learn's answer to the same loss with the same penalties.
    """
    mine, reference = fit.weights[-1], _reference(fit)
    certified, truth = _listed(data.certified, len(names)), _listed(_truth(data), len(names))
    return [
        Weight(
            name=name,
            descent=float(mine[i]),
            reference=float(reference[i]),
            digits=agreeing_digits(mine[i], _first(certified[i], reference[i])),
            certified=certified[i],
            truth=truth[i],
        )
        for i, name in enumerate(names)
    ]


def qualities(fit: Fit) -> list[Quality]:
    """How well both fits explain the samples that were descended on."""
    reference = fit.reference
    return [
        Quality(name="r2", descent=fit.r2, reference=reference.r2),
        Quality(name="rmse", descent=fit.rmse, reference=reference.rmse),
    ]


def bridged(fits: Mapping[str, Fit], data: Data, names: Sequence[str]) -> list[Bridged]:
    """The weights of fits of the same data and loss by their scaling, see `Bridged`."""
    ends = {scaling: fit.weights[-1] for scaling, fit in fits.items()}
    reference = _reference(next(iter(fits.values())))
    certified = _listed(data.certified, len(names))
    return [
        Bridged(
            name=name,
            ways={scaling: float(end[i]) for scaling, end in ends.items()},
            digits={
                scaling: agreeing_digits(end[i], _first(certified[i], reference[i]))
                for scaling, end in ends.items()
            },
            reference=float(reference[i]),
            certified=certified[i],
        )
        for i, name in enumerate(names)
    ]


def _reference(fit: Fit) -> np.ndarray:
    return np.append(fit.reference.coef_, fit.reference.intercept_)


def _truth(data: Data) -> np.ndarray | None:
    if data.true_coef is None or data.true_bias is None:
        return None
    return np.append(data.true_coef, data.true_bias)


def _listed(values: np.ndarray | None, count: int) -> list[float | None]:
    return [None] * count if values is None else [float(value) for value in values]


def _first(certified: float | None, reference: float) -> float:
    return reference if certified is None else certified
