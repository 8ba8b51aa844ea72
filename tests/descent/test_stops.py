"""Why a run ended: every way to end has a sentence of its own, and the rows that belong to it."""

import numpy as np
import pytest

import gdcore as gd
from gdcore.words.texts import LANGUAGES


@pytest.mark.parametrize(
    ("formula", "start", "rate", "key"),
    [
        ("w**4", 5.0, 0.5, "stop.diverged"),
        ("exp(w**2)", 5.0, 0.1, "stop.overflow"),
        ("exp(exp(w)) - w", 3.0, -0.0 + 1e-9, "stop.finished"),
        ("cosh(3*w)", 9.0, 1.0, "stop.overflow"),
        ("w**2", -5.0, 1.1, "stop.above_limit"),
        ("3*w**2 + w", 1.0, 0.34, "stop.above_limit"),
        ("log(w)", -1.0, 0.1, "stop.no_start"),
        ("log(w)", 0.5, 0.4, "stop.left_domain"),
        ("sqrt(w)", 1.0, 0.1, "stop.left_domain"),
        ("asin(w)", 0.5, 0.1, "stop.left_domain"),
        ("acos(w)", 0.5, 0.1, "stop.left_domain"),
        ("sqrt(1 - w**2)", 0.5, 0.1, "stop.left_domain"),
        ("(w - 2)**1.5", 2.5, 1.0, "stop.left_domain"),
        ("log(w)", 2.0, 0.1, "stop.bottomless"),
        ("-w**2", 1.0, 0.1, "stop.bottomless"),
        ("w**3", -1.0, 0.1, "stop.bottomless"),
        ("w - exp(w)", 1.0, 0.1, "stop.bottomless"),
        ("sqrt(w)", 1.0, 2.0, "stop.no_slope"),
        ("w**3", 0.0, 0.1, "stop.still"),
        ("w**2", -5.0, 0.1, "stop.converged"),
        ("(w - 3)**2 + 1", 0.0, 0.1, "stop.converged"),
        ("w**2", -5.0, 0.001, "stop.finished"),
        ("abs(w)", -5.0, 0.1, "stop.finished"),
        ("2*w", 0.0, 0.1, "stop.finished"),
        # A leap from a steep start is no rest.
        ("cosh(w)", 20.0, 7e-8, "stop.finished"),
        ("exp(exp(w))", 1.0, 1.0, "stop.finished"),
    ],
)
def test_every_way_to_end_has_its_own_sentence(formula, start, rate, key):
    run = gd.descend(formula, {"w": start}, rate, 400)
    assert run.stop.sentence.key == key
    assert np.isfinite(run.losses[1:]).all() and len(run.losses) >= 1
    for language in LANGUAGES:
        assert run.stop.say(language)


def test_a_long_way_down_is_no_blow_up():
    run = gd.descend("(x - 1e11)**2", {"x": 0.0}, 0.1, 300)
    assert run.stop.kind == "converged" and run.steps == 300
    assert run.weights[-1, 0] == pytest.approx(1e11)


def test_a_start_at_the_bottom_that_an_optimizer_leaves_is_no_blow_up():
    run = gd.descend("w**2", {"w": 1e-12}, 0.1, 300, optimizer="adam")
    assert run.steps == 300 and run.stop.kind != "diverged"
    assert run.losses.max() > 1e10 * run.losses[0]


@pytest.mark.parametrize("start", [1e-20, 1.0, 1e20])
def test_growth_is_seen_at_every_scale(start):
    run = gd.descend("w**2", {"w": start}, 1.1, 600)
    assert run.stop.kind == "diverged"
    assert run.losses[-1] == pytest.approx(1e10 * run.losses[0], rel=1)


def test_a_run_is_at_rest_when_a_millionth_of_its_way_is_left():
    run = gd.descend("(w - 3)**2", {"w": 13.0}, 0.1, 150)
    # 0.8^n = 1e-6 at n = 61.9.
    assert run.stop.step == 62


def test_the_limit_in_the_sentence_is_not_above_the_limit():
    # 2/λ = 0.27969…; rounded to four digits it would be 0.2797.
    run = gd.descend("3.57537*w**2", {"w": 1.0}, 0.3, 200)
    assert run.stop.sentence.values["limit"] == "0.2796"


def test_the_rate_in_the_sentence_is_not_rounded_down_to_the_limit():
    run = gd.descend("w**2", {"w": 1.0}, 1.0002, 60_000)
    values = run.stop.sentence.values
    assert values["rate"] == "1.0002" and values["limit"] == "1"


def test_a_slope_too_small_to_be_squared_is_no_slope_of_zero():
    run = gd.descend("1e-300*w**2", {"w": 1.0}, 0.1, 20)
    assert run.stop.sentence.key == "stop.finished"
