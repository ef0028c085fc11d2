"""Importing client files from CSV."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from sel_backend.api.app import create_app
from sel_backend.demo.seed import seed
from sel_backend.importing import run as importing
from sel_backend.storage.operator_tables import audit, imports
from sel_backend.storage.tables import facts, file_names, files, links
from tests.backend.world import Person
from tests.operator.conftest import Operator

Csv = Callable[..., Path]


def test_rows_become_files_with_every_name_and_answer(operator: Operator, csv_file: Csv) -> None:
    path = csv_file({"other_names": "a@exemple.test", "answer:birth_date": "17 avril 1988"}, {"identifier": "ER 77"})
    code, said = operator.run("import", path)
    assert code == 0
    assert "taken 2, refused 0" in said
    assert {row.name for row in operator.rows(file_names)} == {"ci1", "a@exemple.test", "er77"}
    assert [row.question for row in operator.rows(facts)] == ["birth_date"]
    assert operator.count(audit, audit.c.action == "import") == 1


def test_rows_that_lack_an_answer_to_what_their_category_is_asked_are_counted(
    operator: Operator, csv_file: Csv
) -> None:
    whole = {"answer:birth_date": "1990-01-01", "answer:trade": "peintre"}
    path = csv_file(whole, {}, {"identifier": "no prefix 1"}, whole, name="some.csv")
    told = "lack an answer that their category is asked for, so questions will not link them"
    assert f"{told}: 3\n" in operator.run("import", path)[1]
    asked = {"answer:worker_postal_code": "H0H 0H0", "answer:first_certificate_year": "2001"}
    header, *rows = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([",".join([header, *asked]), *(",".join([row, *asked.values()]) for row in rows)]))
    assert f"{told}: 1\n" in operator.run("import", path)[1]
    operator.settings.write_text(operator.settings.read_text("utf-8") + "[linking]\nquestions_enabled = false\n")
    assert told not in operator.run("import", path, "--again")[1]


def test_refused_rows_stand_in_a_file_with_line_and_reason_and_can_be_corrected(
    operator: Operator, csv_file: Csv
) -> None:
    bad = {"identifier": "1234567", "display_name": "Secret Person"}
    path = csv_file({}, bad, {"answer:birth_date": "canari"}, {"email": "no"}, {"legacy_scheme": "rot13"})
    code, said = operator.run("import", path)
    assert code == 1
    assert "refused 4" in said
    assert "Secret Person" not in said
    refused = path.with_name("files.csv.refused.csv")
    assert refused.stat().st_mode & 0o777 == 0o600
    with refused.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(row["refused_line"], row["refused_reason"]) for row in rows] == [
        ("3", "identifier: begins with none of ci, er, as, ap"),
        ("4", "answer:birth_date: no clear date, write 1988-04-17"),
        ("5", "email: no plain e-mail address"),
        ("6", "legacy_hash: unknown scheme"),
    ]
    corrected = refused.with_name("corrected.csv")
    text = refused.read_text("utf-8").replace("1234567", "ci1234567").replace("canari", "1990-01-01")
    corrected.write_text(text.replace("no,", ",").replace("rot13", ""), "utf-8")
    assert operator.run("import", corrected)[0] == 0
    assert operator.count(files) == 5


@pytest.mark.parametrize("name", ["files.csv", "./files.csv", "notes.txt", "folder"])
def test_refused_rows_never_take_the_place_of_something_else(operator: Operator, csv_file: Csv, name: str) -> None:
    path = csv_file({}, {"email": "no"})
    (path.parent / "notes.txt").write_text("notes", "utf-8")
    (path.parent / "folder").mkdir()
    before = path.read_bytes()
    code, said = operator.run("import", path, "--refused", path.parent / name)
    assert code == 2
    assert "--refused" in said
    assert path.read_bytes() == before
    assert (path.parent / "notes.txt").read_text("utf-8") == "notes"
    assert operator.count(files) == 0
    (path.parent / "refused.csv").touch()
    for _ in range(2):
        code, said = operator.run("import", path, "--refused", path.parent / "refused.csv", "--again")
        assert code == 1
    assert operator.count(files) == 1


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("identifier,display_name", "columns are missing"),
        ("canari", "columns are missing"),
        ("", "columns are missing"),
    ],
)
def test_a_file_with_a_wrong_header_is_not_begun(operator: Operator, tmp_path: Path, header: str, told: str) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text(f"{header}\n")
    code, said = operator.run("import", path)
    assert code == 2
    assert told in said


def test_an_import_killed_between_two_batches_goes_on_and_takes_every_row_once(
    operator: Operator, csv_file: Csv, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = csv_file(*({"identifier": "wrong"} if place == 3 else {} for place in range(10)))
    monkeypatch.setattr(importing, "BATCH", 2)
    keep = importing.Import._commit
    calls = 0

    def killed(self: importing.Import, *arguments: object, **more: object) -> object:
        nonlocal calls
        calls += 1
        if calls == 4:
            raise KeyboardInterrupt
        return keep(self, *arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(importing.Import, "_commit", killed)
    code, said = operator.run("import", path)
    assert (code, operator.count(files)) == (2, 5)
    assert "goes on" in said
    monkeypatch.setattr(importing.Import, "_commit", keep)
    code, said = operator.run("import", path)
    assert "going on after line 7" in said
    assert "taken 9, refused 1" in said
    assert operator.count(files) == 9
    assert path.with_name("files.csv.refused.csv").read_text("utf-8").count("no identifier") == 1
    assert operator.count(imports, imports.c.finished_at.is_not(None)) == 1
    assert "before" in operator.run("import", path)[1]


def test_a_row_for_a_known_file_replaces_what_it_says_and_keeps_its_links(operator: Operator, csv_file: Csv) -> None:
    backend = operator.backend()
    seed(backend)
    backend.core.close()
    before = operator.count(links)
    path = csv_file({"identifier": "ci0000021", "display_name": "Camille Neuve", "answer:trade": "grutière"})
    assert operator.run("import", path)[0] == 0
    row = next(row for row in operator.rows(files) if row.identifier == "ci0000021")
    assert row.display_name == "Camille Neuve"
    assert [fact.question for fact in operator.rows(facts) if fact.file_id == row.id] == ["trade"]
    assert operator.count(links) == before


def test_a_name_of_another_file_is_refused(operator: Operator, csv_file: Csv) -> None:
    path = csv_file({"other_names": "x@exemple.test"}, {"other_names": "x@exemple.test"}, {"other_names": "ci1"})
    code, said = operator.run("import", path)
    assert (code, operator.count(files)) == (1, 1)
    assert "refused 2" in said


@pytest.mark.parametrize(
    ("scheme", "salt", "hashed"),
    [
        ("sha1", "s4lt", hashlib.sha1(b"s4ltAncien-1!", usedforsecurity=False).hexdigest()),
        ("md5", "", hashlib.md5(b"Ancien-1!", usedforsecurity=False).hexdigest()),
        ("sha256-suffixed", "s4lt", hashlib.sha256(b"Ancien-1!s4lt").hexdigest().upper()),
    ],
)
async def test_an_old_password_works_from_its_old_hash_which_is_hardened_at_its_first_use(
    operator: Operator, csv_file: Csv, scheme: str, salt: str, hashed: str
) -> None:
    seeded = operator.backend()
    seed(seeded)
    seeded.core.close()
    path = csv_file({"legacy_scheme": scheme, "legacy_salt": salt, "legacy_hash": hashed})
    assert operator.run("import", path)[0] == 0
    kept = next(row for row in operator.rows(files) if row.identifier == "ci1")
    assert kept.legacy_scheme == "resting"
    assert hashed.lower() not in kept.legacy_hash
    backend = operator.backend()
    app = create_app(backend, backend.core.settings)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sel.test") as http:
        person = Person(http)
        await person.log_in("nouvelle@exemple.test")
        assert (await person.legacy("ci1", "Ancien-2!")).status_code == 422
        linked = await person.legacy("ci1", "Ancien-1!")
        assert linked.status_code == 201
        await backend.core.background.settle()
        await person.delete(f"/v1/links/{linked.json()['id']}")
        assert (await person.legacy("ci1", "Ancien-2!")).status_code == 422
        assert (await person.legacy("ci1", "Ancien-1!")).status_code == 201
        await backend.core.background.settle()
    backend.core.close()
    kept = next(row for row in operator.rows(files) if row.identifier == "ci1")
    assert kept.legacy_scheme == "wrapped"
    assert "$argon2id$" in kept.legacy_hash


async def test_what_a_record_says_of_a_trade_and_of_a_postal_code_abroad_is_answered_as_people_do(
    operator: Operator, csv_file: Csv
) -> None:
    seeded = operator.backend()
    seed(seeded)
    seeded.core.close()
    asked = {"birth_date": "1988-04-17", "worker_postal_code": "33101", "first_certificate_year": "2009"}
    born = {"answer:birth_date": asked["birth_date"], "postal_code": "33101", "country": "États-Unis"}
    trades = ('"Électricien, électricienne"', "Monteur(euse)")
    path = csv_file(*(born | {"answer:trade": trade} for trade in trades))
    header, *rows = path.read_text("utf-8").splitlines()
    header += ",answer:worker_postal_code,answer:first_certificate_year"
    path.write_text("\n".join([header, *(f"{row},33101,2009" for row in rows)]), "utf-8")
    assert operator.run("import", path)[0] == 0
    backend = operator.backend()
    app = create_app(backend, backend.core.settings)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sel.test") as http:
        person = Person(http)
        await person.log_in("nouvelle@exemple.test")
        for identifier, trade in (("ci1", "électriciennes"), ("ci2", "monteuse")):
            challenge = await person.questions(identifier)
            assert (await person.answer(challenge, asked | {"trade": trade})).status_code == 201
        await backend.core.background.settle()
    backend.core.close()


def test_harden_leaves_nothing_at_rest(operator: Operator, csv_file: Csv) -> None:
    old = {"legacy_scheme": "md5", "legacy_hash": "0" * 32, "answer:trade": "peintre"}
    assert operator.run("import", csv_file(old, old, old))[0] == 0
    code, said = operator.run("harden")
    assert code == 0
    assert operator.count(facts, facts.c.digest != "") == 0
    assert said.split() == ["passwords", "3", "hardened", "answers", "3", "hardened"]
    assert operator.count(files, files.c.legacy_scheme == "wrapped") == 3
    assert operator.count(facts, facts.c.answer_hash.is_not(None)) == 3


def test_an_export_can_be_imported_again(operator: Operator, csv_file: Csv, tmp_path: Path) -> None:
    path = csv_file({"other_names": "a@exemple.test", "email": "b@exemple.test"}, {"identifier": "er12"})
    operator.run("import", path)
    before = {(row.identifier, row.display_name, row.email, row.contents) for row in operator.rows(files)}
    assert operator.run("export", "files", tmp_path / "out.csv")[0] == 0
    assert (tmp_path / "out.csv").stat().st_mode & 0o777 == 0o600
    assert operator.run("import", tmp_path / "out.csv")[0] == 0
    assert {(row.identifier, row.display_name, row.email, row.contents) for row in operator.rows(files)} == before
    assert operator.run("export", "links", tmp_path / "links.csv")[0] == 0
    assert operator.run("export", "links", tmp_path / "links.csv")[0] == 1
