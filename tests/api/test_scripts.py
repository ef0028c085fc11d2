"""The commands for scripts: what is given by a file descriptor, JSON out, one exit code a meaning."""

from __future__ import annotations

import argparse
import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from sel_contract.base import Response
from sel_contract.desk_case import DeskCase
from sel_tui.command_line import METHODS, parser
from sel_tui.i18n import Words
from sel_tui.scripts.outputs import LinkOutput
from sel_tui.scripts.problems import ScriptError
from sel_tui.scripts.run import Run, print_problem
from sel_tui.settings import Settings
from sel_tui.terminal.endings import Exit
from tests.api.playing import PASSWORD, A, given, opened
from tests.api.servers import Reaction, Server, answer, problem, silence, vanish
from tests.scenarios import desk_records
from tests.unit import builders

GONE = answer(204, b"", Content_Type="")
EMAIL = "nouvelle@exemple.test"
LOGIN = f"{EMAIL}\n{PASSWORD}\n"
OLD = {"username": "ci1234567", "password": "Ancien-1234!"}
CODE = {"username": "L-482913", "code": "7K3M9-QTDHX"}
KEY = "key-of-this-test"
SECRETS = (PASSWORD, "Ancien-1234!", "7K3M9", "H2X 1Y4", A)


@contextmanager
def descriptor(text: str) -> Iterator[int]:
    """Yield a descriptor from which `text` is read, and nothing more."""
    reading, writing = os.pipe()
    os.write(writing, text.encode())
    os.close(writing)
    try:
        yield reading
    finally:
        os.close(reading)


def parsed(*words: str, credentials: int | None = None) -> argparse.Namespace:
    by = () if credentials is None else ("--credentials-fd", str(credentials))
    return parser().parse_args([*words, "--json", *by])


async def ran(*words: str, text: str = LOGIN, on: tuple[Reaction, ...]) -> tuple[Response | Exit, list[str]]:
    """Run a command against a server that reacts as told; return what it gives and what was asked of the server."""
    async with Server([*on]) as server:
        settings = Settings(server=server.address, remember_device=False)
        with descriptor(text) as reading:
            try:
                result = await Run(settings, parsed(*words, credentials=reading), KEY).result()
            finally:
                seen = [f"{one.method} {one.path}" for one in server.seen]
        return result, seen


async def refused(*words: str, text: str = LOGIN, on: tuple[Reaction, ...]) -> ScriptError:
    with pytest.raises(ScriptError) as raised:
        await ran(*words, text=text, on=on)
    return raised.value


def desk(*needs: str) -> Reaction:
    session = desk_records.agent_session(needs=needs).desk
    return answer(201, {"token": A, "session": json.loads(session.wire())})


async def test_a_case_is_the_contracts_and_the_session_is_ended() -> None:
    case, seen = await ran("desk", "case", "4T8W-2NRQ-6T", on=(desk(), answer(201, desk_records.CASE), GONE))

    assert isinstance(case, DeskCase)
    assert case == desk_records.CASE
    assert seen == ["POST /v1/desk/sessions", "POST /v1/desk/lookups", "DELETE /v1/desk/sessions/current"]


@pytest.mark.parametrize(
    ("words", "what", "on", "kind", "code"),
    [
        ("desk case 4T8W2NRQ6T", {}, (problem(401, "invalid-credentials"),), "invalid-credentials", 77),
        ("desk case 4T8W2NRQ6T", {}, (desk("new_password"), GONE), "desk-session-incomplete", 77),
        ("desk case 4T8W2NRQ6T", {}, (desk(), problem(404, "not-found"), GONE), "not-found", 66),
        ("desk case 4T8W2NRQ6T", {}, (problem(500, "internal"),), "internal", 69),
        ("links", {}, (problem(429, "login-guarded", retry_after="60"),), "login-guarded", 75),
        ("link --method link_code", CODE, (opened(A), problem(422, "not-recognized"), GONE), "not-recognized", 67),
        ("link --method link_code", CODE, (opened(A), problem(409, "already-linked"), GONE), "already-linked", 73),
        ("link --method legacy_access", OLD, (opened(A), problem(429, "method-locked"), GONE), "method-locked", 75),
        ("link --method legacy_access", OLD, (opened(A), answer(200, {}), GONE), "unknown-outcome", 75),
        ("status", {}, (answer(200, b"hello", Content_Type="text/html"),), "not-understood", 69),
    ],
)
async def test_each_meaning_has_a_code_of_its_own(
    words: str, what: dict[str, Any], on: tuple[Reaction, ...], kind: str, code: int
) -> None:
    error = await refused(*words.split(), text=LOGIN + (json.dumps(what) if what else ""), on=on)

    assert (error.kind, error.exit_code) == (kind, code)


@pytest.mark.parametrize(
    ("words", "text", "kind", "code"),
    [
        ("links", "", "no-credentials", 2),
        ("links", f"{EMAIL}\n", "no-credentials", 2),
        ("desk case 4T8W2NRQ6S", LOGIN, "bad-reference", 65),
        ("questions", LOGIN, "bad-input", 65),
        ("questions", f'{LOGIN}{{"identifier": ""}}', "validation", 65),
        ("link --method questions", f'{LOGIN}{{"challenge_id": "c1", "answers": []}}', "bad-input", 65),
        ("link --method link_code", f'{LOGIN}{{"username": "L-482913", "code": "7K3M9"}}', "validation", 65),
        ("link --method link_code", f"{LOGIN}{'[' * 9000}", "bad-input", 65),
        ("link --method link_code", f'{LOGIN}{{"method": "questions"}}', "bad-input", 65),
    ],
)
def test_nothing_is_sent_of_what_cannot_be_used(words: str, text: str, kind: str, code: int) -> None:
    with descriptor(text) as reading, pytest.raises(ScriptError) as raised:
        Run(Settings(server="http://127.0.0.1:1"), parsed(*words.split(), credentials=reading), KEY)

    assert (raised.value.kind, raised.value.exit_code) == (kind, code)


def test_a_terminal_is_not_asked_for_a_password_that_it_would_show() -> None:
    outer, inner = os.openpty()
    try:
        with pytest.raises(ScriptError, match="no-credentials"):
            Run(Settings(server="http://127.0.0.1:1"), parsed("links", credentials=inner), KEY)
    finally:
        os.close(outer)
        os.close(inner)


async def test_answers_go_out_by_their_questions_and_what_is_wrong_is_named_by_them() -> None:
    what = {"challenge_id": "c1", "answers": {"birth_date": "1988-04-17", "trade": "H2X 1Y4"}}
    wrong = problem(422, "validation", errors=[{"pointer": "/answers/1/answer", "code": "bad-format"}])
    async with Server([opened(A), wrong, GONE]) as server:
        with descriptor(LOGIN + json.dumps(what)) as reading:
            chosen = parsed("link", "--method", "questions", credentials=reading)
            running = Run(Settings(server=server.address, remember_device=False), chosen, KEY)
        with pytest.raises(ScriptError) as raised:
            await running.result()
        sent = server.seen[1]

    assert json.loads(sent.body)["answers"] == [
        {"question_id": "birth_date", "answer": "1988-04-17"},
        {"question_id": "trade", "answer": "H2X 1Y4"},
    ]
    assert sent.headers["idempotency-key"] == KEY
    assert raised.value.details["errors"] == [{"pointer": "/answers/trade", "code": "bad-format"}]


async def _terminated(server: Server, writer: Any) -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    await silence(server, writer)


async def test_ended_by_a_signal_it_ends_its_session_and_the_same_key_asks_again() -> None:
    ended = [opened(A), _terminated, GONE]
    async with Server([*ended, opened(A), given(builders.link(), 201), GONE]) as server:
        results = []
        for _ in range(2):
            with descriptor(LOGIN + json.dumps(OLD)) as reading:
                chosen = parsed("link", "--method", "legacy_access", credentials=reading)
                settings = Settings(server=server.address, remember_device=False)
                results.append(await Run(settings, chosen, KEY).result())
        sent = [one.headers["idempotency-key"] for one in server.seen if one.path == "/v1/links"]

    assert results == [Exit.TERMINATED, LinkOutput(idempotency_key=KEY, link=builders.link())]
    assert sent == [KEY, KEY]
    assert [one.method for one in server.seen].count("DELETE") == 2


async def test_the_state_of_the_server_needs_no_credentials() -> None:
    async with Server([answer(200, builders.service())]) as server:
        result = await Run(Settings(server=server.address), parsed("status"), "").result()

    assert isinstance(result, Response)
    said = json.loads(result.wire())
    assert said["server"].startswith("http://127.0.0.1")
    assert "account" not in said


async def test_with_credentials_it_says_what_the_account_can_do_in_numbers_only() -> None:
    on = (opened(A), answer(200, builders.service()), answer(200, builders.links("to_verify", "accurate")))
    result, _ = await ran("status", on=(*on, answer(200, builders.methods("questions")), GONE))

    assert isinstance(result, Response)
    said = json.loads(result.wire())["account"]
    assert (said["linked"], said["frozen"]) == (2, 0)
    assert {one["method"] for one in said["methods"]} == set(METHODS)
    assert EMAIL.encode() not in result.wire()


def test_a_problem_is_a_line_of_json_with_the_key_and_a_sentence(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    code = print_problem(ScriptError("unknown-outcome"), "fr", KEY)
    said = capfdbinary.readouterr()

    assert (code, said.out, said.err.count(b"\n")) == (75, b"", 1)
    assert json.loads(said.err) == {
        "type": "unknown-outcome",
        "title": Words("fr").key("notice.unknown"),
        "exit_code": 75,
        "idempotency_key": KEY,
    }


async def test_no_error_holds_a_secret(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    for on in ((vanish,), (opened(A), problem(422, "validation", errors=[]), GONE), (opened(A), vanish)):
        error = await refused("link", "--method", "legacy_access", text=LOGIN + json.dumps(OLD), on=on)
        print_problem(error, "en", KEY)
    said = capfdbinary.readouterr().err.decode()

    assert [secret for secret in SECRETS if secret in said] == []
