"""What the program uses of Textual's private parts, in one place; a test lists the names.

`TextualApp` and `TextualDriver` are Textual's app and driver with their private parts under names of ours;
`CellsUpdate` is what the app writes.
"""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from rich.control import Control
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual._styles_cache import StylesCache
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.strip import Strip
from textual.widget import Widget

from sel_tui.i18n.charset import SPELLED
from sel_tui.widgets import palette

with palette.left_out():
    from textual.app import App

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console, RenderableType
    from textual.driver import Driver
    from textual.geometry import Size
    from textual.message import Message
    from textual.screen import Screen

__all__ = [
    "ANSI_SEQUENCES_KEYS",
    "CellsUpdate",
    "CompositorUpdate",
    "TextualApp",
    "TextualDriver",
    "complete_default_screen",
    "is_seam_known",
    "keys_of",
    "lay_out_again",
    "pieces_of",
    "show_first",
    "size_of",
]

OWN_PEN: Final = "\x1b[m"


class TextualDriver(LinuxDriver):
    """Textual's driver, with what ours needs of its private parts under public names."""

    def write_in(self, encoding: str) -> None:
        """Write to the terminal in that encoding from now on, and not in the one that Python guessed."""
        assert sys.__stderr__ is not None, "Textual's driver needs it too"
        self._file = open(  # noqa: SIM115  # as long as the driver
            sys.__stderr__.fileno(), "w", encoding=encoding, errors=SPELLED, closefd=False
        )

    def fail(self, error: BaseException) -> None:
        """End the app as any other exception does; callable from the thread that reads."""
        self._app.call_later(self._app._handle_exception, error)  # noqa: SLF001  # this is the place for it


def lay_out_again(widget: Widget) -> None:
    """Have `widget` asked for its size by the next layout, also when it changes again before that has begun.

    Textual keeps what a layout was told until the widget has asked for another, and of two requests it takes one.
    """
    widget._box_model_cache.clear()  # noqa: SLF001  # nothing public does it
    widget.refresh(layout=True)


def show_first(screen: Screen[Any], laid_out: Callable[[], None]) -> None:
    """Lay out and paint `screen`, which has just been mounted.

    That covers what its widgets have requested so far, for which Textual would lay out and paint a second time.

    Args:
        screen: The screen.
        laid_out: Called after the layout; what it requests reaches the screen at once.
    """
    screen.stack_updates += 1
    screen._refresh_layout(screen.app.size)  # noqa: SLF001  # this is the place for it
    widgets = screen.walk_children(Widget, with_self=True)
    for widget in widgets:
        widget._layout_required = widget._repaint_required = False  # noqa: SLF001  # likewise
        widget._exchange_repaint_regions()  # noqa: SLF001  # else the next letter would paint its whole field
    laid_out()
    for widget in widgets:
        widget._check_refresh()  # noqa: SLF001  # likewise


def keys_of(text: str) -> Iterator[Message]:
    """Yield what Textual reads in whole letters and whole sequences."""
    # A parser of its own: one that does not know a sequence would wait for more, and type it in the end.
    yield from XTermParser().feed(text)


class CellsUpdate(ChopsUpdate):
    """Writes the cells that have changed and none before them: Textual 8.2 crops what it repaints on the right alone.

    A reader of the terminal's output hears a typed letter, not its label again.
    """

    def render_segments(self, console: Console) -> str:
        """Return what is sent to the terminal."""
        written: list[str] = []
        for piece in _parts(self):
            strip = piece.segments.crop(piece.start - piece.column, piece.end - piece.column)
            written += [Control.move_to(piece.start, piece.row).segment.text, strip.render(console)]
        return "".join(written)


def is_seam_known() -> bool:
    """Tell whether Textual hands over what it paints as it does in the version that this program was made for."""
    seam = {LayoutUpdate: ("strips", "region"), ChopsUpdate: ("chops", "spans", "chop_ends")}
    return all(set(names) <= set(inspect.signature(kind).parameters) for kind, names in seam.items())


def size_of(update: CompositorUpdate) -> Size | None:
    """Return the size of the screen that `update` paints whole; None when it paints a part."""
    return update.region.size if isinstance(update, LayoutUpdate) else None


class Piece(NamedTuple):
    """What stands in one row.

    Attributes:
        row: The row.
        column: Where the segments begin.
        segments: Text with its styles.
        start: The first column that has changed.
        end: The column after the last.
    """

    row: int
    column: int
    segments: Strip
    start: int
    end: int


def pieces_of(update: CompositorUpdate) -> Iterator[Piece] | None:
    """Return what `update` paints; None for an update of another kind."""
    if isinstance(update, LayoutUpdate):
        return _whole(update)
    return _parts(update) if isinstance(update, ChopsUpdate) else None


def _whole(update: LayoutUpdate) -> Iterator[Piece]:
    for row, strips in enumerate(update.strips, update.region.y):
        yield Piece(row, update.region.x, Strip.join(strips), update.region.x, update.region.right)


def _parts(update: ChopsUpdate) -> Iterator[Piece]:
    for row, start, end in update.spans:
        for chop_end, (left, strip) in zip(update.chop_ends[row], update.chops[row].items(), strict=True):
            first, last = max(left, start), min(chop_end, end)
            if strip is not None and first < last:
                yield Piece(row, left, strip, first, last)


class TextualApp(App[int]):
    """Textual's app, with what the program needs of its private parts under public names."""

    def __init__(self) -> None:
        super().__init__()
        # Else each screen has two widgets more, for tooltips and notices of which we have none.
        self._disable_tooltips = self._disable_notifications = True

    def is_leaving(self) -> bool:
        """Tell whether the app is about to end."""
        return self._exit

    async def run_next(self) -> None:
        """Run what `call_next` has queued, also while a message is being handled."""
        await self._flush_next_callbacks()

    @property
    def is_batching(self) -> bool:
        """Whether nothing is written to the terminal now: several changes are to be painted at once."""
        return bool(self._batch_count)

    @property
    def terminal(self) -> Driver | None:
        """What writes to the terminal; None before the app runs."""
        return self._driver

    def before_display(self, screen: Screen[Any], update: RenderableType | CompositorUpdate | None) -> None:
        """Called before an update is written to the terminal.

        Args:
            screen: The screen that is painted.
            update: What is about to be written, None for nothing.
        """

    def paint(self, update: CompositorUpdate) -> bool:
        """Called instead of Textual's own writing; return whether `update` was taken, else Textual writes it.

        Args:
            update: What has changed on the screen.
        """
        del update
        return False

    @property
    def draws(self) -> bool:
        """Whether the program writes its frames itself, each at once."""
        return False

    @property
    def parting(self) -> str:
        """What is written before the terminal is given back."""
        return OWN_PEN

    def forget_shown(self) -> None:
        """Called when what the terminal shows is not known any more."""

    def record_fatal(self, error: Exception) -> int:
        """Called when the app ends because of `error`; return the exit code."""
        del error
        return 1

    def _set_pointer_shape(self, shape: str) -> None:
        """Leave the mouse's pointer alone; Textual would write its shape with every screen."""

    def panic(self, *renderables: RenderableType) -> None:
        """End as after any fatal error; Textual would print what it is given."""
        del renderables
        self._fatal_error()

    def _fatal_error(self) -> None:
        """End without a word; Textual would print the locals, passwords included, and exit with 0."""
        self._return_code = self.record_fatal(self._exception or RuntimeError())
        self._close_messages_no_wait()

    def _display(self, screen: Screen[Any], renderable: RenderableType | CompositorUpdate | None) -> None:
        self.before_display(screen, renderable)
        if isinstance(renderable, CompositorUpdate) and self._driver is not None and not self.is_headless:
            try:
                painted = self.paint(renderable)
            except Exception as error:  # noqa: BLE001  # as Textual does it
                self._handle_exception(error)
                return
            if painted:
                self.post_display_hook()
                return
        if isinstance(renderable, ChopsUpdate):
            renderable = CellsUpdate(renderable.chops, renderable.spans, renderable.chop_ends)
        super()._display(screen, renderable)  # type: ignore[arg-type]  # Textual's annotation forgets its updates


def forget_drawn() -> None:
    """Let go of what screens that are gone had drawn: a cache of Textual's for two colours keeps their lines along."""
    StylesCache.get_inner_outer.cache_clear()


def complete_default_screen(screen: Screen[Any]) -> None:
    """Do what Textual 8.2 forgets for a default screen; `switch_screen` would then pop from an empty list."""
    screen._push_result_callback(screen, None)  # noqa: SLF001  # this is the place for it
