"""PostgreSQL: a pool that writes through Tortoise, and one of its own that reads."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from types import TracebackType
from typing import Any, cast

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import ConnectionWrapper, NestedTransactionContext, TransactionContext
from tortoise.connection import ConnectionHandler, ConnectionToken
from tortoise.exceptions import TransactionManagementError

from models.backends import DatabaseUnavailable, OutcomeUnknown, StatementTimeout, settle, to_bytes

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


async def no_reset(connection: object) -> None:
    """Leave the session as it is: statements here set nothing. (What was left open is rolled back anyway.)"""


async def take_bytes(connection: asyncpg.Connection) -> None:
    """Hand over text and JSON as the UTF-8 they arrive as: decoded, they would only be encoded again."""
    for name in ("text", "json"):
        await connection.set_type_codec(name, schema="pg_catalog", encoder=str.encode, decoder=bytes, format="binary")


class PostgresReaders:
    """Connections of their own rather than the writer's: they can only read, answer in bytes, need no reset
    between statements, and are never all taken by writes.

    asyncpg's pool starts a task to take each connection back, which costs more than a point read; here one
    goes straight from reader to reader, the one used last first.
    """

    def __init__(self, url: str, size: int, statement_timeout: float) -> None:
        self._url = url
        self._size = size
        self._timeout = statement_timeout
        self._all: set[asyncpg.Connection] = set()
        self._opening = 0
        self._idle: list[asyncpg.Connection] = []
        self._waiting: deque[asyncio.Future[asyncpg.Connection | None]] = deque()
        self._mending: set[asyncio.Task[None]] = set()
        self._closed = False

    @classmethod
    async def open(cls, url: str, size: int, statement_timeout: float) -> PostgresReaders:
        readers = cls(url, size, statement_timeout)
        start = asyncio.get_running_loop().time()
        readers._give(await readers._take(start))  # a server that is not there is noticed now
        return readers

    async def read(self, sql: str, args: Sequence[object]) -> bytes | None:
        clock = asyncio.get_running_loop().time
        start = clock()
        connection = await self._take(start)
        # What was spent on waiting for a connection is missing here: the whole read has a bound.
        left = self._timeout + LATE_SECONDS - (clock() - start)
        try:
            value = await connection.fetchval(sql, *args, timeout=max(left, LATE_SECONDS))
        except asyncpg.QueryCanceledError as error:
            self._give(connection)
            raise StatementTimeout(f"A statement took longer than {self._timeout:g} s.") from error
        except TimeoutError as error:
            self._drop(connection)
            raise StatementTimeout("The database did not answer in time.") from error
        except asyncio.CancelledError:
            task = asyncio.create_task(self._mend(connection))
            self._mending.add(task)
            task.add_done_callback(self._mending.discard)
            raise
        except Exception as error:
            if is_unavailable(error):
                self._drop(connection)
                raise DatabaseUnavailable(str(error)) from error
            self._give(connection)
            raise
        self._give(connection)
        return to_bytes(value)

    async def _take(self, start: float) -> asyncpg.Connection:
        """A connection nobody uses, for a read begun at `start`: an idle one, a new one, or the next given back."""
        deadline = start + max(self._timeout, CONNECT_SECONDS)
        while not self._closed:
            if self._idle:
                connection = self._idle.pop()
                if not connection.is_closed():
                    return connection
                self._drop(connection)
            elif len(self._all) + self._opening < self._size:
                return await self._connect(deadline)
            else:
                given = await self._wait(deadline)
                if given is not None:
                    return given
        raise DatabaseUnavailable("The database is closed.")

    async def _connect(self, deadline: float) -> asyncpg.Connection:
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

    async def _open(self) -> asyncpg.Connection:
        connection = await asyncpg.connect(
            self._url,
            timeout=CONNECT_SECONDS,
            command_timeout=self._timeout + LATE_SECONDS,
            statement_cache_size=256,
            max_cached_statement_lifetime=0,
            max_cacheable_statement_size=0,  # nested statements are long, and costly to plan
            server_settings={
                **SETTINGS,
                "statement_timeout": str(round(self._timeout * 1000)),
                "default_transaction_read_only": "on",
            },
        )
        try:
            await take_bytes(connection)
        except BaseException:
            connection.terminate()
            raise
        return connection

    async def _wait(self, deadline: float) -> asyncpg.Connection | None:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[asyncpg.Connection | None] = loop.create_future()
        self._waiting.append(future)
        try:
            async with asyncio.timeout_at(min(deadline, loop.time() + self._timeout)):
                return await future
        except BaseException as error:
            if future.done() and not future.cancelled():
                given = future.result()
                if given is None:
                    self._wake(None)
                else:
                    self._give(given)
            elif future in self._waiting:
                self._waiting.remove(future)
            if isinstance(error, TimeoutError):
                raise DatabaseUnavailable("Every connection is busy.") from None
            raise

    def _wake(self, connection: asyncpg.Connection | None) -> bool:
        """Hand a connection, or None for "look again", to whoever waits longest; whether somebody did."""
        while self._waiting:
            future = self._waiting.popleft()
            if not future.done():
                future.set_result(connection)
                return True
        return False

    def _give(self, connection: asyncpg.Connection) -> None:
        if self._closed or connection.is_closed():
            self._drop(connection)
        elif not self._wake(connection):
            self._idle.append(connection)

    def _drop(self, connection: asyncpg.Connection) -> None:
        connection.terminate()
        self._all.discard(connection)
        self._wake(None)

    async def _mend(self, connection: asyncpg.Connection) -> None:
        """Wait until a cancelled statement has ended on the server too; then its connection serves others."""
        try:
            async with asyncio.timeout(RELEASE_SECONDS):
                await connection.fetchval("SELECT 1")
        except BROKEN:
            self._drop(connection)
        else:
            self._give(connection)

    async def close(self) -> None:
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
        for connection in list(self._all):
            self._drop(connection)


async def give_back(pool: asyncpg.Pool, connection: Any) -> None:
    """Return a connection to its pool; one that does not come to rest is dropped for a new one."""
    with contextlib.suppress(*BROKEN):
        await settle(pool.release(connection, timeout=LEAVE_SECONDS))


async def close_pool(pool: asyncpg.Pool) -> None:
    try:
        async with asyncio.timeout(RELEASE_SECONDS):
            await pool.close()
    except TimeoutError:
        pool.terminate()


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
    """Tortoise's client, with transactions that survive being cancelled, and a pool made from a URL."""

    def __init__(self, url: str, size: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.url = url
        self.size = size
        self.handler: ConnectionHandler
        """Where models look up the connection to write through; set by whoever makes this client."""

    async def create_connection(self, with_db: bool) -> None:
        with unavailable():
            self._pool = await asyncpg.create_pool(
                self.url,
                min_size=1,
                max_size=self.size,
                timeout=CONNECT_SECONDS,
                command_timeout=WRITE_SECONDS,
                server_settings={
                    **SETTINGS,
                    "lock_timeout": "4s",
                    "idle_in_transaction_session_timeout": "60s",
                },
                reset=no_reset,
            )
        await self._post_connect()

    async def _close(self) -> None:
        if self._pool is not None:
            await close_pool(self._pool)
            self._pool = None

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


class PostgresWrites(TransactionWrapper):
    """A connection of the writer's pool while it is in a transaction."""

    run = PostgresWriter.run
    _translate_exceptions = PostgresWriter._translate_exceptions
    committed = False
    """Whether what was written is stored."""

    def acquire_connection(self) -> ConnectionWrapper[Any]:
        if self._finalized:
            # A task that outlives its transaction would write into whatever the connection does next.
            raise TransactionManagementError("This transaction is over.")
        return super().acquire_connection()

    def _in_transaction(self) -> TransactionContext:
        return NestedTransactionContext(PostgresWrites(self))


class PostgresTransaction(TransactionContext):
    """`async with` a transaction: however it is left, even before it began, its connection is clean."""

    def __init__(self, writer: PostgresWriter) -> None:
        self._writer = writer
        self._token: ConnectionToken | None = None
        self._in_doubt = False
        """Whether a COMMIT was sent that is not answered."""

    async def __aenter__(self) -> PostgresWrites:
        writer = self._writer
        if writer._pool is None:
            raise DatabaseUnavailable("The database is closed.")
        self._pool = writer._pool
        self._writes = PostgresWrites(writer)
        with unavailable():
            self._connection = await self._pool.acquire()
        self._writes._connection = cast(asyncpg.Connection, self._connection)
        self._writes.transaction = self._transaction = self._connection.transaction()
        try:
            with unavailable():
                await settle(self._transaction.start(), LEAVE_SECONDS)
        except BaseException:
            await settle(self._leave())
            raise
        self._token = writer.handler.set(writer.connection_name, self._writes)
        return self._writes

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        open_still = not self._writes._finalized
        self._writes._finalized = True
        try:
            if open_still and error is None:
                with unavailable():
                    await settle(self._commit(), LEAVE_SECONDS)
        except asyncio.CancelledError:
            if self._in_doubt:
                raise OutcomeUnknown("The request was given up while its COMMIT was under way.") from None
            raise
        finally:
            try:
                await settle(self._leave())
            finally:
                self._writer.handler.reset(self._token)

    async def _commit(self) -> None:
        # After a statement that failed, PostgreSQL answers COMMIT with a silent rollback. Should somebody
        # have swallowed the error, this brings it back: what is not stored must not look stored.
        await self._connection.execute("SELECT 1")
        self._in_doubt = True
        try:
            await self._transaction.commit()
        except Exception as error:
            if isinstance(error, asyncpg.PostgresError) and not is_unavailable(error):
                self._in_doubt = False  # the server itself says that it did not store it
                raise
            raise OutcomeUnknown(str(error) or "COMMIT was not answered in time.") from error
        self._in_doubt = False
        self._writes.committed = True

    async def _leave(self) -> None:
        """Roll back what was not committed, and return the connection; one that cannot do so is dropped.

        Nothing that goes wrong here is told: what was committed is stored, and what was not is gone.
        """
        try:
            if self._connection.is_in_transaction():
                async with asyncio.timeout(LEAVE_SECONDS):
                    await self._transaction.rollback()
        except BROKEN:
            with contextlib.suppress(*BROKEN):
                self._connection.terminate()
        await give_back(self._pool, self._connection)


client_class = PostgresWriter
