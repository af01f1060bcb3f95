"""The life of a ticket: every step from every status, held against a table that is written down here."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest

from errors import Refused
from models import Ticket, TicketMessage, TicketStatus
from models.database import Database
from resolvers.machines import REPLY_STEPS, TICKET
from resolvers.ticket import ReplyAuthor
from resolvers.verbs import VERBS
from resolvers.write import Call, Request
from schema import GRAPHQL
from schema.engine import Engine
from tests.tickets import ARGUMENTS, EDGES, T, check_lives, ticket_in
from tests.viewers import ADMIN
from tests.writing import ask, mutate, perform_verb, snapshot

STEPS: Mapping[TicketStatus, Mapping[str, TicketStatus]] = {
    T.NEW: {"replyToTicket": T.PENDING_CUSTOMER, "assignTicket": T.OPEN},
    T.OPEN: {
        "replyToTicket": T.PENDING_CUSTOMER,
        "assignTicket": T.OPEN,
        "holdTicket": T.ON_HOLD,
        "resolveTicket": T.RESOLVED,
    },
    T.PENDING_CUSTOMER: {
        "replyToTicket": T.PENDING_CUSTOMER,
        "assignTicket": T.PENDING_CUSTOMER,
        "resumeTicket": T.OPEN,
        "resolveTicket": T.RESOLVED,
    },
    T.ON_HOLD: {"replyToTicket": T.ON_HOLD, "assignTicket": T.ON_HOLD, "resumeTicket": T.OPEN},
    T.RESOLVED: {"replyToTicket": T.RESOLVED, "closeTicket": T.CLOSED, "reopenTicket": T.OPEN},
    T.CLOSED: {"reopenTicket": T.OPEN},
}
"""What may be done to a ticket in each status, and where it leads when one of us does it; all else is refused. It is
the business's word, so it is not taken from the code."""

STEPPING = {
    "replyToTicket", "assignTicket", "holdTicket", "resumeTicket", "resolveTicket", "closeTicket", "reopenTicket"
}  # fmt: skip


@pytest.fixture
def engine(own_world: Database) -> Engine:
    """The engine over a world that the test may change."""
    return Engine(own_world)


def test_the_table_knows_every_status_and_every_verb() -> None:
    whatever = {"createTicket", "createTickets", "updateTicket", "deleteTicket"}
    assert STEPS.keys() == set(T)
    assert {name for name in VERBS if "Ticket" in name} - whatever == STEPPING
    assert {verb for steps in STEPS.values() for verb in steps} == STEPPING == ARGUMENTS.keys()


def test_no_verb_takes_a_step_that_tickets_do_not_take() -> None:
    for verb, move in TICKET.moves.items():
        for start in move.starts:
            assert move.leads is None or (start, move.leads) in EDGES, verb
    for steps in REPLY_STEPS.values():
        for start, way in steps.items():
            assert set(zip((start, *way), way, strict=False)) <= EDGES


@pytest.mark.parametrize("status", list(T), ids=str)
async def test_every_step_that_the_table_has_is_taken(own_world: Database, status: TicketStatus) -> None:
    for verb, leads in STEPS[status].items():
        id_ = await ticket_in(own_world, status)
        await perform_verb(own_world, verb, id=id_, **ARGUMENTS[verb])
        assert (await Ticket.get(id=id_)).status is leads, verb
    for verb, arguments in (("updateTicket", {"change": {"issue": "Dark"}}), ("deleteTicket", {})):
        await perform_verb(own_world, verb, id=await ticket_in(own_world, status), **arguments)
    await check_lives(own_world)


@pytest.mark.parametrize("status", list(T), ids=str)
async def test_every_step_that_the_table_has_not_is_refused(own_world: Database, status: TicketStatus) -> None:
    id_ = await ticket_in(own_world, status)
    before = await snapshot(own_world)
    for verb in sorted(STEPPING - STEPS[status].keys()):
        with pytest.raises(Refused) as refused:
            await perform_verb(own_world, verb, id=id_, **ARGUMENTS[verb])
        (error,) = refused.value.errors
        assert (error.code, error.path) == ("NOT_ALLOWED", ("id",)), verb
        assert error.allowed is not None
        assert set(error.allowed) == STEPS[status].keys(), verb
        assert status.value in error.message
    assert await snapshot(own_world) == before


async def test_the_api_names_what_can_be_done_instead(own_world: Database, engine: Engine) -> None:
    for status in T:
        id_ = f"tkt_{await ticket_in(own_world, status)}"
        body = await ask(engine, "query Q($id: ID!) { ticket(id: $id) { allowedTransitions } }", id=id_)
        assert set(body["data"]["ticket"]["allowedTransitions"]) == STEPS[status].keys()
    payload = await mutate(engine, "resolveTicket", {"id": id_, "resolution": "FIXED"})
    assert payload["errors"] == [
        {
            "__typename": "TransitionError",
            "code": "NOT_ALLOWED",
            "message": "resolveTicket cannot be done to a ticket that is CLOSED. What can be done now: reopenTicket.",
            "path": ["input", "id"],
            "allowed": ["reopenTicket"],
        }
    ]


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
