"""What reps are measured by and paid for: targets, commission plans, and who is on which plan."""

import models
from schema.kit import column, entity, money, to_many, to_one


@entity(models.SalesTarget, "tgt", plural="salesTargets", order="-PERIOD_START", root=False)
class SalesTarget:
    """What a rep or a team is to sell in a period."""

    rep = to_one("SalesRep", "The rep; null for a team's target.")
    team = to_one("Team", "The team; null for a rep's target.")
    period_start = column("First day.", sort=True)
    period_end = column("The day after the last.", sort=True)
    amount = money("What is to be sold, net, in the organisation's currency.", base=True)
    revisions = to_many("TargetRevision", "How it came to its amount, newest first.", by="target")


@entity(models.TargetRevision, "trv", plural="targetRevisions", order="-CREATED_AT", root=False)
class TargetRevision:
    """A change of a target's amount; never changed itself."""

    target = to_one("SalesTarget", "The target.")
    old = money("The amount before; null when the target was first set.", base=True)
    new = money("The amount from then on.", base=True)
    reason = column("Why it was set, or set anew.")
    actor = column("Who did it.")


@entity(models.CommissionPlan, "pln", plural="commissionPlans", order="NAME", search=("name",), few=True)
class CommissionPlan:
    """How sales become commission: tiers over the attainment of the target."""

    name = column("Display name, unique.", sort=True)
    tier_mode = column("Whether a tier's rate applies to the sales inside it or to all sales.")
    tiers = to_many("CommissionTier", "The tiers, lowest first: without gaps, the last one open.", by="plan")
    assignments = to_many("PlanAssignment", "Who is or was on this plan, newest first.", by="plan")


@entity(models.CommissionTier, "tir", plural="commissionTiers", order="FROM_BPS", root=False)
class CommissionTier:
    """One step of a commission plan."""

    plan = to_one("CommissionPlan", "The plan.")
    from_bps = column("Attainment it starts at, in basis points: 10,000 is the target reached.", sort=True)
    to_bps = column("Attainment it ends before, in basis points; null in the last tier.")
    rate_bps = column("Rate in basis points of sales: 500 is 5 %.")


@entity(models.PlanAssignment, "asg", plural="planAssignments", order="-STARTS_ON", root=False)
class PlanAssignment:
    """A rep's time on a commission plan."""

    rep = to_one("SalesRep", "The rep.", sort=True)
    plan = to_one("CommissionPlan", "The plan.")
    starts_on = column("First day.", sort=True)
    ends_on = column("The day after the last; null while it goes on.")
