"""Verdicts: one word for how a run went, with its reason, the same for one and for thousands."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gdcore as gd
from gdcore.descent.formulas import batch
from gdcore.descent.verdicts import VERDICTS, WITHIN, arrivals, judge
from gdcore.ground.landscapes import LANDSCAPES, SURFACES
from gdcore.ground.sight import least
from gdcore.ground.terrain import of_formula
from gdcore.words.texts import LANGUAGES, say

WAVES = "w**2 / 10 + sin(2 * w)"


def judged(formula, start, rate, steps=150, **method):
    parsed = gd.parse(formula)
    (name,) = parsed.names
    return gd.verdict(gd.descend(parsed, {name: start}, rate, steps, **method))


@pytest.mark.parametrize(
    ("word", "formula", "start", "rate"),
    [
        ("converges", "w**2", -5.0, 0.1),
        ("converges", "w**2", -5.0, 0.95),  # in a zigzag, but it arrives
        ("crawls", "w**2", -5.0, 0.001),
        ("crawls", "w**2", -5.0, 0.01),  # 0.98^150 = 4.8 % of the way are left
        ("oscillates", "w**2", -5.0, 1.0),
        ("oscillates", "w**2", -5.0, 0.999),
        ("oscillates", "abs(w)", -5.05, 0.3),
        ("oscillates", "abs(w)", -5.0, 0.1),  # bounces between 0 and 0.1, slope 1
        ("diverges", "w**2", -5.0, 1.05),
        ("diverges", "w**2", -5.0, 1.001),  # grows by 0.2 % a step
        ("diverges", "w**4", -5.0, 0.5),
        ("stuck", WAVES, 4.5, 0.05),
        ("flat", "w**3", 0.0, 0.1),
        ("flat", "-w**2", 0.0, 0.1),  # a hilltop
        ("flat", "sin(w)", np.pi / 2, 0.1),
        ("flat", "5 + 0*w", 1.0, 0.1),
        ("converges", "w**2", 0.0, 0.1),
        ("crawls", "w**2", -5.0, 0.0),
        ("crawls", "w**2", -5.0, 1e-20),
        # A high start makes the way down to any minimum long, and the difference of two small.
        ("stuck", "w**4 - 3*w**2 + w", 5.0, 0.004),
        ("stuck", "w**4 - 3*w**2 + w", 1.2, 0.004),
        ("converges", "w**4 - 3*w**2 + w", -3.0, 0.004),
        ("crawls", "w**4", 2.0, 0.05),  # w = 1/√(8ηt + …) = 0.13 by theory, and slackening
        ("oscillates", WAVES, 4.5, 1.2),  # jumps about without ever settling
        ("crawls", "1 - exp(-w**2)", 5.0, 0.1),  # a plateau is flat, but no minimum
        # Straight down for ever, and other ways to have no bottom.
        ("bottomless", "2*w", 1.0, 0.1),
        ("bottomless", "3*w", -2.0, 0.01),
        ("bottomless", "w/2", 5.0, 0.1),
        ("bottomless", "w + sin(w)/2", 3.0, 0.1),
        ("bottomless", "-log(w)", 1.0, 0.1),
        ("bottomless", "-sqrt(w)", 1.0, 0.1),
        ("bottomless", "-w**2", 1.0, 0.1),
        ("bottomless", "w**3", -1.0, 0.1),
        # One leap from an astronomically high start, and then next to nothing.
        ("crawls", "cosh(w)", 20.0, 7e-8),
        ("crawls", "cosh(w)", 40.0, 1.5e-16),
        ("crawls", "w**4", 50.0, 9.9e-5),
        ("crawls", "w**4", 500.0, 9.999e-7),
        ("crawls", "exp(w) + exp(-w)", -25.0, 3e-10),
        # They leave the domain; there is a bottom, or an edge with a value.
        ("diverges", "sqrt(w)", 1.0, 0.1),
        ("diverges", "asin(w)", 0.5, 0.1),
        ("diverges", "acos(w)", 0.5, 0.1),
        ("diverges", "sqrt(1 - w**2)", 0.5, 0.1),
        ("diverges", "(w - 2)**0.5", 3.0, 0.1),
        # A loss of 0 at the start, or far away from everything else.
        ("converges", "(w - 1e11)**2", 0.0, 0.1),
        ("converges", "(w - 1000)**2", 0.0, 0.1),
        ("converges", "1e12*w**2", 5.0, 1e-13),
        ("converges", "1e-10*w**2", 5.0, 1e9),
        # No bottom at any finite place, but no fall without end either.
        ("crawls", "exp(-w)", 0.0, 0.1),
        ("crawls", "1/w", 1.0, 0.1),
        ("crawls", "softplus(w)", 0.0, 0.1),
        ("crawls", "w**3", 1.0, 0.1),  # comes to rest at the inflection
        ("stuck", "w**3 - 3*w", 2.0, 0.05),
        # A constant hides the losses near the bottom, not the slopes.
        ("converges", "cosh(w)", 1.0, 0.1),
        ("converges", "log(1 + w) + 1/(1 + w)", -0.5, 0.1),
        ("crawls", "w**2 + 1e12", 5.0, 0.01),
        ("diverges", "w**2 + 1e12", 5.0, 1.01),
        # A bottom that is level on one side.
        ("converges", "relu(w)**2", 3.0, 0.1),
        ("converges", "relu(w - 2)**2 + 7", 5.0, 0.1),
        ("converges", "max(0, w)**3 + max(0, w)**2", 2.0, 0.1),
        ("converges", "abs(w) + abs(w - 1)", -3.05, 0.1),
        # Too flat to move, but not level: the slope is 1e-27.
        ("crawls", "12*exp(-w**2)", 8.2, 0.01),
        # A pole has no bottom.
        ("bottomless", "tan(w)", 1.0, 0.1),
        ("bottomless", "-1/(w - 1)**2", 2.0, 0.1),
        ("bottomless", "log(abs(w))", 3.0, 0.1),
        # Of two hollows of almost the same depth.
        ("stuck", "(w**2 - 1)**2 + w/1e6", 1.5, 0.05),
    ],
)
def test_every_kind_of_run_gets_its_word(word, formula, start, rate):
    found = judged(formula, start, rate)
    assert found == word, found.say()


def test_a_curved_valley_is_no_trap():
    formula = gd.parse("(1-x)**2 + 100*(y-x**2)**2")
    for rate, steps, word in ((0.001, 30_000, "converges"), (0.0005, 200, "crawls")):
        run = gd.descend(formula, {"x": -0.5, "y": 1.0}, rate, steps)
        assert gd.verdict(run) == word


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_whoever_rests_on_a_saddle_stands_on_flat_ground(optimizer):
    run = gd.descend("x**2 - y**2", {"x": 3.0, "y": 0.0}, 0.1, 400, optimizer)
    assert gd.verdict(run) == "flat"
    run = gd.descend("x**2 - y**2 + y**4 / 8", {"x": 2.0, "y": 0.0}, 0.1, 400, optimizer)
    assert gd.verdict(run) == "flat"


def test_an_optimizer_that_leaves_a_good_start_for_a_while_has_not_blown_up():
    # Adam's first step is the learning rate, whatever the slope.
    for optimizer in ("adam", "adamw", "adamax", "momentum", "nesterov"):
        assert judged("w**2", 1e-8, 0.1, 400, optimizer=optimizer) == "converges"


def _random_quadratic(random):
    """A quadratic over two weights: matrix, rate and steps, and where plain descent ends."""
    angle, condition = random.uniform(0, np.pi), 10 ** random.uniform(0, 3)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    steepest = 10 ** random.uniform(-3, 3)
    values = np.array([steepest / condition, steepest])
    matrix = turn @ np.diag(values) @ turn.T
    rate = random.uniform(0.02, 1.3) * 2 / steepest
    steps = int(10 ** random.uniform(1, 2.7))
    error = random.normal(size=2)
    return matrix, values, turn, rate, steps, error


@pytest.mark.parametrize("count", [400, pytest.param(2000, marks=pytest.mark.fuzz)])
def test_quadratics_are_judged_as_their_closed_form_says(count):
    random = np.random.default_rng(7)
    counted = dict.fromkeys(("converges", "crawls", "oscillates", "diverges"), 0)
    while sum(counted.values()) < count:
        matrix, values, turn, rate, steps, error = _random_quadratic(random)
        factors = 1 - rate * values
        along = turn.T @ error
        ends = np.abs(along * factors**steps)
        left = np.linalg.norm(ends) / np.linalg.norm(error)
        halfway = np.linalg.norm(along * factors ** (steps // 2)) / np.linalg.norm(error)
        if (np.abs(factors) > 1.001).any():
            truth = "diverges"
        elif (np.abs(factors) > 0.999).any():
            continue  # too near the limit for a word
        elif left < 0.008 and left < 0.4 * halfway:
            truth = "converges"
        elif left < 0.012 or not (ends.min() < 0.05 * ends.max()):
            continue  # on the border, or two things at once
        else:
            truth = "oscillates" if factors[np.argmax(ends)] < 0 else "crawls"
        a, b, c = (float(x) for x in (matrix[0, 0] / 2, matrix[0, 1], matrix[1, 1] / 2))
        formula = f"{a!r}*x**2 + {b!r}*x*y + {c!r}*y**2".replace("+ -", "- ")
        start = {"x": float(error[0]), "y": float(error[1])}
        found = gd.verdict(gd.descend(formula, start, rate, steps), 0.0)
        assert found == truth, (values, rate, steps, left, found.say())
        counted[truth] += 1
    assert min(counted.values()) >= count // 200


@pytest.mark.parametrize("name", [*LANDSCAPES, *SURFACES])
def test_on_every_landscape_the_word_agrees_with_the_minima_it_names(name):
    record = {**LANDSCAPES, **SURFACES}[name]
    formula = gd.parse(record.formula)
    start = dict(zip(sorted(formula.names), record.start, strict=True))
    for steps in (record.steps, 10 * record.steps):
        run = gd.descend(formula, start, record.learning_rate, steps)
        found = gd.verdict(run)
        gaps = [np.linalg.norm(run.weights[-1] - np.array(at)) for at in record.minima]
        at_minimum = min(gaps, default=np.inf) < 0.01 * np.linalg.norm(
            run.weights[0] - run.weights[-1]
        )
        if found == "converges":
            assert at_minimum
        if found == "stuck":
            assert not at_minimum
            least_there = min(
                gd.differentiate(formula, dict(zip(run.names, at, strict=True))).value
                for at in record.minima
            )
            assert run.losses[-1] > least_there


def test_the_reason_belongs_to_the_word():
    reasons = {
        ("w**2", -5.0, 0.1): "reasons.arrived",
        ("w**2", -5.0, 0.97): "reasons.nearly",
        ("w**2", 0.0, 0.1): "reasons.already",
        ("w**2", -5.0, 0.001): "reasons.creeping",
        ("w**2", -5.0, 0.0): "reasons.too_small",
        ("w**2", -5.0, 1.0): "reasons.swinging",
        ("w**2", -5.0, 0.995): "reasons.shrinking",
        ("w**2", -5.0, 1.001): "reasons.rising",
        ("w**2", -5.0, 1.1): "stop.above_limit",
        ("2*w", 0.0, 0.1): "reasons.bottomless",
        ("-w**2", 1.0, 0.1): "stop.bottomless",
        ("sqrt(w)", 1.0, 0.1): "stop.left_domain",
        ("w**3", 0.0, 0.1): "reasons.no_slope",
        ("5 + 0*w", 0.0, 0.1): "reasons.level",
        ("relu(w)", 2.0, 0.3): "reasons.lowest_level",
        (WAVES, 4.5, 0.05): "reasons.stuck",
        (WAVES, 4.5, 1.2): "reasons.restless",
        ("1/w", 1.0, 0.1): "reasons.sinking",
        ("w**2 + 1e12", 5.0, 0.1): "reasons.arrived",
        ("w**2 + 1e12", 5.0, 1.01): "reasons.unstable",
        ("w**6", 1.0, 0.01): "reasons.longer",
        ("w**2", 3e18, 0.1): "reasons.distant",
        ("w**4 - 2*w**2", 1e-20, 0.01): "reasons.longer",  # 1 away all the time, but no farther
    }
    for (formula, start, rate), key in reasons.items():
        assert judged(formula, start, rate).sentence.key == key, formula


@pytest.mark.parametrize(
    ("formula", "start", "rate", "steps", "optimizer"),
    [
        ("w**2", {"w": -5.0}, 0.01, 100, "sgd"),
        ("w**2", {"w": -5.0}, 0.01, 3, "sgd"),
        ("w**2", {"w": -5.0}, 0.1, 20, "sgd"),  # one more step
        ("sqrt(w**2 + 0.01)", {"w": 1.0}, 0.005, 80, "sgd"),  # it quickens
        ("(w - 1)**4 + (w - 1)**2", {"w": 3.0}, 0.01, 100, "sgd"),
        ("1 - exp(-w**2/2)", {"w": 3.0}, 0.1, 150, "sgd"),
        ("x**2 + y**2/400", {"x": 1.0, "y": 1.0}, 0.9, 150, "sgd"),  # the last direction is slow
        ("(x**2 + y**2 - 1)**2", {"x": 0.001, "y": 0.0}, 0.01, 150, "sgd"),
        ("w**2", {"w": 5.0}, 0.02, 150, "adam"),
        ("w**2", {"w": 1.0}, 0.1, 60, "adagrad"),
    ],
)
def test_the_steps_that_a_run_still_needs_are_those_that_it_takes(
    formula, start, rate, steps, optimizer
):
    found = gd.verdict(gd.descend(formula, start, rate, steps, optimizer))
    assert found.sentence.key == "reasons.creeping"
    long = gd.descend(formula, start, rate, 10_000, optimizer)
    path = np.linalg.norm(long.weights - long.weights[-1], axis=1)
    taken = int(np.flatnonzero(path > 0.01 * path[: steps + 1].max())[-1]) + 1 - steps
    told = int(found.sentence.values["more"].replace(",", ""))
    assert told == pytest.approx(taken, rel=0.06, abs=1)  # two digits are told


@pytest.mark.parametrize("formula", ["w**6", "w**8", "tanh(w)**2"])
def test_steps_beyond_those_that_were_counted_are_more_indeed(formula):
    start = {"w": 2.5}
    found = gd.verdict(gd.descend(formula, start, 1e-3, 150))
    assert found.sentence.key == "reasons.longer"
    more = int(found.sentence.values["more"])
    assert abs(gd.descend(formula, start, 1e-3, 150 + more).weights[-1, 0]) > 0.01 * 2.5


@pytest.mark.parametrize(
    ("formula", "start", "rate", "steps", "word"),
    [
        ("w**2", 5.0, 0.1, 0, "crawls"),
        ("w**2", 0.0, 0.1, 0, "converges"),
        ("w**3", 0.0, 0.1, 0, "flat"),
        ("w**2", 5.0, 0.1, 1, "crawls"),
        ("w**2", 5.0, 0.5, 1, "converges"),
        ("w**2", 5.0, 2.0, 1, "diverges"),
        ("2*w", 5.0, 0.1, 1, "bottomless"),
        ("w**2", 5.0, 1.0, 2, "oscillates"),
        ("w**2", 5.0, 1.5, 2, "diverges"),
        ("w**2", 5.0, 1.0, 3, "oscillates"),
    ],
)
def test_the_shortest_runs_have_a_verdict(formula, start, rate, steps, word):
    found = judged(formula, start, rate, steps)
    assert found == word, found.say()
    assert found.sentence.key != "reasons.away"


def test_who_leaves_the_domain_on_the_rest_of_the_way_is_promised_nothing():
    # At 0.03 a step is longer than what is left.
    assert judged("sqrt(w)", 1.0, 0.01, 80).sentence.key == "reasons.partway"


def test_what_has_arrived_in_one_direction_still_falls_in_the_other():
    run = gd.descend("x**2 + y", {"x": 1.0, "y": 1.0}, 0.1, 150)
    assert gd.verdict(run) == "bottomless"
    run = gd.descend("x**2 + exp(-y)", {"x": 1.0, "y": 1.0}, 0.1, 150)
    assert gd.verdict(run) == "crawls"


@settings(deadline=None)
@given(st.floats(0.01, 0.98), st.floats(0.1, 6))
def test_the_arrival_on_a_parabola_is_the_one_theory_gives(rate, start):
    # The loss shrinks by (1 - 2η)² at every step.
    factor = (1 - 2 * rate) ** 2
    predicted = 0 if factor == 1 else np.ceil(np.log(WITHIN) / np.log(max(factor, 1e-300)))
    # On the threshold itself rounding decides.
    assert abs(judged("w**2", start, rate, 400).arrival - predicted) <= 1


def test_arrival_means_to_stay():
    losses = np.array([[100.0, 100.0], [0.5, 0.5], [50.0, 0.4], [0.2, 0.3]])
    assert arrivals(losses, 0.0).tolist() == [3, 1]
    assert arrivals(losses[:3], 0.0).tolist() == [np.inf, 1]


def test_a_batch_is_judged_as_each_of_its_runs():
    formula = gd.parse(WAVES)
    rates = np.array([0.001, 0.05, 0.3, 0.6, 2.0])
    runs = gd.descend_many(formula, {"w": np.array([4.5])}, rates)
    request, raw = batch(formula, {"w": np.array([4.5])}, rates, gd.Method())
    best = least(formula, ("w",), ((-6, 6),))
    words, arrival, _ = judge(
        raw.weights, raw.losses, request.rates, best, of_formula(formula, ("w",))
    )
    alone = [gd.verdict(run, best) for run in runs]
    assert [VERDICTS[i] for i in words] == [str(one) for one in alone]
    assert arrival.tolist() == [one.arrival for one in alone]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_verdict_has_its_words(language):
    assert len({say(f"verdicts.{word}", language) for word in VERDICTS}) == len(VERDICTS)
