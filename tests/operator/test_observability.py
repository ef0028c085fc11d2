"""Logs and metrics say what happens and name nobody; health tells the truth."""

from __future__ import annotations

import http.client
import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import ValidationError
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from sel_backend.api.app import create_operator_app
from sel_backend.observability.logs import JsonFormatter
from tests.backend.conftest import database_kind, database_url, databases, world, worlds
from tests.backend.world import World, wrong
from tests.operator.servers import log_lines, port_of, serving

__all__ = ["database_kind", "database_url", "databases", "world", "worlds"]


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that any logger writes, as our formatter writes it."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


async def test_no_log_line_and_no_metric_holds_anything_about_a_person(world: World, log: io.StringIO) -> None:
    person = await world.person("nouvelle")
    await person.log_in("canari@exemple.test", "Canari-7!")
    await person.log_in("nouvelle@exemple.test")
    await person.legacy("ci7654321", "Canari-8!")
    await person.ask("POST", "/v1/links", {"method": "legacy_access", "password": "Canari-9!"}, "k" * 16)
    challenge = await person.questions("er123456")
    await person.answer(challenge, wrong(challenge) | {"neq": "9876543210"})
    await person.code("L-998877", "2B6WZ-8RNEK")
    link = (await person.legacy("er123456", "Toiture-99!")).json()
    await person.get(f"/v1/links/{link['id']}")
    await person.get("/v1/links/canari-in-a-path")
    await person.get("/canari-nowhere?canari=1")
    mails = await person.mails()
    await world.backend.core.background.settle()
    from sel_backend.observability.metrics import exposition

    # What was measured holds any digits by chance; nobody's data is a fraction.
    said = re.sub(
        r"(?<![\d.])\d+\.\d+(e-\d+)?(?![\d.])", "", log.getvalue() + (await exposition(world.backend.core)).decode()
    )
    secret = ["anari", "exemple.test", "ci7654321", "er123456", "Toiture", "9876543210", "998877", "8RNEK", link["id"]]
    secret += [person.token, challenge["id"], "Côté", "Maïka", "127.0.0.1", link["reference"], mails[0]["id"]]
    assert not [one for one in secret if one in said]
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    answered = [line for line in lines if line["message"] == "request"]
    assert {"/v1/links/{link_id}", "/v1/sessions", "none"} <= {line["route"] for line in answered}
    assert all(len(line["request_id"]) >= 8 for line in answered)


async def test_a_failure_is_logged_by_kind_and_place_with_its_request_and_without_its_words(
    world: World, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise RuntimeError("canari@exemple.test")

    monkeypatch.setattr("sel_backend.storage.fast_reads.session_and_links", fail)
    person = await world.person("nouvelle")
    answer = await person.get("/v1/links")
    assert answer.status_code == 500
    line = next(json.loads(line) for line in log.getvalue().splitlines() if "unexpected" in line)
    assert (line["failure"], line["reference"]) == ("RuntimeError", answer.json()["reference"])
    assert line["request_id"] == answer.headers["x-request-id"]
    assert line["place"].startswith("test_observability.py:")
    assert "canari" not in log.getvalue()


@pytest.mark.parametrize(
    ("logger", "template", "arguments", "written"),
    [
        ("uvicorn.error", "for %s", ("canari",), "for …"),
        ("uvicorn.error", "Started server process [%d]", (41,), "Started server process [41]"),
        ("uvicorn.error", "Uvicorn running on %s://%s:%d", ("canari", "canari", 8000), "Uvicorn running on …://…:8000"),
        ("uvicorn.error", "wrong %d", ("canari",), "wrong %d"),
        ("uvicorn.error", "%(who)s at %(port)d", ({"who": "canari", "port": 8000},), "… at 8000"),
        ("uvicorn.error", "as it is: 100 %", (), "as it is: 100 %"),
        ("alembic.runtime.migration", "Running %s %s", ("upgrade", "0005"), "Running upgrade 0005"),
    ],
)
def test_what_others_log_is_written_with_its_numbers_and_without_any_text(
    logger: str, template: str, arguments: tuple[Any, ...], written: str
) -> None:
    record = logging.LogRecord(logger, logging.INFO, "x", 1, template, arguments, None)
    assert json.loads(JsonFormatter().format(record))["message"] == written


def test_what_others_raise_is_written_by_kind_and_place() -> None:
    record = logging.LogRecord("uvicorn.error", logging.ERROR, "x", 1, "for %s", ("canari",), None)
    try:
        int("canari")
    except ValueError as error:
        record.exc_info = (ValueError, error, error.__traceback__)
    line = json.loads(JsonFormatter().format(record))
    assert line["failure"] == "ValueError"
    assert "canari" not in json.dumps(line)


def _ask(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def test_the_operators_port_has_metrics_and_health_and_the_public_one_no_metrics(tmp_path: Path) -> None:
    with serving("--data", tmp_path, "--demo") as server:
        public, operator = port_of(server["url"]), port_of(server["operator_url"])
        assert _ask(public, "/v1/service")[0] == 200
        assert _ask(public, "/metrics")[0] == 404
        assert _ask(operator, "/v1/service")[0] == 404
        assert _ask(operator, "/health/live")[0] == _ask(operator, "/health/ready")[0] == 200
        status, said = _ask(operator, "/metrics")
        assert status == 200
        assert 'sel_requests_total{method="GET",route="/v1/service",status="200"} 1.0' in said
        assert "sel_database_up 1.0" in said
        assert "sel_mails_waiting 0.0" in said
    lines = log_lines(tmp_path / "backend.log")
    assert [line["status"] for line in lines if line.get("route") == "/v1/service"] == [200]
    assert not [line for line in lines if "health" in json.dumps(line) or "%" in line["message"]]


async def test_readiness_and_metrics_say_so_when_the_database_does_not_answer(world: World) -> None:
    def fail(*_arguments: object, **_more: object) -> None:
        raise OperationalError("canari", {}, Exception("canari"))

    event.listen(world.backend.core.database.engine, "begin", fail)
    somebody = world.somebody()
    assert (await somebody.get("/health/live")).status_code == 200
    ready = await somebody.get("/health/ready")
    assert (ready.status_code, ready.json()["database"]) == (503, "unavailable")
    from sel_backend.observability.metrics import exposition

    assert b"sel_database_up 0.0" in await exposition(world.backend.core)


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])  # noqa: S104 - nothing listens
async def test_metrics_are_for_whoever_has_the_token_and_without_one_for_this_machine_alone(
    worlds: Callable[..., World], host: str
) -> None:
    token = "figures-and-nothing-else="

    async def statuses(*sent: str, **server: str) -> list[int]:
        world = worlds(server={"operator_host": host, **server})
        app = create_operator_app(world.backend, world.backend.core.settings)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sel.test") as client:
            asked = [await client.get("/metrics", headers={"Authorization": one}) for one in sent]
            task = await client.post("/operator/unlock", headers={"Authorization": f"Bearer {token}"})
        assert task.status_code == 401
        assert all(one.headers["www-authenticate"] == "Bearer" for one in asked if one.status_code == 401)
        assert all(b"sel_" in one.content for one in asked if one.status_code == 200)
        return [one.status_code for one in asked]

    assert await statuses("", "Bearer x") == ([200, 200] if host == "127.0.0.1" else [401, 401])
    wrong = ("", token, f"Basic {token}", "Bearer ", f"Bearer {token[:-1]}", f"Bearer {token}x")
    assert await statuses(*wrong, f"Bearer {token}", f"bearer {token}", metrics_token=token) == [401] * 6 + [200] * 2
    for unusable in (token[:15], "", f"{token} {token}", "é" * 16):
        with pytest.raises(ValidationError):
            worlds(server={"metrics_token": unusable})
