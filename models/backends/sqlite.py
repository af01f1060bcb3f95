"""SQLite: one writer that takes its lock up front, and readers in threads of their own."""

from __future__ import annotations

import _sqlite3
import asyncio
import contextlib
import ctypes
import datetime as dt
import functools
import json
import math
import random
import sqlite3
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import quote

import aiosqlite
from tortoise.backends.base.client import TransactionContext
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionWrapper
from tortoise.connection import ConnectionHandler, ConnectionToken
from tortoise.exceptions import BaseORMException, IntegrityError

from models.backends import DatabaseUnavailable, StatementTimeout, settle, to_bytes
from models.backends.period import Periods
from models.backends.queue import Queue

T = TypeVar("T")

BUSY_SECONDS = 5
"""How long a write waits for another process that writes the same file."""

CONFIG_MEMSTATUS = 9
"""SQLITE_CONFIG_MEMSTATUS of sqlite3.h."""

WATCH_SECONDS = 0.05
"""How often running statements are looked at: a timeout is this exact."""

STEPS = 3000
"""Steps of SQLite's machine that a read may take in the loop's own thread, and up to as many again: 0.1 to 0.3 ms."""
SHORT = 2000
"""Characters of a statement that is tried there: to prepare a longer one may itself take a millisecond."""
MOST_LONG = 1000
"""Statements that are remembered to take longer."""

# What every connection is set to. The default page cache of 2 MB doubles the time of a nested query.
SHARED_PRAGMAS = {
    "busy_timeout": BUSY_SECONDS * 1000,
    "cache_size": -64_000,
    "mmap_size": 1 << 30,
    "temp_store": "MEMORY",
}
READER_PRAGMAS = {**SHARED_PRAGMAS, "query_only": "ON"}
WRITER_PRAGMAS = {
    **SHARED_PRAGMAS,
    "journal_mode": "WAL",
    "foreign_keys": "ON",
    # With WAL, NORMAL keeps every acknowledged write through a crash or kill -9 of this process, and the file
    # whole through a power cut; the writes of the last moments before the cut may be missing. FULL would keep
    # those too, at one fsync for each write.
    "synchronous": "NORMAL",
    "journal_size_limit": 64 << 20,
}

UNAVAILABLE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
}


def quicken() -> None:
    """Stop SQLite from counting the memory it uses, where its library can be told to.

    Every allocation takes a lock for that, and JSON is many allocations: readers in several threads would
    wait for each other most of the time. It can be set only while no memory is in use: nothing is open then.
    """
    if sys.platform != "linux":
        return
    try:
        library = ctypes.CDLL(_sqlite3.__file__)
        used = library.sqlite3_memory_used
    except (AttributeError, OSError):
        return  # built into the interpreter, and hidden there
    used.restype = ctypes.c_int64
    if used() == 0:
        library.sqlite3_shutdown()
        library.sqlite3_config(CONFIG_MEMSTATUS, ctypes.c_int(0))
        library.sqlite3_initialize()


quicken()


@functools.lru_cache(maxsize=1000)  # all that one transaction writes has the same instant
def spell_instant(value: dt.datetime) -> str:
    """An instant as SQLite stores it and the API prints it: `2026-01-31T09:30:00.000Z`."""
    if value.tzinfo is None:
        raise ValueError(f"{value} has no time zone, so nobody can tell which instant it is")
    utc = value.astimezone(dt.UTC).replace(tzinfo=None)
    return f"{utc.isoformat(timespec='milliseconds')}Z"


# Tortoise registers a spelling of its own when its SQLite modules, imported above, are: the last one counts.
sqlite3.register_adapter(dt.datetime, spell_instant)


def read_path(url: str) -> str:
    """The file a URL names: `sqlite://relative.db`, `sqlite:///absolute/path.db`, also with a slash more."""
    path = url.removeprefix("sqlite://").partition("?")[0]
    if path.startswith("//"):
        # As other tools spell an absolute path. To SQLite, which takes a reader's file as a URI, it would name a host.
        path = "/" + path.lstrip("/")
    if not path or ":memory:" in path:
        raise ValueError("The database must be a file: each connection would have its own in memory.")
    return path


def parameters(args: Sequence[object]) -> dict[str, object]:
    """Arguments by the names they have in the text: `:p1` is the first."""
    return {f"p{number}": value for number, value in enumerate(args, 1)}


def explain(error: sqlite3.Error) -> Exception:
    """The error as callers know it, or itself when it is the statement's own fault."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return DatabaseUnavailable(str(error)) if code in UNAVAILABLE else error


class Job:
    """One statement for a reader: what to run, whom to tell, and whether it is still wanted."""

    __slots__ = ("args", "expires", "future", "late", "reader", "sql", "unwanted")

    def __init__(self, sql: str, args: Sequence[object], future: asyncio.Future[bytes | None]) -> None:
        self.sql = sql
        self.args = args
        self.future = future
        self.expires = math.inf
        """When it has run too long; waiting for a reader does not count."""
        self.reader: Reader | None = None
        self.late = False
        self.unwanted = False


class Reader(threading.Thread):
    """A thread with a connection of its own, which runs one statement at a time."""

    def __init__(self, path: str, readers: SqliteReaders) -> None:
        super().__init__(name="sqlite-reader", daemon=True)
        self.readers = readers
        self.connection = connect_reader(path)
        self.job: Job | None = None
        self.lock = threading.Lock()
        """Held while `job` changes, so that an interrupt meant for one statement never stops the next."""

    def run(self) -> None:
        while (job := self.readers.queue.get()) is not None:
            with self.lock:
                self.job = job
                job.reader = self
            job.expires = time.monotonic() + self.readers.timeout
            value: bytes | None = None
            error: Exception | None = None
            if not job.unwanted:
                try:
                    value = fetch(self.connection, job.sql, job.args)
                except Exception as failure:
                    error = failure
            with self.lock:
                self.job = None
            self.readers.hand_over(job, value, error)
        self.connection.close()

    def interrupt(self, job: Job) -> None:
        with self.lock:
            if self.job is job:
                self.connection.interrupt()


class QuickReader:
    """A connection in the loop's own thread, for reads that take less time than the way to a thread and back.

    That way costs 35 µs, a customer by id 6. What takes more than a few steps is stopped, remembered, and from then on
    left to the threads: nothing keeps the loop waiting for longer than those steps take.
    """

    def __init__(self, path: str) -> None:
        self._connection = connect_reader(path)
        self._connection.execute("PRAGMA busy_timeout=0")  # waiting is for the threads
        self._connection.set_progress_handler(self._count, STEPS)
        self._counts = 0
        self._long: OrderedDict[str, None] = OrderedDict()

    def tries(self, sql: str) -> bool:
        """Whether a statement may be quick."""
        return len(sql) <= SHORT and sql not in self._long

    def read(self, sql: str, args: Sequence[object]) -> tuple[bytes | None] | None:
        """The value a statement gives; nothing where it is not to be had here and now."""
        self._counts = 0
        try:
            return (fetch(self._connection, sql, args),)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                self._long[sql] = None
                if len(self._long) > MOST_LONG:
                    self._long.popitem(last=False)
            return None  # whatever else is wrong is told where it is run as every other

    def _count(self) -> bool:
        # SQLite goes on counting from one run of a statement to the next: the first call may come at any step.
        self._counts += 1
        return self._counts > 1

    def close(self) -> None:
        self._connection.close()


class SqliteReaders:
    """Read-only connections, each in a thread but one; a commit of the writer is seen by the next statement."""

    def __init__(self, path: str, count: int, timeout: float) -> None:
        self.timeout = timeout
        self._loop = asyncio.get_running_loop()
        self._jobs: dict[Job, None] = {}
        """Statements that wait or run, oldest first."""
        self._watch: asyncio.TimerHandle | None = None
        self._closed = False
        self.queue: SimpleQueue[Job | None] = SimpleQueue()
        try:
            self._quick = QuickReader(path)
            self._threads = [Reader(path, self) for _ in range(count)]
        except sqlite3.Error as error:
            raise explain(error) from error
        for thread in self._threads:
            thread.start()

    async def read(self, sql: str, args: Sequence[object]) -> bytes | None:
        if self._closed:
            raise DatabaseUnavailable("The database is closed.")
        if self._quick.tries(sql) and (found := self._quick.read(sql, args)) is not None:
            return found[0]
        future: asyncio.Future[bytes | None] = self._loop.create_future()
        job = Job(sql, args, future)
        self._jobs[job] = None
        if self._watch is None:
            self._watch = self._loop.call_later(WATCH_SECONDS, self._look)
        self.queue.put(job)
        try:
            return await future
        except asyncio.CancelledError:
            self._stop(job)
            raise

    def hand_over(self, job: Job, value: bytes | None, error: Exception | None) -> None:
        """Give a result to whoever waits for it; called in the reader's thread."""
        with contextlib.suppress(RuntimeError):  # the loop is gone, and with it whoever waited
            self._loop.call_soon_threadsafe(self._finish, job, value, error)

    def _finish(self, job: Job, value: bytes | None, error: Exception | None) -> None:
        del self._jobs[job]
        if job.future.done():
            return
        if job.late:
            job.future.set_exception(StatementTimeout(f"A statement took longer than {self.timeout:g} s."))
        elif isinstance(error, sqlite3.Error):
            job.future.set_exception(explain(error))
        elif error is not None:
            job.future.set_exception(error)
        else:
            job.future.set_result(value)

    def _look(self) -> None:
        """Stop what runs too long; again and again, as an interrupt before the first step has no effect."""
        now = time.monotonic()
        for job in self._jobs:
            if job.expires <= now and not job.unwanted:
                job.late = True
            if job.late or job.unwanted:
                self._stop(job)
        self._watch = self._loop.call_later(WATCH_SECONDS, self._look) if self._jobs else None

    @staticmethod
    def _stop(job: Job) -> None:
        job.unwanted = True
        if job.reader is not None:
            job.reader.interrupt(job)

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._quick.close()
        for job in self._jobs:
            self._stop(job)
        for _ in self._threads:
            self.queue.put(None)
        await settle(asyncio.to_thread(join_all, self._threads))
        if self._watch is not None:
            self._watch.cancel()


def fetch(connection: sqlite3.Connection, sql: str, args: Sequence[object]) -> bytes | None:
    """The first column of the first row that a statement gives."""
    cursor = connection.execute(sql, parameters(args))
    try:
        row = cursor.fetchone()
    finally:
        cursor.close()  # ends the read: an open one would keep the write-ahead log from being emptied
    return to_bytes(row[0]) if row else None


def join_all(threads: Iterable[threading.Thread]) -> None:
    for thread in threads:
        thread.join()


def connect_reader(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"file:{quote(str(Path(path).absolute()))}?mode=ro",
        uri=True,
        isolation_level=None,
        check_same_thread=False,  # made in one thread, used in another, never in two at a time
        cached_statements=512,
    )
    for pragma, value in READER_PRAGMAS.items():
        connection.execute(f"PRAGMA {pragma}={value}")
    connection.text_factory = bytes  # an answer is bytes from the database to the socket
    connection.create_function("crm_period", 3, Periods(), deterministic=True)
    return connection


class SqliteWriter(SqliteClient):
    """Tortoise's client, with transactions that survive being cancelled and lock the file when they begin."""

    def __init__(self, path: str, **kwargs: Any) -> None:
        super().__init__(path, **kwargs)
        self.pragmas = WRITER_PRAGMAS
        self.handler: ConnectionHandler
        """Where models look up the connection to write through; set by whoever makes this client."""

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
        await self._post_connect()

    async def run(self, sql: str, args: Sequence[object], *, small: bool = False) -> list[tuple[Any, ...]]:
        """Run one statement and give its rows."""
        try:
            async with self.acquire_connection() as connection:
                # To its end, even when cancelled: who comes next may use the connection in the loop's own thread.
                rows = await settle(submit(connection, lambda: every_row(connection._conn, sql, args)))
                return rows
        except sqlite3.Error as error:
            raise explain(error) from error

    def _in_transaction(self) -> TransactionContext:
        return SqliteTransaction(self)

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        async with self._in_transaction() as transaction:
            await transaction.execute_many(query, values)


class SqliteWrites(Queue, SqliteTransactionWrapper):
    """The writer's connection while it is in a transaction."""

    def __init__(self, writer: SqliteWriter) -> None:
        SqliteTransactionWrapper.__init__(self, writer)
        Queue.__init__(self)
        self._last: dict[str, int] = {}
        """The last id given out for new rows of a table."""

    @staticmethod
    def mark(number: int) -> str:
        return "?"

    async def run(self, sql: str, args: Sequence[object] = (), *, small: bool = False) -> list[tuple[Any, ...]]:
        self.check()
        async with self._lock:
            try:
                if self.last and self.locked:
                    return await self._run_last(sql, args)
                return await self._work(lambda connection: every_row(connection, sql, args), small)
            except sqlite3.IntegrityError as error:
                raise IntegrityError(error) from error
            except sqlite3.Error as error:
                raise explain(error) from error

    async def _run_last(self, sql: str, args: Sequence[object]) -> list[tuple[Any, ...]]:
        """Run the last statement and commit, on one way to the thread and back.

        What is stored is not denied: once it is, the rows are given even to a task that was cancelled meanwhile.
        """

        def work(connection: sqlite3.Connection) -> list[tuple[Any, ...]]:
            rows = every_row(connection, sql, args)
            self.commit_now(connection)
            return rows

        done = submit(self._connection, functools.partial(self._done, work))
        try:
            return await settle(done)
        except asyncio.CancelledError:
            if self.committed:
                return done.result()
            raise

    async def flush(self) -> None:
        if self.pending or not self.begun:
            await self._work(lambda connection: None)

    async def reserve(self, counts: Mapping[str, int]) -> None:
        # Nobody else writes meanwhile: this transaction holds the file's one write lock.
        if counts.keys() - self._last.keys():
            query = "SELECT name, seq FROM sqlite_sequence WHERE name IN (SELECT value FROM json_each(:p1))"
            rows = await self.run(query, [json.dumps(list(counts))], small=True)
            known = {str(name): int(last) for name, last in rows}
            self._last = {table: known.get(table, 0) for table in counts} | self._last
        for table, count in counts.items():
            first = self._last[table] + 1
            self._last[table] += count
            self.reserved.setdefault(table, []).extend(range(first, first + count))

    async def _work(self, work: Callable[[sqlite3.Connection], T], small: bool = False) -> T:
        """Do something in the writer's thread: before it the file is locked, unless it is, and what is pending written.

        What is small, and BEGIN, is done right here: the way to the thread and back costs 60 µs, and the statement 10.
        Neither can wait for anybody: the lock is asked for once, and the thread is idle, as all that it was given by
        this transaction or those before was waited for.

        The lock is asked for anew all the time: SQLite itself asks ever more rarely, and then a process that writes
        without a break is seldom found pausing; and a wait in its thread cannot be cancelled.
        """
        self.begun = True
        clock = asyncio.get_running_loop().time
        deadline = clock() + BUSY_SECONDS
        while True:
            try:
                if small and not self.pending:
                    return self._done(work)
                return await submit(self._connection, functools.partial(self._done, work))
            except sqlite3.OperationalError as error:
                if self.locked or error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or clock() > deadline:
                    raise
            await asyncio.sleep(random.uniform(0.001, 0.01))

    locked = False

    def _done(self, work: Callable[[sqlite3.Connection], T]) -> T:
        connection = self._connection._conn
        if not self.locked:
            lock(connection)
            self.locked = True
        if self.pending:
            pending, self.pending = self.pending, []
            for sql, rows in pending:
                connection.executemany(sql, rows)
        return work(connection)

    def commit_now(self, connection: sqlite3.Connection) -> None:
        """Commit, in the writer's thread."""
        connection.commit()
        self.committed = True


def every_row(connection: sqlite3.Connection, sql: str, args: Sequence[object]) -> list[tuple[Any, ...]]:
    """Run one statement and give its rows."""
    return [tuple(row) for row in connection.execute(sql, parameters(args)).fetchall()]


def submit(connection: aiosqlite.Connection, work: Callable[[], T]) -> asyncio.Future[T]:
    """Have something done in a connection's thread, after all that was asked for before."""
    future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
    connection._tx.put_nowait((future, work))
    return future


def lock(connection: sqlite3.Connection) -> None:
    """Begin a transaction that holds the lock for writing, or fail at once."""
    if connection.in_transaction:
        connection.rollback()
    connection.execute("PRAGMA busy_timeout=0")
    try:
        # A deferred one that reads first and writes later fails at once if another process wrote meanwhile.
        connection.execute("BEGIN IMMEDIATE")
    finally:
        connection.execute(f"PRAGMA busy_timeout={WRITER_PRAGMAS['busy_timeout']}")


class SqliteTransaction(TransactionContext):
    """`async with` a transaction: however it is left, even before it began, the lock is free again."""

    def __init__(self, writer: SqliteWriter) -> None:
        self._writer = writer
        self._token: ConnectionToken | None = None

    async def __aenter__(self) -> SqliteWrites:
        writer = self._writer
        await writer._lock.acquire()
        if writer._connection is None:
            writer._lock.release()
            raise DatabaseUnavailable("The database is closed.")
        self._writes = SqliteWrites(writer)
        self._token = writer.handler.set(writer.connection_name, self._writes)
        return self._writes

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        writes, connection = self._writes, self._writes._connection
        writes._finalized = True
        try:
            if error is None and not writes.committed:
                if writes.locked:  # so nothing is left to wait for but the thread; a task would cost 15 µs
                    await settle(submit(connection, functools.partial(writes._done, writes.commit_now)))
                elif writes.pending:
                    await settle(writes._work(writes.commit_now))
                writes.committed = True
            elif (
                error is not None
                and isinstance(failure := cause(error), sqlite3.Error)
                and explain(failure) is not failure
            ):
                raise explain(failure) from error
        except sqlite3.IntegrityError as failure:
            raise IntegrityError(failure) from failure
        except sqlite3.Error as failure:
            raise explain(failure) from failure
        finally:
            try:
                if isinstance(error, asyncio.CancelledError):
                    connection._conn.interrupt()  # its statement still runs in the writer's thread
                if writes.begun and not writes.committed:
                    await settle(submit(connection, connection._conn.rollback))
            finally:
                self._writer._lock.release()
                self._writer.handler.reset(self._token)


def cause(error: BaseException) -> BaseException:
    """The error that Tortoise wrapped in one of its own, or the error itself."""
    inner = error.args[0] if isinstance(error, BaseORMException) and error.args else error
    return inner if isinstance(inner, BaseException) else error


client_class = SqliteWriter
