"""Holds that what the benchmark compares is comparable: its servers answer its queries with the same objects."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from itertools import product

import pytest

from benchmarks import batch, by_hand, checks
from benchmarks.answers import difference, objects
from benchmarks.limit import SAME_ROWS, statements
from benchmarks.load import Load, LoadFailed, drive
from benchmarks.measure import Result, check, measure
from benchmarks.peers.peer import PEERS, Peer
from benchmarks.processes import cpu_seconds, family, peak_memory, postmaster
from benchmarks.queries import Query, new_ticket, queries, tickets_of
from benchmarks.servers import JOINED, KINDS, LIMIT, LOADERS, OURS, ROWS, STATIC, Cores, Server, running
from benchmarks.table import table
from models import Organisation
from models.backends.sqlite import read_path
from models.database import Database
from server.demo import DEMO_TOKEN
from server.express import MOST_AGAIN
from tests import world
from tests.people import add_key, add_user
from tests.services import create_database, drop_database

QUERIES = [query for query in queries(len(world.CUSTOMERS)) if not query.writes]
TICKET = next(query for query in queries(1) if query.name == "Q7")
READING = (OURS, LIMIT, STATIC, LOADERS)
WRITING = (OURS, LIMIT, ROWS, LOADERS)


@pytest.fixture(scope="module")
async def demo_url(
    dialect: str, world_template: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[str]:
    """The URL of a world of these tests' own, whose administrator has the demo's key, and so has a rep."""
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
    rep = await add_user(database, "demo-rep@example.com", "REP", 2)
    await add_key(database, rep, name=checks.REP_TOKEN, token=checks.REP_TOKEN)
    await database.close()
    yield url
    if dialect == "postgres":
        await drop_database(request.getfixturevalue("postgres"), url)


@pytest.fixture(scope="module")
def servers(demo_url: str) -> Iterator[list[Server]]:
    """The servers that are compared, on the world."""
    with running(demo_url, READING, set()) as started:
        yield started


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_all_servers_answer_with_the_same_objects(query: Query, servers: list[Server]) -> None:
    sizes = check(query, servers, most=20)
    assert sizes.keys() == {OURS, LIMIT, STATIC, LOADERS}
    # Byte for byte, so that neither has more to send but for what ours says of the cost.
    answers = {server.name: server.ask(query.name, server.bodies(query)[0]) for server in servers}
    answer, _, cost = answers[OURS].partition(b',"extensions":')
    assert answer + b"}" == answers[LIMIT] == answers[STATIC]
    assert json.loads(cost[:-1])["cost"]["requested"] >= 1


def test_what_the_checks_cost_is_told(demo_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "WARM_SECONDS", 0.05)
    cores = Cores(set(), set())
    parent = postmaster(demo_url)
    costs = [*checks.compare(demo_url, cores, QUERIES[0], connections=2, seconds=0.1, postmaster=parent)]
    assert [(cost.form, cost.who) for cost in costs] == [*product(checks.FORMS, checks.ROLES)]
    for cost in costs:
        for spent in (cost.checked, cost.unchecked):
            assert spent.requests >= 8 and spent.server > 0, "two connections asked in four turns"
            assert (spent.database > 0) is (parent is not None)
        figure = r"[\d.]+ \+ [\d.]+" if parent else r"[\d.]+"
        told = rf"{cost.who} +{checks.FORMS[cost.form]} +{figure} µs of CPU for a request, {figure} unchecked: \d\.\d"
        assert re.match(told, str(cost))


def test_what_lifetimes_spend_is_put_together() -> None:
    again = [
        checks.Cost("rep", "again", checks.Spent(10, 0.0003), checks.Spent(30, 0.0006)),
        checks.Cost("rep", "again", checks.Spent(30, 0.0007), checks.Spent(20, 0.0004)),
    ]
    anew = checks.Cost("rep", "anew", checks.Spent(1, 1e-5, 3e-5), checks.Spent(2, 2e-5, 2e-5))
    assert [str(cost) for cost in checks.pooled([again[0], anew, again[1]])] == [
        "rep         to the letter         25.0 µs of CPU for a request, 20.0 unchecked: 0.800",
        "rep         each in other letters 10.0 + 30.0 µs of CPU for a request, 10.0 + 10.0 unchecked: 0.500",
    ]


@pytest.mark.parametrize("different", [30, 100])
def test_what_is_asked_in_other_letters_is_the_same_and_more_than_is_kept(different: int) -> None:
    bodies = [json.dumps({"query": "{ x }", "variables": {"id": number}}).encode() for number in range(different)]
    assert checks.letters(bodies, "again") == bodies
    anew = checks.letters(bodies, "anew")
    assert len({*anew}) == len(anew) >= 20 * MOST_AGAIN
    assert all(json.loads(other) == json.loads(bodies[at % different]) for at, other in enumerate(anew))


def test_the_same_process_answers_with_checks_and_without(demo_url: str) -> None:
    with checks.both_ways(demo_url, set()) as (ours, unchecked):
        assert ours.pid == unchecked.pid
        asked = b'{"query": "{ viewer { role } customers(first: 100) { nodes { id } } }"}'
        answers = [json.loads(each.ask("", asked)) for each in (ours, replace(ours, token=checks.REP_TOKEN), unchecked)]
        assert [answer["data"]["viewer"]["role"] for answer in answers] == ["ADMIN", "REP", "ADMIN"]
        assert ["extensions" in answer for answer in answers] == [True, True, False]
        every, mine, unseen = (answer["data"]["customers"]["nodes"] for answer in answers)
        assert every == unseen and 0 < len(mine) < len(every)
        with pytest.raises(RuntimeError, match="401"):
            replace(ours, token="nobody").ask("", asked)
        asking = checks.Asking(replace(ours, token="nobody"), [asked], connections=1)
        with pytest.raises(LoadFailed, match="under load"):
            asking.turn(0.01)
        asking.close()


async def test_a_ticket_written_by_hand_is_the_ticket_that_the_server_writes(demo_url: str) -> None:
    """The same answer from all; and of the limit that writes the same rows, the same rows."""
    query = replace(TICKET, variables=tuple({"input": new_ticket(f"cus_{number}")} for number in (1, 2)))
    with running(demo_url, WRITING, set()) as started:
        before = await written(demo_url, {})
        sizes = check(query, started)
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
    del sizes[LOADERS]  # which spells instants longer
    sizes[OURS] -= len(
        b',"extensions":{"cost":{"requested":22,"max":10000,"remaining":999999978,"restoreRate":1000000000}}'
    )
    assert max(sizes.values()) - min(sizes.values()) <= 8  # the number of a later ticket may be longer
    assert len(before["ticket"]) == len(world.TICKETS)
    assert rows[OURS] == rows[ROWS]
    assert [len(found) for found in rows[OURS].values()] == [1, 1, 1, 1]
    assert rows[LIMIT]["ticket"] == rows[LOADERS]["ticket"] == rows[OURS]["ticket"]
    assert not rows[LIMIT]["audit_entry"] and not rows[LOADERS]["audit_entry"]
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


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_a_peer_answers_with_the_same_objects(peer: Peer, dialect: str, request: pytest.FixtureRequest) -> None:
    if dialect not in KINDS[peer.name].databases:
        pytest.skip("peers are measured on PostgreSQL")
    if not peer.installed:
        pytest.skip(f"{peer.name} is not installed: python -m benchmarks.peers install")
    url = request.getfixturevalue("demo_url")
    with running(url, [OURS, peer.name], set()) as started:
        for query in queries(len(world.CUSTOMERS)):
            asked = replace(query, variables=tickets_of((1, 2))) if query.writes else query
            sizes = check(asked, started, most=20)
            assert sizes.keys() == {OURS, peer.name}


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_a_peer_has_a_document_for_every_query(peer: Peer) -> None:
    """Which asks for plain numbers, and names itself as its server has it named."""
    assert peer.documents.keys() == {query.name for query in queries(1)}
    said = {query.name: peer.says(query) for query in queries(1)}
    assert [dict(each) for each in said["Q1"].variables[:1]] == [{"id": "1"}]
    assert said["Q7"].variables[0]["input"]["customerId"] == "1"
    assert said["Q7"].variables[0]["input"]["issue"].startswith("The scale of cus_1 drifts")
    known = json.loads(KINDS[peer.name].environment["PERSISTED_OPERATIONS"])
    assert known == {said["Q8"].fingerprint: said["Q8"].document}


def test_the_other_form_of_the_limit_answers_with_the_same_bytes(dialect: str, demo_url: str) -> None:
    if dialect == "sqlite":
        pytest.skip("on SQLite the limit has one form")
    with running(demo_url, [LIMIT, JOINED], set()) as (limit, joined):
        for query in QUERIES:
            if joined.kind.takes(query):
                body = query.bodies()[0]
                assert joined.ask(query.name, body) == limit.ask(query.name, body)


def test_a_mobile_screen_is_asked_for_by_its_hash(servers: list[Server]) -> None:
    query = next(query for query in QUERIES if query.persisted)
    ours, limit, _, loaders = servers
    ours.introduce(query)
    assert query.document.encode() not in b"".join(ours.bodies(query) + limit.bodies(query))
    assert b'"sha256Hash"' in ours.bodies(query)[0]
    assert b"sha256Hash" not in loaders.bodies(query)[0]
    assert objects(ours.ask(query.name, ours.bodies(query)[0])) == objects(
        loaders.ask(query.name, loaders.bodies(query)[0])
    )


def test_a_turn_under_load_is_measured(servers: list[Server], demo_url: str) -> None:
    limit = next(server for server in servers if server.name == LIMIT)
    database = postmaster(demo_url)
    assert (database is None) == demo_url.startswith("sqlite")
    load = Load("Q2", QUERIES[1].bodies(), connections=2, seconds=0.5, cores=set(), postmaster=database)
    size = len(limit.ask("Q2", load.bodies[0]))
    sample = drive(limit, load, size, slow=True)
    assert sample.rate > 1
    assert 0 < sample.p50 <= sample.p99
    assert sample.cpu > 0
    assert 10 < sample.memory < 1000
    assert (sample.database > 0) == (database is not None)
    with pytest.raises(LoadFailed, match="these are errors"):
        drive(limit, load, size * 10, slow=True)


def test_rounds_of_several_lifetimes_are_pooled_and_told_in_a_table(servers: list[Server]) -> None:
    limit, loaders = servers[1], servers[3]
    result = Result("sqlite", "Q1")
    load = Load("Q1", (), connections=2, seconds=0.2, cores=set())
    for _ in range(2):
        measure(result, QUERIES[0], [limit, loaders], load, rounds=1)
    assert {name: len(rounds) for name, rounds in result.samples.items()} == {LIMIT: 2, LOADERS: 2}
    result.samples[OURS] = [replace(sample, rate=2 * sample.rate) for sample in result.samples[LIMIT]]
    result.samples[JOINED] = [replace(sample, rate=3 * sample.rate) for sample in result.samples[LIMIT]]
    result.bytes |= {OURS: 200.0, JOINED: 200.0}
    assert result.ratio(LIMIT) == 2
    assert result.limit == JOINED
    lines = list(table(result, QUERIES[0]))
    assert "req/s" in lines[0] and "ours is" in lines[0]
    assert [line.split()[0] for line in lines[1:]] == [LIMIT, LOADERS, OURS, JOINED]
    assert lines[1].endswith("2.00×") and lines[4].endswith("0.67×  ← the limit")


def test_what_a_server_uses_is_counted_with_its_children() -> None:
    busy = "import time\nend = time.process_time() + 0.2\nwhile time.process_time() < end: pass\ntime.sleep(60)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {busy!r}])"
    with subprocess.Popen([sys.executable, "-c", parent]) as process:
        try:
            deadline = time.monotonic() + 20
            while cpu_seconds(process.pid) < 0.2 and time.monotonic() < deadline:
                time.sleep(0.05)
            members = list(family(process.pid))
            assert len(members) == 2
            assert cpu_seconds(process.pid) >= 0.2 > cpu_seconds(members[0]) - cpu_seconds(members[1])
            assert peak_memory(process.pid) > peak_memory(members[1]) > 1
        finally:
            for member in list(family(process.pid)):
                os.kill(member, signal.SIGKILL)


def test_an_instant_may_be_spelled_in_two_ways_and_nothing_else() -> None:
    ours = objects(b'{"data":{"a":[{"at":"2026-01-31T09:30:00.000Z","name":"x"}]}}')
    theirs = objects(b'{"data":{"a":[{"name":"x","at":"2026-01-31T10:30:00+01:00"}]}}')
    assert difference(ours, theirs) is None
    other = objects(b'{"data":{"a":[{"at":"2026-01-31T09:30:00.001Z","name":"x"}]}}')
    assert difference(ours, other) == (
        "data.a[0].at is '2026-01-31T09:30:00.000+00:00' in one and '2026-01-31T09:30:00.001+00:00' in the other"
    )
    assert difference({"a": [1]}, {"a": [1, 2]}) == "data.a is [1] in one and [1, 2] in the other"


def test_an_id_may_be_spelled_as_a_number() -> None:
    ours = objects(b'{"data":{"a":{"id":"cus_12","number":"T-7"}}}')
    assert ours == objects(b'{"data":{"a":{"id":"12","number":"T-7"}}}')
    assert ours == objects(b'{"data":{"a":{"id":12,"number":"T-7"}}}')
    assert ours != objects(b'{"data":{"a":{"id":"cus_13","number":"T-7"}}}')


def test_a_new_ticket_is_compared_by_what_it_says() -> None:
    made = b'{"data":{"createTicket":{"ticket":{"id":"tkt_7","issue":"A","customer":{"id":"cus_1"}},"errors":[]}}}'
    theirs = b'{"data":{"createTicket":{"ticket":{"id":"8","issue":"A","customer":{"id":"1"}}}}}'
    assert objects(made, new=True) == objects(theirs, new=True)
    assert objects(made, new=True) != objects(theirs.replace(b'"A"', b'"B"'), new=True)
    assert objects(made, new=True) != objects(theirs.replace(b'"id":"1"', b'"id":"2"'), new=True)
    with pytest.raises(ValueError, match="nothing was made"):
        objects(b'{"data":{"createTicket":{"ticket":null,"errors":[{"code":"NOT_FOUND"}]}}}', new=True)


def test_an_answer_without_data_compares_with_nothing() -> None:
    with pytest.raises(ValueError, match="has no data"):
        objects(b'{"errors":[{"message":"no"}],"data":null}')
