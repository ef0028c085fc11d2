"""What schemathesis found once stays found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.backend.world import World


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PATCH", "/v1/links", "GET, POST"),
        ("TRACE", "/v1/links/x", "DELETE, GET"),
        ("POST", "/v1/sessions/current", "DELETE, GET, PUT"),
        ("DELETE", "/health/live", "GET"),
    ],
)
async def test_a_refused_method_is_answered_with_every_method_of_the_path(
    world: World, method: str, path: str, allowed: str
) -> None:
    answer = await world.somebody().ask(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


async def test_two_resets_in_one_window_are_two_where_a_setting_admits_them(worlds: Callable[..., World]) -> None:
    world = worlds(limits={"single_use_spacing": {"tries": 2, "window_seconds": 60}})
    person = world.somebody()
    started = [await person.post("/v1/password-resets", {"email": "rejean@exemple.test"}) for _ in range(3)]
    assert [answer.status_code for answer in started] == [202, 202, 202]
    assert len({answer.json()["id"] for answer in started}) == 3
    assert len([mail for mail in await person.mails() if mail["to"] == "rejean@exemple.test"]) == 2
