"""A hundred people in a row at one kiosk: of none of them anything is found, wherever the next one or a thief looks."""

from __future__ import annotations

import random
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from tests.backend.served import serving
from tests.journeys.shared_machine import ERASED, FIRST, PROGRAM, SharedMachine

SEED: Final = 14_2026


class Person:
    """One of the hundred: what only this person types.

    Args:
        number: Which one.
        chance: Chooses what happens to them.
    """

    def __init__(self, number: int, chance: random.Random) -> None:
        self.email = f"canari{number:03}@exemple.test"
        self.secret = f"Secret-{number:03}-{chance.getrandbits(40):010x}"
        self.file = f"ci9{number:06}"
        self.name = f"Canarine{number:03}"
        self.chance = chance

    @property
    def canaries(self) -> tuple[str, ...]:
        return (self.email, self.secret, self.file, self.name)


def types_an_address_and_a_password(machine: SharedMachine, person: Person) -> None:
    machine.type(f"{person.email}⇥{person.secret}")
    machine.wait_for(person.email)


def is_refused(machine: SharedMachine, person: Person) -> None:
    machine.type(f"{person.email}⇥{person.secret}⏎")
    machine.wait_for("Erreur")


def creates_an_account(machine: SharedMachine, person: Person) -> None:
    machine.type("⇥⇥⇥⇥⏎")
    machine.wait_for("Un code y sera envoyé")
    machine.type(f"{person.email}⇥{person.secret}⏎")
    machine.wait_for("Prénom")
    machine.type(f"{person.name}⇥{person.name}")
    machine.wait_for(person.name)


def tries_to_link(machine: SharedMachine, person: Person) -> None:
    machine.logs_in("nouvelle")
    machine.wait_for("Choisir une méthode")
    machine.type("1")
    machine.wait_for("Ancien mot de passe")
    machine.type(f"{person.file}⇥{person.secret}")
    machine.wait_for(person.file)


def pastes_without_an_end(machine: SharedMachine, person: Person) -> None:
    machine.type(f"\x1b[200~{person.email} {person.secret} {person.file}")


def goes_line_by_line(machine: SharedMachine, person: Person) -> None:
    machine.press("f5")
    machine.wait_until(lambda: machine.in_lines, "the line face")
    machine.wait_for("Étapes 1 et 2")
    types_by_line(machine, person)


def types_by_line(machine: SharedMachine, person: Person) -> None:
    machine.type(f"{person.email}⏎")
    machine.wait_for(person.email, "Mot de passe")
    machine.type(person.secret)


def is_refused_by_line(machine: SharedMachine, person: Person) -> None:
    types_by_line(machine, person)
    machine.type("⏎")
    machine.wait_for("Erreur")


def types_half_an_address(machine: SharedMachine, person: Person) -> None:
    machine.type(person.email)
    machine.wait_for(person.email)


ON_SCREENS: Final = (
    *(types_an_address_and_a_password, is_refused, creates_an_account, tries_to_link),
    *(goes_line_by_line, pastes_without_an_end),
)
BY_LINE: Final = (types_by_line, types_by_line, types_half_an_address, is_refused_by_line, pastes_without_an_end)


def finishes(machine: SharedMachine, person: Person) -> None:
    del person
    machine.begins_again()


def floods_and_goes(machine: SharedMachine, person: Person) -> None:
    machine.floods(f"\x1b]0;{person.secret}\x1b[200~{person.name}".encode() + person.chance.randbytes(2_000))
    # By line, an answer that comes too early is the next person's.
    machine.wait_until(machine.has_taken_all, "the end of the flood")
    machine.begins_again()


LEAVING: Final = (finishes, finishes, finishes, floods_and_goes)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, first_data: Path) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("server")
    shutil.copytree(first_data, folder / "data")
    with serving(folder, "--demo", "--data", str(folder / "data")) as served:
        yield served.url


@contextmanager
def a_process(server: str, home: Path, *flags: str) -> Iterator[SharedMachine]:
    command = [sys.executable, "-I", *PROGRAM[1:], "--server", server, *flags]  # from its start, as docs/kiosk.md says
    with closing(SharedMachine(command, home, (*FIRST, "SIMULATION"))) as machine:
        machine.begins()
        yield machine


class Face(NamedTuple):
    """One of the faces: how many people use it, and what they do."""

    visits: int
    doing: tuple[Callable[[SharedMachine, Person], None], ...]
    flags: tuple[str, ...] = ()


# A visit by line costs a tenth of one on the screens.
SCREENS, LINES = Face(12, ON_SCREENS), Face(88, BY_LINE, ("--linear",))


def canaries_of(people: list[Person]) -> tuple[str, ...]:
    return tuple(canary for one in people for canary in one.canaries)


def found(canaries: tuple[str, ...], *places: bytes) -> set[str]:
    return {canary for canary in canaries for place in places if canary.encode() in place}


def on_disk(home: Path) -> Iterator[bytes]:
    """Yield the name and the content of every file below the account's home, wherever a program keeps its things."""
    for file in home.rglob("*"):
        yield str(file).encode()
        if file.is_file():
            yield file.read_bytes()


def of_the_process(machine: SharedMachine) -> Iterator[bytes]:
    """Yield what every process of the machine may read of the program."""
    for name in ("environ", "cmdline"):
        yield Path(f"/proc/{machine.process.pid}/{name}").read_bytes()


@pytest.mark.parametrize("face", [SCREENS, LINES])
def test_a_hundred_people_in_a_row_leave_nothing(server: str, tmp_path: Path, face: Face) -> None:
    chance = random.Random(SEED)  # noqa: S311  # the same hundred each time
    people = iter([Person(number, chance) for number in range(face.visits)])
    before: list[Person] = []
    while len(before) < face.visits:
        with a_process(server, tmp_path, *face.flags) as machine:
            for number, person in enumerate(people, start=1):
                chance.choice(face.doing)(machine, person)
                before.append(person)
                if number == face.visits // 4 and len(before) < face.visits:
                    machine.process.kill()
                    break
                chance.choice(LEAVING)(machine, person)
                shown = machine.output[machine.output.rfind(ERASED) :]
                everybody = canaries_of(before)
                assert not found(everybody, bytes(shown), *of_the_process(machine))
                assert b"\x1b]" not in machine.output, "neither a title nor the clipboard is written"
        assert not found(canaries_of(before), *on_disk(tmp_path))
