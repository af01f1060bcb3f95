"""Small reads that travel together on PostgreSQL: each gets its own answer, and what is wrong with one is its alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import asyncpg
import pytest

from models.backends import postgres_wire
from models.backends.postgres import PostgresReaders
from models.backends.postgres_connections import ByteConnections
from models.backends.postgres_trips import MOST
from models.backends.postgres_wire import Spelled
from models.database import Database, DatabaseUnavailable, StatementTimeout

ONE = "SELECT 'n' || x.n FROM (SELECT $1::bigint AS n) x WHERE x.n > 0"
DIVIDED = "SELECT (100 / $1::bigint)::text"


@pytest.fixture
def trips(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many reads each message brought."""
    sizes: list[int] = []
    read_all = PostgresReaders.read_all

    async def counted(self: PostgresReaders, reads: Sequence[Any]) -> Any:
        sizes.append(len(reads))
        return await read_all(self, reads)

    monkeypatch.setattr(PostgresReaders, "read_all", counted)
    return sizes


@pytest.fixture
async def database(postgres: str, trips: list[int]) -> AsyncIterator[Database]:
    database = await Database.open(postgres, pool=4, statement_timeout=1.0)
    yield database
    await database.close()


def ask(database: Database, sql: str, *values: int) -> list[asyncio.Future[bytes | None]]:
    return [database.read_soon(sql, [value], small=True) for value in values]


async def given(asked: Sequence[asyncio.Future[bytes | None]]) -> list[bytes | BaseException | None]:
    return await asyncio.gather(*asked, return_exceptions=True)


async def test_each_gets_its_own_answer(database: Database, trips: list[int]) -> None:
    numbers = [5, 0, 7, -1, *range(10, 27)]
    expected = [b"n%d" % number if number > 0 else None for number in numbers]
    for _ in range(3):  # the statement is prepared the first time
        del trips[:]
        assert await given(ask(database, ONE, *numbers)) == expected
        assert trips == [MOST, MOST, len(numbers) - 2 * MOST]


async def test_different_statements_travel_together(database: Database, trips: list[int]) -> None:
    asked = [
        *ask(database, ONE, 1),
        *ask(database, DIVIDED, 5),
        *ask(database, "WITH t AS (SELECT $1::int AS n) SELECT n::text FROM t", 3),
    ]
    assert await given(asked) == [b"n1", b"20", b"3"]
    assert trips == [3]


async def test_the_reps_of_a_viewer_travel_too(database: Database, trips: list[int]) -> None:
    among = "SELECT ($1::bigint = ANY($2::bigint[]))::text"
    lists = [(), (4,), (4, 7), [7], ["4"]]
    asked = [database.read_soon(among, [7, ids], small=True) for ids in lists]
    said = await given(asked)
    assert said[:4] == [b"false", b"false", b"true", b"true"]
    assert isinstance(said[4], asyncpg.DataError), "the driver says what is wrong with what cannot be spelled"
    assert trips == [4]


async def test_what_is_kept_for_many_times_says_the_same_each_time_and_is_spelled_once(
    database: Database, trips: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    among = "SELECT ($1::bigint = ANY($2::bigint[]))::text"
    values: list[list[Any]] = [[7, (4,)], [7, (4, 7)], [4, [4]], [7, ["4"]]]
    kept = [database.kept(each, small=True) for each in values]
    assert [*map(list, kept)] == values
    assert [type(each) is Spelled for each in kept] == [True, True, True, False], "the driver spells what is left"
    assert type(database.kept([1], small=False)) is list
    spell = postgres_wire.spelled
    monkeypatch.setattr(postgres_wire, "spelled", None)
    for _ in range(2):
        del trips[:]
        said = await given([database.read_soon(among, each, small=True) for each in kept])
        assert said[:3] == [b"false", b"true", b"true"] and isinstance(said[3], asyncpg.DataError)
        assert trips == [3]
    assert await given([database.read_soon(among, kept[1], small=True)]) == [b"true"], "alone, too"
    monkeypatch.setattr(postgres_wire, "spelled", spell)
    texts = [database.kept([value], small=True) for value in ("Æ'\\", None, True)]
    asked = ["SELECT $1::text", "SELECT COALESCE($1::text, '-')", "SELECT ($1::boolean)::text"]
    answers = await given([database.read_soon(sql, args, small=True) for sql, args in zip(asked, texts, strict=True)])
    assert answers == ["Æ'\\".encode(), b"-", b"true"]


async def test_one_alone_and_what_is_not_small_go_by_themselves(database: Database, trips: list[int]) -> None:
    assert await given(ask(database, ONE, 4)) == [b"n4"]
    large = [database.read_soon(ONE, [number]) for number in (1, 2, 3)]
    assert await given(large) == [b"n1", b"n2", b"n3"]
    assert not trips


async def test_what_fails_fails_alone(database: Database, trips: list[int]) -> None:
    for _ in range(3):
        said = await given([*ask(database, ONE, 1, 2), *ask(database, DIVIDED, 0, 4), *ask(database, ONE, 3)])
        assert isinstance(said.pop(2), asyncpg.DivisionByZeroError)
        assert said == [b"n1", b"n2", b"25", b"n3"]
    assert trips == [5] * 3
    assert await given(ask(database, DIVIDED, 1, 2)) == [b"100", b"50"]


async def test_what_takes_too_long_is_stopped(database: Database) -> None:
    slow = "SELECT pg_sleep($1::bigint)::text"
    start = asyncio.get_running_loop().time()
    said = await given([*ask(database, ONE, 1), *ask(database, slow, 30)])
    assert all(isinstance(each, StatementTimeout) for each in said)
    assert asyncio.get_running_loop().time() - start < 3
    assert await given(ask(database, ONE, 1, 2)) == [b"n1", b"n2"]


async def test_a_connection_that_breaks_is_told_to_all_and_replaced(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await given(ask(database, ONE, 1, 2))
    killed = [
        *ask(database, ONE, 1),
        *ask(database, "SELECT pg_terminate_backend(pg_backend_pid())::text WHERE $1 = 1", 1),
    ]
    assert all(isinstance(each, DatabaseUnavailable) for each in await given(killed))
    assert await given(ask(database, ONE, 1, 2)) == [b"n1", b"n2"]


async def test_who_leaves_takes_nobody_along(database: Database) -> None:
    asked = ask(database, ONE, 1, 2, 3)
    asked[1].cancel()
    said = await given(asked)
    assert isinstance(said.pop(1), asyncio.CancelledError)
    assert said == [b"n1", b"n3"]


async def test_connections_go_back_whatever_happens(database: Database) -> None:
    readers = database._readers
    assert isinstance(readers, PostgresReaders)
    for values in ((1, 2), (0, 1), (0, 0)):
        await given(ask(database, DIVIDED, *values, *values))
    pool = readers._connections
    assert isinstance(pool, ByteConnections)
    assert len(pool._idle) == len(pool._all) >= 1
    for connection in pool._idle:
        assert not connection.ahead.doubtful
        names = await connection.fetch("SELECT name FROM pg_prepared_statements WHERE name LIKE 'ahead%'")
        assert {row["name"] for row in names} == {name.decode().encode() for name in connection.ahead.names.values()}
