"""What an installation must not keep: the demonstration's words, a file that others can read, texts that are none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sel_backend.questions import CatalogueError, QuestionCatalogue
from sel_backend.settings_sources import secret_files
from tests.operator.conftest import Operator
from tests.operator.test_mails import Answering, smtp

TERMS = """
version = "2026-11"
effective_on = 2026-11-01
[texts."fr-CA"]
title = "Conditions"
paragraphs = ["Une."]
[texts."en-CA"]
title = "Conditions"
paragraphs = ["One."]
"""
QUESTIONS = """
[sets]
worker = [["birth_date"]]
employer = [["birth_date"]]
association = [["birth_date"]]
[questions.birth_date]
record = "identity"
kind = "date"
example = "1990-05-23"
"fr-CA" = "Quelle est votre date de naissance?"
"""


def wrong(said: str) -> list[str]:
    """Return the names of what is wrong."""
    return [line[7:28].strip() for line in said.splitlines() if line.startswith("WRONG")]


def test_doctor_refuses_the_words_of_a_demonstration_until_they_are_an_organisations_own(
    operator: Operator, tmp_path: Path
) -> None:
    said = operator.run("doctor")[1]
    assert wrong(said) == ["conditions of use", "organisation", "phone", "sender", "mail"]
    assert "Organisation à nommer" in said
    assert "nobody can have an address in exemple.test" in said
    terms = tmp_path / "terms.toml"
    terms.write_text(TERMS, "utf-8")
    with smtp(Answering()) as port:
        operator.settings.write_text(
            operator.settings.read_text() + "[service]\nphone = '1 888 842-8282'\n"
            f"terms_file = '{terms}'\n"
            "operator = { fr-CA = 'Commission', en-CA = 'Commission' }\n"
            f"[mail]\nhost = '127.0.0.1'\nport = {port}\nsecurity = 'none'\nsender = 'SEL <sel@ccq.quebec>'\n"
        )
        code, said = operator.run("doctor")
    assert (code, wrong(said), said.splitlines()[-1]) == (0, [], "all is right")


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("phone", "514 555-0100", True),
        ("phone", "5145550199", True),
        ("phone", "514 555-0200", False),
        ("sender", "sel@example.org", True),
        ("sender", "sel@mail.invalid", True),
        ("sender", "sel@test.ca", False),
    ],
)
def test_numbers_and_domains_that_nobody_can_have_are_known(
    operator: Operator, name: str, value: str, found: bool
) -> None:
    part = "service" if name == "phone" else "mail"
    operator.settings.write_text(f"{operator.settings.read_text()}[{part}]\n{name} = '{value}'\n")
    assert (name in wrong(operator.run("doctor")[1])) is found


def test_doctor_refuses_a_file_with_a_password_that_others_can_read(
    operator: Operator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = operator.settings.read_text()
    operator.settings.chmod(0o644)
    assert "file with a secret" not in wrong(operator.run("doctor")[1]) or "://" in plain
    operator.settings.write_text(f"{plain}[mail]\npassword = 'canari'\n")
    said = operator.run("doctor")[1]
    assert "file with a secret" in wrong(said)
    assert f"→ it holds a password: chmod 600 {operator.settings}" in said
    operator.settings.chmod(0o600)
    named = tmp_path / "password"
    named.write_text("canari")
    named.chmod(0o640)
    monkeypatch.setenv("SEL_BACKEND_MAIL__PASSWORD_FILE", str(named))
    said = operator.run("doctor")[1]
    assert f"chmod 600 {named}" in said
    assert "canari" not in said
    named.chmod(0o600)
    assert "file with a secret" not in wrong(operator.run("doctor")[1])


@pytest.mark.parametrize(
    ("written", "holds"),
    [
        ("database_url = 'postgresql://u:canari@h/db'", True),
        ("[mail.bounces]\npassword = 'canari'", True),
        ("[mail.bounces]\nhost = 'imap.example.org'", False),
        ("database_url = 'postgresql://h/db?user=u&password=canari'", True),
        ("database_url = 'postgresql://u@h:5432/db'", False),
        ("database_url = 'sqlite:////var/lib/sel.sqlite3'", False),
    ],
)
def test_a_file_of_settings_is_a_secret_when_it_holds_one(tmp_path: Path, written: str, holds: bool) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(written)
    assert secret_files(path, {}) == ([path] if holds else [])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("[sets]", "[sets"), "it is no TOML: "),
        (("[sets]", "[set]"), "it has no part [sets]"),
        (("worker =", "workers ="), "[sets] has no list of sets for worker"),
        (('worker = [["birth_date"]]', 'worker = ["birth_date"]'), "[sets] has no list of sets for worker"),
        (('worker = [["birth_date"]]', "worker = [[{}]]"), "a set for worker names {}, which is no question of it"),
        (
            ('worker = [["birth_date"]]', 'worker = [["nom"]]'),
            "a set for worker names 'nom', which is no question of it",
        ),
        (('kind = "date"', 'kind = "canari"'), "question birth_date: its kind is not one of "),
        (("example", "exemple"), "question birth_date lacks example, a text"),
        (('"fr-CA"', '"fr"'), "question birth_date lacks fr-CA, a text"),
        (("[questions.birth_date]", "[questions]"), "question record is no table"),
    ],
)
def test_what_is_wrong_with_a_catalogue_of_questions_is_a_sentence(
    tmp_path: Path, change: tuple[str, str], told: str
) -> None:
    path = tmp_path / "questions.toml"
    path.write_text(QUESTIONS.replace(*change), "utf-8")
    with pytest.raises(CatalogueError) as refused:
        QuestionCatalogue(path).check()
    assert str(refused.value).startswith(told)


COMMANDS: list[tuple[Any, ...]] = [("serve", "--port", "0"), ("import", "files.csv"), ("purge",), ("issue-code", "ci1")]


@pytest.mark.parametrize(
    ("setting", "contents", "told"),
    [
        ("questions_file", b"[sets", "questions: {path} cannot be used: it is no TOML: "),
        ("questions_file", b"\xff\xfe", "questions: {path} cannot be used: it is not in UTF-8"),
        ("questions_file", None, "questions: {path} cannot be read: No such file or directory"),
        ("terms_file", b"version = 1", "conditions of use: {path} cannot be used: missing or not understood: "),
        ("terms_file", b"[", "conditions of use: {path} cannot be used: it is no TOML: "),
    ],
)
def test_texts_that_cannot_be_used_end_every_command_in_one_sentence(
    operator: Operator, tmp_path: Path, setting: str, contents: bytes | None, told: str
) -> None:
    path = tmp_path / "texts.toml"
    if contents is not None:
        path.write_bytes(contents)
    operator.settings.write_text(f"{operator.settings.read_text()}[service]\n{setting} = '{path}'\n")
    for command in COMMANDS:
        code, said = operator.run(*command)
        assert code == (2 if command[0] == "import" else 1), command
        assert said.startswith(f"sel-backend: {told.format(path=path)}"), command
        assert said.count("\n") == 1
    said = operator.run("doctor")[1]
    assert told.partition(":")[0] in wrong(said)
