"""How the program ends: exit codes, signals, and a crash that prints a sentence and never a traceback."""

from __future__ import annotations

import os
import sys
from enum import IntEnum
from pathlib import Path
from typing import Final, NamedTuple

_REFERENCE_BYTES: Final = 4
# How many records of crashes stay; the oldest go.
_KEPT: Final = 20

# The code with which a face ends when the person wants the other one; never an exit code of the program.
CHANGE_FACE: Final = 256

# Erases the screen and all that can be scrolled back to.
ERASE_ALL: Final = "\x1b[H\x1b[2J\x1b[3J"

# The same for what a process has left that was killed: in the whole window again, and without its colours.
BEGIN_CLEAN: Final = "\x1b[r\x1b[m\x1b[H\x1b[J\x1b[3J"


class Handover(NamedTuple):
    """What one face hands over to the other.

    Attributes:
        language: The language.
        email: The e-mail address, if it was typed already.
        personal: Whether lines about a person can be read in the terminal.
        crash: The reference of the crash after which a kiosk begins again; "" when there was none.
        changed: Whether the person has come from the other face.
        begun: Whether the person had begun there.
    """

    language: str
    email: str = ""
    personal: bool = False
    crash: str = ""
    changed: bool = False
    begun: bool = False


class Exit(IntEnum):
    """The exit codes; 64 to 78 are those of sysexits.h, from 129 on it is 128 and the number of a signal.

    80 (STOPPED) is a kiosk that its staff has ended; whoever supervises it must not start it again.
    """

    OK = 0
    USAGE = 2
    UNFINISHED = 65
    NOT_FOUND = 66
    NOT_RECOGNIZED = 67
    UNAVAILABLE = 69
    CRASH = 70
    NOT_LINKED = 73
    TRY_AGAIN = 75
    REFUSED = 77
    CONFIG = 78
    STOPPED = 80
    HANGUP = 129
    INTERRUPTED = 130
    QUIT = 131
    BROKEN_PIPE = 141
    TERMINATED = 143


def release_output() -> None:
    """Write what is left to write, or drop it where nobody reads it any more: Python would end with 120 instead."""
    for stream in (sys.stdout, sys.stderr):
        if stream is None or stream.closed:
            continue
        try:
            stream.flush()
        except OSError:
            nobody = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nobody, stream.fileno())
            os.close(nobody)


def record_crash(error: BaseException, folder: Path | None = None) -> str:
    """Write where `error` happened to a file, without values, messages or locals: they may hold secrets.

    Args:
        error: What was raised.
        folder: Where the file goes, beside the last few others; the person's folder for state when None.

    Returns:
        A reference, also part of the file's name; no file is left when it cannot be written.
    """
    import secrets
    import traceback

    if folder is None:
        from platformdirs import user_state_path

        folder = user_state_path("sel-tui", appauthor=False)
    reference = secrets.token_hex(_REFERENCE_BYTES).upper()
    lines = [f"{type(error).__module__}.{type(error).__qualname__}"]
    lines += [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / f"crash-{reference}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        for old in sorted(folder.glob("crash-*.txt"), key=lambda record: record.stat().st_mtime_ns)[:-_KEPT]:
            old.unlink()
    except OSError:
        pass
    return reference
