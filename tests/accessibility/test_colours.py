"""Requirements 3, 4 and 12: contrast computed on what is painted; nothing lost without colour; nothing that flashes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from rich.color import Color
from rich.segment import Segment

from sel_tui.journey.core.page import Button, Choice, EntryItem
from sel_tui.widgets.glyphs import UNICODE
from tests.accessibility.sample import SAMPLE
from tests.scenarios import NAMES, build
from tests.screens.stage import Stage, stage

COMPUTED = ("sel-dark", "sel-light", "sel-contrast")
TEXT, HINT, MARK = 7.0, 4.5, 3.0
SIZE = (80, 60)


@cache
def luminance(colour: Color) -> float:
    assert colour.triplet is not None, f"{colour} is the terminal's own and cannot be computed"
    parts = [part / 255 for part in colour.triplet]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@cache
def contrast(one: Color, other: Color) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def painted(played: Stage) -> Iterator[tuple[Segment, Color, Color]]:
    """Yield what is on the screen: every segment with a glyph in it, its colour and its ground as they are sent."""
    for strip in played.app.screen._compositor.render_strips():
        for segment in strip:
            style = segment.style
            if style is None or not segment.text.strip():
                continue
            assert style.color is not None
            assert style.bgcolor is not None
            pair = (style.color, style.bgcolor)
            yield (segment, *(pair[::-1] if style.reverse else pair))


def flashes(segment: Segment) -> bool:
    return segment.style is not None and bool(segment.style.blink or segment.style.blink2)


def least(text: str) -> float:
    """Return the contrast that a segment needs: rules and marks are no text."""
    return MARK if all(glyph in f"[] {UNICODE.marker}{UNICODE.bar}{UNICODE.rule}" for glyph in text) else TEXT


@pytest.mark.parametrize("theme", COMPUTED)
async def test_requirement_04_contrast_of_every_cell_of_every_kind_of_item(theme: str) -> None:
    async with stage(build(NAMES[0]), SIZE, colour=theme) as played:
        hints = {played.screen.get_component_rich_style(f"part--{part}", partial=True).color for part in ("hint",)}
        for name in SAMPLE:
            await played.becomes(build(name))
            for segment, colour, ground in painted(played):
                assert not flashes(segment)
                needed = HINT if colour in hints else least(segment.text)
                ratio = contrast(colour, ground)
                assert ratio >= needed, f"{name}: {segment.text!r} has {ratio:.2f}:1 and needs {needed}:1"


@pytest.mark.parametrize("theme", COMPUTED)
async def test_requirement_04_the_focus_stands_out_from_what_has_it_not(theme: str) -> None:
    async with stage(build("methods"), SIZE, colour=theme) as played:
        label = played.screen.words.say(played.focused.item.label)  # type: ignore[union-attr]
        seen = {segment.text: pair for segment, *pair in painted(played)}
        mark = next(pair for text, pair in seen.items() if text == f"{UNICODE.marker} ")
        beside = next(pair for text, pair in seen.items() if label in text)
        assert contrast(*mark) >= MARK
        assert contrast(mark[1], beside[1]) >= MARK  # two cells wide, it stands where the others have none


async def test_requirement_03_no_theme_shows_a_word_more_or_less_than_another() -> None:
    shown: dict[str, list[str]] = {}
    async with stage(build(NAMES[0])) as played:
        for theme in ("sel-dark", "sel-light", "sel-mono"):
            played.app.theme = theme
            for name in SAMPLE[::2]:
                await played.becomes(build(name))
                assert played.rows == shown.setdefault(name, played.rows)


async def test_requirement_03_without_colour_every_state_is_a_word_or_a_plain_mark() -> None:
    async with stage(build(NAMES[0]), SIZE, colour="sel-mono") as played:
        for name in SAMPLE:
            await played.becomes(build(name))
            words, text = played.screen.words, " ".join(played.text.replace("\u00a0", " ").split())
            page = played.screen.page
            assert UNICODE.marker in text or not page.operable()
            if page.stage is not None:
                assert words.say(page.stage) in text
            for item in page.operable():
                match item:
                    case Choice(value=value) if value:
                        assert UNICODE.chosen in text
                        assert words.key("choice.chosen") in text
                    case Choice():
                        assert UNICODE.unchosen in text
                    case EntryItem(error=error) if error is not None:
                        assert "Erreur :" in text
                    case Button(state=state) if state is not None:
                        assert " ".join(words.say(state).replace("\u00a0", " ").split()) in text


async def test_requirement_12_nothing_blinks_on_any_screen() -> None:
    """In the terminal's own colours; in ours it is seen while their contrast is computed."""
    async with stage(build(NAMES[0]), colour="sel-terminal") as played:
        assert played.app.animation_level == "none" or not played.app.animator._animations
        for name in SAMPLE:
            await played.becomes(build(name))
            for strip in played.app.screen._compositor.render_strips():
                assert not [one for one in strip if flashes(one)]
