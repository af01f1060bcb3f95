"""GraphQL over HTTP: one request with one operation in, one JSON answer out."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl

from graphql import GraphQLError, OperationType, get_operation_ast, parse
from starlette.types import Receive, Scope, Send

from access import Viewer
from errors import Code, Refusal, errors_body
from server.operation import Deadline, Malformed, Operation, internal_error, operation_of, parse_json, run

EVERYONE = Viewer("Guest", "ADMIN")
JSON = b"application/json"
GRAPHQL = b"application/graphql-response+json"

# An answer is one viewer's, and is never anything but JSON.
SAFE_HEADERS = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]

# The status of a well-formed request that got no data, under GraphQL's own media type; what is not here is
# 400. Under application/json all but the last are 200, because its readers look into the body.
STATUS = {Code.TIMEOUT: 503, Code.INTERNAL_SERVER_ERROR: 500}

READ = frozenset((b"accept", b"content-type", b"content-encoding", b"content-length"))

OPTIONAL = ("variables", "operationName", "extensions")
PARAMETERS = ("query", *OPTIONAL)

WEIGHT = re.compile(rb"0(\.\d{0,3})?|1(\.0{0,3})?")

MOST_RANGES = 50
"""How far an Accept header is read; browsers send about five."""

HINT = "send a POST with the header Content-Type: application/json"

Headers = Sequence[tuple[bytes, bytes]]

# What is left of the body is not waited for.
CLOSE: Headers = [(b"connection", b"close")]


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole HTTP answer."""

    status: int
    body: bytes
    media: bytes = JSON
    headers: Headers = ()

    async def send(self, send: Send) -> None:
        headers = [
            (b"content-type", self.media + b"; charset=utf-8"),
            (b"content-length", b"%d" % len(self.body)),
            *SAFE_HEADERS,
            *self.headers,
        ]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


class Rejected(Malformed):
    """A request refused for its outer form, with the status and headers that say so."""

    def __init__(self, status: int, message: str, headers: Headers = ()) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers


class HungUp(Exception):
    """The client left before its request was complete, so nobody waits for an answer."""


class GraphQLHttp:
    """The ASGI application behind `/graphql`. It finds its engine in `scope["state"]`."""

    def __init__(self, *, max_body: int, seconds: float) -> None:
        self.max_body = max_body
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            with Deadline(self.seconds) as deadline:
                reply = await self.reply(scope, receive, deadline)
        except HungUp:
            return
        except Exception as error:
            reply = Reply(500, errors_body([internal_error(error)]))
        await reply.send(send)

    async def reply(self, scope: Scope, receive: Receive, deadline: Deadline) -> Reply:
        """What a request is answered with. Raises HungUp."""
        media = JSON
        headers = headers_of(scope)
        try:
            media = media_type(headers.get(b"accept", b""))
            operation = await self.read(scope, headers, receive, deadline)
        except Rejected as refusal:
            return Reply(refusal.status, errors_body([refusal]), media, refusal.headers)
        except Refusal as refusal:
            return Reply(400, errors_body([refusal]), media)
        by_get = scope["method"] == "GET"
        try:
            answer = await run(scope["state"]["engine"], operation, EVERYONE, deadline, only_query=by_get)
        except Refusal as refusal:
            status = STATUS.get(refusal.code, 400)
            return Reply(status if media == GRAPHQL or status == 500 else 200, errors_body([refusal]), media)
        if answer.executed:
            return Reply(200, answer.body, media)
        if by_get and not is_query(operation):
            return Reply(405, answer.body, media, [(b"allow", b"POST")])
        return Reply(200 if media == JSON else 400, answer.body, media)

    async def read(
        self, scope: Scope, headers: Mapping[bytes, bytes], receive: Receive, deadline: Deadline
    ) -> Operation:
        """The operation in a request. Raises Refusal and HungUp."""
        match scope["method"]:
            case "POST":
                check_body_headers(headers.get(b"content-type", b""), headers.get(b"content-encoding", b""))
                body = await self.body(headers, receive, deadline)
                if not body:
                    raise Malformed('The body is empty: send a JSON object like {"query": "{ __typename }"}.')
                return operation_of(parse_json(body, "The body"), "The body")
            case "GET":
                return operation_of(parameters(scope["query_string"]), "The URL")
            case _:
                raise Rejected(405, f"This is the GraphQL endpoint: {HINT}.", [(b"allow", b"GET, POST")])

    async def body(self, headers: Mapping[bytes, bytes], receive: Receive, deadline: Deadline) -> bytes:
        """The whole body, but never more of it than is allowed."""
        declared = headers.get(b"content-length", b"")
        if len(declared) > 15 or (declared.isdigit() and int(declared) > self.max_body):
            raise self.too_large()
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
                408, f"The body did not arrive within {self.seconds:g} seconds: send it in one go.", CLOSE
            ) from None

    def too_large(self) -> Rejected:
        return Rejected(413, f"The body is larger than {self.max_body} bytes: ask for less at once.", CLOSE)


def headers_of(scope: Scope) -> dict[bytes, bytes]:
    """The headers that matter here; several of one name are joined as HTTP says."""
    found: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in READ:
            found[name] = found[name] + b", " + value if name in found else value
    return found


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
    if "query" not in found:
        raise Malformed(f"The URL has no `query` with a GraphQL document: add one, or {HINT}.")
    for name in OPTIONAL:
        if not found.get(name):  # a form sends an empty parameter for what was left out
            found[name] = None
        elif name != "operationName":
            found[name] = parse_json(str(found[name]), f"`{name}`")
    return found


def is_query(operation: Operation) -> bool:
    """Whether a document that was refused is at least not one that GET forbids."""
    try:
        found = get_operation_ast(parse(operation.query, no_location=True), operation.name)
    except (GraphQLError, RecursionError):
        return True
    return found is None or found.operation is OperationType.QUERY


@lru_cache(maxsize=64)
def media_type(accept: bytes) -> bytes:
    """Which of the two media types an Accept header weighs most, or names more closely, or names first.

    Raises Rejected where it takes neither.
    """
    if not accept.strip():
        return JSON
    ranges = [accepted(item) for item in accept.lower().split(b",", MOST_RANGES)[:MOST_RANGES]]
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
    if chosen is None:
        raise Rejected(406, f"Answers are {GRAPHQL.decode()} or {JSON.decode()}: name one in Accept.")
    return chosen


def accepted(item: bytes) -> tuple[bytes, float]:
    """A range of an Accept header and its weight, `text/html;q=0.8` → `(text/html, 0.8)`."""
    name, *options = [part.strip() for part in item.split(b";")]
    for option in options:
        key, _, value = option.partition(b"=")
        if key.strip() == b"q":
            match = WEIGHT.fullmatch(value.strip())
            return name, float(match[0]) if match else 0.0
    return name, 1.0
