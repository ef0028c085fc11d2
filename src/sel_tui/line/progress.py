"""How far the conversation has come on one page: what has been written, which field is asked for next. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from sel_tui.journey.core import commands
from sel_tui.journey.core.drafts import is_untouched
from sel_tui.journey.core.fields import Kind
from sel_tui.journey.core.messages import Msg
from sel_tui.journey.core.page import Button, Choice, EntryItem, Item, NoticeItem, Page, Prose
from sel_tui.journey.core.secret import clear
from sel_tui.journey.core.state import State
from sel_tui.journey.machine import page
from sel_tui.journey.registry import Overlay, Step

FieldItem = EntryItem | Choice
_LEAVES: Final = frozenset({commands.LOG_OUT, commands.QUIT})
_UNFINISHED: Final = frozenset({"submit", "choose_method"})


@dataclass
class Progress:
    """How far the person has come on one page.

    Attributes:
        page: The page, as it was last seen.
        serial: The number of the last change of focus that was applied.
        said: What was written of each item, by its id.
        fresh: Whether every field is asked for; if not, fields that are filled in correctly are skipped.
        done: The ids of the fields that need not be asked for any more.
        goto: The id of the field to ask for next in any case; None when there is none.
        choosing: Whether one of the buttons is asked for next.
        first_row: The index of the first row shown of a long list.
        problem: What was wrong with the last answer; the next prompt begins with it.
        advice: How to go on after it, said between it and the next prompt.
        listed: Whether the person has asked for the choices.
        by_number: Whether logging out or leaving takes its number: Enter alone never does it.
    """

    page: Page
    serial: int
    said: dict[str, str] = field(default_factory=dict)
    fresh: bool = True
    done: set[str] = field(default_factory=set)
    goto: str | None = None
    choosing: bool = False
    first_row: int = 0
    problem: Msg | None = None
    advice: Msg | None = None
    listed: bool = False
    by_number: bool = False

    @classmethod
    def enter(cls, page: Page, serial: int, *, by_number: bool = False) -> Progress:
        """Return the progress of a page just opened: every field is asked for, from the one that has the focus on.

        Args:
            page: The page.
            serial: The number of the last change of focus.
            by_number: Whether logging out or leaving takes its number.
        """
        progress = cls(page, serial, by_number=by_number)
        target = page.focus
        ids = [item.id for item in progress.fields]
        if target in ids:
            progress.done = {item.id for item in progress.fields[: ids.index(target)] if not _needs_answer(item)}
        elif any(button.id == target for button in progress.buttons):
            progress.done = {item.id for item in progress.fields if item.error is None}
        return progress

    @property
    def identity(self) -> tuple[Step | Overlay, Msg]:
        """What identifies this page; the questions of method 2 share a step and differ in their titles."""
        return (self.page.where, self.page.title)

    @property
    def items(self) -> tuple[Item, ...]:
        """The items in order; at login, notices and texts come first: the server is known before anything is typed."""
        if self.page.where not in {Step.LOGIN, Step.DESK_LOGIN}:
            return self.page.items
        return tuple(sorted(self.page.items, key=_at_login))

    @property
    def fields(self) -> list[FieldItem]:
        """The fields and choices, in order."""
        return [item for item in self.page.items if isinstance(item, (EntryItem, Choice))]

    @property
    def buttons(self) -> tuple[Button, ...]:
        """The buttons, in the order of their numbers."""
        return tuple(item for item in self.page.items if isinstance(item, Button))

    @property
    def default(self) -> Button | None:
        """The button that Enter alone presses; None where that would commit the person to something."""
        taken = next((button for button in self.buttons if button.id == self.page.focus), None)
        taken = taken or next((button for button in self.buttons if button.main), None)
        rows = [button for button in self.buttons[self.first_row :] if button.row]
        taken = taken or next(iter(rows or self.buttons[self.first_row :]), None)
        if taken is None or taken.binding or (self.by_number and taken.command in _LEAVES):
            return None
        return taken

    @property
    def leads_on(self) -> bool:
        """Whether one button is the next thing to do: the prompt names it, and the others are listed when asked for."""
        default = self.default
        main = default is not None and default.main and not default.row
        return main and not self.listed and not isinstance(self.page.where, Overlay)

    def then(self, field: FieldItem) -> Button | None:
        """Return the button that is pressed once `field` is answered: what sends the form, after its last field."""
        following = [item for item in self.fields if item.id != field.id and self._waits(item)]
        if following or not self.fields or self.fields[-1].id != field.id or self.search is not None:
            return None
        main = next((button for button in self.buttons if button.main), None)
        return main if main is not None and main.command == commands.SUBMIT and not main.binding else None

    def on_empty(self, field: FieldItem) -> Button | None:
        """Return what Enter alone does in the empty `field`: at login, whoever has no account creates one."""
        if self.page.where is not Step.LOGIN or not isinstance(field, EntryItem) or field.kind is not Kind.EMAIL:
            return None
        creates = (button for button in self.buttons if button.id == "create_account")
        return next(creates, None) if not clear(field.value) else None

    @property
    def search(self) -> EntryItem | None:
        """The field that narrows a long list, where there is one."""
        entries = (item for item in self.page.items if isinstance(item, EntryItem))
        return next((item for item in entries if item.kind is Kind.SEARCH), None)

    @property
    def closes_itself(self) -> bool:
        """Whether the page is an overlay that only offers to be closed: it closes as soon as it has been written."""
        return isinstance(self.page.where, Overlay) and all(button.command == "back" for button in self.buttons)

    def follow(self, before: Progress) -> None:
        """Keep from `before` the quiet texts that were written: the next part of the same step does not repeat them."""
        if self.page.where is before.page.where:
            quiet = {item.id for item in self.page.items if isinstance(item, Prose) and item.quiet}
            self.said = {name: said for name, said in before.said.items() if name in quiet}

    def see(self, page: Page, serial: int) -> None:
        """Replace the page by its new version; a change of focus decides what is asked for again.

        Args:
            page: The new version.
            serial: The number of the last change of focus.
        """
        before, focused = _ids(self.buttons), self.page.focus
        self.page = page
        if _ids(self.buttons) != before:
            if focused in before and focused not in _ids(self.buttons):  # the button that was offered has been used
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

    def next_field(self) -> FieldItem | None:
        """Return the field to ask for now, or None when one of the buttons is asked for."""
        waiting = [item for item in self.fields if item.id == self.goto]
        if not waiting and not self.choosing:
            waiting = [item for item in self.fields if self._waits(item)]
        return next(iter(waiting), None)

    def _waits(self, item: FieldItem) -> bool:
        return item.id not in self.done and (self.fresh or _needs_answer(item))

    def answered(self, name: str) -> None:
        """Note that the field `name` has been answered."""
        self.done.add(name)
        self.said.setdefault(name, "")
        self.goto = None

    def back(self, current: FieldItem | None) -> bool:
        """Go to the field before `current`, or to the last one from the buttons; return False when there is none.

        Args:
            current: The field that is asked for; None where one of the buttons is.
        """
        ids = [item.id for item in self.fields]
        index = ids.index(current.id) if current is not None and current.id in ids else len(ids)
        if index == 0:
            return False
        self.goto = ids[index - 1]
        return True

    def choose(self) -> None:
        """Skip the fields and write the buttons again."""
        self.goto = None
        self.choosing = self.listed = True
        for button in self.buttons:
            self.said.pop(button.id, None)

    def forget(self) -> None:
        """Write everything again."""
        self.said.clear()

    def more(self, page_of_rows: int) -> bool:
        """Go to the next rows of a long list, and from its end back to its start; return False when it is not long.

        Args:
            page_of_rows: How many rows are written at once.
        """
        rows = sum(button.row for button in self.buttons)
        if rows <= page_of_rows:
            return False
        self.first_row = self.first_row + page_of_rows if self.first_row + page_of_rows < rows else 0
        for button in self.buttons:
            if button.row:
                self.said.pop(button.id, None)
        return True


def unfinished(state: State) -> Msg | None:
    """Return the title of the step if something is still to be done there; None where the input may end."""
    logged_out = state.person.generation > 0 and is_untouched(state)
    if logged_out or state.overlay is Overlay.LEAVE:
        return None
    shown = page(state)
    asks = any(isinstance(item, Button) and item.command in _UNFINISHED for item in shown.items)
    return shown.title if asks or state.unfinished is not None else None


def _at_login(item: Item) -> int:
    return 0 if isinstance(item, NoticeItem) else 1 if isinstance(item, Prose) else 2


def _needs_answer(item: FieldItem) -> bool:
    if item.error is not None:
        return True
    return not item.value if isinstance(item, Choice) else item.required and not clear(item.value)


def _ids(buttons: Iterable[Button]) -> list[str]:
    return [button.id for button in buttons]
