"""The pure layout at every size: any item, any width from none to 300 cells, is laid out and never raises."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from sel_tui.i18n.prose import wrap
from sel_tui.journey.core.fields import Kind
from sel_tui.journey.core.messages import Msg, personal
from sel_tui.journey.core.page import Button, Choice, EntryItem, Fact, Item, NoticeItem, Option, Prose
from sel_tui.journey.core.secret import Secret
from sel_tui.journey.core.state import Notice, Tone
from sel_tui.line.console import fold
from sel_tui.widgets.bars import key_lines, title_lines
from sel_tui.widgets.glyphs import ASCII, UNICODE
from sel_tui.widgets.layout import NARROWEST, Columns, Frame, changed, columns, lay_out
from sel_tui.widgets.line_edit import LineEdit, window
from tests.scenarios import NAMES, build
from tests.unit.rendering import WORDS, pages

TEXTS = st.text(st.sampled_from("abcé’:«»0123   \u00a0\n中\u0301—😀"), max_size=60)
WIDTHS = st.integers(-3, 300)
EVERY_WIDTH = (*range(-1, 42), 59, 60, 79, 80, 81, 100, 120, 200, 300)
MESSAGES: st.SearchStrategy[Msg] = TEXTS.map(personal)
MAYBE = st.none() | MESSAGES
VALUES = TEXTS | TEXTS.map(Secret)
KEYS = st.sampled_from(["", "1", "12", "f5", "f12"])
ITEMS: st.SearchStrategy[Item] = st.one_of(
    st.builds(Prose, st.just("prose"), MESSAGES, st.booleans(), st.booleans()),
    st.builds(Fact, st.just("fact"), MESSAGES, MESSAGES),
    st.builds(
        EntryItem,
        *(st.just("entry"), st.sampled_from(Kind), MESSAGES, VALUES, MESSAGES, MAYBE, MAYBE, MAYBE),
        *(st.booleans(), st.booleans(), st.booleans()),
    ),
    st.builds(
        Choice,
        *(st.just("choice"), MESSAGES),
        st.lists(st.builds(Option, TEXTS, MESSAGES), max_size=4).map(tuple),
        *(TEXTS, MAYBE, MAYBE),
    ),
    st.builds(
        Button,
        *(st.just("button"), MESSAGES, st.just("submit"), st.just(""), MAYBE, MAYBE),
        *(KEYS, st.booleans(), st.booleans(), st.booleans()),
    ),
    st.builds(
        NoticeItem,
        st.just("told"),
        st.builds(Notice, st.sampled_from(Tone), MESSAGES, st.lists(MESSAGES, max_size=3).map(tuple), TEXTS),
    ),
)
EDITS = st.builds(lambda text, caret: LineEdit(text, min(caret, len(text))), TEXTS, st.integers(0, 60))


def is_sound(item: Item, frame: Frame, edit: LineEdit | None = None) -> None:
    laid = lay_out(item, frame, edit)
    x, y = laid.caret
    assert laid.lines
    assert all(laid.lines), "a line without a span: nothing to put the marker in"
    assert 0 <= x < max(frame.width, 1)
    assert 0 <= y < len(laid.lines)
    if frame.width >= NARROWEST:
        wide = [line for line in laid.lines if cell_len("".join(text for text, _ in line)) > frame.width]
        assert wide == []


FRAMES = st.builds(
    Frame,
    *(WIDTHS, st.just(WORDS["fr"]), st.sampled_from((UNICODE, ASCII))),
    st.builds(Columns, st.integers(0, 25), st.integers(0, 24), st.sampled_from((0, 20, 40))),
    *(st.booleans(), st.integers(0, 5)),
)


@given(ITEMS, FRAMES, st.none() | EDITS)
@settings(max_examples=300)
def test_any_item_is_laid_out_at_any_width(item: Item, frame: Frame, edit: LineEdit | None) -> None:
    is_sound(item, frame, edit)


def test_every_item_of_every_scenario_is_laid_out_at_every_width() -> None:
    for language, words in WORDS.items():
        seen: set[object] = set()
        for name in NAMES:
            for one in pages(build(name, language)):
                shared = columns(one.items, words)
                for item in one.items:
                    if (repr(item), shared) in seen:
                        continue
                    seen.add((repr(item), shared))
                    for width in EVERY_WIDTH:
                        is_sound(item, Frame(width, words, UNICODE, shared, focused=width % 2 == 0))


@given(TEXTS, WIDTHS)
@example("漢字", 1)
@example("\u0301", 1)
def test_wrapped_text_always_has_a_line_and_keeps_every_letter(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert lines
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(EDITS, WIDTHS, st.sampled_from(("", "•")))
def test_a_field_of_any_width_shows_the_place_of_its_caret(edit: LineEdit, width: int, mask: str) -> None:
    shown = window(edit, width, mask)
    assert 0 <= shown.caret < max(width, 1)
    assert cell_len(shown.text) == max(width, 1)


@given(WIDTHS, TEXTS, TEXTS, TEXTS, st.lists(st.tuples(TEXTS, TEXTS), max_size=8))
def test_the_bars_are_laid_out_at_any_width(
    width: int, name: str, mark: str, stage: str, keys: list[tuple[str, str]]
) -> None:
    assert len(title_lines(width, name, mark, stage, "─")) == 2
    assert key_lines(width, keys)


@given(ITEMS, ITEMS, WIDTHS, WIDTHS)
def test_what_differs_between_two_lines_of_any_width_lies_within_them(
    one: Item, other: Item, width: int, new: int
) -> None:
    before = lay_out(one, Frame(width, WORDS["fr"], UNICODE)).lines[0]
    after = lay_out(other, Frame(new, WORDS["fr"], UNICODE)).lines[0]
    start, end = changed(before, after)
    longest = max(cell_len("".join(text for text, _ in line)) for line in (before, after))
    assert 0 <= start <= end <= longest


@given(TEXTS, WIDTHS)
def test_a_line_of_the_line_face_is_folded_at_any_width(text: str, width: int) -> None:
    assert "".join("".join(fold(text, width)).split(" ")) == "".join(text.split(" "))
