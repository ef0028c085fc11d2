"""Runs a command for scripts: one line of JSON on the standard output, or on the standard error and nothing else."""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from sel_contract.base import Response
from sel_tui.i18n import Words
from sel_tui.journey.core.messages import msg, public
from sel_tui.runtime.calls import failure_of, open_client
from sel_tui.scripts import commands, exchange
from sel_tui.scripts.outputs import ErrorOutput
from sel_tui.scripts.problems import ScriptError
from sel_tui.terminal.endings import Exit, record_crash
from sel_tui.terminal.signal_mask import BLOCKED

if TYPE_CHECKING:
    import argparse

    from sel_tui.api import ApiClient
    from sel_tui.settings import Settings

_ENDINGS: Final = {
    signal.SIGINT: Exit.INTERRUPTED,
    signal.SIGTERM: Exit.TERMINATED,
    signal.SIGHUP: Exit.HANGUP,
}
# Seconds in which a session that is not needed any more is ended; else it ends by itself.
_LEAVE: Final = 5


def run_script(settings: Settings, parsed: argparse.Namespace) -> int:
    """Run a command and print what it gives; return the exit code.

    Args:
        settings: The settings; the server's address is one of them.
        parsed: The command line: `script` is the command.
    """
    key = ""
    try:
        if parsed.script == "link":
            key = parsed.idempotency_key or commands.new_key()
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # while what is given is read: Python's own writes a traceback
        signal.pthread_sigmask(signal.SIG_UNBLOCK, BLOCKED)
        result = asyncio.run(Run(settings, parsed, key).result())
    except ScriptError as error:
        return print_problem(error, settings.language, key)
    except Exception as error:  # noqa: BLE001  # whatever it is, a script reads JSON and not a traceback
        return print_problem(ScriptError("crash", reference=record_crash(error)), settings.language, key)
    if isinstance(result, Response):
        sys.stdout.buffer.write(result.wire() + b"\n")
        return Exit.OK
    return result


def print_problem(error: ScriptError, language: str, key: str = "") -> int:
    """Print `error` as a line of JSON on the standard error; return its exit code.

    Args:
        error: Why there is no result.
        language: Of its sentence: `fr` or `en`.
        key: The idempotency key; "" for none.
    """
    method = error.details.get("method")
    named = {
        "reference": public(error.details.get("reference", "")),
        "method": msg(f"method.{method.value}") if method is not None else public("?"),
    }
    said = ErrorOutput.model_validate(
        {
            "type": error.kind,
            "title": Words(language).say(error.title(named)),
            "exit_code": error.exit_code,
            "idempotency_key": key or None,
            **error.details,
        }
    )
    sys.stderr.buffer.write(said.wire() + b"\n")
    sys.stderr.flush()
    return error.exit_code


class Run:
    """One command, from what is given to the end of its session.

    Args:
        settings: The settings.
        parsed: The command line.
        key: The idempotency key of `link`.

    Raises:
        ScriptError: What is given cannot be used; nothing was sent.
    """

    def __init__(self, settings: Settings, parsed: argparse.Namespace, key: str) -> None:
        if not settings.server:
            raise ScriptError("no-server")
        self._settings = settings
        self._command = parsed.script
        descriptor = parsed.credentials_fd
        self._given = (
            exchange.read(descriptor, wants_object=self._command in {"questions", "link"})
            if descriptor is not None
            else None
        )
        self._work = self._chosen(parsed, key)
        self._ended_by: Exit | None = None

    async def result(self) -> Response | Exit:
        """Return what the server gave, or the code of the signal that ended the wait for it.

        Raises:
            ScriptError: There is no result.
        """
        task = asyncio.ensure_future(self._perform())
        loop = asyncio.get_running_loop()
        for number, code in _ENDINGS.items():
            loop.add_signal_handler(number, self._end, task, code)
        try:
            return await task
        except asyncio.CancelledError:
            assert self._ended_by is not None, "nobody else cancels"
            return self._ended_by
        finally:
            for number in _ENDINGS:
                loop.remove_signal_handler(number)

    def _end(self, task: asyncio.Task[Response], code: Exit) -> None:
        self._ended_by = code
        task.cancel()

    async def _perform(self) -> Response:
        settings, desk = self._settings, self._command == "case"
        client = open_client(
            settings.server,
            lambda _: None,
            settings.proxy,
            remember_device=settings.remember_device and not settings.kiosk and not desk,
            terminal="script",
            desk=desk,
        )
        client.speak(settings.language)
        work = None
        try:
            await self._log_in(client)
            work = self._work
            return await work.perform(client)
        except ScriptError:
            raise
        except Exception as error:
            failure = failure_of(error)
            if failure is None:
                raise
            writes = work is not None and work.writes
            raise commands.as_problem(failure, error, writes=writes, answered=self._work.answered) from None
        finally:
            with suppress(Exception):
                async with asyncio.timeout(_LEAVE):
                    await client.sessions.close()
            await client.close()

    async def _log_in(self, client: ApiClient) -> None:
        given = self._given
        if given is None:
            return
        if self._command != "case":
            await client.sessions.open(given.email, given.password.reveal())
        elif (await client.desk.log_in(given.email, given.password.reveal())).desk.needs:
            raise ScriptError("desk-session-incomplete")

    def _chosen(self, parsed: argparse.Namespace, key: str) -> commands.Work:
        given = self._given.object if self._given is not None else {}
        match self._command:
            case "status":
                return commands.status(self._settings.server, logged_in=self._given is not None)
            case "links":
                return commands.links()
            case "questions":
                return commands.questions(given)
            case "link":
                return commands.link(parsed.method, given, key)
            case _:
                return commands.desk_case(parsed.reference)
