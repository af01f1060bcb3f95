"""The database as everybody else knows it: one object that reads and writes, on SQLite or PostgreSQL."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tortoise import context as tortoise_context
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.context import TortoiseContext
from tortoise.models import Model

from models.backends import DatabaseUnavailable, Mistaken, OutcomeUnknown, Readers, StatementTimeout, to_bytes
from models.backends import sqlite as sqlite_backend
from models.base import with_shadows
from models.migrations import apply
from models.stored import deletion, fields, stored, stored_columns, target, update

__all__ = [
    "Database",
    "DatabaseUnavailable",
    "Mistaken",
    "OutcomeUnknown",
    "StatementTimeout",
    "Transaction",
    "migrate",
]

CONNECTION = "default"

Dialect = Literal["sqlite", "postgres"]


async def migrate(url: str) -> list[str]:
    """Bring a database's tables up to date; the names of the migrations that this took.

    Any number of processes may do so at once: one works, the others wait and find nothing left to do.
    """
    return await apply(url, dialect_of(url))


def dialect_of(url: str) -> Dialect:
    """Which kind of database a URL names."""
    match url.partition("://")[0]:
        case "sqlite":
            return "sqlite"
        case "postgres" | "postgresql":
            return "postgres"
    raise ValueError("A database URL starts with sqlite:// or postgres://.")


@dataclass(frozen=True, slots=True)
class Transaction:
    """An open transaction: models write through it by themselves; what was written is read back here."""

    client: Any
    """Tortoise's client, for `using_db`."""

    @property
    def committed(self) -> bool:
        """Whether what was written is stored, even if whoever wrote it was cancelled meanwhile."""
        return bool(self.client.committed)

    async def read(self, sql: str, args: Sequence[object] = ()) -> bytes | None:
        """Run one statement, which sees what this transaction wrote; otherwise like `Database.read`."""
        rows = await self.client.run(sql, args)
        return to_bytes(rows[0][0]) if rows else None

    async def execute(self, sql: str, args: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run one statement and give its rows."""
        return await self.client.run(sql, args)  # type: ignore[no-any-return]

    async def check(self) -> None:
        """See to it that what is wrong with all that was written so far shows now."""
        await self.execute("SELECT 1")

    def end(self) -> None:
        """Say that the next statement is the last one: nothing is asked, written or refused after it."""
        self.client.end()

    def want(self, counts: Mapping[type[Model], int]) -> None:
        """Say how many rows will be made: their ids come along with the next rows that are read."""
        self.client.want({model._meta.db_table: count for model, count in counts.items()})

    def hurry(self) -> None:
        """Say, before all else, that this transaction must not wait for others for long: it fails instead."""
        self.client.hurry()

    def suppose(self, sql: str, ids: Sequence[int], args: Sequence[object]) -> bool:
        """Have all fail with `Mistaken` unless a query, given ids and args, finds a row for each id.

        False where it is as well to ask at once.
        """
        return self.client.suppose(sql, ids, args)  # type: ignore[no-any-return]

    async def ids(self, model: type[Model], count: int) -> list[int]:
        """Ids for new rows, which nobody else gets."""
        return await self.client.ids(model._meta.db_table, count) if count else []

    # What follows is sent along with the next statement that gives rows, or with the commit: what is wrong shows then.

    def insert(self, records: Sequence[Model], *, numbered: bool = True) -> None:
        """Write new rows of one table, their keys known; or not, and then nobody need know them."""
        model = type(records[0])
        names = fields(model) if numbered else fields(model)[1:]
        self.client.insert(target(model, names), stored_columns(records, names))

    def append(self, model: type[Model], names: tuple[str, ...], rows: Sequence[Sequence[object]]) -> None:
        """Write new rows, given as their columns' values, whose keys nobody need know."""
        self.client.insert(target(model, names), list(zip(*rows, strict=True)))

    def update(self, record: Model, fields: Iterable[str]) -> None:
        """Write some fields of a row, and the folded columns that shadow any of them."""
        names = with_shadows(type(record), fields)
        self.client.later(update(type(record), tuple(names), self.client.mark), [stored(record, (*names, "id"))])

    def delete(self, record: Model) -> None:
        """Delete a row."""
        self.client.later(deletion(type(record), self.client.mark), [[record.pk]])


class Database:
    """Reads and writes, apart from each other, so that neither waits for the other.

    Models know one database at a time: the one opened last, or the one a transaction was last begun on.
    Arguments stand in the text as `?1, ?2 …` on SQLite and `$1, $2 …` on PostgreSQL.
    """

    def __init__(
        self,
        dialect: Dialect,
        context: TortoiseContext,
        config: dict[str, Any],
        readers: Readers,
        writers: int,
        seconds: float,
    ) -> None:
        self.dialect: Dialect = dialect
        self.statements = 0
        """How many statements were read."""
        self.writers = writers
        """How many transactions may be open at once."""
        self.seconds = seconds
        """How long a request may take to write; then it is taken back."""
        self._context = context
        self._config = config
        self._readers = readers
        self._loop = asyncio.get_running_loop()
        self._closed = False

    @classmethod
    async def open(cls, url: str, *, readers: int = 3, pool: int = 16, statement_timeout: float = 5.0) -> Database:
        """Connect. `readers` threads read on SQLite, up to `pool` connections on PostgreSQL.

        A read that takes longer than `statement_timeout` seconds is stopped, and so is a verb. Raises
        DatabaseUnavailable.
        """
        dialect = dialect_of(url)
        credentials: dict[str, Any]
        if dialect == "sqlite":
            engine = "models.backends.sqlite_writer"
            credentials = {"path": sqlite_backend.read_path(url)}
        else:
            engine = "models.backends.postgres"
            credentials = {"url": url, "size": pool}
        config = {
            "connections": {CONNECTION: {"engine": engine, "credentials": credentials}},
            "apps": {"models": {"models": ["models"], "default_connection": CONNECTION}},
        }
        context = TortoiseContext()
        await bind(context, config)
        writer: Any = context.connections.get(CONNECTION)
        writer.handler = context.connections
        try:
            await writer.create_connection(with_db=True)
            reading: Readers
            if dialect == "sqlite":
                reading = sqlite_backend.SqliteReaders(credentials["path"], readers, statement_timeout)
            else:
                from models.backends.postgres import PostgresReaders

                reading = await PostgresReaders.open(url, pool, statement_timeout)
        except BaseException as error:
            await context.close_connections()
            if isinstance(error, sqlite3.Error):
                raise sqlite_backend.explain(error) from error
            if dialect == "postgres":
                from asyncpg import PostgresError

                if isinstance(error, (PostgresError, ValueError)):  # what the server or the driver has against the URL
                    raise DatabaseUnavailable(str(error)) from error
            raise
        database = cls(dialect, context, config, reading, 1 if dialect == "sqlite" else pool, statement_timeout)
        OPEN.append(database)
        return database

    async def close(self) -> None:
        """Let every connection go."""
        if self._closed:
            return
        self._closed = True
        OPEN.remove(self)
        await self._readers.close()
        await self._context.close_connections()
        # Only to one of this loop: in another, Tortoise would drop that one's connections for new ones.
        others = [database for database in OPEN if database._loop is self._loop]
        if others and tortoise_context._global_context is None:
            await bind(others[-1]._context, others[-1]._config)

    async def read(self, sql: str, args: Sequence[object] = ()) -> bytes | None:
        """Run one statement; the first column of its first row as UTF-8, None for NULL or no row.

        Raises StatementTimeout and DatabaseUnavailable.
        """
        self.statements += 1
        return await self._readers.read(sql, args)

    def read_here(self, sql: str, args: Sequence[object] = ()) -> tuple[bytes | None] | None:
        """The same without waiting for anything; None where that cannot be done, and nothing has been."""
        found = self._readers.read_here(sql, args)
        if found is not None:
            self.statements += 1
        return found

    def read_soon(self, sql: str, args: Sequence[object] = (), *, small: bool = False) -> asyncio.Future[bytes | None]:
        """The same as `read`, begun and not waited for; `small` is what finds one record by its id."""
        self.statements += 1
        return self._readers.read_soon(sql, args, small=small)

    def kept(self, args: Sequence[object], *, small: bool) -> Sequence[object]:
        """The arguments of what is run again and again, in the form from which `read_soon` begins soonest."""
        return self._readers.kept(args, small=small)

    async def execute(self, sql: str, args: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run one statement on the writer, in the open transaction if there is one, and give its rows."""
        return await self._client().run(sql, args)  # type: ignore[no-any-return]

    async def explain(self, sql: str, args: Sequence[object] = (), *, analyze: bool = False) -> list[str]:
        """How the database would go about a query: a line for each step, indented below what it is for.

        With `analyze` PostgreSQL runs it, unable to write, and tells what each step took; SQLite knows its plan only.
        """
        if self.dialect == "sqlite":
            depths = {0: -1}
            lines: list[str] = []
            for id_, parent, _, step in await self.execute(f"EXPLAIN QUERY PLAN {sql}", args):
                depths[id_] = depths[parent] + 1
                lines.append("  " * depths[id_] + step)
            return lines
        async with self.transaction() as transaction:
            await transaction.execute("SET TRANSACTION READ ONLY")
            options = "ANALYZE, BUFFERS" if analyze else "COSTS"
            return [line for (line,) in await transaction.execute(f"EXPLAIN ({options}) {sql}", args)]

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """`async with database.transaction():` all that is written inside is stored, or none of it.

        Within another one it is a savepoint. Cancelled anywhere, it leaves lock and connection free.
        """
        client = self._client()
        if tortoise_context._global_context is not self._context:
            await bind(self._context, self._config)
        async with client._in_transaction() as client:
            yield Transaction(client)

    def _client(self) -> Any:
        """Tortoise's client: the open transaction's, or the one that commits each statement by itself."""
        if self._closed:
            raise DatabaseUnavailable("The database is closed.")
        return self._context.connections.get(CONNECTION)


OPEN: list[Database] = []


async def bind(context: TortoiseContext, config: dict[str, Any]) -> None:
    """Make the models write through this context; they know one at a time, and the SQL of one dialect."""
    # Set before the models are initialised, which look it up, and whether or not there is one already.
    tortoise_context._global_context = context
    EXECUTOR_CACHE.clear()
    await context.init(config=config)
