"""Throttles that the processes of one company share: how often a password may be tried, counted in Redis."""

from __future__ import annotations

from resolvers.throttle import MemoryThrottle, Patience
from server.shared import Script, Shared

# KEYS[1]: what is tried. ARGV: tries that are free, the first wait, the longest one, seconds after which all is
# forgotten, and what happened: try, forgive. Gives the seconds to wait, 0 if none.
TRY = Script("""
local now = redis.call('TIME')
now = now[1] + now[2] / 1000000
local free, first, longest, memory, what = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4], ARGV[5]
local held = redis.call('HMGET', KEYS[1], 'tries', 'until')
local tries, shut = tonumber(held[1]) or 0, tonumber(held[2]) or 0
if what == 'try' then
  if now < shut then
    return tostring(shut - now)
  end
  tries = tries + 1
elseif what == 'forgive' then
  tries = math.max(0, tries - 1)
end
shut = 0
if what == 'try' and tries >= free then
  shut = now + math.min(longest, first * 2 ^ math.min(tries - free, 60))
end
if tries == 0 then
  redis.call('DEL', KEYS[1])
else
  redis.call('HSET', KEYS[1], 'tries', tries, 'until', string.format('%.6f', shut))
  redis.call('EXPIRE', KEYS[1], memory)
end
return '0'
""")


class SharedThrottle:
    """Counts tries in Redis; where that does not answer, in this process."""

    def __init__(self, patience: Patience, shared: Shared, name: str) -> None:
        self.patience = patience
        self._shared = shared
        self._name = name
        self._own = MemoryThrottle(patience)

    async def allow(self, key: str) -> float | None:
        """Count a try, and let it go on: None. Or the seconds to wait before the next one; then it is not counted."""
        answer = await self._note(key, "try")
        return await self._own.allow(key) if answer is None else float(answer) or None

    async def forgive(self, key: str) -> None:
        """Take back the try that was counted last: it succeeded."""
        if await self._note(key, "forgive") is None:
            await self._own.forgive(key)

    async def _note(self, key: str, what: str) -> bytes | None:
        known = self.patience
        numbers = (known.free, known.first_wait, known.longest_wait, max(1, int(known.forgotten_after)))
        answer: bytes | None = await self._shared.run(TRY, f"tries:{self._name}:{key}", *numbers, what)
        return answer
