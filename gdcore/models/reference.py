"""Another library's answer to the same regression, right in any units; and its answer as it comes.

Features and target are centred and brought to about the same size before a library sees them,
by powers of two, which round nothing. What it finds is mapped back, and errors are measured where
nothing cancels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gdcore.backends.numpy_ import operations
from gdcore.data.dependence import EPSILON
from gdcore.models.losses import PENALTIES
from gdcore.models.setup import Setup
from gdcore.words.figures import plain as shown
from gdcore.words.texts import Sentence

# LinearRegression() is told about where its worst error is so much larger than the least one, or
# a coefficient is off by so much of the largest, in standard units.
MATERIAL = 1e-3


@dataclass(frozen=True, kw_only=True)
class Reference:
    """The minimum of the same loss on the same data as another library finds it.

    coef_ (k,), intercept_: in the data's own units. name: the class of scikit-learn, or the
    function of SciPy or NumPy where scikit-learn has no model of this loss (Huber with a fixed
    delta, MAE with ridge), needs minutes (MAE on many samples), or misses the minimum (penalties
    on features of very different size).
    loss: the whole loss there, penalties included.
    r2: NaN where y is the same everywhere: then there is no variance to explain.
    rank: how many directions of the features are determined; below k many coefficients are as
    good. Of several least squares answers it is the one with the smallest in standard units.
    centre (k,), level: the prediction where every feature has its mean, in which nothing cancels.
    """

    coef_: np.ndarray
    intercept_: float
    r2: float
    rmse: float
    name: str
    loss: float
    rank: int
    centre: np.ndarray
    level: float

    @property
    def unique(self) -> bool:
        return self.rank == len(self.coef_)

    def at(self, centre: np.ndarray, scale: np.ndarray) -> np.ndarray:
        """(k+1,): its weights on the features (X - centre) / scale, the intercept last."""
        return np.append(self.coef_ * scale, self.level + self.coef_ @ (centre - self.centre))


@dataclass(frozen=True, kw_only=True)
class Plain:
    """What `LinearRegression()` answers with its own settings, where that is not least squares.

    dropped: how many of the `rank` directions that the data determine it took for zero. tol: the
    share of the largest singular value up to which it does. scaled: whether it would have kept them
    all on standardised features, so that the cause is the features' sizes.
    """

    coef_: np.ndarray
    intercept_: float
    r2: float
    dropped: int
    rank: int
    tol: float
    scaled: bool


def mean(values: np.ndarray) -> np.ndarray:
    """The mean of every column, (n, k) to (k,): of a constant column that constant, not nearly."""
    low, high = values.min(axis=0), values.max(axis=0)
    with np.errstate(over="ignore"):
        means = values.mean(axis=0)
    means = np.where(np.isfinite(means), means, np.sum(values / len(values), axis=0))
    return np.where(low == high, low, means)


def spread(values: np.ndarray) -> np.ndarray:
    """The standard deviation of every column, (n, k) to (k,); 0 only where all are the same.

    In units of about half the range, so that no square overflows or vanishes.
    """
    half = values.max(axis=0) / 2 - values.min(axis=0) / 2
    unit = _sizes(half)
    return np.where(half > 0, np.std(values / unit - mean(values) / unit, axis=0) * unit, 0.0)


def quality(error: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """R² and the root mean squared error of errors (n,) in y (n,).

    R² is NaN where y does not vary. Errors beyond all numbers give -inf and inf.
    """
    most = float(np.abs(error).max())
    if not np.isfinite(most):
        rmse = np.inf
    else:
        rmse = most * float(np.sqrt(np.mean((error / (most or 1.0)) ** 2)))
    deviation = float(spread(y[:, None])[0])
    with np.errstate(over="ignore"):
        return (float(1 - np.square(rmse / deviation)) if deviation else np.nan), rmse


def _sizes(deviation: np.ndarray) -> np.ndarray:
    """The power of two next to each deviation; 1 for those that are 0."""
    return np.where(deviation > 0, np.exp2(np.frexp(deviation)[1] - 1.0), 1.0)


def refer(
    X: np.ndarray,
    y: np.ndarray,
    setup: Setup,
    centre: np.ndarray,
    scale: np.ndarray,
) -> Reference:
    """The reference of the loss and the penalties of a fit on X (n, k), y (n,).

    Penalties are laid on the coefficients of (X - centre) / scale.
    """
    loss, strengths = setup.record, setup.penalties
    knobs = [setup.loss_knobs[knob.name] for knob in loss.knobs]
    deviation, middle = spread(X), mean(X)
    size = _sizes(deviation)
    mine = np.flatnonzero(deviation) if deviation.any() else np.array([0])
    Z = (X / size - middle / size)[:, mine]
    # Where a feature varies in its last digits alone, its mean is rounded as coarsely as that.
    shift = Z.mean(axis=0)
    shift = np.where(np.abs(shift) > 1e-12, shift, 0.0)
    Z -= shift
    unit, height = float(_sizes(spread(y[:, None]))[0]), float(mean(y[:, None])[0])
    t = y / unit - height / unit
    share = np.clip((scale / size)[mine], 1e-140, 1e140)  # its square is a number too
    ridge = strengths["ridge"] * share**2 * unit ** (2 - loss.degree)
    lasso = strengths["lasso"] * share * unit ** (1 - loss.degree)
    rounding = float(np.max(EPSILON * np.abs(X).max(axis=0)[mine] / size[mine]))
    lengths = [unit if knob.length else 1.0 for knob in loss.knobs]
    scaled = [knob / length for knob, length in zip(knobs, lengths, strict=True)]
    solution = loss.solve(Z, t, ridge, lasso, rounding, *scaled)
    error = (Z @ solution.v + solution.level - t) * unit
    coef = np.zeros(X.shape[1])
    coef[mine] = np.where(deviation[mine] > 0, solution.v, 0.0) * unit / size[mine]
    level = height + unit * (solution.level - float(shift @ solution.v))
    ops = operations("float64")
    least = float(np.mean(loss.each(ops, error, *knobs)))
    for name, penalty in PENALTIES.items():
        if strengths[name]:
            least += strengths[name] * float(penalty.value(ops, (coef * scale)[:, None])[0])
    intercept = level - np.sum(coef.astype(np.longdouble) * middle)
    r2, rmse = quality(error, y)
    rank = min(solution.rank, int(np.count_nonzero(deviation)))
    return Reference(
        coef_=coef,
        intercept_=float(intercept),
        r2=r2,
        rmse=rmse,
        name=solution.name,
        loss=least,
        rank=rank,
        centre=middle,
        level=level,
    )


def plainly(X: np.ndarray, y: np.ndarray, reference: Reference) -> Plain | None:
    """What `LinearRegression()` answers to X (n, k), y (n,), where it is not least squares.

    None where it is, as far as anybody would notice. reference: the least squares answer.
    """
    from sklearn.linear_model import LinearRegression  # late: a second to import

    model = LinearRegression()
    cut, deviation = float(getattr(model, "tol", 0.0)), spread(X)
    if np.isnan(reference.r2) or not deviation.any():
        return None
    if _narrowest(X, reference.centre, float(deviation.max())) > 2 * cut:
        return None
    model.fit(X, y)
    dropped = reference.rank - int(model.rank_)
    if dropped <= 0:
        return None
    coef = np.ravel(model.coef_)
    r2, rmse = quality((X - reference.centre) @ coef + (mean(y[:, None])[0] - y), y)
    ours, theirs = reference.coef_ * deviation, coef * deviation
    least = reference.rmse * (1 + MATERIAL) + 1e-9 * float(spread(y[:, None])[0])
    if rmse <= least and np.abs(ours - theirs).max() <= MATERIAL * np.abs(ours).max():
        return None
    varying = deviation > 0
    scaled = _narrowest(X[:, varying], reference.centre[varying], deviation[varying]) > cut
    return Plain(
        coef_=coef,
        intercept_=float(model.intercept_),
        r2=r2,
        dropped=dropped,
        rank=reference.rank,
        tol=cut,
        scaled=scaled,
    )


def _narrowest(X: np.ndarray, centre: np.ndarray, scale: np.ndarray | float) -> float:
    """The least singular value of (X - centre) / scale as a share of the largest; from 1e-8 on."""
    Z = (X - centre) / scale
    squares = np.linalg.eigvalsh(Z.T @ Z)
    return float(np.sqrt(max(squares[0], 0.0) / (squares[-1] or 1.0)))


def remarks(reference: Reference, plain: Plain | None) -> list[Sentence]:
    """What has to be said about an answer: that it is not the only one, or what the class drops."""
    sentences = []
    if np.isnan(reference.r2):
        sentences.append(Sentence("reference.constant_target"))
    if not reference.unique:
        sentences.append(Sentence("reference.not_unique", {"name": reference.name}))
    if plain is not None:
        theirs, ours = _apart(plain.r2, reference.r2)
        key = "reference.plain_sizes" if plain.scaled else "reference.plain_dependent"
        sentences.append(
            Sentence(
                key,
                {
                    "theirs": theirs,
                    "ours": ours,
                    "tol": shown(plain.tol),
                    "dropped": plain.dropped,
                    "rank": plain.rank,
                },
            )
        )
    return sentences


def _apart(one: float, other: float) -> tuple[str, str]:
    """Two numbers with as many digits as it takes to tell them apart, four at least."""
    pairs = ((shown(one, digits), shown(other, digits)) for digits in range(4, 16))
    return next((pair for pair in pairs if pair[0] != pair[1]), (shown(one), shown(other)))
