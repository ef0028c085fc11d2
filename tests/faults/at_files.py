"""What a person does with a linked file while the line fails, and how a client is killed in the middle of it."""

from __future__ import annotations

import asyncio

from sel_tui.journey.registry import Step
from tests.faults.at_accounts import AtAccounts
from tests.faults.backend import Owned
from tests.faults.known import Known
from tests.faults.person import SECOND_TRIES, Faults
from tests.faults.proxy import Fault


class AtFiles(AtAccounts):
    """A person with linked files."""

    async def opens(self, who: Known, file: Owned) -> str:
        """Open a linked file; return the link."""
        await self._comes_to_profiles(who)
        link_id = who.links[file.identifier]
        await self._does("open_profile", link_id)
        assert self.is_at(Step.CLIENT_FILE), (self.state.step, self.hand.told)
        return link_id

    async def verifies(self, who: Known, file: Owned, note: str, faults: Faults) -> None:
        """Say that a file is accurate, or with a `note` that it holds an error."""
        link_id = await self.opens(who, file)
        if note:
            await self._does("error")
            await self._types(faults, note=note)
            await self._checks_again()
            assert self.is_at(Step.REPORTED), (self.state.step, self.hand.told)
        else:
            await self._does("accurate", faults=faults)
            await self._checks_again()
            assert self.hand.told == "notice.verified", (self.state.step, self.hand.told)
        who.verifies(link_id, "error" if note else "accurate", note)

    async def unlinks(self, who: Known, file: Owned, faults: Faults) -> None:
        """Unlink a file: one is told that it is done, and not only that it is gone."""
        link_id = await self.opens(who, file)
        await self._does("unlink")
        before = self.hand.token
        await self._types(faults, password=who.password)
        for _ in range(SECOND_TRIES):
            if self.hand.told == "notice.unlinked":
                break
            if self.is_offered("check_again"):
                await self._checks_again()
            elif not self.is_logged_in():  # another token was on its way when the line was cut
                assert self.hand.told == "notice.session_over", self.hand.told
                await self.logs_in(who, [])
                if not self.is_at(Step.UNLINK):  # at a kiosk whoever comes next begins anew
                    await self.opens(who, file)
                    await self._does("unlink")
            else:
                assert self.is_at(Step.UNLINK), (self.state.step, self.hand.told)
                await self._types(password=who.password)
        assert self.hand.told == "notice.unlinked", (self.state.step, self.hand.told)
        if before != self.hand.token:
            who.revoked.add(before)
        del who.links[file.identifier]
        who.ended.append(link_id)
        who.told["unlinked"] += 1

    async def is_killed_while_linking(
        self, who: Known, file: Owned, faults: Faults, *, turns: int, right: bool
    ) -> None:
        """The client is killed `turns` turns of the loop after its request has arrived, and started again."""
        typed = await self.begins_to_link(who, file, "legacy_access", [], right=right)
        # Where not even the line waits for the server, nobody could say when it is done.
        await self.line.begin([fault for fault in faults if fault is not Fault.CUT_MEANWHILE])
        self.line.arrived.clear()
        self.hand.types(**typed)
        arrived = asyncio.ensure_future(self.line.arrived.wait())
        ended = asyncio.ensure_future(self.hand.settles())
        await asyncio.wait((arrived, ended), return_when=asyncio.FIRST_COMPLETED)
        for one in (arrived, ended):
            one.cancel()
        for _ in range(turns):
            await asyncio.sleep(0)
        await self.is_killed()
        who.maybe["linked"] += right
        who.maybe["link_refused"] += right
        who.maybe["miss:legacy_access"] += not right
