"""The demo company's data keeps every rule of the product, and is the same wherever it is written."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import json
import re
import signal
import sys
import unicodedata
from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tortoise.models import Model

import models
from compiler.money import exponent
from compiler.text import fold
from models.database import Database, DatabaseUnavailable
from models.fields import Choice
from models.migrations.schema import MODELS as MIGRATED
from resolvers.machines import REPLY_STEPS, TICKET
from schema.engine import Engine
from server.demo import SCALES, TODAY, NotEmpty, demo_state, fill, is_demo
from server.demo.dates import DAY, FIRST_DAY, texts
from server.demo.fill import tell
from server.demo.money import split
from server.demo.returns import Returns, Sale
from server.demo.story import Story
from server.demo.tables import EVERY_TABLE, TABLES
from tests.viewers import ADMIN

ROOT = Path(__file__).parent.parent
BERLIN = ZoneInfo("Europe/Berlin")
NOW = f"{TODAY}T16:00:00.000Z"

Record = dict[str, Any]
Tables = dict[str, list[Record]]

MODELS: dict[str, type[Model]] = {
    model._meta.db_table: model
    for name in models.__all__
    if isinstance(model := getattr(models, name), type) and issubclass(model, Model)
}


def told() -> dict[str, list[tuple[object, ...]]]:
    """The rows of the tiny demo, by table, as they are generated."""
    rows: dict[str, list[tuple[object, ...]]] = {table: [] for table in TABLES}
    for batch in tell(Story(SCALES["tiny"], texts())):
        rows[batch.table] += batch.rows
    return rows


@pytest.fixture(scope="module")
def tiny() -> Tables:
    """The tiny demo, by table and column."""
    return {table: [dict(zip(TABLES[table], row, strict=True)) for row in rows] for table, rows in told().items()}


def by_id(rows: list[Record]) -> dict[int, Record]:
    return {row["id"]: row for row in rows}


def grouped(rows: list[Record], key: str) -> dict[int, list[Record]]:
    groups: dict[int, list[Record]] = defaultdict(list)
    for row in rows:
        groups[row[key]].append(row)
    return groups


def half_up(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def plain(value: object) -> object:
    """A value as both databases agree on it: instants, dates and truth as SQLite stores them."""
    match value:
        case dt.datetime():
            return f"{value.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S}.{value.microsecond // 1000:03d}Z"
        case dt.date():
            return value.isoformat()
        case bool():
            return int(value)
    return value


async def stored(url: str) -> dict[str, list[tuple[object, ...]]]:
    """All rows of a database, by table and in the order of their ids."""
    database = await Database.open(url)
    try:
        return {
            table: [
                tuple(plain(value) for value in row)
                for row in await database.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY id")
            ]
            for table, columns in TABLES.items()
        }
    finally:
        await database.close()


async def structure(url: str) -> list[tuple[Any, ...]]:
    """Every index and every foreign key of a database."""
    database = await Database.open(url)
    try:
        if database.dialect == "sqlite":
            return await database.execute("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2")
        return await database.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
            " WHERE indexrelid > 16383"
            " UNION SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint ORDER BY 1, 2"
        )
    finally:
        await database.close()


# The database


async def test_both_databases_hold_exactly_the_rows_that_were_generated(migrated_url: str) -> None:
    before = await structure(migrated_url)
    heard: list[tuple[str, int, int]] = []
    counts = await fill(migrated_url, "tiny", lambda *news: heard.append(news))

    rows = await stored(migrated_url)
    assert rows == {table: [tuple(map(plain, row)) for row in rows] for table, rows in told().items()}
    assert counts == {table: len(these) for table, these in rows.items()}
    assert [done for _, done, _ in heard] == sorted(done for _, done, _ in heard)
    assert heard[-1][1] == heard[-1][2]
    # SQLite's statistics are a table of their own.
    assert [entry for entry in await structure(migrated_url) if "sqlite_stat" not in str(entry[1])] == before


async def test_the_database_finds_no_broken_rule(migrated_url: str) -> None:
    await fill(migrated_url, "tiny")
    database = await Database.open(migrated_url)
    try:
        if database.dialect == "sqlite":
            assert await database.execute("PRAGMA integrity_check") == [("ok",)]
            assert await database.execute("PRAGMA foreign_key_check") == []
            assert await database.execute("PRAGMA journal_mode") == [("wal",)]
        else:
            unproved = "SELECT conname FROM pg_constraint WHERE NOT convalidated"
            assert await database.execute(unproved) == []
    finally:
        await database.close()


async def test_the_next_row_gets_the_next_id(migrated_url: str) -> None:
    counts = await fill(migrated_url, "tiny")
    database = await Database.open(migrated_url)
    try:
        team = await models.Team.create(name="Late comers")
        assert team.id == counts["team"] + 1
        line = await models.OrderLine.create(
            order_id=1,
            product_id=1,
            position=99,
            quantity=1,
            currency="EUR",
            price_minor=1,
            net_minor=1,
            total_minor=1,
        )
        assert line.id == counts["order_line"] + 1
    finally:
        await database.close()


async def test_a_second_fill_replaces_the_first(migrated_url: str) -> None:
    assert await demo_state(migrated_url) == "empty"
    await fill(migrated_url, "tiny")
    first = await stored(migrated_url)
    database = await Database.open(migrated_url)
    try:
        await database.execute("UPDATE customer SET name = 'Changed' WHERE id = 1")
        await models.Team.create(name="Added")
        engine = Engine(database)
        draft = next(row[0] for row in first["sales_order"] if row[11] == "SENT")
        answer = await engine.execute(
            "mutation($id: ID!) { cancelOrder(input: {id: $id, reason: \"Tried out\"}) { errors { message } } }",
            {"id": f"ord_{draft}"},
            None,
            ADMIN,
        )
        assert json.loads(answer.body) == {"data": {"cancelOrder": {"errors": []}}}
        assert await models.AuditEntry.all().count() > 0
    finally:
        await database.close()
    assert await demo_state(migrated_url) == "demo"
    assert await is_demo(migrated_url)
    await fill(migrated_url, "tiny")
    assert await stored(migrated_url) == first
    database = await Database.open(migrated_url)
    try:
        for model in (models.AuditEntry, models.OutboxEvent, models.IdempotencyRecord):
            assert await model.all().count() == 0
    finally:
        await database.close()


async def test_rows_of_others_are_left_alone(migrated_url: str) -> None:
    database = await Database.open(migrated_url)
    try:
        await models.Team.create(name="Real people")
        assert await demo_state(migrated_url) == "foreign"
        with pytest.raises(NotEmpty, match="empty database"):
            await fill(migrated_url, "tiny")
        await models.Organisation.create(name="Real Ltd", currency="GBP", demo=False)
        assert await demo_state(migrated_url) == "foreign"
        with pytest.raises(NotEmpty):
            await fill(migrated_url, "tiny")
        assert await models.Team.all().count() == 1
    finally:
        await database.close()


async def test_data_is_told_apart_before_a_migration(migrated_url: str) -> None:
    """Nobody's tables are migrated only to find that they are not the demo's."""
    await fill(migrated_url, "tiny")
    database = await Database.open(migrated_url)
    try:
        await database.execute("DROP TABLE order_return_credit")
        assert await demo_state(migrated_url) == "demo", "an older release's"
        await database.execute("UPDATE organisation SET demo = FALSE")
        assert await demo_state(migrated_url) == "foreign"
        for model in reversed(MIGRATED):
            await database.execute(f"DROP TABLE IF EXISTS {model._meta.db_table}")
        assert await demo_state(migrated_url) == "empty"
        await database.execute("CREATE TABLE organisation (title TEXT)")
        assert await demo_state(migrated_url) == "empty"
        await database.execute("INSERT INTO organisation VALUES ('Another program')")
        assert await demo_state(migrated_url) == "foreign"
    finally:
        await database.close()


async def test_a_database_that_is_not_there_is_said_to_be() -> None:
    with pytest.raises(DatabaseUnavailable):
        await demo_state("postgres://nobody@127.0.0.1:1/nothing")


async def test_a_demo_without_rows_is_unfinished_and_filled(migrated_url: str) -> None:
    database = await Database.open(migrated_url)
    try:
        await models.Organisation.create(name="Rapport Demo", currency="EUR", demo=True)
    finally:
        await database.close()
    assert await demo_state(migrated_url) == "unfinished"
    await fill(migrated_url, "tiny")
    assert await demo_state(migrated_url) == "demo"


async def test_a_fill_that_fails_or_is_cancelled_leaves_nothing(migrated_url: str) -> None:
    before = await structure(migrated_url)

    def stumble(table: str, done: int, total: int) -> None:
        if table == "order_line":
            raise RuntimeError("stumbled")

    with pytest.raises(RuntimeError, match="stumbled"):
        await fill(migrated_url, "tiny", stumble)
    assert await demo_state(migrated_url) == "empty"

    arrived = asyncio.Event()
    task = asyncio.create_task(fill(migrated_url, "tiny", lambda table, *_: arrived.set()))
    await arrived.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await demo_state(migrated_url) == "empty"
    assert await structure(migrated_url) == before


@pytest.mark.slow
async def test_a_killed_fill_leaves_nothing_and_the_next_one_succeeds(migrated_url: str) -> None:
    program = (
        "import asyncio, sys; from server.demo import fill\n"
        "asyncio.run(fill(sys.argv[1], 'small', lambda table, done, total: print(table, flush=True)))"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, migrated_url, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    async for line in process.stdout:
        if line.strip() == b"order_line":
            process.send_signal(signal.SIGKILL)
            break
    assert await process.wait() == -signal.SIGKILL
    assert await demo_state(migrated_url) == "empty"
    await fill(migrated_url, "tiny")
    assert await demo_state(migrated_url) == "demo"


# The rows


def test_the_same_rows_come_every_time() -> None:
    assert told() == told()


def test_every_table_and_column_is_written() -> None:
    assert set(MODELS) - set(TABLES) == {
        *("audit_entry", "outbox_event", "idempotency_record"),
        *("app_user", "user_role", "api_key", "session"),  # written after the company, whose reps they are
    }
    assert set(EVERY_TABLE) == set(MODELS), "what a second fill empties"
    for table, columns in TABLES.items():
        assert set(columns) == set(MODELS[table]._meta.fields_db_projection.values()), table


def test_every_choice_occurs(tiny: Tables) -> None:
    for table in TABLES:
        model = MODELS[table]
        for name, field in model._meta.fields_map.items():
            kind = getattr(field, "enum_type", None)
            if kind is not None and issubclass(kind, Choice):
                seen = {row[name] for row in tiny[table]} - {None}
                known = {str(member.value) for member in kind}
                assert seen <= known, (table, name)
                if name != "rounding" and table != "campaign":
                    rare = {"IN_PERSON", "SOCIAL", "SMS", "OTHER", "TARGETED"}
                    assert known - seen <= rare or name in ("channel", "preferred_channel"), (table, name)


def test_ids_count_from_one_and_versions_and_instants_fit(tiny: Tables) -> None:
    for table, rows in tiny.items():
        if table == "organisation":
            continue
        assert [row["id"] for row in rows] == list(range(1, len(rows) + 1)), table
        for row in rows:
            assert row["version"] >= 1
            assert row["created_at"] <= row["updated_at"] <= NOW, (table, row)
            if "deleted_key" in row:
                assert row["deleted_key"] == (row["id"] if row["deleted_at"] else 0)
                assert row["deleted_at"] is None or row["created_at"] <= row["deleted_at"] <= row["updated_at"]


def test_folded_columns_shadow_their_source(tiny: Tables) -> None:
    for rows in tiny.values():
        for row in rows:
            for name, value in row.items():
                if name.endswith("_fold"):
                    source = row[name.removesuffix("_fold")]
                    assert value == (None if source is None else fold(source))


def test_texts_are_composed_and_trimmed(tiny: Tables) -> None:
    for table, rows in tiny.items():
        for row in rows:
            for name, value in row.items():
                if isinstance(value, str) and not name.endswith("_fold"):
                    assert value == unicodedata.normalize("NFC", value).strip(), (table, name)


def test_links_lead_to_rows_that_can_be_seen(tiny: Tables) -> None:
    """What is removed is not needed by anything: only contacts may go while tickets still name them."""
    tables = {table: by_id(rows) for table, rows in tiny.items()}
    for table in TABLES:
        model = MODELS[table]
        for name in model._meta.fk_fields:
            field: Any = model._meta.fields_map[name]
            target = tables[getattr(models, field.model_name.removeprefix("models."))._meta.db_table]
            for row in tiny[table]:
                linked = row[f"{name}_id"]
                if linked is None:
                    continue
                assert linked in target, (table, name)
                if not row.get("deleted_at") and name != "contact" and table != "commission_tier":
                    hidden = target[linked].get("deleted_at")
                    spam = table in ("ticket_message", "ticket_status_change") and name == "ticket"
                    assert not hidden or spam or (table, name) == ("contact", "customer"), (
                        table,
                        name,
                        row["id"],
                    )


def test_lines_and_orders_add_up(tiny: Tables) -> None:
    lines = grouped(tiny["order_line"], "order_id")
    for line in tiny["order_line"]:
        gross = line["quantity"] * line["price_minor"]
        net = half_up(Decimal(gross) * (10000 - line["discount_bps"]) / 10000)
        assert line["net_minor"] == net
        assert line["discount_minor"] == gross - net
        assert line["tax_minor"] == half_up(Decimal(net) * line["tax_bps"] / 10000)
        assert line["total_minor"] == net + line["tax_minor"]
    for order in tiny["sales_order"]:
        own = lines[order["id"]]
        assert order["subtotal_minor"] == sum(line["quantity"] * line["price_minor"] for line in own)
        for name in ("discount_minor", "net_minor", "tax_minor", "total_minor"):
            assert order[name] == sum(line[name] for line in own)
        assert {line["currency"] for line in own} <= {order["currency"]}
        assert [line["position"] for line in own] == list(range(1, len(own) + 1))
        assert order["rounding"] == "HALF_UP"


def test_base_amounts_are_fixed_at_confirmation(tiny: Tables) -> None:
    rates: dict[str, set[int]] = defaultdict(set)
    for order in tiny["sales_order"]:
        confirmed = order["confirmed_at"]
        fixed = ("base_net_minor", "base_total_minor", "confirmed_on", "fx_rate_ppb", "fx_date")
        assert {order[name] is None for name in fixed} == {confirmed is None}
        if confirmed is None:
            continue
        rates[order["currency"]].add(order["fx_rate_ppb"])
        rate = Decimal(order["fx_rate_ppb"]) / 10**9 * Decimal(10) ** (2 - exponent(order["currency"]))
        assert order["base_net_minor"] == half_up(order["net_minor"] * rate)
        assert order["base_total_minor"] == half_up(order["total_minor"] * rate)
        instant = dt.datetime.fromisoformat(confirmed)
        assert order["confirmed_on"] == instant.astimezone(BERLIN).date().isoformat()
    assert set(rates) == {"EUR", "USD", "CNY", "JPY", "KWD", "GBP", "CHF"}
    assert all(len(rate) == 1 for rate in rates.values())


def test_credits_lose_no_cent(tiny: Tables) -> None:
    credits = grouped(tiny["order_credit"], "order_id")
    splits = uneven = 0
    for order in tiny["sales_order"]:
        own = credits.get(order["id"], [])
        if order["confirmed_at"] is not None:
            assert own, "a confirmed order is somebody's"
            assert order["owner_id"] == own[0]["rep_id"]
        if not own:
            continue
        splits += len(own) > 1
        assert sum(credit["share_bps"] for credit in own) == 10000
        assert len({credit["rep_id"] for credit in own}) == len(own)
        assert {(credit["order_date"], credit["currency"]) for credit in own} == {
            (order["order_date"], order["currency"])
        }
        for total, name in (
            (order["net_minor"], "amount_minor"),
            (order["base_net_minor"], "base_amount_minor"),
        ):
            parts = [credit[name] for credit in own]
            if total is None:
                assert set(parts) == {None}
                continue
            assert sum(parts) == total
            exact = [Decimal(total) * credit["share_bps"] / 10000 for credit in own]
            assert all(abs(part - share) < 1 for part, share in zip(parts, exact, strict=True))
            uneven += any(part != share for part, share in zip(parts, exact, strict=True))
            # Who got a unit more had at least as large a remainder as who did not.
            more = [share % 1 for part, share in zip(parts, exact, strict=True) if part > share]
            less = [share % 1 for part, share in zip(parts, exact, strict=True) if part < share]
            assert not more or not less or min(more) >= max(less)
    assert splits > 100
    assert uneven > 50


def test_returns_refund_what_came_back(tiny: Tables) -> None:
    """Each return is its order's proportional part; together they are what the lines say, no cent more or less."""
    orders, lines = by_id(tiny["sales_order"]), by_id(tiny["order_line"])
    returns = grouped(tiny["order_return"], "order_id")
    return_lines = grouped(tiny["order_return_line"], "order_return_id")
    return_credits = grouped(tiny["order_return_credit"], "order_return_id")
    credits = grouped(tiny["order_credit"], "order_id")
    came_back: Counter[int] = Counter()
    refunded: dict[int, list[int]] = defaultdict(lambda: [0, 0])

    def share(amount: int, part: int, whole: int) -> int:
        return int(Decimal(amount) * part / whole) if whole else 0

    for order in tiny["sales_order"]:
        own = returns[order["id"]]
        assert bool(own) == (order["status"] in ("PARTIALLY_RETURNED", "RETURNED"))
        assert [each["returned_on"] for each in own] == sorted(each["returned_on"] for each in own)
        assert not own or own[-1]["created_at"] == order["updated_at"]
        net = total = base_net = base_total = 0
        left = {credit["rep_id"]: credit["base_amount_minor"] for credit in credits[order["id"]]}
        for each in own:
            booked = dt.datetime.fromisoformat(each["created_at"]).astimezone(BERLIN).date().isoformat()
            assert order["confirmed_on"] < each["returned_on"] == booked <= TODAY.isoformat()
            parts = return_lines[each["id"]]
            assert parts
            for part in parts:
                line = lines[part["line_id"]]
                assert line["order_id"] == order["id"]
                came_back[line["id"]] += part["quantity"]
                for place, name in enumerate(("net_minor", "tax_minor")):
                    refunded[line["id"]][place] += part[name]
                    assert part[name] >= 0
                if came_back[line["id"]] == line["quantity"]:
                    assert refunded[line["id"]] == [line["net_minor"], line["tax_minor"]]
                else:
                    assert part["total_minor"] == share(line["total_minor"], part["quantity"], line["quantity"])
                assert part["total_minor"] == part["net_minor"] + part["tax_minor"]
            for name in ("net_minor", "tax_minor", "total_minor"):
                assert each[name] == sum(part[name] for part in parts)
            assert {each["currency"], *(part["currency"] for part in parts)} == {order["currency"]}
            net, total = net + each["net_minor"], total + each["total_minor"]
            base_net, base_total = base_net + each["base_net_minor"], base_total + each["base_total_minor"]
            assert base_net == share(order["base_net_minor"], net, order["net_minor"])
            assert base_total == share(order["base_total_minor"], total, order["total_minor"])
            taken = {part["rep_id"]: part["base_amount_minor"] for part in return_credits[each["id"]]}
            assert {part["returned_on"] for part in return_credits[each["id"]]} == {each["returned_on"]}
            assert taken.keys() == left.keys()
            assert sum(taken.values()) == each["base_net_minor"]
            open_ = sum(left.values())
            for rep, amount in left.items():
                assert not open_ or abs(taken[rep] - Decimal(each["base_net_minor"]) * amount / open_) < 1
                assert 0 <= taken[rep] <= amount
            left = {rep: amount - taken[rep] for rep, amount in left.items()}
        if order["status"] == "RETURNED":
            assert set(left.values()) == {0}, "a full return leaves nothing of a sale"
            assert (base_net, base_total) == (order["base_net_minor"], order["base_total_minor"])
    assert {line["id"]: line["quantity_returned"] for line in lines.values() if line["quantity_returned"]} == came_back
    assert {each["order_id"] for each in tiny["order_return"]} <= orders.keys()
    assert {len(each) for each in returns.values()} >= {1, 2}


def test_a_full_return_in_two_parts_leaves_nothing_of_any_credit() -> None:
    """Split by what is left of them: by their shares, the second part would miss some by a cent."""
    for base_net in range(1, 60):
        for first in range(1, 7):
            returns = Returns(texts())
            credits = [(rep, amount) for rep, amount in enumerate(split(base_net, (3334, 3333, 3333)), 1)]
            days = {"confirmed": FIRST_DAY * DAY, "changed": (FIRST_DAY + 9) * DAY}
            sale = Sale(1, "JPY", 100, 7, base_net, base_net, **days, lines=[(1, 7, 100, 7)], credits=credits)
            returns.book(sale, [[first], [7 - first]])
            rows = {batch.table: batch.rows for batch in returns.told()}
            taken: Counter[Any] = Counter()
            for row in rows["order_return_credit"]:
                taken[row[5]] += row[7]
            assert +taken == +Counter(dict(credits))


async def test_returns_are_booked_as_the_product_books_them(migrated_url: str) -> None:
    """Undone and done again through the API, a few returns come to the same amounts."""
    await fill(migrated_url, "tiny")
    rows = await stored(migrated_url)
    told = {table: [dict(zip(TABLES[table], row, strict=True)) for row in rows[table]] for table in TABLES}
    returns = grouped(told["order_return"], "order_id")
    return_lines = grouped(told["order_return_line"], "order_return_id")
    many = [order for order in returns if len(returns[order]) == 2][:4]
    shared = [
        order
        for order, credits in grouped(told["order_credit"], "order_id").items()
        if order in returns and len(credits) > 1
    ]
    chosen = sorted({*many, *shared[:4], *list(returns)[:4]})
    booked = [each for order in chosen for each in returns[order]]
    database = await Database.open(migrated_url)
    try:
        for table in ("order_return_credit", "order_return_line", "order_return"):
            await database.execute(f"DELETE FROM {table}")
        await models.Order.filter(id__in=chosen).update(status=models.OrderStatus.FULFILLED)
        await models.OrderLine.filter(order_id__in=chosen).update(quantity_returned=0)
        engine = Engine(database)
        for each in booked:
            variables = {
                "input": {
                    "id": f"ord_{each['order_id']}",
                    "reason": each["reason"],
                    "lines": [
                        {"lineId": f"lin_{line['line_id']}", "quantity": line["quantity"]}
                        for line in return_lines[each["id"]]
                    ],
                }
            }
            answer = await engine.execute(
                "mutation($input: ReturnOrderInput!) { returnOrder(input: $input) { errors { message } } }",
                variables,
                None,
                ADMIN,
            )
            assert json.loads(answer.body) == {"data": {"returnOrder": {"errors": []}}}
    finally:
        await database.close()
    again = await stored(migrated_url)

    def amounts(rows: dict[str, list[tuple[object, ...]]], table: str, key: str) -> list[tuple[object, ...]]:
        """A table's rows that belong to the chosen returns, without what depends on when they were booked."""
        columns = TABLES[table]
        ids = [row[0] for row in rows["order_return"] if row[columns_of["order_id"]] in chosen]
        place = {id_: number for number, id_ in enumerate(ids)}
        own = [row for row in rows[table] if row[columns.index(key)] in place]
        late = {"id", "created_at", "updated_at", "returned_on", key}
        return sorted(
            (place[row[columns.index(key)]], *(row[at] for at, name in enumerate(columns) if name not in late))
            for row in own
        )

    columns_of = {name: at for at, name in enumerate(TABLES["order_return"])}
    for table, key in (
        ("order_return", "id"),
        ("order_return_line", "order_return_id"),
        ("order_return_credit", "order_return_id"),
    ):
        assert amounts(again, table, key) == amounts(rows, table, key)
    status = TABLES["sales_order"].index("status")
    for order in chosen:
        assert again["sales_order"][order - 1][status] == rows["sales_order"][order - 1][status]


def test_orders_are_where_their_dates_and_pieces_say(tiny: Tables) -> None:
    lines = grouped(tiny["order_line"], "order_id")
    customers = by_id(tiny["customer"])
    reps = by_id(tiny["sales_rep"])
    today = TODAY.isoformat()
    for order in tiny["sales_order"]:
        status, own = order["status"], lines[order["id"]]
        assert order["created_at"] >= customers[order["customer_id"]]["created_at"]
        created = dt.datetime.fromisoformat(order["created_at"]).astimezone(BERLIN).date().isoformat()
        assert order["order_date"] == created <= today
        assert (order["cancelled_at"] is not None) == (status == "CANCELLED") == (order["cancel_reason"] is not None)
        if order["confirmed_at"]:
            assert order["created_at"] <= order["confirmed_at"] <= order["updated_at"]
            assert order["cancelled_at"] is None or order["confirmed_at"] <= order["cancelled_at"]
            assert own, "nothing cannot be confirmed"
        if order["owner_id"] is not None:
            rep = reps[order["owner_id"]]
            assert rep["hired_on"] <= order["order_date"] < (rep["left_on"] or "9")
        delivered = sum(line["quantity_fulfilled"] for line in own)
        returned = sum(line["quantity_returned"] for line in own)
        pieces = sum(line["quantity"] for line in own)
        assert all(line["quantity"] >= line["quantity_fulfilled"] >= line["quantity_returned"] >= 0 for line in own)
        match status:
            case "DRAFT" | "SENT" | "EXPIRED":
                assert order["confirmed_at"] is None and delivered == 0
            case "CONFIRMED":
                assert order["confirmed_at"] and delivered == 0
            case "CANCELLED":
                assert delivered == 0
            case "PARTIALLY_FULFILLED":
                assert order["confirmed_at"] and 0 < delivered < pieces and returned == 0
            case "FULFILLED":
                assert order["confirmed_at"] and delivered == pieces and returned == 0
            case "PARTIALLY_RETURNED":
                assert order["confirmed_at"] and 0 < returned < delivered
            case "RETURNED":
                assert order["confirmed_at"] and 0 < returned == delivered
        if status == "EXPIRED":
            assert order["order_date"] < order["valid_until"] < today
        if status == "SENT":
            assert order["valid_until"] is None or order["valid_until"] >= today


def test_tickets_are_where_their_instants_say(tiny: Tables) -> None:
    messages = grouped(tiny["ticket_message"], "ticket_id")
    orders = by_id(tiny["sales_order"])
    contacts = by_id(tiny["contact"])
    customers = by_id(tiny["customer"])
    for ticket in tiny["ticket"]:
        status = ticket["status"]
        ordered = [ticket[name] for name in ("created_at", "first_responded_at", "resolved_at", "closed_at")]
        given = [instant for instant in ordered if instant is not None]
        assert given == sorted(given)
        assert given[-1] <= ticket["updated_at"]
        assert ticket["created_at"] >= customers[ticket["customer_id"]]["created_at"]
        assert (ticket["resolved_at"] is not None) == (status in ("RESOLVED", "CLOSED"))
        assert (ticket["resolution"] is not None) == (ticket["resolved_at"] is not None)
        assert (ticket["closed_at"] is not None) == (status == "CLOSED")
        assert status != "NEW" or ticket["first_responded_at"] is None
        if ticket["order_id"] is not None:
            order = orders[ticket["order_id"]]
            assert order["customer_id"] == ticket["customer_id"] and order["created_at"] <= ticket["created_at"]
        if ticket["contact_id"] is not None:
            assert contacts[ticket["contact_id"]]["customer_id"] == ticket["customer_id"]
        said = messages[ticket["id"]]
        assert said and said[0]["author_kind"] == "CUSTOMER" and said[0]["created_at"] == ticket["created_at"]
        for message in said:
            assert ticket["created_at"] <= message["created_at"] <= ticket["updated_at"]
            assert message["author_id"] is None or message["author_kind"] == "AGENT"
        answers = [
            message["created_at"] for message in said
            if message["author_kind"] == "AGENT" and message["visibility"] == "PUBLIC"
        ]  # fmt: skip
        assert min(answers, default=None) == ticket["first_responded_at"]


def test_ticket_logs_replay_to_where_the_tickets_stand(tiny: Tables) -> None:
    """Every step is one that a verb takes, every public message moved what it had to, and instants are kept in step."""
    logs = grouped(tiny["ticket_status_change"], "ticket_id")
    messages = grouped(tiny["ticket_message"], "ticket_id")
    Status, Author = models.TicketStatus, models.AuthorKind
    verbs = {
        (start, move.leads)
        for verb, move in TICKET.moves.items()
        if verb != "replyToTicket" and move.leads is not None
        for start in move.starts
    } | {(Status.NEW, Status.OPEN)}  # whoever gets a new ticket opens it
    taken: Counter[tuple[str, str]] = Counter()
    for ticket in tiny["ticket"]:
        log = logs[ticket["id"]]
        first = log[0]
        assert (first["from_status"], first["to_status"]) == (None, "NEW")
        assert first["created_at"] == ticket["created_at"]
        assert [step["created_at"] for step in log] == sorted(step["created_at"] for step in log)
        assert log[-1]["created_at"] <= ticket["updated_at"]
        assert log[-1]["to_status"] == ticket["status"]
        assert all(a["to_status"] == b["from_status"] for a, b in itertools.pairwise(log))
        assert all(step["updated_at"] == step["created_at"] and step["actor"] for step in log)

        said = [
            (message["created_at"], Author(message["author_kind"]))
            for message in messages[ticket["id"]]
            if message["visibility"] == "PUBLIC" and message["author_kind"] in ("CUSTOMER", "AGENT")
        ]
        assert said == sorted(said, key=lambda message: message[0])
        steps = [(Status(step["from_status"]), Status(step["to_status"]), step) for step in log[1:]]
        status = Status.NEW
        for at, author in [*said, ("9", None)]:
            while steps and steps[0][2]["created_at"] < at:
                start, status, _ = steps.pop(0)
                assert (start, status) in verbs
            for moved in REPLY_STEPS[author].get(status, ()) if author else ():
                start, status, step = steps.pop(0)
                assert (status, step["created_at"]) == (moved, at)
        assert not steps

        taken.update((step["from_status"], step["to_status"]) for step in log[1:])
        again = [step for step in log if step["from_status"] in ("RESOLVED", "CLOSED") and step["to_status"] == "OPEN"]
        assert len(again) == ticket["reopen_count"]
        assert all(step["reason"] for step in again)
        for status_name, name in (("RESOLVED", "resolved_at"), ("CLOSED", "closed_at")):
            reached = [step for step in log if step["to_status"] == status_name]
            assert ticket[name] is None or ticket[name] == reached[-1]["created_at"]
            if status_name == "RESOLVED":
                assert ticket[name] is None or reached[-1]["reason"] == ticket["resolution"]
                assert {step["reason"] for step in reached} <= {str(each.value) for each in models.TicketResolution}
        assert all(bool(step["reason"]) for step in log if step["to_status"] == "ON_HOLD")
    everywhere = {(start.value, leads.value) for start, leads in verbs}
    assert everywhere <= taken.keys() | {("CLOSED", "OPEN"), ("RESOLVED", "OPEN")}
    assert taken["CLOSED", "OPEN"] + taken["RESOLVED", "OPEN"] > 10


def test_every_target_is_as_it_was_first_set(tiny: Tables) -> None:
    revisions = grouped(tiny["target_revision"], "target_id")
    for target in tiny["sales_target"]:
        (only,) = revisions[target["id"]]
        assert (only["old_minor"], only["new_minor"]) == (None, target["amount_minor"])
        assert only["created_at"] == target["created_at"]
        assert only["reason"] and only["actor"]
    assert len(tiny["target_revision"]) == len(tiny["sales_target"])


def test_targets_and_plans_do_not_overlap_and_tiers_have_no_gap(tiny: Tables) -> None:
    for owner in ("rep_id", "team_id"):
        targets = [target for target in tiny["sales_target"] if target[owner] is not None]
        assert targets
        for own in grouped(targets, owner).values():
            own.sort(key=lambda target: target["period_start"])
            assert all(a["period_end"] <= b["period_start"] for a, b in itertools.pairwise(own))
    for own in grouped(tiny["plan_assignment"], "rep_id").values():
        own.sort(key=lambda assignment: assignment["starts_on"])
        assert all(a["ends_on"] is not None and a["ends_on"] <= b["starts_on"] for a, b in itertools.pairwise(own))
    tiers = grouped(tiny["commission_tier"], "plan_id")
    assert set(tiers) == {plan["id"] for plan in tiny["commission_plan"]}
    for own in tiers.values():
        assert own[0]["from_bps"] == 0 and own[-1]["to_bps"] is None
        assert all(a["to_bps"] == b["from_bps"] for a, b in itertools.pairwise(own))
    assert {plan["tier_mode"] for plan in tiny["commission_plan"]} == {"MARGINAL", "WHOLE"}


def test_nothing_leads_back_to_itself(tiny: Tables) -> None:
    for table, name in (
        ("sales_rep", "manager_id"),
        ("customer", "parent_id"),
        ("product_category", "parent_id"),
        ("campaign", "parent_id"),
    ):
        above = {row["id"]: row[name] for row in tiny[table]}
        deepest = 0
        for start in above:
            chain: list[int] = []
            at: int | None = start
            while at is not None:
                assert at not in chain
                chain.append(at)
                at = above[at]
            deepest = max(deepest, len(chain))
        assert deepest >= {"sales_rep": 4, "product_category": 3}.get(table, 2), table


def test_campaigns_stand_where_their_dates_say(tiny: Tables) -> None:
    today = TODAY.isoformat()
    members = grouped(tiny["campaign_member"], "campaign_id")
    for campaign in tiny["campaign"]:
        status, start, end = campaign["status"], campaign["start_date"], campaign["end_date"]
        assert start <= end
        assert (status == "CANCELLED") == (campaign["cancel_reason"] is not None)
        match status:
            case "COMPLETED":
                assert end < today
            case "ACTIVE" | "PAUSED":
                assert start <= today <= end
            case "PLANNED" | "SCHEDULED":
                assert start > today
        for member in members[campaign["id"]]:
            assert (member["status"] == "EXCLUDED") == (member["excluded_reason"] is not None)
            assert status not in ("PLANNED", "SCHEDULED") or member["status"] in ("TARGETED", "EXCLUDED")


def test_nobody_real_can_be_reached(tiny: Tables) -> None:
    domain = re.compile(r"@(example\.(com|org|net)|[a-z0-9-]+\.example)$", re.I)
    for table in ("customer", "contact", "sales_rep"):
        for row in tiny[table]:
            if table == "sales_rep":
                assert domain.search(row["email"])
                continue
            assert (row["email_norm"] is not None) == (row["email_status"] == "VALID")
            assert (row["email"] == "") == (row["email_status"] == "EMPTY")
            assert row["email_norm"] is None or domain.search(row["email_norm"]), row["email"]
            assert (row["phone_e164"] is not None) == (row["phone_status"] == "VALID")
            assert (row["phone"] == "") == (row["phone_status"] == "EMPTY")
            assert row["phone_e164"] is None or re.fullmatch(r"\+[1-9]\d{7,14}", row["phone_e164"])
    for customer in tiny["customer"]:
        if not customer["phone"] and not customer["email"]:
            assert customer["source"] == "IMPORT", "only imported rows may lack every way to be reached"


def test_the_awkward_cases_are_there(tiny: Tables) -> None:
    seen = [row for row in tiny["customer"] if not row["deleted_at"]]
    names = [row["name"] for row in seen]
    orders = Counter(row["customer_id"] for row in tiny["sales_order"])
    contacts = Counter(row["customer_id"] for row in tiny["contact"])
    assert len(seen) == 200
    assert len([row for row in tiny["sales_rep"] if not row["deleted_at"]]) == 10
    assert len([row for row in tiny["sales_order"] if not row["deleted_at"]]) == 2000
    assert len(tiny["order_line"]) == 6000
    assert any(not orders[row["id"]] for row in seen)
    assert any(not contacts[row["id"]] for row in seen)
    assert any(row["owner_id"] is None for row in seen)
    assert any(row["parent_id"] is not None for row in seen)
    assert max(map(len, names)) == 200
    for sign in "'\"%_\\🚀\u200f<;":
        assert any(sign in name for name in names), sign
    assert Counter(map(fold, names))["sunrise trading"] == 4
    assert {"李", "0", "null", "İZMİR IŞIK A.Ş.", "Straße 9 KG"} <= set(names)
    assert {row["phone_status"] for row in seen} == {"EMPTY", "VALID", "DOUBTFUL"}
    assert {row["email_status"] for row in seen} == {"EMPTY", "VALID", "DOUBTFUL"}
    assert {row["country"] for row in seen} > {"DE", "CN", "US", None}
    with_lines = {line["order_id"] for line in tiny["order_line"]}
    drafts = [row for row in tiny["sales_order"] if row["status"] == "DRAFT" and not row["deleted_at"]]
    assert any(row["id"] not in with_lines for row in drafts)
    confirmed = Counter(row["base_total_minor"] for row in tiny["sales_order"] if row["confirmed_at"])
    assert max(confirmed.values()) > 1, "amounts tie"
    for table in ("team", "sales_rep", "product_category", "product", "customer", "contact", "campaign",
                  "sales_order", "commission_plan", "ticket"):  # fmt: skip
        assert any(row["deleted_at"] for row in tiny[table]), table
    reps = [row for row in tiny["sales_rep"] if not row["deleted_at"]]
    planned = {row["rep_id"] for row in tiny["plan_assignment"]}
    aimed = {row["rep_id"] for row in tiny["sales_target"]}
    assert any(not rep["active"] and rep["left_on"] for rep in reps)
    assert any(rep["team_id"] is None for rep in reps)
    assert any(rep["id"] not in planned for rep in reps)
    assert any(rep["id"] not in aimed for rep in reps)
    assert reps[0]["id"] == 1 and 1 in planned and 1 in aimed, "the first rep is the one that examples ask about"
    assert max(row["order_date"] for row in tiny["sales_order"]) >= (TODAY - dt.timedelta(days=3)).isoformat()
