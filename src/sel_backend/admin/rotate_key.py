"""`rotate-key`: make a new key for new seals and digests; the older keys still open what they sealed.

On several machines in three steps, so that none meets a key that it does not have: `--add` and copy the file, restart
all, then `--use` everywhere and restart again. Servers read the keys when they start.
"""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Final

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
from sel_backend.admin.check_keys import CHECK_KEYS
from sel_backend.backend import Backend
from sel_backend.security.keys import Keys, read_keys, with_new_key, write_keys
from sel_backend.settings import Settings
from sel_backend.storage import installation
from sel_backend.storage.sealed import seal_again, sealed_otherwise
from sel_contract.base import Request
from sel_contract.text import SHORT, Typed

_BATCH: Final = 500


class RetireKeyRequest(Request):
    """Which key to retire, by its name.

    Attributes:
        forget_counters: the first key goes with what it names, instead of leaving that behind.
    """

    name: Annotated[str, Typed(SHORT)]
    forget_counters: bool = False


class ResealRequest(Request):
    """Where the batch of sealed mails begins: after this one."""

    mail: Annotated[str, Typed(SHORT)] = ""


async def usage(backend: Backend, _request: NoArguments) -> Result:
    """Return for each key, by its name, how many rows need it."""
    return await backend.core.database.run(lambda tx: installation.rows_by_key(tx, backend.core.keys.material))


async def retire(backend: Backend, request: RetireKeyRequest) -> Result:
    """Delete the fingerprint of a key, so that the file of keys no longer has to contain it.

    Raises:
        TaskRefusedError: existing rows still need it, or new ones would.
    """
    keys, name = backend.core.keys, request.name
    if name == keys.current:
        raise TaskRefusedError(f"{name} is the current key: restart the server after a rotation")
    without = _left(keys, request)

    def work(tx: Connection) -> Result:
        if needed := installation.rows_by_key(tx, [name]).get(name, 0):
            raise TaskRefusedError(f"{needed} rows still need {name}")
        installation.forget_key(tx, name)
        if name == keys.oldest:
            installation.let_last(tx, without, without.oldest, backend.core.clock())
        return {"retired": name}

    return await backend.core.database.run(work)


async def reseal(backend: Backend, request: ResealRequest) -> Result:
    """Seal a batch of mails with the current key; return how many, how many cannot be opened, and where it ended."""
    keys = backend.core.keys

    def work(tx: Connection) -> Result:
        done = unreadable = 0
        rows = sealed_otherwise(tx, keys.current, request.mail, _BATCH)
        for row_id, sealed in rows:
            if keys.opens(sealed):
                seal_again(tx, row_id, sealed, keys.seal(keys.unseal(sealed)))
                done += 1
            else:
                unreadable += 1
        return {"resealed": done, "unreadable": unreadable, "next": rows[-1][0] if rows else None}

    return await backend.core.database.run(work)


KEY_USAGE = Task("key-usage", NoArguments, usage)
RETIRE_KEY = Task("retire-key", RetireKeyRequest, retire)
RESEAL = Task("reseal", ResealRequest, reseal)


def main(arguments: Sequence[str]) -> int:
    """Change the file of keys; return 0, or 1 when it cannot be done."""
    parser = argument_parser("rotate-key", "Make a new key and use it; restart the servers afterwards.")
    steps = parser.add_mutually_exclusive_group()
    steps.add_argument("--add", action="store_true", help="make it, but go on using the current one")
    steps.add_argument("--use", metavar="NAME", help="use a key that was added before")
    steps.add_argument("--retire", metavar="NAME", help="remove a key that nothing needs any more")
    parser.add_argument(
        "--forget-counters", action="store_true", help="with --retire, of the first key: what it names goes too"
    )
    steps.add_argument("--reseal", action="store_true", help="seal waiting mails with the current key")
    steps.add_argument("--list", action="store_true", help="say how many rows need each key")
    chosen = parser.parse_args(arguments)
    return run_command(chosen, lambda settings: _rotate(settings, chosen))


def _rotate(settings: Settings, chosen: argparse.Namespace) -> int:
    # Rotating other keys than the database's own would write a file that no server accepts.
    perform(settings, CHECK_KEYS, NoArguments())
    keys = read_keys(settings.keys_path)
    if chosen.list:
        for name, rows in perform(settings, KEY_USAGE, NoArguments()).items():
            write_line(f"{name:<6} {rows:>10} rows{'  current' if name == keys.current else ''}")
        return DONE
    if chosen.reseal:
        return _reseal(settings)
    if chosen.retire:
        changed = _without(settings, keys, RetireKeyRequest(name=chosen.retire, forget_counters=chosen.forget_counters))
    elif chosen.use:
        if chosen.use not in keys.material:
            raise TaskRefusedError(f"there is no key {chosen.use}; there are {', '.join(keys.material)}")
        changed = replace(keys, current=chosen.use)
    else:
        changed = with_new_key(keys)
        if not chosen.add:
            changed = replace(changed, current=list(changed.material)[-1])
    _write(settings, changed)
    write_line(f"keys {', '.join(changed.material)}; current {changed.current}; restart the servers")
    return DONE


def _without(settings: Settings, keys: Keys, request: RetireKeyRequest) -> Keys:
    name = request.name
    if name == keys.current:
        raise TaskRefusedError(f"{name} is the current key")
    if name not in keys.material:
        raise TaskRefusedError(f"there is no key {name}")
    if name == keys.oldest and not request.forget_counters:
        # Before the database demands it: a file with more in it than is needed is accepted.
        _write(settings, keys.carrying())
    # The database before the file: one with a key too many is accepted, one with a key missing is not.
    perform(settings, RETIRE_KEY, request)
    return _left(keys, request)


def _left(keys: Keys, request: RetireKeyRequest) -> Keys:
    """Return the keys that a retirement leaves; counters go with the first one only where that was said."""
    if request.name != keys.oldest:
        return keys.without(request.name)
    kept = replace(keys, carried={}) if request.forget_counters else keys.carrying()
    return kept.without(request.name)


def _write(settings: Settings, keys: Keys) -> None:
    try:
        write_keys(settings.keys_path, keys)
    except OSError as error:
        raise TaskRefusedError(f"the keys at {settings.keys_path} cannot be written: {error.strerror}") from error


def _reseal(settings: Settings) -> int:
    """Seal batch after batch; after a kill the same command finds those that are left."""
    done = unreadable = 0
    place: str | None = ""
    while place is not None:
        result = perform(settings, RESEAL, ResealRequest(mail=place))
        done, unreadable, place = done + result["resealed"], unreadable + result["unreadable"], result["next"]
    write_line(f"{done} mails sealed anew; {unreadable} cannot be opened by any key")
    return DONE
