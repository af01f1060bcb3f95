"""What an open transaction still has to write: it waits, and goes along with the next statement that gives rows."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any

from tortoise.backends.base.client import ConnectionWrapper, TransactionContext
from tortoise.exceptions import TransactionManagementError

from models.stored import Target

Pending = tuple[str, Sequence[Sequence[object]]]
"""A statement, and the values of each time it runs."""


class Queue:
    """A transaction's connection that sends as rarely as it can. Rules of the database that are broken show late.

    Each way to SQLite's thread or to PostgreSQL and back costs about as much as writing a row: a ticket with its first
    step, its audit entries and its events takes four instead of twelve.
    """

    pending: list[Any]
    """What waits to be written, in its order: statements, or what will come to some."""
    begun = False
    """Whether anything was sent at all."""
    committed = False
    """Whether what was written is stored."""
    savepoints = 0
    """How many are open."""
    last = False
    """Whether the next statement that gives rows is the last: if it does not fail, the commit may go along with it."""
    _finalized: bool
    _lock: asyncio.Lock

    def __init__(self) -> None:
        self.pending = []
        self.wanted: dict[str, int] = {}
        self.reserved: dict[str, list[int]] = {}
        """Ids for new rows by table, not used yet."""

    def later(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """Have a statement run, once with each row of values, before anything else is asked of this transaction."""
        self.check()
        self.pending.append((sql, rows))

    def insert(self, into: Target, columns: Sequence[Sequence[object]]) -> None:
        """Have new rows written, given column by column, like `later`."""
        raise NotImplementedError

    @staticmethod
    def mark(number: int) -> str:
        """How a pending statement marks its n-th value."""
        raise NotImplementedError

    async def run(self, sql: str, args: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run one statement, after all that is pending, and give its rows."""
        raise NotImplementedError

    async def flush(self) -> None:
        """Write what is pending, for Tortoise's own statements, which come next."""
        raise NotImplementedError

    def end(self) -> None:
        """Say that the next statement is the last, unless a savepoint is open: there is more to come after that."""
        self.last = not self.savepoints

    def want(self, counts: Mapping[str, int]) -> None:
        """Say that so many ids for new rows will be needed; they come along with the next rows that are read."""
        self.wanted.update(counts)

    def hurry(self) -> None:
        """Have the transaction fail rather than wait for rows that others have locked, if they can be."""

    def suppose(self, sql: str, ids: Sequence[int], args: Sequence[object]) -> bool:
        """Have the transaction fail with `Mistaken` unless a query that is given ids, and args, finds a row for each.

        False, and nothing is done, where it is as well to ask at once.
        """
        return False

    async def ids(self, table: str, count: int) -> list[int]:
        """Ids for new rows of a table, which nobody else gets."""
        reserved = self.reserved.setdefault(table, [])
        if len(reserved) < count:
            wanted, self.wanted = self.wanted, {}
            await self.reserve({**wanted, table: max(wanted.get(table, 0), count - len(reserved))})
        ids, reserved[:count] = reserved[:count], []
        return ids

    async def reserve(self, counts: Mapping[str, int]) -> None:
        """Reserve ids in several tables."""
        raise NotImplementedError

    def check(self) -> None:
        """Refuse a task that outlived its transaction: it would write into whatever the connection does next."""
        if self._finalized:
            raise TransactionManagementError("This transaction is over.")

    def acquire_connection(self) -> ConnectionWrapper[Any]:
        self.check()
        return Flushed(self._lock, self)  # type: ignore[arg-type]

    def _in_transaction(self) -> TransactionContext:
        return Savepoint(self)


class Flushed(ConnectionWrapper[Any]):
    """The connection for a statement of Tortoise's."""

    async def __aenter__(self) -> Any:
        connection = await super().__aenter__()
        try:
            await self.client.flush()  # type: ignore[attr-defined]
        except BaseException:
            self._lock.release()
            raise
        return connection


class Savepoint(TransactionContext):
    """`async with` a transaction within another, which can be taken back alone."""

    def __init__(self, writes: Queue) -> None:
        self._writes = writes
        self._name = f"within_{id(self)}"

    async def __aenter__(self) -> Any:
        await self._writes.run(f"SAVEPOINT {self._name}")
        self._writes.savepoints += 1
        return self._writes

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writes.savepoints -= 1
        if error is not None:
            self._writes.pending.clear()  # what was pending before has been written along with the savepoint
            await self._writes.run(f"ROLLBACK TO {self._name}")
        await self._writes.run(f"RELEASE {self._name}")
