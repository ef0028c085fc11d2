"""Runs the line face on the standard input and output. asyncio and the visit load behind the first question."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from sel_tui.i18n.charset import name_of
from sel_tui.journey.core.commands import BEGIN, FULL_SCREEN, VOICE
from sel_tui.journey.core.drafts import keep_draft
from sel_tui.journey.core.events import Command, LanguageChosen
from sel_tui.journey.core.fields import EMAIL
from sel_tui.journey.core.messages import Msg, msg, public
from sel_tui.journey.machine import update
from sel_tui.journey.registry import START
from sel_tui.late_dataclass import dataclass
from sel_tui.line.console import INPUT, OUTPUT, Console
from sel_tui.line.renderer import Renderer
from sel_tui.line.sentences import LineWords
from sel_tui.terminal.endings import CHANGE_FACE, Exit, Handover, record_crash
from sel_tui.terminal.modes import CharacterMode, discard_input
from sel_tui.terminal.signals import Signals
from sel_tui.terminal.watchdog import watched_by_systemd
from sel_tui.widgets.glyphs import glyphs_named

if TYPE_CHECKING:
    from collections.abc import Callable

    from sel_tui.line.face import LineFace
    from sel_tui.line.prompts import Prompt
    from sel_tui.runtime.options import VisitOptions
    from sel_tui.runtime.visit import Visit
    from sel_tui.terminal.capabilities import Decision
    from sel_tui.voice import Voice

_ENDINGS: Final = {
    signal.SIGTERM: Exit.TERMINATED,
    signal.SIGHUP: Exit.HANGUP,
    signal.SIGQUIT: Exit.QUIT,
}


def run_line_face(
    options: VisitOptions,
    decision: Decision,
    handover: Handover,
    signals: Signals,
    *,
    voice: str = "off",
    hints: bool = True,
    simulation: bool = False,
    initial: bytes = b"",
    on_first_prompt: Callable[[str], None] = lambda _: None,
) -> tuple[int, Handover]:
    """Run the line face until the person leaves or the input ends; return the exit code and what the next face gets.

    Args:
        options: Where the visit takes place, and how it begins; what a kiosk offers beside its languages is added.
        decision: What was decided of the terminal: why this face, its glyphs, its encoding, its braille display.
        handover: What was typed in the other face.
        signals: Handles the signals; they wait until the event loop, which loads after the first prompt, runs.
        voice: `auto`, `on` or `off`.
        hints: Whether examples and commands are written.
        simulation: Whether the server is known to be a simulation.
        initial: What was read already from an input that is no terminal.
        on_first_prompt: Called with the text of the first prompt once it is shown.
    """
    console = Console(glyphs_named(decision.glyphs, decision.encoding), cells=decision.cells)
    console.measure()
    kiosk = options.kiosk is not None
    if kiosk:
        options = replace(options, offers=_offers(voice, screens=decision.screens))
    with _mode(kiosk=kiosk) as mode:
        renderer = Renderer(
            console.say,
            hints=hints,
            simulation=simulation,
            stays=not kiosk and mode is not None and os.isatty(OUTPUT),
            room=lambda: console.columns,
            braille=bool(decision.cells),
        )
        conversation = _Conversation(console, renderer, options, decision, handover, signals, initial, mode)
        prompt = conversation.open(hints=hints)
        on_first_prompt(prompt.text)
        import asyncio

        return asyncio.run(conversation.finish(prompt, voice))


@dataclass(frozen=True)
class _Conversation:
    console: Console
    renderer: Renderer
    options: VisitOptions
    decision: Decision
    handover: Handover
    signals: Signals
    initial: bytes
    mode: Any

    def open(self, *, hints: bool) -> Prompt:
        """Write which face this is and the first prompt, which needs no server; return that prompt."""
        language = self.handover.language
        self.renderer.words = LineWords(language)
        how = msg("line.first.f5" if self.decision.screens else "line.first.restart")
        first = msg("line.first", why=self.decision.why_face, screens=how)
        self.renderer.message(msg("line.pair", first=first, second=msg("line.commands")) if hints else first)
        state = update(self.options.first_state(), LanguageChosen(language))
        if self.handover.begun:
            state = update(state, Command(BEGIN, language))
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

        voice = open_voice(setting, self.renderer.show, kiosk=self.options.kiosk is not None)
        ended: list[int] = []
        face, how = self._face(voice, lambda: _end(face, ended, CHANGE_FACE))
        if self.handover.changed:
            face.visit.take_over(self.handover.language, self.handover.email, begun=self.handover.begun)
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
        elif (not ended and result == Exit.OK) or (result == Exit.QUIT and not self.decision.screens):
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
        return os.get_terminal_size(OUTPUT).columns if self.decision.screens and os.isatty(OUTPUT) else 0

    def _say_undecodable(self) -> None:
        self.renderer.message(msg("bytes_dropped", charset=public(name_of(self.decision.encoding))))

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
            return Visit(self.options, run, changed, terminal="line", awake=awake_clock, record=record_crash)

        if self.mode is None:
            pipe = PipeSource(INPUT, self.console.write, self.initial, self.decision.encoding)
            pipe.on_undecodable = self._say_undecodable
            piped = LineFace(visit, pipe, self.renderer, self.console.ask)

            def how() -> Exit:
                if not pipe.answered:
                    return Exit.USAGE
                return Exit.OK if piped.unfinished is None else Exit.UNFINISHED

            return piped, how
        kiosk = self.options.kiosk
        terminal = TerminalSource(
            INPUT,
            self.console.write,
            self.decision.encoding,
            self.decision.escape_wait,
            window=lambda: self.console.window,
            erasable=self._erasable,
            chord=kiosk is not None and kiosk.staff is not None,
        )
        terminal.on_undecodable = self._say_undecodable
        other = screens if self.decision.screens else None
        face = LineFace(
            visit,
            terminal,
            self.renderer,
            self.console.ask,
            voice=voice,
            screens=other,
            clipboard=self.decision.clipboard,
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
