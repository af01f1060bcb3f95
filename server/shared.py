"""What all processes share when `REDIS_URL` is set: counters and documents in Redis, or nothing while it is away."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha1
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from redis.asyncio import Redis

log = logging.getLogger("rapport.shared")

PATIENCE = 0.25
"""Seconds to wait for an answer from Redis."""
PAUSE = 5.0
"""Seconds after a failure for which Redis is not asked again, so that no request waits for it meanwhile."""
PREFIX = "rapport:"
"""What every key begins with: a Redis may serve others too."""


@dataclass(frozen=True)
class Script:
    """A Lua script, which Redis runs as a whole: one round trip, and nobody between its steps."""

    text: str
    sha: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha", sha1(self.text.encode(), usedforsecurity=False).hexdigest())


class Shared:
    """A Redis server. Where it fails, its users go on with what they have in memory."""

    def __init__(self, url: str) -> None:
        from redis.asyncio import Redis
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff

        # A connection may have died in the pool: one more try, at once.
        retry = Retry(NoBackoff(), 1)
        self.redis: Redis = Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=retry)
        self._away_until = 0.0

    async def run(self, script: Script, key: str, *args: str | bytes | float) -> Any:
        """What a script answers for a key; None if Redis is away. Never raises for what Redis does."""
        from redis.exceptions import NoScriptError, RedisError

        if time.monotonic() < self._away_until:
            return None
        arguments: Sequence[str | bytes | float] = (PREFIX + key, *args)
        try:
            try:
                answer = await self.redis.evalsha(script.sha, 1, *arguments)
            except NoScriptError:  # it was started anew, or sees this script for the first time
                answer = await self.redis.eval(script.text, 1, *arguments)
        except (RedisError, OSError, TimeoutError) as error:
            if not self._away_until:
                log.warning("Redis cannot be used: each process counts for itself meanwhile (%s)", type(error).__name__)
            self._away_until = time.monotonic() + PAUSE
            return None
        if self._away_until:
            log.warning("Redis can be used again")
            self._away_until = 0.0
        return answer

    async def close(self) -> None:
        """Give its connections back."""
        await self.redis.aclose()
