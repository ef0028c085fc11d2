"""What a person does with an account while the line fails: codes, « this was not me », going on elsewhere."""

from __future__ import annotations

import re
from typing import Final

from sel_tui.journey.core.events import Opened
from sel_tui.journey.registry import Overlay, Step
from tests.faults.backend import Owned
from tests.faults.known import Known
from tests.faults.person import SECOND_TRIES, Faults, Person

_SIX: Final = re.compile(r"\b\d{6}\b")
_REPORT: Final = re.compile(r"\b[0-9A-Z]{5}(?:-[0-9A-Z]{5}){4}\b")


class AtAccounts(Person):
    """A person with an account."""

    async def resets(self, who: Known, faults: Faults, more: Faults, password: str) -> None:
        """Choose another password, by a code in a mail."""
        await self.logs_out([])
        self.who = who
        await self._does("forgot_password")
        await self._types(faults, email=who.email)
        await self._checks_again()
        assert self.is_at(Step.RESET_CODE), self.hand.told
        code = _SIX.findall(self.back_end.mails(who.email, "password_code")[0])[0]
        await self._types(more, single_use_code=code, new_password=password)
        who.maybe["login"] += len(more)  # whether the password is the new one is found out by logging in
        await self._checks_again()
        for _ in range(SECOND_TRIES):
            if self.state.account.session is not None:
                break
            if self.is_at(Step.LOGIN):
                await self._types(email=who.email, password=password)
            else:  # told to be wrong: it was forwarded after it had been given up, and is used by now
                await self._types(single_use_code=code, new_password=password)
            await self._checks_again()
        assert self.state.account.session is not None, (self.state.step, self.hand.told, self.state.errors)
        who.password = password
        who.told["password_changed"] += 1
        who.revoked |= who.tokens - {self.hand.token}
        who.tokens.add(self.hand.token)

    async def creates(self, email: str, password: str, faults: Faults, more: Faults) -> Known:
        """Create an account, and be logged in to it; return what its owner knows."""
        await self.logs_out([])
        await self._does("create_account")
        await self._types(email=email, new_password=password)
        await self._types(faults[:1], first_name="Ève", last_name="Neuve")
        if self.state.busy is None and self.hand.told:
            await self._does("reload")
        assert self.is_at(Step.TERMS), (self.state.step, self.state.errors)
        await self._under(faults, lambda: self.hand.does("submit"))
        await self._checks_again()
        assert self.is_at(Step.ACCOUNT_CODE), (self.state.step, self.hand.told, self.state.errors)
        mails = self.back_end.mails(email, "account_code")
        assert len(mails) == 1, "one request, one mail"
        await self._types(more, single_use_code=_SIX.findall(mails[0])[0])
        await self._checks_again()
        if self.state.account.session is None:
            assert self.is_at(Step.LOGIN), (self.state.step, self.hand.told, self.state.errors)
            await self._types(email=email, password=password)
        session = self.state.account.session
        assert session is not None, self.hand.told
        self.who = Known(session.account.id, email, password)
        self.who.tokens.add(self.hand.token)
        self.who.told["account_created"] += 1
        return self.who

    async def disowns(self, who: Known, file: Owned, faults: Faults) -> None:
        """Say « this was not me » by the code in the mail about a link."""
        (mail,) = self.back_end.mails(who.email, "linked", who.links[file.identifier])
        code = _REPORT.findall(mail)[0]
        self.hand.feed(Opened(Overlay.CONTACT))
        await self._does("disavow")
        assert self.is_at(Step.DISAVOW), self.state.step
        await self._types(faults, token=code)
        await self._checks_again()
        assert self.hand.told == "notice.disavowed", self.hand.told
        who.frozen[file.identifier] = who.links.pop(file.identifier)
        who.told["link_frozen"] += 1
        who.leaves_everywhere()

    async def hands_off(self, who: Known, faults: Faults, more: Faults) -> None:
        """Stop here, and go on elsewhere by the code."""
        await self._comes_to_methods(who)
        await self._does("hand_off", faults=faults)
        await self._checks_again()
        opened = self.state.account.handoff
        assert opened is not None, self.hand.told
        await self.logs_out([])
        await self.logs_in(who, [])
        assert self.is_at(Step.RESUME), self.state.step
        await self._types(more, handoff_code=opened.code)
        await self._checks_again()
        assert self.hand.told == "notice.resumed", (self.hand.told, self.state.errors)
        assert self.is_at(Step.METHODS)
