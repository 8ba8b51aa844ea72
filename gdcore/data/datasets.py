"""Data to fit: generated as in the article, checked, and always with its names beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from gdcore.words.texts import DataError

MOST_SAMPLES = 100_000
MOST_FEATURES = 50


@dataclass(frozen=True, kw_only=True)
class Data:
    """A regression problem: X (n, k), y (n,), and the truth behind it where it is known.

    true_coef (k,) and true_bias are what generated the data, None for measured data.
    source: whom to cite. certified (k+1,): the least squares coefficients, the intercept last, as
    NIST computed them with 500 digits; None where nobody certified any.
    """

    X: np.ndarray
    y: np.ndarray
    features: tuple[str, ...]
    target: str = "y"
    true_coef: np.ndarray | None = None
    true_bias: float | None = None
    source: str | None = None
    certified: np.ndarray | None = None


def feature_names(count: int) -> tuple[str, ...]:
    """x for one feature, x1, x2, … for more."""
    return ("x",) if count == 1 else tuple(f"x{i + 1}" for i in range(count))


def make_regression(
    n_samples: int = 100,
    n_features: int = 1,
    noise: float = 15.0,
    bias: float = 50.0,
    seed: int = 0,
    informative: int | None = None,
    effective_rank: int | None = None,
    outliers: float = 0.0,
) -> Data:
    """The article's random data, from scikit-learn's `make_regression` with a seed.

    noise: standard deviation of the Gaussian noise, in the units of y. informative: how many
    features y depends on, None for all. effective_rank: about how many directions explain the
    features, None for features that do not depend on each other. outliers: share of the samples
    whose y is thrown 5 to 10 standard deviations off, up or down.
    Raises DataError for numbers that make no data.
    """
    if not 2 <= n_samples <= MOST_SAMPLES:
        raise DataError("data.samples", least=2, most=MOST_SAMPLES)
    if not 1 <= n_features <= MOST_FEATURES:
        raise DataError("data.features", least=1, most=MOST_FEATURES)
    if not (np.isfinite(noise) and noise >= 0 and np.isfinite(bias)):
        raise DataError("data.noise")
    informative = n_features if informative is None else informative
    if not 0 <= informative <= n_features:
        raise DataError("data.informative", most=n_features)
    if effective_rank is not None and not 1 <= effective_rank <= n_features:
        raise DataError("data.effective_rank", most=n_features)
    if not 0 <= outliers <= 1:
        raise DataError("data.outliers")
    from sklearn.datasets import make_regression as generate  # late: a second to import

    X, y, coef = generate(
        n_samples=n_samples,
        n_features=n_features,
        n_informative=informative,
        effective_rank=effective_rank,
        noise=noise,
        bias=bias,
        coef=True,
        random_state=seed,
    )
    if outliers:
        y = _with_outliers(y, outliers, seed)
    return Data(
        X=X,
        y=y,
        features=feature_names(n_features),
        target="y",
        true_coef=np.atleast_1d(coef),
        true_bias=float(bias),
    )


def _with_outliers(y: np.ndarray, share: float, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    rows = random.choice(len(y), round(share * len(y)), replace=False)
    off = random.uniform(5, 10, len(rows)) * random.choice([-1, 1], len(rows))
    thrown = y.copy()
    thrown[rows] += off * (y.std() or 1.0)
    return thrown


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


def agreeing_digits(a: Any, b: Any) -> float:
    """How many leading digits of `a` are those of `b`: -log10 of the relative difference, 0 to 15.

    Of arrays, the worst entry counts; beside a zero, the difference itself. It is the LRE of
    McCullough, "Assessing the Reliability of Statistical Software", The American Statistician 1998.
    """
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    with np.errstate(all="ignore"):
        digits = -np.log10(np.abs(a - b) / np.where(b == 0, 1.0, np.abs(b)))
    return float(np.clip(np.nan_to_num(digits, nan=0.0), 0.0, 15.0).min())


@dataclass(frozen=True, kw_only=True)
class BuiltIn:
    """Data that come along. `load` gives them afresh; it cites `source` and holds `certified`.

    certified: coefficients first, the intercept last.
    """

    name: str
    read: Callable[[], Data]
    source: str
    certified: tuple[float, ...] | None = None

    def load(self) -> Data:
        certified = None if self.certified is None else np.array(self.certified)
        return replace(self.read(), source=self.source, certified=certified)


# x of the first three sets, x of the fourth, y of each.
_ANSCOMBE = """
10 8 8.04 9.14 7.46 6.58
8 8 6.95 8.14 6.77 5.76
13 8 7.58 8.74 12.74 7.71
9 8 8.81 8.77 7.11 8.84
11 8 8.33 9.26 7.81 8.47
14 8 9.96 8.10 8.84 7.04
6 8 7.24 6.13 6.08 5.25
4 19 4.26 3.10 5.39 12.50
12 8 10.84 9.13 8.15 5.56
7 8 4.82 7.26 6.42 7.91
5 8 5.68 4.74 5.73 6.89
"""
# y, x
_NORRIS = """
0.1 0.2  338.8 337.4  118.1 118.2  888.0 884.6  9.2 10.1  228.1 226.5  668.5 666.3  998.5 996.3
449.1 448.6  778.9 777.0  559.2 558.2  0.3 0.4  0.1 0.6  778.1 775.5  668.8 666.9  339.3 338.0
448.9 447.5  10.8 11.6  557.7 556.0  228.3 228.1  998.0 995.8  888.8 887.6  119.6 120.2  0.3 0.3
0.6 0.3  557.6 556.8  339.3 339.1  888.0 887.2  998.5 999.0  778.9 779.0  10.2 11.1  117.6 118.3
228.9 229.2  668.4 669.1  449.2 448.9  0.2 0.5
"""
# y, then the six features
_LONGLEY = """
60323 83.0 234289 2356 1590 107608 1947
61122 88.5 259426 2325 1456 108632 1948
60171 88.2 258054 3682 1616 109773 1949
61187 89.5 284599 3351 1650 110929 1950
63221 96.2 328975 2099 3099 112075 1951
63639 98.1 346999 1932 3594 113270 1952
64989 99.0 365385 1870 3547 115094 1953
63761 100.0 363112 3578 3350 116219 1954
66019 101.2 397469 2904 3048 117388 1955
67857 104.6 419180 2822 2857 118734 1956
68169 108.4 442769 2936 2798 120445 1957
66513 110.8 444546 4681 2637 121950 1958
68655 112.6 482704 3813 2552 123366 1959
69564 114.2 502601 3931 2514 125368 1960
69331 115.7 518173 4806 2572 127852 1961
70551 116.9 554894 4007 2827 130081 1962
"""


def _numbers(text: str, columns: int) -> np.ndarray:
    return np.array(text.split(), np.float64).reshape(-1, columns)


def _anscombe(which: int) -> Data:
    table = _numbers(_ANSCOMBE, 6)
    return Data(X=table[:, [int(which == 4)]], y=table[:, 1 + which], features=("x",))


def _norris() -> Data:
    table = _numbers(_NORRIS, 2)
    return Data(X=table[:, 1:], y=table[:, 0], features=("x",))


def _longley() -> Data:
    table = _numbers(_LONGLEY, 7)
    names = ("GNP deflator", "GNP", "Unemployed", "Armed forces", "Population", "Year")
    return Data(X=table[:, 1:], y=table[:, 0], features=names, target="Employed")


def _diabetes() -> Data:
    from sklearn.datasets import load_diabetes

    bunch = load_diabetes(scaled=False)
    return Data(
        X=bunch.data, y=bunch.target, features=tuple(bunch.feature_names), target="progression"
    )


def _linnerud() -> Data:
    from sklearn.datasets import load_linnerud

    bunch = load_linnerud()
    weight = list(bunch.target_names).index("Weight")
    return Data(
        X=bunch.data,
        y=bunch.target[:, weight],
        features=tuple(bunch.feature_names),
        target="Weight",
    )


_NIST = "NIST Statistical Reference Datasets, Linear Regression"

BUILT_IN: dict[str, BuiltIn] = {
    data.name: data
    for data in (
        *(
            BuiltIn(
                name=f"anscombe{which}",
                read=partial(_anscombe, which),
                source="Anscombe, Graphs in Statistical Analysis,"
                " The American Statistician 27, 1973",
            )
            for which in (1, 2, 3, 4)
        ),
        BuiltIn(
            name="diabetes",
            read=_diabetes,
            source="Efron, Hastie, Johnstone & Tibshirani, Least Angle Regression,"
            " Annals of Statistics 32, 2004; scikit-learn",
        ),
        BuiltIn(
            name="linnerud",
            read=_linnerud,
            source="Tenenhaus, La régression PLS, Technip 1998; scikit-learn",
        ),
        BuiltIn(
            name="norris",
            read=_norris,
            source=f"{_NIST}: Norris",
            certified=(1.00211681802045, -0.262323073774029),
        ),
        BuiltIn(
            name="longley",
            read=_longley,
            source=f"{_NIST}: Longley 1967",
            certified=(
                15.0618722713733,
                -0.358191792925910e-01,
                -2.02022980381683,
                -1.03322686717359,
                -0.511041056535807e-01,
                1829.15146461355,
                -3482258.63459582,
            ),
        ),
    )
}
