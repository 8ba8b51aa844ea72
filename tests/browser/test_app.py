"""What only a browser shows: the player, the keyboard, links, phones, and no complaints."""

import pytest

PLAYERS = ["/single_variable", "/landscapes", "/simple_regression", "/multiple_regression"]
PAGES = [*PLAYERS, "/autodiff", "/"]
# The last step that each chart shows; a gauge tells of no step.
LATEST = """() => [...document.querySelectorAll('.stVegaLiteChart')].map(chart => Math.max(
    ...[...chart.querySelectorAll('svg.marks path, svg.marks line')]
      .map(e => e.__data__?.datum?.step).filter(Number.isFinite))).filter(step => step >= 0)"""
ADDRESS = "step => new URL(location).searchParams.get('step') === String(step)"


@pytest.mark.parametrize("path", PLAYERS)
def test_the_first_visit_of_a_server_may_be_a_deep_link(path, visit):
    window = visit()
    page = window.open(f"{path}?lang=zh-TW&step=3")
    assert window.state()["step"] == 3
    assert page.get_by_role("link", name="自動微分").count() == 1


def test_playing_moves_every_chart_and_never_calls_the_server(visit):
    window = visit()
    page = window.open("/single_variable?step=0")
    window.sent.clear()
    before = window.drawn()
    page.get_by_label("Play (space)").click()
    page.wait_for_function("() => window.gdPlayer.step > 5")
    page.get_by_label("Pause (space)").click()
    window.painted()
    assert 5 < window.state()["step"] < 150
    assert window.drawn() > before
    page.get_by_label("To the start").click()
    assert window.state()["step"] == 0
    page.get_by_label("One step on").click()
    page.get_by_label("One step on").click()
    page.get_by_label("One step back").click()
    assert window.state()["step"] == 1
    page.get_by_label("Step", exact=True).fill("40")
    assert window.state()["step"] == 40
    assert "step 40 / 150" in page.locator(".gd-count").inner_text()
    page.wait_for_function(ADDRESS, arg=40)
    assert window.sent == []


def test_every_panel_follows_the_same_step(visit):
    window = visit()
    page = window.open("/simple_regression?step=0")
    for step in (0, 7, 40):
        page.get_by_label("Step", exact=True).fill(str(step))
        page.wait_for_function(
            f"step => String(({LATEST})()) === String([step, step, step, step])", arg=step
        )


def test_the_numbers_of_the_step_are_the_article_arithmetic(visit):
    window = visit()
    page = window.open("/single_variable?step=3")
    text = page.locator(".gd-rule").inner_text()
    assert "= −2.56 − 0.1 × (−5.12) = −2.048" in text.replace("\n", "")


def test_the_keyboard_plays_and_a_form_field_keeps_its_keys(visit):
    window = visit()
    page = window.open("/single_variable?step=10&formula=w**2%2B1")
    page.locator("h1").click()
    for key, step in (("ArrowRight", 11), ("ArrowLeft", 10), ("End", 150), ("Home", 0)):
        page.keyboard.press(key)
        assert window.state()["step"] == step, key
    page.keyboard.press("+")
    assert window.state()["speed"] == 2
    page.keyboard.press("-")
    page.keyboard.press(" ")
    assert window.state()["playing"]
    page.keyboard.press(" ")
    assert not window.state()["playing"]
    step = window.state()["step"]
    field = page.get_by_label("Your own formula", exact=True)
    field.click()
    page.keyboard.press("End")
    page.keyboard.type(" + 1")
    page.keyboard.press("Home")
    assert window.state()["step"] == step
    assert field.input_value() == "w**2+1 + 1"


def test_a_control_keeps_the_step_and_the_axes(visit):
    window = visit()
    page = window.open("/single_variable?step=37")

    def axes():
        return page.evaluate(
            "() => [...document.querySelectorAll('.role-axis-label')].map(e => e.textContent)"
        )

    before = axes()
    slider = page.get_by_role("slider", name="Learning rate")
    slider.focus()
    for _ in range(6):
        with window.answered():
            page.keyboard.press("ArrowRight")
    assert "lr=0.13" in page.url
    assert window.state()["step"] == 37
    assert axes() == before
    assert "step=37" in page.url


def test_a_link_carries_step_speed_and_play(visit):
    window = visit()
    page = window.open("/single_variable?step=5&speed=0.5&play=1", until="gdPlayer")
    page.wait_for_function("() => window.gdPlayer.step > 5")
    state = window.state()
    assert state["speed"] == 0.5
    assert state["playing"]
    page.get_by_label("Pause (space)").click()
    page.wait_for_function(ADDRESS, arg=window.state()["step"])


def test_clicking_a_point_goes_to_its_step(visit):
    window = visit()
    page = window.open("/single_variable")
    box = page.evaluate(
        """() => {
             const points = [...document.querySelector('.stVegaLiteChart').querySelectorAll('path')]
             const point = points.find(
               e => e.__data__?.datum?.step === 2 && e.__data__.mark.marktype === 'symbol')
             const box = point.getBoundingClientRect()
             return [box.x + box.width / 2, box.y + box.height / 2]
           }"""
    )
    page.mouse.click(*box)
    assert window.state()["step"] == 2


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "zh-TW"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_opens_without_a_complaint(path, language, scheme, visit):
    window = visit(color_scheme=scheme)
    page = window.open(f"{path}?lang={language}")
    assert page.locator("[data-testid=stException]").count() == 0


@pytest.mark.parametrize("path", PAGES)
def test_a_phone_shows_everything_without_scrolling_sideways(path, visit):
    window = visit(viewport={"width": 390, "height": 844})
    page = window.open(f"{path}?lang=zh-TW&step=2")
    assert page.evaluate("() => document.querySelector('.stMain').scrollWidth") <= 390
    if path in PLAYERS:
        box = page.locator(".gd-bar").bounding_box()
        assert box["y"] + box["height"] <= 844
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390


@pytest.mark.parametrize("path", PLAYERS)
def test_the_picture_the_player_and_the_numbers_fit_on_one_screen(path, visit):
    window = visit()
    page = window.open(path)
    box = page.locator(".gd-readout").bounding_box()
    assert box["y"] + box["height"] <= 768


def test_the_language_is_the_browser_s_and_can_be_switched(visit):
    window = visit(locale="zh-TW")
    page = window.open("/single_variable")
    assert page.locator("h1").inner_text() == "沿著曲線往下走"
    page.get_by_text("English").click()
    page.get_by_text("Descending on a curve").wait_for()
    assert "lang=en" in page.url


def test_a_demonstration_opens_in_its_state(visit):
    window = visit()
    page = window.open("/?lang=en")
    page.get_by_text("Close to the limit").click()
    page.wait_for_function("() => window.gdPlayer")
    page.wait_for_function("() => location.search.includes('lr=0.95')")
    assert window.state()["playing"]


def test_a_bad_formula_gets_a_sentence_and_keeps_the_other_inputs(visit):
    window = visit()
    page = window.open("/single_variable?formula=w**2%2B1&lr=0.2")
    field = page.get_by_label("Your own formula", exact=True)
    field.fill("__import__('os')")
    field.press("Enter")
    page.get_by_text("Quotation marks do not belong").wait_for()
    assert "lr=0.2" in page.url
    field.fill("(w-1)^2")
    field.press("Enter")
    page.get_by_text("It is at a minimum").wait_for()


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)])
@pytest.mark.parametrize("path", PLAYERS)
def test_on_the_stage_there_is_the_picture_the_player_and_large_type(path, size, visit):
    window = visit(viewport={"width": size[0], "height": size[1]})
    page = window.open(f"{path}?present=1&step=2&lang=en")
    assert not page.locator("[data-testid=stSidebar]").is_visible()
    bar = page.locator(".gd-bar").bounding_box()
    assert bar["y"] + bar["height"] <= size[1]
    type_size = page.evaluate(
        "() => Math.min(...[...document.querySelectorAll('.role-axis-label text')]"
        ".map(e => parseFloat(getComputedStyle(e).fontSize)))"
    )
    assert type_size >= 20
    page.keyboard.press("ArrowRight")
    assert window.state()["step"] == 3
    page.keyboard.press("Escape")
    page.locator("[data-testid=stSidebar]").wait_for()
    assert "present" not in page.url
    page.wait_for_function("() => window.gdPlayer?.step === 3")
    assert page.locator(".gd-count").inner_text().startswith("step 3 ")
