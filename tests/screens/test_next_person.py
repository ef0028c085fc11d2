"""Nothing that one person typed and left is found by the next one on the full screen, whatever key they press."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from sel_tui.journey.core.events import Command, Opened, SessionEnded
from sel_tui.journey.registry import Overlay, Step
from tests.scenarios import build, models
from tests.scenarios.accounts import RESET
from tests.screens.stage import Stage, stage

CANARY = "Canari-3f9c!A"
MAIL = "canari@exemple.test"


async def creates_an_account(played: Stage) -> None:
    await does(played, "create_account")
    await played.type(f"{MAIL}⇥{CANARY}⏎Canarie⇥Canarie")


async def resets_a_password(played: Stage) -> None:
    await does(played, "forgot_password")
    await played.type(f"{MAIL}⏎")
    await played.answers(RESET)
    await played.type(f"739152⇥{CANARY}")


async def disavows(played: Stage) -> None:
    await does(played, "disavow")
    await played.type(CANARY)


async def does(played: Stage, command: str) -> None:
    if command == "disavow":
        played.app.visit.feed(Opened(Overlay.CONTACT))
    played.app.visit.feed(Command(command))
    await played.settles()


async def assert_nothing_is_found(played: Stage) -> None:
    """Open every page that the next person can open, show what is masked, and find nothing of the one before."""
    for do in ("create_account", "forgot_password", "disavow"):
        await does(played, do)
        await played.press("f4")
        assert set(played.typed.values()) == {""}
        assert "anari" not in played.text
        await played.press("escape")
        assert played.state.step is Step.LOGIN
    await played.press("f4")
    assert "anari" not in played.text


@pytest.mark.parametrize("leaves", [creates_an_account, resets_a_password, disavows])
async def test_whoever_comes_after_a_task_was_left_by_escape_finds_nothing(
    leaves: Callable[[Stage], Awaitable[None]],
) -> None:
    async with stage(build("login")) as played:
        await leaves(played)
        assert "anari" in "".join(played.typed.values())
        while played.state.step is not Step.LOGIN:
            await played.press("escape")

        assert played.typed == {"email": "", "password": ""}
        await assert_nothing_is_found(played)


async def test_whoever_comes_after_a_session_ended_over_the_disavowal_finds_nothing() -> None:
    async with stage(build("legacy_access")) as played:
        await played.type(f"ci7654321⇥{CANARY}")
        await disavows(played)
        played.app.visit.feed(SessionEnded())
        await played.settles()
        assert played.typed == {"token": ""}
        assert "votre session est terminée." in played.text
        await played.press("escape")
        assert played.state.step is Step.LOGIN
        await played.press(*["backspace"] * 40)
        await played.type("nouvelle@exemple.test⇥Chantier-2026!⏎")
        session = models.session()
        other = session.account.model_copy(update={"id": "another", "email": "nouvelle@exemple.test"})
        await played.answers(session.model_copy(update={"account": other}))
        for call in played.client.calls:
            if call.name == "links.methods":
                call.answers(models.METHODS)
        await played.settles()
        played.app.visit.feed(Command("choose_method", "legacy_access"))
        await played.settles()
        await played.press("f4")

        assert played.typed == {"identifier": "", "old_password": ""}
        assert "7654321" not in played.text
