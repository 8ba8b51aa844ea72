"""Uploads and the report in a real browser."""

from pathlib import Path


def test_a_file_in_big5_is_fitted_and_its_report_plays_without_a_network(visit, tmp_path: Path):
    window = visit(accept_downloads=True)
    page = window.open(
        "/multiple_regression?lang=zh-TW&data=own&scaling=standardise&step=0", charts=0
    )
    file = tmp_path / "房價.csv"
    rows = [f"{i},{i * i % 7},{3 * i - 2 * (i * i % 7) + 5}" for i in range(1, 40)]
    file.write_bytes("\n".join(["坪數,屋齡,價格", *rows]).encode("cp950"))
    page.locator("input[type=file]").set_input_files(str(file))
    page.wait_for_function("() => window.gdPlayer")
    page.get_by_text("Big5").first.wait_for()
    button = page.get_by_role("button", name="帶走報告（HTML）")
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
    other.wait_for_timeout(300)
    assert (before, other.evaluate("() => window.gdPlayer.step")) == (40, 1)
    assert "坪數" in other.inner_text("body")
    assert [line for line in refused if not line.startswith(("blob:", "data:"))] == []
