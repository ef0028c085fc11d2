"""Old passwords' hashes: wrapped at import, because nobody knows the passwords themselves.

A wrapped hash is argon2id over a peppered digest of the old hash; it rests as that digest alone until it is first used
or `sel-backend harden` gets to it (ten million argon2id hashes take days). Source: backend decisions, « old accounts ».
It stays wrapped: argon2id of the password itself would do without the pepper, which lies outside the database.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from sel_backend.security import old_schemes
from sel_backend.security.keys import Keys
from sel_backend.security.old_schemes import OldKind

NATIVE: Final = "argon2id"
RESTING: Final = "resting"
WRAPPED: Final = "wrapped"
_ALGORITHMS: Final = ("md5", "sha1", "sha256", "sha512")
_SUFFIXED: Final = "-suffixed"
SCHEMES: Final = (
    NATIVE,
    *_ALGORITHMS,
    *(name + _SUFFIXED for name in _ALGORITHMS),
    *sorted(old_schemes.SCHEMES),
)


@dataclass(frozen=True)
class OldHash:
    """What is kept of an old hash: how it was made, and its peppered digest or the argon2id over that.

    Attributes:
        key_id: the pepper's key.
        scheme: the old system's.
        salt: of a plain digest; of libpass's schemes the settings, salt included.
        kept: the digest or the argon2id.
    """

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


def rested(
    peppered: Callable[[str], str], key_id: str, scheme: str, salt: str, hashed: str
) -> tuple[OldHash, OldKind | None]:
    """Return an imported hash as it rests, and its kind where libpass computes it.

    Args:
        peppered: the keyed digest for `old-password` under the key `key_id`.
        key_id: that key's name.
        scheme: `md5`, `sha1`, `sha256`, `sha512` of salt and password, with `-suffixed` of password and salt, or one
            of libpass's.
        salt: of a plain digest, may be empty; libpass's hashes hold their own.
        hashed: the old digest in hexadecimal, or the whole hash in its usual form.

    Raises:
        MissingExtraError: the scheme needs libpass.
        ValueError: an unknown scheme, or a hash that is none of it.
    """
    if scheme in old_schemes.SCHEMES:
        if salt:
            raise ValueError("this scheme's hash holds its salt: legacy_salt must be empty")
        taken = old_schemes.take_apart(scheme, hashed)
        old = OldHash(key_id, taken.own.scheme, taken.own.config.encode(), peppered(taken.whole))
        return old, taken.own
    if scheme not in SCHEMES:
        raise ValueError("unknown scheme")
    algorithm = scheme.removesuffix(_SUFFIXED)
    try:
        digest = bytes.fromhex(hashed)
    except ValueError as error:
        raise ValueError("not a digest in hexadecimal") from error
    if len(digest) != hashlib.new(algorithm, usedforsecurity=False).digest_size:
        raise ValueError("not a digest of this scheme")
    return OldHash(key_id, scheme, salt.encode(), peppered(digest.hex())), None


class TypedPassword:
    """A typed password on its way to argon2id. Calling it does the old schemes' slow work, in the pool of hashes.

    Every try computes one hash of each kind that was ever imported, the file's own with its own settings: how long a
    try takes says nothing about the file (rule 4).
    """

    def __init__(self, keys: Keys, old: OldHash | None, password: str, kinds: Sequence[OldKind]) -> None:
        self._keys = keys
        self._old = old
        self._password = password
        self._kinds = kinds
        self._digest = ""
        self._whole = ""

    def __call__(self) -> str:
        """Return what argon2id is to be computed over: the peppered old hash, or the password for a native one.

        Raises:
            MissingExtraError: a kind needs libpass, whatever file is claimed.
        """
        old = self._old or NOBODYS
        slow = old.scheme in old_schemes.SCHEMES
        own = old_schemes.kind_of(old.scheme, old.salt.decode()) if slow else ""
        for decoy in self._kinds:
            if decoy.kind != own:
                old_schemes.computed(decoy.scheme, decoy.config, self._password)
        if slow:
            whole = old_schemes.computed(old.scheme, old.salt.decode(), self._password)
        else:
            whole = _plain_digest(old, self._password)
        self._digest = self._keys.digest("old-password", whole, old.key_id or None)
        self._whole = whole
        return self._digest if self._old else self._password

    def under(self, key_id: str) -> OldHash:
        """Return the old hash as it rests under a key, once it was called and found right."""
        assert self._old is not None
        return replace(self._old, key_id=key_id, kept=self._keys.digest("old-password", self._whole, key_id))

    def rests_as(self, old: OldHash) -> bool:
        """Return whether what was computed is what rests."""
        return hmac.compare_digest(old.kept, self._digest)


def _plain_digest(old: OldHash, password: str) -> str:
    typed = password.encode("utf-8", "replace")
    whole = typed + old.salt if old.scheme.endswith(_SUFFIXED) else old.salt + typed
    return hashlib.new(old.scheme.removesuffix(_SUFFIXED), whole, usedforsecurity=False).hexdigest()
