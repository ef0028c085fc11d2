"""Every scenario as rows of plain text, in both languages at 80×24, and in French in the smallest window.

Those that together show every kind of item in every state are shown in English there, on a large screen, and as
pictures too. The rows are readable in a diff, and what a braille display shows; a picture adds the colours of the dark
theme.
`pytest tests/snapshots --snapshot-update` accepts the screens as they are now; look at the diff before committing.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from pytest_textual_snapshot import normalize_svg  # type: ignore[import-untyped]

from sel_tui.widgets.glyphs import ALLOWED
from sel_tui.widgets.themes import THEMES
from tests.accessibility.sample import SAMPLE
from tests.scenarios import NAMES, build
from tests.screens.stage import USUAL, Stage, stage

LARGE, SMALLEST = (120, 40), (40, 12)
SIZES: Final = (USUAL, LARGE, SMALLEST)
LANGUAGES: Final = ("fr", "en")
PARTS: Final = 12
FOLDER: Final = Path(__file__).parent
ROWS: Final = FOLDER / "rows"
PICTURES: Final = FOLDER / "pictures"
# The three kinds of screen in each of our other themes.
THEMED: Final = tuple(
    (name, theme.name)
    for name in ("login", "methods", "not_recognized")
    for theme in THEMES
    if theme.name != "sel-dark"
)


def _names(size: tuple[int, int], language: str) -> tuple[str, ...]:
    return SAMPLE if size == LARGE or (size == SMALLEST and language != LANGUAGES[0]) else NAMES


def _rows_file(name: str, language: str, size: tuple[int, int]) -> Path:
    return ROWS / f"{language}-{size[0]}x{size[1]}" / f"{name}.txt"


def _picture_file(name: str, theme: str = "") -> Path:
    return PICTURES / theme / f"{name}.svg"


def _picture(played: Stage) -> str:
    """Return the screen as SVG, without the font that Rich would have a browser fetch from the network."""
    picture = re.sub(r"@font-face \{.*?\}\s*", "", played.app.export_screenshot(simplify=True), flags=re.DOTALL)
    return str(normalize_svg(picture))


def _difference(file: Path, shown: str) -> str:
    """Return how `shown` differs from what `file` holds, "" when it does not; a picture has no readable difference."""
    kept = file.read_text("utf-8") if file.exists() else ""
    where = str(file.relative_to(FOLDER))
    if kept == shown:
        return ""
    if file.suffix == ".svg":
        return f"{where} has changed (colours, if the rows have not): look at it, then --snapshot-update"
    lines = difflib.unified_diff(kept.splitlines(), shown.splitlines(), where, "shown now", lineterm="", n=30)
    return "\n".join(lines)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", range(PARTS))
async def test_the_screens_of(part: int, language: str, pytestconfig: pytest.Config) -> None:
    """One app shows a part of the scenarios at each size, so that no screen depends on the one before."""
    names = NAMES[part::PARTS]
    shown: dict[Path, str] = {}
    async with stage(build(names[0], language), USUAL) as played:
        for size in SIZES:
            await played.resizes(*size)
            for name in (one for one in names if one in _names(size, language)):
                state = build(name, language)
                if state.overlay is not None:  # what lies over a step comes after it
                    await played.becomes(replace(state, overlay=None))
                played.screen.serial = -1  # nobody has moved the focus here
                await played.becomes(state)
                # The least scrolling from the top, and not from where a layout on the way has left the page; that at
                # the top may bring another key bar, and with it another layout.
                for _ in range(2 if played.screen._body.max_scroll_y else 0):
                    played.screen._scroll(0)
                    played.screen._keep_in_sight()
                    await played.settles()
                if (language, size) == ("fr", USUAL) and name in SAMPLE:
                    shown[_picture_file(name)] = _picture(played)
                shown[_rows_file(name, language, size)] = played.text + "\n"
    if pytestconfig.getoption("update_snapshots"):
        for file, text in shown.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        return
    differences = [difference for file, text in shown.items() if (difference := _difference(file, text))]
    if differences:
        pytest.fail("\n\n".join(differences), pytrace=False)


@pytest.mark.parametrize(("name", "theme"), THEMED)
async def test_the_colours_of(name: str, theme: str, pytestconfig: pytest.Config) -> None:
    async with stage(build(name), USUAL, colour=theme) as played:
        shown = _picture(played)
    file = _picture_file(name, theme)
    if pytestconfig.getoption("update_snapshots"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(shown, "utf-8")
        return
    assert not _difference(file, shown)


def test_no_snapshot_is_left_of_a_scenario_that_is_gone(pytestconfig: pytest.Config) -> None:
    known = {
        _rows_file(name, language, size) for size in SIZES for language in LANGUAGES for name in _names(size, language)
    }
    known |= {_picture_file(name) for name in SAMPLE} | {_picture_file(*themed) for themed in THEMED}
    stale = {file for folder in (ROWS, PICTURES) for file in folder.rglob("*.*") if file not in known}
    if pytestconfig.getoption("update_snapshots"):
        for file in stale:
            file.unlink()
        return
    assert not stale


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_letters_digits_punctuation_and_the_glyphs_of_every_console_are_shown(language: str) -> None:
    for size in SIZES:
        for name in _names(size, language):
            shown = _rows_file(name, language, size).read_text("utf-8")
            strange = {glyph for glyph in shown if not (glyph.isascii() or glyph.isalpha() or glyph in ALLOWED)}
            assert not strange, f"{name}: {strange}"
