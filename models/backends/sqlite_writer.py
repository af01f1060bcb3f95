"""SQLite's one writer: transactions that take the file's lock up front, and store together what was written in turn."""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
import logging
import random
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, TypeVar

import aiosqlite
import msgspec
from tortoise.backends.base.client import ConnectionWrapper, TransactionContext
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionWrapper
from tortoise.connection import ConnectionHandler, ConnectionToken
from tortoise.exceptions import BaseORMException, IntegrityError

from models.backends import DatabaseUnavailable, settle
from models.backends.period import Periods
from models.backends.queue import Pending, Queue
from models.backends.sqlite import BUSY_SECONDS, WRITER_PRAGMAS, Quick, explain, spell_instant
from models.stored import Target, insertion

T = TypeVar("T")

log = logging.getLogger("rapport.sqlite")

# Tortoise registers a spelling of its own when its SQLite modules, imported above, are: the last one counts.
sqlite3.register_adapter(dt.datetime, spell_instant)

CROWD = 16
"""Transactions that are stored by one commit, at most."""
MANY = 20
"""From how many rows on new ones are written from a list, which takes a third less than a statement for each."""
FEW = 50
"""Rows that are written in the loop's own thread at once: 2 ms at most. More are written in the writer's."""
CHECKPOINT = 300
"""Rows that are written from one checkpoint to the next: about 4 MB of the write-ahead log."""

MEMBER = "member"
"""The savepoint of a transaction that goes on in another's."""
LOST = "SQLite took the transaction back."
"""As it does where the disk is full in the middle of a write, or memory runs out."""


class SqliteWriter(SqliteClient):
    """Tortoise's client, with transactions that survive being cancelled, lock the file at once, and share commits.

    A commit takes as long as all else of a ticket together. So it waits for the loop's next turn: whoever writes until
    then goes on in the open transaction, behind a savepoint, and what all of them wrote is stored at once. Nobody is
    answered before, and who writes alone waits for nobody.

    What a transaction writes is a few rows, nearly always, and done in the loop's own thread: where two threads take
    turns at SQLite and at Python, each waits for the other most of the time. The log is brought over into the file
    (which is where the disk is waited for) in the writer's thread.
    """

    def __init__(self, path: str, **kwargs: Any) -> None:
        super().__init__(path, **kwargs)
        self.pragmas = WRITER_PRAGMAS
        self.handler: ConnectionHandler
        """Where models look up the connection to write through; set by whoever makes this client."""
        self.quick: Quick
        self.locked = False
        """Whether a transaction is open, and with it the file locked."""
        self.done: list[asyncio.Future[None]] = []
        """Transactions that are done, and wait for the commit."""
        self.last_ids: dict[str, int] = {}
        """By table, the last id given out while the file is locked."""
        self._fresh = True
        """Whether the log begins anew with the next commit, which then waits for the disk."""
        self.waiting = 0
        """Transactions that wait for another to be done: they go on in it."""
        self._soon = False
        """Whether a commit is to come with the loop's next turn."""
        self._checkpointed = 0
        """Rows that were written before the last checkpoint."""
        self._patient = True
        """Whether SQLite itself waits for other processes that write."""
        self._tasks: set[asyncio.Task[None]] = set()

    async def create_connection(self, with_db: bool) -> None:
        if self._connection is not None:
            return
        opening = aiosqlite.connect(self.filename, isolation_level=None, check_same_thread=False)
        opening._thread.daemon = True  # a process that fails before it closes the database must still end
        connection = await opening
        connection.row_factory = sqlite3.Row
        for pragma, value in self.pragmas.items():
            await connection.execute_fetchall(f"PRAGMA {pragma}={value}")
        await connection.create_function("crm_period", 3, Periods(), deterministic=True)
        self._connection = connection
        self.quick = Quick(connection._conn)
        await self._post_connect()

    async def close(self) -> None:
        if self._connection is not None:
            await settle(self._alone())
            if self._tasks:
                await settle(asyncio.wait(self._tasks))
        await super().close()

    async def run(self, sql: str, args: Sequence[object]) -> list[tuple[Any, ...]]:
        """Run one statement and give its rows."""
        try:
            async with self.acquire_connection() as connection:
                return await submit(connection, lambda: every_row(connection._conn, sql, args))
        except sqlite3.Error as error:
            raise explain(error) from error

    def acquire_connection(self) -> ConnectionWrapper[Any]:
        return Alone(self._lock, self)

    def _in_transaction(self) -> TransactionContext:
        return SqliteTransaction(self)

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        async with self._in_transaction() as transaction:
            await transaction.execute_many(query, values)

    def lock(self) -> None:
        """Begin a transaction that holds the lock for writing, or fail at once."""
        assert self._connection is not None
        connection = self._connection._conn
        if connection.in_transaction:
            connection.rollback()
        self.wait(False)
        # A deferred one that reads first and writes later fails at once if another process wrote meanwhile.
        connection.execute("BEGIN IMMEDIATE")
        self.locked, self.last_ids = True, {}

    def wait(self, patient: bool) -> None:
        """Have SQLite wait for other processes, in the writer's thread, or not, in the loop's."""
        if self._patient != patient:
            assert self._connection is not None
            self._connection._conn.execute(f"PRAGMA busy_timeout={WRITER_PRAGMAS['busy_timeout'] if patient else 0}")
            self._patient = patient

    # --- storing --------------------------------------------------------------------------------------------

    def commit_soon(self) -> None:
        """Store what is written with the loop's next turn, unless somebody writes or will: they see to it then."""
        if not self._soon:
            self._soon = True
            asyncio.get_running_loop().call_soon(self._commit_now)

    def _commit_now(self) -> None:
        self._soon = False
        if not self.done or self.waiting or self._lock.locked():
            return
        if self._fresh:
            self._later(self._alone())
        else:
            self._stored(self._try_to_commit())

    async def commit(self) -> None:
        """Store what is written, and tell those who wait for it, or why it could not be. By who has the lock."""
        if not self._fresh:
            self._stored(self._try_to_commit())
            return
        assert self._connection is not None
        attempt = submit(self._connection, self._try_to_commit)
        try:
            await settle(attempt)
        finally:
            self._stored(attempt.result())

    def _try_to_commit(self) -> Exception | None:
        """Commit; why it could not be done, as callers know it."""
        assert self._connection is not None
        connection = self._connection._conn
        if not connection.in_transaction:  # a statement failed badly, and somebody swallowed the error
            return DatabaseUnavailable(LOST)
        try:
            connection.commit()
        except sqlite3.Error as error:
            if connection.in_transaction:
                connection.rollback()
            return explain(error)
        return None

    def _stored(self, failure: Exception | None) -> None:
        """What comes after a commit that was tried."""
        assert self._connection is not None
        self._fresh = self.locked = False
        self.tell(failure)
        written = self._connection.total_changes
        if written - self._checkpointed >= CHECKPOINT:
            self._checkpointed = written
            self._later(self._checkpoint())

    def tell(self, failure: BaseException | None = None) -> None:
        """Tell the transactions that wait for it that they are stored, or why not."""
        done, self.done = self.done, []
        for each in done:
            if failure is None:
                each.set_result(None)
            else:
                each.set_exception(failure)

    def lost(self) -> None:
        """There is no open transaction any more: nothing of those that are done is stored."""
        self.locked = False
        self.tell(DatabaseUnavailable(LOST))

    async def _alone(self) -> None:
        """Store what is written once nobody writes."""
        async with self._lock:
            if self.done:
                await self.commit()

    async def _checkpoint(self) -> None:
        """Bring the log over into the file, in the writer's thread: readers go on, and so does the loop."""
        async with self._lock:
            if self._connection is None:
                return
            if self.done:
                await self.commit()
            self._fresh = True
            try:
                await settle(submit(self._connection, functools.partial(checkpoint, self._connection._conn)))
            except sqlite3.Error as error:  # nothing is lost, and the next one tries again
                log.warning("the write-ahead log could not be brought over: %s", error)

    def _later(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class Alone(ConnectionWrapper[Any]):
    """The connection for a statement that is stored by itself."""

    async def __aenter__(self) -> Any:
        connection = await super().__aenter__()
        try:
            writer: SqliteWriter = self.client  # type: ignore[assignment]
            if writer.done:
                await writer.commit()
            writer.wait(True)
        except BaseException:
            self._lock.release()
            raise
        return connection

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if isinstance(error, asyncio.CancelledError) and self.connection is not None:
                # The statement runs on in the thread, and who comes next may use the connection in the loop's.
                await settle(submit(self.connection, lambda: None))
        finally:
            self._lock.release()


class SqliteWrites(Queue, SqliteTransactionWrapper):
    """The writer's connection while it is in a transaction."""

    def __init__(self, writer: SqliteWriter) -> None:
        SqliteTransactionWrapper.__init__(self, writer)
        Queue.__init__(self)
        self.writer = writer
        self.marked = False
        """Whether it goes on in another's transaction, behind a savepoint."""
        self.spread = 0
        """Rows that pending statements write from lists, but for one each."""

    @staticmethod
    def mark(number: int) -> str:
        return "?"

    def insert(self, into: Target, columns: Sequence[Sequence[object]]) -> None:
        count = len(columns[0])
        if count >= MANY and (statement := from_list(into, columns)) is not None:
            self.later(*statement)
            self.spread += count - 1
        else:
            self.later(insertion(into, self.mark), list(zip(*columns, strict=True)))

    async def run(self, sql: str, args: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        self.check()
        async with self._lock:
            try:
                if self.writes_few():
                    await self.flush()
                    if (rows := self.writer.quick.rows(sql, args)) is not None:
                        return [tuple(row) for row in rows]
                return await self._in_thread(lambda connection: every_row(connection, sql, args))
            except sqlite3.IntegrityError as error:
                raise IntegrityError(error) from error
            except sqlite3.Error as error:
                raise explain(error) from error

    async def flush(self) -> None:
        """Begin, unless it has, and write what is pending."""
        await self.begin()
        if not self.pending:
            return
        if self.writes_few():
            self._write(self._connection._conn)
        else:
            await self._in_thread(lambda _: None)

    def writes_few(self) -> bool:
        """Whether what is pending may be written in the loop's own thread.

        It cannot wait for anybody there: the file is locked, and the thread is idle, as all that it was given by this
        transaction or those before was waited for.
        """
        return sum([len(rows) for _, rows in self.pending]) + self.spread <= FEW

    async def begin(self) -> None:
        """Lock the file, or go on in the transaction that is open.

        The lock is asked for anew all the time: SQLite itself asks ever more rarely, and then a process that writes
        without a break is seldom found pausing; and a wait in its thread cannot be cancelled.
        """
        if self.begun:
            return
        writer, connection = self.writer, self._connection._conn
        clock = asyncio.get_running_loop().time
        deadline = clock() + BUSY_SECONDS
        if writer.locked and not connection.in_transaction:  # or the savepoint would begin one of its own
            writer.lost()
        while not writer.locked:
            try:
                writer.lock()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or clock() > deadline:
                    raise
                await asyncio.sleep(random.uniform(0.001, 0.01))
        self.begun = True
        if writer.done:
            connection.execute(f"SAVEPOINT {MEMBER}")
            self.marked = True

    async def reserve(self, counts: Mapping[str, int]) -> None:
        # Nobody else writes meanwhile: the file is locked.
        await self.begin()
        last = self.writer.last_ids
        if unknown := [table for table in counts if table not in last]:
            marks = ", ".join(f"?{number}" for number in range(1, len(unknown) + 1))
            known = dict(await self.run(f"SELECT name, seq FROM sqlite_sequence WHERE name IN ({marks})", unknown))
            last.update((table, known.get(table, 0)) for table in unknown)
        for table, count in counts.items():
            self.reserved.setdefault(table, []).extend(range(last[table] + 1, last[table] + count + 1))
            last[table] += count

    async def _in_thread(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Write what is pending and do something, in the writer's thread."""
        await self.begin()
        connection = self._connection

        def whole() -> T:
            self._write(connection._conn)
            return work(connection._conn)

        return await submit(connection, whole)

    def _write(self, connection: sqlite3.Connection) -> None:
        pending, self.pending, self.spread = self.pending, [], 0
        for sql, rows in pending:
            if not connection.in_transaction:  # or each would be stored by itself
                raise DatabaseUnavailable(LOST)
            connection.executemany(sql, rows)

    async def undo(self, error: BaseException) -> None:
        """Take back all that was written, and nothing of what others wrote before."""
        connection, writer = self._connection, self.writer
        if not self.begun:
            return
        try:
            if isinstance(error, asyncio.CancelledError):  # its statement may still run in the writer's thread
                if not self.marked:
                    connection._conn.interrupt()
                await settle(submit(connection, functools.partial(take_back, connection._conn, marked=self.marked)))
            else:
                take_back(connection._conn, marked=self.marked)
        finally:
            if not connection._conn.in_transaction:
                writer.lost()

    async def finish(self) -> None:
        """Write the rest."""
        if self.pending:
            await self.flush()
        if self.marked:
            self._connection._conn.execute(f"RELEASE {MEMBER}")


class SqliteTransaction(TransactionContext):
    """`async with` a transaction: however it is left, even before it began, the lock is free again."""

    def __init__(self, writer: SqliteWriter) -> None:
        self._writer = writer
        self._token: ConnectionToken | None = None

    async def __aenter__(self) -> SqliteWrites:
        writer = self._writer
        writer.waiting += 1
        try:
            await writer._lock.acquire()
        except BaseException:
            writer.commit_soon()  # which others may have left to this one
            raise
        finally:
            writer.waiting -= 1
        if writer._connection is None:
            writer._lock.release()
            raise DatabaseUnavailable("The database is closed.")
        self._writes = SqliteWrites(writer)
        self._token = writer.handler.set(writer.connection_name, self._writes)
        return self._writes

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        writes, writer = self._writes, self._writer
        writes._finalized = True
        stored: asyncio.Future[None] | None = None
        wrong: BaseException | None = None
        try:
            wrong = await self._finish(error)
            # What others wrote in the same transaction may be why this one fails: it is stored before that is told.
            if writes.begun and (wrong is None or (writes.marked and not isinstance(wrong, asyncio.CancelledError))):
                stored = asyncio.get_running_loop().create_future()
                writer.done.append(stored)
        finally:
            try:
                if len(writer.done) >= CROWD:
                    await writer.commit()
                elif writer.done:
                    writer.commit_soon()
            finally:
                writer._lock.release()
                writer.handler.reset(self._token)
                if stored is not None:
                    try:
                        await settle(stored)  # what is stored must not be denied, even to who was cancelled meanwhile
                    finally:
                        writes.committed = wrong is None and stored.exception() is None
        if wrong is not None and wrong is not error:
            raise wrong

    async def _finish(self, error: BaseException | None) -> BaseException | None:
        """Write the rest, or take all back; what is wrong, as callers know it."""
        if error is None:
            try:
                await self._writes.finish()
            except BaseException as failure:
                error = failure
            else:
                return None
        await self._writes.undo(error)
        inner = cause(error)
        match inner:
            case sqlite3.IntegrityError() if inner is error:
                told: BaseException = IntegrityError(error)
            case sqlite3.Error() if explain(inner) is not inner:
                told = explain(inner)
            case _:
                return error
        told.__cause__ = error
        return told


def from_list(into: Target, columns: Sequence[Sequence[Any]]) -> Pending | None:
    """Many new rows written by one statement, from a list of what differs in them; None where nothing does.

    `INSERT INTO team (id, version, name) SELECT value ->> 0, ?2, value ->> 1 FROM json_each(?1)`
    """
    differing: list[Sequence[Any]] = []
    words: list[str] = []
    values: list[Any] = [None]
    for type_, column in zip(into.types, columns, strict=True):
        if column.count(column[0]) == len(column):
            values.append(column[0])
            words.append(f"?{len(values)}")
        else:
            words.append(f"value ->> {len(differing)}")
            spell = SPELLINGS.get(type_)
            differing.append(column if spell is None else [value and spell(value) for value in column])
    if not differing:
        return None
    values[0] = msgspec.json.encode(list(zip(*differing, strict=True))).decode()
    return f"{into.head} SELECT {', '.join(words)} FROM json_each(?1)", [values]


SPELLINGS: Mapping[str, Callable[[Any], str]] = {"timestamptz": spell_instant, "date": dt.date.isoformat}
"""By type, how SQLite holds what JSON spells in another way."""


def every_row(connection: sqlite3.Connection, sql: str, args: Sequence[object]) -> list[tuple[Any, ...]]:
    """Run one statement and give its rows."""
    return [tuple(row) for row in connection.execute(sql, args).fetchall()]


def submit(connection: aiosqlite.Connection, work: Callable[[], T]) -> asyncio.Future[T]:
    """Have something done in a connection's thread, after all that was asked for before."""
    future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
    connection._tx.put_nowait((future, work))
    return future


def take_back(connection: sqlite3.Connection, *, marked: bool) -> None:
    """Roll a transaction back, or what came after the mark in it; all of it, if that cannot be done."""
    if not marked:
        connection.rollback()
    elif connection.in_transaction:
        try:
            connection.execute(f"ROLLBACK TO {MEMBER}")
            connection.execute(f"RELEASE {MEMBER}")
        except sqlite3.Error:
            connection.rollback()
            raise


def checkpoint(connection: sqlite3.Connection) -> None:
    """Bring over into the file what no reader has still to find in the log."""
    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()


def cause(error: BaseException) -> BaseException:
    """The error that Tortoise wrapped in one of its own, or the error itself."""
    inner = error.args[0] if isinstance(error, BaseORMException) and error.args else error
    return inner if isinstance(inner, BaseException) else error


client_class = SqliteWriter
