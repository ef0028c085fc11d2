"""Damaged files, odd values and full disks: a bad row is refused with its line, the others are taken, no traceback."""

from __future__ import annotations

import csv
import errno
import os
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from sel_backend.importing import run as importing
from sel_backend.importing import source as sources
from sel_backend.importing import store
from sel_backend.importing.refused import RefusedRows
from sel_backend.importing.rows import Prepared, RowReader
from sel_backend.storage.operator_tables import imports
from sel_backend.storage.tables import facts, file_names, files
from tests.operator.conftest import Operator

Csv = Callable[..., Path]
HEADER = "identifier,display_name,street,city,province,postal_code,country"
PLACE = "1 rue Exemple,Laval,QC,H7A 1A1,Canada"


def refused(path: Path) -> list[list[str]]:
    """Return the refused rows without their header: line, reason, contents."""
    with path.with_name(f"{path.name}.refused.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def test_five_hundred_rows_lose_one_to_an_unclosed_quote(operator: Operator, csv_file: Csv) -> None:
    path = csv_file(*({} for _ in range(500)))
    rows = path.read_text("utf-8").splitlines(keepends=True)
    rows[2] = rows[2].replace("Personne Exemple", '"Bob')
    path.write_text("".join(rows), "utf-8")
    code, said = operator.run("import", path)
    assert (code, operator.count(files)) == (1, 499)
    assert "taken 499, refused 1" in said
    assert refused(path) == [
        ["3", "a quote that is not closed, or that something follows", "ci2", rows[2].split(",", 1)[1].strip()[1:]]
    ]


def test_a_row_with_other_columns_stands_in_the_refused_file_with_all_it_says(
    operator: Operator, tmp_path: Path
) -> None:
    path = tmp_path / "files.csv"
    path.write_bytes(
        f"{HEADER}\nci1,Anne,{PLACE}\nci2,Bob\nci3,Zoé,{PLACE},more,still\nci4,Ren".encode()
        + f"\xe9,{PLACE}\n".encode("latin-1")
    )
    assert operator.run("import", path)[0] == 1
    assert [[line, *fields] for line, _, *fields in refused(path)] == [
        ["3", "ci2", "Bob"],
        ["4", "ci3", "Zoé", *PLACE.split(","), "more", "still"],
        ["5", "ci4", "Ren\ufffd", *PLACE.split(",")],
    ]
    again = path.with_name("again.csv")
    again.write_bytes(path.with_name("files.csv.refused.csv").read_bytes())
    assert operator.run("import", again)[0] == 1, "as they are they are refused again"
    assert [fields for _, _, *fields in refused(again)] == [fields for _, _, *fields in refused(path)]
    corrected = again.read_text("utf-8").replace("Bob", f"Bob,{PLACE}").replace(",more,still", "")
    again.write_text(corrected.replace("Ren\ufffd", "René"), "utf-8")
    assert operator.run("import", again)[0] == 0
    assert {row.display_name for row in operator.rows(files)} == {"Anne", "Bob", "Zoé", "René"}


def test_a_control_character_refuses_its_row_alone_and_reaches_no_terminal(operator: Operator, csv_file: Csv) -> None:
    bad = ("Anne\x00", "\x1b[2JAnne", "An\x7fne", "An\x9bne")
    path = csv_file({}, *({"display_name": one} for one in bad), {}, *({"answer:trade": f"un{one}"} for one in bad), {})
    code, said = operator.run("import", path)
    assert (code, operator.count(files)) == (1, 3)
    assert [row[:2] for row in refused(path)] == [
        *([str(line), "display_name: a control character"] for line in range(3, 7)),
        *([str(line), "answer:trade: a control character"] for line in range(8, 12)),
    ]
    told = path.with_name("files.csv.refused.csv").read_text("utf-8") + said
    assert all(mark.isprintable() or mark == "\n" for mark in told)
    assert "Anne\ufffd" in told


def test_what_cannot_be_seen_is_cleaned_away_and_lines_in_a_cell_become_one(operator: Operator, tmp_path: Path) -> None:
    path = tmp_path / "files.csv"
    path.write_text(f'{HEADER}\nci1,A\u200bn\u202ene,"1 rue Exemple\r\nApp. 4",Laval,QC,H7A 1A1,Canada\n', "utf-8")
    assert operator.run("import", path)[0] == 0
    (row,) = operator.rows(files)
    assert row.display_name == "Anne"
    assert '"name":"Anne"' in row.contents
    assert '"street":"1 rue Exemple App. 4"' in row.contents.replace("  ", " ")


def test_a_last_day_of_an_old_access_may_be_any_day_and_a_far_one_is_never(operator: Operator, csv_file: Csv) -> None:
    november = datetime(2026, 11, 25, 5, tzinfo=UTC)
    ends = {
        "9999-12-31": None,
        "9999-12-30": None,
        "2201-01-01": None,
        "2200-12-31": datetime(2201, 1, 1, 5, tzinfo=UTC),
        "2026-11-24 00:00:00": november,
        "24 novembre 2026": november,
    }
    old = {"legacy_scheme": "md5", "legacy_hash": "0" * 32}
    assert operator.run("import", csv_file(*(old | {"legacy_expires_on": day} for day in ends)))[0] == 0
    rows = sorted(operator.rows(files), key=lambda row: row.identifier)
    assert [row.legacy_expires_at for row in rows] == list(ends.values())


def test_a_day_that_is_none_refuses_its_row_alone(operator: Operator, csv_file: Csv) -> None:
    days = ("0001-01-01", "1899-12-31", "10000-01-01", "86400", "2026-02-30", "-", "demain")
    path = csv_file({}, *({"legacy_expires_on": day} for day in days), {})
    assert operator.run("import", path)[0] == 1
    assert [row[:2] for row in refused(path)] == [
        [str(n + 3), "legacy_expires_on: no clear date, write 1988-04-17"] for n in range(len(days))
    ]
    assert operator.count(files) == 2


def test_whatever_a_row_raises_is_its_own_refusal(
    operator: Operator, csv_file: Csv, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = RowReader._prepared

    def failing(self: RowReader, row: dict[str, str]) -> Prepared:
        if row["identifier"] in {"ci2", "ci4"}:
            raise RecursionError if row["identifier"] == "ci2" else ZeroDivisionError
        return real(self, row)

    monkeypatch.setattr(RowReader, "_prepared", failing)
    path = csv_file({}, {}, {}, {}, {})
    assert operator.run("import", path)[0] == 1
    assert [row[:2] for row in refused(path)] == [
        ["3", "it cannot be used (RecursionError)"],
        ["5", "it cannot be used (ZeroDivisionError)"],
    ]
    assert operator.count(files) == 3


def test_a_row_that_the_database_refuses_does_not_refuse_its_batch(
    operator: Operator, csv_file: Csv, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "_CONTROL", re.compile(r"(?!)"))
    real = RowReader._prepared

    def unencodable(self: RowReader, row: dict[str, str]) -> Prepared:
        made = real(self, row)
        if made.identifier in {"ci3", "ci9"}:
            # Half a character: no database has it, and each driver fails in its own way.
            object.__setattr__(made, "display_name", "\ud800")
        return made

    monkeypatch.setattr(RowReader, "_prepared", unencodable)
    path = csv_file(*({"answer:trade": "peintre", "other_names": f"n{n}@exemple.test"} for n in range(1, 11)))
    code, said = operator.run("import", path)
    assert (code, "taken 8, refused 2" in said) == (1, True), said
    assert [row[0] for row in refused(path)] == ["4", "10"]
    assert all(row[1] == "the database cannot hold it (UnicodeEncodeError)" for row in refused(path))
    assert (operator.count(files), operator.count(file_names), operator.count(facts)) == (8, 16, 8)
    assert operator.run("import", path, "--again")[0] == 1, "rows that replace are taken apart as well"
    assert (operator.count(files), operator.count(file_names), operator.count(facts)) == (8, 16, 8)


def test_a_nul_that_only_postgresql_notices_is_its_rows_refusal_there(
    operator: Operator, csv_file: Csv, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "_CONTROL", re.compile(r"(?!)"))
    monkeypatch.setattr("sel_backend.importing.rows.plain", lambda text, _limit: text)
    path = csv_file({}, {"display_name": "An\x00ne"}, {})
    said = operator.run("import", path)[1]
    if "database_url" in operator.settings.read_text("utf-8"):
        assert "taken 2, refused 1" in said
        assert [row[:2] for row in refused(path)] == [["3", "the database cannot hold it (DataError)"]]
    else:
        assert "taken 3, refused 0" in said


def test_a_corrected_file_of_equal_length_is_another_file(operator: Operator, csv_file: Csv) -> None:
    rows = [{"display_name": "P" * 190, "email": "a@exemple.test"} for _ in range(4_500)]
    path = csv_file(*rows)
    assert path.stat().st_size > 1 << 20
    assert operator.run("import", path)[0] == 0
    assert "imported before" in operator.run("import", path)[1]
    rows[-1]["email"] = "b@exemple.test"
    csv_file(*rows)
    code, said = operator.run("import", path)
    assert (code, "taken 4,500" in said) == (0, True)
    assert [row.email for row in operator.rows(files) if row.identifier == "ci4500"] == ["b@exemple.test"]


@pytest.fixture
def small_disk() -> Iterator[list[int]]:
    """Bounds SQLite's file to so many pages from the next connection on; no number: no bound."""
    pages: list[int] = []

    def bounded(connection: Any, _record: Any) -> None:
        if pages:
            connection.execute(f"PRAGMA max_page_count={pages[-1]}")

    event.listen(Engine, "connect", bounded)
    yield pages
    event.remove(Engine, "connect", bounded)


def test_a_disk_that_fills_up_ends_in_a_sentence_and_the_next_run_goes_on(
    operator: Operator, csv_file: Csv, monkeypatch: pytest.MonkeyPatch, small_disk: list[int]
) -> None:
    monkeypatch.setattr(importing, "BATCH", 100)
    path = csv_file(*({"answer:trade": "peintre"} | ({"email": "no"} if n % 50 == 7 else {}) for n in range(1_000)))
    if "database_url" in operator.settings.read_text("utf-8"):
        # PostgreSQL's own disk cannot be bounded here: it says so in the third batch.
        real, calls = store.write, 0

        def full(*arguments: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == 3:
                raise OperationalError("COPY", None, OSError(errno.ENOSPC, "No space left on device"))
            return real(*arguments)

        monkeypatch.setattr(importing, "write", full)
    else:
        small_disk.append(150)
    for _ in range(2):
        code, said = operator.run("import", path)
        if code == 2:
            assert "the database cannot go on: " in said
            assert "full" in said or "OSError" in said
            assert "goes on from the last batch" in said
            assert "peintre" not in said
            assert 0 < operator.count(files) < 980
    small_disk.clear()
    code, said = operator.run("import", path)
    assert code == 1
    assert operator.count(files) == 980
    assert operator.count(facts) == 980
    assert [row[0] for row in refused(path)] == [str(n + 2) for n in range(1_000) if n % 50 == 7]


@pytest.mark.parametrize("method", ["_append", "_open"])
def test_a_refused_file_that_cannot_be_written_ends_in_a_sentence_and_the_next_run_goes_on(
    operator: Operator, csv_file: Csv, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    monkeypatch.setattr(importing, "BATCH", 10)
    path = csv_file(*({"email": "no"} if n % 10 == 7 else {} for n in range(50)))
    real, calls = getattr(RefusedRows, method), 0

    def full(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(*arguments)

    if method == "_append":
        monkeypatch.setattr(RefusedRows, method, full)
    keep = importing.Import._commit
    if method != "_append":
        # What is rewritten at the start of the next run, half of it written already.
        def stopped(self: importing.Import, *arguments: Any) -> Any:
            if arguments[0].batches == 2:
                raise KeyboardInterrupt
            return keep(self, *arguments)

        monkeypatch.setattr(importing.Import, "_commit", stopped)
        assert operator.run("import", path)[0] == 2
        monkeypatch.setattr(importing.Import, "_commit", keep)
        calls = 1
        monkeypatch.setattr(RefusedRows, method, full)
    code, said = operator.run("import", path)
    assert code == 2
    assert f"refused rows cannot be written to {path}.refused.csv: No space left on device; the same command" in said
    monkeypatch.setattr(RefusedRows, method, real)
    code, said = operator.run("import", path)
    assert (code, "taken 45, refused 5" in said) == (1, True), said
    assert [row[0] for row in refused(path)] == ["9", "19", "29", "39", "49"]
    assert operator.count(files) == 45
    assert not path.with_name("files.csv.refused.csv.part").exists()


@pytest.mark.parametrize("cells", ["x" * 200_000, '"' * 99_999, f'ci1,"{"é" * 40_000}",{PLACE}'])
def test_a_row_beyond_the_bound_is_kept_as_far_as_the_bound_through_a_stop(
    operator: Operator, csv_file: Csv, monkeypatch: pytest.MonkeyPatch, cells: str
) -> None:
    path = csv_file({}, {}, {})
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([*lines[:2], cells, *lines[2:], ""]), "utf-8")
    monkeypatch.setattr(importing, "BATCH_BYTES", 100)
    keep = importing.Import._commit

    def stopped(self: importing.Import, *arguments: Any) -> Any:
        if arguments[0].batches == 2:
            raise KeyboardInterrupt
        return keep(self, *arguments)

    monkeypatch.setattr(importing.Import, "_commit", stopped)
    assert operator.run("import", path)[0] == 2
    monkeypatch.setattr(importing.Import, "_commit", keep)
    code, said = operator.run("import", path)
    assert (code, "taken 3, refused 1" in said) == (1, True), said
    ((line, reason, *fields),) = refused(path)
    assert (line, reason) == ("3", "longer than 65,536 bytes; only the beginning stands here")
    assert 30_000 < sum(map(len, fields)) <= 65_536


@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_text("refused_line,refused_reason\n?,?\n")])
def test_a_refused_file_that_somebody_else_changed_is_noticed(
    operator: Operator, csv_file: Csv, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Path], object]
) -> None:
    monkeypatch.setattr(importing, "BATCH", 2)
    path = csv_file(*({"email": "no"} for _ in range(6)))
    keep = importing.Import._commit

    def stopped(self: importing.Import, *arguments: Any) -> Any:
        if arguments[0].batches == 2:
            raise KeyboardInterrupt
        return keep(self, *arguments)

    monkeypatch.setattr(importing.Import, "_commit", stopped)
    assert operator.run("import", path)[0] == 2
    monkeypatch.setattr(importing.Import, "_commit", keep)
    spoil(path.with_name("files.csv.refused.csv"))
    code, said = operator.run("import", path)
    assert (code, "--again" in said) == (2, True)
    assert operator.run("import", path, "--again")[0] == 1
    assert [row[0] for row in refused(path)] == ["2", "3", "4", "5", "6", "7"]


def test_a_file_that_changes_while_it_is_read_is_not_taken_as_finished(
    operator: Operator, csv_file: Csv, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = csv_file({}, {})
    real = importing.Import.run

    def growing(self: importing.Import, *arguments: Any) -> Any:
        with path.open("a", encoding="utf-8") as file:
            file.write(f"ci9,Anne,{PLACE}\n")
        return real(self, *arguments)

    monkeypatch.setattr(importing.Import, "run", growing)
    code, said = operator.run("import", path)
    assert (code, "was changed while it was read" in said) == (2, True)
    assert operator.count(imports, imports.c.finished_at.is_not(None)) == 0


def test_what_is_no_file_and_a_name_of_odd_bytes_end_in_a_sentence(operator: Operator, csv_file: Csv) -> None:
    path = csv_file({})
    os.mkfifo(path.with_name("pipe"))
    for name in ("pipe", "missing.csv", "."):
        code, said = operator.run("import", path.with_name(name) if name != "." else path.parent)
        assert (code, said.count("\n")) == (2, 1), said
    odd = Path(os.fsdecode(os.fsencode(path.parent) + b"/caf\xe9.csv"))
    odd.write_bytes(path.read_bytes() + b"ci2\n")
    code, said = operator.run("import", odd)
    assert (code, "caf\ufffd.csv.refused.csv" in said) == (1, True)


@pytest.mark.parametrize("typed", ["", ";;", '"', "\n", "é"])
def test_a_separator_that_cannot_be_one_is_wrong_use(
    operator: Operator, csv_file: Csv, typed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        operator.run("import", csv_file({}), "--delimiter", typed)
    assert ended.value.code == 2
    assert "one character" in capsys.readouterr().err


CELLS = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(["ci1", "er2", "as", "no", "9999-12-31", "1e9", "850.0", '"', '""', "=1+1", "é", "a@b"]).map(
        str.encode
    ),
)


@given(rows=st.lists(st.lists(CELLS, max_size=16), max_size=6))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_file_ends_in_a_traceback_and_every_whole_row_is_taken(
    operator: Operator, csv_file: Csv, rows: Sequence[Sequence[bytes]]
) -> None:
    path = csv_file({"identifier": "ci700001"})
    damage = b"".join(b",".join(row) + b"\n" for row in rows)
    path.write_bytes(path.read_bytes() + damage + path.read_bytes().splitlines()[1].replace(b"700001", b"700002"))
    code, said = operator.run("import", path)
    assert (code, "cannot be used" in said) in {(0, False), (1, False)} or "--dates" in said, said
    assert {"ci700001", "ci700002"} <= {row.identifier for row in operator.rows(files)} or "--dates" in said
