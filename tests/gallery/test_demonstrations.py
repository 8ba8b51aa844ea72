"""The order of the demonstrations, and what is said of each in every language."""

import inspect

import pytest
import torch

from gdcore.gallery.demonstrations import GALLERY, after, before, group_of, named, ordered
from gdcore.rules.optimizers import OPTIMIZERS
from gdcore.ui import gallery
from gdcore.words.texts import LANGUAGES, say

NAMES = [one.name for one in ordered()]


def test_the_article_comes_first():
    assert next(iter(GALLERY)) == "article"


def test_no_two_demonstrations_have_one_name():
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("group", GALLERY)
def test_going_on_from_the_first_scene_shows_a_whole_group_in_order(group):
    seen = [GALLERY[group][0]]
    while (following := after(seen[-1].name)) is not None:
        seen.append(following)
    assert tuple(seen) == GALLERY[group]


@pytest.mark.parametrize("name", NAMES)
def test_going_on_and_back_leads_to_the_same_scene(name):
    following = after(name)
    back = named(name) if following is None else before(following.name)
    assert back == named(name)


@pytest.mark.parametrize("group", GALLERY)
def test_nothing_stands_before_a_first_scene(group):
    assert before(GALLERY[group][0].name) is None


@pytest.mark.parametrize("step", [after, before, named, group_of])
def test_an_unknown_name_is_an_error(step):
    with pytest.raises(KeyError):
        step("nowhere")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_scene_asks_one_question_and_gives_one_answer(name, language):
    question, answer = (say(f"gallery.{name}_{part}", language) for part in ("question", "answer"))
    assert question[-1] in "?？"
    assert question.count(question[-1]) == 1 or language != "en"
    assert answer[-1] in ".。"


def test_the_race_has_the_rate_that_torch_gives_to_each():
    rates = {
        inspect.signature(getattr(torch.optim, OPTIMIZERS[name].torch_name))
        .parameters["lr"]
        .default
        for name in named("race").query["optimizers"].split(",")
    }
    assert rates == {float(named("race").query["lr"])}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_race_names_those_that_cross(language):
    title = say("gallery.race_title", language)
    assert "Nesterov" in title
    assert gallery.scene(named("race")).runs.keys() == {"SGD", "Momentum", "Nesterov"}
