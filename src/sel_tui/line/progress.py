"""Where the line face stands on one page: what has been said, what has been asked, what is asked next. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from sel_tui.journey.core.fields import Kind
from sel_tui.journey.core.messages import Msg
from sel_tui.journey.core.page import Button, Choice, EntryItem, Item, NoticeItem, Page, Prose
from sel_tui.journey.core.secret import clear
from sel_tui.journey.core.state import State, is_untouched
from sel_tui.journey.machine import page
from sel_tui.journey.registry import Overlay, Step

Asked = EntryItem | Choice
_ASKING: Final = frozenset({"submit", "choose_method"})


@dataclass
class Place:
    """One page, as far as the person has come on it.

    Attributes:
        page: The page, as it was last seen.
        serial: The last move of the focus that was followed.
        said: What was said of each item, by its id.
        fresh: Whether every field is asked; when not, those that hold what they should are passed over.
        done: The fields that need no asking any more.
        goto: The field to ask next whatever was asked before; None when there is none.
        choosing: Whether the choices come next.
        first_row: The first row shown of a long list.
        complaint: What was wrong with the last answer; the next prompt begins with it.
    """

    page: Page
    serial: int
    said: dict[str, str] = field(default_factory=dict)
    fresh: bool = True
    done: set[str] = field(default_factory=set)
    goto: str | None = None
    choosing: bool = False
    first_row: int = 0
    complaint: Msg | None = None

    @classmethod
    def enter(cls, page: Page, serial: int) -> Place:
        """Return the place at the beginning of `page`: every field is asked, from the one that has the focus on."""
        place = cls(page, serial)
        target = page.focus
        ids = [item.id for item in place.fields]
        if target in ids:
            place.done = {item.id for item in place.fields[: ids.index(target)] if not _wanting(item)}
        elif any(button.id == target for button in place.buttons):
            place.done = {item.id for item in place.fields if item.error is None}
        return place

    @property
    def identity(self) -> tuple[Step | Overlay, Msg]:
        """What tells this page from the others; the questions of method 2 share a step and differ in their titles."""
        return (self.page.where, self.page.title)

    @property
    def items(self) -> tuple[Item, ...]:
        """What the page says, in order; at login, what server this is comes before anything is typed."""
        if self.page.where is not Step.LOGIN:
            return self.page.items
        return tuple(sorted(self.page.items, key=_at_login))

    @property
    def fields(self) -> list[Asked]:
        """The fields and choices, in order."""
        return [item for item in self.page.items if isinstance(item, (EntryItem, Choice))]

    @property
    def buttons(self) -> tuple[Button, ...]:
        """The buttons, in the order of their numbers."""
        return tuple(item for item in self.page.items if isinstance(item, Button))

    @property
    def default(self) -> Button | None:
        """The button that Enter alone takes; None where the page's next thing to do must be meant."""
        taken = next((button for button in self.buttons if button.id == self.page.focus), None)
        taken = taken or next((button for button in self.buttons if button.main), None)
        taken = taken or next(iter(self.buttons[self.first_row :]), None)
        return None if taken is not None and taken.binding else taken

    @property
    def search(self) -> EntryItem | None:
        """The field that narrows a long list, where there is one."""
        entries = (item for item in self.page.items if isinstance(item, EntryItem))
        return next((item for item in entries if item.kind is Kind.SEARCH), None)

    @property
    def closes_itself(self) -> bool:
        """Whether there is nothing to choose but to close the page: once it is said, the step is asked on."""
        return isinstance(self.page.where, Overlay) and all(button.command == "back" for button in self.buttons)

    def follow(self, before: Place) -> None:
        """Come here from `before`: what one part of a step said on the quiet, the next need not say again."""
        if self.page.where is before.page.where:
            quiet = {item.id for item in self.page.items if isinstance(item, Prose) and item.quiet}
            self.said = {name: said for name, said in before.said.items() if name in quiet}

    def see(self, page: Page, serial: int) -> None:
        """Take in what has become of the page; a move of the focus says what has to be asked again."""
        before, focused = _ids(self.buttons), self.page.focus
        self.page = page
        if _ids(self.buttons) != before:
            if focused in before and focused not in _ids(self.buttons):  # what was offered at once is done
                self.choosing = False
            self.first_row = 0
            for button in self.buttons:
                self.said.pop(button.id, None)
        if serial == self.serial:
            return
        self.serial = serial
        self.choosing = page.focus in _ids(self.buttons)
        self.fresh = False
        self.done.clear()
        self.goto = next((item.id for item in self.fields if item.id == page.focus), None)

    def next_field(self) -> Asked | None:
        """Return the field to ask now, or None when the choices come."""
        waiting = [item for item in self.fields if item.id == self.goto]
        if not waiting and not self.choosing:
            waiting = [item for item in self.fields if item.id not in self.done and (self.fresh or _wanting(item))]
        return next(iter(waiting), None)

    def answered(self, name: str) -> None:
        """Note that the field `name` has been asked."""
        self.done.add(name)
        self.said.setdefault(name, "")
        self.goto = None

    def back(self, asked: Asked | None) -> bool:
        """Go to the field before `asked`, or before the choices; return False when there is none."""
        ids = [item.id for item in self.fields]
        place = ids.index(asked.id) if asked is not None and asked.id in ids else len(ids)
        if place == 0:
            return False
        self.goto = ids[place - 1]
        return True

    def choose(self) -> None:
        """Pass over the fields; the choices are said again."""
        self.goto = None
        self.choosing = True
        for button in self.buttons:
            self.said.pop(button.id, None)

    def forget(self) -> None:
        """Say everything again."""
        self.said.clear()

    def more(self, page_of_rows: int) -> bool:
        """Go on to the next rows of a long list, from its end to its start; return False when it is not long."""
        rows = sum(button.row for button in self.buttons)
        if rows <= page_of_rows:
            return False
        self.first_row = self.first_row + page_of_rows if self.first_row + page_of_rows < rows else 0
        for button in self.buttons:
            if button.row:
                self.said.pop(button.id, None)
        return True


def unfinished(state: State) -> Msg | None:
    """Return the title of the step that still asks for something; None where the answers may well end."""
    logged_out = state.person.generation > 0 and is_untouched(state)
    if logged_out or state.overlay is Overlay.LEAVE:
        return None
    shown = page(state)
    asks = any(isinstance(item, Button) and item.command in _ASKING for item in shown.items)
    return shown.title if asks or state.unfinished is not None else None


def _at_login(item: Item) -> int:
    return 0 if isinstance(item, NoticeItem) else 1 if isinstance(item, Prose) else 2


def _wanting(item: Asked) -> bool:
    if item.error is not None:
        return True
    return not item.value if isinstance(item, Choice) else item.required and not clear(item.value)


def _ids(buttons: Iterable[Button]) -> list[str]:
    return [button.id for button in buttons]
