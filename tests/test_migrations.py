"""The tables are as the models say, on both databases, and refuse what they must."""

from __future__ import annotations

import ast
import asyncio
import re
import sqlite3
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from tortoise import fields
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.migrations.constraints import CheckConstraint

from compiler.money import scale_sql
from models import migrations
from models.base import Removable
from models.database import Database, migrate
from models.fields import MONEY_LIMIT, FoldedField, InstantField
from models.migrations import DatabaseNewer, apply_to_postgres, apply_to_sqlite, load
from models.migrations.schema import MODELS, render
from tests.services import create_database, drop_database

NOW = "2026-01-31T09:30:00.000Z"
ROOT = Path(__file__).resolve().parent.parent

Row = dict[str, object]


@pytest.fixture
async def empty(dialect: str, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of a database without tables."""
    if dialect == "sqlite":
        yield f"sqlite://{tmp_path}/crm.db"
        return
    server = request.getfixturevalue("postgres")
    url = await create_database(server)
    yield url
    await drop_database(server, url)


@pytest.fixture
async def database(empty: str) -> AsyncIterator[Database]:
    """Migrated just now, and open for writing."""
    await migrate(empty)
    database = await Database.open(empty)
    yield database
    await database.close()


# --- running them


async def test_a_second_run_finds_nothing_to_do(empty: str) -> None:
    assert await migrate(empty) == list(load("sqlite"))
    assert await migrate(empty) == []


def test_a_file_that_another_process_has_locked_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite says so at once where it is asked to keep its log beside the file."""
    refused = sqlite3.OperationalError("database is locked")
    refused.sqlite_errorcode = sqlite3.SQLITE_BUSY
    tries = []

    class Locked:
        def execute(self, sql: str) -> None:
            tries.append(sql)
            if len(tries) < 4:
                raise refused

    migrations.switch_to_wal(Locked())  # type: ignore[arg-type]
    assert tries == ["PRAGMA journal_mode=WAL"] * 4
    monkeypatch.setattr(migrations, "WAIT_SECONDS", -1)
    del tries[:]
    with pytest.raises(sqlite3.OperationalError):
        migrations.switch_to_wal(Locked())  # type: ignore[arg-type]
    assert len(tries) == 1


async def test_of_processes_that_migrate_at_once_each_does_what_the_others_did_not(
    empty: str,
) -> None:
    program = "import asyncio, sys; from models.database import migrate; print(asyncio.run(migrate(sys.argv[1])))"
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, empty, cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        for _ in range(4)
    ]
    answers = [(await process.communicate())[0].decode().strip() for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0, 0]
    done = [name for answer in answers for name in ast.literal_eval(answer)]
    assert sorted(done) == list(load("sqlite")), answers


async def test_a_migration_that_fails_leaves_nothing_behind(empty: str) -> None:
    scripts = {
        "0001_fine": "CREATE TABLE fine (id INTEGER);",
        "0002_wrong": "CREATE TABLE half (id INTEGER); INSERT INTO fine VALUES (7); DELETE FROM nowhere;",
    }
    with pytest.raises((sqlite3.Error, asyncpg.PostgresError)):
        await run(empty, scripts)
    scripts["0002_wrong"] = "CREATE TABLE half (id INTEGER); INSERT INTO fine VALUES (8);"
    assert await run(empty, scripts) == ["0002_wrong"]
    database = await Database.open(empty)
    assert await database.read("SELECT id FROM fine") == b"8"
    await database.close()


async def test_a_database_of_a_newer_version_is_left_alone(empty: str) -> None:
    scripts = {"0001_a": "CREATE TABLE a (id INTEGER);", "0002_b": "CREATE TABLE b (id INTEGER);"}
    await run(empty, scripts)
    del scripts["0002_b"]
    with pytest.raises(DatabaseNewer, match="0002_b"):
        await run(empty, scripts)


def test_a_semicolon_in_a_text_ends_no_statement(tmp_path: Path) -> None:
    script = "CREATE TABLE t (x TEXT DEFAULT 'a;\nb');\n-- a comment; with one\nINSERT INTO t DEFAULT VALUES;\n"
    apply_to_sqlite(str(tmp_path / "x.db"), {"0001": script})
    with sqlite3.connect(tmp_path / "x.db") as connection:
        assert connection.execute("SELECT x FROM t").fetchall() == [("a;\nb",)]
    connection.close()


def test_the_tables_of_others_are_left_alone(tmp_path: Path) -> None:
    """Where checks are spelled anew, those that somebody else has put beside them are not."""
    path, scripts = str(tmp_path / "x.db"), load("sqlite")
    before = {name: script for name, script in scripts.items() if name < "0006"}
    apply_to_sqlite(path, before)
    own = "CREATE TABLE notes (x TEXT CHECK (x NOT IN (substr(x, 1, 19)) AND x GLOB '*T??:??:??.[0-9][0-9][0-9]Z'))"
    with sqlite3.connect(path) as connection:
        connection.execute(own)
    connection.close()
    assert apply_to_sqlite(path, scripts) == [name for name in scripts if name not in before]
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT sql FROM sqlite_master WHERE name = 'notes'").fetchone() == (own,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_sqlite_refuses_a_migration_that_leaves_rows_without_what_they_refer_to(tmp_path: Path) -> None:
    path = str(tmp_path / "x.db")
    script = "CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (a INTEGER REFERENCES a (id));"
    with pytest.raises(sqlite3.IntegrityError, match="0002"):
        apply_to_sqlite(path, {"0001": script, "0002": "INSERT INTO b VALUES (1);"})


def test_every_migration_exists_for_both_databases() -> None:
    assert list(load("sqlite")) == list(load("postgres"))


@pytest.mark.parametrize("release", ["0001_initial"])
async def test_a_filled_database_of_an_earlier_release_loses_nothing(empty: str, release: str) -> None:
    scripts = load("sqlite" if empty.startswith("sqlite") else "postgres")
    await run(empty, {name: script for name, script in scripts.items() if name <= release})
    database = await Database.open(empty)
    try:
        held = {table: [name for name, *_ in await columns(database, table, missing=True)] for table in ROWS}
        there = [table for table, names in held.items() if names]
        assert len(there) >= 26, "every table of the first release"
        for table in there:
            await insert(database, table, {name: value for name, value in ROWS[table].items() if name in held[table]})
        before = {table: await database.execute(f"SELECT {', '.join(held[table])} FROM {table}") for table in there}
        assert all(len(rows) == 1 for rows in before.values())
    finally:
        await database.close()
    assert await migrate(empty) == [name for name in scripts if name > release]
    database = await Database.open(empty)
    try:
        after = {table: await database.execute(f"SELECT {', '.join(held[table])} FROM {table}") for table in there}
        assert after == before
        for table in [table for table in ROWS if table not in there]:
            await insert(database, table, ROWS[table])  # what is new refers to what was there
    finally:
        await database.close()


async def test_who_could_come_before_there_were_several_roles_comes_in_the_one_they_had(empty: str) -> None:
    """Each session and each key acts in the role its user has; ids go on where they were."""
    scripts = load("sqlite" if empty.startswith("sqlite") else "postgres")
    await run(empty, {name: script for name, script in scripts.items() if name < "0005"})
    database = await Database.open(empty)
    kept = {}
    try:
        await insert(database, "sales_rep", ROWS["sales_rep"])
        for at, role in enumerate(("REP", "ADMIN"), 1):
            email = {"id": at, "email": role, "email_fold": role, "role": role}
            await insert(database, "app_user", ROWS["app_user"] | email)
            for table in ("session", "api_key"):
                row = ROWS[table] | {"id": at + 10, "user_id": at, "token_hash": str(at) * 64}
                del row["role"]
                await insert(database, table, row)
        for table in ("session", "api_key"):
            await database.execute(f"DELETE FROM {table} WHERE id = 12")
            held = [name for name, *_ in await columns(database, table)]
            kept[table] = held, await database.execute(f"SELECT {', '.join(held)} FROM {table}")
    finally:
        await database.close()
    assert await migrate(empty) == [name for name in scripts if name >= "0005"]
    database = await Database.open(empty)
    try:
        assert await database.execute("SELECT id, role FROM app_user ORDER BY id") == [(1, "REP"), (2, "ADMIN")]
        assert await database.execute("SELECT id FROM user_role") == []
        for table, (held, rows) in kept.items():
            assert await database.execute(f"SELECT {', '.join(held)} FROM {table}") == rows
            assert await database.execute(f"SELECT id, role FROM {table}") == [(11, "REP")]
            if empty.startswith("sqlite"):  # PostgreSQL counts on by itself
                row = ROWS[table] | {"token_hash": "9" * 64, "name": "another"}
                await insert(database, table, {name: row[name] for name in ROWS[table] if name != "id"})
                assert await database.read(f"SELECT max(id) FROM {table}") == b"13", "no id comes back"
    finally:
        await database.close()


async def run(url: str, scripts: dict[str, str]) -> list[str]:
    if url.startswith("sqlite"):
        return apply_to_sqlite(url.removeprefix("sqlite://"), scripts)
    return await apply_to_postgres(url, scripts)


# --- the tables and the models


async def test_migrations_add_up_to_the_models(empty: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """What `models.migrations.schema` makes of the models is what the migrations made, to the letter."""
    await migrate(empty)
    if empty.startswith("sqlite"):
        other = f"sqlite://{tmp_path}/other.db"
    else:
        other = await create_database(request.getfixturevalue("postgres"))
    await run(other, {"0000_all": render("sqlite" if empty.startswith("sqlite") else "postgres")})
    assert await described(other) == await described(empty)


async def test_every_column_is_as_its_field_says(database: Database) -> None:
    for model in MODELS:
        table = model._meta.db_table
        wanted = {}
        for name, field in model._meta.fields_map.items():
            if isinstance(field, ForeignKeyFieldInstance):
                wanted[f"{name}_id"] = ("big", field.null)
            elif field.has_db_field and not getattr(field, "reference", None):
                wanted[name] = (kind_of(field), field.null)
        found = {
            name: (kind if kind in accepted(database.dialect, wanted[name][0]) else f"is {kind}", null)
            for name, kind, null in await columns(database, table)
        }
        assert found == {
            name: (next(iter(accepted(database.dialect, kind))), null) for name, (kind, null) in wanted.items()
        }, table


async def test_every_foreign_key_has_the_rule_its_model_chose_and_an_index(database: Database) -> None:
    for model in MODELS:
        table = model._meta.db_table
        wanted = {
            f"{name}_id": (field.related_model._meta.db_table, str(field.on_delete).replace("OnDelete.", ""))
            for name, field in model._meta.fields_map.items()
            if isinstance(field, ForeignKeyFieldInstance)
        }
        assert await foreign_keys(database, table) == wanted, table
        firsts = {listed[0] for listed, _ in await indexes(database, table)}
        assert wanted.keys() <= firsts, f"{table} has foreign keys without an index"


async def test_every_index_and_unique_of_the_models_exists(database: Database) -> None:
    for model in MODELS:
        found = await indexes(database, model._meta.db_table)
        for index in model._meta.indexes:
            assert (tuple(index.fields), False) in found, f"{model._meta.db_table} {index.fields}"  # type: ignore[union-attr]
        for unique in model._meta.unique_together:
            assert (tuple(unique), True) in found, f"{model._meta.db_table} {unique}"


async def test_sorting_by_money_and_urgency_is_served_by_an_index(database: Database) -> None:
    rank = "CASE priority WHEN 'LOW' THEN 1 WHEN 'NORMAL' THEN 2 WHEN 'HIGH' THEN 3 WHEN 'URGENT' THEN 4 END"
    for table, order, index in (
        ("sales_order", f"t.total_minor * {scale_sql('t.currency')}, t.id", "sales_order_total_scaled_idx"),
        ("product", f"t.price_minor * {scale_sql('t.currency')}, t.id", "product_price_scaled_idx"),
        ("campaign", f"t.budget_minor * {scale_sql('t.currency')}, t.id", "campaign_budget_scaled_idx"),
        (
            "ticket",
            f"{rank.replace('priority', 't.priority')}, t.created_at, t.id",
            "ticket_priority_rank_idx",
        ),
    ):
        query = f"SELECT t.id FROM {table} AS t ORDER BY {order} LIMIT 5"
        async with database.transaction() as transaction:
            if database.dialect == "sqlite":
                plan = await transaction.execute(f"EXPLAIN QUERY PLAN {query}")
            else:
                await transaction.execute("SET LOCAL enable_seqscan = off")
                await transaction.execute("SET LOCAL enable_sort = off")
                plan = await transaction.execute(f"EXPLAIN {query}")
        text = str(plan)
        assert index in text, text
        assert "TEMP B-TREE" not in text and "Sort" not in text, text


def kind_of(field: fields.Field[Any]) -> str:
    for type_, kind in (
        (InstantField, "instant"),
        (FoldedField, "folded"),
        (fields.BooleanField, "bool"),
        (fields.DateField, "date"),
        (fields.BigIntField, "big"),
        (fields.IntField, "int"),
        (fields.TextField, "text"),
    ):
        if isinstance(field, type_):
            return kind
    return f"chars {field.max_length}"  # type: ignore[attr-defined]


def accepted(dialect: str, kind: str) -> list[str]:
    """How a database names a kind of column."""
    if dialect == "sqlite":
        return ["INTEGER" if kind in ("bool", "big", "int") else "TEXT"]
    if kind.startswith("chars"):
        return [f"character varying({kind.split()[1]}) C"]
    return [
        {
            "instant": "timestamp(3) with time zone",
            "folded": "text C",
            "bool": "boolean",
            "date": "date",
            "big": "bigint",
            "int": "integer",
            "text": "text",
        }[kind]
    ]


async def columns(database: Database, table: str, missing: bool = False) -> list[tuple[str, str, bool]]:
    """Name, type and whether it may be NULL; nothing of a table that may be `missing`, and is."""
    if database.dialect == "sqlite":
        found = await database.execute(f"PRAGMA table_info({table})")
        return [(name, kind, not (notnull or pk)) for _, name, kind, notnull, _, pk in found]
    found = await database.execute(
        "SELECT attname, format_type(atttypid, atttypmod)"
        " || CASE WHEN collname = 'C' THEN ' C' ELSE '' END, NOT attnotnull"
        " FROM pg_attribute LEFT JOIN pg_collation ON pg_collation.oid = attcollation"
        f" WHERE attrelid = {'to_regclass($1::text)' if missing else '$1::text::regclass'} AND attnum > 0",
        [table],
    )
    return [(name, kind, null) for name, kind, null in found]


async def foreign_keys(database: Database, table: str) -> dict[str, tuple[str, str]]:
    """For each column the table it refers to and what a delete there does."""
    if database.dialect == "sqlite":
        found = await database.execute(f"PRAGMA foreign_key_list({table})")
        return {row[3]: (row[2], row[6]) for row in found}
    found = await database.execute(
        "SELECT attname, confrelid::regclass::text, confdeltype::text FROM pg_constraint"
        " JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]"
        " WHERE contype = 'f' AND conrelid = $1::text::regclass",
        [table],
    )
    rules = {"c": "CASCADE", "n": "SET NULL", "r": "RESTRICT", "a": "NO ACTION"}
    return {column: (target, rules[rule]) for column, target, rule in found}


async def indexes(database: Database, table: str) -> list[tuple[tuple[str | None, ...], bool]]:
    """The columns of each index over columns, and whether it is unique."""
    if database.dialect == "sqlite":
        found = []
        for _, name, unique, _, _ in await database.execute(f"PRAGMA index_list({table})"):
            listed = await database.execute(f"PRAGMA index_info({name})")
            found.append((tuple(column for _, _, column in listed), bool(unique)))
        return found
    rows = await database.execute(
        "SELECT array(SELECT attname::text FROM unnest(indkey) WITH ORDINALITY AS k (number, place)"
        " LEFT JOIN pg_attribute ON attrelid = indrelid AND attnum = number ORDER BY place), indisunique"
        " FROM pg_index WHERE indrelid = $1::text::regclass",
        [table],
    )
    return [(tuple(listed), unique) for listed, unique in rows]


async def described(url: str) -> object:
    """Everything a database knows about its tables, but for the one migrations are noted in."""
    database = await Database.open(url)
    try:
        if database.dialect == "sqlite":
            rows = await database.execute(
                "SELECT name, sql FROM sqlite_master WHERE tbl_name NOT IN ('migration', 'sqlite_sequence') ORDER BY 1"
            )
            return [(name, re.sub(r"\s+", " ", sql or "")) for name, sql in rows]
        found: list[object] = []
        for query in (
            "SELECT table_name, column_name, data_type, character_maximum_length, datetime_precision,"
            " collation_name, is_nullable, column_default, is_identity FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name <> 'migration' ORDER BY 1, 2",
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE connamespace = 'public'::regnamespace AND conrelid <> 'migration'::regclass"
            " ORDER BY 1, 2",
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'migration' ORDER BY 1",
        ):
            found.append(await database.execute(query))
        return found
    finally:
        await database.close()


# --- what the tables refuse

MADE = {"created_at": NOW, "updated_at": NOW}
ROWS: dict[str, Row] = {
    "organisation": {"id": 1, "name": "Acme", "currency": "EUR"},
    "team": {"id": 1, **MADE, "name": "North", "name_fold": "north"},
    "sales_rep": {
        "id": 1, **MADE, "name": "Ada", "name_fold": "ada", "position": "Rep", "position_fold": "rep",
        "email": "", "email_fold": "", "hired_on": "2020-01-01",
    },
    "sales_target": {
        "id": 1, **MADE, "rep_id": 1, "period_start": "2026-01-01", "period_end": "2026-04-01",
        "amount_minor": 100,
    },
    "commission_plan": {"id": 1, **MADE, "name": "Plan", "name_fold": "plan"},
    "commission_tier": {"id": 1, **MADE, "plan_id": 1, "from_bps": 0, "to_bps": 5000, "rate_bps": 100},
    "plan_assignment": {"id": 1, **MADE, "rep_id": 1, "plan_id": 1, "starts_on": "2026-01-01"},
    "product_category": {"id": 1, **MADE, "name": "Tools", "name_fold": "tools"},
    "product": {
        "id": 1, **MADE, "sku": "A1", "sku_fold": "a1", "name": "Saw", "name_fold": "saw", "currency": "EUR",
        "price_minor": 100, "cost_minor": 50,
    },
    "campaign": {
        "id": 1, **MADE, "name": "Spring", "name_fold": "spring", "start_date": "2026-03-01",
        "end_date": "2026-03-31", "currency": "EUR", "budget_minor": 100, "channel": "EMAIL",
        "utm_campaign": "spring", "expected_leads": 5, "expected_revenue_minor": 1000,
    },
    "customer": {
        "id": 1, **MADE, "name": "Zoë", "name_fold": "zoë", "address": "", "address_fold": "", "phone": "",
        "phone_fold": "", "email": "", "email_fold": "", "country": "DE",
    },
    "contact": {
        "id": 1, **MADE, "customer_id": 1, "name": "Li", "name_fold": "li", "phone": "", "phone_fold": "",
        "email": "", "email_fold": "", "is_primary": True,
    },
    "campaign_member": {"id": 1, **MADE, "campaign_id": 1, "customer_id": 1},
    "sales_order": {
        "id": 1, **MADE, "number": "O1", "number_fold": "o1", "customer_id": 1, "order_date": "2026-01-31",
        "currency": "EUR", "subtotal_minor": 200, "discount_minor": 10, "net_minor": 190, "tax_minor": 38,
        "total_minor": 228,
    },
    "order_line": {
        "id": 1, **MADE, "order_id": 1, "product_id": 1, "position": 1, "quantity": 2, "currency": "EUR",
        "price_minor": 100, "cost_minor": 50, "discount_minor": 10, "net_minor": 190, "tax_minor": 38,
        "total_minor": 228,
    },
    "order_credit": {
        "id": 1, **MADE, "order_id": 1, "rep_id": 1, "customer_id": 1, "order_date": "2026-01-31", "share_bps": 10000,
        "currency": "EUR", "amount_minor": 190, "base_amount_minor": 190,
    },
    "ticket": {
        "id": 1, **MADE, "number": "T1", "number_fold": "t1", "customer_id": 1, "issue": "Broken",
        "issue_fold": "broken",
    },
    "ticket_message": {"id": 1, **MADE, "ticket_id": 1, "author_kind": "AGENT", "body": "Hello"},
    "ticket_status_change": {"id": 1, **MADE, "ticket_id": 1, "to_status": "NEW", "actor": "Ada"},
    "target_revision": {"id": 1, **MADE, "target_id": 1, "new_minor": 100, "reason": "set", "actor": "Ada"},
    "order_return": {
        "id": 1, **MADE, "order_id": 1, "returned_on": "2026-02-01", "reason": "broken", "currency": "EUR",
        "net_minor": 95, "tax_minor": 19, "total_minor": 114, "base_net_minor": 95, "base_total_minor": 114,
    },
    "order_return_line": {
        "id": 1, **MADE, "order_return_id": 1, "line_id": 1, "quantity": 1, "currency": "EUR",
        "net_minor": 95, "tax_minor": 19, "total_minor": 114,
    },
    "order_return_credit": {
        "id": 1, **MADE, "order_return_id": 1, "rep_id": 1, "returned_on": "2026-02-01",
        "base_amount_minor": 95,
    },
    "audit_entry": {
        "id": 1, "at": NOW, "actor": "Ada", "verb": "createTeam", "entity": "Team", "entity_id": 1,
        "kind": "CREATED", "changes": "[]", "request_id": "r1",
    },
    "outbox_event": {"id": 1, "at": NOW, "entity": "Team", "entity_id": 1, "kind": "CREATED"},
    "idempotency_record": {
        "id": 1, "actor": "Ada", "key": "k1", "verb": "createTeam", "fingerprint": "f", "outcome": "{}",
        "created_at": NOW,
    },
    "app_user": {
        "id": 1, **MADE, "email": "ada@acme.example", "email_fold": "ada@acme.example", "name": "Ada", "role": "REP",
        "rep_id": 1,
    },
    "user_role": {"id": 1, "user_id": 1, "role": "AGENT"},
    "session": {
        "id": 1, "user_id": 1, "role": "REP", "token_hash": "a" * 64, "created_at": NOW,
        "expires_at": "2026-02-01T09:30:00.000Z",
    },
    "api_key": {
        "id": 1, "user_id": 1, "role": "REP", "name": "crawler", "token_hash": "a" * 64, "scopes": "[]",
        "created_at": NOW,
    },
}  # fmt: skip
"""One good row of every table."""

OTHER = {
    "sku_fold": "b", "number_fold": "b", "utm_campaign": "b", "position": 2, "is_primary": False, "email_fold": "b",
    "token_hash": "b" * 64,
}  # fmt: skip
"""What lets a second row stand beside the good one."""

BEFORE = "2026-01-30T09:30:00.000Z"
OVER = MONEY_LIMIT + 1
BAD: dict[str, dict[str, Row]] = {
    "organisation": {"organisation_is_one": {"id": 2}},
    "sales_rep": {
        "sales_rep_manages_another": {"manager_id": 2},
        "sales_rep_left_after_hired": {"left_on": "2019-12-31"},
    },
    "sales_target": {
        "sales_target_has_one_owner": {"team_id": 1},
        "sales_target_period_runs_forward": {"period_end": "2026-01-01"},
        "amount_minor_range": {"amount_minor": -1},
    },
    "commission_tier": {
        "from_bps_range": {"from_bps": -1},
        "commission_tier_runs_forward": {"from_bps": 5000},
        "rate_bps_range": {"rate_bps": 10001},
    },
    "plan_assignment": {"plan_assignment_runs_forward": {"ends_on": "2026-01-01"}},
    "product_category": {"category_has_another_parent": {"parent_id": 2}},
    "product": {
        "product_is_named": {"name": ""},
        "price_minor_range": {"price_minor": -1},
        "cost_minor_range": {"cost_minor": OVER},
        "tax_bps_range": {"tax_bps": 10001},
    },
    "campaign": {
        "campaign_is_named": {"name": ""},
        "campaign_ends_after_it_starts": {"end_date": "2025-03-31"},
        "expected_leads_range": {"expected_leads": -1},
        "budget_minor_range": {"budget_minor": -1},
        "expected_revenue_minor_range": {"expected_revenue_minor": -1},
    },
    "customer": {
        "customer_is_named": {"name": ""},
        "customer_has_another_parent": {"parent_id": 2},
        "country_is_alpha2": {"country": "D"},
    },
    "contact": {"contact_is_named": {"name": ""}},
    "sales_order": {
        "subtotal_minor_range": {
            "subtotal_minor": -1, "discount_minor": 0, "net_minor": -1, "tax_minor": 1, "total_minor": 0,
        },
        "discount_minor_range": {"discount_minor": -1, "net_minor": 201, "total_minor": 239},
        "tax_minor_range": {"tax_minor": -1, "total_minor": 189},
        "total_minor_range": {
            "subtotal_minor": 0, "discount_minor": 1, "net_minor": -1, "tax_minor": 0, "total_minor": -1,
        },
        "order_net_adds_up": {"net_minor": 191, "total_minor": 229},
        "order_total_adds_up": {"total_minor": 229},
        "order_base_is_fixed_at_confirmation": {"confirmed_at": NOW},
        "order_cancelled_has_instant": {"status": "CANCELLED"},
    },
    "order_line": {
        "quantity_range": {
            "quantity": 0, "discount_minor": 0, "net_minor": 0, "tax_minor": 0, "total_minor": 0,
        },
        "order_line_quantities_agree": {"quantity_returned": 1},
        "price_minor_range": {"price_minor": -1, "discount_minor": 0, "net_minor": -2, "total_minor": 36},
        "cost_minor_range": {"cost_minor": -1},
        "discount_minor_range": {"discount_minor": -1, "net_minor": 201, "total_minor": 239},
        "tax_minor_range": {"tax_minor": -1, "total_minor": 189},
        "total_minor_range": {"discount_minor": 201, "net_minor": -1, "tax_minor": 0, "total_minor": -1},
        "discount_bps_range": {"discount_bps": 10001},
        "tax_bps_range": {"tax_bps": -1},
        "order_line_net_adds_up": {"net_minor": 191, "total_minor": 229},
        "order_line_total_adds_up": {"total_minor": 229},
    },
    "order_credit": {
        "share_bps_range": {"share_bps": 0},
        "amount_minor_range": {"amount_minor": -1},
        "base_amount_minor_range": {"base_amount_minor": -1},
    },
    "ticket": {
        "ticket_issue_is_given": {"issue": ""},
        "ticket_updated_after_created": {"updated_at": BEFORE},
        "ticket_answered_after_created": {"first_responded_at": BEFORE},
        "ticket_resolved_after_created": {"resolved_at": BEFORE},
        "ticket_closed_after_created": {"closed_at": BEFORE},
        "reopen_count_range": {"reopen_count": -1},
    },
    "ticket_message": {"ticket_message_says_something": {"body": ""}},
    "target_revision": {"new_minor_range": {"new_minor": -1}},
    "order_return": {
        "net_minor_range": {"net_minor": -1, "total_minor": 18},
        "tax_minor_range": {"tax_minor": -1, "total_minor": 94},
        "base_net_minor_range": {"base_net_minor": -1},
        "base_total_minor_range": {"base_total_minor": -1},
        "order_return_total_adds_up": {"total_minor": 115},
    },
    "order_return_line": {
        "order_return_line_quantity_range": {"quantity": 0},
        "order_return_line_total_adds_up": {"total_minor": 115},
    },
    "order_return_credit": {"base_amount_minor_range": {"base_amount_minor": -1}},
    "app_user": {"user_has_email": {"email": ""}, "user_is_named": {"name": ""}},
    "session": {
        "session_token_is_hashed": {"token_hash": "a" * 63},
        "session_ends_after_it_starts": {"expires_at": NOW},
    },
    "api_key": {
        "api_key_is_named": {"name": ""},
        "api_key_token_is_hashed": {"token_hash": "a" * 63},
        "api_key_ends_after_it_starts": {"expires_at": BEFORE},
    },
}  # fmt: skip
"""For every check the models declare, the change that makes the good row break just this one."""

REFUSALS = (sqlite3.Error, asyncpg.PostgresError)


@pytest.fixture
async def filled(database: Database) -> Database:
    for table, row in ROWS.items():
        await insert(database, table, row)
    return database


async def test_every_check_of_the_models_refuses_a_bad_row(filled: Database) -> None:
    for model in MODELS:
        table = model._meta.db_table
        declared = {each.name for each in model._meta.constraints if isinstance(each, CheckConstraint)}
        assert BAD.get(table, {}).keys() == declared, f"this test is out of date for {table}"
        bad = dict(BAD.get(table, {}))
        for name, field in model._meta.fields_map.items():
            if getattr(field, "enum_type", None):
                bad[f"{name}_choice"] = {name: "NOPE"}
        if "currency" in model._meta.fields_map:
            bad["currency_code"] = {"currency": "EU"}
        if issubclass(model, Removable):
            bad["deleted_key_follows"] = {"deleted_key": 2}
        fresh = {"id": 1 if table == "organisation" else 2}
        for check, change in bad.items():
            with pytest.raises(REFUSALS) as refusal:
                await insert(filled, table, {**ROWS[table], **fresh, **change})
            named = getattr(refusal.value, "constraint_name", None) or str(refusal.value).rpartition(": ")[2]
            assert named == check, f"{table} with {change}: {refusal.value}"


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("product", {"price_minor": "free"}),
        ("product", {"name": None}),
        ("product", {"name": "x" * 201}),
        ("product", {"active": 7}),
        ("sales_order", {"order_date": "soon"}),
        ("sales_order", {"order_date": "2026-02-30"}),
        ("order_line", {"position": 2**31}),
        ("ticket", {"created_at": "yesterday"}),
        ("ticket", {"closed_at": "2026-13-01T09:30:00.000Z"}),
    ],
)
async def test_a_value_of_the_wrong_type_is_refused(filled: Database, table: str, change: Row) -> None:
    row = {**ROWS[table], "id": 2}
    row |= {name: value for name, value in OTHER.items() if name in row and name not in change}
    with pytest.raises(REFUSALS) as refusal:
        await insert(filled, table, row | change)
    assert "UNIQUE" not in str(refusal.value) and "unique" not in str(refusal.value)


async def test_sqlite_holds_instants_in_one_spelling_only(filled: Database) -> None:
    if filled.dialect == "sqlite":
        for spelling in (
            "2026-01-31 09:30:00", "2026-01-31T09:30:00Z", "2026-01-31T09:30:00.000+01:00",
            "2026-01-31T9:30:00.000Z", "2026-1-31T09:30:00.000Z", "02026-01-31T09:30:00.000Z",
            "-226-01-31T09:30:00.000Z", "2026-01-31T09:30:00.0Z", "2026-01-31 09:30:00.000Z",
            "2026-01-31t09:30:00.000Z", "2026-01-31T09:30:00.000z", "2026-01-31T09:30:00.00eZ",
            "2026-01-31T09:30:00.000Z ", "2026-02-30T09:30:00.000Z", "2026-00-31T09:30:00.000Z",
            "2026-01-00T09:30:00.000Z", "2026-01-31T24:00:00.000Z", "2026-01-31T09:60:00.000Z",
            "2026-01-31T09:30:60.000Z", "2026-01-31Tab:30:00.000Z",
        ):  # fmt: skip
            with pytest.raises(sqlite3.IntegrityError, match="GLOB"):
                await insert(filled, "ticket", {**ROWS["ticket"], "id": 2, "updated_at": spelling})


async def test_every_unique_of_the_models_refuses_a_second_row(filled: Database) -> None:
    for model in MODELS:
        if model._meta.unique_together:
            table = model._meta.db_table
            with pytest.raises(REFUSALS, match=r"(?i)unique"):
                await insert(filled, table, {**ROWS[table], "id": 2})


async def test_a_removed_row_frees_its_name(filled: Database) -> None:
    gone = {"deleted_at": NOW, "deleted_key": 2}
    await insert(filled, "team", {**ROWS["team"], "id": 2, **gone})
    await insert(filled, "team", {**ROWS["team"], "id": 3, **gone, "deleted_key": 3})


async def test_a_customer_has_one_primary_contact(filled: Database) -> None:
    second = {**ROWS["contact"], "id": 2}
    with pytest.raises(REFUSALS, match=r"(?i)unique"):
        await insert(filled, "contact", second)
    await insert(filled, "contact", {**second, "is_primary": False})
    await insert(filled, "contact", {**second, "id": 3, "deleted_at": NOW, "deleted_key": 3})


async def test_a_row_may_not_refer_to_nothing(filled: Database) -> None:
    for model in MODELS:
        table = model._meta.db_table
        for column in await foreign_keys(filled, table):
            row = {**ROWS[table], "id": 2, column: 99}
            row |= {name: value for name, value in OTHER.items() if name in row and table != "sales_rep"}
            if column == "team_id" and table == "sales_target":
                row["rep_id"] = None
            if table == "order_credit":
                await filled.execute("DELETE FROM order_credit")  # one of each rep for each order
            with pytest.raises(REFUSALS, match=r"(?i)foreign key"):
                await insert(filled, table, row)


async def test_what_others_still_need_cannot_be_deleted_and_parts_go_with_their_whole(
    filled: Database,
) -> None:
    for table in ("customer", "product", "commission_plan"):
        with pytest.raises(REFUSALS, match=r"(?i)foreign key"):
            await filled.execute(f"DELETE FROM {table}")
    for table in ("ticket", "order_return", "sales_order"):
        await filled.execute(f"DELETE FROM {table}")
    assert await filled.read("SELECT count(*) FROM order_line") == b"0"
    assert await filled.read("SELECT count(*) FROM ticket_message") == b"0"
    await filled.execute("UPDATE customer SET owner_id = 1")
    await filled.execute("DELETE FROM sales_rep")
    assert await filled.read("SELECT count(*) FROM customer WHERE owner_id IS NULL") == b"1"


async def insert(database: Database, table: str, row: Row) -> None:
    names, values = ", ".join(row), ", ".join(literal(value) for value in row.values())
    await database.execute(f"INSERT INTO {table} ({names}) VALUES ({values})")


def literal(value: object) -> str:
    match value:
        case None:
            return "NULL"
        case bool():
            return "TRUE" if value else "FALSE"
        case str():
            return f"'{value}'"
    return str(value)
