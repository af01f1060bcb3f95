"""Whether answers carry the same objects, however each server spells them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import msgspec

_NEW = re.compile(rb'"(?:tkt_|T-)\d+"|"\d{4}-\d\d-\d\dT[\d:.]+Z"')
"""What differs each time a ticket is made: its id, its number, and when it was."""
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def objects(answer: bytes, *, new: bool = False) -> Any:
    """The data of an answer, with instants in one spelling. Raises ValueError where there is none.

    What is `new` has ids and instants of its own, which are left out.
    """
    decoded = msgspec.json.decode(_NEW.sub(b'"new"', answer) if new else answer)
    if decoded.get("errors") or decoded.get("data") is None:
        raise ValueError(f"the answer has no data: {answer[:500].decode(errors='replace')}")
    return normal(decoded["data"])


def normal(value: Any) -> Any:
    """A JSON value with every instant in UTC with milliseconds."""
    match value:
        case dict():
            return {key: normal(item) for key, item in value.items()}
        case list():
            return [normal(item) for item in value]
        case str() if _INSTANT.fullmatch(value):
            instant = dt.datetime.fromisoformat(value).astimezone(dt.UTC)
            return instant.isoformat(timespec="milliseconds")
        case _:
            return value


def difference(one: Any, other: Any, place: str = "data") -> str | None:
    """Where two values differ first, in words; None where they do not."""
    match one, other:
        case dict(), dict() if one.keys() == other.keys():
            pairs = [(f"{place}.{key}", one[key], other[key]) for key in one]
        case list(), list() if len(one) == len(other):
            pairs = [(f"{place}[{at}]", *pair) for at, pair in enumerate(zip(one, other, strict=True))]
        case _:
            return None if one == other else f"{place} is {one!r:.200} in one and {other!r:.200} in the other"
    return next((found for where, a, b in pairs if (found := difference(a, b, where))), None)
