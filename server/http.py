"""GraphQL over HTTP: one request with one operation in, one JSON answer or a stream of events out."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import Any
from urllib.parse import parse_qsl

from starlette.types import Receive, Scope, Send

from errors import Code, Refusal, errors_body
from server.address import Proxies
from server.express import Express, usual
from server.logs import Entry, OperationLog, request_id
from server.operation import Deadline, Malformed, Operation, internal_error, operation_of, parse_json
from server.seats import MOST_SEATS, credential_of
from server.sse import EVENTS, Stream

JSON = b"application/json"
GRAPHQL = b"application/graphql-response+json"

# An answer is one viewer's, and is never anything but JSON.
SAFE_HEADERS = [
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
]

HTTPS_ONLY = (b"strict-transport-security", b"max-age=31536000")

# The status of a well-formed request that got no data, under GraphQL's own media type; what is not here is
# 400. Under application/json all but the last are 200, because its readers look into the body.
STATUS = {Code.TIMEOUT: 503, Code.INTERNAL_SERVER_ERROR: 500}

# The status of a request that is turned away as a whole, whatever it asks for and whichever answer it takes.
TURNED_AWAY = {Code.UNAUTHENTICATED: 401, Code.FORBIDDEN: 403, Code.RATE_LIMITED: 429, **STATUS}

OPTIONAL = ("variables", "operationName", "extensions")
PARAMETERS = ("query", "documentId", *OPTIONAL)

WEIGHT = re.compile(rb"0(\.\d{0,3})?|1(\.0{0,3})?")

MOST_RANGES = 50
"""How far an Accept header is read; browsers send about five."""

WHOLE = "rapport.whole"
"""In a scope: sends an answer in one go, `(status, header lines, body)`, where the server is ours."""

HINT = "send a POST with the header Content-Type: application/json"

Headers = Sequence[tuple[bytes, bytes]]

CLOSE: Headers = [(b"connection", b"close")]

ALLOWED: Headers = [
    (b"access-control-allow-headers", b"authorization, content-type, x-rapport-csrf, x-request-id, x-requested-with"),
    (b"access-control-max-age", b"600"),
]
"""What pages of the origins that are let in may send."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole HTTP answer."""

    status: int
    body: bytes
    media: bytes = JSON
    headers: Headers = ()
    closes: bool = False
    """Whether the connection ends with it, because what is left of the body is not waited for."""


class Rejected(Malformed):
    """A request refused for its outer form, with the status and headers that say so."""

    def __init__(self, status: int, message: str, headers: Headers = (), *, closes: bool = False) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers
        self.closes = closes


class HungUp(Exception):
    """The client left before its request was complete, so nobody waits for an answer."""


class GraphQLHttp:
    """The ASGI application behind `/graphql`. It finds its engine, `auth` and `stopping` in `scope["state"]`."""

    def __init__(
        self,
        *,
        max_body: int,
        seconds: float,
        origins: Collection[str] = (),
        proxies: Proxies | None = None,
        https_only: bool = False,
        log: OperationLog | None = None,
    ) -> None:
        self.max_body = max_body
        self.seconds = seconds
        self.origins = frozenset(origin.encode() for origin in origins)
        self.proxies = proxies or Proxies()
        self.log = log
        self.headers = [*SAFE_HEADERS, HTTPS_ONLY] if https_only else SAFE_HEADERS
        safe = b"".join([b"%b: %b\r\n" % header for header in self.headers])
        self.lines = {media: b"content-type: %b; charset=utf-8\r\n%b" % (media, safe) for media in (JSON, GRAPHQL)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        stopping = scope["state"]["stopping"]
        headers = headers_of(scope)
        entry = Entry(request_id(headers.get(b"x-request-id")), "http")
        stopping.running += 1
        reply: Reply | Stream
        try:
            with Deadline(self.seconds) as deadline:
                reply = await self.reply(scope, headers, receive, deadline, entry)
        except HungUp:
            return
        except asyncio.CancelledError:
            if deadline.over():
                refusal = Refusal("The request took too long before it was run: try again.", Code.TIMEOUT)
            elif stopping.begun:
                refusal = Refusal("The server is being stopped: try again shortly.", Code.TIMEOUT)
            else:
                raise
            reply = refused(refusal, entry, 503, JSON, closes=True)
        except Exception as error:
            reply = refused(internal_error(error), entry, 500, JSON)
        finally:
            stopping.running -= 1
        more = self.for_pages(headers) if self.origins else ()
        entry.status = reply.status
        if isinstance(reply, Stream):
            await reply.send(send, receive, [*self.headers, (b"x-request-id", entry.request.encode()), *more])
        else:
            await self.send(reply, scope, send, entry, more)
            express: Express | None = scope["state"].get("express")
            if express is not None and reply.status == 200 and entry.kind == "query" and usual(scope):
                lines = b"".join([b"%b: %b\r\n" % header for header in more])
                express.learn(scope["headers"], self.lines[reply.media] + lines)
        if self.log is not None:
            self.log.write(entry)

    async def send(self, reply: Reply, scope: Scope, send: Send, entry: Entry, more: Headers) -> None:
        """Send an answer: in one go where the server can, and in two messages as every server understands them."""
        name = entry.request.encode()
        if WHOLE in scope and reply.status != 204:
            lines = b"%bx-request-id: %b\r\ncontent-length: %d\r\n" % (self.lines[reply.media], name, len(reply.body))
            if more or reply.headers:
                lines += b"".join([b"%b: %b\r\n" % header for header in (*more, *reply.headers)])
            await scope[WHOLE](reply.status, lines, reply.body, closes=reply.closes)
            return
        headers = [*self.headers, (b"x-request-id", name), *more, *reply.headers]
        if reply.closes:
            headers += CLOSE
        if reply.status != 204:
            headers.append((b"content-type", reply.media + b"; charset=utf-8"))
            headers.append((b"content-length", b"%d" % len(reply.body)))
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.body})

    async def reply(
        self, scope: Scope, headers: Mapping[bytes, bytes], receive: Receive, deadline: Deadline, entry: Entry
    ) -> Reply | Stream:
        """What a request is answered with. Raises HungUp."""
        media = JSON
        state = scope["state"]
        method = scope["method"]
        try:
            if method == "OPTIONS" and b"access-control-request-method" in headers:
                return self.preflight(headers)
            media = media_type(headers.get(b"accept", b""))
            self.check(method, headers)
            address = self.proxies.client(scope, headers)
            auth = state["auth"]
            viewer = auth.at_hand(headers.get(b"authorization")) or await auth.viewer(scope["headers"], address)
            entry.viewer = viewer
            operation = await self.read(scope, headers, receive, deadline)
        except Rejected as rejected:
            return refused(rejected, entry, rejected.status, media, rejected.headers, closes=rejected.closes)
        except Refusal as refusal:
            status = 503 if refusal.code is Code.INTERNAL_SERVER_ERROR else TURNED_AWAY.get(refusal.code, 400)
            return refused(refusal, entry, status, media)
        by_get = method == "GET"
        try:
            answer = await state["desk"].run(operation, viewer, deadline, entry, address, only_query=by_get)
        except Refusal as refusal:
            if media == EVENTS:
                return Stream(once(errors_body([refusal])), state, entry)
            return refused(refusal, entry, status_of(refusal.code, media), media)
        entry.kind, entry.name, entry.code = answer.kind, answer.name, answer.code
        if answer.executed and media != EVENTS:
            return Reply(200, answer.body, media)
        if answer.kind == "subscription" and takes_events(headers.get(b"accept", b"")):
            credential = credential_of(viewer, headers.get(b"authorization", b""), address)
            return await self.live(state, operation, entry, credential)
        if media == EVENTS:
            return Stream(once(answer.body), state, entry)
        if by_get and answer.kind not in ("", "query"):
            return Reply(405, answer.body, media, [(b"allow", b"POST")])
        status = status_of(Code(answer.code), media)
        return Reply(status, answer.body, media, [(b"www-authenticate", b"Bearer")] if status == 401 else ())

    async def live(
        self, state: Mapping[str, Any], operation: Operation, entry: Entry, credential: bytes
    ) -> Reply | Stream:
        """The results of a subscription as events, if there is a place for one more listener."""
        assert entry.viewer is not None
        entry.door, entry.code = "sse", ""
        seat = await state["seats"].take(credential)
        if seat is None:
            busy = Refusal(f"At most {MOST_SEATS} live connections may be open at once: close one.", Code.RATE_LIMITED)
            return refused(busy, entry, 429, JSON)
        events = state["desk"].listen(operation, entry.viewer)
        return Stream(events, state, entry, seat)

    def check(self, method: str, headers: Mapping[bytes, bytes]) -> None:
        """Refuse what cannot be an operation, before anybody asks who sent it."""
        if method == "POST":
            check_body_headers(headers.get(b"content-type", b""), headers.get(b"content-encoding", b""))
        elif method != "GET":
            raise Rejected(405, f"This is the GraphQL endpoint: {HINT}.", [(b"allow", b"GET, POST")])

    async def read(
        self, scope: Scope, headers: Mapping[bytes, bytes], receive: Receive, deadline: Deadline
    ) -> Operation:
        """The operation in a request. Raises Refusal and HungUp."""
        if scope["method"] == "GET":
            return operation_of(parameters(scope["query_string"]), "The URL")
        body = await self.body(headers, receive, deadline)
        if not body:
            raise Malformed('The body is empty: send a JSON object like {"query": "{ __typename }"}.')
        return operation_of(parse_json(body, "The body"), "The body")

    def preflight(self, headers: Mapping[bytes, bytes], methods: bytes = b"GET, POST") -> Reply:
        """What a browser asks before it lets a page of another origin send a request."""
        if headers.get(b"origin") in self.origins:
            return Reply(204, b"", headers=[(b"access-control-allow-methods", methods), *ALLOWED])
        message = "Pages of this origin may not use the API: the server's CRM_ORIGINS names those that may."
        return Reply(403, errors_body([Refusal(message, Code.FORBIDDEN)]))

    def for_pages(self, headers: Mapping[bytes, bytes]) -> Headers:
        """What lets a page of another origin read the answer, where that origin is let in."""
        vary = (b"vary", b"Origin")
        origin = headers.get(b"origin")
        if origin is None or origin not in self.origins:
            return [vary]
        return [
            vary,
            (b"access-control-allow-origin", origin),
            (b"access-control-allow-credentials", b"true"),
            (b"access-control-expose-headers", b"x-request-id, retry-after"),
        ]

    async def body(self, headers: Mapping[bytes, bytes], receive: Receive, deadline: Deadline) -> bytes:
        """The whole body, but never more of it than is allowed."""
        declared = headers.get(b"content-length", b"")
        if len(declared) > 15 or (declared.isdigit() and int(declared) > self.max_body):
            raise self.too_large(declared)
        chunks, size = [], 0
        try:
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise HungUp
                chunks.append(message.get("body", b""))
                size += len(chunks[-1])
                if size > self.max_body:
                    raise self.too_large()
                if not message.get("more_body", False):
                    return chunks[0] if len(chunks) == 1 else b"".join(chunks)
        except asyncio.CancelledError:
            if not deadline.over():
                raise
            raise Rejected(
                408, f"The body did not arrive within {self.seconds:g} seconds: send it in one go.", closes=True
            ) from None

    def too_large(self, declared: bytes = b"") -> Rejected:
        """The refusal of a body, with its length if that was told, in as many digits as make sense."""
        most = f"more than the {self.max_body:,} bytes allowed: ask for less."
        size = f"has {int(declared):,} bytes, {most}" if 0 < len(declared) <= 15 else f"has {most}"
        return Rejected(413, f"The body {size}", closes=True)


def status_of(code: Code, media: bytes) -> int:
    """The status of a well-formed request that got no data. Readers of plain JSON look into the body, so that there it
    is 200 unless the request was turned away as a whole, or the server itself failed.
    """
    if code in TURNED_AWAY and code is not Code.TIMEOUT:
        return TURNED_AWAY[code]
    return STATUS.get(code, 400) if media == GRAPHQL else 200


def refused(
    refusal: Refusal, entry: Entry, status: int, media: bytes, headers: Headers = (), *, closes: bool = False
) -> Reply:
    """The answer to a request that is not run, or whose run gave nothing."""
    entry.code = refusal.code.value
    more = list(headers)
    if status == 401:
        more.append((b"www-authenticate", b"Bearer"))
    if refusal.retry_after is not None:
        more.append((b"retry-after", b"%d" % max(1, ceil(refusal.retry_after))))
    return Reply(status, errors_body([refusal]), JSON if media == EVENTS else media, more, closes)


def headers_of(scope: Scope) -> Mapping[bytes, bytes]:
    """The headers by name; several of one name are joined as HTTP says."""
    found = dict(scope["headers"])
    if len(found) < len(scope["headers"]):
        found = {}
        for name, value in scope["headers"]:
            between = b"; " if name == b"cookie" else b", "
            found[name] = found[name] + between + value if name in found else value
    return found


async def once(body: bytes) -> AsyncIterator[bytes]:
    """The events of what is answered in one piece."""
    yield body


@lru_cache(maxsize=64)
def check_body_headers(content_type: bytes, encoding: bytes) -> None:
    """Let only JSON in UTF-8 through: no page of another origin can make a browser send that unasked."""
    name, *options = [part.strip() for part in content_type.lower().split(b";")]
    if name != JSON:
        raise Rejected(415, f"The body must be JSON: {HINT}.")
    for option in options:
        key, _, value = option.partition(b"=")
        if key.strip() == b"charset" and value.strip(b' "') not in (b"utf-8", b"utf8"):
            raise Rejected(415, "The body must be UTF-8: send Content-Type: application/json; charset=utf-8.")
    if encoding.lower() not in (b"", b"identity"):
        raise Rejected(415, "The body must not be compressed: send it as it is.", [(b"accept-encoding", b"identity")])


def parameters(query_string: bytes) -> dict[str, object]:
    """The parameters of a GET as the object that a POST would hold. Raises Malformed."""
    try:
        pairs = parse_qsl(query_string.decode("ascii"), keep_blank_values=True, errors="strict")
    except ValueError:  # a UnicodeDecodeError is one too
        raise Malformed("The URL has characters that are not UTF-8: percent-encode them as UTF-8.") from None
    found: dict[str, object] = {}
    for name, text in pairs:
        if name in PARAMETERS and name in found:
            raise Malformed(f"The URL has two values for `{name}`: send one.")
        found[name] = text
    named = "documentId" in found or "persistedQuery" in str(found.get("extensions"))
    if "query" not in found and not named:
        raise Malformed(f"The URL has no `query` with a GraphQL document: add one, or {HINT}.")
    for name in OPTIONAL:
        if not found.get(name):  # a form sends an empty parameter for what was left out
            found[name] = None
        elif name != "operationName":
            found[name] = parse_json(str(found[name]), f"`{name}`")
    return found


@lru_cache(maxsize=64)
def media_type(accept: bytes) -> bytes:
    """Which of the two media types an Accept header weighs most, or names more closely, or names first.

    Events are the answer for who takes neither. Raises Rejected where none will do.
    """
    if not accept.strip():
        return JSON
    ranges = ranges_of(accept)
    best: tuple[float, int, int] = (0.0, 0, 0)
    chosen = None
    for media in (JSON, GRAPHQL):
        # The closest range that fits decides on a media type, whatever the wider ones say.
        fitting = [
            (closeness, weight, -place)
            for place, (name, weight) in enumerate(ranges)
            for closeness, pattern in enumerate((b"*/*", b"application/*", media))
            if name == pattern
        ]
        closeness, weight, place = max(fitting, default=(0, 0.0, 0))
        if (weight, closeness, place) > best and weight > 0:
            chosen, best = media, (weight, closeness, place)
    if chosen is None and takes_events(accept):
        return EVENTS
    if chosen is None:
        raise Rejected(406, f"Answers are {GRAPHQL.decode()} or {JSON.decode()}: name one in Accept.")
    return chosen


@lru_cache(maxsize=64)
def takes_events(accept: bytes) -> bool:
    """Whether an Accept header asks for events by name; who takes anything is better served with JSON."""
    return EVENTS in accept.lower() and any(name == EVENTS and weight > 0 for name, weight in ranges_of(accept))


def ranges_of(accept: bytes) -> list[tuple[bytes, float]]:
    """The ranges of an Accept header with their weights."""
    return [accepted(item) for item in accept.lower().split(b",", MOST_RANGES)[:MOST_RANGES]]


def accepted(item: bytes) -> tuple[bytes, float]:
    """A range of an Accept header and its weight, `text/html;q=0.8` → `(text/html, 0.8)`."""
    name, *options = [part.strip() for part in item.split(b";")]
    for option in options:
        key, _, value = option.partition(b"=")
        if key.strip() == b"q":
            match = WEIGHT.fullmatch(value.strip())
            return name, float(match[0]) if match else 0.0
    return name, 1.0
