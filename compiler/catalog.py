"""What can be asked: entities, their fields, links, filters, sorts and groups, each with the SQL it stands for.

SQL here is a template. `{row}` is the row at hand, `{arg:name}` an argument, `{field:name}` another formula of the
same entity, `{visible:Entity:alias}` that a row of another entity is there and the viewer may see it
(`{visible:OrderLine:l:order_id}` where the order it belongs to is looked at besides), `{viewer:name:type}` an attribute
of the viewer, `{own:sql}` that an id is one of the viewer's own reps, `{below:sql}` one of those who report to them,
`{set:name}` the name of one of the catalog's sets of ids, `{among:name|sql}` that an id is in that set, `{days:a|b}`
the days between two dates. `{fence:}` ends a query inside EXISTS that is to be asked for each row at hand.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from errors import BadInput


class Kind(Enum):
    """How a value is stored, compared and printed."""

    ID = "ID"
    TEXT = "String"
    CODE = "Code"
    ENUM = "Enum"
    INT = "Int"
    BOOL = "Boolean"
    DATE = "Date"
    INSTANT = "DateTime"
    DECIMAL = "Decimal"
    """A number with four decimals, held as a whole number of ten-thousandths."""
    NAMES = "Names"
    """A list of names, held as the JSON of an array."""
    MONEY = "Money"
    """Minor units; compared across currencies as ten-thousandths of a unit."""


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a formula: its name in the API and in the template, and how its value is stored."""

    name: str
    kind: Kind
    after: str = ""
    """Another argument, of the same kind, whose value must be less."""


@dataclass(frozen=True, slots=True)
class Value:
    """A scalar worked out from one row."""

    name: str
    kind: Kind
    sql: str
    nullable: bool = False
    prefix: str = ""
    """Of an id: what stands before the number."""
    arguments: tuple[Argument, ...] = ()


@dataclass(frozen=True, slots=True)
class Amount:
    """Money worked out from one row: minor units and the currency they are in."""

    name: str
    minor: str
    currency: str
    nullable: bool = False
    arguments: tuple[Argument, ...] = ()

    @property
    def one_currency(self) -> bool:
        """Whether all rows share the currency, so that their sum is one number."""
        return "{row}" not in self.currency


@dataclass(frozen=True, slots=True)
class ToOne:
    """A link to at most one row: the target whose id is `key`."""

    name: str
    target: str
    key: str


@dataclass(frozen=True, slots=True)
class Via:
    """The table between the two ends of a many-to-many link."""

    table: str
    near: str
    """Its column that names the row at hand."""
    far: str
    """Its column that names the target."""
    entity: str
    """The entity it holds: who may not see one of its rows does not find the target by it."""
    copies: Mapping[str, str] = field(default_factory=dict)
    """Columns of the target it repeats, so that one index of its own can page the targets."""


@dataclass(frozen=True, slots=True)
class ToMany:
    """A link to any number of rows: the targets whose `match` column is this row's id, or those found `via` a table."""

    name: str
    target: str
    match: str = ""
    via: Via | None = None
    order: tuple[tuple[str, bool], ...] = ()
    """Sort keys unless the request names its own: (name, descending)."""


Field = Value | Amount | ToOne | ToMany


@dataclass(frozen=True, slots=True)
class Filter:
    """A field that conditions can be put on: `sql` is compared exactly, `folded` by the text operators."""

    name: str
    kind: Kind
    sql: str
    folded: str = ""
    currency: str = ""
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort key."""

    name: str
    kind: Kind
    sql: str
    nullable: bool = False
    field: str = ""
    """The field it sorts by: the value itself or, sorted by the name of what it leads to, the link."""


@dataclass(frozen=True, slots=True)
class Group:
    """A field that rows can be grouped by; `target` names the entity of a link."""

    name: str
    field: str
    kind: Kind
    sql: str
    target: str = ""
    rank: tuple[str, ...] = ()
    """Of an enumeration: its values in the order they sort in, if that is not the order of the alphabet."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """That figures must be about so many different subjects, or they are as if there were no rows at all."""

    subject: str
    least: int


@dataclass(frozen=True, slots=True)
class Measure:
    """A field that can be summed up over many rows."""

    name: str
    kind: Kind
    sql: str
    amount: Amount | None = None
    nullable: bool = True


@dataclass(frozen=True)
class Entity:
    """A kind of node: its table and all that can be asked of it, by the names the API uses."""

    name: str
    table: str
    prefix: str
    live: str
    """The condition a row meets while it has not been removed; empty if rows are deleted outright."""
    fields: Mapping[str, Field]
    filters: Mapping[str, Filter]
    sorts: Mapping[str, Sort]
    groups: Mapping[str, Group]
    measures: Mapping[str, Measure]
    search: tuple[str, ...]
    """Folded expressions that `search` looks into."""
    order: tuple[tuple[str, bool], ...]
    """Sort keys unless the request names its own: (name, descending)."""
    crowd: Crowd | None = None
    """What figures over many rows must be about to be told."""
    few: bool = False
    """Whether there are far fewer of it than of what leads to it."""
    within: Mapping[str, str] = field(default_factory=dict)
    """By the key of what a row belongs to, the condition that it has not been removed either."""

    def there(self, besides: Collection[str] = ()) -> list[str]:
        """The conditions that a row meets while neither it nor what it belongs to has been removed; `besides` are the
        keys of what is looked at itself."""
        within = [condition for key, condition in self.within.items() if key not in besides]
        return [self.live, *within] if self.live else within


@dataclass(frozen=True, slots=True)
class Ids:
    """A set of ids, told in two ways: all of them by a query of one column, or whether one is in it."""

    query: str
    test: str = ""
    """A condition over `{key}`; empty where the query takes no longer."""
    dense: bool = False
    """Whether so many ids are in it that the first rows looked at fill a page."""
    wide: str = ""
    """The attribute of a viewer that says whether it is dense for them."""


@dataclass(frozen=True)
class Catalog:
    """All entities, and the enumerations whose values decide the SQL's text."""

    entities: Mapping[str, Entity]
    sets: Mapping[str, Ids] = field(default_factory=dict)
    """Sets of ids that row rules speak of."""
    single: frozenset[str] | None = None
    """The entities of which single records may be asked for; all of them unless said."""
    prefixes: frozenset[str] = frozenset()
    """What ids begin with that name nothing here, and yet are ids: of entities that some do not meet."""

    @cached_property
    def by_prefix(self) -> Mapping[str, Entity]:
        """Entities by the prefix of their ids."""
        return {
            entity.prefix: entity
            for entity in self.entities.values()
            if entity.prefix and (self.single is None or entity.name in self.single)
        }

    def number(self, entity: Entity, text: object) -> int:
        """The number in a global id of `entity`: `cus_42` → 42."""
        prefix, number = self.identify(text)
        if prefix != entity.prefix:
            owner = self.by_prefix.get(prefix)
            got = "that of something else" if owner is None else f"{article(owner.name)} id"
            raise BadInput(f"id must be {article(entity.name)} id ({entity.prefix}_…), got {got}.")
        return number

    def identify(self, text: object) -> tuple[str, int]:
        """The prefix and the number of a global id."""
        if isinstance(text, str):
            prefix, _, digits = text.partition("_")
            known = prefix in self.by_prefix or prefix in self.prefixes
            if known and digits.isascii() and digits.isdigit() and len(digits) < 19 and digits[0] != "0":
                return prefix, int(digits)
        raise BadInput(
            "This is no id: an id is a prefix, an underscore and a number, such as "
            f"{next(iter(self.by_prefix))}_42. Use ids exactly as the API gave them."
        )


def article(name: str) -> str:
    """A type's name with its article: `an Order`."""
    return f"an {name}" if name[0] in "AEIOU" else f"a {name}"


def check(catalog: Catalog, nullable_columns: Callable[[str], Iterable[str]]) -> None:
    """Refuse a catalog that promises what its tables cannot keep.

    `nullable_columns(table)` names the columns that may be null. Raises `ValueError` naming entity and field when a
    field that is promised never to be null reads such a column, or when a link or an order leads nowhere.
    """
    for entity in catalog.entities.values():
        hollow = set(nullable_columns(entity.table))
        for item in entity.fields.values():
            match item:
                case Value(sql=sql, nullable=False) | Amount(minor=sql, nullable=False):
                    if sql.startswith("{row}.") and sql.removeprefix("{row}.") in hollow:
                        raise ValueError(f"{entity.name}.{item.name} is non-null, but its column may be null")
                case ToOne(target=target) | ToMany(target=target) if target not in catalog.entities:
                    raise ValueError(f"{entity.name}.{item.name} leads to {target}, which is no entity")
                case _:
                    pass
            order, of = entity.order, entity
            if isinstance(item, ToMany):
                order, of = item.order or catalog.entities[item.target].order, catalog.entities[item.target]
            for name, _ in order:
                if name not in of.sorts:
                    raise ValueError(f"{entity.name} is ordered by {name}, which is no sort key of {of.name}")
