"""The loop of the line face: prompt, read, dispatch, and again. Input and output are given to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final

from sel_tui.journey.core.effects import FetchService
from sel_tui.journey.core.events import Cancelled, Closed, Command, Edited
from sel_tui.journey.core.messages import Msg
from sel_tui.journey.core.page import EntryItem
from sel_tui.journey.core.secret import Secret, Value, clear
from sel_tui.journey.core.state import State
from sel_tui.journey.machine import is_public
from sel_tui.journey.registry import Overlay, Step
from sel_tui.line.dispatcher import Dispatcher
from sel_tui.line.progress import unfinished
from sel_tui.line.prompts import Location, Prompt
from sel_tui.line.renderer import Renderer
from sel_tui.line.sources import EndOfInput, InputEvent, Interrupted, KeyPressed, Line, Source
from sel_tui.runtime.key_bindings import LINE_FACE_KEY, own_event
from sel_tui.runtime.visit import Run, Running, Visit
from sel_tui.voice import Voice

PATIENCE: Final = 1.0

MakeVisit = Callable[[Run, Callable[[State, State], None]], Visit]


class LineFace:
    """One visit, line by line.

    Args:
        visit: Makes the visit, given how to run a call and what to call after each new state.
        source: Where input comes from.
        renderer: Writes pages as lines.
        write: Writes text as it is.
        patience: Seconds after which a line says that the program is waiting.
        voice: Says aloud what is written, and handles its own keys; None for none.
        screens: Called when the person wants the full screen; None where there is none.

    Attributes:
        unfinished: The title of the step in which the input ended too early; None where there is none.
    """

    def __init__(
        self,
        visit: MakeVisit,
        source: Source,
        renderer: Renderer,
        write: Callable[[str], None],
        *,
        patience: float = PATIENCE,
        voice: Voice | None = None,
        screens: Callable[[], None] | None = None,
    ) -> None:
        self._calls: set[asyncio.Task[None]] = set()
        self._source = source
        self._renderer = renderer
        self._write = write
        self._patience = patience
        self._voice = voice
        self._state_changed = asyncio.Event()
        self._typed: dict[Location, Value] = {}
        self._reading = False
        self._prompt_again = False
        self._stopping = False
        self.visit = visit(self._run, self._changed)
        self.unfinished: Msg | None = None
        self._dispatcher = Dispatcher(self.visit, renderer, self._settle, screens)

    async def run(self, first: Prompt | None = None) -> None:
        """Run until the person has left, or `stop` was called.

        Args:
            first: The prompt that was shown before the visit began; None when there is none.
        """
        self._reading = first is not None
        self.visit.start()
        if first is not None:
            self._say_aloud(first)
        if self._voice is not None and self.visit.state.app.kiosk:
            self._voice.invite()
        prompt = first
        while not self._ended:
            prompt = prompt or await self._ask()
            if prompt is not None:
                person = self.visit.state.person.generation
                event = await self._read(prompt)
                if self.visit.state.person.generation == person:  # else it was the one before who answered
                    await self._dispatch(prompt, event)
            prompt = None

    def stop(self) -> None:
        """End, as a signal asks for."""
        self._stopping = True
        self._state_changed.set()
        self._source.stop()

    def ask_again(self) -> None:
        """Show the prompt again with what was typed: the program was suspended."""
        if self._reading:
            self._prompt_again = True
            self._source.stop()

    def interrupt(self) -> None:
        """Ctrl+C: stop waiting, or ask whether to leave; the second time, leave."""
        if self._ended:
            return
        state = self.visit.state
        waiting = state.busy is not None and not self._reading
        if waiting:
            self.visit.feed(Cancelled())
        if state.overlay is Overlay.LEAVE or (waiting and self.visit.state.busy is state.busy):
            self.visit.feed(Command("quit"))
        elif not waiting:
            event = own_event("ctrl+c", state)
            if event is not None:
                self.visit.feed(event)

    @property
    def _ended(self) -> bool:
        state = self.visit.state
        gone = state.app.kiosk and state.person.generation > 0  # the next person begins with the face of the machine
        return self._stopping or state.quit or gone

    async def _ask(self) -> Prompt | None:
        """Write the state and the next prompt; return the prompt, or None when there is none yet."""
        busy = self.visit.state.busy
        if busy is not None and not isinstance(busy.effect, FetchService):
            await self._settle()
        if self._ended:
            return None
        prompt = self._renderer.render(self.visit.state)
        if prompt is None:
            await self._settle()
        elif self._renderer.progress.closes_itself:
            self.visit.feed(Closed())
            prompt = None
        else:
            self._source.prepare(prompt)
            self._write(prompt.text)
            self._say_aloud(prompt)
        return prompt

    async def _settle(self) -> None:
        """Wait for the running call; say so once when it takes long."""
        said = False
        while self.visit.state.busy is not None and not self._ended:
            self._state_changed.clear()
            try:
                async with asyncio.timeout(None if said else self._patience):
                    await self._state_changed.wait()
            except TimeoutError:
                said = True
                self._renderer.wait(self.visit.state)

    async def _read(self, prompt: Prompt) -> InputEvent:
        kept_line, self._dispatcher.kept_line = self._dispatcher.kept_line, None
        if kept_line is not None and kept_line[0] == prompt.location:
            self._write("\n")
            return Line(kept_line[1], ahead=True)
        state = self.visit.state
        if (state.overlay or state.step) is not prompt.page.where:  # Ctrl+C came between prompting and reading
            self._write("\n")
            return Interrupted()
        self._reading = True
        try:
            return await self._source.read(prompt, clear(self._typed.pop(prompt.location, "")))
        finally:
            self._reading = False

    def _say_aloud(self, prompt: Prompt) -> None:
        if self._voice is not None:
            self._voice.ask(prompt.page, _name(prompt), self._renderer.words, prompt.aloud)

    async def _dispatch(self, prompt: Prompt, event: InputEvent) -> None:
        again, self._prompt_again = self._prompt_again, False
        if self._voice is not None and self._voice.key(_key(prompt, event)):
            return
        match event:
            case EndOfInput():
                self._renderer.line("line.end")
                self.unfinished = unfinished(self.visit.state)
                self.visit.feed(Command("quit"))
            case Interrupted(typed) if again:
                self._restore_later(prompt, typed)
            case Interrupted(typed) if typed:
                self._keep(prompt, typed)
            case KeyPressed(key, typed, ahead):
                self._restore_later(prompt, typed)
                if typed and key == LINE_FACE_KEY and prompt.page.where is Step.LOGIN:  # it goes along to the screens
                    self._keep(prompt, typed)
                await self._dispatcher.key(prompt, key, ahead=ahead)
            case Line(text, ahead):
                await self._dispatcher.line(prompt, text, ahead=ahead)

    def _keep(self, prompt: Prompt, typed: str) -> None:
        """Keep a half-typed answer as the screens do; a secret stays only while its page is shown."""
        if self.visit.state.overlay is not None:
            self._restore_later(prompt, typed)
        elif isinstance(prompt.field, EntryItem) and isinstance(prompt.field.value, str):
            self.visit.feed(Edited(prompt.field.id, typed))

    def _restore_later(self, prompt: Prompt, typed: str) -> None:
        """Put `typed` on the line again when the same prompt is shown again."""
        self._typed[prompt.location] = Secret(typed) if prompt.hidden or prompt.secret else typed

    def _run(self, call: Callable[[], Coroutine[Any, Any, None]]) -> Running:
        task = asyncio.get_running_loop().create_task(call())
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)
        return task

    def _changed(self, before: State, after: State) -> None:
        self._state_changed.set()
        session_ended = before.account.session is not None and after.account.session is None
        if session_ended or (before.step, before.overlay, before.quit) != (after.step, after.overlay, after.quit):
            self._source.stop()
        if before.person.generation != after.person.generation:
            self._typed.clear()
        if session_ended or before.step is not after.step:
            way = (after.step, *after.trail)
            self._typed = {
                location: typed
                for location, typed in self._typed.items()
                if not isinstance(typed, Secret)
                and (location[0] in way or not (isinstance(location[0], Step) and is_public(location[0])))
            }
        if after.overlay is None:
            self._typed = {
                location: typed for location, typed in self._typed.items() if not isinstance(location[0], Overlay)
            }


def _name(prompt: Prompt) -> str:
    return prompt.field.id if prompt.field is not None else ""


def _key(prompt: Prompt, event: InputEvent) -> str:
    """Return the key that may be one of the voice, pressed or typed alone; "" for anything else, secrets included."""
    match event:
        case KeyPressed(key):
            return key
        case Line(text) if not prompt.hidden or text.strip().lower() == "f11":
            return text.strip().lower()
        case _:
            return ""
