"""Anything that people do, in any order, while anything happens to the line: driven by hypothesis."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, ClassVar, Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.faults.at_files import AtFiles
from tests.faults.audit import Audit
from tests.faults.backend import Owned
from tests.faults.known import Known
from tests.faults.place import Place
from tests.faults.proxy import KILLS, STANDING, Fault

METHODS: Final = ("legacy_access", "questions", "link_code")
_COMMON: Final = [fault for fault in Fault if fault not in KILLS | STANDING]
# A start of the back end takes as long as a hundred other faults.
_ONE: Final = st.sampled_from([*_COMMON * 4, *STANDING, *KILLS])
# Four tries are what the client makes: so many faults leave it without an answer.
_FAULTS: Final = st.one_of(
    st.builds(lambda fault, times: [fault] * (1 if fault in KILLS else times), _ONE, st.integers(1, 5)),
    st.lists(st.sampled_from(_COMMON), max_size=5),
)
# Most visits have no face: it is the same visit under each, and ten times as quick.
_PLACES: Final = (*("home",) * 5, *("kiosk",) * 5, "line", "screen")
_WHO, _FILE = st.integers(0, 1), st.integers(0, 2)


class Machine(RuleBasedStateMachine):
    """Two people, three files that both can prove, one client at a time."""

    place: ClassVar[Place]

    @initialize(secure=st.booleans(), where=st.sampled_from(_PLACES), faults=_FAULTS)
    def begin(self, secure: bool, where: str, faults: list[Fault]) -> None:
        """Start the program."""
        place = self.place
        self.people = [Known(*pair) for pair in place.back_end.new_people(2)]
        self.files = place.back_end.new_files("ci1234567", "er123456", "er000021")
        self.person = AtFiles(place.loop, place.back_end, place.line, secure=secure, place=place.only or where)
        self.new_passwords = 0

        async def starts() -> None:
            await self.person.starts(faults)
            await self.person.logs_out([])

        self._do(starts)

    def _do(self, work: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        return self.place.run(work())

    def _password(self) -> str:
        self.new_passwords += 1
        return f"Girouette-Cuivre-{self.new_passwords}!"

    def _linked(self, who: Known) -> list[Owned]:
        return [file for file in self.files if file.identifier in who.links]

    @rule(who=_WHO, faults=_FAULTS, right=st.booleans())
    def logs_in(self, who: int, faults: list[Fault], right: bool) -> None:
        """Log in."""
        self._do(lambda: self.person.logs_in(self.people[who], faults, right=right))

    @rule(faults=_FAULTS)
    def logs_out(self, faults: list[Fault]) -> None:
        """Log out."""
        self._do(lambda: self.person.logs_out(faults))

    @rule(
        who=_WHO, file=_FILE, method=st.sampled_from(METHODS), faults=_FAULTS, more=_FAULTS,
        right=st.sampled_from([True, True, False]), old=st.sampled_from([False, False, False, True]),
    )  # fmt: skip
    def links(
        self, *, who: int, file: int, method: str, faults: list[Fault], more: list[Fault], right: bool, old: bool
    ) -> None:
        """Link a file by a method."""
        known, owned = self.people[who], self.files[file]
        others = [one for one in self.people if one is not known]
        held = owned.identifier.startswith("ci") and any(
            owned.identifier in {*one.links, *one.frozen} for one in others
        )
        expected = "linked"
        if not right:
            expected = "notice.not_recognized"
        elif owned.identifier in known.frozen:
            expected = "notice.link_frozen"
        elif owned.identifier in known.links:
            expected = "notice.already_linked"
        elif held:
            expected = "notice.held_elsewhere"

        async def links() -> None:
            told = await self.person.links(known, owned, method, faults, more, right=right, old=old)
            assert told == expected, (told, self.person.state.step)

        self._do(links)
        known.told[f"miss:{method}"] += not right
        known.told["link_refused"] += expected in {"notice.link_frozen", "notice.held_elsewhere"}

    @rule(who=_WHO, file=_FILE, note=st.sampled_from(["", "Mon code postal est faux."]), faults=_FAULTS)
    def verifies(self, who: int, file: int, note: str, faults: list[Fault]) -> None:
        """Say that a file is accurate, or that it holds an error."""
        known, owned = self.people[who], self.files[file]
        if owned.identifier in known.links:
            self._do(lambda: self.person.verifies(known, owned, note, faults))

    @rule(who=_WHO, file=_FILE, faults=_FAULTS)
    def unlinks(self, who: int, file: int, faults: list[Fault]) -> None:
        """Unlink a file."""
        known, owned = self.people[who], self.files[file]
        if owned.identifier in known.links:
            self._do(lambda: self.person.unlinks(known, owned, faults))

    @precondition(lambda self: any(person.links for person in self.people))
    @rule(who=_WHO, file=_FILE, faults=_FAULTS)
    def disowns(self, who: int, file: int, faults: list[Fault]) -> None:
        """Say « this was not me »."""
        known, owned = self.people[who], self.files[file]
        if owned.identifier in known.links:
            self._do(lambda: self.person.disowns(known, owned, faults))

    @rule(who=_WHO, faults=_FAULTS, more=_FAULTS)
    def resets(self, who: int, faults: list[Fault], more: list[Fault]) -> None:
        """Choose another password."""
        self._do(lambda: self.person.resets(self.people[who], faults, more, self._password()))

    @rule(who=_WHO, faults=_FAULTS, more=_FAULTS)
    def creates(self, who: int, faults: list[Fault], more: list[Fault]) -> None:
        """Create an account, whose owner takes the place of one of the two."""

        async def creates() -> None:
            email, before = self.place.back_end.new_email(), self.people[who]
            if before.links or before.frozen:
                return
            made = await self.person.creates(email, self._password(), faults, more)
            self.people[who] = made

        self._do(creates)

    @rule(who=_WHO, faults=_FAULTS, more=_FAULTS)
    def hands_off(self, who: int, faults: list[Fault], more: list[Fault]) -> None:
        """Go on elsewhere."""
        self._do(lambda: self.person.hands_off(self.people[who], faults, more))

    @rule(who=_WHO, file=_FILE, faults=_FAULTS, turns=st.integers(0, 30), right=st.booleans())
    def is_killed_while_linking(self, who: int, file: int, faults: list[Fault], turns: int, right: bool) -> None:
        """The client is killed; what it was doing is seen in the list of files, by whoever logs in again."""
        known, owned = self.people[who], self.files[file]

        async def is_killed() -> None:
            before = {*known.links.values(), *known.frozen.values()}
            await self.person.is_killed_while_linking(known, owned, faults, turns=turns, right=right)
            made = set(await self.person.sees_profiles(known)) - before
            assert len(made) <= 1
            assert right or not made
            for link_id in made:
                known.links[owned.identifier] = link_id

        self._do(is_killed)

    def teardown(self) -> None:
        """Compare the database with what everybody was told."""
        if not hasattr(self, "person"):
            return
        audit = Audit(self.place.back_end, self.files)

        async def ends() -> None:
            for known in self.people:
                shown = await self.person.sees_profiles(known)
                audit.of(known, shown)
            await self.person.logs_out([])
            await self.person.hand.ends()

        try:
            self._do(ends)
            for known in self.people:
                audit.sessions(known, self.place.back_end_url)
        finally:
            self.place.examples += 1
