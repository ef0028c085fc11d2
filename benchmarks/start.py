"""What the first page and a letter take beside a bare Textual program with the same widgets: in time, and in work.

By turns, so that a busy machine slows both. The processor's instructions, counted by valgrind where it is installed,
are the same each time to a thousandth (a letter's to a fiftieth), whatever else the machine does.
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
# Keys before the first that counts, then those that do: letters, each rubbed out by the next.
_FEW, _KEYS = 4, 40
_KEY_SECONDS: Final = 0.25
_COUNTED: Final = re.compile(r"I\s+refs:\s+([\d,]+)")
_MEASURES: Final = {
    "first_paint": "first paint, ms",
    "first_paint_cpu": "first paint, ms of a processor",
    "first_paint_instructions": "first paint, millions of instructions",
    "letter_instructions": "a letter, millions of instructions",
}


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
                few, many = (_instructions(program, Path(name), keys) for keys in (_FEW, _FEW + _KEYS))
                figures[program.name] += [_instructions(program, Path(name)) / 1e6, (many - few) / _KEYS / 1e6]
    for (named, what), ours, bare in zip(_MEASURES.items(), figures[OURS], figures[BARE], strict=False):
        print(f"  {what:<40}{ours:>10,.1f}{bare:>10,.1f} bare")
        yield Figure(f"start.{named}_over_bare", ours / bare, "×", at_most=1.05)


def _paint(program: Program) -> tuple[float, float]:
    """Return the milliseconds to the first page: by the clock, and of a processor."""
    terminal = program.start()
    seconds, _ = terminal.until(PAINTED)
    used = terminal.cpu_seconds
    terminal.close()
    return seconds * 1000, used * 1000


def _instructions(program: Program, folder: Path, keys: int = 0) -> int:
    """Return how many instructions are executed until the first page is written, or until so many keys are answered."""
    log = folder / "instructions.txt"
    counting = ("--tool=cachegrind", "--cache-sim=no", f"--cachegrind-out-file={os.devnull}", f"--log-file={log}")
    command = (str(shutil.which("valgrind")), *counting, *program.command)
    terminal = Terminal(command, program.environment | {"PYTHONHASHSEED": "0"})
    terminal.until(PAINTED)
    if keys:
        program.ready(terminal)
        terminal.read(8 * _KEY_SECONDS)
    for key in range(keys):
        terminal.answer(b"\x7f" if key % 2 else b"a", _KEY_SECONDS)
    os.kill(terminal.process, signal.SIGUSR1)  # which neither handles: it ends, and is summed up
    os.waitpid(terminal.process, 0)
    os.close(terminal.terminal)
    found = _COUNTED.search(log.read_text(encoding="utf-8"))
    assert found is not None, "valgrind says how many"
    return int(found[1].replace(",", ""))
