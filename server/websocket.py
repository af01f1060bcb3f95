"""GraphQL over WebSocket, in the graphql-transport-ws protocol: many operations on one connection."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from access import Viewer
from errors import Refusal, errors_body
from server.operation import Deadline, Malformed, Operation, internal_error, operation_of, parse_json, run

if TYPE_CHECKING:
    from schema.engine import Engine

EVERYONE = Viewer("Guest", "ADMIN")
PROTOCOL = "graphql-transport-ws"

DEFAULT_PORTS = {"http": ":80", "https": ":443"}


class GraphQLWebSocket:
    """The ASGI application behind `/graphql` for sockets. It finds its engine in `scope["state"]`.

    A page of another origin is let in only if `origins` names it: browsers let any page open a socket.
    """

    def __init__(self, *, origins: Collection[str], init_seconds: float, seconds: float) -> None:
        self.origins = frozenset(origins)
        self.init_seconds = init_seconds
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        socket = WebSocket(scope, receive, send)
        if not self.admits(socket):
            await socket.close()  # before it is accepted, so the client sees HTTP 403
            return
        if PROTOCOL not in scope["subprotocols"]:
            await socket.accept()
            await socket.close(4406, f"Subprotocol not acceptable: use {PROTOCOL}")
            return
        await socket.accept(PROTOCOL)
        await Connection(socket, scope["state"]["engine"], self.init_seconds, self.seconds).serve()

    def admits(self, socket: WebSocket) -> bool:
        origin = socket.headers.get("origin")
        if origin is None or origin in self.origins:  # programs other than browsers send none
            return True
        try:
            scheme, place = urlsplit(origin)[:2]
        except ValueError:
            return False
        port = DEFAULT_PORTS.get(scheme)
        if port is None:
            return False
        host = socket.headers.get("host", "")
        return place.lower().removesuffix(port) == host.lower().removesuffix(port)


class Closing(Exception):
    """The client broke the protocol in a way that ends the connection."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        # A close frame has room for 123 bytes.
        self.reason = reason.encode()[:123].decode(errors="ignore")


class Gone(Exception):
    """The connection is no more."""


class Connection:
    """One client, from the accepted handshake to the close."""

    def __init__(self, socket: WebSocket, engine: Engine, init_seconds: float, seconds: float) -> None:
        self.socket = socket
        self.engine = engine
        self.init_seconds = init_seconds
        self.seconds = seconds
        self.initialised = False
        self.running: dict[str, asyncio.Task[None]] = {}
        """The operations whose ids are taken."""
        self.tasks: set[asyncio.Task[None]] = set()
        """What must not outlive the connection: those, and operations that still send their last message."""

    async def serve(self) -> None:
        """Answer messages until one side closes; then nothing goes on running."""
        deadline = now() + self.init_seconds
        try:
            while True:
                async with asyncio.timeout_at(None if self.initialised else deadline) as limit:
                    text = await self.receive()
                await self.handle(message_of(text))
        except Gone:
            pass
        except Closing as closing:
            await self.close(closing.code, closing.reason)
        except Exception as error:
            if isinstance(error, TimeoutError) and limit.expired():
                await self.close(4408, "Connection initialisation timeout")
            else:
                await self.close(4500, internal_error(error).message)
        finally:
            for task in self.tasks:
                task.cancel()
            await asyncio.gather(*self.tasks, return_exceptions=True)

    async def receive(self) -> str:
        message = await self.socket.receive()
        if message["type"] == "websocket.disconnect":
            raise Gone
        text = message.get("text")
        if text is None:
            raise Closing(4400, "Messages must be text frames of JSON")
        return str(text)

    async def handle(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "connection_init":
                if self.initialised:
                    raise Closing(4429, "Too many initialisation requests")
                payload_of(message)
                self.initialised = True
                await self.send({"type": "connection_ack"})
            case "ping":
                payload = payload_of(message)
                await self.send({"type": "pong"} if payload is None else {"type": "pong", "payload": payload})
            case "pong":
                payload_of(message)
            case "subscribe":
                self.subscribe(id_of(message), message.get("payload"))
            case "complete":
                task = self.running.pop(id_of(message), None)
                if task is not None:
                    task.cancel()
            case _:
                raise Closing(4400, "Invalid message: no client sends its `type`")

    def subscribe(self, id: str, payload: object) -> None:
        if not self.initialised:
            raise Closing(4401, "Unauthorized")
        if id in self.running:
            raise Closing(4409, f"Subscriber for {id} already exists")
        try:
            operation = operation_of(payload, "`payload`")
        except Malformed as refusal:
            raise Closing(4400, f"Invalid message: {refusal.message}") from None
        task = asyncio.create_task(self.operate(id, operation))
        self.running[id] = task
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def operate(self, id: str, operation: Operation) -> None:
        """Run one operation and send what becomes of it. An operation that fails ends alone."""
        try:
            with Deadline(self.seconds) as deadline:
                answer = await run(self.engine, operation, EVERYONE, deadline)
            body, executed = answer.body, answer.executed
        except Refusal as refusal:
            body, executed = errors_body([refusal]), False
        if self.running.get(id) is asyncio.current_task():
            del self.running[id]  # before the last message, whose reader may use the id again at once
        with suppress(Gone):
            if executed:
                await self.send({"id": id, "type": "next", "payload": msgspec.Raw(body)})
                await self.send({"id": id, "type": "complete"})
            else:
                errors = msgspec.json.decode(body, type=Failed).errors
                await self.send({"id": id, "type": "error", "payload": errors})

    async def send(self, message: dict[str, object]) -> None:
        text = msgspec.json.encode(message).decode()
        try:
            await self.socket.send_text(text)
        except (WebSocketDisconnect, RuntimeError):  # the latter when it was this side that closed
            raise Gone from None

    async def close(self, code: int, reason: str) -> None:
        with suppress(WebSocketDisconnect, RuntimeError):
            await self.socket.close(code, reason)


class Failed(msgspec.Struct):
    """The part of an answer without data that an `error` message carries."""

    errors: msgspec.Raw


def message_of(text: str) -> dict[str, Any]:
    """A message as an object with a `type`. Raises Closing."""
    try:
        message = parse_json(text, "it")
    except Malformed as refusal:
        raise Closing(4400, f"Invalid message: {refusal.message}") from None
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise Closing(4400, "Invalid message: it must be an object with a `type`")
    return message


def id_of(message: dict[str, Any]) -> str:
    id = message.get("id")
    if not isinstance(id, str) or not id:
        raise Closing(4400, "Invalid message: its `id` must be a string that is not empty")
    return id


def payload_of(message: dict[str, Any]) -> dict[str, Any] | None:
    payload = message.get("payload")
    if payload is not None and not isinstance(payload, dict):
        raise Closing(4400, "Invalid message: its `payload` must be an object")
    return payload


def now() -> float:
    return asyncio.get_running_loop().time()
