"""The full screen says the hours of the organisation, whatever this machine's clock is set to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

from sel_tui.i18n import Words
from tests.scenarios import build
from tests.screens.stage import stage
from tests.unit import builders


async def test_the_screen_says_the_hour_of_the_zone_that_the_service_names() -> None:
    state = build("login_too_many")
    state = replace(state, app=replace(state.app, service=builders.service(time_zone="America/Vancouver")))
    async with stage(state, words=lambda language: Words(language, UTC)) as played:
        assert "9\u00a0h" in played.text
        assert "17\u00a0h" not in played.text
