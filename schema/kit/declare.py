"""How an entity is declared: a class that lists the fields the API offers, each with its description."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tortoise.models import Model

from compiler.catalog import Argument, Kind, Via


@dataclass(frozen=True)
class Column:
    """A column of the table, under its own name."""

    description: str
    sort: bool = False
    group: bool = False
    measure: bool = False
    scalar: str = ""
    source: str = ""
    """The column's name in the table, if the API calls it otherwise."""
    rank: tuple[str, ...] = ()
    """Of an enumeration: its values in the order they sort in, if that is not the order of the alphabet."""


@dataclass(frozen=True)
class Money:
    """A pair of columns: `<name>_minor`, and the currency of the row or of the organisation."""

    description: str
    minor: str = ""
    base: bool = False
    sort: bool = False


@dataclass(frozen=True)
class Formula:
    """A value worked out by SQL."""

    description: str
    kind: Kind
    sql: str
    nullable: bool = False
    sort: bool = False
    arguments: tuple[tuple[Argument, str], ...] = ()
    """Arguments with their descriptions."""


@dataclass(frozen=True)
class One:
    """A link to one row, by a foreign key of the same name."""

    target: str
    description: str
    sort: bool = False
    """Offers a sort key by the target's name: `OWNER_NAME`."""


@dataclass(frozen=True)
class Many:
    """A link to many rows, by their foreign key `by` or through a table."""

    target: str
    description: str
    by: str = ""
    via: Via | None = None
    order: str = ""


@dataclass(frozen=True)
class Declaration:
    """An entity as its file declares it."""

    name: str
    plural: str
    description: str
    table: type[Model]
    prefix: str
    order: str
    search: tuple[str, ...]
    identifiers: Mapping[str, str]
    fields: Mapping[str, Column | Money | Formula | One | Many]
    root: bool = True
    """Whether the query type offers it by itself, as one and as a list."""
    few: bool = False
    """Whether there are far fewer of it than of what leads to it."""
    shown: str = "name"
    """The column that stands for it where others are sorted by it."""


DECLARED: dict[str, Declaration] = {}
"""All declarations, by the name of the entity."""


def column(
    description: str,
    *,
    sort: bool = False,
    group: bool = False,
    measure: bool = False,
    scalar: str = "",
    source: str = "",
    rank: tuple[str, ...] = (),
) -> Any:
    """A column of the table; its type and whether it may be null come from the model."""
    return Column(description, sort, group, measure, scalar, source, rank)


def money(description: str, *, minor: str = "", base: bool = False, sort: bool = False) -> Any:
    """An amount in two columns. `base`: it is in the organisation's currency rather than the row's."""
    return Money(description, minor, base, sort)


def formula(
    kind: Kind,
    description: str,
    sql: str,
    *,
    nullable: bool = False,
    sort: bool = False,
    arguments: tuple[tuple[Argument, str], ...] = (),
) -> Any:
    """A value worked out by a SQL template (see `compiler/catalog.py` for its words)."""
    return Formula(description, kind, sql, nullable, sort, arguments)


def money_formula(
    description: str,
    sql: str,
    *,
    nullable: bool = False,
    sort: bool = False,
    arguments: tuple[tuple[Argument, str], ...] = (),
) -> Any:
    """An amount in the organisation's currency, worked out by a SQL template that gives minor units."""
    return Formula(description, Kind.MONEY, sql, nullable, sort, arguments)


def to_one(target: str, description: str, *, sort: bool = False) -> Any:
    """A link by the foreign key of the same name; null while it is not set, or where the viewer may not see it."""
    return One(target, description, sort)


def to_many(target: str, description: str, *, by: str = "", via: Via | None = None, order: str = "") -> Any:
    """A connection to the rows whose foreign key `by` names this one, or to those found `via` a table."""
    return Many(target, description, by, via, order)


def entity(
    table: type[Model],
    prefix: str,
    *,
    plural: str,
    order: str,
    search: tuple[str, ...] = (),
    identifiers: Mapping[str, str] | None = None,
    root: bool = True,
    few: bool = False,
    shown: str = "name",
) -> Callable[[type], type]:
    """Declare an entity: its table, the prefix of its ids, its default order (`NAME`, or `-CREATED_AT` for newest
    first), what `search` looks into, and its other unique keys with their descriptions. `few`: there are far fewer of
    it than of what leads to it.

    `id`, `version`, `createdAt` and `updatedAt` come with every entity.
    """

    def declare(cls: type) -> type:
        fields = {
            name: value for name, value in vars(cls).items() if isinstance(value, Column | Money | Formula | One | Many)
        }
        DECLARED[cls.__name__] = Declaration(
            cls.__name__,
            plural,
            (cls.__doc__ or "").strip(),
            table,
            prefix,
            order,
            search,
            identifiers or {},
            fields,
            root,
            few,
            shown,
        )
        return cls

    return declare
