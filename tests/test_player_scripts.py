"""Modules become one script where they say plainly what they need, and are refused elsewhere."""

import pytest

from gdcore.ui.player.scripts import HERE, join, script

A = "export const one = 1\nexport function two() { return 2 }\nexport async function three() {}\n"


def test_modules_come_after_those_they_import_from_and_once_each():
    modules = {
        "main": "import { b } from './b.js'\nimport { one, two } from './a.js'\n"
        "export const all = () => b + one + two()",
        "b": "import { one } from './a.js'\nexport const b = one",
        "a": A,
        "unused": "export const never = 1",
    }
    text = join(modules, "main", "all")
    assert [text.count(f"const _{name} =") for name in ("a", "b", "main", "unused")] == [1, 1, 1, 0]
    assert text.index("const _a =") < text.index("const _b =") < text.index("const _main =")
    assert "import" not in text and "export" not in text


@pytest.mark.parametrize(
    "line",
    [
        "import one from './a.js'",
        "import * as a from './a.js'",
        "import './a.js'",
        "import { one as other } from './a.js'",
        "import { one } from '../a.js'",
        "import { one } from 'a'",
        'import { one } from "./a.js"',
        "import { one } from './a.js';",
        "import {\n  one,\n} from './a.js'",
        "  import { one } from './a.js'",
        "const a = await import('./a.js')",
        "const here = import.meta.url",
        "export default 1",
        "export { one } from './a.js'",
        "export * from './a.js'",
        "const x = 1\nexport { x }",
        "export let x = 1",
        "export var x = 1",
        "export class X {}",
        "export const { x } = { x: 1 }",
        "export function* x() {}",
    ],
)
def test_a_form_that_is_not_known_is_refused(line):
    with pytest.raises(ValueError, match="not known how to join"):
        join({"main": f"{line}\nexport const all = 1", "a": A}, "main", "all")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("import { four } from './a.js'\nexport const all = 1", "a.js does not export 'four'"),
        ("import { one } from './c.js'\nexport const all = 1", "there is no module 'c'"),
        (
            "import { b } from './b.js'\nexport const all = 1",
            "modules in a circle: main → b → main",
        ),
        ("export const other = 1", "main.js does not export 'all'"),
    ],
)
def test_what_is_missing_is_said(text, why):
    with pytest.raises(ValueError, match=why):
        join(
            {"main": text, "a": A, "b": "import { all } from './main.js'\nexport const b = 1"},
            "main",
            "all",
        )


def test_every_module_of_the_player_is_part_of_a_script_and_says_why_it_exists():
    for file in HERE.glob("*.js"):
        text = file.read_text(encoding="utf-8")
        assert text.startswith("// "), file
        assert any(f"const _{file.stem} =" in script(main) for main in ("main", "ready")), file
