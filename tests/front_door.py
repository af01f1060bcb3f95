"""What tests of the front door stand on: an engine that knows a few queries, and a server that runs."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn

from access import Viewer
from errors import Code, Refusal, error_body
from models.database import Database
from server.app import FrontDoor, create_app
from server.cli import answer_requests, server_config
from server.desk import Auth
from server.settings import Settings
from tests.viewers import ADMIN

SECRET = "/srv/secret.py: SELECT password"


@dataclass(frozen=True)
class Answer:
    body: bytes
    executed: bool
    kind: str = "query"
    name: str = ""
    code: str = ""
    cost: float | None = None


@dataclass
class FakeEngine:
    """Answers `{ hello }`, `{ unhurried }` and, once `gate` is open, `{ gated }`; fails in several ways, ticks."""

    calls: list[tuple[str, Any, str | None, bool]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    cancelled: int = 0
    listening: int = 0
    sent: int = 0
    gate: threading.Event = field(default_factory=threading.Event)

    async def execute(
        self,
        query: str,
        variables: Mapping[str, object] | None,
        operation_name: str | None,
        viewer: Viewer,
        *,
        only_query: bool = False,
        address: str = "",
        request: str = "",
        spend: object = None,
    ) -> Answer:
        self.calls.append((query, variables, operation_name, only_query))
        self.requests.append(request)
        match query:
            case "{ hello }" | "query Hello { hello }":
                return Answer('{"data":{"hello":"Grüße 你好"}}'.encode(), executed=True)
            case "{ slow }":
                try:
                    await asyncio.sleep(30)
                except asyncio.CancelledError:
                    self.cancelled += 1
                    raise
            case "{ unhurried }":
                await asyncio.sleep(0.3)
                return Answer(b'{"data":{"unhurried":true}}', executed=True)
            case "{ patient }":
                await asyncio.sleep(1.5)
                return Answer(b'{"data":{"patient":true}}', executed=True)
            case "{ gated }":
                while not self.gate.is_set():  # noqa: ASYNC110 -- another thread opens it
                    await asyncio.sleep(0.01)
                return Answer(b'{"data":{"gated":true}}', executed=True)
            case "{ broken }":
                raise LookupError(SECRET)
            case "{ late }":
                raise TimeoutError(SECRET)
            case "{ endless }":
                raise RecursionError(SECRET)
            case "{ large }":
                return Answer(b'{"data":{"large":"' + b"x" * 1_000_000 + b'"}}', executed=True)
            case "{ who }":
                return Answer(f'{{"data":{{"who":"{viewer.name}"}}}}'.encode(), executed=True)
        code = Code.GRAPHQL_VALIDATION_FAILED
        if query.startswith("subscription "):
            return Answer(error_body("Ask live.", code), executed=False, kind="subscription", code=code.value)
        kind = "mutation" if query.startswith("mutation") or operation_name == "M" else "query"
        return Answer(error_body("No such query.", code), executed=False, kind=kind, code=code.value)

    async def subscribe(
        self, query: str, variables: Mapping[str, object] | None, operation_name: str | None, viewer: Viewer
    ) -> AsyncGenerator[bytes, None]:
        """`subscription { ticks }` ticks for ever, `{ three }` thrice, `{ flood }` without a pause."""
        self.listening += 1
        try:
            number = 0
            while "{ three }" not in query or number < 3:
                if "{ wrong }" in query:
                    raise Refusal("No such event.", Code.BAD_USER_INPUT)
                if "{ broken }" in query:
                    raise LookupError(SECRET)
                number += 1
                self.sent += 1
                padding = "x" * (10_000 if "{ flood }" in query else 0)
                yield f'{{"data":\n{{"tick":{number},"padding":"{padding}"}}}}'.encode()
                await asyncio.sleep(0 if "{ flood }" in query else 0.02)
        finally:
            self.listening -= 1


@dataclass(frozen=True)
class Running:
    """A server on a port of its own."""

    host: str
    port: int
    engine: FakeEngine
    server: uvicorn.Server

    def connections(self) -> int:
        """How many connections the server holds."""
        return len(self.server.server_state.connections)

    @property
    def http(self) -> str:
        return f"http://{self.host}:{self.port}/graphql"

    @property
    def ws(self) -> str:
        return f"ws://{self.host}:{self.port}/graphql"


@dataclass
class Porter:
    """Knows tokens by heart: the name of each is who it lets in; `limited` is throttled, anything else is no good."""

    known: set[str] = field(default_factory=lambda: {"anna", "bo"})
    asked: list[tuple[str, str]] = field(default_factory=list)
    down: bool = False

    def at_hand(self, header: bytes | None) -> Viewer | None:
        return None

    async def viewer(self, headers: Iterable[tuple[bytes, bytes]], address: str) -> Viewer:
        given = ", ".join(value.decode() for name, value in headers if name == b"authorization")
        self.asked.append((given, address))
        return await self.viewer_of(given.removeprefix("Bearer ")) if given else Viewer("Nobody", "NOBODY")

    async def viewer_of(self, token: str) -> Viewer:
        if self.down:
            raise OSError(SECRET)
        if token == "lost":
            await asyncio.sleep(30)
        if token == "limited":
            raise Refusal("Too many attempts: wait a little.", Code.RATE_LIMITED, retry_after=6.2)
        if token == "banned":
            raise Refusal("This account is closed.", Code.FORBIDDEN)
        if token not in self.known:
            raise Refusal("The token is not known: sign in again.", Code.UNAUTHENTICATED)
        return Viewer(token, "REP", user_id=len(token))

    async def still_valid(self, viewer: Viewer) -> bool:
        if self.down:
            raise OSError(SECRET)
        return viewer.role == "NOBODY" or viewer.name in self.known


class OpenDoor:
    """Lets everybody in, for tests that are not about who asks."""

    def at_hand(self, header: bytes | None) -> Viewer | None:
        return None

    async def viewer(self, headers: object, address: str) -> Viewer:
        return ADMIN

    async def viewer_of(self, token: str) -> Viewer:
        return ADMIN

    async def still_valid(self, viewer: Viewer) -> bool:
        return True


def app(settings: Settings, engine: Any, auth: Auth | None = None, database: Database | None = None) -> FrontDoor:
    """The application around an engine of the test's own."""
    return create_app(settings, engine, database, auth=auth or OpenDoor())


@contextmanager
def running(settings: Settings, auth: Auth | None = None) -> Iterator[Running]:
    """A server as it runs in earnest, around a fake engine."""
    engine = FakeEngine()
    server = uvicorn.Server(server_config(settings, app(settings, engine, auth), log_config=None))
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield Running(*listener.getsockname(), engine, server)
    finally:
        server.should_exit = True
        thread.join()


def until(condition: Callable[[], object], seconds: float = 5) -> None:
    """Wait for what happens on the server's side soon, and fail if it does not happen at all."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


class TalkingEngine(FakeEngine):
    """Prints what it is asked, as soon as it is."""

    async def execute(self, query: str, *args: Any, **more: Any) -> Answer:
        print(query, flush=True)
        return await super().execute(query, *args, **more)


SIGNALLED = Settings(request_timeout=30)


def signalled() -> FrontDoor:
    """The application of a process of its own. SIGUSR1 opens its engine's gate."""
    engine = TalkingEngine()
    signal.signal(signal.SIGUSR1, lambda number, frame: engine.gate.set())
    return app(SIGNALLED, engine)


def main() -> None:
    """Such a process, for tests that end it with a signal: prints its port, and what its engine is asked."""
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    answer_requests(SIGNALLED, listener, "tests.front_door:signalled")


if __name__ == "__main__":
    main()
