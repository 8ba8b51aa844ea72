"""Puts a step into numbers: the update rule with this step's values standing in it.

Rules are plain arithmetic with `sign`, `max` and `min`, so a rule can be run on values that
remember how they were made. What comes out is the line a teacher writes on the board, for every
optimizer there is, with nothing written twice: w₄ = −2.56 − 0.1 × (−5.12) = −2.048.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gdcore.descent.trajectory import Trajectory
from gdcore.formula.arithmetic import ARITHMETIC
from gdcore.rules import generic
from gdcore.words.figures import plain


@dataclass(frozen=True, eq=False)
class Traced:
    """A number and the operation that made it, by the name of its record."""

    value: float
    operation: str = ""
    parts: tuple[Traced, ...] = ()

    def _with(self, other: Any, operation: str, value: float, swapped: bool = False) -> Traced:
        other = other if isinstance(other, Traced) else Traced(float(other))
        return Traced(value, operation, (other, self) if swapped else (self, other))

    def __add__(self, o: Any) -> Traced:
        return self._with(o, "add", self.value + number(o))

    def __radd__(self, o: Any) -> Traced:
        return self._with(o, "add", number(o) + self.value, True)

    def __sub__(self, o: Any) -> Traced:
        return self._with(o, "sub", self.value - number(o))

    def __rsub__(self, o: Any) -> Traced:
        return self._with(o, "sub", number(o) - self.value, True)

    def __mul__(self, o: Any) -> Traced:
        return self._with(o, "mul", self.value * number(o))

    def __rmul__(self, o: Any) -> Traced:
        return self._with(o, "mul", number(o) * self.value, True)

    def __truediv__(self, o: Any) -> Traced:
        return self._with(o, "div", float(np.divide(self.value, number(o))))

    def __rtruediv__(self, o: Any) -> Traced:
        return self._with(o, "div", float(np.divide(number(o), self.value)), True)

    def __pow__(self, o: Any) -> Traced:
        return self._with(o, "pow", float(np.power(self.value, number(o))))

    def __abs__(self) -> Traced:
        return Traced(abs(self.value), "abs", (self,))


def _function(name: str, work: Any) -> Any:
    """A function of traced numbers that remembers its arguments."""

    def traced(*arguments: Any) -> Traced:
        parts = tuple(a if isinstance(a, Traced) else Traced(float(a)) for a in arguments)
        return Traced(float(work(*(part.value for part in parts))), name, parts)

    return traced


generic.learn(
    Traced,
    sign=_function("sign", np.sign),
    max=_function("max", np.maximum),
    min=_function("min", np.minimum),
)


def number(value: Any) -> float:
    return value.value if isinstance(value, Traced) else float(value)


def written(node: Traced, leaves: Sequence[Traced] = (), digits: int = 4) -> str:
    """The arithmetic of a traced number; nodes in `leaves` stand as their value."""

    def put(child: Traced, least: int, first: bool = False) -> str:
        text, binds = write(child, first)
        return f"({text})" if binds < least else text

    def write(node: Traced, first: bool) -> tuple[str, int]:
        if not node.parts or any(node is other for other in leaves):
            # A minus sign may stand bare only where nothing stands before it.
            return plain(node.value, digits), 9 if node.value >= 0 or first else 0
        left, right = node.parts[0], node.parts[-1]
        if node.operation == "abs":
            return f"|{write(left, True)[0]}|", 9
        if node.operation not in ARITHMETIC:
            inside = ", ".join(write(part, True)[0] for part in node.parts)
            return f"{node.operation}({inside})", 9
        if node.operation == "pow" and right.value == 0.5:
            return f"√{put(left, 9)}", 8
        if node.operation == "pow":
            return f"{put(left, 9)}<sup>{plain(right.value)}</sup>", 8
        if node.operation == "mul" and left is right:
            return f"{put(left, 9)}²", 8
        record = ARITHMETIC[node.operation]
        return put(left, record.binds, first) + record.board + put(
            right, record.binds + 1
        ), record.binds

    with np.errstate(all="ignore"):
        return write(node, True)[0]


def _plain_symbol(symbol: str) -> str:
    return {r"\Pi": "Π"}.get(symbol, symbol)


def lines(run: Trajectory, rows: Sequence[int] | np.ndarray, weight: int = 0) -> list[list[str]]:
    """For each of the rows, the lines of HTML that lead from its weight to the next one.

    weight: which of the run's weights. The last row has no next one and gets no lines.
    """
    rule, knobs = run.method.rule, run.method.knobs
    name, index = _split(run.names[weight])
    wanted, result = {int(row) for row in rows}, []
    values = [float(value) for value in run.weights[:, weight]]
    state = rule.init(np.float64(values[0]))
    for t in range(len(values)):
        old = tuple(Traced(float(part)) for part in state)
        arguments = (float(run.gradients[t, weight]), float(run.learning_rates[t]), t + 1)
        with np.errstate(all="ignore"):
            new, new_state = rule.update(
                Traced(values[t]), Traced(arguments[0]), arguments[1], t + 1, old, **knobs
            )
        if t in wanted:
            equations = []
            if t + 1 < len(values):
                for symbol, part in zip(rule.state_symbols, new_state, strict=True):
                    head = f"<i>{_plain_symbol(symbol)}</i><sub>{t + 1}</sub>"
                    equations.append(f"{head} = {written(part)} = <b>{plain(part.value)}</b>")
                head = f"<i>{name}</i><sub>{index}{t + 1}</sub>"
                leaves = [Traced(0.0), *new_state]
                equations.append(f"{head} = {written(new, leaves)} = <b>{plain(values[t + 1])}</b>")
            result.append(equations)
        state = tuple(part.value for part in new_state)
    return result


def _split(name: str) -> tuple[str, str]:
    """w1 -> w with the index 1, so that the step can stand beside it."""
    letters = name.rstrip("0123456789")
    index = name[len(letters) :]
    return letters, f"{index}," if index else ""


def gradient_part(run: Trajectory) -> np.ndarray:
    """How far the gradient of each step alone moved the weights: (steps+1, n), the last row 0.

    It is the step that the rule would have taken with no memory of earlier directions (but with
    all other state); the rest of the step is momentum. Where a rule keeps no velocity, the
    gradient's part is the whole step.
    """
    rule, knobs = run.method.rule, run.method.knobs
    w, g = run.weights.astype(np.float64), run.gradients.astype(np.float64)
    parts = np.zeros_like(w)
    parts[:-1] = np.diff(w, axis=0)
    if rule.velocity is None:
        return parts
    with np.errstate(all="ignore"):
        for i in range(w.shape[1]):  # numbers, not arrays: five times as fast
            state = rule.init(w[0, i])
            for t in range(run.steps):
                rate = run.learning_rates[t]
                calm = (*state[: rule.velocity], 0.0, *state[rule.velocity + 1 :])
                parts[t, i] = rule.update(w[t, i], g[t, i], rate, t + 1, calm, **knobs)[0] - w[t, i]
                state = rule.update(w[t, i], g[t, i], rate, t + 1, state, **knobs)[1]
    return parts
