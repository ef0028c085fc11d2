"""What a braille display of forty cells shows: brltty with its virtual display, reading a real console."""

from __future__ import annotations

import os
import re
import select
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.readers.console import at_console, free_console

BRLTTY: Final = shutil.which("brltty")
CELLS: Final = 40
PATIENCE: Final = 15.0
NUMBER, NONE = free_console()
WHY_NOT: Final = NONE if BRLTTY else "brltty is not installed (Debian: apt-get install brltty)"

pytestmark = [
    pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "it runs"),
    pytest.mark.xdist_group("console"),
]


class Display:
    """A braille display that is no more than a socket."""

    def __init__(self, port: int) -> None:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                self._socket = socket.create_connection(("127.0.0.1", port), 1)
                break
            except OSError:
                assert time.monotonic() < end, "brltty does not listen"
                time.sleep(0.05)
        self._socket.sendall(f"cells {CELLS}\n".encode())
        self._read = ""
        self.shown: list[str] = []

    def shows(self, wanted: str) -> str:
        """Wait until the display shows `wanted`; return the whole line."""
        end = time.monotonic() + PATIENCE
        while not (self.shown and wanted in self.shown[-1]):
            assert time.monotonic() < end, f"{wanted!r} is not felt, but {self.shown[-3:]}"
            if select.select([self._socket], [], [], 0.2)[0]:
                self._read += self._socket.recv(4096).decode("utf-8", "replace")
                self.shown = re.findall(
                    r'Visual "((?:[^"\\]|\\.)*)"', self._read.replace("\\xa0", " ").replace("\u00a0", " ")
                )
        return self.shown[-1]

    def close(self) -> None:
        self._socket.close()


def free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def braille(console: int, home: Path) -> Iterator[Display]:
    """Run brltty over `console`, without keyboards, speech, services or anybody's preferences."""
    port = free_port()
    assert BRLTTY is not None
    command = [BRLTTY, "-n", "-e", "-N", "-b", "vr", "-d", f"server:127.0.0.1:{port}", "-x", "lx"]
    command += ["-X", f"vt={console}", "-s", "no", "-a", "none", "-f", os.devnull, "-F", str(home / "preferences")]
    command += ["-U", str(home), "-P", str(home / "pid"), "-M", "1"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8"}
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, start_new_session=True) as process:
        try:
            with closing(Display(port)) as display:
                yield display
        finally:
            process.terminate()


def test_braille_shows_label_and_value_of_each_focused_item(tmp_path: Path) -> None:
    with at_console(NUMBER, tmp_path) as console, braille(NUMBER, tmp_path) as display:
        display.shows("Essayer")  # there is no server: the focus goes to what can be done about it
        console.press(b"\t")
        display.shows("Adresse courriel")
        console.press(b"a@b.c")
        assert "Adresse courriel" in display.shows("a@b.c")
        console.press(b"\tsecret")
        assert "secret" not in display.shows("Mot de passe")
        for label in ("Connexion", "Mot de passe oublié", "Créer un compte"):
            console.press(b"\t")
            assert "[ " in display.shows(label)
        console.press(b"\x1b[Z")
        display.shows("Mot de passe oublié")
