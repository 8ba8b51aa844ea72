"""Data to fit: generated as in the article, checked, and always with its names beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gdcore.texts import DataError

MOST_SAMPLES = 100_000
MOST_FEATURES = 50


@dataclass(frozen=True)
class Data:
    """A regression problem: X (n, k), y (n,), and the truth behind it where it is known.

    true_coef (k,) and true_bias are what generated the data, None for measured data.
    """

    X: np.ndarray
    y: np.ndarray
    features: tuple[str, ...]
    target: str = "y"
    true_coef: np.ndarray | None = None
    true_bias: float | None = None


def feature_names(count: int) -> tuple[str, ...]:
    """x for one feature, x1, x2, … for more."""
    return ("x",) if count == 1 else tuple(f"x{i + 1}" for i in range(count))


def make_regression(
    n_samples: int = 100,
    n_features: int = 1,
    noise: float = 15.0,
    bias: float = 50.0,
    seed: int = 0,
) -> Data:
    """The article's random data, from scikit-learn's `make_regression` with a seed.

    noise: standard deviation of the Gaussian noise, in the units of y.
    """
    if not 2 <= n_samples <= MOST_SAMPLES:
        raise DataError("data.samples", least=2, most=MOST_SAMPLES)
    if not 1 <= n_features <= MOST_FEATURES:
        raise DataError("data.features", least=1, most=MOST_FEATURES)
    if not (np.isfinite(noise) and noise >= 0 and np.isfinite(bias)):
        raise DataError("data.noise")
    from sklearn.datasets import make_regression as generate  # late: a second to import

    X, y, coef = generate(
        n_samples=n_samples, n_features=n_features, n_informative=n_features,
        noise=noise, bias=bias, coef=True, random_state=seed,
    )  # fmt: skip
    return Data(X, y, feature_names(n_features), "y", np.atleast_1d(coef), float(bias))


def check(X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """X (n, k) and y (n,) as float64, or a sentence about what cannot be fitted."""
    try:
        X, y = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DataError("data.not_numbers") from error
    X = X[:, None] if X.ndim == 1 else X
    if X.ndim != 2 or y.shape != X.shape[:1]:
        raise DataError("data.shape", X=str(X.shape), y=str(y.shape))
    if len(y) < 2:
        raise DataError("data.samples", least=2, most=MOST_SAMPLES)
    if not (np.isfinite(X).all() and np.isfinite(y).all()):
        raise DataError("data.not_finite")
    return X, y
