"""The code by which the staff ends a kiosk's program: how it is kept, and how seldom it can be guessed. No Textual.

A code is kept as `scrypt:<log2 n>:<r>:<p>:<salt>:<hash>`, the last two in hexadecimal digits (RFC 7914).
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

# The fewest characters of a code.
SHORTEST: Final = 8
# In seconds: how long after its start the program takes no code, so that a restart gives nobody a free try; and how
# long at most after a code that was wrong.
FIRST_WAIT: Final = 5
LAST_WAIT: Final = 900
_LOG_N, _R, _P = 15, 8, 1
_SALT_BYTES: Final = 16


def hash_of(code: str) -> str:
    """Return what the setting `kiosk_staff_code_hash` holds for `code`."""
    import secrets

    salt = secrets.token_bytes(_SALT_BYTES)
    return f"scrypt:{_LOG_N}:{_R}:{_P}:{salt.hex()}:{_scrypt(code, salt, _LOG_N, _R, _P).hex()}"


def is_code(code: str, hashed: str) -> bool:
    """Tell whether `code` is the one of which `hashed` was made."""
    import hmac

    _, log_n, r, p, salt, wanted = hashed.split(":")
    return hmac.compare_digest(_scrypt(code, bytes.fromhex(salt), int(log_n), int(r), int(p)).hex(), wanted)


def _scrypt(code: str, salt: bytes, log_n: int, r: int, p: int) -> bytes:
    import hashlib  # with OpenSSL: not before somebody asks

    room = 2 * 128 * r * (2**log_n + p)  # twice what it needs; OpenSSL allows half of that by itself
    return hashlib.scrypt(code.encode(), salt=salt, n=2**log_n, r=r, p=p, maxmem=room, dklen=32)


class StaffLock:
    """Takes the staff's code, more and more seldom. It belongs to the process: no visit's end makes it forget.

    Args:
        hashed: What the setting holds.
        clock: A steady clock, in seconds.
    """

    def __init__(self, hashed: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._hashed = hashed
        self._clock = clock
        self._wrong = 0
        self._open_at = clock() + FIRST_WAIT

    def check(self, code: str) -> int:
        """Return 0 if `code` is right; else for how many seconds none is taken, this one included where it came early.

        Args:
            code: What was typed.
        """
        now = self._clock()
        if now < self._open_at:
            return math.ceil(self._open_at - now)
        self._wrong += 1
        wait = min(FIRST_WAIT * 2**self._wrong, LAST_WAIT)
        self._open_at = now + wait  # before it is looked at: who gives up waiting has tried all the same
        return 0 if is_code(code, self._hashed) else wait
