"""What the operator's commands share: tasks, settings, running a task here or in a running server, exit codes.

It knows no command, and only `registry` knows them all: the server imports the registry and each command imports this.
"""

import argparse
import asyncio
import http.client
import json
import sys
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from sel_backend.backend import Backend, build
from sel_backend.installation import checks
from sel_backend.security.keys import RESTORE, KeysFileError, operator_token, read_keys
from sel_backend.serving.errors import CannotStartError, DataRefusedError, FolderInUseError
from sel_backend.serving.lock import alone_in
from sel_backend.settings import Settings
from sel_backend.settings_sources import load_settings
from sel_backend.storage.address import DatabaseAddressError
from sel_contract.base import Request

P = TypeVar("P", bound=Request)
Result = dict[str, Any]

DONE: Final = 0
FAILED: Final = 1
WRONG_USE: Final = 2
REFUSED: Final = 78  # EX_CONFIG of sysexits.h, as `serve`
_PORT_SECONDS: Final = 3600


class TaskRefusedError(Exception):
    """A task cannot be done; the message is a sentence for an operator and holds no secret."""


@dataclass(frozen=True)
class Task(Generic[P]):
    """What an operator can have done, in the command's own process or in a running server.

    Attributes:
        name: the last part of its path on the operator's port.
        request: the model of its arguments.
        do: performs it and returns its result, which must be JSON. It reaches the database through `database.run` only,
            so that it can run in a server.
    """

    name: str
    request: type[P]
    do: Callable[[Backend, P], Awaitable[Result]]


class NoArguments(Request):
    """The request of a task that takes no arguments."""


def argument_parser(name: str, description: str) -> argparse.ArgumentParser:
    """Return a command's parser with the options that all commands share."""
    made = argparse.ArgumentParser(prog=f"sel-backend {name}", description=description)
    made.add_argument("--settings", type=Path, metavar="FILE", help="a TOML file")
    made.add_argument("--data", type=Path, metavar="DIR", help="the data folder")
    made.add_argument("--operator-port", type=int, help="where a running server with SQLite listens for operators")
    return made


def settings_of(chosen: argparse.Namespace) -> Settings:
    """Return the settings from the command line, the environment and the settings file, in this order of precedence.

    Raises:
        TaskRefusedError: the settings are not valid or their file cannot be read.
    """
    try:
        return load_settings(chosen.settings, data_folder=chosen.data, server={"operator_port": chosen.operator_port})
    except (ValueError, OSError) as error:
        raise TaskRefusedError(f"the settings cannot be used: {error}") from error


def open_backend(settings: Settings, stack: ExitStack) -> Backend:
    """Return a back end on the settings' database, closed with `stack`.

    Raises:
        FolderInUseError: another process, as a rule a server, holds SQLite's lock.
        CannotStartError: nothing was made yet, or the database cannot be used.
        DataRefusedError: folder, database and keys are not what they must be.
    """
    checks.insist_on_folder(settings)
    checks.insist_on_texts(settings)
    checks.insist_on_file(settings)
    if settings.url.startswith("sqlite"):
        stack.enter_context(alone_in(settings.data_folder))
    database = checks.opened(settings)
    stack.callback(database.close)
    backend = build(settings, database=database, keys=checks.fitting_keys(database, settings))
    stack.callback(backend.core.hasher.close)
    return backend


def perform(settings: Settings, task: Task[P], request: P) -> Result:
    """Run a task in this process, or through the operator's port while a server holds SQLite's lock.

    Args:
        settings: those of the service.
        task: what to do.
        request: the task's arguments.

    Returns:
        The task's result.

    Raises:
        TaskRefusedError: it cannot be done.
        CannotStartError: nothing was made yet, or the database cannot be used.
        DataRefusedError: folder, database and keys are not what they must be.
    """
    with ExitStack() as stack:
        try:
            backend = open_backend(settings, stack)
        except FolderInUseError:
            return _perform_in_server(settings, task.name, request)

        async def do() -> Result:
            result = await task.do(backend, request)
            await backend.core.background.settle()
            return result

        return asyncio.run(do())


def _perform_in_server(settings: Settings, name: str, request: Request) -> Result:
    server = settings.server
    if not server.operator_port:
        raise TaskRefusedError(
            "a server uses the database and its operator's port is not known: "
            "start it with --operator-port and give the same here, or stop it first"
        )
    try:
        token = operator_token(read_keys(settings.keys_path))
    except KeysFileError as error:
        raise DataRefusedError(error.found, error.advice) from error
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
    }
    connection = http.client.HTTPConnection(server.operator_host, server.operator_port, timeout=_PORT_SECONDS)
    try:
        connection.request("POST", f"/operator/{name}", request.wire(), headers)
        response = connection.getresponse()
        result: Result = json.loads(response.read())
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise TaskRefusedError(
            f"nobody answers on the operator's port {server.operator_port}: {type(error).__name__}"
        ) from error
    finally:
        connection.close()
    if response.status == 401:  # noqa: PLR2004 - the token follows from the keys
        raise DataRefusedError(f"the keys at {settings.keys_path} are not the running server's", RESTORE)
    if response.status != 200:  # noqa: PLR2004 - done
        raise TaskRefusedError(
            str(result.get("refused") or f"the server answered {response.status} {result.get('type')}")
        )
    return result


def run_command(chosen: argparse.Namespace, work: Callable[[Settings], int]) -> int:
    """Load the settings, run a command's work with them and return its exit code.

    An expected failure becomes one line on standard error.
    """
    try:
        return work(settings_of(chosen))
    except (TaskRefusedError, CannotStartError, DatabaseAddressError) as error:
        sys.stderr.write(f"sel-backend: {error}\n")
        return REFUSED if isinstance(error, DataRefusedError) else FAILED


def write_line(line: str) -> None:
    """Write a line to standard output."""
    sys.stdout.write(f"{line}\n")
