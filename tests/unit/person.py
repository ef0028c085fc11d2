"""Somebody in front of the screen who does anything at any time, and a server that answers anyhow."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st

from sel_contract import ProblemType
from sel_tui.journey.core import commands
from sel_tui.journey.core.events import (
    Abandoned,
    Answered,
    Cancelled,
    Closed,
    Command,
    Edited,
    Event,
    Failed,
    Failure,
    LanguageChosen,
    Opened,
    SessionEnded,
    SessionEnding,
)
from sel_tui.journey.core.page import Button, Choice, EntryItem
from sel_tui.journey.core.secret import Secret
from sel_tui.journey.core.state import State, with_app
from sel_tui.journey.machine import SPECS, first_state, overlay_page, page, update
from sel_tui.journey.registry import Overlay, Step
from sel_tui.journey.steps.linking import METHOD_STEPS
from tests.scenarios import NAMES, build
from tests.unit import builders
from tests.unit.answering import answer_to

CANARY = "Canari-3f9c!A"
TYPED = [
    "ci1234567",
    "1234567",
    "046454286",
    "nom@exemple.com",
    "{count}",
    "",
    "L-482913",
    "2009",
    "17 avril 1988",
    "x",
]
KINDS = [
    *ProblemType,
    "unreachable",
    "untrusted",
    "proxy-refused",
    "unknown-outcome",
    "not-understood",
    "too-old",
    "no-printer",
    "printer-paper",
    "cannot-save",
    "new",
]
CODES = ("missing", "too-short", "bad-format", "bad-email", "prefix-missing", "never-heard-of")
POINTERS = ("/username", "/password", "/email", "/code", "/answers/0/answer", "/new_password", "/first_name", "")
RIGHT = builders.ANSWERS | {
    "email": "nom@exemple.com",
    "password": CANARY,
    "new_password": CANARY,
    "identifier": "ci1234567",
    "name": "Ève",
    "link_username": "L-482913",
    "link_code": "7K3M9-QTDHX",
    "single_use_code": "123 456",
    "handoff_code": "4T8W-7K31",
    "token": CANARY,
}
COMMANDS = sorted(
    {name for key, name in vars(commands).items() if key.isupper()}
    | {name for step in Step for name in SPECS.step(step).commands}
    | {name for overlay in Overlay for name in SPECS.overlay(overlay).commands}
)
ARGUMENTS = {
    "choose_method": st.sampled_from(sorted(METHOD_STEPS)),
    "edit_answer": st.sampled_from("01234"),
    "open_profile": st.just("l1"),
    "show_receipt": st.just("l1"),
    "print_receipt": st.sampled_from(["42", "80"]),
}
FAILURES = st.builds(
    Failure,
    kind=st.sampled_from(KINDS),
    codes=st.lists(st.tuples(st.sampled_from(POINTERS), st.sampled_from(CODES)), max_size=2).map(tuple),
    reference=st.sampled_from(["", builders.REFERENCE]),
    retry_at=st.sampled_from([None, builders.NOW]),
    methods=st.sampled_from([None, (), ("questions",), ("legacy_access", "link_code")]),
)


@dataclass(repr=False)
class Person:
    """Somebody in front of the screen, and a server that answers as `data` says."""

    data: st.DataObject
    state: State
    coming: list[Event] = field(default_factory=list)

    def feed(self, event: Event) -> None:
        self.state = update(self.state, event)

    def draw_event(self) -> Event:
        """Draw what happens next: mostly what the screen offers."""
        if self.coming:
            return self.coming.pop(0)
        choices = ["offered", "offered", "diligent", "diligent", "typed", "anything"]
        if self.state.busy is not None:
            choices = [*["answer"] * 6, *choices, "failure", "failure", "stale"]
        event: Event = getattr(self, f"_{self.data.draw(st.sampled_from(choices))}")()
        return event

    def _diligent(self) -> Event:
        """Fill in the whole form as it should be, send it and wait for the answer."""
        for item in page(self.state).items:
            if isinstance(item, EntryItem):
                right = RIGHT.get(item.kind.value, "x")
                self.coming.append(Edited(item.id, Secret(right) if isinstance(item.value, Secret) else right))
        self.coming.append(Command("submit"))
        return Closed()

    def _offered(self) -> Event:
        shown = overlay_page(self.state) or page(self.state)
        buttons = [item for item in shown.items if isinstance(item, Button)]
        if not buttons:
            return Command("back")
        button = self.data.draw(st.sampled_from(buttons))
        return Command(button.command, button.arg)

    def _typed(self) -> Event:
        entries = [item for item in page(self.state).items if isinstance(item, (EntryItem, Choice))]
        if not entries:
            return Command("submit")
        entry = self.data.draw(st.sampled_from(entries))
        if isinstance(entry, Choice):
            return Edited(entry.id, self.data.draw(st.sampled_from([*(one.value for one in entry.options), ""])))
        if isinstance(entry.value, Secret) and not entry.id.startswith("answer."):
            return Edited(entry.id, Secret(self.data.draw(st.sampled_from([RIGHT[entry.kind.value], CANARY]))))
        text = self.data.draw(st.sampled_from(TYPED))
        return Edited(entry.id, Secret(text) if isinstance(entry.value, Secret) else text)

    def _anything(self) -> Event:
        do = self.data.draw(st.sampled_from(COMMANDS))
        events: list[st.SearchStrategy[Event]] = [
            ARGUMENTS.get(do, st.just("")).map(lambda arg: Command(do, arg)),
            st.builds(LanguageChosen, st.sampled_from(["fr", "en", "xx"])),
            st.builds(Opened, st.sampled_from([one for one in Overlay if one is not Overlay.EXPIRING])),
            st.sampled_from([Closed(), Cancelled(), SessionEnded(), SessionEnding(builders.NOW, 60), Abandoned()]),
        ]
        event: Event = self.data.draw(st.one_of(events))
        return event

    def _answer(self) -> Event:
        assert self.state.busy is not None
        who = self.data.draw(st.sampled_from(["maika", "maika", "rejean"]))
        return Answered(
            self.state.busy.id, answer_to(self.state.busy.effect, who, desk=self.state.app.desk), builders.NOW
        )

    def _failure(self) -> Event:
        assert self.state.busy is not None
        return Failed(self.state.busy.id, self.data.draw(FAILURES))

    def _stale(self) -> Event:
        stale = self.state.requests - 1
        answered = self.data.draw(st.booleans())
        return Answered(stale, "nobody reads this") if answered else Failed(stale, Failure("unavailable"))


def comes(data: st.DataObject) -> Person:
    """Return somebody who begins, or who is already in the middle of it."""
    begun = build(data.draw(st.sampled_from(NAMES)))
    shared = data.draw(st.booleans())
    return Person(data, with_app(data.draw(st.sampled_from([begun, first_state()])), kiosk=shared))


def lives(data: st.DataObject) -> Person:
    """Return somebody after some time."""
    person = comes(data)
    for _ in range(data.draw(st.integers(0, 40))):
        person.feed(person.draw_event())
    return person
