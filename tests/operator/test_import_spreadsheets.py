"""What spreadsheets do to a file: separators, encodings, dates, floats, empty cells. And reasons in plain words."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from sel_backend.importing.values import CellError, Order, record_answer
from sel_backend.storage.operator_tables import imports
from sel_backend.storage.tables import facts, file_names, files
from sel_contract import QuestionKind
from tests.backend.test_argon2_bounds import TOO_DEAR
from tests.operator.conftest import Operator
from tests.operator.test_import_damage import refused

Csv = Callable[..., Path]
EXPIRES = "certificate_expires_on"


def contents_of(operator: Operator) -> dict[str, dict[str, object]]:
    return {row.identifier: json.loads(row.contents) for row in operator.rows(files)}


def test_a_file_of_a_french_spreadsheet_is_taken_as_it_is(operator: Operator, csv_file: Csv) -> None:
    path = csv_file(
        {"display_name": "Zoé Côté", "answer:birth_date": "17/04/1988", "answer:trade": "électricienne"},
        {"display_name": "Éloïse L’Œuvre"},
    )
    text = path.read_text("utf-8").replace(",", ";").replace("\n", ";;\r\n") + ";" * 16 + "\r\n"
    path.write_bytes(text.encode("cp1252"))
    code, said = operator.run("import", path)
    assert (code, "read as windows-1252, columns separated by semicolons\n" in said) == (0, True), said
    assert {row.display_name for row in operator.rows(files)} == {"Zoé Côté", "Éloïse L’Œuvre"}
    assert {row.question for row in operator.rows(facts)} == {"birth_date", "trade"}


def test_refused_rows_of_such_a_file_are_for_the_same_spreadsheet(operator: Operator, csv_file: Csv) -> None:
    path = csv_file({"display_name": "Zoé", "email": "no"})
    path.write_bytes(path.read_text("utf-8").replace(",", ";").encode("cp1252"))
    for _ in range(2):
        assert operator.run("import", path, "--again")[0] == 1
        told = path.with_name("files.csv.refused.csv")
        assert told.read_bytes().startswith(b"\xef\xbb\xbfrefused_line;refused_reason;identifier;")
    told.write_text(told.read_text("utf-8-sig").replace(";no;", ";;"), "utf-8-sig")
    assert operator.run("import", told)[0] == 0
    assert [row.display_name for row in operator.rows(files)] == ["Zoé"]


def test_separator_and_encoding_can_be_given(operator: Operator, csv_file: Csv) -> None:
    path = csv_file({"display_name": "René"})
    path.write_bytes(path.read_text("utf-8").replace(",", "\t").encode("cp850"))
    assert operator.run("import", path)[0] == 1
    code, said = operator.run("import", path, "--encoding", "cp850", "--delimiter", "tab")
    assert (code, "read as cp850, columns separated by tabs" in said) == (0, True), said
    assert [row.display_name for row in operator.rows(files)] == ["René"]


@pytest.mark.parametrize(
    ("days", "taken"),
    [
        (("4/5/1988", "4/17/1988"), "1988-04-05"),
        (("4/5/1988", "17/4/1988"), "1988-05-04"),
        (("4-5-1988", "17.4.1988"), "1988-05-04"),
        (("4/5/1988 00:00:00", "12/31/1988"), "1988-04-05"),
    ],
)
def test_a_column_of_dates_proves_its_own_order(
    operator: Operator, csv_file: Csv, days: tuple[str, str], taken: str
) -> None:
    assert operator.run("import", csv_file(*({"answer:birth_date": day} for day in days)))[0] == 0
    (found,) = (row.digest for row in operator.rows(facts) if row.file_id == file_of(operator, "ci1"))
    assert operator.run("import", csv_file({"answer:birth_date": taken}, name="iso.csv"))[0] == 0
    assert [row.digest for row in operator.rows(facts) if row.file_id == file_of(operator, "ci1")] == [found]


def file_of(operator: Operator, identifier: str) -> str:
    return str(next(row.id for row in operator.rows(files) if row.identifier == identifier))


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (("4/5/1988", "1/2/1990"), "line 2 can be two days"),
        (("1988-04-17", "5/5/1988", "4/5/1988"), "line 4 can be two days"),
        (("17/4/1988", "4/5/1988", "4/17/1988"), "line 2 has the day first, line 4 the month"),
    ],
)
@pytest.mark.parametrize("column", ["answer:birth_date", "legacy_expires_on"])
def test_a_column_of_dates_that_can_be_read_in_two_ways_is_not_begun(
    operator: Operator, csv_file: Csv, column: str, days: tuple[str, ...], told: str
) -> None:
    path = csv_file(*({column: day} for day in days))
    code, said = operator.run("import", path)
    assert (code, operator.count(files), operator.count(imports)) == (2, 0, 0)
    assert f"{column}: {told}" in said
    assert "--dates day-first" in said
    code, said = operator.run("import", path, "--dates", "day-first")
    assert "taken" in said
    assert code == int("4/17/1988" in days), "stated, a date that cannot be is its row's refusal"


def test_dates_that_are_the_same_either_way_need_no_order(operator: Operator, csv_file: Csv) -> None:
    days = ("5/5/1988", "1988-04-05", "17 avril 1988", "19880417", "")
    assert operator.run("import", csv_file(*({"answer:birth_date": day} for day in days)))[0] == 0


@pytest.mark.parametrize(
    ("kind", "written", "right"),
    [
        (QuestionKind.NUMBER, "850.0", "850"),
        (QuestionKind.NUMBER, "850,00", "850"),
        (QuestionKind.NUMBER, "1,140,000.00", "1140000"),
        (QuestionKind.NUMBER, "1 140 000,0", "1140000"),
        (QuestionKind.NUMBER, "1,140,000,000", "1140000000"),
        (QuestionKind.NUMBER, "1.140", "1140"),
        (QuestionKind.NUMBER, "8000-0000-00", "8000000000"),
        (QuestionKind.NUMBER, "8000.0000.00", "8000000000"),
        (QuestionKind.NUMBER, "8500", "8500"),
        (QuestionKind.NUMBER, "８５０.０", "850"),
        (QuestionKind.YEAR, "2001.0", "2001"),
        (QuestionKind.DATE, "1988-04-17T00:00:00", "1988-04-17"),
        (QuestionKind.DATE, "1988-04-17 00:00:00.000", "1988-04-17"),
    ],
)
def test_an_answer_that_was_once_a_float_or_a_time_is_what_it_was(kind: QuestionKind, written: str, right: str) -> None:
    assert record_answer("answer:x", kind, written, None) == right


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (QuestionKind.NUMBER, "850.5"),
        (QuestionKind.NUMBER, "1.14E+09"),
        (QuestionKind.NUMBER, "850."),
        (QuestionKind.NUMBER, "12.34"),
        (QuestionKind.NUMBER, "nan"),
        (QuestionKind.YEAR, "2001.5"),
        (QuestionKind.DATE, "32250"),
        (QuestionKind.DATE, "32250.0"),
        (QuestionKind.DATE, "1988-04-17 13:30:00"),
        (QuestionKind.DATE, "4/17/88"),
        (QuestionKind.DATE, "31/4/1988"),
    ],
)
def test_an_answer_that_cannot_be_what_it_was_is_refused(kind: QuestionKind, written: str) -> None:
    with pytest.raises(CellError, match="answer:x: no "):
        record_answer("answer:x", kind, written, Order.DAY_FIRST)


def test_numbers_on_the_file_lose_the_decimals_that_a_float_gave_them(operator: Operator, tmp_path: Path) -> None:
    path = tmp_path / "employers.csv"
    path.write_text(
        "identifier,display_name,street,city,province,postal_code,country,neq,rbq_licence,phone\n"
        "er1,Toit inc.,1 rue Exemple,Laval,QC,H7A 1A1,Canada,1140000000.0,8000-0000-00,5145550142.0\n"
    )
    assert operator.run("import", path)[0] == 0
    said = contents_of(operator)["er1"]
    assert (said["neq"], said["rbq_licence"], said["phone"]) == ("1140000000", "8000-0000-00", "5145550142")


REASONS: list[tuple[str, dict[str, str], str]] = [
    (
        "ci1",
        {"certificate_number": "1"},
        "certificate_number, certificate_expires_on: one is there without the other",
    ),
    (
        "ci1",
        {"certificate_number": "1", "certificate_expires_on": "86400"},
        "certificate_expires_on: no clear date, write 1988-04-17",
    ),
    (
        "ci1",
        {"certificate_number": "1", "certificate_expires_on": "1899-01-01"},
        "certificate_expires_on: no clear date, write 1988-04-17",
    ),
    (
        "ci1",
        {"pension_status": "retired"},
        "pension_status: not one of contributing, deferred, receiving, survivor",
    ),
    ("asftq", {"side": "boss"}, "side: not one of union, employers"),
    ("asftq", {}, "side: empty; an association speaks for union or employers"),
    ("ci1", {"street": "x" * 201}, "street: longer than 200 characters"),
    ("ci1", {"phone": "5" * 201}, "phone: longer than 200 characters"),
    ("ci1", {"display_name": "x" * 201}, "display_name: longer than 200 characters"),
    ("ci1", {"display_name": "\u200b"}, "display_name: empty"),
    ("ci1", {"legacy_scheme": "md5", "legacy_hash": "0x12"}, "legacy_hash: not a digest in hexadecimal"),
    ("ci1", {"legacy_scheme": "md5", "legacy_hash": "12"}, "legacy_hash: not a digest of this scheme"),
    (
        "ci1",
        {"legacy_scheme": "argon2id", "legacy_hash": "$argon2id$canari"},
        "legacy_hash: not an argon2id hash in its usual form",
    ),
    (
        "ci1",
        {"legacy_scheme": "argon2id", "legacy_hash": TOO_DEAR},
        "legacy_hash: takes too long: more than 262144 KiB, 16 lanes, or 1048576 KiB times its passes",
    ),
    (
        "ci1",
        {"other_names": "ci12345O7"},
        "other_names: no identifier such as ci1234567",
    ),
    ("ci1", {"other_names": "1234567"}, "other_names: begins with none of ci, er, as, ap"),
]


def test_a_reason_names_the_column_and_says_what_is_wrong_in_plain_words(operator: Operator, tmp_path: Path) -> None:
    path = tmp_path / "files.csv"
    plain = {
        "display_name": "Anne",
        "street": "1 rue Exemple",
        "city": "Laval",
        "province": "QC",
        "postal_code": "H7A 1A1",
        "country": "Canada",
    }
    columns = dict.fromkeys(("identifier", *plain, *(name for _, cells, _ in REASONS for name in cells)))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns), restval="")
        writer.writeheader()
        writer.writerows({"identifier": identifier} | plain | cells for identifier, cells, _ in REASONS)
    assert operator.run("import", path)[0] == 1
    assert [one[1] for one in refused(path)] == [reason for _, _, reason in REASONS]
    assert operator.count(files) == 0


def test_a_certificate_without_an_end_is_one(operator: Operator, tmp_path: Path) -> None:
    path = tmp_path / "files.csv"
    path.write_text(
        "identifier,display_name,street,city,province,postal_code,country,certificate_number,certificate_expires_on\n"
        "ci1,Anne,1 rue Exemple,Laval,QC,H7A 1A1,Canada,12.0,9999-12-31\n"
        "ci2,Zoé,1 rue Exemple,Laval,QC,H7A 1A1,Canada,12,31/12/2027\n",
        "utf-8",
    )
    assert operator.run("import", path)[0] == 0
    assert contents_of(operator)["ci1"]["certificate"] == {"number": "12", "expires_on": "9999-12-31"}
    assert contents_of(operator)["ci2"]["certificate"] == {"number": "12", "expires_on": "2027-12-31"}


def test_an_old_user_name_that_nobody_can_type_is_left_out_and_told(operator: Operator, csv_file: Csv) -> None:
    path = csv_file(
        {}, {"other_names": "vieux.nom|a@exemple.test|cindy_roy"}, {"other_names": "jtremblay|er 12|rené@exemple.ca"}
    )
    code, said = operator.run("import", path)
    assert code == 0
    assert {row.name for row in operator.rows(file_names)} == {"ci1", "ci2", "ci3", "a@exemple.test", "er12"}
    assert "left out (only ci…, er…, as…, ap… and e-mail addresses can be typed): 4, the first in line 3\n" in said


def test_a_domain_with_accents_is_kept_as_mail_servers_know_it(operator: Operator, csv_file: Csv) -> None:
    path = csv_file(
        {"email": "jean@électricité.quebec", "other_names": "vieux@québec.ca"}, {"email": "jéan@exemple.ca"}
    )
    assert operator.run("import", path)[0] == 1
    (row,) = operator.rows(files)
    assert row.email == "jean@xn--lectricit-93aj.quebec"
    assert {one.name for one in operator.rows(file_names)} == {"ci1", "vieux@xn--qubec-csa.ca"}
    assert [one[:2] for one in refused(path)] == [["3", "email: no plain e-mail address"]]
