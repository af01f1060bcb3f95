"""Page sizes in variables: written into the SQL as those in the document are, for a few sizes and no more."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import pytest

from access import Viewer
from compiler.rows import Statement
from compiler.values import coerce_variables
from errors import Refusal
from models.database import Database
from schema import STRUCTURAL
from schema.engine import SHAPES_OF_ONE, Engine
from schema.plans import MOST_MORE, Operation, Write
from server.documents import Trusted
from tests.viewers import VIEWERS

LISTS = "query ($a: Int, $b: Int) { customers(first: $a) { nodes { name orders(last: $b) { nodes { number } } } } }"


def operation_of(engine: Engine, query: str, viewer: Viewer) -> Operation:
    return engine.operation(query, None, viewer.role)


def statements(engine: Engine, query: str, variables: Mapping[str, Any], viewer: Viewer) -> list[Statement]:
    """All that a document is answered by."""
    operation = operation_of(engine, query, viewer)
    values, shape = coerce_variables(operation.variables, variables, STRUCTURAL)
    found: list[Statement] = []
    for planned in engine.plan(operation, values, shape, viewer):
        if isinstance(planned.how, Write):
            found += planned.how.statements()
        else:
            assert isinstance(planned.how, Statement)
            found.append(planned.how)
    return found


DOCUMENTS = {
    "a list": ("$n: Int", "{ customers(first: $n) { nodes { name } } }"),
    "the last of a list": ("$n: Int!", "{ customers(last: $n) { edges { cursor } pageInfo { endCursor } } }"),
    "a default": ("$n: Int = 7", "{ customers(first: $n) { nodes { name } } }"),
    "lists in lists": (
        "$n: Int",
        "{ customers(first: $n) { pageInfo { hasNextPage } nodes { orders(last: $n) { nodes { number } } } } }",
    ),
    "groups": ("$n: Int", "{ orders { groups(by: [{ field: STATUS }], first: $n) { aggregate { count } } } }"),
    "a list that shows no rows": ("$n: Int", "{ orders(first: $n) { totalCount } }"),
    "a list of a record": ("$n: Int", '{ customer(id: "cus_1") { orders(first: $n) { nodes { number } } } }'),
    "a list of a node": ("$n: Int", '{ node(id: "cus_1") { ... on Customer { orders(first: $n) { totalCount } } } }'),
    "a list in a fragment": (
        "$n: Int",
        "{ customers { nodes { ...F } } } fragment F on Customer { tickets(first: $n) { nodes { number } } }",
    ),
    "the answer to a write": (
        "$n: Int",
        '{ updateCustomer(input: { id: "cus_1" }) { customer { orders(first: $n) { nodes { number } } } } }',
    ),
}


@pytest.mark.parametrize("viewer", [VIEWERS["admin"], VIEWERS["manager"]], ids=["admin", "manager"])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_size_in_a_variable_and_one_in_the_document_are_one_statement(
    database: Database, name: str, viewer: Viewer
) -> None:
    engine = Engine(database)
    declared, body = DOCUMENTS[name]
    kind = "mutation" if "updateCustomer" in body else "query"
    written = statements(engine, f"{kind} {body.replace('$n', '7')}", {}, viewer)
    brought = statements(engine, f"{kind} ({declared}) {body}", {} if "=" in declared else {"n": 7}, viewer)
    assert [each.sql for each in brought] == [each.sql for each in written]
    assert [each.wide and each.wide[1].sql for each in brought] == [each.wide and each.wide[1].sql for each in written]
    assert [len(each.params) for each in brought] == [len(each.params) for each in written]


async def test_each_size_gets_its_own_page(database: Database, viewer: Viewer) -> None:
    """And one after the other does not get that of the one before."""
    engine = Engine(database)
    for size in (2, 1, 3, 1, 2, *range(1, 101)):
        answer = json.loads((await engine.execute(LISTS, {"a": size, "b": size}, None, viewer)).body)
        literal = LISTS.replace("($a: Int, $b: Int)", "").replace("$a", str(size)).replace("$b", str(size))
        assert answer == json.loads((await engine.execute(literal, None, None, viewer)).body)


async def test_a_size_that_stands_for_something_else_too_is_a_parameter_there(
    database: Database, viewer: Viewer
) -> None:
    engine = Engine(database)
    query = (
        "query ($n: Int!) { orders(first: $n, where: { lines: { some: { quantity: { eq: $n } } } }) { nodes { id } } }"
    )
    (statement,) = statements(engine, query, {"n": 3}, viewer)
    assert "LIMIT 3" in statement.sql
    assert [param.bind({"n": 3}, viewer) for param in statement.params] == [3]


@pytest.fixture
def read(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """The texts of the statements that were run."""
    texts: set[str] = set()
    before = database.read

    async def noted(sql: str, args: Any = ()) -> bytes | None:
        texts.add(sql)
        return await before(sql, args)

    monkeypatch.setattr(database, "read", noted)
    return texts


async def test_a_client_that_goes_through_all_sizes_makes_few_statements(
    database: Database, viewer: Viewer, read: set[str]
) -> None:
    engine = Engine(database)
    await engine.execute(LISTS, {"a": 20, "b": 5}, None, viewer)
    kept = statements(engine, LISTS, {"a": 20, "b": 5}, viewer)
    for size in range(1, 101):
        for other in (size, 101 - size, 50):
            await engine.execute(LISTS, {"a": size, "b": other}, None, viewer)
    assert len(read) == 1 + MOST_MORE + 1
    held = engine.held_bytes
    for size in range(1, 101):
        await engine.execute(LISTS, {"a": 101 - size, "b": size}, None, viewer)
    assert len(read) == 1 + MOST_MORE + 1
    assert engine.held_bytes == held
    assert statements(engine, LISTS, {"a": 20, "b": 5}, viewer)[0] is kept[0], "what others ask is still there"


async def test_the_first_size_of_each_shape_is_written_however_many_were_asked_of_another(
    database: Database, viewer: Viewer, read: set[str]
) -> None:
    engine = Engine(database)
    query = "query ($n: Int, $where: CustomerWhere) { customers(first: $n, where: $where) { nodes { id } } }"
    for size in range(1, 101):
        await engine.execute(query, {"n": size}, None, viewer)
    read.clear()
    for at in range(SHAPES_OF_ONE - 1):
        where = {"or": [{"city": {"eq": "x"}}] * (at + 1)}
        await engine.execute(query, {"n": 40 + at, "where": where}, None, viewer)
        assert sum(f"LIMIT {40 + at}" in sql for sql in read) == 1
    assert len(read) == SHAPES_OF_ONE - 1
    (operation,) = engine._operations.values()
    assert sum(len(shaped.plans) for shaped in operation.shapes.values()) <= 2 * SHAPES_OF_ONE + MOST_MORE
    assert operation.size == engine.held_bytes


@pytest.mark.parametrize("dialect", ["postgres"], indirect=True, scope="session")  # SQLite's driver keeps 512
async def test_postgres_keeps_a_bounded_number_of_statements(world_url: str, viewer: Viewer) -> None:
    """One connection's, whatever the operations and their sizes."""
    database = await Database.open(world_url, pool=1)
    try:
        engine = Engine(database, plans=10)
        for name, size in product(("id", *(f"a{at}: id" for at in range(59))), (*range(1, 101, 20), 0, 500)):
            query = f"query ($n: Int) {{ customers(first: $n) {{ nodes {{ {name} }} }} }}"
            await engine.execute(query, {"n": size}, None, viewer)
        prepared = await database.read("SELECT count(*)::text FROM pg_prepared_statements")
        assert prepared is not None
        assert 200 < int(prepared) <= 256 + 1
    finally:
        await database.close()


WRONG = [0, -1, 101, 2**31 - 1, -(2**31)]


@pytest.mark.parametrize("asked_before", [True, False])
async def test_wrong_sizes_are_told_as_those_in_the_document(
    database: Database, viewer: Viewer, asked_before: bool
) -> None:
    query = "query ($n: Int) { customers(first: $n) { nodes { id } } }"
    for size in WRONG:
        engine = Engine(database)
        if asked_before:
            await engine.execute(query, {"n": 5}, None, viewer)
        body = query.partition(")")[2].replace("$n", str(size))
        literal = await engine.execute(body, None, None, viewer)
        assert b"must be from 1 to 100" in literal.body
        for _ in range(2):
            assert (await engine.execute(query, {"n": size}, None, viewer)).body == literal.body
            if asked_before:
                with pytest.raises(Refusal, match="must be from 1 to 100"):
                    engine.ready(query, {"n": size}, None, viewer)
        assert (await engine.execute(query, {"n": 5}, None, viewer)).executed


@pytest.mark.parametrize("given", ["5", 5.5, True, [5], {"n": 5}, 2**31])
async def test_what_is_no_number_is_refused(engine: Engine, viewer: Viewer, given: object) -> None:
    query = "query ($n: Int) { customers(first: $n) { nodes { id } } }"
    await engine.execute(query, {"n": 5}, None, viewer)
    answer = json.loads((await engine.execute(query, {"n": given}, None, viewer)).body)
    assert answer["errors"][0]["message"].startswith("Variable $n ")
    assert "data" not in answer


async def test_none_at_all_is_the_default(database: Database, viewer: Viewer, read: set[str]) -> None:
    engine = Engine(database)
    query = "query ($n: Int) { customers(first: $n) { nodes { id } } }"
    answers = {(await engine.execute(query, values, None, viewer)).body for values in ({}, {"n": None}, {"n": 20})}
    assert len(answers) == len(read) == 1
    required = await engine.execute("query ($n: Int!) { customers(first: $n) { nodes { id } } }", {}, None, viewer)
    assert b"is required" in required.body


async def test_the_short_way_has_the_statement_of_the_size(database: Database, viewer: Viewer) -> None:
    engine = Engine(database)
    query = "query ($n: Int) { customers(first: $n) { nodes { id } } }"
    assert engine.ready(query, {"n": 3}, None, viewer) is None
    await engine.execute(query, {"n": 3}, None, viewer)
    ready = engine.ready(query, {"n": 3}, None, viewer)
    assert ready and "LIMIT 3" in ready.sql and not ready.args
    assert engine.ready(query, {"n": 4}, None, viewer) is None, "nothing was compiled for it"
    await engine.execute(query, {"n": 4}, None, viewer)
    ready = engine.ready(query, {"n": 4}, None, viewer)
    assert ready and "LIMIT 4" in ready.sql and not ready.args
    for size in range(5, 101):
        await engine.execute(query, {"n": size}, None, viewer)
    ready = engine.ready(query, {"n": 99}, None, viewer)
    assert ready and "LIMIT 99" not in ready.sql and ready.args == [99]


async def test_a_size_is_weighed_whether_or_not_it_is_written(database: Database, viewer: Viewer) -> None:
    engine = Engine(database, limits=dataclasses.replace(Engine(database).limits, nodes=50, fewer_nodes=50))
    query = "query ($n: Int) { customers(first: $n) { nodes { id } } }"
    for size in (50, 51, *range(1, 101), 50, 51):
        answer = await engine.execute(query, {"n": size}, None, viewer)
        assert answer.executed is (size <= 50)


async def test_a_registered_document_has_its_sizes_written_too(database: Database, viewer: Viewer) -> None:
    query = "query ($n: Int) { customers(first: $n) { nodes { id } } }"
    documents = Trusted({"0" * 64: query})
    engine = Engine(database)
    text = await documents.resolve(None, None, "0" * 64)
    await engine.execute(text, {"n": 9}, None, viewer)
    found = documents.at_hand(None, {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}})
    ready = engine.ready(found or "", {"n": 9}, None, viewer)
    assert ready and "LIMIT 9" in ready.sql
