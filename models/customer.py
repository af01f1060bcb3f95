"""Customers and the people one talks to there."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

from models.base import Removable
from models.fields import Choice, FoldedField
from models.sales_rep import SalesRep


class CustomerKind(Choice):
    """Whether a customer is one person or an organisation."""

    PERSON = "PERSON", "A private person."
    COMPANY = "COMPANY", "A company or another organisation."


class Lifecycle(Choice):
    """Where a customer stands with us."""

    LEAD = "LEAD", "Has shown interest; nothing is known yet."
    PROSPECT = "PROSPECT", "Is being talked to; has not bought yet."
    ACTIVE = "ACTIVE", "Buys from us."
    DORMANT = "DORMANT", "Has not bought for a long time."
    CHURNED = "CHURNED", "Has left us."


class SizeBand(Choice):
    """How many people work at a company."""

    MICRO = "MICRO", "1 to 9 people."
    SMALL = "SMALL", "10 to 49 people."
    MEDIUM = "MEDIUM", "50 to 249 people."
    LARGE = "LARGE", "250 people or more."


class RouteStatus(Choice):
    """Whether a telephone number or an e-mail address can be used."""

    EMPTY = "EMPTY", "Nothing was given."
    VALID = "VALID", "Well formed."
    DOUBTFUL = "DOUBTFUL", "Kept as it was given, though it does not look right."


class ContactChannel(Choice):
    """How somebody likes to be reached."""

    PHONE = "PHONE", "By telephone."
    EMAIL = "EMAIL", "By e-mail."
    CHAT = "CHAT", "By chat on the web site."
    SMS = "SMS", "By text message."
    WECHAT = "WECHAT", "By WeChat."
    WHATSAPP = "WHATSAPP", "By WhatsApp."
    SOCIAL = "SOCIAL", "By a social network."
    IN_PERSON = "IN_PERSON", "Face to face."
    WEB_FORM = "WEB_FORM", "By a form on the web site."
    OTHER = "OTHER", "In another way."


class CustomerSource(Choice):
    """How a customer first came to us."""

    WEB = "WEB", "Through the web site."
    REFERRAL = "REFERRAL", "Recommended by somebody."
    CAMPAIGN = "CAMPAIGN", "Through a marketing campaign."
    EVENT = "EVENT", "Met at a fair or another event."
    PHONE = "PHONE", "Called us, or was called."
    PARTNER = "PARTNER", "Through a partner."
    IMPORT = "IMPORT", "Brought in from another system."
    OTHER = "OTHER", "In another way."


class Customer(Removable):
    """A person or company we sell to. Doubtful telephone numbers and addresses are kept as given, and flagged."""

    name = fields.CharField(200)
    name_fold = FoldedField("name")
    kind = fields.CharEnumField(CustomerKind, max_length=16, default=CustomerKind.COMPANY)
    lifecycle = fields.CharEnumField(Lifecycle, max_length=16, default=Lifecycle.LEAD)
    source = fields.CharEnumField(CustomerSource, max_length=16, default=CustomerSource.OTHER)
    address = fields.TextField()
    address_fold = FoldedField("address")
    line1 = fields.CharField(200, null=True)
    line2 = fields.CharField(200, null=True)
    city = fields.CharField(200, null=True)
    city_fold = FoldedField("city", null=True)
    region = fields.CharField(200, null=True)
    postal_code = fields.CharField(32, null=True)
    country = fields.CharField(2, null=True)
    phone = fields.CharField(64)
    phone_fold = FoldedField("phone")
    phone_e164 = fields.CharField(20, null=True)
    phone_status = fields.CharEnumField(RouteStatus, max_length=16, default=RouteStatus.EMPTY)
    email = fields.CharField(320)
    email_fold = FoldedField("email")
    email_norm = fields.CharField(320, null=True)
    email_status = fields.CharEnumField(RouteStatus, max_length=16, default=RouteStatus.EMPTY)
    preferred_channel = fields.CharEnumField(ContactChannel, max_length=16, null=True)
    industry = fields.CharField(100, null=True)
    industry_fold = FoldedField("industry", null=True)
    size_band = fields.CharEnumField(SizeBand, max_length=16, null=True)
    website = fields.CharField(2000, null=True)
    tax_id = fields.CharField(64, null=True)
    language = fields.CharField(35, null=True)
    time_zone = fields.CharField(64, null=True)
    owner: fields.ForeignKeyNullableRelation[SalesRep] = fields.ForeignKeyField(
        "models.SalesRep", related_name="customers", null=True, on_delete=fields.SET_NULL
    )
    owner_id: int | None
    parent: fields.ForeignKeyNullableRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name="subsidiaries", null=True, on_delete=fields.SET_NULL
    )
    parent_id: int | None

    class Meta:
        table = "customer"
        indexes = (
            Index(fields=("name_fold", "id")),
            Index(fields=("created_at", "id")),
            Index(fields=("updated_at", "id")),
            Index(fields=("city_fold", "id")),
            Index(fields=("country", "name_fold", "id")),
            Index(fields=("lifecycle", "name_fold", "id")),
            Index(fields=("owner_id", "name_fold", "id")),
            Index(fields=("parent_id", "name_fold", "id")),
            Index(fields=("email_norm",)),
            Index(fields=("email_fold",)),
            Index(fields=("phone_e164",)),
        )
        constraints = (
            CheckConstraint(check="length(name) BETWEEN 1 AND 200", name="customer_is_named"),
            CheckConstraint(check="parent_id IS NULL OR parent_id <> id", name="customer_has_another_parent"),
            CheckConstraint(check="country IS NULL OR length(country) = 2", name="country_is_alpha2"),
        )


class Contact(Removable):
    """Somebody to talk to at a customer."""

    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name="contacts", on_delete=fields.CASCADE
    )
    customer_id: int
    name = fields.CharField(200)
    name_fold = FoldedField("name")
    given_name = fields.CharField(100, null=True)
    family_name = fields.CharField(100, null=True)
    role = fields.CharField(100, null=True)
    role_fold = FoldedField("role", null=True)
    phone = fields.CharField(64)
    phone_fold = FoldedField("phone")
    phone_e164 = fields.CharField(20, null=True)
    phone_status = fields.CharEnumField(RouteStatus, max_length=16, default=RouteStatus.EMPTY)
    email = fields.CharField(320)
    email_fold = FoldedField("email")
    email_norm = fields.CharField(320, null=True)
    email_status = fields.CharEnumField(RouteStatus, max_length=16, default=RouteStatus.EMPTY)
    is_primary = fields.BooleanField(default=False)
    do_not_call = fields.BooleanField(default=False)

    class Meta:
        table = "contact"
        indexes = (
            Index(fields=("customer_id", "name_fold", "id")),
            Index(fields=("name_fold", "id")),
            Index(fields=("created_at", "id")),
            Index(fields=("updated_at", "id")),
            Index(fields=("email_norm",)),
        )
        constraints = (CheckConstraint(check="length(name) BETWEEN 1 AND 200", name="contact_is_named"),)
