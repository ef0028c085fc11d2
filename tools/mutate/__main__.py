"""How much of the program the tests watch: changes it in one place at a time and counts what no test notices.

`make mutate` takes a sample of each package, `make mutate ARGS="rules --most 1000"` takes one of them, nearly whole,
and `ARGS="rules --at codes.py:40"` what stands in one line. Works on a copy of what git knows, so nothing here changes.
First the package's tests run once, and what each executes is noted. Then each change is tried with the tests that
execute its line, the quickest first and at most so many: a line that none of them executes has survived at once.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools.mutate.changes import Change, changes, sample
from tools.mutate.copy import Copy, copied
from tools.mutate.watchers import Watchers

WANTED: Final = 0.9


@dataclass(frozen=True)
class Package:
    """What is changed, and the tests that ought to notice: files, or folders of them."""

    path: str
    tests: tuple[str, ...]


_RULES: Final = (
    *("tests/contract/test_rules.py", "tests/contract/test_addresses.py"),
    *("tests/contract/test_bounds_of_rules.py", "tests/contract/test_bounds_of_texts.py"),
    *("tests/unit/test_codes.py", "tests/unit/test_identifiers.py", "tests/unit/test_readings.py"),
    *("tests/unit/test_forms.py", "tests/contract/test_opening.py", "tests/unit/test_opening_hours.py"),
)
_BACKEND: Final = ("tests/backend",)
PACKAGES: Final = {
    "rules": Package("src/sel_contract/rules", _RULES),
    "journey": Package("src/sel_tui/journey", ("tests/unit", "tests/line")),
    "security": Package("src/sel_backend/security", _BACKEND),
    "storage": Package("src/sel_backend/storage", _BACKEND),
}
# They watch programs, where nobody notes which lines are executed.
_OF_PROGRAMS: Final = frozenset(
    {
        *("tests/backend/test_serving.py", "tests/backend/test_killed.py", "tests/operator/test_import_killed.py"),
        *("tests/operator/test_program.py", "tests/line/test_program.py", "tests/unit/test_wheel.py"),
    }
)
_OF_THE_WHOLE: Final = ("tests/unit/test_records.py", "tests/backend/test_written_schema.py")
ROOT: Final = Path(__file__).parents[2]


def main() -> int:
    """Print the score of each package and what survived; return 0, or 1 where a score is below 0.9."""
    parser = argparse.ArgumentParser(prog="make mutate ARGS=…", description=__doc__)
    parser.add_argument("packages", nargs="*", help=f"of {', '.join(PACKAGES)}; all of them")
    parser.add_argument("--most", type=int, default=100, help="how many changes of a package at most (100)")
    parser.add_argument("--seed", type=int, default=2026, help="which ones are drawn (2026)")
    parser.add_argument("--at", default="", help="only what stands in this file, or file:line")
    parser.add_argument("--tests", nargs="*", help="other tests than the package's own")
    chosen = parser.parse_args()
    scores: list[float] = []
    with copied(ROOT) as copy:
        watchers = Watchers(copy, ROOT / ".mutate", [package.path for package in PACKAGES.values()], _OF_THE_WHOLE)
        for name in chosen.packages or PACKAGES:
            files = _files(copy, chosen.tests or PACKAGES[name].tests)
            watchers.learn(files)
            drawn = sample(changes(copy.folder, PACKAGES[name].path, chosen.at), chosen.most, chosen.seed)
            scores.append(_score(name, copy, watchers, files, drawn))
    return 0 if min(scores) >= WANTED else 1


def _files(copy: Copy, tests: Iterable[str]) -> list[str]:
    given = [copy.folder / one for one in tests]
    files = [file for one in given for file in (sorted(one.rglob("test_*.py")) if one.is_dir() else [one])]
    names = [str(file.relative_to(copy.folder)) for file in files]
    return [name for name in names if name not in _OF_PROGRAMS]


def _score(name: str, copy: Copy, watchers: Watchers, files: Sequence[str], drawn: Sequence[Change]) -> float:
    began, survived = time.monotonic(), 0
    for place, change in enumerate(drawn):
        if place and not place % 10:
            _say(f"  {name}: {place} of {len(drawn)} tried, {survived} survived")
        tests = watchers.of_line(change.path, change.line, files)
        noticed = bool(tests) and _noticed(copy, change, tests, sum(watchers.seconds[test] for test in tests))
        survived += not noticed
        if not noticed:
            _say(f"  survived {len(tests)} tests: {change}")
    score = 1 - survived / len(drawn) if drawn else 1
    noticed_of = f"{len(drawn) - survived} of {len(drawn)} noticed"
    _say(f"{name}: {noticed_of}, score {score:.2f}, {time.monotonic() - began:.0f} s")
    return score


def _noticed(copy: Copy, change: Change, tests: Sequence[str], seconds: float) -> bool:
    file = copy.folder / change.path
    original = file.read_text("utf-8")
    file.write_text(change.text(original), "utf-8")
    try:
        return not copy.passes(tests, patience=60 + 5 * seconds)
    finally:
        file.write_text(original, "utf-8")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
