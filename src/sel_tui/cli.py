"""The command line: which face, which server. No Textual here before the environment is scrubbed."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, Final

from sel_tui import __version__
from sel_tui.i18n import LANGUAGES, Words
from sel_tui.journey.words import Msg, msg
from sel_tui.settings import SettingRefused, Settings, read_settings
from sel_tui.terminal.endings import Exit
from sel_tui.terminal.environment import scrub

if TYPE_CHECKING:
    from collections.abc import Sequence

_EPILOG: Final = (
    "exit codes: 0 left · 2 usage, or no terminal · 69 the demonstration's back end did not start · "
    "70 crash · 78 a setting was refused · 129 hang-up · 143 terminated"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; return its exit code.

    Args:
        arguments: The command line without the program's name; this process's own when None.
    """
    parsed = _parser().parse_args(arguments)
    flags = {"server": parsed.server, "language": parsed.language}
    try:
        settings = read_settings(flags)
    except SettingRefused as refused:
        return _say(refused.message, parsed.language or "fr", Exit.CONFIG)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return _say(msg("fatal.no_terminal"), settings.language, Exit.USAGE)
    scrub()
    if parsed.command == "demo":
        from sel_tui.demo import run_demo

        return run_demo(settings, fresh=parsed.fresh, data=parsed.data)
    if not settings.server:
        return _say(msg("fatal.no_server"), settings.language, Exit.USAGE)
    return run_screens(settings)


def run_screens(settings: Settings) -> int:
    """Run the full-screen face until the person leaves; return the exit code."""
    from platformdirs import user_state_path

    from sel_tui.terminal.endings import record_crash

    folder = user_state_path("sel-tui", appauthor=False)
    try:
        from sel_tui.app import SelApp

        app = SelApp(settings.server, language=settings.language, theme=settings.theme, crash_folder=folder)
        app.run(mouse=False)
        crash = app.crash
    except Exception as error:  # noqa: BLE001  # whatever it is, a person reads a sentence and not a traceback
        crash = record_crash(error, folder)
    if crash:
        return _say(msg("fatal.crash", reference=crash), settings.language, Exit.CRASH)
    return app.return_code or 0


def _say(message: Msg, language: str, code: Exit) -> int:
    print(Words(language).say(message), file=sys.stderr)  # noqa: T201  # the command line speaks on stderr
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sel-tui",
        description=(
            "Lier un dossier client de la CCQ à un compte utilisateur. / Link a CCQ client file to a user account."
        ),
        epilog=_EPILOG,
    )
    parser.add_argument("--version", action="version", version=f"sel-tui {__version__}")
    parser.add_argument("--server", metavar="URL", help="adresse du serveur / the back end's address (SEL_TUI_SERVER)")
    parser.add_argument("--language", choices=sorted(LANGUAGES), help="fr (défaut / default), en")
    parser.set_defaults(command="", fresh=False, data=None)
    commands = parser.add_subparsers(dest="command", metavar="{demo}")
    demo = commands.add_parser("demo", help="serveur et données fictifs / fictitious server and data")
    demo.add_argument("--fresh", action="store_true", help="recommencer à neuf / start again with fresh data")
    demo.add_argument("--data", metavar="DIR", default=os.environ.get("SEL_TUI_DEMO_DATA"), help="dossier / folder")
    for same in (demo,):
        same.add_argument("--language", choices=sorted(LANGUAGES), default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    return parser
