"""What the operator's commands share: settings, doing a task here or through the operator's port, exit codes."""

import argparse
import asyncio
import http.client
import json
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from sel_backend.backend import Backend, build
from sel_backend.installation import checks
from sel_backend.operations.catalogue import TASKS
from sel_backend.operations.task import TaskRefusedError, Told
from sel_backend.security.keys import RESTORE, KeysFileError, operator_token, read_keys
from sel_backend.serving.errors import CannotStartError, DataRefusedError, FolderInUseError
from sel_backend.serving.lock import alone_in
from sel_backend.settings import Settings, load_settings
from sel_backend.storage.database import DatabaseAddressError, open_database
from sel_contract.base import Request

DONE: Final = 0
FAILED: Final = 1
WRONG_USE: Final = 2
REFUSED: Final = 78  # EX_CONFIG of sysexits.h, as `serve`
_PORT_SECONDS: Final = 3600


def command(name: str, description: str) -> argparse.ArgumentParser:
    """Return a command line with what every command understands."""
    made = argparse.ArgumentParser(prog=f"sel-backend {name}", description=description)
    made.add_argument("--settings", type=Path, metavar="FILE", help="a TOML file")
    made.add_argument("--data", type=Path, metavar="DIR", help="the data folder")
    made.add_argument("--operator-port", type=int, help="where a running server with SQLite listens for operators")
    return made


def settings_of(chosen: argparse.Namespace) -> Settings:
    """Return the settings that a command line, the environment and a file make.

    Raises:
        TaskRefusedError: they cannot be used.
    """
    try:
        return load_settings(chosen.settings, data_folder=chosen.data, server={"operator_port": chosen.operator_port})
    except (ValueError, OSError) as error:
        raise TaskRefusedError(f"the settings cannot be used: {error}") from error


def opened(settings: Settings, stack: ExitStack) -> Backend:
    """Return a back end on the settings' database, closed with `stack`.

    Raises:
        FolderInUseError: a server holds SQLite's lock.
        CannotStartError: nothing was made yet, or the database cannot be used.
        DataRefusedError: folder, database and keys are not what they must be.
    """
    checks.insist_on_folder(settings)
    checks.insist_on_file(settings)
    if settings.url.startswith("sqlite"):
        stack.enter_context(alone_in(settings.data_folder))
    database = open_database(settings.url, settings.database_connections)
    stack.callback(database.close)
    backend = build(settings, database=database, keys=checks.fitting_keys(database, settings))
    stack.callback(backend.core.hasher.close)
    return backend


def perform(settings: Settings, name: str, request: Request) -> Told:
    """Do a task here, or through the operator's port while a server holds SQLite's lock; return what it tells.

    Raises:
        TaskRefusedError: it cannot be done.
    """
    with ExitStack() as stack:
        try:
            backend = opened(settings, stack)
        except FolderInUseError:
            return _through_port(settings, name, request)

        async def do() -> Told:
            told = await TASKS[name].do(backend, request)
            await backend.core.background.settle()
            return told

        return asyncio.run(do())


def _through_port(settings: Settings, name: str, request: Request) -> Told:
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
        told: Told = json.loads(response.read())
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise TaskRefusedError(
            f"nobody answers on the operator's port {server.operator_port}: {type(error).__name__}"
        ) from error
    finally:
        connection.close()
    if response.status == 401:  # noqa: PLR2004 - the token follows from the keys
        raise DataRefusedError(f"the keys at {settings.keys_path} are not the running server's", RESTORE)
    if response.status != 200:  # noqa: PLR2004 - done
        raise TaskRefusedError(str(told.get("refused") or f"the server answered {response.status} {told.get('type')}"))
    return told


def run(chosen: argparse.Namespace, work: Callable[[Settings], int]) -> int:
    """Return the exit code of a command; what keeps it from its work becomes one line on standard error."""
    try:
        return work(settings_of(chosen))
    except (TaskRefusedError, CannotStartError, DatabaseAddressError) as error:
        sys.stderr.write(f"sel-backend: {error}\n")
        return REFUSED if isinstance(error, DataRefusedError) else FAILED


def say(line: str) -> None:
    """Write one line for the operator."""
    sys.stdout.write(f"{line}\n")
