"""Draws random valid operations from the schema itself, with values that the world holds or nearly holds."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, cast

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
)
from hypothesis import strategies as st

from schema import GRAPHQL
from schema.kit.declare import DECLARED, Declaration
from tests import world

NASTY = [
    "", " ", "%", "_", "0%", "d_s", "\\", '"', "'", "''", "--", "{", "$1", ":p1", "{row}", "null", "NaN", "\t", "\n",
    "ß", "SS", "ss", "ẞ", "İ", "I", "ı", "i", "i\u0307", "É", "é", "e\u0301", "ö", "O\u0308", "ÅÄÖ", "Σ", "ς", "ﬁ",
    "北京", "🧪", "👩\u200d🔬", "النور", "\u200f", "\u00a0",
]  # fmt: skip
ZONES = [
    "UTC", "Europe/Berlin", "Asia/Shanghai", "America/Los_Angeles", "Asia/Kathmandu", "Australia/Lord_Howe",
    "America/Havana", "Africa/Cairo", "Pacific/Apia", "Pacific/Kiritimati", "America/St_Johns",
]  # fmt: skip
TYPE_OF = {declared.prefix: name for name, declared in DECLARED.items()}
"""Entities by the prefix of their ids."""
DEEPEST = 4
"""Levels of entities that a drawn selection nests."""

TABLES: dict[str, list[dict[str, Any]]] = {
    "Team": world.TEAMS,
    "SalesRep": world.REPS,
    "ProductCategory": world.CATEGORIES,
    "Product": world.PRODUCTS,
    "Customer": world.CUSTOMERS,
    "Contact": world.CONTACTS,
    "Campaign": world.CAMPAIGNS,
    "CampaignMember": world.MEMBERS,
    **dict(zip(("Order", "OrderLine", "OrderCredit"), world._order_rows(), strict=True)),
    "Ticket": world.TICKETS,
    "TicketMessage": world.MESSAGES,
    "SalesTarget": world.TARGETS,
    "CommissionPlan": world.PLANS,
    "CommissionTier": world.TIERS,
    "PlanAssignment": world.ASSIGNMENTS,
}


def known_values() -> dict[tuple[str, str], list[Any]]:
    """The values the world holds in each column, by entity and the field's name in the API."""
    known: dict[tuple[str, str], list[Any]] = {}
    for entity, rows in TABLES.items():
        for row in rows:
            for column, value in row.items():
                if column.endswith("_minor") and value is not None:
                    places = world.EXPONENT.get(row.get("currency", "EUR"), 2)
                    column, value = column.removesuffix("_minor"), str(Decimal(value).scaleb(-places))
                name = re.sub(r"_(\w)", lambda match: match[1].upper(), column)
                values = known.setdefault((entity, name), [])
                if value is not None and value not in values:
                    values.append(value)
    return known


KNOWN = known_values()
EVERY: dict[type, list[Any]] = {
    kind: list(dict.fromkeys(value for values in KNOWN.values() for value in values if type(value) is kind))
    for kind in (str, dt.date, dt.datetime)
}


# --- values -------------------------------------------------------------------------------------------------


@dataclass
class Value:
    """An input value: as a literal, or in whole or in part as variables."""

    type: GraphQLInputType
    content: Any
    """A JSON leaf, or `Value`s in a list or a dict."""
    again: Callable[[], Value] | None = None
    """Draws another one in its place; values that become variables have it."""
    default: bool = False
    """As a variable: given as the operation's default, not by the request."""

    def json(self) -> Any:
        """The value as variables carry it."""
        match self.content:
            case list():
                return [item.json() for item in self.content]
            case dict():
                return {name: item.json() for name, item in self.content.items()}
            case _:
                return self.content

    def literal(self) -> str:
        """The value as GraphQL writes it."""
        return self.text(lambda value: "")

    def text(self, variable: Callable[[Value], str]) -> str:
        """The value as GraphQL writes it; `variable` names those that stand in variables, or gives ""."""
        if self.again is not None and (name := variable(self)):
            return name
        match self.content:
            case list():
                return "[" + ", ".join(item.text(variable) for item in self.content) + "]"
            case dict():
                return "{" + ", ".join(f"{name}: {item.text(variable)}" for name, item in self.content.items()) + "}"
            case str() if isinstance(get_named_type(self.type), GraphQLEnumType):
                return self.content
            case _:
                return json.dumps(self.content, ensure_ascii=False)


@dataclass
class Missing:
    """An argument without effect: its variable is not given, or it is null."""

    type: GraphQLInputType
    null: bool


Argument = Value | Missing


@dataclass
class Selected:
    """A field, or with `name` empty a fragment, with what is selected below it."""

    name: str = ""
    alias: str = ""
    arguments: dict[str, Argument] = field(default_factory=dict)
    condition: str = ""
    """Of a fragment: its type condition."""
    named: bool = False
    """Of a fragment: whether it stands apart, under a name."""
    directives: list[tuple[str, Value]] = field(default_factory=list)
    below: list[Selected] = field(default_factory=list)


@dataclass(frozen=True)
class Request:
    """An operation as it is sent."""

    query: str
    variables: dict[str, Any]


@dataclass(repr=False)
class Operation:
    """A drawn operation, which can be written with variables or without."""

    selections: list[Selected]

    def __repr__(self) -> str:
        return self.literal().query

    def literal(self) -> Request:
        """Everything in the document."""
        return _Writer(with_variables=False).write(self)

    def requests(self) -> tuple[Request, Request]:
        """The same document twice: with the drawn values in its variables, and with others."""
        writer = _Writer(with_variables=True)
        first = writer.write(self)
        others = {name: value.again().json() for name, value in writer.values.items() if not value.default}
        return first, Request(first.query, others | dict.fromkeys(writer.nulls))


class _Writer:
    def __init__(self, with_variables: bool) -> None:
        self.with_variables = with_variables
        self.declared: list[str] = []
        self.values: dict[str, Value] = {}
        self.nulls: list[str] = []
        self.fragments: list[str] = []

    def write(self, operation: Operation) -> Request:
        body = self.set(operation.selections)
        declared = f"query Drawn({', '.join(self.declared)}) " if self.declared else ""
        variables = {name: value.json() for name, value in self.values.items() if not value.default}
        variables |= dict.fromkeys(self.nulls)
        return Request("\n".join([declared + body, *self.fragments]), variables)

    def set(self, selections: Sequence[Selected]) -> str:
        return "{ " + " ".join(self.selected(each) for each in selections) + " }"

    def selected(self, one: Selected) -> str:
        directives = "".join(f" @{name}(if: {self.value(value)})" for name, value in one.directives)
        if not one.name:
            body = self.set(one.below)
            if not one.named:
                return f"...{' on ' + one.condition if one.condition else ''}{directives} {body}"
            name = f"F{len(self.fragments)}"
            self.fragments.append(f"fragment {name} on {one.condition} {body}")
            return f"...{name}{directives}"
        arguments = [
            f"{name}: {text}" for name, value in one.arguments.items() if (text := self.argument(value)) is not None
        ]
        return (
            (f"{one.alias}: " if one.alias else "")
            + one.name
            + (f"({', '.join(arguments)})" if arguments else "")
            + directives
            + (f" {self.set(one.below)}" if one.below else "")
        )

    def argument(self, value: Argument) -> str | None:
        if isinstance(value, Value):
            return self.value(value)
        if not self.with_variables:
            return "null" if value.null else None
        name = f"v{len(self.declared)}"
        self.declared.append(f"${name}: {value.type}")
        if value.null:
            self.nulls.append(name)
        return f"${name}"

    def value(self, value: Value) -> str:
        return value.text(self.variable)

    def variable(self, value: Value) -> str:
        if not self.with_variables:
            return ""
        name = f"v{len(self.declared)}"
        type_ = value.type.of_type if isinstance(value.type, GraphQLNonNull) else value.type
        self.declared.append(f"${name}: {type_}!" + (f" = {value.literal()}" if value.default else ""))
        self.values[name] = value
        return f"${name}"


# --- drawing ------------------------------------------------------------------------------------------------


class Artist:
    """Draws the parts of one operation, deciding by random bytes: where they are 0 or used up, in the simplest way.

    Bytes drawn at once are spread evenly, where thousands of small draws would be slow and much alike.
    """

    def __init__(self, decisions: bytes, schema: GraphQLSchema = GRAPHQL) -> None:
        self.decisions = decisions
        self.schema = schema
        assert schema.query_type
        self.query_type = schema.query_type
        self.types = [name for name in DECLARED if name in schema.type_map]
        """The entities of which single records may be asked for."""
        self.used = 0
        self.aliases = 0

    def number(self, low: int, high: int) -> int:
        """A whole number between two, both included."""
        if low >= high:
            return low
        taken = self.decisions[self.used : self.used + 2]
        self.used += 2
        return low + int.from_bytes(taken, "big") % (high - low + 1)

    def chance(self, percent: int) -> bool:
        """True so often."""
        return self.number(0, 99) >= 100 - percent

    def pick(self, items: Sequence[Any]) -> Any:
        """One of several."""
        return items[self.number(0, len(items) - 1)]

    def some(self, items: Sequence[Any], least: int, most: int) -> list[Any]:
        """Several different ones, in any order."""
        rest = list(items)
        return [rest.pop(self.number(0, len(rest) - 1)) for _ in range(min(len(rest), self.number(least, most)))]

    def alias(self) -> str:
        """A response key that no other field has."""
        self.aliases += 1
        return f"a{self.aliases}"

    # --- selections -----------------------------------------------------------------------------------------

    def operation(self) -> Operation:
        """One to three root fields."""
        fields = self.query_type.fields
        lists = [name for name, each in fields.items() if get_named_type(each.type).name.endswith("Connection")]
        names = [*fields, *lists, *lists, "nodes"]
        selections = [
            self.field(self.query_type, self.pick(names), DEEPEST) for _ in range(1 + self.chance(15) + self.chance(5))
        ]
        if self.chance(3):
            selections.append(Selected("__typename"))
        return Operation(self.decorated("Query", selections))

    def field(self, type_: GraphQLObjectType, name: str, depth: int, alone: bool = True) -> Selected:
        """A field with its arguments and what is selected below it. One with arguments has a key of its own."""
        definition = type_.fields[name]
        arguments = self.arguments(type_, name)
        returned = get_named_type(definition.type)
        one = Selected(name, arguments=arguments)
        if definition.args or type_ is self.query_type or not alone or self.chance(10):
            one.alias = self.alias()
        if not is_leaf_type(returned):
            if returned.name == "Node":
                ids = as_list(next(iter(arguments.values())).json())
                one.below = self.nodes({TYPE_OF[id_.partition("_")[0]] for id_ in ids}, depth)
            else:
                one.below = self.below(returned, depth)
        return one

    def below(self, type_: GraphQLObjectType, depth: int, alone: bool = True) -> list[Selected]:
        """What is selected on an object type."""
        deeper = depth - 1 if type_.name in DECLARED else depth
        names = [name for name in type_.fields if self.reachable(type_, name, deeper)]
        if type_.name.endswith("Connection"):
            names = [*names, *(name for name in ("nodes", "nodes", "edges", "pageInfo", "totalCount") if name in names)]
        most = 5 if type_.name in DECLARED else 3
        selections = [self.field(type_, name, deeper, alone) for name in dict.fromkeys(self.some(names, 1, most))]
        if self.chance(10):
            # A field once more under its key, to be merged; that takes the same arguments, letter by letter.
            composite = [
                one for one in selections if one.below and all(is_fixed(each) for each in one.arguments.values())
            ]
            if composite:
                one = self.pick(composite)
                again = self.below(get_named_type(type_.fields[one.name].type), deeper)
                selections.append(Selected(one.name, one.alias, one.arguments, below=again))
        if self.chance(5):
            selections.insert(self.number(0, len(selections)), Selected("__typename"))
        return self.decorated(type_.name, selections)

    def type(self, name: str) -> GraphQLObjectType:
        """An object type by its name."""
        return cast(GraphQLObjectType, self.schema.type_map[name])

    def reachable(self, type_: GraphQLObjectType, name: str, depth: int) -> bool:
        """Whether a field does not lead deeper than the drawing may go."""
        returned = get_named_type(type_.fields[name].type)
        if returned.name in DECLARED or returned.name.endswith("Edge"):
            return depth > 0
        return depth > 0 if returned.name.endswith("Connection") else True

    def nodes(self, asked: set[str], depth: int) -> list[Selected]:
        """What is selected on an interface: its fields, and fragments on types, whose keys must not meet."""
        types = list(dict.fromkeys([*sorted(asked), *self.some(self.types, 0, 2)]))
        fragments = [
            Selected(condition=name, named=self.chance(30), below=self.below(self.type(name), depth - 1, False))
            for name in types
        ]
        return [Selected("id"), *([Selected("__typename")] if self.chance(50) else []), *fragments]

    def decorated(self, type_name: str, selections: list[Selected]) -> list[Selected]:
        """Some of the selections put into fragments, or under directives."""
        if self.chance(8):
            cut = self.number(0, len(selections) - 1)
            inside = [Selected(condition=type_name, named=self.chance(50), below=selections[cut:])]
            if not inside[0].named and self.chance(30):
                inside[0].condition = ""
            selections = selections[:cut] + inside
        if self.chance(8):
            one = self.pick(selections)
            value = self.leaf(GraphQLNonNull(GraphQLBoolean), "", "")
            one.directives.append((self.pick(["include", "skip"]), value))
        return selections

    # --- arguments ------------------------------------------------------------------------------------------

    def arguments(self, type_: GraphQLObjectType, name: str) -> dict[str, Argument]:
        """The arguments of a field: those it needs, and some of those it takes."""
        definition = type_.fields[name]
        entity = get_named_type(definition.type).name.removesuffix("Connection").removesuffix("Group")
        arguments: dict[str, Argument] = {}
        for key, argument in definition.args.items():
            match key:
                case "after" | "before":
                    continue  # cursors come from answers
                case "first" | "last":
                    often = 40 if key == "first" else 15
                    if ("first" in arguments) or not self.chance(often):
                        continue
                    arguments[key] = self.sized(argument.type)
                case "from":
                    arguments |= self.days(argument.type)
                case "to":
                    continue  # comes with "from"
                case "where":
                    if self.chance(50 if type_ is self.query_type else 25):
                        arguments[key] = self.where(argument.type, self.number(1, 3))
                case "search":
                    if self.chance(12):
                        arguments[key] = self.leaf(argument.type, entity, "search")
                case "orderBy" if isinstance(get_named_type(argument.type), GraphQLEnumType):
                    if self.chance(60):
                        arguments[key] = self.leaf(argument.type, entity, key)
                case "orderBy":
                    if self.chance(40):
                        arguments[key] = self.order(argument.type)
                case "by":
                    arguments[key] = self.by(argument.type)
                case _:
                    arguments[key] = self.input(argument.type, entity, key)
            if not isinstance(argument.type, GraphQLNonNull) and key not in arguments and self.chance(3):
                arguments[key] = Missing(argument.type, null=key != "where" and self.chance(50))
        return arguments

    def days(self, type_: GraphQLInputType) -> dict[str, Argument]:
        """A period of at least a day, which may begin or end in the middle of those the world knows."""
        middle = dt.date(2026, 5, 10)
        starts = [*KNOWN["SalesTarget", "periodStart"], *(day for day in EVERY[dt.date] if day < middle)]
        ends = [*KNOWN["SalesTarget", "periodEnd"], *(day for day in EVERY[dt.date] if day > middle)]

        def near(days: Sequence[dt.date], outermost: Callable[..., dt.date]) -> str:
            return (outermost(self.pick(days), middle) + dt.timedelta(days=self.number(-1, 1))).isoformat()

        return {
            "from": self.maybe_variable(type_, lambda: near(starts, min)),
            "to": self.maybe_variable(type_, lambda: near(ends, lambda *days: max(days) + dt.timedelta(days=3))),
        }

    def sized(self, type_: GraphQLInputType) -> Value:
        """A page size: mostly smaller than what there is."""
        return self.maybe_variable(type_, lambda: self.pick([1, 2, 3, 5, 100]))

    def order(self, type_: GraphQLInputType) -> Value:
        """One to three different sort keys."""
        inner = get_named_type(type_)
        keys = inner.fields["field"].type
        directions = inner.fields["direction"].type
        names = list(get_named_type(keys).values)

        def draw() -> Value:
            items = []
            for name in self.some(names, 1, 3):
                item = {"field": Value(keys, name)}
                if self.chance(60):
                    item["direction"] = self.maybe_variable(directions, lambda: self.pick(["DESC", "ASC"]))
                items.append(Value(GraphQLNonNull(inner), item))
            return Value(type_, items)

        return self.whole(draw)

    def by(self, type_: GraphQLInputType) -> Value:
        """One to three group keys over different fields."""
        inner = get_named_type(type_)
        fields = list(get_named_type(inner.fields["field"].type).values)

        def draw() -> Value:
            items = []
            for name in self.some(fields, 1, 3):
                period = inner.fields.get("period")
                if period and name in get_named_type(get_named_type(period.type).fields["field"].type).values:
                    content = {"period": self.period(get_named_type(period.type), name)}
                else:
                    content = {"field": Value(inner.fields["field"].type, name)}
                items.append(Value(GraphQLNonNull(inner), content))
            return Value(type_, items)

        return self.whole(draw)

    def period(self, type_: GraphQLInputObjectType, name: str) -> Value:
        """A calendar period of a time or a date."""
        units = type_.fields["unit"].type
        zone = type_.fields["timeZone"].type
        content = {
            "field": Value(type_.fields["field"].type, name),
            "unit": self.maybe_variable(units, lambda: self.pick(list(get_named_type(units).values))),
        }
        if self.chance(70):
            content["timeZone"] = self.maybe_variable(zone, lambda: self.pick(ZONES))
        return Value(type_, content)

    def where(self, type_: GraphQLInputType, depth: int) -> Value:
        """Conditions on an entity."""
        inner = get_named_type(type_)
        entity = inner.name.removesuffix("Where")

        def draw() -> Value:
            plain = [name for name in inner.fields if get_named_type(inner.fields[name].type).name.endswith("Filter")]
            links = [name for name in inner.fields if name not in (*plain, "and", "or", "not")]
            content = {}
            for _ in range(self.number(0, 9) // 6 + 1):
                turn = self.number(0, 9)
                if depth <= 1 or turn < 5:
                    name = self.pick(plain)
                    content[name] = self.filter(inner.fields[name].type, entity, name)
                elif turn < 8 and links:
                    name = self.pick(links)
                    content[name] = self.link(inner.fields[name].type, depth - 1)
                elif turn == 8:
                    content["not"] = self.where(inner, depth - 1)
                else:
                    name = self.pick(["or", "and"])
                    items = [self.where(GraphQLNonNull(inner), depth - 1) for _ in range(self.number(0, 2))]
                    content[name] = Value(inner.fields[name].type, items)
            return Value(type_, content if depth > 1 or self.chance(90) else {})

        return self.whole(draw)

    def link(self, type_: GraphQLInputType, depth: int) -> Value:
        """Conditions on what an entity is linked with."""
        inner = get_named_type(type_)
        if inner.name.endswith("ListWhere"):
            names = self.some(["some", "every", "none"], 1, 2)
            return Value(type_, {name: self.where(inner.fields[name].type, depth) for name in names})
        return self.where(type_, depth)

    def filter(self, type_: GraphQLInputType, entity: str, name: str) -> Value:
        """One or two tests of a field's value."""
        inner = get_named_type(type_)

        def draw() -> Value:
            content = {}
            for operator in self.some(list(inner.fields), 1, 1 + self.chance(20)):
                wanted = inner.fields[operator].type
                if operator == "currency":
                    content[operator] = self.filter(wanted, entity, "currency")
                elif isinstance(wanted, GraphQLList):
                    content[operator] = self.list(wanted, entity, name)
                else:
                    content[operator] = self.leaf(wanted, entity, name, part=operator in PARTS)
            return Value(type_, content)

        return self.whole(draw)

    def input(self, type_: GraphQLInputType, entity: str, name: str) -> Value:
        """Any other argument: a leaf, a list of leaves, or an object with exactly one field."""
        bare = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        if isinstance(bare, GraphQLList):
            return self.list(type_, entity, name)
        if isinstance(bare, GraphQLInputObjectType):
            key = self.pick(list(bare.fields))
            return Value(type_, {key: self.leaf(bare.fields[key].type, entity, key)})
        return self.leaf(type_, entity, name)

    def list(self, type_: GraphQLInputType, entity: str, name: str) -> Value:
        """A list of leaves, which may be empty or hold one value twice."""
        inner = (type_.of_type if isinstance(type_, GraphQLNonNull) else type_).of_type
        return self.whole(
            lambda: Value(type_, [Value(inner, self.scalar(inner, entity, name)) for _ in range(self.number(0, 3))])
        )

    def leaf(self, type_: GraphQLInputType, entity: str, name: str, part: bool = False) -> Value:
        """A scalar or an enumeration's value."""
        return self.maybe_variable(type_, lambda: self.scalar(type_, entity, name, part))

    def maybe_variable(self, type_: GraphQLInputType, content: Callable[[], Any]) -> Value:
        """A leaf that stands in a variable now and then."""
        value = Value(type_, content())
        if self.chance(25):
            value.again = lambda: Value(type_, content())
            value.default = self.chance(15)
        return value

    def whole(self, draw: Callable[[], Value]) -> Value:
        """A composite value that stands in one variable now and then."""
        value = draw()
        if self.chance(8):
            value.again = draw
            value.default = self.chance(15)
        return value

    def scalar(self, type_: GraphQLInputType, entity: str, name: str, part: bool = False) -> Any:
        """A value that fits a leaf type: one that the field has in the world, one near it, or any."""
        leaf = get_named_type(type_)
        if isinstance(leaf, GraphQLEnumType):
            return self.pick(list(leaf.values))
        known = KNOWN.get((entity, name), [])
        match leaf.name:
            case "Boolean":
                return self.chance(50)
            case "ID":
                return self.id(entity)
            case "Int":
                return self.pick(known or [0, 1, 2, 10, 10_000, 2**31 - 2, -(2**31) + 1]) + self.number(-1, 1)
            case "Decimal":
                text = self.pick(known or ["0", "0.0001", "-1", "100", "1299.9", "99999999999.99"])
                return int(Decimal(text)) if self.chance(10) else text
            case "Date":
                return (self.pick(known or EVERY[dt.date]) + dt.timedelta(days=self.number(-1, 1))).isoformat()
            case "DateTime":
                return self.instant(self.pick(known or EVERY[dt.datetime]))
            case "TimeZone":
                return self.pick(ZONES)
            case _:
                return self.text(known, part or name == "search")

    def id(self, entity: str) -> str:
        """An id, mostly one that exists."""
        declared: Declaration = DECLARED.get(entity) or DECLARED[self.pick(self.types)]
        return f"{declared.prefix}_{self.number(1, len(TABLES.get(declared.name, ())) + 1)}"

    def instant(self, near: dt.datetime) -> str:
        """An instant, spelled in one of many ways."""
        moment = near + dt.timedelta(milliseconds=self.number(-1, 1), microseconds=self.pick([0, 0, 1, 500]))
        zone = dt.timezone(dt.timedelta(minutes=self.pick([0, 60, 480, -420, 345])))
        spelled = moment.astimezone(zone).isoformat(timespec=self.pick(["milliseconds", "microseconds"]))
        return spelled.replace("+00:00", self.pick(["Z", "+00:00"]))

    def text(self, known: Sequence[Any], part: bool) -> str:
        """Text that the field holds, a part of it, the same in other letters, or something nasty."""
        texts = [value for value in known if isinstance(value, str)]
        if self.chance(25):
            return self.pick(NASTY)
        text = self.pick(texts or EVERY[str])
        if part and self.chance(70):
            start = self.number(0, len(text))
            text = text[start : start + self.number(0, 4)] if self.chance(50) else text[:start]
        return self.pick([str, str.upper, str.lower, str.title])(text) if self.chance(40) else text


def is_fixed(value: Argument) -> bool:
    """Whether no part of an argument stands in a variable."""
    if isinstance(value, Missing) or value.again is not None:
        return False
    match value.content:
        case list() as items:
            return all(is_fixed(item) for item in items)
        case dict() as items:
            return all(is_fixed(item) for item in items.values())
        case _:
            return True


def as_list(value: Any) -> list[Any]:
    """A list, of one where it is none."""
    return value if isinstance(value, list) else [value]


PARTS = ("contains", "startsWith", "endsWith")


def operation(decisions: bytes, schema: GraphQLSchema = GRAPHQL) -> tuple[Operation, Request, Request]:
    """An operation, its request with variables, and the same document with other values in them."""
    drawn = Artist(decisions, schema).operation()
    return drawn, *drawn.requests()


decisions = st.binary(min_size=3000, max_size=3000)
operations = decisions.map(operation)


# --- walks through pages ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Walk:
    """A list to be walked through: its path from the root, and the arguments that every page shares."""

    before: str
    """What opens it: `node(id: "cus_1") { ... on Customer {`, or nothing."""
    name: str
    arguments: str
    after: str
    """What closes it."""
    size: int

    def query(self, direction: str, selection: str) -> str:
        """A query for a page, `first` or `last`: one document for all pages, with size and cursors in variables."""
        paging = f"{direction}: $size, after: $after, before: $before"
        arguments = f"({self.arguments + ', ' if self.arguments else ''}{paging})"
        variables = "($size: Int!, $after: String, $before: String)"
        return f"query Walk{variables} {{ {self.before} list: {self.name}{arguments} {{ {selection} }} {self.after} }}"


def walk(decisions: bytes) -> Walk:
    """A root list or a list of one row, filtered and sorted in any way, and a page size."""
    artist = Artist(decisions)
    entity = artist.pick(["Query", "Query", *DECLARED])
    type_ = artist.type(entity)
    lists = [name for name, each in type_.fields.items() if get_named_type(each.type).name.endswith("Connection")]
    if not lists:
        entity, type_ = "Query", artist.query_type
        lists = [name for name in type_.fields if name in {each.plural for each in DECLARED.values()}]
    name = artist.pick(lists)
    definitions = type_.fields[name].args
    arguments: dict[str, Value] = {}
    if artist.chance(30):
        arguments["where"] = artist.where(definitions["where"].type, 2)
    if artist.chance(85):
        arguments["orderBy"] = artist.order(definitions["orderBy"].type)
    written = ", ".join(f"{key}: {value.literal()}" for key, value in arguments.items())
    size = artist.pick([1, 2, 3, 5])
    if entity == "Query":
        return Walk("", name, written, "", size)
    return Walk(f'node(id: "{artist.id(entity)}") {{ ... on {entity} {{', name, written, "} }", size)


walks = st.binary(min_size=400, max_size=400).map(walk)
