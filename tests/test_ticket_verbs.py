"""The lives of tickets: every verb done, refused, forbidden and rolled back, every wrong step tried and refused."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from graphql import GraphQLInputObjectType

import access
from errors import Refused
from models import (
    Ticket,
    TicketMessage,
    TicketResolution,
    TicketStatus,
    TicketStatusChange,
)
from models.database import Database
from resolvers.machines import REPLY_STEPS, TICKET
from resolvers.ticket import LINKS, NewTicket, ReplyAuthor, create_ticket, reply_to_ticket
from resolvers.verbs import VERBS
from resolvers.write import Call, Request
from schema import GRAPHQL
from schema.engine import Engine
from schema.payload import Writer
from tests.viewers import ADMIN
from tests.writing import Statements, Told, ask, document, journal, mutate, perform_verb, snapshot

T = TicketStatus
TICKET_SHOWN = "status issue version reopenCount resolution customer { name } assignee { name }"
STEPS_SHOWN = "statusChanges { nodes { fromStatus toStatus actor reason } }"


@dataclass(frozen=True)
class Case:
    """One verb: an input it accepts and what comes of it, and an input it refuses and how."""

    verb: str
    given: Mapping[str, Any]
    shown: str
    answer: Mapping[str, Any]
    told: Told
    wrong: Mapping[str, Any]
    code: str
    path: list[str] = field(default_factory=lambda: ["id"])

    def __str__(self) -> str:
        return self.verb


STEP = {("Ticket", "UPDATED"), ("TicketStatusChange", "CREATED")}

CASES = [
    Case(
        "createTicket",
        {
            "customerId": "cus_1",
            "issue": "  No power  ",
            "contactId": "con_1",
            "orderId": "ord_1",
            "assigneeId": "rep_2",
        },
        f"ticket {{ {TICKET_SHOWN} contact {{ name }} order {{ number }} {STEPS_SHOWN} }}",
        {
            "ticket": {
                "status": "NEW",
                "issue": "No power",
                "version": 1,
                "reopenCount": 0,
                "resolution": None,
                "customer": {"name": "Acme Laboratories"},
                "assignee": {"name": "Björn Ek"},
                "contact": {"name": "Ann Archer"},
                "order": {"number": "SO-1001"},
                "statusChanges": {"nodes": [{"fromStatus": None, "toStatus": "NEW", "actor": "Ada", "reason": None}]},
            }
        },
        {("Ticket", "CREATED"), ("TicketStatusChange", "CREATED")},
        {"customerId": "cus_1", "issue": " \t "},
        "BLANK",
        ["issue"],
    ),
    Case(
        "createTickets",
        {
            "items": [
                {"customerId": "cus_1", "issue": "One"},
                {"customerId": "cus_2", "issue": "Two", "priority": "HIGH"},
            ]
        },
        "writtenCount rows { node { issue status priority } errors { code } }",
        {
            "writtenCount": 2,
            "rows": [
                {"node": {"issue": "One", "status": "NEW", "priority": "NORMAL"}, "errors": []},
                {"node": {"issue": "Two", "status": "NEW", "priority": "HIGH"}, "errors": []},
            ],
        },
        {("Ticket", "CREATED"), ("TicketStatusChange", "CREATED")},
        {"items": [{"customerId": "cus_1", "issue": "One"}, {"customerId": "cus_10", "issue": "Two"}]},
        "NOT_FOUND",
        ["items", "1", "customerId"],
    ),
    Case(
        "updateTicket",
        {"id": "tkt_1", "issue": "Dark again", "category": None, "teamId": "tea_2"},
        "ticket { issue category status version team { name } contact { name } }",
        {
            "ticket": {
                "issue": "Dark again",
                "category": None,
                "status": "OPEN",
                "version": 2,
                "team": {"name": "South"},
                "contact": {"name": "Ann Archer"},
            }
        },
        {("Ticket", "UPDATED")},
        {"id": "tkt_1", "contactId": "con_3"},
        "INVALID",
        ["contactId"],
    ),
    Case(
        "replyToTicket",
        {"id": "tkt_3", "body": "Bitte neu **starten**.", "authorId": "rep_2", "channel": "EMAIL"},
        f"ticket {{ status version {STEPS_SHOWN} messages {{ totalCount }} }}"
        " message { body visibility authorKind channel author { name } ticket { number } }",
        {
            "ticket": {
                "status": "PENDING_CUSTOMER",
                "version": 2,
                "statusChanges": {
                    "nodes": [
                        {"fromStatus": "NEW", "toStatus": "OPEN", "actor": "Ada", "reason": None},
                        {"fromStatus": "OPEN", "toStatus": "PENDING_CUSTOMER", "actor": "Ada", "reason": None},
                    ]
                },
                "messages": {"totalCount": 1},
            },
            "message": {
                "body": "Bitte neu **starten**.",
                "visibility": "PUBLIC",
                "authorKind": "AGENT",
                "channel": "EMAIL",
                "author": {"name": "Björn Ek"},
                "ticket": {"number": "T-3"},
            },
        },
        STEP | {("TicketMessage", "CREATED")},
        {"id": "tkt_5", "body": "One more thing"},
        "NOT_ALLOWED",
    ),
    Case(
        "assignTicket",
        {"id": "tkt_3", "assigneeId": "rep_4"},
        "ticket { status assignee { name } }",
        {"ticket": {"status": "OPEN", "assignee": {"name": "İpek Yıldız"}}},
        STEP,
        {"id": "tkt_3", "assigneeId": "rep_6"},
        "NOT_FOUND",
        ["assigneeId"],
    ),
    Case(
        "holdTicket",
        {"id": "tkt_1", "reason": "Waits for a spare part"},
        f"ticket {{ status {STEPS_SHOWN} }}",
        {
            "ticket": {
                "status": "ON_HOLD",
                "statusChanges": {
                    "nodes": [
                        {
                            "fromStatus": "OPEN",
                            "toStatus": "ON_HOLD",
                            "actor": "Ada",
                            "reason": "Waits for a spare part",
                        }
                    ]
                },
            }
        },
        STEP,
        {"id": "tkt_3", "reason": "It is new"},
        "NOT_ALLOWED",
    ),
    Case(
        "resumeTicket",
        {"id": "tkt_6"},
        "ticket { status }",
        {"ticket": {"status": "OPEN"}},
        STEP,
        {"id": "tkt_1"},
        "NOT_ALLOWED",
    ),
    Case(
        "resolveTicket",
        {"id": "tkt_1", "resolution": "WORKAROUND"},
        "ticket { status resolution }",
        {"ticket": {"status": "RESOLVED", "resolution": "WORKAROUND"}},
        STEP,
        {"id": "tkt_3", "resolution": "FIXED"},
        "NOT_ALLOWED",
    ),
    Case(
        "closeTicket",
        {"id": "tkt_2"},
        "ticket { status resolution }",
        {"ticket": {"status": "CLOSED", "resolution": "ANSWERED"}},
        STEP,
        {"id": "tkt_1"},
        "NOT_ALLOWED",
    ),
    Case(
        "reopenTicket",
        {"id": "tkt_5", "reason": "It happened again"},
        "ticket { status resolution resolvedAt closedAt reopenCount }",
        {"ticket": {"status": "OPEN", "resolution": None, "resolvedAt": None, "closedAt": None, "reopenCount": 1}},
        STEP,
        {"id": "tkt_5", "reason": ""},
        "BLANK",
        ["reason"],
    ),
    Case(
        "deleteTicket",
        {"id": "tkt_5"},
        'deletedId query { ticket(id: "tkt_5") { id } }',
        {"deletedId": "tkt_5", "query": {"ticket": None}},
        {("Ticket", "DELETED")},
        {"id": "tkt_8"},
        "NOT_FOUND",
    ),
]

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


@pytest.fixture
def engine(own_world: Database) -> Engine:
    """The engine over a world that the test may change."""
    return Engine(own_world)


def test_there_is_a_case_for_every_verb() -> None:
    verbs = {name for name in VERBS if "Ticket" in name}
    assert verbs == {case.verb for case in CASES}
    assert TICKET.moves.keys() == ARGUMENTS.keys()


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_a_verb_is_done_audited_and_told(own_world: Database, engine: Engine, case: Case) -> None:
    before = await snapshot(own_world)
    payload = await mutate(engine, case.verb, case.given, case.shown)
    assert payload == {**case.answer, "errors": []}
    audited, told = await journal(own_world, before)
    assert audited == told == case.told
    await check_lives(own_world)


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_a_verb_that_is_not_done_leaves_no_trace(
    own_world: Database, engine: Engine, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await snapshot(own_world)
    # Refused.
    payload = await mutate(
        engine, case.verb, case.wrong, case.shown.replace('query { ticket(id: "tkt_5") { id } }', "")
    )
    error = payload.pop("errors")[0]
    assert (error["code"], error["path"]) == (case.code, ["input", *case.path])
    assert error["message"].endswith(".")
    assert set(payload.values()) == {None}
    assert await snapshot(own_world) == before
    # Tried only: the same answer, and nothing kept.
    payload = await mutate(engine, case.verb, case.given, case.shown, dryRun=True)
    assert payload == {**case.answer, "errors": []}
    assert await snapshot(own_world) == before
    # Rolled back: the answer cannot be read.
    with monkeypatch.context() as broken:
        broken.setattr(Writer, "write", fail)
        body = await ask(engine, document(case.verb, case.shown), input=dict(case.given))
    assert body["data"] == {case.verb: None}
    assert body["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert await snapshot(own_world) == before
    # Forbidden.
    with monkeypatch.context() as strict:
        strict.setattr(access, "may", lambda viewer, verb: False)
        body = await ask(engine, document(case.verb, case.shown), input=dict(case.given))
    assert body["data"] == {case.verb: None}
    assert body["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert case.verb in body["errors"][0]["message"]
    assert await snapshot(own_world) == before


async def fail(*_: Any) -> bytes:
    raise RuntimeError("the answer is lost")


# --- the machine --------------------------------------------------------------------------------------------------


def test_the_table_knows_no_step_that_tickets_do_not_take() -> None:
    for verb, move in TICKET.moves.items():
        for start in move.starts:
            assert move.leads is None or (start, move.leads) in EDGES, verb
    for steps in REPLY_STEPS.values():
        for start, way in steps.items():
            assert set(zip((start, *way), way, strict=False)) <= EDGES


async def test_every_step_that_is_not_allowed_is_refused(own_world: Database, engine: Engine) -> None:
    tickets = {status: await ticket_in(own_world, status) for status in T}
    tried = 0
    for verb, status in forbidden_steps():
        before = await snapshot(own_world)
        with pytest.raises(Refused) as refused:
            await perform_verb(own_world, verb, id=tickets[status], **ARGUMENTS[verb])
        (error,) = refused.value.errors
        assert error.code == "NOT_ALLOWED", (verb, status)
        assert error.allowed == TICKET.allowed(status)
        assert status.value in error.message
        assert await snapshot(own_world) == before
        tried += 1
    assert tried > 15
    given = {"id": f"tkt_{tickets[T.CLOSED]}", "resolution": "FIXED"}
    payload = await mutate(engine, "resolveTicket", given)
    assert payload["errors"] == [
        {
            "__typename": "TransitionError",
            "code": "NOT_ALLOWED",
            "message": "resolveTicket cannot be done to a ticket that is CLOSED. What can be done now: reopenTicket.",
            "path": ["input", "id"],
            "allowed": ["reopenTicket"],
        }
    ]


def forbidden_steps() -> Iterator[tuple[str, TicketStatus]]:
    for verb, move in TICKET.moves.items():
        for status in T:
            if status not in move.starts:
                yield verb, status


async def test_every_step_that_is_allowed_leads_where_the_table_says(own_world: Database) -> None:
    for verb, move in TICKET.moves.items():
        for status in move.starts:
            ticket = await ticket_in(own_world, status)
            await perform_verb(own_world, verb, id=ticket, **ARGUMENTS[verb])
            ((after,),) = await own_world.execute(f"SELECT status FROM ticket WHERE id = {ticket}")
            if move.leads is not None:
                assert after == move.leads.value, (verb, status)
    await check_lives(own_world)


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


# --- what is written in tickets -----------------------------------------------------------------------------------


async def test_a_message_moves_the_ticket_or_does_not(own_world: Database) -> None:
    """Who writes what, and where the ticket then stands; a closed one takes no message."""
    for status in T:
        if status is not T.CLOSED:
            await write_into(own_world, status)
    await check_lives(own_world)


async def write_into(own_world: Database, status: TicketStatus) -> None:
    expected = {
        ("AGENT", "PUBLIC"): {T.NEW: T.PENDING_CUSTOMER, T.OPEN: T.PENDING_CUSTOMER}.get(status, status),
        ("AGENT", "INTERNAL"): status,
        ("CUSTOMER", "PUBLIC"): {T.PENDING_CUSTOMER: T.OPEN, T.RESOLVED: T.OPEN}.get(status, status),
    }
    for (author, visibility), after in expected.items():
        id_ = await ticket_in(own_world, status)
        before = await Ticket.get(id=id_)
        await perform_verb(
            own_world,
            "replyToTicket",
            id=id_,
            body="Hello",
            author_kind=ReplyAuthor[author],
            visibility=type(TicketMessage().visibility)[visibility],
        )
        ticket = await Ticket.get(id=id_)
        assert ticket.status is after, (author, visibility)
        assert ticket.version == before.version + 1
        assert ticket.updated_at >= before.updated_at
        again = status is T.RESOLVED and after is T.OPEN
        assert ticket.reopen_count == int(again)
        assert (ticket.resolution is None) == (again or before.resolution is None)
        answered = author == "AGENT" and visibility == "PUBLIC" and status in (T.NEW, T.OPEN, T.ON_HOLD)
        assert (ticket.first_responded_at is not None) == (answered or before.first_responded_at is not None)
        if before.first_responded_at is not None:
            assert ticket.first_responded_at == before.first_responded_at


NO_MESSAGES: list[tuple[dict[str, Any], str, str]] = [
    ({"authorKind": "CUSTOMER", "visibility": "INTERNAL"}, "INVALID", "visibility"),
    ({"authorKind": "CUSTOMER", "authorId": "rep_2"}, "INVALID", "authorId"),
    ({"authorId": "rep_6"}, "NOT_FOUND", "authorId"),
    ({"body": " \n "}, "BLANK", "body"),
    ({"body": "x" * 100_001}, "TOO_LONG", "body"),
    ({"body": "a\0b"}, "INVALID", "body"),
    ({"id": "tkt_8"}, "NOT_FOUND", "id"),
    ({"id": "tkt_99999"}, "NOT_FOUND", "id"),
]


async def test_a_message_that_makes_no_sense_is_refused(own_world: Database, engine: Engine) -> None:
    before = await snapshot(own_world)
    for given, code, path in NO_MESSAGES:
        payload = await mutate(engine, "replyToTicket", {"id": "tkt_1", "body": "Hello", **given})
        assert [(error["code"], error["path"]) for error in payload["errors"]] == [(code, ["input", path])]
    assert await snapshot(own_world) == before


async def test_a_closed_ticket_says_what_to_do_instead(own_world: Database, engine: Engine) -> None:
    payload = await mutate(engine, "replyToTicket", {"id": "tkt_5", "body": "Hello", "authorKind": "CUSTOMER"})
    (error,) = payload["errors"]
    assert error["allowed"] == ["reopenTicket"]
    assert "reopenTicket" in error["message"]
    assert "createTicket" in error["message"]


async def test_a_message_is_written_once_however_often_it_is_sent(own_world: Database, engine: Engine) -> None:
    given = {"id": "tkt_1", "body": "Hello", "idempotencyKey": "one"}
    payloads = [await mutate(engine, "replyToTicket", given, "message { id }") for _ in range(3)]
    assert payloads[0]["message"] is not None
    assert payloads == [payloads[0]] * 3
    ((count,),) = await own_world.execute("SELECT COUNT(*) FROM ticket_message WHERE ticket_id = 1")
    assert count == 4


async def test_messages_and_steps_cannot_be_changed() -> None:
    assert GRAPHQL.mutation_type
    for name in GRAPHQL.mutation_type.fields:
        assert "Message" not in name
        assert "StatusChange" not in name


# --- what a ticket may be -----------------------------------------------------------------------------------------


NO_TICKETS: list[tuple[dict[str, Any], str, str]] = [
    ({"customerId": "cus_10"}, "NOT_FOUND", "customerId"),
    ({"customerId": "cus_99999"}, "NOT_FOUND", "customerId"),
    ({"contactId": "con_3"}, "INVALID", "contactId"),
    ({"contactId": "con_99"}, "NOT_FOUND", "contactId"),
    ({"orderId": "ord_3"}, "INVALID", "orderId"),
    ({"orderId": "ord_99"}, "NOT_FOUND", "orderId"),
    ({"productId": "prd_99"}, "NOT_FOUND", "productId"),
    ({"teamId": "tea_4"}, "NOT_FOUND", "teamId"),
    ({"assigneeId": "rep_5"}, "INVALID", "assigneeId"),
    ({"assigneeId": "rep_6"}, "NOT_FOUND", "assigneeId"),
    ({"issue": ""}, "BLANK", "issue"),
    ({"issue": "x" * 301}, "TOO_LONG", "issue"),
    ({"issue": "x" * 10_000_000}, "TOO_LONG", "issue"),
    ({"issue": "a\0b"}, "INVALID", "issue"),
    ({"category": ""}, "BLANK", "category"),
]


async def test_a_ticket_that_makes_no_sense_is_refused(own_world: Database, engine: Engine) -> None:
    before = await snapshot(own_world)
    for given, code, path in NO_TICKETS:
        item = {"customerId": "cus_1", "issue": "No power", **given}
        payload = await mutate(engine, "createTicket", item)
        assert [(error["code"], error["path"]) for error in payload["errors"]] == [(code, ["input", path])]
        payload = await mutate(engine, "createTickets", {"items": [item]})
        assert [(error["code"], error["path"]) for error in payload["errors"]] == [
            (code, ["input", "items", "0", path])
        ]
        if path != "customerId" and path != "assigneeId":
            payload = await mutate(engine, "updateTicket", {"id": "tkt_1", **given})
            assert [(error["code"], error["path"]) for error in payload["errors"]] == [(code, ["input", path])]
    assert await snapshot(own_world) == before


async def test_no_instant_can_be_typed(own_world: Database, engine: Engine) -> None:
    """A ticket that was updated before it was made: there is no way to say so, nor does the table take it."""
    for verb in {case.verb for case in CASES}:
        type_ = GRAPHQL.type_map[f"{verb[0].upper()}{verb[1:]}Input"]
        assert isinstance(type_, GraphQLInputObjectType)
        assert not [name for name in type_.fields if name.endswith("At") or name in ("number", "reopenCount")], verb
    given = {"id": "tkt_1", "updatedAt": "2001-01-01T00:00:00Z"}
    body = await ask(engine, document("updateTicket"), input=given)
    assert "data" not in body
    assert "updatedAt" in body["errors"][0]["message"]
    with pytest.raises(TypeError, match="there is no argument updated_at"):
        await perform_verb(own_world, "updateTicket", id=1, change={"updated_at": dt.datetime.now(dt.UTC)})
    before = await snapshot(own_world)
    with pytest.raises(Exception, match="ticket_updated_after_created"):
        await own_world.execute("UPDATE ticket SET created_at = '2030-01-01T00:00:00.000Z' WHERE id = 3")
    assert await snapshot(own_world) == before


async def test_an_update_never_changes_where_a_ticket_stands(engine: Engine) -> None:
    type_ = GRAPHQL.type_map["UpdateTicketInput"]
    assert isinstance(type_, GraphQLInputObjectType)
    assert not type_.fields.keys() & {"status", "resolution", "assigneeId", "customerId"}


async def test_an_old_version_is_refused_with_the_ticket_as_it_is(own_world: Database, engine: Engine) -> None:
    await mutate(engine, "updateTicket", {"id": "tkt_1", "issue": "First"})
    for verb, given in {
        "updateTicket": {"issue": "Second"},
        "holdTicket": {"reason": "Second"},
        "replyToTicket": {"body": "Second"},
        "deleteTicket": {},
    }.items():
        selection = "errors { ... on StaleError { current { ... on Ticket { issue version } } } }"
        payload = await mutate(engine, verb, {"id": "tkt_1", **given}, selection, expectedVersion=1)
        (error,) = payload["errors"]
        assert error["code"] == "STALE"
        assert error["current"] == {"issue": "First", "version": 2}


async def test_assigning_a_ticket_that_is_open_takes_no_step(own_world: Database, engine: Engine) -> None:
    before = await snapshot(own_world)
    payload = await mutate(engine, "assignTicket", {"id": "tkt_1", "assigneeId": None}, "ticket { status version }")
    assert payload["ticket"] == {"status": "OPEN", "version": 2}
    after = await snapshot(own_world)
    assert after["ticket_status_change"] == before["ticket_status_change"]
    payload = await mutate(engine, "assignTicket", {"id": "tkt_3", "assigneeId": None}, "ticket { status version }")
    assert payload["ticket"] == {"status": "NEW", "version": 1}, "nothing was changed"
    payload = await mutate(engine, "assignTicket", {"id": "tkt_3", "assigneeId": "rep_5"})
    assert [error["code"] for error in payload["errors"]] == ["INVALID"]


# --- many at once, and from Python --------------------------------------------------------------------------------


async def test_a_batch_writes_the_good_ones_if_asked_to(own_world: Database, engine: Engine) -> None:
    items = [
        {"customerId": "cus_1", "issue": "Good"},
        {"customerId": "cus_1", "issue": " "},
        {"customerId": "cus_10", "issue": "Nobody's"},
        {"customerId": "cus_2", "issue": "Good too", "contactId": "con_3"},
    ]
    shown = "writtenCount rows { node { issue number } errors { code path } }"
    payload = await mutate(engine, "createTickets", {"items": items, "onError": "SKIP_ROW"}, shown)
    assert payload["writtenCount"] == 2
    assert [row["node"] and row["node"]["issue"] for row in payload["rows"]] == ["Good", None, None, "Good too"]
    assert [[error["code"] for error in row["errors"]] for row in payload["rows"]] == [[], ["BLANK"], ["NOT_FOUND"], []]
    for id_, number in await own_world.execute("SELECT id, number FROM ticket WHERE id > 8"):
        assert number == f"T-{id_}"
    await check_lives(own_world)


async def test_a_batch_takes_a_handful_of_statements(own_world: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    statements = Statements(monkeypatch)
    needed = []
    for size in (2, 500):
        statements.count = 0
        items = [NewTicket(customer_id=1 + at % 2, issue=f"Issue {at}", assignee_id=2) for at in range(size)]
        outcome = await perform_verb(own_world, "createTickets", items=items)
        assert outcome["written_count"] == size
        needed.append(statements.count)
    assert max(needed) <= 12


async def test_python_calls_verbs_within_one_transaction(own_world: Database) -> None:
    now = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)
    async with own_world.transaction() as transaction:
        call = Call(ADMIN, own_world, transaction, "test", now)
        ticket = await create_ticket(call, new=NewTicket(customer_id=1, issue="Hello"))
        replied = await reply_to_ticket(call, id=ticket.id, body="Hello back")
        await call.write_journal()
    assert replied.ticket.status is T.PENDING_CUSTOMER
    stored = await Ticket.get(id=ticket.id)
    assert stored.status is T.PENDING_CUSTOMER
    assert stored.first_responded_at == stored.created_at == now
    assert await TicketStatusChange.filter(ticket_id=ticket.id).count() == 3
    verbs = await own_world.execute(f"SELECT verb FROM audit_entry WHERE entity_id = {ticket.id} ORDER BY id")
    assert verbs[0] == ("createTicket",)


async def test_a_clock_that_was_set_back_does_not_show(own_world: Database) -> None:
    async with own_world.transaction() as transaction:
        call = Call(ADMIN, own_world, transaction, "test", dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        for verb in ("replyToTicket", "resolveTicket", "closeTicket"):
            await VERBS[verb].function(call, id=3, **ARGUMENTS[verb])
    await check_lives(own_world)


async def test_of_two_who_close_a_ticket_at_once_one_does(own_world: Database) -> None:
    results = await asyncio.gather(
        *(perform_verb(own_world, "closeTicket", id=2, request=Request(expected_version=1)) for _ in range(8)),
        return_exceptions=True,
    )
    assert sum(not isinstance(result, BaseException) for result in results) == 1
    assert all(isinstance(result, Refused | dict) for result in results)
    await check_lives(own_world)


def test_every_link_of_a_ticket_is_checked() -> None:
    links = {name for name in Ticket._meta.fields_map if name.endswith("_id")}
    assert links == LINKS.keys()
