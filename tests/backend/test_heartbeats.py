"""Kiosks say that they are alive: believed on their own token alone, and nobody learns which kiosks there are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from sel_backend.admin.base import NoArguments, TaskRefusedError
from sel_backend.admin.kiosks import AddKioskRequest, KioskRequest, add, remove, renew, show
from sel_backend.observability.metrics import exposition
from sel_backend.storage.tables import kiosks
from tests.backend.world import START, Person, World

PATH = "/v1/kiosks/hall-laval/heartbeat"
SAID = {"version": "0.1.0", "state": "attract", "started_at": "2026-03-02T09:00:00Z"}


async def added(world: World, name: str = "hall-laval") -> str:
    token: str = (await add(world.backend, AddKioskRequest(name=name, place="Hall de Laval")))["token"]
    return token


async def beat(kiosk: Person, token: str, path: str = PATH, **more: Any) -> Any:
    return await kiosk.ask("POST", path, SAID | more, Authorization=f"Bearer {token}")


async def told(world: World) -> dict[str, Any]:
    (one,) = (await show(world.backend, NoArguments()))["kiosks"]
    return dict(one)


async def test_a_kiosk_is_never_heard_then_alive_then_silent_and_its_last_error_stands_there(world: World) -> None:
    token = await added(world)
    kiosk = world.somebody(network="203.0.113.7")
    assert (await told(world))["alive"] is False
    error = {"kind": "crash", "reference": "4F00A1B2", "at": "2026-03-02T13:59:00Z"}
    answer = await beat(kiosk, token, state="in-use", last_error=error)
    assert (answer.status_code, answer.json()) == (200, {"next_seconds": 60})
    assert await told(world) == {
        "name": "hall-laval",
        "place": "Hall de Laval",
        "alive": True,
        "seen_at": "2026-03-02T14:00:00+00:00",
        "version": "0.1.0",
        "state": "in-use",
        "started_at": "2026-03-02T09:00:00+00:00",
        "last_error": error | {"at": "2026-03-02T13:59:00+00:00"},
        "network": "203.0.113.7",
    }
    await beat(kiosk, token)
    assert (await told(world))["last_error"] is None
    world.clock.forward(seconds=299)
    assert (await told(world))["alive"] is True
    world.clock.forward(seconds=1)
    assert (await told(world))["alive"] is False


async def test_the_server_says_when_it_wants_the_next(worlds: Callable[..., World]) -> None:
    world = worlds(kiosks={"heartbeat_seconds": 20, "silent_after_seconds": 40})
    assert (await beat(world.somebody(), await added(world))).json() == {"next_seconds": 20}


async def test_an_unknown_kiosk_and_a_wrong_token_get_one_answer_and_change_nothing(world: World) -> None:
    token, other = await added(world), await added(world, "hall-quebec")
    person = await world.person("nouvelle")
    somebody = world.somebody()
    answers = [
        await beat(somebody, token, "/v1/kiosks/nobody/heartbeat"),
        *[await beat(somebody, wrong) for wrong in (other, token[:-1], "", person.token)],
        await somebody.ask("POST", PATH, SAID),
    ]
    assert {(one.status_code, one.text, one.headers["www-authenticate"]) for one in answers} == {
        (401, answers[0].text, "Bearer")
    }
    assert answers[0].json()["type"] == "unauthenticated"
    rows = (await show(world.backend, NoArguments()))["kiosks"]
    assert [row["seen_at"] for row in rows] == [None, None]
    assert (await somebody.ask("POST", "/v1/kiosks/Hall%20/heartbeat", SAID)).status_code == 404


async def test_a_kiosks_token_opens_nothing_else(world: World) -> None:
    somebody = world.somebody()
    somebody.token = await added(world)
    assert (await somebody.get("/v1/links")).json()["type"] == "session-ended"


async def test_wrong_tokens_are_throttled_by_network_and_a_right_one_never_is(worlds: Callable[..., World]) -> None:
    world = worlds(limits={"heartbeat_network": {"tries": 2, "window_seconds": 900}})
    token = await added(world)
    kiosk, elsewhere = world.somebody(network="203.0.113.7"), world.somebody(network="203.0.113.8")
    statuses = [(await beat(kiosk, "x" * 43)).status_code for _ in range(3)]
    assert statuses == [401, 401, 429]
    assert (await beat(kiosk, token)).status_code == 200
    assert (await beat(elsewhere, "x" * 43)).status_code == 401
    world.clock.forward(seconds=900)
    assert (await beat(kiosk, "x" * 43)).status_code == 401


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "asleep"},
        {"version": "0.1.0\n"},
        {"version": "x" * 41},
        {"started_at": "yesterday"},
        {"last_error": {"kind": "Somebody's name", "at": "2026-03-02T13:59:00Z"}},
        {"last_error": {"kind": "crash", "at": "2026-03-02T13:59:00Z", "reference": "maika@exemple.test"}},
        {"person": "Maïka"},
    ],
)
async def test_what_is_no_heartbeat_is_refused(world: World, wrong: dict[str, Any]) -> None:
    token = await added(world)
    assert (await beat(world.somebody(), token, **wrong)).status_code == 422
    assert (await told(world))["seen_at"] is None


async def test_a_renewed_token_replaces_the_one_before_and_a_removed_kiosk_is_unknown(world: World) -> None:
    before = await added(world)
    with pytest.raises(TaskRefusedError):
        await added(world)
    after = (await renew(world.backend, KioskRequest(name="hall-laval")))["token"]
    kiosk = world.somebody()
    assert [(await beat(kiosk, token)).status_code for token in (before, after)] == [401, 200]
    await remove(world.backend, KioskRequest(name="hall-laval"))
    assert (await beat(kiosk, after)).status_code == 401
    for change in (renew, remove):
        with pytest.raises(TaskRefusedError):
            await change(world.backend, KioskRequest(name="hall-laval"))


async def test_the_database_keeps_the_digest_of_a_token_alone(world: World) -> None:
    token = await added(world)
    row = world.backend.core.database.run_now(lambda tx: tx.execute(select(kiosks)).one())
    assert token not in str(row)
    assert len(row.token_hash) == 64


async def test_metrics_count_the_kiosks_that_are_silent(world: World) -> None:
    await added(world)
    token = await added(world, "hall-quebec")

    async def silent() -> list[str]:
        said = (await exposition(world.backend.core)).decode().splitlines()
        return [line for line in said if line.startswith("sel_kiosks")]

    assert await silent() == ["sel_kiosks 2.0", "sel_kiosks_silent 0.0"]
    world.clock.now = START + timedelta(seconds=300)
    assert await silent() == ["sel_kiosks 2.0", "sel_kiosks_silent 2.0"]
    await beat(world.somebody(), token, "/v1/kiosks/hall-quebec/heartbeat")
    assert await silent() == ["sel_kiosks 2.0", "sel_kiosks_silent 1.0"]
