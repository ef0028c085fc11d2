"""Whatever somebody does to a kiosk's keyboard and terminal, the next person finds its first page within bounds."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Final

import pytest

from tests.journeys.portal import portal
from tests.journeys.shared_machine import SharedMachine, shared_machine

SEED: Final = 20_261_129
# Seconds within which the next person's page is there, whatever came before; seldom more than one is needed.
BOUND: Final = 20.0
CONTROLS: Final = (
    *(bytes([code]) for code in range(0x20)),
    b"\x7f",
    *(bytes([0xC2, code]) for code in range(0x80, 0xA0)),
)
HELD: Final = (
    *(b"a", b"\r", b"\t", b" ", b"\x7f", b"\x1b", b"\x03", b"\x0c", b"\x1b[B", b"\x1b[6~"),
    *(b"\x1bOP", b"\x1bOQ", b"\x1bOR", b"\x1b[15~", b"\x1b[19~", b"\x1b[21~", b"\x1b[23~"),
)
MEGABYTE: Final = 1_000_000
PIECES: Final = (
    *(b"\x1b", b"[", b"O", b"]", b"P", b"X", b"^", b"_", b"?", b";", b"~", b"M", b"<", b"u", b"$y", b"0", b"9999"),
    *(b"\x1b[200~", b"\x1b[201~", b"\x1b[I", b"\x1b[O", b"\x1b[48;1;1;1;1t", b"\x1b[8;999;999t", b"\x1b[<0;1;1M"),
    *(b"\x1b[M !!", b"\x1b[1;1R", b"\x1b[?1;2c", b"\x1b[>0;10;1c", b"\x1b[?2026;2$y", b"\x1b[97;1:3u", b"\x1bP1$r"),
    *(
        b"\x1b]52;c;Y2FuYXJp\x07",
        b"\x1b]11;rgb:0/0/0\x1b\\",
        b"\xe9",
        b"\xf0\x9f",
        b"\xff",
        b"\x9b",
        b"\x00",
        b"a",
        b"\r",
    ),
    *(
        b"\t",
        b"\x1b[A",
        b"\x1b[Z",
        b"\x1bOQ",
        b"\x1b[15~",
        b"\x1b[19~",
        b"\x1b[21~",
        b"\x1b[24~",
        b"\x03",
        b"\x18",
        b"\x14",
    ),
)

pytestmark = pytest.mark.xdist_group("kiosk-hostile")


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedMachine]:
    """One process for all: what one test leaves behind is the next one's to get over."""
    with shared_machine(portal(), tmp_path_factory.mktemp("home")) as machine:
        yield machine


def next_person_finds_the_first_page(machine: SharedMachine) -> None:
    began = time.monotonic()
    machine.begins_again()
    took = time.monotonic() - began

    assert took < BOUND, f"{took:.1f} s"
    assert machine.process.poll() is None
    assert b"Traceback" not in machine.output


def test_every_pair_of_control_characters(machine: SharedMachine) -> None:
    for first in CONTROLS:
        machine.floods(b"".join(first + second for second in CONTROLS))
    next_person_finds_the_first_page(machine)


@pytest.mark.parametrize("seed", range(SEED, SEED + 3))
def test_a_sample_of_longer_sequences(machine: SharedMachine, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # the same each time
    for _ in range(60):
        machine.floods(b"".join(chance.choices(PIECES, k=chance.randint(1, 40))))
        machine.reads(0)
    next_person_finds_the_first_page(machine)


@pytest.mark.parametrize(
    "begun",
    [b"\x1b", b"\x1b[", b"\x1bO", b"\x1b[<0;", b"\x1b]52;c;", b"\x1bP", b"\x1b[200~canari", b"\xf0\x9f", b"\xc2"],
)
def test_what_was_begun_and_never_ended(machine: SharedMachine, begun: bytes) -> None:
    machine.floods(begun)
    machine.begins_again()


@pytest.mark.parametrize("held", HELD, ids=repr)
def test_a_key_on_which_something_lies(machine: SharedMachine, held: bytes) -> None:
    machine.floods(held * 600)
    next_person_finds_the_first_page(machine)


def test_a_storm_of_sizes(machine: SharedMachine) -> None:
    chance = random.Random(SEED)  # noqa: S311  # as above
    for _ in range(200):
        machine.resize(chance.randint(1, 300), chance.randint(1, 120))
        machine.reads(0)
    machine.resize(80, 24)
    next_person_finds_the_first_page(machine)


def test_signals_of_the_keyboard_and_of_the_background(machine: SharedMachine) -> None:
    for _, number in product(
        range(50), (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU, signal.SIGWINCH)
    ):
        os.kill(machine.process.pid, number)
    next_person_finds_the_first_page(machine)


@pytest.mark.parametrize("marked", [True, False], ids=["a paste", "as keys"])
def test_ten_megabytes(machine: SharedMachine, marked: bool) -> None:
    chance = random.Random(SEED)  # noqa: S311  # as above
    text = bytes(chance.choices(b"abcdefghij klmnop\r\t", k=MEGABYTE)) * 10
    machine.floods(b"\x1b[200~" + text + b"\x1b[201~" if marked else text)
    next_person_finds_the_first_page(machine)

    held = [line for line in status(machine) if line.startswith("VmRSS")]
    assert int(held[0].split()[1]) < 200_000, held


def test_at_rest_it_spends_no_time_whatever_was_done_to_it(machine: SharedMachine) -> None:
    machine.wait_until(machine.is_idle, "a second at rest")


def test_by_line_a_megabyte_and_every_pair(machine: SharedMachine) -> None:
    machine.press("f5")
    machine.wait_until(lambda: machine.in_lines, "the line face")
    chance = random.Random(SEED)  # noqa: S311  # as above
    machine.floods(bytes(chance.choices(b"abcdefghij klmnop\r\t", k=MEGABYTE)))
    machine.floods(b"".join(first + second for first in CONTROLS for second in CONTROLS))
    next_person_finds_the_first_page(machine)


@pytest.mark.parametrize("face", ["screen", "line"])
def test_a_terminal_that_is_unplugged_ends_the_program(tmp_path: Path, face: str) -> None:
    with shared_machine(portal(), tmp_path, *(["--linear"] if face == "line" else [])) as machine:
        os.close(machine.inner)
        os.close(machine.master)
        machine.inner, machine.master = os.openpty()

        assert machine.process.wait(BOUND) == 129


def status(machine: SharedMachine) -> list[str]:
    return Path(f"/proc/{machine.process.pid}/status").read_text("ascii").splitlines()
