"""Runs every case file under tests/queries on both databases: its answer, its SQL, and one statement a root field."""

from __future__ import annotations

import json

import asyncpg
import pytest

from access import Viewer
from models.database import Database
from schema.engine import Engine
from tests.cases import FOLDER, Case, cases, compact, outcomes, run
from tests.services import create_database, drop_database

CASES = cases()

# What stands at the end of long chains: what takes the database's parser the most.
ENDS = {
    "a formula": "commission(from: \"2026-01-01\", to: \"2026-02-01\") { amount }",
    "a page": "customers(last: 2, orderBy: [{ field: LIFETIME_VALUE }, { field: LAST_ORDER_AT, direction: DESC }, "
    "{ field: OWNER_NAME }]) { edges { cursor node { lifetimeValue { amount } } } pageInfo { startCursor endCursor } }",
    "figures": "sales { aggregate { sum { total { amount } baseTotal { amount } } average { total { amount } } } }",
    "groups": "sales { groups(by: [{ field: OWNER }, { period: { field: CONFIRMED_AT, unit: QUARTER } }]) { "
    "owner { commission(from: \"2026-01-01\", to: \"2026-02-01\") { amount } customers { nodes { name } } } } }",
    "conditions": "sales(last: 2, where: { owner: %s }) { pageInfo { hasNextPage startCursor } totalCount "
    "aggregate { sum { total { amount } } } }"
    % (
        '{ email: { contains: "b" }, reports: { every: { manager: { or: [{ name: { eq: "a" } }, { not: ' * 2
        + "{}"
        + " }] } } } }" * 2
    ),
}
STEPS = {
    "lists": "reports(last: 2) { nodes { %s } pageInfo { hasPreviousPage startCursor } }",
    "links": "manager { %s }",
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_case(case: Case, dialect: str, patient: Engine) -> None:
    outcome = await run(case, patient)
    stored = case.answer.read_text(encoding="utf-8")
    # First as data, for the difference is shown better; then byte for byte, which is what both databases agree on.
    assert json.loads(outcome.body) == json.loads(stored)
    assert outcome.body == compact(stored)
    assert outcome.sql == case.sql(dialect).read_text(encoding="utf-8")
    failed = {tuple(error["path"]) for error in json.loads(stored).get("errors", ())}
    assert bool(failed) == case.shows_an_error
    if not failed:
        assert outcome.ran == outcome.compiled
    assert outcome.ran <= outcome.compiled


# What an administrator may set for a database, each unlike the server's own choice.
SET_OTHERWISE = {
    "bytea_output": "escape",
    "datestyle": "SQL, DMY",
    "default_transaction_isolation": "serializable",
    "extra_float_digits": "-15",
    "intervalstyle": "iso_8601",
    "standard_conforming_strings": "off",
    "timezone": "Asia/Kathmandu",
    "transform_null_equals": "on",
}


async def test_answers_are_the_same_whatever_a_postgres_database_is_set_to(postgres: str) -> None:
    url = await create_database(postgres)
    connection = await asyncpg.connect(url)
    for setting, value in SET_OTHERWISE.items():
        await connection.execute(f"ALTER DATABASE {url.rpartition('/')[2]} SET {setting} TO '{value}'")
    await connection.close()
    answers = await outcomes(CASES, url)
    database = await Database.open(url)
    assert await database.execute("SHOW transaction_isolation") == [("read committed",)]
    await database.close()
    await drop_database(postgres, url)
    for case in CASES:
        assert answers[case.name].body == compact(case.answer.read_text(encoding="utf-8")), case.name


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("end", ENDS)
async def test_whatever_may_be_asked_can_be_nested(end: str, step: str, patient: Engine, viewer: Viewer) -> None:
    """SQLite's parser gives up at a depth that requests reach."""
    selection = ENDS[end]
    for _ in range(10):
        answer = await patient.execute(f'{{ salesRep(id: "rep_4") {{ id {selection} }} }}', None, None, viewer)
        assert answer.body.startswith(b'{"data":{"salesRep":{"id":"rep_4",'), answer.body[:500]
        selection = "id " + STEPS[step] % selection


def test_there_are_enough_of_them() -> None:
    assert len(CASES) >= 65


def test_every_file_belongs_to_a_case() -> None:
    names = {case.name for case in CASES}
    assert {path.name.partition(".")[0] for path in FOLDER.iterdir()} == names


def test_every_case_says_what_it_shows() -> None:
    silent = [case.name for case in CASES if not case.query.startswith("# ")]
    assert silent == []
