"""Maps of many runs: every cell is what a single run says."""

import numpy as np
import pytest

import gdcore as gd
from gdcore.descent.sweep import LEFT, basins, rate_sweep
from gdcore.descent.verdicts import VERDICTS
from gdcore.ground.landscapes import LANDSCAPES, SURFACES
from gdcore.ground.sight import least

RATES, STARTS = np.geomspace(1e-3, 2, 9), np.linspace(-5, 5, 7)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("name", ["parabola", "waves"])
def test_every_cell_of_a_sweep_is_what_a_single_run_says(name, optimizer):
    formula = gd.parse(LANDSCAPES[name].formula)
    best = least(formula, ("w",), LANDSCAPES[name].domain, LANDSCAPES[name].minima)
    found = rate_sweep(formula, "w", RATES, STARTS, best, 60, optimizer)
    for i, start in enumerate(STARTS):
        for j, rate in enumerate(RATES):
            run = gd.descend(formula, {"w": start}, rate, 60, optimizer)
            word = gd.verdict(run, best)
            assert VERDICTS[found.verdict[i, j]] == word, (start, rate)
            assert word == "diverges" or found.arrival[i, j] == word.arrival


def test_beyond_the_stability_limit_a_parabola_diverges_from_everywhere():
    formula = gd.parse("w**2")
    found = rate_sweep(formula, "w", np.array([0.99, 1.01]), np.array([-5.0, 1.0, 3.0]), 0.0, 800)
    assert (found.verdict[:, 0] == VERDICTS.index("converges")).all()
    assert (found.verdict[:, 1] == VERDICTS.index("diverges")).all()


@pytest.mark.parametrize("name", SURFACES)
def test_every_basin_leads_where_its_descents_end(name):
    record = SURFACES[name]
    formula = gd.parse(record.formula)
    found = basins(
        formula,
        ("x", "y"),
        record.domain,
        record.learning_rate,
        150,
        minima=record.minima,
        points=24,
    )
    size = np.array([high - low for low, high in record.domain])
    for i, j in np.random.default_rng(0).integers(0, 24, (12, 2)):
        start = {"x": found.first[j], "y": found.second[i]}
        run = gd.descend(formula, start, record.learning_rate, 150)
        label = found.label[i, j]
        if label >= 0:
            assert (np.abs(run.weights[-1] - found.ends[label]) < 0.03 * size).all()
        if label == LEFT:
            assert run.stop.kind == "diverged" or np.abs(run.weights[-1]).max() > size.max()


def test_a_valley_on_the_way_is_no_end():
    rosenbrock = SURFACES["rosenbrock"]
    found = basins(
        gd.parse(rosenbrock.formula),
        ("x", "y"),
        rosenbrock.domain,
        0.0015,
        150,
        minima=rosenbrock.minima,
    )
    assert found.ends.tolist() == [[1.0, 1.0]]


def test_ends_that_nobody_named_are_found():
    himmelblau = SURFACES["himmelblau"]
    found = basins(gd.parse(himmelblau.formula), ("x", "y"), himmelblau.domain, 0.01)
    assert sorted(map(tuple, found.ends.round(3))) == sorted(
        tuple(np.round(point, 3)) for point in himmelblau.minima
    )


def test_the_rectangles_cover_every_start_once():
    found = basins(gd.parse("x**2 + y**2"), ("x", "y"), ((-1, 1), (-2, 2)), 0.1, points=10)
    rows = found.rectangles()
    area = ((rows["u2"] - rows["u"]) * (rows["v2"] - rows["v"])).sum()
    assert area == pytest.approx(100 * (2 / 9) * (4 / 9))
