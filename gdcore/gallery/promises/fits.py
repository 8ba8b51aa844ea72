"""Promises about fits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from gdcore.data import datasets
from gdcore.gallery.scenes import Fitted
from gdcore.models import comparison, fitting
from gdcore.models.verdicts import verdict


def _best(scene: Fitted) -> np.ndarray:
    """(k+1,): the reference's coefficients and intercept."""
    return np.append(scene.fit.reference.coef_, scene.fit.reference.intercept_)


def _epochs(scene: Fitted) -> float:
    return float(scene.fit.trajectory.epochs[-1])


def _three_digits(*values: float) -> list[str]:
    return [f"{value:.3g}" for value in values]


def line(scene: Fitted) -> bool:
    """40 epochs give the article's numbers to three digits, and so does scikit-learn."""
    found = _three_digits(*scene.fit.weights[-1]) == ["87.4", "48.8"]
    return found and _three_digits(*_best(scene)) == ["87.4", "48.8"] and _epochs(scene) == 40


def many(scene: Fitted) -> bool:
    """After 40 epochs each of the three weights is within 0.01 of scikit-learn's."""
    away = np.abs(scene.fit.weights[-1] - _best(scene))
    return len(away) == 3 and away.max() < 0.01 and _epochs(scene) == 40


def diverging(scene: Fitted) -> bool:
    """12 % above the limit the slope swings from side to side, and every step has more loss."""
    fit, limit = scene.fit, scene.fit.forecast.limit
    away = fit.weights[:, 0] - _best(scene)[0]
    return (
        limit is not None
        and f"{fit.trajectory.learning_rates[0] / limit - 1:.0%}" == "12%"
        and bool((away[1:] * away[:-1] < 0).all())
        and bool((np.diff(fit.trajectory.losses) > 0).all())
        and fit.trajectory.stop.kind == "diverged"
    )


def noise(scene: Fitted) -> bool:
    """Ten steps of ten samples an epoch come close, and the weights tremble to the end."""
    run, best = scene.fit.trajectory, _best(scene)
    last = scene.fit.weights[-50:] - best
    return (
        run.steps == 10 * _epochs(scene)
        and scene.fit.setup.batch_size == 10
        and len(scene.fit.y) == 100
        and bool((np.abs(last) < 0.1 * np.abs(best)).all())
        and bool((np.ptp(last, axis=0) > 0.01 * np.abs(best)).all())
        and str(verdict(scene.fit)) != "converges"
    )


def badly_scaled(scene: Fitted) -> bool:
    """After 300 epochs some weights are within 2 %, one has come half way; the valley is long."""
    share = scene.fit.weights[-1] / _best(scene)
    return (
        scene.fit.X.shape == (15, 12)
        and int((np.abs(share - 1) < 0.02).sum()) >= 2
        and f"{share.min():.1f}" == "0.5"
        and str(verdict(scene.fit)) == "crawls"
        and scene.fit.forecast.condition_number > 100
    )


def plane(scene: Fitted) -> bool:
    """Two slopes and a height; after 40 epochs the loss is the least possible to four digits."""
    fit = scene.fit
    found, least = fit.trajectory.losses[-1], fit.reference.loss
    same = f"{found:.4g}" == f"{least:.4g}"
    return scene.picture == "plane" and fit.X.shape[1] == 2 and same and _epochs(scene) == 40


def robust(scene: Fitted) -> bool:
    """Huber ends at 43.9, the clean data say 42.7, and the mean squared error 53.5."""
    fit = scene.fit
    squared = fitting.fit_linear(fit.X, fit.y, epochs=1).reference
    clean = datasets.make_regression(n_samples=100, n_features=1, noise=15, bias=50, seed=0)
    far = clean.y != fit.y
    pure = fitting.fit_linear(clean.X, clean.y, epochs=1).reference
    slopes = (fit.coef_[0], pure.coef_[0], squared.coef_[0])
    return (
        np.array_equal(clean.X, fit.X)
        and far.mean() == 0.1
        and _three_digits(*slopes) == ["43.9", "42.7", "53.5"]
    )


def bridge(scene: Fitted) -> bool:
    """Nine digits of all coefficients agree with NIST's; unscaled it diverges at once."""
    fit, data = scene.fit, scene.data
    method = fit.trajectory.method
    raw = fitting.fit(data.X, data.y, method, replace(fit.setup, scaling="none"))
    names = [*data.features, "b"]
    rows = comparison.bridged({"none": raw, "standardise": fit}, data, names)
    spreads = np.std(data.X, axis=0)
    return (
        min(row.digits["standardise"] for row in rows) >= 9
        and raw.trajectory.stop.kind == "diverged"
        and raw.trajectory.steps <= 5
        and 2e4 < spreads.max() / spreads.min() < 2.2e4
        and method.optimizer == "momentum"
    )


FITS: dict[str, Callable[[Fitted], bool]] = {
    claim.__name__: claim
    for claim in (line, many, diverging, noise, badly_scaled, plane, robust, bridge)
}
