"""What the engine keeps of the documents it has seen: some memory, and no more."""

from __future__ import annotations

import gc
import weakref
from itertools import pairwise

import pytest
from graphql import Token

from access import Viewer
from models.database import Database
from schema.engine import SHAPES_OF_ONE, Engine
from schema.plans import MOST_MORE, WEIGHED
from tests.weighing import WHERE

pytestmark = pytest.mark.usefixtures("at_rest")


async def test_a_hundred_thousand_documents_do_not_fill_the_memory(database: Database, viewer: Viewer) -> None:
    engine = Engine(database, plans=1_000_000, plan_bytes=2_000_000)
    for at in range(200):
        query = "{ viewer { name } } #" + str(at) + "x" * 1000
        assert (await engine.execute(query, None, None, viewer)).executed
        assert engine.held_bytes <= engine.most_bytes
    assert 10 <= len(engine._operations) < 20
    assert engine.held_bytes == sum(operation.size for operation in engine._operations.values())


async def test_what_is_forgotten_is_freed_without_a_search(database: Database, viewer: Viewer) -> None:
    """Others would wait for the garbage collector while it looks through all that is kept."""
    engine = Engine(database, plans=1)
    gc.collect()
    gc.disable()
    try:
        await engine.execute("{ customers(first: 3) { nodes { id owner { name } } } }", None, None, viewer)
        gc.collect(0)  # what validating left behind is young, and found without looking through what is old
        assert not [item for item in gc.get_objects() if isinstance(item, Token)]
        (operation,) = engine._operations.values()
        definition = weakref.ref(operation.definition)
        del operation
        await engine.execute("{ viewer { name } }", None, None, viewer)
        assert definition() is None
    finally:
        gc.enable()


async def test_nothing_keeps_the_types_of_forgotten_variables(database: Database, viewer: Viewer) -> None:
    engine = Engine(database, plans=1)
    ask = """query ($id: ID!, $ids: [ID!]!, $n: Int!, $where: [CustomerWhere!]) { customer(id: $id) { name }
        nodes(ids: $ids) { id } customers(first: $n, where: { or: $where }) { totalCount } }"""
    given = {"id": "cus_1", "ids": ["cus_1"], "n": 3, "where": [{"name": {"eq": "x"}}]}
    assert (await engine.execute(ask, given, None, viewer)).executed
    (operation,) = engine._operations.values()
    types = [weakref.ref(variable.type) for variable in operation.variables]
    assert len(types) == 4
    del operation
    await engine.execute("{ viewer { name } }", None, None, viewer)
    gc.collect()
    assert [type_() for type_ in types] == [None] * 4


async def test_plans_and_weights_count_into_the_memory(database: Database, viewer: Viewer) -> None:
    engine = Engine(database)
    ask = "query ($yes: Boolean!, $n: Int) { customers(first: $n) { nodes { id name @include(if: $yes) } } }"
    sizes = []
    numbers = range(1, MOST_MORE + 4)
    for values in ({"yes": True}, {"yes": False}, {"yes": True}, *({"yes": True, "n": n} for n in numbers)):
        await engine.execute(ask, values, None, viewer)
        sizes.append(engine.held_bytes)
    assert sizes[0] < sizes[1] == sizes[2] < sizes[3]
    grown = [after - before for before, after in pairwise(sizes[2:])]
    assert len({*grown[1 : MOST_MORE + 1]}) == 1, "some other sizes of pages have plans of their own"
    assert grown[MOST_MORE + 1] >= grown[1], "the next one makes that for all sizes"
    assert grown[MOST_MORE + 2] == WEIGHED < grown[1], "and those that follow are just weighed"


async def test_many_shapes_of_one_operation_do_not_fill_the_memory(database: Database, viewer: Viewer) -> None:
    engine = Engine(database)
    sizes = []
    for at in range(60 + 97):
        where = {"or": [{"name": {"eq": "a"}}] * (at % 97 + 2)}
        await engine.execute(WHERE, {"where": where}, None, viewer)
        sizes.append(engine.held_bytes)
    (operation,) = engine._operations.values()
    assert len(operation.shapes) == SHAPES_OF_ONE
    assert all(len(shaped.plans) == len(shaped.weights) == 1 for shaped in operation.shapes.values())
    assert operation.size == engine.held_bytes
    assert sizes[60 + 96] == sizes[59], "as many of the same sizes, all made anew"


async def test_an_operation_that_is_forgotten_while_it_waits_does_not_count(database: Database, viewer: Viewer) -> None:
    engine = Engine(database, plans=1)

    async def others(cost: int) -> bytes:
        if cost == 3:
            await engine.execute("{ viewer { name } }", None, None, viewer)
        return b""

    for _ in range(5):
        await engine.execute("{ customers(first: 3) { nodes { id } } }", None, None, viewer, spend=others)
    (operation,) = engine._operations.values()
    assert engine.held_bytes == operation.size


async def test_one_document_larger_than_the_memory_still_works(database: Database, viewer: Viewer) -> None:
    engine = Engine(database, plan_bytes=1)
    for _ in range(2):
        for query in ("{ viewer { name } }", "{ viewer { role } }"):
            assert (await engine.execute(query, None, None, viewer)).executed
            assert len(engine._operations) == 1
