"""What reps are measured by and paid for: targets, commission plans with their tiers, and who is on which plan."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

from models.base import LogLine, Record, Removable
from models.fields import Choice, FoldedField, money_within, share_within
from models.sales_rep import SalesRep, Team


class SalesTarget(Record):
    """What a rep, or a team, is to sell in a period, in the organisation's currency."""

    rep: fields.ForeignKeyNullableRelation[SalesRep] = fields.ForeignKeyField(
        "models.SalesRep", related_name="targets", null=True, on_delete=fields.CASCADE
    )
    rep_id: int | None
    team: fields.ForeignKeyNullableRelation[Team] = fields.ForeignKeyField(
        "models.Team", related_name="targets", null=True, on_delete=fields.CASCADE
    )
    team_id: int | None
    period_start = fields.DateField()
    period_end = fields.DateField()
    """The day after the last: periods are half-open."""
    amount_minor = fields.BigIntField()

    within = ("rep", "team")

    class Meta:
        table = "sales_target"
        indexes = (
            Index(fields=("rep_id", "period_start", "id")),
            Index(fields=("team_id", "period_start", "id")),
            Index(fields=("period_start", "id")),
        )
        constraints = (
            CheckConstraint(check="(rep_id IS NULL) <> (team_id IS NULL)", name="sales_target_has_one_owner"),
            CheckConstraint(check="period_end > period_start", name="sales_target_period_runs_forward"),
            money_within("amount_minor"),
        )


class TierMode(Choice):
    """How a plan's tiers apply."""

    MARGINAL = "MARGINAL", "Each tier's rate applies to the sales inside that tier."
    WHOLE = "WHOLE", "The rate of the tier that is reached applies to all sales."


class CommissionPlan(Removable):
    """How sales become commission: tiers over the attainment of the target."""

    name = fields.CharField(200)
    name_fold = FoldedField("name")
    tier_mode = fields.CharEnumField(TierMode, max_length=16, default=TierMode.MARGINAL)

    class Meta:
        table = "commission_plan"
        unique_together = (("name_fold", "deleted_key"),)
        indexes = (
            Index(fields=("name_fold", "id")),
            Index(fields=("created_at", "id")),
            Index(fields=("updated_at", "id")),
        )


class CommissionTier(Record):
    """One step of a plan: from an attainment (inclusive) to another (exclusive), all in basis points."""

    plan: fields.ForeignKeyRelation[CommissionPlan] = fields.ForeignKeyField(
        "models.CommissionPlan", related_name="tiers", on_delete=fields.CASCADE
    )
    plan_id: int
    from_bps = fields.IntField()
    to_bps = fields.IntField(null=True)
    """Null in the last tier, which has no end."""
    rate_bps = fields.IntField()

    within = ("plan",)

    class Meta:
        table = "commission_tier"
        unique_together = (("plan_id", "from_bps"),)
        constraints = (
            CheckConstraint(check="from_bps BETWEEN 0 AND 10000000", name="from_bps_range"),
            CheckConstraint(check="to_bps IS NULL OR to_bps > from_bps", name="commission_tier_runs_forward"),
            share_within("rate_bps"),
        )


class PlanAssignment(Record):
    """Which commission plan a rep is on, and when."""

    rep: fields.ForeignKeyRelation[SalesRep] = fields.ForeignKeyField(
        "models.SalesRep", related_name="plan_assignments", on_delete=fields.CASCADE
    )
    rep_id: int
    plan: fields.ForeignKeyRelation[CommissionPlan] = fields.ForeignKeyField(
        "models.CommissionPlan", related_name="assignments", on_delete=fields.RESTRICT
    )
    plan_id: int
    starts_on = fields.DateField()
    ends_on = fields.DateField(null=True)
    """The day after the last; null while the assignment goes on."""

    within = ("rep",)

    class Meta:
        table = "plan_assignment"
        indexes = (Index(fields=("rep_id", "starts_on", "id")), Index(fields=("plan_id", "starts_on", "id")))
        constraints = (
            CheckConstraint(check="ends_on IS NULL OR ends_on > starts_on", name="plan_assignment_runs_forward"),
        )


class TargetRevision(LogLine):
    """A change of a target's amount, and why; written with the change, never changed."""

    target: fields.ForeignKeyRelation[SalesTarget] = fields.ForeignKeyField(
        "models.SalesTarget", related_name="revisions", on_delete=fields.CASCADE
    )
    target_id: int
    old_minor = fields.BigIntField(null=True)
    """Null for the first, when the target was set."""
    new_minor = fields.BigIntField()
    reason = fields.CharField(500)
    actor = fields.CharField(200)

    within = ("target",)

    class Meta:
        table = "target_revision"
        indexes = (Index(fields=("target_id", "created_at", "id")),)
        constraints = (money_within("new_minor"),)
