"""The demo company's campaigns, and whom they are addressed to."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.text import fold
from server.demo.dates import DAY, HOUR, NOW, SYSTEM_START, TODAY_DAY, date_of
from server.demo.money import from_base
from server.demo.story import Batch, CampaignFacts, Row, Story, Stream, weighted
from server.demo.words import CAMPAIGNS, CANCEL_CAMPAIGN, EXCLUDED, OBJECTIVES

_CHANNEL = weighted(
    EMAIL=30, SOCIAL=13, SEARCH=9, EVENT=9, WEBINAR=7, DISPLAY=6, DIRECT_MAIL=6, SMS=5, PHONE=4,
    PARTNER=4, PRINT=3,
    TV=1, RADIO=1, OTHER=2,
)  # fmt: skip
_CURRENCY = weighted(EUR=60, USD=12, CNY=8, GBP=6, CHF=6, JPY=5, KWD=3)
_REACHED = weighted(
    SENT=12,
    DELIVERED=30,
    BOUNCED=5,
    OPENED=24,
    CLICKED=11,
    RESPONDED=6,
    CONVERTED=4,
    OPTED_OUT=2,
    EXCLUDED=5,
    TARGETED=1,
)
_EARLY = weighted(TARGETED=92, EXCLUDED=8)


def campaigns(story: Story) -> Iterator[Batch]:
    """Campaigns of three years past and half a year to come, each with a status that fits its dates."""
    spell, stream = story.spell, Stream("campaign")
    working = story.reps_on(TODAY_DAY)
    rows: list[Row] = []
    count = story.scale.campaigns
    removed_ids = {count // 2, count - 3}
    for number in range(1, count + 1):
        start = TODAY_DAY - 1080 + 1240 * number // count - stream.below(10)
        end = start + (0 if stream.chance(5) else 6 + stream.below(80))
        removed = number in removed_ids
        cancel_reason = None
        if stream.chance(7):
            status, cancel_reason = "CANCELLED", stream.pick(CANCEL_CAMPAIGN)
        elif end < TODAY_DAY:
            status = "COMPLETED"
        elif start <= TODAY_DAY:
            status = "PAUSED" if stream.chance(20) else "ACTIVE"
        else:
            status = "SCHEDULED" if stream.chance(50) else "PLANNED"
        theme = stream.pick(CAMPAIGNS)
        name = f"{theme} {date_of(start).year}"
        parent = None
        if number > 4 and stream.chance(12):
            parent = 1 + stream.below(number - 1)
            if parent in removed_ids:
                parent = None
            else:
                name = f"{name} – second wave"
        if number == 7:
            name = f"{name}: {'a name that nobody can read to its end, ' * 5}"[:199] + "."
        channel = stream.pick(_CHANNEL)
        currency = stream.pick(_CURRENCY)
        euros = 0 if stream.chance(4) else 500 * (1 + stream.below(60))
        created = min(max(SYSTEM_START, (start - 20 - stream.below(60)) * DAY + 9 * HOUR), NOW - DAY)
        changed = max(created, min((end + 1) * DAY, NOW))
        story.campaigns.append(CampaignFacts(number, start, end, status, removed))
        rows.append(
            (
                number, 2, spell.instant(created), spell.instant(changed),
                spell.instant(changed) if removed else None, number if removed else 0,
                name, fold(name), spell.day(start), spell.day(end), currency,
                from_base(euros * 100, currency),
                channel, "Taxi advertising" if channel == "OTHER" else None, status,
                stream.pick(OBJECTIVES) if stream.chance(70) else None,
                stream.pick(working) if stream.chance(85) else None, parent,
                10 * stream.below(40) if stream.chance(60) else None,
                from_base(euros * 100 * (2 + stream.below(9)), currency) if stream.chance(60) else None,
                f"{date_of(start):%Y%m}-{number:03d}" if stream.chance(75) else None, cancel_reason,
            )
        )  # fmt: skip
    yield Batch("campaign", rows)


def members(story: Story) -> Iterator[Batch]:
    """Whom each campaign is addressed to: customers it could know of, each once, as far as it got."""
    spell, stream = story.spell, Stream("campaign_member")
    number = 0
    known = [customer for customer in story.customers if not customer.removed]
    for campaign in story.campaigns:
        if campaign.removed or campaign.id % 13 == 5:
            continue  # one that nobody was chosen for yet
        opening = min(campaign.start * DAY + 7 * HOUR, NOW - DAY)
        chosen = max(opening - 10 * DAY, SYSTEM_START)
        reach = sum(1 for customer in known if customer.created <= chosen)
        wanted = min(1 + int(story.scale.members * 2 * stream.random()), reach)
        ids = sorted({known[stream.below(reach)].id for _ in range(wanted)}) if reach else []
        rows: list[Row] = []
        for customer in ids:
            number += 1
            begun = campaign.status in ("ACTIVE", "PAUSED", "COMPLETED")
            status = stream.pick(_REACHED if begun else _EARLY)
            changed = chosen
            if status not in ("TARGETED", "EXCLUDED"):
                changed = min(opening + int(stream.random() * 9 * DAY), NOW)
            rows.append(
                (
                    number, 1 + (changed > chosen), spell.instant(chosen), spell.instant(changed),
                    campaign.id, customer,
                    status, stream.pick(EXCLUDED) if status == "EXCLUDED" else None,
                )
            )  # fmt: skip
        yield Batch("campaign_member", rows)
