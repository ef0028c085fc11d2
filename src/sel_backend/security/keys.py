"""The back end's own keys, kept outside the database: pepper, lookup digests, receipts, mails waiting to be sent."""

import base64
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
# Counters, question sets (rule 10) and keys of repeated requests outlive a rotation.
_LASTING: Final = frozenset({"limits", "subject", "idempotency", "reset"})


@dataclass(frozen=True)
class Keys:
    """One current key and the older ones that can still open what they sealed.

    Attributes:
        current: the name of the key that new digests and seals use.
        material: 32 random bytes by name.
    """

    current: str
    material: dict[str, bytes] = field(repr=False)

    def _subkey(self, purpose: str, name: str | None = None) -> bytes:
        return hmac.digest(self.material[name or self.current], purpose.encode(), hashlib.sha256)

    @property
    def oldest(self) -> str:
        """The first key's name: what must stay the same through a rotation is made with it."""
        return next(iter(self.material))

    def digest(self, purpose: str, text: str, name: str | None = None) -> str:
        """Return 64 hexadecimal digits that only the holder of the key can compute, different for each purpose."""
        if name is None and purpose in _LASTING:
            name = self.oldest
        return hmac.digest(self._subkey(purpose, name), text.encode("utf-8", "replace"), hashlib.sha256).hex()

    def digester(self, purpose: str, name: str) -> Callable[[str], str]:
        """Return `digest` for one purpose and key, for millions of texts."""
        key = self._subkey(purpose, name)
        return lambda text: hmac.digest(key, text.encode("utf-8", "replace"), hashlib.sha256).hex()

    def seal(self, clear: bytes) -> bytes:
        """Return `clear` encrypted and authenticated (AES-256-GCM), with the key's name in front."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = secrets.token_bytes(_NONCE_BYTES)
        name = self.current.encode()
        return name + b":" + nonce + AESGCM(self._subkey("seal")).encrypt(nonce, clear, name)

    def unseal(self, sealed: bytes) -> bytes:
        """Return what was sealed.

        Raises:
            KeyError: its key is gone.
            cryptography.exceptions.InvalidTag: it was changed.
        """
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        name, _, rest = sealed.partition(b":")
        cipher = AESGCM(self._subkey("seal", name.decode()))
        return cipher.decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], name)


def operator_token(keys: Keys) -> str:
    """Return the token of the operator's port, which whoever can read the keys can compute."""
    return keys.digest("operator", "port")


def with_new_key(keys: Keys) -> Keys:
    """Return the same keys and one more, which is not yet the current one."""
    number = 1 + max((int(name[1:]) for name in keys.material if name[1:].isdigit()), default=0)
    return Keys(keys.current, keys.material | {f"k{number}": secrets.token_bytes(_KEY_BYTES)})


def new_keys() -> Keys:
    """Return keys that nobody else has."""
    return Keys("k1", {"k1": secrets.token_bytes(_KEY_BYTES)})


def read_keys(path: Path) -> Keys:
    """Return the keys in the JSON file at `path` (`{"current": name, "keys": {name: base64}}`).

    Raises:
        FileNotFoundError: no such file.
        ValueError: not a file of keys.
    """
    written = json.loads(path.read_text("utf-8"))
    material = {name: base64.b64decode(value) for name, value in written["keys"].items()}
    if written["current"] not in material or any(len(key) != _KEY_BYTES for key in material.values()):
        raise ValueError("not a file of keys")
    return Keys(written["current"], material)


def write_keys(path: Path, keys: Keys) -> None:
    """Write `keys` to `path`, readable by its owner alone, all at once."""
    encoded = {name: base64.b64encode(key).decode() for name, key in keys.material.items()}
    draft = path.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump({"current": keys.current, "keys": encoded}, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def keys_at(path: Path) -> Keys:
    """Return the keys at `path`, made anew when there are none."""
    if not path.exists():
        write_keys(path, new_keys())
    return read_keys(path)
