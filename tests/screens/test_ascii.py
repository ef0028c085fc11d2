"""Where the terminal shows ASCII only, every screen is ASCII: accents are dropped, marks are spelled."""

from __future__ import annotations

import pytest

from tests.scenarios import build
from tests.screens.stage import stage


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", ["login_typed", "methods", "not_recognized", "linked", "profiles_many", "client_file"])
async def test_nothing_but_ascii_is_drawn(name: str, language: str) -> None:
    async with stage(build(name, language), glyphs="ascii") as played:
        assert played.text.isascii()
        assert sum(row.startswith(">") for row in played.rows) == 1
