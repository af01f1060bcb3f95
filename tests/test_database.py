"""Reads, writes and transactions hold on both databases: side by side, too slow, cancelled, killed."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import os
import random
import signal
import subprocess
import sys
import time
import types
from collections.abc import AsyncIterator, Callable, Coroutine, Generator
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import pytest
from tortoise.exceptions import IntegrityError, TransactionManagementError
from tortoise.transactions import in_transaction

from compiler.dialect import DIALECTS
from compiler.money import CURRENCIES, EXPONENTS, amount_text, exponent, scale_sql
from models import OutboxEvent, Team
from models.backends.period import Periods
from models.backends.sqlite_writer import FEW
from models.database import Database, DatabaseUnavailable, StatementTimeout, migrate
from tests.databases import assert_healthy, count, write_one
from tests.services import create_database, drop_database

ROOT = Path(__file__).resolve().parent.parent
NOW = dt.datetime(2026, 1, 31, 9, 30, tzinfo=dt.UTC)


@pytest.fixture
async def database(migrated_url: str) -> AsyncIterator[Database]:
    """Empty tables of the test's own, open for writing."""
    database = await Database.open(migrated_url)
    yield database
    await database.close()


def mark(database: Database, number: int) -> str:
    return f"?{number}" if database.dialect == "sqlite" else f"${number}"


def slow(database: Database) -> str:
    """A statement that runs for a minute."""
    if database.dialect == "postgres":
        return "SELECT pg_sleep(60)::text"
    return "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1e9) SELECT count(*) FROM n"


# --- reading


async def test_an_answer_is_the_first_column_of_the_first_row_in_utf8(database: Database) -> None:
    assert await database.read("SELECT 'Zoë', 2") == "Zoë".encode()
    assert await database.read("SELECT 42") == b"42"
    assert await database.read("SELECT NULL") is None
    assert await database.read("SELECT name FROM team") is None
    json = "json_object('a', 'ü')" if database.dialect == "sqlite" else "json_build_object('a', 'ü')"
    assert (await database.read(f"SELECT {json}") or b"").replace(b" ", b"") == '{"a":"ü"}'.encode()


async def test_arguments_are_values_whatever_they_hold(database: Database) -> None:
    first, second = mark(database, 1), mark(database, 2)
    cast = "" if database.dialect == "sqlite" else "::text"
    nasty = "'; DROP TABLE team; -- \" % _ \\ 張"
    query = f"SELECT {second}{cast} || {first}{cast} || {second}{cast}"
    assert await database.read(query, ["-", nasty]) == f"{nasty}-{nasty}".encode()


async def test_reads_are_counted(database: Database) -> None:
    before = database.statements
    await asyncio.gather(*(database.read("SELECT 1") for _ in range(5)))
    assert database.statements == before + 5


async def test_reads_cannot_write(database: Database) -> None:
    with pytest.raises(Exception, match=r"(?i)read.?only"):
        await database.read("DELETE FROM team")


async def test_a_wrong_statement_raises_and_the_next_works(database: Database) -> None:
    for _ in range(20):
        with pytest.raises(Exception, match="nowhere"):
            await database.read("SELECT x FROM nowhere")
    assert await database.read("SELECT 1") == b"1"


async def test_reads_go_on_while_a_long_write_is_open(database: Database) -> None:
    async with database.transaction():
        for number in range(200):
            await Team.create(name=f"team {number}")
        start = time.monotonic()
        assert await asyncio.gather(*(count(database) for _ in range(100))) == [0] * 100
        assert time.monotonic() - start < 2
    assert await count(database) == 200


async def test_a_slow_statement_is_stopped_and_its_connection_serves_on(migrated_url: str) -> None:
    database = await Database.open(migrated_url, readers=2, pool=2, statement_timeout=0.3)
    try:
        start = time.monotonic()
        outcomes = await asyncio.gather(*(database.read(slow(database)) for _ in range(2)), return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [StatementTimeout] * 2
        assert time.monotonic() - start < 2
        assert await asyncio.gather(*(database.read("SELECT 1") for _ in range(10))) == [b"1"] * 10
    finally:
        await database.close()


async def test_waiting_for_a_connection_ends_too(migrated_url: str) -> None:
    database = await Database.open(migrated_url, readers=1, pool=1, statement_timeout=0.3)
    try:
        outcomes = await asyncio.gather(*(database.read(slow(database)) for _ in range(6)), return_exceptions=True)
        assert all(isinstance(outcome, StatementTimeout | DatabaseUnavailable) for outcome in outcomes)
        await asyncio.sleep(0.5)
        assert await database.read("SELECT 1") == b"1"
    finally:
        await database.close()


async def test_a_cancelled_read_frees_its_connection_at_once(migrated_url: str) -> None:
    database = await Database.open(migrated_url, readers=2, pool=2, statement_timeout=30)
    try:
        tasks = [asyncio.create_task(database.read(slow(database))) for _ in range(8)]
        await asyncio.sleep(0.2)
        for task in tasks:
            task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [asyncio.CancelledError] * 8
        async with asyncio.timeout(3):
            assert await asyncio.gather(*(database.read("SELECT 1") for _ in range(20))) == [b"1"] * 20
    finally:
        await database.close()


async def test_a_read_cancelled_at_any_time_gives_its_answer_to_nobody_else(database: Database) -> None:
    cast = "" if database.dialect == "sqlite" else "::text"
    query = f"SELECT {mark(database, 1)}{cast}"
    chance = random.Random(1)
    for _ in range(30):
        tasks = {str(n): asyncio.create_task(database.read(query, [str(n)])) for n in range(20)}
        for task in tasks.values():
            if chance.random() < 0.5:
                asyncio.get_running_loop().call_later(chance.random() * 0.002, task.cancel)
        for number, task in tasks.items():
            with contextlib.suppress(asyncio.CancelledError):
                assert await task == number.encode()
    await assert_healthy(database)


async def test_a_server_that_drops_connections_is_said_to_be_unavailable_and_then_served_again(
    postgres: str,
) -> None:
    url = await create_database(postgres)
    await migrate(url)
    database = await Database.open(url, statement_timeout=60)
    other = await Database.open(postgres)
    name = [url.rpartition("/")[2]]
    sleeping = "SELECT count(*) FROM pg_stat_activity WHERE datname = $1 AND wait_event = 'PgSleep'"
    try:
        reading = [asyncio.create_task(database.read("SELECT pg_sleep(60)")) for _ in range(3)]
        async with asyncio.timeout(30):
            while await other.execute(sleeping, name) != [(3,)]:  # noqa: ASYNC110 -- only the database knows
                await asyncio.sleep(0.01)
        await other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
        outcomes = await asyncio.gather(*reading, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [DatabaseUnavailable] * 3
        assert await database.read("SELECT 1") == b"1"
    finally:
        await other.close()
        await database.close()
        await drop_database(postgres, url)


async def test_a_database_that_is_not_there_is_unavailable() -> None:
    for url in ("sqlite:///nowhere/at/all.db", "postgres://somebody@127.0.0.1:1/nothing"):
        with pytest.raises(DatabaseUnavailable):
            await Database.open(url)
        with pytest.raises(DatabaseUnavailable):
            await migrate(url)


async def test_an_absolute_path_may_have_a_slash_more(tmp_path: Path) -> None:
    """`sqlite:////srv/crm.db` is how other tools spell what is `sqlite:///srv/crm.db` here."""
    url = f"sqlite:///{tmp_path}/crm.db"
    await migrate(url)
    database = await Database.open(url)
    try:
        await assert_healthy(database)
    finally:
        await database.close()
    assert (tmp_path / "crm.db").is_file()


async def test_a_url_of_another_kind_is_refused() -> None:
    for url in ("mysql://x", "crm.db", "sqlite://:memory:"):
        with pytest.raises(ValueError, match=r"sqlite://|file"):
            await Database.open(url)


async def test_a_closed_database_says_so(migrated_url: str) -> None:
    database = await Database.open(migrated_url)
    await database.close()
    await database.close()
    with pytest.raises(DatabaseUnavailable):
        await database.read("SELECT 1")
    with pytest.raises(DatabaseUnavailable):
        await database.execute("SELECT 1")
    with pytest.raises(DatabaseUnavailable):
        async with database.transaction():
            pass


# --- writing


async def test_an_instant_is_stored_in_utc_to_the_millisecond_and_read_back_as_it_was(
    database: Database,
) -> None:
    given = dt.datetime(2026, 1, 31, 12, 30, 5, 987654, tzinfo=dt.timezone(dt.timedelta(hours=3)))
    team = await Team.create(name="North", created_at=given)
    stored = await database.execute("SELECT created_at FROM team")
    if database.dialect == "sqlite":
        assert stored == [("2026-01-31T09:30:05.987Z",)]
    assert (await Team.get(id=team.id)).created_at == given.replace(microsecond=987000)
    assert await Team.filter(created_at__gt=given - dt.timedelta(seconds=1), created_at__lte=given).count() == 1


async def test_an_instant_without_a_zone_is_refused(database: Database) -> None:
    if database.dialect == "sqlite":
        with pytest.raises(Exception, match="no time zone"):
            await database.execute("SELECT ?1", [dt.datetime(2026, 1, 31)])


async def test_a_folded_column_follows_its_source(database: Database) -> None:
    team = await Team.create(name="STRAẞE")
    team.name = "İzmir"
    await team.save(update_fields=["name"])
    await Team.bulk_create([Team(name="ÅBO")])
    assert await Team.all().order_by("id").values_list("name_fold", flat=True) == ["izmir", "åbo"]


async def test_a_transaction_is_stored_whole_or_not_at_all(database: Database) -> None:
    async with database.transaction() as transaction:
        await Team.create(name="North")
        assert await transaction.read("SELECT count(*) FROM team") == b"1"
        assert await database.execute("SELECT count(*) FROM team") == [(1,)]
        assert await count(database) == 0
    assert await count(database) == 1
    with pytest.raises(RuntimeError, match="changed my mind"):
        async with database.transaction():
            await Team.create(name="South")
            raise RuntimeError("changed my mind")
    assert await count(database) == 1
    await assert_healthy(database)


async def test_a_transaction_within_another_can_be_taken_back_alone(database: Database) -> None:
    async with database.transaction():
        await Team.create(name="North")
        with pytest.raises(RuntimeError):
            async with database.transaction():
                await Team.create(name="South")
                raise RuntimeError
        async with database.transaction():
            await Team.create(name="East")
    assert await Team.all().order_by("id").values_list("name", flat=True) == ["North", "East"]
    await assert_healthy(database)


async def test_the_last_statement_may_take_the_commit_along(database: Database) -> None:
    async with database.transaction() as transaction:
        await Team.create(name="North")
        transaction.end()
        assert await transaction.read("SELECT count(*) FROM team") == b"1"
    assert transaction.committed
    # One that fails takes nothing along, and neither does one within a savepoint.
    with pytest.raises(Exception, match="nowhere"):
        async with database.transaction() as transaction:
            await Team.create(name="South")
            transaction.end()
            await transaction.read("SELECT count(*) FROM nowhere")
    assert not transaction.committed
    with pytest.raises(RuntimeError):
        async with database.transaction():
            await Team.create(name="East")
            async with database.transaction() as inner:
                inner.end()
                assert await inner.read("SELECT count(*) FROM team") == b"2"
            raise RuntimeError
    assert await database.read("SELECT count(*) FROM team") == b"1"
    await assert_healthy(database)


async def test_a_last_statement_that_is_cancelled_once_it_is_stored_gives_its_rows_all_the_same(
    database: Database,
) -> None:
    """At whichever turn of the loop: what is not stored is gone, and what is stored is told."""
    outcomes = set()
    for turns in range(12):
        name, told = f"Team {turns}", []

        async def write(name: str = name, told: list[bytes | None] = told) -> None:
            async with database.transaction() as transaction:
                await Team.create(name=name)
                transaction.end()
                told.append(await transaction.read("SELECT name FROM team ORDER BY id DESC LIMIT 1"))

        task = asyncio.create_task(write())
        for _ in range(turns):
            await asyncio.sleep(0.0005)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        stored = await Team.filter(name=name).count()
        if database.dialect == "sqlite":
            assert (stored == 1) == (told == [name.encode()]), (turns, told)
        outcomes.add(stored)
    assert outcomes == {0, 1}
    await assert_healthy(database)


async def test_a_swallowed_error_never_looks_like_a_stored_write(database: Database) -> None:
    stored = True
    try:
        async with database.transaction():
            await Team.create(name="North")
            try:
                await Team.create(name="NORTH")
            except Exception:
                stored = database.dialect == "sqlite"  # which goes on after a statement that failed
    except Exception:
        assert database.dialect == "postgres"
    else:
        assert stored
    assert await count(database) == int(stored)
    await assert_healthy(database)


async def test_a_task_that_outlives_its_transaction_writes_nothing(database: Database) -> None:
    gate = asyncio.Event()

    async def late() -> None:
        await gate.wait()
        await Team.create(name="late")

    async with database.transaction():
        task = asyncio.create_task(late())
        await asyncio.sleep(0)
    gate.set()
    with pytest.raises(TransactionManagementError):
        await task
    assert await count(database) == 0


async def test_two_databases_are_open_at_once_and_each_gets_its_own_rows(postgres: str, tmp_path: Path) -> None:
    urls = [f"sqlite://{tmp_path}/a.db", await create_database(postgres)]
    databases = []
    for url in urls:
        await migrate(url)
        databases.append(await Database.open(url))
    for number, database in enumerate([*databases, *databases]):
        async with database.transaction():
            await Team.create(name=f"Team {number}")
    names = [await database.execute("SELECT name FROM team ORDER BY id") for database in databases]
    assert names == [[("Team 0",), ("Team 2",)], [("Team 1",), ("Team 3",)]]
    await databases[1].close()
    # Without a transaction, models go to the one that is left.
    assert await Team.all().count() == 2
    await Team.create(name="Team 4")
    await databases[0].close()
    await drop_database(postgres, urls[1])


async def test_what_stands_behind_a_statement_that_failed_can_be_written_by_the_next(migrated_url: str) -> None:
    """The server has not looked at it: it knows no more of it than before."""
    database = await Database.open(migrated_url, pool=1)
    team = Team(id=1, name="North", created_at=NOW, updated_at=NOW)
    columns, event = ("at", "entity", "entity_id", "kind"), (NOW, "Team", 1, "CREATED")
    for _ in range(3):
        with pytest.raises(IntegrityError):
            async with database.transaction() as transaction:
                transaction.insert([team])
                transaction.insert([team])
                transaction.append(OutboxEvent, columns, [event])
                await transaction.read("SELECT 1")
    if database.dialect == "postgres":
        async with database.transaction() as transaction:
            kept = await transaction.read("SELECT count(*)::text FROM pg_prepared_statements WHERE name LIKE 'ahead%'")
            assert kept == b"1", "its BEGIN"
    for _ in range(2):
        async with database.transaction() as transaction:
            transaction.append(OutboxEvent, columns, [event])
    assert await database.read("SELECT count(*) FROM outbox_event") == b"2"
    assert await count(database) == 0
    await database.close()


async def test_what_stands_behind_a_statement_that_failed_can_be_written_in_the_same_transaction(
    migrated_url: str,
) -> None:
    """As long as what failed is taken back by itself: nothing of it was prepared."""
    database = await Database.open(migrated_url, pool=1)
    team = Team(id=1, name="North", created_at=NOW, updated_at=NOW)
    columns, event = ("at", "entity", "entity_id", "kind"), (NOW, "Team", 1, "CREATED")
    async with database.transaction() as transaction:
        with pytest.raises(IntegrityError):
            async with database.transaction() as inner:
                inner.insert([team])
                inner.insert([team])
                inner.append(OutboxEvent, columns, [event])
                await inner.read("SELECT 1")
        transaction.append(OutboxEvent, columns, [event])
    assert await database.read("SELECT count(*) FROM outbox_event") == b"1"
    assert await count(database) == 0
    await database.close()


# --- being cancelled


@types.coroutine
def cancelled_at(work: Coroutine[Any, Any, None], suspensions: set[int]) -> Generator[Any, Any, int]:
    """Run `work`, cancelling the task at these of its suspensions; how many there were."""
    step: Callable[[Any], Any] = work.send
    value: Any = None
    seen = 0
    while True:
        try:
            waits_for = step(value)
        except StopIteration:
            return seen
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


async def write_two(database: Database) -> None:
    async with database.transaction():
        await Team.create(name="one")
        async with database.transaction():
            await Team.bulk_create([Team(name="two")])


async def write_many(database: Database) -> None:
    await Team.bulk_create([Team(name="one"), Team(name="two")])


async def write_large(database: Database) -> None:
    """So many rows that they are written in SQLite's thread."""
    async with database.transaction() as transaction:
        for name, id_ in zip(("one", "two"), await transaction.ids(Team, 2), strict=True):
            transaction.insert([Team(id=id_, name=name, created_at=NOW, updated_at=NOW)])
        columns = ("at", "entity", "entity_id", "kind")
        transaction.append(OutboxEvent, columns, [(NOW, "Team", number, "CREATED") for number in range(FEW)])
        assert await transaction.read("SELECT count(*) FROM team") == b"2"


async def write_raw(database: Database) -> None:
    async with in_transaction():
        await Team.create(name="one")
        await Team.create(name="two")


@pytest.mark.parametrize("writing", [write_two, write_many, write_large, write_raw])
@pytest.mark.parametrize("again", [0, 1, 2])
async def test_a_write_cancelled_at_any_await_is_whole_or_gone(
    database: Database, writing: Callable[[Database], Coroutine[Any, Any, None]], again: int
) -> None:
    """Cancelled at every await in turn, and again while it clears up."""
    seen = 1000
    number = 0
    while number <= seen:
        number += 1
        task = asyncio.create_task(cancelled(writing(database), {number, number + again}))
        try:
            async with asyncio.timeout(10):
                seen = await task
        except asyncio.CancelledError:
            pass
        rows = await database.execute("SELECT name FROM team")
        assert rows in ([], [("one",), ("two",)]), f"cancelled at {number}"
        await database.execute("DELETE FROM team")
        if number % 7 == 0:
            await assert_healthy(database)
            await database.execute("DELETE FROM team")
    assert number >= 2
    await assert_healthy(database)


async def cancelled(work: Coroutine[Any, Any, None], suspensions: set[int]) -> int:
    return await cancelled_at(work, suspensions)


async def test_writes_that_are_all_cancelled_at_once_leave_the_database_working(database: Database) -> None:
    for delay in (0, 0.001, 0.005, 0.02):
        tasks = [asyncio.create_task(write_one(database, number)) for number in range(150)]
        await asyncio.sleep(delay)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await database.execute("DELETE FROM team")
        await assert_healthy(database)


async def test_a_write_that_is_cancelled_while_it_runs_is_stopped(database: Database) -> None:
    async def write() -> None:
        async with database.transaction() as transaction:
            await transaction.execute(slow(database))

    task = asyncio.create_task(write())
    await asyncio.sleep(0.3)
    task.cancel()
    async with asyncio.timeout(3):
        with pytest.raises(asyncio.CancelledError):
            await task
    await assert_healthy(database)


# --- other processes

WRITER = """
import asyncio, sys
from models import Team
from models.database import Database

async def main(url, name, rounds):
    database = await Database.open(url)
    for number in range(rounds):
        async with database.transaction() as transaction:
            held = int(await transaction.read("SELECT count(*) FROM team"))
            await Team.create(name=f"{name} {number} after {held}")
        print(f"{name} {number}", flush=True)
    await database.close()

asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
"""


async def start_writer(url: str, name: str, rounds: int) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITER, url, name, str(rounds), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )


async def test_two_processes_write_one_file_in_turns(tmp_path: Path) -> None:
    url = f"sqlite://{tmp_path}/crm.db"
    await migrate(url)
    writers = [await start_writer(url, name, 100) for name in ("a", "b")]
    for writer in writers:
        await writer.communicate()
    assert [writer.returncode for writer in writers] == [0, 0]
    database = await Database.open(url)
    names = [name for (name,) in await database.execute("SELECT name FROM team ORDER BY id")]
    # Each read what was there and wrote after it, in one step: no two saw the same.
    assert [int(name.rpartition(" ")[2]) for name in names] == list(range(200))
    await database.close()


async def test_what_was_acknowledged_survives_kill_9(migrated_url: str) -> None:
    writer = await start_writer(migrated_url, "a", 100_000)
    assert writer.stdout is not None
    acknowledged = [await writer.stdout.readline() for _ in range(40)]
    os.kill(writer.pid, signal.SIGKILL)
    rest, _ = await writer.communicate()
    lines = b"".join([*acknowledged, rest]).decode().split("\n")[:-1]
    database = await Database.open(migrated_url)
    names = [name for (name,) in await database.execute("SELECT name FROM team ORDER BY id")]
    assert len(names) - len(lines) in (0, 1)
    assert [name.partition(" after")[0] for name in names][: len(lines)] == lines
    await assert_healthy(database)
    await database.close()


def test_a_process_that_forgets_to_close_still_ends(tmp_path: Path) -> None:
    program = f"""
import asyncio
from models.database import Database, migrate

async def main():
    await migrate("sqlite://{tmp_path}/x.db")
    database = await Database.open("sqlite://{tmp_path}/x.db")
    raise SystemExit(3)

asyncio.run(main())
"""
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, timeout=20, capture_output=True, check=False)
    assert ended.returncode == 3


def test_connections_that_are_open_already_are_left_alone(tmp_path: Path) -> None:
    program = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("CREATE TABLE t (x)")
import models.database
connection.execute("INSERT INTO t VALUES (7)")
assert connection.execute("SELECT x FROM t").fetchall() == [(7,)]
"""
    command = [sys.executable, "-c", program, str(tmp_path / "x.db")]
    assert subprocess.run(command, cwd=ROOT, timeout=20, check=False).returncode == 0


# --- periods


UNITS = ("DAY", "WEEK", "MONTH", "QUARTER", "YEAR")
HARD = (
    # Clocks put back over midnight, shifts of half an hour, a day that never was, summer time all year.
    "America/St_Johns", "America/Toronto", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Kwajalein",
    "Africa/Casablanca", "America/Sao_Paulo", "Asia/Beirut", "Asia/Kathmandu", "Asia/Tehran",
    "America/Havana", "Europe/Dublin", "Europe/Moscow", "Antarctica/Troll", "Asia/Gaza", "Atlantic/Azores",
)  # fmt: skip


async def test_periods_start_where_postgres_says(postgres: str) -> None:
    chance = random.Random(7)
    database = await Database.open(postgres)
    try:
        known = {name for (name,) in await database.execute("SELECT name FROM pg_timezone_names")}
        # Of names without a place, such as CET, PostgreSQL takes some for abbreviations of one offset.
        usable = [name for name in sorted(known & available_timezones()) if "/" in name or name == "UTC"]
        questions = []
        for _ in range(30_000):
            zone = chance.choice(HARD if chance.random() < 0.5 else usable)
            first, last = dt.datetime(1970, 1, 1, tzinfo=dt.UTC), dt.datetime(2037, 1, 1, tzinfo=dt.UTC)
            seconds = chance.randrange(int((last - first).total_seconds()))
            # Half of them within hours of some midnight, where it is decided.
            if chance.random() < 0.5:
                seconds = seconds // 86400 * 86400 + chance.randrange(-14, 15) * 3600 + chance.randrange(-90, 90) * 60
            moment = first + dt.timedelta(seconds=seconds, milliseconds=chance.randrange(1000))
            questions.append((moment, chance.choice(UNITS), zone))
        answers = await database.execute(
            "SELECT to_char(date_trunc(unit, at AT TIME ZONE zone) AT TIME ZONE zone AT TIME ZONE 'UTC',"
            """ 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')"""
            " FROM unnest($1::timestamptz[], $2::text[], $3::text[])"
            " WITH ORDINALITY AS question (at, unit, zone, place) ORDER BY place",
            [list(column) for column in zip(*questions, strict=True)],
        )
        periods = Periods()
        wrong = [
            (question, theirs, ours)
            for question, (theirs,) in zip(questions, answers, strict=True)
            if (ours := periods(spelled(question[0]), *question[1:])) != theirs
        ]
        assert wrong == [], len(wrong)
    finally:
        await database.close()


async def test_both_ways_into_sqlite_know_periods(tmp_path: Path) -> None:
    url = f"sqlite://{tmp_path}/x.db"
    await migrate(url)
    database = await Database.open(url)
    query = "SELECT crm_period(?1, 'MONTH', 'Asia/Shanghai')"
    assert await database.read(query, ["2026-01-31T16:00:00.000Z"]) == b"2026-01-31T16:00:00.000Z"
    assert await database.read(query, ["2026-01-31T15:59:59.999Z"]) == b"2025-12-31T16:00:00.000Z"
    assert await database.execute(query, ["2026-01-31T15:59:59.999Z"]) == [("2025-12-31T16:00:00.000Z",)]
    assert await database.read(query, [None]) is None
    await database.close()


@pytest.mark.parametrize("instant", ["0001-01-01T00:30:00.000Z", "9999-12-31T23:30:00.000Z"])
@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Shanghai"])
@pytest.mark.parametrize("unit", UNITS)
def test_the_ends_of_the_calendar_have_a_period_too(instant: str, unit: str, zone: str) -> None:
    answer = Periods()(instant, unit, zone)
    assert answer is not None and len(answer) == 24 and answer <= instant


def test_an_unknown_unit_is_an_error() -> None:
    with pytest.raises(ValueError, match="FORTNIGHT"):
        Periods()("2026-01-31T16:00:00.000Z", "FORTNIGHT", "UTC")


def spelled(moment: dt.datetime) -> str:
    return f"{moment.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


# --- money


AMOUNTS = [
    (12345, "EUR", "123.45"),
    (99, "EUR", "0.99"),
    (-5, "EUR", "-0.05"),
    (-100, "CHF", "-1.00"),
    (-12345, "USD", "-123.45"),
    (0, "USD", "0.00"),
    (5, "JPY", "5"),
    (-5, "JPY", "-5"),
    (1234, "KWD", "1.234"),
    (-1001, "KWD", "-1.001"),
    (1, "CLF", "0.0001"),
    (-(10**14) - 1, "CLF", "-10000000000.0001"),
    (10**14, "CNY", "1000000000000.00"),
]


@pytest.mark.parametrize(("minor", "currency", "text"), AMOUNTS)
def test_an_amount_is_spelled_exactly(minor: int, currency: str, text: str) -> None:
    assert amount_text(minor, currency) == text


async def test_the_database_spells_amounts_exactly(database: Database) -> None:
    decimal = DIALECTS[database.dialect]().decimal("minor", "currency")
    for minor, currency, text in AMOUNTS:
        answer = await database.read(f"SELECT {decimal} FROM (SELECT {minor} AS minor, '{currency}' AS currency) AS x")
        assert answer == text.encode(), (minor, currency)


async def test_the_factor_brings_every_currency_to_one_scale(database: Database) -> None:
    for currency in sorted(CURRENCIES):
        factor = await database.read(f"SELECT {scale_sql('c')} FROM (SELECT '{currency}' AS c) AS x")
        assert factor == str(10 ** (4 - exponent(currency))).encode(), currency


def test_currencies_are_three_letters_and_hold_every_exception() -> None:
    assert all(len(currency) == 3 and currency.isupper() for currency in CURRENCIES)
    assert EXPONENTS.keys() < CURRENCIES
    assert {"EUR", "USD", "CNY", "JPY", "KWD", "CLF", "ZWG"} <= CURRENCIES
