"""What every table shares: its key, its version, its instants, and how it is removed without being lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from importlib import import_module
from types import NoneType
from typing import Any, ClassVar, Self

from tortoise import fields
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.models import Model, ModelMeta

from models.fields import FoldedField, InstantField


class WithoutComments(ModelMeta):
    """Makes models whose source is not searched for `#:` comments, of which there are none: a tenth of a start."""

    def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> WithoutComments:
        return super().__new__(cls, name, bases, {"_no_comments": True, **body})  # type: ignore[return-value]


class Record(Model, metaclass=WithoutComments):
    """A row with a key, a version that grows by one with every change, and the instants of its making and change."""

    id = fields.BigIntField(primary_key=True)
    version = fields.IntField(default=1)
    created_at = InstantField(auto_now_add=True)
    updated_at = InstantField(auto_now=True)

    within: ClassVar[tuple[str, ...]] = ()
    """What the row is a part of, by its links: it is gone, too, once any of that has been removed."""

    class Meta:
        abstract = True

    def __init__(self, **values: Any) -> None:
        """A new row. Tortoise's own way asks every field anew what to do: 50 µs, where this takes 5."""
        # Before there is a database, models do not know all of their columns.
        blank = blanks(type(self)) if self._meta.default_connection is not None else {}
        if blank and values.keys() <= blank.keys():
            state = vars(self)
            state.update(blank, _await_when_save={}, _custom_generated_pk="id" in values)
            known = kinds(type(self))
            for name, value in values.items():
                if value is not None:
                    kind, convert = known[name]
                    state[name] = value if type(value) is kind else convert(value)
                else:
                    state[name] = None
        else:  # records that it refers to, and names that do not exist
            super().__init__(**values)

    @classmethod
    def many(cls, rows: Sequence[Mapping[str, Any]]) -> list[Self]:
        """New rows that all name the same columns, as the entries of a batch do: in half the time for each."""
        if not cls._plain(rows):
            return [cls(**row) for row in rows]  # which makes of each value what it should be
        blank = {**blanks(cls), "_custom_generated_pk": "id" in rows[0]}
        made = [cls.__new__(cls) for _ in rows]
        for record, row in zip(made, rows, strict=True):
            state = vars(record)
            state.update(blank)
            state.update(row)
            state["_await_when_save"] = {}
        return made

    @classmethod
    def _plain(cls, rows: Sequence[Mapping[str, Any]]) -> bool:
        """Whether several rows name the same columns, with values as a record holds them."""
        if cls._meta.default_connection is None or len(rows) < 2 or len(set(map(tuple, rows))) > 1:
            return False
        known = kinds(cls)
        return rows[0].keys() <= blanks(cls).keys() and all(
            set(map(type, [row[name] for row in rows])) <= {known[name][0], NoneType} for name in rows[0]
        )

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self._meta.fk_fields:
            super().__setattr__(name, value)
        else:
            object.__setattr__(self, name, value)

    async def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the row; a folded column is always written along with the text it shadows."""
        if kwargs.get("update_fields"):
            kwargs["update_fields"] = with_shadows(type(self), kwargs["update_fields"])
        await super().save(*args, **kwargs)


@cache
def blanks(model: type[Model]) -> dict[str, Any]:
    """What a record says before anything is set."""
    fields = {name: model._meta.fields_map[name].default for name in model._meta.fields_db_projection}
    assert not any(callable(default) for default in fields.values())
    return {**fields, "_partial": False, "_saved_in_db": False}


@cache
def kinds(model: type[Model]) -> dict[str, tuple[type, Callable[[Any], Any]]]:
    """By field, the type of its values, and what makes one of others."""
    fields_map = ((name, model._meta.fields_map[name]) for name in model._meta.fields_db_projection)
    return {name: (getattr(field, "enum_type", field.field_type), field.to_python_value) for name, field in fields_map}


@cache
def wholes(model: type[Record], row: str = "{row}") -> dict[str, str]:
    """By the key of what rows of a model are parts of: the SQL condition that it has not been removed, nor what it is
    a part of itself."""
    return {f"{name}_id": _whole(model, name, row) for name in model.within}


def _whole(model: type[Record], name: str, row: str) -> str:
    link = model._meta.fields_map[name]
    assert isinstance(link, ForeignKeyFieldInstance)
    other: type[Record] = getattr(import_module("models"), str(link.model_name).rpartition(".")[2])
    alias, key = f"of_{name}", f"{row}.{name}_id"
    conditions = [f"{alias}.id = {key}"]
    if issubclass(other, Removable):
        conditions.append(f"{alias}.deleted_at IS NULL")
    conditions += wholes(other, alias).values()
    there = f"EXISTS (SELECT 1 FROM {other._meta.db_table} {alias} WHERE {' AND '.join(conditions)}{{fence:}})"
    return f"({key} IS NULL OR {there})" if link.null else there


def with_shadows(model: type[Model], columns: Iterable[str]) -> list[str]:
    """Columns, and the folded columns that shadow any of them."""
    named = list(columns)
    shadows = (
        name
        for name, field in model._meta.fields_map.items()
        if isinstance(field, FoldedField) and field.source in named and name not in named
    )
    return [*named, *shadows]


class LogLine(Record):
    """A line of a log that only grows. It is written with a change of what it is a part of, whose audit entry and event
    stand for both: a log of a log would say the same once more.
    """

    class Meta:
        abstract = True


class Removable(Record):
    """A record that is hidden rather than deleted, so that what refers to it stays whole and it can come back."""

    deleted_at = InstantField(null=True)
    deleted_key = fields.BigIntField(default=0)
    """0 while the record lives, its own id once removed: `UNIQUE (x, deleted_key)` frees the name for another."""

    class Meta:
        abstract = True
