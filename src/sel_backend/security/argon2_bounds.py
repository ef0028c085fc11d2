"""What an argon2id hash may cost to check. It names its own cost, so whoever writes one sets what each try of it takes.

Measured on one core: 19 MiB and 2 passes 25 ms, the most that is admitted here 0.7 s; 1 GiB and 6 passes 7 s. Above
what is usual (RFC 9106's second choice: 64 MiB, 3 passes, 4 lanes; libsodium's « moderate »: 256 MiB, 3 passes).
"""

import re
from typing import Final

MOST_MEMORY_KIB: Final = 262_144
MOST_WORK_KIB: Final = 1_048_576  # memory times passes
MOST_LANES: Final = 16
_USUAL_FORM: Final = re.compile(
    r"\$argon2id(?:\$v=(?:16|19))?\$m=([0-9]{1,10}),t=([0-9]{1,10}),p=([0-9]{1,10})"
    r"\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{16,171})"  # 8 to 64 bytes of salt, 12 to 128 of digest
)


def why_unusable(hashed: str) -> str:
    """Return why a hash is never computed, in a few words that show nothing of it; empty: it may be."""
    found = _USUAL_FORM.fullmatch(hashed)
    if found is None or any(len(part) % 4 == 1 for part in found.groups()[3:]):
        return "not an argon2id hash in its usual form"
    memory, passes, lanes = map(int, found.groups()[:3])
    return why_refused(memory, passes, lanes)


def why_refused(memory_kib: int, passes: int, lanes: int) -> str:
    """Return which parameter is out of bounds, in a few words; empty: none is."""
    if passes < 1 or lanes < 1 or memory_kib < 8 * lanes:  # RFC 9106, 3.1
        return "no parameters that argon2id can have"
    if memory_kib > MOST_MEMORY_KIB or lanes > MOST_LANES or memory_kib * passes > MOST_WORK_KIB:
        return (
            f"takes too long: more than {MOST_MEMORY_KIB} KiB, {MOST_LANES} lanes, "
            f"or {MOST_WORK_KIB} KiB times its passes"
        )
    return ""
