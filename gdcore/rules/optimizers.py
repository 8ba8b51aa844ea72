"""Update rules, each one record: its arithmetic, its knobs, its state and its LaTeX.

Where `torch.optim` has the rule, names and defaults follow it, so that the rule can be held
against it to the last digits.

To add a rule, add its arithmetic to `updates` and a record here: menus, sliders, tests and
exported code follow from it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gdcore.rules import updates
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
    update: Callable[..., tuple[updates.Array, updates.State]]
    latex: tuple[str, ...]
    source: str
    hyperparameters: tuple[Hyperparameter, ...] = ()
    state_symbols: tuple[str, ...] = ()
    init: Callable[[updates.Array], updates.State] = updates.no_state
    velocity: int | None = None
    torch_name: str | None = None
    torch_arguments: Callable[..., dict[str, Any]] = dict

    def defaults(self) -> dict[str, float]:
        return {h.name: h.default for h in self.hyperparameters}


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
            update=updates.sgd,
            latex=(r"w_{t+1} = w_t - \eta_t\,g_t",),
            source="Cauchy 1847; Robbins & Monro 1951",
            torch_name="SGD",
        ),
        Optimizer(
            name="momentum",
            title="Momentum",
            hyperparameters=(MOMENTUM,),
            state_symbols=("v",),
            init=updates.one_zero,
            update=updates.momentum,
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
            init=updates.one_zero,
            update=updates.nesterov,
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
            init=updates.one_zero,
            update=updates.adagrad,
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
            init=updates.two_zeros,
            update=updates.adadelta,
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
            init=updates.one_zero,
            update=updates.rmsprop,
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
            init=updates.two_zeros,
            update=updates.adam,
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
            init=updates.two_zeros,
            update=updates.adamw,
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
            init=updates.two_zeros_and_one,
            update=updates.nadam,
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
            init=updates.two_zeros,
            update=updates.adamax,
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
            init=updates.three_zeros,
            update=updates.amsgrad,
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
            init=updates.one_zero,
            update=updates.lion,
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
