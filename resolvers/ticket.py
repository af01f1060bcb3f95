"""What can be done with tickets: every step of their lives, and what is written in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from errors import Refused, UserError, UserErrorCode
from models import (
    AuthorKind,
    Contact,
    ContactChannel,
    Customer,
    Order,
    Product,
    SalesRep,
    Team,
    Ticket,
    TicketMessage,
    TicketPriority,
    TicketResolution,
    TicketStatus,
    TicketStatusChange,
    Visibility,
)
from models.base import Record
from models.fields import Choice
from resolvers.batch import missing, write_new
from resolvers.ids import ContactId, CustomerId, OrderId, ProductId, SalesRepId, TeamId, TicketId
from resolvers.machines import REPLY_STEPS, TICKET
from resolvers.verbs import Batch, BatchPolicy, Changes, Flat, Length, PartialOf, Ref, Row, Rule, make_one, verb
from resolvers.write import Call

Reason = Annotated[str, Length(500, least=1)]


class ReplyAuthor(Choice):
    """Who may write into a ticket by hand."""

    CUSTOMER = "CUSTOMER", "The customer."
    AGENT = "AGENT", "One of us."


@dataclass(frozen=True, kw_only=True)
class TicketFacts:
    """What is known of a ticket; where it stands and who works on it have commands of their own."""

    issue: Annotated[str, Length(300, least=1), "What it is about, in one line of 1 to 300 characters."]
    description: Annotated[str | None, Length(100_000), "What the customer says about it."] = None
    priority: Annotated[TicketPriority, "How soon it needs attention."] = TicketPriority.NORMAL
    category: Annotated[str | None, Length(100, least=1), "What kind of problem it is."] = None
    channel: Annotated[ContactChannel, "How it reached us."] = ContactChannel.OTHER
    contact_id: Annotated[ContactId | None, "The person who raised it: a contact of the customer."] = None
    product_id: Annotated[ProductId | None, "The product it is about."] = None
    order_id: Annotated[OrderId | None, "The order it is about: one of the customer's."] = None
    team_id: Annotated[TeamId | None, "The team it belongs to."] = None


@dataclass(frozen=True, kw_only=True)
class NewTicket(TicketFacts):
    """A ticket to be made."""

    customer_id: Annotated[CustomerId, "Whose ticket it is."]
    assignee_id: Annotated[SalesRepId | None, "Who is to work on it; it stays `NEW` all the same."] = None


@dataclass(frozen=True)
class TicketReplied:
    """A new message, and its ticket with what the message made of it."""

    ticket: Ticket
    message: TicketMessage


@dataclass(frozen=True)
class TicketDeleted:
    """A removed ticket."""

    deleted_id: Annotated[int, Ref("Ticket"), "The id of the removed ticket."]


# --- making and describing ----------------------------------------------------------------------------------------


async def _make(call: Call, items: Sequence[NewTicket]) -> list[Row]:
    """Check all, write the good ones and the first step of each together; what became of each."""
    call.want({Ticket: len(items)})
    named = [vars(item) for item in items]
    linked = await _linked(call, named)
    # Nearly always all that is named is there, and that is all there is to it.
    doubtful = {
        column: found
        for column, found in linked.items()
        if LINKS[column].reads != ("id",) or not found.keys() >= {columns[column] for columns in named} - {None}
    }
    wrong = {
        at: errors
        for at, columns in enumerate(named if doubtful else ())
        if (errors := _link_errors(columns, columns["customer_id"], doubtful))
    }
    good = [columns for at, columns in enumerate(named) if at not in wrong]
    ids = await call.next_ids(Ticket, len(good))
    tickets = Ticket.many(
        [{**columns, "id": id_, "number": f"T-{id_}"} for columns, id_ in zip(good, ids, strict=True)]
    )
    rows = await write_new(call, tickets, wrong)
    call.log(_steps(call, [(ticket, None, ticket.status) for ticket in tickets]))
    return rows


@verb("Make a ticket. It gets a number such as `T-10042`, and begins as `NEW`.", creates=True, many=_make)
async def create_ticket(call: Call, *, new: Annotated[NewTicket, Flat()]) -> Ticket:
    """Make one ticket."""
    return await make_one(call, _make, new)  # type: ignore[no-any-return]


@verb("Make up to 500 tickets at once.", creates=True)
async def create_tickets(
    call: Call,
    *,
    items: Annotated[list[NewTicket], Length(500, least=1), "The tickets, 1 to 500."],
    on_error: Annotated[
        BatchPolicy, "What becomes of the others when some cannot be written."
    ] = BatchPolicy.REJECT_ALL,
) -> Annotated[Batch, Ref("Ticket")]:
    """Make many tickets in a handful of statements."""
    return Batch(tuple(await _make(call, items)))


@dataclass(frozen=True)
class Link:
    """What a column of a ticket names."""

    model: type[Record]
    noun: str
    """What it is called."""
    reads: tuple[str, ...] = ("id",)
    """What has to be known of it."""


LINKS: Mapping[str, Link] = {
    "customer_id": Link(Customer, "customer"),
    "contact_id": Link(Contact, "contact", ("customer_id",)),
    "product_id": Link(Product, "product"),
    "order_id": Link(Order, "order", ("customer_id",)),
    "team_id": Link(Team, "team"),
    "assignee_id": Link(SalesRep, "sales rep", ("name", "active")),
}


async def _linked(call: Call, rows: Sequence[Changes]) -> dict[str, Mapping[int, Any]]:
    """The records that rows of columns name and the viewer may see, by column and id."""
    found: dict[str, Mapping[int, Any]] = {}
    for column, link in LINKS.items():
        ids = [id_ for row in rows if (id_ := row.get(column)) is not None]
        if ids:
            found[column] = await call.fetch_many(link.model, ids, link.reads)
    return found


def _link_errors(columns: Changes, customer_id: int, linked: Mapping[str, Mapping[int, Any]]) -> list[UserError]:
    """What is wrong with the records that columns name, all those that are there being in `linked`."""
    errors = []
    for column, found in linked.items():
        id_ = columns.get(column)
        if id_ is None:
            continue
        record = found.get(id_)
        if record is None:
            errors.append(missing(LINKS[column].noun, column))
        elif isinstance(record, Contact | Order) and record.customer_id != customer_id:
            message = f"This {LINKS[column].noun} is another customer's. Name one of the ticket's own customer."
            errors.append(UserError(UserErrorCode.INVALID, message, (column,)))
        elif isinstance(record, SalesRep) and not record.active:
            message = f"{record.name} does not work here any more. Assign the ticket to somebody who does."
            errors.append(UserError(UserErrorCode.INVALID, message, (column,)))
    return errors


@verb("Change what is known of a ticket: what is left out stays, null clears.")
async def update_ticket(
    call: Call,
    *,
    id: Annotated[TicketId, "Which ticket."],
    change: Annotated[Changes, PartialOf(TicketFacts)],
) -> Ticket:
    """Change one ticket's facts, in whichever status it is."""
    ticket = await call.fetch_to_change(Ticket, id)
    await _check_links(call, ticket, change)
    await call.change(ticket, **change)
    return ticket


async def _check_links(call: Call, ticket: Ticket, columns: Changes) -> None:
    linked = await _linked(call, [columns])
    errors = _link_errors(columns, _customer_of(ticket), linked)
    if errors:
        raise Refused(*errors)


def _customer_of(ticket: Ticket) -> int:
    return ticket.customer_id


# --- steps --------------------------------------------------------------------------------------------------------


def _steps(
    call: Call, steps: Sequence[tuple[Ticket, TicketStatus | None, TicketStatus]], reason: str | None = None
) -> list[TicketStatusChange]:
    """What the log says of tickets that went from one status to another."""
    same = {"actor": (call.viewer.called or call.viewer.name)[:200], "reason": reason}
    return TicketStatusChange.many(
        [{"ticket_id": ticket.id, "from_status": from_, "to_status": to, **same} for ticket, from_, to in steps]
    )


async def _move(
    call: Call,
    ticket: Ticket,
    steps: Sequence[TicketStatus],
    reason: str | None = None,
    **columns: Any,
) -> None:
    """Lead a ticket through statuses, each step logged, and change its columns along with it."""
    for status in steps:
        call.log(_steps(call, [(ticket, ticket.status, status)], reason))
        ticket.status = status
    changed = {name: value for name, value in columns.items() if getattr(ticket, name) != value}
    for name, value in changed.items():
        setattr(ticket, name, value)
    await call.touch(ticket, *(["status"] if steps else []), *changed)


def _instant(call: Call, ticket: Ticket) -> dt.datetime:
    """Now, but not before anything that has happened to the ticket: a clock that was set back must not show."""
    marks = (ticket.created_at, ticket.first_responded_at, ticket.resolved_at)
    return max(call.now, *(mark for mark in marks if mark is not None))


OPENED_AGAIN: Mapping[str, Any] = {"resolution": None, "resolved_at": None, "closed_at": None}
"""What a ticket forgets when it is taken up again."""


def author_errors(kind: ReplyAuthor, visibility: Visibility, author_id: int | None) -> list[UserError]:
    """What a customer writes is public, and written by none of us."""
    errors = []
    if kind is ReplyAuthor.CUSTOMER and visibility is not Visibility.PUBLIC:
        message = "What a customer writes is public; only we take notes."
        errors.append(UserError(UserErrorCode.INVALID, message, ("visibility",)))
    if kind is ReplyAuthor.CUSTOMER and author_id is not None:
        message = "A customer's message is written by none of us: leave it out."
        errors.append(UserError(UserErrorCode.INVALID, message, ("author_id",)))
    return errors


@verb(
    "Write into a ticket. A public answer of ours to a `NEW` or `OPEN` ticket waits for the customer; a message of the "
    "customer's takes up a ticket that waited for it or was resolved. An internal note moves nothing.",
    creates=True,
    rules=(Rule(author_errors, ("author_kind", "visibility", "author_id")),),
)
async def reply_to_ticket(
    call: Call,
    *,
    id: Annotated[TicketId, "Which ticket."],
    body: Annotated[str, Length(100_000, least=1), "The text, in Markdown."],
    author_kind: Annotated[ReplyAuthor, "Who writes."] = ReplyAuthor.AGENT,
    author_id: Annotated[
        SalesRepId | None, "Who of us writes; unless given, you, if you are a sales rep. Not for customers."
    ] = None,
    visibility: Annotated[Visibility, "Who may read it; a customer's message is public."] = Visibility.PUBLIC,
    channel: Annotated[ContactChannel, "How it was sent."] = ContactChannel.OTHER,
) -> TicketReplied:
    """Add a message. The first public answer of ours to a ticket that is not resolved is its first response."""
    ticket = await call.fetch_to_change(Ticket, id)
    if ticket.status is TicketStatus.CLOSED:
        raise Refused(
            UserError(
                UserErrorCode.NOT_ALLOWED,
                "This ticket is CLOSED, so nothing can be written into it. Take it up again with reopenTicket, or make "
                "a new one with createTicket.",
                ("id",),
                allowed=TICKET.allowed(ticket.status),
            )
        )
    TICKET.check("replyToTicket", ticket.status)
    author = AuthorKind[author_kind.name]
    public = visibility is Visibility.PUBLIC
    if author_id is not None:
        await call.fetch(SalesRep, author_id, "author_id")
    elif author is AuthorKind.AGENT:
        author_id = call.viewer.rep_id
    message = await call.create(
        TicketMessage,
        ticket_id=ticket.id,
        author_kind=author,
        author_id=author_id,
        visibility=visibility,
        channel=channel,
        body=body,
    )
    steps = REPLY_STEPS[author].get(ticket.status, ()) if public else ()
    columns: dict[str, Any] = {}
    if author is AuthorKind.AGENT and public and ticket.first_responded_at is None and ticket.resolved_at is None:
        columns["first_responded_at"] = _instant(call, ticket)
    if ticket.status is TicketStatus.RESOLVED and steps:
        columns |= {**OPENED_AGAIN, "reopen_count": ticket.reopen_count + 1}
    await _move(call, ticket, steps, **columns)
    return TicketReplied(ticket, message)


@verb("Give a ticket to somebody, or to nobody. A `NEW` ticket is `OPEN` once somebody has it.")
async def assign_ticket(
    call: Call,
    *,
    id: Annotated[TicketId, "Which ticket."],
    assignee_id: Annotated[SalesRepId | None, "Who is to work on it; null: nobody."],
) -> Ticket:
    """Set a ticket's assignee."""
    ticket = await call.fetch_to_change(Ticket, id)
    TICKET.check("assignTicket", ticket.status)
    columns: dict[str, Any] = {"assignee_id": assignee_id}
    await _check_links(call, ticket, columns)
    if assignee_id is not None and ticket.status is TicketStatus.NEW:
        await _move(call, ticket, [TicketStatus.OPEN], **columns)
    else:
        await call.change(ticket, **columns)
    return ticket


@verb("Put an `OPEN` ticket on hold: it waits for somebody else than the customer.")
async def hold_ticket(
    call: Call,
    *,
    id: Annotated[TicketId, "Which ticket."],
    reason: Annotated[Reason, "What it waits for."],
) -> Ticket:
    """Put one ticket on hold."""
    return await _go(call, "holdTicket", id, reason)


@verb("Take up a ticket again that was on hold or waited for the customer.")
async def resume_ticket(call: Call, *, id: Annotated[TicketId, "Which ticket."]) -> Ticket:
    """Open a ticket that waits."""
    return await _go(call, "resumeTicket", id)


@verb("Say that a ticket is solved, and how; the customer may still object.")
async def resolve_ticket(
    call: Call,
    *,
    id: Annotated[TicketId, "Which ticket."],
    resolution: Annotated[TicketResolution, "How it was solved."],
) -> Ticket:
    """Resolve one ticket; the log keeps the resolution as the reason, also after the ticket is taken up again."""
    return await _go(call, "resolveTicket", id, resolution.value, resolution=resolution, stamp="resolved_at")


@verb("Close a resolved ticket: nothing is written into it any more.")
async def close_ticket(call: Call, *, id: Annotated[TicketId, "Which ticket."]) -> Ticket:
    """Close one ticket."""
    return await _go(call, "closeTicket", id, stamp="closed_at")


@verb("Take up a ticket again that was resolved or closed. Its resolution is cleared, and counted as reopened.")
async def reopen_ticket(
    call: Call,
    *,
    id: Annotated[TicketId, "Which ticket."],
    reason: Annotated[Reason, "Why it is not done after all."],
) -> Ticket:
    """Open a ticket that was done."""
    return await _go(call, "reopenTicket", id, reason, again=True)


async def _go(
    call: Call,
    verb_name: str,
    id_: int,
    reason: str | None = None,
    *,
    stamp: str = "",
    again: bool = False,
    **columns: Any,
) -> Ticket:
    """Take the step that a verb is, set the instant it is remembered by, or forget what was done before."""
    ticket = await call.fetch_to_change(Ticket, id_)
    status = TICKET.check(verb_name, ticket.status)
    assert status is not None
    if stamp:
        columns[stamp] = _instant(call, ticket)
    if again:
        columns |= {**OPENED_AGAIN, "reopen_count": ticket.reopen_count + 1}
    await _move(call, ticket, [status], reason, **columns)
    return ticket


@verb("Remove a ticket, in whichever status it is.")
async def delete_ticket(call: Call, *, id: Annotated[TicketId, "Which ticket."]) -> TicketDeleted:
    """Hide one ticket, with what was written in it."""
    ticket = await call.fetch_to_change(Ticket, id)
    await call.remove(ticket)
    return TicketDeleted(ticket.id)
