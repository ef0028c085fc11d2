"""`kiosks`: which kiosks are alive, where and since when; `add`, `renew` and `remove` one."""

import argparse
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Final

from pydantic import Field, ValidationError
from sqlalchemy import Connection

from sel_backend.admin.base import (
    DONE,
    NoArguments,
    Result,
    Task,
    TaskRefusedError,
    argument_parser,
    perform,
    run_command,
    write_line,
)
from sel_backend.backend import Backend
from sel_backend.security.tokens import new_token, token_digest
from sel_backend.settings import Settings
from sel_backend.storage import audit, kiosks
from sel_backend.storage.kiosks import KioskRow
from sel_contract import KioskName
from sel_contract.base import Request
from sel_contract.text import SHORT, cleaned

_HEADER: Final = ("NAME", "PLACE", "", "VERSION", "STATE", "RUNS SINCE", "LAST ERROR", "ADDRESS")
_NONE: Final = "there is no kiosk of this name"


class KioskRequest(Request):
    """Which kiosk."""

    name: KioskName


class AddKioskRequest(Request):
    """A new kiosk, and where it stands."""

    name: KioskName
    place: Annotated[str, Field(min_length=1, max_length=SHORT), cleaned(SHORT)]


async def show(backend: Backend, _: NoArguments) -> Result:
    """Return every kiosk, with times in UTC (RFC 3339)."""
    core = backend.core
    rows = await core.database.run(kiosks.every)
    since = core.clock() - timedelta(seconds=core.settings.kiosks.silent_after_seconds)
    return {"kiosks": [_told(row, since) for row in rows]}


def _told(row: KioskRow, since: datetime) -> Result:
    error = {"kind": row.error_kind, "reference": row.error_reference, "at": _written(row.error_at)}
    return {
        "name": row.name,
        "place": row.place,
        "alive": row.seen_at is not None and row.seen_at > since,
        "seen_at": _written(row.seen_at),
        "version": row.version,
        "state": row.state,
        "started_at": _written(row.started_at),
        "last_error": error if row.error_kind else None,
        "network": row.network,
    }


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")


async def add(backend: Backend, request: AddKioskRequest) -> Result:
    """Add a kiosk and return its token, which nobody can read again.

    Raises:
        TaskRefusedError: there is one of this name.
    """
    core, token = backend.core, new_token()

    def work(tx: Connection) -> None:
        now = core.clock()
        if not kiosks.add(tx, request.name, place=request.place, token_hash=token_digest(token), now=now):
            raise TaskRefusedError("there is a kiosk of this name already: renew its token, or remove it first")
        audit.record(tx, now, audit.OPERATOR, "add_kiosk", detail=request.name)

    await core.database.run(work)
    return {"name": request.name, "token": token}


async def renew(backend: Backend, request: KioskRequest) -> Result:
    """Give a kiosk another token and return it; the one before is refused from now on.

    Raises:
        TaskRefusedError: there is no such kiosk.
    """
    core, token = backend.core, new_token()

    def work(tx: Connection) -> None:
        if not kiosks.renew(tx, request.name, token_digest(token)):
            raise TaskRefusedError(_NONE)
        audit.record(tx, core.clock(), audit.OPERATOR, "renew_kiosk", detail=request.name)

    await core.database.run(work)
    return {"name": request.name, "token": token}


async def remove(backend: Backend, request: KioskRequest) -> Result:
    """Forget a kiosk; its token is refused from now on.

    Raises:
        TaskRefusedError: there is no such kiosk.
    """
    core = backend.core

    def work(tx: Connection) -> None:
        if not kiosks.remove(tx, request.name):
            raise TaskRefusedError(_NONE)
        audit.record(tx, core.clock(), audit.OPERATOR, "remove_kiosk", detail=request.name)

    await core.database.run(work)
    return {"name": request.name, "removed": True}


KIOSKS = Task("kiosks", NoArguments, show)
ADD_KIOSK = Task("add-kiosk", AddKioskRequest, add)
RENEW_KIOSK = Task("renew-kiosk", KioskRequest, renew)
REMOVE_KIOSK = Task("remove-kiosk", KioskRequest, remove)


def main(arguments: Sequence[str]) -> int:
    """Show kiosks, or change one; return 0, or 1 when there is no such kiosk, or one already."""
    parser = argument_parser("kiosks", "Show which kiosks are alive; add one, renew its token, or remove it.")
    parser.add_argument("change", nargs="?", choices=("add", "renew", "remove"), help="nothing: show them all")
    parser.add_argument("name", nargs="?", help="of small letters, digits and hyphens: hall-laval")
    parser.add_argument("--place", help="with add: where it stands")
    parser.add_argument("--json", action="store_true", help="for a program")
    chosen = parser.parse_args(arguments)
    if chosen.change and not chosen.name:
        parser.error("which kiosk?")
    if (chosen.change == "add") != (chosen.place is not None):
        parser.error("add, and add alone, takes --place")
    return run_command(chosen, lambda settings: _kiosks(settings, chosen))


def _kiosks(settings: Settings, chosen: argparse.Namespace) -> int:
    if not chosen.change:
        result = perform(settings, KIOSKS, NoArguments())
        lines = _table(result["kiosks"], settings)
    else:
        result = _changed(settings, chosen)
        lines = [f"{name:<6} {result[name]}" for name in ("name", "token") if name in result]
    for line in [json.dumps(result, ensure_ascii=False)] if chosen.json else lines:
        write_line(line)
    return DONE


def _changed(settings: Settings, chosen: argparse.Namespace) -> Result:
    try:
        if chosen.change == "add":
            return perform(settings, ADD_KIOSK, AddKioskRequest(name=chosen.name, place=chosen.place))
        task = RENEW_KIOSK if chosen.change == "renew" else REMOVE_KIOSK
        return perform(settings, task, KioskRequest(name=chosen.name))
    except ValidationError as error:
        raise TaskRefusedError(
            "a name is made of small letters, digits and hyphens, 40 at most; a place is a line of text"
        ) from error


def _table(told: list[Result], settings: Settings) -> list[str]:
    def local(moment: str | None) -> str:
        if moment is None:
            return ""
        return f"{datetime.fromisoformat(moment).astimezone(settings.service.zone):%Y-%m-%d %H:%M}"

    def heard(one: Result) -> str:
        if one["seen_at"] is None:
            return "never heard"
        return "alive" if one["alive"] else f"silent since {local(one['seen_at'])}"

    def error(one: Result) -> str:
        last = one["last_error"] or {}
        return " ".join(filter(None, (last.get("kind"), last.get("reference"), local(last.get("at")))))

    rows = [
        (
            *(one["name"], one["place"], heard(one), one["version"] or "", one["state"] or ""),
            *(local(one["started_at"]), error(one), one["network"] or ""),
        )
        for one in told
    ]
    widths = [max(map(len, column)) for column in zip(_HEADER, *rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in (_HEADER, *rows)]
