"""Fills a migrated database with the demo company, all or nothing, and tells whose data one holds."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, Literal, Protocol

from models.backends.sqlite import read_path
from server.demo.dates import TIME_ZONE, Spelling, objects, texts
from server.demo.money import BASE
from server.demo.story import Batch, Removals, Row, Scale, Story
from server.demo.tables import EVERY_TABLE, TABLES
from server.demo.users import settle_users

ScaleName = Literal["tiny", "small", "large", "huge"]
State = Literal["empty", "demo", "unfinished", "foreign"]
Progress = Callable[[str, int, int], None]
"""Is told the table that is being filled, how many steps of the whole are done, and of how many."""

SCALES: dict[ScaleName, Scale] = {
    "tiny": Scale(200, 10, 40, 2_000, 6_000, 600, campaigns=24, members=20),
    "small": Scale(2_000, 30, 120, 20_000, 60_000, 6_000, campaigns=60, members=80),
    "large": Scale(20_000, 200, 500, 200_000, 600_000, 60_000, campaigns=120, members=400),
    "huge": Scale(200_000, 500, 2_000, 2_000_000, 6_000_000, 200_000, campaigns=120, members=4_000),
}

_ROWS_AT_ONCE = 5_000


class NotEmpty(Exception):
    """The database holds rows that the demo did not write; they are not touched."""

    def __init__(self) -> None:
        super().__init__(
            "The database holds data of its own, so the demo data is not written into it. Give the demo"
            " an empty database."
        )


async def demo_state(url: str) -> State:
    """Whose data a database holds. It is only read, and may be of an older release or without tables.

    `empty`: nobody's. `demo`: the demo's. `unfinished`: it is marked as the demo's, but the rows are not there,
    so it is to be filled again. `foreign`: somebody's own. A fill that is killed leaves nothing: `empty`.
    Raises `DatabaseUnavailable`.
    """
    async with _open(url) as store:
        return await _state(store)


async def is_demo(url: str) -> bool:
    """Whether a database holds the demo data, which may be written anew."""
    return await demo_state(url) == "demo"


async def fill(url: str, scale: ScaleName | Scale, progress: Progress | None = None) -> dict[str, int]:
    """Write the demo data into a migrated database and return how many rows each table got.

    Rows of an earlier demo are replaced; other rows raise `NotEmpty`. Everything happens in one transaction:
    whatever interrupts it, the database is left as it was. The demo's users come after, in another.
    """
    counts = dict.fromkeys(TABLES, 0)
    size = scale if isinstance(scale, Scale) else SCALES[scale]
    total = _steps(size)
    done = 0
    async with _open(url) as store:
        async with store.transaction():
            match await _state(store):
                case "foreign":
                    raise NotEmpty
                case "demo" | "unfinished":
                    await store.clear()
            await store.prepare()
            for batch in tell(Story(size, store.spelling)):
                await store.write(batch.table, batch.rows)
                counts[batch.table] += len(batch.rows)
                done += batch.steps
                if progress is not None:
                    progress(batch.table, done, total)
            await store.finish(counts)
    await settle_users(url)
    return counts


def tell(story: Story) -> Iterator[Batch]:
    """All rows of the demo, table by table, in an order in which no row refers to one that is yet to come."""
    # Imported here: a server that starts asks for the demo's tokens and need not read all of its words.
    from server.demo import goods, marketing, people, performance, sales, service

    yield Batch("organisation", [(1, "Rapport Demo", BASE, TIME_ZONE, "HALF_UP", True)])
    for chapter in (
        people.teams,
        people.reps,
        goods.categories,
        goods.products,
        people.customers,
        people.contacts,
        marketing.campaigns,
        marketing.members,
        sales.orders,
        performance.targets,
        performance.plans,
        performance.assignments,
        service.tickets,
    ):
        yield from chapter(story)


def _steps(size: Scale) -> int:
    """How many rows the tables have together whose size is known beforehand."""
    return (
        len(Removals(size.customers, 200).ids)
        + len(Removals(size.orders, 400).ids)
        + size.lines
        + len(Removals(size.tickets, 300).ids)
    )


class _Store(Protocol):
    """A database that can be filled."""

    spelling: Spelling

    def transaction(self) -> contextlib.AbstractAsyncContextManager[None]: ...
    async def columns(self) -> set[tuple[str, str]]: ...
    async def first(self, query: str) -> tuple[Any, ...] | None: ...
    async def clear(self) -> None: ...
    async def prepare(self) -> None: ...
    async def write(self, table: str, rows: list[Row]) -> None: ...
    async def finish(self, counts: dict[str, int]) -> None: ...


async def _state(store: _Store) -> State:
    columns = await store.columns()
    there = {table for table, _ in columns}
    if ("organisation", "demo") in columns and "customer" in there:
        organisation = await store.first("SELECT demo FROM organisation")
        if organisation is not None and organisation[0]:
            return "demo" if await store.first("SELECT 1 FROM customer LIMIT 1") else "unfinished"
    for table in EVERY_TABLE:
        if table in there and await store.first(f"SELECT 1 FROM {table} LIMIT 1"):
            return "foreign"
    return "empty"


@contextlib.asynccontextmanager
async def _open(url: str) -> AsyncIterator[_Store]:
    scheme = url.partition("://")[0]
    if scheme == "sqlite":
        file = _Sqlite(read_path(url))
        try:
            yield file
        finally:
            file.close()
    elif scheme in ("postgres", "postgresql"):
        import asyncpg

        from models.backends.postgres_connections import CONNECT_SECONDS, unavailable

        with unavailable():
            connection = await asyncpg.connect(url, timeout=CONNECT_SECONDS)
        try:
            yield _Postgres(connection)
        finally:
            await connection.close()
    else:
        raise ValueError(f"The demo cannot be written to a database of the kind {scheme!r}.")


class _Sqlite:
    """A file, filled by the standard library's driver.

    It runs on the event loop's own thread, a few thousand rows at a time: nothing else is to do meanwhile,
    and between two batches the fill can be cancelled.
    """

    def __init__(self, path: str) -> None:
        self.spelling = texts()
        self.connection = sqlite3.connect(path, isolation_level=None, timeout=10)
        self.postponed: list[str] = []
        """What puts back the indexes that were taken away."""

    def close(self) -> None:
        self.connection.close()

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        run = self.connection.execute
        (mode,) = run("PRAGMA journal_mode").fetchone()
        # A rollback journal holds only what was there before, here next to nothing; a WAL would hold all the
        # new pages, to be copied once more. Who else has the file open keeps it in WAL: it is only slower.
        with contextlib.suppress(sqlite3.OperationalError):
            run("PRAGMA journal_mode=DELETE")
        run("PRAGMA synchronous=NORMAL")
        run("PRAGMA cache_size=-262144")
        run("PRAGMA temp_store=MEMORY")
        # A test holds every row against all the rules; to look each up and check it here takes half the time.
        run("PRAGMA foreign_keys=OFF")
        run("PRAGMA ignore_check_constraints=ON")
        run("BEGIN IMMEDIATE")
        try:
            yield
            run("COMMIT")
        finally:
            if self.connection.in_transaction:
                run("ROLLBACK")
            with contextlib.suppress(sqlite3.OperationalError):
                run(f"PRAGMA journal_mode={mode}")

    async def columns(self) -> set[tuple[str, str]]:
        """Every table and column there is."""
        return set(
            self.connection.execute(
                "SELECT place.name, its.name FROM sqlite_master place, pragma_table_info(place.name) its"
                " WHERE place.type = 'table'"
            )
        )

    async def first(self, query: str) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self.connection.execute(query).fetchone()
        return row

    async def clear(self) -> None:
        for table in EVERY_TABLE:
            self.connection.execute(f"DELETE FROM {table}")
        self.connection.execute("DELETE FROM sqlite_sequence")

    async def prepare(self) -> None:
        """Take the indexes away until the rows are in: built at one go they are smaller, and done sooner."""
        indexes = self.connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql NOT LIKE 'CREATE UNIQUE%'"
            f" AND tbl_name IN ({', '.join('?' * len(TABLES))}) ORDER BY rowid",
            list(TABLES),
        ).fetchall()
        for name, _ in indexes:
            self.connection.execute(f'DROP INDEX "{name}"')
        self.postponed = [sql for _, sql in indexes]

    async def write(self, table: str, rows: list[Row]) -> None:
        columns = TABLES[table]
        statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            self.connection.executemany(statement, rows[start : start + _ROWS_AT_ONCE])
            await asyncio.sleep(0)

    async def finish(self, counts: dict[str, int]) -> None:
        for statement in [*self.postponed, "ANALYZE"]:
            self.connection.execute(statement)
            await asyncio.sleep(0)


class _Postgres:
    """A server, filled by COPY."""

    def __init__(self, connection: Any) -> None:
        self.spelling = objects()
        self.postponed: list[str] = []
        """What puts back the foreign keys and indexes that were taken away."""
        self.connection = connection

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        async with self.connection.transaction():
            # Two fills at once: the second waits here, and then finds the rows of the first.
            await self.connection.execute("LOCK TABLE organisation IN EXCLUSIVE MODE")
            yield

    async def columns(self) -> set[tuple[str, str]]:
        """Every table and column there is."""
        rows = await self.connection.fetch(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = ANY (current_schemas(false))"
        )
        return {(table, column) for table, column in rows}

    async def first(self, query: str) -> tuple[Any, ...] | None:
        row = await self.connection.fetchrow(query)
        return None if row is None else tuple(row)

    async def clear(self) -> None:
        await self.connection.execute(f"TRUNCATE {', '.join(EVERY_TABLE)}")

    async def prepare(self) -> None:
        """Take foreign keys and indexes away until the rows are in: `large` is filled in half the time."""
        run = self.connection
        keys = await run.fetch(
            "SELECT conrelid::regclass AS place, quote_ident(conname) AS name,"
            " pg_get_constraintdef(oid) AS text FROM pg_constraint"
            " WHERE contype = 'f' AND conrelid = ANY($1::text[]::regclass[]) ORDER BY oid",
            list(TABLES),
        )
        indexes = await run.fetch(
            "SELECT indexrelid::regclass AS name, pg_get_indexdef(indexrelid) AS text"
            " FROM pg_index WHERE NOT indisunique AND indrelid = ANY($1::text[]::regclass[])"
            " AND indexprs IS NULL AND indpred IS NULL"  # those would come back spelled otherwise
            " ORDER BY indexrelid",
            list(TABLES),
        )
        for key in keys:
            await run.execute(f"ALTER TABLE {key['place']} DROP CONSTRAINT {key['name']}")
        for index in indexes:
            await run.execute(f"DROP INDEX {index['name']}")
        self.postponed = [index["text"] for index in indexes]
        self.postponed += [f"ALTER TABLE {key['place']} ADD CONSTRAINT {key['name']} {key['text']}" for key in keys]

    async def write(self, table: str, rows: list[Row]) -> None:
        if rows:
            await self.connection.copy_records_to_table(table, records=rows, columns=TABLES[table])

    async def finish(self, counts: dict[str, int]) -> None:
        for statement in [*self.postponed, f"ANALYZE {', '.join(TABLES)}"]:
            await self.connection.execute(statement)
        for table, count in counts.items():
            if table != "organisation":
                # COPY brings its own ids: the next row is to get the one after the last.
                await self.connection.execute("SELECT setval(pg_get_serial_sequence($1, 'id'), $2)", table, count)
