"""Rule 1: a try is given back when the service itself failed, wherever it failed."""

from __future__ import annotations

import re

import pytest
from sqlalchemy.exc import OperationalError

from sel_backend.storage import accounts as stored_accounts
from tests.backend.world import PASSWORD, World


async def test_a_log_in_costs_nothing_when_the_service_itself_failed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_args: object, **_kwargs: object) -> str:
        raise OperationalError("INSERT", {}, Exception("disk full"))

    person = await world.person("nouvelle")
    with monkeypatch.context() as broken:
        broken.setattr(stored_accounts, "open_session", failing)
        for _ in range(6):
            assert (await world.somebody().log_in("rejean@exemple.test")).status_code == 503
            stepped_up = await person.post("/v1/sessions/current/step-up", {"password": PASSWORD})
            assert stepped_up.status_code == 503
    assert (await world.somebody().log_in("rejean@exemple.test")).status_code == 201
    assert (await person.post("/v1/sessions/current/step-up", {"password": PASSWORD})).status_code == 200


async def test_a_single_use_code_keeps_its_tries_when_the_service_itself_failed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_args: object) -> None:
        raise OperationalError("UPDATE", {}, Exception("disk full"))

    person = world.somebody()
    started = await person.post("/v1/password-resets", {"email": "nouvelle@exemple.test"})
    code = re.search(r"^ {4}([0-9]{6})$", (await person.mails())[0]["text"], re.MULTILINE)
    assert code
    path, body = f"/v1/password-resets/{started.json()['id']}", {"code": code[1], "new_password": "Nouveau-2026!"}
    with monkeypatch.context() as broken:
        broken.setattr(stored_accounts, "set_password", failing)
        for _ in range(6):
            assert (await person.put(path, body)).status_code == 503
    assert (await person.put(path, body)).status_code == 200
