"""The method of a descent: knobs of the optimizer and of the schedule live apart."""

import pickle
from dataclasses import replace
from inspect import signature

import numpy as np
import pytest

import gdcore as gd
from gdcore.rules.interval import Interval
from gdcore.rules.method import Knobs
from gdcore.rules.optimizers import OPTIMIZERS, Hyperparameter
from gdcore.rules.schedules import SCHEDULES

TAKEN = {*signature(gd.descend).parameters, *signature(gd.fit_linear).parameters}


def halving(w, g, rate, step, state, **knobs):
    """A rule of one's own: a step that every knob halves once more."""
    for value in knobs.values():
        rate = rate * value
    return w - rate * g, ()


def rule_with(*names):
    knobs = tuple(
        Hyperparameter(name=n, default=0.5, low=0.1, high=1.0, symbol="k", valid=Interval(0, 1))
        for n in names
    )
    return replace(OPTIMIZERS["sgd"], name="made", hyperparameters=knobs, update=halving)


@pytest.fixture
def made(monkeypatch):
    def add(*names):
        monkeypatch.setitem(OPTIMIZERS, "made", rule_with(*names))

    return add


METHODS = [
    gd.Method(learning_rate=0.3, optimizer=rule, schedule=course, dtype="float32")
    for rule in OPTIMIZERS
    for course in SCHEDULES
]


@pytest.mark.parametrize("method", METHODS, ids=lambda m: f"{m.optimizer}-{m.schedule}")
def test_a_method_written_as_arguments_is_the_same_method(method):
    assert gd.Method.of(**method.keywords(TAKEN)) == method
    assert pickle.loads(pickle.dumps(method)) == method
    assert hash(gd.Method.of(**method.keywords())) == hash(method)


@pytest.mark.parametrize("course", SCHEDULES)
@pytest.mark.parametrize(
    "name", [*sorted(TAKEN), "gamma", "decay", "every", "warmup", "learning_rate"]
)
def test_a_knob_may_be_called_as_anything_else(name, course, made):
    made(name)
    method = gd.Method(optimizer="made", knobs={name: 0.25}, schedule=course)
    assert gd.Method.of(**method.keywords(TAKEN)) == method
    run = gd.descend("w**2", {"w": 1.0}, steps=1, **method.keywords(TAKEN))
    assert run.method == method
    assert run.weights[1, 0] == pytest.approx(1 - 2 * run.learning_rates[0] * 0.25)


@pytest.mark.parametrize("name", ["delta", "seed", "loss", "epochs", "start"])
def test_a_fit_tells_a_knob_from_a_setting_of_the_same_name(name, made):
    made(name)
    X, y = np.arange(4.0)[:, None], np.array([1.0, 0.0, 2.0, 5.0])
    plain = gd.fit_linear(X, y, 3, 0.025)
    fit = gd.fit_linear(X, y, 3, 0.1, optimizer="made", knobs={name: 0.25})
    np.testing.assert_allclose(fit.weights, plain.weights, rtol=1e-12)
    assert fit.setup == plain.setup


def test_a_flat_name_of_both_is_the_optimizers(made):
    made("gamma")
    method = gd.Method.of(0.1, "made", "exponential", gamma=0.25)
    assert (method.knobs, method.schedule_knobs) == ({"gamma": 0.25}, {"gamma": 0.97})
    both = gd.Method.of(0.1, "made", "exponential", gamma=0.25, schedule_knobs={"gamma": 0.8})
    assert (both.knobs, both.schedule_knobs) == ({"gamma": 0.25}, {"gamma": 0.8})
    run = gd.descend(
        "w**2",
        {"w": 1.0},
        steps=2,
        optimizer="made",
        schedule="exponential",
        gamma=0.25,
        schedule_knobs={"gamma": 0.8},
    )
    assert run.learning_rates == pytest.approx([0.1, 0.08, 0.064])
    assert run.weights[:, 0] == pytest.approx([1.0, 0.95, 0.95 * (1 - 0.04)])


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_changing_the_optimizer_keeps_the_schedule_and_its_knobs(name, made):
    made("gamma")
    before = gd.Method.of(0.1, "made", "exponential", gamma=0.25, schedule_knobs={"gamma": 0.8})
    after = before.with_optimizer(name)
    assert (after.schedule, after.schedule_knobs) == ("exponential", {"gamma": 0.8})
    assert after.knobs == OPTIMIZERS[name].defaults()


@pytest.mark.parametrize("name", SCHEDULES)
def test_changing_the_schedule_keeps_the_optimizer_and_its_knobs(name):
    after = gd.Method(optimizer="adam", knobs={"beta1": 0.5}).with_schedule(name)
    assert after.knobs == OPTIMIZERS["adam"].defaults() | {"beta1": 0.5}
    assert after.schedule_knobs == SCHEDULES[name].defaults()


@pytest.mark.parametrize(
    "bad",
    [
        {"optimizer": "sgdd"},
        {"schedule": "sometimes"},
        {"dtype": "float16"},
        {"learning_rate": -1.0},
        {"learning_rate": np.nan},
        {"knobs": {"momentum": 0.5}},
        {"optimizer": "momentum", "knobs": {"momentum": -0.5}},
        {"optimizer": "momentum", "schedule_knobs": {"momentum": 0.5}},
        {"schedule": "exponential", "knobs": {"gamma": 0.5}},
        {"schedule": "exponential", "schedule_knobs": {"gamma": 0.0}},
    ],
)
def test_a_method_that_cannot_be_is_refused(bad):
    with pytest.raises(gd.Problem):
        gd.Method(**bad)


def test_knobs_cannot_be_changed():
    knobs = Knobs({"momentum": 0.5})
    with pytest.raises(TypeError):
        knobs["momentum"] = 0.7  # type: ignore[index]
    assert gd.Method(optimizer="momentum", knobs=knobs) == gd.Method.of(
        0.1, "momentum", momentum=0.5
    )
