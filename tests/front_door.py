"""What tests of the front door stand on: an engine that knows a few queries, and a server that runs."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn

from access import Viewer
from errors import Code, error_body
from server.app import create_app
from server.cli import server_config
from server.settings import Settings

SECRET = "/srv/secret.py: SELECT password"


@dataclass(frozen=True)
class Answer:
    body: bytes
    executed: bool


@dataclass
class FakeEngine:
    """Answers `{ hello }` and `{ unhurried }`, fails in several ways, and refuses everything else."""

    calls: list[tuple[str, Any, str | None, bool]] = field(default_factory=list)
    cancelled: int = 0

    async def execute(
        self,
        query: str,
        variables: Mapping[str, object] | None,
        operation_name: str | None,
        viewer: Viewer,
        *,
        only_query: bool = False,
    ) -> Answer:
        self.calls.append((query, variables, operation_name, only_query))
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
            case "{ broken }":
                raise LookupError(SECRET)
            case "{ late }":
                raise TimeoutError(SECRET)
            case "{ endless }":
                raise RecursionError(SECRET)
        return Answer(error_body("No such query.", Code.GRAPHQL_VALIDATION_FAILED), executed=False)


@dataclass(frozen=True)
class Running:
    """A server on a port of its own."""

    host: str
    port: int
    engine: FakeEngine

    @property
    def http(self) -> str:
        return f"http://{self.host}:{self.port}/graphql"

    @property
    def ws(self) -> str:
        return f"ws://{self.host}:{self.port}/graphql"


@contextmanager
def running(settings: Settings) -> Iterator[Running]:
    """A server as it runs in earnest, around a fake engine."""
    engine = FakeEngine()
    server = uvicorn.Server(server_config(settings, create_app(settings, engine=engine), log_config=None))
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield Running(*listener.getsockname(), engine)
    finally:
        server.should_exit = True
        thread.join()
