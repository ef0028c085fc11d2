"""What fenrir says, on a pseudo-terminal, through a speech command that writes to a file: the focused item."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.journeys.terminal import Terminal, at_terminal

FENRIR: Final = shutil.which("fenrir")
PATIENCE: Final = 15.0
PER_TAB: Final = 120

pytestmark = pytest.mark.skipif(FENRIR is None, reason="fenrir is not installed (Debian: apt-get install fenrir)")


class Reader:
    """fenrir around the program; `log` holds what it said."""

    def __init__(self, terminal: Terminal, log: Path) -> None:
        self.terminal = terminal
        self._log = log
        self._from = 0

    def hears(self, wanted: str) -> str:
        """Wait until `wanted` is said; return all that was said since the last time."""
        end = time.monotonic() + PATIENCE
        while wanted not in (said := self._said()[self._from :]):
            assert time.monotonic() < end, f"{wanted!r} is not heard, but {said[-300:]!r}"
            self.terminal.reads(0.05)
        self._rest(0.3)
        said = self._said()[self._from :]
        self._from += len(said)
        return said

    def _said(self) -> str:
        return self._log.read_text("utf-8", "replace").replace("\u00a0", " ")

    def _rest(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.terminal.reads(0.05)


def _script(file: Path, text: str) -> Path:
    file.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
    file.chmod(0o755)
    return file


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    log = tmp_path / "said"
    log.touch()
    run = _script(tmp_path / "run", f"exec {sys.executable} -m sel_tui --face screen --server http://127.0.0.1:9")
    say = _script(tmp_path / "say", f"printf '%s\\n' \"$*\" >> {log}")
    options = ";".join(
        (
            "speech#enabled=True",
            "speech#driver=genericDriver",
            f"speech#genericSpeechCommand={say} fenrirText",
            "sound#enabled=False",
            f"general#shell={run}",
        )
    )
    assert FENRIR is not None
    with at_terminal([FENRIR, "-e", "-o", options], tmp_path, SHELL=str(run), LOGNAME="nobody") as terminal:
        yield Reader(terminal, log)


def test_fenrir_follows_the_focus(reader: Reader) -> None:
    reader.hears("Essayer de nouveau")  # there is no server: the focus goes to what can be done about it
    for label in ("Adresse courriel", "Mot de passe", "Connexion", "Mot de passe oublié", "Créer un compte"):
        reader.terminal.press("tab")
        said = reader.hears(label)
        assert len(" ".join(said.split())) <= PER_TAB


def test_fenrir_says_the_error_at_once(reader: Reader) -> None:
    assert "Erreur : le serveur ne répond pas" in reader.hears("Essayer de nouveau")
