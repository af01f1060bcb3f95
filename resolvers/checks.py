"""Checks that several verbs make against what is stored: names that must be unique, and trees without circles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tortoise.models import Model

from compiler.text import fold
from errors import Refused, UserError, UserErrorCode, refuse
from models.base import Removable
from resolvers.verbs import camel


async def refuse_taken(model: type[Removable], column: str, text: str, id_: int | None = None) -> None:
    """Refuse a text that another living record has, whatever its case. `id_` is the record that is to have it."""
    others = model.filter(**{f"{column}_fold": fold(text), "deleted_key": 0})
    if id_ is not None:
        others = others.exclude(id=id_)
    other = await others.first()
    if other is None:
        return
    message = f"The {camel(column)} {getattr(other, column)!r} is taken. Choose another one."
    raise Refused(UserError(UserErrorCode.TAKEN, message, (column,), existing=(model.__name__, other.id)))


async def refuse_circle(model: type[Model], id_: int, parent_id: int | None, column: str) -> None:
    """Refuse a parent that is the record itself or stands below it."""
    if parent_id is not None and id_ in await circling(model, {id_: parent_id}, column):
        raise circle(column)


def circle(column: str) -> Refused:
    """The refusal of a parent that would close a circle."""
    return refuse(UserErrorCode.INVALID, "A record cannot be its own ancestor. Choose another one, or none.", column)


async def circling(model: type[Model], parents: Mapping[int, int | None], column: str) -> set[int]:
    """Those of records whose new parents, taken in order, would close a circle. A level of the tree is one statement.

    The ancestors stay locked: two who hang trees below each other at once cannot both succeed.
    """
    above: dict[int, int | None] = {}
    wanted = {parent for parent in parents.values() if parent is not None}
    while wanted:
        rows: list[Any] = await model.filter(id__in=sorted(wanted)).order_by("id").select_for_update()
        above |= {row.id: getattr(row, column) for row in rows}
        wanted = {parent for row in rows if (parent := getattr(row, column)) is not None} - above.keys()
    wrong = set()
    for id_, parent in parents.items():
        seen = {id_}
        step = parent
        while step is not None and step not in seen:
            seen.add(step)
            step = above.get(step)
        if step is None:
            above[id_] = parent
        else:
            wrong.add(id_)
    return wrong
