"""Knobs and counts: refused where torch refuses them, by name, on every way in."""

from fractions import Fraction

import numpy as np
import pytest
import torch

import gdcore as gd
from gdcore.descent.sweep import basins, rate_sweep
from gdcore.rules.interval import Interval
from gdcore.rules.optimizers import OPTIMIZERS
from gdcore.rules.schedules import SCHEDULES
from gdcore.words.texts import LANGUAGES

EDGES = [-1.0, -1e-9, 0.0, 1e-12, 0.5, 1 - 1e-9, 1.0, 1 + 1e-9, 2.0, 100.0]
TWINS = [rule for rule in OPTIMIZERS.values() if rule.torch_name]
KNOBS = [(rule, knob) for rule in OPTIMIZERS.values() for knob in rule.hyperparameters]
TWIN_KNOBS = [(rule, knob) for rule, knob in KNOBS if rule.torch_name]
COURSES = [(course, knob) for course in SCHEDULES.values() for knob in course.hyperparameters]
NONSENSE = [
    float("nan"),
    float("inf"),
    -float("inf"),
    "0.5",
    "abc",
    True,
    np.True_,
    None,
    1j,
    [0.5],
    10**400,
]


def torch_takes(rule, rate, knobs):
    weight = torch.zeros(1, requires_grad=True)
    make = getattr(torch.optim, rule.torch_name)
    try:
        make([weight], lr=rate, **rule.torch_arguments(**knobs))
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("value", EDGES)
@pytest.mark.parametrize(("rule", "knob"), TWIN_KNOBS, ids=lambda one: one.name)
def test_a_knob_is_refused_exactly_where_torch_refuses_it(rule, knob, value):
    assert (value in knob.valid) == torch_takes(rule, 0.1, rule.defaults() | {knob.name: value})


@pytest.mark.parametrize("rate", EDGES)
@pytest.mark.parametrize("rule", TWINS, ids=lambda rule: rule.name)
def test_a_learning_rate_is_refused_exactly_where_torch_refuses_it(rule, rate):
    if torch_takes(rule, rate, rule.defaults()):
        assert len(gd.descend("w**2", {"w": 1.0}, rate, 1, optimizer=rule.name).losses)
    else:
        with pytest.raises(gd.Problem, match="learning_rate"):
            gd.descend("w**2", {"w": 1.0}, rate, 1, optimizer=rule.name)


@pytest.mark.parametrize("value", EDGES)
def test_the_factor_at_the_start_is_refused_exactly_where_torch_refuses_it(value):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    try:
        torch.optim.lr_scheduler.LinearLR(optimizer, start_factor=value)
        taken = True
    except ValueError:
        taken = False
    (knob,) = [k for k in SCHEDULES["warmup_cosine"].hyperparameters if k.name == "start_factor"]
    assert (value in knob.valid) == taken


@pytest.mark.parametrize(("record", "knob"), KNOBS + COURSES, ids=lambda one: one.name)
def test_sliders_stay_where_a_knob_is_valid(record, knob):
    for value in (knob.low, knob.default, knob.high):
        assert value in knob.valid
        assert knob.offers(value)
    assert not knob.offers(knob.high * 1.01)


WAYS = {
    "descend": lambda more: gd.descend("w**2", {"w": 1.0}, steps=3, **more),
    "descend_many": lambda more: gd.descend_many("w**2", {"w": [1.0, 2.0]}, [0.1], 3, **more),
    "fit_linear": lambda more: gd.fit_linear(
        np.arange(6.0)[:, None], np.arange(6.0), epochs=3, learning_rate=0.01, **more
    ),
    "sweep": lambda more: rate_sweep(
        gd.parse("w**2"), "w", np.array([0.1, 0.2]), np.array([1.0, 2.0]), 0.0, 3, **more
    ),
}


def outside(knob):
    """Numbers just beyond the interval's ends, and where it wants whole numbers, a half."""
    ends = [np.nextafter(knob.valid.low, -np.inf), np.nextafter(knob.valid.high, np.inf)]
    ends += [knob.valid.low] * knob.valid.low_open + [knob.valid.high] * knob.valid.high_open
    return [end for end in ends if np.isfinite(end)] + [2.5] * knob.valid.whole


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("record", "knob"), KNOBS + COURSES, ids=lambda one: one.name)
def test_every_way_in_refuses_a_knob_by_its_name(way, record, knob):
    kind = "optimizer" if record.name in OPTIMIZERS else "schedule"
    for value in [*outside(knob), *NONSENSE]:
        with pytest.raises(gd.Problem) as caught:
            WAYS[way]({kind: record.name, knob.name: value})
        for language in LANGUAGES:
            assert knob.name in caught.value.say(language)


@pytest.mark.parametrize("value", [*NONSENSE, -0.1, -1e-300])
def test_a_learning_rate_that_is_no_rate_is_refused(value):
    with pytest.raises(gd.Problem, match="learning_rate"):
        gd.descend("w**2", {"w": 1.0}, learning_rate=value if not isinstance(value, list) else "x")
    with pytest.raises(gd.Problem, match="learning_rate"):
        gd.fit_linear(np.arange(4.0)[:, None], np.arange(4.0), learning_rate=float("nan"))


@pytest.mark.parametrize("value", [*NONSENSE, 10.5, -1, 10**6])
def test_a_number_of_steps_is_whole(value):
    with pytest.raises(gd.Problem, match="steps"):
        gd.descend("w**2", {"w": 1.0}, steps=value)


@pytest.mark.parametrize("name", ["epochs", "batch_size", "seed"])
@pytest.mark.parametrize("value", [2.5, -1, "3", True, float("nan"), float("inf")])
def test_counts_of_a_fit_are_whole_and_named(name, value):
    settings = {"epochs": 3, "batch_size": 2, name: value}
    with pytest.raises(gd.Problem, match=name):
        gd.fit_linear(np.arange(6.0)[:, None], np.arange(6.0), **settings)


def test_basins_refuse_a_rate_that_is_no_rate():
    with pytest.raises(gd.Problem, match="learning_rate"):
        basins(gd.parse("x**2 + y**2"), ("x", "y"), ((-1, 1), (-1, 1)), float("nan"))


def test_every_kind_of_real_number_is_a_number():
    for value in (0.5, np.float32(0.5), np.float64(0.5), Fraction(1, 2), np.array(0.5)):
        assert Interval(0, 1).check("x", value) == 0.5
    for value in (3, np.int64(3), 3.0, np.uint8(3), Fraction(3)):
        assert Interval(1, whole=True).check("x", value) == 3
    assert Interval(0, low_open=True).condition("eps") == "0 < eps"
    assert Interval(0, 1, high_open=True).condition("beta1") == "0 ≤ beta1 < 1"


@pytest.mark.parametrize("backend", [n for n, b in gd.backends.BACKENDS.items() if b.installed])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_formula_without_variables_has_a_value_and_an_empty_gradient(backend, dtype):
    for text, value in (("2+3", 5.0), ("2^10", 1024.0), ("f(x)=7", 7.0)):
        at = {"x": 1.0} if "x" in text else {}
        found = gd.differentiate(text, at, backend=backend, dtype=dtype)
        assert found.value == value
        assert found.gradient == dict.fromkeys(at, 0.0)
    assert gd.second_derivatives("2+3", {}, backend=backend, dtype=dtype).shape == (0, 0)


def test_without_a_variable_there_is_nothing_to_descend_along():
    with pytest.raises(gd.Problem) as caught:
        gd.descend("2+3", {})
    assert caught.value.sentence.key == "settings.no_variable"


@pytest.mark.parametrize("value", ["3", "abc", None, True, 1j])
def test_a_place_is_made_of_numbers(value):
    for ask in (gd.differentiate, gd.second_derivatives, gd.descend):
        with pytest.raises(gd.Problem, match="w"):
            ask("w**2", {"w": value})
