"""The computational graph in a real browser: walked, moved and zoomed without the server."""

import re


def texts(page):
    """What stands in the graph's chart."""
    return page.evaluate(
        "() => [...document.querySelector('.stVegaLiteChart').querySelectorAll('text')]"
        ".map(e => e.textContent)"
    )


def place(page, word):
    return page.evaluate(
        "word => { const e = [...document.querySelectorAll('.stVegaLiteChart text')]"
        ".find(e => e.textContent === word).getBoundingClientRect(); return [e.x, e.y] }",
        word,
    )


def moves(page, word, fits):
    """Waits until a word has come to a place (x, y), a JavaScript condition."""
    page.wait_for_function(
        "word => { const e = [...document.querySelectorAll('.stVegaLiteChart text')]"
        ".find(e => e.textContent === word); if (!e) return false;"
        f"const {{x, y}} = e.getBoundingClientRect(); return {fits}; }}",
        arg=word,
    )
    return place(page, word)


def test_the_walk_goes_forward_and_back_and_never_calls_the_server(visit):
    window = visit()
    page = window.open("/autodiff?step=0&lang=en")
    assert "v1 = 0.1411" not in texts(page)
    window.sent.clear()
    page.locator("h1").click()
    page.keyboard.press("ArrowRight")
    window.painted()
    assert "v1 = 0.1411" in texts(page)
    assert re.search(
        r"v1\s*=\s*sin\(x\) = sin\(3\) = 0.1411", page.locator(".gd-rule").inner_text()
    )
    page.keyboard.press("End")
    window.painted()
    assert "−0.8183" in texts(page)  # the gradient that has arrived at x
    assert "= −0.8183" in page.locator(".gd-rule").inner_text()
    assert window.sent == []


def test_the_picture_moves_zooms_and_comes_back(visit):
    window = visit()
    page = window.open("/autodiff?lang=en")
    chart = page.locator(".stVegaLiteChart").first
    chart.scroll_into_view_if_needed()
    box, before = chart.bounding_box(), place(page, "sin")
    x, y = box["x"] + box["width"] / 2, box["y"] + 20
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 80, y + 15, steps=4)
    page.mouse.up()
    moved = moves(page, "sin", f"Math.abs(x - {before[0]} - 80) < 3")
    page.keyboard.down("Control")
    page.mouse.wheel(0, -400)
    page.keyboard.up("Control")
    moves(page, "sin", f"x !== {moved[0]} || y !== {moved[1]}")
    page.mouse.dblclick(x, y)
    moves(page, "sin", f"Math.abs(x - {before[0]}) < 2")
