"""Verdicts: one word for how a run went, the same for one run and for thousands."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gdcore as gd
from gdcore.texts import LANGUAGES, say
from gdcore.verdicts import VERDICTS, WITHIN, arrivals, judge, least, verdict

WAVES = "w**2 / 10 + sin(2 * w)"


def judged(formula, start, rate, steps=150, domain=(-6, 6), **method):
    parsed = gd.parse(formula)
    (name,) = parsed.names
    run = gd.descend(parsed, {name: start}, rate, steps, **method)
    return verdict(run, parsed, least(parsed, (name,), (domain,)))


@pytest.mark.parametrize(
    ("word", "formula", "start", "rate"),
    [
        ("converges", "w**2", -5.0, 0.1),
        ("converges", "w**2", -5.0, 0.95),  # in a zigzag, but it arrives
        ("crawls", "w**2", -5.0, 0.001),
        ("oscillates", "w**2", -5.0, 1.0),
        ("oscillates", "abs(w)", -5.05, 0.3),
        ("diverges", "w**2", -5.0, 1.05),
        ("diverges", "w**4", -5.0, 0.5),
        ("stuck", WAVES, 4.5, 0.05),
        ("flat", "w**3", 0.0, 0.1),
        ("flat", "-w**2", 0.0, 0.1),  # a hilltop
        ("flat", "5 + 0*w", 1.0, 0.1),
        ("converges", "w**2", 0.0, 0.1),
        ("crawls", "w**2", -5.0, 0.0),
        # A high start makes the way down to any minimum long, and the difference of two small.
        ("stuck", "w**4 - 3*w**2 + w", 5.0, 0.004),
        ("stuck", "w**4 - 3*w**2 + w", 1.2, 0.004),
        ("converges", "w**4 - 3*w**2 + w", -3.0, 0.004),
        ("converges", "w**4", 2.0, 0.05),
        ("oscillates", WAVES, 4.5, 1.2),  # jumps about without ever settling
        ("crawls", "1 - exp(-w**2)", 5.0, 0.1),  # a plateau is flat, but no minimum
    ],
)
def test_every_kind_of_run_gets_its_word(word, formula, start, rate):
    assert judged(formula, start, rate)[0] == word


def test_a_curved_valley_is_no_trap():
    formula = gd.parse("(1-x)**2 + 100*(y-x**2)**2")
    for rate, steps, word in ((0.001, 3000, "converges"), (0.0005, 200, "crawls")):
        run = gd.descend(formula, {"x": -0.5, "y": 1.0}, rate, steps)
        assert verdict(run, formula, 0.0)[0] in (word, "converges")


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_whoever_rests_on_a_saddle_stands_on_flat_ground(optimizer):
    formula = gd.parse("x**2 - y**2")
    run = gd.descend(formula, {"x": 3.0, "y": 0.0}, 0.1, 400, optimizer)
    assert verdict(run, formula, -9.0)[0] == "flat"


def test_a_fit_is_judged_without_a_landscape():
    data = gd.datasets.make_regression()
    for rate, word in ((0.1, "converges"), (0.001, "crawls"), (3.0, "diverges")):
        fit = gd.fit_linear(data.X, data.y, 40, rate)
        assert verdict(fit.trajectory, None, fit.reference.loss)[0] == word


def test_a_saddle_is_no_minimum():
    saddle = gd.parse("x**2 - y**2 + y**4 / 8")
    run = gd.descend(saddle, {"x": 2.0, "y": 0.0}, 0.1)
    assert verdict(run, saddle, least(saddle, ("x", "y"), ((-3, 3), (-3, 3))))[0] == "flat"


@given(st.floats(0.01, 0.98), st.floats(0.1, 6))
def test_the_arrival_on_a_parabola_is_the_one_theory_gives(rate, start):
    # The loss shrinks by (1 - 2η)² at every step.
    factor = (1 - 2 * rate) ** 2
    predicted = 0 if factor == 1 else np.ceil(np.log(WITHIN) / np.log(max(factor, 1e-300)))
    _, arrival = judged("w**2", start, rate, 400)
    # On the threshold itself rounding decides.
    assert abs(arrival - predicted) <= 1 or (predicted >= 400 and arrival == np.inf)


def test_arrival_means_to_stay():
    losses = np.array([[100.0, 100.0], [0.5, 0.5], [50.0, 0.4], [0.2, 0.3]])
    assert arrivals(losses, 0.0).tolist() == [3, 1]
    assert arrivals(losses[:3], 0.0).tolist() == [np.inf, 1]


def test_a_batch_is_judged_as_each_of_its_runs():
    formula = gd.parse(WAVES)
    rates = np.array([0.001, 0.05, 0.3, 0.6, 2.0])
    runs = gd.descend_many(formula, {"w": np.array([4.5])}, rates)
    _, raw = gd.descent.batch(formula, {"w": np.array([4.5])}, rates)
    best = least(formula, ("w",), ((-6, 6),))

    def value(w):
        return w[0] ** 2 / 10 + np.sin(2 * w[0])

    words, arrival = judge(raw.weights, raw.gradients, raw.losses, best, value)
    assert [(VERDICTS[i], a) for i, a in zip(words, arrival, strict=True)] == [
        verdict(run, formula, best) for run in runs
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_verdict_has_its_words(language):
    assert len({say(f"verdicts.{word}", language) for word in VERDICTS}) == len(VERDICTS)
