"""PostgreSQL: connections, how they are shared, and what they say when something is wrong."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import asyncpg
from asyncpg.prepared_stmt import PreparedStatement
from tortoise.exceptions import IntegrityError

from models.backends import DatabaseUnavailable, StatementTimeout
from models.backends.postgres_wire import Prepared
from models.backends.queue import Pending

CONNECT_SECONDS = 5.0
RELEASE_SECONDS = 2.0
"""How long a stopped statement may take to end before its connection is dropped instead."""
LEAVE_SECONDS = 0.3
"""How long COMMIT or ROLLBACK may take once nobody waits for a write any more; then its connection is dropped."""
SETTINGS = {
    "application_name": "rapport",
    "jit": "off",  # compiling a nested query costs more than running it
    # What an administrator may set otherwise, and statements rely on.
    "datestyle": "ISO",
    "default_transaction_isolation": "read committed",
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


@contextlib.contextmanager
def broken_rules() -> Iterator[None]:
    """Turn what says that a rule of the database is broken into Tortoise's error, as its own statements do."""
    try:
        yield
    except asyncpg.IntegrityConstraintViolationError as error:
        raise IntegrityError(error) from error
