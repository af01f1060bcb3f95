"""What can be done with campaigns, and with the customers they are addressed to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from compiler.dialect import DIALECTS
from errors import Refused, UserError, UserErrorCode, refuse
from models import Campaign, CampaignChannel, CampaignMember, ChangeKind, MemberStatus, SalesRep
from resolvers import records
from resolvers.batch import missing, rep_errors
from resolvers.checks import refuse_circle
from resolvers.ids import CampaignId, CampaignMemberId, SalesRepId
from resolvers.machines import CAMPAIGN, MEMBER_LEAVES, MEMBER_STEPS
from resolvers.verbs import (
    Batch,
    BatchPolicy,
    Changes,
    Flat,
    Length,
    Matched,
    Matching,
    Money,
    PartialOf,
    Range,
    Ref,
    Row,
    Rule,
    Rules,
    verb,
)
from resolvers.write import Call

Name = Annotated[str, Length(200, least=1)]


def date_errors(starts: dt.date, ends: dt.date) -> list[UserError]:
    """A campaign does not end before it starts."""
    if ends >= starts:
        return []
    message = f"A campaign cannot end ({ends}) before it starts ({starts})."
    return [UserError(UserErrorCode.INVALID, message, ("end_date",))]


def currency_errors(budget: Money, revenue: Money | None) -> list[UserError]:
    """What a campaign is to bring in is hoped for in the currency of what it may cost."""
    if revenue is None or revenue.currency == budget.currency:
        return []
    message = f"The expected revenue must be in the budget's currency, {budget.currency}."
    return [UserError(UserErrorCode.INVALID, message, ("expected_revenue", "currency"))]


@dataclass(frozen=True, kw_only=True)
class NewCampaign:
    """A campaign to be made."""

    name: Annotated[Name, "Display name, 1 to 200 characters."]
    start_date: Annotated[dt.date, "First day."]
    end_date: Annotated[dt.date, "Last day, not before the first."]
    budget: Annotated[Money, "What it may cost; its currency is the campaign's."]
    channel: Annotated[CampaignChannel, "Where it runs."]
    channel_detail: Annotated[str | None, Length(200), "Where exactly."] = None
    objective: Annotated[str | None, Length(10_000), "What it is to achieve."] = None
    owner_id: Annotated[SalesRepId | None, "Who runs it."] = None
    parent_id: Annotated[CampaignId | None, "The campaign it is a part of."] = None
    expected_leads: Annotated[int | None, Range(0, 1_000_000_000), "How many enquiries are hoped for."] = None
    expected_revenue: Annotated[Money | None, "What it is hoped to bring in, in the budget's currency."] = None
    utm_campaign: Annotated[str | None, Length(100, least=1), "Its name in links, unique."] = None

    rules: ClassVar[Rules] = (
        Rule(date_errors, ("start_date", "end_date")),
        Rule(currency_errors, ("budget.currency", "expected_revenue.currency")),
    )


@dataclass(frozen=True)
class CampaignDeleted:
    """A removed campaign."""

    deleted_id: Annotated[int, Ref("Campaign"), "The id of the removed campaign."]


@dataclass(frozen=True)
class CampaignMembersAdded:
    """A campaign, and how many customers it is newly addressed to."""

    campaign: Campaign
    added: Annotated[int, "How many customers were added."]
    already: Annotated[int, "How many of those that match were members before; they stay as they are."]


def reason_errors(status: MemberStatus, reason: str | None) -> list[UserError]:
    """Whoever is left out has a reason, and nobody else."""
    if status is MemberStatus.EXCLUDED and reason is None:
        return [UserError(UserErrorCode.BLANK, "Say why the customer is left out.", ("excluded_reason",))]
    if status is not MemberStatus.EXCLUDED and reason is not None:
        return [UserError(UserErrorCode.INVALID, "Only a member that is EXCLUDED has a reason.", ("excluded_reason",))]
    return []


@dataclass(frozen=True, kw_only=True)
class MemberStep:
    """How far the campaign got with a member."""

    status: Annotated[MemberStatus, "The status it moves to; it only moves forward."]
    excluded_reason: Annotated[
        str | None, Length(200, least=1), "Why the customer is left out; only with `EXCLUDED`."
    ] = None

    rules: ClassVar[Rules] = (Rule(reason_errors, ("status", "excluded_reason")),)


@dataclass(frozen=True, kw_only=True)
class MemberAdvance(MemberStep):
    """A step of one of many members."""

    id: Annotated[CampaignMemberId, "Which member."]
    expected_version: Annotated[
        int | None, "The `version` you read: if the member has moved on since, it is not changed."
    ] = None


@dataclass(frozen=True)
class CampaignMemberRemoved:
    """A member that was taken out of its campaign."""

    deleted_id: Annotated[int, Ref("CampaignMember"), "The id of the removed member."]
    campaign: Campaign


# --- campaigns ----------------------------------------------------------------------------------------------------


@verb("Make a campaign; it begins as `PLANNED`.", creates=True)
async def create_campaign(call: Call, *, new: Annotated[NewCampaign, Flat()]) -> Campaign:
    """Make one campaign."""
    columns = {item.name: getattr(new, item.name) for item in fields(new)}
    written = await _checked(call, None, columns)
    return await call.create(Campaign, **written)


@verb(
    "Change a campaign that is neither completed nor cancelled: what is left out stays, null clears. A budget in "
    "another currency takes the expected revenue along in the same currency."
)
async def update_campaign(
    call: Call,
    *,
    id: Annotated[CampaignId, "Which campaign."],
    change: Annotated[Changes, PartialOf(NewCampaign)],
) -> Campaign:
    """Change one campaign."""
    campaign = await call.fetch_to_change(Campaign, id)
    CAMPAIGN.check("updateCampaign", campaign.status)
    await call.change(campaign, **await _checked(call, campaign, change))
    return campaign


async def _checked(call: Call, campaign: Campaign | None, given: Changes) -> dict[str, Any]:
    """The columns to be written for what is given. Raises `Refused` with all that is wrong with the whole."""
    columns = {name: value for name, value in given.items() if name not in ("budget", "expected_revenue")}
    errors: list[UserError] = []

    def kept(name: str) -> Any:
        return given[name] if name in given else getattr(campaign, name)

    place = "end_date" if "end_date" in given else "start_date"
    errors += [replace(error, path=(place,)) for error in date_errors(kept("start_date"), kept("end_date"))]
    budget: Money | None = given.get("budget")
    if budget is not None:
        columns |= {"currency": budget.currency, "budget_minor": budget.minor()}
    currency = budget.currency if budget is not None else getattr(campaign, "currency", "")
    if "expected_revenue" in given:
        revenue: Money | None = given["expected_revenue"]
        columns["expected_revenue_minor"] = None if revenue is None else revenue.minor()
        errors += currency_errors(Money(Decimal(0), currency), revenue)
    elif campaign is not None and campaign.expected_revenue_minor is not None and currency != campaign.currency:
        message = f"The expected revenue is in {campaign.currency}. Give it in {currency} too, or clear it with null."
        errors.append(UserError(UserErrorCode.INVALID, message, ("budget", "currency")))
    errors += await _link_errors(call, campaign, given)
    if errors:
        raise Refused(*errors)
    return columns


async def _link_errors(call: Call, campaign: Campaign | None, given: Changes) -> list[UserError]:
    """What is wrong with the records that are named, and with the name in links that must be unique."""
    errors: list[UserError] = []
    owner_id, parent_id, utm = given.get("owner_id"), given.get("parent_id"), given.get("utm_campaign")
    if owner_id is not None:
        before = None if campaign is None else campaign.owner_id
        errors += rep_errors(await call.fetch_many(SalesRep, [owner_id]), owner_id, "owner_id", before=before)
    if parent_id is not None:
        if parent_id not in await call.fetch_many(Campaign, [parent_id]):
            errors.append(missing("campaign", "parent_id"))
        elif campaign is not None:
            try:
                await refuse_circle(Campaign, campaign.id, parent_id, "parent_id")
            except Refused as refused:
                errors += refused.errors
    if utm is not None:
        other = await Campaign.filter(utm_campaign=utm, deleted_key=0).first()
        if other is not None and (campaign is None or other.id != campaign.id):
            errors.append(
                UserError(
                    UserErrorCode.TAKEN,
                    f"Another campaign has the name {utm!r} in links already. Choose one of its own.",
                    ("utm_campaign",),
                    existing=("Campaign", other.id),
                )
            )
    return errors


@verb("Set a planned campaign to start on its date; it may start late, but not when its last day is over.")
async def schedule_campaign(call: Call, *, id: Annotated[CampaignId, "Which campaign."]) -> Campaign:
    """Schedule one campaign."""
    return await _go(call, "scheduleCampaign", id)


@verb("Start a scheduled campaign, or go on with a paused one; not when its last day is over.")
async def start_campaign(call: Call, *, id: Annotated[CampaignId, "Which campaign."]) -> Campaign:
    """Start one campaign, be it early: its dates are the plan."""
    return await _go(call, "startCampaign", id)


@verb("Stop a running campaign for a while; `startCampaign` goes on with it.")
async def pause_campaign(call: Call, *, id: Annotated[CampaignId, "Which campaign."]) -> Campaign:
    """Pause one campaign."""
    return await _go(call, "pauseCampaign", id)


@verb("Say that a running or paused campaign is over.")
async def complete_campaign(call: Call, *, id: Annotated[CampaignId, "Which campaign."]) -> Campaign:
    """Complete one campaign."""
    return await _go(call, "completeCampaign", id)


@verb("Call a campaign off, and say why.")
async def cancel_campaign(
    call: Call,
    *,
    id: Annotated[CampaignId, "Which campaign."],
    reason: Annotated[str, Length(500, least=1), "Why it is called off."],
) -> Campaign:
    """Cancel one campaign."""
    return await _go(call, "cancelCampaign", id, cancel_reason=reason)


UNTIL_THE_END = frozenset({"scheduleCampaign", "startCampaign"})
"""The steps that make no sense once the campaign's last day is over."""


async def _go(call: Call, verb_name: str, id_: int, **columns: Any) -> Campaign:
    """Take the step that a verb is."""
    campaign = await call.fetch_to_change(Campaign, id_)
    status = CAMPAIGN.check(verb_name, campaign.status)
    today = await call.today()
    if verb_name in UNTIL_THE_END and campaign.end_date < today:
        raise refuse(
            UserErrorCode.INVALID,
            f"The campaign's last day, {campaign.end_date}, is over (today is {today}). Move endDate with "
            "updateCampaign first.",
            "id",
        )
    await call.change(campaign, status=status, **columns)
    return campaign


@verb("Remove a campaign that is not running. Its orders and their figures stay.")
async def delete_campaign(call: Call, *, id: Annotated[CampaignId, "Which campaign."]) -> CampaignDeleted:
    """Hide one campaign, with its members."""
    campaign = await call.fetch_to_change(Campaign, id)
    CAMPAIGN.check("deleteCampaign", campaign.status)
    await call.remove(campaign)
    return CampaignDeleted(campaign.id)


# --- members ------------------------------------------------------------------------------------------------------


@verb("Address a campaign to all customers that match; those that are members already stay as they are.")
async def add_campaign_members(
    call: Call,
    *,
    id: Annotated[CampaignId, "Which campaign."],
    where: Annotated[Matched, Matching("Customer"), "Which customers; `{}` means all you may see."],
) -> CampaignMembersAdded:
    """Add the customers a query finds, in one statement however many they are."""
    campaign = await call.fetch_to_change(Campaign, id)
    CAMPAIGN.check("addCampaignMembers", campaign.status)
    matching = await call.transaction.execute(f"SELECT COUNT(*) FROM ({where.sql}) AS matched", where.args)
    dialect = DIALECTS[call.database.dialect]()
    types = {"campaign": "bigint", "status": "text", "now": "instant"}
    values = {"campaign": campaign.id, "status": MemberStatus.TARGETED.value, "now": call.now}
    first = len(where.args) + 1
    word = {name: dialect.parameter(first + at, type_) for at, (name, type_) in enumerate(types.items())}
    # The campaign is locked, so nobody else adds to it; the conflict clause is for rows written in other ways.
    rows = await call.transaction.execute(
        "INSERT INTO campaign_member (version, created_at, updated_at, campaign_id, customer_id, status)"
        f" SELECT 1, {word['now']}, {word['now']}, {word['campaign']}, matched.id, {word['status']}"
        f" FROM ({where.sql}) AS matched WHERE NOT EXISTS (SELECT 1 FROM campaign_member m"
        f" WHERE m.campaign_id = {word['campaign']} AND m.customer_id = matched.id)"
        " ON CONFLICT (campaign_id, customer_id) DO NOTHING RETURNING id",
        [*where.args, *(dialect.bind(types[name], value) for name, value in values.items())],
    )
    if rows:
        call.noted_many(CampaignMember, [id_ for (id_,) in rows], ChangeKind.CREATED)
        await call.touch(campaign)
    return CampaignMembersAdded(campaign, len(rows), int(matching[0][0]) - len(rows))


@verb("Say how far a campaign got with one of its members. The status only moves forward; steps may be left out.")
async def advance_campaign_member(
    call: Call,
    *,
    id: Annotated[CampaignMemberId, "Which member."],
    step: Annotated[MemberStep, Flat()],
) -> CampaignMember:
    """Move one member forward."""
    member = await call.fetch_to_change(CampaignMember, id)
    await _campaign_of(call, member)
    await call.change(member, **_stepped(member, step))
    return member


@verb("Say how far campaigns got with up to 500 of their members at once.")
async def advance_campaign_members(
    call: Call,
    *,
    items: Annotated[list[MemberAdvance], Length(500, least=1), "The steps, 1 to 500."],
    on_error: Annotated[
        BatchPolicy, "What becomes of the others when some cannot be written."
    ] = BatchPolicy.REJECT_ALL,
) -> Annotated[Batch, Ref("CampaignMember")]:
    """Move many members forward, all of them in one statement."""
    members = await records.fetch_many(call.viewer, CampaignMember, {item.id for item in items}, lock=True)
    campaigns = await call.fetch_many(Campaign, [_campaign_id(member) for member in members.values()])
    rows: list[Row] = []
    steps: dict[int, tuple[CampaignMember, Mapping[str, Any]]] = {}
    for item in items:
        member = members.get(item.id)
        try:
            if member is None or _campaign_id(member) not in campaigns:
                raise Refused(missing("campaign member", "id", may="change"))
            if member.id in steps:
                raise refuse(UserErrorCode.INVALID, "This member is in the batch before: name it once.", "id")
            call.expect(member, item.expected_version)
            steps[member.id] = (member, _stepped(member, item))
            rows.append(Row(member))
        except Refused as refused:
            rows.append(Row(None, refused.errors))
    await call.change_many(list(steps.values()))
    return Batch(tuple(rows))


def _stepped(member: CampaignMember, step: MemberStep) -> Mapping[str, Any]:
    """The columns of a member that has taken a step. Raises `Refused` for one that does not lead forward."""
    status, reason = step.status, step.excluded_reason
    further = MEMBER_STEPS[member.status]
    if status not in further:
        instead = f"It can become {', '.join(further)}." if further else "It stays that way."
        raise Refused(
            UserError(
                UserErrorCode.NOT_ALLOWED,
                f"A member that is {member.status.value} cannot become {status.value}: its status only moves forward. "
                + instead,
                ("status",),
                allowed=member_verbs(member.status),
            )
        )
    return {"status": status, "excluded_reason": reason}


def member_verbs(status: MemberStatus) -> tuple[str, ...]:
    """What can be done with a member of this status."""
    return tuple(
        name
        for name, can in (
            ("advanceCampaignMember", bool(MEMBER_STEPS[status])),
            ("removeCampaignMember", status in MEMBER_LEAVES),
        )
        if can
    )


def _campaign_id(member: CampaignMember) -> int:
    return member.campaign_id


async def _campaign_of(call: Call, member: CampaignMember) -> Campaign:
    """A member's campaign. Raises `Refused` if that was removed, and its members with it."""
    campaign = await records.fetch(call.viewer, Campaign, _campaign_id(member))
    if campaign is None:
        raise Refused(missing("campaign member", "id", may="change"))
    return campaign


@verb("Take a customer out of a campaign that has not reached it yet.")
async def remove_campaign_member(
    call: Call, *, id: Annotated[CampaignMemberId, "Which member."]
) -> CampaignMemberRemoved:
    """Delete one member that was chosen or left out, but not addressed."""
    member = await call.fetch_to_change(CampaignMember, id)
    campaign = await _campaign_of(call, member)
    if member.status not in MEMBER_LEAVES:
        raise Refused(
            UserError(
                UserErrorCode.NOT_ALLOWED,
                f"A member that is {member.status.value} was addressed already, and stays on record.",
                ("id",),
                allowed=member_verbs(member.status),
            )
        )
    await call.erase(member)
    return CampaignMemberRemoved(member.id, campaign)
