"""An API client without a server: each call waits until the test answers it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, cast

from sel_contract import Problem
from sel_tui.api import ApiClient, RefusedError


@dataclass(eq=False)
class Call:
    """One call under way: `name` is its path from the client, as `links.by_code`."""

    name: str
    given: tuple[Any, ...]
    end: asyncio.Future[Any]

    def answers(self, result: Any = None) -> None:
        if not self.end.done():
            self.end.set_result(result)

    def raises(self, error: Exception) -> None:
        if not self.end.done():
            self.end.set_exception(error)

    def refuses(self, kind: str, status: int = 422, **more: Any) -> None:
        self.raises(RefusedError(Problem(type=kind, title=kind, status=status, **more)))


@dataclass
class StubClient:
    """Answers nothing by itself."""

    calls: list[Call] = field(default_factory=list)
    language: str = ""
    devices: dict[str, str] = field(default_factory=dict)

    def speak(self, language: str) -> None:
        self.language = language

    async def close(self) -> None:
        """There is no connection to let go of."""

    def __getattr__(self, name: str) -> _Path:
        return _Path(self, name)

    @property
    def last(self) -> Call:
        return self.calls[-1]

    @property
    def names(self) -> list[str]:
        return [call.name for call in self.calls]

    def as_client(self) -> ApiClient:
        return cast("ApiClient", self)


@dataclass
class _Path:
    client: StubClient
    path: str

    def __getattr__(self, name: str) -> _Path:
        return _Path(self.client, f"{self.path}.{name}")

    def __call__(self, *given: Any, **named: Any) -> Any:
        if self.path == "sessions.forget":
            return None
        call = Call(self.path, (*given, *named.values()), asyncio.get_running_loop().create_future())
        self.client.calls.append(call)
        return call.end
