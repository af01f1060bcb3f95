"""What can be done with targets and commission plans: what reps are measured by and paid for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from tortoise.expressions import Q

from compiler.money import amount_text
from errors import Refused, UserError, UserErrorCode, refuse
from models import (
    CommissionPlan,
    CommissionTier,
    PlanAssignment,
    SalesRep,
    SalesTarget,
    TargetRevision,
    Team,
    TierMode,
)
from resolvers import records
from resolvers.batch import missing
from resolvers.checks import refuse_taken
from resolvers.ids import CommissionPlanId, PlanAssignmentId, SalesRepId, SalesTargetId, TeamId
from resolvers.verbs import ABSENT, Absent, Length, Money, Range, Ref, Rule, camel, verb
from resolvers.write import Call

# --- targets ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SalesTargetDeleted:
    """A removed target."""

    deleted_id: Annotated[int, Ref("SalesTarget"), "The id of the removed target."]


def owner_errors(rep_id: int | None, team_id: int | None) -> list[UserError]:
    """A target has one owner."""
    if (rep_id is None) != (team_id is None):
        return []
    message = "A target is a rep's or a team's: give either repId or teamId."
    return [UserError(UserErrorCode.INVALID, message, ("rep_id",))]


def days_between(first: str, after: str) -> Rule:
    """The rule of two days that bound a period: the second, if there is one, is the day after the last."""

    def check(start: dt.date, end: dt.date | None) -> list[UserError]:
        if end is None or end > start:
            return []
        message = f"{camel(after)} is the day after the last and must come after {camel(first)}, {start.isoformat()}."
        return [UserError(UserErrorCode.INVALID, message, (after,))]

    return Rule(check, (first, after))


@verb(
    "Set what a rep or a team is to sell in a period. A target of the same period is revised, and the change is kept "
    "with its reason; one that merely overlaps is refused.",
    creates=True,
    rules=(Rule(owner_errors, ("rep_id", "team_id")), days_between("period_start", "period_end")),
)
async def set_sales_target(
    call: Call,
    *,
    rep_id: Annotated[SalesRepId | None, "The rep; give either a rep or a team."] = None,
    team_id: Annotated[TeamId | None, "The team; give either a rep or a team."] = None,
    period_start: Annotated[dt.date, "First day."],
    period_end: Annotated[dt.date, "The day after the last."],
    amount: Annotated[Money, "What is to be sold, net, in the organisation's currency."],
    reason: Annotated[str, Length(500, least=1), "Why it is set, or set anew: 1 to 500 characters."],
    expected_version: Annotated[
        int | None,
        "The `version` of the target you mean to revise: if it has moved on since, or is gone, nothing is done.",
    ] = None,
) -> SalesTarget:
    """Set or revise one target. Setting the amount it has already changes nothing, and keeps no revision."""
    currency = (await call.organisation()).currency
    if amount.currency != currency:
        raise refuse(
            UserErrorCode.INVALID,
            f"Targets are in the organisation's currency, {currency}, not in {amount.currency}.",
            "amount",
            "currency",
        )
    await _lock_owner(call, rep_id, team_id)
    overlapping = await SalesTarget.filter(
        rep_id=rep_id, team_id=team_id, period_start__lt=period_end, period_end__gt=period_start
    ).order_by("period_start")
    same = [each for each in overlapping if (each.period_start, each.period_end) == (period_start, period_end)]
    if overlapping and not same:
        other = overlapping[0]
        message = (
            f"There is a target of {amount_text(other.amount_minor, currency)} {currency} {_period(other)}, which "
            "overlaps. Set one of the same period, another period, or remove that one first."
        )
        raise Refused(UserError(UserErrorCode.TAKEN, message, ("period_start",), existing=("SalesTarget", other.id)))
    if not same:
        if expected_version is not None:
            raise Refused(missing("target", "expected_version"))
        target = await call.create(
            SalesTarget,
            rep_id=rep_id,
            team_id=team_id,
            period_start=period_start,
            period_end=period_end,
            amount_minor=amount.minor(),
        )
        _keep_revision(call, target, None, reason)
        return target
    target = same[0]
    call.expect(target, expected_version)
    old = target.amount_minor
    if await call.change(target, amount_minor=amount.minor()):
        _keep_revision(call, target, old, reason)
    return target


async def _lock_owner(call: Call, rep_id: int | None, team_id: int | None) -> None:
    """Keep others from setting targets of the same owner until the transaction ends."""
    if rep_id is not None and await records.fetch(call.viewer, SalesRep, rep_id, lock=True) is None:
        raise Refused(missing("sales rep", "rep_id", may="change"))
    if team_id is not None and await records.fetch(call.viewer, Team, team_id, lock=True) is None:
        raise Refused(missing("team", "team_id", may="change"))


def _keep_revision(call: Call, target: SalesTarget, old: int | None, reason: str) -> None:
    revision = TargetRevision(
        target_id=target.id,
        old_minor=old,
        new_minor=target.amount_minor,
        reason=reason,
        actor=call.viewer.called or call.viewer.name,
    )
    call.log([revision])


def _period(target: SalesTarget) -> str:
    return f"from {target.period_start.isoformat()} to before {target.period_end.isoformat()}"


@verb("Remove a target along with its revisions.")
async def delete_sales_target(call: Call, *, id: Annotated[SalesTargetId, "Which target."]) -> SalesTargetDeleted:
    """Delete a target for good, so that another one can take its period."""
    target = await call.fetch_to_change(SalesTarget, id)
    await call.erase(target)
    return SalesTargetDeleted(id)


# --- plans ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tier:
    """One step of a plan to be made."""

    from_bps: Annotated[
        int, Range(0, 10_000_000), "Attainment it starts at, in basis points: 10,000 is the target reached."
    ]
    rate_bps: Annotated[int, Range(0, 10_000), "Rate in basis points of sales: 500 is 5 %."]
    to_bps: Annotated[
        int | None, Range(1, 10_000_000), "Attainment it ends before, in basis points; none in the last tier."
    ] = None


Tiers = Annotated[
    list[Tier],
    Length(100, least=1),
    "The tiers, 1 to 100: from 0, each from where the one before ends, the last one without an end.",
]


@dataclass(frozen=True)
class CommissionPlanDeleted:
    """A removed plan."""

    deleted_id: Annotated[int, Ref("CommissionPlan"), "The id of the removed plan."]


def tier_errors(tiers: Sequence[Tier]) -> list[UserError]:
    """Tiers cover everything from 0 on exactly once; all that is wrong with them."""
    errors: list[UserError] = []

    def wrong(at: int, name: str, message: str) -> None:
        errors.append(UserError(UserErrorCode.INVALID, message, ("tiers", str(at), name)))

    places = sorted(range(len(tiers)), key=lambda at: tiers[at].from_bps)
    if tiers[places[0]].from_bps != 0:
        wrong(
            places[0],
            "from_bps",
            f"The first tier must start at 0; nothing covers 0 to {tiers[places[0]].from_bps}.",
        )
    for at, after in zip(places, [*places[1:], None], strict=True):
        tier = tiers[at]
        if tier.to_bps is not None and tier.to_bps <= tier.from_bps:
            wrong(
                at, "to_bps", f"A tier must end after it starts; this one runs from {tier.from_bps} to {tier.to_bps}."
            )
        elif after is None:
            if tier.to_bps is not None:
                wrong(at, "to_bps", f"The last tier must have no end; nothing covers {tier.to_bps} and more.")
        elif tier.to_bps is None:
            wrong(at, "to_bps", f"Only the last tier has no end; this one must end at {tiers[after].from_bps}.")
        elif tier.to_bps < tiers[after].from_bps:
            wrong(after, "from_bps", f"Nothing covers {tier.to_bps} to {tiers[after].from_bps}: close the gap.")
        elif tier.to_bps > tiers[after].from_bps:
            wrong(
                after,
                "from_bps",
                f"Two tiers cover {tiers[after].from_bps} to {tier.to_bps}: let one end where the next begins.",
            )
    return errors


NO_GAPS = Rule(tier_errors, ("tiers.from_bps", "tiers.to_bps"))


@verb("Make a commission plan.", creates=True, rules=(NO_GAPS,))
async def create_commission_plan(
    call: Call,
    *,
    name: Annotated[str, Length(200, least=1), "Display name, unique whatever its case; 1 to 200 characters."],
    tier_mode: Annotated[
        TierMode, "Whether a tier's rate applies to the sales inside it or to all sales."
    ] = TierMode.MARGINAL,
    tiers: Tiers,
) -> CommissionPlan:
    """Make one plan. Refuses tiers that leave a gap, overlap, do not start at 0 or come to an end."""
    await refuse_taken(CommissionPlan, "name", name)
    plan = await call.create(CommissionPlan, name=name, tier_mode=tier_mode)
    await _write_tiers(call, plan, _ladder(tiers))
    return plan


def _ladder(tiers: Sequence[Tier]) -> list[Tier]:
    return sorted(tiers, key=lambda tier: tier.from_bps)


async def _write_tiers(call: Call, plan: CommissionPlan, ladder: Sequence[Tier]) -> None:
    ids = await call.next_ids(CommissionTier, len(ladder))
    await call.create_many(
        [
            CommissionTier(id=id_, plan_id=plan.id, from_bps=tier.from_bps, to_bps=tier.to_bps, rate_bps=tier.rate_bps)
            for id_, tier in zip(ids, ladder, strict=True)
        ]
    )


@verb(
    "Change a commission plan: what is left out stays. What a plan pays cannot change once a rep was put on it.",
    rules=(NO_GAPS,),
)
async def update_commission_plan(
    call: Call,
    *,
    id: Annotated[CommissionPlanId, "Which plan."],
    name: Annotated[str | Absent, Length(200, least=1), "Display name, unique whatever its case."] = ABSENT,
    tier_mode: Annotated[
        TierMode | Absent, "Whether a tier's rate applies to the sales inside it or to all sales."
    ] = ABSENT,
    tiers: Annotated[list[Tier] | Absent, Length(100, least=1), "All tiers anew; as those of a new plan."] = ABSENT,
) -> CommissionPlan:
    """Change one plan. Name at any time; mode and tiers only as long as nobody is or was on it."""
    plan = await call.fetch_to_change(CommissionPlan, id)
    if name is not ABSENT:
        await refuse_taken(CommissionPlan, "name", name, plan.id)
    stored = await CommissionTier.filter(plan_id=plan.id).order_by("from_bps")
    ladder = None if tiers is ABSENT else _ladder(tiers)
    if ladder == [Tier(tier.from_bps, tier.rate_bps, tier.to_bps) for tier in stored]:
        ladder = None
    if ladder is not None or (tier_mode is not ABSENT and tier_mode is not plan.tier_mode):
        used = await PlanAssignment.filter(plan_id=plan.id, rep__deleted_at=None).count()
        if used:
            raise refuse(
                UserErrorCode.NOT_ALLOWED,
                f"What this plan pays is fixed, as reps are or were on it (assignments: {used}). Make a new plan with "
                "createCommissionPlan, and put reps on it from a day on with assignCommissionPlan.",
                "tiers" if ladder is not None else "tier_mode",
            )
    changed = await call.change(plan, name=name, tier_mode=tier_mode)
    if ladder is not None:
        for tier in stored:
            await call.erase(tier)
        await _write_tiers(call, plan, ladder)
        if not changed:
            await call.touch(plan)
    return plan


@verb("Remove a commission plan that nobody is on, now or later. What it paid in the past stays as it was.")
async def delete_commission_plan(
    call: Call, *, id: Annotated[CommissionPlanId, "Which plan."]
) -> CommissionPlanDeleted:
    """Hide a plan. Refused as long as a rep is on it, or will be."""
    plan = await call.fetch_to_change(CommissionPlan, id)
    today = await call.today()
    going_on = Q(ends_on=None) | Q(ends_on__gt=today)
    users = await PlanAssignment.filter(going_on, plan_id=plan.id, rep__deleted_at=None).count()
    if users:
        raise refuse(
            UserErrorCode.NOT_ALLOWED,
            f"Reps are on this plan now or later (assignments: {users}). Put them on another one with "
            "assignCommissionPlan, or end it with unassignCommissionPlan first.",
            "id",
        )
    await call.remove(plan)
    return CommissionPlanDeleted(plan.id)


# --- assignments ------------------------------------------------------------------------------------------------


@verb(
    "Put a rep on a commission plan from a day on. An earlier plan without an end ends on that day; any other overlap "
    "is refused.",
    creates=True,
    rules=(days_between("starts_on", "ends_on"),),
)
async def assign_commission_plan(
    call: Call,
    *,
    rep_id: Annotated[SalesRepId, "The rep."],
    plan_id: Annotated[CommissionPlanId, "The plan."],
    starts_on: Annotated[dt.date, "First day."],
    ends_on: Annotated[dt.date | None, "The day after the last; none if it goes on."] = None,
) -> PlanAssignment:
    """Put one rep on one plan. After the last day of an assignment with an end the rep is on no plan."""
    if await records.fetch(call.viewer, SalesRep, rep_id, lock=True) is None:
        raise Refused(missing("sales rep", "rep_id", may="change"))
    if await records.fetch(call.viewer, CommissionPlan, plan_id, lock=True) is None:
        raise Refused(missing("commission plan", "plan_id"))
    overlapping = PlanAssignment.filter(Q(ends_on=None) | Q(ends_on__gt=starts_on), rep_id=rep_id)
    if ends_on is not None:
        overlapping = overlapping.filter(starts_on__lt=ends_on)
    for other in await overlapping.order_by("starts_on"):
        if other.ends_on is None and other.starts_on < starts_on:
            await call.change(other, ends_on=starts_on)
            continue
        end = "on" if other.ends_on is None else f"to before {other.ends_on.isoformat()}"
        message = (
            f"The rep is on a plan from {other.starts_on.isoformat()} {end}, which overlaps. Choose other days, or "
            "take the rep off that one first with unassignCommissionPlan."
        )
        raise Refused(UserError(UserErrorCode.TAKEN, message, ("starts_on",), existing=("PlanAssignment", other.id)))
    return await call.create(PlanAssignment, rep_id=rep_id, plan_id=plan_id, starts_on=starts_on, ends_on=ends_on)


@dataclass(frozen=True)
class PlanUnassigned:
    """What became of an assignment that was ended."""

    plan_assignment: Annotated[PlanAssignment | None, "The assignment with its new end; null if it never came to pass."]
    deleted_id: Annotated[
        int | None, Ref("PlanAssignment"), "The id of an assignment that was removed, as no day of it is left."
    ]


@verb("Take a rep off a commission plan on a day. An assignment that has not begun by then is removed.")
async def unassign_commission_plan(
    call: Call,
    *,
    id: Annotated[PlanAssignmentId, "Which assignment."],
    ends_on: Annotated[dt.date | Absent, "The day after the last; today if left out."] = ABSENT,
) -> PlanUnassigned:
    """End one assignment; it can be shortened, not lengthened."""
    assignment = await call.fetch_to_change(PlanAssignment, id)
    end = await call.today() if ends_on is ABSENT else ends_on
    if assignment.ends_on is not None and end > assignment.ends_on:
        raise refuse(
            UserErrorCode.INVALID,
            f"This assignment ends before {assignment.ends_on.isoformat()} already. To go on, assign the plan again.",
            "ends_on",
        )
    if end <= assignment.starts_on:
        await call.erase(assignment)
        return PlanUnassigned(None, id)
    await call.change(assignment, ends_on=end)
    return PlanUnassigned(assignment, None)
