"""What every screen of a step is made of: title bar, items in one column, status line, key bar. No API."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar, Final, cast

from sel_tui.i18n.prose import wrap
from sel_tui.journey.core.events import Event
from sel_tui.journey.core.messages import Msg, msg
from sel_tui.journey.core.page import EntryItem, Page
from sel_tui.screens import spacing
from sel_tui.screens.key_handling import KeyScreen
from sel_tui.screens.navigation import MEASURE, SHORT
from sel_tui.widgets.bars import Bar, BlankContainer, key_lines, title_lines
from sel_tui.widgets.layout import MARGIN, Columns, Line, columns
from sel_tui.widgets.textual_compat import show_first
from sel_tui.widgets.views import PARTS, ItemView

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.events import Resize, ScreenResume
    from textual.geometry import Size

    from sel_tui.i18n import Words
    from sel_tui.screens.screen_saver import Moved
    from sel_tui.widgets.cursor import HardwareCursor
    from sel_tui.widgets.glyphs import Glyphs
    from sel_tui.widgets.textual_compat import TextualApp

    # Returns the key bar for a width: each key with its label.
    Keys = Callable[[int], list[tuple[str, str]]]

ROOMY: Final = 34
# Rows of the title bar, the status line and the one above the page.
BARS: Final = 4
# Cells of the longer name of an arrow.
ARROW: Final = 4
SMALLEST: Final = (40, 12)


class StepScreen(KeyScreen):
    """A step of the journey, or what lies over it.

    Args:
        page: What it says and offers.
        words: The language.
        glyphs: The glyphs of this terminal.
        keys: Returns the key bar for a width: key and label.
        feed: Receives the events. A call, not a message: keys that arrive in one read keep their order.

    Attributes:
        mounted: Set once its items are there.
    """

    BINDINGS: ClassVar = []
    # One widget holds the styles of all parts: on each item they cost 60 % of the time of showing a screen.
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"part--{part}" for part in PARTS}
    AUTO_FOCUS = ""

    def __init__(
        self,
        page: Page,
        words: Words,
        glyphs: Glyphs,
        keys: Keys,
        feed: Callable[[Event], None],
    ) -> None:
        super().__init__(f"step {page.where.value}", feed)
        self.mounted = asyncio.Event()
        self.page = page
        self.words = words
        self.glyphs = glyphs
        self._keys_for = keys
        self._announced: Msg | None = None
        self._has_more = False
        self._appeared = False
        self._adapted_to: Size | None = None
        self._was_resized = False
        self._title = Bar("title")
        self._heading = Bar("heading")
        self._status = Bar("status")
        self._keys = Bar("keys")

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield self._title
        with BlankContainer(id="stage"), BlankContainer(id="column"):
            yield self._heading
            with self._body:
                yield from self._views(self.page)
            yield self._status
        yield self._keys

    def on_mount(self) -> None:
        """Adapt to the terminal's size; put the focus where the page wants it."""
        self._adapt(self.app.size)
        self.focus_on(self.page.focus, self.serial)
        self.screen_layout_refresh_signal.subscribe(self, self._laid_out, immediate=True)
        self.mounted.set()

    def on_screen_resume(self, event: ScreenResume) -> None:
        """Come on top; the first time, painted by `appear` and not by Textual."""
        event.refresh_styles = False  # a change of theme tells the screens below too
        if not self._appeared:
            event.prevent_default()
            if not cast("TextualApp", self.app).is_batching:  # else whoever changes the screens has it appear
                self.appear()

    def appear(self) -> None:
        """Be painted for the first time, once."""
        if not self._appeared:
            show_first(self, self._laid_out_first)

    def on_resize(self, event: Resize) -> None:
        """Draw the frame again; what was typed stays."""
        if not self._was_resized and event.size == self._adapted_to:  # it tells of the first layout: not once more
            event.prevent_default()
        else:
            self._adapt(event.size)
        self._was_resized = True

    async def show(self, page: Page, words: Words, keys: Keys) -> None:
        """Show `page` from now on; only what differs is repainted."""
        before = [item.id for item in self.page.items]
        self.page, self.words, self._keys_for = page, words, keys
        self._hinted = False
        shared = self._columns()
        if [item.id for item in page.items] != before:
            await self._rebuild(page)
        for view, item in zip(self.views, page.items, strict=True):
            view.show(item, words, shared)
        spacing.space(self.views)
        self._frame()
        self._close_up()

    def rest(self, moved: Moved, *, dark: bool) -> None:
        """Stand `moved` from now on, or be dark: only a screen that stands for hours does."""

    @property
    def shows_nothing(self) -> bool:
        """Whether all of it is hidden, the terminal's cursor too."""
        return False

    @property
    def told_at(self) -> tuple[int, int] | None:
        """The place of what the status line says of the last key, where braille has to find it."""
        region = self._status.region
        return (region.x + MARGIN, region.y) if self._hinted and self._braille and region else None

    def announce(self, message: Msg | None) -> None:
        """Say `message` in the status line until something else is said there or the page is another; None drops it."""
        self._announced = message
        self._show_status()

    def _laid_out_first(self) -> None:
        self._appeared = True
        self._keep_in_sight()

    def _laid_out(self, _: object) -> None:
        if self._appeared:  # else what follows from the first layout would be taken for a part of it
            self._keep_in_sight()

    def _adapt(self, size: Size) -> None:
        """Leave out what has no room on a terminal of that size."""
        self._adapted_to = size
        self.set_class(size.height >= ROOMY, "-roomy")
        self.set_class(size.height < SHORT, "-short")
        self.set_class(self._tiny, "-tiny")
        self._frame()
        self._close_up()

    def _columns(self) -> Columns:
        return columns(self.page.items, self.words, cast("HardwareCursor", self.app).cells)

    def _views(self, page: Page) -> list[ItemView]:
        shared = self._columns()
        views = [ItemView(item, self.words, self.glyphs, shared, self._edited) for item in page.items]
        spacing.space(views, shown=False)
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
        stage = self.words.say(self.page.stage) if self.page.stage is not None else ""
        mark = self.words.key("program.simulation") if self.page.simulation else ""
        self._title.show(title_lines(width, self.words.key("program.name"), mark, stage, self.glyphs.rule))
        heading = self._titled(self.words.key("too_small") if self._tiny else self.words.say(self.page.title))
        wrong = sum(isinstance(item, EntryItem) and item.error is not None for item in self.page.items)
        if wrong > 1:
            heading.append([(" " * MARGIN + self.words.say(msg("errors.count", count=wrong)), "error")])
        self._heading.show(heading)
        self._show_status()
        self._show_keys()

    def _titled(self, title: str) -> list[Line]:
        """Return the lines of the title."""
        return [
            [(" " * MARGIN + line, "title")] for line in wrap(title, max(min(self.app.size.width, MEASURE) - MARGIN, 1))
        ]

    def _close_up(self) -> None:
        """Leave blank lines out, the least useful first, where the page is whole on the screen only without them."""
        size = self.app.size
        rows = sum(len(view.laid(min(size.width, MEASURE)).lines) for view in self.views)
        # Without the key that shows more of the page: whether it stands there yet is a matter of time.
        room = size.height - BARS - self._heading.rows - len(key_lines(size.width, self._keys_for(size.width)))
        spared = spacing.kept(self.views, room - rows)
        self.set_class(spared is not None and size.height >= SHORT, "-dense")
        for view in self.views:
            view.set_class(spared is not None and view in spared, "-open")

    def _show_status(self) -> None:
        lines: list[str] = []
        if self.page.status is not None:
            self._announced = None
            lines = [self.words.say(self.page.status)]
        elif self._announced is not None:
            lines = wrap(self.words.say(self._announced), min(self.app.size.width, MEASURE) - MARGIN)
        self._status.show([[(" " * MARGIN + line, "state")] for line in lines])

    def _show_keys(self, *, laid_out: bool = True) -> None:
        """Show the keys that work, with the one for more rows where there are some.

        Args:
            laid_out: Whether the keys are those of the last layout. If not, whether there are more rows was decided for
                that one, and only which way they lie may have changed.
        """
        width = self.app.size.width
        keys = self._keys_for(width)
        lines = key_lines(width, keys)
        whole, height = self._body.virtual_size.height, self._body.size.height
        if laid_out:
            # The row that saying so takes must not be the reason to say so, and it is as wide at the end as before.
            self._has_more = whole > height + max(self._keys.rows - len(lines), 0)
        if self._has_more:
            down = self._body.scroll_offset.y + height < whole
            key = self.words.key("key.down" if down else "key.up").ljust(ARROW)
            lines = key_lines(width, [*keys, (key, self.words.key("key.more"))])
        self._keys.show(lines)

    def _scrolled(self, *, laid_out: bool = False) -> None:
        self._show_keys(laid_out=laid_out)

    @property
    def _tiny(self) -> bool:
        return self.app.size.width < SMALLEST[0] or self.app.size.height < SMALLEST[1]
