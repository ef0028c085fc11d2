"""The programs that are compared: ours, with its own renderer and the stock one, and the twins."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.servers import back_end
from benchmarks.terminals import Line, Terminal
from benchmarks.twins import web
from benchmarks.twins.making import journey
from benchmarks.twins.pages import TwinPage, write_pages

OURS: Final = "screen"
STOCK: Final = "stock renderer"
BARE: Final = "bare Textual"
CURSES: Final = "curses"
LYNX: Final = "lynx"
# On every first page, in « Mot de passe oublié » alone: whether a space may break differs.
PAINTED: Final = b"oubli"
_TYPED: Final = {
    "Adresse courriel": "nouvelle@exemple.test",
    "Mot de passe": "Chantier-2026!",
    "Ancien identifiant": "CI 1234567",
}
_MISS, _HIT = "Ancien-1234?", "Ancien-1234!"
_REFUSED: Final = "Nous n’avons pas pu lier"
_LYNX_FLAGS: Final = ("-assume_charset=utf-8", "-display_charset=utf-8")


class Program(NamedTuple):
    """A program and how it is used.

    Attributes:
        name: What the table calls it.
        command: How it is run.
        environment: Further environment variables.
        ready: Waits until nothing more follows by itself.
        walk: Goes the journey to its end.
        connected: How it is run when it opens a connection, too; the same where it does so by itself or never.
    """

    name: str
    command: tuple[str, ...]
    environment: dict[str, str]
    ready: Callable[[Terminal], object]
    walk: Callable[[Terminal], None]
    connected: tuple[str, ...]

    def start(self, line: Line = Line(), *, connected: bool = False) -> Terminal:  # noqa: B008  # it is immutable
        """Start it on a terminal."""
        return Terminal(self.connected if connected else self.command, self.environment, line)


def absent() -> dict[str, str]:
    """Return the programs that cannot be measured here, each with the reason."""
    return {} if shutil.which("lynx") else {LYNX: "it is not installed (Debian: apt-get install lynx)"}


@contextmanager
def programs(folder: Path) -> Iterator[list[Program]]:
    """Yield the programs that are there, on fresh demonstration data.

    Args:
        folder: For their files; it is no other program's.
    """
    pages = journey()
    file = folder / "pages.json"
    write_pages(pages, file)
    walk = _twin_walk(pages)
    with ExitStack() as stack:
        server = stack.enter_context(back_end())
        ours = (sys.executable, "-m", "sel_tui", "--face", "screen", "--server", server)
        home = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
        listed = [
            Program(OURS, ours, home, _connected, _walk, ours),
            Program(STOCK, ours, home | {"SEL_TUI_RENDERER": "stock"}, _connected, _walk, ours),
        ]
        for name, module in (
            (BARE, "textual_twin"),
            ("prompt_toolkit", "prompt_toolkit_twin"),
            ("curses", "curses_twin"),
        ):
            command = (sys.executable, "-m", f"benchmarks.twins.{module}", str(file))
            connected = (*command, server) if name == BARE else command
            # Of the sequences that curses uses at an xterm, the emulator that reads them here lacks a few.
            environment = {"TERM": "linux"} if name == CURSES else {}
            listed.append(Program(name, command, environment, Terminal.read, walk, connected))
        if LYNX not in absent():
            command = (str(shutil.which("lynx")), *_LYNX_FLAGS, stack.enter_context(web.served(pages)))
            listed.append(Program(LYNX, command, {}, Terminal.read, _twin_walk(pages, from_top=True), command))
        yield listed


def _connected(terminal: Terminal) -> None:
    terminal.wait_for("SIMULATION")
    terminal.read()


def _walk(terminal: Terminal) -> None:
    terminal.wait_for("SIMULATION", "Mot de passe oublié")
    terminal.type(f"{_TYPED['Adresse courriel']}\t{_TYPED['Mot de passe']}\r".encode())
    terminal.wait_for("Choisir une méthode pour lier votre dossier", "Utiliser vos anciens accès")
    terminal.type(b"1")
    terminal.wait_for("Ancien mot de passe")
    terminal.type(f"{_TYPED['Ancien identifiant']}\t{_MISS}\r".encode())
    terminal.wait_for(_REFUSED)
    terminal.type(f"{_HIT}\r".encode())  # the identifier has stayed, and the focus is below it
    terminal.wait_for("Dossier lié", "Référence")
    terminal.type(b"\r")
    terminal.wait_for("Sélectionner un profil", "ci1234567", "à vérifier")
    terminal.type(b"\r")
    terminal.wait_for("Vérifier le dossier lié", "C’est exact")


def _twin_walk(pages: list[TwinPage], *, from_top: bool = False) -> Callable[[Terminal], None]:
    def walk(terminal: Terminal) -> None:
        _wait_for(terminal, pages[0])
        for page, following in pairwise(pages):
            terminal.type(_keys(page, miss=_REFUSED in following.items[0].text, from_top=from_top).encode())
            _wait_for(terminal, following)

    return walk


def _wait_for(terminal: Terminal, page: TwinPage) -> None:
    terminal.wait_for(page.title, page.items[0].text[:24].strip())


def _keys(page: TwinPage, *, miss: bool, from_top: bool) -> str:
    """Return the keys that fill in a page from its focus on, and press the button that follows."""
    before = sum(item.operable for item in page.items[: page.focus])
    keys = "\t" * before if from_top else ""
    for item in page.items[page.focus :]:
        if item.typed:
            keys += _TYPED.get(item.text, _MISS if miss else _HIT) + "\t"
    return keys + "\r"
