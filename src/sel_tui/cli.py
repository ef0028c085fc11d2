"""The command line: which face, which server. No Textual here before the environment is scrubbed."""

from __future__ import annotations

import argparse
import io
import os
import sys
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Final

from sel_tui import __version__
from sel_tui.i18n import LANGUAGES, Words
from sel_tui.i18n.charset import SPELLED
from sel_tui.journey.core.messages import msg
from sel_tui.runner import print_error, run_face
from sel_tui.settings import CHOICES, COLOURS, Settings, SettingsError, read_settings
from sel_tui.terminal.capabilities import Decision, Found, decide, find
from sel_tui.terminal.endings import Exit
from sel_tui.terminal.environment import keep_no_core, scrub
from sel_tui.terminal.modes import LockedTerminal
from sel_tui.terminal.signals import InterruptedBySignalError, Signals
from sel_tui.terminal.watchdog import watched_by_systemd
from sel_tui.widgets.glyphs import glyphs_named

if TYPE_CHECKING:
    from collections.abc import Sequence

_EPILOG: Final = (
    "exit codes: 0 left · 2 usage, or nothing to read answers from · 65 the answers ended in the middle of a step, or "
    "desk case: a misheard reference · 66 desk case: nothing found · 77 desk case: the agent was refused · "
    "69 the demonstration's back end did not start, or doctor cannot use the server · 70 crash · "
    "78 a setting was refused, or doctor --kiosk found something to do · 80 ended by a kiosk's staff · 129 hang-up · "
    "130 Ctrl+C while it starts · 131 Ctrl+\\ · 141 nobody reads on · 143 terminated"
)
_HELP_COLUMNS: Final = 78
_INPUT: Final = 0


class _Help(argparse.HelpFormatter):
    """Help of a fixed width: argparse makes one for each option, and loads shutil to ask the terminal for its width."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_HELP_COLUMNS)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; return its exit code.

    Args:
        arguments: The command line without the program's name; this process's own when None.
    """
    parsed = _parser().parse_args(arguments)
    keep_no_core()
    watched_by_systemd()  # before anything else is started
    flags = {
        name: getattr(parsed, name)
        for name in ("server", "proxy", "language", "face", "colour", "glyphs", "hints", "voice", "braille", "kiosk")
    }
    try:
        settings = read_settings(flags)
    except SettingsError as refused:
        return print_error(refused.message, refused.language, Exit.CONFIG)
    if parsed.command == "kiosk-code":
        from sel_tui.staff_code import make_staff_code

        return make_staff_code(Words(settings.language))
    at_desk = parsed.command == "desk" or parsed.desk
    if settings.kiosk and at_desk:
        return print_error(msg("fatal.desk_kiosk"), settings.language, Exit.USAGE)
    if parsed.script == "case":
        return _case(settings, parsed)
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


def _case(settings: Settings, parsed: argparse.Namespace) -> int:
    if not settings.server:
        return print_error(msg("fatal.no_server"), settings.language, Exit.USAGE)
    from sel_tui.desk_script import print_case

    found = print_case(settings, parsed.reference, parsed.credentials_fd)
    return found.code if found.json else print_error(found.why, settings.language, found.code)


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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sel-tui",
        description=(
            "Lier un dossier client de la CCQ à un compte utilisateur. / Link a CCQ client file to a user account."
        ),
        epilog=_EPILOG,
        formatter_class=_Help,
    )
    parser.add_argument("--version", action="version", version=f"sel-tui {__version__}")
    _add_common(parser)
    parser.set_defaults(command="", fresh=False, data=None, desk=False, script="")
    commands = parser.add_subparsers(dest="command", metavar="{demo,desk,doctor,kiosk-code}")
    demo = commands.add_parser(
        "demo", help="serveur et données fictifs / fictitious server and data", formatter_class=_Help
    )
    demo.add_argument("--fresh", action="store_true", help="recommencer à neuf / start again with fresh data")
    demo.add_argument("--data", metavar="DIR", default=os.environ.get("SEL_TUI_DEMO_DATA"), help="dossier / folder")
    demo.add_argument("--desk", action="store_true", help="comme agent du Service à la clientèle / as an agent")
    desk = commands.add_parser(
        "desk",
        help="Service à la clientèle, pour son personnel / Customer Service, for its staff",
        formatter_class=_Help,
    )
    scripts = desk.add_subparsers(dest="script", metavar="{case}")
    case = scripts.add_parser("case", help="un cas, pour un script / one case, for a script", formatter_class=_Help)
    case.add_argument("reference", help="référence, comme on l’entend / a reference, as it is heard")
    case.add_argument("--json", action="store_true", required=True, help="en JSON / as JSON")
    case.add_argument(
        "--credentials-fd",
        type=int,
        default=_INPUT,
        metavar="N",
        help="adresse et mot de passe, deux lignes (0) / address and password, two lines (0)",
    )
    doctor = commands.add_parser(
        "doctor", help="ce terminal, et le serveur / this terminal, and the server", formatter_class=_Help
    )
    code = commands.add_parser(
        "kiosk-code",
        help="code du personnel d’un poste partagé / the code of a shared machine’s staff",
        formatter_class=_Help,
    )
    for command in (demo, desk, doctor, code):
        _add_common(command, default=argparse.SUPPRESS)
    return parser


def _add_common(parser: argparse.ArgumentParser, default: str | None = None) -> None:
    parser.add_argument(
        "--server",
        metavar="URL",
        default=default,
        help="adresse du serveur / the back end's address (SEL_TUI_SERVER)",
    )
    parser.add_argument(
        "--proxy",
        metavar="URL|environment",
        default=default,
        help="serveur mandataire, ou celui de l’environnement / proxy, or the environment’s own (SEL_TUI_PROXY)",
    )
    parser.add_argument("--language", choices=sorted(LANGUAGES), default=default, help="fr (défaut / default), en")
    face = parser.add_mutually_exclusive_group()
    face.add_argument(
        "--face", choices=CHOICES["face"], default=default, help="plein écran ou lignes / full screen or lines"
    )
    face.add_argument(
        "--linear", dest="face", action="store_const", const="line", default=default, help="= --face line"
    )
    parser.add_argument("--colour", choices=("auto", *COLOURS), default=default, help="couleurs / colours")
    parser.add_argument("--braille", choices=CHOICES["braille"], default=default, help="afficheur / braille display")
    parser.add_argument("--voice", choices=CHOICES["voice"], default=default, help="voix / voice")
    parser.add_argument(
        "--kiosk",
        action="store_const",
        const="yes",
        default=default,
        help="poste partagé : rien ne reste d’une personne à l’autre / shared machine: nothing stays",
    )
    parser.add_argument("--glyphs", choices=CHOICES["glyphs"], default=default, help="signes / glyphs")
    parser.add_argument(
        "--no-hints",
        dest="hints",
        action="store_const",
        const="no",
        default=default,
        help="lignes : sans exemples / lines: no examples",
    )
