"""Who may see what: the viewer, and the row rule of every entity. In this release everyone may see everything."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from tortoise.queryset import QuerySet

from models.base import Record, Removable

M = TypeVar("M", bound=Record)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks. Row rules are conditions over these attributes."""

    name: str
    role: str
    rep_id: int | None = None
    """The sales rep this viewer is, if any."""
    rep_ids: tuple[int, ...] = ()
    """The sales reps whose records count as this viewer's."""
    user_id: int | None = None
    key_id: int | None = None
    """The API key that was used, if one was."""
    scopes: frozenset[str] = frozenset({"read", "write"})
    """What a key allows: read, write, or single verbs."""


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


async def fetch(viewer: Viewer, model: type[M], id_: int, *, lock: bool = False, removed: bool = False) -> M | None:
    """A record by id, if it is there and the viewer may see it: fetching and being allowed are one function.

    `lock` keeps others from changing it until the transaction ends; `removed` looks among the removed ones instead.
    """
    query = rows(viewer, model, removed=removed).filter(id=id_)
    if lock:
        query = query.select_for_update()
    return await query.first()


async def fetch_many(viewer: Viewer, model: type[M], ids: Collection[int], *, lock: bool = False) -> dict[int, M]:
    """Those of many records that are there and the viewer may see, by id."""
    if not ids:
        return {}
    query = rows(viewer, model).filter(id__in=list(ids)).order_by("id")
    return {record.id: record for record in await (query.select_for_update() if lock else query)}


def rows(viewer: Viewer, model: type[M], *, removed: bool = False) -> QuerySet[M]:
    """The records of a table that the viewer may see: those that live or, instead, those that were removed."""
    all_rows = model.all()
    return all_rows.filter(deleted_at__isnull=not removed) if issubclass(model, Removable) else all_rows


def check(entities: Iterable[str]) -> None:
    """Refuse to start while a role has no row rule for an entity. Raises `ValueError` that names both."""
    for entity in entities:
        for role, rules in ROW_RULES.items():
            if entity not in rules:
                raise ValueError(f"access.py has no row rule for {entity} and the role {role}: write one")
