"""What a person does in a visit while the line fails, and what they are told in the end: after one retry, no doubt."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from sel_contract.rules.codes import find_coordinates
from sel_tui.journey.core.page import Button
from sel_tui.journey.core.state import State, task
from sel_tui.journey.machine import page
from sel_tui.journey.registry import Step
from sel_tui.journey.steps.questions import Questions
from tests.faults.backend import BackEnd, Owned
from tests.faults.clock import ClockLoop
from tests.faults.hand import Hand
from tests.faults.known import Known
from tests.faults.line_hand import LineHand
from tests.faults.proxy import Fault, Line
from tests.faults.screen_hand import ScreenHand

Faults = list[Fault]
FACES: Final = {"line": LineHand, "screen": ScreenHand}
# What is said while it is not known whether something was done, or that it was not.
DOUBTS: Final = frozenset(
    {
        *("notice.unknown", "notice.unreachable", "notice.slow", "notice.unavailable", "notice.not_understood"),
        *("notice.untrusted", "notice.proxy_refused", "notice.unexpected", "notice.too_many", "notice.too_old"),
    }
)
WRONG: Final = {"date": "1901-01-01", "postal_code": "A1A 1A1", "text": "rien", "year": "1951", "number": "7"}
_HOMES: Final = frozenset({Step.PROFILES, Step.METHODS, Step.WELCOME, Step.LINKED})
SECOND_TRIES: Final = 3


class Person:
    """Somebody at the client, or one after the other, with one back end behind one line.

    Args:
        loop: The event loop.
        back_end: The back end.
        line: What leads to it.
        secure: Whether the line is one of TLS.
        place: `home` or `kiosk` for visits without a face, `line` or `screen` for one of the faces.
    """

    def __init__(self, loop: ClockLoop, back_end: BackEnd, line: Line, *, secure: bool, place: str) -> None:
        self.back_end = back_end
        self.line = line
        self._loop = loop
        self._secure = secure
        self._place = place
        self._kiosk = place == "kiosk"
        self.who: Known | None = None
        self.hand = self._new_hand()

    def _new_hand(self) -> Hand:
        address = self.line.address(secure=self._secure)
        if self._place in FACES:
            return FACES[self._place](self._loop, address)
        return Hand(self._loop, address, kiosk=self._kiosk)

    @property
    def state(self) -> State:
        return self.hand.state

    def is_at(self, *steps: Step) -> bool:
        """Tell whether one of these steps is shown."""
        return self.state.step in steps

    def is_offered(self, command: str) -> bool:
        """Tell whether a button of the page does that."""
        return any(isinstance(item, Button) and item.command == command for item in page(self.state).items)

    def is_logged_in(self) -> bool:
        """Tell whether a session is held."""
        return self.state.account.session is not None

    # ------------------------------------------------------------------------------------------ the line

    async def starts(self, faults: Faults) -> None:
        """Start the program; its first call asks what the server is."""
        await self._under(faults, self.hand.begins)
        if self.state.app.service is None:
            self.hand.does("reload")
            await self.hand.settles()
        assert self.state.app.service is not None, self.hand.told

    async def _under(self, faults: Faults, act: Callable[[], object]) -> None:
        """Do something while the line fails; when it gives no more answers, the line is good again."""
        await self.line.begin(faults)
        act()
        await self.hand.settles()
        await self._mend()
        if self.hand.token and self.who is not None:
            self.who.tokens.add(self.hand.token)

    async def _mend(self) -> None:
        if not self.back_end.runs:
            await asyncio.to_thread(self.back_end.start)
            if self.who is not None:  # a log-in, or the password once more, was counted and never judged
                self.who.maybe["login"] += 1
            self.line.upstream = self.back_end.port
        await self.line.mend()

    async def _does(self, name: str, arg: str = "", faults: Faults | None = None) -> None:
        await self._under(faults or [], lambda: self.hand.does(name, arg))

    async def _types(self, faults: Faults | None = None, /, **typed: str) -> None:
        await self._under(faults or [], lambda: self.hand.types(**typed))

    async def _checks_again(self) -> None:
        """Press « Vérifier si c’est fait » where it is offered, or prove oneself: once is enough on a good line."""
        if self.state.overlay is not None:
            await self._does("back")
        if self.is_offered("check_again"):
            await self._does("check_again")
        if self.is_at(Step.STEP_UP) and self.state.busy is None:
            assert self.who is not None
            await self._types(password=self.who.password)
        assert not self.is_offered("check_again"), f"{self.hand.told} after one retry at {self.state.step}"

    # ------------------------------------------------------------------------------------------ sessions

    async def logs_in(self, who: Known, faults: Faults, *, right: bool = True) -> None:
        """Log in; a wrong password is typed once, and told to be wrong, before the right one."""
        await self.logs_out([])
        if not right:
            await self._types(faults, email=who.email, password="Faux-Chantier-1!")
            who.told["login"] += 1
            who.maybe["login"] += len(faults)
            if self.hand.told != "notice.wrong_login":
                await self._types(email=who.email, password="Faux-Chantier-1!")
            assert self.hand.told == "notice.wrong_login", self.hand.told
            faults = []
        self.who = who
        await self._types(faults, email=who.email, password=who.password)
        if self.state.account.session is None:
            assert self.hand.told in DOUBTS, self.hand.told
            await self._types(email=who.email, password=who.password)
        assert self.state.account.session is not None, self.hand.told
        assert self.state.account.session.account.email == who.email

    async def logs_out(self, faults: Faults) -> None:
        """Log out, if anybody is logged in; come to where one logs in."""
        if self.state.overlay is not None:
            await self._does("back")
        if self.is_logged_in():
            token, who = self.hand.token, self.who
            await self._does("log_out", faults=faults)
            assert not self.is_logged_in()
            assert self.hand.told in {"notice.logged_out", "notice.logged_out_alone", "notice.session_over"}
            if who is not None and token:
                if self._kiosk:  # it goes on telling the server until it has been told
                    await self._revokes()
                if self._kiosk or self.hand.told == "notice.logged_out":
                    who.revoked.add(token)
        self.who = None
        while not self.is_at(Step.LOGIN):
            await self._does("begin", "fr") if self.is_at(Step.ATTRACT) else await self._does("back")

    async def _revokes(self) -> None:
        for _ in range(20):
            if not self.hand.revocations.pending:
                return
            self._loop.forward(61)
            await asyncio.sleep(0.001)
            while self.hand._tasks:
                await asyncio.gather(*self.hand._tasks, return_exceptions=True)
        raise AssertionError("a session that was left is never ended")

    async def stays(self, who: Known) -> None:
        """Be logged in as `who`, at a page from which everything can be done."""
        if self.state.overlay is not None:
            await self._does("back")
        if self.who is not who or self.state.account.session is None:
            await self.logs_in(who, [])
        if self.is_at(Step.RESUME):
            await self._does("skip_handoff")
        while not self.is_at(*_HOMES):
            await self._does("back")
            if self.state.account.session is None:  # it was over, which this call has found out
                await self.logs_in(who, [])
        if self.hand.token in who.revoked:
            await self.logs_out([])
            await self.logs_in(who, [])

    async def _comes_to_profiles(self, who: Known) -> None:
        await self.stays(who)
        if self.is_at(Step.LINKED):
            await self._does("select_profile")
        elif self.is_at(Step.METHODS) and Step.PROFILES in self.state.trail:
            await self._does("back")
        if not self.is_at(Step.PROFILES):
            await self.logs_out([])
            await self.logs_in(who, [])
            if self.is_at(Step.RESUME):
                await self._does("skip_handoff")
        assert self.is_at(Step.PROFILES), self.state.step

    async def sees_profiles(self, who: Known) -> dict[str, str]:
        """Return the links that the list of files shows, with their state."""
        await self.logs_out([])
        await self.logs_in(who, [])
        if self.is_at(Step.RESUME):
            await self._does("skip_handoff")
        if not self.is_at(Step.PROFILES):
            return {}
        return {link.id: link.state.value for link in self.state.account.profiles or ()}

    async def is_killed(self) -> None:
        """The client is killed, and started again."""
        await self.hand.vanishes()
        await self.line.cut_all()
        if self.who is not None and self.hand.token:
            self.who.tokens.add(self.hand.token)
        self.who = None
        await self._mend()
        self.hand = self._new_hand()
        await self.starts([])
        if self.is_at(Step.ATTRACT):
            await self._does("begin", "fr")

    # ------------------------------------------------------------------------------------------ linking

    async def _comes_to_methods(self, who: Known) -> None:
        await self.stays(who)
        if not self.is_at(Step.METHODS):
            await self._does("link_profile")
        assert self.is_at(Step.METHODS), self.state.step

    async def begins_to_link(
        self, who: Known, file: Owned, method: str, faults: Faults, *, right: bool
    ) -> dict[str, str]:
        """Come to the last page of a method; return what is typed there."""
        await self._comes_to_methods(who)
        await self._does("choose_method", method)
        match method:
            case "legacy_access":
                password = file.record.old_password if right else "Faux-1234!"
                return {"identifier": file.identifier, "old_password": password}
            case "questions":
                await self._types(faults, identifier=file.identifier)
                if not self.is_at(Step.QUESTION):
                    await self._types(identifier=file.identifier)
                challenge = task(self.state, Questions).challenge
                assert challenge is not None, self.hand.told
                for question in challenge.questions:
                    answer = file.record.answers[question.id] if right else WRONG[question.kind.value]
                    await self._types([], **{f"answer.{question.id}": answer})
                assert self.is_at(Step.QUESTIONS_REVIEW), (self.state.step, self.state.errors)
                return {}
            case _:
                await self._does("request_code")
                await self._types(faults, identifier=file.identifier)
                await self._checks_again()
                assert self.hand.told.startswith("notice.code_"), self.hand.told
                who.told["linking_code_asked"] += 1
                found = find_coordinates(self.back_end.mails(file.email, "link_code")[0])
                assert found is not None
                return {"link_username": found[0], "link_code": found[1] if right else "7K3M9-QTDHX"}

    async def links(
        self, who: Known, file: Owned, method: str, faults: Faults, more: Faults, *, right: bool, old: bool
    ) -> str:
        """Link a file; return the key of what one is told, `linked` where it is."""
        typed = await self.begins_to_link(who, file, method, more, right=right)
        if old:
            self.back_end.let_log_in_age(who.id)
        await self._types(faults, **typed)
        for _ in range(SECOND_TRIES):
            if not self.is_at(Step.STEP_UP) or self.state.busy is not None:
                break
            await self._types(password=who.password)  # the line failed while it was asked for
        await self._checks_again()
        if self.is_at(Step.LINKED):
            link = self.state.account.linked
            assert link is not None
            assert link.identifier == file.identifier
            who.links[file.identifier] = link.id
            who.told["linked"] += 1
            return "linked"
        return self.hand.told
