"""Takes what was answered: commands, choices by number or by name, fields. Feeds the visit; writes nothing itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from sel_tui.journey.core.events import Closed, Command, Edited, Event
from sel_tui.journey.core.messages import msg
from sel_tui.journey.core.page import Button, Choice, EntryItem
from sel_tui.journey.core.secret import Secret, clear
from sel_tui.journey.registry import Overlay, Step
from sel_tui.line import commands
from sel_tui.line.commands import LineCommand
from sel_tui.line.prompts import Prompt, Spot
from sel_tui.line.renderer import Teller
from sel_tui.runtime.key_bindings import LINE_FACE_KEY, own_event
from sel_tui.runtime.visit import Visit

# Longer than any field; numbers of thousands of digits and endless combining marks cost seconds or an error.
_LONGEST: Final = 1_000
# What does not wait for the call under way.
_AT_ONCE: Final = frozenset({"quit", "show_secrets"})


class Taker:
    """Takes answers.

    Args:
        visit: Told what the person does.
        teller: Told what has been asked, and what was wrong.
        settle: Waits until no call is under way: nothing is asked for twice, nothing is lost.
        screens: Called when the person wants the full screen; None where there is none.
    """

    def __init__(
        self, visit: Visit, teller: Teller, settle: Callable[[], Awaitable[None]], screens: Callable[[], None] | None
    ) -> None:
        self._visit = visit
        self._teller = teller
        self._settle = settle
        self._screens = screens
        self.kept: tuple[Spot, str] | None = None

    async def line(self, prompt: Prompt, line: str, *, ahead: bool = False) -> None:
        """Take a line that was typed at `prompt`, or `ahead` of it."""
        line = line[:_LONGEST]
        self._visit.touched()
        language = self._visit.state.person.language
        command = commands.read(line, language)
        text = commands.answer(line, language)
        if prompt.page.where is Overlay.EXPIRING and command not in {"f2", "f10"}:
            await self._stay(prompt, text)
        elif isinstance(command, LineCommand):
            await self._command(prompt, command)
        elif command is not None:
            await self.key(prompt, command, ahead=ahead)
        elif prompt.field is None:
            await self._choose(prompt, text.strip(), ahead=ahead)
        elif isinstance(prompt.field, Choice):
            self._option(prompt.field, text.strip())
        elif text.strip():
            self._edit(prompt.field, text)
        elif prompt.field.required and not clear(prompt.field.value):
            self._teller.missing(prompt.field)
        else:
            self._teller.answered(prompt.field.id, self._visit.state)

    async def key(self, prompt: Prompt, key: str, *, ahead: bool = False) -> None:
        """Take a function key that was pressed, or typed by its name, at `prompt` or `ahead` of it."""
        state = self._visit.state
        button = next((button for button in prompt.buttons if button.key == key), None)
        event = own_event(key, state)
        if key == "f10" and state.overlay is Overlay.LEAVE:
            event = Command("quit")
        if button is not None:
            await self._do(button, ahead=ahead)
        elif key == LINE_FACE_KEY and prompt.page.where is Step.LOGIN and self._screens is not None:
            self._screens()
        elif event is None:
            self._teller.line("line.not_here")
        else:
            await self._feed(event)
            if event == Command("show_secrets"):
                self._teller.line("line.shown" if self._visit.state.shown else "line.hidden")

    async def _stay(self, prompt: Prompt, text: str) -> None:
        """Any answer keeps the session; the number of another button is one, and words are for what was asked."""
        button = prompt.numbered(text)
        await self._do(button or prompt.default)
        if button is None and text and prompt.below is not None:
            self.kept = (prompt.below, text)
        if button is None or button is prompt.default:
            self._teller.line("line.stayed")

    async def _command(self, prompt: Prompt, command: LineCommand) -> None:
        place = self._teller.place
        match command:
            case LineCommand.BACK:
                if not place.back(prompt.field):
                    await self._feed(Closed() if isinstance(place.page.where, Overlay) else Command("back"))
            case LineCommand.CHOICES:
                place.choose()
            case LineCommand.REPEAT:
                place.forget()
            case LineCommand.ERASE if isinstance(prompt.field, EntryItem):
                self._edit(prompt.field, "")
            case LineCommand.ERASE if prompt.field is None and place.search is not None:
                self._edit(place.search, "")
            case LineCommand.SPELL if self._teller.spell(self._visit.state):
                pass
            case LineCommand.MORE if prompt.field is None and self._teller.more():
                pass
            case _:
                self._teller.line("line.not_here")

    async def _choose(self, prompt: Prompt, text: str, *, ahead: bool) -> None:
        button = prompt.meant(text) if text else prompt.default
        search = self._teller.place.search
        if button is not None:
            await self._do(button, ahead=ahead)
        elif search is not None and text and not _looks_like_a_choice(text, prompt):
            self._edit(search, text)
        else:
            self._teller.place.complaint = msg("line.bad_choice", last=len(prompt.buttons))

    def _option(self, field: Choice, text: str) -> None:
        if text.isascii() and text.isdigit() and 1 <= int(text) <= len(field.options):
            self._visit.feed(Edited(field.id, field.options[int(text) - 1].value))
        elif text or not field.value:
            self._teller.place.complaint = msg("line.bad_choice", last=len(field.options))
            return
        self._teller.answered(field.id, self._visit.state)

    def _edit(self, field: EntryItem, text: str) -> None:
        self._visit.feed(Edited(field.id, Secret(text) if isinstance(field.value, Secret) else text))
        self._teller.answered(field.id, self._visit.state)

    async def _do(self, button: Button | None, *, ahead: bool = False) -> None:
        if button is None:
            return
        if button.binding and ahead:
            self._teller.place.complaint = msg("line.ahead")
            return
        closes = button.command == "back" and isinstance(self._teller.place.page.where, Overlay)
        await self._feed(Closed() if closes else Command(button.command, button.arg))

    async def _feed(self, event: Event) -> None:
        if isinstance(event, Command) and event.name not in _AT_ONCE:
            await self._settle()
        self._visit.feed(event)


def _looks_like_a_choice(text: str, prompt: Prompt) -> bool:
    """Tell a number that was meant for the list from part of a client number."""
    return text.isdigit() and len(text) <= len(str(len(prompt.buttons)))
