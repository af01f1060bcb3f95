"""Cursors: the sort keys of one row with the order they belong to, spelled so that SQL can write them.

A cursor is the hexadecimal of a JSON array: the order's signature, the values of its keys, the row's id.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec

from compiler.catalog import Kind
from errors import BadInput

LONGEST = 8000
"""Characters of a cursor that are looked at; three keys of 200 letters fit."""


DAMAGED = "This cursor is damaged. Start again without it."


def signature(order: Sequence[tuple[str, bool]]) -> str:
    """How a cursor names its order: `NAME:ASC,CREATED_AT:DESC`."""
    return ",".join(f"{name}:{'DESC' if descending else 'ASC'}" for name, descending in order)


def decode(cursor: object, entity: str, order: Sequence[tuple[str, bool]], kinds: Sequence[Kind]) -> list[Any]:
    """The values of a cursor's keys, the id last. Raises `BadInput` for a foreign, damaged or invented one."""
    values = _values(cursor)
    expected = f"{entity} {signature(order)}"
    if not values or not isinstance(values[0], str):
        raise BadInput("This is no cursor. Use `endCursor`, `startCursor` or an edge's `cursor` as the API gave it.")
    if values[0] != expected:
        raise BadInput(
            f"This cursor belongs to another list or order ({values[0][:120]}); here it is {expected}. "
            "Ask with the `orderBy` the cursor came from, or start again without a cursor."
        )
    if len(values) != len(kinds) + 2 or type(values[-1]) is not int or abs(values[-1]) >= 2**63:
        raise BadInput(DAMAGED)
    return [*(_value(value, kind) for value, kind in zip(values[1:-1], kinds, strict=True)), values[-1]]


def _values(cursor: object) -> list[Any]:
    if not isinstance(cursor, str) or len(cursor) > LONGEST:
        return []
    try:
        values = msgspec.json.decode(bytes.fromhex(cursor))
    except (ValueError, RecursionError):  # msgspec's errors are ValueErrors
        return []
    return values if isinstance(values, list) else []


def _value(value: Any, kind: Kind) -> Any:
    if value is None:
        return None
    match kind:
        case Kind.INT | Kind.BOOL | Kind.MONEY | Kind.DECIMAL | Kind.ID:
            if type(value) is int and abs(value) < 2**63:
                return value
        case _ if not isinstance(value, str) or "\0" in value:
            pass
        case Kind.DATE | Kind.INSTANT:
            try:
                if kind is Kind.DATE:
                    return dt.date.fromisoformat(value)
                instant = dt.datetime.fromisoformat(value)
                if instant.tzinfo is not None:
                    return instant.astimezone(dt.UTC)
            except (ValueError, OverflowError):
                pass
        case _:
            return value
    raise BadInput(DAMAGED)
