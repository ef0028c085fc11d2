"""The outermost layer: request ids, headers on every answer, how long and how large a request may be, the last resort.

Plain ASGI, because it must see what the framework never would: uvicorn has neither a body limit nor time limits.
"""

import asyncio
import json
import logging
import re
import secrets
import time
from collections import OrderedDict
from typing import Any, Final

from fastapi import FastAPI, Request
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sel_backend.api.problems import problem_response
from sel_backend.backend import Backend
from sel_backend.security.networks import NETWORKS_OF_A_SITE, is_within, network_of, networks, site_of
from sel_backend.security.tokens import new_reference
from sel_backend.services.problems import ProblemError
from sel_backend.settings import LimitSettings, Settings
from sel_backend.storage.reasons import kind_of
from sel_contract import API_PREFIX, REQUEST_ID, ProblemType

log = logging.getLogger(__name__)

_GIVEN_ID: Final = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)
_DIGITS: Final = re.compile(r"[0-9]+", re.ASCII)
_LONGEST_SIZE: Final = 18
_HIDDEN_SLASH: Final = re.compile(rb"%(2f|5c)", re.IGNORECASE)
_REQUEST_ID: Final = REQUEST_ID.lower().encode()
_HEADERS: Final = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)
_NAMES: Final = frozenset({_REQUEST_ID, *(name for name, _ in _HEADERS)})
_DESK: Final = f"{API_PREFIX}/desk/"
_CLOSE: Final = {"Connection": "close"}
_MOST_NETWORKS: Final = 10_000


class Buckets:
    """A bucket of requests per network, in memory: it only keeps a flood off the database."""

    def __init__(self, settings: LimitSettings) -> None:
        self._rate = settings.network_requests_per_second
        self._burst = settings.network_burst
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def admit(self, network: str, now: float) -> bool:
        """Return whether a network, and the /48 around it, may send one more request at this (monotonic) time."""
        site = site_of(network)
        return self.take(network, now) and (site is None or self.take(site, now, NETWORKS_OF_A_SITE))

    def take(self, network: str, now: float, times: int = 1) -> bool:
        """Take from the bucket of a network that has so many times what one has; return whether there was enough."""
        burst = float(self._burst * times)
        left, since = self._left.pop(network, (burst, now))
        left = min(burst, left + (now - since) * self._rate * times)
        self._left[network] = (max(0.0, left - 1), now)
        if len(self._left) > _MOST_NETWORKS:
            self._left.popitem(last=False)
        return left >= 1


def _address(scope: Scope) -> str:
    return scope["client"][0] if scope.get("client") else ""


class Edge:
    """Wraps the application."""

    def __init__(self, app: ASGIApp, *, owner: FastAPI, settings: Settings) -> None:
        self._app = app
        self._owner = owner
        self._settings = settings.server
        self._buckets = Buckets(settings.limits)
        self._trusted = networks(settings.server.trusted_networks)
        self._desk = networks(settings.desk.networks)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope.setdefault("app", self._owner)
        headers = Headers(scope=scope)
        given = headers.get(REQUEST_ID, "")
        request_id = given if _GIVEN_ID.fullmatch(given) else secrets.token_hex(8)
        address = _address(scope)
        own = [(_REQUEST_ID, request_id.encode()), *_HEADERS, *self._closing()]
        scope.setdefault("state", {})
        scope["state"] |= {
            "request_id": request_id,
            "network": network_of(address),
            "trusted": is_within(address, self._trusted),
        }
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = [pair for pair in message.get("headers", ()) if pair[0] not in _NAMES] + own
            await send(message)

        try:
            self._admit(scope, headers)
            await self._app(scope, self._limited(receive), send_with_headers)
        except Exception as error:
            if started:
                raise
            await self._last_resort(Request(scope), error)(scope, receive, send_with_headers)

    def _closing(self) -> list[tuple[bytes, bytes]]:
        """Ask for a new connection, and so for another server, while this one is being stopped."""
        backend: Backend | None = self._owner.state.backend
        return [(b"connection", b"close")] if backend is not None and backend.draining.is_set() else []

    def _last_resort(self, request: Request, error: Exception) -> ASGIApp:
        if isinstance(error, ProblemError):
            return problem_response(request, error, _CLOSE if error.type is ProblemType.BODY_TOO_LARGE else None)
        reference = new_reference()
        # The failure's own text could hold what was typed: its type and place are enough.
        log.error(
            "unexpected failure",
            extra={
                "failure": kind_of(error),
                "place": _place(error),
                "reference": reference,
                "request_id": request.scope["state"]["request_id"],
            },
        )
        return problem_response(request, ProblemError(ProblemType.INTERNAL, reference=reference))

    def _admit(self, scope: Scope, headers: Headers) -> None:
        state = scope["state"]
        if _HIDDEN_SLASH.search(scope.get("raw_path") or b""):  # a proxy may have taken it for another path
            raise ProblemError(ProblemType.NOT_FOUND)
        if not state["trusted"] and not self._buckets.admit(state["network"], time.monotonic()):
            raise ProblemError(ProblemType.TOO_MANY_REQUESTS)
        length = headers.get("content-length", "")
        if _DIGITS.fullmatch(length) and (len(length) > _LONGEST_SIZE or int(length) > self._settings.body_limit_bytes):
            raise ProblemError(ProblemType.BODY_TOO_LARGE)
        has_body = length not in ("", "0") or "transfer-encoding" in headers
        media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
        if has_body and media_type != "application/json":
            raise ProblemError(ProblemType.UNSUPPORTED_MEDIA_TYPE)
        # Last, where a path that does not exist would be found out: whoever is elsewhere learns of no desk.
        if f"{scope['path']}/".startswith(_DESK) and not is_within(_address(scope), self._desk):
            raise ProblemError(ProblemType.NOT_FOUND)

    def _limited(self, receive: Receive) -> Receive:
        deadline = time.monotonic() + self._settings.body_seconds
        size = 0
        received: list[bytes] = []
        complete = False

        async def limited() -> Message:
            nonlocal size, complete
            if complete:
                return await receive()
            try:
                async with asyncio.timeout(deadline - time.monotonic()):
                    message = await receive()
            except TimeoutError as error:
                raise HTTPException(408, headers=_CLOSE) from error
            body = message.get("body", b"")
            if b"\0" in body:  # UTF-16 or UTF-32, which json.loads would take; no JSON in UTF-8 has this byte
                raise HTTPException(400)
            size += len(body)
            if size > self._settings.body_limit_bytes:
                raise HTTPException(413, headers=_CLOSE)
            received.append(body)
            complete = not message.get("more_body", False)
            if complete and size and _names_twice(b"".join(received)):
                raise HTTPException(400)
            return message

        return limited


def _names_twice(body: bytes) -> bool:
    """Tell whether an object of `body` has a name twice, of which another reader may take the other (RFC 8259, 4)."""
    try:
        json.loads(body, object_pairs_hook=_once)
    except _TwiceError:
        return True
    except (ValueError, RecursionError):  # no JSON: the framework says so
        return False
    return False


class _TwiceError(Exception):
    """An object has a name twice."""


def _once(pairs: list[tuple[str, Any]]) -> None:
    if len({name for name, _ in pairs}) != len(pairs):
        raise _TwiceError


def _place(error: BaseException) -> str:
    """Return file name and line of the innermost frame."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}" if trace else ""
