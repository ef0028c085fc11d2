"""The blank lines of a page: where they stand, and which give way before the page has to scroll. No API."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from sel_tui.journey.core.page import OTHER, Button, Choice, EntryItem, Fact, NoticeItem, Prose

if TYPE_CHECKING:
    from sel_tui.widgets.views import ItemView


def space(views: Sequence[ItemView], *, shown: bool = True) -> None:
    """Set the groups of a page apart: a blank line where a list of rows, of facts or of buttons ends.

    Args:
        views: The items.
        shown: Whether they are on a screen: what is not there yet gets its style when it comes.
    """
    for before, view in zip([None, *views], views, strict=False):
        kinds = [(type(one.item), getattr(one.item, "row", False)) for one in (before, view) if one is not None]
        ends = len(kinds) > 1 and kinds[0] != kinds[1] and kinds[0][0] in {Button, Fact}
        view.set_class(ends, "-after-group", update=shown)
    for view, after in pairwise(views):
        both_quiet = all(isinstance(one.item, Prose) and one.item.quiet for one in (view, after))
        translated = after.item.id == f"{view.item.id}{OTHER}"
        view.set_class(both_quiet or translated, "-tight", update=shown)


def kept(views: Sequence[ItemView], room: int) -> list[ItemView] | None:
    """Return behind which items a blank line stays when there is room for so many only.

    Returns:
        None where nothing has to give way: all fit, or not even the items without any.
    """
    if room < 0 or sum(_blank_lines(view) for view in views) <= room:
        return None
    ends = [view for view, after in pairwise(views) if _blank_lines(view) or after.has_class("-after-group")]
    after = dict(pairwise(views))
    return sorted(ends, key=lambda view: _rank(view, after[view]))[:room]


def _blank_lines(view: ItemView) -> int:
    below = isinstance(view.item, (EntryItem, Choice, NoticeItem, Prose)) and not view.has_class("-tight")
    return int(below or view.has_class("-explained")) + int(view.has_class("-after-group"))


def _rank(view: ItemView, after: ItemView) -> int:
    """Return how little a blank line behind `view` is missed: what happened, and what can be done, stand apart."""
    if isinstance(view.item, NoticeItem):
        return 0
    if isinstance(after.item, Button) and not isinstance(view.item, Button):
        return 1
    return 3 if isinstance(view.item, Prose) else 2
