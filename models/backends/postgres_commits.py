"""PostgreSQL: how one commit stores what several write at the same moment."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import asyncpg
from tortoise.exceptions import BaseORMException

from models.backends import DatabaseUnavailable, Mistaken, OutcomeUnknown, StatementTimeout, settle
from models.backends.postgres_connections import LEAVE_SECONDS, Connections, unavailable
from models.backends.postgres_ending import BEGIN, Ending, roll_back
from models.backends.postgres_ids import Counts, SpareIds, added, taking
from models.backends.postgres_steps import New, Supposed, as_value, together, written
from models.backends.queue import Pending

MOST = 16
"""Writes that one commit stores, as on SQLite."""

MOST_AWAY = 1
"""Commits under way at once; those who come meanwhile share the next one. With two, 8 % fewer tickets were stored."""
PATIENCE = 0.02
"""Seconds that they wait for it at most: one that waits for a lock must not keep those that need not."""

NO_LONG_WAIT: Pending = ("SET LOCAL lock_timeout = '50ms'", [()])
"""How long those who share a commit wait for a row that one of them needs: by itself, that one waits as long as any."""

GIVEN_UP = "The request was given up while its COMMIT was under way."


@dataclass(eq=False, slots=True)
class Write:
    """A transaction that writes nothing but new rows, all known, and reads its answer: it may share a commit."""

    steps: Sequence[New | Supposed]
    sql: str
    args: Sequence[object]
    ahead: Counts
    """The ids that one like it will want."""
    future: asyncio.Future[str | None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    """What its query gives, once all is stored."""


class Commits:
    """Gathers what is to be stored while the commit before is under way.

    By itself, a ticket takes a transaction of nine statements. For those that share one, BEGIN and COMMIT, the new rows
    of each table, and what they suppose take one statement each, and both processes are woken once: of sixteen clients
    that make one after the other, nearly twice as many tickets are stored in a second. Who comes while nothing is under
    way waits for nobody, the others for what is, and for no longer than `PATIENCE`.

    Together they are stored or none is. If they fail, as one of them would alone, or have to wait for a row that
    somebody else has locked, all are told so with `Mistaken`, and each is tried again by itself.
    """

    def __init__(self, connections: Connections, spare: SpareIds) -> None:
        self._connections = connections
        self._spare = spare
        self._waiting: list[Write] = []
        self._away: dict[asyncio.Task[None], list[Write]] = {}
        self._impatient: asyncio.TimerHandle | None = None
        """What has those who wait leave in any case."""

    async def store(self, write: Write) -> str | None:
        """What its query gives, once it is stored. Raises as `Ending.run`; cancelled, OutcomeUnknown too."""
        self._waiting.append(write)
        if len(self._waiting) == 1:
            asyncio.get_running_loop().call_soon(self._leave_if_free)
        try:
            return await asyncio.shield(write.future)
        except asyncio.CancelledError:
            self._give_up(write)
            # It is stored or not, and that must be told: the others, who still wait for it, have more time than this.
            with contextlib.suppress(asyncio.CancelledError):  # once more: it was cancelled already
                await settle(asyncio.wait([write.future], timeout=2 * LEAVE_SECONDS))
            if not write.future.done():
                write.future.cancel()
                raise OutcomeUnknown(GIVEN_UP) from None
            if write.future.cancelled():
                raise
            if (failure := write.future.exception()) is not None:
                if isinstance(failure, OutcomeUnknown):
                    raise failure from None
                raise
            return write.future.result()  # given up too late: what is stored must not be denied

    def _give_up(self, write: Write) -> None:
        """Somebody does not wait for it any more."""
        if write in self._waiting:
            self._waiting.remove(write)
            write.future.cancel()
            return
        for task, writes in self._away.items():
            if write in writes:
                writes.remove(write)
                if not writes:
                    task.cancel()
                return

    def _leave_if_free(self) -> None:
        """Have those who wait leave, or wait until somebody is back, but not for long."""
        if not self._waiting:
            return
        if len(self._away) < MOST_AWAY:
            self._leave()
        elif self._impatient is None:
            self._impatient = asyncio.get_running_loop().call_later(PATIENCE, self._leave)

    def _leave(self) -> None:
        if self._impatient is not None:
            self._impatient.cancel()
            self._impatient = None
        writes, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
        if writes:
            task = asyncio.ensure_future(self._store(writes))
            self._away[task] = list(writes)
            task.add_done_callback(self._back)
        self._leave_if_free()

    def _back(self, task: asyncio.Task[None]) -> None:
        del self._away[task]
        self._leave_if_free()

    async def _store(self, writes: Sequence[Write]) -> None:
        """Store them, and tell those who still wait what came of it."""
        try:
            values = await self._stored(writes)
        except asyncio.CancelledError:
            for write in writes:
                write.future.cancel()
            raise
        except Exception as error:
            for write in writes:
                if not write.future.done():
                    write.future.set_exception(error)
                    write.future.exception()  # seen: whoever waited may have left
        else:
            for write, value in zip(writes, values, strict=True):
                if not write.future.done():
                    write.future.set_result(value)

    async def _stored(self, writes: Sequence[Write]) -> list[str | None]:
        with unavailable():
            connection = await self._connections.take(asyncio.get_running_loop().time())
        ending = Ending(connection)
        ahead = added(write.ahead for write in writes)
        taken: list[Pending] = [(taking(ahead), [()])] if ahead else []
        bound = [NO_LONG_WAIT] if len(writes) > 1 else []
        reads: list[Pending] = [(as_value(write.sql), [write.args]) for write in writes]
        try:
            steps = written(together(write.steps for write in writes))
            rows = await ending.run([BEGIN, *bound, *steps, *taken, *reads])
        except asyncio.CancelledError:
            if ending.in_doubt:
                raise OutcomeUnknown(GIVEN_UP) from None
            raise
        except OutcomeUnknown:
            raise
        except (asyncpg.PostgresError, BaseORMException, DatabaseUnavailable, StatementTimeout) as error:
            raise Mistaken from error
        finally:
            if not ending.committed:
                await settle(roll_back(connection))
            self._connections.give(connection)
        values = [value for (value,) in rows]
        if ahead:
            self._spare.put(ahead, values.pop(0))
        return values
