"""What leaves a picture is followed: where it is, which way, and how far, at every step."""

import json

import numpy as np
import pandas as pd
import pytest
import vl_convert

import gdcore as gd
from gdcore.charts import curve, race, rings, steps
from gdcore.charts.line import line_chart
from gdcore.charts.look import Look
from gdcore.charts.outside import bounded, marks, side, together
from gdcore.ground.landscapes import grid, view
from gdcore.words.figures import plain
from gdcore.words.texts import LANGUAGES, say

BOX = ((-6.0, 6.0), (0.0, 36.0))
HUGE = [1e30, 1e100, 1e300, np.inf]


def of(places, box=BOX, names=("w", "loss"), label=""):
    u, v = zip(*places, strict=True)
    return marks(np.arange(len(places)), (u, v), box, names, Look(), label)


def test_what_is_inside_or_on_the_edge_has_no_mark():
    assert of([(0, 0), (-6, 36), (6, 0)]).empty
    assert list(side([-7, -6, 0, 6, 7, np.nan], BOX[0])) == [-1, 0, 0, 0, 1, 0]


@pytest.mark.parametrize("far", [6.001, 87, *HUGE])
@pytest.mark.parametrize("sign", [-1, 1])
def test_one_coordinate_outside_is_told_with_its_value_and_its_side(far, sign):
    (row,) = of([(sign * far, 12.0)]).to_dict("records")
    assert (row["u"], row["v"]) == (6 * sign, 12)
    assert (row["across"], row["up"]) == (sign, 0)
    assert row["text"] == f"w = {plain(sign * far)}, outside"
    assert "-" not in row["text"]


@pytest.mark.parametrize("far", HUGE)
def test_both_coordinates_outside_stand_at_a_corner_and_are_both_told(far):
    (row,) = of([(-far, far)]).to_dict("records")
    assert (row["u"], row["v"], row["across"], row["up"]) == (-6, 36, -1, 1)
    assert row["text"].count("\n") == 1 and "w = −" in row["text"] and "loss = " in row["text"]


def test_a_negative_loss_leaves_downwards():
    (row,) = of([(2.0, -1e9)]).to_dict("records")
    assert (row["u"], row["v"], row["up"], row["baseline"]) == (2, 0, -1, "bottom")
    assert row["text"] == "loss = −1×10⁹, outside"


def test_what_is_not_a_number_has_no_side():
    assert of([(np.nan, np.nan)]).empty
    (row,) = of([(np.nan, 99.0)]).to_dict("records")
    assert (row["u"], row["across"], row["up"]) == (0, 0, 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_in_the_page_s_language(language):
    found = marks(np.array([3]), ([9.0], [1.0]), BOX, ("w", ""), Look(language))
    assert found["text"].tolist() == [say("charts.outside", language, places="w = 9")]


def test_marks_of_several_runs_at_one_side_stand_below_one_another():
    parts = [of([(0, 99), (0, 99)], label="a"), of([(0, 999), (0, 1)], label="b")]
    rows = together(parts)
    assert rows[rows["step"] == 0]["row"].tolist() == [0, 1]
    assert rows["name"].tolist() == ["a", "a", "b"]
    assert rows["text"].iloc[2] == "b: loss = 999, outside"


def test_without_a_mark_the_table_has_the_same_columns():
    assert of([(0, 0)]).dtypes.equals(of([(9, 99)]).dtypes)


def test_numbers_are_bounded_and_the_rest_is_kept():
    frame = bounded(pd.DataFrame({"a": [np.inf, -1e200, 2.0], "b": ["x", "y", "z"]}))
    assert frame["a"].tolist() == [1e30, -1e30, 2] and frame["b"].tolist() == ["x", "y", "z"]


RUN = gd.descend("w**2", {"w": -5.0}, 1.05, 150)
DATA = gd.datasets.make_regression(40)


def pictures():
    """One diverging run in each kind of picture, with the step from which on it is outside."""
    path, ground = curve.path_frame(RUN), view(gd.parse("w**2"), "w", (-6, 6), -5.0)
    yield "curve", curve.curve_chart(path, ground, Look())
    yield "overlay", curve.overlay_chart(path.assign(name="η = 1.05"), ground, ["η = 1.05"], Look())
    yield "step", steps.step_chart(path, "w", Look(), "path", "w", domain=[-10, 10])
    long = path[["step"]].assign(name="w", value=path["w"])
    yield "series", steps.series_chart(long, ["w"], Look(), "w", domain=[-10, 10])
    flat = gd.descend("x**2 + y**2", {"x": 2.0, "y": 1.0}, 1.1, 100)
    surface = grid(gd.parse("x**2 + y**2"), ("x", "y"), ((-3, 3), (-3, 3)))
    yield (
        "race",
        race.race_chart(race.race_frame([("a", flat)]), surface, [], ["a"], Look(), "xy"),
    )
    track = pd.DataFrame(flat.weights, columns=["u", "v"]).assign(
        step=range(len(flat.losses)), loss=flat.losses
    )
    lines = pd.DataFrame(columns=["u", "v", "level", "line", "order"])
    yield "rings", rings.ring_chart(lines, ((-3, 3), (-3, 3)), (0, 0), track, Look(), "uv")
    weights = np.column_stack([np.zeros(61), 2.0 ** np.arange(61)])
    yield "line", line_chart(DATA.X[:, 0], DATA.y, weights, np.arange(61), Look())


@pytest.mark.parametrize(
    ("name", "picture"), list(pictures()), ids=lambda x: x if type(x) is str else ""
)
def test_every_kind_of_picture_follows_a_diverging_run_to_its_end(name, picture):
    left = picture.data["outside"]
    frame = next(
        picture.data[key]
        for key in ("path", "paths", "course", "courses", "lines")
        if key in picture.data
    )
    assert left["step"].max() == frame["step"].max()
    first = int(left["step"].min())
    assert 0 < first < frame["step"].max()
    # Between leaving for good and the end no step is without its mark.
    assert set(frame["step"][frame["step"] > first + 5]) <= set(left["step"])
    json.dumps(json.loads(left.to_json(orient="records")), allow_nan=False)


def drawn(picture, step):
    """The picture at a step as SVG, drawn by Vega."""
    spec = picture.to_altair().to_dict()
    for param in spec["params"]:
        if param["name"] == "frame":
            param["value"] = step
    return vl_convert.vegalite_to_svg(spec, vl_version="6.4")


@pytest.mark.parametrize(
    ("name", "picture"), list(pictures()), ids=lambda x: x if type(x) is str else ""
)
def test_vega_draws_the_mark_of_the_shown_step_and_no_other(name, picture):
    left = picture.data["outside"]
    row = left.iloc[len(left) // 2]
    words = row["text"].split("\n")[0]
    assert words in drawn(picture, int(row["step"]))
    assert "outside" not in drawn(picture, 0)


def test_a_steep_line_is_drawn_with_ends_that_a_browser_can_write():
    for slope in (1e3, -1e12, 1e300):
        picture = line_chart(DATA.X[:, 0], DATA.y, np.array([[slope, 0.0]]), np.arange(1), Look())
        (ends,) = picture.data["lines"].to_dict("records")
        assert picture.data["outside"].empty  # it passes through the picture
        top = np.ptp(DATA.y) * 10
        assert abs(ends["low"]) < top and abs(ends["high"]) < top
        assert np.sign(ends["high"] - ends["low"]) == np.sign(slope)


@pytest.mark.parametrize(
    ("formula", "start", "rate", "expected"),
    [
        ("w**2", -5.0, 1.05, True),
        ("w**2 + 1", -5.0, 1.4, True),
        ("w**2", -5.0, 0.1, False),  # small is not far
        ("w**2 - 1", -0.5, 1.05, False),  # a negative loss has no logarithm
        ("-w**2", -5.0, 0.5, False),
        ("w**4", -4.0, 1.0, True),
    ],
)
def test_losses_of_a_diverging_run_are_logarithmic_by_themselves(formula, start, rate, expected):
    run = gd.descend(formula, {"w": start}, rate, 150)
    assert steps.logarithmic(run) is expected
    if expected:
        low, high = steps.decades(run.losses)
        known = run.losses[np.isfinite(run.losses)]
        assert low <= known.min() and known.max() <= high
        assert np.log10(low) == pytest.approx(round(np.log10(low)))


def test_a_logarithmic_axis_reaches_to_the_ends_of_what_a_number_can_be():
    assert steps.decades(np.array([1e-300, 1e300, np.inf, np.nan, 0.0])) == [1e-300, 1e300]
    low, high = steps.decades(np.array([5e-324, 1.7e308]))
    assert 0 < low < high < np.inf
    assert steps.decades(np.array([])) == [1e-16, 1]
