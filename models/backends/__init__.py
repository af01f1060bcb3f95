"""What each database does in its own way: its readers, its writer, and the errors both share."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine, Sequence
from typing import Any, Protocol, TypeVar

T = TypeVar("T")

PAUSE = 0.01
"""Seconds at most before a second try, twice as many before each further one, so that the others are through."""


class DatabaseUnavailable(Exception):
    """The database cannot be reached, is busy with others, or broke off; the same request may work later."""


class OutcomeUnknown(DatabaseUnavailable):
    """The answer to a COMMIT was lost: what was written may be stored, or may not."""


class StatementTimeout(Exception):
    """A statement took longer than it may, and was stopped."""


class Mistaken(Exception):
    """What a transaction supposed is not so, or not of one that it shared its commit with: nothing of it is stored."""


class Readers(Protocol):
    """Connections that only read, apart from the writer's, so that a long write keeps nobody waiting."""

    async def read(self, sql: str, args: Sequence[object]) -> bytes | None:
        """Run one statement; the first column of its first row as UTF-8, None for NULL or no row."""

    def read_here(self, sql: str, args: Sequence[object]) -> tuple[bytes | None] | None:
        """The same at once, in the loop's own thread; None where that takes more than a moment, or is not to be had."""

    def read_soon(self, sql: str, args: Sequence[object], *, small: bool) -> asyncio.Future[bytes | None]:
        """The same, begun and not waited for. What is `small`, as one record found by its id, may share its way."""

    def kept(self, args: Sequence[object], *, small: bool) -> Sequence[object]:
        """The arguments of a statement that is run again and again, in the form from which it is begun soonest."""

    async def close(self) -> None:
        """Let every connection go."""


async def settle(work: Coroutine[Any, Any, T] | asyncio.Future[T], patience: float | None = None) -> T:
    """Run `work` to its end even if the caller is cancelled meanwhile; the cancellation is raised afterwards.

    BEGIN, COMMIT and ROLLBACK are sent this way: half-done, nobody would know whose transaction a connection
    is in. Once the caller is cancelled, the work has `patience` seconds to end, then it is cancelled too.
    """
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            if not task.cancelled():
                if cancelled is None and patience is not None:
                    asyncio.get_running_loop().call_later(patience, task.cancel)
                cancelled = error
        except BaseException:
            break  # raised again by result(), unless a cancellation goes first
    if cancelled is None:
        return task.result()
    if not task.cancelled():
        task.exception()  # seen, so that asyncio does not report it as lost
    raise cancelled


def to_bytes(value: object) -> bytes | None:
    """A column's value as the UTF-8 it is answered in."""
    match value:
        case None | bytes():
            return value
        case str():
            return value.encode()
        case _:
            return str(value).encode()


async def pause(attempt: int) -> None:
    """Wait a little after a try that ran into others: not as long as they, or those who met would meet again."""
    await asyncio.sleep(PAUSE * 2 ** (attempt - 1) * random.uniform(0.5, 1))
