"""Thinned courses: whatever swings in the run swings in the picture, and every step has its row."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

import gdcore as gd
from gdcore.charts import curve, race, regression
from gdcore.charts.player import FIRST, MOST_FRAMES, thin
from gdcore.ui.player import content
from gdcore.words.texts import LANGUAGES

lasts = some.integers(1_001, 20_000)
mosts = some.sampled_from([400, 600, MOST_FRAMES])


def envelope(course, steps, last, length):
    """Least and greatest of the course's values at `steps`, in windows of `length` steps."""
    place = np.minimum(steps // length, max((last + 1) // length - 1, 0))
    low, high = np.full(place[-1] + 1, np.inf), np.full(place[-1] + 1, -np.inf)
    np.minimum.at(low, place, course[steps])
    np.maximum.at(high, place, course[steps])
    return low, high


@given(
    last=lasts,
    most=mosts,
    period=some.sampled_from([2, 3, 4, 5, 7, 13]),
    phase=some.integers(0, 12),
    shape=some.lists(some.floats(-1, 1), min_size=13, max_size=13),
)
@settings(max_examples=200, deadline=None)
def test_an_oscillation_of_any_period_is_drawn_from_its_lows_to_its_highs(
    last, most, period, phase, shape
):
    steps = np.arange(last + 1)
    swing = np.array(shape[:period])[(steps + phase) % period]
    rows = thin(last, most, swing)
    # A window of two bins and a period holds a whole bin, or bins that hold a whole period.
    length = 2 * int(np.ceil(2.5 * (last + 1) / most)) + 2 * period
    for found, wanted in zip(
        envelope(swing, rows, last, length), envelope(swing, steps, last, length), strict=True
    ):
        np.testing.assert_array_equal(found, wanted)


@given(last=lasts, most=mosts, seed=some.integers(0, 99), columns=some.integers(1, 6))
@settings(max_examples=60, deadline=None)
def test_of_any_courses_the_first_the_last_and_the_extremes_stay(last, most, seed, columns):
    random = np.random.default_rng(seed)
    courses = random.normal(size=(last + 1, columns)).cumsum(axis=0)
    courses[:, 0] = random.normal(size=last + 1)
    rows = thin(last, most, courses)
    assert rows[0] == 0 and rows[-1] == last and most // 3 < len(rows) <= most
    assert rows[:FIRST].tolist() == list(range(FIRST)) and (np.diff(rows) > 0).all()
    np.testing.assert_array_equal(courses[rows].max(axis=0), courses.max(axis=0))
    np.testing.assert_array_equal(courses[rows].min(axis=0), courses.min(axis=0))
    # Nowhere is there a long stretch of which nothing is drawn.
    assert np.diff(rows).max() <= 10 * columns * (last + 1) / most


@pytest.mark.parametrize(
    "course",
    [
        np.zeros(5_000),
        np.full(5_000, np.nan),
        np.full(5_000, np.inf),
        np.arange(5_000.0),
        np.r_[np.ones(2_000), np.full(3_000, np.nan)],
        np.array([1.0, 2.0]),
        np.exp(np.minimum(np.arange(5_000.0), 700)),
    ],
)
def test_courses_without_a_swing_are_thinned_evenly_enough(course):
    rows = thin(4_999, 1_001, course)
    assert rows[0] == 0 and rows[-1] == 4_999 and 300 < len(rows) <= 1_001
    assert np.diff(rows).max() < 40


def test_a_run_of_few_steps_is_drawn_whole():
    for last in (0, 1, 10, 1_000):
        assert thin(last, MOST_FRAMES, np.zeros(last + 1)).tolist() == list(range(last + 1))


@pytest.mark.parametrize("steps", [1_002, 1_600, 2_001, 10_000])
@pytest.mark.parametrize("rate", [0.9999, 0.99999])
def test_a_step_by_step_oscillation_is_no_cliff(steps, rate):
    run = gd.descend("w**2", {"w": -5.0}, rate, steps)
    assert run.steps == steps
    rows, size = curve.frames(run), np.abs(run.weights[:, 0])
    length = 40 * -(-steps // 1_000)
    low, high = envelope(run.weights[:, 0], rows, steps, length)
    begin, end = (
        size[::length][: len(low)],
        size[np.minimum(np.arange(1, len(low) + 1) * length, steps)],
    )
    assert np.all(high >= end) and np.all(high <= begin) and np.all(low <= -end)


def test_every_picture_of_a_fit_keeps_its_highs_and_lows():
    data = gd.datasets.make_regression(60, 3)
    limit = gd.fit_linear(data.X, data.y, 1, test=0.2).forecast.limit
    fit = gd.fit_linear(data.X, data.y, 1_600, limit * (1 - 1e-6), test=0.2)
    rows, every = regression.frames(fit, 400), np.arange(1_601)
    assert fit.trajectory.steps == 1_600 and len(rows) <= 400
    for course in (*fit.weights.T, fit.trajectory.losses, fit.test_losses):
        size = np.ptp(course)
        for found, wanted in zip(
            envelope(course, rows, 1_600, 40), envelope(course, every, 1_600, 40), strict=True
        ):
            np.testing.assert_allclose(found, wanted, atol=size / 50)


def test_a_race_and_an_overlay_share_steps_that_keep_every_run():
    formula = "x**2 + 10*y**2"
    runs = [
        (str(rate), gd.descend(formula, {"x": 4.0, "y": 2.0}, rate, 5_000))
        for rate in (0.0999, 0.09, 0.05)
    ]
    paths = race.race_frame(runs)
    assert paths.groupby("name")["step"].apply(tuple).nunique() == 1
    for label, run in runs:
        mine = paths[paths["name"] == label]
        assert len(mine) <= 600
        assert mine["v"].max() == run.weights[:, 1].max()
        assert mine["v"].min() == run.weights[:, 1].min()
    short = gd.descend("w**2", {"w": -5.0}, 0.1, 10)
    assert curve.frames(short, gd.descend("w**2", {"w": -5.0}, 0.999, 3_000))[-1] == 3_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_thinned_run_says_so_with_its_numbers(language):
    rows = thin(1_600, 400, np.sin(np.arange(1_601.0)))
    told = content("k", rows, [""] * len(rows), language, total=1_600)["words"]["thinned"]
    assert str(len(rows) - 1) in told and "1600" in told  # the start is no step
    whole = np.arange(401)
    assert content("k", whole, [""] * 401, language, total=400)["words"]["thinned"] == ""
