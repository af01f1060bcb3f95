"""The ASGI application: which path leads where, and what is opened at the start and closed at the end."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import Message, Receive, Scope, Send

from access import EVERYONE, Viewer
from errors import Code, error_body, errors_body
from models.database import Database
from server.address import Proxies
from server.http import HTTPS_ONLY, SAFE_HEADERS, GraphQLHttp
from server.logs import OperationLog, chosen
from server.operation import Auth, internal_error
from server.seats import Seats
from server.settings import Settings
from server.static import ide_routes
from server.stopping import Stopping
from server.websocket import GraphQLWebSocket

if TYPE_CHECKING:
    from schema.engine import Engine

INIT_SECONDS = 3.0
"""How long a WebSocket may be open without `connection_init`."""

READY_SECONDS = 1.0
"""How long the database may take to say that it is there."""


DEMO_TOKEN = "demo-admin"
"""The token that the demo's page asks with until somebody writes another."""


class OpenAuth:
    """Lets everybody in as the one viewer there is."""

    async def viewer(self, headers: Mapping[bytes, bytes], address: str) -> Viewer:
        return EVERYONE

    async def viewer_of(self, token: str) -> Viewer:
        return EVERYONE

    async def still_valid(self, viewer: Viewer) -> bool:
        return True


class FrontDoor:
    """Sends what is asked most straight to its endpoint, and everything else through Starlette's routing.

    Routing and its middleware cost 4 µs of the 60 that a point read takes.
    """

    def __init__(self, graphql: GraphQLHttp, others: Starlette, *, https_only: bool = False) -> None:
        self.graphql = graphql
        self.others = others
        self.https_only = https_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == "/graphql":
            await self.graphql(scope, receive, send)
        elif scope["type"] == "http" and self.https_only:
            await self.others(scope, receive, saying_https_only(send))
        else:
            await self.others(scope, receive, send)


def saying_https_only(send: Send) -> Send:
    """The same, with the header that keeps browsers from coming back without TLS."""

    async def sends(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], HTTPS_ONLY]}
        await send(message)

    return sends


def create_app(
    settings: Settings,
    engine: Engine | None = None,
    database: Database | None = None,
    *,
    auth: Auth | None = None,
    demo_token: str | None = None,
) -> FrontDoor:
    """The application. It opens its database and engine when it starts, unless it is given an engine.

    `demo_token` is what GraphiQL asks with from the start; everybody who opens the page gets it.
    """
    log = OperationLog(chosen(settings.log_format)) if settings.log_level in ("debug", "info") else None

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, Any]]:
        stopping = Stopping()
        stopping.listen()
        shared = {"stopping": stopping, "seats": Seats(), "auth": auth or OpenAuth()}
        try:
            if engine is not None:
                yield {"engine": engine, "database": database, **shared}
            else:
                async with opened_engine() as both:
                    yield {**both, **shared}
        finally:
            if log is not None:
                log.flush()

    @asynccontextmanager
    async def opened_engine() -> AsyncIterator[dict[str, Any]]:
        # The schema is built here, not on import: commands that serve nothing need not wait for it.
        from schema.engine import Engine

        opened = await Database.open(
            settings.database_url,
            readers=settings.readers,
            pool=settings.pool,
            statement_timeout=settings.statement_timeout,
        )
        try:
            blocking = settings.duplicates == "block"
            engine_here = Engine(opened, settings.plan_cache, block_duplicates=blocking)
            state = {"engine": engine_here, "database": opened}
            # What is here now stays: the garbage collector need not look through it again at every turn.
            gc.collect()
            gc.freeze()
            yield state
        finally:
            await opened.close()

    proxies = Proxies(settings.trusted_proxies)
    http = GraphQLHttp(
        max_body=settings.max_body,
        seconds=settings.request_timeout,
        origins=settings.origins,
        proxies=proxies,
        https_only=settings.tls,
        log=log,
    )
    websocket = GraphQLWebSocket(
        origins=settings.origins,
        init_seconds=INIT_SECONDS,
        seconds=settings.request_timeout,
        proxies=proxies,
        log=log,
    )
    routes: list[BaseRoute] = [
        Route("/graphql", http),
        WebSocketRoute("/graphql", websocket),
        Route("/livez", livez),
        Route("/readyz", readyz),
    ]
    if settings.ide:
        routes += ide_routes(demo_token)
    app = Starlette(
        routes=routes,
        lifespan=lifespan,
        exception_handlers={HTTPException: refuse, Exception: fail},
    )
    app.router.redirect_slashes = False  # a POST does not survive a redirect
    return FrontDoor(http, app, https_only=settings.tls)


def from_environment() -> FrontDoor:
    """The application as the environment sets it, for servers that want a factory."""
    return create_app(Settings.read(os.environ))


def demo_from_environment() -> FrontDoor:
    """The same for the demo, whose page asks with a token that everybody knows."""
    return create_app(Settings.read(os.environ), demo_token=DEMO_TOKEN)


async def livez(request: Request) -> Response:
    """Whether the process runs."""
    return json(200, b'{"status":"ok"}')


async def readyz(request: Request) -> Response:
    """Whether requests can be answered: the database is there, and the process is not about to end."""
    if request.state.stopping.begun:
        return json(503, error_body("The server is being stopped: ask another one.", Code.TIMEOUT))
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
