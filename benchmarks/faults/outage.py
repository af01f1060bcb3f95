"""Loss of PostgreSQL under load: every answer is right or a clean error, in time, and soon right again afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from benchmarks.faults.audit import wrongs
from benchmarks.faults.clients import Exchange, Ledger, Line, read_on, write_on
from benchmarks.faults.company import found, opened
from benchmarks.faults.kill9 import answers, start
from models.database import migrate
from tests import services

WRITERS, READERS = 6, 3
CALM_SECONDS = 2.5
"""How long the load goes on between faults."""
RECOVERY_SECONDS = 1.0

# Unlike the tests' server, this one keeps what it acknowledged when its processes are killed.
OPTIONS = {**services.FAST, "synchronous_commit": "on", "max_connections": "60"}


@dataclass
class Postgres:
    """A server of our own, which may be broken."""

    home: Path
    port: int = field(default_factory=services.free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgres://rapport@127.0.0.1:{self.port}/postgres"

    def prepare(self) -> None:
        user = services.unprivileged_user()
        if user:
            os.chown(self.home, user.pw_uid, user.pw_gid)
        services.initialise(services.find_postgres(), self.home / "data", self.home / "log", user)

    def start(self) -> None:
        options = [part for name, value in OPTIONS.items() for part in ("-c", f"{name}={value}")]
        command: list[str | Path] = [services.find_postgres() / "postgres", "-D", self.home / "data"]
        command += ["-p", str(self.port), *options]
        self.process = services.spawn(command, self.home / "log", services.unprivileged_user())
        services.wait_until_ready(self.process, self.home / "data", self.home / "log")

    def signal(self, order: signal.Signals) -> None:
        assert self.process
        self.process.send_signal(order)

    def end(self, order: signal.Signals) -> None:
        """Stop it, and wait until its sessions are gone too: a new one cannot start before."""
        processes = [self.pid(), *self.sessions()]
        self.signal(order)
        assert self.process
        self.process.wait(timeout=30)
        deadline = time.monotonic() + 10
        while any(Path(f"/proc/{pid}").exists() for pid in processes) and time.monotonic() < deadline:
            time.sleep(0.02)

    def pid(self) -> int:
        assert self.process
        return self.process.pid

    def sessions(self) -> list[int]:
        """The processes it started."""
        return [int(path.parent.name) for path in Path("/proc").glob("[0-9]*/stat") if parent_of(path) == self.pid()]


def parent_of(path: Path) -> int:
    with contextlib.suppress(OSError):
        return int(path.read_text().rpartition(")")[2].split()[1])
    return 0


@contextlib.asynccontextmanager
async def postgres() -> AsyncIterator[Postgres]:
    home = Path(tempfile.mkdtemp(prefix="rapport-outage-"))
    server = Postgres(home)
    try:
        await asyncio.to_thread(server.prepare)
        await asyncio.to_thread(server.start)
        yield server
    finally:
        if server.process is not None and server.process.poll() is None:
            server.signal(signal.SIGCONT)
            for pid in server.sessions():
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGCONT)
            services.stop(server.process)
        shutil.rmtree(home, ignore_errors=True)


# --- the faults; each gives the moment from which the database was there again ------------------------------------


async def restart(server: Postgres) -> float:
    """An operator's restart."""
    await asyncio.to_thread(server.end, signal.SIGINT)
    await asyncio.sleep(0.7)
    await asyncio.to_thread(server.start)
    return await connectable(server)


async def crash(server: Postgres) -> float:
    """The postmaster is killed."""
    await asyncio.to_thread(server.end, signal.SIGKILL)
    await asyncio.to_thread(server.start)
    return await connectable(server)


async def session_killed(server: Postgres) -> float:
    """One session is killed: PostgreSQL throws out all others and recovers."""
    connection = await asyncpg.connect(server.url)
    own = await connection.fetchval("SELECT pg_backend_pid()")
    pids = await connection.fetch("SELECT pid FROM pg_stat_activity WHERE application_name = 'rapport'")
    children = set(server.sessions())
    for row in pids[:1]:
        if row[0] in children - {own}:
            os.kill(row[0], signal.SIGKILL)
    with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        await connection.close(timeout=1)
    await asyncio.sleep(0.1)
    return await connectable(server)


async def terminated(server: Postgres) -> float:
    """Every session is ended, several times in a row."""
    for _ in range(5):
        connection = await asyncpg.connect(server.url)
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'rapport'"
        )
        await connection.close()
        await asyncio.sleep(0.2)
    return time.monotonic()


async def frozen(server: Postgres) -> float:
    """Nothing answers for eight seconds, and no connection is refused or closed."""
    processes = [server.pid(), *server.sessions()]
    for pid in processes:
        os.kill(pid, signal.SIGSTOP)
    await asyncio.sleep(8)
    for pid in processes:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGCONT)
    return await connectable(server)


async def locked(server: Postgres) -> float:
    """Somebody holds a lock on a table for 15 seconds."""
    connection = await asyncpg.connect(server.url)
    async with connection.transaction():
        await connection.execute("LOCK TABLE customer IN ACCESS EXCLUSIVE MODE")
        await asyncio.sleep(15)
    await connection.close()
    return time.monotonic()


FAULTS: dict[str, Callable[[Postgres], Awaitable[float]]] = {
    "terminate": terminated,
    "session": session_killed,
    "restart": restart,
    "crash": crash,
    "freeze": frozen,
    "lock": locked,
}


async def connectable(server: Postgres) -> float:
    """The moment from which the database takes connections again."""
    while True:
        try:
            connection = await asyncpg.connect(server.url, timeout=2)
        except (OSError, asyncpg.PostgresError):
            await asyncio.sleep(0.02)
        else:
            moment = time.monotonic()
            await connection.close()
            return moment


@dataclass(frozen=True)
class Report:
    """What a run came to."""

    answers: int
    right: int
    acknowledged: int
    unknown: int
    denied: int
    slowest: float
    recovery: dict[str, float]
    """By fault: seconds from the database's return to the last request's beginning that was not answered right."""
    dirty: dict[str, int]
    wrong: list[str]

    def failed(self) -> bool:
        """Whether anything was not as it must be."""
        return bool(self.dirty or self.wrong or max(self.recovery.values(), default=0) > RECOVERY_SECONDS)

    def __str__(self) -> str:
        told = f"{self.answers} answers, {self.right} right, slowest {self.slowest:.2f} s; "
        told += f"{self.acknowledged} writes acknowledged, {self.denied} denied, {self.unknown} unknown; "
        told += f"{sum(self.dirty.values())} dirty answers, {len(self.wrong)} wrongs; recovery "
        told += ", ".join(f"{name} {seconds:.2f} s" for name, seconds in self.recovery.items())
        return "\n".join([told, *(f"  {count} × {what}" for what, count in self.dirty.items()), *self.wrong[:20]])


async def run(names: list[str], say: Callable[[str], None] = print) -> Report:
    """Bring these faults about, one after the other, while clients write and read."""
    async with postgres() as database:
        await migrate(database.url)
        ledger = Ledger(await found(database.url))
        port = services.free_port()
        server = start(database.url, port)
        done = asyncio.Event()
        tasks: list[asyncio.Task[None]] = []
        recovery = {}
        try:
            await answers(port, server)
            tasks = [asyncio.create_task(write_on(ledger, Line(port), done)) for _ in range(WRITERS)]
            tasks += [asyncio.create_task(read_on(ledger, Line(port), done)) for _ in range(READERS)]
            await asyncio.sleep(CALM_SECONDS / 2)
            for name in names:
                back = await FAULTS[name](database)
                await asyncio.sleep(CALM_SECONDS)
                after = [each for each in ledger.exchanges if each.ended > back]
                recovery[name] = max((each.ended - back for each in after if not each.right), default=0.0)
                say(f"{name}: right again {recovery[name]:.2f} s after the database's return")
            done.set()
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            server.kill()
            await asyncio.to_thread(server.wait)
        async with opened(database.url) as looking:
            wrong = await wrongs(looking, ledger)
    report = summary(ledger, recovery, wrong)
    say(str(report))
    return report


def summary(ledger: Ledger, recovery: dict[str, float], wrong: list[str]) -> Report:
    counts, exchanges = ledger.counts(), ledger.exchanges

    def took(exchange: Exchange) -> float:
        return exchange.ended - exchange.began

    return Report(
        len(exchanges),
        sum(exchange.right for exchange in exchanges),
        counts.get("stored", 0),
        counts.get("unknown", 0),
        counts.get("denied", 0),
        max(map(took, exchanges)),
        recovery,
        dict(ledger.dirty()),
        wrong,
    )
