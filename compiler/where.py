"""Conditions: a `where` argument, read as data, becomes the plan's predicates."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from compiler.catalog import Catalog, Entity, Filter, Kind, ToMany, ToOne
from compiler.plan import All, AnyOf, Condition, Exists, Not, Rows, Test, Words
from compiler.text import fold
from compiler.values import Given, Param, Word
from errors import BadInput

LONGEST_LIST = 100
"""Values a list in a filter may have."""
DEEPEST = 12
"""Levels a `where` may nest."""
LONGEST_TEXT = 1000
"""Characters of a text to compare with."""
FINEST = Decimal(1).scaleb(-4)
"""Decimals and money are compared in ten-thousandths."""
MOST = Decimal(2**63).scaleb(-4)
"""Of these there must be fewer than 64 bits hold."""
MILLISECOND = dt.timedelta(milliseconds=1)
LAST = "\U0010ffff"
"""Sorts after every text, so `x >= prefix AND x < prefix || LAST` is what starts with it, and an index serves it."""

TYPES: Mapping[Kind, str] = {
    Kind.ID: "bigint",
    Kind.TEXT: "text",
    Kind.CODE: "text",
    Kind.ENUM: "text",
    Kind.INT: "bigint",
    Kind.BOOL: "boolean",
    Kind.DATE: "date",
    Kind.INSTANT: "instant",
    Kind.DECIMAL: "bigint",
    Kind.MONEY: "bigint",
}
TEXT_OPERATORS = ("contains", "startsWith", "endsWith")
EQUALITY = ("eq", "ne", "in", "notIn")
ORDERING = ("gt", "gte", "lt", "lte")

OPERATORS: Mapping[Kind, tuple[str, ...]] = {
    Kind.ID: EQUALITY,
    Kind.TEXT: EQUALITY + TEXT_OPERATORS,
    Kind.CODE: EQUALITY,
    Kind.ENUM: EQUALITY,
    Kind.INT: EQUALITY + ORDERING,
    Kind.BOOL: ("eq",),
    Kind.DATE: EQUALITY + ORDERING,
    Kind.INSTANT: EQUALITY + ORDERING,
    Kind.DECIMAL: EQUALITY + ORDERING,
    Kind.MONEY: EQUALITY + ORDERING,
}
"""The operators that make sense for a kind of value; every one of them also has `isNull`."""


def text(value: Any) -> str:
    """Text both databases can hold, NFC as all that is stored. Raises `BadInput` for NUL, lone surrogates and text past
    the limit."""
    if not isinstance(value, str):
        raise BadInput("must be text.")
    if len(value) > LONGEST_TEXT:
        raise BadInput(f"must be at most {LONGEST_TEXT} characters long, got {len(value)}.")
    if "\0" in value:
        raise BadInput("must not contain the NUL character (U+0000).")
    if value.isascii():
        return value
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        raise BadInput("must not contain half a surrogate pair; send whole characters.")
    return unicodedata.normalize("NFC", value)


def ten_thousandths(value: Any) -> int:
    """A decimal as a whole number of ten-thousandths."""
    number = Decimal(value)
    # Comparing is exact however many digits there are; multiplying would round to 28 of them.
    if not -MOST < number < MOST:
        raise BadInput("must be less than 922,337,203,685,477.")
    if number.quantize(FINEST) != number:
        raise BadInput("must have at most four decimals.")
    return int(number.scaleb(4))


def searched(value: Any) -> list[str]:
    """The folded words of a search: at most ten."""
    words = fold(text(value)).split()
    if len(words) > 10:
        raise BadInput(f"must be at most 10 words, got {len(words)}.")
    return words


def converter(kind: Kind, catalog: Catalog, entity: Entity | None = None, operator: str = "eq") -> Callable[[Any], Any]:
    """What turns a value of a kind into what the database compares with, by an operator."""
    match kind:
        case Kind.ID if entity is not None:
            return partial(catalog.number, entity)
        case Kind.TEXT | Kind.CODE:
            return text
        case Kind.DECIMAL | Kind.MONEY:
            return ten_thousandths
        case Kind.INSTANT:
            return partial(_instant, operator)
        case _:
            return _same


def _same(value: Any) -> Any:
    return value


def _instant(operator: str, value: dt.datetime) -> dt.datetime | None:
    """An instant in whole milliseconds, as all that are stored: one between two of them is none of those, is after what
    is after the first, and before what is before the second."""
    if not (finer := value.microsecond % 1000):
        return value
    if operator in EQUALITY:
        return None
    first = value - dt.timedelta(microseconds=finer)
    if operator in ("gt", "lte"):
        return first
    try:
        return first + MILLISECOND
    except OverflowError:  # the calendar's last one
        return value


def _each(convert: Callable[[Any], Any], values: Any) -> list[Any]:
    if len(values) > LONGEST_LIST:
        raise BadInput(f"must have at most {LONGEST_LIST} values, got {len(values)}. Ask in several requests.")
    return [convert(value) for value in values]


def _prefix(value: Any) -> str:
    return fold(text(value))


def _past_prefix(value: Any) -> str:
    return fold(text(value)) + LAST


class Conditions:
    """Reads `where` and `search` arguments of one request against the catalog, under the viewer's row rules."""

    def __init__(self, catalog: Catalog, visible: Callable[[str], str]) -> None:
        self.catalog = catalog
        self.visible = visible

    def where(self, entity: Entity, given: Any, label: str) -> Condition:
        """The conditions of an `XWhere` object, all of which must hold."""
        if (depth := _levels(entity, self.catalog, given)) > DEEPEST:
            raise BadInput(
                f"{label} nests {depth} levels deep, {depth - DEEPEST} more than the {DEEPEST} allowed. Flatten it."
            )
        return self._where(entity, given, label)

    def _where(self, entity: Entity, given: Any, label: str) -> Condition:
        items: list[Condition] = []
        for name, value in given.items():
            here = f"{label}.{name}"
            if value is None:
                raise BadInput(f"{here} is null. Leave it out, or use `isNull` to find rows without a value.")
            if name in ("and", "or"):
                if len(value) > LONGEST_LIST:
                    raise BadInput(f"{here} must have at most {LONGEST_LIST} conditions, got {len(value)}.")
                branches = tuple(self._where(entity, item, here) for item in value)
                items.append(All(branches) if name == "and" else AnyOf(branches))
            elif name == "not":
                items.append(Not(self._where(entity, value, here)))
            elif name in entity.filters:
                items.append(self._field(entity.filters[name], value, here))
            else:
                items.append(self._related(entity, name, value, here))
        return items[0] if len(items) == 1 else All(tuple(items))

    def identified(self, entity: Entity, given: Mapping[str, Any]) -> Condition:
        """The one row that another unique key names; case does not matter."""
        named = {name: value for name, value in given.items() if value is not None}
        if len(named) != 1:
            raise BadInput("identifier must have exactly one field, and that not null.")
        ((name, value),) = named.items()
        return Test("eq", entity.filters[name].folded, (Param(value, "text", _prefix),))

    def search(self, entity: Entity, given: Given) -> Condition:
        """Every word occurs in one of the entity's searched fields."""
        return Words(entity.search, Param(given, "texts", searched))

    def _related(self, entity: Entity, name: str, value: Any, label: str) -> Condition:
        link = entity.fields[name]
        assert isinstance(link, ToOne | ToMany)
        target = self.catalog.entities[link.target]

        def exists(where: Condition) -> Condition:
            return Exists(Rows(target, link, self.visible(target.name), where))

        if isinstance(link, ToOne):
            found = exists(self._where(target, value, label))
            if "id" not in value:
                return found
            # What is asked of the target's id is asked of the foreign key too, whose index then serves.
            key = Filter("id", Kind.ID, link.key, prefix=target.prefix)
            return All((self._field(key, value["id"] or {}, f"{label}.id"), found))
        items: list[Condition] = []
        for quantifier, inner in value.items():
            if inner is None:
                raise BadInput(f"{label}.{quantifier} is null. Leave it out; {{}} stands for any.")
            condition = self._where(target, inner, f"{label}.{quantifier}")
            match quantifier:
                case "some":
                    items.append(exists(condition))
                case "none":
                    items.append(Not(exists(condition)))
                case _:
                    items.append(Not(exists(Not(condition))))
        return All(tuple(items))

    def _field(self, item: Filter, given: Mapping[str, Any], label: str) -> Condition:
        owner = self.catalog.by_prefix.get(item.prefix)
        tests: list[Condition] = []
        for operator, value in given.items():
            here = f"{label}.{operator}"
            convert = converter(item.kind, self.catalog, owner, operator)
            if value is None:
                raise BadInput(
                    f"{here} is null, which would match nothing. Use `isNull: true` to find rows without a value."
                )
            if operator == "isNull":
                tests.append(Test("null" if value.value else "given", item.sql))
            elif operator == "currency":
                assert item.currency
                tests.append(self._field(Filter("currency", Kind.CODE, item.currency), value, here))
            elif operator in TEXT_OPERATORS:
                tests.append(self._text(operator, item, value))
            elif operator in ("in", "notIn"):
                if operator == "in" and item.folded:
                    tests.append(Test("in", item.folded, (self._list(item.kind, _prefix, value, here),)))
                tests.append(Test(operator, item.sql, (self._list(item.kind, convert, value, here),)))
            else:
                if operator == "eq" and item.folded:
                    # What is the same is the same folded too, and that has the index.
                    tests.append(Test("eq", item.folded, (Param(value, "text", _prefix),)))
                literal = item.kind is Kind.ENUM and not value.route
                param = Word(value.value) if literal else Param(value, TYPES[item.kind], convert)
                tests.append(Test(operator, item.sql, (param,)))
        return tests[0] if len(tests) == 1 else All(tuple(tests))

    def _text(self, operator: str, item: Filter, value: Given) -> Test:
        params = [Param(value, "text", _prefix)]
        if operator == "startsWith":
            params.append(Param(value, "text", _past_prefix))
        return Test(operator, item.folded, tuple(params))

    def _list(self, kind: Kind, convert: Callable[[Any], Any], value: Any, label: str) -> Param:
        if isinstance(value, list):
            if any(item is None for item in value):
                raise BadInput(f"{label} has a null in it. Leave it out.")
            value = tuple(value) or Given([], label)
        return Param(value, TYPES[kind] + "s", partial(_each, convert))


def _levels(entity: Entity, catalog: Catalog, given: Any) -> int:
    """How many levels of conditions a `where` nests: a branch, a negation and a link each add one."""
    depth, level = 0, [(entity, given)]
    while level:
        depth += 1
        inside: list[tuple[Entity, Any]] = []
        for owner, conditions in level:
            for name, value in conditions.items():
                if value is None or name in owner.filters:
                    continue
                if name in ("and", "or"):
                    inside += [(owner, item) for item in value]
                elif name == "not":
                    inside.append((owner, value))
                else:
                    link = owner.fields[name]
                    assert isinstance(link, ToOne | ToMany)
                    target = catalog.entities[link.target]
                    parts = [value] if isinstance(link, ToOne) else value.values()
                    inside += [(target, part) for part in parts if part is not None]
        level = inside
    return depth
