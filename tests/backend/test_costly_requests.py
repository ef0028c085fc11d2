"""The costliest texts in every place of every operation, found in the document: the work they make is bounded.

Counted in what a normaliser is given, never in time: a new field, parameter or operation is tried by itself.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from tests.backend.test_hostile_values import generous_world
from tests.backend.world import Person, World
from tests.contract.costly import COSTLY, Work, work

__all__ = ["generous_world", "work"]

Schema = dict[str, Any]
BODY = 60_000
# Passwords, answers and notes that are short enough are read; none of them is worth more.
MOST_STEPS = 300_000
# What the answer itself says is normalised too: a mail of the demonstration at most.
OWN_TEXT = 1_000
LENGTHS = (BODY, 254, 64)


@pytest.fixture
def database_kind() -> str:
    """What is bounded comes before any database."""
    return "sqlite"


def resolved(document: Schema, schema: Schema) -> Schema:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def filled(document: Schema, schema: Schema, text: str) -> Iterator[Any]:
    """Yield values of a schema, one for each of its variants, with `text` wherever a text may stand."""
    schema = resolved(document, schema)
    variants = schema.get("oneOf") or schema.get("anyOf")
    if variants:
        for variant in variants:
            yield from filled(document, variant, text)
    elif "const" in schema or "enum" in schema:
        yield schema.get("const") or schema["enum"][0]
    elif schema.get("type") == "object":
        names = schema.get("properties", {})
        yield {name: next(filled(document, inner, text)) for name, inner in names.items()}
    elif schema.get("type") == "array":
        yield [next(filled(document, schema["items"], text))] * 3
    elif schema.get("type") == "string":
        yield text
    else:
        yield None


def texts(value: Any) -> int:
    if isinstance(value, dict | list):
        return sum(texts(one) for one in (value.values() if isinstance(value, dict) else value))
    return isinstance(value, str)


def operations(world: World) -> Iterator[tuple[str, str, Schema]]:
    for path, item in world.app.openapi()["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def cut(text: str, length: int) -> str:
    return (text * length)[:length]


async def told(person: Person, method: str, path: str, content: bytes | None, **headers: str) -> int:
    all_headers = {"Authorization": f"Bearer {person.token}", "Idempotency-Key": uuid.uuid4().hex} | headers
    if content is not None:
        all_headers["Content-Type"] = "application/json"
    sent = [(name.encode(), value.encode("utf-8", "surrogatepass")) for name, value in all_headers.items()]
    return (await person.http.request(method, path, content=content, headers=sent)).status_code


def written(body: Any) -> bytes:
    """Return JSON as short as it can be, so that as much as possible fits into a body."""
    try:
        return json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(body).encode()


async def test_no_costly_text_in_any_body_is_worth_much_work(generous_world: World, work: Work) -> None:
    person = await generous_world.person("camille")
    document = generous_world.app.openapi()
    tried, wrong = 0, []
    for method, path, operation in operations(generous_world):
        if "requestBody" not in operation or path == "/v1/sessions/current":
            continue
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        place = path.replace("{link_id}", "unknown").replace("{reset_id}", "unknown")
        for variant, empty in enumerate(filled(document, schema, "")):
            for name, one in COSTLY.items():
                for length in LENGTHS:
                    size = len(written(one)) * max(1, texts(empty))
                    text = cut(one, min(length, len(one) * (BODY // size)))
                    body = list(filled(document, schema, text))[variant]
                    work.forget()
                    status = await told(person, method, place, written(body))
                    tried += 1
                    if status >= 500 or status == 413 or work.steps() > MOST_STEPS or work.longest() > 2_000:
                        wrong.append((method, path, name, length, status, work.longest(), work.steps()))
    assert wrong == []
    assert tried > 900


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=False)
async def test_no_costly_text_in_any_path_query_or_header_is_worth_much_work(generous_world: World, work: Work) -> None:
    person = await generous_world.person("camille")
    wrong = []
    for method, path, operation in operations(generous_world):
        content = b"{}" if "requestBody" in operation else None
        if (method, path) == ("DELETE", "/v1/sessions/current"):
            continue
        for name, one in list(COSTLY.items())[::3]:
            text = cut(one, 5_000).encode("utf-8", "replace").decode()
            in_path = quote(text, safe="")
            place = path.replace("{link_id}", in_path).replace("{reset_id}", in_path)
            query = "&".join(
                f"{parameter['name']}={in_path}"
                for parameter in operation.get("parameters", ())
                if parameter["in"] == "query"
            )
            plain = text.replace("\0", "").replace("\t", "")
            in_headers = dict.fromkeys(("Idempotency-Key", "Accept-Language", "X-Request-Id"), plain)
            for address, headers in (
                (f"{place}?{query}", in_headers),
                (path, {"Authorization": f"Bearer {plain}", "Content-Type": plain}),
            ):
                work.forget()
                status = await told(person, method, address, content, **headers)
                if status >= 500 or work.longest() > OWN_TEXT:
                    wrong.append((method, path, name, status, work.longest()))
    assert wrong == []


@pytest.mark.parametrize("size", ["\u00b2", "9" * 5_000, "-1", "1_0", "\u0661", ""])
async def test_a_content_length_that_is_no_number_is_no_failure(world: World, size: str) -> None:
    person = world.somebody()
    assert await told(person, "POST", "/v1/disavowals", b"{}", **{"Content-Length": size}) in (413, 422)


async def test_a_report_code_as_long_as_a_body_is_refused_before_it_is_normalised(world: World, work: Work) -> None:
    person = world.somebody()
    answer = await person.post("/v1/disavowals", {"token": "\u0301\u0323" * 5_000})
    assert (answer.status_code, answer.json()["errors"]) == (422, [{"pointer": "/token", "code": "bad-format"}])
    assert work.longest() <= OWN_TEXT


async def test_a_token_that_is_longer_than_any_is_that_of_no_session(world: World) -> None:
    person = await world.person("camille")
    person.token += "x" * 20_000
    answer = await person.get("/v1/sessions/current")
    assert (answer.status_code, answer.json()["type"]) == (401, "session-ended")
