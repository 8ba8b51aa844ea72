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
    "en": [
        "To the start (Home)",
        "One step back (←)",
        "Play (space)",
        "One step on (→)",
        "To the end (End)",
        "Play again and again",
        "Guess first: where will the next point land? (G)",
    ],
    "zh-TW": [
        "回到起點（Home）",
        "倒退一步（←）",
        "播放（空白鍵）",
        "前進一步（→）",
        "跳到終點（End）",
        "重複播放",
        "先猜再看：下一點會落在哪裡？（G）",
    ],
}


def heard(page, key):
    """The steps that pressing a key announces to the charts."""
    page.evaluate("() => { window.heard = [] }")
    page.keyboard.press(key)
    return page.evaluate("() => window.heard")


def test_after_a_control_has_changed_there_is_still_one_clock(visit):
    window = visit()
    page = window.open("/single_variable?step=20&lang=en")
    slider = page.get_by_role("slider", name="Learning rate")
    for _ in range(3):
        slider.focus()
        with window.answered():
            page.keyboard.press("ArrowRight")
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
    with window.answered():
        page.get_by_role("link", name="Home", exact=True).click()
    page.wait_for_function("() => !window.gdPlayer && !document.querySelector('.gd-player')")
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
        window.painted()
        places.append(
            [
                page.locator(".gd-scrub").bounding_box(),
                page.locator(".gd-readout").bounding_box()["y"],
            ]
        )
    assert places == [places[0]] * 4


def test_long_and_short_arithmetic_take_the_same_room(visit):
    window = visit(viewport={"width": 390, "height": 844})
    page = window.open("/single_variable?step=20&optimizer=adam&lang=en")
    page.locator(".gd-rule").wait_for()
    heights = []
    for step in ("150", "20", "149", "1") * 2:  # nothing follows the last step
        page.locator(".gd-scrub").fill(step)
        window.painted()
        heights.append(page.locator(".gd-readout").bounding_box()["height"])
    assert heights == sorted(heights)  # room is given, never taken back
    assert len(set(heights[4:])) == 1
    assert page.locator(".gd-readout").inner_text().count("=") > 6


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "nadam"])
def test_the_numbers_of_a_thousand_steps_are_a_small_message(optimizer):
    run = gd.descend("w**2", {"w": -5.0}, 0.001, 1000, optimizer=optimizer)
    lines = readout.descent(run, thin(run.steps), "w")
    assert len(pack(lines)) < 200_000 < len(json.dumps(lines))


def place(page, right, down, chart=0):
    """Clicks a place of a chart's picture, given as shares of its width and height."""
    box = page.locator(".stVegaLiteChart").nth(chart)
    box = box.locator(".role-frame.root path.background").first.bounding_box()
    page.mouse.click(box["x"] + box["width"] * right, box["y"] + box["height"] * down)


OPACITY = """() => [...document.querySelectorAll('.stVegaLiteChart')][1]
    .querySelector('.mark-rect path').getAttribute('opacity')"""


def test_the_room_guesses_and_then_sees_by_how_much_it_was_wrong(visit):
    page = visit().open("/single_variable?lang=en")
    page.keyboard.press("g")
    ask = page.locator(".gd-ask")
    assert "Where will the next point land?" in ask.inner_text()
    page.wait_for_function(f"() => ({OPACITY})() === '1'")  # the course of the loss would tell
    assert not page.locator(".gd-rule").first.is_visible()
    assert page.evaluate("() => window.gdPlayer.step") == 0
    place(page, 0.25, 0.5)  # the axis goes from -6 to 6: a guess of -3
    page.wait_for_function("() => window.gdPlayer.step === 1")
    assert "Guessed -3" in ask.inner_text() and "landed at -4" in ask.inner_text()
    page.wait_for_function("() => location.search.includes('guess=1')")
    page.keyboard.press("g")
    assert ask.inner_text() == ""
    assert page.locator(".gd-rule").first.is_visible()
    page.wait_for_function(f"() => ({OPACITY})() !== '1'")


def test_a_click_on_the_map_starts_there(visit):
    page = visit().open("/landscapes?lang=en&step=0")
    place(page, 0.75, 0.25)  # the axes go from -10 to 10 and from -4 to 4
    page.wait_for_function("() => /[?&]x=4.99|[?&]x=5/.test(location.search)")
    assert "y=2" in page.url


def test_a_click_on_the_map_of_rates_loads_that_run(visit):
    page = visit().open("/single_variable?lang=en&sweep=1")
    page.locator(".stVegaLiteChart").nth(3).scroll_into_view_if_needed()
    place(page, 0.5, 0.5, chart=3)
    page.wait_for_function("() => location.search.includes('lr=0.05')")
    assert "start=" in page.url


SHOWN = """() => [...document.querySelectorAll('.stVegaLiteChart svg.marks')].map(svg => {
    const mark = [...svg.querySelectorAll('path')].find(path => path.__data__?.mark?.group?.context)
    try { return mark.__data__.mark.group.context.dataflow.signal('shown').step }
    catch { return null }
}).filter(step => step !== null)"""


@pytest.mark.parametrize(
    "where",
    [
        "/simple_regression?epochs=1600&lr=0.9",
        "/simple_regression?epochs=2500&bridge=1",
        "/multiple_regression?epochs=1600&picture=surface",
    ],
)
def test_on_a_thinned_run_every_chart_shows_the_row_of_the_shown_step(visit, where):
    page = visit().open(f"{where}&step=0&lang=en")
    last = int(page.locator(".gd-scrub").get_attribute("max"))
    assert last <= 1_000
    for index in (0, 1, 2, 17, last // 3, last // 2, last - 1, last):
        page.locator(".gd-scrub").fill(str(index))
        page.wait_for_function(
            f"""() => {{
                  const found = ({SHOWN})()
                  return found.length && found.every(step => step === window.gdPlayer.step)
                }}"""
        )
