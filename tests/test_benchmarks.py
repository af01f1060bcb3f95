"""Holds that what the benchmark compares is comparable: its servers answer its queries with the same objects."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest

from benchmarks import batch, by_hand
from benchmarks.__main__ import NAMES, WRITING, check, cost_of_checks
from benchmarks.answers import difference, objects
from benchmarks.limit import SAME_ROWS, statements
from benchmarks.load import Load, LoadFailed, drive
from benchmarks.queries import Query, new_ticket, queries
from benchmarks.servers import LIMIT, LOADERS, OURS, ROWS, UNCHECKED, Server, running
from models import Organisation
from models.backends.sqlite import read_path
from models.database import Database
from server.demo import DEMO_TOKEN
from tests import world
from tests.people import add_key, add_user
from tests.services import create_database, drop_database

QUERIES = [query for query in queries(len(world.CUSTOMERS)) if not query.writes]
TICKET = next(query for query in queries(1) if query.name == "Q7")


@pytest.fixture(scope="module")
async def demo_url(
    dialect: str, world_template: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[str]:
    """The URL of a world of these tests' own, whose administrator has the demo's key."""
    if dialect == "sqlite":
        path = tmp_path_factory.mktemp("demo") / "world.db"
        url = f"sqlite://{shutil.copy(world_template.removeprefix('sqlite://'), path)}"
    else:
        server = request.getfixturevalue("postgres")
        url = await create_database(server, template=world_template.rpartition("/")[2])
    database = await Database.open(url, readers=1, pool=2)
    async with database.transaction():
        await Organisation.all().update(demo=True)
    user = await add_user(database, "demo-admin@example.com", "ADMIN")
    await add_key(database, user, name=DEMO_TOKEN, token=DEMO_TOKEN)
    await database.close()
    yield url
    if dialect == "postgres":
        await drop_database(request.getfixturevalue("postgres"), url)


@pytest.fixture(scope="module")
def servers(demo_url: str) -> Iterator[list[Server]]:
    """The servers that are compared, on the world."""
    with running(demo_url, NAMES, set()) as started:
        yield started


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_all_servers_answer_with_the_same_objects(query: Query, servers: list[Server]) -> None:
    sizes = check(query, servers, query.bodies()[:20])
    assert sizes.keys() == {OURS, LIMIT, LOADERS}
    # Byte for byte, so that neither has more to send but for what ours says of the cost.
    body = query.bodies()[0]
    answers = {server.name: server.ask(query.name, body) for server in servers}
    answer, _, cost = answers[OURS].partition(b',"extensions":')
    assert answer + b"}" == answers[LIMIT]
    assert json.loads(cost[:-1])["cost"]["requested"] >= 1


def test_what_the_checks_cost_is_told(servers: list[Server], demo_url: str) -> None:
    load = Load("Q1", (), connections=2, seconds=0.2, cores=set())
    with running(demo_url, [UNCHECKED], set()) as (unchecked,):
        told = cost_of_checks("sqlite", QUERIES[0], DEMO_TOKEN, servers[0], unchecked, load, rounds=1)
        answer = unchecked.ask("Q1", b'{"query": "{ viewer { role } customers(first: 1) { nodes { id } } }"}')
    assert re.fullmatch(r"demo-admin +[\d,]+ req/s, [\d,]+ unchecked: \d+\.\d\d; [\d.]+ and [\d.]+ µs of CPU", told)
    assert b"errors" not in answer and b"extensions" not in answer


async def test_a_ticket_written_by_hand_is_the_ticket_that_the_server_writes(demo_url: str) -> None:
    """The same answer from all; and of the limit that writes the same rows, the same rows."""
    query = replace(TICKET, variables=tuple({"input": new_ticket(f"cus_{number}")} for number in (1, 2)))
    with running(demo_url, WRITING, set()) as started:
        before = await written(demo_url, {})
        sizes = check(query, started, query.bodies())
        rows = {}
        for server in started:
            last = {table: len(rows) for table, rows in (await written(demo_url, {})).items()}
            server.ask(query.name, query.bodies()[0])
            rows[server.name] = await written(demo_url, last)
        batch_ratio = batch.compare(started[0], batch.KINDS[0], rounds=1, most=3)
        last = {table: len(rows) for table, rows in (await written(demo_url, {})).items()}
        if demo_url.startswith("sqlite"):
            least = by_hand.on_sqlite(read_path(demo_url), [1], 1, 1)
        else:
            least = await by_hand.on_postgres(demo_url, [1], 1, 1)
        together = await written(demo_url, last)
    sizes[OURS] -= len(
        b',"extensions":{"cost":{"requested":22,"max":10000,"remaining":999999978,"restoreRate":1000000000}}'
    )
    assert max(sizes.values()) - min(sizes.values()) <= 8  # the number of a later ticket may be longer
    assert len(before["ticket"]) == len(world.TICKETS)
    assert rows[OURS] == rows[ROWS]
    assert [len(found) for found in rows[OURS].values()] == [1, 1, 2, 2]
    assert rows[LIMIT]["ticket"] == rows[OURS]["ticket"]
    assert not rows[LIMIT]["audit_entry"]
    assert batch_ratio.ratio > 0
    assert least > 0
    assert together["ticket"] == rows[OURS]["ticket"] * 2
    assert together["ticket_status_change"] == rows[OURS]["ticket_status_change"] * 2
    assert together["outbox_event"] == rows[OURS]["outbox_event"] * 2
    assert [row[2:] for row in together["audit_entry"]] == [row[2:] for row in rows[OURS]["audit_entry"]] * 2


async def written(url: str, after: dict[str, int]) -> dict[str, list[tuple[object, ...]]]:
    """What the rows behind these say, apart from what differs each time."""
    columns = {
        "ticket": "version, number_fold = lower(number), customer_id, issue, issue_fold, priority, status, channel",
        "ticket_status_change": "version, from_status, to_status, actor, reason",
        "audit_entry": "actor, verb, entity, kind, changes",
        "outbox_event": "entity, kind",
    }
    database = await Database.open(url, readers=1, pool=1)
    try:
        return {
            table: await database.execute(
                f"SELECT {names} FROM {table} ORDER BY id LIMIT 1000 OFFSET {after.get(table, 0)}"
            )
            for table, names in columns.items()
        }
    finally:
        await database.close()


def test_there_is_a_statement_by_hand_for_every_query(dialect: str) -> None:
    found = statements(dialect)
    assert found.keys() == {query.name for query in queries(1)} | {SAME_ROWS}
    assert not [name for name, sql in found.items() if "money(" in sql]


def test_a_turn_under_load_is_measured(servers: list[Server]) -> None:
    limit = next(server for server in servers if server.name == LIMIT)
    load = Load("Q2", QUERIES[1].bodies(), connections=2, seconds=0.2, cores=set())
    size = len(limit.ask("Q2", load.bodies[0]))
    sample = drive(limit, load, size, slow=True)
    assert sample.rate > 1
    assert 0 < sample.p50 <= sample.p99
    with pytest.raises(LoadFailed, match="these are errors"):
        drive(limit, load, size * 10, slow=True)


def test_an_instant_may_be_spelled_in_two_ways_and_nothing_else() -> None:
    ours = objects(b'{"data":{"a":[{"at":"2026-01-31T09:30:00.000Z","name":"x"}]}}')
    theirs = objects(b'{"data":{"a":[{"name":"x","at":"2026-01-31T10:30:00+01:00"}]}}')
    assert difference(ours, theirs) is None
    other = objects(b'{"data":{"a":[{"at":"2026-01-31T09:30:00.001Z","name":"x"}]}}')
    assert difference(ours, other) == (
        "data.a[0].at is '2026-01-31T09:30:00.000+00:00' in one and '2026-01-31T09:30:00.001+00:00' in the other"
    )
    assert difference({"a": [1]}, {"a": [1, 2]}) == "data.a is [1] in one and [1, 2] in the other"


def test_an_answer_without_data_compares_with_nothing() -> None:
    with pytest.raises(ValueError, match="has no data"):
        objects(b'{"errors":[{"message":"no"}],"data":null}')
