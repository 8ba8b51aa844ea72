"""Charts: valid, bilingual, light and dark, playable, with all the rows they should hold."""

import json

import numpy as np
import pandas as pd
import pytest

import gdcore as gd
from gdcore.charts import curve, diagnostics, isolines, race, rings, steps
from gdcore.charts.forecast import gauge_chart, rate_chart
from gdcore.charts.graph import graph_chart
from gdcore.charts.line import line_chart
from gdcore.charts.look import PALETTES, Look, span
from gdcore.charts.plane import plane_chart
from gdcore.charts.player import EVENT, playable, thin
from gdcore.charts.sweep import sweep_chart
from gdcore.court.graph import walk
from gdcore.descent.sweep import basins, rate_sweep
from gdcore.ground.landscapes import grid, view
from gdcore.models.quadratic import hessian
from gdcore.models.surfaces import surface as surface_grid

RUN = gd.descend("w**2", {"w": -5.0}, steps=30)
DATA = gd.datasets.make_regression(n_features=2)
FIT = gd.fit_linear(DATA.X, DATA.y)
ROWS = np.arange(41)


def charts(look):
    path = curve.path_frame(RUN)
    ground = view(gd.parse("w**2"), "w", (-6, 6), -5.0)
    long = pd.concat([path.assign(name=n)[["step", "name", "loss"]] for n in "ab"])
    long = long.rename(columns={"loss": "value"})
    surface = pd.DataFrame(
        {
            "step": ROWS,
            "u": FIT.weights[:, 0],
            "v": FIT.weights[:, 1],
            "loss": FIT.trajectory.losses,
        }
    )
    yield curve.curve_chart(path, ground, look, minima=[0.0])
    yield curve.overlay_chart(path.assign(name="a"), ground, ["a"], look)
    yield steps.step_chart(path, "loss", look, "loss", look.t("loss_title"))
    yield steps.step_chart(path, "loss", look, "loss", "x", log=True, domain=[1e-16, 100])
    yield steps.series_chart(long, ["a", "b"], look, "x", log=True, domain=[1e-16, 100])
    yield steps.series_chart(long, ["a", "b"], look, "x", references=[("a", "true_line", 1.0)])
    yield line_chart(DATA.X[:, 0], DATA.y, FIT.weights[:, [0, 2]], ROWS, look, (1.0, 2.0))
    yield line_chart(DATA.X[:, 0], DATA.y, FIT.weights[:, [0, 2]], ROWS, look, residuals="squares")
    domains = rings.surface_domains(surface, FIT.coef_)
    for lines in (
        isolines.ellipses(hessian(DATA.X)[:2, :2], FIT.coef_, 1.0, domains),
        isolines.isolines(*surface_grid(FIT, (0, 1), domains)),
    ):
        yield rings.ring_chart(lines, domains, FIT.coef_, surface, look, "uv")
        yield rings.ring_chart(
            lines,
            domains,
            FIT.coef_,
            surface.assign(du=0.1, dv=ROWS),
            look,
            "uv",
            beside=("a", "b", surface),
        )
    run = gd.descend("x**2 + y**2", {"x": 2.0, "y": 1.0}, steps=9)
    ground = grid(gd.parse("x**2 + y**2"), ("x", "y"), ((-3, 3), (-3, 3)))
    for pools in (None, basins(gd.parse("x**2 + y**2"), "xy", ((-3, 3), (-3, 3)), 0.1)):
        yield race.race_chart(
            race.race_frame([("a", run)]), ground, [(0.0, 0.0)], ["a"], look, "xy", basins=pools
        )
    rates, starts = np.array([0.1, 0.9, 1.1]), np.array([-5.0, 0.0, 5.0])
    found = rate_sweep(gd.parse("w**2"), "w", rates, starts, 0.0, 20)
    yield sweep_chart(found, (0.1, -5.0), look, "w")
    for formula in ("x", "x*sin(x)**2", "+".join(f"softplus({i}*x*y)" for i in range(2, 20))):
        yield graph_chart(walk(gd.parse(formula), {"x": 3.0, "y": 2.0}), look)
    given = (DATA.X, DATA.y, FIT.weights, ROWS, look)
    yield diagnostics.predicted_chart(*given)
    yield diagnostics.residual_chart(*given)
    yield diagnostics.histogram_chart(*given)
    yield diagnostics.quantile_chart(*given)
    yield plane_chart(*given, ("a", "b"))
    yield gauge_chart(0.1, 0.5, 0.9, look)
    yield rate_chart(
        np.geomspace(0.01, 1, 5), np.array([9.0, 4, 2, 1, np.inf]), (0.1, 2.0), 0.5, 0.9, look
    )


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("language", ["en", "zh-TW"])
def test_every_chart_is_playable_and_finite(language, theme):
    for picture in charts(Look(language, theme)):
        data = {
            name: json.loads(frame.to_json(orient="records"))
            for name, frame in picture.data.items()
        }
        spec = playable(picture.stencil, data)
        frames = [p for p in spec.get("params", []) if p["name"] == "frame"]
        # What does not listen may not ask for the step either.
        assert frames or "frame" not in json.dumps(picture.stencil)
        for frame in frames:
            assert frame["on"][0]["events"] == {"source": "window", "type": EVENT}
        json.dumps(spec, allow_nan=False)


def test_every_chart_is_valid():
    for picture in charts(Look()):
        picture.to_altair().to_dict()


def named(node):
    """Every data name that a specification asks for."""
    if isinstance(node, dict):
        data = node.get("data")
        if isinstance(data, dict) and "name" in data:
            yield data["name"]
        for child in node.values():
            yield from named(child)
    elif isinstance(node, list):
        for child in node:
            yield from named(child)


def test_a_stencil_and_its_data_belong_together():
    for picture in charts(Look()):
        assert set(named(picture.stencil)) == set(picture.data)
        for frame in picture.data.values():
            assert isinstance(frame, pd.DataFrame)


def test_while_only_data_change_a_chart_is_not_built_again():
    pictures = []
    for rate in (0.1, 0.11):
        path = curve.path_frame(gd.descend("w**2", {"w": -5.0}, rate, 30))
        ground = view(gd.parse("w**2"), "w", (-6, 6), -5.0)
        pictures.append(curve.curve_chart(path, ground, Look()))
    assert pictures[0].stencil is pictures[1].stencil


def test_a_logarithmic_axis_rests_on_whole_powers_of_ten():
    gaps = steps.gap(np.array([25.0, 1e-3, 0.0, np.nan]), 0.0)
    assert gaps[2] == steps.LEAST_GAP
    assert steps.gap_domain(gaps) == pytest.approx([1e-16, 100])
    assert steps.gap_domain(gaps) == steps.gap_domain(gaps * 1.01)
    assert steps.gap_domain(np.array([np.nan])) == pytest.approx([1e-16, 10])


@pytest.mark.parametrize(("last", "most"), [(0, 10), (5, 10), (999, 1000), (10_000, 1000), (7, 3)])
def test_thinning_keeps_the_first_and_the_last_step(last, most):
    rows = thin(last, most)
    assert rows[0] == 0
    assert rows[-1] == last
    assert len(rows) == min(last + 1, most)
    assert (np.diff(rows) > 0).all()


def test_an_axis_holds_all_values_and_rests_while_they_change_a_little():
    assert span([0.0, 25.0]) == span([0.0, 24.9])
    low, high = span([-3.0, 7.5])
    assert low <= -3 and high >= 7.5
    assert np.isfinite(span([])).all() and np.isfinite(span([2.0, 2.0])).all()
    assert np.isfinite(span([np.nan, np.inf, 1.0])).all()


def test_isolines_lie_on_their_level():
    u = v = np.linspace(-2, 2, 81)
    lines = isolines.isolines(u, v, u[None, :] ** 2 + v[:, None] ** 2)
    error = np.abs(lines["u"] ** 2 + lines["v"] ** 2 - lines["level"])
    assert lines["level"].nunique() == 12
    assert error.max() < 0.02
