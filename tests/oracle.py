"""Answers a query slowly and obviously, from rows held in Python: the compiled answer must equal it byte for byte.

With the product it shares the schema, the entities' declarations, the state machines, and what it means to fold
text; nothing else.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import unicodedata
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cmp_to_key
from typing import Any
from zoneinfo import ZoneInfo

from graphql import (
    FieldNode,
    FloatValueNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    VariableNode,
    get_named_type,
    parse,
)

import models
from access import Viewer
from compiler.text import fold
from resolvers import machines
from schema import GRAPHQL
from schema.kit import declare
from schema.kit.declare import DECLARED, Declaration

Row = Any
"""A row of a table: an instance of its Tortoise model."""
Args = Mapping[str, Any]
Fields = Sequence[FieldNode]
"""The fields that share one response key: their selections are merged."""

LIVES = {models.Order: machines.ORDER, models.Ticket: machines.TICKET, models.Campaign: machines.CAMPAIGN}
DECIMALS = {"JPY": 0, "KWD": 3}
"""Decimals of the currencies that do not have two."""
PAGE = 20
"""Rows of a page whose size is not given."""
ABSENT: Any = object()
"""A variable that was not given."""


@dataclass(frozen=True)
class Money:
    """An amount in a currency's smallest coins."""

    minor: int
    currency: str

    @property
    def amount(self) -> Decimal:
        """The amount in whole units."""
        return Decimal(self.minor).scaleb(-DECIMALS.get(self.currency, 2))


def camel(name: str) -> str:
    """`order_date` → `orderDate`."""
    return re.sub(r"_(\w)", lambda match: match[1].upper(), name)


def printed(value: Any) -> Any:
    """A column's value as JSON has it."""
    match value:
        case Enum():
            return value.value
        case dt.datetime():
            return value.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        case dt.date():
            return value.isoformat()
        case _:
            return value


def compact(value: Any) -> str:
    """JSON without a needless character."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def as_list(value: Any) -> list[Any]:
    """A list, where GraphQL lets a single item stand for a list of one."""
    return value if isinstance(value, list) else [value]


def half_up(number: Fraction) -> int:
    """The nearest whole number; halves go away from zero."""
    nearest = (abs(number) + Fraction(1, 2)).__floor__()
    return nearest if number >= 0 else -nearest


def decimals(ten_thousandths: int) -> str:
    """12345 → "1.2345"."""
    return str(Decimal(ten_thousandths).scaleb(-4))


# --- conditions on one value --------------------------------------------------------------------------------


def meets(value: Any, tests: Args) -> bool:
    """Whether a value meets all tests of a filter such as `{gte: 3, lt: 5}`."""
    return all(meets_one(value, operator, given) for operator, given in tests.items())


def meets_one(value: Any, operator: str, given: Any) -> bool:
    """One test. Where there is no value, only `isNull`, `ne` and `notIn` hold: nothing is ever unknown."""
    match operator:
        case "isNull":
            return (value is None) is given
        case "ne":
            return not meets_one(value, "eq", given)
        case "notIn":
            return not meets_one(value, "in", given)
        case "in":
            return any(meets_one(value, "eq", item) for item in as_list(given))
        case "currency":
            return meets(None if value is None else value.currency, given)
    if value is None:
        return False
    match operator:
        case "contains":
            return fold(given) in fold(value)
        case "startsWith":
            return fold(value).startswith(fold(given))
        case "endsWith":
            return fold(value).endswith(fold(given))
    x, y = comparable(value, given)
    match operator:
        case "eq":
            return x == y
        case "gt":
            return x > y
        case "gte":
            return x >= y
        case "lt":
            return x < y
        case "lte":
            return x <= y
    raise ValueError(operator)


def comparable(value: Any, given: Any) -> tuple[Any, Any]:
    """A row's value and one of a request, brought to the same type."""
    match value:
        case Money():
            return value.amount, Decimal(str(given))
        case dt.datetime():
            return nanoseconds(printed(value)), nanoseconds(given)
        case dt.date():
            return value, dt.date.fromisoformat(given)
        case Enum():
            return value.value, given
        case str():
            return value, unicodedata.normalize("NFC", given)
        case _:
            return value, given


def nanoseconds(instant: str) -> int:
    """An instant as RFC 3339 spells it, in nanoseconds since the year 1970."""
    second, fraction, offset = re.fullmatch(r"(.{19})(?:\.(\d+))?(.+)", instant.upper()).groups("")  # type: ignore[union-attr]
    return int(dt.datetime.fromisoformat(second + offset).timestamp()) * 10**9 + int(fraction.ljust(9, "0"))


def compare(a: Sequence[Any], b: Sequence[Any], descending: Sequence[bool]) -> int:
    """Which of two rows' sort keys comes first: negative if `a` does. No value comes last in either direction."""
    for x, y, down in zip(a, b, descending, strict=True):
        if x == y:
            continue
        if x is None or y is None:
            return 1 if x is None else -1
        return -1 if (x < y) is not down else 1
    return 0


# --- the calendar -------------------------------------------------------------------------------------------


def first_day(day: dt.date, unit: str) -> dt.date:
    """The first day of the period that holds a day."""
    match unit:
        case "WEEK":
            return day - dt.timedelta(days=day.weekday())
        case "MONTH":
            return day.replace(day=1)
        case "QUARTER":
            return day.replace(month={1: 1, 2: 4, 3: 7, 4: 10}[(day.month + 2) // 3], day=1)
        case "YEAR":
            return day.replace(month=1, day=1)
        case _:
            return day


def period_start(value: Any, unit: str, zone: str) -> Any:
    """When the period begins that an instant or a date falls into; for an instant midnight by the zone's clocks."""
    if not isinstance(value, dt.datetime):
        return first_day(value, unit)
    here = ZoneInfo(zone)
    midnight = dt.datetime.combine(first_day(value.astimezone(here).date(), unit), dt.time())
    # Clocks that are set back over midnight strike it twice; the day counts from the second.
    return max(midnight.replace(tzinfo=here, fold=fold_).astimezone(dt.UTC) for fold_ in (0, 1))


# --- figures of one row -------------------------------------------------------------------------------------


BELONGS: Mapping[str, Mapping[str, str]] = {
    "CampaignMember": {"campaign_id": "Campaign", "customer_id": "Customer"},
    "CommissionTier": {"plan_id": "CommissionPlan"},
    "OrderCredit": {"order_id": "Order"},
    "OrderLine": {"order_id": "Order"},
    "OrderReturn": {"order_id": "Order"},
    "OrderReturnLine": {"order_return_id": "OrderReturn"},
    "OrderReturnCredit": {"order_return_id": "OrderReturn"},
    "PlanAssignment": {"rep_id": "SalesRep"},
    "SalesTarget": {"rep_id": "SalesRep", "team_id": "Team"},
    "TargetRevision": {"target_id": "SalesTarget"},
    "TicketMessage": {"ticket_id": "Ticket"},
    "TicketStatusChange": {"ticket_id": "Ticket"},
}
"""What is removed along with what it belongs to; a whole stands before its parts' parts."""


class Company:
    """All rows of a database that have not been removed, and the figures worked out from them."""

    def __init__(self, rows: Mapping[str, Iterable[Row]], currency: str) -> None:
        self.currency = currency
        self.rows: dict[str, dict[int, Row]] = {
            name: {row.id: row for row in table if getattr(row, "deleted_at", None) is None}
            for name, table in rows.items()
        }
        for name, wholes in BELONGS.items():
            for key, whole in wholes.items():
                there: Container[int | None] = {None, *self.rows[whole]}
                self.rows[name] = {id_: row for id_, row in self.rows[name].items() if getattr(row, key) in there}

    @classmethod
    async def load(cls) -> Company:
        """Read every table of the database that was opened last."""
        organisation = await models.Organisation.get(id=1)
        rows = {name: await declared.table.all() for name, declared in DECLARED.items()}
        rows["OrderReturnCredit"] = await models.OrderReturnCredit.all()
        return cls(rows, organisation.currency)

    def all(self, entity: str) -> Iterable[Row]:
        """Every row of an entity."""
        return self.rows[entity].values()

    def sales(self) -> Iterable[Row]:
        """The orders that were confirmed, and not called off since."""
        return (
            order
            for order in self.all("Order")
            if order.confirmed_at is not None and order.status is not models.OrderStatus.CANCELLED
        )

    def lifetime_value(self, customer: Row) -> Money:
        """What the customer's sales come to, tax included, less what was refunded."""
        sold = sum(o.base_total_minor for o in self.sales() if o.customer_id == customer.id)
        orders = {order.id for order in self.all("Order") if order.customer_id == customer.id}
        refunded = sum(each.base_total_minor for each in self.all("OrderReturn") if each.order_id in orders)
        return Money(sold - refunded, self.currency)

    def last_order_at(self, customer: Row) -> dt.datetime | None:
        """When the customer last confirmed an order that was not called off."""
        return max((o.confirmed_at for o in self.sales() if o.customer_id == customer.id), default=None)

    def member_count(self, campaign: Row) -> int:
        """How many customers a campaign is addressed to."""
        return sum(member.campaign_id == campaign.id for member in self.all("CampaignMember"))

    def actual_sales(self, rep: Row, start: dt.date, end: dt.date) -> Money:
        """The rep's shares of the sales that count for a day of the period, less those of what came back in it; the
        period's end is the day after its last."""
        counted = {order.id for order in self.sales() if start <= order.confirmed_on < end}
        credited = (c for c in self.all("OrderCredit") if c.rep_id == rep.id and c.order_id in counted)
        taken_off = (
            each for each in self.all("OrderReturnCredit") if each.rep_id == rep.id and start <= each.returned_on < end
        )
        minor = sum(each.base_amount_minor for each in credited) - sum(each.base_amount_minor for each in taken_off)
        return Money(minor, self.currency)

    def sales_target(self, rep: Row, start: dt.date, end: dt.date) -> Money | None:
        """Each target counts for the share of its days that lie in the period; their sum is rounded, and null if none
        has a day there."""
        parts = []
        for target in self.all("SalesTarget"):
            shared = (min(end, target.period_end) - max(start, target.period_start)).days
            if target.rep_id == rep.id and start < end and shared > 0:
                days = (target.period_end - target.period_start).days
                parts.append(Fraction(target.amount_minor * shared, days))
        return Money(half_up(sum(parts, Fraction())), self.currency) if parts else None

    def attainment(self, rep: Row, start: dt.date, end: dt.date) -> str | None:
        """Actual sales over target, to four decimals; null without a target to divide by."""
        target = self.sales_target(rep, start, end)
        if target is None or target.minor == 0:
            return None
        return decimals(half_up(Fraction(self.actual_sales(rep, start, end).minor * 10_000, target.minor)))

    def commission(self, rep: Row, start: dt.date, end: dt.date) -> Money | None:
        """What the tiers of the plan in force on the first day pay; each reaches from one share of the target to
        another, and nothing is rounded before the end."""
        target = self.sales_target(rep, start, end)
        plans = [
            assignment.plan_id
            for assignment in self.all("PlanAssignment")
            if assignment.rep_id == rep.id
            and assignment.starts_on <= start
            and (assignment.ends_on is None or start < assignment.ends_on)
        ]
        if target is None or target.minor == 0 or not plans:
            return None
        (plan,) = plans
        whole = self.rows["CommissionPlan"][plan].tier_mode is models.TierMode.WHOLE
        actual = self.actual_sales(rep, start, end).minor
        earned = Fraction(0)
        for tier in self.all("CommissionTier"):
            if tier.plan_id != plan:
                continue
            low = Fraction(target.minor * tier.from_bps, 10_000)
            high = None if tier.to_bps is None else Fraction(target.minor * tier.to_bps, 10_000)
            if whole:
                paid_on = Fraction(actual if actual >= low and (high is None or actual < high) else 0)
            else:
                paid_on = max(Fraction(0), (actual if high is None else min(Fraction(actual), high)) - low)
            earned += paid_on * tier.rate_bps / 10_000
        return Money(half_up(earned), self.currency)

    @staticmethod
    def allowed_transitions(row: Row) -> list[str]:
        """The verbs that a row's status allows."""
        return list(LIVES[type(row)].allowed(row.status))

    FORMULAS: Mapping[str, Callable[..., Any]] = {
        "allowedTransitions": lambda _, row: Company.allowed_transitions(row),
        "lifetimeValue": lifetime_value,
        "lastOrderAt": last_order_at,
        "memberCount": member_count,
        "actualSales": actual_sales,
        "salesTarget": sales_target,
        "attainment": attainment,
        "commission": commission,
    }

    # --- fields and links of one row ------------------------------------------------------------------------

    def value(self, entity: str, row: Row, name: str, given: Args | None = None) -> Any:
        """The value of a field that is no link: a column's value, Money, or what a formula gives."""
        declaration = DECLARED[entity]
        if name == "id":
            return f"{declaration.prefix}_{row.id}"
        if name == "viewerCanUpdate":
            return True
        match item_of(declaration, name):
            case (column, declare.Column() as item):
                return getattr(row, item.source or column)
            case (column, declare.Money() as item):
                minor = getattr(row, item.minor or f"{column}_minor")
                return None if minor is None else Money(minor, self.currency if item.base else row.currency)
            case (_, declare.Formula()):
                days = [dt.date.fromisoformat((given or {})[name]) for name in ("from", "to") if name in (given or {})]
                return self.FORMULAS[name](self, row, *days)
        raise KeyError(name)

    def linked(self, entity: str, row: Row, name: str) -> Row | None:
        """The row at the other end of a to-one link; none if it has been removed."""
        column, item = item_of(DECLARED[entity], name)
        return self.rows[item.target].get(getattr(row, f"{column}_id"))

    def related(self, entity: str, row: Row, name: str) -> list[Row]:
        """The rows at the other end of a to-many link."""
        _, item = item_of(DECLARED[entity], name)
        if item.via:
            (between,) = (each for each, its in DECLARED.items() if its.table._meta.db_table == item.via.table)
            far = {getattr(each, item.via.far) for each in self.all(between) if getattr(each, item.via.near) == row.id}
            return [each for each in self.all(item.target) if each.id in far]
        return [each for each in self.all(item.target) if getattr(each, f"{item.by}_id") == row.id]

    def where(self, entity: str, row: Row, conditions: Args) -> bool:
        """Whether a row meets all conditions of a `where`."""
        for name, given in conditions.items():
            match name:
                case "and":
                    holds = all(self.where(entity, row, each) for each in as_list(given))
                case "or":
                    holds = any(self.where(entity, row, each) for each in as_list(given))
                case "not":
                    holds = not self.where(entity, row, given)
                case _:
                    holds = self._where_field(entity, row, name, given)
            if not holds:
                return False
        return True

    def _where_field(self, entity: str, row: Row, name: str, given: Args) -> bool:
        _, item = item_of(DECLARED[entity], name)
        match item:
            case declare.One():
                target = self.linked(entity, row, name)
                return target is not None and self.where(item.target, target, given)
            case declare.Many():
                found = self.related(entity, row, name)
                hits = {
                    quantifier: [self.where(item.target, each, inner) for each in found]
                    for quantifier, inner in given.items()
                }
                return (
                    any(hits.get("some", [True]))
                    and all(hits.get("every", [True]))
                    and not any(hits.get("none", [False]))
                )
            case _:
                return meets(self.value(entity, row, name), given)

    def found(self, entity: str, row: Row, words: str) -> bool:
        """Whether every word occurs in one of the texts that `search` looks into."""
        texts = [fold(text) for text in self.texts(entity, row)]
        return all(any(word in text for text in texts) for word in fold(words).split())

    def texts(self, entity: str, row: Row) -> list[str]:
        """The texts of a row that `search` looks into."""
        return [getattr(row, name) or "" for name in DECLARED[entity].search]

    def told(self, entity: str, rows: Iterable[Row]) -> list[Row]:
        """The rows a figure is worked out from: none where only crowds may be told of, and they are too few."""
        return list(rows)

    def sort_key(self, entity: str, row: Row, key: str) -> Any:
        """What a row is sorted by: text folded, money on one scale for all currencies, links by the target's name."""
        declaration = DECLARED[entity]
        if key == "ID":
            return row.id
        for name, item in (*declaration.fields.items(), *COMMON.items()):
            if isinstance(item, declare.One) and key.startswith(name.upper() + "_") and item.sort:
                target = self.linked(entity, row, camel(name))
                return None if target is None else fold(getattr(target, DECLARED[item.target].shown))
            if name.upper() != key:
                continue
            value = self.value(entity, row, camel(name))
            if value is None:
                return None
            if isinstance(value, Money):
                one_currency = isinstance(item, declare.Formula) or item.base
                return value.minor if one_currency else int(value.amount * 10_000)
            if isinstance(item, declare.Column) and item.rank:
                return item.rank.index(value.value) + 1
            folded = f"{getattr(item, 'source', '') or name}_fold" in declaration.table._meta.fields_map
            return fold(value) if folded else printed(value)
        raise KeyError(key)


COMMON = {
    "version": declare.Column(""),
    "created_at": declare.Column(""),
    "updated_at": declare.Column(""),
}
"""What every record has without declaring it."""


def item_of(declaration: Declaration, name: str) -> tuple[str, Any]:
    """The declared field of this name in the API: its name in Python, and what it is."""
    for python_name, item in (*declaration.fields.items(), *COMMON.items()):
        if camel(python_name) == name:
            return python_name, item
    if name in ("id", "viewerCanUpdate"):
        return name, declare.Column("")
    raise KeyError(f"{declaration.name}.{name}")


def order_of(text: str) -> list[tuple[str, bool]]:
    """A declared order as (key, whether it descends): `-ORDER_DATE` is newest first."""
    return [(key.removeprefix("-"), key.startswith("-")) for key in text.split()]


# --- answering ----------------------------------------------------------------------------------------------


def answer(company: Company, query: str, variables: Args | None, viewer: Viewer) -> bytes:
    """The whole response to a valid operation, the only one of its document."""
    return compact({"data": Execution(company, query, variables or {}, viewer).run()}).encode()


class Execution:
    """One operation, answered field by field."""

    def __init__(self, company: Company, query: str, variables: Args, viewer: Viewer) -> None:
        definitions = parse(query).definitions
        (self.operation,) = (each for each in definitions if isinstance(each, OperationDefinitionNode))
        self.fragments = {each.name.value: each for each in definitions if isinstance(each, FragmentDefinitionNode)}
        self.company = company
        self.viewer = viewer
        self.variables = {
            each.variable.name.value: self.read(each.default_value)
            for each in self.operation.variable_definitions or ()
            if each.default_value is not None
        } | dict(variables)

    def run(self) -> dict[str, Any]:
        """The answer under `data`."""
        return {
            key: "Query" if fields[0].name.value == "__typename" else self.root(fields)
            for key, fields in self.select("Query", [self.operation]).items()
        }

    # --- what is asked --------------------------------------------------------------------------------------

    def read(self, node: Any) -> Any:
        """A value as it was written, variables replaced by what they stand for."""
        match node:
            case VariableNode():
                return self.variables.get(node.name.value, ABSENT)
            case NullValueNode():
                return None
            case IntValueNode():
                return int(node.value)
            case FloatValueNode():
                return Decimal(node.value)
            case ListValueNode():
                return [self.read(item) for item in node.values]
            case ObjectValueNode():
                read = {field.name.value: self.read(field.value) for field in node.fields}
                return {name: value for name, value in read.items() if value is not ABSENT}
            case _:
                return node.value

    def given(self, field: FieldNode) -> dict[str, Any]:
        """The arguments of a field; those that are null or left out are not there."""
        read = {argument.name.value: self.read(argument.value) for argument in field.arguments or ()}
        return {name: value for name, value in read.items() if value is not ABSENT and value is not None}

    def included(self, node: Any) -> bool:
        """Whether `@skip` and `@include` let a selection stand."""
        for directive in node.directives or ():
            if self.read(directive.arguments[0].value) is (directive.name.value == "skip"):
                return False
        return True

    def select(self, type_name: str, nodes: Sequence[Any]) -> dict[str, list[FieldNode]]:
        """The fields selected below nodes on an object type, by response key, in the order they first appear in."""
        found: dict[str, list[FieldNode]] = {}
        spread: set[str] = set()

        def applies(condition: Any) -> bool:
            name = condition.name.value if condition else type_name
            interfaces = {each.name for each in GRAPHQL.type_map[type_name].interfaces}
            return name == type_name or name in interfaces

        def walk(node: Any) -> None:
            for each in node.selection_set.selections if node.selection_set else ():
                if not self.included(each):
                    continue
                if isinstance(each, FieldNode):
                    found.setdefault((each.alias or each.name).value, []).append(each)
                elif isinstance(each, InlineFragmentNode) and applies(each.type_condition):
                    walk(each)
                elif isinstance(each, FragmentSpreadNode) and each.name.value not in spread:
                    spread.add(each.name.value)
                    fragment = self.fragments[each.name.value]
                    if applies(fragment.type_condition):
                        walk(fragment)

        for node in nodes:
            walk(node)
        return found

    def object(self, type_name: str, fields: Fields, field: Callable[[str, Fields], Any]) -> dict[str, Any]:
        """An object: `field` gives the value of each selected field but `__typename`."""
        return {
            key: type_name if inner[0].name.value == "__typename" else field(inner[0].name.value, inner)
            for key, inner in self.select(type_name, fields).items()
        }

    # --- objects --------------------------------------------------------------------------------------------

    def root(self, fields: Fields) -> Any:
        """The value of a field of the query type."""
        name, given = fields[0].name.value, self.given(fields[0])
        if name == "viewer":
            return self.object("Viewer", fields, self.viewer_field)
        if name == "rateLimit":
            return None  # where the engine is asked, nobody counts
        if name == "node":
            return self.node(given["id"], fields)
        if name == "nodes":
            return [self.node(id_, fields) for id_ in as_list(given["ids"])]
        returned = get_named_type(GRAPHQL.query_type.fields[name].type).name
        if "id" in given:
            return self.node(given["id"], fields)
        if "identifier" in given:
            ((key, value),) = given["identifier"].items()
            rows = self.company.all(returned)
            hits = [row for row in rows if fold(self.company.value(returned, row, key)) == fold(value)]
            return self.entity(returned, hits[0], fields) if hits else None
        entity = returned.removesuffix("Connection")
        return self.connection(entity, self.company.all(entity), DECLARED[entity].order, fields)

    def node(self, id_: str, fields: Fields) -> Any:
        """The row of a global id, of whichever entity."""
        prefix, _, number = id_.partition("_")
        (entity,) = (name for name, declared in DECLARED.items() if declared.prefix == prefix)
        row = self.company.rows[entity].get(int(number))
        return None if row is None else self.entity(entity, row, fields)

    def viewer_field(self, name: str, fields: Fields) -> Any:
        """A field of who asks."""
        if name == "roles":
            return list(self.viewer.roles or [self.viewer.role])
        if name != "salesRep":
            return getattr(self.viewer, name)
        return None if self.viewer.rep_id is None else self.node(f"rep_{self.viewer.rep_id}", fields)

    def entity(self, entity: str, row: Row, fields: Fields) -> dict[str, Any]:
        """A row as an object."""

        def field(name: str, inner: Fields) -> Any:
            _, item = item_of(DECLARED[entity], name)
            match item:
                case declare.One():
                    target = self.company.linked(entity, row, name)
                    return None if target is None else self.entity(item.target, target, inner)
                case declare.Many():
                    rows = self.company.related(entity, row, name)
                    return self.connection(item.target, rows, item.order or DECLARED[item.target].order, inner)
                case _:
                    return self.shown(self.company.value(entity, row, name, self.given(inner[0])), inner)

        return self.object(entity, fields, field)

    def shown(self, value: Any, fields: Fields) -> Any:
        """A value as it is printed; money as an object, or a list of objects."""
        if isinstance(value, list):
            return [self.shown(each, fields) for each in value]
        if not isinstance(value, Money):
            return printed(value)
        parts = {"amount": str(value.amount), "minorUnits": str(value.minor), "currency": value.currency}
        return self.object("Money", fields, lambda name, _: parts[name])

    # --- connections ----------------------------------------------------------------------------------------

    def connection(self, entity: str, rows: Iterable[Row], default_order: str, fields: Fields) -> dict[str, Any]:
        """A list in pages: filtered, sorted, then cut."""
        company, given = self.company, self.given(fields[0])
        rows = [
            row
            for row in rows
            if company.where(entity, row, given.get("where", {}))
            and company.found(entity, row, given.get("search", ""))
        ]
        order = [
            (key["field"], key.get("direction", "ASC") == "DESC") for key in as_list(given.get("orderBy", []))
        ] or order_of(default_order)
        # What ties is ordered by id, in the direction of the last key.
        descending = [down for _, down in order] + [order[-1][1]]

        def keys(row: Row) -> list[Any]:
            return [*(company.sort_key(entity, row, key) for key, _ in order), row.id]

        def cursor(row: Row) -> str:
            named = ",".join(f"{key}:{'DESC' if down else 'ASC'}" for key, down in order)
            return compact([f"{entity} {named}", *keys(row)]).encode().hex()

        def side(row: Row, of: str) -> int:
            return compare(keys(row), json.loads(bytes.fromhex(of))[1:], descending)

        rows.sort(key=cmp_to_key(lambda a, b: compare(keys(a), keys(b), descending)))
        # The page is rows[start:end], which lies between the cursors.
        start, end = 0, len(rows)
        if "after" in given:
            start = sum(side(row, given["after"]) <= 0 for row in rows)
        if "before" in given:
            end = sum(side(row, given["before"]) < 0 for row in rows)
        if start < end and "last" in given:
            start = max(start, end - given["last"])
        elif start < end:
            end = min(end, start + given.get("first", PAGE))
        page = rows[start:end]

        def field(name: str, inner: Fields) -> Any:
            match name:
                case "nodes":
                    return [self.entity(entity, row, inner) for row in page]
                case "edges":
                    return [
                        self.object(f"{entity}Edge", inner, lambda name, of, row=row: edge(name, of, row))
                        for row in page
                    ]
                case "pageInfo":
                    state = {
                        "hasNextPage": end < len(rows),
                        "hasPreviousPage": start > 0,
                        "startCursor": cursor(page[0]) if page else None,
                        "endCursor": cursor(page[-1]) if page else None,
                    }
                    return self.object("PageInfo", inner, lambda name, _: state[name])
                case "totalCount":
                    return len(company.told(entity, rows))
                case "aggregate":
                    return self.aggregate(entity, company.told(entity, rows), inner)
                case _:
                    return self.groups(entity, rows, inner)

        def edge(name: str, inner: Fields, row: Row) -> Any:
            return cursor(row) if name == "cursor" else self.entity(entity, row, inner)

        return self.object(f"{entity}Connection", fields, field)

    # --- figures over many rows -----------------------------------------------------------------------------

    def aggregate(self, entity: str, rows: Sequence[Row], fields: Fields) -> dict[str, Any]:
        """Figures over rows: `count`, and sums, averages and extremes of fields."""

        def function(name: str, inner: Fields) -> Any:
            if name == "count":
                return len(rows)
            return self.object(
                f"{entity}{name.capitalize()}", inner, lambda measure, of: self.shown(figure(name, measure), of)
            )

        def figure(function: str, measure: str) -> Any:
            found = [(value, row) for row in rows if (value := self.company.value(entity, row, measure)) is not None]
            values = [value for value, _ in found]
            _, item = item_of(DECLARED[entity], measure)
            if not isinstance(item, declare.Money):
                return plain_figure(function, values)
            if item.base:  # all in the organisation's currency
                return (
                    Money(money_figure(function, [each.minor for each in values]), values[0].currency)
                    if values
                    else None
                )
            # Others are a figure for each currency, told of by itself.
            return [
                Money(money_figure(function, [value.minor for value in values if value.currency == currency]), currency)
                for currency in sorted({value.currency for value in values})
                if self.company.told(entity, [row for value, row in found if value.currency == currency])
            ]

        return self.object(f"{entity}Aggregate", fields, function)

    def groups(self, entity: str, rows: Sequence[Row], fields: Fields) -> list[dict[str, Any]]:
        """Rows that share a value, a linked row or a calendar period, with figures over each group."""
        given = self.given(fields[0])
        keys = [self.group_key(entity, by) for by in as_list(given["by"])]
        found: dict[tuple[Any, ...], list[Row]] = {}
        for row in rows:
            found.setdefault(tuple(of(row) for _, of, _ in keys), []).append(row)
        found = {key: kept for key, members in found.items() if (kept := self.company.told(entity, members))}

        def place(group: tuple[tuple[Any, ...], list[Row]]) -> Any:
            values = zip(group[0], keys, strict=True)
            by_key = [(value is None, 0 if value is None else rank.get(value, value)) for value, (_, _, rank) in values]
            return by_key if given.get("orderBy") == "KEY" else (-len(group[1]), by_key)

        def show(values: tuple[Any, ...], members: list[Row]) -> dict[str, Any]:
            shared = dict(zip((name for name, _, _ in keys), values, strict=True))

            def field(name: str, inner: Fields) -> Any:
                if name == "aggregate":
                    return self.aggregate(entity, members, inner)
                _, item = item_of(DECLARED[entity], name)
                if not isinstance(item, declare.One):
                    return shared.get(name)
                target = self.company.rows[item.target].get(shared.get(name))
                return None if target is None else self.entity(item.target, target, inner)

            return self.object(f"{entity}Group", fields, field)

        return [show(*group) for group in sorted(found.items(), key=place)[: given.get("first", 100)]]

    def group_key(self, entity: str, by: Args) -> tuple[str, Callable[[Row], Any], dict[Any, int]]:
        """The field that rows are grouped by, what of a row decides its group (of a link, the id it leads to, if
        there is something there to see), and the places of an enumeration's values that do not sort by name.
        """
        period = by.get("period")
        wanted = (period or by)["field"]
        (python_name,) = (name for name in (*DECLARED[entity].fields, *COMMON) if name.upper() == wanted)
        name = camel(python_name)
        item = DECLARED[entity].fields.get(python_name)
        ranks = item.rank if isinstance(item, declare.Column) else ()

        def key(row: Row) -> Any:
            if isinstance(item, declare.One):
                id_ = getattr(row, f"{python_name}_id")
                return id_ if id_ in self.company.rows[item.target] else None
            value = self.company.value(entity, row, name)
            if period and value is not None:
                value = period_start(value, period["unit"], period.get("timeZone", "UTC"))
            return printed(value)

        return name, key, {value: place for place, value in enumerate(ranks)}


def money_figure(function: str, minors: list[int]) -> int:
    """Sum, mean or extreme of amounts in one currency, in its smallest coins."""
    match function:
        case "sum":
            return sum(minors)
        case "average":
            return half_up(Fraction(sum(minors), len(minors)))
        case "min":
            return min(minors)
        case _:
            return max(minors)


def plain_figure(function: str, values: list[Any]) -> Any:
    """Sum, mean or extreme of whole numbers, or extreme of dates; null over nothing."""
    if not values:
        return None
    match function:
        case "sum":
            return str(sum(values))
        case "average":
            return decimals(half_up(Fraction(sum(values) * 10_000, len(values))))
        case "min":
            return min(values)
        case _:
            return max(values)
