"""Throttles: how often something may be tried before it must wait, and then ever longer."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

MOST_KEYS = 100_000


class Throttle(Protocol):
    """Counts tries by a key: an account, an address."""

    async def allow(self, key: str) -> float | None:
        """Count a try, and let it go on: None. Or the seconds to wait before the next one; then it is not counted."""

    async def forgive(self, key: str) -> None:
        """Take back the try that was counted last: it succeeded."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How many tries come free, and how long the next ones wait: twice as long each time."""

    free: int
    first_wait: float
    """Seconds."""
    longest_wait: float
    forgotten_after: float
    """Seconds without a try after which all is forgiven."""

    def wait(self, tries: int) -> float:
        """Seconds from the last of so many tries to the next."""
        if tries < self.free:
            return 0.0
        return min(self.first_wait * 2.0 ** min(tries - self.free, 30), self.longest_wait)


@dataclass(slots=True)
class _Tries:
    count: int
    last: float
    before: float
    """When the one before the last was."""


class MemoryThrottle:
    """Counts in this process: each of several processes counts for itself."""

    def __init__(self, patience: Patience, clock: Callable[[], float] = time.monotonic) -> None:
        self.patience = patience
        self._clock = clock
        self._tries: OrderedDict[str, _Tries] = OrderedDict()

    async def allow(self, key: str) -> float | None:
        now = self._clock()
        tries = self._tries.get(key)
        if tries is None or now - tries.last > self.patience.forgotten_after:
            tries = self._tries[key] = _Tries(0, float("-inf"), float("-inf"))
            if len(self._tries) > MOST_KEYS:
                self._tries.popitem(last=False)
        left = tries.last + self.patience.wait(tries.count) - now
        if left > 0:
            return left
        tries.count += 1
        tries.before, tries.last = tries.last, now
        self._tries.move_to_end(key)
        return None

    async def forgive(self, key: str) -> None:
        tries = self._tries.get(key)
        if tries is not None:
            tries.count -= 1
            tries.last = tries.before
            if tries.count <= 0:
                del self._tries[key]
