"""Records as verbs get them: by id, if they are there and the viewer may see them, locked if they will change."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any, Literal, TypeVar

import access
from access import Viewer
from compiler.catalog import Catalog, Entity
from compiler.dialect import DIALECTS
from compiler.rows import Row, RowsRenderer, Statement, all_of
from compiler.values import Param
from models.base import Record, Removable, wholes
from models.database import Transaction
from models.stored import columns, loaded

M = TypeVar("M", bound=Record)

Hold = Literal["", "keep", "change"]
"""What others may not do to rows that are fetched until the transaction ends: nothing, remove them, or write them."""


async def fetch(viewer: Viewer, model: type[M], id_: int, *, lock: bool = False, removed: bool = False) -> M | None:
    """A record by id, if it is there and the viewer may see it: fetching and being allowed are one function.

    `lock` keeps others from changing it until the transaction ends, and wants the viewer to be allowed to change it;
    `removed` looks among the removed ones instead.
    """
    return (await fetch_many(viewer, model, [id_], lock=lock, removed=removed)).get(id_)


async def fetch_many(
    viewer: Viewer,
    model: type[M],
    ids: Collection[int],
    *,
    lock: bool = False,
    keep: bool = False,
    removed: bool = False,
    reads: tuple[str, ...] = (),
) -> dict[int, M]:
    """Those of many records that are there and the viewer may see, by id; `keep` keeps others from removing them.

    Where `reads` names fields, the records know their ids and nothing else but these.
    """
    if not ids:
        return {}
    client: Any = model._meta.db
    sql, values = _asking(viewer, model, ids, "change" if lock else "keep" if keep else "", removed, reads)
    rows = await client.run(sql, values)
    return {row[0]: loaded(model, row, reads) for row in rows}


def suppose(transaction: Transaction, viewer: Viewer, model: type[M], ids: Collection[int]) -> dict[int, M] | None:
    """The same records, of which only the ids are wanted, as if all of them were there; kept from being removed.

    The transaction fails with `Mistaken` if one is not. None where it is as well to ask.
    """
    sql, (listed, *others) = _asking(viewer, model, ids, "keep", False, ("id",))
    supposed = transaction.suppose(sql, listed, others)
    return {id_: loaded(model, (id_,), ("id",)) for id_ in ids} if supposed else None


def _asking(
    viewer: Viewer, model: type[Record], ids: Collection[int], hold: Hold, removed: bool, reads: tuple[str, ...]
) -> tuple[str, list[Any]]:
    """The query for records, and its values."""
    client: Any = model._meta.db
    dialect = client.capabilities.dialect
    rule = access.named(model.__name__, viewer.role, change=hold == "change")
    statement = _selection(model, rule, viewer.role in access.ALONE, dialect, hold, removed, reads)
    first, *others = statement.params
    words = DIALECTS[dialect]()
    values = [words.bind(first.type, list(ids)), *(words.bind(each.type, each.bind({}, viewer)) for each in others)]
    return statement.sql, values


@lru_cache(maxsize=1000)
def _selection(
    model: type[Record], rule: str, alone: bool, dialect: str, hold: Hold, removed: bool, reads: tuple[str, ...]
) -> Statement:
    """`SELECT t1.id, … FROM team t1 WHERE t1.id = ANY($1) AND t1.deleted_at IS NULL AND (rule) ORDER BY t1.id`.

    Rows are locked in the order of their ids, so that two who want the same ones never wait for each other.
    """
    words = DIALECTS[dialect]()
    table = model._meta.db_table
    live = "" if not issubclass(model, Removable) else f"{{row}}.deleted_at IS {'NOT ' if removed else ''}NULL"
    # What comes back brings its parts along, so whether it is a part itself makes no difference.
    entity = _entity(model, live, {} if removed else wholes(model))
    renderer = RowsRenderer(Catalog({}, access.SETS), words, lambda _: rule, alone=alone)
    renderer.by_id = True
    row = Row(renderer.alias(), entity)
    ids = renderer.param(Param(None, "bigints"))
    conditions = [words.operators["in"].format(x=row.column("id"), v=ids), renderer.seen(entity, row)]
    selected = ", ".join(row.column(name) for name in columns(model, reads))
    return renderer.statement(
        f"SELECT {selected} FROM {table} {row.alias} WHERE {all_of(conditions)} ORDER BY {row.column('id')}"
        + words.holds[hold].format(row=row.alias)
    )


def _entity(model: type[Record], live: str, within: Mapping[str, str]) -> Entity:
    return Entity(model.__name__, model._meta.db_table, "", live, {}, {}, {}, {}, {}, (), (), within=within)
