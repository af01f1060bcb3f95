"""What tests of campaigns share: a world whose campaigns are not over, and a campaign led to a status."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from models import Campaign, CampaignChannel, CampaignStatus
from models.database import Database
from resolvers.campaign import NewCampaign
from resolvers.verbs import Matched, Money
from tests.writing import perform_verb

C = CampaignStatus
TODAY = dt.datetime.now(dt.UTC).date()


def days(count: int) -> str:
    """A day from today."""
    return (TODAY + dt.timedelta(days=count)).isoformat()


WAYS: Mapping[CampaignStatus, tuple[str, ...]] = {
    C.PLANNED: (),
    C.SCHEDULED: ("scheduleCampaign",),
    C.ACTIVE: ("scheduleCampaign", "startCampaign"),
    C.PAUSED: ("scheduleCampaign", "startCampaign", "pauseCampaign"),
    C.COMPLETED: ("scheduleCampaign", "startCampaign", "completeCampaign"),
    C.CANCELLED: ("cancelCampaign",),
}
"""By which verbs a new campaign gets to each status."""

ARGUMENTS: Mapping[str, Mapping[str, Any]] = {
    "updateCampaign": {"change": {"name": "Another name"}},
    "cancelCampaign": {"reason": "No money"},
    "addCampaignMembers": {"where": Matched("SELECT id FROM customer WHERE id < 4")},
}


async def prepare(database: Database) -> None:
    """Give the world's campaigns 1 (active) and 2 (planned) a last day to come, and add a fourth that is scheduled."""
    last, first = TODAY + dt.timedelta(days=100), TODAY - dt.timedelta(days=100)
    await Campaign.filter(id__in=(1, 2)).update(start_date=first, end_date=last)
    await Campaign.create(
        id=4, name="Winter", start_date=first, end_date=last, currency="EUR", budget_minor=0,
        channel=CampaignChannel.SMS, status=C.SCHEDULED,
    )  # fmt: skip


async def campaign_in(database: Database, status: CampaignStatus) -> int:
    """A new campaign that was led to a status."""
    new = NewCampaign(
        name=status.value,
        start_date=TODAY - dt.timedelta(days=2),
        end_date=TODAY + dt.timedelta(days=2),
        budget=Money(Decimal("100"), "EUR"),
        channel=CampaignChannel.EMAIL,
    )
    id_: int = (await perform_verb(database, "createCampaign", new=new))["campaign"].id
    for verb in WAYS[status]:
        await perform_verb(database, verb, id=id_, **ARGUMENTS.get(verb, {}))
    return id_
