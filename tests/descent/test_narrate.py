"""The step in numbers: what is written on the board comes out right."""

import math
import re

import numpy as np
import pytest

import gdcore as gd
from gdcore.descent import narrate
from gdcore.rules.optimizers import OPTIMIZERS
from gdcore.words.figures import plain


def spoken(text):
    """Figures as a person reads them, back to Python."""
    raised = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
    text = re.sub("×10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)", lambda found: "e" + found[1].translate(raised), text)
    text = re.sub(r"√([\d.]+(?:e-?\d+)?)", r"√(\1)", text).replace("√", "sqrt")
    return bars(text.replace("²", "**2").replace("−", "-").replace("×", "*"))


def bars(text):
    """|x| as abs(x), also one inside the other: a bar behind a number or a bracket closes."""
    code = ""
    for sign in text:
        if sign == "|":
            sign = ")" if code.rstrip()[-1:] in tuple("0123456789.)") else "abs("
        code += sign
    return code


def test_the_article_step_reads_as_in_a_lesson():
    run = gd.descend("w**2", {"w": -5.0}, 0.1, 10)
    (line,) = narrate.lines(run, [3])[0]
    assert re.sub("<[^>]+>", "", line) == "w4 = −2.56 − 0.1 × (−5.12) = −2.048"


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_rule_tells_steps_whose_arithmetic_holds(name):
    run = gd.descend("w**2", {"w": -5.0}, 0.1, 12, optimizer=name)
    for row, lines in enumerate(narrate.lines(run, range(12))):
        assert len(lines) == 1 + len(OPTIMIZERS[name].state_symbols)
        for line in lines:
            _, arithmetic, result = re.sub(r"</?(i|b|sub)>", "", line).split(" = ")
            shown = float(spoken(result))
            # A weight near 0 is the difference of figures with four digits.
            nearly = pytest.approx(shown, rel=2e-2, abs=2e-3 if line is lines[-1] else 1e-12)
            assert eval(spoken(arithmetic), {"sqrt": math.sqrt, "sign": np.sign}) == nearly, (
                row,
                line,
            )


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_gradients_part_of_the_first_step_is_all_of_it(name):
    run = gd.descend("w**2", {"w": -5.0}, 0.1, 6, optimizer=name)
    parts = narrate.gradient_part(run)
    assert parts[0, 0] == pytest.approx(run.weights[1, 0] - run.weights[0, 0], rel=1e-12)
    assert parts[-1, 0] == 0


def test_what_is_no_gradient_part_is_what_momentum_remembers():
    run = gd.descend("w**2", {"w": -5.0}, 0.1, 30, optimizer="momentum", momentum=0.8)
    parts = narrate.gradient_part(run)[:-1]
    np.testing.assert_allclose(parts, -0.1 * run.gradients[:-1], rtol=1e-9, atol=1e-15)
    steps = np.diff(run.weights, axis=0)
    # Polyak's heavy ball: the momentum part is μ times the step before.
    np.testing.assert_allclose((steps - parts)[1:], 0.8 * steps[:-1], rtol=1e-9, atol=1e-12)


def test_the_last_row_has_no_next_step():
    run = gd.descend("w**2", {"w": -5.0}, 0.1, 3)
    assert narrate.lines(run, [3]) == [[]]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-2.048, "−2.048"),
        (0, "0"),
        (1.2e-7, "1.2×10⁻⁷"),
        (np.nan, "—"),
        (-np.inf, "−∞"),
        (1e20, "1×10²⁰"),
    ],
)
def test_figures_are_written_as_a_person_reads_them(value, text):
    assert plain(value) == text
