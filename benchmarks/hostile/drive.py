"""Sends hostile inputs to a demo over many connections at once, and keeps account of what came back."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from benchmarks.hostile.inputs import Input, draw, good
from benchmarks.hostile.judge import CLOSES, wrong_answer, wrong_message

ROOT = Path(__file__).resolve().parents[2]
ANSWER_SECONDS = 12.0
SILENCE = 0.1
"""How long bytes that may be no whole request wait for an answer; and frames."""
HANDSHAKE = (
    b"GET /graphql HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
)


@dataclass(frozen=True)
class Demo:
    """A demo that runs as a process of its own."""

    host: str
    port: int
    pid: int
    folder: str
    """Where its log is, and its database unless that is elsewhere."""
    database: str
    """The URL of its database."""

    def memory(self) -> float:
        """What its process holds in memory, in MB; 0 where the system does not tell."""
        try:
            status = Path(f"/proc/{self.pid}/status").read_text()
        except OSError:
            return 0.0
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        return int(found[1]) / 1024 if found else 0.0


@contextlib.contextmanager
def demo(database: str = "") -> Iterator[Demo]:
    """A small demo with a budget that no flood empties, on an empty database, or else on SQLite."""
    environment = os.environ | {"CRM_BUDGET": str(10**12), "CRM_LOG_LEVEL": "error"}
    with tempfile.TemporaryDirectory(prefix="rapport-hostile-") as folder:
        url = database or f"sqlite://{folder}/rapport.db"
        environment["DATABASE_URL"] = url
        command = [sys.executable, "-m", "server", "demo", "--port", "0", "--scale", "tiny"]
        log = Path(folder) / "log"
        with log.open("wb") as said:
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=subprocess.STDOUT)
        try:
            deadline = time.monotonic() + 60
            while not (found := re.search(r"Explore +http://([\d.]+):(\d+)", log.read_text(errors="replace"))):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"the demo did not start: {log.read_text(errors='replace')}")
                time.sleep(0.1)
            # The address is taken before the process answers there: this waits for it.
            urllib.request.urlopen(f"http://{found[1]}:{found[2]}/readyz", timeout=60).read()
            yield Demo(found[1], int(found[2]), process.pid, folder, url)
            if process.poll() is not None:
                raise RuntimeError(
                    f"the demo ended with {process.returncode}: {log.read_text(errors='replace')[-5000:]}"
                )
        finally:
            process.terminate()
            process.wait()


@dataclass
class Report:
    """What became of the inputs."""

    sent: Counter[str] = field(default_factory=Counter)
    """Inputs by family."""
    answers: Counter[str] = field(default_factory=Counter)
    """Answers by status, closed sockets by code."""
    wrong: list[str] = field(default_factory=list)
    """What was not as it must be, each with the number of the input."""
    slowest: float = 0.0
    """Seconds the slowest answer to a request took."""
    slowest_input: int = 0
    memory: dict[int, float] = field(default_factory=dict)
    """MB by how many inputs were through."""
    seconds: float = 0.0

    def growth(self) -> float:
        """How much more memory is held at the end than was after a tenth of the inputs: 0.1 is a tenth more."""
        held = list(self.memory.values())
        return held[-1] / held[0] - 1 if held and held[0] else 0.0


async def run(
    demo: Demo, count: int, seed: int, connections: int, share: float = 0.0, say: Callable[[str], None] = print
) -> Report:
    """Send so many inputs, of which a share are good ones. Raises OSError where the server is no longer there."""
    report = Report()
    began = time.perf_counter()
    numbers = iter(range(count))
    tenth = max(1, count // 10)

    def note(number: int, family: str, found: Iterator[str]) -> None:
        report.wrong += [f"input {number} ({family}) {what}"[:1000] for what in found]

    async def work() -> None:
        async with contextlib.aclosing(Client(demo, report, note)) as client:
            for number in numbers:
                fine = share and number % 100 < share * 100
                await client.send(good(seed, number) if fine else draw(seed, number))
                done = report.sent.total()
                if done % tenth == 0 and done not in report.memory:
                    report.memory[done] = demo.memory()
                    say(f"{done:>8,} inputs, {report.memory[done]:.0f} MB, {len(report.wrong)} wrong answers")

    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(work())
    report.seconds = time.perf_counter() - began
    return report


class Client:
    """One connection for requests, and one socket, each opened anew when the server closes it."""

    def __init__(self, demo: Demo, report: Report, note: Callable[[int, str, Iterator[str]], None]) -> None:
        self.demo = demo
        self.report = report
        self.note = note
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.socket: ClientConnection | None = None

    async def aclose(self) -> None:
        self.hang_up()
        if self.socket is not None:
            await self.socket.close()

    def hang_up(self) -> None:
        if self.streams is not None:
            self.streams[1].close()
            self.streams = None

    async def send(self, given: Input) -> None:
        """Send one input, and judge what comes back."""
        self.report.sent[given.family] += 1
        match given.way:
            case "request":
                await self.request(given)
            case "bytes":
                await self.bytes(given)
            case "messages":
                await self.messages(given)
            case "frames":
                await self.frames(given)

    async def request(self, given: Input) -> None:
        if self.streams is None:
            self.streams = await asyncio.open_connection(self.demo.host, self.demo.port, limit=1 << 24)
        reader, writer = self.streams
        started = time.perf_counter()
        try:
            writer.write(given.data[0])
            async with asyncio.timeout(ANSWER_SECONDS):
                head, body = await answer(reader)
        except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
            self.hang_up()
            self.note(given.number, given.family, iter([f"is not answered: {error!r}"]))
            return
        took = time.perf_counter() - started
        if took > self.report.slowest:
            self.report.slowest, self.report.slowest_input = took, given.number
        self.judge(given, head, body)
        if b"connection: close" in head.lower():
            self.hang_up()

    def judge(self, given: Input, head: bytes, body: bytes) -> None:
        self.report.answers[head[9:12].decode("latin-1")] += 1
        self.note(given.number, given.family, wrong_answer(head, body, given.data[0]))

    async def bytes(self, given: Input) -> None:
        """What may be no request is no answer owed; what is answered is judged."""
        reader, writer = await asyncio.open_connection(self.demo.host, self.demo.port, limit=1 << 24)
        try:
            writer.write(given.data[0])
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
                async with asyncio.timeout(SILENCE):
                    while True:
                        head, body = await answer(reader, b"HEAD " if given.data[0].startswith(b"HEAD ") else b"")
                        self.judge(given, head, body)
                        if b"text/event-stream" in head:
                            break
        finally:
            writer.close()

    async def messages(self, given: Input) -> None:
        sent = b"".join(given.data)
        if self.socket is None:
            url = f"ws://{self.demo.host}:{self.demo.port}/graphql"
            self.socket = await connect(url, subprotocols=[Subprotocol("graphql-transport-ws")], max_size=None)
            await self.socket.send('{"type":"connection_init","payload":{"token":"demo-rep"}}')
            await self.socket.recv()
        try:
            for data in given.data:
                await self.socket.send(data, text=True)
            async for text in self.until_pong(given.number):
                self.report.answers["message"] += 1
                self.note(given.number, given.family, wrong_message(text, sent))
        except TimeoutError:
            self.note(given.number, given.family, iter(["leaves the socket silent"]))
            self.socket = None
        except ConnectionClosed as closed:
            code = closed.rcvd.code if closed.rcvd else 1006
            self.report.answers[f"close {code}"] += 1
            if code not in CLOSES:
                self.note(given.number, given.family, iter([f"closes the socket with {code}"]))
            self.socket = None

    async def until_pong(self, number: int) -> AsyncIterator[str]:
        """The messages that come before the server is done with what was sent so far."""
        assert self.socket is not None
        mark = f"done {number}"
        await self.socket.send(f'{{"type":"ping","payload":{{"mark":"{mark}"}}}}')
        while True:
            async with asyncio.timeout(ANSWER_SECONDS):
                text = await self.socket.recv(decode=True)
            assert isinstance(text, str)
            if mark in text and '"pong"' in text:
                return
            yield text

    async def frames(self, given: Input) -> None:
        reader, writer = await asyncio.open_connection(self.demo.host, self.demo.port, limit=1 << 24)
        try:
            writer.write(HANDSHAKE)
            head = await reader.readuntil(b"\r\n\r\n")
            self.report.answers[head[9:12].decode("latin-1")] += 1
            writer.write(given.data[0])
            data = b""
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(SILENCE):
                    data = await reader.read(65536)
            if data[:1] == b"\x88" and len(data) >= 4:
                code = int.from_bytes(data[2:4], "big")
                self.report.answers[f"close {code}"] += 1
                if code not in CLOSES:
                    self.note(given.number, given.family, iter([f"closes the socket with {code}"]))
        finally:
            writer.close()


async def answer(reader: asyncio.StreamReader, method: bytes = b"") -> tuple[bytes, bytes]:
    """Head and body of the next answer; of a stream of events the head only."""
    head = await reader.readuntil(b"\r\n\r\n")
    if head.startswith(b"HTTP/1.1 100 "):
        return await answer(reader, method)
    found = re.search(rb"\r\ncontent-length: (\d+)\r\n", head.lower())
    return head, await reader.readexactly(int(found[1])) if found and method != b"HEAD " else b""
