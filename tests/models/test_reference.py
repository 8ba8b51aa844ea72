"""The other library's answer, held against exact fractions on tables that are hard to fit."""

from fractions import Fraction

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

import gdcore as gd
from gdcore.models.losses import LOSSES
from gdcore.models.reference import mean, quality, spread


def exactly(X, y, ridge=0.0):
    """Coefficients, intercept, R² of least squares in fractions; ridge on the raw coefficients."""
    rows = [[*map(Fraction, row), Fraction(1)] for row in X.tolist()]
    target, n, k = [Fraction(v) for v in y.tolist()], len(y), X.shape[1] + 1
    matrix = [
        [
            sum(row[i] * row[j] for row in rows) + (Fraction(ridge) * n if i == j < k - 1 else 0)
            for j in range(k)
        ]
        + [sum(row[i] * v for row, v in zip(rows, target, strict=True))]
        for i in range(k)
    ]
    for i in range(k):
        pivot = next(r for r in range(i, k) if matrix[r][i])
        matrix[i], matrix[pivot] = matrix[pivot], matrix[i]
        matrix[i] = [v / matrix[i][i] for v in matrix[i]]
        for r in range(k):
            if r != i and matrix[r][i]:
                by = matrix[r][i]
                matrix[r] = [a - by * b for a, b in zip(matrix[r], matrix[i], strict=True)]
    w = [line[-1] for line in matrix]
    errors = [
        v - sum(a * b for a, b in zip(row, w, strict=True))
        for row, v in zip(rows, target, strict=True)
    ]
    middle = sum(target) / n
    total = sum((v - middle) ** 2 for v in target)
    r2 = float(1 - sum(e * e for e in errors) / total)
    return np.array([float(v) for v in w]), r2, float(sum(e * e for e in errors) / n) ** 0.5


def tables():
    random = np.random.default_rng(7)
    n = 40
    year = np.arange(1980.0, 1980 + n)
    population = np.round(random.lognormal(16, 1.5, n))
    rate = random.uniform(0, 1e-3, n)
    noise = random.normal(size=n)
    yield "population and years", np.column_stack([population, year]), 0.3 * (year - 2000) + noise
    yield "years and population", np.column_stack([year, population]), 0.3 * (year - 2000) + noise
    yield "dollars and a rate", np.column_stack([population * 1e5, rate]), 2e3 * rate + noise
    gdp = np.round(random.lognormal(28, 1, n))
    yield "three sizes", np.column_stack([gdp, year, rate]), 5e3 * rate + 0.1 * year + noise
    for power in (-12, -9, -6, 6, 9, 12):
        X = random.normal(size=(n, 3)) * [1.0, 10.0**power, 3.0]
        yield f"one feature by 1e{power}", X, X @ [1, 2 * 10.0**-power, -1] + noise
        yield f"target by 1e{power}", random.normal(size=(n, 2)), noise * 10.0**power
    yield "a trillion apart", random.normal(size=(n, 2)) * [1e-12, 1e12], noise
    for start in (1e6, 1e9, 1e12):
        x = start + random.integers(0, 50, n)
        yield f"far from zero {start:g}", x[:, None], 3.0 * (x - start) + noise
        X = np.column_stack([x, random.normal(size=n)])
        yield f"far from zero and near {start:g}", X, X @ [0.1, 2.0] - 0.1 * start + noise
    x = np.linspace(0, 2, n)
    for degree in (3, 5):
        powers = np.column_stack([x**d for d in range(1, degree + 1)])
        yield f"powers up to {degree}", powers, np.sin(3 * x) + 0.01 * noise
    whole = np.arange(21.0)[:, None] ** np.arange(1, 6)
    yield "NIST Wampler 1", whole, 1 + whole.sum(axis=1)
    yield "two samples", np.array([[1e9], [1e9 + 1]]), np.array([1e-9, 2e-9])
    yield "one small column", random.normal(size=(n, 1)) * 1e-12, noise
    yield "last digits", (1e9 + 1.2e-7 * random.integers(0, 9, n))[:, None], noise
    longley = gd.datasets.BUILT_IN["longley"].load()
    yield "NIST Longley", longley.X, longley.y
    yield "target far away", random.normal(size=(n, 2)), 1e9 + noise


TABLES = {name: (X, y) for name, X, y in tables()}


def answered(X, y, **settings):
    return gd.fit_linear(X, y, 1, 0.0, **settings)


@pytest.mark.parametrize("scaling", ["none", "standardise"])
@pytest.mark.parametrize("name", TABLES)
def test_the_reference_is_the_exact_least_squares_answer(name, scaling):
    X, y = TABLES[name]
    known, (w, r2, rmse) = answered(X, y, scaling=scaling).reference, exactly(X, y)
    assert known.name == "LinearRegression" and known.unique
    np.testing.assert_allclose(known.coef_, w[:-1], rtol=1e-7)
    # The intercept is the difference of what may be much larger.
    assert known.intercept_ == pytest.approx(
        w[-1], abs=1e-7 * (np.abs(w[:-1] * X.mean(0)).sum() + np.abs(y).max())
    )
    assert known.r2 == pytest.approx(r2, abs=1e-9)
    assert known.rmse == pytest.approx(rmse, rel=1e-7, abs=1e-9 * np.ptp(y))


@pytest.mark.parametrize("strength", [1e-9, 1e-3, 0.7])
@pytest.mark.parametrize("name", TABLES)
def test_ridge_on_raw_features_of_any_size_is_exact(name, strength):
    X, y = TABLES[name]
    known, (w, r2, _) = answered(X, y, ridge=strength).reference, exactly(X, y, strength)
    sized = np.abs(w[:-1]) * X.std(axis=0)
    found = np.abs(known.coef_ - w[:-1]) * X.std(axis=0)
    assert np.all(found <= 1e-6 * np.abs(w[:-1]) * X.std(axis=0) + 1e-12 * sized.max())
    assert known.r2 == pytest.approx(r2, abs=1e-8) and known.unique


def in_standard_units(fit):
    """Features (n, k), errors (n,) and coefficients (k,) of the reference."""
    known = fit.reference
    Z = (fit.X - mean(fit.X)) / np.where(spread(fit.X) > 0, spread(fit.X), 1.0)
    error = (fit.X - known.centre) @ known.coef_ - (fit.y - known.level)
    return Z, error, known.coef_ * spread(fit.X)


@pytest.mark.parametrize("strength", [1e-3, 0.2])
@pytest.mark.parametrize("ridge", [0.0, 0.05])
@pytest.mark.parametrize("name", TABLES)
def test_with_lasso_the_slopes_are_those_that_a_minimum_has(name, ridge, strength):
    X, y = TABLES[name]
    fit = answered(X, y, lasso=strength * y.std(), ridge=ridge, scaling="standardise")
    Z, error, v = in_standard_units(fit)
    slope = 2 / len(y) * Z.T @ error + 2 * ridge * v
    lasso = fit.setup.penalties["lasso"]
    zero = fit.reference.coef_ == 0
    assert np.all(np.abs(slope[zero]) <= lasso * (1 + 1e-6))
    np.testing.assert_allclose(slope[~zero], -lasso * np.sign(v[~zero]), rtol=1e-5)


@pytest.mark.parametrize("penalty", [{}, {"ridge": 0.01}, {"lasso": 0.01}])
@pytest.mark.parametrize("loss", ["mae", "huber"])
@pytest.mark.parametrize("name", TABLES)
def test_no_step_leads_below_the_reference_of_a_robust_loss(name, loss, penalty):
    X, y = TABLES[name]
    unit = y.std()
    ridge = penalty.get("ridge", 0.0) * unit ** (LOSSES[loss].degree - 2)
    lasso = penalty.get("lasso", 0.0) * unit ** (LOSSES[loss].degree - 1)
    fit = answered(
        X, y, loss=loss, delta=0.3 * unit, scaling="standardise", ridge=ridge, lasso=lasso
    )
    Z, _, v = in_standard_units(fit)

    def value(v, level):
        error = np.abs(Z @ v + level - fit.y)
        each = (
            error
            if loss == "mae"
            else np.where(error <= 0.3 * unit, error**2 / 2, 0.3 * unit * (error - 0.15 * unit))
        )
        return each.mean() + ridge * v @ v + lasso * np.abs(v).sum()

    here = value(v, fit.reference.level)
    assert here == pytest.approx(fit.reference.loss, rel=1e-6, abs=1e-9 * value(0 * v, y.mean()))
    random = np.random.default_rng(0)
    floor = 1e-7 * value(0 * v, float(np.median(y)))
    for size in (1e-1, 1e-3, 1e-5):
        for _ in range(40):
            way = random.normal(size=len(v) + 1) * size * unit
            assert value(v + way[:-1], fit.reference.level + way[-1]) >= here - floor


@pytest.mark.parametrize("value", [0.0, 1.0, 0.1, 1e9 + 0.1, -1e-9, 1 / 3])
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("scaling", ["none", "standardise"])
def test_a_constant_column_has_the_coefficient_zero_and_changes_nothing(value, loss, scaling):
    random = np.random.default_rng(1)
    X = random.normal(size=(37, 2)) * [1e6, 1.0]
    y = X @ [1e-6, 2.0] + 5 + random.normal(size=37)
    wide = np.column_stack([X[:, 0], np.full(37, value), X[:, 1]])
    known, alone = (answered(x, y, loss=loss, scaling=scaling).reference for x in (wide, X))
    assert known.coef_[1] == 0.0
    np.testing.assert_allclose(known.coef_[[0, 2]], alone.coef_, rtol=1e-9)
    assert known.intercept_ == pytest.approx(alone.intercept_, rel=1e-9)
    assert known.r2 == pytest.approx(alone.r2, rel=1e-12)
    assert not known.unique


@pytest.mark.parametrize("value", [0.0, 0.1, 1e9, 1 / 3])
@pytest.mark.parametrize("loss", LOSSES)
def test_of_features_that_are_all_constant_nothing_is_learned(value, loss):
    y = np.array([1.0, 2.0, 4.0, 2.5, 2.0])
    known = answered(np.full((5, 2), value), y, loss=loss).reference
    assert known.coef_.tolist() == [0.0, 0.0]
    middle = {"mse": y.mean(), "mae": 2.0}
    assert known.intercept_ == pytest.approx(middle.get(loss, known.intercept_))


@pytest.mark.parametrize("value", [0.0, 0.1, -1e9, 1 / 3])
@pytest.mark.parametrize("loss", LOSSES)
def test_a_constant_target_has_no_r2(value, loss):
    X = np.random.default_rng(2).normal(size=(30, 2))
    fit = answered(X, np.full(30, value), loss=loss)
    assert np.isnan(fit.reference.r2) and np.isnan(fit.r2)
    np.testing.assert_allclose(fit.reference.coef_, 0.0, atol=1e-9 * (1 + abs(value)))
    assert fit.reference.intercept_ == pytest.approx(value)


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e12])
def test_dependent_columns_share_the_smallest_coefficients_and_it_is_known(unit):
    random = np.random.default_rng(3)
    x, z = random.normal(size=(2, 50)) * unit
    y = 2 * x / unit + z / unit + random.normal(size=50)
    twins = answered(np.column_stack([x, x, z]), y).reference
    alone = answered(np.column_stack([x, z]), y).reference
    assert not twins.unique and twins.rank == 2
    np.testing.assert_allclose(twins.coef_ * 2, [alone.coef_[0]] * 2 + [2 * alone.coef_[1]], 1e-9)
    assert twins.r2 == pytest.approx(alone.r2, rel=1e-12)
    total = answered(np.column_stack([x, z, x + z]), y).reference
    assert total.rank == 2 and total.r2 == pytest.approx(alone.r2, rel=1e-12)


def test_more_features_than_samples_are_fitted_without_an_error():
    X = np.random.default_rng(4).normal(size=(4, 9)) * 10.0 ** np.arange(-4, 5)
    y = np.array([1.0, -2.0, 0.5, 3.0])
    known = answered(X, y).reference
    assert known.rank == 3 and known.r2 == pytest.approx(1, abs=1e-12)


def test_quality_needs_no_number_beyond_the_largest():
    y = np.array([1e200, -1e200, 2e200])
    r2, rmse = quality(y / 10, y)
    assert rmse == pytest.approx(np.sqrt(2) * 1e199)
    assert r2 == pytest.approx(1 - 0.06 / (6 - 4 / 3))
    assert quality(np.array([np.inf, 0, 0]), y) == (-np.inf, np.inf)
    assert quality(np.zeros(3), y) == (1.0, 0.0)


@pytest.mark.parametrize("scaling", ["none", "standardise"])
@pytest.mark.parametrize("name", ["population and years", "dollars and a rate", "three sizes"])
def test_what_the_class_by_itself_leaves_out_is_known(name, scaling):
    X, y = TABLES[name]
    fit = answered(X, y, scaling=scaling)
    model, plain = LinearRegression().fit(X, y), fit.plain_reference
    assert plain.r2 == pytest.approx(model.score(X, y), abs=1e-9) and plain.tol == model.tol
    assert plain.dropped == X.shape[1] - model.rank_ > 0
    assert fit.reference.r2 > plain.r2 + 0.01
    np.testing.assert_allclose(plain.coef_, model.coef_)


def test_the_class_by_itself_is_left_alone_where_it_is_right():
    data = gd.datasets.make_regression(100, 4)
    assert answered(data.X, data.y).plain_reference is None
    longley = gd.datasets.BUILT_IN["longley"].load()
    model = LinearRegression().fit(longley.X, longley.y)
    assert answered(longley.X, longley.y).plain_reference is None and model.rank_ == 6
    twins = np.column_stack([data.X, data.X[:, 0]])  # dropped by right
    assert answered(twins, data.y).plain_reference is None
    hard, y = TABLES["population and years"]
    assert answered(hard, y, ridge=0.1).plain_reference is None
    assert answered(hard, y, loss="huber").plain_reference is None


def said(X, y, language="en"):
    return [remark.say(language) for remark in answered(X, y).remarks]


def test_the_reason_is_the_sizes_or_the_dependence_of_the_features():
    x = np.linspace(0, 12, 80)
    random = np.random.default_rng(5)
    nearly = np.column_stack([x, x + 1e-7 * random.normal(size=80)])
    y = 1e7 * (nearly[:, 1] - x) + random.normal(size=80) / 10
    plain = answered(nearly, y).plain_reference
    assert not plain.scaled and plain.dropped == 1 and plain.r2 < 0.5
    assert [r.key for r in answered(nearly, y).remarks] == ["reference.plain_dependent"]
    hard = answered(*TABLES["population and years"])
    assert hard.plain_reference.scaled
    assert [r.key for r in hard.remarks] == ["reference.plain_sizes"]


def test_both_answers_are_named_with_digits_that_tell_them_apart():
    X, y = TABLES["population and years"]
    fit = answered(X, y)
    for language in ("en", "zh-TW"):
        (text,) = said(X, y, language)
        assert f"{fit.reference.r2:.4g}" in text and f"{fit.plain_reference.r2:.4g}" in text


def test_remarks_are_made_where_they_are_due_and_nowhere_else():
    data = gd.datasets.make_regression(60, 2)
    assert said(data.X, data.y) == []
    assert len(said(np.column_stack([data.X, data.X]), data.y)) == 1
    assert "undefined" in said(data.X, np.full(60, 0.1))[0]


@pytest.mark.parametrize("unit", [1e-200, 1e-150, 1e150, 1e200, 1e300])
@pytest.mark.parametrize("scaling", ["none", "standardise"])
@pytest.mark.parametrize("loss", LOSSES)
def test_units_at_the_ends_of_all_numbers_are_survived(unit, scaling, loss):
    X = np.random.default_rng(6).normal(size=(20, 2))
    fit = gd.fit_linear(X * [unit, 1.0], X @ [1.0, 2.0], 2, 0.1, scaling=scaling, loss=loss)
    np.testing.assert_allclose(fit.reference.coef_ * [unit, 1.0], [1.0, 2.0], rtol=1e-6)
    assert fit.reference.r2 == pytest.approx(1, abs=1e-9)


def test_the_descended_line_has_the_r2_of_its_own_predictions():
    X, y = TABLES["far from zero 1e+09"]
    fit = gd.fit_linear(X, y, 200, 0.3, scaling="standardise")
    assert fit.r2 == pytest.approx(fit.reference.r2, rel=1e-12)
    assert fit.rmse == pytest.approx(fit.reference.rmse, rel=1e-12)
