"""A stage for the line face: answers from a script, a server that answers at once, what was said as text."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from sel_contract import Links, Problem
from sel_tui.api import ApiClient, RefusedError
from sel_tui.journey.core.state import State
from sel_tui.journey.machine import first_state
from sel_tui.line.face import LineFace
from sel_tui.line.prompts import Prompt
from sel_tui.line.renderer import Renderer
from sel_tui.line.sentences import LineWords
from sel_tui.line.sources import EndOfInput, InputEvent, Interrupted, Line
from sel_tui.runtime.options import VisitOptions
from sel_tui.runtime.visit import Visit
from sel_tui.voice import Voice
from tests.scenarios import desk_records, models, records

ZONE: Final = ZoneInfo("America/Toronto")

# What is heard at a prompt: a line, something heard, or something that happens there and stops the waiting.
Step = str | InputEvent | Callable[["Stage"], Interrupted | None]


def words(language: str) -> LineWords:
    return LineWords(language, ZONE)


def refused(kind: str, status: int = 422, **more: Any) -> RefusedError:
    return RefusedError(Problem(type=kind, title=kind, status=status, reference=models.REFERENCE, **more))


class Server:
    """Answers every call at once; `ends` holds other answers or errors, by the call's path, one after the other."""

    def __init__(self, **ends: Any) -> None:
        self.ends: dict[str, deque[Any]] = {}
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.language = "fr"
        self.devices: dict[str, str] = {}
        self.stage: Stage | None = None
        for path, end in ends.items():
            self.ends[path.replace("__", ".")] = deque(end if isinstance(end, list) else [end])

    def speak(self, language: str) -> None:
        self.language = language

    async def close(self) -> None:
        self.calls.append(("close", ()))

    def named(self, path: str) -> list[tuple[Any, ...]]:
        return [given for name, given in self.calls if name == path]

    def __getattr__(self, name: str) -> _Path:
        return _Path(self, name)

    def answer(self, path: str) -> Any:
        if self.ends.get(path):
            return self.ends[path].popleft()
        usual: dict[str, Any] = {
            "service": models.SERVICE,
            "sessions.open": models.session(),
            "sessions.extend": models.session(),
            "links.methods": models.METHODS,
            "links.questions": models.challenge(self.language),
            "links.by_legacy_access": records.LINK,
            "links.by_questions": records.LINK,
            "links.by_code": records.LINK,
            "links.all": Links(links=(records.LINK,)),
            "links.read": records.DETAIL,
            "links.verify": records.ACCURATE,
            "desk.log_in": desk_records.agent_session(),
            "desk.extend": desk_records.agent_session(),
            "desk.find": desk_records.CASE,
            "desk.case": desk_records.CASE,
            "desk.act": desk_records.SENT,
            "demo.accounts": records.demo().accounts,
            "demo.mailbox": records.demo().mailbox,
        }
        return usual.get(path)


class _Path:
    def __init__(self, server: Server, path: str) -> None:
        self.server = server
        self.path = path

    def __getattr__(self, name: str) -> _Path:
        return _Path(self.server, f"{self.path}.{name}")

    def __call__(self, *given: Any, **named: Any) -> Any:
        self.server.calls.append((self.path, (*given, *named.values())))
        end = self.server.answer(self.path)

        async def answered() -> Any:
            if isinstance(end, Exception):
                raise end
            return await end() if callable(end) else end

        return None if self.path == "sessions.forget" else answered()


class Alarms:
    """Wakes nobody up by itself: a test rings the last alarm."""

    def __init__(self) -> None:
        self.calls: list[Callable[[], None]] = []

    def __call__(self, seconds: float, call: Callable[[], None]) -> Alarms:
        del seconds
        self.calls.append(call)
        return self

    def cancel(self) -> None:
        """The test rings only what it means to."""

    def ring(self) -> None:
        self.calls[-1]()


@dataclass
class Stage:
    """One conversation: what was said, and what the server was asked."""

    server: Server
    script: deque[Step]
    said: list[str] = field(default_factory=list)
    prompts: list[Prompt] = field(default_factory=list)
    alarms: Alarms = field(default_factory=Alarms)
    erases: bool = False
    face: LineFace = field(init=False)

    @property
    def text(self) -> str:
        return "".join(self.said).replace("\u00a0", " ")

    @property
    def asked(self) -> list[str]:
        return [prompt.text.replace("\u00a0", " ").rstrip() for prompt in self.prompts]

    @property
    def state(self) -> State:
        return self.face.visit.state

    def prepare(self, prompt: Prompt) -> None:
        self.prompts.append(prompt)

    async def read(self, prompt: Prompt, typed: str = "") -> InputEvent:
        assert prompt is self.prompts[-1]
        self.said.append(f"{typed if prompt.may_show(typed) else ''}\n")
        step = self.script.popleft() if self.script else EndOfInput()
        if callable(step):
            return step(self) or Interrupted(typed)
        return Line(step) if isinstance(step, str) else step

    def erase(self) -> bool:
        return self.erases

    def stop(self) -> None:
        """Nothing waits here."""


async def converse(
    *script: Step,
    server: Server | None = None,
    language: str = "fr",
    hints: bool = True,
    patience: float = 60,
    voice: Voice | None = None,
    stays: bool = False,
    simulation: bool = False,
    room: int = 0,
    braille: bool = False,
    erases: bool = False,
) -> Stage:
    """Play a conversation to the end of its script."""
    stage = Stage(server or Server(), deque(script), erases=erases)
    stage.server.stage = stage
    renderer = Renderer(
        lambda line: stage.said.append(f"{line}\n"),
        words=words,
        hints=hints,
        stays=stays,
        simulation=simulation,
        room=lambda: room,
        braille=braille,
    )

    def visit(run: Any, changed: Any) -> Visit:
        client = cast("ApiClient", stage.server)
        options = VisitOptions(models.SERVER, language=language)
        made = Visit(options, run, changed, client=client, later=stage.alarms, now=lambda: models.NOW)
        made.state = first_state(language, server=models.SERVER)
        return made

    stage.face = LineFace(visit, stage, renderer, stage.said.append, patience=patience, voice=voice)
    await stage.face.run()
    await stage.face.visit.close()
    renderer.bye()
    return stage


LOGIN: Final = ("nouvelle@exemple.test", "Chantier-2026!")
TO_LEGACY: Final = (*LOGIN, "1")
LEGACY: Final = ("ci1234567", "Ancien-1234!")
