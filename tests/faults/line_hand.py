"""A person's hand on the line face: reads each question, and answers by fields, numbers and the keys' names."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from sel_tui.journey.core.events import Event, Opened
from sel_tui.journey.core.page import Button, EntryItem
from sel_tui.journey.registry import Overlay
from sel_tui.line.face import LineFace
from sel_tui.line.prompts import Prompt
from sel_tui.line.renderer import Renderer
from sel_tui.line.sentences import LineWords
from sel_tui.line.sources import EndOfInput, InputEvent, Interrupted, Line
from sel_tui.runtime.options import VisitOptions
from sel_tui.runtime.visit import Visit
from tests.faults.clock import ClockLoop
from tests.faults.hand import Hand
from tests.scenarios.walk import drafts

_KEYS = {"log_out": "f10", "hand_off": "f3"}
_MOST_ANSWERS = 200


class LineHand(Hand):
    """One visit on the line face, whose source of input it is.

    Args:
        loop: The event loop in which it runs.
        address: Where the line begins.
    """

    def __init__(self, loop: ClockLoop, address: str) -> None:
        super().__init__(loop, address, kiosk=False)
        self._goal: tuple[str, str] | dict[str, str] | None = None
        self._wake, self._idle = asyncio.Event(), asyncio.Event()
        self._stopped = False
        self._answers = 0
        self._before: tuple[Any, int] = (None, 0)
        self.written: list[str] = []
        renderer = Renderer(self._write, words=LineWords, hints=False)

        def visit(run: Any, changed: Callable[..., None]) -> Visit:
            return Visit(VisitOptions(address), run, changed, awake=loop.time)

        self._face = LineFace(visit, self, renderer, self._write)
        self.visit = self._face.visit
        self._tasks = self._face._calls
        self._run_of_face: asyncio.Task[None] | None = None

    def _write(self, line: str) -> None:
        self.written = [*self.written[-40:], line]

    # ------------------------------------------------------------------------------------------ the hand

    def begins(self) -> None:
        self._run_of_face = self._loop.create_task(self._face.run())

    def does(self, name: str, arg: str = "") -> None:
        self._wants((name, arg))

    def types(self, **typed: str) -> None:
        held = drafts(self.state)  # what stands there already is not always asked again
        self._wants({name: text for name, text in typed.items() if held.get(name) != text})

    def feed(self, event: Event) -> None:
        assert event == Opened(Overlay.CONTACT)
        self._wants(("f3", ""))

    def _wants(self, goal: tuple[str, str] | dict[str, str]) -> None:
        assert self._goal is None or self._goal == ("f3", "")
        self._goal, self._answers = goal, 0
        self._before = self.state.step, self.state.requests
        self._idle.clear()
        self._wake.set()

    async def settles(self) -> None:
        """Wait until what was wanted is done, no answer is awaited, and the next question is asked."""
        assert self._run_of_face is not None
        while self._goal is not None or self.state.busy is not None or not self._idle.is_set():
            idle = asyncio.ensure_future(self._idle.wait())
            try:
                await asyncio.wait((idle, self._run_of_face), return_when=asyncio.FIRST_COMPLETED)
            finally:
                idle.cancel()
            if self._run_of_face.done():
                self._run_of_face.result()
                raise AssertionError("the face has ended: " + "".join(self.written))
            await asyncio.sleep(0)

    async def vanishes(self) -> None:
        """End as a process does that is killed."""
        if self._run_of_face is not None:
            self._run_of_face.cancel()
            await asyncio.gather(self._run_of_face, return_exceptions=True)
        await super().vanishes()

    async def ends(self) -> None:
        """Leave the program: the input ends."""
        self._face.stop()
        if self._run_of_face is not None:
            await self._run_of_face
        await super().ends()

    # ------------------------------------------------------------------------------------------ the source

    def prepare(self, prompt: Prompt) -> None:
        """Nothing is typed ahead."""

    def erase(self) -> bool:
        """Nothing is erased: this is no terminal."""
        return False

    def stop(self) -> None:
        """Let a question be asked anew."""
        self._stopped = True
        self._wake.set()

    async def read(self, prompt: Prompt, typed: str = "") -> InputEvent:
        """Answer `prompt` as the goal wants; wait for one where there is none."""
        self._stopped = False
        while True:
            answer = self._answer(prompt)
            if answer is not None:
                self._answers += 1
                assert self._answers < _MOST_ANSWERS, (self._goal, self.written)
                return Line(answer)
            self._wake.clear()
            self._idle.set()
            await self._wake.wait()
            if self._stopped:
                self._idle.clear()
                return Interrupted(typed) if not self._face._stopping else EndOfInput()

    def _answer(self, prompt: Prompt) -> str | None:
        """Return what is typed now; None when all is done."""
        match self._goal:
            case None:
                return None
            case dict():
                return self._typed(prompt, self._goal)
            case (name, arg):
                return self._pressed(prompt, name, arg)

    def _typed(self, prompt: Prompt, rest: dict[str, str]) -> str | None:
        if isinstance(prompt.field, EntryItem) and prompt.field.id in rest:
            return rest.pop(prompt.field.id)
        if not rest and self._before != (self.state.step, self.state.requests):
            self._goal = None  # the last answer has sent the form
            return None
        if prompt.field is not None and rest:
            return ""
        if rest:
            return "<"  # what was typed before is asked again
        return self._pressed(prompt, "submit", "")

    def _pressed(self, prompt: Prompt, name: str, arg: str) -> str:
        button = _button(prompt, name, arg)
        if button is None and prompt.field is None and name in _KEYS:
            return _KEYS[name]  # opens what it stands in
        if name in {"back", "f3"}:
            self._goal = None
            return "<" if name == "back" else name
        if button is None:
            assert prompt.field is not None or prompt.leads_on, (name, arg, self.written)
            return _KEYS.get(name, ">")
        if prompt.field is not None:
            return ">"
        self._goal = None
        return str(prompt.buttons.index(button) + 1)


def _button(prompt: Prompt, name: str, arg: str) -> Button | None:
    return next((one for one in prompt.buttons if (one.command, one.arg) == (name, arg)), None)
