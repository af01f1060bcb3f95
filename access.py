"""Who may see what: the viewer, and the row rule of every entity. In this release everyone may see everything."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, TypeVar

from pypika_tortoise.context import SqlContext
from tortoise.expressions import RawSQL
from tortoise.queryset import QuerySet

from compiler.catalog import Catalog, Entity
from compiler.dialect import DIALECTS
from compiler.rows import Row, RowsRenderer, Statement, all_of
from compiler.values import Param
from models.base import Record, Removable
from models.stored import columns, loaded

M = TypeVar("M", bound=Record)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks. Row rules are conditions over these attributes."""

    name: str
    role: str
    rep_id: int | None = None
    """The sales rep this viewer is, if any."""


EVERYONE = Viewer(name="Guest", role="EVERYONE")
"""The viewer of a request that says nothing of who sends it."""

EVERYTHING = ""
"""The row rule that hides nothing."""

ROW_RULES: Mapping[str, Mapping[str, str]] = {
    role: dict.fromkeys(
        (
            "Campaign",
            "CampaignMember",
            "CommissionPlan",
            "CommissionTier",
            "Contact",
            "Customer",
            "Order",
            "OrderCredit",
            "OrderLine",
            "OrderReturn",
            "OrderReturnLine",
            "PlanAssignment",
            "Product",
            "ProductCategory",
            "SalesRep",
            "SalesTarget",
            "TargetRevision",
            "Team",
            "Ticket",
            "TicketMessage",
            "TicketStatusChange",
            "Viewer",
        ),
        EVERYTHING,
    )
    for role in ("EVERYONE",)
}
"""By role and entity: the condition a row meets if viewers of that role may see it, as a template over `{row}`."""


def visible(entity: str, viewer: Viewer) -> str:
    """The row rule of an entity for a viewer. Raises `KeyError` where none was written: nothing is open by default."""
    return ROW_RULES[viewer.role][entity]


def may(viewer: Viewer, verb: str) -> bool:
    """Whether a viewer may use a verb at all. In this release everyone may."""
    return viewer.role in ROW_RULES


Hold = Literal["", "keep", "change"]
"""What others may not do to rows that are fetched until the transaction ends: nothing, remove them, or write them."""


async def fetch(viewer: Viewer, model: type[M], id_: int, *, lock: bool = False, removed: bool = False) -> M | None:
    """A record by id, if it is there and the viewer may see it: fetching and being allowed are one function.

    `lock` keeps others from changing it until the transaction ends; `removed` looks among the removed ones instead.
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
) -> dict[int, M]:
    """Those of many records that are there and the viewer may see, by id; `keep` keeps others from removing them."""
    if not ids:
        return {}
    client: Any = model._meta.db
    dialect = client.capabilities.dialect
    hold: Hold = "change" if lock else "keep" if keep else ""
    rule = visible(model.__name__, viewer)
    statement = _selection(model, rule, dialect, hold, removed)
    first, *others = statement.params
    words = DIALECTS[dialect]()
    values = [words.bind(first.type, list(ids)), *(words.bind(each.type, each.bind({}, viewer)) for each in others)]
    rows = await client.run(statement.sql, values, small=not rule and len(ids) <= SMALL)
    return {row[0]: loaded(model, row) for row in rows}


SMALL = 10
"""Rows that are read by their keys in no time."""


@lru_cache(maxsize=1000)
def _selection(model: type[Record], rule: str, dialect: str, hold: Hold, removed: bool) -> Statement:
    """`SELECT t1.id, … FROM team t1 WHERE t1.id = ANY($1) AND t1.deleted_at IS NULL AND (rule) ORDER BY t1.id`.

    Rows are locked in the order of their ids, so that two who want the same ones never wait for each other.
    """
    words = DIALECTS[dialect]()
    table = model._meta.db_table
    live = "" if not issubclass(model, Removable) else f"{{row}}.deleted_at IS {'NOT ' if removed else ''}NULL"
    entity = _entity(model, live)
    renderer = RowsRenderer(Catalog({}), words, lambda _: rule)
    row = Row(renderer.alias(), entity)
    ids = renderer.param(Param(None, "bigints"))
    conditions = [words.operators["in"].format(x=row.column("id"), v=ids), renderer.seen(entity, row)]
    selected = ", ".join(row.column(name) for name in columns(model))
    return renderer.statement(
        f"SELECT {selected} FROM {table} {row.alias} WHERE {all_of(conditions)} ORDER BY {row.column('id')}"
        + words.holds[hold].format(row=row.alias)
    )


def _entity(model: type[Record], live: str) -> Entity:
    return Entity(model.__name__, model._meta.db_table, "", live, {}, {}, {}, {}, {}, (), ())


def rows(viewer: Viewer, model: type[M]) -> QuerySet[M]:
    """The records of a table that live and the viewer may see, as a query that others add conditions to."""
    living: QuerySet[M] = model.all()
    if issubclass(model, Removable):
        living = living.filter(deleted_at__isnull=True)
    rule = visible(model.__name__, viewer)
    return living.annotate(seen=_Seen(model, rule, viewer)).filter(seen=1) if rule else living


class _Seen(RawSQL):
    """1 for a row that a rule shows to a viewer, within one of Tortoise's queries, whose numbering it follows."""

    def __init__(self, model: type[Record], rule: str, viewer: Viewer) -> None:
        super().__init__("")
        self._model, self._rule, self._viewer = model, rule, viewer

    def get_sql(self, ctx: SqlContext) -> str:
        client: Any = self._model._meta.db
        words = DIALECTS[client.capabilities.dialect]()
        renderer = RowsRenderer(Catalog({}), words, lambda _: self._rule)
        assert ctx.parameterizer is not None

        def placeholder(param: Param) -> str:
            assert ctx.parameterizer is not None
            given = ctx.parameterizer.create_param(words.bind(param.type, param.bind({}, self._viewer)))
            return given.get_sql(ctx)

        renderer.param = placeholder  # type: ignore[method-assign]
        seen = renderer.expand(self._rule, Row(self._model._meta.db_table, _entity(self._model, "")))
        self.sql = f"CASE WHEN {seen} THEN 1 ELSE 0 END"
        return super().get_sql(ctx)


def check(entities: Iterable[str]) -> None:
    """Refuse to start while a role has no row rule for an entity. Raises `ValueError` that names both."""
    for entity in entities:
        for role, rules in ROW_RULES.items():
            if entity not in rules:
                raise ValueError(f"access.py has no row rule for {entity} and the role {role}: write one")
