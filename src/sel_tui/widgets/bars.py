"""What frames the items on every screen: title bar, status line, key bar, and the blank containers behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.containers import Container, VerticalScroll
from textual.geometry import Region
from textual.screen import Screen

from sel_tui.widgets.textual_compat import lay_out_again
from sel_tui.widgets.views import Painted

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.geometry import Size
    from textual.strip import Strip

    from sel_tui.widgets.layout import Line


class Bar(Painted):
    """Lines of spans that change now and then."""

    def __init__(self, name: str) -> None:
        super().__init__(id=name, classes="bar")
        self.can_focus = False
        self._lines: list[Line] = []

    def show(self, lines: list[Line]) -> None:
        """Show `lines`; nothing is repainted when they are the same."""
        if lines == self._lines:
            return
        changed = len(lines) != len(self._lines)
        self._lines = lines
        if changed:
            lay_out_again(self)
        else:
            self.refresh()

    @property
    def rows(self) -> int:
        """How many lines there are."""
        return len(self._lines)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines there are."""
        del container, viewport, width
        return self.rows

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        return self.strip(self._lines[y] if y < len(self._lines) else [], self.size.width)


class BlankContainer(Container):
    """Holds bars and the page."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the rows in sight."""
        return _repeat_first_row(super().render_lines, crop)


class BlankScroll(VerticalScroll):
    """Holds the items of a page."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the rows in sight."""
        return _repeat_first_row(super().render_lines, crop)


class BlankScreen(Screen[None]):
    """A screen with nothing of its own."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the rows in sight."""
        return _repeat_first_row(super().render_lines, crop)


def title_lines(width: int, left: str, mark: str, right: str, rule: str) -> list[Line]:
    """Return the title bar: the program's name, the mark « SIMULATION », the stage; a rule below."""
    name = f" {left}"
    shown_mark = f"  {mark}" if mark else ""
    end = f"{right} "
    gap = width - cell_len(name) - cell_len(shown_mark) - cell_len(end)
    if gap < 1:
        name = f" {left[left.find('(') :].strip('()')}" if "(" in left else name
        gap = max(width - cell_len(name) - cell_len(shown_mark) - cell_len(end), 1)
    return [
        [(name, "bar"), (shown_mark, "bar-mark"), (" " * gap, "bar"), (end, "bar")],
        [(rule * width, "quiet")],
    ]


def key_lines(width: int, keys: list[tuple[str, str]]) -> list[Line]:
    """Return the key bar: as many lines as the keys need."""
    lines: list[Line] = [[]]
    used = 0
    for key, label in keys:
        size = cell_len(key) + cell_len(label) + 3
        if used and used + size > width:
            lines.append([])
            used = 0
        lines[-1] += [(f" {key}", "bar-key"), (f" {label} ", "bar")]
        used += size
    return lines


def _repeat_first_row(draw: Callable[[Region], list[Strip]], crop: Region) -> list[Strip]:
    """Draw one row for all, since they look alike: saves a sixth of the time of showing a step."""
    return draw(Region(crop.x, crop.y, crop.width, min(crop.height, 1))) * crop.height
