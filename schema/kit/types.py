"""From declarations and catalog to Strawberry types: objects, connections, filters, sorts, aggregates and groups.

The types carry names, shapes and descriptions; no resolver stands behind them, since the compiler answers.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from types import ModuleType
from typing import Any, Optional

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.schema_directive import Location
from strawberry.schema_directives import OneOf
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField
from tortoise.fields.data import CharEnumFieldInstance

from compiler.catalog import Amount, Catalog, Entity, Filter, Kind, Measure, ToMany, ToOne, Value
from compiler.where import OPERATORS
from models.fields import Choice
from resolvers.verbs import camel
from schema import scalars
from schema.kit import declare
from schema.kit.catalog import capitals, columns_of
from schema.kit.declare import DECLARED, Declaration

GENERATED = ModuleType("schema.generated")
"""Where the types live: Strawberry looks up what their annotations name in the module of their class."""
sys.modules[GENERATED.__name__] = GENERATED

SCALAR_NAMES: Mapping[Kind, str] = {
    Kind.ID: "ID",
    Kind.TEXT: "str",
    Kind.CODE: "str",
    Kind.INT: "int",
    Kind.BOOL: "bool",
    Kind.DATE: "Date",
    Kind.INSTANT: "DateTime",
    Kind.DECIMAL: "DecimalText",
    Kind.MONEY: "Money",
    Kind.NAMES: "list[str]",
}
"""How annotations spell a kind of value."""

PERIOD_UNITS = {
    "DAY": "A day.",
    "WEEK": "A week, from Monday.",
    "MONTH": "A month.",
    "QUARTER": "A quarter of a year.",
    "YEAR": "A year.",
}


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="semanticNonNull",
    description="Null only together with an error; clients that handle errors may treat the field as non-null.",
)
class SemanticNonNull:
    """Takes the levels of lists that the promise holds for."""

    levels: list[int] = StrawberryField(  # type: ignore[assignment]
        graphql_name="levels",
        default=(0,),
        description="The levels of lists that it holds for: 0 is the field itself.",
    )


@dataclass(frozen=True)
class Arg:
    """An argument of a field: what it is, and its default if it has one."""

    type: str
    description: str
    default: Any = strawberry.UNSET


@dataclass(frozen=True)
class Item:
    """A field of a generated type."""

    type: str
    description: str
    arguments: Mapping[str, Arg] = field(default_factory=dict)
    default: Any = strawberry.UNSET
    semantic_non_null: bool = False


class Spelled(StrawberryAnnotation):
    """The type that a text names, such as `list[Order] | None`.

    It is read here and once for each text: Strawberry asks Python's parser for every field, and more than once, which
    took half of the time in which the schema is built.
    """

    __slots__ = ()

    def evaluate(self) -> Any:
        """Raises NameError while there is no such type yet."""
        return _named(str(self.raw_annotation))


def _named(text: str) -> Any:
    if text.endswith(" | None"):
        return Optional[_named(text.removesuffix(" | None"))]  # noqa: UP045 -- of what may be no class
    if text.startswith("list["):
        return list[_named(text[len("list[") : -1])]  # type: ignore[misc]
    found = vars(GENERATED).get(text) or getattr(builtins, text, None)
    if found is None:
        raise NameError(f"There is no type {text}.")
    return found


@cache
def spelled(text: str) -> Spelled:
    """The annotation that a text spells."""
    return Spelled(text, namespace=vars(GENERATED))


def _register(name: str, cls: type) -> type:
    setattr(GENERATED, name, cls)
    return cls


def _define(
    name: str,
    description: str,
    items: Mapping[str, Item],
    bases: tuple[type, ...] = (),
    *,
    is_input: bool = False,
    is_interface: bool = False,
    directives: Sequence[object] = (),
) -> type:
    """A class that Strawberry reads as a type.

    Its own decorators make a dataclass besides, with methods that Python compiles and, since no such object is ever
    made, nobody calls: that took half of what was left.
    """
    interfaces = [base.__strawberry_definition__ for base in bases]  # type: ignore[attr-defined]
    made = type(name, bases, {"__module__": GENERATED.__name__})
    made.__strawberry_definition__ = StrawberryObjectDefinition(  # type: ignore[attr-defined]
        name=name,
        is_input=is_input,
        is_interface=is_interface,
        origin=made,
        description=description,
        interfaces=interfaces,
        extend=False,
        directives=directives,
        is_type_of=None,
        resolve_type=None,
        fields=[_field(graphql_name, item, made) for graphql_name, item in items.items()],
    )
    return _register(name, made)


def _field(name: str, item: Item, origin: type) -> StrawberryField:
    made = StrawberryField(
        python_name=name,
        graphql_name=name,
        type_annotation=spelled(item.type),
        origin=origin,
        description=item.description,
        default=item.default,
        directives=[SemanticNonNull()] if item.semantic_non_null else (),
    )
    made.arguments = [
        StrawberryArgument(
            argument,
            argument,
            spelled(arg.type),
            description=arg.description,
            default=arg.default,
        )
        for argument, arg in item.arguments.items()
    ]
    return made


def make_type(name: str, description: str, items: Mapping[str, Item], bases: tuple[type, ...] = ()) -> type:
    """An object type; its items are all it has, also those of the interfaces that are its bases."""
    return _define(name, description, items, bases)


def make_interface(name: str, description: str, items: Mapping[str, Item]) -> type:
    """An interface."""
    return _define(name, description, items, is_interface=True)


def make_input(name: str, description: str, items: Mapping[str, Item], one_of: bool = False) -> type:
    """An input type; fields whose type may be null may be left out."""
    return _define(name, description, items, is_input=True, directives=[OneOf()] if one_of else ())


def make_enum(name: str, description: str, values: Mapping[str, str]) -> type:
    """An enumeration from its values and their descriptions."""
    members = {value: strawberry.enum_value(value, description=about) for value, about in values.items()}
    made = Enum(name, members, module=GENERATED.__name__)  # type: ignore[misc]
    return _register(name, strawberry.enum(made, name=name, description=description))


def make_choice(choice: type[Choice]) -> str:
    """The enumeration of a model's choices, made once; its name."""
    name = choice.__name__
    if not hasattr(GENERATED, name):
        make_enum(name, (choice.__doc__ or "").strip(), {each.value: each.description for each in choice})
        make_filter(name, name, Kind.ENUM)
    return name


def make_filter(name: str, type_: str, kind: Kind) -> str:
    """The input of a kind's operators: `StringFilter`."""
    about = {
        "eq": "Equal to this.",
        "ne": "Not equal to this; also true where there is no value.",
        "in": "One of these, at most 100.",
        "notIn": "None of these, at most 100; also true where there is no value.",
        "gt": "More than this; of times, after it.",
        "gte": "This or more; of times, at or after it.",
        "lt": "Less than this; of times, before it.",
        "lte": "This or less; of times, at or before it.",
        "contains": "Contains this text; upper and lower case are alike, `%` and `_` ordinary characters.",
        "startsWith": "Starts with this text; upper and lower case are alike.",
        "endsWith": "Ends with this text; upper and lower case are alike.",
    }
    items = {
        operator: Item(f"list[{type_}] | None" if operator in ("in", "notIn") else f"{type_} | None", about[operator])
        for operator in OPERATORS[kind]
    }
    items["isNull"] = Item("bool | None", "`true`: there is no value. `false`: there is one.")
    if kind is Kind.MONEY:
        items["currency"] = Item(
            "CodeFilter | None",
            "In this currency. Without it, amounts compare as numbers, each in its own currency.",
        )
    subject = {
        Kind.ENUM: f"a `{name}`",
        Kind.ID: "an id",
        Kind.TEXT: "a text",
        Kind.CODE: "a code, such as a currency",
        Kind.INT: "a whole number",
        Kind.BOOL: "a yes or no",
        Kind.DATE: "a date",
        Kind.INSTANT: "an instant",
        Kind.MONEY: "an amount",
    }
    described = subject.get(kind, "a value")
    make_input(f"{name}Filter", f"Conditions on {described}, all of which must hold. No operator may be null.", items)
    return f"{name}Filter"


FILTERS: Mapping[Kind, tuple[str, str]] = {
    Kind.ID: ("ID", "ID"),
    Kind.TEXT: ("String", "str"),
    Kind.CODE: ("Code", "str"),
    Kind.INT: ("Int", "int"),
    Kind.BOOL: ("Boolean", "bool"),
    Kind.DATE: ("Date", "Date"),
    Kind.INSTANT: ("DateTime", "DateTime"),
    Kind.DECIMAL: ("Decimal", "DecimalText"),
    Kind.MONEY: ("Money", "DecimalText"),
}


def make_common() -> None:
    """The types that all entities share."""
    names = {"ID": strawberry.ID}
    for name in ("DateTime", "Date", "DecimalText", "TimeZone", "Currency", "Email", "Phone"):
        names[name] = getattr(scalars, name)
    vars(GENERATED).update(names)
    make_interface(
        "Node",
        "An object that can be asked for again by its global id.",
        {"id": Item("ID", "Global id, such as `cus_42`. Opaque; its prefix names the type.")},
    )
    make_type(
        "Money",
        "An amount in one currency.",
        {
            "amount": Item("DecimalText", 'The exact amount, with as many decimals as the currency has: `"12.50"`.'),
            "minorUnits": Item("str", 'The amount in the smallest coins, a whole number in a string: `"1250"`.'),
            "currency": Item("Currency", "The currency."),
        },
    )
    make_type(
        "PageInfo",
        "Where a page stands in its list.",
        {
            "hasNextPage": Item("bool", "Whether there is more after `endCursor`."),
            "hasPreviousPage": Item("bool", "Whether there is more before `startCursor`."),
            "startCursor": Item("str | None", "The cursor of the first edge; null on an empty page."),
            "endCursor": Item("str | None", "The cursor of the last edge; null on an empty page."),
        },
    )
    make_enum(
        "SortDirection",
        "Which comes first. Rows without a value come last either way.",
        {"ASC": "The smallest first.", "DESC": "The largest first."},
    )
    make_enum("PeriodUnit", "A unit of the calendar.", PERIOD_UNITS)
    make_enum(
        "GroupSort",
        "The order of groups.",
        {
            "COUNT": "The largest group first.",
            "KEY": "By the keys, smallest first; of periods, the earliest, and of priorities, the least urgent. Other "
            "words, such as statuses, are in the order of the alphabet.",
        },
    )
    for kind, (name, type_) in FILTERS.items():
        if kind is not Kind.MONEY:
            make_filter(name, type_, kind)
    make_filter("Money", "DecimalText", Kind.MONEY)


class EntityTypes:
    """Makes the types of one entity."""

    def __init__(self, declaration: Declaration, catalog: Catalog) -> None:
        self.declaration = declaration
        self.entity: Entity = catalog.entities[declaration.name]
        self.catalog = catalog
        self.name = declaration.name
        self.columns = columns_of(declaration)
        self.described = {camel(name): item.description for name, item in self.columns.items()} | {
            camel(name): item.description
            for name, item in declaration.fields.items()
            if isinstance(item, declare.One | declare.Many)
        }

    @property
    def lower(self) -> str:
        """What the entity is called in a sentence: `sales rep`."""
        return words(self.name)

    def make(self) -> None:
        """All of them."""
        self._make_enums()
        self._make_where()
        self._make_sort()
        self._make_aggregate()
        self._make_groups()
        make_type(
            f"{self.name}Edge",
            f"{_a(self.lower)} in a list, and its cursor.".capitalize(),
            {
                "cursor": Item("str", "Opaque; belongs to this list and its `orderBy`."),
                "node": Item(self.name, f"The {self.lower}."),
            },
        )
        self._make_connection()
        make_type(self.name, self.declaration.description, self._fields(), (GENERATED.Node,))
        self._make_identifier()

    def _make_enums(self) -> None:
        for column in self.declaration.table._meta.fields_map.values():
            if isinstance(column, CharEnumFieldInstance):
                make_choice(column.enum_type)  # type: ignore[arg-type]

    def scalar(self, name: str, kind: Kind) -> str:
        """How an annotation spells the type of a field."""
        item = next((item for key, item in self.columns.items() if camel(key) == name), None)
        if isinstance(item, declare.Column):
            if item.scalar:
                return item.scalar
            if kind is Kind.ENUM:
                source = item.source or next(key for key in self.columns if camel(key) == name)
                column = self.declaration.table._meta.fields_map[source]
                assert isinstance(column, CharEnumFieldInstance)
                return column.enum_type.__name__
        return SCALAR_NAMES[kind]

    def _fields(self) -> dict[str, Item]:
        items: dict[str, Item] = {}
        descriptions = self.described | {
            "id": f"Global id: `{self.entity.prefix}_…`.",
            "viewerCanUpdate": f"Whether you may change this {self.lower}, as far as your role goes.",
        }
        argued = {
            camel(name): {argument.name: Arg(SCALAR_NAMES[argument.kind], about) for argument, about in item.arguments}
            for name, item in self.columns.items()
            if isinstance(item, declare.Formula)
        }
        for name, item in self.entity.fields.items():
            about, arguments = descriptions[name], argued.get(name, {})
            match item:
                case Value():
                    type_ = self.scalar(name, item.kind)
                    items[name] = Item(type_ + (" | None" if item.nullable else ""), about, arguments)
                case Amount():
                    items[name] = Item("Money" + (" | None" if item.nullable else ""), about, arguments)
                case ToOne():
                    items[name] = Item(f"{item.target} | None", about)
                case ToMany():
                    items[name] = Item(
                        f"{item.target}Connection",
                        about,
                        connection_arguments(self.catalog.entities[item.target]),
                    )
        return items

    def _make_where(self) -> None:
        items = {
            "and": Item(f"list[{self.name}Where] | None", "All of these hold."),
            "or": Item(f"list[{self.name}Where] | None", "At least one of these holds."),
            "not": Item(f"{self.name}Where | None", "This does not hold."),
        }
        for name, item in self.entity.filters.items():
            about = f"Condition on `{name}`: {_inline(self.described[name])}" if name != "id" else "By id."
            items[name] = Item(f"{self._filter(item)} | None", about)
        for name, link in self.entity.fields.items():
            if isinstance(link, ToOne):
                items[name] = Item(
                    f"{link.target}Where | None",
                    f"By the fields of its {words(name)}; `not: {{{name}: {{}}}}` finds those without.",
                )
            elif isinstance(link, ToMany):
                items[name] = Item(f"{link.target}ListWhere | None", f"By its {words(name)}.")
        make_input(
            f"{self.name}Where",
            f"Conditions on {_a(self.lower)}, all of which must hold. None may be null; at most 12 levels deep.",
            items,
        )
        make_input(
            f"{self.name}ListWhere",
            f"Conditions on many {words(self.declaration.plural)}, all of which must hold.",
            {
                "some": Item(f"{self.name}Where | None", "At least one is like this; `{}` is like any."),
                "every": Item(f"{self.name}Where | None", "All are like this; true if there are none."),
                "none": Item(f"{self.name}Where | None", "Not one is like this; `{}` is like any."),
            },
        )

    def _filter(self, item: Filter) -> str:
        if item.kind is Kind.ENUM:
            return self.scalar(item.name, Kind.ENUM) + "Filter"
        return FILTERS[item.kind][0] + "Filter"

    def _make_sort(self) -> None:
        values = {}
        for key, sort in self.entity.sorts.items():
            name = next((camel(name) for name in self.columns if capitals(name) == key), "")
            if key == "ID":
                values[key] = "By id: the order of making."
            elif name:
                order = ", by the alphabet" if sort.kind is Kind.ENUM else ""
                values[key] = f"By `{name}`{order}: {_inline(self.described[name])}"
            else:
                link = next(
                    camel(name)
                    for name, item in self.declaration.fields.items()
                    if isinstance(item, declare.One) and key.startswith(capitals(name) + "_")
                )
                values[key] = f"By the {key.rpartition('_')[2].lower()} of its {words(link)}."
        make_enum(f"{self.name}SortField", f"What {words(self.declaration.plural)} can be sorted by.", values)
        make_input(
            f"{self.name}Sort",
            f"One sort key for {words(self.declaration.plural)}.",
            {
                "field": Item(f"{self.name}SortField", "What to sort by."),
                "direction": Item("SortDirection", "Which comes first.", default=GENERATED.SortDirection.ASC),
            },
        )

    def _make_aggregate(self) -> None:
        items = {"count": Item("int", "How many.")}
        functions: Sequence[tuple[str, str, Callable[[Measure], str]]] = (
            ("sum", "Sums; money in each currency by itself", self._sum),
            (
                "average",
                "Means, rounded half up: money to the smallest coin, numbers to four decimals",
                self._average,
            ),
            ("min", "The least values; of times, the earliest", self._extreme),
            ("max", "The largest values; of times, the latest", self._extreme),
        )
        for function, about, type_of in functions:
            measures = {
                name: Item(type_, self.described[name])
                for name, measure in self.entity.measures.items()
                if (type_ := type_of(measure))
            }
            if measures:
                type_name = f"{self.name}{function.capitalize()}"
                make_type(type_name, f"Of {words(self.declaration.plural)}: {_inline(about)}.", measures)
                items[function] = Item(type_name, f"{about}.")
        make_type(f"{self.name}Aggregate", f"Figures over all matching {words(self.declaration.plural)}.", items)

    @staticmethod
    def _money(measure: Measure) -> str:
        assert measure.amount
        return "Money | None" if measure.amount.one_currency else "list[Money]"

    def _sum(self, measure: Measure) -> str:
        if measure.kind in (Kind.DATE, Kind.INSTANT):
            return ""
        return self._money(measure) if measure.amount else "DecimalText | None"

    def _average(self, measure: Measure) -> str:
        return self._sum(measure)

    def _extreme(self, measure: Measure) -> str:
        return self._money(measure) if measure.amount else f"{SCALAR_NAMES[measure.kind]} | None"

    def _make_groups(self) -> None:
        groups = self.entity.groups
        if not groups:
            return
        name, plural = self.name, words(self.declaration.plural)
        by = {"field": Item(f"{name}GroupField | None", "By the value of a field.")}
        make_enum(
            f"{name}GroupField",
            f"What {plural} can be grouped by.",
            {key: f"By `{group.field}`: {_inline(self.described[group.field])}" for key, group in groups.items()},
        )
        periods = {key: group for key, group in groups.items() if group.kind in (Kind.DATE, Kind.INSTANT)}
        if periods:
            make_enum(
                f"{name}PeriodField",
                f"The times and dates of {plural}.",
                {key: self.described[group.field] for key, group in periods.items()},
            )
            make_input(
                f"{name}Period",
                "The calendar period that a time or a date falls into.",
                {
                    "field": Item(f"{name}PeriodField", "Which time or date."),
                    "unit": Item("PeriodUnit", "How long a period is."),
                    "timeZone": Item(
                        "TimeZone",
                        "Where days begin; for dates, which have no time zone, without effect.",
                        default="UTC",
                    ),
                },
            )
            by["period"] = Item(f"{name}Period | None", "By calendar period.")
        make_input(f"{name}GroupBy", f"One way to group {plural}: give exactly one field.", by, one_of=True)
        items = {
            group.field: Item(
                (group.target or self.scalar(group.field, group.kind)) + " | None",
                "What the group's rows share"
                + (", or when their period starts" if group.kind in (Kind.DATE, Kind.INSTANT) else "")
                + f"; null unless grouped by it: {_inline(self.described[group.field])}",
            )
            for group in groups.values()
        }
        items["aggregate"] = Item(f"{name}Aggregate", "Figures over the group.")
        make_type(f"{name}Group", f"{plural.capitalize()} that share what they were grouped by.", items)

    def _make_connection(self) -> None:
        name, plural = self.name, words(self.declaration.plural)
        items = {
            "edges": Item(f"list[{name}Edge]", f"The {plural} on the page, each with its cursor."),
            "nodes": Item(f"list[{name}]", f"The {plural} on the page."),
            "pageInfo": Item("PageInfo", "Where the page stands in the list."),
            "totalCount": Item("int", "How many there are over all pages; counted only when asked for."),
            "aggregate": Item(f"{name}Aggregate", "Figures over all that match, not only the page."),
        }
        if self.entity.groups:
            items["groups"] = Item(
                f"list[{name}Group]",
                "All that match, grouped; for reports.",
                {
                    "by": Arg(f"list[{name}GroupBy]", "What to group by: one to three keys."),
                    "first": Arg("int | None", "How many groups at most, 1 to 100.", 100),
                    "orderBy": Arg("GroupSort", "Which groups come first.", GENERATED.GroupSort.COUNT),
                },
            )
        make_type(f"{name}Connection", f"A list of {plural}, in pages.", items)

    def _make_identifier(self) -> None:
        if self.declaration.identifiers:
            make_input(
                f"{self.name}Identifier",
                f"Another unique name of {_a(self.lower)}: give exactly one.",
                {name: Item("str | None", about) for name, about in self.declaration.identifiers.items()},
                one_of=True,
            )

    def roots(self) -> dict[str, Item]:
        """The fields of the query type that lead to the entity."""
        if not self.declaration.root:
            return {}
        one = self.name[0].lower() + self.name[1:]
        items = {
            one: Item(
                f"{self.name} | None",
                f"One {self.lower}; null if there is none, or none you may see.",
                {"id": Arg("ID", f"Its global id: `{self.entity.prefix}_…`.")},
            ),
            self.declaration.plural: Item(
                f"{self.name}Connection | None",
                f"{words(self.declaration.plural).capitalize()}, in pages.",
                connection_arguments(self.entity),
                semantic_non_null=True,
            ),
        }
        if self.declaration.identifiers:
            items[f"{one}ByIdentifier"] = Item(
                f"{self.name} | None",
                f"One {self.lower} by another unique name.",
                {"identifier": Arg(f"{self.name}Identifier", "Exactly one name.")},
            )
        return items


def connection_arguments(entity: Entity) -> dict[str, Arg]:
    """The arguments of every list of an entity."""
    arguments = {"where": Arg(f"{entity.name}Where | None", "Conditions that must all hold.")}
    if entity.search:
        places = [sql.removeprefix("{row}.").removesuffix("_fold") for sql in entity.search]
        listed = " or ".join(filter(None, [", ".join(places[:-1]), places[-1]]))
        arguments["search"] = Arg(
            "str | None",
            f"Words, at most ten, all of which must occur in {listed}; upper and lower case are alike.",
        )
    default = ", ".join(f"{key} {'DESC' if down else 'ASC'}" for key, down in entity.order)
    return arguments | {
        "orderBy": Arg(
            f"list[{entity.name}Sort] | None",
            f"At most three sort keys; `id` breaks ties. Unless the list says otherwise: {default}.",
        ),
        "first": Arg("int | None", "Page size forwards, 1 to 100; 20 unless given."),
        "after": Arg("str | None", "Start after this cursor."),
        "last": Arg("int | None", "Page size backwards, 1 to 100; excludes `first`."),
        "before": Arg("str | None", "End before this cursor."),
    }


def words(name: str) -> str:
    """A name in a sentence: `salesReps` → `sales reps`."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def _inline(sentence: str) -> str:
    """A description inside another sentence: its first letter small, unless it is a name."""
    first = sentence.split(maxsplit=1)[0]
    return (
        sentence
        if (first.isupper() and len(first) > 1) or first.startswith("ISO")
        else sentence[0].lower() + sentence[1:]
    )


def make_query(catalog: Catalog, more: Mapping[str, Item]) -> type:
    """The query type over all declared entities, and `more` fields."""
    items: dict[str, Item] = dict(more)
    made = [EntityTypes(declaration, catalog) for declaration in DECLARED.values()]
    for types in made:
        types.make()
    for types in made:
        items |= types.roots()
    return make_type("Query", "Read the CRM.", items)


def entity_types() -> Iterable[type]:
    """Every entity's object type, for those that only an interface leads to."""
    return [getattr(GENERATED, name) for name in DECLARED]
