"""This device's tokens, kept between two runs in a file of the person's own. No Textual, no API.

A token opens nothing: it keeps strangers who try an account's password from making its owner wait.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Final

_MOST: Final = 50
_LONGEST: Final = 128  # the contract's: a longer one could not be sent


class DeviceFile(MutableMapping[str, str]):
    """Tokens by e-mail address; the file names no address, and what cannot be kept is only not remembered.

    Args:
        server: The back end's address: each server gets its own tokens only.
        path: The file; by default in the person's state folder.
    """

    def __init__(self, server: str, path: Path | None = None) -> None:
        self._server = server
        self._path = path or _default_path()
        self._tokens = _read(self._path)

    def __getitem__(self, email: str) -> str:
        """Return the token for an address."""
        return self._tokens[self._name(email)]

    def __setitem__(self, email: str, token: str) -> None:
        """Keep a token; the oldest gives way."""
        self._tokens = _read(self._path) | self._tokens
        self._tokens.pop(self._name(email), None)
        self._tokens[self._name(email)] = token
        self._tokens = dict(list(self._tokens.items())[-_MOST:])
        self._write()

    def __delitem__(self, email: str) -> None:
        """Forget a token."""
        del self._tokens[self._name(email)]
        self._write()

    def __iter__(self) -> Iterator[str]:
        """Yield the digests that stand for the addresses."""
        return iter(self._tokens)

    def __len__(self) -> int:
        """Return how many tokens there are."""
        return len(self._tokens)

    def _name(self, email: str) -> str:
        return hashlib.sha256(f"{self._server}\n{email}".encode()).hexdigest()

    def _write(self) -> None:
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft = self._path.with_suffix(f".{os.getpid()}")
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
                json.dump(self._tokens, file)
            draft.replace(self._path)


def _default_path() -> Path:
    from platformdirs import user_state_path

    return user_state_path("sel-tui", appauthor=False) / "devices.json"


def _read(path: Path) -> dict[str, str]:
    try:
        kept = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(kept, dict):
        return {}
    return {name: token for name, token in kept.items() if isinstance(token, str) and 0 < len(token) <= _LONGEST}
