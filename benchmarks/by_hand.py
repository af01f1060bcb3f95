"""The least that a batch can take: its rows, worked out beforehand, written by hand in one transaction."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from statistics import median
from typing import Any

from benchmarks.queries import new_ticket
from compiler.dialect import instant_text
from compiler.text import fold
from models.backends.sqlite import WRITER_PRAGMAS

ACTOR, REQUEST = "key demo-admin of demo-admin@example.com", "0123456789abcdef"
COLUMNS = {
    "ticket": "id, created_at, updated_at, number, number_fold, customer_id, issue, issue_fold, priority",
    "ticket_status_change": "created_at, updated_at, ticket_id, to_status, actor",
    "audit_entry": "at, actor, verb, entity, entity_id, kind, changes, request_id",
    "outbox_event": "at, entity, entity_id, kind",
}
"""What is written of a ticket, and along with it: its first step, an entry and an event."""

Rows = dict[str, list[tuple[Any, ...]]]


def rows_of(tickets: Sequence[int], customers: Sequence[int], at: object) -> Rows:
    """The rows of tickets with these ids, by table."""
    rows: Rows = {table: [] for table in COLUMNS}
    for place, ticket in enumerate(tickets):
        customer = customers[place % len(customers)]
        given = new_ticket(f"cus_{customer}")
        issue, priority = given["issue"], given["priority"]
        rows["ticket"].append((ticket, at, at, f"T-{ticket}", f"t-{ticket}", customer, issue, fold(issue), priority))
        rows["ticket_status_change"].append((at, at, ticket, "NEW", "Admin"))
        rows["audit_entry"].append((at, ACTOR, "createTickets", "Ticket", ticket, "CREATED", "[]", REQUEST))
        rows["outbox_event"].append((at, "Ticket", ticket, "CREATED"))
    return rows


def from_json(table: str, rows: Sequence[tuple[Any, ...]]) -> tuple[str, list[Any]]:
    """Rows in SQLite's fastest form: one list of what differs in them, and one value where all say the same.

    A statement executed for each row takes half as long again.
    """
    words, differing = [], []
    values: list[Any] = [None]
    for column in zip(*rows, strict=True):
        if len(set(column)) == 1 < len(column):
            values.append(column[0])
            words.append(f"?{len(values)}")
        else:
            words.append(f"value ->> {len(differing)}")
            differing.append(column)
    values[0] = json.dumps(list(zip(*differing, strict=True)))
    return f"INSERT INTO {table} ({COLUMNS[table]}) SELECT {', '.join(words)} FROM json_each(?1)", values


def on_sqlite(path: str, customers: Sequence[int], most: int, rounds: int) -> float:
    """Microseconds for each ticket; the median of rounds."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma, value in WRITER_PRAGMAS.items():
            connection.execute(f"PRAGMA {pragma}={value}")
        times = []
        for _ in range(rounds + 1):
            last = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'ticket'").fetchone()[0]
            rows = rows_of(range(last + 1, last + most + 1), customers, instant_text(dt.datetime.now(dt.UTC)))
            statements = [from_json(table, rows[table]) for table in COLUMNS]
            start = time.perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            for sql, values in statements:
                connection.execute(sql, values)
            connection.execute("COMMIT")
            times.append((time.perf_counter() - start) / most * 1e6)
    return median(times[1:])


TYPES = {int: "bigint", str: "text", dt.datetime: "timestamptz"}


def from_lists(table: str, rows: Sequence[tuple[Any, ...]]) -> tuple[str, list[Any]]:
    """Rows in PostgreSQL's fastest form: a list for each column, but one value where all rows say the same.

    Executed for each row, as drivers do with many, they take it three times as long.
    """
    words, lists, names, values = [], [], [], []
    for number, column in enumerate(zip(*rows, strict=True), 1):
        same, type_ = 1 == len(set(column)) < len(column), TYPES[type(column[0])]
        words.append(f"${number}::{type_}" if same else f"c{number}")
        values.append(column[0] if same else list(column))
        if not same:
            lists.append(f"${number}::{type_}[]")
            names.append(f"c{number}")
    source = f"unnest({', '.join(lists)}) AS r ({', '.join(names)})"
    return f"INSERT INTO {table} ({COLUMNS[table]}) SELECT {', '.join(words)} FROM {source}", values


async def on_postgres(url: str, customers: Sequence[int], most: int, rounds: int) -> float:
    """The same on PostgreSQL."""
    import asyncpg

    connection = await asyncpg.connect(url, server_settings={"jit": "off", "timezone": "UTC"})
    times = []
    for _ in range(rounds + 1):
        ids = await connection.fetch("SELECT nextval('ticket_id_seq') FROM generate_series(1, $1)", most)
        rows = rows_of([id_ for (id_,) in ids], customers, dt.datetime.now(dt.UTC))
        statements = [from_lists(table, rows[table]) for table in COLUMNS]
        start = time.perf_counter()
        async with connection.transaction():
            for sql, values in statements:
                await connection.execute(sql, *values)
        times.append((time.perf_counter() - start) / most * 1e6)
    await connection.close()
    return median(times[1:])
