"""Turns what was typed into events: commands, buttons by number or by name, fields. Writes nothing itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from sel_contract.rules.text import fold
from sel_tui.journey.core.commands import BEGIN, FULL_SCREEN
from sel_tui.journey.core.events import Closed, Command, Edited, Event, Opened
from sel_tui.journey.core.fields import Kind
from sel_tui.journey.core.messages import msg
from sel_tui.journey.core.page import Button, Choice, EntryItem, Page
from sel_tui.journey.core.secret import Secret, clear
from sel_tui.journey.machine import asks_whose, checked, page
from sel_tui.journey.registry import ENTRANCE, Overlay
from sel_tui.line import commands
from sel_tui.line.commands import LineCommand
from sel_tui.line.prompts import Prompt
from sel_tui.line.questions import LEADS_ON
from sel_tui.line.renderer import Renderer
from sel_tui.runtime.key_bindings import LINE_FACE_KEY, own_event
from sel_tui.runtime.visit import Visit

# Longer than any field; numbers of thousands of digits and endless combining marks cost seconds or an error.
_MAX_LINE: Final = 1_000
# What these fields ask for may be a letter or a word that is also a command.
_NAMES: Final = frozenset({Kind.NAME, Kind.TEXT})
# What was understood is probably not what was meant: nothing goes on by itself.
_DOUBTS: Final = frozenset(
    {"field.answer.trade", "identifier.meant_domain", "identifier.suggested", "identifier.will_send_unusual"}
)
# The commands that do not wait for the running call.
_NEVER_WAITS: Final = frozenset({"quit", "show_secrets", "staff", BEGIN})


class Dispatcher:
    """Dispatches what was typed to the visit.

    Args:
        visit: Receives the events.
        renderer: Is told which fields were answered and what was wrong.
        settle: Waits until no call is running, so that nothing is sent twice or lost.
        erase: Erases the last answer and its question from the screen; returns False where that cannot be done.
        own: What the face itself does, by the command that asks for it; the argument says which one of several.
    """

    def __init__(
        self,
        visit: Visit,
        renderer: Renderer,
        settle: Callable[[], Awaitable[None]],
        erase: Callable[[], bool],
        own: Mapping[str, Callable[[str], None]],
    ) -> None:
        self._visit = visit
        self._renderer = renderer
        self._settle = settle
        self._erase = erase
        self._own = own

    async def line(self, prompt: Prompt, line: str, *, ahead: bool = False) -> None:
        """Dispatch a line.

        Args:
            prompt: What was asked.
            line: What was typed; only its first 1,000 characters count.
            ahead: Whether it was begun before the prompt was shown.
        """
        line = line[:_MAX_LINE]
        self._visit.record_activity()
        language = self._visit.state.person.language
        names = isinstance(prompt.field, EntryItem) and prompt.field.kind in _NAMES
        command = commands.parse(line, language, names=names)
        text = commands.answer(line, language)
        if isinstance(command, LineCommand):
            await self._command(prompt, command)
        elif command is not None:
            await self.key(prompt, command, ahead=ahead)
        elif prompt.field is None:
            await self._choose(prompt, text.strip(), ahead=ahead)
        elif isinstance(prompt.field, Choice):
            await self._option(prompt, prompt.field, text.strip())
        elif text.strip():
            await self._entered(prompt, prompt.field, text)
        elif prompt.on_empty is not None:
            await self._press(prompt.on_empty)
        elif prompt.field.required and not (clear(prompt.field.value) and prompt.field.error is None):
            self._edit(prompt.field, "")  # what was refused is not kept by Enter alone
            self._renderer.missing(prompt.field)
        else:
            self._renderer.answered(prompt.field.id, self._visit.state)
            await self._go_on(prompt)

    async def key(self, prompt: Prompt, key: str, *, ahead: bool = False) -> None:
        """Dispatch a function key that was pressed, or typed by its name.

        Args:
            prompt: What was asked.
            key: The name of the key, such as `f1`.
            ahead: Whether it was begun before the prompt was shown.
        """
        if key == commands.HELP_KEY:
            await self._command(prompt, LineCommand.HELP)
            return
        state = self._visit.state
        button = next((button for button in prompt.buttons if button.key == key), None)
        event = own_event(key, state)
        if key == "f10" and state.overlay is Overlay.LEAVE:
            event = Command("quit")
        if button is not None:
            await self._press(button, ahead=ahead)
        elif key == LINE_FACE_KEY and prompt.page.where in ENTRANCE and FULL_SCREEN in self._own:
            self._own[FULL_SCREEN]("")
        elif event is None:
            self._renderer.line("line.not_here")
        else:
            await self._feed(event)
            if event == Command("show_secrets"):
                self._renderer.line("line.shown" if self._visit.state.shown else "line.hidden")

    async def _command(self, prompt: Prompt, command: LineCommand) -> None:
        progress = self._renderer.progress
        match command:
            case LineCommand.BACK:
                if not progress.back(prompt.field):
                    await self._feed(Closed() if isinstance(progress.page.where, Overlay) else Command("back"))
            case LineCommand.CHOICES:
                progress.choose()
            case LineCommand.REPEAT:
                progress.forget()
            case LineCommand.HELP:
                self._renderer.help(self._visit.state, prompt.field)
            case LineCommand.ALL_HELP:
                await self._feed(Opened(Overlay.HELP))
            case LineCommand.ERASE if isinstance(prompt.field, EntryItem):
                self._edit(prompt.field, "")
                progress.goto = prompt.field.id
            case LineCommand.ERASE if prompt.field is None and progress.search is not None:
                self._edit(progress.search, "")
                self._renderer.answered(progress.search.id, self._visit.state)
            case LineCommand.SPELL if self._renderer.spell(self._visit.state):
                pass
            case LineCommand.MORE if prompt.field is None and self._renderer.more():
                pass
            case _:
                self._renderer.line("line.not_here")

    async def _choose(self, prompt: Prompt, text: str, *, ahead: bool) -> None:
        button = prompt.button_for(text) if text else prompt.default
        search = self._renderer.progress.search
        if button is not None:
            await self._press(button, ahead=ahead)
        elif search is not None and text and not _looks_like_a_choice(text, prompt):
            self._edit(search, text)
            self._renderer.answered(search.id, self._visit.state)
        else:
            self._renderer.refused(msg("line.bad_choice", last=len(prompt.buttons)))

    async def _option(self, prompt: Prompt, field: Choice, text: str) -> None:
        if text.isascii() and text.isdigit() and 1 <= int(text) <= len(field.options):
            self._visit.feed(Edited(field.id, field.options[int(text) - 1].value))
        elif text or not field.value:
            self._renderer.refused(msg("line.bad_choice", last=len(field.options)))
            return
        self._renderer.answered(field.id, self._visit.state)
        await self._go_on(prompt)

    async def _entered(self, prompt: Prompt, field: EntryItem, text: str) -> None:
        """Check an answer as soon as it is given; one that cannot be right is not kept, and asked for again."""
        self._edit(field, text)
        read = checked(self._visit.state, field.id)
        if read is not None and read.problem is not None and not asks_whose(self._visit.state, field.id):
            self._edit(field, "")
            stays = read.forget and not self._erase()
            self._renderer.refused(msg("line.sin_stays") if stays else read.problem)
            return
        self._renderer.answered(field.id, self._visit.state)
        doubted = read is not None and (
            read.problem is not None or (read.echo is not None and read.echo.key in _DOUBTS)
        )
        if not doubted and _asked(page(self._visit.state)) <= _asked(prompt.page):  # else it asks something more
            # What was read otherwise than it was typed is heard before it is sent.
            heard = read is None or read.echo is None or _spelled(field, read.sent) == _spelled(field, text)
            await self._go_on(prompt, heard=heard)

    def _edit(self, field: EntryItem, text: str) -> None:
        self._visit.feed(Edited(field.id, Secret(text) if isinstance(field.value, Secret) else text))

    async def _go_on(self, prompt: Prompt, *, heard: bool = True) -> None:
        """Send the form after its last field, as its prompt has said."""
        if prompt.then is not None and (heard or prompt.then.label.key in LEADS_ON):
            await self._press(prompt.then)

    async def _press(self, button: Button | None, *, ahead: bool = False) -> None:
        if button is None:
            return
        if button.binding and ahead:
            self._renderer.refused(msg("line.ahead"))
            return
        if button.command in self._own:
            self._own[button.command](button.arg)
            return
        closes = button.command == "back" and isinstance(self._renderer.progress.page.where, Overlay)
        await self._feed(Closed() if closes else Command(button.command, button.arg))

    async def _feed(self, event: Event) -> None:
        if isinstance(event, Command) and event.name not in _NEVER_WAITS:
            await self._settle()
        self._visit.feed(event)


def _asked(shown: Page) -> int:
    return sum(isinstance(item, (EntryItem, Choice)) for item in shown.items)


def _spelled(field: EntryItem, text: str) -> str:
    """Return `text` as it is compared: a reference that somebody reads aloud has no hyphens."""
    folded = fold(text)
    return folded.replace("-", "").replace(" ", "") if field.kind is Kind.LOOKUP else folded


def _looks_like_a_choice(text: str, prompt: Prompt) -> bool:
    """Tell whether `text` was meant as the number of a button rather than as part of a client number."""
    return text.isdigit() and len(text) <= len(str(len(prompt.buttons)))
