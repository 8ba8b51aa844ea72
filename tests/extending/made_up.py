"""Records that nobody ships, as a stranger would add them to the registries.

Only `gdcore` is imported here: the frameworks' own processes import this file, too, and call `add`
so that they know the same records as the page.
"""

from dataclasses import replace

import numpy as np

from gdcore.backends import BACKENDS
from gdcore.formula import FUNCTIONS
from gdcore.formula.functions import Function
from gdcore.formula.tree import Number, call, mul
from gdcore.models.losses import LOSSES, DataLoss
from gdcore.models.solvers import Solution
from gdcore.rules.interval import Interval
from gdcore.rules.optimizers import OPTIMIZERS, Hyperparameter, Optimizer
from gdcore.rules.schedules import SCHEDULES, Schedule


def _drag(w, g, rate, step, state, drag):
    velocity = (1 - drag) * state[0] - rate * g
    return w + velocity, (velocity,)


RULE: Optimizer = replace(
    OPTIMIZERS["momentum"],
    name="drag",
    title="Drag",
    hyperparameters=(Hyperparameter("drag", 0.25, 0.0, 1.0, "d", valid=Interval(0, 1)),),
    update=_drag,
    latex=(r"v_{t+1} = (1-d) v_t - \eta_t g_t", r"w_{t+1} = w_t + v_{t+1}"),
    source="made up",
)


def _sawtooth(t, steps, teeth):
    return 1 - (t % teeth) / (2 * teeth)


SCHEDULE: Schedule = replace(
    SCHEDULES["constant"],
    name="sawtooth",
    hyperparameters=(Hyperparameter("teeth", 4.0, 2.0, 50.0, "k", valid=Interval(2, whole=True)),),
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


TEXTS = {
    "names.drag": "Drag of the air",
    "names.teeth": "Length of a tooth",
    "schedules.sawtooth": "like a saw",
    "losses.pseudo_huber": "Pseudo-Huber: smooth",
}


def add() -> None:
    """Into the registries of this process."""
    OPTIMIZERS[RULE.name] = RULE
    SCHEDULES[SCHEDULE.name] = SCHEDULE
    LOSSES[LOSS.name] = LOSS


GAUSS = Function(
    "gauss",
    lambda x: (mul(Number(-2.0), mul(x, call("gauss", x))),),
    r"\operatorname{{gauss}}\left({0}\right)",
)


def add_function(backend: str) -> None:
    """gauss(x) = exp(-x²) into the tables of this process, and into one engine's."""
    FUNCTIONS["gauss"] = GAUSS
    table = BACKENDS[backend].module.FUNCTIONS
    table["gauss"] = lambda x: table["exp"](-(x * x))
