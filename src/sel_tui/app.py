"""The full-screen face: wires the visit to the screens, and keys to both. Wiring only."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from math import inf
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from textual import events
from textual.keys import Keys

from sel_tui.i18n import Words
from sel_tui.i18n.charset import name_of
from sel_tui.journey.core import commands
from sel_tui.journey.core.events import Command
from sel_tui.journey.core.messages import msg, personal, public
from sel_tui.journey.core.page import EntryItem
from sel_tui.journey.registry import Overlay, Step
from sel_tui.runtime.clock import awake_clock, call_later
from sel_tui.runtime.key_bindings import LINE_FACE_KEY, STAFF_KEY, Chord, can_change_face, own_event
from sel_tui.runtime.visit import Visit
from sel_tui.screens.key_presses import REACTION, KeyPresses
from sel_tui.screens.screen_signals import ScreenSignals
from sel_tui.screens.screen_stack import ScreenStack
from sel_tui.screens.type_ahead import TypeAhead, Typed
from sel_tui.styles_path import style_sheets
from sel_tui.terminal.endings import CHANGE_FACE, Exit, record_crash
from sel_tui.terminal.keys import teach
from sel_tui.terminal.watchdog import watched_by_systemd
from sel_tui.voice import KEY as VOICE_KEY
from sel_tui.widgets.glyphs import glyphs_named
from sel_tui.widgets.textual_compat import (
    ANSI_SEQUENCES_KEYS,
    CompositorUpdate,
    complete_default_screen,
    forget_drawn,
)
from sel_tui.widgets.themes import THEME_NAMED, THEMES, theme_after

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path, PurePath

    from rich.console import RenderableType
    from textual.screen import Screen
    from textual.theme import Theme

    from sel_tui.api import ApiClient
    from sel_tui.journey.core.events import Event
    from sel_tui.journey.core.page import Page
    from sel_tui.journey.core.state import State
    from sel_tui.runtime.clock import Later
    from sel_tui.runtime.options import Kiosk, VisitOptions
    from sel_tui.screens.screen_saver import ScreenSaver
    from sel_tui.screens.step import StepScreen
    from sel_tui.terminal.capabilities import Decision
    from sel_tui.terminal.drawing.abilities import Abilities
    from sel_tui.terminal.signals import Signals


REDRAW_KEY: Final = "ctrl+l"
_MINUTE: Final = 60


class SelApp(ScreenSignals):
    """The program on a full screen.

    Attributes:
        started: Whether the first page has been shown.
        crash: The reference of the crash that ended the program; "" when none did.

    Args:
        options: Where the visit takes place, and how it begins; what a kiosk offers beside its languages is added.
        decision: What was decided of the terminal: its colours, its glyphs, its encoding, its braille display.
        voice: `auto` (F11 starts it), `on` or `off`.
        signals: Handles the signals; None, for tests, leaves them alone.
        abilities: What the terminal understands; for None Textual writes to it.
        client: An API client, for tests.
        later: How to call something later, for tests.
        words: Returns the words of a language, for tests that need one time zone.
        clock: The clock of the keys' times, in seconds.
        crash_folder: Where a crash, or an error inside a call, leaves its record; for None see `record_crash`.
    """

    TITLE = "sel-tui"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar = []
    CSS_PATH = cast("list[str | PurePath]", style_sheets())

    def __init__(
        self,
        options: VisitOptions,
        decision: Decision,
        *,
        voice: str = "auto",
        signals: Signals | None = None,
        abilities: Abilities | None = None,
        client: ApiClient | None = None,
        later: Later | None = None,
        words: Callable[[str], Words] = Words,
        clock: Callable[[], float] = monotonic,
        crash_folder: Path | None = None,
    ) -> None:
        # Before Textual asks: a change would read all style sheets again.
        self.set_reactive(SelApp.theme, decision.colour)
        super().__init__()
        self.glyphs = glyphs_named(decision.glyphs, decision.encoding)
        self.reads = decision.encoding
        self.writes = self.glyphs.encoding
        self.escape_wait = decision.escape_wait
        self.cells = decision.cells
        self._copies_by = decision.clipboard
        self._crash_folder = crash_folder
        self.started = False
        self.crash = ""
        self._voice_setting = voice
        self._first_theme = decision.colour
        self._wanted_theme: str | None = None
        self.signals = signals
        self._typed_ahead = TypeAhead()
        self._presses = KeyPresses()
        self._chord = Chord()
        self._clock = clock
        self._dropped = -inf
        self._stale = False
        self._unwritten: Page | None = None
        self._said_dropped = False
        self._drawn_for_another = False
        for known in THEMES:
            self.register_theme(known)
        self.draws_with(abilities, later or call_later)
        kiosk = options.kiosk
        self.visit = Visit(
            replace(options, offers=_offers(voice)) if kiosk is not None else options,
            partial(self.run_worker, group="api", exit_on_error=False),
            self._changed,
            client=client,
            later=later,
            awake=awake_clock,
            record=partial(record_crash, folder=crash_folder),
        )
        self._stack = ScreenStack(self, words, self.glyphs, self._feed)
        # Who reads by touch has to find the line where it was, and something on it.
        self._saver = _saver(kiosk) if kiosk is not None and not self.cells else None

    def on_mount(self) -> None:
        """Call the server once the first screen is painted; end well when the system says so."""
        teach(cast("dict[str, Any]", ANSI_SEQUENCES_KEYS), Keys)
        self.attach_signals(kiosk=self.visit.state.app.kiosk)
        self.start_voice(self._voice_setting, kiosk=self.visit.state.app.kiosk)
        self.show_to_voice(self._shown)
        self.set_interval(1, self._look_at_clock)
        self.call_after_refresh(self._start_visit)

    def _look_at_clock(self) -> None:
        self.visit.look_at_clock()
        watched_by_systemd().alive()
        self._rest()

    def _rest(self) -> None:
        """Move or darken a screen that stands for hours."""
        state = self.visit.state
        if self._saver is not None and self.screen_stack:
            stands = state.step is Step.ATTRACT and state.overlay is None
            self._saver.look(self._clock(), stands=stands)
            self._shown.rest(self._saver.moved, dark=self._saver.dark)

    def _start_visit(self) -> None:
        self.started = True
        watched_by_systemd().alive()
        self.visit.start()

    async def on_unmount(self) -> None:
        """Log out, whatever the way out."""
        self.close_voice(bye=self.visit.state.ends_program)
        self.detach_signals()
        await self.visit.close()
        self.stop_watching()

    def record_fatal(self, error: Exception) -> int:
        """Record `error`, which ends the app; whoever runs it says a sentence."""
        self.crash = record_crash(error, self._crash_folder)
        return Exit.CRASH

    def get_theme(self, theme_name: str) -> Theme | None:
        """Return a theme by its name; ours are known before they can be registered."""
        return THEME_NAMED.get(theme_name) or super().get_theme(theme_name)

    def get_default_screen(self) -> Screen[Any]:
        """Return the first screen at once: nothing is painted twice."""
        screen = self._stack.first(self.visit.state)
        complete_default_screen(screen)
        return screen

    async def on_event(self, event: events.Event) -> None:
        """Take keys and pasted text here, one after the other, so that nothing typed overtakes a change of focus."""
        if isinstance(event, (events.Key, events.Paste)) and not event.is_forwarded:
            counts = self.looks_at(event)
            if not counts or self.is_leaving() or not self.screen_stack:  # while it ends, there is nothing to type into
                return
            await self._shown.mounted.wait()  # the first page may not be: nothing waits for it
            key = event.key if isinstance(event, events.Key) else ""
            began = self._presses.read(key, event.time)
            if began == event.time:  # a key that is held down is nobody
                self.visit.record_activity()
            elif self.visit.state.overlay is Overlay.EXPIRING:
                return
            chord = own_event(STAFF_KEY, self.visit.state) if self._chord.read(key) else None
            if chord is not None:
                self.visit.feed(chord)
                await self._catch_up()
                return
            if self._saver is not None and self._saver.wake(began):
                self._dropped = began
                self._rest()
            kiosk = self.visit.state.app.kiosk
            if not (began <= self._dropped or self.takes_voice_key(key) or self.is_signal(key, kiosk=kiosk)):
                await self._take(event, began)
            return
        if isinstance(event, events.Resize):
            self.forget_shown()  # the terminal has moved its cells about, also where it is as large as before
        await super().on_event(event)

    def on_bytes_dropped(self) -> None:
        """Say, once to each person, that a letter did not arrive."""
        if not self._said_dropped:
            self._said_dropped = True
            self.say_status(msg("bytes_dropped", charset=public(name_of(self.reads))))

    async def _take(self, event: events.Key | events.Paste, began: float) -> None:
        key = event.key if isinstance(event, events.Key) else ""
        own = bool(key) and own_event(key, self.visit.state) is not None
        if (
            self._stale and not own
        ):  # the answer came while the key waited its turn: the page of before would swallow it
            await self._catch_up()
        state = self.visit.state
        if key == "f8":
            if self._wanted_theme is None:
                self.call_later(self._change_theme)  # once for all that were read: F8 may be held down
            self._wanted_theme = theme_after(self._wanted_theme or self.theme)
            return
        if key == REDRAW_KEY:
            self.redraw()
            return
        if key == LINE_FACE_KEY and can_change_face(state):
            self.exit(return_code=CHANGE_FACE)
            return
        typed = Typed(event, began, state.overlay)
        if self._interrupted(typed, state):  # it keeps the session, and is written where it was meant
            self.visit.feed(Command("stay"))
            self._typed_ahead.keep(Typed(event, began, None))
        elif self._typed_ahead.hold_back(typed, state, self._shown.view):
            return
        else:
            self._apply(typed)
        shown, view = self.visit.state.shown, self._shown.view
        there = view is not None and isinstance(view.item, EntryItem) and view.item.secret
        if own and shown != state.shown:
            # There the voice says it of the field.
            (self._announce if there else self.say_status)(msg("secrets.shown" if shown else "secrets.hidden"))
        if own and self.has_more_keys:  # a page that the next key changes is not shown: Esc may be held down
            return
        await self._catch_up()
        self.show_to_voice(self._shown)
        if isinstance(event, events.Key):
            self.explain_by_voice(letter=event.is_printable and key != "space")

    def _change_theme(self) -> None:
        wanted, self._wanted_theme = self._wanted_theme, None
        if wanted is not None:
            self.theme = wanted
            self.say_status(msg("theme.changed", name=msg(f"theme.{wanted}")))

    def _interrupted(self, typed: Typed, state: State) -> bool:
        """Tell whether a letter was meant for the field that the session's warning has just covered."""
        letter = isinstance(typed.event, events.Key) and typed.event.is_printable
        if state.overlay is not Overlay.EXPIRING or not letter or not self._stack.covers_field:
            return False
        return not self._presses.answers(typed.began - REACTION, self._shown.page)

    def _feed(self, event: Event) -> None:
        """Do what this face does itself; tell the journey all the rest."""
        match event:
            case Command(commands.LINE_FACE):
                self.exit(return_code=CHANGE_FACE)
            case Command(commands.VOICE):
                self.takes_voice_key(VOICE_KEY)
            case Command(commands.COPY_REFERENCE, reference):
                self._copy(reference)
            case _:
                self.visit.feed(event)

    def _copy(self, reference: str) -> None:
        from sel_tui.terminal.clipboard import copying

        if self.terminal is not None:
            self.terminal.write(copying(reference, self._copies_by))  # the cursor stays where it is
            self.terminal.flush()
            self.say_status(msg("reference.copied", reference=personal(reference)))

    def _apply(self, typed: Typed) -> None:
        """Let one key or one pasted text happen."""
        event, own = typed.event, typed.own_event(self.visit.state)
        if own is not None:
            self.visit.feed(own)
        elif isinstance(event, events.Paste):
            self._shown.pasted(event.text)
        else:
            self._shown.pressed(event, meant=self._presses.answers(typed.began, self._shown.page))

    def _next_person(self) -> None:
        self._typed_ahead.clear()
        self._dropped = self._clock()  # what has been read, but not looked at, is the last person's
        self.forget_begun()
        self._said_dropped = False
        self._drawn_for_another = True
        self._announce(None)
        self.reset_voice()
        self._wanted_theme = None
        if self.visit.state.app.kiosk:
            self.theme = self._first_theme

    def _changed(self, before: State, after: State) -> None:
        if after.quit:
            self.exit(return_code=Exit.STOPPED if after.stopped else Exit.OK)
        if before.person.generation != after.person.generation:
            self._next_person()
        if before.step is Step.ATTRACT and after.step is not Step.ATTRACT:
            self._dropped = self._clock()  # the rest of what began it, or held down: it was meant for no field
        grave = after.notice is not before.notice and after.notice is not None and after.notice.grave
        # A kiosk finds by itself that nobody answers: whoever begins meanwhile has expected nothing else.
        if (grave or after.unexpected != before.unexpected) and after.step is not Step.ATTRACT:
            self._typed_ahead.clear()  # typed for what was expected, not for what came
            self._dropped = self._clock()  # so was what has been read, but not looked at
        if after.busy is not before.busy:
            self.hold(asked=after.busy is not None)
        if not self._stale:
            self._stale = True
            self.call_later(self._catch_up)

    async def _catch_up(self) -> None:
        """Let the screens show the state, then let what was typed ahead happen, one after the other."""
        while not self.is_leaving():
            if self._stale:
                self._stale = False
                self.hold()
                await self._stack.show(self.visit.state)
                if self.is_leaving():
                    return
                if self._drawn_for_another:
                    self._drawn_for_another = False
                    forget_drawn()
                self.show_to_voice(self._shown)
            typed = self._typed_ahead.next(self.visit.state, self._shown.view)
            if typed is not None:
                self._apply(typed)
                if not self._stale:
                    self.show_to_voice(self._shown)
            elif not self._stale:
                self._shown.call_after_refresh(self.settle)
                return

    def before_display(self, screen: Screen[object], update: RenderableType | CompositorUpdate | None) -> None:
        """Note when a page is painted: a key that is read after that can answer it."""
        if update is not None and not self.is_batching and self.screen_stack and screen is self.screen:
            self._unwritten = self._shown.page
            if not self.is_holding:
                self.after_writing()
        super().before_display(screen, update)

    def after_writing(self) -> None:
        """Note that the page painted last is on the terminal."""
        if self._unwritten is not None:
            self._presses.paint(self._unwritten, self._clock())
            self._unwritten = None

    @property
    def _shown(self) -> StepScreen:
        return self._stack.shown


def _offers(voice: str) -> tuple[str, ...]:
    """Return the commands that a kiosk's first page offers and this face carries out."""
    from sel_tui.voice import can_speak

    return (commands.VOICE, commands.LINE_FACE) if can_speak(voice) else (commands.LINE_FACE,)


def _saver(kiosk: Kiosk) -> ScreenSaver:
    from sel_tui.screens.screen_saver import ScreenSaver

    return ScreenSaver(kiosk.blank_minutes * _MINUTE)
