"""Uploads and the report in a real browser."""

from pathlib import Path

import numpy as np
from playwright.sync_api import expect


def test_a_file_in_big5_is_fitted_and_its_report_plays_without_a_network(visit, tmp_path: Path):
    window = visit(accept_downloads=True)
    page = window.open(
        "/multiple_regression?lang=zh-TW&data=own&scaling=standardise&step=0&tab=report"
    )
    file = tmp_path / "房價.csv"
    rows = [f"{i},{i * i % 7},{3 * i - 2 * (i * i % 7) + 5}" for i in range(1, 40)]
    file.write_bytes("\n".join(["坪數,屋齡,價格", *rows]).encode("cp950"))
    page.locator("input[type=file]").set_input_files(str(file))
    page.wait_for_function("() => window.gdPlayer")
    page.get_by_text("Big5").first.wait_for()
    button = page.get_by_role("button", name="下載報告（HTML）")
    button.scroll_into_view_if_needed()
    with page.expect_download() as waiting:
        button.click()
    saved = tmp_path / "report.html"
    waiting.value.save_as(saved)
    other = page.context.new_page()
    refused = []
    other.on("pageerror", lambda error: refused.append(str(error)))
    other.on("request", lambda r: r.url.startswith("file:") or refused.append(r.url))
    other.goto(saved.as_uri())
    other.wait_for_function(
        "() => window.gdPlayer && document.querySelectorAll('svg.marks').length"
    )
    before = other.evaluate("() => window.gdPlayer.step")
    other.keyboard.press("Home")
    other.keyboard.press("ArrowRight")
    assert (before, other.evaluate("() => window.gdPlayer.step")) == (40, 1)
    assert "坪數" in other.inner_text("body")
    assert [line for line in refused if not line.startswith(("blob:", "data:"))] == []


def test_a_point_is_changed_by_typing_into_the_table(visit):
    window = visit()
    page = window.open("/simple_regression?lang=en&data=own&scaling=standardise&tab=data")
    page.get_by_label("Or paste a table here").fill("x\ty\n1\t2\n2\t4\n3\t6\n4\t8\n")
    page.get_by_label("Or paste a table here").press("Control+Enter")
    editor = page.locator("[class*=own_edit_] [data-testid=stDataFrame]")
    editor.scroll_into_view_if_needed()
    box = editor.bounding_box()
    page.mouse.dblclick(box["x"] + 600, box["y"] + 157)  # y of the fourth row
    cell = page.locator(".gdg-input")
    cell.wait_for()
    page.keyboard.press("Control+a")
    page.keyboard.type("12", delay=80)  # as a person types
    expect(cell).to_have_value("12")
    page.keyboard.press("Enter")
    # The table gathers edits for a moment before it tells its form of them, and nothing on the page
    # says when it has; a finger stays longer on the button than that.
    with window.answered():
        page.get_by_role("button", name="Use this table").click(delay=500)
    assert editor.is_visible()  # the editor stays open, and there is one only
    page.get_by_role("radio", name="Comparison").click()
    slope = f"{np.polyfit([1, 2, 3, 4], [2, 4, 6, 12], 1)[0]:.5g}"
    page.locator("[data-testid=stTable]").get_by_text(slope).first.wait_for()


def test_a_refused_file_can_be_taken_away_again(visit, tmp_path: Path):
    window = visit()
    page = window.open("/simple_regression?lang=en&data=own")
    file = tmp_path / "picture.csv"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    page.locator("input[type=file]").set_input_files(str(file))
    page.get_by_text("picture").first.wait_for()
    page.locator("[data-testid=stAlertContentError]").wait_for()
    page.get_by_role("button", name="Remove picture.csv").click()
    page.locator("[data-testid=stAlertContentError]").wait_for(state="detached")
