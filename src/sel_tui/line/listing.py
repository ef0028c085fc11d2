"""Which items of a page are written now: the rest waits for its question, or until it is asked for. Pure."""

from __future__ import annotations

from typing import NamedTuple

from sel_tui.i18n import Words
from sel_tui.journey.core.messages import Msg, msg
from sel_tui.journey.core.page import Button, Choice, EntryItem, Item
from sel_tui.journey.registry import Overlay
from sel_tui.line.parts import parts_of
from sel_tui.line.progress import Progress


class Listing(NamedTuple):
    """What is written of a page now.

    Attributes:
        items: The items, in order.
        last_row: The id of the last row of a long list that is among them; "" where all rows are.
        rows: Which rows these are, of how many.
        part: Which part of a long overlay this is, of how many.
    """

    items: tuple[Item, ...]
    last_row: str = ""
    rows: Msg | None = None
    part: Msg | None = None


def listing(progress: Progress, field: EntryItem | Choice | None, words: Words, rows: int, part: int) -> Listing:
    """Return what is written before `field` is asked for, or before one of the buttons is when it is None.

    Where the answer sends the form or narrows a list, what stands behind the field is read before it is given.

    Args:
        progress: How far the person has come on the page.
        field: The field that is asked for.
        words: The language.
        rows: How many rows of a long list are written at once.
        part: Which part of a long overlay is wanted, counted from 0, over and over.
    """
    ids = [button.id for button in progress.buttons if button.row]
    shown = ids[progress.first_row : progress.first_row + rows]
    parts = parts_of(progress.items, words) if progress.page.where is Overlay.DEMO else []
    here = part % len(parts) if parts else 0
    hidden = {*ids} - {*shown}
    hidden |= {name for number, names in enumerate(parts) for name in names if number != here}
    items = tuple(item for item in _before(progress, field) if item.id not in hidden and not _waits(progress, item))
    long = len(shown) < len(ids)
    first, last = progress.first_row + 1, progress.first_row + len(shown)
    return Listing(
        items,
        shown[-1] if long else "",
        msg("line.rows", first=first, last=last, count=len(ids)) if long else None,
        msg("line.part", number=here + 1, count=len(parts)) if len(parts) > 1 else None,
    )


def _before(progress: Progress, field: EntryItem | Choice | None) -> list[Item]:
    """Return what is read before the answer is given."""
    items = list(progress.items)
    if field is None:
        return items
    at = next(place for place, item in enumerate(items) if item.id == field.id)
    reads_on = field is progress.search or progress.then(field) is not None
    behind = [item for item in items[at + 1 :] if not isinstance(item, (Button, EntryItem, Choice))]
    return [*items[:at], *(behind if reads_on else ())]


def _waits(progress: Progress, item: Item) -> bool:
    """Tell whether `item` needs no line: a field just answered, or a button that the prompt names or replaces."""
    if isinstance(item, (EntryItem, Choice)):
        return item.id in progress.done and item.id in progress.said
    return isinstance(item, Button) and (progress.closes_itself or (progress.leads_on and not item.row))
