"""`python -m tests.soak`: a kiosk through ten thousand visits, a back end through as many journeys: nothing grows."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.backend.world import PASSWORD
from tests.faults.backend import BackEnd, seeded
from tests.soak.day import soak_back_end
from tests.soak.flat import HEADER, MOST_GROWTH, Watch
from tests.soak.kiosk import soak_kiosk

PARTS = ("line", "screens", "back-end")


def report(watch: Watch, what: str, seconds: float) -> bool:
    """Print a table; return whether nothing grows."""
    print(f"{what} in {seconds:,.0f} s; growth over the second half, at most {MOST_GROWTH:.0%}", HEADER, sep="\n")
    print(*(series.line() for series in watch.series), sep="\n", flush=True)
    return all(series.is_flat for series in watch.series)


def soak(back_end: BackEnd, home: Path, part: str, count: int) -> bool:
    """Soak one part; return whether nothing grows.

    Args:
        back_end: The back end.
        home: The home folder of a kiosk's account.
        part: One of `PARTS`.
        count: How many visits, or journeys.
    """
    began = time.perf_counter()
    if part == "back-end":
        watch, asked = soak_back_end(back_end, count)
        what = f"{count:,} journeys with {asked:,} requests"
    else:
        ((_, email),) = back_end.new_people(1)
        url = f"http://127.0.0.1:{back_end.port}"
        watch = soak_kiosk(url, home, (email, PASSWORD), count, linear=part == "line")
        what = f"{count:,} visits, {part}"
    return report(watch, what, time.perf_counter() - began)


def main() -> int:
    """Soak every part; return 1 when something grows."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="how many visits and journeys")
    parser.add_argument("--part", choices=PARTS, help="one alone")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    chosen = parser.parse_args()
    flat = True
    with tempfile.TemporaryDirectory() as name, seeded(chosen.database, Path(name)) as url:
        back_end = BackEnd(Path(name) / "data", url)
        try:
            for part in (chosen.part,) if chosen.part else PARTS:
                flat = soak(back_end, Path(name), part, chosen.count) and flat
        finally:
            back_end.close()
    return 0 if flat else 1


if __name__ == "__main__":
    sys.exit(main())
