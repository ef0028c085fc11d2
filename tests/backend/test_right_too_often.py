"""What is right costs no try, and is no way to fill the disk or to keep every core busy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sel_backend.security.hashing import Hasher
from sel_backend.storage.tables import events, sessions, support_cases
from tests.backend.world import PASSWORD, World

Make = Callable[..., World]
FEW = {"tries": 3, "window_seconds": 900}
TOO_MANY = (429, "too-many-requests")


def said(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json().get("type", "")


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many secrets were checked each time."""
    checks: list[int] = []
    original = Hasher.verify_all

    async def counting(self: Hasher, pairs: Any) -> list[bool]:
        checks.append(len(pairs))
        return await original(self, pairs)

    monkeypatch.setattr(Hasher, "verify_all", counting)
    return checks


async def test_an_account_logs_in_so_often_and_then_a_right_password_costs_a_try(
    worlds: Make, hashed: list[int]
) -> None:
    world = worlds(limits={"login_right": FEW})
    person = world.somebody(network="203.0.113.9")
    answers = [await person.log_in("nouvelle@exemple.test") for _ in range(11)]
    assert [answer.status_code for answer in answers[:3]] == [201] * 3
    assert {said(answer) for answer in answers[3:]} == {TOO_MANY}
    assert len(hashed) == 3 + 5
    assert world.count(sessions) == 3
    assert (await world.somebody(network="203.0.113.9").log_in("rejean@exemple.test")).status_code == 201
    world.clock.forward(minutes=15)
    assert (await person.log_in("nouvelle@exemple.test")).status_code == 201


async def test_steps_up_are_counted_with_log_ins(worlds: Make) -> None:
    world = worlds(limits={"login_right": FEW})
    person = await world.person("nouvelle")
    for _ in range(2):
        answer = await person.post("/v1/sessions/current/step-up", {"password": PASSWORD})
        person.token = answer.json()["token"]
    assert said(await person.post("/v1/sessions/current/step-up", {"password": PASSWORD})) == TOO_MANY
    assert (await person.get("/v1/links")).status_code == 200


async def test_an_account_proves_files_so_often_whatever_comes_of_it(worlds: Make) -> None:
    world = worlds(limits={"method_right": FEW})
    person = await world.person("rejean")
    held = "ci0000021", "Chantier-21!"
    answers = [await person.legacy(*held) for _ in range(4)]
    assert [said(answer) for answer in answers] == [(409, "held-elsewhere")] * 3 + [TOO_MANY]
    assert world.count(events, events.c.kind == "link_refused") == world.count(support_cases) == 3
    # A right one costs a try from then on, and no code is used up by it.
    assert (await person.get("/v1/link-methods")).json()["methods"][0]["tries_left"] == 4
    assert said(await person.code("L-482913", "7K3M9-QTDHX")) == TOO_MANY
    world.clock.forward(minutes=15)
    await person.log_in("rejean@exemple.test")
    assert (await person.code("L-482913", "7K3M9-QTDHX")).status_code == 201
