"""Runs the line face on the standard input and output. asyncio and the visit load behind the first question."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from sel_tui.i18n.charset import UTF_8, name_of
from sel_tui.journey.core.commands import BEGIN, FULL_SCREEN, VOICE
from sel_tui.journey.core.drafts import keep_draft
from sel_tui.journey.core.events import Command
from sel_tui.journey.core.fields import EMAIL
from sel_tui.journey.core.messages import Msg, msg, public
from sel_tui.journey.core.scopes import DEFAULT_PRINTER, Printer
from sel_tui.journey.machine import first_state, update
from sel_tui.journey.registry import START
from sel_tui.late_dataclass import dataclass
from sel_tui.line.console import INPUT, OUTPUT, Console
from sel_tui.line.renderer import Renderer
from sel_tui.line.sentences import LineWords
from sel_tui.terminal.capabilities import LOCAL_WAIT
from sel_tui.terminal.endings import CHANGE_FACE, Exit, Handover, record_crash
from sel_tui.terminal.modes import CharacterMode, discard_input
from sel_tui.terminal.signals import Signals
from sel_tui.terminal.watchdog import watched_by_systemd

if TYPE_CHECKING:
    from collections.abc import Callable

    from sel_tui.line.face import LineFace
    from sel_tui.line.prompts import Prompt
    from sel_tui.runtime.clock import KioskTimes
    from sel_tui.runtime.heartbeat import Heartbeat
    from sel_tui.runtime.revocations import Revocations
    from sel_tui.runtime.staff import StaffLock
    from sel_tui.runtime.visit import Visit
    from sel_tui.voice import Voice
    from sel_tui.widgets.glyphs import Glyphs

_ENDINGS: Final = {
    signal.SIGTERM: Exit.TERMINATED,
    signal.SIGHUP: Exit.HANGUP,
    signal.SIGQUIT: Exit.QUIT,
}


def run_line_face(
    address: str,
    *,
    proxy: str = "",
    handover: Handover,
    signals: Signals,
    glyphs: Glyphs,
    encoding: str = UTF_8,
    escape_wait: float = LOCAL_WAIT,
    why: Msg,
    hints: bool = True,
    initial: bytes = b"",
    voice: str = "off",
    cells: int = 0,
    kiosk_times: KioskTimes | None = None,
    remember_device: bool = False,
    printer: Printer = DEFAULT_PRINTER,
    heartbeat: Heartbeat | None = None,
    revocations: Revocations | None = None,
    staff: StaffLock | None = None,
    simulation: bool = False,
    screens: bool = False,
    desk: bool = False,
    on_first_prompt: Callable[[str], None] = lambda _: None,
) -> tuple[int, Handover]:
    """Run the line face until the person leaves or the input ends; return the exit code and what the next face gets.

    Args:
        address: The back end's address.
        proxy: The address of the proxy through which an https server is reached; "" for none.
        handover: The language to start in, and what was typed in the other face.
        signals: Handles the signals; they wait until the event loop, which loads after the first prompt, runs.
        glyphs: What the terminal can show.
        encoding: The encoding of the input.
        escape_wait: Seconds for which the rest of a key's sequence is waited for.
        why: Why this face was chosen; the first line says so.
        hints: Whether examples and commands are written.
        initial: What was read already from an input that is no terminal.
        voice: `auto`, `on` or `off`.
        cells: How many cells the braille display has that follows; 0 without one.
        kiosk_times: How long a kiosk waits before it forgets a person; None on a person's own machine.
        remember_device: Whether this device's tokens outlive the program; never on a kiosk.
        printer: Where receipts are printed.
        heartbeat: What says to the server that this kiosk is alive; None where nothing does.
        revocations: On a kiosk, what has sessions ended that were left while the server could not be told.
        staff: On a kiosk, what takes the staff's code; None where there is none.
        simulation: Whether the server is known to be a simulation.
        screens: Whether the person can have the full screen instead.
        desk: Whether an agent of Customer Service works here.
        on_first_prompt: Called with the text of the first prompt once it is shown.
    """
    console = Console(glyphs, cells=cells)
    console.measure()
    with _mode(kiosk=kiosk_times is not None) as mode:
        stays = kiosk_times is None and mode is not None and os.isatty(OUTPUT)
        renderer = Renderer(
            console.say,
            hints=hints,
            simulation=simulation,
            stays=stays,
            room=lambda: console.columns,
            braille=bool(cells),
        )
        conversation = _Conversation(
            console,
            renderer,
            address,
            proxy,
            handover,
            signals,
            initial,
            encoding,
            escape_wait,
            mode,
            kiosk_times,
            remember_device,
            printer,
            heartbeat,
            revocations,
            staff,
            screens,
            _offers(voice, screens=screens) if kiosk_times is not None else (),
            desk,
        )
        prompt = conversation.open(why, hints=hints)
        on_first_prompt(prompt.text)
        import asyncio

        return asyncio.run(conversation.finish(prompt, voice))


@dataclass(frozen=True)
class _Conversation:
    console: Console
    renderer: Renderer
    address: str
    proxy: str
    handover: Handover
    signals: Signals
    initial: bytes
    encoding: str
    escape_wait: float
    mode: Any
    kiosk_times: KioskTimes | None
    remember_device: bool
    printer: Printer
    heartbeat: Heartbeat | None
    revocations: Revocations | None
    staff: StaffLock | None
    screens: bool
    offers: tuple[str, ...]
    desk: bool

    def open(self, why: Msg, *, hints: bool) -> Prompt:
        """Write which face this is and the first prompt, which needs no server; return that prompt."""
        self.renderer.words = LineWords(self.handover.language)
        how = msg("line.first.f5" if self.screens else "line.first.restart")
        first = msg("line.first", why=why, screens=how)
        self.renderer.message(msg("line.pair", first=first, second=msg("line.commands")) if hints else first)
        state = first_state(
            self.handover.language,
            kiosk=self.kiosk_times is not None,
            server=self.address,
            crash=self.handover.crash,
            offers=self.offers,
            desk=self.desk,
        )
        if self.handover.begun:
            state = update(state, Command(BEGIN, self.handover.language))
        if self.handover.email:
            state = keep_draft(state, EMAIL.name, None, self.handover.email)
        prompt = self.renderer.render(state)
        assert prompt is not None, "what the first page asks waits for no server"
        self.console.ask(prompt.text)
        return prompt

    async def finish(self, prompt: Prompt, setting: str) -> tuple[int, Handover]:
        """Continue from the first prompt to the end; return the exit code and what the next face gets."""
        import asyncio

        from sel_tui.voice import open_voice

        voice = open_voice(setting, self.renderer.show, kiosk=self.kiosk_times is not None)
        ended: list[int] = []
        face, how = self._face(voice, lambda: _end(face, ended, CHANGE_FACE))
        if self.handover.changed:
            face.visit.take_over(self.handover.email, begun=self.handover.begun)
        self.console.on_lost = partial(_end, face, ended, Exit.HANGUP if self.mode is not None else Exit.OK)
        targets: dict[int, Callable[[], object]] = {
            number: partial(_end, face, ended, code) for number, code in _ENDINGS.items()
        }
        targets |= {signal.SIGINT: face.interrupt, signal.SIGWINCH: self.console.measure}
        targets |= {signal.SIGTSTP: partial(self._suspend, face), signal.SIGCONT: partial(self._resume, face)}
        self.signals.attach(asyncio.get_running_loop(), targets)
        looking = asyncio.create_task(_look_at_clock(face.visit))
        try:
            await face.run(prompt)
        finally:
            looking.cancel()
            self.signals.detach()
            if self.mode is not None and ended:
                discard_input()
            voice.close(bye=face.visit.state.ends_program and not ended)
            await face.visit.close()
        result: int = ended[0] if ended else Exit.STOPPED if face.visit.state.stopped else how()
        if result == Exit.USAGE:
            self._print_error(msg("fatal.no_answers"))
        elif result == Exit.UNFINISHED and face.unfinished is not None:
            self._print_error(msg("fatal.unfinished", step=face.unfinished))
        elif (not ended and result == Exit.OK) or (result == Exit.QUIT and not self.screens):
            self.renderer.bye()
        state = face.visit.state
        personal = self.handover.personal or (self.mode is not None and self.renderer.personal)
        email = state.person.drafts.get(EMAIL.name, "")
        return result, Handover(
            state.person.language, email, personal, changed=result == CHANGE_FACE, begun=state.step is START
        )

    def _suspend(self, face: LineFace) -> None:
        if self.mode is not None:
            discard_input()  # else the shell would run it
            self.mode.restore()
        self.signals.suspend()
        self._resume(face)

    def _resume(self, face: LineFace) -> None:
        if self.mode is not None:
            self.mode.set()
            face.ask_again()

    def _erasable(self) -> int:
        """Return the width of the terminal where it can erase what stands on it, 0 where it cannot."""
        return os.get_terminal_size(OUTPUT).columns if self.screens and os.isatty(OUTPUT) else 0

    def _say_undecodable(self) -> None:
        self.renderer.message(msg("bytes_dropped", charset=public(name_of(self.encoding))))

    def _print_error(self, message: Msg) -> None:
        print(self.renderer.words.say(message), file=sys.stderr)  # noqa: T201  # as the command line does

    def _face(self, voice: Voice, screens: Callable[[], None]) -> tuple[LineFace, Callable[[], Exit]]:
        """Return the face, and what returns the exit code of a conversation that no signal ended."""
        from sel_tui.line.face import LineFace
        from sel_tui.line.sources import PipeSource
        from sel_tui.line.terminal_source import TerminalSource
        from sel_tui.runtime.clock import awake_clock
        from sel_tui.runtime.visit import Visit

        def visit(run: Any, changed: Any) -> Visit:
            return Visit(
                self.address,
                run,
                changed,
                proxy=self.proxy,
                language=self.handover.language,
                kiosk_times=self.kiosk_times,
                remember_device=self.remember_device,
                printer=self.printer,
                heartbeat=self.heartbeat,
                revocations=self.revocations,
                staff=self.staff,
                crash=self.handover.crash,
                offers=self.offers,
                awake=awake_clock,
                record=record_crash,
                terminal="line",
                desk=self.desk,
            )

        if self.mode is None:
            pipe = PipeSource(INPUT, self.console.write, self.initial, self.encoding)
            pipe.on_undecodable = self._say_undecodable
            piped = LineFace(visit, pipe, self.renderer, self.console.ask)

            def how() -> Exit:
                if not pipe.answered:
                    return Exit.USAGE
                return Exit.OK if piped.unfinished is None else Exit.UNFINISHED

            return piped, how
        terminal = TerminalSource(
            INPUT,
            self.console.write,
            self.encoding,
            self.escape_wait,
            window=lambda: self.console.window,
            erasable=self._erasable,
            chord=self.staff is not None,
        )
        terminal.on_undecodable = self._say_undecodable
        face = LineFace(
            visit, terminal, self.renderer, self.console.ask, voice=voice, screens=screens if self.screens else None
        )

        def record_activity() -> None:
            face.visit.record_activity()
            self.renderer.personal = True  # half a line counts
            voice.silence()

        terminal.on_activity = record_activity
        return face, lambda: Exit.HANGUP if terminal.gone else Exit.OK


async def _look_at_clock(visit: Visit) -> None:
    import asyncio

    while True:
        watched_by_systemd().alive()
        await asyncio.sleep(1)
        visit.look_at_clock()


def _offers(voice: str, *, screens: bool) -> tuple[str, ...]:
    """Return the commands that a kiosk's first page offers and this face carries out."""
    from sel_tui.voice import can_speak

    return (*((VOICE,) if can_speak(voice) else ()), *((FULL_SCREEN,) if screens else ()))


def _end(face: LineFace, ended: list[int], code: int) -> None:
    ended.append(code)
    face.stop()


def _mode(*, kiosk: bool) -> AbstractContextManager[Any]:
    if not os.isatty(INPUT):
        return nullcontext()
    return CharacterMode(INPUT, kiosk=kiosk)
