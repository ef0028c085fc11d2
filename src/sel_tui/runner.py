"""Runs the chosen face, the other one when the person asks for it, and on a kiosk starts again for the next person.

Textual is not imported before the environment is cleaned.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from sel_tui.i18n import Words
from sel_tui.journey.core import commands
from sel_tui.journey.core.fields import EMAIL
from sel_tui.journey.core.messages import Msg, msg, public
from sel_tui.journey.core.scopes import Printer
from sel_tui.journey.registry import START
from sel_tui.terminal.capabilities import find
from sel_tui.terminal.endings import BEGIN_CLEAN, CHANGE_FACE, ERASE_ALL, Exit, Handover
from sel_tui.terminal.modes import discard_input
from sel_tui.terminal.signals import Signals

if TYPE_CHECKING:
    from sel_tui.runtime.options import Kiosk, VisitOptions
    from sel_tui.settings import Settings
    from sel_tui.terminal.capabilities import Decision


class _Lasting:
    """What lasts from one visit to the next: nothing of a person but, on a kiosk, sessions to end.

    Args:
        settings: The settings.
        desk: Whether an agent of Customer Service works here.
        copies: Whether they can copy a reference.

    Attributes:
        kiosk: The kiosk; None on a person's own machine.
        crash: The reference of the crash that ended the last visit; "" when none did.
    """

    def __init__(self, settings: Settings, *, desk: bool = False, copies: bool = False) -> None:
        self._settings = settings
        self.kiosk = _kiosk(settings) if settings.kiosk else None
        self.crash = ""
        self._desk = desk
        self._offers = (commands.COPY_REFERENCE,) if desk and copies else ()

    def options(self, handover: Handover) -> VisitOptions:
        """Return the options of a visit, or of the face that goes on with it."""
        from sel_tui.runtime.options import VisitOptions

        settings = self._settings
        return VisitOptions(
            settings.server,
            proxy=settings.proxy,
            language=settings.language,
            kiosk=self.kiosk,
            remember_device=settings.remember_device,
            printer=Printer(settings.printer, settings.paper),
            crash=handover.crash,
            offers=self._offers,
            desk=self._desk,
        )

    def crashed(self, reference: str, language: str) -> int:
        """Keep which crash ended the visit, and say it; return the exit code."""
        self.crash = reference
        if self.kiosk is not None and self.kiosk.heartbeat is not None:
            self.kiosk.heartbeat.note_crash(reference)
        return print_error(msg("fatal.crash", reference=public(reference)), language, Exit.CRASH)


def run_face(
    settings: Settings,
    decision: Decision,
    initial: bytes = b"",
    *,
    simulation: bool = False,
    signals: Signals | None = None,
    desk: bool = False,
) -> int:
    """Run the chosen face until the person leaves; return the exit code.

    A kiosk starts again for the next person, after a crash too, and keeps nothing of the one before; it ends by a
    signal or with its terminal.

    Args:
        settings: The settings; the server's address is one of them.
        decision: The face, the colours and the glyphs.
        initial: What was read already from an input that is no terminal.
        simulation: Whether the server is known to be a simulation.
        signals: Handles the signals; made here when None.
        desk: Whether an agent of Customer Service works here; never on a kiosk.
    """
    if signals is None:
        with Signals(kiosk=settings.kiosk) as own:
            return run_face(settings, decision, initial, simulation=simulation, signals=own, desk=desk)
    copies = settings.copy_reference and bool(decision.clipboard)
    lasting = _Lasting(settings, desk=desk, copies=copies)
    if settings.kiosk and sys.stdin.isatty():
        discard_input()
        if decision.screens:
            _erase(BEGIN_CLEAN)  # a process that was killed has erased nothing
    code = _visit(settings, decision, initial, signals, lasting=lasting, simulation=simulation)
    while code == Exit.OK and settings.kiosk and sys.stdin.isatty():
        discard_input()
        _erase()  # what the line face wrote must not be scrolled back to
        _collect()
        code = _visit(settings, decision, b"", signals, lasting=lasting, simulation=simulation)
    return code


def print_error(message: Msg, language: str, code: Exit) -> int:
    """Print `message` on the error output; return `code`.

    Args:
        message: What to print.
        language: `fr` or `en`.
        code: The exit code.
    """
    print(Words(language).say(message), file=sys.stderr)  # noqa: T201  # the command line speaks on stderr
    return code


def _erase(how: str = ERASE_ALL) -> None:
    with suppress(OSError):  # the terminal may be gone
        print(how, end="", flush=True)  # noqa: T201  # an instruction to the terminal


def _collect() -> None:
    from sel_tui.runtime.warm_up import collect_all

    collect_all()  # of a person nothing stays, and nobody waits for a key now


def _visit(
    settings: Settings,
    decision: Decision,
    initial: bytes,
    signals: Signals,
    *,
    lasting: _Lasting,
    simulation: bool,
) -> int:
    """Run one person's visit, in either face as often as the person changes it; return the exit code."""
    handover, lasting.crash = Handover(settings.language, crash=lasting.crash), ""
    while True:
        code = signals.pending_exit()
        if code is None and decision.face == "screen":
            code, handover = _run_screens(settings, decision, handover, signals, lasting=lasting)
        elif code is None:
            code, handover = _run_lines(
                settings, decision, handover, initial, signals, lasting=lasting, simulation=simulation
            )
            if code == CHANGE_FACE and settings.kiosk:
                _erase()  # the next person may come while the screens run
        if code != CHANGE_FACE:
            if handover.personal and decision.screens and (settings.kiosk or code == Exit.QUIT):
                _erase()
            return code
        _collect()
        other = "line" if decision.face == "screen" else "screen"
        decision = decision._replace(face=other, why_face=msg("why.changed"))


def _run_screens(
    settings: Settings, decision: Decision, handover: Handover, signals: Signals, *, lasting: _Lasting
) -> tuple[int, Handover]:
    try:
        from sel_tui.app import SelApp
        from sel_tui.terminal.terminfo import choose
        from sel_tui.widgets.textual_compat import is_seam_known

        app = SelApp(
            lasting.options(handover),
            decision,
            voice=settings.voice,
            signals=signals,
            abilities=choose(find(), settings.renderer, seam_known=is_seam_known())[0],
        )
        if handover.changed:
            app.visit.take_over(handover.language, handover.email, begun=handover.begun)
        with signals.blocked_for_textual():
            app.run(mouse=False)
        crash, code, state = app.crash, app.return_code or 0, app.visit.state
    except Exception as error:  # noqa: BLE001  # whatever it is, a person reads a sentence and not a traceback
        return _crashed(error, handover.language, lasting), handover
    if crash:
        code = lasting.crashed(crash, state.person.language)
        return _after_crash(code, settings, started=app.started), handover
    email = state.person.drafts.get(EMAIL.name, "")
    changed, begun = code == CHANGE_FACE, state.step is START
    return code, Handover(state.person.language, email, handover.personal, changed=changed, begun=begun)


def _run_lines(
    settings: Settings,
    decision: Decision,
    handover: Handover,
    initial: bytes,
    signals: Signals,
    *,
    lasting: _Lasting,
    simulation: bool,
) -> tuple[int, Handover]:
    from sel_tui.line.run import run_line_face

    prompts: list[str] = []
    try:
        return run_line_face(
            lasting.options(handover),
            decision,
            handover,
            signals,
            voice=settings.voice,
            hints=settings.hints,
            simulation=simulation,
            initial=initial,
            on_first_prompt=prompts.append,
        )
    except Exception as error:  # noqa: BLE001  # as above
        code = _crashed(error, handover.language, lasting)
        return _after_crash(code, settings, started=bool(prompts)), handover


def _kiosk(settings: Settings) -> Kiosk:
    from sel_tui.runtime.options import Kiosk
    from sel_tui.runtime.revocations import Revocations
    from sel_tui.runtime.staff import StaffLock

    heartbeat = None
    if settings.kiosk_name:
        from sel_tui.runtime.heartbeat import Heartbeat

        heartbeat = Heartbeat(settings.kiosk_name, settings.kiosk_token)
    hashed = settings.kiosk_staff_code_hash
    return Kiosk(
        settings.kiosk_idle,
        settings.kiosk_warning,
        settings.kiosk_blank,
        heartbeat,
        Revocations(),
        StaffLock(hashed) if hashed else None,
    )


def _after_crash(code: int, settings: Settings, *, started: bool) -> int:
    """Return the code after a crash: a kiosk starts again, unless it crashed before anybody could use it."""
    return Exit.OK if started and settings.kiosk and sys.stdin.isatty() else code


def _crashed(error: Exception, language: str, lasting: _Lasting) -> int:
    from sel_tui.terminal.endings import record_crash

    return lasting.crashed(record_crash(error), language)
