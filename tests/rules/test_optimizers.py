"""Update rules and schedules, held against torch.optim to the last digits."""

from dataclasses import replace

import numpy as np
import pytest
import torch

import gdcore as gd
from gdcore.backends import BACKENDS
from gdcore.rules.optimizers import OPTIMIZERS
from gdcore.rules.schedules import SCHEDULES


@pytest.fixture(autouse=True)
def _double_precision():
    """NAdam keeps a running product in torch's default precision, whatever the weights have."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


ROSENBROCK = "(1 - x)**2 + 100*(y - x**2)**2"
PROBLEMS = {
    "bowl": ("x**2 + 10*y**2", {"x": 3.0, "y": -2.0}, 0.02),
    "rosenbrock": (ROSENBROCK, {"x": -1.2, "y": 1.0}, 2e-4),
    "himmelblau": ("(x**2 + y - 11)**2 + (x + y**2 - 7)**2", {"x": 0.5, "y": -0.5}, 3e-3),
    "wavy": ("sin(3*x)*cos(y) + 0.1*(x**2 + y**2)", {"x": 1.0, "y": 2.0}, 0.05),
}
TORCH_LOSS = {
    "bowl": lambda x, y: x**2 + 10 * y**2,
    "rosenbrock": lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
    "himmelblau": lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
    "wavy": lambda x, y: torch.sin(3 * x) * torch.cos(y) + 0.1 * (x**2 + y**2),
}
STEPS = 200
TWINS = [name for name, rule in OPTIMIZERS.items() if rule.torch_name]
HERE = [name for name, backend in BACKENDS.items() if backend.installed]
WAYS = [(name, mode) for name in HERE for mode in BACKENDS[name].modes or ("graph",)]


def torch_path(problem, rule, rate, schedule=None):
    start = PROBLEMS[problem][1]
    w = torch.tensor(list(start.values()), dtype=torch.float64, requires_grad=True)
    make = getattr(torch.optim, rule.torch_name)
    optimizer = make([w], lr=rate, **rule.torch_arguments(**rule.defaults()))
    scheduler = schedule(optimizer) if schedule else None
    path, rates = [w.detach().numpy().copy()], []
    for _ in range(STEPS):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.zero_grad()
        TORCH_LOSS[problem](*w).backward()
        optimizer.step()
        if scheduler:
            scheduler.step()
        path.append(w.detach().numpy().copy())
    return np.array(path), np.array(rates)


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("name", TWINS)
def test_every_rule_walks_as_torch_optim_does(name, problem):
    formula, start, rate = PROBLEMS[problem]
    if name in ("momentum", "nesterov"):
        rate /= 10
    run = gd.descend(formula, start, rate, STEPS, optimizer=name)
    path, _ = torch_path(problem, OPTIMIZERS[name], rate)
    np.testing.assert_allclose(run.weights, path, rtol=1e-10, atol=1e-10)


def lion(slope, w, rate, beta1, beta2, decay):
    """Chen et al. 2023, algorithm 2, line by line."""
    m, path = np.zeros_like(w), [w]
    for _ in range(STEPS):
        g = slope(w)
        c = beta1 * m + (1 - beta1) * g
        w = w - rate * (np.sign(c) + decay * w)
        m = beta2 * m + (1 - beta2) * g
        path.append(w)
    return np.array(path)


def _slope(problem):
    def slope(w):
        at = torch.tensor(w, requires_grad=True)
        TORCH_LOSS[problem](*at).backward()
        return at.grad.numpy()

    return slope


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("knobs", [(0.9, 0.99, 0.0), (0.95, 0.98, 0.3), (0.0, 0.9, 0.1)])
@pytest.mark.parametrize(("backend", "mode"), WAYS)
def test_lion_walks_as_its_paper_says(problem, knobs, backend, mode):
    formula, start, rate = PROBLEMS[problem]
    rate *= 0.731  # so that no gradient vanishes to the last bit, whose sign nobody knows
    names = ("beta1", "beta2", "weight_decay")
    settings = dict(zip(names, knobs, strict=True))
    run = gd.descend(
        formula, start, rate, STEPS, optimizer="lion", backend=backend, mode=mode, **settings
    )
    path = lion(_slope(problem), np.array(list(start.values())), rate, *knobs)
    np.testing.assert_allclose(run.weights, path, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize(("backend", "mode"), WAYS)
def test_amsgrad_walks_as_torch_does_where_the_gradient_shrinks_and_grows(backend, mode):
    """A wavy path, on which the largest square is not the latest one."""
    formula, start, _ = PROBLEMS["wavy"]
    settings = {"optimizer": "amsgrad", "beta2": 0.9, "backend": backend, "mode": mode}
    run = gd.descend(formula, start, 0.05, STEPS, **settings)
    rule = replace(OPTIMIZERS["amsgrad"], hyperparameters=_with(OPTIMIZERS["amsgrad"], beta2=0.9))
    path, _ = torch_path("wavy", rule, 0.05)
    np.testing.assert_allclose(run.weights, path, rtol=1e-10, atol=1e-10)
    adam = gd.descend(formula, start, 0.05, STEPS, optimizer="adam", beta2=0.9)
    assert np.abs(adam.weights - path).max() > 1e-3


def _with(rule, **defaults):
    return tuple(replace(k, default=defaults.get(k.name, k.default)) for k in rule.hyperparameters)


def _scheduler(name):
    s = torch.optim.lr_scheduler
    knobs = SCHEDULES[name].defaults()

    def make(optimizer):
        if name == "constant":
            return s.ConstantLR(optimizer, factor=1.0)
        if name == "step":
            return s.StepLR(optimizer, int(knobs["every"]), knobs["gamma"])
        if name == "exponential":
            return s.ExponentialLR(optimizer, knobs["gamma"])
        if name == "inverse_time":
            return s.LambdaLR(optimizer, lambda t: 1 / (1 + knobs["decay"] * t))
        if name == "cosine":
            return s.CosineAnnealingLR(optimizer, T_max=STEPS)
        warmup = int(knobs["warmup"])
        rise = s.LinearLR(optimizer, start_factor=knobs["start_factor"], total_iters=warmup)
        fall = s.CosineAnnealingLR(optimizer, T_max=STEPS - warmup)
        return s.SequentialLR(optimizer, [rise, fall], milestones=[warmup])

    return make


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("problem", ["bowl", "rosenbrock", "wavy"])
def test_every_schedule_sets_the_rates_that_torch_sets(name, problem):
    formula, start, rate = PROBLEMS[problem]
    run = gd.descend(formula, start, rate, STEPS, schedule=name)
    path, rates = torch_path(problem, OPTIMIZERS["sgd"], rate, _scheduler(name))
    np.testing.assert_allclose(run.learning_rates[:-1], rates, rtol=1e-10, atol=1e-15)
    np.testing.assert_allclose(run.weights, path, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize(
    "record", [*OPTIMIZERS.values(), *SCHEDULES.values()], ids=lambda r: r.name
)
def test_every_knob_has_a_default_within_its_range_and_a_name_in_both_languages(record):
    from gdcore.words.texts import LANGUAGES, say

    for knob in record.hyperparameters:
        assert knob.low <= knob.default <= knob.high
        assert all(say(f"names.{knob.name}", language) for language in LANGUAGES)
    assert record.latex


def test_a_knob_that_a_rule_does_not_have_is_refused():
    with pytest.raises(gd.Problem, match="momentum"):
        gd.descend("w**2", {"w": 1.0}, optimizer="adam", momentum=0.9)
