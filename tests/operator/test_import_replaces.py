"""Rows for files that are known: what they replace, whatever the order of rows; rows said twice; killed at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sel_backend.importing import run as importing
from sel_backend.importing.names import Holder, Line, conflicting
from sel_backend.importing.rows import Prepared
from sel_backend.importing.survey import Repetitions
from sel_backend.storage.operator_tables import audit, imports
from sel_backend.storage.tables import facts, file_names, files
from tests.operator.conftest import Operator
from tests.operator.test_import_damage import refused
from tests.operator.test_import_killed import killed_at

Csv = Callable[..., Path]
OLD = {"legacy_scheme": "md5", "legacy_hash": "0" * 32, "legacy_expires_on": "2030-01-01"}
TAKEN = "identifier or other_names: it names another file"


def names_of(operator: Operator) -> dict[str, set[str]]:
    identifiers = {row.id: row.identifier for row in operator.rows(files)}
    found: dict[str, set[str]] = {identifier: set() for identifier in identifiers.values()}
    for row in operator.rows(file_names):
        if row.name != identifiers[row.file_id]:
            found[identifiers[row.file_id]].add(row.name)
    return found


def test_a_row_replaces_names_answers_and_old_access_empty_cells_included(operator: Operator, csv_file: Csv) -> None:
    whole = {"other_names": "a@x.test|b@x.test", "answer:trade": "peintre", "answer:birth_date": "1990-01-01"} | OLD
    assert operator.run("import", csv_file(whole))[0] == 0
    assert operator.run("import", csv_file({"other_names": "b@x.test|c@x.test"}, name="new.csv"))[0] == 0
    assert names_of(operator) == {"ci1": {"b@x.test", "c@x.test"}}
    assert operator.count(facts) == 0
    (row,) = operator.rows(files)
    assert (row.legacy_scheme, row.legacy_hash, row.legacy_expires_at) == (None, None, None)


def test_what_a_file_has_no_column_for_stays(operator: Operator, csv_file: Csv, tmp_path: Path) -> None:
    whole = {"other_names": "a@x.test", "answer:trade": "peintre"} | OLD
    assert operator.run("import", csv_file(whole))[0] == 0
    (before,) = operator.rows(files)
    assert operator.run("export", "files", tmp_path / "out.csv")[0] == 0
    text = (tmp_path / "out.csv").read_text("utf-8").replace(",other_names", "").replace(",a@x.test", "")
    (tmp_path / "out.csv").write_text(text.replace("Laval", "Gatineau"), "utf-8")
    code, said = operator.run("import", tmp_path / "out.csv")
    assert code == 0, said
    assert names_of(operator) == {"ci1": {"a@x.test"}}
    assert operator.count(facts) == 1
    (after,) = operator.rows(files)
    assert "Gatineau" in after.contents
    assert (after.legacy_hash, after.legacy_expires_at) == (before.legacy_hash, before.legacy_expires_at)


@pytest.mark.parametrize("batch", [1, 2, 5_000])
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)])
def test_a_name_moves_from_file_to_file_whatever_the_order_and_the_batches(
    operator: Operator, csv_file: Csv, monkeypatch: pytest.MonkeyPatch, batch: int, order: tuple[int, ...]
) -> None:
    before = [{"other_names": f"{name}@x.test"} for name in "abc"]
    assert operator.run("import", csv_file(*before))[0] == 0
    monkeypatch.setattr(importing, "BATCH", batch)
    # Each one's name goes to the next: in a circle no row can be the first.
    after = [{"identifier": f"ci{n + 1}", "other_names": f"{'bca'[n]}@x.test"} for n in range(3)]
    path = csv_file(*(after[n] for n in order), name="new.csv")
    code, said = operator.run("import", path)
    assert (code, "taken 3, refused 0" in said) == (0, True), said
    assert names_of(operator) == {"ci1": {"b@x.test"}, "ci2": {"c@x.test"}, "ci3": {"a@x.test"}}
    assert not path.with_name("new.csv.refused.csv").exists()
    assert [(row.accepted, row.refused) for row in operator.rows(imports)] == [(3, 0), (3, 0)]


def test_a_name_that_its_file_keeps_is_refused_to_others_and_changes_nothing(
    operator: Operator, csv_file: Csv, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [{"other_names": f"{name}@x.test"} for name in "abc"]
    assert operator.run("import", csv_file(*before))[0] == 0
    monkeypatch.setattr(importing, "BATCH", 1)
    # ci1 keeps its name (its row is bad), so ci2 cannot have it, so ci3 cannot have that of ci2.
    path = csv_file(
        {"identifier": "ci3", "other_names": "b@x.test"},
        {"identifier": "ci2", "other_names": "a@x.test"},
        {"identifier": "ci1", "email": "no"},
        {"identifier": "ci4", "other_names": "d@x.test"},
        name="new.csv",
    )
    code, said = operator.run("import", path)
    assert (code, "taken 1, refused 3" in said) == (1, True), said
    assert [row[:2] for row in refused(path)] == [
        ["2", TAKEN],
        ["3", TAKEN],
        ["4", "email: no plain e-mail address"],
    ]
    assert names_of(operator) == {"ci1": {"a@x.test"}, "ci2": {"b@x.test"}, "ci3": {"c@x.test"}, "ci4": {"d@x.test"}}


def test_of_two_rows_that_ask_for_one_name_the_first_gets_it(operator: Operator, csv_file: Csv) -> None:
    path = csv_file({"other_names": "x@x.test"}, {}, {"other_names": "x@x.test"})
    assert operator.run("import", path)[0] == 1
    assert names_of(operator) == {"ci1": {"x@x.test"}, "ci2": set()}
    assert [row[:2] for row in refused(path)] == [["4", TAKEN]]


@pytest.mark.parametrize("batch", [1, 5_000])
def test_rows_said_twice_are_told_and_the_last_one_counts(
    operator: Operator, csv_file: Csv, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(importing, "BATCH", batch)
    path = csv_file(
        {"identifier": "ci7", "display_name": "Une"},
        {},
        {"identifier": "CI-7", "display_name": "Deux"},
        {"identifier": "ci7", "display_name": "Trois"},
    )
    code, said = operator.run("import", path)
    assert (code, "taken 4, refused 0" in said) == (0, True)
    assert "replaces: 2 (line 2 by line 4, line 4 by line 5)\n" in said
    assert {row.identifier: row.display_name for row in operator.rows(files)}["ci7"] == "Trois"


def test_a_row_that_waited_for_a_name_never_replaces_a_later_row(operator: Operator, csv_file: Csv) -> None:
    assert operator.run("import", csv_file({"other_names": "a@x.test"}))[0] == 0
    path = csv_file(
        {"identifier": "ci2", "display_name": "Une", "other_names": "a@x.test"},
        {"identifier": "ci2", "display_name": "Deux"},
        {"identifier": "ci1"},
        name="new.csv",
    )
    assert operator.run("import", path)[0] == 1
    assert {row.identifier: row.display_name for row in operator.rows(files)}["ci2"] == "Deux"
    assert [row[0] for row in refused(path)] == ["2"]


@pytest.mark.parametrize(
    "point",
    [
        "the waiting rows taken, not yet told",
        "the refused file half replaced",
        "the waiting rows told, not yet counted",
    ],
)
@pytest.mark.parametrize("others", [0, 1])
def test_killed_while_waiting_rows_are_taken_it_still_takes_and_counts_each_once(
    operator: Operator, csv_file: Csv, point: str, others: int
) -> None:
    assert operator.run("import", csv_file({"other_names": "a@x.test"}, {"other_names": "b@x.test"}))[0] == 0
    path = csv_file(
        *({"identifier": f"ci{n}", "email": "no"} for n in range(10, 10 + others)),
        {"identifier": "ci1", "other_names": "b@x.test"},
        *({"identifier": f"ci{n}"} for n in range(30, 35)),
        {"identifier": "ci2", "other_names": "a@x.test"},
        name="new.csv",
    )
    if others or point != "the refused file half replaced":
        assert killed_at(operator, point, 1, path)
    code, said = operator.run("import", path)
    assert (code, f"taken 7, refused {others}" in said) == (others, True), said
    assert names_of(operator)["ci1"] == {"b@x.test"}
    assert operator.count(audit, audit.c.action == "import") == 2
    assert [(row.accepted, row.refused) for row in operator.rows(imports)][-1] in {(7, others), (2, 0)}


def prepared(identifier: str, names: tuple[str, ...]) -> Prepared:
    return Prepared(
        identifier=identifier,
        names=(identifier, *names),
        category="worker",
        display_name="",
        email=None,
        contents="",
        legacy_scheme=None,
        legacy_expires_at=None,
        answerable=True,
        facts=[],
        legacy_hash=None,
    )


FILES = st.dictionaries(st.sampled_from("ABCDE"), st.sets(st.sampled_from("vwxyz"), max_size=3), max_size=5)


@given(
    held=FILES,
    wanted=st.lists(
        st.tuples(st.sampled_from("ABCDE"), st.sets(st.sampled_from("vwxyz"), max_size=3)),
        max_size=5,
        unique_by=lambda one: one[0],
    ),
)
def test_what_is_taken_leaves_each_name_to_one_file(
    held: Mapping[str, set[str]], wanted: list[tuple[str, set[str]]]
) -> None:
    owner: dict[str, str] = {}
    for identifier, names in held.items():
        for name in (identifier, *sorted(names)):
            owner.setdefault(name, identifier)
    holders = {name: Holder(f"id {identifier}", identifier) for name, identifier in owner.items()}
    lines = [Line(n, prepared(identifier, tuple(sorted(names)))) for n, (identifier, names) in enumerate(wanted)]
    refused_lines = conflicting(lines, holders, releasing=True)
    taken = {line.row.identifier: set(line.row.names) for line in lines if line.number not in refused_lines}
    after = [name for identifier, names in taken.items() for name in names]
    after += [name for name, identifier in owner.items() if identifier not in taken]
    assert len(after) == len(set(after))
    asked = [name for _, names in wanted for name in names]
    if len(asked) == len(set(asked)) and set(owner.values()) <= {identifier for identifier, _ in wanted}:
        assert not refused_lines, "every file is said anew, and nobody asks for the same: all can be taken"


@given(st.lists(st.integers(0, 9), max_size=30))
def test_rows_said_twice_are_found_in_memory_and_beyond_it(
    tmp_path_factory: pytest.TempPathFactory, said: list[int]
) -> None:
    repetitions = Repetitions(tmp_path_factory.getbasetemp())
    for line, number in enumerate(said):
        repetitions.note(f"ci{number}", line)
        if line % 3 == 0:
            for share in range(len(repetitions._shares)):
                repetitions._spill(share)
    expected = {
        (line, next(later for later in range(line + 1, len(said)) if said[later] == number))
        for line, number in enumerate(said)
        if number in said[line + 1 :]
    }
    assert set(repetitions.found()) == expected
    repetitions.close()
