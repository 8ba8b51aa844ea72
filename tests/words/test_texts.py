"""Texts: both languages say the same things, and every text that the code asks for is there."""

import ast
import re
from pathlib import Path

import pytest

from gdcore.words.texts import CONTENT, LANGUAGES, Sentence, placeholders, say, table

ROOT = Path(__file__).parent.parent.parent
CJK = re.compile(r"[\u4e00-\u9fff]")
CODE = [*ROOT.glob("gdcore/**/*.py"), *ROOT.glob("pages/*.py"), ROOT / "app.py"]
# Names of things that are the same in both languages.
SAME = {"charts.reference_line", "ui.reference_value", "ui.gradient_for", "ui.log_line", "ui.agree"}


def test_both_languages_hold_the_same_texts():
    english, chinese = (table(language) for language in LANGUAGES)
    assert set(english) == set(chinese)
    files = [{file.name for file in (CONTENT / language).iterdir()} for language in LANGUAGES]
    assert files[0] == files[1]


@pytest.mark.parametrize("key", table("en"))
def test_a_text_has_the_same_placeholders_in_both_languages(key):
    english, chinese = (table(language)[key] for language in LANGUAGES)
    assert placeholders(english) == placeholders(chinese)
    assert english.strip() and chinese.strip()
    assert not CJK.search(english)
    assert key in SAME or CJK.search(chinese), chinese


def test_chinese_texts_use_full_width_punctuation():
    texts = list(table("zh-TW").values())
    texts += [file.read_text(encoding="utf-8") for file in (CONTENT / "zh-TW").glob("*.md")]
    half = re.compile(r"[\u4e00-\u9fff][,;:?!]|[,;:?!][\u4e00-\u9fff]|\([^()]*[\u4e00-\u9fff]")
    assert not [text for text in texts if half.search(text)]


def asked_for():
    for file in CODE:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                key = node.args[0].value
                if name in ("say", "t", "Sentence") or name.endswith(("Error", "Problem")):
                    if isinstance(key, str) and re.fullmatch(r"[a-z_]+(\.[a-zA-Z_0-9]+)?", key):
                        chart = file.parent.name == "charts" or (name == "t" and "." not in key)
                        if key in LANGUAGES:
                            continue
                        yield f"charts.{key}" if chart and "." not in key else key


def test_every_text_that_the_code_asks_for_is_there():
    keys = set(asked_for())
    assert len(keys) > 60
    assert keys <= set(table("en"))


def test_a_sentence_is_chosen_late_and_keeps_its_values():
    sentence = Sentence("stop.finished", {"step": 7, "gradient": "0.5"})
    assert "7" in str(sentence) and "7" in sentence.say("zh-TW")
    with pytest.raises(KeyError):
        say("no.such_text")
