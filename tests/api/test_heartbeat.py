"""A kiosk's heartbeat: what it says, when, and that nobody at the machine learns of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sel_contract import Heartbeat as Said
from sel_tui import __version__, cli, runner
from sel_tui.api.errors import ApiError, ConnectionFailedError
from sel_tui.i18n import Words
from sel_tui.journey.core.events import Command, Edited, Failure
from sel_tui.runtime import calls
from sel_tui.runtime.heartbeat import Heartbeat
from sel_tui.runtime.options import Kiosk
from sel_tui.runtime.server_check import check_heartbeat
from sel_tui.settings import Settings
from sel_tui.terminal.endings import Exit
from tests.api.servers import Server, answer, problem
from tests.api.stand_ins import Stage
from tests.api.test_server_check import serving
from tests.unit import builders

NAME, TOKEN = "hall-laval", "jeton-canari-" + "x" * 30


class Machine:
    """A kiosk whose clock a test moves, and a server that takes its heartbeats, or does not."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.time = 0.0
        self.sent: list[Said] = []
        self.answers: list[float | ApiError] = []
        self.heartbeat = Heartbeat(NAME, TOKEN, lambda: self.time, lambda: 0.0)
        self.stage = Stage(kiosk=Kiosk(heartbeat=self.heartbeat))
        monkeypatch.setattr(calls, "send_heartbeat", self._send)

    async def _send(self, address: str, proxy: str, name: str, token: str, said: Said) -> float:
        assert (address, proxy, name, token) == ("http://127.0.0.1:1", "", NAME, TOKEN)
        self.sent.append(said)
        wanted = self.answers.pop(0) if self.answers else 60.0
        if isinstance(wanted, ApiError):
            raise wanted
        return wanted

    async def after(self, seconds: float) -> int:
        """Return how many heartbeats there were in the next seconds, each looked at."""
        before = len(self.sent)
        end = self.time + seconds
        while self.time < end:
            self.time += 1
            self.stage.visit.look_at_clock()
            await self.stage.settle()
        return len(self.sent) - before


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(monkeypatch)


async def started(machine: Machine) -> Machine:
    machine.stage.visit.start()
    await machine.stage.settle()
    return machine


async def test_it_beats_from_the_servers_first_answer_on_as_often_as_the_server_wants(machine: Machine) -> None:
    assert await machine.after(100) == 0
    await started(machine)
    assert await machine.after(1) == 1
    assert await machine.after(180) == 3
    machine.answers = [20.0]
    await machine.after(60)
    assert await machine.after(20) == 1


@pytest.mark.parametrize(("wanted", "waits"), [(1.0, 10), (86_400.0, 900)])
async def test_what_the_server_wants_is_bounded(machine: Machine, wanted: float, waits: int) -> None:
    await started(machine)
    machine.answers = [wanted]
    assert await machine.after(1) == 1
    assert [await machine.after(waits - 1), await machine.after(1)] == [0, 1]


async def test_failures_are_quiet_and_back_off_until_it_is_heard_again(machine: Machine) -> None:
    await started(machine)
    states = len(machine.stage.states)
    machine.answers = [ConnectionFailedError("canari")] * 6
    counted = [await machine.after(1)]
    for waited in (60, 120, 240, 480, 900):
        counted += [await machine.after(waited - 1), await machine.after(1)]
    assert counted == [1, *[0, 1] * 5]
    assert await machine.after(900) == 1
    assert await machine.after(60) == 1
    assert len(machine.stage.states) == states


async def test_it_says_whether_somebody_is_there_and_since_when_the_program_runs(machine: Machine) -> None:
    await started(machine)
    await machine.after(61)
    await machine.stage.feed(Command("begin", "fr"), Edited("email", "maika@exemple.test"))
    await machine.after(60)
    assert [one.state.value for one in machine.sent] == ["attract", "attract", "in-use"]
    assert machine.sent[-1].started_at == builders.NOW - timedelta(seconds=121)
    assert machine.sent[-1].version == __version__
    assert b"maika" not in machine.sent[-1].wire()


async def test_a_page_that_says_that_the_server_is_away_is_told_once_the_heartbeat_comes_through(
    machine: Machine,
) -> None:
    machine.stage.client.answers["service"] = ConnectionFailedError("x")
    await started(machine)
    await machine.after(1)
    said = machine.sent[0]
    assert (said.state.value, said.last_error and said.last_error.kind) == ("no-server", "unreachable")


async def test_the_last_error_goes_along_with_its_reference_and_what_concerns_a_person_does_not(
    machine: Machine,
) -> None:
    await started(machine)
    machine.heartbeat.note(Failure("not-recognized", reference="4T8W-2NRQ-6T"))
    await machine.after(1)
    machine.heartbeat.note(Failure("internal", reference="4T8W-2NRQ-6T"))
    await machine.after(60)
    machine.heartbeat.note_crash("4F00A1B2")
    await machine.after(60)
    told = [one.last_error and (one.last_error.kind, one.last_error.reference) for one in machine.sent]
    assert told == [None, ("internal", "4T8W-2NRQ-6T"), ("crash", "4F00A1B2")]
    assert machine.sent[-1].last_error is not None
    assert machine.sent[-1].last_error.at == builders.NOW - timedelta(seconds=60)


async def test_it_goes_on_with_the_next_visit_where_the_one_before_was_cut_off(machine: Machine) -> None:
    await started(machine)
    machine.time = 1
    machine.stage.visit.look_at_clock()
    (under_way,) = machine.stage.calls
    await machine.stage.visit.close()
    assert under_way.cancelled
    machine.stage.visit = machine.stage.new_visit()
    await started(machine)
    assert await machine.after(1) == 1


async def test_the_token_goes_to_its_own_path_alone_and_no_session_near_it() -> None:
    said = Said.model_validate({"version": "0.1.0", "state": "in-use", "started_at": builders.NOW})
    async with Server([answer(body={"next_seconds": 30})]) as server:
        assert await calls.send_heartbeat(server.address, "", NAME, TOKEN, said) == 30
    (seen,) = server.seen
    assert (seen.method, seen.path) == ("POST", "/v1/kiosks/hall-laval/heartbeat")
    assert seen.headers["authorization"] == f"Bearer {TOKEN}"
    assert set(json.loads(seen.body)) == {"version", "state", "started_at"}


def test_nothing_shows_the_token() -> None:
    assert TOKEN not in repr(vars(Heartbeat(NAME, TOKEN)))


@pytest.mark.parametrize(
    ("reaction", "says", "good"),
    [
        (answer(body={"next_seconds": 60}), "taken by the server, which knows this machine as hall-laval", True),
        (problem(401, "unauthenticated"), "The server does not know hall-laval, or not with this token", False),
        (problem(404, "not-found"), "This server takes no heartbeats", False),
        (problem(503, "unavailable", retry_after="600"), "The server did not answer the heartbeat", False),
        (answer(200, b"<h1>", Content_Type="text/html"), "The server did not answer the heartbeat", False),
    ],
)
def test_doctor_sends_one_and_says_what_became_of_it(
    reaction: Callable[[Any, Any], Coroutine[Any, Any, None]], says: str, good: bool
) -> None:
    with serving(reaction) as (address, _):
        lines, fine = check_heartbeat(address, "", NAME, TOKEN, Words("en"))
    assert says in lines[0]
    assert fine is good


def test_a_kiosk_without_a_name_has_none_and_needs_none(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sel_tui.terminal.kiosk_check.check_kiosk", lambda *_, **__: ([], True))
    assert cli.main(["doctor", "--kiosk", "--language", "en"]) == 0
    assert "Heartbeat: none: this machine has no name" in capsys.readouterr().out


def test_doctor_ends_with_78_where_the_server_refuses_the_heartbeat(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sel_tui.terminal.kiosk_check.check_kiosk", lambda *_, **__: ([], True))
    monkeypatch.setenv("SEL_TUI_KIOSK_NAME", NAME)
    monkeypatch.setenv("SEL_TUI_KIOSK_TOKEN", TOKEN)
    with serving(answer(body=builders.service()), problem(401, "unauthenticated")) as (address, _):
        assert cli.main(["--server", address, "doctor", "--kiosk"]) == 78
    said = capsys.readouterr().out
    assert "Signe de vie\u00a0: refusé." in said
    assert TOKEN not in said


def test_a_crash_of_one_visit_is_told_by_the_next_since_the_heartbeat_is_the_programs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))  # where the crash is recorded
    settings = Settings(server="http://127.0.0.1:1", kiosk=True, kiosk_name=NAME, kiosk_token=TOKEN)
    lasting = runner._Lasting(settings)
    assert lasting.kiosk is not None
    beating = lasting.kiosk.heartbeat
    assert beating is not None
    assert runner._crashed(RuntimeError("canari"), "fr", lasting) == Exit.CRASH
    assert beating._error is not None
    assert (beating._error.kind, beating._error.reference in capsys.readouterr().err) == ("crash", True)
    assert runner._Lasting(replace(settings, kiosk=False)).kiosk is None
