"""What the first page takes beside a bare Textual program with the same widgets: by the clock, of a processor, in work.

By turns, so that a busy machine slows both. The processor's instructions, counted by valgrind where it is installed,
are the same each time to a thousandth, whatever else the machine does.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.figures import Figure
from benchmarks.programs import BARE, OURS, PAINTED, Program, programs
from benchmarks.terminals import Terminal

ROUNDS: Final = 21
_COUNTED: Final = re.compile(r"I\s+refs:\s+([\d,]+)")
_MEASURES: Final = ("first paint, ms", "first paint, ms of a processor", "first paint, millions of instructions")


def run(*, big: bool) -> Iterable[Figure]:
    """Print both programs' medians; yield what is ours over what is bare Textual's."""
    del big
    with tempfile.TemporaryDirectory() as name, programs(Path(name)) as listed:
        both = [program for program in listed if program.name in {OURS, BARE}]
        taken: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for turn in range(ROUNDS + 1):
            for program in both:
                times = _paint(program)
                if turn:  # the first compiles what has not been
                    taken[program.name].append(times)
        figures = {name: [median(column) for column in zip(*rows, strict=True)] for name, rows in taken.items()}
        if shutil.which("valgrind"):
            for program in both:
                figures[program.name].append(_instructions(program, Path(name)) / 1e6)
    for place, (what, ours, bare) in enumerate(zip(_MEASURES, figures[OURS], figures[BARE], strict=False)):
        print(f"  {what:<40}{ours:>10,.1f}{bare:>10,.1f} bare")
        named = ("paint", "paint_cpu", "paint_instructions")[place]
        yield Figure(f"start.first_{named}_over_bare", ours / bare, "×", at_most=1.05)


def _paint(program: Program) -> tuple[float, float]:
    """Return the milliseconds to the first page: by the clock, and of a processor."""
    terminal = program.start()
    seconds, _ = terminal.until(PAINTED)
    used = terminal.cpu_seconds
    terminal.close()
    return seconds * 1000, used * 1000


def _instructions(program: Program, folder: Path) -> int:
    """Return how many instructions are executed until the first page is written."""
    log = folder / "instructions.txt"
    counting = ("--tool=cachegrind", "--cache-sim=no", f"--cachegrind-out-file={os.devnull}", f"--log-file={log}")
    command = (str(shutil.which("valgrind")), *counting, *program.command)
    terminal = Terminal(command, program.environment | {"PYTHONHASHSEED": "0"})
    terminal.until(PAINTED)
    os.kill(terminal.process, signal.SIGUSR1)  # which neither handles: it ends, and is summed up
    os.waitpid(terminal.process, 0)
    os.close(terminal.terminal)
    found = _COUNTED.search(log.read_text(encoding="utf-8"))
    assert found is not None, "valgrind says how many"
    return int(found[1].replace(",", ""))
