"""Runs the face that was decided, the other one when the person wants it, and begins again on a shared machine.

No Textual before the environment is scrubbed.
"""

from __future__ import annotations

import gc
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from sel_tui.i18n import Words
from sel_tui.journey.core.fields import EMAIL
from sel_tui.journey.core.messages import Msg, msg, public
from sel_tui.terminal.endings import CHANGE_FACE, ERASE_ALL, Exit, Passed
from sel_tui.terminal.modes import forget_typed
from sel_tui.terminal.signals import Signals
from sel_tui.widgets.glyphs import glyphs_named

if TYPE_CHECKING:
    from sel_tui.runtime.clock import Shared
    from sel_tui.settings import Settings
    from sel_tui.terminal.capabilities import Decision


def run_face(
    settings: Settings,
    decision: Decision,
    begun: bytes = b"",
    *,
    simulation: bool = False,
    signals: Signals | None = None,
) -> int:
    """Run the face that was decided until the person leaves; return the exit code.

    A kiosk begins again for the next person, with nothing of the one before, after a crash too: it ends by a signal, or
    with its terminal.

    Args:
        settings: The settings; the server's address is one of them.
        decision: Face, colours, glyphs.
        begun: What was read already from an input that is no terminal.
        simulation: Whether the server is known to be a simulation.
        signals: What takes the signals; one of its own when None.
    """
    if signals is None:
        with Signals(kiosk=settings.kiosk == "yes") as own:
            return run_face(settings, decision, begun, simulation=simulation, signals=own)
    code = _visit(settings, decision, begun, signals, simulation=simulation)
    while code == Exit.LEFT and settings.kiosk == "yes" and sys.stdin.isatty():
        forget_typed()
        _erase()  # what the line face said must not be scrolled back to
        code = _visit(settings, decision, b"", signals, simulation=simulation)
    return code


def say(message: Msg, language: str, code: Exit) -> int:
    """Say `message` on the error output; return `code`."""
    print(Words(language).say(message), file=sys.stderr)  # noqa: T201  # the command line speaks on stderr
    return code


def _erase() -> None:
    with suppress(OSError):  # the terminal may be gone
        print(ERASE_ALL, end="", flush=True)  # noqa: T201  # an instruction to the terminal


def _visit(settings: Settings, decision: Decision, begun: bytes, signals: Signals, *, simulation: bool) -> int:
    """Run one person's visit, in either face and back as often as asked for; return the exit code."""
    passed = Passed(settings.language)
    kiosk = settings.kiosk == "yes"
    while True:
        code = signals.ended()
        if code is None and decision.face == "screen":
            code, passed = _screens(settings, decision, passed, signals)
        elif code is None:
            code, passed = _lines(settings, decision, passed, begun, signals, simulation=simulation)
            if code == CHANGE_FACE and kiosk:
                _erase()  # the next person may come while the screens run
        if code != CHANGE_FACE:
            if passed.personal and decision.screens and (kiosk or code == Exit.QUIT):
                _erase()
            return code
        other = "line" if decision.face == "screen" else "screen"
        decision = decision._replace(face=other, why_face=msg("why.changed"))


def _screens(settings: Settings, decision: Decision, passed: Passed, signals: Signals) -> tuple[int, Passed]:
    try:
        from sel_tui.app import SelApp

        app = SelApp(
            settings.server,
            language=passed.language,
            theme=decision.colour,
            glyphs=glyphs_named(decision.glyphs, decision.encoding),
            encoding=decision.encoding,
            voice=settings.voice,
            cells=decision.cells,
            shared=_shared(settings),
            signals=signals,
        )
        app.visit.typed_before(passed.email)
        gc.enable()
        with signals.lent_to_textual():
            app.run(mouse=False)
        crash, code, state = app.crash, app.return_code or 0, app.visit.state
    except Exception as error:  # noqa: BLE001  # whatever it is, a person reads a sentence and not a traceback
        return _crashed(error, passed.language), passed
    if crash:
        code = say(msg("fatal.crash", reference=public(crash)), state.person.language, Exit.CRASH)
        return _after_crash(code, settings, begun=app.begun), passed
    return code, Passed(state.person.language, state.person.drafts.get(EMAIL.name, ""), passed.personal)


def _lines(
    settings: Settings, decision: Decision, passed: Passed, begun: bytes, signals: Signals, *, simulation: bool
) -> tuple[int, Passed]:
    from sel_tui.line.run import run_lines

    asked: list[str] = []
    try:
        return run_lines(
            settings.server,
            passed=passed,
            signals=signals,
            glyphs=glyphs_named(decision.glyphs, decision.encoding),
            encoding=decision.encoding,
            why=decision.why_face,
            hints=settings.hints == "yes",
            voice=settings.voice,
            begun=begun,
            shared=_shared(settings),
            simulation=simulation,
            screens=decision.screens,
            asked=asked.append,
        )
    except Exception as error:  # noqa: BLE001  # as above
        return _after_crash(_crashed(error, passed.language), settings, begun=bool(asked)), passed


def _shared(settings: Settings) -> Shared | None:
    if settings.kiosk == "no":
        return None
    from sel_tui.runtime.clock import Shared

    return Shared(settings.kiosk_idle, settings.kiosk_warning)


def _after_crash(code: int, settings: Settings, *, begun: bool) -> int:
    """Return how it goes on: a kiosk begins again, unless it crashed before anybody could use it."""
    return Exit.LEFT if begun and settings.kiosk == "yes" and sys.stdin.isatty() else code


def _crashed(error: Exception, language: str) -> int:
    from sel_tui.terminal.endings import record_crash

    crash = record_crash(error)
    return say(msg("fatal.crash", reference=public(crash)), language, Exit.CRASH)
