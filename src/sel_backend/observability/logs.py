"""JSON logs, one object a line, with the request's id and no personal data.

What may be written is a list, not a filter: our own messages are constant sentences, their details named fields with
harmless values; of everybody else's the template is written with its numbers, and of failures only the type and the
place.
"""

import json
import logging
import os
import select
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from select import PIPE_BUF
from types import TracebackType
from typing import Any, Final

OURS: Final = "sel_backend"
FIELDS: Final = (
    "method",
    "route",
    "status",
    "milliseconds",
    "failure",
    "place",
    "reference",
    "mail",
    "task",
    "given_up",
    "exit_code",
    "setting",
)
# Migrations know revisions and their titles, never a row.
_HARMLESS: Final = "alembic."
_LIMIT: Final = 200
_LEFT_OUT: Final = "…"
# Of one character: a lone surrogate, or a control character, as JSON escapes it.
_MOST_BYTES: Final = 6
_encode: Final = json.JSONEncoder(ensure_ascii=False).encode

current_request: ContextVar[dict[str, Any] | None] = ContextVar("current_request", default=None)


def place_of(trace: TracebackType | None) -> str:
    """Return file name and line of the innermost frame."""
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}" if trace else ""


class _Text(str):
    """Stands for a text in somebody else's message, whatever conversion its template asks for."""

    __slots__ = ()

    def __repr__(self) -> str:
        return _LEFT_OUT


def _others(record: logging.LogRecord) -> str:
    """Return somebody else's message: its numbers (a process, a port) as they are, every text left out."""
    if record.name.startswith(_HARMLESS):
        return record.getMessage()[:_LIMIT]

    def harmless(value: object) -> object:
        return value if isinstance(value, int | float) else _Text(_LEFT_OUT)

    given = record.args
    if isinstance(given, Mapping):
        filled: object = {name: harmless(value) for name, value in given.items()}
    else:
        filled = tuple(harmless(value) for value in given or ())
    template = str(record.msg)
    try:
        return (template % filled if given else template)[:_LIMIT]
    except (TypeError, ValueError, KeyError):
        return template[:_LIMIT]


class JsonFormatter(logging.Formatter):
    """Formats a record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        ours = record.name == OURS or record.name.startswith(f"{OURS}.")
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage() if ours else _others(record),
        }
        state = current_request.get()
        request_id = getattr(record, "request_id", None) or (state or {}).get("request_id")
        if request_id:
            line["request_id"] = request_id
        for name in FIELDS:
            value = getattr(record, name, None)
            if value is not None:
                line[name] = value if isinstance(value, int | float | bool) else str(value)[:_LIMIT]
        if record.exc_info and record.exc_info[0]:
            line |= {"failure": record.exc_info[0].__name__, "place": place_of(record.exc_info[2])}
        return _fitting(line)


def _fitting(line: dict[str, Any]) -> str:
    """Return a line that can be written at once; its long texts are cut where it would be too long."""
    encoded = _encode(line)
    for limit in (_LIMIT // 2, _LIMIT // 5, _LIMIT // 10):
        # Two bytes are for the line's end, one of them after a torn line; most are known to fit without counting.
        if len(encoded) * _MOST_BYTES < PIPE_BUF or len(_bytes_of(encoded)) <= PIPE_BUF - 2:
            break
        cut = {
            name: value[:limit] + _LEFT_OUT
            for name, value in line.items()
            if len(str(value)) > limit and name != "time"
        }
        encoded = _encode(line | cut)
    return encoded


def _bytes_of(encoded: str) -> bytes:
    # What is no character becomes what JSON writes for it.
    return encoded.encode("utf-8", "backslashreplace")


class LineHandler(logging.Handler):
    """Writes each record by one call of the system, so that no line of another process stands within it.

    A pipe takes up to `PIPE_BUF` bytes at once or not at all, whoever else writes and whoever dies; a file that is
    appended to takes each call whole.
    """

    def __init__(self, path: Path | None, file: int | None = None) -> None:
        """Write to the file at `path`, opened with the first record; to a descriptor; or to standard error."""
        super().__init__()
        self._path = path
        self._file = file
        if path is None and file is None and sys.stderr is not None:
            self._file = sys.stderr.fileno()
        self._torn = False

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record; what cannot be written is lost, and named nowhere."""
        try:
            left = b"\n" * self._torn + _bytes_of(self.format(record)) + b"\n"
            if self._file is None:
                self._file = os.open(self._path or os.devnull, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            while left:
                try:
                    written = os.write(self._file, left)
                except BlockingIOError:
                    self.wait(self._file)
                    continue
                left = left[written:]
                self._torn = bool(left)
        except Exception:  # noqa: BLE001 - logging's own report of it would name what was logged
            self.handleError(record)

    def wait(self, file: int) -> None:
        """Return once a descriptor that does not wait by itself takes more."""
        select.select([], [file], [])

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Say nothing: logging's own report would name what was logged."""

    def close(self) -> None:
        """Close the file that was opened here."""
        if self._path and self._file is not None:
            os.close(self._file)
            self._file = None
        super().close()


def configure(path: Path | None) -> None:
    """Write logs as JSON: to a file, or to standard error, where a service manager collects them."""
    handler = LineHandler(path)
    handler.setFormatter(JsonFormatter())
    # What no line of ours says need not be looked up for each.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
