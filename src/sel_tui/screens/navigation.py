"""Focus and scrolling of a page: Tab, arrows, Page Up and Page Down. No API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from textual.reactive import Reactive

from sel_tui.journey.core.fields import Kind
from sel_tui.journey.core.page import Button, EntryItem, Fact, NoticeItem, Page
from sel_tui.widgets.bars import BlankScreen, BlankScroll
from sel_tui.widgets.views import ItemView

if TYPE_CHECKING:
    from textual.widget import Widget

    from sel_tui.widgets.cursor import HardwareCursor

SHORT: Final = 18
MEASURE: Final = 82
# Rows that the bars take, about.
FRAME: Final = 7
SHORT_FRAME: Final = 4
# Blank rows that a list of facts keeps in the estimate, for labels that break and what follows the list.
RESERVE: Final = 3


class NavigableScreen(BlankScreen):
    """A screen whose items scroll in one column; `page` says what has the focus first."""

    # A focus change repaints two items, not the screen (measured: 279 bytes instead of 3,004).
    focused: Reactive[Widget | None] = Reactive(None, repaint=False, layout=False)

    page: Page

    def __init__(self, classes: str) -> None:
        super().__init__(classes=classes)
        self.serial = -1
        self._body = BlankScroll(can_focus=False, id="body")

    @property
    def views(self) -> list[ItemView]:
        """The items' widgets, in reading order."""
        return [child for child in self._body.children if isinstance(child, ItemView)]

    @property
    def view(self) -> ItemView | None:
        """The item that has the focus."""
        return self.focused if isinstance(self.focused, ItemView) else None

    @property
    def typing(self) -> bool:
        """Whether the focus is in a field."""
        return self.view is not None and isinstance(self.view.item, EntryItem)

    @property
    def top(self) -> int:
        """The first row in sight."""
        return self._body.scroll_offset.y

    def focus_on(self, item: str, serial: int, *, gently: bool = False) -> None:
        """Move the focus to `item`, once for each `serial`; to the first thing to do when there is no such item.

        Gently, it stays in a field once something is typed: the rest of a password must not land in another one.
        """
        present = self.view is not None and self.view in self.views
        if serial == self.serial and present:
            return
        self.serial = serial
        if gently and present and self.typing and any(view.edit.text for view in self.views):
            return
        wanted = [view for view in self.views if view.item.id == item and view.can_stop]
        if self.app.size.height < SHORT:  # the notice and the field do not fit together: what happened is read first
            wanted = [view for view in self.views if _is_grave(view)] or wanted
        if self._braille:  # one line is felt at a time
            wanted = [view for view in self.views if isinstance(view.item, NoticeItem)] or wanted
        target = next(iter(wanted), None) or self._first()
        if target is not None and target is self.focused:
            target.arrive()
        self._go_to(target)

    @property
    def _braille(self) -> bool:
        return bool(cast("HardwareCursor", self.app).cells)

    def _first(self) -> ItemView | None:
        stops = [view for view in self.views if view.can_stop]
        operable = [view for view in stops if view.operable]
        search = next((view for view in operable if _is_search(view)), None)  # whose list is long: its rows are sought
        first = search or next(iter(operable or stops), None)
        if first is None or isinstance(first.item, EntryItem):
            return first
        if self._braille and not (isinstance(first.item, Button) and first.item.row):
            return stops[0]
        # What went wrong is read before anything else; and what a file says, before anybody says that it is so.
        grave = next((view for view in stops if _is_grave(view)), None)
        read_first = isinstance(first.item, Button) and first.item.binding
        return grave or (stops[0] if read_first or not self._fits(first) else first)

    def _fits(self, last: ItemView) -> bool:
        """Tell whether all down to `last` is in sight at once, as well as can be told before the first layout."""
        size = self.app.size
        until = self.views[: self.views.index(last) + 1]
        facts = sum(isinstance(view.item, Fact) for view in until)
        blank = len(until) - max(facts - RESERVE, 0)  # facts stand close together
        rows = blank + sum(len(view.laid(min(size.width, MEASURE)).lines) for view in until)
        return rows <= size.height - (FRAME if size.height >= SHORT else SHORT_FRAME)

    def _move(self, by: int, *, tab: bool = False) -> None:
        here = self.view
        if not tab and here is not None and here.read_line(by):
            self._reveal(here)
        elif tab or here is None or self._braille or not self._scroll_within(here, by):
            self._go_to(self._neighbour(by, tab=tab), by=0 if tab else by)

    def _neighbour(self, by: int, *, tab: bool) -> ItemView | None:
        """Return where Tab (from the last on to the first), or an arrow, goes from here."""
        stops = [view for view in self.views if (view.operable if tab else view.can_stop)]
        if not stops:
            return None
        here = self.view
        if tab and by > 0 and self._braille and here is not None and not here.operable:
            wanted = next((view for view in stops if view.item.id == self.page.focus), None)
            if wanted is not None:  # after what happened, what to do about it
                return wanted
        if here not in stops:
            before = [
                view for view in self.views if here is not None and self.views.index(view) < self.views.index(here)
            ]
            place = sum(view in stops for view in before) - (by > 0)
        else:
            place = stops.index(here)
        return stops[(place + by) % len(stops) if tab else min(max(place + by, 0), len(stops) - 1)]

    def _field_to_type_in(self, view: ItemView) -> ItemView:
        """Return the field that somebody means who types while a notice is being read: the one to correct."""
        fields = [one for one in self.views if isinstance(one.item, EntryItem)]
        wanted = next((one for one in fields if one.item.id == self.page.focus), next(iter(fields), view))
        if wanted is not view:
            self._go_to(wanted)
        return wanted

    def _turn_page(self, by: int) -> None:
        """Scroll by the height of the screen less one row, so that nothing is skipped."""
        stops = [view for view in self.views if view.can_stop]
        height = self._body.size.height
        last = max(self._body.virtual_size.height - height, 0)
        top = self._body.scroll_offset.y
        turned = min(max(top + by * max(height - 1, 1), 0), last)
        if turned == top:  # there is no other page: to its end
            self._go_to(stops[-1 if by > 0 else 0] if stops else None)
            return
        self._scroll(turned)
        rows = range(turned, turned + height)
        seen = [view for view in stops if view.virtual_region.bottom > turned and view.virtual_region.y in rows]
        inside = [view for view in stops if view.virtual_region.y < turned < view.virtual_region.bottom]
        here = next(iter(inside or seen), None)
        if here is not None and here is not self.focused:
            self.set_focus(here, scroll_visible=False)

    def _to_end(self, place: int) -> None:
        """Go to the first (0) or last (-1) row of the list that has the focus; elsewhere, to that end of the page."""
        stops = [view for view in self.views if view.can_stop]
        rows = [view for view in stops if isinstance(view.item, Button) and view.item.row]
        ends = rows if self.view in rows else stops
        self._go_to(ends[place] if ends else None)

    def _go_to(self, view: ItemView | None, *, by: int = 0) -> None:
        if view is None or view is self.focused:
            return
        view.arrive(by)
        self.set_focus(view, scroll_visible=False)
        self._reveal(view)

    def _keep_in_sight(self, _: object = None) -> None:
        """After every change of layout, show the item that has the focus."""
        self._scrolled(laid_out=True)
        if self.view is None:
            return
        region, top, height = self.view.virtual_region, self._body.scroll_offset.y, self._body.size.height
        inside = region.y < top + height and region.bottom > top
        if not (inside and region.height >= height):  # inside a long item, the person has scrolled
            self._reveal(self.view)

    def _reveal(self, view: ItemView) -> None:
        """Scroll as little as shows `view`; all the way up for the first stop, so that what stands above is seen."""
        if self._braille:
            self._reveal_row(view.virtual_region.y + view.row)
            return
        region, top, height = view.virtual_region, self._body.scroll_offset.y, self._body.size.height
        if view is next((one for one in self.views if one.can_stop), None):
            self._scroll(0 if region.bottom <= height else region.y)
        elif region.y < top or region.height >= height:
            self._scroll(region.y)
        elif region.bottom > top + height:
            self._scroll(region.bottom - height)

    def _reveal_row(self, row: int) -> None:
        """Scroll as little as shows `row` of the page."""
        top, height = self._body.scroll_offset.y, self._body.size.height
        self._scroll(min(max(top, row - max(height - 1, 0)), row))

    def _scroll_within(self, view: ItemView, by: int) -> bool:
        """Scroll inside an item that is taller than the screen; return whether there was more of it to show."""
        region, top, height = view.virtual_region, self._body.scroll_offset.y, self._body.size.height
        if by > 0 and region.bottom > top + height:
            self._scroll(min(top + max(height - 2, 1), region.bottom - height))
            return True
        if by < 0 and region.y < top:
            self._scroll(max(top - max(height - 2, 1), region.y))
            return True
        return False

    def _scroll(self, row: int) -> None:
        if row != self._body.scroll_offset.y:
            self._body.scroll_to(y=row, animate=False, immediate=True, force=True)
            self._scrolled()

    def _scrolled(self, *, laid_out: bool = False) -> None:
        """Update what depends on the rows in sight; `laid_out`: also on how many there are."""


def _is_search(view: ItemView) -> bool:
    return isinstance(view.item, EntryItem) and view.item.kind is Kind.SEARCH


def _is_grave(view: ItemView) -> bool:
    return isinstance(view.item, NoticeItem) and view.item.notice.grave
