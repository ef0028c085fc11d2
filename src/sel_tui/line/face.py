"""The line face at work: asks, hears, lets it be taken, asks again. Both ends are given to it: tests lend theirs."""

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
from sel_tui.line.dispatcher import Taker
from sel_tui.line.progress import unfinished
from sel_tui.line.prompts import Prompt, Spot
from sel_tui.line.renderer import Teller
from sel_tui.line.sources import Ended, Heard, Line, Pressed, Source, Stopped
from sel_tui.runtime.key_bindings import LINE_FACE_KEY, own_event
from sel_tui.runtime.visit import Run, Running, Visit
from sel_tui.voice import Voice

PATIENCE: Final = 1.0

MakeVisit = Callable[[Run, Callable[[State, State], None]], Visit]


class LineFace:
    """One visit, line by line.

    Args:
        visit: Makes the visit from how to run a call and whom to tell of each new state.
        source: Where answers come from.
        teller: Says pages.
        write: Writes text as it is.
        patience: Seconds of waiting before a line says that we wait.
        voice: Says aloud what is said in lines, and takes its own keys.
        screens: Called when the person wants the full screen; None where there is none.

    Attributes:
        unfinished: The title of the step in the middle of which the answers ended; None where none was.
    """

    def __init__(
        self,
        visit: MakeVisit,
        source: Source,
        teller: Teller,
        write: Callable[[str], None],
        *,
        patience: float = PATIENCE,
        voice: Voice | None = None,
        screens: Callable[[], None] | None = None,
    ) -> None:
        self._calls: set[asyncio.Task[None]] = set()
        self._source = source
        self._teller = teller
        self._write = write
        self._patience = patience
        self._voice = voice
        self._moved = asyncio.Event()
        self._typed: dict[Spot, Value] = {}
        self._hearing = False
        self._again = False
        self._stopping = False
        self.visit = visit(self._run, self._changed)
        self.unfinished: Msg | None = None
        self._taker = Taker(self.visit, teller, self._settle, screens)

    async def run(self, asked: Prompt | None = None) -> None:
        """Go on until the person has left, or `stop` was called.

        Args:
            asked: What was asked already, before the visit began.
        """
        self._hearing = asked is not None
        self.visit.start()
        if asked is not None:
            self._say_aloud(asked)
        if self._voice is not None and self.visit.state.app.kiosk:
            self._voice.invite()
        prompt = asked
        while not self._over:
            prompt = prompt or await self._ask()
            if prompt is not None:
                person = self.visit.state.person.generation
                heard = await self._hear(prompt)
                if self.visit.state.person.generation == person:  # else it was the one before who answered
                    await self._take(prompt, heard)
            prompt = None

    def stop(self) -> None:
        """End: a signal says so."""
        self._stopping = True
        self._moved.set()
        self._source.stop()

    def ask_again(self) -> None:
        """Ask again what was asked, with what stands on its line: the program was suspended."""
        if self._hearing:
            self._again = True
            self._source.stop()

    def interrupt(self) -> None:
        """Ctrl+C: stop waiting, or ask whether to leave; the second time, leave."""
        if self._over:
            return
        state = self.visit.state
        waiting = state.busy is not None and not self._hearing
        if waiting:
            self.visit.feed(Cancelled())
        if state.overlay is Overlay.LEAVE or (waiting and self.visit.state.busy is state.busy):
            self.visit.feed(Command("quit"))
        elif not waiting:
            event = own_event("ctrl+c", state)
            if event is not None:
                self.visit.feed(event)

    @property
    def _over(self) -> bool:
        state = self.visit.state
        gone = state.app.kiosk and state.person.generation > 0  # the next person begins with the face of the machine
        return self._stopping or state.quit or gone

    async def _ask(self) -> Prompt | None:
        """Say what is so and ask what comes next; return None when there is nothing to ask yet."""
        busy = self.visit.state.busy
        if busy is not None and not isinstance(busy.effect, FetchService):
            await self._settle()
        if self._over:
            return None
        prompt = self._teller.tell(self.visit.state)
        if prompt is None:
            await self._settle()
        elif self._teller.place.closes_itself:
            self.visit.feed(Closed())
            prompt = None
        else:
            self._source.asking(prompt)
            self._write(prompt.text)
            self._say_aloud(prompt)
        return prompt

    async def _settle(self) -> None:
        """Wait for the call under way; say so once when it takes long."""
        said = False
        while self.visit.state.busy is not None and not self._over:
            self._moved.clear()
            try:
                async with asyncio.timeout(None if said else self._patience):
                    await self._moved.wait()
            except TimeoutError:
                said = True
                self._teller.wait(self.visit.state)

    async def _hear(self, prompt: Prompt) -> Heard:
        kept, self._taker.kept = self._taker.kept, None
        if kept is not None and kept[0] == prompt.spot:
            self._write("\n")
            return Line(kept[1], ahead=True)
        state = self.visit.state
        if (state.overlay or state.step) is not prompt.page.where:  # Ctrl+C came between asking and hearing
            self._write("\n")
            return Stopped()
        self._hearing = True
        try:
            return await self._source.hear(prompt, clear(self._typed.pop(prompt.spot, "")))
        finally:
            self._hearing = False

    def _say_aloud(self, prompt: Prompt) -> None:
        if self._voice is not None:
            self._voice.ask(prompt.page, _name(prompt), self._teller.words, prompt.aloud)

    async def _take(self, prompt: Prompt, heard: Heard) -> None:
        again, self._again = self._again, False
        if self._voice is not None and self._voice.key(_key(prompt, heard)):
            return
        match heard:
            case Ended():
                self._teller.line("line.end")
                self.unfinished = unfinished(self.visit.state)
                self.visit.feed(Command("quit"))
            case Stopped(typed) if again:
                self._stands(prompt, typed)
            case Stopped(typed) if typed:
                self._keep(prompt, typed)
            case Pressed(key, typed, ahead):
                self._stands(prompt, typed)
                if typed and key == LINE_FACE_KEY and prompt.page.where is Step.LOGIN:  # it goes along
                    self._keep(prompt, typed)
                await self._taker.key(prompt, key, ahead=ahead)
            case Line(text, ahead):
                await self._taker.line(prompt, text, ahead=ahead)

    def _keep(self, prompt: Prompt, typed: str) -> None:
        """Keep a half-typed answer as the screens do; a secret stays on its line only while its page is there."""
        if self.visit.state.overlay is not None:
            self._stands(prompt, typed)
        elif isinstance(prompt.field, EntryItem) and isinstance(prompt.field.value, str):
            self.visit.feed(Edited(prompt.field.id, typed))

    def _stands(self, prompt: Prompt, typed: str) -> None:
        """Let `typed` stand on the line again when the same is asked again."""
        self._typed[prompt.spot] = Secret(typed) if prompt.hidden or prompt.secret else typed

    def _run(self, call: Coroutine[Any, Any, None]) -> Running:
        task = asyncio.get_running_loop().create_task(call)
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)
        return task

    def _changed(self, before: State, after: State) -> None:
        self._moved.set()
        session_ended = before.account.session is not None and after.account.session is None
        if session_ended or (before.step, before.overlay, before.quit) != (after.step, after.overlay, after.quit):
            self._source.stop()
        if before.person.generation != after.person.generation:
            self._typed.clear()
        if session_ended or before.step is not after.step:
            way = (after.step, *after.trail)
            self._typed = {
                spot: typed
                for spot, typed in self._typed.items()
                if not isinstance(typed, Secret)
                and (spot[0] in way or not (isinstance(spot[0], Step) and is_public(spot[0])))
            }
        if after.overlay is None:
            self._typed = {spot: typed for spot, typed in self._typed.items() if not isinstance(spot[0], Overlay)}


def _name(prompt: Prompt) -> str:
    return prompt.field.id if prompt.field is not None else ""


def _key(prompt: Prompt, heard: Heard) -> str:
    """Return the key that may be the voice's, pressed or typed alone; no secret is one."""
    match heard:
        case Pressed(key):
            return key
        case Line(text) if not prompt.hidden or text.strip().lower() == "f11":
            return text.strip().lower()
        case _:
            return ""
