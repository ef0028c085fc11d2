"""`python -m tests.faults`: so many faults on the line, on each database; the seed of each part is printed."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.backend import seeded
from tests.faults.machine import Machine
from tests.faults.place import Place, a_place
from tests.faults.proxy import Fault

KINDS = ("sqlite", "postgresql")
EXAMPLES, STEPS = 20, 30


def run_part(place: Place, chosen: int, examples: int = EXAMPLES, steps: int = STEPS, *, shrink: bool = False) -> None:
    """Run the machine at a place.

    Args:
        place: The place.
        chosen: The seed.
        examples: How many runs.
        steps: How many steps each has at most.
        shrink: Whether a failure is made shorter, which takes minutes.
    """
    kind = type("Faulty", (Machine,), {"place": place})
    phases = [Phase.generate, *([Phase.shrink] if shrink else [])]
    run_state_machine_as_test(
        seed(chosen)(kind),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=False,
            phases=phases,
            suppress_health_check=list(HealthCheck),
        ),
    )


def main() -> int:
    """Run until there were so many faults on each database; the first failure ends it."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--faults", type=int, default=10_000, help="how many, half of them on each database")
    parser.add_argument("--seed", type=int, default=None, help="of the first part; a failure names its own")
    parser.add_argument("--database", choices=KINDS, default=None, help="one database alone")
    parser.add_argument("--shrink", action="store_true", help="look for the shortest way to a failure")
    chosen = parser.parse_args()
    first = random.SystemRandom().randrange(1_000_000) if chosen.seed is None else chosen.seed
    kinds = (chosen.database,) if chosen.database else KINDS
    for kind in kinds:
        with (
            tempfile.TemporaryDirectory() as name,
            seeded(kind, Path(name)) as url,
            a_place(Path(name) / "data", url) as place,
        ):
            _run(place, kind, first, chosen.faults // len(kinds), shrink=chosen.shrink)
    return 0


def _run(place: Place, kind: str, first: int, wanted: int, *, shrink: bool) -> None:
    began, part = time.perf_counter(), first
    hits: Counter[Fault] = place.line.hits
    while hits.total() < wanted:
        try:
            run_part(place, part, shrink=shrink)
        except BaseException:
            print(f"{kind}: failed after {hits.total()} faults; again: make faults SEED={part} N=1 DATABASE={kind}")
            raise
        part += 1
    seconds = time.perf_counter() - began
    print(
        f"{kind}: {hits.total():,} faults in {place.examples:,} runs, seeds {first} to {part - 1}; "
        f"the back end was killed {place.back_end.restarts:,} times; {seconds:.0f} s"
    )
    for fault in Fault:
        print(f"  {hits[fault]:7,}  {fault.value}")


if __name__ == "__main__":
    sys.exit(main())
