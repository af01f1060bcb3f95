"""Attacks over WebSocket: messages out of turn, too many operations and sockets, storms of cancelled writes."""

from __future__ import annotations

import contextlib
import json
import time

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection
from websockets.typing import Origin

from tests.attacks import ON_BOTH, QUICK, Attacker, Socket

INIT = {"type": "connection_init", "payload": {"token": "demo-admin"}}
ASK = {"id": "1", "type": "subscribe", "payload": {"query": "{ viewer { name } }"}}

BEFORE: dict[str, tuple[object, int]] = {
    "an operation": (ASK, 4401),
    "an answer": ({"id": "1", "type": "next", "payload": {}}, 4400),
    "an acknowledgement": ({"type": "connection_ack"}, 4400),
    "the old protocol": ({"type": "start", "id": "1", "payload": {"query": "{ __typename }"}}, 4400),
    "no JSON": ("{", 4400),
    "nothing": ("", 4400),
    "a list": ([], 4400),
    "null": (None, 4400),
    "a number": (1, 4400),
    "a type that is a number": ({"type": 1}, 4400),
    "no type": ({}, 4400),
    "a greeting that is text": ({"type": "connection_init", "payload": "x"}, 4400),
    "a greeting that is a list": ({"type": "connection_init", "payload": [1]}, 4400),
    "a token that is a number": ({"type": "connection_init", "payload": {"token": 1}}, 4400),
    "two tokens": ({"type": "connection_init", "payload": {"token": "a", "authorization": "Bearer b"}}, 4400),
    "a token that is none": ({"type": "connection_init", "payload": {"token": "nobody"}}, 4403),
    "SQL in a token": ({"type": "connection_init", "payload": {"token": "' OR 1=1 --"}}, 4403),
    "a token of 100 kB": ({"type": "connection_init", "payload": {"token": "x" * 100_000}}, 4403),
    "deep JSON": ('{"type":"ping","payload":' + "[" * 50_000, 4400),
    "deep JSON, closed": ('{"type":"ping","payload":{"a":' + "[" * 50_000 + "]" * 50_000 + "}}", 4400),
    "5,000 digits": ('{"type":"ping","payload":{"a":' + "9" * 5000 + "}}", 4400),
    "NaN": ('{"type":"ping","payload":{"a":NaN}}', 4400),
    "more than 1 MiB": ("x" * (1024 * 1024 + 1), 1009),
}
"""What is sent before the greeting, or as one, and the code it closes the socket with."""

AFTER: dict[str, tuple[object, int]] = {
    "a second greeting": (INIT, 4429),
    "an operation without an id": ({"type": "subscribe", "payload": {"query": "{ __typename }"}}, 4400),
    "an id that is empty": ({**ASK, "id": ""}, 4400),
    "an id that is a number": ({**ASK, "id": 1}, 4400),
    "no payload": ({"id": "1", "type": "subscribe"}, 4400),
    "a payload that is text": ({"id": "1", "type": "subscribe", "payload": "x"}, 4400),
    "a payload that is a list": ({"id": "1", "type": "subscribe", "payload": [ASK["payload"]]}, 4400),
    "a query that is null": ({"id": "1", "type": "subscribe", "payload": {"query": None}}, 4400),
    "variables that are a list": (
        {"id": "1", "type": "subscribe", "payload": {"query": "{ a }", "variables": []}},
        4400,
    ),
    "an end without an id": ({"type": "complete"}, 4400),
    "a type of its own": ({"type": "shutdown"}, 4400),
    "a batch": ([ASK, ASK], 4400),
}


@pytest.mark.parametrize(("message", "code"), BEFORE.values(), ids=BEFORE.keys())
def test_what_comes_before_the_greeting_closes_the_socket(attacker: Attacker, message: object, code: int) -> None:
    with attacker.socket() as bare:
        bare.send(message if isinstance(message, str) else json.dumps(message))
        assert closed(bare) == code


@pytest.mark.parametrize(("message", "code"), AFTER.values(), ids=AFTER.keys())
def test_a_message_that_is_none_closes_the_socket(attacker: Attacker, message: object, code: int) -> None:
    with attacker.greeted() as socket:
        socket.send(message)
        assert socket.closed() == code


def closed(bare: ClientConnection) -> int:
    return Socket(bare).closed()


def test_a_binary_message(attacker: Attacker) -> None:
    with attacker.greeted() as socket:
        socket.bare.send(json.dumps(ASK).encode())
        assert socket.closed() == 4400


def test_invalid_utf8_closes_with_its_code_whatever_else_was_sent(attacker: Attacker) -> None:
    """What the server says last arrives, although it never reads the megabyte that was under way."""
    for _ in range(20):
        with attacker.greeted() as socket:
            with contextlib.suppress(Exception):
                socket.bare.send(b"\xff\xfe", text=True)
                for _ in range(4):
                    socket.bare.send("x" * 250_000)
            assert socket.closed() == 1007


@pytest.mark.parametrize("protocol", ["graphql-ws", "graphql", "soap", "GRAPHQL-TRANSPORT-WS"])
def test_another_protocol(attacker: Attacker, protocol: str) -> None:
    with attacker.socket(protocol) as bare:
        assert closed(bare) == 4406


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1.evil.example", "http://[", "file://"]
)
def test_a_page_of_another_origin(attacker: Attacker, origin: str) -> None:
    with pytest.raises(InvalidStatus) as caught, attacker.socket(origin=Origin(origin)):
        pass
    answer = caught.value.response
    assert answer.status_code == 403
    assert json.loads(answer.body or b"")["errors"][0]["extensions"] == {"code": "FORBIDDEN"}
    assert answer.headers["content-type"] == "application/json"
    assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == ("no-store", "nosniff")


def test_who_says_nothing_is_shown_out(attacker: Attacker) -> None:
    started = time.monotonic()
    with attacker.socket() as bare:
        assert closed(bare) == 4408
    assert 2 < time.monotonic() - started < 4.5


@ON_BOTH
def test_an_operation_that_fails_ends_alone(attacker: Attacker) -> None:
    with attacker.greeted() as socket:
        for at, query in enumerate(("{", "{ nope }", "{ ...A }", "{" * 5000, "mutation { x }", "")):
            answer = socket.run(str(at), query)
            assert answer["type"] == "error"
            assert answer["payload"][0]["extensions"]["code"]
        assert socket.run("last", "{ viewer { role } }")["payload"]["data"] == {"viewer": {"role": "ADMIN"}}


def test_fifty_operations_and_not_one_more(attacker: Attacker) -> None:
    with attacker.greeted() as socket:
        for at in range(51):
            query = "subscription { heartbeat(every: 60) }"
            socket.send({"id": str(at), "type": "subscribe", "payload": {"query": query}})
        while (message := socket.receive())["type"] == "next":
            pass
        assert (message["type"], message["id"]) == ("error", "50")
        assert message["payload"][0]["extensions"]["code"] == "RATE_LIMITED"
        socket.send({"id": "0", "type": "subscribe", "payload": {"query": "{ __typename }"}})
        assert socket.closed() == 4409
    assert attacker.works() < QUICK


def test_fifty_sockets_of_a_token_and_not_one_more(attacker: Attacker) -> None:
    """Others' tokens are not concerned, and a place is free again once a socket closes."""
    other = attacker.of("marketing")
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(other.greeted()) for _ in range(50)]
        with attacker.socket() as bare:
            bare.send(json.dumps({"type": "connection_init", "payload": {"authorization": "bearer  demo-marketing"}}))
            assert closed(bare) == 4429
        with attacker.greeted("demo-agent") as socket:
            assert socket.run("1", "{ viewer { role } }")["payload"]["data"] == {"viewer": {"role": "AGENT"}}
        assert attacker.works() < QUICK
        sockets[0].bare.close()
        with other.greeted():
            pass


@ON_BOTH
def test_a_flood_of_messages_starves_nobody(attacker: Attacker) -> None:
    with attacker.greeted() as socket:
        for at in range(2000):
            socket.bare.send('{"type":"ping"}' if at % 2 else '{"id":"x","type":"complete"}')
            if at % 500 == 0:
                assert attacker.works() < QUICK


@ON_BOTH
def test_a_storm_of_cancelled_writes_leaves_each_whole_or_absent(attacker: Attacker) -> None:
    """150 writes over one socket, each called off at once; then the server writes as before."""
    document = "mutation($input: CreateOrderInput!) { createOrder(input: $input) { order { id } errors { message } } }"
    product = attacker.data("{ products(first: 1, where: {active: {eq: true}}) { nodes { id price { currency } } } }")
    made = product["products"]["nodes"][0]
    count = "{ orders { totalCount } }"
    before = attacker.data(count)["orders"]["totalCount"]
    with attacker.greeted() as socket:
        for at in range(150):
            given = {
                "customerId": "cus_1",
                "currency": made["price"]["currency"],
                "productId": made["id"],
                "quantity": 2,
            }
            payload = {"query": document, "variables": {"input": given}}
            socket.send({"id": str(at), "type": "subscribe", "payload": payload})
            socket.send({"id": str(at), "type": "complete"})
        socket.send({"type": "ping", "payload": {"mark": "done"}})
        while socket.receive()["type"] != "pong":
            pass
        answer = socket.run("after", document, input=given)
        assert answer["payload"]["data"]["createOrder"]["errors"] == []
    time.sleep(0.5)
    assert attacker.works() < QUICK
    after = attacker.data(count)["orders"]["totalCount"]
    assert before < after <= before + 151
    newest = attacker.data(
        "query($n: Int!) { orders(first: $n, orderBy: [{field: CREATED_AT, direction: DESC}]) "
        "{ nodes { number lines { totalCount } } } }",
        n=min(100, after - before),
    )["orders"]["nodes"]
    assert all(order["lines"]["totalCount"] == 1 and order["number"] for order in newest)


@ON_BOTH
def test_sockets_that_are_dropped_amid_writes(attacker: Attacker) -> None:
    for at in range(30):
        with attacker.greeted() as socket:
            query = f'mutation {{ createTeam(input: {{name: "Dropped {at}"}}) {{ team {{ id }} }} }}'
            socket.send({"id": "1", "type": "subscribe", "payload": {"query": query}})
            socket.bare.socket.close()
    assert attacker.works() < QUICK
    assert attacker.payload("createTeam", "team { name }", name="After the drop")["team"]
