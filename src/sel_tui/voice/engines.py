"""Finds the speech engines of this machine, the best first, without starting any."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from sel_tui.voice.espeak import Espeak
from sel_tui.voice.speech_queue import Engine
from sel_tui.voice.ssip import Ssip

_PORT: Final = 6560
_READY: Final = 3.0
_LOOK: Final = 0.02


def find_engines(
    environment: Mapping[str, str] = os.environ, which: Callable[[str], str | None] = shutil.which
) -> list[Callable[[], Engine]]:
    """Return a function that opens each engine of this machine; empty when there is none.

    Args:
        environment: The environment; SPEECHD_ADDRESS and XDG_RUNTIME_DIR say where speech-dispatcher listens.
        which: Finds a program on the path.
    """
    engines: list[Callable[[], Engine]] = []
    address = address_of(environment)
    server = which("speech-dispatcher")
    if isinstance(address, tuple) or address.exists():
        engines.append(partial(Ssip, address))
    elif server is not None:
        engines.append(partial(start, server, address))
    espeak = which("espeak-ng")
    if espeak is not None:
        engines.append(partial(Espeak, espeak))
    return engines


def address_of(environment: Mapping[str, str]) -> Path | tuple[str, int]:
    """Return where speech-dispatcher listens, or would listen once started."""
    kind, _, where = environment.get("SPEECHD_ADDRESS", "").partition(":")
    if kind == "inet_socket":
        host, _, port = where.partition(":")
        return (host or "127.0.0.1", int(port) if port.isdigit() else _PORT)
    if kind == "unix_socket" and where:
        return Path(where)
    folder = environment.get("XDG_RUNTIME_DIR") or environment.get("XDG_CACHE_HOME")
    return Path(folder or Path("~/.cache").expanduser(), "speech-dispatcher", "speechd.sock")


def start(server: str, socket: Path) -> Ssip:
    """Start speech-dispatcher and connect to it.

    From log level 4 on it logs the texts that it speaks, so it is started with level 1.

    Raises:
        OSError: It did not start, or the person's settings forbid it.
    """
    try:
        subprocess.run(  # noqa: S603  # the program that was found on the path, with fixed arguments
            [server, "--spawn", "--log-level", "1"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_READY,
            check=True,
        )
    except subprocess.SubprocessError as error:
        raise OSError(str(error)) from None
    end = time.monotonic() + _READY
    while True:
        try:
            return Ssip(socket)
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(_LOOK)
