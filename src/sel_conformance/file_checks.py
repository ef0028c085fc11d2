"""Checks of the contract's rules 7, 9 and 10: who may hold a file, and its authentication questions."""

import unicodedata

from sel_conformance.harness import CREATED, REFUSED, Harness, expect, require
from sel_contract import Problem, QuestionKind
from sel_contract.rules.text import normalized

_WRONG = {
    QuestionKind.DATE: "1901-01-01",
    QuestionKind.POSTAL_CODE: "A1A 1A1",
    QuestionKind.TEXT: "rien de tel",
    QuestionKind.YEAR: "1901",
    QuestionKind.NUMBER: "7",
}


async def holders(harness: Harness) -> None:
    """Rule 7: an exclusive file held elsewhere is said to be so after the proof only; others may be shared."""
    fixtures = harness.fixtures
    wrong = await harness.link_with_wrong_password(fixtures.person, fixtures.held.names[0])
    expect(wrong, REFUSED, "not-recognized", to="a wrong proof of a file held elsewhere")
    right = await harness.link_by_legacy_access(fixtures.person, fixtures.held)
    if right.status_code == CREATED:
        await harness.unlink(fixtures.person, right.json()["id"])
    require(right.status_code != CREATED, "an exclusive file was linked to a second account")
    problem = expect(right, 409, "held-elsewhere", to="the right proof of a file held elsewhere")
    require(bool(problem.get("reference")), "held-elsewhere without a reference for Customer Service")
    shared = expect(
        await harness.link_by_legacy_access(fixtures.person, fixtures.shared),
        CREATED,
        to="a file that several may hold",
    )
    again = await harness.link_by_legacy_access(fixtures.person, fixtures.shared)
    await harness.unlink(fixtures.person, shared["id"])
    expect(again, 409, "already-linked", to="a file that is linked to this account")


def _mangled(text: str) -> str:
    """Return an answer as somebody else would type it: capitals, no accents, spaces for hyphens."""
    bare = "".join(mark for mark in normalized("NFKD", text) if not unicodedata.combining(mark))
    return f"  {bare.upper().replace('-', ' ').replace('’', ' ')} "


async def answers(harness: Harness) -> None:
    """Rule 9: answers count without case, accents and hyphens; all of them, and no verdict says which one was wrong."""
    fixtures = harness.fixtures
    challenge = await harness.challenge(fixtures.person, fixtures.questions.identifier)
    right = {
        question.id: fixtures.questions.answers[question.id].get_secret_value() for question in challenge.questions
    }
    one = challenge.questions[0].id
    missing = await harness.answer(fixtures.person, challenge.id, {one: right[one]})
    expect(missing, REFUSED, "validation", to="an answer alone")
    last = challenge.questions[-1]
    wrong = await harness.answer(fixtures.person, challenge.id, right | {last.id: _WRONG[last.kind]})
    problem = Problem.model_validate(expect(wrong, REFUSED, "not-recognized", to="three right answers and a wrong one"))
    require(problem.errors is None, "the verdict says which answer was wrong")
    typed = {
        question.id: _mangled(right[question.id]) if question.kind is QuestionKind.TEXT else f" {right[question.id]} "
        for question in challenge.questions
    }
    link = expect(
        await harness.answer(fixtures.person, challenge.id, typed), CREATED, to="answers typed in another way"
    )
    await harness.unlink(fixtures.person, link["id"])


async def same_questions(harness: Harness) -> None:
    """Rule 10: starting again asks the same; a file that does not exist has questions too, always the same ones."""
    fixtures = harness.fixtures
    for identifier in (fixtures.questions.identifier, fixtures.unknown):
        sets = [
            await harness.challenge(who, identifier) for who in (fixtures.person, fixtures.person, fixtures.onlooker)
        ]
        distinct = {tuple(question.id for question in one.questions) for one in sets}
        require(len(distinct) == 1, f"starting again asks other questions of {identifier}")
        require(sets[0].id == sets[1].id, "starting again opens a second challenge")
