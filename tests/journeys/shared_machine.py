"""A kiosk at a pseudo-terminal of its own, and what one person after the other does at it."""

from __future__ import annotations

import fcntl
import os
import select
import sys
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from sel_tui.terminal.endings import ERASE_ALL
from sel_tui.terminal.keys import SLOWEST_REPEAT
from tests.journeys.terminal import CLIENT, PATIENCE, OwnTerminal

# Where a kiosk waits for whoever comes.
WAITING: Final = "Commencer en français"
# The page that follows: what is on it, whoever was there before.
FIRST: Final = ("Adresse courriel", "F10 Terminer")
ASKED: Final = ("Avez-vous terminé", "Are you finished")
REDRAW: Final = "\x0c"
ON, OFF, ERASED = b"\x1b[?1049h", b"\x1b[?1049l", ERASE_ALL.encode()
_CHUNK: Final = 4_096


class SharedMachine(OwnTerminal):
    """A kiosk, whose terminal is its own.

    Args:
        command: What to run.
        home: The home folder of the machine's account.
        first: What stands on the page where one begins.
    """

    def __init__(self, command: Sequence[str], home: Path, first: Sequence[str] = FIRST) -> None:
        self._changes = 0
        super().__init__(command, home)
        self.command = command
        self.first = first

    def begins(self) -> None:
        """Wait until the next person can begin, and begin in French."""
        self.wait_for(WAITING)
        self.type("1⏎" if self.in_lines else "1")
        self.wait_for(*(self.first[:1] if "--linear" in self.command else self.first))

    def begins_again(self) -> None:
        """End a visit as whoever comes next would, whatever the one before has left in the terminal; wait for the page.

        F10 may be swallowed by what was begun before it, and its question by a change of face that was asked for
        before, so both are tried again until the visit is over.
        """
        self.wait_until(self.has_taken_all, "nothing more to take")  # it would go on with that on the page that comes
        began = len(self.output)

        def is_over() -> bool:  # a change to the screens erases too, and every visit begins in the kiosk's own face
            if self.in_lines:
                return "--linear" in self.command and ERASED in self.output[began:]
            return self.shows(WAITING)

        self.screen.reset()  # what was written meanwhile may have been cut anywhere
        self.type(REDRAW)
        deadline = time.monotonic() + PATIENCE
        tries = 0
        while not is_over():
            assert time.monotonic() < deadline, "\n".join(["nobody can begin again", *self.screen.display])
            asked = self.is_asked
            tries += not asked
            if not asked and self.in_lines and tries % 2 == 0:
                self.screen.reset()  # what it says to this is another page
                self.type("1⏎")  # it may wait for somebody already, and then F10 does nothing
            elif not asked:
                self.press("f10")
            elif self.in_lines:
                self.screen.reset()  # answered once: a second answer would be the next person's
                self.type("2⏎")
            else:
                self.press("tab", "enter")
            # What is typed again too soon would be the next person's, or a key that is held down and has been so since
            # before; by line, whatever was typed is answered.
            patience = 5.0 if asked else 1.5 if self.in_lines else SLOWEST_REPEAT + 0.1
            while self.reads(patience) and (asked or not self.is_asked) and not is_over():
                pass
        self.begins()

    def reads(self, seconds: float) -> bool:
        """Read on as any terminal, but with an empty screen for each face: the emulator has no second screen."""
        read = super().reads(seconds)
        changes = sum(map(self.output.count, (ON, OFF)))
        if changes != self._changes:
            self._changes = changes
            self.screen.reset()
            self._stream.feed(self.output[max(map(self.output.rfind, (ON, OFF))) :])
        return read

    @property
    def is_asked(self) -> bool:
        """Whether the question is shown whether the person has finished."""
        return any(map(self.shows, ASKED))

    @property
    def in_lines(self) -> bool:
        """Whether the line face is on."""
        return "--linear" in self.command or self.output.rfind(OFF) > self.output.rfind(ON)

    def floods(self, data: bytes) -> None:
        """Send `data` as fast as the program takes it; what is written meanwhile is kept, and shown by nobody."""
        rest = memoryview(data)
        os.set_blocking(self.master, False)
        try:
            while rest:
                readable, writable, _ = select.select([self.master], [self.master], [], PATIENCE)
                assert readable or writable, "nothing is read any more"
                if readable:
                    self.output += os.read(self.master, 65_536)
                if writable:
                    rest = rest[os.write(self.master, rest[:_CHUNK]) :]
        finally:
            os.set_blocking(self.master, True)

    def has_taken_all(self) -> bool:
        """Whether the program has read all that was typed, says nothing more of it, and none of its threads runs."""
        quiet = not self.reads(0.1)
        unread = int.from_bytes(fcntl.ioctl(self.inner, termios.FIONREAD, bytes(4)), sys.byteorder)
        return quiet and not unread and all(stat[0] == "S" for stat in self.threads())

    def is_idle(self) -> bool:
        """Tell whether the program spends no time and writes nothing while nobody does anything."""
        before = self.ticks()
        quiet = not self.reads(1.0)
        return quiet and self.ticks() - before <= _IDLE_TICKS

    def ticks(self) -> int:
        """Return the processor time that the program has used, in hundredths of a second."""
        fields = self.stat()
        return int(fields[11]) + int(fields[12])


PROGRAM: Final = (*CLIENT, "--kiosk", "--voice", "off")
# In a second at rest: the look at the clock, and what the measuring rounds up.
_IDLE_TICKS: Final = 5


@contextmanager
def shared_machine(server: str, home: Path, *more: str) -> Iterator[SharedMachine]:
    with closing(SharedMachine([*PROGRAM, "--server", server, *more], home)) as machine:
        machine.begins()
        yield machine
