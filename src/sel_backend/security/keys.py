"""The back end's own keys, kept outside the database: pepper, lookup digests, receipts, mails waiting to be sent."""

import base64
import hashlib
import hmac
import json
import os
import re
import secrets
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
# Counters, question sets (rule 10) and keys of repeated requests outlive a rotation.
# The operator's token too: commands reach a running server between a rotation and its restart.
_LASTING: Final = frozenset({"limits", "subject", "idempotency", "handoff", "operator"})
# What of them outlives even the first key: these alone follow from what is carried over, and the key does not.
_CARRIED: Final = frozenset({"limits", "subject", "idempotency", "handoff"})
CARRIED: Final = "+carried"
"""The name under which the fingerprint of what is carried over is kept; no key has such a name."""
_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,20}")
RESTORE: Final = "restore keys.json from its backup; with other keys every right answer would be refused"


class KeysFileError(ValueError):
    """A file of keys that cannot be used.

    Attributes:
        found: what is wrong with it; holds no key.
        advice: what an operator does about it.
    """

    def __init__(self, found: str, advice: str = RESTORE) -> None:
        super().__init__(f"{found}: {advice}")
        self.found = found
        self.advice = advice


class KeysMissingError(KeysFileError):
    """There is no file of keys."""


@dataclass(frozen=True)
class Keys:
    """One current key and the older ones that can still open what they sealed.

    Attributes:
        current: the name of the key that new digests and seals use.
        material: 32 random bytes by name.
        carried: of a first key that was retired, what names counters and question sets: 32 bytes by purpose.
    """

    current: str
    material: dict[str, bytes] = field(repr=False)
    carried: dict[str, bytes] = field(default_factory=dict, repr=False)

    def _subkey(self, purpose: str, name: str | None = None) -> bytes:
        return hmac.digest(self.material[name or self.current], purpose.encode(), hashlib.sha256)

    def carrying(self) -> "Keys":
        """Return the same keys, and apart from the first one what it names: the digests stay the same."""
        return self if self.carried else replace(self, carried={one: self._lasting(one) for one in sorted(_CARRIED)})

    def without(self, name: str) -> "Keys":
        """Return the same keys without this one, which is not the current one."""
        return replace(self, material={one: key for one, key in self.material.items() if one != name})

    def _lasting(self, purpose: str) -> bytes:
        return self.carried[purpose] if purpose in self.carried else self._subkey(purpose, self.oldest)

    def has(self, name: str) -> bool:
        """Return whether there is a key of this name, or for `CARRIED` whether something is carried over."""
        return bool(self.carried) if name == CARRIED else name in self.material

    @property
    def oldest(self) -> str:
        """The first key's name: what must stay the same through a rotation is made with it."""
        return next(iter(self.material))

    def digest(self, purpose: str, text: str, name: str | None = None) -> str:
        """Return 64 hexadecimal digits that only the holder of the key can compute, different for each purpose."""
        lasting = name is None and purpose in _LASTING
        key = self._lasting(purpose) if lasting else self._subkey(purpose, name)
        return hmac.digest(key, text.encode("utf-8", "replace"), hashlib.sha256).hex()

    def digester(self, purpose: str, name: str) -> Callable[[str], str]:
        """Return `digest` for one purpose and key, for millions of texts."""
        key = self._subkey(purpose, name)
        return lambda text: hmac.digest(key, text.encode("utf-8", "replace"), hashlib.sha256).hex()

    def fingerprint(self, name: str) -> str:
        """Return 64 hexadecimal digits by which a key is recognised and from which it cannot be computed."""
        if name == CARRIED:
            return hmac.digest(b"".join(self.carried[one] for one in sorted(self.carried)), b"", hashlib.sha256).hex()
        return self.digest("fingerprint", name, name)

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

    def opens(self, sealed: bytes) -> bool:
        """Return whether these keys open what was sealed."""
        from cryptography.exceptions import InvalidTag

        try:
            self.unseal(sealed)
        except (KeyError, InvalidTag, ValueError):
            return False
        return True


def operator_token(keys: Keys) -> str:
    """Return the token of the operator's port, which whoever can read the keys can compute."""
    return keys.digest("operator", "port")


def with_new_key(keys: Keys) -> Keys:
    """Return the same keys and one more, which is not yet the current one."""
    number = 1 + max((int(name[1:]) for name in keys.material if name[1:].isdigit()), default=0)
    return replace(keys, material=keys.material | {f"k{number}": secrets.token_bytes(_KEY_BYTES)})


def new_keys() -> Keys:
    """Return keys that nobody else has."""
    return Keys("k1", {"k1": secrets.token_bytes(_KEY_BYTES)})


def read_keys(path: Path) -> Keys:
    """Return the keys in the JSON file at `path` (`{"current": name, "keys": {name: base64}}`, and `carried`).

    Raises:
        KeysMissingError: no such file.
        KeysFileError: it is not a file of keys, cannot be read, or others than its owner may use it.
    """
    try:
        status = path.stat()
        # A pipe would be waited for.
        written = path.read_bytes() if stat.S_ISREG(status.st_mode) else b""
    except FileNotFoundError as error:
        raise KeysMissingError(f"there are no keys at {path}") from error
    except OSError as error:
        found = f"the keys at {path} cannot be read ({error.strerror})"
        raise KeysFileError(found, "let the service's own user read the file, or restore it from its backup") from error
    if open_to_others(status):
        found = f"others than their owner may use the keys at {path}, mode {stat.S_IMODE(status.st_mode):o}"
        raise KeysFileError(found, f"chmod 600 {path}")
    try:
        keys = _understood(json.loads(written))
    except (ValueError, RecursionError):
        keys = None
    if keys is None:
        raise KeysFileError(f"{path} is damaged, it is no file of keys")
    return keys


def open_to_others(status: os.stat_result) -> bool:
    """Whether more than its owner may use a file; root's may be read through its group, as containers mount them."""
    if status.st_uid == 0 and os.geteuid() != 0:
        return bool(status.st_mode & 0o037)
    return bool(status.st_mode & 0o077)


def _understood(written: object) -> Keys | None:
    if not isinstance(written, dict) or not isinstance(written.get("keys"), dict):
        return None
    try:
        material, carried = (
            {name: base64.b64decode(value, validate=True) for name, value in given.items()}
            for given in (written["keys"], written.get("carried", {}))
        )
    except (ValueError, TypeError, AttributeError):
        return None
    whole = all(_NAME.fullmatch(name) and len(key) == _KEY_BYTES for name, key in material.items())
    whole = whole and set(carried) in (set(), _CARRIED) and all(len(key) == _KEY_BYTES for key in carried.values())
    current = written.get("current")
    return Keys(current, material, carried) if whole and isinstance(current, str) and current in material else None


def write_keys(path: Path, keys: Keys) -> None:
    """Write `keys` to `path`, readable by its owner alone, all at once and to last."""
    said: dict[str, object] = {"current": keys.current, "keys": _encoded(keys.material)}
    if keys.carried:
        said["carried"] = _encoded(keys.carried)
    draft = path.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(said, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        # The database that depends on them may be on the disk a moment later.
        os.fsync(folder)
    finally:
        os.close(folder)


def _encoded(keys: Mapping[str, bytes]) -> dict[str, str]:
    return {name: base64.b64encode(key).decode() for name, key in keys.items()}
