"""Log-ins: nobody guesses a password from many networks, no stranger keeps an owner out, the owner is told."""

from __future__ import annotations

from typing import Any

import pytest

from sel_backend.admin.purge import PurgeRequest, purge
from sel_backend.security.devices import is_device_token, new_device_token
from sel_backend.security.keys import Keys, with_new_key
from sel_backend.security.networks import site_of
from sel_backend.services.rate_limits import Scope
from sel_backend.storage.tables import known_networks, limits, outbox
from tests.backend.world import KEYS, PASSWORD, START, Person, World

OWNER = "nouvelle@exemple.test"
HOME = "198.51.100.7"
TRIES = 10


async def log_in(person: Person, password: str = PASSWORD, device: str | None = None, email: str = OWNER) -> Any:
    body = {"email": email, "password": password} | ({"device": device} if device else {})
    return await person.ask("POST", "/v1/sessions", body)


async def guess(world: World, times: int, email: str = OWNER) -> list[str]:
    """Try wrong passwords, each from another /64 of one /48; return what each was answered."""
    types = []
    for place in range(times):
        stranger = world.somebody(network=f"2001:db8:1:{place:x}::1")
        types.append((await log_in(stranger, f"Devinette-{place}!", email=email)).json()["type"])
    return types


def mails(world: World, kind: str) -> list[str]:
    return [row.recipient for row in world.rows(outbox, outbox.c.kind == kind)]


@pytest.mark.parametrize("email", [OWNER, "personne@exemple.test"])
async def test_wrong_passwords_from_many_networks_wait_ever_longer(world: World, email: str) -> None:
    waits = []
    for _ in range(6):
        assert await guess(world, TRIES, email) == ["invalid-credentials"] * TRIES
        refused = await log_in(world.somebody(network="203.0.113.9"), email=email)
        assert (refused.status_code, refused.json()["type"]) == (429, "login-guarded")
        waits.append(int(refused.headers["Retry-After"]))
        world.clock.forward(seconds=waits[-1])
    assert waits == [300, 600, 1200, 2400, 4800, 4800]


async def test_the_right_password_is_not_even_checked_while_strangers_are_made_to_wait(world: World) -> None:
    await guess(world, TRIES)
    assert (await log_in(world.somebody(network=HOME))).json()["type"] == "login-guarded"
    world.clock.forward(seconds=300)
    assert (await log_in(world.somebody(network=HOME))).status_code == 201


async def test_a_device_that_has_logged_in_before_is_not_kept_out_by_strangers(world: World) -> None:
    home = world.somebody(network=HOME)
    device = (await log_in(home)).json()["device"]
    await guess(world, TRIES)
    assert (await log_in(home)).status_code == 429
    for _ in range(2):
        assert (await log_in(home, device=device)).status_code == 201
    someone_else = new_device_token(KEYS, "somebody else", START, world.clock())
    assert (await log_in(home, device=someone_else)).json()["type"] == "login-guarded"


async def test_whoever_has_a_device_token_is_counted_too(world: World) -> None:
    device = (await log_in(world.somebody(network=HOME))).json()["device"]
    answers = [
        (await log_in(world.somebody(network=f"2001:db8:1:{place:x}::1"), "faux", device)).json()["type"]
        for place in range(TRIES + 1)
    ]
    assert answers == ["invalid-credentials"] * TRIES + ["login-guarded"]
    assert (await log_in(world.somebody(network=HOME))).status_code == 201


async def test_a_code_by_mail_lets_the_owner_in_at_once(world: World) -> None:
    await guess(world, TRIES)
    owner = world.somebody(network=HOME)
    reset = (await owner.post("/v1/password-resets", {"email": OWNER})).json()
    lines = [line.strip() for mail in await owner.mails() for line in mail["text"].splitlines()]
    code = next(line for line in lines if line.isdigit())  # the mail about the failures is as new
    body = {"code": code, "new_password": "un tout autre chantier, cette fois"}
    device = (await owner.put(f"/v1/password-resets/{reset['id']}", body)).json()["device"]
    assert (await log_in(owner, body["new_password"])).json()["type"] == "login-guarded"
    assert (await log_in(owner, body["new_password"], device)).status_code == 201


async def test_a_device_token_ends_with_the_password_with_its_key_and_after_a_year(world: World) -> None:
    now = world.clock()
    token = new_device_token(KEYS, "a", START, now)
    assert is_device_token(KEYS, token, "a", START, now)
    assert not is_device_token(KEYS, token, "b", START, now)
    world.clock.forward(seconds=1)
    assert not is_device_token(KEYS, token, "a", world.clock(), now)
    rotated = with_new_key(KEYS)
    assert is_device_token(Keys("k2", rotated.material), token, "a", START, now)
    assert not is_device_token(Keys("k2", {"k2": rotated.material["k2"]}), token, "a", START, now)
    world.clock.forward(days=364, hours=23)
    assert is_device_token(KEYS, token, "a", START, world.clock())
    world.clock.forward(hours=1)
    assert not is_device_token(KEYS, token, "a", START, world.clock())


@pytest.mark.parametrize("token", ["", ".", "..", "x..k1", "1f.é.k1", "-1.0.k1", "1.2.3.4"])
async def test_what_is_no_device_token_is_only_that(world: World, token: str) -> None:
    assert not is_device_token(KEYS, token, "a", START, START)
    answer = await log_in(world.somebody(network=HOME), device=token or None)
    assert answer.status_code == 201


async def test_a_run_of_failures_is_told_to_the_owner_once_a_day(world: World) -> None:
    await guess(world, TRIES - 1)
    assert mails(world, "login_failures") == []
    await guess(world, 1)
    await world.backend.core.background.settle()
    assert mails(world, "login_failures") == [OWNER]
    world.clock.forward(seconds=300)
    await guess(world, TRIES)
    await world.backend.core.background.settle()
    assert mails(world, "login_failures") == [OWNER]
    world.clock.forward(days=1)
    await guess(world, TRIES)
    await world.backend.core.background.settle()
    assert mails(world, "login_failures") == [OWNER, OWNER]
    await guess(world, TRIES, "personne@exemple.test")
    await world.backend.core.background.settle()
    assert len(mails(world, "login_failures")) == 2


async def test_a_log_in_from_another_place_is_told_and_only_there(world: World) -> None:
    home, neighbour = world.somebody(network="2001:db8:7:1::5"), world.somebody(network="2001:db8:7:2::6")
    away = world.somebody(network="203.0.113.9")
    device = (await log_in(home)).json()["device"]
    for _ in range(2):
        assert (await log_in(home)).status_code == 201
        assert (await log_in(neighbour)).status_code == 201
    assert mails(world, "new_network") == []
    for _ in range(2):
        assert (await log_in(away)).status_code == 201
    assert mails(world, "new_network") == [OWNER]
    assert (await log_in(world.somebody(network="203.0.113.10"), device=device)).status_code == 201
    assert mails(world, "new_network") == [OWNER]


async def test_a_place_is_remembered_for_half_a_year_after_the_last_log_in_from_there(world: World) -> None:
    home, away = world.somebody(network=HOME), world.somebody(network="203.0.113.9")
    await log_in(home)
    await log_in(away)
    world.clock.forward(days=170)
    await log_in(home)
    world.clock.forward(days=170)
    await purge(world.backend, PurgeRequest())
    assert world.count(known_networks) == 1
    await log_in(home)
    assert mails(world, "new_network") == []
    await log_in(away)
    assert mails(world, "new_network") == [OWNER]


async def test_the_code_in_that_mail_ends_what_the_stranger_began(world: World) -> None:
    await log_in(world.somebody(network=HOME))
    stranger = world.somebody(network="203.0.113.9")
    await stranger.log_in(OWNER)
    body = (await stranger.mails())[0]["text"]
    code = next(line.strip() for line in body.splitlines() if line.strip().count("-") == 4)
    assert (await world.somebody().post("/v1/disavowals", {"token": code})).status_code == 202
    assert (await stranger.get("/v1/links")).status_code == 401
    assert (await log_in(stranger)).json()["type"] == "invalid-credentials"


async def test_one_48_is_counted_as_a_whole(world: World) -> None:
    rule = world.backend.core.settings.limits.login_site
    for place in range(rule.tries):
        stranger = world.somebody(network=f"2001:db8:1:{place:x}::1")
        assert (await log_in(stranger, "faux", email=f"p{place}@exemple.test")).status_code == 401
    beyond = await log_in(world.somebody(network="2001:db8:1:ffff::1"), "faux", email="q@exemple.test")
    assert (beyond.status_code, beyond.json()["type"]) == (429, "too-many-requests")
    assert (await log_in(world.somebody(network="2001:db8:2::1"), "faux", email="r@exemple.test")).status_code == 401


def test_a_site_is_the_48_around_an_ipv6_network() -> None:
    assert site_of("2001:db8:1:2::/64") == site_of("2001:db8:1:ffff::/64") == "2001:db8:1::/48"
    assert site_of("203.0.113.9") is None
    assert site_of("nowhere") is None


async def test_a_step_up_is_counted_over_all_networks(world: World) -> None:
    owner = world.somebody(network=HOME)
    await owner.log_in(OWNER)
    types = []
    for place in range(TRIES + 1):
        thief = world.somebody(network=f"203.0.113.{place}")
        thief.token = owner.token
        types.append((await thief.ask("POST", "/v1/sessions/current/step-up", {"password": "faux"})).json()["type"])
    assert types == ["invalid-credentials"] * TRIES + ["too-many-requests"]


async def test_the_service_failing_costs_no_attempt_anywhere(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> bool:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(type(world.backend.core.hasher), "verify", broken)
        for _ in range(TRIES + 1):
            assert (await log_in(world.somebody(network=HOME))).status_code == 500
    everywhere = world.rows(limits, limits.c.scope == Scope.LOGIN_EVERYWHERE)
    assert [row.tries for row in everywhere] == [0]
