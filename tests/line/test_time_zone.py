"""Hours are the organisation's on every face, as in its mails, whatever this machine's clock is set to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest

from sel_tui.i18n import Words
from sel_tui.i18n.catalogue import zone_named
from sel_tui.journey.core.effects import KeepReceipt
from sel_tui.journey.core.state import State
from sel_tui.line.renderer import Renderer
from sel_tui.line.sentences import LineWords
from sel_tui.runtime import calls
from tests.scenarios import build, models
from tests.unit import builders

VANCOUVER = "America/Vancouver"
THERE = builders.service(time_zone=VANCOUVER)


def served_there(name: str) -> State:
    state = build(name)
    return replace(state, app=replace(state.app, service=THERE))


def receipt_in(folder: Path) -> str:
    (kept,) = [path.read_text(encoding="utf-8") for path in folder.iterdir()]
    return kept


def test_an_hour_is_said_in_the_zone_that_the_service_names() -> None:
    for service, hour in ((THERE, 9), (builders.service(), 17), (None, 17)):
        assert Words("fr", UTC).for_service(service).hour(models.OPEN_AGAIN).startswith(f"{hour}\u00a0h")


@pytest.mark.parametrize("name", [None, "", "Nowhere/Else", "../../etc/passwd", "\x00", "x" * 5_000])
def test_a_zone_that_is_not_known_here_leaves_the_machines_own(name: str | None) -> None:
    assert zone_named(name) is None


def test_the_line_face_says_the_organisations_hour() -> None:
    said: list[str] = []
    Renderer(said.append, words=lambda language: LineWords(language, UTC)).render(served_there("login_too_many"))
    assert "9\u00a0h" in "\n".join(said)
    assert "17\u00a0h" not in "\n".join(said)


async def test_a_receipt_says_the_organisations_hour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_documents_path", lambda: tmp_path)
    effect = KeepReceipt(builders.receipt(), 0)
    client = calls.open_client("http://127.0.0.1:1", lambda _: None, "", terminal="line", remember_device=False)
    await calls.perform(effect, client, served_there("login"), str)
    await client.close()
    there = THERE.now.astimezone(zone_named(VANCOUVER))
    assert f"{there.hour}\u00a0h" in receipt_in(tmp_path)
