"""How much of the program the tests watch: changes it in one place at a time and counts what no test notices.

`make mutate` takes a sample of each package; `make mutate ARGS="rules --most 1000"` takes one of them, nearly whole.
Works on a copy of what git knows, so nothing here is ever changed. Slow: a change costs a run of the package's tests.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
WANTED: Final = 0.9
# The bar of a union of types is no arithmetic, `is` for `==` says the same of short texts and small numbers, and what a
# cache or an abstract method does without its decorator is the same.
_MEANINGLESS: Final = re.compile(
    r"core/(ReplaceBinaryOperator_BitOr_\w+|ReplaceComparisonOperator_(Eq_Is|NotEq_IsNot|Is_Eq|IsNot_NotEq)"
    r"|RemoveDecorator)"
)


@dataclass(frozen=True)
class Package:
    """What is changed, and the tests that ought to notice."""

    path: str
    tests: str


PACKAGES: Final = {
    "rules": Package(
        "src/sel_contract/rules",
        "tests/contract/test_rules.py tests/contract/test_addresses.py tests/unit/test_codes.py "
        "tests/unit/test_identifiers.py tests/unit/test_readings.py tests/unit/test_forms.py",
    ),
    "journey": Package("src/sel_tui/journey", "tests/unit tests/line -n 2 --deselect tests/unit/test_wheel.py"),
    "security": Package("src/sel_backend/security", "tests/backend tests/operator -n 2"),
    "storage": Package("src/sel_backend/storage", "tests/backend tests/operator -n 2"),
}


def main() -> int:
    """Print the score of each package and what survived; return 0, or 1 where a score is below 0.9."""
    parser = argparse.ArgumentParser(prog="make mutate ARGS=…", description=__doc__)
    parser.add_argument("packages", nargs="*", help=f"of {', '.join(PACKAGES)}; all of them")
    parser.add_argument("--most", type=int, default=100, help="how many changes of a package at most (100)")
    parser.add_argument("--tests", help="other tests than the package's own")
    chosen = parser.parse_args()
    scores = [_score(name, chosen.tests, chosen.most) for name in chosen.packages or PACKAGES]
    return 0 if min(scores) >= WANTED else 1


def _score(name: str, tests: str | None, most: int) -> float:
    package = PACKAGES[name]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        _copy(copy)
        command = f"{sys.executable} -m pytest -q -x {tests or package.tests}"
        began = time.monotonic()
        subprocess.run(command.split(), cwd=copy, env=_environment(copy), check=True, stdout=subprocess.DEVNULL)
        patience = 10 + 3 * (time.monotonic() - began)
        (copy / "mutate.toml").write_text(
            f'[cosmic-ray]\nmodule-path = "{package.path}"\ntimeout = {patience}\nexcluded-modules = []\n'
            f"test-command = {command!r}\n[cosmic-ray.distributor]\nname = 'local'\n"
        )
        session = copy / "mutate.sqlite"
        _cosmic_ray(copy, "init", "mutate.toml", session.name)
        _draw(session, most)
        _cosmic_ray(copy, "exec", "mutate.toml", session.name)
        done, survived = _results(session)
    score = 1 - len(survived) / done
    lines = "".join(f"  survived: {one}\n" for one in sorted(survived))
    sys.stdout.write(f"{lines}{name}: {done - len(survived)} of {done} noticed, score {score:.2f}\n")
    sys.stdout.flush()
    return score


def _copy(folder: Path) -> None:
    known = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    made = ROOT.glob("src/sel_tui/i18n/locales/**/*.mo")
    for name in [*known.rstrip("\0").split("\0"), *(str(file.relative_to(ROOT)) for file in made)]:
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)


def _environment(copy: Path) -> dict[str, str]:
    # No bytecode: two changes within a second have one time.
    return os.environ | {"PYTHONPATH": str(copy / "src"), "PYTHONDONTWRITEBYTECODE": "1"}


def _cosmic_ray(copy: Path, *arguments: str) -> None:
    program = Path(sys.executable).with_name("cosmic-ray")
    subprocess.run([program, *arguments], cwd=copy, env=_environment(copy), check=True)


def _draw(session: Path, most: int) -> None:
    """Skip what means nothing, and all but so many of the rest, the same ones each time."""
    from cosmic_ray.work_db import WorkDB, use_db
    from cosmic_ray.work_item import WorkerOutcome, WorkResult

    with use_db(session, WorkDB.Mode.open) as changes:
        items = list(changes.work_items)
        meant = [one for one in items if not _MEANINGLESS.fullmatch(one.mutations[0].operator_name)]
        meant.sort(key=lambda one: (str(one.mutations[0].module_path), one.mutations[0].start_pos, repr(one.mutations)))
        taken = {one.job_id for one in random.Random(2026).sample(meant, min(most, len(meant)))}  # noqa: S311
        left_out = [one.job_id for one in items if one.job_id not in taken]
        changes.set_multiple_results(left_out, WorkResult(WorkerOutcome.SKIPPED))


def _results(session: Path) -> tuple[int, list[str]]:
    """Return how many changes were made, and where each was that no test noticed."""
    from cosmic_ray.work_db import WorkDB, use_db
    from cosmic_ray.work_item import WorkerOutcome

    with use_db(session, WorkDB.Mode.open) as changes:
        done = [
            (item, result)
            for item, result in changes.completed_work_items
            if result.worker_outcome is not WorkerOutcome.SKIPPED
        ]
    survived = [item.mutations[0] for item, result in done if not result.is_killed]
    return len(done), [f"{one.module_path}:{one.start_pos[0]} {one.operator_name}" for one in survived]


if __name__ == "__main__":
    sys.exit(main())
