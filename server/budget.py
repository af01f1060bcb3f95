"""How much each viewer may ask for over time, in points that come back."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from functools import lru_cache

from access import Viewer
from errors import Code, Refusal
from server.shared import Script, Shared

MOST_KEYS = 100_000
"""Viewers, accounts or addresses that are counted in memory: about 20 MB. The one seen longest ago is forgotten."""

MARGIN = 1e-6
"""Seconds after the moment when a bucket is full again, from which on it is taken as full without working it out."""

Clock = Callable[[], float]
Spend = Callable[[float], bytes | Awaitable[bytes]]
"""Takes points at a moment, and tells so as JSON. Raises `RateLimited`."""

# KEYS[1]: the bucket. ARGV: its size, points a second, points to take. Gives what is left, or less than 0 if that is
# not enough: then nothing was taken, and it is what lacks. Times are Redis's own, so that no two clocks disagree.
TAKE = Script("""
local now = redis.call('TIME')
now = now[1] + now[2] / 1000000
local size, rate, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local held = redis.call('HMGET', KEYS[1], 'points', 'at')
local points = math.min(size, (tonumber(held[1]) or size) + math.max(0, now - (tonumber(held[2]) or now)) * rate)
if points < cost then
  return tostring(points - cost)
end
redis.call('HSET', KEYS[1], 'points', points - cost, 'at', string.format('%.6f', now))
redis.call('PEXPIRE', KEYS[1], math.ceil(size / rate * 1000))
return tostring(points - cost)
""")


class RateLimited(Refusal):
    """A request that comes too soon; `retry_after` says in how many seconds it would not."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message, Code.RATE_LIMITED, retry_after=max(1.0, math.ceil(seconds)))


class Budget:
    """A bucket of points for each viewer: full at first, emptied by requests, refilled at a steady rate."""

    def __init__(
        self, size: int, rate: int, shared: Shared | None = None, clock: Clock = time.monotonic, most: int = MOST_KEYS
    ) -> None:
        self.size = size
        self.rate = rate
        self.shared = shared
        self.clock = clock
        self.most = most
        self._held: OrderedDict[str, list[float]] = OrderedDict()
        """By who pays, the points of a bucket, when they were counted, and from when on it is surely full again."""
        self._tail = b',"restoreRate":%d}}' % rate

    def due(self, cost: int) -> int:
        """The points that are taken for an operation of a weight: one at least, and the whole bucket at most."""
        size = self.size
        return 1 if cost < 1 else cost if cost < size else size

    async def take(self, viewer: Viewer, cost: int, address: str = "") -> int:
        """Take points from a viewer's bucket and say how many are left. Raises `RateLimited` if there are too few.

        Whoever has no name is counted by address.
        """
        if self.shared is not None:
            cost = self.due(cost)
            key = f"budget:{payer(viewer, address).replace(' ', ':', 1)}"  # as names are in Redis
            answer = await self.shared.run(TAKE, key, self.size, self.rate, cost)
            if answer is not None:
                left = float(answer)
                if left < 0:
                    raise self._too_soon(cost, left)
                return int(left)
        return self._take_here(payer(viewer, address), self.due(cost), self.clock())

    def _take_here(self, key: str, cost: int, now: float) -> int:
        """The same, counted in this process."""
        size, held = self.size, self._held
        bucket = held.get(key)
        if bucket is None:
            bucket = held[key] = [size, now, now]
            if len(held) > self.most:
                held.popitem(last=False)[1][2] = math.inf  # whoever still has it asks here
        else:
            held.move_to_end(key)
        left = bucket[0] + (now - bucket[1]) * self.rate
        left = (left if left < size else size) - cost
        if left < 0:
            raise self._too_soon(cost, left)
        bucket[:] = left, now, now + (size - left) / self.rate + MARGIN
        return int(left)

    def spend(self, viewer: Viewer, address: str, most: int, cost: int) -> bytes | Awaitable[bytes]:
        """Take the points of an operation and tell so in its `extensions`, as JSON; `most` is what one may cost.

        Raises `RateLimited`.
        """
        if self.shared is not None:
            return self._spend_shared(viewer, address, most, cost)
        cost = self.due(cost)
        left = self._take_here(payer(viewer, address), cost, self.clock())
        return b"%b%d%b" % (told(cost, most), left, self._tail)

    def spending(self, viewer: Viewer, address: str, most: int, cost: int) -> Spend:
        """What does so each time that it is called, given the time by the clock, for an operation that comes again.

        What is left of a bucket that is full, as it is for whoever asks for less than comes back, is known beforehand.
        """
        if self.shared is not None:
            return lambda _: self._spend_shared(viewer, address, most, cost)
        cost, key = self.due(cost), payer(viewer, address)
        telling = told(cost, most) + b"%d" + self._tail
        used, rest, seconds = self._held.move_to_end, self.size - cost, cost / self.rate + MARGIN
        told_of_full = telling % rest
        bucket = [0.0, 0.0, math.inf]

        def spend(now: float) -> bytes:
            nonlocal bucket
            if bucket[2] <= now:
                used(key)
                bucket[0], bucket[1], bucket[2] = rest, now, now + seconds
                return told_of_full
            left = self._take_here(key, cost, now)
            bucket = self._held[key]
            return telling % left

        return spend

    async def _spend_shared(self, viewer: Viewer, address: str, most: int, cost: int) -> bytes:
        cost = self.due(cost)
        return b"%b%d%b" % (told(cost, most), await self.take(viewer, cost, address), self._tail)

    def _too_soon(self, cost: int, left: float) -> RateLimited:
        seconds = -left / self.rate
        return RateLimited(
            f"You have asked for more than {self.size:,} points in too short a time: this costs {cost:,}, and "
            f"{self.rate:,} come back each second. Wait {math.ceil(seconds):,} s, or ask for less at once.",
            seconds,
        )


@lru_cache(maxsize=1000)
def told(cost: int, most: int) -> bytes:
    """What is told of a cost, up to how much is left after it."""
    return b'{"cost":{"requested":%d,"max":%d,"remaining":' % (cost, most)


def payer(viewer: Viewer, address: str) -> str:
    """Whose budget a request is paid from: a key's own, a user's, or that of an address."""
    return f"address {address}" if viewer.user_id is None and viewer.key_id is None else viewer.identity
