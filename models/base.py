"""What every table shares: its key, its version, its instants, and how it is removed without being lost."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tortoise import fields
from tortoise.models import Model

from models.fields import FoldedField, InstantField


class Record(Model):
    """A row with a key, a version that grows by one with every change, and the instants of its making and change."""

    id = fields.BigIntField(primary_key=True)
    version = fields.IntField(default=1)
    created_at = InstantField(auto_now_add=True)
    updated_at = InstantField(auto_now=True)

    class Meta:
        abstract = True

    async def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the row; a folded column is always written along with the text it shadows."""
        if kwargs.get("update_fields"):
            kwargs["update_fields"] = with_shadows(type(self), kwargs["update_fields"])
        await super().save(*args, **kwargs)


def with_shadows(model: type[Model], columns: Iterable[str]) -> list[str]:
    """Columns, and the folded columns that shadow any of them."""
    named = list(columns)
    shadows = (
        name
        for name, field in model._meta.fields_map.items()
        if isinstance(field, FoldedField) and field.source in named
    )
    return [*named, *shadows]


class Removable(Record):
    """A record that is hidden rather than deleted, so that what refers to it stays whole and it can come back."""

    deleted_at = InstantField(null=True)
    deleted_key = fields.BigIntField(default=0)
    """0 while the record lives, its own id once removed: `UNIQUE (x, deleted_key)` frees the name for another."""

    class Meta:
        abstract = True
