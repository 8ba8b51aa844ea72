"""What is known before the first step: curvature, stability, condition number, predicted steps.

For a quadratic loss with Hessian H, plain gradient descent multiplies the error along the
eigenvector of λ by (1 - ηλ) at every step. All that stands here follows from that factor; see
Goh, "Why Momentum Really Works", Distill 2017, and Polyak 1964 for momentum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gdcore.backends.numpy_ import operations
from gdcore.formula import Formula, derivative, evaluate


def hessian(formula: Formula, names: Sequence[str], at: Mapping[str, float]) -> np.ndarray:
    """The (n, n) matrix of second derivatives at a point, by calculus."""
    ops = operations("float64")
    with np.errstate(all="ignore"):
        return np.array(
            [
                [float(evaluate(derivative(derivative(formula, a), b), ops, at)) for b in names]
                for a in names
            ]
        )


def constant_hessian(formula: Formula, names: Sequence[str]) -> np.ndarray | None:
    """The Hessian of a quadratic formula, None where it depends on the point."""
    seconds = [derivative(derivative(formula, a), b) for a in names for b in names]
    if any(second.names for second in seconds):
        return None
    return hessian(formula, names, dict.fromkeys(names, 0.0))


def stability_limit(largest: float, optimizer: str, knobs: Mapping[str, float]) -> float | None:
    """The largest constant rate that converges on curvature `largest`, None where none is known.

    2/λ for plain descent, (2+2μ)/λ with Polyak's momentum, (2+2μ)/((1+2μ)λ) with Nesterov's.
    """
    if not (np.isfinite(largest) and largest > 0):
        return None
    mu = knobs.get("momentum", 0.0)
    if optimizer in ("sgd", "momentum"):
        return (2 + 2 * mu) / largest
    if optimizer == "nesterov":
        return (2 + 2 * mu) / ((1 + 2 * mu) * largest)
    return None


def largest_stable_rate(
    formula: Formula, names: Sequence[str], optimizer: str, knobs: Mapping[str, float]
) -> float | None:
    """The stability limit of a quadratic formula, None for any other."""
    matrix = constant_hessian(formula, names)
    if matrix is None or not np.isfinite(matrix).all():
        return None
    return stability_limit(float(np.linalg.eigvalsh(matrix)[-1]), optimizer, knobs)


def spectral_radius(values: np.ndarray, rate: np.ndarray | float, momentum: float) -> np.ndarray:
    """By which factor a step shrinks the error along directions of curvature `values`, in the end.

    The largest root in size of z² - (1 + μ - ηλ)z + μ, the characteristic polynomial of the
    companion matrix of Polyak's momentum; |1 - ηλ| without momentum. Shapes are broadcast.
    Source: Goh, Distill 2017.
    """
    trace = 1 + momentum - np.asarray(rate) * values
    inside = trace**2 - 4 * momentum
    real = (np.abs(trace) + np.sqrt(np.maximum(inside, 0.0))) / 2
    return np.where(inside >= 0, real, np.sqrt(momentum))


def steps_until(accuracy: float, factor: float) -> float:
    """Steps until an error that shrinks by `factor` is `accuracy` of what it was; inf for never."""
    if factor == 0:
        return 1.0
    return float(np.ceil(np.log(accuracy) / np.log(factor))) if 0 < factor < 1 else np.inf


# More steps of momentum than these are counted by their pace alone.
MOST_COUNTED = 20_000


def momentum_steps(values: np.ndarray, rate: float, momentum: float, accuracy: float) -> float:
    """Steps of Polyak's momentum, from rest, until every error stays within a share of its first.

    values: the curvatures (n,). accuracy: the share. Momentum falls into its pace late, so the
    steps are gone through one by one; where they are very many, the pace tells.
    """
    paced = steps_until(accuracy, float(spectral_radius(values, rate, momentum).max()))
    if not 3 * paced + 100 < MOST_COUNTED:
        return paced
    error = before = np.ones(len(values))
    within = 0
    for step in range(1, int(3 * paced + 100)):
        error, before = error + momentum * (error - before) - rate * values * error, error
        if np.abs(error).max() > accuracy:
            within = step
    return float(within + 1)


@dataclass(frozen=True)
class Forecast:
    """What the curvature of a quadratic loss foretells for a learning rate.

    eigenvalues: ascending, of the Hessian. limit: the largest stable rate or None. best: the best
    constant rate of plain descent, 2/(λ_min + λ_max), or of the run's own momentum μ, 1 + μ times
    that; for Nesterov's it is looked for. steps: how many steps plain descent needs until the
    slowest direction has 1 % of its error left; inf where it never will. rate, momentum: of the
    run that is foretold; momentum is 0 for plain descent and None for rules whose convergence no
    formula tells.

    Directions whose curvature float64 cannot tell from none are `flat`: descent does not move
    along them, and best rates and steps leave them out.
    """

    eigenvalues: np.ndarray
    limit: float | None
    best: float
    steps: float
    rate: float = np.nan
    momentum: float | None = None

    @property
    def curved(self) -> np.ndarray:
        """The eigenvalues that are not `flat`."""
        return _curved(self.eigenvalues)

    @property
    def flat(self) -> int:
        """In how many directions there is no curvature to speak of."""
        return len(self.eigenvalues) - len(self.curved)

    @property
    def condition_number(self) -> float:
        """λ_max / λ_min: how much steeper the steepest direction is than the flattest."""
        with np.errstate(all="ignore"):
            return float(self.eigenvalues[-1] / self.eigenvalues[0])

    @property
    def factor(self) -> float:
        """By which a step of this run shrinks the error of the slowest direction, in the end."""
        if self.momentum is None:
            return np.nan
        return float(spectral_radius(self.curved, self.rate, self.momentum).max(initial=0.0))

    def steps_to(self, accuracy: float) -> float:
        """Steps of this run until every direction has the share `accuracy` left; inf, nan."""
        return (
            np.nan if self.momentum is None else self.steps_with(self.rate, self.momentum, accuracy)
        )

    def steps_with(self, rate: float, momentum: float, accuracy: float) -> float:
        """The same for another rate and momentum."""
        if momentum:
            return momentum_steps(self.curved, rate, momentum, accuracy)
        return steps_until(accuracy, float(np.abs(1 - rate * self.curved).max(initial=0.0)))

    @property
    def best_momentum(self) -> tuple[float, float]:
        """Rate and momentum that converge fastest, each step by √momentum; Polyak 1964.

        η = (2/(√λ_max + √λ_min))², μ = ((√λ_max - √λ_min)/(√λ_max + √λ_min))².
        """
        if not len(self.curved):
            return np.nan, np.nan
        low, high = np.sqrt(self.curved[[0, -1]])
        return float((2 / (high + low)) ** 2), float(((high - low) / (high + low)) ** 2)


def forecast(
    matrix: np.ndarray,
    rate: float,
    optimizer: str = "sgd",
    knobs: Mapping[str, float] | None = None,
) -> Forecast:
    """The forecast for a quadratic loss with the Hessian `matrix` (n, n)."""
    values = np.maximum(np.linalg.eigvalsh(matrix), 0.0)
    largest = float(values[-1])
    knobs = knobs or {}
    momentum = {"sgd": 0.0, "momentum": knobs.get("momentum", 0.0)}.get(optimizer)
    least = _curved(values).min(initial=np.inf)
    with np.errstate(all="ignore"):
        best = float(2 * (1 + (momentum or 0.0)) / (least + largest))
        if optimizer == "nesterov":
            best = _best_for_nesterov(_curved(values), knobs)
        steps = steps_until(0.01, float(np.abs(1 - rate * _curved(values)).max(initial=0.0)))
    return Forecast(values, stability_limit(largest, optimizer, knobs), best, steps, rate, momentum)


def _best_for_nesterov(values: np.ndarray, knobs: Mapping[str, float]) -> float:
    """The constant rate at which the slowest error shrinks fastest, looked for below the limit.

    No formula is known for all momenta; the slowest factor falls and then rises with the rate.
    """
    limit = stability_limit(float(values.max(initial=0.0)), "nesterov", knobs)
    if limit is None:
        return np.nan

    def slowest(rates: np.ndarray) -> np.ndarray:
        factors = growth(values[:, None], rates, "nesterov", knobs)
        assert factors is not None
        return np.asarray(factors.max(0))

    rates = limit * np.geomspace(1e-4, 1, 200)
    for _ in range(4):
        at = int(np.argmin(slowest(rates)))
        rates = np.linspace(rates[max(at - 1, 0)], rates[min(at + 1, len(rates) - 1)], 41)
    return float(rates[int(np.argmin(slowest(rates)))])


def _curved(values: np.ndarray) -> np.ndarray:
    return values[values > len(values) * np.finfo(np.float64).eps * values.max(initial=0.0)]


def _companions(values: np.ndarray, rates: np.ndarray, momentum: float) -> np.ndarray:
    """(…, 2, 2): what one step does to the error e and the last move u along an eigenvector.

    Polyak's momentum is u' = μu + ηλe, e' = e - u'. rates and values are broadcast.
    """
    pull = np.asarray(rates) * values
    kept = np.full_like(pull, momentum)
    return np.stack([np.stack([1 - pull, -kept], -1), np.stack([pull, kept], -1)], -2)


def quadratic_path(
    matrix: np.ndarray,
    best: np.ndarray,
    start: np.ndarray,
    rate: float,
    steps: int,
    momentum: float = 0.0,
) -> np.ndarray:
    """Every iterate (steps+1, n) on a quadratic loss, without running it.

    matrix (n, n): its Hessian. best, start: (n,), the minimum and the first weights. Along each
    eigenvector the k-th error is that of the first times the k-th power of a 2×2 companion
    matrix. The powers are squared up and not taken from eigenvalues, so that coinciding and
    complex ones need no care. Source: Goh, Distill 2017.
    """
    values, vectors = np.linalg.eigh(matrix)
    power = _companions(values, np.asarray(rate), momentum)
    first = (np.asarray(start) - best) @ vectors
    states = np.zeros((1, len(values), 2))
    states[0, :, 0] = first
    with np.errstate(all="ignore"):
        while len(states) <= steps:  # power is the one of step len(states)
            states = np.concatenate([states, np.einsum("nij,tnj->tni", power, states)])
            power = power @ power
        return best + states[: steps + 1, :, 0] @ vectors.T


def eigen_errors(weights: np.ndarray, best: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """(rows, n): the error of every row of weights (rows, n) along each eigenvector of the Hessian.

    Columns are in the order of ascending eigenvalues, as in `Forecast.eigenvalues`.
    """
    return (np.asarray(weights) - best) @ np.linalg.eigh(matrix)[1]


@dataclass(frozen=True)
class Divergence:
    """Why a run on a quadratic loss blows up.

    direction (n,): the eigenvector along which the error grows fastest, and its eigenvalue.
    factor: by which each step lets it grow. since: the step after which the loss is never as low
    again, None where that lies beyond the steps looked at. limit: the rate that would hold.
    """

    direction: np.ndarray
    eigenvalue: float
    factor: float
    since: int | None
    limit: float


def diverging_direction(
    matrix: np.ndarray,
    rate: float,
    best: np.ndarray,
    start: np.ndarray,
    momentum: float = 0.0,
    steps: int = 1000,
) -> Divergence | None:
    """Which direction breaks away, since when, and what would hold it; None where none does.

    A direction in which the start has no error at all cannot diverge. Shapes as in
    `quadratic_path`; `steps` is how far it looks.
    """
    values, vectors = np.linalg.eigh(matrix)
    first = (np.asarray(start) - best) @ vectors
    factors = np.where(first != 0, spectral_radius(values, rate, momentum), 0.0)
    worst = int(np.argmax(factors))
    if not factors[worst] > 1:
        return None
    errors = eigen_errors(quadratic_path(matrix, best, start, rate, steps, momentum), best, matrix)
    with np.errstate(all="ignore"):
        losses = np.nan_to_num(errors**2 @ values, nan=np.inf)
    since = int(np.argmin(losses))
    return Divergence(
        vectors[:, worst],
        float(values[worst]),
        float(factors[worst]),
        None if since == steps else since,
        (2 + 2 * momentum) / float(values[worst]),
    )


def final_losses(
    matrix: np.ndarray,
    best: np.ndarray,
    start: np.ndarray,
    least: float,
    rates: np.ndarray,
    steps: int,
    momentum: float = 0.0,
) -> np.ndarray:
    """(rates,): the loss after `steps` steps for every learning rate, inf where it blew up.

    least: the loss at the minimum. The other shapes as in `quadratic_path`.
    """
    values, vectors = np.linalg.eigh(matrix)
    first = (np.asarray(start) - best) @ vectors
    with np.errstate(all="ignore"):
        rates = np.asarray(rates, np.float64)[:, None]
        powers = np.linalg.matrix_power(_companions(values, rates, momentum), steps)
        losses = least + ((powers[..., 0, 0] * first) ** 2 @ values) / 2
    return np.nan_to_num(losses, nan=np.inf, posinf=np.inf)


def growth(
    values: np.ndarray, rate: np.ndarray | float, optimizer: str, knobs: Mapping[str, float]
) -> np.ndarray | None:
    """By which factor a step changes the error along directions of curvature `values`, in the end.

    The spectral radius of one step for plain descent, Polyak's momentum and Nesterov's in the
    form of `gdcore.rules.optimizers`; None for rules whose convergence no formula tells. Unlike in
    `spectral_radius` values may be negative. Shapes are broadcast.
    """
    if optimizer not in ("sgd", "momentum", "nesterov"):
        return None
    pull = np.asarray(rate) * values
    if optimizer == "sgd":
        return np.asarray(np.abs(1 - pull))
    # What a step does to the error e and to ηv: (ηv)' = μηv + pull·e, and e' = e - (ηv)', or
    # e' = e - pull·e - μ(ηv)' for Nesterov's.
    mu = np.full_like(pull, knobs.get("momentum", 0.0))
    ahead = mu if optimizer == "nesterov" else np.zeros_like(mu)
    kept = mu * ahead if optimizer == "nesterov" else mu
    error = np.stack([1 - pull * (1 + ahead), -kept], -1)
    steps = np.stack([error, np.stack([pull, mu], -1)], -2)
    return np.asarray(np.abs(np.linalg.eigvals(steps)).max(-1))
