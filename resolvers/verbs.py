"""What a verb is: an async function whose typed signature says what it takes, checked alike from every caller.

A parameter's annotation is `Annotated[type, bounds…, "description"]`. Types are str, int, bool, Decimal, date,
datetime, a `Choice`, a `Ref` to a record, `Money`, a frozen dataclass of such fields, and lists of these. `| None`
lets null clear, `= ABSENT` lets the parameter be left out, in which case what is stored stays.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import inspect
import itertools
import re
import reprlib
import types
import typing
import unicodedata
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Any, Final, Literal, TypeVar, Union

from tortoise.models import Model

from compiler.money import CURRENCIES, exponent
from errors import Refused, UserError, UserErrorCode
from models.fields import MONEY_LIMIT, Choice

if typing.TYPE_CHECKING:
    from resolvers.write import Call

F = TypeVar("F", bound=Callable[..., Awaitable[Any]])


class Absent(Enum):
    """The type of what was not given."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT
"""Not given: what is stored stays."""


@dataclass(frozen=True, slots=True)
class Ref:
    """Marks an int as the id of a record: `CustomerId = Annotated[int, Ref("Customer")]`."""

    entity: str


@dataclass(frozen=True, slots=True)
class Length:
    """Bounds of a text's length after trimming, or of a list's."""

    most: int
    least: int = 0


@dataclass(frozen=True, slots=True)
class Range:
    """Bounds of a whole number."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Matching:
    """Marks a parameter as conditions on an entity, the same as its lists take; the verb gets a `Matched` query."""

    entity: str


@dataclass(frozen=True, slots=True)
class Flat:
    """Marks a dataclass parameter whose fields are the verb's own arguments in the API."""


@dataclass(frozen=True, slots=True)
class PartialOf:
    """Marks a mapping that holds any of a dataclass's fields: what is left out stays as it is."""

    cls: type
    identified: str = ""
    """In a batch, the entity to change: each mapping then has an `id`, and may have an `expected_version`."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A check of arguments against one another, made together with the checks of their form.

    A dataclass lists its rules as `rules: ClassVar[Rules]`, a verb of plain parameters in `@verb(…, rules=…)`.
    """

    check: Callable[..., Iterable[UserError]]
    """Takes the arguments that `reads` names, in that order, and tells what is wrong with them together."""
    reads: tuple[str, ...]
    """What the check reads: `("start_date", "end_date")`, or inside an argument `("tiers.from_bps", "tiers.to_bps")`,
    which is handed over once and whole. It is not made where one of these is malformed or was left out."""


Rules = tuple[Rule, ...]

Changes = Mapping[str, Any]
"""Columns to be changed, with their new values."""


@dataclass(frozen=True, slots=True)
class Matched:
    """A query for the ids of the records that conditions match."""

    sql: str
    args: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one currency, as somebody states it."""

    amount: Decimal
    currency: str

    def minor(self) -> int:
        """The amount in minor units. Raises `Refused` for what the currency cannot express."""
        if self.currency not in CURRENCIES:
            raise Refused(
                UserError(
                    UserErrorCode.INVALID,
                    f"{self.currency[:8]!r} is no ISO 4217 currency code.",
                    ("currency",),
                )
            )
        places = exponent(self.currency)
        most = Decimal(MONEY_LIMIT).scaleb(-places)
        if not (self.amount.is_finite() and 0 <= self.amount <= most):
            raise Refused(
                UserError(UserErrorCode.INVALID, f"An amount is from 0 to {most} {self.currency}.", ("amount",))
            )
        # Comparing is exact however many digits there are; multiplying would round to 28 of them.
        stored = self.amount.quantize(Decimal(1).scaleb(-places))
        if stored != self.amount:
            raise Refused(
                UserError(
                    UserErrorCode.INVALID,
                    f"{self.currency} has {places or 'no'} decimals, this amount has more. Round it first.",
                    ("amount",),
                )
            )
        return int(stored.scaleb(places))


@dataclass(frozen=True, slots=True)
class NoId:
    """What stands where an id should, and why it is none."""

    message: str


class BatchPolicy(Choice):
    """What becomes of a batch when some of its entries cannot be written."""

    REJECT_ALL = "REJECT_ALL", "Nothing is written."
    SKIP_ROW = "SKIP_ROW", "The good entries are written."


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one entry of a batch: the record, or why there is none."""

    record: Model | None
    errors: tuple[UserError, ...] = ()
    also: Mapping[str, Sequence[Model]] | None = None
    """Other records that are shown of it, by the names that `Also` gives them."""


@dataclass(frozen=True, slots=True)
class Also:
    """Marks a batch whose rows show other records besides the one that is written."""

    name: str
    entity: str
    description: str


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of the entries of a batch, in their order."""

    rows: tuple[Row, ...]


Many = Callable[["Call", Sequence[Any]], Awaitable[Sequence[Row]]]
"""Makes records of what each is to be, and nothing else of those that are wrong."""


async def make_one(call: Call, many: Many, new: Any) -> Any:
    """The record that `many` makes of one. Raises `Refused`."""
    (row,) = await many(call, [new])
    if row.record is None:
        raise Refused(*row.errors)
    return row.record


ShapeKind = Literal[
    "text", "int", "bool", "decimal", "date", "instant", "choice", "id", "money", "object", "list", "matching"
]


@dataclass(frozen=True)
class Shape:
    """What a value must be."""

    kind: ShapeKind
    nullable: bool = False
    optional: bool = False
    description: str = ""
    cls: type | None = None
    """Of a choice or an object: its class."""
    entity: str = ""
    """Of an id or conditions: the entity."""
    item: Shape | None = None
    length: Length | None = None
    range: Range | None = None
    default: Any = ABSENT
    fields: Mapping[str, Shape] = field(default_factory=dict)
    rules: Rules = ()
    flat: bool = False
    partial: bool = False


_SIMPLE: Mapping[type, ShapeKind] = {
    str: "text",
    int: "int",
    bool: "bool",
    Decimal: "decimal",
    dt.datetime: "instant",
    dt.date: "date",
    Money: "money",
}


def shape_of(annotation: Any, default: Any = inspect.Parameter.empty) -> Shape:
    """The shape an annotation describes."""
    marks: list[Any] = []
    nullable = optional = False
    while True:
        origin = typing.get_origin(annotation)
        if origin is typing.Annotated:
            annotation, *more = typing.get_args(annotation)
            marks += more
        elif origin in (Union, types.UnionType):
            members = list(typing.get_args(annotation))
            nullable = nullable or type(None) in members
            optional = optional or Absent in members
            members = [member for member in members if member not in (type(None), Absent)]
            if len(members) != 1:
                raise TypeError(f"{annotation} has more than one type")
            annotation = members[0]
        else:
            break
    about: dict[str, Any] = {
        "nullable": nullable,
        "optional": optional or default is not inspect.Parameter.empty,
        "description": next((mark for mark in marks if isinstance(mark, str)), ""),
        "length": next((mark for mark in marks if isinstance(mark, Length)), None),
        "range": next((mark for mark in marks if isinstance(mark, Range)), None),
    }
    if default is not inspect.Parameter.empty:
        about["default"] = default
    for mark in marks:
        if isinstance(mark, Ref):
            return Shape("id", entity=mark.entity, **about)
        if isinstance(mark, Matching):
            return Shape("matching", entity=mark.entity, **about)
        if isinstance(mark, PartialOf):
            return Shape(
                "object",
                cls=mark.cls,
                fields=partial_shapes(mark),
                rules=getattr(mark.cls, "rules", ()),
                flat=not mark.identified,
                partial=True,
                **about,
            )
    about["flat"] = any(isinstance(mark, Flat) for mark in marks)
    if typing.get_origin(annotation) is list:
        return Shape("list", item=shape_of(typing.get_args(annotation)[0]), **about)
    if annotation in _SIMPLE:
        return Shape(_SIMPLE[annotation], **about)
    if isinstance(annotation, type) and issubclass(annotation, Choice):
        return Shape("choice", cls=annotation, **about)
    if dataclasses.is_dataclass(annotation):
        about |= {"cls": annotation, "rules": getattr(annotation, "rules", ())}
        return Shape("object", fields=object_shapes(annotation), **about)  # type: ignore[arg-type]
    raise TypeError(f"{annotation} is no type a verb can take")


@functools.cache
def object_shapes(cls: type) -> Mapping[str, Shape]:
    """The shapes of a dataclass's fields."""
    hints = typing.get_type_hints(cls, include_extras=True)
    shapes = {}
    for item in dataclasses.fields(cls):
        default = inspect.Parameter.empty if item.default is dataclasses.MISSING else item.default
        shapes[item.name] = shape_of(hints[item.name], default)
    return shapes


def partial_shapes(mark: PartialOf) -> Mapping[str, Shape]:
    """The shapes of a dataclass's fields, each of which may be left out."""
    shapes = {
        name: dataclasses.replace(shape, optional=True, default=ABSENT)
        for name, shape in object_shapes(mark.cls).items()
    }
    if not mark.identified:
        return shapes
    about = "The `version` you read: if the record has moved on since, it is not changed."
    return {
        "id": Shape("id", entity=mark.identified, description="Which one."),
        "expected_version": Shape("int", optional=True, nullable=True, description=about),
        **shapes,
    }


@dataclass(frozen=True)
class Verb:
    """A verb: its function, what it takes, what it returns, and how it is described."""

    name: str
    """As the API calls it: `createCustomer`."""
    function: Callable[..., Awaitable[Any]]
    description: str
    parameters: Mapping[str, Shape]
    returns: Any
    creates: bool
    """Whether it takes an idempotency key."""
    rules: Rules = ()
    before: Callable[..., Awaitable[Any]] | None = None
    """What takes long and is done before the transaction; the verb finds its result in `Call.prepared`."""
    many: Many | None = None
    """What makes several records, each as one call does by itself."""

    @property
    def versioned(self) -> bool:
        """Whether it changes one record that the caller has read: it then takes `expectedVersion`."""
        return "id" in self.parameters

    def given(self, arguments: Mapping[str, Any]) -> set[str]:
        """What arguments are given, as the API calls them; `items.ownerId` if any entry of `items` has one."""
        names: set[str] = set()
        for name in self.parameters.keys() & arguments.keys():
            shape, value = self.parameters[name], arguments[name]
            if shape.flat:
                names |= _filled(shape, value)
                continue
            names.add(camel(name))
            if shape.item is not None and shape.item.kind == "object":
                inner = {each for entry in value or () for each in _filled(shape.item, entry)}
                names |= {f"{camel(name)}.{each}" for each in inner}
        return names

    def cleaned(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Arguments normalised. Raises `Refused` with all that is wrong with them."""
        errors: list[UserError] = []
        values = clean_object(self.parameters, given, (), errors, self.rules)
        if errors:
            raise Refused(*errors)
        return values


def _filled(shape: Shape, value: Any) -> set[str]:
    """The fields of an object that were given, as the API calls them."""
    if shape.partial:
        return {camel(name) for name in value}
    return {camel(name) for name, each in vars(value).items() if each != shape.fields[name].default}


VERBS: dict[str, Verb] = {}
"""All verbs by the name the API gives them."""


@functools.cache
def camel(name: str) -> str:
    """A Python name as the API spells it: `order_date` → `orderDate`."""
    head, *tail = name.split("_")
    return head + "".join(word.capitalize() for word in tail)


def verb(
    description: str,
    *,
    creates: bool = False,
    rules: Rules = (),
    before: Callable[..., Awaitable[Any]] | None = None,
    many: Many | None = None,
) -> Callable[[F], F]:
    """Make an async function `name(call, *, …)` a verb of the API. Its arguments are checked whoever calls it.

    `before(database, request, *, …)`, with the same arguments, is done before its transaction is opened. A verb that
    does no more than `make_one` of its only argument says of what `many`: calls that come at once may then share it.
    """

    def declare(function: F) -> F:
        hints = typing.get_type_hints(function, include_extras=True)
        parameters = {
            name: shape_of(hints[name], parameter.default)
            for name, parameter in inspect.signature(function).parameters.items()
            if name != "call"
        }
        name = camel(function.__name__)

        @functools.wraps(function)
        async def checked(call: Call, **arguments: Any) -> Any:
            errors: list[UserError] = []
            values = clean_object(parameters, arguments, (), errors, rules)
            with call.doing(name):
                if "on_error" in parameters:
                    return await in_batches(functools.partial(function, call), values, errors)
                if errors:
                    raise Refused(*errors)
                return await function(call, **values)

        VERBS[name] = Verb(name, checked, description, parameters, hints["return"], creates, rules, before, many)
        return checked  # type: ignore[return-value]

    return declare


async def in_batches(
    function: Callable[..., Awaitable[Any]], values: dict[str, Any], errors: Sequence[UserError]
) -> Batch:
    """Run a verb over the entries of a batch that are well formed, and put the others' errors into their places.

    Raises `Refused` with all errors where one forbids the whole batch, or where they are not about entries.
    """
    wrong: dict[int, list[UserError]] = {}
    others = []
    for error in errors:
        if error.path[0] == "items" and len(error.path) > 2:
            wrong.setdefault(int(error.path[1]), []).append(error)
        else:
            others.append(error)
    items, policy = values["items"], values["on_error"]
    rejected = [error for found in wrong.values() for error in found]
    if others or (rejected and policy is BatchPolicy.REJECT_ALL):
        raise Refused(*others, *rejected)
    places = [at for at in range(len(items)) if at not in wrong]
    made = (await function(**values | {"items": [items[at] for at in places]})).rows if places else ()
    rows = {at: Row(None, tuple(found)) for at, found in wrong.items()}
    for at, row in zip(places, made, strict=True):
        if row.errors:
            row = dataclasses.replace(row, errors=tuple(error.under("items", str(at)) for error in row.errors))
        rows[at] = row
    rejected = [error for at in range(len(items)) for error in rows[at].errors]
    if rejected and policy is BatchPolicy.REJECT_ALL:
        raise Refused(*rejected)
    return Batch(tuple(rows[at] for at in range(len(items))))


TYPES: Mapping[ShapeKind, tuple[type | tuple[type, ...], str]] = {
    "text": (str, "a text"),
    "int": (int, "a whole number"),
    "bool": (bool, "true or false"),
    "decimal": (Decimal, "a Decimal"),
    "date": (dt.date, "a date"),
    "instant": (dt.datetime, "a datetime"),
    "choice": (Choice, "one of its choices"),
    "id": ((int, NoId), "the number of a record"),
    "money": (Money, "Money"),
    "object": (Mapping, "an object"),
    "list": (list, "a list"),
    "matching": (Matched, "conditions"),
}
"""By kind, the types that values may have, and how they are called: Python may call a verb with anything."""
FREE = frozenset({"bool", "decimal", "date", "instant", "choice", "matching"})
"""Kinds of values whose types say all that they must be."""


def _has_type(shape: Shape, value: Any) -> bool:
    """Whether a value is of a type that its shape allows. True is a number to Python, and none here."""
    if isinstance(value, bool):
        return shape.kind == "bool"
    return isinstance(value, (None if shape.partial else shape.cls) or TYPES[shape.kind][0])


def clean_object(
    shapes: Mapping[str, Shape],
    given: Mapping[str, Any],
    path: tuple[str, ...],
    errors: list[UserError],
    rules: Rules = (),
) -> dict[str, Any]:
    """Arguments normalised: text trimmed and in NFC, bounds and rules checked. What is wrong is added to `errors`."""
    unknown = given.keys() - shapes.keys()
    if unknown:
        raise TypeError(f"there is no argument {', '.join(sorted(unknown))}")
    values = {}
    malformed: list[UserError] = []
    for name, shape in shapes.items():
        value = given.get(name, ABSENT)
        # First what nearly all values are: nothing but the default, or an id that was read as one.
        if (value is shape.default and value is not ABSENT) or (shape.kind == "id" and type(value) is int):
            values[name] = value
        elif value is ABSENT:
            if shape.optional:
                values[name] = shape.default
            elif shape.nullable:  # which the schema cannot ask for: there, what may be null may be left out
                missing = f"{camel(name)} is missing: give it, or null."
                malformed.append(UserError(UserErrorCode.BLANK, missing, (*path, name)))
                values[name] = ABSENT
            else:
                raise TypeError(f"the argument {name} is missing")
        elif (value is None and shape.nullable) or (shape.kind in FREE and _has_type(shape, value)):
            values[name] = value
        else:
            values[name] = clean(shape, value, path if shape.flat else (*path, name), malformed)
    errors += malformed
    wrong = [[step for step in error.path[len(path) :] if not step.isdigit()] for error in malformed]
    for rule in rules:
        read = {name: values[name] for name in _heads(rule.reads)}
        if ABSENT not in read.values() and not any(_concerns(place, name) for place in wrong for name in rule.reads):
            errors += [error.under(*path) for error in rule.check(*read.values())]
    return values


@functools.cache
def _heads(names: tuple[str, ...]) -> tuple[str, ...]:
    """The arguments that names lie in: `tiers` of `tiers.from_bps`."""
    return tuple(dict.fromkeys(name.partition(".")[0] for name in names))


def _concerns(place: Sequence[str], name: str) -> bool:
    """Whether what is wrong at a place is wrong with what a name stands for: one lies inside the other."""
    return all(step == word for step, word in zip(place, name.split("."), strict=False))


def clean(shape: Shape, value: Any, path: tuple[str, ...], errors: list[UserError]) -> Any:
    """One value normalised."""
    if shape.kind == "text" and isinstance(value, str):  # most values are
        return _clean_text(shape, value, path, errors)

    def wrong(code: UserErrorCode, message: str) -> None:
        errors.append(UserError(code, message, path))

    if value is None:
        if not shape.nullable:
            wrong(
                UserErrorCode.BLANK,
                f"{camel(path[-1])} must not be null. Leave it out to keep what is stored.",
            )
        return None
    if not _has_type(shape, value):
        name = camel(path[-1]) if path else "The whole"
        wrong(UserErrorCode.INVALID, f"{name} must be {TYPES[shape.kind][1]}, not {reprlib.repr(value)}.")
        return value
    match shape.kind:
        case "int":
            if shape.range and not shape.range.least <= value <= shape.range.most:
                wrong(
                    UserErrorCode.INVALID,
                    f"{camel(path[-1])} must be from {shape.range.least} to {shape.range.most}, got {value}.",
                )
        case "id":
            if isinstance(value, NoId):
                wrong(UserErrorCode.INVALID, value.message)
        case "list":
            assert shape.item
            if shape.length and not shape.length.least <= len(value) <= shape.length.most:
                wrong(
                    UserErrorCode.INVALID,
                    f"{camel(path[-1])} must have from {shape.length.least} to {shape.length.most} entries,"
                    f" got {len(value)}.",
                )
                return value
            if len(value) >= MANY and plainly_right(shape.item, value):
                return value
            return [clean(shape.item, item, (*path, str(at)), errors) for at, item in enumerate(value)]
        case "object" if shape.partial:
            cleaned = clean_object(shape.fields, value, path, errors, shape.rules)
            return {name: item for name, item in cleaned.items() if item is not ABSENT}
        case "object":
            assert shape.cls
            inner = vars(value)
            cleaned = clean_object(shape.fields, inner, path, errors, shape.rules)
            return value if cleaned == inner else shape.cls(**cleaned)
        case "money":
            try:
                value.minor()
            except Refused as refused:
                errors += [error.under(*path) for error in refused.errors]
    return value


HALF = re.compile("[\ud800-\udfff]")
"""Half a surrogate pair."""


def _clean_text(shape: Shape, value: str, path: tuple[str, ...], errors: list[UserError]) -> str:
    name = camel(path[-1])
    most = shape.length.most if shape.length else 10_000
    # Normalising is not for free: what is far too long is refused before.
    if len(value) > most * 4 + 1000:
        errors.append(
            UserError(UserErrorCode.TOO_LONG, f"{name} must be at most {most} characters long, got {len(value)}.", path)
        )
        return value
    plain = value.isascii()  # which is in NFC, and holds no halves
    if "\0" in value or (not plain and HALF.search(value)):
        errors.append(
            UserError(
                UserErrorCode.INVALID,
                f"{name} must not contain NUL characters or half a surrogate pair.",
                path,
            )
        )
        return value
    text = (value if plain else unicodedata.normalize("NFC", value)).strip()
    if len(text) > most:
        errors.append(
            UserError(
                UserErrorCode.TOO_LONG,
                f"{name} must be at most {most} characters long, got {len(text)}.",
                path,
            )
        )
    elif shape.length and shape.length.least and (len(text) < shape.length.least or is_blank(text)):
        errors.append(UserError(UserErrorCode.BLANK, f"{name} must not be blank.", path))
    return text


UNSEEN = {"Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Me"}
"""General categories of characters that show nothing by themselves."""
FILLERS = "\u115f\u1160\u2800\u3164\uffa0"
"""Characters that count as letters or symbols, and show nothing either."""


def is_blank(text: str) -> bool:
    """Whether nothing of a text is seen."""
    if "!" <= text[:1] <= "~":
        return False  # nearly always
    return all(letter in FILLERS or unicodedata.category(letter) in UNSEEN for letter in text)


# --- many values at once ----------------------------------------------------------------------------------------------

MANY = 8
"""From how many entries on a list is first looked at column by column, which takes a fifth of the time for each."""


def plainly_right(shape: Shape, values: list[Any]) -> bool:
    """Whether `clean` would tell nothing of all values, and change none. If not, or if that is not plain, it looks."""
    if shape.nullable and None in values:
        values = [value for value in values if value is not None]
    if not values or (shape.optional and set(map(id, values)) == {id(shape.default)}):
        return True
    types = set(map(type, values))
    match shape.kind:
        case "text":
            return types == {str} and _plain_text(shape, values)
        case "int":
            return types == {int} and (
                shape.range is None or shape.range.least <= min(values) <= max(values) <= shape.range.most
            )
        case "id":
            return types == {int}
        case "choice":
            return types == {shape.cls}
        case "bool" | "decimal" | "date" | "instant":
            return types == {TYPES[shape.kind][0]}
        case "money":
            return types == {Money} and not any(map(_refused, values))
        case "list":
            assert shape.item
            lengths = list(map(len, values)) if types == {list} else [-1]
            least, most = (shape.length.least, shape.length.most) if shape.length else (0, max(lengths))
            within = least <= min(lengths) and max(lengths) <= most
            return within and plainly_right(shape.item, [*itertools.chain.from_iterable(values)])
        case "object" if types == {shape.cls} and not shape.partial:
            inner = list(map(vars, values))
            return all(plainly_right(item, [each[name] for each in inner]) for name, item in shape.fields.items()) and (
                not any(_broken(rule, inner) for rule in shape.rules)
            )
        case _:
            return False


def _plain_text(shape: Shape, texts: list[str]) -> bool:
    """Whether all texts are plainly right: in NFC and trimmed, as long as they may be, and with something to see."""
    least, most = (shape.length.least, shape.length.most) if shape.length else (0, 10_000)
    lengths = list(map(len, texts))
    if min(lengths) < least or max(lengths) > most:  # before all that takes time for each letter
        return False
    together = "\n".join(texts)  # with which nothing composes
    if "\0" in together or not (together.isascii() or unicodedata.is_normalized("NFC", together)):
        return False
    if HALF.search(together) or list(map(str.strip, texts)) != texts:
        return False
    return not least or not any(map(is_blank, texts))


def _refused(money: Money) -> bool:
    try:
        money.minor()
    except Refused:
        return True
    return False


def _broken(rule: Rule, given: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a rule tells something of any of the objects; of values that are the very same it is asked once."""
    columns = ([each[name] for each in given] for name in _heads(rule.reads))
    different = {tuple(map(id, read)): read for read in zip(*columns, strict=True)}
    return any(ABSENT not in read and any(True for _ in rule.check(*read)) for read in different.values())
