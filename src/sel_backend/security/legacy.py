"""Old passwords' hashes: wrapped at import, because nobody knows the passwords themselves.

A wrapped hash is argon2id over a peppered digest of the old hash; it rests as that digest alone until it is first used
or `sel-backend harden` gets to it (ten million argon2id hashes take days). Source: backend decisions, « old accounts ».
"""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from sel_backend.security.keys import Keys

NATIVE: Final = "argon2id"
RESTING: Final = "resting"
WRAPPED: Final = "wrapped"
_ALGORITHMS: Final = ("md5", "sha1", "sha256", "sha512")
_SUFFIXED: Final = "-suffixed"
SCHEMES: Final = (NATIVE, *_ALGORITHMS, *(name + _SUFFIXED for name in _ALGORITHMS))


@dataclass(frozen=True)
class OldHash:
    """What is kept of an old hash: how it was made, and its peppered digest or the argon2id over that."""

    key_id: str
    scheme: str
    salt: bytes
    kept: str = field(repr=False)

    def text(self) -> str:
        """Return it as the column `legacy_hash` holds it."""
        return f"{self.key_id}:{self.scheme}:{base64.urlsafe_b64encode(self.salt).decode()}:{self.kept}"

    def hardened(self, argon2id: str) -> "OldHash":
        """Return it with argon2id over what rested."""
        return replace(self, kept=argon2id)


# Checked for a file without an old hash, so that it costs the same.
NOBODYS: Final = OldHash("", "sha1", b"0" * 8, "")


def parse(text: str) -> OldHash:
    """Return what the column `legacy_hash` holds.

    Raises:
        ValueError: not what `text()` wrote.
    """
    key_id, scheme, salt, kept = text.split(":", 3)
    return OldHash(key_id, scheme, base64.urlsafe_b64decode(salt), kept)


def rested(peppered: Callable[[str], str], key_id: str, scheme: str, salt: bytes, hexadecimal: str) -> OldHash:
    """Return an imported hash as it rests.

    Args:
        peppered: the keyed digest for `old-password` under the key `key_id`.
        key_id: that key's name.
        scheme: `md5`, `sha1`, `sha256`, `sha512` of salt and password, or with `-suffixed` of password and salt.
        salt: may be empty.
        hexadecimal: the old digest.

    Raises:
        ValueError: an unknown scheme, or a digest that is none of it.
    """
    algorithm = scheme.removesuffix(_SUFFIXED)
    if algorithm not in _ALGORITHMS:
        raise ValueError("unknown scheme")
    old = bytes.fromhex(hexadecimal)
    if len(old) != hashlib.new(algorithm, usedforsecurity=False).digest_size:
        raise ValueError("not a digest of this scheme")
    return OldHash(key_id, scheme, salt, peppered(old.hex()))


def peppered_digest(keys: Keys, old: OldHash, password: str) -> str:
    """Return what a typed password comes to, to be compared with what rests or given to argon2id."""
    typed = password.encode("utf-8", "replace")
    suffixed = old.scheme.endswith(_SUFFIXED)
    whole = typed + old.salt if suffixed else old.salt + typed
    digest = hashlib.new(old.scheme.removesuffix(_SUFFIXED), whole, usedforsecurity=False).hexdigest()
    return keys.digest("old-password", digest, old.key_id or None)
