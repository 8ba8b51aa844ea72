"""Records that nobody ships, and the ways in which a page and its workers come to know them.

A rule, a schedule or a loss is added here and in the frameworks' own processes alike, as a
stranger's edit of the registry would be in both. Only `gdcore` is imported here: workers import
this file, too.
"""

from dataclasses import replace

from gdcore.models.losses import LOSSES, DataLoss
from gdcore.models.solvers import solve_smoothly
from gdcore.rules.optimizers import OPTIMIZERS, Hyperparameter, Optimizer
from gdcore.rules.schedules import SCHEDULES, Schedule


def _drag(w, g, rate, step, state, drag):
    velocity = (1 - drag) * state[0] - rate * g
    return w + velocity, (velocity,)


RULE: Optimizer = replace(
    OPTIMIZERS["momentum"],
    name="drag",
    title="Drag",
    hyperparameters=(Hyperparameter("drag", 0.25, 0.0, 1.0, "d"),),
    update=_drag,
    latex=(r"v_{t+1} = (1-d) v_t - \eta_t g_t", r"w_{t+1} = w_t + v_{t+1}"),
    source="made up",
)


def _sawtooth(t, steps, teeth):
    return 1 - (t % teeth) / (2 * teeth)


SCHEDULE: Schedule = replace(
    SCHEDULES["constant"],
    name="sawtooth",
    hyperparameters=(Hyperparameter("teeth", 5.0, 2.0, 50.0, "k"),),
    factor=_sawtooth,
    latex=r"\eta_t = \eta (1 - (t \bmod k)/2k)",
)


def _quartic(ops, error):
    return error * error * error * error


LOSS: DataLoss = replace(
    LOSSES["mae"],
    name="quartic",
    title="Mean fourth power",
    each=_quartic,
    slope=lambda error: error**3,
    factor=4.0,
    degree=4,
    symbol="Σ(y − ŷ)⁴",
    latex=r"\frac1n \sum_i e_i^4",
    source="made up",
)


def add() -> None:
    """Into the registries of this process."""
    OPTIMIZERS[RULE.name] = RULE
    SCHEDULES[SCHEDULE.name] = SCHEDULE
    LOSSES[LOSS.name] = LOSS
