"""The contract's rules about tries, limits and proofs (1 to 5)."""

import asyncio
import time

from sel_conformance.lab import CREATED, REFUSED, Lab, expect, insist, kind
from sel_contract import Problem

_AT_ONCE = 9
# The quickest of so many: what else the machine does can only make a log-in slower.
_ROUNDS = 4
_RATIO = 0.6
_SECONDS = 0.008


async def counted_first(lab: Lab) -> None:
    """Rule 1: a try is counted before the check: many at once get no more verdicts than there are tries."""
    who = lab.people.spender
    allowed = await lab.tries_left(who, "legacy_access")
    typo = {"method": "legacy_access", "username": "1", "password": "x"}
    expect(await lab.ask("POST", "/v1/links", typo, who=who), REFUSED, "validation", to="an impossible identifier")
    insist(await lab.tries_left(who, "legacy_access") == allowed, "a mistyped form cost a try")
    one = await lab.guess(who, lab.people.unknown)
    expect(one, REFUSED, "not-recognized", to="a wrong try")
    insist(await lab.tries_left(who, "legacy_access") == allowed - 1, "a wrong try was not counted")
    many = await asyncio.gather(*(lab.guess(who, lab.people.unknown) for _ in range(max(_AT_ONCE, allowed + 3))))
    verdicts = sum(kind(response) == "not-recognized" for response in many)
    insist(verdicts <= allowed - 1, f"{verdicts + 1} verdicts for {allowed} tries: counted after the check")
    locked = next((response for response in many if kind(response) == "method-locked"), None)
    insist(locked is not None, "a method whose tries are used up is not locked")
    assert locked is not None
    insist(locked.status_code == 429, "method-locked is not 429")  # noqa: PLR2004 - HTTP
    insist(bool(locked.headers.get("retry-after")), "429 without Retry-After")


async def one_lock_leaves_the_others(lab: Lab) -> None:
    """Rule 3: a method that is locked leaves the others open (after the check of rule 1)."""
    who = lab.people.spender
    response = await lab.ask("GET", "/v1/link-methods", who=who)
    states = expect(response, 200, to="GET /v1/link-methods")["methods"]
    closed = {state["method"] for state in states if not state["available"]}
    insist(closed <= {"legacy_access"}, f"the lock of method 1 closed {', '.join(sorted(closed))}")
    insist("legacy_access" in closed, "a locked method is said to be available")
    body = {"method": "link_code", "username": "L-00000000", "code": "00000-00000"}
    answer = await lab.ask("POST", "/v1/links", body, who=who)
    expect(answer, REFUSED, "not-recognized", to="another method while one is locked")


async def per_file(lab: Lab) -> None:
    """Rules 2 and 3: a file's tries are counted over all accounts and names; then even the right proof is refused."""
    people, file = lab.people, lab.people.exhausted
    allowed = await lab.tries_left(people.onlooker, "legacy_access")
    half = allowed // 2
    for turn in range(allowed):
        who = people.onlooker if turn < half else people.retiree
        name = file.names[turn % len(file.names)]
        expect(await lab.guess(who, name), REFUSED, "not-recognized", to="a wrong old password")
    answer = await lab.prove(people.person, file)
    if answer.status_code == CREATED:
        await lab.unlink(people.person, answer.json()["id"])
    insist(answer.status_code != CREATED, "a file's tries are not counted over all accounts and names")
    expect(answer, REFUSED, "not-recognized", to="a file whose tries are used up")


async def one_answer(lab: Lab) -> None:
    """Rule 4: unknown and wrong get one type, text, size and time."""
    person, known, unknown = lab.people.person, lab.people.held.names[0], lab.people.unknown
    answers = [await lab.guess(person, name) for name in (known, unknown)]
    bodies = [expect(answer, REFUSED, "not-recognized", to="a wrong proof") for answer in answers]
    insist(
        bodies[0].keys() == bodies[1].keys(), "the answers to a wrong password and to an unknown file have other fields"
    )
    insist(
        bodies[0]["title"] == bodies[1]["title"], "the answers to a wrong password and an unknown file have other texts"
    )
    sizes = {len(answer.content) for answer in answers}
    insist(len(sizes) == 1, "the answers to a wrong password and to an unknown file have other sizes")
    insist(Problem.model_validate(bodies[0]).errors is None, "not-recognized says which field was wrong")
    known_email, nobody = lab.people.onlooker.email, "nobody-{}@exemple.test"
    times: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(_ROUNDS):
        for exists in (True, False):
            email = known_email if exists else nobody.format(turn)
            began = time.perf_counter()
            answer = await lab.ask("POST", "/v1/sessions", {"email": email, "password": "Faux-0000!"}, key="")
            times[exists].append(time.perf_counter() - began)
            expect(answer, 401, "invalid-credentials", to="a wrong log-in")
    here, nowhere = (min(times[exists]) for exists in (True, False))
    alike = min(here, nowhere) / max(here, nowhere) > _RATIO or abs(here - nowhere) < _SECONDS
    insist(
        alike, f"a log-in takes {here * 1000:.0f} ms for a known address and {nowhere * 1000:.0f} ms for an unknown one"
    )


async def bound_challenge(lab: Lab) -> None:
    """Rule 5: a challenge belongs to the account that asked for it."""
    people = lab.people
    challenge = await lab.challenge(people.person, people.questions.identifier)
    given = {question.id: people.questions.answers[question.id].get_secret_value() for question in challenge.questions}
    answer = await lab.answer(people.onlooker, challenge.id, given)
    insist(answer.status_code != CREATED, "another account's challenge was accepted")
    insist(answer.status_code in {404, 409, REFUSED}, f"another account's challenge got {answer.status_code}")


async def code_once(lab: Lab) -> None:
    """Rules 5 and 6: a code links once, and the link has one event (and a mail, where they can be seen)."""
    retiree, own = lab.people.retiree, lab.people.coordinates
    body = {"method": "link_code", "username": own.username, "code": own.code.get_secret_value()}
    link = expect(await lab.ask("POST", "/v1/links", body, who=retiree), CREATED, to="good coordinates")
    history = expect(await lab.ask("GET", "/v1/events", who=retiree), 200, to="GET /v1/events")["events"]
    found = [event for event in history if event["kind"] == "linked" and event.get("reference") == link["reference"]]
    insist(len(found) == 1, f"a link has {len(found)} events")
    if lab.simulation:
        mails = (await lab.ask("GET", "/demo/mailbox")).json()["mails"]
        told = [mail for mail in mails if mail["to"] == retiree.email and link["reference"] in mail["text"]]
        insist(len(told) == 1, f"a link was told to its account by {len(told)} mails")
    await lab.unlink(retiree, link["id"])
    again = await lab.ask("POST", "/v1/links", body, who=retiree)
    if again.status_code == CREATED:
        await lab.unlink(retiree, again.json()["id"])
    insist(again.status_code != CREATED, "a code was accepted twice")
    expect(again, REFUSED, "not-recognized", to="a code that was used")
