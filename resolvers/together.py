"""Calls of one verb that the same sender makes at the same moment, asking the same of what they make: done as one.

Whoever writes over many connections comes that way: a form on a website, or a program that brings tickets over. Sixteen
who each make a ticket, one after the other, take the loop's thread 0.12 ms for each that way, and 0.41 each by itself.
Every call is done whole or not at all and told what became of its own record; what is wrong with one concerns no other,
and if they fail together, each runs once more by itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tortoise.models import Model

from access import Viewer
from errors import Refused
from models.backends import settle
from models.database import Database, OutcomeUnknown, StatementTimeout, Transaction
from resolvers.verbs import Verb
from resolvers.write import Call, Outcome, Request, allow, attempts, now

log = logging.getLogger("rapport.together")

MOST = 16
"""Calls of one batch: as many as one commit stores."""
MOST_AWAY = 2
"""Batches of one sender under way at once, where the database has more than one writer: one is put together while the
commit of the other is waited for."""
LEAST = 4
"""Calls that are worth a second batch. Where two or three left, a tenth fewer tickets were stored."""
PATIENCE = 0.02
"""Seconds that calls wait for those under way: one that waits for a lock must not keep those that need not."""
LEAVE_SECONDS = 0.6
"""How long the outcome of a batch is waited for by who was given up meanwhile."""

Key = tuple[int, int]
"""The identities of who asks and of what is asked."""
Told = bytes | Exception | None
"""The answer to a call, or what it fails with; None: it is to run by itself."""
ReadAll = Callable[[Transaction, Sequence[Model]], Awaitable[Sequence[bytes]]]
"""Reads the answers to calls that made these records, in their transaction, and nothing after them."""


class Waiting:
    """What a call was told that was not told anything yet."""


WAITING: Final = Waiting()


@dataclass(eq=False, slots=True)
class Member:
    """A call that waits for its batch."""

    new: Any
    """What it is to make."""
    request_id: str
    future: asyncio.Future[None]
    """Wakes whoever waits."""
    told: Told | Waiting = WAITING

    def tell(self, told: Told) -> None:
        self.told = told
        if not self.future.done():
            self.future.set_result(None)


@dataclass(eq=False, slots=True)
class Crowd:
    """The calls of one verb by one sender that ask the same."""

    database: Database
    viewer: Viewer
    verb: Verb
    read_all: ReadAll
    like: object
    """What they ask; held, as crowds are known by the identity of it."""
    crowds: dict[Key, Crowd]
    """All there are; it is one of them while somebody waits or is away."""
    key: Key
    waiting: list[Member] = field(default_factory=list)
    away: dict[asyncio.Task[None], list[Member]] = field(default_factory=dict)
    impatient: asyncio.TimerHandle | None = None
    """What has those who wait leave in any case."""

    async def join(self, new: Any, request_id: str) -> bytes | None:
        """The answer, once all is stored; None if the call is to run by itself, as nothing of it is.

        Raises Refused, and OutcomeUnknown. Cancelled, it gives the answer if that is stored all the same.
        """
        loop = asyncio.get_running_loop()
        member = Member(new, request_id, loop.create_future())
        self.waiting.append(member)
        if len(self.waiting) in (1, LEAST):
            loop.call_soon(self._leave_if_free)
        try:
            await member.future
        except asyncio.CancelledError:
            if not isinstance(await self._given_up(member), bytes | OutcomeUnknown):
                raise
        told = member.told
        if isinstance(told, Exception):
            raise told
        assert not isinstance(told, Waiting)
        return told

    async def _given_up(self, member: Member) -> Told:
        """What a call comes to that nobody waits for any more: its batch may be under way, or stored."""
        if member in self.waiting:
            self.waiting.remove(member)
            self._rest()
            return None
        if isinstance(member.told, Waiting):
            for task, members in self.away.items():
                if member in members:
                    members.remove(member)
                    if not members:
                        task.cancel()
                    break
            member.future = asyncio.get_running_loop().create_future()  # the one before went with the cancellation
            # It is stored or not, and that must be told: the others, who still wait for it, have more time than this.
            with contextlib.suppress(asyncio.CancelledError):  # once more: it was cancelled already
                await settle(asyncio.wait([member.future], timeout=LEAVE_SECONDS))
            if isinstance(member.told, Waiting):
                member.told = OutcomeUnknown("The request was given up while its batch was under way.")
        return member.told

    def _leave_if_free(self) -> None:
        """Have those who wait leave, or wait until somebody is back, but not for long."""
        if not self.waiting:
            return
        most = min(MOST_AWAY, self.database.writers)
        if not self.away or (len(self.away) < most and len(self.waiting) >= LEAST):
            self._leave()
        elif self.impatient is None:
            self.impatient = asyncio.get_running_loop().call_later(PATIENCE, self._leave)

    def _leave(self) -> None:
        if self.impatient is not None:
            self.impatient.cancel()
            self.impatient = None
        members, self.waiting = self.waiting[:MOST], self.waiting[MOST:]
        if len(members) == 1:
            members[0].tell(None)
            self._rest()
        elif members:
            task = asyncio.ensure_future(self._run(members))
            self.away[task] = list(members)
            task.add_done_callback(self._back)
        self._leave_if_free()

    def _back(self, task: asyncio.Task[None]) -> None:
        del self.away[task]
        self._leave_if_free()
        self._rest()

    def _rest(self) -> None:
        if not self.waiting and not self.away and self.crowds.get(self.key) is self:
            del self.crowds[self.key]

    async def _run(self, members: Sequence[Member]) -> None:
        """Do what calls ask together, and tell each what came of it."""
        told: Sequence[Told] = [None] * len(members)
        try:
            async with asyncio.timeout(self.database.seconds):
                told = await self._made(members)
        except OutcomeUnknown as error:
            told = [error] * len(members)
        except Exception as error:
            log.debug("%s by %d at once failed, and is tried one by one: %s", self.verb.name, len(members), error)
        finally:
            for member, each in zip(members, told, strict=True):
                member.tell(each)

    async def _made(self, members: Sequence[Member]) -> Sequence[Told]:
        assert self.verb.many
        told: list[Told] = []
        transaction: Transaction | None = None
        try:
            async with self.database.transaction() as transaction:
                transaction.hurry()
                call = Call(self.viewer, self.database, transaction, "", now(), supposes=True, shared=True)
                with call.doing(self.verb.name):
                    rows = await self.verb.many(call, [member.new for member in members])
                asked = {
                    row.record.pk: member.request_id for row, member in zip(rows, members, strict=True) if row.record
                }
                await call.write_journal(asked)
                made = [row.record for row in rows if row.record]
                answers = iter(await self.read_all(transaction, made) if made else ())
                told += [next(answers) if row.record else Refused(*row.errors) for row in rows]
        except asyncio.CancelledError:
            if transaction is None or not transaction.committed:
                raise
        except Exception as error:
            if transaction is not None and transaction.committed:  # none of them may run once more
                log.exception("%s by %d at once is stored, and cannot be told", self.verb.name, len(members))
                raise OutcomeUnknown("What was stored could not be read.") from error
            raise
        return told


class Together:
    """All crowds of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._crowds: dict[Key, Crowd] = {}

    async def perform(
        self,
        viewer: Viewer,
        verb: Verb,
        arguments: Mapping[str, Any],
        read: Callable[[Transaction, Outcome], Awaitable[bytes]],
        read_all: ReadAll,
        like: object,
        request: Request,
    ) -> bytes:
        """As `write.perform`, along with whoever else asks something like it of a verb that can make `many`.

        What is alike is the same object: `read_all` then reads the answer to all of them.
        """
        allow(viewer, verb, arguments)
        (new,) = verb.cleaned(arguments).values()
        key = (id(viewer), id(like))
        crowd = self._crowds.get(key)
        if crowd is None:
            crowd = Crowd(self._database, viewer, verb, read_all, like, self._crowds, key)
            self._crowds[key] = crowd
        try:
            async with asyncio.timeout(self._database.seconds):
                told = await crowd.join(new, request.request_id or secrets.token_hex(8))
                if told is None:
                    told = await attempts(self._database, viewer, verb, arguments, read, request)
                return told
        except TimeoutError as error:
            raise StatementTimeout(f"{verb.name} took longer than {self._database.seconds:g} s.") from error
