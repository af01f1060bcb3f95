"""The schema may be asked for, not without end, and nobody waits for it."""

from __future__ import annotations

import json
import time

import pytest

from models.database import Database
from schema.engine import Engine
from tests.weighing import INTROSPECTION, READER, SECONDS, refused, watched

pytestmark = pytest.mark.usefixtures("at_rest")


async def test_tools_may_ask_for_the_schema(engine: Engine) -> None:
    for query in (INTROSPECTION, INTROSPECTION.replace("IntrospectionQuery", "Any")):
        answer = await engine.execute(query, None, None, READER)
        assert answer.executed
        assert {"Customer", "Query"} <= {
            type_["name"] for type_ in json.loads(answer.body)["data"]["__schema"]["types"]
        }
    assert 2_000 < answer.cost < 10_000


async def test_introspection_lets_others_be_served(database: Database) -> None:
    engine = Engine(database)
    async with watched() as waited:
        first = await engine.execute(INTROSPECTION, None, None, READER)
    assert waited() < SECONDS
    start = time.thread_time()
    assert (await engine.execute(INTROSPECTION, None, None, READER)).body == first.body
    assert time.thread_time() - start < 0.05, "the second answer was kept"


async def test_introspection_is_kept_by_what_is_asked_and_not_with_variables(engine: Engine) -> None:
    ask = "query ($name: String!) { __type(name: $name) { name } }"
    for name in ("Customer", "Order"):
        answer = await engine.execute(ask, {"name": name}, None, READER)
        assert json.loads(answer.body) == {"data": {"__type": {"name": name}}}
    for query, name in (
        ('{ t: __type(name: "Order") { name } }', "t"),
        ('{ __type(name: "Order") { name } }', "__type"),
    ):
        answer = await engine.execute(query, None, None, READER)
        assert json.loads(answer.body) == {"data": {name: {"name": "Order"}}}


async def test_introspection_cannot_be_nested_into_itself(engine: Engine) -> None:
    twice = "{ __schema { types { fields { type { fields { type { name } } } } } } }"
    thrice = "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }"
    often = "{ " + " ".join(f"a{at}: {twice[1:-1].replace('fields', 'inputFields')}" for at in range(9)) + " }"
    assert (await engine.execute(twice, None, None, READER)).executed
    answer = await engine.execute(thrice, None, None, READER)
    assert b"QUERY_TOO_COMPLEX" in answer.body
    assert b"3 lists of fields, interfaces or possible types one inside the other, 1 more than the 2" in answer.body
    fragments = (
        "{ __schema { types { ...A } } } fragment A on __Type { fields { type { ...B } } }"
        " fragment B on __Type { possibleTypes { interfaces { name } } }"
    )
    assert "3 lists" in await refused(engine, fragments)
    assert "points" in await refused(engine, often)
