"""The pages with curses: about the least that a full-screen program writes."""

from __future__ import annotations

import curses
import locale
import textwrap

from benchmarks.twins.pages import SECRET, TEXT, TwinPage, read_pages

_ENTER = {"\n", "\r"}
_BACK = {"\x7f", "\x08", curses.KEY_BACKSPACE}


class Form:
    """One page on the screen.

    Args:
        window: The whole screen.
        page: What it shows.
    """

    def __init__(self, window: curses.window, page: TwinPage) -> None:
        self.window = window
        self.page = page
        self.at = page.focus
        self.values = [item.value for item in page.items]

    def draw(self) -> None:
        """Draw the page; curses sends what differs from what is there."""
        height, width = self.window.getmaxyx()
        self.window.erase()
        rows = self._rows(width - 4)
        if len(rows) > height - 6:  # blank lines give way before the page scrolls, as ours do
            rows = [row for row in rows if row[0]]
        self._write(0, 1, "   ".join(self.page.bar))
        self._write(2, 2, self.page.title, curses.A_BOLD)
        top = max(0, next(row for row, (_, place) in enumerate(rows) if place == self.at) - (height - 7))
        cursor = (0, 0)
        for row, (text, place) in enumerate(rows[top : top + height - 6]):
            self._write(4 + row, 2, text, curses.A_BOLD if place == self.at else 0)
            if place == self.at:
                cursor = (4 + row, min(2 + len(text), width - 1))
        self._write(height - 1, 1, self.page.keys)
        self.window.move(*cursor)
        self.window.refresh()

    def key(self, key: str | int) -> bool:
        """Handle a key; return whether the next page is due."""
        item = self.page.items[self.at]
        if key in _ENTER:
            following = self.page.after(self.at)
            if not item.typed or not self.page.items[following].typed or following < self.at:
                return True
            self.at = following
        elif key == "\t":
            self.at = self.page.after(self.at)
        elif key in _BACK:
            self.values[self.at] = self.values[self.at][:-1]
        elif isinstance(key, str) and key.isprintable() and item.typed:
            self.values[self.at] += key
        return False

    def _rows(self, width: int) -> list[tuple[str, int]]:
        """Return each row, with the place of the item that the focus goes to there."""
        rows: list[tuple[str, int]] = []
        for place, item in enumerate(self.page.items):
            if item.kind == TEXT:
                rows += [(line, -1) for line in textwrap.wrap(item.text, width)]
                rows.append(("", -1))
                continue
            below = item.error or item.hint
            value = "•" * len(self.values[place]) if item.kind == SECRET else self.values[place]
            rows.append((f"{item.text} : {value}" if item.typed else f"[ {item.text} ]", place))
            rows += [(line, -1) for line in textwrap.wrap(below, width)]
        return rows

    def _write(self, row: int, column: int, text: str, style: int = 0) -> None:
        width = self.window.getmaxyx()[1]
        self.window.addstr(row, column, text[: width - column - 1], style)


def run(window: curses.window) -> None:
    """Show the pages, one after the other."""
    for page in read_pages():
        form = Form(window, page)
        form.draw()
        while not form.key(window.get_wch()):
            form.draw()
    while True:
        window.get_wch()


if __name__ == "__main__":
    locale.setlocale(locale.LC_ALL, "")
    curses.wrapper(run)
