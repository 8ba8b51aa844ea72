"""Where controls stand: the first ones above the fold, the stage's button always in sight."""

import pytest

LESSONS = [
    "/single_variable",
    "/landscapes",
    "/autodiff",
    "/simple_regression",
    "/multiple_regression",
]
RATED = [path for path in LESSONS if path != "/autodiff"]
LANGUAGES = ["en", "zh-TW"]


def bottom(box):
    return box["y"] + box["height"]


def in_view(page, locator):
    box, size = locator.bounding_box(), page.viewport_size
    return (
        box["x"] >= 0
        and box["y"] >= 0
        and (box["x"] + box["width"] <= size["width"] and bottom(box) <= size["height"])
    )


def on_top(page, locator):
    """Whether a click in its middle arrives at it."""
    return locator.evaluate(
        "e => { const {x, y, width, height} = e.getBoundingClientRect();"
        "return e.contains(document.elementFromPoint(x + width / 2, y + height / 2)) }"
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", LESSONS)
def test_the_first_controls_end_above_the_fold(path, language, visit):
    page = visit().open(f"{path}?lang={language}")
    last = page.locator("[data-testid=stSidebarUserContent] .stElementContainer").last
    if path in RATED:
        last = page.locator("[data-testid=stSidebar] summary")
    assert bottom(last.bounding_box()) <= 768


@pytest.mark.parametrize("optimizer", ["momentum", "adam", "nadam"])
def test_an_optimizer_s_knobs_leave_the_door_above_the_fold(optimizer, visit):
    page = visit().open(f"/multiple_regression?lang=en&optimizer={optimizer}")
    assert bottom(page.locator("[data-testid=stSidebar] summary").bounding_box()) <= 768


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", LESSONS)
def test_language_and_stage_are_in_view_wherever_the_page_is_scrolled(path, language, visit):
    page = visit().open(f"{path}?lang={language}")
    for width in (1366, 1024, 390):
        page.set_viewport_size({"width": width, "height": 768})
        for end in (0, 1e6):
            page.locator(".stMain").evaluate("(e, y) => e.scrollTo(0, y)", end)
            buttons = page.locator(".st-key-corner button:visible").all()
            assert len(buttons) == 3
            for button in buttons:
                assert in_view(page, button)
                assert on_top(page, button)


def test_the_stage_is_a_click_away_while_the_sidebar_is_folded(visit):
    page = visit().open("/single_variable?lang=en")
    page.locator("[data-testid=stSidebar]").hover()
    page.get_by_label("Collapse sidebar").click()
    page.get_by_test_id("stExpandSidebarButton").wait_for()
    page.get_by_role("button", name="Present").click()
    page.wait_for_function("() => location.search.includes('present=1')")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_has_no_sidebar(language, visit):
    page = visit().open(f"/?lang={language}")
    assert page.locator("[data-testid=stSidebar]").count() == 0
    assert in_view(page, page.locator(".st-key-language"))


@pytest.mark.parametrize("path", RATED)
def test_on_a_phone_the_controls_leave_the_upper_half_to_the_picture(path, visit):
    page = visit(viewport={"width": 390, "height": 844}).open(f"{path}?lang=zh-TW")
    page.get_by_test_id("stExpandSidebarButton").click()
    page.wait_for_function(  # it glides in
        "() => document.querySelector('[data-testid=stSidebar]').getBoundingClientRect().x === 0"
    )
    box = page.locator("[data-testid=stSidebar]").bounding_box()
    assert box == {"x": 0, "y": 422, "width": 390, "height": 422}
    assert page.locator("h1").is_visible()


@pytest.mark.parametrize("path", RATED)
def test_a_rate_is_typed_where_the_slider_is(path, visit):
    window = visit()
    page = window.open(f"{path}?lang=en")
    field = page.get_by_label("Learning rate η, exactly")
    track = page.get_by_role("slider", name="Learning rate")
    frame = page.locator("[class*=st-key-exact_]").bounding_box()
    assert field.bounding_box()["y"] < track.bounding_box()["y"] <= bottom(frame)
    field.fill("0.00001")
    with window.answered():
        field.press("Enter")
    page.wait_for_function("() => new URL(location).searchParams.get('lr') === '1e-05'")
    assert float(field.input_value()) == 1e-5


def test_the_door_stays_open_while_something_behind_it_is_changed(visit):
    window = visit()
    page = window.open("/single_variable?lang=en")
    page.locator("[data-testid=stSidebar] summary").click()
    with window.answered():
        page.get_by_text("Logarithmic loss").click()
    page.wait_for_function("() => location.search.includes('log=1')")
    assert page.get_by_text("Logarithmic loss").is_visible()
    shown = page.locator("[data-testid=stSidebar] summary").evaluate(
        "e => getComputedStyle(e, '::after').content"
    )
    assert shown == '"1 changed"'
