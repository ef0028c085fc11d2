"""The outermost layer: one log line and one count for each request, by its route's template, never by its path."""

import logging
import time
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sel_backend.observability import metrics
from sel_backend.observability.logs import current_request
from sel_contract import API_PREFIX

log = logging.getLogger(__name__)
_METHODS: Final = frozenset({"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"})
_HEALTH: Final = "/health/"


class Watch:
    """Wraps the application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0
        began = time.perf_counter()

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        state = scope.setdefault("state", {})
        mark = current_request.set(state)
        try:
            await self._app(scope, receive, watched)
        finally:
            self._note(scope, status, time.perf_counter() - began)
            current_request.reset(mark)

    def _note(self, scope: Scope, status: int, taken: float) -> None:
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        route = _template(scope)
        metrics.count_request(method, route, status, taken)
        # A load balancer asks for health every second: counted, but not written down.
        if not route.startswith(_HEALTH):
            log.info(
                "request",
                extra={
                    "method": method,
                    "route": route,
                    "status": status,
                    "milliseconds": round(taken * 1000, 1),
                    "request_id": scope["state"].get("request_id"),
                },
            )


def _template(scope: Scope) -> str:
    """Return the route's template; a path that leads nowhere is the sender's own text."""
    template: str = getattr(scope.get("route"), "path", "")
    if not template:
        return "none"
    # The framework names a route as its own router does, without the prefix it was included under.
    versioned = scope.get("path", "").startswith(f"{API_PREFIX}/") and not template.startswith(f"{API_PREFIX}/")
    return f"{API_PREFIX}{template}" if versioned else template
