"""GraphQL over WebSocket: operations that share a connection, and what a broken message leads to."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from server.settings import Settings
from tests.front_door import SECRET, Running, running, until

INIT = {"type": "connection_init"}
GREETING = {"data": {"hello": "Grüße 你好"}}


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("server.app.INIT_SECONDS", 30.0)
        with running(Settings(max_body=100_000, request_timeout=30, origins=("https://shop.example",))) as server:
            yield server


@contextmanager
def opened(server: Running, protocol: str = "graphql-transport-ws", **more: Any) -> Iterator[ClientConnection]:
    with connect(server.ws, subprotocols=[Subprotocol(protocol)], max_size=None, **more) as socket:
        yield socket


@contextmanager
def greeted(server: Running) -> Iterator[ClientConnection]:
    """A connection that has said hello."""
    with opened(server) as socket:
        send(socket, INIT)
        assert receive(socket) == {"type": "connection_ack"}
        yield socket


def send(socket: ClientConnection, message: object) -> None:
    socket.send(json.dumps(message))


def receive(socket: ClientConnection) -> Any:
    message = socket.recv(timeout=5)
    assert isinstance(message, str)
    return json.loads(message)


def subscribe(id: str, query: str, **more: object) -> dict[str, object]:
    return {"id": id, "type": "subscribe", "payload": {"query": query, **more}}


def closed(socket: ClientConnection) -> tuple[int, str]:
    """The code and reason the server closes with."""
    with pytest.raises(ConnectionClosed) as caught:
        while True:
            socket.recv(timeout=5)
    assert caught.value.rcvd
    return caught.value.rcvd.code, caught.value.rcvd.reason


# --- what works -------------------------------------------------------------------------------------------


def test_an_operation_is_answered_and_complete(server: Running) -> None:
    with greeted(server) as socket:
        send(socket, subscribe("1", "query Hello { hello }", variables={"x": 1}, operationName="Hello"))
        assert receive(socket) == {"id": "1", "type": "next", "payload": GREETING}
        assert receive(socket) == {"id": "1", "type": "complete"}
        assert server.engine.calls[-1] == ("query Hello { hello }", {"x": 1}, "Hello", False)


def test_an_id_is_free_again_once_its_operation_is_complete(server: Running) -> None:
    with greeted(server) as socket:
        for _ in range(3):
            send(socket, subscribe('ключ "1"', "{ hello }"))
            assert [receive(socket)["type"], receive(socket)["type"]] == ["next", "complete"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ endless }", "QUERY_TOO_COMPLEX"),
        ("{ broken }", "INTERNAL_SERVER_ERROR"),
    ],
)
def test_an_operation_that_fails_ends_alone(server: Running, query: str, code: str) -> None:
    with greeted(server) as socket:
        send(socket, subscribe("bad", query))
        answer = receive(socket)
        assert (answer["id"], answer["type"]) == ("bad", "error")
        assert [error["extensions"]["code"] for error in answer["payload"]] == [code]
        assert SECRET not in str(answer)
        send(socket, subscribe("good", "{ hello }"))
        assert receive(socket)["payload"] == GREETING


def test_an_operation_that_takes_too_long_ends_alone() -> None:
    with running(Settings(request_timeout=0.5)) as server, greeted(server) as socket:
        send(socket, subscribe("1", "subscription { ticks }"))
        assert receive(socket)["type"] == "next"
        send(socket, subscribe("slow", "{ slow }"))
        while (answer := receive(socket))["id"] == "1":
            assert answer["type"] == "next"
        assert (answer["id"], answer["type"]) == ("slow", "error")
        assert [error["extensions"]["code"] for error in answer["payload"]] == ["TIMEOUT"]
        assert receive(socket)["type"] == "next"


def test_operations_do_not_wait_for_each_other(server: Running) -> None:
    with greeted(server) as socket:
        send(socket, subscribe("slow", "{ gated }"))
        send(socket, subscribe("fast", "{ hello }"))
        assert [receive(socket)["id"] for _ in range(2)] == ["fast", "fast"]
        server.engine.gate.set()
        assert [receive(socket)["id"] for _ in range(2)] == ["slow", "slow"]


def test_complete_stops_an_operation_and_frees_its_id(server: Running) -> None:
    with greeted(server) as socket:
        before = server.engine.cancelled
        send(socket, subscribe("1", "{ slow }"))
        send(socket, {"id": "1", "type": "complete"})
        send(socket, subscribe("1", "{ hello }"))
        assert receive(socket) == {"id": "1", "type": "next", "payload": GREETING}
        assert receive(socket) == {"id": "1", "type": "complete"}
        send(socket, subscribe("2", "{ slow }"))
        send(socket, {"type": "ping"})
        assert receive(socket) == {"type": "pong"}
        send(socket, {"id": "2", "type": "complete"})
        send(socket, {"id": "unknown", "type": "complete"})
        send(socket, {"type": "ping"})
        assert receive(socket) == {"type": "pong"}
    until(lambda: server.engine.cancelled > before)


def test_closing_stops_everything(server: Running) -> None:
    before = server.engine.cancelled
    with greeted(server) as socket:
        for id in "abc":
            send(socket, subscribe(id, "{ slow }"))
        send(socket, {"type": "ping"})
        receive(socket)
    until(lambda: server.engine.cancelled == before + 3)


UNREADABLE = {
    "5,000 digits": '{"x": ' + "9" * 5000 + "}",
    "a number past all numbers": '{"x": 1e999}',
    "70 lists": '{"x": ' + "[" * 70 + "]" * 70 + "}",
}


@pytest.mark.parametrize("variables", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_cannot_be_read_ends_its_operation_and_no_other(server: Running, variables: str) -> None:
    with greeted(server) as socket:
        send(socket, subscribe("1", "subscription { ticks }"))
        assert receive(socket)["id"] == "1"
        socket.send(
            '{"id": "2", "type": "subscribe", "payload": {"query": "{ hello }", "variables": ' + variables + "}}"
        )
        while (message := receive(socket))["id"] == "1":
            pass
        assert (message["id"], message["type"]) == ("2", "error")
        assert message["payload"][0]["extensions"]["code"] == "BAD_REQUEST"
        send(socket, subscribe("2", "{ hello }"))
        while receive(socket)["id"] == "1":
            pass


def test_the_name_of_an_operation_has_its_limit(server: Running) -> None:
    with greeted(server) as socket:
        send(socket, subscribe("i" * 1000, "{ hello }"))
        assert [receive(socket)["type"] for _ in range(2)] == ["next", "complete"]
        send(socket, subscribe("i" * 1001, "{ hello }"))
        assert closed(socket) == (4400, "Invalid message: its `id` has 1,001 characters, 1,000 are allowed")


def test_a_broken_message_stops_everything_too(server: Running) -> None:
    before = server.engine.cancelled
    with greeted(server) as socket:
        send(socket, subscribe("1", "{ slow }"))
        send(socket, {"type": "ping"})
        receive(socket)
        socket.send("{")
        assert closed(socket)[0] == 4400
    until(lambda: server.engine.cancelled == before + 1)


def test_ping_is_answered_at_any_time_with_its_payload(server: Running) -> None:
    with opened(server) as socket:
        send(socket, {"type": "ping"})
        assert receive(socket) == {"type": "pong"}
        send(socket, {"type": "ping", "payload": {"sent": 1, "clock": [2.5, 1e-7]}})
        assert receive(socket) == {"type": "pong", "payload": {"sent": 1, "clock": [2.5, 1e-7]}}
        send(socket, {"type": "pong"})
        send(socket, {**INIT, "payload": {"any": "thing"}})
        assert receive(socket) == {"type": "connection_ack"}


def test_a_message_may_come_in_pieces(server: Running) -> None:
    with greeted(server) as socket:
        socket.send(iter(['{"id": "1", "type": "subscribe",', ' "payload": {"query": ', '"{ hello }"}}']))
        assert receive(socket)["payload"] == GREETING


# --- what ends the connection -----------------------------------------------------------------------------

BROKEN = {
    "nothing": "",
    "not JSON": "hello",
    "cut off": '{"type": "ping"',
    "null": "null",
    "number": "1",
    "string": '"ping"',
    "list": "[]",
    "list of messages": '[{"type": "ping"}]',
    "not a number": '{"type": "ping", "payload": {"x": NaN}}',
    "5,000 digits": '{"type": "ping", "payload": {"x": ' + "9" * 5000 + "}}",
    "huge float": '{"type": "ping", "payload": {"x": 1e999}}',
    "half a character": '{"type": "ping", "payload": {"x": "\\ud83d"}}',
    "deep": '{"type": "ping", "payload": ' + '{"x":' * 15_000,
    "deep and whole": '{"type": "ping", "payload": ' + '{"x":' * 65 + "1" + "}" * 66,
    "no type": "{}",
    "type is a number": '{"type": 1}',
    "type is a list": '{"type": ["ping"]}',
    "type is null": '{"type": null}',
    "unknown type": '{"type": "start"}',
    "type with much in it": json.dumps({"type": "x" * 90_000}),
    "connection_ack": '{"type": "connection_ack"}',
    "next": '{"type": "next", "id": "1", "payload": {}}',
    "error": '{"type": "error", "id": "1", "payload": []}',
    "ping payload": '{"type": "ping", "payload": 1}',
    "pong payload": '{"type": "pong", "payload": []}',
    "no id": '{"type": "subscribe", "payload": {"query": "{ hello }"}}',
    "id is a number": '{"type": "subscribe", "id": 1, "payload": {"query": "{ hello }"}}',
    "id is a list": '{"type": "subscribe", "id": [], "payload": {"query": "{ hello }"}}',
    "empty id": '{"type": "subscribe", "id": "", "payload": {"query": "{ hello }"}}',
    "complete without id": '{"type": "complete"}',
    "complete with an object": '{"type": "complete", "id": {}}',
    "no payload": '{"type": "subscribe", "id": "1"}',
    "payload is a string": '{"type": "subscribe", "id": "1", "payload": "{ hello }"}',
    "payload is a list": '{"type": "subscribe", "id": "1", "payload": []}',
    "no query": '{"type": "subscribe", "id": "1", "payload": {}}',
    "query is a number": '{"type": "subscribe", "id": "1", "payload": {"query": 1}}',
    "query is null": '{"type": "subscribe", "id": "1", "payload": {"query": null}}',
    "variables are a list": '{"type": "subscribe", "id": "1", "payload": {"query": "", "variables": []}}',
    "name is a list": '{"type": "subscribe", "id": "1", "payload": {"query": "", "operationName": []}}',
    "extensions are a number": '{"type": "subscribe", "id": "1", "payload": {"query": "", "extensions": 1}}',
    "binary": b'{"type": "ping"}',
    "binary nonsense": b"\xff\x00",
    "empty binary": b"",
}


@pytest.mark.parametrize("message", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_message_closes_with_the_protocols_code(server: Running, message: str | bytes) -> None:
    with greeted(server) as socket:
        socket.send(message)
        code, reason = closed(socket)
    assert code == 4400
    assert reason
    with greeted(server):
        pass


@settings(max_examples=60, deadline=None)
@given(st.text() | st.binary())
def test_no_message_is_the_servers_fault(server: Running, message: str | bytes) -> None:
    with greeted(server) as socket:
        socket.send(message)
        assert closed(socket)[0] == 4400


@pytest.mark.parametrize(
    "pieces", [(b"\xff\xfe",), (b"\xe4\xbd", b"\xa0\xff"), (b"{}\xe4\xbd",)], ids=["one", "two", "cut"]
)
def test_text_that_is_not_utf_8_is_the_websocket_layers_to_refuse(
    server: Running, pieces: tuple[bytes, ...], caplog: pytest.LogCaptureFixture
) -> None:
    """In one frame, in several, or cut off within a letter: it is the client's fault, and nothing is logged."""
    with greeted(server) as socket:
        with socket.send_context():
            socket.protocol.send_text(pieces[0], fin=len(pieces) == 1)
            for at, piece in enumerate(pieces[1:], 2):
                socket.protocol.send_continuation(piece, fin=at == len(pieces))
        assert closed(socket) == (1007, "A text frame must be UTF-8")
    assert [record for record in caplog.records if record.exc_info or record.levelname == "ERROR"] == []


def test_a_letter_may_be_cut_by_the_end_of_a_frame(server: Running) -> None:
    with greeted(server) as socket:
        text = json.dumps({"type": "ping", "payload": {"hi": "你"}}, ensure_ascii=False).encode()
        cut = text.index("你".encode()) + 1
        with socket.send_context():
            socket.protocol.send_text(text[:cut], fin=False)
            socket.protocol.send_continuation(text[cut:], fin=True)
        assert receive(socket) == {"type": "pong", "payload": {"hi": "你"}}


def test_a_message_that_is_too_large(server: Running) -> None:
    with greeted(server) as socket:
        send(socket, subscribe("1", "#" * 100_000))
        assert closed(socket)[0] == 1009


@pytest.mark.parametrize("payload", [1, [], "token", False])
def test_a_greeting_with_something_else_than_an_object(server: Running, payload: object) -> None:
    with opened(server) as socket:
        send(socket, {**INIT, "payload": payload})
        assert closed(socket)[0] == 4400


def test_nothing_is_answered_before_the_greeting(server: Running) -> None:
    with opened(server) as socket:
        send(socket, subscribe("1", "{ hello }"))
        assert closed(socket) == (4401, "Unauthorized")


def test_a_second_greeting(server: Running) -> None:
    with greeted(server) as socket:
        send(socket, INIT)
        assert closed(socket) == (4429, "Too many initialisation requests")


def test_no_greeting_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.app.INIT_SECONDS", 0.3)
    with running(Settings()) as server, opened(server) as socket:
        end = time.monotonic() + 2
        with pytest.raises(ConnectionClosed) as caught:
            while time.monotonic() < end:
                send(socket, {"type": "ping"})  # which is none
                assert receive(socket) == {"type": "pong"}
        assert caught.value.rcvd
        assert (caught.value.rcvd.code, caught.value.rcvd.reason) == (4408, "Connection initialisation timeout")


@pytest.mark.parametrize("id", ["1", "注" * 200])
def test_an_id_that_is_taken(server: Running, id: str) -> None:
    with greeted(server) as socket:
        send(socket, subscribe(id, "{ slow }"))
        send(socket, subscribe(id, "{ hello }"))
        code, reason = closed(socket)
    assert code == 4409
    assert reason.startswith("Subscriber for ")


@pytest.mark.parametrize("protocol", ["graphql-ws", "chat"])
def test_another_protocol(server: Running, protocol: str) -> None:
    with opened(server, protocol) as socket:
        assert closed(socket) == (4406, "Subprotocol not acceptable: use graphql-transport-ws")


# --- which pages may connect ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("origin", "welcome"),
    [
        (None, True),
        ("http://{place}", True),
        ("HTTP://{place}", True),
        ("https://{place}", True),
        ("https://shop.example", True),
        ("https://evil.example", False),
        ("https://shop.example.evil.example", False),
        ("http://shop.example", False),
        ("https://shop.example:8443", False),
        ("http://127.0.0.1", False),
        ("http://{place}.evil.example", False),
        ("null", False),
        ("", False),
        ("http://[", False),
        ("file://", False),
        ("ftp://{place}", False),
    ],
)
def test_pages_of_other_origins_stay_outside(server: Running, origin: str | None, welcome: bool) -> None:
    """A browser would connect for any page, with the cookies of whoever looks at it."""
    given = None if origin is None else Origin(origin.format(place=f"{server.host}:{server.port}"))
    try:
        with opened(server, origin=given):
            assert welcome
    except InvalidStatus as refused:
        assert refused.response.status_code == 403
        assert not welcome
