"""The memory of thirty programs at once, as a host of thin clients carries them: what they share counts once."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.programs import Program
from benchmarks.terminals import Terminal

MANY = 30


class Memory(NamedTuple):
    """What one of many programs takes, in MiB.

    Attributes:
        peak: The most that was ever resident.
        pss: Its share: what is its own, and a part of what it shares.
        own: What is its own, and was written to.
    """

    peak: float
    pss: float
    own: float


def memory(program: Program) -> Memory:
    """Run a program thirty times at once, each with its connection; return the median of what each takes."""
    with ExitStack() as stack:
        terminals: list[Terminal] = []
        for _ in range(MANY):
            terminals.append(program.start(connected=True))
            stack.callback(terminals[-1].close)
        for terminal in terminals:
            terminal.wait_for("Mot de passe oublié")
            if program.connected != program.command:
                terminal.wait_for("connecté")
            else:
                program.ready(terminal)
        taken = [_taken(terminal.process) for terminal in terminals]
    return Memory(*(median(values) for values in zip(*taken, strict=True)))


def _taken(process: int) -> Memory:
    peak = _kibibytes(Path(f"/proc/{process}/status"), "VmHWM")
    rollup = Path(f"/proc/{process}/smaps_rollup")
    return Memory(peak / 1024, _kibibytes(rollup, "Pss") / 1024, _kibibytes(rollup, "Private_Dirty") / 1024)


def _kibibytes(file: Path, name: str) -> int:
    line = next(line for line in file.read_text("ascii").splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1])
