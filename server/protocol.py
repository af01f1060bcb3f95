"""How HTTP is read: uvicorn's protocol, with limits on how much a client may send, and on how slowly."""

from __future__ import annotations

import asyncio
import base64
import binascii
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from errors import Code, error_body
from server.address import Proxies
from server.express import Coming, Express
from server.http import WHOLE
from server.stopping import Stopping

if TYPE_CHECKING:
    from uvicorn._types import ASGI3Application

logger = logging.getLogger("rapport.protocol")

HEADER_BYTES = 16 * 1024
"""Bytes of a request's headers, all together, and again of its URL."""
HEADER_LINES = 100
PIPELINED = 32
"""Requests of one connection that may wait for their turn."""
AT_ONCE = 16
"""Requests that came in one piece and may be answered at once: others wait meanwhile, up to 5 ms."""
SLOW_FROM_ONE_ADDRESS = 200
"""Connections of one address that may be in the middle of sending a request's headers."""

SWEEP_SECONDS = 0.2
"""How often connections are looked through for those that are late."""
LINGER_SECONDS = 1.0
"""How long what a refused client still sends is thrown away, so that it can read why it was refused."""
UNREAD_SECONDS = 10.0
SLOWEST = 4096
"""An answer may take `UNREAD_SECONDS` to be read, and a second more for so many bytes."""

CHUNK_OVERHEAD = 8
"""Bytes that may come around each byte a body may have: what its chunks are wrapped in."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a connection may ask of the server."""

    seconds: float
    """For a request's headers, and again for its body."""
    connections: int
    body: int
    proxies: tuple[str, ...] = ()
    """Whose connections are those of many clients."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a request before anybody has looked at what it asks for."""

    status: int
    message: str
    headers: tuple[tuple[bytes, bytes], ...] = ()
    code: Code = Code.BAD_REQUEST

    def answer(self) -> bytes:
        """A whole HTTP answer, after which the connection is closed."""
        body = error_body(self.message, self.code)
        lines = [
            f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}".encode(),
            b"content-type: application/json; charset=utf-8",
            b"content-length: %d" % len(body),
            b"cache-control: no-store",
            b"x-content-type-options: nosniff",
            *(name + b": " + value for name, value in self.headers),
            b"connection: close",
            b"",
            body,
        ]
        return b"\r\n".join(lines)


NOT_HTTP = Flaw(400, "This is not a well-formed HTTP/1.1 request: send one line by line as RFC 9112 says.")
WRONG_VERSION = Flaw(505, "Only HTTP/1.1 and HTTP/1.0 are spoken here: send the request in one of them.")
LONG_URL = Flaw(414, f"The URL is longer than {HEADER_BYTES} bytes: send the operation in the body of a POST.")
LARGE_HEADERS = Flaw(431, f"The headers are larger than {HEADER_BYTES} bytes in all: send fewer or shorter ones.")
MANY_HEADERS = Flaw(431, f"The request has more than {HEADER_LINES} header lines: send fewer.")
NO_HOST = Flaw(400, "The request must have exactly one Host header: name the server there.")
CHUNKED_BEFORE_1_1 = Flaw(400, "HTTP/1.0 knows no Transfer-Encoding: send a Content-Length, or use HTTP/1.1.")
EXPECTATION = Flaw(417, "Of all expectations only `Expect: 100-continue` is met here: leave the header out.")
UPGRADE_WITH_BODY = Flaw(400, "A request with a body cannot offer another protocol: leave out Upgrade.")
PIPELINE_FULL = Flaw(
    429,
    f"More than {PIPELINED} requests wait on this connection: read their answers first.",
    ((b"retry-after", b"1"),),
    Code.RATE_LIMITED,
)
CODED = Flaw(
    400,
    "Of all transfer codings only `chunked`, by itself, is read here: send the body so, or with a Content-Length.",
)
MORE_THAN_A_BODY = Flaw(413, "The body comes with far too much around it: send it in larger chunks.")
MANY_CONNECTIONS = Flaw(
    503,
    "There are too many connections at the moment: try again shortly.",
    ((b"retry-after", b"1"),),
    Code.RATE_LIMITED,
)
NO_SUCH_SOCKET = Flaw(404, "There is no WebSocket at this path: the API is at /graphql.")
NOT_A_HANDSHAKE = Flaw(
    400, "A WebSocket is opened with GET, HTTP/1.1, a Sec-WebSocket-Key of 16 bytes and no body: see RFC 6455."
)
OTHER_SOCKET = Flaw(
    426,
    "Only version 13 of WebSocket is spoken here: use it.",
    ((b"sec-websocket-version", b"13"), (b"upgrade", b"websocket")),
)


class Crowd:
    """The connections of one process that keep it waiting, and who among them is late."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self.proxies = Proxies(bounds.proxies)
        self.awaited: dict[HttpProtocol, float] = {}
        """Connections that owe the rest of a request, and until when; the first of them is the first to be late."""
        self.by_address: dict[str, dict[HttpProtocol, None]] = {}
        """Those of them that owe headers, by the address they come from."""
        self.all: set[HttpProtocol] = set()
        self.unread: dict[HttpProtocol, float] = {}
        """Connections whose client does not read, and until when they are kept."""
        self._sweeping = False

    def came(self, connection: HttpProtocol) -> None:
        self.all.add(connection)
        if not self._sweeping:
            self._sweeping = True
            connection.loop.call_later(SWEEP_SECONDS, self._sweep, connection.loop)

    def awaits(self, connection: HttpProtocol) -> None:
        """A connection owes the rest of a request from now on."""
        connection.owing = True
        self.awaited[connection] = connection.loop.time() + self.bounds.seconds
        if not connection.in_body:
            slow = self.by_address.setdefault(connection.address, {})
            slow[connection] = None
            if len(slow) > SLOW_FROM_ONE_ADDRESS and not self.proxies.trusts(connection.address):
                next(iter(slow)).late()

    def arrived(self, connection: HttpProtocol) -> None:
        """A connection owes nothing any more."""
        if self.awaited.pop(connection, None) is None:
            return
        connection.owing = False
        slow = self.by_address.get(connection.address)
        if slow is not None:
            slow.pop(connection, None)
            if not slow:
                del self.by_address[connection.address]

    def keeps(self, connection: HttpProtocol, seconds: float) -> None:
        """A connection is cut off unless its client reads or leaves by then."""
        self.unread.setdefault(connection, connection.loop.time() + seconds)

    def left(self, connection: HttpProtocol) -> None:
        self.arrived(connection)
        self.unread.pop(connection, None)
        self.all.discard(connection)

    def make_room(self) -> bool:
        """Send away who has kept the server waiting longest. False if there is nobody."""
        oldest = next(iter(self.awaited), None)
        if oldest is not None:
            oldest.late()
        return oldest is not None

    def _sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for connection, until in list(self.awaited.items()):
            if until > now:
                break
            connection.late()
        for connection, until in list(self.unread.items()):
            if until <= now:
                del self.unread[connection]
                connection.transport.abort()
        for connection in list(self.all):
            if connection.resting and connection.resting + connection.timeout_keep_alive <= now:
                connection.rested()
        self._sweeping = bool(self.all)
        if self._sweeping:
            loop.call_later(SWEEP_SECONDS, self._sweep, loop)


class HttpProtocol(HttpToolsProtocol):
    """HTTP/1.1 from one client, who gets a sentence of JSON whatever is wrong with what it sends."""

    # Beside the attributes that uvicorn has, which are as many as Python looks up fast.
    __slots__ = (
        "address",
        "answering",
        "at_once",
        "between",
        "carried",
        "chunk",
        "crowd",
        "express",
        "flaw",
        "held",
        "in_body",
        "leaving",
        "owing",
        "plain",
        "received",
        "refusal",
        "resting",
        "stopping",
        "whole",
    )

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        crowd: Crowd,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.crowd = crowd
        self.stopping: Stopping | None = app_state.get("stopping")
        self.express: Express | None = app_state.get("express")
        self.at_once = 0
        """Requests of the data at hand that were answered at once."""
        self.between = True
        """Whether nothing of a request has come yet that is not at its end."""
        self.chunk = b""
        """The data at hand, where a request begins with it."""
        self.held: list[bytes] | None = None
        """The body of a request so far that may be answered at once, and is not with the application yet."""
        self.plain = False
        """Whether a request says how long its body is, and waits for nothing."""
        self.address = ""
        self.in_body = False
        """Whether the headers of the request that is being read are complete."""
        self.whole = False
        """Whether the data at hand brought a request to its end."""
        self.owing = False
        """Whether the rest of a request is waited for."""
        self.received = 0
        """Bytes of the request that is being read; of one that began behind another, less than the first data."""
        self.carried = 0
        """Bytes of its body that the application took, or still may."""
        self.flaw: Flaw | None = None
        self.refusal: Flaw | None = None
        """Why nothing more is read."""
        self.leaving = False
        """Whether the last answer was given, and what still comes is thrown away."""
        self.resting = 0.0
        """Since when nothing has come after the last answer; 0 where there is none, or something has."""
        self.answering: RequestResponseCycle | Errand | None = None

    # --- the connection ---------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.address = self.client[0] if self.client else ""
        self.crowd.came(self)
        if len(self.connections) > self.crowd.bounds.connections and not self.crowd.make_room():
            self.refuse(MANY_CONNECTIONS)
        else:
            self.crowd.awaits(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.crowd.left(self)
        # The last request is told by uvicorn; those before it are still being answered, or wait for it.
        for cycle in (self.answering, *(cycle for cycle, _ in self.pipeline)):
            if cycle is not None and not cycle.response_complete:
                hang_up(cycle)
        self.pipeline.clear()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self.resting = 0.0
        if self.refusal is not None or self.leaving:
            return
        if self.between and self.express is not None:
            if self.is_free() and self.goes_with(self.express.answer_to(data)):
                if self.owing:
                    self.crowd.arrived(self)
                return
            self.chunk = data
        self.received += len(data)
        self.whole = False
        self.at_once = 0
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            if self._should_upgrade():
                self.handle_websocket_upgrade()
                return
            # Another protocol was offered, which nobody needs to take up: the request is answered as it is.
        except httptools.HttpParserError:
            self.refuse(self.flaw or NOT_HTTP)
            return
        if self.held is not None:
            self.hand_over()
        self.chunk = b""
        if self.whole:
            if self.owing:
                self.crowd.arrived(self)
        elif (flaw := self.excess()) is not None:
            self.refuse(flaw)
        elif not self.owing:
            self.crowd.awaits(self)

    def excess(self) -> Flaw | None:
        """What is too much of a request that is not complete."""
        if self.in_body:
            if len(self.headers) > HEADER_LINES:  # trailers
                return MANY_HEADERS
            # How long the body itself may be is the application's to say, which may not have looked at it yet; but one
            # that has answered looks at nothing any more.
            around = self.received - self.carried
            return MORE_THAN_A_BODY if around > CHUNK_OVERHEAD * self.crowd.bounds.body + HEADER_BYTES else None
        if self.received <= HEADER_BYTES:
            return None
        url = len(self.url) if self.url is not None else 0
        if url > HEADER_BYTES:
            return LONG_URL
        return LARGE_HEADERS if self.received - url > HEADER_BYTES else None

    # --- the parser's callbacks -------------------------------------------------------------------------------

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.between = False

    def on_headers_complete(self) -> None:
        self.flaw = self.flaw_of_headers()
        if self.flaw is not None:
            raise ValueError(self.flaw.message)  # which the parser wraps
        if self.owing:
            self.crowd.arrived(self)  # the body has its own time
        if self.express is not None and self.plain and self.may_be_quick():
            self.held = []
        else:
            self.begin()

    def may_be_quick(self) -> bool:
        """Whether a request may be answered as soon as it is whole: nothing goes before it, and it is a usual one."""
        return (
            self.is_free()
            and self.at_once < AT_ONCE
            and self.url == b"/graphql"
            and self.parser.get_method() == b"POST"
            and self.parser.get_http_version() == "1.1"
            and self.parser.should_keep_alive()
            and not self.parser.should_upgrade()
        )

    def is_free(self) -> bool:
        """Whether an answer may be sent now: none goes before it, its client reads, and the process does not end."""
        return (
            (self.answering is None or self.answering.response_complete)
            and (self.stopping is None or not self.stopping.begun)
            and not self.flow.write_paused
        )

    def hand_over(self) -> None:
        """Give the application a request that was held, with as much of its body as has come."""
        held, self.held = self.held, None
        self.begin()
        for piece in held or ():
            super().on_body(piece)

    def begin(self) -> None:
        """Have the application begin with a request."""
        super().on_headers_complete()
        if self.parser.should_upgrade() and self._should_upgrade():
            return
        self.in_body = True
        self.headers = []  # what follows the body is no header, whatever it claims to be
        self.scope[WHOLE] = self.answer  # type: ignore[literal-required]
        if self.stopping is not None and self.stopping.begun:
            self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        if self.held is not None or not self.cycle.response_complete:
            self.carried += len(body)
        if self.held is not None:
            self.held.append(body)
        else:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if self.held is not None and not self.takes_express(self.held):
            self.hand_over()
        if self.held is None:
            super().on_message_complete()
        self.held = None
        self.in_body = False
        self.whole = self.between = True
        self.received = self.carried = 0  # what of the data belongs to the next request is not known, nor much

    def flaw_of_headers(self) -> Flaw | None:
        """What is wrong with a request, as far as its headers tell."""
        version = self.parser.get_http_version()
        names = [name for name, _ in self.headers]
        self.plain = b"transfer-encoding" not in names and b"expect" not in names
        if version != "1.1":
            if version != "1.0":
                return WRONG_VERSION
            if b"transfer-encoding" in names:
                return CHUNKED_BEFORE_1_1
        if b"transfer-encoding" in names:
            codings = [value.strip().lower() for name, value in self.headers if name == b"transfer-encoding"]
            if codings != [b"chunked"]:
                return CODED
        hosts = names.count(b"host")
        if hosts != 1 and (hosts or version == "1.1"):
            return NO_HOST
        if self.received > HEADER_BYTES:
            if len(self.url) > HEADER_BYTES:
                return LONG_URL
            if sum(len(name) + len(value) + 4 for name, value in self.headers) > HEADER_BYTES:
                return LARGE_HEADERS
        if len(names) > HEADER_LINES:
            return MANY_HEADERS
        if self.parser.should_upgrade() and (b"content-length" in names or b"transfer-encoding" in names):
            return UPGRADE_WITH_BODY
        if b"expect" in names and not self.expect_100_continue:
            return EXPECTATION
        if len(self.pipeline) >= PIPELINED:
            return PIPELINE_FULL
        return None

    # --- answers ----------------------------------------------------------------------------------------------

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self.answering = cycle
        super()._start_asgi_task(cycle, app)

    async def answer(self, status: int, headers: bytes, body: bytes, *, closes: bool = False) -> None:
        """Send a whole answer, whose header lines are spelled out: uvicorn takes 4 µs to read each of them again.

        `closes`: it is the last one, and what is left of the request's body is not waited for.
        """
        cycle = self.answering
        if cycle is None:
            return  # what came after the headers was no request, and that has been said
        assert isinstance(cycle, RequestResponseCycle)
        if cycle.flow.write_paused and not cycle.disconnected:
            await cycle.flow.drain()
        if cycle.disconnected:
            return
        cycle.response_started = cycle.response_complete = True
        body = body if cycle.scope["method"] != "HEAD" else b""
        self.send(status, headers, body, cycle.keep_alive and not closes)
        cycle.message_event.set()
        cycle.on_response()

    def send(self, status: int, headers: bytes, body: bytes, keep_alive: bool) -> None:
        """Write a whole answer in one go."""
        lines = [STATUS_LINE[status]]
        for name, value in self.server_state.default_headers:
            lines += [name, b": ", value, b"\r\n"]
        lines += [headers, b"\r\n" if keep_alive else b"connection: close\r\n\r\n", body]
        self.transport.write(b"".join(lines))
        if not keep_alive:
            self.leave()

    def leave(self) -> None:
        """Close, but not on a body that is still coming: whoever is sending would never read the answer."""
        if not self.in_body or not self.transport.can_write_eof():
            self.transport.close()
            return
        self.leaving = True
        self.crowd.arrived(self)
        self.flow.resume_reading()
        self.transport.write_eof()
        self.crowd.keeps(self, LINGER_SECONDS)

    def takes_express(self, held: Sequence[bytes]) -> bool:
        """Answer a request that was asked before, at once or as soon as its statement is done."""
        assert self.express is not None
        body = held[0] if len(held) == 1 else b"".join(held)
        if not self.goes_with(self.express.answer(self.headers, body)):
            return False
        if self.chunk.endswith(body):
            self.express.learn_head(self.headers, self.chunk, len(body))
        return True

    def goes_with(self, answer: tuple[bytes, bytes] | Coming | None) -> bool:
        """Send an answer, at once or as soon as its statement is done. False where there is none."""
        match answer:
            case None:
                return False
            case Coming():
                errand = Errand()
                self.answering = errand
                self.cycle = errand  # type: ignore[assignment]
                if self.stopping is not None:
                    self.stopping.running += 1
                answer.reading.add_done_callback(partial(self.comes, answer, errand))
            case headers, body:
                self.send(200, headers, body, keep_alive=True)
                self.at_once += 1
                self.server_state.total_requests += 1
                self.resting = self.loop.time()
        return True

    def comes(self, coming: Coming, errand: Errand, _: object) -> None:
        """The statement of a request is done."""
        if self.stopping is not None:
            self.stopping.running -= 1
        headers, body = coming.answer()
        errand.response_started = errand.response_complete = True
        if not errand.disconnected and not self.transport.is_closing():
            self.send(200, headers, body, errand.keep_alive)
        self.on_response_complete()

    def on_response_complete(self) -> None:
        """As uvicorn does, but for a timer of every answer: the sweep looks after those that rest."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            self.cut_off_later()
            return
        if self.leaving:
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        elif self.refusal is not None:
            self.say(self.refusal)
        else:
            self.resting = self.loop.time()

    def refuse(self, flaw: Flaw) -> None:
        """Read nothing more, and say why once what came before has been answered."""
        self.refusal = flaw
        self.crowd.arrived(self)
        if self.in_body and self.cycle is not None:
            # The application has the request already, whose end will never come.
            broken, self.in_body = self.cycle, False
            begun = broken.response_started
            hang_up(broken)
            self.pipeline = type(self.pipeline)(item for item in self.pipeline if item[0] is not broken)
            if begun or self.transport.is_closing():
                self.transport.close()
                self.cut_off_later()
                return
            if self.answering is broken:
                self.answering = None
        if self.answering is None or self.answering.response_complete:
            self.say(flaw)

    def say(self, flaw: Flaw) -> None:
        """Answer outside of the application, and close. What still comes is thrown away for a moment."""
        self.resting = 0.0
        if self.transport.is_closing():
            return
        logger.debug("refused a request before it was one: %d", flaw.status)
        self.transport.write(flaw.answer())
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.crowd.keeps(self, LINGER_SECONDS)

    def late(self) -> None:
        """What was owed has not come in time."""
        self.crowd.arrived(self)
        busy = self.answering is not None and not self.answering.response_complete
        if busy and not self.in_body:
            # Its client may be waiting for an answer; nothing is read meanwhile.
            self.crowd.awaits(self)
            return
        what = "body" if self.in_body else "headers"
        seconds = self.crowd.bounds.seconds
        latest = self.cycle if self.in_body else self.answering if busy else None
        silent = self.received == 0 or (latest is not None and latest.response_started)
        if self.in_body and self.cycle is not None:
            hang_up(self.cycle)
        if not silent:
            late = Flaw(408, f"The {what} did not arrive within {seconds:g} seconds: send the request in one go.")
            self.transport.write(late.answer())
        self.refusal = NOT_HTTP
        self.transport.close()
        self.cut_off_later()

    # --- clients that do not read -----------------------------------------------------------------------------

    def pause_writing(self) -> None:
        super().pause_writing()
        self.cut_off_later()

    def resume_writing(self) -> None:
        super().resume_writing()
        if not self.transport.is_closing():
            self.crowd.unread.pop(self, None)

    def rested(self) -> None:
        """Nobody has asked anything for long enough."""
        self.resting = 0.0
        self.transport.close()
        self.cut_off_later()

    def shutdown(self) -> None:
        super().shutdown()
        if self.transport.is_closing():
            self.cut_off_later()

    def cut_off_later(self) -> None:
        """Let the client have the time to read that it needs, and no more."""
        size = self.transport.get_write_buffer_size()
        if size:
            self.crowd.keeps(self, UNREAD_SECONDS + size / SLOWEST)

    # --- WebSockets -------------------------------------------------------------------------------------------

    def _get_upgrade(self) -> bytes | None:
        # Several Connection lines are one list; uvicorn reads the last of them.
        lines = [value.lower() for name, value in self.headers if name == b"connection"]
        named = [value.lower() for name, value in self.headers if name == b"upgrade"]
        return named[-1] if named and b"upgrade" in map(bytes.strip, b",".join(lines).split(b",")) else None

    def handle_websocket_upgrade(self) -> None:
        flaw = self.flaw_of_handshake()
        if flaw is not None:
            self.refuse(flaw)
        else:
            self.crowd.left(self)
            super().handle_websocket_upgrade()

    def flaw_of_handshake(self) -> Flaw | None:
        """What keeps a request from opening a WebSocket."""
        headers = dict(self.headers)
        if self.url.partition(b"?")[0] != b"/graphql":
            return NO_SUCH_SOCKET
        if headers.get(b"sec-websocket-version", b"").strip() != b"13":
            return OTHER_SOCKET
        try:
            key = base64.b64decode(headers.get(b"sec-websocket-key", b""), validate=True)
        except binascii.Error:
            return NOT_A_HANDSHAKE
        busy = self.answering is not None and not self.answering.response_complete
        body = b"content-length" in headers or b"transfer-encoding" in headers
        once = sum(name.startswith(b"sec-websocket-") and name not in REPEATED for name, _ in self.headers) <= 2
        old = self.parser.get_http_version() != "1.1"
        if len(key) != 16 or self.scope["method"] != "GET" or busy or body or old or not once:
            return NOT_A_HANDSHAKE
        return None


REPEATED = (b"sec-websocket-protocol", b"sec-websocket-extensions")


NOBODY_WAITS = asyncio.Event()
"""Set where uvicorn would wake whoever waits for more of a request."""


@dataclass(slots=True)
class Errand:
    """A request whose statement is under way: to its connection it is what uvicorn's cycles are.

    What comes behind it waits in the pipeline, and the end of the process waits for it.
    """

    disconnected: bool = False
    keep_alive: bool = True
    response_started: bool = False
    response_complete: bool = False
    message_event: asyncio.Event = NOBODY_WAITS


def hang_up(cycle: RequestResponseCycle | Errand) -> None:
    """Tell the application that nobody waits for an answer any more."""
    cycle.disconnected = True
    cycle.message_event.set()


def http_protocol(bounds: Bounds) -> type[asyncio.Protocol]:
    """What uvicorn takes for its `http`."""
    return cast(type[asyncio.Protocol], partial(HttpProtocol, crowd=Crowd(bounds)))
