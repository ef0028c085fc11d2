"""What a script gives: an address and a password on two lines, then one JSON object where a command needs more.

Nothing of it is ever an argument or a variable: both can be read by others on the machine.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sel_tui.journey.core.secret import Secret
from sel_tui.scripts.problems import ScriptError

if TYPE_CHECKING:
    from collections.abc import Mapping

_LINE: Final = 1_000
_REST: Final = 65_536


class Given(NamedTuple):
    """What was read from the descriptor.

    Attributes:
        email: The address of the account.
        password: Its password.
        object: The JSON object after the two lines; empty where the command needs none.
    """

    email: str
    password: Secret
    object: Mapping[str, Any]


def read(descriptor: int, *, wants_object: bool) -> Given:
    """Return what a script gives.

    Args:
        descriptor: The number of the file descriptor; it stays open.
        wants_object: Whether a JSON object follows the two lines; else nothing beyond them is asked for.

    Raises:
        ScriptError: `no-credentials`: they are not there, or a terminal would show them as they are typed.
            `bad-input`: what follows is no JSON object.
    """
    try:
        if os.isatty(descriptor):
            raise ScriptError("no-credentials")
        with open(descriptor, encoding="utf-8", closefd=False) as given:
            email, password = (given.readline(_LINE).rstrip("\r\n") for _ in range(2))
            rest = given.read(_REST) if wants_object else "{}"
    except (OSError, UnicodeDecodeError):
        raise ScriptError("no-credentials") from None
    if not (email and password):
        raise ScriptError("no-credentials")
    return Given(email, Secret(password), _object(rest))


def _object(text: str) -> dict[str, Any]:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict):
        raise ScriptError("bad-input")
    return read
