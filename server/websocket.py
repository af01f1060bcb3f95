"""GraphQL over WebSocket, in the graphql-transport-ws protocol: many operations on one connection."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from contextlib import aclosing, suppress
from typing import Any
from urllib.parse import urlsplit

import msgspec
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from access import Viewer
from errors import Code, Refusal, error_body, errors_body
from server.address import Proxies
from server.desk import Auth, Desk
from server.http import JSON, SAFE_HEADERS, headers_of
from server.logs import Entry, OperationLog, request_id
from server.operation import Deadline, Malformed, Operation, internal_error, operation_of, parse_json
from server.seats import MOST_SEATS, Seat, Seats, credential_of
from server.sse import CHECK_SECONDS, allowed
from server.stopping import REASON, Stopping

PROTOCOL = "graphql-transport-ws"

DEFAULT_PORTS = {"http": ":80", "https": ":443"}

MOST_OPERATIONS = 50
"""Operations that one connection may run at once."""

LONGEST_ID = 1000
"""Characters of the name that a client gives an operation: it stands in each of its answers."""

MOST_ENDING = 50
"""Operations that were called off and are still being wound up before the next message is read."""

CLOSE_SECONDS = 1.0
"""How long the last message to a client that does not read is tried."""

CODES = {Code.RATE_LIMITED: 4429, Code.INTERNAL_SERVER_ERROR: 4500, Code.TIMEOUT: 4504}
"""What a connection is closed with when its greeting is refused; for all else it is 4403."""


FOREIGN = "Pages of this origin may not open a WebSocket here: the server's CRM_ORIGINS names those that may."


class GraphQLWebSocket:
    """The ASGI application behind `/graphql` for sockets. It finds what it needs in `scope["state"]`.

    A page of another origin is let in only if `origins` names it: browsers let any page open a socket.
    """

    def __init__(
        self,
        *,
        origins: Collection[str],
        init_seconds: float,
        seconds: float,
        proxies: Proxies | None = None,
        log: OperationLog | None = None,
    ) -> None:
        self.origins = frozenset(origins)
        self.init_seconds = init_seconds
        self.seconds = seconds
        self.proxies = proxies or Proxies()
        self.log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        socket = WebSocket(scope, receive, send)
        if not self.admits(socket):
            await deny(socket, 403, FOREIGN, Code.FORBIDDEN)
            return
        if scope["state"]["stopping"].begun:
            await deny(socket, 503, f"{REASON}.", Code.TIMEOUT)
            return
        if PROTOCOL not in scope["subprotocols"]:
            await socket.accept()
            await socket.close(4406, f"Subprotocol not acceptable: use {PROTOCOL}")
            return
        await socket.accept(PROTOCOL)
        await Connection(socket, self).serve()

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


async def deny(socket: WebSocket, status: int, message: str, code: Code) -> None:
    """Answer a handshake as any other request that is turned away."""
    headers = {name.decode(): value.decode() for name, value in SAFE_HEADERS}
    await socket.send_denial_response(Response(error_body(message, code), status, headers, JSON.decode()))


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

    def __init__(self, socket: WebSocket, door: GraphQLWebSocket) -> None:
        state = socket.scope["state"]
        self.socket = socket
        self.desk: Desk = state["desk"]
        self.auth: Auth = state["auth"]
        self.stopping: Stopping = state["stopping"]
        self.seats: Seats = state["seats"]
        self.init_seconds = door.init_seconds
        self.seconds = door.seconds
        self.log = door.log
        self.headers = headers_of(socket.scope)
        self.address = door.proxies.client(socket.scope, self.headers)
        self.viewer: Viewer | None = None
        """Who asks, from the greeting to the close."""
        self.seat: Seat | None = None
        self.watch: asyncio.Task[None] = asyncio.create_task(self.end_in_time())
        self.running: dict[str, asyncio.Task[None]] = {}
        """The operations whose ids are taken."""
        self.tasks: set[asyncio.Task[None]] = set()
        """What must not outlive the connection: those, and operations that still send their last message."""

    async def serve(self) -> None:
        """Answer messages until one side closes; then nothing goes on running."""
        deadline = now() + self.init_seconds
        try:
            while True:
                async with asyncio.timeout_at(deadline if self.viewer is None else None) as limit:
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
            self.watch.cancel()
            if self.seat is not None:
                self.seat.give_back()
            await self.call_off()

    async def call_off(self) -> None:
        """End every operation."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def end_in_time(self) -> None:
        """Close when the process stops, or when the token is no longer good."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(CHECK_SECONDS):
                    await self.stopping.told.wait()
                await self.close(1012, REASON)
                return
            if self.viewer is not None and not await allowed(self.auth, self.viewer):
                await self.call_off()
                await self.close(4403, "Forbidden: the token has expired or was revoked")
                return

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
                if self.viewer is not None:
                    raise Closing(4429, "Too many initialisation requests")
                await self.greet(payload_of(message) or {})
                await self.send({"type": "connection_ack"})
            case "ping":
                payload = payload_of(message)
                await self.send({"type": "pong"} if payload is None else {"type": "pong", "payload": payload})
            case "pong":
                payload_of(message)
            case "subscribe":
                await self.subscribe(id_of(message), bytes(message.get("payload", b"null")))
            case "complete":
                task = self.running.pop(id_of(message), None)
                if task is not None:
                    task.cancel()
            case _:
                raise Closing(4400, "Invalid message: no client sends its `type`")

    async def greet(self, payload: dict[str, Any]) -> None:
        """Let the client in as whom its token names: the one it sends now, else the one it came with."""
        token = token_of(payload)
        try:
            with Deadline(self.seconds) as deadline:
                try:
                    if token is None:
                        viewer = await self.auth.viewer(self.socket.scope["headers"], self.address)
                    else:
                        viewer = await self.auth.viewer_of(token)
                except asyncio.CancelledError:
                    if not deadline.over():
                        raise
                    raise Refusal("Signing in took too long: try again.", Code.TIMEOUT) from None
        except Refusal as refusal:
            raise Closing(CODES.get(refusal.code, 4403), f"Forbidden: {refusal.message}") from None
        given = self.headers.get(b"authorization", b"") if token is None else token.encode()
        self.seat = await self.seats.take(credential_of(viewer, given, self.address))
        if self.seat is None:
            raise Closing(4429, f"Too many connections: at most {MOST_SEATS} may be open with one token")
        self.viewer = viewer

    async def subscribe(self, id: str, payload: bytes) -> None:
        if self.viewer is None:
            raise Closing(4401, "Unauthorized")
        if id in self.running:
            raise Closing(4409, f"Subscriber for {id} already exists")
        try:
            given = parse_json(payload, "`payload`")
        except Malformed as refusal:
            # It is JSON all the same, as the message around it is: with something in it that nobody can read.
            await self.send({"id": id, "type": "error", "payload": [refusal.as_dict()]})
            return
        try:
            operation = operation_of(given, "`payload`")
        except Malformed as refusal:
            raise invalid(refusal) from None
        if len(self.running) >= MOST_OPERATIONS:
            many = f"At most {MOST_OPERATIONS} operations may run at once on a connection: complete one first."
            errors = [Refusal(many, Code.RATE_LIMITED).as_dict()]
            await self.send({"id": id, "type": "error", "payload": errors})
            return
        while len(self.tasks) - len(self.running) > MOST_ENDING:
            await asyncio.wait(self.tasks - set(self.running.values()), return_when=asyncio.FIRST_COMPLETED)
        task = asyncio.create_task(self.operate(id, operation, self.viewer))
        self.running[id] = task
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def operate(self, id: str, operation: Operation, viewer: Viewer) -> None:
        """Run one operation and send what becomes of it. An operation that fails ends alone."""
        entry = Entry(request_id(), "ws", viewer)
        try:
            with suppress(Gone):
                await self.answer(id, operation, viewer, entry)
        finally:
            if self.log is not None:
                self.log.write(entry)

    async def answer(self, id: str, operation: Operation, viewer: Viewer, entry: Entry) -> None:
        """One result, or errors; of a subscription whatever comes."""
        try:
            with Deadline(self.seconds) as deadline:
                answer = await self.desk.run(operation, viewer, deadline, entry, self.address)
            body, executed = answer.body, answer.executed
            entry.kind, entry.name, entry.code = answer.kind, answer.name, answer.code
        except Refusal as refusal:
            body, executed = errors_body([refusal]), False
            entry.code = refusal.code.value
        if entry.kind == "subscription":
            await self.follow(id, operation, viewer, entry)
            return
        self.free(id)
        if executed:
            await self.send({"id": id, "type": "next", "payload": msgspec.Raw(body)})
            await self.send({"id": id, "type": "complete"})
        else:
            errors = msgspec.json.decode(body, type=Failed).errors
            await self.send({"id": id, "type": "error", "payload": errors})

    async def follow(self, id: str, operation: Operation, viewer: Viewer, entry: Entry) -> None:
        """A subscription: results as they come, each one waiting until the client has room for it."""
        entry.code = ""
        last: dict[str, object] = {"id": id, "type": "complete"}
        try:
            events = self.desk.listen(operation, viewer)
            async with aclosing(events):
                async for body in events:
                    await self.send({"id": id, "type": "next", "payload": msgspec.Raw(body)})
        except Gone:
            raise
        except Exception as error:
            refusal = error if isinstance(error, Refusal) else internal_error(error)
            entry.code = refusal.code.value
            last = {"id": id, "type": "error", "payload": [refusal.as_dict()]}
        self.free(id)
        await self.send(last)

    def free(self, id: str) -> None:
        """Before the last message of an operation, whose reader may use the id again at once."""
        if self.running.get(id) is asyncio.current_task():
            del self.running[id]

    async def send(self, message: dict[str, object]) -> None:
        text = msgspec.json.encode(message, enc_hook=float).decode()  # a ping's numbers
        try:
            await self.socket.send_text(text)
        except (WebSocketDisconnect, RuntimeError):  # the latter when it was this side that closed
            raise Gone from None

    async def close(self, code: int, reason: str) -> None:
        with suppress(WebSocketDisconnect, RuntimeError, TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self.socket.close(code, reason)


class Failed(msgspec.Struct):
    """The part of an answer without data that an `error` message carries."""

    errors: msgspec.Raw


def message_of(text: str) -> dict[str, Any]:
    """A message as an object with a `type`, whose payload is still to be read. Raises Closing."""
    try:
        message: Any = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
        message |= {name: parse_json(bytes(part), "it") for name, part in message.items() if name != "payload"}
    except Malformed as refusal:
        raise invalid(refusal) from None
    except (msgspec.DecodeError, RecursionError):
        try:
            message = parse_json(text, "it")
        except Malformed as refusal:
            raise invalid(refusal) from None
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise Closing(4400, "Invalid message: it must be an object with a `type`")
    return message


def invalid(refusal: Malformed) -> Closing:
    """What ends a connection whose client sends what is no message."""
    return Closing(4400, f"Invalid message: {refusal.message}")


def id_of(message: dict[str, Any]) -> str:
    id = message.get("id")
    if not isinstance(id, str) or not id:
        raise Closing(4400, "Invalid message: its `id` must be a string that is not empty")
    if len(id) > LONGEST_ID:
        raise Closing(4400, f"Invalid message: its `id` has {len(id):,} characters, {LONGEST_ID:,} are allowed")
    return id


def payload_of(message: dict[str, Any]) -> dict[str, Any] | None:
    try:
        payload = parse_json(bytes(message.get("payload", b"null")), "its `payload`")
    except Malformed as refusal:
        raise invalid(refusal) from None
    if payload is not None and not isinstance(payload, dict):
        raise Closing(4400, "Invalid message: its `payload` must be an object")
    return payload


def token_of(payload: Mapping[str, Any]) -> str | None:
    """The token in a greeting: `{"authorization": "Bearer …"}` in any case, or `{"token": "…"}`. Raises Closing."""
    given = [(name, payload[name]) for name in payload if name.lower() in ("authorization", "token")]
    if not given or given[0][1] is None:
        return None
    name, value = given[0]
    if len(given) > 1 or not isinstance(value, str):
        raise Closing(4400, f"Invalid message: `{name[:20]}` must be one string, like Bearer and the token")
    if name.lower() == "token":
        return value.strip()
    scheme, _, token = value.strip().partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Closing(4403, "Forbidden: the authorization must be Bearer and the token")
    return token.strip()


def now() -> float:
    return asyncio.get_running_loop().time()
