"""The contract's rules about who may hold a file, and about questions (6, 7, 9, 10)."""

import unicodedata

from sel_conformance.lab import CREATED, REFUSED, Lab, expect, insist
from sel_contract import Problem, QuestionKind
from sel_contract.text import normalized

_WRONG = {
    QuestionKind.DATE: "1901-01-01",
    QuestionKind.POSTAL_CODE: "A1A 1A1",
    QuestionKind.TEXT: "rien de tel",
    QuestionKind.YEAR: "1901",
    QuestionKind.NUMBER: "7",
}


async def holders(lab: Lab) -> None:
    """Rule 7: an exclusive file held elsewhere is said to be so after the proof only; others may be shared."""
    people = lab.people
    wrong = await lab.guess(people.person, people.held.names[0])
    expect(wrong, REFUSED, "not-recognized", to="a wrong proof of a file held elsewhere")
    right = await lab.prove(people.person, people.held)
    if right.status_code == CREATED:
        await lab.unlink(people.person, right.json()["id"])
    insist(right.status_code != CREATED, "an exclusive file was linked to a second account")
    problem = expect(right, 409, "held-elsewhere", to="the right proof of a file held elsewhere")
    insist(bool(problem.get("reference")), "held-elsewhere without a reference for Customer Service")
    shared = expect(await lab.prove(people.person, people.shared), CREATED, to="a file that several may hold")
    again = await lab.prove(people.person, people.shared)
    await lab.unlink(people.person, shared["id"])
    expect(again, 409, "already-linked", to="a file that is linked to this account")


def _mangled(text: str) -> str:
    """Return an answer as somebody else would type it: capitals, no accents, spaces for hyphens."""
    bare = "".join(mark for mark in normalized("NFKD", text) if not unicodedata.combining(mark))
    return f"  {bare.upper().replace('-', ' ').replace('’', ' ')} "


async def answers(lab: Lab) -> None:
    """Rule 9: answers count without case, accents and hyphens; all of them, and no verdict says which one was wrong."""
    people = lab.people
    challenge = await lab.challenge(people.person, people.questions.identifier)
    right = {question.id: people.questions.answers[question.id].get_secret_value() for question in challenge.questions}
    one = challenge.questions[0].id
    missing = await lab.answer(people.person, challenge.id, {one: right[one]})
    expect(missing, REFUSED, "validation", to="an answer alone")
    last = challenge.questions[-1]
    wrong = await lab.answer(people.person, challenge.id, right | {last.id: _WRONG[last.kind]})
    problem = Problem.model_validate(expect(wrong, REFUSED, "not-recognized", to="three right answers and a wrong one"))
    insist(problem.errors is None, "the verdict says which answer was wrong")
    typed = {
        question.id: _mangled(right[question.id]) if question.kind is QuestionKind.TEXT else f" {right[question.id]} "
        for question in challenge.questions
    }
    link = expect(await lab.answer(people.person, challenge.id, typed), CREATED, to="answers typed in another way")
    await lab.unlink(people.person, link["id"])


async def same_questions(lab: Lab) -> None:
    """Rule 10: starting again asks the same; a file that does not exist has questions too, always the same ones."""
    people = lab.people
    for identifier in (people.questions.identifier, people.unknown):
        sets = [await lab.challenge(who, identifier) for who in (people.person, people.person, people.onlooker)]
        asked = {tuple(question.id for question in one.questions) for one in sets}
        insist(len(asked) == 1, f"starting again asks other questions of {identifier}")
        insist(sets[0].id == sets[1].id, "starting again opens a second challenge")
