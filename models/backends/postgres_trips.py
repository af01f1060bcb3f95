"""PostgreSQL: small reads that come at the same moment travel together, one message there and one answer back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import asyncpg

from models.backends import DatabaseUnavailable, StatementTimeout

MOST = 8
"""Reads of one trip. Sixteen at once in two trips keep two connections busy, and the server while the first is away."""


@dataclass(slots=True)
class Asked:
    """A read that waits for its trip to leave."""

    sql: str
    args: Sequence[object]
    future: asyncio.Future[bytes | None]


Read = Callable[[str, Sequence[object]], Awaitable[bytes | None]]
ReadAll = Callable[[Sequence[tuple[str, Sequence[object]]]], Awaitable[Sequence[bytes | None]]]


class Trips:
    """Gathers what is asked in one turn of the loop.

    A read by itself takes 50 µs of this process, nearly all of them in the driver and on the way; one of eight takes
    15, and the server, too, is woken once for eight. Nobody waits for others to come: what is there leaves at once, and
    one alone goes the usual way.
    """

    def __init__(self, read: Read, read_all: ReadAll) -> None:
        self._read = read
        self._read_all = read_all
        self._waiting: list[Asked] = []
        self._away: set[asyncio.Task[None]] = set()

    def ask(self, sql: str, args: Sequence[object]) -> asyncio.Future[bytes | None]:
        """What a small statement gives, once its trip is back."""
        loop = asyncio.get_running_loop()
        asked = Asked(sql, args, loop.create_future())
        self._waiting.append(asked)
        if len(self._waiting) == 1:
            loop.call_soon(self._leave)
        elif len(self._waiting) == MOST:
            self._leave()
        return asked.future

    def _leave(self) -> None:
        asked, self._waiting = self._waiting, []
        if asked:
            self._begin(self._alone(asked[0]) if len(asked) == 1 else self._together(asked))

    def _begin(self, trip: Awaitable[None]) -> None:
        task = asyncio.ensure_future(trip)
        self._away.add(task)  # or nobody would hold it
        task.add_done_callback(self._away.discard)

    async def _together(self, asked: Sequence[Asked]) -> None:
        try:
            values = await self._read_all([(each.sql, each.args) for each in asked])
        except (DatabaseUnavailable, StatementTimeout) as error:
            for each in asked:
                fail(each, error)
        except asyncpg.PostgresError:
            for each in asked:  # one of them failed, and took the others along: each for itself
                self._begin(self._alone(each))
        except BaseException as error:
            for each in asked:
                fail(each, error)
            raise
        else:
            for each, value in zip(asked, values, strict=True):
                if not each.future.done():
                    each.future.set_result(value)

    async def _alone(self, asked: Asked) -> None:
        try:
            value = await self._read(asked.sql, asked.args)
        except Exception as error:
            fail(asked, error)
        except BaseException as error:
            fail(asked, error)
            raise
        else:
            if not asked.future.done():
                asked.future.set_result(value)


def fail(asked: Asked, error: BaseException) -> None:
    """Tell whoever asked what went wrong, unless they have left."""
    if asked.future.done():
        return
    if isinstance(error, asyncio.CancelledError):
        asked.future.cancel()
    else:
        asked.future.set_exception(error)
