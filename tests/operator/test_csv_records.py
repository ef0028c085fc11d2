"""Where a record of CSV begins and ends, in whole files and in damaged ones; encodings and separators. No database."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sel_backend.importing.columns import ADDRESS, HeaderError
from sel_backend.importing.records import RECORD_LIMIT
from sel_backend.importing.source import Reading, Row, Source

HEADER = ("identifier", "display_name", *ADDRESS)
PLACE = ("1 rue Exemple", "Laval", "QC", "H7A 1A1", "Canada")


def lines(*rows: str, header: str = ",".join(HEADER)) -> bytes:
    return "\n".join([header, *rows, ""]).encode()


def row(number: int, name: str = "Personne Exemple") -> str:
    return ",".join((f"ci{number}", name, *PLACE))


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    return Reader(tmp_path / "files.csv")


class Reader:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self, contents: bytes, reading: Reading | None = None) -> list[Row]:
        self.path.write_bytes(contents)
        return list(Source(self.path, reading).rows())

    def taken(self, contents: bytes) -> list[str]:
        return [one.cells["identifier"] for one in self(contents) if one.cells]

    def refused(self, contents: bytes) -> list[tuple[int, str]]:
        return [(one.line, one.fields[0]) for one in self(contents) if not one.cells]


def test_an_unclosed_quote_costs_its_own_row_alone(read: Reader) -> None:
    contents = lines(row(2), 'ci3000002,"Bob,1 rue Exemple,Laval,QC,H7A 1A1,Canada', *(row(n) for n in range(4, 501)))
    assert read.refused(contents) == [(3, "ci3000002")]
    assert read.taken(contents) == ["ci2", *(f"ci{n}" for n in range(4, 501))]


@pytest.mark.parametrize("rows_behind", [0, 1, 3_000], ids=["the last row", "one more", "more than the bound"])
@pytest.mark.parametrize("place", range(len(HEADER)))
def test_it_may_be_in_any_column_with_any_number_of_rows_behind_it(read: Reader, place: int, rows_behind: int) -> None:
    cells = ["ci3", "Bob", *PLACE]
    cells[place] = f'"{cells[place]}'
    contents = lines(row(2), ",".join(cells), *(row(n) for n in range(4, 4 + rows_behind)))
    assert [line for line, _ in read.refused(contents)] == [3]
    assert len(read.taken(contents)) == 1 + rows_behind


@pytest.mark.parametrize(
    "behind",
    [
        'ci4,"Tremblay, Anne",1 rue Exemple,Laval,QC,H7A 1A1,Canada',
        '"ci4","Anne","1 rue Exemple","Laval","QC","H7A 1A1","Canada"',
        'ci4,"",1 rue Exemple,Laval,QC,H7A 1A1,Canada',
        'ci4,"12 rue ""Neuve""",1 rue Exemple,Laval,QC,H7A 1A1,Canada',
        'ci4,"Ligne\nLigne",1 rue Exemple,Laval,QC,H7A 1A1,Canada',
        'ci4,Coin "X" inc.,1 rue Exemple,Laval,QC,H7A 1A1,Canada',
    ],
)
def test_quotes_of_the_rows_behind_do_not_close_it(read: Reader, behind: str) -> None:
    contents = lines('ci3,"Bob,1 rue Exemple,Laval,QC,H7A 1A1,Canada', row(8), behind, row(9))
    assert read.refused(contents) == [(2, "ci3")]
    assert read.taken(contents) == ["ci8", "ci4", "ci9"]


def test_several_unclosed_quotes_cost_their_own_rows(read: Reader) -> None:
    contents = lines(*(f'ci{n},"Bob,{",".join(PLACE)}' if n % 3 == 0 else row(n) for n in range(2, 62)))
    assert [line for line, _ in read.refused(contents)] == list(range(3, 62, 3))
    assert len(read.taken(contents)) == 40


def test_text_behind_a_closing_quote_is_damage_of_that_line(read: Reader) -> None:
    contents = lines(row(2), f'ci3,"Bob"by,{",".join(PLACE)}', row(4))
    assert read.refused(contents) == [(3, "ci3")]
    assert read.taken(contents) == ["ci2", "ci4"]


def test_a_quoted_field_may_hold_line_breaks_and_its_row_is_named_by_its_first_line(read: Reader) -> None:
    contents = lines(row(2), 'ci3,Anne,"1 rue Exemple\r\nApp. 4\n",Laval,QC,H7A 1A1,Canada', "ci4,too short", row(6))
    found = read(contents)
    assert [one.line for one in found] == [2, 3, 6, 7]
    assert found[1].cells is not None
    assert found[1].cells["street"] == "1 rue Exemple\r\nApp. 4"
    assert read.taken(contents) == ["ci2", "ci3", "ci6"]


def test_a_first_column_with_line_breaks_is_no_reason_to_doubt_a_row(read: Reader) -> None:
    header = ",".join(("street", "identifier", "display_name", *ADDRESS[1:]))
    contents = lines('"1 rue Exemple\nApp. 4",ci3,Anne,Laval,QC,H7A 1A1,Canada', header=header)
    assert read.taken(contents) == ["ci3"]


def test_what_a_quoted_field_holds_is_never_taken_as_a_row(read: Reader) -> None:
    stranger = f'ci2,Anne,"1 rue Exemple\n{row(9, "Somebody Else")}\n",Laval,QC,H7A 1A1,Canada'
    contents = lines(stranger, row(5))
    assert read.taken(contents) == ["ci5"]
    assert [(one.line, one.problem) for one in read(contents) if one.problem] == [
        (2, "a quoted field holds what looks like other rows: is a quote missing?")
    ]


def test_a_record_with_line_breaks_and_another_number_of_columns_is_one_refusal(read: Reader) -> None:
    contents = lines('ci3,Anne,"1 rue Exemple\nApp. 4\nFond",Laval', row(6))
    assert read.refused(contents) == [(2, "ci3")]
    assert read.taken(contents) == ["ci6"]


@pytest.mark.parametrize("size", [RECORD_LIMIT - 100, RECORD_LIMIT + 1, 3 * RECORD_LIMIT])
@pytest.mark.parametrize("quote", ["", '"'])
def test_a_line_beyond_the_bound_is_refused_and_the_next_one_read(read: Reader, size: int, quote: str) -> None:
    contents = lines(f"ci3,{quote}{'a' * size}{quote},{','.join(PLACE)}", row(4))
    found = read(contents)
    assert [one.line for one in found] == [2, 3]
    assert read.taken(contents)[-1] == "ci4"
    assert bool(found[0].cells) == (size < RECORD_LIMIT)
    assert sum(map(len, found[0].fields)) <= RECORD_LIMIT + 1, "in bounded memory"


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        ("ci3\x00,Anne", "identifier: a control character"),
        ("ci3,Anne\x1b[2J", "display_name: a control character"),
        ("ci3,\x9bAnne", "display_name: a control character"),
        ("ci3,An\rne", "a carriage return inside a line"),
        ("ci3", "another number of columns than the header"),
        ("ci3,Anne,more", "another number of columns than the header"),
    ],
)
def test_a_row_that_no_screen_may_show_or_no_column_fits_is_refused_with_its_contents(
    read: Reader, bad: str, problem: str
) -> None:
    contents = lines(row(2), f"{bad},{','.join(PLACE)}", row(4))
    (refused,) = (one for one in read(contents) if one.problem)
    assert (refused.line, refused.problem) == (3, problem)
    assert ",".join(refused.fields) == f"{bad},{','.join(PLACE)}"


def test_empty_rows_and_empty_columns_that_spreadsheets_add_are_nothing(read: Reader) -> None:
    header = ",".join(HEADER) + ",,"
    contents = lines(row(2) + ",,", ",,,,,,,,", "", row(5), row(6) + ",,,,", ",,", header=header)
    assert read.taken(contents) == ["ci2", "ci6"], "a row that is cut off is none"
    assert read.refused(contents) == [(5, "ci5")]
    contents = lines(row(2) + ",,", row(3) + ",,canari", header=header)
    assert read.taken(contents) == ["ci2"]
    assert [one.problem for one in read(contents)] == ["", "a value in a column without a name"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_separator_and_encoding_are_found(read: Reader, delimiter: str, encoding: str, end: str) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end)
    writer.writerow(HEADER)
    writer.writerow(("ci2", "Étienne Côté; dit « L’Œil », à Âge", *PLACE))
    writer.writerow(("ci3", "José|Ñandú,\t;", *PLACE))
    found = read(text.getvalue().encode(encoding))
    assert [one.cells["display_name"] for one in found if one.cells] == [
        "Étienne Côté; dit « L’Œil », à Âge",
        "José|Ñandú,\t;",
    ]


def test_one_broken_byte_in_a_file_of_utf_8_is_its_own_rows_damage(read: Reader) -> None:
    contents = lines(row(2, "Zoé"), row(3, "Ren?"), row(4, "Éloïse")).replace(b"?", b"\xe9")
    assert read.taken(contents) == ["ci2", "ci4"]
    (refused,) = (one for one in read(contents) if one.problem)
    assert "--encoding" in refused.problem
    assert refused.fields[1] == "Ren\ufffd"


def test_bytes_that_are_no_french_text_are_not_guessed_at(read: Reader) -> None:
    contents = lines(row(2), row(3, "Ren?")).replace(b"?", b"\x82")
    assert read.taken(contents) == ["ci2"]
    assert read(contents, Reading(encoding="cp850"))[1].fields[1] == "René"


def test_a_file_in_utf_16_is_named_for_what_it_is(read: Reader) -> None:
    with pytest.raises(HeaderError, match="UTF-16"):
        read(lines(row(2)).decode().encode("utf-16"))


def test_the_whole_content_is_what_tells_one_file_from_another(read: Reader) -> None:
    contents = lines(*(row(n) for n in range(2, 30_000)), row(30_000, "a@exemple.test"))
    assert len(contents) > 1 << 20
    read(contents)
    before = Source(read.path).fingerprint
    read(contents.replace(b"a@exemple.test", b"b@exemple.test"))
    assert Source(read.path).fingerprint != before
    read(contents)
    assert Source(read.path).fingerprint == before


NAMES = st.builds(
    lambda first, rest: first + rest,
    st.sampled_from("ABCDÉà"),
    st.text(alphabet="abcé ,\";\n'-", max_size=12),
)
DAMAGE = st.one_of(st.binary(max_size=300), st.text(alphabet='ci12,"\n\r;é\x00 ', max_size=60).map(str.encode))


@given(before=st.lists(NAMES, max_size=4), damage=DAMAGE, after=st.lists(NAMES, max_size=4))
@example(before=[], damage=b'"', after=["A", 'B",'])
@example(before=["A"], damage=b'ci3,"Bob', after=['B "C", D', "E\nF"])
@example(before=["A"], damage=b'""",', after=['B",\nC'])
@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_bytes_stand_between_them_every_whole_row_is_read(
    read: Reader, before: list[str], damage: bytes, after: list[str]
) -> None:
    def rows(names: list[str], first: int) -> bytes:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows((f"ci{first + n}", one, *PLACE) for n, one in enumerate(names))
        return text.getvalue().encode()

    found = read(lines() + rows(before, 100) + damage + b"\n" + rows(after, 200))
    taken = {one.cells["identifier"]: one.cells["display_name"] for one in found if one.cells}
    for first, names in ((100, before), (200, after)):
        for place, name in enumerate(names):
            assert taken[f"ci{first + place}"] == name.strip()


@given(contents=st.one_of(st.binary(max_size=2_000), DAMAGE.map(lambda damage: lines() + damage)))
@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_make_reading_fail_but_in_a_sentence(read: Reader, contents: bytes) -> None:
    try:
        found = read(contents)
    except HeaderError:
        return
    assert all((one.cells is None) == bool(one.problem) for one in found)
