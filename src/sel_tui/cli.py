"""The command line: which face, which server. No Textual here before the environment is scrubbed."""

from __future__ import annotations

import io
import os
import sys
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Final

from sel_tui.command_line import parser
from sel_tui.i18n import Words
from sel_tui.i18n.charset import SPELLED
from sel_tui.journey.core.messages import msg
from sel_tui.runner import print_error, run_face
from sel_tui.settings import Settings, SettingsError, read_settings
from sel_tui.terminal.capabilities import Decision, Found, decide, find
from sel_tui.terminal.endings import Exit
from sel_tui.terminal.environment import keep_no_core, scrub
from sel_tui.terminal.modes import LockedTerminal
from sel_tui.terminal.signals import InterruptedBySignalError, Signals
from sel_tui.terminal.watchdog import watched_by_systemd
from sel_tui.widgets.glyphs import glyphs_named

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

_INPUT: Final = 0
_FLAGS: Final = (
    *("server", "proxy", "language", "face", "colour", "glyphs", "hints", "voice", "braille", "kiosk"),
    "copy_reference",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; return its exit code.

    Args:
        arguments: The command line without the program's name; this process's own when None.
    """
    parsed = parser().parse_args(arguments)
    keep_no_core()
    watched_by_systemd()  # before anything else is started
    flags = {name: getattr(parsed, name) for name in _FLAGS}
    try:
        settings = read_settings(flags)
    except SettingsError as refused:
        if parsed.script:
            from sel_tui.scripts.problems import ScriptError
            from sel_tui.scripts.run import print_problem

            return print_problem(ScriptError("bad-settings", refused.message), refused.language)
        return print_error(refused.message, refused.language, Exit.CONFIG)
    if parsed.command == "kiosk-code":
        from sel_tui.staff_code import make_staff_code

        return make_staff_code(Words(settings.language))
    at_desk = parsed.command == "desk" or parsed.desk
    if settings.kiosk and at_desk:
        return print_error(msg("fatal.desk_kiosk"), settings.language, Exit.USAGE)
    if parsed.script:
        from sel_tui.scripts.run import run_script

        return run_script(settings, parsed)
    kiosk = settings.kiosk and parsed.command != "doctor"
    with Signals(kiosk=kiosk) as signals, _locked_terminal() if kiosk else nullcontext():
        return _run_with(settings, parsed, signals)


def _locked_terminal() -> AbstractContextManager[object]:
    return LockedTerminal(_INPUT) if os.isatty(_INPUT) else nullcontext()


def _run_with(settings: Settings, parsed: argparse.Namespace, signals: Signals) -> int:
    found = find()
    decision = decide(
        found,
        face=settings.face,
        colour=settings.colour,
        glyphs=settings.glyphs,
        braille=settings.braille,
        escape_delay=settings.escape_delay,
    )
    _write_in(glyphs_named(decision.glyphs, decision.encoding).encoding)
    if parsed.command == "doctor":
        return _doctor(found, decision, settings, signals)
    if decision.face == "screen" and not (found.has_input and found.has_output):
        return print_error(msg("fatal.no_screen"), settings.language, Exit.USAGE)
    scrub()
    initial = b""
    if decision.face == "line" and not found.has_input:
        from sel_tui.line.console import read_available

        given = read_available()
        if given is None:
            return print_error(msg("fatal.no_answers"), settings.language, Exit.USAGE)
        initial = given
    if parsed.command == "demo":
        from sel_tui.demo import run_demo

        return run_demo(
            settings, decision, signals, initial=initial, fresh=parsed.fresh, data=parsed.data, desk=parsed.desk
        )
    if not settings.server:
        return print_error(msg("fatal.no_server"), settings.language, Exit.USAGE)
    return run_face(settings, decision, initial, signals=signals, desk=parsed.command == "desk")


def _write_in(encoding: str) -> None:
    """Print in the letters of the terminal from now on; Python takes those of locales that the system has."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=encoding, errors=SPELLED)


def _doctor(found: Found, decision: Decision, settings: Settings, signals: Signals) -> int:
    from sel_tui.terminal.doctor import keys_report, renderer_report, report
    from sel_tui.terminal.terminfo import choose
    from sel_tui.widgets.textual_compat import is_seam_known

    words = Words(settings.language)
    abilities, why = choose(found, settings.renderer, seam_known=is_seam_known())
    renderer = renderer_report(own=abilities is not None, why=why, words=words)
    for line in (*report(found, decision, words), *keys_report(decision, words), *renderer):
        print(line, flush=True)  # noqa: T201  # this is what it is for
    from sel_tui.runtime.server_check import check_server

    try:
        with signals.interruptible():  # a server may take its time
            lines, usable = check_server(settings.server, settings.proxy, words)
    except InterruptedBySignalError as interrupted:
        return interrupted.code
    for line in lines:
        print(line)  # noqa: T201  # likewise
    if settings.kiosk:
        from sel_tui.terminal.kiosk_check import check_kiosk

        lines, ready = check_kiosk(words, voice=settings.voice, code=bool(settings.kiosk_staff_code_hash))
        print(*lines, sep="\n")  # noqa: T201  # likewise
        from sel_tui.runtime.server_check import check_heartbeat

        try:
            with signals.interruptible():
                lines, heard = check_heartbeat(
                    settings.server, settings.proxy, settings.kiosk_name, settings.kiosk_token, words
                )
        except InterruptedBySignalError as interrupted:
            return interrupted.code
        print(*lines, sep="\n")  # noqa: T201  # likewise
        if usable and not (ready and heard):
            return Exit.CONFIG
    return Exit.OK if usable else Exit.UNAVAILABLE
