"""Speaks through espeak-ng, one process for each text, where there is no speech-dispatcher."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from typing import Final

_USUAL: Final = 175  # words a minute
_WORDS_PER_STEP: Final = 1.25
_LOOK: Final = 0.02


class Espeak:
    """Starts espeak-ng for each text. The text goes through a pipe: arguments can be read by everyone on the machine.

    Args:
        program: Its path.

    Attributes:
        left: The process that says the last words, and that nobody waits for.
    """

    def __init__(self, program: str) -> None:
        self._program = program
        self.left: subprocess.Popen[bytes] | None = None

    def say(self, text: str, language: str, rate: int, wanted: Callable[[], bool]) -> None:
        """Say `text` to its end, or until it is no longer wanted."""
        process = self._start(language, rate)
        assert process.stdin is not None
        try:
            process.stdin.write(text.encode())
            process.stdin.close()
            while process.poll() is None and wanted():
                try:
                    process.wait(_LOOK)
                except subprocess.TimeoutExpired:
                    continue
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()
        if process.returncode > 0:
            raise OSError(process.returncode, "espeak-ng")

    def say_last(self, text: str, language: str, rate: int) -> None:
        """Start saying `text`; espeak-ng ends by itself."""
        self.left = self._start(language, rate, stays=True)
        assert self.left.stdin is not None
        self.left.stdin.write(text.encode())
        self.left.stdin.close()

    def _start(self, language: str, rate: int, *, stays: bool = False) -> subprocess.Popen[bytes]:
        speed = round(_USUAL + rate * _WORDS_PER_STEP)
        return subprocess.Popen(  # noqa: S603  # the program that was found on the path, with fixed arguments
            [self._program, "-v", language, "-s", str(speed), "--stdin"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=stays,  # the terminal may be closed before it ends
        )

    def cancel(self) -> None:
        """Nothing goes on between two texts."""

    def close(self) -> None:
        """Nothing is held."""
