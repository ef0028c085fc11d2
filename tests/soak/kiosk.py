"""One kiosk process and one person after the other: each logs in, opens a method, and has all forgotten."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Final

from tests.journeys.shared_machine import ERASED, FIRST, OFF, ON, PROGRAM, WAITING, SharedMachine
from tests.soak.flat import Watch

LOOKS: Final = 60


class Kiosk(SharedMachine):
    """A kiosk at whose terminal nobody does anything unexpected: each visit takes as long as the program does."""

    def visited(self, email: str, password: str) -> None:
        """One person comes, logs in, looks at a method and leaves."""
        if self.in_lines:
            self.type(f"{email}⏎")
            self.wait_for("Mot de passe")
            self.type(f"{password}⏎")
            self.wait_for("Choisir une méthode")
            self.type("1⏎")
            self.wait_for("Ancien identifiant")
        else:
            self.type(f"{email}⇥{password}⏎")
            self.wait_for("Choisir une méthode")
            self.type("1")
            self.wait_for("Ancien mot de passe")
        self._leaves()
        self._forgets()
        self.begins()

    def _leaves(self) -> None:
        began = len(self.output)
        self.press("f10")
        self.wait_until(lambda: self.is_asked, "the question whether all is done")
        if self.in_lines:
            self.screen.reset()
            self.type("2⏎")
        else:
            self.press("tab", "enter")
        self.wait_until(lambda: ERASED in self.output[began:] and self.shows(WAITING), "the next person's page")

    def _forgets(self) -> None:
        """Drop what was written: of ten thousand visits it would be sixty megabytes."""
        self.output = OFF if self.in_lines else ON
        self._changes = 1


def soak_kiosk(server: str, home: Path, who: tuple[str, str], visits: int, *, linear: bool) -> Watch:
    """Return what a kiosk process takes over so many visits.

    Args:
        server: The back end.
        home: The home folder of the machine's account.
        who: The address and the password of everybody who comes.
        visits: How many come.
        linear: Whether the line face is shown.
    """
    flags = ("--linear",) if linear else ()
    first = (FIRST[0],) if linear else FIRST
    with closing(Kiosk([*PROGRAM, "--server", server, *flags], home, first)) as machine:
        machine.begins()
        watch = Watch(f"kiosk {'by line' if linear else 'on screens'}", machine.process.pid)
        every = max(visits // LOOKS, 1)
        for number in range(visits):
            if number % every == 0:
                watch.look()
            machine.visited(*who)
        watch.look()
    return watch
