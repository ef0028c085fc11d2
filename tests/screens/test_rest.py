"""A screen comes to rest at any height, also where its rows fit exactly: the key for more never makes itself go."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.scenarios import build
from tests.screens.stage import stage


@pytest.mark.parametrize("name", ["expiring_kiosk", "not_recognized", "question"])
async def test_a_screen_comes_to_rest_at_every_height(name: str) -> None:
    state = build(name, "en")
    below = replace(state, overlay=None)
    async with stage(below, (40, 12)) as played:
        for height in range(12, 26):
            await played.resizes(40, height)
            for shown in (below, state):
                played.screen.serial = -1  # nobody has moved the focus here
                await played.becomes(shown)  # fails where it does not come to rest
                assert played.screen._keys.size.height == played.screen._keys.rows
