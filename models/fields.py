"""The column types every table is made of: folded text, UTC instants, money in minor units, and choices."""

from __future__ import annotations

import datetime as dt
from enum import Enum
from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint

from compiler.text import fold

MONEY_LIMIT = 10**14
"""Largest amount a money column holds, in minor units: its scaled form (1/10,000 of a unit) must fit 64 bits."""


class Choice(str, Enum):
    """An enumeration whose every member carries the sentence that describes it to API users."""

    description: str

    def __new__(cls, value: str, description: str) -> Choice:
        member = str.__new__(cls, value)
        member._value_ = value
        member.description = description
        return member


class FoldedField(fields.TextField):
    """A shadow of a text column, folded for comparing and sorting: computed from its source at every write.

    Both databases then compare, sort and search text alike, in every script, and an index serves it.
    """

    def __init__(self, source: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.source = source
        """Name of the column this one shadows."""

    class _db_postgres:
        SQL_TYPE = 'TEXT COLLATE "C"'

    def to_db_value(self, value: Any, instance: Any) -> str | None:
        if isinstance(instance, type):
            return value if value is None else str(value)  # a queryset's value, not a row's
        text = getattr(instance, self.source)
        return None if text is None else fold(text)


class InstantField(fields.DatetimeField[dt.datetime]):
    """An instant in UTC, kept to the millisecond so that what the API prints is all there is."""

    class _db_postgres:
        SQL_TYPE = "TIMESTAMPTZ(3)"

    class _db_sqlite:
        SQL_TYPE = "TEXT"

    def to_python_value(self, value: Any) -> dt.datetime | None:
        # Text in the one spelling there is; Tortoise's own parser takes 20 µs for it.
        return dt.datetime.fromisoformat(value) if isinstance(value, str) else super().to_python_value(value)

    def to_db_value(self, value: Any, instance: Any) -> Any:
        value = super().to_db_value(value, instance)
        if isinstance(value, dt.datetime):
            value = value.astimezone(dt.UTC)
            value = value.replace(microsecond=value.microsecond // 1000 * 1000)
        return value


def money_within(column: str, lowest: int = 0) -> CheckConstraint:
    """The check that keeps a money column between `lowest` and `MONEY_LIMIT` minor units."""
    return CheckConstraint(check=f"{column} BETWEEN {lowest} AND {MONEY_LIMIT}", name=f"{column}_range")


def share_within(column: str) -> CheckConstraint:
    """The check that keeps basis points between 0 and 10,000 (nothing to all)."""
    return CheckConstraint(check=f"{column} BETWEEN 0 AND 10000", name=f"{column}_range")
