"""Where the words of an item stand. Pure: from an item and a width to lines of spans; no Textual."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len

from sel_tui.i18n import Words
from sel_tui.i18n.prose import wrap
from sel_tui.journey.forms import Kind
from sel_tui.journey.page import Button, Choice, Entry, Fact, Item, Prose, Told
from sel_tui.journey.state import Tone
from sel_tui.journey.words import msg
from sel_tui.widgets.glyphs import Glyphs
from sel_tui.widgets.line_edit import LineEdit, window

Span = tuple[str, str]
Line = list[Span]

MARGIN: Final = 2
INDENT: Final = 4
NARROW: Final = 60
WIDEST_FIELD: Final = 46
LABEL_LIMIT: Final = 30


@dataclass(frozen=True, slots=True)
class Frame:
    """What the layout of one item depends on.

    Attributes:
        width: Cells from the left edge to the right edge.
        words: The language.
        glyphs: The set of glyphs.
        label_width: The label column of the page's fields.
        focused: Whether the item has the focus.
        at: The option of a choice that the caret is on.
    """

    width: int
    words: Words
    glyphs: Glyphs
    label_width: int = 0
    focused: bool = False
    at: int = 0

    @property
    def narrow(self) -> bool:
        """Whether labels stand above their fields."""
        return self.width < NARROW


@dataclass(frozen=True, slots=True)
class Laid:
    """An item laid out: its lines and where its caret stands (cell, line)."""

    lines: list[Line]
    caret: tuple[int, int] = (MARGIN, 0)


def label_width(items: tuple[Item, ...], words: Words) -> int:
    """Return the width of the label column that the fields and the facts of a page share."""
    widths = [cell_len(_label(item, words)) for item in items if isinstance(item, (Entry, Fact))]
    return max((width for width in widths if width <= LABEL_LIMIT), default=0) + 1


def lay_out(item: Item, frame: Frame, edit: LineEdit | None = None) -> Laid:
    """Return `item` laid out in `frame`.

    Args:
        item: What to show.
        frame: In what.
        edit: What a field holds now, with its caret.
    """
    match item:
        case Entry():
            return _entry(item, frame, edit or LineEdit())
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
        case Told():
            return _told(item, frame)


def _marker(frame: Frame) -> Span:
    return (f"{frame.glyphs.marker} ", "marker") if frame.focused else ("  ", "text")


def _block(text: str, frame: Frame, part: str, indent: int = MARGIN) -> list[Line]:
    return [[(" " * indent, "text"), (line, part)] for line in wrap(text, frame.width - indent)]


def _label(item: Entry | Fact, words: Words) -> str:
    label = words.say(item.label)
    if isinstance(item, Entry) and not item.required and item.kind is not Kind.SEARCH:
        label = words.say(msg("entry.optional", label=label))
    if label.endswith(("?", ":")):
        return label
    return words.say(msg("label", label=label))


def _entry(item: Entry, frame: Frame, edit: LineEdit) -> Laid:
    label = _label(item, frame.words)
    marked = "focus" if frame.focused else "label"
    lines: list[Line] = []
    beside = not frame.narrow and cell_len(label) < frame.label_width + 1
    if beside:
        start = MARGIN + frame.label_width
        lines.append([_marker(frame), (label + " " * (frame.label_width - cell_len(label)), marked)])
    else:
        start = INDENT
        wrapped = wrap(label, frame.width - MARGIN)
        lines += [[_marker(frame) if row == 0 else ("  ", "text"), (text, marked)] for row, text in enumerate(wrapped)]
        lines.append([(" " * start, "text")])
    width = min(frame.width - start - 2, WIDEST_FIELD)
    shown = window(edit, width, frame.glyphs.mask if item.masked else "")
    field = "field-focus" if frame.focused else "field"
    lines[-1] += [("[", marked), (shown.text, field), ("]", marked)]
    caret = (start + 1 + shown.caret, len(lines) - 1)
    if item.error is not None:
        problem = frame.words.say(msg("error.at_field", problem=item.error))
        lines += _block(problem, frame, "error", INDENT)
    elif item.echo is not None:
        lines += _block(frame.words.say(item.echo), frame, "echo", INDENT)
    else:
        lines += _block(frame.words.say(item.hint), frame, "hint", INDENT)
    return Laid(lines, caret)


def _choice(item: Choice, frame: Frame) -> Laid:
    lines = _block(frame.words.say(msg("label", label=item.label)), frame, "label")
    if item.error is not None:
        lines += _block(frame.words.say(msg("error.at_field", problem=item.error)), frame, "error", INDENT)
    first = len(lines)
    for place, option in enumerate(item.options):
        chosen = option.value == item.value
        here = frame.focused and place == frame.at
        glyph = frame.glyphs.chosen if chosen else frame.glyphs.unchosen
        said = f"{glyph} {frame.words.say(option.label)}"
        line: Line = [_marker(frame) if here else ("  ", "text"), (said, "focus" if here else "text")]
        if chosen:
            line.append((f"  {frame.words.key('choice.chosen')}", "state"))
        lines.append(line)
    return Laid(lines, (MARGIN, first + frame.at))


def _button(item: Button, frame: Frame) -> Laid:
    label = frame.words.say(item.label)
    marked = "focus-button" if frame.focused else ("main" if item.main else "button")
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
    start = f"{item.key}. " if item.key else ""
    state = frame.words.say(item.state) if item.state is not None else ""
    room = frame.width - MARGIN - len(start)
    beside = not frame.narrow and cell_len(label) + cell_len(state) + 2 <= room
    rows = wrap(label, room)
    laid = [
        [("  ", "text"), ((start if row == 0 else " " * len(start)) + text, marked)] for row, text in enumerate(rows)
    ]
    laid[0][0] = _marker(frame)
    if state and beside:
        gap = max(room - cell_len(rows[0]) - cell_len(state), 2)
        laid[0] += [(" " * gap, marked if frame.focused else "text"), (state, marked if frame.focused else "state")]
    elif state:
        laid += _block(state, frame, "state", MARGIN + max(len(start), 2))
    if item.hint is not None:
        laid += _block(frame.words.say(item.hint), frame, "hint", MARGIN + len(start))
    return Laid(laid)


def _fact(item: Fact, frame: Frame) -> Laid:
    label = _label(item, frame.words)
    value = frame.words.say(item.value)
    column = frame.label_width + 1
    if frame.narrow or cell_len(label) >= column or "\n" in value:
        lines: list[Line] = [[("  ", "text"), (text, "label")] for text in wrap(label, frame.width - MARGIN)]
        lines += _block(value, frame, "text", INDENT)
    else:
        rows = wrap(value, frame.width - MARGIN - column) or [""]
        lines = [[("  ", "text"), (label + " " * (column - cell_len(label)), "label"), (rows[0], "text")]]
        lines += [[(" " * (MARGIN + column), "text"), (row, "text")] for row in rows[1:]]
    lines[0][0] = _marker(frame)
    return Laid(lines)


def _told(item: Told, frame: Frame) -> Laid:
    notice = item.notice
    words = frame.words
    tone = notice.tone.value
    title = words.say(notice.title) if notice.tone is Tone.SUCCESS else words.headed(f"tone.{tone}", notice.title)
    texts = [(title, tone)]
    texts += [(words.say(line), "text") for line in notice.lines]
    if notice.reference:
        texts.append((words.say(msg("notice.reference", reference=notice.reference)), "text"))
    lines: list[Line] = []
    for text, part in texts:
        rows = wrap(text, frame.width - INDENT)
        lines += [[("  ", "text"), (f"{frame.glyphs.bar} ", tone), (row, part)] for row in rows]
    if frame.focused:
        lines[0][0] = _marker(frame)
    return Laid(lines)
