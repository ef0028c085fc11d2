"""The loop of the line face: prompt, read, dispatch, and again. Input and output are given to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, Final

from sel_tui.journey.core.commands import COPY_REFERENCE, FULL_SCREEN, VOICE
from sel_tui.journey.core.effects import FetchService
from sel_tui.journey.core.events import Cancelled, Closed, Command, Edited, Opened
from sel_tui.journey.core.messages import Msg, msg, personal
from sel_tui.journey.core.page import EntryItem
from sel_tui.journey.core.state import State
from sel_tui.journey.registry import Overlay, Step
from sel_tui.line.commands import LineCommand
from sel_tui.line.dispatcher import Dispatcher
from sel_tui.line.half_typed import HalfTyped
from sel_tui.line.progress import unfinished
from sel_tui.line.prompts import Prompt
from sel_tui.line.renderer import Renderer
from sel_tui.line.sources import EndOfInput, InputEvent, Interrupted, KeyPressed, Line, Source
from sel_tui.runtime.key_bindings import LINE_FACE_KEY, own_event
from sel_tui.runtime.visit import Run, Running, Visit
from sel_tui.voice import KEY as VOICE_KEY
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
        clipboard: How the terminal's clipboard is reached; "" for not at all.

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
        clipboard: str = "",
    ) -> None:
        self._calls: set[asyncio.Task[None]] = set()
        self._source = source
        self._renderer = renderer
        self._write = write
        self._patience = patience
        self._voice = voice
        self._clipboard = clipboard
        self._state_changed = asyncio.Event()
        self._half_typed = HalfTyped()
        self._warned = False
        self._reading = False
        self._prompt_again = False
        self._stopping = False
        self.visit = visit(self._run, self._changed)
        self.unfinished: Msg | None = None
        own: dict[str, Callable[[str], None]] = {VOICE: lambda _: self._start_voice(), COPY_REFERENCE: self._copy}
        if screens is not None:
            own[FULL_SCREEN] = lambda _: screens()
        self._dispatcher = Dispatcher(self.visit, renderer, self._settle, source.erase, own)

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
        state = self.visit.state
        if state.overlay is Overlay.EXPIRING:  # a warning is no question: what it lies over is asked
            self._warn()
            state = replace(state, overlay=None)
        prompt = self._renderer.render(state)
        if prompt is None:
            await self._settle()
        elif self._renderer.progress.closes_itself:
            self.visit.feed(Closed())
            prompt = None
        else:
            self._source.prepare(prompt)
            self._show(prompt)
        return prompt

    def _show(self, prompt: Prompt) -> None:
        self._write(prompt.text)
        self._say_aloud(prompt)

    def _warn(self) -> None:
        """Write that the session is about to end, once for each warning."""
        if not self._warned:
            self._warned = True
            self._renderer.warn(self.visit.state)

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
                self._say_aloud()

    async def _read(self, prompt: Prompt) -> InputEvent:
        """Read the answer to `prompt`; a warning that comes meanwhile is written, and what was typed stands again."""
        typed = self._half_typed.take(prompt)
        self._reading = True
        try:
            while True:
                state = self.visit.state
                warns = state.overlay is Overlay.EXPIRING
                if not warns and (state.overlay or state.step) is not prompt.page.where:
                    self._write("\n")  # Ctrl+C came between prompting and reading
                    return Interrupted(typed)
                event = await self._source.read(prompt, typed)
                if not isinstance(event, Interrupted):
                    return event
                if self._warned or self.visit.state.overlay is not Overlay.EXPIRING:
                    return event
                typed = event.typed
                self._warn()
                self._show(prompt)
        finally:
            self._reading = False

    def _say_aloud(self, prompt: Prompt | None = None) -> None:
        """Have said what was written since the last time, and `prompt` after it."""
        opened = self._renderer.transcript.opened
        written = (*self._renderer.transcript.take(), *(prompt.asked if prompt is not None else ()))
        if self._voice is not None:
            page = self._renderer.progress.page
            name = prompt.field.id if prompt is not None and prompt.field is not None else ""
            self._voice.read(written, page, name, self._renderer.words.aloud, opened=opened)

    async def _dispatch(self, prompt: Prompt, event: InputEvent) -> None:
        again, self._prompt_again = self._prompt_again, False
        if self._voice is not None and self._voice.key(_key(prompt, event)):
            return
        expiring = self.visit.state.overlay is Overlay.EXPIRING
        match event:
            case EndOfInput(unread):
                self._renderer.line("line.unread" if unread else "line.end")
                self.unfinished = unfinished(self.visit.state)
                self.visit.feed(Command("quit"))
            case Interrupted(typed) if again:
                self._half_typed.keep(prompt, typed)
            case Interrupted(typed) if typed:
                self._keep(prompt, typed)
            case KeyPressed(key, typed, ahead):
                self._half_typed.keep(prompt, typed)
                if typed and key == LINE_FACE_KEY and prompt.page.where is Step.LOGIN:  # it goes along to the screens
                    self._keep(prompt, typed)
                if not expiring or key == "f10" or await self._stay(prompt):
                    await self._dispatcher.key(prompt, key, ahead=ahead)
            case Line(text) if expiring and not await self._stay(prompt):
                self._keep(prompt, text)
            case Line("") if expiring:
                pass
            case Line(text, ahead):
                await self._dispatcher.line(prompt, text, ahead=ahead)

    async def _stay(self, prompt: Prompt) -> bool:
        """Keep the session open, as any answer does; tell whether what `prompt` asks is still to be answered."""
        person = self.visit.state.person.generation
        self.visit.feed(Command("stay"))
        await self._settle()
        state, where = self.visit.state, prompt.page.where
        if state.person.generation != person or state.overlay is not None:
            return False
        if isinstance(where, Overlay):
            self.visit.feed(Opened(where))
        elif state.step is not where:
            return False
        self._renderer.line("line.stayed")
        return True

    def _copy(self, reference: str) -> None:
        from sel_tui.terminal.clipboard import copying

        self._write(copying(reference, self._clipboard))
        self._renderer.message(msg("reference.copied", reference=personal(reference)))

    def _start_voice(self) -> None:
        if self._voice is not None:
            self._voice.key(VOICE_KEY)

    def _keep(self, prompt: Prompt, typed: str) -> None:
        """Keep a half-typed answer as the screens do; a secret stays only while its page is shown."""
        if self.visit.state.overlay is not None:
            self._half_typed.keep(prompt, typed)
        elif isinstance(prompt.field, EntryItem) and isinstance(prompt.field.value, str):
            self.visit.feed(Edited(prompt.field.id, typed))

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
        if after.overlay is not Overlay.EXPIRING:
            self._warned = False
        self._half_typed.end(before, after)


def _key(prompt: Prompt, event: InputEvent) -> str:
    """Return the key that may be one of the voice, pressed or typed alone; "" for anything else, secrets included."""
    match event:
        case KeyPressed(key):
            return key
        case Line(text) if text.strip() != LineCommand.SPELL and (not prompt.hidden or text.strip().lower() == "f11"):
            return text.strip().lower()  # `=` is the line face's own: it writes what it spells
        case _:
            return ""
