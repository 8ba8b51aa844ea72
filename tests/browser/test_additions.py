"""A language and a page that nobody ships, added to a copy of the app as CONTRIBUTING.md says."""

import json
import shutil
from pathlib import Path

import pytest

from gdcore.words.texts import CONTENT, LANGUAGES, table

ROOT = Path(__file__).parent.parent.parent
MARK = "«fr» "

PAGE = '''"""A page that says what its title is."""

from gdcore.ui import frame

frame.header("greeting")
'''


def french(folder):
    """A language in which every text is the English one with a mark before it."""
    folder.mkdir()
    for file in CONTENT.glob("en/*.md"):
        (folder / file.name).write_text(MARK + file.read_text(encoding="utf-8"), encoding="utf-8")
    entries = {}
    for key, text in table("en").items():
        name, _, rest = key.partition(".")
        entries.setdefault(name, []).append(f"{json.dumps(rest)} = {json.dumps(MARK + text)}\n")
    for name, lines in entries.items():
        (folder / f"{name}.toml").write_text("".join(lines), encoding="utf-8")


def greeting(home):
    """A page: its file, its name in app.py, its texts in every language."""
    (home / "pages" / "greeting.py").write_text(PAGE, encoding="utf-8")
    router = (home / "app.py").read_text(encoding="utf-8")
    assert router.count('    "home",\n') == 1
    router = router.replace('    "home",\n', '    "home",\n    "greeting",\n')
    (home / "app.py").write_text(router, encoding="utf-8")
    for folder in (home / "gdcore" / "words" / "content").iterdir():
        texts = f'menu = "Hello ({folder.name})"\ntitle = "Good morning ({folder.name})"\n'
        (folder / "greeting.toml").write_text(texts, encoding="utf-8")
        (folder / "greeting.md").write_text(f"A page in {folder.name}.\n", encoding="utf-8")


@pytest.fixture(scope="module")
def extended(served, tmp_path_factory):
    """The address of a copy of the app with one more language and one more page."""
    home = tmp_path_factory.mktemp("copy")
    shutil.copy(ROOT / "app.py", home)
    for name in ("pages", "gdcore", ".streamlit"):
        shutil.copytree(ROOT / name, home / name, ignore=shutil.ignore_patterns("__pycache__"))
    french(home / "gdcore" / "words" / "content" / "fr")
    greeting(home)
    with served(home) as url:
        yield url


@pytest.fixture
def page(chromium, extended):
    context = chromium.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.goto(f"{extended}/?lang=en")
    page.get_by_role("heading", level=1, name="Gradient Descent Lab").wait_for()
    yield page
    context.close()


def test_an_added_language_stands_in_the_switch_and_speaks_on_every_page(page, extended):
    for language in LANGUAGES:
        page.get_by_role("radio", name=table(language)["ui.language_name"], exact=True).wait_for()
    page.get_by_role("radio", name=f"{MARK}English").click()
    page.get_by_role("heading", level=1, name=f"{MARK}Gradient Descent Lab").wait_for()
    assert "lang=fr" in page.url
    for name in (file.stem for file in (ROOT / "pages").glob("*.py")):
        page.goto(f"{extended}/{'' if name == 'home' else name}?lang=fr")
        page.get_by_role("heading", level=1, name=MARK + table("en")[f"{name}.title"]).wait_for()
        assert page.get_by_text(MARK).count() > 5
        assert page.locator('[data-testid="stException"]').count() == 0


def test_a_browser_of_an_added_language_is_answered_in_it(chromium, extended):
    context = chromium.new_context(locale="fr-CA")
    page = context.new_page()
    page.goto(extended)
    page.get_by_role("heading", level=1, name=f"{MARK}Gradient Descent Lab").wait_for()
    context.close()


def test_an_added_page_stands_in_the_menu_and_at_its_address(page, extended):
    page.get_by_role("link", name="Hello (en)").click()
    page.get_by_role("heading", level=1, name="Good morning (en)").wait_for()
    assert "/greeting" in page.url
    page.goto(f"{extended}/greeting?lang=zh-TW")
    page.get_by_role("heading", level=1, name="Good morning (zh-TW)").wait_for()
    page.get_by_text("A page in zh-TW.").wait_for()
