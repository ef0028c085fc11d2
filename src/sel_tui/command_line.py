"""The words and options of the command line; the manual page and the completions are made of it when it is built."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable
from typing import Final

from sel_tui import __version__
from sel_tui.i18n import LANGUAGES
from sel_tui.settings import CHOICES, COLOURS

_EPILOG: Final = (
    "exit codes: 0 left, or done · 2 usage, or nothing to read answers or credentials from · 65 the answers ended in "
    "the middle of a step, or what a script gave cannot be used · 66 nothing found · 67 no file was recognised · "
    "69 the demonstration's back end did not start, or the server does not answer as it should · 70 crash · "
    "73 the file cannot be linked · 75 try again later, with the same key · 77 the credentials were refused · "
    "78 a setting was refused, or doctor --kiosk found something to do · 80 ended by a kiosk's staff · 129 hang-up · "
    "130 Ctrl+C while it starts · 131 Ctrl+\\ · 141 nobody reads on · 143 terminated"
)
_HELP_COLUMNS: Final = 78
_INPUT: Final = 0
# As the contract names them; its models would take a tenth of a second to load.
METHODS: Final = ("legacy_access", "questions", "link_code")
_SCRIPTS: Final = {
    "status": "pour un script : le serveur, le compte / for a script: the server, the account",
    "links": "pour un script : les liaisons du compte / for a script: the account's links",
    "questions": "pour un script : les questions d’un dossier / for a script: a file's questions",
    "link": "pour un script : lier un dossier / for a script: link a file",
}


class _Help(argparse.HelpFormatter):
    """Help of a fixed width: argparse makes one for each option, and loads shutil to ask the terminal for its width."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_HELP_COLUMNS)


def parser() -> argparse.ArgumentParser:
    """Return what reads the command line."""
    made = argparse.ArgumentParser(
        prog="sel-tui",
        description=(
            "Lier un dossier client de la CCQ à un compte utilisateur. / Link a CCQ client file to a user account."
        ),
        epilog=_EPILOG,
        formatter_class=_Help,
    )
    made.add_argument("--version", action="version", version=f"sel-tui {__version__}")
    _add_connection(made)
    _add_face(made)
    made.set_defaults(command="", fresh=False, data=None, desk=False, script="", copy_reference=None)
    commands = made.add_subparsers(dest="command", metavar="COMMAND")
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
    for works_there in (demo, desk):
        works_there.add_argument(
            "--copy-reference",
            action="store_const",
            const="yes",
            default=argparse.SUPPRESS,
            help="C copie la référence (OSC 52) / C copies the reference (OSC 52)",
        )
    scripts = desk.add_subparsers(dest="script", metavar="{case}")
    case = scripts.add_parser("case", help="un cas, pour un script / one case, for a script", formatter_class=_Help)
    case.add_argument("reference", help="référence, comme on l’entend / a reference, as it is heard")
    doctor = commands.add_parser(
        "doctor", help="ce terminal, et le serveur / this terminal, and the server", formatter_class=_Help
    )
    code = commands.add_parser(
        "kiosk-code",
        help="code du personnel d’un poste partagé / the code of a shared machine’s staff",
        formatter_class=_Help,
    )
    people = [_script(commands.add_parser, name, does) for name, does in _SCRIPTS.items()]
    link = commands.choices["link"]
    link.add_argument(
        "--method", choices=METHODS, required=True, help="méthode, comme au contrat / method, as in the contract"
    )
    link.add_argument(
        "--idempotency-key",
        type=_key,
        metavar="KEY",
        help="la même pour réessayer sans risque / the same to try again safely: 8-64 × A-Z a-z 0-9 _ -",
    )
    for script in (case, *people):
        _add_exchange(script)
        _add_connection(script, default=argparse.SUPPRESS)
    commands.choices["status"].set_defaults(credentials_fd=None)
    for command in (demo, desk, doctor, code):
        _add_connection(command, default=argparse.SUPPRESS)
        _add_face(command, default=argparse.SUPPRESS)
    return made


def _script(add: Callable[..., argparse.ArgumentParser], name: str, does: str) -> argparse.ArgumentParser:
    added = add(name, help=does, formatter_class=_Help)
    added.set_defaults(script=name)
    return added


def _key(text: str) -> str:
    from sel_contract.headers import IDEMPOTENCY_KEY_PATTERN

    if not re.fullmatch(IDEMPOTENCY_KEY_PATTERN, text):
        raise argparse.ArgumentTypeError("8-64 × A-Z a-z 0-9 _ -")
    return text


def _add_exchange(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", required=True, help="en JSON / as JSON")
    parser.add_argument(
        "--credentials-fd",
        type=int,
        default=_INPUT,
        metavar="N",
        help="d’où lire adresse, mot de passe et le reste (0) / from where to read address, password and the rest (0)",
    )


def _add_connection(parser: argparse.ArgumentParser, default: str | None = None) -> None:
    parser.add_argument(
        "--server", metavar="URL", default=default, help="adresse du serveur / the back end's address (SEL_TUI_SERVER)"
    )
    parser.add_argument(
        "--proxy",
        metavar="URL|environment",
        default=default,
        help="serveur mandataire, ou celui de l’environnement / proxy, or the environment’s own (SEL_TUI_PROXY)",
    )
    parser.add_argument("--language", choices=sorted(LANGUAGES), default=default, help="fr (défaut / default), en")


def _add_face(parser: argparse.ArgumentParser, default: str | None = None) -> None:
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
