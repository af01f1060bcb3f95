"""PostgreSQL: what only reads, and what writes in transactions, through Tortoise too."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, TypeVar

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import TransactionContext
from tortoise.connection import ConnectionHandler, ConnectionToken
from tortoise.exceptions import IntegrityError

from models.backends import DatabaseUnavailable, Mistaken, OutcomeUnknown, StatementTimeout, settle, to_bytes
from models.backends.postgres_commits import NO_LONG_WAIT, Commits, Write
from models.backends.postgres_connections import (
    LEAVE_SECONDS,
    RELEASE_SECONDS,
    ByteConnections,
    Connections,
    Session,
    broken_rules,
    is_unavailable,
    unavailable,
)
from models.backends.postgres_ending import BEGIN, Ending, roll_back
from models.backends.postgres_ids import MOST_AHEAD, Counts, SpareIds, taking
from models.backends.postgres_steps import New, Step, Supposed, as_value, mark, may_share, written
from models.backends.postgres_trips import Trips
from models.backends.postgres_wire import Spelled, can_spell
from models.backends.queue import Pending, Queue
from models.stored import Target

T = TypeVar("T")

LATE_SECONDS = 0.5
"""How much later than the server, which stops a late statement, the client gives up, should the server be gone."""
WRITE_SECONDS = 60.0
"""How long one statement of the writer may take. A request has less time: see `Database.seconds`."""
MANY_IDS = 50
"""New ids that are worth keeping out of all rows but the first of those they come along with: of 100 customers with a
batch's 1,000 ids each, they took a sixth of the batch."""


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
        if small and (type(args) is Spelled or all(map(can_spell, args))):
            return self._trips.ask(sql, args)
        return asyncio.ensure_future(self.read(sql, args))

    def kept(self, args: Sequence[object], *, small: bool) -> Sequence[object]:
        return Spelled(args) if small and all(map(can_spell, args)) else args

    async def close(self) -> None:
        await self._connections.close()


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
        self.commits = Commits(self.connections, self.spare)

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
        self._connection: Any = connection
        self.in_doubt = False
        """Whether a COMMIT was sent of which nobody knows what came."""
        self._writer = writer
        self._ahead: Counts = ()
        """What this transaction wanted, and the next one will."""
        self._supposes = False
        """Whether anything is supposed that the server has not confirmed."""
        self._hurries = False
        """Whether others are waiting for its end."""
        self.pending: list[Step]

    mark = staticmethod(mark)

    def insert(self, into: Target, columns: Sequence[Sequence[object]]) -> None:
        self.check()
        self.pending.append(New(into, columns))

    async def run(self, sql: str, args: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        async with self._lock:
            if self.last and all(map(can_spell, args)):
                return await self._run_last(sql, args)
            wanted: dict[str, int] = {}
            if self.wanted and sql.startswith("SELECT"):
                wanted, self.wanted = self.wanted, {}
                many = sum(wanted.values()) > MANY_IDS
                sql, args = with_ids(sql, len(args), tuple(wanted), many=many), [*args, *wanted.values()]
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
            if self.pending or not self.begun:
                await self._fetch("SELECT 1")

    def want(self, counts: Mapping[str, int]) -> None:
        if sum(counts.values()) <= MOST_AHEAD:
            self._ahead = tuple(counts.items())
        if (spare := self._writer.spare.take(counts)) is None:
            super().want(counts)
            return
        for table, ids in spare.items():
            self.reserved.setdefault(table, []).extend(ids)

    def hurry(self) -> None:
        self._hurries = True
        self.pending.append(NO_LONG_WAIT)

    def suppose(self, sql: str, ids: Sequence[int], args: Sequence[object]) -> bool:
        if self.begun or self.wanted or not all(map(can_spell, args)):  # it asks anyway
            return False
        self.check()
        self.pending.append(Supposed(sql, ids, args))
        self._supposes = True
        return True

    async def _fetch(self, sql: str, *args: object) -> list[Any]:
        """The rows of a statement, what is pending having been sent ahead of it: both travel together."""
        self.check()
        connection = self._connection
        pending = self._taken()
        if pending:
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

    def _taken(self) -> list[Pending]:
        """What is pending, as statements that are sent now: BEGIN before them, unless it has been."""
        pending, self.pending = written(self.pending), []
        if not self.begun:
            self.begun = True
            pending.insert(0, BEGIN)
        return pending

    async def _run_last(self, sql: str, args: Sequence[object]) -> list[tuple[Any, ...]]:
        """The rows of a statement that gives one text in each, with what is pending ahead of it and COMMIT behind it.

        What has asked for nothing so far, and supposes that all is as it should be, may share its COMMIT with others.
        """
        self.check()
        self._finalized = True
        # While others write, ids for the next of them come along.
        ahead = self._ahead if self._hurries or self._writer.open > 1 else ()
        if self._supposes and not self.begun and may_share(self.pending):
            return await self._share(Write(self.pending, sql, args, ahead))
        taken: list[Pending] = [(taking(ahead), [()])] if ahead else []
        ending = Ending(self._connection)
        try:
            with self._mistaken():
                rows = await ending.run([*self._taken(), *taken, (sql, [args])])
        finally:
            self.in_doubt, self.committed = ending.in_doubt, ending.committed
        if ahead:
            self._writer.spare.put(ahead, rows.pop(0)[0])
        return rows

    async def _share(self, write: Write) -> list[tuple[Any, ...]]:
        self.pending = []
        self.give_back()  # one connection will do for all
        try:
            value = await self._writer.commits.store(write)
        except OutcomeUnknown:
            self.in_doubt = True
            raise
        self.committed = True
        return [(value,)]

    def give_back(self) -> None:
        """Let somebody else have the connection."""
        if self._connection is not None:
            self._writer.connections.give(self._connection)
            self._connection = None

    async def reserve(self, counts: Mapping[str, int]) -> None:
        self.wanted = dict(counts)
        await self.run("SELECT 1")


@functools.cache
def with_ids(sql: str, args: int, tables: tuple[str, ...], *, many: bool = False) -> str:
    """A query whose first row also brings ids for new rows of some tables, `ticket 42`: one way to the server less.

    How many of each is said by as many arguments behind its own; `many` keeps them out of the other rows, which costs
    more than a few ids there do. A table's ids come from `ticket_id_seq`, as PostgreSQL names what the migrations leave
    to it.
    """
    ids = " UNION ALL ".join(
        f"SELECT '{table} ' || nextval('{table}_id_seq') AS id FROM generate_series(1, ${number}::int)"
        for number, table in enumerate(tables, args + 1)
    )
    brought = f"(SELECT array_agg(id) FROM ({ids}) AS ids)"
    if many:
        brought = f"CASE WHEN row_number() OVER () = 1 THEN {brought} END"
    return f"SELECT found.*, {brought} FROM ({sql}) AS found"


class PostgresTransaction(TransactionContext):
    """`async with` a transaction: however it is left, even before it began, its connection is clean."""

    def __init__(self, writer: PostgresWriter) -> None:
        self._writer = writer
        self._token: ConnectionToken | None = None

    async def __aenter__(self) -> PostgresWrites:
        writer = self._writer
        with unavailable():
            connection = await writer.connections.take(asyncio.get_running_loop().time())
        self._writes = PostgresWrites(writer, connection)
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
                if not writes.committed and writes.begun:
                    await settle(roll_back(writes._connection))
            finally:
                writes.give_back()
                self._writer.handler.reset(self._token)
                if given_up and writes.in_doubt:
                    raise OutcomeUnknown("The request was given up while its COMMIT was under way.") from None

    async def _commit(self) -> None:
        writes = self._writes
        if writes.begun or writes.pending:
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
        return await self._writes._connection.execute("COMMIT")  # type: ignore[no-any-return]


client_class = PostgresWriter
