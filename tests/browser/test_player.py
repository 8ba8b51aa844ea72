"""The player bar: one clock, however often the page is drawn, for everybody who uses it."""

import json

import pytest

import gdcore as gd
from gdcore.charts.player import thin
from gdcore.ui import readout
from gdcore.ui.player import pack

LISTEN = """() => {
  window.heard = []
  window.addEventListener('gd-frame', event => window.heard.push(event.detail))
}"""
LABELS = {
    "en": ["To the start (Home)", "One step back (←)", "Play (space)", "One step on (→)",
           "To the end (End)", "Play again and again"],
    "zh-TW": ["回到起點(Home)", "倒退一步(←)", "播放（空白鍵）", "前進一步(→)", "跳到終點(End)",
              "重複播放"],
}  # fmt: skip


def heard(page, key):
    """The steps that pressing a key announces to the charts."""
    page.evaluate("() => { window.heard = [] }")
    page.keyboard.press(key)
    return page.evaluate("() => window.heard")


def test_after_a_control_has_changed_there_is_still_one_clock(visit):
    window = visit()
    page = window.open("/single_variable?step=20&lang=en", charts=5)
    slider = page.get_by_role("slider", name="Learning rate")
    for _ in range(3):
        before = page.evaluate("() => location.search")
        slider.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("before => location.search !== before", arg=before)
        page.wait_for_timeout(500)
    page.locator("h1").click()
    page.evaluate(LISTEN)
    assert heard(page, "ArrowRight") == [21]
    assert heard(page, "ArrowLeft") == [20]
    page.keyboard.press(" ")
    page.wait_for_function("() => window.gdPlayer.playing && window.gdPlayer.step > 22")
    page.get_by_label("Pause (space)").click()
    assert not window.state()["playing"]


def test_a_page_without_a_player_has_no_clock(visit):
    window = visit()
    page = window.open("/single_variable?step=0&play=1&loop=1&lang=en")
    page.evaluate(LISTEN)
    page.get_by_role("link", name="Automatic differentiation").click()
    page.wait_for_function("() => !window.gdPlayer && !document.querySelector('.gd-player')")
    page.evaluate("() => { window.heard = [] }")
    page.wait_for_timeout(500)
    assert heard(page, "ArrowRight") == []
    assert "step=" not in page.url


def test_a_line_has_no_step_to_go_to(visit):
    window = visit()
    page = window.open("/single_variable?step=30")
    page.evaluate(
        """() => [...document.querySelectorAll('.stVegaLiteChart path')]
             .filter(e => e.__data__?.mark?.marktype === 'line'
                          && e.__data__.datum.step !== undefined)
             .forEach(e => e.dispatchEvent(new MouseEvent('click', { bubbles: true })))"""
    )
    assert window.state()["step"] == 30


def test_a_held_key_does_not_flood_the_address(visit):
    window = visit()
    page = window.open("/single_variable?step=0&lang=en")
    page.wait_for_timeout(1500)
    page.evaluate(
        """() => {
             window.written = 0
             const replace = history.replaceState
             history.replaceState = function (...all) {
               window.written += 1
               replace.apply(this, all)
             }
           }"""
    )
    page.locator("h1").click()
    page.keyboard.down("ArrowRight")
    for _ in range(99):
        page.keyboard.down("ArrowRight")
    page.keyboard.up("ArrowRight")
    page.wait_for_function("() => location.search.includes('step=100')")
    assert page.evaluate("() => window.written") < 10


def test_keys_that_belong_to_the_browser_stay_with_it(visit):
    window = visit()
    page = window.open("/single_variable?step=10")
    taken = page.evaluate(
        """() => [{ key: 'Escape' }, { key: 'ArrowLeft', altKey: true },
                  { key: '+', ctrlKey: true }, { key: 'ArrowRight', metaKey: true }].map(
             key => !document.body.dispatchEvent(
               new KeyboardEvent('keydown', { ...key, bubbles: true, cancelable: true })))"""
    )
    assert taken == [False] * 4
    assert window.state()["step"] == 10


def test_who_wants_little_motion_decides_when_to_play(visit):
    window = visit(reduced_motion="reduce")
    page = window.open("/single_variable?step=3&play=1&lang=en")
    page.wait_for_timeout(500)
    assert window.state()["step"] == 3
    page.get_by_label("Play (space)").click()
    page.wait_for_function("() => window.gdPlayer.step > 3")


def test_play_at_the_end_begins_anew_and_only_a_loop_goes_on(visit):
    window = visit()
    page = window.open("/single_variable?steps=20&speed=16&lang=en")
    page.get_by_label("Play (space)").click()
    page.wait_for_function("() => window.gdPlayer.step < window.gdPlayer.last")
    page.wait_for_function("() => !window.gdPlayer.playing")
    assert window.state()["step"] == 20
    page.evaluate(LISTEN)
    page.get_by_label("Play again and again").click()
    page.get_by_label("Play (space)").click()
    page.wait_for_function("() => window.heard.filter(step => step === 20).length > 2")
    assert window.state()["playing"]


@pytest.mark.parametrize("language", LABELS)
def test_the_bar_tells_its_parts_and_its_step_in_the_page_s_language(language, visit):
    window = visit()
    page = window.open(f"/single_variable?step=37&lang={language}")
    names = page.locator(".gd-bar button").evaluate_all(
        "all => all.map(button => button.getAttribute('aria-label'))"
    )
    assert names == LABELS[language]
    spoken = page.locator(".gd-scrub").get_attribute("aria-valuetext")
    assert spoken == {"en": "step 37 of 150", "zh-TW": "第 37 步，共 150 步"}[language]


def test_the_bar_stands_still_while_the_step_moves(visit):
    window = visit()
    page = window.open("/single_variable?step=0&lang=zh-TW")
    places = []
    for step in ("0", "9", "99", "150"):
        page.locator(".gd-scrub").fill(step)
        page.wait_for_timeout(100)
        places.append([page.locator(".gd-scrub").bounding_box(),
                       page.locator(".gd-readout").bounding_box()["y"]])  # fmt: skip
    assert places == [places[0]] * 4


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "nadam"])
def test_the_numbers_of_a_thousand_steps_are_a_small_message(optimizer):
    run = gd.descend("w**2", {"w": -5.0}, 0.001, 1000, optimizer=optimizer)
    lines = readout.descent(run, thin(run.steps), "w")
    assert len(pack(lines)) < 200_000 < len(json.dumps(lines))
