"""The checks pass on a good back end and find each rule that is broken on purpose."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from sel_backend.api.app import create_app
from sel_backend.cli import main
from sel_conformance.fixtures import read_fixtures
from sel_conformance.run import CHECKS, Outcome, conform
from tests.backend.world import World
from tests.conformance import breaking
from tests.conformance.breaking import Break, Breaker

Worlds = Callable[..., World]


async def found(world: World, broken: Break, *names: str) -> dict[str, str]:
    """Return what each check finds through something that breaks a rule."""
    app = create_app(world.backend, world.backend.core.settings)
    transport = Breaker(httpx.ASGITransport(app, raise_app_exceptions=False), broken)
    outcomes: list[Outcome] = []
    async with httpx.AsyncClient(transport=transport, base_url="http://sel.test") as http:
        await conform(http, read_fixtures(None), names, outcomes.append)
    return {outcome.check.name: outcome.deviation for outcome in outcomes}


async def test_our_own_back_end_conforms(worlds: Worlds) -> None:
    deviations = await found(worlds(), breaking.nothing)
    assert deviations == {check.name: "" for check in CHECKS}


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("name", "broken", "says"),
    [
        ("models", breaking.lacks_contact, "contact"),
        ("problems", breaking.html_errors, "text/html"),
        ("headers", breaking.may_be_cached, "stored by a cache"),
        ("headers", breaking.loses_request_ids, "no X-Request-Id"),
        ("headers", breaking.says_text, "text/plain"),
        ("idempotency", breaking.forgets_keys, "same key with another body"),
        ("languages", breaking.french_only, "the same in French"),
        ("sessions", breaking.never_logs_out, "after logging out"),
        ("rule-8", breaking.echoes, "came back"),
        ("rule-10", breaking.rolls_again, "asks other questions"),
        ("rule-5", breaking.any_account, "another account's challenge"),
        ("rule-6", breaking.no_events, "has 0 events"),
        ("rule-6", breaking.codes_for_ever, "accepted twice"),
        ("handoffs", breaking.handoffs_for_ever, "a hand-off that was used"),
        ("rule-7", breaking.tells_before_the_proof, "wrong proof"),
        ("rule-9", breaking.tells_which_answer, "which answer"),
        ("rule-9", breaking.minds_accents, "typed in another way"),
        ("rule-4", breaking.tells_unknown_files, "other texts"),
        ("rule-4", breaking.slow_for_the_known, "ms for a known address"),
        ("rule-1", breaking.counts_after_the_check, "counted after the check"),
        ("desk-sides", breaking.one_desk_for_all, "a person who logs in at the desk"),
        ("desk-cases", breaking.shows_addresses, "not as the model says"),
        ("desk-cases", breaking.hides_reasons, "without the true reason"),
        ("desk-acts", breaking.ticks_nothing, "without the checklist"),
        ("desk-acts", breaking.forgets_keys, "not the same answer"),
    ],
)
async def test_a_broken_rule_is_found(worlds: Worlds, name: str, broken: Break, says: str) -> None:
    deviations = await found(worlds(), broken, name)
    assert says in deviations[name]


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_tries_that_are_not_counted_per_file_are_found(worlds: Worlds) -> None:
    world = worlds(limits={"legacy_file": {"tries": 1000, "window_seconds": 60}})
    deviations = await found(world, breaking.nothing, "rule-2")
    assert "over all accounts and names" in deviations["rule-2"]


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_one_lock_that_closes_all_methods_is_found(worlds: Worlds) -> None:
    deviations = await found(worlds(), breaking.locks_everything, "rule-1", "rule-3")
    assert "closed" in deviations["rule-3"]


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_an_exclusive_file_on_two_accounts_is_found(worlds: Worlds) -> None:
    world = worlds(linking={"exclusive": {"worker": False, "employer": False, "association": False}})
    assert "second account" in (await found(world, breaking.nothing, "rule-7"))["rule-7"]


def test_the_command_says_what_it_cannot_reach_and_what_it_cannot_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["conform", "http://127.0.0.1:1"]) == 2
    (tmp_path / "fixtures.toml").write_text("[person]\nemail = 'a'\npassword = 'canari'\n")
    assert main(["conform", "http://127.0.0.1:1", "--accounts", str(tmp_path / "fixtures.toml")]) == 2
    said = capsys.readouterr().err
    assert "cannot be reached" in said
    assert "canari" not in said


def test_the_checks_go_through_the_proxy_that_is_named_and_through_none_of_the_environments(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        proxy.setblocking(False)
        address = f"http://127.0.0.1:{proxy.getsockname()[1]}"
        for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
            monkeypatch.setenv(name, address)
        assert main(["conform", "http://127.0.0.1:1"]) == 2
        with pytest.raises(BlockingIOError):
            proxy.accept()
    with pytest.raises(SystemExit):
        main(["conform", "http://127.0.0.1:1", "--proxy", "socks5://127.0.0.1:1"])
    assert "--proxy" in capsys.readouterr().err
