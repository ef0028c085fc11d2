"""Hours as people read them: the organisation's own clocks, in each language's form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from sel_backend.importing.rows import _end_of
from sel_backend.mail.local_time import local
from sel_backend.settings import Settings
from tests.backend.world import World

TORONTO = ZoneInfo("America/Toronto")


@pytest.mark.parametrize(
    ("moment", "zone", "french", "english"),
    [
        ((2026, 11, 24, 19, 5), "America/Toronto", "24 novembre 2026, 14 h 05", "November 24, 2026, 2:05 p.m."),
        ((2026, 7, 1, 4, 0), "America/Toronto", "1er juillet 2026, 0 h", "July 1, 2026, 12 a.m."),
        ((2027, 1, 1, 3, 59), "America/Toronto", "31 décembre 2026, 22 h 59", "December 31, 2026, 10:59 p.m."),
        ((2026, 8, 2, 16, 30), "America/Toronto", "2 août 2026, 12 h 30", "August 2, 2026, 12:30 p.m."),
        ((2026, 8, 2, 16, 30), "America/Blanc-Sablon", "2 août 2026, 12 h 30", "August 2, 2026, 12:30 p.m."),
        ((2026, 2, 3, 13, 7), "America/Halifax", "3 février 2026, 9 h 07", "February 3, 2026, 9:07 a.m."),
    ],
)
def test_a_moment_is_said_as_the_organisations_clocks_show_it(
    moment: tuple[int, ...], zone: str, french: str, english: str
) -> None:
    year, month, day, hour, minute = moment
    said = local(datetime(year, month, day, hour, minute, tzinfo=UTC), ZoneInfo(zone))
    assert said.french.replace("\u00a0", " ") == french
    assert said.english.replace("\u00a0", " ") == english


def test_nothing_in_it_is_torn_apart_at_a_lines_end() -> None:
    said = local(datetime(2026, 11, 24, 19, 5, tzinfo=UTC), TORONTO)
    assert said.french == "24\u00a0novembre\u00a02026, 14\u00a0h\u00a005"
    assert said.english == "November\u00a024, 2026, 2:05\u00a0p.m."


async def test_mails_say_the_local_hour_and_the_setting_decides_which(worlds: Callable[..., World]) -> None:
    world = worlds(service={"time_zone": "America/Vancouver"})
    person = await world.person("nouvelle")
    assert (await person.legacy("er123456", "Toiture-99!")).status_code == 201
    body = (await person.mails())[0]["text"]
    assert "Quand\u00a0: 2\u00a0mars\u00a02026, 6\u00a0h\n" in body
    assert "When: March\u00a02, 2026, 6\u00a0a.m.\n" in body
    assert "UTC" not in body


@pytest.mark.parametrize("name", ["canari", "", "America", "../canari", "/etc/localtime"])
def test_a_time_zone_that_does_not_exist_is_refused_at_the_start(name: str) -> None:
    with pytest.raises(ValueError, match="IANA") as refused:
        Settings.model_validate({"service": {"time_zone": name}})
    assert "canari" not in str(refused.value)


def test_the_last_day_of_an_old_access_ends_at_the_organisations_midnight() -> None:
    assert _end_of("2026-11-24", TORONTO) == datetime(2026, 11, 25, 5, 0, tzinfo=UTC)
    assert _end_of("2026-07-31", TORONTO) == datetime(2026, 8, 1, 4, 0, tzinfo=UTC)
    assert _end_of("", TORONTO) is None
