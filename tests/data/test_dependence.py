"""Dependent features are told from nearly dependent ones, by name, whatever their units."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from gdcore.data import datasets
from gdcore.data.dependence import NEARLY, depend
from gdcore.data.intake import Table, prepare

RANDOM = np.random.default_rng(11)
A, B, C = RANDOM.normal(size=(3, 400))
units = some.sampled_from([1e-12, 1e-6, 0.3, 1.0, 1e6, 1e12])


@given(a=units, b=units, c=units, total=units, far=some.sampled_from([0.0, 1.0, 1e3]))
@settings(max_examples=60, deadline=None)
def test_a_sum_of_columns_is_dependent_in_any_units(a, b, c, total, far):
    X = np.column_stack([a * (A + far), b * (B - far), c * C, total * ((A + far) + (B - far))])
    known = depend(X)
    assert known.exact == (0, 1, 3) and known.near == () and known.condition < 3


@given(noise=some.floats(-8, -4), a=units, total=units)
@settings(max_examples=60, deadline=None)
def test_a_sum_with_a_little_noise_is_nearly_dependent(noise, a, total):
    X = np.column_stack([a * A, B, C, total * (A + B + 10**noise * RANDOM.normal(size=400))])
    known = depend(X)
    assert known.exact == () and known.near == (0, 1, 3) and known.condition > NEARLY
    standard = (X - X.mean(0)) / X.std(0)
    assert known.condition == pytest.approx(np.linalg.cond(standard), rel=1e-3)


@pytest.mark.parametrize("copy", [A, -A, 3.7 * A, A + 5, 1e-9 * A, 1e9 * A + 1e9])
def test_a_column_in_other_units_is_dependent(copy):
    known = depend(np.column_stack([A, B, copy]))
    assert known.exact == (0, 2) and known.near == ()


def test_all_categories_as_columns_are_dependent_beside_the_intercept():
    whole = np.eye(4)[RANDOM.integers(0, 4, 300)]
    assert depend(whole).exact == (0, 1, 2, 3)
    assert depend(whole[:, 1:]).exact == depend(whole[:, 1:]).near == ()


@pytest.mark.parametrize("degree", range(5, 13))
@pytest.mark.parametrize("reach", [(0, 10), (1, 3), (1980, 2020)])
def test_high_powers_depend_nearly_and_not_exactly(degree, reach):
    if reach[0] == 1980:
        degree = 3  # of numbers that are all alike, two powers are enough
    x = np.linspace(*reach, 200)
    known = depend(np.column_stack([x**k for k in range(1, degree + 1)]))
    assert known.exact == () and len(known.near) > 1 and known.condition > NEARLY


def test_ordinary_tables_depend_in_no_way():
    for name in datasets.BUILT_IN:
        known = depend(datasets.BUILT_IN[name].load().X)
        assert known.exact == known.near == ()
    assert depend(np.column_stack([A * 1e12, B * 1e-12])).condition < 2


def test_more_rows_than_a_block_are_judged_alike():
    a, b = RANDOM.normal(size=(2, 45_000))
    assert depend(np.column_stack([a, b, a - 2 * b])).exact == (0, 1, 2)
    known = depend(np.column_stack([a, b, a - 2 * b + 1e-6 * RANDOM.normal(size=45_000)]))
    assert known.exact == () and known.near == (0, 1, 2)


def notes(**columns):
    frame = pd.DataFrame({**columns, "y": RANDOM.normal(size=400)})
    return prepare(Table(frame), "y", list(columns)).notes


def test_the_two_are_said_in_different_sentences_that_name_the_columns():
    x = RANDOM.uniform(0, 10, 400)
    (near,) = notes(**{f"x{k}": x**k for k in range(1, 9)})
    (exact,) = notes(a=A, b=B, total=A + B, c=C)
    assert (near.key, exact.key) == ("nearly_collinear", "collinear")
    assert exact.values["columns"] == ("a", "b", "total")
    assert "nearly" in near.say("en") and "nearly" not in exact.say("en")
    assert "幾乎" in near.say("zh-TW") and "幾乎" not in exact.say("zh-TW")
    both = notes(a=A, b=B, total=A + B, c=C, d=C + 1e-5 * RANDOM.normal(size=400))
    assert {note.key: note.values["columns"] for note in both} == {
        "collinear": ("a", "b", "total"),
        "nearly_collinear": ("c", "d"),
    }
