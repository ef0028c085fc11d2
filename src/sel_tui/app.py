"""The full-screen face: wires the visit to the screens, and keys to both. Wiring only."""

from __future__ import annotations

import asyncio
import sys
from functools import cache, partial
from math import inf
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from textual import events
from textual.keys import Keys
from textual.reactive import Reactive
from textual.widget import MountError

from sel_tui.i18n import Words
from sel_tui.i18n.charset import UTF_8, name_of
from sel_tui.journey.core.effects import FetchService
from sel_tui.journey.core.messages import msg, public
from sel_tui.journey.core.state import Tone
from sel_tui.journey.machine import overlay_page, page
from sel_tui.journey.registry import Step
from sel_tui.runtime.key_bindings import LINE_FACE_KEY, key_bar
from sel_tui.runtime.visit import Visit
from sel_tui.screens.dialogs import DialogScreen
from sel_tui.screens.key_presses import KeyPresses
from sel_tui.screens.registry import screen_for
from sel_tui.screens.screen_signals import ScreenSignals
from sel_tui.screens.type_ahead import TypeAhead, Typed
from sel_tui.styles_path import style_sheets
from sel_tui.terminal.endings import CHANGE_FACE, Exit, record_crash
from sel_tui.terminal.keys import teach
from sel_tui.terminal.watch import TerminalWatch
from sel_tui.widgets.glyphs import UNICODE, Glyphs, Spelled
from sel_tui.widgets.textual_compat import ANSI_SEQUENCES_KEYS, CompositorUpdate, TerminalDriver
from sel_tui.widgets.themes import THEMES

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path, PurePath

    from rich.console import RenderableType
    from textual.driver import Driver
    from textual.screen import Screen
    from textual.worker import Worker

    from sel_tui.api import ApiClient
    from sel_tui.journey.core.events import Event
    from sel_tui.journey.core.page import Page
    from sel_tui.journey.core.state import State
    from sel_tui.runtime.clock import KioskTimes, Later
    from sel_tui.runtime.visit import Running
    from sel_tui.screens.step import StepScreen
    from sel_tui.terminal.signals import Signals


GRAVE: Final = frozenset({Tone.WARNING, Tone.ERROR})


class SelApp(ScreenSignals):
    """The program on a full screen.

    Attributes:
        started: Whether the first page has been shown.
        crash: The reference of the crash that ended the program; "" when none did.

    Args:
        address: The back end's address.
        language: The language to start in.
        theme: The name of one of our themes.
        glyphs: The glyphs that the terminal can show.
        encoding: The encoding of the terminal.
        client: An API client, for tests.
        later: How to call something later, for tests.
        words: Returns the words of a language, for tests that need one time zone.
        crash_folder: Where a crash, or an error inside a call, leaves its record; for None see `record_crash`.
        voice: `auto` (F11 starts it), `on` or `off`.
        cells: The number of cells of the braille display; 0 without one.
        kiosk_times: How long a kiosk waits before it forgets a person; None on a person's own machine.
        signals: Handles the signals; None, for tests, leaves them alone.
        clock: The clock of the keys' times, in seconds.
    """

    TITLE = "sel-tui"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar = []
    CSS_PATH = cast("list[str | PurePath]", style_sheets())

    # Textual would take the focus away, and so the cursor, when the terminal's window loses its own.
    app_focus: Reactive[bool] = Reactive(default=True, init=False)

    def __init__(
        self,
        address: str,
        *,
        language: str = "fr",
        theme: str = "sel-dark",
        glyphs: Glyphs = UNICODE,
        encoding: str = UTF_8,
        client: ApiClient | None = None,
        later: Later | None = None,
        words: Callable[[str], Words] = Words,
        crash_folder: Path | None = None,
        voice: str = "auto",
        cells: int = 0,
        kiosk_times: KioskTimes | None = None,
        signals: Signals | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__()
        self.glyphs = glyphs
        self.reads = encoding
        self.writes = glyphs.encoding
        self.cells = cells
        # One object for each language: an item whose words are the same object is not drawn again.
        self._words = cache(
            lambda language: Spelled(words(language), glyphs.encoding) if glyphs.spells else words(language)
        )
        self._crash_folder = crash_folder
        self.started = False
        self.crash = ""
        self._voice_setting = voice
        self._first_theme = theme
        self._watch: TerminalWatch | None = None
        self.signals = signals
        self._typed_ahead = TypeAhead()
        self._presses = KeyPresses()
        self._clock = clock
        self._dropped = -inf
        self._stale = False
        self._said_dropped = False
        for known in THEMES:
            self.register_theme(known)
        self.theme = theme
        self.visit = Visit(
            address,
            self._run,
            self._changed,
            language=language,
            client=client,
            later=later,
            kiosk_times=kiosk_times,
            record=partial(record_crash, folder=crash_folder),
        )

    def on_mount(self) -> None:
        """Call the server once the first screen is painted; end well when the system says so."""
        teach(cast("dict[str, Any]", ANSI_SEQUENCES_KEYS), Keys)
        loop = asyncio.get_running_loop()
        self.attach_signals()
        if not self.is_headless:
            self._watch = TerminalWatch(
                sys.stdin.fileno(), lambda: loop.call_soon_threadsafe(self._terminal_gone), Exit.HANGUP
            )
        self.start_voice(self._voice_setting, kiosk=self.visit.state.app.kiosk)
        self.show_to_voice(self._shown)
        self.call_after_refresh(self._start_visit)

    def _start_visit(self) -> None:
        self.started = True
        self.visit.start()

    async def on_unmount(self) -> None:
        """Log out, whatever the way out."""
        self.close_voice()
        self.detach_signals()
        await self.visit.close()
        if self._watch is not None:
            self._watch.close()

    def _fatal_error(self) -> None:
        """End with a sentence; Textual would print the locals, passwords included, and exit with 0."""
        self.crash = record_crash(self._exception or RuntimeError(), self._crash_folder)
        self._return_code = Exit.CRASH
        self._close_messages_no_wait()

    def panic(self, *renderables: RenderableType) -> None:
        """End likewise where Textual would print what it is given."""
        del renderables
        self._fatal_error()

    def get_driver_class(self) -> type[Driver]:
        """Return what reads and writes the terminal."""
        return TerminalDriver

    def get_default_screen(self) -> Screen[Any]:
        """Return the first screen at once: nothing is painted twice."""
        screen = self._new_screen(page(self.visit.state))
        # Textual 8.2 forgets this for a default screen; switch_screen would then pop from an empty list.
        screen._push_result_callback(screen, None)  # noqa: SLF001
        return screen

    async def on_event(self, event: events.Event) -> None:
        """Take keys and pasted text here, one after the other, so that nothing typed overtakes a change of focus."""
        if isinstance(event, (events.Key, events.Paste)) and not event.is_forwarded:
            if self._leaving() or not self._screen_stack:  # typed while the app ends: there is nothing to type into
                return
            await self._shown.mounted.wait()  # the first page may not be: nothing waits for it
            self.visit.record_activity()
            key = event.key if isinstance(event, events.Key) else ""
            began = self._presses.read(key, event.time)
            if (
                event.time <= self._dropped
                or self.takes_voice_key(key)
                or self.is_signal(key, kiosk=self.visit.state.app.kiosk)
            ):
                return
            await self._take(event, began)
            return
        await super().on_event(event)

    def watch_app_focus(self, focus: bool) -> None:
        """Keep the focus where it is."""

    def on_bytes_dropped(self) -> None:
        """Say, once to each person, that a letter did not arrive."""
        if not self._said_dropped:
            self._said_dropped = True
            self.say_status(msg("bytes_dropped", charset=public(name_of(self.reads))))

    def on_terminal_gone(self) -> None:
        """End: nobody can type any more."""
        self._terminal_gone()

    async def _take(self, event: events.Key | events.Paste, began: float) -> None:
        if self._stale:  # the answer came while the key waited its turn: the page of before would swallow it
            await self._catch_up()
        state = self.visit.state
        key = event.key if isinstance(event, events.Key) else ""
        if key == "f8":
            self._next_theme()
            return
        if key == LINE_FACE_KEY and state.step is Step.LOGIN and (state.overlay or not self._awaits_more_than_service):
            self._end(CHANGE_FACE)
            return
        typed = Typed(event, began, state.overlay)
        if self._typed_ahead.hold_back(typed, state, self._shown.view):
            return
        self._apply(typed)
        await self._catch_up()
        self.show_to_voice(self._shown)

    def _apply(self, typed: Typed) -> None:
        """Let one key or one pasted text happen."""
        event, own = typed.event, typed.own_event(self.visit.state)
        if own is not None:
            self.visit.feed(own)
        elif isinstance(event, events.Paste):
            self._shown.pasted(event.text)
        else:
            self._shown.pressed(event, meant=self._presses.answers(typed.began, self._shown.page))

    @property
    def _awaits_more_than_service(self) -> bool:
        busy = self.visit.state.busy
        return busy is not None and not isinstance(busy.effect, FetchService)

    def _next_theme(self) -> None:
        names = [theme.name for theme in THEMES]
        self.theme = names[(names.index(self.theme) + 1) % len(names)]

    def _next_person(self) -> None:
        self._typed_ahead.clear()
        self._said_dropped = False
        self._announce(None)
        self.reset_voice()
        if self.visit.state.app.kiosk:
            self.theme = self._first_theme

    def _end(self, code: int) -> None:
        self.exit(return_code=code)

    def _terminal_gone(self) -> None:
        driver = self._driver
        if driver is not None:
            setattr(driver, "write", lambda _: None)  # noqa: B010  # nobody reads it, and it blocks
        self._end(Exit.HANGUP)

    def _leaving(self) -> bool:
        return self._exit

    def _feed(self, event: Event) -> None:
        self.visit.feed(event)

    def _run(self, call: Callable[[], Coroutine[Any, Any, None]]) -> Running:
        worker: Worker[None] = self.run_worker(call, group="api", exit_on_error=False)
        return worker

    def _changed(self, before: State, after: State) -> None:
        if after.quit:
            self._end(Exit.OK)
        if before.person.generation != after.person.generation:
            self._next_person()
        grave = after.notice is not before.notice and after.notice is not None and after.notice.tone in GRAVE
        if grave or after.unexpected != before.unexpected:
            self._typed_ahead.clear()  # typed for what was expected, not for what came
            self._dropped = self._clock()  # so was what has been read, but not looked at
        if not self._stale:
            self._stale = True
            self.call_later(self._catch_up)

    async def _catch_up(self) -> None:
        """Let the screens show the state, then let what was typed ahead happen, one after the other."""
        while not self._leaving():
            if self._stale:
                self._stale = False
                try:
                    await self._show(self.visit.state)
                except (MountError, ValueError):
                    if not self._leaving():  # else the screens were closed under the change: nothing is left to show
                        raise
                    return
                self.show_to_voice(self._shown)
            typed = self._typed_ahead.next(self.visit.state, self._shown.view)
            if typed is not None:
                self._apply(typed)
                if not self._stale:
                    self.show_to_voice(self._shown)
            elif not self._stale:
                return

    async def _show(self, state: State) -> None:
        shown = page(state)
        over = overlay_page(state, self._focused_below())
        while isinstance(self.screen, DialogScreen) and (over is None or self.screen.page.where != over.where):
            await self.pop_screen()
        if not isinstance(self.screen, DialogScreen):
            if self._shown.page.where is shown.where:
                await self._refresh(self._shown, shown)
            else:
                await self.switch_screen(self._new_screen(shown))
            self._shown.focus_on(state.focus.item, state.focus.serial)
        if over is not None:
            if isinstance(self.screen, DialogScreen):
                await self._refresh(self.screen, over)
            else:
                await self.push_screen(self._new_screen(over, dialog=True))
            self._shown.focus_on(over.focus, -3 if over.focus else -2)

    def _display(self, screen: Screen[Any], renderable: RenderableType | CompositorUpdate | None) -> None:
        """Note when a page is painted: a key that is read after that can answer it."""
        if renderable is not None and not self._batch_count and self._screen_stack and screen is self.screen:
            self._presses.paint(self._shown.page, self._clock())
        super()._display(screen, renderable)

    async def _refresh(self, screen: StepScreen, shown: Page) -> None:
        state = self.visit.state
        words = self._words(state.person.language)
        keys = key_bar(state, shown, words, self.size.width)
        await screen.show(shown, words, keys, simulation=self._simulation)

    def _new_screen(self, shown: Page, *, dialog: bool = False) -> StepScreen:
        state = self.visit.state
        words = self._words(state.person.language)
        keys = key_bar(state, shown, words, self.size.width)
        kind = DialogScreen if dialog else screen_for(shown.where)
        return kind(shown, words, self.glyphs, keys, self._feed, simulation=self._simulation)

    def _focused_below(self) -> str:
        below = [screen for screen in self._screen_stack if not isinstance(screen, DialogScreen)]
        view = below[-1].focused if below else None
        return str(getattr(getattr(view, "item", None), "id", ""))

    @property
    def _shown(self) -> StepScreen:
        return cast("StepScreen", self.screen)

    @property
    def _simulation(self) -> bool:
        service = self.visit.state.app.service
        return service is not None and service.simulation
