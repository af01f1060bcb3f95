"""Writes at the same time: in one process and in two, on one record and on many, and with one key."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from benchmarks.faults.company import Company, found
from models import backends
from models.database import Database
from resolvers import records, write
from schema.engine import Engine
from tests.writing import ask, document, mutate

ROOT = Path(__file__).resolve().parent.parent

WRITER = """
import asyncio, json, sys
import access
from models.database import Database
from schema.engine import Engine
from tests.viewers import ADMIN

async def main(url, name, count):
    database = await Database.open(url, readers=1)
    engine = Engine(database)
    print("ready", flush=True)
    sys.stdin.readline()
    query = "mutation M($input: CreateCustomerInput!) { createCustomer(input: $input) { customer { id } } }"
    wrong = []
    async def one(number):
        answer = await engine.execute(query, {"input": {"name": f"{name} {number}"}}, None, ADMIN)
        if b"errors" in answer.body:
            wrong.append(answer.body.decode())
    for at in range(0, count, 5):
        await asyncio.gather(*(one(number) for number in range(at, at + 5)))
    await database.close()
    print(json.dumps(wrong))

asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
"""


@pytest.fixture
async def company(migrated_url: str) -> Company:
    return await found(migrated_url)


@pytest.fixture
async def database(migrated_url: str, company: Company) -> AsyncIterator[Database]:
    database = await Database.open(migrated_url)
    yield database
    await database.close()


@pytest.fixture
def engine(database: Database) -> Engine:
    return Engine(database)


async def rows(database: Database, query: str) -> list[Any]:
    return [row[0] for row in await database.execute(query)]


@pytest.mark.slow
async def test_two_processes_write_one_database(migrated_url: str, company: Company, database: Database) -> None:
    """No write fails because another process has the lock, and each is there once."""
    each = 150
    writers = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", WRITER, migrated_url, name, str(each), cwd=ROOT,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )
        for name in ("left", "right")
    ]  # fmt: skip
    try:
        async with asyncio.timeout(60):
            for writer in writers:
                assert writer.stdout is not None
                assert await writer.stdout.readline() == b"ready\n"
            outputs = await asyncio.gather(*(writer.communicate(b"go\n") for writer in writers))
    finally:
        for writer in writers:
            if writer.returncode is None:
                writer.kill()
    assert [json.loads(output) for output, _ in outputs] == [[], []]
    names = Counter(await rows(database, "SELECT name FROM customer WHERE name LIKE 'left %' OR name LIKE 'right %'"))
    assert len(names) == 2 * each
    assert set(names.values()) == {1}


async def test_fifty_creates_with_one_key_make_one_row(engine: Engine, database: Database) -> None:
    query = document("createCustomer", "customer { id name }")
    given = {"name": "Only one", "idempotencyKey": "the same"}
    bodies = await asyncio.gather(*(ask(engine, query, input=given) for _ in range(50)))
    assert all("errors" not in body for body in bodies), [body for body in bodies if "errors" in body][:3]
    made = {json.dumps(body["data"]["createCustomer"]["customer"]) for body in bodies}
    assert len(made) == 1
    assert await rows(database, "SELECT count(*) FROM customer WHERE name = 'Only one'") == [1]
    assert await rows(database, "SELECT count(*) FROM audit_entry WHERE kind = 'CREATED' AND entity = 'Customer'") == [
        2
    ]


async def test_fifty_updates_that_expect_one_version_are_won_by_one(
    engine: Engine, database: Database, company: Company
) -> None:
    """Whoever is late is told that the record has moved on."""
    query = document("updateCustomer", "customer { version }")
    given = [{"id": company.customer, "city": f"City {number}", "expectedVersion": 1} for number in range(50)]
    bodies = await asyncio.gather(*(ask(engine, query, input=each) for each in given))
    assert all("errors" not in body for body in bodies)
    payloads = [body["data"]["updateCustomer"] for body in bodies]
    assert sum(not payload["errors"] for payload in payloads) == 1
    stale = [payload["errors"][0]["code"] for payload in payloads if payload["errors"]]
    assert stale == ["STALE"] * 49
    assert await rows(database, "SELECT version FROM customer") == [2]


async def order_of(engine: Engine, company: Company) -> str:
    lines = [{"productId": company.product, "quantity": 5}]
    payload = await mutate(engine, "createOrder", {"customerId": company.customer, "lines": lines}, "order { id }")
    return str(payload["order"]["id"])


async def test_of_two_confirmations_at_once_one_wins(engine: Engine, database: Database, company: Company) -> None:
    for _ in range(5):
        order = await order_of(engine, company)
        payloads = await asyncio.gather(*(mutate(engine, "confirmOrder", {"id": order}) for _ in range(4)))
        assert sorted(len(payload["errors"]) for payload in payloads) == [0, 1, 1, 1]
        assert {payload["errors"][0]["code"] for payload in payloads if payload["errors"]} == {"NOT_ALLOWED"}
    assert await rows(database, "SELECT count(*) FROM order_credit GROUP BY order_id") == [1] * 5


async def test_no_more_is_delivered_than_was_ordered(engine: Engine, database: Database, company: Company) -> None:
    """Twenty want one of five units each, at once: five get one."""
    order = await order_of(engine, company)
    await mutate(engine, "confirmOrder", {"id": order})
    shown = await ask(
        engine, "query Q($id: ID!) { node(id: $id) { ... on Order { lines(first: 1) { nodes { id } } } } }", id=order
    )
    line = shown["data"]["node"]["lines"]["nodes"][0]["id"]
    given = {"id": order, "lines": [{"lineId": line, "quantity": 1}]}
    payloads = await asyncio.gather(*(mutate(engine, "fulfilOrder", given) for _ in range(20)))
    assert sum(not payload["errors"] for payload in payloads) == 5
    assert await rows(database, "SELECT quantity_fulfilled FROM order_line") == [5]
    given["reason"] = "Broken"
    payloads = await asyncio.gather(*(mutate(engine, "returnOrder", given) for _ in range(20)))
    assert sum(not payload["errors"] for payload in payloads) == 5
    assert await rows(database, "SELECT quantity_returned FROM order_line") == [5]
    assert await rows(database, "SELECT sum(net_minor) FROM order_return") == await rows(
        database, "SELECT net_minor FROM sales_order"
    )


async def test_lines_added_at_once_all_count(engine: Engine, database: Database, company: Company) -> None:
    order = await order_of(engine, company)
    given = {"id": order, "productId": company.product, "quantity": 1}
    payloads = await asyncio.gather(*(mutate(engine, "addOrderLine", given) for _ in range(20)))
    assert not any(payload["errors"] for payload in payloads)
    assert sorted(await rows(database, "SELECT position FROM order_line")) == list(range(1, 22))
    assert await rows(database, "SELECT net_minor FROM sales_order") == await rows(
        database, "SELECT sum(net_minor) FROM order_line"
    )


async def test_a_deadlock_is_tried_again(engine: Engine, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two verbs that lock two customers each, in opposite order: the one PostgreSQL stops is done all the same."""
    ids = [
        (await mutate(engine, "createCustomer", {"name": name}, "customer { id }"))["customer"]["id"]
        for name in ("first", "second")
    ]
    fetch_many, tries, gate = records.fetch_many, Counter[str](), asyncio.Barrier(2)

    async def one_by_one(viewer: Any, model: Any, wanted: Any, *, lock: bool = False) -> Any:
        """Lock in the order of the request rather than of the ids, and wait for each other in between."""
        if not lock or database.dialect == "sqlite":
            return await fetch_many(viewer, model, wanted, lock=lock)
        task = asyncio.current_task()
        assert task is not None
        tries[task.get_name()] += 1
        if sum(tries.values()) > 2:  # tried again: it could meet the other a second time
            await asyncio.wait([each for each in tasks if each is not task])
        order = sorted(wanted, reverse=task.get_name() == "backwards")
        found = await fetch_many(viewer, model, order[:1], lock=True)
        if sum(tries.values()) <= 2:
            await gate.wait()
        return found | await fetch_many(viewer, model, order[1:], lock=True)

    monkeypatch.setattr(records, "fetch_many", one_by_one)
    query = document("updateCustomers", "writtenCount")

    async def update(name: str) -> dict[str, Any]:
        return await ask(engine, query, input={"items": [{"id": id_, "city": name} for id_ in ids]})

    tasks = [asyncio.create_task(update(name), name=name) for name in ("forwards", "backwards")]
    for body in await asyncio.gather(*tasks):
        assert body == {"data": {"updateCustomers": {"writtenCount": 2, "errors": []}}}
    versions = await rows(database, "SELECT version FROM customer WHERE name IN ('first', 'second')")
    assert versions == [3, 3]
    assert len(set(await rows(database, "SELECT city FROM customer WHERE name IN ('first', 'second')"))) == 1
    if database.dialect == "postgres":
        assert sum(tries.values()) == 3


async def test_batches_that_overlap_never_run_into_each_other(engine: Engine, database: Database) -> None:
    """Batches lock their records in one order, whatever order they name them in."""
    ids = [
        (await mutate(engine, "createCustomer", {"name": f"c{number}"}, "customer { id }"))["customer"]["id"]
        for number in range(8)
    ]
    query = document("updateCustomers", "writtenCount")

    async def update(number: int) -> dict[str, Any]:
        order = ids[number:] + ids[:number]
        items = [{"id": id_, "city": f"City {number}"} for id_ in (order if number % 2 else order[::-1])]
        return await ask(engine, query, input={"items": items})

    for body in await asyncio.gather(*(update(number) for number in range(8))):
        assert body == {"data": {"updateCustomers": {"writtenCount": 8, "errors": []}}}
    assert len(set(await rows(database, "SELECT city FROM customer WHERE name LIKE 'c%'"))) == 1


class Deadlock(Exception):
    """What PostgreSQL says to the transaction that it stops."""

    sqlstate = "40P01"


async def test_what_keeps_running_into_others_is_given_up(
    engine: Engine, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After so many tries, with ever longer pauses between them, the error is told, and nothing is written."""
    tries: list[float] = []

    async def always(*_: Any) -> Any:
        tries.append(time.monotonic())
        raise Deadlock("deadlock detected")

    with monkeypatch.context() as patch:
        patch.setattr(write.Call, "write_journal", always)
        body = await ask(engine, document("createCustomer", "customer { id }"), input={"name": "Never"})
    assert len(tries) == write.ATTEMPTS
    for number, (before, after) in enumerate(pairwise(tries)):
        assert after - before >= backends.PAUSE * 2**number / 2
    assert body["data"] == {"createCustomer": None}
    assert "Try again shortly" in body["errors"][0]["message"]
    assert await rows(database, "SELECT count(*) FROM customer WHERE name = 'Never'") == [0]


async def test_a_pause_before_the_next_try_ends_with_the_request(
    engine: Engine, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The deadline of a write counts its pauses in."""
    tries = []

    async def always(*_: Any) -> Any:
        tries.append(1)
        raise Deadlock("deadlock detected")

    with monkeypatch.context() as patch:
        patch.setattr(write.Call, "write_journal", always)
        patch.setattr(backends, "PAUSE", 3600)
        patch.setattr(database, "seconds", 0.5)
        body = await ask(engine, document("createCustomer", "customer { id }"), input={"name": "Never"})
    assert len(tries) == 1
    assert "took too long and was stopped" in body["errors"][0]["message"]
    assert await mutate(engine, "createCustomer", {"name": "Afterwards"}) == {"errors": []}
    assert await rows(database, "SELECT count(*) FROM customer WHERE name = 'Never'") == [0]
