"""The entries of a batch are looked at column by column where they are alike: they come to what one by one they do."""

from __future__ import annotations

import copy
import random
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
    is_required_input_field,
)

from compiler import values as values_module
from compiler.values import Misfit, alike, coercion
from errors import UserError
from models import Customer, Team, Ticket
from models.base import Record
from models.database import Database
from resolvers import verbs as verbs_module
from resolvers.customer import NewCustomer
from resolvers.order import NewOrder
from resolvers.ticket import NewTicket
from resolvers.verbs import (
    ABSENT,
    Absent,
    Changes,
    Length,
    PartialOf,
    Range,
    Rule,
    Rules,
    Shape,
    clean,
    plainly_right,
    shape_of,
)
from schema import CATALOG, GRAPHQL, STRUCTURAL
from schema.kit.mutation import _object_reading

BATCHES = ("CreateTicketsInput", "CreateOrdersInput", "CreateCustomersInput", "UpdateCustomersInput")
OTHERS = ("OrderSort", "OrderGroupBy", "StringFilter")
"""Types whose values decide the text of the SQL, or that have exactly one field."""
ENTITIES: dict[str, Any] = {
    "CreateTicketsInput": NewTicket,
    "CreateOrdersInput": NewOrder,
    "CreateCustomersInput": NewCustomer,
    "UpdateCustomersInput": Annotated[Changes, PartialOf(NewCustomer, "Customer")],
}
TEXTS = ("  padded ", "", " ", "Zoe\u0308", "x\0y", "\ud800", "\u2800", "x" * 301, "9.99", "EUR")
"""What is not as it is stored, or wrong in some places."""
PREFIXES = {"customer": "cus", "contact": "con", "product": "prd", "order": "ord", "team": "tea", "campaign": "cmp"}
WRONG_IDS = ("cus_0", "nothing", "tkt_99999999999999999999", "xyz_1")
ODD: tuple[Any, ...] = (None, True, 0, -1, 7, 2**31, 1.5, "", [], {}, ["x"], {"x": 1})
"""What stands where something else should."""


def entry_type(name: str) -> GraphQLInputObjectType:
    input_type = GRAPHQL.type_map[name]
    assert isinstance(input_type, GraphQLInputObjectType)
    if name not in BATCHES:
        return input_type
    named = get_named_type(input_type.fields["items"].type)
    assert isinstance(named, GraphQLInputObjectType)
    return named


def good(chance: random.Random, type_: GraphQLInputType, name: str = "", depth: int = 0) -> Any:
    """A value that fits the type of a field, though the business may refuse it, which it mostly does not."""
    if isinstance(type_, GraphQLNonNull):
        type_ = type_.of_type
    elif chance.random() < 0.1:
        return None
    match type_:
        case GraphQLList():
            return [good(chance, type_.of_type, name, depth) for _ in range(chance.randint(0, 3))]
        case GraphQLInputObjectType():
            return entry(chance, type_, depth + 1)
        case GraphQLEnumType():
            return chance.choice(list(type_.values))
    if chance.random() < 0.96:
        text = {"country": "DE", "currency": "EUR", "language": "de", "timeZone": "Europe/Berlin"}
        known = text.get(name, chance.choice(("Leaky tap", "Zoë", "https://example.com")))
        whose = PREFIXES.get(name.removesuffix("Id"), {"id": "cus", "parentId": "cus"}.get(name, "rep"))
    else:
        known, whose = chance.choice(TEXTS), chance.choice(("cus", "rep"))
    id_ = f"{whose}_{chance.randint(1, 999)}" if chance.random() < 0.98 else chance.choice(WRONG_IDS)
    return {
        "Int": lambda: chance.choice((1, 1, 1, 7, 500, 0, 10_001, 2**31 - 1)),
        "Boolean": lambda: chance.random() < 0.5,
        "ID": lambda: id_,
        "Decimal": lambda: chance.choice(("1", "9.99", "9.99", "20", "0.001")),
        "Date": lambda: chance.choice(("2026-01-31", "2026-02-28")),
        "DateTime": lambda: chance.choice(("2026-01-31T09:30:00Z", "2026-01-31T10:30:00.5+01:00")),
    }.get(get_named_type(type_).name, lambda: known)()


def entry(chance: random.Random, type_: GraphQLInputObjectType, depth: int = 0) -> dict[str, Any]:
    """Some of an object's fields, fewer the deeper it lies: all that it needs, or the one that it has."""
    likely = 0.4 / (1 + depth) if len(type_.fields) < 30 else 0.05 / (1 + depth)
    chosen = [
        name for name, field in type_.fields.items() if is_required_input_field(field) or chance.random() < likely
    ]
    if type_.is_one_of:
        chosen = [chance.choice(list(type_.fields))]
    return {name: good(chance, type_.fields[name].type, name, depth) for name in chosen}


def batch(chance: random.Random, type_: GraphQLInputObjectType) -> list[dict[str, Any]]:
    """Entries that are mostly of one form, and of values that mostly fit."""
    first = entry(chance, type_)
    entries = [dict(first) for _ in range(chance.randint(8, 12))]
    for name in first:
        if chance.random() < 0.7:
            pool = [good(chance, type_.fields[name].type, name) for _ in range(chance.randint(1, 3))]
            for each in entries:
                each[name] = chance.choice(pool)
    if chance.random() < 0.05:
        for each in entries:
            each["nothing"] = 1
    for _ in range(chance.choice((0, 0, 0, 1, 2))):
        odd = chance.choice(entries)
        match chance.randint(0, 3):
            case 0 if odd:
                odd[chance.choice(list(odd))] = chance.choice(ODD)
            case 1 if odd:
                del odd[chance.choice(list(odd))]
            case 2:
                odd[chance.choice(list(type_.fields))] = chance.choice(ODD)
            case 3:
                odd["nothing"] = 1
    return entries


def one_by_one(type_: GraphQLInputType, values: list[Any]) -> tuple[list[Any], list[Hashable]] | None:
    """What values come to, and what they add to the shape; None where one does not fit."""
    shape: list[Hashable] = []
    try:
        return [coercion(type_, STRUCTURAL)(value, shape) for value in values], shape
    except Misfit:
        return None


@pytest.mark.parametrize("name", [*BATCHES, *OTHERS])
def test_variables_come_to_the_same(name: str) -> None:
    chance, type_, used, left = random.Random(name), entry_type(name), 0, 0
    for _ in range(1500):
        entries = batch(chance, type_)
        expected = one_by_one(type_, copy.deepcopy(entries))
        found = alike(type_, STRUCTURAL)(entries)
        if found is None:
            left += 1
            continue
        used += 1
        values, each = found
        assert expected is not None, entries
        assert (list(values), list(each * len(entries))) == expected
        assert repr(list(values)) == repr(expected[0])  # 1 is True, and 1.0, to Python
    assert (used > 100) is not type_.is_one_of, f"{used} lists of entries that are alike were looked at together"
    assert left > 100, "there is nothing odd among these entries"


@pytest.mark.parametrize("name", [*BATCHES, *OTHERS, "TicketWhere"])
def test_what_is_wrong_is_told_in_the_same_words(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    chance, type_ = random.Random(name), entry_type(name)
    listed = GraphQLNonNull(GraphQLList(GraphQLNonNull(type_)))

    def told(entries: list[Any]) -> object:
        shape: list[Hashable] = []
        try:
            return repr(coercion(listed, STRUCTURAL)(entries, shape)), shape
        except Misfit as misfit:
            return misfit.steps, misfit.why, misfit.bare

    batches = [batch(chance, type_) for _ in range(500)]
    together = [told(entries) for entries in batches]
    monkeypatch.setattr(values_module, "MANY", 10**9)
    assert together == [told(entries) for entries in batches]
    assert {type(each[0]) for each in together} == {str, list}  # type: ignore[index]


def read_entries(shape: Shape, entries: list[dict[str, Any]]) -> list[Any]:
    reading = _object_reading(shape, CATALOG, "items")
    return list(reading(entries, lambda entity, field: pytest.fail("no conditions stand here")))


@pytest.mark.parametrize("name", ENTITIES)
def test_entries_are_read_and_cleaned_to_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """From JSON to what a verb is called with, and what of it is refused."""
    chance, type_, each = random.Random(name), entry_type(name), shape_of(ENTITIES[name])
    shape = Shape("list", item=each)
    plain = 0
    for _ in range(1500):
        coerced = one_by_one(type_, batch(chance, type_))
        if coerced is None:
            continue
        entries = coerced[0]
        read = read_entries(each, entries)
        assert repr(read) == repr([made for one in entries for made in read_entries(each, [one])])
        errors: list[UserError] = []
        cleaned = clean(shape, read, ("items",), errors)
        right = plainly_right(each, read)
        with monkeypatch.context() as patched:
            patched.setattr(verbs_module, "MANY", 10**9)
            others: list[UserError] = []
            assert repr(clean(shape, read, ("items",), others)) == repr(cleaned)
            assert errors == others
        if right:
            plain += 1
            assert errors == []
            assert repr(cleaned) == repr(read)
    assert (plain > 20) is not each.partial, "nothing of this is plainly right"


@dataclass(frozen=True)
class Span:
    """Two numbers of which the second is the greater one, where both are given."""

    start: int
    end: int | Absent = ABSENT

    rules: ClassVar[Rules] = (Rule(lambda start, end: [] if start < end else ["wrong"], ("start", "end")),)


LETTERS = Shape("text", length=Length(3, least=2))
BOUNDS: list[tuple[Shape, list[Any], bool]] = [
    (LETTERS, ["ab", "abc"], True),
    (LETTERS, ["ab", "a"], False),
    (LETTERS, ["ab", "abcd"], False),
    (LETTERS, ["ab", "a\0b"], False),
    (LETTERS, ["ab", b"ab"], False),
    (Shape("int", range=Range(1, 9)), [1, 9], True),
    (Shape("int", range=Range(1, 9)), [1, 10], False),
    (Shape("int", range=Range(1, 9)), [0, 9], False),
    (Shape("int"), [1, True], False),
    (Shape("int"), [1, None], False),
    (Shape("int", nullable=True), [1, None], True),
    (Shape("int", nullable=True), [None, None], True),
    (Shape("int", optional=True), [ABSENT, ABSENT], True),
    (Shape("int", optional=True), [ABSENT, 1], False),
    (Shape("int"), [ABSENT, ABSENT], False),
    (Shape("bool"), [True, 1], False),
    (Shape("list", item=Shape("int"), length=Length(2, least=1)), [[1], [1, 2]], True),
    (Shape("list", item=Shape("int"), length=Length(2, least=1)), [[1], []], False),
    (Shape("list", item=Shape("int"), length=Length(2, least=1)), [[1], [1, 2, 3]], False),
    (Shape("list", item=Shape("int")), [[1], [], [None]], False),
    (Shape("list", item=Shape("int")), [[1], None], False),
    (shape_of(Span), [Span(1), Span(1, 2)], False),
    (shape_of(Span), [Span(1), Span(7)], True),
    (shape_of(Span), [Span(1, 2), Span(1, 3)], True),
    (shape_of(Span), [Span(1, 2), Span(3, 3)], False),
    (LETTERS, ["\u00e9" * 10**6] * 8, False),
]


@pytest.mark.parametrize(("shape", "values", "right"), BOUNDS)
def test_what_is_plainly_right_is_within_its_bounds(shape: Shape, values: list[Any], right: bool) -> None:
    assert plainly_right(shape, values) is right
    if right:
        errors: list[UserError] = []
        there = [value for value in values if value is not ABSENT]
        assert [clean(shape, value, ("it",), errors) for value in there] == there
        assert errors == []


ROWS: list[tuple[type[Record], list[dict[str, Any]]]] = [
    (Team, [{"name": "North", "id": 1}, {"name": "South", "id": 2}]),
    (Team, [{"name": "North"}, {"name": "South", "id": 2}]),
    (Team, [{"name": "North"}]),
    (Team, []),
    (Team, [{"name": "North", "nothing": 1}, {"name": "South", "nothing": 2}]),
    (
        Ticket,
        [{"issue": "a", "priority": "HIGH", "customer_id": 1}, {"issue": "b", "priority": None, "customer_id": 2}],
    ),
    (Customer, [{"name": "a", "owner_id": None, "country": "DE"}, {"name": "b", "owner_id": 3, "country": None}]),
    (Customer, [{"name": "a", "owner_id": "4"}, {"name": "b", "owner_id": 3}]),
]


@pytest.mark.parametrize(("model", "rows"), ROWS)
async def test_records_are_the_same(own_world: Database, model: type[Record], rows: list[dict[str, Any]]) -> None:
    made, others = model.many(rows), [model(**row) for row in rows]
    assert list(map(vars, made)) == list(map(vars, others))
    for record, other in zip(made, others, strict=True):
        assert {name: type(value) for name, value in vars(record).items()} == {
            name: type(value) for name, value in vars(other).items()
        }
    assert len({id(vars(record)["_await_when_save"]) for record in made}) == len(made)
    alike_rows = len(rows) > 1 and len(set(map(tuple, rows))) == 1 and "nothing" not in rows[0]
    assert model._plain(rows) is (alike_rows and rows[0].get("priority") is None and rows[0].get("owner_id") != "4")


def test_before_there_is_a_database_records_are_made_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Models do not know all of their columns by then."""
    monkeypatch.setattr(Team._meta, "default_connection", None)
    assert not Team._plain([{"name": "North"}, {"name": "South"}])
