"""The committed document is the contract's, complete and valid."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

import sel_contract
from sel_backend.admin import openapi
from sel_contract import Language, desk, desk_acts, desk_case
from sel_contract.base import Response

MODULES = (sel_contract, desk, desk_case, desk_acts)
COMMITTED = Path(__file__).parents[2] / "openapi.json"
PROMISED = {
    "GET /v1/service",
    "POST /v1/sessions",
    "GET /v1/sessions/current",
    "PUT /v1/sessions/current",
    "DELETE /v1/sessions/current",
    "POST /v1/sessions/current/step-up",
    "PUT /v1/sessions/current/profile",
    "GET /v1/link-methods",
    "POST /v1/question-challenges",
    "POST /v1/links",
    "GET /v1/links",
    "GET /v1/links/{link_id}",
    "DELETE /v1/links/{link_id}",
    "PUT /v1/links/{link_id}/verification",
    "GET /v1/links/{link_id}/receipt",
    "POST /v1/receipt-checks",
    "POST /v1/link-code-requests",
    "POST /v1/accounts",
    "POST /v1/accounts/verification",
    "POST /v1/accounts/resend",
    "POST /v1/password-resets",
    "PUT /v1/password-resets/{reset_id}",
    "GET /v1/terms",
    "POST /v1/disavowals",
    "POST /v1/handoffs",
    "POST /v1/handoffs/redeem",
    "POST /v1/kiosks/{name}/heartbeat",
    "GET /v1/events",
    "POST /v1/desk/sessions",
    "GET /v1/desk/sessions/current",
    "PUT /v1/desk/sessions/current",
    "DELETE /v1/desk/sessions/current",
    "POST /v1/desk/sessions/current/password",
    "POST /v1/desk/lookups",
    "GET /v1/desk/cases/{case_id}",
    "DELETE /v1/desk/cases/{case_id}/hold",
    "POST /v1/desk/cases/{case_id}/acts",
    "GET /v1/desk/corrections",
    "POST /v1/desk/corrections/{correction_id}/decision",
    "POST /v1/desk/queues/{queue}",
    "POST /v1/desk/queues/{queue}/next",
    "GET /v1/desk/figures",
    "GET /health/live",
    "GET /health/ready",
}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    committed: dict[str, Any] = json.loads(COMMITTED.read_text("utf-8"))
    return committed


def test_the_committed_document_is_not_stale(capsys: pytest.CaptureFixture[str]) -> None:
    openapi.main([])
    assert capsys.readouterr().out == COMMITTED.read_text("utf-8"), "run: make openapi"


def test_it_is_a_valid_openapi_3_1_document(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_every_promised_operation_is_there_and_the_demonstrations_own_are_not(document: dict[str, Any]) -> None:
    found = {f"{method.upper()} {path}" for path, operations in document["paths"].items() for method in operations}
    assert found == PROMISED


def test_every_failure_is_documented_as_problem_details(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                if status >= "400" and not (path == "/health/ready" and status == "503"):
                    assert list(response["content"]) == ["application/problem+json"], (path, status)


def test_every_post_that_changes_something_takes_a_key(document: dict[str, Any]) -> None:
    without = {"/v1/sessions", "/v1/sessions/current/step-up", "/v1/receipt-checks", "/v1/kiosks/{name}/heartbeat"}
    # At the desk each look counts, and a queue is only read.
    without |= {
        "/v1/desk/sessions",
        "/v1/desk/sessions/current/password",
        "/v1/desk/lookups",
        "/v1/desk/queues/{queue}",
    }
    for path, operations in document["paths"].items():
        if "post" in operations:
            names = {parameter["name"] for parameter in operations["post"].get("parameters", [])}
            assert ("Idempotency-Key" in names) == (path not in without), path


def test_why_an_act_of_the_desk_is_not_possible_is_written_down(document: dict[str, Any]) -> None:
    said = str([document["paths"][path] for path in document["paths"] if path.startswith("/v1/desk")])
    assert [one for one in desk_acts.Obstacle if f"`{one}`" not in said] == [desk_acts.Obstacle.SAME_PASSWORD]


def test_who_needs_a_session_says_so(document: dict[str, Any]) -> None:
    assert document["paths"]["/v1/links"]["get"]["security"] == [{"session": []}]
    assert document["paths"]["/v1/desk/figures"]["get"]["security"] == [{"desk": []}]
    assert document["paths"]["/v1/kiosks/{name}/heartbeat"]["post"]["security"] == [{"kiosk": []}]
    for path in ("/v1/service", "/v1/disavowals", "/v1/terms", "/health/ready"):
        assert all("security" not in operation for operation in document["paths"][path].values())


def examples_of(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Every answer that has a body: where it is, its schema, its examples by name."""
    kept = document["components"]["examples"]
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            for status, response in operation["responses"].items():
                for content in response.get("content", {}).values():
                    names = [one["$ref"].rpartition("/")[2] for one in content.get("examples", {}).values()]
                    yield f"{method} {path} {status}", content["schema"], {name: kept[name]["value"] for name in names}


def test_every_answer_with_a_body_has_examples_that_its_schema_and_its_model_accept(document: dict[str, Any]) -> None:
    validators: dict[str, Draft202012Validator] = {}
    for where, schema, examples in examples_of(document):
        assert examples, where
        name = schema["$ref"].rpartition("/")[2]
        if name not in validators:
            validators[name] = Draft202012Validator({**schema, "components": document["components"]})
        model: type[Response] = next(getattr(one, name) for one in MODULES if hasattr(one, name))
        for example, value in examples.items():
            assert [error.message for error in validators[name].iter_errors(value)] == [], (where, example)
            read = model.model_validate_json(json.dumps(value))
            assert json.loads(read.wire()) == value, (where, example, "a field that the model does not know")


def test_texts_of_the_server_have_an_example_in_each_language_and_problems_their_own_status(
    document: dict[str, Any],
) -> None:
    tags = [language.value for language in Language]
    for where, schema, examples in examples_of(document):
        if schema["$ref"].endswith(("/Problem", "/Challenge", "/Receipt")):
            by_kind: dict[str, dict[str, Any]] = {}
            for name, value in examples.items():
                kind, _, tag = name.rpartition(".")
                by_kind.setdefault(kind, {})[tag] = value
            for kind, told in by_kind.items():
                assert sorted(told) == sorted(tags), (where, kind)
                assert told[tags[0]] != told[tags[1]], (where, kind)
        if schema["$ref"].endswith("/Problem"):
            assert {str(value["status"]) for value in examples.values()} == {where.rpartition(" ")[2]}


def test_every_example_is_referred_to(document: dict[str, Any]) -> None:
    used = {name for _, _, examples in examples_of(document) for name in examples}
    assert used == set(document["components"]["examples"])
