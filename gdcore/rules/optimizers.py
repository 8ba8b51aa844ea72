"""Update rules, each one record: its knobs, its state, its arithmetic and its LaTeX.

An update is written once in plain arithmetic (`+ - * / **` and `abs`) and the three functions of
`generic` (`sign`, `max`, `min`), so the same lines run on NumPy arrays, on torch tensors and
inside a `tf.function`. State is a tuple of arrays shaped like
the weights; `step` counts from 1. Where `torch.optim` has the rule, names, defaults and order of
operations follow it, so that the rule can be held against it to the last digits.

To add a rule, add a record: menus, sliders, tests and exported code follow from it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gdcore.rules import generic
from gdcore.rules.knobs import (
    ALPHA,
    BETA1,
    BETA2,
    DECAY,
    LION_BETA2,
    LION_DECAY,
    MOMENTUM,
    MOMENTUM_DECAY,
    NESTEROV,
    NOT_NEGATIVE,
    POSITIVE,
    SHARE,
    Hyperparameter,
    epsilon,
)

__all__ = ["NOT_NEGATIVE", "OPTIMIZERS", "POSITIVE", "Hyperparameter", "Optimizer"]

Array = Any
State = tuple[Array, ...]


def _no_state(w: Array) -> State:
    return ()


def _one_zero(w: Array) -> State:
    return (w * 0.0,)


def _two_zeros(w: Array) -> State:
    return (w * 0.0, w * 0.0)


def _three_zeros(w: Array) -> State:
    return (w * 0.0, w * 0.0, w * 0.0)


@dataclass(frozen=True, kw_only=True)
class Optimizer:
    """A pure update rule. `init(w)` gives the state, `update` the next weights and state.

    latex: the rule as it is printed, one line per sub-step, g for the gradient, η for the rate.
    state_symbols: LaTeX names of the state arrays, for the step inspector.
    velocity: which state array remembers the direction of earlier steps, if one does.
    torch_name, torch_arguments: the class of torch.optim that computes the same, if one does.
    """

    name: str
    title: str
    update: Callable[..., tuple[Array, State]]
    latex: tuple[str, ...]
    source: str
    hyperparameters: tuple[Hyperparameter, ...] = ()
    state_symbols: tuple[str, ...] = ()
    init: Callable[[Array], State] = _no_state
    velocity: int | None = None
    torch_name: str | None = None
    torch_arguments: Callable[..., dict[str, Any]] = dict

    def defaults(self) -> dict[str, float]:
        return {h.name: h.default for h in self.hyperparameters}


def _sgd(w, g, rate, step, state):
    return w - rate * g, ()


def _momentum(w, g, rate, step, state, momentum):
    velocity = momentum * state[0] + g
    return w - rate * velocity, (velocity,)


def _nesterov(w, g, rate, step, state, momentum):
    velocity = momentum * state[0] + g
    return w - rate * (g + momentum * velocity), (velocity,)


def _adagrad(w, g, rate, step, state, eps):
    total = state[0] + g * g
    return w - rate * g / (total**0.5 + eps), (total,)


def _adadelta(w, g, rate, step, state, rho, eps):
    square, change = state
    square = rho * square + (1 - rho) * (g * g)
    delta = (change + eps) ** 0.5 / (square + eps) ** 0.5 * g
    return w - rate * delta, (square, rho * change + (1 - rho) * (delta * delta))


def _rmsprop(w, g, rate, step, state, alpha, eps):
    square = alpha * state[0] + (1 - alpha) * (g * g)
    return w - rate * g / (square**0.5 + eps), (square,)


def _adam(w, g, rate, step, state, beta1, beta2, eps):
    m = beta1 * state[0] + (1 - beta1) * g
    v = beta2 * state[1] + (1 - beta2) * (g * g)
    m_hat, v_hat = m / (1 - beta1**step), v / (1 - beta2**step)
    return w - rate * m_hat / (v_hat**0.5 + eps), (m, v)


def _adamw(w, g, rate, step, state, beta1, beta2, eps, weight_decay):
    return _adam(w - rate * weight_decay * w, g, rate, step, state, beta1, beta2, eps)


def _nadam_init(w: Array) -> State:
    return (w * 0.0, w * 0.0, w * 0.0 + 1.0)


def _nadam(w, g, rate, step, state, beta1, beta2, eps, momentum_decay):
    mu = beta1 * (1 - 0.5 * 0.96 ** (step * momentum_decay))
    mu_next = beta1 * (1 - 0.5 * 0.96 ** ((step + 1) * momentum_decay))
    product = state[2] * mu
    m = beta1 * state[0] + (1 - beta1) * g
    v = beta2 * state[1] + (1 - beta2) * (g * g)
    root = (v / (1 - beta2**step)) ** 0.5 + eps
    ahead = (1 - mu) / (1 - product) * g + mu_next / (1 - product * mu_next) * m
    return w - rate * ahead / root, (m, v, product)


def _adamax(w, g, rate, step, state, beta1, beta2, eps):
    m = beta1 * state[0] + (1 - beta1) * g
    infinity = generic.max(beta2 * state[1], abs(g) + eps)
    return w - rate / (1 - beta1**step) * m / infinity, (m, infinity)


def _amsgrad(w, g, rate, step, state, beta1, beta2, eps):
    m = beta1 * state[0] + (1 - beta1) * g
    v = beta2 * state[1] + (1 - beta2) * (g * g)
    most = generic.max(state[2], v)
    m_hat, most_hat = m / (1 - beta1**step), most / (1 - beta2**step)
    return w - rate * m_hat / (most_hat**0.5 + eps), (m, v, most)


def _lion(w, g, rate, step, state, beta1, beta2, weight_decay):
    ahead = beta1 * state[0] + (1 - beta1) * g
    m = beta2 * state[0] + (1 - beta2) * g
    return w - rate * (generic.sign(ahead) + weight_decay * w), (m,)


_ADAM_LINES = (
    r"m_{t+1} = \beta_1 m_t + (1-\beta_1)\,g_t",
    r"v_{t+1} = \beta_2 v_t + (1-\beta_2)\,g_t^2",
    r"\hat m = m_{t+1} / (1-\beta_1^{t+1}), \quad \hat v = v_{t+1} / (1-\beta_2^{t+1})",
)


def _betas(beta1, beta2, eps, **rest):
    return {"betas": (beta1, beta2), "eps": eps, **rest}


OPTIMIZERS: dict[str, Optimizer] = {
    rule.name: rule
    for rule in (
        Optimizer(
            name="sgd",
            title="SGD",
            update=_sgd,
            latex=(r"w_{t+1} = w_t - \eta_t\,g_t",),
            source="Cauchy 1847; Robbins & Monro 1951",
            torch_name="SGD",
        ),
        Optimizer(
            name="momentum",
            title="Momentum",
            hyperparameters=(MOMENTUM,),
            state_symbols=("v",),
            init=_one_zero,
            update=_momentum,
            latex=(r"v_{t+1} = \mu v_t + g_t", r"w_{t+1} = w_t - \eta_t\,v_{t+1}"),
            velocity=0,
            source="Polyak 1964",
            torch_name="SGD",
        ),
        Optimizer(
            name="nesterov",
            title="Nesterov",
            hyperparameters=(NESTEROV,),
            state_symbols=("v",),
            init=_one_zero,
            update=_nesterov,
            latex=(r"v_{t+1} = \mu v_t + g_t", r"w_{t+1} = w_t - \eta_t\,(g_t + \mu v_{t+1})"),
            velocity=0,
            source="Nesterov 1983; Sutskever et al. 2013",
            torch_name="SGD",
            torch_arguments=lambda momentum: {"momentum": momentum, "nesterov": True},
        ),
        Optimizer(
            name="adagrad",
            title="Adagrad",
            hyperparameters=(epsilon(1e-10),),
            state_symbols=("s",),
            init=_one_zero,
            update=_adagrad,
            latex=(
                r"s_{t+1} = s_t + g_t^2",
                r"w_{t+1} = w_t - \eta_t\,g_t / (\sqrt{s_{t+1}} + \varepsilon)",
            ),
            source="Duchi, Hazan & Singer 2011",
            torch_name="Adagrad",
        ),
        Optimizer(
            name="adadelta",
            title="Adadelta",
            hyperparameters=(
                Hyperparameter(
                    name="rho", default=0.9, low=0.0, high=0.999, symbol=r"\rho", valid=SHARE
                ),
                epsilon(1e-6),
            ),
            state_symbols=("s", "u"),
            init=_two_zeros,
            update=_adadelta,
            latex=(
                r"s_{t+1} = \rho s_t + (1-\rho)\,g_t^2",
                r"\Delta = \sqrt{u_t + \varepsilon} / \sqrt{s_{t+1} + \varepsilon}\;g_t",
                r"u_{t+1} = \rho u_t + (1-\rho)\,\Delta^2",
                r"w_{t+1} = w_t - \eta_t\,\Delta",
            ),
            source="Zeiler 2012",
            torch_name="Adadelta",
        ),
        Optimizer(
            name="rmsprop",
            title="RMSprop",
            hyperparameters=(ALPHA, epsilon(1e-8)),
            state_symbols=("s",),
            init=_one_zero,
            update=_rmsprop,
            latex=(
                r"s_{t+1} = \alpha s_t + (1-\alpha)\,g_t^2",
                r"w_{t+1} = w_t - \eta_t\,g_t / (\sqrt{s_{t+1}} + \varepsilon)",
            ),
            source="Tieleman & Hinton 2012",
            torch_name="RMSprop",
        ),
        Optimizer(
            name="adam",
            title="Adam",
            hyperparameters=(BETA1, BETA2, epsilon(1e-8)),
            state_symbols=("m", "v"),
            init=_two_zeros,
            update=_adam,
            latex=(*_ADAM_LINES, r"w_{t+1} = w_t - \eta_t\,\hat m / (\sqrt{\hat v} + \varepsilon)"),
            velocity=0,
            source="Kingma & Ba 2015, algorithm 1",
            torch_name="Adam",
            torch_arguments=_betas,
        ),
        Optimizer(
            name="adamw",
            title="AdamW",
            hyperparameters=(BETA1, BETA2, epsilon(1e-8), DECAY),
            state_symbols=("m", "v"),
            init=_two_zeros,
            update=_adamw,
            latex=(
                *_ADAM_LINES,
                r"w_{t+1} = (1 - \eta_t\lambda)\,w_t"
                r" - \eta_t\,\hat m / (\sqrt{\hat v} + \varepsilon)",
            ),
            velocity=0,
            source="Loshchilov & Hutter 2019, algorithm 2",
            torch_name="AdamW",
            torch_arguments=_betas,
        ),
        Optimizer(
            name="nadam",
            title="NAdam",
            hyperparameters=(BETA1, BETA2, epsilon(1e-8), MOMENTUM_DECAY),
            state_symbols=("m", "v", r"\Pi"),
            init=_nadam_init,
            update=_nadam,
            latex=(
                r"\mu_t = \beta_1 (1 - \tfrac12\,0.96^{t\psi}), \quad \Pi_{t+1} = \Pi_t\,\mu_{t+1}",
                *_ADAM_LINES[:2],
                r"\hat m = \frac{\mu_{t+2}\,m_{t+1}}{1-\Pi_{t+1}\mu_{t+2}}"
                r" + \frac{(1-\mu_{t+1})\,g_t}{1-\Pi_{t+1}}",
                r"w_{t+1} = w_t - \eta_t\,\hat m / (\sqrt{\hat v} + \varepsilon)",
            ),
            velocity=0,
            source="Dozat 2016",
            torch_name="NAdam",
            torch_arguments=_betas,
        ),
        Optimizer(
            name="adamax",
            title="Adamax",
            hyperparameters=(BETA1, BETA2, epsilon(1e-8)),
            state_symbols=("m", "u"),
            init=_two_zeros,
            update=_adamax,
            latex=(
                _ADAM_LINES[0],
                r"u_{t+1} = \max(\beta_2 u_t,\; |g_t| + \varepsilon)",
                r"w_{t+1} = w_t - \frac{\eta_t}{1-\beta_1^{t+1}}\,\frac{m_{t+1}}{u_{t+1}}",
            ),
            velocity=0,
            source="Kingma & Ba 2015, algorithm 2",
            torch_name="Adamax",
            torch_arguments=_betas,
        ),
        Optimizer(
            name="amsgrad",
            title="AMSGrad",
            hyperparameters=(BETA1, BETA2, epsilon(1e-8)),
            state_symbols=("m", "v", "u"),
            init=_three_zeros,
            update=_amsgrad,
            latex=(
                *_ADAM_LINES[:2],
                r"u_{t+1} = \max(u_t,\; v_{t+1})",
                r"\hat m = m_{t+1} / (1-\beta_1^{t+1}), \quad \hat u = u_{t+1} / (1-\beta_2^{t+1})",
                r"w_{t+1} = w_t - \eta_t\,\hat m / (\sqrt{\hat u} + \varepsilon)",
            ),
            velocity=0,
            source="Reddi, Kale & Kumar 2018, with Adam's bias correction",
            torch_name="Adam",
            torch_arguments=lambda **knobs: _betas(**knobs, amsgrad=True),
        ),
        Optimizer(
            name="lion",
            title="Lion",
            hyperparameters=(BETA1, LION_BETA2, LION_DECAY),
            state_symbols=("m",),
            init=_one_zero,
            update=_lion,
            latex=(
                r"c = \beta_1 m_t + (1-\beta_1)\,g_t",
                r"m_{t+1} = \beta_2 m_t + (1-\beta_2)\,g_t",
                r"w_{t+1} = w_t - \eta_t\,(\operatorname{sign}(c) + \lambda w_t)",
            ),
            velocity=0,
            source="Chen et al. 2023, algorithm 2",
        ),
    )
}
