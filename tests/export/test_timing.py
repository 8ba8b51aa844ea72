"""Timing: measured, not asserted; only what holds on any machine is tested."""

import pytest

from gdcore.backends import BACKENDS
from gdcore.charts.look import Look
from gdcore.charts.timing import timing_chart
from gdcore.export.timing import measure


@pytest.mark.parametrize("mode", BACKENDS["tensorflow"].modes)
def test_a_first_call_and_a_median_are_measured(mode):
    first, median = measure("tensorflow", mode)
    assert 0 < median < 60
    if mode in ("graph", "xla"):
        assert first > median  # tracing and compiling are not free


def test_the_chart_holds_every_row():
    picture = timing_chart([("NumPy", 0.01, 0.005), ("TensorFlow xla", 0.5, 0.0005)], Look())
    assert picture.data["timing"]["shown"].tolist() == ["5 ms", "0.5 ms"]
    picture.to_altair().to_dict()
