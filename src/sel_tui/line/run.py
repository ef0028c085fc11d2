"""Runs the line face on the standard input and output. asyncio and the visit load behind the first question."""

from __future__ import annotations

import gc
import os
import signal
import sys
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from sel_tui.i18n.charset import UTF_8, name_of
from sel_tui.journey.core.fields import EMAIL
from sel_tui.journey.core.messages import Msg, msg, public
from sel_tui.journey.core.state import keep_draft
from sel_tui.journey.machine import first_state
from sel_tui.line.console import INPUT, OUTPUT, Console
from sel_tui.line.line_words import LineWords
from sel_tui.line.renderer import Teller
from sel_tui.terminal.endings import CHANGE_FACE, Exit, Passed, record_crash
from sel_tui.terminal.modes import KeyByKey, forget_typed
from sel_tui.terminal.signals import Signals

if TYPE_CHECKING:
    from collections.abc import Callable

    from sel_tui.line.face import LineFace
    from sel_tui.line.prompts import Prompt
    from sel_tui.runtime.clock import Shared
    from sel_tui.voice import Voice
    from sel_tui.widgets.glyphs import Glyphs

_ENDINGS: Final = {
    signal.SIGTERM: Exit.TERMINATED,
    signal.SIGHUP: Exit.HANGUP,
    signal.SIGQUIT: Exit.QUIT,
}


def run_lines(
    address: str,
    *,
    passed: Passed,
    signals: Signals,
    glyphs: Glyphs,
    encoding: str = UTF_8,
    why: Msg,
    hints: bool = True,
    begun: bytes = b"",
    voice: str = "off",
    shared: Shared | None = None,
    simulation: bool = False,
    screens: bool = False,
    asked: Callable[[str], None] = lambda _: None,
) -> tuple[int, Passed]:
    """Run the line face until the person leaves or the input ends; return the exit code and what goes along from it.

    Args:
        address: The back end's address.
        passed: The language to start in, and what was typed in the other face.
        signals: What takes the signals: they wait until the loop can, which is not even loaded at the first question.
        glyphs: What the terminal shows.
        encoding: How the terminal, the pipe or the file writes letters.
        why: Why this face was taken; the first line says so.
        hints: Whether examples and commands are said.
        begun: What was read already from an input that is no terminal.
        voice: `auto`, `on` or `off`.
        shared: How long a machine that many people use waits for the one who is there; None on a person's own.
        simulation: Whether the server is known to be a simulation.
        screens: Whether the person can have the full screen instead.
        asked: Told the first question once it stands there.
    """
    console = Console(glyphs)
    console.measure()
    with _mode(kiosk=shared is not None) as mode:
        stays = shared is None and mode is not None and os.isatty(OUTPUT)
        teller = Teller(console.say, hints=hints, simulation=simulation, stays=stays)
        conversation = _Conversation(console, teller, address, passed, signals, begun, encoding, mode, shared, screens)
        prompt = conversation.opening(why, hints=hints)
        asked(prompt.text)
        import asyncio

        gc.enable()  # the command line switched it off while modules load
        return asyncio.run(conversation.rest(prompt, voice))


@dataclass(frozen=True)
class _Conversation:
    console: Console
    teller: Teller
    address: str
    passed: Passed
    signals: Signals
    begun: bytes
    encoding: str
    mode: Any
    shared: Shared | None
    screens: bool

    def opening(self, why: Msg, *, hints: bool) -> Prompt:
        """Say which face this is and ask the first question, which needs no server."""
        words = LineWords(self.passed.language)
        how = msg("line.first.f5" if self.screens else "line.first.restart")
        self.console.say(words.say(msg("line.first", why=why, screens=how)))
        if hints:
            self.console.say(words.key("line.commands"))
        state = first_state(self.passed.language, server=self.address)
        if self.passed.email:
            state = keep_draft(state, EMAIL.name, None, self.passed.email)
        prompt = self.teller.tell(state)
        assert prompt is not None, "the login page begins with a field"
        self.console.ask(prompt.text)
        return prompt

    async def rest(self, prompt: Prompt, setting: str) -> tuple[int, Passed]:
        """Go on from the first question to the end; return the exit code and what goes along from it."""
        import asyncio

        from sel_tui.voice import open_voice

        voice = open_voice(setting, self.teller.message, kiosk=self.shared is not None)
        ended: list[int] = []
        face, how = self._face(voice, lambda: _end(face, ended, CHANGE_FACE))
        face.visit.typed_before(self.passed.email)
        self.console.lost = partial(_end, face, ended, Exit.HANGUP if self.mode is not None else Exit.LEFT)
        targets: dict[int, Callable[[], object]] = {
            number: partial(_end, face, ended, code) for number, code in _ENDINGS.items()
        }
        targets |= {signal.SIGINT: face.interrupt, signal.SIGWINCH: self.console.measure}
        targets |= {signal.SIGTSTP: partial(self._suspend, face), signal.SIGCONT: partial(self._resume, face)}
        self.signals.attach(asyncio.get_running_loop(), targets)
        try:
            await face.run(prompt)
        finally:
            self.signals.detach()
            if self.mode is not None and ended:
                forget_typed()
            voice.close()
            await face.visit.close()
        result: int = ended[0] if ended else how()
        if result == Exit.USAGE:
            self._complain(msg("fatal.no_answers"))
        elif result == Exit.UNFINISHED and face.unfinished is not None:
            self._complain(msg("fatal.unfinished", step=face.unfinished))
        elif (not ended and result == Exit.LEFT) or (result == Exit.QUIT and not self.screens):
            self.teller.bye()
        state = face.visit.state
        personal = self.passed.personal or (self.mode is not None and self.teller.personal)
        return result, Passed(state.person.language, state.person.drafts.get(EMAIL.name, ""), personal)

    def _suspend(self, face: LineFace) -> None:
        if self.mode is not None:
            forget_typed()  # the shell would show it, or do it
            self.mode.restore()
        self.signals.stop()
        self._resume(face)

    def _resume(self, face: LineFace) -> None:
        if self.mode is not None:
            self.mode.set()
            face.ask_again()

    def _say_garbled(self) -> None:
        self.teller.message(msg("bytes_dropped", charset=public(name_of(self.encoding))))

    def _complain(self, message: Msg) -> None:
        print(self.teller.words.say(message), file=sys.stderr)  # noqa: T201  # as the command line does

    def _face(self, voice: Voice, screens: Callable[[], None]) -> tuple[LineFace, Callable[[], Exit]]:
        """Return the face, and what tells how a conversation ended that no signal ended."""
        from sel_tui.line.face import LineFace
        from sel_tui.line.sources import PipeSource, TerminalSource
        from sel_tui.runtime.visit import Visit

        def visit(run: Any, changed: Any) -> Visit:
            language, shared = self.passed.language, self.shared
            return Visit(self.address, run, changed, language=language, shared=shared, record=record_crash)

        if self.mode is None:
            pipe = PipeSource(INPUT, self.console.write, self.begun, self.encoding)
            pipe.garbled = self._say_garbled
            piped = LineFace(visit, pipe, self.teller, self.console.ask)

            def how() -> Exit:
                if not pipe.answered:
                    return Exit.USAGE
                return Exit.LEFT if piped.unfinished is None else Exit.UNFINISHED

            return piped, how
        terminal = TerminalSource(INPUT, self.console.write, self.encoding)
        terminal.garbled = self._say_garbled
        face = LineFace(
            visit, terminal, self.teller, self.console.ask, voice=voice, screens=screens if self.screens else None
        )

        def touched() -> None:
            face.visit.touched()
            self.teller.personal = True  # half a line counts
            voice.silence()

        terminal.touched = touched
        return face, lambda: Exit.HANGUP if terminal.gone else Exit.LEFT


def _end(face: LineFace, ended: list[int], code: int) -> None:
    ended.append(code)
    face.stop()


def _mode(*, kiosk: bool) -> AbstractContextManager[Any]:
    if not os.isatty(INPUT):
        return nullcontext()
    return KeyByKey(INPUT, kiosk=kiosk)
