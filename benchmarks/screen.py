"""What the person at the terminal waits for, what crosses the line to it and what it takes: ours beside its peers.

One table, all in one run and by turns, so that a busy machine slows them all.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.figures import Figure, percentile
from benchmarks.memory import MANY, memory
from benchmarks.programs import BARE, OURS, PAINTED, STOCK, Program, absent, programs
from benchmarks.terminals import BAUD_9600, DIRECT, FAR, Answer, Line, Terminal

ROUNDS: Final = 7
LETTERS: Final = 20
TABS: Final = 10  # twice around: idle is somebody in a field, whose cursor may blink
IDLE_SECONDS: Final = 10.0
# Between the end of one paint and another that follows by itself.
PAINT_SECONDS: Final = 0.05
KEY_SECONDS: Final = 0.12
_LETTER, _RUB_OUT, _TAB = b"a", b"\x7f", b"\t"
# What lies between the program and the person, with its row of the table.
_LINES: Final = {DIRECT: "journey, s", BAUD_9600: "journey at 9,600 baud, s", FAR: "journey at 200 ms, s"}

Table = dict[str, dict[str, float]]


def run(*, big: bool) -> Iterable[Figure]:
    """Print the table; yield the figures that have a target."""
    del big
    table: Table = defaultdict(dict)
    for name, why in absent().items():
        print(f"  {name}: not measured, {why}")
    with tempfile.TemporaryDirectory() as folder, programs(Path(folder)) as listed:
        _first_page(listed, table)
        prompt = _first_prompt(Path(folder))
        for program in listed:
            _remember(program, table)
    names = [program.name for program in listed]
    for line, row in _LINES.items():
        _journeys([name for name in names if name != STOCK], line, row, table)
        _journeys([STOCK], line, row, table)  # on data of its own: a file is linked once
    _print(table, names)
    yield Figure("line.first_prompt", prompt, "ms")
    yield Figure("line.first_prompt_over_screen", prompt / table["first paint, ms"][OURS], "×")
    yield from _targets(table)


def _first_prompt(home: Path) -> float:
    """Return the milliseconds to the first question of the line face."""
    command = [sys.executable, "-m", "sel_tui", "--face", "line", "--server", "http://127.0.0.1:9"]
    taken: list[float] = []
    for _ in range(ROUNDS):
        terminal = Terminal(command, {"HOME": str(home), "XDG_CONFIG_HOME": str(home)})
        taken.append(terminal.until(b": ")[0] * 1000)
        terminal.close()
    return median(taken)


def _first_page(listed: list[Program], table: Table) -> None:
    """Measure the first page, of each program in turn."""
    paints: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    letters: dict[str, list[Answer]] = defaultdict(list)
    tabs: dict[str, list[Answer]] = defaultdict(list)
    idle: dict[str, float] = {}
    for turn in range(ROUNDS):
        for program in listed:
            terminal = program.start()
            seconds, written = terminal.until(PAINTED)
            used = terminal.cpu_seconds
            size = len(written + terminal.read(PAINT_SECONDS))
            paints[program.name].append((seconds * 1000, used * 1000, size))
            program.ready(terminal)
            for _ in range(LETTERS):
                letters[program.name].append(terminal.answer(_LETTER, KEY_SECONDS))
                terminal.answer(_RUB_OUT, KEY_SECONDS)
            tabs[program.name] += [terminal.answer(_TAB, KEY_SECONDS) for _ in range(TABS)]
            if turn == ROUNDS - 1:
                idle[program.name] = len(terminal.idle(IDLE_SECONDS))
            terminal.close()
    for program in listed:
        for place, row in enumerate(("first paint, ms", "first paint, ms of a processor", "first paint, bytes")):
            table[row][program.name] = median(paint[place] for paint in paints[program.name])
        for what, answers in (("letter", letters[program.name]), ("Tab", tabs[program.name])):
            times = sorted(answer.seconds * 1000 for answer in answers)
            table[f"{what}, ms p50"][program.name] = median(times)
            table[f"{what}, ms p99"][program.name] = percentile(times, 0.99)
            table[f"{what}, bytes"][program.name] = median(answer.size for answer in answers)
    table["idle for 10 s, bytes"] = idle


def _remember(program: Program, table: Table) -> None:
    taken = memory(program)
    table["peak memory, MiB"][program.name] = taken.peak
    table[f"PSS of each of {MANY}, MiB"][program.name] = taken.pss
    table[f"own pages of each of {MANY}, MiB"][program.name] = taken.own


def _journeys(names: list[str], line: Line, row: str, table: Table) -> None:
    """Go the journey in some programs on fresh data; note its seconds, and its bytes where nothing slows it."""
    with tempfile.TemporaryDirectory() as folder, programs(Path(folder)) as listed:
        for program in listed:
            if program.name in names:
                terminal = program.start(line)
                program.walk(terminal)
                table[row][program.name] = time.perf_counter() - terminal.began
                if line is DIRECT:
                    terminal.read()
                    table["journey, bytes"][program.name] = terminal.size
                terminal.close()


def _print(table: Table, names: list[str]) -> None:
    print(f"  {'':<34}" + "".join(f"{name:>16}" for name in names))
    for row, values in table.items():
        print(f"  {row:<34}" + "".join(_cell(values.get(name)) for name in names))


def _cell(value: float | None) -> str:
    if value is None:
        return f"{'–':>16}"
    return f"{value:>16,.0f}" if value >= 100 or value == int(value) else f"{value:>16,.1f}"


def _targets(table: Table) -> Iterable[Figure]:
    def ratio(row: str, of: str = OURS, to: str = BARE) -> float:
        return table[row][of] / table[row][to]

    yield Figure("screen.first_paint_over_bare", ratio("first paint, ms"), "×", at_most=1.0)
    yield Figure("screen.first_paint_cpu_over_bare", ratio("first paint, ms of a processor"), "×", at_most=1.0)
    for what in ("letter", "Tab"):
        share = table[f"{what}, ms p99"][OURS] / table[f"{what}, ms p50"][BARE]
        yield Figure(f"screen.{what.lower()}_p99_over_stock_p50", share, "×", at_most=1.0)
    yield Figure("screen.peak_over_bare", ratio("peak memory, MiB"), "×", at_most=1.1)
    yield Figure("screen.pss_over_bare", ratio(f"PSS of each of {MANY}, MiB"), "×", at_most=1.1)
    yield Figure("screen.bytes_while_idle_10_s", table["idle for 10 s, bytes"][OURS], "bytes", at_most=0)
    for row in ("first paint, bytes", "letter, bytes", "Tab, bytes", "journey, bytes"):
        name = row.partition(",")[0].lower().replace(" ", "_")
        yield Figure(f"screen.{name}_bytes_over_stock", ratio(row, to=STOCK), "×")
