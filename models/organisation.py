"""The company that runs this CRM: one row, which fixes its currency, its time zone and how it rounds."""

from __future__ import annotations

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from models.fields import Choice


class Rounding(Choice):
    """What becomes of half a minor unit."""

    HALF_UP = "HALF_UP", "Half a minor unit rounds away from zero."
    HALF_EVEN = "HALF_EVEN", "Half a minor unit rounds to the even neighbour."


class Organisation(Model):
    """The company itself. Amounts in `base_…` columns and targets are in its currency."""

    id = fields.IntField(primary_key=True, default=1)
    name = fields.CharField(200)
    currency = fields.CharField(3)
    time_zone = fields.CharField(64, default="UTC")
    rounding = fields.CharEnumField(Rounding, max_length=16, default=Rounding.HALF_UP)
    demo = fields.BooleanField(default=False)
    """Whether the rows were invented by the demo command, which then may reset them."""

    class Meta:
        table = "organisation"
        constraints = (CheckConstraint(check="id = 1", name="organisation_is_one"),)
