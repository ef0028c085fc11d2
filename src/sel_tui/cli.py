"""The command line: which face, which server. No Textual here before the environment is scrubbed."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sel_tui import __version__
from sel_tui.i18n import LANGUAGES, Words
from sel_tui.journey.words import Msg, msg
from sel_tui.settings import CHOICES, COLOURS, SettingRefused, Settings, read_settings
from sel_tui.terminal.capabilities import Decision, Found, decide, find
from sel_tui.terminal.endings import CHANGE_FACE, ERASE_ALL, Exit
from sel_tui.terminal.environment import keep_no_core, scrub
from sel_tui.widgets.glyphs import ASCII, UNICODE, Glyphs, to_ascii

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sel_tui.timekeeper import Shared

_EPILOG: Final = (
    "exit codes: 0 left · 2 usage, or nothing to read answers from · 65 the answers ended in the middle of a step · "
    "69 the demonstration's back end did not start · 70 crash · 78 a setting was refused · 129 hang-up · 143 terminated"
)
_GLYPHS: Final = {"unicode": UNICODE, "ascii": ASCII}
_HELP_COLUMNS: Final = 78


class _Help(argparse.HelpFormatter):
    """Help of a fixed width: argparse makes one for each option, and loads shutil to ask the terminal for its width."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_HELP_COLUMNS)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; return its exit code.

    Args:
        arguments: The command line without the program's name; this process's own when None.
    """
    gc.disable()  # while modules load there is nothing to collect, and looking costs 5 ms of the first question's 70
    try:
        return _run(_parser().parse_args(arguments))
    finally:
        gc.enable()


def run_face(settings: Settings, decision: Decision, begun: bytes = b"", *, simulation: bool = False) -> int:
    """Run the face that was decided until the person leaves; return the exit code.

    A kiosk begins again for the next person, with nothing of the one before: it ends by a signal, or with its terminal.

    Args:
        settings: The settings; the server's address is one of them.
        decision: Face, colours, glyphs.
        begun: What was read already from an input that is no terminal.
        simulation: Whether the server is known to be a simulation.
    """
    face = _screens if decision.face == "screen" else _lines
    code = face(settings, decision, begun, simulation=simulation)
    while code == Exit.LEFT and settings.kiosk == "yes" and sys.stdin.isatty():
        print(ERASE_ALL, end="", flush=True)  # noqa: T201  # what the line face said must not be scrolled back to
        code = face(settings, decision, b"", simulation=simulation)
    return code


def say(message: Msg, language: str, code: Exit) -> int:
    """Say `message` on the error output; return `code`."""
    print(Words(language).say(message), file=sys.stderr)  # noqa: T201  # the command line speaks on stderr
    return code


def _run(parsed: argparse.Namespace) -> int:
    keep_no_core()
    flags = {
        name: getattr(parsed, name)
        for name in ("server", "language", "face", "colour", "glyphs", "hints", "voice", "braille", "kiosk")
    }
    try:
        settings = read_settings(flags)
    except SettingRefused as refused:
        return say(refused.message, parsed.language or "fr", Exit.CONFIG)
    found = find()
    decision = decide(
        found, face=settings.face, colour=settings.colour, glyphs=settings.glyphs, braille=settings.braille
    )
    if parsed.command == "doctor":
        return _doctor(found, decision, settings)
    if decision.face == "screen" and not (found.has_input and found.has_output):
        return say(msg("fatal.no_screen"), settings.language, Exit.USAGE)
    scrub()
    begun = b""
    if decision.face == "line" and not found.has_input:
        from sel_tui.linear.console import begun_input

        given = begun_input()
        if given is None:
            return say(msg("fatal.no_answers"), settings.language, Exit.USAGE)
        begun = given
    if parsed.command == "demo":
        from sel_tui.demo import run_demo

        return run_demo(settings, decision, begun=begun, fresh=parsed.fresh, data=parsed.data)
    if not settings.server:
        return say(msg("fatal.no_server"), settings.language, Exit.USAGE)
    return run_face(settings, decision, begun)


def _screens(settings: Settings, decision: Decision, _begun: bytes, *, simulation: bool) -> int:
    from platformdirs import user_state_path

    folder = user_state_path("sel-tui", appauthor=False)
    language = settings.language
    try:
        from sel_tui.app import SelApp

        app = SelApp(
            settings.server,
            language=language,
            theme=decision.colour,
            glyphs=_glyphs(decision),
            crash_folder=folder,
            voice=settings.voice,
            cells=decision.cells,
            shared=_shared(settings),
        )
        gc.enable()
        app.run(mouse=False)
        crash, code, language = app.crash, app.return_code or 0, app.visit.state.language
    except Exception as error:  # noqa: BLE001  # whatever it is, a person reads a sentence and not a traceback
        return _crashed(error, language)
    if crash:
        return say(msg("fatal.crash", reference=crash), settings.language, Exit.CRASH)
    if code == CHANGE_FACE:
        changed = decision._replace(face="line", why_face=msg("why.changed"))
        return _lines(replace(settings, language=language), changed, b"", simulation=simulation)
    return code


def _lines(settings: Settings, decision: Decision, begun: bytes, *, simulation: bool) -> int:
    from sel_tui.linear.run import run_lines

    try:
        return run_lines(
            settings.server,
            language=settings.language,
            glyphs=_glyphs(decision),
            why=decision.why_face,
            hints=settings.hints == "yes",
            voice=settings.voice,
            begun=begun,
            shared=_shared(settings),
            simulation=simulation,
        )
    except Exception as error:  # noqa: BLE001  # as above
        return _crashed(error, settings.language)


def _shared(settings: Settings) -> Shared | None:
    if settings.kiosk == "no":
        return None
    from sel_tui.timekeeper import Shared

    return Shared(settings.kiosk_idle, settings.kiosk_warning)


def _crashed(error: Exception, language: str) -> int:
    from platformdirs import user_state_path

    from sel_tui.terminal.endings import record_crash

    crash = record_crash(error, user_state_path("sel-tui", appauthor=False))
    return say(msg("fatal.crash", reference=crash), language, Exit.CRASH)


def _doctor(found: Found, decision: Decision, settings: Settings) -> int:
    from sel_tui.terminal.doctor import report

    for line in report(found, decision, Words(settings.language)):
        print(to_ascii(line) if decision.glyphs == "ascii" else line)  # noqa: T201  # this is what it is for
    return Exit.LEFT


def _glyphs(decision: Decision) -> Glyphs:
    return _GLYPHS[decision.glyphs]


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
    parser.add_argument("--server", metavar="URL", help="adresse du serveur / the back end's address (SEL_TUI_SERVER)")
    _add_common(parser)
    parser.set_defaults(command="", fresh=False, data=None)
    commands = parser.add_subparsers(dest="command", metavar="{demo,doctor}")
    demo = commands.add_parser(
        "demo", help="serveur et données fictifs / fictitious server and data", formatter_class=_Help
    )
    demo.add_argument("--fresh", action="store_true", help="recommencer à neuf / start again with fresh data")
    demo.add_argument("--data", metavar="DIR", default=os.environ.get("SEL_TUI_DEMO_DATA"), help="dossier / folder")
    doctor = commands.add_parser(
        "doctor", help="ce que peut ce terminal / what this terminal can do", formatter_class=_Help
    )
    for command in (demo, doctor):
        _add_common(command, default=argparse.SUPPRESS)
    return parser


def _add_common(parser: argparse.ArgumentParser, default: str | None = None) -> None:
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
