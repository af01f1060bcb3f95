"""A process that is told to stop: what runs is finished, what is open is told, and 10 s are enough."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from uvicorn.config import STARTUP_FAILURE
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from server.cli import STOP_SECONDS
from server.stopping import DRAIN_SECONDS
from tests.front_door import until

ROOT = Path(__file__).resolve().parent.parent


class Served:
    """A server in a process of its own, and requests to it."""

    def __init__(self, stack: contextlib.ExitStack) -> None:
        self.stack = stack
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.front_door"], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout
        stack.callback(self.process.communicate)
        stack.callback(self.process.kill)
        self.port = int(self.process.stdout.readline())
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        while True:
            try:
                self.get("/readyz")
                break
            except OSError:
                time.sleep(0.05)

    def connection(self) -> http.client.HTTPConnection:
        return self.stack.enter_context(
            contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20))
        )

    def get(self, path: str) -> int:
        connection = self.connection()
        connection.request("GET", path)
        return connection.getresponse().status

    def ask(self, query: str, connection: http.client.HTTPConnection | None = None) -> None:
        connection = connection or self.connection()
        headers = {"content-type": "application/json", "accept": "application/graphql-response+json"}
        connection.request("POST", "/graphql", json.dumps({"query": query}), headers)
        answer = connection.getresponse()
        self.answers.append((answer.status, dict(answer.getheaders()), answer.read()))

    def ask_meanwhile(self, query: str) -> threading.Thread:
        """Ask in a thread; back here, the server has begun with it."""
        thread = threading.Thread(target=self.ask, args=[query])
        thread.start()
        self.begins(query)
        return thread

    def begins(self, query: str) -> None:
        """Wait until the server begins with what it is asked."""
        assert self.process.stdout
        assert f"{query}\n" in self.process.stdout

    def stop(self, how: int = signal.SIGTERM) -> float:
        self.process.send_signal(how)
        return time.monotonic()

    def socket(self) -> ClientConnection:
        address = f"ws://127.0.0.1:{self.port}/graphql"
        socket = self.stack.enter_context(connect(address, subprotocols=["graphql-transport-ws"]))  # type: ignore[list-item]
        socket.send('{"type":"connection_init"}')
        socket.recv()
        return socket


@pytest.fixture
def served() -> Iterator[Served]:
    with contextlib.ExitStack() as stack:
        yield Served(stack)


def ended(served: Served) -> int:
    return served.process.wait(timeout=20)


def test_what_is_running_is_finished_and_nobody_new_is_sent_here(served: Served) -> None:
    kept = served.connection()
    served.ask("{ hello }", kept)
    running = served.ask_meanwhile("{ gated }")
    served.stop()
    until(lambda: served.get("/readyz") == 503)
    assert served.get("/livez") == 200
    served.ask("{ hello }", kept)
    status, headers, _ = served.answers[-1]
    assert (status, headers["connection"]) == (200, "close")
    with pytest.raises(InvalidStatus) as turned_away:
        served.socket()
    assert turned_away.value.response.status_code == 503
    assert b"restarting: connect again." in (turned_away.value.response.body or b"")
    opened = time.monotonic()
    served.process.send_signal(signal.SIGUSR1)
    running.join()
    assert served.answers[-1][0] == 200
    assert b'"gated":true' in served.answers[-1][2]
    assert ended(served) == -signal.SIGTERM
    assert time.monotonic() - opened < 2.5, "it does not wait for anybody else"


def test_sockets_and_streams_are_told(served: Served) -> None:
    subscribe = '{"id":"1","type":"subscribe","payload":{"query":"subscription { ticks }"}}'
    idle, busy = served.socket(), served.socket()
    busy.send(subscribe)
    busy.recv()
    stream = served.stack.enter_context(socket.create_connection(("127.0.0.1", served.port)))
    stream.sendall(
        b"GET /graphql?query=subscription+{+ticks+} HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n"
    )
    assert stream.recv(100)
    stopped = served.stop()
    for each in (idle, busy):
        assert closed(each) == (1012, "The server is restarting: connect again")
    received = b""
    while data := stream.recv(65536):
        received += data
    assert received.endswith(b"0\r\n\r\n")
    assert b"event: complete" not in received
    assert ended(served) == -signal.SIGTERM
    assert time.monotonic() - stopped < 3


@pytest.mark.slow
def test_what_takes_too_long_is_given_up(served: Served) -> None:
    running = served.ask_meanwhile("{ slow }")
    stopped = served.stop()
    assert ended(served) == -signal.SIGTERM
    assert 5 < time.monotonic() - stopped < 10.5
    assert DRAIN_SECONDS + STOP_SECONDS < 9, "and the rest of 10 s for whatever else is slow"
    running.join()
    status, headers, body = served.answers[0]
    assert (status, headers["connection"]) == (503, "close")
    assert b"being stopped" in body


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_waits_for_nothing(served: Served, how: int) -> None:
    socket = served.socket()
    running = threading.Thread(target=broken_off, args=[served])
    running.start()
    served.begins("{ slow }")
    served.stop(how)
    until(lambda: served.get("/readyz") == 503)  # two signals that come at once are one
    again = served.stop(how)
    assert ended(served) != 0
    assert time.monotonic() - again < 2
    running.join()
    assert all(status == 503 for status, _, _ in served.answers)
    assert closed(socket)[0] == 1012


def broken_off(served: Served) -> None:
    with contextlib.suppress(http.client.HTTPException, OSError):
        served.ask("{ slow }")


@pytest.mark.parametrize(("how", "seconds"), [(signal.SIGTERM, 2.0), (signal.SIGINT, 1.0)])
def test_who_has_nothing_to_do_stops_at_once(served: Served, how: int, seconds: float) -> None:
    served.connection().connect()
    stopped = served.stop(how)
    ended(served)
    assert time.monotonic() - stopped < seconds


def test_sockets_that_are_not_open_yet_are_let_go(served: Served) -> None:
    """In the middle of their handshake, and those whose handshake cannot be read."""
    head = b"GET /graphql HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    keys = b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
    for data in (head, head + keys + b"A: " + b"a" * 9000 + b"\r\n\r\n", head + keys + b"Upgrade: websocket\r\n\r\n"):
        served.stack.enter_context(socket.create_connection(("127.0.0.1", served.port))).sendall(data)
    opened = served.socket()
    stopped = served.stop()
    assert closed(opened) == (1012, "The server is restarting: connect again")
    assert ended(served) == -signal.SIGTERM
    assert time.monotonic() - stopped < 3


def closed(socket: ClientConnection) -> tuple[int, str]:
    with pytest.raises(ConnectionClosed) as caught:
        while True:
            socket.recv(timeout=10)
    assert caught.value.rcvd
    return caught.value.rcvd.code, caught.value.rcvd.reason


BROKEN = """
import time
from uvicorn.supervisors.multiprocess import Process

async def app(scope, receive, send):
    raise OSError

def busy():
    Process.pong = lambda self: time.sleep(100)  # whether it is there is asked meanwhile, and not answered
    time.sleep(2)
    return app
"""
SERVE_IT = """
from server.cli import answer_requests, listen
from server.settings import Settings

answer_requests(Settings(workers=2), listen("127.0.0.1", 0), "broken:busy")
"""


def test_processes_that_cannot_start_end_the_server_soon(tmp_path: Path) -> None:
    """Not only once one was silent for as long as a start may take."""
    (tmp_path / "broken.py").write_text(BROKEN)
    with subprocess.Popen(
        [sys.executable, "-c", SERVE_IT],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            _, told = process.communicate(timeout=20)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == STARTUP_FAILURE
    assert b"Application startup failed" in told
