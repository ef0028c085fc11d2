"""Method 2: the same questions each time, plausible ones for no file, no verdict before all are answered."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, insert

from sel_backend.questions import FEWEST_RECORDS, QuestionCatalogue
from sel_backend.security.answers import UnreadableAnswerError, _folded, normalised
from sel_backend.security.hashing import Hasher
from sel_backend.storage import files as stored_files
from sel_backend.storage.tables import facts, file_names, files
from sel_contract import Category, QuestionKind
from tests.backend.world import CORRECT, World, wrong

Make = Callable[..., World]


async def test_starting_again_never_changes_the_questions(world: World) -> None:
    person = await world.person("nouvelle")
    sets = [await person.questions("ci1234567") for _ in range(3)]
    assert sets[0] == sets[1] == sets[2]
    other = await world.person("rejean")
    assert (await other.questions("ci1234567"))["questions"] == sets[0]["questions"]


async def test_the_questions_are_the_same_after_they_expired_and_after_a_restart(worlds: Make) -> None:
    world = worlds()
    person = await world.person("nouvelle")
    first = {name: (await person.questions(name))["questions"] for name in ("ci1234567", "ci7654321")}
    world.clock.forward(hours=25)
    again = await worlds().person("nouvelle")
    assert {name: (await again.questions(name))["questions"] for name in first} == first


@pytest.mark.parametrize("identifier", ["ci7654321", "er999999", "asinconnue", "inconnue@exemple.test"])
async def test_a_file_that_does_not_exist_is_asked_what_files_of_its_category_are_asked(
    world: World, identifier: str
) -> None:
    person = await world.person("nouvelle")
    unknown = (await person.questions(identifier))["questions"]
    known = {"er": ["er123456"], "as": ["asexemple"]}.get(identifier[:2], ["ci1234567", "ci0000077"])
    assert unknown in [(await person.questions(one))["questions"] for one in known]


RETIREES_NEAR = {2_000: 0.05, 5_000: 0.5}  # the share of retirees among numbers that begin there: old ones have more


def with_many_workers(world: World) -> list[tuple[str, str]]:
    """Add 200 workers at each of two places; return their number and old address, one in two has one."""
    draw = random.Random(2026)  # noqa: S311 - the same each time
    named: list[tuple[str, str]] = []

    def add(tx: Connection) -> None:
        for start, share in RETIREES_NEAR.items():
            for place, number in enumerate(sorted(draw.sample(range(start * 100, start * 100 + 2_000), 200))):
                name, email = f"ci{number:07}", f"{number}@exemple.test" if number % 2 else ""
                row = stored_files.FileRow(name, "worker", name, "Personne", None, "{}", None, None, None)
                stored_files.add(tx, row, [one for one in (name, email) if one])
                last = "retirement_year" if draw.random() < share else "first_certificate_year"
                if place % 10:  # every tenth can answer nothing
                    known = ("birth_date", "worker_postal_code", "trade", last)
                    stored_files.add_facts(tx, name, [stored_files.FactRow(one, "k1", "0" * 64, None) for one in known])
                named.append((name, email))

    world.backend.core.database.run_now(add)
    return named


def shares_of_retirees(world: World, names: list[str]) -> float:
    """Return how large a share of names is asked the year of a retirement."""

    def ask(tx: Connection) -> float:
        proofs = world.backend.proofs
        asked = [
            world.backend.challenges._chosen(tx, stored_files.by_name(tx, name), name, proofs.subject_of(None, name))
            for name in names
        ]
        assert all(len(one) == 4 for one in asked)
        return sum("retirement_year" in one for one in asked) / len(names)

    return world.backend.core.database.run_now(ask)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)  # a draw: no database has a part in it
async def test_of_what_does_not_exist_each_set_is_as_rare_as_among_the_files_there(world: World) -> None:
    named = with_many_workers(world)
    taken = {name for both in named for name in both}
    for start in RETIREES_NEAR:
        around = range(start * 100, start * 100 + 2_000)
        for form in ("ci{:07}", "{}@exemple.test"):
            asked = [form.format(number) for number in around]
            real = shares_of_retirees(world, [name for name in asked if name in taken])
            unknown = shares_of_retirees(world, [name for name in asked if name not in taken][::3])
            # Three standard deviations of what a hundred vary by themselves; a fair draw of two sets is far off.
            assert abs(real - unknown) < 3 * (real * (1 - real) / 100) ** 0.5, (start, form, real, unknown)


CHOICE = """
[sets]
worker = [["a", "b", "c", "d", "e", "f", "g", "h"]]
employer = [["a"]]
association = [["a"]]
"""
ENTRY = '[questions.{0}]\nrecord = "{0}"\nkind = "year"\nexample = "2001"\n"fr-CA" = "{0}?"\n'


async def test_the_questions_of_a_name_do_not_follow_from_the_file_that_it_names(worlds: Make, tmp_path: Path) -> None:
    (tmp_path / "questions.toml").write_text(CHOICE + "".join(map(ENTRY.format, "abcdefgh")))
    world = worlds(service={"questions_file": tmp_path / "questions.toml"})
    names = ("ci1234567", "maika.cote@exemple.test", "ci0000077")
    person = await world.person("nouvelle")
    existing = [(await person.questions(name))["questions"] for name in names]  # none of its files can answer any
    assert [len(questions) for questions in existing] == [4, 4, 4]
    world.backend.core.database.run_now(lambda tx: tx.execute(delete(file_names)))
    other = await world.person("rejean")
    assert [(await other.questions(name))["questions"] for name in names] == existing


async def test_an_email_that_names_an_employers_file_is_asked_what_every_email_is(world: World) -> None:
    (employer,) = world.rows(files, files.c.identifier == "er123456")
    name = {"name": "paie@toitures.exemple.test", "file_id": employer.id}
    world.backend.core.database.run_now(lambda tx: tx.execute(insert(file_names).values(**name)))
    person = await world.person("nouvelle")
    asked = await person.questions(name["name"])
    sets = [list(one) for one in QuestionCatalogue().sets_of(Category.WORKER)]
    assert [question["id"] for question in asked["questions"]] in sets
    assert (await person.answer(asked, wrong(asked))).json()["type"] == "not-recognized"


async def test_an_answer_that_a_file_lacks_is_asked_all_the_same_and_never_right(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacking = delete(facts).where(facts.c.question == "trade")
    world.backend.core.database.run_now(lambda tx: tx.execute(lacking))
    checked: list[str | None] = []
    original = Hasher.verify_now

    def counting(self: Hasher, hashed: str | None, secret: str) -> bool:
        checked.append(hashed)
        return original(self, hashed, secret)

    monkeypatch.setattr(Hasher, "verify_now", counting)
    person = await world.person("nouvelle")
    asked = await person.questions("ci1234567")
    assert [question["id"] for question in asked["questions"]] == list(CORRECT["ci1234567"])
    checked.clear()
    assert (await person.answer(asked, CORRECT["ci1234567"])).json()["type"] == "not-recognized"
    assert len(checked) == 4


async def test_two_names_of_one_file_do_not_share_a_challenge_but_share_its_counter(world: World) -> None:
    person = await world.person("nouvelle")
    by_number, by_email = await person.questions("ci1234567"), await person.questions("maika.cote@exemple.test")
    assert by_number["id"] != by_email["id"]
    for challenge in (by_number, by_email):
        await person.answer(challenge, wrong(challenge))
    assert (await person.answer(by_email, CORRECT["ci1234567"])).json()["type"] == "not-recognized"


async def test_questions_come_in_the_language_asked_for(world: World) -> None:
    french = await (await world.person("nouvelle")).questions("er123456")
    english = await (await world.person("nouvelle", "en-CA")).questions("er123456")
    assert "Quel est" in french["questions"][0]["text"]
    assert "What is" in english["questions"][0]["text"]
    assert french["id"] == english["id"]


async def test_an_unanswered_or_unreadable_question_is_said_at_once_and_costs_no_try(world: World) -> None:
    person = await world.person("nouvelle")
    challenge = await person.questions("ci1234567")
    right = CORRECT["ci1234567"]
    some = dict(list(right.items())[:3])
    missing = (await person.answer(challenge, some)).json()
    assert (missing["type"], missing["errors"]) == (
        "validation",
        [{"pointer": "/answers", "code": "missing-answer"}],
    )
    unreadable = (await person.answer(challenge, right | {"birth_date": "31/02/1988"})).json()
    assert unreadable["errors"] == [{"pointer": "/answers/0/answer", "code": "bad-date"}]
    stranger = (await person.answer(challenge, right | {"neq": "1"})).json()
    assert stranger["errors"] == [{"pointer": "/answers/4/question_id", "code": "unknown-question"}]
    methods = (await person.get("/v1/link-methods")).json()["methods"]
    assert methods[1]["tries_left"] == 3


async def test_no_verdict_says_which_answer_was_wrong(world: World) -> None:
    bodies = set()
    for question in CORRECT["ci1234567"]:
        world.clock.forward(hours=25)
        person = await world.person("nouvelle")
        challenge = await person.questions("ci1234567")
        given = CORRECT["ci1234567"] | {question: wrong(challenge)[question]}
        problem = (await person.answer(challenge, given)).json()
        problem.pop("reference")
        bodies.add(str(problem))
    assert len(bodies) == 1


async def test_a_challenge_is_bound_to_its_account(world: World) -> None:
    challenge = await (await world.person("nouvelle")).questions("ci1234567")
    other = await world.person("rejean")
    response = await other.answer(challenge, CORRECT["ci1234567"])
    assert (response.status_code, response.json()["type"]) == (409, "challenge-expired")


async def test_a_passed_or_expired_challenge_is_over_and_costs_no_try(world: World) -> None:
    person = await world.person("nouvelle")
    challenge = await person.questions("er123456")
    assert (await person.answer(challenge, CORRECT["er123456"])).status_code == 201
    assert (await person.answer(challenge, CORRECT["er123456"])).json()["type"] == "challenge-expired"
    late = await person.questions("ci1234567")
    world.clock.forward(hours=24)
    await person.log_in("nouvelle@exemple.test")
    assert (await person.answer(late, CORRECT["ci1234567"])).json()["type"] == "challenge-expired"


async def test_method_two_can_be_switched_off(worlds: Make) -> None:
    world = worlds(linking={"questions_enabled": False})
    person = await world.person("nouvelle")
    methods = {one["method"]: one for one in (await person.get("/v1/link-methods")).json()["methods"]}
    assert methods["questions"]["unavailable_because"] == "switched_off"
    response = await person.post("/v1/question-challenges", {"identifier": "ci1234567"})
    assert (response.status_code, response.json()["type"]) == (409, "method-off")
    assert response.json()["methods"] == ["legacy_access", "link_code"]


def test_a_set_touches_at_least_two_parts_of_the_record() -> None:
    catalogue = QuestionCatalogue()
    for category in Category:
        for number in range(50):
            subject = f"{number:08x}"
            chosen = catalogue.choose(category, (), subject, 2)
            assert len({catalogue.entries[name].record for name in chosen}) >= FEWEST_RECORDS


@pytest.mark.parametrize(
    ("kind", "same"),
    [
        (QuestionKind.TEXT, ["D'Amours", "d’amours", "D AMOURS", "Damours", "dʼamoùrs"]),
        (QuestionKind.TEXT, ["Cœur", "coeur", "CŒUR"]),
        (
            QuestionKind.DATE,
            ["1988-04-17", "17/04/1988", "17 avril 1988", "April 17 1988", "19880417", "le 17 avr. 1988"],
        ),
        (QuestionKind.DATE, ["1951-02-01", "1er février 1951", "01-02-1951", "Feb 1, 1951"]),
        (QuestionKind.POSTAL_CODE, ["H2X 1Y4", "h2x1y4", "H2X-1Y4"]),
        (QuestionKind.NUMBER, ["1200", "1 200", "1,200", "01200", "１２００"]),
        (QuestionKind.NUMBER, ["8000-0001-01", "8000000101", "8000 0001 01"]),
        (QuestionKind.YEAR, ["2009", " 2009 "]),
    ],
)
def test_what_does_not_matter_does_not_matter(kind: QuestionKind, same: list[str]) -> None:
    assert len({normalised(kind, typed) for typed in same}) == 1


@given(st.text(st.characters(max_codepoint=127)))
def test_answers_in_ascii_are_folded_as_all_others(typed: str) -> None:
    assert "e" + _folded(typed) == _folded("é" + typed)


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (QuestionKind.DATE, "hier"),
        (QuestionKind.DATE, "17/04"),
        (QuestionKind.DATE, "31 février 1988"),
        (QuestionKind.YEAR, "98"),
        (QuestionKind.NUMBER, "douze"),
        (QuestionKind.POSTAL_CODE, "!!"),
        (QuestionKind.TEXT, "  -  "),
    ],
)
def test_what_cannot_be_an_answer_of_its_kind_is_refused(kind: QuestionKind, typed: str) -> None:
    with pytest.raises(UnreadableAnswerError):
        normalised(kind, typed)


async def test_a_day_or_a_year_to_come_is_refused_and_costs_no_try(world: World) -> None:
    person = await world.person("nouvelle")
    challenge = await person.questions("ci1234567")
    for question, answer, code in (
        ("birth_date", "2026-03-03", "bad-date"),
        ("first_certificate_year", "2027", "bad-year"),
    ):
        refused = await person.answer(challenge, CORRECT["ci1234567"] | {question: answer})
        assert (refused.status_code, refused.json()["type"]) == (422, "validation")
        assert [error["code"] for error in refused.json()["errors"]] == [code]
    methods = (await person.get("/v1/link-methods")).json()["methods"]
    assert next(one for one in methods if one["method"] == "questions")["tries_left"] == 3
    today = CORRECT["ci1234567"] | {"birth_date": "2026-03-02", "first_certificate_year": "2026"}
    assert (await person.answer(challenge, today)).json()["type"] == "not-recognized"
