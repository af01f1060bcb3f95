"""Lists of viewers who see much: found another way than those of viewers who see little, and the same."""

from __future__ import annotations

import json

import pytest

from access import Viewer
from compiler.rows import Statement
from models.database import Database
from schema.engine import Engine
from tests.viewers import ADMIN, AGENT, MANAGER, REP, SEES_MANY

PREFIXES = {"customers": "cus", "contacts": "con", "orders": "ord", "tickets": "tkt"}
LISTS = tuple(PREFIXES)


def statement(engine: Engine, query: str, viewer: Viewer = MANAGER) -> Statement:
    """The statement of a query's only root field."""
    (planned,) = engine.plan(engine.operation(query, None, viewer.role), {}, (), viewer)
    assert isinstance(planned.how, Statement)
    return planned.how


@pytest.mark.parametrize("name", LISTS)
def test_who_sees_little_finds_a_page_by_ids_and_who_sees_much_goes_through_it(engine: Engine, name: str) -> None:
    plain = statement(engine, f"{{ {name} {{ nodes {{ id }} }} }}")
    assert plain.best_for(MANAGER) is plain and plain.best_for(REP) is plain
    wide = plain.best_for(SEES_MANY)
    assert "EXISTS" not in plain.sql and "credited" in plain.sql
    assert "EXISTS" in wide.sql and "WITH" not in wide.sql


@pytest.mark.parametrize("name", LISTS)
def test_a_count_of_some_is_led_by_its_conditions_for_who_sees_much(engine: Engine, name: str) -> None:
    assert statement(engine, f"{{ {name} {{ totalCount }} }}").wide is None
    plain = statement(engine, f'{{ {name}(where: {{ id: {{ ne: "{PREFIXES[name]}_1" }} }}) {{ totalCount }} }}')
    wide = plain.best_for(SEES_MANY)
    assert "EXISTS" not in plain.sql + wide.sql and "credited" in wide.sql
    assert "+t" in wide.sql and "+t" not in plain.sql  # which keeps it from being led by the ids


@pytest.mark.parametrize(
    "query",
    [
        '{ customer(id: "cus_1") { name orders { nodes { number } } } }',
        "{ products { nodes { name } } }",
        "{ salesReps { nodes { name } } }",
    ],
)
def test_what_no_such_rule_leads_has_one_statement(engine: Engine, query: str) -> None:
    assert statement(engine, query).wide is None


def test_those_whom_no_such_rule_binds_have_one_statement(engine: Engine) -> None:
    assert statement(engine, "{ customers { nodes { id } } }", ADMIN).wide is None
    assert statement(engine, "{ customers { nodes { id } } }", AGENT).wide is None


async def test_one_and_the_other_answer_alike(engine: Engine, database: Database) -> None:
    """They share the plan that is kept; which of its statements runs is the viewer's."""
    parts = " ".join(
        f"{name} {{ totalCount edges {{ cursor node {{ id }} }} pageInfo {{ hasNextPage }} aggregate {{ count }} }}"
        for name in LISTS
    )
    query = f"{{ {parts} }}"
    before = (await engine.execute(query, None, None, MANAGER)).body
    assert (await engine.execute(query, None, None, SEES_MANY)).body == before
    assert all(found["totalCount"] for found in json.loads(before)["data"].values())
    assert (await engine.execute(query, None, None, AGENT)).body != before
