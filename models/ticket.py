"""Service: tickets, and what was written in them."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

from models.base import LogLine, Record, Removable
from models.customer import Contact, ContactChannel, Customer
from models.fields import Choice, FoldedField, InstantField
from models.order import Order
from models.product import Product
from models.sales_rep import SalesRep, Team


class TicketStatus(Choice):
    """Where a ticket stands. It is changed by commands such as `resolveTicket`, never typed in."""

    NEW = "NEW", "Came in; nobody has looked at it yet."
    OPEN = "OPEN", "Somebody is working on it."
    PENDING_CUSTOMER = "PENDING_CUSTOMER", "Waits for the customer's answer."
    ON_HOLD = "ON_HOLD", "Waits for somebody else."
    RESOLVED = "RESOLVED", "Solved; the customer may still object."
    CLOSED = "CLOSED", "Done for good."


class TicketPriority(Choice):
    """How soon a ticket needs attention. Sorted by urgency, not by name."""

    LOW = "LOW", "Whenever there is time."
    NORMAL = "NORMAL", "In the usual order."
    HIGH = "HIGH", "Before others."
    URGENT = "URGENT", "At once."


class TicketResolution(Choice):
    """How a ticket came to its end."""

    FIXED = "FIXED", "The fault was mended."
    WORKAROUND = "WORKAROUND", "There is a way around it."
    ANSWERED = "ANSWERED", "The question was answered."
    DUPLICATE = "DUPLICATE", "Another ticket says the same."
    REJECTED = "REJECTED", "It was not ours to solve."
    NO_RESPONSE = "NO_RESPONSE", "The customer did not answer any more."


class Ticket(Removable):
    """Something a customer needs help with."""

    number = fields.CharField(32)
    number_fold = FoldedField("number")
    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name="tickets", on_delete=fields.RESTRICT
    )
    customer_id: int
    contact: fields.ForeignKeyNullableRelation[Contact] = fields.ForeignKeyField(
        "models.Contact", related_name="tickets", null=True, on_delete=fields.SET_NULL
    )
    contact_id: int | None
    product: fields.ForeignKeyNullableRelation[Product] = fields.ForeignKeyField(
        "models.Product", related_name="tickets", null=True, on_delete=fields.SET_NULL
    )
    product_id: int | None
    order: fields.ForeignKeyNullableRelation[Order] = fields.ForeignKeyField(
        "models.Order", related_name="tickets", null=True, on_delete=fields.SET_NULL
    )
    order_id: int | None
    assignee: fields.ForeignKeyNullableRelation[SalesRep] = fields.ForeignKeyField(
        "models.SalesRep", related_name="assigned_tickets", null=True, on_delete=fields.SET_NULL
    )
    assignee_id: int | None
    team: fields.ForeignKeyNullableRelation[Team] = fields.ForeignKeyField(
        "models.Team", related_name="tickets", null=True, on_delete=fields.SET_NULL
    )
    team_id: int | None
    issue = fields.CharField(300)
    issue_fold = FoldedField("issue")
    description = fields.TextField(null=True)
    status = fields.CharEnumField(TicketStatus, max_length=24, default=TicketStatus.NEW)
    priority = fields.CharEnumField(TicketPriority, max_length=16, default=TicketPriority.NORMAL)
    category = fields.CharField(100, null=True)
    category_fold = FoldedField("category", null=True)
    channel = fields.CharEnumField(ContactChannel, max_length=16, default=ContactChannel.OTHER)
    resolution = fields.CharEnumField(TicketResolution, max_length=16, null=True)
    first_responded_at = InstantField(null=True)
    resolved_at = InstantField(null=True)
    closed_at = InstantField(null=True)
    reopen_count = fields.IntField(default=0)

    class Meta:
        table = "ticket"
        unique_together = (("number_fold",),)
        indexes = (
            Index(fields=("created_at", "id")),
            Index(fields=("updated_at", "id")),
            Index(fields=("issue_fold", "id")),
            Index(fields=("first_responded_at", "id")),
            Index(fields=("resolved_at", "id")),
            Index(fields=("closed_at", "id")),
            Index(fields=("status", "created_at", "id")),
            Index(fields=("priority", "created_at", "id")),
            Index(fields=("customer_id", "created_at", "id")),
            Index(fields=("contact_id", "created_at", "id")),
            Index(fields=("product_id", "created_at", "id")),
            Index(fields=("order_id", "created_at", "id")),
            Index(fields=("assignee_id", "created_at", "id")),
            Index(fields=("team_id", "created_at", "id")),
        )
        constraints = (
            CheckConstraint(check="length(issue) BETWEEN 1 AND 300", name="ticket_issue_is_given"),
            CheckConstraint(check="updated_at >= created_at", name="ticket_updated_after_created"),
            CheckConstraint(
                check="first_responded_at IS NULL OR first_responded_at >= created_at",
                name="ticket_answered_after_created",
            ),
            CheckConstraint(
                check="resolved_at IS NULL OR resolved_at >= created_at", name="ticket_resolved_after_created"
            ),
            CheckConstraint(check="closed_at IS NULL OR closed_at >= created_at", name="ticket_closed_after_created"),
            CheckConstraint(check="reopen_count >= 0", name="reopen_count_range"),
        )


class AuthorKind(Choice):
    """Who wrote a message."""

    CUSTOMER = "CUSTOMER", "The customer."
    AGENT = "AGENT", "One of us."
    SYSTEM = "SYSTEM", "The system itself, about something that happened."
    BOT = "BOT", "An automatic answer."


class Visibility(Choice):
    """Who may read a message."""

    PUBLIC = "PUBLIC", "The customer and we."
    INTERNAL = "INTERNAL", "Only we."


class TicketMessage(Record):
    """One message in a ticket."""

    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField(
        "models.Ticket", related_name="messages", on_delete=fields.CASCADE
    )
    ticket_id: int
    author: fields.ForeignKeyNullableRelation[SalesRep] = fields.ForeignKeyField(
        "models.SalesRep", related_name="messages", null=True, on_delete=fields.SET_NULL
    )
    author_id: int | None
    author_kind = fields.CharEnumField(AuthorKind, max_length=16)
    visibility = fields.CharEnumField(Visibility, max_length=16, default=Visibility.PUBLIC)
    channel = fields.CharEnumField(ContactChannel, max_length=16, default=ContactChannel.OTHER)
    body = fields.TextField()

    within = ("ticket",)

    class Meta:
        table = "ticket_message"
        indexes = (
            Index(fields=("ticket_id", "created_at", "id")),
            Index(fields=("author_id", "created_at", "id")),
        )
        constraints = (CheckConstraint(check="length(body) >= 1", name="ticket_message_says_something"),)


class TicketStatusChange(LogLine):
    """One step of a ticket through its life; written with the step, never changed."""

    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField(
        "models.Ticket", related_name="status_changes", on_delete=fields.CASCADE
    )
    ticket_id: int
    from_status = fields.CharEnumField(TicketStatus, max_length=24, null=True)
    """Null for the first, when the ticket was made."""
    to_status = fields.CharEnumField(TicketStatus, max_length=24)
    actor = fields.CharField(200)
    reason = fields.CharField(500, null=True)

    within = ("ticket",)

    class Meta:
        table = "ticket_status_change"
        indexes = (Index(fields=("ticket_id", "created_at", "id")),)
