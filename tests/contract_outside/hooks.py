"""Schemathesis hooks: a session for what needs one, true data in every third valid request, a note of each answer."""

from __future__ import annotations

import itertools
import os
import secrets
from typing import Any

import schemathesis

from tests.contract_outside.somebody import LOGGED_IN, PASSWORD, Somebody

SOMEBODY = Somebody(os.environ["CONTRACT_URL"])
NOTES = open(os.environ["CONTRACT_NOTES"], "a", encoding="utf-8")  # noqa: PTH123, SIM115 - open for the whole run
# These end the session that they are sent with.
_ENDING = {
    *("DELETE /v1/sessions/current", "POST /v1/sessions/current/step-up"),
    *("DELETE /v1/desk/sessions/current", "POST /v1/desk/sessions/current/password"),
}
_TURNS = itertools.count()
_PROOFS = itertools.cycle(
    [
        {"method": "legacy_access", "username": "er123456", "password": "Toiture-99!"},
        {"method": "legacy_access", "username": "asexemple", "password": "Syndicat-1!"},
        {"method": "legacy_access", "username": "er000021", "password": "Courant-21!"},
        {"method": "legacy_access", "username": "apexemple", "password": "Patronale-1!"},
    ]
)


@schemathesis.auth(refresh_interval=None)
class Session:
    """A session of its own for what ends one, else the one that all share."""

    def get(self, case: Any, _context: Any) -> str:
        if case.operation.path.startswith("/v1/desk"):
            return SOMEBODY.desk_session() if _label(case) in _ENDING else SOMEBODY.desk()
        return SOMEBODY.session() if _label(case) in _ENDING else SOMEBODY.shared()

    def set(self, case: Any, data: str, _context: Any) -> None:
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"Bearer {data}"


def _label(case: Any) -> str:
    return f"{case.method.upper()} {case.operation.path}"


def _is_documented(case: Any) -> bool:
    return bool(case.method.upper() == case.operation.method.upper())


def _is_valid(case: Any) -> bool:
    return bool(case.meta and case.meta.generation.mode.is_positive)


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Put true data into every third valid request."""
    del context, kwargs
    if not _is_valid(case):
        return
    label = _label(case)
    if "Idempotency-Key" in (case.headers or {}):
        # A key names one intent: a valid request is another intent than the one before.
        case.headers["Idempotency-Key"] = secrets.token_hex(16)
    if next(_TURNS) % 3:
        return
    if "{link_id}" in label:
        case.path_parameters = {"link_id": SOMEBODY.link()}
    if "{case_id}" in label:
        case.path_parameters = {"case_id": SOMEBODY.case()}
    match label:
        case "POST /v1/desk/sessions":
            case.body = {"email": "agent@exemple.test", "password": PASSWORD}
        case "POST /v1/desk/lookups":
            case.body = {"by": "file", "identifier": "er123456", "reason": "follow_up"}
        case "POST /v1/desk/cases/{case_id}/acts":
            case.body = {"act": "send_coordinates", "checks": SOMEBODY.checks()}
        case "POST /v1/desk/corrections/{correction_id}/decision":
            case.path_parameters = {"correction_id": SOMEBODY.correction()}
            case.body = {"confirm": False}
        case "POST /v1/sessions":
            case.body = {"email": LOGGED_IN, "password": PASSWORD}
        case "POST /v1/sessions/current/step-up":
            case.body = {"password": PASSWORD}
        case "PUT /v1/sessions/current/profile":
            case.body = {"link_id": SOMEBODY.link()}
        case "POST /v1/links":
            case.body = next(_PROOFS)
        case "POST /v1/receipt-checks":
            case.body = {"code": SOMEBODY.receipt()}
        case "POST /v1/handoffs/redeem":
            case.body = {"code": SOMEBODY.handoff()}
        case "POST /v1/accounts":
            case.body |= {"password": PASSWORD, "terms_version": SOMEBODY.terms()}
        case "POST /v1/accounts/verification":
            case.body = SOMEBODY.registration()
        case "PUT /v1/password-resets/{reset_id}":
            reset, case.body = SOMEBODY.reset()
            case.path_parameters = {"reset_id": reset}


@schemathesis.hook
def after_call(context: Any, case: Any, response: Any) -> None:
    """Note a documented operation and its status."""
    del context
    if not _is_documented(case):
        return
    NOTES.write(f"{_label(case)}\t{response.status_code}\n")
    NOTES.flush()


# What a schema cannot say: the password rule, the version in force, and answers to questions that were asked.
_BEYOND_SCHEMAS = {
    *("needs-upper", "needs-lower", "needs-digit", "needs-special", "too-common", "personal-word"),
    *("too-short", "outdated", "bad-reference"),
    *("missing-check", "unknown-check", "same-password"),
}
_BEYOND_SCHEMAS |= {"missing-answer", "unknown-question", "bad-date", "bad-postal-code", "bad-number", "bad-year"}


@schemathesis.check
def valid_data_is_refused_for_what_a_schema_cannot_say(context: Any, response: Any, case: Any) -> None:
    """Where 422 may answer a valid request, its reason is one that no schema could tell."""
    del context
    if response.status_code != 422 or not _is_valid(case) or not _is_documented(case):
        return
    problem = response.json()
    if problem["type"] == "validation":
        codes = {error["code"] for error in problem["errors"]}
        assert codes <= _BEYOND_SCHEMAS, f"valid by its schema, but refused: {problem['errors']}"
    else:
        assert problem["type"] in {"not-recognized", "invalid-code"}, problem["type"]
