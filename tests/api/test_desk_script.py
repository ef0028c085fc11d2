"""A case for a script: credentials by a file descriptor, JSON out, one exit code per meaning."""

from __future__ import annotations

import json
import os

import pytest

from sel_contract.desk_case import DeskCase
from sel_tui.desk_script import find_case, print_case
from sel_tui.settings import Settings
from sel_tui.terminal.endings import Exit
from tests.api.playing import PASSWORD, A
from tests.api.servers import Reaction, Server, answer, problem
from tests.scenarios import desk_records

GONE = answer(204, b"", Content_Type="")


def opened(*needs: str) -> Reaction:
    session = desk_records.agent_session(needs=needs).desk
    return answer(201, {"token": A, "session": json.loads(session.wire())})


async def found(*reactions: Reaction) -> tuple[Exit, str, list[str]]:
    async with Server([*reactions]) as server:
        got = await find_case(server.address, "", "4T8W-2NRQ-6T", desk_records.AGENT, PASSWORD)
    return got.code, got.json, [f"{one.method} {one.path}" for one in server.seen]


async def test_a_case_is_the_contracts_and_the_session_is_ended() -> None:
    code, told, seen = await found(opened(), answer(201, desk_records.CASE), GONE)

    assert (code, DeskCase.model_validate_json(told)) == (Exit.OK, desk_records.CASE)
    assert seen == ["POST /v1/desk/sessions", "POST /v1/desk/lookups", "DELETE /v1/desk/sessions/current"]


@pytest.mark.parametrize(
    ("reactions", "code"),
    [
        ((problem(401, "invalid-credentials"),), Exit.REFUSED),
        ((opened("new_password"), GONE), Exit.REFUSED),
        ((opened(), problem(404, "not-found"), GONE), Exit.NOT_FOUND),
        ((problem(500, "internal"),), Exit.UNAVAILABLE),
    ],
)
async def test_each_meaning_has_a_code_of_its_own(reactions: tuple[Reaction, ...], code: Exit) -> None:
    assert (await found(*reactions))[:2] == (code, "")


@pytest.mark.parametrize(
    ("given", "reference", "code"),
    [("", "4T8W2NRQ6T", Exit.USAGE), (f"a@exemple.test\n{PASSWORD}\n", "4T8W2NRQ6S", Exit.UNFINISHED)],
)
def test_nothing_is_sent_without_credentials_or_with_a_misheard_reference(
    given: str, reference: str, code: Exit
) -> None:
    reading, writing = os.pipe()
    os.write(writing, given.encode())
    os.close(writing)
    try:
        assert print_case(Settings(server="http://127.0.0.1:1"), reference, reading).code == code
    finally:
        os.close(reading)
