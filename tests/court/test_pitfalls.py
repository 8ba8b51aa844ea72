"""Pitfalls: each program really surprises, each repair really repairs."""

import pytest

from gdcore.court import pitfalls
from gdcore.court.pitfalls import PITFALLS
from gdcore.words.texts import LANGUAGES, Problem, say

# What gives the surprise away, and the number that the repair prints.
EXPECTED = {
    "unwatched": ("None", "6.0"),
    "article_watch": ("None", "20.666668 9.0"),
    "integer_variable": ("int32 None", "6.0"),
    "tape_twice": ("RuntimeError", "108.0"),
    "assign_in_tape": ("36.0 None", "36.0 24.0"),
    "outside_tensorflow": ("0.14112", "-2.828"),
    "where_nan": ("nan", "0.25"),
    "cancellation": ("0.0 ", "0.49999999"),
    "zero_grad": ("18.0", "6.0"),
    "in_place": ("RuntimeError", "2.71828"),
    "leaf_in_place": ("RuntimeError", "2.4"),
    "detached": ("3.0", "6.0"),
    "item": ("AttributeError", "9.0 6.0"),
    "integer_tensor": ("RuntimeError", "6.0"),
    "backward_twice": ("RuntimeError", "6.0"),
    "where_nan_torch": ("nan", "0.25"),
}


@pytest.mark.parametrize("name", PITFALLS)
def test_every_program_surprises_and_every_repair_repairs(name):
    surprise, repair = EXPECTED[name]
    before, after = pitfalls.run(name, False), pitfalls.run(name, True)
    assert surprise in before
    assert repair in after
    assert not any(word in after for word in ("None", "nan", "Error"))
    assert before != after


def test_only_programs_that_stand_here_are_run():
    with pytest.raises(Problem):
        pitfalls.run("print('anything')", False)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PITFALLS)
def test_every_pitfall_is_explained(name, language):
    assert say(f"pitfalls.{name}_title", language) != say(f"pitfalls.{name}", language)
