"""Each of the player's modules by itself, in the browser and without the app."""

import json

import numpy as np
import pytest

from gdcore.ui.player import script, scripts

HOST = "http://player.test/"
SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16]
PLACES = [0.0, -5.0, -4.0]
KEYS = {
    " ": "play",
    "ArrowLeft": "back",
    "ArrowRight": "on",
    "Home": "first",
    "End": "last",
    "g": "guess",
    "+": "faster",
    "=": "faster",
    "-": "slower",
    "Escape": "leave",
}


@pytest.fixture(scope="module")
def ask(chromium):
    """Evaluates a function body in a page in which every module stands by its name."""
    page = chromium.new_page()
    files = {f"{HOST}{file.name}": file for file in scripts.HERE.glob("*.js")}

    def serve(route):
        file = files.get(route.request.url.split("?")[0])
        kind = "text/javascript" if file else "text/html"
        body = file.read_text(encoding="utf-8") if file else "<!doctype html><body></body>"
        route.fulfill(body=body, content_type=f"{kind}; charset=utf-8")

    page.route(f"{HOST}**", serve)
    page.goto(HOST)
    names = [file.stem for file in files.values()]
    page.evaluate(
        "async names => { for (const name of names) window[name] = await import(`/${name}.js`) }",
        names,
    )
    yield lambda body, arg=None: page.evaluate(f"async given => {{ {body} }}", arg)
    page.close()


# clock


@pytest.mark.parametrize(
    ("step", "index"),
    [
        (-3, 0),
        (0, 0),
        (1, 1),
        (2, 1),
        (9, 1),
        (10, 2),
        (24, 2),
        (25, 3),
        (1e9, 3),
    ],
)
def test_the_nearest_frame_is_the_last_one_that_is_not_beyond_the_step(step, index, ask):
    assert ask("return clock.nearest([0, 1, 10, 25], given)", step) == index


def test_a_run_without_a_step_has_its_only_frame(ask):
    assert ask("return [0, 5, -1].map(step => clock.nearest([0], step))") == [0, 0, 0]


@pytest.mark.parametrize(
    ("frames", "rate"),
    [
        (1, 2),
        (11, 2),
        (20, 2),
        (150, 15),
        (151, 15.1),
        (600, 60),
        (1001, 60),
    ],
)
def test_a_run_takes_ten_seconds_unless_it_is_very_short_or_long(frames, rate, ask):
    found = ask(f"return {SPEEDS}.map(speed => clock.rate(given, speed))", frames)
    assert found == pytest.approx([rate * speed for speed in SPEEDS])


def test_the_speeds_are_walked_through_and_end_at_the_outermost(ask):
    up = ask("let s = 0.25; return Array.from({length: 9}, () => s = clock.speedBeside(s, 1))")
    down = ask("let s = 16; return Array.from({length: 9}, () => s = clock.speedBeside(s, -1))")
    assert up == [*SPEEDS[1:], 16, 16, 16]
    assert down == [*SPEEDS[-2::-1], 0.25, 0.25, 0.25]


@pytest.mark.parametrize("per_second", [2, 15, 37, 60, 240, 960])
@pytest.mark.parametrize("hertz", [24, 60, 144])
def test_as_many_frames_are_due_as_time_has_passed_however_often_it_is_asked(
    per_second, hertz, ask
):
    due = ask(
        """const beat = clock.pulse()
           return Array.from({ length: 4 * given.hertz + 1 }, (_, i) =>
             beat.due(1e4 + (1000 * i) / given.hertz, given.perSecond))""",
        {"hertz": hertz, "perSecond": per_second},
    )
    behind = np.arange(len(due)) * per_second / hertz - np.cumsum(due)
    assert np.all((behind > -1e-6) & (behind < 1 + 1e-6))


def test_a_long_silence_counts_as_a_quarter_of_a_second(ask):
    body = "const beat = clock.pulse(); beat.due(5, 60); return beat.due(5 + given, 60)"
    assert [ask(body, silence) for silence in (100, 250, 3_000, 1e7)] == [6, 15, 15, 15]


def test_a_reset_pulse_begins_anew(ask):
    assert ask(
        """const beat = clock.pulse(); beat.due(5, 60); beat.due(14, 60); beat.reset()
           const silent = beat.perSecond
           return [silent, beat.due(9000, 60), beat.due(9100, 60)]"""
    ) == [0, 0, 6]


def test_the_pulse_tells_how_often_it_was_asked_in_the_last_second(ask):
    body = """const beat = clock.pulse()
              for (let now = 1; now <= 5000; now += 20) beat.due(now, 1)
              return beat.perSecond"""
    assert ask(body) == 51  # both ends of the second


# address

READ = "return address.read(given.search, given.data, given.calm)"
USUAL = {"step": 40, "playing": False, "speed": 1, "loop": False, "guessing": False, "atEnd": True}
DATA = {"openAt": 40, "steps": [0, 1, 20, 40]}


def read(ask, search, calm=False, **data):
    return ask(READ, {"search": search, "data": DATA | data, "calm": calm})


@pytest.mark.parametrize(
    "search",
    [
        "",
        "?lang=en",
        "?step=",
        "?step=abc",
        "?step=NaN",
        "?step=Infinity",
        "?speed=3",
        "?speed=0",
        "?speed=fast",
        "?speed=-1",
        "?play=yes",
        "?play=true",
        "?play=0",
        "?loop=2",
        "?guess=on",
        "?STEP=3",
        "?speed=Infinity",
    ],
)
def test_an_address_that_says_nothing_to_the_bar_leaves_it_as_usual(search, ask):
    assert read(ask, search) == USUAL


@pytest.mark.parametrize("speed", SPEEDS)
def test_an_address_carries_every_speed(speed, ask):
    assert read(ask, f"?speed={speed}") == USUAL | {"speed": speed}


def test_an_address_carries_step_play_loop_and_guess(ask):
    assert read(ask, "?step=7&play=1&speed=4&loop=1&guess=1&lr=0.3") == {
        "step": 7,
        "playing": True,
        "speed": 4,
        "loop": True,
        "guessing": True,
        "atEnd": False,
    }


def test_only_who_opens_at_the_end_unasked_follows_the_end(ask):
    assert read(ask, "", openAt=20)["atEnd"] is False
    assert read(ask, "?step=40")["atEnd"] is False
    assert read(ask, "")["atEnd"] is True


def test_who_wants_little_motion_is_not_played_to(ask):
    assert read(ask, "?play=1&loop=1", calm=True) == USUAL | {"loop": True}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"step": 0},
        {"step": 7},
        {"speed": 0.25},
        {"playing": True},
        {"loop": True},
        {"guessing": True},
        {"step": 3, "speed": 16, "playing": True, "loop": True, "guessing": True},
    ],
)
@pytest.mark.parametrize("others", ["", "?lang=zh-TW&formula=w**2%2B1", "?step=9&play=1&speed=2"])
def test_what_is_written_is_read_again_and_the_rest_of_the_link_stays(change, others, ask):
    state = USUAL | {"atEnd": False} | change
    href = ask(
        "return address.written(given.href, given.state, given.data) ?? given.href",
        {"href": f"{HOST}page{others}#here", "state": state, "data": DATA},
    )
    search = ask("return new URL(given).search", href)
    assert read(ask, search) | {"atEnd": False} == state
    assert href.endswith("#here")
    for name in ("lang", "formula"):
        get = f"return new URL(given).searchParams.get('{name}')"
        assert ask(get, href) == ask(get, f"{HOST}page{others}")
    again = {"href": href, "state": state, "data": DATA}
    assert ask("return address.written(given.href, given.state, given.data)", again) is None


def test_what_is_as_usual_is_left_out_of_the_link(ask):
    found = ask(
        "return address.written(given.href, given.state, given.data)",
        {
            "href": f"{HOST}?step=3&speed=2&play=1&loop=1&guess=1&lang=en",
            "state": USUAL,
            "data": DATA,
        },
    )
    assert found == f"{HOST}?lang=en"


WRITES = """let written = 0
    const replace = history.replaceState
    history.replaceState = function (...all) { written += 1; replace.apply(this, all) }
    const state = { ...given.state }, writer = address.writer(state, given.data, 5)
    const pause = () => new Promise(done => setTimeout(done, 60))
    try { %s } finally {
      writer.stop(); history.replaceState = replace; replace.call(history, null, '', '/')
    }"""


def test_many_changes_in_a_row_are_written_once(ask):
    body = "for (let i = 0; i < 50; i++) { state.step = i; writer.soon() } await pause();"
    found = ask(
        WRITES % f"{body} return [written, location.search]", {"state": USUAL, "data": DATA}
    )
    assert found == [1, "?step=49"]


def test_who_has_gone_to_another_page_finds_its_address_as_it_was(ask):
    body = """state.step = 3; writer.soon(); replace.call(history, null, '', '/other')
              await pause(); return [written, location.pathname + location.search]"""
    assert ask(WRITES % body, {"state": USUAL, "data": DATA}) == [0, "/other"]


# keyboard

WISH = """document.body.innerHTML = `<div class="gd-player"><button></button>
      <input class="gd-scrub" type="range"><select class="gd-speed"></select></div>${given.html}`
    const event = { key: given.key, ctrlKey: false, altKey: false, metaKey: false,
      target: document.querySelector(given.at), ...given.with }
    return keyboard.wish(event, document.querySelector('.gd-player'))"""


def wish(ask, key, at="body", html="", **held):
    return ask(WISH, {"key": key, "at": at, "html": html, "with": held})


@pytest.mark.parametrize(("key", "does"), KEYS.items())
def test_every_key_of_the_bar_does_its_one_thing(key, does, ask):
    assert wish(ask, key) == does


@pytest.mark.parametrize("key", ["a", "Enter", "Tab", "ArrowUp", "PageDown", "constructor", "G"])
def test_other_keys_stay_with_the_page(key, ask):
    assert wish(ask, key) is None


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("held", ["ctrlKey", "altKey", "metaKey"])
def test_a_shortcut_of_the_browser_stays_with_it(key, held, ask):
    assert wish(ask, key, **{held: True}) is None


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    "field",
    [
        "<input id=it>",
        "<textarea id=it></textarea>",
        "<select id=it></select>",
        '<p contenteditable="true"><b id=it></b></p>',
        '<div role="slider"><i id=it></i></div>',
        "<div role=combobox id=it></div>",
        "<div role=dialog><button id=it></button></div>",
        "<div role=grid id=it></div>",
        "<div role=tab id=it></div>",
        "<div role=menu id=it></div>",
        '<canvas data-testid="data-grid-canvas" id=it></canvas>',
    ],
)
def test_a_key_typed_into_a_field_stays_there(key, field, ask):
    assert wish(ask, key, "#it", field) is None


@pytest.mark.parametrize(
    "html",
    ["<button id=it></button>", "<a id=it></a>", "<details><summary id=it></summary></details>"],
)
def test_the_space_bar_presses_what_has_the_focus_and_other_keys_move_the_step(html, ask):
    assert wish(ask, " ", "#it", html) is None
    assert wish(ask, "ArrowRight", "#it", html) == "on"


def test_the_bar_s_own_slider_steps_and_its_menu_keeps_its_keys(ask):
    assert wish(ask, "ArrowRight", ".gd-scrub") == "on"
    assert wish(ask, "ArrowRight", ".gd-speed") is None


def test_a_bar_that_has_left_the_page_hears_nothing(ask):
    body = """const event = { key: 'End', target: document.body }
              return keyboard.wish(event, document.createElement('div'))"""
    assert ask(body) is None


def test_escape_leads_off_the_stage_and_nowhere_else(ask):
    body = """document.body.innerHTML = given.html
              return keyboard.exit(given.search, document)?.id ?? null"""
    stage = '<div class="st-key-stage"><button id="way"></button></div>'
    assert ask(body, {"html": stage, "search": "?present=1"}) == "way"
    assert ask(body, {"html": stage, "search": "?lang=en"}) is None
    assert ask(body, {"html": "", "search": "?present=1"}) is None


# guessing

SENTENCE = "return guessing.sentence(given)"
WORDS = {"ask": "where?", "over": "over", "told": "<guess>|<actual>|<error>"}


def said(ask, guess, index, places=PLACES):
    return ask(SENTENCE, {"guess": guess, "index": index, "places": places, "words": WORDS})


@pytest.mark.parametrize(
    ("at", "actual", "line"),
    [
        (-3, -4.0, "-3|-4|1"),
        (-4, -4.0, "-4|-4|0"),
        (2.5, -4.0, "2.5|-4|6.5"),
        (1.23456e-9, 0.0, "1.23e-9|0|1.23e-9"),
        (123456, 0.5, "123000|0.5|123000"),
    ],
)
def test_the_guess_is_told_beside_the_place_and_the_gap_between_them(at, actual, line, ask):
    assert said(ask, {"at": at, "index": 1}, 2, [0, 1, actual]) == line


@pytest.mark.parametrize("index", [0, 1])
def test_without_a_guess_the_next_point_is_asked_for(index, ask):
    assert said(ask, None, index) == "where?"


def test_after_the_last_point_there_is_nothing_to_guess(ask):
    assert said(ask, None, 2) == "over"


def test_a_guess_is_told_at_the_point_it_was_made_for_only(ask):
    found = [said(ask, {"at": -3, "index": 0}, index) for index in range(3)]
    assert found == ["where?", "-3|-5|2", "over"]


# drawing

HEARD = """const heard = []
    for (const name of ['gd-frame', 'gd-quiz'])
      window.addEventListener(name, event => heard.push([name, event.detail]))
    const announce = drawing.announcer(), off = { on: false, guess: null };"""


def test_every_step_is_announced_and_the_quiz_only_when_it_changes(ask):
    on = {"on": True, "guess": None}
    found = ask(f"""{HEARD}
        announce(0, off); announce(1, off); announce(1, {json.dumps(on)})
        announce(2, {{ on: true, guess: 1.5 }}); announce(3, {{ on: true, guess: 1.5 }})
        return heard""")
    assert found == [
        ["gd-frame", 0],
        ["gd-quiz", {"on": False, "guess": None}],
        ["gd-frame", 1],
        ["gd-frame", 1],
        ["gd-quiz", on],
        ["gd-frame", 2],
        ["gd-quiz", {"on": True, "guess": 1.5}],
        ["gd-frame", 3],
    ]


def test_a_new_chart_is_told_everything(ask):
    found = ask(f"{HEARD} announce(4, off); heard.length = 0; announce(4, off, true); return heard")
    assert [name for name, _ in found] == ["gd-frame", "gd-quiz"]


@pytest.mark.parametrize(
    "html",
    [
        '<svg class="marks"></svg>',
        '<canvas class="marks"></canvas>',
        '<div><div><svg class="marks"></svg></div></div>',
    ],
)
def test_a_chart_that_is_drawn_later_is_noticed_until_the_bar_ends(html, ask):
    found = ask(
        """document.body.innerHTML = ''
        let fresh = 0
        const own = new AbortController(), soon = () => new Promise(done => setTimeout(done))
        drawing.watchCharts(() => { fresh += 1 }, own.signal)
        const counts = []
        for (const html of ['<p>text</p>', given]) {
          document.body.insertAdjacentHTML('beforeend', html); await soon(); counts.push(fresh)
        }
        own.abort()
        document.body.insertAdjacentHTML('beforeend', given); await soon()
        return [...counts, fresh]""",
        html,
    )
    assert found == [0, 1, 1]


CHART = """document.body.innerHTML = `<div class="stVegaLiteChart"><svg class="marks"
      style="position: fixed; left: 100px; top: 50px" width="400" height="200">
      <g class="role-frame root"><path class="background" d="M0,0h400v200h-400Z" fill="#eee"/></g>
      <path id="mark"/></svg></div><div id="beside"></div>`"""


@pytest.mark.parametrize(
    ("x", "y", "place"),
    [
        (100, 250, [-10, 0]),
        (500, 50, [10, 4]),
        (300, 150, [0, 2]),
        (200, 75, [-5, 3.5]),
        (99, 150, None),
        (300, 251, None),
    ],
)
def test_a_click_is_told_in_the_units_of_the_axes_and_beside_the_picture_as_none(x, y, place, ask):
    body = f"""{CHART}
        const target = document.querySelector('#mark'), axes = {{ x: [-10, 10], y: [0, 4] }}
        return drawing.placeOn({{ target, clientX: given[0], clientY: given[1] }}, axes)"""
    assert ask(body, [x, y]) == place


def test_a_click_elsewhere_on_the_page_is_no_place(ask):
    body = f"""{CHART}
        const target = document.querySelector('#beside'), axes = {{ x: [0, 1], y: [0, 1] }}
        return drawing.placeOn({{ target, clientX: 300, clientY: 150 }}, axes)"""
    assert ask(body) is None


@pytest.mark.parametrize(
    ("row", "step"),
    [
        ({"mark": {"marktype": "symbol"}, "datum": {"step": 7}}, 7),
        ({"mark": {"marktype": "symbol"}, "datum": {"step": 0}}, 0),
        ({"mark": {"marktype": "line"}, "datum": {"step": 7}}, None),
        ({"mark": {"marktype": "area"}, "datum": {"step": 7}}, None),
        ({"mark": {"marktype": "trail"}, "datum": {"step": 7}}, None),
        ({"mark": {"marktype": "symbol"}, "datum": {"x": 7}}, None),
        ({"mark": {"marktype": "symbol"}, "datum": {"step": "7"}}, None),
        (None, None),
    ],
)
def test_a_point_leads_to_its_step_and_a_line_nowhere(row, step, ask):
    body = f"""{CHART}
        const target = document.querySelector('#mark')
        target.__data__ = given
        return drawing.stepAt(target)"""
    assert ask(body, row) == step


# readout, ready, and all of them as one script


@pytest.mark.parametrize("lines", [[], [""], ["<i>w</i> = −2.048", "學習率 η", "🙂"], ["x"] * 1001])
def test_the_numbers_of_all_steps_come_as_they_were_packed(lines, ask):
    from gdcore.ui.player import pack

    assert ask("return readout.unpack(given)", pack(lines)) == lines


STANDS = """document.body.innerHTML = `<div data-test-script-state="${given.state}">
      ${'<div class="stVegaLiteChart"><svg class="marks"></svg></div>'.repeat(given.drawn)}
      ${'<div class="stVegaLiteChart"></div>'.repeat(given.empty)}
      <div class="gd-player" ${given.bar ? 'data-stands' : ''}></div></div>`
    return ready.stands({ run: 1, charts: 2, bars: 1 }, document)"""


@pytest.mark.parametrize(
    ("change", "stands"),
    [
        ({}, True),
        ({"state": "running"}, False),
        ({"state": "rerunRequested"}, False),
        ({"drawn": 1, "empty": 1}, False),
        ({"drawn": 3}, False),
        ({"bar": False}, False),
    ],
)
def test_a_page_stands_when_all_that_was_announced_is_there_and_no_run_is_under_way(
    change, stands, ask
):
    given = {"state": "notRunning", "drawn": 2, "empty": 0, "bar": True} | change
    assert ask(STANDS, given) is stands


def test_the_page_takes_its_word_back_when_a_run_begins_and_gives_it_with_the_next(ask):
    body = """document.body.innerHTML = '<div data-test-script-state="notRunning"></div>'
        const app = document.body.firstChild, said = []
        const settled = async () => {
          while (!window.gdReady) await new Promise(requestAnimationFrame)
          said.push(window.gdReady.run)
        }
        const told = ready.watch()
        told({ run: 1, charts: 0, bars: 0 })
        said.push(window.gdReady)
        await settled()
        app.dataset.testScriptState = 'running'
        await new Promise(done => setTimeout(done))
        said.push(window.gdReady)
        app.dataset.testScriptState = 'notRunning'
        told({ run: 2, charts: 0, bars: 0 })
        await settled()
        return said"""
    assert ask(body) == [False, 1, False, 2]


@pytest.mark.parametrize("main", ["main", "ready"])
def test_the_joined_script_is_a_mount_like_the_module_s(main, ask):
    code = script(main)
    assert ask("return eval(given).name", code) == "mount"
    assert ask(f"return eval(given).toString() === {main}.mount.toString()", code)
