"""PostgreSQL: how a transaction ends, stored or taken back."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any

import asyncpg

from models.backends import OutcomeUnknown, settle
from models.backends.postgres_connections import BROKEN, LEAVE_SECONDS, Session, broken_rules, unavailable
from models.backends.queue import Pending

BEGIN: Pending = ("BEGIN", [()])
COMMIT: Pending = ("COMMIT", [()])


class Ending:
    """The end of a transaction: statements that give one text in each row, and COMMIT behind them, in one message.

    That saves a way to the server and back. What fails keeps the server from all that follows, COMMIT too.
    """

    def __init__(self, connection: Session) -> None:
        self._connection = connection
        self.in_doubt = False
        """Whether a COMMIT was sent of which nobody knows what came."""
        self.committed = False

    async def run(self, statements: Sequence[Pending]) -> list[tuple[Any, ...]]:
        """The rows. Raises OutcomeUnknown; with any other error nothing is stored, unless it is `in_doubt`.

        Cancelled, it has `LEAVE_SECONDS` to come to its end; what was stored all the same is not denied.
        """
        connection: Any = self._connection
        with unavailable():
            await connection.prepare_silence()
        self.in_doubt = True
        fetching = asyncio.ensure_future(self._send([*statements, COMMIT]))
        try:
            await settle(fetching, LEAVE_SECONDS)
        except asyncio.CancelledError:
            if fetching.cancelled():
                self.in_doubt = not await settle(self._has_failed())
                raise
            if (failure := fetching.exception()) is not None:
                self.in_doubt = self._may_be_stored(failure)
                raise
        except Exception as error:
            self.in_doubt = self._may_be_stored(error)
            if self.in_doubt:
                raise OutcomeUnknown(str(error) or "COMMIT was not answered in time.") from error
            with unavailable(), broken_rules():
                raise
        connection.ahead.answered()
        self.in_doubt, self.committed = False, True
        return [tuple(row) for row in fetching.result()]

    async def _send(self, statements: Sequence[Pending]) -> list[Any]:
        """The rows of statements that end with COMMIT."""
        return await self._connection.rows(statements)

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


async def roll_back(connection: Session) -> None:
    """Take back what was not committed; a connection that cannot do so is of no more use.

    Nothing that goes wrong here is told: what was committed is stored, and what was not is gone.
    """
    try:
        async with asyncio.timeout(LEAVE_SECONDS):
            await connection.execute("ROLLBACK")
            await connection.forget_doubtful()
    except BROKEN:
        with contextlib.suppress(*BROKEN):
            connection.terminate()
