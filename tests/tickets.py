"""What tests of tickets share: the steps tickets take, a ticket led to a status, and what holds of every life."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models import TicketResolution, TicketStatus
from models.database import Database
from resolvers.ticket import NewTicket
from tests.writing import perform_verb

T = TicketStatus

EDGES: set[tuple[TicketStatus | None, TicketStatus]] = {
    (None, T.NEW),
    (T.NEW, T.OPEN),
    (T.OPEN, T.PENDING_CUSTOMER),
    (T.PENDING_CUSTOMER, T.OPEN),
    (T.OPEN, T.ON_HOLD),
    (T.ON_HOLD, T.OPEN),
    (T.OPEN, T.RESOLVED),
    (T.PENDING_CUSTOMER, T.RESOLVED),
    (T.RESOLVED, T.CLOSED),
    (T.RESOLVED, T.OPEN),
    (T.CLOSED, T.OPEN),
}
"""All the steps a ticket may ever take."""

WAYS: Mapping[TicketStatus, tuple[str, ...]] = {
    T.NEW: (),
    T.OPEN: ("assignTicket",),
    T.PENDING_CUSTOMER: ("replyToTicket",),
    T.ON_HOLD: ("assignTicket", "holdTicket"),
    T.RESOLVED: ("assignTicket", "resolveTicket"),
    T.CLOSED: ("assignTicket", "resolveTicket", "closeTicket"),
}
"""By which verbs a new ticket gets to each status."""

ARGUMENTS: Mapping[str, Mapping[str, Any]] = {
    "replyToTicket": {"body": "Hello"},
    "assignTicket": {"assignee_id": 2},
    "holdTicket": {"reason": "Waits for the maker"},
    "resumeTicket": {},
    "resolveTicket": {"resolution": TicketResolution.FIXED},
    "closeTicket": {},
    "reopenTicket": {"reason": "Not solved"},
}


async def ticket_in(database: Database, status: TicketStatus) -> int:
    """A new ticket that was led to a status."""
    outcome = await perform_verb(database, "createTicket", new=NewTicket(customer_id=1, issue=status.value))
    id_: int = outcome["ticket"].id
    for verb in WAYS[status]:
        await perform_verb(database, verb, id=id_, **ARGUMENTS[verb])
    return id_


async def check_lives(database: Database) -> None:
    """The log of every ticket replays to its status, and the instants of its life are in order."""
    stands: dict[int, str] = {}
    for ticket, from_, to in await database.execute(
        "SELECT ticket_id, from_status, to_status FROM ticket_status_change ORDER BY ticket_id, created_at, id"
    ):
        if ticket in stands:
            assert from_ == stands[ticket]
        assert (None if from_ is None else T[from_], T[to]) in EDGES
        stands[ticket] = to
    rows = await database.execute(
        "SELECT id, status, created_at, first_responded_at, resolved_at, closed_at, resolution, updated_at FROM ticket"
    )
    for id_, status, created, responded, resolved, closed, resolution, updated in rows:
        assert stands.get(id_, status) == status
        marks = [mark for mark in (created, responded, resolved, closed) if mark is not None]
        assert marks == sorted(marks), id_
        assert updated >= created
        done = status in ("RESOLVED", "CLOSED")
        assert (resolved is not None) == (resolution is not None) == done
        assert (closed is not None) == (status == "CLOSED")
