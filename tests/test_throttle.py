"""Whoever guesses passwords waits ever longer, in one process or in several that share what they count."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from resolvers.throttle import MemoryThrottle, Patience, Throttle
from server.shared import PREFIX, Shared
from server.throttle import SharedThrottle


@pytest.fixture(params=["memory", "redis"])
async def shared(request: pytest.FixtureRequest) -> AsyncIterator[Shared | None]:
    """Where tries are counted: in memory, or in an empty Redis."""
    if request.param == "memory":
        yield None
        return
    shared = Shared(request.getfixturevalue("redis"))
    await shared.redis.flushall()
    yield shared
    await shared.close()


def throttle(shared: Shared | None, patience: Patience) -> Throttle:
    return MemoryThrottle(patience) if shared is None else SharedThrottle(patience, shared, "account")


async def test_tries_at_once_gain_nothing(shared: Shared | None) -> None:
    counted = throttle(shared, Patience(5, 60, 300, 900))
    waits = await asyncio.gather(*(counted.allow("anna") for _ in range(50)))
    assert sum(wait is None for wait in waits) == 5
    assert all(59 < wait <= 60 for wait in waits if wait is not None)
    assert await counted.allow("ben") is None


async def test_who_succeeds_need_not_wait(shared: Shared | None) -> None:
    counted = throttle(shared, Patience(3, 60, 300, 900))
    for _ in range(20):
        assert await counted.allow("anna") is None
        await counted.forgive("anna")


async def test_a_success_does_not_forgive_the_failures_of_others(shared: Shared | None) -> None:
    counted = throttle(shared, Patience(3, 60, 300, 900))
    for _ in range(2):
        assert await counted.allow("10.0.0.1") is None
    assert await counted.allow("10.0.0.1") is None
    await counted.forgive("10.0.0.1")
    assert await counted.allow("10.0.0.1") is None
    assert await counted.allow("10.0.0.1") is not None


async def test_each_failure_doubles_the_wait(shared: Shared | None) -> None:
    now, patience = 1000.0, Patience(1, 60, 120, 900)
    counted = MemoryThrottle(patience, lambda: now) if shared is None else throttle(shared, patience)
    assert await counted.allow("anna") is None
    for longest in (60, 120, 120):
        wait = await counted.allow("anna")
        assert wait is not None and longest - 30 < wait <= longest
        now += longest
        if shared is not None:  # whose clock is its own: what it waits for comes nearer instead
            await shared.redis.hincrbyfloat(f"{PREFIX}tries:account:anna", "until", -longest)
        assert await counted.allow("anna") is None


async def test_two_processes_count_together(redis: str) -> None:
    several = [Shared(redis), Shared(redis)]
    await several[0].redis.flushall()
    first, second = (SharedThrottle(Patience(2, 60, 60, 100), shared, "account") for shared in several)
    assert [await each.allow("anna") is None for each in (first, second, first, second)] == [True, True, False, False]
    assert 0 < await several[0].redis.ttl(f"{PREFIX}tries:account:anna") <= 100
    for shared in several:
        await shared.close()
