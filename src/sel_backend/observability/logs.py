"""JSON logs, one object a line, with the request's id and no personal data.

What may be written is a list, not a filter: our own messages are constant sentences, their details named fields with
harmless values; of everybody else's the template is written with its numbers, and of failures only the type and the
place.
"""

import json
import logging
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
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
)
# Migrations know revisions and their titles, never a row.
_HARMLESS: Final = "alembic."
_LIMIT: Final = 200
_LEFT_OUT: Final = "…"
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
        return _encode(line)


def configure(path: Path | None) -> None:
    """Write logs as JSON: to a file, or to standard error, where a service manager collects them."""
    handler: logging.Handler
    if path is None:
        handler = logging.StreamHandler(sys.stderr)
    else:
        handler = logging.FileHandler(path, encoding="utf-8", delay=True)
    handler.setFormatter(JsonFormatter())
    # What no line of ours says need not be looked up for each.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
