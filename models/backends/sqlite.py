"""SQLite: its readers, in threads of their own and in the loop's, and what the writer shares with them."""

from __future__ import annotations

import _sqlite3
import asyncio
import contextlib
import ctypes
import datetime as dt
import functools
import math
import sqlite3
import sys
import threading
import time
import warnings
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar
from urllib.parse import quote

from models.backends import DatabaseUnavailable, StatementTimeout, settle, to_bytes
from models.backends.period import Periods

T = TypeVar("T")

if (3, 12) <= sys.version_info < (3, 12, 4):  # which took `?1` for a name, and said that names want a mapping
    warnings.filterwarnings("ignore", r"Binding \d+ \('\?\d+'\) is a named parameter", DeprecationWarning)

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
READS = ("SELECT ", "WITH ")
"""How a statement begins that may be stopped: one that writes would take its whole transaction back."""

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
    # A commit that finds more pages than these in the log brings them over itself; the writer does so long before.
    "wal_autocheckpoint": 10_000,
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


def read_path(url: str) -> str:
    """The file a URL names: `sqlite://relative.db`, `sqlite:///absolute/path.db`, also with a slash more."""
    path = url.removeprefix("sqlite://")
    if path.startswith("//"):
        # As other tools spell an absolute path. To SQLite, which takes a reader's file as a URI, it would name a host.
        path = "/" + path.lstrip("/")
    if not path or ":memory:" in path:
        raise ValueError("The database must be a file: each connection would have its own in memory.")
    return path


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


class Quick:
    """Runs what takes less time than the way to a thread and back in the loop's own thread.

    That way costs 35 µs, a customer by id 6. What takes more than a few steps is stopped, remembered, and from then on
    left to the threads: nothing keeps the loop waiting for longer than those steps take.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._counts = 0
        self._long: OrderedDict[str, None] = OrderedDict()

    def rows(self, sql: str, args: Sequence[object]) -> list[Any] | None:
        """The rows that a query gives; None where they are not to be had here and now."""
        if len(sql) > SHORT or sql in self._long or not sql.startswith(READS):
            return None
        connection = self.connection
        self._counts = 0
        connection.set_progress_handler(self._count, STEPS)
        try:
            return connection.execute(sql, args).fetchall()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                self._long[sql] = None
                if len(self._long) > MOST_LONG:
                    self._long.popitem(last=False)
            return None  # whatever else is wrong is told where it is run as every other
        finally:
            connection.set_progress_handler(None, 0)

    def _count(self) -> bool:
        # SQLite goes on counting from one run of a statement to the next: the first call may come at any step.
        self._counts += 1
        return self._counts > 1


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
            self._quick = Quick(connect_reader(path))
            self._quick.connection.execute("PRAGMA busy_timeout=0")  # waiting is for the threads
            self._threads = [Reader(path, self) for _ in range(count)]
        except sqlite3.Error as error:
            raise explain(error) from error
        for thread in self._threads:
            thread.start()

    async def read(self, sql: str, args: Sequence[object]) -> bytes | None:
        if self._closed:
            raise DatabaseUnavailable("The database is closed.")
        if (found := self.read_here(sql, args)) is not None:
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

    def read_here(self, sql: str, args: Sequence[object]) -> tuple[bytes | None] | None:
        rows = None if self._closed else self._quick.rows(sql, args)
        if rows is None:
            return None
        return (to_bytes(rows[0][0]) if rows else None,)

    def read_soon(self, sql: str, args: Sequence[object], *, small: bool) -> asyncio.Future[bytes | None]:
        return self._loop.create_task(self.read(sql, args))

    def kept(self, args: Sequence[object], *, small: bool) -> Sequence[object]:
        return args

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
        self._quick.connection.close()
        for job in self._jobs:
            self._stop(job)
        for _ in self._threads:
            self.queue.put(None)
        await settle(asyncio.to_thread(join_all, self._threads))
        if self._watch is not None:
            self._watch.cancel()


def fetch(connection: sqlite3.Connection, sql: str, args: Sequence[object]) -> bytes | None:
    """The first column of the first row that a statement gives."""
    cursor = connection.execute(sql, args)
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
