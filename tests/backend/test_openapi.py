"""The committed document is the contract's, complete and valid."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from sel_backend.commands import openapi

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
    "GET /v1/events",
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
    without = {"/v1/sessions", "/v1/sessions/current/step-up", "/v1/receipt-checks"}
    for path, operations in document["paths"].items():
        if "post" in operations:
            names = {parameter["name"] for parameter in operations["post"].get("parameters", [])}
            assert ("Idempotency-Key" in names) == (path not in without), path


def test_who_needs_a_session_says_so(document: dict[str, Any]) -> None:
    assert document["paths"]["/v1/links"]["get"]["security"] == [{"session": []}]
    for path in ("/v1/service", "/v1/disavowals", "/v1/terms", "/health/ready"):
        assert all("security" not in operation for operation in document["paths"][path].values())
