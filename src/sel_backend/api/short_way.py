"""A way past the framework's routing for what is asked most often and reads neither body nor path: twice as fast.

What the document says of it is unchanged, and its failures become the same answers.
"""

from collections.abc import Awaitable

from fastapi import FastAPI, Request
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Receive, Scope, Send


class ShortWay:
    """Wraps the application, inside the edge.

    Args:
        app: the application.
        owner: whose exception handlers answer failures.
        path: the whole path that is asked for.
        route: its route for GET, whose endpoint takes the request alone and returns the response.
    """

    def __init__(self, app: ASGIApp, *, owner: FastAPI, path: str, route: APIRoute) -> None:
        self._app = app
        self._owner = owner
        self._path = path
        self._route = route

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; a failure that has no handler is the edge's."""
        if scope["type"] != "http" or scope["path"] != self._path or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        scope["route"] = self._route
        request = Request(scope, receive, send)
        try:
            response = await self._route.endpoint(request)
        except Exception as error:
            handlers = self._owner.exception_handlers
            handler = next((handlers[kind] for kind in type(error).__mro__ if kind in handlers), None)
            if handler is None:
                raise
            answered = handler(request, error)
            response = await answered if isinstance(answered, Awaitable) else answered
        await response(scope, receive, send)
