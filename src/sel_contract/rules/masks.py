"""Addresses as somebody may see them who must recognise one and need not know it: `m•••@e•••.test`."""

import re
from typing import Final

HIDDEN: Final = "•••"
_LABEL: Final = r"[A-Za-z0-9-]{1,63}"
_WHOLE: Final = re.compile(r"[^\s<>\"'«»,;:()@]{1,254}@[^\s<>\"'«»,;:()@]{1,254}")


def masked_address(address: str) -> str:
    """Return an e-mail address with its first letters and its last label alone; what is none is hidden whole."""
    local, at, domain = address.strip().rpartition("@")
    if not (local and at and domain):
        return f"?{HIDDEN}@?{HIDDEN}"
    _, dot, last = domain.rpartition(".")
    whole = f"{local[0]}{HIDDEN}@{domain[0]}{HIDDEN}"
    return f"{whole}.{last}" if dot and re.fullmatch(_LABEL, last) else whole


def without_addresses(text: str) -> str:
    """Return a text in which every e-mail address is masked."""
    return _WHOLE.sub(lambda found: masked_address(found[0].rstrip(".")), text)
