"""The lives that orders, tickets and campaigns lead: which verb moves them from which status to which."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from errors import Refused, UserError, UserErrorCode
from models import AuthorKind, CampaignStatus, MemberStatus, OrderStatus, TicketStatus
from models.fields import Choice

S = TypeVar("S", bound=Choice)


@dataclass(frozen=True)
class Move(Generic[S]):
    """What a verb does to a status: where it may start, and where it leads (None: the data decide)."""

    starts: frozenset[S]
    leads: S | None


@dataclass(frozen=True)
class Machine(Generic[S]):
    """A state machine, as a table a reader sees whole."""

    noun: str
    moves: Mapping[str, Move[S]]

    def allowed(self, status: S) -> tuple[str, ...]:
        """The verbs that a status allows."""
        return tuple(verb for verb, move in self.moves.items() if status in move.starts)

    def sql(self, may: Container[str] | None = None) -> str:
        """The verbs that a row's status allows, as SQL that gives a JSON array; only those that somebody may use."""
        by_verbs: dict[tuple[str, ...], list[str]] = {}
        for status in {start for move in self.moves.values() for start in move.starts}:
            verbs = tuple(verb for verb in self.allowed(status) if may is None or verb in may)
            by_verbs.setdefault(verbs, []).append(f"'{status.value}'")
        whens = (
            f"WHEN {{row}}.status IN ({', '.join(sorted(statuses))}) THEN '[{names}]'"
            for verbs, statuses in sorted(by_verbs.items())
            for names in [",".join(f'"{verb}"' for verb in verbs)]
        )
        return f"CASE {' '.join(whens)} ELSE '[]' END"

    def sql_each(self, may: Container[str], condition: str) -> str:
        """The same, where each verb has to meet a condition besides, in which `{verb}` stands for its name."""
        each = " || ".join(
            f"CASE WHEN {{row}}.status IN ({starts}) AND {condition.replace('{verb}', verb)}"
            f" THEN ',\"{verb}\"' ELSE '' END"
            for verb, move in self.moves.items()
            for starts in [", ".join(sorted(f"'{start.value}'" for start in move.starts))]
            if verb in may
        )
        return f"'[' || substr({each}, 2) || ']'" if each else "'[]'"

    def told(self, verb: str) -> str:
        """A verb's move in words: `From DRAFT or SENT to CONFIRMED.`"""
        move = self.moves.get(verb)
        if move is None:
            return ""
        starts = " or ".join(sorted(start.value for start in move.starts))
        return f" From {starts} to {move.leads.value}." if move.leads else f" Possible while {starts}."

    def check(self, verb: str, status: S) -> S | None:
        """Where a verb leads from a status. Raises `Refused` with the verbs that would be allowed."""
        move = self.moves[verb]
        if status in move.starts:
            return move.leads
        allowed = self.allowed(status)
        instead = f"What can be done now: {', '.join(allowed)}." if allowed else "Nothing can be done to it any more."
        message = f"{verb} cannot be done to {self.noun} that is {status.value}. {instead}"
        raise self.refusal(status, message, "id")

    def refusal(self, status: S, message: str, *path: str, verb: str = "") -> Refused:
        """A refusal that tells what the status allows, where the rest of the record does not: `verb`, unless it could
        be done in another way."""
        allowed = tuple(other for other in self.allowed(status) if other != verb)
        return Refused(UserError(UserErrorCode.NOT_ALLOWED, message, path, allowed=allowed))


def _move(leads: S | None, *starts: S) -> Move[S]:
    return Move(frozenset(starts), leads)


_O = OrderStatus
ORDER = Machine(
    "an order",
    {
        "updateOrder": _move(None, _O.DRAFT, _O.SENT),
        "addOrderLine": _move(None, _O.DRAFT, _O.SENT),
        "updateOrderLine": _move(None, _O.DRAFT, _O.SENT),
        "removeOrderLine": _move(None, _O.DRAFT, _O.SENT),
        "sendOrder": _move(_O.SENT, _O.DRAFT),
        "confirmOrder": _move(_O.CONFIRMED, _O.DRAFT, _O.SENT),
        "expireOrder": _move(_O.EXPIRED, _O.DRAFT, _O.SENT),
        # What was delivered and what came back decide between the partial status and the full one.
        "fulfilOrder": _move(None, _O.CONFIRMED, _O.PARTIALLY_FULFILLED, _O.PARTIALLY_RETURNED),
        "returnOrder": _move(None, _O.PARTIALLY_FULFILLED, _O.FULFILLED, _O.PARTIALLY_RETURNED),
        "cancelOrder": _move(_O.CANCELLED, _O.DRAFT, _O.SENT, _O.CONFIRMED),
        "deleteOrder": _move(None, _O.DRAFT),
    },
)

_T = TicketStatus
TICKET = Machine(
    "a ticket",
    {
        # Who writes decides: see REPLY_STEPS.
        "replyToTicket": _move(None, _T.NEW, _T.OPEN, _T.PENDING_CUSTOMER, _T.ON_HOLD, _T.RESOLVED),
        # Whoever gets a new ticket opens it; any other stays where it is.
        "assignTicket": _move(None, _T.NEW, _T.OPEN, _T.PENDING_CUSTOMER, _T.ON_HOLD),
        "holdTicket": _move(_T.ON_HOLD, _T.OPEN),
        "resumeTicket": _move(_T.OPEN, _T.ON_HOLD, _T.PENDING_CUSTOMER),
        "resolveTicket": _move(_T.RESOLVED, _T.OPEN, _T.PENDING_CUSTOMER),
        "closeTicket": _move(_T.CLOSED, _T.RESOLVED),
        "reopenTicket": _move(_T.OPEN, _T.RESOLVED, _T.CLOSED),
    },
)

REPLY_STEPS: Mapping[AuthorKind, Mapping[TicketStatus, tuple[TicketStatus, ...]]] = {
    AuthorKind.AGENT: {_T.NEW: (_T.OPEN, _T.PENDING_CUSTOMER), _T.OPEN: (_T.PENDING_CUSTOMER,)},
    AuthorKind.CUSTOMER: {_T.PENDING_CUSTOMER: (_T.OPEN,), _T.RESOLVED: (_T.OPEN,)},
}
"""Through which statuses a public message leads a ticket, by who wrote it and where the ticket stands.

Elsewhere the ticket stays: one on hold waits for somebody else, whoever of the two writes meanwhile.
"""

_C = CampaignStatus
CAMPAIGN = Machine(
    "a campaign",
    {
        "updateCampaign": _move(None, _C.PLANNED, _C.SCHEDULED, _C.ACTIVE, _C.PAUSED),
        "scheduleCampaign": _move(_C.SCHEDULED, _C.PLANNED),
        "startCampaign": _move(_C.ACTIVE, _C.SCHEDULED, _C.PAUSED),
        "pauseCampaign": _move(_C.PAUSED, _C.ACTIVE),
        "completeCampaign": _move(_C.COMPLETED, _C.ACTIVE, _C.PAUSED),
        "cancelCampaign": _move(_C.CANCELLED, _C.PLANNED, _C.SCHEDULED, _C.ACTIVE, _C.PAUSED),
        "addCampaignMembers": _move(None, _C.PLANNED, _C.SCHEDULED, _C.ACTIVE, _C.PAUSED),
        # One that runs is addressing people: it is paused, completed or cancelled before.
        "deleteCampaign": _move(None, _C.PLANNED, _C.SCHEDULED, _C.PAUSED, _C.COMPLETED, _C.CANCELLED),
    },
)

_M = MemberStatus
MEMBER_STEPS: Mapping[MemberStatus, tuple[MemberStatus, ...]] = {
    _M.TARGETED: tuple(status for status in _M if status is not _M.TARGETED),
    _M.EXCLUDED: (),
    _M.SENT: (_M.DELIVERED, _M.BOUNCED, _M.OPENED, _M.CLICKED, _M.RESPONDED, _M.CONVERTED, _M.OPTED_OUT),
    _M.DELIVERED: (_M.OPENED, _M.CLICKED, _M.RESPONDED, _M.CONVERTED, _M.OPTED_OUT),
    _M.BOUNCED: (),
    _M.OPENED: (_M.CLICKED, _M.RESPONDED, _M.CONVERTED, _M.OPTED_OUT),
    _M.CLICKED: (_M.RESPONDED, _M.CONVERTED, _M.OPTED_OUT),
    _M.RESPONDED: (_M.CONVERTED, _M.OPTED_OUT),
    _M.CONVERTED: (_M.OPTED_OUT,),
    _M.OPTED_OUT: (),
}
"""Where a member of a campaign may go from each status: only forward, though steps may be left out."""

MEMBER_LEAVES = frozenset({_M.TARGETED, _M.EXCLUDED})
"""The statuses of members that can be taken out of a campaign: it has not reached them yet."""

MACHINE_OF: Mapping[str, Machine[Any]] = {"Order": ORDER, "Ticket": TICKET, "Campaign": CAMPAIGN}
"""By the entity whose life it is."""
MACHINES: tuple[Machine[Any], ...] = tuple(MACHINE_OF.values())
"""All of them."""
