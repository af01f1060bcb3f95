"""The compiled answers equal the oracle's, byte for byte, on both databases: for drawn operations and walks."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import access
from models.database import Database, migrate
from schema.engine import Engine
from tests import oracle, world
from tests.drawing import Operation, Request, Walk, operations, walks
from tests.services import create_database, drop_database

EXAMPLES = int(os.environ.get("ORACLE_EXAMPLES", "0"))
"""How many examples to draw at random; unless given, a fixed set is drawn, so that a run repeats the last one."""


def drawn(examples: int) -> settings:
    """Hypothesis's settings for a test that usually draws so many."""
    return settings(
        max_examples=EXAMPLES or examples,
        derandomize=not EXAMPLES,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


@dataclass(frozen=True)
class Both:
    """The world on every database there is, and the oracle over the same rows."""

    engines: Mapping[str, Engine]
    company: oracle.Company

    async def ask(self, query: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The answer's data, after making sure that oracle and databases give the same one."""
        expected = oracle.answer(self.company, query, variables, access.EVERYONE)
        for name, engine in self.engines.items():
            before = engine.database.statements
            answer = await engine.execute(query, variables, None, access.EVERYONE)
            assert answer.body.decode() == expected.decode(), f"{name} {variables}\n{query}"
            data = json.loads(answer.body)["data"]
            compiled = [key for key in data if key not in keys_of_typename(query)]
            assert engine.database.statements - before == len(compiled), "one root field is one statement"
        return json.loads(expected)["data"]


def keys_of_typename(query: str) -> set[str]:
    """The response keys under which a document might ask for the name of the query type."""
    return {"__typename"} if "__typename" in query else set()


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
    yield Both({name: Engine(database) for name, database in databases.items()}, companies[0])
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


@drawn(1200)
@given(operations())
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


async def page(both: Both, walk: Walk, paging: str) -> dict[str, Any]:
    """One page of a walk; of a row that is not there, an empty one."""
    data = await both.ask(walk.query(paging, PAGE))
    found = data.get("list") or (data.get("node") or {}).get("list")
    return found or {"edges": [], "nodes": [], "pageInfo": {"hasNextPage": False, "hasPreviousPage": False}}


@drawn(150)
@given(walks())
async def test_pages_put_together_are_the_whole_list(both: Both, walk: Walk) -> None:
    whole = [edge["node"]["id"] for edge in (await page(both, walk, "first: 100"))["edges"]]
    for size, cursor, more, end in (
        ("first", "after", "hasNextPage", "endCursor"),
        ("last", "before", "hasPreviousPage", "startCursor"),
    ):
        seen: list[str] = []
        paging = f"{size}: {walk.size}"
        while True:
            found = await page(both, walk, paging)
            ids = [edge["node"]["id"] for edge in found["edges"]]
            assert ids == [node["id"] for node in found["nodes"]]
            seen = seen + ids if size == "first" else ids + seen
            if not found["pageInfo"][more]:
                break
            assert len(ids) == walk.size, "a page that is not the last one is full"
            paging = f'{size}: {walk.size}, {cursor}: "{found["pageInfo"][end]}"'
        assert seen == whole, "nothing comes twice, and nothing is left out"


@drawn(100)
@given(walks(), st.data())
async def test_a_page_between_two_cursors_is_what_the_oracle_finds(
    both: Both, walk: Walk, data: st.DataObject
) -> None:
    cursors = [edge["cursor"] for edge in (await page(both, walk, "first: 100"))["edges"]]
    if not cursors:
        return
    paging = [f'{data.draw(st.sampled_from(["first", "last"]))}: {walk.size}']
    for name in data.draw(st.sampled_from([["after"], ["before"], ["after", "before"]])):
        paging.append(f'{name}: "{data.draw(st.sampled_from(cursors))}"')
    await page(both, walk, ", ".join(paging))


async def test_a_cursor_leads_on_though_its_row_is_no_longer_in_the_list(both: Both) -> None:
    order = "orderBy: [{field: CITY, direction: DESC}, {field: LIFETIME_VALUE}]"
    cursors = (await both.ask(f"{{ customers({order}) {{ edges {{ cursor }} }} }}"))["customers"]["edges"]
    for edge in cursors:
        for side in ("after", "before"):
            arguments = f'{order}, where: {{country: {{eq: "DE"}}}}, {side}: "{edge["cursor"]}"'
            await both.ask(f"{{ customers({arguments}) {{ nodes {{ name }} {PAGE} }} }}")
