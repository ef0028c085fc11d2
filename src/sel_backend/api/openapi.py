"""The OpenAPI 3.1 document, made from the routes and the contract's models."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from sel_contract import CONTRACT_VERSION, PROBLEM_JSON, Problem, ProblemType
from sel_contract.base import Response

_DESCRIPTION = """\
Link client files to a user account. The habits of every path: JSON in UTF-8, times in RFC 3339 and UTC, problem details
(RFC 9457), `X-Request-Id` and `Cache-Control: no-store` on every answer, `Retry-After` with 429 and 503, texts that the
server owns in the language of `Accept-Language` (`fr-CA`, `en-CA`). A client may say with each request what kind of
terminal it has: `Sel-Terminal: screen`, `line`, `kiosk` or `script`."""


_SCHEMES: Final = {"kiosks": "kiosk", "desk": "desk"}
"""Whose token the operations of a tag want, where it is no person's."""


def describe(app: FastAPI) -> None:
    """Make `app.openapi()` return our document."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = build(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # FastAPI's documented way


def build(app: FastAPI) -> dict[str, Any]:
    """Return the document of an application's routes."""
    document = get_openapi(
        title="sel-tui: HTTP contract",
        version=CONTRACT_VERSION,
        description=_DESCRIPTION,
        license_info={"name": "MIT", "identifier": "MIT"},
        routes=app.routes,
    )
    document["components"]["securitySchemes"] = {
        "session": {"type": "http", "scheme": "bearer", "description": "the opaque token of `POST /v1/sessions`"},
        "desk": {"type": "http", "scheme": "bearer", "description": "the opaque token of `POST /v1/desk/sessions`"},
        "kiosk": {"type": "http", "scheme": "bearer", "description": "the token of one kiosk, from its operator"},
    }
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    document["components"]["schemas"] |= problem.pop("$defs") | {"Problem": problem}
    for operations in document["paths"].values():
        for operation in operations.values():
            _finish(operation)
    _add_examples(document)
    _add_links(document["paths"])
    for leftover in ("HTTPValidationError", "ValidationError"):
        document["components"]["schemas"].pop(leftover, None)
    return document


def _add_examples(document: dict[str, Any]) -> None:
    """Give every answer its examples; they stand in one place and are referred to."""
    # Only here: a server that is started needs none of it.
    from sel_backend.api import examples

    kept: dict[str, Any] = document["components"].setdefault("examples", {})
    answers = {model.__name__: made for model, made in examples.answers().items()}

    def refer(content: dict[str, Any], model: str, made: Mapping[str, Response]) -> None:
        for name, message in made.items():
            kept[f"{model}.{name}"] = examples.shown(message)
            reference = {"$ref": f"#/components/examples/{model}.{name}"}
            content.setdefault("examples", {})[f"{model}.{name}"] = reference

    for path, operations in document["paths"].items():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                for media_type, content in response.get("content", {}).items():
                    if media_type == PROBLEM_JSON:
                        for kind in response["description"].split(", "):
                            refer(content, kind, examples.problems(ProblemType(kind)))
                        continue
                    model = content["schema"]["$ref"].rpartition("/")[2]
                    known = answers.get(model, {})  # the demonstration's own answers are no part of the contract
                    some = examples.SOME.get((path, status), known)
                    refer(content, model, {name: known[name] for name in some})


def _add_links(paths: dict[str, Any]) -> None:
    """Say where an answer leads: the identifier that it gives is the one that these paths want."""
    for path, status, parameter in (("/v1/links", "201", "link_id"), ("/v1/password-resets", "202", "reset_id")):
        paths[path]["post"]["responses"][status]["links"] = {
            operation["operationId"]: {
                "operationId": operation["operationId"],
                "parameters": {parameter: "$response.body#/id"},
            }
            for below, operations in paths.items()
            if f"{{{parameter}}}" in below
            for operation in operations.values()
        }


def _finish(operation: dict[str, Any]) -> None:
    """Say which headers come; an operation that may answer 401 for want of a session needs one."""
    if "HTTPValidationError" in str(operation["responses"].get("422")):
        # The framework expects its own error for a bad path; ours answers 404 there.
        del operation["responses"]["422"]
    for status, response in operation["responses"].items():
        response.setdefault("headers", {})["X-Request-Id"] = {"schema": {"type": "string"}}
        if status == "401":
            response["headers"]["WWW-Authenticate"] = {"schema": {"type": "string"}}
        if status in ("429", "503"):
            response["headers"]["Retry-After"] = {"schema": {"type": "integer"}}
    if "unauthenticated" in operation["responses"].get("401", {}).get("description", ""):
        operation["security"] = [{_SCHEMES.get("".join(operation.get("tags", [])), "session"): []}]
