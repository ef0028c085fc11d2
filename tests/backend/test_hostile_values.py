"""Hostile JSON at every field of every operation: refused or understood, never a failure of the service."""

from __future__ import annotations

import copy
import functools
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sel_backend.security.answers import UnreadableAnswerError, normalised
from sel_backend.services import coordinates
from sel_backend.settings import LimitSettings, Rule
from sel_contract import QuestionKind
from tests.backend.desk import case, enter
from tests.backend.world import Person, World

Make = Callable[..., World]
MARK = "@@hostile@@"
NAME = {"first_name": "Ada", "last_name": "Roy", "terms_version": "2026-01", "language": "fr-CA"}
# One valid body for each operation that takes one; `{link}` and `{challenge}` are filled in.
STARTED = {"started_at": "2026-03-02T09:00:00Z", "last_error": {"kind": "crash", "at": "2026-03-02T09:00:00Z"}}
BODIES: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/v1/sessions", {"email": "rejean@exemple.test", "password": "faux"}),
    ("POST", "/v1/sessions/current/step-up", {"password": "faux"}),
    ("PUT", "/v1/sessions/current/profile", {"link_id": "{link}"}),
    ("POST", "/v1/question-challenges", {"identifier": "ci1234567"}),
    ("POST", "/v1/links", {"method": "legacy_access", "username": "er123456", "password": "faux"}),
    ("POST", "/v1/links", {"method": "questions", "challenge_id": "{challenge}", "answers": "{answers}"}),
    ("POST", "/v1/links", {"method": "link_code", "username": "L-482913", "code": "00000-00000"}),
    ("PUT", "/v1/links/{link}/verification", {"outcome": "error", "note": "x"}),
    ("POST", "/v1/receipt-checks", {"code": "4T8W2-NRQ6T-7K3M9-QTDHX"}),
    ("POST", "/v1/link-code-requests", {"identifier": "er123456"}),
    ("POST", "/v1/accounts", {"email": "neuve@exemple.test", "password": "Chantier-2026!", **NAME}),
    ("POST", "/v1/accounts/verification", {"email": "neuve@exemple.test", "code": "000000"}),
    ("POST", "/v1/accounts/resend", {"email": "neuve@exemple.test"}),
    ("POST", "/v1/password-resets", {"email": "neuve@exemple.test"}),
    ("PUT", "/v1/password-resets/unknown", {"code": "000000", "new_password": "Chantier-2026!"}),
    ("POST", "/v1/disavowals", {"token": "00000-00000-00000-00000-00000"}),
    ("POST", "/v1/handoffs", {"step": "report", "link_id": "{link}", "drafts": {"note": "x"}}),
    ("POST", "/v1/handoffs/redeem", {"code": "0000-0000"}),
    ("POST", "/v1/desk/sessions", {"email": "agent@exemple.test", "password": "faux"}),
    ("POST", "/v1/desk/sessions/current/password", {"password": "faux", "new_password": "Bureau-du-matin-7!"}),
    ("POST", "/v1/desk/lookups", {"by": "reference", "reference": "4T8W-2NRQ-6T"}),
    ("POST", "/v1/desk/lookups", {"by": "file", "identifier": "er123456", "reason": "follow_up"}),
    ("POST", "/v1/desk/lookups", {"by": "account", "email": "rejean@exemple.test", "reason": "follow_up"}),
    ("POST", "/v1/desk/cases/{case}/acts", {"act": "open_method", "method": "questions", "checks": ["identity"]}),
    ("POST", "/v1/desk/cases/{case}/acts", {"act": "answer_report", "reference": "4T8W-2NRQ-6T", "text": "x"}),
    ("POST", "/v1/desk/cases/{case}/acts", {"act": "correct_address", "email": "a@b.test", "checks": ["identity"]}),
    ("POST", "/v1/desk/corrections/nothing/decision", {"confirm": True, "email": "a@b.test"}),
    ("POST", "/v1/desk/queues/reports", {"text": "x"}),
    ("POST", "/v1/desk/queues/frozen/next", {"text": "x", "item": "x"}),
    ("POST", "/v1/kiosks/hall-laval/heartbeat", {"version": "0.1.0", "state": "attract", **STARTED}),
]
NAMES = {
    "{link}": "{link_id}",
    "{case}": "{case_id}",
    "unknown": "{reset_id}",
    "nothing": "{correction_id}",
    "queues/reports": "queues/{queue}",
    "queues/frozen": "queues/{queue}",
    "hall-laval": "{name}",
}
WRITTEN = [
    *("null", "true", "[]", "{}", '""', "0", "-1", "9" * 400, "9" * 5_000, "1e999", "-1e999", "NaN", "Infinity"),
    *('"\\u0000"', '"\\ud800"', '"\\udc00\\ud800"', '"a\\ud800"', '"\\u0000\\ud800@x.yz"', '"\\ufffe"', '"²"'),
    *('"٣٣٣٣٣٣"', '"0000-00-00"', '"9999-12-31"', '"10000-01-01"', '"2000 99999999999999999999 1"', '"0000 1 1"'),
    *(json.dumps("9" * 200), json.dumps("-" * 200), json.dumps("é" * 5_000), json.dumps("\u0301\u0323" * 2_000)),
    *("[" * 200 + "]" * 200, '{"a":' * 200 + "1" + "}" * 200, "[" * 20_000, '{"\\ud800": "\\u0000"}', "[null, 1e400]"),
]
HOSTILE = st.sampled_from(WRITTEN) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=3)
).map(json.dumps)


def leaves(value: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the way to each place where something else may stand."""
    yield ()
    if isinstance(value, (dict, list)):
        for key in value if isinstance(value, dict) else range(len(value)):
            for rest in leaves(value[key]):
                yield (key, *rest)


def put(body: Any, way: tuple[Any, ...], value: str) -> Any:
    if not way:
        return value
    changed = copy.deepcopy(body)
    inner = changed
    for key in way[:-1]:
        inner = inner[key]
    inner[way[-1]] = value
    return changed


async def filled(person: Person, body: dict[str, Any]) -> tuple[str, Any]:
    link = (await person.get("/v1/links")).json()["links"][0]["id"]
    if body.get("method") != "questions":
        return link, json.loads(json.dumps(body).replace("{link}", link))
    challenge = await person.questions("ci1234567")
    answers = [{"question_id": question["id"], "answer": "x"} for question in challenge["questions"]]
    return link, body | {"challenge_id": challenge["id"], "answers": answers}


async def everybody(world: World) -> tuple[Person, Person, str]:
    """Return a person, somebody at the desk, and a case there."""
    agent = await enter(world, "superviseure")
    return await world.person("camille"), agent, (await case(agent, identifier="er123456"))["id"]


async def send(person: Person, method: str, path: str, content: str) -> int:
    headers = {
        "Content-Type": "application/json",
        "Authorization": f"Bearer {person.token}",
        "Idempotency-Key": f"{abs(hash((method, path, content))):032d}",
    }
    return (await person.http.request(method, path, content=content.encode(), headers=headers)).status_code


@pytest.fixture
def generous_world(worlds: Make) -> World:
    rule = {"tries": 1_000_000, "window_seconds": 1}
    rules: dict[str, Any] = {
        name: rule for name, field in LimitSettings.model_fields.items() if field.annotation is Rule
    }
    return worlds(limits=rules | {"network_requests_per_second": 1_000_000, "network_burst": 1_000_000})


@pytest.fixture
async def present(generous_world: World) -> tuple[Person, Person, str]:
    return await everybody(generous_world)


@given(operation=st.sampled_from(BODIES), place=st.integers(0, 20), value=HOSTILE)
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_hostile_value_at_any_field_is_a_failure_of_the_service(
    present: tuple[Person, Person, str], operation: tuple[str, str, dict[str, Any]], place: int, value: str
) -> None:
    person, agent, looked_up = present
    method, path, body = operation
    link, whole = await filled(person, body)
    ways = [*leaves(whole), ("unknown",)]
    written = json.dumps(put(whole, ways[place % len(ways)], MARK)).replace(json.dumps(MARK), value)
    who, place_of_it = (
        (agent if "/desk/" in path else person),
        path.replace("{link}", link).replace("{case}", looked_up),
    )
    assert await send(who, method, place_of_it, written) < 500


async def test_every_written_hostile_value_is_tried_at_every_field_of_every_operation(
    present: tuple[Person, Person, str], database_kind: str
) -> None:
    person, agent, looked_up = present
    # The rules before the database are the same for both: what the second is asked differs from field to field.
    step = 1 if database_kind == "sqlite" else 4
    failed, number = [], 0
    for method, path, body in BODIES:
        link, whole = await filled(person, body)
        who = agent if "/desk/" in path else person
        for way in leaves(whole):
            number += 1
            for value in WRITTEN[number % step :: step]:
                written = json.dumps(put(whole, way, MARK)).replace(json.dumps(MARK), value)
                place = path.replace("{link}", link).replace("{case}", looked_up)
                status = await send(who, method, place, written)
                if status >= 500 or status == 429:
                    failed.append((method, path, way, value[:40], status))
    assert failed == []


async def test_no_operation_with_a_body_is_left_out(world: World) -> None:
    paths = world.app.openapi()["paths"]
    known = {
        (method, functools.reduce(lambda known, name: known.replace(name, NAMES[name]), NAMES, path))
        for method, path, _ in BODIES
    }
    documented = {
        (method.upper(), path) for path, item in paths.items() for method, one in item.items() if "requestBody" in one
    }
    assert documented == known


@pytest.mark.parametrize(
    "typed", ["2000 99999999999999999999 1", "99999999999999999999 janvier 2000", "2000 1 " + "9" * 190]
)
def test_a_day_beyond_all_numbers_is_an_unreadable_date(typed: str) -> None:
    with pytest.raises(UnreadableAnswerError, match="bad-date"):
        normalised(QuestionKind.DATE, typed)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/sessions", {"email": "rejean@exemple.test", "password": "a\ud800"}),
        ("/v1/disavowals", {"token": "\ud800"}),
        ("/v1/accounts", {"email": "neuve@exemple.test", "password": "Chantier-2026!\udfff", **NAME}),
        ("/v1/links", {"method": "legacy_access", "username": "ci1234567", "password": "\ud800"}),
    ],
)
async def test_half_a_character_in_a_secret_is_refused_and_never_the_same_as_a_question_mark(
    world: World, path: str, body: dict[str, Any]
) -> None:
    person = await world.person("nouvelle")
    answer = await person.post(path, body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "bad-format"


async def test_a_linking_username_that_is_drawn_twice_is_drawn_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter(["L-11111111", "L-11111111", "L-11111111", "L-22222222"])
    monkeypatch.setattr(coordinates, "new_linking_username", lambda: next(drawn))
    person = await world.person("nouvelle")
    for identifier in ("asexemple", "apexemple"):
        assert (await person.post("/v1/link-code-requests", {"identifier": identifier})).status_code == 202
    texts = [mail["text"] for mail in (await person.mails())[:2]]
    assert ["L-22222222" in texts[0], "L-11111111" in texts[1]] == [True, True]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
async def test_json_in_another_encoding_than_utf_8_is_malformed(world: World, encoding: str) -> None:
    body = json.dumps({"email": "rejean@exemple.test", "password": "x"}).encode(encoding)
    person = world.somebody()
    answer = await person.http.post("/v1/sessions", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["type"]) == (400, "malformed-request")


@pytest.mark.parametrize(
    "body",
    [
        '{"email": "camille@exemple.test", "email": "nouvelle@exemple.test", "password": "Chantier-2026!"}',
        '{"email": "camille@exemple.test", "password": "Chantier-2026!", "\\u0070assword": "x"}',
        '{"email": {"a": 1, "a": 1}, "password": "x"}',
        '[[{"a": [{"b": 1, "b": 2}]}]]',
    ],
)
async def test_a_name_that_stands_twice_in_an_object_is_malformed(world: World, body: str) -> None:
    assert await send(world.somebody(), "POST", "/v1/sessions", body) == 400


@pytest.mark.parametrize("path", ["/v1%2fservice", "/v1%2Fservice", "/v1/service%5c", "/v1/terms%2f"])
async def test_a_slash_that_is_hidden_in_a_path_leads_nowhere(world: World, path: str) -> None:
    response = await world.somebody().get(path)
    assert (response.status_code, response.json()["type"]) == (404, "not-found")
