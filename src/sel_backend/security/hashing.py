"""argon2id in a bounded pool of threads. Never on the event loop, never with a library's default parameters.

Measured: 25.5 ms at 19 MiB, t=2, p=1; on two cores 67–70 per second are the physical limit, so a longer queue than the
setting is answered with 503 instead of being let wait.
"""

import asyncio
import base64
import os
import secrets
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any, TypeAlias, TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION

from sel_backend.security.argon2_bounds import why_unusable
from sel_backend.settings import HashingSettings
from sel_contract.rules.text import normalized

# A secret, or the slow work that makes it: done in the pool as well.
Secret: TypeAlias = str | Callable[[], str]
Result = TypeVar("Result")


class HasherBusyError(Exception):
    """Too many secrets are waiting to be hashed, or for too long; nothing was checked."""


class _Turn:
    """What one request waits for: its first secret decides whether it is too late for all of them."""

    def __init__(self, patience: float) -> None:
        self._until = time.monotonic() + patience
        self._lock = Lock()
        self._late: bool | None = None

    def take(self, work: Callable[..., Result], *given: object) -> Result:
        """Do the work, in a thread of the pool.

        Raises:
            HasherBusyError: its turn came too late: whoever asked has given up meanwhile.
        """
        with self._lock:
            if self._late is None:
                self._late = time.monotonic() > self._until
        if self._late:
            raise HasherBusyError
        return work(*given)


class Hasher:
    """Hashes and checks secrets with today's parameters."""

    def __init__(self, settings: HashingSettings) -> None:
        self._hasher = PasswordHasher(
            time_cost=settings.time_cost,
            memory_cost=settings.memory_kib,
            parallelism=settings.parallelism,
            hash_len=32,
            salt_len=16,
            type=Type.ID,
        )
        threads = settings.threads or os.cpu_count() or 1
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="argon2")
        self._room = threads + settings.queue
        self._patience = settings.patience_seconds
        self._waiting = 0
        self.nobodys_hash = self._no_secrets_hash()

    def _no_secrets_hash(self) -> str:
        """Return a well-formed hash that no secret has, with today's parameters: checking it costs the same."""
        cost = self._hasher
        salt, digest = (base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (16, 32))
        numbers = f"m={cost.memory_cost},t={cost.time_cost},p={cost.parallelism}"
        return f"$argon2id$v={ARGON2_VERSION}${numbers}${salt}${digest}"

    def hash_now(self, secret: str) -> str:
        """Return a new hash of `secret`, in the calling thread (commands, demonstration data)."""
        return self._hasher.hash(normalized("NFC", secret).encode("utf-8", "replace"))

    def verify_now(self, hashed: str | None, secret: Secret) -> bool:
        """Return whether `secret` has this hash; None, or one that costs too much, does our own work and is False."""
        said = secret if isinstance(secret, str) else secret()
        if hashed is not None and why_unusable(hashed):
            hashed = None
        try:
            self._hasher.verify(hashed or self.nobodys_hash, normalized("NFC", said).encode("utf-8", "replace"))
        except (VerificationError, InvalidHashError):
            return False
        return hashed is not None

    async def hash(self, secret: str) -> str:
        """Return a new hash of `secret`.

        Raises:
            HasherBusyError: the queue is full, or was too long.
        """
        (hashed,) = await self._in_turn([(self.hash_now, secret)])
        return str(hashed)

    async def verify(self, hashed: str | None, secret: str) -> bool:
        """Return whether `secret` has this hash; None (nobody's hash) takes the same time and is False.

        Raises:
            HasherBusyError: the queue is full, or was too long; nothing was checked.
        """
        return (await self.verify_all([(hashed, secret)]))[0]

    async def verify_all(self, pairs: Sequence[tuple[str | None, Secret]]) -> list[bool]:
        """Return a verdict for every pair; all are checked, whatever the first one says.

        Raises:
            HasherBusyError: the queue is full, or was too long; nothing was checked.
        """
        return await self._in_turn([(self.verify_now, hashed, secret) for hashed, secret in pairs])

    @property
    def waiting(self) -> int:
        """How many secrets are being hashed or wait for it."""
        return self._waiting

    def outdated(self, hashed: str) -> bool:
        """Return whether a hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(hashed)

    def close(self) -> None:
        """Stop the pool once what waits is done."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    async def _in_turn(self, works: Sequence[tuple[Any, ...]]) -> list[Any]:
        if self._waiting + len(works) > self._room:
            raise HasherBusyError
        self._waiting += len(works)
        turn, loop = _Turn(self._patience), asyncio.get_running_loop()
        try:
            return list(await asyncio.gather(*(loop.run_in_executor(self._pool, turn.take, *work) for work in works)))
        finally:
            self._waiting -= len(works)
