"""Records that nobody ships, as a stranger would add them to the registries.

Only `gdcore` is imported here: the frameworks' own processes import this file, too, and call `add`
so that they know the same records as the page.
"""

from dataclasses import replace

import numpy as np

from gdcore.formula import FUNCTIONS
from gdcore.formula.operation import Operation
from gdcore.formula.tree import TWO, call, mul, neg, power
from gdcore.models.losses import LOSSES, DataLoss
from gdcore.models.solvers import Solution
from gdcore.rules import generic
from gdcore.rules.interval import Interval
from gdcore.rules.knobs import Hyperparameter
from gdcore.rules.optimizers import OPTIMIZERS, Optimizer
from gdcore.rules.schedules import SCHEDULES, Schedule


def _drag(w, g, rate, step, state, drag):
    velocity = (1 - drag) * state[0] - rate * g
    return w + velocity, (velocity,)


RULE: Optimizer = replace(
    OPTIMIZERS["momentum"],
    name="drag",
    title="Drag",
    hyperparameters=(
        Hyperparameter(
            name="drag", default=0.25, low=0.0, high=1.0, symbol="d", valid=Interval(0, 1)
        ),
    ),
    update=_drag,
    latex=(r"v_{t+1} = (1-d) v_t - \eta_t g_t", r"w_{t+1} = w_t + v_{t+1}"),
    source="made up",
)


def _signed(w, g, rate, step, state, beta1):
    """All that a rule may use beside arithmetic."""
    calm = generic.max(generic.min(g, 1.0), -1.0)
    m = beta1 * state[0] + (1 - beta1) * calm
    return w - rate * (generic.sign(m) + m), (m,)


SIGNED = Optimizer(
    name="signed",
    title="Signed",
    hyperparameters=tuple(k for k in OPTIMIZERS["adam"].hyperparameters if k.name == "beta1"),
    state_symbols=("m",),
    init=lambda w: (w * 0.0,),
    update=_signed,
    latex=(r"m = \beta_1 m + (1 - \beta_1)\,\operatorname{clip}(g)",),
    source="made up",
    velocity=0,
)


def _sawtooth(t, steps, teeth):
    return 1 - (t % teeth) / (2 * teeth)


SCHEDULE: Schedule = replace(
    SCHEDULES["constant"],
    name="sawtooth",
    hyperparameters=(
        Hyperparameter(
            name="teeth", default=4.0, low=2.0, high=50.0, symbol="k", valid=Interval(2, whole=True)
        ),
    ),
    factor=_sawtooth,
    latex=r"\eta_t = \eta (1 - (t \bmod k)/2k)",
)


def _each(ops, error, delta):
    return delta * (ops["sqrt"](delta * delta + error * error) - delta)


def _slope(error, delta):
    return delta * error / np.sqrt(delta * delta + error * error)


def _solve(Z, t, ridge, lasso, rounding, delta):
    """SciPy's minimum of a loss that is smooth, without lasso."""
    from scipy.optimize import minimize

    design = np.column_stack([Z, np.ones(len(t))])
    two = np.append(ridge, 0.0)

    def loss(w):
        error = design @ w - t
        value = np.mean(delta * (np.sqrt(delta**2 + error**2) - delta)) + two @ (w * w)
        return value, design.T @ _slope(error, delta) / len(t) + 2 * two * w

    w = minimize(loss, np.zeros(design.shape[1]), jac=True, options={"gtol": 1e-12}).x
    return Solution("scipy.optimize.minimize", w[:-1], float(w[-1]), Z.shape[1])


LOSS: DataLoss = replace(
    LOSSES["huber"],
    name="pseudo_huber",
    title="Pseudo-Huber",
    each=_each,
    slope=_slope,
    solve=_solve,
    symbol="Σ s(y − ŷ)",
    latex=r"\frac1n \sum_i \delta (\sqrt{\delta^2 + e_i^2} - \delta)",
    source="Charbonnier et al. 1994",
)


def _tilted(ops, error, quantile):
    return ops["abs"](error) / 2 + (0.5 - quantile) * error


def _tilted_slope(error, quantile):
    return np.sign(error) / 2 + 0.5 - quantile


def _solve_tilted(Z, t, ridge, lasso, rounding, quantile):
    """scikit-learn's minimum, without penalties."""
    from sklearn.linear_model import QuantileRegressor

    model = QuantileRegressor(quantile=quantile, alpha=0.0).fit(Z, t)
    return Solution("QuantileRegressor", model.coef_, float(model.intercept_), Z.shape[1])


# One whose knob is no length: it stays what it is in whatever units the data are.
PINBALL: DataLoss = replace(
    LOSSES["mae"],
    name="pinball",
    title="Pinball",
    knobs=(
        Hyperparameter(
            name="quantile", default=0.5, low=0.05, high=0.95, symbol=r"\tau", valid=Interval(0, 1)
        ),
    ),
    each=_tilted,
    slope=_tilted_slope,
    solve=_solve_tilted,
    symbol="Σ p(y − ŷ)",
    latex=r"\frac1n \sum_i \max(-\tau e_i, (1-\tau) e_i)",
    source="Koenker & Bassett 1978",
)


TEXTS = {
    "names.drag": "Drag of the air",
    "names.teeth": "Length of a tooth",
    "schedules.sawtooth": "like a saw",
    "losses.pseudo_huber": "Pseudo-Huber: smooth",
    "losses.pinball": "Pinball: one quantile",
    "names.quantile": "Which quantile",
}


def add() -> None:
    """Into the registries of this process."""
    OPTIMIZERS.update({RULE.name: RULE, SIGNED.name: SIGNED})
    SCHEDULES[SCHEDULE.name] = SCHEDULE
    LOSSES.update({LOSS.name: LOSS, PINBALL.name: PINBALL})


# One that is written in functions that exist: nothing else is needed.
GAUSS = Operation(
    name="gauss",
    latex=r"\operatorname{{gauss}}\left({0}\right)",
    meaning=lambda x: call("exp", neg(power(x, TWO))),
    aliases=("bell",),
)
# One that is new to every engine: its words, and its slope.
BUMP = Operation(
    name="bump",
    latex=r"\beta\left({0}\right)",
    words=dict.fromkeys(("numpy", "torch", "tensorflow", "jax", "mpmath"), "1 / (1 + x**2)"),
    slopes=lambda x: (neg(mul(mul(TWO, x), power(call("bump", x), TWO))),),
)
# One of two arguments.
BLEND = Operation(name="blend", arity=(2, 2), meaning=lambda x, y: mul(x, call("sigmoid", y)))


def add_functions() -> None:
    """Into the table of this process."""
    FUNCTIONS.update({one.name: one for one in (GAUSS, BUMP, BLEND)})
