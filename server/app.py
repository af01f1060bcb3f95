"""The ASGI application: which path leads where, and what is opened at the start and closed at the end."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import Message, Receive, Scope, Send

import access
from errors import Code, error_body, errors_body
from models.database import Database
from resolvers import identity
from resolvers.throttle import MemoryThrottle
from server.address import Proxies
from server.auth import Auth
from server.budget import Budget
from server.desk import Auth as AnyAuth
from server.desk import Desk
from server.documents import Persisted, Trusted
from server.express import Express
from server.http import HTTPS_ONLY, SAFE_HEADERS, GraphQLHttp
from server.logs import OperationLog, chosen
from server.memory import keep_freed
from server.operation import internal_error
from server.seats import Seats
from server.session import SessionDoor
from server.settings import Settings
from server.shared import Shared
from server.static import ide_routes
from server.stopping import Stopping
from server.throttle import SharedThrottle
from server.websocket import GraphQLWebSocket

if TYPE_CHECKING:
    from schema.engine import Engine
    from schema.limits import Limits

INIT_SECONDS = 3.0
"""How long a WebSocket may be open without `connection_init`."""

Opens = Callable[[Settings], AbstractAsyncContextManager[dict[str, Any]]]
"""Makes what a process answers with, open until the process ends."""

GARBAGE = 20_000
"""Objects that may pile up before the garbage collector looks which of them refer to each other in circles."""

READY_SECONDS = 1.0
"""How long the database may take to say that it is there."""


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
    auth: AnyAuth | None = None,
    demo_token: str | None = None,
    opens: Opens | None = None,
) -> FrontDoor:
    """The application. It opens its database when it starts, unless it is given an engine, and who tells who asks.

    `demo_token` is what GraphiQL asks with from the start; everybody who opens the page gets it. `opens` makes what it
    answers with, in place of `opened`.
    """
    log = OperationLog(chosen(settings.log_format)) if settings.log_level in ("debug", "info") else None

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, Any]]:
        stopping = Stopping()
        stopping.listen()
        state: dict[str, Any] = {"stopping": stopping, "seats": Seats()}
        try:
            if engine is not None:
                yield {**state, "desk": Desk(engine), "database": database, "auth": auth}
            else:
                async with (opens or opened)(settings) as more:
                    yield {**state, **more, "express": express(more, log)}
        finally:
            if log is not None:
                log.flush()

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
    sessions = SessionDoor(http, https_only=settings.tls)
    routes: list[BaseRoute] = [
        Route("/graphql", http),
        Route("/session", sessions.answer, methods=sessions.methods),
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


def limits_of(settings: Settings) -> Limits:
    """How much one request may ask."""
    from schema.limits import Limits

    return Limits.at_most(
        tokens=settings.max_tokens,
        depth=settings.max_depth,
        aliases=settings.max_aliases,
        nodes=settings.max_nodes,
        cost=settings.max_cost,
    )


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[dict[str, Any]]:
    """What a process answers with, from the database up, open until the process ends."""
    # The schema is built here, not on import: commands that serve nothing need not wait for it.
    from schema.engine import EVERYBODY, Engine

    async with AsyncExitStack() as stack:
        database = await Database.open(
            settings.database_url,
            readers=settings.readers,
            pool=settings.pool,
            statement_timeout=settings.statement_timeout,
        )
        stack.push_async_callback(database.close)
        shared = Shared(settings.redis_url) if settings.redis_url else None
        if shared is not None:
            stack.push_async_callback(shared.close)
            share_throttles(shared)
        auth = Auth.of(settings, database)
        stack.push_async_callback(auth.close)
        engine = Engine(
            database,
            settings.plan_cache,
            plan_bytes=settings.plan_cache_bytes,
            block_duplicates=settings.duplicates == "block",
            limits=limits_of(settings),
            suggestions=not settings.production,
            introspection=access.INTROSPECT if settings.production else EVERYBODY,
        )
        documents = Trusted.read(Path(settings.trusted_documents)) if settings.trusted_documents else Persisted(shared)
        desk = Desk(engine, documents, Budget(settings.budget, settings.budget_rate, shared))
        # What is here now stays: the garbage collector need not look through it again at every turn, nor ever so often
        # while a batch or a large answer is put together, which took a third of the time of a batch. It is not looked
        # through now either: that found 1 object of 100 to be garbage, and took a twelfth of a start.
        gc.freeze()
        gc.set_threshold(GARBAGE, 20, 20)
        keep_freed()
        seats = Seats(shared)
        stack.push_async_callback(seats.close)
        yield {"desk": desk, "auth": auth, "database": database, "seats": seats}


def express(state: dict[str, Any], log: OperationLog | None) -> Express | None:
    """The short way of what was asked before; none where budgets always have to be waited for."""
    desk = state["desk"]
    if desk.budget is not None and desk.budget.shared is not None:
        return None
    return Express(desk, state["auth"], log)


def share_throttles(shared: Shared) -> None:
    """Have the processes of one company count failures to sign in together."""
    guard = identity.Guard()
    for name in ("accounts", "addresses"):
        own = getattr(guard, name)
        assert isinstance(own, MemoryThrottle)
        setattr(identity.GUARD, name, SharedThrottle(own.patience, shared, name))


def from_environment() -> FrontDoor:
    """The application as the environment sets it, for servers that want a factory."""
    return create_app(Settings.read(os.environ))


def demo_from_environment() -> FrontDoor:
    """The same for the demo, whose page asks with a token that everybody knows."""
    from server.demo_tokens import DEMO_TOKEN

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
        except TimeoutError:
            message = f"The database does not answer within {READY_SECONDS:g} s: try again later."
            return json(503, error_body(message, Code.TIMEOUT))
        except Exception:  # whatever keeps it from answering
            return json(503, error_body("The database cannot be used at the moment: try again later.", Code.TIMEOUT))
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
