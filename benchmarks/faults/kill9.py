"""kill -9 under write load: every acknowledged write is there exactly once afterwards, and nothing is half-written."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.faults.audit import wrongs
from benchmarks.faults.clients import Ledger, Line, Lost, send, write_on
from benchmarks.faults.company import found, opened
from benchmarks.servers import ROOT, START_SECONDS
from models.database import migrate
from tests.services import free_port

CLIENTS = 6


@dataclass(frozen=True)
class Report:
    """What a run came to."""

    kills: int
    acknowledged: int
    unknown: int
    denied: int
    dirty: dict[str, int]
    wrong: list[str]

    def __str__(self) -> str:
        told = f"{self.kills} kills, {self.acknowledged} acknowledged writes, {self.unknown} never answered, "
        told += f"{self.denied} denied, {sum(self.dirty.values())} dirty answers, {len(self.wrong)} wrongs"
        return "\n".join([told, *(f"  {count} × {what}" for what, count in self.dirty.items()), *self.wrong[:20]])


async def run(url: str, seconds: float, say: Callable[[str], None] = print) -> Report:
    """Write to a server for so long, killing it again and again, then look at what is stored."""
    await migrate(url)
    ledger = Ledger(await found(url))
    port, kills = free_port(), 0
    server = start(url, port)
    done = asyncio.Event()
    writers: list[asyncio.Task[None]] = []
    try:
        await answers(port, server)
        writers = [asyncio.create_task(write_on(ledger, Line(port), done, died=True)) for _ in range(CLIENTS)]
        end = time.monotonic() + seconds
        while time.monotonic() < end or not kills:
            await asyncio.sleep(ledger.random.uniform(0.05, 1.2))
            server.kill()
            await asyncio.to_thread(server.wait)
            kills += 1
            server = start(url, port)
            await answers(port, server)
        done.set()
        await asyncio.gather(*writers)
        # Whatever is still in doubt is asked for once more, every other one.
        line = Line(port)
        for write in [write for write in ledger.writes if write.outcome == "unknown"][::2]:
            await send(ledger, line, write)
        line.close()
    finally:
        for writer in writers:
            writer.cancel()
        server.kill()
        await asyncio.to_thread(server.wait)
    async with opened(url) as database:
        wrong = await wrongs(database, ledger)
    counts = ledger.counts()
    report = Report(
        kills,
        counts.get("stored", 0),
        counts.get("unknown", 0),
        counts.get("denied", 0),
        dict(ledger.dirty()),
        wrong,
    )
    say(str(report))
    return report


def start(url: str, port: int) -> subprocess.Popen[bytes]:
    """A server as operators run it. What it logs goes to the file that FAULTS_LOG names, if it is set."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("CRM_")}
    with open(os.environ.get("FAULTS_LOG", os.devnull), "ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "server", "serve", "--host", "127.0.0.1", "--port", str(port)],
            cwd=ROOT,
            env=environment | {"DATABASE_URL": url},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )


async def answers(port: int, server: subprocess.Popen[bytes]) -> None:
    """Wait until a server answers. Raises RuntimeError if it does not."""
    line = Line(port)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            await line.ask("{ __typename }")
        except Lost:
            await asyncio.sleep(0.05)
        else:
            line.close()
            return
    raise RuntimeError("The server did not start.")
