"""Who may see what: the viewer, and the row rule of every entity. In this release everyone may see everything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


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
            "PlanAssignment",
            "Product",
            "ProductCategory",
            "SalesRep",
            "SalesTarget",
            "Team",
            "Ticket",
            "TicketMessage",
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
