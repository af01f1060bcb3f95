"""The compiled answers equal the oracle's, byte for byte, on both databases: for drawn operations and walks."""

from __future__ import annotations

import json
import os
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from access import Viewer
from models.database import Database, migrate
from schema import document
from schema.engine import Engine
from tests import oracle, rights, world
from tests.cases import NO_LIMITS
from tests.drawing import Operation, Request, Walk, operations, walks
from tests.services import create_database, drop_database
from tests.viewers import ADMIN

EXAMPLES = int(os.environ.get("ORACLE_EXAMPLES", "0"))
"""How many examples to draw at random; unless given, a fixed set is drawn, so that a run repeats the last one."""


def drawn(examples: int) -> settings:
    """Hypothesis's settings for a test that usually draws so many."""
    return settings(
        max_examples=EXAMPLES or examples,
        derandomize=not EXAMPLES,
        database=None,
        deadline=None,
        print_blob=False,
        # The message holds the query as it is; making it smaller takes minutes that the other tests need there.
        phases=set(Phase) - ({Phase.shrink, Phase.explain} if os.environ.get("CI") else {Phase.explain}),
        suppress_health_check=list(HealthCheck),
    )


@dataclass(frozen=True)
class Both:
    """The world on every database there is, and the oracle over the same rows."""

    engines: Mapping[str, Engine]
    company: oracle.Company

    async def ask(
        self, query: str, variables: Mapping[str, Any] | None = None, viewer: Viewer = ADMIN
    ) -> dict[str, Any]:
        """The answer's data, after making sure that oracle and databases give the same one."""
        expected = oracle.answer(rights.seen_by(viewer, self.company), query, variables, viewer)
        for name, engine in self.engines.items():
            before = engine.database.statements
            answer = await engine.execute(query, variables, None, viewer)
            assert answer.body.decode() == expected.decode(), f"{name} {variables}\n{query}"
            told = {alias or "rateLimit" for alias in re.findall(r"(?:(\w+)\s*:\s*)?\brateLimit\b", query)}
            compiled = json.loads(answer.body)["data"].keys() - {"__typename"} - told
            assert engine.database.statements - before == len(compiled), "one root field is one statement"
        return json.loads(expected)["data"]


@pytest.fixture(scope="module")
async def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Both]:
    """The world, made in a database of each kind."""
    urls = {"sqlite": f"sqlite://{tmp_path_factory.mktemp('oracle') / 'rapport.db'}"}
    server = ""
    try:
        server = request.getfixturevalue("postgres")
        urls["postgres"] = await create_database(server)
    except pytest.skip.Exception:
        pass  # where there is none, SQLite and the oracle must still agree
    databases: dict[str, Database] = {}
    companies: list[oracle.Company] = []
    for name, url in urls.items():
        await migrate(url)
        databases[name] = await Database.open(url)
        await world.make(databases[name])
        companies.append(await oracle.Company.load())
    assert len({repr(rows_of(company)) for company in companies}) == 1, "the databases hold the same rows"
    with pytest.MonkeyPatch.context() as patch:
        # Half of the time would go into reading each document once for either database.
        for step in (document.parse, document.validate):
            patch.setattr(document, step.__name__, lru_cache(maxsize=10)(step))
        yield Both({name: Engine(database, limits=NO_LIMITS) for name, database in databases.items()}, companies[0])
    for database in databases.values():
        await database.close()
    if server:
        await drop_database(server, urls["postgres"])


def rows_of(company: oracle.Company) -> dict[str, list[list[tuple[str, Any]]]]:
    """All that the oracle knows, in a form that compares."""
    return {
        name: [
            sorted((column, oracle.printed(getattr(row, column))) for column in row._meta.db_fields)
            for row in sorted(rows.values(), key=lambda row: row.id)
        ]
        for name, rows in company.rows.items()
    }


@pytest.mark.slow
@drawn(800)
@given(operations)
async def test_a_drawn_operation_is_answered_as_the_oracle_answers_it(
    both: Both, drawn: tuple[Operation, Request, Request]
) -> None:
    operation, first, second = drawn
    data = await both.ask(first.query, first.variables)
    if first.variables:
        # From the kept plan, with other values; then with all values in the document.
        await both.ask(second.query, second.variables)
        assert await both.ask(operation.literal().query) == data


# --- pages --------------------------------------------------------------------------------------------------

PAGE = "edges { cursor node { id } } nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"


async def page(both: Both, walk: Walk, direction: str, **variables: Any) -> dict[str, Any]:
    """One page of a walk; of a row that is not there, an empty one."""
    data = await both.ask(walk.query(direction, PAGE), variables)
    found = data.get("list") or (data.get("node") or {}).get("list")
    return found or {"edges": [], "nodes": [], "pageInfo": {"hasNextPage": False, "hasPreviousPage": False}}


@pytest.mark.slow
@drawn(120)
@given(walks)
async def test_pages_put_together_are_the_whole_list(both: Both, walk: Walk) -> None:
    whole = [edge["node"]["id"] for edge in (await page(both, walk, "first", size=100))["edges"]]
    for direction, cursor, more, end in (
        ("first", "after", "hasNextPage", "endCursor"),
        ("last", "before", "hasPreviousPage", "startCursor"),
    ):
        seen: list[str] = []
        start: dict[str, str] = {}
        while True:
            found = await page(both, walk, direction, size=walk.size, **start)
            ids = [edge["node"]["id"] for edge in found["edges"]]
            assert ids == [node["id"] for node in found["nodes"]]
            seen = seen + ids if direction == "first" else ids + seen
            if not found["pageInfo"][more]:
                break
            assert len(ids) == walk.size, "a page that is not the last one is full"
            start = {cursor: found["pageInfo"][end]}
        assert seen == whole, "nothing comes twice, and nothing is left out"


@pytest.mark.slow
@drawn(80)
@given(walks, st.data())
async def test_a_page_between_two_cursors_is_what_the_oracle_finds(both: Both, walk: Walk, data: st.DataObject) -> None:
    cursors = [edge["cursor"] for edge in (await page(both, walk, "first", size=100))["edges"]]
    if cursors:
        names = data.draw(st.sampled_from([["after"], ["before"], ["after", "before"]]))
        between = {name: data.draw(st.sampled_from(cursors)) for name in names}
        for direction in ("first", "last"):
            await page(both, walk, direction, size=walk.size, **between)


async def test_a_cursor_leads_on_though_its_row_is_no_longer_in_the_list(both: Both) -> None:
    order = "orderBy: [{field: CITY, direction: DESC}, {field: LIFETIME_VALUE}]"
    edges = (await both.ask(f"{{ customers({order}) {{ edges {{ cursor }} }} }}"))["customers"]["edges"]
    walk = Walk("", "customers", f'{order}, where: {{country: {{eq: "DE"}}}}', "", 2)
    for edge in edges:
        await page(both, walk, "first", size=2, after=edge["cursor"])
        await page(both, walk, "last", size=2, before=edge["cursor"])


# --- what drawing has found ---------------------------------------------------------------------------------

DEEP_FORMULA = """{
  nodes(ids: ["crd_1", "cmp_9"]) { ... on OrderCredit { rep { reports { edges { node {
    commission(from: "2026-01-01", to: "2026-09-18") { amount currency }
    attainment(from: "2026-01-01", to: "2026-07-03")
  } } } } } }
}"""
DEEP_GROUPS = """{
  orders { nodes { tickets { nodes { order { customer { orders { groups(by: [{field: OWNER}]) {
    owner { customers { nodes { orders { aggregate { average { total { amount } baseNet { amount } } } } } } }
  } } } } } } } }
}"""
DEEP_CONDITIONS = """{
  customers { nodes { orders { nodes { lines(where: {order: {customer: {owner: {reports: {none: {
    or: [{customers: {some: {not: {orders: {every: {lines: {some: {product: {category: {name: {contains: "e"}}}}}}}}}}},
         {not: {team: {members: {some: {sales: {none: {total: {gt: "1"}}}}}}}}]
  }}}}}}) { totalCount pageInfo { endCursor } nodes { position } } } } } }
}"""
FOUND = {
    "every text ends with nothing": '{ customers(where: {city: {endsWith: ""}}) { nodes { city } } }',
    "no amount is in no currency": '{ orders(where: {baseTotal: {currency: {eq: "EUR"}}}) { nodes { number } } '
    'other: orders(where: {baseTotal: {currency: {ne: "EUR"}}}) { nodes { number } } }',
    "groups by text come by code point": "{ customers { groups(by: [{field: CITY}], orderBy: KEY) { city } } "
    "contacts { groups(by: [{field: ROLE}], orderBy: KEY) { role } } }",
    "a link to a row that is hidden groups with no link": "{ customers { groups(by: [{field: OWNER}]) { "
    "owner { name } aggregate { count } } } }",
    "formulas nest deep": DEEP_FORMULA,
    "groups nest deep": DEEP_GROUPS,
    "conditions nest deep": DEEP_CONDITIONS,
    "sort keys are formulas": "{ customers(orderBy: [{field: LAST_ORDER_AT, direction: DESC}, "
    "{field: LIFETIME_VALUE, direction: DESC}, {field: OWNER_NAME}]) { edges { cursor } } }",
}


@pytest.mark.parametrize("query", FOUND.values(), ids=FOUND)
async def test_what_was_answered_wrongly_once(both: Both, query: str) -> None:
    await both.ask(query)


@pytest.mark.parametrize(
    "field", ["ID", "TOTAL", "BASE_TOTAL", "CONFIRMED_AT", "CONFIRMED_ON", "STATUS", "CUSTOMER_NAME"]
)
async def test_a_cursor_of_every_kind_of_key_leads_on(both: Both, field: str) -> None:
    """Numbers stand in a cursor as numbers: those of ids were text, and so refused as damaged."""
    walk = Walk("", "orders", f"orderBy: [{{field: {field}, direction: DESC}}]", "", 4)
    first = await page(both, walk, "first", size=4)
    second = await page(both, walk, "first", size=4, after=first["pageInfo"]["endCursor"])
    assert len({node["id"] for node in first["nodes"] + second["nodes"]}) == 8


async def test_there_is_a_next_page_though_all_before_a_cursor_is_shown(both: Both) -> None:
    walk = Walk("", "tickets", "", "", 2)
    cursors = [edge["cursor"] for edge in (await page(both, walk, "first", size=100))["edges"]]
    found = await page(both, walk, "first", size=5, before=cursors[2])
    assert len(found["nodes"]) == 2
    assert found["pageInfo"]["hasNextPage"] is True
    found = await page(both, walk, "last", size=100, after=cursors[2])
    assert found["pageInfo"]["hasPreviousPage"] is True


REFUSED = {
    'node(id: "_5") { id }': "This is no id",
    'salesRep(id: "rep_2") { salesTarget(from: "2026-03-01", to: "2026-02-01") { amount } }': "must be after `from`",
}


@pytest.mark.parametrize(("field", "why"), REFUSED.items())
async def test_what_makes_no_sense_is_refused(both: Both, field: str, why: str) -> None:
    for engine in both.engines.values():
        answer = json.loads((await engine.execute(f"{{ {field} }}", None, None, ADMIN)).body)
        (error,) = answer["errors"]
        assert error["extensions"]["code"] == "BAD_USER_INPUT"
        assert why in error["message"]
