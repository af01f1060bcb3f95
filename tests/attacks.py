"""How a demo is attacked: a client that sends anything, and what must hold of every answer."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from benchmarks.hostile.drive import Demo
from benchmarks.hostile.judge import wrong_answer, wrong_message

ROLES = ("admin", "manager", "rep", "rep-2", "agent", "marketing", "readonly")
ON_BOTH = pytest.mark.parametrize("attacker", ["sqlite", "postgres"], indirect=True)
"""The mark of attacks on what a database holds or decides. Those that end before it are tried on one."""
QUICK = 0.25
"""Seconds a refusal may take, and others may wait meanwhile."""


@dataclass(frozen=True)
class Reply:
    """An answer of HTTP."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def errors(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.json.get("errors", [])
        return found

    @property
    def codes(self) -> list[str]:
        return [error["extensions"]["code"] for error in self.errors]

    @property
    def messages(self) -> list[str]:
        return [error["message"] for error in self.errors]


@dataclass(frozen=True)
class Attacker:
    """Whoever sends requests to a demo. Every answer is looked at: no fault of the server's, no leak, not too long."""

    demo: Demo
    token: str = "demo-admin"

    @property
    def place(self) -> tuple[str, int]:
        return self.demo.host, self.demo.port

    def of(self, role: str) -> Attacker:
        """The same with the token of a role; of nobody with ""."""
        return Attacker(self.demo, f"demo-{role}" if role else "")

    def send(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str | bytes] | None = None
    ) -> Reply:
        """Send a request as it is given, and judge the answer."""
        connection = http.client.HTTPConnection(*self.place, timeout=15)
        given = dict(headers or {})
        try:
            started = time.perf_counter()
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # what is too large is not read to its end
                connection.request(method, path, body, given)
            response = connection.getresponse()
            answered = response.read()
            seconds = time.perf_counter() - started
        finally:
            connection.close()
        lines = "".join(f"{name}: {value}\r\n" for name, value in response.getheaders())
        head = f"HTTP/1.1 {response.status} \r\n{lines}".encode()
        sent = f"{method} {path} {given}".encode(errors="replace") + (body or b"")
        assert not list(wrong_answer(head, answered, sent)), (sent[:500], answered[:500])
        found = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, found, answered, seconds)

    def post(self, body: object, **headers: str) -> Reply:
        """Send a body: bytes as they are, anything else as JSON."""
        given = {"Content-Type": "application/json"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        if self.token and "Authorization" not in given:
            given["Authorization"] = f"Bearer {self.token}"
        return self.send("POST", "/graphql", body if isinstance(body, bytes) else json.dumps(body).encode(), given)

    def ask(self, query: str, **variables: object) -> Reply:
        """Ask an operation."""
        return self.post({"query": query, "variables": variables})

    def data(self, query: str, **variables: object) -> Any:
        """The data of an operation that must be answered in full."""
        reply = self.ask(query, **variables)
        assert "errors" not in reply.json, reply.json["errors"]
        return reply.json["data"]

    def payload(self, verb: str, selection: str, **given: object) -> Any:
        """The payload of a mutation."""
        kind = verb[0].upper() + verb[1:]
        query = f"mutation ($input: {kind}Input!) {{ {verb}(input: $input) {{ {selection} }} }}"
        return self.data(query, input=given)[verb]

    def bytes(self, data: bytes, seconds: float = 2.0) -> bytes:
        """What the server answers to some bytes, until it closes or falls silent."""
        received = b""
        with socket.create_connection(self.place, timeout=seconds) as connection:
            with contextlib.suppress(OSError):
                connection.sendall(data)
                while found := connection.recv(65536):
                    received += found
        return received

    def works(self) -> float:
        """See that others are served, and say how long they wait at best of three."""
        waits = [self.of("rep").post({"query": "{ viewer { role } }"}) for _ in range(3)]
        assert all(reply.json["data"] == {"viewer": {"role": "REP"}} for reply in waits)
        return min(reply.seconds for reply in waits)

    def socket(self, protocol: str = "graphql-transport-ws", **more: Any) -> ClientConnection:
        """A socket that has not said hello."""
        url = f"ws://{self.demo.host}:{self.demo.port}/graphql"
        opened: ClientConnection = connect(url, subprotocols=[Subprotocol(protocol)], max_size=None, **more)
        return opened

    @contextlib.contextmanager
    def greeted(self, token: str | None = None) -> Iterator[Socket]:
        """A socket whose greeting was taken."""
        with self.socket() as bare:
            greeted = Socket(bare)
            greeted.send({"type": "connection_init", "payload": {"token": token or self.token}})
            assert greeted.receive() == {"type": "connection_ack"}
            yield greeted


@dataclass
class Socket:
    """A socket whose messages are judged as they come."""

    bare: ClientConnection
    sent: list[str] = field(default_factory=list)

    def send(self, message: object) -> None:
        text = message if isinstance(message, str) else json.dumps(message)
        self.sent.append(text)
        self.bare.send(text)

    def receive(self) -> Any:
        text = self.bare.recv(timeout=10)
        assert isinstance(text, str)
        assert not list(wrong_message(text, "".join(self.sent).encode(errors="replace"))), text[:500]
        return json.loads(text)

    def run(self, id: str, query: str, **variables: object) -> Any:
        """Ask an operation, and give its one message."""
        self.send({"id": id, "type": "subscribe", "payload": {"query": query, "variables": variables}})
        first = self.receive()
        if first["type"] == "next":
            assert self.receive() == {"id": id, "type": "complete"}
        return first

    def closed(self, seconds: float = 10) -> int:
        """The code the server closes with, 1006 for none."""
        deadline = time.monotonic() + seconds
        try:
            while time.monotonic() < deadline:
                self.bare.recv(timeout=max(0.1, deadline - time.monotonic()))
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006
        except TimeoutError:
            pass
        raise AssertionError("the socket stays open")
