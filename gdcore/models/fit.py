"""A finished fit: the run, the fitted model, another library's answer, and what theory knew.

Each of these stands on its own (`Trajectory`, `LinearModel`, `Reference`, `Theory`), so that
another kind of model can use the run and bring its own of the others. `Fit` puts together those of
a linear model, each worked out when it is first asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gdcore.descent.trajectory import Trajectory
from gdcore.models.losses import LinearLoss, design_matrix, objective
from gdcore.models.quadratic import Theory, curvature
from gdcore.models.reference import Plain, Reference, plainly, quality, refer, remarks
from gdcore.models.setup import Setup
from gdcore.rules.method import Method
from gdcore.theory.forecast import Forecast
from gdcore.words.texts import Sentence


@dataclass(frozen=True)
class LinearModel:
    """Weights on scaled features, and what they are in the data's own units.

    descended (rows, k+1): the weights of every row, the intercept last. centre, scale (k,): what
    was subtracted from and divided out of the features.
    """

    descended: np.ndarray
    centre: np.ndarray
    scale: np.ndarray

    @cached_property
    def weights(self) -> np.ndarray:
        """(rows, k+1): every row's coefficients and intercept in the data's own units."""
        with np.errstate(all="ignore"):
            coef = self.descended[:, :-1] / self.scale
            return np.column_stack([coef, self.descended[:, -1] - coef @ self.centre])

    def predict(self, X: np.ndarray) -> np.ndarray:
        """(n, k) features to (n,) predictions of the last row's weights."""
        return np.asarray(X) @ self.weights[-1, :-1] + float(self.weights[-1, -1])

    def design(self, X: np.ndarray) -> np.ndarray:
        """(n, k) features to the (n, k+1) design that was descended on."""
        return design_matrix(X, self.centre, self.scale)

    def errors(self, X: np.ndarray, y: np.ndarray) -> np.ndarray:
        """(n,): predictions minus y, from the weights as they were descended on."""
        with np.errstate(all="ignore"):
            return self.design(X) @ self.descended[-1].astype(np.float64) - y


@dataclass(frozen=True, kw_only=True)
class Fit:
    """A finished fit. Coefficients are in the data's own units, whatever the scaling.

    trajectory: the weights that were descended on, coefficients first, then the intercept; with
    scaling="standardise" they belong to the standardised features. `weights` maps every row back.
    setup: what was asked for beyond the trajectory's method.
    X, y: the samples that were descended on. X_test, y_test: those that were held out, and
    held_out (m,) their row numbers in the data that were given, ascending.
    centre, scale: (k,), what was subtracted from and divided out of the features.
    """

    trajectory: Trajectory
    setup: Setup
    X: np.ndarray
    y: np.ndarray
    centre: np.ndarray
    scale: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray
    held_out: np.ndarray

    # The fitted model.

    @cached_property
    def model(self) -> LinearModel:
        return LinearModel(self.trajectory.weights, self.centre, self.scale)

    @property
    def weights(self) -> np.ndarray:
        """(rows, k+1): every row's coefficients and intercept in the data's own units."""
        return self.model.weights

    @property
    def coef_(self) -> np.ndarray:
        return self.weights[-1, :-1]

    @property
    def intercept_(self) -> float:
        return float(self.weights[-1, -1])

    def predict(self, X: np.ndarray) -> np.ndarray:
        """(n, k) features to (n,) predictions of the last row's weights."""
        return self.model.predict(X)

    @cached_property
    def _quality(self) -> tuple[float, float]:
        return quality(self.model.errors(self.X, self.y), self.y)

    @property
    def rmse(self) -> float:
        """Root mean squared error on the data, in units of y."""
        return self._quality[1]

    @property
    def r2(self) -> float:
        """Share of the variance of y that the model explains; 1 is perfect.

        NaN where y is the same everywhere: there is no variance to explain.
        """
        return self._quality[0]

    @cached_property
    def train_losses(self) -> np.ndarray:
        """(rows,): the loss of the samples that were descended on, without penalties."""
        if not any(self.setup.penalties.values()):
            return self.trajectory.losses
        return self._unpenalised(self.X, self.y).losses(self._descended)

    @cached_property
    def test_losses(self) -> np.ndarray | None:
        """(rows,): the loss of the samples that were held out, without penalties, or None."""
        if not len(self.y_test):
            return None
        return self._unpenalised(self.X_test, self.y_test).losses(self._descended)

    @property
    def _descended(self) -> np.ndarray:
        return self.trajectory.weights.astype(np.float64).T

    def _unpenalised(self, X: np.ndarray, y: np.ndarray) -> LinearLoss:
        return objective(self.model.design(X), y, self.setup.record, self.setup.loss_knobs, {})

    @property
    def watched_losses(self) -> np.ndarray:
        """(rows,): what early stopping watches: the test loss, else the loss descended on."""
        return self.trajectory.losses if self.test_losses is None else self.test_losses

    @property
    def best_row(self) -> int:
        """The row with the least watched loss."""
        return int(np.argmin(self.watched_losses))

    # Another library's answer to the same problem.

    @cached_property
    def reference(self) -> Reference:
        """Another library's answer to the same problem; computed when first asked for.

        Penalties are laid on the coefficients that were descended on.
        """
        return refer(self.X, self.y, self.setup, self.centre, self.scale)

    @cached_property
    def plain_reference(self) -> Plain | None:
        """What `LinearRegression()` answers by itself, where that is not the least squares answer.

        None where it is, and where the loss is another one.
        """
        if not self.setup.record.quadratic or any(self.setup.penalties.values()):
            return None
        return plainly(self.X, self.y, self.reference)

    @property
    def remarks(self) -> list[Sentence]:
        """What has to be said about the reference, see `gdcore.models.reference.remarks`."""
        return remarks(self.reference, self.plain_reference)

    @property
    def minimum(self) -> np.ndarray:
        """(k+1,): the reference's weights in the units that were descended in."""
        return self.reference.at(self.centre, self.scale)

    # What theory knew.

    @cached_property
    def theory(self) -> Theory:
        """What the curvature of this loss says. For MAE and Huber it is the curvature of the mean
        squared error: its condition number is that of the data."""
        design = self.model.design(self.X)
        return theory(design, self.setup, self.trajectory.method)

    @property
    def matrix(self) -> np.ndarray:
        """(k+1, k+1): the Hessian in the units that were descended in, ridge included."""
        return self.theory.matrix

    @property
    def quadratic(self) -> bool:
        """Whether the loss is a quadratic: then a matrix describes it everywhere."""
        return self.setup.quadratic

    @property
    def forecast(self) -> Forecast:
        """What the curvature of this loss says about the learning rate that was used."""
        return self.theory.forecast

    @property
    def foreseeable(self) -> bool:
        """Whether a closed form knows this run."""
        return self.theory.foreseeable

    @cached_property
    def foretold(self) -> np.ndarray | None:
        """(rows,): the losses as theory knew them beforehand, None where it knows none.

        For plain descent and Polyak's momentum on a quadratic loss, with all samples at every
        step and a constant learning rate.
        """
        if not self.foreseeable:  # the reference may take long
            return None
        return self.theory.foretold(self.trajectory, self.minimum, self.reference.loss)


def theory(design: np.ndarray, setup: Setup, method: Method) -> Theory:
    """What theory knows of a fit on this design (n, k+1)."""
    return Theory(
        matrix=curvature(design, setup.penalties["ridge"]),
        method=method,
        constant=setup.record.quadratic,
        quadratic=setup.quadratic,
        whole=setup.whole(len(design)),
    )
