"""Attacks by HTTP: bodies, headers, methods and URLs that are not what they should be, floods and slow clients."""

from __future__ import annotations

import contextlib
import gzip
import json
import re
import socket
import threading
import time
from urllib.parse import quote

import pytest

from tests.attacks import ON_BOTH, QUICK, Attacker

NAME = {"query": "{ viewer { name } }"}
HELLO = json.dumps(NAME).encode()
WRITE = 'mutation { createTeam(input: {name: "Forged"}) { team { id } } }'

BODIES: dict[str, tuple[bytes, int]] = {
    "nothing": (b"", 400),
    "null": (b"null", 400),
    "a number": (b"123", 400),
    "a string": (b'"{ viewer { name } }"', 400),
    "true": (b"true", 400),
    "NaN": (b"NaN", 400),
    "NaN in a variable": (b'{"query":"{ __typename }","variables":{"a":NaN}}', 400),
    "Infinity in a variable": (b'{"query":"{ __typename }","variables":{"a":-Infinity}}', 400),
    "1e999 in a variable": (b'{"query":"{ __typename }","variables":{"a":1e999}}', 400),
    "an empty list": (b"[]", 400),
    "a batch of one": (b"[" + HELLO + b"]", 400),
    "a batch of 5,000": (b"[" + b",".join([HELLO] * 5000) + b"]", 400),
    "a query that is a list": (b'{"query":["{ viewer { name } }"]}', 400),
    "a query that is null": (b'{"query":null}', 400),
    "a query that is a number": (b'{"query":1}', 400),
    "no query": (b"{}", 400),
    "variables that are a list": (b'{"query":"{ __typename }","variables":[]}', 400),
    "variables that are text": (b'{"query":"{ __typename }","variables":"{}"}', 400),
    "extensions that are text": (b'{"query":"{ __typename }","extensions":"x"}', 400),
    "a name that is an object": (b'{"query":"{ __typename }","operationName":{}}', 400),
    "invalid UTF-8": (b'{"query":"\xff\xfe"}', 400),
    "half a character": (b'{"query":"\xc3', 400),
    "an overlong NUL": (b'{"query":"\xc0\x80"}', 400),
    "UTF-16": (HELLO.decode().encode("utf-16"), 400),
    "a lone surrogate": (b'{"query":"\\ud800"}', 400),
    "lists 100,000 deep": (b"[" * 100_000, 400),
    "lists 100,000 deep and closed": (b"[" * 100_000 + b"]" * 100_000, 400),
    "objects 50,000 deep": (b'{"query":' * 50_000, 400),
    "variables 50,000 deep": (
        b'{"query":"{ __typename }","variables":{"a":' + b"[" * 50_000 + b"]" * 50_000 + b"}}",
        400,
    ),
    "5,000 digits": (b'{"query":"{ __typename }","variables":{"a":' + b"9" * 5000 + b"}}", 400),
    "100,000 digits": (b'{"query":"{ __typename }","variables":{"a":' + b"9" * 100_000 + b"}}", 400),
    "a trailing comma": (b'{"query":"{ __typename }",}', 400),
    "a comment": (b'{"query":"{ __typename }"} // x', 400),
    "two objects": (HELLO + HELLO, 400),
    "single quotes": (b"{'query':'{ __typename }'}", 400),
    "gzip that is not said": (gzip.compress(HELLO), 400),
    "2 MB": (b'{"query":"' + b" " * 2_000_000 + b'"}', 413),
    "1 MB of keys": (b"{" + b",".join(b'"k%d":1' % i for i in range(80_000)) + b"}", 400),
    "a pickle": (b"\x80\x04\x95\x1c\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix", 400),
    "XML": (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', 400),
}


@pytest.mark.parametrize(("body", "status"), BODIES.values(), ids=BODIES.keys())
def test_a_body_that_is_none_is_refused_at_once(attacker: Attacker, body: bytes, status: int) -> None:
    replies = [attacker.post(body) for _ in range(3)]
    assert {reply.status for reply in replies} == {status}
    assert replies[0].codes == ["BAD_REQUEST"]
    assert min(reply.seconds for reply in replies) < QUICK


def test_the_last_of_two_keys_counts_and_no_third_thing_happens(attacker: Attacker) -> None:
    reply = attacker.post(b'{"query":"{ a: __typename }","query":"{ b: __typename }"}')
    assert reply.json["data"] in ({"a": "Query"}, {"b": "Query"})


@ON_BOTH
def test_a_thousand_variables_nobody_asked_for(attacker: Attacker) -> None:
    reply = attacker.post(NAME | {"variables": {f"v{i}": "x" * 500 for i in range(1000)}})
    assert "errors" not in reply.json


@ON_BOTH
@pytest.mark.parametrize(
    "value", [{"id": {"in": ["x"] * 501}}, {"or": [{"name": {"in": ["x"] * 400}}] * 100}, {"a": {"b": [1] * 600}}]
)
def test_variables_of_too_many_values(attacker: Attacker, value: object) -> None:
    query = "query($w: CustomerWhere) { customers(where: $w) { totalCount } }"
    assert attacker.ask(query, w=value).codes == ["QUERY_TOO_COMPLEX"]


# --- what only a page of another origin would send ------------------------------------------------------------------

FORMS = {
    "plain text": "text/plain",
    "a form": "application/x-www-form-urlencoded",
    "a form with files": "multipart/form-data; boundary=x",
    "plain text with JSON in it": "text/plain; application/json",
    "JSON with more": "application/json-patch",
    "JSON in a list": "text/plain, application/json",
    "GraphQL": "application/graphql",
    "nothing": "",
    "XML": "application/xml",
    "UTF-16": "application/json; charset=utf-16",
    "UTF-7": 'application/json; charset="utf-7"',
}


@pytest.mark.parametrize("kind", FORMS.values(), ids=FORMS.keys())
def test_only_json_is_taken_for_json(attacker: Attacker, kind: str) -> None:
    reply = attacker.post({"query": WRITE}, **{"Content-Type": kind})
    assert (reply.status, reply.codes) == (415, ["BAD_REQUEST"])
    assert teams(attacker) == 0


def teams(attacker: Attacker) -> int:
    found: int = attacker.data('{ teams(where: {name: {eq: "Forged"}}) { totalCount } }')["teams"]["totalCount"]
    return found


def test_a_body_without_a_type(attacker: Attacker) -> None:
    received = attacker.bytes(
        b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%b" % (len(HELLO), HELLO)
    )
    assert received.startswith(b"HTTP/1.1 415 ")


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "gzip, gzip", "GZIP", "x"])
def test_a_compressed_body_is_not_unpacked(attacker: Attacker, encoding: str) -> None:
    bomb = gzip.compress(b" " * 10_000_000)
    assert attacker.post(bomb, **{"Content-Encoding": encoding}).status == 415


@pytest.mark.parametrize("query", [WRITE, f"query A {{ __typename }} {WRITE}&operationName=", "mutation" + WRITE[8:]])
def test_a_mutation_is_not_run_by_get(attacker: Attacker, query: str) -> None:
    reply = attacker.send("GET", f"/graphql?query={quote(query)}", headers={"Authorization": "Bearer demo-admin"})
    assert reply.status in (400, 405) or "errors" in reply.json
    assert teams(attacker) == 0


METHODS = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "MKCOL", "PURGE")


@pytest.mark.parametrize("method", METHODS)
def test_other_methods(attacker: Attacker, method: str) -> None:
    reply = attacker.send(method, "/graphql", HELLO, {"Content-Type": "application/json"})
    assert reply.status == 405
    assert "POST" in reply.headers["allow"]


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "_method"])
def test_a_header_that_names_another_method_is_nothing(attacker: Attacker, header: str) -> None:
    query = f"/graphql?query={quote(WRITE)}"
    reply = attacker.send("GET", query, headers={"Authorization": "Bearer demo-admin", header: "POST"})
    assert reply.status == 405
    assert teams(attacker) == 0


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1.evil.example", "https://127.0.0.1", "file://", "*", ""]
)
def test_a_page_of_another_origin_is_not_let_in(attacker: Attacker, origin: str) -> None:
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    preflight = attacker.send("OPTIONS", "/graphql", headers=asked)
    posted = attacker.post(NAME, Origin=origin)
    for reply in (preflight, posted):
        assert not [name for name in reply.headers if name.startswith("access-control-allow")]


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1@evil.example", "a" * 5000, "[::1]"])
def test_the_host_is_never_repeated(attacker: Attacker, host: str) -> None:
    for path in ("/", "/graphql", "/graphql/", "/nowhere"):
        received = attacker.bytes(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        assert host.encode() not in received
        assert b"location: http" not in received.lower()


def test_every_answer_says_how_it_is_to_be_taken(attacker: Attacker) -> None:
    for reply in (attacker.post(NAME), attacker.post(b"x"), attacker.send("PUT", "/graphql")):
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["cache-control"] == "no-store"
        assert "server" not in reply.headers
        assert "x-powered-by" not in reply.headers


PATHS = (
    *(
        "/graphql/../etc/passwd",
        "/..%2f..%2fetc/passwd",
        "/static/..%2f..%2fserver/app.py",
        "/%00",
        "/%ff",
        "//graphql",
    ),
    *(
        "/.env",
        "/.git/config",
        "/metrics",
        "/debug",
        "/docs",
        "/openapi.json",
        "/admin",
        "/graphql/schema",
        "/server/app.py",
    ),
    *(
        "/assets/../../access.py",
        "/assets/%2e%2e/%2e%2e/access.py",
        "/assets/..\\..\\access.py",
        "/graphql;x=1",
        "/GRAPHQL",
    ),
)


@pytest.mark.parametrize("path", PATHS)
def test_nothing_else_is_served(attacker: Attacker, path: str) -> None:
    reply = attacker.send("GET", path)
    assert reply.status in (400, 404, 405) or path == "/metrics"
    assert b"import " not in reply.body
    assert b"root:" not in reply.body


@pytest.mark.parametrize(
    "query",
    [
        "", "?query=", "?query=%ff", "?query=%ed%a0%80", "?query=%7b", "?query=x&query=y", "?variables={", "?query=%00",
        "?query={__typename}&variables=[]", "?query={__typename}&variables=" + "[" * 5000,
        "?query={__typename}&variables={%22a%22:" + "9" * 5000 + "}", "?" + "a=b&" * 3000, "?query[]=x",
        "?" + "%" * 1000,
    ],
)  # fmt: skip
def test_a_url_that_asks_nothing(attacker: Attacker, query: str) -> None:
    accept = {"Accept": "application/graphql-response+json"}
    reply = attacker.send("GET", f"/graphql{query}", headers=accept)
    assert reply.status == 400
    assert reply.seconds < 1


def test_a_token_in_a_url_is_nothing(attacker: Attacker) -> None:
    for name in ("token", "access_token", "authorization", "Authorization", "api_key"):
        reply = attacker.send("GET", f"/graphql?query={{viewer{{role}}}}&{name}=demo-admin")
        assert "ADMIN" not in reply.body.decode()


# --- requests that can be read in two ways --------------------------------------------------------------------------

HEAD = b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer demo-admin\r\n"
SMUGGLED = json.dumps({"query": WRITE}).encode()
INNER = HEAD + b"Content-Length: %d\r\n\r\n%b" % (len(SMUGGLED), SMUGGLED)
UNCLEAR = {
    "length and chunks": HEAD + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + INNER,
    "chunks and length": HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + INNER,
    "two lengths": HEAD + b"Content-Length: 2\r\nContent-Length: 0\r\n\r\n{}" + INNER,
    "lengths in a list": HEAD + b"Content-Length: 2, 0\r\n\r\n{}" + INNER,
    "a length with a sign": HEAD + b"Content-Length: +2\r\n\r\n{}" + INNER,
    "a length in hexadecimals": HEAD + b"Content-Length: 0x2\r\n\r\n{}" + INNER,
    "a length with a space in it": HEAD + b"Content-Length: 1 2\r\n\r\n{}" + INNER,
    "a negative length": HEAD + b"Content-Length: -1\r\n\r\n{}" + INNER,
    "chunks spelled otherwise": HEAD + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + INNER,
    "chunks after a tab": HEAD + b"Transfer-Encoding:\tchunked, identity\r\n\r\n0\r\n\r\n" + INNER,
    "a space before the colon": HEAD + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + INNER,
    "a folded line": HEAD + b"A: b\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + INNER,
    "a lone CR": HEAD + b"A: b\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + INNER,
    "a size that overflows": HEAD + b"Transfer-Encoding: chunked\r\n\r\n10000000000000002\r\n{}\r\n0\r\n\r\n" + INNER,
    "two hosts": HEAD + b"Host: y\r\nContent-Length: 2\r\n\r\n{}" + INNER,
    "NUL in a header": HEAD + b"A: \0\r\nContent-Length: 2\r\n\r\n{}" + INNER,
}


@pytest.mark.parametrize("data", UNCLEAR.values(), ids=UNCLEAR.keys())
def test_no_request_is_smuggled_in(attacker: Attacker, data: bytes) -> None:
    received = attacker.bytes(data)
    assert re.match(rb"HTTP/1\.1 (400|501) ", received)
    assert len(re.findall(rb"HTTP/1\.1 \d", received)) == 1
    assert teams(attacker) == 0


OVERSIZE = {
    "a header of 20 kB": (b"A: " + b"x" * 20_000 + b"\r\n", (431,)),
    "a hundred headers of 1 kB": (b"".join(b"A%d: %b\r\n" % (i, b"x" * 1000) for i in range(100)), (431,)),
    "5,000 headers": (b"".join(b"A%d: b\r\n" % i for i in range(5000)), (431,)),
    "a token of 5 kB": (b"Authorization: Bearer " + b"x" * 5000 + b"\r\n", (401,)),
    "a cookie of 10 kB": (b"Cookie: " + b"a=b;" * 2500 + b"\r\n", (200,)),
}


@pytest.mark.parametrize(("lines", "statuses"), OVERSIZE.values(), ids=OVERSIZE.keys())
def test_headers_have_their_limit(attacker: Attacker, lines: bytes, statuses: tuple[int, ...]) -> None:
    data = b"GET /graphql?query={__typename} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + lines + b"\r\n"
    assert int(attacker.bytes(data)[9:12]) in statuses


def test_an_address_has_its_limit(attacker: Attacker) -> None:
    received = attacker.bytes(b"GET /graphql?query=" + b"a" * 40_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
    assert received.startswith(b"HTTP/1.1 414 ")


def test_ten_thousand_requests_in_a_row_on_one_connection(attacker: Attacker) -> None:
    """Answered in order, or the connection ends; nobody else waits."""
    line = b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"
    with socket.create_connection(attacker.place, timeout=5) as connection:
        with contextlib.suppress(OSError):
            connection.sendall(line * 10_000)
        assert attacker.works() < QUICK


def test_slow_clients_starve_nobody(attacker: Attacker) -> None:
    """A hundred connections that drip headers and bodies: others are served at once, and the slow are cut off."""
    begun = [
        b"POST /graphql HTTP/1.1\r\nHost: x\r\nX-",
        b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{",
    ]
    slow = [socket.create_connection(attacker.place, timeout=1) for _ in range(100)]
    try:
        for at, connection in enumerate(slow):
            connection.sendall(begun[at % 2])
        started = time.monotonic()
        while time.monotonic() - started < 2:
            assert attacker.works() < QUICK
            for connection in slow:
                connection.send(b"a")
            time.sleep(0.2)
        for connection in slow:
            connection.settimeout(12)
        ended = 0
        for connection in slow:
            with contextlib.suppress(OSError):
                data = connection.recv(1000)
                ended += not data or data.startswith(b"HTTP/1.1 408 ")
        assert ended == 100
        assert time.monotonic() - started < 14
    finally:
        for connection in slow:
            connection.close()


@ON_BOTH
def test_clients_that_hang_up_leave_the_server_well(attacker: Attacker) -> None:
    """200 of them, before the answer, amid the body, and amid a write."""
    marks = [f"Hung up {at}" for at in range(0, 200, 2)]
    for at in range(200):
        given = {"input": {"customerId": "cus_1", "issue": f"Hung up {at}"}}
        query = "mutation($input: CreateTicketInput!) { createTicket(input: $input) { ticket { id } } }"
        body = json.dumps({"query": query, "variables": given}).encode()
        data = HEAD + b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
        with socket.create_connection(attacker.place, timeout=5) as connection:
            connection.sendall(data if at % 2 == 0 else data[: -(at % 50) - 1])
    time.sleep(0.5)
    assert attacker.works() < QUICK
    found = attacker.data(
        "query($names: [String!]) { tickets(where: {issue: {in: $names}}, first: 100) { nodes { issue } } }",
        names=[f"Hung up {at}" for at in range(1, 200, 2)],
    )
    assert found["tickets"]["nodes"] == [], "a request that was not whole is not run"
    whole = attacker.data("query($n: [String!]) { tickets(where: {issue: {in: $n}}) { totalCount } }", n=marks)
    assert 0 <= whole["tickets"]["totalCount"] <= 100
    assert attacker.payload("createTicket", "ticket { issue }", customerId="cus_1", issue="After")["ticket"]


@ON_BOTH
def test_fifty_at_once_are_all_answered(attacker: Attacker) -> None:
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.append(attacker.post(NAME).status)) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 50
