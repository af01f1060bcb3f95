"""What tests of verbs share: asking through the API and from Python, and seeing all that a database holds."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

import models
from access import Viewer
from models.backends import postgres, sqlite_writer
from models.database import Database, Transaction
from resolvers.verbs import VERBS
from resolvers.write import Outcome, Request, perform
from schema.engine import Engine
from tests.viewers import ADMIN

TABLES = sorted(cls._meta.db_table for name in models.__all__ if hasattr(cls := getattr(models, name), "_meta"))
"""All tables, in the order of the alphabet."""

ERRORS = "errors { __typename code message path ... on TransitionError { allowed } }"
"""All that errors say."""

Told = set[tuple[str, str]]
"""Entities and what happened to them."""


async def snapshot(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    return {table: await database.execute(f"SELECT * FROM {table} ORDER BY id") for table in TABLES}


async def ask(engine: Engine, query: str, **variables: Any) -> dict[str, Any]:
    """The whole answer to an operation."""
    return await ask_as(engine, ADMIN, query, **variables)


async def ask_as(engine: Engine, viewer: Viewer, query: str, **variables: Any) -> dict[str, Any]:
    """The whole answer to an operation of somebody's."""
    answer = await engine.execute(query, variables, None, viewer)
    body: dict[str, Any] = json.loads(answer.body)
    return body


async def mutate(
    engine: Engine, verb: str, given: Mapping[str, Any], selection: str = "", **around: Any
) -> dict[str, Any]:
    """The payload of a mutation that was executed."""
    return await mutate_as(engine, ADMIN, verb, given, selection, **around)


async def mutate_as(
    engine: Engine, viewer: Viewer, verb: str, given: Mapping[str, Any], selection: str = "", **around: Any
) -> dict[str, Any]:
    """The payload of somebody's mutation that was executed."""
    body = await ask_as(engine, viewer, document(verb, selection), input={**given, **around})
    assert "errors" not in body, body
    payload: dict[str, Any] = body["data"][verb]
    return payload


TICKET = "ticket { id number customer { name } }"


def another(viewer: Viewer = ADMIN) -> Viewer:
    """Another sender with the same rights: what both ask for at once is not done as one."""
    return replace(viewer)


async def tickets_at_once(engine: Engine, count: int, **given: Any) -> list[dict[str, Any]]:
    """Tickets that as many senders make at the same time; on PostgreSQL they leave ids for as many more."""
    asked = {"customerId": "cus_1", "issue": "It drifts"} | given
    making = (mutate_as(engine, another(), "createTicket", asked, TICKET) for _ in range(count))
    return list(await asyncio.gather(*making))


def document(verb: str, selection: str = "") -> str:
    """An operation of one mutation."""
    title = verb[0].upper() + verb[1:]
    return f"mutation ($input: {title}Input!) {{ {verb}(input: $input) {{ {selection} {ERRORS} }} }}"


async def perform_verb(database: Database, verb: str, *, request: Request | None = None, **arguments: Any) -> Outcome:
    """What a verb comes to when Python calls it."""

    async def read(transaction: Transaction, outcome: Outcome) -> Outcome:
        return outcome

    return await perform(database, ADMIN, VERBS[verb], arguments, read, request)


async def journal(database: Database, after: Mapping[str, list[tuple[Any, ...]]]) -> tuple[Told, Told]:
    """What was audited and what was told since a snapshot; checks that both name the caller and are complete."""
    audited, told = [
        await database.execute(f"SELECT {columns} FROM {table} ORDER BY id")
        for table, columns in (
            ("audit_entry", "entity, kind, actor, verb, request_id, entity_id"),
            ("outbox_event", "entity, kind, entity_id"),
        )
    ]
    audited, told = audited[len(after["audit_entry"]) :], told[len(after["outbox_event"]) :]
    for entity, kind, actor, verb, request_id, _ in audited:
        assert actor == ADMIN.name, (entity, kind)
        assert verb in VERBS
        assert request_id
    assert {(entity, id_) for entity, *_, id_ in audited} == {(entity, id_) for entity, _, id_ in told}
    return {row[:2] for row in audited}, {row[:2] for row in told}


class Statements:
    """Counts the statements that transactions run."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        for cls in (sqlite_writer.SqliteWrites, postgres.PostgresWrites):
            for name in ("acquire_connection", "run"):
                monkeypatch.setattr(cls, name, self._counted(getattr(cls, name)))

    def _counted(self, used: Any) -> Any:
        def count(*args: Any, **how: Any) -> Any:
            self.count += 1
            return used(*args, **how)

        return count
