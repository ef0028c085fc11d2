"""This device's tokens: sent with the next log-in to the same account, kept on one's own machine, never on a kiosk."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from sel_tui.api import ApiClient, RefusedError
from sel_tui.journey.core.events import Command, Opened
from sel_tui.journey.registry import Overlay
from sel_tui.runtime.devices import DeviceFile
from sel_tui.runtime.options import Kiosk
from tests.api.servers import Server, answer, problem
from tests.api.stand_ins import Stage
from tests.unit import builders

SERVER = "https://liaison.example.org"
EMAIL = "nom@exemple.test"
DEVICE = "6a1f.9c0d.k1"


def opened(device: str | None = DEVICE) -> dict[str, Any]:
    more = {} if device is None else {"device": device}
    return {"token": "T" * 43, "session": json.loads(builders.session().wire())} | more


async def test_a_log_in_carries_what_the_one_before_brought_and_only_for_its_account() -> None:
    reactions = [answer(201, opened()), answer(201, opened(None)), problem(401, "invalid-credentials")]
    async with Server([*reactions, answer(201, opened())]) as server:
        client = ApiClient(server.address)
        await client.sessions.open(EMAIL, "x")
        await client.sessions.open(EMAIL, "x")
        with pytest.raises(RefusedError):
            await client.sessions.open(EMAIL, "x")
        await client.sessions.open("autre@exemple.test", "x")
        await client.close()

    assert [json.loads(seen.body).get("device") for seen in server.seen] == [None, DEVICE, DEVICE, None]


async def test_a_new_password_by_a_mailed_code_makes_the_device_a_known_one() -> None:
    changed = {"changed_at": "2026-03-02T14:00:00Z", "device": DEVICE}
    async with Server([answer(body=changed), answer(201, opened())]) as server:
        client = ApiClient(server.address)
        await client.accounts.finish_reset("r1", EMAIL, "123456", "x")
        await client.sessions.open(EMAIL, "x")
        await client.close()

    assert json.loads(server.seen[-1].body)["device"] == DEVICE


def test_tokens_outlive_the_program_for_their_server_and_account_and_name_neither(tmp_path: Path) -> None:
    file = tmp_path / "state" / "devices.json"
    DeviceFile(SERVER, file)[EMAIL] = DEVICE

    assert DeviceFile(SERVER, file).get(EMAIL) == DEVICE
    assert DeviceFile("https://autre.example.org", file).get(EMAIL) is None
    assert DeviceFile(SERVER, file).get("autre@exemple.test") is None
    assert not [word for word in (EMAIL, "nom", "example.org") if word in file.read_text(encoding="utf-8")]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["devices.json"]


def test_two_programs_at_once_keep_the_tokens_of_both_and_the_oldest_gives_way(tmp_path: Path) -> None:
    file = tmp_path / "devices.json"
    one, other = DeviceFile(SERVER, file), DeviceFile(SERVER, file)
    one["a@exemple.test"], other["b@exemple.test"] = "1", "2"
    assert [DeviceFile(SERVER, file)[f"{name}@exemple.test"] for name in "ab"] == ["1", "2"]

    for number in range(50):
        other[f"p{number}@exemple.test"] = "3"
    assert len(DeviceFile(SERVER, file)) == 50
    assert DeviceFile(SERVER, file).get("a@exemple.test") is None


@pytest.mark.parametrize("kept", ["", "[]", "{", '{"a": 1}', "[" * 100_000, "\x00", "null"])
def test_a_damaged_file_is_an_empty_one(tmp_path: Path, kept: str) -> None:
    file = tmp_path / "devices.json"
    file.write_text(kept, encoding="utf-8")
    devices = DeviceFile(SERVER, file)
    assert len(devices) == 0
    devices[EMAIL] = DEVICE
    assert DeviceFile(SERVER, file)[EMAIL] == DEVICE


def test_a_token_that_could_not_be_sent_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "devices.json"
    devices = DeviceFile(SERVER, file)
    devices["a@exemple.test"], devices["b@exemple.test"] = "x" * 128, "x" * 129
    assert len(DeviceFile(SERVER, file)) == 1


def test_where_nothing_can_be_written_the_token_lives_as_long_as_the_program(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    devices = DeviceFile(SERVER, tmp_path / "file" / "devices.json")
    devices[EMAIL] = DEVICE
    assert devices[EMAIL] == DEVICE


@pytest.mark.parametrize(
    ("kiosk", "remember", "left"),
    [(Kiosk(180, 60), True, {}), (None, False, {}), (None, True, {EMAIL: DEVICE})],
)
async def test_only_ones_own_machine_keeps_them_for_the_next_person(
    kiosk: Kiosk | None, remember: bool, left: dict[str, str]
) -> None:
    stage = Stage(kiosk=kiosk)
    stage.visit = stage.new_visit(remember_device=remember)
    await stage.log_in()
    stage.client.devices[EMAIL] = DEVICE
    await stage.feed(Opened(Overlay.LEAVE), Command("log_out"))

    assert stage.client.devices == left
