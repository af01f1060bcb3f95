"""Leads tickets and campaigns through random lives and checks after every step what must always hold about them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from errors import Refused
from models import Campaign, CampaignMember, Ticket, Visibility
from models.database import Database
from resolvers.ticket import ReplyAuthor
from tests import campaigns, tickets
from tests.test_campaign_life import STEPS as CAMPAIGN_STEPS
from tests.test_ticket_life import STEPS as TICKET_STEPS
from tests.tickets import T
from tests.writing import perform_verb, snapshot

DRAWN = settings(
    max_examples=25,
    deadline=None,
    database=None,
    phases=(Phase.generate,),  # a database remembers: a smaller example would not be the same one
    suppress_health_check=list(HealthCheck),
)

CUSTOMER_WRITES = {T.PENDING_CUSTOMER: T.OPEN, T.RESOLVED: T.OPEN}
"""Where a customer's message leads a ticket; elsewhere it stays."""


async def stepped(
    database: Database, model: type[Any], id_: int, verb: str, arguments: Mapping[str, Any], leads: Any
) -> bool:
    """Use a verb; whether it was done. It leads where it should (None: it must be refused), or leaves no trace."""
    before, was = await snapshot(database), await model.get(id=id_)
    try:
        await perform_verb(database, verb, id=id_, **arguments)
    except Refused as refused:
        assert leads is None, (verb, was.status, refused)
        assert [error.code for error in refused.errors] == ["NOT_ALLOWED"]
        assert await snapshot(database) == before
        return False
    now = await model.get(id=id_)
    assert leads is not None, (verb, was.status)
    assert now.status is leads, (verb, was.status)
    after = await snapshot(database)
    written = after != before
    assert now.version == was.version + written
    for table in ("audit_entry", "outbox_event"):
        assert (len(after[table]) > len(before[table])) == written, (verb, table)
    return True


@pytest.mark.slow
def test_tickets_hold_together_whatever_is_done_to_them(own_world_url: str) -> None:
    ways: dict[str, tuple[str, dict[str, Any]]] = {
        verb: (verb, dict(tickets.ARGUMENTS[verb])) for verb in tickets.ARGUMENTS
    }
    ways["the customer writes"] = ("replyToTicket", {"body": "Hm", "author_kind": ReplyAuthor.CUSTOMER})
    ways["we take a note"] = ("replyToTicket", {"body": "Hm", "visibility": Visibility.INTERNAL})
    ways["nobody has it"] = ("assignTicket", {"assignee_id": None})
    used: Counter[str] = Counter()

    async def live(database: Database, life: Life) -> None:
        id_ = await tickets.ticket_in(database, T.NEW)
        for likely, which in life:
            status = (await Ticket.get(id=id_)).status
            able = [way for way in sorted(ways) if ways[way][0] in TICKET_STEPS[status]]
            way = pick(able if likely else sorted(ways), which)
            verb, arguments = ways[way]
            leads = TICKET_STEPS[status].get(verb)
            if leads is not None and way == "the customer writes":
                leads = CUSTOMER_WRITES.get(status, status)
            elif leads is not None and way in ("we take a note", "nobody has it"):
                leads = status
            used[way] += await stepped(database, Ticket, id_, verb, arguments, leads)
            await tickets.check_lives(database)

    drive(own_world_url, live)
    # Chance may leave out one way or another, but without most of them little was tried.
    assert len([way for way in used if used[way]]) >= len(ways) - 2, used


@pytest.mark.slow
def test_campaigns_hold_together_whatever_is_done_to_them(own_world_url: str) -> None:
    verbs = sorted({verb for steps in CAMPAIGN_STEPS.values() for verb in steps} - {"deleteCampaign"})
    used: Counter[str] = Counter()

    async def live(database: Database, life: Life) -> None:
        id_ = await campaigns.campaign_in(database, campaigns.C.PLANNED)
        for likely, which in life:
            status = (await Campaign.get(id=id_)).status
            able = [verb for verb in verbs if verb in CAMPAIGN_STEPS[status]]
            verb = pick(able if likely and able else verbs, which)
            leads = CAMPAIGN_STEPS[status].get(verb)
            used[verb] += await stepped(database, Campaign, id_, verb, campaigns.ARGUMENTS.get(verb, {}), leads)
            campaign = await Campaign.get(id=id_)
            assert (campaign.cancel_reason is not None) == (campaign.status is campaigns.C.CANCELLED)
            assert campaign.start_date <= campaign.end_date
            assert await CampaignMember.filter(campaign_id=id_).count() in (0, 3)

    drive(own_world_url, live)
    assert len([verb for verb in used if used[verb]]) >= len(verbs) - 2, used


Life = list[tuple[bool, int]]
"""The steps of a life: whether one that is allowed is taken, else lives would seldom come far; and which."""


def pick(steps: list[str], which: int) -> str:
    return steps[which % len(steps)]


def drive(url: str, live: Any) -> None:
    """Live many random lives on one database."""
    with asyncio.Runner() as runner:
        database = runner.run(opened(url))
        try:

            @DRAWN
            @given(
                st.lists(st.tuples(st.sampled_from((True, True, False)), st.integers(0, 839)), min_size=6, max_size=25)
            )
            def one(life: Life) -> None:
                runner.run(live(database, life))

            one()
        finally:
            runner.run(database.close())


async def opened(url: str) -> Database:
    return await Database.open(url, readers=1, pool=3)
