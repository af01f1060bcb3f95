"""The sales force: teams, the reps in them, and who manages whom."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

from models.base import Removable
from models.fields import FoldedField


class Team(Removable):
    """Reps who work together."""

    name = fields.CharField(200)
    name_fold = FoldedField("name")

    class Meta:
        table = "team"
        unique_together = (("name_fold", "deleted_key"),)
        indexes = (
            Index(fields=("name_fold", "id")),
            Index(fields=("created_at", "id")),
            Index(fields=("updated_at", "id")),
        )


class SalesRep(Removable):
    """A member of the sales force. What they sold, and earn by it, is worked out from orders, never stored here."""

    name = fields.CharField(200)
    name_fold = FoldedField("name")
    position = fields.CharField(200)
    position_fold = FoldedField("position")
    email = fields.CharField(320)
    email_fold = FoldedField("email")
    manager: fields.ForeignKeyNullableRelation[SalesRep] = fields.ForeignKeyField(
        "models.SalesRep", related_name="reports", null=True, on_delete=fields.SET_NULL
    )
    manager_id: int | None
    team: fields.ForeignKeyNullableRelation[Team] = fields.ForeignKeyField(
        "models.Team", related_name="members", null=True, on_delete=fields.SET_NULL
    )
    team_id: int | None
    hired_on = fields.DateField()
    left_on = fields.DateField(null=True)
    active = fields.BooleanField(default=True)

    class Meta:
        table = "sales_rep"
        indexes = (
            Index(fields=("name_fold", "id")),
            Index(fields=("created_at", "id")),
            Index(fields=("updated_at", "id")),
            Index(fields=("position_fold", "id")),
            Index(fields=("hired_on", "id")),
            Index(fields=("manager_id", "name_fold", "id")),
            Index(fields=("team_id", "name_fold", "id")),
        )
        constraints = (
            CheckConstraint(check="manager_id IS NULL OR manager_id <> id", name="sales_rep_manages_another"),
            CheckConstraint(check="left_on IS NULL OR left_on >= hired_on", name="sales_rep_left_after_hired"),
        )
