"""Why a viewer sees a record or does not: each reason of the page of rights, held against the record itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import access
from access import Depth, Rows, Viewer
from compiler.catalog import Catalog, Entity
from compiler.dialect import DIALECTS
from compiler.rows import Row, RowsRenderer
from compiler.values import Given, Param
from models.database import Database
from resolvers.read import bind

HOW_DEEP: Mapping[Depth, str] = {
    Depth.NOTHING: "does not find it at all",
    Depth.WITHIN: "finds it only inside of figures that are worked out from it",
    Depth.FIGURES: "finds counts, sums and groups of it, never a single record",
    Depth.RECORDS: "finds its records",
}


async def explain(database: Database, catalog: Catalog, viewer: Viewer, entity: Entity, id_: int) -> list[str]:
    """What decides whether a viewer sees the record of an id, in sentences; the first is the verdict."""
    rule = access.rule(entity.name, viewer.role)
    name = f"{entity.prefix}_{id_}"

    async def holds(condition: str) -> bool:
        renderer = RowsRenderer(catalog, DIALECTS[database.dialect](), lambda _: "")
        row = Row(renderer.alias(), entity)
        asked = renderer.param(Param(Given(id_, "id"), "bigint"))
        met = renderer.expand(condition, row)
        sql = f"SELECT '1' FROM {entity.table} {row.alias} WHERE {row.alias}.id = {asked} AND ({met})"
        statement = renderer.statement(sql)
        return await database.read(statement.sql, bind(statement, renderer.dialect, {}, viewer)) is not None

    async def reasons(rows: Rows) -> list[str]:
        return [f"  {'yes' if await holds(condition) else 'no '}  {words}" for words, condition in rows.why.items()]

    there = await holds("1 = 1")
    live = there and await holds(" AND ".join(entity.there()) or "1 = 1")
    seen = live and rule.depth is Depth.RECORDS and await holds(rule.rows.sql or "1 = 1")
    lines = [f"{name} is {'shown to' if seen else 'hidden from'} {viewer.name}, who is {viewer.role}."]
    lines.append(f"{viewer.role} {HOW_DEEP[rule.depth]}: {entity.name}.")
    if not there:
        lines.append(f"There is no {name}.")
    elif not live:
        lines.append(f"{name} was removed.")
    if rule.depth is Depth.NOTHING or not there:
        return lines
    lines += ["It is seen for any of these reasons:", *(await reasons(rule.rows) or ["  no   there is none"])]
    if rule.own is not None:
        lines += ["Its own fields are seen for any of these reasons:", *await reasons(rule.own)]
    if rule.writes is not None:
        lines += ["It may be changed for any of these reasons:", *(await reasons(rule.writes))]
    return [*lines, *_fields(entity, viewer)]


def _fields(entity: Entity, viewer: Viewer) -> Iterator[str]:
    shown = access.shown(entity.name, viewer.role)
    hidden = [name for kind in access.FIELDS[entity.name].values() for name in kind.split() if name not in shown]
    if hidden:
        yield f"Fields that are not there for {viewer.role}: {', '.join(hidden)}."
