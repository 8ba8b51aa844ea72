"""Pictures of a linear regression on its way: the line, the loss surface, predicted and actual.

What changes with the step is worked out in the browser from one row of weights per step, looked
up by the shown step; data points are sent once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from contourpy import contour_generator

from gdcore.charts.look import Look, Picture, chart, resting, scale, span, stencil
from gdcore.charts.player import MOST_FRAMES, RECENT, UPTO, now, shown, thin
from gdcore.descent.trajectory import Trajectory
from gdcore.models.fit import Fit

MOST_POINTS = 600


def loss_domain(run: Trajectory) -> list[float]:
    """An axis for the loss that rests: from zero to the loss at the start."""
    return resting(run.losses, [0.0, float(run.losses[0])])


def weight_domain(fit: Fit) -> list[float]:
    """An axis for the weights that rests: from where they start to where they belong."""
    goal = [*fit.reference.coef_, fit.reference.intercept_]
    return resting(fit.weights, [*fit.weights[0], *goal])


def frames(fit: Fit, most: int = MOST_FRAMES) -> np.ndarray:
    """The steps at which a fit is drawn, see `gdcore.charts.player.thin`."""
    run = fit.trajectory
    if run.steps < most:
        return thin(run.steps, most)
    others = (fit.train_losses, fit.test_losses, fit.foretold)
    return thin(
        run.steps,
        most,
        run.losses,
        fit.weights,
        *(course for course in others if course is not None),
    )


def thin_points(count: int) -> np.ndarray:
    """Row numbers of the data points that are drawn: all, or an even selection."""
    return np.unique(np.linspace(0, count - 1, min(count, MOST_POINTS)).round().astype(int))


def line_chart(
    X: np.ndarray,
    y: np.ndarray,
    weights: np.ndarray,
    steps: np.ndarray,
    look: Look,
    reference: tuple[float, float] | None = None,
    feature: str = "x",
    target: str = "y",
    height: int = 380,
    residuals: str = "lines",
) -> Picture:
    """The data, the line of the shown step, the lines before it, and where it should end.

    X, y: (n,). weights: (rows, 2) slope and intercept of the kept steps. reference: slope and
    intercept of scikit-learn's line. residuals: `lines`, the `squares` that the mean squared error
    is the mean of, or `none`.
    """
    rows = thin_points(len(X))
    points = pd.DataFrame({"x": X[rows], "y": y[rows]})
    x_domain, y_domain = span(X), span(y)
    left, right = x_domain
    ends = pd.DataFrame(
        {
            "step": steps,
            "w": weights[:, 0],
            "b": weights[:, 1],
            "left": left,
            "right": right,
            "low": weights[:, 0] * left + weights[:, 1],
            "high": weights[:, 0] * right + weights[:, 1],
        }
    )
    data = {"points": points, "lines": ends}
    if reference is not None:
        slope, bias = reference
        heights = {"low": [slope * left + bias], "high": [slope * right + bias]}
        data["ideal"] = pd.DataFrame({"left": [left], "right": [right], **heights})
    made = _line(
        tuple(x_domain),
        tuple(y_domain),
        look,
        feature,
        target,
        height,
        residuals,
        reference is not None,
    )
    return Picture(made, data)


@stencil
def _line(
    x_domain: tuple[float, ...],
    y_domain: tuple[float, ...],
    look: Look,
    feature: str,
    target: str,
    height: int,
    residuals: str,
    reference: bool,
) -> Any:
    x = alt.X("x:Q", axis=look.axis(feature), scale=scale(x_domain))
    y_axis = alt.Y("y:Q", axis=look.axis(target), scale=scale(y_domain))
    places: dict[str, Any] = {
        "x": alt.X("left:Q", scale=scale(x_domain)),
        "x2": "right:Q",
        "y": alt.Y("low:Q", scale=scale(y_domain)),
        "y2": "high:Q",
        "tooltip": [alt.Tooltip("step:Q", title=look.t("step")), "w:Q", "b:Q"],
    }
    ink = look.colour("path")
    layers = []
    if residuals != "none":
        missed = chart("points").transform_calculate(fitted="shown.w * datum.x + shown.b")
        if residuals == "squares":
            layers.append(_squares(missed, x_domain, y_domain, look))
        layers.append(
            missed.mark_rule(
                color=look.colour("gradient"), opacity=0.45, strokeWidth=1.2, clip=True
            ).encode(x=x, y=y_axis, y2="fitted:Q")
        )
    layers += [
        chart("points")
        .mark_circle(color=look.colour("data"), size=50, opacity=0.85)
        .encode(
            x=x,
            y=y_axis,
            tooltip=[alt.Tooltip("x:Q", title=feature), alt.Tooltip("y:Q", title=target)],
        ),
        now(chart("lines"), "left", "right", "low", "high", "w", "b", back=10)
        .mark_rule(color=ink, opacity=0.18, strokeWidth=1.5, clip=True)
        .encode(**places),
    ]
    if reference:
        layers.append(
            chart("ideal")
            .mark_rule(
                color=look.colour("reference"), strokeDash=[7, 5], strokeWidth=2.5, clip=True
            )
            .encode(
                x=alt.X("left:Q", scale=scale(x_domain)),
                x2="right:Q",
                y=alt.Y("low:Q", scale=scale(y_domain)),
                y2="high:Q",
                tooltip=alt.value(look.t("reference_line")),
            )
        )
    current = now(chart("lines"), "left", "right", "low", "high", "w", "b")
    layers.append(current.mark_rule(color=ink, strokeWidth=4, clip=True).encode(**places))
    return look.finish(alt.layer(*layers).add_params(shown("lines")), height)


def _squares(missed: Any, x_domain: Sequence[float], y_domain: Sequence[float], look: Look) -> Any:
    """Each residual as the side of a square on the screen, towards the middle of the picture."""
    per_unit = (x_domain[1] - x_domain[0]) / (y_domain[1] - y_domain[0])
    middle = (x_domain[0] + x_domain[1]) / 2
    return (
        missed
        # What is as many pixels wide as it is high has another length on the other axis.
        .transform_calculate(side=f"abs(datum.y - datum.fitted) * {per_unit} * height / width")
        .transform_calculate(beside=f"datum.x + (datum.x < {middle} ? 1 : -1) * datum.side")
        .mark_rect(
            color=look.colour("gradient"),
            opacity=1,
            fillOpacity=0.05,
            clip=True,
            stroke=look.colour("gradient"),
            strokeWidth=1,
            strokeOpacity=0.4,
        )
        .encode(
            x=alt.X("x:Q", scale=scale(x_domain)),
            x2="beside:Q",
            y=alt.Y("y:Q", scale=scale(y_domain)),
            y2="fitted:Q",
        )
    )


def isolines(
    first: np.ndarray, second: np.ndarray, losses: np.ndarray, count: int = 12, power: float = 2
) -> pd.DataFrame:
    """Polylines of equal loss on a grid: columns u, v, level, line, order.

    first (m,), second (n,), losses (n, m). Levels are spaced as squares, so that a bowl's rings
    lie evenly, or by a higher power where a surface is steep at its rim. Thousands of coloured
    rectangles would halve the frames per second.
    """
    low, high = float(np.nanmin(losses)), float(np.nanmax(losses))
    levels = low + (high - low) * (np.arange(1, count + 1) / (count + 0.5)) ** power
    generator = contour_generator(first, second, losses)
    parts = []
    for level in levels:
        for i, vertices in enumerate(generator.lines(level)):
            part = pd.DataFrame(np.asarray(vertices), columns=["u", "v"])
            parts.append(part.assign(level=level, line=f"{level:.6g}/{i}", order=part.index))
    return pd.concat(parts) if parts else pd.DataFrame(columns=["u", "v", "level", "line", "order"])


def ellipses(
    hessian: np.ndarray,
    centre: np.ndarray,
    least: float,
    domains: Sequence[Sequence[float]],
    count: int = 12,
    points: int = 181,
    roam: Sequence[float] = (0.0, 0.0),
) -> pd.DataFrame:
    """The isolines of a quadratic, exact however long its valley: columns as of `isolines`.

    roam: how far their centre may be moved along each axis while they still fill the picture.
    """
    edges = [(low - away, high + away) for (low, high), away in zip(domains, roam, strict=True)]
    corners = np.array([[u, v] for u in edges[0] for v in edges[1]]) - centre
    high = float(np.max(np.einsum("ci,ij,cj->c", corners, hessian, corners)) / 2)
    rises = high * (np.arange(1, count + 1) / (count + 0.5)) ** 2
    values, vectors = np.linalg.eigh(hessian)
    angle = np.linspace(0, 2 * np.pi, points)
    circle = np.stack([np.cos(angle), np.sin(angle)]) / np.sqrt(values)[:, None]
    unit = vectors @ circle
    level = least + rises
    return pd.DataFrame(
        {
            "u": (centre[0] + np.sqrt(2 * rises)[:, None] * unit[0]).ravel(),
            "v": (centre[1] + np.sqrt(2 * rises)[:, None] * unit[1]).ravel(),
            "level": np.repeat(level, points),
            "line": np.repeat(np.arange(count), points).astype(str),
            "order": np.tile(np.arange(points), count),
        }
    )


def surface_domains(path: pd.DataFrame, best: Sequence[float] | np.ndarray) -> list[list[float]]:
    """Axes around the minimum that hold the start of the path, and rest while it changes."""
    start = path[["u", "v"]].to_numpy()[:1]
    reach = np.abs(start - best).max(axis=0) * 1.35 + 1e-9
    with np.errstate(all="ignore"):  # a detour widens the picture, a divergence leaves it
        away = np.abs(path[["u", "v"]].to_numpy() - best).max(axis=0) * 1.1
    losses = path["loss"].to_numpy()
    far = 1e3 if losses[-1] <= losses[0] else 4  # what arrives is seen whole
    reach = np.where(away > reach, np.where(away < far * reach, away, reach), reach)
    return [span([centre - r, centre + r], 0) for centre, r in zip(best, reach, strict=True)]


def ring_chart(
    rings: pd.DataFrame,
    domains: Sequence[Sequence[float]],
    best: Sequence[float] | np.ndarray,
    path: pd.DataFrame,
    look: Look,
    names: Sequence[str],
    height: int = 300,
    title: str | None = None,
    beside: tuple[str, str, pd.DataFrame] | None = None,
) -> Picture:
    """Isolines of a loss over two weights with the path of the descent on them.

    rings: of `isolines` or `ellipses`. domains: of the two axes. best: where the loss is least.
    path: columns step, u, v, loss; with du, dv as well, the rings stand that far from their place
    at the shown step, because the other weights are still on their way. beside: the name of this
    path, and that of another one with its columns step, u, v.
    """
    goal = pd.DataFrame({"u": [best[0]], "v": [best[1]]})
    called = beside[:2] if beside else None
    made = _surface(
        tuple(tuple(map(float, d)) for d in domains),
        look,
        tuple(names),
        height,
        title,
        "du" in path,
        called,
    )
    other = {"other": beside[2]} if beside else {}
    return Picture(made, {"rings": rings, "path": path, "goal": goal} | other)


@stencil
def _surface(
    domains: tuple[tuple[float, ...], ...],
    look: Look,
    names: tuple[str, ...],
    height: int,
    title: str | None,
    moving: bool,
    called: tuple[str, str] | None,
) -> Any:
    x = alt.X("u:Q", axis=look.axis(names[0], grid=False), scale=scale(domains[0]))
    y = alt.Y("v:Q", axis=look.axis(names[1], grid=False), scale=scale(domains[1]))
    rooms = [high - low for low, high in domains]
    # A shift on the screen, so that no vertex has to be worked out anew.
    shift = {
        "xOffset": alt.expr(f"shown.du * width / {rooms[0]}"),
        "yOffset": alt.expr(f"-shown.dv * height / {rooms[1]}"),
    }
    rings = (
        chart("rings")
        .mark_line(
            color=look.colour("loss"),
            strokeWidth=1.4,
            opacity=0.6,
            clip=True,
            **(shift if moving else {}),
        )
        .encode(
            x=x,
            y=y,
            detail="line:N",
            order="order:Q",
            tooltip=[
                alt.Tooltip(
                    "level:Q", title=look.t("above_least" if moving else "loss"), format=".4~g"
                )
            ],
        )
    )
    layers = [
        rings,
        chart("goal")
        .mark_point(shape="cross", size=160, filled=True, opacity=1, color=look.colour("reference"))
        .encode(x=x, y=y, tooltip=alt.value(look.t("reference_line"))),
    ]
    ways = [("path", look.colour("path"))] + (
        [("other", look.colour("gradient"))] if called else []
    )
    for place, (name, ink) in enumerate(ways):
        base = chart(name).encode(x=x, y=y)
        fields = [("u", names[0]), ("v", names[1])] + [("loss", look.t("loss"))] * (not place)
        tip = [alt.Tooltip("step:Q", title=look.t("step"))]
        tip += [alt.Tooltip(f"{field}:Q", title=words) for field, words in fields]
        here = now(chart(name), "u", "v").encode(x=x, y=y)
        layers += [
            base.transform_filter(UPTO)
            .mark_line(color=ink, strokeWidth=2, clip=True)
            .encode(order="step:Q"),
            base.transform_filter(UPTO)
            .transform_filter(RECENT)
            .mark_point(color=ink, size=35, filled=True, clip=True)
            .encode(tooltip=tip),
            here.mark_point(
                color=ink,
                size=200,
                filled=True,
                opacity=1,
                clip=True,
                stroke=look.colour("paper"),
                strokeWidth=2,
            ),
        ]
        if called:
            right = f"datum.u > {sum(domains[0]) / 2}"  # towards the middle of the picture
            layers.append(
                here.mark_text(
                    text=called[place],
                    color=ink,
                    fontSize=look.size,
                    fontWeight="bold",
                    dy=16 if place else -12,
                    clip=True,
                    align=alt.expr(f"{right} ? 'right' : 'left'"),
                    dx=alt.expr(f"{right} ? -12 : 12"),
                )
            )
    made = alt.layer(*layers)
    return look.finish(made.add_params(shown("path")) if moving else made, height, title)


def points_and_weights(
    X: np.ndarray, y: np.ndarray, weights: np.ndarray, steps: np.ndarray
) -> dict[str, pd.DataFrame]:
    """The data of a chart over `predictions`: X (n, k), y (n,), weights (rows, k+1)."""
    rows, count = thin_points(len(y)), X.shape[1]
    points = pd.DataFrame(X[rows], columns=[f"x{i}" for i in range(count)]).assign(actual=y[rows])
    fields = [f"w{i}" for i in range(count)] + ["b"]
    return {"points": points, "weights": pd.DataFrame(weights, columns=fields).assign(step=steps)}


def predictions(count: int, name: str = "points") -> Any:
    """The rows of `name` with what the weights of the shown step predict for them.

    count: how many features, x0, x1, …; the prediction stands in `predicted`. A chart over them
    is finished by `moving`.
    """
    total = " + ".join(["shown.b"] + [f"shown.w{i} * datum.x{i}" for i in range(count)])
    return chart(name).transform_calculate(predicted=total)


def moving(look: Look, height: int, title: str | None, *layers: Any) -> Any:
    """A finished chart of layers over `predictions`, which carries the weights along."""
    # Only data that something draws are sent to the browser.
    carried = chart("weights").transform_filter("false").mark_point()
    return look.finish(alt.layer(*layers, carried).add_params(shown("weights")), height, title)


def predicted_chart(
    X: np.ndarray,
    y: np.ndarray,
    weights: np.ndarray,
    steps: np.ndarray,
    look: Look,
    height: int = 300,
    title: str | None = None,
) -> Picture:
    """Predicted against actual at the shown step, with the diagonal of a perfect model.

    X (n, k), y (n,), weights (rows, k+1).
    """
    domain = span(y)
    ideal = pd.DataFrame({"actual": domain, "predicted": domain})
    made = _predicted(X.shape[1], tuple(domain), look, height, title)
    return Picture(made, points_and_weights(X, y, weights, steps) | {"ideal": ideal})


@stencil
def _predicted(
    count: int, domain: tuple[float, ...], look: Look, height: int, title: str | None
) -> Any:
    x = alt.X("actual:Q", axis=look.axis(look.t("actual")), scale=scale(domain))
    y_axis = alt.Y("predicted:Q", axis=look.axis(look.t("predicted")), scale=scale(domain))
    return moving(
        look,
        height,
        title,
        chart("ideal")
        .mark_line(color=look.colour("reference"), strokeDash=[7, 5], strokeWidth=2)
        .encode(x=x, y=y_axis),
        predictions(count)
        .mark_circle(color=look.colour("path"), size=55, opacity=0.75, clip=True)
        .encode(
            x=x,
            y=y_axis,
            tooltip=[
                alt.Tooltip("actual:Q", title=look.t("actual"), format=".4~g"),
                alt.Tooltip("predicted:Q", title=look.t("predicted"), format=".4~g"),
            ],
        ),
    )
