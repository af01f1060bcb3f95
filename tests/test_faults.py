"""Takes away process, database and disk under write load: nothing acknowledged is lost, nothing denied is kept.

`python -m benchmarks.faults` does the same for as long as one likes.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from benchmarks.faults import disk, kill9, outage
from benchmarks.faults.company import found
from models.backends import postgres
from models.database import Database, Transaction
from schema.engine import Engine
from tests.viewers import ADMIN

CREATE = (
    "mutation M($input: CreateCustomerInput!) { createCustomer(input: $input) { customer { name } errors { code } } }"
)
READ = "{ customers(first: 1) { nodes { name } } }"


async def ask(engine: Engine, query: str, **given: Any) -> dict[str, Any]:
    answer = await engine.execute(query, {"input": given} if given else None, None, ADMIN)
    body: dict[str, Any] = json.loads(answer.body)
    return body


async def customers(database: Database, name: str) -> int:
    rows = await database.execute("SELECT name FROM customer")
    return [row[0] for row in rows].count(name)


@pytest.fixture
async def database(migrated_url: str) -> Any:
    await found(migrated_url)
    database = await Database.open(migrated_url)
    yield database
    await database.close()


@pytest.mark.slow
async def test_what_was_acknowledged_survives_kill_9(migrated_url: str) -> None:
    report = await kill9.run(migrated_url, 5)
    assert not report.wrong, report
    assert not report.dirty, report
    assert report.kills >= 1
    assert report.acknowledged > 10


@pytest.mark.slow
@pytest.mark.parametrize("faults", [["terminate", "session", "restart", "crash"], ["freeze"]], ids="-".join)
async def test_answers_are_right_or_clean_while_postgresql_is_lost(postgres: str, faults: Sequence[str]) -> None:
    report = await outage.run(list(faults))
    assert not report.wrong, report
    assert not report.dirty, report
    assert not report.failed(), report
    assert report.right > 100


async def test_a_full_disk_refuses_writes_and_goes_on_reading(tmp_path: Path) -> None:
    report = await disk.run(f"sqlite://{tmp_path / 'rapport.db'}")
    assert not report.wrong, report
    assert not report.dirty, report
    assert report.before
    assert report.refused
    assert report.reads == 30
    assert report.after == 30


async def test_nothing_is_read_after_the_commit(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever reading comes to then, what is stored is not denied."""
    engine = Engine(database)
    read = Transaction.read

    async def gone(*_: object) -> bytes:
        raise AssertionError("read outside of the transaction")

    async def while_open(self: Transaction, sql: str, args: Sequence[object] = ()) -> bytes | None:
        assert not self.committed
        return await read(self, sql, args)

    monkeypatch.setattr(Database, "read", gone)
    monkeypatch.setattr(Transaction, "read", while_open)
    query = CREATE.replace("errors { code }", "errors { code } query { customers { totalCount } }")
    body = await ask(engine, query, name="Kept")
    assert body == {
        "data": {
            "createCustomer": {"customer": {"name": "Kept"}, "errors": [], "query": {"customers": {"totalCount": 2}}}
        }
    }
    assert await customers(database, "Kept") == 1


async def test_a_commit_that_is_not_answered_says_so_and_the_key_decides(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.dialect == "sqlite":
        pytest.skip("SQLite commits in the process itself: there is no answer to be lost.")
    engine = Engine(database)
    commit = postgres.PostgresTransaction._send_commit

    async def lost(self: Any) -> str:
        await commit(self)
        raise asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")

    with monkeypatch.context() as patch:
        patch.setattr(postgres.PostgresTransaction, "_send_commit", lost)
        body = await ask(engine, CREATE, name="Perhaps", idempotencyKey="once")
    assert body["data"] == {"createCustomer": None}
    [error] = body["errors"]
    assert error["extensions"] == {"code": "OUTCOME_UNKNOWN"}
    assert error["path"] == ["createCustomer"]
    assert "same idempotencyKey" in error["message"]
    again = await ask(engine, CREATE, name="Perhaps", idempotencyKey="once")
    assert again == {"data": {"createCustomer": {"customer": {"name": "Perhaps"}, "errors": []}}}
    assert await customers(database, "Perhaps") == 1


async def test_a_commit_that_the_server_refuses_is_no_doubt(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A serialization failure at COMMIT is tried again like any other."""
    if database.dialect == "sqlite":
        pytest.skip("SQLite has one writer: nothing fails to serialize.")
    commit, failed = postgres.PostgresTransaction._send_commit, []

    async def refused(self: Any) -> str:
        if not failed:
            failed.append(self)
            await self._connection.execute("ROLLBACK")
            raise asyncpg.SerializationError("could not serialize access")
        return await commit(self)

    monkeypatch.setattr(postgres.PostgresTransaction, "_send_commit", refused)
    body = await ask(Engine(database), CREATE, name="Twice tried")
    assert "errors" not in body
    assert await customers(database, "Twice tried") == 1


async def test_a_commit_that_hangs_is_given_up_in_time(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    if database.dialect == "sqlite":
        pytest.skip("SQLite commits in the process itself.")
    database.seconds = 0.5

    async def hanging(self: Any) -> str:
        await asyncio.sleep(60)
        raise AssertionError

    with monkeypatch.context() as patch:
        patch.setattr(postgres.PostgresTransaction, "_send_commit", hanging)
        async with asyncio.timeout(0.5 + 3 * postgres.LEAVE_SECONDS + 1):
            body = await ask(Engine(database), CREATE, name="Hanging")
    assert body["errors"][0]["extensions"] == {"code": "OUTCOME_UNKNOWN"}
    assert "errors" not in await ask(Engine(database), CREATE, name="Next")


async def test_what_is_stored_when_time_runs_out_is_told(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of several mutations, those stored are answered; the one under way and those behind it were not done."""
    engine = Engine(database)
    fields = " ".join(
        f'{name}: createCustomer(input: {{name: "{name}"}}) {{ customer {{ name }} }}' for name in ("a", "b", "c")
    )
    read, seen = Transaction.read, []

    async def slow(self: Transaction, sql: str, args: Sequence[object] = ()) -> bytes | None:
        seen.append(sql)
        if len(seen) == 2:
            await asyncio.sleep(60)
        return await read(self, sql, args)

    monkeypatch.setattr(Transaction, "read", slow)
    async with asyncio.timeout(1):
        body = await ask(engine, f"mutation {{ {fields} }}")
    assert body["data"] == {"a": {"customer": {"name": "a"}}, "b": None, "c": None}
    assert [(error["path"], error["extensions"]["code"]) for error in body["errors"]] == [
        (["b"], "TIMEOUT"),
        (["c"], "TIMEOUT"),
    ]
    assert [await customers(database, name) for name in ("a", "b", "c")] == [1, 0, 0]


async def test_a_write_that_takes_too_long_is_taken_back(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    database.seconds = 0.3

    async def slow(*_: object) -> bytes:
        await asyncio.sleep(60)
        raise AssertionError

    with monkeypatch.context() as patch:
        patch.setattr(Transaction, "read", slow)
        body = await ask(Engine(database), CREATE, name="Slow")
    assert body["errors"][0]["extensions"] == {"code": "TIMEOUT"}
    assert await customers(database, "Slow") == 0
    database.seconds = 5
    assert "errors" not in await ask(Engine(database), CREATE, name="Next")
