"""SQLite's own ways: what is read without a thread, and what is stored by one commit."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import os
import sqlite3
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from queue import SimpleQueue

import pytest

from models import OutboxEvent, Team
from models.backends.sqlite import MOST_LONG, SHORT, STEPS, Job, SqliteReaders
from models.backends.sqlite_writer import CHECKPOINT, CROWD, FEW, SqliteWrites
from models.database import Database, DatabaseUnavailable, migrate
from tests.databases import assert_healthy, write_one

NOW = dt.datetime(2026, 1, 31, 9, 30, tzinfo=dt.UTC)

# --- reads that take a few steps


@pytest.fixture
async def in_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[SqliteReaders, list[str]]]:
    """Readers of a file, and what of it they left to their threads."""
    path = tmp_path / "quick.db"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    left: list[str] = []

    class Watched(SimpleQueue[Job | None]):
        def put(self, item: Job | None, block: bool = True, timeout: float | None = None) -> None:
            if item is not None:
                left.append(item.sql)
            super().put(item)

    monkeypatch.setattr("models.backends.sqlite.SimpleQueue", Watched)
    readers = SqliteReaders(str(path), 1, 5.0)
    yield readers, left
    await readers.close()


COUNTING = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) SELECT count(*) FROM n"


async def test_what_takes_a_few_steps_is_read_without_a_thread(in_threads: tuple[SqliteReaders, list[str]]) -> None:
    readers, left = in_threads
    for _ in range(3 * STEPS // 10):  # far more steps in all than one run may take
        assert await readers.read(COUNTING, [10]) == b"10"
    assert not left


async def test_what_takes_more_is_left_to_the_threads_from_then_on(in_threads: tuple[SqliteReaders, list[str]]) -> None:
    readers, left = in_threads
    assert await readers.read(COUNTING, [10]) == b"10"
    assert await readers.read(COUNTING, [STEPS]) == str(STEPS).encode()
    assert left == [COUNTING]
    assert await readers.read(COUNTING, [10]) == b"10"
    assert left == [COUNTING] * 2
    assert await readers.read("SELECT ?1", [1]) == b"1"
    assert len(left) == 2, "others go on as they did"


async def test_what_is_long_to_prepare_is_left_to_the_threads(in_threads: tuple[SqliteReaders, list[str]]) -> None:
    readers, left = in_threads
    text = f"SELECT '{'x' * SHORT}'"
    assert await readers.read(text, []) == b"x" * SHORT
    assert left == [text]


async def test_what_is_wrong_with_a_short_statement_is_told(in_threads: tuple[SqliteReaders, list[str]]) -> None:
    readers, _ = in_threads
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        await readers.read("SELECT 1 FROM nowhere", [])
    assert await readers.read("SELECT 1", []) == b"1"


async def test_statements_that_took_long_do_not_fill_the_memory(in_threads: tuple[SqliteReaders, list[str]]) -> None:
    readers, _ = in_threads
    for at in range(MOST_LONG + 3):
        assert readers._quick.rows(f"{COUNTING} -- {at}", [STEPS]) is None
    assert len(readers._quick._long) == MOST_LONG
    assert readers._quick.rows(f"{COUNTING} -- 0", [1]) == [(1,)], "the first is forgotten"
    assert readers._quick.rows(f"{COUNTING} -- 10", [1]) is None


# --- sharing a commit


@pytest.fixture
async def alike(tmp_path: Path) -> AsyncIterator[tuple[Database, list[int]]]:
    """A database in a file, and how many transactions each of its commits has stored."""
    await migrate(f"sqlite://{tmp_path}/alike.db")
    database = await Database.open(f"sqlite://{tmp_path}/alike.db")
    await write_one(database, -1)  # the first commit begins the log, in the thread
    writer, commits = database._client(), []
    stored = writer._stored

    def counted(failure: Exception | None) -> None:
        commits.append(len(writer.done))
        stored(failure)

    writer._stored = counted
    yield database, commits
    await database.close()


async def write_after(database: Database, name: str, turns: int, error: Exception | None = None) -> str:
    """Write a row after some turns of the loop; fail then, if told so."""
    for _ in range(turns):
        await asyncio.sleep(0)
    async with database.transaction() as transaction:
        (id_,) = await transaction.ids(Team, 1)
        transaction.insert([Team(id=id_, name=name, created_at=NOW, updated_at=NOW)])
        assert await transaction.read(f"SELECT name FROM team WHERE id = {id_}") == name.encode()
        if error is not None:
            raise error
    return name


async def names(database: Database) -> set[str]:
    return {name for (name,) in await database.execute("SELECT name FROM team WHERE name <> 'team -1'")}


async def test_who_writes_at_once_is_stored_at_once(alike: tuple[Database, list[int]]) -> None:
    database, commits = alike
    told = await asyncio.gather(*(write_after(database, str(number), 0) for number in range(2 * CROWD)))
    assert await names(database) == set(told)
    assert commits == [CROWD, CROWD]


async def test_who_writes_alone_waits_for_nobody(alike: tuple[Database, list[int]]) -> None:
    database, commits = alike
    for number in range(3):
        await write_after(database, str(number), 0)
        assert len(commits) == number + 1
    assert await database.read("SELECT count(*) FROM team") == b"4"


async def test_one_that_fails_takes_none_of_the_others_along(alike: tuple[Database, list[int]]) -> None:
    database, commits = alike
    writes = [write_after(database, str(number), 0, ValueError() if number % 2 else None) for number in range(6)]
    told = await asyncio.gather(*writes, return_exceptions=True)
    assert [each for each in told if isinstance(each, str)] == ["0", "2", "4"]
    assert [type(each) for each in told[1::2]] == [ValueError] * 3
    assert await names(database) == {"0", "2", "4"}
    assert len(commits) == 1
    await assert_healthy(database)


async def test_why_one_fails_is_stored_before_that_is_told(alike: tuple[Database, list[int]]) -> None:
    """It may have failed for what another wrote, and both are one transaction to SQLite."""
    database, commits = alike

    async def refuses() -> None:
        async with database.transaction() as transaction:
            seen.append(await transaction.read("SELECT name FROM team WHERE name = 'a'"))
            raise ValueError

    seen: list[bytes | None] = []
    first = asyncio.create_task(write_after(database, "a", 0))
    with pytest.raises(ValueError):
        await asyncio.create_task(refuses())
    assert seen == [b"a"]
    assert commits == [2]
    assert await database.read("SELECT name FROM team WHERE name = 'a'") == b"a"
    await first


async def test_nobody_is_told_before_it_is_stored(alike: tuple[Database, list[int]]) -> None:
    database, _ = alike

    async def told(number: int) -> None:
        name = await write_after(database, str(number), number)
        with contextlib.closing(sqlite3.connect(str(database._client().filename))) as another:
            assert another.execute("SELECT 1 FROM team WHERE name = ?", [name]).fetchall() == [(1,)]

    await asyncio.gather(*(told(number) for number in range(12)))


async def test_a_commit_that_fails_is_told_to_all_it_was_for(
    alike: tuple[Database, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    database, _ = alike
    writer = database._client()

    def fails() -> Exception:
        writer._connection._conn.rollback()
        return DatabaseUnavailable("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(writer, "_try_to_commit", fails)
        writes = [write_after(database, str(number), 0) for number in range(3)]
        told = await asyncio.gather(*writes, return_exceptions=True)
    assert [type(each) for each in told] == [DatabaseUnavailable] * 3
    assert not await names(database)
    await assert_healthy(database)


async def breaks(database: Database, *, goes_on: bool) -> None:
    """A transaction that SQLite takes back, as it does where the disk is full in the middle of a write."""
    async with database.transaction() as transaction:
        await transaction.execute("SELECT 1")
        database._client()._parent._connection._conn.rollback()
        if goes_on:
            transaction.insert([Team(id=99, name="99", created_at=NOW, updated_at=NOW)])


async def test_a_transaction_that_sqlite_takes_back_is_stored_for_nobody(alike: tuple[Database, list[int]]) -> None:
    database, _ = alike
    writes = [write_after(database, str(number), 0) for number in range(2)]
    told = await asyncio.gather(*writes, breaks(database, goes_on=True), return_exceptions=True)
    assert [type(each) for each in told] == [DatabaseUnavailable] * 3
    assert not await names(database)
    await assert_healthy(database)


async def test_one_that_nobody_noticed_is_taken_back_is_not_acknowledged(alike: tuple[Database, list[int]]) -> None:
    """Nor does whoever comes next go on in what is not there any more."""
    database, _ = alike
    with pytest.raises(DatabaseUnavailable):
        await breaks(database, goes_on=False)
    told = await asyncio.gather(breaks(database, goes_on=False), write_after(database, "1", 0), return_exceptions=True)
    assert type(told[0]) is DatabaseUnavailable
    assert told[1] == "1"
    assert await names(database) == {"1"}
    await assert_healthy(database)


@pytest.mark.parametrize("turns", range(12))
async def test_who_is_cancelled_leaves_the_others_whole(alike: tuple[Database, list[int]], turns: int) -> None:
    database, _ = alike
    tasks = [asyncio.create_task(write_after(database, str(number), number % 3)) for number in range(9)]
    for _ in range(turns):
        await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    async with asyncio.timeout(5):
        told = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(each, str) for each in told[1::2])
    assert await names(database) >= {each for each in told if isinstance(each, str)}
    await assert_healthy(database)


async def test_who_relied_on_one_that_gave_up_is_stored_all_the_same(alike: tuple[Database, list[int]]) -> None:
    database, _ = alike
    holding, held = asyncio.Event(), asyncio.Event()

    async def holds() -> None:
        async with database.transaction():
            await Team.create(name="a")
            holding.set()
            await held.wait()

    first = asyncio.create_task(holds())
    await holding.wait()
    waits = asyncio.create_task(write_after(database, "b", 0))
    await asyncio.sleep(0)
    held.set()
    await asyncio.sleep(0)  # the first is done, and leaves the commit to the one that waits
    waits.cancel()
    async with asyncio.timeout(5):
        await asyncio.gather(first, waits, return_exceptions=True)
    assert "a" in await names(database)


async def test_a_statement_by_itself_is_stored_apart(alike: tuple[Database, list[int]]) -> None:
    database, commits = alike

    async def fails() -> None:
        await database.execute("INSERT INTO team (name) VALUES ('c')")

    await asyncio.gather(write_after(database, "a", 0), fails(), write_after(database, "b", 0), return_exceptions=True)
    assert await names(database) == {"a", "b"}
    assert sum(commits) == 2


async def test_the_log_is_brought_over_while_others_write(alike: tuple[Database, list[int]]) -> None:
    database, _ = alike
    log = f"{database._client().filename}-wal"
    columns = ("at", "entity", "entity_id", "kind")
    sizes = []
    for _ in range(40):
        async with database.transaction() as transaction:
            transaction.append(OutboxEvent, columns, [(NOW, "Team", at, "CREATED") for at in range(CHECKPOINT // 2)])
        sizes.append(os.path.getsize(log))  # noqa: ASYNC240 -- it takes no time
        await asyncio.sleep(0.005)
    assert sizes[-1] == sizes[20], "it begins anew"
    assert await database.read("SELECT count(*) FROM outbox_event") == str(20 * CHECKPOINT).encode()


async def test_many_rows_from_a_list_leave_the_loop_alone(
    alike: tuple[Database, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Written by one statement, they take as long as by many."""
    database, _ = alike
    threads: list[threading.Thread] = []
    write = SqliteWrites._write

    def noted(self: SqliteWrites, connection: sqlite3.Connection) -> None:
        threads.append(threading.current_thread())
        write(self, connection)

    monkeypatch.setattr(SqliteWrites, "_write", noted)
    for count in (FEW, FEW + 1):
        async with database.transaction() as transaction:
            rows = [(NOW, "Team", at, "CREATED") for at in range(count)]
            transaction.append(OutboxEvent, ("at", "entity", "entity_id", "kind"), rows)
    assert [thread is threading.current_thread() for thread in threads] == [True, False]
    assert await database.read("SELECT count(*) FROM outbox_event") == str(2 * FEW + 1).encode()
