"""The arithmetic of the update rules: from weights, gradient, rate, step and state to the next.

An update is written once in plain arithmetic (`+ - * / **` and `abs`) and the three functions of
`generic` (`sign`, `max`, `min`), so the same lines run on NumPy arrays, on torch tensors and
inside a `tf.function`. State is a tuple of arrays shaped like the weights; `step` counts from 1.
Where `torch.optim` has the rule, the order of operations follows it. What the letters mean, and
where a rule comes from, stands in its record in `optimizers`.
"""

from __future__ import annotations

from typing import Any

from gdcore.rules import generic

Array = Any
State = tuple[Array, ...]


def no_state(w: Array) -> State:
    return ()


def one_zero(w: Array) -> State:
    return (w * 0.0,)


def two_zeros(w: Array) -> State:
    return (w * 0.0, w * 0.0)


def three_zeros(w: Array) -> State:
    return (w * 0.0, w * 0.0, w * 0.0)


def two_zeros_and_one(w: Array) -> State:
    return (w * 0.0, w * 0.0, w * 0.0 + 1.0)


def sgd(w, g, rate, step, state):
    return w - rate * g, ()


def momentum(w, g, rate, step, state, momentum):
    velocity = momentum * state[0] + g
    return w - rate * velocity, (velocity,)


def nesterov(w, g, rate, step, state, momentum):
    velocity = momentum * state[0] + g
    return w - rate * (g + momentum * velocity), (velocity,)


def adagrad(w, g, rate, step, state, eps):
    total = state[0] + g * g
    return w - rate * g / (total**0.5 + eps), (total,)


def adadelta(w, g, rate, step, state, rho, eps):
    square, change = state
    square = rho * square + (1 - rho) * (g * g)
    delta = (change + eps) ** 0.5 / (square + eps) ** 0.5 * g
    return w - rate * delta, (square, rho * change + (1 - rho) * (delta * delta))


def rmsprop(w, g, rate, step, state, alpha, eps):
    square = alpha * state[0] + (1 - alpha) * (g * g)
    return w - rate * g / (square**0.5 + eps), (square,)


def adam(w, g, rate, step, state, beta1, beta2, eps):
    m = beta1 * state[0] + (1 - beta1) * g
    v = beta2 * state[1] + (1 - beta2) * (g * g)
    m_hat, v_hat = m / (1 - beta1**step), v / (1 - beta2**step)
    return w - rate * m_hat / (v_hat**0.5 + eps), (m, v)


def adamw(w, g, rate, step, state, beta1, beta2, eps, weight_decay):
    return adam(w - rate * weight_decay * w, g, rate, step, state, beta1, beta2, eps)


def nadam(w, g, rate, step, state, beta1, beta2, eps, momentum_decay):
    mu = beta1 * (1 - 0.5 * 0.96 ** (step * momentum_decay))
    mu_next = beta1 * (1 - 0.5 * 0.96 ** ((step + 1) * momentum_decay))
    product = state[2] * mu
    m = beta1 * state[0] + (1 - beta1) * g
    v = beta2 * state[1] + (1 - beta2) * (g * g)
    root = (v / (1 - beta2**step)) ** 0.5 + eps
    ahead = (1 - mu) / (1 - product) * g + mu_next / (1 - product * mu_next) * m
    return w - rate * ahead / root, (m, v, product)


def adamax(w, g, rate, step, state, beta1, beta2, eps):
    m = beta1 * state[0] + (1 - beta1) * g
    infinity = generic.max(beta2 * state[1], abs(g) + eps)
    return w - rate / (1 - beta1**step) * m / infinity, (m, infinity)


def amsgrad(w, g, rate, step, state, beta1, beta2, eps):
    m = beta1 * state[0] + (1 - beta1) * g
    v = beta2 * state[1] + (1 - beta2) * (g * g)
    most = generic.max(state[2], v)
    m_hat, most_hat = m / (1 - beta1**step), most / (1 - beta2**step)
    return w - rate * m_hat / (most_hat**0.5 + eps), (m, v, most)


def lion(w, g, rate, step, state, beta1, beta2, weight_decay):
    ahead = beta1 * state[0] + (1 - beta1) * g
    m = beta2 * state[0] + (1 - beta2) * g
    return w - rate * (generic.sign(ahead) + weight_decay * w), (m,)
