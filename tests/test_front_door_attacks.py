"""Attacks with bare sockets: what is malformed, too large or too slow, and what others notice of it."""

from __future__ import annotations

import contextlib
import gzip
import json
import re
import socket
import struct
import time
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets import http11

from errors import Code
from server import protocol, socket_protocol
from server.settings import Settings
from tests.front_door import Running, running, until

HELLO = b'{"query": "{ hello }"}'
GREETING = {"data": {"hello": "Grüße 你好"}}
SECONDS = 3.0
"""What a strict server gives a client for its headers, and again for its body: a busy machine may need two of them."""


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    """A server that is more patient than any machine is slow."""
    bounds = Settings(max_body=100_000, request_timeout=30, read_timeout=30, origins=("https://shop.example",))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(protocol, "LINGER_SECONDS", 30.0)
        with running(bounds) as server:
            yield server


@pytest.fixture
def strict() -> Iterator[Running]:
    with running(Settings(read_timeout=SECONDS)) as server:
        yield server


@contextlib.contextmanager
def connected(server: Running) -> Iterator[socket.socket]:
    with socket.create_connection((server.host, server.port), timeout=10) as connection:
        yield connection


def everything(connection: socket.socket) -> bytes:
    """What the server sends until it closes."""
    received = b""
    with contextlib.suppress(ConnectionResetError):
        while data := connection.recv(65536):
            received += data
    return received


def sent(server: Running, data: bytes) -> bytes:
    """What the server answers to some bytes, until it closes."""
    with connected(server) as connection:
        with contextlib.suppress(ConnectionResetError, BrokenPipeError):
            connection.sendall(data)
        return everything(connection)


def answers(data: bytes) -> list[tuple[int, dict[str, str], Any]]:
    """Status, headers and body of each answer in what a server sent."""
    found = []
    while data:
        head, _, rest = data.partition(b"\r\n\r\n")
        status, *lines = head.decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        if status.startswith("HTTP/1.1 100 "):
            found.append((100, headers, None))
            data = rest
            continue
        length = int(headers["content-length"])
        body, data = rest[:length], rest[length:]
        found.append((int(status.split()[1]), headers, json.loads(body) if body else None))
    return found


def refused(data: bytes) -> tuple[int, str]:
    """Status and sentence of an answer that is a refusal in GraphQL's shape, and the last there is."""
    ((status, headers, body),) = answers(data)
    assert headers["content-type"] == "application/json; charset=utf-8"
    assert headers["connection"] == "close"
    assert "server" not in headers
    (error,) = body["errors"]
    assert error["extensions"]["code"] in Code.__members__
    assert not re.search(r"Traceback|uvicorn|httptools|Python", str(body))
    return status, error["message"]


def post(body: bytes = HELLO, *lines: bytes) -> bytes:
    head = [b"POST /graphql HTTP/1.1", b"Host: x", b"Content-Type: application/json", b"Content-Length: %d" % len(body)]
    return b"\r\n".join([*head, *lines, b"", body])


def works(server: Running, within: float = 0.25) -> None:
    """Somebody else is served, and quickly."""
    best = 60.0
    for _ in range(3):  # the machine that runs the tests has other things to do as well
        started = time.monotonic()
        with connected(server) as connection:
            connection.sendall(post())
            assert answers(connection.recv(65536))[0][2] == GREETING
        best = min(best, time.monotonic() - started)
    assert best < within


# --- what is no HTTP, or no clear HTTP --------------------------------------------------------------------

GET = b"GET /graphql?query={hello} HTTP/1.1\r\nHost: x\r\n"
CHUNKED = b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n"

MALFORMED = {
    "a TLS greeting": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "binary": bytes(range(256)),
    "no method": b" / HTTP/1.1\r\n\r\n",
    "unknown method": b"BREW /graphql HTTP/1.1\r\nHost: x\r\n\r\n",
    "method in small letters": b"get / HTTP/1.1\r\nHost: x\r\n\r\n",
    "an HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "lines that end with LF": b"GET /livez HTTP/1.1\nHost: x\n\n",
    "a folded header": b"GET /livez HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n",
    "NUL in a name": b"GET /livez HTTP/1.1\r\nHost: x\r\nA\x00: b\r\n\r\n",
    "NUL in a value": b"GET /livez HTTP/1.1\r\nHost: x\r\nA: b\x00\r\n\r\n",
    "space before a colon": b"GET /livez HTTP/1.1\r\nHost : x\r\n\r\n",
    "a header without a name": b"GET /livez HTTP/1.1\r\nHost: x\r\n: b\r\n\r\n",
    "a path that is not ASCII": b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
    "an authority that is none": b"GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n",
    "a tunnel": b"CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n",
    "no host": b"GET /livez HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /livez HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
    "length and chunks": CHUNKED + b"Content-Length: 4\r\n\r\n0\r\n\r\n",
    "chunks and length": post(HELLO, b"Transfer-Encoding: chunked"),
    "two lengths": post(HELLO, b"Content-Length: 5"),
    "the same length twice": post(HELLO, b"Content-Length: %d" % len(HELLO)),
    "lengths in one line": b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 4, 4\r\n\r\nabcd",
    "a negative length": b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: -4\r\n\r\nabcd",
    "a length with a sign": b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: +4\r\n\r\nabcd",
    "a length that overflows": b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n",
    "an unknown encoding": CHUNKED.replace(b"chunked", b"xchunked") + b"\r\n0\r\n\r\n",
    "encoding identity": CHUNKED.replace(b"chunked", b"identity") + b"\r\n0\r\n\r\n",
    "chunked but not last": CHUNKED.replace(b"chunked", b"chunked, identity") + b"\r\n0\r\n\r\n",
    "chunked after a tab that is none": CHUNKED.replace(b" chunked", b"\x0bchunked") + b"\r\n0\r\n\r\n",
    "chunks in HTTP/1.0": CHUNKED.replace(b"HTTP/1.1", b"HTTP/1.0") + b"\r\n0\r\n\r\n",
    "a chunk of negative size": CHUNKED + b"\r\n-5\r\nabcde\r\n0\r\n\r\n",
    "a chunk in 0x": CHUNKED + b"\r\n0x5\r\nabcde\r\n0\r\n\r\n",
    "a chunk that overflows": CHUNKED + b"\r\nfffffffffffffffff\r\na",
    "a chunk that is longer than it says": CHUNKED + b"\r\n2\r\nabcde\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("data", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_request_that_can_be_read_two_ways_is_not_read(server: Running, data: bytes) -> None:
    calls = len(server.engine.calls)
    assert refused(sent(server, data))[0] == 400
    assert len(server.engine.calls) == calls
    works(server, within=5)


@pytest.mark.parametrize("version", [b"HTTP/2.0", b"HTTP/0.9", b"HTTP/1.2", b"HTTP/9.9"])
def test_another_version_of_http(server: Running, version: bytes) -> None:
    status, _ = refused(sent(server, b"GET /livez %b\r\nHost: x\r\n\r\n" % version))
    assert status in (400, 505)


@settings(max_examples=150, deadline=None)
@given(st.binary(min_size=1, max_size=300))
def test_no_bytes_are_the_servers_fault(server: Running, data: bytes) -> None:
    with connected(server) as connection:
        connection.sendall(data + b"\r\n\r\n\r\n\r\n")
        with contextlib.suppress(OSError):  # it has hung up already
            connection.shutdown(socket.SHUT_WR)
        received = connection.recv(65536)
    assert re.match(rb"HTTP/1\.1 (4\d\d|505) ", received) or not received


def test_what_follows_the_body_is_no_header(server: Running) -> None:
    """Trailers come after everybody has looked at the headers, and must not add to them."""
    body = b"%x\r\n%b\r\n0\r\n" % (len(HELLO), HELLO)
    trailers = b"X-Request-Id: stolen\r\nOrigin: https://shop.example\r\n"
    with connected(server) as connection:
        connection.sendall(CHUNKED + b"\r\n" + body + trailers + b"\r\n")
        ((status, headers, answer),) = answers(connection.recv(65536))
    assert (status, answer) == (200, GREETING)
    assert headers["x-request-id"] != "stolen"
    assert "access-control-allow-origin" not in headers


def test_a_chunked_body_is_a_body(server: Running) -> None:
    pieces = b"".join(b"1;note=%b\r\n%c\r\n" % (b"x" * 5, byte) for byte in HELLO)
    with connected(server) as connection:
        connection.sendall(CHUNKED + b"\r\n" + pieces + b"0\r\n\r\n")
        assert answers(connection.recv(65536))[0][2] == GREETING


def test_http_1_0_gets_one_answer(server: Running) -> None:
    data = sent(server, post().replace(b"HTTP/1.1", b"HTTP/1.0").replace(b"Host: x\r\n", b""))
    ((status, headers, body),) = answers(data)
    assert (status, headers["connection"], body) == (200, "close", GREETING)


def test_an_upgrade_to_something_else_is_not_taken_up(server: Running) -> None:
    with connected(server) as connection:
        connection.sendall(GET + b"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n\r\n")
        assert answers(connection.recv(65536))[0][0] == 200
    # What comes after an offer belongs to the new protocol, say parsers: a body would be lost.
    assert refused(sent(server, post(HELLO, b"Upgrade: h2c", b"Connection: Upgrade")))[0] == 400


def test_a_client_that_asks_before_it_sends(server: Running) -> None:
    head, _, body = post(HELLO, b"Expect: 100-continue").partition(b"\r\n\r\n")
    with connected(server) as connection:
        connection.sendall(head + b"\r\n\r\n")
        assert connection.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)
        assert answers(connection.recv(65536))[0][2] == GREETING


def test_a_client_that_asks_before_it_sends_too_much(server: Running) -> None:
    data = post(b"", b"Expect: 100-continue").replace(b"Content-Length: 0", b"Content-Length: 100001")
    with connected(server) as connection:
        connection.sendall(data)
        ((status, headers, _),) = answers(everything(connection))
    assert (status, headers["connection"]) == (413, "close")


def test_the_answer_to_head_has_no_body(server: Running) -> None:
    """Or the next answer on the connection would begin in the middle of it."""
    for path in (b"/graphql", b"/livez", b"/nowhere"):
        with connected(server) as connection:
            connection.sendall(b"HEAD %b HTTP/1.1\r\nHost: x\r\n\r\n" % path + post(HELLO, b"Connection: close"))
            head, _, rest = everything(connection).partition(b"\r\n\r\n")
        assert b"content-length: " in head
        assert answers(rest)[0][2] == GREETING


def test_an_expectation_nobody_can_meet(server: Running) -> None:
    assert refused(sent(server, post(HELLO, b"Expect: a miracle")))[0] == 417


def test_requests_in_a_row_are_answered_in_order(server: Running) -> None:
    slow, quick = post(b'{"query": "{ unhurried }"}'), post()
    with connected(server) as connection:
        connection.sendall(slow + quick + quick + b"GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        found = answers(everything(connection))
    assert [status for status, _, _ in found] == [200, 200, 200, 404]
    assert [body for _, _, body in found[:3]] == [{"data": {"unhurried": True}}, GREETING, GREETING]


def test_a_bad_request_in_a_row_does_not_cost_the_answers_before_it(server: Running) -> None:
    found = answers(sent(server, post(b'{"query": "{ unhurried }"}') + post() + MALFORMED["two lengths"]))
    assert [status for status, _, _ in found] == [200, 200, 400]
    assert found[1][2] == GREETING


def test_more_requests_in_a_row_than_anybody_needs(server: Running) -> None:
    data = post(b'{"query": "{ unhurried }"}') + b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n" * 5000
    found = answers(sent(server, data))
    assert [status for status, _, _ in found] == [200] * (protocol.PIPELINED + 1) + [429]


def test_a_client_that_leaves_a_row_of_requests_behind(server: Running) -> None:
    before = server.engine.listening
    stream = b"GET /graphql?query=subscription+{+ticks+} HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n"
    with connected(server) as connection:
        connection.sendall(stream + GET + b"\r\n")
        while b"event: next" not in connection.recv(65536):
            pass
        assert server.engine.listening == before + 1
    until(lambda: server.engine.listening == before)


# --- what is too large ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ([b"A: %b" % (b"x" * 16_000)], 200),
        ([b"A: %b" % (b"x" * 16_400)], 431),
        ([b"%b: x" % (b"a" * 16_400)], 431),
        ([b"A%d: %b" % (number, b"x" * 200) for number in range(90)], 431),
        ([b"A: x"] * 80, 200),
        ([b"A: x"] * 101, 431),
        ([b"A: %b" % (b"x" * 1_000_000)], 431),
    ],
    ids=["nearly too large", "a value", "a name", "all together", "many", "too many", "a megabyte"],
)
def test_headers_have_their_limits(server: Running, lines: list[bytes], status: int) -> None:
    with connected(server) as connection:
        with contextlib.suppress(ConnectionResetError, BrokenPipeError):
            connection.sendall(post(HELLO, *lines))
        received = connection.recv(65536)
    assert received.startswith(b"HTTP/1.1 %d " % status)
    works(server, within=5)


def test_headers_that_never_end_are_cut_off(strict: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "LINGER_SECONDS", 1.0)
    with connected(strict) as connection:
        connection.sendall(b"GET /livez HTTP/1.1\r\nHost: x\r\nA: ")
        started = time.monotonic()
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            while time.monotonic() - started < SECONDS + 4:
                connection.send(b"x" * 65536)
    works(strict)


@pytest.mark.parametrize(("length", "status"), [(16_000, 404), (16_400, 414), (500_000, 414)])
def test_an_address_has_its_limit(server: Running, length: int, status: int) -> None:
    with connected(server) as connection:
        with contextlib.suppress(ConnectionResetError, BrokenPipeError):
            connection.sendall(b"GET /%b HTTP/1.1\r\nHost: x\r\n\r\n" % (b"a" * length))
        assert connection.recv(65536).startswith(b"HTTP/1.1 %d " % status)


@pytest.mark.parametrize("size", [100_001, 3_000_000, 10_000_000])
def test_who_sends_far_too_much_reads_why_it_was_refused(server: Running, size: int) -> None:
    """Also a client that reads nothing before it has sent everything."""
    for data in (
        post(b" " * size),
        CHUNKED + b"\r\n" + b"".join([b"186a0\r\n%b\r\n" % (b" " * 100_000) for _ in range(size // 100_000 + 1)]),
    ):
        with connected(server) as connection:
            connection.sendall(data)
            assert refused(connection.recv(65536))[0] == 413


def test_codings_nobody_asked_for(server: Running) -> None:
    chunk = b"%x\r\n%b\r\n0\r\n\r\n" % (len(HELLO), HELLO)
    for coding in (b"gzip, chunked", b"gzip", b"identity", b"chunked, chunked"):
        assert refused(sent(server, CHUNKED.replace(b"chunked", coding) + b"\r\n" + chunk))[0] == 400, coding
    assert "only `chunked`" in refused(sent(server, CHUNKED.replace(b"chunked", b"gzip, chunked") + b"\r\n" + chunk))[1]


def test_trailers_have_their_limit(server: Running) -> None:
    body = b"%x\r\n%b\r\n0\r\n" % (len(HELLO), HELLO)
    for trailers in (b"A: x\r\n" * 500, b"A: " + b"x" * 5_000_000):
        with connected(server) as connection:
            with contextlib.suppress(ConnectionResetError, BrokenPipeError):
                connection.sendall(CHUNKED + b"\r\n" + body)
                connection.sendall(trailers)
            assert re.match(rb"HTTP/1\.1 (431|413) ", connection.recv(65536))


def test_a_body_wrapped_in_far_too_much(server: Running) -> None:
    with connected(server) as connection:
        with contextlib.suppress(ConnectionResetError, BrokenPipeError):
            connection.sendall(CHUNKED + b"\r\n")
            for _ in range(50):
                connection.sendall(b"1;%b\r\n \r\n" % (b"x" * 30_000))
        assert connection.recv(65536).startswith(b"HTTP/1.1 413 ")


BODIES = {
    "5,000 digits": b'{"query": "{ hello }", "variables": {"x": ' + b"9" * 5000 + b"}}",
    "digits in the document": b'{"query": "{ hello(x: ' + b"9" * 5000 + b') }"}',
    "deep JSON": b"[" * 90_000,
    "gzip": gzip.compress(HELLO),
    "bad UTF-8": b'{"query": "\xff"}',
    "two operations": b'{"query": "query A { hello } query B { hello }"}',
    "null": b"null",
    "a number": b"123",
    "a text": b'"x"',
    "NaN": b"NaN",
    "nothing": b"",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_a_body_of_any_kind_is_answered_in_no_time(server: Running, body: bytes) -> None:
    started = time.monotonic()
    answer = httpx2.post(
        server.http,
        content=body,
        headers={"content-type": "application/json", "accept": "application/graphql-response+json"},
    )
    assert answer.status_code == 400
    assert answer.json()["errors"]
    assert time.monotonic() - started < 1
    works(server, within=5)


def test_a_compressed_body_is_not_unpacked(server: Running) -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    answer = httpx2.post(
        server.http, content=bomb, headers={"content-type": "application/json", "content-encoding": "gzip"}
    )
    assert answer.status_code == 415


# --- what is too slow -------------------------------------------------------------------------------------

DRIPS = {
    "headers": (b"GET /livez HTTP/1.1\r\nHost: x\r\nA: ", b"x"),
    "lines of headers": (b"GET /livez HTTP/1.1\r\nHost: x\r\n", b"A: x\r\n"),
    "the first line": (b"G", b""),
    "blank lines": (b"", b"\r\n"),
    "a body": (
        b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n",
        b" ",
    ),
    "chunks": (CHUNKED + b"\r\n", b"1\r\n \r\n"),
    "a body nobody reads": (b"POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n", b" "),
    "nothing at all": (b"", b""),
}


@pytest.mark.slow
@pytest.mark.parametrize(("first", "drop"), DRIPS.values(), ids=DRIPS.keys())
def test_100_connections_that_drip_are_closed_while_others_are_served(first: bytes, drop: bytes) -> None:
    """At most 1 s after their time is up; it is 10 s where nobody has set it otherwise."""
    with running(Settings(read_timeout=1)) as server:
        assert closed_after(server, first, drop) < 2.5, "others' turns among them"


def closed_after(server: Running, first: bytes, drop: bytes) -> float:
    """Seconds until the last of 100 connections that drip is closed, while others are served."""
    with contextlib.ExitStack() as stack:
        connections = [stack.enter_context(connected(server)) for _ in range(100)]
        started = time.monotonic()
        open_ones = set(connections)
        for connection in connections:
            connection.sendall(first)
            connection.setblocking(False)
        while open_ones:
            assert time.monotonic() < started + 20
            works(server, within=0.5)
            for connection in list(open_ones):
                try:
                    if drop:
                        connection.send(drop)
                    if connection.recv(65536) == b"":
                        open_ones.discard(connection)
                except BlockingIOError:
                    pass
                except OSError:
                    open_ones.discard(connection)
            time.sleep(0.05)
        return time.monotonic() - started


def test_whoever_is_late_is_told_so(strict: Running) -> None:
    for first, what in ((DRIPS["headers"][0], "headers"), (DRIPS["a body"][0], "body")):
        status, message = refused(sent(strict, first))
        assert status == 408
        assert f"The {what} did not arrive within 3 seconds" in message


def test_the_time_counts_anew_for_each_request(strict: Running) -> None:
    with connected(strict) as connection:
        for _ in range(5):
            data = post()
            connection.sendall(data[:60])
            time.sleep(SECONDS / 4)
            connection.sendall(data[60:])
            assert answers(connection.recv(65536))[0][2] == GREETING


def test_a_slow_operation_is_not_a_slow_client(strict: Running) -> None:
    """The next request may be half sent meanwhile, and waits."""
    with connected(strict) as connection:
        connection.sendall(post(b'{"query": "{ gated }"}') + post()[:40])
        time.sleep(SECONDS + 0.5)
        strict.engine.gate.set()
        assert answers(connection.recv(65536))[0][2] == {"data": {"gated": True}}
        connection.sendall(post()[40:])
        assert answers(connection.recv(65536))[0][2] == GREETING


def test_the_slowest_of_an_address_go_first(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "SLOW_FROM_ONE_ADDRESS", 20)
    with contextlib.ExitStack() as stack:
        connections = []
        for _ in range(30):
            connections.append(stack.enter_context(connected(server)))
            connections[-1].sendall(b"GET /livez HTTP/1.1\r\n")
            time.sleep(0.005)
        works(server)
        for connection in connections[:10]:
            assert connection.recv(65536) in (b"", protocol.Flaw(408, LATE).answer())
        connections[-1].setblocking(False)
        with pytest.raises(BlockingIOError):  # nobody sends it away
            connections[-1].recv(65536)


LATE = "The headers did not arrive within 30 seconds: send the request in one go."


def test_there_are_only_so_many_connections() -> None:
    """One that sends nothing makes room for one that does."""
    with running(Settings(connections=10, read_timeout=30)) as server, contextlib.ExitStack() as stack:
        idle = [stack.enter_context(connected(server)) for _ in range(10)]
        until(lambda: server.connections() == 10)
        works(server, within=2)
        assert idle[0].recv(10) == b""
        # Those that are being answered are not sent away.
        busy = [stack.enter_context(connected(server)) for _ in range(10)]
        for connection in busy:
            connection.sendall(post(b'{"query": "{ gated }"}'))
        until(lambda: sum(query == "{ gated }" for query, *_ in server.engine.calls) == 10)
        assert refused(everything(stack.enter_context(connected(server))))[0] == 503
        server.engine.gate.set()
        for connection in busy:
            assert answers(connection.recv(65536))[0][0] == 200


def test_a_client_that_does_not_read_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "UNREAD_SECONDS", 0.5)
    monkeypatch.setattr(protocol, "SLOWEST", 10_000_000)
    with running(Settings()) as server, contextlib.ExitStack() as stack:
        for _ in range(20):
            connection = stack.enter_context(connected(server))
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.sendall(post(b'{"query": "{ large }"}') * 5)
        until(lambda: len(server.engine.calls) >= 20)
        works(server, within=2)
        until(lambda: server.connections() == 0)


# --- clients that leave -----------------------------------------------------------------------------------


@pytest.mark.parametrize("at", [1, 30, 90, 110, len(post())])
@pytest.mark.parametrize("rudely", [False, True])
def test_hanging_up_in_the_middle_of_a_request(server: Running, at: int, rudely: bool) -> None:
    for _ in range(20):
        with connected(server) as connection:
            connection.sendall(post()[:at])
            if rudely:  # a reset instead of a farewell
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    works(server, within=5)
    until(lambda: server.connections() == 0)


def test_hanging_up_while_the_answer_is_made(server: Running) -> None:
    with connected(server) as connection:
        connection.sendall(post(b'{"query": "{ patient }"}'))
    works(server, within=5)


# --- WebSocket, frame by frame ----------------------------------------------------------------------------

HANDSHAKE = (
    b"GET /graphql HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
)
INIT = b'{"type":"connection_init"}'


def frame(payload: bytes, opcode: int = 1, *, fin: bool = True, masked: bool = True, reserved: int = 0) -> bytes:
    head = bytes([fin << 7 | reserved << 4 | opcode])
    size = len(payload)
    mask_bit = 0x80 if masked else 0
    if size < 126:
        head += bytes([mask_bit | size])
    elif size < 65536:
        head += bytes([mask_bit | 126]) + struct.pack("!H", size)
    else:
        head += bytes([mask_bit | 127]) + struct.pack("!Q", size)
    return head + (b"\0\0\0\0" if masked else b"") + payload


@contextlib.contextmanager
def socket_of(server: Running, *first: bytes) -> Iterator[socket.socket]:
    with connected(server) as connection:
        connection.sendall(HANDSHAKE)
        received = b""
        while not received.endswith(b"\r\n\r\n"):  # and nothing of what may follow at once
            received += connection.recv(1) or pytest.fail("hung up")
        assert received.startswith(b"HTTP/1.1 101 ")
        for data in first:
            connection.sendall(data)
        yield connection


def close_code(data: bytes) -> int:
    """The code of the close frame that ends what the server sent."""
    at = 0
    while at < len(data):
        opcode, size = data[at] & 15, data[at + 1] & 127
        at += 2
        if size == 126:
            size = struct.unpack("!H", data[at : at + 2])[0]
            at += 2
        if opcode == 8:
            return int(struct.unpack("!H", data[at : at + 2])[0])
        at += size
    return 1006


FRAMES = {
    "not masked": (frame(b"{}", masked=False), 1002),
    "a reserved bit": (frame(b"{}", reserved=4), 1002),
    "an unknown opcode": (frame(b"{}", 3), 1002),
    "an unknown control opcode": (frame(b"", 11), 1002),
    "a continuation of nothing": (frame(b"x", 0), 1002),
    "a text within a text": (frame(b"x", fin=False) + frame(b"y"), 1002),
    "a ping in pieces": (frame(b"x", 9, fin=False), 1002),
    "a ping of 126 bytes": (frame(b"x" * 126, 9), 1002),
    "a close of one byte": (frame(b"x", 8), 1002),
    "a close with code 999": (frame(struct.pack("!H", 999), 8), 1002),
    "a close with code 1006": (frame(struct.pack("!H", 1006), 8), 1002),
    "a reason that is not UTF-8": (frame(struct.pack("!H", 1000) + b"\xff", 8), 1007),
    "a text that is not UTF-8": (frame(b"\xff\xfe"), 1007),
    "a length of 2 to the 63": (b"\x81\xff" + b"\xff" * 8 + b"\0\0\0\0", 1009),
    "a message that is too large": (frame(b"x" * 100_001), 1009),
    "a message that grows too large": (frame(b"x" * 60_000, fin=False) + frame(b"x" * 60_000, 0), 1009),
    "a message of too many pieces": (frame(b"", fin=False) + frame(b"", 0, fin=False) * 2000, 1009),
    "a binary message": (frame(INIT, 2), 4400),
    "no JSON": (frame(b"{"), 4400),
    "a compressed frame nobody agreed to": (frame(b"\xaa\x56\x2a", reserved=4), 1002),
}


@pytest.mark.parametrize(("data", "code"), FRAMES.values(), ids=FRAMES.keys())
def test_a_malformed_frame_closes_with_a_code(
    server: Running, data: bytes, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    with socket_of(server, data) as connection:
        assert close_code(everything(connection)) == code
    works(server, within=5)
    assert not [record.getMessage() for record in caplog.records if record.name == "asyncio"], "it broke nothing"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ((b"Version: 13", b"Version: 8"), 426),
        ((b"Sec-WebSocket-Version: 13\r\n", b""), 426),
        ((b"AAAAAAAAAAAAAAAAAAAAAA==", b"short"), 400),
        ((b"AAAAAAAAAAAAAAAAAAAAAA==", b"AAAA"), 400),
        ((b"Sec-WebSocket-Key", b"X-Key"), 400),
        ((b"GET /graphql", b"POST /graphql"), 400),
        ((b"GET /graphql", b"GET /elsewhere"), 404),
        ((b"GET /graphql", b"GET /"), 404),
        ((b"Host: x\r\n", b"Host: x\r\nContent-Length: 5\r\n"), 400),
        ((b"Host: x\r\n", b"Host: x\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"), 400),
        ((b"Host: x\r\n", b"Host: x\r\nOrigin: http://x\r\nOrigin: http://x\r\n"), 400),
        ((b"graphql-transport-ws", b"a b"), 400),
        ((b"GET /graphql HTTP/1.1", b"GET /graphql HTTP/1.0"), 400),
        ((b"graphql-transport-ws", b'graphql-transport-ws,,"x"'), 400),
        ((b"Upgrade: websocket\r\n", b"Upgrade: websocket\r\n" * 2), 400),
        ((b"Host: x\r\n", b"Host: x\r\nA: " + b"a" * 17_000 + b"\r\n"), 431),
        ((b"GET /graphql", b"GET /graphql?" + b"a" * 17_000), 414),
    ],
)
def test_a_handshake_that_is_none(
    server: Running, change: tuple[bytes, bytes], status: int, caplog: pytest.LogCaptureFixture
) -> None:
    answer = sent(server, HANDSHAKE.replace(*change))
    assert refused(answer)[0] == status
    assert b"nosniff" in answer and b"no-store" in answer
    works(server, within=5)
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


@pytest.mark.parametrize(
    "change",
    [
        (b"Host: x\r\n", b"Host: x\r\nA: " + b"a" * 15_000 + b"\r\n"),
        (b"GET /graphql", b"GET /graphql?" + b"a" * 15_000),
        (b"Host: x\r\n", b"Host: x\r\n" + b"A: a\r\n" * 90),
        (b"Connection: Upgrade\r\n", b"Connection: keep-alive, Upgrade\r\n"),
        (b"Connection: Upgrade\r\n", b"Connection: Upgrade\r\nConnection: keep-alive\r\n"),
        (b"Connection: Upgrade\r\n", b"Connection: keep-alive\r\nConnection: upgrade\r\n"),
    ],
)
def test_a_handshake_may_have_what_any_request_may(server: Running, change: tuple[bytes, bytes]) -> None:
    with connected(server) as connection:
        connection.sendall(HANDSHAKE.replace(*change))
        assert connection.recv(65536).startswith(b"HTTP/1.1 101 ")


def test_a_handshake_that_cannot_be_read_is_answered_and_holds_no_connection(server: Running) -> None:
    """Whatever the library stops at, which by itself says nothing and waits for ever."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(http11, "MAX_NUM_HEADERS", 3)
        patch.setattr(socket_protocol, "LINGER_SECONDS", 0.1)
        assert refused(sent(server, HANDSHAKE))[0] == 400


def test_a_socket_that_is_denied_is_no_error_of_the_server(server: Running, caplog: pytest.LogCaptureFixture) -> None:
    foreign = HANDSHAKE.replace(b"Host: x", b"Host: x\r\nOrigin: https://evil.example")
    ((status, _, body),) = answers(sent(server, foreign))
    assert status == 403 and "CRM_ORIGINS" in body["errors"][0]["message"]
    works(server, within=5)
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


def test_a_client_that_pings_and_never_reads(server: Running) -> None:
    """Each ping wants a pong: who does not read them is not read any further."""
    with socket_of(server) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(0.5)
        total = 0
        pings = frame(b"x" * 100, 9) * 500
        with contextlib.suppress(TimeoutError):
            while total < 200_000_000:
                total += connection.send(pings)
        assert total < 200_000_000
    works(server)


def test_a_client_that_listens_and_never_reads(server: Running) -> None:
    """What it is sent waits where it is made, and not in the server's memory."""
    subscribe = b'{"id":"1","type":"subscribe","payload":{"query":"subscription { flood }"}}'
    with socket_of(server, frame(INIT), frame(subscribe)) as connection:
        connection.recv(100)
        assert_it_stops_sending(server)
        works(server)
    until(lambda: server.engine.listening == 0)


def test_a_stream_nobody_reads(server: Running) -> None:
    stream = b"GET /graphql?query=subscription+{+flood+} HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n"
    with connected(server) as connection:
        connection.sendall(stream)
        connection.recv(100)
        assert_it_stops_sending(server)
        works(server)
    until(lambda: server.engine.listening == 0)


def test_a_client_that_is_gone_without_a_word_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked whether it is there, every 20 s where nobody has set it otherwise."""
    monkeypatch.setattr("server.cli.SOCKET_PING_SECONDS", 0.3)
    with running(Settings()) as server:
        subscribe = b'{"id":"1","type":"subscribe","payload":{"query":"subscription { ticks }"}}'
        with socket_of(server, frame(INIT), frame(subscribe)) as connection:
            assert close_code(everything(connection)) == 1011
            until(lambda: server.engine.listening == 0)


def test_sockets_that_are_only_opened_are_closed() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("server.app.INIT_SECONDS", 0.3)
        with running(Settings()) as server, contextlib.ExitStack() as stack:
            connections = [stack.enter_context(socket_of(server)) for _ in range(50)]
            for connection in connections:
                assert close_code(everything(connection)) == 4408
            works(server)


def assert_it_stops_sending(server: Running) -> None:
    """Once all that lies between it and a client is full."""
    end, before = time.monotonic() + 30, -2
    while server.engine.sent - before > 1:
        assert time.monotonic() < end
        before = server.engine.sent
        time.sleep(0.5)
