"""Cancels writes at every await: each is whole or gone, and the next read and write work at once."""

from __future__ import annotations

import asyncio
import json
import subprocess
import types
from collections.abc import AsyncIterator, Callable, Coroutine, Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from websockets.asyncio.client import connect

from benchmarks.faults.company import TOKEN, Company, found
from benchmarks.faults.kill9 import answers, start
from models.backends import postgres_ids
from models.backends.postgres_commits import Commits, Write
from models.database import Database
from resolvers.together import Crowd, Member
from schema.engine import Engine
from tests.services import free_port
from tests.viewers import ADMIN
from tests.writing import TABLES, TICKET, another, document, mutate, snapshot, tickets_at_once


@pytest.fixture
async def company(migrated_url: str) -> Company:
    return await found(migrated_url)


@pytest.fixture
async def database(migrated_url: str, company: Company) -> AsyncIterator[Database]:
    database = await Database.open(migrated_url, readers=2, pool=3)
    yield database
    await database.close()


@types.coroutine
def cancelled_at(work: Coroutine[Any, Any, Any], suspensions: set[int]) -> Generator[Any, Any, Any]:
    """Run `work`, cancelling its task at these of its suspensions; what it returns, and how many there were."""
    step: Callable[[Any], Any] = work.send
    value: Any = None
    seen = 0
    while True:
        try:
            waits_for = step(value)
        except StopIteration as end:
            return end.value, seen
        seen += 1
        if seen in suspensions:
            task = asyncio.current_task()
            assert task is not None
            task.cancel()
        try:
            value = yield waits_for
            step = work.send
        except BaseException as error:
            value = error
            step = work.throw


async def prepare_customer(engine: Engine, company: Company) -> dict[str, Any]:
    return {"name": "Cut off", "idempotencyKey": "one"}


async def prepare_order(engine: Engine, company: Company) -> dict[str, Any]:
    lines = [{"productId": company.product, "quantity": quantity} for quantity in (1, 2, 3)]
    credits = [{"repId": company.rep, "share": 10_000}]
    return {"customerId": company.customer, "lines": lines, "credits": credits}


async def prepare_confirmation(engine: Engine, company: Company) -> dict[str, Any]:
    order = await mutate(engine, "createOrder", await prepare_order(engine, company), "order { id }")
    return {"id": order["order"]["id"]}


async def prepare_deletion(engine: Engine, company: Company) -> dict[str, Any]:
    customer = await mutate(engine, "createCustomer", {"name": "To go"}, "customer { id }")
    new = {**await prepare_order(engine, company), "customerId": customer["customer"]["id"]}
    await mutate(engine, "createOrder", new, "order { id }")
    return {"id": customer["customer"]["id"]}


VERBS = {
    "createCustomer": (prepare_customer, "customer { id name }"),
    "createOrder": (prepare_order, "order { id lines(first: 5) { nodes { id } } }"),
    "confirmOrder": (prepare_confirmation, "order { status credits(first: 5) { nodes { share } } }"),
    "deleteCustomer": (prepare_deletion, "deletedId"),
}

Rows = dict[str, int]


async def counts(database: Database) -> Rows:
    """How many rows each table has, and how often rows were changed: what tells a whole write from none."""
    rows = await snapshot(database)
    seen: Rows = {table: len(rows[table]) for table in TABLES}
    for table in ("customer", "sales_order", "order_line", "order_credit"):
        seen[f"{table} versions"] = (await database.execute(f"SELECT coalesce(sum(version), 0) FROM {table}"))[0][0]
    return seen


def growth(before: Rows, after: Rows) -> Rows:
    return {name: after[name] - before[name] for name in before if after[name] != before[name]}


async def assert_healthy(engine: Engine) -> None:
    """A read and a write work at once, no transaction is left open, and every connection is free."""
    database = engine.database
    async with asyncio.timeout(5):
        assert await database.read("SELECT 1") == b"1"
        async with database.transaction():
            pass
    if database.dialect == "postgres":
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in %'"
        assert await database.execute(query) == [(0,)]
        async with asyncio.timeout(5):
            gate = asyncio.Barrier(3)
            await asyncio.gather(*(hold(database, gate) for _ in range(3)))


async def hold(database: Database, gate: asyncio.Barrier) -> None:
    async with database.transaction():
        await gate.wait()


@pytest.mark.slow
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("again", [0, 1], ids=["once", "twice"])
async def test_a_verb_cancelled_at_any_await_is_whole_or_gone(
    database: Database, company: Company, verb: str, again: int
) -> None:
    """Cancelled at every await in turn; the second time also once more, while it clears up."""
    engine = Engine(database)
    prepare, selection = VERBS[verb]
    query = document(verb, selection)
    before = await counts_after(database, prepare(engine, company))
    whole = growth(before[1], await counts_after_write(engine, verb, before[0]))
    assert whole
    at, seen, finished = 0, 1, 0
    while at <= seen:
        at += 1
        given = await prepare(engine, company)
        if verb == "createCustomer":
            given["idempotencyKey"] = f"key {at}"
        start = await counts(database)
        work = engine.execute(query, {"input": given}, None, ADMIN)
        answer = None
        try:
            async with asyncio.timeout(10):
                answer, seen = await asyncio.create_task(run(work, {at, at + again} if again else {at}))
        except asyncio.CancelledError:
            seen = max(seen, at + 1)
        grown = growth(start, await counts(database))
        assert grown in ({}, whole), f"cancelled at {at}"
        if answer is not None and "errors" not in json.loads(answer.body):
            assert grown == whole, f"answered, but not stored: cancelled at {at}"
            finished += 1
        if at % 5 == 0:
            await assert_healthy(engine)
    assert at > 2
    assert finished
    await assert_healthy(engine)


@pytest.mark.slow
@pytest.mark.parametrize("cut", [1, 3], ids=["one of them", "all of them"])
@pytest.mark.parametrize("again", [0, 1], ids=["once", "twice"])
@pytest.mark.parametrize("crowd", [False, True], ids=["a commit", "a batch"])
async def test_writes_that_share_a_commit_cancelled_at_any_await_are_whole_or_gone(
    database: Database, company: Company, cut: int, again: int, crowd: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of several senders that share a commit, or of one whose calls are done as one."""
    engine = Engine(database)
    given = {"customerId": company.customer, "issue": "Cut off"}
    query = document("createTicket", TICKET)
    before = await counts(database)
    await mutate(engine, "createTicket", given, TICKET)
    whole = growth(before, await counts(database))
    together: list[int] = []
    store = Commits._stored

    async def noted(commits: Commits, writes: Sequence[Write]) -> Any:
        together.append(len(writes))
        return await store(commits, writes)

    made = Crowd._made

    async def noted_crowd(crowd: Crowd, members: Sequence[Member]) -> Any:
        together.append(len(members))
        return await made(crowd, members)

    monkeypatch.setattr(Commits, "_stored", noted)
    monkeypatch.setattr(Crowd, "_made", noted_crowd)
    monkeypatch.setattr(postgres_ids, "LIFE", 60 * 10**9)
    at, seen, finished = 0, 1, 0
    while at <= seen:
        at += 1
        await tickets_at_once(engine, 4, **given)  # they leave their ids
        start = await counts(database)
        works = [engine.execute(query, {"input": given}, None, ADMIN if crowd else another()) for _ in "123"]
        tasks = [asyncio.create_task(run(work, {at, at + again} if n < cut else set())) for n, work in enumerate(works)]
        async with asyncio.timeout(10):
            found = await asyncio.gather(*tasks, return_exceptions=True)
        cancelled = sum(isinstance(each, BaseException) for each in found)
        assert cancelled <= cut, found
        ended = [each for each in found if not isinstance(each, BaseException)]
        answered = sum("errors" not in json.loads(answer.body) for answer, _ in ended)
        unknown = sum(b'"OUTCOME_UNKNOWN"' in answer.body for answer, _ in ended)
        seen = max([seen, at + 1 if cancelled else 0, *(steps for _, steps in ended)])
        grown = growth(start, await counts(database))
        stored = grown.get("ticket", 0)
        assert max(answered, 3 - cut) <= stored <= answered + unknown, f"cancelled at {at}"
        assert grown == {name: stored * rows for name, rows in whole.items() if stored}, f"cancelled at {at}"
        finished += answered
        if at % 5 == 0:
            await assert_healthy(engine)
    assert at > 1
    assert finished
    if crowd or database.dialect == "postgres":
        assert 3 in together
    await assert_healthy(engine)


async def counts_after(database: Database, preparing: Coroutine[Any, Any, dict[str, Any]]) -> tuple[Any, Rows]:
    given = await preparing
    return given, await counts(database)


async def counts_after_write(engine: Engine, verb: str, given: dict[str, Any]) -> Rows:
    await mutate(engine, verb, given, VERBS[verb][1])
    return await counts(engine.database)


async def run(work: Coroutine[Any, Any, Any], suspensions: set[int]) -> tuple[Any, int]:
    answer, seen = await cancelled_at(work, suspensions)
    return answer, seen


async def test_a_write_that_is_stored_answers_even_if_it_is_cancelled_meanwhile(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cancelled right after COMMIT, before anybody else has run: the answer stands."""
    engine = Engine(database)
    left = database.transaction

    class Cancelling:
        """A transaction whose task is cancelled while it is committed."""

        def __init__(self) -> None:
            self.inner = left()

        async def __aenter__(self) -> Any:
            return await self.inner.__aenter__()

        async def __aexit__(self, *error: Any) -> Any:
            task = asyncio.current_task()
            assert task is not None
            asyncio.get_running_loop().call_soon(task.cancel)
            return await self.inner.__aexit__(*error)

    monkeypatch.setattr(database, "transaction", Cancelling)
    query = document("createCustomer", "customer { name }")
    task = asyncio.create_task(engine.execute(query, {"input": {"name": "Late"}}, None, ADMIN))
    answer = await task
    assert json.loads(answer.body)["data"]["createCustomer"]["customer"] == {"name": "Late"}
    assert await database.execute("SELECT count(*) FROM customer WHERE name = 'Late'") == [(1,)]


@contextmanager
def serving(url: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    server = start(url, port)
    try:
        yield server
    finally:
        server.terminate()
        server.wait(timeout=30)


@pytest.mark.slow
async def test_many_writes_over_a_websocket_cancelled_at_once_leave_the_server_working(
    migrated_url: str, company: Company
) -> None:
    port = free_port()
    query = document("createCustomer", "customer { id }")
    greeting = json.dumps({"type": "connection_init", "payload": {"authorization": f"Bearer {TOKEN}"}})
    with serving(migrated_url, port) as server:
        await answers(port, server)
        for wait in (0, 0.02, None):
            async with connect(f"ws://127.0.0.1:{port}/graphql", subprotocols=["graphql-transport-ws"]) as socket:  # type: ignore[list-item]
                await socket.send(greeting)
                assert json.loads(await socket.recv())["type"] == "connection_ack"
                for number in range(150):
                    payload = {"query": query, "variables": {"input": {"name": f"W {wait} {number}"}}}
                    await socket.send(json.dumps({"id": str(number), "type": "subscribe", "payload": payload}))
                    if wait is None:  # each right after it began: all of them begin
                        await socket.send(json.dumps({"id": str(number), "type": "complete"}))
                await asyncio.sleep(wait or 0)
                for number in range(150):
                    await socket.send(json.dumps({"id": str(number), "type": "complete"}))
                payload = {"query": query, "variables": {"input": {"name": f"Last {wait}"}}}
                await socket.send(json.dumps({"id": "last", "type": "subscribe", "payload": payload}))
                async with asyncio.timeout(5):
                    while (message := json.loads(await socket.recv()))["id"] != "last":
                        refused = message["type"] == "error" and message["payload"][0]["extensions"]["code"]
                        # At most 50 run at once; the others are told so, and are not begun.
                        assert message["type"] in ("next", "complete") or refused == "RATE_LIMITED", message
                        assert not (refused and wait is None)
                assert message["payload"]["data"]["createCustomer"]["customer"], message
    database = await Database.open(migrated_url)
    try:
        names = [row[0] for row in await database.execute("SELECT name FROM customer")]
        assert {"Last 0", "Last 0.02", "Last None"} <= set(names)
        assert len(names) == len(set(names))
        audited = await database.execute("SELECT count(*) FROM audit_entry WHERE entity = 'Customer'")
        assert audited == [(len(names),)]
    finally:
        await database.close()
