"""Checks of the contract's rules 1 to 6: counted tries, locks, proofs, challenges and codes."""

import asyncio
import time

from sel_conformance.harness import (
    CREATED,
    REFUSED,
    WRONG_PASSWORD,
    Harness,
    expect,
    problem_type,
    require,
)
from sel_contract import Problem

_AT_ONCE = 9
# With four accounts, as many log-ins as stay below what the contract allows an address and a network in a minute.
_TRIES_OF_AN_ACCOUNT = 2
_RATIO = 0.6
_SECONDS = 0.008


async def counted_first(harness: Harness) -> None:
    """Rule 1: a try is counted before the check: many at once get no more verdicts than there are tries."""
    who = harness.fixtures.spender
    allowed = await harness.tries_left(who, "legacy_access")
    typo = {"method": "legacy_access", "username": "1", "password": "x"}
    expect(await harness.send("POST", "/v1/links", typo, who=who), REFUSED, "validation", to="an impossible identifier")
    require(await harness.tries_left(who, "legacy_access") == allowed, "a mistyped form cost a try")
    one = await harness.link_with_wrong_password(who, harness.fixtures.unknown)
    expect(one, REFUSED, "not-recognized", to="a wrong try")
    require(await harness.tries_left(who, "legacy_access") == allowed - 1, "a wrong try was not counted")
    many = await asyncio.gather(
        *(harness.link_with_wrong_password(who, harness.fixtures.unknown) for _ in range(max(_AT_ONCE, allowed + 3)))
    )
    verdicts = sum(problem_type(response) == "not-recognized" for response in many)
    require(verdicts <= allowed - 1, f"{verdicts + 1} verdicts for {allowed} tries: counted after the check")
    locked = next((response for response in many if problem_type(response) == "method-locked"), None)
    require(locked is not None, "a method whose tries are used up is not locked")
    assert locked is not None
    require(locked.status_code == 429, "method-locked is not 429")  # noqa: PLR2004 - HTTP
    require(bool(locked.headers.get("retry-after")), "429 without Retry-After")


async def one_lock_leaves_the_others(harness: Harness) -> None:
    """Rule 3: a method that is locked leaves the others open (after the check of rule 1)."""
    who = harness.fixtures.spender
    response = await harness.send("GET", "/v1/link-methods", who=who)
    states = expect(response, 200, to="GET /v1/link-methods")["methods"]
    closed = {state["method"] for state in states if not state["available"]}
    require(closed <= {"legacy_access"}, f"the lock of method 1 closed {', '.join(sorted(closed))}")
    require("legacy_access" in closed, "a locked method is said to be available")
    body = {"method": "link_code", "username": "L-00000000", "code": "00000-00000"}
    answer = await harness.send("POST", "/v1/links", body, who=who)
    expect(answer, REFUSED, "not-recognized", to="another method while one is locked")


async def per_file(harness: Harness) -> None:
    """Rules 2 and 3: a file's tries are counted over all accounts and names; then even the right proof is refused.

    Each account's first try may be counted apart, so that strangers do not close a file to its owner. What is left of
    the common ones is what an account that has missed before can use.
    """
    fixtures, file = harness.fixtures, harness.fixtures.exhausted
    allowed = await harness.tries_left(fixtures.onlooker, "legacy_access")
    half = allowed // 2 + 1
    for turn in range(allowed + 2):
        who = fixtures.onlooker if turn < half else fixtures.retiree
        name = file.names[turn % len(file.names)]
        expect(await harness.link_with_wrong_password(who, name), REFUSED, "not-recognized", to="a wrong old password")
    answer = await harness.link_by_legacy_access(fixtures.onlooker, file)
    if answer.status_code == CREATED:
        await harness.unlink(fixtures.onlooker, answer.json()["id"])
    require(answer.status_code != CREATED, "a file's tries are not counted over all accounts and names")
    expect(answer, REFUSED, "not-recognized", to="a file whose tries are used up")


async def one_answer(harness: Harness) -> None:
    """Rule 4: unknown and wrong get one type, text, size and time."""
    person, known, unknown = harness.fixtures.person, harness.fixtures.held.names[0], harness.fixtures.unknown
    answers = [await harness.link_with_wrong_password(person, name) for name in (known, unknown)]
    bodies = [expect(answer, REFUSED, "not-recognized", to="a wrong proof") for answer in answers]
    require(
        bodies[0].keys() == bodies[1].keys(), "the answers to a wrong password and to an unknown file have other fields"
    )
    require(
        bodies[0]["title"] == bodies[1]["title"], "the answers to a wrong password and an unknown file have other texts"
    )
    sizes = {len(answer.content) for answer in answers}
    require(len(sizes) == 1, "the answers to a wrong password and to an unknown file have other sizes")
    require(Problem.model_validate(bodies[0]).errors is None, "not-recognized says which field was wrong")
    await _same_time(harness)


async def _same_time(harness: Harness) -> None:
    """Compare the quickest of eight wrong log-ins of both kinds: a busy machine only makes some slower."""
    of = harness.fixtures
    times: dict[bool, list[float]] = {True: [], False: []}
    for turn, known in enumerate((of.onlooker, of.retiree, of.spender, of.person) * _TRIES_OF_AN_ACCOUNT):
        for exists, email in ((True, known.email), (False, f"nobody-{turn}@exemple.test")):
            began = time.perf_counter()
            answer = await harness.send("POST", "/v1/sessions", {"email": email, "password": WRONG_PASSWORD}, key="")
            times[exists].append(time.perf_counter() - began)
            expect(answer, 401, "invalid-credentials", to="a wrong log-in")
    here, nowhere = (min(times[exists]) for exists in (True, False))
    require(
        min(here, nowhere) / max(here, nowhere) > _RATIO or abs(here - nowhere) < _SECONDS,
        f"a log-in takes {here * 1000:.0f} ms for a known address and {nowhere * 1000:.0f} ms for an unknown one",
    )


async def bound_challenge(harness: Harness) -> None:
    """Rule 5: a challenge belongs to the account that asked for it."""
    fixtures = harness.fixtures
    challenge = await harness.challenge(fixtures.person, fixtures.questions.identifier)
    given = {
        question.id: fixtures.questions.answers[question.id].get_secret_value() for question in challenge.questions
    }
    answer = await harness.answer(fixtures.onlooker, challenge.id, given)
    require(answer.status_code != CREATED, "another account's challenge was accepted")
    require(answer.status_code in {404, 409, REFUSED}, f"another account's challenge got {answer.status_code}")


async def code_once(harness: Harness) -> None:
    """Rules 5 and 6: a code links once, and the link has one event (and a mail, where they can be seen)."""
    retiree, own = harness.fixtures.retiree, harness.fixtures.coordinates
    body = {"method": "link_code", "username": own.username, "code": own.code.get_secret_value()}
    link = expect(await harness.send("POST", "/v1/links", body, who=retiree), CREATED, to="good coordinates")
    history = expect(await harness.send("GET", "/v1/events", who=retiree), 200, to="GET /v1/events")["events"]
    found = [event for event in history if event["kind"] == "linked" and event.get("reference") == link["reference"]]
    require(len(found) == 1, f"a link has {len(found)} events")
    if harness.simulation:
        mails = (await harness.send("GET", "/demo/mailbox")).json()["mails"]
        found_mails = [mail for mail in mails if mail["to"] == retiree.email and link["reference"] in mail["text"]]
        require(len(found_mails) == 1, f"a link was told to its account by {len(found_mails)} mails")
    await harness.unlink(retiree, link["id"])
    again = await harness.send("POST", "/v1/links", body, who=retiree)
    if again.status_code == CREATED:
        await harness.unlink(retiree, again.json()["id"])
    require(again.status_code != CREATED, "a code was accepted twice")
    expect(again, REFUSED, "not-recognized", to="a code that was used")


async def handed_off_once(harness: Harness) -> None:
    """A hand-off brings its own account back, with what was typed, once."""
    person, onlooker = harness.fixtures.person, harness.fixtures.onlooker
    begun = {"step": "link_code", "drafts": {"link_username": harness.fixtures.coordinates.username}}
    opened = expect(await harness.send("POST", "/v1/handoffs", begun, who=person), CREATED, to="POST /v1/handoffs")
    body = {"code": opened["code"]}
    others = await harness.send("POST", "/v1/handoffs/redeem", body, who=onlooker)
    expect(others, REFUSED, "invalid-code", to="another account's hand-off")
    session = expect(await harness.send("GET", "/v1/sessions/current", who=person), 200, to="a session")
    require(session.get("handoff_waiting") is True, "a session does not say that a hand-off waits")
    back = expect(await harness.send("POST", "/v1/handoffs/redeem", body, who=person), 200, to="a hand-off")
    require((back["step"], back["drafts"]) == (begun["step"], begun["drafts"]), "a hand-off brings back something else")
    again = await harness.send("POST", "/v1/handoffs/redeem", body, who=person)
    expect(again, REFUSED, "invalid-code", to="a hand-off that was used")
