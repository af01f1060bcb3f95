"""From declarations to the compiler's catalog: what each field, filter, sort key, group and measure is in SQL."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tortoise import fields
from tortoise.fields.base import Field as TortoiseField
from tortoise.fields.data import CharEnumFieldInstance

import access
from compiler.catalog import (
    Amount,
    Catalog,
    Entity,
    Field,
    Filter,
    Group,
    Kind,
    Measure,
    Sort,
    ToMany,
    ToOne,
    Value,
    check,
)
from compiler.figures import ranked
from compiler.money import scale_sql
from models.base import Record, Removable, wholes
from models.fields import InstantField
from resolvers.verbs import VERBS, camel
from schema.kit import declare
from schema.kit.declare import DECLARED, Declaration

BASE_CURRENCY = "(SELECT currency FROM organisation)"
"""The organisation's currency: worked out once a statement, since it names no row."""


def capitals(name: str) -> str:
    """A name as an enumeration spells it: `order_date` → `ORDER_DATE`."""
    return name.upper()


def kind_of(column: TortoiseField[Any], folded: bool) -> Kind:
    """How a column is stored, compared and printed."""
    match column:
        case CharEnumFieldInstance():
            return Kind.ENUM
        case InstantField():
            return Kind.INSTANT
        case fields.DateField():
            return Kind.DATE
        case fields.BooleanField():
            return Kind.BOOL
        case fields.IntField() | fields.BigIntField():
            return Kind.INT
        case _:
            return Kind.TEXT if folded else Kind.CODE


def order_of(text: str) -> tuple[tuple[str, bool], ...]:
    """`"-ORDER_DATE"` → `(("ORDER_DATE", True),)`."""
    return tuple((key.removeprefix("-"), key.startswith("-")) for key in text.split())


def columns_of(declaration: Declaration) -> dict[str, declare.Column | declare.Money | declare.Formula]:
    """The declared values of an entity, and those that come with every record."""
    declared: dict[str, Any] = {
        name: item
        for name, item in declaration.fields.items()
        if isinstance(item, declare.Column | declare.Money | declare.Formula)
    }
    if issubclass(declaration.table, Record):
        declared["version"] = declare.Column(
            "Grows by one with every change; send it back as `expectedVersion` when you change the record."
        )
        declared["created_at"] = declare.Column("When the record was made.", sort=True)
        declared["updated_at"] = declare.Column("When the record was last changed.", sort=True)
    return declared


class _Builder:
    """Collects what one declaration says."""

    def __init__(self, declaration: Declaration) -> None:
        self.declaration = declaration
        self.meta = declaration.table._meta
        self.fields: dict[str, Field] = {}
        self.filters: dict[str, Filter] = {}
        self.sorts: dict[str, Sort] = {}
        self.groups: dict[str, Group] = {}
        self.measures: dict[str, Measure] = {}

    def build(self) -> Entity:
        """The catalog's entity."""
        declaration = self.declaration
        self.fields["id"] = Value("id", Kind.ID, "{row}.id", prefix=declaration.prefix)
        self.filters["id"] = Filter("id", Kind.ID, "{row}.id", prefix=declaration.prefix)
        self.sorts["ID"] = Sort("ID", Kind.ID, "{row}.id", field="id")
        for name, item in columns_of(declaration).items():
            match item:
                case declare.Column():
                    self._column(name, item)
                case declare.Money():
                    self._money(name, item)
                case declare.Formula():
                    self._formula(name, item)
        if f"update{declaration.name}" in VERBS:
            # Whether that is so, the rules say: see `schema/rights.py`.
            self.fields["viewerCanUpdate"] = Value("viewerCanUpdate", Kind.BOOL, "1 = 1")
        for name, link in declaration.fields.items():
            if isinstance(link, declare.One):
                self._to_one(name, link)
            elif isinstance(link, declare.Many):
                self.fields[camel(name)] = ToMany(
                    camel(name), link.target, link.by + "_id", link.via, order_of(link.order)
                )
        return Entity(
            declaration.name,
            self.meta.db_table,
            declaration.prefix,
            "{row}.deleted_at IS NULL" if issubclass(declaration.table, Removable) else "",
            self.fields,
            self.filters,
            self.sorts,
            self.groups,
            self.measures,
            tuple(f"{{row}}.{name}_fold" for name in declaration.search),
            order_of(declaration.order),
            within=wholes(declaration.table),
            few=declaration.few,
        )

    def _in_some_rows(self, name: str) -> bool:
        """Whether some viewers see a field in rows of their own only: elsewhere it is null."""
        kinds = access.FIELDS.get(self.declaration.name, {})
        return name in kinds.get("own", "").split()

    def _column(self, name: str, item: declare.Column) -> None:
        source = item.source or name
        column = self.meta.fields_map[source]
        folded = f"{source}_fold" in self.meta.fields_map
        kind = kind_of(column, folded)
        sql = f"{{row}}.{source}"
        shown = camel(name)
        self.fields[shown] = Value(shown, kind, sql, column.null or self._in_some_rows(shown))
        if folded or not isinstance(column, fields.TextField):
            self.filters[shown] = Filter(shown, kind, sql, f"{sql}_fold" if folded else "")
        if item.sort:
            key = capitals(name)
            if item.rank:
                self.sorts[key] = Sort(key, Kind.INT, ranked(sql, item.rank), column.null, shown)
            else:
                self.sorts[key] = Sort(key, kind, sql + ("_fold" if folded else ""), column.null, shown)
        if item.group or kind in (Kind.ENUM, Kind.BOOL, Kind.DATE, Kind.INSTANT):
            self.groups[capitals(name)] = Group(capitals(name), shown, kind, sql, rank=item.rank)
        if item.measure or kind in (Kind.DATE, Kind.INSTANT):
            self.measures[shown] = Measure(shown, kind, sql, nullable=column.null)

    def _money(self, name: str, item: declare.Money) -> None:
        minor = f"{{row}}.{item.minor or name + '_minor'}"
        currency = BASE_CURRENCY if item.base else "{row}.currency"
        nullable = self.meta.fields_map[minor.removeprefix("{row}.")].null
        shown = camel(name)
        amount = Amount(shown, minor, currency, nullable)
        # Rows of different currencies are compared as numbers of whole units, not of cents and fils.
        compared = minor if item.base else f"{minor} * {scale_sql('{row}.currency')}"
        self._amount(name, amount, compared if not item.base else f"{minor} * {scale_sql(BASE_CURRENCY)}")
        if item.sort:
            key = capitals(name)
            self.sorts[key] = Sort(key, Kind.MONEY, compared, nullable, shown)

    def _amount(self, name: str, amount: Amount, compared: str) -> None:
        shown = amount.name
        self.fields[shown] = amount
        # No amount is in no currency.
        currency = (
            f"CASE WHEN {amount.minor} IS NOT NULL THEN {amount.currency} END" if amount.nullable else amount.currency
        )
        self.filters[shown] = Filter(shown, Kind.MONEY, compared, currency=currency)
        self.measures[shown] = Measure(shown, Kind.MONEY, amount.minor, amount, amount.nullable)

    def _formula(self, name: str, item: declare.Formula) -> None:
        shown, key = camel(name), capitals(name)
        arguments = tuple(argument for argument, _ in item.arguments)
        if item.kind is Kind.MONEY:
            nullable = item.nullable or self._in_some_rows(shown)
            self.fields[shown] = Amount(shown, item.sql, BASE_CURRENCY, nullable, arguments)
        else:
            self.fields[shown] = Value(shown, item.kind, item.sql, item.nullable, arguments=arguments)
        if arguments or item.kind is Kind.NAMES:
            return  # what needs a period cannot be compared without one; lists are not compared
        compared = f"({item.sql}) * {scale_sql(BASE_CURRENCY)}" if item.kind is Kind.MONEY else item.sql
        currency = BASE_CURRENCY if item.kind is Kind.MONEY else ""
        self.filters[shown] = Filter(shown, item.kind, compared, currency=currency)
        if item.sort:
            self.sorts[key] = Sort(key, item.kind, item.sql, item.nullable, shown)

    def _to_one(self, name: str, link: declare.One) -> None:
        shown, sql = camel(name), f"{{row}}.{name}_id"
        target = DECLARED[link.target]
        self.fields[shown] = ToOne(shown, link.target, sql)
        self.groups[capitals(name)] = Group(capitals(name), shown, Kind.INT, sql, link.target)
        if link.sort:
            key = f"{capitals(name)}_{capitals(target.shown)}"
            folded = (
                f"(SELECT o.{target.shown}_fold FROM {target.table._meta.db_table} o"
                f" WHERE o.id = {sql} AND {{visible:{link.target}:o}})"
            )
            self.sorts[key] = Sort(key, Kind.TEXT, folded, nullable=True, field=shown)


def build_catalog(extra: Iterable[Entity] = ()) -> Catalog:
    """The catalog of all declared entities. Raises `ValueError` for one that promises what its table cannot keep."""
    entities = {declaration.name: _Builder(declaration).build() for declaration in DECLARED.values()}
    catalog = Catalog(entities | {entity.name: entity for entity in extra}, access.SETS)
    tables = {declaration.table._meta.db_table: declaration.table._meta.fields_map for declaration in DECLARED.values()}

    def nullable(table: str) -> Iterable[str]:
        return (name for name, column in tables.get(table, {}).items() if column.null)

    check(catalog, nullable)
    return catalog
