"""Marketing: campaigns, and the customers they are addressed to."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

from models.base import Record, Removable
from models.customer import Customer
from models.fields import Choice, FoldedField, money_within
from models.sales_rep import SalesRep


class CampaignChannel(Choice):
    """Where a campaign runs."""

    EMAIL = "EMAIL", "By e-mail."
    SMS = "SMS", "By text message."
    SOCIAL = "SOCIAL", "On social networks."
    SEARCH = "SEARCH", "In search engines."
    DISPLAY = "DISPLAY", "Banners on web sites."
    EVENT = "EVENT", "A fair or another event."
    WEBINAR = "WEBINAR", "An event on the web."
    DIRECT_MAIL = "DIRECT_MAIL", "Letters and brochures."
    PHONE = "PHONE", "By telephone."
    PRINT = "PRINT", "In newspapers and magazines."
    TV = "TV", "On television."
    RADIO = "RADIO", "On the radio."
    PARTNER = "PARTNER", "Through partners."
    OTHER = "OTHER", "Elsewhere; the detail says where."


class CampaignStatus(Choice):
    """Where a campaign stands. It is changed by commands such as `startCampaign`, never typed in."""

    PLANNED = "PLANNED", "Being planned."
    SCHEDULED = "SCHEDULED", "Planned, and set to start on its date."
    ACTIVE = "ACTIVE", "Running."
    PAUSED = "PAUSED", "Stopped for a while."
    COMPLETED = "COMPLETED", "Over."
    CANCELLED = "CANCELLED", "Called off, with a reason."


class Campaign(Removable):
    """A marketing effort with a budget, from its first day to its last."""

    name = fields.CharField(200)
    name_fold = FoldedField("name")
    start_date = fields.DateField()
    end_date = fields.DateField()
    currency = fields.CharField(3)
    budget_minor = fields.BigIntField()
    channel = fields.CharEnumField(CampaignChannel, max_length=16)
    channel_detail = fields.CharField(200, null=True)
    status = fields.CharEnumField(CampaignStatus, max_length=16, default=CampaignStatus.PLANNED)
    objective = fields.TextField(null=True)
    owner: fields.ForeignKeyNullableRelation[SalesRep] = fields.ForeignKeyField(
        "models.SalesRep", related_name="campaigns", null=True, on_delete=fields.SET_NULL
    )
    owner_id: int | None
    parent: fields.ForeignKeyNullableRelation[Campaign] = fields.ForeignKeyField(
        "models.Campaign", related_name="children", null=True, on_delete=fields.SET_NULL
    )
    parent_id: int | None
    expected_leads = fields.IntField(null=True)
    expected_revenue_minor = fields.BigIntField(null=True)
    utm_campaign = fields.CharField(100, null=True)
    cancel_reason = fields.CharField(500, null=True)

    class Meta:
        table = "campaign"
        unique_together = (("utm_campaign", "deleted_key"),)
        indexes = (
            Index(fields=("name_fold", "id")),
            Index(fields=("start_date", "id")),
            Index(fields=("end_date", "id")),
            Index(fields=("created_at", "id")),
            Index(fields=("updated_at", "id")),
            Index(fields=("channel", "id")),
            Index(fields=("status", "start_date", "id")),
            Index(fields=("owner_id", "start_date", "id")),
            Index(fields=("parent_id", "start_date", "id")),
        )
        constraints = (
            CheckConstraint(check="length(name) BETWEEN 1 AND 200", name="campaign_is_named"),
            CheckConstraint(check="end_date >= start_date", name="campaign_ends_after_it_starts"),
            CheckConstraint(check="expected_leads IS NULL OR expected_leads >= 0", name="expected_leads_range"),
            money_within("budget_minor"),
            money_within("expected_revenue_minor"),
        )


class MemberStatus(Choice):
    """How far a campaign got with a customer. It only moves forward."""

    TARGETED = "TARGETED", "Chosen to be addressed."
    EXCLUDED = "EXCLUDED", "Left out, with a reason."
    SENT = "SENT", "Addressed."
    DELIVERED = "DELIVERED", "Reached."
    BOUNCED = "BOUNCED", "Could not be reached."
    OPENED = "OPENED", "Opened what was sent."
    CLICKED = "CLICKED", "Followed a link."
    RESPONDED = "RESPONDED", "Answered."
    CONVERTED = "CONVERTED", "Bought."
    OPTED_OUT = "OPTED_OUT", "Wants no more of it."


class CampaignMember(Record):
    """A customer a campaign is addressed to."""

    campaign: fields.ForeignKeyRelation[Campaign] = fields.ForeignKeyField(
        "models.Campaign", related_name="members", on_delete=fields.CASCADE
    )
    campaign_id: int
    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name="campaign_members", on_delete=fields.CASCADE
    )
    customer_id: int
    status = fields.CharEnumField(MemberStatus, max_length=16, default=MemberStatus.TARGETED)
    excluded_reason = fields.CharField(200, null=True)

    within = ("campaign", "customer")

    class Meta:
        table = "campaign_member"
        unique_together = (("campaign_id", "customer_id"),)
        indexes = (
            Index(fields=("campaign_id", "created_at", "id")),
            Index(fields=("customer_id", "created_at", "id")),
        )
