"""The pages of one journey as plain data: the twins show them, so that all programs have the same texts and fields."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Final, NamedTuple

TEXT: Final = "text"
ENTRY: Final = "entry"
SECRET: Final = "secret"
BUTTON: Final = "button"
USAGE: Final = "usage: python -m benchmarks.twins.NAME PAGES"


class Item(NamedTuple):
    """One item of a page.

    Attributes:
        kind: What it is: one of the names above.
        text: What it says; of a field, its label.
        value: What a field holds at first.
        hint: The line below a field.
        error: What is wrong with it.
    """

    kind: str
    text: str
    value: str = ""
    hint: str = ""
    error: str = ""

    @property
    def operable(self) -> bool:
        """Whether Tab stops here."""
        return self.kind != TEXT

    @property
    def typed(self) -> bool:
        """Whether it is typed in."""
        return self.kind in {ENTRY, SECRET}


class TwinPage(NamedTuple):
    """One page.

    Attributes:
        title: Its title.
        bar: The program's name, and where in the journey this is.
        keys: The key bar.
        items: In reading order.
        focus: The place of the item that has the focus at first.
    """

    title: str
    bar: tuple[str, str]
    keys: str
    items: tuple[Item, ...]
    focus: int

    def after(self, place: int, step: int = 1) -> int:
        """Return the place of the operable item that follows, or comes before; the first follows the last."""
        places = [one for one, item in enumerate(self.items) if item.operable]
        return places[(places.index(place) + step) % len(places)]


def write_pages(pages: list[TwinPage], file: Path) -> None:
    """Write `pages` to a file that a twin reads."""
    file.write_text(json.dumps(pages), encoding="utf-8")


def read_pages() -> list[TwinPage]:
    """Return the pages in the file that the first argument names."""
    if len(sys.argv) < 2:
        sys.exit(USAGE)
    pages = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    return [
        TwinPage(title, tuple(bar), keys, tuple(Item(*item) for item in items), focus)
        for title, bar, keys, items, focus in pages
    ]
