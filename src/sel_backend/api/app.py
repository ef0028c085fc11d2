"""The application: routers under `/v1`, our own error handlers, the edge around it all. No documentation page."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from functools import cache

from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute
from starlette.types import Lifespan

from sel_backend.api import problems
from sel_backend.api.edge import Edge
from sel_backend.api.openapi import describe
from sel_backend.api.routes import accounts, desk, handoffs, kiosks, links, service, sessions
from sel_backend.api.routing_bypass import RoutingBypass
from sel_backend.backend import Backend
from sel_backend.observability.watch import Watch
from sel_backend.settings import Settings
from sel_contract import API_PREFIX


def create_app(
    backend: Backend | None,
    settings: Settings,
    beside: Callable[[], AbstractAsyncContextManager[None]] = nullcontext,
) -> FastAPI:
    """Return the ASGI application.

    Args:
        backend: what its routes work with; None builds the document only.
        settings: the back end's settings.
        beside: what runs as long as the application does.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        del app
        async with beside():
            yield
            if backend:
                await backend.core.background.settle()

    app = _bare_app(backend, _routes(demo=settings.demo), lifespan)
    describe(app)
    route = links.list_links_route
    app.add_middleware(RoutingBypass, owner=app, path=f"{API_PREFIX}{route.path}", route=route)
    app.add_middleware(Edge, owner=app, settings=settings)
    app.add_middleware(Watch)
    return app


def create_operator_app(backend: Backend, settings: Settings) -> FastAPI:
    """Return the application on the operator's port: what only operators may reach."""
    from sel_backend.api.routes import operator

    app = _bare_app(backend, _included(service.health, operator.router))
    app.add_middleware(Edge, owner=app, settings=settings)
    return app


@cache
def _routes(*, demo: bool) -> list[BaseRoute]:
    """Return the routes, whose models the framework prepares once, whatever number of applications serve them."""
    # One level only, the most used first: the framework tries routers in order, nested ones twice.
    under_v1 = (links, sessions, service, accounts, handoffs, kiosks, desk)
    routes = _included(*(one.router for one in under_v1), prefix=API_PREFIX) + _included(service.health)
    if demo:
        from sel_backend.api.routes import demo as demonstration

        routes += _included(demonstration.router)
    return routes


def _included(*routers: APIRouter, prefix: str = "") -> list[BaseRoute]:
    whole = APIRouter()
    for router in routers:
        whole.include_router(router, prefix=prefix)
    return whole.routes


def _bare_app(backend: Backend | None, routes: list[BaseRoute], lifespan: Lifespan[FastAPI] | None = None) -> FastAPI:
    app = FastAPI(
        title="sel-tui",
        routes=routes,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.state.backend = backend
    problems.install(app)
    return app
