"""The widgets that show items: each draws its own lines, so that a key repaints one field and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Self

from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from sel_tui.i18n.charset import spell
from sel_tui.journey.core.page import Button, Choice, EntryItem, Item, Prose
from sel_tui.journey.core.secret import Secret, Value, clear
from sel_tui.widgets.glyphs import UNICODE
from sel_tui.widgets.layout import TALL, Columns, Frame, Laid, changed, lay_out
from sel_tui.widgets.line_edit import LineEdit
from sel_tui.widgets.textual_compat import lay_out_again

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.style import Style
    from textual.events import Blur, Focus, Hide, Key
    from textual.geometry import Size

    from sel_tui.i18n import Words
    from sel_tui.widgets.glyphs import Glyphs

PARTS: Final = (
    *("marker", "label", "text", "quiet", "hint", "echo", "error", "field", "main"),
    *("button", "key", "state", "info", "success", "warning", "bar", "bar-key", "bar-mark", "title", "qr", "large"),
)


class Painted(Widget):
    """A widget that draws spans; the screen holds the style of each part of a span, from the style sheet."""

    _kept: tuple[Region, Size, list[Strip]] | None = None

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return what is in sight. Textual asks all widgets at each letter: what has not changed is kept."""
        if self._kept is None or self._kept[:2] != (crop, self.outer_size):
            self._kept = (crop, self.outer_size, super().render_lines(crop))
        return self._kept[2]

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Have it painted anew."""
        self._kept = None
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def notify_style_update(self) -> None:
        """Have it painted anew: the style sheets say something else of it."""
        self._kept = None
        super().notify_style_update()

    def strip(self, line: list[tuple[str, str]], width: int) -> Strip:
        """Return `line` as a strip of `width` cells."""
        base = self.rich_style
        glyphs = getattr(self.screen, "glyphs", UNICODE)
        if glyphs.spells:
            line = [(spell(text, glyphs.encoding), part) for text, part in line]
        segments = [Segment(text, base + self._part(part)) for text, part in line]
        return Strip(segments).adjust_cell_length(width, base)

    def _part(self, part: str) -> Style:
        return self.screen.get_component_rich_style(f"part--{part}", partial=True)


class ItemView(Painted):
    """Shows one item.

    Attributes:
        awaits_paint: Whether it shows something else since it was painted last.

    Args:
        item: What to show.
        words: The language.
        glyphs: The glyphs of this terminal.
        columns: The columns that the items of the page share.
        edited: Called with the new value of a field or choice. A call, not a message: a message would arrive after the
            Enter that follows.
    """

    def __init__(
        self, item: Item, words: Words, glyphs: Glyphs, columns: Columns, edited: Callable[[str, Value], None]
    ) -> None:
        explained = " -explained" if isinstance(item, Button) and item.row and item.hint is not None else ""
        super().__init__(classes=f"item {type(item).__name__.lower()}{explained}")
        self.item = item
        self.words = words
        self.glyphs = glyphs
        self.columns = columns
        self.at = 0
        self.edit = LineEdit()
        self._row: int | None = None
        self._at_caret = True
        self._edited = edited
        self._laid: tuple[Frame, Laid] | None = None
        self.awaits_paint = False
        self._take(item)

    @property
    def can_stop(self) -> bool:
        """Whether the arrows stop here: everything but plain prose, and that too where braille is read."""
        return not isinstance(self.item, Prose) or self.item.stop or bool(self.columns.cells)

    @property
    def operable(self) -> bool:
        """Whether Tab stops here."""
        return isinstance(self.item, (EntryItem, Choice, Button))

    def show(self, item: Item, words: Words, columns: Columns) -> None:
        """Show `item` from now on."""
        if (item, words, columns) == (self.item, self.words, self.columns):
            return
        self.words = words
        self.columns = columns
        before = self._laid
        self._take(item)
        self._repaint(before)

    def laid(self, width: int) -> Laid:
        """Return the item laid out in `width` cells."""
        tall = self.app.size.height >= TALL
        frame = Frame(width, self.words, self.glyphs, self.columns, self.has_focus, self.at, tall)
        if self._laid is None or self._laid[0] != frame:
            self._laid = (frame, lay_out(self.item, frame, self.edit))
        return self._laid[1]

    def caret(self) -> tuple[int, int]:
        """Return the cell and the line, inside this widget, of the terminal's cursor."""
        laid = self.laid(self.size.width)
        row = self.row
        if not self.columns.cells or row == laid.caret[1]:
            return laid.caret
        text = "".join(part for part, _ in laid.lines[row])
        return min(len(text) - len(text.lstrip()), max(self.size.width - 1, 0)), row

    @property
    def row(self) -> int:
        """The line, inside this widget, that is read: where braille is, any of them, else that of the caret."""
        laid = self.laid(self.size.width)
        if self._at_caret or not self.columns.cells:
            return laid.caret[1]
        return laid.start if self._row is None else min(self._row, len(laid.lines) - 1)

    def arrive(self, by: int = 0) -> None:
        """Begin to read this item line by line.

        Args:
            by: 1 at its first line, -1 at its last, 0 at what matters: the error, or the question.
        """
        laid = self.laid(self.size.width)
        first = 0 if by else laid.start
        self._at_caret = by >= 0 and isinstance(self.item, EntryItem) and first == laid.caret[1]
        self._row = {0: None, 1: 0, -1: len(laid.lines) - 1}[by]
        self._take_cursor()

    def to_caret(self) -> bool:
        """Go from a line of its question or its help to the field itself; return whether it was elsewhere."""
        elsewhere, self._at_caret = self.row != self.laid(self.size.width).caret[1], True
        self._take_cursor()
        return elsewhere and bool(self.columns.cells)

    def read_line(self, by: int) -> bool:
        """Go to the next line of this item where braille is read; return whether there was one."""
        laid = self.laid(self.size.width)
        row = self.row + by
        while 0 <= row < len(laid.lines) and not "".join(part for part, _ in laid.lines[row]).strip():
            row += by
        if not self.columns.cells or not 0 <= row < len(laid.lines):
            return False
        self._row, self._at_caret = row, isinstance(self.item, EntryItem) and row == laid.caret[1]
        reached = [place for place, first in enumerate(laid.options) if first <= row]
        if reached:
            self.at = reached[-1]
        self._repaint(self._laid)
        self._take_cursor()
        return True

    def label(self) -> str:
        """Return the first line of what the item is called, as it stands behind the marker."""
        spans = self.laid(self.size.width).lines[0][1:]
        return "".join(text for text, part in spans if part != "field").rstrip(" []") if spans else ""

    def _take_cursor(self) -> None:
        """Have one cell displayed, changed or not, where braille is read: the cursor goes along with any display."""
        if self.columns.cells and self.size.width:
            self.refresh(Region(0, self.row, 1, 1))

    def types(self, key: Key) -> bool:
        """Tell whether `key` changes the text of this field or moves its caret."""
        return isinstance(self.item, EntryItem) and (key.is_printable or key.key in _EDITING)

    def pressed(self, key: Key) -> bool:
        """Handle `key` if it is for this item; return whether it was."""
        if isinstance(self.item, EntryItem):
            return self._type(key)
        return self._choose(key) if isinstance(self.item, Choice) else False

    def pasted(self, text: str) -> None:
        """Insert pasted text: every field accepts it, passwords and codes too."""
        if isinstance(self.item, EntryItem):
            self._change(self.edit.pasted(text, secret=self.item.secret))

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        self.awaits_paint = False
        lines = self.laid(self.size.width).lines
        return self.strip(lines[y] if y < len(lines) else [], self.size.width)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines the item takes."""
        del container, viewport
        return len(self.laid(width).lines)

    def on_focus(self, event: Focus) -> None:
        """Take the focus; Textual would paint the whole item, and a reader say its unchanged help again."""
        event.prevent_default()
        self.has_focus = True

    def on_blur(self, event: Blur) -> None:
        """Lose the focus, likewise."""
        event.prevent_default()
        self.has_focus = False

    def on_hide(self, event: Hide) -> None:
        """Keep the focus while too small a window hides the page; Textual would take it away for good."""
        event.prevent_default()

    def watch_has_focus(self, focused: bool) -> None:
        """Show or hide the marker."""
        del focused
        self._repaint(self._laid)

    def _take(self, item: Item) -> None:
        self.item = item
        self._laid = None
        self.can_focus = self.can_stop
        if isinstance(item, EntryItem) and clear(item.value) != self.edit.text:
            self.edit = LineEdit(clear(item.value), len(item.value))
        if isinstance(item, Choice):
            chosen = [place for place, option in enumerate(item.options) if option.value == item.value]
            self.at = chosen[0] if chosen else self.at

    def _repaint(self, before: tuple[Frame, Laid] | None) -> None:
        """Lay out again; only cells that differ from `before` are painted, so a reader says a typed letter alone."""
        self._laid = None
        width = self.size.width
        if not width or before is None or before[0].width != width:
            self.awaits_paint = True
            lay_out_again(self)
            return
        old, new = before[1].lines, self.laid(width).lines
        if len(old) != len(new):
            self.awaits_paint = True
            lay_out_again(self)
            return
        for row, (line, other) in enumerate(zip(old, new, strict=True)):
            if line != other:
                self.awaits_paint = True
                start, end = (0, width) if self.glyphs.spells else changed(line, other)
                self.refresh(Region(start, row, end - start, 1))

    def _type(self, key: Key) -> bool:
        if self.types(key):
            self._at_caret = True
            self._take_cursor()
        if key.is_printable and key.character is not None:
            self._change(self.edit.typed(key.character))
            return True
        move = _EDITING.get(key.key)
        if move is None:
            return False
        self._change(move(self.edit))
        return True

    def _change(self, edit: LineEdit) -> None:
        before, self.edit = self.edit, edit
        if edit == before:
            return
        self._repaint(self._laid)
        if edit.text != before.text and isinstance(self.item, EntryItem):
            secret = isinstance(self.item.value, Secret)
            self._edited(self.item.id, Secret(edit.text) if secret else edit.text)

    def _choose(self, key: Key) -> bool:
        assert isinstance(self.item, Choice)
        options = self.item.options
        step = {"up": -1, "down": 1}.get(key.key, 0) if not self.columns.cells else 0
        if step and 0 <= self.at + step < len(options):
            self.at += step
            self._repaint(self._laid)
            return True
        if key.character and key.character.isdigit() and 1 <= int(key.character) <= len(options):
            self.at = int(key.character) - 1
        elif key.key not in {"space", "enter"}:
            return False
        self._edited(self.item.id, options[self.at].value)
        return True


_EDITING: Final[dict[str, Callable[[LineEdit], LineEdit]]] = {
    "left": LineEdit.left,
    "right": LineEdit.right,
    "home": LineEdit.home,
    "end": LineEdit.end,
    "ctrl+left": LineEdit.word_left,
    "ctrl+right": LineEdit.word_right,
    "backspace": LineEdit.backspace,
    "ctrl+h": LineEdit.backspace,
    "delete": LineEdit.delete,
    "ctrl+w": LineEdit.delete_word,
    "ctrl+u": LineEdit.delete_to_start,
    "ctrl+k": LineEdit.delete_to_end,
    "ctrl+a": LineEdit.home,
    "ctrl+e": LineEdit.end,
}
