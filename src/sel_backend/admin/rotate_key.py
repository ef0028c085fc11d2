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
from sel_contract.base import Request
from sel_contract.text import SHORT, Typed


class RetireKeyRequest(Request):
    """Which key to retire, by its name.

    Attributes:
        forget_counters: the explicit word that the first key may go, and with it what it names: see `_FIRST`.
    """

    name: Annotated[str, Typed(SHORT)]
    forget_counters: bool = False


_FIRST: Final = (
    "is the first key: without it counted tries and waits are forgotten, questions are drawn anew, and a request that "
    "is sent again across the restart may be done twice; --forget-counters says that you mean it"
)


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
    if name == keys.oldest and not request.forget_counters:
        raise TaskRefusedError(f"{name} {_FIRST}")
    remaining = [one for one in keys.material if one != name]

    def work(tx: Connection) -> Result:
        if needed := installation.rows_by_key(tx, [name]).get(name, 0):
            raise TaskRefusedError(f"{needed} rows still need {name}")
        installation.forget_key(tx, name)
        if name == keys.oldest:
            installation.let_last(tx, keys, remaining[0], backend.core.clock())
        return {"retired": name}

    return await backend.core.database.run(work)


KEY_USAGE = Task("key-usage", NoArguments, usage)
RETIRE_KEY = Task("retire-key", RetireKeyRequest, retire)


def main(arguments: Sequence[str]) -> int:
    """Change the file of keys; return 0, or 1 when it cannot be done."""
    parser = argument_parser("rotate-key", "Make a new key and use it; restart the servers afterwards.")
    steps = parser.add_mutually_exclusive_group()
    steps.add_argument("--add", action="store_true", help="make it, but go on using the current one")
    steps.add_argument("--use", metavar="NAME", help="use a key that was added before")
    steps.add_argument("--retire", metavar="NAME", help="remove a key that nothing needs any more")
    parser.add_argument("--forget-counters", action="store_true", help="with --retire: the first key may go as well")
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
    try:
        write_keys(settings.keys_path, changed)
    except OSError as error:
        raise TaskRefusedError(f"the keys at {settings.keys_path} cannot be written: {error.strerror}") from error
    write_line(f"keys {', '.join(changed.material)}; current {changed.current}; restart the servers")
    return DONE


def _without(settings: Settings, keys: Keys, request: RetireKeyRequest) -> Keys:
    name = request.name
    if name == keys.current:
        raise TaskRefusedError(f"{name} is the current key")
    if name not in keys.material:
        raise TaskRefusedError(f"there is no key {name}")
    # The database first: a file with a key too many is accepted, one with a key missing is not.
    perform(settings, RETIRE_KEY, request)
    return replace(keys, material={one: key for one, key in keys.material.items() if one != name})
