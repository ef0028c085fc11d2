"""Habits: problem details on every path, the same headers on every answer, and nothing that was typed comes back."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from sel_backend.services.link_list import LinkList
from sel_contract import Problem
from tests.backend.world import Person, World

Make = Callable[..., World]
CANARY = "canari-4Kz9-secret"


async def raw(person: Person, method: str, path: str, content: bytes, **headers: str) -> Any:
    token = {"Authorization": f"Bearer {person.token}"} if person.token else {}
    return await person.http.request(method, path, content=content, headers=token | headers)


async def test_every_answer_carries_the_same_habits(world: World) -> None:
    person = await world.person("nouvelle")
    for method, path in (("GET", "/v1/service"), ("GET", "/nowhere"), ("PATCH", "/v1/links"), ("GET", "/v1/links/x")):
        response = await person.ask(method, path)
        assert response.headers["Cache-Control"] == "no-store"
        assert len(response.headers["X-Request-Id"]) >= 8
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    given = await person.ask("GET", "/v1/service", **{"X-Request-Id": "from-the-proxy-1"})
    assert given.headers["X-Request-Id"] == "from-the-proxy-1"
    forged = await person.ask("GET", "/v1/service", **{"X-Request-Id": "<script>"})
    assert forged.headers["X-Request-Id"] != "<script>"


@pytest.mark.parametrize(
    ("method", "path", "content", "headers", "status", "kind"),
    [
        ("GET", "/nowhere", b"", {}, 404, "not-found"),
        ("GET", "/docs", b"", {}, 404, "not-found"),
        ("GET", "/openapi.json", b"", {}, 404, "not-found"),
        ("GET", "/v1/links/", b"", {}, 404, "not-found"),
        ("GET", "/v1/links/%00", b"", {}, 404, "not-found"),
        ("GET", f"/v1/links/{'x' * 65}", b"", {}, 404, "not-found"),
        ("GET", "/v1/links/unknown", b"", {}, 404, "not-found"),
        ("DELETE", "/v1/service", b"", {}, 405, "method-not-allowed"),
        ("HEAD", "/v1/service", b"", {}, 405, ""),
        ("POST", "/v1/sessions", b"{", {"Content-Type": "application/json"}, 400, "malformed-request"),
        ("POST", "/v1/sessions", b"[" * 9_000, {"Content-Type": "application/json"}, 400, "malformed-request"),
        ("POST", "/v1/sessions", b"1" * 9_000, {"Content-Type": "application/json"}, 400, "malformed-request"),
        ("POST", "/v1/sessions", b"\xff\xfe", {"Content-Type": "application/json"}, 400, "malformed-request"),
        ("POST", "/v1/sessions", b"email=x", {"Content-Type": "text/plain"}, 415, "unsupported-media-type"),
        ("POST", "/v1/sessions", b"{}", {}, 415, "unsupported-media-type"),
        ("POST", "/v1/sessions", b" " * 70_000, {"Content-Type": "application/json"}, 413, "body-too-large"),
        ("POST", "/v1/sessions", b"{}", {"Content-Type": "application/json"}, 422, "validation"),
        ("POST", "/v1/sessions", b"null", {"Content-Type": "application/json"}, 422, "validation"),
        ("POST", "/v1/sessions", b"", {"Content-Type": "application/json"}, 422, "validation"),
        ("GET", "/v1/events?before=%00", b"", {}, 422, "validation"),
    ],
)
async def test_whatever_is_wrong_is_said_as_problem_details(
    world: World, *, method: str, path: str, content: bytes, headers: dict[str, str], status: int, kind: str
) -> None:
    person = await world.person("nouvelle")
    response = await raw(person, method, path, content, **headers)
    assert response.status_code == status, response.text
    if method != "HEAD":
        assert response.headers["Content-Type"] == "application/problem+json"
        problem = Problem.model_validate_json(response.content)
        assert (problem.type, problem.status) == (kind, status)


async def test_a_body_that_never_says_its_length_is_cut_off_too(world: World) -> None:
    async def endless() -> Any:
        for _ in range(10):
            yield b" " * 10_000

    response = await world.somebody().http.post(
        "/v1/sessions", content=endless(), headers={"Content-Type": "application/json"}
    )
    assert (response.status_code, response.json()["type"]) == (413, "body-too-large")


async def test_a_405_says_what_is_allowed(world: World) -> None:
    assert "GET" in (await world.somebody().ask("DELETE", "/v1/service")).headers["Allow"]


@pytest.mark.parametrize(
    "body",
    [
        {"email": CANARY, "password": CANARY},
        {"email": "a@b.test", "password": [CANARY]},
        {"email": "a@b.test", "password": CANARY, CANARY: CANARY},
        {"email": {"x": CANARY}, "password": CANARY * 40},
        [CANARY],
        CANARY,
    ],
)
async def test_a_refused_body_is_never_echoed_nor_logged(
    world: World, body: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    response = await world.somebody().ask("POST", "/v1/sessions", body)
    assert response.status_code == 422
    assert "canari" not in response.text
    assert "canari" not in caplog.text


async def test_wrong_fields_are_named_by_pointer_and_code(world: World) -> None:
    person = await world.person("nouvelle")
    response = await person.post("/v1/links", {"method": "legacy_access", "username": "1234567", "extra": 1})
    errors = {(error["pointer"], error["code"]) for error in response.json()["errors"]}
    assert errors == {("/username", "prefix-missing"), ("/password", "missing"), ("", "unknown-field")}
    unknown = await person.post("/v1/links", {"method": "carrier_pigeon"})
    assert unknown.json()["errors"] == [{"pointer": "/method", "code": "bad-format"}]
    none = await person.post("/v1/links", {})
    assert none.json()["errors"] == [{"pointer": "/method", "code": "missing"}]


async def test_titles_come_in_the_language_asked_for(world: World) -> None:
    french = await world.somebody().get("/nowhere")
    english = await world.somebody("en-CA").get("/nowhere")
    assert (french.headers["Content-Language"], english.headers["Content-Language"]) == ("fr-CA", "en-CA")
    assert french.json()["title"] != english.json()["title"]


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("en-CA", "en-CA"),
        ("fr;q=0.5, en;q=0.9", "en-CA"),
        ("en;q=0.5, fr-FR", "fr-CA"),
        ("de, en;q=0.1", "en-CA"),
        ("", "fr-CA"),
        ("*", "fr-CA"),
        ("en;q=x", "fr-CA"),
        ("en" * 5000, "en-CA"),
    ],
)
async def test_french_comes_unless_english_is_preferred(world: World, header: str, language: str) -> None:
    response = await world.somebody().ask("GET", "/nowhere", **{"Accept-Language": header})
    assert response.headers["Content-Language"] == language


async def test_what_nobody_expected_is_a_500_with_a_reference_and_no_detail(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError(CANARY)

    monkeypatch.setattr(LinkList, "list", broken)
    person = await world.person("nouvelle")
    response = await person.get("/v1/links")
    assert (response.status_code, response.json()["type"]) == (500, "internal")
    assert response.headers["Cache-Control"] == "no-store"
    (record,) = [record for record in caplog.records if record.message == "unexpected failure"]
    assert record.__dict__["reference"] == response.json()["reference"]
    assert CANARY not in response.text + caplog.text


def _lookups_fail(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    database = world.backend.core.database

    async def fails(*_: object) -> None:
        raise database.engine.dialect.loaded_dbapi.OperationalError("away")

    monkeypatch.setattr(database._reader, "rows", fails)


async def test_a_connection_that_was_lost_changes_nothing_about_a_list(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await world.person("camille")
    before = await person.get("/v1/links")
    _lookups_fail(world, monkeypatch)
    after = await person.get("/v1/links")
    assert (before.status_code, after.status_code) == (200, 200)
    assert before.content == after.content


async def test_a_database_that_is_away_is_a_503_with_a_time_to_come_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await world.person("nouvelle")

    def away(*_: object) -> None:
        raise OperationalError("SELECT", {}, Exception("away"))

    _lookups_fail(world, monkeypatch)
    event.listen(world.backend.core.database.engine, "begin", away)
    response = await person.get("/v1/links")
    assert (response.status_code, response.json()["type"]) == (503, "unavailable")
    assert int(response.headers["Retry-After"]) >= 1
    ready = await person.get("/health/ready")
    assert (ready.status_code, ready.json()) == (503, {"status": "unavailable", "database": "unavailable"})
    assert (await person.get("/health/live")).status_code == 200


async def test_readiness_says_no_while_the_process_is_being_stopped(world: World) -> None:
    assert (await world.somebody().get("/health/ready")).status_code == 200
    world.backend.draining.set()
    assert (await world.somebody().get("/health/ready")).status_code == 503


async def test_a_flood_from_one_network_is_kept_off(worlds: Make) -> None:
    world = worlds(limits={"network_requests_per_second": 1, "network_burst": 5})
    flood = world.somebody(network="203.0.113.8")
    statuses = [(await flood.get("/health/live")).status_code for _ in range(7)]
    assert statuses == [200] * 5 + [429] * 2
    assert "Retry-After" in (await flood.get("/health/live")).headers
    assert (await world.somebody(network="203.0.113.9").get("/health/live")).status_code == 200


@pytest.mark.parametrize("text", ["a\u0000b", "\ud800", "\u202egnp", "\x1b[31m", "é" * 500])
async def test_hostile_free_text_is_kept_as_plain_text(world: World, text: str) -> None:
    person = await world.person("camille")
    link_id = (await person.get("/v1/links")).json()["links"][0]["id"]
    content = json.dumps({"outcome": "error", "note": text}).encode()
    response = await raw(
        person, "PUT", f"/v1/links/{link_id}/verification", content, **{"Content-Type": "application/json"}
    )
    assert response.status_code == 200
    kept = response.json().get("note", "")
    assert not set(kept) & set("\x00\x1b\u202e\ud800")


async def test_the_service_presents_itself_in_both_languages(world: World) -> None:
    service = (await world.somebody().get("/v1/service")).json()
    assert service["simulation"] is True
    assert set(service["name"]) == set(service["contact"]["hours"]) == {"fr-CA", "en-CA"}
    assert service["contact"]["phone"] == "1\u00a0888\u00a0555-0142"
    assert service["contact"]["verified_on"]
    assert service["session"]["warning_seconds"] == 150


async def test_the_demonstrations_own_resources_exist_in_demonstration_mode_only(worlds: Make) -> None:
    panel = (await worlds().somebody().get("/demo/accounts")).json()
    assert {account["email"] for account in panel["accounts"]} >= {"nouvelle@exemple.test", "agent@exemple.test"}
    files = {file["identifier"]: file for file in panel["files"]}
    assert files["ci1234567"]["old_usernames"] == ["ci1234567", "maika.cote@exemple.test"]
    assert len(files["er123456"]["answers"]) == 4
    for path in ("/demo/accounts", "/demo/mailbox"):
        assert (await worlds(demo=False).somebody().get(path)).status_code == 404
