"""What every table shares: its key, its version, its instants, and how it is removed without being lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from tortoise import fields
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


def with_shadows(model: type[Model], columns: Iterable[str]) -> list[str]:
    """Columns, and the folded columns that shadow any of them."""
    named = list(columns)
    shadows = (
        name
        for name, field in model._meta.fields_map.items()
        if isinstance(field, FoldedField) and field.source in named and name not in named
    )
    return [*named, *shadows]


class Removable(Record):
    """A record that is hidden rather than deleted, so that what refers to it stays whole and it can come back."""

    deleted_at = InstantField(null=True)
    deleted_key = fields.BigIntField(default=0)
    """0 while the record lives, its own id once removed: `UNIQUE (x, deleted_key)` frees the name for another."""

    class Meta:
        abstract = True
