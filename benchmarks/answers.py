"""Whether answers carry the same objects, however each server spells them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import msgspec

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_ID = re.compile(r"[a-z]{3}_(\d+)")


def objects(answer: bytes, *, new: bool = False) -> Any:
    """The data of an answer, in one spelling. Raises ValueError where there is none.

    Of what is `new`, the ticket is compared without its id, its number and when it was, which differ each time.
    """
    decoded = msgspec.json.decode(answer)
    if decoded.get("errors") or decoded.get("data") is None:
        raise ValueError(f"the answer has no data: {answer[:500].decode(errors='replace')}")
    data = normal(decoded["data"])
    if not new:
        return data
    made = data["createTicket"]
    if made.get("errors") or not made["ticket"]:
        raise ValueError(f"nothing was made: {answer[:500].decode(errors='replace')}")
    return {name: "new" if name in ("id", "number", "createdAt") else value for name, value in made["ticket"].items()}


def normal(value: Any) -> Any:
    """A JSON value with every instant in UTC with milliseconds, and every id as the number in it."""
    match value:
        case dict():
            return {key: bare(item) if key == "id" else normal(item) for key, item in value.items()}
        case list():
            return [normal(item) for item in value]
        case str() if _INSTANT.fullmatch(value):
            instant = dt.datetime.fromisoformat(value).astimezone(dt.UTC)
            return instant.isoformat(timespec="milliseconds")
        case _:
            return value


def bare(id_: str | int) -> str:
    """The number in an id: of "cus_12", "12" and 12 alike "12"."""
    text = str(id_)
    found = _ID.fullmatch(text)
    return found[1] if found else text


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
