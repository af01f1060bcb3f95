"""The ASGI application: which path leads where, and what is opened at the start and closed at the end."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import Receive, Scope, Send

from errors import Code, error_body, errors_body
from models.database import Database
from server.http import SAFE_HEADERS, GraphQLHttp
from server.operation import internal_error
from server.settings import Settings
from server.static import ide_routes
from server.websocket import GraphQLWebSocket

if TYPE_CHECKING:
    from schema.engine import Engine

INIT_SECONDS = 3.0
"""How long a WebSocket may be open without `connection_init`."""

READY_SECONDS = 1.0
"""How long the database may take to say that it is there."""


class FrontDoor:
    """Sends what is asked most straight to its endpoint, and everything else through Starlette's routing.

    Routing and its middleware cost 4 µs of the 60 that a point read takes.
    """

    def __init__(self, graphql: GraphQLHttp, others: Starlette) -> None:
        self.graphql = graphql
        self.others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == "/graphql":
            await self.graphql(scope, receive, send)
        else:
            await self.others(scope, receive, send)


def create_app(settings: Settings, engine: Engine | None = None, database: Database | None = None) -> FrontDoor:
    """The application. It opens its database and engine when it starts, unless it is given an engine."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, Any]]:
        if engine is not None:
            yield {"engine": engine, "database": database}
            return
        # The schema is built here, not on import: commands that serve nothing need not wait for it.
        from schema.engine import Engine
        from schema.limits import Limits

        opened = await Database.open(
            settings.database_url,
            readers=settings.readers,
            pool=settings.pool,
            statement_timeout=settings.statement_timeout,
        )
        try:
            engine_here = Engine(
                opened,
                settings.plan_cache,
                plan_bytes=settings.plan_cache_bytes,
                block_duplicates=settings.duplicates == "block",
                limits=Limits.at_most(
                    tokens=settings.max_tokens,
                    depth=settings.max_depth,
                    aliases=settings.max_aliases,
                    nodes=settings.max_nodes,
                    cost=settings.max_cost,
                ),
            )
            state = {"engine": engine_here, "database": opened}
            # What is here now stays: the garbage collector need not look through it again at every turn.
            gc.collect()
            gc.freeze()
            yield state
        finally:
            await opened.close()

    http = GraphQLHttp(max_body=settings.max_body, seconds=settings.request_timeout)
    websocket = GraphQLWebSocket(origins=settings.origins, init_seconds=INIT_SECONDS, seconds=settings.request_timeout)
    routes: list[BaseRoute] = [
        Route("/graphql", http),
        WebSocketRoute("/graphql", websocket),
        Route("/livez", livez),
        Route("/readyz", readyz),
    ]
    if settings.ide:
        routes += ide_routes()
    app = Starlette(
        routes=routes,
        lifespan=lifespan,
        exception_handlers={HTTPException: refuse, Exception: fail},
    )
    app.router.redirect_slashes = False  # a POST does not survive a redirect
    return FrontDoor(http, app)


def from_environment() -> FrontDoor:
    """The application as the environment sets it, for servers that want a factory."""
    return create_app(Settings.read(os.environ))


async def livez(request: Request) -> Response:
    """Whether the process runs."""
    return json(200, b'{"status":"ok"}')


async def readyz(request: Request) -> Response:
    """Whether requests can be answered: the database is there."""
    database: Database | None = request.state.database
    if database is not None:
        try:
            async with asyncio.timeout(READY_SECONDS):
                await database.read("SELECT 1", ())
        except Exception:  # whatever keeps it from answering
            message = f"The database does not answer within {READY_SECONDS:g} s: try again later."
            return json(503, error_body(message, Code.TIMEOUT))
    return json(200, b'{"status":"ok"}')


async def refuse(request: Request, error: Exception) -> Response:
    """What Starlette itself refuses: a path that leads nowhere, a method that a path does not know."""
    assert isinstance(error, HTTPException)
    message = {
        404: "There is nothing at this path: the API is at /graphql.",
        405: "This path does not answer this method.",
    }.get(error.status_code, error.detail)
    return json(error.status_code, error_body(message, Code.BAD_REQUEST), dict(error.headers or {}))


async def fail(request: Request, error: Exception) -> Response:
    return json(500, errors_body([internal_error(error)]))


def json(status: int, body: bytes, headers: dict[str, str] | None = None) -> Response:
    safe = {name.decode(): value.decode() for name, value in SAFE_HEADERS}
    return Response(body, status, {**safe, **(headers or {})}, "application/json")
