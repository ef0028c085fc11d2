"""What every screen of a step is made of: title bar, items in one column, status line, key bar. No API."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar, Final, cast

from textual.containers import Container, VerticalScroll
from textual.reactive import Reactive
from textual.screen import Screen

from sel_tui.i18n.prose import wrap
from sel_tui.journey.events import Act, Do, Edited, Event
from sel_tui.journey.page import Button, Choice, Entry, Fact, Page, Prose, Told
from sel_tui.journey.state import Tone
from sel_tui.journey.words import Msg, msg
from sel_tui.widgets.bars import Bar, key_lines, title_lines
from sel_tui.widgets.layout import MARGIN, Columns, columns
from sel_tui.widgets.views import PARTS, ItemView

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.events import Key, Resize
    from textual.widget import Widget

    from sel_tui.i18n import Words
    from sel_tui.journey.secret import Value
    from sel_tui.widgets.cursor import HardwareCursor
    from sel_tui.widgets.glyphs import Glyphs

PAGE_STOPS: Final = 8
ROOMY: Final = 34
SHORT: Final = 18
MEASURE: Final = 82
SMALLEST: Final = (40, 12)


class StepScreen(Screen[None]):
    """A step of the journey, or what lies over it.

    Args:
        page: What it says and offers.
        words: The language.
        glyphs: The glyphs of this terminal.
        keys: The key bar: key and label.
        simulation: Whether every screen is marked so.
        tell: Told what the person does. A call, not a message: keys that arrive in one read keep their order.
    """

    # A focus change repaints two items, not the screen (measured: 279 bytes instead of 3,004).
    focused: Reactive[Widget | None] = Reactive(None, repaint=False, layout=False)

    BINDINGS: ClassVar = []
    # One widget holds the styles of all parts: on each item they cost 60 % of the time of showing a screen.
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"part--{part}" for part in PARTS}
    AUTO_FOCUS = ""

    def __init__(
        self,
        page: Page,
        words: Words,
        glyphs: Glyphs,
        keys: list[tuple[str, str]],
        tell: Callable[[Event], None],
        *,
        simulation: bool,
    ) -> None:
        super().__init__(classes=f"step {page.where.value}")
        self.page = page
        self.words = words
        self.glyphs = glyphs
        self.keys = keys
        self.simulation = simulation
        self.tell = tell
        self.serial = -1
        self._body = VerticalScroll(can_focus=False, id="body")
        self._title = Bar("title")
        self._heading = Bar("heading")
        self._status = Bar("status")
        self._keys = Bar("keys")

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield self._title
        with Container(id="stage"), Container(id="column"):
            yield self._heading
            with self._body:
                yield from self._views(self.page)
            yield self._status
        yield self._keys

    def on_mount(self) -> None:
        """Fill the lines that frame the screen; put the focus where the page wants it."""
        self._frame()
        self.focus_on(self.page.focus, self.serial)
        self.screen_layout_refresh_signal.subscribe(self, self._keep_in_sight, immediate=True)

    def on_resize(self, event: Resize) -> None:
        """Draw the frame anew; what was typed stays."""
        self.set_class(event.size.height >= ROOMY, "-roomy")
        self.set_class(event.size.height < SHORT, "-short")
        self._frame()

    async def show(self, page: Page, words: Words, keys: list[tuple[str, str]], *, simulation: bool) -> None:
        """Show `page` from now on; only what differs is repainted."""
        before = [item.id for item in self.page.items]
        self.page, self.words, self.keys, self.simulation = page, words, keys, simulation
        shared = self._columns()
        if [item.id for item in page.items] != before:
            await self._rebuild(page)
        for view, item in zip(self.views, page.items, strict=True):
            view.show(item, words, shared)
        _space(self.views)
        self._frame()

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
        return self.view is not None and isinstance(self.view.item, Entry)

    def announce(self, message: Msg) -> None:
        """Say `message` once, in the status line."""
        self._status.show([[(" " * MARGIN + self.words.say(message), "state")]])

    def focus_on(self, item: str, serial: int) -> None:
        """Move the focus to `item`, once for each `serial`; to the first thing to do when there is no such item."""
        present = self.view is not None and self.view in self.views
        if serial == self.serial and present:
            return
        self.serial = serial
        wanted = [view for view in self.views if view.item.id == item and view.can_stop]
        if self.app.size.height < SHORT:  # the notice and the field do not fit together: what happened is read first
            wanted = [view for view in self.views if _is_grave(view)] or wanted
        self._go_to(next(iter(wanted), None) or self._first())

    def pressed(self, key: Key) -> None:
        """Take a key that is not one of the program's own."""
        view = self.view
        if view is not None and view.pressed(key):
            return
        match key.key:
            case "tab":
                self._move(1, tab=True)
            case "shift+tab":
                self._move(-1, tab=True)
            case "down" | "right":
                self._move(1)
            case "up" | "left":
                self._move(-1)
            case "pagedown":
                self._move(PAGE_STOPS)
            case "pageup":
                self._move(-PAGE_STOPS)
            case "enter" | "space":
                self._enter()
            case other:
                self._shortcut(other, typing=self.typing)

    def pasted(self, text: str) -> None:
        """Take pasted text."""
        if self.view is not None:
            self.view.pasted(text)

    def _edited(self, name: str, value: Value) -> None:
        self.tell(Edited(name, value))
        if self.view is not None and isinstance(self.view.item, Choice):
            self._move(1, tab=True)

    def _columns(self) -> Columns:
        return columns(self.page.items, self.words, cast("HardwareCursor", self.app).cells)

    def _views(self, page: Page) -> list[ItemView]:
        shared = self._columns()
        views = [ItemView(item, self.words, self.glyphs, shared, self._edited) for item in page.items]
        _space(views)
        return views

    async def _rebuild(self, page: Page) -> None:
        old = {view.item.id: view for view in self.views}
        wanted = {item.id for item in page.items}
        shared = self._columns()
        gone = [view for name, view in old.items() if name not in wanted]
        with self.app.batch_update():
            for view in gone:
                await view.remove()
            last: ItemView | None = None
            for item in page.items:
                known = old.get(item.id)
                view = known or ItemView(item, self.words, self.glyphs, shared, self._edited)
                if known is None:
                    await (self._body.mount(view, after=last) if last else self._body.mount(view, before=0))
                elif last is not None and self._body.children.index(view) != self._body.children.index(last) + 1:
                    self._body.move_child(view, after=last)
                last = view

    def _frame(self) -> None:
        width = self.app.size.width
        stage = ""
        if self.page.stage is not None:
            stage = self.words.say(msg("stage", number=self.page.stage[0], count=self.page.stage[1]))
        mark = self.words.key("program.simulation") if self.simulation else ""
        self._title.show(title_lines(width, self.words.key("program.name"), mark, stage, self.glyphs.rule))
        title = wrap(self.words.say(self.page.title), min(width, MEASURE) - MARGIN)
        heading = [[(" " * MARGIN + line, "title")] for line in title]
        wrong = sum(isinstance(item, Entry) and item.error is not None for item in self.page.items)
        if wrong > 1:
            heading.append([(" " * MARGIN + self.words.say(msg("errors.count", count=wrong)), "error")])
        self._heading.show(heading)
        status = self.words.say(self.page.status) if self.page.status is not None else ""
        if width < SMALLEST[0] or self.app.size.height < SMALLEST[1]:
            status = self.words.key("too_small")
        self._status.show([[(" " * MARGIN + status, "state")]] if status else [])
        self._keys.show(key_lines(width, self.keys))

    def _first(self) -> ItemView | None:
        stops = [view for view in self.views if view.can_stop]
        first = next((view for view in stops if view.operable), stops[0] if stops else None)
        if first is None or isinstance(first.item, Entry):
            return first
        # Where nothing is typed, what went wrong is read before anything else.
        return next((view for view in stops if _is_grave(view)), first)

    def _move(self, by: int, *, tab: bool = False) -> None:
        stops = [view for view in self.views if (view.operable if tab else view.can_stop)]
        if not stops:
            return
        here = self.view
        if not tab and here is not None and self._scroll_within(here, by):
            return
        if here not in stops:
            before = [
                view for view in self.views if here is not None and self.views.index(view) < self.views.index(here)
            ]
            place = sum(view in stops for view in before) - (by > 0)
        else:
            place = stops.index(here)
        if tab:
            self._go_to(stops[(place + by) % len(stops)])
        else:
            self._go_to(stops[min(max(place + by, 0), len(stops) - 1)])

    def _go_to(self, view: ItemView | None) -> None:
        if view is None or view is self.focused:
            return
        self.set_focus(view, scroll_visible=False)
        self._reveal(view)

    def _keep_in_sight(self, _: object = None) -> None:
        """After every change of layout, show the item that has the focus."""
        if self.view is None:
            return
        region, top, height = self.view.virtual_region, self._body.scroll_offset.y, self._body.size.height
        inside = region.y < top + height and region.bottom > top
        if not (inside and region.height >= height):  # inside a long item, the person has scrolled
            self._reveal(self.view)

    def _reveal(self, view: ItemView) -> None:
        """Scroll as little as shows `view`; all the way up for the first stop, so that what stands above is seen."""
        region, top, height = view.virtual_region, self._body.scroll_offset.y, self._body.size.height
        if view is next((one for one in self.views if one.can_stop), None):
            self._scroll(0 if region.bottom <= height else region.y)
        elif region.y < top or region.height >= height:
            self._scroll(region.y)
        elif region.bottom > top + height:
            self._scroll(region.bottom - height)

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

    def _enter(self) -> None:
        view = self.view
        if view is None:
            return
        match view.item:
            case Button() as button:
                self.tell(Act(button.do, button.arg))
            case Entry():
                self._after_entry(view)
            case _:
                self._move(1, tab=True)

    def _after_entry(self, view: ItemView) -> None:
        operable = [other for other in self.views if other.operable]
        following = operable[operable.index(view) + 1 :]
        if following and isinstance(following[0].item, (Entry, Choice)):
            self._go_to(following[0])
        else:
            self.tell(Act(Do.SUBMIT))

    def _shortcut(self, key: str, *, typing: bool) -> None:
        for item in self.page.items:
            if isinstance(item, Button) and item.key == key and not (typing and len(key) == 1):
                self.tell(Act(item.do, item.arg))
                return


_GRAVE: Final = frozenset({Tone.WARNING, Tone.ERROR})


def _is_grave(view: ItemView) -> bool:
    return isinstance(view.item, Told) and view.item.notice.tone in _GRAVE


def _space(views: list[ItemView]) -> None:
    """Set the groups of a page apart: a blank line where a list of rows, of facts or of buttons ends."""
    for before, view in zip([None, *views], views, strict=False):
        kinds = [(type(one.item), getattr(one.item, "row", False)) for one in (before, view) if one is not None]
        ends = len(kinds) > 1 and kinds[0] != kinds[1] and kinds[0][0] in {Button, Fact}
        view.set_class(ends, "-after-group")
    for view, after in pairwise(views):
        both_quiet = all(isinstance(one.item, Prose) and one.item.quiet for one in (view, after))
        view.set_class(both_quiet, "-tight")
