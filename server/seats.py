"""How many live connections one token may hold open at once: WebSockets and streams of events."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Coroutine
from hashlib import sha256
from typing import Any

from access import Viewer
from server.shared import Script, Shared

MOST_SEATS = 50
"""Live connections of one token: of all processes that share a Redis, else of each."""
LEASE_SECONDS = 30
"""How long a place is kept in Redis unless its process says that it is still taken: should that one be killed."""

# KEYS[1]: the places of a token with when they are free again. ARGV: a name for one more, how many there are, seconds.
# Gives 1, or 0 where none is left.
TAKE = Script("""
local now = tonumber(redis.call('TIME')[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then
  return 0
end
redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
""")
# ARGV: seconds, then the names of places that are still taken.
KEEP = Script("""
local now = tonumber(redis.call('TIME')[1])
for at = 2, #ARGV do
  redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[at])
end
redis.call('EXPIRE', KEYS[1], ARGV[1])
return 1
""")
LEAVE = Script("return redis.call('ZREM', KEYS[1], ARGV[1])")


class Seats:
    """The live connections of this process, counted by what they were opened with; in Redis too, where there is one.

    While Redis is away, each process counts for itself.
    """

    def __init__(self, shared: Shared | None = None, lease: int = LEASE_SECONDS) -> None:
        self.shared = shared
        self.lease = lease
        self.taken: dict[bytes, dict[str, None]] = {}
        """The names of places, by credential."""
        self._keeping: asyncio.Task[None] | None = None
        self._leaving: set[asyncio.Task[None]] = set()

    async def take(self, credential: bytes) -> Seat | None:
        """A place for one more connection; None where there is none left."""
        names = self.taken.setdefault(credential, {})
        if len(names) >= MOST_SEATS:
            return None
        seat = Seat(self, credential)
        names[seat.name] = None
        if self.shared is None:
            return seat
        free = False
        try:
            answer = await self.shared.run(TAKE, key_of(credential), seat.name, MOST_SEATS, self.lease)
            free = answer is None or bool(answer)
        finally:
            if not free:
                seat.give_back()
        if self._keeping is None:
            self._keeping = asyncio.create_task(self._keep())
        return seat if free else None

    def give_back(self, seat: Seat) -> None:
        names = self.taken.get(seat.credential, {})
        if seat.name not in names:
            return
        del names[seat.name]
        if not names:
            del self.taken[seat.credential]
        if self.shared is not None:
            self._later(self._leave(self.shared, seat))

    async def _keep(self) -> None:
        """Say ever again which places are taken: also those taken while Redis was away."""
        assert self.shared is not None
        while self.taken:
            await asyncio.sleep(self.lease / 3)
            for credential, names in list(self.taken.items()):
                await self.shared.run(KEEP, key_of(credential), self.lease, *names)
        self._keeping = None

    async def _leave(self, shared: Shared, seat: Seat) -> None:
        await shared.run(LEAVE, key_of(seat.credential), seat.name)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    async def close(self) -> None:
        """See that places given back are free in Redis too; the others are once their leases are over."""
        if self._keeping is not None:
            self._keeping.cancel()
        if self._leaving:
            await asyncio.wait(self._leaving)


class Seat:
    """One place, which is given back once."""

    def __init__(self, seats: Seats, credential: bytes) -> None:
        self.seats = seats
        self.credential = credential
        self.name = secrets.token_hex(8)

    def give_back(self) -> None:
        self.seats.give_back(self)


def key_of(credential: bytes) -> str:
    """Where Redis counts the places of a credential."""
    return f"seats:{credential.hex()}"


def credential_of(viewer: Viewer, token: bytes, address: str) -> bytes:
    """What connections are counted by: the API key, else the token, else the user, else the address.

    A token may be spelled in several ways in a header; its digest tells one from another and cannot be turned back.
    """
    if viewer.key_id is not None:
        return b"key %d" % viewer.key_id
    words = token.split()
    if words:
        return sha256(words[-1]).digest()
    if viewer.user_id is not None:
        return b"user %d" % viewer.user_id
    return address.encode()
