"""`kill -9` of `sel-backend import` at every point that matters: each row once, each reason once, right exit code."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sel_backend.importing import run as importing
from sel_backend.storage.operator_tables import audit, imports
from sel_backend.storage.tables import facts, file_names, files
from tests.forked import Forked
from tests.operator.conftest import Operator
from tests.operator.stopping_import import POINTS, stopping_import

Csv = Callable[..., Path]
WRONG = {
    5: "identifier: begins with none of ci, er, as, ap",
    6: "answer:birth_date: no clear date, write 1988-04-17",
    14: "email: no plain e-mail address",
}
TAKEN_NAME = "identifier or other_names: it names another file"


@pytest.fixture
def path(csv_file: Csv) -> Path:
    """Twenty rows: three cannot be read, two name another row's file, which only the database knows."""
    rows = [{"other_names": f"n{line}@exemple.test", "answer:trade": "peintre"} for line in range(2, 22)]
    rows[5 - 2] |= {"identifier": "1234567"}
    rows[6 - 2] |= {"answer:birth_date": "canari"}
    rows[14 - 2] |= {"email": "no"}
    rows[9 - 2] |= {"other_names": "n2@exemple.test"}
    rows[20 - 2] |= {"other_names": "n2@exemple.test"}
    return csv_file(*rows)


def killed_at(operator: Operator, point: str, times: int, path: Path) -> bool:
    """Run an import in a process of its own until it stands at a point, and kill it; False: it ended before."""
    told = ["import", "--settings", str(operator.settings), "--data", str(operator.folder), str(path)]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SEL_")}
    process = Forked([point, str(times), *told], kept, stopping_import)
    try:
        stands = any(line == "here\n" for line in process.stdout)
        process.kill()
        process.wait(30)
        return stands
    finally:
        process.close()


def refused(path: Path) -> list[tuple[str, str]]:
    with path.with_name(f"{path.name}.refused.csv").open(encoding="utf-8", newline="") as file:
        return [(row["refused_line"], row["refused_reason"]) for row in csv.DictReader(file)]


def check_whole(operator: Operator, path: Path) -> None:
    assert operator.count(files) == 15
    assert operator.count(file_names) == 30
    assert operator.count(facts) == 15
    reasons = WRONG | {9: TAKEN_NAME, 20: TAKEN_NAME}
    assert refused(path) == [(str(line), reasons[line]) for line in sorted(reasons)]
    noted = operator.rows(imports)
    assert [(row.accepted, row.refused, row.finished_at is not None) for row in noted] == [(15, 5, True)]
    assert operator.count(audit, audit.c.action == "import") == 1
    assert not path.with_name(f"{path.name}.refused.csv.part").exists()


@pytest.mark.parametrize(
    ("point", "times"),
    [("begun, nothing written", 1), *((point, 3) for point in list(POINTS)[1:4])],
)
def test_an_import_that_is_killed_goes_on_and_takes_each_row_once_and_tells_each_reason_once(
    operator: Operator, path: Path, point: str, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert killed_at(operator, point, times, path)
    monkeypatch.setattr(importing, "BATCH", 3)
    code, said = operator.run("import", path)
    assert (code, "taken 15, refused 5" in said) == (1, True), said
    check_whole(operator, path)


def test_killed_after_every_batch_and_in_the_middle_of_starting_again_it_still_loses_nothing(
    operator: Operator, path: Path
) -> None:
    assert killed_at(operator, "committed, not yet told", 3, path)
    told = refused(path)
    assert told
    assert killed_at(operator, "the refused file half replaced", 1, path)
    assert refused(path) == told, "what was told stays told until its copy is whole"
    kills = 0
    # When it goes on, the first settling is that of the rows that were told before.
    while killed_at(operator, "committed, not yet told", 2, path):
        kills += 1
    assert kills > 2
    check_whole(operator, path)
    assert operator.run("import", path)[0] == 1, "it was imported before, with refused rows"


def test_a_refused_row_that_was_cut_off_is_dropped_and_told_anew(operator: Operator, path: Path) -> None:
    assert killed_at(operator, "committed, not yet told", 2, path)
    half = path.with_name("files.csv.refused.csv")
    half.write_bytes(half.read_bytes() + '1,"identifier: é'.encode()[:-1])
    assert operator.run("import", path)[0] == 1
    check_whole(operator, path)
