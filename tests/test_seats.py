"""How many live connections a token may hold: in one process, and in several that share a Redis."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from server.seats import LEASE_SECONDS, MOST_SEATS, TAKE, Seat, Seats, key_of
from server.shared import PREFIX, Script, Shared
from tests.services import free_port

ANNA, BO = b"key 1", b"key 2"
KEY = PREFIX + key_of(ANNA)


@pytest.fixture
async def shared(redis: str) -> AsyncIterator[Shared]:
    """An empty Redis."""
    shared = Shared(redis)
    await shared.redis.flushall()
    yield shared
    await shared.close()


async def full(seats: Seats, most: int = MOST_SEATS) -> list[Seat]:
    """So many places, each of which is to be had."""
    taken = [await seats.take(ANNA) for _ in range(most)]
    assert None not in taken
    return [seat for seat in taken if seat is not None]


async def until_there_are(count: int, shared: Shared) -> None:
    async with asyncio.timeout(10):
        while await shared.redis.zcard(KEY) != count:
            pass


async def test_a_token_has_so_many_places_and_no_more() -> None:
    seats = Seats()
    taken = await full(seats)
    assert await seats.take(ANNA) is None
    assert await seats.take(BO) is not None
    taken[0].give_back()
    taken[0].give_back()
    assert await seats.take(ANNA) is not None
    assert await seats.take(ANNA) is None, "what is given back twice is one place all the same"
    for seat in taken[1:]:
        seat.give_back()
    assert len(seats.taken[ANNA]) == 1


async def test_nothing_is_kept_of_who_has_left() -> None:
    seats = Seats()
    for seat in await full(seats, 3):
        seat.give_back()
    assert not seats.taken


async def test_processes_that_share_a_redis_count_together(shared: Shared) -> None:
    one, other = Seats(shared), Seats(shared)
    taken = await full(one, 30)
    await full(other, MOST_SEATS - 30)
    assert await one.take(ANNA) is None
    assert await other.take(ANNA) is None
    assert len(one.taken[ANNA]) == 30, "who was refused takes up nothing"
    assert await other.take(BO) is not None
    taken[0].give_back()
    await until_there_are(MOST_SEATS - 1, shared)
    assert await other.take(ANNA) is not None
    assert await one.take(ANNA) is None
    for seats in (one, other):
        await seats.close()


async def test_the_places_of_a_process_that_was_killed_are_free_again(shared: Shared) -> None:
    killed, other = Seats(shared), Seats(shared)
    await full(killed)
    await killed.close()
    assert await other.take(ANNA) is None
    expires = await shared.redis.zrange(KEY, 0, -1, withscores=True)
    seconds, _ = await shared.redis.time()
    assert all(seconds < at <= seconds + LEASE_SECONDS for _, at in expires)
    assert 0 < await shared.redis.ttl(KEY) <= LEASE_SECONDS
    await shared.redis.zadd(KEY, dict.fromkeys((name for name, _ in expires), seconds - 1))  # as if it were later
    assert await other.take(ANNA) is not None
    assert await shared.redis.zcard(KEY) == 1
    await other.close()


async def test_places_that_are_still_taken_are_kept(shared: Shared) -> None:
    seats = Seats(shared, lease=1)
    [seat] = await full(seats, 1)
    before = 0.0
    async with asyncio.timeout(20):
        for _ in range(3):
            while ((score := await shared.redis.zscore(KEY, seat.name)) or 0.0) <= before:
                pass
            before = score
    await seats.close()


async def test_without_redis_each_process_counts_for_itself() -> None:
    away = Shared(f"redis://127.0.0.1:{free_port()}")
    one, other = Seats(away), Seats(away)
    await full(one)
    assert await one.take(ANNA) is None
    await full(other, 1)
    for seats in (one, other):
        await seats.close()
    await away.close()


async def test_what_was_taken_while_redis_was_away_is_counted_once_it_is_back(
    shared: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    seats = Seats(shared, lease=1)
    with monkeypatch.context() as patch:
        patch.setattr(shared, "_away_until", float("inf"))
        await full(seats, 3)
        assert await shared.redis.zcard(KEY) == 0
    await until_there_are(3, shared)
    await seats.close()


async def test_who_is_given_up_while_a_place_is_looked_for_takes_up_none(
    shared: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    seats, asked, run = Seats(shared), asyncio.Event(), shared.run

    async def unanswered(script: Script, *given: Any) -> Any:
        if script is not TAKE:
            return await run(script, *given)
        asked.set()
        await asyncio.Event().wait()

    with monkeypatch.context() as patch:
        patch.setattr(shared, "run", unanswered)
        taking = asyncio.create_task(seats.take(ANNA))
        await asked.wait()
        assert len(seats.taken[ANNA]) == 1, "or more than there are could be taken meanwhile"
        taking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await taking
        assert not seats.taken
    await seats.close()
