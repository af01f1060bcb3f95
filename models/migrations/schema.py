"""Writes the models down as SQL: what the first migration was made from, and what all of them must add up to.

`python -m models.migrations.schema sqlite` prints it. A migration is written by hand from the difference.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tortoise import fields
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.models import Model

import models
from compiler.money import scale_sql
from models.base import Removable
from models.fields import FoldedField, InstantField

MODELS: tuple[type[Model], ...] = (
    models.Organisation,
    models.Team,
    models.SalesRep,
    models.SalesTarget,
    models.CommissionPlan,
    models.CommissionTier,
    models.PlanAssignment,
    models.ProductCategory,
    models.Product,
    models.Campaign,
    models.Customer,
    models.Contact,
    models.CampaignMember,
    models.Order,
    models.OrderLine,
    models.OrderCredit,
    models.Ticket,
    models.TicketMessage,
    models.TicketStatusChange,
    models.TargetRevision,
    models.OrderReturn,
    models.OrderReturnLine,
    models.OrderReturnCredit,
    models.AuditEntry,
    models.OutboxEvent,
    models.IdempotencyRecord,
    models.User,
    models.UserRole,
    models.Session,
    models.ApiKey,
)
"""Each after those it refers to."""

INT32 = "BETWEEN -2147483648 AND 2147483647"
DELETED_KEY = "(deleted_at IS NULL AND deleted_key = 0) OR (deleted_at IS NOT NULL AND deleted_key = id)"
INSTANT = (
    "{column} GLOB '????-??-??T??:??:??.[0-9][0-9][0-9]Z' AND date({column}, '+0 days') IS substr({column}, 1, 10)"
)
"""Moved by no days, 30 February becomes 2 March, and hour 24 the next day, and so neither is what it was. There is no
date where the time is none. Six of these are looked at for each new ticket: spelling out the time, too, takes twice as
long.
"""

EXTRA_INDEXES = (
    ("contact_one_primary_key", "UNIQUE", "contact", "(customer_id) WHERE is_primary AND deleted_key = 0"),
    ("sales_order_total_scaled_idx", "", "sales_order", f"((total_minor * {scale_sql('currency')}), id)"),
    ("product_price_scaled_idx", "", "product", f"((price_minor * {scale_sql('currency')}), id)"),
    ("campaign_budget_scaled_idx", "", "campaign", f"((budget_minor * {scale_sql('currency')}), id)"),
    (
        "ticket_priority_rank_idx",
        "",
        "ticket",
        "((CASE priority WHEN 'LOW' THEN 1 WHEN 'NORMAL' THEN 2 WHEN 'HIGH' THEN 3 WHEN 'URGENT' THEN 4 END),"
        " created_at, id)",
    ),
    # Counting open tickets of a priority, and showing the first of them, without a look at the rows: 28 times faster
    # on 60,000 tickets. The condition is the one all lists have, so that the index knows which rows were removed.
    (
        "ticket_status_priority_idx",
        "",
        "ticket",
        "(status, priority, created_at, id) WHERE deleted_at IS NULL",
    ),
    # Sums by owner from the index alone: 7 times faster on 200,000 orders.
    (
        "sales_order_owner_sums_idx",
        "",
        "sales_order",
        "(owner_id, currency, total_minor) WHERE deleted_at IS NULL",
    ),
)
"""Indexes a model cannot declare: their name, kind, table and what they hold.

A database uses an index over an expression only where a query spells the expression just so.
"""

LINKED_ONLY: Mapping[str, tuple[str, ...]] = {
    "customer": ("parent_id",),
    "ticket": ("contact_id", "order_id"),
}
"""By table: links that few rows have, and by which they are seldom grouped. Their indexes lead from what they link to,
and know nothing of the other rows. Grouping 200,000 orders by their campaigns took 78 ms so, and 49 with all of them.
"""

LARGEST_FIRST: Mapping[str, tuple[str, ...]] = {
    "customer": ("city_fold",),
    "sales_order": ("base_total_minor", "confirmed_at", "confirmed_on"),
    "ticket": ("first_responded_at", "resolved_at"),
}
"""By table: the columns that lists are sorted by and that may be null. With the largest first, nulls come last all the
same, which is no order that PostgreSQL reads the model's own index in: 50 of 200,000 orders took 86 ms instead of 1.
"""


@dataclass(frozen=True)
class Words:
    """How a database spells the types: `{column}` is the column, `{length}` its longest text."""

    tail: str
    key: str
    int: str
    big: str
    text: str
    folded: str
    chars: str
    choice: str
    bool: str
    false: str
    true: str
    date: str
    instant: str
    one_of: str
    """One of a choice's values, of which `{values}` is the list; `{any}` compares with one after the other."""
    largest_first: str = ""
    """The index that sorts the largest of a column first and nulls last, where it needs one of its own."""


WORDS = {
    # STRICT, and the checks on text, make SQLite refuse what PostgreSQL's types refuse.
    "sqlite": Words(
        tail=" STRICT",
        key="INTEGER PRIMARY KEY AUTOINCREMENT",
        int=f"INTEGER CHECK ({{column}} {INT32})",
        big="INTEGER",
        text="TEXT",
        folded="TEXT",
        chars="TEXT CHECK (length({column}) <= {length})",
        choice="TEXT",
        bool="INTEGER CHECK ({column} IN (0, 1))",
        false="0",
        true="1",
        date="TEXT CHECK (date({column}, '+0 days') IS {column})",
        instant=f"TEXT CHECK ({INSTANT})",
        # SQLite makes a table of a list, for each row anew: 1 µs of a ticket's 16, and it has seven of them.
        one_of="{any}",
    ),
    "postgres": Words(
        tail="",
        key="BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
        int="INTEGER",
        big="BIGINT",
        text="TEXT",
        folded='TEXT COLLATE "C"',
        # Sorted and grouped by code points, as SQLite does, so that an index on the column serves both.
        chars='VARCHAR({length}) COLLATE "C"',
        choice='VARCHAR({length}) COLLATE "C"',
        bool="BOOLEAN",
        false="FALSE",
        true="TRUE",
        date="DATE",
        instant="TIMESTAMPTZ(3)",
        one_of="{column} IN ({values})",
        largest_first="CREATE INDEX {table}_{column}_last_idx ON {table} ({column} DESC NULLS LAST, id DESC);",
    ),
}


def render(dialect: str) -> str:
    """Every table with its indexes, as the statements that make them."""
    words = WORDS[dialect]
    return "\n".join(statement for model in MODELS for statement in table(model, words))


def table(model: type[Model], words: Words) -> Iterator[str]:
    """`CREATE TABLE …` and its `CREATE INDEX …`."""
    name = model._meta.db_table
    parts = [f"{column} {column_type}" for column, column_type in columns(model, words)]
    parts += [f"CONSTRAINT {constraint} {what}" for constraint, what in constraints(model, words)]
    body = ",\n".join(f"    {part}" for part in parts)
    yield f"CREATE TABLE {name} (\n{body}\n){words.tail};"
    for index in model._meta.indexes:
        listed = tuple(index) if isinstance(index, tuple) else tuple(index.fields)
        linked = f" WHERE {listed[0]} IS NOT NULL" if listed[0] in LINKED_ONLY.get(name, ()) else ""
        yield f"CREATE INDEX {name}_{'_'.join(listed)}_idx ON {name} ({', '.join(listed)}){linked};"
    for index_name, kind, where, what in EXTRA_INDEXES:
        if where == name:
            yield f"CREATE {f'{kind} ' if kind else ''}INDEX {index_name} ON {name} {what};"
    if words.largest_first:
        yield from (words.largest_first.format(table=name, column=column) for column in LARGEST_FIRST.get(name, ()))
    yield ""


def columns(model: type[Model], words: Words) -> Iterator[tuple[str, str]]:
    """Each column with its type, whether it may be NULL, its default and what it refers to."""
    for name, field in model._meta.fields_map.items():
        if isinstance(field, ForeignKeyFieldInstance):
            target = getattr(models, str(field.model_name).partition(".")[2])._meta.db_table
            null = "" if field.null else " NOT NULL"
            yield f"{name}_id", f"{words.big}{null} REFERENCES {target} (id) ON DELETE {field.on_delete}"
        elif field.pk:
            yield name, f"INTEGER PRIMARY KEY DEFAULT {field.default}" if field.default else words.key
        elif not is_relation(field):
            yield name, type_of(name, field, words)


def is_relation(field: fields.Field[Any]) -> bool:
    """Whether a field stands for rows of another table, or for a foreign key's column."""
    return not field.has_db_field or getattr(field, "reference", None) is not None


def type_of(name: str, field: fields.Field[Any], words: Words) -> str:
    match field:
        case InstantField():
            kind = words.instant
        case FoldedField():
            kind = words.folded
        case fields.BooleanField():
            kind = words.bool
        case fields.DateField():
            kind = words.date
        case fields.BigIntField():
            kind = words.big
        case fields.IntField():
            kind = words.int
        case fields.TextField():
            kind = words.text
        case fields.CharField():
            kind = words.choice if choices(field) else words.chars
        case _:
            raise TypeError(f"no column type for {name}, a {type(field).__name__}")
    kind = kind.format(column=name, length=getattr(field, "max_length", 0))
    base, checked, check = kind.partition(" CHECK")
    return f"{base}{'' if field.null else ' NOT NULL'}{default(field, words)}{checked}{check}"


def default(field: fields.Field[Any], words: Words) -> str:
    match field.default:
        case bool(value):
            return f" DEFAULT {words.true if value else words.false}"
        case int(value):
            return f" DEFAULT {value}"
        case str(value):
            return f" DEFAULT '{str.__str__(getattr(value, 'value', value))}'"
    return ""


def choices(field: fields.Field[Any]) -> list[str]:
    """The values of a column that takes one of a list."""
    enum = getattr(field, "enum_type", None)
    return [member.value for member in enum] if enum else []


def constraints(model: type[Model], words: Words) -> Iterator[tuple[str, str]]:
    """Each constraint of a table by its name."""
    name = model._meta.db_table
    for unique in model._meta.unique_together:
        yield f"{name}_{'_'.join(unique)}_key", f"UNIQUE ({', '.join(unique)})"
    for column, field in model._meta.fields_map.items():
        if choices(field):
            listed = [f"'{value}'" for value in choices(field)]
            each = " OR ".join(f"{column} = {value}" for value in listed)
            one_of = words.one_of.format(column=column, values=", ".join(listed), any=each)
            yield f"{column}_choice", f"CHECK ({one_of})"
        elif column == "currency":
            yield "currency_code", "CHECK (length(currency) = 3)"
    if issubclass(model, Removable):
        yield "deleted_key_follows", f"CHECK ({DELETED_KEY})"
    for constraint in model._meta.constraints:
        yield constraint.name, f"CHECK ({constraint.check})"


if __name__ == "__main__":
    print(render(sys.argv[1]))
