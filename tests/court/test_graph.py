"""The computational graph: every value, every product, and the gradient they add up to."""

import itertools

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as some

import gdcore as gd
from gdcore.backends import installed
from gdcore.court.graph import build, forward_line, framework_operations, walk, written
from gdcore.formula import FUNCTIONS, to_source
from tests.strategies import call_of, trees

TYPED = [name for name, function in FUNCTIONS.items() if not function.internal]
LARGE = (
    "sigmoid(w*x+b)*exp(-(x-1)^2/2)+log(1+w^2*x^2+b^2)*tanh(sin(w)*cos(x)+sqrt(1+b^2))"
    "-max(w*b,x/2)*softplus(x*w-b)+(x+w)^3/(1+abs(b*x))+cbrt(x*b+2)-atan(w+x*b)*cosh(w/3)"
    "+x*w*b+sinh(x/4)+x/w"
)


@given(trees(), some.floats(0.2, 2), some.floats(-2, -0.2), some.sampled_from([None, 0, 1, 2]))
@settings(max_examples=200, deadline=None)
def test_the_backward_pass_arrives_at_the_gradient_of_calculus(tree, x, y, deepest):
    formula = gd.parse(to_source(tree))
    assume(formula.names)
    at = {name: {"x": x, "y": y}[name] for name in formula.names}
    exact = gd.differentiate(formula, at)
    size = 1 + abs(exact.value) + sum(abs(slope) for slope in exact.gradient.values())
    assume(np.isfinite(size) and size < 1e6)
    made = walk(formula, at, deepest)
    assume(all(np.isfinite(move.product) for move in made.backward))
    for name, slope in made.gradient().items():
        assert abs(slope - exact.gradient[name]) <= 1e-8 * size
    assert made.values[-1] == pytest.approx(exact.value, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", TYPED)
def test_every_function_is_a_node_with_its_own_slope(name):
    text = call_of(name) + " + y"
    at = {"x": FUNCTIONS[name].typical[0], "y": 0.2}
    assert walk(gd.parse(text), at).gradient() == pytest.approx(
        gd.differentiate(text, at).gradient, rel=1e-12
    )


def test_a_variable_used_twice_gathers_both_products():
    made = walk(gd.parse("x*x"), {"x": 3.0})
    assert [(move.local, move.product, move.total) for move in made.backward] == [
        (3.0, 3.0, 3.0),
        (3.0, 3.0, 6.0),
    ]


def test_the_articles_formula_is_written_as_on_the_board():
    made = walk(gd.parse("x*sin(x)**2"), {"x": 3.0})
    assert [forward_line(made, i)[0] for i in made.graph.computed] == ["sin(x)", "v1^2", "x × v2"]
    rules = [written(move.rule) for move in made.backward]
    assert rules == ["v2", "x", "2 × v1", "cos(x)"]
    assert made.gradient()["x"] == pytest.approx(-0.8183316379219605, rel=1e-15)


def test_sixty_nodes_lie_apart_and_run_from_left_to_right():
    graph = build(gd.parse(LARGE))
    assert len(graph.nodes) >= 60
    for edge in graph.edges:
        assert graph.nodes[edge.child].column < graph.nodes[edge.parent].column
    places = sorted((node.column, node.row) for node in graph.nodes)
    for (column, row), (next_column, next_row) in itertools.pairwise(places):
        assert column != next_column or next_row - row >= 0.99


@pytest.mark.parametrize("deepest", [0, 1, 2, 5])
def test_folding_makes_the_graph_smaller_and_leaves_the_gradient(deepest):
    at = {"w": 0.5, "x": 1.5, "b": -0.7}
    whole, folded = walk(gd.parse(LARGE), at), walk(gd.parse(LARGE), at, deepest)
    assert len(folded.graph.nodes) < len(whole.graph.nodes)
    assert folded.gradient() == pytest.approx(whole.gradient(), rel=1e-9)


def test_a_variable_called_v1_keeps_its_name():
    graph = build(gd.parse("v1*sin(v1)"))
    assert [node.name for node in graph.nodes] == ["v1", "u1", "u2"]


@pytest.mark.parametrize("backend", [one.name for one in installed() if one.records])
def test_the_frameworks_recorded_the_same_graph(backend):
    found = framework_operations("x * sin(x)**2", {"x": 3.0}, backend)
    assert [[word.lower()[:3] for word in names] for names in found] == [["sin"], ["pow"], ["mul"]]
    large = framework_operations(LARGE, {"w": 0.5, "x": 1.5, "b": -0.7}, backend)
    assert len(large) == len(build(gd.parse(LARGE)).computed)
    assert all(large)
