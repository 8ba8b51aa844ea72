"""Update rules, each one record: its knobs, its state, its arithmetic and its LaTeX.

An update is written once in plain arithmetic (`+ - * / **` and `abs`), so the same lines run on
NumPy arrays, on torch tensors and inside a `tf.function`. State is a tuple of arrays shaped like
the weights; `step` counts from 1. Names, defaults and order of operations follow `torch.optim`,
so that each rule can be held against it to the last digits.

To add a rule, add a record: menus, sliders, tests and exported code follow from it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gdcore.rules.interval import EVERY, Interval

Array = Any
State = tuple[Array, ...]


@dataclass(frozen=True)
class Hyperparameter:
    """A knob: its default, the range a slider offers, its symbol in LaTeX, and what it may be.

    valid: what a program may ask for, wider than the slider; where `torch.optim` has such a knob
    and refuses a value, so does this.
    """

    name: str
    default: float
    low: float
    high: float
    symbol: str
    logarithmic: bool = False
    valid: Interval = EVERY

    def offers(self, value: float) -> bool:
        """Whether the knob's slider can stand on the value."""
        return value in self.valid and self.low <= value <= self.high


@dataclass(frozen=True)
class Optimizer:
    """A pure update rule. `init(w)` gives the state, `update` the next weights and state.

    latex: the rule as it is printed, one line per sub-step, g for the gradient, η for the rate.
    state_symbols: LaTeX names of the state arrays, for the step inspector.
    velocity: which state array remembers the direction of earlier steps, if one does.
    torch_name, torch_arguments: the class of torch.optim that computes the same.
    """

    name: str
    title: str
    hyperparameters: tuple[Hyperparameter, ...]
    state_symbols: tuple[str, ...]
    init: Callable[[Array], State]
    update: Callable[..., tuple[Array, State]]
    latex: tuple[str, ...]
    torch_name: str
    torch_arguments: Callable[..., dict[str, Any]]
    source: str
    velocity: int | None = None

    def defaults(self) -> dict[str, float]:
        return {h.name: h.default for h in self.hyperparameters}


NOT_NEGATIVE, POSITIVE = Interval(0), Interval(0, low_open=True)
SHARE, BELOW_ONE = Interval(0, 1), Interval(0, 1, high_open=True)

MOMENTUM = Hyperparameter("momentum", 0.9, 0.0, 0.99, r"\mu", valid=NOT_NEGATIVE)
NESTEROV = Hyperparameter("momentum", 0.9, 0.01, 0.99, r"\mu", valid=POSITIVE)
BETA1 = Hyperparameter("beta1", 0.9, 0.0, 0.99, r"\beta_1", valid=BELOW_ONE)
BETA2 = Hyperparameter("beta2", 0.999, 0.9, 0.9999, r"\beta_2", valid=BELOW_ONE)
DECAY = Hyperparameter("weight_decay", 0.01, 0.0, 0.5, r"\lambda", valid=NOT_NEGATIVE)
ALPHA = Hyperparameter("alpha", 0.99, 0.5, 0.999, r"\alpha", valid=NOT_NEGATIVE)
MOMENTUM_DECAY = Hyperparameter("momentum_decay", 0.004, 0.0, 0.1, r"\psi", valid=NOT_NEGATIVE)


def _epsilon(default: float) -> Hyperparameter:
    return Hyperparameter(
        "eps", default, 1e-12, 1e-1, r"\varepsilon", logarithmic=True, valid=NOT_NEGATIVE
    )


def _no_state(w: Array) -> State:
    return ()


def _one_zero(w: Array) -> State:
    return (w * 0.0,)


def _two_zeros(w: Array) -> State:
    return (w * 0.0, w * 0.0)


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
    # max(a, b) = a + (d + |d|) / 2 with d = b - a: plain arithmetic, exact where a is larger.
    old = beta2 * state[1]
    new = abs(g) + eps
    infinity = old + (new - old + abs(new - old)) / 2
    return w - rate / (1 - beta1**step) * m / infinity, (m, infinity)


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
            "sgd",
            "SGD",
            (),
            (),
            _no_state,
            _sgd,
            (r"w_{t+1} = w_t - \eta_t\,g_t",),
            "SGD",
            dict,
            "Cauchy 1847; Robbins & Monro 1951",
        ),
        Optimizer(
            "momentum",
            "Momentum",
            (MOMENTUM,),
            ("v",),
            _one_zero,
            _momentum,
            (r"v_{t+1} = \mu v_t + g_t", r"w_{t+1} = w_t - \eta_t\,v_{t+1}"),
            "SGD",
            dict,
            "Polyak 1964",
            velocity=0,
        ),
        Optimizer(
            "nesterov",
            "Nesterov",
            (NESTEROV,),
            ("v",),
            _one_zero,
            _nesterov,
            (r"v_{t+1} = \mu v_t + g_t", r"w_{t+1} = w_t - \eta_t\,(g_t + \mu v_{t+1})"),
            "SGD",
            lambda momentum: {"momentum": momentum, "nesterov": True},
            "Nesterov 1983; Sutskever et al. 2013",
            velocity=0,
        ),
        Optimizer(
            "adagrad",
            "Adagrad",
            (_epsilon(1e-10),),
            ("s",),
            _one_zero,
            _adagrad,
            (
                r"s_{t+1} = s_t + g_t^2",
                r"w_{t+1} = w_t - \eta_t\,g_t / (\sqrt{s_{t+1}} + \varepsilon)",
            ),
            "Adagrad",
            dict,
            "Duchi, Hazan & Singer 2011",
        ),
        Optimizer(
            "adadelta",
            "Adadelta",
            (Hyperparameter("rho", 0.9, 0.0, 0.999, r"\rho", valid=SHARE), _epsilon(1e-6)),
            ("s", "u"),
            _two_zeros,
            _adadelta,
            (
                r"s_{t+1} = \rho s_t + (1-\rho)\,g_t^2",
                r"\Delta = \sqrt{u_t + \varepsilon} / \sqrt{s_{t+1} + \varepsilon}\;g_t",
                r"u_{t+1} = \rho u_t + (1-\rho)\,\Delta^2",
                r"w_{t+1} = w_t - \eta_t\,\Delta",
            ),
            "Adadelta",
            dict,
            "Zeiler 2012",
        ),
        Optimizer(
            "rmsprop",
            "RMSprop",
            (ALPHA, _epsilon(1e-8)),
            ("s",),
            _one_zero,
            _rmsprop,
            (
                r"s_{t+1} = \alpha s_t + (1-\alpha)\,g_t^2",
                r"w_{t+1} = w_t - \eta_t\,g_t / (\sqrt{s_{t+1}} + \varepsilon)",
            ),
            "RMSprop",
            dict,
            "Tieleman & Hinton 2012",
        ),
        Optimizer(
            "adam",
            "Adam",
            (BETA1, BETA2, _epsilon(1e-8)),
            ("m", "v"),
            _two_zeros,
            _adam,
            (*_ADAM_LINES, r"w_{t+1} = w_t - \eta_t\,\hat m / (\sqrt{\hat v} + \varepsilon)"),
            "Adam",
            _betas,
            "Kingma & Ba 2015, algorithm 1",
            velocity=0,
        ),
        Optimizer(
            "adamw",
            "AdamW",
            (BETA1, BETA2, _epsilon(1e-8), DECAY),
            ("m", "v"),
            _two_zeros,
            _adamw,
            (
                *_ADAM_LINES,
                r"w_{t+1} = (1 - \eta_t\lambda)\,w_t"
                r" - \eta_t\,\hat m / (\sqrt{\hat v} + \varepsilon)",
            ),
            "AdamW",
            _betas,
            "Loshchilov & Hutter 2019, algorithm 2",
            velocity=0,
        ),
        Optimizer(
            "nadam",
            "NAdam",
            (BETA1, BETA2, _epsilon(1e-8), MOMENTUM_DECAY),
            ("m", "v", r"\Pi"),
            _nadam_init,
            _nadam,
            (
                r"\mu_t = \beta_1 (1 - \tfrac12\,0.96^{t\psi}), \quad \Pi_{t+1} = \Pi_t\,\mu_{t+1}",
                *_ADAM_LINES[:2],
                r"\hat m = \frac{\mu_{t+2}\,m_{t+1}}{1-\Pi_{t+1}\mu_{t+2}}"
                r" + \frac{(1-\mu_{t+1})\,g_t}{1-\Pi_{t+1}}",
                r"w_{t+1} = w_t - \eta_t\,\hat m / (\sqrt{\hat v} + \varepsilon)",
            ),
            "NAdam",
            _betas,
            "Dozat 2016",
            velocity=0,
        ),
        Optimizer(
            "adamax",
            "Adamax",
            (BETA1, BETA2, _epsilon(1e-8)),
            ("m", "u"),
            _two_zeros,
            _adamax,
            (
                _ADAM_LINES[0],
                r"u_{t+1} = \max(\beta_2 u_t,\; |g_t| + \varepsilon)",
                r"w_{t+1} = w_t - \frac{\eta_t}{1-\beta_1^{t+1}}\,\frac{m_{t+1}}{u_{t+1}}",
            ),
            "Adamax",
            _betas,
            "Kingma & Ba 2015, algorithm 2",
            velocity=0,
        ),
    )
}
