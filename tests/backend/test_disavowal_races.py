"""A disavowal at the moment at which the same account links the same file again, in transactions that interleave."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from typing import Any

import pytest

from sel_backend.storage import links as stored_links
from tests.backend.test_profiles import disavowal_code
from tests.backend.test_session_races import until_it_is_done_or_waits
from tests.backend.world import World

FILE = "ci1234567", "Ancien-1234!"


@pytest.mark.parametrize("moment", ["frozen", "holders", "add", "add_event"])
async def test_a_link_made_during_its_disavowal_is_frozen_or_refused(
    world: World, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    database, loop = world.backend.core.database, asyncio.get_running_loop()
    person = await world.person("nouvelle")
    first = (await person.legacy(*FILE)).json()["id"]
    code = disavowal_code((await person.mails())[0])
    assert (await person.delete(f"/v1/links/{first}")).status_code == 204
    owner = world.somebody(network="203.0.113.9")
    disowned: list[Future[Any]] = []
    real = getattr(stored_links, moment)

    def meanwhile(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.setattr(stored_links, moment, real)
        disowned.append(asyncio.run_coroutine_threadsafe(owner.post("/v1/disavowals", {"token": code}), loop))
        until_it_is_done_or_waits(database, disowned[0])
        return real(*args, **kwargs)

    monkeypatch.setattr(stored_links, moment, meanwhile)
    linked = await person.legacy(*FILE)
    assert (await asyncio.wrap_future(disowned[0])).status_code == 202
    assert linked.status_code in (201, 409)
    await person.log_in("nouvelle@exemple.test")
    assert {one["state"] for one in (await person.get("/v1/links")).json()["links"]} <= {"frozen"}
    assert (await person.legacy(*FILE)).json()["type"] == "link-frozen"
