"""Takes away process, database and disk under write load: nothing acknowledged is lost, nothing denied is kept.

`python -m benchmarks.faults` does the same for as long as one likes.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from benchmarks.faults import disk, kill9, outage
from benchmarks.faults.company import found
from models.backends import postgres, postgres_connections, postgres_ending, postgres_wire
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


ALONE = CREATE.replace("customer { name } ", "")
"""What reads nothing back, so that its COMMIT is sent by itself; with a record to show, both travel together."""
Send = Callable[..., Awaitable[Any]]


@pytest.fixture(params=[ALONE, CREATE], ids=["alone", "with the answer"])
def create(request: pytest.FixtureRequest, dialect: str) -> str:
    """A mutation for each way in which a COMMIT is sent to PostgreSQL."""
    if dialect == "sqlite":
        pytest.skip("SQLite commits in the process itself: there is no answer to be lost.")
    return str(request.param)


def sending_commits(monkeypatch: pytest.MonkeyPatch, instead: Callable[[Send], Send]) -> None:
    """Have something else done where a message with a COMMIT is sent."""
    for cls, name in ((postgres.PostgresTransaction, "_send_commit"), (postgres_ending.Ending, "_send")):
        monkeypatch.setattr(cls, name, instead(getattr(cls, name)))


def shown(query: str, name: str) -> dict[str, Any]:
    return {"createCustomer": {"errors": []} if query is ALONE else {"customer": {"name": name}, "errors": []}}


async def test_a_commit_that_is_not_answered_says_so_and_the_key_decides(
    database: Database, create: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Engine(database)

    def losing(commit: Send) -> Send:
        async def lost(*given: Any) -> str:
            await commit(*given)
            raise asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")

        return lost

    with monkeypatch.context() as patch:
        sending_commits(patch, losing)
        body = await ask(engine, create, name="Perhaps", idempotencyKey="once")
    assert body["data"] == {"createCustomer": None}
    [error] = body["errors"]
    assert error["extensions"] == {"code": "OUTCOME_UNKNOWN"}
    assert error["path"] == ["createCustomer"]
    assert "same idempotencyKey" in error["message"]
    again = await ask(engine, create, name="Perhaps", idempotencyKey="once")
    assert again == {"data": shown(create, "Perhaps")}
    assert await customers(database, "Perhaps") == 1


async def refusing_commits(database: Database, state: str, most: int) -> None:
    """Have the server refuse so many COMMITs of new customers."""
    await database.execute("CREATE SEQUENCE tries")
    await database.execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF nextval('tries') <= {most} THEN RAISE EXCEPTION 'refused' USING ERRCODE = '{state}'; END IF;"
        " RETURN NULL; END $$"
    )
    await database.execute(
        "CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON customer DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION refuse()"
    )


async def test_a_commit_that_fails_to_serialize_is_tried_again(database: Database, create: str) -> None:
    await refusing_commits(database, "40001", 1)
    assert await ask(Engine(database), create, name="Twice tried") == {"data": shown(create, "Twice tried")}
    assert await customers(database, "Twice tried") == 1
    assert await database.execute("SELECT last_value FROM tries") == [(2,)]


async def test_a_commit_that_the_server_refuses_is_no_doubt(database: Database, create: str) -> None:
    await refusing_commits(database, "23514", 100)
    body = await ask(Engine(database), create, name="Refused")
    assert body["data"]["createCustomer"]["errors"] == [{"code": "INVALID"}]
    assert await customers(database, "Refused") == 0


async def test_a_commit_that_hangs_is_given_up_in_time(
    database: Database, create: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.seconds = 0.5

    def hanging(_: Send) -> Send:
        async def hangs(*_: Any) -> str:
            await asyncio.sleep(60)
            raise AssertionError

        return hangs

    with monkeypatch.context() as patch:
        sending_commits(patch, hanging)
        async with asyncio.timeout(0.5 + 3 * postgres_connections.LEAVE_SECONDS + 1):
            body = await ask(Engine(database), create, name="Hanging")
    assert body["errors"][0]["extensions"] == {"code": "OUTCOME_UNKNOWN"}
    assert "errors" not in await ask(Engine(database), create, name="Next")


SLOW = CREATE.replace("customer { name }", "customer { name owner { name } }")
WAITING = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
STOPPING = {
    "the time is over": ("", "TIMEOUT"),
    "somebody stops the statement": ("pg_cancel_backend", "TIMEOUT"),
    "somebody ends the session": ("pg_terminate_backend", "OUTCOME_UNKNOWN"),
}


@pytest.mark.parametrize(("how", "code"), STOPPING.values(), ids=list(STOPPING))
async def test_an_answer_that_does_not_come_keeps_nothing(
    database: Database, migrated_url: str, dialect: str, how: str, code: str
) -> None:
    """The COMMIT behind it is not reached, and where the server lives to say so, nobody is left in doubt."""
    if dialect == "sqlite":
        pytest.skip("SQLite commits in the process itself.")
    engine = Engine(database)
    assert "errors" not in await ask(engine, SLOW, name="Warm")
    database.seconds = 10 if how else 0.5
    other = await asyncpg.connect(migrated_url)
    async with asyncio.timeout(30), other.transaction():
        await other.execute("LOCK TABLE sales_rep IN ACCESS EXCLUSIVE MODE")  # only the answer looks there
        asking = asyncio.create_task(ask(engine, SLOW, name="Slow"))
        if how:
            while (waiting := await other.fetchval(WAITING)) is None:
                pass
            await other.execute(f"SELECT {how}({waiting})")
        body = await asking
    await other.close()
    database.seconds = 10
    assert body["errors"][0]["extensions"] == {"code": code}
    assert await customers(database, "Slow") == 0
    assert await ask(engine, SLOW, name="Next") == {
        "data": {"createCustomer": {"customer": {"name": "Next", "owner": None}, "errors": []}}
    }


async def test_a_connection_keeps_what_it_sends_most_and_no_more(
    migrated_url: str, dialect: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if dialect == "sqlite":
        pytest.skip("SQLite's statements are kept by its driver.")
    monkeypatch.setattr(postgres_wire, "MOST_PREPARED", 12)
    await found(migrated_url)
    database = await Database.open(migrated_url, pool=1)
    for at in range(30):
        body = await ask(Engine(database), CREATE.replace("customer { name", f"customer {{ a{at}: name"), name=f"N{at}")
        assert body["data"]["createCustomer"]["customer"] == {f"a{at}": f"N{at}"}
    async with database.transaction() as transaction:
        names = await transaction.execute("SELECT name FROM pg_prepared_statements WHERE name LIKE 'ahead%'")
    assert 5 < len(names) <= 13
    await database.close()


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
            bound.reschedule(asyncio.get_running_loop().time())
            await asyncio.sleep(60)
        return await read(self, sql, args)

    monkeypatch.setattr(Transaction, "read", slow)
    async with asyncio.timeout(60) as bound:
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
