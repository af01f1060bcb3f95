"""How records stand in their tables: the statements that write them, and rows as records, without building a query.

Building and rendering one of Tortoise's queries costs 90 to 240 µs; these texts are made once.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from operator import attrgetter
from typing import Any, TypeVar

from tortoise.fields.base import Field
from tortoise.fields.data import (
    BigIntField,
    BooleanField,
    CharEnumFieldInstance,
    CharField,
    DateField,
    IntField,
    TextField,
)
from tortoise.models import Model

from compiler.text import fold
from models.fields import FoldedField, InstantField

M = TypeVar("M", bound=Model)


@cache
def fields(model: type[Model], reads: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The names of a model's fields that stand in its table, the key first: all of them, or the key and these."""
    names = tuple(model._meta.fields_db_projection)
    return (names[0], *(name for name in reads if name != names[0])) if reads else names


@cache
def columns(model: type[Model], reads: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The names of their columns."""
    return tuple(model._meta.fields_db_projection[name] for name in fields(model, reads))


def loaded(model: type[M], row: Sequence[Any], reads: tuple[str, ...] = ()) -> M:
    """A record from the values of its columns, in their order."""
    record = model.__new__(model)
    state = vars(record)
    state.update(_partial=bool(reads), _saved_in_db=True, _custom_generated_pk=False, _await_when_save={})
    for (name, read), value in zip(readings(model, reads), row, strict=True):
        state[name] = value if read is None or value is None else read(value)
    return record


@cache
def readings(model: type[Model], reads: tuple[str, ...]) -> tuple[tuple[str, Callable[[Any], Any] | None], ...]:
    """The fields of a record with what becomes of a column's value; None: it is the field's as it is."""
    return tuple((name, reading(model._meta.fields_map[name])) for name in fields(model, reads))


def reading(field: Field[Any]) -> Callable[[Any], Any] | None:
    match field:
        case CharEnumFieldInstance():
            return field.enum_type
        case CharField() | TextField() | IntField():
            return None
        case _:
            return field.to_python_value


def stored(record: Model, names: tuple[str, ...] | None = None) -> list[Any]:
    """The values that columns of a record hold: all of them, or those of some fields."""
    return [value for (value,) in stored_columns([record], names)]


def stored_columns(records: Sequence[Model], names: tuple[str, ...] | None = None) -> list[Sequence[Any]]:
    """The values that columns of records of one model hold, column by column: all of them, or those of some fields."""
    model = type(records[0])
    read, special = spelling(model, names or columns(model))
    found: list[Sequence[Any]] = list(zip(*map(read, records), strict=True))
    for at, spell in special:
        found[at] = spell(found[at], records)
    return found


Spell = Callable[[Sequence[Any], Sequence[Any]], Sequence[Any]]
"""From the values of a field and their records to the values that the column holds."""


@cache
def spelling(
    model: type[Model], names: tuple[str, ...]
) -> tuple[Callable[[Any], tuple[Any, ...]], tuple[tuple[int, Spell], ...]]:
    """How to read fields of a record, and which of them, by place, are held by their columns in another way."""
    special: list[tuple[int, Spell]] = []
    for at, name in enumerate(names):
        match model._meta.fields_map[name]:
            case FoldedField(source=source):
                special.append((at, folding(source)))
            case InstantField():
                # What the record says counts, even where Tortoise would write the time of writing.
                special.append((at, all_in_milliseconds))
            case CharEnumFieldInstance():
                special.append((at, enumerated))
            case IntField() | BooleanField() | CharField() | TextField() | DateField():
                pass  # their lengths and bounds are rules of the tables
            case field:
                special.append((at, converting(field)))
    read = attrgetter(*names) if len(names) > 1 else lambda record: (getattr(record, names[0]),)
    return read, tuple(special)


def folding(source: str) -> Spell:
    read = attrgetter(source)
    return lambda values, records: [None if text is None else fold(text) for text in map(read, records)]


def enumerated(values: Sequence[Any], records: Sequence[Any]) -> list[Any]:
    first = values[0]
    if values.count(first) == len(values):
        return [first and first._value_] * len(values)
    return [None if value is None else value._value_ for value in values]


def converting(field: Field[Any]) -> Spell:
    return lambda values, records: [field.to_db_value(*each) for each in zip(values, records, strict=True)]


def all_in_milliseconds(values: Sequence[Any], records: Sequence[Any]) -> Sequence[Any]:
    first = values[0]
    if values.count(first) == len(values):  # as new records say that were made at the same moment
        return [first and in_milliseconds(first)] * len(values)
    return [value and in_milliseconds(value) for value in values]


def in_milliseconds(at: dt.datetime) -> dt.datetime:
    """An instant in UTC, without what is less than a millisecond."""
    if at.tzinfo is not dt.UTC:
        at = at.astimezone(dt.UTC)
    return at.replace(microsecond=at.microsecond // 1000 * 1000) if at.microsecond % 1000 else at


# --- statements: `mark` is how the database marks the n-th value -----------------------------------------------------

Mark = Callable[[int], str]


@dataclass(frozen=True)
class Target:
    """The columns that new rows of a table fill."""

    table: str
    names: tuple[str, ...]
    types: tuple[str, ...]
    """One of bigint, integer, boolean, text, date and timestamptz each."""

    @cached_property
    def head(self) -> str:
        """`INSERT INTO team (id, name)`."""
        return f"INSERT INTO {self.table} ({', '.join(self.names)})"


@cache
def target(model: type[Model], names: tuple[str, ...] = ()) -> Target:
    """Where new rows of a model go: all of its columns, or those of some fields."""
    names = names or fields(model)
    places = model._meta.fields_db_projection
    types = tuple(type_of(model._meta.fields_map[name]) for name in names)
    return Target(model._meta.db_table, tuple(places[name] for name in names), types)


def type_of(field: Field[Any]) -> str:
    """How SQL calls the type of a column, without what bounds it."""
    match field:
        case InstantField():
            return "timestamptz"
        case DateField():
            return "date"
        case BooleanField():
            return "boolean"
        case BigIntField():
            return "bigint"
        case IntField():
            return "integer"
        case _:
            return "text"


@lru_cache(maxsize=1000)  # which columns say the same is up to who writes
def insertion(into: Target, mark: Mark, same: tuple[bool, ...] = (), rows: int = 1) -> str:
    """`INSERT INTO team (id, name) VALUES (?, ?)`; several rows share the values of columns that say the same.

    `INSERT INTO team (id, version) VALUES ($1, $3), ($2, $3)`
    """
    numbers = itertools.count(1)
    columns = [[mark(next(numbers))] * rows if alike else [mark(next(numbers)) for _ in range(rows)] for alike in same]
    columns = columns or [[mark(next(numbers))] for _ in into.names]
    listed = (f"({', '.join(marks)})" for marks in zip(*columns, strict=True))
    return f"{into.head} VALUES {', '.join(listed)}"


@cache
def update(model: type[Model], names: tuple[str, ...], mark: Mark) -> str:
    """`UPDATE team SET name = ?, name_fold = ? WHERE id = ?`."""
    places = model._meta.fields_db_projection
    changes = ", ".join(f"{places[name]} = {mark(number)}" for number, name in enumerate(names, 1))
    return f"UPDATE {model._meta.db_table} SET {changes} WHERE id = {mark(len(names) + 1)}"


@cache
def deletion(model: type[Model], mark: Mark) -> str:
    """`DELETE FROM team WHERE id = ?`."""
    return f"DELETE FROM {model._meta.db_table} WHERE id = {mark(1)}"
