"""The limit: a bare ASGI callable that answers each query with SQL written by hand, and nothing else.

No GraphQL, no routing, no checks, no timeouts: the same process model, drivers, durability and answers with as little
around them as can be. `Static` leaves the database out as well.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import gc
import os
import re
import secrets
import sqlite3
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Protocol

import msgspec
from starlette.types import Receive, Scope, Send

from benchmarks.by_rows import FORMS, Build
from compiler.dialect import instant_text
from compiler.money import EXPONENTS
from compiler.text import fold
from models.backends.sqlite import WRITER_PRAGMAS, quicken

READERS = 3
POOL = 10
"""Connections on SQLite and on PostgreSQL: as many as the server has unless it is told otherwise."""


Values = Mapping[str, Any]
"""What stands in a statement, by name; PostgreSQL takes it in order."""


class Pool(Protocol):
    """Connections that run one statement each at a time."""

    async def read(self, sql: str, values: Values) -> bytes: ...
    async def write(self, sql: str, values: Values) -> bytes: ...
    async def close(self) -> None: ...


class SqlitePool:
    """Threads with a connection each, fed from one queue, and one that writes, as durably as the server does."""

    def __init__(self, path: str) -> None:
        self.loop = asyncio.get_running_loop()
        self.reads: SimpleQueue[tuple[asyncio.Future[bytes], str, Values] | None] = SimpleQueue()
        self.writes: SimpleQueue[tuple[asyncio.Future[bytes], str, Values] | None] = SimpleQueue()
        reading = {"cache_size": -64000, "mmap_size": 1 << 30, "query_only": "ON"}
        for _ in range(READERS):
            threading.Thread(target=self.serve, args=(f"file:{path}?mode=ro", reading, self.reads), daemon=True).start()
        writing = WRITER_PRAGMAS | {"wal_autocheckpoint": 1000}  # as SQLite is by itself
        threading.Thread(target=self.serve, args=(f"file:{path}", writing, self.writes), daemon=True).start()

    def serve(self, path: str, pragmas: Mapping[str, object], queue: SimpleQueue[Any]) -> None:
        connection = sqlite3.connect(path, uri=True, isolation_level=None)
        connection.text_factory = bytes
        for pragma, value in pragmas.items():
            connection.execute(f"PRAGMA {pragma}={value}")
        while (job := queue.get()) is not None:
            future, sql, values = job
            for part in sql.split(";"):
                cursor = connection.execute(part, values)
                if cursor.description:
                    answer = cursor.fetchone()[0]
                cursor.close()
            self.loop.call_soon_threadsafe(future.set_result, answer)

    async def read(self, sql: str, values: Values) -> bytes:
        return await self.run(self.reads, sql, values)

    async def write(self, sql: str, values: Values) -> bytes:
        return await self.run(self.writes, sql, values)

    async def run(self, queue: SimpleQueue[Any], sql: str, values: Values) -> bytes:
        future: asyncio.Future[bytes] = self.loop.create_future()
        queue.put((future, sql, values))
        return await future

    async def close(self) -> None:
        for _ in range(READERS):
            self.reads.put(None)
        self.writes.put(None)


class PostgresPool:
    """Connections that are handed from request to request; the one used last goes first."""

    def __init__(self) -> None:
        self.idle: asyncio.LifoQueue[Any] = asyncio.LifoQueue()
        self.of_rows: asyncio.LifoQueue[Any] = asyncio.LifoQueue()
        """Those whose text is decoded, for answers that are joined in Python."""

    @classmethod
    async def open(cls, url: str) -> PostgresPool:
        pool = cls()
        for _ in range(POOL):
            connection = await connect(url)
            await connection.set_type_codec(
                "text", schema="pg_catalog", encoder=str.encode, decoder=bytes, format="binary"
            )
            pool.idle.put_nowait(connection)
            pool.of_rows.put_nowait(await connect(url))
        return pool

    async def read(self, sql: str, values: Values) -> bytes:
        connection = await self.idle.get()
        try:
            value: bytes = await connection.fetchval(sql, *values.values())
            return value
        finally:
            self.idle.put_nowait(connection)

    write = read

    async def build(self, build: Build) -> bytes:
        """What is made of several statements on one connection."""
        connection = await self.of_rows.get()
        try:
            return await build(connection)
        finally:
            self.of_rows.put_nowait(connection)

    async def close(self) -> None:
        for idle in (self.idle, self.of_rows):
            while not idle.empty():
                await idle.get_nowait().close()


async def connect(url: str) -> Any:
    import asyncpg

    return await asyncpg.connect(
        url,
        server_settings={"jit": "off", "timezone": "UTC"},
        max_cacheable_statement_size=0,
        max_cached_statement_lifetime=0,
    )


class Endpoint(Protocol):
    """What answers one query."""

    async def answer(self, pool: Pool, body: bytes) -> bytes: ...


class OneStatement:
    """One statement for the whole of the answer, which is what the server would answer to these variables."""

    def __init__(self, name: str, sql: str, dialect: str) -> None:
        self.name = name
        self.sql = sql
        self.dialect = dialect

    async def answer(self, pool: Pool, body: bytes) -> bytes:
        variables = msgspec.json.decode(body)["variables"]
        if "input" in variables:
            return await pool.write(self.sql, self.new_ticket(variables["input"]))
        return await pool.read(self.sql, {"id": int(variables["id"][4:])} if variables else {})

    def new_ticket(self, given: Mapping[str, str]) -> Values:
        now = dt.datetime.now(dt.UTC)
        values = {
            "customer": int(given["customerId"][4:]),
            "issue": given["issue"],
            "issue_fold": fold(given["issue"]),
            "priority": given["priority"],
            "now": instant_text(now) if self.dialect == "sqlite" else now,
        }
        return values | {"request": secrets.token_hex(8)} if self.name == SAME_ROWS else values


@dataclass(frozen=True)
class JoinedRows:
    """Statements for the levels of the answer, which is put together in Python."""

    build: Build

    async def answer(self, pool: Pool, body: bytes) -> bytes:
        assert isinstance(pool, PostgresPool)
        return await pool.build(self.build)


SAME_ROWS = "Q7rows"
"""The ticket with all that the server writes along with it: its first step, an entry and an event."""


def statements(dialect: str) -> dict[str, str]:
    """The statements written by hand, by the name of the query."""
    files = sorted((Path(__file__).parent / "statements").glob(f"*.{dialect}.sql"))
    return {file.name.partition(".")[0]: expand_money(file.read_text("utf-8"), dialect) for file in files}


def expand_money(sql: str, dialect: str) -> str:
    """`money(minor, currency)` in a statement becomes the expression that writes an amount with its decimals."""

    def write(minor: str, places: int) -> str:
        if not places:
            return f"CAST({minor} AS text)"
        if dialect == "sqlite":
            return f"printf('%d.%0{places}d', {minor} / {10**places}, {minor} % {10**places})"
        return f"({minor}::numeric * {'0.' + '1'.zfill(places)})::text"

    def money(match: re.Match[str]) -> str:
        minor, currency = match[1], match[2]
        whens = [f"WHEN {currency} IN ('EUR', 'USD') THEN {write(minor, 2)}"]
        for places in (0, 3, 4):
            codes = ", ".join(f"'{code}'" for code, exponent in sorted(EXPONENTS.items()) if exponent == places)
            whens.append(f"WHEN {currency} IN ({codes}) THEN {write(minor, places)}")
        return f"CASE {' '.join(whens)} ELSE {write(minor, 2)} END"

    return re.sub(r"\bmoney\(([\w.]+), ([\w.]+)\)", money, sql)


def endpoints(dialect: str) -> dict[str, Endpoint]:
    """What answers a query, by path: `/Q3` with one statement, `/Q3/joined` on PostgreSQL from its rows as well."""
    found: dict[str, Endpoint] = {
        f"/{name}": OneStatement(name, sql, dialect) for name, sql in statements(dialect).items()
    }
    if dialect == "postgres":
        found |= {f"/{name}/joined": JoinedRows(build) for name, build in FORMS.items()}
    return found


class Application:
    """The ASGI callable on a database."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.dialect = "sqlite" if url.startswith("sqlite") else "postgres"
        self.endpoints = endpoints(self.dialect)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self.live(receive, send)
        endpoint = self.endpoints.get(scope["path"])
        if endpoint is None:
            await send({"type": "http.response.start", "status": 404})
            return await send({"type": "http.response.body"})
        answer = await self.answer(endpoint, (await receive())["body"])
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(answer))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    async def answer(self, endpoint: Endpoint, body: bytes) -> bytes:
        return await endpoint.answer(self.pool, body)

    async def live(self, receive: Receive, send: Send) -> None:
        """From the start of the process to its end, as ASGI's lifespan protocol has it."""
        await receive()
        quicken()
        path = self.url.partition("://")[2]
        self.pool: Pool = SqlitePool(path) if self.dialect == "sqlite" else await PostgresPool.open(self.url)
        gc.collect()
        gc.freeze()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.pool.close()
        await send({"type": "lifespan.shutdown.complete"})


class Static(Application):
    """The ceiling of HTTP: what was answered once is answered from memory."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.known: dict[bytes, bytes] = {}

    async def answer(self, endpoint: Endpoint, body: bytes) -> bytes:
        known = self.known.get(body)
        if known is None:
            known = self.known[body] = await super().answer(endpoint, body)
        return known


def from_environment() -> Application:
    """The application on DATABASE_URL."""
    return Application(os.environ["DATABASE_URL"])


def static_from_environment() -> Static:
    """The same, answering from memory."""
    return Static(os.environ["DATABASE_URL"])
