"""Service: tickets, their messages, and the steps of their lives."""

import models
from compiler.catalog import Kind
from resolvers.machines import TICKET
from schema.kit import column, entity, formula, to_many, to_one


@entity(
    models.Ticket,
    "tkt",
    plural="tickets",
    order="-CREATED_AT",
    search=("number", "issue", "category"),
    identifiers={"number": "The ticket's number, such as `T-10042`; case does not matter."},
    shown="number",
)
class Ticket:
    """Something a customer needs help with."""

    number = column("The number people use: `T-10042`.", sort=True)
    issue = column("What it is about, in one line of 1 to 300 characters.", sort=True)
    description = column("What the customer says about it.")
    status = column("Where the ticket stands.", sort=True)
    allowed_transitions = formula(
        Kind.NAMES, "The mutations that its status allows: what buttons to show.", TICKET.sql()
    )
    priority = column(
        "How soon it needs attention; sorts by urgency.", sort=True, rank=("LOW", "NORMAL", "HIGH", "URGENT")
    )
    category = column("What kind of problem it is.", group=True)
    channel = column("How it reached us.")
    resolution = column("How it came to its end.")
    customer = to_one("Customer", "Whose ticket it is.", sort=True)
    contact = to_one("Contact", "The person who raised it.")
    product = to_one("Product", "The product it is about.")
    order = to_one("Order", "The order it is about.")
    assignee = to_one("SalesRep", "Who works on it; null while nobody does.", sort=True)
    team = to_one("Team", "The team it belongs to.")
    messages = to_many("TicketMessage", "What was written in it, oldest first.", by="ticket", order="CREATED_AT")
    status_changes = to_many(
        "TicketStatusChange", "The steps of its life so far, oldest first.", by="ticket", order="CREATED_AT"
    )
    first_responded_at = column("When somebody of us first answered.", sort=True)
    resolved_at = column("When it was solved.", sort=True)
    closed_at = column("When it was closed.")
    reopen_count = column("How often it was taken up again.", measure=True)


@entity(models.TicketMessage, "msg", plural="ticketMessages", order="CREATED_AT", root=False)
class TicketMessage:
    """One message in a ticket."""

    ticket = to_one("Ticket", "The ticket.")
    author = to_one("SalesRep", "Who of us wrote it; null if it was not one of us.")
    author_kind = column("Who wrote it.")
    visibility = column("Who may read it.")
    channel = column("How it was sent.")
    body = column("The text, in Markdown.")


@entity(models.TicketStatusChange, "tsc", plural="ticketStatusChanges", order="CREATED_AT", root=False)
class TicketStatusChange:
    """One step of a ticket through its life; it is written along with the step and never changes."""

    ticket = to_one("Ticket", "The ticket.")
    from_status = column("Where the ticket stood before; null for its first step, when it was made.")
    to_status = column("Where the step led.")
    actor = column("Who took it.")
    reason = column("Why; of a resolved ticket, its resolution.")
