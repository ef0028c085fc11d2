"""A way past the framework's routing for what is asked most often and reads neither body nor path: twice as fast.

What the document says of it is unchanged. Every failure takes the framework's way, which asks again and says why.
"""

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Receive, Scope, Send


class ShortWay:
    """Wraps the application, inside the edge.

    Args:
        app: the application.
        path: the whole path that is asked for.
        route: its route for GET, whose endpoint takes the request alone and returns the response.
    """

    def __init__(self, app: ASGIApp, *, path: str, route: APIRoute) -> None:
        self._app = app
        self._path = path
        self._route = route

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] == "http" and scope["path"] == self._path and scope["method"] == "GET":
            try:
                response = await self._route.endpoint(Request(scope, receive, send))
            except Exception:  # noqa: BLE001, S110 - found again on the framework's way
                pass
            else:
                scope["route"] = self._route
                await response(scope, receive, send)
                return
        await self._app(scope, receive, send)
