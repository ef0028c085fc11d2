"""Sessions: opaque tokens hashed at rest, an idle and an absolute end, step-up, logins that do not tell who exists."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sel_backend.security.hashing import Hasher
from sel_backend.storage.tables import accounts, sessions
from tests.backend.world import PASSWORD, START, World

Make = Callable[..., World]


async def test_a_login_says_who_until_when_and_how_many_files_are_linked(world: World) -> None:
    response = await world.somebody().log_in(" Comptable@Exemple.test")
    assert response.status_code == 201
    session = response.json()["session"]
    assert session["account"]["email"] == "comptable@exemple.test"
    assert session["linked_files"] == 40
    assert session["idle_expires_at"] == "2026-03-02T14:15:00Z"
    assert session["absolute_expires_at"] == "2026-03-03T02:00:00Z"
    assert session["step_up_due_at"] == "2026-03-02T14:20:00Z"


async def test_only_a_hash_of_the_token_is_kept(world: World) -> None:
    person = await world.person("nouvelle")
    assert len(person.token) == 43
    assert person.token not in str(world.rows(sessions))


async def test_an_unknown_address_and_a_wrong_password_get_one_answer_after_the_same_work(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[bool] = []
    original = Hasher.verify_now

    def counting(self: Hasher, hashed: str | None, secret: str) -> bool:
        checked.append(hashed is None)
        return original(self, hashed, secret)

    monkeypatch.setattr(Hasher, "verify_now", counting)
    somebody = world.somebody()
    wrong = await somebody.log_in("nouvelle@exemple.test", "faux")
    unknown = await somebody.log_in("inconnue@exemple.test", "faux")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.content == unknown.content
    assert wrong.json()["type"] == "invalid-credentials"
    assert checked == [False, True]


async def test_looking_does_not_extend_a_session_and_extending_does(world: World) -> None:
    person = await world.person("nouvelle")
    world.clock.forward(minutes=14)
    assert (await person.get("/v1/sessions/current")).json()["idle_expires_at"] == "2026-03-02T14:15:00Z"
    assert (await person.put("/v1/sessions/current")).json()["idle_expires_at"] == "2026-03-02T14:29:00Z"
    world.clock.forward(minutes=14)
    assert (await person.get("/v1/sessions/current")).status_code == 200
    world.clock.forward(minutes=1)
    ended = await person.get("/v1/sessions/current")
    assert (ended.status_code, ended.json()["type"]) == (401, "session-ended")


async def test_using_the_service_keeps_a_session_alive(world: World) -> None:
    person = await world.person("nouvelle")
    for _ in range(3):
        world.clock.forward(minutes=14)
        assert (await person.get("/v1/links")).status_code == 200


async def test_no_session_outlives_its_absolute_limit(world: World) -> None:
    person = await world.person("nouvelle")
    for _ in range(71):
        world.clock.forward(minutes=10)
        assert (await person.put("/v1/sessions/current")).status_code == 200
    world.clock.forward(minutes=10)
    assert (await person.put("/v1/sessions/current")).status_code == 401


async def test_without_an_idle_limit_only_the_absolute_one_holds(worlds: Make) -> None:
    person = await worlds(session={"idle_seconds": 0}).person("nouvelle")
    assert (await person.get("/v1/sessions/current")).json()["idle_expires_at"] == "2026-03-03T02:00:00Z"


async def test_after_logging_out_the_token_is_worth_nothing(world: World) -> None:
    person = await world.person("nouvelle")
    assert (await person.delete("/v1/sessions/current")).status_code == 204
    assert (await person.get("/v1/links")).json()["type"] == "session-ended"
    assert (await person.delete("/v1/sessions/current")).status_code == 401


@pytest.mark.parametrize("token", ["", "x", "é", "A" * 43, "A" * 5000])
async def test_a_token_that_never_was_is_refused(world: World, token: str) -> None:
    response = await world.somebody().ask("GET", "/v1/links", Authorization=f"Bearer {token}")
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


async def test_linking_and_unlinking_ask_for_the_password_when_the_login_is_old(world: World) -> None:
    person = await world.person("camille")
    link_id = (await person.get("/v1/links")).json()["links"][0]["id"]
    world.clock.forward(minutes=10)
    await person.put("/v1/sessions/current")
    world.clock.forward(minutes=10, seconds=1)
    for response in (await person.legacy("er123456", "Toiture-99!"), await person.delete(f"/v1/links/{link_id}")):
        assert response.status_code == 401
        assert response.json()["type"] == "step-up-required"
        assert response.json()["max_age"] == 1200
        assert "max_age=1200" in response.headers["WWW-Authenticate"]
    assert (await person.get("/v1/links")).status_code == 200


async def test_stepping_up_gives_a_new_token_for_the_same_session_and_its_selected_profile(world: World) -> None:
    person = await world.person("camille")
    link_id = (await person.get("/v1/links")).json()["links"][0]["id"]
    await person.put("/v1/sessions/current/profile", {"link_id": link_id})
    old = person.token
    world.clock.forward(minutes=14)
    await person.put("/v1/sessions/current")
    world.clock.forward(minutes=10)
    stepped = await person.ask("POST", "/v1/sessions/current/step-up", {"password": PASSWORD})
    assert stepped.status_code == 200
    person.token = stepped.json()["token"]
    session = stepped.json()["session"]
    assert session["selected"] == link_id
    assert session["absolute_expires_at"] == "2026-03-03T02:00:00Z"
    assert (await person.delete(f"/v1/links/{link_id}")).status_code == 204
    person.token = old
    assert (await person.get("/v1/links")).status_code == 401


async def test_a_wrong_password_when_stepping_up_ends_nothing(world: World) -> None:
    person = await world.person("nouvelle")
    wrong = await person.ask("POST", "/v1/sessions/current/step-up", {"password": "faux"})
    assert (wrong.status_code, wrong.json()["type"]) == (401, "invalid-credentials")
    assert (await person.get("/v1/links")).status_code == 200


async def test_logins_are_limited_per_address_and_network_with_a_growing_wait(worlds: Make) -> None:
    world = worlds(limits={"login_everywhere": {"tries": 1000, "window_seconds": 60}})
    somebody = world.somebody()
    waits = []
    for _ in range(2):
        for _ in range(5):
            assert (await somebody.log_in("nouvelle@exemple.test", "faux")).status_code == 401
        refused = await somebody.log_in("nouvelle@exemple.test")
        assert (refused.status_code, refused.json()["type"]) == (429, "too-many-requests")
        waits.append(int(refused.headers["Retry-After"]))
        assert (await world.somebody(network="203.0.113.5").log_in("nouvelle@exemple.test")).status_code == 201
        world.clock.forward(seconds=waits[-1])
    assert waits == [60, 120]
    assert (await somebody.log_in("nouvelle@exemple.test")).status_code == 201


async def test_logins_are_limited_per_network(world: World) -> None:
    somebody = world.somebody(network="203.0.113.6")
    statuses = [(await somebody.log_in(f"personne{n}@exemple.test", "faux")).status_code for n in range(21)]
    assert statuses == [401] * 20 + [429]


async def test_a_hash_with_yesterdays_parameters_is_made_anew_after_the_answer(worlds: Make) -> None:
    world = worlds(hashing={"memory_kib": 16, "time_cost": 1, "parallelism": 1, "threads": 2, "queue": 64})
    await world.person("nouvelle")
    await world.backend.core.background.settle()
    (row,) = world.rows(accounts, accounts.c.email == "nouvelle@exemple.test")
    assert "m=16," in row.password_hash
    await world.person("nouvelle")


async def test_a_selected_profile_is_this_sessions_own(world: World) -> None:
    first, second = await world.person("camille"), await world.person("camille")
    link_id = (await first.get("/v1/links")).json()["links"][0]["id"]
    assert (await first.put("/v1/sessions/current/profile", {"link_id": link_id})).json()["selected"] == link_id
    assert (await first.get("/v1/links")).json()["selected"] == link_id
    assert "selected" not in (await second.get("/v1/links")).json()


async def test_the_server_says_its_own_time(world: World) -> None:
    person = await world.person("nouvelle")
    assert (await person.get("/v1/sessions/current")).json()["now"] == START.isoformat().replace("+00:00", "Z")
