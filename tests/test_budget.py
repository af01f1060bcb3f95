"""Spends points and guesses passwords: whoever takes too much waits, in one process as in several."""

from __future__ import annotations

import asyncio
import json
import logging
import math
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import server.shared
from access import Viewer
from errors import Code, Refusal
from models.database import Database
from resolvers.throttle import Patience
from schema.engine import Engine
from schema.limits import Limits
from server.budget import Budget, RateLimited, payer
from server.desk import Desk
from server.logs import Entry
from server.operation import Deadline, Operation
from server.shared import PREFIX, Script, Shared
from server.throttle import SharedThrottle
from tests.services import redis_server

ANNA = Viewer("anna@lindholm.example", "REP", user_id=1)
BEN = Viewer("ben@lindholm.example", "REP", user_id=2)
KEY = Viewer("key Import of anna@lindholm.example", "REP", user_id=1, key_id=1)
NOBODY = Viewer("Nobody", "NOBODY")


@dataclass
class Clock:
    """A clock that goes when it is told to."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(params=["memory", "redis"])
async def shared(request: pytest.FixtureRequest) -> AsyncIterator[Shared | None]:
    """Where counters are: in memory, or in an empty Redis."""
    if request.param == "memory":
        yield None
        return
    redis = Shared(request.getfixturevalue("redis"))
    await redis.redis.flushall()
    yield redis
    await redis.close()


def standing(size: int, shared: Shared | None) -> Budget:
    """A budget whose points come back so slowly that no machine is slow enough to see one."""
    return Budget(size, 0.001, shared, clock=Clock())  # type: ignore[arg-type]


# --- the budget -----------------------------------------------------------------------------------------------------


async def test_points_are_taken_and_what_is_left_is_told(shared: Shared | None) -> None:
    budget = standing(1000, shared)
    assert await budget.take(ANNA, 300) == 700
    assert await budget.take(ANNA, 300) == 400
    assert await budget.take(ANNA, 0) == 399, "every request takes a point"


async def test_what_is_too_much_is_refused_and_takes_nothing(shared: Shared | None) -> None:
    budget = Budget(100_000, 1, shared, clock=Clock())
    started = time.monotonic()
    await budget.take(ANNA, 90_000)
    for _ in range(3):
        with pytest.raises(RateLimited) as caught:
            await budget.take(ANNA, 80_000)
        passed = 0 if shared is None else math.ceil(time.monotonic() - started)
        assert caught.value.code is Code.RATE_LIMITED
        assert 70_000 - passed <= (wait := caught.value.retry_after) <= 70_000
        assert f"Wait {wait:,.0f} s" in caught.value.message
        assert "100,000 points" in caught.value.message
    assert await budget.take(ANNA, 50) >= 9950


async def test_points_come_back_with_time_and_never_more_than_there_were() -> None:
    clock = Clock()
    budget = Budget(1000, 100, clock=clock)
    await budget.take(ANNA, 1000)
    clock.now += 2.5
    assert await budget.take(ANNA, 100) == 150
    clock.now += 10_000
    assert await budget.take(ANNA, 100) == 900


async def test_points_come_back_with_time_in_redis(redis: str) -> None:
    shared = Shared(redis)
    await shared.redis.flushall()
    size = 100_000
    budget = Budget(size, 1000, shared)
    before = time.monotonic()
    assert await budget.take(ANNA, size) == 0
    after = time.monotonic()
    await asyncio.sleep(0.2)
    least = (time.monotonic() - after) * 1000
    left = await budget.take(ANNA, 1)
    most = (time.monotonic() - before) * 1000
    assert least - 10 <= left <= most + 10
    assert 0 < await shared.redis.pttl(f"{PREFIX}budget:user:1") <= size, "a full bucket need not be kept"
    await shared.redis.hset(f"{PREFIX}budget:user:1", "at", "0")
    assert await budget.take(ANNA, 1) == size - 1, "never more than there were"
    await shared.close()


async def test_everyone_has_a_budget_of_their_own(shared: Shared | None) -> None:
    budget = standing(100, shared)
    for viewer, address in ((ANNA, ""), (BEN, ""), (KEY, ""), (NOBODY, "10.0.0.1"), (NOBODY, "10.0.0.2")):
        assert await budget.take(viewer, 100, address) == 0
        with pytest.raises(RateLimited):
            await budget.take(viewer, 100, address)
    assert len({payer(viewer, "10.0.0.1") for viewer in (ANNA, BEN, KEY, NOBODY)}) == 4
    assert payer(ANNA, "10.0.0.1") == payer(ANNA, "10.0.0.2")


async def test_what_costs_more_than_a_budget_takes_all_of_it(shared: Shared | None) -> None:
    budget = standing(100, shared)
    assert await budget.take(ANNA, 25_000) == 0
    with pytest.raises(RateLimited, match=r"this costs 100, .* Wait (100,000|99,99\d) s"):
        await budget.take(ANNA, 25_000)


async def test_many_at_once_take_no_more_than_there_is(shared: Shared | None) -> None:
    budgets = [standing(1000, shared) for _ in range(2 if shared else 1)]
    taken = await asyncio.gather(
        *(budgets[at % len(budgets)].take(ANNA, 100) for at in range(50)), return_exceptions=True
    )
    assert sum(isinstance(left, int) for left in taken) == 10
    assert all(isinstance(left, int | RateLimited) for left in taken)


async def test_the_memory_for_budgets_is_bounded() -> None:
    budget = Budget(100, 1, clock=Clock(), most=10)
    for at in range(100):
        await budget.take(NOBODY, 10, f"10.0.0.{at}")
    assert len(budget._held) == 10
    assert await budget.take(NOBODY, 10, "10.0.0.99") == 80
    assert await budget.take(NOBODY, 10, "10.0.0.0") == 90, "forgotten: its bucket is full again"


def test_no_point_is_lost_or_won_however_often_some_are_taken() -> None:
    """Whatever the clock says: its instants hold fractions of a point or of a second but roughly."""
    for now, size, rate, cost in (
        (10_000_012.34, 100_000, 1000, 5),
        (23_456_789.0, 20_000, 2000, 1),
        (3e7, 999, 10**9, 9),
    ):
        spend = Budget(size, rate).spending(ANNA, "", 9, cost)
        left = [json.loads(spend(now))["cost"]["remaining"] for _ in range(size // cost)]  # type: ignore[arg-type]
        assert left == list(range(size - cost, -1, -cost))
        with pytest.raises(RateLimited):
            spend(now)
    budget, now = Budget(100_000, 2000), 8161.962517661547
    budget._take_here("anna", 100_000, now)
    with pytest.raises(RateLimited, match="Wait 50 s"):
        budget._take_here("anna", 100_000, now)


async def test_who_asks_all_the_time_is_not_forgotten() -> None:
    """However they ask: the one seen longest ago is."""
    now = 10.0
    budget = Budget(100, 1000, most=2)
    again = budget.spending(ANNA, "", 100, 60)
    for way in (again, lambda now: budget._take_here(payer(ANNA, ""), 60, now)):
        again(now)
        budget._take_here("another", 60, now)
        now += 1
        way(now)
        budget._take_here("newcomer", 1, now)
        with pytest.raises(RateLimited):
            budget._take_here(payer(ANNA, ""), 60, now)
        assert budget._held.keys() == {payer(ANNA, ""), "newcomer"}
        now += 1


async def test_two_processes_share_one_budget_in_redis(redis: str) -> None:
    one, other = Shared(redis), Shared(redis)
    await one.redis.flushall()
    assert await standing(1000, one).take(ANNA, 600) == 400
    assert await standing(1000, other).take(ANNA, 300) == 100
    await one.close()
    await other.close()


# --- what the answer says -------------------------------------------------------------------------------------------


async def test_the_answer_says_what_it_cost_and_what_is_left(
    database: Database, viewer: Viewer, shared: Shared | None
) -> None:
    budget = Budget(5000, 1, shared, clock=Clock())  # Redis has a clock of its own, hence the slow refill
    engine, spend = Engine(database), partial(budget.spend, ANNA, "", 25_000)
    answer = await engine.execute("{ customers(first: 3) { nodes { id } } }", None, None, viewer, spend=spend)
    body = json.loads(answer.body)
    assert list(body) == ["data", "extensions"]
    assert body["extensions"] == {"cost": {"requested": 3, "max": 25_000, "remaining": 4997, "restoreRate": 1}}
    started = time.monotonic()
    # What is refused after it was paid for says so too.
    answer = await engine.execute("subscription { heartbeat }", None, None, viewer, spend=spend)
    body = json.loads(answer.body)
    assert list(body) == ["errors", "extensions"]
    left = body["extensions"]["cost"]["remaining"]
    passed = 0 if shared is None else math.ceil(time.monotonic() - started)
    assert 4996 <= left <= 4996 + passed


@pytest.mark.parametrize(
    ("query", "size", "taken"),
    [
        ("{ __typename }", 5000, 1),
        ("{ rateLimit { cost remaining } }", 5000, 1),
        ("{ viewer { name } }", 5000, 1),
        ("{ customers(first: 3) { nodes { id } } }", 2, 2),
    ],
)
async def test_what_is_told_is_what_was_taken(
    database: Database, viewer: Viewer, shared: Shared | None, query: str, size: int, taken: int
) -> None:
    """What weighs nothing costs a point, and what weighs more than a whole budget costs that."""
    engine = Engine(database)
    spend = partial(Budget(size, 1, shared, clock=Clock()).spend, ANNA, "", 25_000)
    body = json.loads((await engine.execute(query, None, None, viewer, spend=spend)).body)
    cost = body["extensions"]["cost"]
    assert (cost["requested"], cost["remaining"]) == (taken, size - taken)
    if "rateLimit" in body["data"]:
        assert body["data"]["rateLimit"] == {"cost": taken, "remaining": size - taken}


async def test_what_was_paid_is_noted_though_nothing_came_of_it(shared: Shared | None) -> None:
    class Slow:
        limits = Limits()

        async def execute(self, *_: Any, spend: Any, **__: Any) -> Any:
            told = spend(5)
            await (asyncio.sleep(0) if isinstance(told, bytes) else told)
            await asyncio.sleep(30)

    desk = Desk(Slow(), budget=standing(12, shared))  # type: ignore[arg-type]
    costs = []
    for code in (Code.TIMEOUT, Code.TIMEOUT, Code.RATE_LIMITED):
        entry = Entry("r1", "http", ANNA)
        with pytest.raises(Refusal) as refusal, Deadline(0.2) as deadline:
            await desk.run(Operation("{ x }"), ANNA, deadline, entry)
        assert refusal.value.code is code
        costs.append(entry.cost)
    assert costs == [5, 5, None]


async def test_what_is_left_can_be_asked_for_as_well(database: Database, viewer: Viewer, shared: Shared | None) -> None:
    engine, spend = Engine(database), partial(standing(5000, shared).spend, ANNA, "", 25_000)
    asked = "{ customers(first: 3) { nodes { id } } rateLimit { cost maxCost left: remaining __typename } }"
    body = json.loads((await engine.execute(asked, None, None, viewer, spend=spend)).body)
    assert body["data"]["rateLimit"] == {"cost": 3, "maxCost": 25_000, "left": 4997, "__typename": "RateLimit"}
    assert body["extensions"]["cost"]["remaining"] == 4997
    asked = 'mutation { deleteCustomer(input: {id: "cus_99"}) { errors { code } query { rateLimit { remaining } } } }'
    body = json.loads((await engine.execute(asked, None, None, viewer, spend=spend)).body)
    left = body["extensions"]["cost"]["remaining"]
    assert body["data"]["deleteCustomer"] == {
        "errors": [{"code": "NOT_FOUND"}],
        "query": {"rateLimit": {"remaining": left}},
    }
    body = json.loads((await engine.execute("{ rateLimit { cost } }", None, None, viewer)).body)
    assert body == {"data": {"rateLimit": None}}, "nobody counts"


def test_a_refusal_says_when_to_come_again() -> None:
    assert RateLimited("Wait.", 2.2).retry_after == 3.0


@given(st.lists(st.tuples(st.floats(0, 3), st.sampled_from([0, 1, 7, 60, 100, 5000]), st.booleans()), max_size=40))
def test_what_comes_again_is_paid_for_like_what_comes_once(steps: list[tuple[float, int, bool]]) -> None:
    """By the same viewer and by others who push them out, in whatever order."""
    now = 0.0
    budgets = [Budget(100, 10, most=1) for _ in range(2)]
    again = {cost: budgets[0].spending(ANNA, "", 25_000, cost) for cost in (0, 1, 7, 60, 100, 5000)}
    for pause, cost, other in steps:
        now += pause
        if other:
            for budget in budgets:
                budget._take_here("another", 1, now)
        found: list[int | str] = []
        for way in (again[cost], partial(budgets[1]._take_here, payer(ANNA, ""), budgets[1].due(cost))):
            try:
                told = way(now)
                found.append(told if isinstance(told, int) else json.loads(told)["cost"]["remaining"])
            except RateLimited as refusal:
                found.append(refusal.message)
        assert found[0] == found[1]


def test_each_way_is_of_who_pays_and_tells_the_most_they_may_ask_for() -> None:
    budget = Budget(1000, 10)
    asked = [(viewer, address, most) for viewer, address in ((ANNA, ""), (NOBODY, "::1")) for most in (500, 700)]
    ways = [budget.spending(viewer, address, most, 5) for viewer, address, most in asked]
    told = [json.loads(way(1.0))["cost"] for way in ways]  # type: ignore[arg-type]
    assert [cost["max"] for cost in told] == [500, 700, 500, 700]
    assert [cost["remaining"] for cost in told] == [995, 990, 995, 990]


def test_counting_and_telling_it_takes_no_time() -> None:
    budget = Budget(20_000, 100)
    start = time.thread_time()
    for _ in range(10_000):
        budget.spend(ANNA, "", 25_000, 0)
    assert (time.thread_time() - start) / 10_000 < 10e-6, "about 1 µs on a quiet machine"


# --- guessing -------------------------------------------------------------------------------------------------------


# --- without Redis --------------------------------------------------------------------------------------------------


async def test_without_redis_each_process_counts_for_itself(
    caplog: pytest.LogCaptureFixture, unused_port: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server.shared, "PAUSE", 60.0)
    shared = Shared(f"redis://127.0.0.1:{unused_port()}/0")
    asked, ask = [], shared.redis.evalsha
    monkeypatch.setattr(shared.redis, "evalsha", lambda *args: (asked.append(args), ask(*args))[1])
    budget, throttle = standing(1000, shared), SharedThrottle(Patience(2, 60, 60, 900), shared, "account")
    with caplog.at_level(logging.WARNING, "rapport.shared"):
        assert await budget.take(ANNA, 600) == 400
        with pytest.raises(RateLimited):
            await budget.take(ANNA, 600)
        assert [await throttle.allow("anna") is None for _ in range(3)] == [True, True, False]
        for _ in range(200):
            await budget.take(BEN, 1)
    assert len(asked) == 1, "it is not asked again each time"
    assert len(caplog.records) == 1, "said once"
    assert "6379" not in caplog.text
    await shared.close()


async def test_redis_may_go_and_come_back(
    caplog: pytest.LogCaptureFixture, unused_port: Callable[[], int], monkeypatch: pytest.MonkeyPatch, redis: str
) -> None:
    monkeypatch.setattr(server.shared, "PAUSE", 0.3)
    port = unused_port()
    shared = Shared(f"redis://127.0.0.1:{port}/0")
    budget = standing(1000, shared)
    with caplog.at_level(logging.WARNING, "rapport.shared"):
        with redis_server(port):
            assert await budget.take(ANNA, 100) == 900
        assert await budget.take(ANNA, 300) == 700, "counted in memory, from a full bucket"
        assert await budget.take(ANNA, 300) == 400
        with redis_server(port):
            await asyncio.sleep(0.4)
            assert await budget.take(ANNA, 100) == 900, "and in Redis again, which knows nothing"
            assert await budget.take(ANNA, 100) == 800
    assert [record.message.split(" (")[0] for record in caplog.records] == [
        "Redis cannot be used: each process counts for itself meanwhile",
        "Redis can be used again",
    ]
    await shared.close()


async def test_a_redis_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server.shared, "PATIENCE", 0.25)

    async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    listener = await asyncio.start_server(never, "127.0.0.1", 0)
    shared = Shared(f"redis://127.0.0.1:{listener.sockets[0].getsockname()[1]}/0")
    start = time.monotonic()
    assert await Budget(1000, 1, shared).take(ANNA, 100) == 900
    assert time.monotonic() - start < 2
    await shared.close()
    listener.close()


async def test_a_script_is_sent_once_and_then_named(redis: str) -> None:
    shared = Shared(redis)
    script = Script("return ARGV[1]")
    assert [await shared.run(script, "key", word) for word in ("a", "b")] == [b"a", b"b"]
    await shared.redis.script_flush()
    assert await shared.run(script, "key", "c") == b"c"
    await shared.close()


@pytest.fixture
def unused_port() -> Callable[[], int]:
    from tests.services import free_port

    return free_port
