"""A task: a request, and a coroutine that does it and returns what an operator is told. Runs in any process."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sel_backend.backend import Backend
from sel_contract.base import Request

P = TypeVar("P", bound=Request)
Told = dict[str, Any]


class TaskRefusedError(Exception):
    """A task cannot be done; the message is a sentence for an operator and holds no secret."""


@dataclass(frozen=True)
class Task(Generic[P]):
    """One thing an operator may have done.

    Attributes:
        name: as in the path of the operator's port.
        request: what it must be told.
        do: does it. Everything it asks of the database goes through `database.run`, so that it can run in a server.
    """

    name: str
    request: type[P]
    do: Callable[[Backend, P], Awaitable[Told]]


class Nothing(Request):
    """A task that needs no word."""
