"""Holds that what the benchmark compares is comparable: its servers answer its queries with the same objects."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks.__main__ import NAMES, check
from benchmarks.answers import difference, objects
from benchmarks.limit import statements
from benchmarks.load import Load, LoadFailed, drive
from benchmarks.queries import Query, queries
from benchmarks.servers import LIMIT, LOADERS, OURS, Server, running
from tests import world

QUERIES = queries(len(world.CUSTOMERS))


@pytest.fixture(scope="module")
def servers(world_url: str) -> Iterator[list[Server]]:
    """The servers that are compared, on the world."""
    with running(world_url, NAMES, set()) as started:
        yield started


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_all_servers_answer_with_the_same_objects(query: Query, servers: list[Server]) -> None:
    sizes = check(query, servers, query.bodies()[:20])
    assert sizes.keys() == {OURS, LIMIT, LOADERS}
    # Byte for byte, so that neither has more to send.
    assert sizes[OURS] == sizes[LIMIT]


def test_there_is_a_statement_by_hand_for_every_query(dialect: str) -> None:
    found = statements(dialect)
    assert found.keys() == {query.name for query in QUERIES}
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
