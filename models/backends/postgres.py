"""PostgreSQL: connections that write, through Tortoise too, and others that only read."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import itertools
import socket
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, TypeVar

import asyncpg
from asyncpg.prepared_stmt import PreparedStatement
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import TransactionContext
from tortoise.connection import ConnectionHandler, ConnectionToken
from tortoise.exceptions import IntegrityError

from models.backends import DatabaseUnavailable, Mistaken, OutcomeUnknown, StatementTimeout, settle, to_bytes
from models.backends.postgres_ids import MOST_AHEAD, Counts, SpareIds, taking
from models.backends.postgres_trips import Trips
from models.backends.postgres_wire import MANY, Prepared, can_spell, unnested
from models.backends.queue import Pending, Queue
from models.stored import Target, insertion

T = TypeVar("T")

CONNECT_SECONDS = 5.0
RELEASE_SECONDS = 2.0
"""How long a stopped statement may take to end before its connection is dropped instead."""
LEAVE_SECONDS = 0.3
"""How long COMMIT or ROLLBACK may take once nobody waits for a write any more; then its connection is dropped."""
LATE_SECONDS = 0.5
"""How much later than the server, which stops a late statement, the client gives up, should the server be gone."""
WRITE_SECONDS = 60.0
"""How long one statement of the writer may take. A request has less time: see `Database.seconds`."""

SETTINGS = {
    "application_name": "rapport",
    "jit": "off",  # compiling a nested query costs more than running it
    "timezone": "UTC",
}

UNAVAILABLE = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.LockNotAvailableError,
    asyncpg.InternalClientError,  # the driver stumbled over what a dying server said last
)

BROKEN = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""Whatever a connection may say when it is put away."""


def is_unavailable(error: BaseException) -> bool:
    """Whether an error says that the server is gone or full, rather than that a statement is wrong."""
    if isinstance(error, asyncpg.InterfaceError):
        # "connection is closed", "pool is closing", and what the pool did not find alive; others are about arguments
        return "clos" in str(error) or "released back to the pool" in str(error)
    return isinstance(error, UNAVAILABLE) and not isinstance(error, asyncpg.QueryCanceledError)


async def take_bytes(connection: asyncpg.Connection) -> None:
    """Hand over text and JSON as the UTF-8 they arrive as: decoded, they would only be encoded again."""
    for name in ("text", "json"):
        await connection.set_type_codec(name, schema="pg_catalog", encoder=str.encode, decoder=bytes, format="binary")


SILENCE = "SELECT NULL::text WHERE false"
"""Gives no rows of one text each: those of what was sent ahead of it pass for its own."""


MORE: int | None = getattr(socket, "MSG_MORE", None)
"""What has Linux wait for the second half of a message before it sends the first."""
UNIX: int | None = getattr(socket, "AF_UNIX", None)


class Session(asyncpg.Connection):
    """A connection that knows which statements it has prepared to be sent ahead."""

    ahead: Prepared
    silence: PreparedStatement | None = None
    """`SILENCE`, once it is needed."""

    async def prepare_silence(self) -> None:
        """See to it that `rows` can send at once."""
        if self.silence is None:
            self.silence = await self.prepare(SILENCE)

    async def rows(self, statements: Iterable[Pending], seconds: float | None = None) -> list[Any]:
        """The rows, of one text each, of statements that travel in one message; `prepare_silence` comes before."""
        assert self.silence is not None
        self.send_ahead(statements)
        return await self.silence.fetch(timeout=seconds)

    async def forget_doubtful(self) -> None:
        """Drop what the server may have prepared in a message that failed."""
        doubtful, self.ahead.doubtful = self.ahead.doubtful, []
        with contextlib.suppress(asyncpg.InvalidSQLStatementNameError):
            for name in doubtful:  # in the order in which they were to be prepared
                await self.execute(f"DEALLOCATE {name.decode()}")

    def send_ahead(self, statements: Iterable[Pending]) -> None:
        """Send statements together with the driver's next one, which must be sent before the loop's next turn."""
        transport: asyncio.WriteTransport = self._transport  # type: ignore[attr-defined]
        message = self.ahead.messages(statements)
        sent = self.hold_back(transport, message)
        if sent < len(message):
            transport.write(message[sent:])

    @staticmethod
    def hold_back(transport: asyncio.WriteTransport, message: bytes) -> int:
        """Give a message to the system, which sends it along with what is written next; how much of it was taken.

        Written by itself, each half of a message would wake the server, and cost the 10 µs of a way through the system.
        """
        place = transport.get_extra_info("socket")
        if MORE is None or place is None or place.family == UNIX or transport.get_write_buffer_size():
            return 0
        if transport.get_extra_info("ssl_object") is not None or transport.is_closing():
            return 0
        raw = socket.socket(place.family, place.type, place.proto, fileno=place.fileno())
        try:
            return raw.send(message, MORE | socket.MSG_DONTWAIT)
        except OSError:  # it is full, or closed: whoever waits for an answer is told
            return 0
        finally:
            raw.detach()  # it is the transport's


class Connections:
    """Connections that go straight from one user to the next, the one used last first.

    asyncpg's own pool starts a task to take each connection back, which costs more than a point read.
    """

    def __init__(self, url: str, size: int, patience: float, settings: Mapping[str, str], limit: float) -> None:
        self._url = url
        self._size = size
        self._patience = patience
        """How long one waits for a connection."""
        self._settings = settings
        self._limit = limit
        """How long a statement may take before the client gives up."""
        self._all: set[Session] = set()
        self._opening = 0
        self._idle: list[Session] = []
        self._waiting: deque[asyncio.Future[Session | None]] = deque()
        self._mending: set[asyncio.Task[None]] = set()
        self._emptied = asyncio.Event()
        """Set when it is closed and nobody uses a connection any more."""
        self._closed = False

    async def take(self, start: float) -> Session:
        """A connection nobody uses, for work begun at `start`: an idle one, a new one, or the next given back."""
        deadline = start + max(self._patience, CONNECT_SECONDS)
        while not self._closed:
            if self._idle:
                connection = self._idle.pop()
                if not connection.is_closed():
                    return connection
                self.drop(connection)
            elif len(self._all) + self._opening < self._size:
                return await self._connect(deadline)
            else:
                given = await self._wait(deadline)
                if given is not None:
                    return given
        raise DatabaseUnavailable("The database is closed.")

    async def _connect(self, deadline: float) -> Session:
        self._opening += 1
        try:
            with unavailable():
                async with asyncio.timeout_at(deadline):
                    connection = await self._open()
        except BaseException:
            self._wake(None)  # who waits may try to connect, and learn why it cannot be done
            raise
        finally:
            self._opening -= 1
        self._all.add(connection)
        return connection

    async def _open(self) -> Session:
        connection = await asyncpg.connect(
            self._url,
            timeout=CONNECT_SECONDS,
            command_timeout=self._limit,
            connection_class=Session,
            statement_cache_size=256,
            max_cached_statement_lifetime=0,
            max_cacheable_statement_size=0,  # nested statements are long, and costly to plan
            server_settings={**SETTINGS, **self._settings},
        )
        connection.ahead = Prepared()
        return connection

    async def _wait(self, deadline: float) -> Session | None:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Session | None] = loop.create_future()
        self._waiting.append(future)
        try:
            async with asyncio.timeout_at(min(deadline, loop.time() + self._patience)):
                return await future
        except BaseException as error:
            if future.done() and not future.cancelled():
                given = future.result()
                if given is None:
                    self._wake(None)
                else:
                    self.give(given)
            elif future in self._waiting:
                self._waiting.remove(future)
            if isinstance(error, TimeoutError):
                raise DatabaseUnavailable("Every connection is busy.") from None
            raise

    def _wake(self, connection: Session | None) -> bool:
        """Hand a connection, or None for "look again", to whoever waits longest; whether somebody did."""
        while self._waiting:
            future = self._waiting.popleft()
            if not future.done():
                future.set_result(connection)
                return True
        return False

    def give(self, connection: Session) -> None:
        if self._closed or connection.is_closed():
            self.drop(connection)
        elif not self._wake(connection):
            self._idle.append(connection)

    def drop(self, connection: Session) -> None:
        connection.terminate()
        self._all.discard(connection)
        if self._closed and not self._all:
            self._emptied.set()
        self._wake(None)

    def mend(self, connection: Session) -> None:
        """Take back a connection whose statement was cancelled, once it has ended on the server too."""
        task = asyncio.create_task(self._mended(connection))
        self._mending.add(task)
        task.add_done_callback(self._mending.discard)

    async def _mended(self, connection: Session) -> None:
        try:
            async with asyncio.timeout(RELEASE_SECONDS):
                await connection.fetchval("SELECT 1")
                await connection.forget_doubtful()
        except BROKEN:
            self.drop(connection)
        else:
            self.give(connection)

    async def close(self, patience: float = 0.0) -> None:
        """Let every connection go, those in use after so many seconds at the latest."""
        self._closed = True
        while self._wake(None):
            pass
        for task in list(self._mending):
            task.cancel()
        while self._idle:
            connection = self._idle.pop()
            self._all.discard(connection)
            with contextlib.suppress(*BROKEN):
                await connection.close(timeout=RELEASE_SECONDS)
        if self._all and patience:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(patience):
                    await self._emptied.wait()
        for connection in list(self._all):
            self.drop(connection)

    async def try_out(self) -> None:
        """Connect once: a server that is not there is noticed now."""
        self.give(await self.take(asyncio.get_running_loop().time()))


class PostgresReaders:
    """Connections of their own rather than the writer's: they can only read, answer in bytes, and are never all taken
    by writes.
    """

    def __init__(self, url: str, size: int, statement_timeout: float) -> None:
        self._timeout = statement_timeout
        settings = {
            "statement_timeout": str(round(statement_timeout * 1000)),
            "default_transaction_read_only": "on",
        }
        limit = statement_timeout + LATE_SECONDS
        self._connections = ByteConnections(url, size, statement_timeout, settings, limit)
        self._trips = Trips(self.read, self.read_all)

    @classmethod
    async def open(cls, url: str, size: int, statement_timeout: float) -> PostgresReaders:
        readers = cls(url, size, statement_timeout)
        await readers._connections.try_out()
        return readers

    async def read(self, sql: str, args: Sequence[object]) -> bytes | None:
        return to_bytes(await self._use(lambda connection, left: connection.fetchval(sql, *args, timeout=left)))

    async def read_all(self, reads: Sequence[tuple[str, Sequence[object]]]) -> Sequence[bytes | None]:
        """What several statements give, which travel together: if one fails, all of them do. Their args `can_spell`."""

        async def run(connection: Session, left: float) -> list[Any]:
            await connection.prepare_silence()
            try:
                rows = await connection.rows([(as_value(sql), [args]) for sql, args in reads], left)
            except asyncpg.PostgresError:
                await connection.forget_doubtful()
                raise
            connection.ahead.answered()
            return rows

        return [row[0] for row in await self._use(run)]

    async def _use(self, run: Callable[[Session, float], Awaitable[T]]) -> T:
        """Have something run on a connection, which is told how many seconds it has.

        Raises StatementTimeout and DatabaseUnavailable.
        """
        clock = asyncio.get_running_loop().time
        start = clock()
        connection = await self._connections.take(start)
        # What was spent on waiting for a connection is missing here: the whole read has a bound.
        left = self._timeout + LATE_SECONDS - (clock() - start)
        try:
            found = await run(connection, max(left, LATE_SECONDS))
        except asyncpg.QueryCanceledError as error:
            self._connections.give(connection)
            raise StatementTimeout(f"A statement took longer than {self._timeout:g} s.") from error
        except TimeoutError as error:
            self._connections.drop(connection)
            raise StatementTimeout("The database did not answer in time.") from error
        except asyncio.CancelledError:
            self._connections.mend(connection)
            raise
        except Exception as error:
            if is_unavailable(error):
                self._connections.drop(connection)
                raise DatabaseUnavailable(str(error)) from error
            self._connections.give(connection)
            raise
        self._connections.give(connection)
        return found

    def read_here(self, sql: str, args: Sequence[object]) -> None:
        return None

    def read_soon(self, sql: str, args: Sequence[object], *, small: bool) -> asyncio.Future[bytes | None]:
        if small and all(map(can_spell, args)):
            return self._trips.ask(sql, args)
        return asyncio.ensure_future(self.read(sql, args))

    async def close(self) -> None:
        await self._connections.close()


@functools.lru_cache(maxsize=1000)
def as_value(sql: str) -> str:
    """A query that gives one value as one that gives one row in any case, NULL where there is none."""
    return f"SELECT ({sql})"


class ByteConnections(Connections):
    """Connections that answer in bytes."""

    async def _open(self) -> Session:
        connection = await super()._open()
        try:
            await take_bytes(connection)
        except BaseException:
            connection.terminate()
            raise
        return connection


@contextlib.contextmanager
def unavailable() -> Iterator[None]:
    """Turn what says that the server is not there, or not yet, into `DatabaseUnavailable`."""
    try:
        yield
    except asyncpg.QueryCanceledError as error:
        raise StatementTimeout("The database stopped a statement that took too long.") from error
    except Exception as error:
        if not is_unavailable(error):
            raise
        raise DatabaseUnavailable(str(error) or "The database did not answer in time.") from error


class PostgresWriter(AsyncpgDBClient):
    """Tortoise's client, with transactions that survive being cancelled, and connections made from a URL."""

    def __init__(self, url: str, size: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        settings = {
            "lock_timeout": "4s",
            "idle_in_transaction_session_timeout": "60s",
            # Writers look rows up by their keys. Left to itself, the server plans these statements anew each time, as
            # it takes the one id that it is given for fewer rows than it must expect: three times what running takes.
            "plan_cache_mode": "force_generic_plan",
        }
        self.connections = Connections(url, size, WRITE_SECONDS, settings, WRITE_SECONDS)
        self.handler: ConnectionHandler
        """Where models look up the connection to write through; set by whoever makes this client."""
        self.open = 0
        """How many transactions are open."""
        self.spare = SpareIds()

    async def create_connection(self, with_db: bool) -> None:
        with unavailable():
            await self.connections.try_out()
        await self._post_connect()

    async def _close(self) -> None:
        await self.connections.close(RELEASE_SECONDS)

    def acquire_connection(self) -> Any:
        return Borrowed(self.connections)

    async def run(self, sql: str, args: Sequence[object]) -> list[tuple[Any, ...]]:
        """Run one statement and give its rows."""
        with unavailable():
            async with self.acquire_connection() as connection:
                return [tuple(row) for row in await connection.fetch(sql, *args)]

    async def _translate_exceptions(self, func: Callable[..., Awaitable[Any]], *args: Any, **kwargs: Any) -> Any:
        with unavailable():
            return await AsyncpgDBClient._translate_exceptions(self, func, *args, **kwargs)

    def _in_transaction(self) -> TransactionContext:
        return PostgresTransaction(self)

    async def execute_many(self, query: str, values: list[Any]) -> None:
        async with self._in_transaction() as transaction:
            await transaction.execute_many(query, values)


class Borrowed:
    """A connection for one statement that is a transaction by itself."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def __aenter__(self) -> Session:
        self._connection = await self._connections.take(asyncio.get_running_loop().time())
        return self._connection

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, asyncio.CancelledError | TimeoutError):
            self._connections.mend(self._connection)
        else:
            self._connections.give(self._connection)


class PostgresWrites(Queue, TransactionWrapper):
    """A connection of the writer's while it is in a transaction."""

    _translate_exceptions = PostgresWriter._translate_exceptions

    def __init__(self, writer: PostgresWriter, connection: Session) -> None:
        TransactionWrapper.__init__(self, writer)
        Queue.__init__(self)
        self._connection = connection
        self.in_doubt = False
        """Whether a COMMIT was sent of which nobody knows what came."""
        self._writer = writer
        self._ahead: Counts = ()
        """What this transaction wanted, and the next one will."""
        self._supposes = False
        """Whether anything is supposed that the server has not confirmed."""
        self.later("BEGIN", [()])

    @staticmethod
    def mark(number: int) -> str:
        return f"${number}"

    def insert(self, into: Target, columns: Sequence[Sequence[object]]) -> None:
        count = len(columns[0])
        if count >= MANY:
            self.later(*unnested(into, columns))
        elif count == 1:
            self.later(insertion(into, self.mark), [[value for (value,) in columns]])
        else:
            same = tuple(column.count(column[0]) == count for column in columns)
            values = [column[:1] if alike else column for column, alike in zip(columns, same, strict=True)]
            self.later(insertion(into, self.mark, same, count), [list(itertools.chain.from_iterable(values))])

    async def run(self, sql: str, args: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        async with self._lock:
            if self.last and all(map(can_spell, args)):
                return await self._run_last(sql, args)
            wanted: dict[str, int] = {}
            if self.wanted and sql.startswith("SELECT"):
                wanted, self.wanted = self.wanted, {}
                sql, args = with_ids(sql, len(args), tuple(wanted)), [*args, *wanted.values()]
            try:
                rows = [tuple(row) for row in await self._fetch(sql, *args)]
            except Exception as error:
                with unavailable(), broken_rules():
                    raise error
            if not wanted:
                return rows
            if not rows:
                self.wanted = wanted | self.wanted
            for each in rows[0][-1] if rows else ():
                table, _, id_ = each.partition(" ")
                self.reserved.setdefault(table, []).append(int(id_))
            return [row[:-1] for row in rows]

    async def flush(self) -> None:
        with unavailable():
            if self.pending:
                await self._fetch("SELECT 1")

    def want(self, counts: Mapping[str, int]) -> None:
        if sum(counts.values()) <= MOST_AHEAD:
            self._ahead = tuple(counts.items())
        if (spare := self._writer.spare.take(counts)) is None:
            super().want(counts)
            return
        for table, ids in spare.items():
            self.reserved.setdefault(table, []).extend(ids)

    def suppose(self, sql: str, args: Sequence[object], rows: int) -> bool:
        if self.begun or self.wanted or not all(map(can_spell, args)):  # it asks anyway
            return False
        self.later(supposing(sql, len(args)), [[*args, rows]])
        self._supposes = True
        return True

    async def _fetch(self, sql: str, *args: object) -> list[Any]:
        """The rows of a statement, what is pending having been sent ahead of it: both travel together."""
        self.check()
        connection: Any = self._connection
        pending, self.pending = self.pending, []
        if pending:
            self.begun = True
            connection.send_ahead(pending)
        with self._mistaken():
            rows: list[Any] = await connection.fetch(sql, *args)
        if pending:
            connection.ahead.answered()
        self._supposes = False
        return rows

    @contextlib.contextmanager
    def _mistaken(self) -> Iterator[None]:
        """Turn what says that something supposed is not so into `Mistaken`."""
        try:
            yield
        except asyncpg.DivisionByZeroError as error:
            if self._supposes:
                raise Mistaken from error
            raise

    async def _run_last(self, sql: str, args: Sequence[object]) -> list[tuple[Any, ...]]:
        """The rows of a statement that gives one text in each, what is pending sent ahead of it, and COMMIT after it.

        All travel together, which saves a way to the server and back. What fails keeps the server from all that
        follows, COMMIT too.
        """
        self.check()
        connection: Any = self._connection
        with unavailable():
            await connection.prepare_silence()
        pending, self.pending = self.pending, []
        self._finalized = self.begun = self.in_doubt = True
        # While others write, ids for the next of them come along.
        ahead = self._ahead if self._writer.open > 1 else ()
        taken: list[Pending] = [(taking(ahead), [()])] if ahead else []
        fetching = asyncio.ensure_future(self._send_last([*pending, *taken, (sql, [args]), ("COMMIT", [()])]))
        try:
            await settle(fetching, LEAVE_SECONDS)
        except asyncio.CancelledError:
            if fetching.cancelled():
                self.in_doubt = not await settle(self._has_failed())
                raise
            if (failure := fetching.exception()) is not None:
                self.in_doubt = self._may_be_stored(failure)
                raise
            # Given up too late: what is stored must not be denied.
        except Exception as error:
            self.in_doubt = self._may_be_stored(error)
            if self.in_doubt:
                raise OutcomeUnknown(str(error) or "COMMIT was not answered in time.") from error
            with unavailable(), broken_rules(), self._mistaken():
                raise
        connection.ahead.answered()
        self.in_doubt, self.committed = False, True
        rows = [tuple(row) for row in fetching.result()]
        if ahead:
            self._writer.spare.put(ahead, rows.pop(0)[0])
        return rows

    async def _send_last(self, statements: Sequence[Pending]) -> list[Any]:
        """The rows of statements that end with COMMIT."""
        connection: Any = self._connection
        return await connection.rows(statements)  # type: ignore[no-any-return]

    def _may_be_stored(self, error: BaseException) -> bool:
        """Whether a transaction may be stored in spite of an error that came for the message with its COMMIT."""
        if not isinstance(error, asyncpg.PostgresError) or error.severity_en != "ERROR":
            return True  # the connection broke: the server or the driver says so
        if self._connection.is_in_transaction():
            return False  # it failed before
        return isinstance(error, asyncpg.QueryCanceledError)  # of what came after; COMMIT itself is never stopped

    async def _has_failed(self) -> bool:
        """Whether the server says, once a message with COMMIT was stopped, that it did not come to it."""
        try:
            async with asyncio.timeout(LEAVE_SECONDS):
                await self._connection.execute("SELECT 1")
        except asyncpg.InFailedSQLTransactionError:
            return True
        except BROKEN:
            pass
        return False

    async def reserve(self, counts: Mapping[str, int]) -> None:
        self.wanted = dict(counts)
        await self.run("SELECT 1")


@functools.cache
def with_ids(sql: str, args: int, tables: tuple[str, ...]) -> str:
    """A query whose first row also brings ids for new rows of some tables, `ticket 42`: one way to the server less.

    How many of each is said by as many arguments behind its own. A table's ids come from `ticket_id_seq`, as PostgreSQL
    names what the migrations leave to it.
    """
    ids = " UNION ALL ".join(
        f"SELECT '{table} ' || nextval('{table}_id_seq') AS id FROM generate_series(1, ${number}::int)"
        for number, table in enumerate(tables, args + 1)
    )
    return f"SELECT found.*, (SELECT array_agg(id) FROM ({ids}) AS ids) FROM ({sql}) AS found"


@functools.lru_cache(maxsize=1000)
def supposing(sql: str, args: int) -> str:
    """A query that gives no rows if another one gives as many as an argument behind its own says, and fails if not."""
    counted = f"SELECT count(*) AS n FROM ({sql}) AS found"
    return f"SELECT 1 / (n - n) FROM ({counted}) AS counted WHERE n <> ${args + 1}::bigint"


@contextlib.contextmanager
def broken_rules() -> Iterator[None]:
    """Turn what says that a rule of the database is broken into Tortoise's error, as its own statements do."""
    try:
        yield
    except asyncpg.IntegrityConstraintViolationError as error:
        raise IntegrityError(error) from error


class PostgresTransaction(TransactionContext):
    """`async with` a transaction: however it is left, even before it began, its connection is clean."""

    def __init__(self, writer: PostgresWriter) -> None:
        self._writer = writer
        self._token: ConnectionToken | None = None

    async def __aenter__(self) -> PostgresWrites:
        writer = self._writer
        with unavailable():
            self._connection = await writer.connections.take(asyncio.get_running_loop().time())
        self._writes = PostgresWrites(writer, self._connection)
        writer.open += 1
        self._token = writer.handler.set(writer.connection_name, self._writes)
        return self._writes

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        writes = self._writes
        self._writer.open -= 1
        given_up = isinstance(error, asyncio.CancelledError)
        try:
            if error is None and not writes.committed:
                with unavailable():
                    await settle(self._commit(), LEAVE_SECONDS)
        except asyncio.CancelledError:
            given_up = True
            raise
        finally:
            writes._finalized = True
            try:
                if writes.committed:
                    self._writer.connections.give(self._connection)
                else:
                    await settle(self._leave())
            finally:
                self._writer.handler.reset(self._token)
                if given_up and writes.in_doubt:
                    raise OutcomeUnknown("The request was given up while its COMMIT was under way.") from None

    async def _commit(self) -> None:
        writes = self._writes
        if writes.begun or len(writes.pending) > 1:
            with broken_rules():
                await writes.flush()
            writes._finalized = writes.in_doubt = True
            try:
                with broken_rules():
                    said = await self._send_commit()
            except Exception as error:
                if isinstance(error, asyncpg.PostgresError | IntegrityError) and not is_unavailable(error):
                    writes.in_doubt = False  # the server itself says that it did not store it
                    raise
                raise OutcomeUnknown(str(error) or "COMMIT was not answered in time.") from error
            writes.in_doubt = False
            if said != "COMMIT":
                # A statement failed, and somebody swallowed the error: what is not stored must not look stored.
                raise asyncpg.InFailedSQLTransactionError("A statement failed, so nothing of its transaction is kept.")
        writes.committed = True

    async def _send_commit(self) -> str:
        """What the server says: COMMIT, or ROLLBACK if a statement failed before."""
        return await self._connection.execute("COMMIT")

    async def _leave(self) -> None:
        """Roll back what was not committed, and return the connection; one that cannot do so is dropped.

        Nothing that goes wrong here is told: what was committed is stored, and what was not is gone.
        """
        try:
            if self._writes.begun:
                async with asyncio.timeout(LEAVE_SECONDS):
                    await self._connection.execute("ROLLBACK")
                    await self._connection.forget_doubtful()
        except BROKEN:
            with contextlib.suppress(*BROKEN):
                self._connection.terminate()
        self._writer.connections.give(self._connection)


client_class = PostgresWriter
