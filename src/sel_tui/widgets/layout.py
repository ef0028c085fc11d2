"""The layout of an item. Pure: from an item and a width to lines of spans; no Textual."""

from __future__ import annotations

from dataclasses import replace
from itertools import zip_longest
from typing import Final, NamedTuple

from rich.cells import cell_len

from sel_tui.i18n import Words
from sel_tui.i18n.prose import wrap
from sel_tui.journey.core.fields import Kind
from sel_tui.journey.core.messages import msg
from sel_tui.journey.core.page import Button, Choice, EntryItem, Fact, Item, NoticeItem, Option, Prose
from sel_tui.journey.core.state import Tone
from sel_tui.late_dataclass import dataclass
from sel_tui.widgets.glyphs import Glyphs
from sel_tui.widgets.line_edit import LineEdit, window

Span = tuple[str, str]
Line = list[Span]

MARGIN: Final = 2
INDENT: Final = 4
NARROW: Final = 60
NARROWEST: Final = 40
WIDEST_FIELD: Final = 46
LABEL_LIMIT: Final = 28
# Of forty cells eleven are left for what is typed; of a question, enough of its end that the field is known by it.
LABEL_LIMIT_BRAILLE: Final = 24
LABEL_END: Final = 10
STATE_LIMIT: Final = 24
# From so many lines of a terminal on, a QR code of 25 lines leaves the rest of its page in sight.
TALL: Final = 48
_QUIET_ZONE: Final = 2


class Columns(NamedTuple):
    """The columns that the items of a page share.

    Attributes:
        label: Of the fields and the facts.
        state: Of the states before the labels of a list's rows; 0 when not every row has one.
        cells: Of the braille display that follows; 0 without one. Items are then no wider than it, so that it shows
            every line whole, and a label with what is typed.
    """

    label: int = 0
    state: int = 0
    cells: int = 0


_NONE: Final = Columns()


@dataclass(frozen=True)
class Frame:
    """What the layout of one item depends on.

    Attributes:
        width: Cells from the left edge to the right edge.
        words: The language.
        glyphs: The set of glyphs.
        columns: The columns of the page.
        focused: Whether the item has the focus.
        at: The option of a choice that the caret is on.
        tall: Whether the terminal has room for a picture.
    """

    width: int
    words: Words
    glyphs: Glyphs
    columns: Columns = _NONE
    focused: bool = False
    at: int = 0
    tall: bool = False

    @property
    def narrow(self) -> bool:
        """Whether labels stand above their fields."""
        return self.width < NARROW


@dataclass(frozen=True)
class Laid:
    """An item laid out.

    Attributes:
        lines: Its lines.
        caret: The place of its caret: cell and line.
        start: The line that somebody who reads line by line begins at: an error, a question that is not beside its
            field, else where the caret is.
        options: The first line of each option of a choice.
    """

    lines: list[Line]
    caret: tuple[int, int] = (MARGIN, 0)
    start: int = 0
    options: tuple[int, ...] = ()


def columns(items: tuple[Item, ...], words: Words, cells: int = 0) -> Columns:
    """Return the columns that the items of a page share, for a braille display of `cells` or for eyes."""
    labels = [cell_len(_label(item, words)) for item in items if isinstance(item, (EntryItem, Fact))]
    label = max((width for width in labels if width <= LABEL_LIMIT), default=0) + 1
    states = [item.state for item in items if isinstance(item, Button) and item.row]
    widths = [cell_len(words.say(state)) for state in states if state is not None]
    aligned = len(widths) == len(states)
    return Columns(label, min(max(widths, default=0), STATE_LIMIT) if aligned else 0, cells)


def changed(before: Line, after: Line) -> tuple[int, int]:
    """Return the first cell that differs between two lines, and the one after the last."""
    one, other = _cells(before), _cells(after)
    pairs = list(zip_longest(one, other))
    differ = [place for place, (cell, new) in enumerate(pairs) if cell != new]
    return (differ[0], differ[-1] + 1) if differ else (0, 0)


def _cells(line: Line) -> list[Span]:
    cells: list[Span] = []
    for text, part in line:
        for glyph in text:
            width = cell_len(glyph)
            cells += [(glyph, part)] * width
            if not width and cells:  # a mark on the letter before it
                cells[-1] = (cells[-1][0] + glyph, part)
    return cells


def lay_out(item: Item, frame: Frame, edit: LineEdit | None = None) -> Laid:
    """Return `item` laid out in `frame`.

    There is a line and a caret at any width. No line is wider than the frame from `NARROWEST` cells on; in fewer, where
    a screen asks for a larger window instead, whoever draws the lines cuts them.

    Args:
        item: What to show.
        frame: In what.
        edit: What a field holds now, with its caret.
    """
    if frame.columns.cells:
        frame = replace(frame, width=min(frame.width, frame.columns.cells))
    laid = _laid(item, frame, edit or LineEdit())
    x, y = laid.caret
    return replace(laid, caret=(max(min(x, frame.width - 1), 0), min(y, len(laid.lines) - 1)))


def _laid(item: Item, frame: Frame, edit: LineEdit) -> Laid:
    match item:
        case EntryItem():
            return _entry(item, frame, edit)
        case Choice():
            return _choice(item, frame)
        case Button():
            return _button(item, frame)
        case Prose():
            part = "quiet" if item.quiet else "text"
            lines = _block(frame.words.say(item.text), frame, part)
            if frame.focused:
                lines[0][0] = _marker(frame)
            return Laid(lines)
        case Fact():
            return _fact(item, frame)
        case NoticeItem():
            return _notice(item, frame)


def _marker(frame: Frame) -> Span:
    return (f"{frame.glyphs.marker} ", "marker") if frame.focused else ("  ", "text")


def _block(text: str, frame: Frame, part: str, indent: int = MARGIN) -> list[Line]:
    return [[(" " * indent, "text"), (line, part)] for line in wrap(text, frame.width - indent)]


def _label(item: EntryItem | Fact, words: Words) -> str:
    label = words.say(item.label)
    if isinstance(item, EntryItem) and not item.required and item.kind is not Kind.SEARCH:
        label = words.key("entry.optional", label=label)
    if label.endswith(("?", ":")):
        return label
    return words.key("label", label=label)


def _entry(item: EntryItem, frame: Frame, edit: LineEdit) -> Laid:
    label = _label(item, frame.words)
    lines: list[Line] = []
    beside = not frame.narrow and cell_len(label) <= frame.columns.label
    wrapped = _question(label, frame.width - MARGIN) if frame.columns.cells else wrap(label, frame.width - MARGIN)
    if beside:
        start = MARGIN + frame.columns.label
        lines.append([_marker(frame), (label + " " * (frame.columns.label - cell_len(label)), "label")])
    else:
        start = INDENT
        lines += [[_marker(frame) if row == 0 else ("  ", "text"), (text, "label")] for row, text in enumerate(wrapped)]
        if frame.columns.cells and cell_len(wrapped[-1]) <= LABEL_LIMIT_BRAILLE:
            start = MARGIN + cell_len(wrapped[-1]) + 1
            lines[-1].append((" ", "text"))
        else:
            lines.append([(" " * start, "text")])
    width = max(min(frame.width - start - 2, WIDEST_FIELD), 1)
    shown = window(edit, width, frame.glyphs.mask if item.masked else "")
    lines[-1] += [("[", "label"), (shown.text, "field"), ("]", "label")]
    caret = (start + 1 + shown.caret, len(lines) - 1)
    first = len(lines) if item.error is not None else 0
    if item.error is not None:
        problem = frame.words.say(msg("error.at_field", problem=item.error))
        lines += _block(problem, frame, "error", INDENT)
    elif item.echo is not None:
        echo = item.echo
        if item.expected is not None and frame.focused and not frame.columns.cells:
            echo = item.expected  # it stays the same while one types; fingers read the echo at its field
        lines += _block(frame.words.say(echo), frame, "echo", INDENT)
    else:
        lines += _block(frame.words.say(item.hint), frame, "hint", INDENT)
    return Laid(lines, caret, first)


def _question(label: str, width: int) -> list[str]:
    """Return a label in lines, of which the last is short enough to leave room for the field, where it can be."""
    *before, last = wrap(label, width)
    words = last.split(" ")
    place = len(words) if cell_len(last) > LABEL_LIMIT_BRAILLE else 0
    while place > 1 and cell_len(" ".join(words[place:])) < LABEL_END:
        place -= 1
    end = " ".join(words[place:])
    return (
        [*before, " ".join(words[:place]), end] if place and cell_len(end) <= LABEL_LIMIT_BRAILLE else [*before, last]
    )


def _choice(item: Choice, frame: Frame) -> Laid:
    lines = _block(frame.words.say(msg("label", label=item.label)), frame, "label")
    if item.error is not None:
        lines += _block(frame.words.say(msg("error.at_field", problem=item.error)), frame, "error", INDENT)
    elif item.hint is not None:
        lines += _block(frame.words.say(item.hint), frame, "hint", INDENT)
    options = []
    for place, option in enumerate(item.options):
        options.append(len(lines))
        lines += _option(option, frame, chosen=option.value == item.value, here=frame.focused and place == frame.at)
    row = options[frame.at] if frame.at < len(options) else 0
    return Laid(lines, (MARGIN, row), 1 if item.error is not None else 0, tuple(options))


def _option(option: Option, frame: Frame, *, chosen: bool, here: bool) -> list[Line]:
    glyph = f"{frame.glyphs.chosen if chosen else frame.glyphs.unchosen} "
    state = f"  {frame.words.key('choice.chosen')}" if chosen else ""
    rows = wrap(frame.words.say(option.label), frame.width - MARGIN - len(glyph) - cell_len(state))
    lines: list[Line] = [[("  ", "text"), (" " * len(glyph) + text, "text")] for text in rows]
    lines[0] = [_marker(frame) if here else ("  ", "text"), (glyph + rows[0], "text")]
    if state:
        lines[-1].append((state, "state"))
    return lines


def _button(item: Button, frame: Frame) -> Laid:
    label = frame.words.say(item.label)
    marked = "main" if item.main else "button"
    key = f"  {item.key.upper()}" if item.key.startswith("f") else ""
    if not item.row:
        lines = wrap(
            f"[ {label.replace(' ', chr(160)) if len(label) < frame.width - 8 else label} ]",
            frame.width - MARGIN - len(key),
        )
        laid: list[Line] = [[("  ", "text"), (line, marked)] for line in lines]
        laid[0][0] = _marker(frame)
        if key:
            laid[-1].append((key, "key"))
        return Laid(laid)
    return _row(item, label, frame, marked)


def _row(item: Button, label: str, frame: Frame, marked: str) -> Laid:
    number = f"{item.key}. " if item.key else ""
    state = frame.words.say(item.state) if item.state is not None else ""
    if state and number and not frame.columns.cells:
        return _numbered(item, label, state, frame, marked)
    before = ""
    if state and cell_len(state) <= STATE_LIMIT:
        column = 0 if frame.narrow else frame.columns.state
        before = state + " " * (column - cell_len(state) + 2) if column else f"{state} – "
    indent = len(number) + cell_len(before)
    rows = wrap(label, frame.width - MARGIN - indent)
    if frame.columns.cells:  # below its beginning a label has the whole width again
        first, *others = wrap(f"{before}{label}", frame.width - MARGIN - len(number))
        indent, rows = len(number), [first.removeprefix(before), *others]
        before = before if first.startswith(before) else ""
    lines: list[Line] = [[("  ", "text"), (" " * indent + text, marked)] for text in rows]
    lines[0] = [_marker(frame), (number, marked), (before, "state"), (rows[0], marked)]
    if state and not before:
        lines += _block(state, frame, "state", MARGIN + max(len(number), 2))
    if item.hint is not None:
        lines += _block(frame.words.say(item.hint), frame, "hint", MARGIN + len(number))
    return Laid([[span for span in line if span[0]] for line in lines])


def _numbered(item: Button, label: str, state: str, frame: Frame, marked: str) -> Laid:
    """Return a row of a menu for eyes: what it is, then how it stands; an answer without room beside it comes below.

    A braille display of forty cells has how it stands first.
    """
    number = f"{item.key}. "
    indent = MARGIN + len(number)
    if item.hint is not None:
        label, state = frame.words.key("row.state", label=label, state=state), ""
    rows = wrap(label, frame.width - indent)
    lines: list[Line] = [[(" " * indent, "text"), (text, marked)] for text in rows]
    lines[0] = [_marker(frame), (number, marked), (rows[0], marked)]
    if state and indent + cell_len(rows[-1]) + 2 + cell_len(state) <= frame.width:
        lines[-1].append((f"  {state}", "state"))
    elif state:
        lines += _block(state, frame, "state", indent)
    if item.hint is not None:
        lines += _block(frame.words.say(item.hint), frame, "hint", indent)
    return Laid(lines)


def _fact(item: Fact, frame: Frame) -> Laid:
    label = _label(item, frame.words)
    value = frame.words.say(item.value)
    column = frame.columns.label + 1
    if frame.columns.cells and "\n" not in value:
        rows = wrap(f"{label} {value}", frame.width - MARGIN)
        lines: list[Line] = [[("  ", "text"), (row, "text")] for row in rows]
        if rows[0].startswith(label):
            lines[0] = [("  ", "text"), (label, "label"), (rows[0].removeprefix(label), "text")]
    elif frame.narrow or cell_len(label) >= column or "\n" in value:
        lines = [[("  ", "text"), (text, "label")] for text in wrap(label, frame.width - MARGIN)]
        lines += _block(value, frame, "text", INDENT)
    else:
        rows = wrap(value, frame.width - MARGIN - column)
        lines = [[("  ", "text"), (label + " " * (column - cell_len(label)), "label"), (rows[0], "text")]]
        lines += [[(" " * (MARGIN + column), "text"), (row, "text")] for row in rows[1:]]
    lines[0][0] = _marker(frame)
    if item.bar and not frame.columns.cells:
        bar = f"  {(frame.glyphs.block or '#') * item.bar}"
        if sum(cell_len(text) for text, _ in lines[-1]) + len(bar) <= frame.width:
            lines[-1].append((bar, "state"))
    return Laid([*lines, *_qr(item.qr, frame)])


def _qr(text: str, frame: Frame) -> list[Line]:
    """Return a QR code in lines, light on dark; nothing where there is no room, or no block to draw it with.

    A module is two cells wide: consoles have no half blocks.
    """
    if not text or not frame.tall or frame.columns.cells or not frame.glyphs.block:
        return []
    import segno  # for one page of few terminals

    rows = list(segno.make_qr(text).matrix_iter(border=_QUIET_ZONE))
    if INDENT + 2 * len(rows) > frame.width:
        return []
    light = 2 * frame.glyphs.block
    drawn = ("".join("  " if dark else light for dark in row) for row in rows)
    return [[(" " * INDENT, "text"), (row, "qr")] for row in drawn]


def _notice(item: NoticeItem, frame: Frame) -> Laid:
    notice = item.notice
    words = frame.words
    tone = notice.tone.value
    title = words.say(notice.title) if notice.tone is Tone.SUCCESS else words.headed(f"tone.{tone}", notice.title)
    texts = [(title, tone)]
    texts += [(words.say(line), "text") for line in notice.lines]
    if notice.reference:
        texts.append((words.key("notice.reference", reference=notice.reference), "text"))
    lines: list[Line] = []
    for text, part in texts:
        rows = wrap(text, frame.width - INDENT)
        lines += [[("  ", "text"), (f"{frame.glyphs.bar} ", tone), (row, part)] for row in rows]
    if frame.focused:
        lines[0][0] = _marker(frame)
    return Laid(lines)
