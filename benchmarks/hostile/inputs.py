"""Draws hostile inputs: good requests with something wrong in them, each made again from its number alone."""

from __future__ import annotations

import json
import random
import struct
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal
from urllib.parse import quote, quote_from_bytes

Way = Literal["request", "bytes", "messages", "frames"]
"""How an input is sent: as a request of HTTP on a connection that is kept, as bytes on one of their own, as messages on
a socket that was greeted, or as the bytes of frames on one of their own."""

TOKENS = (
    *("demo-admin", "demo-manager", "demo-rep", "demo-rep-2", "demo-agent", "demo-marketing", "demo-readonly"),
    "",
)

QUERIES = (
    "{ viewer { name role } }",
    "{ __typename }",
    '{ node(id: "cus_1") { __typename id ... on Customer { name email } } }',
    'query A($id: ID!) { customer(id: $id) { name orders(first: 3) { nodes { number total { amount } } } } }',
    '{ customers(first: 3, where: {name: {contains: "a"}}) { totalCount nodes { id name } pageInfo { endCursor } } }',
    "query B($n: Int, $w: CustomerWhere) { customers(first: $n, where: $w) { nodes { id ...F } } }"
    " fragment F on Customer { name owner { name } }",
    "{ orders(first: 2, orderBy: [{field: ORDER_DATE, direction: DESC}]) { edges { cursor node { id status } } } }",
    '{ orders { groups(by: [{period: {field: ORDER_DATE, unit: MONTH, timeZone: "Asia/Shanghai"}}]) { orderDate } } }',
    "{ orders { aggregate { count sum { total { amount currency } } } } }",
    '{ tickets(search: "printer", first: 2) { nodes { id issue messages(first: 2) { nodes { body } } } } }',
    '{ salesReps(first: 2) { nodes { name commission(from: "2026-01-01", to: "2026-04-01") { amount } } } }',
    "{ products(first: 2) { nodes { sku price { amount } cost { amount } } } }",
    "{ __schema { types { name fields { name } } } }",
    'query C($on: Boolean = true) { viewer { name @include(if: $on) role @skip(if: $on) } }',
    'mutation { createCustomer(input: {name: "Fuzz", dryRun: true}) { customer { id } errors { code message path } } }',
    "mutation D($i: CreateTicketInput!) { createTicket(input: $i) { ticket { id } errors { code path } } }",
    'mutation { updateCustomer(input: {id: "cus_1", expectedVersion: 1, city: "X", dryRun: true}) { errors { code } }}',
    'mutation { placeholder { id } }',
    'mutation { signIn(input: {email: "nobody@example.com", password: "wrong"}) { errors { code } } }',
    "subscription { heartbeat(every: 60) }",
)

WORDS = (
    *("{", "}", "(", ")", "[", "]", ":", "!", "$", "@", "=", "|", "&", "...", '"', '"""', "#", ",", "\\", "\n", "\0"),
    *(
        "fragment",
        "on",
        "query",
        "mutation",
        "subscription",
        "null",
        "true",
        "false",
        "__typename",
        "__schema",
        "__type",
    ),
    *("@include(if: false)", "@skip(if: $x)", "@deprecated", "a: id", "...F", "... on Order { id }", "$x: Int = 1"),
    *("id", "name", "nodes", "edges", "node", "first: 100", "first: -1", "first: 99999999999", "after: \"AAAA\""),
    *(
        "9" * 400,
        "-0",
        "1e999",
        "0x1",
        "NaN",
        "\ud800",
        "\ufeff",
        "\u202e",
        "\U0001f600",
        "é",
        "İ",
        "\u2028",
        '"\\u0000"',
    ),
    *('"\\ud83d"', '"%"', '"_"', '"\' OR 1=1 --"', '"cus_1"', '"ord_0"', '"cus_-1"', '"cus_1e3"', "where: {or: []}"),
    *("where: {not: {not: {}}}", "where: {id: {in: []}}", "orderBy: []", "last: 5", "id_1", "{ id }" * 20),
)

VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2**31, 2**63, 10**30, 0.1, 1e308, "", " ", "\0", "a\0b", "\ud800", "%", "_", "\\"),
    *("' OR '1'='1", "x'; --", "\u202e", "İ", "ı", "ß", "\u0130" * 50, "a" * 5000, "9" * 5000, "NaN", "Infinity"),
    *("cus_1", "cus_99999999999999999999", "cus_٣", "CUS_1", "ord_1", "2026-02-30", "0000-00-00", "9999-12-31"),
    *("9999-12-31T23:59:59-23:59", "2026-01-01T00:00:00", "2026-06-30T23:59:60Z", "UTC", "../../etc/passwd", "EUR"),
    *([], {}, [[]], [{}], {"": ""}, ["a"] * 600, {"in": []}, {"eq": None}, {"contains": "%" * 200}, {"__proto__": {}}),
    *({"or": [{}] * 50}, {"name": {"eq": {"eq": "x"}}}, {"amount": "1", "currency": "EUR"}, {"amount": "1e5"}),
)

HEADERS = (
    *("Accept: text/html", "Accept: ;;;q=9", "Accept: " + "a/b," * 500, "Accept: text/event-stream"),
    *("Accept: application/graphql-response+json", "Accept:", "Accept: */*;q=0"),
    *(
        "Content-Type: text/plain",
        "Content-Type: application/json; charset=utf-16",
        "Content-Type: multipart/form-data",
    ),
    *("Content-Type: application/json;;;=;", "Content-Type: application/x-www-form-urlencoded", "Content-Type:"),
    *("Content-Encoding: gzip", "Content-Encoding: deflate, br", "Transfer-Encoding: chunked", "Content-Length: 0"),
    *("Content-Length: 1e3", "Expect: 100-continue", "Expect: nothing", "Connection: close", "Connection: upgrade"),
    *("Upgrade: h2c", "Upgrade: websocket", "Host: evil.example", "Host:", "X-HTTP-Method-Override: DELETE"),
    *("X-Forwarded-For: 1.2.3.4", "X-Forwarded-For: " + "9" * 300, "Forwarded: for=unknown", "X-Request-Id: a\tb"),
    *(
        "X-Request-Id: " + "x" * 500,
        "Origin: null",
        "Origin: http://evil.example",
        "Origin: http://[",
        "Range: bytes=0-",
    ),
    *("Cookie: rapport_session=x", "Cookie: " + "a=b;" * 400, "Cookie: rapport_session=a; rapport_session=b"),
    *("X-Rapport-Csrf: 1", "Authorization: Basic YTpi", "Authorization: Bearer", "Authorization: Bearer a b"),
    *("Authorization: Bearer eyJhbGciOiJub25lIn0.e30.", "Authorization: Bearer ' OR 1=1", "Authorization: bearer\tx"),
    *(
        "Authorization: Bearer \xff\xfe",
        "X: \x01",
        "X : y",
        ": y",
        "X",
        "If-None-Match: *",
        "TE: trailers",
        "A: b\r\n c",
    ),
    *(
        "Sec-WebSocket-Key: x",
        "Trailer: Authorization",
        "Date: never",
        "X-Api-Key: demo-admin",
        "Traceparent: 00-x-y-z",
    ),
)

TYPES = (
    "connection_init",
    "subscribe",
    "complete",
    "ping",
    "pong",
    "next",
    "error",
    "connection_ack",
    "start",
    "",
    "ka",
)


@dataclass(frozen=True)
class Input:
    """Something hostile, and how it is sent."""

    number: int
    family: str
    way: Way
    data: tuple[bytes, ...]


def draw(seed: int, number: int) -> Input:
    """The input of a number."""
    dice = random.Random(f"{seed}:{number}")
    family = dice.choices(list(FAMILIES), [weight for weight, _, _ in FAMILIES.values()])[0]
    _, way, make = FAMILIES[family]
    return Input(number, family, way, tuple(make(dice)))


def good(seed: int, number: int) -> Input:
    """A request nothing is wrong with: one of every kind that the demo's users would send."""
    dice = random.Random(f"{seed}:{number}")
    query, variables = dice.choice(QUERIES[:-4]), {"id": f"cus_{dice.randint(1, 500)}", "n": dice.randint(1, 20)}
    body = {"query": query, "variables": variables}
    return Input(number, "good", "request", (post(encoded(body), dice.choice(TOKENS[:2])),))


# --- what is wrong --------------------------------------------------------------------------------------------------


def mangled(dice: random.Random, text: str) -> str:
    """A document with some of its words and signs taken out, doubled, exchanged, nested or made up."""
    for _ in range(dice.choice((1, 1, 1, 2, 3, 8))):
        at = dice.randrange(len(text) + 1)
        to = min(len(text), at + dice.choice((1, 1, 3, 12)))
        match dice.randrange(7):
            case 0:
                text = text[:at] + text[to:]
            case 1:
                text = text[:to] + text[at:to] * dice.choice((1, 2, 30)) + text[to:]
            case 2:
                text = text[:at] + " " + dice.choice(WORDS) + " " + text[at:]
            case 3:
                text = text[:at] + dice.choice(WORDS) + text[to:]
            case 4:
                text = text[:at] + chr(dice.choice((0, 7, 0x7F, 0x85, 0xD800, 0xFEFF, 0xFFFF, 0x10FFFF))) + text[to:]
            case 5:
                names = [name for name in ("first", "nodes", "id", "name", "customers", "orders") if name in text]
                text = text.replace(dice.choice(names), dice.choice(WORDS)) if names else text
            case _:
                other = dice.choice(QUERIES)
                text = text[:at] + other[dice.randrange(len(other)) :]
    return text[:200_000]


def bomb(dice: random.Random) -> str:
    """A document of a shape that takes long to walk, for who walks it naively."""
    size = dice.choice((10, 40, 200, 900))
    match dice.randrange(8):
        case 0:
            return "{" + " ".join(f"a{i}: viewer {{ name }}" for i in range(size)) + "}"
        case 1:
            spreads = " ".join(f"fragment F{i} on Query {{ ...F{i + 1} ...F{i + 1} }}" for i in range(size))
            return f"{{ ...F0 }} {spreads} fragment F{size} on Query {{ __typename }}"
        case 2:
            return "{ customers { nodes " + "{ owner { customers { nodes " * size + "{ id }" + " } } }" * size + "} }"
        case 3:
            return "{ viewer { name " + "@include(if: true) " * size + "} }"
        case 4:
            return "{ viewer { " + "name " * size + "} }"
        case 5:
            return "{ customers(where: " + "{not: " * size + "{}" + "}" * size + ") { totalCount } }"
        case 6:
            return "query(" + " ".join(f"$v{i}: Int = {i}" for i in range(size)) + ") { __typename }"
        case _:
            return "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A " + "x " * size + "}"


def value(dice: random.Random, depth: int = 0) -> Any:
    """A value that fits nothing in particular."""
    if depth < 4 and dice.random() < 0.3:
        keys = ("id", "eq", "in", "or", "not", "name", "total", "amount", "\ud800", "")
        inner = [value(dice, depth + 1) for _ in range(dice.randrange(4))]
        return inner if dice.random() < 0.5 else {dice.choice(keys): item for item in inner}
    return dice.choice(VALUES)


def encoded(value: object) -> bytes:
    """JSON as a client might send it: with lone surrogates as they are escaped, NaN and endless numbers."""
    return json.dumps(value).encode()


def flipped(dice: random.Random, data: bytes) -> bytes:
    """Bytes with some of them exchanged, cut out, doubled or cut off."""
    changed = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 5, 20))):
        at = dice.randrange(len(changed) + 1)
        match dice.randrange(5):
            case 0 if at < len(changed):
                changed[at] = dice.randrange(256)
            case 1:
                del changed[at : at + dice.choice((1, 4, 40))]
            case 2:
                changed[at:at] = dice.choice(
                    (b"\0", b"\r\n", b"\r\n\r\n", b"\xff", b"\xed\xa0\x80", b"{", b"[" * 500, b'"')
                )
            case 3:
                changed[at:at] = changed[at : at + 30]
            case _ if dice.random() < 0.2:
                del changed[at:]
    return bytes(changed)


# --- how it is wrapped ----------------------------------------------------------------------------------------------


def post(body: bytes, token: str = "demo-admin", *lines: str) -> bytes:
    """A request with a body."""
    head = [f"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n"]
    if not any(line.lower().startswith("content-type:") for line in lines):
        head.append("Content-Type: application/json\r\n")
    if token and not any(line.lower().startswith("authorization:") for line in lines):
        head.append(f"Authorization: Bearer {token}\r\n")
    head += [f"{line}\r\n" for line in lines]
    return "".join(head).encode("latin-1") + b"\r\n" + body


def a_body(dice: random.Random) -> dict[str, Any]:
    return {"query": dice.choice(QUERIES), "variables": {"id": "cus_1", "n": 2, "i": {"issue": "Broken"}}}


def documents(dice: random.Random) -> list[bytes]:
    body = a_body(dice) | {"query": mangled(dice, dice.choice(QUERIES))}
    return [post(encoded(body), dice.choice(TOKENS))]


def bombs(dice: random.Random) -> list[bytes]:
    return [post(encoded({"query": bomb(dice)}), dice.choice(TOKENS))]


def variables(dice: random.Random) -> list[bytes]:
    body = a_body(dice)
    for name in ("id", "n", "w", "i", "on"):
        if dice.random() < 0.5:
            body["variables"][name] = value(dice)
    if dice.random() < 0.1:
        body["variables"] = value(dice)
    return [post(encoded(body), dice.choice(TOKENS))]


def envelopes(dice: random.Random) -> list[bytes]:
    """What stands around a document: each part of it of some other kind, hashes that are none, deep JSON, no JSON."""
    body: Any = a_body(dice)
    match dice.randrange(6):
        case 0:
            body = value(dice)
        case 1:
            body[dice.choice(("query", "variables", "operationName", "extensions", "documentId"))] = value(dice)
        case 2:
            digest = sha256(body["query"].encode()).hexdigest()
            digest = dice.choice((digest, digest.upper(), digest[:-1], "0" * 64, "x", ""))
            version = dice.choice((1, 2, "1", True, None))
            body["extensions"] = {"persistedQuery": {"version": version, "sha256Hash": digest}}
            if dice.random() < 0.5:
                del body["query"]
        case 3:
            return [post(dice.choice((b"[", b'{"a":')) * dice.choice((50, 5000, 100_000)), dice.choice(TOKENS))]
        case 4:
            body = [body] * dice.choice((0, 1, 2, 500))
        case _:
            body |= {f"extra{at}": value(dice) for at in range(dice.choice((1, 20)))}
    return [post(encoded(body), dice.choice(TOKENS))]


def bodies(dice: random.Random) -> list[bytes]:
    return [post(flipped(dice, encoded(a_body(dice))), dice.choice(TOKENS))]


def headers(dice: random.Random) -> list[bytes]:
    lines = [dice.choice(HEADERS) for _ in range(dice.choice((1, 1, 2, 4)))]
    return [post(encoded(a_body(dice)), dice.choice(TOKENS), *lines)]


def urls(dice: random.Random) -> list[bytes]:
    text = mangled(dice, dice.choice(QUERIES))
    query = dice.choice(
        (quote(text, errors="surrogatepass"), quote_from_bytes(flipped(dice, text.encode("utf-16", "surrogatepass"))))
    )
    rest = dice.choice(
        ("", "&variables=" + quote(encoded(value(dice))), "&variables=[", "&query=x", "&token=demo-admin")
    )
    path = dice.choice(
        ("/graphql", "/graphql", "/graphql/", "/", "/readyz", "/%2e%2e/etc/passwd", "/static/..%2fapp.py")
    )
    method = dice.choice(("GET", "GET", "GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"))
    return [f"{method} {path}?query={query[:9000]}{rest} HTTP/1.1\r\nHost: x\r\n\r\n".encode("latin-1")]


def raw(dice: random.Random) -> list[bytes]:
    data = post(encoded(a_body(dice)), dice.choice(TOKENS), *([dice.choice(HEADERS)] if dice.random() < 0.5 else []))
    if dice.random() < 0.1:
        data = dice.randbytes(dice.choice((1, 50, 2000)))
    return [flipped(dice, data)]


def messages(dice: random.Random) -> list[bytes]:
    """One to five messages, each a good one with something wrong in it."""
    sent = []
    for _ in range(dice.choice((1, 1, 2, 5))):
        document = dice.choice((dice.choice(QUERIES), mangled(dice, dice.choice(QUERIES)), bomb(dice)))
        message: dict[str, Any] = {"id": dice.choice(("1", "2", "")), "type": dice.choice(TYPES[:4])}
        message["payload"] = {"query": document, "variables": {"id": "cus_1"}}
        if dice.random() < 0.3:
            message[dice.choice(("id", "type", "payload"))] = dice.choice((value(dice), *TYPES))
        text = encoded(message)
        sent.append(flipped(dice, text) if dice.random() < 0.3 else text)
    return sent


def frames(dice: random.Random) -> list[bytes]:
    """Frames bit by bit: with wrong lengths, reserved bits, unknown kinds, without masks."""
    data = b""
    for _ in range(dice.choice((1, 2, 4))):
        payload = encoded({"type": dice.choice(TYPES), "payload": value(dice)})
        size = dice.choice((len(payload), len(payload), 0, 125, 2**16 - 1, 2**40))
        head = bytes([dice.choice((0x81, 0x81, 0x82, 0x01, 0x80, 0x88, 0x89, 0x8A, 0xC1, 0x83, 0xF1, 0x09))])
        mask = dice.choice((0x80, 0x80, 0))
        if size < 126:
            head += bytes([mask | size])
        elif size < 2**16:
            head += bytes([mask | 126]) + struct.pack("!H", size)
        else:
            head += bytes([mask | 127]) + struct.pack("!Q", size)
        data += head + (b"\0\0\0\0" if mask else b"") + payload
    return [flipped(dice, data) if dice.random() < 0.3 else data]


FAMILIES: dict[str, tuple[int, Way, Callable[[random.Random], list[bytes]]]] = {
    "documents": (26, "request", documents),
    "bombs": (5, "request", bombs),
    "variables": (18, "request", variables),
    "envelopes": (10, "request", envelopes),
    "bodies": (10, "request", bodies),
    "headers": (8, "bytes", headers),
    "URLs": (5, "bytes", urls),
    "bytes": (5, "bytes", raw),
    "messages": (10, "messages", messages),
    "frames": (3, "frames", frames),
}
"""By name: how often it is drawn of a hundred, how it is sent, and what makes it."""
